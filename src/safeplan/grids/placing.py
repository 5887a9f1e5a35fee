"""Which cell of a damaged row belongs under which column.

A cell's form (a number, a list of bodies, a date, a sentence) fits some roles and not others.
Where a row is short, or its cells fit badly, the row is tried with cells missing at each place;
the best fit wins if it is clearly better than leaving the cells where they stand.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from safeplan import vocabulary
from safeplan.bodies import looks_like_bodies
from safeplan.documents.table_lines import is_due
from safeplan.text.numbering import is_serial

_DIGIT = re.compile(r"\d")
OWNERS = ("lead", "responsible", "assisting")
_LOST = 2.0
"""What a lost cell costs: another place must fit better by as much."""
_DUE_ENDS = "前底末内日月年度"
"""So a deadline ends that is nothing else: 6月安全生产月活动 may be a name."""
_SPARE = 4.0


def is_figure(text: str) -> bool:
    """Tell whether a cell is short and holds a number: a target of the core indicators."""
    return len(text) <= 20 and bool(_DIGIT.search(text))


@vocabulary.cached(8192)
def fit(text: str, role: str | None) -> float:
    """Return how well a cell's form fits a role: above 0 well, below 0 badly.

    The role `figure` is that of a content column which holds figures throughout.
    """
    if role in ("goal", "aim"):
        return (-2.0 if looks_like_bodies(text) or len(text) > 40 else 0.5) if text else -0.5
    if role == "body":
        return (1.0 if len(text) <= 4 and not looks_like_bodies(text) else -2.0) if text else 0.0
    if role in (None, "remark", "unit"):
        return -0.5 if text else 0.5
    if role == "serial":
        return 2.0 if is_serial(text) else (-3.0 if text else 0.0)
    if role in OWNERS:
        return 2.0 if looks_like_bodies(text) else (-3.0 if text else -0.5)
    if role == "deadline":
        return 2.0 if is_due(text) else (-2.0 if text else 0.0)
    if role == "content":
        if not text:
            return -2.0
        return -2.0 if looks_like_bodies(text) else (-0.5 if is_due(text) else 1.0)
    if role == "figure":
        return fit(text, "content") - (2.0 if text and not is_figure(text) else 0.0)
    # name, group: short, no sentence, no list of bodies
    if not text:
        return -0.5 if role == "name" else 0.0
    if looks_like_bodies(text) or is_serial(text) or (is_due(text) and text[-1] in _DUE_ENDS):
        return -2.0
    return -1.0 if len(text) > 40 or ("。" in text[:-1]) else 1.0


def usual_lengths(rows: list[list[str]], width: int) -> list[float]:
    """Return how long the cells of each column usually are, by the rows that are whole; 0 for none.

    >>> usual_lengths([["1", "甲项"], ["2", "乙项目丙"], ["丁"]], 2)
    [1.0, 3.0]
    """
    whole = [row for row in rows if len(row) == width]
    said = [[len(row[at]) for row in whole if row[at]] for at in range(width)]
    return [sum(lengths) / len(lengths) if lengths else 0.0 for lengths in said]


def _unlike(text: str, role: str | None, usual: float) -> float:
    """Return how badly the length of a cell fits a column of text; an unknown column wants one."""
    if not usual or role not in _OF_LENGTH:
        return 0.0
    if not text:
        return -1.0 if role is None else 0.0
    own = 1.0 if role is None else 0.0
    return own - min(2.0, max(0.0, abs(math.log2(len(text) / usual)) - 1))


_OF_LENGTH = (None, "group", "name", "content", "aim")


def best_place(
    texts: list[str],
    roles: list[str | None],
    *,
    closed_up: bool,
    lengths: Sequence[float] = (),
) -> tuple[float, list[int | None]]:
    """Return how well cells fit their columns at best, and for each column the index of its cell.

    The index is None where the cell is lost.

    Args:
        texts: the cells as they stand, folded.
        roles: the roles of the columns.
        closed_up: whether cells to the right of a lost one have moved left and the row was
            padded with empty cells.
        lengths: how long the cells of each column usually are, where whole rows show it.
    """
    width = len(roles)
    best: tuple[float, list[int | None]] = (float("-inf"), [])
    if len(texts) >= width:
        spare = sum(_SPARE if text else _LOST for text in texts[width:])
        fits = sum(map(fit, texts, roles)) - spare
        best = (fits, list(range(width)))
        if not closed_up or texts[width - 1]:
            return best
    last = next((len(texts) - i for i, text in enumerate(reversed(texts)) if text), 0)
    padding = len(texts) - max(last, 1) if closed_up else 0
    for pads in range(padding + 1):
        kept = texts[: min(len(texts), width) - pads]
        if 0 < len(kept) < width:
            aligned = _align(kept, roles, lengths or [0.0] * width)
            if aligned[0] >= best[0] and (pads or aligned[0] > best[0]):
                best = aligned
    return best if best[1] else (0.0, [None] * width)


def _align(
    texts: list[str], roles: list[str | None], lengths: Sequence[float]
) -> tuple[float, list[int | None]]:
    """Lay fewer cells than there are columns under these, in order, as they fit best."""
    lost = len(roles) - len(texts)
    # best[k]: the columns so far laid with k of them lost.
    best: dict[int, tuple[float, list[int | None]]] = {0: (0.0, [])}
    for column, (role, usual) in enumerate(zip(roles, lengths, strict=True)):
        following: dict[int, tuple[float, list[int | None]]] = {}
        for missing, (score, placed) in best.items():
            index = column - missing
            if index < len(texts):
                fits = fit(texts[index], role) + _unlike(texts[index], role, usual)
                here = (score + fits, [*placed, index])
                if missing not in following or here[0] >= following[missing][0]:
                    following[missing] = here
            if missing < lost:
                gone = (score - _LOST + fit("", role) + _unlike("", role, usual), [*placed, None])
                if missing + 1 not in following or gone[0] > following[missing + 1][0]:
                    following[missing + 1] = gone
        best = following
    return best[lost]
