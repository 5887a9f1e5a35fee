"""What a comparison shows: its lines, cells and changes, filtered; every renderer reads this.

A line is a group of the comparison; its cells are the member records, plan by plan; its changes
are said of every two of its records, those of a doubtful link without a verdict.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import combinations

from safeplan.changes.owners import tells_leads
from safeplan.messages import say
from safeplan.models import ROLES, Comparison, Group, Link, Plan, Role, TargetChange, Task
from safeplan.reports.words import (
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

KINDS = (
    "tighter",
    "looser",
    "more",
    "less",
    "different",
    "added",
    "dropped",
    "outcome",
    "due",
    "owners",
)
"""What a line can be asked for with `--only`."""


@dataclass(frozen=True)
class Filters:
    """What of a comparison is asked for; an empty filter keeps everything."""

    only_differing: bool = False
    table: str = ""
    """A table's title, or part of it; or `t3` for the third table of any plan."""
    owner: str = ""
    """A body's canonical or printed name, or part of it."""
    only: str = ""
    """One kind of change: `tighter`, `looser`, `different`, `added`, `dropped`, `outcome`,
    `owners`."""

    def keeps(self, task: Task) -> bool:
        """Tell whether a record is in the table and has the owner asked for."""
        return _in_table(task, self.table) and _has_owner(task, self.owner)


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
class Change:
    """What one link changes, in words, led by which plans it is between."""

    between: str
    words: list[str]
    kinds: list[str]
    """What each of the words is about: a target's change, `doubtful`, `outcome`, `due`, `owners`."""
    differs: bool
    doubtful: bool = False
    """Whether an analyst would not sign the link."""


@dataclass(frozen=True)
class Line:
    """One group: the same measure in several plans."""

    group: Group
    cells: dict[str, list[RecordCell]]
    changes: list[Change]
    partial: bool
    """True where some link in the group covers a part of a record only."""

    @property
    def differs(self) -> bool:
        """Whether anything in the line differs that an analyst answers for."""
        return any(change.differs for change in self.changes)


@dataclass(frozen=True)
class ComparisonView:
    """A comparison as it is to be shown."""

    plans: list[Plan]
    lines: list[Line]
    unmatched: dict[str, list[Task]]
    links: list[Link]
    hidden: int
    """Lines that the filters hold back."""
    filters: Filters = field(default_factory=Filters)


def comparison_view(
    comparison: Comparison, plans: Sequence[Plan], filters: Filters = Filters()
) -> ComparisonView:
    """Return the view of a comparison through the filters."""
    tasks = {plan.plan_id: {task.task_id: task for task in plan.tasks} for plan in plans}
    by_pair = {
        (link.left.plan_id, link.left.task_id, link.right.plan_id, link.right.task_id): link
        for link in comparison.links
    }
    lines = [_line(group, comparison.plans, by_pair, tasks) for group in comparison.groups]
    kept = [line for line in lines if _kept(line, filters)]
    unmatched = {
        plan_id: [tasks[plan_id][task_id] for task_id in task_ids]
        for plan_id, task_ids in comparison.unmatched.items()
    }
    return ComparisonView(
        plans=list(plans),
        lines=kept,
        unmatched={
            plan_id: [task for task in members if filters.keeps(task)]
            for plan_id, members in unmatched.items()
        },
        links=comparison.links,
        hidden=len(lines) - len(kept),
        filters=filters,
    )


def _kept(line: Line, filters: Filters) -> bool:
    if filters.only_differing and not line.differs:
        return False
    if filters.only and not any(filters.only in change.kinds for change in line.changes):
        return False
    return any(filters.keeps(cell.task) for cells in line.cells.values() for cell in cells)


def _in_table(task: Task, wanted: str) -> bool:
    if not wanted:
        return True
    if match := re.fullmatch(r"t?(\d+)", wanted):
        return task.table == int(match[1])
    return wanted in task.table_title


def _has_owner(task: Task, wanted: str) -> bool:
    return not wanted or any(wanted in owner.name or wanted in owner.text for owner in task.owners)


def _line(
    group: Group,
    plans: list[str],
    by_pair: dict[tuple[str, str, str, str], Link],
    tasks: dict[str, dict[str, Task]],
) -> Line:
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
    return Line(
        group=group,
        cells=cells,
        changes=_changes(links, tasks),
        partial=any(link.relation == "partial" for link in links),
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


def _changes(links: list[Link], tasks: dict[str, dict[str, Task]]) -> list[Change]:
    """Return what differs between every two linked records of a line."""
    changes = []
    known: set[tuple[str, str, int]] = set()
    for link in links:
        doubtful = is_doubtful(link)
        news = [change for change in link.targets if not _known(change, link, known)]
        words = [change_words(change, doubtful=doubtful) for change in news]
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
            between = "→".join(
                f"{_place(ref.plan_id)}{ref.task_id}" for ref in (link.left, link.right)
            )
            between = "".join(filter(None, (between, doubt_words(link))))
            changes.append(Change(between, words, kinds, differs(link), doubtful))
    return changes


def all_same(line: Line) -> str:
    """Return that nothing differs, and which plans have no such measure."""
    said = say("compare.all_same")
    lacking = [_place(plan_id) for plan_id, cells in line.cells.items() if not cells]
    return said + (say("compare.lacking", plans="、".join(lacking)) if lacking else "")


def leads_untold(plans: Sequence[Plan]) -> list[str]:
    """Return the plans that tell no lead from others where some do: said once, not on every line."""
    told = {plan.plan_id: tells_leads(plan) for plan in plans}
    return [plan_id for plan_id, tells in told.items() if not tells] if any(told.values()) else []


def _known(change: TargetChange, link: Link, known: set[tuple[str, str, int]]) -> bool:
    """Tell whether a target that one side lacks was said at another link of the same record."""
    if change.left is not None and change.right is not None:
        return False
    ref, other = (link.right, link.left) if change.left is None else (link.left, link.right)
    key = (f"{ref.plan_id} {ref.task_id}", other.plan_id, id(change.left or change.right))
    known_before = key in known
    known.add(key)
    return known_before


def _place(plan_id: str) -> str:
    return plan_id.split("-", 1)[0]
