"""Dates and Chinese numerals as official documents print them."""

from __future__ import annotations

import datetime as dt
import re

_ZERO = "〇零○ＯO0０"
_NINE = "一二三四五六七八九"
DATE = (
    r"(?:(?P<year>\d{4})年(?P<month>\d{1,2})月(?P<day>\d{1,2})日"
    rf"|(?P<zh_year>[{_ZERO}{_NINE}]{{4}})年(?P<zh_month>[{_NINE}十]{{1,2}})月(?P<zh_day>[{_NINE}十]{{1,3}})日"
    r"|(?P<iso_year>(?:19|20)\d\d)[-./](?P<iso_month>\d{1,2})[-./](?P<iso_day>\d{1,2}))"
)
"""Pattern of a date, to be put into others: 2025年3月5日, 二〇二五年三月五日, 2025-03-05."""


def date_of(match: re.Match[str]) -> dt.date | None:
    """Return the date that a match of a pattern with `DATE` in it holds; None for 2月30日."""
    if match["zh_year"]:
        numbers = _digits(match["zh_year"]), tens(match["zh_month"]), tens(match["zh_day"])
    else:
        kind = "iso_" if match["iso_year"] else ""
        year, month, day = (int(match[kind + part]) for part in ("year", "month", "day"))
        numbers = year, month, day
    try:
        return dt.date(*numbers)
    except ValueError:
        return None


def tens(text: str) -> int:
    """Read a Chinese numeral below 100.

    >>> [tens(text) for text in ("三", "十", "十二", "三十一")]
    [3, 10, 12, 31]
    """
    head, ten, tail = text.partition("十")
    digit = {char: value for value, char in enumerate(_NINE, start=1)}
    if not ten:
        return digit.get(head, 0)
    return digit.get(head, 1) * 10 + digit.get(tail, 0)


def _digits(text: str) -> int:
    return int("".join("0" if char in _ZERO else str(tens(char)) for char in text))
