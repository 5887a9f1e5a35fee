"""Page furniture: page numbers and the running heads and feet that no reader reads."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence

from safeplan import vocabulary
from safeplan.documents.blocks import ReaderNote
from safeplan.documents.printed.lines import Line
from safeplan.documents.printed.page import Page
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
    standing: dict[tuple[str, bool], list[float]] = defaultdict(list)
    for content, page in zip(contents, pages, strict=True):
        for line in _outermost(content):
            if place := _place(line, page):
                text, foot, height = place
                standing[text, foot].append(height)
    often = max(2.0, _OFTEN * len(pages))

    def runs(line: Line, page: Page) -> bool:
        if not (place := _place(line, page)):
            return False
        text, foot, height = place
        return sum(abs(other - height) <= _LEVEL for other in standing[text, foot]) >= often

    kept: list[list[_Item]] = []
    dropped: dict[str, list[int]] = defaultdict(list)
    for content, page in zip(contents, pages, strict=True):
        running = {id(line) for line in _outermost(content) if runs(line, page)}
        for item in content:
            if isinstance(item, Line) and id(item) in running:
                dropped[re.sub(r"\d+", "#", tidy(item.text))].append(page.number)
        rest = [item for item in content if id(item) not in running]
        for end in (0, -1):
            if rest and isinstance(item := rest[end], Line) and _is_number(item, rest, page):
                rest.pop(end)
        kept.append(rest)
    notes = [
        ReaderNote("running_line", "repair", {"text": text, "pages": _span(numbers)})
        for text, numbers in dropped.items()
        if not _furniture().fullmatch(text.replace("#", "1"))
    ]
    return kept, notes


def _outermost(content: list[_Item]) -> list[Line]:
    """Return the lines that may be the head or the foot of a page, each once."""
    ends = {id(item): item for item in (*content[:_OUTERMOST], *content[-_OUTERMOST:])}
    return [item for item in ends.values() if isinstance(item, Line)]


def _place(line: Line, page: Page) -> tuple[str, bool, float] | None:
    """Return the words of a line at the edge of its page, at which edge and how far from it."""
    foot = line.baseline > page.height / 2
    height = page.height - line.baseline if foot else line.baseline
    text = tidy(line.text)
    if height > _EDGE * page.height or (is_numbered(text) and not _furniture().fullmatch(text)):
        return None
    if height <= _COUNTING_EDGE * page.height:
        text = re.sub(r"\d+", "#", text)
    return text, foot, height


def _is_number(line: Line, content: list[_Item], page: Page) -> bool:
    """Tell whether the first or last line of a page is its number, or says that a table goes on."""
    if not _furniture().fullmatch(tidy(line.text)):
        return False
    margin = min(line.baseline, page.height - line.baseline)
    above_table = content[0] is line and any(isinstance(item, Part) for item in content[1:2])
    return margin < _NUMBER_EDGE * page.height or (above_table and not line.text.isdigit())


def _span(numbers: list[int]) -> str:
    return str(numbers[0]) if len(numbers) == 1 else f"{numbers[0]}–{numbers[-1]}"
