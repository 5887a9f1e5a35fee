"""Plans → Comparison: align them, then say of each link what differs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from safeplan.changes.bearers import compare_owners, tells_leads
from safeplan.changes.dues import compare_dues
from safeplan.changes.grounds import ground_of
from safeplan.changes.target_changes import GroundedTarget, compare_figures, figures_of
from safeplan.links import Match, align, group
from safeplan.models import (
    Comparison,
    Link,
    OutcomePair,
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
    leads_told = {plan.plan_id: tells_leads(plan) for plan in plans}
    records = {
        (plan.plan_id, task.task_id): _Record(
            task, figures_of(task.targets, ground_of(plan, task)), leads_told[plan.plan_id]
        )
        for plan in plans
        for task in plan.tasks
    }
    links = _each_target_once([_link(match, records) for match in matches])
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
        if change.left is None:
            return (link.right, change.right, link.left.plan_id) not in met
        return True

    def told(link: Link) -> Link:
        standing = [change for change in link.targets if stands(link, change)]
        if len(standing) == len(link.targets):
            return link
        return link.model_copy(update={"targets": standing})

    return [told(link) for link in links]


@dataclass(frozen=True, slots=True)
class _Record:
    """A task made ready for all its links."""

    task: Task
    figures: list[GroundedTarget]
    leads_told: bool
    """Whether its plan tells leads from others."""


def _link(match: Match, records: dict[tuple[str, str], _Record]) -> Link:
    left = records[match.left.plan_id, match.left.task_id]
    right = records[match.right.plan_id, match.right.task_id]
    targets = compare_figures(left.figures, right.figures)
    outcomes = left.task.outcome, right.task.outcome
    return Link(
        left=match.left,
        right=match.right,
        relation="partial" if _carry_others(targets) and not match.decided else match.relation,
        score=match.score,
        evidence=match.evidence,
        targets=targets,
        outcome=OutcomePair(left=outcomes[0], right=outcomes[1]) if any(outcomes) else None,
        due=compare_dues(left.task.due, right.task.due),
        owners=compare_owners(
            left.task.owners,
            right.task.owners,
            leads_told=left.leads_told == right.leads_told,
        ),
        decided=match.decided,
    )


def _carry_others(targets: Sequence[TargetChange]) -> bool:
    """Whether each side sets a target that the other does not: each carries something else too."""
    return {"added", "dropped"} <= {change.change for change in targets}
