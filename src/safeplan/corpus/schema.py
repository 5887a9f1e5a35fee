"""A plan ↔ the rows of a Parquet file: one row a task, nothing of the plan lost.

The columns hold what is compared across plans: the head of the plan on every row, the task, its
targets and owners. What belongs to no row (the body's measures, the reader's findings) is JSON in
the file's key-value metadata, so that a plan is restored whole. A file may hold many plans.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pyarrow as pa

from safeplan.models import Number, Period, Plan, PlanSource, Record, Region, Task

REST_KEY = b"safeplan.plans"
"""The metadata key of what has no column: plan_id → `measures`, `findings`, `values`."""

YEARS = "(?:-[0-9]{4}){1,2}$"
"""The years at the end of a plan's id; what stands before them is its district."""

_KINDS = {
    "text": pa.string(),
    "number": pa.int32(),
    "day": pa.date32(),
    "amount": pa.float64(),
    "flag": pa.bool_(),
}


def _columns(*listed: str) -> dict[str, pa.DataType]:
    """Return columns by name, each with its type: `kind: name name`."""
    kinds = (one.split(": ") for one in listed)
    return {name: _KINDS[kind] for kind, names in kinds for name in names.split()}


_TARGET = _columns("text: subject direction", "amount: low high", "text: unit baseline text")
"""`low` and `high` are the ends of an interval, both the value of a single number, null of none."""

HEAD = _columns(
    "text: schema_version plan_id title issuer document_number",
    "day: issued_on",
    "text: region_name region_level region_full_name region_code kind",
    "number: start_year end_year",
    "text: source_path source_sha256 source_media_type",
)
"""What every row says of its plan."""

TASK = {
    **_columns("text: task_id", "number: table", "text: table_title", "number: row"),
    **_columns("text: serial group name", "number: sub_item"),
    **_columns("text: content part lead_text responsible_text assisting_text deadline_text"),
    "due": pa.struct(_columns("text: text", "day: start end", "text: kind")),
    **_columns("text: remark outcome"),
    "targets": pa.list_(pa.struct(_TARGET)),
    "periods": pa.list_(pa.string()),
    "owners": pa.list_(pa.struct(_columns("text: text name role scope", "flag: open_ended"))),
    **_columns("number: lines_first lines_last page source_table source_row"),
    "extra": pa.map_(pa.string(), pa.string()),
}
"""What a row says of its task."""

TASKS = pa.schema(HEAD | TASK)
"""The columns of every plan file. `year`, the folder's name, is not among them."""

SINCE_1_1 = frozenset({"region_code", "part", "assisting_text", "due", "periods"})
"""Columns that a file of schema 1.0 lacks; its tasks are rows of an annex without them."""

_PARTS: dict[str, tuple[type[Record], str]] = {
    "region": (Region, "region_"),
    "period": (Period, ""),
    "source": (PlanSource, "source_"),
}
"""The records within a plan, and how the columns of their fields begin."""
_SOURCE = {"page": "page", "table": "source_table", "row": "source_row"}
"""Where a task stands, and the columns of it; lines have two."""
_PLAIN = [name for name in TASK if name in Task.model_fields and not pa.types.is_nested(TASK[name])]
"""Fields of a task that have a column of the same name and type."""


# --- a plan into rows -----------------------------------------------------------------------


def table_of(plan: Plan) -> pa.Table:
    """Return a plan's tasks as a table of the columns `TASKS`, one row a task, in order.

    Raises:
        pyarrow.ArrowException, OverflowError: a number lies beyond what its column holds; only a
            plan that no document gave has one.
    """
    head = {name: value for name, value in plan if name in HEAD}
    for part, (_, begins) in _PARTS.items():
        head |= {begins + name: value for name, value in getattr(plan, part)}
    return pa.Table.from_pylist([head | _row(task) for task in plan.tasks], schema=TASKS)


def rest_of(plan: Plan) -> dict[str, Any]:
    """Return what of a plan has no column, as JSON takes it.

    `values` lists `[row, target, value]` for the rare values that a pair of doubles does not give
    back as they were: 90.0 (which would come back as 90), an interval from 5 to 5.
    """
    return {
        "measures": [measure.model_dump(mode="json") for measure in plan.measures],
        "findings": [finding.model_dump(mode="json") for finding in plan.findings],
        "values": [
            [row, index, target.value]
            for row, task in enumerate(plan.tasks)
            for index, target in enumerate(task.targets)
            if repr(value_of(*_bounds(target.value))) != repr(target.value)
        ],
    }


def _row(task: Task) -> dict[str, object]:
    first, last = task.source.lines or (None, None)
    bounds = [_bounds(target.value) for target in task.targets]
    return {
        **{name: getattr(task, name) for name in _PLAIN},
        "targets": [
            {**dict(target), "low": low, "high": high}
            for target, (low, high) in zip(task.targets, bounds, strict=True)
        ],
        "periods": [target.period for target in task.targets],
        "owners": [dict(owner) for owner in task.owners],
        "due": task.due and dict(task.due),
        "lines_first": first,
        "lines_last": last,
        **{column: getattr(task.source, name) for name, column in _SOURCE.items()},
        "extra": list(task.extra.items()),
    }


def _bounds(value: Number | tuple[Number, Number] | None) -> tuple[float | None, float | None]:
    if value is None:
        return None, None
    low, high = value if isinstance(value, tuple) else (value, value)
    return float(low), float(high)


# --- rows into a plan -----------------------------------------------------------------------


def plans_of(rows: Sequence[dict[str, Any]], rest: Mapping[str, Any]) -> Iterator[Plan]:
    """Yield the plans that rows of the columns `TASKS` hold, in the order they begin.

    Args:
        rows: as `pyarrow.Table.to_pylist` gives them; those of one plan in document order.
        rest: plan_id → what `rest_of` gave; a plan without has no measures and no findings.

    Raises:
        pydantic.ValidationError: the rows are not those of a plan.
        KeyError: a column is missing.
    """
    of_plan: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        of_plan.setdefault(row["plan_id"], []).append(row)
    for plan_id, (head, *_) in of_plan.items():
        own = rest.get(plan_id, {})
        tasks = [_task(row) for row in of_plan[plan_id]]
        for at, index, value in own.get("values", ()):
            tasks[at]["targets"][index]["value"] = value
        plan: dict[str, Any] = {name: head[name] for name in HEAD if name in Plan.model_fields}
        for part, (record, begins) in _PARTS.items():
            plan[part] = {name: head.get(begins + name) for name in record.model_fields}
        for name in ("measures", "findings"):
            plan[name] = own.get(name, [])
        yield Plan.model_validate({**plan, "tasks": tasks})


def _task(row: Mapping[str, Any]) -> dict[str, Any]:
    first, last = row["lines_first"], row["lines_last"]
    targets = [{**one, "value": value_of(one["low"], one["high"])} for one in row["targets"] or ()]
    for target, period in zip(targets, row.get("periods") or (), strict=False):
        target["period"] = period
    return {
        **{name: row[name] for name in _PLAIN if name not in SINCE_1_1},
        "part": row.get("part") or "annex",
        "assisting_text": row.get("assisting_text") or "",
        "due": row.get("due"),
        "targets": targets,
        "owners": row["owners"] or [],
        "source": {
            "lines": None if first is None else (first, last),
            **{name: row[column] for name, column in _SOURCE.items()},
        },
        "extra": dict(row["extra"] or ()),
    }


def parse_rest(metadata: Mapping[bytes, bytes] | None) -> dict[str, Any]:
    """Return what a file's metadata says of its plans; nothing where it says nothing.

    Raises:
        ValueError: it is no JSON object.
    """
    found = json.loads((metadata or {}).get(REST_KEY, b"{}"))
    if not isinstance(found, dict):
        raise ValueError(REST_KEY.decode())
    return found


def value_of(low: float | None, high: float | None) -> Number | tuple[Number, Number] | None:
    """Return what a target's two columns hold: a number, an interval, or nothing.

    Numbers are as documents print them: 100, not 100.0.

    >>> value_of(5.0, 5.0), value_of(0.5, 2.0), value_of(None, None)
    (5, (0.5, 2), None)
    """
    if low is None or high is None:
        return None
    first, last = (int(one) if one.is_integer() else one for one in (low, high))
    return first if low == high else (first, last)
