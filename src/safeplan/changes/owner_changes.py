"""Who answers for a measure on the two sides of a link, as sets of canonical names."""

from __future__ import annotations

from collections.abc import Sequence

from safeplan.bodies import same_body, successor
from safeplan.models import Owner, OwnerChange, Plan, Scope


def tells_leads(plan: Plan) -> bool:
    """Whether a plan tells leads from others anywhere."""
    return any(owner.role == "lead" for task in plan.tasks for owner in task.owners)


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
    shared = set(names[0]) & set(names[1])
    alone = [[name for name in side if name not in shared] for side in names]
    renamed = _renamed(*alone)
    met = {name for pair in renamed for name in pair}
    return OwnerChange(
        shared=sorted(shared | {_later(*pair) for pair in renamed}),
        only_left=[name for name in alone[0] if name not in met],
        only_right=[name for name in alone[1] if name not in met],
        lead_changed=_lead_changed(left, right, renamed) if leads_told else None,
        renamed=renamed,
    )


def _renamed(left: Sequence[str], right: Sequence[str]) -> list[tuple[str, str]]:
    pairs: list[tuple[str, str]] = []
    for one in left:
        taken = {name for _, name in pairs}
        other = next((name for name in right if name not in taken and same_body(one, name)), None)
        if other is not None:
            pairs.append((one, other))
    return pairs


def _later(one: str, other: str) -> str:
    """Return the later of two names of one body."""
    return one if successor(one) is None else other


def _lead_changed(
    left: Sequence[Owner], right: Sequence[Owner], renamed: Sequence[tuple[str, str]]
) -> bool:
    now = dict(renamed)
    before, after = ({now.get(name, name) for name in leads_of(left)}, set(leads_of(right)))
    return bool(before and after) and before != after


def leads_of(owners: Sequence[Owner]) -> list[str]:
    """Return the bodies that lead, each once, in the order printed."""
    return list(dict.fromkeys(one.name for one in owners if one.role == "lead"))


def scopes_of(owners: Sequence[Owner]) -> dict[str, Scope | None]:
    """Return whether all (各) or some (有关) of each body answer."""
    return {one.name: one.scope for one in owners}
