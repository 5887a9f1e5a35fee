"""Laws of reading owner cells."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from safeplan import vocabulary
from safeplan.bearers import read_owners
from safeplan.bodies import canonical, is_known

BODIES = sorted(vocabulary.load("bodies")["bodies"])
LEVELS = st.sampled_from(["区", "县", "市"])
SEPARATORS = st.sampled_from(["、", "，", ",", "；", ";", "\n", " 、 ", "，\u3000"])
SPACES = st.sampled_from(["", " ", "\n", "\u3000", "\t \n"])


@given(st.lists(st.tuples(LEVELS, st.sampled_from(BODIES), SEPARATORS), max_size=8))
def test_known_bodies_joined_by_any_separators_are_read_back(
    joined: list[tuple[str, str, str]],
) -> None:
    cell = "".join(level + name + separator for level, name, separator in joined)
    owners = read_owners("", cell)
    assert [owner.name for owner in owners] == [canonical(name) for _, name, _ in joined]


@given(st.lists(st.sampled_from(BODIES), min_size=1, max_size=6), st.data())
def test_white_space_around_and_between_means_nothing(
    names: list[str], data: st.DataObject
) -> None:
    plain = "、".join("区" + name for name in names)
    spaced = data.draw(SPACES).join(["", *(character for character in plain), ""])
    assert [(owner.name, owner.text) for owner in read_owners("", plain)] == [
        (owner.name, "".join(owner.text.split())) for owner in read_owners("", spaced)
    ]


@given(st.text(alphabet="区县市局委办各有关等部门（）()、，和 镇街经开安会成员单位", max_size=30))
def test_any_text_is_read_without_trouble_into_spans_of_itself(text: str) -> None:
    owners = read_owners("", text)
    start = 0
    for owner in owners:
        start = text.index(owner.text, start)
        assert owner.name
        assert owner.text == owner.text.strip()


@given(st.sampled_from(BODIES), LEVELS)
def test_a_canonical_name_is_its_own_canonical_name(name: str, level: str) -> None:
    first = canonical(level + name)
    assert canonical(first) == first
    assert is_known(first)
