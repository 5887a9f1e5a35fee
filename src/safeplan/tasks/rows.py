"""Whole grids → Task records: ids, titles, and one task for each marked item of a cell."""

from __future__ import annotations

import re

from safeplan.grids import Grid, Note, without_number
from safeplan.models import Finding, Source, Task
from safeplan.tasks.drafts import Draft

_MARKS = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳㉑㉒㉓㉔㉕㉖㉗㉘㉙㉚㉛㉜㉝㉞㉟㊱㊲㊳㊴㊵㊶㊷㊸㊹㊺㊻㊼㊽㊾㊿"
_MARK = re.compile(f"[{_MARKS}]")


def read_tasks(grids: list[Grid]) -> tuple[list[Draft], list[Finding]]:
    """Return the tasks of all tables in document order, and what the reader repaired or doubts.

    The findings carry no message yet: that is said by whoever knows the reader's language.
    """
    drafts: list[Draft] = []
    findings: list[Finding] = []
    for table, grid in enumerate(grids, start=1):
        title = table_title(grid.title)
        ids: dict[int, str] = {}
        for number, row in enumerate(grid.rows, start=1):
            lead_in, items = split_items(row.cells.get("content", ""))
            if lead_in and items[0][0] is not None:
                items = [(items[0][0], lead_in + items[0][1]), *items[1:]]
                grid.notes.append(Note("lead_in", "doubt", number, {"text": lead_in}))
            several = len(items) > 1
            ids[number] = f"t{table}.{number}"
            for mark, content in items:
                task_id = f"t{table}.{number}.{mark}" if several else ids[number]
                task = Task(
                    task_id=task_id,
                    table=table,
                    table_title=title,
                    row=number,
                    serial=row.cells.get("serial") or None,
                    group=row.cells.get("group") or None,
                    name=row.cells.get("name", ""),
                    sub_item=mark,
                    content=content,
                    lead_text=row.cells.get("lead", ""),
                    responsible_text=row.cells.get("responsible", ""),
                    assisting_text=row.cells.get("assisting", ""),
                    deadline_text=row.cells.get("deadline", ""),
                    remark=row.cells.get("remark", ""),
                    source=row.source,
                    extra=row.extra,
                )
                drafts.append(Draft(task))
            if several:
                ids[number] = f"t{table}.{number}.{items[0][0]}"
        if not title:
            grid.notes.append(Note("table_untitled", "doubt"))
        for note in sorted(grid.notes, key=lambda note: note.row or 0):
            findings.append(_finding(note, table, ids, grid))
    return drafts, findings


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
