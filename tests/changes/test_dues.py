"""Two deadlines: the days decide, not the words."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from safeplan.changes.comparing import compare_dues, moved_on
from safeplan.models import Due

JUNE = Due(text="6月底前", end=dt.date(2025, 6, 30), kind="by")
LAST_OF_JUNE = Due(text="2025年6月30日前", end=dt.date(2025, 6, 30), kind="by")
OCTOBER = Due(text="10月底前", end=dt.date(2025, 10, 31), kind="by")
ALWAYS = Due(text="长期坚持", kind="standing")
YEAR = Due(text="全年", start=dt.date(2025, 1, 1), end=dt.date(2025, 12, 31), kind="standing")
FLOODS = Due(text="汛前", kind="event")
SOON = Due(text="适时", kind="event")


@pytest.mark.parametrize(
    ("left", "right", "change"),
    [
        (JUNE, LAST_OF_JUNE, "same"),
        (JUNE, OCTOBER, "later"),
        (OCTOBER, JUNE, "earlier"),
        (None, JUNE, "added"),
        (JUNE, None, "dropped"),
        (ALWAYS, YEAR, "same"),
        (ALWAYS, JUNE, "different"),
        (FLOODS, FLOODS, "same"),
        (FLOODS, SOON, "different"),
        (FLOODS, JUNE, "different"),
    ],
)
def test_the_last_day_decides(left: Due | None, right: Due | None, change: Any) -> None:
    found = compare_dues(left, right)
    assert found is not None
    assert found.change == change


def test_where_neither_side_has_a_deadline_there_is_no_change() -> None:
    assert compare_dues(None, None) is None


def test_a_leap_day_moves_on_to_the_last_of_february() -> None:
    due = Due(text="2月底前", end=dt.date(2024, 2, 29), kind="by")
    assert moved_on(due, 1) == due.model_copy(update={"end": dt.date(2025, 2, 28)})
    assert moved_on(moved_on(due, 1), 3) == due.model_copy(update={"end": dt.date(2028, 2, 29)})
