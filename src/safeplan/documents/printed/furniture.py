"""Page furniture: page numbers and the running heads and feet that no reader reads."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from functools import cache

from safeplan import vocabulary
from safeplan.documents.printed.lines import Line
from safeplan.documents.printed.page import Page
from safeplan.documents.printed.ruled import Part
from safeplan.documents.spacing import fold


@cache
def _furniture() -> re.Pattern[str]:
    return re.compile("|".join(vocabulary.load("cells")["furniture"]))


def without_furniture(
    contents: list[list[Line | Part]], pages: Sequence[Page]
) -> list[list[Line | Part]]:
    """Return the pages without page numbers and running headers and footers.

    A page number is the first or last line of its page; a running line stands at one height near
    the edge of half of all pages with the same words.
    """
    running: Counter[tuple[str, int]] = Counter()
    for content, page in zip(contents, pages, strict=True):
        running.update({key for item in content if (key := _edge_line(item, page))})
    often = max(3, 0.5 * len(pages))
    kept = []
    for content, page in zip(contents, pages, strict=True):
        rest = [
            item
            for item in content
            if not ((key := _edge_line(item, page)) and running[key] >= often)
        ]
        for end in (0, -1):
            if rest and isinstance(item := rest[end], Line):
                margin = min(item.baseline, page.height - item.baseline)
                if margin < 0.12 * page.height and _furniture().fullmatch(fold(item.text)):
                    rest.pop(end)
        kept.append(rest)
    return kept


def _edge_line(item: Line | Part, page: Page) -> tuple[str, int] | None:
    if isinstance(item, Part) or 0.1 * page.height < item.baseline < 0.9 * page.height:
        return None
    return re.sub(r"\d+", "#", fold(item.text)), round(item.baseline / 4)
