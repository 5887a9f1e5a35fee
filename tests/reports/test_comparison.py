"""A comparison and its renderings: laws that hold whatever the plans."""

from __future__ import annotations

import pandas as pd
import pytest

import safeplan
from safeplan.models import Comparison, Plan, Target, TargetChange
from safeplan.reports.compared import COLUMNS
from safeplan.reports.phrasing import amount_words, change_words
from safeplan.reports.result_sheets import as_text, to_csv

MIRROR = {"same": "same", "tighter": "looser", "looser": "tighter", "different": "different",
          "added": "dropped", "dropped": "added",
    "more": "less",
    "less": "more",
}  # fmt: skip


@pytest.fixture(scope="module")
def pair(real_plans: dict[str, Plan]) -> tuple[Comparison, Comparison]:
    a, b = real_plans["沙坪坝-2025"], real_plans["忠县-2025"]
    return safeplan.compare([a, b]), safeplan.compare([b, a])


def test_a_comparison_seen_from_the_other_side_is_its_mirror(
    pair: tuple[Comparison, Comparison],
) -> None:
    there, back = pair
    turned = {(link.right, link.left): link for link in back.links}
    assert len(turned) == len(there.links)
    for link in there.links:
        other = turned[link.left, link.right]
        assert (link.relation, link.score) == (other.relation, other.score)
        assert link.owners.shared == other.owners.shared
        assert link.owners.only_left == other.owners.only_right
        assert link.owners.lead_changed == other.owners.lead_changed
        ours = sorted((MIRROR[c.change], str(c.left), str(c.right)) for c in link.targets)
        theirs = sorted((c.change, str(c.right), str(c.left)) for c in other.targets)
        assert ours == theirs
        assert {(e.left, e.right) for e in link.evidence} == {
            (e.right, e.left) for e in other.evidence
        }
    assert there.unmatched == back.unmatched


def test_a_target_met_through_another_link_is_neither_added_nor_dropped(
    pair: tuple[Comparison, Comparison],
) -> None:
    """忠县 t3.1 is four rows in 沙坪坝; its 检验率 is compared with that of t3.4 alone."""
    there, _ = pair
    of_row = {
        link.left.task_id: {change.subject: change.change for change in link.targets}
        for link in there.links
        if link.right.task_id == "t3.1"
    }
    rate = "“两客一危”检验率、报废率"
    assert of_row["t3.4"][rate] == "same"
    assert all(rate not in changes for task, changes in of_row.items() if task != "t3.4")


def test_groups_are_the_same_from_both_sides(pair: tuple[Comparison, Comparison]) -> None:
    def members(comparison: Comparison) -> set[frozenset[tuple[str, str]]]:
        return {
            frozenset((plan, task) for plan, tasks in group.members.items() for task in tasks)
            for group in comparison.groups
        }

    there, back = pair
    assert members(there) == members(back)


def test_every_record_is_linked_or_unmatched(
    pair: tuple[Comparison, Comparison], real_plans: dict[str, Plan]
) -> None:
    there, _ = pair
    for plan_id in there.plans:
        linked = {
            ref.task_id
            for link in there.links
            for ref in (link.left, link.right)
            if ref.plan_id == plan_id
        }
        alone = set(there.unmatched[plan_id])
        assert not linked & alone
        assert linked | alone == {task.task_id for task in real_plans[plan_id].tasks}


def test_evidence_is_printed_in_the_records(
    pair: tuple[Comparison, Comparison], real_plans: dict[str, Plan]
) -> None:
    there, _ = pair
    for link in there.links:
        left = real_plans[link.left.plan_id].task(link.left.task_id)
        right = real_plans[link.right.plan_id].task(link.right.task_id)
        assert link.evidence, link
        for evidence in link.evidence:
            assert evidence.left in left.name + "\n" + left.content
            assert evidence.right in right.name + "\n" + right.content


def test_the_frame_is_the_table_that_csv_is_written_from(real_plans: dict[str, Plan]) -> None:
    plans = [real_plans["忠县-2025"], real_plans["南岸-2025"]]
    frame = safeplan.compare(plans).to_frame()
    assert list(frame.columns) == COLUMNS
    assert frame["score"].dtype == float
    csv = to_csv(frame)
    assert csv.startswith(b"\xef\xbb\xbf")
    assert csv.count(b"\r\n") == len(frame) + 1
    assert isinstance(frame, pd.DataFrame)


def test_three_plans_are_compared_each_with_each(real_plans: dict[str, Plan]) -> None:
    ids = ["沙坪坝-2025", "忠县-2025", "南岸-2025"]
    three = safeplan.compare([real_plans[plan_id] for plan_id in ids])
    for left, right in ((0, 1), (0, 2), (1, 2)):
        two = safeplan.compare([real_plans[ids[left]], real_plans[ids[right]]])
        of_pair = [
            (link.left, link.right)
            for link in three.links
            if (link.left.plan_id, link.right.plan_id) == (ids[left], ids[right])
        ]
        # A third plan may lend or take evidence; it must not turn the pair inside out.
        pairs = {(link.left, link.right) for link in two.links}
        assert len(pairs & set(of_pair)) >= 0.95 * max(len(pairs), len(of_pair))


def test_one_plan_alone_or_twice_is_refused(real_plans: dict[str, Plan]) -> None:
    plan = real_plans["忠县-2025"]
    with pytest.raises(ValueError, match="two plans or more"):
        safeplan.compare([plan])
    with pytest.raises(ValueError, match="one id"):
        safeplan.compare([plan, plan])


@pytest.mark.parametrize("cell", ["=SUM(A1)", "+1", "-1", "@x", "\tx"])
def test_no_cell_is_a_formula_to_a_spreadsheet(cell: str) -> None:
    assert as_text(cell) == "'" + cell


def target(**values: object) -> Target:
    fields = {
        "subject": "火灾起数",
        "direction": "decrease",
        "value": 10,
        "unit": "%",
        "text": "下降10%",
    }
    return Target.model_validate({**fields, **values})


@pytest.mark.parametrize(
    ("left", "right", "change", "reason", "words"),
    [
        (target(), target(value=11), "tighter", None, "▲加码·火灾起数：↓10% → ↓11%"),
        (
            target(baseline="2024年"), target(baseline="2023年"), "different", "baseline",
            "≠口径不同（基准：2024年 与 2023年）·火灾起数：↓10%（2024年） → ↓10%（2023年）",
        ),
        (None, target(), "added", None, "＋增设·火灾起数：↓10%"),
        (target(), target(), "same", None, "＝一致·火灾起数：↓10%"),
    ],
)  # fmt: skip
def test_a_change_is_said_in_an_analysts_words(
    left: Target | None, right: Target | None, change: str, reason: str | None, words: str
) -> None:
    said = change_words(
        TargetChange.model_validate(
            {
                "subject": "火灾起数",
                "left": left,
                "right": right,
                "change": change,
                "reason": reason,
            }
        )
    )
    assert said == words


def test_amounts_are_said_short() -> None:
    assert amount_words(target(direction="ge", value=0.2, unit="ratio", text="x")) == "≥1:5"
    assert amount_words(target(direction="eq", value=(1, 2), unit="公里", text="x")) == "1–2公里"
    assert (
        amount_words(target(direction="decrease", value=None, unit="", baseline="同比", text="x"))
        == "↓（同比）"
    )
