"""The numbers that a word processor writes before paragraphs: they stand in no text.

Word, LibreOffice and browsers count list items when they show them; the file holds only the rule
(一、 for the first level, （一） for the second). Here the counters run and the numbers are written.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from safeplan import vocabulary
from safeplan.text.numbering import CIRCLED

LEVELS = 10
LONGEST = 64
"""Characters of what is written before a paragraph, its numbers aside."""
_PLACE = re.compile(r"%(\d+)")


@dataclass(frozen=True)
class NumberLevel:
    """How one level of a list is numbered."""

    form: str
    """A key of `render`; `bullet` and `none` write nothing."""
    text: str
    """What is written, `%1` the number of the first level: `第%1条`, `（%2）`."""
    start: int = 1
    legal: bool = False
    """True where the numbers of the levels above are written in digits whatever their form."""


@dataclass
class Counters:
    """The counters of one list."""

    values: list[int | None] = field(default_factory=lambda: [None] * LEVELS)

    def step(self, at: int, levels: Mapping[int, NumberLevel]) -> str:
        """Count an item of level `at` (from 0) and return the number written before it."""
        at = min(max(at, 0), LEVELS - 1)
        level = levels.get(at)
        if level is None:
            return ""
        value = self.values[at]
        self.values[at] = level.start if value is None else value + 1
        self.values[at + 1 :] = [None] * (LEVELS - at - 1)
        if level.form in ("bullet", "none"):
            # A level without a form may still write a fixed text, but a bullet is no number.
            return level.text if level.form == "none" and "%" not in level.text else ""

        def place(match: re.Match[str]) -> str:
            above = int(match[1]) - 1
            other = levels.get(above)
            if other is None or not 0 <= above <= at:
                return ""
            if self.values[above] is None:
                self.values[above] = other.start  # a level that was skipped shows its first
            number = self.values[above]
            form = "decimal" if level.legal and above < at else other.form
            return render(number or 0, form)

        return _PLACE.sub(place, level.text)


_PLAIN = "0123456789"
_DIGITS = "〇一二三四五六七八九"
_FORMAL = "零壹贰叁肆伍陆柒捌玖"
_ROMAN = (
    ("iiiii", "v"), ("vv", "x"), ("xxxxx", "l"), ("ll", "c"), ("ccccc", "d"), ("dd", "m"),
    ("dcccc", "cm"), ("cccc", "cd"), ("lxxxx", "xc"), ("xxxx", "xl"), ("viiii", "ix"), ("iiii", "iv"),
)  # fmt: skip
"""What is written shorter in Roman numerals, in the order in which it is."""


def chinese(number: int) -> str:
    """Return a number as it is said.

    >>> chinese(7), chinese(10), chinese(12), chinese(30), chinese(105), chinese(110)
    ('七', '十', '十二', '三十', '一百零五', '一百一十')
    """
    said = _said(number, _DIGITS.replace("〇", "零"), ("", "十", "百", "千"))
    return said[1:] if 10 <= number < 20 else said


def _said(number: int, digits: str, units: tuple[str, ...]) -> str:
    if not 0 < number < 10000:
        return digits[0] if number == 0 else str(number)
    said = ""
    for power in (3, 2, 1, 0):
        digit = number // 10**power % 10
        if digit:
            gap = said and number // 10 ** (power + 1) % 10 == 0
            said += (digits[0] if gap else "") + digits[digit] + units[power]
    return said


def _roman(number: int) -> str:
    said = "i" * number if number < 4000 else ""
    for many, one in _ROMAN:
        said = said.replace(many, one)
    return said or str(number)


def _letters(number: int) -> str:
    """Return Word's letters: z is followed by aa, bb, cc."""
    if not 0 < number <= 26 * 20:
        return str(number)
    times, letter = divmod(number - 1, 26)
    return chr(ord("a") + letter) * (times + 1)


def _signs(signs: str) -> Callable[[int], str]:
    """Return a form that has a sign for each number, and digits beyond the last of them."""
    return lambda number: signs[number - 1] if 0 < number <= len(signs) else str(number)


def _cyclic(signs: str) -> Callable[[int], str]:
    return lambda number: signs[(number - 1) % len(signs)] if number > 0 else str(number)


def _digits(digits: str) -> Callable[[int], str]:
    return lambda number: str(number).translate(str.maketrans(_PLAIN, digits))


_FORMS: dict[str, Callable[[int], str]] = {
    "decimal": str,
    "decimalZero": lambda number: f"{number:02}",
    "upperRoman": lambda number: _roman(number).upper(),
    "lowerRoman": _roman,
    "upperLetter": lambda number: _letters(number).upper(),
    "lowerLetter": _letters,
    "chinese": chinese,
    "chineseDigits": lambda number: _digits(_DIGITS)(abs(number)),
    "chineseFormal": lambda number: _said(number, _FORMAL, ("", "拾", "佰", "仟")),
    "circled": _signs(CIRCLED),
    "paren": _signs("⑴⑵⑶⑷⑸⑹⑺⑻⑼⑽⑾⑿⒀⒁⒂⒃⒄⒅⒆⒇"),
    "fullStop": _signs("⒈⒉⒊⒋⒌⒍⒎⒏⒐⒑⒒⒓⒔⒕⒖⒗⒘⒙⒚⒛"),
    "circledChinese": _signs("㊀㊁㊂㊃㊄㊅㊆㊇㊈㊉"),
    "parenChinese": _signs("㈠㈡㈢㈣㈤㈥㈦㈧㈨㈩"),
    "stems": _cyclic("甲乙丙丁戊己庚辛壬癸"),
    "branches": _cyclic("子丑寅卯辰巳午未申酉戌亥"),
    "fullWidth": _digits("０１２３４５６７８９"),
}


def render(number: int, form: str) -> str:
    """Return a number in a form; digits for a form that is not known.

    >>> render(4, "circled"), render(14, "chinese"), render(9, "lowerRoman"), render(2, "?")
    ('④', '十四', 'ix', '2')
    """
    return _FORMS.get(form, str)(number)


def form_of(family: str, name: str) -> str | None:
    """Return the form that a family of formats (word, odf, web) calls by a name.

    >>> form_of("word", "chineseCounting"), form_of("web", "disc")
    ('chinese', None)
    """
    return _called()[family].get(name)


@vocabulary.cached()
def _called() -> dict[str, dict[str, str]]:
    return {
        family: {str(name): form for form, names in forms.items() for name in names}
        for family, forms in vocabulary.load("numberings").items()
    }


def excel_format(number: int) -> str | None:
    """Return the number format that every Excel knows by this number.

    >>> excel_format(9)
    '0%'
    """
    return _called()["excel"].get(str(number))
