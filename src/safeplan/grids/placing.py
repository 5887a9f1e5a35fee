"""Which cell of a damaged row belongs under which column.

A cell's form (a number, a list of bodies, a date, a sentence) fits some roles and not others.
Where a row is short, or its cells fit badly, the row is tried with one cell missing at each
place; the best fit wins if it is clearly better than leaving the cells where they stand.
"""

from __future__ import annotations

import re
from functools import cache

from safeplan import vocabulary

_SERIAL = re.compile(r"\d{1,3}[.．、]?|[一二三四五六七八九十]{1,3}、?|[（(]\d{1,3}[)）]")
_SEPARATOR = re.compile(r"[、，,；;]")
_TAIL = re.compile(r"([（(][^（()）]*[)）])?(等|有关|相关|各|成员)*$")
_CLEARLY = 2.0


@cache
def _body_ending() -> re.Pattern[str]:
    return re.compile("(" + "|".join(vocabulary.load("cells")["body_endings"]) + ")$")


@cache
def _deadline() -> re.Pattern[str]:
    return re.compile("|".join(vocabulary.load("cells")["deadline"]))


def is_serial(text: str) -> bool:
    """Tell whether a cell is a serial number: `3`, `3.`, `三`."""
    return bool(_SERIAL.fullmatch(text))


def is_body_list(text: str) -> bool:
    """Tell whether a cell is a list of bodies, by how its parts end.

    >>> is_body_list("区应急管理局、经开区经济运行局(应急管理局)"), is_body_list("加强消防队站建设")
    (True, False)
    """
    if "。" in text:
        return False
    parts = [_TAIL.sub("", part) for part in _SEPARATOR.split(text) if part]
    named = [bool(_body_ending().search(part)) for part in parts]
    # One tail may serve a whole list: 区城市管理、生态环境、交通运输等综合行政执法部门，各镇街
    if any(name and "等" in part for name, part in zip(named, parts, strict=True)):
        return True
    return bool(parts) and sum(named) >= 0.6 * len(parts)


def is_deadline(text: str) -> bool:
    """Tell whether a cell is a deadline: `2024年6月底前`, `长期坚持`."""
    return len(text) <= 20 and bool(_deadline().search(text))


def fit(text: str, role: str | None) -> float:
    """Return how well a cell's form fits a role: above 0 well, below 0 badly."""
    if role in (None, "remark"):
        return -0.5 if text else 0.5
    if role == "serial":
        return 2.0 if is_serial(text) else (-3.0 if text else 0.0)
    if role in ("lead", "responsible"):
        return 2.0 if is_body_list(text) else (-3.0 if text else -0.5)
    if role == "deadline":
        return 2.0 if is_deadline(text) else (-2.0 if text else 0.0)
    if role == "content":
        return (-2.0 if is_body_list(text) else 1.0) if text else -2.0
    # name, group: short, no sentence, no list of bodies
    if not text:
        return -0.5 if role == "name" else 0.0
    if is_body_list(text) or is_serial(text):
        return -2.0
    return -1.0 if len(text) > 40 or ("。" in text[:-1]) else 1.0


def place(texts: list[str], roles: list[str | None], *, closed_up: bool) -> list[int | None]:
    """Return, for each column, the index of its cell in `texts`, None where the cell is lost.

    Args:
        texts: the cells as they stand, folded.
        roles: the roles of the columns.
        closed_up: whether cells to the right of a lost one have moved left and the row was
            padded with empty cells.
    """
    width = len(roles)
    regular: list[int | None] = [i if i < len(texts) else None for i in range(width)]
    if len(texts) >= width and not (closed_up and not texts[width - 1]):
        return regular
    best, best_score = regular, _score(texts, roles, regular)
    threshold = best_score + _CLEARLY
    for lost in range(min(len(texts), width)):
        shifted: list[int | None] = [
            None if i == lost else (i if i < lost else i - 1) for i in range(width)
        ]
        score = _score(texts, roles, shifted)
        if score >= threshold and score > best_score:
            best, best_score = shifted, score
    return best


def _score(texts: list[str], roles: list[str | None], placed: list[int | None]) -> float:
    return sum(
        fit(texts[index] if index is not None and index < len(texts) else "", role)
        for index, role in zip(placed, roles, strict=True)
    )
