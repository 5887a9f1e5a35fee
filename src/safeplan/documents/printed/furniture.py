"""Page furniture: page numbers and the running heads and feet that no reader reads."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence

from safeplan import vocabulary
from safeplan.documents.blocks import ReaderNote
from safeplan.documents.printed.lines import Line, Page
from safeplan.documents.printed.paragraphs import is_numbered
from safeplan.documents.printed.ruled import Part
from safeplan.text.folding import tidy

_EDGE = 0.15  # share of the page above which a head, below which a foot stands
_COUNTING_EDGE = 0.1  # the same of one that holds a number of its own on each page
_NUMBER_EDGE = 0.12  # the same of a page number, which one page alone may show
_OUTERMOST = 2  # lines of a head or a foot
_LEVEL = 3.0  # points between lines that stand at one height
_OFTEN = 0.4  # share of the pages: heads may differ on left and right pages

_Item = Line | Part


@vocabulary.cached()
def _furniture() -> re.Pattern[str]:
    return re.compile("|".join(vocabulary.load("cells")["furniture"]))


def without_furniture(
    contents: Sequence[list[_Item]], pages: Sequence[Page]
) -> tuple[list[list[_Item]], list[ReaderNote]]:
    """Return the pages without page numbers and running heads and feet, and what those were.

    A page number is the first or last line of its page; a running line stands on many pages, at
    two at the least, among their outermost lines, at one height and in the same words.
    """
    places = [_places(content, page) for content, page in zip(contents, pages, strict=True)]
    standing: dict[tuple[str, bool], list[float]] = defaultdict(list)
    for text, foot, height in (place for on_page in places for place in on_page.values()):
        standing[text, foot].append(height)
    often = max(2.0, _OFTEN * len(pages))
    kept: list[list[_Item]] = []
    dropped: dict[str, list[int]] = defaultdict(list)
    for content, page, on_page in zip(contents, pages, places, strict=True):
        rest: list[_Item] = []
        for item in content:
            text, foot, height = on_page.get(id(item), ("", False, 0.0))
            beside = sum(abs(other - height) <= _LEVEL for other in standing.get((text, foot), ()))
            if isinstance(item, Line) and beside >= often:
                dropped[re.sub(r"\d+", "#", tidy(item.text))].append(page.number)
            else:
                rest.append(item)
        for end in (0, -1):
            if rest and isinstance(item := rest[end], Line) and _is_number(item, rest, page):
                rest.pop(end)
        kept.append(rest)
    notes = []
    for text, numbers in dropped.items():
        if not _furniture().fullmatch(text.replace("#", "1")):
            span = "–".join(map(str, [numbers[0], *numbers[1:][-1:]]))
            notes.append(ReaderNote("running_line", "repair", {"text": text, "pages": span}))
    return kept, notes


def _places(content: list[_Item], page: Page) -> dict[int, tuple[str, bool, float]]:
    """Return the outermost lines that may be a head or a foot of the page, by their ids.

    Of each its words, whether it stands at the foot, and how far from the edge.
    """
    places = {}
    for line in (*content[:_OUTERMOST], *content[-_OUTERMOST:]):
        if not isinstance(line, Line):
            continue
        foot = line.baseline > page.height / 2
        height = page.height - line.baseline if foot else line.baseline
        text = tidy(line.text)
        if height > _EDGE * page.height or (is_numbered(text) and not _furniture().fullmatch(text)):
            continue
        if height <= _COUNTING_EDGE * page.height:
            text = re.sub(r"\d+", "#", text)
        places[id(line)] = text, foot, height
    return places


def _is_number(line: Line, content: list[_Item], page: Page) -> bool:
    """Tell whether the first or last line of a page is its number, or says that a table goes on."""
    if not _furniture().fullmatch(tidy(line.text)):
        return False
    margin = min(line.baseline, page.height - line.baseline)
    above_table = content[0] is line and any(isinstance(item, Part) for item in content[1:2])
    return margin < _NUMBER_EDGE * page.height or (above_table and not line.text.isdigit())
