"""Linked records → how their targets differ: same, tighter, more, different, added, dropped.

Targets are paired by what they measure (`likeness`), not by their order; then two of them are
asked what each demands, in one unit. Every step treats the two sides alike, so a comparison seen
from the other side is its mirror.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import takewhile
from typing import Literal

from safeplan import vocabulary
from safeplan.changes.grounds import GroundedTarget
from safeplan.changes.likeness import is_part, related, same_thing
from safeplan.changes.strictness import (
    YEAR_BEFORE,
    baseline_of,
    bounds_of,
    compare_strictness,
    is_amount,
    is_less_better,
    is_share,
    measure_of,
    same_dimension,
)
from safeplan.models import ChangeKind, Target, TargetChange
from safeplan.targets.units import dimension_of

Verdict = tuple[ChangeKind, Literal["unit", "baseline", "period", "level", "kind"] | None]
"""How two targets of one thing differ, and why they cannot be set side by side if they cannot."""

_MIRROR: dict[ChangeKind, ChangeKind] = {
    "tighter": "looser",
    "looser": "tighter",
    "added": "dropped",
    "dropped": "added",
    "more": "less",
    "less": "more",
}


def compare_targets(left: Sequence[Target], right: Sequence[Target]) -> list[TargetChange]:
    """Return how targets differ of which nothing else is known: see `compare_figures`."""
    return compare_figures([*map(GroundedTarget, left)], [*map(GroundedTarget, right)])


def compare_figures(
    left: Sequence[GroundedTarget],
    right: Sequence[GroundedTarget],
    *,
    same_place: bool = False,
) -> list[TargetChange]:
    """Return how the targets of two linked records differ.

    Args:
        left: Targets of the record on the left (the older one, or the first plan's).
        right: Targets of the record on the right.
        same_place: Whether both are of one place, so that more work is stricter, not only more, and
            what is left over on both sides may be one target, reworded.

    Returns:
        One change a target: those of the left in their order, then what only the right has.
    """
    partners = _partners(left, right)
    if same_place:
        _add_reworded(partners, left, right)
    met = set(partners.values())
    return [
        *(
            change_of(figure, right[partners[at]], same_place=same_place)
            if at in partners
            else TargetChange(
                subject=figure.target.subject, left=figure.target, right=None, change="dropped"
            )
            for at, figure in enumerate(left)
        ),
        *(
            TargetChange(
                subject=figure.target.subject, left=None, right=figure.target, change="added"
            )
            for at, figure in enumerate(right)
            if at not in met
        ),
    ]


def mirror(change: TargetChange) -> TargetChange:
    """Return a change as it is seen from the other side."""
    kind = _MIRROR.get(change.change, change.change)
    return change.model_copy(update={"left": change.right, "right": change.left, "change": kind})


def change_of(
    left: GroundedTarget, right: GroundedTarget, *, same_place: bool = False
) -> TargetChange:
    """Return how two targets of one thing differ."""
    kind, reason = _judge(left, right, same_place=same_place)
    subjects = left.target.subject, right.target.subject
    return TargetChange(
        subject=min(subjects, key=lambda subject: (len(subject), subject)),
        left=left.target,
        right=right.target,
        change=kind,
        reason=reason,
    )


# ---- which targets speak of the same thing ----


def _partners(left: Sequence[GroundedTarget], right: Sequence[GroundedTarget]) -> dict[int, int]:
    """Return left places and the right places they meet, each used once, best pairs first.

    Figures of one government meet first. Ties go to equal amounts, then to the nearest places; two
    pairs that share a side never tie, so neither the order of the sides nor of the loop decides
    anything.
    """
    words = vocabulary.load("targets")["comparison"]
    ranked = []
    for i, here in enumerate(left):
        for j, there in enumerate(right):
            one, other = here.target, there.target
            other_years = bool(one.period and other.period) and one.period != other.period
            lists_part = is_part(one.subject, other.subject) or is_part(other.subject, one.subject)
            score = 0.0 if other_years or lists_part else same_thing(one, other)
            alike = _same_dimension(one, other)
            score -= 0.0 if alike else words["other_unit"]
            if score >= words["same_from"]:
                unequal = _amount(one) != _amount(other)
                far = here.government != there.government
                ranked.append((far, -round(score, 6), not alike, unequal, abs(i - j), i + j, i, j))
    partners: dict[int, int] = {}
    for *_, i, j in sorted(ranked):
        if i not in partners and j not in partners.values():
            partners[i] = j
    return partners


def _add_reworded(
    partners: dict[int, int], left: Sequence[GroundedTarget], right: Sequence[GroundedTarget]
) -> None:
    """Pair what is left over as long as it is in kin.

    First what is of one amount, then what stands in the same places of the text.
    """

    def free() -> tuple[list[int], list[int]]:
        taken = set(partners.values())
        return (
            [at for at in range(len(left)) if at not in partners],
            [at for at in range(len(right)) if at not in taken],
        )

    def in_kin(pair: tuple[int, int]) -> bool:
        return related(left[pair[0]].target.subject, right[pair[1]].target.subject)

    for i in free()[0]:
        for j in free()[1]:
            if _amount(left[i].target) == _amount(right[j].target) and in_kin((i, j)):
                partners[i] = j
                break
    ours, theirs = free()
    if len(ours) == len(theirs):
        partners.update(takewhile(in_kin, zip(ours, theirs, strict=True)))


def _amount(target: Target) -> tuple[object, ...]:
    """Return what a target asks, as printed, whatever it is of."""
    return target.direction, target.value, target.unit, target.baseline


# ---- what two targets demand ----


def _judge(left: GroundedTarget, right: GroundedTarget, *, same_place: bool) -> Verdict:
    """Say which of two targets of one thing asks more, or why that cannot be said."""
    one, other = left.target, right.target
    if left.government != right.government:
        return "different", "level"
    if _amount(one) == _amount(other):
        alike = left.years == right.years or not is_amount(one)
        return ("same", None) if alike else ("different", "period")
    nothing = one.value == other.value == 0 or None in (one.value, other.value)
    if is_share(one) != is_share(other) and not nothing:
        return "different", "kind"
    one, other = _in_one_year(left, other), _in_one_year(right, one)
    amount = is_amount(one) and is_amount(other)
    if amount and left.years != right.years:
        return "different", "period"
    if _is_nested(one, other):
        # 三至五个 and 4个: neither asks more.
        return "different", None
    less = _is_less_better(one, other)
    verdict = compare_strictness(one, other, less=less)
    if verdict == "direction":
        return "different", "baseline" if one.baseline != other.baseline else "kind"
    if isinstance(verdict, str):
        return "different", verdict
    if not verdict:
        return "same", None
    is_standard = less or same_place or (left.is_each and right.is_each)
    if amount and not is_standard:
        return ("more" if verdict > 0 else "less"), None
    return ("tighter" if verdict > 0 else "looser"), None


def _is_nested(one: Target, other: Target) -> bool:
    """Whether an interval reaches beyond what the other side asks on both ends."""
    if not _same_dimension(one, other) or None in (one.value, other.value):
        return False
    (low, high), (least, most) = sorted(bounds_of(one)), sorted(bounds_of(other))
    return (low < least and most < high) or (least < low and high < most)


def _is_less_better(one: Target, other: Target) -> bool:
    """Whether an amount to reach is a ceiling: by its subject, or by the bound of the other side."""
    if {one.direction, other.direction} == {"eq", "le"}:
        return True
    if {one.direction, other.direction} == {"eq", "ge"} and 0 not in (one.value, other.value):
        return False
    return is_less_better(one) or is_less_better(other)


def _in_one_year(figure: GroundedTarget, other: Target) -> Target:
    """Return a target as it stands in one year beside another: 12次 is 12次/年 beside 1次/月.

    同比 is the year before where the other side names that year.
    """
    own, changed = figure.target, {}
    if "/" in other.unit and "/" not in own.unit and own.value and figure.years == 1:
        counted = other.unit.partition("/")[0]
        if same_dimension(dimension_of(own.unit)[0], dimension_of(counted)[0]):
            changed["unit"] = f"{own.unit or '次'}/年"
    begins = figure.ground.begins
    if baseline_of(own) == YEAR_BEFORE and baseline_of(other) != YEAR_BEFORE and begins:
        changed["baseline"] = f"{begins - 1}年"
    return own.model_copy(update=changed) if changed else own


def _same_dimension(one: Target, other: Target) -> bool:
    """Whether two amounts can be set side by side; zero is zero in every unit."""
    if one.value is None or other.value is None or one.value == other.value == 0:
        return True
    # In a year or at all.
    return same_dimension(
        *(measure_of(side.unit)[0].removesuffix("/year") for side in (one, other))
    )
