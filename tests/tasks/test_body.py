"""The body: which paragraphs are measures, under which headings."""

from __future__ import annotations

from safeplan.documents import Document, read_text
from safeplan.models import Measure
from safeplan.tasks import read_measures


def measures(text: str) -> list[Measure]:
    return read_measures(Document("x.txt", "", "text/plain", "utf-8", read_text(text)))


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


def test_decimals_and_years_are_no_numbers_of_paragraphs() -> None:
    (measure,) = measures("一、甲\n1.乙项。做乙。\n1.5公里道路完成整治。\n")
    assert measure.text.endswith("1.5公里道路完成整治。")
