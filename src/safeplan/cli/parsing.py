"""The verb `parse`: files and folders in, one JSON a plan out, every failure named.

Of a folder, what has not changed since it was parsed is left alone: a file in the user's cache says
which bytes gave which plan.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from safeplan import __version__, plans
from safeplan.cli.files import expanded
from safeplan.cli.progress_line import watched
from safeplan.cli.trouble import (
    Trouble,
    document_trouble,
    is_quiet,
    note,
    say_trouble,
    unwritable,
)
from safeplan.documents import DocumentError, is_member
from safeplan.messages import printable, say
from safeplan.models import Plan
from safeplan.plans.inputs import Input, Unchanged, items_of, read_items
from safeplan.text.folding import unspaced


@dataclass
class Report:
    """What became of the inputs, for the table at the end."""

    rows: list[list[str]] = field(default_factory=list)
    failed: int = 0
    again: int = 0
    """Files that hold a plan in one more format."""


def parse_inputs(
    inputs: Sequence[str],
    folder: str,
    *,
    force: bool,
    seconds: float,
    given: plans.Given = plans.NOTHING_GIVEN,
) -> int:
    """Parse every input; write each plan, name each failure, go on to the next.

    Args:
        inputs: files and folders.
        folder: where the plans are written; `-` is standard output.
        force: whether to read what has not changed since it was parsed.
        seconds: after how long a document is given up on.
        given: region and year, for documents that tell none.

    Returns:
        The exit status: 0 all parsed, 2 an input failed.
    """
    items = list(items_of(expanded(inputs)))
    target = None if folder == "-" else Path(folder)
    state = _load_state(target)
    read_anew = force or any(given) or os.environ.get("SAFEPLAN_VOCABULARY")
    known = {} if read_anew else dict(state)
    report = Report()
    written: dict[str, _Written] = {}

    def unread(item: Input) -> Unchanged | None:
        plan_id = _unchanged(item.path, known, target) if item.of_folder else None
        return Unchanged(plan_id) if plan_id else None

    with (
        watched(len(items)) as seen,
        closing(read_items(items, unread, seconds, given=given, watch=seen.look)) as read,
    ):
        for item, result in read:
            seen.done(item.path)
            try:
                if isinstance(result, DocumentError):
                    raise document_trouble(str(item.path), result)
                if isinstance(result, Unchanged):
                    assert target is not None
                    of_before = partial(plans.load, target / f"{result.plan_id}.json")
                    written.setdefault(result.plan_id, _Written(str(item.path), of_before))
                    row = [str(item.path), result.plan_id, "", "", say("parse.unchanged")]
                    report.rows.append(row)
                    continue
                _write(result, item, target, written, state, report)
            except Trouble as trouble:
                report.failed += 1
                report.rows.append([str(item.path), "—", "", "", say("parse.refused")])
                say_trouble(trouble)
    _save_state(target, state)
    if target is not None and not is_quiet():
        _print(report, len(items))
    return 2 if report.failed else 0


# --- writing them ---------------------------------------------------------------------------


def _write(
    plan: Plan,
    item: Input,
    target: Path | None,
    written: dict[str, _Written],
    state: dict[str, list[str]],
    report: Report,
) -> None:
    if before := written.get(plan.plan_id):
        _note_again(plan, item, before, report)
        return
    if target is not None:
        _keep_others(plan, item, target)
    if target is None:
        written[plan.plan_id] = _Written(str(item.path), lambda: plan)
        text = plans.to_json(plan)
        sys.stdout.write(printable(text) if sys.stdout.isatty() else text)
        return
    try:
        path = plans.save(plan, target)
    except OSError as error:
        raise unwritable(str(error.filename or target), error) from None
    written[plan.plan_id] = _Written(str(item.path), partial(plans.load, path))
    state[str(item.path.resolve())] = [plan.source.sha256, __version__, plan.plan_id]
    doubts = sum(finding.severity == "doubt" for finding in plan.findings)
    counts = {
        "tables": len({task.table for task in plan.tasks}),
        "tasks": len(plan.tasks),
        "measures": len(plan.measures),
        "prose": sum(len(measure.tasks) for measure in plan.measures),
    }
    repairs = len(plan.findings) - doubts
    report.rows.append(
        [
            str(item.path),
            plan.plan_id,
            say("parse.counts", **counts),
            say("parse.doubts", repairs=repairs, doubts=doubts),
            str(path),
        ]
    )


@dataclass(frozen=True)
class _Written:
    """A plan written before: from which file, and what it says."""

    where: str
    plan: Callable[[], Plan]


def _keep_others(plan: Plan, item: Input, target: Path) -> None:
    """Refuse to write over another circular's plan, which a run before has left there.

    A county and its town have one id in a year. A document read again, or under a new name with
    its old title and number, replaces its plan.

    Raises:
        Trouble: the plan there has another title or number, and comes from another file.
    """
    path = target / f"{plan.plan_id}.json"
    try:
        there = plans.load(path) if path.is_file() else None
    except DocumentError:
        return  # broken or of another version: it is replaced
    if there is None or Path(there.source.path).name == Path(plan.source.path).name:
        return
    if _is_other(plan, there):
        raise _clash(plan, item, str(path), there)


def _is_other(plan: Plan, there: Plan) -> bool:
    """Tell whether two plans of one id are two circulars: by their titles and numbers."""
    headings = ((plan.title, there.title), (plan.document_number, there.document_number))
    return any(ours and theirs and unspaced(ours) != unspaced(theirs) for ours, theirs in headings)


def _clash(plan: Plan, item: Input, where: str, there: Plan) -> Trouble:
    named = {"plan": plan.plan_id, "title": there.title or "—", "file": where}
    return Trouble(str(item.path), say("trouble.other_plan_there", **named))


def _note_again(plan: Plan, item: Input, before: _Written, report: Report) -> None:
    """Note a file of a folder that holds a plan in one more format; two plans of one id clash.

    Raises:
        Trouble: it is another plan, or was named by itself.
    """
    other = before.plan()
    if _is_other(plan, other):
        raise _clash(plan, item, before.where, other)
    named = {"plan": plan.plan_id, "other": before.where}
    of_several = item.of_folder or is_member(item.path)
    if not of_several or unspaced(plan.title or "") != unspaced(other.title or ""):
        raise Trouble(str(item.path), say("trouble.same_plan", **named))
    ours, theirs = (
        Counter(unspaced(task.name + task.content) for task in every)
        for every in (plan.tasks_of("all"), other.tasks_of("all"))
    )
    count = max((ours - theirs).total(), (theirs - ours).total())
    said = say("parse.same_plan_differs", **named, count=count) if count else ""
    said = said or say("parse.same_plan", **named)
    report.again += 1
    report.rows.append([str(item.path), plan.plan_id, "", "", said])
    note(f"{item.path}: {said}")


def _print(report: Report, inputs: int) -> None:
    """Print a line for one document, a table for several."""
    if inputs == 1:
        for _, plan_id, counts, doubts, result in report.rows:
            if counts:
                print(printable(f"{result}：{counts}；{doubts}"))
            elif plan_id != "—":
                print(printable(f"{plan_id}：{result}"))
        return
    from safeplan.reports.result_sheets import Sheet, SheetColumn
    from safeplan.reports.terminal import console, print_sheet

    columns = [
        SheetColumn("input", 4),
        SheetColumn("plan", 0),
        SheetColumn("read", 3),
        SheetColumn("doubts", 3),
    ]
    columns.append(SheetColumn("result", 4))
    sheet = Sheet("", columns, [list(row) for row in report.rows])
    print_sheet(sheet, console())
    done = sum(bool(row[2]) for row in report.rows)
    unchanged = len(report.rows) - done - report.failed - report.again
    summary = say(
        "parse.summary", count=inputs, done=done, unchanged=unchanged, failed=report.failed
    )
    print(summary + (say("parse.summary_again", again=report.again) if report.again else ""))


# --- what was parsed before -----------------------------------------------------------------


def _state_file(target: Path) -> Path:
    """Return where is kept what was parsed into a folder; the folder itself holds only plans."""
    named = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA")
    cache = named or Path.home() / ".cache"
    name = hashlib.sha256(str(target.resolve()).encode()).hexdigest()[:16]
    return Path(cache) / "safeplan" / f"parsed-{name}.json"


def _load_state(target: Path | None) -> dict[str, list[str]]:
    """Return, for each path parsed into the folder, its hash, our version and the plan's id."""
    if target is None:
        return {}
    try:
        state = json.loads(_state_file(target).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return state if isinstance(state, dict) else {}


def _save_state(target: Path | None, state: dict[str, list[str]]) -> None:
    if target is None or not state:
        return
    text = json.dumps(dict(sorted(state.items())), ensure_ascii=False, indent=1) + "\n"
    try:
        plans.write_text(_state_file(target), text)
    except OSError:
        return  # a memory aid only: without it the next run reads everything


def _unchanged(path: Path, known: dict[str, list[str]], target: Path | None) -> str | None:
    """Return the id of the plan a document gave, if neither it nor this program has changed."""
    entry = known.get(str(path.resolve()))
    if target is None or not isinstance(entry, list) or len(entry) != 3 or is_member(path):
        return None
    sha256, version, plan_id = entry
    if version != __version__ or not (target / f"{plan_id}.json").is_file():
        return None
    try:
        same = hashlib.sha256(path.read_bytes()).hexdigest() == sha256
    except OSError:
        return None
    return plan_id if same else None
