"""The targets of one measure → fields: what is asked of one subject, ranked on one scale at a time.

A field joins the subjects that mean the same (as `compare` sees it). Its targets are ranked only
with those they can be compared with: one form of demand, one kind of unit, one baseline, one kind
of plan (the sum of five years is no year's). What cannot be ranked keeps its reason.

What a plan states of the same subject in another measure alone may join a field, where the subject
tells what is measured without the measure.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Literal, NamedTuple

from safeplan import vocabulary
from safeplan.changes.likeness import essence, is_part, similarity
from safeplan.changes.strictness import Scale, demand, is_less_better, off_scale, scale_of
from safeplan.models import Target

Unranked = Literal["unit", "baseline", "direction", "kind", "alone", "own"]
"""Why a target has no rank: what it does not have in common with those that have one; nobody else
states such a target; or its own plan asks more elsewhere."""
REPEATED = 0.1
"""Where more than this share of a field's plans state its subject in another measure as well, the
subject does not tell what is measured: 年度重点任务 of one campaign, and of another."""


class Stated(NamedTuple):
    """One target of one task of one plan."""

    plan_id: str
    kind: str
    """The kind of the plan."""
    amount: Target
    """Without the span that it was read from: what many plans may state alike."""
    row: int
    """Which row of the table read says it."""
    place: int
    """Where its task stands among the labels."""
    at: int
    """Which of the row's targets it is, from 0."""

    @property
    def order(self) -> tuple[str, int, int]:
        """What sorts targets, whatever the order of the rows."""
        return self.plan_id, self.place, self.at


class Grounds(NamedTuple):
    """What targets have in common that can be ranked together: the kind of plan, and the scale."""

    kind: str
    scale: Scale

    @property
    def order(self) -> tuple[str, ...]:
        """What sorts the grounds."""
        kind, scale = self
        return kind, scale.form, scale.dimension or "", scale.baseline or ""


@dataclass(frozen=True)
class Ranking:
    """The targets that can be compared, the strictest first, one a plan."""

    grounds: Grounds
    standings: list[tuple[int, Stated]]
    """Each with its rank, from 1 for the strictest; who asks the same shares a rank."""

    @property
    def unit(self) -> str:
        """The unit that most of them print."""
        amounts = (stated.amount for _, stated in self.standings)
        units = Counter(amount.unit for amount in amounts if amount.value is not None)
        return min(units, key=lambda unit: (-units[unit], unit), default="")


@dataclass(frozen=True)
class Field:
    """What is asked of one subject."""

    subject: str
    """As most plans print it."""
    rankings: list[Ranking]
    """Those of two plans or more, the fullest first."""
    unranked: list[tuple[Stated, Unranked]]

    @cached_property
    def stated(self) -> list[Stated]:
        """All targets of the field."""
        ranked = [stated for ranking in self.rankings for _, stated in ranking.standings]
        return ranked + [stated for stated, _ in self.unranked]

    @cached_property
    def plans(self) -> set[str]:
        """The plans that state a target of it."""
        return {one.plan_id for one in self.stated}

    @property
    def essences(self) -> set[str]:
        """What its subjects say without the words that do not tell them apart."""
        return {essence(one.amount.subject) for one in self.stated} - {""}


def fields(stated: Iterable[Stated]) -> list[Field]:
    """Return the fields of one measure's targets, those that most plans state first.

    Args:
        stated: the targets of the plans' tasks that are this measure, in any order.
    """
    by_subject: dict[str, list[Stated]] = {}
    for one in stated:
        by_subject.setdefault(one.amount.subject, []).append(one)
    least: float = vocabulary.load("targets")["comparison"]["same_from"]
    # The most usual subject first; each joins the leader that it is most like, or leads others.
    alike: dict[str, list[Stated]] = {}
    for subject in sorted(by_subject, key=lambda one: (-_plans(by_subject[one]), one)):
        leader = max(alike, key=lambda leader: _likeness(leader, subject), default=subject)
        if leader != subject and _likeness(leader, subject) < least:
            leader = subject
        alike.setdefault(leader, []).extend(by_subject[subject])
    found = [_field(leader, all_of) for leader, all_of in alike.items()]
    return sorted(found, key=lambda field: (-len(field.plans), field.subject))


def joined(field: Field, elsewhere: Mapping[int, Sequence[Stated]]) -> tuple[Field, list[Stated]]:
    """Return a field with what plans state in other measures alone, as far as it can be ranked.

    Only the same subject joins, not one that is alike, and only in a ranking that the field's own
    targets stand in. A plan that states the subject in the measure keeps to that.

    Args:
        field: the field, of one measure.
        elsewhere: the targets of other measures, by any key of theirs.

    Returns:
        The field; and the targets of the same subject that did not join: those of plans that have
        none in it.
    """
    own, essences = field.plans, field.essences
    same: dict[str, dict[int, list[Stated]]] = {}
    for measure, stated in elsewhere.items():
        for one in stated:
            if essence(one.amount.subject) in essences:
                same.setdefault(one.plan_id, {}).setdefault(measure, []).append(one)
    candidates = {plan: found for plan, found in same.items() if plan not in own}
    if len(same) - len(candidates) <= REPEATED * len(own):
        # Who states it in two other measures does not tell which one is this.
        clear = [one for found in candidates.values() if len(found) == 1
                 for stated in found.values() for one in stated]  # fmt: skip
        fits = {
            one
            for ranking in _field(field.subject, [*field.stated, *clear]).rankings
            if any(one.plan_id in own for _, one in ranking.standings)
            for _, one in ranking.standings
        }
        if joining := [one for one in clear if one in fits]:
            field = _field(field.subject, [*field.stated, *joining])
    left = [one for plan, found in candidates.items() if plan not in field.plans
            for stated in found.values() for one in stated]  # fmt: skip
    return field, sorted(left, key=lambda one: one.order)


@vocabulary.cached(1 << 16)
def _likeness(left: str, right: str) -> float:
    """Return how far two subjects mean the same; 0 where one lists only some of the other."""
    if is_part(left, right) or is_part(right, left):
        return 0.0
    return similarity(left, right)


def _plans(stated: Iterable[Stated]) -> int:
    return len({one.plan_id for one in stated})


def _field(subject: str, stated: list[Stated]) -> Field:
    groups = _grouped(stated)
    ordered = sorted(groups, key=lambda one: (-_plans(groups[one]), one.order))
    rankings: list[Ranking] = []
    unranked: list[tuple[Stated, Unranked]] = []
    for at, grounds in enumerate(ordered):
        if _plans(groups[grounds]) < 2:
            against = ordered[0] if at else next(iter(ordered[1:]), None)
            why = _reason(grounds, against) if against and _plans(stated) > 1 else "alone"
            unranked += [(one, why) for one in groups[grounds]]
            continue
        ranking, weaker = _ranking(grounds, groups[grounds])
        rankings.append(ranking)
        unranked += [(one, "own") for one in weaker]
    return Field(subject, rankings, sorted(unranked, key=lambda pair: (pair[1], pair[0].order)))


def _grouped(stated: Sequence[Stated]) -> dict[Grounds, list[Stated]]:
    """Group the targets of a field that can be ranked together, where some could go with several.

    A bare count may stand with any counter, a decrease without an amount with any decrease, and
    nothing left at all with every decrease: each goes where the most are.
    """
    votes = Counter(one.amount for one in stated)
    # Less is better where at least half of the targets have it so.
    less = 2 * sum(n for amount, n in votes.items() if is_less_better(amount)) >= votes.total()
    plans: dict[Grounds, set[str]] = {}

    def is_less(amount: Target) -> bool:
        return less or amount.value == 0  # nothing left at all is never an amount to reach

    def usual(grounds: Grounds) -> tuple[bool, int, tuple[str, ...]]:
        # A scale whose unit is known before the unknown.
        return grounds.scale.dimension is None, -len(plans[grounds]), grounds.order

    @cache
    def fullest(kind: str, amount: Target) -> Grounds:
        """Return where a target goes: its own form of demand, or another that more stand on."""
        form = scale_of(amount, less=is_less(amount)).form
        fitting = [
            grounds
            for grounds in plans
            if grounds.kind == kind
            and off_scale(amount, grounds.scale, less=is_less(amount)) is None
        ]
        # And before the bare counts, too.
        best = min(
            (grounds for grounds in fitting if grounds.scale.form == form),
            key=lambda grounds: (not grounds.scale.dimension, *usual(grounds)),
        )
        others = (grounds for grounds in fitting if grounds.scale.form != form)
        other = min(others, key=usual, default=best)
        return other if len(plans[other]) > len(plans[best]) else best

    for one in stated:
        own = Grounds(one.kind, scale_of(one.amount, less=is_less(one.amount)))
        plans.setdefault(own, set()).add(one.plan_id)
    groups: dict[Grounds, list[Stated]] = {}
    for one in stated:
        groups.setdefault(fullest(one.kind, one.amount), []).append(one)
    return groups


def _reason(own: Grounds, other: Grounds) -> Unranked:
    """Return what grounds do not have in common with those that most stand on."""
    if own.kind != other.kind:
        return "kind"
    if own.scale.form != other.scale.form:
        return "direction"
    return "baseline" if own.scale.baseline != other.scale.baseline else "unit"


def _ranking(grounds: Grounds, stated: Sequence[Stated]) -> tuple[Ranking, list[Stated]]:
    """Rank each plan's strictest target; return the weaker ones beside."""
    demands = {amount: demand(amount, grounds.scale) for amount in {one.amount for one in stated}}
    # The strictest first; what is equal in the order of the plans.
    in_order = sorted(stated, key=lambda one: one.order)
    in_order.sort(key=lambda one: demands[one.amount], reverse=True)
    first = {one.plan_id: one for one in reversed(in_order)}
    standings: list[tuple[int, Stated]] = []
    for one in in_order:
        if first[one.plan_id] is not one:
            continue
        tied = standings and demands[standings[-1][1].amount] == demands[one.amount]
        standings.append((standings[-1][0] if tied else len(standings) + 1, one))
    return Ranking(grounds, standings), [one for one in in_order if first[one.plan_id] is not one]
