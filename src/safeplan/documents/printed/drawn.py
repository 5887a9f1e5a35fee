"""Pages as PDF and OFD draw them → paragraphs and grids; those that are pictures are recognised.

What lies over or under the text of a page is no part of it: watermarks, seals, hidden layers. Two
texts cannot be read at one place. Of two that overlap, the one that is not shown, that is pale or
much larger than the body is left out, and so is what nobody sees. A layer that nobody sees is kept
where it is all there is: the text that a machine has laid under the picture of a page.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Literal

from safeplan.documents.blocks import Block, ReaderNote, Reading
from safeplan.documents.errors import DocumentError
from safeplan.documents.limits import MAX_GLYPHS
from safeplan.documents.printed.flow import read_pages
from safeplan.documents.printed.lines import Page
from safeplan.documents.printed.strokes import FEW, Box, DrawnSheet, Ink, Stroke

if TYPE_CHECKING:
    from safeplan.documents.ocr import Scan

_LITTLE = 0.3  # share of a hidden layer's glyphs: where no more are seen the layer is the text
_WHITE = 0.95  # tone: lighter is not seen on paper
_PALE, _FAINT = 0.4, 0.55  # tone: lighter than text is, than any heading is
_TINY = 1.0  # points: smaller is not seen
_LARGE, _HUGE = 1.3, 1.8  # times the size of the body
_OVERLAP = 0.25  # share of the smaller of two boxes
_STRUCK = 0.3  # share of the glyphs of a line that lie over others where the line does not belong
_REPEATED = 3  # pale lines of the same words on one page
_CELL = 24.0  # points
_SEVERITY: dict[str, Literal["repair", "doubt"]] = {
    "unseen_text": "repair",
    "watermark": "repair",
    "turned_text": "doubt",
}


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
    lifted: dict[tuple[str, str], list[int]] = defaultdict(list)
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
        _lift(sheet, lifted)
        pages.append(sheet.page())
    if scans:
        read, scan_notes = _seen(scans, scan, others=any(page.glyphs for page in pages))
        pages = sorted([*pages, *read], key=lambda page: page.number)
        notes += scan_notes
    reading = read_pages(pages, tables)
    notes += _note("pages_empty", empty)
    for (code, text), numbers in lifted.items():
        notes += _note(code, numbers, _SEVERITY[code], text=text)
    return Reading(reading.blocks, [*notes, *reading.notes])


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


def _note(
    code: str, pages: Sequence[int], severity: Literal["repair", "doubt"] = "doubt", **args: str
) -> list[ReaderNote]:
    """Return what is said of some pages, where there are any."""
    args["pages"] = "、".join(map(str, pages))
    return [ReaderNote(code, severity, args)] if pages else []


# --- what lies over or under the text ---------------------------------------------------------


def _lift(sheet: DrawnSheet, found: dict[tuple[str, str], list[int]]) -> None:
    """Take away from a page what is no part of its text, or runs another way.

    What it was goes into `found`: of each kind and text the pages.
    """
    for no_text in (_no_part_of_the_text, _turned):
        left_out = no_text(sheet)
        for code in _SEVERITY:
            of_code = (one.text for one in sheet.strokes if left_out.get(id(one)) == code)
            if text := " ".join("".join(of_code).split()):
                short = text if len(text) <= 40 else f"{text[:40]}…"
                found[code, short].append(sheet.number)
        sheet.strokes = [stroke for stroke in sheet.strokes if id(stroke) not in left_out]


def _turned(sheet: DrawnSheet) -> dict[int, str]:
    """Return the ids of the strokes that run another way than the page."""
    way = sheet.way
    return {id(one): "turned_text" for one in sheet.strokes if one.way != way}


def _no_part_of_the_text(sheet: DrawnSheet) -> dict[int, str]:
    """Return the ids of the strokes that are a mark or are not seen, each with why."""
    shown: list[Stroke] = []
    hidden: list[Stroke] = []
    for stroke in sheet.strokes:
        seen = stroke.ink.shown and stroke.em >= _TINY
        if seen and stroke.ink.tone > _WHITE:
            seen = _lies_on([*sheet.grounds, *sheet.pictures], stroke)
        (shown if seen else hidden).append(stroke)
    left_out = dict.fromkeys(_marks(shown), "watermark")
    if hidden:
        plain = [stroke for stroke in shown if id(stroke) not in left_out]
        meets = _crowd(plain)
        alone = len(plain) <= FEW and len(hidden) > len(plain)
        left_out |= {
            id(stroke): "unseen_text"
            for stroke in hidden
            if not (alone or _lies_on(sheet.pictures, stroke)) or meets(stroke)
        }
    return left_out


def _marks(strokes: list[Stroke]) -> set[int]:
    """Return the ids of the strokes that are watermarks or seals."""
    marks = {id(stroke) for stroke in strokes if stroke.mark or stroke.way is None}
    upright = [stroke for stroke in strokes if id(stroke) not in marks]
    aslant = Counter(map(_style, (stroke for stroke in strokes if stroke.way is None)))
    if aslant:
        # The words of a round seal run along its rim: some of them stand upright.
        straight = Counter(map(_style, upright))
        rim = {style for style, count in aslant.items() if count > straight[style]}
        marks |= {id(stroke) for stroke in upright if _style(stroke) in rim}
    dark = sorted(stroke.em for stroke in upright if stroke.ink.tone < _PALE)
    if not dark:
        return marks
    mostly_dark = 2 * len(dark) >= len(upright)
    body = dark[len(dark) // 2]
    lines: dict[object, list[Stroke]] = defaultdict(list)
    plain: list[Stroke] = []
    for stroke in upright:
        if stroke.ink.tone >= _PALE or stroke.em >= _HUGE * body:
            level = stroke.start[stroke.way is not None and stroke.way % 2 == 0]
            lines[_style(stroke), stroke.way, round(level)].append(stroke)
        else:
            plain.append(stroke)
    if not lines:
        return marks
    meets = _crowd(plain)
    words = {key: "".join(stroke.text for stroke in line) for key, line in lines.items()}
    often = Counter(words.values())
    for key, line in lines.items():
        tone, em = line[0].ink.tone, line[0].em
        if (
            (mostly_dark and tone >= _FAINT and em >= _LARGE * body)
            or sum(map(meets, line)) >= _STRUCK * len(line)
            or (tone >= _PALE and often[words[key]] >= _REPEATED)
        ):
            marks |= set(map(id, line))
    return marks


def _style(stroke: Stroke) -> tuple[Ink, int]:
    return stroke.ink, round(stroke.em)


def _crowd(strokes: Iterable[Stroke]) -> Callable[[Stroke], bool]:
    """Return what tells whether a stroke lies over one of these."""
    cells: dict[tuple[int, int], list[Box]] = defaultdict(list)
    for stroke in strokes:
        for cell in _cells(stroke.box):
            cells[cell].append(stroke.box)

    def meets(stroke: Stroke) -> bool:
        box = stroke.box
        return any(_overlap(box, other) for cell in _cells(box) for other in cells.get(cell, ()))

    return meets


def _cells(box: Box) -> Iterator[tuple[int, int]]:
    left, bottom, right, top = (int(value // _CELL) for value in box)
    for x in range(left, min(right, left + 40) + 1):
        for y in range(bottom, min(top, bottom + 40) + 1):
            yield x, y


def _overlap(one: Box, other: Box) -> bool:
    wide = min(one[2], other[2]) - max(one[0], other[0])
    high = min(one[3], other[3]) - max(one[1], other[1])
    smaller = min((box[2] - box[0]) * (box[3] - box[1]) for box in (one, other))
    return wide > 0 and high > 0 and wide * high >= _OVERLAP * smaller


def _lies_on(boxes: Iterable[Box], stroke: Stroke) -> bool:
    """Tell whether the middle of a stroke lies in one of the boxes."""
    left, bottom, right, top = stroke.box
    x, y = (left + right) / 2, (bottom + top) / 2
    return any(box[0] <= x <= box[2] and box[1] <= y <= box[3] for box in boxes)
