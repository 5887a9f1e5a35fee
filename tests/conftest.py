"""Where the real documents are, and plans made from the smallest texts."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings

from safeplan import vocabulary
from safeplan.models import Plan
from safeplan.plans import parse

# No test asserts on the clock: the first example of a law may have tables to build.
settings.register_profile("no clock", deadline=None)
settings.load_profile("no clock")

ROOT = Path(__file__).parent.parent
RAW = ROOT / "data" / "raw"
GOLD = Path(__file__).parent / "gold"

DOCUMENTS = {
    "沙坪坝-2025": "沙坪坝区2025年工作要点.txt",
    "忠县-2025": "忠县2025年工作要点.txt",
    "南岸-2025": "南岸区2025年工作要点.txt",
    "沙坪坝-2021-2025": "沙坪坝区应急管理十四五规划.txt",
    "璧山-2024-2026": "璧山区治本攻坚三年行动方案.txt",
}


@pytest.fixture(scope="session")
def real_plans() -> dict[str, Plan]:
    """The five documents, parsed."""
    return {plan_id: parse(RAW / name) for plan_id, name in DOCUMENTS.items()}


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep what `parse` remembers of folders out of the user's cache."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    vocabulary.refresh()  # whatever folder the test before had named


@pytest.fixture
def at_root(monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stand in the repository's root, as the commands of the README do."""
    monkeypatch.chdir(ROOT)
    return ROOT


@pytest.fixture
def parse_text(tmp_path: Path) -> Callable[..., Plan]:
    """Parse a text as if it were a document of 忠县 in 2025."""

    def parse_it(text: str, name: str = "忠县2025年工作要点.txt") -> Plan:
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return parse(path)

    return parse_it


def gold_tasks(plan_id: str) -> list[dict[str, object]]:
    """The annex rows of a plan as labelled by reading."""
    lines = (GOLD / "tasks" / f"{plan_id}.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def tab_table(*rows: list[str]) -> str:
    """A table in tab form: each cell behind a tab, an empty line between rows."""
    return "\n\n".join("\n".join(f"\t{cell}" for cell in row) for row in rows) + "\n"


def bar_table(*rows: list[str]) -> str:
    """A table in bar form, a cell a line."""
    return "".join(f"{cell} |\n" for row in rows for cell in row)


HEADER = ["序号", "名称", "2025年目标（内容）", "责任单位", "备注"]


def pytest_sessionfinish(session: pytest.Session) -> None:
    """In CI nothing may be skipped: what a test needs, CI installs."""
    if not os.environ.get("SAFEPLAN_NO_SKIP"):
        return
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    skipped = reporter.stats.get("skipped", []) if reporter else []
    if skipped and session.exitstatus == pytest.ExitCode.OK:
        for report in skipped:
            print(f"skipped in CI: {report.nodeid}: {report.longrepr}")
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
