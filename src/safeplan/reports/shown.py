"""What is shown of single records: a plan's tasks, its findings, why two records were linked."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from rich.console import Console

from safeplan import messages
from safeplan.links import Match, threshold
from safeplan.messages import catalogue, say
from safeplan.models import ROLES, Finding, Plan, Span, Task, TaskRef
from safeplan.plans import finding_text
from safeplan.reports.phrasing import short_names, source_words, target_words
from safeplan.reports.result_sheets import (
    Cell,
    Facet,
    Mark,
    Run,
    Sheet,
    columns,
    in_turn,
    role_run,
)
from safeplan.reports.terminal import Prose, print_sheet


def task_sheets(plan: Plan, tasks: Sequence[Task]) -> list[Sheet]:
    """Return tasks of one plan, table by table; those of prose by their outermost heading."""
    parts = groupby(tasks, key=lambda task: (task.table, task.table or task.table_title))
    sheets = [_tasks(plan, list(together)) for _, together in parts]
    return sheets or [Sheet(note=say("show.nothing"))]


def _tasks(plan: Plan, tasks: Sequence[Task]) -> Sheet:
    first = tasks[0]
    dated = any(task.deadline_text for task in tasks)
    rows: list[list[Cell]] = []
    for task in tasks:
        texts = task.lead_text, task.responsible_text, task.assisting_text
        owners = zip(ROLES, texts, strict=True)
        rows.append(
            [
                task.task_id,
                "\n".join(filter(None, (task.group, task.name))),
                task.content,
                "\n".join(map(target_words, task.targets)),
                in_turn([role_run(role), Run(text)] for role, text in owners if text),
                *([task.deadline_text] if dated else []),
                source_words(task.source),
            ]
        )
    named = {"number": first.table, "title": first.table_title or "—", "count": len(tasks)}
    title = say(f"show.{'table' if first.table else first.part}", plan=plan.plan_id, **named)
    listed = f"task name:4 content:10 targets:5 owners:6{' deadline:2' if dated else ''} source"
    return Sheet(title, columns(listed), rows)


# --- what the reader repaired or doubts -------------------------------------------------------


def own_findings(plan: Plan) -> Sheet:
    """Return what the reader repaired or doubts in a plan, with its row and its lines."""
    if not plan.findings:
        return Sheet(note=say("show.no_findings", plan=plan.plan_id))
    rows: list[list[Cell]] = []
    for one in plan.findings:
        rows.append(_finding(one, source_words(one.source) if one.source else ""))
    return Sheet("", columns("severity task source finding:10 code"), rows)


def findings_sheet(plans: Sequence[Plan]) -> Sheet:
    """Return what the reader repaired or doubts in plans, doubts first, each with its place."""
    names = short_names(plans)
    found = [(plan, finding) for plan in plans for finding in plan.findings]
    found.sort(key=lambda pair: pair[1].severity != "doubt")
    rows: list[list[Cell]] = []
    for plan, one in found:
        try:  # its own place, else that of its record
            where = source_words(one.source or plan.task(one.task_id or "").source)
        except KeyError:
            where = "—"
        rows.append([names[plan.plan_id], *_finding(one, where, "dim")])
    facets = [
        Facet("plan", [[names[plan.plan_id]] for plan, _ in found]),
        Facet("severity", [[say(f"severity.{one.severity}")] for _, one in found]),
    ]
    listed = columns("plan severity task place finding:8 code")
    return Sheet(say("sheet.findings"), listed, rows, facets, say("sheet.findings_note"))


def _finding(one: Finding, where: str, repaired: Mark = "") -> list[Cell]:
    """Return the cells of a finding, first how grave it is; `repaired`: how a repair is marked."""
    doubt = one.severity == "doubt"
    grave = Run(
        f"{'？' if doubt else '√'} {say(f'severity.{one.severity}')}",
        "doubt" if doubt else repaired,
    )
    text = finding_text(one, messages.language())
    return [[grave], one.task_id or "—", where, text, one.code]


# --- why two records were linked, or were not -------------------------------------------------


def print_explanation(
    match: Match | None, sides: Sequence[tuple[TaskRef, Task]], linked: bool, out: Console
) -> None:
    """Print of a pair of records whether they are linked, the words that met, what features added.

    `match` is the pair as it was weighed; None where the two share nothing worth weighing.
    """
    out.print(Prose(_verdict(match, linked), style="bold"))
    for index, (ref, task) in enumerate(sides):
        met = match.evidence if match else []
        spans = [span for one in met if (span := (one.left_span, one.right_span)[index])]
        out.print(Prose(f"\n{ref.plan_id} {ref.task_id} {task.name}", style="bold"))
        out.print(marked(task.content, [span for span in spans if span.field == "content"]))
    if match is None:
        return
    shared = columns("*:3 share#", {ref.plan_id: ref.plan_id for ref in (match.left, match.right)})
    words: list[list[Cell]] = [[one.left, one.right, f"{one.weight:.0%}"] for one in match.evidence]
    ranked = sorted(match.features.items(), key=lambda item: (-abs(item[1]), item[0]))
    texts = catalogue(messages.language())
    added: list[list[Cell]] = [
        [texts.get(f"feature.{name}", name), f"{value:+.2f}"] for name, value in ranked
    ]
    for title, listed, rows in (
        ("explain.evidence", shared, words),
        ("explain.features", columns("feature adds#"), added),
    ):
        out.print()
        print_sheet(Sheet(say(title), listed, rows, close=True), out)


def _verdict(match: Match | None, linked: bool) -> str:
    if match is None:
        return say("explain.nothing")
    numbers = {"score": f"{match.score:.4f}", "threshold": f"{threshold():.2f}"}
    key = "explain.linked" if linked else "explain.not_linked"
    said = say(key, relation=say(f"relation.{match.relation}"), **numbers)
    decided = match.decided and say("explain.decided", verdict=say(f"verdict.{match.decided}"))
    return said + (decided or "")


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
