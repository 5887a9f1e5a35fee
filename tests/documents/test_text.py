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
