"""Targets side by side: one line an indicator, one target a plan, and who asks most.

Of few plans each has a column; of many a line tells the strictest, the loosest and who lacks it.

Targets that links set against each other are one indicator. A plan has one target in each: where
two of a plan's rows meet the same target, the better link takes it, and the other row's target is
an indicator of its own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

from safeplan.changes.target_changes import compare_targets, mirror
from safeplan.messages import say
from safeplan.models import ChangeKind, Comparison, Plan, Target, TargetChange, Task
from safeplan.reports.phrasing import (
    SIGNS,
    amount_words,
    is_doubtful,
    place,
    reason_words,
    short_names,
    some_of,
    tasks_of,
)
from safeplan.reports.result_sheets import (
    MOST_COLUMNS,
    Cell,
    Facet,
    Mark,
    Run,
    Sheet,
    columns,
    differing,
    distinct,
    in_turn,
    plan_columns,
)
from safeplan.reports.view import ComparisonView

MARKS: dict[str, Mark] = {"tighter": "tighter", "looser": "looser", "different": "doubt"}
"""How a target is marked that stands so against others."""
_Target = tuple[str, str, int]
"""Plan, task, and the target's place in the task."""


@dataclass(frozen=True)
class Asked:
    """What one plan asks of an indicator."""

    task: Task
    target: Target
    stands: ChangeKind
    """Against the other plans: `tighter` asks most of those it can be compared with, `looser`
    less than one of them, `same` as much, `different` cannot be compared with any."""
    least: bool = False
    """Whether it asks less than one of them and more than none."""


@dataclass(frozen=True)
class Indicator:
    """One thing that is measured, as each plan asks for it."""

    subject: str
    asked: dict[str, Asked]
    """By plan id, in the order of the plans; a plan without this target is not in it."""
    reason: str = ""
    """Why a plan cannot be compared, in words."""

    @property
    def differs(self) -> bool:
        """Whether the plans ask for different things."""
        return any(asked.stands != "same" for asked in self.asked.values())

    @property
    def leads(self) -> bool:
        """Whether some row is about this alone: its name is what is measured."""
        return any(asked.target.subject == asked.task.name for asked in self.asked.values())

    @property
    def first(self) -> Asked:
        """What the first plan asks."""
        return next(iter(self.asked.values()))

    def plans_that(self, stand: ChangeKind) -> list[str]:
        """Return the plans that stand so against the others."""
        return [plan_id for plan_id, asked in self.asked.items() if asked.stands == stand]


def indicators(comparison: Comparison, plans: Sequence[Plan]) -> list[Indicator]:
    """Return the targets that two plans or more set, in the order of the first plan's rows."""
    tasks = tasks_of(plans)
    order = {
        (*record, at): number
        for number, (record, at) in enumerate(
            (record, at) for record, task in tasks.items() for at in range(len(task.targets))
        )
    }
    changes: dict[tuple[_Target, _Target], TargetChange] = {}
    ranks: dict[tuple[_Target, _Target], tuple[bool, float, int]] = {}
    for link in comparison.links:
        for change in () if is_doubtful(link) else link.targets:
            if change.left is not None and change.right is not None:
                left, right = (
                    (*place(ref), tasks[place(ref)].targets.index(target))
                    for ref, target in ((link.left, change.left), (link.right, change.right))
                )
                changes[left, right] = change
                # `different` pairs last: a target belongs where it can be compared.
                ranks[left, right] = change.change == "different", -link.score, order[left]
    joined = [
        sorted(one, key=order.__getitem__) for one in _join(sorted(ranks, key=ranks.__getitem__))
    ]
    joined.sort(key=lambda one: order[one[0]])
    return [_indicator(one, tasks, changes) for one in joined]


def _join(pairs: Iterable[tuple[_Target, _Target]]) -> list[tuple[_Target, ...]]:
    """Join targets that are linked, best pairs first, never two of one plan."""
    sets: dict[_Target, dict[str, _Target]] = {}
    for left, right in pairs:
        one = sets.setdefault(left, {left[0]: left})
        other = sets.setdefault(right, {right[0]: right})
        if one is other or one.keys() & other.keys():
            continue
        one.update(other)
        for target in other.values():
            sets[target] = one
    return list(dict.fromkeys(tuple(one.values()) for one in sets.values() if len(one) > 1))


def _indicator(
    places: list[_Target],
    tasks: dict[tuple[str, str], Task],
    known: dict[tuple[_Target, _Target], TargetChange],
) -> Indicator:
    targets = {one: tasks[one[:2]].targets[one[2]] for one in places}
    found: dict[_Target, set[ChangeKind]] = {one: set() for one in places}
    reason = ""
    for left, right in combinations(places, 2):
        change = known.get((left, right)) or _compared(targets[left], targets[right])
        # Each side's own view: it asks more, less or as much as the other.
        found[right].add(change.change)
        found[left].add(mirror(change).change)
        if change.change == "different" and not reason:
            reason = reason_words(change)
    asked = {
        one[0]: Asked(tasks[one[:2]], targets[one], _stands(found[one]), _is_least(found[one]))
        for one in places
    }
    return Indicator(min((one.subject for one in targets.values()), key=len), asked, reason)


def _compared(left: Target, right: Target) -> TargetChange:
    """Compare two targets that no link compares, because a third stands between them."""
    changes = compare_targets([left], [right])
    if len(changes) == 1:
        return changes[0]
    return TargetChange(subject=left.subject, left=left, right=right, change="different")


def _stands(found: set[ChangeKind]) -> ChangeKind:
    """Return how one plan stands, from how it compares with each of the others."""
    order: tuple[ChangeKind, ...] = ("looser", "tighter", "less", "more", "same")
    return next((kind for kind in order if kind in found), "different")


def _is_least(found: set[ChangeKind]) -> bool:
    return bool(found & {"looser", "less"}) and not found & {"tighter", "more"}


def verdict(indicator: Indicator, names: dict[str, str]) -> list[str]:
    """Return who asks most, in words: `▲忠县严于南岸`, `≠沙坪坝口径不同（基准…）`.

    Args:
        indicator: what to judge.
        names: what each plan is called, by its id.
    """

    def named(stand: ChangeKind) -> str:
        return "、".join(names[plan_id] for plan_id in indicator.plans_that(stand))

    if not indicator.differs:
        lacking = [name for plan_id, name in names.items() if plan_id not in indicator.asked]
        same = SIGNS["same"] + say("change.same")
        return [same + say("compare.lacking", plans="、".join(lacking)) if lacking else same]
    said = []
    strict, off = named("tighter"), named("different")
    if most := named("more"):
        said.append(SIGNS["more"] + say("indicator.most", plans=most))
    if strict:
        key = "indicator.stricter" if off else "indicator.strictest"
        said.append(SIGNS["tighter"] + say(key, plans=strict, others=named("looser")))
    if off:
        said.append(_off(off if strict else "", indicator))
    return said


def _off(who: str, indicator: Indicator) -> str:
    return SIGNS["different"] + say("indicator.off", plans=who, reason=indicator.reason)


# --- as a sheet -------------------------------------------------------------------------------


def kept_indicators(view: ComparisonView) -> list[Indicator]:
    """Return the indicators that the view's filters keep, those to be seen first in front.

    First come those that differ and those that a row is wholly about, in document order; the
    many that all plans took over word for word from above follow.
    """
    kept = [
        one
        for one in indicators(view.comparison, view.plans)
        if any(view.filters.keeps(asked.task) for asked in one.asked.values())
        and view.filters.missing not in one.asked
        and (one.differs or not view.filters.of_links)
    ]
    return sorted(kept, key=lambda one: not (one.differs or one.leads))


def indicator_sheet(found: Sequence[Indicator], plans: Sequence[Plan]) -> Sheet:
    """Return the targets side by side: a line an indicator, and who asks most of it."""
    names = short_names(plans)
    many = len(plans) > MOST_COLUMNS
    rows: list[list[Cell]] = []
    for one, subject in zip(found, subject_cells(found), strict=True):
        cells = [asked_runs(one, plan.plan_id) for plan in plans]
        told = range_cells(one, names) if many else [verdict_cell(one, names), *cells]
        rows.append([subject, *told])
    few = [*columns("verdict:4"), *plan_columns(plans, 3)]
    tables = [distinct(a.task.table_title for a in one.asked.values()) for one in found]
    return Sheet(
        say("sheet.indicators"),
        columns("subject:3") + (columns(RANGE) if many else few),
        rows,
        [differing(one.differs for one in found), Facet("table", tables)],
        say("sheet.indicators_note"),
    )


def subject_cells(found: Sequence[Indicator]) -> list[Cell]:
    """Return what each indicator measures; of two that read alike also what they are of."""
    times = Counter((one.subject, one.first.target.unit) for one in found)
    return [
        [Run(one.subject), Run(f"（{one.first.task.name}）", "dim")]
        if times[one.subject, one.first.target.unit] > 1
        else one.subject
        for one in found
    ]


RANGE = "strictest:4 loosest:4 lacking_plan:2 by_plan:4~"
"""The columns that tell how far many plans lie apart."""


def range_cells(one: Indicator, names: dict[str, str]) -> list[Cell]:
    """Return of many plans who asks most, who least, who has no such target, and then each plan."""
    every = ([Run(names[plan_id], "dim"), *asked_runs(one, plan_id)] for plan_id in one.asked)
    return [
        strictest_runs(one, names),
        loosest_runs(one, names) or "—",
        some_of([name for plan_id, name in names.items() if plan_id not in one.asked]) or "—",
        in_turn(every, Run("；")),
    ]


def strictest_runs(one: Indicator, names: dict[str, str]) -> list[Run]:
    """Return who of many plans asks most, or that they ask the same, and who cannot be compared."""
    kinds: tuple[ChangeKind, ...] = ("tighter", "more") if one.differs else ("same",)
    said: list[Run] = []
    for kind in kinds:
        said += _amounts(
            [id_ for id_, asked in one.asked.items() if asked.stands == kind], one, names
        )
    off = one.plans_that("different")
    words = _off(some_of([names[plan_id] for plan_id in off]), one)
    return in_turn([said, [Run(words, "doubt")] if off else []])


def loosest_runs(one: Indicator, names: dict[str, str]) -> list[Run]:
    """Return who of many plans asks least, where they differ."""
    return _amounts([plan_id for plan_id, asked in one.asked.items() if asked.least], one, names)


def _amounts(plan_ids: Sequence[str], one: Indicator, names: dict[str, str]) -> list[Run]:
    """Return amounts, each with the plans that ask for it."""
    by_amount: dict[Run, list[str]] = {}
    for plan_id in plan_ids:
        by_amount.setdefault(_amount(one.asked[plan_id]), []).append(names[plan_id])
    said = ([amount, Run(f" {some_of(who)}", "dim")] for amount, who in by_amount.items())
    return in_turn(said, Run("\n"))


def _amount(asked: Asked) -> Run:
    return Run(SIGNS[asked.stands] + amount_words(asked.target), MARKS.get(asked.stands, ""))


def asked_runs(one: Indicator, plan_id: str, *, place: bool = True) -> list[Run]:
    """Return what a plan asks, and in which of its rows."""
    if plan_id not in one.asked:
        return [Run("—")]
    asked = one.asked[plan_id]
    return [_amount(asked), *([Run(f" {asked.task.task_id}", "dim")] if place else [])]


def verdict_cell(one: Indicator, names: dict[str, str]) -> Cell:
    """Return who asks most, that first and strongest."""
    said = verdict(one, names)
    if not one.differs:
        return [Run(said[0], "dim")]
    first: Mark = "head" if one.plans_that("tighter") or one.plans_that("more") else "doubt"
    return [Run(said[0], first), *[Run(f"；{words}", "doubt") for words in said[1:]]]
