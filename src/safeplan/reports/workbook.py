"""Sheets as an Excel workbook: every cell text, what differs in red within the cell, A4 landscape.

Nothing a document says becomes a formula, an id never becomes a number, and what is red is also
underlined, so that a black-and-white print says the same.
"""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from functools import cache
from math import ceil
from typing import Any

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.styles import Alignment, Border, Font, NamedStyle, PatternFill, Side
from openpyxl.styles.colors import Color
from openpyxl.utils import get_column_letter

from safeplan.reports.result_sheets import (
    BOLD,
    COLORS,
    HEADER_FILL,
    UNDERLINED,
    Cell,
    Mark,
    Sheet,
    plain,
)

FONT, POINTS = "等线", 10
_LONGEST = 32_767
"""Characters that a cell can hold at most."""
_NARROW, _WIDE = 6, 70
"""Least and greatest width of a column, in cells; a Chinese character is two."""
_WIDEST = 250
"""The width that a column with a very long text grows to, and Excel's own limit."""
_LINE, _HIGHEST = 14.5, 409.0
"""Height of a line, and of the highest row there can be, in points."""
_PAGE = 150
"""Cells across a landscape A4 page at a size that can still be read."""
_PAGES_WIDE = 2 * _PAGE
"""A sheet wider than this is printed over several pages and not made smaller."""


def workbook(sheets: Sequence[Sheet]) -> bytes:
    """Return sheets as .xlsx, one worksheet each."""
    book = Workbook()
    blank: Any = book.active
    for sheet in sheets:
        add_sheet(book, sheet)
    if sheets:
        book.remove(blank)
    return to_bytes(book)


def to_bytes(book: Any) -> bytes:
    """Return an openpyxl workbook as the bytes of its file."""
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def add_sheet(book: Any, sheet: Sheet, widths: Sequence[float] = ()) -> Any:
    """Add a sheet to an openpyxl workbook; return the worksheet.

    Its columns are as many cells wide as `widths` says, or as their texts need.
    """
    worksheet = book.create_sheet(_tab(sheet.title, book.sheetnames))
    for at, column in enumerate(sheet.columns, start=1):
        _put(worksheet.cell(1, at), column.heading)
    for number, row in enumerate(sheet.rows, start=2):
        for at, (column, cell) in enumerate(zip(sheet.columns, row, strict=True), start=1):
            _put(worksheet.cell(number, at), cell, number=column.number)
    # What scrolls begins right of what names a row.
    named = next((at for at, column in enumerate(sheet.columns) if column.ratio), 0)
    _lay_out(worksheet, widths or _widths(sheet), min(named + 1, len(sheet.columns) - 1, 7))
    return worksheet


# ---- cells ----


def _put(cell: Any, content: Cell, *, number: bool = False) -> None:
    """Write text into a worksheet's cell: as text, unless it is to be a number and is one."""
    text = _legal(plain(content))
    if number and re.fullmatch(r"-?\d+", text):
        cell.value = int(text)
        cell.style = _style(cell, "number")
    elif not text:
        cell.style = _style(cell, "text")
    else:
        runs = [] if isinstance(content, str) else [run for run in content if run.text]
        if not any(run.mark for run in runs) or len(text) >= _LONGEST:
            cell.value = text
        else:
            # Every run has its own font: bare text takes the cell's, which differs by program.
            blocks = [TextBlock(_font(run.mark), _legal(run.signed)) for run in runs]
            cell.value = CellRichText(blocks)
        # A text that begins with "=" stays a text, also when it is edited.
        cell.data_type = "s"
        cell.style = _style(cell, "header" if cell.row == 1 else "text")
        cell.quotePrefix = text.startswith(("=", "+", "-", "@"))


def _style(cell: Any, name: str) -> str:
    """Return the name of one of our three cell styles, adding them to the book at first use."""
    book, ours = cell.parent.parent, f"safeplan {name}"
    if ours not in book.named_styles:
        line = Side(style="thin", color="BFBFBF")
        style = NamedStyle(
            ours,
            font=Font(name=FONT, size=POINTS, bold=name == "header"),
            border=Border(left=line, right=line, top=line, bottom=line),
            alignment=Alignment(
                wrap_text=True,
                vertical="center" if name == "header" else "top",
                horizontal="right" if name == "number" else None,
            ),
            number_format="0" if name == "number" else "@",
        )
        if name == "header":
            style.fill = PatternFill("solid", fgColor=HEADER_FILL)
        book.add_named_style(style)
    return ours


def _legal(text: str) -> str:
    """Return text that a cell can hold: no control characters, not too long."""
    return ILLEGAL_CHARACTERS_RE.sub("�", text)[:_LONGEST]


@cache
def _font(mark: Mark) -> InlineFont:
    return InlineFont(
        rFont=FONT,
        sz=POINTS,
        color=Color(COLORS[mark]) if mark in COLORS else None,
        b=mark in BOLD or None,
        u="single" if mark in UNDERLINED else None,
    )


# ---- the sheet ----


def _lay_out(worksheet: Any, widths: Sequence[float], frozen: int) -> None:
    """Set a worksheet's look: widths in cells, filter, `frozen` columns and heads, A4 landscape."""
    widths = _wide_enough(worksheet, widths)
    for at, width in enumerate(widths, start=1):
        worksheet.column_dimensions[get_column_letter(at)].width = width
    # Not every program works out the height of wrapped rows by itself.
    for cells in worksheet.iter_rows():
        lines = max(_lines(cell, width) for cell, width in zip(cells, widths, strict=True))
        worksheet.row_dimensions[cells[0].row].height = min(lines * _LINE + 4, _HIGHEST)
    worksheet.freeze_panes = f"{get_column_letter(frozen + 1)}2"
    worksheet.auto_filter.ref = worksheet.dimensions
    page = worksheet.page_setup
    page.orientation = "landscape"
    page.paperSize = worksheet.PAPERSIZE_A4
    page.fitToWidth = max(1, round(sum(widths) / _PAGES_WIDE))
    page.fitToHeight = 0
    worksheet.sheet_properties.pageSetUpPr.fitToPage = True
    worksheet.print_title_rows = "1:1"
    if page.fitToWidth > 1 and frozen:
        worksheet.print_title_cols = f"A:{get_column_letter(frozen)}"
    margins = worksheet.page_margins
    margins.left = margins.right = 0.4
    margins.top = margins.bottom = 0.75
    # "&" begins a code in headers.
    worksheet.oddHeader.center.text = worksheet.title.replace("&", "&&")
    worksheet.oddFooter.center.text = "&P / &N"


def _lines(cell: Any, width: float) -> int:
    """Return how many lines a cell's text takes in a column of a width."""
    room = max(width - 2, 2)
    return sum(max(1, ceil(_drawn(line) / room)) for line in str(cell.value or "").split("\n"))


def _drawn(text: str) -> int:
    """Return how wide a text is drawn at most, in cells: Chinese fonts draw `→` and `≠` wide too."""
    return sum(1 if character.isascii() else 2 for character in text)


def _wide_enough(worksheet: Any, widths: Sequence[float]) -> list[float]:
    """Return widths at which no text needs a higher row than there can be."""
    found = []
    most = int((_HIGHEST - 4) / _LINE)
    for cells, given in zip(worksheet.iter_cols(), widths, strict=True):
        width = given
        longest = [cell for cell in cells if len(str(cell.value or "")) * 2 > most * given / 3]
        while width < _WIDEST and any(_lines(cell, width) > most for cell in longest):
            width *= 1.2
        found.append(min(width, _WIDEST))
    return found


def _widths(sheet: Sheet) -> list[float]:
    """Return widths in cells: what a column needs, and for long texts its share of the page."""
    needed: list[float] = []
    for at, column in enumerate(sheet.columns):
        # With room for the filter's arrow.
        longest = max((_drawn(_legal(line)) for line in sheet.lines(at)), default=0)
        heading = _drawn(column.heading) + 4
        needed.append(float(min(max(longest + 2, heading, _NARROW), _WIDE)))
    both = list(zip(needed, sheet.columns, strict=True))
    fixed = sum(need for need, column in both if not column.ratio)
    shares = sum(column.ratio for column in sheet.columns)
    share = max(_PAGE - fixed, _PAGE / 2) / shares if shares else 0
    return [
        min(need, max(column.ratio * max(share, 8), 2 * _NARROW)) if column.ratio else need
        for need, column in both
    ]


def _tab(title: str, taken: Sequence[str]) -> str:
    """Return a name that Excel takes for a worksheet: 31 characters, no `[]:*?` or slash, its own."""
    name = re.sub(r"[\[\]:*?/\\：？＊／]", " ", title).strip(" '")[:31] or "Sheet"
    number, base = 2, name
    while name.casefold() in {other.casefold() for other in taken}:
        ending = f" {number}"
        name = base[: 31 - len(ending)] + ending
        number += 1
    return name
