"""Who carries what: each body's tasks as lead and as responsible, plans side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from safeplan.messages import say
from safeplan.models import ROLES, Plan, Role
from safeplan.reports.frame import as_text
from safeplan.reports.sheets import Cell, Column, Facet, Run, Sheet
from safeplan.reports.words import short_names

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Body:
    """One body: its task ids by plan and role, each task once, in document order."""

    name: str
    tasks: dict[str, dict[Role, list[str]]]

    def count(self, plan_id: str, *roles: Role) -> int:
        """Return how many tasks of a plan name the body in one of some roles."""
        return len({task for role in roles for task in self.tasks[plan_id][role]})

    @property
    def total(self) -> int:
        """How many tasks of all plans name the body, in whatever role."""
        return sum(self.count(plan_id, *ROLES) for plan_id in self.tasks)


def bodies(plans: Sequence[Plan], owner: str = "") -> list[Body]:
    """Return every body that some plan names, the busiest first.

    Args:
        plans: the plans to read, in the order of the columns.
        owner: keep only bodies whose canonical or printed name holds this.
    """
    found: dict[str, dict[str, dict[Role, list[str]]]] = {}
    printed: dict[str, set[str]] = {}
    for plan in plans:
        for task in plan.tasks:
            for named in task.owners:
                by_plan = found.setdefault(named.name, _empty(plans))
                ids = by_plan[plan.plan_id][named.role]
                if task.task_id not in ids:
                    ids.append(task.task_id)
                printed.setdefault(named.name, set()).add(named.text)
    kept = [
        Body(name, tasks)
        for name, tasks in found.items()
        if owner in name or any(owner in text for text in printed[name])
    ]
    return sorted(kept, key=lambda body: (-body.total, body.name))


def roles_of(found: Sequence[Body]) -> list[Role]:
    """Return the roles to show: lead and responsible, and assisting where any body has it."""
    return [
        role
        for role in ROLES
        if role != "assisting"
        or any(by_role[role] for body in found for by_role in body.tasks.values())
    ]


def _empty(plans: Sequence[Plan]) -> dict[str, dict[Role, list[str]]]:
    return {plan.plan_id: {role: [] for role in ROLES} for plan in plans}


def bodies_json(plans: Sequence[Plan], found: Sequence[Body]) -> dict[str, object]:
    """Return the result as JSON-able data: `plans`, and `bodies` with task ids by plan and role."""
    return {
        "plans": [plan.plan_id for plan in plans],
        "bodies": [{"name": body.name, "tasks": body.tasks} for body in found],
    }


def bodies_frame(plans: Sequence[Plan], found: Sequence[Body]) -> pd.DataFrame:
    """Return one row a body: `owner`, then for each plan the counts and the task ids by role."""
    import pandas as pd

    roles = roles_of(found)
    columns = ["owner"]
    for plan in plans:
        columns += [f"{plan.plan_id} {role}" for role in roles]
        columns += [f"{plan.plan_id} {role}_tasks" for role in roles]
    rows: list[dict[str, str | int]] = []
    for body in found:
        row: dict[str, str | int] = {"owner": as_text(body.name)}
        for plan in plans:
            for role in roles:
                row[f"{plan.plan_id} {role}"] = body.count(plan.plan_id, role)
                row[f"{plan.plan_id} {role}_tasks"] = " ".join(body.tasks[plan.plan_id][role])
        rows.append(row)
    return pd.DataFrame(rows, columns=columns)


def bodies_sheet(plans: Sequence[Plan], found: Sequence[Body]) -> Sheet:
    """Return one line a body: for each plan how many tasks in which role, and which they are."""
    names = short_names(plans)
    columns = [Column("body", 2), Column("total", 0, number=True)]
    roles = roles_of(found)
    for plan in plans:
        name = names[plan.plan_id]
        columns += [
            Column(f"{plan.plan_id} {role}", 0, f"{name} {say(f'role.{role}')}", number=True)
            for role in roles
        ]
        columns.append(Column(f"{plan.plan_id} tasks", 3, f"{name} {say('column.tasks')}"))
    rows: list[list[Cell]] = []
    for body in found:
        row: list[Cell] = [body.name, str(body.total)]
        for plan in plans:
            row += [str(body.count(plan.plan_id, role)) for role in roles]
            row.append(_tasks(body, plan.plan_id))
        rows.append(row)
    carrying = [
        [names[plan.plan_id] for plan in plans if any(body.tasks[plan.plan_id].values())]
        for body in found
    ]
    return Sheet(
        title=say("sheet.bodies"),
        columns=columns,
        rows=rows,
        facets=[Facet("plan", carrying)],
        note=say("owners.total", count=len(found)),
    )


def _tasks(body: Body, plan_id: str) -> Cell:
    said: list[Run] = []
    for role in ROLES:
        if ids := body.tasks[plan_id][role]:
            said.append(Run(("\n" if said else "") + f"{say(f'role.{role}')}：", "dim"))
            said.append(Run(" ".join(ids)))
    return said or "—"
