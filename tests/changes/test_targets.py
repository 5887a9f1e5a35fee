"""How targets differ, case by case; the mirror and the plan against itself as laws."""

from __future__ import annotations

import tomllib
from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.conftest import ROOT

from safeplan.changes.likeness import similarity
from safeplan.changes.target_changes import compare_targets, mirror
from safeplan.models import Plan, Target, TargetChange
from safeplan.targets import read_targets

CASES = tomllib.loads((ROOT / "tests/cases/targets_changes.toml").read_text(encoding="utf-8"))[
    "case"
]
PAIRED = [pytest.param(case, id=case["rule"]) for case in CASES if case.get("pairs", True)]
APART = [pytest.param(case, id=case["rule"]) for case in CASES if not case.get("pairs", True)]

MIRROR = {"tighter": "looser", "looser": "tighter", "more": "less", "less": "more"}


def target(written: str) -> Target:
    """A target from the way the case files write it."""
    amount, subject = written.split(" | ")
    direction, value, *rest = amount.split()
    baseline = next((part[1:] for part in rest if part.startswith("@")), None)
    unit = next((part for part in rest if not part.startswith("@")), "")
    return Target.model_validate(
        {
            "subject": subject,
            "direction": direction,
            "value": None if value == "-" else float(value),
            "unit": unit,
            "baseline": baseline,
            "text": written,
        }
    )


def said(change: TargetChange) -> str:
    return f"{change.change} {change.reason}" if change.reason else change.change


@pytest.mark.parametrize("case", PAIRED)
def test_two_targets_of_one_subject(case: dict[str, Any]) -> None:
    left, right = target(case["left"]), target(case["right"])
    assert [said(change) for change in compare_targets([left], [right])] == [case["change"]]
    expected = MIRROR.get(case["change"], case["change"])
    assert [said(change) for change in compare_targets([right], [left])] == [expected]


@pytest.mark.parametrize("case", APART)
def test_targets_of_two_subjects_are_dropped_and_added(case: dict[str, Any]) -> None:
    changes = compare_targets([target(case["left"])], [target(case["right"])])
    assert [said(change) for change in changes] == ["dropped", "added"]


def test_one_subject_in_two_units_is_paired_unit_by_unit() -> None:
    left = read_targets("新开工改造城镇老旧小区93个、229万平方米。完成全区13个遗留问题处置。")
    right = read_targets(
        "危大工程专项施工方案编制率100%，全县新开工改造城镇老旧小区36个、180万平方米"
    )
    assert [(said(change), change.subject) for change in compare_targets(left, right)] == [
        ("less", "新开工改造城镇老旧小区"),
        ("less", "新开工改造城镇老旧小区"),
        ("dropped", "遗留问题处置"),
        ("added", "危大工程专项施工方案编制率"),
    ]


def test_pairing_goes_by_meaning_not_by_order() -> None:
    left = read_targets("电梯无纸化维保率95%以上，应急响应率99%以上。")
    right = read_targets("应急响应率98%以上，电梯无纸化维保率97%以上。")
    assert [said(change) for change in compare_targets(left, right)] == ["tighter", "looser"]


def test_a_real_plan_against_itself_has_only_the_same(real_plans: dict[str, Plan]) -> None:
    for plan in real_plans.values():
        of_tasks = [task.targets for task in plan.tasks]
        of_measures = [measure.targets for measure in plan.measures]
        for targets in of_tasks + of_measures:
            changes = compare_targets(targets, targets)
            assert len(changes) == len(targets)
            assert all(said(change) == "same" for change in changes)


def test_real_rows_seen_from_the_other_side_are_mirrors(real_plans: dict[str, Plan]) -> None:
    ours = [task.targets for task in real_plans["沙坪坝-2025"].tasks if task.targets]
    theirs = [task.targets for task in real_plans["忠县-2025"].tasks if task.targets]
    for left in ours:
        for right in theirs:
            assert_mirrored(left, right)


SUBJECTS = [
    "火灾起数",
    "火灾亡人数",
    "应急演练",
    "综合应急演练",
    "“两客一危”检验率、报废率",
    "“两客一危”检验率",
    "城市管网漏损率",
    "新开工改造城镇老旧小区",
    "",
]
AMOUNTS = st.builds(
    Target,
    subject=st.sampled_from(SUBJECTS),
    direction=st.sampled_from(["eq", "ge", "le", "decrease", "increase"]),
    value=st.one_of(
        st.none(), st.integers(0, 3), st.sampled_from([100, 0.1]), st.tuples(st.just(1), st.just(2))
    ),
    unit=st.sampled_from(
        ["", "%", "‰", "ratio", "个", "户", "平方米", "万平方米", "次/年", "次/半年"]
    ),
    baseline=st.sampled_from([None, "2023年", "同比", "上年"]),
    text=st.just("文"),
)
SIDES = st.lists(AMOUNTS, max_size=5)


def assert_mirrored(left: list[Target], right: list[Target]) -> None:
    there = Counter(mirror(change).model_dump_json() for change in compare_targets(left, right))
    back = Counter(change.model_dump_json() for change in compare_targets(right, left))
    assert there == back


@given(SIDES, SIDES)
def test_a_change_seen_from_the_other_side_is_its_mirror(
    left: list[Target], right: list[Target]
) -> None:
    assert_mirrored(left, right)


@given(SIDES)
def test_targets_against_themselves_are_the_same(targets: list[Target]) -> None:
    assert [change.change for change in compare_targets(targets, targets)] == ["same"] * len(
        targets
    )


@given(SIDES, SIDES)
def test_every_target_is_told_of_once(left: list[Target], right: list[Target]) -> None:
    changes = compare_targets(left, right)
    assert [change.left for change in changes if change.left] == left
    assert Counter(c.right.model_dump_json() for c in changes if c.right) == Counter(
        side.model_dump_json() for side in right
    )


@given(st.sampled_from(SUBJECTS), st.sampled_from(SUBJECTS))
def test_likeness_is_the_same_from_both_sides(left: str, right: str) -> None:
    assert similarity(left, right) == similarity(right, left)
    assert similarity(left, left) == 1.0
