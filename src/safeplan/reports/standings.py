"""Indicators as sheets: one a line, as each plan asks for it, and who asks most.

Of few plans each has a column; of many a line tells the strictest, the loosest and who lacks it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from safeplan.messages import say
from safeplan.models import ChangeKind, Plan
from safeplan.reports.indicators import Asked, Indicator, verdict
from safeplan.reports.phrasing import SIGNS, amount_words, short_names, some_of
from safeplan.reports.result_sheets import (
    MOST_COLUMNS,
    Cell,
    Facet,
    Mark,
    Run,
    Sheet,
    SheetColumn,
    differing,
    distinct,
)
from safeplan.reports.view import ComparisonView

MARKS: dict[str, Mark] = {"tighter": "tighter", "looser": "looser", "different": "doubt"}
"""How a target is marked that stands so against others."""


def kept_indicators(view: ComparisonView, found: Sequence[Indicator]) -> list[Indicator]:
    """Return the indicators that the view's filters keep, those to be seen first in front.

    First come those that differ and those that a row is wholly about, in document order; the
    many that all plans took over word for word from above follow.
    """
    kept = [
        one
        for one in found
        if any(view.filters.keeps(asked.task) for asked in one.asked.values())
        and view.filters.missing not in one.asked
        and (one.differs or not view.filters.of_links)
    ]
    return sorted(kept, key=lambda one: not (one.differs or one.leads))


def indicator_sheet(found: Sequence[Indicator], plans: Sequence[Plan]) -> Sheet:
    """Return the targets side by side: a line an indicator, and who asks most of it."""
    names = short_names(plans)
    many = len(plans) > MOST_COLUMNS
    rows: list[list[Cell]] = []
    for one, subject in zip(found, subject_cells(found), strict=True):
        cells = [_asked(one, plan.plan_id) for plan in plans]
        told = range_cells(one, names) if many else [verdict_cell(one, names), *cells]
        rows.append([subject, *told])
    return Sheet(
        title=say("sheet.indicators"),
        columns=[
            SheetColumn("subject", 3),
            *(RANGE if many else [SheetColumn("verdict", 4)]),
            *(
                SheetColumn(plan.plan_id, 3, title=names[plan.plan_id])
                for plan in plans
                if not many
            ),
        ],
        rows=rows,
        facets=[
            differing(one.differs for one in found),
            Facet(
                "table", [distinct(a.task.table_title for a in one.asked.values()) for one in found]
            ),
        ],
        note=say("sheet.indicators_note"),
    )


def subject_cells(found: Sequence[Indicator]) -> list[Cell]:
    """Return what each indicator measures; of two that read alike also what they are of."""
    times = Counter((one.subject, one.unit) for one in found)
    return [
        [Run(one.subject), Run(f"（{one.of}）", "dim")]
        if times[one.subject, one.unit] > 1
        else one.subject
        for one in found
    ]


RANGE = [
    SheetColumn("strictest", 4),
    SheetColumn("loosest", 4),
    SheetColumn("lacking_plan", 2),
    SheetColumn("by_plan", 4, folded=True),
]
"""The columns that tell how far many plans lie apart."""


def range_cells(one: Indicator, names: dict[str, str]) -> list[Cell]:
    """Return of many plans who asks most, who least, who has no such target, and then each plan."""
    every = [
        [Run("" if at == 0 else "；"), Run(names[plan_id], "dim"), *_asked(one, plan_id)]
        for at, plan_id in enumerate(one.asked)
    ]
    return [
        strictest_runs(one, names),
        loosest_runs(one, names) or "—",
        some_of([name for plan_id, name in names.items() if plan_id not in one.asked]) or "—",
        [run for runs in every for run in runs],
    ]


def strictest_runs(one: Indicator, names: dict[str, str]) -> list[Run]:
    """Return who of many plans asks most, or that they ask the same, and who cannot be compared."""
    said: list[Run] = []
    kinds: tuple[ChangeKind, ...] = ("tighter", "more") if one.differs else ("same",)
    for kind in kinds:
        said += _amounts({id_: a for id_, a in one.asked.items() if a.stands == kind}, names)
    if off := one.plans_that("different"):
        who = some_of([names[plan_id] for plan_id in off])
        words = say("indicator.off", plans=who, reason=one.reason)
        said.append(Run(("\n" if said else "") + SIGNS["different"] + words, "doubt"))
    return said


def loosest_runs(one: Indicator, names: dict[str, str]) -> list[Run]:
    """Return who of many plans asks least, where they differ."""
    return _amounts({id_: a for id_, a in one.asked.items() if a.least}, names)


def _amounts(asked: dict[str, Asked], names: dict[str, str]) -> list[Run]:
    """Return amounts, each with the plans that ask for it."""
    by_amount: dict[tuple[str, Mark], list[str]] = {}
    for plan_id, one in asked.items():
        amount = SIGNS[one.stands] + amount_words(one.target)
        by_amount.setdefault((amount, MARKS.get(one.stands, "")), []).append(names[plan_id])
    said: list[Run] = []
    for (amount, mark), who in by_amount.items():
        said += [Run("\n")] if said else []
        said += [Run(amount, mark), Run(f" {some_of(who)}", "dim")]
    return said


def _asked(one: Indicator, plan_id: str) -> list[Run]:
    if plan_id not in one.asked:
        return [Run("—")]
    asked = one.asked[plan_id]
    amount = SIGNS[asked.stands] + amount_words(asked.target)
    return [Run(amount, MARKS.get(asked.stands, "")), Run(f" {asked.task.task_id}", "dim")]


def verdict_cell(one: Indicator, names: dict[str, str]) -> Cell:
    """Return who asks most, that first and strongest."""
    said = verdict(one, names)
    if not one.differs:
        return [Run(said[0], "dim")]
    first: Mark = "head" if one.plans_that("tighter") or one.plans_that("more") else "doubt"
    return [Run(said[0], first), *[Run(f"；{words}", "doubt") for words in said[1:]]]
