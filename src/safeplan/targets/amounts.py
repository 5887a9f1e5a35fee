"""Everything in a passage that has the form of an amount: numbers with units, and words for them.

What is found here may still be a threshold or a name; `lookalikes` judges that.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Literal

from safeplan import vocabulary
from safeplan.models import Direction, Number
from safeplan.targets.lexicon import TargetLexicon, direction_of, lexicon
from safeplan.targets.passages import BLANK, Passage
from safeplan.targets.units import plain_unit, units
from safeplan.text.numerals import plain, read_about, read_number

Kind = Literal["number", "full", "zero", "change"]


@dataclass(frozen=True, slots=True)
class Amount:
    """A number with its unit and the bound after it, or a phrase that means one."""

    start: int
    """Where the number begins."""
    end: int
    """Where the unit ends."""
    stop: int
    """Where the bound after the unit ends."""
    value: Number | tuple[Number, Number] | None
    unit: str
    kind: Kind = "number"
    in_words: bool = False
    """Printed in Chinese numerals."""
    direction: Direction | None = None
    """Where the amount says it itself: 以上, 以内, 全覆盖."""
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
        """What the unit measures."""
        return _dimension(self.unit)


@vocabulary.cached(1024)
def _dimension(printed: str) -> str:
    unit = plain_unit(printed).partition("/")[0]
    return units().factors.get(unit.lstrip("百千万亿"), (unit, Fraction(1)))[0]


def find_amounts(passage: Passage, unit: str = "") -> list[Amount]:
    """Return all amounts of a passage in the order of the text, none over another.

    Args:
        passage: The text.
        unit: The unit that its table gives to figures without one.
    """
    words = passage.words
    found = [
        *_numbers(passage, words),
        *_every(passage, words),
        *_terms(passage, words),
        *_fractions(passage, words),
        *_shares(passage, words),
        *_ratios(passage, words),
        *_unitless(passage, words, unit),
        *_full(passage, words),
        *_zero(passage, words),
        *_silent_changes(passage, words),
        *_counted_changes(passage, words),
    ]
    found.sort(key=lambda amount: (amount.start, -amount.stop))
    amounts: list[Amount] = []
    for amount in found:
        if not amounts or amount.start >= amounts[-1].stop:
            amounts.append(amount)
    return amounts


_BARE = 32
"""No bare number is longer."""


def bare_amount(text: str) -> tuple[Direction, Number | tuple[Number, Number]] | None:
    """Return the direction and number of a text that is nothing else: `0`, `≤0.025`, `〔下降18〕`.

    >>> bare_amount("≤0.025"), bare_amount("0"), bare_amount("0.3‰以内"), bare_amount("↓5")
    (('le', 0.025), ('eq', 0), None, ('decrease', 5))
    """
    match = lexicon().bare.fullmatch(text.strip("。； ")) if len(text) <= _BARE else None
    if not match:
        return None
    direction: Direction = "eq"
    if match["bound"]:
        direction = direction_of(match)
    if match["or_more"] or match["or_less"]:
        direction = "ge" if match["or_more"] else "le"
    if move := match["move"]:
        direction = "decrease" if move in lexicon().decrease else "increase"
    if high := match["high"] or match["words_high"]:
        return direction, (read_number(match["low"] or match["words"]), read_number(high))
    printed = match["low"] or match["words"]
    return direction, (read_about(printed) if match["words"] else None) or read_number(printed)


def _with_tail(passage: Passage, words: TargetLexicon, amount: Amount) -> Amount:
    """Take in the bound that follows the unit."""
    tail = words.tail.match(passage.masked, amount.end)
    if not tail and amount.dimension in {"time", "workdays", "months"}:
        tail = words.within.match(passage.masked, amount.end)
        direction: Direction | None = "le" if tail else None
    else:
        direction = (
            ("ge" if tail["or_more"] else "le" if tail["or_less"] else None) if tail else None
        )
    if not tail:
        return amount
    return replace(amount, stop=tail.end(), direction=direction)


def _numbers(passage: Passage, words: TargetLexicon) -> Iterator[Amount]:
    """Numbers with a unit, in digits or in words."""
    known = units().factors
    for match in words.number.finditer(passage.masked):
        unit = match["unit"] if match["unit"] in known else match["unit"].removeprefix("个")
        scale = match["scale"] or ""
        printed = match["compound"] or match["low"] or match["words"]
        if match["words"]:
            before = passage.masked[match.start() - 1 : match.start()]
            if before and before in "第零一二三四五六七八九十百千万两数几":
                continue
        value = _value(match, printed)
        if match["words"] or match["compound"]:
            value, scale = _scaled(value, printed, scale, known[plain_unit(unit)][0])
        yield _with_tail(
            passage,
            words,
            Amount(
                match.start(),
                match.end(),
                match.end(),
                value,
                f"{scale}{unit}/{match['per']}" if match["per"] else scale + unit,
                in_words=bool(match["words"]),
            ),
        )


def _value(match: re.Match[str], printed: str) -> Number | tuple[Number, Number]:
    """Return a number, or the bounds of a range: 3—5, 三至五, 三五."""
    if high := match["high"] or match["words_high"]:
        return read_number(printed), read_number(high)
    if match["words"] and (about := read_about(printed)):
        return about
    value = read_number(printed)
    if power := match["power"]:
        return plain(Fraction(value) * 10 ** int(power.lstrip("^").translate(_RAISED)))
    return value


_RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")


def _scaled(
    value: Number | tuple[Number, Number], printed: str, scale: str, dimension: str
) -> tuple[Number | tuple[Number, Number], str]:
    """Give the scale within a number to its unit, where it is printed so.

    十五万户 is 15 万户; a bare 万 (近万场) is itself the number, and of 2亿3千万元 the 亿 is the scale.
    """
    if isinstance(value, tuple) or len(printed) == 1:
        return value, scale
    last = printed[-1]
    whole = Fraction(value) * (10_000 if scale == "万" else 10**8 if scale == "亿" else 1)
    if (printed[0].isdigit() and printed[0].isascii()) or any(c in "万亿" for c in printed[:-1]):
        if dimension != "money" or scale not in ("", "万"):
            return value, scale
        largest = "亿" if "亿" in printed else "万"
        return plain(whole / (10**8 if largest == "亿" else 10_000)), largest
    if last in "万亿":
        return plain(Fraction(value) / (10_000 if last == "万" else 10**8)), last + scale
    return value, scale


_OFTEN = re.compile("[年月度旬周期天日][0-9一二三四五六七八九十两]{1,3}[次轮场期]")
"""What every frequency without 每 holds; cheaper to look for."""


def _every(passage: Passage, words: TargetLexicon) -> Iterator[Amount]:
    """三年两次, 半年一次: a frequency without 每."""
    if not _OFTEN.search(passage.folded):
        return
    for match in words.every.finditer(passage.folded):
        period, count = match["period"], match["count"]
        if BLANK in passage.masked[match.start("times") : match.end()]:
            continue
        if not count and period != "半年":
            continue
        # 一季度2次 is so often in the first quarter.
        if period not in ("年", "半年") and (
            match["times"].isascii() or (count or "")[0:1].isdigit()
        ):
            continue
        period = PERIODS.get(period, period)
        every = read_number(count) if count else 1
        unit = f"{match['unit']}/{every if every != 1 else ''}{period}"
        yield _with_tail(
            passage,
            words,
            Amount(match.start(), match.end(), match.end(), read_number(match["times"]), unit),
        )


PERIODS = {"季": "季度", "天": "日", "星期": "周"}
"""Periods by the name that their unit bears."""


def _terms(passage: Passage, words: TargetLexicon) -> Iterator[Amount]:
    """不少于3年: years that are asked for."""
    for match in words.term.finditer(passage.folded):
        if BLANK not in passage.masked[match.start() : match.start("low")]:
            yield Amount(
                match.start("low"), match.end(), match.end(), read_number(match["low"]), "年"
            )


def _fractions(passage: Passage, words: TargetLexicon) -> Iterator[Amount]:
    """三分之一, 百分之三十, 1/3."""
    shares = {"百": "%", "千": "‰", "万": "‱"}
    for match in words.fraction.finditer(passage.masked) if "分之" in passage.masked else ():
        above = read_number(match["above"])
        unit = shares.get(match["below"].removeprefix("一"), "ratio")
        value = (
            above
            if unit != "ratio"
            else plain(Fraction(above) / Fraction(read_number(match["below"])))
        )
        yield _with_tail(
            passage, words, Amount(match.start(), match.end(), match.end(), value, unit)
        )
    slashed = any(sign in passage.masked for sign in "/½⅓⅔¼¾⅕")
    for match in words.slash.finditer(passage.masked) if slashed else ():
        if sign := match["sign"]:
            part = Fraction(unicodedata.numeric(sign)).limit_denominator(9)
        elif 0 < int(match["above"]) < int(match["below"]):
            part = Fraction(int(match["above"]), int(match["below"]))
        else:
            continue
        unit = match["unit"] or "ratio"
        amount = _with_tail(
            passage, words, Amount(match.start(), match.end(), match.end(), plain(part), unit)
        )
        before = passage.masked[max(0, match.start() - 8) : match.start()]
        if amount.direction or words.asks_for_share.search(before):
            yield amount


def _shares(passage: Passage, words: TargetLexicon) -> Iterator[Amount]:
    """九成, 半数."""
    for match in words.tenths.finditer(passage.masked) if "成" in passage.masked else ():
        value = Fraction(read_number(match["low"])) * 10
        if match["more"]:
            value += 5 if match["more"] == "半" else Fraction(read_number(match["more"]))
        yield _with_tail(
            passage, words, Amount(match.start(), match.end(), match.end(), plain(value), "%")
        )
    for match in words.share.finditer(passage.masked) if "半" in passage.masked else ():
        amount = Amount(
            match.start(), match.end(), match.end(), words.words["shares"][match.group()], "%",
            direction="ge" if match.group().startswith("过") else None,
        )  # fmt: skip
        yield _with_tail(passage, words, amount)


def _ratios(passage: Passage, words: TargetLexicon) -> Iterator[Amount]:
    """1∶5, where the words before it speak of a ratio."""
    for match in words.ratio.finditer(passage.masked):
        before = passage.masked[max(0, match.start() - 15) : match.start()]
        after = passage.masked[match.end() : match.end() + 6]
        alone = not before and match.end() == len(passage.masked)
        asked = (
            alone or "比" in before or after.startswith("比例") or words.ratio_asked.search(before)
        )
        if float(match["below"]) == 0 or not asked or after.startswith("比例尺"):
            continue
        value = plain(Fraction(match["above"]) / Fraction(match["below"]))
        yield _with_tail(
            passage, words, Amount(match.start(), match.end(), match.end(), value, "ratio")
        )


def _unitless(passage: Passage, words: TargetLexicon, unit: str) -> Iterator[Amount]:
    """Figures without a unit: of a rate (万车死亡率控制在1.5以内), or where the table gives one."""
    for match in words.unitless.finditer(passage.masked):
        before = passage.masked[max(0, match.start() - 8) : match.start()]
        if unit or words.takes_figure.search(before):
            direction: Direction | None = "ge" if match["or_more"] else None
            if match["or_less"]:
                direction = "le"
            yield Amount(
                match.start("low"), match.end("low"), match.end(), read_number(match["low"]), unit,
                direction=direction,
            )  # fmt: skip


def _full(passage: Passage, words: TargetLexicon) -> Iterator[Amount]:
    """Full coverage in words."""
    for match in words.full.finditer(passage.masked):
        if passage.masked[: match.start()].endswith(("%", "未", "不")):
            continue
        if passage.masked[match.end() : match.end() + 1].isdigit():
            continue  # 覆盖全部186个行政村: the number says how many.
        yield Amount(match.start(), match.end(), match.end(), 100, "%", "full", direction="eq")


def _zero(passage: Passage, words: TargetLexicon) -> Iterator[Amount]:
    """Zero in words."""
    for pattern in words.zero:
        for match in pattern.finditer(passage.masked):
            subject = match.span("subject") if "subject" in pattern.groupindex else None
            yield Amount(
                match.start(),
                match.end(),
                match.end(),
                0,
                "",
                "zero",
                direction="eq",
                subject=subject,
            )


def _silent_changes(passage: Passage, words: TargetLexicon) -> Iterator[Amount]:
    """Find changes asked for without saying how much: 保持同比下降."""
    for match in words.silent_change.finditer(passage.folded):
        if match["never_up"]:
            yield Amount(
                match.start(), match.end(), match.end(), None, "", "change", direction="decrease"
            )
            continue
        if passage.masked[match.end("move") - 1] == BLANK and "“" not in match.group():
            continue
        direction: Direction = "decrease" if match["move"] in words.decrease else "increase"
        group = "alone" if match["alone"] else "base"
        yield Amount(
            match.start(), match.end(), match.end(), None, "", "change",
            direction=direction, baseline=match.span(group), count=1 + ("双" in match.group()),
        )  # fmt: skip


def _counted_changes(passage: Passage, words: TargetLexicon) -> Iterator[Amount]:
    """Find changes said of several things at once: “五个下降”, “双下降”."""
    for match in words.counted_change.finditer(passage.folded):
        count = int(read_number(match["count"])) if match["count"] else 2
        move = match["move"] or match["both"]
        direction: Direction = "decrease" if move in words.decrease else "increase"
        if 1 < count < 10:
            yield Amount(
                match.start(), match.end(), match.end(), None, "", "change",
                direction=direction, count=count,
            )  # fmt: skip


_WHOLE_CHANGE = re.compile(
    r"(?:保持|实现|持续|稳步|逐年|总体|稳定|只|继续|不断)*(?P<move>下降|降低|减少|降不升)"
)


def whole_change(text: str) -> bool:
    """Whether a text is nothing but a decrease: the 持续下降 of an indicator."""
    return _WHOLE_CHANGE.fullmatch(text.strip("。； ")) is not None
