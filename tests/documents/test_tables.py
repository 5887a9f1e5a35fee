"""Tables in every format: hidden rows and columns, cells that claim too much, tables out of place."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from tests.documents.building import docx, odf, odt_table, p, sheet_rows, tbl, tc, xlsx

from safeplan.documents import Paragraph, RawGrid, read_bytes
from safeplan.grids import titles_apart

HEADER = ["序号", "名称", "目标", "责任单位"]
ROWS = [["1", "甲", "做甲", "局"], ["2", "乙", "做乙", "局"], ["3", "丙", "做丙", "局"]]
QUOTE = "2｜乙｜做乙｜局"


def read(data: bytes) -> tuple[list[list[str]], list[tuple[str, str]]]:
    """The one table of a document, and what was said of the file."""
    document = read_bytes(data, "x")
    (grid,) = [block for block in document.blocks if isinstance(block, RawGrid)]
    rows = [["|" if c.covered else "-" if c.spanned else c.text for c in row] for row in grid.rows]
    said = [(note.code, note.args.get("text", "")) for note in document.notes]
    return rows, [note for note in said if note[0] != "reader"]


def tr(*cells: str, attributes: str = "") -> str:
    line = "".join(cell if cell.startswith("<") else f"<td>{cell}</td>" for cell in cells)
    return f"<tr {attributes}>{line}</tr>"


def web(*rows: str, head: str = "") -> bytes:
    return f"<html><head>{head}</head><body><table>{''.join(rows)}</table></body></html>".encode()


# --- hidden rows and columns ----------------------------------------------------------------


def word_hiding(properties: str) -> bytes:
    cells = "".join(map(tc, ROWS[1]))
    hidden = f"<w:tr><w:trPr>{properties}</w:trPr>{cells}</w:tr>"
    whole = tbl(HEADER, ROWS[0], ROWS[2])
    third = whole.rindex("<w:tr>")
    return docx(whole[:third] + hidden + whole[third:])


def web_hiding(attributes: str, head: str = "") -> bytes:
    return web(
        tr(*HEADER), tr(*ROWS[0]), tr(*ROWS[1], attributes=attributes), tr(*ROWS[2]), head=head
    )  # fmt: skip


def calc(rows: list[list[str]], columns: str = "") -> bytes:
    return odf(
        odt_table(*rows).replace("<table:table>", f"<table:table>{columns}"), kind="spreadsheet"
    )


def odf_hiding(how: str, kind: str) -> bytes:
    content = odt_table(HEADER, *ROWS)
    rows = content.split("<table:table-row>")
    rows[3] = f"@{rows[3]}"
    content = "<table:table-row>".join(rows).replace(
        "<table:table-row>@", f'<table:table-row table:visibility="{how}">'
    )
    return odf(content, kind=kind)


def excel_hiding(attributes: str) -> bytes:
    return xlsx(sheet_rows(HEADER, *ROWS).replace('<row r="3"', f'<row r="3" {attributes}'))


@pytest.mark.parametrize(
    "data",
    [
        word_hiding("<w:hidden/>"),
        word_hiding('<w:trHeight w:val="1" w:hRule="exact"/>'),
        web_hiding("style='display:none'"),
        web_hiding("hidden"),
        web_hiding("class=gone", "<style>tr.gone{visibility:collapse}</style>"),
        odf_hiding("collapse", "text"),
        odf_hiding("filter", "spreadsheet"),
        excel_hiding('hidden="1"'),
        excel_hiding('ht="0" customHeight="1"'),
    ],
)
def test_a_hidden_row_is_left_out_and_quoted_in_every_format(data: bytes) -> None:
    assert read(data) == ([HEADER, ROWS[0], ROWS[2]], [("hidden_rows", QUOTE)])


@pytest.mark.parametrize(
    "data",
    [
        xlsx(sheet_rows(HEADER, *ROWS), columns='<col min="2" max="2" hidden="1"/>'),
        xlsx(sheet_rows(HEADER, *ROWS), columns='<col min="2" max="2" width="0" customWidth="1"/>'),
        calc([HEADER, *ROWS], '<table:table-column/><table:table-column table:visibility="collapse"/>'),
    ],
)  # fmt: skip
def test_a_hidden_column_is_left_out_and_quoted(data: bytes) -> None:
    rows, said = read(data)
    assert rows == [[row[0], *row[2:]] for row in [HEADER, *ROWS]]
    assert said == [("hidden_columns", "名称｜甲｜乙｜丙")]


def test_a_cell_merged_from_a_hidden_row_shows_in_the_rows_below() -> None:
    first = f"<w:tr><w:trPr><w:hidden/></w:trPr>{tc('1')}{tc('甲', merge='restart')}{tc('做甲')}{tc('局')}</w:tr>"
    word = tbl(
        HEADER, ["2", tc(merge="continue"), "做乙", "局"], ["3", tc(merge="continue"), "做丙", "局"]
    )
    second = word.index("<w:tr>", word.index("<w:tr>") + 1)
    expected = [HEADER, ["2", "甲", "做乙", "局"], ["3", "|", "做丙", "局"]]
    assert read(docx(word[:second] + first + word[second:]))[0] == expected
    cells = sheet_rows(HEADER, ROWS[0], ["2", "", "做乙", "局"], ["3", "", "做丙", "局"])
    cells = cells.replace('<row r="2"', '<row r="2" hidden="1"')
    assert read(xlsx(cells, merges=["B2:B4"]))[0] == expected
    covered = "<table:covered-table-cell/>"
    merged = (
        '<table:table-cell table:number-rows-spanned="3"><text:p>甲</text:p></table:table-cell>'
    )
    table = odt_table(
        HEADER,
        ["1", merged, "做甲", "局"],
        ["2", covered, "做乙", "局"],
        ["3", covered, "做丙", "局"],
    )
    at = table.index("<table:table-row>", table.index("</table:table-row>"))
    table = table[:at] + '<table:table-row table:visibility="collapse">' + table[at + 17 :]
    assert read(odf(table))[0] == expected  # fmt: skip


# --- cells that claim too much ---------------------------------------------------------------


def odt_claiming(rows: str) -> bytes:
    wide = f'<table:table-cell table:number-rows-spanned="{rows}"><text:p>甲</text:p></table:table-cell>'
    return odf(odt_table(HEADER, ["1", wide, "做甲", "局"], *ROWS[1:]))


@pytest.mark.parametrize(
    "data",
    [
        odt_claiming("9"),
        odt_claiming("2"),
        web(
            tr(*HEADER),
            tr("1", "<td rowspan=500>甲</td>", "做甲", "局"),
            tr(*ROWS[1]),
            tr(*ROWS[2]),
        ),
    ],
)
def test_the_cells_of_a_row_are_kept_where_one_above_claims_their_place(data: bytes) -> None:
    assert read(data) == ([HEADER, *ROWS], [("span_cut", "甲")])


def test_a_rowspan_ends_with_its_group_of_rows() -> None:
    head = f"<thead>{tr(*HEADER)}</thead>"
    group = tr("1", "<td rowspan=0>甲</td>", "做甲", "<td rowspan=9>局</td>") + tr("2", "做乙")
    data = web(head, f"<tbody>{group}</tbody>", f"<tbody>{tr(*ROWS[2])}</tbody>")
    assert read(data) == ([HEADER, ROWS[0], ["2", "|", "做乙", "|"], ROWS[2]], [])


def test_head_and_foot_stand_where_they_are_shown() -> None:
    foot, body, head = (
        f"<tfoot>{tr(*ROWS[2])}</tfoot>", f"<tbody>{tr(*ROWS[0])}{tr(*ROWS[1])}</tbody>",
        f"<thead>{tr(*HEADER)}</thead>",
    )  # fmt: skip
    assert read(web(foot, body, head)) == ([HEADER, *ROWS], [])


# --- tables out of place ---------------------------------------------------------------------

TABLE = tbl(HEADER, *ROWS)
ODT_TABLE = odt_table(HEADER, *ROWS)


@pytest.mark.parametrize(
    "data",
    [
        docx(f"<w:p><w:r><w:t>附件</w:t></w:r>{TABLE}</w:p>"),
        docx(f"<w:p><w:r>{TABLE}</w:r></w:p>"),
        docx(f"<w:p><w:hyperlink>{TABLE}</w:hyperlink></w:p>"),
        docx(f"<w:customXml>{TABLE}</w:customXml>"),
        docx(f"<w:smartTag><w:ins>{TABLE}</w:ins></w:smartTag>"),
        docx(f"<w:unknown>{TABLE}</w:unknown>"),
        odf(f"<text:section><text:section>{ODT_TABLE}</text:section></text:section>"),
        odf(f"<text:p>{ODT_TABLE}</text:p>"),
        odf(f"<text:p><text:span>{ODT_TABLE}</text:span></text:p>"),
        odf(
            f"<text:p><draw:frame><draw:text-box>{ODT_TABLE}</draw:text-box></draw:frame></text:p>"
        ),
        odf(f"<text:unknown>{ODT_TABLE}</text:unknown>"),
    ],
)
def test_a_table_is_found_wherever_it_stands(data: bytes) -> None:
    assert read(data)[0] == [HEADER, *ROWS]


def test_text_between_the_cells_of_a_table_is_read_below_it() -> None:
    stray = TABLE.replace("</w:tbl>", p("注：见附件") + "</w:tbl>")
    blocks = read_bytes(docx(stray), "x").blocks
    assert [block.text for block in blocks if isinstance(block, Paragraph)] == ["注：见附件"]


def test_rows_whose_table_has_lost_its_tag_are_a_table() -> None:
    page = (
        f"<body><p>附件</p>{tr(*HEADER)}{''.join(tr(*row) for row in ROWS)}</table><p>完</p></body>"
    )
    assert read(page.encode()) == ([HEADER, *ROWS], [("table_tag_lost", "｜".join(HEADER))])


def test_cells_of_a_table_without_a_row_are_said() -> None:
    _, notes = read(docx(TABLE.replace("<w:tr>", "").replace("</w:tr>", "")))
    assert "做乙" in dict(notes)["table_tag_lost"]


@pytest.mark.parametrize(
    ("data", "quoted"),
    [
        (docx(re.sub(r"(.*)<w:tr>(.*)</w:tr>", r"\1\2", TABLE)), "".join(ROWS[2])),
        (docx(TABLE.replace("<w:tbl>", "").replace("</w:tbl>", "")), "".join(HEADER)),
        (docx(re.sub(rf"<w:tc>(<w:tcPr>.{{0,80}}?</w:tcPr>)?({p('做乙')})</w:tc>", r"\1\2", TABLE)), "做乙"),
        (odf(ODT_TABLE.replace("<table:table-cell><text:p>做乙</text:p></table:table-cell>",
                               "<text:p>做乙</text:p>")), "做乙"),
    ],
)  # fmt: skip
def test_the_lost_tag_of_a_cell_or_row_is_put_back_and_said(data: bytes, quoted: str) -> None:
    rows, notes = read(data)
    assert rows == [HEADER, *ROWS]
    assert "table_tag_lost" in {code for code, _ in notes}
    assert any(text.startswith(quoted[:4]) for _, text in notes)


def test_a_table_begun_within_another_ends_it_as_in_a_browser() -> None:
    rows = [tr(*HEADER), *(tr(*row) for row in ROWS)]
    page = web(*rows[:-1], rows[-1].replace("<tr >", "<table>", 1))
    grids = [block for block in read_bytes(page, "x").blocks if isinstance(block, RawGrid)]
    assert [[cell.text for cell in row] for grid in grids for row in grid.rows] == [HEADER, *ROWS]


def test_a_row_parted_from_its_table_by_a_stray_tag_keeps_its_cells() -> None:
    cell = f"<td>{ROWS[2][-1]}</td>"
    _, notes = read(
        web(*(tr(*row) for row in [HEADER, *ROWS])).replace(
            f"<td>做丙</td>{cell}".encode(), f"</table>做丙</td>{cell}".encode()
        )
    )
    assert ("table_tag_lost", f"做丙｜{ROWS[2][-1]}") in notes


def test_what_follows_the_end_of_a_page_is_read_as_a_browser_shows_it() -> None:
    page = (
        f"<html><body><p>甲</p></body></html><title>丙</title><p>乙</p>{tr(*HEADER)}{tr(*ROWS[0])}"
    )
    first, second, table = read_bytes(page.encode(), "x").blocks
    assert isinstance(first, Paragraph)
    assert isinstance(second, Paragraph)
    assert (first.text, second.text) == ("甲", "乙")
    assert isinstance(table, RawGrid)


def test_what_stands_behind_an_unclosed_comment_is_said() -> None:
    page = web(tr(*HEADER), tr(*ROWS[0]), "<!-- ", *(tr(*row) for row in ROWS[1:]))
    notes = dict(read(page)[1])
    assert ROWS[1][2] in notes["comment_unclosed"]


@pytest.mark.parametrize(
    "data",
    [
        docx(TABLE.replace("做乙", "").replace("<w:tcPr>", f"<w:tcPr>{p('做乙')}", 1)),
        docx(TABLE.replace("<w:r><w:t>做乙</w:t></w:r>", "<w:t>做乙</w:t>")),
        docx(TABLE.replace("<w:r><w:t>做乙</w:t></w:r>", "<w:r>做乙</w:r>")),
        xlsx(sheet_rows(HEADER, *ROWS).replace(
            '<c r="C3" t="inlineStr"><is><t>做乙</t></is></c>', "<x><is><t>做乙</t></is></x>")),
        xlsx(sheet_rows(HEADER, *ROWS).replace('r="D3"', 'r="C3"')),
        odf(ODT_TABLE.replace("<table:table-cell><text:p>做乙</text:p></table:table-cell>",
                              "<table:covered-table-cell><text:p>做乙</text:p></table:covered-table-cell>")),
        odf(ODT_TABLE, "<style:style><table:table-cell><text:p>做乙</text:p></table:table-cell></style:style>"),
        web(tr(*HEADER), *(tr(*row) for row in ROWS)).replace("<td>做乙</td>".encode(), "做乙".encode()),
        web(tr(*HEADER), *(tr(*row) for row in ROWS)).replace("<td>做乙".encode(), "<tdx>做乙".encode()),
    ],
)  # fmt: skip
def test_text_where_none_may_stand_is_said(data: bytes) -> None:
    codes = ("misplaced_text", "text_dropped")
    notes = [note for note in read_bytes(data, "x").notes if note.code in codes]
    assert any("做乙" in note.args["text"] for note in notes)


def test_cells_without_a_row_are_one() -> None:
    rows = [tr(*HEADER), tr(*ROWS[0]), tr(*ROWS[1]).replace("<tr >", "")]
    assert read(web(*rows))[0] == [HEADER, *ROWS[:2]]


# --- sheets ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ('<c r="C2"><f>"完成"&amp;30</f><v></v></c>', ("formula_unsaved", "C2")),
        ('<c r="C2"><f>SUM(A1)</f></c>', ("formula_unsaved", "C2")),
        ('<c r="C2" t="e"><f>1/0</f><v>#DIV/0!</v></c>', ("cell_error", "C2")),
        ('<c r="C2" t="str"><f>A1</f><v>#REF!</v></c>', ("cell_error", "C2")),
    ],
)
def test_a_formula_that_shows_nothing_is_doubted(cell: str, said: tuple[str, str]) -> None:
    rows = sheet_rows(HEADER, ["1", "甲", "?", "局"])
    start = rows.index('<c r="C2"')
    end = rows.index("</c>", start) + 4
    table, notes = read(xlsx(rows[:start] + cell + rows[end:]))
    assert table[1] == ["1", "甲", "", "局"]
    assert notes == [said]


def test_lines_of_a_cell_are_true_lines_in_office_files_and_pages() -> None:
    cell = "<td>甲<br>乙</td>"
    two = "<text:p>甲</text:p><text:p>乙</text:p>"
    for data in (
        web(tr(*HEADER), tr("1", "甲", cell, "局")),
        odf(odt_table(HEADER, ["1", "甲", f"<table:table-cell>{two}</table:table-cell>", "局"])),
        docx(tbl(HEADER, ["1", "甲", f"<w:tc>{p('甲')}{p('乙')}</w:tc>", "局"])),
        xlsx(sheet_rows(HEADER, ["1", "甲", "甲&#10;乙", "局"])),
    ):
        (grid,) = [block for block in read_bytes(data, "x").blocks if isinstance(block, RawGrid)]
        assert (grid.rows[1][2].text, grid.lines_true) == ("甲\n乙", True)


# --- the title of a document in its table ---------------------------------------------------

SHEET_TITLE = ["忠县2025年安全生产工作要点任务清单"]
FILLED_BY = ["制表单位：县安委办", "制表日期：2025年3月1日"]


@pytest.mark.parametrize(
    "made",
    [
        lambda rows: web(*(tr(*row) for row in rows)),
        lambda rows: docx(tbl(*rows)),
        lambda rows: odf(odt_table(*rows)),
        lambda rows: calc(rows),
        lambda rows: xlsx(sheet_rows(*rows)),
    ],
    ids=["html", "docx", "odt", "ods", "xlsx"],
)
def test_rows_above_a_header_that_hold_the_title_are_read_alike(
    made: Callable[[list[list[str]]], bytes],
) -> None:
    document = titles_apart(read_bytes(made([SHEET_TITLE, FILLED_BY, HEADER, *ROWS]), "x"))
    lines = [block.text for block in document.blocks if isinstance(block, Paragraph)]
    assert "".join(lines).startswith("".join([*SHEET_TITLE, *FILLED_BY]))
    table = document.blocks[-1]
    assert isinstance(table, RawGrid)
    assert [cell.text for cell in table.rows[0]] == HEADER


BOX = [["索引号：", "009121", "发文字号：", "忠府发〔2025〕5号"], ["发布机构", "县府办", "", ""]]


@pytest.mark.parametrize("data", [docx(tbl(*BOX)), odf(odt_table(*BOX))], ids=["docx", "odt"])
def test_an_information_box_pasted_from_a_page_is_read_as_lines(data: bytes) -> None:
    lines = [b.text for b in read_bytes(data, "x").blocks if isinstance(b, Paragraph)]
    assert lines == ["索引号：009121", "发文字号：忠府发〔2025〕5号", "发布机构：县府办"]
