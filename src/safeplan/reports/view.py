"""What a comparison shows: its lines, cells and changes, filtered; every renderer reads this.

A line is a group of the comparison; its cells are the member records, plan by plan; its changes
are said of every two of its records, those of a doubtful link without a verdict.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations

from safeplan.changes.comparing import tells_leads
from safeplan.messages import say
from safeplan.models import ROLES, Comparison, Group, Link, Plan, Role, Target, TargetChange, Task
from safeplan.reports.filters import EVERYTHING, Filters, members, narrowed
from safeplan.reports.phrasing import (
    Place,
    differs,
    doubt_words,
    is_doubtful,
    owner_names,
    owner_words,
    place,
    short_names,
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


@dataclass(frozen=True)
class ShownChange:
    """What one link changes, in words, led by which plans it is between."""

    between: str
    """The two records, by plan and id; where the link is doubtful, that it is."""
    plans: tuple[str, str]
    """The places of the two plans."""
    said: tuple[tuple[str, str], ...]
    """What differs: its kind (a target's change, `doubtful`, `outcome`, `due`, `owners`), its words."""
    differs: bool
    score: float
    """How sure the link is, 0..1."""
    doubtful: bool
    """Whether an analyst would not sign the link."""


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
        return _changes(self.links, self.tasks)

    @property
    def differs(self) -> bool:
        """Whether anything in the line differs that an analyst answers for."""
        return any(change.differs for change in self.changes)


@dataclass(frozen=True)
class ComparisonView:
    """A comparison as it is to be shown."""

    comparison: Comparison
    plans: Sequence[Plan]
    filters: Filters = EVERYTHING

    @cached_property
    def kept(self) -> Comparison:
        """What the filters keep."""
        return narrowed(self.comparison, self.plans, self.filters)

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
        return {(place(link.left), place(link.right)): link for link in self.comparison.links}

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
        named: dict[Place, set[str]] = {record: set() for record in records}
        for link in links:
            named[place(link.left)] |= {*link.owners.shared, *link.owners.only_right}
            named[place(link.right)] |= {*link.owners.shared, *link.owners.only_left}
        cells: dict[str, list[RecordCell]] = {plan_id: [] for plan_id in order}
        for record in records:
            cells[record[0]].append(_cell(self.tasks[record], named[record]))
        lacking = [one for one, places in self._known.items() if places.isdisjoint(records)]
        return ViewLine(group, cells, links, self.tasks, lacking)


def _cell(task: Task, elsewhere: set[str]) -> RecordCell:
    owners = {role: owner_names(task.owners, role) for role in ROLES}
    own = frozenset(name for names in owners.values() for name in names if name not in elsewhere)
    return RecordCell(task, owners, own)


def _changes(links: list[Link], tasks: dict[Place, Task]) -> list[ShownChange]:
    """Return what differs between every two linked records of a line."""
    changes = []
    known: set[tuple[Place, str, Target | None]] = set()
    for link in links:
        refs, doubtful = (link.left, link.right), is_doubtful(link)
        before = [_known(change, link, known) for change in link.targets]
        # The targets come first, a word each.
        said = [one for at, one in enumerate(told(link)) if not any(before[at : at + 1])]
        sides = [bool(tasks[place(ref)].owners) for ref in refs]
        said += [("owners", words) for words in owner_words(link.owners, *sides)]
        if said or doubtful:
            regions = _region(link.left.plan_id), _region(link.right.plan_id)
            records = (region + ref.task_id for region, ref in zip(regions, refs, strict=True))
            between = "→".join(records) + doubt_words(link)
            changes.append(
                ShownChange(between, regions, tuple(said), differs(link), link.score, doubtful)
            )
    return changes


def all_same(line: ViewLine) -> str:
    """Return that nothing differs, and which plans have no such measure."""
    said = say("compare.all_same")
    lacking = [_region(plan_id) for plan_id in line.lacking]
    return said + (say("compare.lacking", plans="、".join(lacking)) if lacking else "")


def leads_untold(plans: Sequence[Plan]) -> list[str]:
    """Return the plans that tell no lead from others where some do: said once, not on every line."""
    told = {plan.plan_id: tells_leads(plan) for plan in plans}
    return [plan_id for plan_id, tells in told.items() if not tells] if any(told.values()) else []


def _known(change: TargetChange, link: Link, known: set[tuple[Place, str, Target | None]]) -> bool:
    """Tell whether a target that one side lacks was said at another link of the same record."""
    if change.left is not None and change.right is not None:
        return False
    ref, other = (link.right, link.left) if change.left is None else (link.left, link.right)
    key = (place(ref), other.plan_id, change.left or change.right)
    known_before = key in known
    known.add(key)
    return known_before


def _region(plan_id: str) -> str:
    return plan_id.split("-", 1)[0]
