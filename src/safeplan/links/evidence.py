"""Linked records → the spans that met, as printed on either side."""

from __future__ import annotations

from math import log
from typing import NamedTuple

import numpy as np

from safeplan.links.commitments import ReadPlan
from safeplan.links.grams import BREAK, FINE, Flags, Ints, lookup, meetings, reach, spread, sums
from safeplan.links.phrases import headings_meet
from safeplan.models import Evidence, Span

MOST_EVIDENCE = 6
LEAST_EVIDENCE = 0.05
"""A span that holds less of what two records have in common is not worth showing."""


class _Runs(NamedTuple):
    """Runs of characters that pairs of records share."""

    pair: Ints
    at: Ints  # where it begins in the text of the one plan
    other: Ints  # and of the other
    size: Ints
    weight: Ints  # in `FINE`

    def where(self, wanted: Ints | Flags) -> _Runs:
        """Return those that are wanted, or all in another order."""
        return _Runs(*(column[wanted] for column in self))


def evidence(
    left: ReadPlan, right: ReadPlan, records: Ints, partners: Ints
) -> list[list[Evidence]]:
    """Return the spans that met in each pair of records, heaviest first, no character twice.

    The weights of a pair add up to at most 1.

    Args:
        left: one plan.
        right: the other.
        records: records of the one, by their place.
        partners: for each of them, a record of the other.
    """
    # The same side goes first whichever plan is the left one.
    swapped = np.array(
        [
            right.statements[j].printed < left.statements[i].printed
            for i, j in zip(records.tolist(), partners.tolist(), strict=True)
        ],
        np.bool_,
    )
    runs = _apart(_runs(left, right, records, partners), swapped)
    many = np.bincount(runs.pair, minlength=len(records))[runs.pair]
    whole = sums(runs.weight.astype(np.float64), runs.pair, len(records))[runs.pair]
    # Between two plans of one row each nothing is rare, and all that meets weighs nothing.
    share = np.where(whole > 0, runs.weight / np.where(whole > 0, whole, 1.0), 1 / many)
    rank = np.arange(len(runs.pair)) - np.searchsorted(runs.pair, runs.pair)
    shown = (rank < MOST_EVIDENCE) & ((runs.weight >= LEAST_EVIDENCE * whole) | (rank == 0))

    pair, at, other, size, _ = runs.where(shown)
    found: list[list[Evidence]] = [[] for _ in records]
    for owner, here, there, weight in zip(
        pair.tolist(),
        _printed(left, records[pair], at, size),
        _printed(right, partners[pair], other, size),
        share[shown].tolist(),
        strict=True,
    ):
        (mine, left_span), (its, right_span), weight = here, there, round(weight, 4)
        spans = {"left_span": left_span, "right_span": right_span}
        found[owner].append(Evidence(left=mine, right=its, weight=weight, **spans))
    return found


def _runs(left: ReadPlan, right: ReadPlan, records: Ints, partners: Ints) -> _Runs:
    """Return all that pairs of records share.

    Two headings that meet tell nothing, unless the names are what the records state.
    """
    everything = len(left.statements) + len(right.statements) + 1
    by_count = [round(FINE * log(everything / (count + 1)) ** 2) for count in range(everything)]
    there = lookup(right.units.codes, left.units.codes)
    count = left.units.counts + np.append(right.units.counts, 0)[there]
    weight_at = np.append(np.array(by_count)[count], 0)[left.units.at]
    running = np.append(0, np.cumsum(weight_at))

    (pair, at), (its, other) = _places(left, records), _places(right, partners)
    unit, size = there[left.units.at[at]], len(right.units.codes)
    i, j = meetings(np.where(unit >= 0, pair * size + unit, -1), its * size + right.units.at[other])
    pair, at, other = pair[i], at[i], other[j]

    before = left.characters[at - 1]
    begins = (before != right.characters[other - 1]) | (before == BREAK)
    begins &= ~headings_meet(left, right, at, other)
    pair, at, other = pair[begins], at[begins], other[begins]
    length = reach(left.characters, right.characters, at, other, 1)
    return _Runs(pair, at, other, length, running[at + length - 1] - running[at])


def _places(side: ReadPlan, records: Ints) -> tuple[Ints, Ints]:
    """Return all places of the text where a character pair of the records begins, and whose."""
    starts = side.lines.start
    after = np.searchsorted(side.lines.record, records, "right")
    low = np.stack([starts[side.name[records]], starts[side.content[records]]], axis=1)
    high = np.stack([starts[side.name[records] + 1], starts[after]], axis=1)
    whose, at = spread(low.ravel(), high.ravel())
    known = side.units.at[at] >= 0
    return whose[known] // 2, at[known]


def _apart(runs: _Runs, swapped: Flags) -> _Runs:
    """Return the runs that have no character in common with a heavier one of their pair.

    Runs of one weight are taken as they stand, by the right side where a pair is swapped.
    """
    right_first = swapped[runs.pair]
    first = np.where(right_first, runs.other, runs.at)
    second = np.where(right_first, runs.at, runs.other)
    runs = runs.where(np.lexsort((second, first, -runs.weight, runs.pair)))
    kept = []
    last = -1
    for number, (pair, at, other, size, _) in enumerate(
        zip(*(column.tolist() for column in runs), strict=True)
    ):
        if pair != last:
            last, mine, its = pair, set[int](), set[int]()
        here, there = range(at, at + size), range(other, other + size)
        if mine.isdisjoint(here) and its.isdisjoint(there):
            mine.update(here)
            its.update(there)
            kept.append(number)
    return runs.where(np.array(kept, np.int64))


def _printed(side: ReadPlan, records: Ints, at: Ints, size: Ints) -> list[tuple[str, Span]]:
    """Return what runs in some records stand for in print, and where it stands."""
    in_name = side.lines.is_name[side.line_at[at]]
    low = at - side.lines.start[np.where(in_name, side.name[records], side.content[records])]
    found = []
    for record, is_name, *run in zip(
        records.tolist(), in_name.tolist(), low.tolist(), (low + size).tolist(), strict=True
    ):
        statement = side.statements[record]
        copy = statement.title if is_name else statement.text
        # The copy of a name begins behind its number.
        of_name = len(statement.printed) - len("\n") - len(statement.text.text)
        before = of_name - len(copy.text) if is_name else 0
        start, end = copy.span(*run)
        span = Span("name" if is_name else "content", before + start, before + end)
        found.append((copy.text[start:end], span))
    return found
