"""The commitments of a measure: where one ends, who answers for it, until when."""

from __future__ import annotations

import pytest

from safeplan.documents import Document, read_text
from safeplan.models import Finding, Measure, Task
from safeplan.tasks import read_measures


def read(text: str) -> tuple[list[Measure], list[Finding]]:
    return read_measures(Document("x.txt", "", "text/plain", "utf-8", read_text(text)))


def tasks(text: str) -> list[Task]:
    return [task for measure in read(text)[0] for task in measure.tasks]


def test_a_measure_without_notes_and_deadlines_is_one_task() -> None:
    (task,) = tasks("一、深化责任\n（一）强化领导。落实述职。开展培训。\n")
    assert (task.task_id, task.part, task.table, task.row) == ("m1.1", "body", 0, 1)
    assert (task.table_title, task.group) == ("深化责任", "深化责任")
    assert (task.serial, task.name) == ("（一）", "强化领导")
    assert task.content == "强化领导。落实述职。开展培训。"


def test_the_outermost_heading_and_the_one_next_above() -> None:
    (task,) = tasks("一、甲\n（一）乙\n1.丙项。做丙。\n")
    assert (task.table_title, task.group) == ("甲", "乙")


def test_each_note_ends_a_task_and_the_title_names_them_all() -> None:
    first, second = tasks(
        "一、甲\n（一）防灾。搬迁45户。〔县乙局牵头〕巡查林区。（县丙局、县丁局负责）\n"
    )
    assert (first.content, first.lead_text) == ("搬迁45户。", "县乙局")
    assert (second.content, second.responsible_text) == ("巡查林区。", "县丙局、县丁局")
    assert first.name == second.name == "防灾"


def test_a_note_behind_a_clause_ends_a_task_as_well() -> None:
    first, second = tasks(
        "一、甲\n1.乙。替代率达到45%，（县丙局、县丁局负责）建设车间3个。（县戊局负责）\n"
    )
    assert (first.content, first.responsible_text) == ("替代率达到45%，", "县丙局、县丁局")
    assert (second.content, second.responsible_text) == ("建设车间3个。", "县戊局")


def test_a_numbered_sentence_with_a_note_has_no_title() -> None:
    (task,) = tasks("一、甲\n1.更换管道9公里。（责任单位：县乙局）\n")
    assert (task.name, task.content, task.responsible_text) == ("", "更换管道9公里。", "县乙局")


@pytest.mark.parametrize("item", ["1.更换管道9公里", "1.更换管道9公里。", "1.更换管道9公里；"])
def test_lines_below_a_sentence_say_who_and_when(item: str) -> None:
    (task,) = tasks(f"一、甲\n{item}\n责任单位：县乙局\n完成时限：9月底前\n二、丙\n")
    assert task.content.startswith("更换管道9公里")
    assert (task.responsible_text, task.deadline_text) == ("县乙局", "9月底前")


def test_a_note_of_a_heading_is_of_all_below_that_say_nothing_else() -> None:
    first, second = tasks(
        "一、甲（牵头单位：县乙局）\n1.排查隐患。逐户排查。\n2.整改隐患。逐户整改。（责任单位：县丙局）\n"
    )
    assert first.lead_text == "县乙局"
    assert (second.lead_text, second.responsible_text) == ("", "县丙局")


def test_a_note_behind_the_title_is_of_the_whole_measure() -> None:
    (task,) = tasks("一、甲\n1.排查隐患（县乙局牵头）。逐户排查。\n")
    assert (task.name, task.lead_text) == ("排查隐患", "县乙局")


def test_one_note_below_several_numbers_is_of_all_of_them() -> None:
    found = tasks("一、甲\n1.排查危房；\n2.拆除违建。\n责任单位：县乙局\n")
    assert [task.responsible_text for task in found] == ["县乙局", "县乙局"]
    # Measures with titles stand by themselves, and where some have notes each has but its own.
    found = tasks("一、甲\n1.危房。排查危房。\n2.违建。拆除违建。\n责任单位：县乙局\n")
    assert [task.responsible_text for task in found] == ["", "县乙局"]
    found = tasks(
        "一、甲\n1.排查危房；\n责任单位：县丙局\n2.拆除违建。\n3.绿化。\n责任单位：县乙局\n"
    )
    assert [task.responsible_text for task in found] == ["县丙局", "", "县乙局"]


def test_points_that_run_on_share_the_note_below_the_last() -> None:
    found = tasks(
        "一、甲\n1.签订责任书。\n责任单位：县丙局\n2.执行制度；\n3.开展评议；\n责任单位：县乙局\n完成时限：12月\n"
    )
    assert [task.responsible_text for task in found] == ["县丙局", "县乙局", "县乙局"]
    assert found[1].deadline_text == "12月"


def test_a_list_that_a_line_breaks_off_goes_on_with_the_next() -> None:
    (task,) = tasks("一、甲\n1.治理12处。\n责任单位：县乙局、\n县丙局\n完成时限：10月底前\n")
    assert task.responsible_text == "县乙局、县丙局"
    assert task.deadline_text == "10月底前"
    first, second = tasks("一、甲\n责任单位：县乙局，\n各乡镇\n1.治理12处。\n2.治理9处。\n")
    assert first.responsible_text == second.responsible_text == "县乙局，各乡镇"


def test_headings_that_are_labels_speak_of_the_measures_beside_them() -> None:
    found = tasks(
        "一、甲\n（一）任务\n1.乙。做乙。\n2.丙。做丙。\n（二）责任单位\n县丁局、县戊局\n（三）完成时限\n10月底前\n"
    )
    assert [(task.responsible_text, task.deadline_text) for task in found] == [
        ("县丁局、县戊局", "10月底前")
    ] * 2


@pytest.mark.parametrize(
    ("heading", "text"),
    [
        ("责任单位和时限", "以上工作由县丁局、县戊局负责，10月底前。"),
        ("责任分工及完成时限", "上述任务由县丁局、县戊局负责，10月底前，完成情况报县己局。"),
        ("责任单位、完成时限", "以上任务责任单位：县丁局、县戊局；完成时限：10月底前。"),
    ],
)
def test_a_last_heading_that_speaks_of_the_work_above_is_no_task(heading: str, text: str) -> None:
    found = tasks(
        f"一、甲\n1.乙。做乙。\n2.丙。做丙。（责任单位：县庚局）\n二、{heading}\n{text}\n"
    )
    assert [(task.responsible_text, task.deadline_text) for task in found] == [
        ("县丁局、县戊局", "10月底前"),
        ("县庚局", "10月底前"),
    ]


def test_a_last_heading_of_duties_that_speaks_of_its_own_is_not_of_the_others() -> None:
    found = tasks("一、甲\n1.乙。做乙。\n二、责任分工\n县丁局负责监测。县戊局负责转移。\n")
    assert found[0].responsible_text == ""
    assert [task.responsible_text for task in found[1:]] == ["县丁局", "县戊局"]


def test_a_short_sentence_above_plain_paragraphs_is_a_heading() -> None:
    found, _ = read("一、甲\n（一）突出重点，打好攻坚仗。\n交通方面。做乙。\n消防方面。做丙。\n")
    assert [(m.path[-1], m.title) for m in found] == [
        ("（一）突出重点，打好攻坚仗。", "交通方面"),
        ("（一）突出重点，打好攻坚仗。", "消防方面"),
    ]


def test_a_numbered_line_may_be_a_note() -> None:
    (task,) = tasks(
        "一、甲\n（一）乙行动\n1.工作内容：培训2轮。\n2.牵头单位：县丙局\n3.完成时间：5月底前\n"
    )
    assert (task.name, task.content) == ("乙行动", "培训2轮。")
    assert (task.lead_text, task.deadline_text) == ("县丙局", "5月底前")


def test_a_line_that_breaks_off_goes_on_with_the_next() -> None:
    (task,) = tasks("一、甲\n1.3月底前建成服务站，\n配齐专职人员2人。\n")
    assert task.content == "3月底前建成服务站，配齐专职人员2人。"


def test_marks_inside_a_paragraph_are_no_number_of_it() -> None:
    (task,) = tasks("一、甲\n①县级60人；②镇级25人。\n责任单位：县丙局\n")
    assert (task.serial, task.content) == ("一、", "①县级60人；②镇级25人。")


def test_a_point_is_not_parted_from_what_it_opens() -> None:
    first, second = tasks("一、甲\n1.丙。一是乙。3月底前签订。二是丁。摸清底数，4月底前建档。\n")
    assert (first.deadline_text, second.deadline_text) == ("3月底前", "4月底前")
    assert second.content.startswith("二是丁。")


def test_marked_points_of_a_measure_are_tasks() -> None:
    found = tasks(
        "一、甲\n1.检查。\n（1）企业每季度检查。（县乙局负责）\n（2）学校每年检查。（县丙局负责）\n"
    )
    assert [task.content for task in found] == ["企业每季度检查。", "学校每年检查。"]


def test_sentences_with_deadlines_of_their_own_are_parted() -> None:
    found = tasks("一、甲\n1.培训。2024年6月底前，摸清底数；2025年底前，培训全部人员。巩固成果。\n")
    assert [(task.content, task.deadline_text) for task in found] == [
        ("2024年6月底前，摸清底数；", "2024年6月底前"),
        ("2025年底前，培训全部人员。巩固成果。", "2025年底前"),
    ]


@pytest.mark.parametrize(
    ("sentence", "deadline"),
    [
        ("6月底前完成摸底。", "6月底前"),
        ("修订预案，年底前印发。", "年底前"),
        ("汛前完成水库除险加固。", "汛前"),
        ("6月底前完成设计，汛前完工。", "汛前"),
        ("5月底前完成除险加固并于汛前投用。", "汛前"),
        # A season inside the work of a day names the work.
        ("4月1日前完成38座水库汛前检查。", "4月1日前"),
        ("9月底前完成管网入冬前检修。", "9月底前"),
        ("每村2名灾情员，年内轮训一遍。", "年内"),
        ("到2028年关停矿山14座。", "到2028年"),
        ("总投资2600万元，2026年开工，2027年建成。", "2027年"),
        ("全年开展演练2次。", "全年"),
        ("3月开展检查。", "3月"),
        ("建设一张图，10月投入试运行。", "10月"),
        ("年底前完成整改，次年1月15日前报县安委办。", "年底前"),
        # What only describes is no deadline.
        ("鉴定2010年以前建成的卫生院。", ""),
        ("5月12日前后开展宣传周。", ""),
        ("奖励资金30日内兑付。", ""),
        ("每月25日前报送情况。", ""),
        ("春节、清明期间开展巡护。", ""),
        ("全年火灾起数下降5%。", ""),
        ("盲区较2025年减少60%。", ""),
        ("整改2024年底的存量隐患。", ""),
    ],
)
def test_a_deadline_in_the_sentence(sentence: str, deadline: str) -> None:
    (task,) = tasks(f"一、甲\n1.做好乙项。{sentence}\n")
    assert task.deadline_text == deadline


STAGE = "一、实施步骤\n（一）自查（5月8日至5月31日）。{}\n"


def test_a_day_in_the_sentence_is_nearer_than_those_of_its_stage() -> None:
    (task,) = tasks(STAGE.format("开展自查，5月25日前公开承诺3项。"))
    assert task.deadline_text == "5月25日前"
    (task,) = tasks(STAGE.format("抽查比例不低于30%。"))
    assert task.deadline_text == "5月8日至5月31日"
    # A day by which the work is reported on does not shorten it.
    (task,) = tasks(STAGE.format("抽查比例不低于30%。5月20日前报送总结。"))
    assert task.deadline_text == "5月8日至5月31日"
    # A note behind the sentence is nearer still.
    (task,) = tasks("一、甲\n1.乙。6月底前完成丙，8月底前完成丁。（县甲局，9月底前）\n")
    assert task.deadline_text == "9月底前"


def test_a_title_may_be_the_deadline() -> None:
    (task,) = tasks("一、甲\n（一）1—3月：检查门店45家，年终考评。\n")
    assert task.deadline_text == "1—3月"


def test_the_year_of_the_plan_is_no_deadline() -> None:
    plan = "关于印发《甲县{}年工作要点》的通知\n甲县{}年工作要点\n一、甲\n1.乙。2025年建成消防站3座。\n"
    (task,) = tasks(plan.format(2025, 2025))
    assert task.deadline_text == ""


# --- what is no task ---------------------------------------------------------------------------


def test_aims_and_introductions_are_tasks_where_they_can_be_checked() -> None:
    (task,) = tasks("2025年，全县要除隐患，全年亡人数不超过2人。\n一、甲\n")
    assert task.content.endswith("全年亡人数不超过2人。")
    (task,) = tasks("一、总体要求\n以某某为指导，全年事故起数下降4%。\n")
    assert task.name == "总体要求"
    assert tasks("一、总体要求\n以某某为指导，坚决遏制重特大事故，推动隐患动态清零。\n") == []
    (task,) = tasks("以“三基”为抓手，实现安全生产零死亡。\n一、甲\n")
    assert task.name == ""
    assert tasks("去年，全县事故起数下降了12%。\n一、甲\n") == []


def test_how_the_work_is_run_is_no_task_unless_somebody_answers_for_it() -> None:
    assert tasks("一、工作要求\n（一）加强领导。各单位要高度重视，一月一调度。\n") == []
    assert tasks("一、实施步骤\n（一）动员部署。2024年5月底前，制定方案。\n") == []
    (task,) = tasks("一、组织保障\n（一）完善机制。召开会议。（县乙局负责）\n")
    assert task.responsible_text == "县乙局"
    (task,) = tasks("一、保障措施\n（一）保障经费。按人均不低于2元安排经费。\n")
    assert task.name == "保障经费"


def test_a_paragraph_that_points_to_a_table_is_no_task() -> None:
    assert tasks("一、重点任务\n实施四大行动，任务、目标、责任见附表。\n") == []


def test_a_last_paragraph_that_asks_for_an_amount_is_no_closing_one() -> None:
    assert (
        tasks("一、甲\n开展宣传。\n各学校要开展演练2次。\n")[-1].content == "各学校要开展演练2次。"
    )


def test_closing_paragraphs_belong_to_no_measure_and_are_said() -> None:
    measures, findings = read("一、甲\n（一）宣传。开展宣传。\n各镇街要于每月25日前报送情况。\n")
    assert [task.content for task in measures[0].tasks] == ["宣传。开展宣传。"]
    assert [finding.code for finding in findings] == ["prose_closing"]


def test_what_stands_under_problems_and_has_a_note_is_a_task() -> None:
    (task,) = tasks(
        "一、存在的主要问题\n（一）通道堵塞。清理通道50处。（责任单位：县乙局）\n（二）责任不实。\n"
    )
    assert (task.name, task.responsible_text) == ("通道堵塞", "县乙局")


def test_what_is_no_measure_is_quoted_in_a_finding() -> None:
    _, findings = read("一、现状\n（一）形势好转。事故下降。\n二、甲\n1.乙。做乙。\n")
    (finding,) = findings
    assert finding.code == "prose_status"
    assert "（一）形势好转" in finding.args["begin"]


def test_brackets_that_are_no_pair_are_said() -> None:
    _, findings = read("一、甲\n1.乙。做乙。〔县丙局牵头）\n")
    assert [(finding.code, finding.args["text"]) for finding in findings] == [
        ("note_brackets", "〔县丙局牵头）")
    ]


# --- annexes and schemes -----------------------------------------------------------------------

BODY = "甲县2025年工作要点\n一、甲\n1.乙项。做乙。\n附件：1.任务分工\n甲县人民政府\n2025年5月31日\n"


def test_an_annex_in_prose_gives_tasks() -> None:
    first, second = tasks(
        BODY
        + "附件1\n重点任务分工\n一、站点\n1.2025年底前建成消防站。\n责任单位：县丙局主要领导。\n"
    )
    assert (first.part, second.part) == ("body", "annex")
    assert (second.table_title, second.group) == ("重点任务分工", "站点")
    assert (second.responsible_text, second.deadline_text) == ("县丙局", "2025年底前")


def test_an_annex_that_is_no_list_of_tasks_is_said() -> None:
    measures, findings = read(BODY + "附件1\n评分细则\n1.组织。成立专班得10分。\n")
    assert len(measures) == 1
    assert [finding.code for finding in findings] == ["prose_annex"]
    assert "1.组织" in findings[0].args["begin"]


def test_several_schemes_under_one_circular_are_headings() -> None:
    found, _ = read(
        "甲县人民政府办公室\n关于印发《甲县“两个全覆盖”工作方案》的通知\n各乡镇：\n"
        "现将《甲县责任全覆盖工作方案》《甲县整治全覆盖工作方案》印发给你们。\n2025年4月26日\n"
        "甲县责任全覆盖工作方案\n根据部署，制定本方案。\n一、任务\n1.签订责任书。签订23份。\n"
        "甲县整治全覆盖工作方案\n根据部署，制定本方案。\n一、任务\n1.排查。排查企业100家。\n"
    )
    assert [measure.path for measure in found] == [
        ["甲县责任全覆盖工作方案", "一、任务"],
        ["甲县整治全覆盖工作方案", "一、任务"],
    ]
    assert found[0].text == "签订23份。"


def test_contents_without_their_word_give_no_measures() -> None:
    found, _ = read(
        "一、现状 7\n（一）成效。 7\n二、任务 19\n（一）改革。 19\n"
        "一、现状\n（一）成效。事故下降。\n二、任务\n（一）改革。健全体系。\n"
    )
    assert [measure.title for measure in found] == ["改革"]


def test_headings_without_numbers_stand_above_paragraphs_with_titles() -> None:
    found, _ = read(
        "主要任务\n隐患排查。排查水库12座。责任单位：各村。\n物资储备。储备编织袋500条。责任单位：各村。\n"
        "工作目标\n水库安全度汛率100%。\n"
    )
    assert [(m.path, m.title) for m in found] == [
        (["主要任务"], "隐患排查"),
        (["主要任务"], "物资储备"),
        ([], "工作目标"),
    ]
    assert [m.tasks[0].responsible_text for m in found] == ["各村", "各村", ""]


def test_lines_of_notes_close_what_stands_above_them() -> None:
    first, second = tasks(
        "一、甲\n（一）加强督促检查\n县教育局完成学校检查。\n（县甲局牵头）\n"
        "县应急局完成企业检查。\n（县乙局牵头）\n"
    )
    assert (first.content, first.lead_text) == ("县教育局完成学校检查。", "县甲局")
    assert (second.content, second.lead_text) == ("县应急局完成企业检查。", "县乙局")


LISTED = """一、总体要求
坚持生命至上。
序号\t任务\t责任单位
1\t排查林区隐患\t县林业局
2\t修建堤坝\t县水利局

- 县应急局6月底前开展演练3次。
* 县水利局巡查水库20座
- 上述数字为规划口径数据
"""


def test_items_of_a_list_below_a_table_are_measures_or_said() -> None:
    measures, findings = read(LISTED)
    assert [measure.text for measure in measures] == [
        "县应急局6月底前开展演练3次。",
        "县水利局巡查水库20座",
    ]
    said = {finding.code: finding.args["begin"] for finding in findings}
    assert said["prose_bullets"] == "“-上述数字为规划口径数据”"


@pytest.mark.parametrize(
    "first", ["第一项：物资\n补充冲锋舟6艘。", "一要建强队伍。补充冲锋舟6艘。"]
)
def test_what_only_its_count_numbers_is_a_measure(first: str) -> None:
    text = f"{first}\n责任单位：市甲局\n{first.replace('一', '二')}\n责任单位：市乙局\n"
    assert [task.responsible_text for task in tasks(text)] == ["市甲局", "市乙局"]


@pytest.mark.parametrize(("opens", "closes"), ["［］", "[]", "〔〕", "【】", "（）"])
def test_labels_in_brackets_of_their_own_may_stand_on_a_line(opens: str, closes: str) -> None:
    labels = ["牵头单位：县甲局", "配合单位：县乙局、各乡镇（街道）", "时限：9月底前"]
    note = "".join(f"{opens}{label}{closes}" for label in labels)
    (task,) = tasks(f"一、守牢底线\n1.划界38公里。\n{note}\n")
    assert (task.lead_text, task.assisting_text) == ("县甲局", "县乙局、各乡镇（街道）")
    assert task.deadline_text == "9月底前"


def test_the_mark_of_an_item_is_no_part_of_its_subject() -> None:
    found = tasks(
        "一、备足队伍\n- 组建抢险队伍6支；（市甲局牵头）\n——储备编织袋20万条。（市乙局）\n"
    )
    assert [task.content for task in found] == ["组建抢险队伍6支；", "储备编织袋20万条。"]


def test_a_line_in_brackets_is_no_heading() -> None:
    text = "（共2项）\n任务1：排查\n排查隐患30处。\n任务2：整治\n整治隐患20处。\n"
    assert [task.group for task in tasks(text)] == [None, None]
