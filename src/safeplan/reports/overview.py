"""The three questions everybody has of a comparison, each in one screen.

Who is stricter, what does a plan lack that the others have, who carries more. Each sheet holds the
weightiest rows and says in its note how to see the rest.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from safeplan.messages import say
from safeplan.models import ROLES, BodyLoad, Plan
from safeplan.reports.bodies import bodies, load_words
from safeplan.reports.indicators import (
    RANGE,
    asked_runs,
    kept_indicators,
    range_cells,
    subject_cells,
    verdict_cell,
)
from safeplan.reports.phrasing import short_names, some_of
from safeplan.reports.result_sheets import (
    Cell,
    Run,
    Sheet,
    SheetColumn,
    columns,
    in_turn,
    plan_columns,
)
from safeplan.reports.view import ComparisonView, ViewLine

MOST_INDICATORS = 14
MOST_LACKING = 9
"""Rows of what is lacking, of all plans together."""
MOST_BODIES = 6
MOST_COLUMNS = 4
"""Of more plans a column each would be narrower than its words on 80 columns."""


def overview_sheets(view: ComparisonView) -> list[Sheet]:
    """Return the plans, who is stricter, what each plan lacks, whose load differs most."""
    return [
        plans_sheet(view),
        _stricter_sheet(view),
        _lacking_sheet(view),
        load_sheet(bodies(view.plans, view.filters.owner), view.plans),
    ]


def plans_sheet(view: ComparisonView) -> Sheet:
    """Return what was compared: each plan, its title, and how much of it others have too."""
    rows: list[list[Cell]] = []
    for plan in view.plans:
        doubts = Counter(finding.severity for finding in plan.findings)
        linked = view.linked[plan.plan_id]
        counts = map(str, (len(plan.tasks), linked, len(plan.tasks) - linked))
        found = f"{doubts['repair']}/{doubts['doubt']}"
        rows.append([plan.plan_id, plan.title or "—", *counts, found])
    return Sheet("", columns("plan title:1 tasks# linked# unlinked# doubts#"), rows)


def _stricter_sheet(view: ComparisonView) -> Sheet:
    """Return the indicators that plans set differently, and who asks most."""
    plans, names = view.plans, view.names
    found = kept_indicators(view)
    differing = [one for one in found if one.differs]
    shown = differing[:MOST_INDICATORS]
    many = len(plans) > MOST_COLUMNS
    rows: list[list[Cell]] = []
    for one, subject in zip(shown, subject_cells(shown), strict=True):
        asked = [asked_runs(one, plan.plan_id, place=False) for plan in plans]
        told = range_cells(one, names)[:-1] if many else [verdict_cell(one, names), *asked]
        rows.append([subject, *told])
    counts = {"all": len(found), "differing": len(differing), "rest": len(differing) - len(shown)}
    few = [*columns("verdict:4"), *plan_columns(plans, 3)]
    listed = columns("subject:4") + (columns(RANGE)[:-1] if many else few)
    return Sheet(say("overview.stricter", **counts), listed, rows)


def _lacking_sheet(view: ComparisonView) -> Sheet:
    """Return what each plan lacks: first what all the others have, then what some have."""
    plans, names = view.plans, view.names
    each = max(MOST_LACKING // max(len(plans), 1), 1)
    rows: list[list[Cell]] = []
    for plan in plans:
        others = [other.plan_id for other in plans if other is not plan]
        lines = [line for line in view.lines if plan.plan_id in line.lacking]
        lines.sort(key=lambda line: -sum(map(bool, line.cells.values())))
        alone = [(other, task) for other in others for task in view.unmatched[other]]
        every = sum(all(line.cells[other] for other in others) for line in lines)
        every += len(alone) if len(plans) == 2 else 0
        said = say("overview.lacks", every=every, some=len(lines) + len(alone) - every)
        rows.append([[Run(names[plan.plan_id], "head")], [Run(said, "head")], ""])
        found: list[list[Cell]] = [["", line.group.label, _where(line, names)] for line in lines]
        found += [["", task.name, f"{names[other]} {task.task_id}"] for other, task in alone]
        rows += found[:each]
    title = say("overview.lacking", plan=names[plans[0].plan_id])
    return Sheet(title, columns("lacking_plan measure:5 others:3"), rows)


def _where(line: ViewLine, names: dict[str, str]) -> str:
    return some_of(
        [
            f"{names[plan_id]}{'+'.join(cell.task.task_id for cell in cells)}"
            for plan_id, cells in line.cells.items()
            if cells
        ]
    )


def load_sheet(
    found: Sequence[BodyLoad],
    plans: Sequence[Plan],
    title: str = "overview.load",
    most: int = MOST_BODIES,
) -> Sheet:
    """Return the bodies whose number of tasks differs most between the plans.

    Args:
        found: the bodies.
        plans: the plans.
        title: the key of the title.
        most: so many rows at most.
    """
    names = short_names(plans)
    many = len(plans) > MOST_COLUMNS
    ranked = sorted(found, key=lambda body: (-body.spread, body.name))
    rows: list[list[Cell]] = []
    for body in ranked[:most]:
        counts = {plan.plan_id: body.count(plan.plan_id, *ROLES) for plan in plans}
        greatest = max(counts.values()) if body.spread else -1
        said = {
            plan_id: Run(load_words(body, plan_id), "head" if count == greatest else "")
            for plan_id, count in counts.items()
        }
        # Of many plans all stand in one cell, those that give it nothing left out.
        some = ([Run(names[id_], "dim"), run] for id_, run in said.items() if run.text != "0")
        cells: list[Cell] = (
            [in_turn(some, "；") or "—"] if many else [[run] for run in said.values()]
        )
        rows.append([body.name, *cells, str(body.spread)])
    of_plans = [SheetColumn("by_plan", 4)] if many else plan_columns(plans, 2)
    return Sheet(
        say(title, rest=max(len(found) - most, 0)),
        [*columns("body:3"), *of_plans, *columns("spread#")],
        rows,
    )
