"""A text → its sentences and its clauses, which no bracket and no quotation is cut by."""

from __future__ import annotations

import re
from collections.abc import Iterator

_SENTENCE = re.compile(r"[^。！？]*[。！？]+[”’）)》]*|[^。！？]+$")
_CLAUSE = re.compile(r"[^。！？；;]*[。！？；;]+[”’）)》]*|[^。！？；;]+$")
_PAIRS = (("《", "》"), ("“", "”"), ("（", "）"), ("(", ")"))


def split_sentences(text: str) -> list[str]:
    """Split at 。！？, but not inside 《…》, “…” or （…）.

    >>> split_sentences("甲（乙。丙）丁。戊")
    ['甲（乙。丙）丁。', '戊']
    """
    return list(_whole(_SENTENCE, text))


def split_clauses(text: str) -> list[str]:
    """Split at ； too.

    >>> split_clauses("甲（乙；丙）丁；戊。")
    ['甲（乙；丙）丁；', '戊。']
    """
    return list(_whole(_CLAUSE, text))


def _whole(pattern: re.Pattern[str], text: str) -> Iterator[str]:
    """Yield the matches of a pattern, joined where one ends inside a pair."""
    held: list[str] = []
    inside = [0] * len(_PAIRS)
    for match in pattern.finditer(text):
        piece = match.group()
        held.append(piece)
        inside = [
            n + piece.count(a) - piece.count(b) for n, (a, b) in zip(inside, _PAIRS, strict=True)
        ]
        if all(depth <= 0 for depth in inside):
            yield "".join(held)
            held, inside = [], [0] * len(_PAIRS)
    if held:
        yield "".join(held)
