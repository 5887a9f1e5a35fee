"""What lies over or under the text of a page and is no part of it: watermarks, seals, hidden layers.

Two texts cannot be read at one place. Of two that overlap, the one that is not shown, that is pale
or much larger than the body is left out, and so is what nobody sees. A layer that nobody sees is
kept where it is all there is: the text that a machine has laid under the picture of a page.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Literal

from safeplan.documents.blocks import ReaderNote
from safeplan.documents.printed.strokes import FEW, Box, DrawnSheet, Stroke

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


@dataclass
class Overlays:
    """What was left out, over all pages."""

    _found: dict[tuple[str, str], list[int]] = field(default_factory=lambda: defaultdict(list))

    def lift(self, sheet: DrawnSheet) -> None:
        """Take away from a page what is no part of its text, or runs another way."""
        self._lift(sheet)
        way = sheet.way
        self._note("turned_text", [one for one in sheet.strokes if one.way != way], sheet.number)
        sheet.strokes = [stroke for stroke in sheet.strokes if stroke.way == way]

    def _lift(self, sheet: DrawnSheet) -> None:
        strokes = sheet.strokes
        shown: list[Stroke] = []
        hidden: list[Stroke] = []
        for stroke in strokes:
            seen = stroke.ink.shown and stroke.em >= _TINY
            if seen and stroke.ink.tone > _WHITE:
                seen = any(_holds(ground, stroke) for ground in (*sheet.grounds, *sheet.pictures))
            (shown if seen else hidden).append(stroke)
        marks = _marks(shown)
        if not hidden and not marks:
            return
        plain = [stroke for stroke in shown if id(stroke) not in marks]
        crowd = _Crowd(plain)
        alone = len(plain) <= FEW and len(hidden) > len(plain)
        kept = {
            id(stroke)
            for stroke in hidden
            if (alone or any(_holds(picture, stroke) for picture in sheet.pictures))
            and not crowd.meets(stroke)
        }
        self._note("unseen_text", [s for s in hidden if id(s) not in kept], sheet.number)
        self._note("watermark", [s for s in shown if id(s) in marks], sheet.number)
        kept |= {id(stroke) for stroke in plain}
        sheet.strokes = [stroke for stroke in strokes if id(stroke) in kept]

    def notes(self) -> list[ReaderNote]:
        """Return what was left out, each text once with its pages."""
        return [
            ReaderNote(code, _SEVERITY[code], {"text": text, "pages": "、".join(map(str, pages))})
            for (code, text), pages in self._found.items()
        ]

    def _note(self, code: str, strokes: list[Stroke], number: int) -> None:
        text = "".join(stroke.text for stroke in strokes).strip()
        text = " ".join(text.split())
        if text:
            self._found[code, text if len(text) <= 40 else f"{text[:40]}…"].append(number)


def _marks(strokes: list[Stroke]) -> set[int]:
    """Return the ids of the strokes that are watermarks or seals."""
    marks = {id(stroke) for stroke in strokes if stroke.mark or stroke.way is None}
    upright = [stroke for stroke in strokes if stroke.way is not None and not stroke.mark]
    aslant = Counter((stroke.ink, round(stroke.em)) for stroke in strokes if stroke.way is None)
    # The words of a round seal run along its rim: some of them stand upright.
    straight = Counter((stroke.ink, round(stroke.em)) for stroke in upright)
    rim = {style for style, count in aslant.items() if count > straight[style]}
    marks |= {id(stroke) for stroke in upright if (stroke.ink, round(stroke.em)) in rim}
    dark = sorted(stroke.em for stroke in upright if stroke.ink.tone < _PALE)
    if not dark:
        return marks
    mostly_dark = 2 * len(dark) >= len(upright)
    body = dark[len(dark) // 2]
    odd = [stroke for stroke in upright if stroke.ink.tone >= _PALE or stroke.em >= _HUGE * body]
    if not odd:
        return marks
    odd_ids = {id(stroke) for stroke in odd}
    crowd = _Crowd(stroke for stroke in upright if id(stroke) not in odd_ids)
    lines = _lines(odd)
    words = Counter("".join(stroke.text for stroke in line) for line in lines)
    for line in lines:
        first = line[0]
        pale = first.ink.tone >= _PALE
        if (
            (mostly_dark and first.ink.tone >= _FAINT and first.em >= _LARGE * body)
            or sum(map(crowd.meets, line)) >= _STRUCK * len(line)
            or (pale and words["".join(stroke.text for stroke in line)] >= _REPEATED)
        ):
            marks |= set(map(id, line))
    return marks


def _lines(strokes: Iterable[Stroke]) -> list[list[Stroke]]:
    """Return strokes of one ink and size by the line they stand on."""
    lines: dict[object, list[Stroke]] = defaultdict(list)
    for stroke in strokes:
        level = stroke.start[stroke.way is not None and stroke.way % 2 == 0]
        lines[stroke.ink, round(stroke.em), stroke.way, round(level)].append(stroke)
    return list(lines.values())


class _Crowd:
    """The boxes of strokes, to find which lie where another does."""

    def __init__(self, strokes: Iterable[Stroke]) -> None:
        self._cells: dict[tuple[int, int], list[Box]] = defaultdict(list)
        for stroke in strokes:
            box = stroke.box
            for cell in _cells(box):
                self._cells[cell].append(box)

    def meets(self, stroke: Stroke) -> bool:
        """Tell whether a stroke lies over one of these."""
        box = stroke.box
        return any(
            _overlap(box, other) for cell in _cells(box) for other in self._cells.get(cell, ())
        )


def _cells(box: Box) -> Iterator[tuple[int, int]]:
    left, bottom, right, top = (int(value // _CELL) for value in box)
    for x in range(left, min(right, left + 40) + 1):
        for y in range(bottom, min(top, bottom + 40) + 1):
            yield x, y


def _overlap(one: Box, other: Box) -> bool:
    wide = min(one[2], other[2]) - max(one[0], other[0])
    high = min(one[3], other[3]) - max(one[1], other[1])
    if wide <= 0 or high <= 0:
        return False
    smaller = min((box[2] - box[0]) * (box[3] - box[1]) for box in (one, other))
    return wide * high >= _OVERLAP * smaller


def _holds(box: Box, stroke: Stroke) -> bool:
    left, bottom, right, top = stroke.box
    x, y = (left + right) / 2, (bottom + top) / 2
    return box[0] <= x <= box[2] and box[1] <= y <= box[3]
