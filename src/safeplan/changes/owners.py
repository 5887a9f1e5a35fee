"""Who answers for a measure on the two sides of a link, as sets of canonical names."""

from __future__ import annotations

from collections.abc import Sequence

from safeplan.models import Owner, OwnerChange


def compare_owners(left: Sequence[Owner], right: Sequence[Owner]) -> OwnerChange:
    """Return the bodies that both sides name, in whichever role, and those of one side alone.

    `shared` is in the order of its characters, so that it is the same from either side; the others
    are in the order printed. The lead has changed only where both sides name one: a district
    without a column of leads has changed nothing.
    """
    left_names = dict.fromkeys(owner.name for owner in left)
    right_names = dict.fromkeys(owner.name for owner in right)
    left_leads = {owner.name for owner in left if owner.role == "lead"}
    right_leads = {owner.name for owner in right if owner.role == "lead"}
    return OwnerChange(
        shared=sorted(left_names.keys() & right_names.keys()),
        only_left=[name for name in left_names if name not in right_names],
        only_right=[name for name in right_names if name not in left_names],
        lead_changed=bool(left_leads and right_leads) and left_leads != right_leads,
    )
