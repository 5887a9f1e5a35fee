"""What this stage yields: a grid of rows whose cells are addressed by the role of their column."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Literal

from safeplan.documents import RawCell
from safeplan.models import Source
from safeplan.text.folding import tidy


def texts_of(row: Iterable[RawCell]) -> list[str]:
    """Return the texts of a row's cells, white space folded."""
    return [tidy(cell.text) for cell in row]


@dataclass(frozen=True)
class Column:
    """One column: its role (`serial`, `name`, …; None if the contract has no field for it)."""

    role: str | None
    header: str
    period: str = ""
    """When what a column of goals holds is due: `2024年`, `上半年`."""


@dataclass(frozen=True)
class Note:
    """A repair or a doubt at one row (counted from 1 below the header; None: the whole table)."""

    code: str
    severity: Literal["repair", "doubt"]
    row: int | None = None
    args: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Row:
    """One row below the header: cell text by role, white space folded."""

    cells: dict[str, str]
    source: Source
    extra: dict[str, str] = field(default_factory=dict)
    """Cells of columns that have no field of their own, by header."""
    lines: dict[str, str] = field(default_factory=dict)
    """By role, a cell's text with a line feed between its lines, where it has several."""
    goals: list[tuple[str, str]] = field(default_factory=list)
    """What is to be reached by when, where the table has a column for each: period and text."""
    marks: dict[str, str] = field(default_factory=dict)
    """The mark in each column that is a body, by its header."""
    unit: str = ""
    """The unit of the figures in this row."""
    missing: frozenset[str] = frozenset()
    """Roles whose cell the document has lost (as against printed empty)."""
    covered: frozenset[str] = frozenset()
    """Roles whose cell is covered by one merged from above."""
    merges_known: bool = False
    """True where the format says what is merged."""
    cut_off: bool = False
    """True where the file ends inside the row."""

    def with_cells(self, **cells: str) -> Row:
        """Return the row with some cells replaced."""
        return replace(self, cells={**self.cells, **cells})


@dataclass(frozen=True)
class Grid:
    """One whole table."""

    columns: list[Column]
    rows: list[Row]
    notes: list[Note]
    title: str
    """The paragraph above the table, as printed; empty if there is none."""
    title_source: Source | None
    at: int = 0
    """The index of its (first) block in the document."""

    def has(self, role: str) -> bool:
        """Tell whether the table has a column of this role."""
        return any(column.role == role for column in self.columns)


@dataclass(frozen=True)
class Unread:
    """A table that gave no tasks, and why."""

    at: int
    """The index of its block in the document."""
    reason: str
    """`contacts`, `roster`, `scoring`, `glossary`, `inventory`, `form`, `results`: what it is;
    `no_text`: its cells hold no Chinese text; `no_duty`: nothing says who, when or what for."""
    header: str
    """Its header, or its first row, as printed."""
    source: Source
    has_header: bool
    after: int
    """How many tables of tasks stand before it."""


@dataclass(frozen=True)
class Tables:
    """The tables of a document: those that list tasks, and those that do not."""

    grids: list[Grid]
    unread: list[Unread]

    def __iter__(self) -> Iterator[Grid]:
        return iter(self.grids)

    def __len__(self) -> int:
        return len(self.grids)
