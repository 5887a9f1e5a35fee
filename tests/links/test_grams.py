"""Characters and n-grams as numbers: cut as the texts read, met wherever they are the same."""

from __future__ import annotations

from itertools import takewhile

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from safeplan.links.grams import characters, grams, lookup, meetings, reach, spread

texts = st.text("安全消防𠮷 \n", max_size=12)
numbers = st.lists(st.integers(-1, 6), max_size=12)


@given(texts, st.integers(1, 3))
def test_ngrams_are_all_stretches_without_a_break(text: str, size: int) -> None:
    places, codes = grams(text, size)
    stretches = {at: text[at : at + size] for at in range(len(text) - size + 1)}
    whole = {at: cut for at, cut in stretches.items() if "".join(cut.split()) == cut}
    assert places.tolist() == list(whole)
    assert len(set(codes.tolist())) == len(set(whole.values()))
    assert len(set(zip(codes.tolist(), whole.values(), strict=True))) == len(set(whole.values()))


@pytest.mark.parametrize("size", [1, 2, 3])
def test_an_ngram_has_the_same_number_in_every_text(size: int) -> None:
    word = "\U0010ffff" * size
    assert grams(f"整治 {word}", size)[1][-1] == grams(word, size)[1][0] > 0


@given(numbers, numbers)
def test_meetings_are_all_that_are_the_same(here: list[int], there: list[int]) -> None:
    i, j = meetings(np.array(here, np.int64), np.array(there, np.int64))
    assert sorted(zip(i.tolist(), j.tolist(), strict=True)) == [
        (a, b) for a, one in enumerate(here) for b, other in enumerate(there) if one == other != -1
    ]


@given(st.sets(st.integers(0, 9)), numbers)
def test_a_number_is_looked_up_by_its_place(known: set[int], wanted: list[int]) -> None:
    ascending = sorted(known)
    found = lookup(np.array(ascending, np.int64), np.array(wanted, np.int64))
    assert found.tolist() == [
        ascending.index(number) if number in known else -1 for number in wanted
    ]


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 4)), max_size=6))
def test_ranges_are_spread_in_their_order(ranges: list[tuple[int, int]]) -> None:
    low = np.array([start for start, _ in ranges], np.int64)
    whose, found = spread(low, low + np.array([size for _, size in ranges], np.int64))
    assert list(zip(whose.tolist(), found.tolist(), strict=True)) == [
        (at, number)
        for at, (start, size) in enumerate(ranges)
        for number in range(start, start + size)
    ]


@given(texts, texts)
def test_a_run_reaches_to_the_first_difference_or_break(one: str, other: str) -> None:
    def to_break(text: str) -> str:
        return text.replace("\n", " ").split(" ")[0]

    pairs = zip(to_break(one), to_break(other), strict=False)
    same = len(list(takewhile(lambda pair: pair[0] == pair[1], pairs)))
    here, there = (characters(f" {text} ") for text in (one, other))
    first = np.array([1])
    assert reach(here, there, first, first, 1).tolist() == [same]
    last, its_last = np.array([len(one)]), np.array([len(other)])
    assert reach(here[::-1], there[::-1], last, its_last, -1).tolist() == [same]
