"""A plan made ready: its lines, who has which n-gram, and where names are looked for."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import numpy as np
import pytest

from safeplan.links.commitments import HEADED, NAMED, STATED, Held, ReadPlan, read
from safeplan.models import Plan


@pytest.fixture(scope="module")
def readings(real_plans: dict[str, Plan]) -> list[ReadPlan]:
    return [read(plan) for plan in real_plans.values()]


def cut(text: str, size: int) -> set[str]:
    return {run[at : at + size] for run in text.split() for at in range(len(run) - size + 1)}


def lines_of(reading: ReadPlan) -> list[str]:
    starts = reading.lines.start.tolist()
    return [reading.text[low : high - 1] for low, high in pairwise(starts)]


def held(reading: ReadPlan, found: Held, size: int) -> set[tuple[str, int, int]]:
    """Who has which n-gram, and how, with the n-gram as it reads."""
    where = np.flatnonzero(found.at >= 0).tolist()
    text = {int(found.at[at]): reading.text[at : at + size] for at in where}
    rows = zip(found.gram.tolist(), found.record.tolist(), found.standing.tolist(), strict=True)
    return {(text[gram], record, standing) for gram, record, standing in rows}


def test_every_character_of_the_text_knows_its_line(readings: list[ReadPlan]) -> None:
    for reading in readings:
        assert len(reading.line_at) == len(reading.characters) == len(reading.text)
        for line, key in enumerate(lines_of(reading)):
            places = np.flatnonzero(reading.line_at == line)[-len(key) - 1 :]
            assert "".join(reading.text[at] for at in places.tolist()) == key + "\n"


def test_the_lines_of_a_record_are_its_name_and_its_clauses(readings: list[ReadPlan]) -> None:
    for reading in readings:
        lines = lines_of(reading)
        for record, one in enumerate(reading.statements):
            own = [
                lines[at]
                for at in np.flatnonzero(reading.lines.record == record).tolist()
                if not reading.lines.is_name[at]
            ]
            assert "\n".join(own) == one.text.key
            assert lines[reading.name[record]] == one.title.key.replace("\n", " ").rstrip()


def test_a_name_is_written_once_however_many_bear_it(readings: list[ReadPlan]) -> None:
    for reading in readings:
        printed = [one.printed.split("\n")[0] for one in reading.statements]
        assert sum(reading.lines.is_name.tolist()) == len(set(printed))
        for record, name in enumerate(printed):
            standing = reading.lines.standing[reading.name[record]]
            if printed.count(name) > 1:
                assert standing == HEADED


@pytest.mark.parametrize("size", [2, 3])
def test_ngrams_are_held_by_those_who_state_them_or_are_named_so(
    readings: list[ReadPlan], size: int
) -> None:
    for reading in readings:
        wanted: dict[tuple[str, int], int] = {}
        for line, key in enumerate(lines_of(reading)):
            record, standing = (
                int(column[line]) for column in (reading.lines.record, reading.lines.standing)
            )
            for gram in cut(key, size):
                wanted[gram, record] = min(standing, wanted.get((gram, record), HEADED))
        found = reading.units if size == 2 else reading.triples
        assert held(reading, found, size) == {(*key, how) for key, how in wanted.items()}
        assert found.counts.tolist() == np.bincount(found.gram).tolist()


def test_a_heading_over_many_records_counts_once(readings: list[ReadPlan]) -> None:
    for reading in readings:
        expected: Counter[str] = Counter()
        seen: set[str] = set()
        for one in reading.statements:
            name = one.printed.split("\n")[0]
            own = cut(one.text.key, 2)
            expected.update(own if name in seen else own | cut(one.title.key, 2))
            seen.add(name)
        places = np.flatnonzero(reading.units.at >= 0).tolist()
        assert expected == {
            reading.text[at : at + 2]: reading.units.counts[reading.units.at[at]] for at in places
        }


def test_what_a_record_states_or_is_called_is_looked_up_at_once(readings: list[ReadPlan]) -> None:
    for reading in readings:
        units = reading.units
        unit_at = {reading.text[at : at + 2]: int(units.at[at]) for at in range(len(units.at) - 1)}
        for record, one in enumerate(reading.statements):
            own = reading.lines.standing[reading.name[record]] in (STATED, NAMED)
            named = cut(one.title.key, 2)
            stated = cut(one.text.key, 2) | (named if own else set())
            for table, wanted in ((reading.states, stated), (reading.is_called, named)):
                assert set(np.flatnonzero(table[record]).tolist()) == {unit_at[n] for n in wanted}
            assert not reading.states[record, -1]


def test_a_plan_without_records_can_be_read(real_plans: dict[str, Plan]) -> None:
    plan = next(iter(real_plans.values())).model_copy(update={"tasks": []})
    reading = read(plan)
    assert reading.statements == []
    assert len(reading.units.codes) == len(reading.triples.codes) == 0
    assert reading.bare == []
