"""What a comparison shows: its lines, cells and changes, filtered; every renderer reads this.

A line is a group of the comparison; its cells are the member records, plan by plan; its changes
are said of every two of its records, those of a doubtful link without a verdict.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from typing import NamedTuple

from safeplan.changes.comparing import tells_leads
from safeplan.messages import say
from safeplan.models import ROLES, Comparison, Group, Link, Plan, Role, Target, TargetChange, Task
from safeplan.reports.filters import EVERYTHING, Filters
from safeplan.reports.phrasing import (
    Place,
    change_kind,
    differs,
    doubt_words,
    due_words,
    is_doubtful,
    outcome_words,
    owner_names,
    owners_differ,
    place,
    short_names,
    sides,
    tasks_of,
    told,
)


@dataclass(frozen=True)
class RecordCell:
    """One record in one plan's column."""

    task: Task
    owners: dict[Role, list[str]]
    """Canonical names by role."""
    own: frozenset[str]
    """Bodies that no linked record of another plan names."""


class ShownChange(NamedTuple):
    """What two linked records differ in, in words."""

    link: Link
    said: list[tuple[str, str]]
    """What differs: its kind (a target's change, `doubtful`, `outcome`, `due`, `owners`), its words."""

    @property
    def places(self) -> tuple[str, str]:
        """The places of the two plans."""
        return _region(self.link.left.plan_id), _region(self.link.right.plan_id)

    @property
    def between(self) -> str:
        """The two records, by place and id; where the link is doubtful, that it is."""
        left, right = (f"{_region(plan_id)}{task_id}" for plan_id, task_id in sides(self.link))
        return f"{left}→{right}{doubt_words(self.link)}"


@dataclass(frozen=True)
class ViewLine:
    """One group: the same measure in several plans."""

    group: Group
    cells: dict[str, list[RecordCell]]
    links: list[Link]
    tasks: dict[Place, Task]
    """Of all plans."""
    lacking: list[str]
    """The plans that have nothing of it: no record here, nor one that another line links to it."""

    @property
    def partial(self) -> bool:
        """Whether some link in the group covers a part of a record only."""
        return any(link.relation == "partial" for link in self.links)

    @cached_property
    def changes(self) -> list[ShownChange]:
        """What differs between every two linked records; of many plans few lines are shown whole."""
        changes = []
        known: set[tuple[Place, str, Target | None]] = set()
        for link in self.links:
            before = [_known(change, link, known) for change in link.targets]
            # The targets come first, a word each.
            every = enumerate(told(link, tasks=self.tasks))
            said = [one for at, one in every if not any(before[at : at + 1])]
            if said or is_doubtful(link):
                changes.append(ShownChange(link, said))
        return changes

    @property
    def differs(self) -> bool:
        """Whether anything in the line differs that an analyst answers for."""
        return any(differs(change.link) for change in self.changes)


@dataclass(frozen=True)
class ComparisonView:
    """A comparison as it is to be shown."""

    comparison: Comparison
    plans: Sequence[Plan]
    filters: Filters = EVERYTHING

    @cached_property
    def kept(self) -> Comparison:
        """What the filters keep: links, the groups they are in, and records without a link."""
        asked, tasks = self.filters, self.tasks
        if asked == EVERYTHING:
            return self.comparison
        had = self._known.get(asked.missing, set())
        links = [
            link
            for link in self.comparison.links
            if had.isdisjoint(sides(link))
            and any(asked.keeps(tasks[one]) for one in sides(link))
            and _differs_as_asked(link, asked, *(bool(tasks[one].owners) for one in sides(link)))
        ]
        linked = {one for link in links for one in sides(link)}
        groups = [one for one in self.comparison.groups if not linked.isdisjoint(members(one))]
        unmatched = {
            plan_id: [
                task_id
                for task_id in task_ids
                if not asked.of_links
                and plan_id != asked.missing
                and asked.keeps(tasks[plan_id, task_id])
            ]
            for plan_id, task_ids in self.comparison.unmatched.items()
        }
        kept = {"links": links, "groups": groups, "unmatched": unmatched}
        return self.comparison.model_copy(update=kept)

    @property
    def hidden(self) -> int:
        """How many lines the filters hold back."""
        return len(self.comparison.groups) - len(self.kept.groups)

    @cached_property
    def names(self) -> dict[str, str]:
        """What each plan is called, by its id."""
        return short_names(self.plans)

    @cached_property
    def tasks(self) -> dict[Place, Task]:
        """The records of all plans."""
        return tasks_of(self.plans)

    @cached_property
    def unmatched(self) -> dict[str, list[Task]]:
        """What has no partner, by plan."""
        return {
            plan_id: [self.tasks[plan_id, task_id] for task_id in task_ids]
            for plan_id, task_ids in self.kept.unmatched.items()
        }

    @cached_property
    def _by_pair(self) -> dict[tuple[Place, Place], Link]:
        return {sides(link): link for link in self.comparison.links}

    @cached_property
    def _known(self) -> dict[str, set[Place]]:
        """Of each plan its own linked records and those of others that are linked to them."""
        known: dict[str, set[Place]] = {plan_id: set() for plan_id in self.comparison.plans}
        for pair in self._by_pair:
            for plan_id, _ in pair:
                known[plan_id].update(pair)
        return known

    @cached_property
    def linked(self) -> dict[str, int]:
        """How many records of each plan have a partner, whatever the filters keep."""
        return {
            plan_id: sum(of == plan_id for of, _ in places)
            for plan_id, places in self._known.items()
        }

    @cached_property
    def lines(self) -> list[ViewLine]:
        """The lines kept, each whole: what two of its plans differ in is read beside the third."""
        return [self._line(group) for group in self.kept.groups]

    def _line(self, group: Group) -> ViewLine:
        order = {plan_id: at for at, plan_id in enumerate(self.comparison.plans)}
        records = sorted(members(group), key=lambda record: order[record[0]])
        # In the order of the comparison: by plans first, then by the records of the left one.
        pairs = sorted(
            combinations(records, 2), key=lambda pair: (order[pair[0][0]], order[pair[1][0]])
        )
        links = [self._by_pair[pair] for pair in pairs if pair in self._by_pair]
        elsewhere: dict[Place, set[str]] = {record: set() for record in records}
        for link in links:
            elsewhere[place(link.left)] |= {*link.owners.shared, *link.owners.only_right}
            elsewhere[place(link.right)] |= {*link.owners.shared, *link.owners.only_left}
        cells: dict[str, list[RecordCell]] = {plan_id: [] for plan_id in order}
        for record in records:
            task = self.tasks[record]
            owners = {role: owner_names(task.owners, role) for role in ROLES}
            own = frozenset(owner_names(task.owners)) - elsewhere[record]
            cells[record[0]].append(RecordCell(task, owners, own))
        lacking = [one for one, places in self._known.items() if places.isdisjoint(records)]
        return ViewLine(group, cells, links, self.tasks, lacking)


def members(group: Group) -> list[Place]:
    """Return the records of a group."""
    return [(plan_id, task_id) for plan_id, ids in group.members.items() for task_id in ids]


def _differs_as_asked(link: Link, filters: Filters, left: bool, right: bool) -> bool:
    """Tell whether a link differs as it is asked to; `left`, `right`: whether they name bodies."""
    others = {
        "outcome": outcome_words(link),
        "due": due_words(link.due),
        # Where a side names nobody, its cell was lost or empty: nothing can be said.
        "owners": left and right and owners_differ(link.owners),
    }
    kinds = {change_kind(change, link) for change in link.targets}
    kinds |= {kind for kind, differs_so in others.items() if differs_so}
    if filters.only and filters.only not in kinds:
        return False
    if filters.differs == "any":
        return differs(link)
    if filters.differs == "targets":
        return bool(kinds - {"same", "due", "owners"})
    return not filters.differs or filters.differs in kinds


def _known(change: TargetChange, link: Link, known: set[tuple[Place, str, Target | None]]) -> bool:
    """Tell whether a target that one side lacks was said at another link of the same record."""
    if change.left is not None and change.right is not None:
        return False
    ref, other = (link.right, link.left) if change.left is None else (link.left, link.right)
    key = (place(ref), other.plan_id, change.left or change.right)
    known_before = key in known
    known.add(key)
    return known_before


def all_same(line: ViewLine) -> str:
    """Return that nothing differs, and which plans have no such measure."""
    lacking = [_region(plan_id) for plan_id in line.lacking]
    others = say("compare.lacking", plans="、".join(lacking)) if lacking else ""
    return say("compare.all_same") + others


def _region(plan_id: str) -> str:
    return plan_id.partition("-")[0]


def leads_untold(plans: Sequence[Plan]) -> list[str]:
    """Return the plans that tell no lead from others where some do: said once, not on every line."""
    told = {plan.plan_id: tells_leads(plan) for plan in plans}
    return [plan_id for plan_id, tells in told.items() if not tells] if any(told.values()) else []
