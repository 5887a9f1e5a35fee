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
from safeplan.reports.result_sheets import Cell, Facet, Mark, Run, Sheet, columns, distinct
from safeplan.reports.view import ComparisonView, leads_untold


def unmatched_sheet(view: ComparisonView) -> Sheet:
    """Return what each plan has that no other has."""
    names = view.names
    tasks = [(name, task) for plan_id, name in names.items() for task in view.unmatched[plan_id]]
    owners = [distinct(owner.name for owner in task.owners) for _, task in tasks]
    rows: list[list[Cell]] = [
        [
            name,
            task.task_id,
            task.table_title,
            f"{task.group}\n{task.name}" if task.group else task.name,
            task.content,
            "\n".join(target_words(target) for target in task.targets),
            "、".join(bodies),
            source_words(task.source),
        ]
        for (name, task), bodies in zip(tasks, owners, strict=True)
    ]
    facets = [
        Facet("plan", [[name] for name, _ in tasks]),
        Facet("table", [[task.table_title] for _, task in tasks]),
        Facet("body", owners),
    ]
    note = "；".join(
        say("compare.unmatched", plan=name, count=len(view.unmatched[plan_id]))
        for plan_id, name in names.items()
    )
    listed = columns("plan task table:3 name:4 content:11 targets:3 owners:8 source")
    return Sheet(say("sheet.unmatched"), listed, rows, facets, note)


def findings_sheet(plans: Sequence[Plan]) -> Sheet:
    """Return what the reader repaired or doubts in the plans, doubts first, each with its place."""
    names, lang = short_names(plans), messages.language()
    found = [(plan, finding) for plan in plans for finding in plan.findings]
    found.sort(key=lambda pair: pair[1].severity != "doubt")
    rows: list[list[Cell]] = [
        [
            names[plan.plan_id],
            severity_cell(one, "dim"),
            one.task_id or "—",
            _place(plan, one),
            finding_text(one, lang),
            one.code,
        ]
        for plan, one in found
    ]
    facets = [
        Facet("plan", [[names[plan.plan_id]] for plan, _ in found]),
        Facet("severity", [[say(f"severity.{one.severity}")] for _, one in found]),
    ]
    listed = columns("plan severity task place finding:8 code")
    return Sheet(say("sheet.findings"), listed, rows, facets, say("sheet.findings_note"))


def severity_cell(finding: Finding, repaired: Mark = "") -> Cell:
    """Return how grave a finding is, with a sign; `repaired`: how a repair is marked."""
    doubt = finding.severity == "doubt"
    said = f"{'？' if doubt else '√'} {say(f'severity.{finding.severity}')}"
    return [Run(said, "doubt" if doubt else repaired)]


def _place(plan: Plan, finding: Finding) -> str:
    """Return where a finding stands: its own place, else that of its record."""
    if finding.source is not None:
        return source_words(finding.source)
    try:
        return source_words(plan.task(finding.task_id or "").source)
    except KeyError:
        return "—"


def notes_sheet(view: ComparisonView) -> Sheet:
    """Return what was compared and how to read it."""
    from safeplan import __version__

    rows: list[list[Cell]] = []
    for plan in view.plans:
        linked = view.linked[plan.plan_id]
        doubts = Counter(finding.severity for finding in plan.findings)
        about = say(
            "notes.plan",
            title=plan.title or "—",
            number=plan.document_number or "—",
            tasks=len(plan.tasks),
            linked=linked,
            alone=len(plan.tasks) - linked,
            repairs=doubts["repair"],
            doubts=doubts["doubt"],
        )
        rows.append([plan.plan_id, about])
        rows.append([say("notes.file"), f"{plan.source.path}\nSHA-256 {plan.source.sha256}"])
    rows += [[SIGNS[kind] + say(f"change.{kind}"), say(f"notes.{kind}")] for kind in SIGNS]
    rows += [[sign, say(f"notes.{key}")] for sign, key in (("*", "own"), ("◐", "partial"))]
    marks = [Run(say("notes.marked"), "own"), Run("　"), Run(say("notes.marked_some"), "some")]
    rows.append([marks, say("notes.words")])
    rows.append(["？", say("notes.doubtful", score=f"{SURE:.2f}")])
    if untold := leads_untold(view.plans):
        rows.append([say("role.lead"), say("compare.leads_untold", plans="、".join(untold))])
    if view.hidden:
        rows.append([say("notes.filters"), say("compare.hidden", count=view.hidden)])
    rows.append([say("notes.made"), f"safeplan {__version__}"])
    return Sheet(say("sheet.notes"), columns("entry:2 meaning:9"), rows)
