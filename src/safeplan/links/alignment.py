"""What plans state → the statements of the same measure, the spans that met and the reasons."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain, combinations
from typing import TYPE_CHECKING

from safeplan.links.statements import Statements
from safeplan.models import Evidence, Plan, Relation, TaskRef, Verdict

if TYPE_CHECKING:
    from safeplan.links.commitments import ReadPlan


@dataclass(frozen=True, slots=True)
class Match:
    """Two records that state the same measure, or were weighed for it."""

    left: TaskRef
    right: TaskRef
    relation: Relation
    score: float  # the probability that an analyst would put them on one line, to four places
    evidence: list[Evidence]  # the spans that met, as printed on either side, heaviest first
    features: dict[str, float]  # what each feature adds to the log-odds, by name
    decided: Verdict | None = None  # what an analyst ruled, where one did


SURE = 0.8
"""From this probability on an analyst would sign that two records are one; below it a link is
doubtful, and draws no verdict on who asks more."""


def threshold() -> float:
    """Return the score from which two records are linked."""
    from safeplan.links.model import load

    return load().threshold


MANY_PAIRS = 100
"""From so many pairs of plans on, they are shared out among the processors."""


def align(
    plans: Sequence[Plan | Statements],
    *,
    threshold: float | None = None,
    reasons: bool = True,
    workers: int | None = None,
) -> list[Match]:
    """Return the links between all pairs of plans, in document order.

    A record may have several partners, in any table, and none. What two plans have in common
    does not depend on the other plans, and exchanging two plans exchanges the sides of their
    links and nothing else.

    Args:
        plans: two or more, or what they state; the left side of a link is the one given earlier.
        threshold: the probability from which two records are linked; 0 returns every pair that
            was weighed, to explain why it was not. The model's own if not given.
        reasons: whether each link tells its evidence and features; without them it is faster.
        workers: how many processes weigh the pairs; the result does not depend on it. If not
            given, one, and as many as there are processors from `MANY_PAIRS` on.
    """
    # What weighs texts needs numpy; who only names a `Match` does not.
    from safeplan.links.commitments import read
    from safeplan.links.model import load

    least = load().threshold if threshold is None else threshold
    weigh = partial(_weigh, [read(plan) for plan in plans], least, reasons)
    pairs = list(combinations(range(len(plans)), 2))
    if workers is None and len(pairs) >= MANY_PAIRS:
        from safeplan.plans.isolated import processors

        workers = processors()
    if workers is None or workers <= 1:
        return [match for pair in pairs for match in weigh(pair)]
    from concurrent.futures import ProcessPoolExecutor

    with ProcessPoolExecutor(workers, initializer=_take, initargs=(weigh,)) as pool:
        size = max(1, len(pairs) // (8 * workers))
        return [*chain.from_iterable(pool.map(_weigh_taken, pairs, chunksize=size))]


def _weigh(
    readings: Sequence[ReadPlan], least: float, reasons: bool, pair: tuple[int, int]
) -> list[Match]:
    """Return the links between two of the plans."""
    from safeplan.links.evidence import evidence
    from safeplan.links.features import compare
    from safeplan.links.model import load

    model = load()
    left, right = (readings[at] for at in pair)
    weighed = compare(left, right)
    linking = model.linking(weighed.kinship, prose=weighed.prose)
    linked = weighed.where(linking.probabilities(weighed.likeness) >= least)
    spans: list[list[Evidence]] = [[]] * len(linked.left)
    features: list[dict[str, float]] = [{}] * len(linked.left)
    if reasons:
        spans = evidence(left, right, linked.left, linked.right)
        columns = linking.contributions(linked.likeness)
        rows = zip(*(column.tolist() for column in columns.values()), strict=True)
        features = [
            {name: round(value, 4) for name, value in zip(columns, row, strict=True) if value}
            for row in rows
        ]
    scores = [round(score, 4) for score in linking.probabilities(linked.likeness).tolist()]
    refs = [left.refs[i] for i in linked.left], [right.refs[j] for j in linked.right]
    relations = model.relations(linked.likeness)
    return [*map(Match, *refs, relations, scores, spans, features)]


_taken: list[Callable[[tuple[int, int]], list[Match]]] = []
"""In a worker: what weighs each of its pairs."""


def _take(weigh: Callable[[tuple[int, int]], list[Match]]) -> None:
    _taken[:] = [weigh]


def _weigh_taken(pair: tuple[int, int]) -> list[Match]:
    return _taken[0](pair)
