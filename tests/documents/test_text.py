"""Plain text: which lines are a table's, and in which form."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from tests.conftest import HEADER, bar_table, tab_table

from safeplan.documents import Paragraph, RawGrid, read_text
from safeplan.models import Plan

OWNER = "县应急管理局，各乡镇（街道）"
ROWS = [["1", "甲项", "做好甲。", OWNER, ""], ["2", "乙项", "做好乙。", OWNER, ""]]


def grids(text: str) -> list[RawGrid]:
    return [block for block in read_text(text) if isinstance(block, RawGrid)]


def texts(grid: RawGrid) -> list[list[str]]:
    return [[cell.text.strip() for cell in row] for row in grid.rows]


def test_indented_paragraphs_are_no_table() -> None:
    blocks = read_text("\t忠县人民政府\n\t关于印发通知\n\n各乡镇：\n\t\t2025年3月5日\n一、总则\n")
    assert [block.text for block in blocks if isinstance(block, Paragraph)] == [
        "忠县人民政府",
        "关于印发通知",
        "各乡镇：",
        "2025年3月5日",
        "一、总则",
    ]
    assert len(blocks) == 5


def test_the_form_is_the_one_in_which_a_header_is_found(parse_text: Callable[..., Plan]) -> None:
    web = "[ 发文字号 ]\t忠府发〔2025〕5号\n[ 成文日期 ]\t2025-02-28\n一、措施\n"
    assert len(parse_text(web + bar_table(HEADER, *ROWS) + "完\n").tasks) == 2
    office = "首页 | 政务公开\n一、措施\n"
    assert len(parse_text(office + tab_table(HEADER, *ROWS) + "\n（完）\n").tasks) == 2


@pytest.mark.parametrize("indent", ["", "\t", "\u3000\t", " \t"])
def test_a_row_may_stand_on_one_line(indent: str) -> None:
    text = "".join(indent + "\t".join(row) + "\n" for row in [HEADER, *ROWS])
    (grid,) = grids("一、措施\n" + text + "完\n")
    assert texts(grid)[:2] == [HEADER, ROWS[0]]


def test_an_indent_before_the_tab_makes_no_cell() -> None:
    (grid,) = grids(tab_table(HEADER, *ROWS).replace("\n\t", "\n\u3000\t"))
    assert texts(grid) == [HEADER, *ROWS]


def test_lines_are_counted_as_an_editor_counts_them() -> None:
    (grid,) = grids(
        "一、措施\n\x0c" + tab_table(HEADER, ["1", "甲\x0b项", "甲。", OWNER, ""], ROWS[1])
    )
    assert grid.rows[2][0].source.lines == (14, 14)
    for ending in ("\r\n", "\r"):
        text = tab_table(HEADER, *ROWS).replace("\n", ending)
        assert grids(text)[0].rows[1][0].source.lines == (7, 7)


WORDS = ["编次", "做啥", "干到什么程度", "谁来干", "啥时候干完"]
DONE = [
    ["1", "避难场所", "建设应急避难场所1处，容纳2000人", "县应急管理局", "6月底前"],
    ["2", "消防站", "建设小型消防站2座，配齐车辆人员", "县消防局，各乡镇", "10月底前"],
    ["3", "宣传", "开展宣传进村庄活动30场以上", "县委宣传部", "全年"],
]


@pytest.mark.parametrize(
    "written",
    [
        tab_table,
        bar_table,
        lambda *rows: "".join("\t".join(row) + "\n" for row in rows),
        lambda *rows: "".join(" | ".join(row) + " |\n" for row in rows),
    ],
    ids=["cell a line, tabs", "cell a line, bars", "row a line, tabs", "row a line, bars"],
)
def test_a_table_begins_where_cells_stand_in_rows_whatever_its_words(
    written: Callable[..., str], parse_text: Callable[..., Plan]
) -> None:
    text = "首页 | 政务公开\n一、工程\n" + written(WORDS, *DONE) + "\n（完）\n版权所有:某某\n"
    plan = parse_text(text)
    assert [
        [task.serial, task.name, task.content, task.responsible_text, task.deadline_text]
        for task in plan.tasks
    ] == DONE


def test_a_long_line_below_a_header_is_in_no_cell_of_it() -> None:
    lines = [
        "4.控制。全市各类事故死亡人数控制在724人以内，道路交通死亡人数控制在668人以内。",
        "5.社区。明确1名人员。",
    ]
    header, *paragraphs = read_text("\t" + "\t".join(HEADER) + "\n" + "\n".join(lines))
    assert isinstance(header, RawGrid)
    assert texts(header) == [HEADER]
    assert [block.text for block in paragraphs if isinstance(block, Paragraph)] == lines


@pytest.mark.parametrize(
    "line", ["打印 关闭", "版权所有：南岸区人民政府", "渝ICP备05000001号", "— 7 —"]
)
@pytest.mark.parametrize("written", [bar_table, tab_table], ids=["bars", "tabs"])
def test_a_line_of_the_page_between_two_rows_is_passed_over(
    line: str, written: Callable[..., str], parse_text: Callable[..., Plan]
) -> None:
    text = written(HEADER, *ROWS[:1]) + line + "\n" + written(*ROWS[1:])
    plan = parse_text("一、措施\n" + text + "\n（完）\n")
    assert [task.serial for task in plan.tasks] == ["1", "2"]


def test_section_lines_between_rows_on_lines_head_the_rows_below(
    parse_text: Callable[..., Plan],
) -> None:
    rows = ["\t".join(row) for row in [HEADER, *ROWS]]
    text = "\n".join([rows[0], "一、交通", rows[1], "二、消防", rows[2], "注：略。"])
    plan = parse_text("重点措施\n" + text + "\n")
    assert [(task.group, task.name) for task in plan.tasks] == [
        ("一、交通", "甲项"),
        ("二、消防", "乙项"),
    ]
