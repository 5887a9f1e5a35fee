"""Who carries what: each body's tasks as lead and as responsible, plans side by side."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import groupby, permutations
from typing import TYPE_CHECKING, Any, Literal

from safeplan.messages import say
from safeplan.models import ROLES, BodyLoad, Comparison, Plan, Role
from safeplan.reports.filters import has_owner
from safeplan.reports.frame import as_text
from safeplan.reports.phrasing import short_names
from safeplan.reports.result_sheets import MOST_COLUMNS, Cell, Facet, Run, Sheet, SheetColumn

if TYPE_CHECKING:
    import pandas as pd


Order = Literal["load", "differs", "name"]

MOST_ALIGNED = 8
"""Of more plans, it is told who carries what without aligning each with each."""


def bodies(
    plans: Sequence[Plan],
    owner: str = "",
    *,
    comparison: Comparison | None = None,
    role: Role | None = None,
    order: Order = "load",
) -> list[BodyLoad]:
    """Return every body that some plan names, the busiest first.

    Args:
        plans: the plans to read, in the order of the columns.
        owner: keep only this body, by any form of its name or part of it.
        comparison: of the plans; tells what one gives a body and another does not.
        role: count only what bodies have in this role.
        order: the busiest first, those that the plans treat most unlike, or by name.
    """
    found: dict[str, BodyLoad] = {}
    for plan in plans:
        for task in plan.tasks:
            for named in task.owners:
                if role not in (None, named.role) or not has_owner([named], owner):
                    continue
                body = found.setdefault(named.name, BodyLoad(name=named.name, tasks=_empty(plans)))
                ids = body.tasks[plan.plan_id][named.role]
                if task.task_id not in ids:
                    ids.append(task.task_id)
    if comparison is not None:
        _tell_apart(found, plans, comparison)
    keys: dict[Order, Callable[[BodyLoad], Any]] = {
        "load": lambda body: (-body.total, body.name),
        "differs": lambda body: (-body.unlike, -body.spread, body.name),
        "name": lambda body: body.name,
    }
    return sorted(found.values(), key=keys[order])


def _tell_apart(found: dict[str, BodyLoad], plans: Sequence[Plan], comparison: Comparison) -> None:
    """Note of each body what a plan gives it and another, which has the same measure, does not."""
    named = {
        (plan.plan_id, task.task_id): {owner.name for owner in task.owners}
        for plan in plans
        for task in plan.tasks
    }
    partners: dict[tuple[str, str], dict[str, list[set[str]]]] = {}
    for link in comparison.links:
        left, right = ((ref.plan_id, ref.task_id) for ref in (link.left, link.right))
        for here, there in ((left, right), (right, left)):
            # A record that names nobody lost its cell: nothing can be said of it.
            if named[there]:
                partners.setdefault(here, {}).setdefault(there[0], []).append(named[there])
    for body in found.values():
        for plan_id, by_role in body.tasks.items():
            for task_id in dict.fromkeys(one for ids in by_role.values() for one in ids):
                for other, owners in partners.get((plan_id, task_id), {}).items():
                    if not any(body.name in names for names in owners):
                        apart = body.without.setdefault(plan_id, {})
                        apart.setdefault(other, []).append(task_id)


def roles_of(found: Sequence[BodyLoad]) -> list[Role]:
    """Return the roles to show: lead and responsible, and assisting where any body has it."""
    return [
        role
        for role in ROLES
        if role != "assisting"
        or any(by_role[role] for body in found for by_role in body.tasks.values())
    ]


def _empty(plans: Sequence[Plan]) -> dict[str, dict[Role, list[str]]]:
    return {plan.plan_id: {role: [] for role in ROLES} for plan in plans}


def bodies_frame(plans: Sequence[Plan], found: Sequence[BodyLoad]) -> pd.DataFrame:
    """Return one row a body: `owner`, then for each plan the counts and the task ids by role."""
    import pandas as pd

    roles = roles_of(found)
    columns = ["owner"]
    for plan in plans:
        columns += [f"{plan.plan_id} {role}" for role in roles]
        columns += [f"{plan.plan_id} {role}_tasks" for role in roles]
    pairs = [(one.plan_id, other.plan_id) for one, other in permutations(plans, 2)]
    columns += [f"{one} not_in {other}" for one, other in pairs]
    rows: list[dict[str, str | int]] = []
    for body in found:
        row: dict[str, str | int] = {"owner": as_text(body.name)}
        for plan in plans:
            for role in roles:
                row[f"{plan.plan_id} {role}"] = body.count(plan.plan_id, role)
                row[f"{plan.plan_id} {role}_tasks"] = " ".join(body.tasks[plan.plan_id][role])
        for one, other in pairs:
            row[f"{one} not_in {other}"] = " ".join(body.without.get(one, {}).get(other, []))
        rows.append(row)
    return pd.DataFrame(rows, columns=columns)


def bodies_sheet(plans: Sequence[Plan], found: Sequence[BodyLoad]) -> Sheet:
    """Return one line a body: how many tasks each plan gives it, and what only some give it.

    Which tasks they are is the rest, on demand.
    """
    names, titles = short_names(plans), task_names(plans)
    many = len(plans) > MOST_COLUMNS
    rows: list[list[Cell]] = []
    for body in found:
        counts = {plan.plan_id: _load(body, plan.plan_id) for plan in plans}
        in_one = "；".join(f"{names[id_]} {said}" for id_, said in counts.items() if said != "0")
        every = (_by_name if many else _by_plan)(body, names, titles)
        cells: list[Cell] = [in_one] if many else [*counts.values()]
        unlike = say("owners.unlike", count=body.unlike) if many else _unlike(body, names, titles)
        rows.append([body.name, str(body.total), *cells, unlike if body.unlike else "", every])
    carrying = [
        [names[plan.plan_id] for plan in plans if any(body.tasks[plan.plan_id].values())]
        for body in found
    ]
    several = len(plans) > 1
    return Sheet(
        title=say("sheet.bodies"),
        columns=[
            SheetColumn("body", 3),
            SheetColumn("total", 0, number=True),
            *([SheetColumn("by_plan", 6)] if many else []),
            *(SheetColumn(plan.plan_id, 2, names[plan.plan_id]) for plan in plans if not many),
            *([SheetColumn("unlike", 2 if many else 10)] if several else []),
            SheetColumn("tasks", 4, folded=several),
        ],
        rows=rows if several else [[*row[:-2], row[-1]] for row in rows],
        facets=[
            Facet("differs", [[say("facet.unlike")] if body.unlike else [] for body in found]),
            Facet("plan", carrying),
        ],
        note=say("owners.note", count=len(found)),
    )


def _by_plan(
    body: BodyLoad, names: dict[str, str], titles: dict[tuple[str, str], str]
) -> list[Run]:
    """Return the tasks of a body, plan by plan."""
    said: list[Run] = []
    for plan_id, by_role in body.tasks.items():
        if any(by_role.values()):
            said.append(Run(("\n" if said else "") + names[plan_id] + "\n", "head"))
            said += body_tasks(body, plan_id, names, titles)
    return said


def _by_name(
    body: BodyLoad, names: dict[str, str], titles: dict[tuple[str, str], str]
) -> list[Run]:
    """Return the tasks of a body in many plans: each name once, then where it stands."""
    said: list[Run] = []
    for role in ROLES:
        places: dict[str, list[str]] = {}
        for plan_id, by_role in body.tasks.items():
            for task_id in by_role[role]:
                place = f"{names[plan_id]}{task_id}"
                places.setdefault(titles[plan_id, task_id], []).append(place)
        for name, where in places.items():
            said.append(Run(("\n" if said else "") + f"{say(f'role.{role}')}：", "dim"))
            said += [Run(name), Run(f" {'、'.join(where)}", "dim")]
    return said


def _load(body: BodyLoad, plan_id: str) -> str:
    """Return how many tasks a plan gives a body, and as lead how many of them."""
    count, leads = body.count(plan_id, *ROLES), body.count(plan_id, "lead")
    return say("overview.count", count=count, leads=leads) if leads else str(count)


def _unlike(body: BodyLoad, names: dict[str, str], titles: dict[tuple[str, str], str]) -> Cell:
    """Return what some plans give a body and others, which have the same measure, do not."""
    said: list[Run] = []
    for plan_id, others in body.without.items():
        lacking: dict[str, list[str]] = {}
        for other, task_ids in others.items():
            for task_id in task_ids:
                lacking.setdefault(task_id, []).append(names[other])
        by_plans: dict[str, list[str]] = {}
        for task_id, others_there in lacking.items():
            by_plans.setdefault("、".join(others_there), []).append(task_id)
        for where, ids_there in by_plans.items():
            given = say("owners.given", plan=names[plan_id], others=where)
            said.append(Run(("\n" if said else "") + given, "dim"))
            named = groupby(ids_there, key=lambda id_: titles[plan_id, id_])
            said.append(Run("；".join(f"{name} {' '.join(ids)}" for name, ids in named)))
    return said


def task_names(plans: Sequence[Plan]) -> dict[tuple[str, str], str]:
    """Return what each task is called, by plan and id."""
    return {(plan.plan_id, task.task_id): task.name for plan in plans for task in plan.tasks}


def body_tasks(
    body: BodyLoad, plan_id: str, names: dict[str, str], titles: dict[tuple[str, str], str]
) -> list[Run]:
    """Return what a plan gives a body, by role and name; `*` where another plan does not.

    Args:
        body: the body.
        plan_id: the plan.
        names: what each plan is called.
        titles: what each task is called, by plan and id.
    """
    without = body.without.get(plan_id, {})
    apart = {task_id for task_ids in without.values() for task_id in task_ids}
    said: list[Run] = []
    for role in ROLES:
        ids = body.tasks[plan_id][role]
        if not ids:
            continue
        said.append(Run(("\n" if said else "") + f"{say(f'role.{role}')}：", "dim"))
        # Tasks of one name stand together: the name once, then their ids.
        for at, (name, of_name) in enumerate(groupby(ids, key=lambda id_: titles[plan_id, id_])):
            said.append(Run(("；" if at else "") + name))
            for task_id in of_name:
                said.append(Run(" "))
                said.append(Run(f"*{task_id}", "own") if task_id in apart else Run(task_id))
    for other, task_ids in without.items():
        words = say("owners.without", plan=names[other], tasks=" ".join(task_ids))
        said.append(Run(f"\n*{words}", "dim"))
    return said
