"""Plans → the records that state the same measure, with the spans that met and the reasons."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

from safeplan.models import Evidence, Plan, Relation, TaskRef, Verdict

if TYPE_CHECKING:
    from safeplan.links.commitments import Reading
    from safeplan.links.model import Model


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


SURE = 0.8
"""From this probability on an analyst would sign that two records are one; below it a link is
doubtful, and draws no verdict on who asks more."""


def threshold() -> float:
    """Return the score from which two records are linked."""
    from safeplan.links.model import load

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
    # What weighs texts needs numpy; who only names a `Match` does not.
    from safeplan.links.commitments import read
    from safeplan.links.model import load

    model = load()
    least = model.threshold if threshold is None else threshold
    readings = [read(plan) for plan in plans]
    return [
        match
        for left, right in combinations(readings, 2)
        for match in _match(left, right, model, least)
    ]


def _match(left: Reading, right: Reading, model: Model, threshold: float) -> list[Match]:
    from safeplan.links.evidence import evidence
    from safeplan.links.features import compare

    weighed = compare(left, right)
    linking = model.linking(weighed.kinship, prose=weighed.prose)
    linked = weighed.where(linking.probabilities(weighed.likeness) >= threshold)
    reasons = linking.contributions(linked.likeness)
    return [
        Match(
            left=TaskRef(plan_id=left.plan_id, task_id=left.statements[i].task_id),
            right=TaskRef(plan_id=right.plan_id, task_id=right.statements[j].task_id),
            relation=relation,
            score=round(score, 4),
            evidence=spans,
            features={
                name: round(value, 4) for name, value in zip(reasons, values, strict=True) if value
            },
        )
        for i, j, relation, score, spans, *values in zip(
            linked.left.tolist(),
            linked.right.tolist(),
            model.relations(linked.likeness),
            linking.probabilities(linked.likeness).tolist(),
            evidence(left, right, linked.left, linked.right),
            *(column.tolist() for column in reasons.values()),
            strict=True,
        )
    ]
