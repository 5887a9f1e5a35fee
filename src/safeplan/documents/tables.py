"""Cells that know what they span → a raw grid: every row with a cell for each column.

Office formats and web pages draw a table on a grid finer than its columns: Word moves a border by
a hair from one row to the next and counts that sliver as a column, an editor spans every cell over
two. The columns a reader sees are those of the rows with the most cells. A row with as many cells
is laid on them one by one; a row with fewer has merged some, and its cells go where they begin.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate

from safeplan.documents.blocks import RawCell, RawGrid, Unseen
from safeplan.documents.cell_words import is_header_row, role_of
from safeplan.documents.limits import MAX_COLUMNS, CellBudget
from safeplan.models import Source
from safeplan.text.folding import tidy

HEADER_ROWS = 5
"""Rows among which a header stands."""
"""A year in a line that says more."""


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


def has_header(rows: Iterable[Sequence[str]]) -> bool:
    """Tell whether one of these rows is a header."""
    return any(is_header_row([tidy(text) for text in row]) for row in rows)


def is_frame(
    counts: Sequence[int], first_rows: Sequence[Sequence[str]], nested: bool, follows_table: bool
) -> bool:
    """Tell whether a table only frames what stands in it: its cells are then read as text.

    Args:
        counts: the number of cells of each row.
        first_rows: the cells' own text in the rows that may be a header.
        nested: whether there is a table in one of the cells.
        follows_table: whether it stands directly below a table, whose last row it may be.
    """
    if max(counts, default=0) <= 1:
        return True
    alone = len(counts) == 1 and not follows_table
    serial = any(role_of(tidy(text)) == "serial" for row in first_rows for text in row)
    return (nested or alone) and not serial and not has_header(first_rows)


def lay_out(
    rows: Sequence[Sequence[SpanCell]],
    table: int,
    budget: CellBudget,
    widths: Sequence[float] = (),
    numbers: Sequence[int] = (),
    unseen: Unseen | None = None,
) -> RawGrid:
    """Return the grid that the cells make.

    Args:
        rows: the cells of each row, from left to right.
        table: which table of the file it is, from 1; with the row it is each cell's source.
        budget: the cells that the file may still ask for.
        widths: the widths of the grid's columns where the format gives them; they tell which
            column the border of a merged cell is nearest to.
        numbers: the numbers of the rows, where they do not simply count from 1.
        unseen: takes a doubt for each row whose cells a merged cell above claims to cover (they
            are kept, and the merged cell ends above them), and for text that a merge covers.

    Raises:
        DocumentError: `too_many_cells`.
    """
    numbers = numbers or range(1, len(rows) + 1)
    laid, said = _pieces(rows, budget)
    if unseen is not None:
        for at, code, text in said:
            unseen.source = Source(table=table, row=numbers[at])
            unseen.add(code, text, "doubt")
        unseen.source = None
    width = max(map(len, laid), default=0)
    full = Counter(tuple(piece.start for piece in row) for row in laid if len(row) == width)
    columns = full.most_common(1)[0][0] if full else ()
    budget.spend(width * len(laid) - sum(map(len, laid)))
    edge = _edges(widths)
    edges = [edge(column) for column in columns]
    return RawGrid(
        [
            _cells(row, columns, edges, edge, Source(table=table, row=number))
            for number, row in zip(numbers, laid, strict=True)
            if row
        ],
        merges_known=True,
        lines_true=True,
    )


def _pieces(
    rows: Sequence[Sequence[SpanCell]], budget: CellBudget
) -> tuple[list[list[_Piece]], list[tuple[int, str, str]]]:
    """Return what each row shows, in the order of the columns, and what is to be said of which.

    A cell that claims rows below which have cells of their own in its place claims too much: it
    ends above them. A row cut so is given with the text of the cell that was cut.
    """
    laid: list[list[_Piece]] = []
    said: list[tuple[int, str, str]] = []
    running: list[tuple[_Piece, int]] = []  # cells from above, and the rows they still cover
    full = max((sum(min(cell.across, MAX_COLUMNS) for cell in row) for row in rows), default=0)
    for number, cells in enumerate(rows):
        budget.spend(1 + len(cells) + len(running))
        if running and (over := _overrun(cells, [piece for piece, _ in running], full)):
            said.append((number, "span_cut", tidy("｜".join(piece.text for piece in over))))
            running = [(piece, left) for piece, left in running if piece not in over]
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
            budget.spend(0, len(cell.text))
            if at >= MAX_COLUMNS or at in taken:
                # Beyond all columns, or under a merged cell: nothing is shown here.
                said.append((number, "covered_text", cell.text))
                continue
            across = 1
            while across < min(cell.across, MAX_COLUMNS - at) and at + across not in taken:
                across += 1
            # A merge goes on below what opened it; without that it is a cell like any other.
            covered = cell.continues and any(
                piece.start < at + across and at < piece.start + piece.across for piece in above
            )
            if covered:
                said.append((number, "covered_text", cell.text))
            piece = _Piece(at, across, "" if covered else cell.text, covered)
            piece.open_below = covered or cell.opens or cell.continues
            row.append(piece)
            taken.update(range(at, at + across))
            if cell.down > 1:
                running.append((piece, cell.down - 1))
            at += across
        row.sort(key=lambda piece: piece.start)
        laid.append(row)
    return laid, said


def _overrun(cells: Sequence[SpanCell], above: list[_Piece], full: int) -> list[_Piece]:
    """Return the cells from above that claim places where a row has cells of its own."""
    if any(cell.start is None for cell in cells):
        # Cells without a place fill the row from the left: one that is full leaves no room.
        own = sum(cell.across for cell in cells)
        return above if own >= full and len(cells) > 1 and any(cell.text for cell in cells) else []
    places = {cell.start for cell in cells if cell.text.strip()}
    return [
        piece
        for piece in above
        if any(at in places for at in range(piece.start, piece.start + piece.across))
    ]


def _edges(widths: Sequence[float]) -> Callable[[int], float]:
    """Return where the left edge of a grid column stands: in the format's measure, or in columns."""
    known = list(accumulate(widths, initial=0.0))
    beyond = known[-1] / len(widths) if widths and known[-1] > 0 else 1.0

    def edge(column: int) -> float:
        if column < len(known):
            return known[column]
        return known[-1] + (column - len(known) + 1) * beyond

    return edge


def _cells(
    row: list[_Piece],
    columns: tuple[int, ...],
    edges: list[float],
    edge: Callable[[int], float],
    source: Source,
) -> list[RawCell]:
    """Lay one row's pieces on the columns: which grid columns begin them, and where these stand."""
    cells = [RawCell("", source) for _ in columns]
    whole = len(row) == len(columns)
    least = 0
    for index, piece in enumerate(row):
        first = end = index
        if not whole:
            at = edge(piece.start)
            most = len(columns) - (len(row) - index)  # those that follow need room as well
            first = min(bisect_right(edges, at, least, most + 1), most)
            if first > least and at - edges[first - 1] <= edges[first] - at:
                first -= 1
            end = bisect_right(columns, piece.start + piece.across - 1) - 1
        cells[first] = RawCell(piece.text, source, covered=piece.covered)
        for beside in range(first + 1, end + 1):
            cells[beside] = RawCell("", source, covered=piece.covered, spanned=True)
        least = first + 1
    return cells
