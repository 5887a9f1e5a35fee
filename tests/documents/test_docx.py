"""Word: what the printed page shows, and nothing else."""

from __future__ import annotations

import pytest
from tests.documents.building import docx, p, tbl, tc

from safeplan.documents import Paragraph, RawGrid
from safeplan.documents.docx import read_docx
from safeplan.models import Source

HEADER = ["序号", "名称", "目标", "责任单位"]


def texts(body: str, numbering: str = "", styles: str = "") -> list[str]:
    """The paragraphs of a document, and its tables as rows of cells."""
    blocks = read_docx(docx(body, numbering, styles)).blocks
    return [block.text for block in blocks if isinstance(block, Paragraph)]


def grid(body: str) -> list[list[str]]:
    """The one table of a document: `|` where a cell from above goes on, `-` where one from left."""
    (block,) = [block for block in read_docx(docx(body)).blocks if isinstance(block, RawGrid)]
    return [
        ["|" if cell.covered else "-" if cell.spanned else cell.text for cell in row]
        for row in block.rows
    ]


# --- text -----------------------------------------------------------------------------------


def test_a_deleted_passage_is_left_out_and_an_inserted_one_kept() -> None:
    body = (
        "<w:p><w:r><w:t>完成</w:t></w:r>"
        "<w:del><w:r><w:delText>九</w:delText></w:r></w:del>"
        "<w:ins><w:r><w:t>十</w:t></w:r></w:ins>"
        "<w:moveFrom><w:r><w:t>项</w:t></w:r></w:moveFrom>"
        "<w:r><w:t>处整治。</w:t></w:r></w:p>"
    )
    assert texts(body) == ["完成十处整治。"]
    (note,) = read_docx(docx(body)).notes
    assert (note.code, note.severity, note.args) == ("changes_accepted", "repair", {"count": "3"})


def test_a_paragraph_whose_end_was_deleted_runs_on() -> None:
    removed = "<w:rPr><w:del/></w:rPr>"
    assert texts(p("一、深化", removed) + p("责任体系")) == ["一、深化责任体系"]


def test_hidden_text_is_not_read() -> None:
    hidden = "<w:r><w:rPr><w:vanish/></w:rPr><w:t>草稿</w:t></w:r>"
    shown = '<w:r><w:rPr><w:vanish w:val="0"/></w:rPr><w:t>正文</w:t></w:r>'
    assert texts(f"<w:p>{hidden}{shown}</w:p>") == ["正文"]


def test_a_line_break_ends_a_line_and_a_hyphen_is_one() -> None:
    body = "<w:p><w:r><w:t>甲</w:t><w:br/><w:t>1</w:t><w:noBreakHyphen/><w:t>2</w:t></w:r></w:p>"
    assert texts(body) == ["甲", "1-2"]


def test_a_text_box_is_read_once_though_the_file_holds_it_twice() -> None:
    box = f"<w:txbxContent>{p('沙坪坝区人民政府文件')}</w:txbxContent>"
    twice = (
        f"<mc:AlternateContent><mc:Choice><w:drawing><wps:txbx>{box}</wps:txbx></w:drawing>"
        f"</mc:Choice><mc:Fallback><w:pict><v:textbox>{box}</v:textbox></w:pict></mc:Fallback>"
        "</mc:AlternateContent>"
    )
    assert texts(f"<w:p><w:r>{twice}</w:r></w:p>{p('正文')}") == ["沙坪坝区人民政府文件", "正文"]


def test_a_field_gives_its_result_and_a_drawn_circle_its_number() -> None:
    def char(kind: str) -> str:
        return f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>'

    def field(instruction: str, result: str) -> str:
        return (
            char("begin") + f"<w:r><w:instrText>{instruction}</w:instrText></w:r>"
            + char("separate") + f"<w:r><w:t>{result}</w:t></w:r>" + char("end")
        )  # fmt: skip

    assert texts(f"<w:p>{field('REF 数 ', '三十')}</w:p>") == ["三十"]
    circle = char("begin") + "<w:r><w:instrText> eq \\o\\ac(○,21)</w:instrText></w:r>" + char("end")
    assert texts(f"<w:p>{circle}<w:r><w:t>开展排查</w:t></w:r></w:p>") == ["㉑开展排查"]


def test_the_table_of_contents_is_no_text() -> None:
    styles = (
        '<w:style w:type="paragraph" w:styleId="11"><w:name w:val="toc 1"/></w:style>'
        '<w:style w:type="paragraph" w:styleId="12"><w:name w:val="heading 1"/></w:style>'
    )
    contents = p("一、深化责任1", '<w:pStyle w:val="11"/>')
    heading = p("一、深化责任", '<w:pStyle w:val="12"/>')
    block = (
        "<w:sdt><w:sdtPr><w:docPartObj><w:docPartGallery w:val='Table of Contents'/>"
        f"</w:docPartObj></w:sdtPr><w:sdtContent>{p('二、防范2')}</w:sdtContent></w:sdt>"
    )
    assert texts(contents + block + heading, styles=styles) == ["一、深化责任"]


# --- numbers that Word writes ---------------------------------------------------------------


def level(at: int, form: str, text: str, start: int = 1) -> str:
    return (
        f'<w:lvl w:ilvl="{at}"><w:start w:val="{start}"/><w:numFmt w:val="{form}"/>'
        f'<w:lvlText w:val="{text}"/></w:lvl>'
    )


LISTS = (
    '<w:abstractNum w:abstractNumId="0">'
    + level(0, "chineseCounting", "%1、")
    + level(1, "chineseCountingThousand", "（%2）")
    + level(2, "decimal", "%3.")
    + level(3, "decimal", "%1.%3.%4")
    + level(4, "decimalEnclosedCircleChinese", "%5")
    + level(5, "bullet", "\uf0b7")
    + "</w:abstractNum>"
    '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
    '<w:num w:numId="2"><w:abstractNumId w:val="0"/>'
    '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="6"/></w:lvlOverride></w:num>'
)


def item(text: str, at: int, num: int = 1) -> str:
    return p(text, f'<w:numPr><w:ilvl w:val="{at}"/><w:numId w:val="{num}"/></w:numPr>')


def test_numbers_are_counted_as_word_counts_them() -> None:
    body = (
        item("甲", 0) + item("乙", 1) + item("丙", 1) + item("丁", 2) + p("间")
        + item("戊", 0) + item("己", 1) + item("庚", 4) + item("辛", 5)
    )  # fmt: skip
    assert texts(body, LISTS) == [
        "一、甲", "（一）乙", "（二）丙", "1.丁", "间", "二、戊", "（一）己", "①庚", "辛",
    ]  # fmt: skip


def test_a_skipped_level_shows_its_first_number_and_a_list_may_start_anew() -> None:
    assert texts(item("甲", 0) + item("乙", 3), LISTS) == ["一、甲", "一.1.1乙"]
    assert texts(item("甲", 0) + item("乙", 0, 2) + item("丙", 0, 2), LISTS) == [
        "一、甲", "六、乙", "七、丙",
    ]  # fmt: skip


def test_a_style_may_bring_the_number_and_a_paragraph_may_refuse_it() -> None:
    styles = (
        '<w:style w:type="paragraph" w:styleId="A"><w:pPr><w:numPr><w:ilvl w:val="1"/>'
        '<w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
        '<w:style w:type="paragraph" w:styleId="B"><w:basedOn w:val="A"/></w:style>'
    )
    own = '<w:pStyle w:val="B"/>'
    none = own + '<w:numPr><w:numId w:val="0"/></w:numPr>'
    assert texts(p("甲", own) + p("乙", none), LISTS, styles) == ["（一）甲", "乙"]


def test_deleted_and_empty_paragraphs_have_no_number_to_show() -> None:
    gone = (
        '<w:p><w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>'
        "<w:rPr><w:del/></w:rPr></w:pPr><w:del><w:r><w:delText>旧</w:delText></w:r></w:del></w:p>"
    )
    assert texts(gone + item("甲", 0) + item("", 0) + item("乙", 0), LISTS) == ["一、甲", "三、乙"]


def test_a_serial_column_may_hold_nothing_but_generated_numbers() -> None:
    numbered = "<w:tc>" + item("", 2) + "</w:tc>"
    body = tbl(HEADER, [numbered, "甲", "做甲", "局"], [numbered, "乙", "做乙", "局"])
    (table,) = read_docx(docx(body, LISTS)).blocks
    assert isinstance(table, RawGrid)
    assert [row[0].text.strip() for row in table.rows] == ["序号", "1.", "2."]


# --- tables ---------------------------------------------------------------------------------


def test_merged_cells_are_one_cell_with_one_text() -> None:
    body = tbl(
        HEADER,
        [tc("1", merge="restart"), tc("甲", merge="restart"), "做甲", "县局"],
        [tc(merge="continue"), tc("不显示", merge="continue"), tc("做乙，各镇街", span=2)],
    )
    assert grid(body) == [HEADER, ["1", "甲", "做甲", "县局"], ["|", "|", "做乙，各镇街", "-"]]


def test_a_row_is_named_by_its_table_and_its_number_in_the_file() -> None:
    two = tbl(HEADER, ["1", "甲", "甲", "局"]) + p("间") + tbl(HEADER, ["1", "乙", "乙", "局"])
    _, _, second = read_docx(docx(two)).blocks
    assert isinstance(second, RawGrid)
    assert second.rows[1][2].source == Source(table=2, row=2)
    assert second.merges_known


def test_a_border_moved_by_a_hair_makes_no_column() -> None:
    """Word counts each sliver as a grid column: 名称 here spans two in the header, one below."""
    body = tbl(
        ["序号", tc("名称", span=2), "目标", "责任单位"],
        ["1", "甲", tc("做甲", span=2), "局"],
        ["2", tc("乙", span=2), "做乙", "局"],
        grid=(680, 1700, 8, 4000, 1400),
    )
    assert grid(body) == [HEADER, ["1", "甲", "做甲", "局"], ["2", "乙", "做乙", "局"]]


def test_a_merged_cell_over_slivers_goes_to_the_column_it_begins_in() -> None:
    body = tbl(
        ["序号", tc("名称", span=2), "目标", "责任单位"],
        ["1", "甲", tc("做甲", span=2), "局"],
        [tc("合计", span=3), "九", "局"],
        grid=(680, 1700, 8, 4000, 1400),
    )
    assert grid(body)[2] == ["合计", "-", "九", "局"]


def test_cells_left_out_at_the_ends_of_a_row_are_empty() -> None:
    short = f'<w:tr><w:trPr><w:gridBefore w:val="1"/></w:trPr>{tc("乙")}{tc("做乙")}</w:tr>'
    body = tbl(HEADER, ["1", "甲", "做甲", "局"]).replace("</w:tbl>", short + "</w:tbl>")
    assert grid(body)[2] == ["", "乙", "做乙", ""]


def test_deleted_rows_and_cells_are_left_out() -> None:
    gone = f"<w:tr><w:trPr><w:del/></w:trPr>{tc('9')}{tc('旧')}{tc('旧')}{tc('旧')}</w:tr>"
    body = tbl(HEADER, ["1", "甲", "做甲", "局"]).replace("</w:tbl>", gone + "</w:tbl>")
    assert len(grid(body)) == 2


def test_the_paragraphs_of_a_cell_are_its_lines() -> None:
    cell = f"<w:tc>{p('①做甲。')}{p()}{p('②做乙。')}</w:tc>"
    assert grid(tbl(HEADER, ["1", "甲", cell, "局"]))[1][2] == "①做甲。\n②做乙。"


def test_a_table_nested_in_a_cell_is_text_of_that_cell() -> None:
    inner = tbl(["城区", "3处"], ["乡镇", "5处"])
    cell = f"<w:tc>{p('完成整治：')}{inner}{p()}</w:tc>"
    body = tbl(HEADER, ["1", "甲", cell, "局"])
    assert grid(body)[1][2] == "完成整治：\n城区 3处\n乡镇 5处"
    assert [note.code for note in read_docx(docx(body)).notes] == ["nested_table"]


def test_a_table_that_only_frames_the_page_is_walked_into() -> None:
    framed = f"<w:tc>{p('一、核心指标')}{tbl(HEADER, ['1', '甲', '做甲', '局'])}{p()}</w:tc>"
    paragraph, table = read_docx(docx(tbl([framed]))).blocks
    assert isinstance(paragraph, Paragraph)
    assert paragraph.text == "一、核心指标"
    assert isinstance(table, RawGrid)
    assert len(table.rows) == 2


def test_a_lone_row_beside_the_text_is_text() -> None:
    assert texts(tbl(["沙府发〔2025〕8号", "签发人：张三"])) == [
        "沙府发〔2025〕8号",
        "签发人：张三",
    ]


@pytest.mark.parametrize(
    "wrapped",
    [
        "<w:sdt><w:sdtContent>{}</w:sdtContent></w:sdt>",
        "<w:customXml>{}</w:customXml>",
        "<mc:AlternateContent><mc:Choice>{}</mc:Choice></mc:AlternateContent>",
    ],
)
def test_wrappers_are_looked_through(wrapped: str) -> None:
    assert texts(wrapped.format(p("正文"))) == ["正文"]


def test_iso_strict_documents_read_the_same() -> None:
    usual = docx(p("正文"))
    parts = {"word/document.xml": (
        '<w:document xmlns:w="http://purl.oclc.org/ooxml/wordprocessingml/main"><w:body>'
        + p("正文") + "</w:body></w:document>"
    )}  # fmt: skip
    assert read_docx(docx("", **parts)).blocks == read_docx(usual).blocks
