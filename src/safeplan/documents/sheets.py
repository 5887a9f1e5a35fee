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
from dataclasses import dataclass, field, replace
from math import inf
from typing import TYPE_CHECKING, NamedTuple

from safeplan.documents.blocks import (
    Block,
    Paragraph,
    Passage,
    RawCell,
    RawGrid,
    ReaderNote,
    Reading,
    Unseen,
)
from safeplan.documents.counters import excel_format
from safeplan.documents.errors import DocumentError
from safeplan.documents.limits import MAX_CELLS, CellBudget
from safeplan.documents.number_formats import shown, shown_text, understood
from safeplan.documents.packages import Package, local_name, relations
from safeplan.documents.runs import PLAIN, Formatting, Look, Runs, font_key
from safeplan.documents.tables import SpanCell, has_header, lay_out
from safeplan.documents.written import of_sheet, of_xls, of_xlsx, strings_of
from safeplan.models import Source
from safeplan.text.folding import tidy
from safeplan.text.numbering import is_serial

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
    years: list[str] = []
    budget = CellBudget()
    for number, sheet in enumerate(sheets, start=1):
        if sheet.hidden_rows or sheet.hidden_columns:
            sheet = _visible(sheet, unseen, budget)
        of_sheet = _one_sheet(sheet, number, budget, unseen)
        # What is called by a year above no list of tasks tells of what has been.
        listed = has_header([cell.text for cell in row] for row in _top(of_sheet))
        titles = [block.text for block in of_sheet if isinstance(block, Paragraph) and listed]
        named = {*_YEAR.findall(" ".join([sheet.name, *titles[:1]]))}
        years += named if len(named) == 1 else ()  # a sheet of several years is of none
        blocks += of_sheet
    if len(set(years)) > 1:
        unseen.add("sheets_of_years", "、".join(dict.fromkeys(years)), "doubt")
    return blocks


def _top(blocks: list[Block]) -> list[list[RawCell]]:
    """Return the first row of the table among the blocks of a sheet."""
    return next((block.rows[:1] for block in blocks if isinstance(block, RawGrid)), [])


def _visible(sheet: ExcelSheet, unseen: Unseen, budget: CellBudget) -> ExcelSheet:
    """Return a sheet without its hidden rows and columns; a merged cell shows in what is left."""
    left = ExcelSheet(sheet.name)
    lost: dict[tuple[str, int], list[str]] = {}
    for row, column in sorted({*sheet.cells, *sheet.merges}):
        text = sheet.cells.get((row, column), "")
        down, across = sheet.merges.get((row, column), (1, 1))
        # What lies below the last text or beyond the last column holds nothing that is shown.
        below, beside = min(down, MAX_CELLS), min(across, MAX_CELLS)
        budget.spend(below + beside if text and (down > 1 or across > 1) else 0)
        rows = (at for at in range(row, row + below) if at not in sheet.hidden_rows)
        columns = (at for at in range(column, column + beside) if at not in sheet.hidden_columns)
        place = (next(rows, -1), next(columns, -1))
        if -1 not in place:
            left.cells[place] = text
            left.merges[place] = (row + down - place[0], column + across - place[1])
        elif text:
            code, at = ("hidden_rows", row) if place[0] < 0 else ("hidden_columns", column)
            lost.setdefault((code, at), []).append(text)
    for (code, _), texts in sorted(lost.items()):
        unseen.add(code, "｜".join(map(tidy, texts)), "doubt")
    return left


def _one_sheet(sheet: ExcelSheet, number: int, budget: CellBudget, unseen: Unseen) -> list[Block]:
    """Return the titles above a sheet's table, and the table."""
    texts: dict[int, list[str]] = {}
    for (row, _), text in sorted(sheet.cells.items()):
        if text.strip():
            texts.setdefault(row, []).append(text)
    if not texts:
        return []
    used = set(texts)
    for (row, column), (down, _) in sheet.merges.items():
        # A cell may be merged far beyond the last row with a text: as far as that it counts.
        if sheet.cells.get((row, column), "").strip():
            below = range(row, min(row + down, max(texts) + 1))
            budget.spend(len(below))
            used.update(below)
    rows = sorted(used)
    several = [row for row, each in texts.items() if len(each) > 1] or rows
    header = next((row for row in several if has_header([texts.get(row, [])])), several[0])
    titles: list[Block] = [
        # A numbered row is no title, whatever has put it above the header.
        Paragraph(tidy(" ".join(said)), Source(table=number, row=row + 1), is_serial(said[0]))
        for row in rows[: rows.index(header)]
        if (said := texts.get(row))
    ]
    if not titles and not _DEFAULT_NAME.fullmatch(sheet.name.strip()):
        titles = [Paragraph(tidy(sheet.name), Source(table=number))]
    return [*titles, _grid(sheet, rows[rows.index(header) :], number, budget, unseen)]


def _grid(
    sheet: ExcelSheet, rows: list[int], number: int, budget: CellBudget, unseen: Unseen
) -> Block:
    """Lay the cells of a sheet on its used columns; empty rows and columns between are left out."""
    cells = {at: text for at, text in sheet.cells.items() if text.strip() and at[0] >= rows[0]}
    columns = sorted({column for _, column in cells})
    budget.spend(len(rows) * len(columns))
    covered: set[tuple[int, int]] = set()
    laid: list[list[SpanCell]] = []
    for row in rows:
        line: list[SpanCell] = []
        for index, column in enumerate(columns):
            if (row, column) in covered:
                continue
            down, across = sheet.merges.get((row, column), (1, 1))
            under = rows[bisect_left(rows, row) : bisect_left(rows, row + down)]
            beside = columns[index : bisect_left(columns, column + across)]
            text = cells.pop((row, column), "")
            line.append(SpanCell(text, len(beside), len(under), index))
            if len(under) * len(beside) > 1:
                budget.spend(len(under) * len(beside))
                for place in ((y, x) for y in under for x in beside):
                    unseen.add("hidden_text", cells.get(place, ""), "doubt")
                    covered.add(place)
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


_Runs = list[tuple[str, Look]]


class Workbook:
    """What is gathered of a workbook, sheet by sheet."""

    def __init__(self, unseen: Unseen, epoch_1904: bool = False) -> None:
        self.unseen = unseen
        self.hidden_sheets = 0
        self._sheets: list[ExcelSheet] = []
        self._epoch_1904 = epoch_1904
        self._budget = CellBudget()

    def sheet(self, name: str) -> ExcelSheet:
        """Begin the next sheet."""
        self._sheets.append(ExcelSheet(name))
        return self._sheets[-1]

    def go_to(self, row: int) -> None:
        """Go to a row of the sheet."""
        self.unseen.source = Source(table=len(self._sheets), row=row + 1)

    def put(self, row: int, column: int, text: str) -> None:
        """Take what a cell shows."""
        self._budget.spend(1, len(text))
        if text.strip():
            cells = self._sheets[-1].cells
            if (row, column) in cells:  # two cells in one place
                self.unseen.add("misplaced_text", cells[row, column], "doubt")
            cells[row, column] = text

    def shown(self, value: float | _Runs, name: str, code: str, look: Look) -> str:
        """Return what a cell shows; where its format (;;;) shows nothing, that is noted.

        Args:
            value: what is in it: a number, or the runs of a text.
            name: what it is called.
            code: its number format.
            look: how its font shows a number.
        """
        if not understood(code):
            self.unseen.add("format_unknown", name, "doubt", format=code)
        if isinstance(value, list):
            text = self._seen(value)
            said = shown_text(text, code)
        else:
            text = str(value) if value else ""
            said = shown(value, code, epoch_1904=self._epoch_1904)
        if not said:
            self.unseen.add("hidden_text", text)
        return said if isinstance(value, list) else self._seen([(said, look)])

    def _seen(self, runs: _Runs) -> str:
        line = Runs()
        for text, look in runs:
            line.add(text, look)
        return line.text(self.unseen)

    def error(self, name: str, value: str) -> str:
        """Say that a cell shows an error, which is nothing to read."""
        self.unseen.add("cell_error", name, "doubt", value=value)
        return ""

    def blocks(self) -> list[Block]:
        """Return the blocks of all sheets."""
        self.unseen.source = None
        return sheet_blocks(self._sheets, self.unseen)

    def reading(self) -> Reading:
        """Return what was gathered, and what is to be said of it."""
        blocks, notes = self.blocks(), []
        if self.hidden_sheets:
            notes.append(ReaderNote("hidden_sheets", args={"count": str(self.hidden_sheets)}))
        return Reading(blocks, [*notes, *self.unseen.notes()])


# --- .xlsx ----------------------------------------------------------------------------------

_REF = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7})")
_WHITE = re.compile(r"(?:[0-9A-F]{2})?(?:F[0-9A-F]){3}", re.IGNORECASE)
_WHITE_COLORS = (1, 9)
"""The numbers of white in the palette of Excel."""
_TRUE, _FALSE = ("1", "true"), ("0", "false")

_Rich = list[tuple[str, Formatting | None]]
"""The runs of a text, each with its font if it has one of its own."""


class _Style(NamedTuple):
    """What the style of a cell makes of what is in it."""

    code: str = "General"
    look: Look = PLAIN
    filled: bool = False


def read_xlsx(data: bytes) -> Reading:
    """Read an Excel workbook.

    Raises:
        DocumentError: damaged, encrypted, or beyond the limits.
    """
    package = Package(data, "XLSX")
    main = _part(relations(package), "/officeDocument") or "xl/workbook.xml"
    parts = relations(package, main)
    root = package.xml(main)
    styles, strings = (
        None if (name := _part(parts, kind)) is None else package.xml(name)
        for kind in ("/styles", "/sharedStrings")
    )
    reader = _XlsxReader(
        any(node.get("date1904") in _TRUE for node in _all(root, "workbookPr")),
        _styles(styles),
        _strings(strings),
    )
    shared = strings_of(package)
    known: dict[str, list[Passage]] = {}
    for node in _all(root, "sheet"):
        relation = next((str(v) for k, v in node.items() if str(k).endswith("}id")), "")
        kind, target = parts.get(relation, ("", ""))
        if node.get("state", "visible") != "visible":
            reader.hidden_sheets += 1
        elif kind.endswith("/worksheet"):
            read = package.xml(target)
            reader.read(node.get("name") or "", read)
            known[target] = [*of_sheet(read, shared)]
    return replace(reader.reading(), written=of_xlsx(package, known, shared))


def _all(root: _Element, *names: str) -> list[_Element]:
    """Return the elements of these local names (Strict has other name spaces)."""
    return list(root.iter(*(f"{{*}}{name}" for name in names)))


def _part(parts: Mapping[str, tuple[str, str]], kind: str) -> str | None:
    """Return the first part of a kind among those that another refers to."""
    return next((name for of, name in parts.values() if of.endswith(kind)), None)


def _strings(root: _Element | None) -> list[_Rich]:
    items = [] if root is None else _all(root, "si")
    if len(items) > MAX_CELLS:
        raise DocumentError("too_many_cells", limit=f"{MAX_CELLS:,}")
    return [_string(item) for item in items]


def _string(item: _Element) -> _Rich:
    """Return a string's runs; how it is pronounced (rPh) is not part of it."""
    runs: _Rich = []
    for child in item.iterchildren("{*}t", "{*}r", "{*}is"):
        if local_name(child.tag) == "is":
            runs += _string(child)
        elif local_name(child.tag) == "t":
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
        kind, value = local_name(child.tag), child.get("val")
        if kind == "strike":
            said["struck"] = value not in _FALSE
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


def _styles(root: _Element | None) -> list[_Style]:
    """Return the number format and the look of each cell style."""
    if root is None:
        return []
    own = {node.get("numFmtId"): node.get("formatCode") or "" for node in _all(root, "numFmt")}
    fonts = [_font(font) for holder in _all(root, "fonts") for font in holder]
    fills = [_is_filled(fill) for holder in _all(root, "fills") for fill in holder]
    styles = []
    for style in (style for holder in _all(root, "cellXfs") for style in holder):
        key = style.get("numFmtId") or "0"
        built_in = excel_format(_digits(key) or 0) or "General"
        font, fill = (_digits(style.get(name)) or 0 for name in ("fontId", "fillId"))
        filled = fill < len(fills) and fills[fill]
        look = fonts[font].look(colored=filled) if font < len(fonts) else PLAIN
        styles.append(_Style(own.get(key, built_in), look, filled))
    return styles


def _is_filled(fill: _Element) -> bool:
    """Tell whether white letters can be read on a fill."""
    pattern = fill.find("{*}patternFill")
    if pattern is None:
        return len(fill) > 0
    kind, color = pattern.get("patternType", "none"), pattern.find("{*}fgColor")
    if kind == "solid":
        return color is not None and not _is_white(color)
    return kind not in ("none", "gray125")


class _XlsxReader(Workbook):
    def __init__(self, epoch_1904: bool, styles: list[_Style], strings: list[_Rich]) -> None:
        super().__init__(Unseen(), epoch_1904)
        self._styles = styles
        self._strings = strings
        self._colored = False
        """True where white letters may stand on the colours of a table's style or a condition."""

    def read(self, name: str, root: _Element) -> None:
        """Read the next sheet."""
        sheet = self.sheet(name)
        self._colored = bool(_all(root, "tablePart", "conditionalFormatting"))
        flat = any(node.get("zeroHeight") in _TRUE for node in _all(root, "sheetFormatPr"))
        for columns in _all(root, "col"):
            if _is_hidden(columns, "width"):
                left, right = _digits(columns.get("min")) or 1, _digits(columns.get("max")) or 0
                sheet.hidden_columns.update(range(left - 1, min(right, MAX_CELLS)))
        row = -1
        for row_node in _all(root, "row"):
            # Rows stand in their order; a number that says otherwise would hide one behind another.
            row = max(row + 1, (_digits(row_node.get("r")) or 0) - 1)
            if _is_hidden(row_node, "ht") or (flat and row_node.get("hidden") is None):
                sheet.hidden_rows.add(row)
            self.go_to(row)
            column = -1
            for cell in row_node.iterchildren("{*}c"):
                place = _place(cell.get("r"))
                column = place[1] if place else column + 1
                self.put(row, column, self._cell(cell, cell_name(row, column)))
        for merge in _all(root, "mergeCell"):
            first, _, last = (merge.get("ref") or "").partition(":")
            start, end = _place(first), _place(last)
            if start and end and end[0] >= start[0] and end[1] >= start[1]:
                sheet.merges[start] = (end[0] - start[0] + 1, end[1] - start[1] + 1)

    def _cell(self, cell: _Element, name: str) -> str:
        """Return what a cell shows."""
        at = _digits(cell.get("s")) or 0
        style = self._styles[at] if at < len(self._styles) else _Style()
        look = PLAIN if self._colored and style.look.hidden else style.look
        kind = cell.get("t", "n")
        value = cell.findtext("{*}v") or ""
        if kind == "e" or ERRORS.fullmatch(value):
            return self.error(name, value or "#")
        inline = cell.find("{*}is") is not None
        if inline or kind in ("inlineStr", "s"):
            index = _digits(value)
            known = index is not None and index < len(self._strings)
            rich = _string(cell) if inline else self._strings[index or 0] if known else []
            colored = style.filled or self._colored
            runs = [(text, look if f is None else f.look(colored=colored)) for text, f in rich]
            return self.shown(runs, name, style.code, look)
        if not value:
            if cell.find("{*}f") is not None and kind != "str":
                self.unseen.add("formula_unsaved", name, "doubt")
            return ""
        if kind == "b":
            return self.shown([("TRUE" if value == "1" else "FALSE", look)], name, "General", look)
        if kind != "n":
            return self.shown([(value, look)], name, style.code, look)
        try:
            number = float(value)
        except ValueError:
            number = inf
        if abs(number) < 1e15:
            return self.shown(number, name, style.code, look)
        return self.shown([(value, look)], name, "General", look)


def _is_hidden(node: _Element, size: str) -> bool:
    """Tell whether a row or column is hidden: by itself, by a filter, or by having no size."""
    if node.get("hidden") in _TRUE:
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
    workbook = Workbook(Unseen(), bool(book.datemode))
    for read in book.sheets():
        if read.visibility:
            workbook.hidden_sheets += 1
            continue
        sheet = workbook.sheet(read.name)
        for row, info in read.rowinfo_map.items():
            if info.hidden or (info.height == 0 and info.height_mismatch):
                sheet.hidden_rows.add(row)
        for column, about in read.colinfo_map.items():
            if about.hidden or about.width == 0:
                sheet.hidden_columns.add(column)
        for row in range(read.nrows):
            workbook.go_to(row)
            for column in range(read.row_len(row)):
                workbook.put(row, column, _xls_cell(book, read, row, column, workbook))
        for top, bottom, left, right in read.merged_cells:
            sheet.merges[top, left] = (bottom - top, right - left)
    return replace(workbook.reading(), written=of_xls(book))


def _xls_cell(
    book: xlrd.Book, sheet: xlrd.sheet.Sheet, row: int, column: int, workbook: Workbook
) -> str:
    import xlrd

    kind, value = sheet.cell_type(row, column), sheet.cell_value(row, column)
    name = cell_name(row, column)
    if kind == xlrd.XL_CELL_ERROR:
        return workbook.error(name, xlrd.error_text_from_code.get(int(value), "#"))
    if kind in (xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK):
        return ""
    style = book.xf_list[sheet.cell_xf_index(row, column)]
    described = book.format_map.get(style.format_key)
    code = excel_format(style.format_key) or (described.format_str if described else "General")
    ground = style.background
    filled = ground and ground.fill_pattern and ground.pattern_colour_index not in _WHITE_COLORS

    def look(index: int) -> Look:
        if not 0 <= index < len(book.font_list):
            return PLAIN
        font = book.font_list[index]
        return Formatting(
            struck=bool(font.struck_out),
            raised=font.escapement == 1,
            white=font.colour_index in _WHITE_COLORS,
            font=font_key(font.name),
        ).look(colored=bool(filled))

    own = look(style.font_index)
    if kind == xlrd.XL_CELL_BOOLEAN:
        return workbook.shown([("TRUE" if value else "FALSE", own)], name, "General", own)
    if kind != xlrd.XL_CELL_TEXT:
        return workbook.shown(float(value), name, code, own)
    runs = [(0, style.font_index), *sheet.rich_text_runlist_map.get((row, column), [])]
    ends = [at for at, _ in runs[1:]] + [len(value)]
    texts = [(value[at:end], look(font)) for (at, font), end in zip(runs, ends, strict=True)]
    return workbook.shown(texts, name, code, own)
