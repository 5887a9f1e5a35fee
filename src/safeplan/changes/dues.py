"""Two deadlines → whether the right one is earlier or later; the days decide, not the words."""

from __future__ import annotations

import datetime as dt

from safeplan.models import Due, DueChange, DueChangeKind


def compare_dues(left: Due | None, right: Due | None) -> DueChange | None:
    """Return how the deadline on the right differs from that on the left; None where none stands.

    The last day allowed decides. What lasts (长期坚持) and what ends on a day, or an event that no
    calendar tells, are different, not earlier.
    """
    if left is None and right is None:
        return None
    return DueChange(left=left, right=right, change=_change(left, right))


def _change(left: Due | None, right: Due | None) -> DueChangeKind:
    if left is None or right is None:
        return "added" if left is None else "dropped"
    if "standing" in (left.kind, right.kind):
        return "same" if left.kind == right.kind else "different"
    if left.end is None or right.end is None:
        same = left.end == right.end and (left.text == right.text or left.start == right.start)
        known = left.text == right.text or left.start is not None
        return "same" if same and known else "different"
    if left.end == right.end:
        return "same"
    return "earlier" if right.end < left.end else "later"


def moved_on(due: Due | None, years: int) -> Due | None:
    """Return a deadline as it would be so many years later.

    >>> june = Due(text="6月底前", end=dt.date(2024, 6, 30), kind="by")
    >>> moved_on(june, 1).end
    datetime.date(2025, 6, 30)
    """
    if due is None or not years:
        return due
    return due.model_copy(
        update={"start": _on(due.start, years), "end": _on(due.end, years)},
    )


def _on(day: dt.date | None, years: int) -> dt.date | None:
    """Return the day so many years on; the last of February stays the last."""
    if day is None:
        return None
    last_of_february = day.month == 2 and (day + dt.timedelta(days=1)).month == 3
    if last_of_february:
        return dt.date(day.year + years, 3, 1) - dt.timedelta(days=1)
    return day.replace(year=day.year + years)
