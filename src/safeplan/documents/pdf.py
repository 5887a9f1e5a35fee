"""PDF → pages of glyphs and rules, read by pdfium; pages that are pictures go to `ocr`.

pdfium tells each glyph and each drawn path with its place; lines, paragraphs and cells are made of
them in `layout`, where each repair can be said. It is ten times as fast as a parser in Python, which
(`named_fonts`) is asked only for fonts that the file does not hold.
"""

from __future__ import annotations

import ctypes
from math import hypot, isfinite
from typing import TYPE_CHECKING, Any

import pypdfium2
from pypdfium2 import raw

from safeplan.documents.blocks import ReaderNote, Reading
from safeplan.documents.errors import DocumentError
from safeplan.documents.limits import MAX_OBJECTS, MAX_PAGES
from safeplan.documents.named_fonts import NamedFonts
from safeplan.documents.pdf_damage import damage_of
from safeplan.documents.printed.drawn import read_sheets, with_text
from safeplan.documents.printed.strokes import (
    BLACK,
    Box,
    DrawnSheet,
    Ink,
    Matrix,
    Stroke,
    box_of,
    ink_of,
    way_of,
)

if TYPE_CHECKING:
    from safeplan.documents.ocr import Scan

_FORM_DEPTH = 4  # drawings within drawings

_STANDARD_FONTS = (b"Helvetica", b"Times", b"Courier", b"Arial", b"Symbol", b"ZapfDingbats")
_HYPHENS = (0x02, 0xAD, 0xFFFE)  # how pdfium tells a hyphen at the end of a line


def read_pdf(data: bytes) -> Reading:
    """Read a PDF.

    Raises:
        DocumentError: not a PDF that can be opened (`broken_file`), locked by a password
            (`encrypted`), too large (`too_many_pages`, `too_much_text`), without any text
            (`no_text`), or pictures of pages that cannot be read (as `ocr.recognised`).
    """
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        code = "encrypted" if "assword" in str(error) else "broken_file"
        raise DocumentError(code, format="PDF") from None

    def scan(number: int) -> Scan:
        from safeplan.documents import ocr

        return ocr.drawn(document, number - 1)

    try:
        count = len(document)
        fonts, damage = NamedFonts(data, count), damage_of(data, count)
        if count > MAX_PAGES:
            raise DocumentError("too_many_pages", limit=str(MAX_PAGES))
        sheets = (_sheet(document, index, fonts) for index in range(count))
        reading = read_sheets(sheets, scan)
    except pypdfium2.PdfiumError:
        raise DocumentError("broken_file", format="PDF") from None
    finally:
        document.close()
    pages, unlisted = "、".join(map(str, damage.pages)), str(damage.unlisted)
    notes = [ReaderNote("pages_damaged", "doubt", {"pages": pages})] if damage.pages else []
    if damage.unlisted:
        notes.append(ReaderNote("pages_unlisted", "doubt", {"count": unlisted}))
    return with_text(reading.blocks, [*notes, *reading.notes])


def _sheet(document: pypdfium2.PdfDocument, index: int, fonts: NamedFonts) -> DrawnSheet:
    """Return what is printed on a page."""
    page = document[index]
    printed = _Printed(page, index + 1)
    sheet = printed.sheet
    page.close()
    if any(printed.fonts_lacking.values()):
        strokes = fonts.strokes(index)
        if not strokes and sheet.strokes:
            strokes = None  # of a page that is cut short pdfminer reads nothing
        sheet.font_missing = strokes is None
        if strokes is not None:
            known = [stroke for stroke in strokes if not stroke.text.startswith("(cid:")]
            sheet.strokes, sheet.radicals = [], ""
            sheet.unmapped = len(strokes) - len(known)
            for stroke in known:
                sheet.put(stroke)
    return sheet


class _Printed:
    """What is printed on one page, in the page's own coordinates."""

    def __init__(self, page: pypdfium2.PdfPage, number: int) -> None:
        self.sheet = DrawnSheet(number, page.get_bbox(), page.get_rotation() // 90, visible=False)
        self.fonts_lacking: dict[int, bool] = {}
        """Of each font, whether the file names but does not hold it."""
        self._marks: set[int] = set()
        self._objects = MAX_OBJECTS
        self._read_objects(page.raw, Matrix(), 0)
        self._read_glyphs(page)

    def _read_glyphs(self, page: pypdfium2.PdfPage) -> None:
        text_page = page.get_textpage()
        handle = text_page.raw
        box, matrix = raw.FS_RECTF(), raw.FS_MATRIX()
        x, y = ctypes.c_double(), ctypes.c_double()
        inks: dict[int | None, Ink] = {}
        for index in range(text_page.count_chars()):
            if raw.FPDFText_IsGenerated(handle, index):
                continue
            code = raw.FPDFText_GetUnicode(handle, index)
            if code in _HYPHENS:
                code = ord("-")
            char = chr(code) if code <= 0x10FFFF else "\0"
            if not (
                raw.FPDFText_GetLooseCharBox(handle, index, box)
                and raw.FPDFText_GetCharOrigin(handle, index, x, y)
                and raw.FPDFText_GetMatrix(handle, index, matrix)
            ):
                self.sheet.unmapped += not char.isspace()
                continue
            em = raw.FPDFText_GetFontSize(handle, index) * hypot(matrix.c, matrix.d)
            way = way_of(matrix.a, matrix.b)
            if way is None or way % 2 == 0:
                ends = (box.left, y.value), (box.right, y.value)
            else:
                ends = (x.value, box.bottom), (x.value, box.top)
            if way is not None and way > 1:
                ends = ends[1], ends[0]
            item = raw.FPDFText_GetTextObject(handle, index)
            key = ctypes.addressof(item.contents) if item else None
            if key not in inks:
                inks[key] = _ink_of_text(item)
            self.sheet.put(Stroke(char, *ends, em, way, inks[key], key in self._marks))
        text_page.close()

    def _read_objects(
        self, container: Any, matrix: Matrix, depth: int, *, marked: bool = False
    ) -> None:
        """Note the rules and the pictures of a page, or of a drawing placed on it."""
        if depth == 0:
            count, get = raw.FPDFPage_CountObjects, raw.FPDFPage_GetObject
        else:
            count, get = raw.FPDFFormObj_CountObjects, raw.FPDFFormObj_GetObject
        for index in range(count(container)):
            self._objects -= 1
            if self._objects < 0:
                return
            item = get(container, index)
            kind = raw.FPDFPageObj_GetType(item)
            if kind == raw.FPDF_PAGEOBJ_TEXT:
                if not self.sheet.visible:
                    mode = raw.FPDFTextObj_GetTextRenderMode(item)
                    self.sheet.visible = mode != raw.FPDF_TEXTRENDERMODE_INVISIBLE
                self._note_font(raw.FPDFTextObj_GetFont(item))
                if (marked or _is_watermark(item)) and (
                    key := ctypes.cast(item, ctypes.c_void_p).value
                ):
                    self._marks.add(key)
            elif kind == raw.FPDF_PAGEOBJ_PATH:
                self._read_path(item, matrix)
            elif kind == raw.FPDF_PAGEOBJ_IMAGE:
                placed = _matrix_of(item, matrix)
                corners = (placed.at(x, y) for x in (0.0, 1.0) for y in (0.0, 1.0))
                self.sheet.pictures.append(box_of(corners))
            elif kind == raw.FPDF_PAGEOBJ_FORM and depth < _FORM_DEPTH:
                inner = _matrix_of(item, matrix)
                marked_inside = marked or _is_watermark(item)
                self._read_objects(item, inner, depth + 1, marked=marked_inside)

    def _note_font(self, font: Any) -> None:
        """Note whether a font is in the file, or one that every reader has."""
        key = ctypes.cast(font, ctypes.c_void_p).value
        if key is None or key in self.fonts_lacking:
            return
        name = ctypes.create_string_buffer(64)
        raw.FPDFFont_GetBaseFontName(font, name, len(name))
        held = raw.FPDFFont_GetIsEmbedded(font) == 1
        self.fonts_lacking[key] = not held and not name.value.startswith(_STANDARD_FONTS)

    def _read_path(self, item: Any, matrix: Matrix) -> None:
        """Note the straight segments of a path that is stroked, or filled and thin as a rule."""
        fill, stroke = ctypes.c_int(), ctypes.c_int()
        if not raw.FPDFPath_GetDrawMode(item, fill, stroke) or not (fill.value or stroke.value):
            return
        placed = _matrix_of(item, matrix)
        x, y = ctypes.c_float(), ctypes.c_float()
        segments: list[Box] = []
        start = last = (0.0, 0.0)
        for index in range(min(raw.FPDFPath_CountSegments(item), MAX_OBJECTS)):
            segment = raw.FPDFPath_GetPathSegment(item, index)
            if not raw.FPDFPathSegment_GetPoint(segment, x, y):
                continue
            point = placed.at(x.value, y.value)
            if not (isfinite(point[0]) and isfinite(point[1])):
                return
            kind = raw.FPDFPathSegment_GetType(segment)
            if kind == raw.FPDF_SEGMENT_MOVETO:
                start = point
            elif kind == raw.FPDF_SEGMENT_LINETO:
                segments.append((*last, *point))
            last = point
            if raw.FPDFPathSegment_GetClose(segment):
                segments.append((*last, *start))
                last = start
        self.sheet.draw(segments, None if stroke.value else _fill_of(item))


def _fill_of(item: Any, *, stroked: bool = False) -> Ink:
    """Return the ink that an object is filled with, or that its outline has."""
    color = raw.FPDFPageObj_GetStrokeColor if stroked else raw.FPDFPageObj_GetFillColor
    parts = [ctypes.c_uint() for _ in range(4)]
    if not color(item, *parts):
        return BLACK
    *printed, opacity = (part.value / 255 for part in parts)
    return ink_of(*printed, opacity=opacity)


def _ink_of_text(item: Any) -> Ink:
    """Return the ink that a text object is printed with."""
    if not item:
        return BLACK
    mode = raw.FPDFTextObj_GetTextRenderMode(item)
    if mode in (raw.FPDF_TEXTRENDERMODE_INVISIBLE, raw.FPDF_TEXTRENDERMODE_CLIP):
        return BLACK._replace(shown=False)
    return _fill_of(item, stroked=mode == raw.FPDF_TEXTRENDERMODE_STROKE)


def _is_watermark(item: Any) -> bool:
    """Tell whether the file marks an object as a watermark."""
    for index in range(min(raw.FPDFPageObj_CountMarks(item), 8)):
        mark = raw.FPDFPageObj_GetMark(item, index)
        out = ctypes.create_string_buffer(64)
        length = ctypes.c_ulong()
        found = raw.FPDFPageObjMark_GetParamStringValue(
            mark, b"Subtype", ctypes.cast(out, raw.POINTER(raw.FPDF_WCHAR)), len(out), length
        )
        if found and out.raw[: length.value].decode("utf-16-le", "ignore").startswith("Watermark"):
            return True
    return False


def _matrix_of(item: Any, outer: Matrix) -> Matrix:
    """Return the matrix from an object's coordinates to the page's."""
    m = raw.FS_MATRIX()
    if not raw.FPDFPageObj_GetMatrix(item, m):
        return outer
    return Matrix(m.a, m.b, m.c, m.d, m.e, m.f).within(outer)
