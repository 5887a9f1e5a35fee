"""What a reader yields: a document is a list of paragraphs and raw grids in reading order."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

from safeplan.models import Source


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
