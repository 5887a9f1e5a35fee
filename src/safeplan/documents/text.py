"""Plain text → paragraphs and raw grids, for the two forms in which tables reach a text file.

*Tab form* (a Word file saved as text): every cell on a line of its own behind a tab, an empty
line between rows; a cell may hold line breaks, even empty lines.

*Bar form* (a web page copied as text): every cell ended by `|`, a cell a line or a row a line,
with the page's navigation and footer around it.

Rows are cut here, since only the reader sees the lines; which cell belongs to which column is for
`grids` to find out.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field

from safeplan.documents.blocks import Block, Paragraph, RawCell, RawGrid
from safeplan.documents.spacing import fold
from safeplan.documents.tables import is_header_word
from safeplan.models import Source

_NUMBER = re.compile(r"\d{1,3}[.．、]?|[一二三四五六七八九十]{1,3}、?")


@dataclass
class _Cell:
    """A cell while it is being read: its lines, from line `first` to `last`."""

    lines: list[str]
    first: int
    last: int

    def raw(self) -> RawCell:
        return RawCell("\n".join(self.lines), Source(lines=(self.first, self.last)))


@dataclass
class _Table:
    """A table while it is being read: pieces of rows, cut where the file shows a cut."""

    pieces: list[list[_Cell]] = field(default_factory=list)

    def width(self) -> int:
        """Return the usual number of cells in a piece: the number of columns."""
        sizes = Counter(len(piece) for piece in self.pieces)
        return max(sizes, key=lambda size: (sizes[size], size)) if sizes else 0


def read_text(text: str) -> list[Block]:
    r"""Return the blocks of a text in reading order.

    >>> [type(block).__name__ for block in read_text("标题\n\t序号\n\t名称\n\n\t1\n\t甲\n")]
    ['Paragraph', 'RawGrid']
    """
    lines = text.splitlines()
    if any("\t" in line for line in lines):
        return _read_tab_form(lines)
    return _read_bar_form(lines)


def _paragraph(line: str, number: int) -> Paragraph | None:
    folded = fold(line)
    return Paragraph(folded, Source(lines=(number, number))) if folded else None


# --- tab form -------------------------------------------------------------------------------


def _read_tab_form(lines: list[str]) -> list[Block]:
    blocks: list[Block] = []
    table: _Table | None = None
    gap = False  # an empty line since the last cell line: the row may have ended
    number = 0
    while number < len(lines):
        line = lines[number]
        number += 1
        if "\t" in line:
            cells = [_Cell([part], number, number) for part in line.lstrip(" ").split("\t")]
            if line.lstrip(" ").startswith("\t"):
                cells = cells[1:]
            if table is None:
                table = _Table()
            if gap or not table.pieces:
                table.pieces.append([])
            table.pieces[-1].extend(cells)
            gap = False
        elif not line.strip():
            gap = True
        elif table is not None and (not gap or _goes_on(table, lines, number - 1)):
            cell = table.pieces[-1][-1]
            cell.lines.append(line)
            cell.last = number
            gap = False
        else:
            if table is not None:
                blocks.append(_finish(table))
                table = None
            if paragraph := _paragraph(line, number):
                blocks.append(paragraph)
    if table is not None:
        blocks.append(_finish(table, ends_file=True))
    return blocks


def _goes_on(table: _Table, lines: list[str], at: int) -> bool:
    """Tell whether the text at `lines[at]`, after an empty line, still belongs to the last cell.

    It does where the row is short of cells and the cells that follow the text make it whole.
    """
    missing = table.width() - len(table.pieces[-1])
    following = 0
    seen = False
    for line in lines[at:]:
        if "\t" in line:
            seen = True
            following += line.count("\t")
        elif seen and not line.strip():
            break
    return 0 < following == missing


def _finish(table: _Table, *, ends_file: bool = False) -> RawGrid:
    """Join the pieces of rows that an empty line inside a cell has cut apart."""
    width = table.width()
    rows: list[list[_Cell]] = []
    for piece in table.pieces:
        if rows and len(rows[-1]) < width and len(rows[-1]) + len(piece) <= width:
            # A short header row above whole rows is a row of its own: nothing to complete.
            rows[-1][-1].lines.append("")
            rows[-1].extend(piece)
        else:
            rows.append(piece)
    return RawGrid([[cell.raw() for cell in row] for row in rows], ends_file=ends_file)


# --- bar form -------------------------------------------------------------------------------


def _read_bar_form(lines: list[str]) -> list[Block]:
    blocks: list[Block] = []
    number = 0
    while number < len(lines):
        if "|" in lines[number]:
            cells, end = _bar_cells(lines, number)
            width = _header_width(cells)
            if width:
                rest, end = _bar_rows(lines, number, width)
                blocks.append(rest)
                number = end
                continue
        number += 1
        if paragraph := _paragraph(lines[number - 1].replace("|", " "), number):
            blocks.append(paragraph)
    return blocks


def _bar_cells(lines: list[str], start: int, width: int = 0) -> tuple[list[_Cell], int]:
    """Return the cells from line `start` on and the line after the last one read.

    Text without a bar belongs to the cell that the next bar ends; it closes the table where the
    row is complete (`width` cells) and what follows is not another cell of it.
    """
    cells: list[_Cell] = []
    waiting: list[str] = []
    first = start + 1
    at = start
    while at < len(lines):
        line = lines[at]
        if "|" not in line:
            if not line.strip():
                at += 1
                continue
            if not waiting and (not width or _row_complete(cells, width)):
                break
            if len(waiting) > 20:  # no cell is that long: the table has ended before
                at -= len(waiting)
                break
            first = first if waiting else at + 1
            waiting.append(line)
            at += 1
            continue
        parts = line.split("|")
        if len(parts) > 2 and not parts[0].strip() and parts[1].strip() and not waiting:
            parts = parts[1:]  # "| 1 | 名称 |": the first bar opens the row, it ends no cell
        for index, part in enumerate(parts[:-1]):
            begins = first if waiting else at + 1
            text = [*waiting, part] if index == 0 else [part]
            cells.append(_Cell(text, begins, at + 1))
            waiting = []
        if parts[-1].strip():
            waiting, first = [parts[-1]], at + 1
        at += 1
    return cells, at


def _row_complete(cells: list[_Cell], width: int) -> bool:
    """Tell whether the last cell ends a row.

    Only the cells since the last serial number are counted: a table of any length is read once.
    """
    if not cells:
        return True
    since = next(
        (back for back in range(1, 3 * width) if _serial(cells, len(cells) - back) is not None),
        len(cells) if len(cells) < 3 * width else width,
    )
    return len(_cut_rows(cells[len(cells) - since :], width)[-1]) >= width


def _header_width(cells: list[_Cell]) -> int:
    """Return the number of columns of the table whose header opens `cells`, 0 if none does."""
    texts = [fold("".join(cell.lines)) for cell in cells[:16]]
    if len(texts) < 2 or not (is_header_word(texts[0]) and is_header_word(texts[1])):
        return 0
    same_line = [cell for cell in cells if cell.first == cells[0].first]
    if len(same_line) > 1:
        return len(same_line)
    for index, text in enumerate(texts):
        if index and _NUMBER.fullmatch(text):
            return index
    width = 0
    while width < len(texts) and is_header_word(texts[width]):
        width += 1
    return width


def _bar_rows(lines: list[str], start: int, width: int) -> tuple[RawGrid, int]:
    cells, end = _bar_cells(lines, start, width)
    rows = _cut_rows(cells, width)
    ends_file = not any(line.strip() for line in lines[end:])
    return (
        RawGrid(
            [[cell.raw() for cell in row] for row in rows],
            lost_cells_close_up=True,
            ends_file=ends_file,
        ),
        end,
    )


def _cut_rows(cells: list[_Cell], width: int) -> list[list[_Cell]]:
    """Cut a run of cells into rows of `width` cells.

    Where the page dropped a cell without padding the row, every later row would shift. A new row
    is therefore begun one cell early where the cell there is the serial number that must come
    next and the cell at the regular place is not.
    """
    rows: list[list[_Cell]] = []
    at = 0
    expected = 0
    while at < len(cells):
        end = at + width
        if rows and end <= len(cells):
            early, regular = (_serial(cells, end - 1), _serial(cells, end))
            own = _serial(cells, at)
            coming = (own if own is not None else expected) + 1
            same_line = cells[end - 2].first == cells[end - 1].first
            if early == coming and regular is None and not same_line and end < len(cells):
                end -= 1
        row = cells[at:end]
        own = _serial(cells, at)
        expected = own if own is not None else expected + 1
        rows.append(row)
        at = end
    return rows or [[]]


def _serial(cells: list[_Cell], at: int) -> int | None:
    if not 0 <= at < len(cells):
        return None
    text = fold("".join(cells[at].lines)).rstrip(".．、")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 3 else None
