"""The verbs of Python: each does what the command of its name does."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import safeplan
from safeplan.cli import run
from safeplan.documents import DocumentError

ROOT = Path(__file__).parent.parent
THREE = ["沙坪坝-2025", "忠县-2025", "南岸-2025"]
NEXT_YEAR = "examples/忠县2026年工作要点.txt"


@pytest.mark.parametrize(
    ("verb", "command"),
    [
        (lambda: safeplan.compare(THREE), ["compare", *THREE]),
        (
            lambda: safeplan.check(NEXT_YEAR, against="忠县-2025"),
            ["check", NEXT_YEAR, "--against", "忠县-2025"],
        ),
        (
            lambda: safeplan.trace(["沙坪坝-2021-2025"], ["沙坪坝-2025"]),
            ["trace", "沙坪坝-2021-2025", "--in", "沙坪坝-2025"],
        ),
        (lambda: safeplan.lint(["忠县-2025"]), ["lint", "忠县-2025"]),
        (lambda: safeplan.owners(THREE), ["owners", *THREE]),
    ],
    ids=["compare", "check", "trace", "lint", "owners"],
)
def test_a_verb_gives_the_table_that_its_command_writes(
    verb: Callable[[], Any],
    command: list[str],
    at_root: Path,
    capsysbinary: pytest.CaptureFixture[bytes],
) -> None:
    result = verb()
    assert run([*command, "-f", "csv"]) in (0, 1)
    written = pd.read_csv(io.BytesIO(capsysbinary.readouterr().out), dtype=str).fillna("")
    frame = result.to_frame()
    assert list(frame.columns) == list(written.columns)
    assert len(frame) == len(written)
    first = frame.columns[0]
    assert frame[first].astype(str).tolist() == written[first].tolist()
    assert len(repr(result)) < 120


def test_a_plan_is_seen_at_a_glance_and_as_a_table(at_root: Path) -> None:
    plan = safeplan.load("忠县-2025")
    assert repr(plan) == "<Plan 忠县-2025: 140 tasks, 24 measures, 10 findings>"
    frame = plan.to_frame()
    assert frame["task_id"].tolist() == [task.task_id for task in plan.tasks_of("all")]
    assert frame["content"].tolist() == [task.content for task in plan.tasks_of("all")]


def test_an_error_says_what_the_command_says(
    tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    path = tmp_path / "空.txt"
    path.write_bytes(b"")
    with pytest.raises(DocumentError) as error:
        safeplan.parse(path)
    assert run(["parse", str(path), "-o", str(tmp_path)]) == 2
    assert str(error.value) in capsysbinary.readouterr().err.decode()
