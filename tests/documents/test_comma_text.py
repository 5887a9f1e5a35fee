"""Sheets saved as text with commas: read as the sheet would be, and prose is none."""

from __future__ import annotations

from pathlib import Path

from safeplan.documents import Paragraph, RawGrid, read_text
from safeplan.models import Plan
from safeplan.plans import parse

SHEET = """临湖区2026年燃气安全整治任务台账,,,,
编号,整治领域,主要任务,责任分工,完成时限
1,餐饮,"瓶改管620户，
其中学校食堂12户",区城管局,9月底前
,,"燃气报警器安装率100%, 逐户登记",区城管局、区商务局,12月底
2,管网,改造老旧管网8公里,区住建局,全年
"""


def read(tmp_path: Path, data: bytes) -> Plan:
    path = tmp_path / "临湖区台账.csv"
    path.write_bytes(data)
    return parse(path)


def test_a_sheet_saved_with_commas_is_a_table() -> None:
    title, grid = read_text(SHEET)
    assert isinstance(title, Paragraph)
    assert title.text == "临湖区2026年燃气安全整治任务台账"
    assert isinstance(grid, RawGrid)
    assert [len(row) for row in grid.rows] == [5, 5, 5, 5]
    assert grid.rows[1][2].text.endswith("其中学校食堂12户")
    assert [row[0].source.lines for row in grid.rows] == [(2, 2), (3, 4), (5, 5), (6, 6)]


def test_rows_below_one_of_a_merged_cell_belong_to_its_group(tmp_path: Path) -> None:
    plan = read(tmp_path, SHEET.encode("gb18030"))
    assert [(task.group, task.deadline_text) for task in plan.tasks] == [
        ("餐饮", "9月底前"),
        ("餐饮", "12月底"),
        ("管网", "全年"),
    ]


def test_prose_with_commas_is_no_sheet() -> None:
    prose = "一,加强领导,明确责任\n二,排查隐患,逐一登记,限期整改\n三,宣传培训\n四,严格考核\n"
    assert all(isinstance(block, Paragraph) for block in read_text(prose))


def test_a_quote_that_never_ends_loses_no_word(tmp_path: Path) -> None:
    torn = SHEET.replace('"燃气', '""燃气')
    plan = read(tmp_path, torn.encode())
    assert "改造老旧管网8公里" in plan.model_dump_json()


def test_rows_with_commas_within_prose_are_a_table() -> None:
    prose = "一、重点任务\n1.强化监管。检查200次,限期整改,闭环。\n"
    blocks = read_text(f"{prose}附表\n{SHEET.split(chr(10), 1)[1]}二、要求\n加强领导。\n")
    (grid,) = [block for block in blocks if isinstance(block, RawGrid)]
    assert [row[0].source.lines for row in grid.rows] == [(4, 4), (5, 6), (7, 7), (8, 8)]
    assert [block.text for block in blocks if isinstance(block, Paragraph)][-1] == "加强领导。"


def test_tables_of_several_forms_stand_in_one_text() -> None:
    barred = "|序号|任务|责任单位|\n|---|---|---|\n|1|查甲|县甲局|\n|2|查乙|县乙局|\n"
    tabbed = "序号\t任务\t责任单位\n1\t查丙\t县丙局\n2\t查丁\t县丁局\n"
    commas = "序号,任务,责任单位\n1,查戊,县戊局\n"
    grids = [
        block
        for block in read_text(f"附表1\n{barred}\n附表2\n{tabbed}\n附表3\n{commas}")
        if isinstance(block, RawGrid)
    ]
    assert [[cell.text.strip() for cell in grid.rows[1]][1] for grid in grids] == [
        "查甲",
        "查丙",
        "查戊",
    ]
