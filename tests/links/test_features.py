"""What records share, by plain definition: sets of character pairs, weighed by how rare they are."""

from __future__ import annotations

from collections import Counter
from math import log, sqrt

import pytest

from safeplan.links.commitments import HEADED, STATED, ReadPlan, read
from safeplan.links.features import HALF, Pairs, compare
from safeplan.models import Plan

Pair = str
Grams = frozenset[Pair]


class Record:
    """One record in sets."""

    def __init__(self, reading: ReadPlan, record: int) -> None:
        one = reading.statements[record]
        standing = int(reading.lines.standing[reading.name[record]])
        self.name = pairs(one.title.key.replace("\n", " "))
        self.own_name = standing != HEADED
        names = [self.name] if standing == STATED else []
        self.commitments = [c for c in (*names, *map(pairs, one.text.key.split("\n"))) if c]
        self.states: Grams = frozenset().union(*self.commitments)
        self.all = self.states | self.name if self.own_name else self.states
        self.printed_name = one.printed.split("\n")[0]


def pairs(key: str) -> Grams:
    return frozenset(run[at : at + 2] for run in key.split() for at in range(len(run) - 1))


@pytest.fixture(scope="module")
def sides(real_plans: dict[str, Plan]) -> tuple[ReadPlan, ReadPlan]:
    left, right = (read(real_plans[name]) for name in ("沙坪坝-2025", "南岸-2025"))
    return left, right


@pytest.fixture(scope="module")
def found(sides: tuple[ReadPlan, ReadPlan]) -> Pairs:
    return compare(*sides)


def test_features_are_what_plain_sets_give(sides: tuple[ReadPlan, ReadPlan], found: Pairs) -> None:
    left, right = (
        [Record(side, record) for record in range(len(side.statements))] for side in sides
    )
    counts: Counter[Pair] = Counter()
    for side in (left, right):
        seen: set[str] = set()
        for one in side:
            counts.update(one.states if one.printed_name in seen else one.states | one.name)
            seen.add(one.printed_name)
    everything = len(left) + len(right) + 1

    def weight(pair: Pair) -> float:
        return max(0.05, log(everything / (counts[pair] + 1)))

    def mass(some: Grams) -> float:
        return sum(map(weight, some))

    def squares(some: Grams) -> float:
        return sum(weight(pair) ** 2 for pair in some)

    def hold(common: Grams, whole: Grams) -> float:
        return 2 * mass(common) ** 2 / (mass(whole) * (mass(common) + HALF)) if common else 0.0

    def best(one: Record, other: Record) -> float:
        return max((hold(c & other.all, c) for c in one.commitments), default=0.0)

    def named(one: Record, other: Record) -> float:
        own = one.own_name
        return max((hold(one.name & c, one.name) for c in other.commitments if own), default=0.0)

    for at, (i, j) in enumerate(zip(found.left.tolist(), found.right.tolist(), strict=True)):
        one, other = left[i], right[j]
        norm = sqrt(squares(one.name) * squares(other.name))
        wanted = {
            "clause": max(best(one, other), best(other, one)),
            "clause_both": min(best(one, other), best(other, one)),
            "heading": squares(one.name & other.name) / norm if norm else 0.0,
            "named": max(named(one, other), named(other, one)),
        }
        # Weights are rounded to whole numbers of a scale.
        assert {name: getattr(found.likeness, name)[at] for name in wanted} == pytest.approx(
            wanted, abs=1e-3
        )


def test_exchanging_two_plans_changes_no_feature(
    sides: tuple[ReadPlan, ReadPlan], found: Pairs
) -> None:
    back = compare(*reversed(sides))
    there = sorted(zip(found.left.tolist(), found.right.tolist(), *found.likeness, strict=True))
    assert there == sorted(
        zip(back.right.tolist(), back.left.tolist(), *back.likeness, strict=True)
    )


def test_only_some_pairs_can_be_asked_for(found: Pairs) -> None:
    under_one_heading = found.where(found.likeness.heading > 0.99)
    assert 0 < len(under_one_heading.left) < len(found.left)
    assert min(under_one_heading.likeness.heading) > 0.99


def under(heading: str, *contents: str) -> list[tuple[str, str]]:
    return [(heading, content) for content in contents]


def measures(plan: Plan, rows: list[tuple[str, str]]) -> list[int]:
    """Which record stands for the measure of each row."""
    first = plan.tasks[0]
    tasks = [
        first.model_copy(update={"task_id": f"t1.{at}", "name": name, "content": content})
        for at, (name, content) in enumerate(rows, start=1)
    ]
    return list(map(int, read(plan.model_copy(update={"tasks": tasks})).measure))


TRAINING = "开展党政领导干部统筹发展和安全能力提升培训"


def test_rows_that_add_nothing_to_their_heading_are_stages_of_one_measure(
    real_plans: dict[str, Plan],
) -> None:
    plan = real_plans["璧山-2024-2026"]
    rows = under(TRAINING, "全面开展培训工作。", "完成农村公路危桥改造6座。", "持续开展培训工作。")
    assert measures(plan, rows) == [0, 1, 0]
    # Under another heading it is another measure.
    assert measures(plan, [*rows, *under("开展执法人员业务培训", "持续开展培训工作。")]) == [
        0,
        1,
        0,
        3,
    ]


def test_stages_share_what_the_clearest_of_them_shares(real_plans: dict[str, Plan]) -> None:
    pairs = compare(read(real_plans["璧山-2024-2026"]), read(real_plans["沙坪坝-2025"]))
    ids = [
        [task.task_id for task in real_plans[n].tasks] for n in ("璧山-2024-2026", "沙坪坝-2025")
    ]
    cosines = {
        (ids[0][i], ids[1][j]): cosine
        for i, j, cosine in zip(
            pairs.left.tolist(), pairs.right.tolist(), pairs.likeness.cosine.tolist(), strict=True
        )
    }
    stages = {cosines[f"t1.{number}", "t2.2"] for number in (29, 30, 31, 32)}
    assert len(stages) == 1
    assert stages.pop() > cosines.get(("t1.33", "t2.2"), 0.0)


def test_sense_is_asked_for_only_between_plans_written_apart(
    found: Pairs, real_plans: dict[str, Plan]
) -> None:
    assert not found.likeness.sense_headed.any()
    apart = compare(read(real_plans["璧山-2024-2026"]), read(real_plans["沙坪坝-2025"]))
    assert 0.0 <= apart.likeness.sense.min() < apart.likeness.sense.max() <= 1.0 + 1e-9
    back = compare(read(real_plans["沙坪坝-2025"]), read(real_plans["璧山-2024-2026"]))
    there = sorted(zip(apart.left.tolist(), apart.right.tolist(), *apart.likeness, strict=True))
    assert there == sorted(
        zip(back.right.tolist(), back.left.tolist(), *back.likeness, strict=True)
    )
