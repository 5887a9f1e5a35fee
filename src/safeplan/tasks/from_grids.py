"""Whole grids → Task records: ids, titles, and one task for each marked item of a cell."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from safeplan.grids import Grid, Note, Row, Tables, Unread, without_number
from safeplan.models import Finding, Part, Source, Task
from safeplan.tasks.drafts import Draft

_MARKS = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳㉑㉒㉓㉔㉕㉖㉗㉘㉙㉚㉛㉜㉝㉞㉟㊱㊲㊳㊴㊵㊶㊷㊸㊹㊺㊻㊼㊽㊾㊿"
_MARK = re.compile(f"[{_MARKS}]")


def read_tasks(tables: Tables, parts: Sequence[Part] = ()) -> tuple[list[Draft], list[Finding]]:
    """Return the tasks of all tables in document order, and what the reader repaired or doubts.

    A table that lists no tasks is a finding. The findings carry no message yet: that is said by
    whoever knows the reader's language.

    Args:
        tables: the tables of a document.
        parts: for each block of the document, the part it stands in; all annex if not given.
    """
    drafts: list[Draft] = []
    findings: list[Finding] = []
    for table, grid in enumerate(tables, start=1):
        read = _Numbered(table, grid, parts[grid.at] if parts else "annex")
        for number, row in enumerate(grid.rows, start=1):
            drafts += read.tasks_of(number, row)
        if not grid.title:
            grid.notes.append(Note("table_untitled", "doubt"))
        for note in sorted(grid.notes, key=lambda note: note.row or 0):
            findings.append(_finding(note, table, read.ids, grid))
    findings += [_no_tasks(unread) for unread in tables.unread]
    return drafts, findings + _of_several_years(tables)


@dataclass
class _Numbered:
    """The rows of one table while they become tasks."""

    table: int
    grid: Grid
    part: Part
    ids: dict[int, str] = field(default_factory=dict)
    """The first task of each row."""

    def tasks_of(self, number: int, row: Row) -> list[Draft]:
        """Return the tasks of one row: one, or one of each item that it marks."""
        self.ids[number] = f"t{self.table}.{number}"
        row = self._with_aim(row)
        if row.goals:
            return [self._with_goals(number, row)]
        lead_in, items = split_items(row.cells.get("content", ""))
        if lead_in and items[0][0] is not None:
            items = [(items[0][0], lead_in + items[0][1]), *items[1:]]
            self.grid.notes.append(Note("lead_in", "doubt", number, {"text": lead_in}))
        if len(items) == 1:
            mark, content = items[0]
            lines = row.lines if mark is None else {**row.lines, "content": ""}
            return [self._draft(self.ids[number], number, row, content, mark, lines)]
        self.ids[number] = f"t{self.table}.{number}.{items[0][0]}"
        own = _each_its_own(row, [mark for mark, _ in items])
        return [
            self._draft(f"t{self.table}.{number}.{mark}", number, part, content, mark, part.lines)
            for part, (mark, content) in zip(own, items, strict=True)
        ]

    def _with_goals(self, number: int, row: Row) -> Draft:
        """Return the task of a row that has a goal for each of several years, or halves of one."""
        headers = {c.period: c.header for c in self.grid.columns if c.role == "goal"}
        goals: dict[str, str] = {}
        for period, goal in row.goals:
            header = headers.get(period, period)
            goals[header] = "；".join(filter(None, (goals.get(header), goal)))
        said = row.cells.get("content", "") or "；".join(goal for _, goal in row.goals)
        own = replace(row, extra={**row.extra, **goals})
        draft = self._draft(self.ids[number], number, own, said, None, row.lines)
        return replace(draft, goals=tuple(row.goals))

    def _with_aim(self, row: Row) -> Row:
        """Return the row with what is to be reached beside what is to be done, in their order.

        Where that is a list of marked items it is kept by its header: it belongs to all of them.
        """
        aim, done = row.cells.get("aim", ""), row.cells.get("content", "")
        if not aim:
            return row
        if row.goals or len(split_items(done)[1]) > 1:
            return replace(row, extra={self._header("aim"): aim, **row.extra})
        order = sorted(("aim", "content"), key=[c.role for c in self.grid.columns].index)
        said = [role for role in order if row.cells.get(role)]
        lines = "\n".join(row.lines.get(role) or row.cells[role] for role in said)
        content = " ".join(row.cells[role] for role in said)
        return replace(row.with_cells(content=content), lines={**row.lines, "content": lines})

    def _header(self, role: str) -> str:
        return next((c.header for c in self.grid.columns if c.role == role), "") or role

    def _draft(
        self,
        task_id: str,
        number: int,
        row: Row,
        content: str,
        mark: int | None,
        lines: dict[str, str],
    ) -> Draft:
        cells = row.cells
        task = Task(
            task_id=task_id,
            table=self.table,
            table_title=table_title(self.grid.title),
            part=self.part,
            row=number,
            serial=cells.get("serial") or None,
            group=cells.get("group") or None,
            name=cells.get("name", ""),
            sub_item=mark,
            content=content,
            lead_text=cells.get("lead", ""),
            responsible_text=cells.get("responsible", ""),
            assisting_text=cells.get("assisting", ""),
            deadline_text=cells.get("deadline", ""),
            remark=cells.get("remark", ""),
            source=row.source,
            extra=row.extra,
        )
        fields = {_FIELDS.get(role, role): text for role, text in lines.items() if "\n" in text}
        fields.pop("aim", None)
        return Draft(task, fields, row.unit)


def _each_its_own(row: Row, marks: list[int | None]) -> list[Row]:
    """Return the row once for each marked item: what a cell says to the same marks is that item's.

    ①甲局；②乙局 beside ①…；②… names one body for each.
    """
    rows = [replace(row, lines={**row.lines, "content": ""}) for _ in marks]
    for role, cell in row.cells.items():
        lead_in, items = split_items(cell) if role in _FIELDS else ("", [])
        if lead_in or [mark for mark, _ in items] != marks:
            continue
        rows = [
            replace(
                one.with_cells(**{role: text.rstrip("；;。，,")}), lines={**one.lines, role: ""}
            )
            for one, (_, text) in zip(rows, items, strict=True)
        ]
    return rows


_FIELDS = {
    "lead": "lead_text",
    "responsible": "responsible_text",
    "assisting": "assisting_text",
    "deadline": "deadline_text",
}


def _no_tasks(unread: Unread) -> Finding:
    """Return the finding on a table that gave no tasks."""
    known = unread.has_header or unread.reason != "no_duty"
    return Finding(
        code=f"table_{unread.reason}" if known else "table_unread",
        message="",
        args={"text": unread.header[:_QUOTED]},
        source=unread.source,
    )


_QUOTED = 60
_YEAR = re.compile(r"(20\d\d)年")


def _of_several_years(tables: Tables) -> list[Finding]:
    """Report tables that are called for different years: they may be two plans."""
    titled = [(grid, years) for grid in tables if (years := {*_YEAR.findall(grid.title)})]
    single = {next(iter(years)) for _, years in titled if len(years) == 1}
    if len(single) < 2:
        return []
    words = {"years": "、".join(sorted(single)), "titles": "；".join(g.title for g, _ in titled)}
    return [Finding(code="tables_of_years", message="", args=words)]


def _finding(note: Note, table: int, ids: dict[int, str], grid: Grid) -> Finding:
    args = {"table": str(table), **note.args}
    if "role" in args:
        header = next((c.header for c in grid.columns if c.role == args["role"]), "")
        args["header"] = header or args["role"]
    source: Source | None = grid.title_source
    if note.row is not None:
        source = grid.rows[note.row - 1].source
    return Finding(
        code=note.code,
        message="",
        task_id=ids.get(note.row) if note.row is not None else None,
        severity=note.severity,
        args=args,
        source=source,
    )


def table_title(printed: str) -> str:
    """Return a table's title without its number.

    >>> table_title("二、重点工作措施及责任分工")
    '重点工作措施及责任分工'
    """
    stripped = without_number(printed)
    return stripped if len(stripped) <= 60 and "。" not in stripped else ""


def split_items(content: str) -> tuple[str, list[tuple[int | None, str]]]:
    """Split a cell at its ①②③ marks, which must count on from the first one.

    Returns:
        The text before the first mark, and the items as (number, text without its mark); one
        item with the number None where the cell has no marks.

    >>> split_items("①甲。②乙。")
    ('', [(1, '甲。'), (2, '乙。')])
    >>> split_items("见①所述")
    ('', [(None, '见①所述')])
    """
    starts: list[tuple[int, int]] = []
    for match in _MARK.finditer(content):
        number = _MARKS.index(match.group()) + 1
        before = content[: match.start()]
        opens = not before or before[-1] in "。；;：:！？"
        # The first must open a sentence; to count on from it is certain enough for the others.
        if number == starts[-1][0] + 1 if starts else opens:
            starts.append((number, match.start()))
    if not starts:
        return "", [(None, content)]
    items: list[tuple[int | None, str]] = []
    for index, (number, at) in enumerate(starts):
        end = starts[index + 1][1] if index + 1 < len(starts) else len(content)
        items.append((number, content[at + 1 : end].strip()))
    return content[: starts[0][1]], items
