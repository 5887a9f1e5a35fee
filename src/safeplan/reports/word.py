"""Sheets as a Word document: the table that an office attaches, A4 landscape, printed as it is.

The look follows GB/T 9704: titles in 黑体, text in 仿宋, where a machine has neither its nearest. What
is marked by colour is also underlined or bold, so that a black-and-white print says the same.
"""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from safeplan.messages import say
from safeplan.reports.result_sheets import (
    BOLD,
    HEADER_FILL,
    UNDERLINED,
    Cell,
    Mark,
    Run,
    Sheet,
    SheetColumn,
    plain,
)
from safeplan.reports.result_sheets import COLORS as SHEET_COLORS

TEXT_FONT, TITLE_FONT = "仿宋", "黑体"
LATIN_FONT = "Times New Roman"
_NEAREST = {
    TEXT_FONT: "FangSong;仿宋_GB2312;STFangsong;Noto Serif CJK SC",
    TITLE_FONT: "SimHei;STHeiti;Noto Sans CJK SC",
}
"""What a word processor takes where it has not the font."""
COLORS: dict[Mark, str] = {**SHEET_COLORS, "dim": "606060"}
"""On paper what is dim must still be read."""
_POINTS = 7.5
"""Of the tables' text: 六号."""
_NARROW_MM = 46.0
_MARGIN_MM = 10
_WIDTH_MM = 297 - 2 * _MARGIN_MM
_KEPT = 120
"""Characters of a cell up to which its row is kept on one page."""
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def document(title: str, sheets: Sequence[Sheet], *, full: bool = False) -> bytes:
    """Return sheets as .docx, a table each under a title; if `full` with the columns of the rest."""
    made: Any = Document()
    _set_page(made, title)
    if title:
        _add_paragraph(made, title, TITLE_FONT, 16, level=0)
    for sheet in sheets if full else map(_without_rest, sheets):
        if sheet.title and sheet.title != title:
            _add_paragraph(made, sheet.title, TITLE_FONT, 11, level=1)
        for text in filter(None, (sheet.note, "" if sheet.rows else say("page.empty"))):
            _add_paragraph(made, text, TEXT_FONT, _POINTS)
        if sheet.rows:
            _add_table(made, sheet)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def _without_rest(sheet: Sheet) -> Sheet:
    """Return a sheet without its columns that hold the rest."""
    kept = [at for at, column in enumerate(sheet.columns) if not column.folded]
    rows = [[row[at] for at in kept] for row in sheet.rows]
    return replace(sheet, columns=[sheet.columns[at] for at in kept], rows=rows)


def _element(name: str, **attributes: str) -> Any:
    """Return an element of WordprocessingML with its attributes."""
    element: Any = OxmlElement(f"w:{name}")
    for key, value in attributes.items():
        element.set(qn(f"w:{key}"), value)
    return element


# ---- the page ----


def _set_page(made: Any, title: str) -> None:
    section = made.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Mm(297), Mm(210)
    section.left_margin = section.right_margin = Mm(_MARGIN_MM)
    section.top_margin, section.bottom_margin = Mm(9), Mm(11)
    section.header_distance = section.footer_distance = Mm(5)
    made.core_properties.title = _legal(title)
    made.core_properties.author = "safeplan"
    made.core_properties.comments = ""
    # The table of fonts names what to take where one is missing.
    fonts = "".join(
        f'<w:font w:name="{font}"><w:altName w:val="{nearest}"/></w:font>'
        for font, nearest in _NEAREST.items()
    )
    for part in made.part.package.iter_parts():
        if str(part.partname) == "/word/fontTable.xml":
            part._blob = part.blob.replace(b"</w:fonts>", f"{fonts}</w:fonts>".encode())
    style = made.styles["Normal"]
    style.paragraph_format.space_before = style.paragraph_format.space_after = Pt(0)
    style.paragraph_format.line_spacing = 1.0
    _set_font(style, TEXT_FONT, _POINTS)
    foot = section.footer.paragraphs[0]
    foot.alignment = WD_ALIGN_PARAGRAPH.CENTER
    for piece in ("— ", "PAGE", " / ", "NUMPAGES", " —"):
        run = foot.add_run()
        _set_font(run, TEXT_FONT, 9)
        if not piece.isupper():
            run.text = piece
            continue
        # A field of the word processor: the number of the page, of all pages.
        said = _element("instrText")
        said.set(qn("xml:space"), "preserve")
        said.text = piece
        kinds = ("begin", "separate", "end")
        begin, *ends = (_element("fldChar", fldCharType=kind) for kind in kinds)
        run._r.extend([begin, said, *ends])


def _set_font(of: Any, chinese: str, points: float) -> None:
    """Set the Chinese and the Latin font of a style or run; Word puts its nearest for one missing."""
    of.font.name = LATIN_FONT
    of.font.size = Pt(points)
    of.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), chinese)


def _add_paragraph(
    made: Any, text: str, font: str, points: float, level: int | None = None
) -> None:
    """Add a paragraph; `level`: of a heading, where 0 is the title of all."""
    paragraph = made.add_paragraph()
    paragraph.paragraph_format.space_before = Pt(0 if level == 0 else points * 0.6)
    paragraph.paragraph_format.space_after = Pt(2)
    paragraph.paragraph_format.keep_with_next = True
    if level == 0:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    if level is not None:
        paragraph._p.get_or_add_pPr().append(_element("outlineLvl", val=str(level)))
    _set_font(paragraph.add_run(_legal(text)), font, points)


# ---- tables ----


def _add_table(made: Any, sheet: Sheet) -> None:
    table = made.add_table(rows=0, cols=0)
    table.style = made.styles["Table Grid"]
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    widths = [Mm(width) for width in _widths(sheet)]
    for width in widths:
        table.add_column(width)
    margins = _element("tblCellMar")
    # In the order that the schema wants; the topmost strokes of a line must not touch the rule.
    for side, margin in (("top", "20"), ("left", "50"), ("right", "50")):
        margins.append(_element(side, w=margin, type="dxa"))
    table._tbl.tblPr.append(margins)
    headings: list[Cell] = [column.heading for column in sheet.columns]
    for number, row in enumerate([headings, *sheet.rows]):
        made_row = table.add_row()
        properties = made_row._tr.get_or_add_trPr()
        # A long row kept on one page would leave half a page white.
        if all(len(plain(cell)) < _KEPT for cell in row):
            properties.append(_element("cantSplit"))
        if number == 0:
            properties.append(_element("tblHeader", val="true"))
        for cell, content, column, width in zip(
            made_row.cells, row, sheet.columns, widths, strict=True
        ):
            cell.width = width
            _fill(cell, content, heading=number == 0, column=column)


def _fill(cell: Any, content: Cell, *, heading: bool, column: SheetColumn) -> None:
    paragraph = cell.paragraphs[0]
    # Fonts that stand in for 仿宋 have taller lines; the table keeps its height with any.
    paragraph.paragraph_format.line_spacing = Pt(_POINTS * 1.12)
    if heading:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        cell._tc.get_or_add_tcPr().append(_element("shd", val="clear", fill=HEADER_FILL))
    elif column.number:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    for run in [Run(content)] if isinstance(content, str) else content:
        if run.text:
            made = paragraph.add_run(_legal(run.signed))
            _set_font(made, TITLE_FONT if heading else TEXT_FONT, _POINTS)
            if run.mark in COLORS:
                made.font.color.rgb = RGBColor.from_string(COLORS[run.mark])
            made.font.bold = run.mark in BOLD or None
            made.font.underline = run.mark in UNDERLINED or None


def _legal(text: str) -> str:
    """Return text without the characters that XML has no place for."""
    return _ILLEGAL.sub("�", text)


def _widths(sheet: Sheet) -> list[float]:
    """Return widths in millimetres: ids as wide as they need, texts their share of the page."""
    needed: list[float] = []
    for at, column in enumerate(sheet.columns):
        heading = _drawn(column.heading)
        # Over numbers a heading takes two lines rather than the room of the texts.
        heading = -(-heading // 2) if column.number else heading
        longest = max([heading, *map(_drawn, sheet.lines(at))])
        millimetres = longest * _POINTS * 0.3528 / 2 * 1.12 + 3.5
        needed.append(0.0 if column.ratio else min(millimetres, _NARROW_MM))
    shares = sum(column.ratio for column in sheet.columns)
    left = _WIDTH_MM - sum(needed)
    return [
        left * column.ratio / shares if column.ratio else width
        for column, width in zip(sheet.columns, needed, strict=True)
    ]


def _drawn(text: str) -> int:
    return sum(1 if character.isascii() or character == "–" else 2 for character in text)
