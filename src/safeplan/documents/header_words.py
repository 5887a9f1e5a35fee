"""Header words: the role that a header cell gives its column, and which rows are headers.

The words are vocabulary (`headers.toml`). Readers need them to find where a table begins, `grids`
to find out what each column holds.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from safeplan import vocabulary

_YEAR = re.compile(r"^(到?20\d\d年?度?|年度|本年度?)(?=.)")
_BRACKETS = re.compile(r"[（(〔\[［][^（(〔\[［]{1,12}[)）〕\]］]$")
_PLAIN = re.compile(r"单位|部门|20\d\d年?(末|底)?|[上下]半年|全年|第?[一二三四]季度")
"""Words that stand in a header, but tell a role only together with what stands below."""
_LONGEST = 20
_ANSWERS_FOR = {"lead", "responsible", "deadline"}


@vocabulary.cached()
def _patterns() -> list[tuple[str, re.Pattern[str]]]:
    roles = vocabulary.load("headers")["roles"]
    return [(role, vocabulary.pattern("headers", "roles", role)) for role in roles]


def without_year(header: str) -> str:
    """Return a header cell without the year before it: 2025年目标 → 目标."""
    return _YEAR.sub("", header)


def is_kept(header: str) -> bool:
    """Tell whether a header is a known word whose column has no field of its own.

    >>> is_kept("责任领导"), is_kept("进展情况"), is_kept("牵头单位")
    (True, True, False)
    """
    bare = _BRACKETS.sub("", header) or header
    return len(header) <= _LONGEST and bool(vocabulary.pattern("headers", "kept").fullmatch(bare))


@vocabulary.cached(4096)
def role_of(header: str) -> str | None:
    """Return the role a header cell gives its column, None for a column without one.

    >>> role_of("2025年目标（内容）"), role_of("责任单位"), role_of("指标性质")
    ('content', 'responsible', None)
    >>> role_of("目标值（%）"), role_of("责任领导")
    ('content', None)
    """
    if len(header) > _LONGEST:
        return None
    bare = _BRACKETS.sub("", header)
    for text in dict.fromkeys((header, without_year(header), bare, without_year(bare))):
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
    if not any(roles):
        return False
    words = sum(
        role is not None or is_kept(text) or bool(_PLAIN.fullmatch(text))
        for role, text in zip(roles, said, strict=True)
    )
    if words >= 2 and words >= 0.6 * len(said):
        return True
    return (
        "serial" in roles
        and any(role in _ANSWERS_FOR for role in roles)
        and all(len(text) <= _LONGEST for text in said)
    )
