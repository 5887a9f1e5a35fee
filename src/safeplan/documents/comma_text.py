"""Comma form: a sheet that Excel or WPS wrote as text (.csv), a row a record.

It is told by its records, most of which have the same number of cells: Chinese prose sets its
commas in full width. A cell in quotes may hold commas and line breaks.
"""

from __future__ import annotations

import csv
from collections import Counter

from safeplan.documents.blocks import Block, Paragraph, RawCell, RawGrid
from safeplan.documents.header_words import is_header_row
from safeplan.models import Source
from safeplan.text.folding import tidy

_LEAST = 3
"""So many columns, and so many rows, at least make a sheet."""
_LONGEST_TITLE = 10
"""Records that may stand above the header."""


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
    records = _records(lines)
    width, count = Counter(len(cells) for cells, _ in records).most_common(1)[0]
    if width < _LEAST or count < _LEAST or 2 * count <= len(records):
        return []
    texts = [[tidy(cell) for cell in cells] for cells, _ in records]
    header = next((at for at in range(min(_LONGEST_TITLE, count)) if is_header_row(texts[at])), 0)
    titles = [
        Paragraph(" ".join(filter(None, texts[at])), records[at][1])
        for at in range(header)
        if any(texts[at])
    ]
    rows = [
        [RawCell(cell, source) for cell in [*cells, *[""] * (width - len(cells))]]
        for cells, source in records[header:]
    ]
    return [*titles, RawGrid(rows, lines_true=True)]


def _records(lines: list[str]) -> list[tuple[list[str], Source]]:
    """Return the records that are not empty, each with the lines it stands on."""
    found = []
    reader = csv.reader(f"{line}\n" for line in lines)
    first = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                found.append((cells, Source(lines=(first, reader.line_num))))
            first = reader.line_num + 1
    except csv.Error:  # a cell beyond all measure: no sheet
        return [([], Source())]
    return found
