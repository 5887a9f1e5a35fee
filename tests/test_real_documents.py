"""The five documents, cell for cell: what the parser is for."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import pytest

from safeplan.models import Finding, Plan
from safeplan.plans import parse, to_json
from tests.conftest import DOCUMENTS, gold_tasks

ROWS = {
    "沙坪坝-2025": [5, 65, 42, 13],
    "忠县-2025": [5, 3, 21, 56, 12, 19],
    "南岸-2025": [5, 4, 18, 68, 12, 19],
    "沙坪坝-2021-2025": [8],
    "璧山-2024-2026": [82],
}
MEASURES = {
    "沙坪坝-2025": 25,
    "忠县-2025": 24,
    "南岸-2025": 37,
    "沙坪坝-2021-2025": 92,
    "璧山-2024-2026": 28,
}


@pytest.mark.parametrize("plan_id", ROWS)
def test_every_row_of_every_table_is_there(plan_id: str, real_plans: dict[str, Plan]) -> None:
    plan = real_plans[plan_id]
    tables = range(1, len(ROWS[plan_id]) + 1)
    rows = [len({task.row for task in plan.tasks if task.table == table}) for table in tables]
    assert plan.plan_id == plan_id
    assert rows == ROWS[plan_id]
    assert len(plan.tasks) == sum(rows)


@pytest.mark.parametrize("plan_id", ["沙坪坝-2025", "忠县-2025"])
def test_rows_equal_the_labelled_rows_cell_for_cell(
    plan_id: str, real_plans: dict[str, Plan]
) -> None:
    def bare(value: object) -> object:
        return re.sub(r"\s", "", value) if isinstance(value, str) else value

    for task, labelled in zip(real_plans[plan_id].tasks, gold_tasks(plan_id), strict=True):
        read = {key: bare(value) for key, value in task.model_dump().items() if key in labelled}
        assert read == labelled


@pytest.mark.parametrize("plan_id", ROWS)
def test_parsing_gives_the_golden_file(plan_id: str, at_root: Path) -> None:
    """`data/parsed` is the golden set; `make golden` writes it anew, its diff is the review."""
    golden = (at_root / "data" / "parsed" / f"{plan_id}.json").read_text(encoding="utf-8")
    assert to_json(parse(Path("data/raw") / DOCUMENTS[plan_id])) == golden


@pytest.mark.parametrize("plan_id", ROWS)
def test_every_cell_stands_in_the_lines_its_source_names(
    plan_id: str, real_plans: dict[str, Plan]
) -> None:
    plan = real_plans[plan_id]
    lines = Path(plan.source.path).read_text(encoding="utf-8").splitlines()
    for task in plan.tasks:
        assert task.source.lines is not None
        first, last = task.source.lines
        printed = re.sub(r"\s", "", "".join(lines[first - 1 : last]))
        assert re.sub(r"\s", "", task.content) in printed, task.task_id


@pytest.mark.parametrize("plan_id", ROWS)
def test_every_measure_stands_in_the_lines_its_source_names(
    plan_id: str, real_plans: dict[str, Plan]
) -> None:
    plan = real_plans[plan_id]
    lines = Path(plan.source.path).read_text(encoding="utf-8").splitlines()
    assert [measure.measure_id for measure in plan.measures] == [
        f"m{number}" for number in range(1, MEASURES[plan_id] + 1)
    ]
    for measure in plan.measures:
        assert measure.source.lines is not None
        first, last = measure.source.lines
        printed = re.sub(r"\s", "", "".join(lines[first - 1 : last]))
        assert re.sub(r"\s", "", measure.text) in printed, measure.measure_id
        assert "".join(measure.sentences) == measure.text


def test_the_heading_is_read_where_the_document_has_one(real_plans: dict[str, Plan]) -> None:
    def heading(plan_id: str) -> tuple[object, ...]:
        plan = real_plans[plan_id]
        return (
            plan.document_number,
            plan.issuer,
            plan.issued_on,
            plan.region.name,
            plan.region.level,
            plan.kind,
            plan.period.start_year,
            plan.period.end_year,
        )

    assert heading("沙坪坝-2025") == (
        "沙府发〔2025〕8号", "重庆市沙坪坝区人民政府", dt.date(2025, 3, 5),
        "沙坪坝", "district", "annual", 2025, 2025,
    )  # fmt: skip
    assert heading("忠县-2025") == (
        "忠府发〔2025〕5号", "忠县人民政府", dt.date(2025, 2, 28),
        "忠县", "county", "annual", 2025, 2025,
    )  # fmt: skip
    # The web page has lost everything above the addressees.
    assert heading("南岸-2025") == (
        None, "重庆市南岸区人民政府", dt.date(2025, 3, 10),
        "南岸", "district", "annual", 2025, 2025,
    )  # fmt: skip
    assert heading("沙坪坝-2021-2025") == (
        None, None, None, "沙坪坝", "district", "multi_year", 2021, 2025,
    )  # fmt: skip
    assert heading("璧山-2024-2026") == (
        "璧山安委〔2024〕4号", "重庆市璧山区安全生产委员会", dt.date(2024, 4, 9),
        "璧山", "district", "campaign", 2024, 2026,
    )  # fmt: skip


def test_titles_are_the_plans_own(real_plans: dict[str, Plan]) -> None:
    assert [plan.title for plan in real_plans.values()] == [
        "2025年全区安全生产、防灾减灾救灾和消防工作要点",
        "2025年全县安全生产、防灾减灾救灾和消防工作要点",
        "2025年全区安全生产、防灾减灾救灾和消防工作要点",
        "重庆市沙坪坝区应急管理“十四五”规划",
        "璧山区安全生产治本攻坚三年行动实施方案（2024—2026年）",
    ]


REPAIRED = {
    "沙坪坝-2025": [("row_cut_off", "t4.13")],
    "忠县-2025": [
        ("line_break", "t3.8"),
        ("blank_row", None),
        ("merge_broken", "t4.8"),
        ("line_break", "t4.9"),
        ("line_break", "t4.12"),
        ("merge_broken", "t4.33"),
        ("line_break", "t4.46"),
        ("line_break", "t4.55"),
        ("merge_broken", "t4.56"),
        ("row_cut_off", "t6.19"),
    ],
    "南岸-2025": [
        ("serial_lost", "t3.5"),
        ("cell_lost", "t4.4"),
        ("serial_skipped", "t5.5"),
        ("serial_lost", "t6.2"),
        ("name_lost_carried", "t6.14"),
        ("name_lost_carried", "t6.16"),
    ],
    "沙坪坝-2021-2025": [("prose_status", None), ("prose_aims", None)],
    "璧山-2024-2026": [
        ("header_spans_two", None),
        ("name_split", "t1.64"),
        ("merge_broken", "t1.77"),
        ("prose_aims", None),
    ],
}


@pytest.mark.parametrize("plan_id", REPAIRED)
def test_each_repair_and_each_doubt_is_said_and_nothing_else(
    plan_id: str, real_plans: dict[str, Plan]
) -> None:
    def of_the_reader(finding: Finding) -> bool:
        return finding.code != "owner_unknown"

    findings = [finding for finding in real_plans[plan_id].findings if of_the_reader(finding)]
    assert [(finding.code, finding.task_id) for finding in findings] == REPAIRED[plan_id]
    assert all(finding.message for finding in findings)


def test_what_the_web_page_lost_stays_null(real_plans: dict[str, Plan]) -> None:
    plan = real_plans["南岸-2025"]
    assert plan.task("t3.5").serial is None
    assert plan.task("t3.5").name == "工贸领域"
    assert plan.task("t6.2").serial is None
    assert plan.task("t6.2").name == "火灾起数"
    assert plan.task("t4.4").responsible_text == ""
    assert plan.task("t4.4").content.startswith("建立部门监管职责动态完善机制")
    assert plan.task("t5.5").serial == "6"


def test_a_name_cell_lost_between_its_neighbours_is_the_merged_one_above(
    real_plans: dict[str, Plan],
) -> None:
    task = real_plans["南岸-2025"].task("t6.14")
    assert (task.serial, task.name) == ("14", "加强城乡火灾防控基础")
    assert task.responsible_text == "区消防救援局、区住房城乡建委、区发展改革委等,各镇街"


def test_a_header_cell_over_two_columns_and_a_name_cut_by_a_page(
    real_plans: dict[str, Plan],
) -> None:
    plan = real_plans["璧山-2024-2026"]
    first = plan.task("t1.1")
    assert first.group == "一、开展重大安全风险源头管控行动"
    assert first.name == "1.强化重大安全风险源头管控。"
    assert first.deadline_text == "2024年"
    assert plan.task("t1.2").deadline_text == "2024年"
    assert plan.task("t1.19").deadline_text == "2025年2026年"
    names = {plan.task(f"t1.{row}").name for row in range(63, 69)}
    assert names == {"19.加强安全生产风险监测预警管控能力建设。"}
    assert plan.task("t1.79").responsible_text == "区经济信息委、各镇街"


def test_a_column_without_a_field_of_its_own_is_kept_by_its_header(
    real_plans: dict[str, Plan],
) -> None:
    task = real_plans["沙坪坝-2021-2025"].task("t1.6")
    assert (task.name, task.content) == ("年均每百万人受灾人次", "<15000人")
    assert task.extra == {"指标性质": "预期性"}
    assert task.table_title == "“十四五”时期应急管理核心指标"


def test_prose_plans_give_their_projects_and_tasks_as_measures(
    real_plans: dict[str, Plan],
) -> None:
    measures = real_plans["沙坪坝-2021-2025"].measures
    projects = [measure for measure in measures if measure.path[0].startswith("第四篇")]
    assert [measure.number for measure in projects] == [f"{number}." for number in range(1, 16)]
    fires = next(measure for measure in measures if measure.title == "森林火灾防治")
    assert fires.number is None
    assert fires.path[-1] == "6．加强自然灾害综合防治"
    assert not any("现状" in " ".join(measure.path) for measure in measures)
