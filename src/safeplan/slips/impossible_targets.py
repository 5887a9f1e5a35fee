"""Rules on targets that cannot be: more than the whole, parts that miss their total, old baselines."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction

from safeplan import vocabulary
from safeplan.slips.rules import Examined, Hit, rule
from safeplan.targets.units import units
from safeplan.text.folding import fold
from safeplan.text.numerals import DIGITS

_BEYOND = re.compile(
    r"(?<![0-9.])100(?:\.0+)?%(?:及|（含）)*以上|(?:(?<!不)超过|(?<!不)高于|(?<!不)大于|突破|>)[^0-9]{0,4}100(?:\.0+)?%"
)
_YEAR = re.compile(r"20\d\d")
_AT_LEAST = re.compile("每|至少|不少于|不低于|以上")


@rule("error")
def target_over_whole(examined: Examined) -> Iterator[Hit]:
    """Report shares of more than all: 标准化率100%以上, 下降120%."""
    words = vocabulary.load("lint")["targets"]
    for record, target in examined.targets:
        if target.unit != "%" or not isinstance(target.value, int | float):
            continue
        beyond = target.value > 100
        if target.direction in ("ge", "eq"):
            said = target.subject + target.text
            whole, more = (
                any(word in said for word in words[kind]) for kind in ("shares", "beyond_whole")
            )
            beyond |= target.value == 100 and bool(_BEYOND.search(fold(target.text)))
            beyond &= whole and not more
        if beyond and target.direction in ("ge", "eq", "decrease"):
            yield Hit(record, {"text": target.text})


@vocabulary.cached()
def _total_and_parts() -> tuple[re.Pattern[str], re.Pattern[str]]:
    unit = units().pattern.replace("?P<scale>", "?:").replace("?P<unit>", "?:")
    total = rf"(?P<total>{DIGITS})(?P<unit>{unit})(?P<said>[^，。；、（）]{{0,16}})（(?P<parts>[^（）]+)）"
    return re.compile(total), re.compile(rf"(?P<part>{DIGITS})(?P<unit>{unit})")


@rule("error")
def target_parts(examined: Examined) -> Iterator[Hit]:
    """Report parts in brackets that do not add up to the total before them."""
    whole, one = _total_and_parts()
    for record, text in examined.records:
        for match in whole.finditer(fold(text)):
            parts = [
                Fraction(part["part"].replace(",", ""))
                for part in one.finditer(match["parts"])
                if part["unit"] == match["unit"]
            ]
            if len(parts) < 2 or _AT_LEAST.search(match["parts"]):
                continue
            total, added = Fraction(match["total"].replace(",", "")), sum(parts)
            # 其中 names some of the parts, not all.
            if added > total or (added < total and "其中" not in match["parts"]):
                printed = text[match.start() : match.end()]
                yield Hit(record, {"text": printed, "sum": f"{float(added):g}{match['unit']}"})


@rule("warning")
def target_baseline(examined: Examined) -> Iterator[Hit]:
    """Report changes that an annual plan measures against another year than the one before."""
    begins = examined.plan.period.start_year
    if examined.plan.kind != "annual" or begins is None:
        return
    for record, target in examined.targets:
        year = _YEAR.match(fold(target.baseline or ""))
        if year and target.direction in ("decrease", "increase") and int(year[0]) != begins - 1:
            args = {"text": target.text, "subject": target.subject, "year": year[0]}
            yield Hit(record, {**args, "usual": str(begins - 1)})
