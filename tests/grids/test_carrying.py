"""Merged cells in text: what is carried down, and how far."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from tests.conftest import tab_table

from safeplan.models import Plan
from safeplan.tasks.from_grids import split_items

OWNER = "县应急管理局，各乡镇（街道）"
END = "\n（完）\n"


def test_a_name_is_not_carried_into_another_group(parse_text: Callable[..., Plan]) -> None:
    header = ["序号", "类别", "工作任务", "具体措施", "责任单位"]
    plan = parse_text(
        "一、措施\n"
        + tab_table(
            header,
            ["1", "责任", "甲项", "做好甲。", OWNER],
            ["2", "风险", "", "开展普查。", OWNER],
            ["3", "", "丙项", "做好丙。", OWNER],
        )
        + END
    )
    assert [(task.group, task.name) for task in plan.tasks] == [
        ("责任", "甲项"),
        ("风险", ""),
        ("风险", "丙项"),
    ]


@pytest.mark.parametrize("serials", [["1", "", "2"], ["一", "", "二"], ["1", "2", ""]])
def test_a_serial_over_two_names_is_carried_where_none_is_wanting(
    serials: list[str], parse_text: Callable[..., Plan]
) -> None:
    rows = [[s, f"{n}项", f"做好{n}。", OWNER] for s, n in zip(serials, "甲乙丙", strict=True)]
    plan = parse_text("一、措施\n" + tab_table(["序号", "名称", "内容", "责任单位"], *rows) + END)
    empty = serials.index("")
    assert plan.tasks[empty].serial == serials[empty - 1]
    assert ("serial_carried", f"t1.{empty + 1}") in [(f.code, f.task_id) for f in plan.findings]


def test_a_name_without_a_number_after_numbered_ones_stays_a_name(
    parse_text: Callable[..., Plan],
) -> None:
    names = ["1.述职", "2.考核", "3.演练", "4.宣传", "其他工作"]
    rows = [[name, "做好工作。", OWNER] for name in names]
    plan = parse_text("一、措施\n" + tab_table(["工作任务", "措施", "责任单位"], *rows) + END)
    assert [task.name for task in plan.tasks] == names


def test_a_row_that_lacks_its_merged_cells_altogether(parse_text: Callable[..., Plan]) -> None:
    header = ["序号", "名称", "内容", "牵头单位", "责任单位"]
    rows = [
        ["1", "甲项", "做好甲。", "县安委办", OWNER],
        ["再做甲。", "县安委办", OWNER],
        ["2", "乙项", "做好乙。", "县安委办", OWNER],
        ["3", "丙项", "做好丙。", "县安委办", OWNER],
    ]
    plan = parse_text("一、措施\n" + tab_table(header, *rows) + END)
    assert [(task.serial, task.name, task.lead_text) for task in plan.tasks][1] == (
        "1",
        "甲项",
        "县安委办",
    )


@pytest.mark.parametrize(
    ("content", "items"),
    [
        ("①甲②乙③丙", ["甲", "乙", "丙"]),
        ("①甲，②乙、③丙（年内）④丁。", ["甲，", "乙、", "丙（年内）", "丁。"]),
        ("见①所述，②未提。", ["见①所述，②未提。"]),
        ("①甲。③丙。", ["甲。③丙。"]),
        ("".join(f"{mark}做。" for mark in "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳㉑㉒"), ["做。"] * 22),
    ],
)
def test_marked_items_count_on_from_the_first(content: str, items: list[str]) -> None:
    assert [text for _, text in split_items(content)[1]] == items
