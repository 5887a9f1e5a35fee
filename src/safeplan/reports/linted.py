"""What `lint` finds → sheets: one a plan for people, and one in all for CSV."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from safeplan import messages
from safeplan.lint import finding_text
from safeplan.messages import say
from safeplan.models import LintFinding, LintPlace, LintSeverity, Plan
from safeplan.reports.phrasing import source_words
from safeplan.reports.result_sheets import Cell, Mark, Run, Sheet, SheetColumn

SIGNS: dict[LintSeverity, tuple[str, Mark]] = {
    "error": ("✗", "tighter"),
    "warning": ("！", "doubt"),
    "info": ("·", "dim"),
}
"""A sign beside the colour: what is to be mended, what is to be looked at, what is worth knowing."""

FIRST = 8
"""So many places of a rule are named in the summary."""

_SUMMARY = [
    SheetColumn("severity", 0),
    SheetColumn("rule", 0),
    SheetColumn("count", 0, number=True),
]
_SUMMARY.append(SheetColumn("first_places", 3))
_COLUMNS = [
    SheetColumn("severity", 0),
    SheetColumn("task", 0),
    SheetColumn("source", 0),
    SheetColumn("finding", 6),
    SheetColumn("code", 0),
]
_CSV_COLUMNS = [
    SheetColumn(key)
    for key in ("plan", "code", "severity", "task", "source", "other", "other_source", "finding")
]


def lint_sheets(plans: Sequence[Plan], findings: Sequence[LintFinding]) -> list[Sheet]:
    """Return of each plan how many findings of which rule it has, then the findings."""
    sheets: list[Sheet] = []
    for plan in plans:
        own = [finding for finding in findings if finding.plan_id == plan.plan_id]
        counts = Counter(finding.severity for finding in own)
        title = (
            say("lint.summary", plan=plan.plan_id, **{key: counts[key] for key in SIGNS})
            if own
            else say("lint.clean", plan=plan.plan_id)
        )
        sheets.append(Sheet(title, _SUMMARY, _counted(own)))
        if own:
            each = say("lint.details", plan=plan.plan_id)
            sheets.append(Sheet(each, _COLUMNS, [_row(finding) for finding in own]))
    return sheets


def _counted(findings: Sequence[LintFinding]) -> list[list[Cell]]:
    """Return a row a rule, the gravest and most frequent first: how often, and where."""
    by_rule: dict[str, list[LintFinding]] = {}
    for finding in findings:
        by_rule.setdefault(finding.code, []).append(finding)
    grave = [*SIGNS]
    ranked = sorted(by_rule.values(), key=lambda own: (grave.index(own[0].severity), -len(own)))
    rows: list[list[Cell]] = []
    for own in ranked:
        places = " ".join(_record(finding) for finding in own[:FIRST])
        if len(own) > FIRST:
            places += say("checked.rest", count=len(own) - FIRST)
        rule = say(f"lint_rule.{own[0].code}")
        rows.append([_severity(own[0].severity), rule, str(len(own)), places])
    return rows


def _severity(severity: LintSeverity) -> Cell:
    sign, mark = SIGNS[severity]
    return [Run(f"{sign} {say(f'lint.severity_{severity}')}", mark)]


def lint_sheet(findings: Sequence[LintFinding]) -> Sheet:
    """Return all findings as CSV has them, in Chinese as its messages are everywhere."""
    rows: list[list[Cell]] = [
        [
            finding.plan_id,
            finding.code,
            finding.severity,
            _record(finding),
            source_words(finding.source, "zh"),
            _record(finding.other),
            source_words(finding.other.source, "zh") if finding.other else "",
            finding_text(finding, "zh"),
        ]
        for finding in findings
    ]
    return Sheet("", _CSV_COLUMNS, rows)


def _row(finding: LintFinding) -> list[Cell]:
    places = [place for place in (finding, finding.other) if place is not None]
    return [
        _severity(finding.severity),
        "\n".join(_record(place) for place in places),
        "\n".join(source_words(place.source) for place in places),
        finding_text(finding, messages.language()),
        finding.code,
    ]


def _record(place: LintPlace | None) -> str:
    if place is None:
        return ""
    return place.task_id or place.measure_id or "—"
