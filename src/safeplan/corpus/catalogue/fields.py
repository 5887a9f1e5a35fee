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
from functools import lru_cache
from typing import Literal, NamedTuple

from safeplan import vocabulary
from safeplan.changes.likeness import essence, is_part, similarity
from safeplan.changes.strictness import (
    Demand,
    Form,
    Scale,
    demand,
    is_less_better,
    off_scale,
    scale_of,
)
from safeplan.corpus.schema import value_of
from safeplan.models import Target

Unranked = Literal["unit", "baseline", "direction", "kind", "alone", "own"]
"""Why a target has no rank: what it does not have in common with those that have one; nobody else
states such a target; or its own plan asks more elsewhere."""


class StoredAmount(NamedTuple):
    """A target without the span that it was read from: what many plans may state alike."""

    subject: str
    direction: str
    low: float | None
    high: float | None
    unit: str
    baseline: str | None


class Stated(NamedTuple):
    """One target of one task of one plan."""

    plan_id: str
    kind: str
    """The kind of the plan."""
    amount: StoredAmount
    row: int
    """Which row of the table read says it."""
    place: int
    """Where its task stands among the labels: the order of the tasks, whatever that of the rows."""
    at: int
    """Which of the row's targets it is, from 0."""


class StoredStanding(NamedTuple):
    """A plan's target and its rank, from 1 for the strictest; who asks the same shares a rank."""

    rank: int
    stated: Stated


@dataclass(frozen=True)
class Ranking:
    """The targets that can be compared, the strictest first, one a plan."""

    form: Form
    unit: str
    """The unit that most of them print."""
    baseline: str | None
    kind: str
    standings: list[StoredStanding]

    @property
    def median(self) -> Stated:
        """The target in the middle; of an even number, the looser one of the two in the middle."""
        return self.standings[len(self.standings) // 2].stated


@dataclass(frozen=True)
class Field:
    """What is asked of one subject."""

    subject: str
    """As most plans print it."""
    plans: int
    """How many plans state a target of it."""
    rankings: list[Ranking]
    """Those of two plans or more, the fullest first."""
    unranked: list[tuple[Stated, Unranked]]

    @property
    def ranked(self) -> list[Stated]:
        """The targets that have a rank."""
        return [standing.stated for one in self.rankings for standing in one.standings]

    @property
    def stated(self) -> list[Stated]:
        """All targets of the field."""
        return self.ranked + [one for one, _ in self.unranked]

    @property
    def essences(self) -> set[str]:
        """What its subjects say without the words that do not tell them apart."""
        return {essence(one.amount.subject) for one in self.stated} - {""}


@lru_cache(maxsize=1 << 16)
def target_of(amount: StoredAmount) -> Target:
    """Return an amount as a target without its text."""
    return Target(
        subject=amount.subject,
        direction=amount.direction,
        value=value_of(amount.low, amount.high),
        unit=amount.unit,
        baseline=amount.baseline,
        text="",
    )


def fields(stated: Iterable[Stated]) -> list[Field]:
    """Return the fields of one measure's targets, those that most plans state first.

    Args:
        stated: the targets of the plans' tasks that are this measure, in any order.
    """
    by_subject: dict[str, list[Stated]] = {}
    for one in stated:
        by_subject.setdefault(one.amount.subject, []).append(one)
    plans = {
        subject: len({one.plan_id for one in all_of}) for subject, all_of in by_subject.items()
    }
    found = [
        _field(subjects[0], [one for subject in subjects for one in by_subject[subject]])
        for subjects in _alike(sorted(plans, key=lambda subject: (-plans[subject], subject)))
    ]
    return sorted(found, key=lambda field: (-field.plans, field.subject))


REPEATED = 0.1
"""Where more than this share of a field's plans state its subject in another measure as well, the
subject does not tell what is measured: 年度重点任务 of one campaign, and of another."""


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
    own, essences = field.stated, field.essences
    same: dict[str, dict[int, list[Stated]]] = {}
    for measure, stated in elsewhere.items():
        for one in stated:
            if essence(one.amount.subject) in essences:
                same.setdefault(one.plan_id, {}).setdefault(measure, []).append(one)
    stating = {one.plan_id for one in own}
    candidates = {plan: found for plan, found in same.items() if plan not in stating}
    if len(same) - len(candidates) <= REPEATED * len(stating):
        # Who states it in two other measures does not tell which one is this.
        clear = [
            one
            for found in candidates.values()
            if len(found) == 1
            for stated in found.values()
            for one in stated
        ]
        whole = _field(field.subject, [*own, *clear]) if clear else field
        fits = {
            standing.stated
            for ranking in whole.rankings
            if any(one.stated.plan_id in stating for one in ranking.standings)
            for standing in ranking.standings
        }
        if joining := [one for one in clear if one in fits]:
            field = _field(field.subject, [*own, *joining])
    there = {one.plan_id for one in field.stated}
    left = [
        one
        for plan, found in candidates.items()
        if plan not in there
        for stated in found.values()
        for one in stated
    ]
    return field, sorted(left, key=_place)


def _alike(subjects: Sequence[str]) -> list[list[str]]:
    """Join subjects that mean the same; the first of each list leads it.

    Args:
        subjects: the most usual first; each joins the leader that it is most like.
    """
    least: float = vocabulary.load("targets")["comparison"]["same_from"]
    joined: dict[str, list[str]] = {}
    for subject in subjects:
        best = max(joined, key=lambda leader: _likeness(leader, subject), default=None)
        if best is not None and _likeness(best, subject) >= least:
            joined[best].append(subject)
        else:
            joined[subject] = [subject]
    return list(joined.values())


@vocabulary.cached(1 << 16)
def _likeness(left: str, right: str) -> float:
    """Return how far two subjects mean the same; 0 where one lists only some of the other."""
    if is_part(left, right) or is_part(right, left):
        return 0.0
    return similarity(left, right)


def _field(subject: str, stated: list[Stated]) -> Field:
    less = _less(stated)
    scales = _Scales(stated, less)
    groups: dict[_Kept, list[Stated]] = {}
    for one in stated:
        groups.setdefault(scales.of(one), []).append(one)
    ordered = sorted(groups, key=lambda kept: (-_plans(groups[kept]), _order(kept)))
    plans = _plans(stated)
    rankings: list[Ranking] = []
    unranked: list[tuple[Stated, Unranked]] = []
    main, *others = ordered
    for kept in ordered:
        if _plans(groups[kept]) < 2:
            against = main if kept != main else next(iter(others), None)
            why: Unranked = "alone" if plans == 1 else _reason(kept, against)
            unranked += [(one, why) for one in groups[kept]]
            continue
        ranking, weaker = _ranking(kept, groups[kept])
        rankings.append(ranking)
        unranked += [(one, "own") for one in weaker]
    return Field(
        subject,
        plans,
        rankings,
        sorted(unranked, key=lambda pair: (pair[1], _place(pair[0]))),
    )


def _plans(stated: Iterable[Stated]) -> int:
    return len({one.plan_id for one in stated})


def _place(stated: Stated) -> tuple[str, int, int]:
    return stated.plan_id, stated.place, stated.at


def _less(stated: Iterable[Stated]) -> bool:
    """Whether less of what is measured is better, as at least half of the targets have it."""
    votes = Counter(one.amount for one in stated)
    said = sum(count for amount, count in votes.items() if is_less_better(target_of(amount)))
    return 2 * said >= votes.total()


_Kept = tuple[str, Scale]
"""A kind of plan, and a scale."""


def _order(kept: _Kept) -> tuple[str, ...]:
    kind, scale = kept
    return kind, scale.form, scale.dimension or "", scale.baseline or ""


class _Scales:
    """On which scale each target of a field stands, where it could stand on several.

    A bare count may stand with any counter, a decrease without an amount with any decrease, and
    nothing left at all with every decrease: each goes where the most are.
    """

    def __init__(self, stated: Iterable[Stated], less: bool) -> None:
        self._less = less
        plans: dict[_Kept, set[str]] = {}
        for one in stated:
            plans.setdefault((one.kind, self._own(one.amount)), set()).add(one.plan_id)
        self._plans = {kept: len(ids) for kept, ids in plans.items()}
        self._known: dict[tuple[str, StoredAmount], _Kept] = {}

    def of(self, one: Stated) -> _Kept:
        """Return the scale of a target."""
        key = one.kind, one.amount
        if key not in self._known:
            self._known[key] = self._find(*key)
        return self._known[key]

    def _own(self, amount: StoredAmount) -> Scale:
        return scale_of(target_of(amount), less=self._is_less(amount))

    def _is_less(self, amount: StoredAmount) -> bool:
        # Nothing left at all is never an amount to reach.
        return self._less or amount.low == amount.high == 0

    def _find(self, kind: str, amount: StoredAmount) -> _Kept:
        target, less = target_of(amount), self._is_less(amount)
        form = self._own(amount).form
        fitting = [
            kept
            for kept in self._plans
            if kept[0] == kind and off_scale(target, kept[1], less=less) is None
        ]
        same = [kept for kept in fitting if kept[1].form == form]
        # A scale whose unit is known before the bare counts, and those before the unknown.
        best = min(same, key=lambda kept: (not kept[1].dimension, *self._fullest(kept)))
        other = min(
            (kept for kept in fitting if kept[1].form != form), key=self._fullest, default=best
        )
        return other if self._plans[other] > self._plans[best] else best

    def _fullest(self, kept: _Kept) -> tuple[bool, int, tuple[str, ...]]:
        return kept[1].dimension is None, -self._plans[kept], _order(kept)


def _reason(kept: _Kept, against: _Kept | None) -> Unranked:
    """Return what a scale does not have in common with the one that most stand on."""
    if against is None:
        return "alone"
    (kind, scale), (other_kind, other) = kept, against
    if kind != other_kind:
        return "kind"
    if scale.form != other.form:
        return "direction"
    return "baseline" if scale.baseline != other.baseline else "unit"


def _ranking(kept: _Kept, stated: Sequence[Stated]) -> tuple[Ranking, list[Stated]]:
    """Rank each plan's strictest target; return the weaker ones beside."""
    kind, scale = kept
    amounts = {one.amount for one in stated}
    demands: dict[StoredAmount, Demand] = {
        amount: demand(target_of(amount), scale) for amount in amounts
    }
    # By the demand, the strictest first; what is equal in the order of the plans.
    in_order = sorted(stated, key=_place)
    in_order.sort(key=lambda one: demands[one.amount], reverse=True)
    seen: set[str] = set()
    standings: list[StoredStanding] = []
    weaker: list[Stated] = []
    for one in in_order:
        if one.plan_id in seen:
            weaker.append(one)
            continue
        seen.add(one.plan_id)
        tied = standings and demands[standings[-1].stated.amount] == demands[one.amount]
        standings.append(StoredStanding(standings[-1].rank if tied else len(standings) + 1, one))
    units = Counter(
        one.stated.amount.unit for one in standings if one.stated.amount.low is not None
    )
    unit = min(units, key=lambda unit: (-units[unit], unit), default="")
    return Ranking(scale.form, unit, scale.baseline, kind, standings), weaker
