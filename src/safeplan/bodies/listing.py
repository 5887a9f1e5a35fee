"""Whether a stretch of text is a list of bodies, told without reading it.

Quick enough to be asked of every cell and every note: a table's columns are told by what such lists
look like, a paragraph's notes by what they name.
"""

from __future__ import annotations

import re

from safeplan import vocabulary
from safeplan.bodies.names import Lexicon, lexicon
from safeplan.bodies.roles import closing_mark
from safeplan.bodies.words import unwrapped
from safeplan.text.folding import narrow

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
_JOINT = re.compile("[和及与](?=[各有相省市区县镇])")
_BEGUN = re.compile("[要须需均都]|应$")
"""A clause that goes on to its verb: no name of a set has these."""
_LONGEST_SET = 9
"""Characters of a set that is named by 各 or 有关 and by no ending of bodies."""
_CLASS = re.compile(r"(?:部门|单位)(?:[、,;\n]|$)")
_NO_NAME = re.compile(r"[《“”%％]|[0-9](?![.)])")


def looks_like_bodies(text: str) -> bool:
    """Say whether a text is a list of bodies, with what marks and labels may stand in it.

    >>> looks_like_bodies("区应急管理局、各镇街（管委会）"), looks_like_bodies("新建消防站3个")
    (True, False)
    """
    return _looks(text[:_MOST], lexicon())


@vocabulary.cached(8192)
def _looks(text: str, words: Lexicon) -> bool:
    lines = "\n".join(filter(None, map(narrow, unwrapped(text).split("\n"))))
    plain = _BRACKETS.sub("", lines).removesuffix("。").replace("。", "\n")
    parts = [part for part in _SEPARATOR.split(plain) if part]
    parts = [part for part in parts if not words.says.label_alone.search(part)]
    if not parts or any(len(part) > _LONGEST_NAME + _SHORT for part in parts):
        return False
    fields = _CLASS.search(plain) is not None  # 教育、民政等部门
    points = 0.0
    for left, part in enumerate(parts[::-1]):
        points += _likeness(_bare(part), words, fields=fields)
        if points + len(parts) - left - 1 < _LEAST * len(parts):
            return False
    return points >= _LEAST * len(parts)


def _likeness(part: str, words: Lexicon, *, fields: bool) -> float:
    """Return how surely a part names a body: 1 a known one, less one that only ends like one."""
    formed = words.has_form(part)
    if len(part) > _LONGEST_NAME or not (formed or len(part) <= _SHORT) or _NO_NAME.search(part):
        return 0.0
    body = words.identify(part)
    if body.sure:
        return 1.0
    if (formed or body.known) and not words.says.verb.match(part):
        return _BY_FORM if words.begins_body(part) else _BY_ENDING
    return _BY_FORM if fields and (words.of_field(part) or words.is_field(part)) else 0.0


def _bare(part: str, *, closely: bool = False) -> str:
    """Return a part without 由 before it, what it does, and 等部门; closely, 等 and a class only."""
    mark = closing_mark(part, 0, len(part), lexicon().says)
    bare = (part[: mark.start] if mark else part).removeprefix("由")
    tail = _TAIL.search(bare)
    if tail and closely and tail.group() not in ("等", "等地"):
        tail = tail if lexicon().complete(tail.group()[1:]) else None
    return (bare[: tail.start()] if tail else bare) or part


def names_bodies(text: str, *, every: bool = True) -> bool:
    """Say whether the parts of a text are whole names of bodies: all, or at least half of them.

    >>> names_bodies("区应急局、各镇街"), names_bodies("含园区、在建工地")
    (True, False)
    """
    words, plain = lexicon(), _BRACKETS.sub("", narrow(text))
    parts = [part for part in re.split(r"[、,;]", _JOINT.sub("、", plain)) if part]
    named = 0
    for part in (_bare(part, closely=True) for part in parts):
        scope = words.says.scope.match(part) if len(part) <= _LONGEST_SET else None
        a_set = scope and scope.end() < len(part) and not _BEGUN.search(part)
        named += len(part) <= _LONGEST_NAME + _SHORT and (bool(a_set) or words.complete(part))
    return named > 0 and named >= (len(parts) if every else len(parts) / 2)


def is_certain(text: str) -> bool:
    """Say whether one name is a body's wherever it stands: 区应急局, 危化科, 各镇街; not 街道, 企业.

    >>> [is_certain(name) for name in ("区应急局", "各市", "乡镇", "学校")]
    [True, True, False, False]
    """
    name = _bare(_BRACKETS.sub("", narrow(text)))
    body = lexicon().identify(name)
    of_itself = body.kind in ("body", "committee", "members") and len(name) > 2
    return body.sure and (of_itself or body.scope is not None)


def is_sure(text: str) -> bool:
    """Say whether one name is certain, or is a whole one with its level before it: 区低空办."""
    name = _bare(_BRACKETS.sub("", narrow(text)))
    words = lexicon()
    levelled = len(name) > 2 and words.begins_body(name) and words.has_form(name)
    return levelled or is_certain(text)


def leading_bodies(text: str) -> str:
    """Return the list of bodies that a text opens with, empty where it opens with none.

    >>> leading_bodies("区气象局、区水文中心每日会商")
    '区气象局、区水文中心'
    """
    words, found = lexicon(), 0
    for part in re.finditer(r"[^、和及与]+", text):
        name = part.group()
        ends = range(min(len(name), _LONGEST_NAME), 1, -1)
        known = next((end for end in ends if words.identify(narrow(name[:end])).sure), 0)
        formed = (end for end in reversed(ends) if end > 2 and words.has_form(narrow(name[:end])))
        end = known or (next(formed, 0) if words.begins_body(name) else 0)
        if not end:
            break
        found = part.start() + end
        if end < len(name):
            break
    return text[:found]
