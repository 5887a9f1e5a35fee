"""Grids that know their merges: what office files and web pages say of a table, and text does not."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.documents.building import docx, p, tbl, tc

from safeplan.models import Plan
from safeplan.plans import parse

HEADER = ["序号", "名称", "2025年目标（内容）", "牵头单位", "责任单位"]
Make = Callable[..., Plan]
LEAD, OWNER = "县应急管理局", "县水利局，各乡镇（街道）"


@pytest.fixture
def plan(tmp_path: Path) -> Make:
    def made(*body: str) -> Plan:
        path = tmp_path / "忠县2025年工作要点.docx"
        path.write_bytes(docx("".join([p("忠县人民政府"), p("2025年2月28日"), *body])))
        return parse(path)

    return made


def rows(plan: Plan) -> list[tuple[str, str | None, str, str]]:
    return [(task.task_id, task.serial, task.name, task.content) for task in plan.tasks]


def codes(plan: Plan) -> list[tuple[str, str | None]]:
    others = ("reader", "owner_unknown", "region_from_file_name", "year_from_date", "kind_unknown")
    return [(f.code, f.task_id) for f in plan.findings if f.code not in others]


def test_merged_cells_are_carried_whatever_their_role(plan: Make) -> None:
    merged = tbl(
        HEADER,
        ["1", "重特大火灾", tc("0起", merge="restart"), tc(LEAD, merge="restart"), OWNER],
        ["2", "亡人火灾", tc(merge="continue"), tc(merge="continue"), OWNER],
    )
    read = plan(p("一、消防指标"), merged)
    assert rows(read) == [("t1.1", "1", "重特大火灾", "0起"), ("t1.2", "2", "亡人火灾", "0起")]
    assert read.task("t1.2").lead_text == LEAD
    assert codes(read) == []


def test_an_empty_cell_that_is_not_merged_is_empty(plan: Make) -> None:
    name = [tc("甲项", merge="restart"), tc(merge="continue")]
    table = tbl(HEADER, ["1", name[0], "做甲。", LEAD, OWNER], ["2", name[1], "做乙。", "", OWNER])
    read = plan(p("一、措施"), table)
    assert read.task("t1.2").lead_text == ""
    assert codes(read) == [("cell_empty", "t1.2")]


def test_a_header_cell_over_name_and_content_is_taken_apart(plan: Make) -> None:
    header = ["行动名称", tc("重点任务", span=2), "责任单位", "完成时间"]
    read = plan(p("任务清单"), tbl(header, ["甲行动", "甲项", "做甲。", OWNER, "2025年6月"]))
    (task,) = read.tasks
    assert (task.group, task.name, task.content, task.deadline_text) == (
        "甲行动", "甲项", "做甲。", "2025年6月",
    )  # fmt: skip
    assert codes(read) == [("header_spans_two", None)]


def test_a_header_of_two_rows_is_one(plan: Make) -> None:
    open_ = [tc(text, merge="restart") for text in HEADER[:3]]
    read = plan(
        p("一、措施"),
        tbl(
            [*open_, tc("责任分工", span=2)],
            [*[tc(merge="continue")] * 3, "牵头单位", "责任单位"],
            ["1", "甲项", "做甲。", LEAD, OWNER],
        ),
    )
    assert rows(read) == [("t1.1", "1", "甲项", "做甲。")]
    assert (read.tasks[0].lead_text, read.tasks[0].responsible_text) == (LEAD, OWNER)
    assert codes(read) == [("header_two_rows", None)]


def test_a_row_over_the_whole_width_is_the_group_of_the_rows_below(plan: Make) -> None:
    read = plan(
        p("一、措施"),
        tbl(
            HEADER,
            [tc("（一）安全生产", span=5)], ["1", "甲项", "做甲。", LEAD, OWNER],
            [tc("（二）防灾减灾", span=5)], ["2", "乙项", "做乙。", LEAD, OWNER],
            [tc("注：乡镇含街道。", span=5)],
        ),
    )  # fmt: skip
    assert [(task.task_id, task.group) for task in read.tasks] == [
        ("t1.1", "（一）安全生产"), ("t1.2", "（二）防灾减灾"),
    ]  # fmt: skip
    assert sorted(codes(read)) == [("note_row", None), ("section_row", None), ("section_row", None)]


def test_a_title_in_the_table_is_its_title_and_a_second_one_begins_a_second_table(
    plan: Make,
) -> None:
    read = plan(
        p("附件1"),
        tbl(
            [tc("一、核心指标", span=5)], HEADER, ["1", "甲项", "做甲。", LEAD, OWNER],
            [tc("二、重点措施", span=5)], HEADER, ["1", "乙项", "做乙。", LEAD, OWNER],
        ),
    )  # fmt: skip
    assert [(task.task_id, task.table_title) for task in read.tasks] == [
        ("t1.1", "核心指标"), ("t2.1", "重点措施"),
    ]  # fmt: skip
    assert codes(read) == []


def test_a_header_repeated_within_a_table_counts_for_nothing(plan: Make) -> None:
    row = ["甲项", "做甲。", LEAD, OWNER]
    read = plan(p("一、措施"), tbl(HEADER, ["1", *row], HEADER, [""] * 5, ["2", *row]))
    assert [task.task_id for task in read.tasks] == ["t1.1", "t1.2"]
    assert [code for code, _ in codes(read) if code != "merge_broken"] == [
        "header_repeated", "blank_row",
    ]  # fmt: skip


def test_findings_name_the_row_of_the_file(plan: Make) -> None:
    read = plan(p("一、措施"), tbl(HEADER, ["1", "甲", "乙。", LEAD, OWNER], [""] * 5))
    (blank,) = [finding for finding in read.findings if finding.code == "blank_row"]
    assert blank.message == "第 1 表第 3 行为空行，已略去"


def test_measures_end_where_a_table_begins_and_captions_are_none(plan: Make) -> None:
    read = plan(
        p("一、甲"), p("（一）乙项。做乙。"), p("还要做丙。"), p("核心指标"),
        tbl(HEADER, ["1", "甲项", "做甲。", LEAD, OWNER]), p("版权所有"),
    )  # fmt: skip
    assert [(m.path, m.title, m.text) for m in read.measures] == [
        (["一、甲"], "乙项", "做乙。还要做丙。"),
    ]  # fmt: skip
