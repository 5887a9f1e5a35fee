"""What holds for every deadline."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from safeplan.dues import read_due
from safeplan.models import Period

years = st.integers(2015, 2040)
pieces = st.sampled_from(
    [
        "年",
        "月",
        "日",
        "底",
        "前",
        "内",
        "季度",
        "半年",
        "上",
        "下",
        "至",
        "—",
        "第",
        "初",
        "末",
        "中旬",
        "到",
        "“十四五”",
        "五一",
        "汛",
        "每",
        "全年",
        "长期",
        "起",
        "后",
        "、",
        "，",
        "个",
        "2025",
        "6",
        "31",
        "12",
        "30",
        "三",
        "十",
    ]
)


@given(st.lists(pieces, max_size=12), years, st.integers(0, 5))
def test_the_first_day_is_never_after_the_last(words: list[str], year: int, more: int) -> None:
    text = "".join(words)
    due = read_due(text, Period(start_year=year, end_year=year + more))
    if due is None:
        return
    assert due.text in text
    if due.start and due.end:
        assert due.start <= due.end


@given(
    years,
    st.integers(1, 12),
    st.sampled_from(["月", "月底前", "月份", "月20日前", "月内", "月中旬"]),
)
def test_a_month_without_a_year_is_in_the_plans_year(year: int, month: int, tail: str) -> None:
    due = read_due(f"{month}{tail}", Period(start_year=year, end_year=year))
    assert due is not None and due.end is not None
    assert (due.end.year, due.end.month) == (year, month)
    assert due.start is None or (due.start.year, due.start.month) == (year, month)
