"""Verdicts on sentences as circulars have them, of every kind: the bar, and each known case."""

from __future__ import annotations

import tomllib
from collections import Counter
from typing import Any

import pytest
from tests.conftest import ROOT

from safeplan.changes.grounds import Ground, GroundedTarget, on_ground
from safeplan.changes.target_changes import compare_figures
from safeplan.models import Period, Task
from safeplan.targets import read_targets

CASES = tomllib.loads((ROOT / "tests/cases/verdicts.toml").read_text(encoding="utf-8"))["case"]
YEAR = Period(start_year=2025, end_year=2025)
STRICT = {"tighter", "looser"}
LEAST_RIGHT = 0.9
MOST_FALSE = 0.03


def figures(text: str) -> list[GroundedTarget]:
    """The targets of a sentence that is a record of a plan for 2025."""
    row = {"task_id": "t1.1", "table": 1, "table_title": "", "row": 1, "name": "", "content": text}
    blank = {"serial": None, "group": None, "sub_item": None}
    task = Task.model_validate({**row, **blank, "targets": read_targets(text)})
    return on_ground(task.targets, Ground(task, YEAR))


def verdicts(case: dict[str, Any]) -> list[str]:
    """The changes between the targets of a case's two sentences."""
    left, right = figures(case["left"]), figures(case["right"])
    changes = compare_figures(left, right, same_place=case["place"] == "same")
    return [f"{one.change}:{one.reason}" if one.reason else one.change for one in changes]


def is_right(case: dict[str, Any]) -> bool:
    said = Counter(verdicts(case))
    asked = Counter(case["change"])
    return said == asked or Counter(one.partition(":")[0] for one in said.elements()) == asked


def test_the_bar_is_held() -> None:
    right = sum(map(is_right, CASES))
    strict = [(case, one) for case in CASES for one in verdicts(case) if one in STRICT]
    false = [one for case, one in strict if one not in case["change"]]
    assert right / len(CASES) >= LEAST_RIGHT
    assert len(false) / len(strict) <= MOST_FALSE


@pytest.mark.parametrize("kind", sorted({case["kind"] for case in CASES}))
def test_no_side_is_called_stricter_that_is_not(kind: str) -> None:
    for case in CASES:
        if case["kind"] == kind and not case.get("known_failure"):
            assert {one for one in verdicts(case) if one in STRICT} <= set(case["change"]), case
