"""The words of a file as they lie in it, against what its reader has read.

A reader follows the structure of its format, and what stands where no structure leads is lost to
it. Here a file is nothing but text: of a page or a text the rows of tables and the numbered
paragraphs, of office files each paragraph and cell. Those whose words came out nowhere are quoted.
"""

from __future__ import annotations

import html
import re
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import cached_property
from typing import TYPE_CHECKING

from safeplan.documents.blocks import Paragraph, Passage, ReaderNote, Reading
from safeplan.documents.encoding import is_common
from safeplan.documents.errors import DocumentError
from safeplan.documents.packages import Package, local_name
from safeplan.text.folding import tidy
from safeplan.text.numbering import number_of

if TYPE_CHECKING:
    import xlrd
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


class Words:
    """The Chinese of texts, in which a word is found whatever signs stand within it."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._texts = "\n".join(texts)
        self._words = set(_WORD.findall(self._texts))
        self._steps = _STEPS

    @cached_property
    def _within(self) -> str:
        """The texts without their signs, in which words are looked for."""
        return "\n".join(filter(None, chinese(self._texts).split("\n")))

    def __contains__(self, word: str) -> bool:
        if word in self._words:
            return True
        # Beyond all measure a word is called missing: a doubt too many, never one too few.
        self._steps -= len(self._within)
        return self._steps > 0 and word in self._within


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


def dropped(reading: Reading) -> Iterator[ReaderNote]:
    """Yield a doubt for what of a file stands neither in what was read nor in a note about it."""
    lost = [*_lost(reading)]
    for text in [*lost[:MOST_QUOTED], joined(lost[MOST_QUOTED:])]:
        if text:
            yield ReaderNote("text_dropped", "doubt", {"text": text})


def _lost(reading: Reading) -> Iterator[str]:
    """Yield the passages whose words were not read, those together that follow each other."""
    lines = {line for text in texts_of(reading) for line in text.split("\n")}
    read: Words | None = None
    lost: list[str] = []
    for passage in _sound(reading.written):
        # Most stand as they are in a line that was read, which is told without any search.
        if not lost and all(text in lines or tidy(text) in lines for text in passage):
            continue
        read = read or Words(text.replace("\n", "") for text in texts_of(reading))
        words = [word for text in passage for word in _WORD.findall(tidy(text))]
        missing = [word for word in words if word not in read]
        lost += quotations_of(passage, missing)
        if lost and (len(lost) >= _TOGETHER or (words and not missing)):
            yield "、".join(lost)
            lost = []
    if lost:
        yield "、".join(lost)


def texts_of(reading: Reading) -> Iterator[str]:
    """Yield what was read: paragraphs, cells with their line breaks, and what notes quote."""
    for block in reading.blocks:
        if isinstance(block, Paragraph):
            yield block.text
        else:
            yield from (cell.text for row in block.rows for cell in row)
    for note in reading.notes:
        yield from note.args.values()


def _sound(passages: Iterable[Passage]) -> Iterator[Passage]:
    """Yield passages as far as there are; a part that is none of the document may be broken."""
    with suppress(DocumentError):
        yield from passages


# --- texts and pages --------------------------------------------------------------------------

_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_NO_TEXT = {"script", "style", "title", "select"}
_PART = re.compile(
    r"<(/?)(p|div|t[rdh]|table|tbody|thead|tfoot|caption|li|[ou]l|d[ltd]|h[1-6]|hr|br|body|center"
    r"|pre|section|article|main|form|fieldset|blockquote|details|summary|header|footer"
    r"|a|script|style|title|select)(?![\w:])[^<>]*>",
    re.IGNORECASE,
)
"""A tag that parts texts, is a link, or holds no text of the document."""
_MARK = re.compile(r"</?[a-zA-Z][^<>]*>|<[!?][^<>]*>")


def of_text(text: str) -> Iterator[Passage]:
    """Yield the rows and numbered lines of a text."""
    for line in text.splitlines():
        if "|" in line or "\t" in line or _is_numbered(line):
            yield re.split(r"[|\t]", line)


def of_page(page: str) -> Iterator[Passage]:
    """Yield the rows and numbered lines of a page."""
    closed = page.rfind("-->") + 3
    page = _COMMENT.sub("", page[:closed]) + page[closed:]
    lines: list[str] = [""]
    in_row = linked = False
    links = 0
    for text, name, closes in _tagged(page):
        if "<" in text:
            text = _MARK.sub("", text)
        lines[-1] += text
        links += len(text.strip()) if linked else 0
        if name == "a":
            linked = not closes
        elif name not in _NO_TEXT:
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
    """Yield each part of a page with the tag behind it, then the last with no tag."""
    at = 0
    lower = page.lower()
    unclosed: set[str] = set()
    for match in _PART.finditer(page):
        if match.start() < at:
            continue
        name = match[2].lower()
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


def _of_tree(root: _Element, holders: Container[str]) -> list[str]:
    """Return the text of each element of these names; one that stands in none is by itself."""
    texts: list[list[str]] = []

    def take(text: str, holder: list[str] | None) -> None:
        if holder:
            holder.append(text)
        elif holder is not None or _CHINESE.search(text):
            held = [] if holder is None else holder
            held.append(text)
            texts.append(held)

    def gather(element: _Element, holder: list[str] | None) -> None:
        name = local_name(element.tag)
        if name in _GONE:
            return
        if name in holders:
            holder = []
        if element.text:
            take(element.text, holder)
        for child in element:
            gather(child, holder)
            if child.tail:
                take(child.tail, holder)

    gather(root, None)
    return ["".join(held) for held in texts]


def of_docx(package: Package, main: str, body: _Element) -> Iterator[Passage]:
    """Yield the paragraphs of a Word document, wherever they stand; its main part is known."""
    for name in filter(_PARTS_OF_WORD.fullmatch, package.names):
        root = body if name == main else package.xml(name)
        yield from ([text] for text in _of_tree(root, ("p",)))


def of_odf(root: _Element) -> Iterator[Passage]:
    """Yield the paragraphs of an OpenDocument."""
    yield from ([text] for text in _of_tree(root, ("p", "h")))


def of_xlsx(
    package: Package, known: Mapping[str, Sequence[Passage]], strings: Sequence[str]
) -> Iterator[Passage]:
    """Yield the texts of a workbook's cells, comments and shapes; those of some parts are known."""
    for name in filter(_PARTS_OF_SHEETS.fullmatch, package.names):
        yield from known[name] if name in known else of_sheet(package.xml(name), strings)


def strings_of(package: Package) -> list[str]:
    """Return the texts that the cells of a workbook share."""
    if (shared := "xl/sharedStrings.xml") not in package:
        return []
    return ["".join(_of_tree(string, ("si",))) for string in package.xml(shared).iter("{*}si")]


def of_sheet(root: _Element, strings: Sequence[str]) -> Iterator[Passage]:
    """Yield the texts of a sheet, of its comments or of its shapes."""
    for value in root.iter("{*}v"):
        number = value.text or ""
        if number.isdecimal() and int(number) < len(strings) and _is_shared(value):
            yield [strings[int(number)]]
    yield from ([text] for text in _of_tree(root, ("c", "comment", "p")))


def _is_shared(value: _Element) -> bool:
    cell = value.getparent()
    return cell is not None and cell.get("t") == "s"


def of_xls(book: xlrd.Book) -> Iterator[Passage]:
    """Yield the rows of all sheets, hidden ones as well, and the notes on their cells."""
    for sheet in book.sheets():
        for row in range(sheet.nrows):
            yield [value for value in sheet.row_values(row) if isinstance(value, str)]
        yield from ([note.text] for note in sheet.cell_note_map.values())


_OF_WORD = re.compile(
    "(?<=[\x07\x0b-\x0d])[^\x00-\x07\x0b-\x0d]+(?=[\x07\x0b-\x0d])|[^\x00-\x07\x0b-\x0d]{24,}"
)
"""A text of a .doc between the signs that end cells, lines and paragraphs, or too long for chance."""
_SOUND = 0.8
"""This share of a text's characters is common; bytes of anything else happen to be rare ones."""


def of_doc(data: bytes) -> Iterator[Passage]:
    """Yield the texts of a .doc, which lie in the file as they are, in UTF-16."""
    for text in _OF_WORD.findall(data[: len(data) // 2 * 2].decode("utf-16-le", "replace")):
        if _is_sound(text):
            yield [word for word in _WORD.findall(text) if _is_sound(word)]


def _is_sound(text: str) -> bool:
    return sum(map(is_common, text)) >= _SOUND * len(text)
