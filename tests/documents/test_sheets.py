"""Excel: cells as they are shown, merged cells as one, title rows as titles."""

from __future__ import annotations

import io
import zipfile

import pytest
from tests.conftest import RAW
from tests.documents.building import packed, sheet_rows, xlsx
from tests.documents.originals import ORIGINALS

from safeplan.documents import Paragraph, RawGrid
from safeplan.documents.blocks import Unseen
from safeplan.documents.number_formats import shown
from safeplan.documents.sheets import ExcelSheet, read_xlsx, sheet_blocks
from safeplan.models import Source, Task
from safeplan.plans import parse

HEADER = ["序号", "名称", "目标", "责任单位"]


def read(data: bytes) -> tuple[list[str], list[list[str]]]:
    """The paragraphs and the one table of a workbook."""
    blocks = read_xlsx(data).blocks
    (table,) = [block for block in blocks if isinstance(block, RawGrid)]
    return (
        [block.text for block in blocks if isinstance(block, Paragraph)],
        [["|" if c.covered else "-" if c.spanned else c.text for c in row] for row in table.rows],
    )


@pytest.mark.parametrize("form", ["xlsx", "xls"])
def test_the_annex_of_zhongxian_pasted_into_excel_gives_its_tasks(form: str) -> None:
    """The .xlsx has a sheet for each table, the .xls all tables below one another in one sheet."""

    def cells(tasks: list[Task]) -> list[dict[str, object]]:
        return [task.model_dump(exclude={"source"}) for task in tasks]

    pasted = parse(ORIGINALS / form / f"忠县2025年工作要点.{form}")
    text = parse(RAW / "忠县2025年工作要点.txt")
    assert cells(pasted.tasks) == cells(text.tasks)
    assert pasted.plan_id == text.plan_id


def test_rows_above_the_header_are_titles_and_empty_columns_are_none() -> None:
    rows = sheet_rows(
        ["", "2025年重点任务分工表"], ["", "填报单位：", "安委办"], [],
        ["", *HEADER], ["", "1", "甲", "做甲", "局"],
    )  # fmt: skip
    titles, table = read(xlsx(rows, merges=["B1:E1"]))
    assert titles == ["2025年重点任务分工表", "填报单位：安委办"]
    assert table == [HEADER, ["1", "甲", "做甲", "局"]]


def test_a_numbered_row_above_the_header_is_no_title() -> None:
    rows = sheet_rows(["任务清单"], ["1", "甲", "做甲", "局"], HEADER, ["2", "乙", "做乙", "局"])
    title, row = read_xlsx(xlsx(rows)).blocks[:2]
    assert isinstance(title, Paragraph) and not title.cells
    assert isinstance(row, Paragraph) and row.cells


def test_a_sheet_without_a_title_row_is_called_by_its_name() -> None:
    rows = sheet_rows(HEADER, ["1", "甲", "做甲", "局"])
    assert read(xlsx(rows, name="核心绩效指标"))[0] == ["核心绩效指标"]
    assert read(xlsx(rows, name="Sheet1"))[0] == []


def test_merged_cells_cover_what_is_below_and_beside() -> None:
    rows = sheet_rows(HEADER, ["1", "甲", "做甲", "局"], ["", "", "做乙，各镇街"])
    _, table = read(xlsx(rows, merges=["A2:A3", "B2:B3", "C3:D3"]))
    assert table == [HEADER, ["1", "甲", "做甲", "局"], ["|", "|", "做乙，各镇街", "-"]]


def test_a_cell_merged_far_beyond_the_table_ends_with_it() -> None:
    rows = sheet_rows(HEADER, ["1", "甲", "做甲", "局"], ["2", "", "做乙"])
    _, table = read(xlsx(rows, merges=["B2:B1048576", "D2:D1048576"]))
    assert table[2] == ["2", "|", "做乙", "|"]


def test_rows_keep_their_numbers_in_the_sheet() -> None:
    rows = sheet_rows(["指标"], [], HEADER, [], ["1", "甲", "做甲", "局"])
    table = read_xlsx(xlsx(rows)).blocks[-1]
    assert isinstance(table, RawGrid)
    assert [row[0].source for row in table.rows] == [Source(table=1, row=3), Source(table=1, row=5)]


@pytest.mark.parametrize("number", ["0", "1", "x"])
def test_a_row_whose_number_is_wrong_stands_where_it_stands(number: str) -> None:
    rows = sheet_rows(HEADER, ["1", "甲", "做甲", "局"], ["2", "乙", "做乙", "局"])
    _, table = read(xlsx(rows.replace('<row r="2"', f'<row r="{number}"')))
    assert table == [HEADER, ["1", "甲", "做甲", "局"], ["2", "乙", "做乙", "局"]]


def test_numbers_are_read_as_their_format_shows_them() -> None:
    cells = (
        sheet_rows(HEADER)
        + '<row r="2"><c r="A2"><v>1</v></c><c r="B2" t="str"><f>X</f><v>完成率</v></c>'
        + '<c r="C2" s="1"><v>1</v></c><c r="D2" t="e"><v>#N/A</v></c></row>'
    )
    assert read(xlsx(cells, formats=["0%"]))[1][1] == ["1", "完成率", "100%", ""]


@pytest.mark.parametrize(
    ("value", "code", "text"),
    [
        (1.0, "General", "1"),
        (0.30000000000000004, "General", "0.3"),
        (1.0, "0%", "100%"),
        (0.285, "0%", "29%"),
        (0.0255, "0.0%", "2.6%"),
        (0.95, "0.##%", "95%"),
        (1234567.0, "#,##0", "1,234,567"),
        (1234.5, "#,##0.00_ ", "1,234.50"),
        (7.0, "000", "007"),
        (7.0, '0"起"', "7起"),
        (7.0, '"≤"0', "≤7"),
        (-7.0, "0;[Red]-0", "-7"),
        (0.0, '0;-0;"—"', "—"),
        (45809.0, 'yyyy"年"m"月"d"日"', "2025年6月1日"),
        (45809.0, "yyyy/m/d", "2025/6/1"),
        (45809.0, '[$-804]yyyy"年"mm"月"', "2025年06月"),
        (45809.75, "yyyy-mm-dd h:mm", "2025-06-01 18:00"),
        (3.0, "@", "3"),
        (12500000.0, '0!.0,"万元"', "1250.0万元"),
        (12500000.0, '#!.0000"万元"', "1250.0000万元"),
        (250000000.0, "0.0,,", "250.0"),
        (12.0, "#,##0", "12"),
        (1000.0, "#,##0,", "1"),
        (-0.05, "0%;[Red]↓0%", "↓5%"),
        (-1234.0, "#,##0_);(#,##0)", "(1,234)"),
        (0.5, "#.##", ".5"),
        (30.0, ";;;", ""),
        (30.0, 'G/通用格式"处"', "30处"),
        (30.0, 'General"处"', "30处"),
        (15000.0, '[>=10000]0!.0,"万";0"元"', "1.5万"),
        (900.0, '[>=10000]0!.0,"万";0"元"', "900元"),
        (30.0, "[DBNum1]0", "三十"),
        (45809.0, '[DBNum1][$-804]yyyy"年"m"月"', "二〇二五年六月"),
        (1 / 3, "# ?/?", "1/3"),
        (2.5, "# ?/?", "2 1/2"),
        (30.0, '"≥"0"处/年"', "≥30处/年"),
        (5.0, "[$¥-804]#,##0.00", "¥5.00"),
        (45809.0, "aaaa", "星期日"),
        (0.5, "[h]:mm", "12:00"),
    ],
)
def test_number_formats(value: float, code: str, text: str) -> None:
    assert shown(value, code) == text


def test_a_text_is_shown_in_its_format_as_well() -> None:
    cell = '<c r="C2" t="inlineStr" s="{}"><is><t>三十</t></is></c>'
    rows = sheet_rows(HEADER) + '<row r="2"><c r="A2"><v>1</v></c>{}</row>'
    formats = ['@"处"', "0;0;0;", "0.0m"]
    assert read(xlsx(rows.format(cell.format(1)), formats=formats))[1][1][2] == "三十处"
    hidden = read_xlsx(xlsx(rows.format(cell.format(2)), formats=formats))
    assert [(note.code, note.args["text"]) for note in hidden.notes] == [("hidden_text", "三十")]
    unknown = read_xlsx(xlsx(rows.format(cell.format(3)), formats=formats))
    assert [note.code for note in unknown.notes] == ["format_unknown"]


def test_shared_strings_leave_out_how_they_are_pronounced() -> None:
    package = xlsx('<row r="1"><c r="A1" t="s"><v>1</v></c><c r="B1" t="s"><v>9</v></c></row>')
    with zipfile.ZipFile(io.BytesIO(package)) as read_package:
        parts: dict[str, str | bytes] = {n: read_package.read(n) for n in read_package.namelist()}
    rels = "xl/_rels/workbook.xml.rels"
    relation = '<Relationship Id="r9" Type="x/sharedStrings" Target="/xl/strings.xml"/></Rel'
    parts[rels] = bytes(parts[rels]).decode().replace("</Rel", relation)  # type: ignore[arg-type]
    parts["xl/strings.xml"] = (
        '<sst xmlns="x"><si><t>甲</t></si><si><r><t>责任</t></r><r><t>单位</t></r>'
        "<rPh><t>ze ren</t></rPh></si></sst>"
    )
    assert read(packed(parts))[1] == [["责任单位"]]


def test_a_mac_calendar_begins_in_1904() -> None:
    assert shown(0, "yyyy", epoch_1904=True) == "1904"


def test_sheets_of_different_years_are_doubted() -> None:
    def book(*names: str) -> list[tuple[str, str]]:
        sheets = [ExcelSheet(name, dict.fromkeys([(0, 0), (0, 1)], "甲")) for name in names]
        unseen = Unseen()
        sheet_blocks(sheets, unseen)
        return [(note.code, note.args["text"]) for note in unseen.notes()]

    assert book("2024年", "2025年") == [("sheets_of_years", "2024、2025")]
    assert book("2025年指标", "2025年措施", "说明") == book("2021-2025年", "2025年") == []


def test_hidden_sheets_are_left_out_and_said() -> None:
    reading = read_xlsx(xlsx(sheet_rows(HEADER, ["1", "甲", "乙", "局"]), state="veryHidden"))
    assert reading.blocks == []
    assert [(note.code, note.args) for note in reading.notes] == [("hidden_sheets", {"count": "1"})]
