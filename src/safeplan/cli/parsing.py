"""The verb `parse`: files and folders in, one JSON a plan out, every failure named.

Text and web pages are read here; other formats each in a process of its own, as many at a time as
there are processors, and given up on after a limit. Of a folder, what has not changed since it was
parsed is left alone: a file in the user's cache says which bytes gave which plan.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from safeplan import __version__, plans
from safeplan.cli.trouble import Trouble, document_trouble, say_trouble
from safeplan.documents import DocumentError, documents_in, is_member
from safeplan.documents.encoding import signature
from safeplan.messages import say
from safeplan.models import Plan

if TYPE_CHECKING:
    from rich.progress import Progress


@dataclass(frozen=True)
class Item:
    """One document to read."""

    path: Path
    of_folder: bool
    trouble: Trouble | None = None
    """Set where the input itself is at fault."""


@dataclass
class Report:
    """What became of the inputs, for the table at the end."""

    rows: list[list[str]] = field(default_factory=list)
    failed: int = 0


def parse_inputs(inputs: Sequence[str], folder: str, *, force: bool, seconds: float) -> int:
    """Parse every input; write each plan, name each failure, go on to the next.

    Args:
        inputs: files and folders.
        folder: where the plans are written; `-` is standard output.
        force: whether to read what has not changed since it was parsed.
        seconds: after how long a document read in a process of its own is given up on.

    Returns:
        The exit status: 0 all parsed, 2 an input failed.
    """
    items = list(_items(inputs))
    target = None if folder == "-" else Path(folder)
    state = _load_state(target)
    known = {} if force or os.environ.get("SAFEPLAN_VOCABULARY") else dict(state)
    report = Report()
    written: dict[str, str] = {}
    with _progress(len(items)) as progress:
        for item, result in _read(items, known, target, seconds):
            if progress is not None:
                progress.advance(progress.task_ids[0])
            try:
                if isinstance(result, Trouble):
                    raise result
                if isinstance(result, str):
                    written.setdefault(result, str(item.path))
                    report.rows.append([str(item.path), result, "", "", say("parse.unchanged")])
                    continue
                _write(result, item, target, written, state, report)
            except Trouble as trouble:
                report.failed += 1
                report.rows.append([str(item.path), "—", "", "", say("parse.refused")])
                say_trouble(trouble)
    _save_state(target, state)
    if target is not None:
        _print(report, len(items))
    return 2 if report.failed else 0


# --- which documents ------------------------------------------------------------------------


def _items(inputs: Sequence[str]) -> Iterator[Item]:
    """Yield the documents of all inputs; a folder gives those below it, hidden ones left out."""
    for name in inputs:
        path = Path(name)
        if not path.is_dir():
            yield from _members(path, of_folder=False)
            continue
        below = sorted(
            found
            for found in path.rglob("*")
            if found.is_file()
            and not any(part.startswith((".", "~$")) for part in found.relative_to(path).parts)
        )
        if not below:
            yield Item(path, True, Trouble(name, say("trouble.empty_folder")))
        for found in below:
            yield from _members(found, of_folder=True)


def _members(path: Path, *, of_folder: bool) -> Iterator[Item]:
    """Yield the documents a file stands for: itself, or the members of an archive."""
    try:
        for member in documents_in(path):
            yield Item(member, of_folder)
    except DocumentError as error:
        yield Item(path, of_folder, document_trouble(str(path), error))


# --- reading them ---------------------------------------------------------------------------

Result = Plan | Trouble | str
"""A plan, what is wrong, or the id of the plan that the unchanged document gave before."""


def _read(
    items: Sequence[Item], known: dict[str, list[str]], target: Path | None, seconds: float
) -> Iterator[tuple[Item, Result]]:
    """Yield each document with what it gave, in the order of the inputs."""
    apart = [item for item in items if item.trouble is None and _needs_process(item.path)]
    with ThreadPoolExecutor(max_workers=os.cpu_count() or 1) as pool:
        futures: dict[Path, Future[Result]] = {
            item.path: pool.submit(_one, item, known, target, seconds) for item in apart
        }
        for item in items:
            if item.trouble is not None:
                yield item, item.trouble
            elif item.path in futures:
                yield item, futures[item.path].result()
            else:
                yield item, _one(item, known, target, None)


def _needs_process(path: Path) -> bool:
    """Tell whether a document is of a format whose reader rests on C libraries."""
    if is_member(path):
        return True
    try:
        with path.open("rb") as file:
            return signature(file.read(64)) is not None
    except OSError:
        return False


def _one(
    item: Item, known: dict[str, list[str]], target: Path | None, seconds: float | None
) -> Result:
    """Read one document, here or (with a limit of `seconds`) in a process of its own."""
    if item.of_folder and (plan_id := _unchanged(item.path, known, target)):
        return plan_id
    try:
        if seconds is None:
            return plans.parse(item.path)
        from safeplan.cli.worker import read_apart

        return read_apart(item.path, seconds)
    except DocumentError as error:
        return document_trouble(str(item.path), error)


# --- writing them ---------------------------------------------------------------------------


def _write(
    plan: Plan,
    item: Item,
    target: Path | None,
    written: dict[str, str],
    state: dict[str, list[str]],
    report: Report,
) -> None:
    if plan.plan_id in written:
        other = written[plan.plan_id]
        raise Trouble(str(item.path), say("trouble.same_plan", plan=plan.plan_id, other=other))
    written[plan.plan_id] = str(item.path)
    if target is None:
        sys.stdout.write(plans.to_json(plan))
        return
    try:
        path = plans.save(plan, target)
    except OSError as error:
        reason = error.strerror or str(error)
        raise Trouble(str(error.filename or target), reason) from None
    state[str(item.path.resolve())] = [plan.source.sha256, __version__, plan.plan_id]
    doubts = sum(finding.severity == "doubt" for finding in plan.findings)
    counts = {
        "tables": len({task.table for task in plan.tasks}),
        "tasks": len(plan.tasks),
        "measures": len(plan.measures),
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


def _print(report: Report, inputs: int) -> None:
    """Print a line for one document, a table for several."""
    if inputs == 1:
        for _, plan_id, counts, doubts, result in report.rows:
            if counts:
                print(f"{result}：{counts}；{doubts}")
            elif plan_id != "—":
                print(f"{plan_id}：{result}")
        return
    from safeplan.reports.sheets import Column, Sheet, print_sheet
    from safeplan.reports.table import console

    columns = [Column("input", 4), Column("plan", 0), Column("read", 3), Column("doubts", 3)]
    columns.append(Column("result", 4))
    sheet = Sheet("", columns, [list(row) for row in report.rows])
    print_sheet(sheet, console())
    done = sum(bool(row[2]) for row in report.rows)
    unchanged = len(report.rows) - done - report.failed
    print(say("parse.summary", count=inputs, done=done, unchanged=unchanged, failed=report.failed))


@contextmanager
def _progress(inputs: int) -> Iterator[Progress | None]:
    """Show a progress bar on standard error, where that is a terminal and there is work for one."""
    if inputs < 2 or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import Progress as Bar

    with Bar(console=Console(stderr=True), transient=True) as bar:
        bar.add_task(say("parse.progress"), total=inputs)
        yield bar


# --- what was parsed before -----------------------------------------------------------------


def _state_file(target: Path) -> Path:
    """Return where is kept what was parsed into a folder; the folder itself holds only plans."""
    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
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
