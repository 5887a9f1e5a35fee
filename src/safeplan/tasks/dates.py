"""Dates and Chinese numerals as official documents print them.

`date_phrases` is the one grammar of deadlines: it finds 6月底前, 三季度, 2025年6月—10月, 汛前 or
每季度末 in a text and says of what they are made. Which days they allow is for `safeplan.dues`.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, replace
from typing import Literal

from safeplan import vocabulary
from safeplan.models import Period
from safeplan.text.folding import fold
from safeplan.text.numerals import read_whole
from safeplan.vocabulary.grammar import Grammar

_ZERO = "〇零○ＯO0０"
_NINE = "一二三四五六七八九"
DATE = (
    r"(?:(?P<year>\d{4})年(?P<month>\d{1,2})月(?P<day>\d{1,2})日"
    rf"|(?P<zh_year>[{_ZERO}{_NINE}]{{4}})年(?P<zh_month>[{_NINE}十]{{1,2}})月(?P<zh_day>[{_NINE}十]{{1,3}})日"
    r"|(?P<iso_year>(?:19|20)\d\d)[-./](?P<iso_month>\d{1,2})[-./](?P<iso_day>\d{1,2}))"
)
"""Pattern of a date, to be put into others: 2025年3月5日, 二〇二五年三月五日, 2025-03-05."""

NO_YEARS = Period(start_year=None, end_year=None)
"""What is known of a plan that names no year."""
_FIVE_YEARS = re.compile(rf"十([{_NINE}])五|第十([{_NINE}])个五年")


def date_of(match: re.Match[str]) -> dt.date | None:
    """Return the date that a match of a pattern with `DATE` in it holds; None for 2月30日."""
    kind = next((kind for kind in ("zh_", "iso_") if match[kind + "year"]), "")
    try:
        year, month, day = (read_whole(match[kind + part]) for part in ("year", "month", "day"))
        return dt.date(year, month, day)
    except ValueError:
        return None


def five_year_plan(text: str) -> Period | None:
    """Return the years of the five-year plan that a text names.

    >>> five_year_plan("“十五五”末")
    Period(start_year=2026, end_year=2030)
    """
    match = _FIVE_YEARS.search(text)
    if match is None:
        return None
    start = 2021 + 5 * (read_whole("十" + (match[1] or match[2])) - 14)
    return Period(start_year=start, end_year=start + 4)


_YEAR = rf"(?:20\d\d|二[{_ZERO}][{_ZERO}{_NINE}]{{2}})"
_DASH = r"[—–\-~～至到－─]{1,2}"
_RANGE = re.compile(rf"({_YEAR})年?(?:\d{{1,2}}月)?(?:\d{{1,2}}日)?\s*{_DASH}\s*({_YEAR})(?!\d)年?")
_SHORT_RANGE = re.compile(rf"(20\d\d)年?{_DASH}(\d\d)年")
_ONE = re.compile(rf"({_YEAR})(?!\d)(年?)")
_AIM = re.compile(r"[到至]$")
_STATED = re.compile(
    rf"(?:规划期限?|实施期限?|实施周期|行动时间|期限)(?:为|是|：|:|自)?"
    rf"(?P<years>{_YEAR}年?\s*{_DASH}\s*{_YEAR}年)"
)
_TAKES = re.compile(
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


def period_stated(text: str) -> Period | None:
    """Return the years a plan's own text says it is for: 规划期为2021—2025年."""
    match = _STATED.search(text)
    return period_in(match["years"]) if match else None


def years_of(title: str) -> int:
    """Return how many years a plan says it takes, 1 where it does not say.

    >>> years_of("消防安全突出问题治理三年行动方案"), years_of("2025年工作要点")
    (3, 1)
    """
    match = _TAKES.search(title)
    return read_whole(match[1]) if match else 1


# --- the grammar of deadlines -----------------------------------------------------------------

Unit = Literal["day", "third", "month", "quarter", "half", "year", "plan"]
Edge = Literal["start", "middle", "end", "inside"]


@dataclass(frozen=True)
class Moment:
    """A stretch of the calendar as printed: 6月, 2025年三季度, 年底, 9月上旬."""

    unit: Unit
    year: int | None = None
    """The printed year; None where it is the plan's own."""
    later: int = 0
    """Years after the one meant: 1 for 明年."""
    number: int = 0
    """Of the month, the quarter or the half."""
    day: int = 0
    """Of the month; of a third (上旬) its number."""
    edge: Edge | None = None
    """初, 中 or 底 of it; 内."""


@dataclass(frozen=True)
class DatePhrase:
    """A date phrase in a text: where it stands, and what it is made of."""

    start: int
    end: int
    kind: Literal["date", "event", "standing", "span"]
    """`span`: an amount of time with no day to count from (半年内)."""
    moments: tuple[Moment, ...] = ()
    """Two of them for 6月—10月."""
    tail: str = ""
    """The words that say which side is meant: 前, 内, 起."""
    upto: bool = False
    """到, 至 or 截至 stands before it."""
    words: str = ""
    """Of an event or of what stands forever, its words."""

    @property
    def is_before(self) -> bool:
        """True for 6月底前, 到2028年, 年底, “五一”前."""
        if self.tail:
            return self.tail in ("前", "之前", "以前")
        return self.upto or bool(self.moments and self.moments[-1].edge == "end")

    @property
    def is_range(self) -> bool:
        """True for 6月—10月."""
        return len(self.moments) > 1

    @property
    def is_within(self) -> bool:
        """True for 年内, 6月内, 6月—10月: there is a last day, and more days before it."""
        inside = bool(self.moments and self.moments[-1].edge == "inside")
        return inside or self.is_range or self.tail in ("内", "之内", "以内")


_EDGES: dict[str, Edge] = {
    "初": "start", "中": "middle", "底": "end", "末": "end", "终": "end", "内": "inside"
}  # fmt: skip
_NAMED_YEARS = {"明年": 1, "次年": 1, "翌年": 1, "来年": 1, "后年": 2}

_JOINS = re.compile(r"\s?(?:[—–―－~～\-]{1,2}|起?至|到)\s?")


def date_phrases(text: str) -> list[DatePhrase]:
    """Find the date phrases of a text in their order; they do not overlap.

    >>> [(p.kind, "6月底前，持续推进"[p.start : p.end]) for p in date_phrases("6月底前，持续推进")]
    [('date', '6月底前'), ('standing', '持续推进')]
    """
    text = fold(text)
    found: list[DatePhrase] = []
    at = 0
    while opens := _says().opening.search(text, at):
        at = opens.start()
        phrase = _words_at(text, at)
        if phrase is None and (span := _says().span.match(text, at)):
            phrase = DatePhrase(at, span.end(), "span", tail=span["tail"])
        if phrase := phrase or _dates_at(text, at):
            found.append(phrase)
        at = phrase.end if phrase else at + 1
    return found


def _dates_at(text: str, at: int) -> DatePhrase | None:
    """Return the phrase of one moment or of a range that begins here."""
    match = _says().moment.match(text, at)
    first = _moments(match, None) if match else None
    if match is None or not first:
        return None
    moments, end = first, match.end()
    joined = _JOINS.match(text, end)
    if joined and len(moments) == 1:
        second = _says().moment.match(text, joined.end())
        more = _moments(second, moments[0]) if second else None
        if second and more:
            moments, end = (*moments, *more[:1]), second.end()
    tail = _says().after.match(text, end)
    return DatePhrase(
        start=at,
        end=tail.end() if tail else end,
        kind="date",
        moments=moments,
        tail=tail["tail"] if tail else "",
        upto=bool(match["upto"]),
    )


def _moments(match: re.Match[str], before: Moment | None) -> tuple[Moment, ...]:
    """Return the moments of a match, `before` being what a range begins with; () for none."""
    if match["iso_year"]:
        month, day = int(match["iso_month"]), int(match["iso_day"] or 0)
        iso_year = int(match["iso_year"])
        return (Moment("day" if day else "month", iso_year, number=month, day=day),)
    year = _year(match["year"])
    later = _NAMED_YEARS.get(match["named"] or "", 0)
    dated = bool(match["year"] or match["named"])

    def moment(unit: Unit, number: str | None = None, edge: str | None = None) -> Moment:
        value = read_whole(number) if number else 0
        return Moment(unit, year, later, value, edge=_EDGES.get((edge or "")[:1]))

    if match["month"]:
        last = moment("month", match["month"], match["month_edge"])
        if match["day"]:
            last = replace(last, unit="day", day=int(match["day"]))
        elif match["third"] or match["month_edge"] == "中旬":
            last = replace(last, unit="third", day="上中下".index(match["third"] or "中") + 1)
        return (moment("month", match["from"]), last) if match["from"] else (last,)
    if match["bare_day"]:
        whole = before if before and before.unit == "day" else None
        return (replace(whole, day=int(match["bare_day"])),) if whole else ()
    if match["quarter"]:
        last = moment("quarter", match["quarter"], match["quarter_edge"])
        begins = "1" if match["first"] else match["from_quarter"]
        return (moment("quarter", begins), last) if begins else (last,)
    if match["half"]:
        return (moment("half", "1" if match["half"][0] == "上" else "2", match["half_edge"]),)
    if match["year_edge"] and (dated or match["of_year"]):
        return (moment("year", edge=match["year_edge"]),)
    if match["five"]:
        period = five_year_plan(match["five"])
        last_year = period.end_year if period else None
        return (Moment("plan", last_year, edge=_EDGES.get(match["five_edge"] or "")),)
    if match["plan"]:
        return (Moment("plan", edge=_EDGES[match["plan_edge"]]),)
    return (moment("year"),) if dated else ()


def _words_at(text: str, at: int) -> DatePhrase | None:
    """Return the phrase of words that begins here: a feast, a season, every…, for ever."""
    match = _says().worded.match(text, at)
    if match is None:
        return None
    if match["standing"]:
        end = match.end()
        while text[at] in "每各" and (
            dated := _dates_at(text, end + (text[end : end + 1] == "、"))
        ):
            end = dated.end  # 每年3月、9月 and 每年6月底前 are every year's.
        return DatePhrase(at, end, "standing", words=match["standing"])
    if match["unset"]:
        return DatePhrase(at, match.end(), "event", words=match["unset"])
    tail = _says().after.match(text, match.end())
    year, later = _year(match["year"]), _NAMED_YEARS.get(match["named"] or "", 0)
    moments: tuple[Moment, ...] = ()
    word = match["quoted"] or match["feast"] or match["season"] or match["placed"]
    if on := vocabulary.load("dates")["feasts"].get(word):
        moments = (Moment("day", year, later, on[0], on[1]),)
    elif year:
        moments = (Moment("year", year, later),)
    return DatePhrase(
        start=at,
        end=tail.end() if tail else match.end(),
        kind="event",
        moments=moments,
        tail=tail["tail"] if tail else "",
        words=word,
    )


@vocabulary.cached()
def _says() -> Grammar:
    """Return the patterns of dates without figures, over the words in force."""
    words = vocabulary.load("dates")
    events = words["events"]
    lists = [words["feasts"], *words["standing"].values()]
    lists += [events[kind] for kind in ("feasts", "seasons", "unset")]
    first = {word[0] for listed in lists for word in listed} | set(
        '每各入前一二三四五六七八九十第上下年今本当明次翌来后截到至“"规行方计两半'
    )
    return Grammar("dates", words, first=rf"[\d{re.escape(''.join(sorted(first)))}]")


def _year(text: str | None) -> int | None:
    if not text:
        return None
    return read_whole(text) if len(text) == 4 else 2000 + int(text)
