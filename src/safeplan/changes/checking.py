"""A new plan against last year's → what was added, dropped, changed, moved, split, merged.

Rows are paired first (`succeeding`), then each pair is asked what differs: its targets, its
owners, its words, its place. Years that have moved on with the plan are no difference (`rolling`).
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import product
from typing import Any, Literal

from rapidfuzz.distance import Indel

from safeplan.changes import rolling, wording
from safeplan.changes.comparing import (
    compare_dues,
    compare_owners,
    linked,
    moved_on,
    side_by_side,
    tells_leads,
)
from safeplan.changes.details import detail, owners_words
from safeplan.changes.grounds import ground_of, on_ground
from safeplan.changes.succeeding import Pair, Pairing, pair, untitled
from safeplan.changes.target_changes import compare_figures
from safeplan.links import Match, align
from safeplan.models import (
    Change,
    Check,
    CheckKind,
    DueChange,
    Link,
    OwnerChange,
    Plan,
    Relation,
    Target,
    TargetChange,
    Task,
    TaskRef,
    WhichPart,
    WordChange,
)
from safeplan.text.numbering import unnumbered

OLD = "@old"
"""Marks the old plan where two plans have one id: the same year, issued anew."""
WITHOUT_BODY = "1.0"
"""The schema of plans whose body has no tasks."""
LIKELY = 0.2
"""From this probability on two free rows of two years are one; it need not be as sure as between
plans of two places, where most that is alike is not the same."""
RECENT = 2
"""A baseline so many years before its plan is last year's, and moves on with the plan."""

Rule = Callable[[list[Match], list[Plan]], list[Match]]
"""What an analyst's decisions make of the links."""
Cell = Literal["name", "content", "deadline", "remark", "table_title", "group"]


def check(new: Plan, old: Plan, rule: Rule | None = None) -> Check:
    """Return what changed from the old plan to the new one.

    Where both have one id, the old one is named `<plan_id>@old`.

    Args:
        new: this year's plan.
        old: last year's, or another version of the same.
        rule: turns the links found into the links that hold, where an analyst has ruled on them.
    """
    if old.plan_id == new.plan_id:
        old = old.model_copy(update={"plan_id": old.plan_id + OLD})
    # Annex and body are compared alike, and what moved from the one to the other; but a plan
    # parsed before the body had tasks has an annex alone.
    part: WhichPart = "annex" if WITHOUT_BODY in (old.schema_version, new.schema_version) else "all"
    years = _Years(old.narrowed(part), new.narrowed(part), rolling.distance(old, new))
    sides = [years.old, years.new]
    known = {_ids(match): match for match in align(sides, threshold=LIKELY)}
    pairing = pair(years.old, years.new, years.by, known.values())
    matches = years.matches(pairing, known)
    if rule is not None:
        ruled = {_ids(match): match for match in rule(matches, sides)}
        forced = [ids for ids, match in ruled.items() if match.decided]
        forbidden = {_ids(match) for match in matches} - ruled.keys()
        pairing = pair(
            years.old, years.new, years.by, known.values(), forced=forced, forbidden=forbidden
        )
        matches = years.matches(pairing, known | ruled)
    carried = [_Rows(years, group.old, group.new) for group in pairing.groups]
    comparison = side_by_side(sides, matches, years.links(matches, carried))
    return Check(**dict(comparison), changes=list(years.changes(pairing, carried)))


def _ids(match: Match) -> Pair:
    return match.left.task_id, match.right.task_id


@dataclass(frozen=True)
class _Years:
    """Two years of one plan."""

    old: Plan
    new: Plan
    by: int  # how many years lie between them

    @cached_property
    def leads_told(self) -> bool:
        """Whether both tell leads from others, or neither."""
        return tells_leads(self.old) == tells_leads(self.new)

    def matches(self, pairing: Pairing, known: Mapping[Pair, Match]) -> list[Match]:
        """Return the pairs as links, in document order of the old plan.

        A row of which part stands elsewhere now is not the whole of what it was.
        """
        place = {task.task_id: at for at, task in enumerate(self.old.tasks)}
        made = []
        for group in pairing.groups:
            relation: Relation = "equivalent" if len(group.old) == len(group.new) else "partial"
            for one, other in product(group.old, group.new):
                left = TaskRef(plan_id=self.old.plan_id, task_id=one.task_id)
                right = TaskRef(plan_id=self.new.plan_id, task_id=other.task_id)
                match = known.get((one.task_id, other.task_id))
                match = match or Match(left, right, relation, 1.0, [], {})
                made.append(match if match.decided else replace(match, relation=relation))
        return sorted(made, key=lambda match: place[match.left.task_id])

    def links(self, matches: Sequence[Match], carried: Sequence[_Rows]) -> list[Link]:
        """Return the matches with what differs once the years have moved on."""
        rows = {
            (one.task_id, other.task_id): some
            if len(some.old) == len(some.new) == 1
            else _Rows(self, [one], [other])
            for some in carried
            for one, other in product(some.old, some.new)
        }
        made = []
        for match in matches:
            one = rows[_ids(match)]
            made.append(linked(match, one.before, one.after, one.targets, one.due, one.owners))
        return made

    def changes(self, pairing: Pairing, carried: Sequence[_Rows]) -> Iterator[Change]:
        """Yield all changes: rows that went and came, headings, then rows that carry each other."""
        for task in pairing.dropped:
            yield _Rows(self, [task], []).change("dropped")
        for task in pairing.added:
            yield _Rows(self, [], [task]).change("added")
        for words in self._headings(pairing):
            yield _Rows(self, [], []).change("wording", words=[words])
        said: set[tuple[str, str]] = set()
        for rows in carried:
            yield from rows.changes(pairing, said)

    def _headings(self, pairing: Pairing) -> Iterator[WordChange]:
        """Yield what became of the titles of tables and the names of groups, said once for all rows."""
        titles, now = (
            {task.table: task.table_title for task in plan.tasks} for plan in (self.old, self.new)
        )
        for table, its in sorted(pairing.tables.items()):
            if table and titles.get(table) and now.get(its):
                yield from _words("table_title", rolling.roll(titles[table], self.by), now[its])
        for cell in ("table_title", "group"):
            before, after = (
                {
                    task.task_id: unnumbered(rolling.roll(_heading(task, cell), by))
                    for task in plan.tasks
                }
                for plan, by in ((self.old, self.by), (self.new, 0))
            )
            known = [{"", *map(wording.key, side.values())} for side in (before, after)]
            # Renamed is a heading of which neither plan has the other's.
            renamed: dict[str, str] = {}
            for group in pairing.groups:
                for one, other in product(group.old, group.new):
                    left, right = before[one.task_id], after[other.task_id]
                    if wording.key(left) not in known[1] and wording.key(right) not in known[0]:
                        renamed.setdefault(left, right)
            for left, right in renamed.items():
                yield from _words(cell, left, right)


def _heading(task: Task, cell: Cell) -> str:
    """Return a heading over a row; the title of a table is its own matter, that of prose is one."""
    if cell == "table_title":
        return "" if task.table else task.table_title
    return "" if not task.table and task.group == task.table_title else task.group or ""


def _words(cell: Cell, old: str, new: str) -> Iterator[WordChange]:
    """Yield how the words of a cell differ, where they do."""
    if wording.key(old) != wording.key(new):
        yield WordChange(field=cell, pieces=wording.pieces(old, new))


@dataclass(frozen=True)
class _Rows:
    """Rows of two years that carry each other."""

    years: _Years
    old: list[Task]
    new: list[Task]

    @cached_property
    def before(self) -> Task:
        """The old rows as one."""
        return _joined(self.old)

    @cached_property
    def after(self) -> Task:
        """The new rows as one."""
        return _joined(self.new)

    @cached_property
    def shift(self) -> rolling.Shift:
        """How their years have moved: as the plan's, but for those in names, or not at all."""
        by = self.years.by
        left, right = ("\n".join(_cells(task).values()) for task in (self.before, self.after))
        shifts = rolling.Shift(), rolling.Shift(by), rolling.Shift(by, named=False)
        texts = {shift.text(left): shift for shift in reversed(shifts)}
        if len(texts) == 1:
            return shifts[0]
        words = {text: [token.text for token in wording.tokens(text)] for text in (*texts, right)}
        nearest = min(reversed(texts), key=lambda text: Indel.distance(words[text], words[right]))
        return texts[nearest]

    @cached_property
    def due(self) -> DueChange | None:
        """How the deadline differs, the years of the old one moved on."""
        change = compare_dues(moved_on(self.before.due, self.years.by), self.after.due)
        return change and change.model_copy(update={"left": self.before.due})

    @cached_property
    def owners(self) -> OwnerChange:
        """Who came and who went."""
        return compare_owners(
            self.before.owners, self.after.owners, leads_told=self.years.leads_told
        )

    @cached_property
    def targets(self) -> list[TargetChange]:
        """How the targets differ, the years of the old ones moved on."""
        printed, years = self.before.targets, self.years
        changes = compare_figures(
            on_ground(
                [self.shift.target(one) for one in printed],
                ground_of(years.old, self.before, years.by),
            ),
            on_ground(self.after.targets, ground_of(years.new, self.after)),
            same_place=True,
        )
        for at, old in enumerate(printed):
            change = changes[at]
            as_printed: dict[str, object] = {"left": old}
            if change.change == "dropped":
                as_printed["subject"] = old.subject
            if change.change == "same" and self._stands_still(change):
                as_printed |= {"change": "different", "reason": "baseline"}
            changes[at] = change.model_copy(update=as_printed)
        return changes

    def _stands_still(self, change: TargetChange) -> bool:
        """Whether a baseline that was last year's has not moved on with the plan: 较2023年, again."""
        year = re.fullmatch("(20[0-9]{2})年.{0,2}", (change.right and change.right.baseline) or "")
        begins = self.years.old.period.start_year
        if not year or not begins or self.shift.by or self.years.by <= 0:
            return False
        return 0 < begins - int(year[1]) <= RECENT

    def change(self, kind: CheckKind, **what: Any) -> Change:
        """Return a change of these rows with what it says."""
        ids = [[task.task_id for task in side] for side in (self.old, self.new)]
        change = Change(kind=kind, old=ids[0], new=ids[1], detail="", **what)
        said = detail(change, self.old, self.new, self.years.by)
        return change.model_copy(update={"detail": said})

    def changes(self, pairing: Pairing, said: set[tuple[str, str]]) -> Iterator[Change]:
        """Yield what differs.

        Args:
            pairing: all pairs, for the place of each.
            said: the titles of prose whose change was said already; grows.
        """
        before, after = self.before, self.after
        several = len(self.old) != len(self.new)
        if self.shift.by:
            yield self.change("rolled_forward")
        if several:
            whole = ["".join(map(untitled, side)) for side in (self.old, self.new)]
            words = list(_words("content", self.shift.text(whole[0]), whole[1]))
            yield self.change("split" if len(self.old) < len(self.new) else "merged", words=words)
        if self._has_moved(pairing):
            yield self.change("moved")
        targets = [change for change in self.targets if change.change != "same"]
        if targets:
            yield self.change("target", targets=targets)
        due = self.due if self.due and self.due.change != "same" else None
        if due:
            yield self.change("deadline", due=due)
        if owners_words(self.owners, before.owners, after.owners, "zh"):
            yield self.change("owners", owners=self.owners)
        words = [] if several else list(self._words(targets, due))
        # The title of a measure of prose is said once for all its tasks.
        titles = before.name, after.name
        if not before.table and titles in said:
            words = [change for change in words if change.field != "name"]
        said.add(titles)
        if words:
            yield self.change("wording", words=words)

    def _has_moved(self, pairing: Pairing) -> bool:
        """Whether rows stand elsewhere: in another table, another part, under another heading."""
        carried = {(task.part, pairing.tables.get(task.table, task.table)) for task in self.old}
        if carried.isdisjoint((task.part, task.table) for task in self.new):
            return True
        if any(task.table for task in (*self.old, *self.new)):
            return False

        def headings(tasks: Sequence[Task], by: int = 0) -> set[str]:
            return {wording.key(unnumbered(rolling.roll(task.table_title, by))) for task in tasks}

        here = headings(self.old, self.years.by)
        # A heading that the other plan lacks was renamed; its rows stay where they were.
        return here.isdisjoint(headings(self.new)) and here <= headings(self.years.new.tasks)

    def _words(
        self, targets: Sequence[TargetChange], due: DueChange | None
    ) -> Iterator[WordChange]:
        """Yield the cells whose words differ by more than the figures and dates said already."""
        now = _cells(self.after)
        for cell, text in _cells(self.before).items():
            text = self.shift.text(text)
            is_said = (
                due is not None
                if cell == "deadline"
                else cell == "content" and self._is_said(text, now[cell], targets, due)
            )
            if not is_said:
                yield from _words(cell, text, now[cell])

    def _is_said(
        self, old: str, new: str, targets: Sequence[TargetChange], due: DueChange | None
    ) -> bool:
        """Whether two contents differ by nothing but the amounts and the date given."""
        sides = (
            (self.before, old, new, [one.left for one in targets if one.left]),
            (self.after, new, old, [one.right for one in targets if one.right]),
        )
        changed = [target for *_, its in sides for target in its]
        told = _AMOUNT.union(*(f"{one.unit}{one.baseline or ''}" for one in changed))
        for task, text, other, its in sides:
            words = wording.lost(text, other)
            amounts = _amounts(task, its) if words else []
            dates = _dates(task) if words and due else []
            title = len(task.content) - len(untitled(task))
            for word in words:
                at = word.start + title, word.end + title
                is_amount = word.is_number or told.issuperset(word.text)
                if not _within(at, dates) and not (is_amount and _within(at, amounts)):
                    return False
        return True


def _joined(tasks: list[Task]) -> Task:
    """Return several rows as one, their texts in order."""
    if len(tasks) == 1:
        return tasks[0]
    dues = [task.due for task in tasks if task.due is not None]
    return tasks[0].model_copy(
        update={
            "content": "".join(task.content for task in tasks),
            # By the last of several deadlines all is done.
            "due": max(dues, key=lambda due: due.end or dt.date.max, default=None),
            "deadline_text": "、".join(dict.fromkeys(task.deadline_text for task in tasks)),
            "targets": [target for task in tasks for target in task.targets],
            "owners": [owner for task in tasks for owner in task.owners],
        }
    )


def _cells(task: Task) -> dict[Cell, str]:
    return {
        "name": unnumbered(task.name),
        "content": untitled(task),
        # 12月底前完成 in a note is the 12月底前 of a column.
        "deadline": task.deadline_text.removesuffix("完成"),
        "remark": task.remark,
    }


# ---- words that figures and dates have said already ----

_AMOUNT = frozenset(
    "每年半季度月周日次以上下内不低于少超过至达到控制在之降升减增长较同比约近各均全覆盖清零‰%≤≥<>"
)
"""Characters in which an amount is said, beside its figure, its unit and its baseline."""


def _within(place: tuple[int, int], spans: Iterable[tuple[int, int]]) -> bool:
    return any(start <= place[0] and place[1] <= end for start, end in spans)


def _amounts(task: Task, targets: Iterable[Target]) -> list[tuple[int, int]]:
    """Return where in its content a task's targets stand, their subjects left out."""
    from safeplan.spans import span_of_target

    found = []
    for target in targets:
        if (span := span_of_target(task, target)) and span.text.field == "content":
            start, end = span.text.start, span.text.end
            if (subject := span.subject) and start <= subject.start < end:
                found.append((start, subject.start))
                start = subject.end
            found.append((start, end))
    return found


def _dates(task: Task) -> list[tuple[int, int]]:
    """Return where the content of a task says its deadline."""
    from safeplan.spans import spans_of_due

    return [(span.start, span.end) for span in spans_of_due(task) if span.field == "content"]
