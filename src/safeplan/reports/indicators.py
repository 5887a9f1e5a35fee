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
    Place,
    amount_words,
    is_doubtful,
    place,
    reason_words,
    short_names,
    some_of,
    tasks_of,
)
from safeplan.reports.result_sheets import (
    FEW_COLUMNS,
    MOST_COLUMNS,
    Cell,
    Facet,
    Mark,
    Run,
    Sheet,
    SheetColumn,
    columns,
    differing,
    distinct,
    grouped,
    in_turn,
)
from safeplan.reports.view import ComparisonView

MARKS: dict[str, Mark] = {"tighter": "tighter", "looser": "looser", "different": "doubt"}
"""How a target is marked that stands so against others."""
MOST_INDICATORS = 14
"""Rows of the summary."""
_Target = tuple[str, str, int]
"""Plan, task, and the target's place in the task."""


@dataclass(frozen=True)
class Asked:
    """What one plan asks of an indicator."""

    task: Task
    at: int
    """The target's place in the task."""
    stands: ChangeKind
    """Against the other plans: `tighter` asks most of those it can be compared with, `looser`
    less than one of them, `same` as much, `different` cannot be compared with any."""
    least: bool = False
    """Whether it asks less than one of them and more than none."""

    @property
    def target(self) -> Target:
        """The target itself."""
        return self.task.targets[self.at]


@dataclass(frozen=True)
class Indicator:
    """One thing that is measured, as each plan asks for it."""

    subject: str
    asked: dict[str, Asked]
    """By plan id, in the order of the plans; a plan without this target is not in it."""
    names: dict[str, str]
    """What each of all plans is called, by its id."""
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

    @property
    def lacking(self) -> list[str]:
        """The names of the plans without this target."""
        return [name for plan_id, name in self.names.items() if plan_id not in self.asked]

    def plans_that(self, *stands: ChangeKind) -> list[str]:
        """Return the plans that stand so against the others, kind by kind."""
        return [id_ for stand in stands for id_, one in self.asked.items() if one.stands == stand]


def indicators(comparison: Comparison, plans: Sequence[Plan]) -> list[Indicator]:
    """Return the targets that two plans or more set, in the order of the first plan's rows."""
    tasks, names = tasks_of(plans), short_names(plans)
    every = ((*record, at) for record, task in tasks.items() for at in range(len(task.targets)))
    order = {target: number for number, target in enumerate(every)}
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
    joined = _join(sorted(ranks, key=ranks.__getitem__))
    targets = [*order]
    in_order = sorted(sorted(order[target] for target in one) for one in joined)
    return [_indicator([targets[at] for at in one], tasks, names, changes) for one in in_order]


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
    tasks: dict[Place, Task],
    names: dict[str, str],
    known: dict[tuple[_Target, _Target], TargetChange],
) -> Indicator:
    targets = {one: tasks[one[:2]].targets[one[2]] for one in places}
    found: dict[_Target, set[ChangeKind]] = {one: set() for one in places}
    reason = ""
    for left, right in combinations(places, 2):
        one, other = targets[left], targets[right]
        change = known.get((left, right))
        if change is None:  # a third target stands between them, and no link compares them
            changes = compare_targets([one], [other])
            unlike = TargetChange(subject=one.subject, left=one, right=other, change="different")
            change = changes[0] if len(changes) == 1 else unlike
        # Each side's own view: it asks more, less or as much as the other.
        found[right].add(change.change)
        found[left].add(mirror(change).change)
        if change.change == "different" and not reason:
            reason = reason_words(change)
    asked = {}
    for plan_id, task_id, at in places:
        stands = found[plan_id, task_id, at]
        order: tuple[ChangeKind, ...] = ("looser", "tighter", "less", "more", "same")
        stand: ChangeKind = next((kind for kind in order if kind in stands), "different")
        least = bool(stands & {"looser", "less"}) and not stands & {"tighter", "more"}
        asked[plan_id] = Asked(tasks[plan_id, task_id], at, stand, least)
    return Indicator(min((one.subject for one in targets.values()), key=len), asked, names, reason)


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


# --- as sheets --------------------------------------------------------------------------------


def indicator_sheet(found: Sequence[Indicator], plans: Sequence[Plan]) -> Sheet:
    """Return the targets side by side: a line an indicator, and who asks most of it."""
    tables = [distinct(a.task.table_title for a in one.asked.values()) for one in found]
    return Sheet(
        say("sheet.indicators"),
        *_table(found, plans, len(plans) > MOST_COLUMNS),
        [differing(one.differs for one in found), Facet("table", tables)],
        say("sheet.indicators_note"),
    )


def stricter_sheet(found: Sequence[Indicator], plans: Sequence[Plan]) -> Sheet:
    """Return the first indicators that plans set differently, and who asks most."""
    differing = [one for one in found if one.differs]
    shown = differing[:MOST_INDICATORS]
    counts = {"all": len(found), "differing": len(differing), "rest": len(differing) - len(shown)}
    table = _table(shown, plans, len(plans) > FEW_COLUMNS, brief=True)
    return Sheet(say("overview.stricter", **counts), *table, close=True)


def _table(
    found: Sequence[Indicator], plans: Sequence[Plan], many: bool, *, brief: bool = False
) -> tuple[list[SheetColumn], list[list[Cell]]]:
    """Return indicators, each with what few plans ask, or who of many asks most and least."""
    of_many = f"strictest:4 loosest:4 lacking_plan:2{'' if brief else ' by_plan:4~'}"
    listed = f"subject:{4 if brief else 3} {of_many if many else 'verdict:4 *:3'}"
    times = Counter((one.subject, one.first.target.unit) for one in found)
    rows: list[list[Cell]] = []
    for one in found:
        # Of two that read alike it is said also what they are of.
        alike = times[one.subject, one.first.target.unit] > 1
        of = [Run(f"（{one.first.task.name}）", "dim")] if alike else []
        cells: list[Cell] = [[Run(one.subject), *of] if of else one.subject]
        if many:
            cells += [strictest_runs(one), loosest_runs(one) or "—", some_of(one.lacking) or "—"]
            every = ([Run(one.names[id_], "dim"), *_asked_runs(one, id_)] for id_ in one.asked)
            cells += [] if brief else [in_turn(every, Run("；"))]
        else:
            cells.append(_verdict_cell(one))
            cells += [_asked_runs(one, plan.plan_id, place=not brief) for plan in plans]
        rows.append(cells)
    return columns(listed, short_names(plans)), rows


def strictest_runs(one: Indicator) -> list[Run]:
    """Return who of many plans asks most, or that they ask the same, and who cannot be compared."""
    kinds: tuple[ChangeKind, ...] = ("tighter", "more") if one.differs else ("same",)
    said = [run for kind in kinds for run in _amounts(one, one.plans_that(kind))]
    off = [one.names[plan_id] for plan_id in one.plans_that("different")]
    return in_turn([said, [Run(_off(some_of(off), one), "doubt")] if off else []])


def loosest_runs(one: Indicator) -> list[Run]:
    """Return who of many plans asks least, where they differ."""
    return _amounts(one, [plan_id for plan_id, asked in one.asked.items() if asked.least])


def _amounts(one: Indicator, plan_ids: Sequence[str]) -> list[Run]:
    """Return amounts, each with the plans that ask for it."""
    by_amount = grouped((_amount(one.asked[plan_id]), one.names[plan_id]) for plan_id in plan_ids)
    said = ([amount, Run(f" {some_of(who)}", "dim")] for amount, who in by_amount.items())
    return in_turn(said, Run("\n"))


def _amount(asked: Asked) -> Run:
    return Run(SIGNS[asked.stands] + amount_words(asked.target), MARKS.get(asked.stands, ""))


def _asked_runs(one: Indicator, plan_id: str, *, place: bool = True) -> list[Run]:
    """Return what a plan asks, and in which of its rows."""
    if plan_id not in one.asked:
        return [Run("—")]
    asked = one.asked[plan_id]
    return [_amount(asked), *([Run(f" {asked.task.task_id}", "dim")] if place else [])]


def _verdict_cell(one: Indicator) -> Cell:
    """Return who asks most, that first and strongest."""
    first, *others = verdict(one)
    strict = one.plans_that("tighter", "more")
    mark: Mark = "dim" if not one.differs else "head" if strict else "doubt"
    return [Run(first, mark), *(Run(f"；{words}", "doubt") for words in others)]


def verdict(one: Indicator) -> list[str]:
    """Return who asks most, in words: `▲忠县严于南岸`, `≠沙坪坝口径不同（基准…）`."""
    if not one.differs:
        lacking = one.lacking and say("compare.lacking", plans="、".join(one.lacking))
        return [SIGNS["same"] + say("change.same") + (lacking or "")]
    stands: tuple[ChangeKind, ...] = ("more", "tighter", "looser", "different")
    most, strict, loose, off = (
        "、".join(one.names[plan_id] for plan_id in one.plans_that(stand)) for stand in stands
    )
    said = [SIGNS["more"] + say("indicator.most", plans=most)] if most else []
    if strict:
        key = "indicator.stricter" if off else "indicator.strictest"
        said.append(SIGNS["tighter"] + say(key, plans=strict, others=loose))
    return [*said, _off(off if strict else "", one)] if off else said


def _off(who: str, one: Indicator) -> str:
    return SIGNS["different"] + say("indicator.off", plans=who, reason=one.reason)
