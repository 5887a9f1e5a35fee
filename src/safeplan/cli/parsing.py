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
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from safeplan import __version__, plans
from safeplan.cli.loading import expanded
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
from safeplan.plans.isolated import Input, Result, Unchanged, items_of, read_items
from safeplan.text.folding import unspaced

if TYPE_CHECKING:
    from safeplan.cli.options import CommandLine
    from safeplan.reports.result_sheets import Cell


@dataclass
class Outcomes:
    """What became of the inputs of a run."""

    rows: list[list[Cell]] = field(default_factory=list)
    """The table at the end, a row an input."""
    counts: Counter[str] = field(default_factory=Counter)
    """How many inputs were done, failed, unchanged …"""

    @property
    def status(self) -> int:
        """The exit status: 0 all are done, 2 an input failed."""
        return 2 if self.counts["failed"] else 0

    def note(self, outcome: str, *row: Cell) -> None:
        """Note what became of an input, and its row of the table where it has one."""
        self.counts[outcome] += 1
        self.rows += [[*row]] if row else []

    def refuse(self, trouble: Trouble, *row: Cell) -> None:
        """Note an input that failed, and say why."""
        self.note("failed", *row)
        say_trouble(trouble)

    def print(self, listed: str) -> None:
        """Print the table; `listed`: its columns."""
        from safeplan.reports.result_sheets import Sheet, columns
        from safeplan.reports.terminal import console, print_sheet

        print_sheet(Sheet("", columns(listed), self.rows), console())


@dataclass
class _Run(Outcomes):
    """One run of `parse`: where plans are written, what was there, and what became of the inputs.

    A row holds the input, its plan, counts, doubts, and what became of it; `again` counts those
    that hold a plan in one more format.
    """

    target: Path | None = None
    """The folder; None is standard output."""
    state: dict[str, list[str]] = field(default_factory=dict)
    """Of each path parsed into the folder its hash, our version and the plan's id."""
    written: dict[str, tuple[str, Callable[[], Plan]]] = field(default_factory=dict)
    """Of each plan written by this run from which file, and what it says."""

    def take(self, result: Result, item: Input) -> None:
        """Write a plan, or say what is wrong with its document."""
        where = str(item.path)
        try:
            if isinstance(result, DocumentError):
                raise document_trouble(where, result)
            if isinstance(result, Unchanged):
                assert self.target is not None
                of_before = partial(plans.load, self.target / f"{result.plan_id}.json")
                self.written.setdefault(result.plan_id, (where, of_before))
                self.note("unchanged", where, result.plan_id, "", "", say("parse.unchanged"))
            elif result.plan_id in self.written:
                self._note_again(result, item)
            else:
                self._write(result, item)
        except Trouble as trouble:
            self.refuse(trouble, where, "—", "", "", say("parse.refused"))

    def _write(self, plan: Plan, item: Input) -> None:
        where = str(item.path)
        if self.target is None:
            self.written[plan.plan_id] = where, lambda: plan
            text = plans.to_json(plan)
            sys.stdout.write(printable(text) if sys.stdout.isatty() else text)
            return
        path = self.target / f"{plan.plan_id}.json"
        try:
            there = plans.load(path) if path.is_file() else None
        except DocumentError:
            there = None  # broken or of another version: it is replaced
        # A county and its town have one id in a year: neither is written over the other. A document
        # read again, or under a new name with its old title and number, replaces its plan.
        if there and Path(there.source.path).name != Path(plan.source.path).name:
            _refuse_other(plan, item, str(path), there)
        try:
            path = plans.save(plan, self.target)
        except OSError as error:
            raise unwritable(str(error.filename or self.target), error) from None
        self.written[plan.plan_id] = where, partial(plans.load, path)
        self.state[str(item.path.resolve())] = [plan.source.sha256, __version__, plan.plan_id]
        doubts = sum(finding.severity == "doubt" for finding in plan.findings)
        counts = say(
            "parse.counts",
            tables=len({task.table for task in plan.tasks}),
            tasks=len(plan.tasks),
            measures=len(plan.measures),
            prose=sum(len(measure.tasks) for measure in plan.measures),
        )
        doubted = say("parse.doubts", repairs=len(plan.findings) - doubts, doubts=doubts)
        self.note("done", where, plan.plan_id, counts, doubted, str(path))

    def _note_again(self, plan: Plan, item: Input) -> None:
        """Note a file of a folder that holds a plan in one more format; refuse any other."""
        before, load = self.written[plan.plan_id]
        other = load()
        _refuse_other(plan, item, before, other)
        named = {"plan": plan.plan_id, "other": before}
        of_several = item.of_folder or is_member(item.path)
        if not of_several or unspaced(plan.title or "") != unspaced(other.title or ""):
            raise Trouble(str(item.path), say("trouble.same_plan", **named))
        ours, theirs = (
            Counter(unspaced(task.name + task.content) for task in every)
            for every in (plan.tasks_of("all"), other.tasks_of("all"))
        )
        count = max((ours - theirs).total(), (theirs - ours).total())
        key = "parse.same_plan_differs" if count else "parse.same_plan"
        said = say(key, **named, count=count)
        self.note("again", str(item.path), plan.plan_id, "", "", said)
        note(f"{item.path}: {said}")

    def tell(self, inputs: int) -> None:
        """Print a line for one document, a table for several."""
        if inputs == 1:
            for _, plan_id, counts, doubts, result in self.rows:
                if counts:
                    print(printable(f"{result}：{counts}；{doubts}"))
                elif plan_id != "—":
                    print(printable(f"{plan_id}：{result}"))
            return
        self.print("input:4 plan read:3 doubts:3 result:4")
        counted = {key: self.counts[key] for key in ("done", "failed", "unchanged")}
        again = self.counts["again"]
        summary = say("parse.summary", count=inputs, **counted)
        print(summary + (say("parse.summary_again", again=again) if again else ""))


def _refuse_other(plan: Plan, item: Input, where: str, there: Plan) -> None:
    """Refuse a plan of one id with another that has another title or number."""
    headings = ((plan.title, there.title), (plan.document_number, there.document_number))
    if any(ours and theirs and unspaced(ours) != unspaced(theirs) for ours, theirs in headings):
        named = {"plan": plan.plan_id, "title": there.title or "—", "file": where}
        raise Trouble(str(item.path), say("trouble.other_plan_there", **named))


def parse_inputs(asked: CommandLine) -> int:
    """Parse every input; write each plan, name each failure, go on to the next.

    Returns:
        The exit status: 0 all parsed, 2 an input failed.
    """
    items = list(items_of(expanded(asked.inputs)))
    given = plans.Given(asked.region.strip(), asked.year.strip())
    target = None if asked.folder == "-" else Path(asked.folder)
    run = _Run(target=target, state=_load_state(target))
    read_anew = asked.force or any(given) or os.environ.get("SAFEPLAN_VOCABULARY")
    known = {} if read_anew else dict(run.state)

    def unread(item: Input) -> Unchanged | None:
        return _unchanged(item.path, known, target) if item.of_folder else None

    with (
        watched(len(items)) as seen,
        closing(read_items(items, unread, asked.seconds, given=given, watch=seen.look)) as read,
    ):
        for item, result in read:
            seen.done(item.path)
            run.take(result, item)
    _save_state(target, run.state)
    if target is not None and not is_quiet():
        run.tell(len(items))
    return run.status


# --- what was parsed before -----------------------------------------------------------------


def _state_file(target: Path) -> Path:
    """Return where is kept what was parsed into a folder; the folder itself holds only plans."""
    named = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA")
    cache = named or Path.home() / ".cache"
    name = hashlib.sha256(str(target.resolve()).encode()).hexdigest()[:16]
    return Path(cache) / "safeplan" / f"parsed-{name}.json"


def _load_state(target: Path | None) -> dict[str, list[str]]:
    """Return, for each path parsed into the folder, its hash, our version and the plan's id."""
    state = None
    if target is not None:
        with suppress(OSError, ValueError):
            state = json.loads(_state_file(target).read_text(encoding="utf-8"))
    return state if isinstance(state, dict) else {}


def _save_state(target: Path | None, state: dict[str, list[str]]) -> None:
    if target is not None and state:
        text = json.dumps(dict(sorted(state.items())), ensure_ascii=False, indent=1) + "\n"
        with suppress(OSError):  # a memory aid only: without it the next run reads everything
            plans.write_text(_state_file(target), text)


def _unchanged(path: Path, known: dict[str, list[str]], target: Path | None) -> Unchanged | None:
    """Return the plan a document gave, if neither it nor this program has changed."""
    match known.get(str(path.resolve())):
        case [sha256, version, plan_id] if target is not None and not is_member(path):
            there = version == __version__ and (target / f"{plan_id}.json").is_file()
            with suppress(OSError):
                if there and hashlib.sha256(path.read_bytes()).hexdigest() == sha256:
                    return Unchanged(plan_id)
    return None
