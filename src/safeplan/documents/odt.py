"""OpenDocument (.odt, .ods) → blocks, by a walk of our own over `content.xml`.

As for Word: deleted, hidden and struck-out text is left out, list numbers are written out, a merged
cell is one cell, a table that only frames the page is walked into. Notes, comments, the table of contents
and what stands in headers and footers are not part of the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from safeplan.documents.blocks import Reading
from safeplan.documents.counters import LEVELS, LONGEST, Counters, NumberLevel, form_of
from safeplan.documents.equations import read_mathml
from safeplan.documents.errors import DocumentError
from safeplan.documents.limits import MAX_CELLS, MAX_COLUMNS
from safeplan.documents.misplaced import TableTags, mend_tables, say_misplaced
from safeplan.documents.packages import Package
from safeplan.documents.runs import UNFORMATTED, Formatting, Runs
from safeplan.documents.sheets import ERRORS, ExcelSheet, cell_name, sheet_blocks
from safeplan.documents.symbol_fonts import font_key
from safeplan.documents.tables import SpanCell
from safeplan.documents.walking import Walk
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
_FO = _NS + "xsl-fo-compatible:1.0}"
_SVG = _NS + "svg-compatible:1.0}"
_MATH = "{http://www.w3.org/1998/Math/MathML}math"
_HREF = "{http://www.w3.org/1999/xlink}href"
_TINY = re.compile(r"[01](?:\.0*)?pt|0(?:\.\d*)?[a-z]*")
_WHITE = re.compile(r"#(?:f[0-9a-f]){3}", re.IGNORECASE)
_CHAIN = 50
"""Styles based on one another."""
_MOST_OBJECTS = 500
"""Equations that are looked up; each is a part of its own."""
_ID = "{http://www.w3.org/XML/1998/namespace}id"

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

_TABLES = {
    _TABLE + name for name in ("table", "table-rows", "table-header-rows", "table-row-group")
}
_TABLE_TAGS = TableTags(
    _TABLE + "table",
    _TABLES,
    _TABLE + "table-row",
    _TABLE + "table-cell",
    _TABLE + "table-column",
    {_TEXT + "p", _TEXT + "h", _TEXT + "list", _TABLE + "table"},
)


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
    reader = _Reader(_Styles(roots), package)
    if (sheets := body.find(_OFFICE + "spreadsheet")) is not None:
        reader.walk_sheets(sheets)
    elif (content := body.find(_OFFICE + "text")) is not None:
        mend_tables(content, _TABLE_TAGS, reader._unseen)
        reader.walk(content, reader)
        say_misplaced(root, _TABLE_TAGS, reader._unseen)
    return Reading(reader.blocks, reader.notes())


def _int(text: str | None, default: int) -> int:
    try:
        return int(text) if text is not None else default
    except ValueError:
        return default


class _Styles:
    """What of the styles is printed, hides or changes what a text says."""

    def __init__(self, roots: list[_Element]) -> None:
        self.lists: dict[str, dict[int, NumberLevel]] = {}
        self.outline: dict[int, NumberLevel] = {}
        self._styles: dict[tuple[str, str], tuple[str, Formatting]] = {}
        """The parent and the own formatting of each style, by family and name."""
        self._known: dict[tuple[str, str], Formatting] = {}
        self._fonts: dict[str, str] = {}
        for root in roots:
            for face in root.iter(_STYLE + "font-face"):
                name = face.get(_STYLE + "name") or ""
                self._fonts.setdefault(name, font_key(face.get(_SVG + "font-family")))
        for root in roots:
            for element in root.iter(_TEXT + "list-style"):
                self.lists.setdefault(element.get(_STYLE + "name") or "", _levels(element))
            for element in root.iter(_TEXT + "outline-style"):
                self.outline = _levels(element)
            for element in root.iter(_STYLE + "style", _STYLE + "default-style"):
                named = element.tag == _STYLE + "style"
                name = element.get(_STYLE + "name") or "" if named else ""
                key = (element.get(_STYLE + "family") or "", name)
                parent = element.get(_STYLE + "parent-style-name") or ""
                self._styles.setdefault(key, (parent, self._format(element)))

    def _format(self, style: _Element) -> Formatting:
        said: dict[str, bool | str] = {}
        for properties in style:
            background = properties.get(_FO + "background-color")
            if background is not None:
                said["filled"] = background != "transparent" and not _WHITE.fullmatch(background)
            if properties.tag != _STYLE + "text-properties":
                continue
            if (display := properties.get(_TEXT + "display")) is not None:
                said["hidden"] = display == "none"
            for kind in ("style", "type"):
                line = properties.get(f"{_STYLE}text-line-through-{kind}")
                if line is not None:
                    said["struck"] = line != "none"
            if (position := properties.get(_STYLE + "text-position")) is not None:
                height = position.split()[0] if position.strip() else ""
                said["raised"] = height == "super" or _int(height.rstrip("%"), 0) > 0
            if (name := properties.get(_STYLE + "font-name")) is not None:
                said["font"] = self._fonts.get(name) or font_key(name)
            elif (family := properties.get(_FO + "font-family")) is not None:
                said["font"] = font_key(family)
            if (size := properties.get(_FO + "font-size")) is not None:
                said["tiny"] = _TINY.fullmatch(size) is not None
            if (color := properties.get(_FO + "color")) is not None:
                said["white"] = _WHITE.fullmatch(color) is not None
        return Formatting(**said) if said else UNFORMATTED  # type: ignore[arg-type]

    def of(self, family: str, name: str | None) -> Formatting:
        """Return what a style and those it is based on say."""
        key = (family, name or "")
        if key not in self._known:
            said = UNFORMATTED
            at, seen = key if key in self._styles else ("", key[1]), {("", "")}
            while at in self._styles and at not in seen and len(seen) < _CHAIN:
                seen.add(at)
                parent, own = self._styles[at]
                said = said.over(own)
                at = (family, parent)
            self._known[key] = said
        return self._known[key]


def _levels(element: _Element) -> dict[int, NumberLevel]:
    levels: dict[int, NumberLevel] = {}
    for child in element:
        at = _int(child.get(_TEXT + "level"), 0) - 1
        if not 0 <= at < LEVELS:
            continue
        if child.tag not in (_TEXT + "list-level-style-number", _TEXT + "outline-level-style"):
            levels[at] = NumberLevel("bullet", "")
            continue
        sample = (child.get(_STYLE + "num-format") or "").partition(",")[0].partition(" ")[0]
        shown = min(max(_int(child.get(_TEXT + "display-levels"), 1), 1), at + 1)
        places = ".".join(f"%{number}" for number in range(at + 2 - shown, at + 2))
        prefix = child.get(_STYLE + "num-prefix") or ""
        suffix = child.get(_STYLE + "num-suffix") or ""
        # LibreOffice 7 and later write the whole pattern; prefix and suffix are then a copy.
        pattern = next((v for k, v in child.items() if str(k).endswith("}num-list-format")), None)
        levels[at] = NumberLevel(
            form=form_of("odf", sample) or "decimal",
            text=(_percents(str(pattern)) if pattern else prefix + places + suffix)[:LONGEST],
            start=_int(child.get(_TEXT + "start-value"), 1),
        )
        if not sample and not pattern:
            levels[at] = NumberLevel("none", (prefix + suffix)[:LONGEST])
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


class _Reader(Walk):
    """Walks a body and gathers its blocks; it is the `_Out` of what stands in no cell."""

    def __init__(self, styles: _Styles, package: Package) -> None:
        super().__init__()
        self._styles = styles
        self._package = package
        self._objects = 0
        self._around = UNFORMATTED
        """The formatting of the cell being read."""
        self._outline = Counters()
        self._lists: dict[str, Counters] = {}
        """Counters by the id of a list, and the last ones by the name of its style."""

    def paragraph(self, text: str) -> None:
        self._add_lines(text)

    def walk(self, container: Iterable[_Element], out: _Out, within: _List | None = None) -> None:
        """Read the paragraphs, lists and tables of a container."""
        numbered = False
        for element in container:
            tag = element.tag
            if tag in _LEFT_OUT:
                if tag == _TEXT + "tracked-changes":
                    self._counts["changes_accepted"] += len(element)
            elif tag in (_TEXT + "p", _TEXT + "h"):
                runs = Runs()
                boxes: list[Iterable[_Element]] = []
                style = self._styles.of("paragraph", element.get(_TEXT + "style-name"))
                self._inline(element, runs, boxes, style.over(self._around))
                text = runs.text(self._unseen)
                if style.hidden and not text.strip():
                    continue  # nor is it counted in its list
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
                runs = Runs()
                boxes = []
                self._drawing(element, runs, boxes)
                if runs:
                    out.paragraph(runs.text(self._unseen))
                for box in boxes:
                    self._nest(box, out)
            elif element.get(_TEXT + "display") == "none":
                self._unseen.add("hidden_text", "".join(map(str, element.itertext())))
            else:
                self.walk(element, out, within)  # sections, indexes: they only hold what is read

    def _nest(self, container: Iterable[_Element], out: _Out) -> None:
        shape = str(getattr(container, "tag", "")).startswith(_DRAW)  # mostly it has a colour
        around = replace(self._around, filled=True) if shape else self._around
        with self._deeper(_around=around):
            self.walk(container, out)

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

    def _inline(
        self,
        element: _Element,
        runs: Runs,
        boxes: list[Iterable[_Element]],
        around: Formatting,
    ) -> None:
        look = around.look()
        runs.add(_collapsed(element.text), look)
        for child in element:
            tag = child.tag
            if tag == _TEXT + "s":
                runs.add(" ", look)  # however many: they are folded away
            elif tag == _TEXT + "tab":
                runs.add("\t", look)
            elif tag == _TEXT + "line-break":
                runs.add("\n", look)
            elif isinstance(tag, str) and tag.startswith(_DRAW):
                self._drawing(child, runs, boxes)
            elif tag in (_TABLE + "table", _TEXT + "p", _TEXT + "h", _TEXT + "list"):
                boxes.append([child])  # where none may stand: it is read after the paragraph
            elif child.get(_TEXT + "display") == "none" or child.get(_TEXT + "is-hidden") == "true":
                self._unseen.add("hidden_text", "".join(map(str, child.itertext())))
            elif tag not in _LEFT_OUT:
                style = self._styles.of("text", child.get(_TEXT + "style-name"))
                self._inline(child, runs, boxes, style.over(around))
            runs.add(_collapsed(child.tail), look)

    def _drawing(self, element: _Element, runs: Runs, boxes: list[Iterable[_Element]]) -> None:
        """Read a drawing: the text boxes in it, or the equation that it is."""
        for shown in element.iter(_DRAW + "object", _DRAW + "object-ole"):
            equation = next(shown.iter(_MATH), None)
            if equation is None:
                equation = self._object(shown.get(_HREF) or "")
            if equation is not None:
                runs.add(read_mathml(equation))
        boxes += _boxes(element)

    def _object(self, reference: str) -> _Element | None:
        """Return the equation that a part of the package holds; say that another document does."""
        name = reference.removeprefix("./").strip("/")
        part = f"{name}/content.xml"
        self._objects += 1
        if part not in self._package or self._objects > _MOST_OBJECTS:
            self._unseen.add("embedded_document", name or "OLE", "doubt")
            return None
        root = self._package.xml(part)
        if root.tag == _MATH:
            return root
        body = root.find(_OFFICE + "body")
        if body is None or body.find(_OFFICE + "chart") is None:
            self._unseen.add("embedded_document", name, "doubt")
        return None

    # --- tables -----------------------------------------------------------------------------

    def table(self, table: _Element) -> None:
        style = self._styles.of("table", table.get(_TABLE + "style-name"))
        rows = self._shown_rows(table)
        cells = [[cell for cell, *_ in _cells(row)] for row in rows]
        with self._being(_around=style.over(self._around)):
            if self._is_frame(cells, _bare_text, _TABLE + "table"):
                for row in cells:
                    for cell in row:
                        self._nest(cell, self)
            else:
                self.blocks += self._grid(rows, self._span_cells)

    def _shown_rows(self, table: _Element) -> list[_Element]:
        """Return the rows that are shown; a cell merged over hidden rows spans the others."""
        rows = list(_rows(table))
        shown = [row.get(_TABLE + "visibility") in (None, "visible") for row in rows]
        if all(shown):
            return rows
        for at, row in enumerate(rows):
            if not shown[at]:
                self._say_hidden_row(_bare_text(cell) for cell, *_ in _cells(row))
            for cell, start, _ in list(_cells(row)):
                down = _int(cell.get(_TABLE + "number-rows-spanned"), 1)
                if down > 1:
                    below = range(at, min(at + down, len(rows)))
                    left = [number for number in below if shown[number]]
                    cell.set(_TABLE + "number-rows-spanned", str(len(left)))
                    if left and not shown[at]:
                        _take_over(rows[left[0]], start, cell)
        return [row for row, seen in zip(rows, shown, strict=True) if seen]

    def _span_cells(self, row: _Element) -> Iterator[SpanCell]:
        for cell, start, repeated in _cells(row):
            text = self._cell_text(cell)
            across = max(_int(cell.get(_TABLE + "number-columns-spanned"), 1), 1)
            down = max(_int(cell.get(_TABLE + "number-rows-spanned"), 1), 1)
            for at in range(start, start + min(repeated, MAX_COLUMNS)):
                yield SpanCell(text, across, down, at)

    def _cell_text(self, cell: _Element) -> str:
        lines = _Lines(self)
        around = self._around
        for family, element in (("table-row", cell.getparent()), ("table-cell", cell)):
            if element is not None:
                style = self._styles.of(family, element.get(_TABLE + "style-name"))
                around = style.over(around)
        with self._being(_around=around):
            self._nest(cell, lines)
        return "\n".join(line for line in lines.lines if line.strip())

    def nested_lines(self, table: _Element) -> list[str]:
        """Return a line for each row of a table that stands in a cell."""
        self._counts["nested_table"] += 1
        lines = []
        for row in self._shown_rows(table):
            texts = [self._cell_text(cell) for cell, *_ in _cells(row)]
            lines.append(" ".join(text for text in texts if text))
        return lines

    # --- spreadsheets -----------------------------------------------------------------------

    def walk_sheets(self, content: _Element) -> None:
        """Read the tables of a spreadsheet, as `sheets` reads those of Excel."""
        sheets = []
        for number, table in enumerate(content.findall(_TABLE + "table"), start=1):
            sheet = ExcelSheet(table.get(_TABLE + "name") or "")
            sheet.hidden_columns = _hidden_columns(table)
            at = 0
            for row in _rows(table):
                repeated = max(_int(row.get(_TABLE + "number-rows-repeated"), 1), 1)
                if row.get(_TABLE + "visibility") not in (None, "visible"):
                    sheet.hidden_rows.update(range(at, at + min(repeated, MAX_CELLS)))
                self._unseen.source = Source(table=number, row=at + 1)
                for cell, start, _ in _cells(row):
                    self._doubt_formula(cell, cell_name(at, start))
                for shown in self._span_cells(row):
                    if shown.text and shown.start is not None and not ERRORS.fullmatch(shown.text):
                        self._budget.spend(1, len(shown.text))
                        sheet.cells[at, shown.start] = shown.text
                        if shown.across > 1 or shown.down > 1:
                            sheet.merges[at, shown.start] = (shown.down, shown.across)
                at += repeated
            sheets.append(sheet)
        self._unseen.source = None
        self.blocks += sheet_blocks(sheets, self._unseen)

    def _doubt_formula(self, cell: _Element, name: str) -> None:
        """Say that a formula has no value to show, or an error."""
        text = "".join(map(str, cell.itertext())).strip()
        if ERRORS.fullmatch(text):
            self._unseen.add("cell_error", name, "doubt", value=text)
        elif not text and cell.get(_TABLE + "formula") and cell.get(_OFFICE + "value") is None:
            self._unseen.add("formula_unsaved", name, "doubt")


def _hidden_columns(table: _Element) -> set[int]:
    """Return the columns of a sheet that are not shown."""
    hidden: set[int] = set()
    at = 0
    for column in table.iter(_TABLE + "table-column"):
        repeated = max(_int(column.get(_TABLE + "number-columns-repeated"), 1), 1)
        if column.get(_TABLE + "visibility") not in (None, "visible"):
            hidden.update(range(at, at + min(repeated, MAX_COLUMNS)))
        at += repeated
    return hidden


def _take_over(row: _Element, start: int, cell: _Element) -> None:
    """Put a cell merged over the rows below a hidden one in the place that it covers in a row."""
    at = 0
    for element in row:
        repeated = max(_int(element.get(_TABLE + "number-columns-repeated"), 1), 1)
        if element.tag == _TABLE + "covered-table-cell" and at == start and repeated == 1:
            row.replace(element, cell)
            return
        at += repeated


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
