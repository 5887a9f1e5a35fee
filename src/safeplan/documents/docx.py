"""Word (.docx) → blocks, by a walk of our own over the document's XML.

What a reader of the printed page sees, and nothing else: deleted text and hidden text are left
out, inserted text is kept; the numbers that Word writes before paragraphs are written out; a text
box is read once though the file holds it twice; a merged cell is one cell. A table that only frames
the page is walked into.

Word files are opened as plain packages (`packages`), since a library that loads the whole file
before we see it would do so without our limits.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from safeplan.documents.blocks import Block, Paragraph, RawGrid, ReaderNote, Reading
from safeplan.documents.encoding import DocumentError
from safeplan.documents.limits import CellBudget, check_nesting
from safeplan.documents.numbering import LONGEST, OOXML_FORMS, Counters, Level, circled
from safeplan.documents.packages import Package, parse_xml
from safeplan.documents.spacing import fold
from safeplan.documents.tables import SpanCell, is_frame, lay_out
from safeplan.models import Source

if TYPE_CHECKING:
    from lxml.etree import _Element

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
# ISO 29500 Strict names the same things otherwise.
_STRICT = (
    (
        b"http://purl.oclc.org/ooxml/wordprocessingml/main",
        b"http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    ),
    (
        b"http://purl.oclc.org/ooxml/officeDocument/math",
        b"http://schemas.openxmlformats.org/officeDocument/2006/math",
    ),
)

# Elements that only wrap what is printed.
_TRANSPARENT = {
    _W + name
    for name in (
        "ins", "moveTo", "hyperlink", "smartTag", "customXml", "sdtContent", "fldSimple", "bdo",
        "dir", "rubyBase", "ruby",
    )
}  # fmt: skip
_REMOVED = {_W + "del", _W + "moveFrom"}
_NOWHERE = Source()
_OFF = ("0", "false", "off", "none")
_CIRCLE_FIELD = re.compile(
    r"\s*eq\s*\\o\s*(?:\\a[clr]\s*)?\([○◯〇]\s*[,，;；]\s*(\d{1,2})\s*\)", re.I
)
# Signs that Word stores by their place in a symbol font.
_SYMBOLS = {
    ("symbol", 0xA3): "≤",
    ("symbol", 0xB3): "≥",
    ("symbol", 0xB1): "±",
    ("symbol", 0xB4): "×",
    ("symbol", 0xB0): "°",
    ("symbol", 0xB7): "·",
    **{("wingdings", 0x81 + index): circled(index + 1) for index in range(10)},
    **{("wingdings", 0x8C + index): circled(index + 1) for index in range(10)},
}


def read_docx(data: bytes) -> Reading:
    """Read a Word document.

    Raises:
        DocumentError: damaged, encrypted, or beyond the limits.
    """
    package = Package(data, "DOCX")
    main = _main_part(package)
    body = _root(package, main).find(_W + "body")
    if body is None:
        raise DocumentError("broken_file", format="DOCX")
    folder = main.rpartition("/")[0]
    styles = _Styles.of(package, f"{folder}/styles.xml".lstrip("/"))
    numbering = _Numbering.of(package, f"{folder}/numbering.xml".lstrip("/"), styles)
    reader = _Reader(styles, numbering, body)
    reader.walk(body)
    reader.flush()
    return Reading(reader.blocks, reader.notes())


def _main_part(package: Package) -> str:
    """Return the name of the part that holds the document."""
    if "_rels/.rels" in package:
        for relation in package.xml("_rels/.rels"):
            if str(relation.get("Type", "")).endswith("/officeDocument"):
                target = str(relation.get("Target", "")).lstrip("/")
                if target in package:
                    return target
    return "word/document.xml"


def _root(package: Package, name: str) -> _Element:
    data = package.read(name)
    for strict, usual in _STRICT:
        data = data.replace(strict, usual)
    return parse_xml(data, "DOCX")


def _value(element: _Element | None, name: str = "val") -> str | None:
    return None if element is None else element.get(_W + name)


def _number(text: str | None, default: int) -> int:
    try:
        return int(float(text)) if text is not None else default
    except (ValueError, OverflowError):
        return default


def _on(element: _Element | None) -> bool:
    """Tell whether a property is set: there, and not said to be off."""
    return element is not None and (_value(element) or "true").lower() not in _OFF


# --- styles and numbering -------------------------------------------------------------------


@dataclass(frozen=True)
class _Style:
    name: str
    parent: str | None
    num_id: str | None
    level: int | None
    hidden: bool


@dataclass(frozen=True)
class _Styles:
    styles: dict[str, _Style]
    default: str | None = None

    @staticmethod
    def of(package: Package, name: str) -> _Styles:
        if name not in package:
            return _Styles({})
        styles: dict[str, _Style] = {}
        default = None
        for style in _root(package, name).iter(_W + "style"):
            key = style.get(_W + "styleId") or ""
            properties = style.find(_W + "pPr/" + _W + "numPr")
            level = _value(_child(properties, "ilvl"))
            styles[key] = _Style(
                name=(_value(style.find(_W + "name")) or "").lower(),
                parent=_value(style.find(_W + "basedOn")),
                num_id=_value(_child(properties, "numId")),
                level=None if level is None else _number(level, 0),
                hidden=_on(style.find(_W + "rPr/" + _W + "vanish")),
            )
            kind = style.get(_W + "type")
            if kind == "paragraph" and (style.get(_W + "default") or "0") not in _OFF:
                default = key
        return _Styles(styles, default)

    def chain(self, key: str | None) -> Iterator[tuple[str, _Style]]:
        """Yield a style and those it is based on."""
        seen: set[str] = set()
        while key is not None and key in self.styles and key not in seen:
            seen.add(key)
            yield key, self.styles[key]
            key = self.styles[key].parent


def _child(element: _Element | None, name: str) -> _Element | None:
    return None if element is None else element.find(_W + name)


@dataclass
class _List:
    """One w:num: a list of an abstract numbering, perhaps with its own starts."""

    abstract: str
    levels: dict[int, Level]
    starts: dict[int, int]
    styles: dict[str, int] = field(default_factory=dict)
    """Level by the style that is tied to it."""
    begun: set[int] = field(default_factory=set)


class _Numbering:
    def __init__(self, lists: dict[str, _List], styles: _Styles) -> None:
        self._lists = lists
        self._styles = styles
        self._counters: dict[str, Counters] = {}

    @staticmethod
    def of(package: Package, name: str, styles: _Styles) -> _Numbering:
        if name not in package:
            return _Numbering({}, styles)
        root = _root(package, name)
        abstracts = {
            element.get(_W + "abstractNumId") or "": element
            for element in root.findall(_W + "abstractNum")
        }
        by_style = {
            _value(element.find(_W + "styleLink")): element for element in abstracts.values()
        }
        lists: dict[str, _List] = {}
        for num in root.findall(_W + "num"):
            key = _value(num.find(_W + "abstractNumId")) or ""
            abstract = abstracts.get(key)
            link = _value(_child(abstract, "numStyleLink"))
            if link is not None:
                abstract = by_style.get(link, abstract)
            if abstract is None:
                continue
            levels, tied = _levels(abstract)
            starts: dict[int, int] = {}
            for override in num.findall(_W + "lvlOverride"):
                at = _number(override.get(_W + "ilvl"), 0)
                own, own_tied = _levels(override)
                levels.update(own)
                tied.update(own_tied)
                if (start := override.find(_W + "startOverride")) is not None:
                    starts[at] = _number(_value(start), 1)
            lists[num.get(_W + "numId") or ""] = _List(key, levels, starts, tied)
        return _Numbering(lists, styles)

    def before(self, paragraph: _Element) -> str:
        """Count a paragraph and return the number that Word writes before it."""
        found = self._of(paragraph)
        if found is None:
            return ""
        numbered, at = found
        counters = self._counters.setdefault(numbered.abstract, Counters())
        if at in numbered.starts and at not in numbered.begun:
            numbered.begun.add(at)
            counters.values[at] = numbered.starts[at] - 1
        return counters.step(at, numbered.levels)

    def _of(self, paragraph: _Element) -> tuple[_List, int] | None:
        """Return the list a paragraph belongs to, by itself or by its style, and its level."""
        properties = paragraph.find(_W + "pPr")
        own = _child(properties, "numPr")
        num_id = _value(_child(own, "numId"))
        level = _value(_child(own, "ilvl"))
        at = None if level is None else _number(level, 0)
        if num_id is None:
            style = _value(_child(properties, "pStyle")) or self._styles.default
            for key, described in self._styles.chain(style):
                if described.num_id is not None:
                    num_id = described.num_id
                    if at is None and num_id in self._lists:
                        at = self._lists[num_id].styles.get(style or key)
                        at = self._lists[num_id].styles.get(key) if at is None else at
                        at = described.level if at is None else at
                    break
                if at is None and described.level is not None:
                    at = described.level
        if num_id is None or num_id not in self._lists:
            return None
        return self._lists[num_id], min(max(at or 0, 0), 8)


def _levels(parent: _Element) -> tuple[dict[int, Level], dict[str, int]]:
    levels: dict[int, Level] = {}
    tied: dict[str, int] = {}
    for element in parent.findall(_W + "lvl"):
        at = _number(element.get(_W + "ilvl"), 0)
        form = _value(element.find(".//" + _W + "numFmt")) or "decimal"
        levels[at] = Level(
            form=OOXML_FORMS.get(form, "decimal"),
            text=(_value(element.find(_W + "lvlText")) or "")[:LONGEST],
            start=_number(_value(element.find(_W + "start")), 0),
            legal=_on(element.find(_W + "isLgl")),
        )
        if style := _value(element.find(_W + "pStyle")):
            tied[style] = at
    return levels, tied


# --- the walk -------------------------------------------------------------------------------


@dataclass
class _Field:
    """A field while it is being read: its instruction, then its result."""

    instruction: str = ""
    in_result: bool = False
    of_contents: bool = False
    """True for the table of contents: its result is no text of the document."""


class _Reader:
    """Walks a body and gathers its blocks."""

    def __init__(self, styles: _Styles, numbering: _Numbering, body: _Element) -> None:
        self.blocks: list[Block] = []
        self._styles = styles
        self._numbering = numbering
        self._budget = CellBudget()
        self._tables = 0
        self._depth = 0
        self._held = ""
        """Text of paragraphs whose end mark was deleted: it runs on into the next one."""
        self._fields: list[_Field] = []
        self._boxes: list[_Element] = []
        """Text boxes anchored in the paragraph being read."""
        self._counts: Counter[str] = Counter()
        kinds = Counter(mark.get(_W + "fldCharType") for mark in body.iter(_W + "fldChar"))
        self._fields_close = kinds["begin"] == kinds["end"]

    def notes(self) -> list[ReaderNote]:
        return [
            ReaderNote(code, args={"count": str(count)})
            for code, count in sorted(self._counts.items())
        ]

    def walk(self, container: Iterable[_Element]) -> None:
        """Read the paragraphs and tables of a body, a frame cell or a text box."""
        for element in container:
            if element.tag == _W + "p":
                self._add_paragraph(element)
            elif element.tag == _W + "tbl":
                self._add_table(element)
            elif element.tag == _W + "sdt":
                if not _is_contents(element):
                    self.walk(element)
            elif element.tag == _MC + "AlternateContent":
                self.walk(_alternative(element))
            elif element.tag in _TRANSPARENT:
                self.walk(element)

    def flush(self) -> None:
        """Give out text that is still held."""
        self._add_text("")

    def _add_text(self, text: str) -> None:
        text, self._held = self._held + text, ""
        for line in text.split("\n"):
            if folded := fold(line):
                self.blocks.append(Paragraph(folded, _NOWHERE))

    def _add_paragraph(self, element: _Element) -> None:
        number, text, boxes = self._paragraph(element)
        # Word prints the number of an empty paragraph too; outside a table it says nothing.
        text = number + text if text.strip() else text
        if _mark_removed(element):
            self._held += text
        else:
            self._add_text(text)
        for box in boxes:
            self._nest(box)

    def _nest(self, container: Iterable[_Element]) -> None:
        self._depth += 1
        check_nesting(self._depth)
        self.walk(container)
        self._depth -= 1

    # --- paragraphs -------------------------------------------------------------------------

    def _paragraph(self, element: _Element) -> tuple[str, str, list[_Element]]:
        """Return a paragraph's number, its text, and the text boxes anchored in it."""
        boxes, self._boxes = self._boxes, []
        parts: list[str] = []
        self._inline(element, parts)
        # An instruction ends in its paragraph; one that does not is damage, not text to swallow.
        self._fields = [open_field for open_field in self._fields if open_field.in_result]
        boxes, self._boxes = self._boxes, boxes
        if self._style_hides(element):
            return "", "", []
        if _wholly_removed(element):
            return "", "", boxes
        number = self._numbering.before(element)
        return (number and f"{number}\t"), "".join(parts), boxes

    def _style_hides(self, element: _Element) -> bool:
        style = _value(element.find(_W + "pPr/" + _W + "pStyle"))
        return any(
            described.hidden or re.match(r"toc \d|table of figures", described.name)
            for _, described in self._styles.chain(style)
        )

    def _inline(self, container: Iterable[_Element], parts: list[str]) -> None:
        for element in container:
            tag = element.tag
            if tag == _W + "r":
                if not _on(element.find(_W + "rPr/" + _W + "vanish")):
                    self._run(element, parts)
            elif tag in _REMOVED:
                self._counts["changes_accepted"] += 1
            elif tag == _W + "sdt":
                if element.find(_W + "sdtPr/" + _W + "showingPlcHdr") is None:
                    self._inline(element, parts)
            elif tag in _TRANSPARENT:
                if tag == _W + "ins":
                    self._counts["changes_accepted"] += 1
                self._inline(element, parts)
            elif tag == _MC + "AlternateContent":
                self._inline(_alternative(element), parts)
            elif isinstance(tag, str) and tag.startswith(_M):
                self._emit("".join(text.text or "" for text in element.iter(_M + "t")), parts)

    def _run(self, run: Iterable[_Element], parts: list[str]) -> None:
        for element in run:
            tag = element.tag
            if tag == _W + "t":
                self._emit(element.text or "", parts)
            elif tag == _W + "tab":
                self._emit("\t", parts)
            elif tag in (_W + "br", _W + "cr"):
                self._emit("\n", parts)
            elif tag == _W + "noBreakHyphen":
                self._emit("-", parts)
            elif tag == _W + "sym":
                self._emit(_symbol(element), parts)
            elif tag == _W + "fldChar":
                self._field(element.get(_W + "fldCharType"), parts)
            elif tag == _W + "instrText":
                if self._fields:
                    self._fields[-1].instruction += element.text or ""
            elif tag in (_W + "drawing", _W + "pict", _W + "object"):
                self._boxes += _boxes(element)
            elif tag == _W + "ruby":
                self._inline(element, parts)
            elif tag == _MC + "AlternateContent":
                self._run(_alternative(element), parts)

    def _emit(self, text: str, parts: list[str]) -> None:
        for open_field in self._fields:
            if not open_field.in_result:
                open_field.instruction += text
                return
            if self._fields_close and open_field.of_contents:
                return
        parts.append(text)

    def _field(self, kind: str | None, parts: list[str]) -> None:
        if kind == "begin":
            self._fields.append(_Field())
        elif self._fields and kind == "separate":
            begun = self._fields[-1]
            begun.in_result = True
            begun.of_contents = begun.instruction.split(None, 1)[:1] == ["TOC"]
        elif self._fields and kind == "end":
            ended = self._fields.pop()
            # Word makes ⑪ and beyond as a field that draws a circle over a number.
            if match := _CIRCLE_FIELD.match(ended.instruction):
                self._emit(circled(int(match[1])), parts)

    # --- tables -----------------------------------------------------------------------------

    def _add_table(self, table: _Element) -> None:
        rows = list(_rows(table))
        cells = [[cell for cell, _, _ in _cells(row)] for row in rows]
        nested = any(cell.find(".//" + _W + "tbl") is not None for row in cells for cell in row)
        follows = bool(self.blocks) and isinstance(self.blocks[-1], RawGrid)
        first_rows = [[_bare_text(cell) for cell in row] for row in cells[:5]]
        counts = [len(row) for row in cells]
        self._budget.foresee(counts)
        if is_frame(counts, first_rows, nested, follows):
            for row in cells:
                for cell in row:
                    self._nest(cell)
            return
        self._tables += 1
        held, self._held = self._held, ""
        widths = [
            float(_number(column.get(_W + "w"), 0))
            for column in table.findall(_W + "tblGrid/" + _W + "gridCol")[:1000]
        ]
        grid = lay_out([self._span_cells(row) for row in rows], self._tables, self._budget, widths)
        self._held = held
        if grid.rows:
            self.blocks.append(grid)

    def _span_cells(self, row: _Element) -> list[SpanCell]:
        cells: list[SpanCell] = []
        at = _number(_value(row.find(_W + "trPr/" + _W + "gridBefore")), 0)
        for cell, across, merge in _cells(row):
            if merge == "left" and cells:
                cells[-1].across += across
            else:
                continues = merge == "continue"
                cells.append(
                    SpanCell(
                        # A continued cell is not shown, and Word does not count its paragraphs.
                        "" if continues else self._cell_text(cell),
                        across=across,
                        start=max(at, 0),
                        opens=merge == "restart",
                        continues=continues,
                    )
                )
            at += across
        return cells

    def _cell_text(self, cell: Iterable[_Element]) -> str:
        """Return a cell's text: a line for each line of it, nested tables row by row."""
        self._depth += 1
        check_nesting(self._depth)
        lines: list[str] = []
        self._cell_lines(cell, lines)
        self._depth -= 1
        return "\n".join(line for line in lines if line.strip())

    def _cell_lines(self, container: Iterable[_Element], lines: list[str]) -> None:
        held = ""
        for element in container:
            if element.tag == _W + "p":
                number, text, boxes = self._paragraph(element)
                held += number + text
                if not _mark_removed(element):
                    lines.append(held)
                    held = ""
                lines += [self._cell_text(box) for box in boxes]
            elif element.tag == _W + "tbl":
                self._counts["nested_table"] += 1
                for row in _rows(element):
                    texts = [self._cell_text(cell) for cell, _, merge in _cells(row)
                             if merge not in ("continue", "left")]  # fmt: skip
                    lines.append(" ".join(text for text in texts if text))
            elif element.tag in _TRANSPARENT or element.tag == _W + "sdt":
                self._cell_lines(element, lines)
            elif element.tag == _MC + "AlternateContent":
                self._cell_lines(_alternative(element), lines)
        if held:
            lines.append(held)


def _alternative(element: _Element) -> list[_Element]:
    """Return the one branch to read of content that is there twice."""
    for name in ("Choice", "Fallback"):
        branch = element.find(_MC + name)
        if branch is not None and len(branch):
            return list(branch)
    return []


def _boxes(element: _Element) -> list[_Element]:
    """Return the contents of the text boxes of a drawing, each once."""
    found: list[_Element] = []
    waiting = [element]
    while waiting:
        at = waiting.pop()
        if at.tag == _W + "txbxContent":
            found.append(at)  # boxes within it are met when it is walked
        elif at.tag == _MC + "AlternateContent":
            waiting += reversed(_alternative(at))
        else:
            waiting += reversed(list(at))
    return found


def _symbol(element: _Element) -> str:
    font = (element.get(_W + "font") or "").lower()
    try:
        code = int(element.get(_W + "char") or "", 16)
    except ValueError:
        return ""
    if code >= 0xF000:
        return _SYMBOLS.get((font, code - 0xF000), "")
    return _SYMBOLS.get((font, code), chr(code) if 0x20 <= code < 0xD800 else "")


def _is_contents(sdt: _Element) -> bool:
    """Tell whether a block is the table of contents that Word generates."""
    gallery = sdt.find(f"{_W}sdtPr/{_W}docPartObj/{_W}docPartGallery")
    return _value(gallery) == "Table of Contents"


def _mark_removed(paragraph: _Element) -> bool:
    """Tell whether the paragraph's end was deleted: it runs on into the next one."""
    marks = paragraph.find(_W + "pPr/" + _W + "rPr")
    return marks is not None and any(mark.tag in _REMOVED for mark in marks)


def _wholly_removed(paragraph: _Element) -> bool:
    """Tell whether nothing of a paragraph is left: it is not counted in its list either."""
    if not _mark_removed(paragraph):
        return False
    return all(element.tag in _REMOVED or element.tag == _W + "pPr" for element in paragraph)


def _rows(table: _Element) -> Iterator[_Element]:
    """Yield the rows of a table, those deleted or hidden left out."""
    for element in table:
        if element.tag == _W + "tr":
            properties = element.find(_W + "trPr")
            if _child(properties, "del") is None and not _on(_child(properties, "hidden")):
                yield element
        elif element.tag in _TRANSPARENT or element.tag == _W + "sdt":
            yield from _rows(element)


def _cells(row: _Element) -> Iterator[tuple[_Element, int, str]]:
    """Yield each cell of a row, the grid columns it spans, and what it is in a merge.

    A merge is `restart` or `continue` (down), `left` (goes on from the cell before), or empty.
    """
    for element in row:
        if element.tag in _TRANSPARENT or element.tag == _W + "sdt":
            yield from _cells(element)
        if element.tag != _W + "tc":
            continue
        properties = element.find(_W + "tcPr")
        if _child(properties, "cellDel") is not None:
            continue
        across = max(_number(_value(_child(properties, "gridSpan")), 1), 1)
        down = _child(properties, "vMerge")
        merge = "" if down is None else (_value(down) or "continue")
        if (_value(_child(properties, "hMerge")) or "") == "continue":
            merge = "left"
        yield element, across, merge


def _bare_text(cell: _Element) -> str:
    """Return a cell's own text without that of tables within it."""
    return "".join(
        text.text or ""
        for text in cell.iter(_W + "t")
        if next(text.iterancestors(_W + "tc")) is cell
    )
