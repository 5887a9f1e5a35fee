"""Numbers as printed, in any style: digits, full-width digits, Chinese numerals, fractions.

Nothing here knows what a number counts.
"""

from __future__ import annotations

import re
from fractions import Fraction

from safeplan.models import Number
from safeplan.text.folding import fold

_DIGITS = {character: value for value, character in enumerate("零一二三四五六七八九")}
_DIGITS |= {**dict.fromkeys("〇○ＯO0", 0), "两": 2}
_UNITS = {"十": 10, "百": 100, "千": 1000}
_TENS = {"廿": 20, "卅": 30}
_SCALES = {"万": 10**4, "亿": 10**8}

DIGITS = r"[0-9]{1,15}(?:,[0-9]{3})*(?:_[0-9]{1,15})?(?:\.[0-9]{1,9})?"
"""A number in digits, in folded text; a `_` stands where a line ends within it."""
WORDS = "[零〇一二三四五六七八九十百千万亿两廿卅]{1,24}(?:点[零〇一二三四五六七八九]{1,9})?"
"""A number in Chinese characters."""
_PIECE = rf"{DIGITS}(?:[千百十]万|[万千百十])"
COMPOUND = rf"{DIGITS}(?:[千百十]?[亿万]|千)(?:(?:{_PIECE}){{1,2}}(?:{DIGITS})?|{DIGITS})"
"""A number in digits with scales inside it: 2亿3千万, 3万5千, 1万2000."""

_PART = re.compile(rf"(?P<digits>{DIGITS})(?P<scales>[十百千万亿]*)")
_ABOUT = re.compile(
    "(?P<head>[一二三四五六七八九]?[十百千])?(?P<pair>一[二两]|[二两]三|三[四五]|四五|五六|六七|七八|八九)"
    "(?P<scale>[十百千万]*)"
)


def plain(number: Fraction | float | str) -> Number:
    """Return a number as an int where it is whole, else as the float nearest to it.

    >>> plain("3.0"), plain("40.79"), plain(Fraction(1, 5))
    (3, 40.79, 0.2)
    """
    if isinstance(number, str) and number.isdigit():
        return int(number)
    exact = Fraction(number)
    return int(exact) if exact.denominator == 1 else float(exact)


def read_number(printed: str) -> Number:
    """Return the value of one number, in digits or in Chinese characters.

    >>> read_number("1,200"), read_number("0.3"), read_number("十五"), read_number("两千零三十")
    (1200, 0.3, 15, 2030)
    >>> read_number("三分之一") == 1 / 3, read_number("半"), read_number("一百二"), read_number("二〇二五")
    (True, 0.5, 120, 2025)
    >>> read_number("2亿3千万"), read_number("3万5千"), read_number("九十五点五"), read_number("廿五")
    (230000000, 35000, 95.5, 25)

    Raises:
        ValueError: the text is no number.
    """
    folded = fold(printed).replace(",", "").replace("_", "")
    if folded[:1].isascii() and folded:
        return _in_digits(folded)
    if folded == "半":
        return 0.5
    if "分之" in folded:
        below, above = folded.split("分之")
        return plain(Fraction(_chinese(above)) / Fraction(_chinese(below)))
    return plain(_chinese(folded))


def read_whole(printed: str) -> int:
    """Return the value of a whole number.

    >>> [read_whole(text) for text in ("12", "三", "十", "三十一", "二０二五")]
    [12, 3, 10, 31, 2025]

    Raises:
        ValueError: the text is no number.
    """
    return int(read_number(printed))


def read_about(printed: str) -> tuple[Number, Number] | None:
    """Return the bounds of a number that names two at once, None where it names one.

    >>> read_about("三五"), read_about("二三百"), read_about("十七八"), read_about("三五千")
    ((3, 5), (200, 300), (17, 18), (3000, 5000))
    >>> read_about("二百三"), read_about("二〇二三")
    (None, None)
    """
    match = _ABOUT.fullmatch(printed)
    if not match:
        return None
    head, scale = match["head"] or "", match["scale"][:1]
    if head and scale in _UNITS and _UNITS[scale] >= _UNITS[head[-1]]:
        return None
    low, high = (plain(_chinese(head + digit + match["scale"])) for digit in match["pair"])
    return low, high


def _in_digits(printed: str) -> Number:
    """Return the value of digits, with scales among them or none."""
    if printed[-1].isascii() and printed.isascii():
        return plain(printed)
    total, end = Fraction(0), 0
    for part in _PART.finditer(printed):
        if part.start() != end:
            break
        worth = Fraction(part["digits"])
        for scale in part["scales"]:
            worth *= _UNITS.get(scale) or _SCALES[scale]
        total, end = total + worth, part.end()
    if end != len(printed):
        raise ValueError(f"not a number: {printed!r}")
    return plain(total)


def _chinese(printed: str) -> int | Fraction:
    """Return the value of a number in Chinese characters."""
    whole, point, decimals = printed.partition("点")
    if point:
        if not decimals or any(character not in _DIGITS for character in decimals):
            raise ValueError(f"not a number: {printed!r}")
        digits = "".join(str(_DIGITS[character]) for character in decimals)
        return _whole(whole) + Fraction(int(digits), 10 ** len(digits))
    return _whole(whole)


def _whole(printed: str) -> int:
    """Return the value of a whole number in Chinese characters."""
    if not printed or any(
        c not in _DIGITS and c not in _UNITS and c not in _SCALES and c not in _TENS
        for c in printed
    ):
        raise ValueError(f"not a number: {printed!r}")
    if len(printed) > 1 and all(character in _DIGITS for character in printed):
        return int("".join(str(_DIGITS[character]) for character in printed))
    total = section = digit = 0
    last_unit = 1
    for character in printed:
        if character in _DIGITS:
            digit = _DIGITS[character]
            if digit == 0:
                last_unit = 1
        elif character in _TENS:
            section, digit, last_unit = section + _TENS[character], 0, 10
        elif character in _UNITS:
            last_unit = _UNITS[character]
            section += (digit or 1) * last_unit
            digit = 0
        else:
            last_unit = _SCALES[character]
            scaled = (section + digit) or 1
            # 三万亿: a scale upon a scale multiplies what is already there.
            if total and section + digit == 0:
                total *= last_unit
            elif character == "亿":
                total = (total + section + digit or 1) * last_unit
            else:
                total += scaled * last_unit
            section = digit = 0
    # 一百二 and 三千五 leave out the last unit: it is a tenth of the one before.
    return total + section + digit * (last_unit // 10 if last_unit > 10 else 1)
