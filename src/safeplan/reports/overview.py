"""The three questions everybody has of a comparison, each in one screen.

Who is stricter, what does a plan lack that the others have, who carries more. Each sheet holds the
weightiest rows and says in its note how to see the rest.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from safeplan.messages import say
from safeplan.models import ROLES, BodyLoad, Comparison, Plan
from safeplan.reports.bodies import bodies
from safeplan.reports.indicators import Indicator, indicators
from safeplan.reports.phrasing import SIGNS, amount_words, short_names, some_of
from safeplan.reports.result_sheets import Cell, Run, Sheet, SheetColumn
from safeplan.reports.standings import (
    MARKS,
    RANGE,
    kept_indicators,
    range_cells,
    subject_cells,
    verdict_cell,
)
from safeplan.reports.view import ComparisonView, ViewLine

MOST_INDICATORS = 14
MOST_LACKING = 9
"""Rows of what is lacking, of all plans together."""
MOST_BODIES = 6
MOST_COLUMNS = 4
"""Of more plans a column each would be narrower than its words on 80 columns."""


def overview_sheets(
    view: ComparisonView, comparison: Comparison, plans: Sequence[Plan]
) -> list[Sheet]:
    """Return the plans, who is stricter, what each plan lacks, whose load differs most."""
    found = kept_indicators(view, indicators(comparison, plans))
    return [
        plans_sheet(view),
        stricter_sheet(found, plans),
        lacking_sheet(view, plans),
        load_sheet(bodies(plans, view.filters.owner), plans),
    ]


def plans_sheet(view: ComparisonView) -> Sheet:
    """Return what was compared: each plan, its title, and how much of it others have too."""
    rows: list[list[Cell]] = []
    for plan in view.plans:
        doubts = Counter(finding.severity for finding in plan.findings)
        rows.append(
            [
                plan.plan_id,
                plan.title or "—",
                str(len(plan.tasks)),
                str(view.linked[plan.plan_id]),
                str(len(plan.tasks) - view.linked[plan.plan_id]),
                f"{doubts['repair']}/{doubts['doubt']}",
            ]
        )
    columns = [
        SheetColumn("plan", 0),
        SheetColumn("title", 1),
        *[SheetColumn(key, 0, number=True) for key in ("tasks", "linked", "unlinked", "doubts")],
    ]
    return Sheet("", columns, rows)


def stricter_sheet(found: Sequence[Indicator], plans: Sequence[Plan]) -> Sheet:
    """Return the indicators that plans set differently, and who asks most."""
    names = short_names(plans)
    differing = [one for one in found if one.differs]
    shown = differing[:MOST_INDICATORS]
    many = len(plans) > MOST_COLUMNS
    rows: list[list[Cell]] = []
    for one, subject in zip(shown, subject_cells(shown), strict=True):
        asked = [_asked(one, plan.plan_id) for plan in plans]
        told = range_cells(one, names)[:-1] if many else [verdict_cell(one, names), *asked]
        rows.append([subject, *told])
    return Sheet(
        say(
            "overview.stricter",
            all=len(found),
            differing=len(differing),
            rest=len(differing) - len(shown),
        ),
        [
            SheetColumn("subject", 4),
            *(RANGE[:-1] if many else [SheetColumn("verdict", 4), *_plan_columns(plans, 3)]),
        ],
        rows,
    )


def _asked(one: Indicator, plan_id: str) -> list[Run]:
    if plan_id not in one.asked:
        return [Run("—")]
    asked = one.asked[plan_id]
    return [Run(SIGNS[asked.stands] + amount_words(asked.target), MARKS.get(asked.stands, ""))]


def _plan_columns(plans: Sequence[Plan], ratio: int) -> list[SheetColumn]:
    """Return a column a plan; one for all where so many would be narrower than their words."""
    if len(plans) > MOST_COLUMNS:
        return [SheetColumn("by_plan", 2 * ratio)]
    names = short_names(plans)
    return [SheetColumn(plan.plan_id, ratio, title=names[plan.plan_id]) for plan in plans]


def _in_one(cells: dict[str, list[Run]], names: dict[str, str]) -> Cell:
    """Return the cells of several plans as one, those that have nothing left out."""
    said: list[Run] = []
    for plan_id, runs in cells.items():
        if "".join(run.text for run in runs) not in ("—", "0"):
            said += [Run(("；" if said else "") + names[plan_id], "dim"), *runs]
    return said or "—"


def lacking_sheet(view: ComparisonView, plans: Sequence[Plan]) -> Sheet:
    """Return what each plan lacks: first what all the others have, then what some have."""
    names = short_names(plans)
    each = max(MOST_LACKING // max(len(plans), 1), 1)
    rows: list[list[Cell]] = []
    for plan in plans:
        lines = [line for line in view.lines if plan.plan_id in line.lacking]
        lines.sort(key=lambda line: -sum(map(bool, line.cells.values())))
        alone = [
            (other.plan_id, task)
            for other in plans
            if other is not plan
            for task in view.unmatched[other.plan_id]
        ]
        every = sum(all(line.cells[p.plan_id] for p in plans if p is not plan) for line in lines)
        every += len(alone) if len(plans) == 2 else 0
        some = len(lines) + len(alone) - every
        rows.append(
            [
                [Run(names[plan.plan_id], "head")],
                [Run(say("overview.lacks", every=every, some=some), "head")],
                "",
            ]
        )
        found: list[list[Cell]] = [["", line.group.label, _where(line, names)] for line in lines]
        found += [["", task.name, f"{names[other]} {task.task_id}"] for other, task in alone]
        rows += found[:each]
    return Sheet(
        say("overview.lacking", plan=names[plans[0].plan_id]),
        [SheetColumn("lacking_plan", 0), SheetColumn("measure", 5), SheetColumn("others", 3)],
        rows,
    )


def _where(line: ViewLine, names: dict[str, str]) -> str:
    return some_of(
        [
            f"{names[plan_id]}{'+'.join(cell.task.task_id for cell in cells)}"
            for plan_id, cells in line.cells.items()
            if cells
        ]
    )


def load_sheet(found: Sequence[BodyLoad], plans: Sequence[Plan], most: int = MOST_BODIES) -> Sheet:
    """Return the bodies whose number of tasks differs most between the plans."""
    names = short_names(plans)
    ranked = sorted(found, key=lambda body: (-body.spread, body.name))
    rows: list[list[Cell]] = []
    for body in ranked[:most]:
        counts = {plan.plan_id: body.count(plan.plan_id, *ROLES) for plan in plans}
        most = max(counts.values()) if body.spread else -1
        said = {
            plan_id: [Run(_load(body, plan_id, count), "head" if count == most else "")]
            for plan_id, count in counts.items()
        }
        cells: list[Cell] = [*said.values()]
        if len(plans) > MOST_COLUMNS:
            cells = [_in_one(said, names)]
        rows.append([body.name, *cells, str(body.spread)])
    return Sheet(
        say("overview.load", rest=max(len(found) - most, 0)),
        [SheetColumn("body", 3), *_plan_columns(plans, 2), SheetColumn("spread", 0, number=True)],
        rows,
    )


def _load(body: BodyLoad, plan_id: str, count: int) -> str:
    leads = body.count(plan_id, "lead")
    return say("overview.count", count=count, leads=leads) if leads else str(count)
