"""Web pages: the document in the page, its tables as a browser draws them."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import RAW
from tests.documents.originals import original

from safeplan.documents import DocumentError, Paragraph, RawGrid, read_bytes
from safeplan.documents.html import decode_page, read_html, read_mht
from safeplan.models import Plan
from safeplan.plans import parse

HEADER = ["序号", "名称", "目标", "责任单位"]


def texts(page: str) -> list[str]:
    blocks = read_html(page.encode()).blocks
    return [block.text for block in blocks if isinstance(block, Paragraph)]


def grids(page: str) -> list[list[list[str]]]:
    """The tables of a page: `|` where a cell from above goes on, `-` where one from the left."""
    return [
        [["|" if c.covered else "-" if c.spanned else c.text for c in row] for row in block.rows]
        for block in read_html(page.encode()).blocks
        if isinstance(block, RawGrid)
    ]


def tr(*cells: str) -> str:
    return "<tr>" + "".join(c if c.startswith("<t") else f"<td>{c}</td>" for c in cells) + "</tr>"


def table(*rows: str) -> str:
    return f"<table>{''.join(rows)}</table>"


# --- a whole page ---------------------------------------------------------------------------

NAVIGATION = """
<div class="top"><a href="/">首页</a> | <a href="/wza">无障碍</a> | <a href="/dl">登录</a></div>
<ul>{}</ul>
<div class="crumbs">您当前的位置：<a href="/">首页</a> &gt; <a href="/zwgk">政务公开</a></div>
""".format("".join(f'<li><a href="/{n}">政务公开栏目{n}</a></li>' for n in range(120)))
INFORMATION = table(
    tr("索引号：", "009121", "发文字号：", "忠府发〔2025〕5号"),
    tr("主题分类：", "应急管理", "成文日期：", "2025-02-28"),
)
AFTER = """
<div class="share"><span>分享到：</span><a href="#">微信</a><a href="#">微博</a></div>
<p>【字体：大 中 小】</p><p>扫一扫在手机打开当前页</p>
<div class="xgwj">相关文件：<a href="/a">2024年全县安全生产、防灾减灾救灾和消防工作要点</a></div>
<div class="footer"><p>主办：忠县人民政府办公室</p><p>渝ICP备12345678号</p><p>网站标识码：5002330001</p></div>
<script>document.write("一、假标题")</script><!-- 二、注释 -->
"""


@pytest.fixture
def page_of_zhongxian() -> str:
    """忠县's circular in a page: navigation, an information box, nested tables to place it all."""
    content = original("忠县2025年工作要点", "html").read_text(encoding="utf-8")
    body = content[content.index("<body") :].partition(">")[2].removesuffix("</html>\n")
    inner = table(tr(f'<td class="content">{body.replace("</body>", "")}</td>'))
    outer = table(tr(NAVIGATION), tr("<td>" + INFORMATION + inner + "</td>"), tr(AFTER))
    style = "<style>.mobile{display:none}@media print{.content{display:none}}</style>"
    hidden = '<div class="mobile">一、手机版标题</div><div style="display: none">二、弹窗</div>'
    return f"<!DOCTYPE html><html><head><title>忠县</title>{style}</head><body>{hidden}{outer}</body></html>"


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16"])
def test_a_whole_government_page_gives_the_document(
    page_of_zhongxian: str, encoding: str, tmp_path: Path
) -> None:
    path = tmp_path / "忠县2025年工作要点.html"
    path.write_bytes(page_of_zhongxian.encode(encoding))
    plan, text = parse(path), parse(RAW / "忠县2025年工作要点.txt")
    assert contents(plan) == contents(text)
    assert (plan.title, plan.issuer, plan.document_number) == (
        text.title, text.issuer, text.document_number,
    )  # fmt: skip


def contents(plan: Plan) -> list[dict[str, object]]:
    places: dict[str, Any] = {"source": True, "tasks": {"__all__": {"source"}}}
    return [record.model_dump(exclude=places) for record in (*plan.tasks, *plan.measures)]


def test_of_navigation_sharing_and_footer_nothing_is_left() -> None:
    page = f"<body>{NAVIGATION}<div>{'<p>一、深化责任</p>'}<p>正文。</p></div>{AFTER}</body>"
    assert texts(page) == ["一、深化责任", "正文。"]


def test_whose_page_it_is_stands_first() -> None:
    page = "<body><p>正文。</p><div><p>主办：重庆市南岸区人民政府</p></div></body>"
    assert texts(page) == ["主办：重庆市南岸区人民政府", "正文。"]


def test_an_article_keeps_its_text_whatever_its_class_is_called() -> None:
    long = "落实工作要求。" * 60
    assert texts(f'<div class="print position"><p>{long}</p></div>') == [long]


def test_the_list_of_what_is_attached_is_no_navigation() -> None:
    links = "".join(f'<a href="{n}.docx">{n}.核心指标</a><br>' for n in range(1, 5))
    assert texts(f"<p>附件：{links}</p>")[0] == "附件：1.核心指标"


# --- text -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        ("<p>甲&nbsp;&emsp;乙&ldquo;丙&rdquo;&#8804;5&lt;6</p>", ["甲乙“丙”≤5<6"]),
        ("<p>一、甲<br>　　（一）乙<br/>丙</p>", ["一、甲", "（一）乙", "丙"]),
        ("<div>甲<p>乙</p>丙</div>", ["甲", "乙", "丙"]),
        ("<p>甲<span>乙</span>\n丙<b>丁</b></p>", ["甲乙丙丁"]),
        ("<p>甲<script>乙</script><style>p{}</style><!-- 丙 -->丁</p>", ["甲丁"]),
        ("<p>甲<del>旧</del><ins>新</ins></p>", ["甲新"]),
        ("<p hidden>甲</p><p style='visibility:hidden'>乙</p><p>丙</p>", ["丙"]),
        ("<p>甲\u200b乙\ufeff丙</p>", ["甲乙丙"]),
        ("<p>甲<p>乙<div>丙", ["甲", "乙", "丙"]),
        ("<p><![if !supportLists]>（一）<![endif]>甲</p>", ["（一）甲"]),
    ],
)
def test_text_as_a_browser_shows_it(page: str, expected: list[str]) -> None:
    assert texts(f"<body>{page}</body>") == expected


def test_list_items_have_the_numbers_a_browser_writes() -> None:
    assert texts("<ol><li>甲<li>乙</ol>") == ["1.甲", "2.乙"]
    assert texts("<ol start=3 style='list-style-type: cjk-ideographic'><li>丙</ol>") == ["三、丙"]
    assert texts("<ol style='list-style: none'><li>甲</ol>") == ["甲"]
    assert texts("<ol><li>（一）甲</ol><ul><li>乙</ul>") == ["（一）甲", "乙"]


# --- tables ---------------------------------------------------------------------------------


def test_rowspan_and_colspan_merge_cells() -> None:
    page = table(
        tr(*HEADER),
        tr('<td rowspan="2">1</td>', '<td rowspan="2">甲</td>', "做甲", "县局"),
        tr('<td colspan="2">做乙，各镇街</td>'),
        tr("2", "丙", "做丙", "县局"),
    )
    assert grids(page) == [
        [
            HEADER,
            ["1", "甲", "做甲", "县局"],
            ["|", "|", "做乙，各镇街", "-"],
            ["2", "丙", "做丙", "县局"],
        ]
    ]


@pytest.mark.parametrize(
    "span", ['rowspan="0"', 'rowspan="99999999999"', 'rowspan="9"', "rowspan='3.0'"]
)
def test_a_span_that_says_too_much_ends_with_the_table(span: str) -> None:
    rows = [
        tr("1", f"<td {span}>甲</td>", "做甲", "局"),
        tr("2", "做乙", "局"),
        tr("3", "做丙", "局"),
    ]
    assert [row[1] for row in grids(table(tr(*HEADER), *rows))[0]] == ["名称", "甲", "|", "|"]


def test_columns_that_every_row_spans_are_one() -> None:
    wide = [f'<td colspan="3">{text}</td>' for text in HEADER]
    assert grids(table(tr(*wide), tr(*(c.replace("序号", "1") for c in wide))))[0][0] == HEADER


def test_the_lines_of_a_cell_are_kept() -> None:
    cell = "<td><p>①做甲。</p><p>&nbsp;</p><p>②做乙。<br>③做丙。</p></td>"
    assert (
        grids(table(tr(*HEADER), tr("1", "甲", cell, "局")))[0][1][2] == "①做甲。\n②做乙。\n③做丙。"
    )


def test_tables_that_place_things_are_walked_into_and_nested_ones_found() -> None:
    inner = table(tr(*HEADER), tr("1", "甲", "做甲", "局"))
    page = table(
        tr("<td>导航</td>", f"<td><p>一、核心指标</p>{table(tr(f'<td>{inner}</td>'))}</td>")
    )
    blocks = read_html(page.encode()).blocks
    assert [type(block).__name__ for block in blocks] == ["Paragraph", "Paragraph", "RawGrid"]


def test_a_table_in_a_cell_of_a_table_is_text_of_that_cell() -> None:
    inner = table(tr("城区", "3处"), tr("乡镇", "5处"))
    page = table(tr(*HEADER), tr("1", "甲", f"<td>完成：{inner}</td>", "局"))
    assert grids(page)[0][1][2] == "完成：\n城区3处\n乡镇5处"
    assert [note.code for note in read_html(page.encode()).notes] == ["nested_table"]


def test_hidden_rows_and_cells_are_not_drawn() -> None:
    page = table(
        tr(*HEADER), '<tr style="display:none"><td>9</td></tr>',
        tr("1", '<td style="display:none">旧</td>', "甲", "做甲", "局"),
    )  # fmt: skip
    assert grids(page) == [[HEADER, ["1", "甲", "做甲", "局"]]]


def test_a_hidden_paragraph_among_others_is_said_and_a_menu_is_not() -> None:
    page = (
        "<p>1.检查车站。</p><p hidden>2.巡查河道。</p><div><p hidden><a href='/'>首页</a></p></div>"
    )
    assert texts(page) == ["1.检查车站。"]
    said = [(note.code, note.args) for note in read_html(page.encode()).notes]
    assert said == [("hidden_text", {"text": "2.巡查河道。"})]


def test_a_table_in_place_of_a_cell_is_said() -> None:
    page = table(tr(*HEADER), "<tr><td>1</td><td>甲</td><td>做甲</td><table>区应急管理局</td></tr>")
    assert "table_tag_lost" in [note.code for note in read_html(page.encode()).notes]
    nested = table(tr(*HEADER), tr("1", "甲", "做甲", f"<td>{table(tr('区应急管理局'))}</td>"))
    assert "table_tag_lost" not in [note.code for note in read_html(nested.encode()).notes]


def test_an_information_box_is_read_as_lines() -> None:
    assert "发文字号：忠府发〔2025〕5号" in texts(INFORMATION)


@pytest.mark.parametrize(
    ("field", "shown"),
    [
        ("<input value=整治30处>", "整治30处"),
        ("<textarea>整治\n30处</textarea>", "整治\n30处"),
        ("<select><option>县公安局<option selected>县应急局</select>", "县应急局"),
        ("<select><option>县公安局<option>县应急局</select>", "县公安局"),
        ("<select multiple><option selected>甲局<option>乙局<option selected>丙局</select>", "甲局、丙局"),
        ("<input type=checkbox checked>", "√"),
        ("<input type=checkbox>", ""),
        ("<input type=hidden value=7f3a>", ""),
        ("<input value=旧值 style='display:none'>", ""),
    ],
)  # fmt: skip
def test_what_was_filled_in_in_a_cell_is_read_as_it_is_shown(field: str, shown: str) -> None:
    page = table(tr(*HEADER), tr("1", "甲", f"<td>{field}</td>", "局"), tr("2", "乙", "做乙", "局"))
    (grid,) = [block for block in read_html(page.encode()).blocks if isinstance(block, RawGrid)]
    assert grid.rows[1][2].text == shown


TITLE = "<p>2025年全县安全生产工作要点</p><p>忠县人民政府</p><p>2025年2月28日</p>"


def parsed(tmp_path: Path, page: str) -> Plan:
    path = tmp_path / "忠县2025年工作要点.html"
    path.write_text(f"<body>{TITLE}{page}</body>", encoding="utf-8")
    return parse(path)


def test_a_table_cut_in_pieces_by_the_editor_is_one(tmp_path: Path) -> None:
    """The second cut goes through merged cells, which the third piece leaves empty."""
    page = (
        "<p>一、重点措施</p>" + table(tr(*HEADER)) + "<p>&nbsp;</p>"
        + table(tr("1", "甲项", "做甲。", "县应急管理局"), tr("2", "乙项", "做乙。", "县水利局"))
        + "<p></p>" + table(tr("", "", "做丙。", "县教委"))
        + table(tr("3", "丁项", "做丁。", "县公安局"))
    )  # fmt: skip
    tasks = parsed(tmp_path, page).tasks
    assert [(t.task_id, t.serial, t.name, t.content) for t in tasks] == [
        ("t1.1", "1", "甲项", "做甲。"),
        ("t1.2", "2", "乙项", "做乙。"),
        ("t1.3", "2", "乙项", "做丙。"),
        ("t1.4", "3", "丁项", "做丁。"),
    ]


# --- bytes ----------------------------------------------------------------------------------

CHINESE = "<p>忠县2025年安全生产、防灾减灾救灾和消防工作要点</p>"


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (CHINESE.encode("utf-8-sig"), "utf-8-sig"),
        (CHINESE.encode("utf-16"), "utf-16"),
        (CHINESE.encode(), "utf-8"),
        (b"<meta charset=gb2312>" + CHINESE.encode(), "utf-8"),
        (CHINESE.encode("gb18030"), "gb18030"),
        (b'<meta http-equiv=x content="text/html; charset=gb2312">' + "镕𠮷".encode("gb18030") * 9, "gb18030"),
        (b"<meta charset=big5>" + "<p>重慶市忠縣安全生產工作要點</p>".encode("big5"), "big5"),
    ],
)  # fmt: skip
def test_the_encoding_is_told_from_the_bytes_before_the_label(data: bytes, encoding: str) -> None:
    text, found, damaged = decode_page(data)
    assert found == encoding
    assert "县" in text or "縣" in text or "镕" in text
    assert damaged == 0


def test_a_few_damaged_characters_are_said_and_many_refused() -> None:
    page = f"<meta charset=utf-8>{CHINESE * 9}".encode()
    at = page.index("忠".encode())
    reading = read_html(page[: at + 1] + page[at + 2 :])
    assert [(n.code, n.severity) for n in reading.notes] == [("characters_lost", "doubt")]
    zeros = read_html(page[:at] + bytes(9) + page[at + 9 :])
    assert [(n.code, n.args["count"]) for n in zeros.notes] == [("characters_lost", "9")]
    with pytest.raises(DocumentError) as error:
        read_html(b"<meta charset=utf-8><p>" + bytes(range(128, 256)) * 9)
    assert error.value.code == "unknown_encoding"


def test_a_page_cut_short_is_read_and_doubted() -> None:
    whole = f"<html><body>{CHINESE}</body></html>"
    assert read_html(whole.encode()).notes == []
    (note,) = read_html(whole[:-9].removesuffix("</body").encode()).notes
    assert (note.code, note.severity) == ("page_unfinished", "doubt")


def mht(body: bytes, transfer: str, charset: str = "utf-8") -> bytes:
    return (
        b"From: <Saved by Blink>\r\nMIME-Version: 1.0\r\n"
        b'Content-Type: multipart/related; boundary="-x"\r\n\r\n---x\r\n'
        + f'Content-Type: text/html; charset="{charset}"\r\n'.encode()
        + f"Content-Transfer-Encoding: {transfer}\r\n\r\n".encode()
        + body
        + b"\r\n---x\r\nContent-Type: image/png\r\n\r\nxyz\r\n---x--\r\n"
    )


@pytest.mark.parametrize(
    ("data", "transfer", "charset"),
    [
        (base64.encodebytes(CHINESE.encode()), "base64", "utf-8"),
        (base64.encodebytes(CHINESE.encode("gb18030")), "base64", "gb2312"),
        (CHINESE.encode(), "8bit", "utf-8"),
    ],
)
def test_a_saved_page_is_read_out_of_its_envelope(data: bytes, transfer: str, charset: str) -> None:
    document = read_bytes(mht(data, transfer, charset), "x")
    assert document.media_type == "multipart/related"
    assert [block.text for block in document.blocks if isinstance(block, Paragraph)] == [
        "忠县2025年安全生产、防灾减灾救灾和消防工作要点"
    ]


def test_an_envelope_without_a_page_is_refused() -> None:
    with pytest.raises(DocumentError) as error:
        read_mht(mht(b"", "8bit"))
    assert error.value.code == "mail"


def test_rules_for_elements_below_others_have_an_end() -> None:
    rules = "".join(f"i i i i i i .c{at}{{display:none}}" for at in range(150))
    cells = "".join(f'<b class="c{at % 150} d{at}">甲</b>' for at in range(3000))
    page = f"<style>{rules}</style><body>{'<div>' * 200}{cells * 3}"
    assert texts(page) == ["甲" * 9000]
    crowded = "".join(f"i i i i .c{{color:red;top:{at}px}}" for at in range(150))
    cells = "".join(f'<b class="c d{at}">甲</b>' for at in range(3000))
    with pytest.raises(DocumentError) as error:
        texts(f"<style>{crowded}</style><body>{'<div>' * 200}{cells}")
    assert error.value.code == "too_many_elements"


def test_a_row_that_only_holds_a_table_gives_way_to_its_rows() -> None:
    rows = [tr("1", "查林区", "县林业局"), tr("2", "修堤坝", "县水利局")]
    held = "".join(f"<tr><td colspan=3>{table(row)}</td></tr>" for row in rows)
    page = f"<html><body>{table(tr('序号', '任务', '责任单位'), held)}</body></html>"
    (grid,) = [block for block in read_html(page.encode()).blocks if isinstance(block, RawGrid)]
    assert [[cell.text for cell in row] for row in grid.rows[1:]] == [
        ["1", "查林区", "县林业局"],
        ["2", "修堤坝", "县水利局"],
    ]
