"""Web pages (.html, .htm, .mht) → blocks: the document that stands in a page, not the page.

Navigation, sharing, related links and footers are left out, and so is whatever a browser does not
show. Tables that only place things on the page are walked into; a table is one where its header
says so, or where it goes on with one that was cut by the editor. No script is run and no address
is ever opened.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from safeplan import vocabulary
from safeplan.documents.blocks import Block, Paragraph, ReaderNote, Reading
from safeplan.documents.cell_words import role_of
from safeplan.documents.counters import form_of, render
from safeplan.documents.css import StyleSheets
from safeplan.documents.encoding import decode
from safeplan.documents.equations import read_equation
from safeplan.documents.errors import DocumentError
from safeplan.documents.limits import (
    MAX_PAGE_NODES,
    MAX_PART_BYTES,
    check_nodes,
    check_size,
)
from safeplan.documents.packages import all_text
from safeplan.documents.runs import PLAIN, Look, font_key
from safeplan.documents.tables import HEADER_ROWS, has_header
from safeplan.documents.walking import (
    NOWHERE,
    Cell,
    TableRow,
    TableTags,
    Walk,
    runs_of,
    tags_of,
    wrapped,
)
from safeplan.documents.written import of_page
from safeplan.text.folding import tidy
from safeplan.text.numbering import HEADING

if TYPE_CHECKING:
    from lxml.etree import _Element

_NOT_SHOWN = tags_of(
    "head script style noscript template iframe frame object embed applet svg canvas audio video"
    " map select option button textarea input datalist dialog rt rp nav aside title"
)
_FIELDS = ("input", "textarea", "select")
_TYPED = {"text", "number", "date", "month", "week", "time", "tel", "url", "email", "search"}
"""The kinds of input that show what was typed."""
_GROUPS = {"thead", "tbody", "tfoot"}
_CELLS = ("td", "th")
_STRAYS = {"tr", *_GROUPS}
_BLOCKS = _STRAYS | tags_of(
    "address article blockquote body caption center dd details div dl dt fieldset figcaption figure"
    " footer form h1 h2 h3 h4 h5 h6 header hr html li main ol p pre section summary table td th"
    " ul"
)
_MAY_BE_BOILERPLATE = tags_of("center div dl footer h6 header li ol p section span table td tr ul")
_NOT_ROWS = {"caption", "colgroup", "col", "table", *_CELLS, *_NOT_SHOWN}
_NOT_BETWEEN = {"caption", "table", *_CELLS, *_NOT_SHOWN}
_TABLE_TAGS = TableTags("table", {"table", *_GROUPS}, "tr", "td", "col", ())
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


_ALL_BELOW = 65534
"""The most rows or columns that a browser lets a cell span."""


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
    check_size(len(data), MAX_PART_BYTES)
    return _read(*page_in_mail(data))


# --- bytes → text ---------------------------------------------------------------------------


def page_in_mail(data: bytes) -> tuple[str, str, int]:
    """Return the page of a MIME HTML as `decode_page` does.

    Raises:
        DocumentError: no page in it, or no encoding fits.
    """
    from email import message_from_bytes

    for part in message_from_bytes(data).walk():
        if part.get_content_type() in ("text/html", "application/xhtml+xml"):
            content = part.get_payload(decode=True)
            if isinstance(content, bytes) and content.strip():
                return decode_page(content, part.get_content_charset())
    raise DocumentError("mail")


def decode_page(data: bytes, said: str | None = None) -> tuple[str, str, int]:
    """Return a page's text, its encoding, and how many characters were damaged.

    A BOM is believed first, then strict UTF-8 (no other Chinese text happens to be valid in it),
    then what the page or its envelope says, if little of it is damaged, then GB18030; pages that
    say gb2312 use all of it.

    Raises:
        DocumentError: no encoding fits.
    """
    damaged = 0
    try:
        text, encoding = decode(data)
    except DocumentError as error:
        meta = _META_CHARSET.search(data[:4096])
        declared = said or (meta and (meta[1] or meta[2]).decode("ascii")) or ""
        try:
            encoding = codecs.lookup(declared).name
        except (LookupError, ValueError):
            raise error from None
        if encoding in ("gb2312", "gbk"):
            encoding = "gb18030"
        if encoding not in ("utf-8", "gb18030", "big5", "big5hkscs", "utf-16", "utf-16-le"):
            raise
        text = data.decode(encoding, "replace")
        damaged = text.count("\ufffd")
        if damaged > 0.01 * len(text):
            raise
    # Blocks that a disk has lost come back as zeros.
    return _CONTROL.sub("", text), encoding, damaged + text.count("\0")


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
    reader = _Reader(_parse(text), text)
    notes = reader.notes()
    if _OPENED.search(text) and not _CLOSED.search(text):
        notes.append(ReaderNote("page_unfinished", "doubt"))
    if damaged:
        notes.append(ReaderNote("characters_lost", "doubt", {"count": str(damaged)}))
    return Reading(_settled(reader.blocks), notes, encoding, of_page(text))


@vocabulary.cached()
def _patterns() -> dict[str, re.Pattern[str]]:
    """Return the names of what is navigation, the lines of a page around a document, its fields."""
    words = {kind: "|".join(listed) for kind, listed in vocabulary.load("pages").items()}
    names = words["boilerplate"].replace(".", r"\.")
    words["boilerplate"] = rf"(?:^|[\s_-])(?:{names})\d*(?=$|[\s_-])|bdshare|jiathis"
    return {kind: re.compile(pattern, re.IGNORECASE) for kind, pattern in words.items()}


def _settled(blocks: list[Block]) -> list[Block]:
    """Return the blocks without page furniture, what names the site put before them."""
    site: list[Block] = []
    kept: list[Block] = []
    for block in blocks:
        short = isinstance(block, Paragraph) and len(block.text) < 160 and block.text
        if short and _patterns()["site"].fullmatch(short):
            site.append(block)
        elif not (short and _patterns()["furniture"].fullmatch(short)):
            kept.append(block)
    return site[:3] + kept


# --- how an element is shown ----------------------------------------------------------------


class _Shown(NamedTuple):
    """How an element is shown: what it has from those around it and from itself."""

    struck: bool = False
    raised: bool = False
    font: str = ""
    """The key of a symbol font."""
    color: str = ""
    """The colour of its letters (`_color`), empty where none is said."""
    ground: str = ""
    """The colour behind them; `?` for a picture and what else cannot be told."""
    tiny: bool = False
    unseen: bool = False
    """True for `visibility: hidden`, which what stands in it may undo."""


@lru_cache(4096)
def _look(shown: _Shown, dressed: bool) -> Look:
    """Return what is to be read of it; a page that is dressed may have colours of its own."""
    hidden = shown.tiny or shown.unseen or shown.color == _CLEAR
    hidden = hidden or "" != shown.ground == shown.color != "?"
    bare = shown.color == _WHITE and not shown.ground
    look = Look(
        hidden or (bare and not dressed), shown.struck, shown.raised, shown.font, bare and dressed
    )
    return PLAIN if look == PLAIN else look


_STRUCK = {"text-decoration": "line-through"}
_BY_TAG = {"sup": {"vertical-align": "super"}, "s": _STRUCK, "strike": _STRUCK, "del": _STRUCK}
_BY_ATTRIBUTE = {
    "bgcolor": "background-color",
    "background": "background-image",
    "color": "color",
    "face": "font-family",
}


def _hints(element: _Element) -> dict[str, str]:
    """Return what an element says by its tag and by attributes of old, as declarations."""
    said = dict(_BY_TAG.get(str(element.tag), {}))
    if element.get("hidden") is not None:
        said["display"] = "none"
    for name, value in element.items():
        if value and name in _BY_ATTRIBUTE and (element.tag == "font" or name.startswith("b")):
            said[_BY_ATTRIBUTE[str(name)]] = "?" if name == "background" else str(value)
    return said


def _changes(said: Mapping[str, str], inline: bool) -> dict[str, bool | str]:
    """Return what declarations make of how an element is shown."""
    changes: dict[str, bool | str] = {}
    font = said.get("font", "")
    if (size := said.get("font-size") or _size_of(font)) is not None:
        changes["tiny"] = _points(size) < 1
    if family := said.get("font-family") or font.rpartition(" ")[2]:
        changes["font"] = font_key(family)
    if said.get("color", "inherit") != "inherit":
        changes["color"] = _color(said["color"])
    for name in ("background", "background-color", "background-image"):
        if (value := said.get(name)) and not _NO_COLOR.fullmatch(value):
            changes["ground"] = _color(value)
    if (visibility := said.get("visibility")) is not None:
        changes["unseen"] = visibility in ("hidden", "collapse")
    if said.get("opacity") in ("0", "0.0", "0%") or _is_aside(said):
        changes["unseen"] = True
    lines = f"{said.get('text-decoration', '')} {said.get('text-decoration-line', '')}"
    if "line-through" in lines and "none" not in lines:
        changes["struck"] = True
    if inline and (height := said.get("mso-text-raise") or said.get("vertical-align")):
        raised = height in ("super", "text-top") or _points(height) >= 2
        if raised or height == "baseline":
            changes["raised"] = raised
    return changes


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


# --- the walk -------------------------------------------------------------------------------


@dataclass(slots=True)
class _Sums:
    """How much text an element holds, how much of it in links, and how many links."""

    text: int = 0
    linked: int = 0
    links: int = 0


class _Reader(Walk):
    """Walks a page and gathers the blocks of the document that stands in it."""

    tags = _TABLE_TAGS

    def __init__(self, root: _Element, page: str) -> None:
        super().__init__()
        self._free_tables(root)
        _mend_rows(root)
        self._mend_tables(root)
        self._sheets = StyleSheets(style.text or "" for style in root.iter("style"))
        self._dressed = any(
            "stylesheet" in (link.get("rel") or "").lower() for link in root.iter("link")
        )
        """True where style sheets that are not in the page may give colours."""
        self._declared: dict[_Element, Mapping[str, str]] = {}
        self._changed: dict[_Element, dict[str, bool | str]] = {}
        self._around = _Shown()
        """How the element being read is shown."""
        self._elements = [element for element in root.iter() if isinstance(element.tag, str)]
        self._sums = self._count_text()
        self._tables_with_header = self._find_headers()
        self._say_unseen_source(page)
        self.walk(root)
        self._end()

    def _say_unseen_source(self, page: str) -> None:
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
            around: _Element | None = None
            for above in table.iterancestors("table", "tr", *_CELLS):
                if above.tag in _CELLS:
                    break
                around = above
                if above.tag == "table":
                    break
            if around is not None:
                self._unseen.add("table_tag_lost", all_text(table), "doubt")
                for element in reversed([table, *_following(table, around)]):
                    around.addnext(element)

    def _mend_tables(self, root: _Element) -> None:
        """Give a table to the rows that stand in none: the tag that opens it was lost."""
        rows = (row for row in root.iter(*_STRAYS) if not _is_within(row, "table"))
        for holder in dict.fromkeys(row.getparent() for row in rows):
            if holder is None or holder.tag in _STRAYS:
                continue
            for held in runs_of(holder, _STRAYS):
                texts = (tidy(_own_text(cell)) for cell in held[0].iter(*_CELLS))
                self._unseen.add("table_tag_lost", "｜".join(filter(None, texts)), "doubt")
                table = wrapped(held, "table")
                table.tail, held[-1].tail = held[-1].tail, None

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
                rows = (row for group in _row_groups(element) for row in group)
                first = islice(rows, HEADER_ROWS)
                if has_header([[_own_text(cell) for cell in _cells(row)] for row in first]):
                    holding.add(element)
                    holding.update(element.iterancestors())
        return holding

    def _said(self, element: _Element) -> Mapping[str, str]:
        """Return what is declared about an element."""
        if element not in self._declared:
            said = self._sheets.of(element)
            hinted = element.attrib or element.tag in _BY_TAG
            self._declared[element] = _hints(element) | said if hinted else said
        return self._declared[element]

    def _is_hidden(self, element: _Element) -> bool:
        if element.tag in _NOT_SHOWN:
            return element not in self._tables_with_header
        return self._is_left_out(element)

    def _is_left_out(self, element: _Element) -> bool:
        """Tell whether the page says that an element is not drawn."""
        said = self._said(element)
        hidden = "none" if said.get("mso-hide") == "all" else ""
        return said.get("display", hidden) == "none"

    def _say_hidden(self, element: _Element) -> None:
        """Say that something is not drawn, where it is a part of the document and not of the page."""
        if element.tag in _NOT_SHOWN and element.tag not in ("nav", "aside"):
            return
        inline = element.tag not in _BLOCKS and element.tag not in _NOT_SHOWN
        parent = element.getparent()
        in_text = parent is not None and parent.tag in ("p", "span", "td", "th", "li")
        said = self._in_cell or element in self._tables_with_header
        if not self._sums[element].links:
            if element.tag == "p":
                said = said or next(element.itersiblings("p", preceding=True), None) is not None
            said = said or (inline and in_text and self._is_part(element))
        if said:
            self._unseen.add("hidden_text", _own_text(element) or all_text(element))

    def _is_part(self, element: _Element) -> bool:
        """Tell whether what an element stands in says more than itself."""
        parent = element.getparent()
        return parent is not None and self._sums[parent].text > self._sums[element].text

    def _inherit(self, element: _Element) -> _Shown:
        """Return how an element is shown within what is being read."""
        if element not in self._changed:
            said = self._said(element)
            self._changed[element] = _changes(said, element.tag not in _BLOCKS) if said else {}
        changes = self._changed[element]
        return self._around._replace(**changes) if changes else self._around  # type: ignore[arg-type]

    def _is_boilerplate(self, element: _Element) -> bool:
        """Tell whether an element is navigation and the like: by its links, or by its name."""
        if element.tag not in _MAY_BE_BOILERPLATE or element in self._tables_with_header:
            return False
        sums = self._sums[element]
        if sums.text == 0:
            return False
        if sums.links >= 3 and sums.linked / sums.text >= 0.6:
            # A list of what is attached says where the text ends.
            return not all_text(element).lstrip().startswith("附件")
        named = f"{element.get('class') or ''} {element.get('id') or ''}"
        little = sums.text - sums.linked < _LONG and sums.text < 4 * _LONG
        if not little or not _patterns()["boilerplate"].search(named):
            return False
        text = all_text(element)
        parent = element.getparent()
        part = element.tag == "span" and parent is not None and parent.tag in ("p", "span")
        return not (
            HEADING.match(tidy(text))
            or (part and self._is_part(element))
            or element.find(".//h1") is not None
            or re.search("。.*。", text, re.DOTALL)
        )

    # --- walking ----------------------------------------------------------------------------

    def _end(self) -> None:
        if self._runs:
            self._add(self._line())

    def _add(self, text: str) -> None:
        lines = map(tidy, text.split("\n"))  # in cells as well
        self.blocks += [Paragraph(line, NOWHERE) for line in lines if line]

    def walk(self, element: _Element) -> None:
        """Read an element, with all that stands in it."""
        if self._in_cell and element.tag in _FIELDS and not self._is_left_out(element):
            self._runs.add(_filled_in(element), _look(self._inherit(element), self._dressed))
            return
        if self._is_hidden(element):
            self._say_hidden(element)
            return
        if not self._in_cell and self._is_boilerplate(element):
            return
        tag = element.tag
        if tag == "table":
            self._end()
            self._table(element)
            return
        if tag == "br":
            self._runs.add("\n")
            return
        around, self._around = self._around, self._inherit(element)
        look = _look(self._around, self._dressed)
        if tag == "math":
            self._runs.add(read_equation(element), look)
        elif "mso-list" not in (element.get("style") or "") or not _is_bullet(element):
            if tag in _BLOCKS:
                self._end()
            self._runs.add(_spaced(element.text, tag), look)
            numbers = self._list_numbers(element) if tag == "ol" else {}
            for child in element:
                if isinstance(child.tag, str):
                    if child in numbers:
                        self._end()
                    at = len(self.blocks)
                    self.walk(child)
                    if child in numbers:
                        self._number_first(at, child, numbers[child])
                self._runs.add(_spaced(child.tail, tag), look)
            if tag in _BLOCKS:
                self._end()
        self._around = around

    def _number_first(self, at: int, item: _Element, number: str) -> None:
        """Write a number before the first paragraph of a list item, if it has none of its own."""
        start = all_text(item).strip()[:12]
        for index, block in enumerate(self.blocks[at:], start=at):
            if isinstance(block, Paragraph):
                if start and not _OWN_NUMBER.match(start):
                    self.blocks[index] = Paragraph(number + block.text, block.source)
                return

    def _list_numbers(self, element: _Element) -> dict[_Element, str]:
        """Return the number that a browser writes before each item of an ordered list."""
        said = self._said(element)
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

    # --- tables -----------------------------------------------------------------------------

    def _own_text(self, cell: _Element) -> str:
        return _own_text(cell)

    def _within(self, element: _Element) -> dict[str, object]:
        row = element if element.tag == "table" else next(element.iterancestors("tr"), element)
        return {"_around": self._inherit(row)}

    def _table(self, table: _Element) -> None:
        if not self._in_cell and (caption := table.find("caption")) is not None:
            with self._being(**self._within(table)):
                self.walk(caption)
        for line in _between_cells(table):
            # A browser shows it above the table.
            self._unseen.add("misplaced_text", line, "doubt")
            self._add(tidy(line))
        super()._table(table)

    def _rows(self, table: _Element) -> list[TableRow]:
        rows: list[TableRow] = []
        for group in _row_groups(table):
            drawn = sum(not self._is_row_hidden(row) for row in group)
            for row in group:
                hidden = self._is_row_hidden(row)
                apart = [cell for cell in _cells(row) if not hidden and self._is_hidden(cell)]
                shown = [cell for cell in _cells(row) if cell not in apart]
                # A cell ends with its group of rows, whatever it claims to span.
                most = 1 if hidden else drawn
                spans = [(_span(cell, "colspan"), _span(cell, "rowspan")) for cell in shown]
                cells = [
                    Cell(element=cell, across=across, down=min(down, most))
                    for cell, (across, down) in zip(shown, spans, strict=True)
                ]
                rows.append(TableRow(cells, hidden, apart))
                drawn -= not hidden
        return rows

    def _is_row_hidden(self, row: _Element) -> bool:
        parent = row.getparent()
        if parent is not None and parent.tag in _GROUPS and self._is_left_out(parent):
            return True
        hidden = self._said(row).get("visibility") in ("hidden", "collapse")
        return hidden or self._is_left_out(row)

    def _is_frame(self, rows: Sequence[TableRow]) -> bool:
        """Tell a table that places things on the page from one of the document.

        A row that is not drawn, its header perhaps, tells as well what the table is.
        """
        every = [TableRow(row.cells) for row in rows]
        self._budget.foresee([len(row.cells) for row in rows])
        texts = [[_own_text(cell.element) for cell in row.cells] for row in rows]
        if has_header(texts[:HEADER_ROWS]):
            return False
        if super()._is_frame(every):
            return True
        width = max(sum(cell.across for cell in row.cells) for row in rows)
        if (above := self._above()) is not None and abs(len(above.rows[-1]) - width) <= 1:
            return False
        flat = [tidy(text) for row in texts for text in row]
        # One row of a table of tasks may be all that is left of it.
        alone = len(rows) < 2 and role_of(flat[0]) != "serial"
        return alone or max(map(len, flat)) >= _CELL_OF_A_PAGE

    def _frame(self, rows: list[TableRow]) -> None:
        super()._frame([row for row in rows if not row.hidden])


def _spaced(text: str | None, tag: object) -> str:
    """Return text with its white space as a browser shows it."""
    if not text:
        return ""
    return text if tag == "pre" else re.sub(r"\s+", " ", text)


def _filled_in(field: _Element) -> str:
    """Return what a browser shows in a field of a form: what was typed, chosen or ticked."""
    if field.tag == "input":
        kind = (field.get("type") or "text").lower()
        if kind in ("checkbox", "radio"):
            return "√" if field.get("checked") is not None else ""
        return (field.get("value") or "") if kind in _TYPED else ""
    if field.tag == "textarea":
        return all_text(field)
    options = list(field.iter("option"))
    chosen = [option for option in options if option.get("selected") is not None]
    if field.get("multiple") is None:
        chosen = chosen[-1:] or options[:1]
    return "、".join(all_text(option).strip() for option in chosen)


def _is_bullet(element: _Element) -> bool:
    """Tell whether Word wrote a list mark here that is only a dot: no number, no letter."""
    style = (element.get("style") or "").lower().replace(" ", "")
    text = all_text(element).strip()
    return "mso-list:ignore" in style and len(text) <= 3 and not _LIST_SIGN.search(text)


def _integer(text: str | None, default: int) -> int:
    match = re.match(r"\s*(-?\d{1,6})", text or "")
    return int(match[1]) if match else default


def _span(cell: _Element, name: str) -> int:
    """Return how many columns or rows a cell spans; rowspan 0 is all rows below."""
    asked = _integer(cell.get(name), 1)
    if asked == 0 and name == "rowspan":
        return _ALL_BELOW
    return max(min(asked, _ALL_BELOW), 1)


def _row_groups(table: Iterable[_Element]) -> list[list[_Element]]:
    """Return the rows of a table in the order they are shown, group by group.

    The first head stands at the top and the first foot at the bottom, wherever they are written;
    rows of tables within it are not among them.
    """
    groups: list[tuple[int, list[_Element]]] = []
    loose: list[_Element] | None = None
    places = {"thead": 0, "tfoot": 2}
    for child in table:
        if child.tag == "tr":
            if loose is None:
                loose = []
                groups.append((1, loose))
            loose.append(child)
            continue
        if child.tag in _GROUPS:
            rows = [row for group in _row_groups(child) for row in group]
            groups.append((places.pop(str(child.tag), 1), rows))
        elif isinstance(child.tag, str) and child.tag not in _NOT_ROWS:
            groups += [(1, rows) for rows in _row_groups(child)]
        else:
            continue
        loose = None
    return [rows for _, rows in sorted(groups, key=lambda group: group[0])]


def _following(element: _Element, around: _Element) -> Iterator[_Element]:
    """Yield what follows an element within another that is around it."""
    at: _Element | None = element
    while at is not None and at is not around:
        yield from at.itersiblings()
        at = at.getparent()


def _is_within(element: _Element, name: str) -> bool:
    return next(element.iterancestors(name), None) is not None


def _mend_rows(root: _Element) -> None:
    """Give a row to the cells that stand in none: in a table, as a browser does, or outside.

    Text right before a cell outside was one as well.
    """
    for holder in dict.fromkeys(cell.getparent() for cell in root.iter(*_CELLS)):
        if holder is None or holder.tag == "tr":
            continue
        outside = holder.tag != "table" and not _is_within(holder, "table")
        if holder.tag in ("form", "div") and not outside:
            continue
        for held in runs_of(holder, _CELLS):
            before = held[0].getprevious()
            row = wrapped(held, "tr")
            if outside and before is not None and tidy(before.tail or ""):
                cell = row.makeelement("td")
                cell.text, before.tail = before.tail, None
                row.insert(0, cell)


def _between_cells(table: _Element) -> list[str]:
    """Return the texts that stand in a table, or in a row of it, and in none of its cells."""
    lines = [table.text or ""]
    for child in table:
        if child.tag in ("tr", "form", "div", *_GROUPS):
            lines += _between_cells(child)
        elif isinstance(child.tag, str) and child.tag not in _NOT_BETWEEN:
            lines.append(all_text(child))
        lines.append(child.tail or "")
    return [line for line in lines if tidy(line)]


def _cells(row: _Element) -> Iterator[_Element]:
    for child in row:
        if child.tag in _CELLS:
            yield child
        elif child.tag in ("form", "div"):
            yield from _cells(child)


def _own_text(cell: _Element) -> str:
    """Return a cell's text without that of tables within it."""
    texts = [cell.text or ""]
    for child in cell:
        if isinstance(child.tag, str) and child.tag not in ("table", "script", "style"):
            texts.append(_own_text(child))
        texts.append(child.tail or "")
    return "".join(texts)
