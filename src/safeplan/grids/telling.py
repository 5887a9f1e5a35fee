"""What cells look like: how well one fits a column, and what a column holds as a whole.

Serials run, bodies end in 局, dues are dates, text is long: so a cell's form fits some roles and not
others. Where a row is short, or its cells fit badly, the row is tried with cells missing at each
place; the best fit wins if it is clearly better than leaving the cells where they stand. A column
is looked at as a whole: one odd cell changes nothing.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from functools import cached_property
from itertools import pairwise

from safeplan import vocabulary
from safeplan.bodies import looks_like_bodies
from safeplan.documents.cell_words import SHORT_DUE, form, is_due
from safeplan.grids.grid import Column, Row
from safeplan.text.numbering import is_serial, serial_number

OWNERS = ("lead", "responsible", "assisting")
_LOST = 2.0
"""What a lost cell costs: another place must fit better by as much."""
_DUE_ENDS = "前底末内日月年度"
"""So a deadline ends that is nothing else: 6月安全生产月活动 may be a name."""


def is_figure(text: str) -> bool:
    """Tell whether a cell is short and holds a number: a target of the core indicators."""
    return len(text) <= 20 and bool(re.search(r"\d", text))


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
    if not usual or role not in (None, "group", "name", "content", "aim"):
        return 0.0
    if not text:
        return -1.0 if role is None else 0.0
    own = 1.0 if role is None else 0.0
    return own - min(2.0, max(0.0, abs(math.log2(len(text) / usual)) - 1))


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
        spare = sum(2 * _LOST if text else _LOST for text in texts[width:])
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


LEVEL = re.compile(r"国家|[省市区县镇乡各]|有关|相关|街道")
"""So the name of a body begins."""
PHONE = re.compile(r"(?=.{1,30}$).*?(?:\d{7,}|[×xX*]{4,}|\d{3,4}-\d{7,8})")
SENTENCE = re.compile(r".*[。；;]$")
_HAN = re.compile(r"[\u4e00-\u9fff]")
_NOTHING = re.compile(r"[—–―－\-/／\\…]+|无")
_WORD = re.compile(r"[^\W_]|[%‰]")
_MOST = 0.6
"""The share of its cells that makes a column what it is."""


class Holding:
    """What the cells of one column look like, empty and covered ones given as empty text."""

    def __init__(self, texts: tuple[str, ...] = ()) -> None:
        self.rows = len(texts)
        self.said = [text for text in texts if text and not is_nothing(text)]
        self.filled = len(self.said)
        self.length = sum(map(len, self.said)) / max(self.filled, 1)
        """The mean length of a cell."""
        self.repeats = 1 - len({*self.said}) / self.rows if self.said else 0.0
        """The share of rows that are empty, merged, or say what the row above says."""

    def share(self, tells: Callable[[str], object]) -> float:
        """Return of how many of the cells that hold text something is true, from 0 to 1."""
        return sum(bool(tells(text)) for text in self.said) / max(self.filled, 1)

    @cached_property
    def is_serial(self) -> bool:
        """Whether the column counts its rows, now and then from 1 again."""
        if not self.said or not all(map(is_serial, self.said)):
            return False
        numbers = list(map(serial_number, self.said))
        # Of many some may be unreadable.
        steps = [
            right is None or left is None or right in (left, left + 1, 1)
            for left, right in pairwise(numbers)
        ]
        return numbers[0] is not None and sum(steps) >= 0.8 * len(steps)

    @cached_property
    def is_bodies(self) -> bool:
        """Whether the column names bodies."""
        return self.share(looks_like_bodies) >= _MOST

    @cached_property
    def is_dates(self) -> bool:
        """Whether the column says when."""
        return self.length <= SHORT_DUE and self.share(is_due) >= _MOST

    @cached_property
    def is_marks(self) -> bool:
        """Whether the column holds ticks and the like."""
        return self.share(is_mark) >= 0.8


@vocabulary.cached(2048)
def holding(texts: tuple[str, ...]) -> Holding:
    """Return what the cells of a column look like; a column is asked for again and again."""
    return Holding(texts)


def is_nothing(text: str) -> bool:
    """Tell whether a cell says that there is nothing: —, /, 无."""
    return bool(_NOTHING.fullmatch(text))


def is_mark(text: str) -> bool:
    """Tell whether a cell is only a mark: √, ●, 牵头; a sign of a symbol font counts as one."""
    if not text or len(text) > 4:
        return False
    return any(
        form(key).fullmatch(text) for key in ("lead_marks", "assisting_marks", "marks")
    ) or not _WORD.search(text)


def has_chinese(text: str) -> bool:
    """Tell whether a text holds a Chinese character."""
    return bool(_HAN.search(text))


def with_marked_owners(rows: list[Row], columns: list[Column]) -> list[Row]:
    """Return the rows with the bodies that are marked in them.

    ● beside ○ leads, and ○ assists; where a table has one sign throughout it only says who.
    """
    bodies = [column.header for column in columns if column.role == "body"]
    if not bodies:
        return rows
    used = {mark for row in rows for mark in row.marks.values()}
    several = any(form("assisting_marks").fullmatch(mark) for mark in used) and len(used) > 1

    def role_of(mark: str) -> str:
        for role in ("assisting", "lead") if several or has_chinese(mark) else ():
            if form(f"{role}_marks").fullmatch(mark):
                return role
        return "responsible"

    marked = []
    for row in rows:
        named: dict[str, list[str]] = {}
        for body in bodies:
            if mark := row.marks.get(body):
                named.setdefault(role_of(mark), []).append(body)
        own = {role: row.cells.get(role) or "、".join(names) for role, names in named.items()}
        marked.append(row.with_cells(**own) if own else row)
    return marked
