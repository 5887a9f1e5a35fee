"""Plans made from a few rows and measures, read as the reader would have read them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from safeplan.bearers import read_owners
from safeplan.models import Finding, Measure, Period, Plan, PlanSource, Region, Source, Task
from safeplan.targets import read_outcome, read_targets
from safeplan.text.clauses import split_sentences

# What stands beside a case that has a body and an annex: likeness is weighed by how rare words are
# in the plan, so a plan needs some. Each is said alike in both, and in a table of its own.
BESIDE = [
    ("加强科技基础支撑能力建设", "推动大规模设备更新和消费品以旧换新，淘汰落后工艺及设备。"),
    ("提升市场多元化共治能力", "发挥安责险、巨灾保险作用，引导动员社会力量积极参与抢险救灾。"),
    ("深化行政执法改革", "厘清行业主管部门和综合行政执法机构安全生产监管执法职责。"),
]


def made_task(row: int, cells: list[str], table: int = 1) -> Task:
    name, content, responsible, lead, deadline = [*cells, "", "", ""][:5]
    return Task(
        task_id=f"t{table}.{row}",
        table=table,
        table_title="重点任务",
        row=row,
        serial=str(row),
        group=None,
        name=name,
        sub_item=None,
        content=content,
        lead_text=lead,
        responsible_text=responsible,
        deadline_text=deadline,
        outcome=read_outcome(content, name),
        targets=read_targets(content, name=name),
        owners=read_owners(lead, responsible),
        source=Source(lines=(row, row)),
    )


def made_measure(number: int, parts: list[str]) -> Measure:
    printed, title, text, path = [*parts, ""][:4]
    return Measure(
        measure_id=f"m{number}",
        path=path.split(" > ") if path else [],
        number=printed or None,
        title=title,
        text=text,
        sentences=split_sentences(text),
        targets=read_targets(text),
        source=Source(lines=(100 + number, 100 + number)),
    )


def made_plan(
    rows: list[list[str]] | None = None,
    body: list[list[str]] | None = None,
    reader: list[dict[str, Any]] | None = None,
) -> Plan:
    beside = BESIDE if rows and body else []
    tasks = [made_task(row, cells) for row, cells in enumerate(rows or [], start=1)]
    measures = [made_measure(number, parts) for number, parts in enumerate(body or [], start=1)]
    for row, (name, text) in enumerate(beside, start=1):
        owner = "县应急管理局" if any(task.owners for task in tasks) else ""
        tasks.append(made_task(row, [name, text, owner], table=2))
        measures.append(made_measure(len(measures) + 1, ["", name, text]))
    return Plan(
        plan_id="忠县-2025",
        title="2025年工作要点",
        issuer=None,
        document_number=None,
        issued_on=None,
        region=Region(name="忠县", level="county", full_name="重庆市忠县"),
        kind="annual",
        period=Period(start_year=2025, end_year=2025),
        source=PlanSource(path="made", sha256="", media_type="text/plain"),
        tasks=tasks,
        measures=measures,
        findings=[Finding(message="", **finding) for finding in reader or []],
    )


@pytest.fixture
def make_plan() -> Callable[..., Plan]:
    return made_plan
