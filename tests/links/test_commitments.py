"""A plan made ready: where names and phrases are looked for, and how often n-grams stand."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safeplan.links.commitments import Bare, Reading, grams, read
from safeplan.models import Plan


@pytest.fixture(scope="module")
def readings(real_plans: dict[str, Plan]) -> list[Reading]:
    return [read(plan) for plan in real_plans.values()]


@given(
    st.lists(st.text("安全消防 \n", max_size=8), max_size=6),
    st.text("安全消防", min_size=1, max_size=3),
)
def test_a_name_is_found_in_the_records_that_hold_it(keys: list[str], word: str) -> None:
    holding = [at for at, key in enumerate(keys) if word in "".join(key.split())]
    assert Bare(keys).holding(word) == holding


def test_every_character_of_the_script_knows_its_record(readings: list[Reading]) -> None:
    for reading in readings:
        script = reading.script
        assert len(script.record_at) == len(script.name_at) == len(script.text)
        for record, one in enumerate(reading.statements):
            places = [at for at, whose in enumerate(script.record_at) if whose == record]
            said = "".join(script.text[at] for at in places if not script.name_at[at])
            named = "".join(script.text[at] for at in places if script.name_at[at])
            assert said == one.content + "\n"
            assert named == (one.name if one.own_name else "") + "\n"


def test_holders_are_the_records_whose_text_has_the_triple(readings: list[Reading]) -> None:
    for reading in readings:
        stated = [
            grams(one.content, 3) | (grams(one.name, 3) if one.stated else frozenset())
            for one in reading.statements
        ]
        assert {triple: Counter(at) for triple, at in reading.stating_triple.items()} == {
            triple: Counter(at for at, found in enumerate(stated) if triple in found)
            for triple in frozenset().union(*stated)
        }


def test_a_heading_over_many_records_counts_once(readings: list[Reading]) -> None:
    for reading in readings:
        expected: Counter[str] = Counter()
        seen: set[str] = set()
        for one in reading.statements:
            first = one.printed.split("\n")[0] not in seen
            seen.add(one.printed.split("\n")[0])
            expected.update(one.pairs | one.name_pairs if first else one.pairs)
        assert reading.pair_counts == expected


def test_a_plan_without_records_can_be_read(real_plans: dict[str, Plan]) -> None:
    plan = next(iter(real_plans.values())).model_copy(update={"tasks": []})
    reading = read(plan)
    assert reading.statements == []
    assert reading.pair_counts == reading.triple_counts == {}
    assert reading.bare.holding("安全") == []
