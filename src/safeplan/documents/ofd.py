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
from contextlib import suppress
from dataclasses import replace
from functools import lru_cache
from itertools import zip_longest
from math import hypot, inf, isfinite
from typing import TYPE_CHECKING

from safeplan.documents.blocks import Block, Passage, RawGrid, ReaderNote, Reading
from safeplan.documents.errors import DocumentError
from safeplan.documents.limits import MAX_OBJECTS, MAX_PAGES
from safeplan.documents.packages import Package
from safeplan.documents.printed.drawn import read_sheets, with_text
from safeplan.documents.printed.strokes import (
    Box,
    DrawnSheet,
    Ink,
    Matrix,
    Stroke,
    box_of,
    ink_of,
    way_of,
)
from safeplan.models import Source

if TYPE_CHECKING:
    from lxml import etree

    from safeplan.documents.ocr import Scan

_POINT = 72 / 25.4  # points in a millimetre
_A4 = (0.0, 0.0, 210.0, 297.0)
_DEPTH = 8  # blocks within blocks
_DIGITS = re.compile(r"\d+")
_ENCRYPTED = re.compile(r"(^|/)(encrypt(ion)?s?\.xml|decryptseed\.dat)$|\.enc$", re.IGNORECASE)
_LEAST, _MOST = 0.1, 1.05  # em: no glyph is narrower, none wider
_PATH = re.compile(r"[A-Za-z]|[-+.\d][-+.\deE]*")
_POINTS = {"S": 1, "M": 1, "L": 1, "Q": 2, "B": 3}  # points that an operator of a path takes


def read_ofd(data: bytes) -> Reading:
    """Read an OFD file, all its documents.

    Raises:
        DocumentError: damaged (`broken_file`), `encrypted`, beyond the limits (`too_many_pages`,
            `too_much_text`, and those of a package), or without any text (`no_text`).
    """
    package = _Package(data)
    blocks: list[Block] = []
    notes: list[ReaderNote] = []
    bodies = package.xml(package.path("", "OFD.xml")).findall("{*}DocBody")
    if signed := sum(_signatures(package, body) for body in bodies):
        notes.append(ReaderNote("ofd_signed", args={"count": str(signed)}))
    pages = 0
    for location in filter(None, (_text(body, "DocRoot") for body in bodies)):
        document = _Document(package, package.path("", location), pages)
        pages += len(document.page_parts)
        if pages > MAX_PAGES:
            raise DocumentError("too_many_pages", limit=str(MAX_PAGES))
        tables = sum(isinstance(block, RawGrid) for block in blocks)
        reading = read_sheets(document.sheets(), document.scan, tables)
        blocks += reading.blocks
        notes += [*document.notes, *reading.notes]
    return replace(with_text(blocks, notes), written=_written(package))


def _signatures(package: _Package, body: etree._Element) -> int:
    """Return how many signatures a document of the package carries."""
    location = _text(body, "Signatures")
    path = package.path("", location)
    if not location or path not in package:
        return bool(location)
    return len(package.xml(path).findall("{*}Signature")) or 1


class _Package(Package):
    """The parts of the package by the locations that its XML gives."""

    def __init__(self, data: bytes) -> None:
        super().__init__(data, "OFD")
        if any(_ENCRYPTED.search(name) for name in self.names):
            raise DocumentError("encrypted", format="OFD")
        self._by_case = {name.lower(): name for name in self.names}

    def path(self, base: str, location: str) -> str:
        """Return the name of the part at a location, seen from the part `base`."""
        joined = location if location.startswith("/") else f"{posixpath.dirname(base)}/{location}"
        name = posixpath.normpath(joined.replace("\\", "/")).lstrip("/")
        return name if name in self else self._by_case.get(name.lower(), name)


class _Document:
    """One document of the package."""

    def __init__(self, package: _Package, path: str, before: int) -> None:
        self.notes: list[ReaderNote] = []
        self.package, self._before = package, before
        root = package.xml(path)
        self.area = _box(root, "CommonData/{*}PageArea/{*}PhysicalBox") or _A4
        self.styles: dict[str | None, dict[str, Ink]] = {}
        """Of each drawing style, the inks of its fills and strokes."""
        self.units: dict[str | None, etree._Element] = {}
        """Drawings that objects place on pages."""
        self._media: dict[str, str] = {}
        for resource in ("PublicRes", "DocumentRes"):
            for element in root.iterfind(f"{{*}}CommonData/{{*}}{resource}"):
                self._read_resources(package.path(path, (element.text or "").strip()))
        self.templates = {
            element.get("ID", ""): package.path(path, element.get("BaseLoc", ""))
            for element in root.iterfind("{*}CommonData/{*}TemplatePage")
        }
        named, in_place = root.findall("{*}Pages//{*}Page"), {*root.findall("{*}Pages/{*}Page")}
        self.page_parts = [package.path(path, each.get("BaseLoc", "")) for each in named]
        self._scanned: dict[int, list[tuple[float, str]]] = {}
        for number, element in enumerate(named, start=before + 1):
            if element not in in_place:
                self._doubt("pages_damaged", number, "pages")
        # Parts that are named as the pages are, but for a number, and that no list names.
        folder = posixpath.dirname(path) + "/"
        known = {*self.page_parts, *self.templates.values()}
        forms = {_DIGITS.sub("", part) for part in self.page_parts}
        alike = [name for name in package.names if _DIGITS.sub("", name) in forms]
        if unlisted := sum(name.startswith(folder) and name not in known for name in alike):
            self.notes.append(ReaderNote("pages_unlisted", "doubt", {"count": str(unlisted)}))

    def sheets(self) -> Iterator[DrawnSheet]:
        """Yield what is drawn on each page."""
        for number, path in enumerate(self.page_parts, start=self._before + 1):
            if path not in self.package:
                self._doubt("page_missing", number, "page")
                continue
            drawn = _Drawn(self, self.package.xml(path), number)
            self._scanned[number] = drawn.media
            if drawn.lost:
                self._doubt("pages_damaged", number, "pages")
            yield drawn.sheet

    def _doubt(self, code: str, page: int, key: str) -> None:
        self.notes.append(ReaderNote(code, "doubt", {key: str(page)}, Source(page=page)))

    def scan(self, number: int) -> Scan:
        """Return the largest picture of a page."""
        from safeplan.documents import ocr

        width, identity = max(self._scanned[number], default=(0.0, ""))
        path = self._media.get(identity, "")
        return ocr.Scan(
            number,
            lambda: ocr.pictures(self.package.read(path))[0](),
            lambda shape: width / shape[1],
        )

    def _read_resources(self, path: str) -> None:
        if path not in self.package:
            return
        root = self.package.xml(path)
        folder = f"{posixpath.dirname(path)}/{root.get('BaseLoc', '')}/x"
        for element in root.iterfind(".//{*}*[@ID]"):
            identity = element.get("ID", "")
            if _name(element) == "MultiMedia":
                self._media[identity] = self.package.path(folder, _text(element, "MediaFile"))
            elif _name(element) == "DrawParam":
                inks = dict(self.styles.get(element.get("Relative", ""), {}))
                for child in element:
                    if _name(child) in ("FillColor", "StrokeColor"):
                        inks[_name(child)] = _mixed(child.get("Value", ""), child.get("Alpha"), 1.0)
                self.styles[identity] = inks
            elif _name(element) == "CompositeGraphicUnit":
                self.units[identity] = element


class _Drawn:
    """What is drawn on one page, templates and all."""

    def __init__(self, document: _Document, page: etree._Element, number: int) -> None:
        self._document = document
        left, top, width, height = _box(page, "Area/{*}PhysicalBox") or document.area
        self._bottom = (top + height) * _POINT
        box = (left * _POINT, 0.0, (left + width) * _POINT, height * _POINT)
        self.sheet = DrawnSheet(number, box)
        self.media: list[tuple[float, str]] = []
        """Pictures: how wide they are, and what they are."""
        self.lost = False
        """True where something that the page is laid on or made of is not there."""
        self._objects = MAX_OBJECTS
        self._codes: set[etree._Element] = set()
        for template in page.iterfind("{*}Template"):
            path = document.templates.get(template.get("TemplateID", ""), "")
            placed = document.package.xml(path) if path in document.package else None
            self._read_placed(placed, Matrix(), None, 0)
        self._read(page, Matrix(), None, 0)
        strewn = (code for code in page.iter("{*}TextCode") if code not in self._codes)
        self.sheet.undrawn = "".join(code.text or "" for code in strewn)

    def _read_placed(
        self, placed: etree._Element | None, matrix: Matrix, style: str | None, depth: int
    ) -> None:
        if placed is None or depth > _DEPTH:
            self.lost = True
        else:
            self._read(placed, matrix, style, depth)

    def _read(
        self, container: etree._Element, matrix: Matrix, style: str | None, depth: int
    ) -> None:
        for element in container:
            name = _name(element)
            own = element.get("DrawParam") or style
            if name in ("Content", "Layer", "PageBlock"):
                self._read_placed(element, matrix, own, depth + 1)
                continue
            if name not in ("TextObject", "PathObject", "ImageObject", "CompositeObject"):
                continue
            x, y, wide, high = _numbers(element.get("Boundary"), 4) or (0.0, 0.0, 0.0, 0.0)
            placed = Matrix(e=x, f=y).within(matrix)
            if own_matrix := _numbers(element.get("CTM"), 6):
                placed = Matrix(*own_matrix).within(placed)
            if name == "TextObject":
                self._read_text(element, placed, own, wide)
                continue
            self._objects -= 1
            if self._objects < 0 or _says(element, "Visible", "false"):
                continue
            if name == "PathObject":
                self._read_path(element, placed, own)
            elif name == "ImageObject":
                corners = ((x, y), (x + wide, y + high))
                box = box_of(self._point(*matrix.at(*corner)) for corner in corners)
                if all(map(isfinite, box)):
                    self.sheet.pictures.append(box)
                    self.media.append((box[2] - box[0], element.get("ResourceID", "")))
            else:
                unit = self._document.units.get(element.get("ResourceID", ""))
                self._read_placed(unit, placed, own, depth + 1)

    def _point(self, x: float, y: float) -> tuple[float, float]:
        """Return where a place in millimetres is in points, y upwards."""
        return x * _POINT, self._bottom - y * _POINT

    def _ink_of(self, element: etree._Element, style: str | None, kind: str) -> Ink:
        opacity = _number(element.get("Alpha"), 255.0) / 255
        color = element.find(f"{{*}}{kind}")
        if color is not None:
            return _mixed(color.get("Value", ""), color.get("Alpha"), opacity)
        return self._document.styles.get(style, {}).get(kind) or ink_of(0.0, opacity=opacity)

    def _read_text(
        self, element: etree._Element, matrix: Matrix, style: str | None, room: float
    ) -> None:
        size = _number(element.get("Size"), 0.0)
        em = size * hypot(matrix.c, matrix.d) * _POINT
        filled = not _says(element, "Fill", "false")
        ink = self._ink_of(element, style, "FillColor" if filled else "StrokeColor")
        drawn = filled or _says(element, "Stroke", "true")
        if not drawn or _says(element, "Visible", "false"):
            ink = ink._replace(shown=False)
        way = way_of(matrix.a, -matrix.b)
        wide = _number(element.get("HScale"), 1.0) * size
        along, aside = matrix.a * _POINT, -matrix.b * _POINT
        x = y = 0.0
        for code in element.iterfind("{*}TextCode"):
            self._codes.add(code)
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
                self.sheet.put(Stroke(char, start, end, em, way, ink))
                if advance is not None:
                    x += advance
                elif not down:
                    x += width
                if index < len(down):
                    y += down[index]

    def _read_path(self, element: etree._Element, matrix: Matrix, style: str | None) -> None:
        stroked = not _says(element, "Stroke", "false")
        if not (stroked or _says(element, "Fill", "true")):
            return
        segments = [
            (*self._point(*matrix.at(*start)), *self._point(*matrix.at(*end)))
            for start, end in _segments(_text(element, "AbbreviatedData"))
        ]
        segments = [segment for segment in segments if all(map(isfinite, segment))]
        fill = None if stroked else self._ink_of(element, style, "FillColor")
        self.sheet.draw(segments, fill)


# --- attributes -----------------------------------------------------------------------------


def _says(element: etree._Element, key: str, value: str) -> bool:
    """Tell whether an attribute has a value; true and false are written in either case."""
    return bool(element.get(key, "").lower() == value)


def _name(element: etree._Element) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _text(element: etree._Element, path: str) -> str:
    """Return the text of what stands at a path within an element."""
    return (element.findtext(f"{{*}}{path}") or "").strip()


def _number(text: str | None, default: float) -> float:
    try:
        number = float(text) if text else default
    except ValueError:
        return default
    return number if isfinite(number) else default


def _numbers(text: str | None, count: int) -> tuple[float, ...] | None:
    """Return exactly so many numbers, None where the attribute holds no such list."""
    numbers = tuple(_number(part, inf) for part in (text or "").replace(",", " ").split())
    return numbers if len(numbers) == count and all(map(isfinite, numbers)) else None


def _box(element: etree._Element, path: str) -> Box | None:
    numbers = _numbers(_text(element, path), 4)
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
    """Return the width of a glyph: the way to the next, or the room left, unless there is a gap."""
    if advance is None:
        advance = left
    if advance is not None and _LEAST * em < advance <= _MOST * em:
        return advance
    return em if unicodedata.east_asian_width(char) in "WFA" else 0.5 * em


@lru_cache(maxsize=256)
def _mixed(value: str, alpha: str | None, opacity: float) -> Ink:
    """Return the ink of a colour: gray, RGB or CMYK, each part 0 to 255."""
    parts = [_number(part, 0.0) / 255 for part in value.split()]
    return ink_of(*parts, opacity=opacity * _number(alpha, 255.0) / 255)


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


# --- the text of the file without its structure -------------------------------------------------

_RUN = re.compile("[\u3400-\u9fff]{5,}")
"""A run of an OFD page of which something is asked: the marks of a page (（续表）) are shorter."""
_GAP = 1.5
"""Times the usual way from glyph to glyph: a wider one is a gap."""


def _written(package: Package) -> Iterator[Passage]:
    """Yield the runs of text of all pages, of those as well that nothing leads to, each once."""
    runs: dict[str, None] = {}
    for name in package.names:
        if name.lower().endswith(".xml"):
            with suppress(DocumentError):  # broken, and missed as such where it is read
                for code in package.xml(name).iter("{*}TextCode"):
                    runs |= dict.fromkeys(_RUN.findall(_parted(code)))
    yield from ([run] for run in runs)


def _parted(code: etree._Element) -> str:
    """Return the text of a run, its cells apart: a glyph before a gap is the last of one."""
    text = code.text or ""
    advances = _advances(code.get("DeltaX"), len(text))
    wide = _GAP * sorted(advances)[len(advances) // 2] if advances else 0.0
    gaps = ("\n" if advance > wide else "" for advance in (*advances, wide))
    return "".join(map("".join, zip_longest(text, gaps, fillvalue="")))
