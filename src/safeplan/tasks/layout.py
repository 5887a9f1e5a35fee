"""Where the parts of an official document stand: heading, letter, signature, the plan's own title."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from safeplan.documents import Document, Paragraph
from safeplan.models import Period
from safeplan.tasks.dates import DATE, date_of
from safeplan.tasks.issuers import BODY, SEAL, issuer_of, issuers_above
from safeplan.tasks.metadata import NUMBER, is_boxed, labelled
from safeplan.tasks.naming import Title, kind_of, title_of
from safeplan.text.numbering import number_of

__all__ = ["NUMBER", "Layout", "Signature", "Title", "kind_of", "read_layout"]

_SIGNED = re.compile(rf"(?:(?P<issuer>{BODY}){SEAL})?[（(]?{DATE}[)）]?")
_MONTH = re.compile(r"[（(]?(?:20\d\d|二[〇零○ＯO0].{2})年[\d一二三四五六七八九十]{1,2}月[)）]?")
"""Below a plan's issuer on its cover: 2026年1月."""
_PART = 3
"""The level of 一、."""
_DOCUMENT_NUMBER = re.compile(rf"[（(]?({NUMBER})[)）]?(签发人.*)?")
_SERIAL_NUMBER = re.compile(r"[（(]?((?:20\d\d年)?第\d{1,4}号)[)）]?")
"""Of an order or a notice to the public: 第3号, without a word for the body."""


@dataclass(frozen=True)
class Signature:
    """发文机关署名 and 成文日期, on the lines from `first` to `last`."""

    issuer: str | None
    issued_on: dt.date | None
    first: int
    last: int


@dataclass(frozen=True)
class Layout:
    """The parts of a document; lines are counted as its blocks are, a table is an empty line."""

    lines: list[str]
    title: Title | None
    signature: Signature | None
    document_number: str | None
    labelled: dict[str, str]
    """What a web page's box of metadata says: `number`, `issuer`, `issued_on`, `title`."""
    body: int
    """The first line of the plan itself, below its own title."""
    first_number: int
    """The first line with a number 一、 or above it."""

    @property
    def period(self) -> Period:
        """The years that the title names; none where it names none."""
        told = self.title.period if self.title else None
        return told or Period(start_year=None, end_year=None)


def read_layout(document: Document) -> Layout:
    """Find the parts of a document."""
    lines = [block.text if isinstance(block, Paragraph) else "" for block in document.blocks]
    levels = [number_of(line)[0] for line in lines]
    parts = (at for at, level in enumerate(levels) if level is not None and level <= _PART)
    first_number = next(parts, len(lines))
    said = labelled(document.blocks[:first_number])
    title = title_of(lines, said.get("title", ""), first_number)
    signature = _signature(lines, title, said, first_number)
    return Layout(
        lines=lines,
        title=title,
        signature=signature,
        document_number=_document_number(lines[:first_number], title.at[0] if title else 0),
        labelled=said,
        body=_body(lines, title, signature, first_number),
        first_number=first_number,
    )


# --- signature, number ------------------------------------------------------------------------


def _signature(
    lines: list[str], title: Title | None, said: dict[str, str], first_number: int
) -> Signature | None:
    """Return the signature below the circular's heading; else the nearest one above it.

    Below the tables a web page lists other documents; above its heading it shows its own name and
    today's date: what stands there is only taken where the metadata tell no date.
    """
    named = [at for at in title.at if at < first_number] if title else []
    top = min(named, default=0)
    table = next((i for i in range(max(named, default=0), len(lines)) if not lines[i]), len(lines))
    elsewhere = () if "issued_on" in said else (*range(top - 1, -1, -1), *range(table, len(lines)))
    last = max((at for at, line in enumerate(lines[:table]) if line), default=0)
    bare: Signature | None = None
    for at in (*range(top, table), *elsewhere):
        match = _SIGNED.fullmatch(lines[at])
        if bare is None and at < first_number and _MONTH.fullmatch(lines[at]):
            if bodies := issuers_above(lines, at):
                bare = Signature("、".join(bodies), None, at - len(bodies), at)
            continue
        if match is None or (at and is_boxed(lines[at - 1])):
            continue  # below a label of metadata it is a date of whatever that says
        above = [] if match["issuer"] else issuers_above(lines, at)
        below = None if match["issuer"] or above else issuer_of("".join(lines[at + 1 : at + 2]))
        if issuer := match["issuer"] or "、".join(above) or below:
            if bare and not top <= at < table:
                break
            end = at + 1 if below else at
            return Signature(issuer, date_of(match), at - len(above), end)
        if bare is None and top <= at and (at < first_number or at == last):
            bare = Signature(None, date_of(match), at, at)
    return bare


def _document_number(front: list[str], top: int) -> str | None:
    """Return the document number on a line of its own, the one nearest to the heading."""
    for pattern in (_DOCUMENT_NUMBER, _SERIAL_NUMBER):
        found = [
            (abs(at - top), match[1])
            for at, line in enumerate(front)
            if (match := pattern.fullmatch(line))
        ]
        if found:
            return min(found)[1]
    return None


# --- body -----------------------------------------------------------------------------------


def _body(
    lines: list[str], title: Title | None, signature: Signature | None, first_number: int
) -> int:
    """Return the first line of the plan itself: below its own title, after the letter's signature.

    Where the plan has no title of its own it begins after the signature; where the signature
    closes the plan, or there is none, with the first title or the first line.
    """
    own = title.own if title else []
    listed = _annex_list(lines)
    numbered = [
        at for at, line in enumerate(lines) if at not in listed and number_of(line)[0] is not None
    ]

    def has_parts(begin: int, end: int) -> bool:
        return any(begin <= at < end for at in numbered)

    if signature:
        last = signature.last
        closes = any(end <= signature.first and has_parts(end, signature.first) for _, end in own)
        after = [end for first, end in own if first > last and has_parts(end, len(lines))]
        if after and not closes:
            return after[0]
        if not own and has_parts(last, len(lines)) and not has_parts(0, signature.first):
            return last + 1
    above = [end for first, end in own if first < first_number]
    return above[-1] if above else own[0][1] if own else 0


def _annex_list(lines: list[str]) -> set[int]:
    """Return the lines of a list of annexes (附件说明): 附件：1.…, 2.…, 3.…."""
    listed: set[int] = set()
    inside = False
    for at, line in enumerate(lines):
        level = number_of(line)[0]
        inside = line.startswith("附件") or (inside and level is not None and "。" not in line)
        if inside:
            listed.add(at)
    return listed
