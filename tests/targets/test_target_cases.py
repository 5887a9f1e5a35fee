"""How these documents say an amount, what only looks like one, and which state a record asks for."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest
from tests.conftest import ROOT

from safeplan.models import Target
from safeplan.targets import read_outcome, read_targets

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
    return [written(target) for target in read_targets(case["text"], name=case.get("name"))]


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
    for target in read_targets(case["text"], name=case.get("name")):
        assert target.text and target.text in case["text"]
        assert target.subject in case["text"] or target.subject == case.get("name")


@pytest.mark.parametrize("case", cases("targets_outcomes"))
def test_an_outcome_is_the_state_asked_for(case: dict[str, Any]) -> None:
    assert read_outcome(case["content"], case["name"]) == case.get("outcome")
