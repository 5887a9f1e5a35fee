"""The words of a file as they lie in it, against what its reader has read.

A reader follows the structure of its format, and what stands where no structure leads is lost to
it. Here a file is nothing but text: of a page or a text the rows of tables and the numbered
paragraphs, of office files each paragraph and cell. Those whose words came out nowhere are quoted.
"""

from __future__ import annotations

import html
import io
import re
from collections.abc import Callable, Container, Iterable, Iterator
from contextlib import suppress
from itertools import zip_longest
from typing import TYPE_CHECKING

from safeplan.documents.blocks import Paragraph, ReaderNote, Reading
from safeplan.documents.detection import Format
from safeplan.documents.encoding import decode, is_common
from safeplan.documents.errors import DocumentError
from safeplan.documents.packages import Package
from safeplan.text.folding import tidy
from safeplan.text.numbering import number_of

if TYPE_CHECKING:
    from lxml.etree import _Element

_HAN = "\u3400-\u9fff"
_LEAST = 2
"""Characters of a word: shorter ones stand in many places and prove nothing."""
_WORD = re.compile(rf"[{_HAN}]{{{_LEAST},}}")
_CHINESE = re.compile(f"[{_HAN}]")
_SIGNS = re.compile(rf"[^{_HAN}\n]+")
_STEPS = 200_000_000
"""Characters looked through for words that stand inside others."""
_SHOWN = 120
"""How much of a passage is quoted."""
_TOGETHER = 8
"""Passages that follow each other and are said together."""
MOST_QUOTED = 100
"""Quotations by themselves; what is beyond is quoted together…"""
_MOST = 50_000
"""…in so many characters."""

Passage = list[str]
"""The texts of a row's cells, or a paragraph alone."""


class Words:
    """The Chinese of texts, in which a word is found whatever signs stand within it."""

    def __init__(self, texts: Iterable[str]) -> None:
        text = "\n".join(texts)
        whole = [word for word in chinese(text).split("\n") if word]
        self._text = "\n".join(whole)
        self._words = {*whole, *_WORD.findall(text)}
        self._steps = _STEPS

    def __contains__(self, word: str) -> bool:
        if word in self._words:
            return True
        # Beyond all measure a word is called missing: a doubt too many, never one too few.
        self._steps -= len(self._text)
        return self._steps > 0 and word in self._text


def chinese(text: str) -> str:
    """Return the Chinese characters of a text.

    >>> chinese("1.健全值班、值守（24小时）")
    '健全值班值守小时'
    """
    return _SIGNS.sub("", text)


def quotations_of(texts: Iterable[str], words: Iterable[str]) -> Iterator[str]:
    """Yield pieces of a passage, not too long, until each of the words stands in one."""
    passage = "、".join(map(tidy, texts))
    end = -1
    for word in words:
        at = max(passage.find(word), 0)
        if at + len(word) > end:
            end = at + _SHOWN
            yield ("…" if at else "") + passage[at:end] + ("…" if len(passage) > end else "")


def joined(texts: Iterable[str]) -> str:
    """Return quotations as one, which is not too long."""
    return "、".join(texts)[:_MOST]


def dropped(form: Format, data: bytes, reading: Reading) -> Iterator[ReaderNote]:
    """Yield a doubt for what of a file stands neither in what was read nor in a note about it."""
    lost = [*_lost(form, data, Words(texts_of(reading)))]
    for text in [*lost[:MOST_QUOTED], joined(lost[MOST_QUOTED:])]:
        if text:
            yield ReaderNote("text_dropped", "doubt", {"text": text})


def _lost(form: Format, data: bytes, read: Words) -> Iterator[str]:
    """Yield the passages whose words were not read, those together that follow each other."""
    lost: list[str] = []
    for passage in _passages(form, data):
        words = [word for text in passage for word in _WORD.findall(tidy(text))]
        missing = [word for word in words if word not in read]
        lost += quotations_of(passage, missing)
        if lost and (len(lost) >= _TOGETHER or (words and not missing)):
            yield "、".join(lost)
            lost = []
    if lost:
        yield "、".join(lost)


def texts_of(reading: Reading) -> Iterator[str]:
    """Yield what was read: paragraphs, cells without their line breaks, and what notes quote."""
    for block in reading.blocks:
        if isinstance(block, Paragraph):
            yield block.text
        else:
            yield from (cell.text.replace("\n", "") for row in block.rows for cell in row)
    for note in reading.notes:
        yield from note.args.values()


def _passages(form: Format, data: bytes) -> Iterator[Passage]:
    try:
        if form in _TAKEN:
            yield from _TAKEN[form](data)
    except DocumentError:
        return  # a part that is no part of the document, and broken


# --- texts and pages --------------------------------------------------------------------------

_TAG = re.compile(r"<(/?)([a-zA-Z][\w:]*)[^<>]*>|<[!?][^<>]*>")
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_NO_TEXT = {"script", "style", "title", "select"}
_PARTS = re.compile(
    r"p|div|t[rdh]|table|tbody|thead|tfoot|caption|li|[ou]l|d[ltd]|h[1-6]|hr|br|body|center|pre"
    r"|section|article|main|form|fieldset|blockquote|details|summary|header|footer"
)


def _of_text(data: bytes) -> Iterator[Passage]:
    for line in decode(data)[0].splitlines():
        if "|" in line or "\t" in line or _is_numbered(line):
            yield re.split(r"[|\t]", line)


def _of_html(data: bytes) -> Iterator[Passage]:
    from safeplan.documents.html import decode_page

    return _of_page(decode_page(data)[0])


def _of_mail(data: bytes) -> Iterator[Passage]:
    from safeplan.documents.html import page_in_mail

    return _of_page(page_in_mail(data)[0])


def _of_page(page: str) -> Iterator[Passage]:
    """Yield the rows and numbered lines of a page."""
    closed = page.rfind("-->") + 3
    page = _COMMENT.sub("", page[:closed]) + page[closed:]
    lines: list[str] = [""]
    in_row = linked = False
    links = 0
    for text, name, closes in _tagged(page):
        lines[-1] += text
        links += len(text.strip()) if linked else 0
        if name == "a":
            linked = not closes
        elif _PARTS.fullmatch(name):
            lines.append("")
        if name in ("tr", "table", ""):
            said = [line for line in map(html.unescape, lines) if line.strip()]
            # A row of links is the page's own.
            if in_row and len(said) > 1 and 2 * links <= sum(map(len, said)):
                yield said
            else:
                yield from ([line] for line in said if _is_numbered(line))
            lines, links = [""], 0
        in_row = name in ("td", "th") or (in_row and name not in ("tr", "table"))


def _tagged(page: str) -> Iterator[tuple[str, str, bool]]:
    """Yield each tag of a page with the text before it, then the last text with no tag."""
    at = 0
    lower = page.lower()
    unclosed: set[str] = set()
    for match in _TAG.finditer(page):
        if match.start() < at:
            continue
        name = (match[2] or "!").lower()
        yield page[at : match.start()], name, bool(match[1])
        at = match.end()
        if name in _NO_TEXT - unclosed and not match[1]:
            end = lower.find(f"</{name}", at)
            if end < 0:
                unclosed.add(name)
            at = max(at, end)
    yield page[at:], "", True


def _is_numbered(line: str) -> bool:
    return number_of(line.strip())[0] is not None


# --- office files -----------------------------------------------------------------------------

_PARTS_OF_WORD = re.compile(r"word/(document|header|footer|footnotes|endnotes|comments)\d*\.xml")
_PARTS_OF_SHEETS = re.compile(
    r"xl/(worksheets/.*|comments\d*|comments/.*|threadedComments/.*|drawings/.*)\.xml"
)
# What was deleted, what stands there once more in another form, and what describes.
_GONE = {
    "del", "moveFrom", "delText", "instrText", "delInstrText", "rt", "tracked-changes",
    "ruby-text", "desc", "title", "script", "rPh", "f",
}  # fmt: skip


def _of_tree(root: _Element, holders: Container[str]) -> Iterator[Passage]:
    """Yield the text of each element of these names; one that stands in none is by itself."""
    held: dict[_Element, str] = {}
    # Of each element, the one that holds its text, and whether it is no text of the document.
    around: dict[_Element | None, tuple[_Element | None, bool]] = {None: (None, False)}
    for element in root.iter("*"):
        parent = None if element is root else element.getparent()
        name = _name(element)
        holder, gone = around[parent]
        own = (element if name in holders else holder), gone or name in _GONE
        around[element] = own
        for text, where, (holder, gone) in (
            (element.text, element, own),
            (element.tail, parent, around[parent]),
        ):
            if text and where is not None and not gone and _CHINESE.search(text):
                holder = where if holder is None else holder
                held[holder] = held.get(holder, "") + text
    yield from ([text] for text in held.values())


def _name(element: _Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _of_docx(data: bytes) -> Iterator[Passage]:
    package = Package(data)
    for name in filter(_PARTS_OF_WORD.fullmatch, package.names):
        yield from _of_tree(package.xml(name), ("p",))


def _of_odf(data: bytes) -> Iterator[Passage]:
    yield from _of_tree(Package(data).xml("content.xml"), ("p", "h"))


def _of_xlsx(data: bytes) -> Iterator[Passage]:
    package = Package(data)
    strings: list[str] = []
    if (shared := "xl/sharedStrings.xml") in package:
        for string in package.xml(shared).iter("{*}si"):
            strings.append("".join(text for texts in _of_tree(string, ("si",)) for text in texts))
    for name in filter(_PARTS_OF_SHEETS.fullmatch, package.names):
        root = package.xml(name)
        for value in root.iter("{*}v"):
            number = value.text or ""
            if number.isdecimal() and int(number) < len(strings) and _is_shared(value):
                yield [strings[int(number)]]
        yield from _of_tree(root, ("c", "comment", "p"))


def _is_shared(value: _Element) -> bool:
    cell = value.getparent()
    return cell is not None and cell.get("t") == "s"


def _of_xls(data: bytes) -> Iterator[Passage]:
    """Yield the rows of all sheets, hidden ones as well, and the notes on their cells."""
    import xlrd

    # Opened as its reader has opened it, which has not failed.
    book = xlrd.open_workbook(
        file_contents=data, formatting_info=True, ragged_rows=True, logfile=io.StringIO()
    )
    for sheet in book.sheets():
        for row in range(sheet.nrows):
            yield [value for value in sheet.row_values(row) if isinstance(value, str)]
        yield from ([note.text] for note in sheet.cell_note_map.values())


_RUN = re.compile(rf"[{_HAN}]{{5,}}")
"""A run of an OFD page of which something is asked: the marks of a page (（续表）) are shorter."""
_GAP = 1.5
"""Times the usual way from glyph to glyph: a wider one is a gap."""


def _of_ofd(data: bytes) -> Iterator[Passage]:
    """Yield the runs of text of all pages, of those as well that nothing leads to, each once."""
    package = Package(data, "OFD")
    runs: dict[str, None] = {}
    for name in package.names:
        if name.lower().endswith(".xml"):
            with suppress(DocumentError):  # broken, and missed as such where it is read
                for code in package.xml(name).iter("{*}TextCode"):
                    runs |= dict.fromkeys(_RUN.findall(_parted(code)))
    yield from ([run] for run in runs)


def _parted(code: _Element) -> str:
    """Return the text of a run, its cells apart: a glyph before a gap is the last of one."""
    from safeplan.documents.ofd import advances_of

    text = code.text or ""
    advances = advances_of(code.get("DeltaX"), len(text))
    wide = _GAP * sorted(advances)[len(advances) // 2] if advances else 0.0
    gaps = ("\n" if advance > wide else "" for advance in (*advances, wide))
    return "".join(map("".join, zip_longest(text, gaps, fillvalue="")))


_OF_WORD = re.compile(
    "(?<=[\x07\x0b-\x0d])[^\x00-\x07\x0b-\x0d]+(?=[\x07\x0b-\x0d])|[^\x00-\x07\x0b-\x0d]{24,}"
)
"""A text of a .doc between the signs that end cells, lines and paragraphs, or too long for chance."""
_SOUND = 0.8
"""This share of a text's characters is common; bytes of anything else happen to be rare ones."""


def _of_doc(data: bytes) -> Iterator[Passage]:
    """Yield the texts of a .doc, which lie in the file as they are, in UTF-16."""
    for text in _OF_WORD.findall(data[: len(data) // 2 * 2].decode("utf-16-le", "replace")):
        if _is_sound(text):
            yield [word for word in _WORD.findall(text) if _is_sound(word)]


def _is_sound(text: str) -> bool:
    return sum(map(is_common, text)) >= _SOUND * len(text)


_TAKEN: dict[Format, Callable[[bytes], Iterator[Passage]]] = {
    "text": _of_text,
    "html": _of_html,
    "mht": _of_mail,
    "docx": _of_docx,
    "odt": _of_odf,
    "ods": _of_odf,
    "xlsx": _of_xlsx,
    "doc": _of_doc,
    "ofd": _of_ofd,
    "xls": _of_xls,
}
