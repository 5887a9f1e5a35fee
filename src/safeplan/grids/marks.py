"""Tables whose columns are bodies: a mark in the cell says whether it leads, answers or assists."""

from __future__ import annotations

import re

from safeplan.documents.table_lines import form
from safeplan.grids.grid import Column, Row

_SAID = re.compile(r"[\u4e00-\u9fff]")


def with_marked_owners(rows: list[Row], columns: list[Column]) -> list[Row]:
    """Return the rows with the bodies that are marked in them.

    ● beside ○ leads, and ○ assists; where a table has one sign throughout it only says who.
    """
    bodies = [column.header for column in columns if column.role == "body"]
    if not bodies:
        return rows
    used = {mark for row in rows for mark in row.marks.values()}
    several = any(form("assisting_marks").fullmatch(mark) for mark in used) and len(used) > 1
    marked = []
    for row in rows:
        named: dict[str, list[str]] = {}
        for body in bodies:
            if mark := row.marks.get(body):
                named.setdefault(_role(mark, several), []).append(body)
        own = {role: row.cells.get(role) or "、".join(names) for role, names in named.items()}
        marked.append(row.with_cells(**own) if own else row)
    return marked


def _role(mark: str, several: bool) -> str:
    said = several or bool(_SAID.search(mark))
    if said and form("assisting_marks").fullmatch(mark):
        return "assisting"
    return "lead" if said and form("lead_marks").fullmatch(mark) else "responsible"
