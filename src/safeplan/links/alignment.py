"""Plans → the records that state the same measure, with the spans that met and the reasons."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from math import log
from typing import NamedTuple

from safeplan.links.commitments import Reading, Statement, read
from safeplan.links.features import compare
from safeplan.links.model import Model, load
from safeplan.links.phrases import BREAKS, run_end
from safeplan.models import Evidence, Plan, Relation, TaskRef, Verdict

MOST_EVIDENCE = 6
LEAST_EVIDENCE = 0.05
"""A span that holds less of what two records have in common is not worth showing."""


@dataclass(frozen=True, slots=True)
class Match:
    """Two records that state the same measure, or were weighed for it."""

    left: TaskRef
    right: TaskRef
    relation: Relation
    score: float
    """The probability that an analyst would put them on one line, to four places."""
    evidence: list[Evidence]
    """The spans that met, as printed on either side, heaviest first."""
    features: dict[str, float]
    """What each feature adds to the log-odds, by name."""
    decided: Verdict | None = None
    """What an analyst ruled, where one did."""


class _Run(NamedTuple):
    """A run of characters that two neutral copies share."""

    lightness: float
    """Its weight, negative: runs sort by weight, heaviest first, then by place."""
    left: int
    right: int
    size: int


def _common_runs(left: Statement, right: Statement, weights: dict[str, float]) -> list[_Run]:
    """Return what two records share, heaviest first, no character twice.

    Two headings that meet tell nothing, unless the names are what the records state.
    """
    one, other = left.key, right.key
    ends = (0, 0) if left.stated and right.stated else (len(left.name), len(right.name))
    shared = (left.pairs | left.name_pairs) & (right.pairs | right.name_pairs)
    there: dict[str, list[int]] = {pair: [] for pair in shared}
    for place in range(len(other) - 1):
        if (pair := other[place : place + 2]) in there:
            there[pair].append(place)
    here = [one[at : at + 2] for at in range(len(one) - 1)]
    weight_at = [weights[pair] if pair in there else 0.0 for pair in here]
    found = []
    for at, pair in enumerate(here):
        if pair not in there:
            continue
        # A run begins where the character before this pair is not shared as well.
        before = one[at - 1] if at and one[at - 1] not in BREAKS else None
        for place in there[pair]:
            if before and place and other[place - 1] == before:
                continue
            if at < ends[0] and place < ends[1]:
                continue
            end = run_end(one, other, at, place)
            found.append(_Run(-sum(weight_at[at : end - 1]), at, place, end - at))
    found.sort()
    chosen = []
    taken = [0, 0]  # A bit for each character that a heavier run has.
    for run in found:
        bits = (1 << run.size) - 1
        mine, its = bits << run.left, bits << run.right
        if not (taken[0] & mine or taken[1] & its):
            taken = [taken[0] | mine, taken[1] | its]
            chosen.append(run)
    return chosen


def _evidence(left: Statement, right: Statement, weights: dict[str, float]) -> list[Evidence]:
    """Return the spans that met, heaviest first, their weights adding up to at most 1."""
    # Runs of one weight are told apart by where they stand, so one side must always go first.
    swapped = right.printed < left.printed
    one, other = (right, left) if swapped else (left, right)
    met = _common_runs(one, other, weights)
    whole = -sum([run.lightness for run in met])
    shown: list[Evidence] = []
    for run in met[:MOST_EVIDENCE]:
        if shown and -run.lightness < LEAST_EVIDENCE * whole:
            break
        spans = (
            one.print_of(run.left, run.left + run.size),
            other.print_of(run.right, run.right + run.size),
        )
        here, there = reversed(spans) if swapped else spans
        # Between two plans of one row each nothing is rare, and all that meets weighs nothing.
        share = -run.lightness / whole if whole else 1 / len(met)
        shown.append(Evidence(left=here, right=there, weight=round(share, 4)))
    return shown


def _rarity(left: Reading, right: Reading) -> dict[str, float]:
    """Return what a character pair of both plans weighs in the evidence."""
    records = len(left.statements) + len(right.statements) + 1
    weights = [log(records / (count + 1)) ** 2 for count in range(records)]
    return {
        pair: weights[count + right.pair_counts[pair]]
        for pair, count in left.pair_counts.items()
        if pair in right.pair_counts
    }


def _match(left: Reading, right: Reading, model: Model, threshold: float) -> list[Match]:
    weights = _rarity(left, right)
    matches = []
    for (i, j), likeness in compare(left, right).items():
        score = model.link.score(likeness)
        if score < threshold:
            continue
        one, other = left.statements[i], right.statements[j]
        matches.append(
            Match(
                left=TaskRef(plan_id=left.plan_id, task_id=one.task_id),
                right=TaskRef(plan_id=right.plan_id, task_id=other.task_id),
                relation=model.relation(likeness),
                score=round(score, 4),
                evidence=_evidence(one, other, weights),
                features={
                    name: round(value, 4)
                    for name, value in model.link.contributions(likeness).items()
                },
            )
        )
    return matches


def threshold() -> float:
    """Return the score from which two records are linked."""
    return load().threshold


def align(plans: Sequence[Plan], *, threshold: float | None = None) -> list[Match]:
    """Return the links between all pairs of plans, in document order.

    A record may have several partners, in any table, and none. What two plans have in common
    does not depend on the other plans, and exchanging two plans exchanges the sides of their
    links and nothing else.

    Args:
        plans: two or more; the left side of a link is the one given earlier.
        threshold: the probability from which two records are linked; 0 returns every pair that
            was weighed, to explain why it was not. The model's own if not given.
    """
    model = load()
    least = model.threshold if threshold is None else threshold
    readings = [read(plan) for plan in plans]
    return [
        match
        for left, right in combinations(readings, 2)
        for match in _match(left, right, model, least)
    ]
