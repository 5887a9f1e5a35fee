"""What `lint` finds → sheets, two a plan for people, and rows for programs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from safeplan import messages
from safeplan.messages import say
from safeplan.models import LintFinding, LintPlace, LintSeverity, Plan
from safeplan.reports.phrasing import first_of, source_words
from safeplan.reports.result_sheets import Cell, Mark, Rows, Run, Sheet, columns, grouped
from safeplan.slips import finding_text

SIGNS: dict[LintSeverity, tuple[str, Mark]] = {
    "error": ("✗", "tighter"),
    "warning": ("！", "doubt"),
    "info": ("·", "dim"),
}
"""A sign beside the colour: what is to be mended, what is to be looked at, what is worth knowing."""


def lint_sheets(plans: Sequence[Plan], findings: Sequence[LintFinding]) -> list[Sheet]:
    """Return of each plan how many findings of which rule it has, then the findings."""
    sheets: list[Sheet] = []
    grave = [*SIGNS]
    for plan in plans:
        own = [finding for finding in findings if finding.plan_id == plan.plan_id]
        counts = Counter(finding.severity for finding in own)
        graded = {severity: counts[severity] for severity in SIGNS}
        title = say("lint.summary" if own else "lint.clean", plan=plan.plan_id, **graded)
        by_rule = grouped(((one.severity, one.code), _record(one)) for one in own)
        # The gravest and most frequent first.
        ranked = sorted(by_rule.items(), key=lambda one: (grave.index(one[0][0]), -len(one[1])))
        rules: list[list[Cell]] = [
            [_severity(severity), say(f"lint_rule.{code}"), str(len(at)), first_of(at, " ", 8)]
            for (severity, code), at in ranked
        ]
        sheets.append(Sheet(title, columns("severity rule count# first_places:3"), rules))
        rows: list[list[Cell]] = []
        for finding in own:
            places = [place for place in (finding, finding.other) if place]
            records = "\n".join(map(_record, places))
            sources = "\n".join(source_words(place.source) for place in places)
            said = finding_text(finding, messages.language())
            rows.append([_severity(finding.severity), records, sources, said, finding.code])
        if own:
            listed = columns("severity task source finding:6 code")
            sheets.append(Sheet(say("lint.details", plan=plan.plan_id), listed, rows))
    return sheets


def _severity(severity: LintSeverity) -> Cell:
    sign, mark = SIGNS[severity]
    return [Run(f"{sign} {say(f'lint.severity_{severity}')}", mark)]


def _record(place: LintPlace) -> str:
    return place.task_id or place.measure_id or "—"


def lint_rows(findings: Sequence[LintFinding]) -> Rows:
    """Return all findings as CSV has them, in Chinese as its messages are everywhere."""
    rows = [
        [
            finding.plan_id,
            finding.code,
            finding.severity,
            _record(finding),
            source_words(finding.source, "zh"),
            _record(finding.other) if finding.other else "",
            source_words(finding.other.source, "zh") if finding.other else "",
            finding_text(finding, "zh"),
        ]
        for finding in findings
    ]
    return Rows("plan code severity task source other other_source finding", rows)
