"""The cells of a web page → the rows of its table.

A page as text gives its cells in reading order. Where it dropped some without padding the row, all
that follow would shift. Rows are cut where the cells fit their columns best, looking some rows
ahead; a row that fits as it stands is taken as it is. What fits no row after the last one is the
page's footer.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import replace

from safeplan.bodies import looks_like_bodies
from safeplan.documents import RawCell, RawGrid, is_note
from safeplan.documents.cell_words import (
    is_header_row,
    is_total,
    kind_of_cell,
    role_of,
    width_by_content,
)
from safeplan.grids.assigning import MEASURE, is_period
from safeplan.grids.grid import Note, texts_of
from safeplan.grids.headers import HeaderLayout, columns_of, family, layouts, spans_over
from safeplan.grids.pages import span
from safeplan.grids.telling import best_place, fit
from safeplan.text.folding import tidy
from safeplan.text.numbering import HEADING, is_serial, serial_number

Roles = list[str | None]

_MOST_COLUMNS = 16
_MOST_LOST = 3
_MOST_HEADER = 24
_CLEARLY = 1.0
_AHEAD = 8
"""How many rows are looked at together where one is damaged."""
_NO_ROW = -2.0
"""A row that fits worse may be none."""


def cut_rows(raw: RawGrid) -> tuple[RawGrid, list[Note]]:
    """Return the grid with its rows cut, the header first, and what was left out of it."""
    cells, notes = _without_page_heads([cell for line in raw.rows for cell in line])
    if _rows_are_lines(raw.rows):
        ends = list(itertools.accumulate(map(len, raw.rows)))
        roles = columns_of(cells[: ends[0]], raw.rows[1:]).roles
    else:
        texts = texts_of(cells)
        if height := width_by_content(texts):
            body = [cells[at : at + height] for at in range(height, len(cells), height)]
            forms = [[kind_of_cell(text) for text in texts_of(row)] for row in body]
            whole = [row for row, form in zip(body, forms, strict=True) if form == forms[0]]
            roles = columns_of(cells[:height], whole[:_AHEAD]).roles
        else:
            words, end, roles = _header(texts)
            height = len(words)
            if height < end:
                notes.append(Note("header_two_rows", "repair"))
                cells = [*(cells[at] for at in words), *cells[end:]]
        below = texts_of(cells[height:])
        ends = [height, *(height + end for end in _cuts(below, roles, raw.ends_file))]
    rows = [cells[start:end] for start, end in itertools.pairwise([0, *ends])]
    kept = 1 + _table_rows(rows[1:], roles)
    notes += [
        Note("table_ends", "repair", None, {"text": " ".join(filter(None, texts_of(row)))})
        for row in rows[kept:]
    ]
    ends_file = raw.ends_file and kept == len(rows)
    closed_up = not _keeps_places(rows[:kept], roles)
    return replace(raw, rows=rows[:kept], lost_cells_close_up=closed_up, ends_file=ends_file), notes


def _keeps_places(rows: list[list[RawCell]], roles: Roles) -> bool:
    """Tell whether the page shows a merged cell as an empty one, so that nothing moves left.

    All rows are whole, and one has an empty cell, before others, where a column heads its rows.
    """
    if any(len(row) not in (1, len(roles)) for row in rows):
        return False
    heads = [at for at, role in enumerate(roles[:-1]) if role in ("serial", "group", "name")]
    return any(
        not row[at].text.strip() and row[-1].text.strip()
        for row in rows[1:]
        if len(row) > 1
        for at in heads
    )


def _rows_are_lines(lines: list[list[RawCell]]) -> bool:
    """Tell whether the page gives a row a line: its header does, and most lines have as many."""
    if len(lines) < 2:
        return False
    sizes = sorted(map(len, lines[1:]))
    if not is_header_row(texts_of(lines[0])):
        return len(lines[0]) > 2 and sizes[len(sizes) // 2] == len(lines[0])
    return 2 * sizes[len(sizes) // 2] > len(lines[0])


def _without_page_heads(cells: list[RawCell]) -> tuple[list[RawCell], list[Note]]:
    """Return the cells without the running heads of new pages.

    One stands above a serial, in the same cell for want of a bar; the serial takes up the count.
    """
    kept: list[RawCell] = []
    notes: list[Note] = []
    last = 0
    for cell in cells:
        head, _, number = cell.text.strip().rpartition("\n")
        count = serial_number(tidy(number))
        if head and count == last + 1:
            args = {"lines": span(cell.source), "text": tidy(head)}
            notes.append(Note("between_pages", "repair", None, args))
            cell = replace(cell, text=number)
        elif head:
            count = None
        last = count if count == last + 1 else last
        kept.append(cell)
    return kept, notes


# --- the header ---------------------------------------------------------------------------------


def _header(texts: list[str]) -> tuple[list[int], int, Roles]:
    """Return which cells name the columns, where the rows begin, and the roles of the columns.

    The cells below tell how high a header is and how it is to be read.
    """
    most = 2
    while most < min(len(texts), _MOST_COLUMNS) and not _is_content(texts[most]):
        most += 1
    words = [at for at in range(min(most, len(texts))) if role_of(texts[at])]
    least = max([2, *(at + 1 for at in words[-1:])])
    tried: list[tuple[float, int, HeaderLayout]] = []
    for height in range(least, max(most, least) + 1):
        below = texts[height:]
        score, layout = _best(layouts(tuple(texts[:height])), below)
        unknown = sum(role_of(text) is None for text in texts[:height])
        width = len(layout.columns)
        # Else the last word, which nobody knows, is the first cell of the rows.
        if height == least or any(
            len(row) >= width and row[width - 1] for row in _tried(layout, below)[1]
        ):
            tried.append((score - unknown, -height, layout))
    _, lowest, plain = max(tried, key=lambda way: way[:2])
    found = [*range(-lowest)], -lowest, plain.roles
    best = _tried(plain, texts[-lowest:])[0] + _CLEARLY
    for header, end in _two_levels(texts):
        layout = layouts(tuple(texts[at] for at in header))[0]
        score = _tried(layout, texts[end:])[0]
        if score > best:
            best, found = score, (header, end, layout.roles)
    return found


def _tried(way: HeaderLayout, texts: list[str]) -> tuple[float, list[list[str]]]:
    """Return how well five cells of the table fit a header, and the first rows cut by it."""
    window = texts[: 5 * len(way.roles)]
    score, ends = _cut(window, way.roles, open_end=True)
    rows = [window[start:end] for start, end in itertools.pairwise([0, *ends])]
    return score / max(len(window), 1) * 5, rows


def _best(ways: list[HeaderLayout], texts: list[str]) -> tuple[float, HeaderLayout]:
    """Return the way to read a header that fits the cells below it best, and how well they fit."""
    tried = []
    for rank, way in enumerate(ways):
        score, rows = _tried(way, texts)
        tried.append((score - way.doubt, -rank, way))
        whole = all(len(row) == len(way.columns) for row in rows)
        if rank == 0 and whole and _fits_as_it_stands(texts, 0, way.roles):
            break
    score, _, way = max(tried, key=lambda each: each[:2])
    return score, way


def _two_levels(texts: list[str]) -> Iterator[tuple[list[int], int]]:
    """Yield the ways to read a header of two levels: which cells name the columns, and its end."""
    end = min(4, len(texts))
    for text in texts[end:_MOST_HEADER]:
        if _is_content(text) and (is_serial(text) or not looks_like_bodies(text)):
            break  # a cell of the rows, below a header that may name bodies
        end += 1
    words = [at for at in range(end) if texts[at]]
    for split, spans in itertools.product(range(3, len(words) - 1), (1, 2, 3)):
        upper, lower = words[:split], words[split:]
        said, below = [texts[at] for at in upper], [texts[at] for at in lower]
        at = spans_over(said, below, spans)
        over = {family(text) for text in said[at : at + spans]}
        fits = {*map(family, below)} == over or (over == {"when"} and all(map(is_period, below)))
        if len(lower) >= 2 * spans and len(over) == spans and "" not in over and fits:
            yield [*upper[:at], *lower, *upper[at + spans :]], end


def _is_content(text: str) -> bool:
    """Tell whether a cell cannot belong to a header."""
    if role_of(text) or MEASURE.fullmatch(text):
        return False
    if HEADING.match(text) or is_total(text) or is_note(text) or _AMOUNT.match(text):
        return True
    return is_serial(text) or len(text) > _MOST_COLUMNS or "。" in text or looks_like_bodies(text)


# --- the rows -----------------------------------------------------------------------------------


def _cuts(texts: list[str], roles: Roles, ends_file: bool) -> Iterator[int]:
    """Yield the end of each row."""
    width = len(roles)
    at = 0
    while at < len(texts):
        if _fits_as_it_stands(texts, at, roles) and (
            at + 2 * width > len(texts) or _fits_as_it_stands(texts, at + width, roles)
        ):
            at += width
            yield at
            continue
        window = texts[at : at + _AHEAD * width]
        whole = at + len(window) == len(texts)
        _, ends = _cut(window, roles, open_end=ends_file or not whole)
        start = at
        for end in ends if whole else ends[: _AHEAD // 2]:
            at = start + end
            yield at
            if _fits_as_it_stands(texts, at, roles) and _fits_as_it_stands(
                texts, at + width, roles
            ):
                break


def _fits_as_it_stands(texts: list[str], at: int, roles: Roles) -> bool:
    """Tell whether a whole row begins here, each of its cells as its column would have it."""
    row = texts[at : at + len(roles)]
    return len(row) == len(roles) and all(
        role in (None, "remark") or (bool(text) and fit(text, role) > 0)
        for text, role in zip(row, roles, strict=True)
    )


def _cut(texts: list[str], roles: Roles, *, open_end: bool) -> tuple[float, list[int]]:
    """Cut cells into rows so that they fit their columns best.

    Args:
        texts: the cells.
        roles: the roles of the columns.
        open_end: whether the last row may go on beyond these cells.

    Returns:
        How well they fit, and the end of each row.
    """
    width = len(roles)
    best: list[tuple[float, int]] = [(float("-inf"), 0)] * (len(texts) + 1)
    best[0] = (0.0, 0)
    for start in range(len(texts)):
        so_far = best[start][0]
        if so_far == float("-inf"):
            continue
        left = len(texts) - start
        least = max(width - _MOST_LOST, 1) if left >= width else 1
        alone = [1] if least > 1 and _is_section(texts[start], roles) else []
        for size in (*alone, *range(least, width + 2)):
            if size > left:
                break
            row = texts[start : start + size]
            if size == 1 and _is_section(row[0], roles):
                score = _SECTION
            elif size < width and size == left and open_end:
                score = sum(map(fit, row, roles))
            else:
                score = best_place(row, roles, closed_up=True)[0]
            if so_far + score > best[start + size][0]:
                best[start + size] = (so_far + score, start)
    ends = []
    at = len(texts)
    while at > 0:
        ends.append(at)
        at = best[at][1]
    return best[-1][0], ends[::-1]


_AMOUNT = re.compile(r"(?!20\d\d)\d")
_SECTION = 1.0
"""How well a heading over the whole width fits as a row of its own."""


def _is_section(text: str, roles: Roles) -> bool:
    """Tell whether a cell is a heading over the whole width, where a row begins with its serial."""
    return roles[0] == "serial" and len(text) <= 30 and bool(HEADING.match(text))


def _table_rows(rows: list[list[RawCell]], roles: Roles) -> int:
    """Return how many rows belong to the table: what follows fits it badly, to the end."""
    kept = len(rows)
    for index in range(len(rows) - 1, 0, -1):
        texts = texts_of(rows[index])
        score, placed = best_place(texts, roles, closed_up=True)
        by_role = {role: texts[i] for role, i in zip(roles, placed, strict=True) if i is not None}
        anchored = is_serial(by_role.get("serial", "")) or any(
            fit(by_role.get(role, ""), role) > 0 for role in ("lead", "responsible", "deadline")
        )
        if anchored or not any(texts) or score > _NO_ROW:
            break
        kept = index
    return kept
