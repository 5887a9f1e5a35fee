"""What a column holds, told by its cells: serials run, bodies end in 局, dues are dates, text is long.

The header confirms, and where it says nothing known the cells alone tell. A column is looked at as
a whole: one odd cell changes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from safeplan import vocabulary
from safeplan.bodies import looks_like_bodies
from safeplan.documents.table_lines import SHORT_DUE, form, is_due
from safeplan.grids.grid import Column, Row
from safeplan.grids.placing import is_figure
from safeplan.text.numbering import is_serial, serial_number

_LEVEL = re.compile(r"(国家|[省市区县镇乡各]|有关|相关|街道)")
_PHONE = re.compile(r"\d{7,}|[×xX*]{4,}|\d{3,4}-\d{7,8}")
_HAN = re.compile(r"[\u4e00-\u9fff]")
_NOTHING = re.compile(r"[—–―－\-/／\\…]+|无")
_WORD = re.compile(r"[^\W_]|[%‰]")
_MARKS = ("lead_marks", "assisting_marks", "marks")
_MOST = 0.6
"""The share of its cells that makes a column what it is."""


@dataclass(frozen=True)
class Holding:
    """What the cells of one column look like: how many hold text, and shares of these."""

    filled: int = 0
    rows: int = 0
    serial: float = 0.0
    bodies: float = 0.0
    levels: float = 0.0
    """The share of cells that begin like a body's name: 县…, 各…."""
    dates: float = 0.0
    figures: float = 0.0
    digits: float = 0.0
    """The share of cells that hold a figure, long ones too."""
    phones: float = 0.0
    marks: float = 0.0
    chinese: float = 0.0
    sentences: float = 0.0
    length: float = 0.0
    """The mean length of a cell."""
    repeats: float = 0.0
    """The share of rows that are empty, merged, or say what the row above says."""

    @property
    def is_serial(self) -> bool:
        """Whether the column counts its rows."""
        return self.filled > 0 and self.serial >= 0.8

    @property
    def is_bodies(self) -> bool:
        """Whether the column names bodies."""
        return self.bodies >= _MOST

    @property
    def is_dates(self) -> bool:
        """Whether the column says when."""
        return self.dates >= _MOST and self.length <= SHORT_DUE

    @property
    def is_marks(self) -> bool:
        """Whether the column holds ticks and the like."""
        return self.filled > 0 and self.marks >= 0.8


def is_nothing(text: str) -> bool:
    """Tell whether a cell says that there is nothing: —, /, 无."""
    return bool(_NOTHING.fullmatch(text))


def is_mark(text: str) -> bool:
    """Tell whether a cell is only a mark: √, ●, 牵头; a sign of a symbol font counts as one."""
    if not text or len(text) > 4:
        return False
    return any(form(key).fullmatch(text) for key in _MARKS) or not _WORD.search(text)


def has_chinese(text: str) -> bool:
    """Tell whether a text holds a Chinese character."""
    return bool(_HAN.search(text))


@vocabulary.cached(2048)
def holding(texts: tuple[str, ...]) -> Holding:
    """Return what a column's cells look like, empty and covered ones as empty text."""
    said = [text for text in texts if text and not is_nothing(text)]
    if not said:
        return Holding(rows=len(texts))
    numbers = [serial_number(text) for text in said]
    runs = all(map(is_serial, said)) and _count(numbers)

    def share(found: Sequence[bool]) -> float:
        return sum(found) / len(said)

    return Holding(
        filled=len(said),
        rows=len(texts),
        serial=1.0 if runs else 0.0,
        bodies=share([looks_like_bodies(text) for text in said]),
        levels=share([bool(_LEVEL.match(text)) for text in said]),
        dates=share([is_due(text) for text in said]),
        figures=share([is_figure(text) for text in said]),
        digits=share([any(sign.isdigit() for sign in text) for text in said]),
        phones=share([bool(_PHONE.search(text)) and len(text) <= 30 for text in said]),
        marks=share([is_mark(text) for text in said]),
        chinese=share([has_chinese(text) for text in said]),
        sentences=share([text[-1] in "。；;" for text in said]),
        length=sum(map(len, said)) / len(said),
        repeats=1 - len({*said}) / len(texts),
    )


def _count(numbers: list[int | None]) -> bool:
    """Tell whether numbers count on, now and then from 1 again; of many some may be unreadable."""
    steps = [
        right is None or left is None or right in (left, left + 1, 1)
        for left, right in pairwise(numbers)
    ]
    return numbers[0] is not None and (not steps or sum(steps) >= 0.8 * len(steps))


def with_marked_owners(rows: list[Row], columns: list[Column]) -> list[Row]:
    """Return the rows with the bodies that are marked in them.

    ● beside ○ leads, and ○ assists; where a table has one sign throughout it only says who.
    """
    bodies = [column.header for column in columns if column.role == "body"]
    if not bodies:
        return rows
    used = {mark for row in rows for mark in row.marks.values()}
    several = any(form("assisting_marks").fullmatch(mark) for mark in used) and len(used) > 1
    marked = []
    for row in rows:
        named: dict[str, list[str]] = {}
        for body in bodies:
            if mark := row.marks.get(body):
                named.setdefault(_role(mark, several), []).append(body)
        own = {role: row.cells.get(role) or "、".join(names) for role, names in named.items()}
        marked.append(row.with_cells(**own) if own else row)
    return marked


def _role(mark: str, several: bool) -> str:
    said = several or bool(_HAN.search(mark))
    if said and form("assisting_marks").fullmatch(mark):
        return "assisting"
    return "lead" if said and form("lead_marks").fullmatch(mark) else "responsible"
