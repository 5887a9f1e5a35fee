"""Numbers as printed, in any style: digits, full-width digits, Chinese numerals, fractions.

Nothing here knows what a number counts. Text is folded one character for one, so that a place in
the folded copy is the same place in the text; `②` stays `②`, which NFKC would turn into a digit.
"""

from __future__ import annotations

import re
from fractions import Fraction

from safeplan.models import Number

_DIGITS = {character: value for value, character in enumerate("零一二三四五六七八九")}
_DIGITS |= {"〇": 0, "○": 0, "Ｏ": 0, "O": 0, "两": 2}
_UNITS = {"十": 10, "百": 100, "千": 1000}
_SCALES = {"万": 10**4, "亿": 10**8}

_FOLDED = str.maketrans(
    "０１２３４５６７８９％﹪．，：∶＜＞﹤﹥≦≧;()!?~～－–—〜＋／",
    "0123456789%%.,::<><>≤≥；（）！？------+/",
)
_COMMA = re.compile(r"(?<![0-9]),|,(?![0-9]{3}(?![0-9]))")

DIGITS = r"[0-9]{1,15}(?:,[0-9]{3})*(?:\.[0-9]{1,9})?"
"""A number in digits, in folded text."""
WORDS = "[零〇一二三四五六七八九十百千万两]+"
"""A whole number in Chinese characters."""


def fold(text: str) -> str:
    """Return a copy in which digits are ASCII, dashes `-` and punctuation Chinese.

    The copy is as long as the text. A comma stays a comma only where it groups digits.

    >>> fold("０．３％,约２,０００处(1∶5)")
    '0.3%，约2,000处（1:5）'
    >>> fold("②30公里")
    '②30公里'
    """
    folded = text.translate(_FOLDED)
    return _COMMA.sub("，", folded) if "," in folded else folded


def plain(number: Fraction | float | str) -> Number:
    """Return a number as an int where it is whole, else as the float nearest to it.

    >>> plain("3.0"), plain("40.79"), plain(Fraction(1, 5))
    (3, 40.79, 0.2)
    """
    exact = Fraction(number)
    return int(exact) if exact.denominator == 1 else float(exact)


def read_number(printed: str) -> Number:
    """Return the value of one number, in digits or in Chinese characters.

    >>> read_number("1,200"), read_number("0.3"), read_number("十五"), read_number("两千零三十")
    (1200, 0.3, 15, 2030)
    >>> read_number("三分之一") == 1 / 3, read_number("半"), read_number("一百二"), read_number("二〇二五")
    (True, 0.5, 120, 2025)

    Raises:
        ValueError: the text is no number.
    """
    folded = fold(printed).replace(",", "")
    if folded[:1].isascii() and folded:
        return plain(folded)
    if folded == "半":
        return 0.5
    if "分之" in folded:
        below, above = folded.split("分之")
        return plain(Fraction(_chinese(above)) / Fraction(_chinese(below)))
    return _chinese(folded)


def _chinese(printed: str) -> int:
    """Return the value of a whole number in Chinese characters."""
    if not printed or any(
        c not in _DIGITS and c not in _UNITS and c not in _SCALES for c in printed
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
