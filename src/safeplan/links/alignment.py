"""Plans → the records that state the same measure, with the spans that met and the reasons."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from math import log

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


@dataclass(frozen=True, slots=True)
class _Run:
    """A run of characters that two neutral copies share."""

    mass: float
    text: str
    left: int
    right: int

    @property
    def size(self) -> int:
        return len(self.text)

    def crosses(self, other: _Run) -> bool:
        return (self.left < other.left + other.size and other.left < self.left + self.size) or (
            self.right < other.right + other.size and other.right < self.right + self.size
        )


def _common_runs(left: Statement, right: Statement, weights: dict[str, float]) -> list[_Run]:
    """Return what two records share, heaviest first, no character twice.

    Two headings that meet tell nothing, unless the names are what the records state.
    """
    where: dict[str, list[int]] = {}
    for at in range(len(right.key) - 1):
        where.setdefault(right.key[at : at + 2], []).append(at)
    found = []
    name_ends = (0, 0) if left.stated and right.stated else (len(left.name), len(right.name))
    for at in range(len(left.key) - 1):
        pair = left.key[at : at + 2]
        if pair not in weights:
            continue
        before = left.key[at - 1] if at and left.key[at - 1] not in BREAKS else None
        for other in where.get(pair, ()):
            if before and other and right.key[other - 1] == before:
                continue
            if at < name_ends[0] and other < name_ends[1]:
                continue
            text = left.key[at : run_end(left.key, right.key, at, other)]
            mass = sum([weights.get(text[k : k + 2], 0.0) for k in range(len(text) - 1)])
            found.append(_Run(mass, text, at, other))
    chosen: list[_Run] = []
    for run in sorted(found, key=lambda run: (-run.mass, run.left, run.right)):
        if not any(run.crosses(other) for other in chosen):
            chosen.append(run)
    return chosen


def _printed(statement: Statement, at: int, size: int) -> str:
    """Return the print that `size` characters of the neutral copy stand for."""
    return statement.printed[statement.starts[at] : statement.ends[at + size - 1]]


def _evidence(left: Statement, right: Statement, weights: dict[str, float]) -> list[Evidence]:
    """Return the spans that met, heaviest first, their weights adding up to at most 1."""
    # Runs of one weight are told apart by where they stand, so one side must always go first.
    swapped = right.printed < left.printed
    one, other = (right, left) if swapped else (left, right)
    met = _common_runs(one, other, weights)
    whole = sum(run.mass for run in met)
    shown: list[Evidence] = []
    for run in met[:MOST_EVIDENCE]:
        if shown and run.mass < LEAST_EVIDENCE * whole:
            break
        spans = _printed(one, run.left, run.size), _printed(other, run.right, run.size)
        here, there = reversed(spans) if swapped else spans
        shown.append(Evidence(left=here, right=there, weight=round(run.mass / whole, 4)))
    return shown


def _rarity(left: Reading, right: Reading) -> dict[str, float]:
    """Return what a character pair of both plans weighs in the evidence."""
    records = len(left.statements) + len(right.statements) + 1
    return {
        pair: log(records / (count + right.pair_counts[pair] + 1)) ** 2
        for pair, count in left.pair_counts.items()
        if pair in right.pair_counts
    }


def _match(left: Reading, right: Reading, model: Model, threshold: float) -> list[Match]:
    weights = _rarity(left, right)
    matches = []
    for (i, j), likeness in compare(left, right).items():
        contributions = model.link.contributions(likeness)
        score = model.link.probability(contributions.values())
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
                features={name: round(value, 4) for name, value in contributions.items()},
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
