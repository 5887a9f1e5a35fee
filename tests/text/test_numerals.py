"""Laws of numerals and units: a number is one number in every style of print."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safeplan.models import Target
from safeplan.targets import read_targets
from safeplan.targets.units import dimension_of, units
from safeplan.text.folding import fold
from safeplan.text.numerals import read_number

FULL_WIDTH = str.maketrans("0123456789.%", "０１２３４５６７８９．％")
DIGITS = "零一二三四五六七八九"


def in_words(number: int) -> str:
    """A whole number below 10**12 in Chinese characters, as a clerk writes it."""
    if number == 0:
        return "零"
    for scale, word in ((10**8, "亿"), (10**4, "万")):
        high, low = divmod(number, scale)
        if high:
            gap = "零" if low and low < scale // 10 else ""
            return in_words(high) + word + gap + (in_words(low) if low else "")
    printed, zero = "", False
    for scale, word in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, number = divmod(number, scale)
        if digit:
            printed += ("零" if zero and printed else "") + DIGITS[digit] + word
            zero = False
        else:
            zero = True
    return printed


@given(st.integers(0, 10**12 - 1))
def test_a_whole_number_reads_back_from_every_style(number: int) -> None:
    styles = {
        str(number),
        f"{number:,}",
        str(number).translate(FULL_WIDTH),
        in_words(number),
        in_words(number).replace("二千", "两千").replace("二万", "两万"),
    }
    assert {style: read_number(style) for style in styles} == dict.fromkeys(styles, number)


@given(st.integers(10, 19))
def test_a_leading_one_may_be_left_out(number: int) -> None:
    assert read_number(in_words(number).removeprefix("一")) == number


@given(st.decimals(0, 10**6, places=2))
def test_a_decimal_reads_back_from_every_style(number: object) -> None:
    plain = str(number)
    assert read_number(plain) == read_number(plain.translate(FULL_WIDTH)) == float(plain)


@given(st.integers(2, 99), st.integers(1, 99))
def test_a_fraction_reads_back(below: int, above: int) -> None:
    printed = f"{in_words(below)}分之{in_words(above)}"
    assert read_number(printed) == pytest.approx(above / below)


@pytest.mark.parametrize("printed", ["", "约", "第三", "十x", "三分"])
def test_what_is_no_number_is_refused(printed: str) -> None:
    with pytest.raises(ValueError):
        read_number(printed)


@given(st.text(max_size=60))
def test_folding_keeps_every_place(text: str) -> None:
    assert len(fold(text)) == len(text)
    assert fold(fold(text)) == fold(text)


@given(st.integers(1, 99_999))
def test_a_target_is_the_same_in_every_style_of_print(number: int) -> None:
    def amount(printed: str) -> list[tuple[object, ...]]:
        targets = read_targets(f"完成不少于{printed}处隐患整治。")
        return [(t.direction, t.value, t.unit, t.subject) for t in targets]

    expected = [("ge", number, "处", "隐患整治")]
    assert amount(str(number)) == amount(str(number).translate(FULL_WIDTH)) == expected
    # 三万处 keeps its scale, as 3万处 does.
    [(direction, value, unit, subject)] = amount(in_words(number))
    assert Fraction(str(value)) * dimension_of(str(unit))[1] == number
    assert (direction, subject) == ("ge", "隐患整治")


@given(
    st.text(
        alphabet="完成5处1０％%‰①（）、，。“”《》至少每年半不低于以上内全覆盖清零较2024下降万两三之比:∶—",
        max_size=40,
    )
)
def test_any_text_can_be_read(text: str) -> None:
    for target in read_targets(text, name="名称"):
        assert isinstance(target, Target)
        assert target.text in text and target.text
        assert target.subject in text or target.subject == "名称"


def test_units_of_one_dimension_turn_into_each_other_exactly() -> None:
    assert dimension_of("万平方米") == ("area", Fraction(10_000))
    assert dimension_of("亩")[1] * 3 == dimension_of("平方米")[1] * 2000
    assert dimension_of("‰")[1] * 10 == dimension_of("%")[1]
    assert (
        dimension_of("次/月")[1] == 3 * dimension_of("次/季度")[1] == 12 * dimension_of("次/年")[1]
    )
    assert dimension_of("次/2年")[1] * 4 == dimension_of("次/半年")[1]
    assert dimension_of("次/周")[0] != dimension_of("次/月")[0]


def test_every_unit_of_the_vocabulary_is_read_back() -> None:
    for unit in set(units().factors) - {"ratio", "年一遇", "类", "条", "层"}:
        targets = read_targets(f"指标值不低于7{unit}。")
        assert [(t.value, t.unit) for t in targets] == [(7, unit)], unit
