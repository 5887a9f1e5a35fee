"""Who carries what: each body's tasks as lead and as responsible, plans side by side."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import groupby, permutations
from typing import TYPE_CHECKING, Any, Literal

from safeplan.messages import say
from safeplan.models import ROLES, BodyLoad, Comparison, Plan, Role
from safeplan.reports.filters import has_owner
from safeplan.reports.frame import as_text
from safeplan.reports.phrasing import Place, place, short_names, tasks_of
from safeplan.reports.result_sheets import (
    MOST_COLUMNS,
    Cell,
    Facet,
    Run,
    Sheet,
    SheetColumn,
    columns,
    differing,
    distinct,
    in_turn,
    plan_columns,
)

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
    for (plan_id, task_id), task in tasks_of(plans).items():
        for named in task.owners:
            if role not in (None, named.role) or not has_owner([named], owner):
                continue
            if named.name not in found:
                none: dict[str, dict[Role, list[str]]] = {
                    plan.plan_id: {role: [] for role in ROLES} for plan in plans
                }
                found[named.name] = BodyLoad(name=named.name, tasks=none)
            ids = found[named.name].tasks[plan_id][named.role]
            if task_id not in ids:
                ids.append(task_id)
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
    named = {record: {one.name for one in task.owners} for record, task in tasks_of(plans).items()}
    partners: dict[Place, dict[str, set[str]]] = {}
    for link in comparison.links:
        for here, there in permutations((place(link.left), place(link.right))):
            # A record that names nobody lost its cell: nothing can be said of it.
            if named[there]:
                partners.setdefault(here, {}).setdefault(there[0], set()).update(named[there])
    for body in found.values():
        for plan_id, by_role in body.tasks.items():
            for task_id in distinct(one for ids in by_role.values() for one in ids):
                for other, owners in partners.get((plan_id, task_id), {}).items():
                    if body.name not in owners:
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


_Titles = Mapping[Place, str]
"""What each task is called."""


def bodies_sheet(plans: Sequence[Plan], found: Sequence[BodyLoad]) -> Sheet:
    """Return one line a body: how many tasks each plan gives it, and what only some give it.

    Which tasks they are is the rest, on demand.
    """
    names, titles = short_names(plans), task_names(plans)
    many, several = len(plans) > MOST_COLUMNS, len(plans) > 1
    rows: list[list[Cell]] = []
    for body in found:
        counts = {plan_id: load_words(body, plan_id) for plan_id in names}
        in_one = "；".join(f"{names[id_]} {said}" for id_, said in counts.items() if said != "0")
        cells: list[Cell] = [in_one] if many else [*counts.values()]
        unlike = say("owners.unlike", count=body.unlike) if many else _unlike(body, names, titles)
        every = _by_name(body, names, titles) if many else plan_tasks(body, names, titles)
        apart: list[Cell] = [unlike if body.unlike else ""] if several else []
        rows.append([body.name, str(body.total), *cells, *apart, every])
    carrying = [
        [name for plan_id, name in names.items() if any(body.tasks[plan_id].values())]
        for body in found
    ]
    listed = columns("body:3 total#")
    listed += columns("by_plan:6") if many else plan_columns(plans, 2)
    listed += [SheetColumn("unlike", 2 if many else 10)] if several else []
    return Sheet(
        say("sheet.bodies"),
        [*listed, SheetColumn("tasks", 4, folded=several)],
        rows,
        [differing((bool(body.unlike) for body in found), "unlike"), Facet("plan", carrying)],
        say("owners.note", count=len(found)),
    )


def plan_tasks(
    body: BodyLoad,
    names: dict[str, str],
    titles: _Titles,
    head: Callable[[str], str] | None = None,
) -> list[Run]:
    """Return the tasks of a body, plan by plan.

    Args:
        body: the body.
        names: what each plan is called.
        titles: what each task is called.
        head: says what stands above a plan's tasks; its name if not given.
    """
    return in_turn(
        [
            Run((head(plan_id) if head else names[plan_id]) + "\n", "head"),
            *_tasks(body, plan_id, names, titles),
        ]
        for plan_id, by_role in body.tasks.items()
        if any(by_role.values())
    )


def _by_name(body: BodyLoad, names: dict[str, str], titles: _Titles) -> list[Run]:
    """Return the tasks of a body in many plans: each name once, then where it stands."""
    places: dict[tuple[Role, str], list[str]] = {}
    for role in ROLES:
        for plan_id, by_role in body.tasks.items():
            for task_id in by_role[role]:
                named = role, titles[plan_id, task_id]
                places.setdefault(named, []).append(f"{names[plan_id]}{task_id}")
    return in_turn(
        [_role(role), Run(name), Run(f" {'、'.join(where)}", "dim")]
        for (role, name), where in places.items()
    )


def _role(role: Role) -> Run:
    return Run(f"{say(f'role.{role}')}：", "dim")


def load_words(body: BodyLoad, plan_id: str) -> str:
    """Return how many tasks a plan gives a body, and as lead how many of them."""
    count, leads = body.count(plan_id, *ROLES), body.count(plan_id, "lead")
    return say("overview.count", count=count, leads=leads) if leads else str(count)


def _unlike(body: BodyLoad, names: dict[str, str], titles: _Titles) -> Cell:
    """Return what some plans give a body and others, which have the same measure, do not."""
    said: list[list[Run]] = []
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
            named = _by_title(ids_there, plan_id, titles)
            tasks = "；".join(f"{name} {' '.join(ids)}" for name, ids in named)
            said.append([Run(given, "dim"), Run(tasks)])
    return in_turn(said)


def _by_title(
    task_ids: Iterable[str], plan_id: str, titles: _Titles
) -> Iterable[tuple[str, Iterable[str]]]:
    """Return tasks of one name together: the name once, then their ids."""
    return groupby(task_ids, key=lambda id_: titles[plan_id, id_])


def task_names(plans: Sequence[Plan]) -> dict[Place, str]:
    """Return what each task is called, by plan and id."""
    return {record: task.name for record, task in tasks_of(plans).items()}


def _tasks(body: BodyLoad, plan_id: str, names: dict[str, str], titles: _Titles) -> list[Run]:
    """Return what a plan gives a body, by role and name; `*` where another plan does not."""
    without = body.without.get(plan_id, {})
    apart = {task_id for task_ids in without.values() for task_id in task_ids}
    said: list[list[Run]] = []
    for role, ids in body.tasks[plan_id].items():
        named = (
            [Run(name), *(run for one in of_name for run in (Run(" "), _id(one, apart)))]
            for name, of_name in _by_title(ids, plan_id, titles)
        )
        said.append([_role(role), *in_turn(named, "；")] if ids else [])
    for other, task_ids in without.items():
        words = say("owners.without", plan=names[other], tasks=" ".join(task_ids))
        said.append([Run(f"*{words}", "dim")])
    return in_turn(said)


def _id(task_id: str, apart: set[str]) -> Run:
    return Run(f"*{task_id}", "own") if task_id in apart else Run(task_id)
