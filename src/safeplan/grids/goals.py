"""Columns that say what is to be reached by when: 2024年目标 · 2025年目标, 上半年 · 全年, 一季度 · 二季度.

Several of them in one table are a goal each. A bare year that was over when the document was issued
(2025年 in a plan of 2026) is where things stand, not a goal; where the whole year has a column of
its own, that is the goal and its parts are kept beside it.
"""

from __future__ import annotations

import re

from safeplan import vocabulary
from safeplan.documents.header_words import role_of

_BRACKETS = re.compile(r"[（(〔\[［][^（(]{1,12}[)）〕\]］]$")
_GOAL = re.compile(
    r"(?:到|至)?(?P<period>20\d\d年?(?:度|底|末|前)?|上半年|下半年|全年|(?:本|当)?年度|第?[一二三四1-4]季度|\d{1,2}月份?)"
    r"(?P<word>(?:工作|年度|预期|主要|阶段|建设|整治|整改|重点|具体|中期|规划|总体|远期|近期)?"
    r"(?:目标任务|任务目标|目标要求|目标|任务|计划|指标|内容|进度安排|进度|安排|措施|要求)?(?:值|数|清单)?)"
)
_YEAR = re.compile(r"20\d\d")
_WHOLE = ("全年", "年度", "本年度", "当年度")


def is_period(header: str) -> bool:
    """Tell whether a header says by when what stands below it is due: `2025年`, `上半年目标`."""
    return bool(_GOAL.fullmatch(_BRACKETS.sub("", header)))


def goal_columns(
    headers: tuple[str, ...], above: tuple[str, ...], issued: int | None
) -> dict[int, str]:
    """Return the columns that hold a goal each, and the period of each: `{3: "2024年"}`.

    A column of the kind that holds none (where things stand; a part of the year) has the period "".

    Args:
        headers: the header cells, folded.
        above: what stands above each of them in a header of two levels.
        issued: the year the document was issued, None where it does not say.

    >>> goal_columns(("名称", "2024年目标", "2025年目标"), ("", "", ""), 2024)
    {1: '2024年', 2: '2025年'}
    >>> goal_columns(("指标名称", "2025年", "2030年"), ("", "", ""), None)
    {1: '', 2: '2030年'}
    >>> goal_columns(("指标名称", "2024年", "2025年", "2026年"), ("",) * 4, None)
    {1: '2024年', 2: '2025年', 3: '2026年'}
    """
    found: dict[int, str] = {}
    bare: list[int] = []
    for index, header in enumerate(headers):
        match = _GOAL.fullmatch(_BRACKETS.sub("", header))
        if not match or vocabulary.pattern("headers", "past").search(above[index]):
            continue
        label = match["period"]
        found[index] = label + "年" if label.isdigit() else label
        if not match["word"] and role_of(above[index]) is None:
            bare.append(index)
    if len({*found.values()}) < 2:
        return {}
    years = [int(match[0]) for i in bare if (match := _YEAR.search(found[i]))]
    # Year after year is a goal each: where things stand is further back (2025年, 2030年).
    yearly = len(years) > 2 and years == list(range(years[0], years[0] + len(years)))
    indicators = any("指标" in header for header in headers) and not yearly
    for index in bare:
        year = _YEAR.search(found[index])
        over = year and issued and int(year[0]) < issued
        first = year and not issued and indicators and index == min(found)
        if (over or first) and sum(map(bool, found.values())) > 1:
            found[index] = ""
    whole = any(label in _WHOLE for label in found.values())
    return {
        index: "" if whole and label not in _WHOLE and not _YEAR.match(label) else label
        for index, label in found.items()
    }
