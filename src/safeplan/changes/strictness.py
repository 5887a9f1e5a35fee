"""What a target demands: the scale that it stands on, and how strict it is there.

A scale is what amounts need in common to be set side by side: the form of the demand, what the
unit measures, and for a change the baseline. On one scale all targets are in one order, so two
can be compared and thousands ranked by the same notion of strict.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from safeplan import vocabulary
from safeplan.models import Target
from safeplan.targets.units import dimension_of, units
from safeplan.text.folding import fold

Reason = Literal["unit", "baseline", "direction"]
Form = Literal["floor", "ceiling", "decrease", "increase"]
Demand = tuple[int, Fraction, Fraction]
"""A place on a scale; the greater is the stricter."""

WEEKS = 52
"""Weeks of a year, for frequencies."""
YEAR_BEFORE = "同比"
_FORMS: dict[str, Form] = {
    "ge": "floor",
    "le": "ceiling",
    "decrease": "decrease",
    "increase": "increase",
}
_MEASURED = frozenset(
    {"share", "points", "area", "length", "volume", "mass", "time", "money", "return_period"}
)
"""Dimensions that no bare count goes with."""


@dataclass(frozen=True, slots=True)
class Scale:
    """What amounts have in common that can be set side by side."""

    form: Form
    dimension: str | None
    """What the unit measures; None where no amount is given, which goes with any."""
    baseline: str | None
    """What a decrease or an increase is against; None for floors and ceilings."""


# ---- what is asked ----


def measure_of(unit: str) -> tuple[str, Fraction]:
    """Return what a unit measures and its worth, frequencies by the year.

    >>> measure_of("次/周") == (measure_of("次/月")[0], Fraction(52))
    True
    """
    dimension, factor = dimension_of(unit)
    counted, slash, family = dimension.partition("/")
    return (
        (f"{counted}/year", factor * WEEKS) if slash and family == "week" else (dimension, factor)
    )


def same_dimension(one: str | None, other: str | None) -> bool:
    """Whether amounts of two dimensions can be set side by side; None goes with any.

    A bare count (an empty dimension) goes with any counter.
    """
    if one == other or None in (one, other):
        return True
    return "" in (one, other) and not {one, other} & _MEASURED


def bounds_of(target: Target) -> tuple[Fraction, Fraction]:
    """Return the least and the most of an amount that is given, in the first unit of its dimension."""
    assert target.value is not None
    low, high = target.value if isinstance(target.value, tuple) else (target.value,) * 2
    worth = measure_of(target.unit)[1]
    return Fraction(str(low)) * worth, Fraction(str(high)) * worth


def baseline_of(target: Target) -> str | None:
    """Return what a baseline means: 同比 is against the year before, 近三年 are 前三年."""
    if target.baseline is None:
        return None
    stated = re.sub("[“”]|同期$", "", fold(target.baseline)).replace("近", "前")
    if re.fullmatch("(?:上年|去年|上一年)(?:度|同期)?", stated) or stated == YEAR_BEFORE:
        return YEAR_BEFORE
    return re.sub("(?<=20[0-9]{2})年?度?$", "年", stated)


def is_less_better(target: Target) -> bool:
    """Whether less of what a target measures is better: deaths, losses, leaks."""
    words, subject = vocabulary.load("targets")["comparison"], fold(target.subject)
    if target.value == 0:
        return True
    if dimension_of(target.unit)[0] in ("time", "workdays", "months"):
        said, times = subject + fold(target.text), vocabulary.load("verdicts")["amounts"]
        quick, lasting = (
            any(word in said for word in times[kind]) for kind in ("quick", "lasting")
        )
        return quick and not lasting
    if subject.startswith(tuple(words["work"])):
        return False
    return subject.endswith(tuple(words["less_is_better"])) or any(
        within in subject for within in words["less_is_better_within"]
    )


def is_amount(target: Target) -> bool:
    """Whether a target counts local work (处, 公里, 户, 万元), of which a bigger place has more.

    Shares, frequencies, ratios, times and whatever is capped are none: these are standards.
    """
    if not target.value or target.direction == "le":
        return False
    words = vocabulary.load("verdicts")["amounts"]
    counted, slash, per = target.unit.partition("/")
    dimension = dimension_of(counted)[0]
    # 2次/年 is a frequency, 1名/300户 a ratio; 300人次/年 is work.
    if slash and (dimension == "occasions" or per.lstrip("0123456789") not in units().periods):
        return False
    # Some lengths and people are standards: of what is measured, of the posts at each place.
    listed = {"length": words["measures"], "people": words["posts"]}.get(dimension, ())
    if any(word in target.subject for word in listed):
        return False
    known = {*words["dimensions"], "", *vocabulary.load("units")["counters"]["words"]}
    return dimension in known and dimension not in words["standards"]


def is_share(target: Target) -> bool:
    """Whether a target is a share of a whole."""
    return target.value is not None and dimension_of(target.unit)[0] in ("share", "points")


# ---- on one scale ----


def scale_of(target: Target, *, less: bool) -> Scale:
    """Return the scale a target stands on.

    Args:
        target: the target.
        less: whether less of what it measures is better; then an amount to reach is a ceiling.
    """
    form = _FORMS.get(target.direction, "ceiling" if less else "floor")
    return Scale(
        form=form,
        dimension=None if target.value is None else measure_of(target.unit)[0],
        baseline=baseline_of(target) if form in ("decrease", "increase") else None,
    )


def off_scale(target: Target, scale: Scale, *, less: bool) -> Reason | None:
    """Return why a target cannot be set on a scale; None where it can.

    A bare count goes with any counter (0 and 0起); nothing left at all satisfies every decrease.
    """
    own = scale_of(target, less=less)
    if own.form != scale.form:
        nothing_left = own.form == "ceiling" and target.value == 0
        return None if nothing_left and scale.form == "decrease" else "direction"
    if own.baseline != scale.baseline:
        return "baseline"
    return None if same_dimension(own.dimension, scale.dimension) else "unit"


def demand(target: Target, scale: Scale) -> Demand:
    """Return where on a scale a target stands that can be set on it.

    The amount counts in the first unit of its dimension; no amount asks less than any, and
    nothing left, like a decrease of all, more than any other decrease.
    """
    if target.value is None:
        return 0, Fraction(0), Fraction(0)
    low, high = bounds_of(target)
    if scale.form == "floor" and target.unit == "%":
        # A share above its whole asks for the whole.
        low, high = min(low, Fraction(1)), min(high, Fraction(1))
    if scale.form == "ceiling":
        return 1, -high, -low
    is_all = target.direction != "decrease" or (
        low >= 1 and dimension_of(target.unit)[0] == "share"
    )
    if scale.form == "decrease" and is_all:
        return 2, Fraction(0), Fraction(0)
    return 1, low, high


def compare_strictness(left: Target, right: Target, *, less: bool) -> int | Reason:
    """Return 1 where the right asks more, -1 where it asks less, 0 for the same, or a reason.

    Args:
        left: a target.
        right: another with the same subject.
        less: whether less of what they measure is better.
    """
    why: list[Reason] = []
    for one, other in ((left, right), (right, left)):
        scale = scale_of(one, less=less)
        reason = off_scale(other, scale, less=less)
        if reason is None:
            before, after = demand(left, scale), demand(right, scale)
            return (after > before) - (after < before)
        why.append(reason)
    # Nothing is nothing in every unit.
    return 0 if why[0] == "unit" and left.value == right.value == 0 else why[0]
