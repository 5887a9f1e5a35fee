"""PDF → pages of glyphs and rules, read by pdfium; pages that are pictures go to `ocr`.

pdfium tells each glyph and each drawn path with its place; lines, paragraphs and cells are made of
them in `layout`, where each repair can be said. It is ten times as fast as a parser in Python, which
(`named_fonts`) is asked only for fonts that the file does not hold.
"""

from __future__ import annotations

from ctypes import (
    addressof,
    c_double,
    c_float,
    c_int,
    c_uint,
    c_ulong,
    c_void_p,
    cast,
    create_string_buffer,
)
from dataclasses import replace
from math import hypot, isfinite
from typing import TYPE_CHECKING, Any

from safeplan.documents.blocks import ReaderNote, Reading
from safeplan.documents.errors import DocumentError
from safeplan.documents.limits import MAX_GLYPHS, MAX_OBJECTS, MAX_PAGES
from safeplan.documents.named_fonts import NamedFonts
from safeplan.documents.pdf_damage import Damage, damage_of
from safeplan.documents.printed import Page, read_pages
from safeplan.documents.printed.overlays import FEW, Overlays
from safeplan.documents.printed.radicals import plain
from safeplan.documents.printed.strokes import BLACK, Box, DrawnSheet, Ink, Stroke, ink_of, way_of
from safeplan.models import Source

if TYPE_CHECKING:
    import pypdfium2

_SCAN = 0.6  # share of a page that a picture covers where the page is a scan
_LITTLE = 0.3  # share of a hidden layer's glyphs: where no more are seen the layer is the text
_FORM_DEPTH = 4  # drawings within drawings

_STANDARD_FONTS = (b"Helvetica", b"Times", b"Courier", b"Arial", b"Symbol", b"ZapfDingbats")
_BREAKS = (0x09, 0x0A, 0x0D)
_HYPHENS = (0x02, 0xAD, 0xFFFE)  # how pdfium tells a hyphen at the end of a line

_Matrix = tuple[float, float, float, float, float, float]
_IDENTITY: _Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


def read_pdf(data: bytes) -> Reading:
    """Read a PDF.

    Raises:
        DocumentError: not a PDF that can be opened (`broken_file`), locked by a password
            (`encrypted`), too large (`too_many_pages`, `too_much_text`), without any text
            (`no_text`), or pictures of pages that cannot be read (as `ocr.recognised`).
    """
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        code = "encrypted" if "assword" in str(error) else "broken_file"
        raise DocumentError(code, format="PDF") from None
    try:
        count = len(document)
        return _read(document, NamedFonts(data, count), damage_of(data, count))
    except pypdfium2.PdfiumError:
        raise DocumentError("broken_file", format="PDF") from None
    finally:
        document.close()


def _read(document: pypdfium2.PdfDocument, fonts: NamedFonts, damage: Damage) -> Reading:
    if len(document) > MAX_PAGES:
        raise DocumentError("too_many_pages", limit=str(MAX_PAGES))
    pages: list[Page] = []
    scans: dict[int, DrawnSheet] = {}
    overlays = Overlays()
    notes = _notes_on(damage)
    empty: list[str] = []
    left = MAX_GLYPHS
    for index in range(len(document)):
        page = document[index]
        printed = _Printed(page)
        if printed.fonts_missing:
            strokes = fonts.strokes(index)
            if strokes is None:
                notes.append(
                    ReaderNote(
                        "font_missing", "doubt", {"page": str(index + 1)}, Source(page=index + 1)
                    )
                )
            else:
                printed.take(strokes)
        if printed.is_empty:
            empty.append(str(index + 1))
        left -= len(printed.sheet.strokes)
        if left < 0:
            raise DocumentError("too_much_text", limit=f"{MAX_GLYPHS:,}")
        if printed.is_scan:
            scans[index] = printed.sheet
        else:
            overlays.lift(printed.sheet, index + 1)
            overlays.drop_turned(printed.sheet, index + 1)
            pages.append(printed.sheet.page(index + 1))
            notes += printed.notes(index + 1)
        page.close()
    if scans:
        read, scan_notes = _scanned(document, scans, any(page.glyphs for page in pages))
        pages += read
        notes += scan_notes
    if not any(page.glyphs for page in pages):
        raise DocumentError("no_time" if any(n.code == "ocr_late" for n in notes) else "no_text")
    if empty:
        notes.append(ReaderNote("pages_empty", "doubt", {"pages": "、".join(empty)}))
    notes += overlays.notes()
    reading = read_pages(sorted(pages, key=lambda page: page.number))
    return Reading(reading.blocks, [*notes, *reading.notes])


def _notes_on(damage: Damage) -> list[ReaderNote]:
    """Return what is to be said of the damage to a file."""
    notes = []
    if damage.pages:
        args = {"pages": "、".join(map(str, damage.pages))}
        notes.append(ReaderNote("pages_damaged", "doubt", args))
    if damage.unlisted:
        args = {"count": str(damage.unlisted)}
        notes.append(ReaderNote("pages_unlisted", "doubt", args))
    return notes


def _scanned(
    document: pypdfium2.PdfDocument, scans: dict[int, DrawnSheet], others: bool
) -> tuple[list[Page], list[ReaderNote]]:
    """Read the pages that are pictures: what is seen there, else the text laid under it.

    Args:
        document: the file.
        scans: those pages, as pdfium tells them, by index.
        others: whether any other page has text.

    Raises:
        DocumentError: as `ocr.recognised`, where no page has any text without it.
    """
    from safeplan.documents import ocr

    layers = {index: sheet.page(index + 1) for index, sheet in scans.items()}
    trouble: DocumentError | None = None
    try:
        read, notes = ocr.recognised([ocr.drawn(document, index) for index in scans])
    except DocumentError as error:
        if error.code != "ocr_missing":
            raise
        read, notes, trouble = [Page(index + 1, 0, 0) for index in scans], [], error
    pages = []
    laid, unread = [], []
    for index, page in zip(scans, read, strict=True):
        layer = layers[index]
        if len(layer.glyphs) > FEW and len(page.glyphs) < _LITTLE * len(layer.glyphs):
            pages.append(layer)
            laid.append(str(index + 1))
        elif trouble:
            unread.append(str(index + 1))
        else:
            pages.append(page)
    if trouble and not pages and not others:
        raise trouble
    if laid:
        notes.append(ReaderNote("text_layer", "doubt", {"pages": "、".join(laid)}))
    if unread:
        notes.append(ReaderNote("pages_are_pictures", "doubt", {"pages": "、".join(unread)}))
    return pages, notes


class _Printed:
    """What is printed on one page, in the page's own coordinates."""

    def __init__(self, page: pypdfium2.PdfPage) -> None:
        self.sheet = DrawnSheet(page.get_bbox(), page.get_rotation() // 90)
        self._radicals = ""
        self._unmapped = 0
        self._visible = False
        self._fonts: dict[int, bool] = {}
        self._marks: set[int] = set()
        self._objects = MAX_OBJECTS
        self._read_objects(page.raw, _IDENTITY, 0)
        self._read_glyphs(page)

    @property
    def fonts_missing(self) -> bool:
        """True where text is set in a font that the file names but does not hold."""
        return any(self._fonts.values())

    def take(self, strokes: list[Stroke]) -> None:
        """Take these glyphs instead of the ones pdfium gave."""
        self._unmapped, self._radicals = 0, ""
        self.sheet.strokes = []
        for stroke in strokes:
            if stroke.text.startswith("(cid:"):
                self._unmapped += 1
            elif stroke.text.isprintable():  # white space of all kinds is not
                text = "".join(map(self._plain, stroke.text))
                self.sheet.strokes.append(replace(stroke, text=text))

    @property
    def is_empty(self) -> bool:
        """True where nothing is drawn: what was has been lost, or nothing ever was."""
        return self._objects == MAX_OBJECTS

    @property
    def is_scan(self) -> bool:
        """True where the page is a picture; hidden text on it is some machine's reading of it."""
        covered = self.sheet.pictured >= _SCAN
        upright = sum(stroke.way is not None for stroke in self.sheet.strokes)
        unread = self._unmapped > upright
        return unread or (covered and (not self._visible or upright <= FEW))

    def notes(self, number: int) -> list[ReaderNote]:
        """Return what was repaired or doubted in the glyphs of the page."""
        source = Source(page=number)
        notes = []
        if self._radicals:
            text = "、".join(dict.fromkeys(self._radicals))
            notes.append(ReaderNote("radicals", "repair", {"text": text}, source))
        if self._unmapped:
            args = {"page": str(number), "count": str(self._unmapped)}
            notes.append(ReaderNote("glyphs_unmapped", "doubt", args, source))
        return notes

    def _read_glyphs(self, page: pypdfium2.PdfPage) -> None:
        from pypdfium2 import raw

        text_page = page.get_textpage()
        handle = text_page.raw
        box, matrix = raw.FS_RECTF(), raw.FS_MATRIX()
        x, y = c_double(), c_double()
        inks: dict[int | None, Ink] = {}
        for index in range(text_page.count_chars()):
            if raw.FPDFText_IsGenerated(handle, index):
                continue
            code = raw.FPDFText_GetUnicode(handle, index)
            if code in _HYPHENS:
                code = ord("-")
            if code < 0x20 or code == 0xFFFD or 0xD800 <= code < 0xE000 or code > 0x10FFFF:
                self._unmapped += code not in _BREAKS
                continue
            lost = not chr(code).isspace()
            if not (
                raw.FPDFText_GetLooseCharBox(handle, index, box)
                and raw.FPDFText_GetCharOrigin(handle, index, x, y)
                and raw.FPDFText_GetMatrix(handle, index, matrix)
            ):
                self._unmapped += lost
                continue
            em = raw.FPDFText_GetFontSize(handle, index) * hypot(matrix.c, matrix.d)
            way = way_of(matrix.a, matrix.b)
            if way is None or way % 2 == 0:
                ends = (box.left, y.value), (box.right, y.value)
            else:
                ends = (x.value, box.bottom), (x.value, box.top)
            if way is not None and way > 1:
                ends = ends[1], ends[0]
            if not (0 < em < 1000 and isfinite(sum(map(sum, ends)))):
                self._unmapped += lost
                continue
            item = raw.FPDFText_GetTextObject(handle, index)
            key = addressof(item.contents) if item else None
            if key not in inks:
                inks[key] = _ink_of_text(item)
            char = self._plain(chr(code))
            mark = key in self._marks
            self.sheet.strokes.append(Stroke(char, *ends, em, way, inks[key], mark))
        text_page.close()

    def _plain(self, char: str) -> str:
        """Return the character printed: not the radical that only looks like it."""
        as_printed = plain(char)
        if as_printed != char:
            self._radicals += as_printed
        return as_printed

    def _read_objects(
        self, container: Any, matrix: _Matrix, depth: int, *, marked: bool = False
    ) -> None:
        """Note the rules and the pictures of a page, or of a drawing placed on it."""
        from pypdfium2 import raw

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
                if not self._visible:
                    mode = raw.FPDFTextObj_GetTextRenderMode(item)
                    self._visible = mode != raw.FPDF_TEXTRENDERMODE_INVISIBLE
                self._note_font(raw.FPDFTextObj_GetFont(item))
                if (marked or _is_watermark(item)) and (key := cast(item, c_void_p).value):
                    self._marks.add(key)
            elif kind == raw.FPDF_PAGEOBJ_PATH:
                self._read_path(item, matrix)
            elif kind == raw.FPDF_PAGEOBJ_IMAGE:
                a, b, c, d, e, f = _matrix_of(item, matrix)
                xs, ys = (e, e + a, e + c, e + a + c), (f, f + b, f + d, f + b + d)
                self.sheet.pictures.append((min(xs), min(ys), max(xs), max(ys)))
            elif kind == raw.FPDF_PAGEOBJ_FORM and depth < _FORM_DEPTH:
                inner = _matrix_of(item, matrix)
                marked_inside = marked or _is_watermark(item)
                self._read_objects(item, inner, depth + 1, marked=marked_inside)

    def _note_font(self, font: Any) -> None:
        """Note whether a font is in the file, or one that every reader has."""
        from pypdfium2 import raw

        key = cast(font, c_void_p).value
        if key is None or key in self._fonts:
            return
        name = create_string_buffer(64)
        raw.FPDFFont_GetBaseFontName(font, name, len(name))
        held = raw.FPDFFont_GetIsEmbedded(font) == 1
        self._fonts[key] = not held and not name.value.startswith(_STANDARD_FONTS)

    def _read_path(self, item: Any, matrix: _Matrix) -> None:
        """Note the straight segments of a path that is stroked, or filled and thin as a rule."""
        from pypdfium2 import raw

        fill, stroke = c_int(), c_int()
        if not raw.FPDFPath_GetDrawMode(item, fill, stroke) or not (fill.value or stroke.value):
            return
        a, b, c, d, e, f = _matrix_of(item, matrix)
        x, y = c_float(), c_float()
        segments: list[Box] = []
        start = last = (0.0, 0.0)
        for index in range(min(raw.FPDFPath_CountSegments(item), MAX_OBJECTS)):
            segment = raw.FPDFPath_GetPathSegment(item, index)
            if not raw.FPDFPathSegment_GetPoint(segment, x, y):
                continue
            point = (a * x.value + c * y.value + e, b * x.value + d * y.value + f)
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


def _fill_of(item: Any) -> Ink:
    """Return the ink that an object is filled with."""
    from pypdfium2 import raw

    red, green, blue, opacity = c_uint(), c_uint(), c_uint(), c_uint()
    if not raw.FPDFPageObj_GetFillColor(item, red, green, blue, opacity):
        return BLACK
    return ink_of(red.value / 255, green.value / 255, blue.value / 255, opacity.value / 255)


def _ink_of_text(item: Any) -> Ink:
    """Return the ink that a text object is printed with."""
    from pypdfium2 import raw

    if not item:
        return BLACK
    mode = raw.FPDFTextObj_GetTextRenderMode(item)
    if mode in (raw.FPDF_TEXTRENDERMODE_INVISIBLE, raw.FPDF_TEXTRENDERMODE_CLIP):
        return BLACK._replace(shown=False)
    if mode != raw.FPDF_TEXTRENDERMODE_STROKE:
        return _fill_of(item)
    red, green, blue, opacity = c_uint(), c_uint(), c_uint(), c_uint()
    if not raw.FPDFPageObj_GetStrokeColor(item, red, green, blue, opacity):
        return BLACK
    return ink_of(red.value / 255, green.value / 255, blue.value / 255, opacity.value / 255)


def _is_watermark(item: Any) -> bool:
    """Tell whether the file marks an object as a watermark."""
    from pypdfium2 import raw

    for index in range(min(raw.FPDFPageObj_CountMarks(item), 8)):
        mark = raw.FPDFPageObj_GetMark(item, index)
        out = create_string_buffer(64)
        length = c_ulong()
        found = raw.FPDFPageObjMark_GetParamStringValue(
            mark, b"Subtype", cast(out, raw.POINTER(raw.FPDF_WCHAR)), len(out), length
        )
        if found and out.raw[: length.value].decode("utf-16-le", "ignore").startswith("Watermark"):
            return True
    return False


def _matrix_of(item: Any, outer: _Matrix) -> _Matrix:
    """Return the matrix from an object's coordinates to the page's."""
    from pypdfium2 import raw

    m = raw.FS_MATRIX()
    if not raw.FPDFPageObj_GetMatrix(item, m):
        return outer
    a, b, c, d, e, f = outer
    return (
        a * m.a + c * m.b,
        b * m.a + d * m.b,
        a * m.c + c * m.d,
        b * m.c + d * m.d,
        a * m.e + c * m.f + e,
        b * m.e + d * m.f + f,
    )
