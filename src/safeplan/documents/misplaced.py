"""Tables of damaged and hand-made files: cells without a row, rows without a table.

A walk finds what stands in its place. So what stands outside is given a place first, or is quoted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Container, Iterator
from typing import TYPE_CHECKING, NamedTuple

from safeplan.documents.unseen import Unseen

if TYPE_CHECKING:
    from lxml.etree import _Element


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
    """What stands in a cell."""


def mend_tables(root: _Element, tags: TableTags, unseen: Unseen) -> None:
    """Give a cell, a row or a table to what has lost it, and say where.

    What stands in a row beside its cells was a cell, cells beside the rows were a row, and rows
    outside a table were one.
    """
    for row in list(root.iter(tags.row)):
        for held in runs_of(row, tags.content):
            _say_lost(wrapped(held, tags.cell), unseen)
    for holder in list(root.iter(*tags.rows)):
        width = Counter(len(row.findall(tags.cell)) for row in holder.iter(tags.row))
        columns = width.most_common(1)[0][0] if width else len(list(holder.iter(tags.column)))
        for held in runs_of(holder, (tags.cell,)):
            size = columns or len(held)
            for at in range(0, len(held), size):
                _say_lost(wrapped(held[at : at + size], tags.row), unseen)
    homeless = {
        parent: None
        for row in root.iter(tags.row)
        if (parent := row.getparent()) is not None
        and parent.tag not in (tags.row, tags.cell, *tags.content)
        and not any(above.tag in tags.rows for above in row.iterancestors())
    }
    for holder in homeless:
        for held in runs_of(holder, (tags.row,)):
            _say_lost(wrapped(held, tags.table), unseen)


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


def _say_lost(around: _Element, unseen: Unseen) -> None:
    unseen.add("table_tag_lost", "".join(map(str, around.itertext())), "doubt")


def say_misplaced(
    root: _Element, tags: TableTags, unseen: Unseen, around: Container[str] = ()
) -> None:
    """Note each cell and row that stands outside its table: it is out of its column, if it was read.

    Args:
        root: the document, its tables mended.
        tags: those of its tables.
        unseen: takes the notes.
        around: the tags of elements that may stand around a cell or a row.
    """
    places = {tags.cell: (tags.row,), tags.row: tags.rows}
    for element in root.iter(*places):
        parent = element.getparent()
        if (
            parent is not None
            and parent.tag not in places[element.tag]
            and parent.tag not in around
        ):
            unseen.add("misplaced_text", "".join(map(str, element.itertext())), "doubt")
