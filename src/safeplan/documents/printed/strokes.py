"""A page in its own coordinates: strokes of ink, before it is known which way up it is read."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import lru_cache
from math import isfinite
from typing import NamedTuple

from safeplan.documents.blocks import ReaderNote
from safeplan.documents.printed.lines import Glyph, Page, RuledLine
from safeplan.models import Source

Box = tuple[float, float, float, float]
"""Left, bottom, right, top; y upwards."""

_THIN = 3.0  # points: a filled box no thicker is a rule
_COLOURED = 0.9  # tone: an area no lighter shows white text
_CLEAR = 0.02  # opacity: no more is not there
_SCAN = 0.6  # share of a page that a picture covers where the page is a scan
FEW = 20
"""Glyphs: no more on a page are a stamp or a page number, not its text."""


class Matrix(NamedTuple):
    """From an object's coordinates to those of the page."""

    a: float = 1.0
    b: float = 0.0
    c: float = 0.0
    d: float = 1.0
    e: float = 0.0
    f: float = 0.0

    def at(self, x: float, y: float) -> tuple[float, float]:
        """Return where a place is on the page."""
        return self.a * x + self.c * y + self.e, self.b * x + self.d * y + self.f

    def within(self, outer: Matrix) -> Matrix:
        """Return the matrix of what is placed by this one on what `outer` places."""
        a, b, c, d, e, f = self
        return Matrix(
            outer.a * a + outer.c * b,
            outer.b * a + outer.d * b,
            outer.a * c + outer.c * d,
            outer.b * c + outer.d * d,
            *outer.at(e, f),
        )


def box_of(points: Iterable[tuple[float, float]]) -> Box:
    """Return the box about places."""
    xs, ys = zip(*points, strict=True)
    return min(xs), min(ys), max(xs), max(ys)


class Ink(NamedTuple):
    """How a stroke looks on white paper: its colour there, each part 0..1."""

    red: float = 0.0
    green: float = 0.0
    blue: float = 0.0
    shown: bool = True
    """False where the file says not to show it (render mode 3, no opacity)."""

    @property
    def tone(self) -> float:
        """How light it is: 0 black, 1 as white as the paper."""
        return 0.299 * self.red + 0.587 * self.green + 0.114 * self.blue


@lru_cache(maxsize=256)
def ink_of(*parts: float, opacity: float = 1.0) -> Ink:
    """Return the ink that a colour is on white paper: gray, RGB or CMYK; black for a pattern."""
    if len(parts) == 4:
        cyan, magenta, yellow, black = parts
        parts = tuple((1 - part) * (1 - black) for part in (cyan, magenta, yellow))
    red, green, blue = parts if len(parts) == 3 else (parts * 3 if len(parts) == 1 else (0.0,) * 3)
    strength = min(max(opacity, 0.0), 1.0)

    def mixed(part: float) -> float:
        return round(1 - strength * (1 - min(max(part, 0.0), 1.0)), 2)

    return Ink(mixed(red), mixed(green), mixed(blue), opacity > _CLEAR)


BLACK = Ink()


@dataclass(frozen=True, slots=True)
class Stroke:
    """A glyph as it stands in the page's own coordinates (points, y upwards)."""

    text: str
    start: tuple[float, float]
    end: tuple[float, float]
    """The ends of its piece of the baseline."""
    em: float
    way: int | None
    """Where it runs: 0 to the right, 1 up, 2 to the left, 3 down; None aslant."""
    ink: Ink = BLACK
    mark: bool = False
    """True where the file itself says that it is a watermark."""

    @property
    def box(self) -> Box:
        """The place it takes."""
        (x0, y0), (x1, y1) = self.start, self.end
        below, above = 0.1 * self.em, 0.8 * self.em
        return (
            (x0, y0 - below, x1, y0 + above),
            (x0 - above, y0, x0 + below, y1),
            (x1, y0 - above, x0, y0 + below),
            (x0 - below, y1, x0 + above, y0),
        )[self.way or 0]


# NFKC knows the Kangxi radicals; these it does not know, or knows in their traditional form.
_RADICALS = dict(
    zip(
        "⺁⺝⺠⺩⻁⻄⻅⻆⻉⻋⻌⻓⻔⻘⻙⻚⻛⻜⻝⻢⻣⻤⻥⻦⻧⻨⻩⻬⻮⻰⼾",
        "厂月民王虎西见角贝车辶长门青韦页风飞食马骨鬼鱼鸟卤麦黄齐齿龙户",
        strict=True,
    )
)


def _plain(char: str) -> str:
    """Return the character printed: not the radical that only looks like it.

    >>> _plain("⼈"), _plain("⻋"), _plain("人")
    ('人', '车', '人')
    """
    if "\u2e80" <= char < "\u2fe0" or "\uf900" <= char < "\ufb00":
        return _RADICALS.get(char) or unicodedata.normalize("NFKC", char)
    return char


def way_of(a: float, b: float) -> int | None:
    """Return where text of a matrix (a, b, …) runs; None where it runs aslant, as watermarks do."""
    if abs(b) <= 0.1 * abs(a):
        return 0 if a > 0 else 2
    if abs(a) <= 0.1 * abs(b):
        return 1 if b > 0 else 3
    return None


@dataclass
class DrawnSheet:
    """One page as it stands in its file."""

    number: int
    box: Box
    turned: int = 0
    """Quarters that a viewer turns it."""
    strokes: list[Stroke] = field(default_factory=list)
    segments: list[Box] = field(default_factory=list)
    """Straight lines, from one end (x, y) to the other."""
    grounds: list[Box] = field(default_factory=list)
    """Coloured areas, on which white is seen."""
    pictures: list[Box] = field(default_factory=list)
    radicals: str = ""
    """Characters for which the file holds radicals that only look like them."""
    unmapped: int = 0
    """Glyphs of which nobody knows what they are, or where."""
    undrawn: str = ""
    """Text that stands in the file where nothing draws it."""
    visible: bool = True
    """False where all its text is hidden."""
    font_missing: bool = False
    """True where text is set in a font of which nothing is known."""

    @property
    def is_empty(self) -> bool:
        """True where nothing is drawn: what was has been lost, or nothing ever was."""
        return not (self.strokes or self.segments or self.pictures or self.unmapped)

    @property
    def is_scan(self) -> bool:
        """True where the page is a picture; hidden text on it is some machine's reading of it."""
        left, bottom, right, top = self.box
        covered = sum((x1 - x0) * (y1 - y0) for x0, y0, x1, y1 in self.pictures)
        pictured = covered >= _SCAN * max((right - left) * (top - bottom), 1.0)
        upright = sum(stroke.way is not None for stroke in self.strokes)
        return self.unmapped > upright or (pictured and (not self.visible or upright <= FEW))

    def put(self, stroke: Stroke) -> None:
        """Take in a glyph, as the character that it prints; count it where that cannot be told."""
        kind = unicodedata.category(stroke.text[0])
        if kind == "Cf":
            return  # it has no ink
        known = kind not in ("Cc", "Cs", "Cn") and stroke.text != "\ufffd"
        if not (known and 0 < stroke.em < 1000 and isfinite(sum(stroke.start + stroke.end))):
            self.unmapped += not stroke.text.isspace()
            return
        text = "".join(map(_plain, stroke.text))
        if text != stroke.text:
            self.radicals += text
            stroke = replace(stroke, text=text)
        self.strokes.append(stroke)

    def notes(self) -> list[ReaderNote]:
        """Return what was repaired or doubted in the glyphs of the page."""
        page, source = str(self.number), Source(page=self.number)
        radicals = {"text": "、".join(dict.fromkeys(self.radicals))}
        undrawn = {"text": self.undrawn, "pages": page}
        unmapped = {"page": page, "count": str(self.unmapped)}
        said = (
            (self.font_missing, ReaderNote("font_missing", "doubt", {"page": page}, source)),
            (self.radicals, ReaderNote("radicals", "repair", radicals, source)),
            (self.undrawn, ReaderNote("unseen_text", "repair", undrawn, source)),
            (self.unmapped, ReaderNote("glyphs_unmapped", "doubt", unmapped, source)),
        )
        return [note for found, note in said if found]

    def draw(self, segments: list[Box], fill: Ink | None) -> None:
        """Take in a path of straight lines.

        Args:
            segments: the lines; where they are only filled, the outline of an area.
            fill: what it is filled with, None where its lines are drawn.
        """
        if fill is not None and segments:
            points = [point for segment in segments for point in (segment[:2], segment[2:])]
            box = left, bottom, right, top = box_of(points)
            if min(right - left, top - bottom) > _THIN:
                if fill.tone < _COLOURED:
                    self.grounds.append(box)
                return
        self.segments += segments

    @property
    def way(self) -> int:
        """Where most of the text runs."""
        ways = Counter(stroke.way for stroke in self.strokes if stroke.way is not None)
        return ways.most_common(1)[0][0] if ways else self.turned

    def page(self) -> Page:
        """Return the page, turned so that most of its text runs to the right."""
        way = self.way
        left, bottom, right, top = self.box
        turned = (
            Matrix(1, 0, 0, -1, -left, top),
            Matrix(0, 1, 1, 0, -bottom, -left),
            Matrix(-1, 0, 0, 1, right, -bottom),
            Matrix(0, -1, -1, 0, top, right),
        )[way]
        width, height = right - left, top - bottom
        page = Page(self.number, *((height, width) if way % 2 else (width, height)))
        for stroke in self.strokes:
            if stroke.way == way:
                (x0, y), (x1, _) = turned.at(*stroke.start), turned.at(*stroke.end)
                page.glyphs.append(Glyph(stroke.text, x0, x1, y, stroke.em))
        for segment in self.segments:
            (x0, y0), (x1, y1) = turned.at(*segment[:2]), turned.at(*segment[2:])
            if abs(y0 - y1) <= 1:
                page.across.append(RuledLine((y0 + y1) / 2, min(x0, x1), max(x0, x1)))
            elif abs(x0 - x1) <= 1:
                page.down.append(RuledLine((x0 + x1) / 2, min(y0, y1), max(y0, y1)))
        return page
