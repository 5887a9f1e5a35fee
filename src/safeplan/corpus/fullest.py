"""The plans that hold most of a corpus's measures, compared as `compare` does it.

Sketches see what reads alike; the link model (`links`) also sees that two records state the same
in other words, but it takes two plans at a time. Districts copy from their city, so a few plans
together hold most of the measures that many have. Those plans, the hubs, are compared pair by
pair, and what the model calls equivalent is one measure: with its texts come all that follow them.
A corpus of no more plans than there are hubs has just the measures that `compare` finds.

Comparing takes time and memory by the product of the rows, and no circular has thousands: what has
is a register, or many plans under one id, and is no hub.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

from safeplan.corpus.clustering import SIDE_BY_SIDE, LabelHolders, last_leaders
from safeplan.corpus.sketching import Places, distinct
from safeplan.links import align
from safeplan.models import Plan, TaskRef

HUBS = 8
"""So many plans are compared at most."""
MOST_ROWS = 1000
"""A plan of more rows is not compared."""


def too_long(plans: Places) -> npt.NDArray[np.bool_]:
    """Return for each plan whether it has more rows than are compared.

    Args:
        plans: for each record, its plan, as a number from 0.
    """
    return np.bincount(plans) > MOST_ROWS


def hubs(plans: Places, labels: Places, most: int = HUBS) -> list[int]:
    """Return the plans that together hold most: each the one that adds most to those before it.

    Args:
        plans: for each record, its plan, as a number from 0 in the order of the ids.
        labels: for each record, its label so far, as a number from 0.
        most: how many plans at most.
    """
    if not len(plans):
        return []
    weight = np.bincount(labels).astype(np.int64)
    never = too_long(plans)
    plan, label = np.divmod(distinct(plans * len(weight) + labels), len(weight))
    chosen: list[int] = []
    for _ in range(min(most, int((~never).sum()))):
        adds = np.bincount(plan, weight[label], len(never))
        # A plan that adds nothing is still taken: the model may know better.
        adds[never] = adds[chosen] = -1
        best = int(np.argmax(adds))
        chosen.append(best)
        weight[label[plan == best]] = 0
    return chosen


def equivalents(plans: Sequence[Plan]) -> list[tuple[TaskRef, TaskRef]]:
    """Return the pairs of records that the link model calls equivalent, the surest first."""
    matches = [match for match in align(plans) if match.relation == "equivalent"]
    matches.sort(
        key=lambda match: (
            -match.score,
            *(match.left.plan_id, match.left.task_id, match.right.plan_id, match.right.task_id),
        )
    )
    return [(match.left, match.right) for match in matches]


def unite(leader: Places, pairs: Iterable[tuple[int, int]], texts: Places, plans: Places) -> Places:
    """Return whom each text follows when texts of one measure follow the most usual of them.

    Two labels that many plans have side by side are two measures, however alike (火灾起数, 重特大火灾起数):
    such a pair is left apart.

    Args:
        leader: for each text, whom it follows.
        pairs: of texts that state the same measure, the surest first.
        texts: for each record, its text.
        plans: for each record, its plan.
    """
    root = leader.copy()
    first = LabelHolders(leader[texts], plans)
    held: dict[int, Places] = {}

    def last(at: int) -> int:
        while root[at] != at:
            at = int(root[at])
        return at

    for pair in pairs:
        usual, other = sorted(last(int(leader[at])) for at in pair)
        if usual == other:
            continue
        one, two = (held[at] if at in held else first.of(at) for at in (usual, other))
        both = len(np.intersect1d(one, two, assume_unique=True))
        if both <= SIDE_BY_SIDE * min(len(one), len(two)):
            root[other] = usual
            held[usual] = np.union1d(one, two)
    return last_leaders(root)
