"""OpenDocument: what the printed page shows, and nothing else."""

from __future__ import annotations

import pytest
from tests.documents.building import odf, odt_table

from safeplan.documents import DocumentError, Paragraph, RawGrid, read_bytes
from safeplan.documents.odt import read_odt

HEADER = ["序号", "名称", "目标", "责任单位"]


def p(text: str) -> str:
    return f"<text:p>{text}</text:p>"


def texts(content: str, styles: str = "") -> list[str]:
    blocks = read_odt(odf(content, styles)).blocks
    return [block.text for block in blocks if isinstance(block, Paragraph)]


def grid(content: str) -> list[list[str]]:
    (block,) = [block for block in read_odt(odf(content)).blocks if isinstance(block, RawGrid)]
    return [
        ["|" if cell.covered else "-" if cell.spanned else cell.text for cell in row]
        for row in block.rows
    ]


# --- text -----------------------------------------------------------------------------------


def test_spans_spaces_and_breaks_are_one_text() -> None:
    content = p("<text:span>A</text:span><text:s text:c='3'/>B<text:line-break/>甲<text:tab/>\n 乙")
    assert texts(content) == ["A B", "甲乙"]


def test_deleted_text_notes_comments_and_contents_are_left_out() -> None:
    content = (
        f"<text:tracked-changes><text:changed-region>{p('旧')}</text:changed-region>"
        f"</text:tracked-changes><text:table-of-content><text:index-body>{p('一、甲1')}"
        "</text:index-body></text:table-of-content>"
        + p(
            "完成<text:change text:change-id='1'/>十处<office:annotation>"
            f"{p('核对')}</office:annotation><text:note><text:note-body>{p('注')}</text:note-body>"
            "</text:note>整治。"
        )
    )
    assert texts(content) == ["完成十处整治。"]
    assert [note.code for note in read_odt(odf(content)).notes] == ["changes_accepted"]


def test_hidden_text_is_not_read() -> None:
    styles = (
        '<style:style style:name="T1"><style:text-properties text:display="none"/></style:style>'
    )
    assert texts(p('甲<text:span text:style-name="T1">草稿</text:span>乙'), styles) == ["甲乙"]


def test_a_text_box_is_read_once() -> None:
    box = f"<draw:frame><draw:text-box>{p('区政府文件')}</draw:text-box></draw:frame>"
    assert texts(p(f"沙坪坝{box}") + p("正文")) == ["沙坪坝", "区政府文件", "正文"]


# --- numbers --------------------------------------------------------------------------------

LIST = (
    '<text:list-style style:name="L1">'
    '<text:list-level-style-number text:level="1" style:num-suffix="、"'
    ' style:num-format="一, 二, 三, ..."/>'
    '<text:list-level-style-number text:level="2" style:num-prefix="（" style:num-suffix="）"'
    ' style:num-format="一, 二, 三, ..."/>'
    '<text:list-level-style-number text:level="3" style:num-suffix="." style:num-format="1"'
    ' text:start-value="4"/>'
    '<text:list-level-style-bullet text:level="4" text:bullet-char="•"/>'
    "</text:list-style>"
)


def items(*content: str, more: str = "") -> str:
    inside = "".join(f"<text:list-item>{item}</text:list-item>" for item in content)
    return f'<text:list text:style-name="L1" {more}>{inside}</text:list>'


def test_numbers_are_counted_as_the_list_says() -> None:
    content = items(p("甲") + items(p("乙"), p("丙") + items(p("丁") + items(p("戊")))), p("己"))
    assert texts(content, LIST) == ["一、甲", "（一）乙", "（二）丙", "4.丁", "戊", "二、己"]


def test_a_list_goes_on_where_it_says_so() -> None:
    content = (
        items(p("甲"), more='xml:id="list1"') + p("间")
        + items(p("乙"), more='text:continue-numbering="true"')
        + items(p("丙"), more='text:continue-list="list1"')
        + items(p("丁"))
    )  # fmt: skip
    assert texts(content, LIST) == ["一、甲", "间", "二、乙", "三、丙", "一、丁"]


def test_an_item_that_only_holds_a_deeper_list_is_not_counted() -> None:
    content = items(p("甲")) + items(items(p("乙")), more='text:continue-numbering="true"')
    content += items(p("丙"), more='text:continue-numbering="true"')
    assert texts(content, LIST) == ["一、甲", "（一）乙", "二、丙"]


def test_headings_are_numbered_by_the_outline() -> None:
    styles = (
        '<text:outline-style><text:outline-level-style text:level="1" style:num-format="1"'
        ' style:num-suffix="."/><text:outline-level-style text:level="2" style:num-format="1"'
        ' text:display-levels="2"/></text:outline-style>'
    )
    content = '<text:h text:outline-level="1">甲</text:h><text:h text:outline-level="2">乙</text:h>'
    assert texts(content, styles) == ["1.甲", "1.1乙"]


# --- tables ---------------------------------------------------------------------------------


def cell(text: str, across: int = 1, down: int = 1) -> str:
    return (
        f'<table:table-cell table:number-columns-spanned="{across}"'
        f' table:number-rows-spanned="{down}">{p(text)}</table:table-cell>'
    )


COVERED = "<table:covered-table-cell/>"


def test_merged_cells_are_one_cell_with_one_text() -> None:
    content = odt_table(
        HEADER,
        [cell("1", down=2), cell("甲", down=2), "做甲", "县局"],
        [COVERED, COVERED, cell("做乙，各镇街", across=2), COVERED],
    )
    assert grid(content) == [HEADER, ["1", "甲", "做甲", "县局"], ["|", "|", "做乙，各镇街", "-"]]


def test_repeated_cells_and_header_rows_count() -> None:
    content = (
        "<table:table><table:table-header-rows><table:table-row>"
        + "".join(map(cell, HEADER))
        + "</table:table-row></table:table-header-rows><table:table-row>"
        + cell("1") + '<table:table-cell table:number-columns-repeated="2"/>' + cell("局")
        + "</table:table-row></table:table>"
    )  # fmt: skip
    assert grid(content) == [HEADER, ["1", "", "", "局"]]


def test_a_table_nested_in_a_cell_is_text_and_a_frame_is_walked_into() -> None:
    inner = odt_table(["城区", "3处"])
    nested = f"<table:table-cell>{p('完成：')}{inner}</table:table-cell>"
    assert grid(odt_table(HEADER, ["1", "甲", nested, "局"]))[1][2] == "完成：\n城区 3处"
    framed = f"<table:table-cell>{p('一、指标')}{odt_table(HEADER, ['1', '甲', '乙', '局'])}</table:table-cell>"
    assert texts(odt_table([framed])) == ["一、指标"]


def test_a_spreadsheet_is_read_as_excel_is() -> None:
    sheet = (
        '<table:table table:name="核心指标">'
        + odt_table([*HEADER], ["1", "火灾起数", "下降10%", "局"]).removeprefix("<table:table>")
    ).replace(
        "</table:table>",
        '<table:table-row table:number-rows-repeated="1048574">'
        '<table:table-cell table:number-columns-repeated="16384"/></table:table-row></table:table>',
    )
    document = read_bytes(odf(sheet, kind="spreadsheet"), "x")
    title, table = document.blocks
    assert isinstance(title, Paragraph)
    assert title.text == "核心指标"
    assert isinstance(table, RawGrid)
    assert [cell.text for cell in table.rows[1]] == ["1", "火灾起数", "下降10%", "局"]


def test_an_encrypted_document_says_so() -> None:
    data = odf(
        p("甲"), manifest="<manifest:file-entry><manifest:encryption-data/></manifest:file-entry>"
    )
    with pytest.raises(DocumentError) as error:
        read_odt(data)
    assert error.value.code == "encrypted"
