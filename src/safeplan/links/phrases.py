"""Two records → the runs of characters they share, and how exclusively they share them.

A phrase that one record of each plan has and no other ties the two together; a phrase that many
have ties none. So each shared character triple holds one credit, which it divides among all the
pairs of records that share it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from math import sqrt

from safeplan import vocabulary
from safeplan.links.commitments import Reading

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


def share_phrases(
    left: Reading, right: Reading, credits: Mapping[str, float]
) -> dict[Pair, Shared]:
    """Return what phrases each pair of records shares; pairs that share none are left out.

    Args:
        left: the records of one plan.
        right: the records of the other.
        credits: for each triple that both plans have, the part that falls to one pair of records.
    """
    here, there = left.script, right.script
    text, other = here.text, there.text
    rare = {triple for triple, credit in credits.items() if credit * MOST_SHARERS >= 1}
    credit_at = [credits.get(triple, 0.0) for triple in here.triples]
    where: dict[str, list[int]] = {triple: [] for triple in rare}
    for place, triple in enumerate(there.triples):
        if triple in where:
            where[triple].append(place)
    found: dict[Pair, Shared] = defaultdict(Shared)
    stated = [[one.stated for one in side.statements] for side in (left, right)]
    last = -1
    for at in [at for at, triple in enumerate(here.triples) if triple in rare]:
        # A run begins where the rare triple before this one is not shared as well.
        before = text[at - 1] if last == at - 1 else None
        last = at
        i, is_name = here.record_at[at], here.name_at[at]
        for place in where[here.triples[at]]:
            if before and other[place - 1] == before:
                continue
            j = there.record_at[place]
            if is_name and there.name_at[place] and not (stated[0][i] and stated[1][j]):
                continue
            _add(found[i, j], text, other, at, place, credit_at)
    return found


def _add(best: Shared, left: str, right: str, at: int, other: int, credit_at: list[float]) -> None:
    """Take the run at `left[at]` and `right[other]` into account; triples may be common in it."""
    low, shift = at, other - at
    while left[low - 1] == right[low + shift - 1] not in BREAKS:
        low -= 1
    high = run_end(left, right, at, other)
    parts = credit_at[low : high - 2]
    best.phrase = max(best.phrase, sum(parts))
    if (
        high - low >= SHORTEST_ITEM
        and (
            (left[high] in _ITEM_ENDS and left[low - 1] in BREAKS)
            or (right[high + shift] in _ITEM_ENDS and right[low + shift - 1] in BREAKS)
        )
        and not left.startswith(_trimmings(), low)
    ):
        best.item = max(best.item, sum([part**4 for part in parts]))


def share_quoted(left: Reading, right: Reading) -> dict[Pair, float]:
    """Return how exclusively each pair shares a name that one of them quotes: 1 if alone."""
    shared: dict[Pair, float] = {}
    quoting = [{word for one in side.statements for word in one.quoted} for side in (left, right)]
    for word in sorted(quoting[0] | quoting[1]):
        here = left.bare.holding(word)
        there = right.bare.holding(word) if here else []
        if here and there:
            alone = 1 / sqrt(len(here) * len(there))
            for i in here:
                for j in there:
                    if word in left.statements[i].quoted or word in right.statements[j].quoted:
                        shared[i, j] = max(shared.get((i, j), 0.0), alone)
    return shared
