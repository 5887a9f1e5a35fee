"""Everything in a passage that has the form of an amount: numbers with units, and words for them.

What is found here may still be a threshold or a name; `lookalikes` judges that.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from safeplan.models import Direction, Number
from safeplan.targets.lexicon import lexicon
from safeplan.targets.numerals import plain, read_number
from safeplan.targets.passages import BLANK, Passage
from safeplan.targets.units import units

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

    @property
    def is_share(self) -> bool:
        """Whether it is a part of a whole: a percentage or a ratio."""
        return self.unit in {"%", "‰", "‱", "ratio"}

    @property
    def dimension(self) -> str:
        """What the unit measures."""
        return units().factors.get(self.unit.lstrip("百千万亿"), (self.unit, Fraction(1)))[0]


def find_amounts(passage: Passage) -> list[Amount]:
    """Return all amounts of a passage in the order of the text, none over another."""
    found = [
        *_numbers(passage),
        *_fractions(passage),
        *_ratios(passage),
        *_unitless(passage),
        *_full(passage),
        *_zero(passage),
        *_silent_changes(passage),
    ]
    found.sort(key=lambda amount: (amount.start, -amount.stop))
    amounts: list[Amount] = []
    for amount in found:
        if not amounts or amount.start >= amounts[-1].stop:
            amounts.append(amount)
    return amounts


def bare_amount(text: str) -> Amount | None:
    """Return the number of a text that is nothing else: the `0` or `≤0.025` of an indicator.

    >>> bare_amount("≤0.025").value, bare_amount("0").value, bare_amount("0.3‰以内")
    (0.025, 0, None)
    """
    match = lexicon().bare.fullmatch(text.strip("。； "))
    if not match:
        return None
    words, bounds = lexicon(), lexicon().words["bounds"]
    direction: Direction = "eq"
    if mark := match["bound"]:
        direction = "ge" if mark in words.at_least else "le"
    if mark := match["tail"]:
        direction = "ge" if mark in bounds["or_more"] else "le"
    value = read_number(match["low"] or match["words"])
    return Amount(0, len(text), len(text), value, "", direction=direction)


def _with_tail(passage: Passage, amount: Amount) -> Amount:
    """Take in the bound that follows the unit."""
    words = lexicon()
    tail = words.tail.match(passage.masked, amount.end)
    if not tail and amount.dimension in {"time", "workdays", "months"}:
        tail = words.within.match(passage.masked, amount.end)
        direction: Direction | None = "le" if tail else None
    else:
        direction = ("ge" if tail["more"] else "le" if tail["less"] else None) if tail else None
    if not tail:
        return amount
    return Amount(
        amount.start, amount.end, tail.end(), amount.value, amount.unit,
        in_words=amount.in_words, direction=direction,
    )  # fmt: skip


def _numbers(passage: Passage) -> Iterator[Amount]:
    """Numbers with a unit, in digits or in words."""
    for match in lexicon().number.finditer(passage.masked):
        unit = (
            match["unit"].removeprefix("个")
            if match["unit"] not in units().factors
            else match["unit"]
        )
        scale = match["scale"] or ""
        if words := match["words"]:
            if (
                match.start()
                and passage.masked[match.start() - 1] in "第零一二三四五六七八九十百千万两数几"
            ):
                continue
            # 十五万户 is 15 万户; a bare 万 (近万场) is itself the number.
            while len(words) > 1 and words[-1] in "万亿":
                words, scale = words[:-1], words[-1] + scale
            value: Number | tuple[Number, Number] = read_number(words)
        else:
            value = read_number(match["low"])
            if match["high"]:
                value = (value, read_number(match["high"]))
        yield _with_tail(
            passage,
            Amount(
                match.start(),
                match.end(),
                match.end(),
                value,
                scale + unit,
                in_words=bool(match["words"]),
            ),
        )


def _fractions(passage: Passage) -> Iterator[Amount]:
    """三分之一, 百分之三十."""
    shares = {"百": "%", "千": "‰", "万": "‱"}
    for match in lexicon().fraction.finditer(passage.masked):
        above = read_number(match["above"])
        unit = shares.get(match["below"].removeprefix("一"), "ratio")
        value = (
            above
            if unit != "ratio"
            else plain(Fraction(above) / Fraction(read_number(match["below"])))
        )
        yield _with_tail(passage, Amount(match.start(), match.end(), match.end(), value, unit))


def _ratios(passage: Passage) -> Iterator[Amount]:
    """1∶5, where the words before it speak of a ratio."""
    for match in lexicon().ratio.finditer(passage.masked):
        if (
            "比" not in passage.masked[max(0, match.start() - 15) : match.start()]
            or float(match["below"]) == 0
        ):
            continue
        value = plain(Fraction(match["above"]) / Fraction(match["below"]))
        yield _with_tail(passage, Amount(match.start(), match.end(), match.end(), value, "ratio"))


def _unitless(passage: Passage) -> Iterator[Amount]:
    """Rates whose unit is left out: 万车死亡率控制在1.5以内."""
    words = lexicon()
    for match in words.unitless.finditer(passage.masked):
        if not (match["tail"] or match["bound"]):
            continue
        tail = match["tail"]
        direction: Direction | None = None
        if tail:
            direction = "ge" if tail in words.words["bounds"]["or_more"] else "le"
        yield Amount(
            match.start("low"), match.end("low"), match.end(), read_number(match["low"]), "",
            direction=direction,
        )  # fmt: skip


def _full(passage: Passage) -> Iterator[Amount]:
    """Full coverage in words."""
    for match in lexicon().full.finditer(passage.masked):
        if passage.masked[: match.start()].endswith(("%", "未", "不")):
            continue
        yield Amount(match.start(), match.end(), match.end(), 100, "%", "full", direction="eq")


def _zero(passage: Passage) -> Iterator[Amount]:
    """Zero in words."""
    for pattern in lexicon().zero:
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


def _silent_changes(passage: Passage) -> Iterator[Amount]:
    """Find changes asked for without saying how much: 保持同比下降."""
    words = lexicon()
    for match in words.silent_change.finditer(passage.folded):
        if passage.masked[match.end("move") - 1] == BLANK and "“" not in match.group():
            continue
        direction: Direction = "decrease" if match["move"] in words.decrease else "increase"
        group = "alone" if match["alone"] else "base"
        yield Amount(
            match.start(), match.end(), match.end(), None, "", "change",
            direction=direction, baseline=match.span(group),
        )  # fmt: skip


_WHOLE_CHANGE = re.compile(
    r"(?:保持|实现|持续|稳步|逐年|总体|稳定|只|继续|不断)*(?P<move>下降|降低|减少|降不升)"
)


def whole_change(text: str) -> bool:
    """Whether a text is nothing but a decrease: the 持续下降 of an indicator."""
    return _WHOLE_CHANGE.fullmatch(text.strip("。； ")) is not None
