"""Excel (.xlsx, .xls) → blocks: each sheet's title rows as paragraphs, the rest as a table.

A cell is read as it is shown: in its number format (`number_formats`), without what is struck out,
hidden rows and columns left out and said. That is why .xls is read with xlrd, which knows the
formats, and .xlsx by a walk of our own; formulas give the value they were saved with and are never
computed: one without a saved value is a doubt.
"""

from __future__ import annotations

import io
import re
from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from safeplan.documents.blocks import Block, Paragraph, ReaderNote, Reading
from safeplan.documents.counters import excel_format
from safeplan.documents.errors import DocumentError
from safeplan.documents.limits import MAX_CELLS, CellBudget
from safeplan.documents.number_formats import shown, shown_text, understood
from safeplan.documents.packages import Package, relations
from safeplan.documents.runs import PLAIN, Formatting, Look, Runs
from safeplan.documents.symbol_fonts import font_key
from safeplan.documents.tables import SpanCell, has_header, lay_out
from safeplan.documents.unseen import Unseen
from safeplan.models import Source
from safeplan.text.folding import tidy

if TYPE_CHECKING:
    import xlrd.sheet
    from lxml.etree import _Element


@dataclass
class ExcelSheet:
    """One sheet: what its cells show, by row and column from 0, empty cells left out."""

    name: str
    cells: dict[tuple[int, int], str] = field(default_factory=dict)
    merges: dict[tuple[int, int], tuple[int, int]] = field(default_factory=dict)
    """Rows and columns that the merged cell beginning here spans."""
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)


# --- sheets → blocks ------------------------------------------------------------------------

_YEAR = re.compile(r"(?<!\d)20[0-4]\d(?=年|$|\s)")
_DEFAULT_NAME = re.compile(r"(sheet|工作表|表)\s*\d*", re.IGNORECASE)


def sheet_blocks(sheets: list[ExcelSheet], unseen: Unseen) -> list[Block]:
    """Return the blocks of a workbook's sheets in order; what is hidden in them is noted.

    Raises:
        DocumentError: `too_many_cells`.
    """
    blocks: list[Block] = []
    budget = CellBudget()
    for number, sheet in enumerate(sheets, start=1):
        blocks += _one_sheet(_visible(sheet, unseen, budget), number, budget, unseen)
    years = _years([sheet.name for sheet in sheets], blocks)
    if len(set(years)) > 1:
        unseen.add("sheets_of_years", "、".join(dict.fromkeys(years)), "doubt")
    return blocks


def _years(names: list[str], blocks: list[Block]) -> list[str]:
    """Return the year that each sheet is of, by its name or its titles; none where several are."""
    years: list[str] = []
    for number, name in enumerate(names, start=1):
        titles = [
            block.text
            for block in blocks
            if isinstance(block, Paragraph) and block.source.table == number
        ]
        found = {year for text in (name, *titles[:1]) for year in _YEAR.findall(text)}
        years += found if len(found) == 1 else ()
    return years


def _visible(sheet: ExcelSheet, unseen: Unseen, budget: CellBudget) -> ExcelSheet:
    """Return a sheet without its hidden rows and columns; a merged cell shows in what is left."""
    rows, columns = sheet.hidden_rows, sheet.hidden_columns
    if not rows and not columns:
        return sheet
    left = ExcelSheet(sheet.name)
    lost: dict[tuple[str, int], list[str]] = {}
    merged: dict[tuple[int, int], tuple[int, int]] = {}
    for (row, column), (down, across) in sheet.merges.items():
        # What lies below the last text or beyond the last column holds nothing that is shown.
        budget.spend(
            min(down, MAX_CELLS) + min(across, MAX_CELLS) if (row, column) in sheet.cells else 0
        )
        at_row = next((at for at in range(row, row + min(down, MAX_CELLS)) if at not in rows), None)
        at_column = next(
            (at for at in range(column, column + min(across, MAX_CELLS)) if at not in columns), None
        )
        if at_row is None or at_column is None:
            continue
        merged[row, column] = (at_row, at_column)
        left.merges[at_row, at_column] = (row + down - at_row, column + across - at_column)
    for (row, column), text in sorted(sheet.cells.items()):
        place = merged.get((row, column), (row, column))
        if place[0] in rows:
            lost.setdefault(("hidden_rows", row), []).append(text)
        elif place[1] in columns:
            lost.setdefault(("hidden_columns", column), []).append(text)
        else:
            left.cells[place] = text
    for (code, _), texts in sorted(lost.items()):
        unseen.add(code, "｜".join(map(tidy, texts)), "doubt")
    return left


def _one_sheet(sheet: ExcelSheet, number: int, budget: CellBudget, unseen: Unseen) -> list[Block]:
    cells = {place: text for place, text in sheet.cells.items() if text.strip()}
    if not cells:
        return []
    used = {row for row, _ in cells}
    last = max(used)
    for row, column in sheet.merges.keys() & cells.keys():
        # A cell may be merged far beyond the last row with a text: as far as that it counts.
        down = min(sheet.merges[row, column][0], last - row + 1)
        budget.spend(down)
        used.update(range(row, row + down))
    rows = sorted(used)
    texts: dict[int, list[str]] = {row: [] for row in rows}
    for (row, _), text in sorted(cells.items()):
        texts[row].append(text)
    header = next((row for row in rows if len(texts[row]) > 1 and has_header([texts[row]])), None)
    top = [row for row in rows if header is not None and row < header]
    titles: list[Block] = [
        Paragraph(tidy(" ".join(texts[row])), Source(table=number, row=row + 1))
        for row in top
        if texts[row]
    ]
    if not titles and not _DEFAULT_NAME.fullmatch(sheet.name.strip()):
        titles = [Paragraph(tidy(sheet.name), Source(table=number))]
    below = rows[len(top) :]
    columns = sorted({column for row, column in cells if row >= below[0]})
    return [*titles, _grid(sheet, cells, below, columns, number, budget, unseen)]


def _grid(
    sheet: ExcelSheet,
    cells: dict[tuple[int, int], str],
    rows: list[int],
    columns: list[int],
    number: int,
    budget: CellBudget,
    unseen: Unseen,
) -> Block:
    """Lay the cells of a sheet on its used columns; empty rows and columns between are left out."""
    budget.spend(len(rows) * len(columns))
    hidden: set[tuple[int, int]] = set()
    laid: list[list[SpanCell]] = []
    at_column = {column: index for index, column in enumerate(columns)}
    for row in rows:
        line: list[SpanCell] = []
        for column in columns:
            if (row, column) in hidden:
                continue
            cell = SpanCell(cells.get((row, column), ""), start=at_column[column])
            if (row, column) in sheet.merges:
                down, across = sheet.merges[row, column]
                under = rows[bisect_left(rows, row) : bisect_left(rows, row + down)]
                beside = columns[at_column[column] : bisect_left(columns, column + across)]
                budget.spend(len(under) * len(beside))
                hidden.update((y, x) for y in under for x in beside)
                for place in ((y, x) for y in under for x in beside if (y, x) != (row, column)):
                    unseen.add("hidden_text", cells.get(place, ""), "doubt")
                cell.down, cell.across = len(under), len(beside)
            line.append(cell)
        laid.append(line)
    return lay_out(laid, number, CellBudget(), numbers=[row + 1 for row in rows])


# --- what a cell shows ----------------------------------------------------------------------

ERRORS = re.compile(r"#(?:N/A|REF!|VALUE!|DIV/0!|NAME\?|NUM!|NULL!|SPILL!|CALC!)|Err:\d{3}")


def cell_name(row: int, column: int) -> str:
    """Return what a cell is called: rows and columns from 0.

    >>> cell_name(2, 1), cell_name(0, 27)
    ('B3', 'AB1')
    """
    letters = ""
    column += 1
    while column:
        column, letter = divmod(column - 1, 26)
        letters = chr(ord("A") + letter) + letters
    return f"{letters}{row + 1}"


@dataclass(frozen=True)
class _Style:
    """What the style of a cell makes of what is in it."""

    code: str = "General"
    look: Look = PLAIN


def _formatted(
    value: float | str, style: _Style, name: str, unseen: Unseen, epoch_1904: bool = False
) -> str:
    """Return what a number or a text shows in the format of its cell."""
    if not understood(style.code):
        unseen.add("format_unknown", name, "doubt", format=style.code)
    if isinstance(value, str):
        return shown_text(value, style.code)
    return shown(value, style.code, epoch_1904=epoch_1904)


def _seen(runs: list[tuple[str, Look]], unseen: Unseen) -> str:
    """Return what is seen of the runs of a cell."""
    line = Runs()
    for text, look in runs:
        line.add(text, look)
    return line.text(unseen)


def _nothing_shown(text: str, was: object, unseen: Unseen) -> str:
    """Return a text; where a format (;;;) shows nothing of a value, that is noted."""
    if not text and was not in (None, "", 0):
        unseen.add("hidden_text", str(was))
    return text


# --- .xlsx ----------------------------------------------------------------------------------

_REF = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7})")
_WHITE = re.compile(r"(?:[0-9A-F]{2})?(?:F[0-9A-F]){3}", re.IGNORECASE)
_WHITE_COLORS = (1, 9)
"""The numbers of white in the palette of Excel."""


def read_xlsx(data: bytes) -> Reading:
    """Read an Excel workbook.

    Raises:
        DocumentError: damaged, encrypted, or beyond the limits.
    """
    package = Package(data, "XLSX")
    workbook_name = _part(relations(package), "/officeDocument") or "xl/workbook.xml"
    parts = relations(package, workbook_name)
    workbook = _Xml(package, workbook_name)
    epoch_1904 = any(node.get("date1904") in ("1", "true") for node in workbook.all("workbookPr"))
    unseen = Unseen()
    book = _Book(
        styles=_styles(package, _part(parts, "/styles")),
        strings=_strings(package, _part(parts, "/sharedStrings")),
        epoch_1904=epoch_1904,
        unseen=unseen,
    )
    sheets: list[ExcelSheet] = []
    budget = CellBudget()
    hidden_sheets = 0
    for node in workbook.all("sheet"):
        relation = next((str(v) for k, v in node.items() if str(k).endswith("}id")), "")
        kind, target = parts.get(relation, ("", ""))
        if node.get("state", "visible") != "visible":
            hidden_sheets += 1
        elif kind.endswith("/worksheet"):
            sheet = ExcelSheet(node.get("name") or "")
            _fill(sheet, _Xml(package, target), len(sheets) + 1, book, budget)
            sheets.append(sheet)
    notes = []
    if hidden_sheets:
        notes.append(ReaderNote("hidden_sheets", args={"count": str(hidden_sheets)}))
    return Reading(sheet_blocks(sheets, unseen), [*notes, *unseen.notes()])


_Rich = list[tuple[str, Formatting | None]]


@dataclass(frozen=True)
class _CellStyle(_Style):
    filled: bool = False


@dataclass(frozen=True)
class _Book:
    """What all sheets of a workbook share."""

    styles: list[_CellStyle]
    strings: list[_Rich]
    epoch_1904: bool
    unseen: Unseen


class _Xml:
    """A part of a workbook, its elements found by their local names (Strict has other spaces)."""

    def __init__(self, package: Package, name: str) -> None:
        self.root = package.xml(name)

    def all(self, *names: str) -> list[_Element]:
        return list(self.root.iter(*(f"{{*}}{name}" for name in names)))


def _part(parts: Mapping[str, tuple[str, str]], kind: str) -> str | None:
    """Return the first part of a kind among those that another refers to."""
    return next((name for of, name in parts.values() if of.endswith(kind)), None)


def _strings(package: Package, name: str | None) -> list[_Rich]:
    if name is None:
        return []
    items = _Xml(package, name).all("si")
    if len(items) > MAX_CELLS:
        raise DocumentError("too_many_cells", limit=f"{MAX_CELLS:,}")
    return [_string(item) for item in items]


def _string(item: _Element) -> _Rich:
    """Return a string's runs, each with its font if it has one of its own.

    How it is pronounced (rPh) is not part of it.
    """
    runs: _Rich = []
    for child in item.iterchildren("{*}t", "{*}r", "{*}is"):
        kind = str(child.tag).rpartition("}")[2]
        if kind == "is":
            runs += _string(child)
        elif kind == "t":
            runs.append((child.text or "", None))
        else:
            own = child.find("{*}rPr")
            font = None if own is None else _font(own)
            runs += [(text.text or "", font) for text in child.iterchildren("{*}t")]
    return runs


def _font(properties: _Element) -> Formatting:
    """Read a font of the styles, or the properties of a run of rich text."""
    said: dict[str, bool | str] = {}
    for child in properties:
        kind = str(child.tag).rpartition("}")[2]
        value = child.get("val")
        if kind == "strike":
            said["struck"] = value not in ("0", "false")
        elif kind == "vertAlign":
            said["raised"] = value == "superscript"
        elif kind in ("name", "rFont"):
            said["font"] = font_key(value)
        elif kind == "color":
            said["white"] = _is_white(child)
    return Formatting(**said)  # type: ignore[arg-type]


def _is_white(color: _Element) -> bool:
    if color.get("tint", "0") not in ("0", "0.0"):
        return False
    return (
        _WHITE.fullmatch(color.get("rgb") or "") is not None
        or color.get("theme") == "0"
        or _digits(color.get("indexed")) in _WHITE_COLORS
    )


def _styles(package: Package, name: str | None) -> list[_CellStyle]:
    """Return the number format and the look of each cell style."""
    if name is None:
        return []
    part = _Xml(package, name)
    own = {node.get("numFmtId"): node.get("formatCode") or "" for node in part.all("numFmt")}
    fonts = [_font(font) for holder in part.all("fonts") for font in holder]
    fills = [_is_filled(fill) for holder in part.all("fills") for fill in holder]
    styles = []
    for cell_styles in part.all("cellXfs"):
        for style in cell_styles:
            key = style.get("numFmtId") or "0"
            built_in = excel_format(_digits(key) or 0) or "General"
            font = _digits(style.get("fontId")) or 0
            fill = _digits(style.get("fillId")) or 0
            filled = fill < len(fills) and fills[fill]
            look = fonts[font].look(colored=filled) if font < len(fonts) else PLAIN
            styles.append(_CellStyle(own.get(key, built_in), look, filled))
    return styles


def _is_filled(fill: _Element) -> bool:
    """Tell whether white letters can be read on a fill."""
    for pattern in fill.iterchildren("{*}patternFill"):
        color = pattern.find("{*}fgColor")
        if pattern.get("patternType", "none") in ("none", "gray125"):
            return False
        return pattern.get("patternType") != "solid" or (color is not None and not _is_white(color))
    return len(fill) > 0


def _fill(sheet: ExcelSheet, part: _Xml, number: int, book: _Book, budget: CellBudget) -> None:
    # White letters may stand on the colours of a table's style or of a condition.
    colored = bool(part.all("tablePart", "conditionalFormatting"))
    flat = any(node.get("zeroHeight") in ("1", "true") for node in part.all("sheetFormatPr"))
    for columns in part.all("col"):
        if _is_hidden(columns, "width"):
            left, right = _digits(columns.get("min")) or 1, _digits(columns.get("max")) or 0
            sheet.hidden_columns.update(range(left - 1, min(right, MAX_CELLS)))
    row = -1
    for row_node in part.all("row"):
        given = _digits(row_node.get("r"))
        row = row + 1 if given is None else given - 1
        if _is_hidden(row_node, "ht") or (flat and row_node.get("hidden") is None):
            sheet.hidden_rows.add(row)
        book.unseen.source = Source(table=number, row=row + 1)
        column = -1
        for cell in row_node.iterchildren("{*}c"):
            place = _place(cell.get("r"))
            column = place[1] if place else column + 1
            text = _cell(cell, cell_name(row, column), book, colored)
            budget.spend(1, len(text))
            if text.strip():
                if (row, column) in sheet.cells:  # two cells in one place
                    book.unseen.add("misplaced_text", sheet.cells[row, column], "doubt")
                sheet.cells[row, column] = text
    book.unseen.source = None
    for merge in part.all("mergeCell"):
        first, _, last = (merge.get("ref") or "").partition(":")
        start, end = _place(first), _place(last)
        if start and end and end[0] >= start[0] and end[1] >= start[1]:
            sheet.merges[start] = (end[0] - start[0] + 1, end[1] - start[1] + 1)


def _is_hidden(node: _Element, size: str) -> bool:
    """Tell whether a row or column is hidden: by itself, by a filter, or by having no size."""
    if node.get("hidden") in ("1", "true"):
        return True
    try:
        return float(node.get(size) or 99) < 0.1
    except ValueError:
        return False


def _digits(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 8 else None


def _place(ref: str | None) -> tuple[int, int] | None:
    """Return row and column from 0 of a reference such as B3."""
    match = _REF.fullmatch(ref or "")
    if match is None:
        return None
    column = 0
    for letter in match[1]:
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(match[2]) - 1, column - 1


def _cell(cell: _Element, name: str, book: _Book, colored: bool) -> str:
    """Return what a cell shows."""
    unseen = book.unseen
    at = _digits(cell.get("s")) or 0
    style = book.styles[at] if at < len(book.styles) else _CellStyle()
    kind = cell.get("t", "n")
    value = cell.findtext("{*}v") or ""
    if kind == "e" or ERRORS.fullmatch(value):
        unseen.add("cell_error", name, "doubt", value=value or "#")
        return ""
    inline = cell.find("{*}is") is not None
    if inline or kind in ("inlineStr", "s"):
        index = _digits(value)
        known = book.strings[index] if index is not None and index < len(book.strings) else []
        rich = _string(cell) if inline else known
        filled = style.filled or colored
        own = style.look if not colored or not style.look.hidden else PLAIN
        runs = [(text, own if font is None else font.look(colored=filled)) for text, font in rich]
        text = _seen(runs, unseen)
        return _nothing_shown(_formatted(text, style, name, unseen), text, unseen)
    if not value:
        if cell.find("{*}f") is not None and kind != "str":
            unseen.add("formula_unsaved", name, "doubt")
        return ""
    said = value
    if kind == "n":
        try:
            number = float(value)
        except ValueError:
            number = 1e15
        if abs(number) < 1e15:
            said = _formatted(number, style, name, unseen, book.epoch_1904)
            _nothing_shown(said, number, unseen)
    elif kind == "b":
        said = "TRUE" if value == "1" else "FALSE"
    else:
        said = _formatted(value, style, name, unseen)
    look = PLAIN if colored and style.look.hidden else style.look
    return _seen([(said, look)], unseen)


# --- .xls -----------------------------------------------------------------------------------


def read_xls(data: bytes) -> Reading:
    """Read an Excel 97–2003 workbook.

    Raises:
        DocumentError: damaged, encrypted, or beyond the limits.
    """
    import xlrd
    from xlrd.biffh import XLRDError

    try:
        book = xlrd.open_workbook(
            file_contents=data, formatting_info=True, ragged_rows=True, logfile=io.StringIO()
        )
    except XLRDError as error:
        code = "encrypted" if "encrypt" in str(error).lower() else "broken_file"
        raise DocumentError(code, format="XLS") from None
    sheets: list[ExcelSheet] = []
    budget = CellBudget()
    unseen = Unseen()
    hidden_sheets = 0
    for read in book.sheets():
        if read.visibility:
            hidden_sheets += 1
            continue
        sheet = ExcelSheet(read.name)
        for row, info in read.rowinfo_map.items():
            if info.hidden or (info.height == 0 and info.height_mismatch):
                sheet.hidden_rows.add(row)
        for column, about in read.colinfo_map.items():
            if about.hidden or about.width == 0:
                sheet.hidden_columns.add(column)
        for row in range(read.nrows):
            budget.spend(read.row_len(row))
            unseen.source = Source(table=len(sheets) + 1, row=row + 1)
            for column in range(read.row_len(row)):
                if text := _xls_cell(book, read, row, column, unseen):
                    budget.spend(0, len(text))
                    sheet.cells[row, column] = text
        for top, bottom, left, right in read.merged_cells:
            sheet.merges[top, left] = (bottom - top, right - left)
        unseen.source = None
        sheets.append(sheet)
    notes = []
    if hidden_sheets:
        notes.append(ReaderNote("hidden_sheets", args={"count": str(hidden_sheets)}))
    blocks = sheet_blocks(sheets, unseen)
    return Reading(blocks, [*notes, *unseen.notes()])


def _xls_cell(
    book: xlrd.Book, sheet: xlrd.sheet.Sheet, row: int, column: int, unseen: Unseen
) -> str:
    import xlrd

    kind, value = sheet.cell_type(row, column), sheet.cell_value(row, column)
    name = cell_name(row, column)
    if kind == xlrd.XL_CELL_ERROR:
        error = xlrd.error_text_from_code.get(int(value), "#")
        unseen.add("cell_error", name, "doubt", value=error)
        return ""
    if kind not in (
        xlrd.XL_CELL_TEXT, xlrd.XL_CELL_BOOLEAN, xlrd.XL_CELL_NUMBER, xlrd.XL_CELL_DATE
    ):  # fmt: skip
        return ""
    format_of_cell = book.xf_list[sheet.cell_xf_index(row, column)]
    described = book.format_map.get(format_of_cell.format_key)
    code = excel_format(format_of_cell.format_key) or (
        described.format_str if described else "General"
    )
    background = format_of_cell.background
    filled = bool(
        background
        and background.fill_pattern
        and background.pattern_colour_index not in _WHITE_COLORS
    )

    def look(index: int) -> Look:
        if not 0 <= index < len(book.font_list):
            return PLAIN
        font = book.font_list[index]
        return Formatting(
            struck=bool(font.struck_out),
            raised=font.escapement == 1,
            white=font.colour_index in _WHITE_COLORS,
            font=font_key(font.name),
        ).look(colored=filled)

    style = _Style(code, look(format_of_cell.font_index))
    if kind == xlrd.XL_CELL_BOOLEAN:
        return _seen([("TRUE" if value else "FALSE", style.look)], unseen)
    if kind != xlrd.XL_CELL_TEXT:
        said = _formatted(float(value), style, name, unseen, bool(book.datemode))
        return _seen([(_nothing_shown(said, value, unseen), style.look)], unseen)
    text = str(value)
    starts = [(0, style.look)] + [
        (at, look(index)) for at, index in sheet.rich_text_runlist_map.get((row, column), [])
    ]
    ends = [at for at, _ in starts[1:]] + [len(text)]
    runs = [(text[at:end], its) for (at, its), end in zip(starts, ends, strict=True)]
    text = _seen(runs, unseen)
    return _nothing_shown(_formatted(text, style, name, unseen), text, unseen)
