"""Word (.docx) → blocks, by a walk of our own over the document's XML.

What a reader of the printed page sees, and nothing else: deleted, hidden and struck-out text is
left out, inserted text is kept (`runs` has the rules); the numbers that Word writes before
paragraphs are written out; a text box is read once though the file holds it twice; a merged cell is
one cell. A table that only frames the page is walked into, and a document that is embedded as a
part (altChunk) is read where it stands.

Word files are opened as plain packages (`packages`), since a library that loads the whole file
before we see it would do so without our limits.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import TYPE_CHECKING

from safeplan.documents.blocks import RawGrid, Reading
from safeplan.documents.counters import LONGEST, Counters, NumberLevel, circled, form_of
from safeplan.documents.embedding import embedded
from safeplan.documents.equations import read_eq, read_omml
from safeplan.documents.errors import DocumentError
from safeplan.documents.misplaced import TableTags, mend_tables, say_misplaced
from safeplan.documents.packages import Package, parse_xml, relations
from safeplan.documents.runs import PLAIN, UNFORMATTED, Formatting, Look, Runs
from safeplan.documents.symbol_fonts import drawn, font_key
from safeplan.documents.tables import SpanCell
from safeplan.documents.walking import Walk

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

_O_OBJECT = "{urn:schemas-microsoft-com:office:office}OLEObject"
_R_ID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_REMOVED = {_W + "del", _W + "moveFrom"}
# What may stand around a row or a cell.
_AROUND = {
    _W + name
    for name in ("sdtContent", "customXml", "smartTag", "ins", "del", "moveTo", "moveFrom")
}  # fmt: skip
_AROUND |= {_MC + "Choice", _MC + "Fallback"}
_TABLE_TAGS = TableTags(
    _W + "tbl", {_W + "tbl"}, _W + "tr", _W + "tc", _W + "gridCol", {_W + "p", _W + "tbl", _W + "r"}
)
_APART = _REMOVED | {
    _W + name
    for name in (
        "pPr", "rPr", "sdtPr", "sdtEndPr", "tblPr", "tblGrid", "trPr", "tcPr", "tblPrEx", "sectPr",
        "rubyPr", "rt", "customXmlPr", "smartTagPr", "instrText", "delInstrText", "delText",
    )
}  # fmt: skip
_OFF = ("0", "false", "off", "none")
_CIRCLE_FIELD = re.compile(
    r"\s*eq\s*\\o\s*(?:\\a[clr]\s*)?\([○◯〇]\s*[,，;；]\s*(\d{1,2})\s*\)", re.I
)
_CHAIN = 50
"""Styles based on one another; Word itself allows eleven."""
_TINY = 2
"""Half points: the smallest size that Word sets; nobody reads it."""
_RAISED = 4
"""Half points above the line from which on a run stands raised, and is not only set evenly."""
_FLAT_ROW = 60
"""Twentieths of a point: a row of exactly this height or less shows nothing."""
_NO_FILL = (None, "auto", "ffffff", "none")


def read_docx(data: bytes, depth: int = 0) -> Reading:
    """Read a Word document.

    Args:
        data: the file.
        depth: how many documents it stands within, where it is embedded.

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
    parts = {key: name for key, (_, name) in relations(package, main).items()}
    reader = _Reader(styles, numbering, body, package, parts, depth)
    mend_tables(body, _TABLE_TAGS, reader._unseen)
    reader.walk(body)
    reader.flush()
    say_misplaced(body, _TABLE_TAGS, reader._unseen, _AROUND)
    return Reading(reader.blocks, reader.notes())


def _main_part(package: Package) -> str:
    """Return the name of the part that holds the document."""
    for kind, name in relations(package).values():
        if kind.endswith("/officeDocument"):
            return name
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
    format: Formatting
    shaded: bool
    """True where the style fills what it formats with a colour."""


def _format_of(properties: _Element | None) -> Formatting:
    """Read the properties of a run or a style."""
    said: dict[str, bool | str] = {}
    for element in () if properties is None else properties:
        tag = str(element.tag).removeprefix(_W)
        if tag == "vanish":
            said["hidden"] = _on(element)
        elif tag in ("strike", "dstrike"):
            said["struck"] = _on(element) or said.get("struck") is True
        elif tag == "vertAlign":
            said["raised"] = _value(element) == "superscript" or said.get("raised") is True
        elif tag == "position":
            high = _number(_value(element), 0) >= _RAISED
            said["raised"] = high or said.get("raised") is True
        elif tag == "rFonts":
            if name := element.get(_W + "ascii") or element.get(_W + "hAnsi"):
                said["font"] = font_key(name)
        elif tag == "sz":
            said["tiny"] = _number(_value(element), 99) <= _TINY
        elif tag == "color":
            said["white"] = _is_white(_value(element))
        elif tag in ("shd", "highlight"):
            said["filled"] = tag == "highlight" or _is_filled(element)
    return Formatting(**said) if said else UNFORMATTED  # type: ignore[arg-type]


def _toggled(run: Formatting, paragraph: Formatting) -> Formatting:
    """Return a character style within a paragraph style: two that hide show again."""
    both = run.over(paragraph)
    if run.hidden and paragraph.hidden:
        both = replace(both, hidden=False)
    if run.struck and paragraph.struck:
        both = replace(both, struck=False)
    return both


def _is_white(color: str | None) -> bool:
    return bool(re.fullmatch(r"(?:[fF][a-fA-F]){3}", color or ""))


def _is_filled(shade: _Element | None) -> bool:
    """Tell whether a shading (w:shd) has a colour on which white letters can be read."""
    if shade is None:
        return False
    fill = shade.get(_W + "fill")
    pattern = _value(shade) not in (None, "clear", "nil")
    return pattern or (fill.lower() if fill else None) not in _NO_FILL


@dataclass(frozen=True)
class _Styles:
    styles: dict[str, _Style]
    default: str | None = None
    character: str | None = None
    """The default style of characters."""
    format: Formatting = UNFORMATTED
    """What the document says for all runs."""
    _formats: dict[tuple[str | None, str | None], Formatting] = field(default_factory=dict)

    @staticmethod
    def of(package: Package, name: str) -> _Styles:
        if name not in package:
            return _Styles({})
        styles: dict[str, _Style] = {}
        default = character = None
        root = _root(package, name)
        for style in root.iter(_W + "style"):
            key = style.get(_W + "styleId") or ""
            properties = style.find(_W + "pPr/" + _W + "numPr")
            level = _value(_child(properties, "ilvl"))
            styles[key] = _Style(
                name=(_value(style.find(_W + "name")) or "").lower(),
                parent=_value(style.find(_W + "basedOn")),
                num_id=_value(_child(properties, "numId")),
                level=None if level is None else _number(level, 0),
                format=_format_of(style.find(_W + "rPr")),
                shaded=any(map(_is_filled, style.iter(_W + "shd"))),
            )
            kind = style.get(_W + "type")
            if (style.get(_W + "default") or "0") not in _OFF:
                default = key if kind == "paragraph" else default
                character = key if kind == "character" else character
        everywhere = root.find(f"{_W}docDefaults/{_W}rPrDefault/{_W}rPr")
        return _Styles(styles, default, character, _format_of(everywhere))

    def chain(self, key: str | None) -> Iterator[tuple[str, _Style]]:
        """Yield a style and those it is based on."""
        seen: set[str] = set()
        while key is not None and key in self.styles and key not in seen and len(seen) < _CHAIN:
            seen.add(key)
            yield key, self.styles[key]
            key = self.styles[key].parent

    def formatting(self, paragraph: str | None, run: str | None = None) -> Formatting:
        """Return the formatting of runs with these styles, without what they say themselves."""
        key = (paragraph or self.default, run or self.character)
        if key not in self._formats:
            of_paragraph, of_run = (self._chained(style) for style in key)
            self._formats[key] = _toggled(of_run, of_paragraph).over(self.format)
        return self._formats[key]

    def _chained(self, style: str | None) -> Formatting:
        said = UNFORMATTED
        for _, described in self.chain(style):
            said = said.over(described.format)
        return said

    def shades(self, style: str | None) -> bool:
        """Tell whether a style fills what it formats with a colour."""
        return any(described.shaded for _, described in self.chain(style))


def _child(element: _Element | None, name: str) -> _Element | None:
    return None if element is None else element.find(_W + name)


@dataclass
class _List:
    """One w:num: a list of an abstract numbering, perhaps with its own starts."""

    abstract: str
    levels: dict[int, NumberLevel]
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


def _levels(parent: _Element) -> tuple[dict[int, NumberLevel], dict[str, int]]:
    levels: dict[int, NumberLevel] = {}
    tied: dict[str, int] = {}
    for element in parent.findall(_W + "lvl"):
        at = _number(element.get(_W + "ilvl"), 0)
        form = _value(element.find(".//" + _W + "numFmt")) or "decimal"
        levels[at] = NumberLevel(
            form=form_of("word", form) or "decimal",
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
    has_result: bool = False
    of_contents: bool = False
    """True for the table of contents: its result is no text of the document."""


class _Reader(Walk):
    """Walks a body and gathers its blocks."""

    def __init__(
        self,
        styles: _Styles,
        numbering: _Numbering,
        body: _Element,
        package: Package,
        parts: Mapping[str, str],
        depth: int,
    ) -> None:
        super().__init__()
        self._package = package
        self._parts = parts
        """The parts that the document refers to, by the ids of its relations."""
        self._documents = depth
        """How many documents it stands within."""
        self._styles = styles
        self._numbering = numbering
        self._held = ""
        """Text of paragraphs whose end mark was deleted: it runs on into the next one."""
        self._fields: list[_Field] = []
        self._boxes: list[Iterable[_Element]] = []
        """Text boxes anchored in the paragraph being read, and tables that stand within it."""
        self._style: str | None = None
        """The style of the paragraph being read…"""
        self._format = UNFORMATTED
        """…and the formatting of runs that it gives."""
        self._shaded = next(body.itersiblings(_W + "background", preceding=True), None) is not None
        """True where white letters stand on a colour: in a filled cell, table, box or page."""
        self._embedded = 0
        kinds = Counter(mark.get(_W + "fldCharType") for mark in body.iter(_W + "fldChar"))
        self._fields_close = kinds["begin"] == kinds["end"]

    def walk(self, container: Iterable[_Element], lines: list[str] | None = None) -> None:
        """Read what a body, a frame or a text box holds into blocks; what a cell holds, into lines."""
        for element in container:
            tag = element.tag
            if tag == _W + "p":
                self._add_paragraph(element, lines)
            elif tag == _W + "tbl":
                if lines is None:
                    self._add_table(element)
                else:
                    lines += self._nested_lines(element)
            elif tag == _MC + "AlternateContent":
                self.walk(_alternative(element), lines)
            elif tag == _W + "altChunk":
                if lines is None:
                    self._embed(element)
                else:
                    self._unseen.add("embedded_document", "altChunk", "doubt")
            elif tag == _W + "r" or str(tag).startswith(_M):
                runs = Runs()  # text that stands in no paragraph
                self._inline([element], runs)
                self._held += runs.text(self._unseen)
                if lines is None:
                    self.flush()
            elif tag not in _APART and not (lines is None and _is_contents(element)):
                self.walk(element, lines)

    def _embed(self, chunk: _Element) -> None:
        """Read a document that stands in the place of paragraphs, as a part of its own."""
        self._embedded += 1
        name = self._parts.get(chunk.get(_R_ID) or "")
        reading = embedded(self._package, name, self._embedded, self._tables, self._documents + 1)
        self.flush()
        self._notes += reading.notes
        for block in reading.blocks:
            if isinstance(block, RawGrid):
                self._tables += 1
                self._budget.spend(sum(map(len, block.rows)))
            self.blocks.append(block)

    def flush(self) -> None:
        """Give out text that is still held."""
        text, self._held = self._held, ""
        self._add_lines(text)

    def _add_paragraph(self, element: _Element, lines: list[str] | None) -> None:
        number, text, boxes = self._paragraph(element)
        # Word prints the number of an empty paragraph too; outside a table it says nothing.
        self._held += number + text if lines is not None or text.strip() else text
        if not _mark_removed(element):
            if lines is None:
                self.flush()
            else:
                lines.append(self._held)
                self._held = ""
        for box in boxes:
            if lines is None:
                with self._deeper(_shaded=self._shaded or _fills(box)):
                    self.walk(box)
            else:
                lines.append(self._cell_text(box))

    # --- paragraphs -------------------------------------------------------------------------

    def _paragraph(self, element: _Element) -> tuple[str, str, list[Iterable[_Element]]]:
        """Return a paragraph's number, its text, and the text boxes anchored in it."""
        boxes, self._boxes = self._boxes, []
        runs = Runs()
        properties = element.find(_W + "pPr")
        style = _value(_child(properties, "pStyle"))
        self._style, self._format = style, self._styles.formatting(style)
        colored = self._styles.shades(style) or _is_filled(_child(properties, "shd"))
        with self._being(_shaded=self._shaded or colored):
            self._inline(element, runs)
        # An instruction ends in its paragraph; one that does not is damage, not text to swallow.
        self._fields = [open_field for open_field in self._fields if open_field.in_result]
        boxes, self._boxes = self._boxes, boxes
        if self._is_of_contents(style):
            return "", "", []
        text = runs.text(self._unseen)
        mark = _format_of(_child(properties, "rPr")).over(self._format)
        if _wholly_removed(element) or (mark.hidden and not text.strip()):
            return "", "", boxes  # not counted in its list either
        number = self._numbering.before(element)
        return (number and f"{number}\t"), text, boxes

    def _is_of_contents(self, style: str | None) -> bool:
        """Tell whether a style is that of a line of the table of contents."""
        return any(
            re.match(r"toc \d|table of figures", described.name)
            for _, described in self._styles.chain(style)
        )

    def _look(self, properties: _Element | None) -> Look:
        """Return what the formatting of a run makes of its text."""
        said = self._format
        if properties is not None and len(properties):
            if (style := _value(properties.find(_W + "rStyle"))) is not None:
                said = self._styles.formatting(self._style, style)
            said = _format_of(properties).over(said)
        return said.look(colored=self._shaded)

    def _inline(self, container: Iterable[_Element], runs: Runs) -> None:
        for element in container:
            tag = element.tag
            if tag == _W + "r":
                self._run(element, runs, self._look(element.find(_W + "rPr")))
            elif tag in _REMOVED:
                self._counts["changes_accepted"] += 1
            elif tag == _W + "sdt":
                if element.find(_W + "sdtPr/" + _W + "showingPlcHdr") is None:
                    self._inline(element, runs)
            elif tag == _MC + "AlternateContent":
                self._inline(_alternative(element), runs)
            elif tag in (_W + "tbl", _W + "p"):
                self._boxes.append([element])  # where none may stand: read it after the paragraph
            elif isinstance(tag, str) and tag.startswith(_M):
                self._emit(read_omml(element), runs, PLAIN)
            elif tag not in _APART:
                if tag == _W + "ins":
                    self._counts["changes_accepted"] += 1
                self._inline(element, runs)

    def _run(self, run: Iterable[_Element], runs: Runs, look: Look) -> None:
        for element in run:
            tag = element.tag
            if tag == _W + "t":
                self._emit(element.text or "", runs, look)
            elif tag in (_W + "tab", _W + "ptab"):
                self._emit("\t", runs, look)
            elif tag in (_W + "br", _W + "cr"):
                self._emit("\n", runs, look)
            elif tag == _W + "noBreakHyphen":
                self._emit("-", runs, look)
            elif tag == _W + "sym":
                self._emit(_symbol(element), runs, look)
            elif tag == _W + "fldChar":
                self._field(element.get(_W + "fldCharType"), runs, look)
            elif tag == _W + "instrText":
                if self._fields:
                    self._fields[-1].instruction += element.text or ""
            elif tag in (_W + "drawing", _W + "pict", _W + "object"):
                if not look.hidden:
                    self._boxes += _boxes(element)
                    self._say_object(element)
            elif tag == _MC + "AlternateContent":
                self._run(_alternative(element), runs, look)
            elif tag not in _APART:
                self._inline([element], runs)

    def _say_object(self, element: _Element) -> None:
        """Say that another program's document stands here as a picture of itself."""
        for shown in element.iter(_O_OBJECT):
            program = shown.get("ProgID") or ""
            if program.startswith(("Equation", "MathType")):
                self._unseen.add("equation_unread", program, "doubt")
            else:
                self._unseen.add("embedded_document", program or "OLE", "doubt")

    def _emit(self, text: str, runs: Runs, look: Look) -> None:
        for open_field in self._fields:
            if not open_field.in_result:
                open_field.instruction += text
                return
            if self._fields_close and open_field.of_contents:
                return
        if self._fields and text.strip():
            self._fields[-1].has_result = True
        runs.add(text, look)

    def _field(self, kind: str | None, runs: Runs, look: Look) -> None:
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
                self._emit(circled(int(match[1])), runs, look)
            elif not ended.has_result and (drawing := read_eq(ended.instruction)):
                self._emit(drawing, runs, look)

    # --- tables -----------------------------------------------------------------------------

    def _add_table(self, table: _Element) -> None:
        rows, carried = self._shown_rows(table)
        cells = [[cell for cell, _, _ in _cells(row)] for row in rows]
        properties = table.find(_W + "tblPr")
        style = _value(_child(properties, "tblStyle"))
        colored = self._styles.shades(style) or _is_filled(_child(properties, "shd"))
        frames = self._is_frame(cells, _bare_text, _W + "tbl")
        with self._being(_shaded=self._shaded or colored):
            if frames:
                for cell in chain.from_iterable(cells):
                    with self._deeper(_shaded=self._shaded or _fills(cell)):
                        self.walk(cell)
                return
            widths = [
                float(_number(column.get(_W + "w"), 0))
                for column in table.findall(_W + "tblGrid/" + _W + "gridCol")[:1000]
            ]
            self.blocks += self._grid(
                rows, lambda row: self._span_cells(row, carried.get(row, {})), widths
            )
        for stray in _strays(table):
            self._unseen.add("misplaced_text", "".join(map(str, stray.itertext(_W + "t"))), "doubt")
            self.walk([stray])

    def _shown_rows(self, table: _Element) -> tuple[list[_Element], dict[_Element, dict[int, str]]]:
        """Return the rows that are shown, and what cells merged from a hidden row hold in them."""
        rows: list[_Element] = []
        carried: dict[_Element, dict[int, str]] = {}
        open_above: dict[int, str] = {}
        for row in _rows(table):
            if _is_hidden(row):
                self._say_hidden_row(_bare_text(cell) for cell, _, _ in _cells(row))
                open_above |= {
                    start: self._cell_text(cell)
                    for start, cell, merge, _ in _starts(row)
                    if merge == "restart"
                }
            else:
                rows.append(row)
                if open_above:
                    carried[row], open_above = open_above, {}
        return rows, carried

    def _span_cells(self, row: _Element, carried: Mapping[int, str]) -> list[SpanCell]:
        cells: list[SpanCell] = []
        for at, cell, merge, across in _starts(row):
            if merge == "left" and cells:
                cells[-1].across += across
                continue
            # A continued cell is not shown, and Word does not count its paragraphs.
            from_above = carried.get(at) if merge == "continue" else None
            cells.append(
                SpanCell(
                    self._cell_text(cell) if from_above is None else from_above,
                    across=across,
                    start=at,
                    opens=merge == "restart" or from_above is not None,
                    continues=merge == "continue" and from_above is None,
                )
            )
        return cells

    def _cell_text(self, cell: Iterable[_Element]) -> str:
        """Return a cell's text: a line for each line of it, nested tables row by row."""
        lines: list[str] = []
        with self._deeper(_shaded=self._shaded or _fills(cell), _held=""):
            self.walk(cell, lines)
            lines.append(self._held)
        return "\n".join(line for line in lines if line.strip())

    def _nested_lines(self, table: _Element) -> Iterator[str]:
        """Yield a line for each row of a table that stands in a cell."""
        self._counts["nested_table"] += 1
        for row in self._shown_rows(table)[0]:
            own = (cell for cell, _, merge in _cells(row) if merge not in ("continue", "left"))
            yield " ".join(filter(None, map(self._cell_text, own)))


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


def _fills(container: Iterable[_Element]) -> bool:
    """Tell whether a cell or a text box has a colour of its own; a box mostly has."""
    tag = getattr(container, "tag", "")
    if tag == _W + "tc":
        return any(_is_filled(shade) for shade in container.findall(f"{_W}tcPr/{_W}shd"))  # type: ignore[attr-defined]
    return bool(tag == _W + "txbxContent")


def _symbol(element: _Element) -> str:
    """Return the sign of a w:sym, which names its font."""
    try:
        code = int(element.get(_W + "char") or "", 16)
        sign = chr(code) if code >= 0x20 and not 0xD800 <= code < 0xE000 else ""
    except ValueError:
        return ""
    return drawn(sign, font_key(element.get(_W + "font")))


def _is_contents(sdt: _Element) -> bool:
    """Tell whether a block is the table of contents that Word generates."""
    if sdt.tag != _W + "sdt":
        return False
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
    """Yield the rows of a table, those deleted left out."""
    for element in table:
        if element.tag == _W + "tr":
            if _child(element.find(_W + "trPr"), "del") is None:
                yield element
        elif element.tag not in _APART and element.tag not in (_W + "p", _W + "tbl"):
            yield from _rows(element)


def _strays(table: _Element) -> list[_Element]:
    """Return what stands in a table and in none of its rows, where nothing may stand."""
    return [element for element in table if element.tag in _TABLE_TAGS.content]


def _is_hidden(row: _Element) -> bool:
    properties = row.find(_W + "trPr")
    if _on(_child(properties, "hidden")):
        return True
    height = _child(properties, "trHeight")
    return _value(height, "hRule") == "exact" and 0 <= _number(_value(height), 999) <= _FLAT_ROW


def _starts(row: _Element) -> Iterator[tuple[int, _Element, str, int]]:
    """Yield each cell of a row with the grid column it begins in, its part in a merge, its width."""
    at = max(_number(_value(row.find(_W + "trPr/" + _W + "gridBefore")), 0), 0)
    for cell, across, merge in _cells(row):
        yield at, cell, merge, across
        at += across


def _cells(row: _Element) -> Iterator[tuple[_Element, int, str]]:
    """Yield each cell of a row, the grid columns it spans, and what it is in a merge.

    A merge is `restart` or `continue` (down), `left` (goes on from the cell before), or empty.
    """
    for element in row:
        if element.tag != _W + "tc":
            if element.tag not in _APART and element.tag not in (_W + "p", _W + "tbl"):
                yield from _cells(element)
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
