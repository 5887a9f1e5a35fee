"""`safeplan lint` as a user runs it: exit status, the three forms, switching rules."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from safeplan.cli import run
from safeplan.models import LintFinding, Plan
from safeplan.plans import save
from safeplan.slips import RULES

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def parsed(tmp_path: Path, real_plans: dict[str, Plan], make_plan: Callable[..., Plan]) -> Path:
    """A folder of two plans: 南岸, and a 忠县 that is in order."""
    save(real_plans["南岸-2025"], tmp_path)
    save(make_plan([["火灾起数", "较2024年下降11%", "县消安委各成员单位"]]), tmp_path)
    return tmp_path


def lint(parsed: Path, *arguments: str) -> int:
    return run(["lint", *arguments, "--parsed", str(parsed)])


def test_a_clean_plan_is_status_0_and_says_so(parsed: Path, capsys: Capture) -> None:
    assert lint(parsed, "忠县") == 0
    assert "没有发现问题" in capsys.readouterr().out


def test_findings_are_status_1(parsed: Path, capsys: Capture) -> None:
    assert lint(parsed, "忠县", "南岸", "--width", "160") == 1
    out = capsys.readouterr().out
    assert "南岸-2025：错误 1" in out
    assert "owner_empty" in out
    assert "245" in out


@pytest.mark.parametrize(
    "arguments",
    [["没有这个"], ["南岸", "--only", "nosuchrule"], ["南岸", "--skip", "x,y"], []],
    ids=" ".join,
)
def test_trouble_is_status_2_and_one_line(
    parsed: Path, arguments: list[str], capsys: Capture
) -> None:
    assert lint(parsed, *arguments) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert len(captured.err.splitlines()) == 1


def test_json_holds_every_finding(parsed: Path, tmp_path: Path) -> None:
    path = tmp_path / "lint.json"
    assert lint(parsed, "南岸", "-f", "json", "-o", str(path)) == 1
    document = json.loads(path.read_text(encoding="utf-8"))
    assert list(document) == ["schema_version", "plans", "findings"]
    assert document["plans"] == ["南岸-2025"]
    findings = [LintFinding.model_validate(finding) for finding in document["findings"]]
    (empty,) = [finding for finding in findings if finding.code == "owner_empty"]
    assert (empty.severity, empty.task_id, empty.source.lines) == ("error", "t4.4", (245, 248))
    (twice,) = [finding for finding in findings if finding.code == "repeated_in_rows"]
    assert twice.other is not None
    assert (twice.task_id, twice.other.task_id) == ("t4.42", "t3.18")


def test_csv_names_both_places(parsed: Path, tmp_path: Path) -> None:
    path = tmp_path / "lint.csv"
    assert lint(parsed, "南岸", "-f", "csv", "-o", str(path)) == 1
    text = path.read_bytes()
    assert text.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(text.decode("utf-8-sig"))))
    assert list(rows[0]) == [
        "plan", "code", "severity", "task", "source", "other", "other_source", "finding",
    ]  # fmt: skip
    (word,) = [row for row in rows if row["code"] == "body_word"]
    assert (word["task"], word["other"]) == ("m18", "t4.32")


def codes(path: Path) -> set[str]:
    document = json.loads(path.read_text(encoding="utf-8"))
    return {finding["code"] for finding in document["findings"]}


def test_rules_are_switched_one_by_one(parsed: Path, tmp_path: Path) -> None:
    path = tmp_path / "lint.json"
    form = ["-f", "json", "-o", str(path)]
    assert lint(parsed, "南岸", *form, "--only", "owner_empty,serial_lost") == 1
    assert codes(path) == {"owner_empty", "serial_lost"}
    assert lint(parsed, "南岸", *form, "--skip", "owner_empty，serial_lost") == 1
    assert not codes(path) & {"owner_empty", "serial_lost", "full_stop"}
    assert lint(parsed, "南岸", *form, "--all") == 1
    assert "full_stop" in codes(path)
    assert lint(parsed, "南岸", *form, "--only", "full_stop") == 1
    assert codes(path) == {"full_stop"}
    assert lint(parsed, "南岸", *form, "--only", "unpaired") == 0


def test_english_says_the_same(
    parsed: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SAFEPLAN_LANG", "en")
    assert lint(parsed, "南岸", "--width", "160") == 1
    out = capsys.readouterr().out
    assert "nobody answers for" in out
    assert "errors 1" in out


def test_some_rules_are_on_and_some_are_off() -> None:
    assert 0 < sum(rule.default for rule in RULES.values()) < len(RULES)
