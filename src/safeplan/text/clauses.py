"""A text → its sentences and its clauses, which no bracket and no quotation is cut by."""

from __future__ import annotations

import re
from collections.abc import Iterator

from safeplan.text.folding import wide

CLAUSE_ENDS = "，,。；;！？\n"
_SENTENCE = re.compile(r"[^。！？]*[。！？]+[”’）)》]*|[^。！？]+$")
_CLAUSE = re.compile(r"[^。！？；;]*[。！？；;]+[”’）)》]*|[^。！？；;]+$")
PAIRS = (("《", "》"), ("“", "”"), ("（", "）"), ("(", ")"))
"""Marks that no sentence ends between."""
_OPENING, _CLOSING = "“《（【「『", "”》）】」』"
_PHRASE_ENDS = "。；，！？"
_END = re.compile(f"[{CLAUSE_ENDS}]")


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
    inside = [0] * len(PAIRS)
    for match in pattern.finditer(text):
        piece = match.group()
        held.append(piece)
        inside = [
            n + piece.count(a) - piece.count(b) for n, (a, b) in zip(inside, PAIRS, strict=True)
        ]
        if all(depth <= 0 for depth in inside):
            yield "".join(held)
            held, inside = [], [0] * len(PAIRS)
    if held:
        yield "".join(held)


def phrases(text: str) -> Iterator[str]:
    """Yield the wide copies of what stands between marks, not cut inside quotation or brackets.

    >>> list(phrases("开展“人人讲安全，个个会应急”活动,建立台账。"))
    ['开展“人人讲安全，个个会应急”活动', '建立台账']
    """
    text = wide(text)
    depth, start = 0, 0
    for at, character in enumerate(text + "。"):
        if character in _OPENING:
            depth += 1
        elif character in _CLOSING:
            depth = max(0, depth - 1)
        # A mark that is never closed must not swallow the rest of the text.
        elif character in _PHRASE_ENDS and (depth == 0 or character == "。"):
            if at > start:
                yield text[start:at]
            start, depth = at + 1, 0


def split_at_marks(text: str) -> list[str]:
    """Return what stands between the marks that end a clause, brackets or not.

    >>> split_at_marks("甲（乙，丙）；丁")
    ['甲（乙', '丙）', '丁']
    """
    return _END.split(text)


def first_clause(text: str) -> str:
    """Return what stands before the first mark that ends a clause."""
    return _END.split(text, maxsplit=1)[0]


def clause_around(text: str, start: int, end: int, ends: str = CLAUSE_ENDS) -> tuple[int, int]:
    """Return the bounds of the clauses that a span stands in.

    >>> clause_around("甲，乙3处；丙", 3, 5)
    (2, 5)
    """
    low = max(text.rfind(mark, 0, start) for mark in ends) + 1
    high = min((at for mark in ends if (at := text.find(mark, end)) >= 0), default=len(text))
    return low, high
