"""Web pages (.html, .htm, .mht) → blocks: the document that stands in a page, not the page.

Navigation, sharing, related links and footers are left out, and so is whatever a browser does not
show. Tables that only place things on the page are walked into; a table is one where its header
says so, or where it goes on with one that was cut by the editor. No script is run and no address
is ever opened.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from safeplan import vocabulary
from safeplan.documents.blocks import Block, Paragraph, RawGrid, ReaderNote, Reading
from safeplan.documents.counters import form_of, render
from safeplan.documents.css import StyleSheets
from safeplan.documents.encoding import decode
from safeplan.documents.equations import read_mathml
from safeplan.documents.errors import DocumentError
from safeplan.documents.limits import (
    MAX_PAGE_NODES,
    MAX_PART_BYTES,
    check_nodes,
    check_size,
)
from safeplan.documents.runs import PLAIN, Look, Runs
from safeplan.documents.symbol_fonts import font_key
from safeplan.documents.tables import SpanCell, has_header, is_frame
from safeplan.documents.unseen import Unseen
from safeplan.documents.walking import Walk
from safeplan.models import Source
from safeplan.text.folding import tidy
from safeplan.text.numbering import HEADING

if TYPE_CHECKING:
    from lxml.etree import _Element

_NOT_SHOWN = {
    "head", "script", "style", "noscript", "template", "iframe", "frame", "object", "embed", "applet",
    "svg", "canvas", "audio", "video", "map", "select", "option", "button", "textarea", "input",
    "datalist", "dialog", "rt", "rp", "nav", "aside", "title",
}  # fmt: skip
_BLOCKS = {
    "address", "article", "blockquote", "body", "caption", "center", "dd", "details", "div", "dl",
    "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6",
    "header", "hr", "html", "li", "main", "ol", "p", "pre", "section", "summary", "table", "tbody",
    "td", "tfoot", "th", "thead", "tr", "ul",
}  # fmt: skip
_MAY_BE_BOILERPLATE = {
    "center", "div", "dl", "footer", "h6", "header", "li", "ol", "p", "section", "span", "table",
    "td", "tr", "ul",
}  # fmt: skip
_LONG = 300
"""More running text than this is no boilerplate, whatever its class says."""
_CELL_OF_A_PAGE = 1500
"""A cell with more text than this holds a part of the page."""

_META_CHARSET = re.compile(
    rb"<meta[^>]{0,200}charset\s*=\s*[\"']?\s*([\w-]+)|encoding=[\"']([\w-]+)", re.I
)
_CONTROL = re.compile("[\x00-\x08\x0b\x0e-\x1f]")
_OWN_NUMBER = re.compile(
    r"[\d０-９一二三四五六七八九十]+[、.．)）]|[（(〔]?[\d一二三四五六七八九十]+[)）〕]|[①-⑳]|第"
)
_BROKEN_TAG = re.compile(r"<[a-zA-Z/][^<>\"']*(?=<)")
_OPEN_VALUE = re.compile(r'="[^"<]*<[^"]*"')
_HAN = re.compile("[\u3400-\u9fff]+")
_END = re.compile(r"</html\s*>", re.I)
_OPENED, _CLOSED = re.compile("<(html|body)[ >]", re.I), re.compile("</(html|body)[ >]", re.I)
_NOT_ROWS = {"caption", "colgroup", "col", "td", "th", "table", *_NOT_SHOWN}
_STRUCK_TAGS, _GROUPS = {"s", "strike", "del"}, ("thead", "tbody", "tfoot")
_STRAYS = {"tr", *_GROUPS}
_AMOUNT = re.compile(r"(-?\d{0,6}(?:\.\d{0,6})?)\s*(%|[a-z]*)")
_POINTS = {"px": 0.75, "pt": 1, "em": 12, "ex": 6, "rem": 12, "": 0.75, "cm": 28.35, "mm": 2.835}
_HEX = re.compile(r"#([0-9a-f]{6}|[0-9a-f]{3})(?:[0-9a-f]{2})?")
_RGB = re.compile(
    r"rgba?\(\s*(\d{1,3})[\s,]+(\d{1,3})[\s,]+(\d{1,3})(?:[\s,/]+([\d.]{1,8})%?)?\s*\)"
)
_WHITE, _CLEAR = "#ffffff", "transparent"
_NAMED_COLOR = re.compile(r"[a-z]{3,20}")
_NO_COLOR = re.compile(
    r"(?:transparent|none|initial|inherit|unset|auto|repeat|scroll|0(?:px|%)?|\s|,)*"
)
_LIST_SIGN = re.compile(r"[\d０-９一-龥①-㊿⑴-⒛㈠-㈩ⅰ-ⅻⅠ-Ⅻ]|[a-zA-Z][.)、）．]|[(（][a-zA-Z][)）]")


def read_html(data: bytes) -> Reading:
    """Read a web page.

    Raises:
        DocumentError: no encoding fits, or beyond the limits.
    """
    check_size(len(data), MAX_PART_BYTES)
    return _read(*decode_page(data))


def read_mht(data: bytes) -> Reading:
    """Read a web page saved with its pictures in one file (MIME HTML).

    Raises:
        DocumentError: no page in it, no encoding fits, or beyond the limits.
    """
    from email import message_from_bytes

    check_size(len(data), MAX_PART_BYTES)
    for part in message_from_bytes(data).walk():
        if part.get_content_type() in ("text/html", "application/xhtml+xml"):
            content = part.get_payload(decode=True)
            if isinstance(content, bytes) and content.strip():
                return _read(*decode_page(content, part.get_content_charset()))
    raise DocumentError("mail")


# --- bytes → text ---------------------------------------------------------------------------


def decode_page(data: bytes, said: str | None = None) -> tuple[str, str, int]:
    """Return a page's text, its encoding, and how many characters were damaged.

    A BOM is believed first, then strict UTF-8 (no other Chinese text happens to be valid in it),
    then what the page or its envelope says, then GB18030; pages that say gb2312 use all of it.

    Raises:
        DocumentError: no encoding fits.
    """
    try:
        text, encoding = decode(data)
        damaged = 0
    except DocumentError as error:
        meta = _META_CHARSET.search(data[:4096])
        declared = said or (meta and (meta[1] or meta[2]).decode("ascii")) or ""
        text, encoding, damaged = _decode_as_said(data, declared, error)
    return _CONTROL.sub("", text), encoding, damaged


def _decode_as_said(data: bytes, declared: str, error: DocumentError) -> tuple[str, str, int]:
    """Decode a page that is not clean, in the encoding it names, if little of it is damaged."""
    try:
        encoding = codecs.lookup(declared).name
    except (LookupError, ValueError):
        raise error from None
    if encoding in ("gb2312", "gbk"):
        encoding = "gb18030"
    if encoding not in ("utf-8", "gb18030", "big5", "big5hkscs", "utf-16", "utf-16-le"):
        raise error
    text = data.decode(encoding, "replace")
    damaged = text.count("\ufffd")
    if damaged > 0.01 * len(text):
        raise error
    return text, encoding, damaged


_STRIKES = re.compile(r"<(?:s|strike)[\s>]", re.IGNORECASE)
_FORMATS = re.compile(
    r"<(/?)(a|b|big|code|em|font|i|nobr|s|small|strike|strong|tt|u)(?=[\s>/])[^<>]*>", re.IGNORECASE
)
_DEEPEST_FORMAT = 20


def _renested(text: str) -> str:
    """Return a page whose struck-out text is nested as a browser sees it.

    `<font><strike>30</font><font>处</strike></font>` strikes out both; the parser would end the
    strike with the first font.

    >>> _renested("<b><s>3</b><i>0</s></i>")
    '<b><s>3</s></b><s><i>0</i></s><i></i>'
    """
    if not _STRIKES.search(text):
        return text
    parts: list[str] = []
    opened: list[tuple[str, str]] = []  # name and tag of the formats that are open
    at = 0
    for match in _FORMATS.finditer(text):
        closes, name = match[1], match[2].lower()
        parts.append(text[at : match.start()])
        at = match.end()
        if not closes:
            opened.append((name, match[0]))
            if len(opened) > _DEEPEST_FORMAT:
                return text
            parts.append(match[0])
            continue
        within = next((i for i in range(len(opened) - 1, -1, -1) if opened[i][0] == name), None)
        if within is None:
            continue
        later = opened[within + 1 :]
        parts += [f"</{other}>" for other, _ in reversed(later)]
        parts.append(match[0])
        parts += [tag for _, tag in later]
        del opened[within]
    return "".join([*parts, text[at:]])


def _parse(text: str) -> _Element:
    from lxml import etree

    parser = etree.HTMLParser(
        encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True, huge_tree=False
    )
    try:
        # The parser drops what follows the end of the page, which a browser shows.
        page = _END.sub("", _renested(text))
        root = etree.fromstring(page.encode("utf-8", "replace"), parser)
    except (etree.LxmlError, ValueError) as error:
        raise DocumentError("broken_file", format="HTML") from error
    # The parser mends what it can and stops where it must: then the rest of the page is missing.
    for entry in parser.error_log:
        if "Excessive depth" in entry.message:
            raise DocumentError("too_deep", limit="256")
        if "huge" in entry.message.lower():
            raise DocumentError("too_large", size="10", limit="10")
    if root is None:
        raise DocumentError("empty_file")
    return root


def _read(text: str, encoding: str, damaged: int) -> Reading:
    check_nodes(text.count("<"), MAX_PAGE_NODES)
    root = _parse(text)
    reader = _Reader(root)
    reader.say_unseen_source(text)
    blocks = reader.read(root)
    notes = reader.notes()
    if _OPENED.search(text) and not _CLOSED.search(text):
        notes.append(ReaderNote("page_unfinished", "doubt"))
    if damaged:
        notes.append(ReaderNote("characters_lost", "doubt", {"count": str(damaged)}))
    return Reading(blocks, notes, encoding)


# --- the walk -------------------------------------------------------------------------------


class _Flow:
    """Takes text as it comes, and makes a paragraph of each line."""

    def __init__(self, unseen: Unseen) -> None:
        self.blocks: list[Block] = []
        self._runs = Runs()
        self._unseen = unseen

    def text(self, text: str, look: Look = PLAIN) -> None:
        self._runs.add(text, look)

    def end(self) -> None:
        """End the paragraph."""
        if self._runs:
            for line in self._runs.text(self._unseen).split("\n"):
                if folded := tidy(line):
                    self.blocks.append(Paragraph(folded, Source()))
            self._runs = Runs()

    def lines(self) -> list[str]:
        """Return what was taken as lines; tables have given theirs."""
        self.end()
        return [block.text for block in self.blocks if isinstance(block, Paragraph)]


@dataclass(slots=True)
class _Sums:
    """How much text an element holds, how much of it in links, and how many links."""

    text: int = 0
    linked: int = 0
    links: int = 0


@dataclass(frozen=True, slots=True)
class _Shown:
    """How an element is shown: what it has from those around it and from itself."""

    look: Look = PLAIN
    color: str = ""
    """The colour of its letters (`_color`), empty where none is said."""
    ground: str = ""
    """The colour behind them; `?` for a picture and what else cannot be told."""
    tiny: bool = False
    unseen: bool = False
    """True for `visibility: hidden`, which what stands in it may undo."""


_SHOWN = _Shown()


@dataclass(frozen=True)
class _Vocabulary:
    boilerplate: re.Pattern[str]
    furniture: re.Pattern[str]
    site: re.Pattern[str]
    information: frozenset[str] = field(default_factory=frozenset)


@vocabulary.cached()
def _vocabulary() -> _Vocabulary:
    words = vocabulary.load("pages")
    names = "|".join(map(re.escape, words["boilerplate"]))
    return _Vocabulary(
        re.compile(rf"(?:^|[\s_-])(?:{names})\d*(?=$|[\s_-])|bdshare|jiathis", re.IGNORECASE),
        re.compile("|".join(words["furniture"]), re.IGNORECASE),
        re.compile("|".join(words["site"]), re.IGNORECASE),
        frozenset(words["information"]),
    )


class _Reader(Walk):
    def __init__(self, root: _Element) -> None:
        super().__init__()
        self._free_tables(root)
        _mend_rows(root)
        self._sheets = StyleSheets(style.text or "" for style in root.iter("style"))
        self._dressed = any(
            "stylesheet" in (link.get("rel") or "").lower() for link in root.iter("link")
        )
        """True where style sheets that are not in the page may give colours."""
        self._elements = [element for element in root.iter() if isinstance(element.tag, str)]
        self._sums = self._count_text()
        self._tables_with_header = self._find_headers()

    def read(self, root: _Element) -> list[Block]:
        """Return the blocks of the document that stands in the page."""
        flow = _Flow(self._unseen)
        self.walk(root, flow)
        flow.end()
        return self._settled(flow.blocks)

    def _settled(self, blocks: list[Block]) -> list[Block]:
        """Return the blocks without page furniture, what names the site put before them."""
        words = _vocabulary()
        site: list[Block] = []
        kept: list[Block] = []
        for block in blocks:
            if isinstance(block, Paragraph) and len(block.text) < 160:
                if words.site.fullmatch(block.text):
                    site.append(block)
                    continue
                if words.furniture.fullmatch(block.text):
                    continue
            kept.append(block)
        return site[:3] + kept

    def say_unseen_source(self, page: str) -> None:
        """Say what a browser shows nothing of: what an open tag, quote or comment swallowed."""
        for tag in [*_BROKEN_TAG.findall(page), *_OPEN_VALUE.findall(page)]:
            self._unseen.add("misplaced_text", "".join(_HAN.findall(tag)), "doubt")
        start = page.rfind("<!--")
        if start >= 0 and "-->" not in page[start:]:
            text = re.sub(r"<[^<>]*>", "", page[start + 4 :])
            self._unseen.add("comment_unclosed", text, "doubt")

    # --- what is known before the walk ------------------------------------------------------

    def _free_tables(self, root: _Element) -> None:
        """Let a table, and what follows it, end the table or row in which it stands in no cell.

        A tag was lost or written twice: a browser ends the table before as well. A table with a
        text takes it from the cell that it replaced, which is said.
        """
        for table in list(root.iter("table")):
            around = next(table.iterancestors("table", "td", "th", "tr"), None)
            if around is None or around.tag in ("td", "th"):
                continue
            while (
                above := next(around.iterancestors("table", "td", "th", "tr"), None)
            ) is not None:
                if around.tag == "table" or above.tag in ("td", "th"):
                    break
                around = above
            self._unseen.add("table_tag_lost", _all_text(table), "doubt")
            after = [*_following(table, around)]
            for element in reversed([table, *after]):
                around.addnext(element)

    def _count_text(self) -> dict[_Element, _Sums]:
        sums: dict[_Element, _Sums] = {}
        for element in reversed(self._elements):  # children before their parents
            own = _Sums(len((element.text or "").strip()))
            for child in element:
                if isinstance(child.tag, str):
                    below = sums[child]
                    own.text += below.text
                    own.linked += below.linked
                    own.links += below.links
                own.text += len((child.tail or "").strip())
            if element.tag in ("script", "style", "noscript"):
                own = _Sums()
            if element.tag == "a" and element.get("href") is not None:
                own.linked, own.links = own.text, own.links + 1
            sums[element] = own
        return sums

    def _find_headers(self) -> set[_Element]:
        """Return the elements that are or hold a table with a header."""
        holding: set[_Element] = set()
        for element in self._elements:
            if element.tag == "table" and element not in holding:
                rows = [[_own_text(cell) for cell in _cells(row)] for row in _first_rows(element)]
                if has_header(rows):
                    holding.add(element)
                    holding.update(element.iterancestors())
        return holding

    def _is_hidden(self, element: _Element) -> bool:
        if element.tag in _NOT_SHOWN:
            return element not in self._tables_with_header
        return self._is_left_out(element)

    def _is_left_out(self, element: _Element) -> bool:
        """Tell whether the page says that an element is not drawn."""
        if not element.attrib and not self._sheets:
            return False
        said = self._sheets.of(element)
        if (display := said.get("display")) is not None:
            return display == "none"
        return element.get("hidden") is not None or said.get("mso-hide") == "all"

    def _say_hidden(self, element: _Element, in_cell: bool) -> None:
        """Say that something is not drawn, where it is a part of the document and not of the page."""
        inline = element.tag not in _BLOCKS and element.tag not in _NOT_SHOWN
        if element.tag in _NOT_SHOWN and element.tag not in ("nav", "aside"):
            return
        parent = element.getparent()
        beside = parent is not None and self._sums[parent].text > self._sums[element].text
        said = in_cell or element in self._tables_with_header
        in_text = parent is not None and parent.tag in ("p", "span", "td", "th", "li")
        if element.tag == "p" and not self._sums[element].links:
            said = said or next(element.itersiblings("p", preceding=True), None) is not None
        if said or (inline and beside and in_text and not self._sums[element].links):
            self._unseen.add("hidden_text", _own_text(element) or _all_text(element))

    def _inherit(self, element: _Element, around: _Shown) -> _Shown:
        """Return how an element is shown within one that is shown so."""
        tag = element.tag
        if not element.attrib and not self._sheets and tag not in _STRUCK_TAGS and tag != "sup":
            return around
        said = self._sheets.of(element)
        shown = around
        if tag in _STRUCK_TAGS or tag == "sup":
            if tag == "sup":
                raised = said.get("vertical-align", "super") not in ("baseline", "0", "sub")
                shown = _looking(shown, raised=shown.look.raised or raised)
            elif "none" not in said.get("text-decoration", said.get("text-decoration-line", "")):
                shown = _looking(shown, struck=True)
        if element.get("bgcolor") or element.get("background"):
            shown = _being(shown, ground=_color(element.get("bgcolor") or ""))
        if tag == "font":
            if face := element.get("face"):
                shown = _looking(shown, font=font_key(face))
            if color := element.get("color"):
                shown = _being(shown, color=_color(color))
        if said:
            shown = self._styled(shown, said, inline=tag not in _BLOCKS)
        if shown is around:
            return around
        unseen = shown.unseen or shown.color == _CLEAR or "" != shown.ground == shown.color != "?"
        bare = shown.color == _WHITE and not shown.ground
        return _looking(
            shown,
            hidden=shown.tiny or unseen or (bare and not self._dressed),
            pale=bare and self._dressed,
        )

    def _styled(self, shown: _Shown, said: Mapping[str, str], *, inline: bool) -> _Shown:
        """Return how an element is shown with these declarations."""
        font = said.get("font", "")
        if (size := said.get("font-size") or _size_of(font)) is not None:
            shown = _being(shown, tiny=_points(size) < 1)
        if (family := said.get("font-family") or font.rpartition(" ")[2]) and (
            key := font_key(family)
        ) != shown.look.font:
            shown = _looking(shown, font=key)
        if (color := said.get("color")) is not None and color != "inherit":
            shown = _being(shown, color=_color(color))
        for name in ("background", "background-color", "background-image"):
            if (value := said.get(name)) and not _NO_COLOR.fullmatch(value):
                shown = _being(shown, ground=_color(value))
        if (visibility := said.get("visibility")) is not None:
            shown = _being(shown, unseen=visibility in ("hidden", "collapse"))
        if said.get("opacity") in ("0", "0.0", "0%") or _is_aside(said):
            shown = _being(shown, unseen=True)
        lines = f"{said.get('text-decoration', '')} {said.get('text-decoration-line', '')}"
        if "line-through" in lines:
            shown = _looking(shown, struck=True)
        if inline and (height := said.get("mso-text-raise") or said.get("vertical-align")):
            raised = height in ("super", "text-top") or _points(height) >= 2
            if raised or height == "baseline":
                shown = _looking(shown, raised=raised)
        return shown

    def _is_boilerplate(self, element: _Element) -> bool:
        """Tell whether an element is navigation and the like: by its links, or by its name."""
        if element.tag not in _MAY_BE_BOILERPLATE or element in self._tables_with_header:
            return False
        sums = self._sums[element]
        if sums.text == 0:
            return False
        share = sums.linked / sums.text
        if sums.links >= 3 and share >= 0.6:
            # A list of what is attached says where the text ends.
            first = next((text for text in map(str, element.itertext()) if text.strip()), "")
            return not first.strip().startswith("附件")
        named = f"{element.get('class') or ''} {element.get('id') or ''}"
        little = sums.text - sums.linked < _LONG and sums.text < 4 * _LONG
        if little and _vocabulary().boilerplate.search(named):
            text = _all_text(element)
            if HEADING.match(tidy(text)) or self._is_part_of_a_line(element):
                return False
            heading = element.find(".//h1") is not None
            return not heading and not re.search("。.*。", text, re.DOTALL)
        return False

    def _is_part_of_a_line(self, element: _Element) -> bool:
        """Tell whether a paragraph says more than what stands in an element of it."""
        parent = element.getparent()
        return (
            element.tag == "span"
            and parent is not None
            and parent.tag in ("p", "span")
            and self._sums[parent].text > self._sums[element].text
        )

    # --- walking ----------------------------------------------------------------------------

    def walk(
        self, element: _Element, flow: _Flow, *, in_cell: bool = False, around: _Shown = _SHOWN
    ) -> None:
        """Read an element into a flow, with all that stands in it."""
        if self._is_hidden(element):
            self._say_hidden(element, in_cell)
            return
        if not in_cell and self._is_boilerplate(element):
            return
        tag = element.tag
        if tag == "table":
            flow.end()
            self._table(element, flow, in_cell, around)
            return
        if tag == "br":
            flow.text("\n")
            return
        shown = self._inherit(element, around)
        look = shown.look
        if tag == "math":
            flow.text(read_mathml(element), look)
            return
        if "mso-list" in (element.get("style") or "") and _is_bullet(element):
            return
        block = tag in _BLOCKS
        if block:
            flow.end()
        flow.text(_shown(element.text, tag), look)
        numbers = self._list_numbers(element) if tag == "ol" else {}
        strays: list[_Element] = []
        for child in element:
            if isinstance(child.tag, str):
                if number := numbers.get(child):
                    flow.end()
                    start = _all_text(child).strip()[:12]
                    if start and not _OWN_NUMBER.match(start):
                        item = _Flow(self._unseen)
                        self.walk(child, item, in_cell=in_cell, around=shown)
                        item.end()
                        _number_first(item.blocks, number)
                        flow.blocks += item.blocks
                        flow.text(_shown(child.tail, tag), look)
                        continue
                if child.tag in _STRAYS and not in_cell and _is_stray(child):
                    strays.append(child)
                    following = child.getnext()
                    if following is None or following.tag not in _STRAYS:
                        self._stray_rows(strays, flow, shown)
                        strays = []
                else:
                    self.walk(child, flow, in_cell=in_cell, around=shown)
            flow.text(_shown(child.tail, tag), look)
        if block:
            flow.end()

    def _stray_rows(self, rows: list[_Element], flow: _Flow, around: _Shown) -> None:
        """Read rows whose table has lost its tag as the table that they are."""
        flow.end()
        texts = (tidy(_own_text(cell)) for cell in rows[0].iter("td", "th"))
        self._unseen.add("table_tag_lost", "｜".join(filter(None, texts)), "doubt")
        self._rows_of(rows, flow, around)

    def _table(self, table: _Element, flow: _Flow, in_cell: bool, around: _Shown) -> None:
        shown = self._inherit(table, around)
        if in_cell:
            self._counts["nested_table"] += 1
            for line in _between_cells(table):
                self._unseen.add("misplaced_text", line, "doubt")
                flow.text(line)
                flow.end()
            for group in _row_groups(table):
                for row in group:
                    if self._is_left_out(row):
                        self._say_hidden(row, in_cell)
                        continue
                    within = self._inherit(row, shown)
                    texts = (
                        self._cell_text(cell, within)
                        for cell in _cells(row)
                        if not self._is_hidden(cell)
                    )
                    flow.text(" ".join(filter(None, texts)))
                    flow.end()
            return
        if (caption := table.find("caption")) is not None:
            self.walk(caption, flow, around=shown)
        self._rows_of(table, flow, shown)

    def _rows_of(self, table: Iterable[_Element], flow: _Flow, around: _Shown) -> None:
        """Read the rows of a table into a flow: as a grid, as lines, or as what they only place."""
        cells: list[list[_Element]] = []
        rows: list[tuple[_Element, int]] = []  # each row, and the rows that follow in its group
        hidden: list[_Element] = []
        for group in _row_groups(table):
            drawn = [row for row in group if not self._is_row_hidden(row)]
            hidden += [row for row in group if self._is_row_hidden(row)]
            rows += [(row, len(drawn) - at) for at, row in enumerate(drawn)]
            cells += [[cell for cell in _cells(row) if not self._is_hidden(cell)] for row in drawn]
        for line in _between_cells(table):
            # A browser shows it above the table.
            self._unseen.add("misplaced_text", line, "doubt")
            flow.blocks.append(Paragraph(tidy(line), Source()))
        above = flow.blocks[-1] if flow.blocks else None
        # A row that is not drawn, its header perhaps, tells as well what the table is.
        every = [list(_cells(row)) for row in hidden] + cells
        if not self._is_data(every, above if isinstance(above, RawGrid) else None):
            with self._deeper():
                for (row, _), held in zip(rows, cells, strict=True):
                    if lines := _labelled([_own_text(cell) for cell in held]):
                        flow.end()
                        flow.blocks += [Paragraph(line, Source()) for line in lines]
                        continue
                    for cell in held:
                        self.walk(cell, flow, around=self._inherit(row, around))
            return
        for row in hidden:
            self._say_hidden_row(tidy(_own_text(cell)) for cell in _cells(row))

        def read(at: int) -> Iterator[SpanCell]:
            row, below = rows[at]
            within = self._inherit(row, around)
            for cell in _cells(row):
                if cell not in cells[at]:
                    self._say_hidden(cell, True)
            for cell in cells[at]:
                # A cell ends with its group of rows, whatever it claims to span.
                down = min(_span(cell, "rowspan", all_below=True), below)
                yield SpanCell(self._cell_text(cell, within), _span(cell, "colspan"), down)

        flow.blocks += self._grid(range(len(rows)), read)

    def _is_row_hidden(self, row: _Element) -> bool:
        if self._is_left_out(row):
            return True
        parent = row.getparent()
        if parent is not None and parent.tag in _GROUPS and self._is_left_out(parent):
            return True
        return self._sheets.of(row).get("visibility") in ("hidden", "collapse")

    def _is_data(self, rows: list[list[_Element]], above: RawGrid | None) -> bool:
        """Tell a table of the document from one that places things on the page."""
        counts = [len(row) for row in rows]
        self._budget.foresee(counts)
        texts = [[_own_text(cell) for cell in row] for row in rows]
        if has_header(texts[:5]):
            return True
        nested = any(cell.find(".//table") is not None for row in rows for cell in row)
        if is_frame(counts, texts[:5], nested, above is not None):
            return False
        width = max(sum(_span(cell, "colspan") for cell in row) for row in rows)
        if above is not None and abs(len(above.rows[-1]) - width) <= 1:
            return True
        flat = [tidy(text) for row in texts for text in row]
        words = _vocabulary().information
        informs = sum(text.rstrip(":：") in words for text in flat if len(text) < 8)
        return informs < 2 and len(rows) > 1 and max(map(len, flat)) < _CELL_OF_A_PAGE

    def _list_numbers(self, element: _Element) -> dict[_Element, str]:
        """Return the number that a browser writes before each item of an ordered list."""
        said = self._sheets.of(element)
        styles = f"{said.get('list-style', '')} {said.get('list-style-type', '')}".split()
        style = styles[-1] if styles else ""
        form = form_of("web", style or element.get("type") or "decimal")
        if form is None:
            return {}
        numbers: dict[_Element, str] = {}
        number = _integer(element.get("start"), 1)
        for item in element.iterchildren("li"):
            number = _integer(item.get("value"), number)
            numbers[item] = render(number, form) + ("、" if form.startswith("chinese") else ".")
            number += 1
        return numbers

    def _cell_text(self, cell: _Element, around: _Shown) -> str:
        inner = _Flow(self._unseen)
        with self._deeper():
            self.walk(cell, inner, in_cell=True, around=around)
        return "\n".join(inner.lines())


def _number_first(blocks: list[Block], number: str) -> None:
    """Write a number before the first paragraph of a list item."""
    for index, block in enumerate(blocks):
        if isinstance(block, Paragraph):
            blocks[index] = Paragraph(number + block.text, block.source)
            return


def _shown(text: str | None, tag: object) -> str:
    """Return text with its white space as a browser shows it."""
    if not text:
        return ""
    return text if tag == "pre" else re.sub(r"\s+", " ", text)


def _looking(shown: _Shown, **look: bool | str) -> _Shown:
    """Return how something is shown with another look; the same where nothing changes."""
    if all(getattr(shown.look, name) == value for name, value in look.items()):
        return shown
    return replace(shown, look=replace(shown.look, **look))  # type: ignore[arg-type]


def _being(shown: _Shown, **changes: bool | str) -> _Shown:
    """Return how something is shown with these changes; the same where nothing changes."""
    if all(getattr(shown, name) == value for name, value in changes.items()):
        return shown
    return replace(shown, **changes)  # type: ignore[arg-type]


def _color(said: str) -> str:
    """Return a colour in one notation; `?` for a picture and what else cannot be told.

    >>> _color("WHITE"), _color("#FFF url(x.png)"), _color("rgb(255, 254, 255)"), _color("#036")
    ('#ffffff', '?', '#ffffff', '#003366')
    """
    color = said.strip().lower()
    if color in ("white", "snow"):
        return _WHITE
    if match := _RGB.fullmatch(color):
        if match[4] is not None and not float(match[4].strip(".") or 1):
            return _CLEAR
        color = "#" + "".join(f"{min(int(part), 255):02x}" for part in match.groups()[:3])
    if match := _HEX.fullmatch(color):
        color = "#" + (match[1] if len(match[1]) == 6 else "".join(sign * 2 for sign in match[1]))
        return _WHITE if re.fullmatch("#(?:f[a-f0-9]){3}", color) else color
    return color if _NAMED_COLOR.fullmatch(color) else "?"


def _points(length: str) -> float:
    """Return a length in points; 12 for a word (small, 110%): nothing that matters here.

    >>> _points("0"), _points("4.0pt"), _points("50%"), _points("small")
    (0.0, 4.0, 6.0, 12.0)
    """
    match = _AMOUNT.fullmatch(length.strip())
    if match is None or not match[1].strip("-."):
        return 12.0
    return float(match[1]) * (0.12 if match[2] == "%" else _POINTS.get(match[2], 12.0))


def _size_of(font: str) -> str | None:
    """Return the size that the shorthand `font` gives: `0/0 a`, `7.0pt "Times New Roman"`."""
    for part in font.split():
        size = part.partition("/")[0]
        if (size[:1].isdigit() and not size.isdigit()) or size == "0":
            return size
    return None


def _is_aside(said: Mapping[str, str]) -> bool:
    """Tell whether an element is put beside the window, or cut to nothing."""
    if re.match(r"rect\(\s*[01](?:px)?[\s,]+[01](?:px)?[\s,]+[01](?:px)?", said.get("clip", "")):
        return True
    sides = [said.get("text-indent", "")]
    if said.get("position") in ("absolute", "fixed"):
        sides += [said.get("left", ""), said.get("top", "")]
    return any(side.startswith("-") and _points(side) < -500 for side in sides)


def _is_stray(row: _Element) -> bool:
    """Tell whether a row stands in no table: the tag that opens it was lost."""
    return not _within(row, "table")


def _is_bullet(element: _Element) -> bool:
    """Tell whether Word wrote a list mark here that is only a dot: no number, no letter."""
    style = (element.get("style") or "").lower().replace(" ", "")
    text = _all_text(element).strip()
    return "mso-list:ignore" in style and len(text) <= 3 and not _LIST_SIGN.search(text)


def _labelled(texts: list[str]) -> list[str]:
    """Return a row of an information box as lines: 索引号：…; empty for any other row."""
    words = _vocabulary().information
    flat = [tidy(text) for text in texts]
    labels = [text.rstrip(":：") in words and len(text) < 8 for text in flat]
    lines: list[str] = []
    at = 0
    while at < len(flat):
        if labels[at] and at + 1 < len(flat) and not labels[at + 1]:
            if flat[at + 1]:
                lines.append(f"{flat[at].rstrip(':：')}：{flat[at + 1]}")
            at += 2
        else:
            lines += [flat[at]] if flat[at] else []
            at += 1
    return lines if any(labels) and len(flat) > 1 else []


def _integer(text: str | None, default: int) -> int:
    match = re.match(r"\s*(-?\d{1,6})", text or "")
    return int(match[1]) if match else default


def _span(cell: _Element, name: str, *, all_below: bool = False) -> int:
    """Return how many columns or rows a cell spans; rowspan 0 is all rows below."""
    asked = _integer(cell.get(name), 1)
    if asked == 0 and all_below:
        return 65534
    return max(min(asked, 65534), 1)


def _row_groups(table: Iterable[_Element]) -> list[list[_Element]]:
    """Return the rows of a table in the order they are shown, group by group.

    The first head stands at the top and the first foot at the bottom, wherever they are written;
    rows of tables within it are not among them.
    """
    groups: list[list[_Element]] = []
    first: list[list[_Element]] = []
    last: list[list[_Element]] = []
    loose: list[_Element] = []
    for child in table:
        if child.tag == "tr":
            if not loose:
                groups.append(loose)
            loose.append(child)
            continue
        if child.tag in _GROUPS:
            rows = [row for group in _row_groups(child) for row in group]
            if child.tag == "thead" and not first:
                first.append(rows)
            elif child.tag == "tfoot" and not last:
                last.append(rows)
            else:
                groups.append(rows)
        elif isinstance(child.tag, str) and child.tag not in _NOT_ROWS:
            groups += _row_groups(child)
        else:
            continue
        loose = []
    return [*first, *groups, *last]


def _following(element: _Element, around: _Element) -> Iterator[_Element]:
    """Yield what follows an element within another that is around it."""
    at: _Element | None = element
    while at is not None and at is not around:
        yield from at.itersiblings()
        at = at.getparent()


def _within(element: _Element, name: str) -> bool:
    return next(element.iterancestors(name), None) is not None


def _mend_rows(root: _Element) -> None:
    """Give a row to the cells that stand in none: in a table, as a browser does, or outside.

    Text right before a cell outside was one as well.
    """
    from lxml import etree

    homeless = [
        cell
        for cell in root.iter("td", "th")
        if (parent := cell.getparent()) is not None
        and parent.tag != "tr"
        and not (parent.tag in ("form", "div") and _within(cell, "table"))
    ]
    row: _Element | None = None
    for cell in homeless:
        parent = cell.getparent()
        if parent is None:
            continue
        if row is None or cell.getprevious() is not row:
            row = etree.Element("tr")
            before = cell.getprevious()
            parent.insert(parent.index(cell), row)
            if before is not None and tidy(before.tail or "") and not _within(cell, "table"):
                etree.SubElement(row, "td").text = before.tail
                before.tail = None
        row.append(cell)


def _between_cells(table: Iterable[_Element]) -> list[str]:
    """Return the texts that stand in a table, or in a row of it, and in none of its cells."""
    lines = [] if isinstance(table, list) else [getattr(table, "text", None) or ""]
    for child in table:
        tag = child.tag
        if not isinstance(tag, str):
            continue
        if tag in ("tr", "form", "div", *_GROUPS):
            lines += _between_cells(child)
        elif tag not in ("td", "th", "caption", "table", *_NOT_SHOWN):
            lines.append(_all_text(child))
        lines.append(child.tail or "")
    return [line for line in lines if tidy(line)]


def _first_rows(table: _Element) -> Iterator[_Element]:
    rows = (row for group in _row_groups(table) for row in group)
    for _, row in zip(range(5), rows, strict=False):
        yield row


def _cells(row: _Element) -> Iterator[_Element]:
    for child in row:
        if child.tag in ("td", "th"):
            yield child
        elif child.tag in ("form", "div"):
            yield from _cells(child)


def _own_text(cell: _Element) -> str:
    """Return a cell's text without that of tables within it."""
    parts: list[str] = []
    waiting: list[_Element | str] = [cell]
    while waiting:
        at = waiting.pop()
        if isinstance(at, str):
            parts.append(at)
            continue
        if at.tail and at is not cell:
            waiting.append(at.tail)
        if isinstance(at.tag, str) and at.tag not in ("table", "script", "style"):
            waiting += reversed(list(at))
            parts.append(at.text or "")
    return "".join(parts)


def _all_text(element: _Element) -> str:
    return "".join(map(str, element.itertext()))
