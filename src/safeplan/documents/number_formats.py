"""Excel's number formats: what a cell shows for the number in it.

1 in the format 0% is 100%, 12500000 in `0!.0,"万元"` is 1250.0万元, a serial date in
`yyyy"年"m"月"` is 2025年6月. A format is read token by token; one that holds something unknown is
not guessed at: `understood` says so, and the number is shown plainly.
"""

from __future__ import annotations

import calendar
import datetime as dt
import operator
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from functools import cached_property, lru_cache
from itertools import takewhile

from safeplan.documents.counters import render

LONGEST = 255
"""Characters of a format; no longer one is valid."""

_MOST_DIGITS = 40
"""Placeholders of a section; Excel itself knows thirty digits."""

_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"?|[\\!](?P<escaped>.)|_(?P<blank>.)|\*(?P<filler>.)'
    r"|\[(?P<bracket>[^\]]*)\]"
    r"|(?P<general>G/通用格式|General)|(?P<half>AM/PM|A/P|上午/下午)"
    r"|(?P<date>[yYeE](?![+\-])[yYeE]*|[mM]+|[dD]+|[hH]+|[sS]+(?:\.0+)?|a{3,4}|A{3,4})"
    r"|(?P<exponent>[eE][+\-]0+)|(?P<digit>[0#?])|(?P<point>\.)|(?P<comma>,)|(?P<percent>[%％])"
    r"|(?P<slash>/)|(?P<text>@)|(?P<literal>.)",
    re.DOTALL,
)
_CONDITION = re.compile(r"(<=|>=|<>|<|>|=)\s*(-?\d+(?:\.\d+)?)")
_HOLDS: dict[str, Callable[[float, float], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "=": operator.eq,
    "<>": operator.ne,
}
_QUIET = re.compile(
    r"(?:black|blue|cyan|green|magenta|red|white|yellow|color\s*\d+|[黑蓝青绿洋红白黄]+色?|颜色\s*\d+)"
    r"|\$-[0-9a-f,]*(?:;.*)?|dbnum0|natnum\d+",
    re.IGNORECASE,
)
"""A colour, or the language of the rest."""
_CURRENCY = re.compile(r"\$([^\-]*)(?:-.*)?", re.DOTALL)
_CHINESE_NUMBER = re.compile(r"dbnum([123])", re.IGNORECASE)
_ELAPSED = re.compile(r"[hH]+|[mM]+|[sS]+")
_IN_A_DAY = {"h": 24, "m": 1440, "s": 86400}
_WEEKDAYS = "一二三四五六日"
_DATED = ("date", "elapsed", "half")
_PRINTED_IN_DATES = ("point", "comma", "slash", "percent")


@dataclass
class _Section:
    """One section of a format, read."""

    tokens: list[tuple[str, str]] = field(default_factory=list)
    """Kind and text; literals have all become one kind."""
    condition: tuple[str, float] | None = None
    chinese: int = 0
    """1 for 一百二十三, 2 for 壹佰贰拾叁, 3 for full-width digits."""
    known: bool = True

    @property
    def kinds(self) -> list[str]:
        return [kind for kind, _ in self.tokens]

    def has(self, *kinds: str) -> bool:
        return any(kind in kinds for kind, _ in self.tokens)

    @cached_property
    def places(self) -> _Places:
        """Where the digits go; a comma after the last of them divides by a thousand."""
        kinds = self.kinds
        point = kinds.index("point") if "point" in kinds else len(kinds)
        digits = [at for at, kind in enumerate(kinds) if kind == "digit"]
        whole = [at for at in digits if at < point]
        scaling: set[int] = set()
        for end in {digits[-1], *whole[-1:]}:
            behind = takewhile(lambda at: kinds[at] == "comma", range(end + 1, len(kinds)))
            scaling.update(behind)
        between = range(whole[0], whole[-1]) if whole else ()
        grouping = {at for at in between if kinds[at] == "comma"}
        factor = Decimal(100) ** kinds.count("percent") / Decimal(1000) ** len(scaling)
        decimals = [at for at in digits if at > point]
        return _Places(whole[::-1], decimals, scaling | grouping, factor, bool(grouping))


@dataclass(frozen=True)
class _Places:
    """Where the digits of a number go in a section."""

    whole: list[int]
    """The placeholders before the point, from the right."""
    decimals: list[int]
    silent: set[int]
    """Commas that scale or group; they are not printed themselves."""
    factor: Decimal
    grouped: bool


@lru_cache(1024)
def _sections(code: str) -> tuple[_Section, ...]:
    sections = [_Section()]
    for match in _TOKEN.finditer(code[:LONGEST]):
        kind, text = match.lastgroup or "literal", match[0]
        at = sections[-1]
        if kind == "literal" and text == ";":
            sections.append(_Section())
        elif kind in ("quoted", "escaped", "literal"):
            at.tokens.append(("literal", match[kind]))
        elif kind == "bracket":
            _bracket(match["bracket"], at)
        elif kind not in ("blank", "filler"):
            at.tokens.append((kind, text))
    for section in sections:
        _settle(section)
    return tuple(sections)


def _bracket(inside: str, section: _Section) -> None:
    if condition := _CONDITION.fullmatch(inside.strip()):
        section.condition = (condition[1], float(condition[2]))
    elif number := _CHINESE_NUMBER.fullmatch(inside):
        section.chinese = int(number[1])
    elif _ELAPSED.fullmatch(inside):
        section.tokens.append(("elapsed", inside))
    elif not _QUIET.fullmatch(inside):
        if currency := _CURRENCY.fullmatch(inside):
            section.tokens.append(("literal", currency[1]))
        else:
            section.known = False


def _settle(section: _Section) -> None:
    """Tell signs that are only printed, and see what cannot be read."""
    dated = section.has(*_DATED)
    placed = section.has("digit")
    if not placed:
        printed = _PRINTED_IN_DATES if dated else ("slash",)
        section.tokens = [
            ("literal" if kind in printed else kind, text) for kind, text in section.tokens
        ]
    count = Counter(section.kinds)
    section.known &= not (
        (dated and placed)
        or count["slash"] > 1
        or (count["slash"] and section.has("point", "exponent"))
        or count["point"] > 1
        or count["digit"] > _MOST_DIGITS
    )


def understood(code: str) -> bool:
    """Tell whether what a format shows is known.

    >>> understood('0!.0,"万元"'), understood("0.0m")
    (True, False)
    """
    return len(code) <= LONGEST and all(section.known for section in _sections(code))


def shown_text(text: str, code: str) -> str:
    """Return what a text shows in a number format.

    >>> shown_text("三十", '@"处"'), shown_text("三十", "0.00"), shown_text("甲", "0;0;0;")
    ('三十处', '三十', '')
    """
    sections = _sections(code)
    section = sections[3] if len(sections) > 3 else sections[-1]
    if len(sections) < 4 and not section.has("text"):
        return text
    return "".join(
        text if kind == "text" else said
        for kind, said in section.tokens
        if kind in ("text", "literal")
    )


def shown(value: float, code: str, *, epoch_1904: bool = False) -> str:
    """Return what a number shows in a number format.

    >>> shown(1, "0%"), shown(0.025, "0.0%"), shown(45809, 'yyyy"年"m"月"'), shown(30, "General")
    ('100%', '2.5%', '2025年6月', '30')
    >>> shown(12345.6, "#,##0"), shown(7, '0"起"'), shown(3, "000"), shown(1 / 3, "# ?/?")
    ('12,346', '7起', '003', '1/3')
    >>> shown(12500000, '0!.0,"万元"'), shown(-0.05, "0%;[Red]↓0%"), shown(1234567, '0.0,,"百万"')
    ('1250.0万元', '↓5%', '1.2百万')
    """
    sections = _sections(code)
    section, value = _chosen(sections, value)
    if not section.known or not section.tokens:
        return "" if section.known and len(sections) > 1 else general(value)
    if section.has(*_DATED):
        return _date(value, section, epoch_1904)
    if section.has("general", "text"):
        number = _in_chinese(value, section.chinese) if section.chinese else general(abs(value))
        said = (number if kind in ("general", "text") else text for kind, text in section.tokens)
        return ("-" if value < 0 else "") + "".join(said)
    if not section.has("digit"):
        return "".join(text for _, text in section.tokens)  # "—" for zero
    if section.has("slash"):
        return _fraction(value, section)
    if section.has("exponent"):
        kinds = section.kinds
        after = kinds[kinds.index("point") :] if "point" in kinds else []
        return f"{value:.{after.count('digit')}E}"
    return _number(value, section)


def general(value: float) -> str:
    """Return a number as it is shown without a format: no `.0`, no noise of binary fractions."""
    if value == int(value) and abs(value) < 1e15:
        return str(int(value))
    return f"{value:.10g}"


def _chosen(sections: tuple[_Section, ...], value: float) -> tuple[_Section, float]:
    """Return the section that holds for a number, and the number as that section shows it."""
    if any(section.condition for section in sections[:2]):
        for section in sections[:3]:
            if section.condition is None or _HOLDS[section.condition[0]](
                value, section.condition[1]
            ):
                return section, value
        return sections[-1], value
    if len(sections) > 1 and value < 0:
        return sections[1], -value
    return sections[2 if len(sections) > 2 and value == 0 else 0], value


def _number(value: float, section: _Section) -> str:
    tokens, places = section.tokens, section.places
    scaled = Decimal(repr(value)) * places.factor
    # In decimals and rounded half up, as Excel does: 0.285 in 0% is 29%.
    unit = Decimal(1).scaleb(-len(places.decimals))
    rounded = abs(scaled).quantize(unit, ROUND_HALF_UP)
    sign = "-" if scaled < 0 and rounded != 0 else ""
    whole, _, rest = f"{rounded:f}".partition(".")
    whole = whole.lstrip("0")
    if section.chinese:
        return sign + _spelt(whole or "0", rest, section)
    filled = dict.fromkeys(places.silent, "")
    # The digits of the whole part fill the placeholders from the right; the first takes the rest.
    for index, at in enumerate(places.whole):
        left = max(len(whole) - index, 0)
        first = index == len(places.whole) - 1
        digits = whole[:left] if first else whole[max(left - 1, 0) : left]
        digits = digits or ("0" if tokens[at][1] == "0" else "")
        filled[at] = _grouped(digits, index) if places.grouped else digits
    kept = len(places.decimals)
    while kept and tokens[places.decimals[kept - 1]][1] != "0" and rest[kept - 1] == "0":
        kept -= 1
    filled |= {at: rest[n] if n < kept else "" for n, at in enumerate(places.decimals)}
    if not kept and section.has("point"):
        filled[section.kinds.index("point")] = ""
    return sign + "".join(filled.get(at, text) for at, (_, text) in enumerate(tokens))


def _grouped(digits: str, right: int) -> str:
    """Return digits with a comma after every third place, `right` places stand to their right."""
    places = range(right + len(digits) - 1, -1, -1)
    return "".join(
        digit + ("," if place and place % 3 == 0 else "")
        for digit, place in zip(digits, places, strict=False)
    )


def _spelt(whole: str, rest: str, section: _Section) -> str:
    """Return a number in Chinese, or in full-width digits, with the literals around it."""
    number = _in_chinese(float(whole), section.chinese)
    if rest:
        number += "." + "".join(_in_chinese(float(digit), section.chinese) for digit in rest)
    first = section.kinds.index("digit")
    return "".join(
        number if at == first else text
        for at, (kind, text) in enumerate(section.tokens)
        if at == first or kind in ("literal", "percent")
    )


def _in_chinese(value: float, kind: int) -> str:
    return render(abs(round(value)), {2: "chineseFormal", 3: "fullWidth"}.get(kind, "chinese"))


def _fraction(value: float, section: _Section) -> str:
    at = section.kinds.index("slash")
    above, below = section.tokens[:at], section.tokens[at + 1 :]
    fixed = "".join(text for kind, text in below if kind == "literal").strip()
    if fixed.isdigit() and 0 < int(fixed) < 1000:
        part = Fraction(round(abs(value) * int(fixed)), int(fixed))
    else:
        digits = sum(kind == "digit" for kind, _ in below)
        part = Fraction(abs(value)).limit_denominator(10 ** max(min(digits, 3), 1) - 1)
    sign = "-" if value < 0 else ""
    mixed = any(kind == "literal" and not text.strip() for kind, text in above)
    whole, rest = divmod(part.numerator, part.denominator) if mixed else (0, part.numerator)
    if not rest:
        return f"{sign}{whole}"
    return sign + (f"{whole} " if whole else "") + f"{rest}/{part.denominator}"


# --- dates ----------------------------------------------------------------------------------


def _date(value: float, section: _Section, epoch_1904: bool) -> str:
    first = dt.datetime(1904, 1, 1) if epoch_1904 else dt.datetime(1899, 12, 30)
    try:
        when = first + dt.timedelta(days=value) + dt.timedelta(milliseconds=500)
    except (OverflowError, ValueError):
        return general(value)
    said = ""
    for at, (kind, text) in enumerate(section.tokens):
        if kind == "literal":
            said += text
        elif kind == "half":
            halves = ("上午", "下午") if text.startswith("上") else ("AM", "PM")
            said += halves[when.hour >= 12][: 1 if text.upper() == "A/P" else 2]
        elif kind == "elapsed":
            said += str(int(value * _IN_A_DAY[text[0].lower()]))
        elif kind == "date":
            said += _part(when, at, section)
    return said


def _is_minute(tokens: list[tuple[str, str]], at: int) -> bool:
    """Tell minutes from months: they follow hours, or seconds or 分 follow them."""
    before = next((t for k, t in reversed(tokens[:at]) if k in ("date", "elapsed")), "")
    after = next((t for k, t in tokens[at + 1 :] if k in ("date", "elapsed")), "")
    beside = tokens[at + 1][1] if at + 1 < len(tokens) else ""
    return before[:1] in ("h", "H") or after[:1] in ("s", "S") or beside.startswith("分")


def _part(when: dt.datetime, at: int, section: _Section) -> str:
    """Return one part of a date: its year, its month, its hour."""
    text = section.tokens[at][1]
    kind, size = text[0].lower(), len(text)
    if kind in "ye":
        size = 4 if size > 2 or kind == "e" else 2
        number = when.year % 10**size
        return render(number, "chineseDigits") if section.chinese else f"{number:0{size}}"
    if kind == "a":
        return ("星期" if size > 3 else "") + _WEEKDAYS[when.weekday()]
    minutes = kind == "m" and _is_minute(section.tokens, at)
    if size > 2 and not minutes and kind in "md":
        names = calendar.month_name if kind == "m" else calendar.day_name
        name = names[when.month if kind == "m" else when.weekday()]
        return name[: {3: 3, 5: 1 if kind == "m" else None}.get(size)]
    hour = (when.hour % 12 or 12) if section.has("half") else when.hour
    number = {
        "m": when.minute if minutes else when.month,
        "d": when.day,
        "h": hour,
        "s": when.second,
    }[kind]
    if section.chinese:
        return _in_chinese(number, section.chinese)
    return f"{number:0{min(size, 2)}}"
