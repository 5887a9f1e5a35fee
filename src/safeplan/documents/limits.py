"""What a file may ask of us: the limits against hostile and broken files (docs/limits.md).

Every limit lies far above any circular (the longest known annex has some 100 rows) and low enough
that a file at the limit is read in seconds within 300 MB.
"""

from __future__ import annotations

from collections.abc import Sequence

from safeplan.documents.errors import DocumentError

MAX_BYTES = 64 * 2**20
"""The file itself."""

MAX_PART_BYTES = 24 * 2**20
"""One part of an office file, unpacked; also a web page, since it becomes a tree as well."""

MAX_UNPACKED_BYTES = 192 * 2**20
"""All that is unpacked from one archive or office file."""

MAX_RATIO = 250
"""Unpacked to packed size of a part of more than `RATIO_FREE_BYTES`. Honest XML stays below 60."""

RATIO_FREE_BYTES = 2**20

MAX_MEMBERS = 5_000
"""Entries of an archive or office file."""

MAX_ARCHIVE_DEPTH = 2
"""An archive within an archive is opened; one within that is not."""

MAX_CELLS = 50_000
"""Cells of all tables of a file, those that a merged cell covers included."""

MAX_CHARACTERS = 20_000_000
"""Characters in all cells of a file; the longest plan known has some 100,000."""

MAX_COLUMNS = 200
"""Columns of a table. A cell that claims to span more is cut to it, as browsers do at 1,000."""

MAX_NODES = 1_000_000
"""Tags and attributes of one XML part: each costs some 200 bytes of memory."""

MAX_PAGE_NODES = 400_000
"""Tags of a web page, where each costs more."""

MAX_LINES = 100_000
"""Lines of a text."""

MAX_NESTING = 24
"""Tables within tables. Element nesting beyond 256 is refused by the XML and HTML parsers."""

MAX_PAGES = 1000
"""Pages of a PDF or OFD file: the longest plan known has some 200."""

MAX_OBJECTS = 20_000
"""Objects looked at on one page: more of them are a map or a drawing, not a table."""

MAX_GLYPHS = 2_000_000
"""Glyphs of all pages."""

MAX_MEMORY = 2 * 2**30
"""Memory, in bytes, that a process may take for what it reads; where the system can limit it.

Counted in addresses: recognising a scan takes 1.3 GB of these and 360 MB of memory."""


def megabytes(size: int) -> str:
    """Return a size for a message: whole megabytes, rounded up.

    >>> megabytes(2**20 + 1)
    '2'
    """
    return str(-(-size // 2**20))


def check_size(size: int, limit: int = MAX_BYTES) -> None:
    """Refuse more bytes than `limit`.

    Raises:
        DocumentError: `too_large`.
    """
    if size > limit:
        raise DocumentError("too_large", size=megabytes(size), limit=megabytes(limit))


class CellBudget:
    """The cells, and the text in them, that one file may still ask for, over all its tables."""

    def __init__(self) -> None:
        self._cells = MAX_CELLS
        self._characters = MAX_CHARACTERS

    def foresee(self, counts: Sequence[int]) -> None:
        """Refuse a table before its cells are read, where it has more than are left.

        Args:
            counts: the number of cells of each row.

        Raises:
            DocumentError: `too_many_cells`.
        """
        if sum(counts) > self._cells:
            raise DocumentError("too_many_cells", limit=f"{MAX_CELLS:,}")

    def spend(self, cells: int, characters: int = 0) -> None:
        """Take cells and characters from the budget.

        Raises:
            DocumentError: `too_many_cells`, `too_much_text`: there are not as many left.
        """
        self._cells -= cells
        self._characters -= characters
        if self._cells < 0:
            raise DocumentError("too_many_cells", limit=f"{MAX_CELLS:,}")
        if self._characters < 0:
            raise DocumentError("too_much_text", limit=f"{MAX_CHARACTERS:,}")


def check_nodes(nodes: int, limit: int = MAX_NODES) -> None:
    """Refuse more nodes than `limit`, counted before a tree is made of them.

    Raises:
        DocumentError: `too_many_elements`.
    """
    if nodes > limit:
        raise DocumentError("too_many_elements", limit=f"{limit:,}")


def check_nesting(depth: int) -> None:
    """Refuse tables nested deeper than `MAX_NESTING`.

    Raises:
        DocumentError: `too_deep`.
    """
    if depth > MAX_NESTING:
        raise DocumentError("too_deep", limit=str(MAX_NESTING))
