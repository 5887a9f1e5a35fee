"""Which blocks of a document are the plan's own text and which stand in an annex.

An annex begins at a line 附件, 附件2 or 附表 that something follows; the list of annexes below a
letter or a plan (附件：1.… 2.…) only names them. One circular may carry several schemes, each with
a title of its own: they are parts of the plan, headed by their titles.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from safeplan import vocabulary
from safeplan.documents import Document
from safeplan.models import Part
from safeplan.tasks.layout import Layout, kind_of, read_layout
from safeplan.text.folding import unmarked, unspaced
from safeplan.text.numbering import number_of

_ANNEX = re.compile(
    r"附\s*(?:[件表录](?!中|所|里|近)|(?=[:：]))\s*(?P<number>[一二三四五六七八九十]{1,3}|\d{1,2}(?:[-—–]\d{1,2})?)?"
    r"\s*(?P<colon>[:：]?)\s*(?P<title>[^。；]{0,120})"
)
_ENTRY = re.compile(r"(?:\d{1,2}[.．、]|附\s*[件表]\s*\d{0,2}\s*[:：])\s*")
_PAGE = re.compile(r"\d{0,3}$")
_LEADER = ".…·． \t\u3000"
_LONGEST_ENTRY = 45
_LONGEST_LIST = 100
"""Entries of a list of annexes."""
_LONGEST_TITLE = 3
"""Over so many lines a plan's title may stand below 附件1."""
_SHORTEST_CONTENTS = 3
_FILE = re.compile(r".*\.(?:pdf|docx?|xlsx?|wps|et|ofd|zip|rar|jpg|png)$", re.IGNORECASE)


@dataclass(frozen=True)
class Parts:
    """The parts of a document, by the index of its blocks."""

    annexes: dict[int, str] = field(default_factory=dict)
    """Where an annex begins, and the title on the line itself."""
    listed: frozenset[int] = frozenset()
    """The lines that only name annexes."""
    schemes: dict[int, str] = field(default_factory=dict)
    """Where a scheme begins: the line of its title."""
    contents: frozenset[int] = frozenset()
    """The lines of the table of contents."""
    body: int = 0
    """The first block of the plan itself."""
    handed_on: bool = False
    """True where the plan itself is the one annex of a letter."""

    def of(self, index: int) -> Part:
        """Return the part that a block stands in."""
        below = self.handed_on or any(begin <= index for begin in self.annexes)
        return "annex" if below else "body"


def parts_of(
    document: Document, layout: Layout | None = None, parts: Parts | None = None
) -> list[Part]:
    """Return for each block of a document whether it is of the plan's own text or of an annex.

    A table is of the text where the plan itself says something before it; a list that a letter
    only hands on is an annex, though no line says so.
    """
    layout = layout or read_layout(document)
    parts = parts or find_parts(layout)
    if re.search("sheet|excel", document.media_type):
        return ["annex"] * len(document.blocks)
    spoken = _first_words(layout, parts)
    return [
        "body" if parts.of(index) == "body" and spoken <= index else "annex"
        for index in range(len(document.blocks))
    ]


def find_parts(layout: Layout) -> Parts:
    """Find the annexes and the schemes of a document."""
    lines = layout.lines
    annexes: dict[int, str] = {}
    listed: set[int] = set()
    contents = _contents(lines, layout.body)
    at = layout.body
    marked = any(map(_ANNEX.fullmatch, lines[max(at - _LONGEST_TITLE, 0) : at]))
    while at < len(lines):
        match = _ANNEX.fullmatch(lines[at])
        if match is None or at in contents:
            at += 1
        elif _only_lists(layout, at, match):
            end = _end_of_list(lines, at, match)
            listed.update(range(at, end))
            at = end
        else:
            if annexes or not _is_the_plan(layout, at):
                annexes[at] = match["title"].strip()
            else:
                marked = True
            at += 1
    schemes = _schemes(layout, annexes)
    return Parts(annexes, frozenset(listed), schemes, contents, layout.body, marked and not annexes)


def _only_lists(layout: Layout, at: int, match: re.Match[str]) -> bool:
    """Tell whether a line 附件… names an annex that stands elsewhere, or a file."""
    lines = layout.lines
    end = _end_of_list(lines, at, match)
    title = re.sub(r"^\d{0,2}[.．、]\s*", "", match["title"]).strip()
    if _FILE.match(lines[at]) or match["title"].startswith("下载"):
        return True
    if end < len(lines) and not lines[end] and end == at + 1:
        return False  # A table follows.
    following = [line for line in lines[end : end + 3] if line]
    if not following or (layout.signature and layout.signature.first in range(at, end + 3)):
        return True
    if not title:
        return False
    again = "".join(lines[end:])
    return unmarked(title) in unmarked(again) or _ANNEX.fullmatch(lines[end]) is not None


def _is_the_plan(layout: Layout, at: int) -> bool:
    """Tell whether the first annex of a letter is the plan itself, in prose."""
    lines = layout.lines
    if any(number_of(line)[1] or not line for line in lines[layout.body : at]):
        return False
    below = next((line for line in lines[at + 1 :] if not line or number_of(line)[1]), "")
    return bool(below)


def _end_of_list(lines: list[str], at: int, match: re.Match[str]) -> int:
    """Return the first line after a list of annexes that begins here."""
    end = at + 1
    if match["colon"] or match["title"][:1] in tuple(".．、"):
        last = min(len(lines), at + _LONGEST_LIST)
        while end < last and _ENTRY.match(lines[end]) and "。" not in lines[end]:
            end += 1
    return end


def _contents(lines: list[str], body: int) -> frozenset[int]:
    """Return the lines of the contents: they end where the first entry stands again.

    A page may have lost the word 目录; then entries are known by being short and numbered.
    """
    for index, line in enumerate(lines[:-1]):
        if unspaced(line) in ("目录", "目次"):
            return frozenset(range(index, index + 1 + _again(lines[index + 1 :])))
    first = next((i for i in range(body, len(lines)) if number_of(lines[i])[1]), len(lines))
    again = _again(lines[first:])
    entries = [_without_page(entry).rstrip("。") for entry in lines[first : first + again]]
    short = all(len(entry) <= _LONGEST_ENTRY and "。" not in entry for entry in entries)
    told = short and len(entries) >= _SHORTEST_CONTENTS
    return frozenset(range(first, first + again)) if told else frozenset()


def _without_page(entry: str) -> str:
    return _PAGE.sub("", entry).rstrip(_LEADER)


def _again(lines: list[str]) -> int:
    """Return after how many lines the first of them stands again, without its page."""
    entries = [unspaced(_without_page(entry)) for entry in lines]
    return entries.index(entries[0], 1) if entries and entries[0] in entries[1:] else 0


def _schemes(layout: Layout, annexes: dict[int, str]) -> dict[int, str]:
    """Return the titles of schemes in the body: named by the letter, numbered anew below."""
    lines = layout.lines
    named = {
        unmarked(name)
        for line in lines[: layout.body]
        for name in re.findall("《([^《》]+)》", line)
    }
    end = min(annexes, default=len(lines))
    found: dict[int, str] = {}
    counted: set[str] = set()
    for at in range(max(layout.body - 1, 0), end):
        level, number, _ = number_of(lines[at])
        if level is not None:
            counted.add(number)
        elif _title().fullmatch(lines[at]) and kind_of(lines[at]):
            begins = next((n for line in lines[at + 1 : end] if (n := number_of(line)[1])), "")
            anew = begins in counted and re.match("第?[一1]", begins) is not None
            if anew or unmarked(lines[at]) in named:
                found[at] = lines[at]
                counted = set()
    first = next((at for at in range(layout.body, end) if number_of(lines[at])[1]), end)
    return found if len(found) > 1 or min(found, default=0) > first else {}


def _first_words(layout: Layout, parts: Parts) -> int:
    """Return the first line of the plan itself that says something; past the end without any."""
    end = min(parts.annexes, default=len(layout.lines))
    for at in range(layout.body, end):
        signed = layout.signature and layout.signature.first <= at <= layout.signature.last
        line = layout.lines[at]
        says = "。" in line or number_of(line)[1]
        if says and not signed and at not in parts.listed | parts.contents:
            return at
    return len(layout.lines)


@vocabulary.cached()
def _title() -> re.Pattern[str]:
    endings = "|".join(vocabulary.load("plans")["title"]["endings"])
    return re.compile(rf"[^。；：:！？>|，]{{4,60}}(?:{endings})(?:[（(][^（()）]*[)）])?")
