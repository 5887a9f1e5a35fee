"""Cells that know what they span → a raw grid: every row with a cell for each column.

Office formats and web pages draw a table on a grid finer than its columns: Word moves a border by
a hair from one row to the next and counts that sliver as a column, an editor spans every cell over
two. The columns a reader sees are those of the rows with the most cells. A row with as many cells
is laid on them one by one; a row with fewer has merged some, and its cells go where they begin.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from safeplan import vocabulary
from safeplan.documents.blocks import RawCell, RawGrid
from safeplan.documents.limits import MAX_COLUMNS, CellBudget
from safeplan.documents.spacing import fold
from safeplan.models import Source

_YEAR = re.compile(r"^(20\d\d年?|年度)(?=.)")


@dataclass
class SpanCell:
    """A cell as its format gives it."""

    text: str
    across: int = 1
    """Grid columns it spans."""
    down: int = 1
    """Rows it spans, where the format says so at its first row (HTML, ODF, Excel)."""
    start: int | None = None
    """Its first grid column from 0; None: the first that is free (HTML)."""
    opens: bool = False
    """Where the format marks each row of a merge (Word): the cell opens one…"""
    continues: bool = False
    """…or goes on with the one above; its own text is then not shown."""


@dataclass
class _Piece:
    """What one row shows at one place: a cell of its own, or a part of one from above."""

    start: int
    across: int
    text: str
    covered: bool = False
    open_below: bool = False
    """A merge marked row by row that the next row may go on with."""


@cache
def _header_words() -> re.Pattern[str]:
    roles = vocabulary.load("headers")["roles"]
    return re.compile("|".join(pattern for patterns in roles.values() for pattern in patterns))


def is_header_word(text: str) -> bool:
    """Tell whether a cell is a word of a header, its year left aside.

    >>> is_header_word("2025年目标（内容）"), is_header_word("忠县")
    (True, False)
    """
    return bool(_header_words().fullmatch(_YEAR.sub("", fold(text))))


def has_header(rows: Iterable[Sequence[str]]) -> bool:
    """Tell whether one of these rows is a header: most of its texts are header words."""
    for row in rows:
        texts = [text for text in map(fold, row) if text]
        # A long cell is no header word, and the patterns need not look at it.
        words = sum(len(text) <= 16 and is_header_word(text) for text in texts)
        if words >= 2 and words >= 0.6 * len(texts):
            return True
    return False


def is_frame(rows: Sequence[Sequence[str]], nested: bool, follows_table: bool) -> bool:
    """Tell whether a table only frames what stands in it: its cells are then read as text.

    Args:
        rows: the cells' own text.
        nested: whether there is a table in one of the cells.
        follows_table: whether it stands directly below a table, whose last row it may be.
    """
    if all(len(row) <= 1 for row in rows):
        return True
    alone = len(rows) == 1 and not follows_table
    return (nested or alone) and not has_header(rows[:5])


def lay_out(
    rows: Sequence[Sequence[SpanCell]],
    table: int,
    budget: CellBudget,
    widths: Sequence[float] = (),
    numbers: Sequence[int] = (),
) -> RawGrid:
    """Return the grid that the cells make.

    Args:
        rows: the cells of each row, from left to right.
        table: which table of the file it is, from 1; with the row it is each cell's source.
        budget: the cells that the file may still ask for.
        widths: the widths of the grid's columns where the format gives them; they tell which
            column the border of a merged cell is nearest to.
        numbers: the numbers of the rows, where they do not simply count from 1.

    Raises:
        DocumentError: `too_many_cells`.
    """
    laid = _pieces(rows, budget)
    width = max(map(len, laid), default=0)
    full = Counter(tuple(piece.start for piece in row) for row in laid if len(row) == width)
    columns = full.most_common(1)[0][0] if full else ()
    budget.spend(width * len(laid))
    edge = _Edges(widths)
    return RawGrid(
        [
            _cells(row, columns, Source(table=table, row=number), edge)
            for number, row in zip(numbers or range(1, len(laid) + 1), laid, strict=True)
            if row
        ],
        merges_known=True,
    )


def _pieces(rows: Sequence[Sequence[SpanCell]], budget: CellBudget) -> list[list[_Piece]]:
    """Return what each row shows, in the order of the columns."""
    laid: list[list[_Piece]] = []
    running: list[tuple[_Piece, int]] = []  # cells from above, and the rows they still cover
    for cells in rows:
        budget.spend(1 + len(cells) + len(running))
        row = [_Piece(cell.start, cell.across, "", covered=True) for cell, _ in running]
        taken = {at for piece in row for at in range(piece.start, piece.start + piece.across)}
        running = [(cell, left - 1) for cell, left in running if left > 1]
        above = [piece for piece in laid[-1] if piece.open_below] if laid else []
        at = 0
        for cell in cells:
            if cell.start is None:
                while at in taken:
                    at += 1
            else:
                at = cell.start
            if at >= MAX_COLUMNS:
                break
            if at in taken:
                continue  # under a cell merged from above: nothing is shown here
            across = 1
            while across < min(cell.across, MAX_COLUMNS - at) and at + across not in taken:
                across += 1
            # A merge goes on below what opened it; without that it is a cell like any other.
            covered = cell.continues and any(
                piece.start < at + across and at < piece.start + piece.across for piece in above
            )
            piece = _Piece(at, across, "" if covered else cell.text, covered)
            piece.open_below = covered or cell.opens or cell.continues
            row.append(piece)
            taken.update(range(at, at + across))
            if cell.down > 1:
                running.append((piece, cell.down - 1))
            at += across
        row.sort(key=lambda piece: piece.start)
        laid.append(row)
    return laid


class _Edges:
    """Where the left edges of grid columns stand, in the format's own measure or in columns."""

    def __init__(self, widths: Sequence[float]) -> None:
        self._edges = [0.0]
        for width in widths:
            self._edges.append(self._edges[-1] + max(width, 0.0))
        self._beyond = self._edges[-1] / len(widths) if widths and self._edges[-1] else 1.0

    def __call__(self, column: int) -> float:
        if column < len(self._edges):
            return self._edges[column]
        return self._edges[-1] + (column - len(self._edges) + 1) * self._beyond


def _cells(
    row: list[_Piece], columns: tuple[int, ...], source: Source, edge: _Edges
) -> list[RawCell]:
    """Lay one row's pieces on the columns, which begin at these grid columns."""
    cells = [RawCell("", source) for _ in columns]
    whole = len(row) == len(columns)
    least = 0
    for index, piece in enumerate(row):
        if whole:
            first = end = index
        else:
            room = range(least, len(columns) - (len(row) - index) + 1)
            first = min(room, key=lambda at: abs(edge(columns[at]) - edge(piece.start)))
            end = bisect_right(columns, piece.start + piece.across - 1) - 1
        cells[first] = RawCell(piece.text, source, covered=piece.covered)
        for at in range(first + 1, end + 1):
            cells[at] = RawCell("", source, covered=piece.covered, spanned=True)
        least = first + 1
    return cells
