"""Rows of a web page: cut where its cells fit their columns, whatever the page has dropped."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.conftest import HEADER, bar_table

from safeplan.documents import read_text
from safeplan.documents.blocks import Document
from safeplan.grids import whole_grids
from safeplan.models import Plan
from safeplan.tasks import read_tasks

OWNER = "区应急管理局,各镇街"
WHOLE = [
    ["1", "甲项", "做好甲。", OWNER, ""],
    ["2", "乙项", "做好乙。", OWNER, ""],
    ["3", "丙项", "做好丙。", OWNER, ""],
    ["4", "丁项", "做好丁。", OWNER, ""],
]
FOOTER = "扫一扫在手机打开当前页\n版权所有:某某\n"


def lines(*rows: list[str]) -> str:
    return "".join(" | ".join(row) + " |\n" for row in rows)


def fields(plan: Plan) -> list[tuple[str | None, str, str, str]]:
    return [(task.serial, task.name, task.content, task.responsible_text) for task in plan.tasks]


ALL = [(row[0], row[1], row[2], row[3]) for row in WHOLE]


@pytest.mark.parametrize("written", [bar_table, lines], ids=["cell a line", "row a line"])
@pytest.mark.parametrize(
    ("second", "expected"),
    [
        (["乙项", "做好乙。", OWNER, ""], (None, "乙项", "做好乙。", OWNER)),
        (["2", "做好乙。", OWNER, ""], ("2", "甲项", "做好乙。", OWNER)),
        (["2", "乙项", "做好乙。", OWNER], ("2", "乙项", "做好乙。", OWNER)),
        (["2", "乙项", "做好乙。", ""], ("2", "乙项", "做好乙。", "")),
        (["做好乙。", OWNER, ""], ("1", "甲项", "做好乙。", OWNER)),
        (["做好乙。", OWNER, "", "", ""], ("1", "甲项", "做好乙。", OWNER)),
        (["", "", "做好乙。", "", ""], ("1", "甲项", "做好乙。", OWNER)),
    ],
    ids=["serial", "name", "remark", "owner", "serial and name", "padded", "printed empty"],
)
def test_cells_lost_in_one_row_leave_the_others_whole(
    written: Callable[..., str],
    second: list[str],
    expected: tuple[str | None, str, str, str],
    parse_text: Callable[..., Plan],
) -> None:
    third = ["2" if expected[0] == "1" else "3", *WHOLE[2][1:]]
    rows = [WHOLE[0], second, third, WHOLE[3]]
    plan = parse_text("一、措施\n" + written(HEADER, *rows) + FOOTER)
    assert fields(plan) == [ALL[0], expected, (third[0], *ALL[2][1:]), ALL[3]]


def test_a_lost_target_is_not_taken_for_a_lost_name_where_targets_are_figures(
    parse_text: Callable[..., Plan],
) -> None:
    plan = parse_text(
        "一、核心指标\n"
        + bar_table(
            HEADER,
            ["1", "火灾起数", "0", OWNER, ""],
            ["2", "亡人数", OWNER, "", ""],
            ["3", "受害率", "0.3‰以内", OWNER, ""],
        )
        + FOOTER
    )
    assert fields(plan)[1] == ("2", "亡人数", "", OWNER)


@pytest.mark.parametrize("target", ["0", "100", "下降5%"])
def test_a_table_ends_before_the_next_whatever_its_last_target_is(
    target: str, parse_text: Callable[..., Plan]
) -> None:
    first = bar_table(HEADER, ["1", "亡人数", target, OWNER, ""])
    plan = parse_text("一、指标\n" + first + "二、文件\n" + bar_table(HEADER, *WHOLE) + FOOTER)
    assert [(task.table, task.row, task.table_title) for task in plan.tasks] == [
        (1, 1, "指标"),
        *((2, row, "文件") for row in (1, 2, 3, 4)),
    ]


@pytest.mark.parametrize("footer", ["打印 | 关闭 |\n网站地图|联系我们|关于我们|\n", FOOTER])
def test_the_footer_of_the_page_is_no_row(footer: str, parse_text: Callable[..., Plan]) -> None:
    assert fields(parse_text("一、措施\n" + bar_table(HEADER, *WHOLE) + footer)) == ALL


def test_the_last_cell_may_be_cut_off_by_the_end_of_the_file(
    parse_text: Callable[..., Plan],
) -> None:
    plan = parse_text("一、措施\n" + bar_table(HEADER, WHOLE[0]) + "2 |\n乙项 |\n做好")
    assert fields(plan)[1] == ("2", "乙项", "做好", "")
    assert ("row_cut_off", "t1.2") in [(f.code, f.task_id) for f in plan.findings]


@pytest.mark.parametrize(
    "text",
    [
        lines(HEADER, *WHOLE).replace("\n", "\n|---|---|---|---|---|\n", 1),
        "".join("| " + line + "\n" for line in lines(HEADER, *WHOLE).splitlines()),
        "".join(" | ".join([*row[:4], "无"]) + "\n" for row in [HEADER[:4], *WHOLE]).replace(
            "责任单位 | 无", "责任单位 | 备注"
        ),
        bar_table(HEADER, *WHOLE).replace("责任单位", "责任\n单位").replace("序号", "序\n号"),
        bar_table(HEADER, WHOLE[0]) + "— 7 —\n" + bar_table(*WHOLE[1:]),
        bar_table(HEADER, WHOLE[0]) + "某区人民政府文件\n" + bar_table(*WHOLE[1:]),
        bar_table(HEADER, *WHOLE[:2]) + bar_table(HEADER, *WHOLE[2:]),
    ],
    ids=["rule", "fenced", "no last bar", "broken header", "page number", "running head", "header"],
)
def test_the_dress_of_the_page_does_not_matter(text: str, parse_text: Callable[..., Plan]) -> None:
    assert fields(parse_text("一、措施\n" + text + FOOTER)) == ALL


def test_a_cell_may_be_as_long_as_it_likes(parse_text: Callable[..., Plan]) -> None:
    long = "\n".join(f"做好第{number}件事。" for number in range(30))
    plan = parse_text(
        "一、措施\n" + bar_table(HEADER, ["1", "甲项", long, OWNER, ""], *WHOLE[1:]) + FOOTER
    )
    assert plan.tasks[0].content == long.replace("\n", "")
    assert fields(plan)[1:] == ALL[1:]


@given(st.lists(st.integers(0, 19), max_size=4), st.booleans())
@settings(max_examples=60, deadline=None)
def test_no_text_is_lost_in_silence(gone: list[int], a_row_a_line: bool) -> None:
    """Whatever cells the page has dropped, what it still prints is in a task or in a finding."""
    kept = [
        [cell for column, cell in enumerate(row) if 5 * number + column not in gone]
        for number, row in enumerate(WHOLE)
    ]
    text = (lines if a_row_a_line else bar_table)(HEADER, *kept)
    document = Document("x", "", "text/plain", "utf-8", read_text("一、措施\n" + text + FOOTER))
    tasks, findings = read_tasks(whole_grids(document))
    read = str([draft.task for draft in tasks]) + str(findings)
    assert [cell for row in kept for cell in row if cell not in read] == []


def test_a_running_head_between_two_pages_is_left_out_and_said(
    parse_text: Callable[..., Plan],
) -> None:
    head = "某区人民政府文件\n"
    for written in (bar_table, lines):
        text = written(HEADER, *WHOLE[:2]) + head + written(*WHOLE[2:])
        plan = parse_text("一、措施\n" + text + FOOTER)
        assert fields(plan) == ALL
        assert [f.args["text"] for f in plan.findings if f.code == "between_pages"] == [
            head.strip()
        ]


def test_a_number_on_the_last_line_of_a_cell_is_the_cells(
    parse_text: Callable[..., Plan],
) -> None:
    row = ["2", "演练次数", "全区共计\n9", OWNER, ""]
    plan = parse_text("一、措施\n" + bar_table(HEADER, WHOLE[0], row, *WHOLE[2:]) + FOOTER)
    assert plan.tasks[1].content == "全区共计9"
