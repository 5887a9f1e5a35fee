"""Which blocks of a document are the plan's own text and which stand in an annex.

An annex begins at a line 附件, 附件2 or 附表 that something follows; the list of annexes below a
letter or a plan (附件：1.… 2.…) only names them. One circular may carry several schemes, each with
a title of its own: they are parts of the plan, headed by their titles.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from safeplan.documents import Document
from safeplan.models import Part
from safeplan.tasks.layout import Layout, read_layout
from safeplan.tasks.naming import is_title, kind_of
from safeplan.text.folding import unmarked, unspaced
from safeplan.text.numbering import number_of

_ANNEX = re.compile(
    r"附\s*(?:[件表录](?!中|所|里|近)|(?=[:：]))\s*(?:[一二三四五六七八九十]{1,3}|\d{1,2}(?:[-—–]\d{1,2})?)?"
    r"\s*(?P<colon>[:：]?)\s*(?P<title>[^。；]{0,120})"
)
_ENTRY = re.compile(r"(?:\d{1,2}[.．、]|附\s*[件表]\s*\d{0,2}\s*[:：])\s*")
_PAGE = re.compile(r"\d{0,3}$")
_LEADER = ".…·． \t\u3000"
_LONGEST_ENTRY = 45
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
    marked = any(map(_ANNEX.fullmatch, lines[max(layout.body - _LONGEST_TITLE, 0) : layout.body]))
    named = _Named(layout)
    ends = [*range(1, len(lines) + 1)]  # for each line, where a list of entries below it ends
    for above in range(len(lines) - 2, -1, -1):
        if _ENTRY.match(lines[above + 1]) and "。" not in lines[above + 1]:
            ends[above] = ends[above + 1]
    at = layout.body
    while at < len(lines):
        match = _ANNEX.fullmatch(lines[at]) if at not in contents else None
        opens = match and (match["colon"] or match["title"][:1] in tuple(".．、"))
        end = ends[at] if opens else at + 1
        if match and named.elsewhere(at, end, match["title"]):
            listed.update(range(at, end))
        else:
            end = at + 1
            if match and (annexes or not _is_the_plan(layout, at)):
                annexes[at] = match["title"].strip()
            marked = marked or match is not None
        at = end
    schemes = _schemes(layout, annexes)
    return Parts(annexes, frozenset(listed), schemes, contents, layout.body, marked and not annexes)


class _Named:
    """Tells whether a line 附件… only names an annex that stands elsewhere, or a file."""

    def __init__(self, layout: Layout) -> None:
        self.lines = layout.lines
        self.signed = layout.signature.first if layout.signature else -1
        bare = list(map(unmarked, layout.lines))
        self.text = "".join(bare)
        self.starts = [0]
        for line in bare:
            self.starts.append(self.starts[-1] + len(line))

    def elsewhere(self, at: int, end: int, title: str) -> bool:
        """Tell it of the lines from `at` to before `end`."""
        lines = self.lines
        if _FILE.match(lines[at]) or title.startswith("下载"):
            return True
        if end < len(lines) and not lines[end] and end == at + 1:
            return False  # A table follows.
        if not any(lines[end : end + 3]) or self.signed in range(at, end + 3):
            return True
        wanted = unmarked(re.sub(r"^\d{0,2}[.．、]\s*", "", title))
        again = self.text.find(wanted, self.starts[end]) >= 0
        return bool(wanted) and (again or _ANNEX.fullmatch(lines[end]) is not None)


def _is_the_plan(layout: Layout, at: int) -> bool:
    """Tell whether the first annex of a letter is the plan itself, in prose."""
    lines = layout.lines
    if any(number_of(line)[1] or not line for line in lines[layout.body : at]):
        return False
    return bool(next((line for line in lines[at + 1 :] if not line or number_of(line)[1]), ""))


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
    # In two steps: a leader before the number would be tried from each of its dots.
    return _PAGE.sub("", entry).rstrip(_LEADER)


def _again(lines: list[str]) -> int:
    """Return after how many lines the first of them stands again, without its page."""
    entries = [unspaced(_without_page(entry)) for entry in lines]
    return entries.index(entries[0], 1) if entries and entries[0] in entries[1:] else 0


def _schemes(layout: Layout, annexes: dict[int, str]) -> dict[int, str]:
    """Return the titles of schemes in the body: named by the letter, numbered anew below."""
    lines = layout.lines
    letter = "\n".join(lines[: layout.body])
    named = {unmarked(name) for name in re.findall("《([^《》\n]+)》", letter)}
    end = min(annexes, default=len(lines))
    numbers = [number_of(line)[1] for line in lines[:end]]
    found: dict[int, str] = {}
    counted: set[str] = set()
    for at in range(max(layout.body - 1, 0), end):
        if numbers[at]:
            counted.add(numbers[at])
        elif is_title(lines[at]) and "，" not in lines[at] and kind_of(lines[at]):
            begins = next(filter(None, numbers[at + 1 :]), "")
            anew = begins in counted and re.match("第?[一1]", begins) is not None
            if anew or unmarked(lines[at]) in named:
                found[at] = lines[at]
                counted = set()
    first = next((at for at in range(layout.body, end) if numbers[at]), end)
    return found if len(found) > 1 or min(found, default=0) > first else {}


def _first_words(layout: Layout, parts: Parts) -> int:
    """Return the first line of the plan itself that says something; past the end without any."""
    signature = layout.signature
    signed = range(signature.first, signature.last + 1) if signature else range(0)
    for at in range(layout.body, min(parts.annexes, default=len(layout.lines))):
        line = layout.lines[at]
        says = "。" in line or number_of(line)[1]
        if says and at not in signed and at not in parts.listed and at not in parts.contents:
            return at
    return len(layout.lines)
