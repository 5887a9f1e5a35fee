"""The walk over the tree of a document, as far as it is the same for Word, OpenDocument and web pages.

A format says what its elements are, which rows a table has, and what holds for all that stands in
an element; here are the blocks and the lines of cells, tables and frames, hidden rows and notes.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Container, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from safeplan.documents.blocks import Block, Paragraph, RawGrid, ReaderNote
from safeplan.documents.limits import CellBudget, check_nesting
from safeplan.documents.misplaced import TableTags, mend_tables, say_misplaced
from safeplan.documents.runs import Runs
from safeplan.documents.tables import SpanCell, is_frame, lay_out
from safeplan.documents.unseen import Unseen
from safeplan.models import Source
from safeplan.text.folding import tidy

if TYPE_CHECKING:
    from lxml.etree import _Element

HEADER_ROWS = 5
"""Rows among which a header stands."""
NOWHERE = Source()


def tags_of(names: str, space: str = "") -> set[str]:
    """Return the tags of these names, parted by white space, in a name space."""
    return {space + name for name in names.split()}


@dataclass
class Cell(SpanCell):
    """A cell in the tree; its text is read when its row is laid out."""

    text: str = ""
    element: _Element = field(kw_only=True)
    times: int = 1
    """How often it stands, one beside the other."""

    def repeated(self) -> list[Cell]:
        """Return it as often as it stands, each in its place."""
        if self.times == 1:
            return [self]
        return [replace(self, start=(self.start or 0) + beside) for beside in range(self.times)]


@dataclass
class TableRow:
    """A row of a table: its cells, from left to right."""

    cells: list[Cell]
    hidden: bool = False
    apart: Sequence[_Element] = ()
    """Cells of it that are not shown."""


class Walk:
    """A walk over one document.

    A format overrides `walk`, `_rows` and `_own_text`, and of the others what is different there.
    """

    tags: TableTags

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        """What was read; in a cell, its lines as paragraphs."""
        self._in_cell = False
        self._runs = Runs()
        """The text of the paragraph being read…"""
        self._boxes: list[_Element] = []
        """…and the text boxes anchored in it, or blocks that stand in it where none may."""
        self._unseen = Unseen()
        self._budget = CellBudget()
        self._tables = 0
        self._depth = 0
        self._counts: Counter[str] = Counter()
        """What was repaired, by code…"""
        self._notes: list[ReaderNote] = []
        """…and what documents within this one say."""

    def read(self, body: _Element, root: _Element, around: Container[str] = ()) -> None:
        """Read a document; what its damaged tables hold outside their cells is put there, or said.

        Args:
            body: what is read.
            root: where cells may have got to.
            around: the tags of elements that may stand around a row or a cell.
        """
        mend_tables(body, self.tags, self._unseen)
        self.walk(body)
        self._end()
        say_misplaced(root, self.tags, self._unseen, around)

    def walk(self, container: Any) -> None:
        """Read what an element holds."""
        raise NotImplementedError

    def _rows(self, table: _Element) -> list[TableRow]:
        raise NotImplementedError

    def _own_text(self, cell: _Element) -> str:
        """Return a cell's text without that of tables within it."""
        raise NotImplementedError

    def _within(self, element: _Element) -> dict[str, object]:  # noqa: ARG002
        """Return the attributes of the walk that are others for what stands within an element."""
        return {}

    def _end(self) -> None:
        """End the paragraph that is being read."""

    def _widths(self, table: _Element) -> Sequence[float]:  # noqa: ARG002
        """Return the widths of a table's columns, where the format gives them."""
        return ()

    def notes(self) -> list[ReaderNote]:
        """Return what was repaired, left out or doubted."""
        counted = [
            ReaderNote(code, args={"count": str(count)})
            for code, count in sorted(self._counts.items())
        ]
        return [*counted, *self._notes, *self._unseen.notes()]

    @contextmanager
    def _being(self, **held: object) -> Iterator[None]:
        """Let attributes of the walk have other values for a while."""
        before = {name: getattr(self, name) for name in held}
        vars(self).update(held)
        yield
        vars(self).update(before)

    @contextmanager
    def _inside(self, element: _Element, **held: object) -> Iterator[None]:
        """Go into an element that may hold others of its kind."""
        check_nesting(self._depth + 1)
        with self._being(_depth=self._depth + 1, **held, **self._within(element)):
            yield

    def _add(self, text: str) -> None:
        """Take a paragraph: outside of cells, each line of it is one."""
        lines = [text] if self._in_cell else map(tidy, text.split("\n"))
        self.blocks += [Paragraph(line, NOWHERE) for line in lines if line.strip()]

    def _line(self) -> str:
        """Return the text of the runs that were gathered."""
        runs, self._runs = self._runs, Runs()
        return runs.text(self._unseen) if runs else ""

    def _read_boxes(self) -> None:
        boxes, self._boxes = self._boxes, []
        for box in boxes:
            with self._inside(box):
                self.walk([box] if box.tag in self.tags.content else box)

    # --- tables -----------------------------------------------------------------------------

    def _table(self, table: _Element) -> None:
        """Read a table: into a grid, into what stands in it if it is a frame, into lines of a cell."""
        rows = self._rows(table)
        with self._being(**self._within(table)):
            if self._in_cell:
                self._counts["nested_table"] += 1
                for row in self._shown(rows):
                    self._read_cells(row)
                    texts = [cell.text for cell in row.cells if cell.text and not cell.continues]
                    self._add(" ".join(texts))
            elif self._is_frame(rows):
                self._frame(rows)
            else:
                self._grid(self._shown(self._unframed(rows)), self._widths(table))

    def _shown(self, rows: list[TableRow]) -> list[TableRow]:
        """Return the rows that are shown; what a hidden row merges with those below stands there."""
        shown = [at for at, row in enumerate(rows) if not row.hidden]
        if len(shown) < len(rows):
            for row in rows:
                if row.hidden:
                    texts = (tidy(self._own_text(cell.element)) for cell in row.cells)
                    self._unseen.add("hidden_rows", "｜".join(filter(None, texts)), "doubt")
            for at in reversed(range(len(rows))):
                first = bisect_left(shown, at)
                for cell in rows[at].cells:
                    merged = cell.down > 1
                    if merged:
                        cell.down = bisect_left(shown, at + cell.down) - first
                    if rows[at].hidden and (cell.down if merged else cell.opens):
                        _take_over([rows[number] for number in shown[first : first + 1]], cell)
        return [rows[at] for at in shown]

    def _is_frame(self, rows: Sequence[TableRow]) -> bool:
        """Tell whether a table of these rows only frames what stands in it."""
        shown = [row.cells for row in rows if not row.hidden]
        counts = [len(cells) for cells in shown]
        self._budget.foresee(counts)
        inner = ".//" + self.tags.table
        nested = any(cell.element.find(inner) is not None for cells in shown for cell in cells)
        first = [[self._own_text(cell.element) for cell in cells] for cells in shown[:HEADER_ROWS]]
        return is_frame(counts, first, nested, self._above() is not None)

    def _unframed(self, rows: list[TableRow]) -> list[TableRow]:
        """Return the rows, and in place of one that only holds tables the rows of these."""
        shown: list[TableRow] = []
        for row in rows:
            cell = row.cells[0].element if len(row.cells) == 1 else None
            inner = set() if cell is None else {*cell.iterfind(".//" + self.tags.table)}
            if cell is None or not inner or self._own_text(cell).strip():
                shown.append(row)
                continue
            for table in cell.iterfind(".//" + self.tags.table):
                if inner.isdisjoint(table.iterancestors()):
                    held = self._unframed(self._rows(table))
                    shown += [replace(each, hidden=each.hidden or row.hidden) for each in held]
        return shown

    def _frame(self, rows: list[TableRow]) -> None:
        """Read what stands in the cells of a table that only frames it."""
        for row in self._shown(rows):
            for cell in row.cells:
                with self._inside(cell.element):
                    self.walk(cell.element)

    def _above(self) -> RawGrid | None:
        """Return the table that stands directly above."""
        last = self.blocks[-1] if self.blocks else None
        return last if isinstance(last, RawGrid) else None

    def _grid(self, rows: Iterable[TableRow], widths: Sequence[float] = ()) -> None:
        """Read the cells of a table and lay them out."""
        self._tables += 1
        laid: list[list[Cell]] = []
        for number, row in enumerate(rows, start=1):
            self._unseen.source = Source(table=self._tables, row=number)
            self._read_cells(row)
            laid.append([each for cell in row.cells for each in cell.repeated()])
        self._unseen.source = None
        grid = lay_out(laid, self._tables, self._budget, widths, unseen=self._unseen)
        self.blocks += [grid] if grid.rows else []

    def _read_cells(self, row: TableRow) -> None:
        for element in row.apart:
            self._unseen.add("hidden_text", "".join(map(str, element.itertext())))
        for cell in row.cells:
            cell.text = self._cell_text(cell.element)

    def _cell_text(self, cell: _Element) -> str:
        """Return a cell's text: a line for each line of it, nested tables row by row."""
        with self._inside(cell, blocks=[], _in_cell=True):
            self.walk(cell)
            self._end()
            return "\n".join(block.text for block in self.blocks if isinstance(block, Paragraph))


def _take_over(below: Iterable[TableRow], cell: Cell) -> None:
    """Put a cell that a hidden row begins where the next row goes on with it."""
    for row in below:
        going_on = [each for each in row.cells if each.continues and each.start == cell.start]
        if going_on or not cell.opens:
            others = [each for each in row.cells if each not in going_on]
            row.cells = sorted([*others, cell], key=lambda each: each.start or 0)
