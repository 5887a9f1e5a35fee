"""Tables that no rules enclose: columns and rows told by how the text is aligned."""

from __future__ import annotations

from itertools import product

import pytest
from tests.documents.printing import Content, paragraph, pdf, rule, table, text, unruled, wrapped

from safeplan.documents import Paragraph, RawGrid
from safeplan.documents.blocks import Reading
from safeplan.documents.pdf import read_pdf

HEADER = ["序号", "名称", "目标", "责任单位"]
BODY = [
    ["1", "道路交通", "整治农村公路隐患路段126公里，精细化提升国省道35公里，安装警示装置400套",
     "县交通运输局、县公安局"],
    ["2", "消防安全", "新建微型消防站18个", "县消防救援大队"],
    ["3", "城镇燃气", "更换老化管道22公里，餐饮用户加装报警装置全覆盖",
     "县住房城乡建设局、县商务局、各乡镇"],
    ["4", "防汛抗旱", "除险加固水库4座", "县水利局"],
    ["5", "地质灾害隐患治理", "搬迁避让86户", "县自然资源局，各乡镇"],
]  # fmt: skip
PROSE = "坚持安全第一、预防为主，落实党政领导责任、部门监管责任和企业主体责任，推动高质量发展。"


def grids(reading: Reading) -> list[list[list[str]]]:
    return [
        [[cell.text.replace("\n", "") for cell in row] for row in block.rows]
        for block in reading.blocks
        if isinstance(block, RawGrid)
    ]


def paragraphs(reading: Reading) -> list[str]:
    return [block.text for block in reading.blocks if isinstance(block, Paragraph)]


def between_prose(grid: Content, end: float) -> Reading:
    signed = [text(400, end + 90, "清江县应急管理局"), text(420, end + 104, "2026年3月10日")]
    return read_pdf(pdf([[*paragraph(60, PROSE), *grid, *paragraph(end + 30, PROSE), *signed]]))


AROUND = [PROSE, PROSE, "清江县应急管理局", "2026年3月10日"]


@pytest.mark.parametrize(
    ("rules", "gap", "centred"), [*product([(0, 1, 6), ()], [0, 6], [False, True])]
)
def test_three_rules_or_none_make_a_table(rules: tuple[int, ...], gap: int, centred: bool) -> None:
    grid, end = unruled(120, [HEADER, *BODY], rules=rules, gap=gap, centred=centred)
    reading = between_prose(grid, end)
    assert grids(reading) == [[HEADER, *BODY]]
    assert paragraphs(reading) == AROUND
    assert [note.code for note in reading.notes] == ["table_aligned"]


def test_a_rule_under_each_row_parts_the_rows() -> None:
    grid, end = unruled(120, [HEADER, *BODY], rules=range(7), centred=True)
    assert grids(between_prose(grid, end)) == [[HEADER, *BODY]]


@pytest.mark.parametrize("rules", [(0, 1, 8), ()])
def test_a_heading_over_the_columns_is_a_row_of_its_own(rules: tuple[int, ...]) -> None:
    rows = [HEADER, ["一、交通和消防领域"], *BODY[:2], ["二、城乡建设和自然灾害防治"], *BODY[2:]]
    grid, end = unruled(120, rows, rules=rules, gap=2)
    (found,) = grids(between_prose(grid, end))
    assert found == [row if len(row) == 4 else [*row, "", "", ""] for row in rows]


def test_rows_of_one_line_each_are_not_run_together() -> None:
    rows = [
        ["姓名", "单位及职务", "办公电话", "手机"],
        ["李明", "县应急管理局局长", "62345678", "13800000001"],
        ["王小红", "县消防救援大队大队长", "62345679", "13800000002"],
        ["张伟", "县公安局副局长", "62345680", "13800000003"],
    ]
    grid, end = unruled(120, rows, columns=(56, 130, 300, 400, 530))
    assert grids(between_prose(grid, end)) == [rows]


@pytest.mark.parametrize(
    ("above", "below", "header"),
    [((0, 1), (2,), False), ((), (), False), ((0, 1, 4), (0, 1, 3), True)],
)
def test_a_table_goes_on_over_the_page(
    above: tuple[int, ...], below: tuple[int, ...], header: bool
) -> None:
    first, _ = unruled(600, [HEADER, *BODY[:3]], rules=above)
    rest = [HEADER, *BODY[3:]] if header else BODY[3:]
    second, end = unruled(70, rest, rules=below)
    head = text(56, 40, "清江县人民政府公报")
    pages = [
        [head, *paragraph(60, PROSE), *first, text(280, 810, "— 1 —")],
        [head, *second, *paragraph(end + 30, PROSE), text(280, 810, "— 2 —")],
    ]
    reading = read_pdf(pdf(pages))
    assert grids(reading) == [[HEADER, *BODY]]
    assert paragraphs(reading) == [PROSE, PROSE]


def test_two_columns_of_prose_are_no_table_and_read_one_after_the_other() -> None:
    lines = wrapped("\n".join(["　　" + PROSE * 2, "　　" + PROSE * 3, "　　" + PROSE]), 228)
    half = (len(lines) + 1) // 2
    body = [
        text(56 + 252 * (n // half), 100 + 16 * (n % half), line) for n, line in enumerate(lines)
    ]
    title = text(240, 60, "清江县公报", 22)
    reading = read_pdf(pdf([[title, *body, *paragraph(600, PROSE)]]))
    assert grids(reading) == []
    assert paragraphs(reading) == ["清江县公报", PROSE * 2, PROSE * 3, PROSE, PROSE]


def test_lines_with_a_gap_here_and_there_are_no_table() -> None:
    body = [
        *paragraph(60, PROSE),
        text(56, 200, "抄送：县委办公室。"),
        text(56, 220, "清江县应急管理局办公室"),
        text(400, 220, "2026年3月10日印发"),
    ]
    assert grids(read_pdf(pdf([body]))) == []


def framed(y: float, end: float, xs: list[float], rows: list[float]) -> Content:
    """Rules down at `xs` and across at `rows`, within a frame from `y` to `end`."""
    return [
        *(rule(x, y, x, end) for x in xs),
        *(rule(xs[0], at, xs[-1], at) for at in (y, *rows, end)),
    ]


@pytest.mark.parametrize("centred", [False, True])
def test_rules_between_the_columns_alone_leave_rows_to_their_numbers(centred: bool) -> None:
    grid, end = unruled(120, [HEADER, *BODY], centred=centred)
    rules = framed(118, end + 4, [52, 96, 186, 386, 530], [136])
    reading = read_pdf(pdf([[*paragraph(60, PROSE), *grid, *rules]]))
    assert grids(reading) == [[HEADER, *BODY]]
    assert [note.code for note in reading.notes] == ["table_aligned"]


def test_rules_between_the_rows_alone_leave_columns_to_their_gaps() -> None:
    grid, end = unruled(120, [HEADER, *BODY], rules=range(7))
    reading = read_pdf(pdf([[*paragraph(60, PROSE), *grid, *framed(120, end, [50, 536], [])]]))
    assert grids(reading) == [[HEADER, *BODY]]


def test_a_list_in_one_cell_is_not_parted() -> None:
    rows = [["序号", "工作", "单位"], ["1", "甲项\n乙项\n丙项", "县应急局\n县公安局"]]
    grid, _ = table(100, rows, columns=(56, 116, 296, 416))
    assert grids(read_pdf(pdf([grid]))) == [
        [["序号", "工作", "单位"], ["1", "甲项乙项丙项", "县应急局县公安局"]]
    ]


def test_columns_stand_close_where_each_begins_at_one_place() -> None:
    columns = (56, 85, 138, 323)
    rows = [
        HEADER,
        ["1", "道路交通", "整治农村公路隐患路段共三十处，", "县交通运输局、县公安"],
        ["2", "消防安全", "新建微型消防站共十八个", "县消防救援大队、各镇"],
        ["3", "城镇燃气", "更换老化燃气管道共二十二公里", "县住房城乡建设局"],
    ]
    grid = [
        text(left, 120 + 18 * n, cell)
        for n, row in enumerate(rows)
        for left, cell in zip(columns, row, strict=False)
    ]
    assert grids(read_pdf(pdf([grid]))) == [rows]
