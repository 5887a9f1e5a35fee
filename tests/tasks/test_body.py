"""The body: which paragraphs are measures, under which headings."""

from __future__ import annotations

import pytest

from safeplan.documents import Document, read_text
from safeplan.models import Measure
from safeplan.tasks import read_measures


def measures(text: str) -> list[Measure]:
    return read_measures(Document("x.txt", "", "text/plain", "utf-8", read_text(text)))[0]


def test_a_numbered_paragraph_with_a_title_is_a_measure() -> None:
    (measure,) = measures("一、深化责任\n（一）强化领导责任。落实述职制度。开展培训。\n")
    assert measure.path == ["一、深化责任"]
    assert (measure.number, measure.title) == ("（一）", "强化领导责任")
    assert measure.sentences == ["落实述职制度。", "开展培训。"]
    assert measure.source.lines == (2, 2)


def test_headings_stand_above_until_one_of_their_level_comes() -> None:
    first, second, third = measures(
        "一、甲\n（一）乙\n1.丙项。做丙。\n2.丁项。做丁。\n二、戊\n1.己项。做己。\n"
    )
    assert first.path == second.path == ["一、甲", "（一）乙"]
    assert third.path == ["二、戊"]


def test_text_after_a_measure_goes_on_with_it() -> None:
    (measure,) = measures("一、甲\n1.乙项。做乙。\n还要做丙。\n")
    assert measure.text == "做乙。还要做丙。"
    assert measure.source.lines == (2, 3)


def test_paragraphs_with_titles_of_their_own_are_measures_under_their_heading() -> None:
    found = measures("二、乙\n1.开展整治\n消防安全。实施甲工程。\n交通安全。实施乙工程。\n")
    assert [(m.number, m.title, m.path[-1]) for m in found] == [
        (None, "消防安全", "1.开展整治"),
        (None, "交通安全", "1.开展整治"),
    ]


def test_a_heading_with_plain_paragraphs_is_one_measure() -> None:
    (measure,) = measures("三、丙\n1．做强队伍\n按照正规化的方向，加强建设。定期演练。\n")
    assert (measure.number, measure.title) == ("1．", "做强队伍")
    assert measure.path == ["三、丙"]


def test_reports_of_the_past_and_principles_commit_to_nothing() -> None:
    assert measures("一、进展与成效\n（一）形势好转。整治隐患402处。\n") == []
    assert measures("二、基本原则\n——坚持党的领导。全面加强。\n——坚持以人为本。牢固树立。\n") == []


def test_the_annex_ends_the_body_and_a_table_ends_what_is_above_it() -> None:
    (measure,) = measures("一、甲\n1.乙项。做乙。\n附件\n一、核心指标\n1.丙项。做丙。\n")
    assert measure.title == "乙项"
    (only,) = measures("一、甲\n1.乙项。做乙。\n\t序号\n\t名称\n\n\t1\n\t丙\n\n版权所有\n")
    assert only.text == "做乙。"


def test_a_line_of_the_web_page_ends_the_body_unless_the_numbers_go_on_below_it() -> None:
    text = "一、甲\n1.乙项。做乙。\n分享到：微信 微博\n责任单位：县应急管理局\n2.丙项。做丙。\n"
    assert [measure.title for measure in measures(text)] == ["乙项", "丙项"]
    (only,) = measures("一、甲\n1.乙项。做乙。\n分享到：微信\n1.丙项。做丙。\n2.丁项。做丁。\n")
    assert only.title == "乙项"


def test_decimals_and_years_are_no_numbers_of_paragraphs() -> None:
    (measure,) = measures("一、甲\n1.乙项。做乙。\n1.5公里道路完成整治。\n")
    assert measure.text.endswith("1.5公里道路完成整治。")


# --- where the body begins and ends ------------------------------------------------------------

POINTS = "2025年全区安全生产工作要点"
LETTER = f"""江北区人民政府
关于印发《{POINTS}》的通知
各镇人民政府：
现将《{POINTS}》印发给你们。
"""
SIGNED = "江北区人民政府\n2025年3月5日\n"
PLAN = "一、深化责任\n（一）健全责任。落实述职。\n"


def read(text: str) -> list[tuple[list[str], str | None, str, str]]:
    return [(m.path, m.number, m.title, m.text) for m in measures(text)]


ONLY = [(["一、深化责任"], "（一）", "健全责任", "落实述职。")]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(LETTER + SIGNED + f"{POINTS}\n" + PLAN, id="the letter before it"),
        pytest.param(
            LETTER + "附件：1.核心指标\n　　　2.重点任务\n" + SIGNED + f"{POINTS}\n" + PLAN,
            id="a list of annexes in the letter",
        ),
        pytest.param(
            LETTER + "附件：1.要点\n　　　2.指标\n" + SIGNED + "附件1\n" + PLAN,
            id="a list of annexes and no title of its own",
        ),
        pytest.param(
            LETTER
            + f"附件：1.{POINTS}\n2.指标\n{SIGNED}附件1\n{POINTS}\n{PLAN}附件2\n指标\n1.甲。乙。\n",
            id="the plan is the first annex",
        ),
        pytest.param(
            LETTER + "一、提高认识。各单位要重视。\n" + SIGNED + f"{POINTS}\n为此制定。\n" + PLAN,
            id="the letter numbers its own requests",
        ),
        pytest.param(LETTER + PLAN + SIGNED, id="the signature closes the plan"),
        pytest.param(f"{POINTS}\n目 录\n一、深化责任\n（一）健全责任\n附件\n{PLAN}", id="contents"),
        pytest.param(
            f"{POINTS}\n目 录\n一、深化责任 1\n（一）健全责任 1\n{PLAN}", id="contents with pages"
        ),
        pytest.param(PLAN + "附件 1.核心指标\n     2.重点任务\n", id="a list of annexes below"),
        pytest.param(
            PLAN + "抄送：区委办公室。\n江北区人民政府办公室　2025年3月5日印发\n", id="end matter"
        ),
        pytest.param(
            PLAN + "打印本页　关闭窗口\n主办：江北区人民政府\n", id="the foot of the page"
        ),
        pytest.param(
            PLAN + "相关解读：一图读懂2025年安全生产工作要点\n", id="a link to an explanation"
        ),
        pytest.param(PLAN + "政策图解：安全生产工作\n解读二\n", id="one without 相关"),
        pytest.param(
            LETTER + SIGNED + f"{POINTS}\n{PLAN}一图读懂{POINTS}\n", id="the name of an explanation"
        ),
        pytest.param(
            PLAN + "核心指标\n\t序号\n\t名称\n\n\t1\n\t丙\n\n扫一扫\n一、政策解读\n1.背景。甲。\n",
            id="an explanation on the page",
        ),
        pytest.param(
            PLAN + "2025年核心指标\n（单位：起）\n\t序号\n\t名称\n\n\t1\n\t丙\n\n版权所有\n",
            id="a table title over two lines",
        ),
        pytest.param(
            "一、深化责任\n（一）健全责任。落实\n— 3 —\n述职。\n", id="a page number inside"
        ),
    ],
)
def test_the_body_is_the_plan_without_its_letter_contents_and_end_matter(text: str) -> None:
    assert read(text) == ONLY


# --- titles and numbers ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("paragraph", "number", "title", "text"),
    [
        ("1.健全责任：落实述职。开展检查。", "1.", "健全责任", "落实述职。开展检查。"),
        ("（1）健全责任。落实述职。", "（1）", "健全责任", "落实述职。"),
        ("1.2025年底前建成平台。开展应用。", "1.", "2025年底前建成平台", "开展应用。"),
        ("（一）开展“查风险。除隐患”行动。落实述职。", "（一）", "开展“查风险。除隐患”行动", "落实述职。"),
        (f"（一）{'强化监管' * 13}。落实述职。", "（一）", "强化监管" * 13, "落实述职。"),
        ("2.强化监管开展检查。", "2.", "", "强化监管开展检查。"),
    ],
)  # fmt: skip
def test_the_title_is_the_first_sentence(
    paragraph: str, number: str, title: str, text: str
) -> None:
    assert read(f"一、甲\n{paragraph}\n") == [(["一、甲"], number, title, text)]


def test_a_measure_may_explain_the_policy() -> None:
    first, second = measures("一、甲\n（一）政策解读：宣讲10场。\n（二）乙项。做乙。\n")
    assert (first.text, second.text) == ("宣讲10场。", "做乙。")


def test_levels_from_parts_to_numbers_in_parentheses() -> None:
    found = measures(
        "第一章 总则\n第一节 责任\n一．健全责任。甲。\n第二节 监管\n二．强化监管\n（1）检查。乙。\n"
    )
    assert [m.path for m in found] == [
        ["第一章总则", "第一节责任"],
        ["第一章总则", "第二节监管", "二．强化监管"],
    ]


def test_a_number_in_parentheses_below_a_measure_is_part_of_it() -> None:
    (measure,) = measures("一、甲\n1.检查。开展检查：\n（1）企业。每季度。\n（2）学校。每年。\n")
    assert measure.text == "开展检查：（1）企业。每季度。（2）学校。每年。"


@pytest.mark.parametrize(
    "title",
    ["强化形势研判", "整改存在问题", "推广成效显著的做法", "抢抓数字化机遇", "迎接挑战赛活动"],
)
def test_a_measure_may_speak_of_the_situation(title: str) -> None:
    assert [m.title for m in measures(f"一、甲\n（一）{title}。组织会商。\n")] == [title]


@pytest.mark.parametrize(
    "heading",
    [
        "应急管理工作现状与面临的形势",
        "进展与成效",
        "发展的机遇",
        "2024年工作回顾",
        "存在的主要问题",
    ],
)
def test_a_heading_made_of_the_words_of_a_report_is_one(heading: str) -> None:
    assert measures(f"一、{heading}\n（一）整治隐患。共402处。\n") == []


def test_a_section_of_who_answers_with_nothing_beside_it_is_no_less_said() -> None:
    first, _ = measures("一、责任分工\n县甲局牵头，县乙局配合。\n二、任务\n1.乙项。做乙。\n")
    assert (first.number, first.tasks[0].lead_text) == ("一、", "县甲局")


def test_a_line_that_is_a_measure_takes_nothing_from_below_the_signature_or_a_table() -> None:
    text = LETTER + "一、甲\n1.做丙（县甲局牵头）\n" + SIGNED + "（此件公开发布）\n"
    (task,) = measures(text)[0].tasks
    assert (task.content, task.lead_text) == ("做丙", "县甲局")
