"""What a record and its plan say about a figure beside the figure: whose, of which years, per what.

配合市级完成全市2000人 is the city's figure, not the district's; 三年累计3000人 is no year's; 每村2名
is a standard, 共200名 an amount. None of it stands in the target's own span, so a comparison is
given the ground that each side stands on.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Literal

from safeplan import vocabulary
from safeplan.models import Period, Plan, Target, Task
from safeplan.text.folding import fold
from safeplan.text.numerals import read_number

_SENTENCE_END = re.compile("[。；;\n]")
_CLAUSE_END = re.compile("[，,。；;：:\n（(]")
_CUMULATIVE = re.compile(
    "(?P<count>[0-9]{1,2}|[一二两三四五六七八九十])年(?:来|间|内|共|累计|合计|总计|总共|行动|规划)"
    "|(?P<low>20[0-9]{2})年?[—–~～至到-]+(?P<high>20[0-9]{2})年?"
    "|(?:到|至)(?P<until>20[0-9]{2})年"
    "|(?P<five>十[一二三四五六七八九]五)"
    "|(?P<one>20[0-9]{2}年|今年|当年|本年|全年|每年|年内|年度|各年)"
)
_FIVE = 5


Government = Literal["own", "city", "province", "nation"]


@dataclass(frozen=True, slots=True)
class Ground:
    """The record and the plan that a target stands in."""

    text: str = ""
    """The record's content."""
    period: Period | None = None
    """The plan's years."""
    rank: Government = "own"
    """Of which government 全市, 全省 would be the plan's own figure; `own`: of none."""
    years: int | None = None
    """The years that the record's deadline gives it, where it names them."""

    @property
    def begins(self) -> int | None:
        """The first year of the plan, where it is known."""
        return self.period.start_year if self.period else None

    @property
    def length(self) -> int | None:
        """How many years the plan is made for, where that is known."""
        if self.period is None or self.period.start_year is None or self.period.end_year is None:
            return None
        return self.period.end_year - self.period.start_year + 1

    def moved_on(self, years: int) -> Ground:
        """Return the ground as it would be in a plan that begins so many years later."""
        if self.begins is None or self.length is None:
            return self
        start = self.begins + years
        return replace(self, period=Period(start_year=start, end_year=start + self.length - 1))


def ground_of(plan: Plan, *tasks: Task) -> Ground:
    """Return the ground on which the targets of a plan's records stand."""
    region = plan.region
    named = region.full_name or region.name
    rank: Government = "own"
    if region.level == "province":
        rank = "province"
    elif region.level == "city" or named.endswith("市"):
        rank = "city"
    years = None
    for task in tasks:
        if task.due and task.due.end and task.due.start:
            years = task.due.end.year - task.due.start.year + 1
    return Ground("".join(task.content for task in tasks), plan.period, rank, years)


# ---- whose figure ----


def government(target: Target, ground: Ground) -> Government:
    """Return whose figure a target is: the nearest government named before it in its clause.

    >>> city = Target(subject="避险搬迁", direction="eq", value=2000, unit="人", text="2000人")
    >>> government(city, Ground("配合市级完成全市2000人避险搬迁"))
    'city'
    >>> government(city, Ground("完成市级下达我区2000人避险搬迁"))
    'own'
    """
    said = _before(target, ground, _CLAUSE_END)
    words = vocabulary.load("verdicts")["governments"]
    found: tuple[int, Government] = (-1, "own")
    for name, listed in words["figures"].items():
        for word in listed:
            at = said.rfind(word)
            if at >= 0 and said.startswith(tuple(words["not_before"]), at + len(word)):
                continue
            found = max(found, (at, name))
    return "own" if found[1] == ground.rank or found[0] < 0 else found[1]


# ---- of which years ----


def years_of(target: Target, ground: Ground) -> int:
    """Return over how many years an amount is to be reached: the last that is said before it.

    >>> trained = Target(subject="培训", direction="eq", value=3000, unit="人", text="3000人")
    >>> years_of(trained, Ground("三年累计培训3000人")), years_of(trained, Ground("培训3000人"))
    (3, 1)
    """
    last: int | None = None
    for match in _CUMULATIVE.finditer(_before(target, ground, _SENTENCE_END)):
        last = _years(match, ground.begins) or last
    if last is None:
        last = ground.years
    return last or ground.length or 1


def _years(match: re.Match[str], begins: int | None) -> int | None:
    if match["count"]:
        return int(read_number(match["count"]))
    if match["low"]:
        return int(match["high"]) - int(match["low"]) + 1
    if match["five"]:
        return _FIVE
    if match["until"]:
        return max(1, int(match["until"]) - begins + 1) if begins else None
    return 1


# ---- per what ----


def is_each(target: Target, ground: Ground) -> bool:
    """Whether an amount is asked of each of some things, which makes it a standard.

    >>> guards = Target(subject="安全员", direction="ge", value=2, unit="名", text="不少于2名")
    >>> is_each(guards, Ground("每个村配备安全员不少于2名")), is_each(guards, Ground("配备2名"))
    (True, False)
    """
    said = _before(target, ground, _CLAUSE_END) + fold(target.subject)
    words = vocabulary.load("verdicts")["governments"]
    if any(word in said for word in words["average"]):
        return True
    return any(
        not said.startswith(tuple(words["each_of_time"]), match.end())
        for match in re.finditer("每", said)
    )


def _before(target: Target, ground: Ground, end: re.Pattern[str]) -> str:
    """Return what stands before a target's figure, back to the end of what goes before."""
    whole = fold(ground.text)
    span = fold(target.text)
    at = whole.find(span) if span else -1
    head = _before_figure(span)
    said = whole[:at] + head if at >= 0 else head
    return said[max((match.end() for match in end.finditer(said)), default=0) :]


def _before_figure(span: str) -> str:
    """Return the span of a target up to its figure."""
    figures = [match.start() for match in re.finditer("[0-9]+(?:[.][0-9]+)?", span)]
    return span[: figures[-1]] if figures else span
