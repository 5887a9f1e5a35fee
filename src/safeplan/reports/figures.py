"""A comparison in pictures: what is drawn, as plain data; the page draws it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from safeplan.messages import say
from safeplan.models import BodyLoad, Plan, Target
from safeplan.reports.indicators import Asked, Indicator
from safeplan.reports.phrasing import SIGNS, amount_words, short_names
from safeplan.reports.result_sheets import MOST_COLUMNS
from safeplan.reports.view import ComparisonView

MOST_BODIES = 20


@dataclass(frozen=True)
class Figure:
    """One picture."""

    kind: Literal["targets", "load", "coverage"]
    title: str
    note: str
    data: list[dict[str, Any]]
    """JSON-able; `targets`: a small picture each, `subject` and `bars` of plan, value (None where
    no amount is given) and label. `load`: body, plan, lead, responsible, label. `coverage`: plan,
    table, linked, alone, label."""
    legend: tuple[str, str] | None = None
    """What the full and the hatched part of a bar say."""


def comparison_figures(
    view: ComparisonView, found: Sequence[Indicator], carrying: Sequence[BodyLoad]
) -> list[Figure]:
    """Return the pictures of a comparison that have anything to show."""
    figures = [_coverage_figure(view), load_figure(view.plans, carrying)]
    # Of many plans the table tells the strictest and the loosest: so many bars tell less.
    if len(view.plans) <= MOST_COLUMNS:
        figures.insert(0, _targets_figure(found, view.names))
    return [figure for figure in figures if figure.data]


def _targets_figure(found: Sequence[Indicator], names: dict[str, str]) -> Figure:
    """Return the indicators that plans set differently, each with its targets side by side."""
    data = []
    for one in found:
        if one.differs and _drawable(list(one.asked.values())):
            bars = [
                {
                    "plan": names[plan_id],
                    "value": _height(asked.target),
                    "label": SIGNS[asked.stands] + amount_words(asked.target),
                }
                for plan_id, asked in one.asked.items()
            ]
            data.append({"subject": one.subject, "bars": bars})
    return Figure("targets", say("figure.targets"), say("figure.targets_note"), data)


def _drawable(asked: Sequence[Asked]) -> bool:
    """Tell whether targets can share an axis: one unit, and two amounts or more."""
    amounts = [one.target for one in asked if one.target.value is not None]
    return len(amounts) > 1 and len({target.unit for target in amounts}) == 1


def _height(target: Target) -> float | None:
    return max(target.value) if isinstance(target.value, tuple) else target.value


def _coverage_figure(view: ComparisonView) -> Figure:
    """Return for each table of each plan how many of its tasks others have too."""
    data = []
    for plan in view.plans:
        kept = [task for task in plan.tasks if view.filters.keeps(task)]
        titles = {task.table: task.table_title for task in reversed(kept)}
        alone = Counter(task.table for task in view.unmatched[plan.plan_id])
        for table, count in Counter(task.table for task in kept).items():
            linked = count - alone[table]
            data.append(
                {
                    "plan": view.names[plan.plan_id],
                    "table": f"{table} {titles[table]}",
                    "linked": linked,
                    "alone": alone[table],
                    "label": say("figure.of", linked=linked, all=count),
                }
            )
    legend = say("figure.linked"), say("figure.alone")
    return Figure("coverage", say("figure.coverage"), say("figure.coverage_note"), data, legend)


def load_figure(plans: Sequence[Plan], found: Sequence[BodyLoad]) -> Figure:
    """Return how many tasks the busiest bodies carry in each plan."""
    shown = found[:MOST_BODIES]
    data = [
        {
            "body": body.name,
            "plan": name,
            "lead": body.count(plan_id, "lead"),
            "others": body.count(plan_id, "responsible", "assisting"),
        }
        for body in shown
        for plan_id, name in short_names(plans).items()
    ]
    note = say("figure.most", count=len(shown))
    return Figure("load", say("figure.load"), note, data, (say("role.lead"), say("role.others")))
