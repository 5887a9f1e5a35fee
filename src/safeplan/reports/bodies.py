"""Who carries what: each body's tasks as lead and as responsible, plans side by side."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import groupby, permutations
from typing import Any, Literal

from safeplan.messages import say
from safeplan.models import ROLES, BodyLoad, Comparison, Plan, Role
from safeplan.reports.filters import has_owner
from safeplan.reports.phrasing import Place, short_names, sides, tasks_of
from safeplan.reports.result_sheets import (
    FEW_COLUMNS,
    MOST_COLUMNS,
    Cell,
    Facet,
    Rows,
    Run,
    Sheet,
    columns,
    differing,
    distinct,
    grouped,
    in_turn,
    role_run,
)

Order = Literal["load", "differs", "name"]

MOST_ALIGNED = 8
"""Of more plans, it is told who carries what without aligning each with each."""
MOST_CARRYING = 12
"""Bodies in the summary of `owners`."""


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
                found[named.name] = _carrying_nothing(named.name, plans)
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


def _carrying_nothing(name: str, plans: Sequence[Plan]) -> BodyLoad:
    return BodyLoad(name=name, tasks={plan.plan_id: {role: [] for role in ROLES} for plan in plans})


def _tell_apart(found: dict[str, BodyLoad], plans: Sequence[Plan], comparison: Comparison) -> None:
    """Note of each body what a plan gives it and another, which has the same measure, does not."""
    named = {record: {one.name for one in task.owners} for record, task in tasks_of(plans).items()}
    partners: dict[Place, dict[str, set[str]]] = {}
    for link in comparison.links:
        for here, there in permutations(sides(link)):
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
    assisting = any(by["assisting"] for body in found for by in body.tasks.values())
    return [role for role in ROLES if role != "assisting" or assisting]


def bodies_rows(plans: Sequence[Plan], found: Sequence[BodyLoad]) -> Rows:
    """Return one row a body: `owner`, then for each plan the counts and the task ids by role."""

    def cells(body: BodyLoad) -> Iterator[tuple[str, object]]:
        yield "owner", body.name
        for plan in plans:
            own = body.tasks[plan.plan_id]
            yield from ((f"{plan.plan_id} {role}", len(own[role])) for role in roles)
            yield from ((f"{plan.plan_id} {role}_tasks", own[role]) for role in roles)
        for one, other in permutations([plan.plan_id for plan in plans], 2):
            yield f"{one} not_in {other}", body.without.get(one, {}).get(other)

    roles = roles_of(found)
    listed = [key for key, _ in cells(_carrying_nothing("", plans))]
    return Rows(listed, (dict(cells(body)) for body in found))


# --- as sheets --------------------------------------------------------------------------------

_Titles = Mapping[Place, str]
"""What each task is called."""


def bodies_sheet(plans: Sequence[Plan], found: Sequence[BodyLoad]) -> Sheet:
    """Return one line a body: how many tasks each plan gives it, and what only some give it.

    Which tasks they are is the rest, on demand.
    """
    names, titles = short_names(plans), _task_names(plans)
    many, several = len(plans) > MOST_COLUMNS, len(plans) > 1
    rows: list[list[Cell]] = []
    for body in found:
        counts = {plan_id: _load_words(body, plan_id) for plan_id in names}
        in_one = "；".join(f"{names[id_]} {said}" for id_, said in counts.items() if said != "0")
        cells: list[Cell] = [in_one] if many else [*counts.values()]
        unlike = say("owners.unlike", count=body.unlike) if many else _unlike(body, names, titles)
        every = _by_name(body, names, titles) if many else _plan_tasks(body, names, names, titles)
        apart: list[Cell] = [unlike if body.unlike else ""] if several else []
        rows.append([body.name, str(body.total), *cells, *apart, every])
    carrying = [
        [name for plan_id, name in names.items() if any(body.tasks[plan_id].values())]
        for body in found
    ]
    told = f"unlike:{2 if many else 10} tasks:4~" if several else "tasks:4"
    listed = columns(f"body:3 total# {'by_plan:6' if many else '*:2'} {told}", names)
    differs = differing((bool(body.unlike) for body in found), "unlike")
    note = say("owners.note", count=len(found))
    return Sheet(say("sheet.bodies"), listed, rows, [differs, Facet("plan", carrying)], note)


def load_sheet(
    found: Sequence[BodyLoad], plans: Sequence[Plan], title: str = "overview.load", most: int = 6
) -> Sheet:
    """Return the bodies whose number of tasks differs most between the plans, `most` of them."""
    names = short_names(plans)
    many = len(plans) > FEW_COLUMNS
    rows: list[list[Cell]] = []
    for body in sorted(found, key=lambda body: (-body.spread, body.name))[:most]:
        counts = {plan_id: body.count(plan_id, *ROLES) for plan_id in names}
        greatest = max(counts.values()) if body.spread else -1
        said = {
            name: Run(_load_words(body, plan_id), "head" if counts[plan_id] == greatest else "")
            for plan_id, name in names.items()
        }
        # Of many plans all stand in one cell, those that give it nothing left out.
        some = ([Run(name, "dim"), run] for name, run in said.items() if run.text != "0")
        cells: list[Cell] = (
            [in_turn(some, "；") or "—"] if many else [[run] for run in said.values()]
        )
        rows.append([body.name, *cells, str(body.spread)])
    listed = columns(f"body:3 {'by_plan:4' if many else '*:2'} spread#", names)
    return Sheet(say(title, rest=max(len(found) - most, 0)), listed, rows, close=True)


def owners_screen(
    plans: Sequence[Plan], found: Sequence[BodyLoad], *, aligned: bool = True
) -> list[Sheet]:
    """Return who carries what: whose load differs most, then each body's tasks, plan by plan.

    Where it is not known what one plan gives a body and another does not (`aligned`), that is said.
    """
    if not found:
        return [Sheet(note=say("owners.nothing"))]
    names, titles, roles = short_names(plans), _task_names(plans), roles_of(found)
    rows: list[list[Cell]] = []
    for body in found:
        heads = {}
        for plan_id in names:
            counts = (f"{say(f'role.{role}')} {body.count(plan_id, role)}" for role in roles)
            heads[plan_id] = f"{plan_id}（{'，'.join(counts)}）"
        rows.append([[Run(body.name, "head")], _plan_tasks(body, heads, names, titles)])
    key = "owners.note" if aligned else "owners.unaligned"
    note = say(key, count=len(found), most=MOST_ALIGNED)
    lines = Sheet(say("owners.lines"), columns("body:1 tasks:5"), rows, note=note)
    if len(plans) > 1 and len(found) > 1:
        return [load_sheet(found, plans, "owners.title", MOST_CARRYING), lines]
    return [lines]


def _task_names(plans: Sequence[Plan]) -> _Titles:
    return {record: task.name for record, task in tasks_of(plans).items()}


def _load_words(body: BodyLoad, plan_id: str) -> str:
    """Return how many tasks a plan gives a body, and as lead how many of them."""
    count, leads = body.count(plan_id, *ROLES), body.count(plan_id, "lead")
    return say("overview.count", count=count, leads=leads) if leads else str(count)


def _plan_tasks(
    body: BodyLoad, heads: dict[str, str], names: dict[str, str], titles: _Titles
) -> list[Run]:
    """Return the tasks of a body, plan by plan, each under its head, by role and name.

    A task that another plan does not give it has a `*`.
    """
    plans: list[list[Run]] = []
    for plan_id, by_role in body.tasks.items():
        without = body.without.get(plan_id, {})
        apart = {task_id for task_ids in without.values() for task_id in task_ids}
        said: list[list[Run]] = []
        for role, ids in by_role.items():
            named: list[list[Run]] = []
            for name, of_name in _by_title(ids, plan_id, titles):
                named.append([Run(name)])
                for one in of_name:
                    named[-1] += [Run(" "), Run(f"*{one}", "own") if one in apart else Run(one)]
            said.append([role_run(role), *in_turn(named, "；")] if ids else [])
        for other, task_ids in without.items():
            words = say("owners.without", plan=names[other], tasks=" ".join(task_ids))
            said.append([Run(f"*{words}", "dim")])
        head = [Run(f"{heads[plan_id]}\n", "head")]
        plans.append(head + in_turn(said) if any(by_role.values()) else [])
    return in_turn(plans)


def _by_name(body: BodyLoad, names: dict[str, str], titles: _Titles) -> list[Run]:
    """Return the tasks of a body in many plans: each name once, then where it stands."""
    places = grouped(
        ((role, titles[plan_id, task_id]), f"{names[plan_id]}{task_id}")
        for role in ROLES
        for plan_id, by_role in body.tasks.items()
        for task_id in by_role[role]
    )
    return in_turn(
        [role_run(role), Run(name), Run(f" {'、'.join(where)}", "dim")]
        for (role, name), where in places.items()
    )


def _unlike(body: BodyLoad, names: dict[str, str], titles: _Titles) -> Cell:
    """Return what some plans give a body and others, which have the same measure, do not."""
    said: list[list[Run]] = []
    for plan_id, others in body.without.items():
        lacking = grouped((id_, names[other]) for other, ids in others.items() for id_ in ids)
        alike = grouped(("、".join(where), task_id) for task_id, where in lacking.items())
        for where, ids_there in alike.items():
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
