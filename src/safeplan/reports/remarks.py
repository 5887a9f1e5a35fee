"""What stands beside a comparison: what has no partner, what the reader doubts, how to read it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from safeplan import messages
from safeplan.links import SURE
from safeplan.messages import say
from safeplan.models import Finding, Plan
from safeplan.plans import finding_text
from safeplan.reports.phrasing import SIGNS, short_names, source_words, target_words
from safeplan.reports.result_sheets import Cell, Facet, Run, Sheet, SheetColumn, distinct
from safeplan.reports.view import ComparisonView, leads_untold


def unmatched_sheet(view: ComparisonView, plans: Sequence[Plan]) -> Sheet:
    """Return what each plan has that no other has."""
    names = short_names(plans)
    tasks = [(plan, task) for plan in plans for task in view.unmatched[plan.plan_id]]
    counts = Counter(plan.plan_id for plan, _ in tasks)
    note = "；".join(
        say("compare.unmatched", plan=names[plan.plan_id], count=counts[plan.plan_id])
        for plan in plans
    )
    rows: list[list[Cell]] = [
        [
            names[plan.plan_id],
            task.task_id,
            task.table_title,
            f"{task.group}\n{task.name}" if task.group else task.name,
            task.content,
            "\n".join(target_words(target) for target in task.targets),
            "、".join(distinct(owner.name for owner in task.owners)),
            source_words(task.source),
        ]
        for plan, task in tasks
    ]
    return Sheet(
        title=say("sheet.unmatched"),
        columns=[
            SheetColumn("plan", 0),
            SheetColumn("task", 0),
            SheetColumn("table", 3),
            SheetColumn("name", 4),
            SheetColumn("content", 11),
            SheetColumn("targets", 3),
            SheetColumn("owners", 8),
            SheetColumn("source", 0),
        ],
        rows=rows,
        facets=[
            Facet("plan", [[names[plan.plan_id]] for plan, _ in tasks]),
            Facet("table", [[task.table_title] for _, task in tasks]),
            Facet("body", [distinct(owner.name for owner in task.owners) for _, task in tasks]),
        ],
        note=note,
    )


def findings_sheet(plans: Sequence[Plan]) -> Sheet:
    """Return what the reader repaired or doubts in the plans, doubts first, each with its place."""
    names, lang = short_names(plans), messages.language()
    found = [(plan, finding) for plan in plans for finding in plan.findings]
    found.sort(key=lambda pair: pair[1].severity != "doubt")
    rows: list[list[Cell]] = [
        [
            names[plan.plan_id],
            _severity(finding),
            finding.task_id or "—",
            _place(plan, finding),
            finding_text(finding, lang),
            finding.code,
        ]
        for plan, finding in found
    ]
    return Sheet(
        title=say("sheet.findings"),
        columns=[
            SheetColumn("plan", 0),
            SheetColumn("severity", 0),
            SheetColumn("task", 0),
            SheetColumn("place", 0),
            SheetColumn("finding", 8),
            SheetColumn("code", 0),
        ],
        rows=rows,
        facets=[
            Facet("plan", [[names[plan.plan_id]] for plan, _ in found]),
            Facet("severity", [[say(f"severity.{one.severity}")] for _, one in found]),
        ],
        note=say("sheet.findings_note"),
    )


def _severity(finding: Finding) -> Cell:
    said = say(f"severity.{finding.severity}")
    return [Run(f"？ {said}", "doubt") if finding.severity == "doubt" else Run(f"√ {said}", "dim")]


def _place(plan: Plan, finding: Finding) -> str:
    """Return where a finding stands: its own place, else that of its record."""
    if finding.source is not None:
        return source_words(finding.source)
    try:
        return source_words(plan.task(finding.task_id or "").source)
    except KeyError:
        return "—"


def notes_sheet(view: ComparisonView, plans: Sequence[Plan]) -> Sheet:
    """Return what was compared and how to read it."""
    from safeplan import __version__

    rows: list[list[Cell]] = []
    for plan in plans:
        count = view.linked[plan.plan_id]
        doubts = Counter(finding.severity for finding in plan.findings)
        about = say(
            "notes.plan",
            title=plan.title or "—",
            number=plan.document_number or "—",
            tasks=len(plan.tasks),
            linked=count,
            alone=len(plan.tasks) - count,
            repairs=doubts["repair"],
            doubts=doubts["doubt"],
        )
        rows.append([plan.plan_id, about])
        rows.append([say("notes.file"), f"{plan.source.path}\nSHA-256 {plan.source.sha256}"])
    rows += [[SIGNS[kind] + say(f"change.{kind}"), say(f"notes.{kind}")] for kind in SIGNS]
    rows += [[sign, say(f"notes.{key}")] for sign, key in (("*", "own"), ("◐", "partial"))]
    said: list[Cell] = [
        [Run(say("notes.marked"), "own"), Run("　"), Run(say("notes.marked_some"), "some")],
        say("notes.words"),
    ]
    rows.append(said)
    rows.append(["？", say("notes.doubtful", score=f"{SURE:.2f}")])
    if untold := leads_untold(plans):
        rows.append([say("role.lead"), say("compare.leads_untold", plans="、".join(untold))])
    if view.hidden:
        rows.append([say("notes.filters"), say("compare.hidden", count=view.hidden)])
    rows.append([say("notes.made"), f"safeplan {__version__}"])
    return Sheet(
        title=say("sheet.notes"),
        columns=[SheetColumn("entry", 2), SheetColumn("meaning", 9)],
        rows=rows,
    )
