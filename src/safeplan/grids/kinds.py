"""Which tables list tasks: what is to be done, and who answers for it, by when or to what end.

A table of contacts, a duty roster, a scoring sheet, a form to fill in, a glossary, an inventory, and
whatever is not written in Chinese give no tasks; the reason is said in a finding.
"""

from __future__ import annotations

import re

from safeplan import vocabulary
from safeplan.documents.cell_words import role_of
from safeplan.grids.assigning import is_period
from safeplan.grids.grid import Column
from safeplan.grids.telling import OWNERS, SENTENCE, Holding, has_chinese

_TASKS = re.compile(
    r"任务|分工|分解|清单|要点|措施|指标|台账|整改|目标|计划|安排|进度|项目|工程|责任|行动|职责"
)
_YEAR = re.compile(r"20\d\d(?=年)")
_LONG = 10


def why_no_tasks(
    columns: list[Column],
    held: list[Holding],
    title: str,
    issued: int | None = None,
    *,
    answered: bool = False,
) -> str | None:
    """Return why a table lists no tasks, None where it does.

    Args:
        columns: its columns.
        held: what stands in each.
        title: what it is called, empty where nothing stands above it.
        issued: the year the document was issued, where it says so.
        answered: whether headings of its rows name bodies.
    """
    pairs = list(zip(columns, held, strict=True))
    by_role = {column.role: cells for column, cells in pairs}
    text = [by_role[role] for role in ("name", "content") if role in by_role]
    text += [cells for column, cells in pairs if column.role == "goal"]
    said = [cells for cells in text if cells.filled]
    if not said:
        return _kind(columns, title)[0] or ("form" if text else "no_duty")
    if not any(cells.share(has_chinese) >= 0.5 for cells in said):
        return "no_duty" if any(has_chinese(column.header) for column in columns) else "no_text"
    words = {role_of(column.header) for column in columns}
    owner = answered or "body" in by_role or any(by_role[r].filled for r in OWNERS if r in by_role)
    due = "deadline" in by_role and by_role["deadline"].filled > 0
    goal = "content" in words or any(
        column.role == "goal" or (column.role == "content" and is_period(column.header))
        for column in columns
    )
    longest = max(cells.length for cells in said)
    # A column that only is called for tasks (内容, 名称) may stand in any table.
    told = (owner and longest >= 4) + due + goal
    asked = [column.header for column in columns if column.role in ("content", "goal", "aim")]
    years = [int(match[0]) if (match := _YEAR.search(header)) else None for header in asked]
    if issued and years and all(year and year < issued for year in years):
        return "results"  # all that was to be reached was due before the document
    kind, found = _kind(columns, title)
    if kind == "results" and goal:
        kind = ""  # where things stand, beside what is to be reached
    if kind and not (told >= 2 and owner and (kind != "scoring" or found < 2)):
        return kind
    if "content" in by_role and "content" not in words:
        told += by_role["content"].share(SENTENCE.match) >= 0.5
    if told >= 2 or (told and (owner or goal) and (longest >= _LONG or "serial" in by_role)):
        return None
    counted = "serial" in by_role and longest >= _LONG
    called = _TASKS.search(title) is not None
    lists = (counted and (called or {"name", "content"} & words)) or (told and called)
    return None if lists else "no_duty"


def _kind(columns: list[Column], title: str) -> tuple[str, int]:
    """Return what other kind of table its headers or its title tell of, and by how many headers."""
    headers = [column.header for column in columns if column.role not in OWNERS]
    for kind in vocabulary.load("cells")["no_tasks"]:
        words, titles = (
            vocabulary.pattern("cells", "no_tasks", kind, part) for part in ("headers", "titles")
        )
        found = sum(words.fullmatch(header) is not None for header in headers)
        called = titles.search(title)
        if found > 1 or (found and called):
            return kind, found + bool(called)
        if called and not _TASKS.search(titles.sub("", title)):
            return kind, found
    return "", 0
