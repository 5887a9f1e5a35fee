"""What the terminal shows of plans, comparisons, bodies and pairs; signs stand beside colour."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from itertools import groupby

from rich.console import Console

from safeplan import messages
from safeplan.links import Match, threshold
from safeplan.messages import catalogue, say
from safeplan.models import BodyLoad, Plan, Role, Span, Task, TaskRef
from safeplan.plans import finding_text
from safeplan.reports.bodies import MOST_ALIGNED, plan_tasks, roles_of, task_names
from safeplan.reports.overview import load_sheet, overview_sheets, plans_sheet
from safeplan.reports.phrasing import SIGNS, short_names, source_words, target_words
from safeplan.reports.remarks import severity_cell
from safeplan.reports.result_sheets import (
    Cell,
    Mark,
    Run,
    Sheet,
    SheetColumn,
    columns,
    distinct,
    in_turn,
    starred,
)
from safeplan.reports.terminal import print_sheet
from safeplan.reports.view import ComparisonView, RecordCell, ViewLine, all_same, leads_untold
from safeplan.reports.wrapping import Prose

MOST_CARRYING = 12
"""Bodies in the summary of `owners`."""
_MARKS: dict[str, Mark] = {
    "tighter": "tighter",
    "looser": "looser",
    "same": "dim",
    **dict.fromkeys(("different", "outcome", "due", "doubtful"), "doubt"),
    **dict.fromkeys(("added", "dropped"), "own"),
}
"""How what a link is about is marked."""


def print_overview(view: ComparisonView, out: Console) -> None:
    """Print the summary of a comparison: how to read it, then a screen a question."""
    _print_legend(view.plans, out)
    for sheet in overview_sheets(view):
        print_sheet(sheet, out, close=True)
    _print_dim(say("overview.more"), out)


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
        _print_dim(say("compare.nothing"), out)
    for plan_id, tasks in view.unmatched.items():
        rows: list[list[Cell]] = [
            [
                task.task_id,
                task.name,
                task.content,
                "、".join(distinct(o.name for o in task.owners)),
            ]
            for task in tasks
        ]
        title = say("compare.unmatched", plan=plan_id, count=len(tasks))
        if tasks:
            print_sheet(Sheet(title, columns("task name:3 content:9 owners:4"), rows), out)
    if view.hidden:
        _print_dim(say("compare.hidden", count=view.hidden), out)


def _print_dim(text: str, out: Console) -> None:
    out.print(Prose(text, style="dim"))


def _print_legend(plans: Sequence[Plan], out: Console) -> None:
    signs = "  ".join(f"{sign}{say(f'change.{kind}')}" for kind, sign in SIGNS.items())
    _print_dim(f"{signs}  {say('compare.legend')}", out)
    if untold := leads_untold(plans):
        _print_dim(say("compare.leads_untold", plans="、".join(untold)), out)


def _lines(view: ComparisonView, *, text: bool) -> Sheet:
    rows: list[list[Cell]] = []
    for line in view.lines:
        partial = f"\n◐{say('compare.partial')}" if line.partial else ""
        records = [_records(cells, text=text) for cells in line.cells.values()]
        rows.append([line.group.group_id, line.group.label + partial, *records, _changes(line)])
    of_plans = [SheetColumn(plan.plan_id, 5, plan.plan_id) for plan in view.plans]
    return Sheet("", [*columns("group measure:3"), *of_plans, *columns("change:5")], rows)


def _records(cells: Sequence[RecordCell], *, text: bool) -> Cell:
    said: list[list[Run]] = []
    for cell in cells:
        task = cell.task
        said.append([Run(task.task_id, "head")])
        said.append([Run(task.content)] if text else [])
        said.append([Run(f"{say('compare.outcome')}：{task.outcome}")] if task.outcome else [])
        said += [[Run(f"·{target_words(target)}")] for target in task.targets]
        said += [
            [_role(role), *starred(names, cell.own)] for role, names in cell.owners.items() if names
        ]
    return in_turn(said) or [Run("—", "dim")]


def _role(role: Role) -> Run:
    return Run(f"{say(f'role.{role}')}：", "dim")


def _changes(line: ViewLine) -> Cell:
    said: list[Run] = []
    for change in line.changes:
        said.append(Run(change.between, "dim"))
        said += [Run(words, _MARKS.get(kind, "")) for kind, words in change.said]
    return in_turn([run] for run in said) or [Run(all_same(line), "dim")]


def print_tasks(plan: Plan, tasks: Sequence[Task], out: Console) -> None:
    """Print the tasks of one plan, table by table; those of prose by their outermost heading."""
    if not tasks:
        _print_dim(say("show.nothing"), out)
    for _, together in groupby(
        tasks, key=lambda task: (task.table, task.table or task.table_title)
    ):
        print_sheet(_tasks(plan, list(together)), out)


def _tasks(plan: Plan, tasks: Sequence[Task]) -> Sheet:
    first = tasks[0]
    dated = any(task.deadline_text for task in tasks)
    listed = f"task name:4 content:10 targets:5 owners:6{' deadline:2' if dated else ''} source"
    rows: list[list[Cell]] = [
        [
            task.task_id,
            "\n".join(filter(None, (task.group, task.name))),
            task.content,
            "\n".join(target_words(target) for target in task.targets),
            _owners(task),
            *([task.deadline_text] if dated else []),
            source_words(task.source),
        ]
        for task in tasks
    ]
    named = {"number": first.table, "title": first.table_title or "—", "count": len(tasks)}
    where = "table" if first.table else first.part
    return Sheet(say(f"show.{where}", plan=plan.plan_id, **named), columns(listed), rows)


def _owners(task: Task) -> Cell:
    printed: dict[Role, str] = {
        "lead": task.lead_text,
        "responsible": task.responsible_text,
        "assisting": task.assisting_text,
    }
    return in_turn([_role(role), Run(text)] for role, text in printed.items() if text)


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
        _print_dim(say("owners.nothing"), out)
        return
    if len(plans) > 1 and len(found) > 1:
        print_sheet(load_sheet(found, plans, "owners.title", MOST_CARRYING), out, close=True)
    names, titles, roles = short_names(plans), task_names(plans), roles_of(found)

    def head(body: BodyLoad, plan_id: str) -> str:
        counts = (f"{say(f'role.{role}')} {body.count(plan_id, role)}" for role in roles)
        return f"{plan_id}（{'，'.join(counts)}）"

    rows: list[list[Cell]] = [
        [[Run(body.name, "head")], plan_tasks(body, names, titles, partial(head, body))]
        for body in found
    ]
    key = "owners.note" if aligned else "owners.unaligned"
    note = say(key, count=len(found), most=MOST_ALIGNED)
    print_sheet(Sheet(say("owners.lines"), columns("body:1 tasks:5"), rows, note=note), out)


def print_findings(plan: Plan, out: Console) -> None:
    """Print what the reader repaired or doubts, with its row and its lines."""
    if not plan.findings:
        _print_dim(say("show.no_findings", plan=plan.plan_id), out)
        return
    rows: list[list[Cell]] = [
        [
            severity_cell(one),
            one.task_id or "—",
            source_words(one.source) if one.source else "",
            finding_text(one, messages.language()),
            one.code,
        ]
        for one in plan.findings
    ]
    print_sheet(Sheet("", columns("severity task source finding:10 code"), rows), out)


# --- why two records were linked, or were not -------------------------------------------------


def print_explanation(
    match: Match | None,
    sides: Sequence[tuple[TaskRef, Task]],
    linked: bool,
    out: Console,
) -> None:
    """Print the explanation of one pair: the words that met, and what each feature added.

    Args:
        match: the pair as it was weighed; None where the two share nothing worth weighing.
        sides: both records with their names in print, left and right.
        linked: whether they are.
        out: where to.
    """
    out.print(Prose(_verdict(match, linked), style="bold"))
    for index, (ref, task) in enumerate(sides):
        met = match.evidence if match else []
        spans = [span for one in met if (span := (one.left_span, one.right_span)[index])]
        out.print(Prose(f"\n{ref.plan_id} {ref.task_id} {task.name}", style="bold"))
        out.print(marked(task.content, [span for span in spans if span.field == "content"]))
    if match is None:
        return
    left, right = (SheetColumn("", 3, ref.plan_id) for ref in (match.left, match.right))
    words: list[list[Cell]] = [[one.left, one.right, f"{one.weight:.0%}"] for one in match.evidence]
    ranked = sorted(match.features.items(), key=lambda item: (-abs(item[1]), item[0]))
    texts = catalogue(messages.language())
    added: list[list[Cell]] = [
        [texts.get(f"feature.{name}", name), f"{value:+.2f}"] for name, value in ranked
    ]
    for sheet in (
        Sheet(say("explain.evidence"), [left, right, *columns("share#")], words),
        Sheet(say("explain.features"), columns("feature adds#"), added),
    ):
        out.print()
        print_sheet(sheet, out, close=True)


def _verdict(match: Match | None, linked: bool) -> str:
    if match is None:
        return say("explain.nothing")
    said = say(
        "explain.linked" if linked else "explain.not_linked",
        relation=say(f"relation.{match.relation}"),
        score=f"{match.score:.4f}",
        threshold=f"{threshold():.2f}",
    )
    if match.decided:
        said += say("explain.decided", verdict=say(f"verdict.{match.decided}"))
    return said


def marked(content: str, spans: Sequence[Span]) -> Prose:
    """Return a text in which the spans stand between 【 and 】, and in colour.

    >>> marked("推进水利行业“八大类”风险管控。", [Span("content", 7, 10)]).plain
    '推进水利行业“【八大类】”风险管控。'
    """
    hit = [False] * len(content)
    for span in spans:
        hit[span.start : span.end] = [True] * (span.end - span.start)
    said = Prose()
    for met, pairs in groupby(zip(content, hit, strict=True), key=lambda pair: pair[1]):
        text = "".join(character for character, _ in pairs)
        said.append(f"【{text}】" if met else text, style="bold yellow" if met else "")
    return said
