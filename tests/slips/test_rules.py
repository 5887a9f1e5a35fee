"""What each rule finds and what it leaves alone, a case a point (`tests/cases/lint/rules.toml`)."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.conftest import ROOT

from safeplan.messages import LANGUAGES, catalogue
from safeplan.models import LintFinding, Plan
from safeplan.slips import RULES, finding_text, lint
from safeplan.slips.rules import edits
from safeplan.text.clauses import phrases
from safeplan.text.folding import wide

CASES = Path(__file__).parent.parent / "cases" / "lint"
READ = tomllib.loads((CASES / "rules.toml").read_text(encoding="utf-8"))
RULE_CASES, KNOWN_FAILURES = READ["case"], READ["known_failure"]


def place(finding: LintFinding) -> str:
    records = [finding, finding.other] if finding.other else [finding]
    return " ".join(record.task_id or record.measure_id or "-" for record in records)


def name(case: dict[str, Any]) -> str:
    return f"{case['rule']}: {case['source']}"


def check(case: dict[str, Any], make_plan: Callable[..., Plan]) -> None:
    plan = make_plan(case.get("rows"), case.get("body"), case.get("reader"))
    found = lint(plan, [case["rule"]])
    assert [place(finding) for finding in found] == [where for where, _ in case["finds"]]
    for finding, (_, quoted) in zip(found, case["finds"], strict=True):
        assert quoted in finding.message


@pytest.mark.parametrize("case", RULE_CASES, ids=name)
def test_rule(case: dict[str, Any], make_plan: Callable[..., Plan]) -> None:
    check(case, make_plan)


@pytest.mark.xfail(strict=True, reason="known failure: move it to the cases once it passes")
@pytest.mark.parametrize("case", KNOWN_FAILURES, ids=name)
def test_known_failure(case: dict[str, Any], make_plan: Callable[..., Plan]) -> None:
    check(case, make_plan)


def test_every_rule_has_a_case_that_it_finds_and_one_that_it_leaves_alone() -> None:
    assert {case["rule"] for case in RULE_CASES if case["finds"]} == RULES.keys()
    assert {case["rule"] for case in RULE_CASES if not case["finds"]} == RULES.keys()


def test_every_rule_is_documented_as_it_is() -> None:
    lines = (ROOT / "docs" / "lint.md").read_text(encoding="utf-8").splitlines()
    told = {
        cells[1].strip(" `"): (cells[2].strip(), cells[3].strip())
        for line in lines
        if line.startswith("| `") and len(cells := line.split("|")) > 5
    }
    assert told == {
        code: (rule.severity, "on" if rule.default else "off") for code, rule in RULES.items()
    }


def test_every_rule_has_its_texts() -> None:
    for section in ("lint_rule", "lint_finding"):
        codes = {
            key.removeprefix(f"{section}.")
            for key in catalogue("zh")
            if key.startswith(f"{section}.")
        }
        assert codes == RULES.keys()


def test_a_finding_is_stored_in_chinese_and_said_in_either_language(
    make_plan: Callable[..., Plan], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SAFEPLAN_LANG", "en")
    (finding,) = lint(make_plan([["甲", "标准化率100%以上", "县教委"]]), ["target_over_whole"])
    assert finding.message == "“标准化率100%以上”超过百分之百"
    assert [finding_text(finding, lang) for lang in LANGUAGES] == [
        finding.message,
        "“标准化率100%以上” is more than the whole",
    ]


def test_an_unknown_rule_is_refused(make_plan: Callable[..., Plan]) -> None:
    with pytest.raises(KeyError):
        lint(make_plan(), ["nosuchrule"])


def test_a_plan_without_rows_or_body_is_clean(make_plan: Callable[..., Plan]) -> None:
    assert lint(make_plan(), list(RULES)) == []


MARKS = st.text(alphabet="甲乙丙丁，。；,;“”（）《》 1\n", max_size=40)


@given(MARKS)
def test_clauses_lose_nothing_but_marks(text: str) -> None:
    marks = "，。；"
    kept = "".join(phrases(text))
    assert [c for c in kept if c not in marks] == [c for c in wide(text) if c not in marks]
    assert all("。" not in clause for clause in phrases(text))


@given(st.text(alphabet="甲乙丙丁", max_size=12), st.text(alphabet="甲乙丙丁", max_size=12))
def test_edits_lead_from_one_clause_to_the_other(body: str, annex: str) -> None:
    rewritten, done = "", 0
    for edit in edits(body, annex):
        rewritten += body[done : edit.body_at] + edit.annex
        done = edit.body_at + len(edit.body)
    assert rewritten + body[done:] == annex
