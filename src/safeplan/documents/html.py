"""Web pages (.html, .htm, .mht) → blocks: the document that stands in a page, not the page.

Navigation, sharing, related links and footers are left out, and so is whatever a browser does not
show. Tables that only place things on the page are walked into; a table is one where its header
says so, or where it goes on with one that was cut by the editor. No script is run and no address
is ever opened.
"""

from __future__ import annotations

import codecs
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING

from safeplan import vocabulary
from safeplan.documents.blocks import Block, Paragraph, RawGrid, ReaderNote, Reading
from safeplan.documents.encoding import DocumentError, decode
from safeplan.documents.limits import (
    MAX_PAGE_NODES,
    MAX_PART_BYTES,
    CellBudget,
    check_nesting,
    check_nodes,
    check_size,
)
from safeplan.documents.numbering import CSS_FORMS, render
from safeplan.documents.spacing import fold
from safeplan.documents.tables import SpanCell, has_header, is_frame, lay_out
from safeplan.models import Source

if TYPE_CHECKING:
    from lxml.etree import _Element

_NOT_SHOWN = {
    "head", "script", "style", "noscript", "template", "iframe", "frame", "object", "embed", "applet",
    "svg", "canvas", "audio", "video", "map", "select", "option", "button", "textarea", "input",
    "datalist", "dialog", "rt", "rp", "del", "nav", "aside",
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

_HIDDEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all", re.I)
_SIMPLE_SELECTOR = re.compile(r"([.#])([\w-]+)$")
_META_CHARSET = re.compile(
    rb"<meta[^>]{0,200}charset\s*=\s*[\"']?\s*([\w-]+)|encoding=[\"']([\w-]+)", re.I
)
_CONTROL = re.compile("[\x00-\x08\x0b\x0e-\x1f]")
_OWN_NUMBER = re.compile(
    r"[\d０-９一二三四五六七八九十]+[、.．)）]|[（(〔]?[\d一二三四五六七八九十]+[)）〕]|[①-⑳]|第"
)
_OPENED, _CLOSED = re.compile("<(html|body)[ >]", re.I), re.compile("</(html|body)[ >]", re.I)
_NOWHERE = Source()
_LIST_STYLE = re.compile(r"list-style(?:-type)?\s*:\s*([\w-]+)", re.I)


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
    raise DocumentError("broken_file", format="MHT")


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


def _parse(text: str) -> _Element:
    from lxml import etree

    parser = etree.HTMLParser(
        encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True, huge_tree=False
    )
    try:
        root = etree.fromstring(text.encode("utf-8", "replace"), parser)
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
    flow = _Flow()
    reader.walk(root, flow)
    flow.end()
    blocks = reader.settle(flow.blocks)
    notes = [
        ReaderNote(code, args={"count": str(count)})
        for code, count in sorted(reader.counts.items())
    ]
    if _OPENED.search(text) and not _CLOSED.search(text):
        notes.append(ReaderNote("page_unfinished", "doubt"))
    if damaged:
        notes.append(ReaderNote("characters_lost", "doubt", {"count": str(damaged)}))
    return Reading(blocks, notes, encoding)


# --- the walk -------------------------------------------------------------------------------


class _Flow:
    """Takes text as it comes, and makes a paragraph of each line."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self._parts: list[str] = []

    def text(self, text: str) -> None:
        self._parts.append(text)

    def end(self) -> None:
        """End the paragraph."""
        if self._parts:
            for line in "".join(self._parts).split("\n"):
                if folded := fold(line):
                    self.blocks.append(Paragraph(folded, _NOWHERE))
            self._parts = []

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


@dataclass(frozen=True)
class _Vocabulary:
    boilerplate: re.Pattern[str]
    furniture: re.Pattern[str]
    site: re.Pattern[str]
    information: frozenset[str] = field(default_factory=frozenset)


@cache
def _vocabulary() -> _Vocabulary:
    words = vocabulary.load("pages")
    names = "|".join(map(re.escape, words["boilerplate"]))
    return _Vocabulary(
        re.compile(rf"(?:^|[\s_-])(?:{names})\d*(?=$|[\s_-])|bdshare|jiathis", re.IGNORECASE),
        re.compile("|".join(words["furniture"]), re.IGNORECASE),
        re.compile("|".join(words["site"]), re.IGNORECASE),
        frozenset(words["information"]),
    )


class _Reader:
    def __init__(self, root: _Element) -> None:
        self.counts: Counter[str] = Counter()
        self._hidden = _hidden_names(root)
        self._elements = [element for element in root.iter() if isinstance(element.tag, str)]
        self._sums = self._count_text()
        self._tables_with_header = self._find_headers()
        self._budget = CellBudget()
        self._tables = 0
        self._depth = 0

    def settle(self, blocks: list[Block]) -> list[Block]:
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

    # --- what is known before the walk ------------------------------------------------------

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
        if element.get("hidden") is not None:
            return True
        if _HIDDEN_STYLE.search(element.get("style") or ""):
            return True
        if not self._hidden:
            return False
        names = {f".{name}" for name in (element.get("class") or "").split()}
        return not self._hidden.isdisjoint(names | {f"#{element.get('id')}"})

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
            heading = element.find(".//h1") is not None
            return not heading and not re.search("。.*。", text, re.DOTALL)
        return False

    # --- walking ----------------------------------------------------------------------------

    def walk(self, element: _Element, flow: _Flow, *, in_cell: bool = False) -> None:
        """Read an element into a flow, with all that stands in it."""
        if self._is_hidden(element) or (not in_cell and self._is_boilerplate(element)):
            return
        tag = element.tag
        if tag == "table":
            flow.end()
            self._table(element, flow, in_cell)
            return
        if tag == "br":
            flow.text("\n")
            return
        block = tag in _BLOCKS
        if block:
            flow.end()
        flow.text(_shown(element.text, tag))
        numbers = _list_numbers(element) if tag == "ol" else {}
        for child in element:
            if isinstance(child.tag, str):
                if number := numbers.get(child):
                    flow.end()
                    start = _all_text(child).strip()[:12]
                    if start and not _OWN_NUMBER.match(start):
                        item = _Flow()
                        self.walk(child, item, in_cell=in_cell)
                        item.end()
                        _number_first(item.blocks, number)
                        flow.blocks += item.blocks
                        flow.text(_shown(child.tail, tag))
                        continue
                self.walk(child, flow, in_cell=in_cell)
            flow.text(_shown(child.tail, tag))
        if block:
            flow.end()

    def _table(self, table: _Element, flow: _Flow, in_cell: bool) -> None:
        rows = [
            [cell for cell in _cells(row) if not self._is_hidden(cell)]
            for row in _rows(table)
            if not self._is_hidden(row)
        ]
        if in_cell:
            self.counts["nested_table"] += 1
            for row in rows:
                flow.text(" ".join(filter(None, (self._cell_text(cell) for cell in row))))
                flow.end()
            return
        if (caption := table.find("caption")) is not None:
            self.walk(caption, flow)
        above = flow.blocks[-1] if flow.blocks else None
        if not self._is_data(rows, above if isinstance(above, RawGrid) else None):
            self._depth += 1
            check_nesting(self._depth)
            for row in rows:
                for cell in row:
                    self.walk(cell, flow)
            self._depth -= 1
            return
        self._tables += 1
        grid = lay_out(
            [[self._span_cell(cell) for cell in row] for row in rows], self._tables, self._budget
        )
        if grid.rows:
            flow.blocks.append(grid)

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
        flat = [fold(text) for row in texts for text in row]
        words = _vocabulary().information
        informs = sum(text.rstrip(":：") in words for text in flat if len(text) < 8)
        return informs < 2 and len(rows) > 1 and max(map(len, flat)) < _CELL_OF_A_PAGE

    def _span_cell(self, cell: _Element) -> SpanCell:
        down = _span(cell, "rowspan", all_below=True)
        return SpanCell(self._cell_text(cell), _span(cell, "colspan"), down)

    def _cell_text(self, cell: _Element) -> str:
        self._depth += 1
        check_nesting(self._depth)
        inner = _Flow()
        self.walk(cell, inner, in_cell=True)
        self._depth -= 1
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


def _hidden_names(root: _Element) -> set[str]:
    """Return the classes (`.x`) and ids (`#x`) that the page's own style sheets hide."""
    hidden: set[str] = set()
    for style in root.iter("style"):
        for selectors, body in _rules(style.text or ""):
            if _HIDDEN_STYLE.search(body):
                for selector in selectors.split(","):
                    if match := _SIMPLE_SELECTOR.fullmatch(selector.strip()):
                        hidden.add(match[1] + match[2])
    return hidden


def _rules(sheet: str) -> Iterator[tuple[str, str]]:
    """Yield selectors and body of each rule of a style sheet, none of those in @media and the like.

    By splitting, in one pass: a page that has lost the end of its style is one long style sheet.

    >>> list(_rules(".a{x}/* .b{y} */ @media print{.c{z}} .d{v}"))
    [('.a', 'x'), (' .d', 'v')]
    """
    first, *others = sheet.split("/*")
    sheet = first + "".join(other.partition("*/")[2] for other in others)
    depth = 0
    selectors = body = ""
    for part in re.split("([{}])", sheet):
        if part == "{":
            depth += 1
        elif part == "}":
            depth = max(depth - 1, 0)
            if depth == 0 and "@" not in selectors:
                yield selectors, body
        elif depth == 0:
            selectors = part.rpartition(";")[2]
        elif depth == 1:
            body = part


def _list_numbers(element: _Element) -> dict[_Element, str]:
    """Return the number that a browser writes before each item of an ordered list."""
    match = _LIST_STYLE.search(element.get("style") or "")
    form = CSS_FORMS.get(match[1].lower() if match else element.get("type") or "decimal")
    if form is None:
        return {}
    numbers: dict[_Element, str] = {}
    number = _integer(element.get("start"), 1)
    for item in element.iterchildren("li"):
        number = _integer(item.get("value"), number)
        numbers[item] = render(number, form) + ("、" if form.startswith("chinese") else ".")
        number += 1
    return numbers


def _integer(text: str | None, default: int) -> int:
    match = re.match(r"\s*(-?\d{1,6})", text or "")
    return int(match[1]) if match else default


def _span(cell: _Element, name: str, *, all_below: bool = False) -> int:
    """Return how many columns or rows a cell spans; rowspan 0 is all rows below."""
    asked = _integer(cell.get(name), 1)
    if asked == 0 and all_below:
        return 65534
    return max(min(asked, 65534), 1)


def _rows(table: _Element) -> Iterator[_Element]:
    """Yield the rows of a table in order, none of those of tables within it."""
    for child in table:
        if child.tag == "tr":
            yield child
        elif child.tag in ("thead", "tbody", "tfoot", "form", "div"):
            yield from _rows(child)


def _first_rows(table: _Element) -> Iterator[_Element]:
    for _, row in zip(range(5), _rows(table), strict=False):
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
