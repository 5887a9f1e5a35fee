"""Excel's number formats: what a cell shows for the number in it.

1 in the format 0% is 100%, 12500000 in `0!.0,"万元"` is 1250.0万元, a serial date in
`yyyy"年"m"月"` is 2025年6月. A format is read token by token; one that holds something unknown is
not guessed at: `understood` says so, and the number is shown plainly.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from functools import lru_cache

from safeplan.documents.counters import chinese, render

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
_QUIET = re.compile(
    r"(?:black|blue|cyan|green|magenta|red|white|yellow|color\s*\d+|[黑蓝青绿洋红白黄]+色?|颜色\s*\d+)"
    r"|\$-[0-9a-f,]*(?:;.*)?|dbnum0|natnum\d+",
    re.IGNORECASE,
)
_CURRENCY = re.compile(r"\$([^\-]*)(?:-.*)?", re.DOTALL)
_CHINESE_NUMBER = re.compile(r"dbnum([123])", re.IGNORECASE)
_ELAPSED = re.compile(r"[hH]+|[mM]+|[sS]+")
_WEEKDAYS = "一二三四五六日"


@dataclass
class _Section:
    """One section of a format, read."""

    tokens: list[tuple[str, str]] = field(default_factory=list)
    """Kind and text; literals have all become one kind."""
    condition: tuple[str, float] | None = None
    chinese: int = 0
    """1 for 一百二十三, 2 for 壹佰贰拾叁, 3 for full-width digits."""
    known: bool = True
    places: _Places | None = None

    def has(self, *kinds: str) -> bool:
        return any(kind in kinds for kind, _ in self.tokens)


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
    elif _QUIET.fullmatch(inside):
        pass  # a colour, or the language of the rest
    elif currency := _CURRENCY.fullmatch(inside):
        section.tokens.append(("literal", currency[1]))
    else:
        section.known = False


def _settle(section: _Section) -> None:
    """Tell letters that are no dates, and see what cannot be read."""
    dated = section.has("date", "elapsed", "half")
    placed = section.has("digit")
    if dated and placed:
        section.known = False
    if dated and not placed:
        # In a date, points, commas and slashes are only printed.
        section.tokens = [
            ("literal", text) if kind in ("point", "comma", "slash", "percent") else (kind, text)
            for kind, text in section.tokens
        ]
    slashes = sum(kind == "slash" for kind, _ in section.tokens)
    if slashes and not placed:
        section.tokens = [
            ("literal", text) if kind == "slash" else (kind, text) for kind, text in section.tokens
        ]
    elif slashes > 1 or (slashes and section.has("point", "exponent")):
        section.known = False
    if sum(kind == "point" for kind, _ in section.tokens) > 1:
        section.known = False
    if sum(kind == "digit" for kind, _ in section.tokens) > _MOST_DIGITS:
        section.known = False


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
    if not section.known:
        return general(value)
    if not section.tokens:
        return "" if len(sections) > 1 else general(value)
    if section.has("date", "elapsed", "half"):
        return _date(value, section, epoch_1904)
    if section.has("general", "text"):
        number = general(abs(value)) if not section.chinese else _in_chinese(value, section.chinese)
        sign = "-" if value < 0 else ""
        return sign + "".join(
            number if kind in ("general", "text") else text for kind, text in section.tokens
        )
    if not section.has("digit"):
        return "".join(text for _, text in section.tokens)  # "—" for zero
    if section.has("slash"):
        return _fraction(value, section)
    if section.has("exponent"):
        return _scientific(value, section)
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
            if section.condition is None or _holds(section.condition, value):
                return section, value
        return sections[-1], value
    if len(sections) > 1 and value < 0:
        return sections[1], -value
    if len(sections) > 2 and value == 0:
        return sections[2], value
    return sections[0], value


def _holds(condition: tuple[str, float], value: float) -> bool:
    sign, bound = condition
    return {
        "<": value < bound,
        "<=": value <= bound,
        ">": value > bound,
        ">=": value >= bound,
        "=": value == bound,
        "<>": value != bound,
    }[sign]


def _rounded(value: Decimal, places: int) -> Decimal:
    # In decimals and rounded half up, as Excel does: 0.285 in 0% is 29%.
    return abs(value).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


@dataclass(frozen=True)
class _Places:
    """Where the digits of a number go in a section."""

    whole: list[int]
    """The placeholders before the point, from the right."""
    decimals: list[int]
    silent: frozenset[int]
    """Commas that scale or group; they are not printed themselves."""
    factor: Decimal
    grouped: bool


def _places(section: _Section) -> _Places:
    """Return where the digits go; a comma after the last of them divides by a thousand."""
    if section.places is None:
        kinds = [kind for kind, _ in section.tokens]
        point = kinds.index("point") if "point" in kinds else len(kinds)
        digits = [at for at, kind in enumerate(kinds) if kind == "digit"]
        whole = [at for at in digits if at < point]
        scaling: set[int] = set()
        grouping: set[int] = set()
        for end in {digits[-1], *whole[-1:]}:
            at = end + 1
            while at < len(kinds) and kinds[at] == "comma":
                scaling.add(at)
                at += 1
        for at, kind in enumerate(kinds):
            if kind == "comma" and whole and whole[0] < at < whole[-1]:
                grouping.add(at)
        section.places = _Places(
            whole[::-1],
            [at for at in digits if at > point],
            frozenset(scaling | grouping),
            Decimal(100) ** kinds.count("percent") / Decimal(1000) ** len(scaling),
            bool(grouping),
        )
    return section.places


def _number(value: float, section: _Section) -> str:
    tokens, places = section.tokens, _places(section)
    scaled = Decimal(repr(value)) * places.factor
    rounded = _rounded(scaled, len(places.decimals))
    whole, _, rest = f"{rounded:f}".partition(".")
    whole = whole.lstrip("0")
    if section.chinese:
        return _sign(rounded, scaled) + _spelt(whole or "0", rest, section)
    # The digits of the whole part fill the placeholders from the right; the first takes the rest.
    filled: dict[int, str] = {}
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
    said = ""
    for at, (kind, text) in enumerate(tokens):
        if kind == "digit":
            said += filled[at]
        elif kind == "point":
            said += "." if kept else ""
        elif at not in places.silent:
            said += text
    return _sign(rounded, scaled) + said


def _sign(rounded: Decimal, scaled: Decimal) -> str:
    return "-" if scaled < 0 and rounded != 0 else ""


def _grouped(digits: str, right: int) -> str:
    """Return digits with a comma before every third place, `right` places stand to their right."""
    said = ""
    for index, digit in enumerate(reversed(digits)):
        if (right + index) and (right + index) % 3 == 0:
            said = "," + said
        said = digit + said
    return said


def _spelt(whole: str, rest: str, section: _Section) -> str:
    """Return a number in Chinese, or in full-width digits, with the literals around it."""
    number = _in_chinese(float(whole), section.chinese)
    if rest:
        number += "." + "".join(_in_chinese(float(digit), section.chinese) for digit in rest)
    said, placed = "", False
    for kind, text in section.tokens:
        if kind == "literal" or kind == "percent":
            said += text
        elif not placed and kind == "digit":
            said, placed = said + number, True
    return said


def _in_chinese(value: float, kind: int) -> str:
    number = abs(round(value))
    if kind == 3:
        return render(number, "fullWidth")
    return render(number, "chineseFormal") if kind == 2 else chinese(number)


def _fraction(value: float, section: _Section) -> str:
    texts = [text for kind, text in section.tokens if kind == "digit" or kind == "slash"]
    below = texts[texts.index("/") + 1 :]
    fixed = "".join(
        text for kind, text in section.tokens[_at(section, "slash") + 1 :] if kind == "literal"
    ).strip()
    if fixed.isdigit() and 0 < int(fixed) < 1000:
        part = Fraction(round(abs(value) * int(fixed)), int(fixed))
    else:
        part = Fraction(abs(value)).limit_denominator(10 ** max(min(len(below), 3), 1) - 1)
    sign = "-" if value < 0 else ""
    mixed = any(
        kind == "literal" and not text.strip()
        for kind, text in section.tokens[: _at(section, "slash")]
    )
    whole, above = divmod(part.numerator, part.denominator) if mixed else (0, part.numerator)
    if not above:
        return sign + str(whole)
    return sign + (f"{whole} " if whole else "") + f"{above}/{part.denominator}"


def _at(section: _Section, kind: str) -> int:
    return next(at for at, (other, _) in enumerate(section.tokens) if other == kind)


def _scientific(value: float, section: _Section) -> str:
    point = [kind for kind, _ in section.tokens]
    start = point.index("point") if "point" in point else len(point)
    places = sum(kind == "digit" for kind, _ in section.tokens[start:])
    return f"{value:.{places}E}"


# --- dates ----------------------------------------------------------------------------------


def _date(value: float, section: _Section, epoch_1904: bool) -> str:
    first = dt.datetime(1904, 1, 1) if epoch_1904 else dt.datetime(1899, 12, 30)
    try:
        when = first + dt.timedelta(days=value) + dt.timedelta(milliseconds=500)
    except (OverflowError, ValueError):
        return general(value)
    parts: list[str] = []
    tokens = section.tokens
    for at, (kind, text) in enumerate(tokens):
        if kind == "literal":
            parts.append(text)
        elif kind == "half":
            parts.append(_half(when, text))
        elif kind == "elapsed":
            parts.append(str(int(value * {"h": 24, "m": 1440, "s": 86400}[text[0].lower()])))
        elif kind == "date":
            minutes = text[0] in "mM" and _is_minute(tokens, at)
            parts.append(_part(when, text, minutes, section))
    return "".join(parts)


def _is_minute(tokens: list[tuple[str, str]], at: int) -> bool:
    """Tell minutes from months: they follow hours, or seconds or 分 follow them."""
    before = next((t for k, t in reversed(tokens[:at]) if k in ("date", "elapsed")), "")
    after = next((t for k, t in tokens[at + 1 :] if k in ("date", "elapsed")), "")
    beside = tokens[at + 1][1] if at + 1 < len(tokens) else ""
    return before[:1] in ("h", "H") or after[:1] in ("s", "S") or beside.startswith("分")


def _half(when: dt.datetime, text: str) -> str:
    early = when.hour < 12
    if text.startswith("上"):
        return "上午" if early else "下午"
    return ("AM" if early else "PM")[: 1 if text.upper() == "A/P" else 2]


def _part(when: dt.datetime, text: str, minutes: bool, section: _Section) -> str:
    kind, size = text[0].lower(), len(text)
    if kind in "ye":
        year = when.year if size > 2 or kind == "e" else when.year % 100
        if section.chinese:
            return render(year, "chineseDigits")
        return f"{year:04}" if size > 2 or kind == "e" else f"{year:02}"
    if kind == "a":
        return ("星期" if size > 3 else "") + _WEEKDAYS[when.weekday()]
    if kind == "m" and not minutes and size > 2:
        name = calendar.month_name[when.month]
        return name[0] if size == 5 else name[:3] if size == 3 else name
    if kind == "d" and size > 2:
        return calendar.day_name[when.weekday()][: 3 if size == 3 else None]
    number = {
        "m": when.minute if minutes else when.month,
        "d": when.day,
        "h": _hour(when, section),
        "s": when.second,
    }[kind]
    if section.chinese:
        return _in_chinese(number, section.chinese)
    return f"{number:0{min(size, 2)}}"


def _hour(when: dt.datetime, section: _Section) -> int:
    return (when.hour % 12 or 12) if section.has("half") else when.hour
