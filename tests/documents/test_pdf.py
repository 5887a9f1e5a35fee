"""PDF: what pages do to a document, and how it is undone."""

from __future__ import annotations

import io
import sys
from collections import Counter

import pypdfium2
import pytest
from tests.documents import printing
from tests.documents.damage import damaged
from tests.documents.originals import NAMES, original, parsed
from tests.documents.printing import look_alike, paragraph, pdf, rule, table, text

from safeplan.documents import DocumentError, Paragraph, RawGrid, ocr
from safeplan.documents.blocks import Reading
from safeplan.documents.named_fonts import NamedFonts
from safeplan.documents.pdf import read_pdf

HEADER = ["序号", "名称", "目标（内容）", "责任单位"]
FOOT = 770.0  # where the text of a page ends


def grids(reading: Reading) -> list[RawGrid]:
    return [block for block in reading.blocks if isinstance(block, RawGrid)]


def rows(grid: RawGrid) -> list[list[str]]:
    """The texts of a grid, `^` where a cell from above covers the place."""
    return [["^" if cell.covered else cell.text for cell in row] for row in grid.rows]


def paragraphs(reading: Reading) -> list[str]:
    return [block.text for block in reading.blocks if isinstance(block, Paragraph)]


def codes(reading: Reading) -> list[str]:
    return [note.code for note in reading.notes]


def filled_to_foot(last: list[str | None], lines: int, first: int = 1) -> tuple[list[str], int]:
    """A page with a table whose last row, `lines` high, ends at the foot; the rows above it."""
    body = [
        [str(n), f"事项{n}", f"完成{n}处整治任务。", f"区{'甲乙丙丁'[n % 4]}局"]
        for n in range(first, first + 5)
    ]
    above: list[list[str | None]] = [list(row) for row in body]
    height = (len(body) + 1 + lines) * printing.PITCH + 4 * (len(body) + 2)
    content, _ = table(FOOT - height, [HEADER, *above, last])
    return content, len(body)


# --- the originals --------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_each_task_says_its_page_table_and_row(name: str) -> None:
    plan = parsed(name, "pdf")
    places = [(t.source.page, t.source.table, t.source.row) for t in plan.tasks]
    assert all(page and table and row for page, table, row in places)
    pages = [page for page, _, _ in places if page]
    assert pages == sorted(pages)
    assert len(set(places)) == len({(t.table, t.row) for t in plan.tasks})


def test_what_the_pages_did_is_undone_and_said() -> None:
    plan = parsed("忠县2025年工作要点", "pdf")
    found = Counter(finding.code for finding in plan.findings)
    assert (found["pages_joined"], found["row_cut"], found["row_cut_unsure"]) == (5, 16, 0)
    cut = {finding.task_id for finding in plan.findings if finding.code == "row_cut"}
    assert "t3.13" in cut  # 卫生健康领域, its second half at the head of page 10
    assert plan.task("t3.13").content.endswith("职业病及危害因素监测年度任务完成率100%。")


@pytest.mark.parametrize("quarters", [1, 2, 3])
def test_a_page_turned_on_its_side_reads_the_same(quarters: int) -> None:
    data = original("沙坪坝区应急管理十四五规划", "pdf").read_bytes()
    upright = read_pdf(data)
    document = pypdfium2.PdfDocument(data)
    for page in document:
        page.set_rotation(90 * quarters)
    turned = io.BytesIO()
    document.save(turned)
    assert read_pdf(turned.getvalue()).blocks == upright.blocks


# --- lines and paragraphs -------------------------------------------------------------------


LONG = "坚持安全第一、预防为主，落实党政领导责任、部门监管责任和企业主体责任，提升本质安全水平，推动高质量发展。"


def test_a_wrapped_line_goes_on_and_a_short_one_ends_its_paragraph() -> None:
    reading = read_pdf(pdf([paragraph(72, f"{LONG}\n{LONG}\n短行\n{LONG}")]))
    assert paragraphs(reading) == [LONG, LONG, "短行", LONG]


def test_an_indented_line_begins_a_paragraph_though_the_one_above_is_full() -> None:
    full = "全" * 38
    body = [
        text(80, 86, full),
        text(80, 100, full),
        text(56, 114, "续" * 40),
        text(80, 128, "末段。"),
    ]
    assert paragraphs(read_pdf(pdf([body]))) == [full, full + "续" * 40, "末段。"]


def test_a_paragraph_goes_on_over_the_page() -> None:
    first, second = LONG * 2, LONG
    lines = printing.wrapped(first, 480)
    pages = [
        [text(56, 700 + 14 * n, line) for n, line in enumerate(lines[:2])],
        [
            *(text(56, 86 + 14 * n, line) for n, line in enumerate(lines[2:])),
            text(56, 160, second[:20]),
        ],
    ]
    assert paragraphs(read_pdf(pdf(pages)))[0] == first


def test_page_numbers_and_running_lines_are_no_text() -> None:
    pages = [
        [
            text(56, 40, "忠县人民政府公报"),
            text(56, 100, f"第{n}段正文。"),
            text(280, 810, f"— {n} —"),
        ]
        for n in range(1, 6)
    ]
    assert paragraphs(read_pdf(pdf(pages))) == [f"第{n}段正文。" for n in range(1, 6)]


def test_a_radical_that_only_looks_like_a_character_is_put_right() -> None:
    reading = read_pdf(pdf([[look_alike(56, 100, "⼈民⾄上")]]))
    assert paragraphs(reading) == ["人民至上"]
    (note,) = [note for note in reading.notes if note.code == "radicals"]
    assert (note.severity, note.args["text"]) == ("repair", "人、至")


# --- cells ----------------------------------------------------------------------------------


@pytest.mark.parametrize("filled", [False, True])
def test_cells_with_no_rule_between_them_are_one(filled: bool) -> None:
    content, _ = table(
        100,
        [HEADER, ["1", "甲", "完成一项。", "区教委"], [None, None, "完成二项。", "区民政局"]],
        filled=filled,
    )
    (grid,) = grids(read_pdf(pdf([content])))
    assert grid.merges_known
    assert rows(grid) == [
        HEADER,
        ["1", "甲", "完成一项。", "区教委"],
        ["^", "^", "完成二项。", "区民政局"],
    ]


def test_a_cell_over_two_columns_gives_its_text_to_the_first() -> None:
    content = [
        rule(56, 100, 416, 100), rule(56, 120, 416, 120), rule(56, 140, 416, 140),
        rule(56, 100, 56, 140), rule(296, 120, 296, 140), rule(416, 100, 416, 140),
        text(60, 114, "目标"), text(60, 134, "甲"), text(300, 134, "乙"),
    ]  # fmt: skip
    (grid,) = grids(read_pdf(pdf([content])))
    assert rows(grid) == [["目标", ""], ["甲", "乙"]]
    assert [cell.spanned for cell in grid.rows[0]] == [False, True]


def test_the_outer_rules_may_be_missing() -> None:
    content = [
        *(rule(56, y, 536, y) for y in (100, 120, 140)),
        rule(296, 100, 296, 140),
        *(text(x, y, cell) for (x, y), cell in zip(
            [(60, 114), (300, 114), (60, 134), (300, 134)], ["名称", "责任单位", "甲", "区教委"], strict=True
        )),
    ]  # fmt: skip
    (grid,) = grids(read_pdf(pdf([content])))
    assert rows(grid) == [["名称", "责任单位"], ["甲", "区教委"]]


def test_a_single_rule_or_frame_is_no_table() -> None:
    content = [rule(56, 90, 540, 90), text(56, 110, "正文。"), rule(50, 60, 545, 60)]
    assert [type(block) for block in read_pdf(pdf([content])).blocks] == [Paragraph]


# --- page breaks ----------------------------------------------------------------------------


def after_break(
    last: list[str | None], lines: int, first: list[str], header: bool = True
) -> Reading:
    """A table whose row `last` ends page one and whose row `first` begins page two."""
    page, count = filled_to_foot(last, lines)
    more = [
        [str(n), f"事项{n}", f"完成{n}处整治任务。", "区丁局"] for n in range(count + 2, count + 6)
    ]
    below, _ = table(72, [*([HEADER] if header else []), first, *more])
    return read_pdf(pdf([page, below]))


@pytest.mark.parametrize("header", [True, False])
def test_a_row_cut_by_the_page_is_joined_and_its_header_dropped(header: bool) -> None:
    last: list[str | None] = [
        "6",
        "事项6",
        "深化地下矿山和露天矿山等重点隐患排查",
        "区应急管理局、区经",
    ]
    reading = after_break(last, 2, ["", "", "治理。", "济信息委"], header)
    (grid,) = grids(reading)
    assert rows(grid)[6] == [
        "6",
        "事项6",
        "深化地下矿山和露天矿山等重点隐患排查治理。",
        "区应急管理局、区经济信息委",
    ]
    assert [row[0] for row in rows(grid)] == ["序号", *map(str, range(1, 11))]
    (cut,) = [note for note in reading.notes if note.code == "row_cut"]
    assert cut.source is not None
    assert (cut.severity, cut.source.page, cut.source.row) == ("repair", 1, 7)


def test_a_row_of_its_own_is_not_joined_though_the_page_breaks_before_it() -> None:
    reading = after_break(
        ["6", "事项6", "完成六。", "区乙局"], 1, ["7", "事项7", "完成七。", "区丙局"]
    )
    assert rows(grids(reading)[0])[6:8] == [
        ["6", "事项6", "完成六。", "区乙局"],
        ["7", "事项7", "完成七。", "区丙局"],
    ]
    assert codes(reading) == ["pages_joined"]


def test_a_merged_name_covers_the_row_that_the_page_begins_with() -> None:
    reading = after_break(["6", "事项6", "完成六。", "区乙局"], 1, ["", "", "完成七。", "区丙局"])
    assert rows(grids(reading)[0])[6:8] == [
        ["6", "事项6", "完成六。", "区乙局"],
        ["^", "^", "完成七。", "区丙局"],
    ]


def test_a_header_alone_at_the_foot_of_a_page_is_still_the_header() -> None:
    above, _ = table(752, [HEADER])
    below, _ = table(72, [["1", "甲", "完成一。", "区教委"], ["2", "乙", "完成二。", "区民政局"]])
    (grid,) = grids(read_pdf(pdf([above, below])))
    assert [row[0] for row in rows(grid)] == ["序号", "1", "2"]


def test_a_table_of_other_columns_is_another_table() -> None:
    first, _ = table(600, [HEADER, ["1", "甲", "完成一。", "区教委"]])
    second, _ = table(
        72, [["序号", "名称", "责任单位"], ["1", "乙", "区民政局"]], (56, 116, 396, 536)
    )
    assert len(grids(read_pdf(pdf([first, second])))) == 2


def test_a_new_header_at_the_head_of_a_page_begins_a_new_table() -> None:
    first, _ = table(600, [HEADER, ["1", "甲", "完成一。", "区教委"]])
    second, _ = table(
        72, [["序号", "应用名称", "内容", "责任单位"], ["1", "乙", "完成二。", "区民政局"]]
    )
    assert len(grids(read_pdf(pdf([first, second])))) == 2


# --- trouble --------------------------------------------------------------------------------


def test_a_file_without_text_says_so() -> None:
    with pytest.raises(DocumentError) as error:
        read_pdf(pdf([[rule(56, 90, 540, 90)]]))
    assert error.value.code == "no_text"


def test_more_pages_than_the_limit_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("safeplan.documents.pdf.MAX_PAGES", 2)
    with pytest.raises(DocumentError) as error:
        read_pdf(pdf([[text(56, 90, "页")]] * 3))
    assert error.value.code == "too_many_pages"


@pytest.mark.parametrize("data", [b"%PDF-1.7", b"%PDF-1.7\n" + bytes(999), b""])
def test_what_is_no_pdf_is_refused(data: bytes) -> None:
    with pytest.raises(DocumentError) as error:
        read_pdf(data)
    assert error.value.code == "broken_file"


def test_damaged_files_are_read_or_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    # Text that lost its codes is recognised in its picture, which takes too long here.
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    ocr._recogniser.cache_clear()
    content, _ = table(100, [HEADER, ["1", "甲", LONG, "区教委"], [None, None, LONG, "区民政局"]])
    small = pdf([[*paragraph(40, LONG), *content]] * 2)
    real = original("沙坪坝区应急管理十四五规划", "pdf").read_bytes()
    read = 0
    for seed, data in [*damaged(small, range(60)), *damaged(real, range(6))]:
        try:
            reading = read_pdf(data)
        except DocumentError as error:
            assert error.code in {"broken_file", "no_text", "encrypted", "ocr_missing"}, seed
        else:
            assert reading.blocks, seed
            read += 1
    assert read > 10


# --- raised signs ---------------------------------------------------------------------------


@pytest.mark.parametrize("up", [3, 4, 5, 6])
def test_a_raised_sign_is_no_digit_of_the_figure_before_it(up: int) -> None:
    body = [
        text(56, 100, "整治隐患30"),
        text(117, 100 - up, "1", 7),
        text(121, 100, "处，面积5000m"),
        text(200, 100 - up, "2", 7),
        text(204, 100, "。"),
        text(56, 114, "下一行。"),
    ]
    assert paragraphs(read_pdf(pdf([body]))) == ["整治隐患30¹处，面积5000m²。", "下一行。"]


def test_pages_counted_otherwise_by_the_second_parser_are_not_taken_for_one_another() -> None:
    data = pdf([paragraph(80, "甲"), paragraph(80, "乙")])
    assert [stroke.text for stroke in NamedFonts(data, 2).strokes(1) or ()] == ["乙"]
    assert NamedFonts(data, 3).strokes(1) is None


def test_a_page_of_which_the_second_parser_reads_nothing_is_not_empty(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(NamedFonts, "strokes", lambda *_: [])
    reading = read_pdf(pdf([[text(56, 80, "整治隐患30处。")]]))
    assert paragraphs(reading) == ["整治隐患30处。"]
    assert [note.code for note in reading.notes] == ["font_missing"]
