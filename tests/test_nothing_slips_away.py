"""The law: words in tables and numbered paragraphs stand in the plan or in a finding."""

from __future__ import annotations

import random
import sys
from pathlib import Path

import pytest

from safeplan.documents import Document, Paragraph, RawGrid, ReaderNote
from safeplan.documents.blocks import RawCell
from safeplan.models import Finding, Plan, Source
from safeplan.plans import parse
from safeplan.unsaid import unsaid
from tests.conftest import ROOT

sys.path.insert(0, str(ROOT / "bench"))
from mutations import altered, known_of, originals, read_one

sys.path.remove(str(ROOT / "bench"))

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="a hang is ended by SIGALRM")

PLAN = """忠县2025年安全生产工作要点
附件
序号|名称|目标|责任单位|
1|道路交通|整治道路隐患30处|县公安局|
{between}
2|消防安全|新建消防站3个|县消防救援局|
3|森林防火|开展巡山护林活动|县林业局|
"""
EACH = 4


def the_originals() -> list[Path]:
    """Small documents of the formats whose tables can be altered as a person would."""
    found = originals([ROOT / "tests" / "shapes", ROOT / "tests" / "reported"])
    return [path for path in found if path.suffix in (".txt", ".html", ".docx", ".xlsx")]


@pytest.mark.parametrize("original", the_originals(), ids=lambda path: path.name)
def test_an_altered_file_loses_nothing_without_a_word(original: Path, tmp_path: Path) -> None:
    path = tmp_path / f"忠县2025年工作要点{original.suffix}"
    known = known_of(original)
    for seed in range(EACH):
        path.write_bytes(altered(original.read_bytes(), original.suffix, random.Random(seed)))
        assert read_one(path, known).breaches == [], seed


def read(text: str, folder: Path) -> Plan:
    path = folder / "忠县2025年工作要点.txt"
    path.write_text(text, encoding="utf-8")
    return parse(path)


@pytest.mark.parametrize(
    "between",
    ["打印 关闭", "责任编辑：某某", "版权所有：某某区人民政府", "某ICP备12345678号", "上一篇：通知", "- 3 -", "续表"],
)  # fmt: skip
def test_rows_below_a_line_of_the_page_are_read_or_said(between: str, tmp_path: Path) -> None:
    everything = read(PLAN.format(between=between), tmp_path).model_dump_json()
    assert "开展巡山护林活动" in everything
    assert "新建消防站" in everything


def test_a_row_above_the_header_is_said(tmp_path: Path) -> None:
    row = "9|重特大生产安全事故起数|0|县应急局|"
    plan = read(PLAN.format(between="").replace("附件", f"附件\n{row}"), tmp_path)
    assert any("重特大生产安全" in finding.message for finding in plan.findings)


def test_a_table_with_a_cell_a_line_is_read_or_said(tmp_path: Path) -> None:
    cells = "序号\n名称\n目标\n责任单位\n1\n道路交通\n整治道路隐患30处\n县公安局\n"
    plan = read(
        f"忠县2025年安全生产工作要点\n一、重点任务\n1.整治隐患20处。（责任单位：县公安局）\n附件\n{cells}",
        tmp_path,
    )
    assert "整治道路隐患" in plan.model_dump_json()


def test_a_body_over_a_column_without_a_mark_is_said(tmp_path: Path) -> None:
    rows = "序号|名称|目标|县公安局|县林业局|\n1|道路交通|整治隐患30处||√|\n2|消防|新建消防站3个|{}|√|\n"
    text = "忠县2025年安全生产工作要点\n附件\n" + rows
    said = [
        [
            f.args["text"]
            for f in read(text.format(mark), tmp_path).findings
            if f.code == "words_unread"
        ]
        for mark in ("", "√")
    ]
    assert said == [["县公安局"], []]


def unread(lines: list[str], folder: Path, *codes: str) -> list[str]:
    """What of these lines is said to be missing in a plan that has none of them."""
    document = Document("x", "", "", "utf-8", [Paragraph(line, Source()) for line in lines])
    document.notes.extend(ReaderNote(code, "doubt") for code in codes)
    return [f.args["text"] for f in unsaid(document, read(PLAN.format(between=""), folder))]


def test_a_table_with_a_cell_a_line_is_said_to_its_end(tmp_path: Path) -> None:
    cells = ["序号", "名称", "目标", "1", "自建房", "排查自建房隐患" * 20, "2", "区城市管理部门"]
    quoted = unread([*cells, "二、保障", "现印发给你们请遵照执行"], tmp_path)
    assert len(quoted) == 2
    assert quoted[0].startswith("…排查自建房隐患")
    assert quoted[1] == "…区城市管理部门"


def test_a_paragraph_that_lost_its_number_is_said(tmp_path: Path) -> None:
    lost = "（）人员密集场所九月底前完成评估"
    assert unread([lost, "现印发给你们请遵照执行"], tmp_path) == ["…" + lost.removeprefix("（）")]


def test_every_paragraph_of_a_damaged_file_that_another_program_read_is_asked_for(
    tmp_path: Path,
) -> None:
    lines = ["序号名称目标1自建房区城市管理部门"]
    assert unread(lines, tmp_path) == []
    assert len(unread(lines, tmp_path, "doc_by_office")) == 1


def test_each_paragraph_of_a_damaged_page_and_of_the_next_is_asked_for(
    tmp_path: Path,
) -> None:
    texts = ("初页没有编号的话", "次页没有编号的话", "三页没有编号的话", "末页没有编号的话")
    pages = [Paragraph(text, Source(page=page)) for page, text in enumerate(texts, start=1)]
    damaged = ReaderNote("pages_damaged", "doubt", {"pages": "2"})
    plan = read(PLAN.format(between=""), tmp_path)
    for notes, asked in ([], []), ([damaged], [page.text for page in pages[1:3]]):
        document = Document("x", "", "", "utf-8", list(pages), notes)
        assert [f.args["text"] for f in unsaid(document, plan)] == asked


def page(table: str, folder: Path) -> list[str]:
    """What is quoted of a web page with this table."""
    path = folder / "忠县2025年工作要点.html"
    path.write_text(
        f"<h1>忠县2025年安全生产工作要点</h1><table>{HEAD}{table}{LAST}</table>", encoding="utf-8"
    )
    return [finding.args.get("text", "") for finding in parse(path).findings]


HEAD = "<tr><td>序号<td>名称<td>目标<td>责任单位</tr>"
LAST = "<tr><td>2<td>消防安全<td>新建消防站3个<td>县消防救援局</tr>"


@pytest.mark.parametrize(
    ("row", "quoted"),
    [
        ("<tr><td>1<td>道路交通<table>排查整治<td>整治事故隐患<td>县公安局</tr>", "排查整治"),
        ('<tr><td>1<td style="x>排查整治事故隐患</td><td id="2">县公安局</tr>', "排查整治事故隐患"),
        ("<tr><td>1<td 排查整治事故隐患</td><td>县公安局</tr>", "排查整治事故隐患"),
        ("<tr><td>1<td>道路<td>整治隐患30处<td>县公安局</tr>", ""),
    ],
)
def test_what_a_broken_tag_swallowed_is_said(row: str, quoted: str, tmp_path: Path) -> None:
    said = page(row, tmp_path)
    assert any(quoted in text for text in said) if quoted else said == [""]


def test_a_line_of_the_page_in_a_header_cell_is_said(tmp_path: Path) -> None:
    text = PLAN.format(between="").replace("|名称|", "|名称\n扫一扫在手机打开|")
    assert "扫一扫在手机" in read(text, tmp_path).model_dump_json()


def test_a_table_goes_on_below_a_line_of_the_page_and_empty_lines(tmp_path: Path) -> None:
    rows = "\t序号\n\t名称\n\t目标\n\t责任单位\n\n\t1\n\t道路交通\n\t整治隐患30处\n\t县公安局\n\n"
    last = "\t2\n\t消防安全\n\t新建消防站3个\n\t县消防救援局\n"
    plan = read(
        f"忠县2025年安全生产工作要点\n附件\n{rows}扫一扫在手机打开当前页\n\n{last}", tmp_path
    )
    assert [task.name for task in plan.tasks] == ["道路交通", "消防安全"]


def grid(*rows: str) -> RawGrid:
    return RawGrid([[RawCell(text, Source()) for text in row.split("|")] for row in rows])


def missing(plan: Plan, *blocks: Paragraph | RawGrid) -> list[str]:
    document = Document("x", "", "", "utf-8", list(blocks))
    return [f.args["text"] for f in unsaid(document, plan)]


def test_what_stands_between_the_parts_of_a_table_is_said(tmp_path: Path) -> None:
    between = Paragraph("开展高层建筑消防安全综合治理", Source())
    above, below = grid("1|道路交通|县公安局"), grid("县消防救援局|森林防火")
    headed = grid("序号|名称|责任单位", "1|道路交通|县公安局")
    plan = read(PLAN.format(between=""), tmp_path)
    assert missing(plan, above, between, below) == [between.text]
    assert missing(plan, above, between, headed) == []
    assert missing(plan, above, between, grid("|")) == []


def test_a_remark_in_the_brackets_of_a_header_is_said(tmp_path: Path) -> None:
    plan = read(PLAN.format(between=""), tmp_path)
    rows = "1|道路交通|整治道路隐患30处|县公安局"
    assert missing(plan, grid("序号|名称（此页无正文）|目标|责任单位", rows)) == ["…此页无正文）"]
    assert missing(plan, grid("序号|名称（内容）|目标|责任单位", rows)) == []


def test_what_has_got_into_a_header_is_said(tmp_path: Path) -> None:
    plan = read(PLAN.format(between=""), tmp_path)
    rows = "1|道路交通|整治道路隐患30处|县公安局"
    with_a_row = grid("序号|名称|目标|责任单位|1|生产安全事故起数|0|县公安局", rows, rows)
    assert missing(plan, with_a_row) == ["生产安全事故起数"]
    assert missing(plan, grid("序号|名称|目标|责任单位\n沿海沿河乡镇", rows)) == [
        "责任单位沿海沿河乡镇"
    ]
    assert missing(plan, grid("序号|名称|目标|责任\n单位", rows)) == []


def test_one_row_that_is_left_of_a_table_is_read_or_said(tmp_path: Path) -> None:
    title = "<h1>忠县2025年安全生产工作要点</h1>"
    row = "<td>序号<td><p>①整治隐患30处</p><p>②新建护栏5公里</p><td>县应急局<td>县林业局"
    path = tmp_path / "忠县2025年工作要点.html"
    path.write_text(f"{title}<table><tr>{row}</table>", encoding="utf-8")
    assert "县林业局" in parse(path).model_dump_json()


def test_a_finding_speaks_for_no_more_than_it_quotes(tmp_path: Path) -> None:
    said = Finding(code="owner_unknown", message="", args={"text": "县消防救援局"})
    plan = read(PLAN.format(between=""), tmp_path).model_copy(update={"findings": [said]})
    row = grid("9|道路|县消防救援局区科技信息局")
    assert missing(plan, row) == ["…县消防救援局区科技信息局"]
    assert missing(plan, grid("9|道路|县消防救援局")) == []


def test_every_line_of_a_damaged_file_is_asked_for(tmp_path: Path) -> None:
    lines = ["各镇人民政府、街道办事处"]
    assert unread(lines, tmp_path) == []
    assert len(unread(lines, tmp_path, "characters_lost")) == 1


@pytest.mark.parametrize("mark", ["｜", "│", "¦", "    ", "\u3000\u3000"])
def test_cells_set_apart_by_other_marks_are_cells(mark: str, tmp_path: Path) -> None:
    text = PLAN.format(between="").replace("|\n", "\n").replace("|", mark)
    assert [task.name for task in read(text, tmp_path).tasks] == [
        "道路交通",
        "消防安全",
        "森林防火",
    ]


def test_blanks_in_lines_of_no_table_set_no_cells_apart(tmp_path: Path) -> None:
    between = "值班    电话    一二三"
    plan = read(PLAN.format(between="") + f"\n抄送：\n{between}\n", tmp_path)
    assert [task.name for task in plan.tasks] == ["道路交通", "消防安全", "森林防火"]
