"""Printed text → a neutral copy for matching, every character with its place in print.

Two governments print one measure in two ways: their own names, levels, figures and years, half-
or full-width marks, 健全 for 完善. The copy leaves all that out, and keeps for each character
the span it stands for, so that what met can be shown as printed.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable
from functools import cache
from typing import NamedTuple

from safeplan import vocabulary
from safeplan.text.folding import widened

CLAUSE_BREAK = "\n"
"""Stands in the copy where one clause ends: 。；，："""
ITEM_BREAK = " "
"""Stands in the copy between the items of a list: 、（）."""

_SPACES = "".join(filter(str.isspace, map(chr, range(0x3001)))).replace("\n", "")
"""All white space but the line break."""
_BREAKS = {
    **dict.fromkeys("。；，：！？∶\n", CLAUSE_BREAK),
    **dict.fromkeys("、（）…·/—－-─〈〉【】", ITEM_BREAK),
    **dict.fromkeys(_SPACES, ITEM_BREAK),
    **dict.fromkeys("“”‘’\"'《》「」", ""),
}
_FIGURES = "0123456789０１２３４５６７８９①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
_CLASS = re.compile(r"[.^\\-]")
_QUOTED = re.compile(r"[“《「]([^“”《》「」]{2,40})[”》」]")


class Neutral(NamedTuple):
    """A neutral copy of one printed text."""

    text: str
    """The print."""
    key: str
    """The copy: 汉字, letters, digits of names, `CLAUSE_BREAK`, `ITEM_BREAK`."""
    starts: list[int]
    """For each character of `key`, where the print it stands for begins."""
    ends: list[int]
    """For each character of `key`, where the print it stands for ends."""
    quoted: list[tuple[int, int]]
    """Spans of `key` that are printed in quotation or title marks."""

    def span(self, low: int, high: int) -> tuple[int, int]:
        """Return where the print stands that `key[low:high]` stands for; nothing for nothing."""
        return (self.starts[low], self.ends[high - 1]) if low < high else (0, 0)

    def printed(self, low: int, high: int) -> str:
        """Return the print that `key[low:high]` stands for."""
        return self.text[slice(*self.span(low, high))]


@cache
def places(name: str, full_name: str) -> tuple[str, ...]:
    """Return the names under which a plan speaks of its own place and of those above it.

    Args:
        name: the region's, as in the plan's id.
        full_name: with its level word and the units above it.

    >>> places("忠县", "重庆市忠县")
    ('忠县', '重庆', '重庆市', '重庆市忠县')
    """
    units = re.findall(r".+?[省市区县州旗]", full_name)
    bare = [unit[:-1] for unit in units if len(unit) > 2]
    return tuple(sorted({full_name, name, *units, *bare} - {""}))


@vocabulary.cached(64)
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
    # Most characters begin none of these: one look tells, instead of a try at every word. What a
    # regular expression can begin with stands in it, unless it holds a class of characters.
    neutral = "".join(words["neutral"]).replace(r"\d", "")
    if _CLASS.search(neutral):
        return re.compile("|".join(parts)), same
    firsts = {*_FIGURES, *_BREAKS, *neutral, *(word[0] for word in (*longest, *places))}
    ahead = "(?=[" + re.escape("".join(sorted(firsts))) + "])"
    return re.compile(f"{ahead}(?:{'|'.join(parts)})"), same


def neutral(text: str, places: Iterable[str] = ()) -> Neutral:
    r"""Return the neutral copy of `text`, free of `places` (the plan's own place names).

    >>> neutral("完成11处隐患整治，健全“八大类”机制。").key
    '完成隐患整治\n完善八大类机制\n'
    """
    pattern, same = _pattern(tuple(places))
    full = widened(text)
    key: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    done = 0
    for match in pattern.finditer(full):
        low, high = match.span()
        if done < low:
            key.append(full[done:low])
            starts += range(done, low)
            ends += range(done + 1, low + 1)
        done = high
        kind = match.lastgroup
        if kind == "mark":
            if put := _BREAKS[full[low]]:
                key.append(put)
                starts.append(low)
                ends.append(high)
        elif kind == "same":
            put = same[full[low:high]]
            key.append(put)
            starts += [low] * len(put)
            ends += [high] * len(put)
        elif kind == "name":
            key.append(full[low + 1 : high - 1])
            starts += range(low + 1, high - 1)
            ends += range(low + 2, high)
    if done < len(full):
        key.append(full[done:])
        starts += range(done, len(full))
        ends += range(done + 1, len(full) + 1)
    quoted = []
    for match in _QUOTED.finditer(full):
        inside = bisect_left(starts, match.start() + 1), bisect_left(starts, match.end() - 1)
        if inside[0] < inside[1]:
            quoted.append(inside)
    return Neutral(text, "".join(key), starts, ends, quoted)
