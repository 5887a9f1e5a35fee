"""A new plan against last year's → what was added, dropped, changed, moved, split, merged.

Rows are paired first (`pairing`), then each pair is asked what differs: its targets, its owners,
its words, its place. Years that have moved on with the plan are no difference (`rolling`).
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal, NamedTuple

from rapidfuzz.distance import Indel

from safeplan.changes import rolling, wording
from safeplan.changes.bearers import compare_owners, tells_leads
from safeplan.changes.comparing import compare
from safeplan.changes.details import detail, owners_words
from safeplan.changes.dues import compare_dues, moved_on
from safeplan.changes.grounds import Ground, ground_of
from safeplan.changes.likeness import related
from safeplan.changes.succeeding import Pairing, RowGroup, pair, untitled
from safeplan.changes.target_changes import GroundedTarget, change_of, compare_targets
from safeplan.links import Match
from safeplan.models import (
    Change,
    Check,
    CheckKind,
    Due,
    DueChange,
    Evidence,
    Link,
    OwnerChange,
    Plan,
    Target,
    TargetChange,
    Task,
    TaskRef,
    WhichPart,
    WordChange,
    WordPiece,
)
from safeplan.text.numbering import unnumbered

OLD = "@old"
"""Marks the old plan where two plans have one id: the same year, issued anew."""
MOST_EVIDENCE = 6
WITHOUT_BODY = "1.0"
"""The schema of plans whose body has no tasks."""
RECENT = 2
"""A baseline so many years before its plan is last year's, and moves on with the plan."""

Rule = Callable[[list[Match], list[Plan]], list[Match]]
"""What an analyst's decisions make of the links."""
Cell = Literal["name", "content", "deadline", "remark"]


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
    old, new = old.narrowed(part), new.narrowed(part)
    by = rolling.distance(old, new)
    rows = old.tasks, new.tasks
    pairing = pair(*rows, by)
    matches = _matches(pairing, old, new, by)
    if rule is not None:
        ruled = rule(matches, [old, new])
        forced, forbidden = _verdicts(matches, ruled, *rows)
        if forced or forbidden:
            pairing = pair(*rows, by, forced=forced, forbidden=forbidden)
            decided = {(match.left, match.right): match for match in ruled}
            matches = [
                decided.get((match.left, match.right), match)
                for match in _matches(pairing, old, new, by)
            ]
    comparison = compare([old, new], matches)
    keys = {name: getattr(comparison, name) for name in type(comparison).model_fields}
    tasks = [{task.task_id: task for task in side} for side in rows]
    keys["links"] = [
        _rolled(
            link, _Rows(old, new, by, [tasks[0][link.left.task_id]], [tasks[1][link.right.task_id]])
        )
        for link in comparison.links
    ]
    return Check(**keys, changes=list(_changes(pairing, old, new, by)))


def _changes(pairing: Pairing, old: Plan, new: Plan, by: int) -> Iterator[Change]:
    """Yield all changes: rows that went and came, headings, then the rows that carry each other."""
    before, after = old.tasks, new.tasks
    for at in pairing.dropped:
        yield _change("dropped", [before[at]], [], by)
    for at in pairing.added:
        yield _change("added", [], [after[at]], by)
    yield from _headings(pairing, old, new, by)
    renamed: set[tuple[str, str]] = set()
    for group in pairing.groups:
        rows = _Rows(
            old, new, by, [before[at] for at in group.old], [after[at] for at in group.new]
        )
        yield from _row_changes(rows, pairing, renamed)


def _change(
    kind: CheckKind,
    before: list[Task],
    after: list[Task],
    by: int,
    *,
    targets: Sequence[TargetChange] = (),
    owners: OwnerChange | None = None,
    due: DueChange | None = None,
    words: Sequence[WordChange] = (),
) -> Change:
    """Return a change with what it says."""
    change = Change(
        kind=kind,
        old=[task.task_id for task in before],
        new=[task.task_id for task in after],
        detail="",
        targets=list(targets),
        owners=owners,
        due=due,
        words=list(words),
    )
    return change.model_copy(update={"detail": detail(change, before, after, by)})


@dataclass(frozen=True)
class _Rows:
    """Rows of two years that carry each other, and the plans they stand in."""

    old_plan: Plan
    new_plan: Plan
    by: int
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
        """How their years have moved."""
        return _shift(self.before, self.after, self.by)

    @cached_property
    def grounds(self) -> tuple[Ground, Ground]:
        """What stands beside their figures; the old as it would stand in the new plan."""
        old = ground_of(self.old_plan, self.before).moved_on(self.by)
        return replace(old, text=self.shift.text(old.text)), ground_of(self.new_plan, self.after)

    @cached_property
    def due(self) -> DueChange | None:
        """How the deadline differs, the years of the old one moved on."""
        moved = moved_on(self.before.due, self.by)
        change = compare_dues(moved, self.after.due)
        return change and change.model_copy(update={"left": self.before.due})

    @cached_property
    def owners(self) -> OwnerChange:
        """Who came and who went."""
        told = tells_leads(self.old_plan) == tells_leads(self.new_plan)
        return compare_owners(self.before.owners, self.after.owners, leads_told=told)


# ---- links ----


def _matches(pairing: Pairing, old: Plan, new: Plan, by: int) -> list[Match]:
    """Return the pairs as links, in document order of the old plan."""
    before, after = old.tasks, new.tasks
    return [
        _match(old, before[i], new, after[j], by, whole=len(group.old) == len(group.new))
        for i, j, group in sorted(_pairs(pairing), key=lambda pair: pair[:2])
    ]


def _pairs(pairing: Pairing) -> Iterator[tuple[int, int, RowGroup]]:
    for group in pairing.groups:
        for i in group.old:
            for j in group.new:
                yield i, j, group


def _match(old: Plan, left: Task, new: Plan, right: Task, by: int, *, whole: bool) -> Match:
    texts = [rolling.roll(f"{left.name}\n{left.content}", by), f"{right.name}\n{right.content}"]
    score = Indel.normalized_similarity(*(wording.key(text) for text in texts))
    return Match(
        left=TaskRef(plan_id=old.plan_id, task_id=left.task_id),
        right=TaskRef(plan_id=new.plan_id, task_id=right.task_id),
        relation="equivalent" if whole else "partial",
        score=round(score, 4),
        evidence=_evidence(left.content, right.content),
        features={},
    )


def _evidence(left: str, right: str) -> list[Evidence]:
    """Return the longest runs that two contents share, as printed in the new one."""
    common = wording.shared(left, right)
    whole = sum(map(len, common))
    longest = sorted(common, key=lambda text: -len(text))[:MOST_EVIDENCE]
    return [
        Evidence(left=text, right=text, weight=round(len(text) / whole, 4))
        for text in longest
        if text in left
    ]


def _rolled(link: Link, rows: _Rows) -> Link:
    """Return the link with what is compared as it stands after the years have moved on."""
    return link.model_copy(update={"targets": _targets(rows), "due": rows.due})


def _verdicts(
    found: list[Match], ruled: list[Match], old: list[Task], new: list[Task]
) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    """Return the pairs that decisions made, and those that they undid."""
    left = {task.task_id: at for at, task in enumerate(old)}
    right = {task.task_id: at for at, task in enumerate(new)}

    def place(match: Match) -> tuple[int, int]:
        return left[match.left.task_id], right[match.right.task_id]

    kept = {place(match) for match in ruled}
    return (
        [place(match) for match in ruled if match.decided],
        [place(match) for match in found if place(match) not in kept],
    )


# ---- what differs ----


def _headings(pairing: Pairing, old: Plan, new: Plan, by: int) -> Iterator[Change]:
    """Yield what became of the titles of tables and the names of groups, said once for all rows."""
    before, after = old.tasks, new.tasks
    titles = [{task.table: task.table_title for task in side} for side in (before, after)]
    for one, other in sorted(pairing.tables.items()):
        if not one or one not in titles[0] or other not in titles[1]:
            continue
        change = _words("table_title", rolling.roll(titles[0][one], by), titles[1][other])
        if change and titles[0][one] and titles[1][other]:
            yield _change("wording", [], [], by, words=[change])
    for cell in ("table_title", "group"):
        for name, name_now in _renamed(pairing, before, after, by, cell).items():
            change = _words(cell, name, name_now)
            if change:
                yield _change("wording", [], [], by, words=[change])


def _renamed(
    pairing: Pairing,
    old: list[Task],
    new: list[Task],
    by: int,
    cell: Literal["table_title", "group"],
) -> dict[str, str]:
    """Return which headings bear another name now: neither plan has the other's.

    The title of a table is its own matter; that of prose is a heading.
    """

    def heading(task: Task, years: int) -> str:
        named = (
            (task.table_title if not task.table else "") if cell == "table_title" else task.group
        )
        if cell == "group" and not task.table and task.group == task.table_title:
            return ""
        return unnumbered(rolling.roll(named or "", years))

    names = [
        {wording.key(heading(task, years)) for task in side}
        for side, years in ((old, by), (new, 0))
    ]
    renamed: dict[str, str] = {}
    for i, j, _ in _pairs(pairing):
        left, right = heading(old[i], by), heading(new[j], 0)
        keys = wording.key(left), wording.key(right)
        if all(keys) and keys[0] not in names[1] and keys[1] not in names[0]:
            renamed.setdefault(left, right)
    return renamed


def _row_changes(rows: _Rows, pairing: Pairing, renamed: set[tuple[str, str]]) -> Iterator[Change]:
    """Yield what differs between rows that carry each other.

    Args:
        rows: the rows.
        pairing: all pairs, for the place of each.
        renamed: the titles of prose whose change was said already; grows.
    """
    old, new, by = rows.old, rows.new, rows.by
    before, after = rows.before, rows.after
    several = len(old) != len(new)
    if rows.shift.by:
        yield _change("rolled_forward", old, new, by)
    if several:
        kind: CheckKind = "split" if len(old) < len(new) else "merged"
        whole = _words("content", rows.shift.text(_all_words(old)), _all_words(new))
        yield _change(kind, old, new, by, words=[whole] if whole else [])
    if _has_moved(rows, pairing):
        yield _change("moved", old, new, by)
    targets = [change for change in _targets(rows) if change.change != "same"]
    if targets:
        yield _change("target", old, new, by, targets=targets)
    due = rows.due if rows.due and rows.due.change != "same" else None
    if due:
        yield _change("deadline", old, new, by, due=due)
    owners = rows.owners
    if owners_words(owners, before.owners, after.owners, "zh"):
        yield _change("owners", old, new, by, owners=owners)
    words = [
        change
        for change in _row_words_changed(rows, targets, due, several=several)
        if change.field != "name" or before.table or _is_news(before, after, renamed)
    ]
    if words:
        yield _change("wording", old, new, by, words=words)


def _is_news(before: Task, after: Task, renamed: set[tuple[str, str]]) -> bool:
    """Whether the title of a measure of prose has not been said to have changed at another task."""
    pair = before.name, after.name
    said = pair in renamed
    renamed.add(pair)
    return not said


def _all_words(tasks: list[Task]) -> str:
    return "".join(map(untitled, tasks))


def _has_moved(rows: _Rows, pairing: Pairing) -> bool:
    """Whether rows stand elsewhere: in another table, another part, under another heading."""
    places = [{(task.part, task.table) for task in side} for side in (rows.old, rows.new)]
    carried = {(part, pairing.tables.get(table, table)) for part, table in places[0]}
    if carried.isdisjoint(places[1]):
        return True
    if any(task.table for task in (*rows.old, *rows.new)):
        return False
    old, new = (plan.tasks for plan in (rows.old_plan, rows.new_plan))
    names = [
        {wording.key(unnumbered(rolling.roll(task.table_title, by))) for task in side}
        for side, by in ((old, rows.by), (new, 0))
    ]
    here = {wording.key(unnumbered(rolling.roll(task.table_title, rows.by))) for task in rows.old}
    there = {wording.key(unnumbered(task.table_title)) for task in rows.new}
    # A heading that the other plan lacks was renamed; its rows stay where they were.
    return here.isdisjoint(there) and here <= names[1]


def _joined(tasks: list[Task]) -> Task:
    """Return several rows as one, their texts in order."""
    if len(tasks) == 1:
        return tasks[0]
    return tasks[0].model_copy(
        update={
            "content": "".join(task.content for task in tasks),
            "due": _last([task.due for task in tasks]),
            "deadline_text": "、".join(dict.fromkeys(task.deadline_text for task in tasks)),
            "targets": [target for task in tasks for target in task.targets],
            "owners": [owner for task in tasks for owner in task.owners],
        }
    )


def _last(dues: Sequence[Due | None]) -> Due | None:
    """Return the last of several deadlines: by then all is done."""
    known = [due for due in dues if due is not None]
    return max(known, key=lambda due: due.end or dt.date.max, default=None)


def _cells(task: Task) -> dict[Cell, str]:
    return {
        "name": unnumbered(task.name),
        "content": untitled(task),
        # 12月底前完成 in a note is the 12月底前 of a column.
        "deadline": task.deadline_text.removesuffix("完成"),
        "remark": task.remark,
    }


def _shift(before: Task, after: Task, by: int) -> rolling.Shift:
    """Return how the row's years have moved: as the plan's, but for those in names, or not at all."""
    left, right = "\n".join(_cells(before).values()), "\n".join(_cells(after).values())
    shifts = rolling.Shift(), rolling.Shift(by), rolling.Shift(by, named=False)
    texts = {shift.text(left): shift for shift in reversed(shifts)}
    if len(texts) == 1:
        return shifts[0]
    new = [token.text for token in wording.tokens(right)]

    def apart(text: str) -> int:
        return Indel.distance([token.text for token in wording.tokens(text)], new)

    return texts[min(reversed(texts), key=apart)]


def _row_words_changed(
    rows: _Rows, targets: list[TargetChange], due: DueChange | None, *, several: bool
) -> Iterator[WordChange]:
    """Yield the cells whose words differ by more than the figures and dates said already."""
    cells, now, shift = _cells(rows.before), _cells(rows.after), rows.shift
    for cell, text in cells.items():
        if several and cell != "content":
            continue
        text = shift.text(text)
        if cell == "deadline" and due is not None:
            continue
        if cell == "content" and (
            several or _is_said(text, now[cell], targets, shift, (due,) if due else ())
        ):
            continue
        if change := _words(cell, text, now[cell]):
            yield change


def _words(
    cell: Literal["name", "content", "deadline", "remark", "table_title", "group"],
    old: str,
    new: str,
) -> WordChange | None:
    if wording.key(old) == wording.key(new):
        return None
    return WordChange(
        field=cell,
        pieces=[WordPiece(text=piece.text, only=piece.only) for piece in wording.pieces(old, new)],
    )


# ---- targets ----


def _targets(rows: _Rows) -> list[TargetChange]:
    """Return how the targets differ, the years of the old ones moved on.

    Most targets of a row stand as they stood; these are paired first, so that the others are
    compared among themselves. What was reworded is the wording's matter, as long as it is in kin.
    """
    shift, grounds = rows.shift, rows.grounds
    printed = [target for task in rows.old for target in task.targets]
    rolled = [shift.target(target) for target in printed]
    origins = list(zip(rolled, printed, strict=True))

    def origin(moved: Target) -> Target:
        return next(printed for one, printed in origins if one is moved)

    fresh = [target for task in rows.new for target in task.targets]
    said: list[TargetChange] = []

    def take(left: Target, right: Target, change: TargetChange) -> None:
        rolled[:] = [one for one in rolled if one is not left]
        fresh[:] = [one for one in fresh if one is not right]
        said.append(change.model_copy(update={"left": origin(left), "right": right}))

    for name in (True, False):
        for target in list(rolled):
            same = next((one for one in fresh if _is_same(target, one, name=name)), None)
            if same is not None:
                take(target, same, _alike(target, same, rows))
        if name:
            met = compare_targets(rolled, fresh, same_place=True, grounds=grounds)
            for change in met:
                if change.left is not None and change.right is not None:
                    take(change.left, change.right, change)
    while rolled and fresh and len(rolled) == len(fresh):
        # As many left on both sides: the same places of the text.
        left, right = rolled[0], fresh[0]
        if not related(left.subject, right.subject):
            break
        figures = GroundedTarget(left, grounds[0]), GroundedTarget(right, grounds[1])
        take(left, right, change_of(*figures, same_place=True))
    said += compare_targets([origin(one) for one in rolled], [])
    said += compare_targets([], fresh)
    return said


def _alike(left: Target, right: Target, rows: _Rows) -> TargetChange:
    """Return what is to be said of two targets of one amount: mostly, that they are the same.

    A baseline that was last year's and has not moved on with the plan is said: 较2023年, two years
    running.
    """
    change = TargetChange(subject=right.subject, left=left, right=right, change="same")
    year = re.fullmatch("(20[0-9]{2})年.{0,2}", right.baseline or "")
    stood = not rows.shift.by and rows.by > 0
    begins = rows.old_plan.period.start_year
    if year and stood and begins and 0 < begins - int(year[1]) <= RECENT:
        return change.model_copy(update={"change": "different", "reason": "baseline"})
    return change


def _is_same(one: Target, other: Target, *, name: bool) -> bool:
    return (one.direction, one.value, one.unit, one.baseline) == (
        other.direction,
        other.value,
        other.unit,
        other.baseline,
    ) and (
        wording.key(one.subject) == wording.key(other.subject)
        if name
        else related(one.subject, other.subject)
    )


class _Span(NamedTuple):
    low: int
    high: int


_AMOUNT = frozenset(
    "每年半季度月周日次以上下内不低于少超过至达到控制在之降升减增长较同比约近各均全覆盖清零"
)
"""Characters in which an amount is said, beside its figure."""


def _is_said(
    old: str,
    new: str,
    targets: list[TargetChange],
    shift: rolling.Shift,
    dues: Sequence[DueChange] = (),
) -> bool:
    """Whether two contents differ by nothing but the amounts and dates given."""
    spans = (
        [
            span
            for change in targets
            if change.left is not None
            for span in _amounts(old, shift.target(change.left))
        ],
        [
            span
            for change in targets
            if change.right is not None
            for span in _amounts(new, change.right)
        ],
    )
    dates = (
        [span for due in dues if due.left for span in _dates(old, shift.text(due.left.text))],
        [span for due in dues if due.right for span in _dates(new, due.right.text)],
    )
    return all(
        any(low <= token.start and token.end <= high for low, high in dates[side])
        or (
            any(low <= token.start and token.end <= high for low, high in spans[side])
            and (token.is_number or all(character in allowed for character in token.text))
        )
        for difference in wording.differences(old, new)
        for side, found in enumerate((difference.old, difference.new))
        for token in found
        for allowed in (_allowed(targets),)
    )


def _allowed(targets: list[TargetChange]) -> frozenset[str]:
    sides = [side for change in targets for side in (change.left, change.right) if side]
    return _AMOUNT.union(*(f"{side.unit}{side.baseline or ''}‰%≤≥<>" for side in sides))


def _dates(text: str, printed: str) -> list[_Span]:
    """Return where a deadline stands in a text."""
    at = text.find(printed) if printed else -1
    return [_Span(at, at + len(printed))] if at >= 0 else []


def _amounts(text: str, target: Target) -> list[_Span]:
    """Return where a target stands in a text, without its subject."""
    low = text.find(target.text)
    if low < 0:
        return []
    high = low + len(target.text)
    at = text.find(target.subject, low, high)
    if at < 0:
        return [_Span(low, high)]
    return [_Span(low, at), _Span(at + len(target.subject), high)]
