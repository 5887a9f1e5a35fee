"""Two records → the runs of characters they share, and how exclusively they share them.

A phrase that one record of each plan has and no other ties the two together; a phrase that many
have ties none. So each shared character triple holds one credit, which it divides among all the
pairs of records that share it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from math import sqrt

from safeplan import vocabulary
from safeplan.links.commitments import Statement

Pair = tuple[int, int]
"""Where the left and the right record stand in their plans, from 0."""

MOST_SHARERS = 12
"""A triple that more pairs of records share starts no phrase."""
SHORTEST_ITEM = 4

BREAKS = " \n"
"""No run goes beyond."""
_ITEM_ENDS = " \n等"


@dataclass(slots=True)
class Shared:
    """The best phrase that a pair of records shares, in credits."""

    phrase: float = 0.0
    """Of any run of characters."""
    item: float = 0.0
    """Of a run that is a whole item of a list, or a whole clause, on one side; credits that are
    divided at all count for next to nothing."""


def run_end(left: str, right: str, at: int, other: int) -> int:
    """Return where the common run that begins at `left[at]` and `right[other]` ends in `left`.

    >>> run_end("开展隐患整治 闭环", "推进隐患整治", 2, 2)
    6
    """
    shift = other - at
    last = min(len(left), len(right) - shift)
    end = at
    while end < last and left[end] == right[end + shift] and left[end] not in BREAKS:
        end += 1
    return end


@cache
def _trimmings() -> tuple[str, ...]:
    """Return how a clause opens that names nothing: 围绕生产."""
    return tuple(vocabulary.load("synonyms")["trimmings"])


def _is_item(text: str, low: int, high: int) -> bool:
    return (low == 0 or text[low - 1] in BREAKS) and (high == len(text) or text[high] in _ITEM_ENDS)


def _texts(statement: Statement) -> Iterator[tuple[bool, str]]:
    """Yield where a phrase may be met: the content, and the record's own name (True)."""
    yield False, statement.content
    if statement.own_name:
        yield True, statement.name


def share_phrases(
    left: list[Statement], right: list[Statement], credits: Mapping[str, float]
) -> dict[Pair, Shared]:
    """Return what phrases each pair of records shares; pairs that share none are left out.

    Args:
        left: the records of one plan.
        right: the records of the other.
        credits: for each triple that both plans have, the part that falls to one pair of records.
    """
    rare = {triple for triple, credit in credits.items() if credit * MOST_SHARERS >= 1}
    where: dict[str, list[tuple[int, bool, str, int]]] = defaultdict(list)
    for j, statement in enumerate(right):
        for is_name, text in _texts(statement):
            for at in range(len(text) - 2):
                if (triple := text[at : at + 3]) in rare:
                    where[triple].append((j, is_name, text, at))
    found: dict[Pair, Shared] = {}
    for i, statement in enumerate(left):
        for is_name, text in _texts(statement):
            for at in range(len(text) - 2):
                triple = text[at : at + 3]
                if triple not in where:
                    continue
                # A run begins where the rare triple before this one is not shared as well.
                before = text[at - 1] if at and text[at - 1 : at + 2] in rare else None
                for j, other_is_name, other, place in where[triple]:
                    if before and place and other[place - 1] == before:
                        continue
                    if is_name and other_is_name and not (statement.stated and right[j].stated):
                        continue
                    _add(found.setdefault((i, j), Shared()), text, other, at, place, credits)
    return found


def _add(
    best: Shared, left: str, right: str, at: int, other: int, credits: Mapping[str, float]
) -> None:
    """Take the run at `left[at]` and `right[other]` into account; triples may be common in it."""
    low, shift = at, other - at
    while low and low + shift and left[low - 1] == right[low + shift - 1] not in BREAKS:
        low -= 1
    high = run_end(left, right, at, other)
    parts = [credits.get(left[k : k + 3], 0.0) for k in range(low, high - 2)]
    best.phrase = max(best.phrase, sum(parts))
    if (
        high - low >= SHORTEST_ITEM
        and (_is_item(left, low, high) or _is_item(right, low + shift, high + shift))
        and not left.startswith(_trimmings(), low)
    ):
        best.item = max(best.item, sum(part**4 for part in parts))


def share_quoted(left: list[Statement], right: list[Statement]) -> dict[Pair, float]:
    """Return how exclusively each pair shares a name that one of them quotes: 1 if alone."""
    texts = [["".join(one.key.split()) for one in side] for side in (left, right)]
    shared: dict[Pair, float] = {}
    for word in sorted({word for one in (*left, *right) for word in one.quoted}):
        here = [i for i, text in enumerate(texts[0]) if word in text]
        there = [j for j, text in enumerate(texts[1]) if word in text]
        if here and there:
            alone = 1 / sqrt(len(here) * len(there))
            for i in here:
                for j in there:
                    if word in left[i].quoted or word in right[j].quoted:
                        shared[i, j] = max(shared.get((i, j), 0.0), alone)
    return shared
