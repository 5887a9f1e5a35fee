"""Plans → Comparison: align them, then say of each link what differs."""

from __future__ import annotations

from collections.abc import Sequence

from safeplan.changes.dues import compare_dues
from safeplan.changes.grounds import ground_of, on_ground
from safeplan.changes.owner_changes import compare_owners, tells_leads
from safeplan.changes.target_changes import compare_figures
from safeplan.links import Match, align, group
from safeplan.models import (
    Comparison,
    DueChange,
    Link,
    OutcomePair,
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
        links.append(
            linked(
                match,
                left,
                right,
                compare_figures(figures, others),
                compare_dues(left.due, right.due),
                compare_owners(left.owners, right.owners, leads_told=leads_told),
            )
        )
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
    outcomes = left.outcome, right.outcome
    # Where each side sets a target that the other does not, each carries something else too.
    apart = {"added", "dropped"} <= {change.change for change in targets}
    return Link(
        left=match.left,
        right=match.right,
        relation="partial" if apart and not match.decided else match.relation,
        score=match.score,
        evidence=match.evidence,
        targets=targets,
        outcome=OutcomePair(left=outcomes[0], right=outcomes[1]) if any(outcomes) else None,
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
    met = {
        place
        for link in links
        for change in link.targets
        if change.left is not None and change.right is not None
        for place in (
            (link.left, change.left, link.right.plan_id),
            (link.right, change.right, link.left.plan_id),
        )
    }

    def stands(link: Link, change: TargetChange) -> bool:
        if change.right is None:
            return (link.left, change.left, link.right.plan_id) not in met
        return change.left is not None or (link.right, change.right, link.left.plan_id) not in met

    return [
        link
        if all(stands(link, change) for change in link.targets)
        else link.model_copy(
            update={"targets": [change for change in link.targets if stands(link, change)]}
        )
        for link in links
    ]
