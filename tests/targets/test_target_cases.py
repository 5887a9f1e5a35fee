"""How these documents say an amount, what only looks like one, and which state a record asks for."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest
from tests.conftest import ROOT

from safeplan.models import Target
from safeplan.targets import doubtful_subject, read_outcome, read_targets

CASES = ROOT / "tests" / "cases"


def cases(name: str) -> list[Any]:
    listed = tomllib.loads((CASES / f"{name}.toml").read_text(encoding="utf-8"))["case"]
    return [pytest.param(case, id=case["rule"]) for case in listed]


def written(target: Target) -> str:
    """A target as the case files write it."""
    value = target.value
    printed = (
        "-"
        if value is None
        else "..".join(map(str, value))
        if isinstance(value, tuple)
        else str(value)
    )
    parts = [
        target.direction,
        printed,
        target.unit,
        f"@{target.baseline}" if target.baseline else "",
    ]
    return f"{' '.join(part for part in parts if part)} | {target.subject}"


def read(case: dict[str, Any]) -> list[str]:
    return [
        written(target)
        for target in read_targets(case["text"], name=case.get("name"), unit=case.get("unit", ""))
    ]


@pytest.mark.parametrize("case", cases("targets"))
def test_an_amount_is_read_as_it_is_meant(case: dict[str, Any]) -> None:
    assert read(case) == case["targets"]


@pytest.mark.parametrize("case", cases("targets_lookalikes"))
def test_what_only_looks_like_an_amount_is_none(case: dict[str, Any]) -> None:
    assert read(case) == case.get("targets", [])


@pytest.mark.parametrize("case", cases("targets_known_failures"))
@pytest.mark.xfail(
    strict=True, raises=AssertionError, reason="known failure: move it when it passes"
)
def test_known_failures_still_fail(case: dict[str, Any]) -> None:
    assert read(case) == case["targets"]


@pytest.mark.parametrize("case", [*cases("targets"), *cases("targets_lookalikes")])
def test_text_and_subject_are_spans_of_the_record(case: dict[str, Any]) -> None:
    # A cell's lines are run together in its text.
    text = case["text"].replace("12\n00", "12 00").replace("\n", "")
    for target in read_targets(case["text"], name=case.get("name")):
        assert target.text and target.text in text
        # 疏散逃生演练·高危行业领域: a part bears the head it stands under, both spans of the text.
        parts = [target.subject] if target.subject in text else target.subject.split("·")
        assert all(part in text for part in parts) or target.subject in case.get("name", "")


@pytest.mark.parametrize(
    ("text", "odd"),
    [
        ("隐患整改率\uf0b395%", True),
        ("整治隐患12\n50处", True),
        ("隐患整改率≥95%", False),
        ("检查企业1 200家", False),
        ("“两客一危”检验率达97%以上", False),
    ],
)
def test_a_subject_that_ends_in_a_digit_or_a_sign_is_a_doubt(text: str, odd: bool) -> None:
    assert [doubtful_subject(target) for target in read_targets(text)] == [odd]


@pytest.mark.parametrize("case", cases("targets_outcomes"))
def test_an_outcome_is_the_state_asked_for(case: dict[str, Any]) -> None:
    assert read_outcome(case["content"], case["name"]) == case.get("outcome")
