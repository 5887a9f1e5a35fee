"""The header row: which one it is, and what each column under it holds.

Header words are vocabulary (`headers.toml`). A header cell that stands over two columns is found
by trying each place and keeping the one whose columns fit what the rows hold.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from functools import cache

from safeplan import vocabulary
from safeplan.documents import RawCell, RawGrid, fold
from safeplan.grids.placing import fit
from safeplan.grids.rows import Column, Note
from safeplan.models import Source

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


def merged_columns(grid: RawGrid, index: int) -> tuple[RawGrid, list[Column], list[Note]]:
    """Return the columns of a grid that knows its merges, and the grid with a row for its header.

    A header of two rows is read as one: 责任单位 over 牵头单位 and 配合单位 gives way to these. A header
    cell over several columns is taken apart where it is known what stands below it (重点任务: name
    and content); else the columns below it are joined into one.
    """
    notes: list[Note] = []
    rows = grid.rows
    for _ in range(header_height(grid, index) - 1):
        one = [
            low if low.text.strip() else replace(up, spanned=up.spanned and not low.covered)
            for up, low in zip(rows[index], rows[index + 1], strict=True)
        ]
        rows = [*rows[:index], one, *rows[index + 2 :]]
        notes.append(Note("header_two_rows", "repair"))
    columns: list[Column] = []
    start = 0
    while start < len(rows[index]):
        header = rows[index]
        text = fold(header[start].text)
        end = start + 1
        while end < len(header) and header[end].spanned:
            end += 1
        roles = _roles_below(text, [row[start : end + 1] for row in rows[index + 1 :]], end - start)
        if roles:
            columns += [Column(role, text) for role in roles]
            notes.append(Note("header_spans_two", "repair", None, {"header": text}))
        else:
            if end - start > 1:
                rows = [[*row[:start], _joined(row[start:end]), *row[end:]] for row in rows]
                count = str(end - start)
                notes.append(Note("header_joins", "repair", None, {"header": text, "count": count}))
            columns.append(Column(role_of(text), text))
        start = len(columns)
    return replace(grid, rows=rows), _unique(columns), notes


def header_height(grid: RawGrid, index: int) -> int:
    """Return the number of rows of the header that begins at a row."""
    height = 1
    while (
        grid.merges_known
        and index + height < len(grid.rows)
        and _is_second_level(grid.rows[index + height - 1], grid.rows[index + height])
    ):
        height += 1
    return height


def _is_second_level(upper: list[RawCell], lower: list[RawCell]) -> bool:
    """Tell whether a row goes on with the header above it: words below a cell that spans them."""
    if len(upper) != len(lower):
        return False
    words = [index for index, cell in enumerate(lower) if cell.text.strip()]
    under_span = any(
        upper[index].spanned or (index + 1 < len(upper) and upper[index + 1].spanned)
        for index in words
    )
    named = all(role_of(fold(lower[index].text)) or upper[index].text.strip() for index in words)
    return under_span and named and any(cell.covered for cell in lower)


def _roles_below(text: str, below: list[list[RawCell]], width: int) -> list[str]:
    """Return the roles of the columns under one header cell; empty where they are not known."""
    spanning: dict[str, list[str]] = vocabulary.load("headers")["spanning"]
    roles = spanning.get(_YEAR.sub("", text), [])
    if width > 1 and len(roles) == width:
        return roles
    # 指标名称 over two columns, the first of them merged down: groups of names.
    merged_down = any(cells and cells[0].covered for cells in below)
    return ["group", "name"] if width == 2 and merged_down and role_of(text) == "name" else []


def _joined(cells: list[RawCell]) -> RawCell:
    if not cells:
        return RawCell("", Source(), covered=True)
    text = "".join(cell.text for cell in cells)
    return RawCell(text, cells[0].source, covered=all(cell.covered for cell in cells))


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
