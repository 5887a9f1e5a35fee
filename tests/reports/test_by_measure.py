"""Many plans: one line a measure, with the strictest, the loosest and who lacks it."""

from __future__ import annotations

from itertools import combinations

import pytest

from safeplan.changes import compare
from safeplan.links import Match
from safeplan.models import Comparison, Plan, TaskRef
from safeplan.reports.compared import comparison_sheets
from safeplan.reports.result_sheets import Sheet, plain
from safeplan.reports.view import ComparisonView

NAMES = "甲乙丙丁戊己庚"


@pytest.fixture(scope="module")
def seven(real_plans: dict[str, Plan]) -> list[Plan]:
    """Seven plans of the same fire tasks: 乙 asks more of one, 丙 less, 丁 lacks it."""
    tasks = [task for task in real_plans["沙坪坝-2025"].tasks if task.table == 4]

    def copy(name: str) -> Plan:
        plan = real_plans["沙坪坝-2025"]
        own = [task for task in tasks if (name, task.task_id) != ("丁", "t4.2")]
        for at, task in enumerate(own):
            if task.task_id == "t4.2" and name in "乙丙":
                amount = 20 if name == "乙" else 2
                target = task.targets[0].model_copy(
                    update={"value": amount, "text": f"较2024年下降{amount}%"}
                )
                own[at] = task.model_copy(update={"targets": [target, *task.targets[1:]]})
        region = plan.region.model_copy(update={"name": name})
        return plan.model_copy(
            update={"plan_id": f"{name}-2025", "region": region, "tasks": own, "findings": []}
        )

    return [copy(name) for name in NAMES]


@pytest.fixture(scope="module")
def compared(seven: list[Plan]) -> Comparison:
    """Compared with each task linked to that of its number, whatever an aligner makes of it."""
    matches = [
        Match(
            left=TaskRef(plan_id=one.plan_id, task_id=task.task_id),
            right=TaskRef(plan_id=other.plan_id, task_id=task.task_id),
            relation="equivalent",
            score=1.0,
            evidence=[],
            features={},
        )
        for one, other in combinations(seven, 2)
        for task in one.tasks
        if task in other.tasks or (task.task_id == "t4.2" and "丁" not in other.plan_id)
    ]
    return compare(seven, matches)


@pytest.fixture(scope="module")
def sheets(compared: Comparison, seven: list[Plan]) -> dict[str, Sheet]:
    made = comparison_sheets(ComparisonView(compared, seven))
    return {sheet.title: sheet for sheet in made}


def test_an_indicator_tells_the_strictest_the_loosest_and_who_lacks_it(
    sheets: dict[str, Sheet],
) -> None:
    (row,) = [row for row in sheets["指标"].rows if plain(row[0]) == "火灾起数"]
    assert [plain(cell) for cell in row[1:4]] == ["▲↓20%（2024年） 乙", "▼↓2%（2024年） 丙", "丁"]
    assert "甲▼↓10%（2024年） t4.2" in plain(row[4])


def test_a_measure_is_one_line_with_its_records_on_demand(sheets: dict[str, Sheet]) -> None:
    columns = sheets["对照"].columns
    assert [column.key for column in columns if column.folded] == ["by_plan"]
    (row,) = [row for row in sheets["对照"].rows if plain(row[1]) == "火灾起数"]
    plans, lacking, asked, _, records = (plain(cell) for cell in row[2:])
    assert (plans, lacking) == ("6", "丁")
    assert asked.startswith("火灾起数：▲↓20%（2024年） 乙\n▼↓2%（2024年） 丙")
    # Six plans say it in the same words, which stand once.
    assert records.startswith("甲 t4.2、乙 t4.2、丙 t4.2、戊 t4.2、己 t4.2、庚 t4.2\n")


def test_what_differs_alike_between_pairs_is_one_row(sheets: dict[str, Sheet]) -> None:
    rows = [[plain(cell) for cell in row] for row in sheets["变化"].rows]
    ten, more, less = (f"火灾起数：较2024年下降{amount}%" for amount in (10, 20, 2))
    assert {(row[1], row[3], row[4], row[5], row[6]) for row in rows} == {
        ("▲加码", "甲 t4.2", ten, "乙 t4.2", more),
        ("▼放宽", "甲 t4.2", ten, "丙 t4.2", less),
        ("▼放宽", "乙 t4.2", more, "丙 t4.2", less),
        ("▼放宽", "乙 t4.2", more, "戊 t4.2、己 t4.2、庚 t4.2", ten),
        ("▲加码", "丙 t4.2", less, "戊 t4.2、己 t4.2、庚 t4.2", ten),
    }
