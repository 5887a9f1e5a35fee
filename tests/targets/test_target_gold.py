"""Targets against the reference set, and on every row of the real documents."""

from __future__ import annotations

import csv
from collections import Counter
from typing import Any

import pytest
from tests.conftest import DOCUMENTS, GOLD, gold_tasks

from safeplan.models import Plan, Target
from safeplan.targets import read_targets

BAR = 0.97
Key = tuple[str, str, str, tuple[float, ...], str, str]


def labelled(plan_id: str) -> Counter[Key]:
    with (GOLD / "targets" / f"{plan_id}.tsv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file, delimiter="\t") if row["status"] == "agreed"]
    return Counter(
        (
            row["task_id"],
            row["subject"],
            row["direction"],
            tuple(float(part) for part in row["value"].strip("[]()").split(",") if part.strip()),
            row["unit"],
            row["baseline"],
        )
        for row in rows
    )


def key(task_id: str, target: Target) -> Key:
    value: Any = target.value
    values = () if value is None else value if isinstance(value, tuple) else (value,)
    # A part bears the head it stands under (疏散逃生演练·高危行业领域); the label has it alone.
    own = target.subject.rpartition("·")[2]
    figure = tuple(map(float, values)), target.unit, target.baseline or ""
    return task_id, own, target.direction, *figure


def test_targets_of_the_labelled_plan_meet_the_bar_with_their_subjects() -> None:
    agreed = labelled("沙坪坝-2025")
    read = Counter(
        key(str(task["task_id"]), target)
        for task in gold_tasks("沙坪坝-2025")
        for target in read_targets(str(task["content"]), name=str(task["name"]))
    )
    shared = (agreed & read).total()
    f1 = 2 * shared / (agreed.total() + read.total())
    assert f1 >= BAR, f"missed {agreed - read}, invented {read - agreed}"


@pytest.mark.parametrize("plan_id", DOCUMENTS)
def test_every_target_of_a_real_row_is_a_span_of_it(
    real_plans: dict[str, Plan], plan_id: str
) -> None:
    for task in real_plans[plan_id].tasks:
        for target in task.targets:
            assert target.text and target.text in task.content
            # 疏散逃生演练·高危行业领域: what is counted, and for whom in brackets behind it.
            spans = target.subject.split("·")
            assert target.subject in task.name or all(span in task.content for span in spans)


@pytest.mark.parametrize("plan_id", DOCUMENTS)
def test_targets_keep_the_order_of_the_text(real_plans: dict[str, Plan], plan_id: str) -> None:
    for task in real_plans[plan_id].tasks:
        places, since = [], 0
        for target in task.targets:
            since = task.content.find(target.text, since)
            places.append(since)
        assert -1 not in places and places == sorted(places)
