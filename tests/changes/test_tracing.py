"""`trace`: what is asked from above, and what the annual plans make of it."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from tests.conftest import tab_table

from safeplan.changes.tracing import due, gaps, trace
from safeplan.cli import run
from safeplan.models import Period, Plan, Promise, Trace

CAMPAIGN = Period(start_year=2024, end_year=2026)


def found(traced: Trace, text: str) -> Promise:
    """The one promise whose words hold a text."""
    (promise,) = [one for one in traced.promises if text in one.text]
    return promise


def answers(promise: Promise) -> list[str]:
    return [answer.record_id for answer in promise.answers]


# ---- the five-year plan in the annual one, as read by eye ----


@pytest.fixture(scope="module")
def five_years(real_plans: dict[str, Plan]) -> Trace:
    return trace([real_plans["沙坪坝-2021-2025"]], [real_plans["沙坪坝-2025"]])


@pytest.mark.parametrize(
    ("text", "state", "answer"),
    [
        ("森林火灾受害率", "carried", "t1.5"),
        ("城市公共供水管网漏损率", "carried", "t3.29"),
        ("结构设施监测率和病害整治率", "carried", "t3.29"),
        ("每年开展区级综合应急演练", "carried", "t2.27"),
        ("各镇街、管委会开展本级综合应急演练", "carried", "t2.27"),
        # Of a total over five years one year carries its share, and loosens nothing.
        ("城镇老旧小区改造590万平方米", "carried", "t3.6"),
        ("改造市政排水管网67.66公里", "carried", "t3.38"),
        # Against another baseline: carried, and not to be compared.
        ("“十四五”时期全区生产安全事故死亡人数", "carried", "t1.2"),
        # No 较大 accident at all is more than no 重特大 one.
        ("5年累计重特大生产安全事故起数", "tightened", "t1.1"),
    ],
)
def test_what_the_annual_plan_carries(
    text: str, state: str, answer: str, five_years: Trace
) -> None:
    promise = found(five_years, text)
    assert (promise.state, answers(promise)[0]) == (state, answer)


@pytest.mark.parametrize(
    "text",
    [
        "亿元地区生产总值生产安全事故死亡率",
        "年均因自然灾害直接经济损失占生产总值比例",
        "突发气象灾害监测率",
        "改造危桥5座",
        "完成6座病险水库除险加固",
        "24小时森林草原火灾扑灭率",
        "实现人均避难场所面积1.5平方米",
        "城市道路照明亮灯率",
    ],
)
def test_what_nobody_carries(text: str, five_years: Trace) -> None:
    assert found(five_years, text).state == "not_carried"


def test_what_nobody_carries_is_shown_with_the_nearest(five_years: Trace) -> None:
    (nearest,) = found(five_years, "户外广告和店招牌设置合规率").nearest
    assert nearest.record_id == "t3.32"
    assert not found(five_years, "森林火灾受害率").nearest


def test_a_clause_is_shown_whole(five_years: Trace) -> None:
    assert found(five_years, "100%持证上岗").text == "确保安全管理人员、特种作业人员100%持证上岗"


def test_a_record_without_the_target_carries_it_in_part_and_is_a_gap(five_years: Trace) -> None:
    promise = found(five_years, "城镇市政消火栓建有率")
    assert promise.state == "partly"
    assert answers(promise)[0] == "t4.11"
    assert promise.note
    assert promise in gaps(five_years)


def test_every_promise_names_its_place(five_years: Trace) -> None:
    assert five_years.promises
    for promise in five_years.promises:
        assert promise.source.lines
        assert all(answer.source.lines for answer in promise.answers)


# ---- the campaign, with annual plans of other districts standing in ----


@pytest.fixture(scope="module", params=["沙坪坝-2025", "忠县-2025"])
def campaign(request: pytest.FixtureRequest, real_plans: dict[str, Plan]) -> Trace:
    return trace([real_plans["璧山-2024-2026"]], [real_plans[request.param]])


@pytest.mark.parametrize(
    ("text", "state"),
    [
        ("建立高危项目源头立项咨询评估机制", "in_other_words"),
        ("民爆生产、销售企业二级标准化达标率", "carried"),
        ("实现重点粉尘涉爆等企业安全风险监测预警全覆盖", "carried"),
        ("基本实现城镇建成区消防供水全覆盖", "carried"),
        ("每年至少组织开展1次疏散逃生演练", "carried"),
        ("建立健全各行业领域安全生产举报制度机制", "in_other_words"),
        ("有效遏制重大事故隐患增量", "not_carried"),
        ("打造一批安全生产标准化标杆企业单位", "not_carried"),
        ("村（社区）应急救援站（点）建成率达到90%", "not_carried"),
        ("每季度带队对本单位重大事故隐患排查整治情况", "not_carried"),
        ("高危行业在岗和新入职人员培训考核合格率", "not_due"),
        ("完成农村公路危桥改造6座", "not_due"),
    ],
)
def test_what_is_due_in_the_campaign(text: str, state: str, campaign: Trace) -> None:
    assert found(campaign, text).state == state


def test_a_monthly_check_is_no_half_yearly_drill(campaign: Trace) -> None:
    """Both say 高危行业领域; one is of checks, the other of drills."""
    assert found(campaign, "高危行业领域每月至少1次").state == "not_carried"
    assert found(campaign, "高危行业领域每半年至少1次").state == "carried"


def test_what_the_body_says_again_is_promised_once(campaign: Trace) -> None:
    found(campaign, "装备达标率")
    found(campaign, "25台")
    found(campaign, "千师万讲”安全知识宣讲近万场")


# ---- a circular from above, in those of two districts ----


@pytest.fixture(scope="module")
def from_above(real_plans: dict[str, Plan]) -> Trace:
    """What 南岸 asks stands in for what a city would: its circular is of the same year and mould."""
    others = [real_plans["沙坪坝-2025"], real_plans["忠县-2025"]]
    return trace([real_plans["南岸-2025"]], others)


@pytest.mark.parametrize(
    ("record", "states"),
    [
        # A plan to be drawn up has no figure, and is asked all the same.
        ("t4.15", ["carried", "carried"]),
        # A row that nobody has.
        ("t4.33", ["not_carried", "not_carried"]),
    ],
)
def test_each_district_is_asked_for_each_row(
    record: str, states: list[str], from_above: Trace
) -> None:
    (promise,) = [one for one in from_above.promises if one.record_id == record]
    assert list(promise.states) == ["沙坪坝-2025", "忠县-2025"]
    assert list(promise.states.values()) == states


def test_every_row_of_a_circular_is_asked(from_above: Trace, real_plans: dict[str, Plan]) -> None:
    asked = {promise.record_id for promise in from_above.promises}
    assert asked == {task.task_id for task in real_plans["南岸-2025"].tasks}


def test_the_district_that_carries_least_decides(from_above: Trace) -> None:
    for promise in from_above.promises:
        if "not_carried" in promise.states.values():
            assert promise.state == "not_carried"
            assert promise.nearest


def test_what_prose_asks_is_traced(parse_text: Callable[..., Plan]) -> None:
    above = parse_text(
        "云川市2025年安全生产工作要点\n一、重点任务\n"
        "（一）开展实战演练。市、区每年至少组织1次综合应急演练。（责任单位：市应急局）\n"
        "（二）修订应急预案。完成市级总体应急预案修订并印发。（责任单位：市应急局）\n",
        "云川市2025.txt",
    )
    below = parse_text(
        "清河区2025年安全生产工作要点\n一、重点任务\n"
        "（一）组织演练。区级每年至少组织2次综合应急演练。（责任单位：区应急局）\n"
        "（二）整治燃气隐患。更换燃气软管8000户。（责任单位：区城管局）\n",
        "清河区2025.txt",
    )
    traced = trace([above], [below])
    assert [promise.state for promise in traced.promises] == ["tightened", "not_carried"]


# ---- deadlines ----


@pytest.mark.parametrize(
    ("deadline", "in_2024", "in_2025", "in_2026"),
    [
        ("2024年", "due", "past", "past"),
        ("2024年6月底前", "due", "past", "past"),
        ("2025年2026年", "later", "due", "due"),
        ("2024—2026年", "due", "due", "due"),
        ("2025年起", "later", "due", "due"),
        ("每年", "due", "due", "due"),
        ("长期坚持", "due", "due", "due"),
        ("", "due", "due", "due"),
    ],
)
def test_when_a_task_is_due(deadline: str, in_2024: str, in_2025: str, in_2026: str) -> None:
    assert [due(deadline, CAMPAIGN, [year]) for year in (2024, 2025, 2026)] == [
        in_2024,
        in_2025,
        in_2026,
    ]


def test_nothing_is_due_outside_the_period() -> None:
    assert due("每年", CAMPAIGN, [2027]) == "outside"


# ---- the smallest cases ----


@pytest.fixture
def in_annual(parse_text: Callable[..., Plan]) -> Callable[[str, str], Promise]:
    """What becomes of one promise in an annual plan of one row."""

    def of(promised: str, stated: str) -> Promise:
        header = ["序号", "名称", "目标（内容）", "完成时间", "责任单位"]
        row = ["1", "城市管理领域", promised, "2025年", "县城市管理局"]
        other = ["2", "森林防火领域", "开展违规用火专项行动。", "县林业局"]
        campaign = parse_text(
            f"忠县安全生产三年行动方案（2024—2026年）\n附件\n任务清单\n{tab_table(header, row)}",
            "忠县三年行动方案.txt",
        )
        annual = parse_text(
            "忠县2025年工作要点\n一、重点整治\n"
            + tab_table([*header[:3], header[4]], [*row[:2], stated, row[4]], other)
        )
        (promise,) = trace([campaign], [annual]).promises
        return promise

    return of


@pytest.mark.parametrize(
    ("stated", "state"),
    [
        ("城市管网漏损率控制在9%之内。", "carried"),
        ("城市管网漏损率控制在8%之内。", "tightened"),
        ("城市管网漏损率控制在10%之内。", "loosened"),
        ("市政设施结构病害整治率100%。", "not_carried"),
    ],
)
def test_a_target_is_carried_tightened_loosened_or_not(
    stated: str, state: str, in_annual: Callable[[str, str], Promise]
) -> None:
    promise = in_annual("城市管网漏损率控制在9%之内。", stated)
    assert (promise.due, promise.state) == ("due", state)


# ---- the command ----


def test_the_command_exits_1_where_there_are_gaps(
    at_root: object, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    command = ["trace", "沙坪坝-2021-2025", "--in", "沙坪坝-2025", "-f"]
    assert run([*command, "json"]) == 1
    document = json.loads(capsysbinary.readouterr().out)
    assert list(document) == ["schema_version", "plans", "annuals", "promises"]
    assert document["annuals"] == ["沙坪坝-2025"]
    assert run([*command, "csv"]) == 1
    rows = capsysbinary.readouterr().out.decode("utf-8-sig").splitlines()
    assert len(rows) == len(document["promises"]) + 1
    assert run([*command, "table"]) == 1
    printed = capsysbinary.readouterr().out.decode()
    assert printed.index("未承接") < printed.index("已承接")


def test_an_unknown_annual_plan_is_trouble(
    at_root: object, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    assert run(["trace", "沙坪坝-2021-2025", "--in", "没有"]) == 2
    assert run(["trace", "沙坪坝-2021-2025"]) == 2
    capsysbinary.readouterr()


def test_an_annual_plan_of_another_time_leaves_no_gap(real_plans: dict[str, Plan]) -> None:
    period = Period(start_year=2027, end_year=2027)
    later = real_plans["沙坪坝-2025"].model_copy(update={"period": period})
    traced = trace([real_plans["璧山-2024-2026"]], [later])
    assert {promise.due for promise in traced.promises} == {"outside"}
    assert gaps(traced) == []
