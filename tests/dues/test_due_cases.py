"""A deadline as printed, and the days it allows in a plan of 2025."""

from __future__ import annotations

import datetime as dt

import pytest

from safeplan.dues import read_due
from safeplan.models import Period

YEAR = Period(start_year=2025, end_year=2025)
FIVE_YEARS = Period(start_year=2026, end_year=2030)


@pytest.mark.parametrize(
    ("text", "end"),
    [
        ("6月底前", "2025-06-30"),
        ("2月底前", "2025-02-28"),
        ("年底前", "2025-12-31"),
        ("2025年年底前", "2025-12-31"),
        ("2026年底前", "2026-12-31"),
        ("明年3月底前", "2026-03-31"),
        ("6月20日前", "2025-06-20"),
        ("2025年6月底", "2025-06-30"),
        ("2025年6月30日", "2025-06-30"),
        ("二〇二五年六月底前", "2025-06-30"),
        ("第三季度末", "2025-09-30"),
        ("2025年一季度末前", "2025-03-31"),
        ("到“十四五”末", "2025-12-31"),
        ("到2028年", "2028-12-31"),
        # 6月前 ends before June begins, 6月底前 with its last day.
        ("6月前", "2025-05-31"),
        ("１２ 月底前", "2025-12-31"),
    ],
)
def test_a_last_day_alone(text: str, end: str) -> None:
    due = read_due(text, YEAR)
    assert due is not None
    assert (due.kind, due.start, str(due.end), due.text) == ("by", None, end, text)


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("4月", "2025-04-01", "2025-04-30"),
        ("1月份", "2025-01-01", "2025-01-31"),
        ("2025.6", "2025-06-01", "2025-06-30"),
        ("2025-06", "2025-06-01", "2025-06-30"),
        ("三季度", "2025-07-01", "2025-09-30"),
        ("前三季度", "2025-01-01", "2025-09-30"),
        ("上半年", "2025-01-01", "2025-06-30"),
        ("下半年", "2025-07-01", "2025-12-31"),
        ("9月上旬", "2025-09-01", "2025-09-10"),
        ("年内", "2025-01-01", "2025-12-31"),
        ("2025年6月—10月", "2025-06-01", "2025-10-31"),
        ("3-11月", "2025-03-01", "2025-11-30"),
        ("6月1日至9月30日", "2025-06-01", "2025-09-30"),
        ("5月10日—15日", "2025-05-10", "2025-05-15"),
        ("11月至次年3月", "2025-11-01", "2026-03-31"),
        ("2024—2026年", "2024-01-01", "2026-12-31"),
        ("明年1月", "2026-01-01", "2026-01-31"),
        ("5月、9月", "2025-05-01", "2025-09-30"),
    ],
)
def test_a_first_and_a_last_day(text: str, start: str, end: str) -> None:
    due = read_due(text, YEAR)
    assert due is not None
    assert (due.kind, str(due.start), str(due.end), due.text) == ("within", start, end, text)


@pytest.mark.parametrize(
    "text",
    [
        "长期坚持",
        "持续推进",
        "常态化",
        "每季度末",
        "每月5日前",
        "每年6月底前",
        "每年3月、9月",
        "每半年",
    ],
)
def test_what_never_ends_has_no_days(text: str) -> None:
    due = read_due(text, YEAR)
    assert due is not None
    assert (due.kind, due.start, due.end, due.text) == ("standing", None, None, text)


def test_the_whole_year_is_the_plans() -> None:
    due = read_due("全年", YEAR)
    assert due is not None
    assert (due.kind, due.start, due.end) == (
        "standing",
        dt.date(2025, 1, 1),
        dt.date(2025, 12, 31),
    )


@pytest.mark.parametrize(
    ("text", "end"),
    [
        ("“五一”前", "2025-04-30"),
        ("国庆前", "2025-09-30"),
        ("元旦前", "2025-12-31"),
        ("2026年春节前", "2026-02-16"),
        # This year's Spring Festival or the next one: the plan does not say.
        ("春节前", None),
        ("汛前", None),
        ("主汛期前", None),
        ("今冬明春", None),
        ("立即", None),
        ("防火期内", None),
        ("竣工验收前", None),
    ],
)
def test_an_event_has_the_day_the_calendar_gives_it(text: str, end: str | None) -> None:
    due = read_due(text, YEAR)
    assert due is not None
    assert (due.kind, due.start, due.end and str(due.end)) == ("event", None, end)


def test_a_first_day_alone() -> None:
    due = read_due("7月1日起", YEAR)
    assert due is not None
    assert (due.kind, due.start, due.end) == ("within", dt.date(2025, 7, 1), None)


@pytest.mark.parametrize("text", ["半年内", "三个月内"])
def test_an_amount_of_time_has_no_day_to_count_from(text: str) -> None:
    due = read_due(text, YEAR)
    assert due is not None
    assert (due.kind, due.start, due.end) == ("within", None, None)


@pytest.mark.parametrize("text", ["", "—", "无", "一月一调度", "整治30处"])
def test_no_time_is_no_due(text: str) -> None:
    assert read_due(text, YEAR) is None


@pytest.mark.parametrize("text", ["6月31日前", "2025年2月29日前"])
def test_a_day_the_calendar_lacks_is_no_end(text: str) -> None:
    due = read_due(text, YEAR)
    assert due is not None
    assert (due.kind, due.end) == ("by", None)


def test_days_count_over_words_and_the_last_of_several_ends() -> None:
    kept = read_due("2025年6月底前完成，长期坚持", YEAR)
    assert kept is not None and (kept.kind, str(kept.end)) == ("by", "2025-06-30")
    staged = read_due("6月底前完成60%，年底前全面完成", YEAR)
    assert staged is not None and str(staged.end) == "2025-12-31"


def test_of_several_years_a_bare_month_is_the_firsts_and_the_plans_end_the_lasts() -> None:
    bare = read_due("6月底前", FIVE_YEARS)
    assert bare is not None and str(bare.end) == "2026-06-30"
    ends = read_due("规划期末", FIVE_YEARS)
    assert ends is not None and str(ends.end) == "2030-12-31"


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("4月底前完成普查", "4月底前"),
        ("3月底前开工", "3月底前"),
        ("年内完成主体工程", "年内"),
        ("2027年建成", "2027年"),
    ],
)
def test_the_span_is_the_date_alone(text: str, span: str) -> None:
    due = read_due(text, YEAR)
    assert due is not None and due.text == span
