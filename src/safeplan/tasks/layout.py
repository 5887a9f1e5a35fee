"""Where the parts of an official document stand: heading, letter, signature, the plan, its annexes.

An annex begins at a line 附件, 附件2 or 附表 that something follows; the list of annexes below a
letter or a plan (附件：1.… 2.…) only names them. One circular may carry several schemes, each with
a title of its own: they are parts of the plan, headed by their titles.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from itertools import accumulate

from safeplan.documents import Document, Paragraph
from safeplan.models import Part, Period
from safeplan.tasks.dates import NO_YEARS, date_of
from safeplan.tasks.naming import (
    is_boxed,
    is_title,
    issuer_of,
    issuers_above,
    kind_of,
    labelled,
    says,
    title_of,
)
from safeplan.text.folding import unmarked, unspaced
from safeplan.text.numbering import numbers_of

Numbered = tuple[int | None, str, str]
"""The level of a line's number (None without one), the number, and what follows it."""

_ANNEX = re.compile(
    r"附\s*(?:[件表录](?!中|所|里|近)|(?=[:：]))\s*(?:[一二三四五六七八九十]{1,3}|\d{1,2}(?:[-—–]\d{1,2})?)?"
    r"\s*(?P<colon>[:：]?)\s*(?P<title>[^。；]{0,120})"
)
_ENTRY = re.compile(r"(?:\d{1,2}[.．、]|附\s*[件表]\s*\d{0,2}\s*[:：])\s*")
_FILE = re.compile(r".*\.(?:pdf|docx?|xlsx?|wps|et|ofd|zip|rar|jpg|png)$", re.IGNORECASE)


@dataclass(frozen=True)
class Signature:
    """发文机关署名 and 成文日期, on the lines from `first` to `last`."""

    issuer: str | None
    issued_on: dt.date | None
    first: int
    last: int


class Layout:
    """The parts of a document; lines are counted as its blocks are, a table is an empty line."""

    def __init__(self, document: Document) -> None:
        self._is_sheet = re.search("sheet|excel", document.media_type) is not None
        self.lines = [one.text if isinstance(one, Paragraph) else "" for one in document.blocks]
        self.numbers: list[Numbered] = numbers_of(self.lines)
        heads = (at for at, (level, *_) in enumerate(self.numbers) if level in range(4))
        self.first_number = next(heads, len(self.lines))
        """The first line with a number 一、 or above it."""
        self.front = self.lines[: self.first_number]
        self.labelled = labelled(document.blocks[: self.first_number])
        """What a web page's box of metadata says: `number`, `issuer`, `issued_on`, `title`."""
        self.title = title_of(self.lines, self.labelled.get("title", ""), self.first_number)
        self.signature = self._signature()
        signature = self.signature
        self.signed = range(signature.first, signature.last + 1) if signature else range(0)
        """The lines of the signature."""
        self.body = self._body()
        """The first line of the plan itself, below its own title."""
        self.contents = self._contents()
        """The lines of the table of contents."""
        self.annexes: dict[int, str] = {}
        """Where an annex begins, and the title on the line itself."""
        self.listed: set[int] = set()
        """The lines that only name annexes."""
        self.handed_on = self._find_annexes()
        """True where the plan itself is the one annex of a letter."""
        self.schemes = self._schemes()
        """Where a scheme begins: the line of its title."""

    @property
    def period(self) -> Period:
        """The years that the title names; none where it names none."""
        return (self.title.period if self.title else None) or NO_YEARS

    @property
    def document_number(self) -> str | None:
        """The document number on a line of its own, the one nearest to the heading."""
        top = self.title.at[0] if self.title else 0
        for pattern in (says().number_line, says().order_line):
            matches = [
                (abs(at - top), pattern.fullmatch(line)) for at, line in enumerate(self.front)
            ]
            if found := [(far, match["number"]) for far, match in matches if match]:
                return min(found)[1]
        return None

    def part_of(self, index: int) -> Part:
        """Return the part that a block stands in."""
        below = self.handed_on or any(begin <= index for begin in self.annexes)
        return "annex" if below else "body"

    def parts(self) -> list[Part]:
        """Return for each block whether it is of the plan's own text or of an annex.

        A table is of the text where the plan itself says something before it; a list that a letter
        only hands on is an annex, though no line says so.
        """
        silent = {*self.signed, *self.listed, *self.contents}
        end = min(self.annexes, default=len(self.lines))
        says = (
            at
            for at in range(self.body, end)
            if at not in silent and ("。" in self.lines[at] or self.numbers[at][1])
        )
        first = len(self.lines) if self._is_sheet else next(says, len(self.lines))
        return ["annex" if at < first else self.part_of(at) for at in range(len(self.lines))]

    def _signature(self) -> Signature | None:
        """Return the signature below the circular's heading; else the nearest one above it.

        Below the tables a web page lists other documents; above its heading it shows its own name
        and today's date: what stands there is only taken where the metadata tell no date.
        """
        lines, title = self.lines, self.title
        named = [at for at in title.at if at < self.first_number] if title else []
        top = min(named, default=0)
        table = next(
            (i for i in range(max(named, default=0), len(lines)) if not lines[i]), len(lines)
        )
        elsewhere = (
            ()
            if "issued_on" in self.labelled
            else (*range(top - 1, -1, -1), *range(table, len(lines)))
        )
        last = max((at for at, line in enumerate(lines[:table]) if line), default=0)
        bare: Signature | None = None
        for at in (*range(top, table), *elsewhere):
            match = says().signed.fullmatch(lines[at])
            if bare is None and at < self.first_number and says().signed_month.fullmatch(lines[at]):
                if bodies := issuers_above(lines, at):
                    bare = Signature("、".join(bodies), None, at - len(bodies), at)
                continue
            if match is None or (at and is_boxed(lines[at - 1])):
                continue  # below a label of metadata it is a date of whatever that says
            above = [] if match["bodies"] else issuers_above(lines, at)
            below = None if match["bodies"] or above else issuer_of("".join(lines[at + 1 : at + 2]))
            if issuer := match["bodies"] or "、".join(above) or below:
                if bare and not top <= at < table:
                    break
                end = at + 1 if below else at
                return Signature(issuer, date_of(match), at - len(above), end)
            if bare is None and top <= at and (at < self.first_number or at == last):
                bare = Signature(None, date_of(match), at, at)
        return bare

    def _body(self) -> int:
        """Return the first line of the plan itself: below its own title, after the letter's signature.

        Where the plan has no title of its own it begins after the signature; where the signature
        closes the plan, or there is none, with the first title or the first line.
        """
        lines, signature = self.lines, self.signature
        own = self.title.own if self.title else []
        numbered: list[int] = []
        in_list = False  # of annexes (附件说明): 附件：1.…, 2.…, 3.…
        for at, (line, (level, *_)) in enumerate(zip(lines, self.numbers, strict=True)):
            in_list = line.startswith("附件") or (
                in_list and level is not None and "。" not in line
            )
            if level is not None and not in_list:
                numbered.append(at)

        def has_parts(begin: int, end: int) -> bool:
            return any(begin <= at < end for at in numbered)

        if signature:
            last = signature.last
            closes = any(
                end <= signature.first and has_parts(end, signature.first) for _, end in own
            )
            after = [end for first, end in own if first > last and has_parts(end, len(lines))]
            if after and not closes:
                return after[0]
            if not own and has_parts(last, len(lines)) and not has_parts(0, signature.first):
                return last + 1
        above = [end for first, end in own if first < self.first_number]
        return above[-1] if above else own[0][1] if own else 0

    def _contents(self) -> frozenset[int]:
        """Return the lines of the contents: they end where the first entry stands again.

        A page may have lost the word 目录; then entries are known by being short and numbered.
        """
        lines = self.lines
        for index, line in enumerate(lines[:-1]):
            if unspaced(line) in ("目录", "目次"):
                return frozenset(range(index, index + 1 + _again(lines[index + 1 :])))
        first = next((i for i in range(self.body, len(lines)) if self.numbers[i][1]), len(lines))
        again = _again(lines[first:])
        entries = [_without_page(entry).rstrip("。") for entry in lines[first : first + again]]
        short = all(len(entry) <= 45 and "。" not in entry for entry in entries)
        return frozenset(range(first, first + again) if short and len(entries) > 2 else ())

    # --- annexes and schemes ----------------------------------------------------------------------

    def _find_annexes(self) -> bool:
        """Find where annexes begin and the lines that only name some; tell if one hands the plan on."""
        lines, body = self.lines, self.body
        bare = list(map(unmarked, lines))
        says = [
            bool(number) or not line
            for line, (_, number, _) in zip(lines, self.numbers, strict=True)
        ]
        text, starts = "".join(bare), [0, *accumulate(map(len, bare))]
        ends = [*range(1, len(lines) + 1)]  # for each line, where a list of entries below it ends
        for above in range(len(lines) - 2, -1, -1):
            if _ENTRY.match(lines[above + 1]) and "。" not in lines[above + 1]:
                ends[above] = ends[above + 1]

        def stands_elsewhere(at: int, end: int, title: str) -> bool:
            """Tell whether the lines from `at` to before `end` only name an annex, or a file."""
            if _FILE.match(lines[at]) or title.startswith("下载"):
                return True
            if end < len(lines) and not lines[end] and end == at + 1:
                return False  # A table follows.
            signed = self.signature is not None and self.signature.first in range(at, end + 3)
            if not any(lines[end : end + 3]) or signed:
                return True
            wanted = unmarked(re.sub(r"^\d{0,2}[.．、]\s*", "", title))
            again = text.find(wanted, starts[end]) >= 0
            return bool(wanted) and (again or _ANNEX.fullmatch(lines[end]) is not None)

        def is_the_plan(at: int) -> bool:
            """Tell whether the first annex of a letter is the plan itself, in prose."""
            following = (lines[i] for i in range(at + 1, len(lines)) if says[i])
            return not any(says[body:at]) and bool(next(following, ""))

        marked = any(map(_ANNEX.fullmatch, lines[max(body - 3, 0) : body]))  # above its title
        at = body
        while at < len(lines):
            match = _ANNEX.fullmatch(lines[at]) if at not in self.contents else None
            opens = match and (match["colon"] or match["title"][:1] in tuple(".．、"))
            end = ends[at] if opens else at + 1
            if match and stands_elsewhere(at, end, match["title"]):
                self.listed.update(range(at, end))
            else:
                end = at + 1
                marked = marked or match is not None
                if match and (self.annexes or not is_the_plan(at)):
                    self.annexes[at] = match["title"].strip()
            at = end
        return marked and not self.annexes

    def _schemes(self) -> dict[int, str]:
        """Return the titles of schemes in the body: named by the letter, numbered anew below."""
        lines, numbers, body = self.lines, self.numbers, self.body
        end = min(self.annexes, default=len(lines))
        letter = "\n".join(lines[:body])
        named = {unmarked(name) for name in re.findall("《([^《》\n]+)》", letter)}
        found: dict[int, str] = {}
        counted: set[str] = set()
        for at in range(max(body - 1, 0), end):
            if numbers[at][1]:
                counted.add(numbers[at][1])
            elif is_title(lines[at]) and "，" not in lines[at] and kind_of(lines[at]):
                begins = next((number for _, number, _ in numbers[at + 1 : end] if number), "")
                anew = begins in counted and re.match("第?[一1]", begins) is not None
                if anew or unmarked(lines[at]) in named:
                    found[at] = lines[at]
                    counted = set()
        first = next((at for at in range(body, end) if numbers[at][1]), end)
        return found if len(found) > 1 or min(found, default=0) > first else {}


def _without_page(entry: str) -> str:
    # In two steps: a leader before the number would be tried from each of its dots.
    return re.sub(r"\d{0,3}$", "", entry).rstrip(".…·． \t\u3000")


def _again(lines: list[str]) -> int:
    """Return after how many lines the first of them stands again, without its page."""
    entries = [unspaced(_without_page(entry)) for entry in lines]
    return entries.index(entries[0], 1) if entries and entries[0] in entries[1:] else 0
