"""The workbook that colleagues work in: read back by openpyxl and by LibreOffice."""

from __future__ import annotations

import io
import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from openpyxl.cell.rich_text import CellRichText, TextBlock

from safeplan.models import Comparison, Plan
from safeplan.reports.compared import comparison_sheets
from safeplan.reports.result_sheets import COLORS, Run, Sheet, SheetColumn, plain
from safeplan.reports.review import write_review
from safeplan.reports.view import ComparisonView
from safeplan.reports.workbook import workbook


@pytest.fixture(scope="module")
def made(three: list[Plan], compared: Comparison) -> bytes:
    return workbook(comparison_sheets(ComparisonView(compared, three)))


@cache
def read(data: bytes, *, rich: bool = False) -> Any:
    return load_workbook(io.BytesIO(data), rich_text=rich)


def sheet_of(*cells: object, **fields: Any) -> Sheet:
    columns = [SheetColumn("content", 3) for _ in cells]
    return Sheet(fields.pop("title", "表"), fields.pop("columns", columns), [list(cells)], **fields)  # type: ignore[arg-type]


def test_a_worksheet_per_question(made: bytes) -> None:
    assert read(made).sheetnames == ["对照", "指标", "变化", "未匹配", "责任单位", "说明"]


def test_every_worksheet_is_ready_to_work_in_and_to_print(made: bytes) -> None:
    for worksheet in read(made):
        assert worksheet.freeze_panes[-1] == "2"
        assert worksheet.auto_filter.ref == worksheet.dimensions
        assert worksheet.page_setup.orientation == "landscape"
        assert worksheet.page_setup.paperSize == int(worksheet.PAPERSIZE_A4)
        assert worksheet.page_setup.fitToHeight == 0
        assert worksheet.print_title_rows == "$1:$1"
        assert worksheet.oddHeader.center.text == worksheet.title
        assert all(cell.alignment.wrap_text for cell in worksheet[2] if cell.data_type == "s")


def test_ids_are_text_counts_are_numbers_and_nothing_is_a_formula(made: bytes) -> None:
    kinds = {
        worksheet.title: {cell.data_type for row in worksheet.iter_rows(min_row=2) for cell in row}
        for worksheet in read(made)
    }
    assert kinds.pop("责任单位") == {"s", "n"}
    for title, found in kinds.items():
        # An empty cell is "n" to openpyxl.
        assert found <= {"s", "n"}, title
    for worksheet in read(made):
        numbers = [
            cell
            for row in worksheet.iter_rows(min_row=2)
            for cell in row
            if cell.data_type == "n" and cell.value is not None
        ]
        assert bool(numbers) == (worksheet.title == "责任单位")


def test_differing_words_are_red_within_the_cell(made: bytes) -> None:
    """沙坪坝 t2.8 完善落实…; 南岸 and 忠县 say 强化."""
    matrix = read(made, rich=True)["对照"]
    cell = next(
        cell.value
        for (cell,) in matrix.iter_rows(min_row=2, min_col=3, max_col=3)
        if "t2.8 " in str(cell.value)
    )
    assert isinstance(cell, CellRichText)
    red = [
        block.text
        for block in cell
        if isinstance(block, TextBlock)
        and block.font.color is not None
        and block.font.color.rgb == f"00{COLORS['own']}"
    ]
    assert red == ["完善落实"]
    assert "国有企业负责人安全生产履职考核" in str(cell)


@pytest.mark.parametrize("text", ["=SUM(A1)", "+1", "-1", "@x", "1.10", "007", "=1+1\n=2"])
def test_what_looks_like_a_formula_or_a_number_stays_text(text: str) -> None:
    for cell in (text, [Run(text, "own")], [Run(text)]):
        back = read(workbook([sheet_of(cell)])).active["A2"]
        assert (back.value, back.data_type, back.number_format) == (text, "s", "@")
        assert bool(back.quotePrefix) == text.startswith(("=", "+", "-", "@"))


def test_white_space_at_the_ends_of_runs_is_kept() -> None:
    cell = [Run("t1.1 ", "head"), Run("\n 牵头：", "dim"), Run(" 办 ")]
    assert read(workbook([sheet_of(cell)])).active["A2"].value == "t1.1 \n 牵头： 办 "


def test_signs_stand_around_what_is_old_and_new() -> None:
    cell = [Run("落实"), Run("定期", "old"), Run("半年", "new"), Run("述职")]
    assert read(workbook([sheet_of(cell)])).active["A2"].value == plain(cell)


def test_a_cell_holds_no_more_than_a_cell_can() -> None:
    book = read(workbook([sheet_of("长" * 40_000, "坏\x00字\x0b符", [Run("\x01", "own")])]))
    long, bad, marked = (cell.value for cell in book.active[2])
    assert len(long) == 32_767
    assert bad == "坏�字�符"
    assert marked == "�"


def test_a_worksheet_has_a_name_that_excel_takes() -> None:
    titles = ["A/B:表[1]*?", "A/B:表[1]*?", "长" * 40, "", "'引号'"]
    book = read(workbook([sheet_of("x", title=title) for title in titles]))
    assert len({name.casefold() for name in book.sheetnames}) == len(titles)
    assert all(0 < len(name) <= 31 for name in book.sheetnames)
    assert not any(set("[]:*?/\\") & set(name) for name in book.sheetnames)


def test_columns_are_as_wide_as_chinese_needs() -> None:
    sheet = sheet_of("应急管理局", "ab", columns=[SheetColumn("body", 0), SheetColumn("code", 0)])
    widths = read(workbook([sheet])).active.column_dimensions
    assert widths["A"].width >= 2 * len("应急管理局")
    assert widths["B"].width < widths["A"].width


def test_no_sheets_and_empty_sheets_are_still_a_workbook() -> None:
    assert len(read(workbook([])).sheetnames) == 1
    empty = read(workbook([Sheet("空", [SheetColumn("body")])])).active
    assert empty.max_row == 1


def test_the_review_sheet_has_the_same_style(made: bytes) -> None:
    review = read(write_review([], [])).active
    assert review["A1"].style == read(made)["对照"]["A1"].style == "safeplan header"
    assert review.page_setup.orientation == "landscape"


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice (soffice) is missing")
def test_libreoffice_gives_back_the_same_cells(made: bytes, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    source = tmp_path / "in" / "对照.xlsx"
    source.write_bytes(made)
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = ["soffice", profile, "--headless", "--convert-to", "xlsx", "--outdir"]
    subprocess.run([*command, str(tmp_path), str(source)], check=True, timeout=300)
    ours, theirs = read(made), load_workbook(tmp_path / "对照.xlsx")
    assert theirs.sheetnames == ours.sheetnames
    for worksheet in ours:
        cells = [[cell.value or None for cell in row] for row in worksheet.iter_rows()]
        back = [[cell.value or None for cell in row] for row in theirs[worksheet.title].iter_rows()]
        assert back == cells
