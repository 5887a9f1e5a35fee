"""Glyphs and rules on pages → paragraphs and grids, the same for printed and for scanned pages.

A page is read the way it was set: rules make cells, and two cells without a rule between them are
one; glyphs on one baseline make a line; a line that had room for what follows ends its paragraph.
A table that stands at the foot of a page and at the head of the next is one table. What a page
break did to it is undone where the setting makes that certain and said (`ReaderNote`) either way:
header rows printed again are dropped, a row cut in two is joined.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Sequence

from safeplan import vocabulary
from safeplan.documents.blocks import Block, Paragraph, ReaderNote, Reading
from safeplan.documents.limits import CellBudget
from safeplan.documents.printed.aligned import joined_columns, with_aligned, with_rows_split
from safeplan.documents.printed.breaks import goes_on, whole_table
from safeplan.documents.printed.lines import (
    Glyph,
    Line,
    Page,
    begins_paragraph,
    chained,
    is_numbered,
    lines_of,
    setting_of,
    text_of,
)
from safeplan.documents.printed.recognised import Recognised
from safeplan.documents.printed.ruled import Area, Part, ruled_parts
from safeplan.models import Source
from safeplan.text.folding import tidy

_ONE_WIDTH = 40.0  # points: pages whose widths differ by less are set alike
_EDGE = 0.15  # share of the page above which a head, below which a foot stands
_COUNTING_EDGE = 0.1  # the same of one that holds a number of its own on each page
_NUMBER_EDGE = 0.12  # the same of a page number, which one page alone may show
_OUTERMOST = 2  # lines of a head or a foot
_LEVEL = 3.0  # points between lines that stand at one height
_OFTEN = 0.4  # share of the pages: heads may differ on left and right pages


def read_pages(pages: Sequence[Page], tables: int = 0) -> Reading:
    """Return the blocks of a document in reading order, and what was repaired or doubted.

    Args:
        pages: its pages.
        tables: how many tables stand in the file before it.
    """
    contents, notes = _without_furniture([content_of(page) for page in pages], pages)
    items = _with_aligned(contents, pages)
    widths = {page.number: page.width for page in pages}

    def set_as(line: Line) -> tuple[int, bool]:
        """Return what is set alike: all pages of one width, and all columns on them."""
        return round(widths[line.page] / _ONE_WIDTH), line.narrow

    alike: dict[tuple[int, bool], list[Line]] = defaultdict(list)
    for item in items:
        if isinstance(item, Line):
            alike[set_as(item)].append(item)
    settings = {
        key: setting_of(lines, None if key[1] else widths[lines[0].page])
        for key, lines in alike.items()
    }

    def belong_together(above: list[Line | Part], item: Line | Part) -> bool:
        if isinstance(item, Part):
            parts = [part for part in above if isinstance(part, Part)]
            return bool(parts) and goes_on(parts, item)
        last = above[-1]
        return (
            isinstance(last, Line)
            and set_as(last) == set_as(item)
            and not begins_paragraph(last, item, settings[set_as(item)])
        )

    blocks: list[Block] = []
    budget = CellBudget()
    seen_in_pictures = Recognised()
    for group in chained(items, belong_together):
        lines = [item for item in group if isinstance(item, Line)]
        parts = [item for item in group if isinstance(item, Part)]
        inside = [line for part in parts for area in part.areas() for line in area.lines]
        for line in (*lines, *inside):
            if line.tangled:  # in what order two texts over each other are read is luck
                args = {"page": str(line.page), "text": line.text}
                notes.append(ReaderNote("text_tangled", "doubt", args, Source(page=line.page)))
        if parts:
            tables += 1
            grid, grid_notes = whole_table(parts, tables, budget, seen_in_pictures)
            blocks.append(grid)
            notes += grid_notes
        else:
            text = tidy(text_of([(line, settings[set_as(line)].right) for line in lines]))
            source = Source(page=lines[0].page)
            blocks.append(Paragraph(text, source))
            notes += seen_in_pictures.notes_on(lines, source)
    return Reading(blocks, [*notes, *seen_in_pictures.figures()])


def _with_aligned(contents: list[list[Line | Part]], pages: Sequence[Page]) -> list[Line | Part]:
    """Return what stands on the pages with the tables that are told by alignment."""
    found: list[Line | Part] = []
    above: Part | None = None
    for content, page in zip(contents, pages, strict=True):
        items = with_aligned(content, page, None if above and above.closed else above)
        if above and items and isinstance(items[0], Part):
            items[0] = joined_columns(above, items[0])
        last = items[-1] if items else None
        above = last if isinstance(last, Part) and last.gutters else None
        found += items
    return found


def content_of(page: Page) -> list[Line | Part]:
    """Return the lines and tables of a page from top to bottom."""
    parts = ruled_parts(page)
    inside: dict[int, tuple[Area, list[Glyph]]] = {}
    free: list[Glyph] = []
    for glyph in page.glyphs:
        x, y = (glyph.x0 + glyph.x1) / 2, glyph.baseline - 0.35 * glyph.em
        if part := next((part for part in parts if part.holds(x, y, x, y)), None):
            row = min(bisect_right(part.ys, y), len(part.ys) - 1) - 1
            column = min(bisect_right(part.xs, x), len(part.xs) - 1) - 1
            area = part.rows[row][column]
            inside.setdefault(id(area), (area, []))[1].append(glyph)
        else:
            free.append(glyph)
    for area, glyphs in inside.values():
        area.lines = lines_of(glyphs, page.number)
    filled = [with_rows_split(part) for part in parts if any(a.lines for a in part.areas())]
    items: list[Line | Part] = [*lines_of(free, page.number), *filled]
    items.sort(key=lambda item: item.baseline if isinstance(item, Line) else item.ys[0])
    return items


# --- page furniture: page numbers, running heads and feet ---------------------------------------


@vocabulary.cached()
def _furniture() -> re.Pattern[str]:
    return re.compile("|".join(vocabulary.load("cells")["furniture"]))


def _without_furniture(
    contents: Sequence[list[Line | Part]], pages: Sequence[Page]
) -> tuple[list[list[Line | Part]], list[ReaderNote]]:
    """Return the pages without page numbers and running heads and feet, and what those were.

    A page number is the first or last line of its page; a running line stands on many pages, at
    two at the least, among their outermost lines, at one height and in the same words.
    """
    places = [_places(content, page) for content, page in zip(contents, pages, strict=True)]
    standing: dict[tuple[str, bool], list[float]] = defaultdict(list)
    for text, foot, height in (place for on_page in places for place in on_page.values()):
        standing[text, foot].append(height)
    often = max(2.0, _OFTEN * len(pages))
    kept: list[list[Line | Part]] = []
    dropped: dict[str, list[int]] = defaultdict(list)
    for content, page, on_page in zip(contents, pages, places, strict=True):
        rest: list[Line | Part] = []
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


def _places(content: list[Line | Part], page: Page) -> dict[int, tuple[str, bool, float]]:
    """Return of lines that may be a head or a foot: words, whether a foot, how far from the edge."""
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


def _is_number(line: Line, content: list[Line | Part], page: Page) -> bool:
    """Tell whether the first or last line of a page is its number, or says that a table goes on."""
    if not _furniture().fullmatch(tidy(line.text)):
        return False
    margin = min(line.baseline, page.height - line.baseline)
    above_table = content[0] is line and any(isinstance(item, Part) for item in content[1:2])
    return margin < _NUMBER_EDGE * page.height or (above_table and not line.text.isdigit())
