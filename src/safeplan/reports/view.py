"""What a comparison shows: its lines, cells and changes, filtered; every renderer reads this.

A line is a group of the comparison; its cells are the member records, plan by plan; its changes
are said of every two of its records, those of a doubtful link without a verdict.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import combinations

from safeplan.changes.bearers import tells_leads
from safeplan.messages import language, say
from safeplan.models import ROLES, Comparison, Group, Link, Plan, Role, Target, TargetChange, Task
from safeplan.reports.filters import EVERYTHING, Filters, narrowed
from safeplan.reports.phrasing import (
    ORDERED,
    change_words,
    differs,
    doubt_words,
    due_words,
    is_doubtful,
    outcome_words,
    owner_names,
    owner_words,
    target_words,
)


@dataclass(frozen=True)
class RecordCell:
    """One record in one plan's column."""

    task: Task
    owners: dict[Role, list[str]]
    """Canonical names by role."""
    own: frozenset[str]
    """Bodies that no linked record of another plan names."""
    targets: list[str]


@dataclass(frozen=True)
class ShownChange:
    """What one link changes, in words, led by which plans it is between."""

    between: str
    """The two records, by plan and id; where the link is doubtful, that it is."""
    plans: tuple[str, str]
    """The places of the two plans."""
    words: list[str]
    kinds: list[str]
    """What each of the words is about: a target's change, `doubtful`, `outcome`, `due`, `owners`."""
    differs: bool
    score: float
    """How sure the link is, 0..1."""
    doubtful: bool = False
    """Whether an analyst would not sign the link."""


@dataclass(frozen=True)
class ViewLine:
    """One group: the same measure in several plans."""

    group: Group
    cells: dict[str, list[RecordCell]]
    links: list[Link]
    tasks: dict[str, dict[str, Task]]
    """Of all plans, by plan and id."""
    partial: bool
    """True where some link in the group covers a part of a record only."""
    lacking: list[str]
    """The plans that have nothing of it: no record here, nor one that another line links to it."""

    @cached_property
    def changes(self) -> list[ShownChange]:
        """What differs between every two linked records; of many plans few lines are shown whole."""
        return _changes(self.links, self.tasks)

    @property
    def differs(self) -> bool:
        """Whether anything in the line differs that an analyst answers for."""
        return any(change.differs for change in self.changes)


@dataclass(frozen=True)
class ComparisonView:
    """A comparison as it is to be shown."""

    plans: list[Plan]
    lines: list[ViewLine]
    unmatched: dict[str, list[Task]]
    links: list[Link]
    linked: dict[str, int]
    """How many records of each plan have a partner, whatever the filters keep."""
    hidden: int
    """Lines that the filters hold back."""
    filters: Filters = field(default_factory=Filters)


def comparison_view(
    comparison: Comparison, plans: Sequence[Plan], filters: Filters = EVERYTHING
) -> ComparisonView:
    """Return the view of a comparison through the filters."""
    tasks = {plan.plan_id: {task.task_id: task for task in plan.tasks} for plan in plans}
    by_pair = {
        (link.left.plan_id, link.left.task_id, link.right.plan_id, link.right.task_id): link
        for link in comparison.links
    }
    kept = narrowed(comparison, plans, filters)
    known: dict[str, set[tuple[str, str]]] = {plan_id: set() for plan_id in comparison.plans}
    for link in comparison.links:
        places = [(ref.plan_id, ref.task_id) for ref in (link.left, link.right)]
        for plan_id, _ in places:
            known[plan_id].update(places)
    return ComparisonView(
        plans=list(plans),
        # A line is shown whole: what two of its plans differ in is read beside the third.
        lines=[_line(group, known, by_pair, tasks) for group in kept.groups],
        unmatched={
            plan_id: [tasks[plan_id][task_id] for task_id in task_ids]
            for plan_id, task_ids in kept.unmatched.items()
        },
        links=kept.links,
        linked={
            plan_id: sum(of == plan_id for of, _ in places) for plan_id, places in known.items()
        },
        hidden=len(comparison.groups) - len(kept.groups),
        filters=filters,
    )


def _line(
    group: Group,
    known: dict[str, set[tuple[str, str]]],
    by_pair: dict[tuple[str, str, str, str], Link],
    tasks: dict[str, dict[str, Task]],
) -> ViewLine:
    plans = list(known)
    members = [
        (plan_id, task_id) for plan_id in plans for task_id in group.members.get(plan_id, [])
    ]
    # In the order of the comparison: by plans first, then by the records of the left one.
    pairs = sorted(
        combinations(members, 2),
        key=lambda pair: (plans.index(pair[0][0]), plans.index(pair[1][0])),
    )
    links = [by_pair[one + other] for one, other in pairs if one + other in by_pair]
    named: dict[tuple[str, str], set[str]] = {member: set() for member in members}
    for link in links:
        left = (link.left.plan_id, link.left.task_id)
        right = (link.right.plan_id, link.right.task_id)
        named[left] |= {*link.owners.shared, *link.owners.only_right}
        named[right] |= {*link.owners.shared, *link.owners.only_left}
    cells = {
        plan_id: [
            _cell(tasks[plan_id][task_id], named[plan_id, task_id])
            for task_id in group.members.get(plan_id, [])
        ]
        for plan_id in plans
    }
    return ViewLine(
        group=group,
        cells=cells,
        links=links,
        tasks=tasks,
        partial=any(link.relation == "partial" for link in links),
        lacking=[plan_id for plan_id in plans if known[plan_id].isdisjoint(members)],
    )


def _cell(task: Task, elsewhere: set[str]) -> RecordCell:
    owners = {role: owner_names(task.owners, role) for role in ROLES}
    own = frozenset(name for names in owners.values() for name in names if name not in elsewhere)
    return RecordCell(
        task=task,
        owners=owners,
        own=own,
        targets=[target_words(target) for target in task.targets],
    )


def _changes(links: list[Link], tasks: dict[str, dict[str, Task]]) -> list[ShownChange]:
    """Return what differs between every two linked records of a line."""
    changes = []
    lang = language()
    known: set[tuple[str, str, Target | None]] = set()
    for link in links:
        doubtful = is_doubtful(link)
        news = [change for change in link.targets if not _known(change, link, known)]
        words = [change_words(change, lang, doubtful=doubtful) for change in news]
        kinds: list[str] = [
            "doubtful" if doubtful and change.change in ORDERED else change.change
            for change in news
        ]
        for kind, said in (("outcome", outcome_words(link)), ("due", due_words(link.due))):
            if said:
                words.append(said)
                kinds.append(kind)
        sides = [bool(tasks[ref.plan_id][ref.task_id].owners) for ref in (link.left, link.right)]
        owners = owner_words(link.owners, *sides)
        words += owners
        kinds += ["owners"] * len(owners)
        if words or doubtful:
            places = _place(link.left.plan_id), _place(link.right.plan_id)
            records = zip(places, (link.left.task_id, link.right.task_id), strict=True)
            between = "→".join(map("".join, records)) + doubt_words(link)
            changes.append(
                ShownChange(between, places, words, kinds, differs(link), link.score, doubtful)
            )
    return changes


def all_same(line: ViewLine) -> str:
    """Return that nothing differs, and which plans have no such measure."""
    said = say("compare.all_same")
    lacking = [_place(plan_id) for plan_id in line.lacking]
    return said + (say("compare.lacking", plans="、".join(lacking)) if lacking else "")


def leads_untold(plans: Sequence[Plan]) -> list[str]:
    """Return the plans that tell no lead from others where some do: said once, not on every line."""
    told = {plan.plan_id: tells_leads(plan) for plan in plans}
    return [plan_id for plan_id, tells in told.items() if not tells] if any(told.values()) else []


def _known(change: TargetChange, link: Link, known: set[tuple[str, str, Target | None]]) -> bool:
    """Tell whether a target that one side lacks was said at another link of the same record."""
    if change.left is not None and change.right is not None:
        return False
    ref, other = (link.right, link.left) if change.left is None else (link.left, link.right)
    key = (f"{ref.plan_id} {ref.task_id}", other.plan_id, change.left or change.right)
    known_before = key in known
    known.add(key)
    return known_before


def _place(plan_id: str) -> str:
    return plan_id.split("-", 1)[0]
