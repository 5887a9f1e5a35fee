"""Comma form: a sheet that Excel or WPS wrote as text (.csv), a row a record.

It is told by its records, most of which have the same number of cells: Chinese prose sets its
commas in full width. Within prose a table is told by its header, or by rows that count from 1. A
cell in quotes may hold commas and line breaks.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from itertools import islice
from typing import NamedTuple

from safeplan.documents.blocks import Block, Paragraph, RawCell, RawGrid
from safeplan.documents.header_words import is_header_row
from safeplan.models import Source
from safeplan.text.folding import tidy

_LEAST = 3
"""So many columns, and so many rows, at least make a sheet."""
_LONGEST_TITLE = 10
"""Records that may stand above the header."""


class _Record(NamedTuple):
    """A row of a sheet, and the lines from the first to the last that it stands on."""

    cells: list[str]
    first: int
    last: int

    @property
    def texts(self) -> list[str]:
        return list(map(tidy, self.cells))

    @property
    def source(self) -> Source:
        return Source(lines=(self.first, self.last))


def read_comma_form(lines: list[str]) -> list[Block]:
    r"""Return the titles and the table of a sheet written as text; nothing where it is none.

    >>> read_comma_form(["三项任务，", "其一,其二", "其三"])
    []
    >>> sheet = read_comma_form(["台账,,", "序号,任务,责任单位", '1,"查甲,乙",某局', "2,查丙,某局"])
    >>> sheet[0].text, [cell.text for cell in sheet[1].rows[1]]
    ('台账', ['1', '查甲,乙', '某局'])
    """
    if sum("," in line for line in lines) < _LEAST:
        return []
    records = [record for record in _records(lines) if any(record.texts)]
    sizes = Counter(len(record.cells) for record in records)
    width, count = sizes.most_common(1)[0] if sizes else (0, 0)
    if width < _LEAST or count < _LEAST or 2 * count <= len(records):
        return []
    top = range(min(_LONGEST_TITLE, count))
    header = next((at for at in top if is_header_row(records[at].texts)), 0)
    titles = [
        Paragraph(" ".join(filter(None, record.texts)), record.source)
        for record in records[:header]
    ]
    return [*titles, _grid(records[header:], width)]


def comma_tables(lines: list[str]) -> list[RawGrid]:
    """Return the tables that stand within prose, their rows from line to line.

    >>> prose = ["一、任务", "序号,任务,单位", "1,查甲,某局", "2,查乙,某局", "二、要求"]
    >>> [[cell.text for cell in row] for row in comma_tables(prose)[0].rows][1:]
    [['1', '查甲', '某局'], ['2', '查乙', '某局']]
    """
    grids: list[RawGrid] = []
    at = 0
    while at < len(lines):
        begun = at
        at += 1
        texts = list(map(tidy, lines[begun].split(",")))
        headed = is_header_row(texts)
        if len(texts) < _LEAST or not (headed or texts[0] == "1"):
            continue
        least = 2 if headed else _LEAST
        rows: list[_Record] = []
        for record in _records(lines, begun):
            at = max(at, record.last)  # What was looked at is not looked at again.
            if len(record.cells) != len(texts):
                at = rows[-1].last if len(rows) >= least else at
                break
            rows.append(record)
        if len(rows) >= least:
            grids.append(_grid(rows, len(texts)))
    return grids


def _grid(records: list[_Record], width: int) -> RawGrid:
    rows = [
        [RawCell(cell, one.source) for cell in [*one.cells, *[""] * (width - len(one.cells))]]
        for one in records
        if any(one.texts)
    ]
    return RawGrid(rows, lines_true=True)


def _records(lines: list[str], start: int = 0) -> Iterator[_Record]:
    """Yield the records from a line on, up to a cell beyond all measure."""
    reader = csv.reader(f"{line}\n" for line in islice(lines, start, None))
    first = start + 1
    with suppress(csv.Error):
        for cells in reader:
            yield _Record(cells, first, start + reader.line_num)
            first = start + reader.line_num + 1
