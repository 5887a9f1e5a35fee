"""Numbers before paragraphs and in cells of 序号: which they are, and which figures are none."""

from __future__ import annotations

import pytest

from safeplan.text.numbering import (
    is_serial,
    number_of,
    numbers_of,
    opening_number,
    serial_number,
    unnumbered,
)


@pytest.mark.parametrize(
    ("printed", "level", "number"),
    [
        ("第一篇 总则", 0, "第一篇"),
        ("第二章 目标", 1, "第二章"),
        ("一、总体要求", 3, "一、"),
        ("（一）责任体系", 4, "（一）"),
        ("1.开展排查", 5, "1."),
        ("4.8月底前完成", 5, "4."),
        ("（1）排查", 6, "（1）"),
        ("①排查", 7, "①"),
        ("1.5公里道路", None, ""),
        ("2025年底前完成", None, ""),
        ("①甲；②乙", None, ""),
    ],
)
def test_levels(printed: str, level: int | None, number: str) -> None:
    assert number_of(printed)[:2] == (level, number)


@pytest.mark.parametrize(
    ("cell", "value"),
    [("3", 3), ("3.", 3), ("（二）", 2), ("十一", 11), ("三、", 3), ("2025", None)],
)
def test_serials(cell: str, value: int | None) -> None:
    assert serial_number(cell) == value
    assert is_serial(cell) == (value is not None)


def test_numbers_follow_each_other_only_in_one_form() -> None:
    assert opening_number("（三）甲") == opening_number("(三)甲") == ("（一", 3)
    assert opening_number("3.甲") == ("1", 3)
    assert opening_number("0.3‰以内") is None


def test_a_name_without_its_number() -> None:
    assert [unnumbered(name) for name in ("一、甲", "（2） 乙", "3．丙", "0.3‰以内")] == [
        "甲", "乙", "丙", "0.3‰以内"
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("lines", "numbers"),
    [
        (["任务一补建消防站", "新建3座。", "任务二：更新水源"], ["任务一", "", "任务二"]),
        (["1-1巡林", "1-2补牌", "2-1造林"], ["1-1", "1-2", "2-1"]),
        # What counts nothing: one alone, a range of months, a list.
        (["任务一览表", "任务分工"], ["", ""]),
        (["一是补建。", "二是更新。"], ["一是", "二是"]),
        (["1.消防。", "一是补建。", "二是更新。"], ["1.", "", ""]),
        (["1-3月排查", "4-6月整治"], ["", ""]),
        (["行动一致", "措施一体推进"], ["", ""]),
    ],
)
def test_some_numbers_are_told_by_their_count(lines: list[str], numbers: list[str]) -> None:
    assert [number for _, number, _ in numbers_of(lines)] == numbers
