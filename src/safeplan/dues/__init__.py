"""Deadline text → Due: the days that 6月底前, 三季度, 汛前 or 长期坚持 allow."""

from __future__ import annotations

from safeplan.models import Due, Period

__all__ = ["read_due"]


def read_due(text: str, period: Period) -> Due | None:
    """Return the days a deadline allows, None where the text names none.

    Args:
        text: the deadline as printed.
        period: the plan's years: a month or a quarter without a year is of these.
    """
    return None
