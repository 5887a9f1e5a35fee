"""Text in a place where its format allows none: a cell without a row, a paragraph in a property.

A walk finds what stands in its place. What a damaged or hand-made file holds elsewhere would be
lost without a word: it is looked for afterwards, and what has not been read is quoted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Container, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple

from safeplan.documents.blocks import Block, Paragraph
from safeplan.documents.unseen import Unseen
from safeplan.text.folding import tidy

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
        for held in _runs(row, tags.content):
            _wrap(held, tags.cell, unseen)
    for holder in list(root.iter(*tags.rows)):
        width = Counter(len(row.findall(tags.cell)) for row in holder.iter(tags.row))
        columns = width.most_common(1)[0][0] if width else len(list(holder.iter(tags.column)))
        for held in _runs(holder, (tags.cell,)):
            size = columns or len(held)
            for at in range(0, len(held), size):
                _wrap(held[at : at + size], tags.row, unseen)
    homeless = {
        parent: None
        for row in root.iter(tags.row)
        if (parent := row.getparent()) is not None
        and parent.tag not in (tags.row, tags.cell, *tags.content)
        and not any(above.tag in tags.rows for above in row.iterancestors())
    }
    for holder in homeless:
        for held in _runs(holder, (tags.row,)):
            _wrap(held, tags.table, unseen)


def _runs(holder: _Element, tags: Collection[str]) -> Iterator[list[_Element]]:
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


def _wrap(held: list[_Element], tag: str, unseen: Unseen) -> None:
    """Put elements into a new one in their place."""
    around = held[0].makeelement(tag)
    held[0].addprevious(around)
    around.extend(held)
    unseen.add("table_tag_lost", "".join(map(str, around.itertext())), "doubt")


def say_misplaced(
    root: _Element,
    places: Mapping[str, Container[object]],
    blocks: Iterable[Block],
    unseen: Unseen,
    text_tag: str | None = None,
    always: Container[object] = (),
) -> None:
    """Note each text of an element that stands in no place of its kind and was not read.

    Args:
        root: the body of the document.
        places: the tags of the elements that hold text, each with those it may stand in.
        blocks: what was read.
        unseen: takes the notes.
        text_tag: the only element whose text is text; None where every text is.
        always: those that are said, whether their text was read in another place or not.
    """
    out = [
        element
        for element in root.iter(*places)
        if (parent := element.getparent()) is not None
        and parent.tag not in places[str(element.tag)]
    ]
    if not out:
        return
    read = _read(blocks)
    for element in out:
        texts = element.itertext() if text_tag is None else element.itertext(text_tag)
        text = tidy("".join(map(str, texts)))
        # A cell that was read with a paragraph around it is out of its column all the same.
        if text and (element.tag in always or text not in read):
            unseen.add("misplaced_text", text, "doubt")


def _read(blocks: Iterable[Block]) -> str:
    lines: list[str] = []
    for block in blocks:
        if isinstance(block, Paragraph):
            lines.append(block.text)
        else:
            lines += [tidy(cell.text) for row in block.rows for cell in row]
    return "\n".join(lines)
