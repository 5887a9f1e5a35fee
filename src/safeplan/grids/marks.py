"""Tables whose columns are bodies: a mark in the cell says whether it leads, answers or assists."""

from __future__ import annotations

import re
from functools import cache

from safeplan import vocabulary
from safeplan.grids.rows import Column, Row

_SAID = re.compile(r"[\u4e00-\u9fff]")


@cache
def _marks(key: str) -> re.Pattern[str]:
    return re.compile("|".join(vocabulary.load("cells")[key]))


def with_marked_owners(rows: list[Row], columns: list[Column]) -> list[Row]:
    """Return the rows with the bodies that are marked in them.

    ● beside ○ leads, and ○ assists; where a table has one sign throughout it only says who.
    """
    bodies = [column.header for column in columns if column.role == "body"]
    if not bodies:
        return rows
    used = {mark for row in rows for mark in row.marks.values()}
    several = any(_marks("assisting_marks").fullmatch(mark) for mark in used) and len(used) > 1
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
    if said and _marks("assisting_marks").fullmatch(mark):
        return "assisting"
    return "lead" if said and _marks("lead_marks").fullmatch(mark) else "responsible"
