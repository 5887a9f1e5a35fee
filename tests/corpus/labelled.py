"""Corpora with labels made by hand: small plans, and the real ones by the groups of `compare`."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from safeplan.changes import compare
from safeplan.corpus.schema import TASKS, table_of
from safeplan.corpus.store import Origin, fingerprint, write_plan
from safeplan.models import Owner, Period, Plan, PlanSource, Region, Role, Source, Target, Task

Labels = Mapping[tuple[str, str], str]
"""Plan and task → label."""


def group_labels(plans: Sequence[Plan]) -> dict[tuple[str, str], str]:
    """A label for each group of a comparison, and one for each task that is in none."""
    found = {
        (plan.plan_id, task.task_id): _label(f"z{at}x{number}")
        for at, plan in enumerate(plans)
        for number, task in enumerate(plan.tasks)
    }
    for group in reversed(compare(plans).groups):
        for plan_id, task_ids in group.members.items():
            for task_id in task_ids:
                found[plan_id, task_id] = _label(group.group_id)
    return found


def _label(name: str) -> str:
    spelled = "".join(
        character if character.isalpha() else "abcdefghij"[int(character)] for character in name
    )
    return spelled.ljust(12, "q")


def write_corpus(
    folder: Path, plans: Sequence[Plan], labels: Labels, *, shuffled: int | None = None
) -> Path:
    """Write a corpus of plans with their labels.

    Args:
        folder: where to.
        plans: the plans, a file each.
        labels: the labels; a task without one gets none.
        shuffled: a seed, to put all plans of a year in one file, their rows in any order.
    """
    if shuffled is None:
        for plan in plans:
            write_plan(folder, plan, Origin(plan.source.path, plan.source.sha256, "test"))
    else:
        for year in sorted({plan.period.start_year or 0 for plan in plans}):
            rows = [
                row
                for plan in plans
                if plan.period.start_year == year
                for row in table_of(plan).to_pylist()
            ]
            random.Random(shuffled).shuffle(rows)
            path = folder / "plans" / f"year={year}" / "part-000.parquet"
            path.parent.mkdir(parents=True)
            pq.write_table(pa.Table.from_pylist(rows, schema=TASKS), path, row_group_size=50)
    write_labels(folder, labels)
    return folder


def write_labels(
    folder: Path, labels: Labels, likeness: Mapping[tuple[str, str], float] | None = None
) -> None:
    """Write labels for the plans as they lie in a corpus now; how like is 1 if not given."""
    keys = sorted(labels)
    table = pa.table(
        {
            "plan_id": pa.array([plan_id for plan_id, _ in keys], pa.string()),
            "task_id": pa.array([task_id for _, task_id in keys], pa.string()),
            "label": pa.array([labels[key] for key in keys], pa.string()),
            "likeness": pa.array([(likeness or {}).get(key, 1.0) for key in keys], pa.float32()),
            "how": pa.array(["same"] * len(keys), pa.string()),
        }
    )
    metadata = {b"safeplan.corpus": fingerprint(folder).encode()}
    pq.write_table(table.replace_schema_metadata(metadata), folder / "labels.parquet")


def made_plan(
    place: str,
    *tasks: Task,
    year: int = 2025,
    end_year: int | None = None,
    kind: str = "annual",
    level: str = "county",
) -> Plan:
    """A plan with these tasks."""
    return Plan.model_validate(
        {
            "plan_id": f"{place}-{year}",
            "title": f"{place}{year}年工作要点",
            "issuer": None,
            "document_number": None,
            "issued_on": None,
            "region": Region(name=place, level=level, full_name=f"某省{place}"),
            "kind": kind,
            "period": Period(start_year=year, end_year=end_year or year),
            "source": PlanSource(path=f"{place}.txt", sha256="0" * 64, media_type="text/plain"),
            "tasks": list(tasks),
            "measures": [],
            "findings": [],
        }
    )


def made_task(
    row: int,
    name: str,
    *targets: Target,
    content: str = "",
    lead: str = "",
    others: Sequence[str] = (),
) -> Task:
    """A task with these targets and bodies, on a line of its own."""
    return Task(
        task_id=f"t1.{row}",
        table=1,
        table_title="任务",
        row=row,
        serial=str(row),
        group=None,
        name=name,
        sub_item=None,
        content=content or "；".join(target.text for target in targets),
        targets=list(targets),
        owners=[
            *([_owner(lead, "lead")] if lead else []),
            *(_owner(one, "responsible") for one in others),
        ],
        source=Source(lines=(10 * row, 10 * row + 2)),
    )


def _owner(name: str, role: Role) -> Owner:
    return Owner(text=f"县{name}", name=name, role=role)


def made_target(
    value: float | tuple[float, float] | None,
    unit: str = "%",
    *,
    subject: str = "隐患整改率",
    direction: str = "ge",
    baseline: str | None = None,
) -> Target:
    """A target whose text names its amount."""
    return Target.model_validate(
        {
            "subject": subject,
            "direction": direction,
            "value": value,
            "unit": unit,
            "baseline": baseline,
            "text": f"{subject}{direction}{value}{unit}",
        }
    )


def one_measure(plans: Sequence[Plan], label: str = "aaaaaaaaaaaa") -> dict[tuple[str, str], str]:
    """Labels by the row: `t1.1` of every plan is one measure, `t1.2` another."""
    return {
        (plan.plan_id, task.task_id): label[:-1] + "abcdefghijkl"[task.row - 1]
        for plan in plans
        for task in plan.tasks
    }
