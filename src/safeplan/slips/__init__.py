"""A plan against itself: a rule a function, each with a code, in the module of its theme.

`lint(plan)` asks every rule that is on by default; rules that cry wolf are asked for by name.
What each rule looks for, why, and what it found in the real documents: `docs/lint.md`.
"""

from __future__ import annotations

from collections.abc import Collection

from safeplan import messages
from safeplan.models import LintFinding, LintPlace, Measure, Plan, Source, Task
from safeplan.slips import impossible_targets, owner_cells, promises, repeats, sequences, typos
from safeplan.slips.rules import Examined, Rule

RULES: dict[str, Rule] = {
    rule.code: rule
    for module in (sequences, owner_cells, impossible_targets, repeats, typos, promises)
    for rule in vars(module).values()
    if isinstance(rule, Rule)
}
"""All rules by their code, in the order in which findings are given."""

__all__ = ["RULES", "Rule", "finding_text", "lint"]


def lint(plan: Plan, codes: Collection[str] | None = None) -> list[LintFinding]:
    """Return what the rules find in one plan, rule by rule, each in document order.

    Args:
        plan: the plan.
        codes: the rules to ask; those on by default if not given.

    Raises:
        KeyError: there is no rule of that code.
    """
    wanted = [code for code, rule in RULES.items() if rule.default] if codes is None else codes
    unknown = [code for code in wanted if code not in RULES]
    if unknown:
        raise KeyError(unknown[0])
    examined = Examined(plan)
    return [
        LintFinding(
            **dict(_place(hit.place)),
            code=rule.code,
            severity=rule.severity,
            plan_id=plan.plan_id,
            message=messages.say(f"lint_finding.{rule.code}", "zh", **hit.args),
            args=hit.args,
            other=_place(hit.other) if hit.other is not None else None,
        )
        for rule in RULES.values()
        if rule.code in wanted
        for hit in rule.check(examined)
    ]


def finding_text(finding: LintFinding, lang: str | None = None) -> str:
    """Return a finding's message in a language; the stored one where the code is not ours."""
    if finding.code not in RULES:
        return finding.message
    return messages.say(f"lint_finding.{finding.code}", lang, **finding.args)


def _place(record: Task | Measure | Source) -> LintPlace:
    if isinstance(record, Task):
        return LintPlace(task_id=record.task_id, source=record.source)
    if isinstance(record, Measure):
        return LintPlace(measure_id=record.measure_id, source=record.source)
    return LintPlace(source=record)
