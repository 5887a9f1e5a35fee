"""Aligning plans whose measures are prose: with a table, and with prose that is worded apart."""

from __future__ import annotations

import csv
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from tests.conftest import GOLD
from tests.links.test_alignment import CASES, Link, by_pair, mirrored

from safeplan.links import align
from safeplan.links.commitments import read
from safeplan.links.features import compare
from safeplan.models import Plan
from safeplan.plans import parse

FEW = 10
"""Circulars that were written after each other share more."""


def gold(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8") as file:
        return list(csv.DictReader(file, delimiter="\t"))


def f1(found: set[Link], wanted: set[Link]) -> float:
    return 2 * len(found & wanted) / (len(found) + len(wanted))


@pytest.fixture(scope="module")
def made() -> dict[str, Plan]:
    """Ten circulars in prose; each says much of what one other says, in other words."""
    paths = sorted((CASES / "prose" / "learned").glob("*.txt"))
    plans = [parse(path).narrowed("body") for path in paths]
    return {plan.plan_id: plan for plan in plans}


def apart() -> list[Plan]:
    """Two circulars from which nothing was learned."""
    paths = sorted((CASES / "prose" / "apart").glob("*.txt"), reverse=True)
    return [parse(path).narrowed("body") for path in paths]


def table(plan: Plan) -> Plan:
    """The same records as the rows of a table."""
    rows = [task.model_copy(update={"table": 1}) for task in plan.tasks]
    return plan.model_copy(update={"tasks": rows})


def links(rows: list[dict[str, str]]) -> list[Link]:
    return [(row["left"], row["right"]) for row in rows]


def links_of(one: str, other: str, status: str = "agreed") -> set[Link]:
    """The reference links of two circulars, by `plan:task`."""
    return {
        (row["left"], row["right"])
        for row in gold(GOLD / "links" / "prose" / "learned.tsv")
        if row["status"] == status
        and {row["left"].split(":")[0], row["right"].split(":")[0]} == {one, other}
    }


def found(one: Plan, other: Plan) -> set[Link]:
    return {
        (f"{m.left.plan_id}:{m.left.task_id}", f"{m.right.plan_id}:{m.right.task_id}")
        for m in align([one, other])
    }


@pytest.mark.parametrize(
    ("one", "other", "least"),
    [
        ("青岗-2025", "临渚-2026", 0.92),
        ("东棠-2025", "南稷-2026", 0.92),
        ("云岭-2025", "沧浦-2026", 0.95),
        ("柳河-2025", "石阡-2026", 0.87),
        ("桃溪-2025", "竹林-2025", 0.97),
    ],
)
def test_two_counties_say_one_measure_in_their_own_words(
    one: str, other: str, least: float, made: dict[str, Plan]
) -> None:
    """The weights were learned on all of them; bench/alignment.py measures on documents unseen."""
    assert f1(found(made[one], made[other]), links_of(one, other)) >= least


def test_two_counties_from_which_nothing_was_learned() -> None:
    one, other = apart()
    wanted = set(links(gold(GOLD / "links" / "prose" / "apart.tsv")))
    assert f1(found(one, other), wanted) >= 0.92
    # And the one in prose with the other's table, which is half of the country's case.
    assert f1(found(one, table(other)), wanted) >= 0.92


def _either_way(link: Link) -> Link:
    first, second = sorted(link)
    return first, second


def test_a_sector_alone_makes_no_link(made: dict[str, Plan]) -> None:
    """Circulars that were not written after each other share some measures, and many sectors."""
    linked, wanted = set[Link](), set[Link]()
    for one, other in combinations(made, 2):
        shared = links_of(one, other)
        if len(shared) < FEW:
            doubtful = links_of(one, other, "one_reading")
            linked |= {_either_way(link) for link in found(made[one], made[other])} - {
                _either_way(link) for link in doubtful
            }
            wanted |= {_either_way(link) for link in shared}
    assert len(linked & wanted) / len(linked) >= 0.75
    assert f1(linked, wanted) >= 0.75


@pytest.mark.parametrize(
    ("pair", "least"),
    [
        ("沙坪坝-2025~南岸-2025", 0.95),
        ("沙坪坝-2025~忠县-2025", 0.97),
        ("忠县-2025~沙坪坝-2025", 0.97),
    ],
)
def test_the_body_of_one_meets_the_rows_of_the_other(
    pair: str, least: float, real_plans: dict[str, Plan]
) -> None:
    """At the grain of a measure; its commitments are the reference rows', found by their text."""
    left, right = (real_plans[plan_id] for plan_id in pair.split("~"))
    rows = gold(GOLD / "links" / "body" / f"{pair}.tsv")
    links = {
        (match.left.task_id.split(".")[0], match.right.task_id)
        for match in align([left.narrowed("body"), right.narrowed("annex")])
    }
    doubtful = {(row["left"], row["right"]) for row in rows if row["status"] != "agreed"}
    wanted = {(row["left"], row["right"]) for row in rows} - doubtful
    assert f1(links - doubtful, wanted) >= least


def test_exchanging_two_texts_exchanges_sides_and_nothing_else(
    made: dict[str, Plan], real_plans: dict[str, Plan]
) -> None:
    prose = real_plans["沙坪坝-2025"].narrowed("body")
    others = [*list(made.values())[:3], real_plans["璧山-2024-2026"].narrowed("body")]
    others.append(real_plans["南岸-2025"].narrowed("annex"))
    texts = [prose, *others]
    back = by_pair([mirrored(match) for match in align(texts[::-1], threshold=0.05)])
    assert by_pair(align(texts, threshold=0.05)) == back


def test_two_tables_written_apart_are_weighed_as_prose_is() -> None:
    """The pair kept apart, each circular's measures as rows of a table."""
    rows = [table(plan) for plan in apart()]
    assert f1(found(*rows), set(links(gold(GOLD / "links" / "prose" / "apart.tsv")))) >= 0.92


def test_texts_count_as_kin_by_what_they_repeat(
    made: dict[str, Plan], real_plans: dict[str, Plan]
) -> None:
    def kinship(one: Plan, other: Plan) -> float:
        return compare(read(one), read(other)).kinship

    districts = [real_plans[f"{name}-2025"].narrowed("body") for name in ("沙坪坝", "忠县")]
    campaign = real_plans["璧山-2024-2026"]
    assert kinship(*districts) == 1.0
    assert kinship(*list(made.values())[:2]) == 0.0
    assert 0.0 < kinship(districts[0], campaign.narrowed("body")) < 1.0
    # A campaign and a yearly plan of one city have a small part of their template in common.
    tables = [real_plans["忠县-2025"].narrowed("annex"), campaign.narrowed("annex")]
    assert kinship(*tables) < 0.1


def test_reasons_add_up_between_the_two_kinds_of_texts(real_plans: dict[str, Plan]) -> None:
    """What each feature adds, and the bias, make the score, also where weights are blended."""
    from safeplan.links.model import load

    left, right = real_plans["沙坪坝-2025"].narrowed("body"), real_plans["璧山-2024-2026"]
    pair = [left, right.narrowed("body")]
    weighed = compare(*map(read, pair))
    linking = load().linking(weighed.kinship, prose=weighed.prose)
    for match in align(pair):
        odds = linking.bias + sum(match.features.values())
        assert match.score == pytest.approx(1 / (1 + np.exp(-odds)), abs=0.001)
