"""The date phrases of a deadline → the first and the last day it allows.

The grammar is `safeplan.tasks.dates`'s; here its phrases meet the plan's period and the calendar.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from typing import NamedTuple

from safeplan import vocabulary
from safeplan.models import Due, DueKind, Period
from safeplan.tasks.dates import DatePhrase, Moment, date_phrases


class _Years(NamedTuple):
    """The plan's years, where they are told."""

    start_year: int
    end_year: int


_NO_YEARS = _Years(1, 1)
"""Stands in for a plan that tells none: only deadlines that print their year have days then."""
_Days = tuple[dt.date | None, dt.date | None]
_OPEN: _Days = (None, None)
_THIRDS = {1: (1, 10), 2: (11, 20), 3: (21, 31)}
_SINCE = ("起", "开始")
_AFTER = ("后", "之后", "以后")
# 防火期内, 施工旺季: a deadline of words alone that names a time, though none that has a date.
_TIME_OF_WORDS = re.compile(
    r"[，。；（）() ]*(?P<words>[\u4e00-\u9fff“”]{1,12}(?:期|季|期间|期内|前|后|时))[，。；（）() ]*"
)


def read_due(text: str, period: Period) -> Due | None:
    """Return the days a deadline allows, None where the text names none.

    Days count over words (6月底前完成，长期坚持 is due in June), and of several the last one ends
    the time (6月底前完成60%，年底前全面完成). A month that has no such day (6月31日) gives no end.

    Args:
        text: the deadline as printed.
        period: the plan's years: a month or a quarter without a year is of these, and of their
            first where there are several, and has no days where there are none.

    >>> read_due("6月底前", Period(start_year=2025, end_year=2025)).end
    datetime.date(2025, 6, 30)
    """
    phrases = date_phrases(text)
    if period.start_year is not None and period.end_year is not None:
        return _read(text, phrases, _Years(period.start_year, period.end_year))
    due = _read(text, phrases, _NO_YEARS)
    if due and not all(phrase.moments and phrase.moments[0].year for phrase in phrases):
        return due.model_copy(update={"start": None, "end": None})
    return due


def _read(text: str, phrases: list[DatePhrase], period: _Years) -> Due | None:
    if telling := _telling(phrases):
        read = _dated if telling[0].kind == "date" else _worded
        return read(text, telling, period)
    words = _TIME_OF_WORDS.fullmatch(text)
    return Due(text=words["words"], kind="event") if words else None


def due_span(text: str) -> tuple[int, int] | None:
    """Return where in a deadline the words stand that `read_due` reads, None where it reads none.

    >>> due_span("力争6月底前完成"), due_span("完成")
    ((2, 6), None)
    """
    if telling := _telling(date_phrases(text)):
        return telling[0].start, telling[-1].end
    words = _TIME_OF_WORDS.fullmatch(text)
    return words.span("words") if words else None


def _telling(phrases: list[DatePhrase]) -> list[DatePhrase]:
    """Return the phrases that tell the days: all dates, else the first that says most."""
    if dated := [phrase for phrase in phrases if phrase.kind == "date"]:
        return dated
    order = ("event", "standing", "span")
    return sorted(phrases, key=lambda phrase: order.index(phrase.kind))[:1]


def _dated(text: str, phrases: list[DatePhrase], period: _Years) -> Due:
    first, last = phrases[0], phrases[-1]
    days: list[_Days] = []
    since: int | None = None
    for phrase in phrases:
        days.append(_days_of(phrase, period, since))
        since = phrase.moments[-1].year or since
    starts, ends = zip(*days, strict=True)
    kind: DueKind = "by" if _ends_on(last) and not last.is_range else "within"
    start = None if kind == "by" or None in starts else min(filter(None, starts))
    end = None if None in ends else max(filter(None, ends))
    if start and end and start > end:
        start = None
    return Due(text=text[first.start : last.end], start=start, end=end, kind=kind)


def _days_of(phrase: DatePhrase, period: _Years, since: int | None = None) -> _Days:
    """Return the days of a moment or of a range; `since` is a year printed before it."""
    base = since or period.start_year
    start, end = _days(phrase.moments[0], base, period)
    if phrase.is_range:
        opening = phrase.moments[0]
        begun = (opening.year or base) + opening.later
        _, end = _days(phrase.moments[1], begun, period)
        if start and end and end < start and phrase.moments[1].year is None:
            # 11月—3月 runs into the next year.
            _, end = _days(phrase.moments[1], begun + 1, period)
    if phrase.tail in _SINCE:
        return start, None
    if phrase.tail in _AFTER:
        return (end + dt.timedelta(days=1) if end else None), None
    if phrase.is_range:
        return start, end
    if phrase.tail and phrase.is_before and phrase.moments[0].edge is None and start != end:
        # 6月前 is before June, 6月20日前 and 6月底前 include their day.
        return None, start - dt.timedelta(days=1) if start else None
    return (None if _ends_on(phrase) else start), end


def _ends_on(phrase: DatePhrase) -> bool:
    """Tell whether a phrase names a last day and no first: 6月底前, 6月30日."""
    if phrase.tail in (*_SINCE, *_AFTER):
        return False
    return phrase.is_before or (not phrase.is_range and phrase.moments[0].unit == "day")


def _days(moment: Moment, base: int, period: _Years) -> _Days:
    """Return the first and the last day of a moment; None where the calendar has no such day."""
    if moment.unit == "plan":
        end_year = moment.year or period.end_year
        start_year = end_year - 4 if moment.year else period.start_year
        return dt.date(start_year, 1, 1), dt.date(end_year, 12, 31)
    year = (moment.year or base) + moment.later
    months = {"year": 12, "half": 6, "quarter": 3}.get(moment.unit, 1)
    last = 12 if moment.unit == "year" else moment.number * months
    first = last - months + 1
    length = calendar.monthrange(year, last)[1]
    if moment.unit == "day":
        if not 1 <= moment.day <= length:
            return _OPEN
        return (dt.date(year, last, moment.day),) * 2
    if moment.unit == "third" or (moment.unit == "month" and moment.edge in ("start", "middle")):
        third = moment.day or (1 if moment.edge == "start" else 2)
        opens, closes = _THIRDS[third]
        return dt.date(year, last, opens), dt.date(year, last, min(closes, length))
    if moment.edge == "start":
        return dt.date(year, first, 1), dt.date(year, first, calendar.monthrange(year, first)[1])
    if moment.edge == "middle":
        return dt.date(year, 6, 1), dt.date(year, 6, 30)
    return dt.date(year, first, 1), dt.date(year, last, length)


def _worded(text: str, phrases: list[DatePhrase], period: _Years) -> Due:
    phrase = phrases[0]
    span = text[phrase.start : phrase.end]
    if phrase.kind == "span":
        return Due(text=span, kind="within")
    if phrase.kind == "standing":
        if phrase.words in vocabulary.load("dates")["standing"]["year"]:
            start, end = dt.date(period.start_year, 1, 1), dt.date(period.end_year, 12, 31)
            return Due(text=span, start=start, end=end, kind="standing")
        return Due(text=span, kind="standing")
    if not phrase.moments or phrase.tail not in ("前", "之前", "以前"):
        return Due(text=span, kind="event")
    moment, new_years = phrase.moments[0], vocabulary.load("dates")["new_year"]
    if moment.unit == "day":
        year = (moment.year or period.start_year) + moment.later
        if (moment.number, moment.day) == (1, 1) and moment.year is None and not moment.later:
            year += 1  # 元旦前 is the end of the year, not its beginning.
        eve = dt.date(year, moment.number, moment.day) - dt.timedelta(days=1)
    elif phrase.words == "春节" and str(moment.year) in new_years:
        # The first day of a lunar year; without a year two may be meant.
        on = new_years[str(moment.year)]
        eve = dt.date(moment.year or 0, *on) - dt.timedelta(days=1)
    else:
        return Due(text=span, kind="event")
    return Due(text=span, end=eve, kind="event")
