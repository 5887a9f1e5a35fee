"""The words that differ between two versions of a text, and years that have moved on."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safeplan.changes.rolling import roll, years
from safeplan.changes.wording import key, pieces
from safeplan.models import Plan

TEXT = st.text(
    alphabet="开展安全隐患整治年每半少于次一二〔〕“”《》，。；、（）()0123456789.%‰年AR+ \n①",
    max_size=40,
)


def said(old: str, new: str) -> str:
    signs = {None: "{}", "old": "[-{}]", "new": "[+{}]"}
    return "".join(signs[piece.only].format(piece.text) for piece in pieces(old, new))


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("落实定期述职报告制度。", "落实半年述职报告制度。", "落实[-定期][+半年]述职报告制度。"),
        # A number is one word, with its sign.
        ("达97%以上。", "达98%以上。", "达[-97%][+98%]以上。"),
        ("新建3公里。", "新建3.5公里。", "新建[-3][+3.5]公里。"),
        # So is a quoted name, and a title.
        ("落实“两单两卡”制度", "落实“三单两卡”制度", "落实“[-两单两卡][+三单两卡]”制度"),
        (
            "修订《总体预案》，印发",
            "修订《总体应急预案》，印发",
            "修订《[-总体预案][+总体应急预案]》，印发",
        ),
        # A clause at the end; a word in between.
        ("开展排查。", "开展排查，建立台账。", "开展排查，[+建立台账]。"),
        ("每年至少1次", "每半年至少1次", "[-每年][+每半年]至少1次"),
        # Words, not characters; bodies are words.
        (
            "督促企业落实主体责任",
            "督导企业压实主体责任",
            "[-督促][+督导]企业[-落实][+压实]主体责任",
        ),
        ("由消防救援局承办", "由消防救援大队承办", "由[-消防救援局][+消防救援大队]承办"),
        ("建立机制", "构建机制", "[-建立][+构建]机制"),
        # Words gone, where they stood.
        ("开展集中整治、安全培训。", "开展安全培训。", "开展[-集中整治]安全培训。"),
    ],
)
def test_the_words_that_differ_are_marked(old: str, new: str, expected: str) -> None:
    assert said(old, new) == expected


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("整治,覆盖率100%;", "整治，覆盖率１００％；"),
        ("配建比不低于1:5", "配建比不低于1∶5"),
        ("“三管三必须”“五查四改”", "“三管三必须”、“五查四改”"),
        ("危险化学品 领域", "危险化学品领域"),
        ("370MHZ+自组网", "370MHZ＋自组网"),
        ("形成“1+1〉2”的合力", "形成“1+1>2”的合力"),
        ("2025\n年", "2025年"),
    ],
)
def test_print_is_no_difference(old: str, new: str) -> None:
    assert key(old) == key(new)
    assert said(old, new) == new


@pytest.mark.parametrize(
    ("old", "new"),
    [("1—2公里", "12公里"), ("0.3‰", "03‰"), ("≤0.1%", "≥0.1%"), ("9%", "9‰"), ("1+7+N", "17N")],
)
def test_figures_are_never_run_together(old: str, new: str) -> None:
    assert key(old) != key(new)


@given(TEXT)
def test_a_text_does_not_differ_from_itself(text: str) -> None:
    assert all(piece.only is None for piece in pieces(text, text))


@given(TEXT, TEXT)
def test_what_is_common_and_new_is_the_new_text(old: str, new: str) -> None:
    assert "".join(piece.text for piece in pieces(old, new) if piece.only != "old") == new


@given(TEXT, TEXT)
def test_nothing_is_marked_where_the_words_are_the_same(old: str, new: str) -> None:
    marked = any(piece.only for piece in pieces(old, new))
    assert marked == (key(old) != key(new))


# ---- years ----


@pytest.mark.parametrize(
    ("text", "rolled"),
    [
        ("较2023年下降11%", "较2024年下降11%"),
        ("2024年3处、2025年8处", "2025年3处、2026年8处"),
        ("三年行动（2024—2026年）", "三年行动（2025—2027年）"),
        ("渝安办〔2024〕24号", "渝安办〔2024〕24号"),
        ("新增2000户", "新增2000户"),
        ("拆除整治面积约2000㎡", "拆除整治面积约2000㎡"),
    ],
)
def test_every_year_moves_and_nothing_else(text: str, rolled: str) -> None:
    assert roll(text, 1) == rolled


def test_rolling_back_gives_every_real_row_again(real_plans: dict[str, Plan]) -> None:
    texts = [task.content for plan in real_plans.values() for task in plan.tasks]
    assert any(years(text) for text in texts)
    assert [roll(roll(text, 1), -1) for text in texts] == texts


def test_a_five_year_plan_rolls_by_whole_plans() -> None:
    assert roll("较“十三五”时期下降9%", 5) == "较“十四五”时期下降9%"
    assert roll("启动“十五五”规划编制", 1) == "启动“十五五”规划编制"
