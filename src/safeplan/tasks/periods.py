"""The years a plan is made for, as its title prints them or lets one count them."""

from __future__ import annotations

import re

from safeplan.models import Period
from safeplan.tasks.dates import five_year_plan
from safeplan.text.numerals import read_whole

_ZERO = "〇零○ＯO0０"
_NINE = "一二三四五六七八九"
_YEAR = rf"(?:20\d\d|二[{_ZERO}][{_ZERO}{_NINE}]{{2}})"
_DASH = r"[—–\-~～至到－─]{1,2}"
_RANGE = re.compile(rf"({_YEAR})年?(?:\d{{1,2}}月)?(?:\d{{1,2}}日)?\s*{_DASH}\s*({_YEAR})(?!\d)年?")
_SHORT_RANGE = re.compile(rf"(20\d\d)年?{_DASH}(\d\d)年")
_ONE = re.compile(rf"({_YEAR})(?!\d)(年?)")
_AIM = re.compile(r"[到至]$")
_SPAN = re.compile(
    r"([两二三四五23456])年(?=[^第]{0,12}(?:行动|攻坚|计划|整治|规划|提升|治理|方案))"
)


def period_in(text: str) -> Period | None:
    """Return the years a title names: a range, a five-year plan, or the year it plans for.

    Of several years that is the last: a plan looks forward, and what it looks back on, builds on
    or learns from was earlier. A year it only aims at (到2030年) counts where no other stands.

    >>> period_in("实施方案（2024—2026年）").end_year, period_in("应急管理“十四五”规划").start_year
    (2026, 2021)
    >>> period_in("2024年工作情况和2025年工作要点").start_year
    2025
    >>> period_in("二〇二五年工作要点").start_year, period_in("（2024-26年）").end_year
    (2025, 2026)
    """
    for match in (*_RANGE.finditer(text), *_SHORT_RANGE.finditer(text)):
        start, end = read_whole(match[1]), read_whole(match[2])
        end += 2000 if end < 100 else 0
        if start <= end <= start + 30:
            return Period(start_year=start, end_year=end)
    if five := five_year_plan(text):
        return five
    named = [(read_whole(match[1]), match.start()) for match in _ONE.finditer(text)]
    firm = [year for year, at in named if not _AIM.search(text[:at])]
    if years := firm or [year for year, _ in named]:
        return Period(start_year=max(years), end_year=max(years))
    return None


def years_of(title: str) -> int:
    """Return how many years a plan says it takes, 1 where it does not say.

    >>> years_of("消防安全突出问题治理三年行动方案"), years_of("2025年工作要点")
    (3, 1)
    """
    match = _SPAN.search(title)
    return read_whole(match[1]) if match else 1
