"""OFD (GB/T 33190), the national format for official documents → pages of glyphs and rules.

A package of XML: `OFD.xml` names the documents, each document its pages, a page the templates it
is laid on and its objects: text with the advance of each glyph, paths, pictures. All lengths are
millimetres, y downwards. What the pages say is made of them in `printed`, as of a PDF's.
"""

from __future__ import annotations

import posixpath
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from math import hypot, isfinite
from typing import TYPE_CHECKING, NamedTuple

from safeplan.documents.blocks import Block, RawGrid, ReaderNote, Reading
from safeplan.documents.errors import DocumentError
from safeplan.documents.limits import MAX_GLYPHS, MAX_OBJECTS, MAX_PAGES
from safeplan.documents.packages import Package
from safeplan.documents.printed import Page, read_pages
from safeplan.documents.printed.overlays import FEW, Overlays
from safeplan.documents.printed.radicals import plain
from safeplan.documents.printed.strokes import Box, DrawnSheet, Ink, Stroke, ink_of, way_of
from safeplan.models import Source

if TYPE_CHECKING:
    import numpy as np
    from lxml import etree
    from numpy.typing import NDArray

    from safeplan.documents.ocr import Scan

_POINT = 72 / 25.4  # points in a millimetre
_A4 = (0.0, 0.0, 210.0, 297.0)
_DEPTH = 8  # blocks within blocks
_SCAN = 0.6  # share of a page that a picture covers where the page is a scan
_ENCRYPTED = re.compile(r"(^|/)(encrypt(ion)?s?\.xml|decryptseed\.dat)$|\.enc$", re.IGNORECASE)
_LEAST, _MOST = 0.1, 1.05  # em: no glyph is narrower, none wider
_PATH = re.compile(r"[A-Za-z]|[-+.\d][-+.\deE]*")
_POINTS = {"S": 1, "M": 1, "L": 1, "Q": 2, "B": 3}  # points that an operator of a path takes


class _Matrix(NamedTuple):
    """From an object's millimetres to those of the page."""

    a: float = 1.0
    b: float = 0.0
    c: float = 0.0
    d: float = 1.0
    e: float = 0.0
    f: float = 0.0

    def at(self, x: float, y: float) -> tuple[float, float]:
        return self.a * x + self.c * y + self.e, self.b * x + self.d * y + self.f

    def within(self, outer: _Matrix) -> _Matrix:
        """Return the matrix of what is placed by this one on what `outer` places."""
        a, b, c, d, e, f = self
        return _Matrix(
            outer.a * a + outer.c * b,
            outer.b * a + outer.d * b,
            outer.a * c + outer.c * d,
            outer.b * c + outer.d * d,
            *outer.at(e, f),
        )


def read_ofd(data: bytes) -> Reading:
    """Read an OFD file, all its documents.

    Raises:
        DocumentError: damaged (`broken_file`), `encrypted`, beyond the limits (`too_many_pages`,
            `too_much_text`, and those of a package), or without any text (`no_text`).
    """
    package = _Package(Package(data, "OFD"))
    root = package.xml("OFD.xml")
    blocks: list[Block] = []
    notes: list[ReaderNote] = []
    bodies = [element for element in root if _name(element) == "DocBody"]
    if signed := sum(_signatures(package, body) for body in bodies):
        notes.append(ReaderNote("ofd_signed", args={"count": str(signed)}))
    budget = _Budget(MAX_PAGES, MAX_GLYPHS)
    overlays = Overlays()
    pages = 0
    for body in bodies:
        location = _text(_child(body, "DocRoot"))
        if not location:
            continue
        document = _Document(package, package.path("", location), budget)
        sheets = list(document.sheets(pages + 1))
        pages += len(sheets)
        printed, scan_notes = _pages(document, sheets, overlays)
        reading = read_pages(printed, tables=sum(isinstance(b, RawGrid) for b in blocks))
        blocks += reading.blocks
        notes += [*document.notes, *scan_notes, *reading.notes]
    if not blocks:
        raise DocumentError("no_text")
    return Reading(blocks, [*notes, *overlays.notes()])


def _pages(
    document: _Document, sheets: list[tuple[int, DrawnSheet]], overlays: Overlays
) -> tuple[list[Page], list[ReaderNote]]:
    """Return the pages of a document; those that are pictures are recognised."""
    pages: dict[int, Page] = {}
    scans: list[int] = []
    for number, sheet in sheets:
        if _is_scan(sheet):
            scans.append(number)
        overlays.lift(sheet, number)
        overlays.drop_turned(sheet, number)
        pages[number] = sheet.page(number)
    if not scans:
        return list(pages.values()), []
    from safeplan.documents import ocr

    notes: list[ReaderNote] = []
    try:
        read, notes = ocr.recognised([document.scan(number) for number in scans])
        pages |= {page.number: page for page in read if page.glyphs}
    except DocumentError as error:
        if error.code != "ocr_missing" or not any(page.glyphs for page in pages.values()):
            raise
        numbers = "、".join(map(str, scans))
        notes.append(ReaderNote("pages_are_pictures", "doubt", {"pages": numbers}))
    return list(pages.values()), notes


def _is_scan(sheet: DrawnSheet) -> bool:
    """Tell whether a page is a picture, with no more text than a stamp has."""
    return sheet.pictured >= _SCAN and len(sheet.strokes) <= FEW


@dataclass
class _Package:
    """The parts of the package by the locations that its XML gives."""

    inner: Package
    _by_case: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._by_case = {name.lower(): name for name in self.inner.names}
        if any(_ENCRYPTED.search(name) for name in self.inner.names):
            raise DocumentError("encrypted", format="OFD")

    def path(self, base: str, location: str) -> str:
        """Return the name of the part at a location, seen from the part `base`."""
        joined = location if location.startswith("/") else f"{posixpath.dirname(base)}/{location}"
        name = posixpath.normpath(joined.replace("\\", "/")).lstrip("/")
        return name if name in self.inner else self._by_case.get(name.lower(), name)

    def __contains__(self, name: str) -> bool:
        return name in self.inner

    def xml(self, name: str) -> etree._Element:
        """Return the root of an XML part."""
        return self.inner.xml(self.path("", name))


@dataclass
class _Budget:
    """What all pages together may still hold."""

    pages: int
    glyphs: int

    def spend(self, glyphs: int) -> None:
        """Take the glyphs of one page."""
        self.pages -= 1
        self.glyphs -= glyphs
        if self.pages < 0:
            raise DocumentError("too_many_pages", limit=str(MAX_PAGES))
        if self.glyphs < 0:
            raise DocumentError("too_much_text", limit=f"{MAX_GLYPHS:,}")


class _Document:
    """One document of the package."""

    def __init__(self, package: _Package, path: str, budget: _Budget) -> None:
        self.notes: list[ReaderNote] = []
        self._package, self._budget = package, budget
        root = package.xml(path)
        common = _child(root, "CommonData")
        self._area = _box(_child(_child(common, "PageArea"), "PhysicalBox")) or _A4
        self._media: dict[str, str] = {}
        self._styles: dict[str, dict[str, Ink]] = {}
        self._units: dict[str, etree._Element] = {}
        for resource in ("PublicRes", "DocumentRes"):
            for element in _children(common, resource):
                self._read_resources(_text(element), path)
        self._templates = {
            element.get("ID", ""): package.path(path, element.get("BaseLoc", ""))
            for element in _children(common, "TemplatePage")
        }
        self._page_parts = [
            package.path(path, element.get("BaseLoc", ""))
            for element in _children(_child(root, "Pages"), "Page")
        ]
        self._scanned: dict[int, list[tuple[float, str]]] = {}

    def sheets(self, first: int) -> Iterator[tuple[int, DrawnSheet]]:
        """Yield the pages with their numbers, from `first` on."""
        for number, path in enumerate(self._page_parts, start=first):
            if path not in self._package:
                self.notes.append(
                    ReaderNote("page_missing", "doubt", {"page": str(number)}, Source(page=number))
                )
                continue
            drawn = _Drawn(self, self._package.xml(path))
            self._budget.spend(len(drawn.sheet.strokes))
            self._scanned[number] = drawn.media
            if drawn.radicals:
                args = {"text": "、".join(dict.fromkeys(drawn.radicals))}
                self.notes.append(ReaderNote("radicals", "repair", args, Source(page=number)))
            yield number, drawn.sheet

    def area_of(self, page: etree._Element) -> Box:
        """Return the place of a page: its own, else the document's."""
        return _box(_child(_child(page, "Area"), "PhysicalBox")) or self._area

    def template(self, identity: str) -> etree._Element | None:
        """Return a page that others are laid on."""
        path = self._templates.get(identity)
        return self._package.xml(path) if path and path in self._package else None

    def ink(self, style: str | None, kind: str) -> Ink | None:
        """Return the ink that a drawing style gives fills or strokes."""
        return self._styles.get(style or "", {}).get(kind)

    def unit(self, identity: str) -> etree._Element | None:
        """Return a drawing that objects place on pages."""
        return self._units.get(identity)

    def scan(self, number: int) -> Scan:
        """Return the largest picture of a page."""
        from safeplan.documents import ocr

        width, identity = max(self._scanned[number], default=(0.0, ""))
        path = self._media.get(identity, "")

        def unpack() -> NDArray[np.uint8]:
            return ocr.pictures(self._package.inner.read(path))[0]()

        return ocr.Scan(number, unpack, lambda shape: width / shape[1])

    def _read_resources(self, location: str, base: str) -> None:
        path = self._package.path(base, location)
        if path not in self._package:
            return
        root = self._package.xml(path)
        folder = f"{posixpath.dirname(path)}/{root.get('BaseLoc', '')}/x"
        for element in root.iter():
            identity = element.get("ID", "") if isinstance(element.tag, str) else ""
            if not identity:
                continue
            if _name(element) == "MultiMedia":
                file = _text(_child(element, "MediaFile"))
                self._media[identity] = self._package.path(folder, file)
            elif _name(element) == "DrawParam":
                inks = dict(self._styles.get(element.get("Relative", ""), {}))
                for child in element:
                    if _name(child) in ("FillColor", "StrokeColor"):
                        inks[_name(child)] = _ink(child, 1.0)
                self._styles[identity] = inks
            elif _name(element) == "CompositeGraphicUnit":
                self._units[identity] = element


class _Drawn:
    """What is drawn on one page, templates and all."""

    def __init__(self, document: _Document, page: etree._Element) -> None:
        self._document = document
        left, top, width, height = document.area_of(page)
        self._bottom = (top + height) * _POINT
        self.sheet = DrawnSheet((left * _POINT, 0.0, (left + width) * _POINT, height * _POINT))
        self.radicals = ""
        self.media: list[tuple[float, str]] = []
        """Pictures: how wide they are, and what they are."""
        self._objects = MAX_OBJECTS
        for template in _children(page, "Template"):
            laid = document.template(template.get("TemplateID", ""))
            if laid is not None:
                self._read(laid, _Matrix(), None, 0)
        self._read(page, _Matrix(), None, 0)

    def _point(self, x: float, y: float) -> tuple[float, float]:
        """Return where a place in millimetres is in points, y upwards."""
        return x * _POINT, self._bottom - y * _POINT

    def _read(
        self, container: etree._Element, matrix: _Matrix, style: str | None, depth: int
    ) -> None:
        if depth > _DEPTH:
            return
        for element in container:
            name = _name(element)
            own = element.get("DrawParam") or style
            if name in ("Content", "Layer", "PageBlock"):
                self._read(element, matrix, own, depth + 1)
                continue
            if name not in ("TextObject", "PathObject", "ImageObject", "CompositeObject"):
                continue
            self._objects -= name != "TextObject"
            if self._objects < 0 or element.get("Visible", "true").lower() == "false":
                continue
            x, y, wide, high = _numbers(element.get("Boundary"), 4) or (0.0, 0.0, 0.0, 0.0)
            placed = _Matrix(e=x, f=y).within(matrix)
            if own_matrix := _numbers(element.get("CTM"), 6):
                placed = _Matrix(*own_matrix).within(placed)
            if name == "TextObject":
                self._read_text(element, placed, own, wide)
            elif name == "PathObject":
                self._read_path(element, placed, own)
            elif name == "ImageObject":
                self._read_image(element, matrix, (x, y, wide, high))
            else:
                unit = self._document.unit(element.get("ResourceID", ""))
                if unit is not None:
                    self._read(unit, placed, own, depth + 1)

    def _ink_of(self, element: etree._Element, style: str | None, kind: str) -> Ink:
        opacity = _number(element.get("Alpha"), 255.0) / 255
        color = _child(element, kind)
        if color is not None:
            return _ink(color, opacity)
        return self._document.ink(style, kind) or ink_of(0.0, 0.0, 0.0, opacity)

    def _read_text(
        self, element: etree._Element, matrix: _Matrix, style: str | None, room: float
    ) -> None:
        size = _number(element.get("Size"), 0.0)
        em = size * hypot(matrix.c, matrix.d) * _POINT
        if not 0 < em < 1000:
            return
        filled = element.get("Fill", "true").lower() != "false"
        ink = self._ink_of(element, style, "FillColor" if filled else "StrokeColor")
        if not filled and element.get("Stroke", "false").lower() != "true":
            ink = ink._replace(shown=False)
        way = way_of(matrix.a, -matrix.b)
        wide = _number(element.get("HScale"), 1.0) * size
        along, aside = matrix.a * _POINT, -matrix.b * _POINT
        x = y = 0.0
        for code in _children(element, "TextCode"):
            text = code.text or ""
            x, y = _number(code.get("X"), x), _number(code.get("Y"), y)
            across = _advances(code.get("DeltaX"), len(text))
            down = _advances(code.get("DeltaY"), len(text))
            for index, char in enumerate(text):
                advance = across[index] if index < len(across) else None
                left = room - x if index == len(text) - 1 else None
                width = _width(char, wide, advance, left)
                start = self._point(*matrix.at(x, y))
                end = (start[0] + along * width, start[1] + aside * width)
                if isfinite(sum(start) + sum(end)) and char.isprintable():
                    self.sheet.strokes.append(Stroke(self._plain(char), start, end, em, way, ink))
                if advance is not None:
                    x += advance
                elif not down:
                    x += width
                if index < len(down):
                    y += down[index]

    def _plain(self, char: str) -> str:
        as_printed = plain(char)
        if as_printed != char:
            self.radicals += as_printed
        return as_printed

    def _read_path(self, element: etree._Element, matrix: _Matrix, style: str | None) -> None:
        stroked = element.get("Stroke", "true").lower() != "false"
        filled = element.get("Fill", "false").lower() == "true"
        if not (stroked or filled):
            return
        segments = [
            (*self._point(*matrix.at(*start)), *self._point(*matrix.at(*end)))
            for start, end in _segments(_text(_child(element, "AbbreviatedData")))
        ]
        segments = [segment for segment in segments if all(map(isfinite, segment))]
        fill = None if stroked else self._ink_of(element, style, "FillColor")
        self.sheet.draw(segments, fill)

    def _read_image(self, element: etree._Element, matrix: _Matrix, bounds: Box) -> None:
        x, y, wide, high = bounds
        left, top = self._point(*matrix.at(x, y))
        right, bottom = self._point(*matrix.at(x + wide, y + high))
        if all(map(isfinite, (left, top, right, bottom))):
            box = (min(left, right), min(top, bottom), max(left, right), max(top, bottom))
            self.sheet.pictures.append(box)
            self.media.append((box[2] - box[0], element.get("ResourceID", "")))


# --- attributes -----------------------------------------------------------------------------


def _name(element: etree._Element) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _children(element: etree._Element | None, name: str) -> list[etree._Element]:
    return [] if element is None else [child for child in element if _name(child) == name]


def _child(element: etree._Element | None, name: str) -> etree._Element | None:
    return next(iter(_children(element, name)), None)


def _text(element: etree._Element | None) -> str:
    return (element.text or "").strip() if element is not None else ""


def _number(text: str | None, default: float) -> float:
    try:
        number = float(text) if text else default
    except ValueError:
        return default
    return number if isfinite(number) else default


def _numbers(text: str | None, count: int) -> tuple[float, ...] | None:
    """Return exactly so many numbers, None where the attribute holds no such list."""
    try:
        numbers = tuple(float(part) for part in (text or "").replace(",", " ").split())
    except ValueError:
        return None
    return numbers if len(numbers) == count and all(map(isfinite, numbers)) else None


def _box(element: etree._Element | None) -> Box | None:
    numbers = _numbers(_text(element), 4)
    return (numbers[0], numbers[1], numbers[2], numbers[3]) if numbers else None


def _advances(text: str | None, most: int) -> list[float]:
    """Return the advances of a run: one by one, or `g n w` for n times w.

    >>> _advances("g 3 4.2 5", 9)
    [4.2, 4.2, 4.2, 5.0]
    """
    advances: list[float] = []
    parts = iter((text or "").replace(",", " ").split())
    try:
        for part in parts:
            if len(advances) >= most:
                break
            if part == "g":
                count = min(int(next(parts)), most - len(advances))
                advances += [float(next(parts))] * max(count, 0)
            else:
                advances.append(float(part))
    except (ValueError, StopIteration):
        return advances
    return advances


def _width(char: str, em: float, advance: float | None, left: float | None) -> float:
    """Return the width of a glyph: the way to the next one, unless there is a gap between them.

    Args:
        char: what it prints.
        em: the size of the type across.
        advance: the way to the next glyph, None where none is given.
        left: the room left in the frame, for the last glyph alone.
    """
    if advance is None and left is not None:
        advance = left
    if advance is not None and _LEAST * em < advance <= _MOST * em:
        return advance
    return em if unicodedata.east_asian_width(char) in "WFA" else 0.5 * em


def _ink(color: etree._Element, opacity: float) -> Ink:
    """Return the ink of a colour."""
    return _mixed(color.get("Value", ""), opacity * _number(color.get("Alpha"), 255.0) / 255)


@lru_cache(maxsize=256)
def _mixed(value: str, opacity: float) -> Ink:
    """Return the ink of gray, RGB or CMYK, each part 0 to 255."""
    parts = [_number(part, 0.0) / 255 for part in value.split()]
    if len(parts) == 1:
        return ink_of(parts[0], parts[0], parts[0], opacity)
    if len(parts) == 3:
        return ink_of(parts[0], parts[1], parts[2], opacity)
    if len(parts) == 4:
        red, green, blue = ((1 - part) * (1 - parts[3]) for part in parts[:3])
        return ink_of(red, green, blue, opacity)
    return ink_of(0.0, 0.0, 0.0, opacity)


def _segments(path: str) -> Iterator[tuple[tuple[float, float], tuple[float, float]]]:
    """Yield the straight segments of a path (`M 0 0 L 10 0 C`); curves only move on."""
    tokens = iter(_PATH.findall(path))
    start = last = (0.0, 0.0)
    try:
        for count, token in enumerate(tokens):
            if count > MAX_OBJECTS:
                return
            if token == "C":
                if last != start:
                    yield last, start
                last = start
                continue
            if token == "A":
                for _ in range(5):
                    next(tokens)
            for _ in range(_POINTS.get(token, 1 if token == "A" else 0)):
                point = (float(next(tokens)), float(next(tokens)))
            if token == "L":
                yield last, point
            if token in ("S", "M"):
                start = point
            if token in _POINTS or token == "A":
                last = point
    except (ValueError, StopIteration):
        return


def _signatures(package: _Package, body: etree._Element) -> int:
    """Return how many signatures a document of the package carries."""
    location = _text(_child(body, "Signatures"))
    if not location:
        return 0
    path = package.path("", location)
    if path not in package:
        return 1
    return sum(_name(element) == "Signature" for element in package.xml(path)) or 1
