"""Each damage the documents show, in its smallest case."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from tests.conftest import HEADER, bar_table, tab_table

from safeplan.bodies import looks_like_bodies
from safeplan.documents.cell_words import role_of
from safeplan.grids.telling import best_place
from safeplan.models import Plan

OWNER = "县应急管理局，各乡镇（街道）"


def codes(plan: Plan) -> list[tuple[str, str | None]]:
    """The findings that concern the grid."""
    others = ("owner_unknown", "region_from_file_name", "year_from_file_name")
    return [(f.code, f.task_id) for f in plan.findings if f.code not in others]


def test_a_merged_name_is_carried_and_not_reported(parse_text: Callable[..., Plan]) -> None:
    text = "一、重点措施\n" + tab_table(
        HEADER, ["1", "抓好演练", "开展演练。", OWNER, ""], ["2", "", "抓好评估。", OWNER, ""]
    )
    plan = parse_text(text + "\n（完）\n")
    assert [(task.serial, task.name) for task in plan.tasks] == [
        ("1", "抓好演练"),
        ("2", "抓好演练"),
    ]
    assert codes(plan) == []


def test_a_serial_merged_with_its_name_is_carried(parse_text: Callable[..., Plan]) -> None:
    plan = parse_text(
        "一、重点措施\n"
        + tab_table(HEADER, ["1", "抓好演练", "①甲。", OWNER, ""], ["", "", "②乙。", "", ""])
        + "\n（完）\n"
    )
    second = plan.task("t1.2")
    assert (second.serial, second.sub_item, second.content) == ("1", 2, "乙。")
    assert second.responsible_text == OWNER


def test_owners_are_not_carried_to_another_name(parse_text: Callable[..., Plan]) -> None:
    plan = parse_text(
        "一、重点措施\n"
        + tab_table(HEADER, ["1", "甲项", "做甲。", OWNER, ""], ["2", "乙项", "做乙。", "", ""])
        + "\n（完）\n"
    )
    assert plan.task("t1.2").responsible_text == ""
    assert codes(plan) == [("cell_empty", "t1.2")]


def test_an_empty_line_inside_a_cell_does_not_end_the_row(parse_text: Callable[..., Plan]) -> None:
    plan = parse_text(
        "一、重点措施\n"
        + tab_table(
            HEADER, ["1", "甲项\n", "做甲。", OWNER, ""], ["2", "乙项", "做乙。", OWNER, ""]
        )
        + "\n（完）\n"
    )
    assert [task.name for task in plan.tasks] == ["甲项", "乙项"]
    assert codes(plan) == [("line_break", "t1.1")]


def test_a_blank_row_counts_for_nothing(parse_text: Callable[..., Plan]) -> None:
    plan = parse_text(
        "一、重点措施\n"
        + tab_table(
            HEADER, ["1", "甲项", "做甲。", OWNER, ""], [""] * 5, ["2", "乙项", "做乙。", OWNER, ""]
        )
        + "\n（完）\n"
    )
    assert [task.task_id for task in plan.tasks] == ["t1.1", "t1.2"]
    assert codes(plan) == [("blank_row", None)]


def test_a_row_cut_off_by_the_end_of_the_file_keeps_what_is_there(
    parse_text: Callable[..., Plan],
) -> None:
    plan = parse_text(
        "一、重点措施\n"
        + tab_table(HEADER, ["1", "甲项", "做甲。", OWNER, ""], ["2", "乙项", "做乙。"])
    )
    task = plan.task("t1.2")
    assert (task.content, task.responsible_text) == ("做乙。", "")
    assert codes(plan) == [("row_cut_off", "t1.2")]


def test_a_table_goes_on_after_a_page_with_its_header_again(
    parse_text: Callable[..., Plan],
) -> None:
    plan = parse_text(
        "一、重点措施\n"
        + tab_table(HEADER, ["1", "甲项", "做甲。", OWNER, ""])
        + "\n— 5 —\n\n"
        + tab_table(HEADER, ["2", "乙项", "做乙。", OWNER, ""])
        + "\n（完）\n"
    )
    assert [task.task_id for task in plan.tasks] == ["t1.1", "t1.2"]
    assert codes(plan) == [("header_repeated", None)]


def test_a_name_cut_in_two_is_joined_where_the_body_has_it_whole(
    parse_text: Callable[..., Plan],
) -> None:
    body = "一、总则\n（一）加强科技基础支撑能力建设。推动设备更新。\n附件\n一、重点措施\n"
    rows = tab_table(
        HEADER,
        ["1", "加强科技基础支撑", "推动设备更新。", OWNER, ""],
        ["", "能力建设", "淘汰落后工艺。", OWNER, ""],
        ["2", "其他", "其他。", OWNER, ""],
    )
    plan = parse_text(body + rows + "\n（完）\n")
    assert [task.name for task in plan.tasks[:2]] == ["加强科技基础支撑能力建设"] * 2
    assert ("name_split", "t1.2") in codes(plan)


def test_two_names_that_the_body_does_not_join_stay_two(parse_text: Callable[..., Plan]) -> None:
    plan = parse_text(
        "一、重点措施\n"
        + tab_table(
            HEADER, ["1", "加强支撑", "甲。", OWNER, ""], ["", "强化保障", "乙。", OWNER, ""]
        )
        + "\n（完）\n"
    )
    assert [task.name for task in plan.tasks] == ["加强支撑", "强化保障"]


def test_several_marked_items_in_one_cell_are_tasks_of_their_own(
    parse_text: Callable[..., Plan],
) -> None:
    plan = parse_text(
        "一、重点措施\n"
        + tab_table(HEADER, ["1", "甲项", "①做甲。②30公里道路。③做丙。", OWNER, ""])
        + "\n（完）\n"
    )
    assert [(task.task_id, task.sub_item, task.content) for task in plan.tasks] == [
        ("t1.1.1", 1, "做甲。"),
        ("t1.1.2", 2, "30公里道路。"),
        ("t1.1.3", 3, "做丙。"),
    ]


BODY_ROW = ["2", "乙项", "做好乙。", "区应急管理局,各镇街", ""]


@pytest.mark.parametrize(
    ("row", "expected", "code"),
    [
        (["乙项", "做好乙。", "区应急管理局,各镇街", "", ""], (None, "乙项", "做好乙。", "区应急管理局,各镇街"), "serial_lost"),
        (["2", "做好乙。", "区应急管理局,各镇街", "", ""], ("2", "甲项", "做好乙。", "区应急管理局,各镇街"), "name_lost_carried"),
        (["2", "乙项", "做好乙。", "", ""], ("2", "乙项", "做好乙。", ""), "cell_lost"),
        (["2", "做好乙。", "区应急管理局,各镇街", ""], ("2", "甲项", "做好乙。", "区应急管理局,各镇街"), "name_lost_carried"),
    ],
    ids=["serial", "name", "owner", "name, row not padded"],
)  # fmt: skip
def test_a_cell_lost_in_a_web_page_shifts_the_others_back(
    row: list[str],
    expected: tuple[str | None, str, str, str],
    code: str,
    parse_text: Callable[..., Plan],
) -> None:
    text = (
        "首页 > 政务公开\n一、重点措施\n"
        + bar_table(HEADER, ["1", "甲项", "做好甲。", "区应急管理局,各镇街", ""], row,
                    ["3", "丙项", "做好丙。", "区应急管理局,各镇街", ""])
        + "版权所有:某某\n"
    )  # fmt: skip
    plan = parse_text(text)
    task = plan.task("t1.2")
    assert (task.serial, task.name, task.content, task.responsible_text) == expected
    assert [found for found, task_id in codes(plan) if task_id == "t1.2"] == [code]
    assert plan.task("t1.3").name == "丙项"


def test_a_web_page_with_a_row_a_line_reads_like_one_with_a_cell_a_line(
    parse_text: Callable[..., Plan],
) -> None:
    rows = [HEADER, ["1", "甲项", "做好甲。", "区应急管理局", ""], BODY_ROW]
    a_cell_a_line = parse_text("一、措施\n" + bar_table(*rows) + "页脚\n")
    a_row_a_line = parse_text(
        "一、措施\n" + "".join(" | ".join(row) + " |\n" for row in rows) + "页脚\n"
    )
    fenced = parse_text(
        "一、措施\n" + "".join("| " + " | ".join(row) + " |\n" for row in rows) + "页脚\n"
    )
    cells = [(t.serial, t.name, t.content, t.responsible_text) for t in a_cell_a_line.tasks]
    assert [(t.serial, t.name, t.content, t.responsible_text) for t in a_row_a_line.tasks] == cells
    assert [(t.serial, t.name, t.content, t.responsible_text) for t in fenced.tasks] == cells


@pytest.mark.parametrize(
    ("header", "role"),
    [
        ("序号", "serial"),
        ("名称", "name"),
        ("指标内容", "name"),
        ("2025年目标", "content"),
        ("2026年目标(内容)", "content"),
        ("目标值", "content"),
        ("牵头单位", "lead"),
        ("责任部门", "responsible"),
        ("配合单位", "assisting"),
        ("协办部门", "assisting"),
        ("目标值（%）", "content"),
        ("量化指标", "content"),
        ("整改时限", "deadline"),
        ("进度要求", "deadline"),
        ("责任清单", "responsible"),
        ("责任领导", None),
        ("完成时限", "deadline"),
        ("行动名称", "group"),
        ("备注", "remark"),
        ("指标性质", None),
        ("联系电话", None),
    ],
)
def test_header_words_give_columns_their_roles(header: str, role: str | None) -> None:
    assert role_of(header) == role


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("区城市管理、生态环境、交通运输等综合行政执法部门,各镇街", True),
        ("县住房城乡建委（县城市管理局），各乡镇（街道）", True),
        ("推进社区消防安全重点单位微型消防站建设。", False),
        ("较2023年下降10%", False),
    ],
)
def test_a_list_of_bodies_is_told_by_its_form(text: str, expected: bool) -> None:
    assert looks_like_bodies(text) is expected


def test_cells_stay_where_they_are_unless_another_place_is_clearly_better() -> None:
    roles: list[str | None] = ["serial", "name", "content", "responsible", "remark"]
    whole = ["1", "火灾起数", "较2023年下降10%", "区消安委各成员单位", ""]
    assert best_place(whole, roles, closed_up=True)[1] == [0, 1, 2, 3, 4]
    odd_owner = ["1", "甲项", "做好甲。", "有关方面", ""]
    assert best_place(odd_owner, roles, closed_up=True)[1] == [0, 1, 2, 3, 4]
