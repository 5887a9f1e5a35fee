"""Linked records → how their targets differ: same, tighter, more, different, added, dropped.

Targets are paired by what they measure (`subjects`), not by their order; then two of them are
asked what each demands, in one unit. Every step treats the two sides alike, so a comparison seen
from the other side is its mirror.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any, Literal

from safeplan import vocabulary
from safeplan.changes.grounds import GroundedTarget
from safeplan.changes.likeness import is_part, same_thing
from safeplan.changes.strictness import (
    YEAR_BEFORE,
    baseline_of,
    compare_strictness,
    is_amount,
    is_less_better,
    is_share,
    measure_of,
    same_dimension,
)
from safeplan.models import ChangeKind, Target, TargetChange
from safeplan.targets.units import dimension_of

Reason = Literal["unit", "baseline", "period", "level", "kind"]
"""Why two targets of one thing cannot be set side by side."""

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
    left: Sequence[GroundedTarget], right: Sequence[GroundedTarget], *, same_place: bool = False
) -> list[TargetChange]:
    """Return how the targets of two linked records differ.

    Args:
        left: Targets of the record on the left (the older one, or the first plan's).
        right: Targets of the record on the right.
        same_place: Whether both are of one place, so that more work is stricter, not only more.

    Returns:
        One change a target: those of the left in their order, then what only the right has.
    """
    if not left and not right:
        return []
    partners = partners_of(left, right)
    met = set(partners.values())
    return [
        *(
            change_of(figure, right[partners[at]], same_place=same_place)
            if at in partners
            else only(figure.target, "dropped")
            for at, figure in enumerate(left)
        ),
        *(only(figure.target, "added") for at, figure in enumerate(right) if at not in met),
    ]


def only(target: Target, change: Literal["added", "dropped"]) -> TargetChange:
    """Return the change of a target that one side alone has."""
    sides = (target, None) if change == "dropped" else (None, target)
    return TargetChange(subject=target.subject, left=sides[0], right=sides[1], change=change)


def mirror(change: TargetChange) -> TargetChange:
    """Return a change as it is seen from the other side."""
    return change.model_copy(
        update={
            "left": change.right,
            "right": change.left,
            "change": _MIRROR.get(change.change, change.change),
        }
    )


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


def partners_of(left: Sequence[GroundedTarget], right: Sequence[GroundedTarget]) -> dict[int, int]:
    """Return left places and the right places they meet, each used once, best pairs first.

    Figures of one government meet first. Ties go to equal amounts, then to the nearest places; two pairs that share a side never tie,
    so neither the order of the sides nor of the loop decides anything.
    """
    words = _words()
    ranked = []
    for i, here in enumerate(left):
        for j, there in enumerate(right):
            one, other = here.target, there.target
            apart = _lists_part(one, other) or _of_other_years(one, other)
            score = 0.0 if apart else same_thing(one, other)
            alike = _same_dimension(one, other)
            score -= 0.0 if alike else words["other_unit"]
            if score >= words["same_from"]:
                equal = amount_of(one) == amount_of(other)
                far = here.government != there.government
                ranked.append(
                    (far, -round(score, 6), not alike, not equal, abs(i - j), i + j, i, j)
                )
    ranked.sort()
    partners: dict[int, int] = {}
    taken: set[int] = set()
    for *_, i, j in ranked:
        if i not in partners and j not in taken:
            partners[i] = j
            taken.add(j)
    return partners


def _words() -> dict[str, Any]:
    words: dict[str, Any] = vocabulary.load("targets")["comparison"]
    return words


def _lists_part(one: Target, other: Target) -> bool:
    """Whether one is of some of what the other is of: 检验率 of 检验率、报废率."""
    return is_part(one.subject, other.subject) or is_part(other.subject, one.subject)


def _of_other_years(one: Target, other: Target) -> bool:
    """Whether two goals are for different years, where rows have a column for each."""
    return bool(one.period and other.period) and one.period != other.period


def amount_of(target: Target) -> tuple[object, ...]:
    """Return what a target asks, as printed, whatever it is of."""
    return target.direction, target.value, target.unit, target.baseline


# ---- what two targets demand ----


def _judge(
    left: GroundedTarget, right: GroundedTarget, *, same_place: bool
) -> tuple[ChangeKind, Reason | None]:
    """Say which of two targets of one thing asks more, or why that cannot be said."""
    one, other = left.target, right.target
    if left.government != right.government:
        return "different", "level"
    if amount_of(one) == amount_of(other):
        if left.years == right.years or not is_amount(one):
            return "same", None
        return "different", "period"
    nothing = one.value == other.value == 0 or None in (one.value, other.value)
    if is_share(one) != is_share(other) and not nothing:
        return "different", "kind"
    one, other = _of_one_year(left, right)
    amount = is_amount(one) and is_amount(other)
    if amount and left.years != right.years:
        return "different", "period"
    if _is_nested(one, other):
        # 三至五个 and 4个: neither asks more.
        return "different", None
    less = _is_less_better(one, other)
    verdict = compare_strictness(one, other, less=less)
    if isinstance(verdict, str):
        if verdict == "direction":
            return "different", "baseline" if one.baseline != other.baseline else "kind"
        return "different", verdict
    if not verdict:
        return "same", None
    each = left.is_each and right.is_each
    if amount and not (less or each or same_place):
        return ("more" if verdict > 0 else "less"), None
    return ("tighter" if verdict > 0 else "looser"), None


def _is_nested(one: Target, other: Target) -> bool:
    """Whether an interval reaches beyond what the other side asks on both ends."""
    if not _same_dimension(one, other) or None in (one.value, other.value):
        return False
    (low, high), (least, most) = (
        sorted(
            Fraction(str(part)) * measure_of(side.unit)[1]
            for part in (side.value if isinstance(side.value, tuple) else (side.value,) * 2)
        )
        for side in (one, other)
    )
    return (low < least and most < high) or (least < low and high < most)


def _is_less_better(one: Target, other: Target) -> bool:
    """Whether an amount to reach is a ceiling: by its subject, or by the bound of the other side."""
    if {one.direction, other.direction} == {"eq", "le"}:
        return True
    if {one.direction, other.direction} == {"eq", "ge"} and 0 not in (one.value, other.value):
        return False
    return is_less_better(one) or is_less_better(other)


def _of_one_year(left: GroundedTarget, right: GroundedTarget) -> tuple[Target, Target]:
    """Return two targets as they stand in one year: 12次 is 12次/年 beside 1次/月.

    同比 is the year before where the other side names that year.
    """
    sides = [left.target, right.target]
    slashes = ["/" in side.unit for side in sides]
    for at, figure in enumerate((left, right)):
        own, other = figure.target, sides[1 - at]
        if slashes[1 - at] and not slashes[at] and own.value and figure.years == 1:
            counted = other.unit.partition("/")[0]
            if same_dimension(dimension_of(own.unit)[0], dimension_of(counted)[0]):
                sides[at] = own.model_copy(update={"unit": f"{own.unit or '次'}/年"})
        begins = figure.ground.begins
        if baseline_of(own) == YEAR_BEFORE and baseline_of(other) != YEAR_BEFORE and begins:
            sides[at] = sides[at].model_copy(update={"baseline": f"{begins - 1}年"})
    return sides[0], sides[1]


def _same_dimension(left: Target, right: Target) -> bool:
    """Whether two amounts can be set side by side; zero is zero in every unit."""
    if left.value is None or right.value is None or left.value == right.value == 0:
        return True
    return same_dimension(*(_dimension(side) for side in (left, right)))


def _dimension(target: Target) -> str:
    """Return what a target's unit counts, whether in a year or at all."""
    return measure_of(target.unit)[0].removesuffix("/year")
