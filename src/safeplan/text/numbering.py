"""The numbers of paragraphs (GB/T 9704 and what else is printed): 第一篇, 一、, （一）, 1., （1）, ①."""

from __future__ import annotations

import re
from collections.abc import Sequence

from safeplan.text.numerals import read_whole

CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳㉑㉒㉓㉔㉕㉖㉗㉘㉙㉚㉛㉜㉝㉞㉟㊱㊲㊳㊴㊵㊶㊷㊸㊹㊺㊻㊼㊽㊾㊿"
"""The marks of items, from 1."""
CHINESE = "[一二三四五六七八九十]{1,4}"
"""A number of a paragraph or a row in Chinese numerals."""
HEADING = re.compile(rf"{CHINESE}、|[（(]{CHINESE}[)）]")
"""一、 or （一）: these number headings."""
_VALUE = rf"\d{{1,3}}|{CHINESE}"
_OPENING = re.compile(
    rf"(?P<open>[（(])(?P<inner>{_VALUE})[)）]\s*|(?P<value>{_VALUE})[.．、](?!\d)\s*"
)
_SERIAL = re.compile(rf"[（(]?({_VALUE})[)）]?[.．、]?")
_ORDINAL = rf"第({CHINESE}|\d{{1,2}})"
_NUMBERS = [
    re.compile(rf"{_ORDINAL}([篇编]|部分)\s*"),
    re.compile(rf"{_ORDINAL}章\s*"),
    re.compile(rf"{_ORDINAL}节\s*"),
    re.compile(rf"{CHINESE}[、．.]|{_ORDINAL}条\s*(?=[\u4e00-\u9fff])"),
    re.compile(rf"[（(]{CHINESE}[)）]"),
    # "1.5公里" has no number, "1.2025年底前建成…" and "4.8月底前…" have.
    re.compile(r"\d{1,2}[.．、]((?!\d)|(?=20\d\d年|\d{1,2}月))"),
    # "1.1 编制目的" has one, where a blank parts it from the text.
    re.compile(r"[（(]\d{1,2}[)）]|\d{1,2}\.\d{1,2}\.?\s+(?!\d)"),
    re.compile(r"[①-⑳]|\d{1,2}[)）]"),
]
_FIRST = frozenset("第一二三四五六七八九十（(0123456789" + CIRCLED[:20])
_COUNTED = [
    (4, re.compile(rf"(?P<number>(?P<word>任务|行动|举措|措施|工程|项目|专题|事项)(?P<value>{_VALUE})(?P<under>))[：:、.．]?")),
    (6, re.compile(r"(?P<number>(?P<value>\d{1,2})(?P<word>[-－–—.])(?P<under>\d{1,2}))[、.．]?(?=[\u4e00-\u9fff“])")),
    (4, re.compile(rf"(?P<number>第(?P<value>{_VALUE})(?P<word>[项类步])(?P<under>))[：:、，]")),
    (6, re.compile(r"(?P<number>(?P<value>[一二三四五六七八九十])(?P<word>[要是])(?P<under>))[：:、，]?(?=[\u4e00-\u9fff“])")),
]  # fmt: skip
"""Numbers that only others of their kind tell, with their levels: 任务一, 1-1, 第一项：, 一要; the
last only where nothing else is numbered, else it tells the parts of a measure."""
PART_OF_MEASURE = 6
"""The level of （1）: from here on a number under a measure is part of its text."""


def number_of(text: str) -> tuple[int | None, str, str]:
    """Return the level of a paragraph's number from 0 (None without one), the number, the rest.

    >>> number_of("（一）完善责任体系")
    (4, '（一）', '完善责任体系')
    >>> number_of("1.5公里道路完成整治。")
    (None, '', '1.5公里道路完成整治。')
    """
    if text[:1] not in _FIRST:
        return None, "", text
    for level, pattern in enumerate(_NUMBERS):
        if match := pattern.match(text):
            number, rest = match.group().strip(), text[match.end() :].strip()
            if level >= PART_OF_MEASURE and _next_stands_in(number, rest):
                break  # ①甲；②乙 is one paragraph with a list in it.
            return level, number, rest
    return None, "", text


def numbers_of(lines: Sequence[str]) -> list[tuple[int | None, str, str]]:
    """Return what `number_of` does for each paragraph, with numbers that only their count tells.

    任务一 opens a paragraph where 任务二 opens a later one, 1-1 where 1-2 or 2-1 does; the blank
    behind them is lost by then. 一要 and 一是 are numbers only where nothing else is.

    >>> numbers_of(["任务一补建消防站", "任务二更新水源"])[1], numbers_of(["任务一览表"])[0]
    ((4, '任务二', '更新水源'), (None, '', '任务一览表'))
    >>> [n for _, n, _ in numbers_of(["一要补建消防站", "二要更新水源"])], numbers_of(["一是水", "1.二"])[0]
    (['一要', '二要'], (None, '', '一是水'))
    """
    numbers = list(map(number_of, lines))
    numbered = any(level is not None for level, _, _ in numbers)
    for level, pattern in _COUNTED[:-1] if numbered else _COUNTED:
        found = [(at, match) for at, line in enumerate(lines) if (match := pattern.match(line))]
        for word in {match["word"] for _, match in found}:
            same = [(at, match) for at, match in found if match["word"] == word]
            values = [(read_whole(m["value"]), read_whole(m["under"] or "1")) for _, m in same]
            if len(same) > 1 and values[0] == (1, 1) and all(map(_follows, values, values[1:])):
                for at, match in same:
                    numbers[at] = (level, match["number"], lines[at][match.end() :].strip())
    return numbers


def _follows(before: tuple[int, int], after: tuple[int, int]) -> bool:
    """Tell whether one number counts on from another: 2-1 or 1-3 from 1-2."""
    return after in ((before[0], before[1] + 1), (before[0] + 1, 1))


def _next_stands_in(number: str, rest: str) -> bool:
    """Tell whether the mark after this one opens a later part of the same paragraph."""
    if len(number) == 1:
        following = chr(ord(number) + 1)
    else:
        digits = re.sub(r"\D", "", number)
        following = number.replace(digits, str(int(digits) + 1)) if "." not in number else ""
    return bool(following) and re.search(rf"[；;。，]{re.escape(following)}", rest) is not None


def unnumbered(text: str) -> str:
    """Return a name or a title without the number it opens with.

    >>> unnumbered("（一）责任体系"), unnumbered("3.隐患整治"), unnumbered("0.3‰以内")
    ('责任体系', '隐患整治', '0.3‰以内')
    """
    match = _OPENING.match(text)
    return text[match.end() :] if match else text


def opening_number(text: str) -> tuple[str, int] | None:
    """Return the form (1, 一, （1 or （一) and the value of the number a text opens with.

    >>> opening_number("（三）"), opening_number("12、"), opening_number("2025年")
    (('（一', 3), ('1', 12), None)
    """
    match = _OPENING.match(text)
    if match is None:
        return None
    value = match["inner"] or match["value"]
    return ("（" if match["open"] else "") + ("1" if value.isdecimal() else "一"), read_whole(value)


def is_serial(text: str) -> bool:
    """Tell whether a cell is a serial number: `3`, `3.`, `三`, `（三）`."""
    return bool(_SERIAL.fullmatch(text))


def serial_number(text: str) -> int | None:
    """Return the number that a serial cell prints, None for other text.

    >>> serial_number("3."), serial_number("（二）"), serial_number("十一"), serial_number("其他")
    (3, 2, 11, None)
    """
    match = _SERIAL.fullmatch(text.strip())
    return read_whole(match[1]) if match else None
