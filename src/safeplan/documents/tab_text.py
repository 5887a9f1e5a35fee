"""Tab form: a Word file saved as text, every cell behind a tab.

Usually each cell stands on a line of its own and an empty line between rows; some programs write
a row a line. A cell may hold line breaks, even empty lines. Rows are cut here, since only the
reader sees the lines; which cell belongs to which column is for `grids` to find out.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from safeplan.documents.blocks import Block, Paragraph, RawCell, RawGrid
from safeplan.documents.cell_words import (
    is_header_row,
    is_of_the_page,
    is_page_number,
    is_total,
    kind_of_cell,
    opens_new,
    parts_tables,
    role_of,
)
from safeplan.models import Source
from safeplan.text.folding import tidy
from safeplan.text.numbering import HEADING, is_serial

_INDENT = " \u3000\xa0\x0c"
_LOOK_AHEAD = 60
_LEAST = 3
"""So many columns at least make a table without known words on top."""
_HEADING = 30


@dataclass
class _Cell:
    """A cell while it is being read: its lines, from line `first` to `last`."""

    lines: list[str]
    first: int
    last: int

    def text(self) -> str:
        return tidy("".join(self.lines))

    def raw(self) -> RawCell:
        return RawCell("\n".join(self.lines), Source(lines=(self.first, self.last)))


@dataclass
class _Table:
    """A table while it is being read: pieces of rows, cut where the file shows a cut."""

    known_width: int
    """The columns of the table before, which this one may go on with; 0 where there is none."""
    row_a_line: bool
    """Whether each row stands on a line of its own."""
    pieces: list[list[_Cell]] = field(default_factory=list)
    _sizes: Counter[int] = field(default_factory=Counter)
    _width: int = 0

    def width(self) -> int:
        """Return the usual number of cells in a finished piece: the number of columns."""
        return self._width or len(self.pieces[-1])

    def cut(self) -> None:
        """Begin a new piece."""
        if self.pieces:
            size = len(self.pieces[-1])
            self._sizes[size] += 1
            if (self._sizes[size], size) > (self._sizes[self._width], self._width):
                self._width = size
        self.pieces.append([])

    def row_at(self, lines: list[str], at: int) -> list[_Cell]:
        """Return the cells of the row that begins on a line."""
        return _cells(lines[at], at + 1) if self.row_a_line else _piece(lines, at)

    def has_header(self) -> bool:
        return _is_header(self.pieces[0])

    def is_table(self) -> bool:
        """Tell a table from indented paragraphs: it has a header, goes on, or is laid out as one."""
        sizes = Counter(map(len, self.pieces))
        regular = any(size >= 3 and times >= 2 for size, times in sizes.items())
        return self.has_header() or regular or (self.known_width > 1 and self.known_width in sizes)


def _is_header(cells: list[_Cell]) -> bool:
    return is_header_row([cell.text() for cell in cells])


def read_tab_form(lines: list[str]) -> list[Block]:
    """Return the blocks of a text whose tables have their cells behind tabs."""
    found: list[RawGrid | int] = []  # tables, and the lines between them
    width = 0
    at = 0
    while at < len(lines):
        end = at + 1
        if "\t" in lines[at]:
            table, end = _read_table(lines, at, width)
            if table.is_table():
                width = table.width()
                found.append(_finish(table, ends_file=not any(map(str.strip, lines[end:]))))
                at = end
                continue
        found += range(at, end)
        at = end
    blocks: list[Block] = []
    for each in found:
        if isinstance(each, RawGrid):
            blocks.append(each)
        elif folded := tidy(lines[each]):
            # A tab in front alone may be an indent, where no table has its cells so.
            cells = "\t" in (lines[each] if width else lines[each].strip())
            blocks.append(Paragraph(folded, Source(lines=(each + 1, each + 1)), cells=cells))
    return blocks


def _read_table(lines: list[str], start: int, known_width: int) -> tuple[_Table, int]:
    """Read cells from line `start` on; return the table and the line after it."""
    row_a_line = _is_header(_cells(lines[start], start + 1)) or _rows_on_lines(lines, start)
    table = _Table(known_width, row_a_line)
    named = _is_header(_piece(lines, start))
    indented = lines[start].lstrip(_INDENT).startswith("\t")
    headed = named or row_a_line or _is_laid_out(lines, start)
    gap = False  # an empty line since the last cell line: the row may have ended
    at = start
    while at < len(lines):
        line = lines[at]
        if "\t" in line:
            if gap or row_a_line or not table.pieces:
                if table.pieces and not named and _is_header(table.row_at(lines, at)):
                    break
                table.cut()
            table.pieces[-1].extend(_cells(line, at + 1, keep_first=row_a_line and not indented))
            gap = False
        elif not line.strip():
            gap = True
        elif row_a_line and _is_section(table, lines, at):
            table.cut()
            table.pieces[-1].append(_Cell([line], at + 1, at + 1))
        elif (headed or known_width) and _belongs(table, lines, at, gap):
            cell = table.pieces[-1][-1]
            cell.lines.append(line)
            cell.last = at + 1
            gap = False
        elif _is_page_number(line, lines, at):
            gap = True
        else:
            break
        at += 1
    return table, at


def _cells(line: str, number: int, *, keep_first: bool = False) -> list[_Cell]:
    """Return the cells of a line; a tab at its beginning opens the first, or follows an empty one."""
    parts = line.lstrip(_INDENT).split("\t")
    if len(parts) > 1 and not parts[0] and not keep_first:
        parts = parts[1:]  # the tab before the first cell
    return [_Cell([part], number, number) for part in parts]


def _piece(lines: list[str], at: int) -> list[_Cell]:
    """Return the cells from a line on up to the next empty one, text between them left out."""
    cells: list[_Cell] = []
    for number, line in enumerate(lines[at : at + _LOOK_AHEAD], start=at + 1):
        if "\t" in line:
            cells += _cells(line, number)
        elif not line.strip():
            break
        else:
            cells[-1].lines.append(line)
    return cells


def _is_section(table: _Table, lines: list[str], at: int) -> bool:
    """Tell whether a line between two rows, a row a line, is a heading of those below, or a total."""
    if is_total(lines[at]):
        return True
    following = next((line for line in lines[at + 1 : at + 3] if line.strip()), "")
    cells = _cells(following, 0)
    text = tidy(lines[at])
    return (
        len(text) <= _HEADING
        and text[-1] not in "。；;：:"
        and bool(HEADING.match(text))
        and len(cells) >= _LEAST
        and not _is_header(cells)
        and (len(table.pieces) < 2 or abs(len(cells) - table.width()) <= 1)
    )


def _rows_on_lines(lines: list[str], at: int) -> bool:
    """Tell whether rows stand on lines of their own: three lines of as many cells, none long."""
    counts = [line.count("\t") for line in lines[at : at + 3]]
    return len(_cells(lines[at], 0)) >= _LEAST and len(counts) == 3 and len({*counts}) == 1


def _sizes(lines: list[str], at: int) -> list[int]:
    """Return how many cells the pieces from a line on have, as far as one looks ahead."""
    sizes: list[int] = []
    gap = True
    for line in lines[at : at + _LOOK_AHEAD]:
        if "\t" in line:
            if gap:
                sizes.append(0)
            sizes[-1] += len(_cells(line, 0))
            gap = False
        elif not line.strip():
            gap = True
    return sizes


def _is_laid_out(lines: list[str], at: int) -> bool:
    """Tell whether cells stand in rows of as many cells, parted by empty lines, words on top."""
    first = _piece(lines, at)
    if len(first) < _LEAST or any(len(cell.text()) > 20 for cell in first):
        return False
    sizes = _sizes(lines, at)
    return len(sizes) > 1 and 2 * sizes[1:].count(len(first)) >= len(sizes[1:])


def _is_page_number(line: str, lines: list[str], at: int) -> bool:
    """Tell whether a line between two rows is the page's own: the table goes on below."""
    following = next((text for text in lines[at + 1 : at + 6] if text.strip()), "")
    return (is_page_number(line) or is_of_the_page(line)) and "\t" in following


def _belongs(table: _Table, lines: list[str], at: int, gap: bool) -> bool:
    """Tell whether the text at `lines[at]` still belongs to the last cell.

    After an empty line it does where the row is short of cells and those that follow make it
    whole. Without one it does, unless the row is complete and something new begins: a heading, a
    note, or another table further down.
    """
    missing = table.width() - len(table.pieces[-1])
    if len(table.pieces) == 1 and table.has_header() and len(tidy(lines[at])) > _HEADING:
        return False  # no cell of a header
    if not gap:
        if missing > 0:
            return not parts_tables(lines[at]) or "\t" in "".join(lines[at + 1 : at + 2])
        return not (opens_new(lines[at]) or _parts(table, lines, at))
    return _sizes(lines, at)[:1] == [missing] != [0]


def _parts(table: _Table, lines: list[str], at: int) -> bool:
    """Tell whether text below a complete row parts the table from another: the rows that follow say.

    They open with a header, or are of another width. A row that is shorter may only have lost its
    merged cells: it must be the first of several of its kind.
    """
    ahead = range(at + 1, min(len(lines), at + _LOOK_AHEAD))
    below = next((number for number in ahead if "\t" in lines[number]), None)
    if below is None:
        return lines[at].startswith(("\u3000\u3000", "    "))  # a paragraph of running text
    row = table.row_at(lines, below)
    if _is_header(row):
        return True
    fewer = len(row) < table.width()
    whole = _rows_on_lines if table.row_a_line else _is_laid_out
    return len(row) != table.width() and (not fewer or whole(lines, below))


def _finish(table: _Table, *, ends_file: bool) -> RawGrid:
    """Join the pieces of rows that an empty line inside a cell has cut apart."""
    width = table.width()
    numbered = table.has_header() and role_of(table.pieces[0][0].text()) == "serial"
    ends = Counter(kind_of_cell(piece[-1].text()) for piece in table.pieces if len(piece) == width)
    end = ends.most_common(1)[0][0] if ends else None
    rows: list[list[_Cell]] = []
    for piece in table.pieces:
        row = rows[-1] if rows else []
        # A short piece that lost its merged cells has no serial, and opens no row.
        first = row[0].text() if row else ""
        opened = bool(row) and (not numbered or not first or is_serial(first))
        ended = bool(row) and end is not None and kind_of_cell(row[-1].text()) == end
        whole = len(row) + len(piece) == width
        if opened and whole and not ended and not _is_header(row):
            row[-1].lines.append("")
            row.extend(piece)
        else:
            rows.append(piece)
    return RawGrid([[cell.raw() for cell in row] for row in rows], ends_file=ends_file)
