"""Units as printed: which words are units, what they measure, how one turns into another exactly.

Reading keeps a unit as it is printed; only a comparison asks what it is worth.
"""

from __future__ import annotations

import re
from fractions import Fraction
from typing import NamedTuple

from safeplan import vocabulary
from safeplan.vocabulary.grammar import one_of


class Units(NamedTuple):
    """The vocabulary of units, compiled."""

    scales: dict[str, Fraction]
    """The longest first."""
    factors: dict[str, tuple[str, Fraction]]
    """Unit to its dimension and its factor to that dimension's first unit."""
    periods: dict[str, tuple[str, Fraction]]
    """Period to its family and how many of it make the family's first."""
    counters: str
    """Matches a unit alone."""
    pattern: str
    """Matches a scale, a unit and what it is counted by (4家/月), named `scale`, `unit`, `per`,
    longest first."""


def is_unit(printed: str) -> bool:
    """Whether a text is a unit as a header or a name gives it: 万元, 人／亿元, %.

    >>> is_unit("人／亿元"), is_unit("万元"), is_unit("—"), is_unit("全区")
    (True, True, False, False)
    """
    known = units()
    parts = printed.replace("／", "/").split("/")
    if len(parts) == 2 and parts[1] in known.periods:
        parts.pop()
    return all(dimension_of(part)[0] != part or part in known.factors for part in parts)


@vocabulary.cached()
def units() -> Units:
    """Return the units of the vocabulary in force."""
    words = vocabulary.load("units")
    # Each unit with the name of its table and its factor there.
    factors, periods = (
        {
            unit: (name, Fraction(factor))
            for name, table in words[tables].items()
            for unit, factor in table.items()
        }
        for tables in ("dimensions", "periods")
    )
    for unit in words["counters"]["words"]:
        factors.setdefault(unit, (unit, Fraction(1)))
    not_before: dict[str, str] = words["counters"]["not_before"]

    def unit_pattern(unit: str) -> str:
        follow = not_before.get(unit)
        # 个小时, 个工作日: the counter is no part of the unit.
        loose = "个?" if factors[unit][0] in {"time", "workdays"} else ""
        return loose + re.escape(unit) + (f"(?![{follow}])" if follow else "")

    # A bare 3年 is a date or a plan's length far more often than an amount: read apart.
    printed = sorted((unit for unit in factors if unit not in ("ratio", "年")), key=len)[::-1]
    counters = "|".join(map(unit_pattern, printed))
    scales = sorted(words["scales"], key=len, reverse=True)
    scale = one_of(scales)
    per = f"{one_of(periods)}|{scale}?(?:{counters})"
    return Units(
        scales={scale: Fraction(words["scales"][scale]) for scale in scales},
        factors=factors,
        periods=periods,
        counters=counters,
        pattern=f"(?P<scale>{scale})?[余多]?(?P<unit>(?:{counters})(?:（[套件个座]）)?)(?:/(?P<per>{per}))?",
    )


def plain_unit(printed: str) -> str:
    """Return a unit without the other one that brackets offer: 台（套） is counted like 台.

    >>> plain_unit("台（套）"), plain_unit("台")
    ('台', '台')
    """
    return re.sub("（[^）]*）", "", printed)


@vocabulary.cached(4096)
def dimension_of(unit: str) -> tuple[str, Fraction]:
    """Return what a printed unit measures, and its exact factor within that dimension.

    >>> dimension_of("万平方米"), dimension_of("㎡")
    (('area', Fraction(10000, 1)), ('area', Fraction(1, 1)))
    >>> dimension_of("次/半年") == dimension_of("次/年")[:1] + (Fraction(2),)
    True
    >>> dimension_of("次/2年")[1], dimension_of("石")
    (Fraction(1, 2), ('石', Fraction(1, 1)))
    """
    known = units()
    unit = plain_unit(unit)
    counted, slash, period = unit.partition("/")
    if slash:
        dimension, factor = dimension_of(counted)
        every = re.fullmatch(r"([0-9]*)(.+)", period)
        count, name = every.groups() if every else ("", period)
        family, per = known.periods.get(name, (name, Fraction(1)))
        return f"{dimension}/{family}", factor * per / int(count or 1)
    if unit in known.factors:
        return known.factors[unit]
    for scale, worth in known.scales.items():
        if unit.startswith(scale):
            dimension, factor = dimension_of(unit[len(scale) :])
            return dimension, factor * worth
    return unit, Fraction(1)
