"""Who does what in an owner text: labels before bodies (牵头单位：) and marks after them (乙局配合).

Both are told by the words of a role and what may stand around these, which are data
(`vocabulary/bodies.toml`, [roles]). A label may also announce what is no body: a person, a day.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from safeplan import vocabulary
from safeplan.bodies.words import one_of
from safeplan.models import Role

_OPENING = re.compile(r"(?<=[、,;。])\(|\[")
_SIGN = re.compile("[:为]")
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


def nouns_of(said: dict[str, Any]) -> str:
    """Return a pattern for what makes a label of a word of a role: 牵头单位, 责任站所."""
    return f"(?:{one_of(said['nouns'])}|{one_of(said['offices'])}{{2}})"


class Roles:
    """The words of roles, made ready to look for.

    Args:
        words: the content of `bodies.toml`.
    """

    def __init__(self, words: dict[str, Any]) -> None:
        said = words["roles"]
        nouns = nouns_of(said)
        body = (
            rf"(?:[0-9]+\.)?[\[(]?(?:(?P<nobody>{one_of(said['nobody'])})|(?:(?P<lead>{one_of(said['lead'])})"
            rf"|(?P<assisting>{one_of(said['assisting'])})|(?P<responsible>{one_of(said['responsible'])}))"
            rf"(?P<noun>{nouns})?)"
        )
        more = r"(?:[及和与或、/(][^:,;。\[\]]{1,12})?"
        self._before_sign = re.compile(rf"{body}{more}[\])]?$")
        self._at_start = re.compile(rf"{body}(?:[/、及和与]{nouns})?[\])]?")
        marks = said["marks"]
        around = f"(?:{one_of(marks['before'])}|{marks['by']})"
        after = one_of(marks["after"])
        word = (
            f"(?:(?P<lead>{one_of(marks['lead'])})|(?P<assisting>{one_of(marks['assisting'])})"
            f"|(?P<responsible>{one_of(marks['responsible'])}|{marks['duty']}))"
        )
        self._mark = re.compile(
            rf"(?:(?P<alone>\()(?:{around}){{0,3}}{word}{nouns}?(?:{after}){{0,2}}\)"
            rf"|(?:{around}){{0,3}}{re.sub('P<', 'P<plain_', word)}(?:{after}){{0,2}}"
            rf"|为{re.sub('P<', 'P<as_', word)}{nouns}(?:{after}){{0,2}})$"
        )
        active = one_of([*marks["lead"], *marks["assisting"], marks["responsible"][0]])
        self._inside = re.compile(rf"{active}(?:{after}){{0,2}}(?!{nouns}|的|责任|方|处|科)")
        self.noun = re.compile(f"{nouns}|的|责任|方|处|科")
        """What makes a name of a word of a role: 牵头单位."""
        self.together = re.compile("|".join(marks["together"]))
        """What joins to a body those that help it: 甲局会同乙局."""

    def labels(self, text: str, breaks: frozenset[int]) -> list[Label]:
        """Return the labels of a narrowed text, none of them inside brackets."""
        found: list[Label] = []
        last = 0
        for sign in self._signs(text):
            start = max(last, sign - _REACH)
            match = self._before_sign.search(text, start, sign)
            if match and (text[sign] == ":" or match["noun"]):
                found.append(Label(match.start(), sign + 1, _role(match)))
                last = sign + 1
        taken = {place for label in found for place in (label.start, label.end)}
        opened = [match.start() for match in _OPENING.finditer(text)]
        for start in sorted({0, *breaks, *opened} - taken):
            match = self._at_start.match(text, start, start + _LONGEST_LABEL)
            if match and self._is_heading(text, match, breaks):
                found.append(Label(start, match.end(), _role(match)))
        return sorted(found, key=lambda label: label.start)

    @staticmethod
    def _is_heading(text: str, match: re.Match[str], breaks: frozenset[int]) -> bool:
        """Say whether a label without a colon is one: on a line of its own, or in brackets."""
        printed = match[0]
        if printed[0] in "([" and printed[-1] in ")]":
            return match.end() < len(text)
        # A name that white space cuts everywhere (区 专 委 会 牵 头 单 位) has no label in it.
        whole = breaks.isdisjoint(range(match.start() + 1, match.end()))
        return match.end() in breaks and whole and bool(match["noun"] or match["nobody"])

    @staticmethod
    def _signs(text: str) -> Iterator[int]:
        """Yield where a label may end: at a colon, or 为, outside brackets."""
        if ":" not in text and "为" not in text:
            return
        if "(" not in text:
            yield from (match.start() for match in _SIGN.finditer(text))
            return
        balanced = text.count("(") == text.count(")")
        depth = 0
        for place, character in enumerate(text):
            if character in "()" and balanced:
                depth += 1 if character == "(" else -1
            elif character in ":为" and depth <= 0:
                yield place

    def mark(self, text: str, start: int, end: int) -> Mark | None:
        """Return the mark that closes a stretch of a narrowed text."""
        match = self._mark.search(text, max(start, end - _REACH), end)
        if match is None:
            return None
        role: Role = "responsible"
        for name in ("lead", "assisting"):
            if match[name] or match[f"plain_{name}"] or match[f"as_{name}"]:
                role = "lead" if name == "lead" else "assisting"
        return Mark(match.start(), match.end(), role, match["alone"] is not None)

    def inside(self, text: str, start: int, end: int) -> Iterator[int]:
        """Yield where a mark ends inside a stretch, with more after it: 甲局牵头乙局配合."""
        for match in self._inside.finditer(text, start, end):
            opened = text.count("(", start, match.start()) > text.count(")", start, match.start())
            if start < match.start() and match.end() < end and not opened:
                yield match.end()


def _role(match: re.Match[str]) -> Role | None:
    """Return the role whose word a label has, None where it announces no body."""
    if match["lead"]:
        return "lead"
    if match["assisting"]:
        return "assisting"
    return "responsible" if match["responsible"] else None


@vocabulary.cached()
def roles() -> Roles:
    """Return the words of roles now in force (`SAFEPLAN_VOCABULARY` may add to them)."""
    return Roles(vocabulary.load("bodies"))
