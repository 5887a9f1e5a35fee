"""Parse district safety work plans and compare their measures, targets and owners.

>>> import safeplan
>>> plan = safeplan.parse("data/raw/忠县2025年工作要点.txt")      # doctest: +SKIP
>>> comparison = safeplan.compare([plan, "沙坪坝-2025"])         # doctest: +SKIP
>>> comparison.to_frame()                                        # doctest: +SKIP
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from safeplan.links.decisions import Decision
    from safeplan.models import Check, Plan, WhichPart
    from safeplan.reports.frame import ComparedPlans

__all__ = ["__version__", "check", "compare", "parse"]
__version__ = "0.2.0"


def parse(
    path: str | os.PathLike[str], *, region: str = "", year: str = "", seconds: float = 600.0
) -> Plan:
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


def compare(
    plans: Sequence[Plan | str | os.PathLike[str]],
    *,
    part: WhichPart | None = None,
    decisions: str | os.PathLike[str] | None = None,
) -> ComparedPlans:
    """Compare two or more plans; each is a Plan, a document, a parsed file, or a plan's id.

    Args:
        plans: the plans.
        part: which of their tasks take part, `annex`, `body` or `all`; None stands for the
            annex where a plan has any task there, else its body.
        decisions: the analysts' decisions, which rule on the links; None stands for the file
            that the commands obey (`SAFEPLAN_DECISIONS`, else `data/decisions.jsonl`).

    Returns:
        The contract's Comparison, whose `to_frame()` gives the table that CSV is written from.

    Raises:
        ValueError: fewer than two plans, or two with the same id.
        safeplan.documents.DocumentError: a plan cannot be found or read.
        safeplan.links.decisions.DecisionsError: the decisions cannot be read.
    """
    from safeplan.changes import compare as compare_plans
    from safeplan.links import align
    from safeplan.links.decisions import obey
    from safeplan.models import Plan as PlanRecord
    from safeplan.plans import load
    from safeplan.reports.frame import ComparedPlans

    read = [(plan if isinstance(plan, PlanRecord) else load(plan)).narrowed(part) for plan in plans]
    if len({plan.plan_id for plan in read}) < max(2, len(read)):
        return ComparedPlans.of(compare_plans(read), read)  # it says what is wrong with them
    ruling = obey(align(read), read, _decisions(decisions))
    return ComparedPlans.of(compare_plans(read, ruling.matches), read)


def check(
    new: Plan | str | os.PathLike[str],
    against: Plan | str | os.PathLike[str],
    *,
    decisions: str | os.PathLike[str] | None = None,
) -> Check:
    """Check a new circular against last year's; each is a Plan, a document, or a plan's id.

    Args:
        new: this year's.
        against: last year's.
        decisions: the analysts' decisions, as of `compare`.

    Returns:
        The contract's check: the links from old to new, and the list of `changes`.

    Raises:
        safeplan.documents.DocumentError: a plan cannot be found or read.
        safeplan.links.decisions.DecisionsError: the decisions cannot be read.
    """
    from safeplan.changes.checking import check as check_plans
    from safeplan.links.decisions import obey
    from safeplan.models import Plan as PlanRecord
    from safeplan.plans import load

    this, last = (plan if isinstance(plan, PlanRecord) else load(plan) for plan in (new, against))
    rulings = _decisions(decisions)
    return check_plans(this, last, lambda found, read: obey(found, read, rulings).matches)


def _decisions(path: str | os.PathLike[str] | None) -> list[Decision]:
    """Return the decisions of a file, or those in force."""
    from pathlib import Path

    from safeplan.links import decisions

    return decisions.in_force() if path is None else decisions.load(Path(path))
