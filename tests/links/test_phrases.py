"""Credits and phrases: what they are by plain definition, a record at a time."""

from __future__ import annotations

from collections import Counter
from functools import cache

import numpy as np
import pytest

from safeplan import vocabulary
from safeplan.links.commitments import HEADED, NAMED, STATED, ReadPlan, read
from safeplan.links.phrases import (
    MOST_SHARERS,
    OFTEN,
    SHORTEST_ITEM,
    share_credits,
    share_phrases,
)
from safeplan.models import Plan

Line = tuple[str, int, bool]
"""A line, how its record has it, whether it is a name."""


@pytest.fixture(scope="module")
def sides(real_plans: dict[str, Plan]) -> tuple[ReadPlan, ReadPlan]:
    left, right = (read(real_plans[name]) for name in ("沙坪坝-2025", "忠县-2025"))
    return left, right


def records(reading: ReadPlan) -> list[list[Line]]:
    found: list[list[Line]] = [[] for _ in reading.statements]
    for at, (record, standing, is_name) in enumerate(
        zip(
            *(
                column.tolist()
                for column in (
                    reading.lines.record,
                    reading.lines.standing,
                    reading.lines.is_name,
                )
            ),
            strict=True,
        )
    ):
        low, high = reading.lines.start[at : at + 2].tolist()
        found[record].append((reading.text[low : high - 1], standing, is_name))
    return found


def triples(key: str) -> set[str]:
    return {run[at : at + 3] for run in key.split() for at in range(len(run) - 2)}


@cache
def boilerplate() -> dict[str, int]:
    repeated = vocabulary.load("boilerplate")["triples"]
    return {triple: int(n) for n, some in repeated.items() for triple in some.split()}


def credits_of(left: list[list[Line]], right: list[list[Line]]) -> dict[str, float]:
    """Each shared triple holds one credit, or less, and divides it among all pairs that share it."""
    ours, theirs = (
        Counter(triple for lines in side for triple in triples("\n".join(key for key, *_ in lines)))
        for side in (left, right)
    )
    return {
        triple: OFTEN / boilerplate().get(triple, OFTEN) / (ours[triple] * theirs[triple])
        for triple in ours.keys() & theirs.keys()
    }


def test_a_pair_holds_the_credits_of_its_triples_unless_only_names_meet(
    sides: tuple[ReadPlan, ReadPlan],
) -> None:
    left, right = map(records, sides)
    parts = credits_of(left, right)
    held = share_credits(*sides).held

    def of(lines: list[Line], standing: int) -> set[str]:
        return {triple for key, how, _ in lines if how == standing for triple in triples(key)}

    for i, mine in enumerate(left):
        for j, its in enumerate(right):
            shared = of(mine, STATED) & (of(its, STATED) | of(its, NAMED))
            shared |= of(its, STATED) & of(mine, NAMED)
            # Counted in whole numbers of a scale.
            assert held[i, j] == pytest.approx(sum(parts[one] for one in shared), abs=0.005)


def runs(one: str, other: str) -> list[tuple[str, bool]]:
    """All common runs that cannot be longer, and whether one of the two is a whole item."""
    found = []
    one, other = f"\n{one}\n", f"\n{other}\n"
    for at in range(1, len(one)):
        for place in range(1, len(other)):
            if one[at] != other[place] or one[at] in " \n":
                continue
            if one[at - 1] == other[place - 1] and one[at - 1] not in " \n":
                continue
            size = 1
            while one[at + size] == other[place + size] and one[at + size] not in " \n":
                size += 1
            whole = any(
                text[low - 1] in " \n" and text[low + size] in " \n等"
                for text, low in ((one, at), (other, place))
            )
            found.append((one[at : at + size], whole))
    return found


def test_the_best_phrase_is_the_run_whose_credits_add_up_to_most(
    sides: tuple[ReadPlan, ReadPlan],
) -> None:
    left, right = map(records, sides)
    parts = credits_of(left, right)
    trimmings = tuple(vocabulary.load("synonyms")["trimmings"])
    phrases, items = share_phrases(*sides, share_credits(*sides))
    sharing = np.argwhere(phrases > 0).tolist()
    for i, j in [*sharing[::25], [0, 0], [3, 50]]:
        phrase = item = 0.0
        for mine, how, is_name in left[i]:
            for its, its_how, its_is_name in right[j]:
                if HEADED in (how, its_how) or (is_name and its_is_name and how + its_how):
                    continue
                for run, whole in runs(mine, its):
                    worth = [parts[run[at : at + 3]] for at in range(len(run) - 2)]
                    if max(worth, default=0.0) * MOST_SHARERS < 1:
                        continue
                    phrase = max(phrase, sum(worth))
                    if whole and len(run) >= SHORTEST_ITEM and not run.startswith(trimmings):
                        item = max(item, sum(part**4 for part in worth))
        assert phrases[i, j] == pytest.approx(phrase, abs=1e-6)
        assert items[i, j] == pytest.approx(item, abs=1e-6)
