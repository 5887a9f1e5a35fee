"""What every walk over the tree of a document keeps: blocks, tables, notes, and how deep it stands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

from safeplan.documents.blocks import Block, Paragraph, RawGrid, ReaderNote
from safeplan.documents.limits import CellBudget, check_nesting
from safeplan.documents.tables import SpanCell, is_frame, lay_out
from safeplan.documents.unseen import Unseen
from safeplan.models import Source
from safeplan.text.folding import tidy

if TYPE_CHECKING:
    from lxml.etree import _Element

_Row = TypeVar("_Row")
_FIRST = 5
"""Rows among which a header stands."""


class Walk:
    """A walk over one document; each format says what its elements are."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self._unseen = Unseen()
        self._budget = CellBudget()
        self._tables = 0
        self._depth = 0
        self._counts: Counter[str] = Counter()
        """What was repaired, by code…"""
        self._notes: list[ReaderNote] = []
        """…and what documents within this one say."""

    def notes(self) -> list[ReaderNote]:
        """Return what was repaired, left out or doubted."""
        counted = [
            ReaderNote(code, args={"count": str(count)})
            for code, count in sorted(self._counts.items())
        ]
        return [*counted, *self._notes, *self._unseen.notes()]

    @contextmanager
    def _being(self, **held: object) -> Iterator[None]:
        """Let attributes of the walk have other values for what stands within an element."""
        before = {name: getattr(self, name) for name in held}
        vars(self).update(held)
        yield
        vars(self).update(before)

    @contextmanager
    def _deeper(self, **held: object) -> Iterator[None]:
        """Go into an element that may hold others of its kind, as `_being`."""
        check_nesting(self._depth + 1)
        with self._being(_depth=self._depth + 1, **held):
            yield

    def _add_lines(self, text: str) -> None:
        """Give out each line of a text as a paragraph."""
        for line in text.split("\n"):
            if folded := tidy(line):
                self.blocks.append(Paragraph(folded, Source()))

    def _follows_table(self) -> bool:
        return bool(self.blocks) and isinstance(self.blocks[-1], RawGrid)

    def _is_frame(
        self, rows: Sequence[Sequence[_Element]], text: Callable[[_Element], str], tag: str
    ) -> bool:
        """Tell whether a table of these cells only frames what stands in it.

        Args:
            rows: its cells.
            text: gives a cell's own text.
            tag: that of a table.
        """
        counts = [len(row) for row in rows]
        self._budget.foresee(counts)
        nested = any(cell.find(".//" + tag) is not None for row in rows for cell in row)
        first = [[text(cell) for cell in row] for row in rows[:_FIRST]]
        return is_frame(counts, first, nested, self._follows_table())

    def _grid(
        self,
        rows: Iterable[_Row],
        cells: Callable[[_Row], Iterable[SpanCell]],
        widths: Sequence[float] = (),
    ) -> list[Block]:
        """Return the table of these rows, none if it is empty; `cells` reads those of a row."""
        self._tables += 1
        laid: list[list[SpanCell]] = []
        for number, row in enumerate(rows, start=1):
            self._unseen.source = Source(table=self._tables, row=number)
            laid.append(list(cells(row)))
        self._unseen.source = None
        grid = lay_out(laid, self._tables, self._budget, widths, unseen=self._unseen)
        return [grid] if grid.rows else []

    def _say_hidden_row(self, texts: Iterable[str]) -> None:
        self._unseen.add("hidden_rows", "｜".join(filter(None, texts)), "doubt")
