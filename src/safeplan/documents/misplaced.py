"""Text in a place where its format allows none: a cell without a row, a paragraph in a property.

A walk finds what stands in its place. What a damaged or hand-made file holds elsewhere would be
lost without a word: it is looked for afterwards, and what has not been read is quoted.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from typing import TYPE_CHECKING

from safeplan.documents.blocks import Block, Paragraph
from safeplan.documents.unseen import Unseen
from safeplan.text.folding import tidy

if TYPE_CHECKING:
    from lxml.etree import _Element


def say_misplaced(
    root: _Element,
    places: Mapping[str, Container[object]],
    blocks: Iterable[Block],
    unseen: Unseen,
    text_tag: str | None = None,
) -> None:
    """Note each text of an element that stands in no place of its kind and was not read.

    Args:
        root: the body of the document.
        places: the tags of the elements that hold text, each with those it may stand in.
        blocks: what was read.
        unseen: takes the notes.
        text_tag: the only element whose text is text; None where every text is.
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
        if text and text not in read:
            unseen.add("misplaced_text", text, "doubt")


def _read(blocks: Iterable[Block]) -> str:
    lines: list[str] = []
    for block in blocks:
        if isinstance(block, Paragraph):
            lines.append(block.text)
        else:
            lines += [tidy(cell.text) for row in block.rows for cell in row]
    return "\n".join(lines)
