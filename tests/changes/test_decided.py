"""A decisions file rules in Python as it does in the commands, and `explain` says so."""

from __future__ import annotations

from pathlib import Path

import pytest

import safeplan
from safeplan.cli import run
from safeplan.links.decisions import Decision, decided, dump
from safeplan.models import Plan, TaskRef
from safeplan.plans import save


@pytest.fixture
def apart(real_plans: dict[str, Plan], tmp_path: Path) -> Path:
    """A file that keeps two records apart which the aligner links."""
    one, other = real_plans["沙坪坝-2025"], real_plans["忠县-2025"]
    decision = Decision(
        verdict="different", left=decided(one, "t3.6"), right=decided(other, "t3.2"), who="李"
    )
    path = tmp_path / "decisions.jsonl"
    path.write_text(dump([decision]), encoding="utf-8")
    return path


def pairs(links: list[tuple[TaskRef, TaskRef]]) -> set[tuple[str, str]]:
    return {(left.task_id, right.task_id) for left, right in links}


def test_compare_in_python_obeys_the_decisions(
    real_plans: dict[str, Plan], apart: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plans = [real_plans["沙坪坝-2025"], real_plans["忠县-2025"]]
    links = safeplan.compare(plans).links
    assert ("t3.6", "t3.2") in pairs([(link.left, link.right) for link in links])
    ruled = safeplan.compare(plans, decisions=apart).links
    assert ("t3.6", "t3.2") not in pairs([(link.left, link.right) for link in ruled])
    monkeypatch.setenv("SAFEPLAN_DECISIONS", str(apart))
    assert safeplan.compare(plans).links == ruled


def test_check_in_python_obeys_the_decisions(real_plans: dict[str, Plan], tmp_path: Path) -> None:
    new = real_plans["忠县-2025"]
    old = new.model_copy(update={"plan_id": "忠县-2024"})
    record = decided(new, "t3.2")
    path = tmp_path / "decisions.jsonl"
    path.write_text(
        dump([Decision(verdict="different", left=record, right=record)]), encoding="utf-8"
    )
    assert safeplan.check(new, old).changes == []
    kinds = [change.kind for change in safeplan.check(new, old, decisions=path).changes]
    assert {"dropped", "added"} <= set(kinds)


def test_explain_says_that_a_decision_keeps_two_apart(
    real_plans: dict[str, Plan],
    apart: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for plan_id in ("沙坪坝-2025", "忠县-2025"):
        save(real_plans[plan_id], tmp_path)
    monkeypatch.setenv("SAFEPLAN_PARSED", str(tmp_path))
    monkeypatch.setenv("SAFEPLAN_LANG", "zh")
    asked = ["explain", "沙坪坝-2025:t3.6", "忠县-2025:t3.2", "--decisions", str(apart)]
    assert run(asked) == 1
    assert "按人工判定“不同”" in capsys.readouterr().out
