"""A plan goes into a Parquet file and comes back as it was."""

from __future__ import annotations

import datetime as dt
import tempfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from safeplan import plans
from safeplan.corpus.schema import TASKS, table_of
from safeplan.corpus.store import Origin, read_plan, write_plan
from safeplan.models import Finding, Measure, Owner, Period, Plan, Source, Target, Task

ORIGIN = Origin("来件/忠县.txt", "0" * 64, "1")

texts = st.text(max_size=8)
counts = st.integers(0, 2**31 - 1)
numbers = st.integers(-(2**63), 2**63) | st.floats(allow_nan=False)
targets = st.builds(
    Target,
    subject=texts,
    value=st.none() | numbers | st.tuples(numbers, numbers),
    unit=texts,
    baseline=st.none() | texts,
    text=texts,
)
sources = st.builds(
    Source,
    lines=st.none() | st.tuples(counts, counts),
    page=st.none() | counts,
    table=st.none() | counts,
    row=st.none() | counts,
)
tasks = st.builds(
    Task,
    table=counts,
    row=counts,
    sub_item=st.none() | counts,
    lead_text=texts,
    responsible_text=texts,
    deadline_text=texts,
    remark=texts,
    outcome=st.none() | texts,
    targets=st.lists(targets, max_size=3),
    owners=st.lists(
        st.builds(
            Owner, scope=st.sampled_from([None, "all", "relevant"]), open_ended=st.booleans()
        ),
        max_size=3,
    ),
    source=sources,
    extra=st.dictionaries(texts, texts, max_size=3),
)
any_plan = st.builds(
    Plan,
    plan_id=st.just("忠县-2025"),
    issued_on=st.none() | st.dates(dt.date(1949, 10, 1)),
    period=st.builds(Period, start_year=st.just(2025), end_year=st.integers(2025, 2100)),
    tasks=st.lists(tasks, min_size=1, max_size=3),
    measures=st.lists(
        st.builds(Measure, targets=st.lists(targets, max_size=2), source=sources), max_size=2
    ),
    findings=st.lists(
        st.builds(Finding, args=st.dictionaries(texts, texts, max_size=2), source=sources),
        max_size=2,
    ),
)


def through_a_file(plan: Plan) -> Plan:
    with tempfile.TemporaryDirectory() as folder:
        return read_plan(write_plan(Path(folder), plan, ORIGIN))


@settings(max_examples=60, deadline=None)
@given(any_plan)
def test_nothing_of_a_plan_is_lost(plan: Plan) -> None:
    back = through_a_file(plan)
    assert back == plan
    # Not only equal: 90.0 comes back as 90.0 and not as 90.
    assert plans.to_json(back) == plans.to_json(plan)


def test_the_real_plans_come_back_byte_for_byte(real_plans: dict[str, Plan]) -> None:
    for plan in real_plans.values():
        assert plans.to_json(through_a_file(plan)) == plans.to_json(plan)


def test_a_row_is_a_task_with_the_head_of_its_plan(real_plans: dict[str, Plan]) -> None:
    plan = real_plans["忠县-2025"]
    rows = table_of(plan).to_pylist()
    assert [row["task_id"] for row in rows] == [task.task_id for task in plan.tasks]
    assert {row["plan_id"] for row in rows} == {"忠县-2025"}
    assert {row["region_full_name"] for row in rows} == {plan.region.full_name}
    assert {(row["start_year"], row["end_year"]) for row in rows} == {(2025, 2025)}


@pytest.mark.parametrize(
    ("value", "low", "high"),
    [(100, 100.0, 100.0), (0.3, 0.3, 0.3), ((5, 10), 5.0, 10.0), (None, None, None)],
)
def test_a_value_is_the_ends_of_an_interval(
    value: float | None, low: float | None, high: float | None, real_plans: dict[str, Plan]
) -> None:
    target = Target(subject="覆盖率", direction="ge", value=value, text="覆盖率")
    plan = real_plans["忠县-2025"]
    task = plan.tasks[0].model_copy(update={"targets": [target]})
    (row,) = table_of(plan.model_copy(update={"tasks": [task]})).to_pylist()
    assert [(found["low"], found["high"]) for found in row["targets"]] == [(low, high)]


def test_the_columns_of_a_file_are_those_of_the_layout(
    real_plans: dict[str, Plan], tmp_path: Path
) -> None:
    entry = write_plan(tmp_path, real_plans["忠县-2025"], ORIGIN)
    schema = pq.read_schema(entry.file).remove_metadata()
    assert schema.equals(TASKS)
    assert schema.names[:5] == ["schema_version", "plan_id", "title", "issuer", "document_number"]
    assert schema.field("issued_on").type == pa.date32()
    assert schema.field("extra").type == pa.map_(pa.string(), pa.string())
