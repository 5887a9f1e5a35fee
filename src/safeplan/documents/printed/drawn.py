"""Pages as PDF and OFD draw them → paragraphs and grids; those that are pictures are recognised."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from safeplan.documents.blocks import Block, ReaderNote, Reading
from safeplan.documents.errors import DocumentError
from safeplan.documents.limits import MAX_GLYPHS
from safeplan.documents.printed.flow import read_pages
from safeplan.documents.printed.lines import Page
from safeplan.documents.printed.overlays import Overlays
from safeplan.documents.printed.strokes import FEW, DrawnSheet

if TYPE_CHECKING:
    from safeplan.documents.ocr import Scan

_LITTLE = 0.3  # share of a hidden layer's glyphs: where no more are seen the layer is the text


def read_sheets(
    sheets: Iterable[DrawnSheet], scan: Callable[[int], Scan], tables: int = 0
) -> Reading:
    """Read the pages of a document.

    Args:
        sheets: what is drawn on each, from the first to the last.
        scan: returns the picture of a page by its number.
        tables: how many tables stand in the file before them.

    Raises:
        DocumentError: `too_much_text`; or pictures of pages that cannot be read (as
            `ocr.recognised`), where no page has any text without them.
    """
    pages: list[Page] = []
    scans: list[DrawnSheet] = []
    empty: list[int] = []
    notes: list[ReaderNote] = []
    overlays = Overlays()
    left = MAX_GLYPHS
    for sheet in sheets:
        left -= len(sheet.strokes)
        if left < 0:
            raise DocumentError("too_much_text", limit=f"{MAX_GLYPHS:,}")
        if sheet.is_scan:
            scans.append(sheet)
            continue
        if sheet.is_empty:
            empty.append(sheet.number)
        notes += sheet.notes()
        overlays.lift(sheet)
        pages.append(sheet.page())
    if scans:
        read, scan_notes = _seen(scans, scan, others=any(page.glyphs for page in pages))
        pages = sorted([*pages, *read], key=lambda page: page.number)
        notes += scan_notes
    reading = read_pages(pages, tables)
    empty_notes = _note("pages_empty", empty)
    return Reading(reading.blocks, [*notes, *empty_notes, *overlays.notes(), *reading.notes])


def with_text(blocks: list[Block], notes: list[ReaderNote]) -> Reading:
    """Return what was read.

    Raises:
        DocumentError: it has no text (`no_text`), or none that there was time for (`no_time`).
    """
    if not blocks:
        raise DocumentError("no_time" if any(n.code == "ocr_late" for n in notes) else "no_text")
    return Reading(blocks, notes)


def _seen(
    sheets: Sequence[DrawnSheet], scan: Callable[[int], Scan], *, others: bool
) -> tuple[list[Page], list[ReaderNote]]:
    """Return the pages that are pictures: what is seen there, else the text laid under it."""
    from safeplan.documents import ocr

    trouble: DocumentError | None = None
    notes: list[ReaderNote] = []
    found: dict[int, Page] = {}
    try:
        read, notes = ocr.recognised([scan(sheet.number) for sheet in sheets])
        found = {page.number: page for page in read}
    except DocumentError as error:
        if error.code != "ocr_missing":
            raise
        trouble = error
    pages: list[Page] = []
    laid: list[int] = []
    unread: list[int] = []
    for sheet in sheets:
        layer = sheet.page()
        seen = found.get(sheet.number, Page(sheet.number, 0, 0))
        is_laid = len(layer.glyphs) > FEW and len(seen.glyphs) < _LITTLE * len(layer.glyphs)
        if is_laid:
            laid.append(sheet.number)
        elif trouble:
            unread.append(sheet.number)
        pages.append(seen if seen.glyphs and not is_laid else layer)
    if trouble and not laid and not others:
        raise trouble
    return pages, [*notes, *_note("text_layer", laid), *_note("pages_are_pictures", unread)]


def _note(code: str, pages: Sequence[int]) -> list[ReaderNote]:
    """Return a doubt of some pages, where there are any."""
    return [ReaderNote(code, "doubt", {"pages": "、".join(map(str, pages))})] if pages else []
