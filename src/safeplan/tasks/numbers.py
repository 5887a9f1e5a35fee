"""The numbers of paragraphs (GB/T 9704): 第一篇, 一、, （一）, 1., （1）."""

from __future__ import annotations

import re

_CHINESE = "[一二三四五六七八九十]{1,4}"
_ORDINAL = rf"第({_CHINESE}|\d{{1,2}})"
_NUMBERS = [
    re.compile(rf"{_ORDINAL}([篇编]|部分)\s*"),
    re.compile(rf"{_ORDINAL}章\s*"),
    re.compile(rf"{_ORDINAL}节\s*"),
    re.compile(rf"{_CHINESE}[、．.]"),
    re.compile(rf"[（(]{_CHINESE}[)）]"),
    # "1.5公里" has no number, "1.2025年底前建成…" has.
    re.compile(r"\d{1,2}[.．、]((?!\d)|(?=20\d\d年))"),
    re.compile(r"[（(]\d{1,2}[)）]"),
]
LAST_LEVEL = len(_NUMBERS) - 1
"""The level of （1）."""


def number_of(text: str) -> tuple[int | None, str, str]:
    """Return the level of a paragraph's number from 0 (None without one), the number, the rest.

    >>> number_of("（一）完善责任体系")
    (4, '（一）', '完善责任体系')
    >>> number_of("1.5公里道路完成整治。")
    (None, '', '1.5公里道路完成整治。')
    """
    for level, pattern in enumerate(_NUMBERS):
        if match := pattern.match(text):
            return level, match.group().strip(), text[match.end() :].strip()
    return None, "", text
