"""Parse district safety work plans and compare their measures, targets and owners.

>>> import safeplan
>>> plan = safeplan.parse("data/raw/忠县2025年工作要点.txt")      # doctest: +SKIP
>>> comparison = safeplan.compare([plan, "沙坪坝-2025"])         # doctest: +SKIP
>>> comparison.to_frame()                                        # doctest: +SKIP

Each verb does what the command of the same name does, and returns a record of `safeplan.models`
with a `to_frame()`: the pandas table that the command writes as CSV. Wherever a plan is asked for
it may be a Plan, a document, a parsed file, or the id of a plan in `data/parsed`.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from safeplan.links.decisions import Decision
    from safeplan.models import Plan, Role, WhichPart
    from safeplan.reports.results import (
        CheckedPlan,
        ComparedPlans,
        LintedPlans,
        LoadsOfBodies,
        TracedPlans,
    )

__all__ = ["__version__", "check", "compare", "lint", "load", "owners", "parse", "trace"]
__version__ = "0.2.0"

Path = str | os.PathLike[str]


def parse(path: Path, *, region: str = "", year: str = "", seconds: float = 600.0) -> Plan:
    """Read one document as a plan, in a process of its own: it can neither hang nor end this one.

    Args:
        path: the document.
        region: its region, where the document names none: `忠县`.
        year: its year or years, where the document names none: `2025`, `2024-2026`.
        seconds: after how long the document is given up on.

    Raises:
        safeplan.documents.DocumentError: the document cannot be read as a plan.
        safeplan.vocabulary.VocabularyError: the user's own vocabulary cannot be read.
    """
    from safeplan.plans.given import Given
    from safeplan.plans.isolated import read

    return read(path, Given(region, year), seconds)


def load(name: Path) -> Plan:
    """Return the plan that a name stands for: a document, a parsed file, or a plan's id.

    Raises:
        safeplan.documents.DocumentError: nothing of that name, several, or it cannot be read.
    """
    from safeplan.plans import load as load_plan

    return load_plan(name)


def compare(
    plans: Sequence[Plan | Path],
    *,
    part: WhichPart | None = None,
    decisions: Path | None = None,
) -> ComparedPlans:
    """Compare two or more plans, each with each.

    Args:
        plans: the plans.
        part: which of their tasks take part, `annex`, `body` or `all`; None stands for the
            annex where a plan has any task there, else its body.
        decisions: the analysts' decisions, which rule on the links; None stands for the file
            that the commands obey (`SAFEPLAN_DECISIONS`, else `data/decisions.jsonl`).

    Raises:
        ValueError: fewer than two plans, or two with the same id.
        safeplan.documents.DocumentError: a plan cannot be found or read.
        safeplan.links.decisions.DecisionsError: the decisions cannot be read.
    """
    from safeplan.changes import compare as compare_plans
    from safeplan.links import align
    from safeplan.links.decisions import obey
    from safeplan.reports.results import ComparedPlans

    read = [plan.narrowed(part) for plan in _loaded(plans)]
    if len({plan.plan_id for plan in read}) < max(2, len(read)):
        return ComparedPlans.of(compare_plans(read), read)  # it says what is wrong with them
    ruling = obey(align(read), read, _decisions(decisions))
    return ComparedPlans.of(compare_plans(read, ruling.matches), read)


def check(new: Plan | Path, against: Plan | Path, *, decisions: Path | None = None) -> CheckedPlan:
    """Check a new circular against last year's.

    Args:
        new: this year's.
        against: last year's.
        decisions: the analysts' decisions, as of `compare`.

    Returns:
        The links from old to new, and the list of `changes`.

    Raises:
        safeplan.documents.DocumentError: a plan cannot be found or read.
        safeplan.links.decisions.DecisionsError: the decisions cannot be read.
    """
    from safeplan.changes.checking import check as check_plans
    from safeplan.links.decisions import obey
    from safeplan.reports.results import CheckedPlan

    this, last = _loaded([new, against])
    rulings = _decisions(decisions)
    checked = check_plans(this, last, lambda found, read: obey(found, read, rulings).matches)
    return CheckedPlan.of(checked, [this, last])


def lint(plans: Sequence[Plan | Path], *, codes: Collection[str] | None = None) -> LintedPlans:
    """Check plans, each against itself.

    Args:
        plans: the plans.
        codes: the rules to ask (`docs/lint.md`); those that are on by default if not given.

    Raises:
        KeyError: there is no rule of that code.
        safeplan.documents.DocumentError: a plan cannot be found or read.
    """
    from safeplan.models import Lint
    from safeplan.reports.results import LintedPlans
    from safeplan.slips import lint as lint_plan

    read = _loaded(plans)
    findings = [finding for plan in read for finding in lint_plan(plan, codes)]
    ids = [plan.plan_id for plan in read]
    return LintedPlans.of(Lint(plans=ids, findings=findings), read)


def trace(plans: Sequence[Plan | Path], annuals: Sequence[Plan | Path]) -> TracedPlans:
    """Trace what plans from above ask into those that are to carry it.

    Args:
        plans: multi-year plans, campaigns, or circulars of the city or province.
        annuals: annual plans.

    Raises:
        safeplan.documents.DocumentError: a plan cannot be found or read.
    """
    from safeplan.changes.tracing import trace as trace_plans
    from safeplan.reports.results import TracedPlans

    above = _loaded(plans)
    return TracedPlans.of(trace_plans(above, _loaded(annuals)), above)


def owners(
    plans: Sequence[Plan | Path],
    owner: str = "",
    *,
    role: Role | None = None,
    part: WhichPart | None = None,
    decisions: Path | None = None,
) -> LoadsOfBodies:
    """Return who carries what in some plans, and what one gives a body and another does not.

    Args:
        plans: the plans.
        owner: this body alone, by any form of its name.
        role: count only what bodies have in this role.
        part: which tasks take part, as of `compare`.
        decisions: the analysts' decisions, as of `compare`.

    Raises:
        safeplan.documents.DocumentError: a plan cannot be found or read.
        safeplan.links.decisions.DecisionsError: the decisions cannot be read.
    """
    from safeplan.models import Loads
    from safeplan.reports.bodies import MOST_ALIGNED, bodies
    from safeplan.reports.results import LoadsOfBodies

    read = [plan.narrowed(part) for plan in _loaded(plans)]
    aligned = 1 < len(read) <= MOST_ALIGNED
    comparison = compare(read, part="all", decisions=decisions) if aligned else None
    found = bodies(read, owner, comparison=comparison, role=role)
    return LoadsOfBodies.of(Loads(plans=[plan.plan_id for plan in read], bodies=found), read)


def _loaded(plans: Sequence[Plan | Path]) -> list[Plan]:
    """Return the plans that are given or named."""
    from safeplan import vocabulary
    from safeplan.models import Plan as PlanRecord

    vocabulary.refresh()
    return [plan if isinstance(plan, PlanRecord) else load(plan) for plan in plans]


def _decisions(path: Path | None) -> list[Decision]:
    """Return the decisions of a file, or those in force."""
    import pathlib

    from safeplan.links import decisions

    return decisions.in_force() if path is None else decisions.load(pathlib.Path(path))
