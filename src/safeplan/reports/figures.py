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
    view: ComparisonView,
    found: Sequence[Indicator],
    plans: Sequence[Plan],
    carrying: Sequence[BodyLoad],
) -> list[Figure]:
    """Return the pictures of a comparison that have anything to show."""
    # Of many plans the table tells the strictest and the loosest: so many bars tell less.
    few = len(plans) <= MOST_COLUMNS
    figures = [
        *([targets_figure(found, plans)] if few else []),
        coverage_figure(view, plans),
        load_figure(plans, carrying),
    ]
    return [figure for figure in figures if figure.data]


def targets_figure(found: Sequence[Indicator], plans: Sequence[Plan]) -> Figure:
    """Return the indicators that plans set differently, each with its targets side by side."""
    names = short_names(plans)
    data = [
        {
            "subject": one.subject,
            "bars": [
                {
                    "plan": names[plan_id],
                    "value": _height(asked.target),
                    "label": SIGNS[asked.stands] + amount_words(asked.target),
                }
                for plan_id, asked in one.asked.items()
            ],
        }
        for one in found
        if one.differs and _drawable(list(one.asked.values()))
    ]
    return Figure("targets", say("figure.targets"), say("figure.targets_note"), data)


def _drawable(asked: Sequence[Asked]) -> bool:
    """Tell whether targets can share an axis: one unit, and two amounts or more."""
    amounts = [one.target for one in asked if one.target.value is not None]
    return len(amounts) > 1 and len({target.unit for target in amounts}) == 1


def _height(target: Target) -> float | None:
    return max(target.value) if isinstance(target.value, tuple) else target.value


def coverage_figure(view: ComparisonView, plans: Sequence[Plan]) -> Figure:
    """Return for each table of each plan how many of its tasks others have too."""
    names = short_names(plans)
    data = []
    for plan in plans:
        kept = [task for task in plan.tasks if view.filters.keeps(task)]
        alone = Counter(task.table for task in view.unmatched[plan.plan_id])
        for table, count in Counter(task.table for task in kept).items():
            title = next(task.table_title for task in kept if task.table == table)
            linked = count - alone[table]
            data.append(
                {
                    "plan": names[plan.plan_id],
                    "table": f"{table} {title}",
                    "linked": linked,
                    "alone": alone[table],
                    "label": say("figure.of", linked=linked, all=count),
                }
            )
    return Figure(
        "coverage",
        say("figure.coverage"),
        say("figure.coverage_note"),
        data,
        legend=(say("figure.linked"), say("figure.alone")),
    )


def load_figure(plans: Sequence[Plan], found: Sequence[BodyLoad]) -> Figure:
    """Return how many tasks the busiest bodies carry in each plan."""
    names = short_names(plans)
    shown = found[:MOST_BODIES]
    data = [
        {
            "body": body.name,
            "plan": names[plan.plan_id],
            "lead": body.count(plan.plan_id, "lead"),
            "others": body.count(plan.plan_id, "responsible", "assisting"),
        }
        for body in shown
        for plan in plans
    ]
    return Figure(
        "load",
        say("figure.load"),
        say("figure.most", count=len(shown)),
        data,
        legend=(say("role.lead"), say("role.others")),
    )
