"""What this stage yields: a grid of rows whose cells are addressed by the role of their column."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Literal

from safeplan.models import Source


@dataclass(frozen=True)
class Column:
    """One column: its role (`serial`, `name`, …; None if the contract has no field for it)."""

    role: str | None
    header: str


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

    def has(self, role: str) -> bool:
        """Tell whether the table has a column of this role."""
        return any(column.role == role for column in self.columns)
