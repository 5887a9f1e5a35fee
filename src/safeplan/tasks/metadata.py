"""The box of metadata that a web page puts above a document: 索引号, 发文字号, 发布机构, 成文日期.

It comes in many forms: `发文字号：…` alone or several on a line, `[ 发文字号 ] | … |`, cells of a
table, a label with its value on the line below. A label is no part of a value, and a value that
cannot be what its label says is none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from safeplan import vocabulary
from safeplan.documents import Block, Paragraph, RawGrid
from safeplan.tasks.issuers import says
from safeplan.text.folding import unspaced

_BARS = re.compile(r"[|｜]")


@vocabulary.cached()
def _fits() -> dict[str, re.Pattern[str]]:
    """Return what a value of each label must look like."""
    return {
        "number": says().number,
        "issued_on": says().date,
        "made_on": says().date,
        "issuer": re.compile(r"[\u4e00-\u9fff、，,]{2,60}"),
    }


class _Labels(NamedTuple):
    pattern: re.Pattern[str]
    alone: re.Pattern[str]
    fields: dict[str, str]


def labelled(front: Iterable[Block]) -> dict[str, str]:
    """Return what the box above a text says: `number`, `issuer`, `issued_on`, `made_on`, `title`."""
    said: dict[str, str] = {}
    lines = list(_lines(front))
    for at, line in enumerate(lines):
        below = lines[at + 1] if at + 1 < len(lines) else ""
        for name, value in _pairs(line, below):
            fits = _fits().get(name)
            match = fits.match(value) if fits else None
            if fits is None or match:
                said.setdefault(name, match.group() if match else value)
    return said


def is_boxed(line: str) -> bool:
    """Tell whether a line belongs to such a box: it begins with one of its labels."""
    return _labels().pattern.match(line) is not None


def _lines(front: Iterable[Block]) -> Iterator[str]:
    """Yield the paragraphs, and the rows of a table that is such a box, with bars between."""
    for block in front:
        if isinstance(block, Paragraph):
            yield block.text
        elif isinstance(block, RawGrid) and _is_box(block):
            for row in block.rows:
                yield " | ".join(unspaced(cell.text) for cell in row if cell.text.strip())


def _is_box(grid: RawGrid) -> bool:
    """Tell a box from a table whose header has a 名称 or a 日期: its labels stand in several rows."""
    alone = _labels().alone
    rows = [[unspaced(cell.text) for cell in row] for row in grid.rows]
    return sum(any(alone.fullmatch(cell) for cell in row) for row in rows[:12]) > 1


def _pairs(line: str, below: str) -> Iterator[tuple[str, str]]:
    """Yield what one line says: field, value."""
    labels = _labels()
    cells = [cell for cell in (cell.strip() for cell in _BARS.split(line)) if cell]
    if len(cells) > 1 and any(labels.alone.fullmatch(cell) for cell in cells):
        for label, value in zip(cells, [*cells[1:], ""], strict=True):
            match = labels.alone.fullmatch(label)
            if match and value and not labels.pattern.match(value):
                yield labels.fields.get(match[1], "other"), value
        return
    matches = list(labels.pattern.finditer(line))
    for index, match in enumerate(matches):
        following = matches[index + 1].start() if index + 1 < len(matches) else None
        value = line[match.end() : following].strip(" |｜")
        if not value and following is None:
            value = below
        if value and not labels.pattern.match(value):
            yield labels.fields.get(next(filter(None, match.groups())), "other"), value


@vocabulary.cached()
def _labels() -> _Labels:
    said: dict[str, list[str]] = vocabulary.load("plans")["labels"]
    fields = {word: name for name, words in said.items() for word in words}
    words = "|".join(sorted(fields, key=len, reverse=True))
    return _Labels(
        re.compile(rf"[\[【]({words})[\]】][:：]?|({words})[:：]|^({words})$"),
        re.compile(rf"[\[【]?({words})[\]】]?[:：]?"),
        fields,
    )
