"""What a cell or a line tells by its words and its form: a header, a total, a date, bodies, a note.

The words of headers are vocabulary (`headers.toml`). Readers need them to find where a table begins,
`grids` to find out what each column holds; the forms of lines (`cells.toml`, `pages.toml`) tell where
it ends, and what is the page's own.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from functools import partial
from itertools import pairwise

from safeplan import vocabulary
from safeplan.bodies import looks_like_bodies
from safeplan.text.folding import tidy
from safeplan.text.numbering import HEADING

_YEAR = re.compile(r"^(到?20\d\d年?度?|年度|本年度?)(?=.)")
_BRACKETS = re.compile(r"[（(〔\[［][^（(〔\[［]{1,12}[)）〕\]］]$")
_PLAIN = re.compile(r"单位|部门|20\d\d年?(末|底)?|[上下]半年|全年|第?[一二三四]季度")
"""Words that stand in a header, but tell a role only together with what stands below."""
_LONGEST = 20
_ANSWERS_FOR = {"lead", "responsible", "deadline"}


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
    roles: list[str] = [*vocabulary.load("headers")["roles"]]
    for text in dict.fromkeys((header, without_year(header), bare, without_year(bare))):
        for role in roles:
            if vocabulary.pattern("headers", "roles", role).fullmatch(text):
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


# --- lines ----------------------------------------------------------------------------------------

_NEW = re.compile(rf"附件|附表|{HEADING.pattern}|表\s*\d")
SHORT_DUE = 24
"""A deadline is no longer than that."""
MOST_COLUMNS = 12
_HEADER_CELL = 14


form = partial(vocabulary.pattern, "cells")
"""Return the pattern of one kind of cell or line: a key of `cells.toml`."""


def is_due(text: str) -> bool:
    """Tell whether a cell opens with a date or a standing duty, and is short.

    >>> is_due("4月底前完成普查"), is_due("汛前"), is_due("排查小场所9000家")
    (True, True, False)
    """
    return len(text) <= SHORT_DUE and "。" not in text and bool(form("due_starts").match(text))


def is_page_number(line: str) -> bool:
    """Tell whether a line is a page number, 续表 or the like."""
    return bool(form("furniture").fullmatch(tidy(line)))


def is_of_the_page(line: str) -> bool:
    """Tell whether a line is the page's own or the site's, no text of the document."""
    text = tidy(line)
    return any(vocabulary.pattern("pages", of).fullmatch(text) for of in ("furniture", "site"))


def is_total(line: str) -> bool:
    """Tell whether a line or a cell says that its row adds up the others: 合计."""
    return bool(form("totals").fullmatch(tidy(line).strip(":：")))


def is_note(text: str) -> bool:
    """Tell whether a text is a note to a table: 注：…, 说明：….

    >>> is_note("说明：按季度调度。"), is_note("说明情况")
    (True, False)
    """
    return bool(form("table_notes").match(tidy(text)))


def parts_tables(line: str) -> bool:
    """Tell whether a line stands below a table or above one, whatever cell is open (附件2, 说明：…).

    >>> parts_tables("附件2"), parts_tables("说明：按季度调度。"), parts_tables("附件2所列企业")
    (True, True, False)
    """
    annex = re.fullmatch(r"附[件表]\s*[\d一二三四五六七八九十]{0,2}[:：]?", tidy(line))
    return annex is not None or is_note(line)


def opens_new(line: str) -> bool:
    """Tell whether a line below a whole row is no more of its last cell: a heading, a note."""
    text = tidy(line)
    return (
        bool(_NEW.match(text)) or parts_tables(line) or is_page_number(line) or is_of_the_page(line)
    )


@vocabulary.cached(4096)
def kind_of_cell(text: str) -> str | None:
    """Return what a cell is by its form alone: `serial`, `due` or `bodies`, None for other text."""
    if text.isdecimal() and len(text) <= 3:
        return "serial"
    return "due" if is_due(text) else ("bodies" if looks_like_bodies(text) else None)


def width_by_content(texts: Sequence[str]) -> int:
    """Return the width of a table, a cell after the other, whose header has words nobody knows.

    Short words stand on top, and the first two rows have cells of two kinds in the same places; or
    the first has, and deadlines come again after as many cells. 0 where nothing tells.

    >>> width_by_content("事项 谁来抓 何时 消防车 县应急局 8月底前 救援队 县公安局 7月底前".split())
    3
    """
    if not all(map(_may_head, texts[:3])):
        return 0
    kinds = [kind_of_cell(text) for text in texts[: 4 * MOST_COLUMNS]]
    if not {*kinds} - {None}:
        return 0
    dues = [at for at, kind in enumerate(kinds) if kind == "due"]
    gaps = Counter(right - left for left, right in pairwise(dues)).most_common(1)
    for width in range(3, MOST_COLUMNS + 1):
        header, first, second = (kinds[at : at + width] for at in (0, width, 2 * width))
        words = texts[:width]
        if len(second) < width or "serial" in header or not all(map(_may_head, words)):
            break
        known = sum(role_of(word) is not None for word in words)
        same = {kind for kind, below in zip(first, second, strict=True) if kind and kind == below}
        counts = texts[width] == "1" and texts[2 * width] == "2" and 2 * known < width
        again = {"due", "bodies"} <= {*first} and any(g == width and n > 1 for g, n in gaps)
        if known < width and (len(same) > 1 or counts or again):
            return width
    return 0


def _may_head(text: str) -> bool:
    return 0 < len(text) <= _HEADER_CELL and not _NEW.match(text) and not set("。，；") & set(text)
