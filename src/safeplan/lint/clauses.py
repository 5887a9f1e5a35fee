"""A text → its clauses, as printed and in the form in which two are compared."""

from __future__ import annotations

import re
from collections.abc import Iterator

_WIDE = str.maketrans(",;:!?()", "，；：！？（）")
_OPENING, _CLOSING = "“《（【「『", "”》）】」』"
_ENDS = "。；，！？"


def plain(text: str) -> str:
    """Return `text` without white space and with full-width punctuation.

    >>> plain("规范充停场景, 实现(三级)贯通")
    '规范充停场景，实现（三级）贯通'
    """
    return re.sub(r"\s+", "", text).translate(_WIDE)


def clauses(text: str) -> Iterator[str]:
    """Yield the clauses of a text, plain, not cut inside quotation marks or brackets.

    >>> list(clauses("开展“人人讲安全，个个会应急”活动,建立台账。"))
    ['开展“人人讲安全，个个会应急”活动', '建立台账']
    """
    text = plain(text)
    depth, start = 0, 0
    for at, character in enumerate(text + "。"):
        if character in _OPENING:
            depth += 1
        elif character in _CLOSING:
            depth = max(0, depth - 1)
        # A mark that is never closed must not swallow the rest of the text.
        elif character in _ENDS and (depth == 0 or character == "。"):
            if at > start:
                yield text[start:at]
            start, depth = at + 1, 0
