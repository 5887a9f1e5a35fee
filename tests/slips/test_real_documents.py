"""The five documents: each finding of the default rules was read by eye, and is entered with it."""

from __future__ import annotations

import tomllib

import pytest
from tests.conftest import DOCUMENTS
from tests.slips.test_rules import CASES, place

from safeplan.models import Plan
from safeplan.plans import parse
from safeplan.slips import RULES, lint

READ = tomllib.loads((CASES / "read_by_eye.toml").read_text(encoding="utf-8"))["finding"]


@pytest.mark.parametrize("plan_id", DOCUMENTS)
def test_every_finding_has_been_read_by_eye(plan_id: str, real_plans: dict[str, Plan]) -> None:
    entered = [
        (read["code"], read["place"], read["says"]) for read in READ if read["plan"] == plan_id
    ]
    found = lint(real_plans[plan_id])
    assert [(one.code, place(one), one.message) for one in found] == entered


def test_nine_of_ten_are_right() -> None:
    right = sum(read["verdict"] == "right" for read in READ)
    assert {read["verdict"] for read in READ} <= {"right", "half", "wrong"}
    assert right >= 0.9 * len(READ)
    assert all(read.get("why") for read in READ if read["verdict"] != "right")


def test_every_finding_names_its_lines(real_plans: dict[str, Plan]) -> None:
    for plan in real_plans.values():
        for finding in lint(plan, list(RULES)):
            places = [finding, finding.other] if finding.other else [finding]
            assert all(one.task_id or one.measure_id for one in places)
            assert all(one.source.lines for one in places)


def test_rules_are_asked_one_by_one_as_all_together(real_plans: dict[str, Plan]) -> None:
    plan = real_plans["忠县-2025"]
    together = lint(plan, list(RULES))
    assert [finding for code in RULES for finding in lint(plan, [code])] == together


def test_what_is_stored_is_what_is_parsed(real_plans: dict[str, Plan]) -> None:
    plan = real_plans["南岸-2025"]
    assert lint(Plan.model_validate_json(plan.model_dump_json())) == lint(plan)


def test_the_docx_of_a_plan_has_the_same_slips(real_plans: dict[str, Plan]) -> None:
    original = CASES.parent.parent / "originals" / "docx"
    (path,) = original.glob("忠县2025年工作要点.docx")
    text, office = (lint(plan) for plan in (real_plans["忠县-2025"], parse(path)))
    assert [(one.code, place(one), one.message) for one in office] == [
        (one.code, place(one), one.message) for one in text
    ]
