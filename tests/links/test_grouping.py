"""Lines of the analyst's table: no chain through a broad row, no link lost."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safeplan.links import Match, align, group
from safeplan.models import Group, Plan, Task, TaskRef

Key = tuple[str, str]


def members(one: Group) -> set[Key]:
    return {(plan_id, task_id) for plan_id, ids in one.members.items() for task_id in ids}


def as_sets(groups: list[Group]) -> set[frozenset[Key]]:
    return {frozenset(members(one)) for one in groups}


def partners(matches: list[Match]) -> dict[Key, set[Key]]:
    found: dict[Key, set[Key]] = {}
    for match in matches:
        left = match.left.plan_id, match.left.task_id
        right = match.right.plan_id, match.right.task_id
        found.setdefault(left, set()).add(right)
        found.setdefault(right, set()).add(left)
    return found


def check_laws(groups: list[Group], matches: list[Match]) -> None:
    near = partners(matches)
    for one in groups:
        for here, there in combinations(sorted(members(one)), 2):
            assert there in near[here] or near[here] & near[there]
    for match in matches:
        ends = {(ref.plan_id, ref.task_id) for ref in (match.left, match.right)}
        assert any(ends <= members(one) for one in groups)
    sets = [frozenset(members(one)) for one in groups]
    assert not any(one < other for one in sets for other in sets)
    assert len(set(sets)) == len(sets)
    assert [one.group_id for one in groups] == [f"g{at}" for at in range(1, len(groups) + 1)]


def test_lines_of_the_three_districts(annual: list[Plan]) -> None:
    matches = align(annual)
    groups = group(annual, matches)
    check_laws(groups, matches)
    assert max(len(members(one)) for one in groups) <= 6
    assert all(one.label for one in groups)


def test_order_of_plans_changes_only_ids_and_labels(annual: list[Plan]) -> None:
    there = group(annual, align(annual))
    back = group(annual[::-1], align(annual[::-1]))
    assert as_sets(there) == as_sets(back)


def test_lines_stand_in_document_order(annual: list[Plan]) -> None:
    order = [task.task_id for task in annual[0].tasks]
    firsts = [
        order.index(one.members["沙坪坝-2025"][0])
        for one in group(annual, align(annual))
        if "沙坪坝-2025" in one.members
    ]
    assert firsts == sorted(firsts)


def test_a_broad_row_stands_in_several_lines(annual: list[Plan]) -> None:
    """忠县 t4.55 holds what 沙坪坝 and 南岸 each print as two measures."""
    lines = [
        one.members
        for one in group(annual, align(annual))
        if "t4.55" in one.members.get("忠县-2025", [])
    ]
    assert lines == [
        {"沙坪坝-2025": ["t2.11"], "忠县-2025": ["t4.55"], "南岸-2025": ["t4.14"]},
        {"沙坪坝-2025": ["t2.12"], "忠县-2025": ["t4.55"], "南岸-2025": ["t4.68"]},
    ]


def test_rows_of_one_name_with_the_same_partners_are_one_line(annual: list[Plan]) -> None:
    lines = {one.label: one.members for one in group(annual, align(annual))}
    assert lines["商务领域"] == {
        "沙坪坝-2025": ["t3.26", "t3.27", "t3.28"],
        "忠县-2025": ["t3.14"],
        "南岸-2025": ["t3.10"],
    }


def test_label_is_the_name_and_what_tells_it_from_others_of_that_name(annual: list[Plan]) -> None:
    labels = [one.label for one in group(annual, align(annual))]
    assert "森林火灾受害率" in labels
    assert (
        "抓好应急预案修编和演练：企业每年至少组织开展1次疏散逃生演练（高危行业领域每半年至少1次）"
        in labels
    )
    assert "“高楼消防”" in labels, "the narrow row names the line, not the one that lists systems"


def test_a_link_to_a_record_that_no_plan_has(annual: list[Plan]) -> None:
    ghost = match_of(("沙坪坝-2025", "t9.9"), ("忠县-2025", "t1.1"), 0.9)
    with pytest.raises(KeyError):
        group(annual, [ghost])


def match_of(left: Key, right: Key, score: float) -> Match:
    refs = [TaskRef(plan_id=plan_id, task_id=task_id) for plan_id, task_id in (left, right)]
    return Match(refs[0], refs[1], "partial", score, [], {})


def small_plan(like: Plan, plan_id: str, names: list[str]) -> Plan:
    tasks = [
        Task(
            task_id=f"t1.{number}",
            table=1,
            table_title="",
            row=number,
            serial=None,
            group=None,
            name=name,
            sub_item=None,
            content="",
        )
        for number, name in enumerate(names, start=1)
    ]
    return like.model_copy(update={"plan_id": plan_id, "tasks": tasks})


KEYS = [(plan_id, f"t1.{row}") for plan_id in "ABCDE" for row in (1, 2, 3)]
LINKS = st.dictionaries(
    st.sampled_from([(a, b) for a, b in combinations(KEYS, 2) if a[0] != b[0]]),
    st.sampled_from([0.5, 0.6, 0.9, 1.0]),
    max_size=40,
)


@given(links=LINKS)
def test_laws_hold_for_any_links(
    links: dict[tuple[Key, Key], float], real_plans: dict[str, Plan]
) -> None:
    like = real_plans["沙坪坝-2025"]
    plans = [small_plan(like, plan_id, ["甲", "甲", "乙"]) for plan_id in "ABCDE"]
    matches = [match_of(left, right, score) for (left, right), score in sorted(links.items())]
    groups = group(plans, matches)
    check_laws(groups, matches)
    back = [match_of(right, left, score) for (left, right), score in sorted(links.items())]
    assert as_sets(group(plans[::-1], back)) == as_sets(groups)
