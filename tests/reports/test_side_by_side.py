"""What differs between plans, said once for workbook and page: indicators, words, sheets."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safeplan.models import Comparison, Plan
from safeplan.reports.compared import comparison_sheets
from safeplan.reports.filters import Filters
from safeplan.reports.indicators import Indicator, indicators, verdict
from safeplan.reports.marking import runs, word_marks
from safeplan.reports.phrasing import short_names
from safeplan.reports.result_sheets import Run, Sheet, plain
from safeplan.reports.view import ComparisonView


@pytest.fixture(scope="module")
def found(compared: Comparison, three: list[Plan]) -> list[Indicator]:
    return indicators(compared, three)


def of(found: list[Indicator], subject: str, unit: str) -> Indicator:
    (one,) = [one for one in found if subject in one.subject and one.first.target.unit == unit]
    return one


def test_three_plans_ask_the_same_of_forest_fires(
    found: list[Indicator], three: list[Plan]
) -> None:
    """沙坪坝, 忠县 and 南岸 all print 0.3‰以内."""
    one = of(found, "森林火灾受害率", "‰")
    assert list(one.asked) == [plan.plan_id for plan in three]
    assert not one.differs
    assert verdict(one) == ["＝一致"]


def test_one_district_does_most_to_old_estates_and_is_not_stricter(
    found: list[Indicator], three: list[Plan]
) -> None:
    """93个、229万平方米 against 36个、180万平方米 and 10个、40.79万平方米."""
    for unit in ("个", "万平方米"):
        one = of(found, "城镇老旧小区", unit)
        assert {plan_id: asked.stands for plan_id, asked in one.asked.items()} == {
            "沙坪坝-2025": "more",
            "忠县-2025": "less",
            "南岸-2025": "less",
        }
        assert verdict(one) == ["△沙坪坝最多"]


def test_what_cannot_be_compared_is_not_ranked(found: list[Indicator], three: list[Plan]) -> None:
    """忠县 11% and 南岸 10% are against 2023年, 沙坪坝's 10% is against 2024年."""
    (one,) = [one for one in found if one.subject == "火灾起数"]
    assert one.asked["沙坪坝-2025"].stands == "different"
    assert verdict(one) == [
        "▲忠县严于南岸",
        "≠沙坪坝口径不同（基准：2024年 与 2023年）",
    ]


def test_a_target_is_in_one_indicator_at_most(found: list[Indicator]) -> None:
    seen = [
        (plan_id, asked.task.task_id, asked.task.targets.index(asked.target))
        for one in found
        for plan_id, asked in one.asked.items()
    ]
    assert len(seen) == len(set(seen))
    assert all(len(one.asked) > 1 for one in found)


# ---- the words that differ ----


def marked(texts: dict[str, str], mark: str) -> dict[str, list[str]]:
    marks = word_marks({plan: [text] for plan, text in texts.items()})
    return {
        plan: [run.text for run in runs(text, marks[plan][0]) if run.mark == mark]
        for plan, text in texts.items()
    }


def test_words_of_one_plan_only_are_marked() -> None:
    """沙坪坝 t2.8, 忠县 t4.10 and 南岸 t4.8."""
    texts = {
        "沙坪坝": "完善落实国有企业负责人安全生产履职考核。",
        "忠县": "强化国有企业扁平化管理和主要负责人安全生产履职考核。",
        "南岸": "强化国有企业负责人安全生产履职考核。",
    }
    own = {"沙坪坝": ["完善落实"], "忠县": ["扁平化管理和主要"], "南岸": []}
    assert marked(texts, "own") == own
    assert marked(texts, "some") == {"沙坪坝": [], "忠县": ["强化"], "南岸": ["强化"]}


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("落实安全责任，开展隐患排查。", "开展隐患排查；落实安全责任。"),
        ("落实全区安全责任", "落实全县安全责任"),
        ("隐患排查（整治）", "隐患排查(整治)"),
        ("印发", "印发"),
    ],
    ids=["moved", "level word", "half-width", "short"],
)
def test_what_is_no_difference(left: str, right: str) -> None:
    assert marked({"a": left, "b": right}, "own") == {"a": [], "b": []}


def test_a_figure_is_marked_whole() -> None:
    own = marked({"a": "新开工改造40.79万平方米", "b": "新开工改造40万平方米"}, "own")
    assert own["a"][0].startswith("40.79")


def test_a_plan_that_stands_alone_has_nothing_marked() -> None:
    assert word_marks({"a": ["任何文字"], "b": []}) == {"a": [[""] * 4], "b": []}


words = st.text("安全生产责任落实，。0123456789①²ab（）", max_size=30)


@given(st.lists(words, max_size=3), st.lists(words, max_size=3))
def test_every_character_has_its_mark(left: list[str], right: list[str]) -> None:
    marks = word_marks({"a": left, "b": right})
    for texts, found in ((left, marks["a"]), (right, marks["b"])):
        assert [len(text) for text in texts] == [len(one) for one in found]
        for text, one in zip(texts, found, strict=True):
            assert "".join(run.text for run in runs(text, one)) == text


@given(words)
def test_a_text_does_not_differ_from_itself(text: str) -> None:
    assert word_marks({"a": [text], "b": [text]})["a"] == [[""] * len(text)]


# ---- the sheets ----


@pytest.fixture(scope="module")
def sheets(compared: Comparison, three: list[Plan]) -> dict[str, Sheet]:
    made = comparison_sheets(ComparisonView(compared, three))
    return {sheet.title: sheet for sheet in made}


def test_a_sheet_per_question(sheets: dict[str, Sheet]) -> None:
    assert list(sheets) == ["对照", "指标", "变化", "未匹配", "责任单位", "说明"]


def test_rows_are_as_wide_as_their_header(sheets: dict[str, Sheet]) -> None:
    for sheet in sheets.values():
        assert {len(row) for row in sheet.rows} == {len(sheet.columns)}
        assert all(len(facet.values) == len(sheet.rows) for facet in sheet.facets)


def test_every_record_is_in_the_matrix_or_unmatched(
    sheets: dict[str, Sheet], three: list[Plan]
) -> None:
    for at, plan in enumerate(three, start=2):
        cells = "\n".join(plain(row[at]) for row in sheets["对照"].rows).split("\n")
        linked = {line.split("  ")[0] for line in cells if "  第" in line}
        place = short_names(three)[plan.plan_id]
        alone = {plain(row[1]) for row in sheets["未匹配"].rows if row[0] == place}
        assert linked | alone == {task.task_id for task in plan.tasks}
        assert not linked & alone


def test_a_cell_tells_its_source_and_holds_the_record_as_printed(
    sheets: dict[str, Sheet], three: list[Plan]
) -> None:
    estates = next(row for row in sheets["对照"].rows if "93个" in plain(row[2]))
    task = three[0].task("t3.6")
    assert task.source.lines is not None
    first, last = task.source.lines
    assert f"t3.6  第{first}–{last}行\n" in plain(estates[2])
    unsigned = plain(estates[2]).replace("▲", "").replace("▼", "").replace("≠", "")
    assert task.content in unsigned


def test_figures_that_differ_carry_a_sign_beside_their_colour(sheets: dict[str, Sheet]) -> None:
    signs = {"tighter": "▲", "looser": "▼", "doubt": "≠"}
    for title in ("对照", "指标", "变化"):
        runs_of = [
            run
            for row in sheets[title].rows
            for cell in row
            if not isinstance(cell, str)
            for run in cell
        ]
        for run in runs_of:
            if run.mark in signs:
                assert run.text.strip("\n；").startswith(signs[run.mark]), run
    assert Run("▲↓11%（2023年）", "tighter") in [
        run
        for row in sheets["指标"].rows
        for cell in row
        if not isinstance(cell, str)
        for run in cell
    ]


def test_only_differences_are_in_the_changes(sheets: dict[str, Sheet]) -> None:
    kinds = {plain(row[1]) for row in sheets["变化"].rows}
    assert kinds <= {
        "▲加码",
        "▼放宽",
        "△多",
        "▽少",
        "？对应存疑，不作宽严判断",
        "≠时限不同",
        "≠口径不同",
        "＋增设",
        "－未设",
        "≠要求不同",
        "≠责任单位不同",
    }
    assert "▲加码" in kinds


def test_filters_hold_back_what_was_not_asked_for(
    compared: Comparison, three: list[Plan], sheets: dict[str, Sheet]
) -> None:
    view = ComparisonView(compared, three, Filters(differs="any", owner="消防救援局"))
    fewer = {sheet.title: sheet for sheet in comparison_sheets(view)}
    assert 0 < len(fewer["对照"].rows) < len(sheets["对照"].rows)
    assert [row[0] for row in fewer["责任单位"].rows] == ["消防救援局"]
    assert "另有" in plain(fewer["说明"].rows[-2][1])
