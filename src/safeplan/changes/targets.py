"""Linked records → how their targets differ: same, tighter, looser, different, added, dropped.

Subjects are paired by what they mean, not by their order; then two targets are asked what each
demands, in one unit. Every step treats the two sides alike, so a comparison seen from the other
side is its mirror.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise, takewhile
from typing import Any

from safeplan import vocabulary
from safeplan.changes.strictness import (
    Reason,
    compare_strictness,
    is_less_better,
    same_dimension,
)
from safeplan.models import ChangeKind, Target, TargetChange
from safeplan.targets.numerals import fold
from safeplan.targets.units import dimension_of, units

_MIRROR: dict[ChangeKind, ChangeKind] = {
    "tighter": "looser",
    "looser": "tighter",
    "added": "dropped",
    "dropped": "added",
}


def compare_targets(left: Sequence[Target], right: Sequence[Target]) -> list[TargetChange]:
    """Return how the targets of two linked records differ.

    Args:
        left: Targets of the record on the left (the older one, or the first plan's).
        right: Targets of the record on the right.

    Returns:
        One change a target: those of the left in their order, then what only the right has.
    """
    partners = _pair(left, right)
    changes = [
        _change(target, right[partners[at]] if at in partners else None)
        for at, target in enumerate(left)
    ]
    met = set(partners.values())
    changes += [_change(None, target) for at, target in enumerate(right) if at not in met]
    return changes


def mirror(change: TargetChange) -> TargetChange:
    """Return a change as it is seen from the other side."""
    return change.model_copy(
        update={
            "left": change.right,
            "right": change.left,
            "change": _MIRROR.get(change.change, change.change),
        }
    )


def _change(left: Target | None, right: Target | None) -> TargetChange:
    """Describe one pair, of which one side may be missing."""
    sides = [side.subject for side in (left, right) if side is not None]
    kind: ChangeKind
    if left is None or right is None:
        kind, reason = ("added" if left is None else "dropped"), None
    else:
        kind, reason = _judge(left, right)
    subject = min(sides, key=lambda subject: (len(subject), subject))
    return TargetChange(subject=subject, left=left, right=right, change=kind, reason=reason)


# ---- which targets speak of the same thing ----


def _pair(left: Sequence[Target], right: Sequence[Target]) -> dict[int, int]:
    """Return left places and the right places they meet, each used once, best pairs first.

    Ties go to equal amounts, then to the nearest places; two pairs that share a side never tie,
    so neither the order of the sides nor of the loop decides anything.
    """
    words = _words()
    ranked = []
    for i, one in enumerate(left):
        for j, other in enumerate(right):
            score = similarity(one.subject, other.subject)
            alike = _same_dimension(one, other)
            score -= 0.0 if alike else words["other_unit"]
            if score >= words["same_from"]:
                equal = _amount(one) == _amount(other)
                ranked.append((-round(score, 6), not alike, not equal, abs(i - j), i + j, i, j))
    ranked.sort()
    partners: dict[int, int] = {}
    taken: set[int] = set()
    for *_, i, j in ranked:
        if i not in partners and j not in taken:
            partners[i] = j
            taken.add(j)
    return partners


def _amount(target: Target) -> tuple[object, ...]:
    return target.direction, target.value, target.unit, target.baseline


def similarity(left: str, right: str) -> float:
    """Return how far two subjects mean the same, 0..1, whichever comes first.

    >>> similarity("较大及以上生产安全事故起数", "生产安全较大及以上事故起数") > 0.8
    True
    >>> similarity("火灾起数", "火灾亡人数"), similarity("矿山三级标准化率", "矿山二级标准化率")
    (0.0, 0.0)
    >>> similarity("爆破作业人员持证上岗率", "特种作业人员持证上岗率")
    0.0
    """
    one, other = _essence(left), _essence(right)
    if one == other:
        return 1.0 if one.whole or left == right else 0.0
    if _of_other_things(one.whole, other.whole):
        return 0.0
    for family, classes in one.classes.items():
        if classes.isdisjoint(other.classes.get(family, classes)):
            return 0.0
    likeness = whole = _likeness(one.whole, other.whole)
    if one.core and other.core:
        likeness = 0.4 * whole + 0.6 * _likeness(one.core, other.core)
    # 应急演练 within 综合应急演练: said more exactly, not of another thing.
    shorter, longer = sorted((one.whole, other.whole), key=len)
    if len(shorter) >= _TELLING and shorter in longer:
        return max(likeness, _SAID_WITHIN)
    return likeness


def essence(subject: str) -> str:
    """Return a subject without the words that do not tell subjects apart; empty if none is left.

    >>> essence("全县城镇老旧小区") == essence("城镇老旧小区") != essence("老旧小区")
    True
    """
    return _essence(subject).whole


def _of_other_things(left: str, right: str) -> bool:
    """Whether two subjects say the same of different things: 爆破 and 特种 before 作业人员持证上岗率.

    What stands before a common ending tells the thing, and its first word does so most: neither
    is in the other.
    """
    ends = zip(reversed(left), reversed(right), strict=False)
    common = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], ends))
    one, other = left[: len(left) - common], right[: len(right) - common]
    if common < 3 or min(len(one), len(other)) < 2:
        return False
    return not set(one[:2]) & set(other) and not set(other[:2]) & set(one)


_TELLING = 4
"""Characters from which on a subject within another says enough to be the same."""
_SAID_WITHIN = 0.7


@dataclass(frozen=True)
class _Essence:
    """A subject without the words that do not tell subjects apart."""

    whole: str
    core: str
    """Without the words of work either: 小区 of 小区改造."""
    classes: dict[str, frozenset[int]]
    """Family to the classes of it that the subject names."""


def _words() -> dict[str, Any]:
    words: dict[str, Any] = vocabulary.load("targets")["comparison"]
    return words


@cache
def _strippers(_folder: str | None) -> tuple[re.Pattern[str], re.Pattern[str]]:
    words = _words()

    def any_of(listed: list[str]) -> str:
        return "|".join(map(re.escape, sorted(listed, key=len, reverse=True)))

    amounts = rf"[0-9.]+(?:{units().pattern})?"
    return re.compile(f"{any_of(words['ignored'])}|{amounts}"), re.compile(any_of(words["weak"]))


@lru_cache(maxsize=8192)
def _essence(subject: str) -> _Essence:
    words = _words()
    folded = fold(subject)
    for synonym, word in words["synonyms"].items():
        folded = folded.replace(synonym, word)
    ignored, weak = _strippers(os.environ.get(vocabulary.VARIABLE) or None)
    classes = {
        family: frozenset(
            at for at, terms in enumerate(listed) if any(term in folded for term in terms)
        )
        for family, listed in words["families"].items()
    }
    whole = ignored.sub("", folded)
    return _Essence(
        whole, weak.sub("", whole), {family: named for family, named in classes.items() if named}
    )


def _likeness(left: str, right: str) -> float:
    """Return the likeness of two strings by the characters and the pairs that they share."""
    if left == right:
        return 1.0 if left else 0.0
    characters = _dice(Counter(left), Counter(right))
    return (characters + _dice(Counter(pairwise(left)), Counter(pairwise(right)))) / 2


def _dice(left: Counter[Any], right: Counter[Any]) -> float:
    total = left.total() + right.total()
    return 2 * (left & right).total() / total if total else 0.0


# ---- what two targets demand ----


def _judge(left: Target, right: Target) -> tuple[ChangeKind, Reason | None]:
    """Say which of two targets with one subject asks more."""
    if _amount(left) == _amount(right):
        return "same", None
    if is_part(left.subject, right.subject) or is_part(right.subject, left.subject):
        return "different", "subject"
    less = is_less_better(left) or is_less_better(right)
    verdict = compare_strictness(left, right, less=less)
    if isinstance(verdict, int):
        return ("tighter" if verdict > 0 else "looser" if verdict < 0 else "same"), None
    return "different", verdict


def is_part(left: str, right: str) -> bool:
    """Whether one subject lists only some of what the other lists: 检验率 of 检验率、报废率."""
    items, others = _items(left), _items(right)
    return items < others


def _items(subject: str) -> set[str]:
    return {_essence(item).whole for item in re.split("[、和及与]", subject) if item}


def _same_dimension(left: Target, right: Target) -> bool:
    """Whether two amounts can be set side by side; zero is zero in every unit."""
    if left.value is None or right.value is None or left.value == right.value == 0:
        return True
    return same_dimension(dimension_of(left.unit)[0], dimension_of(right.unit)[0])
