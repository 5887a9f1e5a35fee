"""Notes of owners and deadlines: what is one, what it says, what it leaves alone."""

from __future__ import annotations

import pytest

from safeplan.tasks.notes import (
    Answering,
    note_line,
    said_by_heading,
    split_notes,
    uneven_notes,
    who_says,
)


def said(note: Answering) -> tuple[str, str, str, str]:
    return note.lead, note.responsible, note.assisting, note.deadline


@pytest.mark.parametrize(
    ("note", "lead", "responsible", "assisting", "deadline"),
    [
        ("（牵头单位：甲局；责任单位：乙局，各镇街；完成时限：3月底前）", "甲局", "乙局，各镇街", "", "3月底前"),
        ("(责任单位:甲局;配合单位:乙局)", "", "甲局", "乙局", ""),
        ("〔区甲局牵头，区乙局、各镇配合〕", "区甲局", "", "区乙局、各镇", ""),
        ("［区甲局牵头、区乙局配合］", "区甲局", "", "区乙局", ""),
        # The pair does not match, or a body has brackets of its own.
        ("〔区甲局牵头，区乙局配合）", "区甲局", "", "区乙局", ""),
        ("（责任单位：各乡镇（街道）、县甲局）", "", "各乡镇（街道）、县甲局", "", ""),
        ("（区甲局、区乙局按职责分工负责）", "", "区甲局、区乙局", "", ""),
        ("（各部门、各镇街分别负责）", "", "各部门、各镇街", "", ""),
        ("（区甲局会同各镇街负责）", "区甲局", "", "各镇街", ""),
        # 甲商乙 is 甲 with 乙; the 商务局 is one body.
        ("（县应急局商县公安局负责）", "县应急局", "", "县公安局", ""),
        ("（县住建局牵头，县市场监管局、县商务局配合）", "县住建局", "", "县市场监管局、县商务局", ""),
        ("（由区甲局牵头，区乙局等部门参与，各镇街按属地原则落实）", "区甲局", "各镇街", "区乙局等部门", ""),
        ("（区甲局牵头，6月底前完成）", "区甲局", "", "", "6月底前完成"),
        ("（责任单位：区甲局，6月底前）", "", "区甲局", "", "6月底前"),
        ("（区甲局、区乙局；长期坚持）", "", "区甲局、区乙局", "", "长期坚持"),
        ("（各镇牵头，区甲局指导；2月15日前）", "各镇", "", "区甲局", "2月15日前"),
        ("（5月，减灾股）", "", "减灾股", "", "5月"),
        ("（区甲局、区乙局）", "", "区甲局、区乙局", "", ""),
        ("（2025年6月底前）", "", "", "", "2025年6月底前"),
        ("责任单位：区甲局。完成时限：6月底前。", "", "区甲局", "", "6月底前"),
        ("【责任单位】区甲局", "", "区甲局", "", ""),
        # Under a label, what is said of some bodies is said of these alone.
        ("（责任单位：县甲局、县乙局；各镇配合）", "", "县甲局、县乙局", "各镇", ""),
        ("（责任单位：县甲局牵头，县乙局等参加）", "县甲局", "", "县乙局等", ""),
        ("（牵头单位县甲局，配合单位县乙局，8月底前）", "县甲局", "", "县乙局", "8月底前"),
        ("（责任社区：各社区居委会）", "", "各社区居委会", "", ""),
        # Words around what they do.
        ("（县甲局统筹，各镇具体负责）", "县甲局", "各镇", "", ""),
        ("（县甲办、县乙办分头负责）", "", "县甲办、县乙办", "", ""),
        ("（县甲局牵头，各县（区）人民政府落实属地责任）", "县甲局", "各县（区）人民政府", "", ""),
        ("（以上任务由县甲局牵头，各镇配合）", "县甲局", "", "各镇", ""),
        # A comma in brackets parts nothing; a colon parts a date.
        ("（市甲局，各县（市、区）；10月底前）", "", "市甲局，各县（市、区）", "", "10月底前"),
        ("（市甲局，各县〔市、区〕政府负责实施，年底前完工）", "", "市甲局，各县〔市、区〕政府", "", "年底前完工"),
        ("（市甲局指导，各镇负责实施）", "", "各镇", "市甲局", ""),
        ("（县财政局负责资金保障，县审计局负责监督）", "", "县财政局；县审计局", "", ""),
        ("（县甲局、各乡镇：4月底前）", "", "县甲局、各乡镇", "", "4月底前"),
    ],
)  # fmt: skip
def test_a_note_behind_a_sentence(
    note: str, lead: str, responsible: str, assisting: str, deadline: str
) -> None:
    text, read = split_notes("整改隐患30处。" + note)
    assert text == "整改隐患30处。"
    assert isinstance(read, Answering)
    assert said(read) == (lead, responsible, assisting, deadline)


@pytest.mark.parametrize(
    "text",
    [
        "整治工地（含园区）隐患。",
        "完成整治（2024年3处）。",
        "责任落实到各乡镇（街道）。",
        "按照《办法》（县府办〔2025〕3号）执行。",
        "推动安全宣传“五进”（进学校、进企业）。",
        "开展演练（每半年1次）。",
        "完善应急管理体系（区、镇、村）。",
        "实施三年行动（2024年）。",
        "压实部门责任：属地责任和监管责任。",
    ],
)
def test_other_brackets_stay_in_the_text(text: str) -> None:
    assert split_notes(text) == (text,)


def test_what_a_note_says_besides_is_kept() -> None:
    _, note = split_notes("整改隐患。（县甲局牵头，按统一部署执行）")
    assert isinstance(note, Answering)
    assert (note.lead, note.kept) == ("县甲局", {"其他": "按统一部署执行"})


def test_known_bodies_before_the_stop_are_a_note_and_other_words_are_none() -> None:
    text, note = split_notes("修复护岸3公里（应急管理局、各街道）。")
    assert (text, note) == ("修复护岸3公里。", Answering(responsible="应急管理局、各街道"))
    for plain in (
        "走访重点单位（学校、医院）。",
        "健全三级网络（乡镇、街道）。",
        "走访商户（老旧小区）。",
    ):
        assert split_notes(plain) == (plain,)


def test_a_last_day_in_brackets_is_one_before_the_stop_as_well() -> None:
    text, note = split_notes("维修道路25公里（10月底前）。")
    assert (text, note) == ("维修道路25公里。", Answering(deadline="10月底前"))


def test_notes_between_sentences_part_them_and_keep_their_stops() -> None:
    pieces = split_notes("排查隐患（责任单位：甲局），整改隐患（责任单位：乙局）。")
    assert [piece for piece in pieces if isinstance(piece, str)] == ["排查隐患，", "整改隐患。"]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("责任单位：区甲局，各镇街", ("", "区甲局，各镇街", "", "")),
        ("牵头单位：区甲局 责任单位：各镇街 完成时限：长期", ("区甲局", "各镇街", "", "长期")),
        ("（责任单位：市直各单位）", ("", "市直各单位", "", "")),
        ("**完成时间：**9月", ("", "", "", "9月")),
        ("责任单位：区甲局牵头，各镇配合", ("区甲局", "", "各镇", "")),
        # In towns and bureaus whatever kind of office answers names the label.
        ("牵头办所：镇应急管理办", ("镇应急管理办", "", "", "")),
        ("责任站所：农业站、水管站", ("", "农业站、水管站", "", "")),
        # A label of four characters, or of days, begins a note of its own wherever it stands.
        ("责任单位：县甲局、县乙局完成时限：12月底前", ("", "县甲局、县乙局", "", "12月底前")),
        ("牵头单位：县甲局配合单位：县乙局时限：6月底前", ("县甲局", "", "县乙局", "6月底前")),
        ("责任单位：县甲局。完成时限：6月底前。", ("", "县甲局", "", "6月底前")),
        ("〔（责任单位：县甲局；完成时限：6月底前）〕。", ("", "县甲局", "", "6月底前")),
        ("（牵头单位：县甲局）（配合单位：县乙局）", ("县甲局", "", "县乙局", "")),
    ],
)
def test_a_note_on_a_line_of_its_own(line: str, expected: tuple[str, str, str, str]) -> None:
    note = note_line(line)
    assert note is not None
    assert said(note) == expected


@pytest.mark.parametrize(
    "line", ["县水利局负责水库安全。", "责任落实到位。", "各部门要按职责负责。", "一、责任单位"]
)
def test_a_line_that_is_no_note(line: str) -> None:
    assert note_line(line) is None


def test_persons_are_no_bodies() -> None:
    note = note_line("责任单位及责任人：区政府、区甲局主要领导。")
    assert note is not None
    assert note.responsible == "区政府、区甲局"
    assert note.kept == {"责任人": "主要领导"}
    leader = note_line("责任领导：分管副区长")
    assert leader is not None
    assert not leader.names_bodies
    assert leader.kept == {"责任领导": "分管副区长"}


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("由区甲局牵头，区乙局、各镇街配合，开展排查。", ("区甲局", "", "区乙局、各镇街", "")),
        ("各镇街负责辖区排查。", ("", "各镇街", "", "")),
        ("各镇街负责排查，区甲局负责汇总。", ("", "各镇街；区甲局", "", "")),
        ("区甲局：年内完成搬迁28户。", ("", "区甲局", "", "")),
        ("区甲局牵头开展检查。", ("区甲局", "", "", "")),
        ("此项工作由区甲局牵头，区乙局配合，逐户排查。", ("区甲局", "", "区乙局", "")),
        ("区甲局牵头制定预案，各镇配合做好演练。", ("区甲局", "", "各镇", "")),
        ("区公安局、区民政局分别负责客栈、养老院排查。", ("", "区公安局、区民政局", "", "")),
        ("区公安局、区民政局按照职责分工，开展排查。", ("", "区公安局、区民政局", "", "")),
        ("责任单位为区甲局、区乙局。", ("", "区甲局、区乙局", "", "")),
        # Who asks others to join in leads, and they help.
        ("区甲局会同区气象局、区水文中心每日会商。", ("区甲局", "", "区气象局、区水文中心", "")),
        ("区应急局联合区公安分局开展执法。", ("区应急局", "", "区公安分局", "")),
        # A way of working, an attribute, persons: nobody is given a task.
        ("健全指挥机构牵头、各部门参与的机制，统一指挥。", ("", "", "", "")),
        ("建立由区领导牵头的包联机制。", ("", "", "", "")),
        ("压实各镇街负责人责任。", ("", "", "", "")),
        ("全区各级各部门统筹发展和安全。", ("", "", "", "")),
        ("各乡镇、各单位要明确专人负责。", ("", "", "", "")),
        ("组建联合执法队，整治违建。", ("", "", "", "")),
    ],
)
def test_who_answers_by_the_sentence_itself(
    sentence: str, expected: tuple[str, str, str, str]
) -> None:
    assert said(who_says(sentence)) == expected


def test_a_way_of_working_gives_nobody_a_task() -> None:
    assert not who_says("建立由县甲局牵头协调的工作机制。").names_bodies
    assert who_says("由县甲局牵头建立工作机制。").lead == "县甲局"


@pytest.mark.parametrize(
    ("heading", "expected"),
    [
        ("县水利局", ("", "县水利局", "", "")),
        ("一、县应急管理局牵头的任务（3项）", ("县应急管理局", "", "", "")),
        ("各乡镇（街道）", ("", "各乡镇（街道）", "", "")),
        ("第一季度重点工作", ("", "", "", "第一季度")),
        # Areas of work that are called like bodies, and principles.
        *(
            (area, ("", "", "", ""))
            for area in ("加油站", "学校", "县级水库", "区属企业", "市场监管")
        ),
        ("政府主导、部门负责", ("", "", "", "")),
    ],
)
def test_a_heading_may_say_who_or_when(heading: str, expected: tuple[str, ...]) -> None:
    assert said(said_by_heading(heading)) == expected


def test_a_label_in_brackets_is_a_pair() -> None:
    assert uneven_notes("完成更新。【责任单位】县水务局") == []
    assert uneven_notes("完成更新。〔甲局牵头）") == ["〔甲局牵头）"]


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("区市场监管局要对32家单位开展抽检。", "区市场监管局"),
        ("县应急管理局必须逐户核查。", "县应急管理局"),
        # All of a list, or none of it.
        ("县应急局、县公安局要加强联合执法。", "县应急局、县公安局"),
        ("有关企业、县公安局要加强联合执法。", ""),
        # A call on everybody is nobody's task, and 应急, 要求 are words of their own.
        ("各级各部门要高度重视。", ""),
        ("县应急响应机制要求更高。", ""),
    ],
)
def test_one_body_of_the_place_has_to_do_it(sentence: str, expected: str) -> None:
    assert who_says(sentence).responsible == expected
