"""A next-year circular, made from a real one by known edits, and the truth about it.

The document is kept line for line but for the rows that an edit touches; serials are counted anew
and all years move on. An edit is a dictionary:

    op      `text` (default), `drop`, `add`, `move`, `split`, `merge`, `title`
    task    the row it is about, as in the old plan; `tasks` for a merge
    cell    `content` (default), `name`, `responsible_text`, `lead_text`
    find, put   what stands there, and what does in the next year
    after   the row behind which an added or moved one stands
    at      the words behind which a row is split
    kinds   what `check` must find; empty where nothing has changed
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from safeplan.changes.rolling import roll, years
from safeplan.models import Check, Plan, Task

Edit = Mapping[str, Any]
Truth = tuple[str, tuple[str, ...], tuple[str, ...]]
"""Kind, old ids, new ids."""
MARKS = "①②③④⑤⑥⑦⑧⑨⑩"


@dataclass
class Row:
    """One row of the document to be: its lines as printed, or its cells where it was edited."""

    task: Task
    lines: list[str]
    origin: tuple[str, ...]
    kinds: list[str] = field(default_factory=list)
    edited: bool = False

    def change(self, cell: str, find: str, put: str) -> None:
        """Put other words into a cell.

        Raises:
            ValueError: the cell has no such words.
        """
        text: str = getattr(self.task, cell)
        if find not in text:
            raise ValueError(f"{self.task.task_id} {cell}: no {find!r} in {text!r}")
        self.task = self.task.model_copy(update={cell: text.replace(find, put, 1)})
        self.edited = True


def make(old: Plan, text: str, edits: Iterable[Edit], by: int = 1) -> tuple[str, list[Truth]]:
    """Return the text of the next circular and what has changed in it.

    Args:
        old: the plan as parsed.
        text: its document.
        edits: what to change.
        by: how many years on.
    """
    lines = text.split("\n")
    bars = any(line.endswith("|") for line in lines)
    heads, tables, tail = _cut(old, lines)
    dropped: list[Truth] = []
    titles: list[Truth] = []
    for edit in edits:
        _apply(edit, tables, heads, dropped, titles)
    made: list[str] = []
    truth = [*dropped, *titles]
    for head, (number, rows) in zip(heads, tables.items(), strict=True):
        made += head
        made += _print(rows, bars=bars, marked=any(row.task.sub_item for row in rows))
        for at, row in enumerate(rows, start=1):
            new = () if row.kinds == ["dropped"] else (f"t{number}.{at}",)
            kinds = list(row.kinds)
            if row.origin and by and _has_years(row):
                kinds.append("rolled_forward")
            truth += [(kind, row.origin, new) for kind in kinds]
    made += tail
    return roll("\n".join(made), by), _joined(truth)


def _has_years(row: Row) -> bool:
    return bool(years(f"{row.task.name}\n{row.task.content}\n{row.task.remark}"))


def _joined(truth: list[Truth]) -> list[Truth]:
    """Return the truth with the two halves of a split as one change of one old row."""
    parts: dict[tuple[str, ...], list[str]] = {}
    for kind, old, new in truth:
        if kind == "split":
            parts.setdefault(old, []).extend(new)
    joined: dict[Truth, None] = {}
    for kind, old, new in truth:
        joined[kind, old, tuple(parts.get(old, new))] = None
    return list(joined)


def _cut(old: Plan, lines: list[str]) -> tuple[list[list[str]], dict[int, list[Row]], list[str]]:
    """Return what stands before each table, its rows, and what stands behind the last."""
    heads: list[list[str]] = []
    tables: dict[int, list[Row]] = {}
    at = 0
    for task in old.tasks:
        assert task.source.lines is not None
        first, last = task.source.lines
        if task.table not in tables:
            heads.append(lines[at : first - 1])
            tables[task.table] = []
        tables[task.table].append(Row(task, lines[first - 1 : last], (task.task_id,)))
        at = last
    return heads, tables, lines[at:]


def _apply(
    edit: Edit,
    tables: dict[int, list[Row]],
    heads: list[list[str]],
    dropped: list[Truth],
    titles: list[Truth],
) -> None:
    op = edit.get("op", "text")
    kinds = list(edit.get("kinds", []))
    if op == "title":
        head = heads[edit["table"] - 1]
        at = next(at for at, line in enumerate(head) if edit["find"] in line)
        head[at] = head[at].replace(edit["find"], edit["put"])
        titles += [(kind, (), ()) for kind in kinds]
        return
    if op == "add":
        rows, at = _place(tables, edit["after"])
        model = rows[at].task
        task = model.model_copy(
            update={
                "task_id": "",
                "name": edit.get("name", model.name),
                "content": edit["content"],
                "responsible_text": edit.get("owners", model.responsible_text),
                "remark": "",
            }
        )
        rows.insert(at + 1, Row(task, [], (), ["added"], edited=True))
        return
    names = edit["tasks"] if op == "merge" else [edit["task"]]
    rows, at = _place(tables, names[0])
    row = rows[at]
    if op == "drop":
        # The name of a merged cell is printed with its first row: the next one prints it now.
        if at + 1 < len(rows) and rows[at + 1].task.name == row.task.name:
            rows[at + 1].edited = True
        dropped.append(("dropped", row.origin, ()))
        del rows[at]
        return
    if "find" in edit:
        row.change(edit.get("cell", "content"), edit["find"], edit["put"])
    row.kinds += [kind for kind in kinds if kind not in row.kinds]
    if op == "move":
        if at + 1 < len(rows) and rows[at + 1].task.name == row.task.name:
            rows[at + 1].edited = True
        del rows[at]
        others, place = _place(tables, edit["after"])
        row.edited = True
        others.insert(place + 1, row)
    elif op == "split":
        content = row.task.content
        cut = content.index(edit["at"]) + len(edit["at"])
        second = row.task.model_copy(update={"content": content[cut:]})
        row.task = row.task.model_copy(update={"content": content[:cut]})
        row.edited = True
        rows.insert(at + 1, Row(second, [], row.origin, row.kinds, edited=True))
    elif op == "merge":
        other = rows[at + 1]
        assert other.origin == (names[1],)
        row.task = row.task.model_copy(update={"content": row.task.content + other.task.content})
        row.origin += other.origin
        row.edited = True
        del rows[at + 1]


def _place(tables: dict[int, list[Row]], task_id: str) -> tuple[list[Row], int]:
    for rows in tables.values():
        for at, row in enumerate(rows):
            if row.origin[:1] == (task_id,):
                return rows, at
    raise ValueError(f"no row {task_id}")


def _print(rows: Sequence[Row], *, bars: bool, marked: bool) -> list[str]:
    """Return the lines of a table's rows, the serials counted anew."""
    printed: list[str] = []
    serial = mark = 0
    name: str | None = None
    for row in rows:
        task = row.task
        fresh = bars or task.name != name or not (marked or task.serial is None)
        carried = task.name == name
        serial += not (marked and carried)
        mark = mark + 1 if carried else 1
        name = task.name
        # A name of a merged cell is not in the row's own lines: behind another row it must be.
        named = carried or task.name in "".join(line.strip(" \t|") for line in row.lines)
        if not row.edited and not marked and named:
            printed += _renumbered(row.lines, serial)
            printed += [] if bars else [""]
            continue
        content = f"{MARKS[mark - 1]}{task.content}" if marked and task.sub_item else task.content
        shown = "" if carried and not bars else task.name
        cells = [str(serial) if fresh else "", shown, content]
        if any(other.task.lead_text for other in rows):
            cells += [task.lead_text, task.responsible_text]
        else:
            cells += [task.responsible_text, task.remark]
        if bars:
            printed += [f"{cell} |" if cell else "|" for cell in cells]
        else:
            printed += [*(f"\t{cell}" for cell in cells), ""]
    return printed


def _renumbered(lines: list[str], serial: int) -> list[str]:
    """Return a row's lines with its serial counted anew, where one is printed first."""
    for at, line in enumerate(lines):
        if line.strip(" \t|"):
            if re.fullmatch(r"\s*\d+ ?\|?", line):
                return [*lines[:at], re.sub(r"\d+", str(serial), line), *lines[at + 1 :]]
            break
    return lines


@dataclass(frozen=True)
class Measured:
    """How a check does against the truth."""

    missed: list[Truth]
    reported: list[Truth]
    """Changes of rows that have not changed."""
    recall: float
    noise: float
    """Share of the unchanged rows (of both plans) that are reported."""


def measure(check: Check, truth: Sequence[Truth], old: Plan, new: Plan) -> Measured:
    """Return what a check missed and what it invented; years that rolled forward are no report."""
    found = [(change.kind, tuple(change.old), tuple(change.new)) for change in check.changes]
    missed = [one for one in truth if one not in found]
    touched = {("old", name) for kind, names, _ in truth for name in names if kind != ROLLED}
    touched |= {("new", name) for kind, _, names in truth for name in names if kind != ROLLED}
    reported: list[Truth] = []
    rows = set()
    for kind, before, after in found:
        ids = {("old", name) for name in before} | {("new", name) for name in after}
        if kind != ROLLED and ids - touched:
            reported.append((kind, before, after))
            rows |= ids - touched
    unchanged = len(old.tasks) + len(new.tasks) - len(touched)
    return Measured(missed, reported, 1 - len(missed) / len(truth), len(rows) / unchanged)


ROLLED = "rolled_forward"
