"""What the terminal shows of plans, comparisons and bodies; signs stand beside colour."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby

from rich.console import Console

from safeplan.messages import say
from safeplan.models import BodyLoad, Finding, Plan, Task
from safeplan.reports.bodies import MOST_ALIGNED, body_tasks, roles_of, task_names
from safeplan.reports.overview import load_sheet, plans_sheet
from safeplan.reports.phrasing import SIGNS, short_names, source_words, target_words
from safeplan.reports.result_sheets import Cell, Mark, Run, Sheet, SheetColumn
from safeplan.reports.terminal import print_sheet
from safeplan.reports.view import ComparisonView, RecordCell, ViewLine, all_same, leads_untold
from safeplan.reports.wrapping import Prose

MOST_CARRYING = 12
"""Bodies in the summary of `owners`."""
_MARKS: dict[str, Mark] = {
    "tighter": "tighter",
    "looser": "looser",
    "different": "doubt",
    "outcome": "doubt",
    "due": "doubt",
    "doubtful": "doubt",
    "added": "own",
    "dropped": "own",
    "same": "dim",
}
"""How what a link is about is marked."""


def print_overview(sheets: Iterable[Sheet], plans: Sequence[Plan], out: Console) -> None:
    """Print the summary of a comparison: how to read it, then a screen a question.

    Args:
        sheets: what `overview_sheets` returns.
        plans: the plans compared.
        out: where to.
    """
    _print_legend(plans, out)
    for sheet in sheets:
        print_sheet(sheet, out, close=True)
    out.print(Prose(say("overview.more"), style="dim"))


def print_comparison(view: ComparisonView, out: Console, *, text: bool = False) -> None:
    """Print every line of a comparison: how to read it, the plans, the lines, what stands alone.

    Args:
        view: what to show.
        out: where to.
        text: whether to print each record's content in full.
    """
    _print_legend(view.plans, out)
    print_sheet(plans_sheet(view), out)
    if view.lines:
        print_sheet(_lines(view, text=text), out)
    elif not any(view.unmatched.values()):
        out.print(Prose(say("compare.nothing"), style="dim"))
    for plan in view.plans:
        if tasks := view.unmatched[plan.plan_id]:
            print_sheet(_unmatched(plan, tasks), out)
    if view.hidden:
        out.print(Prose(say("compare.hidden", count=view.hidden), style="dim"))


def _print_legend(plans: Sequence[Plan], out: Console) -> None:
    signs = "  ".join(f"{sign}{say(f'change.{kind}')}" for kind, sign in SIGNS.items())
    out.print(Prose(f"{signs}  {say('compare.legend')}", style="dim"))
    if untold := leads_untold(plans):
        out.print(Prose(say("compare.leads_untold", plans="、".join(untold)), style="dim"))


def _lines(view: ComparisonView, *, text: bool) -> Sheet:
    plans = [plan.plan_id for plan in view.plans]
    columns = [SheetColumn("group", 0), SheetColumn("measure", 3)]
    columns += [SheetColumn(plan_id, 5, plan_id) for plan_id in plans]
    rows: list[list[Cell]] = []
    for line in view.lines:
        partial = f"\n◐{say('compare.partial')}" if line.partial else ""
        records = [_records(line.cells[plan_id], text=text) for plan_id in plans]
        rows.append([line.group.group_id, line.group.label + partial, *records, _changes(line)])
    return Sheet("", [*columns, SheetColumn("change", 5)], rows)


def _records(cells: Sequence[RecordCell], *, text: bool) -> Cell:
    said: list[Run] = []
    for cell in cells:
        said.append(Run(("\n" if said else "") + cell.task.task_id, "head"))
        lines = [cell.task.content] if text else []
        if cell.task.outcome:
            lines.append(f"{say('compare.outcome')}：{cell.task.outcome}")
        lines += [f"·{target}" for target in cell.targets]
        said += [Run(f"\n{line}") for line in lines]
        for role, names in cell.owners.items():
            said += [Run(f"\n{say(f'role.{role}')}：", "dim")] if names else []
            for at, name in enumerate(names):
                own = name in cell.own
                said.append(Run("、" if at else ""))
                said.append(Run(f"*{name}", "own") if own else Run(name))
    return said or [Run("—", "dim")]


def _changes(line: ViewLine) -> Cell:
    if not line.changes:
        return [Run(all_same(line), "dim")]
    said: list[Run] = []
    for change in line.changes:
        said.append(Run(("\n" if said else "") + change.between, "dim"))
        for words, kind in zip(change.words, change.kinds, strict=True):
            said.append(Run(f"\n{words}", _MARKS.get(kind, "")))
    return said


def _unmatched(plan: Plan, tasks: Sequence[Task]) -> Sheet:
    return Sheet(
        say("compare.unmatched", plan=plan.plan_id, count=len(tasks)),
        [
            SheetColumn("task", 0),
            SheetColumn("name", 3),
            SheetColumn("content", 9),
            SheetColumn("owners", 4),
        ],
        [
            [
                task.task_id,
                task.name,
                task.content,
                "、".join(dict.fromkeys(owner.name for owner in task.owners)),
            ]
            for task in tasks
        ],
    )


def print_tasks(plan: Plan, tasks: Sequence[Task], out: Console) -> None:
    """Print the tasks of one plan, table by table; those of prose by their outermost heading."""
    if not tasks:
        out.print(Prose(say("show.nothing"), style="dim"))
    for _, together in groupby(
        tasks, key=lambda task: (task.table, task.table or task.table_title)
    ):
        print_sheet(_tasks(plan, list(together)), out)


def _tasks(plan: Plan, tasks: Sequence[Task]) -> Sheet:
    first = tasks[0]
    number, title = first.table, first.table_title or "—"
    where = "table" if number else first.part
    columns = [SheetColumn("task", 0), SheetColumn("name", 4), SheetColumn("content", 10)]
    columns += [SheetColumn("targets", 5), SheetColumn("owners", 6), SheetColumn("deadline", 2)]
    rows: list[list[Cell]] = [
        [
            task.task_id,
            "\n".join(filter(None, (task.group, task.name))),
            task.content,
            "\n".join(target_words(target) for target in task.targets),
            _owners(task),
            task.deadline_text,
            source_words(task.source),
        ]
        for task in tasks
    ]
    if not any(task.deadline_text for task in tasks):
        columns.pop()
        rows = [[*row[:-2], row[-1]] for row in rows]
    return Sheet(
        say(f"show.{where}", plan=plan.plan_id, number=number, title=title, count=len(tasks)),
        [*columns, SheetColumn("source", 0)],
        rows,
    )


def _owners(task: Task) -> Cell:
    said: list[Run] = []
    for role, printed in (
        ("lead", task.lead_text),
        ("responsible", task.responsible_text),
        ("assisting", task.assisting_text),
    ):
        if printed:
            said.append(Run(("\n" if said else "") + f"{say(f'role.{role}')}：", "dim"))
            said.append(Run(printed))
    return said


def print_bodies(
    plans: Sequence[Plan], found: Sequence[BodyLoad], out: Console, *, aligned: bool = True
) -> None:
    """Print who carries what: whose load differs most, then each body's tasks, plan by plan.

    Args:
        plans: the plans.
        found: their bodies.
        out: where to.
        aligned: whether it is known what one plan gives a body and another does not.
    """
    if not found:
        out.print(Prose(say("owners.nothing"), style="dim"))
        return
    if len(plans) > 1 and len(found) > 1:
        most = load_sheet(found, plans, MOST_CARRYING)
        title = say("owners.title", rest=max(len(found) - MOST_CARRYING, 0))
        print_sheet(Sheet(title, most.columns, most.rows), out, close=True)
    names, titles = short_names(plans), task_names(plans)
    rows: list[list[Cell]] = []
    for body in found:
        said: list[Run] = []
        for plan in plans:
            if any(body.tasks[plan.plan_id].values()):
                counts = "，".join(
                    f"{say(f'role.{role}')} {body.count(plan.plan_id, role)}"
                    for role in roles_of(found)
                )
                head = f"{plan.plan_id}（{counts}）\n"
                said += [Run(("\n" if said else "") + head, "head")]
                said += body_tasks(body, plan.plan_id, names, titles)
        rows.append([[Run(body.name, "head")], said])
    key = "owners.note" if aligned else "owners.unaligned"
    note = say(key, count=len(found), most=MOST_ALIGNED)
    columns = [SheetColumn("body", 1), SheetColumn("tasks", 5)]
    print_sheet(Sheet(say("owners.lines"), columns, rows, note=note), out)


def print_findings(plan: Plan, messages: Sequence[tuple[Finding, str]], out: Console) -> None:
    """Print what the reader repaired or doubts, with its row and its lines."""
    if not messages:
        out.print(Prose(say("show.no_findings", plan=plan.plan_id), style="dim"))
        return
    columns = [SheetColumn("severity", 0), SheetColumn("task", 0), SheetColumn("source", 0)]
    columns += [SheetColumn("finding", 10), SheetColumn("code", 0)]
    rows: list[list[Cell]] = []
    for finding, message in messages:
        doubt = finding.severity == "doubt"
        sign = f"{'？' if doubt else '√'} {say(f'severity.{finding.severity}')}"
        place = source_words(finding.source) if finding.source else ""
        rows.append(
            [
                [Run(sign, "doubt" if doubt else "")],
                finding.task_id or "—",
                place,
                message,
                finding.code,
            ]
        )
    print_sheet(Sheet("", columns, rows), out)
