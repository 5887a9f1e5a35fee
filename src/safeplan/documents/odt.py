"""OpenDocument (.odt, .ods) → blocks, by a walk of our own over `content.xml`.

As for Word: deleted and hidden text is left out, list numbers are written out, a merged cell is
one cell, a table that only frames the page is walked into. Notes, comments, the table of contents
and what stands in headers and footers are not part of the text.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from safeplan.documents.blocks import Block, Paragraph, RawGrid, ReaderNote, Reading
from safeplan.documents.encoding import DocumentError
from safeplan.documents.limits import MAX_COLUMNS, CellBudget, check_nesting
from safeplan.documents.numbering import LEVELS, LONGEST, ODF_FORMS, Counters, Level
from safeplan.documents.packages import Package
from safeplan.documents.sheets import Sheet, sheet_blocks
from safeplan.documents.spacing import fold
from safeplan.documents.tables import SpanCell, is_frame, lay_out
from safeplan.models import Source

if TYPE_CHECKING:
    from lxml.etree import _Element

_NS = "{urn:oasis:names:tc:opendocument:xmlns:"
_OFFICE = _NS + "office:1.0}"
_TEXT = _NS + "text:1.0}"
_TABLE = _NS + "table:1.0}"
_DRAW = _NS + "drawing:1.0}"
_STYLE = _NS + "style:1.0}"
_MANIFEST = _NS + "manifest:1.0}"
_ID = "{http://www.w3.org/XML/1998/namespace}id"

_NOWHERE = Source()
_LEFT_OUT = {
    _TEXT + "tracked-changes",
    _TEXT + "note",
    _TEXT + "table-of-content",
    _TEXT + "table-index",
    _TEXT + "alphabetical-index",
    _TEXT + "hidden-text",
    _TEXT + "ruby-text",
    _TEXT + "number",
    _OFFICE + "annotation",
    _OFFICE + "forms",
}


def read_odt(data: bytes) -> Reading:
    """Read an OpenDocument text or spreadsheet.

    Raises:
        DocumentError: damaged, encrypted, or beyond the limits.
    """
    package = Package(data, "ODF")
    if "META-INF/manifest.xml" in package:
        manifest = package.xml("META-INF/manifest.xml")
        if next(manifest.iter(_MANIFEST + "encryption-data"), None) is not None:
            raise DocumentError("encrypted", format="ODF")
    root = package.xml("content.xml")
    body = root.find(_OFFICE + "body")
    if body is None:
        raise DocumentError("broken_file", format="ODF")
    roots = [root]
    if "styles.xml" in package:
        roots.append(package.xml("styles.xml"))
    reader = _Reader(_Styles(roots))
    if (sheets := body.find(_OFFICE + "spreadsheet")) is not None:
        reader.walk_sheets(sheets)
    elif (content := body.find(_OFFICE + "text")) is not None:
        reader.walk(content, reader)
    return Reading(reader.blocks, reader.notes())


def _int(text: str | None, default: int) -> int:
    try:
        return int(text) if text is not None else default
    except ValueError:
        return default


class _Styles:
    """What of the styles is printed or hides: lists, outline numbers, hidden text."""

    def __init__(self, roots: list[_Element]) -> None:
        self.lists: dict[str, dict[int, Level]] = {}
        self.outline: dict[int, Level] = {}
        self.hidden: set[str] = set()
        for root in roots:
            for element in root.iter(_TEXT + "list-style"):
                self.lists.setdefault(element.get(_STYLE + "name") or "", _levels(element))
            for element in root.iter(_TEXT + "outline-style"):
                self.outline = _levels(element)
            for element in root.iter(_STYLE + "style"):
                name = element.get(_STYLE + "name") or ""
                properties = element.find(_STYLE + "text-properties")
                if properties is not None and properties.get(_TEXT + "display") == "none":
                    self.hidden.add(name)


def _levels(element: _Element) -> dict[int, Level]:
    levels: dict[int, Level] = {}
    for child in element:
        at = _int(child.get(_TEXT + "level"), 0) - 1
        if not 0 <= at < LEVELS:
            continue
        if child.tag not in (_TEXT + "list-level-style-number", _TEXT + "outline-level-style"):
            levels[at] = Level("bullet", "")
            continue
        sample = (child.get(_STYLE + "num-format") or "").partition(",")[0].partition(" ")[0]
        shown = min(max(_int(child.get(_TEXT + "display-levels"), 1), 1), at + 1)
        places = ".".join(f"%{number}" for number in range(at + 2 - shown, at + 2))
        prefix = child.get(_STYLE + "num-prefix") or ""
        suffix = child.get(_STYLE + "num-suffix") or ""
        # LibreOffice 7 and later write the whole pattern; prefix and suffix are then a copy.
        pattern = next((v for k, v in child.items() if str(k).endswith("}num-list-format")), None)
        levels[at] = Level(
            form=ODF_FORMS.get(sample, "decimal"),
            text=(_percents(str(pattern)) if pattern else prefix + places + suffix)[:LONGEST],
            start=_int(child.get(_TEXT + "start-value"), 1),
        )
        if not sample and not pattern:
            levels[at] = Level("none", (prefix + suffix)[:LONGEST])
    return levels


def _percents(pattern: str) -> str:
    """Return LibreOffice's `（%1%）` as `（%1）`."""
    parts = pattern.split("%")
    return "".join(
        f"%{part}" if at % 2 and part.isdigit() else part for at, part in enumerate(parts)
    )


@dataclass
class _List:
    """An open list: its style, its counters, and how deep it stands."""

    style: str
    counters: Counters
    level: int


class _Out(Protocol):
    """What takes the content of a container: the document's blocks, or the lines of a cell."""

    def paragraph(self, text: str) -> None:
        """Take one paragraph."""

    def table(self, table: _Element) -> None:
        """Take one table."""


class _Lines:
    """The lines of a cell; a table in it gives a line for each of its rows."""

    def __init__(self, reader: _Reader) -> None:
        self.lines: list[str] = []
        self._reader = reader

    def paragraph(self, text: str) -> None:
        self.lines.append(text)

    def table(self, table: _Element) -> None:
        self.lines += self._reader.nested_lines(table)


class _Reader:
    """Walks a body and gathers its blocks; it is the `_Out` of what stands in no cell."""

    def __init__(self, styles: _Styles) -> None:
        self.blocks: list[Block] = []
        self._styles = styles
        self._budget = CellBudget()
        self._tables = 0
        self._depth = 0
        self._counts: Counter[str] = Counter()
        self._outline = Counters()
        self._lists: dict[str, Counters] = {}
        """Counters by the id of a list, and the last ones by the name of its style."""

    def notes(self) -> list[ReaderNote]:
        return [
            ReaderNote(code, args={"count": str(count)})
            for code, count in sorted(self._counts.items())
        ]

    def paragraph(self, text: str) -> None:
        for line in text.split("\n"):
            if folded := fold(line):
                self.blocks.append(Paragraph(folded, _NOWHERE))

    def walk(self, container: Iterable[_Element], out: _Out, within: _List | None = None) -> None:
        """Read the paragraphs, lists and tables of a container."""
        numbered = False
        for element in container:
            tag = element.tag
            if tag in _LEFT_OUT:
                if tag == _TEXT + "tracked-changes":
                    self._counts["changes_accepted"] += len(element)
            elif tag in (_TEXT + "p", _TEXT + "h"):
                parts: list[str] = []
                boxes: list[_Element] = []
                self._inline(element, parts, boxes)
                text = "".join(parts)
                # The first paragraph of a list item bears its number.
                number = "" if numbered else self._number(element, within)
                numbered = within is not None
                out.paragraph(f"{number}\t{text}" if number and (text.strip() or within) else text)
                for box in boxes:
                    self._nest(box, out)
            elif tag == _TEXT + "list":
                self._list(element, out, within)
            elif tag == _TABLE + "table":
                out.table(element)
            elif isinstance(tag, str) and tag.startswith(_DRAW):
                for box in _boxes(element):
                    self._nest(box, out)
            elif tag in (_TEXT + "section", _TEXT + "index-body", _TEXT + "numbered-paragraph"):
                self.walk(element, out, within)

    def _nest(self, container: Iterable[_Element], out: _Out) -> None:
        self._depth += 1
        check_nesting(self._depth)
        self.walk(container, out)
        self._depth -= 1

    # --- lists ------------------------------------------------------------------------------

    def _list(self, element: _Element, out: _Out, within: _List | None) -> None:
        style = element.get(_TEXT + "style-name") or (within.style if within else "")
        if within is not None:
            counters = within.counters
        elif known := self._lists.get(element.get(_TEXT + "continue-list") or "\0"):
            counters = known
        elif element.get(_TEXT + "continue-numbering") == "true":
            counters = self._lists.get(f"style {style}", Counters())
        else:
            counters = Counters()
        self._lists[f"style {style}"] = counters
        if key := element.get(_ID):
            self._lists[key] = counters
        level = within.level + 1 if within else 0
        for item in element:
            if item.tag == _TEXT + "list-header":
                self.walk(item, out)
            elif item.tag == _TEXT + "list-item":
                if (start := item.get(_TEXT + "start-value")) is not None and level < LEVELS:
                    counters.values[level] = _int(start, 1) - 1
                self.walk(item, out, _List(style, counters, level))

    def _number(self, paragraph: _Element, within: _List | None) -> str:
        if within is not None:
            levels = self._styles.lists.get(within.style, {})
            return within.counters.step(within.level, levels)
        if paragraph.tag == _TEXT + "h" and paragraph.get(_TEXT + "is-list-header") != "true":
            level = _int(paragraph.get(_TEXT + "outline-level"), 1) - 1
            return self._outline.step(level, self._styles.outline)
        return ""

    # --- text -------------------------------------------------------------------------------

    def _inline(self, element: _Element, parts: list[str], boxes: list[_Element]) -> None:
        parts.append(_collapsed(element.text))
        for child in element:
            tag = child.tag
            if tag == _TEXT + "s":
                parts.append(" ")  # however many: they are folded away
            elif tag == _TEXT + "tab":
                parts.append("\t")
            elif tag == _TEXT + "line-break":
                parts.append("\n")
            elif isinstance(tag, str) and tag.startswith(_DRAW):
                boxes += _boxes(child)
            elif tag not in _LEFT_OUT and (
                child.get(_TEXT + "style-name") not in self._styles.hidden
            ):
                self._inline(child, parts, boxes)
            parts.append(_collapsed(child.tail))

    # --- tables -----------------------------------------------------------------------------

    def table(self, table: _Element) -> None:
        rows = list(_rows(table))
        cells = [[cell for cell, *_ in _cells(row)] for row in rows]
        nested = any(
            cell.find(".//" + _TABLE + "table") is not None for row in cells for cell in row
        )
        follows = bool(self.blocks) and isinstance(self.blocks[-1], RawGrid)
        first_rows = [[_bare_text(cell) for cell in row] for row in cells[:5]]
        counts = [len(row) for row in cells]
        self._budget.foresee(counts)
        if is_frame(counts, first_rows, nested, follows):
            for row in cells:
                for cell in row:
                    self._nest(cell, self)
            return
        self._tables += 1
        grid = lay_out([list(self._span_cells(row)) for row in rows], self._tables, self._budget)
        if grid.rows:
            self.blocks.append(grid)

    def _span_cells(self, row: _Element) -> Iterator[SpanCell]:
        for cell, start, repeated in _cells(row):
            text = self._cell_text(cell)
            across = max(_int(cell.get(_TABLE + "number-columns-spanned"), 1), 1)
            down = max(_int(cell.get(_TABLE + "number-rows-spanned"), 1), 1)
            for at in range(start, start + min(repeated, MAX_COLUMNS)):
                yield SpanCell(text, across, down, at)

    def _cell_text(self, cell: _Element) -> str:
        lines = _Lines(self)
        self._nest(cell, lines)
        return "\n".join(line for line in lines.lines if line.strip())

    def nested_lines(self, table: _Element) -> list[str]:
        """Return a line for each row of a table that stands in a cell."""
        self._counts["nested_table"] += 1
        lines = []
        for row in _rows(table):
            texts = [self._cell_text(cell) for cell, *_ in _cells(row)]
            lines.append(" ".join(text for text in texts if text))
        return lines

    # --- spreadsheets -----------------------------------------------------------------------

    def walk_sheets(self, content: _Element) -> None:
        """Read the tables of a spreadsheet, as `sheets` reads those of Excel."""
        sheets = []
        for table in content.findall(_TABLE + "table"):
            sheet = Sheet(table.get(_TABLE + "name") or "")
            at = 0
            for row in _rows(table):
                for cell in self._span_cells(row):
                    if cell.text and cell.start is not None:
                        self._budget.spend(1, len(cell.text))
                        sheet.cells[at, cell.start] = cell.text
                        if cell.across > 1 or cell.down > 1:
                            sheet.merges[at, cell.start] = (cell.down, cell.across)
                at += max(_int(row.get(_TABLE + "number-rows-repeated"), 1), 1)
            sheets.append(sheet)
        self.blocks += sheet_blocks(sheets)


def _collapsed(text: str | None) -> str:
    """Return text with its white space as ODF prints it: a run is one space."""
    return re.sub(r"\s+", " ", text) if text else ""


def _boxes(element: _Element) -> list[_Element]:
    """Return the text boxes and shapes with text in a drawing."""
    found: list[_Element] = []
    waiting = [element]
    while waiting:
        at = waiting.pop()
        if at.tag == _DRAW + "text-box" or any(child.tag == _TEXT + "p" for child in at):
            found.append(at)  # boxes within it are met when it is walked
        else:
            waiting += reversed(list(at))
    return found


def _rows(table: _Element) -> Iterator[_Element]:
    for element in table:
        if element.tag == _TABLE + "table-row":
            if element.get(_TABLE + "visibility") != "collapse":
                yield element
        elif element.tag in (
            _TABLE + "table-header-rows",
            _TABLE + "table-rows",
            _TABLE + "table-row-group",
        ):
            yield from _rows(element)


def _cells(row: _Element) -> Iterator[tuple[_Element, int, int]]:
    """Yield each cell that is not covered, its first column, and how often it stands."""
    at = 0
    for element in row:
        repeated = max(_int(element.get(_TABLE + "number-columns-repeated"), 1), 1)
        if element.tag == _TABLE + "table-cell":
            yield element, at, repeated if len(element) else 1
        if element.tag in (_TABLE + "table-cell", _TABLE + "covered-table-cell"):
            at += repeated


def _bare_text(cell: _Element) -> str:
    """Return a cell's own text without that of tables within it."""
    return "".join(
        "".join(map(str, text.itertext()))
        for text in cell.iter(_TEXT + "p", _TEXT + "h")
        if next(text.iterancestors(_TABLE + "table-cell"), None) is cell
    )
