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

from safeplan.models import Due, Number, Plan, Target, Task

REST_KEY = b"safeplan.plans"
"""The metadata key of what has no column: plan_id → `measures`, `findings`, `values`."""

YEARS = "(?:-[0-9]{4}){1,2}$"
"""The years at the end of a plan's id; what stands before them is its district."""

Rest = Mapping[str, Any]

TARGET = pa.struct(
    [
        ("subject", pa.string()),
        ("direction", pa.string()),
        ("low", pa.float64()),
        ("high", pa.float64()),
        ("unit", pa.string()),
        ("baseline", pa.string()),
        ("text", pa.string()),
    ]
)
"""`low` and `high` are the ends of an interval, both the value of a single number, null of none."""

OWNER = pa.struct(
    [
        ("text", pa.string()),
        ("name", pa.string()),
        ("role", pa.string()),
        ("scope", pa.string()),
        ("open_ended", pa.bool_()),
    ]
)

DUE = pa.struct(
    [
        ("text", pa.string()),
        ("start", pa.date32()),
        ("end", pa.date32()),
        ("kind", pa.string()),
    ]
)

HEAD = (
    ("schema_version", pa.string()),
    ("plan_id", pa.string()),
    ("title", pa.string()),
    ("issuer", pa.string()),
    ("document_number", pa.string()),
    ("issued_on", pa.date32()),
    ("region_name", pa.string()),
    ("region_level", pa.string()),
    ("region_full_name", pa.string()),
    ("region_code", pa.string()),
    ("kind", pa.string()),
    ("start_year", pa.int32()),
    ("end_year", pa.int32()),
    ("source_path", pa.string()),
    ("source_sha256", pa.string()),
    ("source_media_type", pa.string()),
)
"""What every row says of its plan."""

TASK = (
    ("task_id", pa.string()),
    ("table", pa.int32()),
    ("table_title", pa.string()),
    ("row", pa.int32()),
    ("serial", pa.string()),
    ("group", pa.string()),
    ("name", pa.string()),
    ("sub_item", pa.int32()),
    ("content", pa.string()),
    ("part", pa.string()),
    ("lead_text", pa.string()),
    ("responsible_text", pa.string()),
    ("assisting_text", pa.string()),
    ("deadline_text", pa.string()),
    ("due", DUE),
    ("remark", pa.string()),
    ("outcome", pa.string()),
    ("targets", pa.list_(TARGET)),
    ("periods", pa.list_(pa.string())),
    ("owners", pa.list_(OWNER)),
    ("lines_first", pa.int32()),
    ("lines_last", pa.int32()),
    ("page", pa.int32()),
    ("source_table", pa.int32()),
    ("source_row", pa.int32()),
    ("extra", pa.map_(pa.string(), pa.string())),
)
"""What a row says of its task."""

TASKS = pa.schema([*HEAD, *TASK])
"""The columns of every plan file. `year`, the folder's name, is not among them."""

SINCE_1_1 = frozenset({"region_code", "part", "assisting_text", "due", "periods"})
"""Columns that a file of schema 1.0 lacks; its tasks are rows of an annex without them."""

# Fields of a task that have a column of the same name and type.
_PLAIN = (
    "task_id",
    "table",
    "table_title",
    "row",
    "serial",
    "group",
    "name",
    "sub_item",
    "content",
    "part",
    "lead_text",
    "responsible_text",
    "assisting_text",
    "deadline_text",
    "remark",
    "outcome",
)


# --- a plan into rows -----------------------------------------------------------------------


def table_of(plan: Plan) -> pa.Table:
    """Return a plan's tasks as a table of the columns `TASKS`, one row a task, in order.

    Raises:
        pyarrow.ArrowException, OverflowError: a number lies beyond what its column holds; only a
            plan that no document gave has one.
    """
    head = _head(plan)
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


def _head(plan: Plan) -> dict[str, object]:
    return {
        "schema_version": plan.schema_version,
        "plan_id": plan.plan_id,
        "title": plan.title,
        "issuer": plan.issuer,
        "document_number": plan.document_number,
        "issued_on": plan.issued_on,
        "region_name": plan.region.name,
        "region_level": plan.region.level,
        "region_full_name": plan.region.full_name,
        "region_code": plan.region.code,
        "kind": plan.kind,
        "start_year": plan.period.start_year,
        "end_year": plan.period.end_year,
        "source_path": plan.source.path,
        "source_sha256": plan.source.sha256,
        "source_media_type": plan.source.media_type,
    }


def _row(task: Task) -> dict[str, object]:
    first, last = task.source.lines or (None, None)
    return {
        **{name: getattr(task, name) for name in _PLAIN},
        "targets": [_struct(target) for target in task.targets],
        "periods": [target.period for target in task.targets],
        "owners": [dict(owner) for owner in task.owners],
        "due": _due_struct(task.due),
        "lines_first": first,
        "lines_last": last,
        "page": task.source.page,
        "source_table": task.source.table,
        "source_row": task.source.row,
        "extra": list(task.extra.items()),
    }


def _due_struct(due: Due | None) -> dict[str, object] | None:
    return None if due is None else dict(due)


def _struct(target: Target) -> dict[str, object]:
    fields = dict(target)
    del fields["period"]
    fields["low"], fields["high"] = _bounds(fields.pop("value"))
    return fields


def _bounds(value: Number | tuple[Number, Number] | None) -> tuple[float | None, float | None]:
    if value is None:
        return None, None
    low, high = value if isinstance(value, tuple) else (value, value)
    return float(low), float(high)


# --- rows into a plan -----------------------------------------------------------------------


def plans_of(rows: Sequence[dict[str, Any]], rest: Mapping[str, Rest]) -> Iterator[Plan]:
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
    for plan_id, own in of_plan.items():
        yield _plan(own, rest.get(plan_id, {}))


def parse_rest(metadata: Mapping[bytes, bytes] | None) -> dict[str, Rest]:
    """Return what a file's metadata says of its plans; nothing where it says nothing.

    Raises:
        ValueError: it is no JSON object.
    """
    found = json.loads((metadata or {}).get(REST_KEY, b"{}"))
    if not isinstance(found, dict):
        raise ValueError(REST_KEY.decode())
    return found


def _plan(rows: Sequence[dict[str, Any]], rest: Rest) -> Plan:
    head = rows[0]
    tasks = [_task(row) for row in rows]
    for row, index, value in rest.get("values", ()):
        tasks[row]["targets"][index]["value"] = value
    return Plan.model_validate(
        {
            "schema_version": head["schema_version"],
            "plan_id": head["plan_id"],
            "title": head["title"],
            "issuer": head["issuer"],
            "document_number": head["document_number"],
            "issued_on": head["issued_on"],
            "region": {
                "name": head["region_name"],
                "level": head["region_level"],
                "full_name": head["region_full_name"],
                "code": head.get("region_code"),
            },
            "kind": head["kind"],
            "period": {"start_year": head["start_year"], "end_year": head["end_year"]},
            "source": {
                "path": head["source_path"],
                "sha256": head["source_sha256"],
                "media_type": head["source_media_type"],
            },
            "tasks": tasks,
            "measures": rest.get("measures", []),
            "findings": rest.get("findings", []),
        }
    )


def _task(row: Mapping[str, Any]) -> dict[str, Any]:
    first, last = row["lines_first"], row["lines_last"]
    targets = [_target(fields) for fields in row["targets"] or ()]
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
            "page": row["page"],
            "table": row["source_table"],
            "row": row["source_row"],
        },
        "extra": dict(row["extra"] or ()),
    }


def _target(fields: Mapping[str, Any]) -> dict[str, Any]:
    target = dict(fields)
    target["value"] = value_of(target.pop("low"), target.pop("high"))
    return target


def value_of(low: float | None, high: float | None) -> Number | tuple[Number, Number] | None:
    """Return what a target's two columns hold: a number, an interval, or nothing."""
    if low is None or high is None:
        return None
    return _number(low) if low == high else (_number(low), _number(high))


def _number(double: float) -> Number:
    """Return a double as documents print it: 100, not 100.0."""
    return int(double) if double.is_integer() else double
