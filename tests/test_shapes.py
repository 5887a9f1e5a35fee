"""Circulars of the forms that offices use, read as a person reads them: `tests/shapes`.

Each document stands beside its truth, written by hand (`tests/shapes/README.md`): what it asks for,
piece by piece, who answers for each, until when, and what can be measured.
"""

from __future__ import annotations

import json
import re
import shutil
import unicodedata
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from safeplan.models import ROLES, Plan, Task
from safeplan.plans import parse

SHAPES = Path(__file__).parent / "shapes"
TRUTHS = sorted(path.name.removesuffix(".truth.json") for path in SHAPES.glob("*.truth.json"))


@cache
def truth_of(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((SHAPES / f"{name}.truth.json").read_text("utf-8"))
    return loaded


@pytest.fixture(scope="module")
def plans(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Plan]:
    """The documents parsed under plain names: nothing may be learnt from the file's."""
    folder = tmp_path_factory.mktemp("文件")
    read = {}
    for number, name in enumerate(TRUTHS):
        document = SHAPES / truth_of(name)["file"]
        read[name] = parse(shutil.copy(document, folder / f"文件{number}{document.suffix}"))
    return read


def bare(text: object) -> str:
    """Return a text without white space and without what parts its clauses."""
    folded = unicodedata.normalize("NFKC", str(text or ""))
    return re.sub(r"[\s,;:、。]|(?<!\d)\.|\.(?!\d)", "", folded)


def known_by(name: object, content: object) -> str:
    """Return what tells a record: its content; of a bare figure also its name."""
    said = bare(content)
    return said if len(said) >= 8 else bare(name) + said


def told_apart(plan: Plan, name: str) -> dict[str, list[Task]]:
    """Return the tasks by the unit they are: with a number or a title before it, if it has one."""
    units = units_of(name)
    tasks: dict[str, list[Task]] = {}
    for task in plan.tasks_of("all"):
        said = known_by(task.name, task.content)
        ends = [key for key in units if said.endswith(key) and len(said) - len(key) <= 8]
        tasks.setdefault(max(ends, key=len, default=said), []).append(task)
    return tasks


def units_of(name: str) -> dict[str, list[dict[str, Any]]]:
    """Return the truth's units; those parted by a deadline repeat one content."""
    units: dict[str, list[dict[str, Any]]] = {}
    for unit in truth_of(name)["tasks"]:
        units.setdefault(known_by(unit["name"], unit["content"]), []).append(unit)
    return units


def worth(direction: str, value: object, unit: str | None) -> tuple[str, object, str]:
    """Return a target as it is compared: 100 % is reached or reached at least, which is one."""
    unit = bare(unit).replace("ratio", "")
    if isinstance(value, list | tuple):
        value = tuple(round(float(each), 4) for each in value)
    elif isinstance(value, int | float):
        value = round(float(value), 4)
    return ("ge" if (direction, value, unit) == ("eq", 100, "%") else direction), value, unit


@pytest.mark.parametrize("name", TRUTHS)
def test_the_heading_is_read(name: str, plans: dict[str, Plan]) -> None:
    plan, truth = plans[name], truth_of(name)["plan"]
    assert plan.region.name == truth["region"]
    assert plan.kind == truth["kind"]
    assert (plan.period.start_year, plan.period.end_year) == (
        truth["start_year"],
        truth["end_year"],
    )
    assert plan.document_number == truth["document_number"]
    assert plan.issuer == truth["issuer"]
    assert str(plan.issued_on or "") == (truth["issued_on"] or "")


@pytest.mark.parametrize("name", TRUTHS)
def test_every_piece_is_a_task_and_nothing_else_is(name: str, plans: dict[str, Plan]) -> None:
    tasks, units = told_apart(plans[name], name), units_of(name)
    assert sorted(tasks) == sorted(units)
    assert {key: len(found) for key, found in tasks.items()} == {
        key: len(found) for key, found in units.items()
    }
    said = "".join(tasks)
    assert [one for one in truth_of(name)["not_tasks"] if bare(one) in said] == []


@pytest.mark.parametrize("name", TRUTHS)
def test_who_answers_is_read_with_the_role(name: str, plans: dict[str, Plan]) -> None:
    tasks = told_apart(plans[name], name)
    for key, units in units_of(name).items():
        read = {(owner.role, bare(owner.text)) for task in tasks[key] for owner in task.owners}
        said = {(role, bare(body)) for unit in units for role in ROLES for body in unit[role]}
        assert read == said, key


@pytest.mark.parametrize("name", TRUTHS)
def test_deadlines_are_read_and_understood(name: str, plans: dict[str, Plan]) -> None:
    tasks = told_apart(plans[name], name)
    for key, units in units_of(name).items():
        for task, unit in zip(tasks[key], units, strict=True):
            read, said = bare(task.deadline_text), bare(unit["deadline"])
            # 2027年建成: the sentence says what is then done.
            assert read == said or (read and said.startswith(read)), key
            if task.due and task.due.start and task.due.end:
                assert task.due.start <= task.due.end


@pytest.mark.parametrize("name", TRUTHS)
def test_what_can_be_measured_is_read(name: str, plans: dict[str, Plan]) -> None:
    tasks = told_apart(plans[name], name)
    for key, units in units_of(name).items():
        read = Counter(
            worth(target.direction, target.value, target.unit)
            for task in tasks[key]
            for target in task.targets
        )
        said = Counter(worth(*target[:3]) for unit in units for target in unit["targets"])
        assert read == said, key
