"""What a plan has of measures whose labels it lacks: the link model, over a few of the others.

A label holds what is the same; a broad row that says a measure among others has a label of its own.
Whether a plan says a measure after all is asked of the model behind `compare`, pair by pair of
plans, so few plans are chosen in which all the measures stand.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from safeplan.links import Match, align
from safeplan.models import Plan

MOST_READ = 40
"""So many others are read and compared at most; a pair takes some 25 ms."""


class Exemplar(NamedTuple):
    """A task that says a measure in its most usual words."""

    plan_id: str
    place: int
    """Where it stands among the labels."""


def cover(holders: Mapping[int, Mapping[str, int]]) -> dict[int, Exemplar]:
    """Return an exemplar of each measure, from few plans: each time the one that has the most left.

    Args:
        holders: measure → plan ids → the place of a task among the labels.

    Returns:
        Measure → exemplar; without those for which more than `MOST_READ` plans would be read.
    """
    of_plans: dict[str, set[int]] = {}
    for measure, plans in holders.items():
        for plan_id in plans:
            of_plans.setdefault(plan_id, set()).add(measure)
    found: dict[int, Exemplar] = {}
    for _ in range(MOST_READ):
        if not of_plans:
            break
        best = min(of_plans, key=lambda plan_id: (-len(of_plans[plan_id]), plan_id))
        found |= {one: Exemplar(best, holders[one][best]) for one in of_plans[best]}
        of_plans = {
            plan_id: left for plan_id, all_of in of_plans.items() if (left := all_of - found.keys())
        }
    return found


def nearest(
    plan: Plan, asked: Mapping[str, Mapping[str, int]], read: Callable[[str], Plan]
) -> dict[int, Match]:
    """Return the link of each measure with the task of a plan that comes nearest to it, if any does.

    Args:
        plan: the plan; the left side of the links.
        asked: other plans' ids → task ids → the measure that the task says.
        read: returns a plan by its id.
    """
    best: dict[int, Match] = {}
    for plan_id, tasks in asked.items():
        for match in align([plan, read(plan_id)]):
            measure = tasks.get(match.right.task_id)
            if measure is not None and (measure not in best or match.score > best[measure].score):
                best[measure] = match
    return best
