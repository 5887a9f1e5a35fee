"""The scale a target stands on: many targets ranked by the notion that compares two."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from safeplan.changes.strictness import compare_strictness, demand, off_scale, scale_of
from safeplan.models import Target

AMOUNTS = st.builds(
    Target,
    subject=st.just("火灾起数"),
    direction=st.sampled_from(["eq", "ge", "le", "decrease", "increase"]),
    value=st.one_of(
        st.none(), st.integers(0, 3), st.sampled_from([100, 0.1]), st.tuples(st.just(1), st.just(2))
    ),
    unit=st.sampled_from(["", "%", "‰", "起", "户", "平方米", "万平方米", "次/年", "次/半年"]),
    baseline=st.sampled_from([None, "2023年", "同比", "上年"]),
    text=st.just("文"),
)


@given(AMOUNTS, AMOUNTS, st.booleans())
def test_places_on_a_scale_are_in_the_order_of_the_comparison(
    left: Target, right: Target, less: bool
) -> None:
    scale = scale_of(left, less=less)
    if off_scale(right, scale, less=less) is None:
        order = demand(left, scale), demand(right, scale)
        verdict = (order[1] > order[0]) - (order[1] < order[0])
        assert compare_strictness(left, right, less=less) == verdict


@given(AMOUNTS, st.booleans())
def test_a_target_stands_on_its_own_scale(target: Target, less: bool) -> None:
    assert off_scale(target, scale_of(target, less=less), less=less) is None


def asks(value: float | None, unit: str, direction: str = "decrease") -> Target:
    return Target.model_validate(
        {
            "subject": "火灾起数",
            "direction": direction,
            "value": value,
            "unit": unit,
            "baseline": "2024年" if direction == "decrease" else None,
            "text": "文",
        }
    )


def test_a_decrease_of_all_asks_as_much_as_nothing_left() -> None:
    scale = scale_of(asks(10, "%"), less=True)
    all_of_them, none_left = demand(asks(100, "%"), scale), demand(asks(0, "", "eq"), scale)
    assert all_of_them == none_left > demand(asks(99, "%"), scale) > demand(asks(None, ""), scale)


def test_an_amount_counts_in_one_unit() -> None:
    scale = scale_of(asks(1, "平方米", "ge"), less=False)
    assert demand(asks(2, "万平方米", "ge"), scale) > demand(asks(19999, "平方米", "ge"), scale)
