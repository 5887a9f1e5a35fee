"""What the formatting of text says, by one rule in every format that has it."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.documents.building import MATHML, docx, odf, odt_table, p, packed, tbl, xlsx

from safeplan.documents import DocumentError, RawGrid, read_bytes
from safeplan.plans import parse

HEADER = ["序号", "名称", "目标", "责任单位"]
Run = tuple[str, str]
"""A text and how it is formatted: a key of the tables below, or nothing."""

_WORD = {
    "raised": '<w:vertAlign w:val="superscript"/>',
    "set high": '<w:position w:val="10"/>',
    "struck": "<w:strike/>",
    "struck twice": "<w:dstrike/>",
    "hidden": "<w:vanish/>",
    "white": '<w:color w:val="FFFFFF"/>',
    "tiny": '<w:sz w:val="2"/>',
    "symbol": '<w:rFonts w:ascii="Symbol" w:hAnsi="Symbol"/>',
    "wingdings": '<w:rFonts w:ascii="Wingdings" w:hAnsi="Wingdings"/>',
}
_CSS = {
    "raised": "vertical-align:super",
    "set high": "position:relative;mso-text-raise:4.0pt",
    "struck": "text-decoration:line-through",
    "struck twice": "text-decoration:underline line-through",
    "hidden": "display:none",
    "white": "color:#FFFFFF",
    "tiny": "font-size:0",
    "symbol": "font-family:Symbol",
    "wingdings": "font-family:Wingdings",
}
_ODT = {
    "raised": 'style:text-position="super 58%"',
    "set high": 'style:text-position="33% 58%"',
    "struck": 'style:text-line-through-style="solid"',
    "struck twice": 'style:text-line-through-type="double"',
    "hidden": 'text:display="none"',
    "white": 'fo:color="#ffffff"',
    "tiny": 'fo:font-size="0pt"',
    "symbol": 'style:font-name="Symbol"',
    "wingdings": 'fo:font-family="Wingdings"',
}
_EXCEL = {
    "raised": '<vertAlign val="superscript"/>',
    "struck": "<strike/>",
    "white": '<color rgb="FFFFFFFF"/>',
    "symbol": '<rFont val="Symbol"/>',
    "wingdings": '<rFont val="Wingdings"/>',
}


def word(*runs: Run) -> bytes:
    said = "".join(
        f"<w:r><w:rPr>{_WORD.get(kind, '')}</w:rPr><w:t>{text}</w:t></w:r>" for text, kind in runs
    )
    return docx(tbl(HEADER, ["1", "甲", f"<w:tc><w:p>{said}</w:p></w:tc>", "局"]))


def page(*runs: Run) -> bytes:
    said = "".join(
        f'<span style="{_CSS[kind]}">{text}</span>' if kind else text for text, kind in runs
    )
    return web(said)


def web(cell: str, head: str = "") -> bytes:
    rows = "".join(
        "<tr>" + "".join(f"<td>{text}</td>" for text in row) + "</tr>"
        for row in (HEADER, ["1", "甲", cell, "局"])
    )
    return f"<html><head>{head}</head><body><table>{rows}</table></body></html>".encode()


def writer(*runs: Run) -> bytes:
    styles = "".join(
        f'<style:style style:name="T{at}" style:family="text"><style:text-properties'
        f" {_ODT.get(kind, '')}/></style:style>"
        for at, (_, kind) in enumerate(runs)
    )
    said = "".join(
        f'<text:span text:style-name="T{at}">{text}</text:span>' if kind else text
        for at, (text, kind) in enumerate(runs)
    )
    cell = f"<table:table-cell><text:p>{said}</text:p></table:table-cell>"
    return odf(odt_table(HEADER, ["1", "甲", cell, "局"]), styles)


def sheet(*runs: Run) -> bytes:
    said = "".join(f"<r><rPr>{_EXCEL.get(kind, '')}</rPr><t>{text}</t></r>" for text, kind in runs)
    return workbook(f'<c t="inlineStr"><is>{said}</is></c>')


def workbook(cell: str, **more: list[str]) -> bytes:
    head = "".join(f'<c t="inlineStr"><is><t>{text}</t></is></c>' for text in HEADER)
    rest = '<c t="inlineStr"><is><t>{}</t></is></c>'
    row = "<c><v>1</v></c>" + rest.format("甲") + cell + rest.format("局")
    return xlsx(f"<row>{head}</row><row>{row}</row>", **more)  # type: ignore[arg-type]


FORMATS: dict[str, Callable[..., bytes]] = {
    "docx": word, "html": page, "odt": writer, "xlsx": sheet,
}  # fmt: skip


def cell_of(data: bytes) -> tuple[str, list[tuple[str, str]]]:
    """The text of the cell under 目标, and what was said of the file."""
    document = read_bytes(data, "x")
    (grid,) = [block for block in document.blocks if isinstance(block, RawGrid)]
    said = [
        (note.code, note.args.get("text", "")) for note in document.notes if note.code != "reader"
    ]
    return grid.rows[1][2].text, said


def every(*kinds: str) -> list[tuple[str, str]]:
    """Each format with each kind of formatting that it has."""
    has = {"docx": _WORD, "html": _CSS, "odt": _ODT, "xlsx": _EXCEL}
    return [(form, kind) for form in FORMATS for kind in kinds if kind in has[form]]


@pytest.mark.parametrize(("form", "kind"), every("raised", "set high"))
@pytest.mark.parametrize("mark", ["1", "12", "①", "*", "[1]", "〔2〕", "1,2", "注1"])
def test_a_raised_note_mark_is_no_digit_of_the_figure(form: str, kind: str, mark: str) -> None:
    text, said = cell_of(FORMATS[form](("完成整治30", ""), (mark, kind), ("处", "")))
    assert text == "完成整治30处"
    assert said == [("note_mark", mark)]


@pytest.mark.parametrize(("form", "kind"), every("raised"))
@pytest.mark.parametrize(
    ("before", "power", "expected"),
    [
        ("面积5000m", "2", "面积5000m²吨"),
        ("储水3×10", "3", "储水3×10³吨"),
        ("储水10", "4", "储水10⁴吨"),
        ("流速5s", "-1", "流速5s⁻¹吨"),
        ("面积5平方米，长3千米", "2", "面积5平方米，长3千米²吨"),
    ],
)
def test_a_raised_power_stays_one(
    form: str, kind: str, before: str, power: str, expected: str
) -> None:
    assert cell_of(FORMATS[form]((before, ""), (power, kind), ("吨", ""))) == (expected, [])


@pytest.mark.parametrize(
    "before", ["面积5000平方米", "检查消防站10", "种植玉米", "完成GDP", "共10,210"]
)
@pytest.mark.parametrize("mark", ["1", "[2]"])
def test_a_note_mark_is_no_power(before: str, mark: str) -> None:
    assert cell_of(page((before, ""), (mark, "raised"), ("的任务", "")))[0] == f"{before}的任务"


@pytest.mark.parametrize("form", FORMATS)
def test_raised_text_that_is_no_mark_stays(form: str) -> None:
    """All of a cell may stand raised, ① may begin a clause, and a fraction is typed by hand."""
    build = FORMATS[form]
    assert cell_of(build(("完成", "raised"), ("30", "raised"), ("处", "raised")))[0] == "完成30处"
    assert cell_of(build(("30", "raised")))[0] == "30"
    assert cell_of(build(("做甲。", ""), ("②", "raised"), ("做乙。", "")))[0] == "做甲。②做乙。"
    assert cell_of(build(("减少", ""), ("1", "raised"), ("/3以上", "")))[0] == "减少1/3以上"
    assert cell_of(build(("控制在25", ""), ("o", "raised"), ("C以下", "")))[0] == "控制在25°C以下"


@pytest.mark.parametrize(("form", "kind"), every("struck", "struck twice"))
def test_struck_out_text_is_not_there_and_said(form: str, kind: str) -> None:
    runs = (("完成整治", ""), ("30", kind), ("处", kind), ("45处", ""))
    assert cell_of(FORMATS[form](*runs)) == ("完成整治45处", [("struck_out", "30处")])


@pytest.mark.parametrize(("form", "kind"), every("hidden", "white", "tiny"))
def test_text_that_nobody_sees_is_not_there_and_said(form: str, kind: str) -> None:
    runs = (("完成整治30处", ""), ("，力争60处", kind))
    assert cell_of(FORMATS[form](*runs)) == ("完成整治30处", [("hidden_text", "，力争60处")])


@pytest.mark.parametrize(
    ("kind", "char", "sign"),
    [
        ("symbol", "\uf0b3", "≥"),
        ("symbol", "\uf0a3", "≤"),
        ("symbol", "³", "≥"),
        ("wingdings", "\uf0fc", "√"),
        ("wingdings", "\uf06c", "●"),
        ("wingdings", "ü", "√"),
        ("wingdings", "\uf0e0", "→"),
    ],
)
@pytest.mark.parametrize("form", FORMATS)
def test_a_symbol_font_says_what_it_draws(form: str, kind: str, char: str, sign: str) -> None:
    text, said = cell_of(FORMATS[form](("整改率", ""), (char, kind), ("95%", "")))
    assert (text, said) == (f"整改率{sign}95%", [])


@pytest.mark.parametrize("form", FORMATS)
def test_a_sign_of_no_known_font_is_doubted(form: str) -> None:
    text, said = cell_of(FORMATS[form](("整改率\uf0b395%", "")))
    assert (text, said) == ("整改率\uf0b395%", [("unknown_sign", "整改率\uf0b395%")])


# --- by style -------------------------------------------------------------------------------


def styled_word(styles: str, run: str = "", paragraph: str = "") -> bytes:
    shown = "<w:r><w:t>完成整治30处</w:t></w:r>"
    hidden = f"<w:r><w:rPr>{run}</w:rPr><w:t>，力争60处</w:t></w:r>"
    second = f"<w:p><w:pPr>{paragraph}</w:pPr>{hidden}</w:p>" if paragraph else ""
    first = f"<w:p>{shown}{'' if paragraph else hidden}</w:p>"
    body = tbl(HEADER, ["1", "甲", f"<w:tc>{first}{second}</w:tc>", "局"])
    return docx(body, styles=styles)


HIDDEN_STYLE = (
    '<w:style w:type="{kind}" w:styleId="A"><w:rPr><w:vanish/></w:rPr></w:style>'
    '<w:style w:type="{kind}" w:styleId="B"><w:basedOn w:val="A"/></w:style>'
)


@pytest.mark.parametrize(
    "data",
    [
        styled_word(HIDDEN_STYLE.format(kind="character"), '<w:rStyle w:val="B"/>'),
        styled_word(HIDDEN_STYLE.format(kind="paragraph"), paragraph='<w:pStyle w:val="B"/>'),
        web('完成整治30处<span class="x hide">，力争60处</span>', "<style>span.hide{display:none}</style>"),
        web('完成整治30处<b>，力争60处</b>', "<style>td > b {visibility: hidden}</style>"),
        web('完成整治30处<p id=a>，力争60处</p>', "<style>table #a{font:0/0 a}</style>"),
        web('完成整治30处<font color=white>，力争60处</font>'),
        web('完成整治30处<span hidden>，力争60处</span>'),
        web('完成整治30处<i>，力争60处</i>', "<style>@media screen{i{opacity:0}}</style>"),
        web('完成整治30处<i style="mso-hide:all">，力争60处</i>'),
        web('完成整治30处<i style="color:rgba(0,0,0,0)">，力争60处</i>'),
        web('<div style="background:#eee">完成整治30处<i style="color:#EEEEEE">，力争60处</i></div>'),
    ],
)  # fmt: skip
def test_text_may_be_hidden_by_a_style(data: bytes) -> None:
    assert cell_of(data) == ("完成整治30处", [("hidden_text", "，力争60处")])


def test_odf_styles_hide_by_paragraph_and_by_cell() -> None:
    styles = (
        '<style:style style:name="P1" style:family="paragraph" style:parent-style-name="P0"/>'
        '<style:style style:name="P0" style:family="paragraph">'
        '<style:text-properties text:display="none"/></style:style>'
        '<style:style style:name="C1" style:family="table-cell">'
        '<style:text-properties style:text-line-through-style="solid"/></style:style>'
    )
    two = '<text:p>完成整治30处</text:p><text:p text:style-name="P1">，力争60处</text:p>'
    hidden = odt_table(HEADER, ["1", "甲", f"<table:table-cell>{two}</table:table-cell>", "局"])
    assert cell_of(odf(hidden, styles)) == ("完成整治30处", [("hidden_text", "，力争60处")])
    cell = '<table:table-cell table:style-name="C1"><text:p>30处</text:p></table:table-cell>'
    struck = odt_table(HEADER, ["1", "甲", cell, "局"])
    assert cell_of(odf(struck, styles)) == ("", [("struck_out", "30处")])


WHITE_ON_BLUE = (
    '<style:style style:name="W" style:family="text"><style:text-properties fo:color="#ffffff"/>'
    '</style:style><style:style style:name="B" style:family="{0}"><style:{0}-properties'
    ' fo:background-color="#003366"/></style:style>'
)


def white_in_writer(family: str) -> bytes:
    """White letters, and a style of this family that gives what is behind them."""
    said = '<text:p><text:span text:style-name="W">30处</text:span></text:p>'
    cell = f"<table:table-cell>{said}</table:table-cell>"
    name = {
        "table": "<table:table",
        "table-row": "<table:table-row",
        "table-cell": "<table:table-cell",
    }
    table = odt_table(HEADER, ["1", "甲", cell, "局"])
    dressed = table.replace(name[family] + ">", f'{name[family]} table:style-name="B">')
    return odf(dressed, WHITE_ON_BLUE.format(family))


@pytest.mark.parametrize(
    "data",
    [
        *map(white_in_writer, ("table", "table-row", "table-cell")),
        # White on a colour: of a cell, of the table's style, of the run itself.
        docx(tbl(HEADER, ["1", "甲", '<w:tc><w:tcPr><w:shd w:val="clear" w:fill="1F4E79"/></w:tcPr>'
                          '<w:p><w:r><w:rPr><w:color w:val="FFFFFF"/></w:rPr><w:t>30处</w:t></w:r>'
                          '</w:p></w:tc>', "局"])),
        docx(tbl(HEADER, ["1", "甲", '<w:tc><w:p><w:r><w:rPr><w:color w:val="FFFFFF"/>'
                          '<w:highlight w:val="blue"/></w:rPr><w:t>30处</w:t></w:r></w:p></w:tc>', "局"])),
        web('<div style="background:#036"><span style="color:#fff">30处</span></div>'),
        web('<span style="color:#fff">30处</span>', '<link rel=stylesheet href="x.css">'),
        web('<span class=a>30处</span>', "<style>span{display:none} .a{display:inline}</style>"),
        web('<span class=a>30处</span>', "<style>@media print{.a{display:none}}</style>"),
        web('<span class=a>30处</span>', "<style>.a:hover,.b .a{display:none}</style>"),
        # Two styles that hide show again, and what is said of the run overrules both.
        docx(tbl(HEADER, ["1", "甲", '<w:tc><w:p><w:pPr><w:pStyle w:val="P"/></w:pPr><w:r><w:rPr>'
                          '<w:rStyle w:val="B"/></w:rPr><w:t>30处</w:t></w:r></w:p></w:tc>', "局"]),
             styles=HIDDEN_STYLE.format(kind="character")
             + '<w:style w:type="paragraph" w:styleId="P"><w:rPr><w:vanish/></w:rPr></w:style>'),
        workbook('<c t="inlineStr"><is><r><rPr><strike val="0"/></rPr><t>30处</t></r></is></c>'),
    ],
)  # fmt: skip
def test_what_is_seen_stays(data: bytes) -> None:
    assert cell_of(data) == ("30处", [])


def test_a_whole_cell_of_a_sheet_may_be_struck_out() -> None:
    cell = '<c s="1" t="inlineStr"><is><t>30处</t></is></c>'
    data = workbook(cell, fonts=["<strike/>"])
    assert cell_of(data) == ("", [("struck_out", "30处")])


@pytest.mark.parametrize("tag", ["s", "strike", "del"])
def test_the_tags_of_html_that_strike_out(tag: str) -> None:
    assert cell_of(web(f"完成<{tag}>30处</{tag}>45处")) == ("完成45处", [("struck_out", "30处")])
    assert cell_of(web(f"<{tag} style='text-decoration:none'>30处</{tag}>"))[0] == "30处"


def test_formats_that_overlap_strike_out_what_a_browser_strikes_out() -> None:
    overlapping = "完成<font><strike>30</font><font>处</strike></font><font>45处</font>"
    assert cell_of(web(overlapping)) == ("完成45处", [("struck_out", "30处")])


# --- equations ------------------------------------------------------------------------------

_OMML_FRACTION = (
    "<m:f><m:num><m:r><m:t>1</m:t></m:r></m:num><m:den><m:r><m:t>3</m:t></m:r></m:den></m:f>"
)


def equation_in_word(inner: str) -> bytes:
    said = f"<w:r><w:t>减少</w:t></w:r><m:oMath>{inner}</m:oMath><w:r><w:t>以上</w:t></w:r>"
    return docx(tbl(HEADER, ["1", "甲", f"<w:tc><w:p>{said}</w:p></w:tc>", "局"]))


def equation_in_writer(inner: str) -> bytes:
    frame = '<draw:frame><draw:object xlink:href="./Object 1"/></draw:frame>'
    cell = f"<table:table-cell><text:p>减少{frame}以上</text:p></table:table-cell>"
    parts = {"Object 1/content.xml": MATHML.format(inner)}
    return odf(odt_table(HEADER, ["1", "甲", cell, "局"]), **parts)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (equation_in_word(_OMML_FRACTION), "减少1/3以上"),
        (equation_in_word("<m:sSup><m:e><m:r><m:t>10</m:t></m:r></m:e><m:sup><m:r><m:t>3</m:t>"
                          "</m:r></m:sup></m:sSup>"), "减少10³以上"),
        (equation_in_word("<m:rad><m:deg/><m:e><m:r><m:t>a+b</m:t></m:r></m:e></m:rad>"), "减少√(a+b)以上"),
        (equation_in_word('<m:nary><m:naryPr><m:chr m:val="∑"/></m:naryPr><m:sub><m:r><m:t>i=1</m:t>'
                          "</m:r></m:sub><m:sup><m:r><m:t>n</m:t></m:r></m:sup><m:e><m:r><m:t>x</m:t>"
                          "</m:r></m:e></m:nary>"), "减少∑(i=1..n)x以上"),
        (web("减少<math><mfrac><mn>1</mn><mn>3</mn></mfrac></math>以上"), "减少1/3以上"),
        (web("减少<math><semantics><msup><mn>10</mn><mn>3</mn></msup><annotation>10^3</annotation>"
             "</semantics></math>以上"), "减少10³以上"),
        (web("减少<sup>1</sup>/<sub>3</sub>以上"), "减少1/3以上"),
        (equation_in_writer("<mfrac><mn>1</mn><mn>3</mn></mfrac>"), "减少1/3以上"),
    ],
)  # fmt: skip
def test_an_equation_is_read_in_one_line(data: bytes, expected: str) -> None:
    assert cell_of(data) == (expected, [])


def test_a_field_of_word_may_be_a_fraction() -> None:
    def char(kind: str) -> str:
        return f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>'

    field = (
        char("begin") + r"<w:r><w:instrText>eq \f(1,3)</w:instrText></w:r>" + char("separate")
        + char("end")
    )  # fmt: skip
    said = f"<w:r><w:t>减少</w:t></w:r>{field}<w:r><w:t>以上</w:t></w:r>"
    data = docx(tbl(HEADER, ["1", "甲", f"<w:tc><w:p>{said}</w:p></w:tc>", "局"]))
    assert cell_of(data) == ("减少1/3以上", [])


# --- documents within documents -------------------------------------------------------------


def with_chunk(name: str, content: str | bytes) -> bytes:
    chunk = docx(
        p("附件") + '<w:altChunk r:id="r1"/>',
        **{"word/_rels/document.xml.rels": '<Relationships xmlns="r"><Relationship Id="r1"'
           f' Type="x/aFChunk" Target="/word/{name}"/></Relationships>'},
    )  # fmt: skip
    with zipfile.ZipFile(io.BytesIO(chunk)) as read:
        parts: dict[str, str | bytes] = {n: read.read(n) for n in read.namelist()}
    return packed({**parts, f"word/{name}": content})


@pytest.mark.parametrize(
    ("name", "content"),
    [("a.html", web("做甲")), ("a.docx", docx(tbl(HEADER, ["1", "甲", "做甲", "局"])))],
)
def test_an_embedded_document_is_read_in_its_place(name: str, content: bytes) -> None:
    text, said = cell_of(with_chunk(name, content))
    assert text == "做甲"
    assert ("embedded_read", name) in said


def test_where_nothing_but_an_embedded_document_may_hold_tasks_the_refusal_says_so(
    tmp_path: Path,
) -> None:
    path = tmp_path / "x.docx"
    path.write_bytes(with_chunk("a.rtf", r"{\rtf1 x}"))
    with pytest.raises(DocumentError) as error:
        parse(path)
    assert (error.value.code, error.value.values) == ("tasks_embedded", {"text": "a.rtf"})


def test_an_embedded_document_that_is_not_read_is_said() -> None:
    document = read_bytes(with_chunk("a.rtf", r"{\rtf1 x}"), "x")
    assert [note.code for note in document.notes] == ["reader", "embedded_document"]
    ole = '<w:r><w:object><o:OLEObject ProgID="Excel.Sheet.12"/></w:object></w:r>'
    document = read_bytes(docx(f"<w:p>{ole}</w:p>"), "x")
    assert document.notes[-1].args["text"] == "Excel.Sheet.12"
