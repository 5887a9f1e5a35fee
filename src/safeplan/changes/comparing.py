"""Plans → Comparison: align them, then say of each link what differs."""

from __future__ import annotations

from collections.abc import Sequence

from safeplan.changes.dues import compare_dues
from safeplan.changes.grounds import ground_of
from safeplan.changes.owners import compare_owners, tells_leads
from safeplan.changes.targets import compare_targets
from safeplan.links import Match, align, group
from safeplan.models import (
    Comparison,
    Link,
    OutcomePair,
    Plan,
    Target,
    TargetChange,
    Task,
    TaskRef,
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
    tasks = {(plan.plan_id, task.task_id): task for plan in plans for task in plan.tasks}
    matches = align(plans) if matches is None else matches
    by_id = {plan.plan_id: plan for plan in plans}
    leads_told = {plan.plan_id: tells_leads(plan) for plan in plans}
    links = _each_target_once([_link(match, tasks, by_id, leads_told) for match in matches])
    linked = {(ref.plan_id, ref.task_id) for link in links for ref in (link.left, link.right)}
    return Comparison(
        plans=ids,
        links=links,
        groups=group(plans, matches),
        unmatched={
            plan.plan_id: [
                task.task_id for task in plan.tasks if (plan.plan_id, task.task_id) not in linked
            ]
            for plan in plans
        },
    )


def _each_target_once(links: list[Link]) -> list[Link]:
    """Take back `added` and `dropped` where the target is met through another link.

    One row is often several in another plan. A target of the one is compared with its like in
    whichever of the several holds it; seen from the others it is neither added nor dropped.
    """

    def key(ref: TaskRef, target: Target, other: str) -> tuple[str, str, int, str]:
        return ref.plan_id, ref.task_id, id(target), other

    met = {
        place
        for link in links
        for change in link.targets
        if change.left is not None and change.right is not None
        for place in (
            key(link.left, change.left, link.right.plan_id),
            key(link.right, change.right, link.left.plan_id),
        )
    }

    def stands(link: Link, change: TargetChange) -> bool:
        if change.right is None and change.left is not None:
            return key(link.left, change.left, link.right.plan_id) not in met
        if change.left is None and change.right is not None:
            return key(link.right, change.right, link.left.plan_id) not in met
        return True

    return [
        link.model_copy(update={"targets": [c for c in link.targets if stands(link, c)]})
        for link in links
    ]


def _link(
    match: Match,
    tasks: dict[tuple[str, str], Task],
    plans: dict[str, Plan],
    leads_told: dict[str, bool],
) -> Link:
    left = tasks[match.left.plan_id, match.left.task_id]
    right = tasks[match.right.plan_id, match.right.task_id]
    grounds = (
        ground_of(plans[match.left.plan_id], left),
        ground_of(plans[match.right.plan_id], right),
    )
    targets = compare_targets(left.targets, right.targets, grounds=grounds)
    return Link(
        left=match.left,
        right=match.right,
        relation="partial" if _carry_others(targets) and not match.decided else match.relation,
        score=match.score,
        evidence=match.evidence,
        targets=targets,
        outcome=(
            OutcomePair(left=left.outcome, right=right.outcome)
            if left.outcome or right.outcome
            else None
        ),
        due=compare_dues(left.due, right.due),
        owners=compare_owners(
            left.owners,
            right.owners,
            leads_told=leads_told[match.left.plan_id] == leads_told[match.right.plan_id],
        ),
        decided=match.decided,
    )


def _carry_others(targets: Sequence[TargetChange]) -> bool:
    """Whether each side sets a target that the other does not: each carries something else too."""
    return {"added", "dropped"} <= {change.change for change in targets}
