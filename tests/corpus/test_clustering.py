"""Sketches weigh what is alike; each text follows the most usual one that says the same."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from safeplan.corpus import clustering, sketching
from safeplan.corpus.clustering import apart, exchanged, follow, hubs, part, rejoin, unite
from safeplan.corpus.normalising import neutral
from safeplan.corpus.sketching import Sketches, likeness, sketch


def sketched(texts: Sequence[str]) -> Sketches:
    empty = pa.array([""] * len(texts), pa.string())
    return sketch(neutral(empty, pa.array(list(texts), pa.string()), empty, empty))


def alike(left: str, right: str) -> float:
    return float(likeness(sketched([left, right]), np.array([0]), np.array([1]))[0])


def numbers(values: Sequence[int]) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    return np.array(values, np.int64)


# --- likeness -----------------------------------------------------------------------------------

contents = st.text(st.sampled_from("安全生产隐患排查整治消防灭火应急救援，。"), max_size=40)


@given(contents, contents)
def test_likeness_is_the_same_from_both_sides_and_never_beyond_one(left: str, right: str) -> None:
    assert alike(left, right) == alike(right, left)
    assert 0 <= alike(left, right) <= 1


@given(st.text(st.sampled_from("安全生产隐患排查整治"), min_size=3, max_size=40))
def test_a_text_is_wholly_like_itself(text: str) -> None:
    assert alike(text, text) == 1


def test_clauses_in_another_order_are_alike() -> None:
    left = "完善重大事故隐患督办制度，开展隐患排查整治"
    right = "开展隐患排查整治，完善重大事故隐患督办制度"
    assert alike(left, right) == 1


def test_what_many_texts_have_counts_for_less() -> None:
    frame = "依法落实一案双罚行刑衔接"
    pair = [f"对甲级纺织厂{frame}", f"对乙类游艇会{frame}"]
    rare = sketched([*pair, *["森林防火专项行动"] * 400])
    common = sketched([*pair, *[frame] * 400])
    one, other = numbers([0]), numbers([1])
    assert likeness(common, one, other)[0] < likeness(rare, one, other)[0]


def test_sketches_do_not_depend_on_how_many_texts_are_taken_at_a_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    texts = ["开展隐患排查整治", "", "森林防火" * 9, "消防", "开展隐患排查"]
    together = sketched(texts)
    monkeypatch.setattr(sketching, "_CHARACTERS", 12)
    for one, other in zip(together, sketched(texts), strict=True):
        assert np.array_equal(one, other)


# --- following ----------------------------------------------------------------------------------


def test_texts_follow_the_most_usual_one_that_says_the_same() -> None:
    texts = [
        "开展燃气管道老化更新改造工程建设",
        "全面开展城镇燃气管道老化更新改造工程",
        "编制村级地质灾害避险转移撤离预案",
        "推进燃气管道老化更新改造工程建设",
        "以乡镇为单元编制地质灾害避险转移撤离预案",
    ]
    assert follow(sketched(texts)).tolist() == [0, 0, 2, 0, 2]


def test_nothing_follows_anything_in_an_empty_corpus() -> None:
    assert follow(sketched([])).tolist() == []


@given(st.lists(contents, max_size=12))
def test_leaders_follow_themselves_and_are_no_less_usual(texts: list[str]) -> None:
    leader = follow(sketched(texts))
    assert (leader[leader] == leader).all()
    assert (leader <= np.arange(len(texts))).all()


def test_what_stands_side_by_side_in_a_plan_is_two_measures() -> None:
    texts = [
        "对企业严重违法违规行为依法落实一案双罚",
        "对酒吧严重违法违规行为依法落实一案双罚",
        "对企业严重违法违规行为严格依法落实一案双罚",
    ]
    sketches = sketched(texts)
    leader = follow(sketches)
    assert leader.tolist() == [0, 0, 0]
    # Plans 0 and 1 have the first two texts side by side, plan 2 has the third alone.
    parted = part(leader, sketches, numbers([0, 1, 0, 1, 2]), numbers([0, 0, 1, 1, 2]))
    assert parted.tolist() == [0, 1, 0]


def told_apart(texts: Sequence[str]) -> list[int]:
    sketches = sketched(texts)
    follows = follow(sketches)
    assert set(follows.tolist()) == {0}
    parted: list[int] = apart(
        follows, sketches, lambda at: [texts[one] for one in at.tolist()]
    ).tolist()
    return parted


FRAME = "面向{}从业人员策划推送系列安全科普产品"


def test_what_names_another_thing_in_the_same_place_is_another_measure() -> None:
    things = ["生猪屠宰场", "蓄电池厂", "生猪屠宰场", "蓄电池厂"]
    added = ["", "", "并抓好落实", "并抓好落实"]
    texts = [FRAME.format(thing) + more for thing, more in zip(things, added, strict=True)]
    assert told_apart(texts) == [0, 1, 0, 1]


@pytest.mark.parametrize(
    ("one", "other", "things"),
    [
        ("编制殡仪馆的转移预案", "编制看守所的转移预案", {"殡仪馆", "看守所"}),
        ("定期组织演练", "按时组织演练", set()),  # a word
        ("提升应急能力 组织演练", "压实工作责任 组织演练", set()),  # a heading
        ("在东昌清平莲安建站", "在通亭马宁白江建站", set()),  # a list of places
        ("组织演练", "组织演练 并抓好落实", set()),  # more is said
    ],
)
def test_what_is_exchanged_between_two_texts(one: str, other: str, things: set[str]) -> None:
    assert exchanged(one, other) == exchanged(other, one) == things


USUAL = "建立应急管理消防救援等部门联合值守信息互通机制"
CITY = "建立多部门联合值守和信息互通机制"


@pytest.mark.parametrize(
    ("districts", "beside", "together"),
    [(3, False, True), (2, False, False), (3, True, False)],
    ids=["a city's wording", "a local row", "a row beside the usual one"],
)
def test_what_several_districts_say_and_never_beside_it_is_the_usual_measure(
    districts: int, beside: bool, together: bool
) -> None:
    sketches = sketched([USUAL, CITY])
    assert 0.45 <= likeness(sketches, numbers([0]), numbers([1]))[0] < 0.6
    # Seven districts have the usual wording, others that of their city.
    plans = [*range(7), *range(0 if beside else 7, districts if beside else 7 + districts)]
    texts = [0] * 7 + [1] * districts
    root = rejoin(numbers([0, 1]), sketches, numbers(texts), numbers(plans), np.arange(10))
    assert root.tolist() == ([0, 0] if together else [0, 1])


# --- comparing ----------------------------------------------------------------------------------


def test_hubs_are_the_plans_that_add_most_to_those_before_them() -> None:
    plans = numbers([0, 0, 0, 1, 1, 2, 2, 3])
    labels = numbers([5, 6, 7, 5, 6, 8, 7, 7])
    assert hubs(plans, labels, 2) == [0, 2]
    assert sorted(hubs(plans, labels, 9)) == [0, 1, 2, 3]
    assert hubs(numbers([]), numbers([])) == []


def test_a_plan_with_the_rows_of_a_register_is_no_hub(monkeypatch: pytest.MonkeyPatch) -> None:
    plans = numbers([0, 0, 0, 1, 1, 2])
    labels = numbers([5, 6, 7, 5, 6, 8])
    monkeypatch.setattr(clustering, "MOST_ROWS", 2)
    assert hubs(plans, labels) == [1, 2]


@pytest.mark.parametrize(
    ("plans", "together"),
    [([0, 1, 2, 3], True), ([0, 1, 0, 1], False)],
    ids=["in different plans", "side by side"],
)
def test_texts_of_one_measure_are_united_unless_plans_have_them_side_by_side(
    plans: list[int], together: bool
) -> None:
    root = unite(numbers([0, 1]), [(1, 0)], numbers([0, 0, 1, 1]), numbers(plans))
    assert root.tolist() == ([0, 0] if together else [0, 1])


def test_followers_go_with_their_leader() -> None:
    leader = numbers([0, 1, 1, 3])
    root = unite(leader, [(2, 3), (0, 2)], numbers([0, 1, 2, 3]), numbers([0, 1, 2, 3]))
    assert root.tolist() == [0, 0, 0, 0]
