"""Glyphs and rules on pages → paragraphs and grids, the same for printed and for scanned pages.

A page is read the way it was set: rules make cells, and two cells without a rule between them are
one; glyphs on one baseline make a line; a line that had room for what follows ends its paragraph.
A table that stands at the foot of a page and at the head of the next is one table. What a page
break did to it is undone where the setting makes that certain and said (`ReaderNote`) either way:
header rows printed again are dropped, a row cut in two is joined.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence

from safeplan.documents.blocks import Block, Paragraph, ReaderNote, Reading
from safeplan.documents.limits import CellBudget
from safeplan.documents.printed.aligned import joined_columns, with_aligned, with_rows_split
from safeplan.documents.printed.breaks import goes_on, whole_table
from safeplan.documents.printed.furniture import without_furniture
from safeplan.documents.printed.lines import Line, lines_of, text_of
from safeplan.documents.printed.page import Glyph, Page
from safeplan.documents.printed.paragraphs import BodySetting, begins_paragraph, setting_of
from safeplan.documents.printed.recognised import Recognised
from safeplan.documents.printed.ruled import Area, Part, ruled_parts
from safeplan.models import Source
from safeplan.text.folding import tidy

_ONE_WIDTH = 40.0  # points: pages whose widths differ by less are set alike


def read_pages(pages: Sequence[Page], tables: int = 0) -> Reading:
    """Return the blocks of a document in reading order, and what was repaired or doubted.

    Args:
        pages: its pages.
        tables: how many tables stand in the file before it.
    """
    contents, notes = without_furniture([content_of(page) for page in pages], pages)
    contents = _with_aligned(contents, pages)
    items = [item for content in contents for item in content]
    settings = _Settings(items, pages)
    blocks: list[Block] = []
    held: list[Line] = []
    parts: list[Part] = []
    budget = CellBudget()
    seen_in_pictures = Recognised()

    def close() -> None:
        nonlocal tables
        if held:
            text = tidy(text_of([(line, settings.of(line).right) for line in held]))
            source = Source(page=held[0].page)
            blocks.append(Paragraph(text, source))
            notes.extend(seen_in_pictures.notes_on(held, source))
            held.clear()
        if parts:
            tables += 1
            grid, grid_notes = whole_table(parts, tables, budget, seen_in_pictures)
            blocks.append(grid)
            notes.extend(grid_notes)
            parts.clear()

    for item in items:
        notes.extend(_tangled(item))
        if isinstance(item, Part):
            if not (parts and goes_on(parts, item)):
                close()
            parts.append(item)
        else:
            setting = settings.of(item)
            if parts or (
                held
                and (
                    settings.of(held[-1]) is not setting
                    or begins_paragraph(held[-1], item, setting)
                )
            ):
                close()
            held.append(item)
    close()
    return Reading(blocks, [*notes, *seen_in_pictures.figures()])


def _tangled(item: Line | Part) -> Iterator[ReaderNote]:
    """Say each line in which two texts stand over each other: in what order they are read is luck."""
    lines = [item] if isinstance(item, Line) else item.lines()
    for line in lines:
        if line.tangled:
            args = {"page": str(line.page), "text": line.text}
            yield ReaderNote("text_tangled", "doubt", args, Source(page=line.page))


def _with_aligned(
    contents: list[list[Line | Part]], pages: Sequence[Page]
) -> list[list[Line | Part]]:
    """Return the pages with the tables that are told by alignment, and their columns made one."""
    found: list[list[Line | Part]] = []
    above: Part | None = None
    for content, page in zip(contents, pages, strict=True):
        items = with_aligned(content, page, None if above and above.closed else above)
        if above and items and isinstance(items[0], Part):
            items[0] = joined_columns(above, items[0])
        last = items[-1] if items else None
        above = last if isinstance(last, Part) and last.gutters else None
        found.append(items)
    return found


class _Settings:
    """How the body is set: alike on all pages of one width, and in all columns on them."""

    def __init__(self, items: Sequence[Line | Part], pages: Sequence[Page]) -> None:
        self._widths = {page.number: page.width for page in pages}
        alike: dict[tuple[int, bool], list[Line]] = {}
        for item in items:
            if isinstance(item, Line):
                alike.setdefault(self._key(item), []).append(item)
        self._settings = {
            key: setting_of(lines, None if key[1] else self._widths[lines[0].page])
            for key, lines in alike.items()
        }

    def of(self, line: Line) -> BodySetting:
        """Return the setting that a line stands in."""
        return self._settings[self._key(line)]

    def _key(self, line: Line) -> tuple[int, bool]:
        return round(self._widths[line.page] / _ONE_WIDTH), line.narrow


def content_of(page: Page) -> list[Line | Part]:
    """Return the lines and tables of a page from top to bottom."""
    parts = ruled_parts(page)
    inside: dict[int, list[Glyph]] = {}
    areas: dict[int, Area] = {}
    free: list[Glyph] = []
    for glyph in page.glyphs:
        x, y = (glyph.x0 + glyph.x1) / 2, glyph.baseline - 0.35 * glyph.em
        for part in parts:
            if part.xs[0] <= x <= part.xs[-1] and part.ys[0] <= y <= part.ys[-1]:
                row = min(bisect_right(part.ys, y), len(part.ys) - 1) - 1
                column = min(bisect_right(part.xs, x), len(part.xs) - 1) - 1
                area = part.rows[row][column]
                areas[id(area)] = area
                inside.setdefault(id(area), []).append(glyph)
                break
        else:
            free.append(glyph)
    for key, glyphs in inside.items():
        areas[key].lines = lines_of(glyphs, page.number)
    filled = [
        with_rows_split(part)
        for part in parts
        if any(area.lines for row in part.rows for area in row)
    ]
    items: list[Line | Part] = [*lines_of(free, page.number), *filled]
    items.sort(key=lambda item: item.baseline if isinstance(item, Line) else item.ys[0])
    return items
