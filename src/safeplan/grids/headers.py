"""The header row: which one it is, and what each column under it holds.

Header words are vocabulary (`headers.toml`). A header cell that stands over two columns is found
by trying each place and keeping the one whose columns fit what the rows hold.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import cache

from safeplan import vocabulary
from safeplan.documents import RawCell, RawGrid, fold
from safeplan.grids.placing import fit
from safeplan.grids.rows import Column

_YEAR = re.compile(r"^(20\d\d年?度?|年度|本年度?)(?=.)")


@cache
def _patterns() -> list[tuple[str, re.Pattern[str]]]:
    roles: dict[str, list[str]] = vocabulary.load("headers")["roles"]
    return [(role, re.compile("|".join(patterns))) for role, patterns in roles.items()]


def role_of(header: str) -> str | None:
    """Return the role a header cell gives its column, None for a column without one.

    >>> role_of("2025年目标（内容）"), role_of("责任单位"), role_of("指标性质")
    ('content', 'responsible', None)
    """
    for text in (header, _YEAR.sub("", header)):
        for role, pattern in _patterns():
            if pattern.fullmatch(text):
                return role
    return None


def is_header(row: list[RawCell]) -> bool:
    """Tell whether a row is a header: most of its cells are header words, and two at least."""
    texts = [fold(cell.text) for cell in row]
    words = sum(role_of(text) is not None for text in texts)
    return words >= 2 and words >= 0.6 * len([text for text in texts if text])


def header_index(grid: RawGrid) -> int | None:
    """Return the index of the header row, None where the table has none."""
    for index, row in enumerate(grid.rows[:5]):
        if is_header(row):
            return index
    return None


def columns_of(header: list[RawCell], body: list[list[RawCell]]) -> tuple[list[Column], str | None]:
    """Return the columns, and the header cell that stands over two of them, if one does.

    Args:
        header: the header row.
        body: the rows below it; their usual length says how many columns there are.
    """
    texts = [fold(cell.text) for cell in header]
    sizes = Counter(len(row) for row in body)
    width = max(sizes, key=lambda size: (sizes[size], size)) if sizes else len(texts)
    if width == len(texts) + 1:
        for index, columns in _spanning(texts):
            if _fits(columns, body):
                return _unique(columns), texts[index]
    return _unique([Column(role_of(text), text) for text in texts]), None


def _spanning(texts: list[str]) -> list[tuple[int, list[Column]]]:
    """Return each way to lay one header cell over two columns: the known ones."""
    spanning: dict[str, list[str]] = vocabulary.load("headers")["spanning"]
    ways = []
    for index, text in enumerate(texts):
        if roles := spanning.get(_YEAR.sub("", text)):
            columns = [Column(role_of(other), other) for other in texts]
            columns[index : index + 1] = [Column(role, text) for role in roles]
            ways.append((index, columns))
    return ways


def _fits(columns: list[Column], body: list[list[RawCell]]) -> bool:
    whole = [row for row in body if len(row) == len(columns)][:30]
    total = sum(
        fit(fold(cell.text), column.role)
        for row in whole
        for cell, column in zip(row, columns, strict=True)
    )
    return total > 0


def _unique(columns: list[Column]) -> list[Column]:
    """Keep each role once: a second column of the same role is kept by its header instead.

    A table without a column for the content has it under what would be the name.
    """
    roles = [column.role for column in columns]
    if "content" not in roles and "name" in roles:
        at = len(roles) - 1 - roles[::-1].index("name")
        columns = [*columns[:at], Column("content", columns[at].header), *columns[at + 1 :]]
    seen: set[str] = set()
    kept = []
    for column in columns:
        if column.role in seen:
            column = Column(None, column.header)
        if column.role:
            seen.add(column.role)
        kept.append(column)
    return kept
