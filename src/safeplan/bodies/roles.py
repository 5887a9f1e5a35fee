"""Who does what in an owner text: labels before bodies (牵头单位：) and marks after them (乙局配合).

Both are told by the words of a role and what may stand around these, which are data
(`vocabulary/bodies.toml`, [roles]). A label may also announce what is no body: a person, a day.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from safeplan.models import ROLES, Role
from safeplan.vocabulary.grammar import Grammar

_OPENING = re.compile(r"(?<=[、,;。])\(|\[")
_REACH = 24
"""Characters before a colon or an end in which a label or mark is looked for."""
_LONGEST_LABEL = 40


@dataclass(frozen=True, slots=True)
class Label:
    """What announces the bodies after it, or, with no role, something else than bodies."""

    start: int
    end: int
    role: Role | None


@dataclass(frozen=True, slots=True)
class Mark:
    """What says of the bodies before it what they do."""

    start: int
    end: int
    role: Role
    alone: bool = False
    """In brackets, so that it speaks of the one body before it: 甲局、乙局（牵头）."""


def labels_in(text: str, breaks: frozenset[int], says: Grammar) -> list[Label]:
    """Return the labels of a narrowed text, none of them inside brackets."""
    found: list[Label] = []
    last = 0
    for sign in _signs(text):
        match = says.before_sign.search(text, max(last, sign - _REACH), sign)
        if match and (text[sign] == ":" or match["noun"]):
            found.append(Label(match.start(), sign + 1, _role(match)))
            last = sign + 1
    taken = {place for label in found for place in (label.start, label.end)}
    opened = [match.start() for match in _OPENING.finditer(text)]
    for start in sorted({0, *breaks, *opened} - taken):
        match = says.at_start.match(text, start, start + _LONGEST_LABEL)
        if match and _is_heading(text, match, breaks):
            found.append(Label(start, match.end(), _role(match)))
    return sorted(found, key=lambda label: label.start)


def closing_mark(text: str, start: int, end: int, says: Grammar) -> Mark | None:
    """Return the mark that closes a stretch of a narrowed text."""
    match = says.mark.search(text, max(start, end - _REACH), end)
    if match is None:
        return None
    return Mark(match.start(), match.end(), _role(match) or "responsible", bool(match["alone"]))


def marks_inside(text: str, start: int, end: int, says: Grammar) -> Iterator[int]:
    """Yield where a mark ends inside a stretch, with more after it: 甲局牵头乙局配合."""
    for match in says.mark_inside.finditer(text, start, end):
        opened = text.count("(", start, match.start()) > text.count(")", start, match.start())
        if start < match.start() and match.end() < end and not opened:
            yield match.end()


def _is_heading(text: str, match: re.Match[str], breaks: frozenset[int]) -> bool:
    """Say whether a label without a colon is one: on a line of its own, or in brackets."""
    printed = match[0]
    if printed[0] in "([" and printed[-1] in ")]":
        return match.end() < len(text)
    # A name that white space cuts everywhere (区 专 委 会 牵 头 单 位) has no label in it.
    whole = breaks.isdisjoint(range(match.start() + 1, match.end()))
    return match.end() in breaks and whole and bool(match["noun"] or match["nobody"])


def _signs(text: str) -> Iterator[int]:
    """Yield where a label may end: at a colon, or 为, outside brackets."""
    balanced = text.count("(") == text.count(")")
    depth = 0
    for place, character in enumerate(text):
        if character in "()" and balanced:
            depth += 1 if character == "(" else -1
        elif character in ":为" and depth <= 0:
            yield place


def _role(match: re.Match[str]) -> Role | None:
    """Return the role whose word a label or a mark has, None where it announces no body."""
    return next((role for role in ROLES if match[role]), None)
