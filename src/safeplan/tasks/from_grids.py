"""Whole grids → Task records: ids, titles, and one task for each marked item of a cell."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from safeplan.grids import Grid, Note, Row, Tables, without_number
from safeplan.models import ROLES, Finding, Part, Task
from safeplan.tasks.notes import NOTHING, labelled_value, said_by_heading, split_notes
from safeplan.text.numbering import CIRCLED

_MARK = re.compile(f"[{CIRCLED}]")
_QUOTED = 60
"""How much of a table's header a finding quotes, in characters."""
_DAYS = re.compile("[年月日季汛期]")
_YEAR = re.compile(r"(20\d\d)年")
_FIELDS = {role: f"{role}_text" for role in (*ROLES, "deadline")}


@dataclass(frozen=True)
class Draft:
    """A task whose words stand in their fields, before bodies, figures and days are read from them.

    What the record itself has no room for stands beside it.
    """

    task: Task
    lines: dict[str, str] = field(default_factory=dict)
    """A field's text with a line feed wherever the document begins a new line in the cell; only
    of fields that have one (牵头单位：… and 配合单位：… below each other in one cell)."""
    unit: str = ""
    """The unit that a column, a header or a line above the table gives to bare figures."""
    goals: tuple[tuple[str, str], ...] = ()
    """What columns of years or halves of one ask for: (`2024年`, the cell), from left to right."""

    def text_of(self, name: str) -> str:
        """Return a field's text with its lines, where they are known."""
        return self.lines.get(name) or str(getattr(self.task, name))


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
        ids: dict[int | None, str] = {}
        part = parts[grid.at] if parts else "annex"
        told = {"table": table, "table_title": table_title(grid.title), "part": part}
        for number, row in enumerate(grid.rows, start=1):
            for draft in _tasks_of(grid, number, row):
                task_id = f"t{table}.{draft.task.task_id}"
                task = draft.task.model_copy(update={**told, "task_id": task_id})
                drafts.append(replace(draft, task=task))
                ids.setdefault(number, task_id)
        if not grid.title:
            grid.notes.append(Note("table_untitled", "doubt"))
        for note in sorted(grid.notes, key=lambda note: note.row or 0):
            findings.append(_finding(note, table, ids, grid))
    for unread in tables.unread:
        known = unread.has_header or unread.reason != "no_duty"
        code = f"table_{unread.reason}" if known else "table_unread"
        args = {"text": unread.header[:_QUOTED]}
        findings.append(Finding(code=code, args=args, source=unread.source))
    return drafts, findings + _of_several_years(tables)


def _tasks_of(grid: Grid, number: int, row: Row) -> list[Draft]:
    """Return the tasks of one row: one, or one of each item that it marks."""
    row = _with_aim(row, grid)
    content = row.cells.get("content", "")
    if row.goals:
        headers = {c.period: c.header for c in grid.columns if c.role == "goal"}
        goals: dict[str, str] = {}
        for period, goal in row.goals:
            header = headers.get(period, period)
            goals[header] = "；".join(filter(None, (goals.get(header), goal)))
        row = replace(row, extra={**row.extra, **goals})
        said = content or "；".join(goal for _, goal in row.goals)
        return [replace(_draft(number, row, said), goals=tuple(row.goals))]
    lead_in, items = split_items(content)
    marks = [mark for mark, _ in items]
    if lead_in and marks[0] is not None:
        items = [(marks[0], lead_in + items[0][1]), *items[1:]]
        grid.notes.append(Note("lead_in", "doubt", number, {"text": lead_in}))
    if marks == [None]:
        return [_draft(number, row, content)]
    whole = replace(row, lines={**row.lines, "content": ""})
    rows = _each_its_own(whole, marks) if len(marks) > 1 else [whole]
    return [
        _draft(number, own, text, mark, f".{mark}" if len(marks) > 1 else "")
        for own, (mark, text) in zip(rows, items, strict=True)
    ]


def _with_aim(row: Row, grid: Grid) -> Row:
    """Return the row with what is to be reached beside what is to be done, in their order.

    Where that is a list of marked items it is kept by its header: it belongs to all of them.
    """
    aim, done = row.cells.get("aim", ""), row.cells.get("content", "")
    if not aim:
        return row
    roles = [column.role for column in grid.columns]
    if row.goals or len(split_items(done)[1]) > 1:
        header = grid.columns[roles.index("aim")].header
        return replace(row, extra={header or "aim": aim, **row.extra})
    order = sorted(("aim", "content"), key=roles.index)
    said = [role for role in order if row.cells.get(role)]
    lines = "\n".join(row.lines.get(role) or row.cells[role] for role in said)
    content = " ".join(row.cells[role] for role in said)
    return replace(row.with_cells(content=content), lines={**row.lines, "content": lines})


def _each_its_own(row: Row, marks: list[int | None]) -> list[Row]:
    """Return the row once for each marked item: what a cell says to the same marks is that item's.

    ①甲局；②乙局 beside ①…；②… names one body for each.
    """
    rows = [row for _ in marks]
    for role in _FIELDS:
        lead_in, items = split_items(row.cells.get(role, ""))
        if not lead_in and [mark for mark, _ in items] == marks:
            rows = [
                replace(one, lines={**one.lines, role: ""}).with_cells(
                    **{role: text.rstrip("；;。，,")}
                )
                for one, (_, text) in zip(rows, items, strict=True)
            ]
    return rows


def _with_words_elsewhere(row: Row) -> Row:
    """Return the row with what its group says of all its rows, and the days of its owner cell."""
    cells, lines = dict(row.cells), dict(row.lines)
    above = NOTHING
    texts = []
    for piece in split_notes(cells.get("group", "")):
        if isinstance(piece, str):
            texts.append(piece)
            piece = said_by_heading(piece)
        above = piece.joined(above)
    if above:
        cells["group"] = "".join(texts)
    who = lines.get("responsible", cells.get("responsible", "")).replace("\n", "，")
    if not cells.get("deadline") and _DAYS.search(who):
        own = labelled_value("responsible", who)
        if own.names_bodies and own.deadline:
            lines.pop("responsible", None)
            cells |= {"responsible": own.responsible, "deadline": own.deadline}
            cells["lead"] = cells.get("lead") or own.lead
            cells["assisting"] = cells.get("assisting") or own.assisting
    cells["deadline"] = cells.get("deadline") or above.deadline
    if not cells.get("lead"):
        cells["lead"] = above.lead
        cells["responsible"] = cells.get("responsible") or above.responsible
    cells["assisting"] = cells.get("assisting") or above.assisting
    return replace(row, cells=cells, lines=lines)


def _without_notes(content: str, row: Row) -> tuple[str, Row]:
    """Return a content without the note it ends in, and the row with what its notes say."""
    texts = [piece for piece in split_notes(content) if isinstance(piece, str)]
    note = NOTHING
    for piece in split_notes(content):
        note = note if isinstance(piece, str) else note.joined(piece)
    if not note.names_bodies:
        return content, row
    said = {role: getattr(note, role) for role in _FIELDS}
    own = row.with_cells(**{role: row.cells.get(role) or said[role] for role in said})
    own = replace(own, lines={**own.lines, "content": ""})
    return (texts[0] if len(texts) == 1 else content), own


def _draft(number: int, row: Row, content: str, mark: int | None = None, item: str = "") -> Draft:
    row = _with_words_elsewhere(row)
    if not (row.cells["lead"] or row.cells["responsible"]):
        content, row = _without_notes(content, row)
    cells = row.cells
    task = Task(
        task_id=f"{number}{item}",
        table=0,
        table_title="",
        row=number,
        serial=cells.get("serial") or None,
        group=cells.get("group") or None,
        name=cells.get("name", ""),
        sub_item=mark,
        content=content,
        remark=cells.get("remark", ""),
        source=row.source,
        extra=row.extra,
        **{_FIELDS[role]: cells.get(role, "") for role in _FIELDS},
    )
    lines = {_FIELDS.get(role, role): text for role, text in row.lines.items() if "\n" in text}
    lines.pop("aim", None)
    return Draft(task, lines, row.unit)


def _of_several_years(tables: Tables) -> list[Finding]:
    """Report tables that are called for different years: they may be two plans."""
    titled = [(grid, years) for grid in tables if (years := {*_YEAR.findall(grid.title)})]
    single = {next(iter(years)) for _, years in titled if len(years) == 1}
    if len(single) < 2:
        return []
    words = {"years": "、".join(sorted(single)), "titles": "；".join(g.title for g, _ in titled)}
    return [Finding(code="tables_of_years", args=words)]


def _finding(note: Note, table: int, ids: dict[int | None, str], grid: Grid) -> Finding:
    args = {"table": str(table), **note.args}
    if "role" in args:
        header = next((c.header for c in grid.columns if c.role == args["role"]), "")
        args["header"] = header or args["role"]
    return Finding(
        code=note.code,
        task_id=ids.get(note.row),
        severity=note.severity,
        args=args,
        source=grid.title_source if note.row is None else grid.rows[note.row - 1].source,
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
    marks: list[tuple[int, int]] = []
    for match in _MARK.finditer(content):
        number, at = CIRCLED.index(match.group()) + 1, match.start()
        opens = at == 0 or content[at - 1] in "。；;：:！？"
        # The first must open a sentence; to count on from it is certain enough for the others.
        if number == marks[-1][0] + 1 if marks else opens:
            marks.append((number, at))
    if not marks:
        return "", [(None, content)]
    ends = [*(at for _, at in marks[1:]), len(content)]
    return content[: marks[0][1]], [
        (number, content[at + 1 : end].strip())
        for (number, at), end in zip(marks, ends, strict=True)
    ]
