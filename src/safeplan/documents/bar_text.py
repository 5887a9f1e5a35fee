"""Bar form: a web page copied as text, every cell of its tables ended by `|`.

A cell stands on a line or a row on a line, with the page's navigation and footer around them. The
reader finds where a table begins and ends and yields its cells line by line; since a page drops
cells, which of them make up a row is for `grids` to find out.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from safeplan.documents.blocks import Block, Paragraph, RawCell, RawGrid
from safeplan.documents.cell_words import (
    MOST_COLUMNS,
    is_header_row,
    is_of_the_page,
    is_page_number,
    parts_tables,
    role_of,
    width_by_content,
)
from safeplan.models import Source
from safeplan.text.folding import tidy, unspaced

_LEAST = 3
"""So many columns at least make a table without known words on top."""
_HEADER_CELL = 14


@dataclass
class _Table:
    """A table while it is being read."""

    fenced: bool
    """Every line opens with a bar that ends no cell: `| 1 | 名称 |`."""
    open_ended: bool
    """The last cell of a line has no bar behind it."""
    rows: list[list[RawCell]] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)
    """Lines that belong to the cell which the next bar ends…"""
    first: int = 0
    """…and the number of the first of them."""
    within: bool = False
    """Whether they stand inside a row: behind the last bar of a line."""


def read_bar_form(lines: list[str]) -> list[Block]:
    """Return the blocks of a text whose tables have their cells ended by bars."""
    blocks: list[Block] = []
    tabled = False
    at = 0
    while at < len(lines):
        start = _header_start(lines, at)
        if start is not None:
            start = _first_word(lines, start)
            while blocks and isinstance(above := blocks[-1], Paragraph):
                if (above.source.lines or (0,))[0] <= start:
                    break
                blocks.pop()  # the first line of a header cell that is broken over two
            grid, at = _read_table(lines, start, at)
            blocks.append(grid)
            continue
        line = lines[at]
        at += 1
        if text := "|".join(filter(None, map(tidy, line.split("|")))):
            tabled = tabled or any(isinstance(block, RawGrid) for block in blocks[-1:])
            # Cells, not the links and labels of a page.
            cells = line.strip().strip("|").split("|")
            counted = len(cells) > 2 and cells[0].strip().isdecimal()
            likely = tabled or counted or max(map(len, cells)) > _HEADER_CELL
            marked = "|" in line and likely and not is_of_the_page(line)
            blocks.append(Paragraph(text, Source(lines=(at, at)), cells=marked))
    return blocks


def _is_rule(line: str) -> bool:
    """Tell whether a line only rules off a header: |---|---|."""
    return "-" in line and not unspaced(line).strip("|:：-—─")


def _header_start(lines: list[str], at: int, *, by_shape: bool = True) -> int | None:
    """Return the line on which a header begins whose first bar stands on line `at`.

    Args:
        lines: the text.
        at: the number of the line, from 0.
        by_shape: whether a header of unknown words is told by how its rows stand.
    """
    if "|" not in lines[at]:
        return None
    for start in (at, at - 1):
        if start < 0 or (start < at and "|" in lines[start]):
            continue
        texts = _first_cells(lines, start)
        if not texts or role_of(texts[0]) is None:
            continue
        for width in range(2, len(texts) + 1):
            # In a table that is not numbered three words make a header: two may be anything.
            if is_header_row(texts[:width]) and (width > 2 or role_of(texts[0]) == "serial"):
                return start
    if not by_shape:
        return None
    shown = _rows_on_lines(lines, at) or width_by_content(_cells_on_lines(lines, at))
    return at if shown else None


def _first_word(lines: list[str], start: int) -> int:
    """Return where a header begins, a cell a line, whose first words nobody knows."""
    words = [
        any(0 < len(text) <= _HEADER_CELL for text in _cells_on_lines([line], 0))
        for line in lines[max(start - _LEAST, 0) : start + 1]
    ]
    first = start
    while first > 0 and words and words.pop() and words and words[-1]:
        first -= 1
    return first


def _rows_on_lines(lines: list[str], at: int) -> bool:
    """Tell whether a table of unknown words begins: rows of as many cells, short words on top.

    The line before is no such row; navigation (首页 | 新闻 | 政务) has no longer cells below.
    """
    rows: list[list[str]] = []
    fenced = lines[at].lstrip().startswith("|")
    for line in lines[at : at + 6]:
        if "|" not in line:
            break
        if not _is_rule(line):
            rows.append(_of_line(line, fenced))
    if len(rows) < 3 or len(rows[0]) < _LEAST or not all(rows[0]):
        return False
    ruled = at + 1 < len(lines) and _is_rule(lines[at + 1])
    same = all(len(row) == len(rows[0]) for row in rows[:3])
    words = all(len(text) <= _HEADER_CELL for text in rows[0])
    longer = any(len(text) > _HEADER_CELL or text == "1" for row in rows[1:] for text in row)
    longer = longer or len(rows[0]) >= 5
    return same and words and (ruled or longer)


def _cells_on_lines(lines: list[str], at: int) -> list[str]:
    """Return the cells of the lines from one on that hold a cell each."""
    texts: list[str] = []
    for line in lines[at : at + 4 * MOST_COLUMNS]:
        text, bar, rest = line.partition("|")
        if not bar or rest.strip():
            break
        texts.append(tidy(text))
    return texts


def _first_cells(lines: list[str], start: int) -> list[str]:
    """Return the cells from a line on, as far as they may belong to a header."""
    texts: list[str] = []
    waiting = ""
    for line in lines[start : start + 3 * MOST_COLUMNS]:
        parts = line.split("|")
        if not texts and len(parts) > 2 and not parts[0].strip():
            parts = parts[1:]  # a bar before the first cell
        for part in parts[:-1]:
            texts.append(tidy(waiting + part))
            waiting = ""
        waiting += parts[-1]
        if len(waiting) > 2 * MOST_COLUMNS or len(texts) >= MOST_COLUMNS:
            break
        if len(texts) == 1 and role_of(texts[0]) is None:
            break
    return texts


def _read_table(lines: list[str], start: int, bar: int) -> tuple[RawGrid, int]:
    """Read the table whose header begins on line `start`; return it and the line after it."""
    parts = lines[bar].split("|")
    table = _Table(
        fenced=not parts[0].strip() and start == bar and len(parts) > 2,
        open_ended=len(parts) > 2 and bool(parts[-1].strip()),
    )
    at = start
    while at < len(lines):
        line = lines[at]
        if "|" in line:
            if at > bar and not table.within and _next_table(table, lines, at):
                break
            if not _is_rule(line):
                _take(table, line, at + 1)
        elif line.strip() and (table.waiting or tidy(line).isdigit() or not is_page_number(line)):
            if not table.within and _parts(table, lines, at):
                break
            if not table.within and is_of_the_page(line):
                if not _row_follows(table, lines, at + 1):
                    break
                at += 1
                continue  # the page's own line between two rows
            table.first = table.first if table.waiting else at + 1
            table.waiting.append(line)
        at += 1
    # Text that no bar ends: a cell that the end of the file cut off, or what follows the table.
    if at == len(lines) and len(table.waiting) == 1:
        source = Source(lines=(table.first, table.first))
        table.rows.append([RawCell(table.waiting[0], source)])
    elif table.waiting:
        at = table.first - 1
    ends_file = not any(map(str.strip, lines[at:]))
    return RawGrid(table.rows, lost_cells_close_up=True, ends_file=ends_file), at


def _parts(table: _Table, lines: list[str], at: int) -> bool:
    """Tell whether a line without a bar ends the table: 附件2, 说明：…, or rows of another width below.

    Where each line is a cell that cannot be told from its first line.
    """
    if parts_tables(lines[at]):
        return True
    ahead = (line for line in lines[at + 1 : at + 6] if "|" in line and not _is_rule(line))
    below = next(ahead, None)
    width = len(table.rows[-1]) if table.rows else 0
    if below is None or width < _LEAST or any(len(row) != width for row in table.rows[-3:]):
        return False
    return len(_of_line(below, table.fenced)) not in (1, width)


def _of_line(line: str, fenced: bool) -> list[str]:
    """Return the cells of a row that stands on a line."""
    line = line.strip().removesuffix("|")
    return [tidy(part) for part in (line.removeprefix("|") if fenced else line).split("|")]


def _row_follows(table: _Table, lines: list[str], at: int) -> bool:
    """Tell whether the table goes on below a line of the page: with its next serial."""
    line = next((text for text in lines[at : at + 2] if text.strip()), "")
    first = tidy(line.strip().lstrip("|").split("|")[0])
    if "|" not in line or not first.isdecimal() or len(first) > 3 or table.waiting:
        return False
    cells = (tidy(cell.text) for row in reversed(table.rows) for cell in row)
    return any(text.isdecimal() and int(text) + 1 == int(first) for text in cells)


def _next_table(table: _Table, lines: list[str], at: int) -> bool:
    """Tell whether another header begins on a line, not only a further cell of this table's own."""
    start = _header_start(lines, at, by_shape=False)
    if start is None:
        return False
    first = _first_cells(lines, start)[0]
    cells = [tidy(cell.text) for row in table.rows[:MOST_COLUMNS] for cell in row]
    if first in cells[:1] or role_of(first) == "serial":
        return True
    return bool(table.waiting) and any(text and role_of(text) is None for text in cells)


def _take(table: _Table, line: str, number: int) -> None:
    """Add the cells that a line ends, and keep what it begins."""
    parts = line.split("|")
    if table.fenced and not parts[0].strip() and not table.within:
        parts = parts[1:]
    if table.open_ended and parts[-1].strip():
        parts.append("")
    row = table.rows[-1] if table.within and table.rows else []
    if not row:
        table.rows.append(row)
    for index, part in enumerate(parts[:-1]):
        waiting = table.waiting if index == 0 else []
        first = table.first if waiting else number
        row.append(RawCell("\n".join([*waiting, part]), Source(lines=(first, number))))
    table.waiting = [parts[-1]] if parts[-1].strip() else []
    table.first = number
    table.within = bool(table.waiting)
    if not row:
        table.rows.pop()
