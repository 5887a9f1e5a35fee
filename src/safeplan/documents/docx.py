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
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cache
from typing import TYPE_CHECKING

from safeplan.documents.blocks import RawGrid, ReaderNote, Reading
from safeplan.documents.counters import LONGEST, Counters, NumberLevel, form_of, render
from safeplan.documents.detection import detect
from safeplan.documents.encoding import decode
from safeplan.documents.equations import read_eq, read_equation
from safeplan.documents.errors import DocumentError
from safeplan.documents.limits import MAX_ARCHIVE_DEPTH
from safeplan.documents.packages import Package, parse_xml, relations
from safeplan.documents.runs import (
    PLAIN,
    UNFORMATTED,
    Formatting,
    Look,
    Runs,
    Style,
    chained,
    drawn,
    font_key,
    formatting,
)
from safeplan.documents.text import read_text
from safeplan.documents.walking import Cell, TableRow, TableTags, Walk, tags_of
from safeplan.documents.written import of_docx
from safeplan.models import Source

if TYPE_CHECKING:
    from lxml.etree import _Element

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_O_OBJECT = "{urn:schemas-microsoft-com:office:office}OLEObject"
_R_ID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


_REMOVED = tags_of("del moveFrom", _W)
# What may stand around a row or a cell.
_AROUND = _REMOVED | tags_of("sdtContent customXml smartTag ins moveTo", _W)
_AROUND |= tags_of("Choice Fallback", _MC)
_TABLE_TAGS = TableTags(
    _W + "tbl",
    {_W + "tbl"},
    _W + "tr",
    _W + "tc",
    _W + "gridCol",
    tags_of("p tbl r", _W),
    _W + "p",
    _AROUND,
)
# Elements that hold no text of the document; whatever else is met only wraps what is printed.
_APART = _REMOVED | tags_of(
    "pPr rPr sdtPr sdtEndPr tblPr tblGrid trPr tcPr tblPrEx sectPr rubyPr rt customXmlPr"
    " smartTagPr instrText delInstrText delText",
    _W,
)
_WRITTEN = {_W + "tab": "\t", _W + "ptab": "\t", _W + "br": "\n", _W + "cr": "\n"}
_WRITTEN[_W + "noBreakHyphen"] = "-"
_DRAWINGS, _BLOCKS = tags_of("drawing pict object", _W), tags_of("p tbl", _W)
_CHANGES = _REMOVED | {_W + "ins"}
_OFF = ("0", "false", "off", "none")
_CIRCLE_FIELD = re.compile(
    r"\s*eq\s*\\o\s*(?:\\a[clr]\s*)?\([○◯〇]\s*[,，;；]\s*(\d{1,2})\s*\)", re.I
)
_TINY = 2
"""Half points: the smallest size that Word sets; nobody reads it."""
_RAISED = 4
"""Half points above the line from which on a run stands raised, and is not only set evenly."""
_FLAT_ROW = 60
"""Twentieths of a point: a row of exactly this height or less shows nothing."""
_NO_FILL = ("", "auto", "ffffff", "none")
_WHITE = re.compile(r"(?:[fF][a-fA-F]){3}")
MAX_EMBEDDED = 16
"""Documents within one document."""
_CONTENTS = re.compile(r"toc \d|table of figures")


def read_docx(data: bytes, depth: int = 0) -> Reading:
    """Read a Word document.

    Args:
        data: the file.
        depth: how many documents it stands within, where it is embedded.

    Raises:
        DocumentError: damaged, encrypted, or beyond the limits.
    """
    package = Package(data, "DOCX")
    kinds = relations(package).values()
    main = next((name for kind, name in kinds if kind.endswith("/officeDocument")), None)
    main = main or "word/document.xml"
    body = _find(_root(package, main), "body")
    if body is None:
        raise DocumentError("broken_file", format="DOCX")
    reader = _Reader(package, main, body, depth)
    return Reading(reader.blocks, reader.notes(), written=of_docx(package, main, body))


def _root(package: Package, name: str) -> _Element:
    """Return the root of a part, whose names in ISO 29500 Strict become the usual ones."""
    data = package.read(name)
    for kind, last in (("wordprocessingml", "main"), ("officeDocument", "math")):
        data = data.replace(
            f"http://purl.oclc.org/ooxml/{kind}/{last}".encode(),
            f"http://schemas.openxmlformats.org/{kind}/2006/{last}".encode(),
        )
    return parse_xml(data, "DOCX")


@cache
def _path(names: str) -> str:
    return "/".join(_W + name for name in names.split("/"))


def _find(element: _Element | None, names: str) -> _Element | None:
    """Return the element that a path of Word's names leads to: `tcPr/gridSpan`."""
    return None if element is None else element.find(_path(names))


def _value(element: _Element | None, names: str = "", of: str = "val") -> str | None:
    """Return an attribute of an element, or of the one that a path leads to."""
    found = _find(element, names) if names else element
    return None if found is None else found.get(_W + of)


def _number(text: str | None, default: int) -> int:
    try:
        return int(float(text)) if text is not None else default
    except (ValueError, OverflowError):
        return default


def _on(element: _Element | None) -> bool:
    """Tell whether a property is set: there, and not said to be off."""
    return element is not None and (_value(element) or "true").lower() not in _OFF


# --- styles and numbering -------------------------------------------------------------------


def _is_filled(shade: _Element | None) -> bool:
    """Tell whether a shading (w:shd) has a colour on which white letters can be read."""
    if shade is None:
        return False
    pattern = _value(shade) not in (None, "clear", "nil")
    return pattern or (_value(shade, of="fill") or "").lower() not in _NO_FILL


_SAID: dict[str, tuple[str, Callable[[_Element], bool]]] = {
    _W + "vanish": ("hidden", _on),
    _W + "strike": ("struck", _on),
    _W + "dstrike": ("struck", _on),
    _W + "vertAlign": ("raised", lambda element: _value(element) == "superscript"),
    _W + "position": ("raised", lambda element: _number(_value(element), 0) >= _RAISED),
    _W + "sz": ("tiny", lambda element: _number(_value(element), 99) <= _TINY),
    _W + "color": ("white", lambda element: bool(_WHITE.fullmatch(_value(element) or ""))),
    _W + "shd": ("filled", _is_filled),
    _W + "highlight": ("filled", lambda _: True),
}
"""What each property of a run says."""


def _format_of(properties: _Element | None) -> Formatting:
    """Read the properties of a run or a style."""
    said: dict[str, bool | str] = {}
    for element in () if properties is None else properties:
        tag = str(element.tag)
        if tag in _SAID:
            name, holds = _SAID[tag]
            said[name] = holds(element) or said.get(name, False)
        elif tag == _W + "rFonts" and (
            font := _value(element, of="ascii") or _value(element, of="hAnsi")
        ):
            said["font"] = font_key(font)
    return Formatting(**said) if said else UNFORMATTED  # type: ignore[arg-type]


@dataclass(frozen=True)
class _Style(Style):
    name: str
    num_id: str | None
    level: int | None
    shaded: bool
    """True where the style fills what it formats with a colour."""


class _Styles:
    def __init__(self, root: Iterable[_Element]) -> None:
        self._styles: dict[str, _Style] = {}
        self.defaults: dict[str | None, str] = {}
        """The default style of paragraphs, and of characters."""
        self._everywhere = UNFORMATTED
        self._formats: dict[tuple[str | None, str | None], Formatting] = {}
        for style in root:
            if style.tag == _W + "docDefaults":
                self._everywhere = _format_of(_find(style, "rPrDefault/rPr"))
            if style.tag != _W + "style":
                continue
            key = _value(style, of="styleId") or ""
            level = _value(style, "pPr/numPr/ilvl")
            self._styles[key] = _Style(
                name=(_value(style, "name") or "").lower(),
                parent=_value(style, "basedOn"),
                num_id=_value(style, "pPr/numPr/numId"),
                level=None if level is None else _number(level, 0),
                format=_format_of(_find(style, "rPr")),
                shaded=any(map(_is_filled, style.iter(_W + "shd"))),
            )
            if (_value(style, of="default") or "0") not in _OFF:
                self.defaults[_value(style, of="type")] = key

    def chain(self, key: str | None) -> Iterator[tuple[str | None, _Style]]:
        """Yield a style and those it is based on."""
        return chained(self._styles, key)

    def formatting(self, paragraph: str | None, run: str | None = None) -> Formatting:
        """Return the formatting of runs with these styles, without what they say themselves."""
        keys = (paragraph or self.defaults.get("paragraph"), run or self.defaults.get("character"))
        if keys not in self._formats:
            below, above = (formatting(self._styles, key) for key in keys)
            both = above.over(below)
            # Of two that hide, one within the other, the text shows again.
            if above.hidden and below.hidden:
                both = replace(both, hidden=False)
            if above.struck and below.struck:
                both = replace(both, struck=False)
            self._formats[keys] = both.over(self._everywhere)
        return self._formats[keys]

    def shades(self, key: str | None) -> bool:
        """Tell whether a style fills what it formats with a colour."""
        return any(style.shaded for _, style in self.chain(key))


@dataclass
class _List:
    """One w:num: a list of an abstract numbering, perhaps with its own starts."""

    abstract: str
    levels: dict[int, NumberLevel] = field(default_factory=dict)
    starts: dict[int, int] = field(default_factory=dict)
    """Where it begins by itself; taken out once it has."""
    styles: dict[str, int] = field(default_factory=dict)
    """Level by the style that is tied to it."""

    def read(self, parent: _Element) -> None:
        """Take over the levels that an abstract numbering or an override describes."""
        for level in parent.findall(_W + "lvl"):
            at = _number(_value(level, of="ilvl"), 0)
            form = _value(level.find(".//" + _W + "numFmt")) or "decimal"
            self.levels[at] = NumberLevel(
                form=form_of("word", form) or "decimal",
                text=(_value(level, "lvlText") or "")[:LONGEST],
                start=_number(_value(level, "start"), 0),
                legal=_on(_find(level, "isLgl")),
            )
            if style := _value(level, "pStyle"):
                self.styles[style] = at


class _Numbering:
    def __init__(self, root: Iterable[_Element], styles: _Styles) -> None:
        self._styles = styles
        self._lists: dict[str | None, _List] = {}
        self._counters: dict[str, Counters] = {}
        elements = list(root)
        abstracts = {
            _value(element, of="abstractNumId") or "": element
            for element in elements
            if element.tag == _W + "abstractNum"
        }
        by_style = {_value(element, "styleLink"): element for element in abstracts.values()}
        for num in elements:
            key = _value(num, "abstractNumId") or ""
            if num.tag != _W + "num" or key not in abstracts:
                continue
            linked = _value(abstracts[key], "numStyleLink")
            listed = _List(key)
            listed.read(by_style.get(linked, abstracts[key]) if linked else abstracts[key])
            for override in num.findall(_W + "lvlOverride"):
                listed.read(override)
                if (start := _find(override, "startOverride")) is not None:
                    at = _number(_value(override, of="ilvl"), 0)
                    listed.starts[at] = _number(_value(start), 1)
            self._lists[_value(num, of="numId") or ""] = listed

    def before(self, paragraph: _Element) -> str:
        """Count a paragraph and return the number that Word writes before it."""
        num_id, level = self._of(paragraph)
        listed = self._lists.get(num_id)
        if listed is None:
            return ""
        at = min(max(level or 0, 0), 8)
        counters = self._counters.setdefault(listed.abstract, Counters())
        if at in listed.starts:
            counters.values[at] = listed.starts.pop(at) - 1
        return counters.step(at, listed.levels)

    def _of(self, paragraph: _Element) -> tuple[str | None, int | None]:
        """Return the list a paragraph belongs to, by itself or by its style, and its level."""
        num_id, level = (_value(paragraph, f"pPr/numPr/{name}") for name in ("numId", "ilvl"))
        at = None if level is None else _number(level, 0)
        if num_id is not None:
            return num_id, at
        own = _value(paragraph, "pPr/pStyle") or self._styles.defaults.get("paragraph")
        for key, style in self._styles.chain(own):
            if style.num_id is not None:
                if at is None and style.num_id in self._lists:
                    tied = self._lists[style.num_id].styles
                    at = tied.get(own or "", tied.get(key or "", style.level))
                return style.num_id, at
            at = style.level if at is None else at
        return None, at


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

    tags = _TABLE_TAGS

    def __init__(self, package: Package, main: str, body: _Element, depth: int) -> None:
        super().__init__()
        folder = main.rpartition("/")[0]
        styles, numbering = (
            _root(package, name) if name in package else ()
            for name in (f"{folder}/{part}.xml".lstrip("/") for part in ("styles", "numbering"))
        )
        self._package = package
        self._parts = {key: name for key, (_, name) in relations(package, main).items()}
        """The parts that the document refers to, by the ids of its relations."""
        self._documents = depth
        """How many documents it stands within…"""
        self._embedded = 0
        """…and how many stood in it so far."""
        self._styles = _Styles(styles)
        self._numbering = _Numbering(numbering, self._styles)
        self._held = ""
        """Text of paragraphs whose end mark was deleted: it runs on into the next one."""
        self._fields: list[_Field] = []
        kinds = Counter(_value(mark, of="fldCharType") for mark in body.iter(_W + "fldChar"))
        self._fields_close = kinds["begin"] == kinds["end"]
        self._style: str | None = None
        """The style of the paragraph being read…"""
        self._format = UNFORMATTED
        """…and the formatting of runs that it gives."""
        self._shaded = next(body.itersiblings(_W + "background", preceding=True), None) is not None
        """True where white letters stand on a colour: in a filled cell, table, box or page."""
        self.read(body, body)

    def walk(self, container: Iterable[_Element]) -> None:
        """Read what a body, a cell or a text box holds."""
        for element in container:
            tag = element.tag
            if tag == _W + "p":
                self._paragraph(element)
            elif tag == _W + "tbl":
                self._table(element)
            elif tag == _MC + "AlternateContent":
                self.walk(_alternative(element))
            elif tag == _W + "altChunk":
                self._embed(element)
            elif tag == _W + "r" or str(tag).startswith(_M):
                self._inline([element])  # text that stands in no paragraph
                self._held += self._line()
                if not self._in_cell:
                    self._end()
                self._read_boxes()
            elif tag not in _APART and (self._in_cell or not _is_contents(element)):
                self.walk(element)

    def _within(self, element: _Element) -> dict[str, object]:
        """Tell whether white letters in a table, a cell or a text box stand on a colour."""
        if element.tag == _W + "tbl":
            style = _value(element, "tblPr/tblStyle")
            filled = self._styles.shades(style) or _is_filled(_find(element, "tblPr/shd"))
        elif element.tag == _W + "tc":
            filled = any(map(_is_filled, element.findall(_path("tcPr/shd"))))
        else:
            filled = element.tag == _W + "txbxContent"  # it mostly has
        return {"_shaded": self._shaded or filled}

    def _embed(self, chunk: _Element) -> None:
        """Read a document that stands in the place of paragraphs, as a part of its own."""
        if self._in_cell:
            self._unseen.add("embedded_document", "altChunk", "doubt")
            return
        self._end()
        self._embedded += 1
        name = self._parts.get(chunk.get(_R_ID) or "")
        quoted = {"text": name.rpartition("/")[2] if name else "altChunk"}
        reading: Reading | None = None
        if name and self._embedded <= MAX_EMBEDDED and self._documents < MAX_ARCHIVE_DEPTH:
            with suppress(DocumentError):
                reading = _read_embedded(self._package.read(name), self._documents + 1)
        if reading is None:
            self._notes.append(ReaderNote("embedded_document", "doubt", quoted))
            return
        self._notes.append(ReaderNote("embedded_read", args=quoted))
        before = self._tables
        for note in reading.notes:
            source = note.source and _counted_on(note.source, before)
            self._notes.append(replace(note, source=source))
        for block in reading.blocks:
            if isinstance(block, RawGrid):
                self._tables += 1
                self._budget.spend(sum(map(len, block.rows)))
                rows = [
                    [replace(cell, source=_counted_on(cell.source, before)) for cell in row]
                    for row in block.rows
                ]
                self.blocks.append(replace(block, rows=rows))
            else:
                self.blocks.append(replace(block, source=_counted_on(block.source, before)))

    # --- paragraphs -------------------------------------------------------------------------

    def _paragraph(self, element: _Element) -> None:
        """Read a paragraph, and then the text boxes anchored in it."""
        properties = _find(element, "pPr")
        style = self._style = _value(properties, "pStyle")
        self._format = self._styles.formatting(style)
        colored = self._styles.shades(style) or _is_filled(_find(properties, "shd"))
        with self._being(_shaded=self._shaded or colored):
            self._inline(element)
        # An instruction ends in its paragraph; one that does not is damage, not text to swallow.
        self._fields = [open_field for open_field in self._fields if open_field.in_result]
        if any(_CONTENTS.match(each.name) for _, each in self._styles.chain(style)):
            self._runs, self._boxes = Runs(), []
        else:
            text = self._line()
            mark = _format_of(_find(properties, "rPr")).over(self._format)
            if not (_wholly_removed(element) or (mark.hidden and not text.strip())):
                # What is not shown is not counted in its list either. Word prints the number of
                # an empty paragraph too; outside a table it says nothing.
                number = self._numbering.before(element)
                if number and (self._in_cell or text.strip()):
                    self._held += f"{number}\t"
                self._held += text
        if not _mark_removed(element):
            self._end()
        self._read_boxes()

    def _end(self) -> None:
        text, self._held = self._held, ""
        self._add(text)

    def _look(self, run: _Element) -> Look:
        """Return what the formatting of a run makes of its text."""
        said = self._format
        properties = _find(run, "rPr")
        if properties is not None and len(properties):
            if (style := _value(properties, "rStyle")) is not None:
                said = self._styles.formatting(self._style, style)
            said = _format_of(properties).over(said)
        return said.look(colored=self._shaded)

    def _inline(self, container: Iterable[_Element], look: Look | None = None) -> None:
        """Gather the runs of a paragraph; `look` is that of the run, within one."""
        for element in container:
            tag = element.tag
            if tag == _W + "r":
                self._inline(element, self._look(element))
            elif look and tag == _W + "t":
                self._emit(element.text or "", look)
            elif look and tag in _WRITTEN:
                self._emit(_WRITTEN[tag], look)
            elif look and tag == _W + "sym":
                self._emit(_symbol(element), look)
            elif look and tag == _W + "fldChar":
                self._field(_value(element, of="fldCharType"), look)
            elif look and tag == _W + "instrText":
                if self._fields:
                    self._fields[-1].instruction += element.text or ""
            elif look and tag in _DRAWINGS:
                if not look.hidden:
                    self._boxes += _boxes(element)
                    self._say_object(element)
            elif tag == _MC + "AlternateContent":
                self._inline(_alternative(element), look)
            elif tag in _BLOCKS:
                self._boxes.append(element)  # where none may stand: read it after the paragraph
            elif str(tag).startswith(_M):
                self._emit(read_equation(element), PLAIN)
            elif tag == _W + "sdt" and _find(element, "sdtPr/showingPlcHdr") is not None:
                continue
            else:
                if tag in _CHANGES and not look:
                    self._counts["changes_accepted"] += 1
                if tag not in _APART:
                    self._inline(element)

    def _say_object(self, element: _Element) -> None:
        """Say that another program's document stands here as a picture of itself."""
        for shown in element.iter(_O_OBJECT):
            program = shown.get("ProgID") or ""
            equation = program.startswith(("Equation", "MathType"))
            code = "equation_unread" if equation else "embedded_document"
            self._unseen.add(code, program or "OLE", "doubt")

    def _emit(self, text: str, look: Look) -> None:
        for open_field in self._fields:
            if not open_field.in_result:
                open_field.instruction += text
                return
            if self._fields_close and open_field.of_contents:
                return
        if self._fields and text.strip():
            self._fields[-1].has_result = True
        self._runs.add(text, look)

    def _field(self, kind: str | None, look: Look) -> None:
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
                self._emit(render(int(match[1]), "circled"), look)
            elif not ended.has_result and (drawing := read_eq(ended.instruction)):
                self._emit(drawing, look)

    # --- tables -----------------------------------------------------------------------------

    def _table(self, table: _Element) -> None:
        super()._table(table)
        # What stands in a table and in none of its rows, where nothing may stand.
        for stray in table if self._above() else ():
            if stray.tag in _TABLE_TAGS.content:
                text = "".join(map(str, stray.itertext(_W + "t")))
                self._unseen.add("misplaced_text", text, "doubt")
                self.walk([stray])

    def _widths(self, table: _Element) -> list[float]:
        columns = table.findall(_path("tblGrid/gridCol"))[:1000]
        return [float(_number(_value(column, of="w"), 0)) for column in columns]

    def _own_text(self, cell: _Element) -> str:
        return "".join(
            text.text or ""
            for text in cell.iter(_W + "t")
            if next(text.iterancestors(_W + "tc")) is cell
        )

    def _rows(self, table: _Element) -> list[TableRow]:
        return [
            TableRow(self._cells(row), _is_hidden(row))
            for row in _below(table, _W + "tr")
            if _find(row, "trPr/del") is None
        ]

    def _cells(self, row: _Element) -> list[Cell]:
        at = max(_number(_value(row, "trPr/gridBefore"), 0), 0)
        cells: list[Cell] = []
        for element in _below(row, _W + "tc"):
            if _find(element, "tcPr/cellDel") is not None:
                continue
            across = max(_number(_value(element, "tcPr/gridSpan"), 1), 1)
            down = _find(element, "tcPr/vMerge")
            if cells and _value(element, "tcPr/hMerge") == "continue":
                cells[-1].across += across
                self._unseen.add("covered_text", self._own_text(element), "doubt")
            else:
                merge = None if down is None else (_value(down) or "continue")
                cells.append(
                    Cell(
                        element=element,
                        across=across,
                        start=at,
                        opens=merge == "restart",
                        continues=merge == "continue",
                    )
                )
            at += across
        return cells


def _read_embedded(data: bytes, depth: int) -> Reading | None:
    """Read a document of the formats that Word embeds; None for others."""
    form = detect(data)
    if form == "docx":
        return read_docx(data, depth)
    if form in ("html", "mht"):
        from safeplan.documents.html import read_html, read_mht

        return read_html(data) if form == "html" else read_mht(data)
    if form == "text" and not data.lstrip().startswith(b"{\\rtf"):
        return Reading(read_text(decode(data)[0]))
    return None


def _counted_on(source: Source, tables: int) -> Source:
    """Return a place in an embedded document, whose tables are counted on from those before it."""
    if source.table is None:
        return Source()
    return source.model_copy(update={"table": source.table + tables})


def _below(container: Iterable[_Element], tag: str) -> Iterator[_Element]:
    """Yield the elements of a kind that stand in another, or in what only wraps them there."""
    for element in container:
        if element.tag == tag:
            yield element
        elif element.tag not in _APART and element.tag not in _BLOCKS:
            yield from _below(element, tag)


def _alternative(element: _Element) -> list[_Element]:
    """Return the one branch to read of content that is there twice."""
    branches = (element.find(_MC + name) for name in ("Choice", "Fallback"))
    return next((list(branch) for branch in branches if branch is not None and len(branch)), [])


def _boxes(element: _Element) -> list[_Element]:
    """Return the contents of the text boxes of a drawing, each once."""
    found: list[_Element] = []
    waiting = [element]
    while waiting:
        at = waiting.pop()
        if at.tag == _W + "txbxContent":
            found.append(at)  # boxes within it are met when it is walked
        else:
            twice = at.tag == _MC + "AlternateContent"
            waiting += reversed(_alternative(at) if twice else list(at))
    return found


def _symbol(element: _Element) -> str:
    """Return the sign of a w:sym, which names its font."""
    try:
        code = int(_value(element, of="char") or "", 16)
        sign = chr(code) if code >= 0x20 and not 0xD800 <= code < 0xE000 else ""
    except ValueError:
        return ""
    return drawn(sign, font_key(_value(element, of="font")))


def _is_contents(element: _Element) -> bool:
    """Tell whether a block is the table of contents that Word generates."""
    gallery = _value(element, "sdtPr/docPartObj/docPartGallery")
    return element.tag == _W + "sdt" and gallery == "Table of Contents"


def _mark_removed(paragraph: _Element) -> bool:
    """Tell whether the paragraph's end was deleted: it runs on into the next one."""
    marks = _find(paragraph, "pPr/rPr")
    return marks is not None and any(mark.tag in _REMOVED for mark in marks)


def _wholly_removed(paragraph: _Element) -> bool:
    """Tell whether nothing of a paragraph is left."""
    gone = _REMOVED | {_W + "pPr"}
    return _mark_removed(paragraph) and all(element.tag in gone for element in paragraph)


def _is_hidden(row: _Element) -> bool:
    height = _find(row, "trPr/trHeight")
    flat = _value(height, of="hRule") == "exact" and 0 <= _number(_value(height), 999) <= _FLAT_ROW
    return flat or _on(_find(row, "trPr/hidden"))
