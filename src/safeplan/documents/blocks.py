"""What a reader yields: a document is a list of paragraphs and raw grids in reading order."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

from safeplan.models import Source
from safeplan.text.folding import tidy


@dataclass(frozen=True)
class Paragraph:
    """One paragraph of running text, white space folded."""

    text: str
    source: Source
    cells: bool = False
    """True where it has the marks of cells (a bar, a tab) and no table was told there."""


@dataclass(frozen=True)
class RawCell:
    """One cell as it stands in the file: its text unfolded, so that line breaks can be told."""

    text: str
    source: Source
    covered: bool = False
    """True where a cell merged from above covers this place; its text is then empty."""
    spanned: bool = False
    """True where a cell merged from the left covers this place; its text is then empty."""


@dataclass(frozen=True)
class RawGrid:
    """One table as it stands in the file: rows of cells, losses not yet resolved.

    Every row of a format that knows its grid has a cell for each column. A cell merged over
    columns gives its text to the first of them and empty text to the others; one merged over rows
    gives its text to the first row and `covered` cells below.
    """

    rows: list[list[RawCell]]
    merges_known: bool = False
    """True where the format says what is merged: an empty cell is then really empty."""
    lost_cells_close_up: bool = False
    """True for web-page text, where a missing cell shifts the rest of its row to the left."""
    ends_file: bool = False
    """True where nothing follows the table: its last row may be cut off."""
    lines_true: bool = False
    """True where a line break in a cell was set by a person (a paragraph, a break), never by the
    width of the column."""


Block = Paragraph | RawGrid


@dataclass(frozen=True)
class ReaderNote:
    """What a reader repaired or doubts in the file itself; a plan tells it as a finding."""

    code: str
    severity: Literal["repair", "doubt"] = "repair"
    args: dict[str, str] = field(default_factory=dict)
    source: Source | None = None


Passage = list[str]
"""The texts of a row's cells as they lie in the file, or that of a paragraph alone."""


@dataclass(frozen=True)
class Reading:
    """What one reader yields for one file."""

    blocks: list[Block]
    notes: list[ReaderNote] = field(default_factory=list)
    encoding: str = "utf-8"
    """The encoding of the bytes, where they are text; office formats say nothing here."""
    written: Iterable[Passage] = ()
    """What lies in the file as text, however it was read: what of it was not read is a loss."""


@dataclass(frozen=True)
class Document:
    """One file, read."""

    path: str
    sha256: str
    media_type: str
    encoding: str
    blocks: list[Block] = field(default_factory=list)
    notes: list[ReaderNote] = field(default_factory=list)


_QUOTED = 200
"""Characters of a quotation."""
_TOLD = 100
"""Notes of a kind; what is beyond is counted."""


class Unseen:
    """The notes of one file about what its page does not show, each once.

    Struck-out and hidden text, raised note marks, hidden rows: a reader leaves them out and says here
    what it left out, in the document's own words.
    """

    def __init__(self) -> None:
        self._notes: dict[tuple[str, str, Source | None], ReaderNote] = {}
        self._told: dict[str, int] = {}
        self.source: Source | None = None
        """Where the reader is: the row of a table, or None in running text."""

    def add(
        self,
        code: str,
        text: str,
        severity: Literal["repair", "doubt"] = "repair",
        **args: str,
    ) -> None:
        """Note what was left out at the place where the reader is; an empty text says nothing."""
        quoted = tidy(text)
        if not quoted:
            return
        self._told[code] = self._told.get(code, 0) + 1
        if self._told[code] > _TOLD:
            return
        if len(quoted) > _QUOTED:
            quoted = quoted[:_QUOTED] + "…"
        self._notes.setdefault(
            (code, quoted, self.source),
            ReaderNote(code, severity, {"text": quoted, **args}, self.source),
        )

    def notes(self) -> list[ReaderNote]:
        """Return what was noted, in the order of the document."""
        beyond = [
            ReaderNote("unseen_beyond", "doubt", {"code": code, "count": str(told - _TOLD)})
            for code, told in self._told.items()
            if told > _TOLD
        ]
        return [*self._notes.values(), *beyond]
