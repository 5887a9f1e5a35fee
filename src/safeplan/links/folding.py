"""Printed text → a neutral copy for matching, every character with its place in print.

Two governments print one measure in two ways: their own names, levels, figures and years, half-
or full-width marks, 健全 for 完善. The copy leaves all that out, and keeps for each character
the span it stands for, so that what met can be shown as printed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from safeplan import vocabulary

CLAUSE_BREAK = "\n"
"""Stands in the copy where one clause ends: 。；，："""
ITEM_BREAK = " "
"""Stands in the copy between the items of a list: 、（）."""

_BREAKS = {
    **dict.fromkeys("。；，：！？∶\n", CLAUSE_BREAK),
    **dict.fromkeys("、（）…·/—－-─〈〉【】\t \u3000\xa0", ITEM_BREAK),
    **dict.fromkeys("“”‘’\"'《》「」", ""),
}
_FULL_WIDTH = str.maketrans(",;:!?()<>[]", "，；：！？（）〈〉【】")
_QUOTED = re.compile(r"[“《「]([^“”《》「」]{2,40})[”》」]")


@dataclass(frozen=True, slots=True)
class Folded:
    """A neutral copy of one printed text."""

    key: str
    """The copy: 汉字, letters, digits of names, `CLAUSE_BREAK`, `ITEM_BREAK`."""
    starts: list[int]
    """For each character of `key`, where the print it stands for begins."""
    ends: list[int]
    """For each character of `key`, where the print it stands for ends."""
    quoted: list[tuple[int, int]]
    """Spans of `key` that are printed in quotation or title marks."""


@lru_cache(maxsize=64)
def _pattern(places: tuple[str, ...]) -> tuple[re.Pattern[str], dict[str, str]]:
    """Compile what is replaced (the dictionary says by what; absent means by nothing)."""
    words = vocabulary.load("synonyms")
    same = {word: entry["as"] for entry in words["same"] for word in entry["words"]}
    # A list comma inside a synonym is the synonym's, so synonyms go before the marks.
    longest = sorted(same, key=lambda word: (-len(word), word))
    counters = "|".join(sorted(words["counters"], key=len, reverse=True))
    parts = [
        r"(?P<name>“[^“”]{0,6}[0-9A-Za-z][^“”]{0,6}”)",
        *(re.escape(place) for place in sorted(places, key=len, reverse=True)),
        *words["neutral"],
        "(?P<same>" + "|".join(map(re.escape, longest)) + ")",
        rf"[0-9０-９]+(?:[.．][0-9０-９]+)?(?:[%％‰]|{counters})?|[①-⑳]",
        "(?P<mark>[" + re.escape("".join(_BREAKS)) + "])",
    ]
    return re.compile("|".join(parts)), same


def fold(text: str, places: Iterable[str] = ()) -> Folded:
    r"""Return the neutral copy of `text`, free of `places` (the plan's own place names).

    >>> fold("完成11处隐患整治，健全“八大类”机制。").key
    '完成隐患整治\n完善八大类机制\n'
    """
    pattern, same = _pattern(tuple(places))
    key: list[str] = []
    starts: list[int] = []
    ends: list[int] = []

    def keep(low: int, high: int) -> None:
        key.append(text[low:high])
        starts.extend(range(low, high))
        ends.extend(range(low + 1, high + 1))

    done = 0
    text = text.translate(_FULL_WIDTH)
    for match in pattern.finditer(text):
        low, high = match.span()
        if done < low:
            keep(done, low)
        done = high
        kind = match.lastgroup
        if kind == "name":
            keep(low + 1, high - 1)
        elif kind is not None:
            put = same[match[0]] if kind == "same" else _BREAKS[match[0]]
            key.append(put)
            starts.extend([low] * len(put))
            ends.extend([high] * len(put))
    if done < len(text):
        keep(done, len(text))
    quoted = []
    for match in _QUOTED.finditer(text):
        inside = [at for at, low in enumerate(starts) if match.start() < low < match.end() - 1]
        if inside:
            quoted.append((inside[0], inside[-1] + 1))
    return Folded("".join(key), starts, ends, quoted)
