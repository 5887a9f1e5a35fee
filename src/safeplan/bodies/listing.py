"""Whether a stretch of text is a list of bodies, told without reading it.

Quick enough to be asked of every cell and every note: a table's columns and a paragraph's brackets
are told by it.
"""

from __future__ import annotations

import os
import re
from functools import cache, lru_cache

from safeplan import vocabulary
from safeplan.bodies.names import Lexicon, lexicon
from safeplan.bodies.words import narrow, one_of, unwrapped

_SEPARATOR = re.compile(r"[、,;:/|\n]")
_BRACKETS = re.compile(r"\([^()]*\)")
_TAIL = re.compile(r"等.{0,12}$")
_MOST = 600
"""Characters that are looked at: the kind of a longer text shows in its beginning."""
_LONGEST_NAME = 24
_SHORT = 10
"""A name no longer than this may be a known one though it does not end like a body's."""
_LEAST = 0.6
"""The share of a list's parts that must name bodies."""
_BY_FORM, _BY_ENDING = 0.6, 0.4
"""What an unknown name counts: with a level word before it (区低空经济办), with its ending alone."""
_CLASS = re.compile(r"(?:部门|单位)(?:[、,;\n]|$)")
_NO_NAME = re.compile(r"[《“”%％]|[0-9](?![.)])")


@cache
def _words(_folder: str | None) -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    words = vocabulary.load("bodies")
    said = words["roles"]
    roles = one_of([*said["lead"], *said["responsible"], *said["assisting"]])
    nouns = one_of(said["nouns"])
    marks = said["marks"]
    mark = one_of([*marks["lead"], *marks["responsible"], *marks["assisting"]])
    around, after = one_of(marks["before"]), one_of(marks["after"])
    return (
        re.compile(rf"^{roles}(?:{nouns})?[及和]?.{{0,6}}$|^{one_of(said['nobody'])}$"),
        re.compile(rf"(?:{around}){{0,2}}{mark}(?:{after}){{0,2}}$"),
        re.compile(one_of(words["forms"]["verbs"])),
    )


def looks_like_bodies(text: str) -> bool:
    """Say whether a text is a list of bodies, with what marks and labels may stand in it.

    >>> looks_like_bodies("区应急管理局、各镇街（管委会）"), looks_like_bodies("新建消防站3个")
    (True, False)
    """
    return _looks(text[:_MOST], lexicon())


@lru_cache(maxsize=8192)
def _looks(text: str, words: Lexicon) -> bool:
    label, mark, verbs = _words(os.environ.get(vocabulary.VARIABLE) or None)
    lines = "\n".join(filter(None, map(narrow, unwrapped(text).split("\n"))))
    plain = _BRACKETS.sub("", lines).removesuffix("。").replace("。", "\n")
    parts = [part for part in _SEPARATOR.split(plain) if part]
    parts = [part for part in parts if not label.search(part)]
    if not parts or any(len(part) > _LONGEST_NAME + _SHORT for part in parts):
        return False
    fields = _CLASS.search(plain) is not None  # 教育、民政等部门
    points = 0.0
    for left, part in enumerate(parts[::-1]):
        bare = mark.sub("", part).removeprefix("由")
        bare = _TAIL.sub("", bare) or bare or part
        points += _likeness(bare, words, verbs, fields=fields)
        if points + len(parts) - left - 1 < _LEAST * len(parts):
            return False
    return points >= _LEAST * len(parts)


def _likeness(part: str, words: Lexicon, verbs: re.Pattern[str], *, fields: bool) -> float:
    """Return how surely a part names a body: 1 a known one, less one that only ends like one."""
    formed = words.has_form(part)
    if len(part) > _LONGEST_NAME or not (formed or len(part) <= _SHORT) or _NO_NAME.search(part):
        return 0.0
    body = words.identify(part)
    if body.known and not body.by_form:
        return 1.0
    if (formed or body.known) and not verbs.match(part):
        return _BY_FORM if words.begins_body(part) else _BY_ENDING
    return _BY_FORM if fields and (words.of_field(part) or words.is_field(part)) else 0.0
