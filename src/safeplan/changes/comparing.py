"""Plans → Comparison: align them, then say of each link how targets, deadline and owners differ."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from safeplan.bodies import same_body, successor
from safeplan.changes.grounds import ground_of, on_ground
from safeplan.changes.target_changes import compare_figures
from safeplan.links import Match, align, group
from safeplan.models import (
    Comparison,
    Due,
    DueChange,
    DueChangeKind,
    Link,
    OutcomePair,
    Owner,
    OwnerChange,
    Plan,
    TargetChange,
    Task,
)


def compare(plans: Sequence[Plan], matches: Sequence[Match] | None = None) -> Comparison:
    """Compare two or more plans, each with each.

    Of every link the `left` side is the plan that comes earlier in `plans`.

    Args:
        plans: the plans.
        matches: the links to compare along, where an analyst's decisions have ruled on them;
            the alignment's own if not given.

    Raises:
        ValueError: fewer than two plans, or two with the same id.
    """
    ids = [plan.plan_id for plan in plans]
    if len(ids) < 2:
        raise ValueError("compare needs two plans or more")
    if len(set(ids)) < len(ids):
        raise ValueError(f"two plans with one id: {', '.join(ids)}")
    matches = align(plans) if matches is None else matches
    told = {plan.plan_id: tells_leads(plan) for plan in plans}
    # A task is made ready once for all its links.
    records = {
        (plan.plan_id, task.task_id): (task, on_ground(task.targets, ground_of(plan, task)))
        for plan in plans
        for task in plan.tasks
    }
    links = []
    for match in matches:
        left, figures = records[match.left.plan_id, match.left.task_id]
        right, others = records[match.right.plan_id, match.right.task_id]
        leads_told = told[match.left.plan_id] == told[match.right.plan_id]
        owners = compare_owners(left.owners, right.owners, leads_told=leads_told)
        due, targets = compare_dues(left.due, right.due), compare_figures(figures, others)
        links.append(linked(match, left, right, targets, due, owners))
    return side_by_side(plans, matches, _each_target_once(links))


def linked(
    match: Match,
    left: Task,
    right: Task,
    targets: list[TargetChange],
    due: DueChange | None,
    owners: OwnerChange,
) -> Link:
    """Return the link of two tasks that match, with what differs between them."""
    # Where each side sets a target that the other does not, each carries something else too.
    apart = {"added", "dropped"} <= {change.change for change in targets}
    states = OutcomePair(left=left.outcome, right=right.outcome)
    return Link(
        left=match.left,
        right=match.right,
        relation="partial" if apart and not match.decided else match.relation,
        score=match.score,
        evidence=match.evidence,
        targets=targets,
        outcome=states if states.left or states.right else None,
        due=due,
        owners=owners,
        decided=match.decided,
    )


def side_by_side(plans: Sequence[Plan], matches: Sequence[Match], links: list[Link]) -> Comparison:
    """Return plans side by side along the links that were made of matches."""
    touched = {(ref.plan_id, ref.task_id) for link in links for ref in (link.left, link.right)}
    return Comparison(
        plans=[plan.plan_id for plan in plans],
        links=links,
        groups=group(plans, matches),
        unmatched={
            plan.plan_id: [
                task.task_id for task in plan.tasks if (plan.plan_id, task.task_id) not in touched
            ]
            for plan in plans
        },
    )


def _each_target_once(links: list[Link]) -> list[Link]:
    """Take back `added` and `dropped` where the target is met through another link.

    One row is often several in another plan. A target of the one is compared with its like in
    whichever of the several holds it; seen from the others it is neither added nor dropped.
    """

    def sides(link: Link, change: TargetChange) -> list[tuple[object, ...]]:
        sides = (link.left, change.left, link.right), (link.right, change.right, link.left)
        return [(own, target, other.plan_id) for own, target, other in sides if target]

    met = {
        side
        for link in links
        for change in link.targets
        if change.left and change.right
        for side in sides(link, change)
    }
    kept = []
    for link in links:
        stand = [
            change
            for change in link.targets
            if (change.left and change.right) or met.isdisjoint(sides(link, change))
        ]
        whole = len(stand) == len(link.targets)
        kept.append(link if whole else link.model_copy(update={"targets": stand}))
    return kept


# ---- deadlines: the days decide, not the words ----


def compare_dues(left: Due | None, right: Due | None) -> DueChange | None:
    """Return how the deadline on the right differs from that on the left; None where none stands.

    The last day allowed decides. What lasts (长期坚持) and what ends on a day, or an event that no
    calendar tells, are different, not earlier.
    """
    change: DueChangeKind
    if left is None and right is None:
        return None
    if left is None or right is None:
        change = "added" if left is None else "dropped"
    elif "standing" in (left.kind, right.kind):
        change = "same" if left.kind == right.kind else "different"
    elif left.end and right.end and left.end != right.end:
        change = "earlier" if right.end < left.end else "later"
    else:
        # Of an event neither names a day: by its words, or from the same day on.
        event = left.text == right.text or (left.start is not None and left.start == right.start)
        same = left.end == right.end and (left.end is not None or event)
        change = "same" if same else "different"
    return DueChange(left=left, right=right, change=change)


def moved_on(due: Due | None, years: int) -> Due | None:
    """Return a deadline as it would be so many years later; the last of February stays the last.

    >>> june = Due(text="6月底前", end=dt.date(2024, 6, 30), kind="by")
    >>> moved_on(june, 1).end
    datetime.date(2025, 6, 30)
    """
    if due is None or not years:
        return due
    day = dt.timedelta(days=1)
    moved = {}
    for end, date in (("start", due.start), ("end", due.end)):
        if date and date.month == 2 and (date + day).month == 3:
            moved[end] = dt.date(date.year + years, 3, 1) - day
        elif date:
            moved[end] = date.replace(year=date.year + years)
    return due.model_copy(update=moved)


# ---- owners: sets of canonical names ----


def tells_leads(plan: Plan) -> bool:
    """Whether a plan tells leads from others anywhere."""
    return any(owner.role == "lead" for task in plan.tasks for owner in task.owners)


def leads_of(owners: Sequence[Owner]) -> list[str]:
    """Return the bodies that lead, each once, in the order printed."""
    return list(dict.fromkeys(one.name for one in owners if one.role == "lead"))


def compare_owners(
    left: Sequence[Owner], right: Sequence[Owner], *, leads_told: bool = True
) -> OwnerChange:
    """Return the bodies that both sides name, in whichever role, and those of one side alone.

    `shared` is in the order of its characters, so that it is the same from either side; the others
    are in the order printed. A body that a reform has renamed is shared, under its later name. The
    lead has changed only where both sides name one: a row without a lead has changed nothing.

    Args:
        left: the bodies of the record on the left.
        right: those on the right.
        leads_told: whether both plans tell leads from others at all.
    """
    names = [list(dict.fromkeys(owner.name for owner in side)) for side in (left, right)]
    alone = [[name for name in side if name not in other] for side, other in (names, names[::-1])]
    renamed: dict[str, str] = {}
    for one in alone[0]:
        for other in alone[1]:
            if other not in renamed.values() and same_body(one, other):
                renamed[one] = other
                break
    later = {one if successor(one) is None else other for one, other in renamed.items()}
    leads = {renamed.get(name, name) for name in leads_of(left)}, set(leads_of(right))
    return OwnerChange(
        shared=sorted(later | ({*names[0]} & {*names[1]})),
        only_left=[name for name in alone[0] if name not in renamed],
        only_right=[name for name in alone[1] if name not in renamed.values()],
        lead_changed=all(leads) and leads[0] != leads[1] if leads_told else None,
        renamed=list(renamed.items()),
    )
