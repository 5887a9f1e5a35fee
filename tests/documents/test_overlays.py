"""What lies over or under the text of a page: watermarks, seals, layers that nobody sees."""

from __future__ import annotations

import sys

import pytest
from tests.documents.printing import Content, paragraph, pdf, table, text

from safeplan.documents import Paragraph, RawGrid, ocr
from safeplan.documents.blocks import Reading
from safeplan.documents.pdf import read_pdf

ROWS = [
    ["序号", "名称", "目标", "责任单位"],
    ["1", "道路交通", "整治隐患路段30处", "县交通运输局"],
    ["2", "消防安全", "新建微型消防站18个", "县消防救援大队"],
    ["3", "防汛抗旱", "除险加固水库4座", "县水利局"],
]
GRAY = "0.8 g"


def printed(*over: str, under: bool = False) -> Reading:
    grid, _ = table(100, ROWS)
    content: Content = [*over, *grid] if under else [*grid, *over]
    return read_pdf(pdf([content]))


def cells(reading: Reading) -> list[list[str]]:
    (grid,) = [block for block in reading.blocks if isinstance(block, RawGrid)]
    return [[cell.text for cell in row] for row in grid.rows]


def said(reading: Reading) -> list[tuple[str, str]]:
    return [(note.code, note.args["text"]) for note in reading.notes]


@pytest.mark.parametrize("under", [False, True])
@pytest.mark.parametrize("size", [12, 30, 60])
def test_a_pale_watermark_over_cells_is_no_part_of_them(size: int, under: bool) -> None:
    reading = printed(text(90, 150, "内部资料2026", size, color=GRAY), under=under)
    assert cells(reading) == ROWS
    assert said(reading) == [("watermark", "内部资料2026")]


def test_a_dark_watermark_is_told_by_its_size_and_place() -> None:
    reading = printed(text(60, 150, "征求意见稿", 40))
    assert cells(reading) == ROWS
    assert said(reading) == [("watermark", "征求意见稿")]


def test_small_pale_words_all_over_the_page_are_a_watermark() -> None:
    names = [text(60 + 120 * n, 200, "王五", 9, color=GRAY) for n in range(3)]
    reading = printed(*names, *(text(60, 230 + 30 * n, "王五", 9, color=GRAY) for n in range(3)))
    assert cells(reading) == ROWS
    assert {code for code, _ in said(reading)} == {"watermark"}


def test_words_aslant_are_left_out_and_said() -> None:
    reading = printed(text(80, 200, "机密", 40, color=GRAY, turn="0.7 0.7 -0.7 0.7"))
    assert cells(reading) == ROWS
    assert said(reading) == [("watermark", "机密")]


def test_the_words_of_a_round_seal_leave_the_date_alone() -> None:
    turns = ["0.7 0.7 -0.7 0.7", "0.9 0.4 -0.4 0.9", "1 0 0 1", "0.9 -0.4 0.4 0.9"]
    rim = [
        text(400 + 12 * n, 160, char, 10, color="1 0 0 rg", turn=turn)
        for n, (char, turn) in enumerate(zip("清江应急", turns, strict=True))
    ]
    body = [*paragraph(100, "特此通知。"), text(400, 160, "2026年3月10日")]
    reading = read_pdf(pdf([[*body, *rim]]))
    assert [block.text for block in reading.blocks if isinstance(block, Paragraph)] == [
        "特此通知。",
        "2026年3月10日",
    ]


@pytest.mark.parametrize("color", [GRAY, "1 0 0 rg"])
def test_pale_or_red_text_of_its_own_place_is_text(color: str) -> None:
    reading = read_pdf(pdf([[*paragraph(100, "正文。"), text(56, 200, "注：略。", color=color)]]))
    assert [block.text for block in reading.blocks if isinstance(block, Paragraph)] == [
        "正文。",
        "注：略。",
    ]
    assert reading.notes == []


@pytest.mark.parametrize("hidden", [{"mode": 3}, {"color": "1 g"}])
def test_text_that_nobody_sees_is_left_out_and_said(hidden: dict[str, object]) -> None:
    reading = printed(text(140, 128, "隐患整治99处", **hidden))  # type: ignore[arg-type]
    assert cells(reading) == ROWS
    assert said(reading) == [("unseen_text", "隐患整治99处")]


def test_white_on_a_coloured_ground_is_seen() -> None:
    ground = "q 0 0 0.6 rg 50 700 400 60 re f Q"
    body = [*paragraph(200, "正文。"), ground, text(60, 110, "工作要点", color="1 g")]
    reading = read_pdf(pdf([body]))
    assert [block.text for block in reading.blocks if isinstance(block, Paragraph)] == [
        "工作要点",
        "正文。",
    ]


def test_a_hidden_layer_is_the_text_where_nothing_else_is() -> None:
    grid, _ = table(100, ROWS)
    layer = [line.replace("BT 0 Tr", "BT 3 Tr") for line in grid]
    assert cells(read_pdf(pdf([layer]))) == ROWS
    stamp = text(280, 810, "— 1 —")
    assert cells(read_pdf(pdf([[*layer, stamp]]))) == ROWS


@pytest.mark.parametrize("installed", [True, False])
def test_a_hidden_layer_is_the_text_of_a_picture_that_shows_none(
    installed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if installed:
        pytest.importorskip("onnxruntime")
    else:
        monkeypatch.setitem(sys.modules, "onnxruntime", None)
        ocr._recogniser.cache_clear()
    picture = "q 595 0 0 842 0 0 cm BI /W 1 /H 1 /CS /G /BPC 8 /F /AHx ID FF> EI Q"
    layer = [text(56, 100 + 20 * n, f"第{n}项重点任务已经完成", mode=3) for n in range(1, 5)]
    reading = read_pdf(pdf([[picture, *layer]]))
    assert [block.text for block in reading.blocks if isinstance(block, Paragraph)] == [
        f"第{n}项重点任务已经完成" for n in range(1, 5)
    ]
    assert "text_layer" in [note.code for note in reading.notes]
