"""Targets side by side: one line an indicator, one target a plan, and who asks most.

Targets that links set against each other are one indicator. A plan has one target in each: where
two of a plan's rows meet the same target, the better link takes it, and the other row's target is
an indicator of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

from safeplan.changes.target_changes import compare_targets, mirror
from safeplan.messages import say
from safeplan.models import ChangeKind, Comparison, Plan, Target, TargetChange, Task
from safeplan.reports.phrasing import SIGNS, is_doubtful, reason_words

_Place = tuple[str, str, int]
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
    def unit(self) -> str:
        """The unit of the first plan's target."""
        return next(iter(self.asked.values())).target.unit

    @property
    def of(self) -> str:
        """The name of the first plan's row."""
        return next(iter(self.asked.values())).task.name

    def plans_that(self, stand: ChangeKind) -> list[str]:
        """Return the plans that stand so against the others."""
        return [plan_id for plan_id, asked in self.asked.items() if asked.stands == stand]


def indicators(comparison: Comparison, plans: Sequence[Plan]) -> list[Indicator]:
    """Return the targets that two plans or more set, in the order of the first plan's rows."""
    tasks = {(plan.plan_id, task.task_id): task for plan in plans for task in plan.tasks}
    changes = {
        (_place(tasks, link.left.plan_id, link.left.task_id, change.left), _place(
            tasks, link.right.plan_id, link.right.task_id, change.right
        )): (link.score, change)
        for link in comparison.links
        if not is_doubtful(link)
        for change in link.targets
        if change.left is not None and change.right is not None
    }  # fmt: skip
    order = {place: at for at, place in enumerate(_places(plans))}
    known = {pair: change for pair, (_, change) in changes.items()}
    # `different` pairs last: a target belongs where it can be compared.
    ranked = sorted(
        changes,
        key=lambda pair: (
            changes[pair][1].change == "different",
            -changes[pair][0],
            order[pair[0]],
        ),
    )
    joined = sorted(
        (sorted(places, key=order.__getitem__) for places in _join(ranked)),
        key=lambda places: order[places[0]],
    )
    return [_indicator(places, tasks, known) for places in joined]


def _place(
    tasks: dict[tuple[str, str], Task], plan_id: str, task_id: str, target: Target
) -> _Place:
    return plan_id, task_id, tasks[plan_id, task_id].targets.index(target)


def _places(plans: Sequence[Plan]) -> Iterable[_Place]:
    for plan in plans:
        for task in plan.tasks:
            for at in range(len(task.targets)):
                yield plan.plan_id, task.task_id, at


def _join(pairs: Iterable[tuple[_Place, _Place]]) -> list[list[_Place]]:
    """Join places that are linked, best pairs first, never two of one plan."""
    sets: dict[_Place, dict[str, _Place]] = {}
    for left, right in pairs:
        one = sets.setdefault(left, {left[0]: left})
        other = sets.setdefault(right, {right[0]: right})
        if one is other or one.keys() & other.keys():
            continue
        one.update(other)
        for place in other.values():
            sets[place] = one
    distinct = dict.fromkeys(tuple(one.values()) for one in sets.values() if len(one) > 1)
    return list(map(list, distinct))


def _indicator(
    places: list[_Place],
    tasks: dict[tuple[str, str], Task],
    known: dict[tuple[_Place, _Place], TargetChange],
) -> Indicator:
    targets = {place: tasks[place[:2]].targets[place[2]] for place in places}
    found: dict[_Place, set[ChangeKind]] = {place: set() for place in places}
    reason = ""
    for left, right in combinations(places, 2):
        change = known.get((left, right)) or _compared(targets[left], targets[right])
        # Each side's own view: it asks more, less or as much as the other.
        found[right].add(change.change)
        found[left].add(mirror(change).change)
        if change.change == "different" and not reason:
            reason = reason_words(change)
    asked = {
        place[0]: Asked(
            tasks[place[:2]], targets[place], _stands(found[place]), _is_least(found[place])
        )
        for place in places
    }
    subject = min((target.subject for target in targets.values()), key=len)
    return Indicator(subject, asked, reason)


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
    if most := named("more"):
        said.append(SIGNS["more"] + say("indicator.most", plans=most))
    strict, off = named("tighter"), named("different")
    if strict and off:
        others = named("looser")
        said.append(SIGNS["tighter"] + say("indicator.stricter", plans=strict, others=others))
    elif strict:
        said.append(SIGNS["tighter"] + say("indicator.strictest", plans=strict))
    if off:
        who = off if strict else ""
        said.append(SIGNS["different"] + say("indicator.off", plans=who, reason=indicator.reason))
    return said
