"""Sentences and clauses: nothing is lost between them, no pair of marks is cut."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from safeplan.text.clauses import (
    CLAUSE_ENDS,
    clause_around,
    first_clause,
    phrases,
    split_at_marks,
    split_clauses,
    split_sentences,
)

TEXTS = st.text(alphabet="甲乙丙。！；，（）“”《》", max_size=24)


@given(TEXTS)
def test_sentences_and_clauses_joined_are_the_text(text: str) -> None:
    assert "".join(split_sentences(text)) == text
    assert "".join(split_clauses(text)) == text


def test_pairs_are_not_cut_but_by_those_who_ask_for_marks() -> None:
    text = "甲（乙，丙；丁），戊。"
    assert split_clauses(text) == [text]
    assert list(phrases(text)) == ["甲（乙，丙；丁）", "戊"]
    assert split_at_marks(text) == ["甲（乙", "丙", "丁）", "戊", ""]
    assert first_clause(text) == "甲（乙"


def test_a_bracket_that_is_never_closed_swallows_one_sentence_only() -> None:
    assert list(phrases("甲（乙，丙。丁")) == ["甲（乙，丙", "丁"]


@given(TEXTS.filter(bool), st.data())
def test_the_clauses_around_a_span_hold_it_and_end_at_marks(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    low, high = clause_around(text, start, end)
    assert low <= start < end <= high
    assert low == 0 or text[low - 1] in CLAUSE_ENDS
    assert high == len(text) or text[high] in CLAUSE_ENDS
