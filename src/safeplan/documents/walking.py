"""The walk over the tree of a document, as far as it is the same for Word, OpenDocument and web pages.

A format says what its elements are, which rows a table has, and what holds for all that stands in
an element; here are the blocks and the lines of cells, tables and frames, hidden rows and notes.
A walk finds what stands in its place: what stands outside is given one first, or is quoted.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, NamedTuple

from safeplan import vocabulary
from safeplan.documents.blocks import Block, Paragraph, RawGrid, ReaderNote, Unseen
from safeplan.documents.limits import CellBudget, check_nesting
from safeplan.documents.packages import all_text
from safeplan.documents.runs import Runs
from safeplan.documents.tables import (
    HEADER_ROWS,
    SpanCell,
    has_header,
    is_frame,
    lay_out,
)
from safeplan.models import Source
from safeplan.text.folding import tidy

if TYPE_CHECKING:
    from lxml.etree import _Element

NOWHERE = Source()


def tags_of(names: str, space: str = "") -> set[str]:
    """Return the tags of these names, parted by white space, in a name space."""
    return {space + name for name in names.split()}


class TableTags(NamedTuple):
    """The tags of a format's tables."""

    table: str
    rows: Collection[str]
    """What holds rows: the table, and groups of rows."""
    row: str
    cell: str
    column: str
    """What tells one column of the table."""
    content: Collection[str]
    """What stands in a cell…"""
    paragraph: str = ""
    """…a paragraph above all, which stands in none of its kind."""
    around: Collection[str] = ()
    """What may stand around a row or a cell."""


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

    def read(self, body: _Element, root: _Element) -> None:
        """Read a document; what its damaged tables hold outside their cells is put there, or said.

        Args:
            body: what is read.
            root: where cells may have got to.
        """
        self._mend(body)
        self.walk(body)
        self._end()
        self._say_misplaced(root)

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

    # --- damaged and hand-made tables ---------------------------------------------------------

    def _mend(self, root: _Element) -> None:
        """Give a cell, a row or a table to what has lost it, and say where.

        What stands in a row beside its cells was a cell, cells beside the rows were a row, and rows
        outside a table were one.
        """
        tags = self.tags
        for row in list(root.iter(tags.row)):
            self._wrap(row, tags.content, tags.cell)
        for holder in list(root.iter(*tags.rows)):
            width = Counter(len(row.findall(tags.cell)) for row in holder.iter(tags.row))
            columns = width.most_common(1)[0][0] if width else len(list(holder.iter(tags.column)))
            self._wrap(holder, (tags.cell,), tags.row, columns)
        homeless = {
            parent: None
            for row in root.iter(tags.row)
            if (parent := row.getparent()) is not None
            and parent.tag not in (tags.row, tags.cell, *tags.content)
            and not any(above.tag in tags.rows for above in row.iterancestors())
        }
        for holder in homeless:
            self._wrap(holder, (tags.row,), tags.table)

    def _wrap(self, holder: _Element, tags: Collection[str], tag: str, size: int = 0) -> None:
        """Put the children of these tags that stand together into elements, and say so.

        Args:
            holder: the element whose children they are.
            tags: theirs.
            tag: that of the new elements.
            size: how many go into one; 0 for all.
        """
        for held in runs_of(holder, tags):
            for at in range(0, len(held), size or len(held)):
                around = wrapped(held[at : at + (size or len(held))], tag)
                self._unseen.add("table_tag_lost", all_text(around), "doubt")

    def _say_misplaced(self, root: _Element) -> None:
        """Note each cell or row outside its table, each paragraph within another: they are out of column."""
        tags = self.tags
        for element in root.iter(tags.cell, tags.row, tags.paragraph):
            above = getattr(element.getparent(), "tag", None)
            if element.tag == tags.paragraph:
                misplaced = above in tags.content
            else:
                places = (tags.row,) if element.tag == tags.cell else tags.rows
                misplaced = above not in places and above not in tags.around
            if misplaced:
                self._unseen.add("misplaced_text", all_text(element), "doubt")

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
        labels = sum(is_label(tidy(text)) for texts in first for text in texts)
        informs = labels > 1 and not has_header(first)
        return informs or is_frame(counts, first, nested, self._above() is not None)

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
            if lines := labelled([tidy(self._own_text(cell.element)) for cell in row.cells]):
                self._end()
                for line in lines:
                    self._add(line)
                continue
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
        if grid.rows:
            self.blocks.append(grid)

    def _read_cells(self, row: TableRow) -> None:
        for element in row.apart:
            self._unseen.add("hidden_text", all_text(element))
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


def is_label(text: str) -> bool:
    """Tell whether a cell names a field of a page's information box."""
    return (
        len(text) < 8
        and vocabulary.pattern("pages", "information").fullmatch(text.rstrip(":：")) is not None
    )


def labelled(texts: list[str]) -> list[str]:
    """Return a row of an information box as lines: 索引号：…; empty for any other row."""
    if len(texts) < 2 or not any(map(is_label, texts)):
        return []
    lines: list[str] = []
    waiting = [*texts, ""]
    while len(waiting) > 1:
        text, beside = waiting[:2]
        pair = is_label(text) and len(waiting) > 2 and not is_label(beside)
        if not pair or beside:
            lines.append(f"{text.rstrip(':：')}：{beside}" if pair else text)
        del waiting[: 1 + pair]
    return list(filter(None, lines))


def runs_of(holder: _Element, tags: Collection[str]) -> Iterator[list[_Element]]:
    """Yield the children of these tags that stand together; properties begin another cell."""
    run: list[_Element] = []
    for child in list(holder):
        if child.tag in tags:
            run.append(child)
        elif run:
            yield run
            run = []
    if run:
        yield run


def wrapped(held: list[_Element], tag: str) -> _Element:
    """Put elements into a new one in their place, and return it."""
    around = held[0].makeelement(tag)
    held[0].addprevious(around)
    around.extend(held)
    return around
