"""What differs between two linked records, one difference a row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from safeplan.messages import say
from safeplan.models import ROLES, Link, Plan, TargetChange, Task, TaskRef
from safeplan.reports.phrasing import (
    ORDERED,
    doubt_words,
    due_words,
    is_doubtful,
    kind_words,
    outcome_words,
    owner_names,
    owner_words,
    reason_words,
    short_names,
    some_of,
    target_words,
)
from safeplan.reports.result_sheets import (
    MOST_COLUMNS,
    Cell,
    Run,
    Sheet,
    SheetColumn,
    distinct,
    plain,
)
from safeplan.reports.standings import MARKS
from safeplan.reports.view import ComparisonView

_Key = tuple[str, int, str, str, str, str, str]
"""What makes two differences one: the measure, the link where each is told alone, the words."""


def changes_sheet(view: ComparisonView, plans: Sequence[Plan]) -> Sheet:
    """Return every difference between two linked records, one a row.

    Of many plans, what differs alike between several pairs is one row.
    """
    names = short_names(plans)
    tasks = {(plan.plan_id, task.task_id): task for plan in plans for task in plan.tasks}
    groups = {
        (plan_id, task_id): line.group
        for line in view.lines
        for plan_id, task_ids in line.group.members.items()
        for task_id in task_ids
    }
    many = len(plans) > MOST_COLUMNS
    between: dict[_Key, list[tuple[str, str]]] = {}
    said: dict[_Key, _Difference] = {}
    for at, link in enumerate(view.links):
        left = (link.left.plan_id, link.left.task_id)
        right = (link.right.plan_id, link.right.task_id)
        if left not in groups or right not in groups:
            continue
        sides = _side(names, link.left), _side(names, link.right)
        label = groups[left].label
        for one in _differences(link, tasks[left], tasks[right]):
            words = one.kind, one.subject, plain(one.left), plain(one.right), one.reason
            key = (label, 0 if many else at, *words)
            said.setdefault(key, one)
            between.setdefault(key, []).append(sides)
    rows: list[list[Cell]] = []
    for key, one in said.items():
        lefts, rights = (some_of(distinct(side)) for side in zip(*between[key], strict=True))
        word: Cell = [Run(kind_words(one.kind), MARKS.get(one.kind, ""))]
        rows.append([key[0], word, one.subject, lefts, one.left, rights, one.right, one.reason])
    return Sheet(
        title=say("sheet.changes"),
        columns=[
            SheetColumn("measure", 3),
            SheetColumn("kind", 0),
            SheetColumn("subject", 3),
            SheetColumn("left", 0),
            SheetColumn("left_asks", 4),
            SheetColumn("right", 0),
            SheetColumn("right_asks", 4),
            SheetColumn("reason", 2),
        ],
        rows=rows,
        note=say("sheet.changes_note"),
    )


def _side(names: dict[str, str], ref: TaskRef) -> str:
    return f"{names[ref.plan_id]} {ref.task_id}"


@dataclass(frozen=True)
class _Difference:
    """One thing that differs on a link."""

    kind: str
    subject: str
    left: Cell
    """What the left record asks."""
    right: Cell
    reason: str
    """Why the two cannot be compared, or why the link is doubtful."""


def _differences(link: Link, left: Task, right: Task) -> list[_Difference]:
    """Return what differs on a link."""
    doubtful, doubt = is_doubtful(link), doubt_words(link)
    found = [
        _Difference(
            "doubtful" if doubtful and change.change in ORDERED else change.change,
            change.subject,
            _amount(change, "left"),
            _amount(change, "right"),
            "；".join(filter(None, (reason_words(change), doubt))),
        )
        for change in link.targets
        if change.change != "same"
    ]
    if due_words(link.due) and link.due and link.due.left and link.due.right:
        dates = link.due.left.text, link.due.right.text
        found.append(_Difference("due", say("column.deadline"), *dates, doubt))
    if link.outcome and outcome_words(link):
        asked = (link.outcome.left or "—", link.outcome.right or "—")
        found.append(_Difference("outcome", say("compare.outcome"), *asked, doubt))
    owners = link.owners
    if left.owners and right.owners and owner_words(owners):
        lead = bool(owners.lead_changed)
        here = _bodies(left, set(owners.only_left), lead=lead)
        there = _bodies(right, set(owners.only_right), lead=lead)
        found.append(_Difference("owners", say("column.owners"), here, there, doubt))
    return found


def _amount(change: TargetChange, side: str) -> Cell:
    target = change.left if side == "left" else change.right
    if target is None:
        return "—"
    return target_words(target)


def _bodies(task: Task, only: set[str], *, lead: bool) -> Cell:
    """Return a record's bodies, those that only it names marked; its leads where they differ."""
    said: list[Run] = []
    for role in ROLES:
        named = owner_names(task.owners, role)
        shown = [name for name in named if name in only or (lead and role == "lead")]
        if not shown:
            continue
        said.append(Run(("\n" if said else "") + f"{say(f'role.{role}')}：", "dim"))
        for at, name in enumerate(shown):
            said.append(Run("、" if at else ""))
            said.append(Run(f"*{name}", "own") if name in only else Run(name))
    return said or "—"
