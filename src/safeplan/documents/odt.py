"""OpenDocument (.odt, .ods) → blocks, by a walk of our own over `content.xml`.

As for Word: deleted, hidden and struck-out text is left out, list numbers are written out, a merged
cell is one cell, a table that only frames the page is walked into. Notes, comments, the table of contents
and what stands in headers and footers are not part of the text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from safeplan.documents.blocks import Reading
from safeplan.documents.counters import LEVELS, LONGEST, Counters, NumberLevel, form_of
from safeplan.documents.equations import read_equation
from safeplan.documents.errors import DocumentError
from safeplan.documents.limits import MAX_CELLS, MAX_COLUMNS
from safeplan.documents.packages import Package, all_text
from safeplan.documents.runs import UNFORMATTED, Formatting, Style, font_key, formatting
from safeplan.documents.sheets import ERRORS, Workbook, cell_name
from safeplan.documents.walking import Cell, TableRow, TableTags, Walk, tags_of
from safeplan.documents.written import of_odf

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
_ID = "{http://www.w3.org/XML/1998/namespace}id"
_TINY = re.compile(r"[01](?:\.0*)?pt|0(?:\.\d*)?[a-z]*")
_WHITE = re.compile(r"#(?:f[0-9a-f]){3}", re.IGNORECASE)
_MOST_OBJECTS = 500
"""Equations that are looked up; each is a part of its own."""


_LEFT_OUT = tags_of("annotation forms", _OFFICE) | tags_of(
    "tracked-changes note table-of-content table-index alphabetical-index hidden-text ruby-text"
    " number",
    _TEXT,
)
_PARAGRAPHS = tags_of("p h", _TEXT)
_BLOCKS = _PARAGRAPHS | {_TEXT + "list", _TABLE + "table"}
_GROUPS = tags_of("table-rows table-header-rows table-row-group", _TABLE)
_TABLES = _GROUPS | {_TABLE + "table"}
_TABLE_TAGS = TableTags(
    _TABLE + "table",
    _TABLES,
    _TABLE + "table-row",
    _TABLE + "table-cell",
    _TABLE + "table-column",
    _BLOCKS,
    _TEXT + "p",
)
_WRITTEN = {_TEXT + "s": " ", _TEXT + "tab": "\t", _TEXT + "line-break": "\n"}
"""What stands for white space; spaces are folded away, however many."""


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
        reader.read_sheets(sheets)
    elif (content := body.find(_OFFICE + "text")) is not None:
        reader.read(content, root)
    return Reading(reader.blocks, reader.notes(), written=of_odf(root))


def _int(element: _Element, name: str, default: int = 1) -> int:
    """Return a number that an element gives, or a default."""
    try:
        return int(element.get(name) or "")
    except ValueError:
        return default


def _many(element: _Element, name: str) -> int:
    """Return how many rows or columns an element of a table says, at least one."""
    return max(_int(element, _TABLE + name), 1)


def _is_visible(element: _Element) -> bool:
    """Tell whether a row or a column is shown."""
    return element.get(_TABLE + "visibility") in (None, "visible")


# --- styles ---------------------------------------------------------------------------------

_SAID: dict[str, tuple[str, Callable[[str], bool]]] = {
    _FO + "background-color": (
        "filled",
        lambda said: said != "transparent" and not _WHITE.fullmatch(said),
    ),
    _TEXT + "display": ("hidden", lambda said: said == "none"),
    _STYLE + "text-line-through-style": ("struck", lambda said: said != "none"),
    _STYLE + "text-line-through-type": ("struck", lambda said: said != "none"),
    _STYLE + "text-position": (
        "raised",
        lambda said: re.match(r"\s*(?:super\b|\+?0*[1-9])", said) is not None,
    ),
    _FO + "font-size": ("tiny", lambda said: _TINY.fullmatch(said) is not None),
    _FO + "color": ("white", lambda said: _WHITE.fullmatch(said) is not None),
}
"""What each property of a style says."""


class _Styles:
    """What of the styles is printed, hides or changes what a text says."""

    def __init__(self, roots: list[_Element]) -> None:
        self.lists: dict[str, dict[int, NumberLevel]] = {}
        self.outline: dict[int, NumberLevel] = {}
        self._styles: dict[tuple[str, str], Style] = {}
        """By family and name; the default of a family has none."""
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
                family = element.get(_STYLE + "family") or ""
                parent = (family, element.get(_STYLE + "parent-style-name") or "")
                self._styles.setdefault((family, name), Style(parent, self._format(element)))

    def _format(self, style: _Element) -> Formatting:
        said: dict[str, bool | str] = {}
        for properties in style:
            for attribute, value in properties.items():
                if str(attribute) in _SAID:
                    name, holds = _SAID[str(attribute)]
                    said[name] = holds(str(value)) and said.get(name, True)
            if (font := properties.get(_STYLE + "font-name")) is not None:
                said["font"] = self._fonts.get(font) or font_key(font)
            elif (family := properties.get(_FO + "font-family")) is not None:
                said["font"] = font_key(family)
        return Formatting(**said) if said else UNFORMATTED  # type: ignore[arg-type]

    def of(self, family: str, element: _Element) -> Formatting:
        """Return what the style of an element, and those it is based on, say."""
        space = _TABLE if family.startswith("table") else _TEXT
        key = (family, element.get(space + "style-name") or "")
        if key not in self._known:
            at = key if key in self._styles else ("", key[1])
            self._known[key] = formatting(self._styles, at)
        return self._known[key]


def _levels(element: _Element) -> dict[int, NumberLevel]:
    levels: dict[int, NumberLevel] = {}
    for child in element:
        at = _int(child, _TEXT + "level", 0) - 1
        if not 0 <= at < LEVELS:
            continue
        if child.tag not in (_TEXT + "list-level-style-number", _TEXT + "outline-level-style"):
            levels[at] = NumberLevel("bullet", "")
            continue
        sample = (child.get(_STYLE + "num-format") or "").partition(",")[0].partition(" ")[0]
        shown = min(max(_int(child, _TEXT + "display-levels"), 1), at + 1)
        places = ".".join(f"%{number}" for number in range(at + 2 - shown, at + 2))
        prefix, suffix = (child.get(f"{_STYLE}num-{fix}fix") or "" for fix in ("pre", "suf"))
        # LibreOffice 7 and later write the whole pattern, `（%1%）`; the rest is then a copy.
        pattern = next((v for k, v in child.items() if str(k).endswith("}num-list-format")), None)
        if sample or pattern:
            form = form_of("odf", sample) or "decimal"
            text = re.sub(r"(%\d+)%", r"\1", str(pattern)) if pattern else prefix + places + suffix
        else:
            form, text = "none", prefix + suffix
        levels[at] = NumberLevel(form, text[:LONGEST], _int(child, _TEXT + "start-value"))
    return levels


# --- the walk -------------------------------------------------------------------------------


@dataclass
class _List:
    """An open list: its style, its counters, and how deep it stands."""

    style: str
    counters: Counters
    level: int


class _Reader(Walk):
    """Walks a body and gathers its blocks."""

    tags = _TABLE_TAGS

    def __init__(self, styles: _Styles, package: Package) -> None:
        super().__init__()
        self._styles = styles
        self._package = package
        self._objects = 0
        self._around = UNFORMATTED
        """The formatting of the cell or shape being read."""
        self._list: _List | None = None
        """The list whose item is being read."""
        self._outline = Counters()
        self._lists: dict[str, Counters] = {}
        """Counters by the id of a list, and the last ones by the name of its style."""

    def walk(self, container: Iterable[_Element]) -> None:
        """Read the paragraphs, lists and tables of a container."""
        numbered = False
        for element in container:
            tag = element.tag
            if tag in _LEFT_OUT:
                if tag == _TEXT + "tracked-changes":
                    self._counts["changes_accepted"] += len(element)
            elif tag in _PARAGRAPHS:
                style = self._styles.of("paragraph", element)
                self._inline(element, style.over(self._around))
                text = self._line()
                if style.hidden and not text.strip():
                    continue  # nor is it counted in its list
                # The first paragraph of a list item bears its number.
                number = "" if numbered else self._number(element)
                numbered = self._list is not None
                if number and (text.strip() or self._list):
                    text = f"{number}\t{text}"
                self._add(text)
                self._read_boxes()
            elif tag == _TEXT + "list":
                self._read_list(element)
            elif tag == _TABLE + "table":
                self._table(element)
            elif str(tag).startswith(_DRAW):
                self._drawing(element)
                self._add(self._line())
                self._read_boxes()
            elif element.get(_TEXT + "display") == "none":
                self._unseen.add("hidden_text", all_text(element))
            else:
                self.walk(element)  # sections, indexes: they only hold what is read

    def _within(self, element: _Element) -> dict[str, object]:
        around = self._around
        if str(element.tag).startswith(_DRAW):
            around = replace(around, filled=True)  # mostly a shape has a colour
        elif element.tag == _TABLE + "table":
            around = self._styles.of("table", element).over(around)
        elif element.tag == _TABLE + "table-cell":
            if (row := element.getparent()) is not None:
                around = self._styles.of("table-row", row).over(around)
            around = self._styles.of("table-cell", element).over(around)
        return {"_around": around, "_list": None}

    # --- lists ------------------------------------------------------------------------------

    def _read_list(self, element: _Element) -> None:
        within = self._list
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
                with self._being(_list=None):
                    self.walk(item)
            elif item.tag == _TEXT + "list-item":
                if item.get(_TEXT + "start-value") is not None and level < LEVELS:
                    counters.values[level] = _int(item, _TEXT + "start-value") - 1
                with self._being(_list=_List(style, counters, level)):
                    self.walk(item)

    def _number(self, paragraph: _Element) -> str:
        if within := self._list:
            levels = self._styles.lists.get(within.style, {})
            return within.counters.step(within.level, levels)
        if paragraph.tag == _TEXT + "h" and paragraph.get(_TEXT + "is-list-header") != "true":
            level = _int(paragraph, _TEXT + "outline-level") - 1
            return self._outline.step(level, self._styles.outline)
        return ""

    # --- text -------------------------------------------------------------------------------

    def _inline(self, element: _Element, around: Formatting) -> None:
        look = around.look()
        self._runs.add(_collapsed(element.text), look)
        for child in element:
            tag = child.tag
            if tag in _WRITTEN:
                self._runs.add(_WRITTEN[str(tag)], look)
            elif str(tag).startswith(_DRAW):
                self._drawing(child)
            elif tag in _BLOCKS:
                self._boxes.append(child)  # where none may stand: it is read after the paragraph
            elif child.get(_TEXT + "display") == "none" or child.get(_TEXT + "is-hidden") == "true":
                self._unseen.add("hidden_text", all_text(child))
            elif tag not in _LEFT_OUT:
                self._inline(child, self._styles.of("text", child).over(around))
            self._runs.add(_collapsed(child.tail), look)

    def _drawing(self, element: _Element) -> None:
        """Read a drawing: the text boxes in it, or the equation that it is."""
        for shown in element.iter(_DRAW + "object", _DRAW + "object-ole"):
            equation = next(shown.iter(_MATH), None)
            if equation is None:
                equation = self._object(shown.get(_HREF) or "")
            if equation is not None:
                self._runs.add(read_equation(equation))
        self._boxes += _boxes(element)

    def _object(self, reference: str) -> _Element | None:
        """Return the equation that a part of the package holds; say that another document does."""
        name = reference.removeprefix("./").strip("/")
        part = f"{name}/content.xml"
        self._objects += 1
        known = part in self._package and self._objects <= _MOST_OBJECTS
        root = self._package.xml(part) if known else None
        if root is not None and root.tag == _MATH:
            return root
        if root is None or root.find(f"{_OFFICE}body/{_OFFICE}chart") is None:
            self._unseen.add("embedded_document", name or "OLE", "doubt")
        return None

    # --- tables -----------------------------------------------------------------------------

    def _own_text(self, cell: _Element) -> str:
        return "".join(
            all_text(text)
            for text in cell.iter(*_PARAGRAPHS)
            if next(text.iterancestors(_TABLE + "table-cell"), None) is cell
        )

    def _rows(self, table: _Element) -> list[TableRow]:
        return [TableRow(_cells(row), not _is_visible(row)) for row in _row_elements(table)]

    def read_sheets(self, content: _Element) -> None:
        """Read the tables of a spreadsheet, as those of Excel are."""
        book = Workbook(self._unseen)
        for table in content.findall(_TABLE + "table"):
            sheet = book.sheet(table.get(_TABLE + "name") or "")
            at = 0
            for column in table.iter(_TABLE + "table-column"):
                repeated = _many(column, "number-columns-repeated")
                if not _is_visible(column):
                    sheet.hidden_columns.update(range(at, at + min(repeated, MAX_COLUMNS)))
                at += repeated
            at = 0
            for row in _row_elements(table):
                repeated = _many(row, "number-rows-repeated")
                if not _is_visible(row):
                    sheet.hidden_rows.update(range(at, at + min(repeated, MAX_CELLS)))
                book.go_to(at)
                for cell in _cells(row):
                    text = self._shown_text(cell, cell_name(at, cell.start or 0), book)
                    for shown in cell.repeated() if text else ():
                        book.put(at, shown.start or 0, text)
                        if shown.across > 1 or shown.down > 1:
                            sheet.merges[at, shown.start or 0] = (shown.down, shown.across)
                at += repeated
        self.blocks += book.blocks()

    def _shown_text(self, cell: Cell, name: str, book: Workbook) -> str:
        """Return what a cell shows; a formula without a value to show, or with an error, is said."""
        element = cell.element
        text = all_text(element).strip()
        if ERRORS.fullmatch(text):
            return book.error(name, text)
        if not text and element.get(_TABLE + "formula") and element.get(_OFFICE + "value") is None:
            self._unseen.add("formula_unsaved", name, "doubt")
        return self._cell_text(element)


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


def _row_elements(table: _Element) -> Iterator[_Element]:
    for element in table:
        if element.tag == _TABLE + "table-row":
            yield element
        elif element.tag in _GROUPS:
            yield from _row_elements(element)


def _cells(row: _Element) -> list[Cell]:
    """Return the cells of a row that are not covered."""
    cells: list[Cell] = []
    at = 0
    for element in row:
        repeated = _many(element, "number-columns-repeated")
        if element.tag == _TABLE + "table-cell":
            across, down = (_many(element, f"number-{of}-spanned") for of in ("columns", "rows"))
            times = min(repeated, MAX_COLUMNS) if len(element) else 1
            cells.append(Cell(element=element, start=at, across=across, down=down, times=times))
        if element.tag in (_TABLE + "table-cell", _TABLE + "covered-table-cell"):
            at += repeated
    return cells
