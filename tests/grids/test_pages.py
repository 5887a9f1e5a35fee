"""A table over several pages, its title, and what stands between."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from tests.conftest import HEADER, tab_table

from safeplan.models import Plan

OWNER = "县应急管理局，各乡镇（街道）"
ROWS = [
    ["1", "甲项", "做好甲。", OWNER, ""],
    ["2", "乙项", "做好乙。", OWNER, ""],
    ["", "", "再做乙。", OWNER, ""],
    ["3", "丙项", "做好丙。", OWNER, ""],
]
READ = [("1", "甲项"), ("2", "乙项"), ("2", "乙项"), ("3", "丙项")]
END = "\n（完）\n"


def rows_of(plan: Plan) -> list[tuple[str | None, str]]:
    assert {task.table for task in plan.tasks} == {1}
    return [(task.serial, task.name) for task in plan.tasks]


@pytest.mark.parametrize(
    "between",
    ["— 7 —", "－ 7 －", "·7·", "7/20", "第7页/共20页", "（续表）", "- 7 -\n续表", "一、措施", "忠县人民政府行政规范性文件"],
)  # fmt: skip
@pytest.mark.parametrize("repeated", [[], [HEADER]], ids=["no header", "header again"])
def test_what_a_page_prints_of_its_own_does_not_end_the_table(
    between: str, repeated: list[list[str]], parse_text: Callable[..., Plan]
) -> None:
    text = tab_table(HEADER, *ROWS[:2]) + f"\n{between}\n\n" + tab_table(*repeated, *ROWS[2:])
    assert rows_of(parse_text("一、措施\n" + text + END)) == READ


def test_a_page_number_may_stand_directly_below_a_row(parse_text: Callable[..., Plan]) -> None:
    text = tab_table(HEADER, *ROWS[:2]) + "— 7 —\n" + tab_table(*ROWS[2:])
    assert rows_of(parse_text("一、措施\n" + text + END)) == READ


def test_a_title_directly_below_a_row_ends_the_table(parse_text: Callable[..., Plan]) -> None:
    text = tab_table(HEADER, *ROWS) + "二、整治\n" + tab_table(HEADER, ROWS[0])
    plan = parse_text("一、措施\n" + text + END)
    assert [(task.table, task.table_title) for task in plan.tasks][-2:] == [
        (1, "措施"),
        (2, "整治"),
    ]
    assert plan.tasks[3].responsible_text == OWNER


@pytest.mark.parametrize(
    ("last", "rest"), [("责任单位", "各乡镇（街道）"), ("完成时限", "2026年底前")]
)
def test_an_empty_line_in_the_last_cell_does_not_end_the_table(
    last: str, rest: str, parse_text: Callable[..., Plan]
) -> None:
    first = "县应急管理局" if last == "责任单位" else "2025年底前"
    header = ["序号", "名称", "内容", last]
    text = tab_table(
        header, ["1", "甲项", "做好甲。", f"{first}\n\n{rest}"], ["2", "乙项", "做好乙。", first]
    )
    plan = parse_text("一、措施\n" + text + END)
    assert [task.responsible_text or task.deadline_text for task in plan.tasks] == [
        first + rest,
        first,
    ]


def test_a_table_that_is_not_read_is_said(parse_text: Callable[..., Plan]) -> None:
    text = tab_table(HEADER, *ROWS) + "\n通讯录\n\n"
    text += tab_table(["张三", "局长", "123"], ["李四", "科长", "456"])
    plan = parse_text("一、措施\n" + text + END)
    unread = [finding for finding in plan.findings if finding.code == "table_contacts"]
    assert [finding.args["text"] for finding in unread] == ["张三 局长 123"]


@pytest.mark.parametrize(
    ("above", "title"),
    [
        ("附件1\n核心绩效指标\n（单位：个）", "核心绩效指标"),
        ("附件1\n核心绩效指标\n单位：个、%", "核心绩效指标"),
        ("附件1\n核心绩效指标\n\n填报单位：县应急管理局", "核心绩效指标"),
        ("附件1\n核心绩效指标\n— 9 —", "核心绩效指标"),
        ("附件1：\n核心绩效指标\n备注：各单位抓好落实。", "核心绩效指标"),
        ("附件1\n核心绩效指标\n（2025年）", "核心绩效指标（2025年）"),
        ("附件1\n2025年全县安全生产、防灾减灾救灾\n和消防任务分工表", "2025年全县安全生产、防灾减灾救灾和消防任务分工表"),
        ("附件\n责任及任务分工\n一、核心绩效指标", "核心绩效指标"),
        ("附件\n责任及任务分工\n（一）核心绩效指标（5项）", "核心绩效指标（5项）"),
        ("附件 2025年核心绩效指标", "2025年核心绩效指标"),
        ("附件2-1 核心绩效指标", "核心绩效指标"),
        ("专栏1 核心绩效指标", "核心绩效指标"),
        ("一、核心绩效指标：", "核心绩效指标"),
    ],
)  # fmt: skip
def test_the_title_of_a_table(above: str, title: str, parse_text: Callable[..., Plan]) -> None:
    plan = parse_text(f"总则。\n\n{above}\n\n" + tab_table(HEADER, *ROWS) + END)
    assert {task.table_title for task in plan.tasks} == {title}
