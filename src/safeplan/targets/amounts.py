"""Everything in a passage that has the form of an amount: numbers with units, and words for them.

What is found here may still be a threshold or a name; `lookalikes` judges that.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any, Literal, NamedTuple

from safeplan.models import Direction, Number
from safeplan.targets.passages import BLANK, Passage, direction_of, lexicon
from safeplan.targets.units import dimension_of, plain_unit, units
from safeplan.text.numerals import plain, read_about, read_number

Kind = Literal["number", "full", "zero", "change"]
Value = Number | tuple[Number, Number]

TIMES = frozenset({"time", "workdays", "months"})
"""Dimensions of what lasts."""
PERIODS = {"季": "季度", "天": "日", "星期": "周"}
"""Periods by the name that their unit bears."""


@dataclass(frozen=True, slots=True)
class Amount:
    """A number with its unit and the bound after it, or a phrase that means one."""

    start: int
    """Where the number begins."""
    stop: int
    """Where the bound after the unit ends."""
    value: Value | None = None
    unit: str = ""
    kind: Kind = "number"
    direction: Direction | None = None
    """Where the amount says it itself: 以上, 以内, 全覆盖."""
    in_words: bool = False
    """Printed in Chinese numerals."""
    baseline: tuple[int, int] | None = None
    subject: tuple[int, int] | None = None
    """Where the phrase itself holds what is measured: 不发生较大事故."""
    count: int = 1
    """How many things a change is said of at once: “五个下降”."""

    @property
    def is_share(self) -> bool:
        """Whether it is a part of a whole: a percentage or a ratio."""
        return self.unit in {"%", "‰", "‱", "ratio"}

    @property
    def dimension(self) -> str:
        """What the unit measures, whatever the period."""
        return dimension_of(self.unit.partition("/")[0])[0]


def find_amounts(passage: Passage, unit: str = "") -> list[Amount]:
    """Return all amounts of a passage in the order of the text, none over another.

    Args:
        passage: The text.
        unit: The unit that its table gives to figures without one.
    """
    found: list[Amount] = []
    for name, form in _FORMS.items():
        if form.rare and form.rare.isdisjoint(passage.folded):
            continue
        text = passage.folded if form.over_names else passage.masked
        matches = getattr(passage.words, name).finditer(text)
        found += filter(None, (form.read(passage, match, unit) for match in matches))
    found.sort(key=lambda amount: (amount.start, -amount.stop))
    amounts: list[Amount] = []
    for amount in found:
        if not amounts or amount.start >= amounts[-1].stop:
            amounts.append(amount)
    return amounts


_BARE = 32
"""No bare number is longer."""


def bare_amount(text: str) -> tuple[Direction, Value] | None:
    """Return the direction and number of a text that is nothing else: `0`, `≤0.025`, `〔下降18〕`.

    >>> bare_amount("≤0.025"), bare_amount("0"), bare_amount("0.3‰以内"), bare_amount("↓5")
    (('le', 0.025), ('eq', 0), None, ('decrease', 5))
    """
    match = lexicon().bare.fullmatch(text.strip("。； ")) if len(text) <= _BARE else None
    if not match:
        return None
    direction = _side(match) or (direction_of(match) if match["bound"] else "eq")
    return way_of(match["move"]) if match["move"] else direction, _value(match)


def way_of(move: str) -> Direction:
    """Return which way a change goes: 下降, 增长."""
    return "decrease" if move in lexicon().words["changes"]["decrease"] else "increase"


def _side(match: re.Match[str]) -> Direction | None:
    """Return which way 以上 or 以内 behind a figure points."""
    return "ge" if match["or_more"] else "le" if match["or_less"] else None


def _value(match: re.Match[str]) -> Value:
    """Return a number, or the bounds of a range: 3—5, 三至五, 三五."""
    printed = match["low"] or match["words"]
    if high := match["high"] or match["words_high"]:
        return read_number(printed), read_number(high)
    return (match["words"] and read_about(printed)) or read_number(printed)


def _bounded(
    passage: Passage, match: re.Match[str], value: Value, unit: str, **more: Any
) -> Amount:
    """Return an amount with the bound that follows its unit."""
    amount, words = Amount(*match.span(), value, unit, **more), passage.words
    if tail := words.tail.match(passage.masked, amount.stop):
        return replace(amount, stop=tail.end(), direction=_side(tail))
    if amount.dimension in TIMES and (tail := words.within.match(passage.masked, amount.stop)):
        return replace(amount, stop=tail.end(), direction="le")
    return amount


# ---- numbers ----


def _number(passage: Passage, match: re.Match[str], _: str) -> Amount | None:
    """Numbers with a unit, in digits or in words."""
    in_words = bool(match["words"])
    before = passage.masked[: match.start()][-1:]
    if in_words and before and before in "第零一二三四五六七八九十百千万两数几":
        return None
    known = units().factors
    unit = match["unit"] if match["unit"] in known else match["unit"].removeprefix("个")
    scale = match["scale"] or ""
    value: Value = read_number(match["compound"]) if match["compound"] else _value(match)
    if match["power"]:
        power = int(match["power"].lstrip("^").translate(_RAISED))
        value = plain(Fraction(read_number(match["low"])) * 10**power)
    if printed := match["words"] or match["compound"]:
        value, scale = _scaled(value, printed, scale, known[plain_unit(unit)][0])
    per = f"/{match['per']}" if match["per"] else ""
    return _bounded(passage, match, value, scale + unit + per, in_words=in_words)


_RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
_SCALES = {"万": 10**4, "亿": 10**8}


def _scaled(value: Value, printed: str, scale: str, dimension: str) -> tuple[Value, str]:
    """Give the scale within a number to its unit, where it is printed so.

    十五万户 is 15 万户; a bare 万 (近万场) is itself the number, and of 2亿3千万元 the 亿 is the scale.
    """
    if isinstance(value, tuple) or len(printed) == 1:
        return value, scale
    last = printed[-1]
    if printed[0] in "0123456789" or not set(_SCALES).isdisjoint(printed[:-1]):
        if dimension != "money" or scale not in ("", "万"):
            return value, scale
        last = "亿" if "亿" in printed else "万"
        return plain(Fraction(value) * _SCALES.get(scale, 1) / _SCALES[last]), last
    if last in _SCALES:
        return plain(Fraction(value) / _SCALES[last]), last + scale
    return value, scale


def _frequency(passage: Passage, match: re.Match[str], _: str) -> Amount | None:
    """三年两次, 半年一次: a frequency without 每."""
    period, count, times = match["period"], match["count"], match["times"]
    if BLANK in passage.masked[match.start("times") : match.end()]:
        return None
    if not count and period != "半年":
        return None
    # 一季度2次 is so often in the first quarter.
    in_digits = times.isascii() or (count or "")[:1].isdigit()
    if in_digits and period not in ("年", "半年"):
        return None
    every = read_number(count) if count else 1
    unit = f"{match['unit']}/{every if every != 1 else ''}{PERIODS.get(period, period)}"
    return _bounded(passage, match, read_number(times), unit)


def _term(passage: Passage, match: re.Match[str], _: str) -> Amount | None:
    """不少于3年: years that are asked for."""
    if BLANK in passage.masked[match.start() : match.start("low")]:
        return None
    return Amount(match.start("low"), match.end(), read_number(match["low"]), "年")


def _fraction(passage: Passage, match: re.Match[str], _: str) -> Amount:
    """三分之一, 百分之三十."""
    above = read_number(match["above"])
    if unit := {"百": "%", "千": "‰", "万": "‱"}.get(match["below"].removeprefix("一")):
        return _bounded(passage, match, above, unit)
    share = Fraction(above) / Fraction(read_number(match["below"]))
    return _bounded(passage, match, plain(share), "ratio")


def _slashed(passage: Passage, match: re.Match[str], _: str) -> Amount | None:
    """1/3, ½, where something asks for a share."""
    if sign := match["sign"]:
        part = Fraction(unicodedata.numeric(sign)).limit_denominator(9)
    elif 0 < int(match["above"]) < int(match["below"]):
        part = Fraction(int(match["above"]), int(match["below"]))
    else:
        return None
    amount = _bounded(passage, match, plain(part), match["unit"] or "ratio")
    asked = amount.direction or passage.words.asks_for_share.search(_before(passage, match, 8))
    return amount if asked else None


def _before(passage: Passage, match: re.Match[str], reach: int) -> str:
    return passage.masked[max(0, match.start() - reach) : match.start()]


def _tenths(passage: Passage, match: re.Match[str], _: str) -> Amount:
    """九成, 九成五."""
    value = Fraction(read_number(match["low"])) * 10
    if match["more"]:
        value += 5 if match["more"] == "半" else Fraction(read_number(match["more"]))
    return _bounded(passage, match, plain(value), "%")


def _share(passage: Passage, match: re.Match[str], _: str) -> Amount:
    """半数, 过半."""
    least = "ge" if match.group().startswith("过") else None
    value = passage.words.words["shares"][match.group()]
    return _bounded(passage, match, value, "%", direction=least)


def _ratio(passage: Passage, match: re.Match[str], _: str) -> Amount | None:
    """1∶5, where the words before it speak of a ratio."""
    before = _before(passage, match, 15)
    after = passage.masked[match.end() : match.end() + 6]
    alone = not before and match.end() == len(passage.masked)
    said = "比" in before or passage.words.ratio_asked.search(before) or after.startswith("比例")
    if float(match["below"]) == 0 or not (alone or said) or after.startswith("比例尺"):
        return None
    value = plain(Fraction(match["above"]) / Fraction(match["below"]))
    return _bounded(passage, match, value, "ratio")


def _unitless(passage: Passage, match: re.Match[str], unit: str) -> Amount | None:
    """Figures without a unit: of a rate (万车死亡率控制在1.5以内), or where the table gives one."""
    if not unit and not passage.words.takes_figure.search(_before(passage, match, 8)):
        return None
    start, value = match.start("low"), read_number(match["low"])
    return Amount(start, match.end(), value, unit, direction=_side(match))


# ---- words ----


def _full(passage: Passage, match: re.Match[str], _: str) -> Amount | None:
    """Full coverage in words."""
    if _before(passage, match, 1) in ("%", "未", "不"):
        return None
    if passage.masked[match.end() : match.end() + 1].isdigit():
        return None  # 覆盖全部186个行政村: the number says how many.
    return Amount(*match.span(), 100, "%", "full", "eq")


def _zero(_: Passage, match: re.Match[str], __: str) -> Amount:
    """Zero in words."""
    subject = match.span("subject") if "subject" in match.re.groupindex else None
    return Amount(*match.span(), 0, "", "zero", "eq", subject=subject)


def _silent_change(passage: Passage, match: re.Match[str], _: str) -> Amount | None:
    """Find a change asked for without saying how much: 保持同比下降."""
    span = match.span()
    if match["never_up"]:
        return Amount(*span, kind="change", direction="decrease")
    if passage.masked[match.end("move") - 1] == BLANK and "“" not in match.group():
        return None
    base = match.span("alone" if match["alone"] else "base")
    way, count = way_of(match["move"]), 1 + ("双" in match.group())
    return Amount(*span, kind="change", direction=way, baseline=base, count=count)


def _counted_change(_: Passage, match: re.Match[str], __: str) -> Amount | None:
    """Find a change said of several things at once: “五个下降”, “双下降”."""
    count = int(read_number(match["count"])) if match["count"] else 2
    direction = way_of(match["move"] or match["both"])
    if not 1 < count < 10:
        return None
    return Amount(*match.span(), kind="change", direction=direction, count=count)


_ZEROES = ("word", "thing", "never", "none", "prevented", "absent")
"""The ways to say that there is none of something, each a pattern `zero_…`."""


class _Form(NamedTuple):
    """One form of an amount."""

    read: Callable[[Passage, re.Match[str], str], Amount | None]
    rare: frozenset[str] = frozenset()
    """What the form always holds one of; cheaper to look for."""
    over_names: bool = False
    """Whether it may hold a date or quotation marks, which are blank elsewhere."""


_FORMS = {
    "number": _Form(_number),
    "every": _Form(_frequency, frozenset("次轮场期"), over_names=True),
    "term": _Form(_term, over_names=True),
    "fraction": _Form(_fraction, frozenset("分")),
    "slash": _Form(_slashed, frozenset("/½⅓⅔¼¾⅕")),
    "tenths": _Form(_tenths, frozenset("成")),
    "share": _Form(_share, frozenset("半")),
    "ratio": _Form(_ratio),
    "unitless": _Form(_unitless),
    "full": _Form(_full),
    **{f"zero_{way}": _Form(_zero) for way in _ZEROES},
    "silent_change": _Form(_silent_change, over_names=True),
    "counted_change": _Form(_counted_change, frozenset("“双"), over_names=True),
}
"""Every form of an amount, by its pattern. Of two that begin at one place the longer one counts,
of two as long the first."""
