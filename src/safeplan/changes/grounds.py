"""What a record and its plan say about a figure beside the figure: whose, of which years, per what.

配合市级完成全市2000人 is the city's figure, not the district's; 三年累计3000人 is no year's; 每村2名
is a standard, 共200名 an amount. None of it stands in the target's own span, so a comparison is
given the ground that each side stands on.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

from safeplan import vocabulary
from safeplan.models import Period, Plan, Target, Task
from safeplan.text.clauses import clause_around
from safeplan.text.folding import fold
from safeplan.text.numerals import read_number

_SENTENCE_ENDS = "。；;\n"
_CLAUSE_ENDS = "，,。；;：:\n（("
_CUMULATIVE = re.compile(
    "(?P<count>[0-9]{1,2}|[一二两三四五六七八九十])年(?:来|间|内|共|累计|合计|总计|总共|行动|规划)"
    "|(?P<low>20[0-9]{2})年?[—–~～至到-]+(?P<high>20[0-9]{2})年?"
    "|(?:到|至)(?P<until>20[0-9]{2})年"
    "|(?P<five>十[一二三四五六七八九]五)"
    "|(?P<one>20[0-9]{2}年|今年|当年|本年|全年|每年|年内|年度|各年)"
)
_FIGURE = re.compile("[0-9]+(?:[.][0-9]+)?")
_FIVE = 5


Government = Literal["own", "city", "province", "nation"]


@dataclass(frozen=True)
class Ground:
    """The record and the plan that targets stand in."""

    record: Task | None = None
    period: Period | None = None  # the plan's years
    rank: Government = "own"
    """Of which government 全市, 全省 would be the plan's own figure; `own`: of none."""
    moved_on: int = 0  # by how many years the plan is thought to begin later

    @property
    def begins(self) -> int | None:
        """The first year of the plan, moved on, where it is known."""
        start = self.period and self.period.start_year
        return start + self.moved_on if start else None


def ground_of(plan: Plan, task: Task, moved_on: int = 0) -> Ground:
    """Return the ground on which the targets of a plan's record stand."""
    region = plan.region
    rank: Government = "own"
    if region.level == "province":
        rank = "province"
    elif region.level == "city" or (region.full_name or region.name).endswith("市"):
        rank = "city"
    return Ground(task, plan.period, rank, moved_on)


def on_ground(targets: list[Target], ground: Ground) -> list[GroundedTarget]:
    """Return the targets of a record on its ground."""
    return [GroundedTarget(target, ground, at) for at, target in enumerate(targets)]


@dataclass(frozen=True)
class GroundedTarget:
    """A target on its ground, and what the ground tells of it, found out once."""

    target: Target
    ground: Ground = Ground()
    at: int | None = None  # its place among the targets of the record; None where it is of none

    @cached_property
    def _led_in(self) -> str:
        """What the record says up to the figure; the target's own span, where it is of no record.

        A span is looked for, one that is said again behind where it was said before.
        `safeplan.spans` knows it for certain, but reads the record anew: a quarter of the time
        that a comparison takes.
        """
        record, whole, start, behind = self.ground.record, "", 0, 0
        span = fold(self.target.text)
        if record is not None and self.at is not None:
            whole, span = fold(record.content), fold(record.targets[self.at].text)
            for one in record.targets[: self.at + 1]:
                if fold(one.text) == span:
                    start = whole.find(span, behind)
                    behind = start + len(span)
        figures = [match.start() for match in _FIGURE.finditer(span)]
        return whole[: max(start, 0)] + (span[: figures[-1]] if figures else span)

    def _before(self, ends: str) -> str:
        """Return what is printed before the figure, back to the mark that ends what goes before."""
        end = len(self._led_in)
        return self._led_in[clause_around(self._led_in, end, end, ends)[0] :]

    @cached_property
    def government(self) -> Government:
        """Whose figure it is: of the nearest government named before it in its clause.

        完成全市2000人避险搬迁 is the city's figure, 完成市级下达我区2000人 is not.
        """
        said, words = self._before(_CLAUSE_ENDS), _governments()
        found: tuple[int, Government] = (-1, "own")
        for name, listed in words["figures"].items():
            for word in listed:
                at = said.rfind(word)
                if not said.startswith(tuple(words["not_before"]), at + len(word)):
                    found = max(found, (at, name))
        return "own" if found[1] == self.ground.rank or found[0] < 0 else found[1]

    @cached_property
    def years(self) -> int:
        """Over how many years its amount is to be reached: the last that is said before it."""
        period = self.ground.period.years if self.ground.period else range(0)
        named = [_years(one, period) for one in _CUMULATIVE.finditer(self._before(_SENTENCE_ENDS))]
        due = self.ground.record.due if self.ground.record else None
        if due and due.start and due.end:
            named.insert(0, due.end.year - due.start.year + 1)
        return next(filter(None, reversed(named)), None) or len(period) or 1

    @cached_property
    def is_each(self) -> bool:
        """Whether its amount is asked of each of some things, which makes it a standard.

        每个村配备安全员不少于2名 is one, 配备2名 is not.
        """
        said = self._before(_CLAUSE_ENDS) + fold(self.target.subject)
        words = _governments()
        return any(word in said for word in words["average"]) or any(
            not said.startswith(tuple(words["each_of_time"]), match.end())
            for match in re.finditer("每", said)
        )


def _governments() -> Any:
    return vocabulary.load("verdicts")["governments"]


def _years(match: re.Match[str], period: range) -> int | None:
    if match["count"]:
        return int(read_number(match["count"]))
    if match["low"]:
        return int(match["high"]) - int(match["low"]) + 1
    if match["five"]:
        return _FIVE
    if match["until"]:
        return max(1, int(match["until"]) - period.start + 1) if period else None
    return 1
