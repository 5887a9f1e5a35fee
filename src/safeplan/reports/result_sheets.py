"""A result as sheets: what `check`, `lint` and `trace` show, whatever the form it is written in.

A view makes sheets; renderers (terminal, CSV, and what else is to come) only lay them out. A cell
is plain text, or runs of text of which some are marked: the words that differ.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from safeplan.messages import say
from safeplan.reports.frame import as_text

if TYPE_CHECKING:
    import pandas as pd

Mark = Literal[
    "", "old", "new", "own", "some", "tighter", "looser", "doubt", "dim", "head", "rest", "spare"
]
"""Why a run is marked: words only the old text has (`old`), only the new one (`new`), only this
plan of several (`own`) or only some of them (`some`), a stricter target …; `head` leads a cell,
`rest` is alike everywhere, `spare` is said elsewhere: both are left out where there is little room."""

COLORS: dict[Mark, str] = {
    "own": "C00000",
    "some": "7F4F00",
    "old": "C00000",
    "new": "C00000",
    "tighter": "C00000",
    "looser": "1F6B2E",
    "doubt": "7F4F00",
    "dim": "767676",
}
"""Of a run in an office file, red, green and blue in hexadecimal."""
UNDERLINED: frozenset[Mark] = frozenset(("own", "some"))
BOLD: frozenset[Mark] = frozenset(("tighter", "looser", "new", "head"))
BRACKETS: dict[Mark, tuple[str, str]] = {"old": ("［－", "］"), "new": ("［＋", "］")}
"""What stands around a marked run where there is no colour: a sign beside the colour."""


@dataclass(frozen=True)
class Run:
    """A piece of a cell's text."""

    text: str
    mark: Mark = ""


Cell = str | Sequence[Run]

MOST_COLUMNS = 6
"""Of more plans a column each could not be read."""


@dataclass(frozen=True)
class SheetColumn:
    """One column of a sheet."""

    key: str
    """Its heading in CSV; `column.<key>` in the catalogue is its title for people."""
    ratio: int = 1
    """Its share of the width; 0 for ids and numbers, which are as wide as they need."""
    title: str = ""
    """Its title where that is no word of ours, such as the id of a plan."""
    number: bool = False
    """Whether its cells are whole numbers: set to the right, sorted as such."""
    folded: bool = False
    """Whether it holds the rest: a page shows it on demand, paper does without it."""

    @property
    def heading(self) -> str:
        """Return the title for people."""
        return self.title or say(f"column.{self.key}")


@dataclass(frozen=True)
class Facet:
    """What the rows of a sheet can be chosen by, where the reader can choose."""

    key: str
    """`column.<key>` in the catalogue is its title."""
    values: list[list[str]]
    """The values of each row, in the order of the rows."""


def distinct(texts: Iterable[str]) -> list[str]:
    """Return texts as the values of a row's facet: each once, none empty."""
    return [text for text in dict.fromkeys(texts) if text]


def differing(flags: Iterable[bool]) -> Facet:
    """Return the facet that keeps only what differs."""
    said = say("facet.differs")
    return Facet("differs", [[said] if flag else [] for flag in flags])


@dataclass(frozen=True)
class Sheet:
    """One table of a result."""

    title: str
    columns: list[SheetColumn]
    rows: list[list[Cell]] = field(default_factory=list)
    facets: list[Facet] = field(default_factory=list)
    note: str = ""
    """How to read it, in a sentence."""


def plain(cell: Cell) -> str:
    """Return a cell's text with signs around what is marked.

    >>> plain([Run("落实"), Run("定期", "old"), Run("半年", "new"), Run("述职")])
    '落实［－定期］［＋半年］述职'
    """
    if isinstance(cell, str):
        return cell
    return "".join(
        "".join((opening, run.text, closing))
        for run in cell
        for opening, closing in [BRACKETS.get(run.mark, ("", ""))]
    )


def sheet_frame(sheet: Sheet) -> pd.DataFrame:
    """Return a sheet as a pandas table of text, headed by the columns' keys."""
    import pandas as pd

    rows = [[as_text(plain(cell)) for cell in row] for row in sheet.rows]
    return pd.DataFrame(rows, columns=[column.key for column in sheet.columns])
