"""The unit that bare figures of a table have: from a column, a header's brackets, a line above."""

from __future__ import annotations

import re

from safeplan import vocabulary
from safeplan.documents import Paragraph
from safeplan.text.folding import tidy

_IN_HEADER = re.compile(r"[（(〔\[［](?:单位[:：])?([^（()）]{1,8})[)）〕\]］]$")
_LINE = re.compile(r"[（(\[［]?(?:计量|金额|数量)?单位[:：](.{1,12}?)[)）\]］]?")
_WORD = re.compile(r"[^\W\d_]|[%‰℃]")


@vocabulary.cached()
def _units() -> frozenset[str]:
    units = vocabulary.load("units")
    known = [unit for words in units["dimensions"].values() for unit in words]
    return frozenset([*known, *units["counters"]["words"]])


@vocabulary.cached()
def _scales() -> tuple[str, ...]:
    return tuple(vocabulary.load("units")["scales"])


def is_unit(text: str) -> bool:
    """Tell whether a text is a unit of measure.

    >>> is_unit("万元"), is_unit("%"), is_unit("内容")
    (True, True, False)
    """
    if text in _units():
        return True
    bare = next((text[len(scale) :] for scale in _scales() if text.startswith(scale)), "")
    return (bool(bare) and bare in _units()) or text in ("百分比", "百分点")


def unit_of_cell(text: str) -> str:
    """Return the unit that a cell of a column of units prints; empty for 无, — and the like."""
    return text if len(text) <= 12 and _WORD.search(text) and text != "无" else ""


def unit_of_header(header: str) -> str:
    """Return the unit in the brackets of a header.

    >>> unit_of_header("目标值（%）"), unit_of_header("目标（内容）")
    ('%', '')
    """
    match = _IN_HEADER.search(header)
    return match[1] if match and is_unit(match[1]) else ""


def unit_above(above: list[Paragraph]) -> str:
    """Return the unit that a line above a table gives to its figures; empty without one.

    >>> from safeplan.models import Source
    >>> unit_above([Paragraph("（单位：万元）", Source())])
    '万元'
    """
    for paragraph in reversed(above[-4:]):
        match = _LINE.fullmatch(tidy(paragraph.text))
        if match and is_unit(match[1]):
            return match[1]
    return ""
