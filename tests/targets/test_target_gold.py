"""Targets against the reference set."""

from __future__ import annotations

import csv
from collections import Counter
from typing import Any

from tests.conftest import GOLD, gold_tasks

from safeplan.models import Target
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
