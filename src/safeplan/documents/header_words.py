"""Header words: the role that a header cell gives its column, and which rows are headers.

The words are vocabulary (`headers.toml`). Readers need them to find where a table begins, `grids`
to find out what each column holds.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache, lru_cache

from safeplan import vocabulary

_YEAR = re.compile(r"^(到?20\d\d年?度?|年度|本年度?)(?=.)")
_LONGEST = 20
_ANSWERS_FOR = {"lead", "responsible", "deadline"}


@cache
def _patterns() -> list[tuple[str, re.Pattern[str]]]:
    roles: dict[str, list[str]] = vocabulary.load("headers")["roles"]
    return [(role, re.compile("|".join(patterns))) for role, patterns in roles.items()]


def without_year(header: str) -> str:
    """Return a header cell without the year before it: 2025年目标 → 目标."""
    return _YEAR.sub("", header)


@lru_cache(maxsize=4096)
def role_of(header: str) -> str | None:
    """Return the role a header cell gives its column, None for a column without one.

    >>> role_of("2025年目标（内容）"), role_of("责任单位"), role_of("指标性质")
    ('content', 'responsible', None)
    """
    if len(header) > _LONGEST:
        return None
    for text in (header, without_year(header)):
        for role, pattern in _patterns():
            if pattern.fullmatch(text):
                return role
    return None


def is_header_row(texts: Sequence[str]) -> bool:
    """Tell whether a row of folded cells is a header.

    Most of its cells are header words, and two at least. A serial column beside one that says who
    or when is enough: what stands between them may be called anything.
    """
    said = [text for text in texts if text]
    roles = [role_of(text) for text in said]
    words = sum(role is not None for role in roles)
    if words >= 2 and words >= 0.6 * len(said):
        return True
    return (
        "serial" in roles
        and any(role in _ANSWERS_FOR for role in roles)
        and all(len(text) <= _LONGEST for text in said)
    )
