"""Excel (.xlsx, .xls) → blocks: each sheet's title rows as paragraphs, the rest as a table.

A cell is read as it is shown: 1 in the format 0% is 100%, a serial date in yyyy"年"m"月" is
2025年6月. That is why .xls is read with xlrd, which knows the formats, and .xlsx by a walk of our
own; formulas give the value they were saved with and are never computed.
"""

from __future__ import annotations

import datetime as dt
import io
import re
from bisect import bisect_left
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

from safeplan.documents.blocks import Block, Paragraph, ReaderNote, Reading
from safeplan.documents.encoding import DocumentError
from safeplan.documents.limits import MAX_CELLS, CellBudget
from safeplan.documents.packages import Package
from safeplan.documents.spacing import fold
from safeplan.documents.tables import SpanCell, has_header, lay_out
from safeplan.models import Source

if TYPE_CHECKING:
    import xlrd.sheet
    from lxml.etree import _Element


@dataclass
class Sheet:
    """One sheet: what its cells show, by row and column from 0, empty cells left out."""

    name: str
    cells: dict[tuple[int, int], str] = field(default_factory=dict)
    merges: dict[tuple[int, int], tuple[int, int]] = field(default_factory=dict)
    """Rows and columns that the merged cell beginning here spans."""


# --- sheets → blocks ------------------------------------------------------------------------

_DEFAULT_NAME = re.compile(r"(sheet|工作表|表)\s*\d*", re.IGNORECASE)


def sheet_blocks(sheets: list[Sheet]) -> list[Block]:
    """Return the blocks of a workbook's sheets in order.

    Raises:
        DocumentError: `too_many_cells`.
    """
    blocks: list[Block] = []
    budget = CellBudget()
    for number, sheet in enumerate(sheets, start=1):
        blocks += _one_sheet(sheet, number, budget)
    return blocks


def _one_sheet(sheet: Sheet, number: int, budget: CellBudget) -> list[Block]:
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
        Paragraph(fold(" ".join(texts[row])), Source(table=number, row=row + 1))
        for row in top
        if texts[row]
    ]
    if not titles and not _DEFAULT_NAME.fullmatch(sheet.name.strip()):
        titles = [Paragraph(fold(sheet.name), Source(table=number))]
    below = rows[len(top) :]
    columns = sorted({column for row, column in cells if row >= below[0]})
    return [*titles, _grid(sheet, cells, below, columns, number, budget)]


def _grid(
    sheet: Sheet,
    cells: dict[tuple[int, int], str],
    rows: list[int],
    columns: list[int],
    number: int,
    budget: CellBudget,
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
                cell.down, cell.across = len(under), len(beside)
            line.append(cell)
        laid.append(line)
    return lay_out(laid, number, CellBudget(), numbers=[row + 1 for row in rows])


# --- what a cell shows ----------------------------------------------------------------------

# Number formats that every Excel knows by number alone; 27–36 and 50–58 as in Chinese Excel.
_BUILT_IN = {
    1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 11: "0.00E+00",
    14: "yyyy/m/d", 15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy", 18: "h:mm AM/PM",
    20: "h:mm", 21: "h:mm:ss", 22: "yyyy/m/d h:mm",
    27: 'yyyy"年"m"月"', 28: 'm"月"d"日"', 29: 'm"月"d"日"', 30: "m-d-yy", 31: 'yyyy"年"m"月"d"日"',
    32: 'h"时"mm"分"', 33: 'h"时"mm"分"ss"秒"', 36: 'yyyy"年"m"月"',
    37: "#,##0", 38: "#,##0", 39: "#,##0.00", 40: "#,##0.00",
    50: 'yyyy"年"m"月"', 51: 'm"月"d"日"', 52: 'yyyy"年"m"月"', 53: 'm"月"d"日"', 54: 'm"月"d"日"',
    55: 'yyyy"年"m"月"', 56: 'm"月"d"日"', 57: 'yyyy"年"m"月"', 58: 'm"月"d"日"',
}  # fmt: skip
_LONGEST_FORMAT = 255  # no longer one is valid
_LITERAL = re.compile(r'"([^"]*)"|\\(.)|_.|\*.|\[[^\]]*\]')
_DATE_SIGN = re.compile(r"[ymdhs年月日]", re.IGNORECASE)
_DATE_PART = re.compile(r"y+|m+|d+|h+|s+|AM/PM|上午/下午", re.IGNORECASE)
_PLACES = re.compile(r"[0#?][0#?,]*(?:\.([0#?]+))?")


def shown(value: float, code: str, *, epoch_1904: bool = False) -> str:
    """Return what a number shows in a number format.

    >>> shown(1, "0%"), shown(0.025, "0.0%"), shown(45809, 'yyyy"年"m"月"'), shown(30, "General")
    ('100%', '2.5%', '2025年6月', '30')
    >>> shown(12345.6, "#,##0"), shown(7, '0"起"'), shown(3, "000")
    ('12,346', '7起', '003')
    """
    sections = _sections(code[:_LONGEST_FORMAT])
    if len(sections) > 1 and value < 0:
        value, code = -value, sections[1]
    elif len(sections) > 2 and value == 0:
        code = sections[2]
    else:
        code = sections[0]
    bare = _LITERAL.sub("", code)
    if not bare.strip() and (code or len(sections) > 1):
        return _LITERAL.sub(_literal, code)  # nothing of the number itself: "—" for zero
    if not bare.strip() or re.search("general|@", bare, re.IGNORECASE):
        literals = _LITERAL.sub(_literal, re.sub("general|@", "\0", code, flags=re.IGNORECASE))
        return literals.replace("\0", _general(value)) if "\0" in literals else _general(value)
    if _DATE_SIGN.search(bare) and not re.search("[0#?]", bare):
        return _date(value, code, epoch_1904)
    match = _PLACES.search(bare)
    if match is None or "E" in bare or "/" in bare:
        return _general(value)
    # In decimals and rounded half up, as Excel does: 0.285 in 0% is 29%.
    scaled = Decimal(repr(value)) * 100 ** bare.count("%")
    places = len(match[1] or "")
    digits = re.sub(r"[^0]", "", match.group().partition(".")[0])
    comma = "," if "," in match.group() else ""
    rounded = abs(scaled).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    number = f"{rounded:{comma}f}"
    optional = len(match[1] or "") - len((match[1] or "").rstrip("#?"))
    for _ in range(optional):
        number = number.removesuffix("0")
    whole, dot, rest = number.removesuffix(".").partition(".")
    number = whole.rjust(len(digits), "0") + dot + rest
    sign = "-" if scaled < 0 else ""
    # The pattern stands where its first and last placeholder are; what is around it is printed.
    first = _PLACES.search(_masked(code))
    assert first is not None
    before, after = code[: first.start()], code[first.end() :]
    return sign + _LITERAL.sub(_literal, before) + number + _LITERAL.sub(_literal, after)


def _sections(code: str) -> list[str]:
    """Split a format at the semicolons that stand in no literal."""
    masked = _masked(code)
    sections, start = [], 0
    for at, char in enumerate(masked):
        if char == ";":
            sections.append(code[start:at])
            start = at + 1
    return [*sections, code[start:]]


def _masked(code: str) -> str:
    """Return a format with its literals blotted out, each character in its place."""
    return _LITERAL.sub(lambda match: " " * len(match.group()), code)


def _literal(match: re.Match[str]) -> str:
    return match[1] or match[2] or ""


def _general(value: float) -> str:
    """Return a number as it is shown without a format: no `.0`, no noise of binary fractions."""
    if value == int(value) and abs(value) < 1e15:
        return str(int(value))
    return f"{value:.10g}"


def _date(value: float, code: str, epoch_1904: bool) -> str:
    first = dt.datetime(1904, 1, 1) if epoch_1904 else dt.datetime(1899, 12, 30)
    try:
        when = first + dt.timedelta(days=value) + dt.timedelta(milliseconds=500)
    except (OverflowError, ValueError):
        return _general(value)
    minutes = False

    def part(match: re.Match[str]) -> str:
        nonlocal minutes
        sign = match.group()
        kind, size = sign[0].lower(), len(sign)
        following = match.string[match.end() :].lstrip(' :"')
        if kind == "y":
            return f"{when.year:04}" if size > 2 else f"{when.year % 100:02}"
        if kind == "m" and (minutes or following[:1].lower() == "s" or "分" in following[:1]):
            minutes = False
            return f"{when.minute:0{size}}"
        if kind == "m":
            return f"{when.month:0{min(size, 2)}}"
        if kind == "d":
            return f"{when.day:0{min(size, 2)}}"
        if kind == "h":
            minutes = True
            return f"{when.hour:0{size}}"
        if kind == "s":
            return f"{when.second:0{size}}"
        return "AM" if when.hour < 12 else "PM"

    shown_parts = []
    at = 0
    for literal in _LITERAL.finditer(code):
        shown_parts += [_DATE_PART.sub(part, code[at : literal.start()]), _literal(literal)]
        at = literal.end()
    return "".join([*shown_parts, _DATE_PART.sub(part, code[at:])])


# --- .xlsx ----------------------------------------------------------------------------------

_REF = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7})")
_ERRORS = re.compile(r"#(N/A|REF!|VALUE!|DIV/0!|NAME\?|NUM!|NULL!)")


def read_xlsx(data: bytes) -> Reading:
    """Read an Excel workbook.

    Raises:
        DocumentError: damaged, encrypted, or beyond the limits.
    """
    package = Package(data, "XLSX")
    workbook_name = _target(package, "_rels/.rels", "", "/officeDocument") or "xl/workbook.xml"
    folder = workbook_name.rpartition("/")[0]
    rels = f"{folder}/_rels/{workbook_name.rpartition('/')[2]}.rels"
    workbook = _Xml(package, workbook_name)
    epoch_1904 = any(node.get("date1904") in ("1", "true") for node in workbook.all("workbookPr"))
    formats = _formats(package, _target(package, rels, folder, "/styles"))
    strings = _strings(package, _target(package, rels, folder, "/sharedStrings"))
    targets = _targets(package, rels, folder)
    sheets: list[Sheet] = []
    budget = CellBudget()
    hidden_sheets = 0
    for node in workbook.all("sheet"):
        relation = next((str(v) for k, v in node.items() if str(k).endswith("}id")), "")
        kind, target = targets.get(relation, ("", ""))
        if node.get("state", "visible") != "visible":
            hidden_sheets += 1
        elif kind.endswith("/worksheet") and target in package:
            sheet = Sheet(node.get("name") or "")
            _fill(sheet, _Xml(package, target), strings, formats, epoch_1904, budget)
            sheets.append(sheet)
    notes = []
    if hidden_sheets:
        notes.append(ReaderNote("hidden_sheets", args={"count": str(hidden_sheets)}))
    return Reading(sheet_blocks(sheets), notes)


class _Xml:
    """A part of a workbook, its elements found by their local names (Strict has other spaces)."""

    def __init__(self, package: Package, name: str) -> None:
        self.root = package.xml(name)

    def all(self, *names: str) -> list[_Element]:
        return list(self.root.iter(*(f"{{*}}{name}" for name in names)))


def _targets(package: Package, rels: str, folder: str) -> dict[str, tuple[str, str]]:
    """Return the type and the part's name of each relation; those that lead outside are left."""
    if rels not in package:
        return {}
    targets = {}
    for relation in package.xml(rels):
        if relation.get("TargetMode") == "External":
            continue
        target = relation.get("Target") or ""
        name = target.lstrip("/") if target.startswith("/") else f"{folder}/{target}".lstrip("/")
        targets[relation.get("Id") or ""] = (relation.get("Type") or "", name)
    return targets


def _target(package: Package, rels: str, folder: str, kind: str) -> str | None:
    for relation, name in _targets(package, rels, folder).values():
        if relation.endswith(kind) and name in package:
            return name
    return None


def _strings(package: Package, name: str | None) -> list[str]:
    if name is None:
        return []
    items = _Xml(package, name).all("si")
    if len(items) > MAX_CELLS:
        raise DocumentError("too_many_cells", limit=f"{MAX_CELLS:,}")
    return [_string(item) for item in items]


def _string(item: _Element) -> str:
    """Return a string's text; how it is pronounced (rPh) is not part of it."""
    return "".join(
        text.text or ""
        for text in item.iter("{*}t")
        if not str(getattr(text.getparent(), "tag", "")).endswith("}rPh")
    )


def _formats(package: Package, name: str | None) -> list[str]:
    """Return the number format of each cell style."""
    if name is None:
        return []
    styles = _Xml(package, name)
    own = {node.get("numFmtId"): node.get("formatCode") or "" for node in styles.all("numFmt")}
    formats = []
    for cell_styles in styles.all("cellXfs"):
        for style in cell_styles:
            key = style.get("numFmtId") or "0"
            built_in = _BUILT_IN.get(int(key), "General") if key.isdigit() else "General"
            formats.append(own.get(key, built_in))
    return formats


def _fill(
    sheet: Sheet,
    part: _Xml,
    strings: list[str],
    formats: list[str],
    epoch_1904: bool,
    budget: CellBudget,
) -> None:
    row = -1
    for row_node in part.all("row"):
        number = _digits(row_node.get("r"))
        row = row + 1 if number is None else number - 1
        column = -1
        for cell in row_node.iterchildren("{*}c"):
            place = _place(cell.get("r"))
            column = place[1] if place else column + 1
            text = _cell(cell, strings, formats, epoch_1904)
            budget.spend(1, len(text))
            if text.strip():
                sheet.cells[row, column] = text
    for merge in part.all("mergeCell"):
        first, _, last = (merge.get("ref") or "").partition(":")
        start, end = _place(first), _place(last)
        if start and end and end[0] >= start[0] and end[1] >= start[1]:
            sheet.merges[start] = (end[0] - start[0] + 1, end[1] - start[1] + 1)


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


def _cell(cell: _Element, strings: list[str], formats: list[str], epoch_1904: bool) -> str:
    kind = cell.get("t", "n")
    if kind == "inlineStr":
        return _string(cell)
    value = cell.findtext("{*}v") or ""
    if kind == "s":
        index = _digits(value)
        return strings[index] if index is not None and index < len(strings) else ""
    if kind == "n" and value:
        try:
            number = float(value)
        except ValueError:
            return value
        style = _digits(cell.get("s")) or 0
        code = formats[style] if style < len(formats) else "General"
        return shown(number, code, epoch_1904=epoch_1904) if abs(number) < 1e15 else value
    if kind == "b":
        return "TRUE" if value == "1" else "FALSE"
    return "" if kind == "e" or _ERRORS.fullmatch(value) else value


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
    sheets: list[Sheet] = []
    budget = CellBudget()
    hidden_sheets = 0
    for read in book.sheets():
        if read.visibility:
            hidden_sheets += 1
            continue
        sheet = Sheet(read.name)
        for row in range(read.nrows):
            budget.spend(read.row_len(row))
            for column in range(read.row_len(row)):
                if text := _xls_cell(book, read, row, column):
                    budget.spend(0, len(text))
                    sheet.cells[row, column] = text
        for top, bottom, left, right in read.merged_cells:
            sheet.merges[top, left] = (bottom - top, right - left)
        sheets.append(sheet)
    notes = []
    if hidden_sheets:
        notes.append(ReaderNote("hidden_sheets", args={"count": str(hidden_sheets)}))
    return Reading(sheet_blocks(sheets), notes)


def _xls_cell(book: xlrd.Book, sheet: xlrd.sheet.Sheet, row: int, column: int) -> str:
    import xlrd

    kind, value = sheet.cell_type(row, column), sheet.cell_value(row, column)
    if kind == xlrd.XL_CELL_TEXT:
        return str(value)
    if kind == xlrd.XL_CELL_BOOLEAN:
        return "TRUE" if value else "FALSE"
    if kind not in (xlrd.XL_CELL_NUMBER, xlrd.XL_CELL_DATE):
        return ""
    style = book.xf_list[sheet.cell_xf_index(row, column)]
    described = book.format_map.get(style.format_key)
    code = _BUILT_IN.get(style.format_key) or (described.format_str if described else "General")
    return shown(float(value), code, epoch_1904=bool(book.datemode))
