"""What a column holds: by the words of its header, by its place, by what stands below it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from tests.conftest import bar_table, tab_table

from safeplan.grids.assigning import settled
from safeplan.models import Plan

OWNER = "区应急管理局，各镇街"
END = "\n（完）\n"


@pytest.mark.parametrize(
    ("headers", "roles"),
    [
        # Of two columns of text the left one is the name; of three the first is the group.
        ("重点任务 具体措施", "name content"),
        ("目标任务 工作措施", "name content"),
        ("主要任务 工作举措", "name content"),
        ("项目 工作任务", "name content"),
        ("名称 重点任务", "name content"),
        ("重点任务 工作任务 具体措施", "group name content"),
        ("重点领域 工作任务 具体措施", "group name content"),
        ("一级指标 二级指标 2025年目标值", "group name content"),
        # Alone, a task is what is to be done, and a name is a name.
        ("重点任务", "content"),
        ("类别 工作任务", "group content"),
        ("文件名称", "name"),
        ("指标名称 计量单位 2024年完成情况 2025年目标", "name unit - content"),
    ],
)
def test_words_and_place_give_text_columns_their_roles(headers: str, roles: str) -> None:
    expected = [None if role == "-" else role for role in roles.split()]
    read, _ = settled(("序号", *headers.split(), "责任单位"))
    assert read == ["serial", *expected, "responsible"]


@pytest.mark.parametrize(
    ("headers", "roles"),
    [
        ("牵头单位 责任单位", ["lead", "responsible"]),
        ("牵头单位（部门） 配合单位", ["lead", "assisting"]),
        ("责任单位 配合单位", ["responsible", "assisting"]),
        ("责任单位 督导单位", ["responsible", None]),
    ],
)
def test_each_column_of_bodies_has_the_role_of_its_header(
    headers: str, roles: list[str | None]
) -> None:
    assert settled(("名称", "内容", *headers.split()))[0][2:] == roles


@pytest.mark.parametrize("table", [tab_table, bar_table])
def test_what_no_word_tells_the_cells_do(
    table: Callable[..., str], parse_text: Callable[..., Plan]
) -> None:
    header = ["序号", "重大工程", "建设规模及内容", "建设地点", "责任单位"]
    first = ["1", "防洪堤加固", "加固堤防3.2公里，新建闸站2座。", "城关镇", "区水利局"]
    second = ["2", "应急物资库", "新建库房1200平方米，配套装卸设备。", "高新区", "区应急局"]
    tasks = parse_text("附件\n" + table(header, first, second) + END).tasks
    assert [(task.name, task.content) for task in tasks] == [(r[1], r[2]) for r in (first, second)]


@pytest.mark.parametrize("table", [tab_table, bar_table])
def test_a_unit_of_measure_is_no_body(
    table: Callable[..., str], parse_text: Callable[..., Plan]
) -> None:
    rows = [["1", "火灾起数", "起", "0", OWNER], ["2", "亡人数", "人", "0", OWNER]]
    text = table(["序号", "指标名称", "单位", "2025年目标", "责任单位"], *rows)
    task = parse_text("一、指标\n" + text + END).tasks[0]
    assert (task.content, task.responsible_text, task.extra) == ("0", OWNER, {"单位": "起"})


def test_a_column_called_only_danwei_names_bodies_where_its_cells_do(
    parse_text: Callable[..., Plan],
) -> None:
    rows = [["1", "甲项", "做好甲。", OWNER], ["2", "乙项", "做好乙。", OWNER]]
    plan = parse_text("一、措施\n" + tab_table(["序号", "名称", "内容", "单位"], *rows) + END)
    assert [task.responsible_text for task in plan.tasks] == [OWNER, OWNER]


@pytest.mark.parametrize("table", [tab_table, bar_table])
@pytest.mark.parametrize("header", ["重点任务", "工作任务及措施", "工作内容", "任务分解", "事项"])
def test_a_header_cell_over_name_and_content(
    header: str, table: Callable[..., str], parse_text: Callable[..., Plan]
) -> None:
    rows = [
        ["1", "甲项", "做好甲。", OWNER, "6月底前"],
        ["2", "乙项", "做好乙。", OWNER, "年底前"],
    ]
    plan = parse_text("一、措施\n" + table(["序号", header, "责任单位", "完成时限"], *rows) + END)
    assert [(task.name, task.content) for task in plan.tasks] == [
        ("甲项", "做好甲。"),
        ("乙项", "做好乙。"),
    ]
    assert "header_spans_two" in [finding.code for finding in plan.findings]


@pytest.mark.parametrize(
    "header",
    [
        [["序号", "任务", "措施", "责任单位", "完成时限"]],
        [
            ["序号", "任务", "措施", "责任单位", "", "完成时限"],
            ["", "", "", "牵头单位", "配合单位", ""],
        ],
        [["序号", "任务", "措施", "责任单位", "完成时限"], ["牵头单位", "配合单位"]],
    ],
    ids=["over two columns", "two rows", "two rows, the second short"],
)
def test_one_header_over_the_body_that_leads_and_those_that_help(
    header: list[list[str]], parse_text: Callable[..., Plan]
) -> None:
    rows = [
        ["1", "甲项", "做好甲。", "区安委办", OWNER, "6月底前"],
        ["2", "乙项", "做好乙。", "区应急管理局", OWNER, "年底前"],
    ]
    plan = parse_text("一、措施\n" + tab_table(*header, *rows) + END)
    assert [
        (task.row, task.lead_text, task.responsible_text or task.assisting_text)
        for task in plan.tasks
    ] == [
        (1, "区安委办", OWNER),
        (2, "区应急管理局", OWNER),
    ]


@pytest.mark.parametrize("table", [tab_table, bar_table])
def test_a_table_of_unknown_words_is_read_by_its_serials_and_owners(
    table: Callable[..., str], parse_text: Callable[..., Plan]
) -> None:
    rows = [["1", "避难场所", "建设1处。", OWNER], ["2", "消防站", "建设2座。", OWNER]]
    plan = parse_text("一、工程\n" + table(["序号", "建设对象", "怎样建", "责任单位"], *rows) + END)
    assert [(task.name, task.content) for task in plan.tasks] == [
        ("避难场所", "建设1处。"),
        ("消防站", "建设2座。"),
    ]
    assumed = [finding for finding in plan.findings if finding.code == "header_assumed"]
    assert [finding.severity for finding in assumed] == ["doubt", "doubt"]


def test_a_table_of_a_page_without_serials_may_begin_with_figures(
    parse_text: Callable[..., Plan],
) -> None:
    rows = [["火灾起数", "0", OWNER], ["亡人数", "0", OWNER]]
    plan = parse_text("一、指标\n" + bar_table(["名称", "2025年目标", "责任单位"], *rows) + "完\n")
    assert [(task.name, task.content) for task in plan.tasks] == [
        ("火灾起数", "0"),
        ("亡人数", "0"),
    ]


def test_a_heading_between_rows_is_the_group_of_those_below(
    parse_text: Callable[..., Plan],
) -> None:
    for heading in (["一、责任体系"], ["一、责任体系", "", "", ""]):
        plan = parse_text(
            "一、措施\n"
            + tab_table(
                ["序号", "任务", "措施", "责任单位"], heading, ["1", "甲项", "做好甲。", OWNER]
            )
            + END
        )
        assert [(task.row, task.group, task.name) for task in plan.tasks] == [
            (1, "一、责任体系", "甲项")
        ]
