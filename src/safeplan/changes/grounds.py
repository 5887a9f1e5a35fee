"""What a record and its plan say about a figure beside the figure: whose, of which years, per what.

配合市级完成全市2000人 is the city's figure, not the district's; 三年累计3000人 is no year's; 每村2名
is a standard, 共200名 an amount. None of it stands in the target's own span, so a comparison is
given the ground that each side stands on.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal, NamedTuple

from safeplan import vocabulary
from safeplan.models import Period, Plan, Target, Task
from safeplan.text.clauses import clause_around
from safeplan.text.folding import fold
from safeplan.text.numerals import read_number

_SENTENCE_ENDS = "。；;\n"
_CLAUSE_ENDS = "，,。；;：:\n（("
_SEVERAL_YEARS = (
    "(?P<count>[0-9]{1,2}|[一二两三四五六七八九十])年(?:来|间|内|共|累计|合计|总计|总共|行动|规划)"
    "|(?P<low>20[0-9]{2})年?[—–~～至到-]+(?P<high>20[0-9]{2})年?"
    "|(?:到|至)(?P<until>20[0-9]{2})年"
    "|(?P<five>十[一二三四五六七八九]五)"
)
_YEARS = re.compile(
    f"{_SEVERAL_YEARS}|(?P<one>20[0-9]{{2}}年|今年|当年|本年|全年|每年|年内|年度|各年)"
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

    @cached_property
    def said(self) -> str:
        """All that the record says in which a target may stand, folded."""
        if self.record is None:
            return ""
        cells = self.record.content, self.record.deadline_text, *self.record.extra.values()
        return fold("\n".join([*cells, *(target.text for target in self.record.targets)]))

    @cached_property
    def led_in(self) -> list[str]:
        """What the record says, folded, up to the number of each of its targets.

        To tell where they stand the record is read anew: a quarter of the time of a comparison, if
        it were asked of every record.
        """
        if self.record is None:
            return []
        from safeplan.spans import field_text, spans_of_targets

        return [
            fold(field_text(self.record, span.text.field))[: span.amount.start]
            if span
            else _before_figure(target)
            for target, span in zip(self.record.targets, spans_of_targets(self.record), strict=True)
        ]


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

    def _before(self, ends: str, telling: re.Pattern[str]) -> str:
        """Return what is printed before the figure, back to the mark that ends what goes before.

        Of a record that says nothing `telling` at all, it is not asked for.
        """
        if self.at is None or self.ground.record is None:
            said = _before_figure(self.target)
        else:
            said = self.ground.led_in[self.at] if telling.search(self.ground.said) else ""
        return said[clause_around(said, len(said), len(said), ends)[0] :]

    @cached_property
    def government(self) -> Government:
        """Whose figure it is: of the nearest government named before it in its clause.

        完成全市2000人避险搬迁 is the city's figure, 完成市级下达我区2000人 is not.
        """
        said, words = self._before(_CLAUSE_ENDS, _telling().other), _governments()
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
        usual = len(period) or 1
        due = self.ground.record.due if self.ground.record else None
        if due and due.start and due.end:
            usual = due.end.year - due.start.year + 1
        said = self._before(_SENTENCE_ENDS, _YEARS if usual > 1 else _telling().several)
        named = [_years(one, period) for one in _YEARS.finditer(said)]
        return next(filter(None, reversed(named)), usual)

    @cached_property
    def is_each(self) -> bool:
        """Whether its amount is asked of each of some things, which makes it a standard.

        每个村配备安全员不少于2名 is one, 配备2名 is not.
        """
        said = self._before(_CLAUSE_ENDS, _telling().each) + fold(self.target.subject)
        words = _governments()
        return any(word in said for word in words["average"]) or any(
            not said.startswith(tuple(words["each_of_time"]), match.end())
            for match in re.finditer("每", said)
        )


def _before_figure(target: Target) -> str:
    """Return what a target's own span says before its last figure."""
    span = fold(target.text)
    figures = [match.start() for match in _FIGURE.finditer(span)]
    return span[: figures[-1]] if figures else span


def _governments() -> Any:
    return vocabulary.load("verdicts")["governments"]


class _Telling(NamedTuple):
    """What finds the words without which a record tells nothing of its figures."""

    other: re.Pattern[str]  # of whose they are, if not its own
    several: re.Pattern[str]  # of how many years, if not one
    each: re.Pattern[str]  # of each of what


@vocabulary.cached()
def _telling() -> _Telling:
    words = _governments()
    others = [word for name, some in words["figures"].items() if name != "own" for word in some]
    other, not_before, each = (
        "|".join(map(re.escape, some))
        for some in (others, words["not_before"], ["每", *words["average"]])
    )
    patterns = f"(?:{other})(?!{not_before})", _SEVERAL_YEARS, each
    return _Telling(*map(re.compile, patterns))


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
