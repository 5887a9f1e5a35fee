"""The copies of a text: what they take for the same, and what they keep."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safeplan.text.folding import fold, narrow, narrowed, tidy, unspaced, wide, widened

TEXTS = st.text(alphabet="甲乙ａＡa1１②%％（(）),，；; \u3000\n壹伍佰万’", max_size=24)


@pytest.mark.parametrize(
    ("printed", "kept"),
    [
        ("忠 县\u200b人 民", "忠县人民"),
        ("AR  3D 建模", "AR 3D建模"),
        ("12 000", "12 000"),
    ],
)
def test_white_space_stays_between_latin_characters_only(printed: str, kept: str) -> None:
    assert tidy(printed) == kept


def test_wide_and_narrow_copies_meet() -> None:
    for printed in ("甲（乙），丙；", "甲(乙),丙;", "甲 （乙), 丙；"):
        assert wide(printed) == "甲（乙），丙；"
        assert narrow(printed) == "甲(乙),丙;"


def test_a_circled_number_is_no_digit_in_any_copy() -> None:
    for copy in (tidy, wide, narrow, fold):
        assert copy("②30公里") == "②30公里"


@given(TEXTS)
def test_a_place_in_these_copies_is_the_same_place_in_print(text: str) -> None:
    assert len(fold(text)) == len(widened(text)) == len(narrowed(text)) == len(text)


@given(TEXTS)
def test_a_copy_of_a_copy_is_itself(text: str) -> None:
    for copy in (tidy, unspaced, wide, narrow):
        assert copy(copy(text)) == copy(text)
