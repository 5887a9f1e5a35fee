"""Plain text → paragraphs and raw grids, for the forms in which tables reach a text file.

*Tab form* (a Word file saved as text): cells behind tabs. *Bar form* (a web page copied as text):
cells ended by `|`. *Comma form* (a sheet saved as .csv): cells parted by commas. The form is the one
in which a header is found: a tab in an indented paragraph or a bar in a page's footer makes no table.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from itertools import islice
from typing import NamedTuple

from safeplan.documents.bar_text import read_bar_form
from safeplan.documents.blocks import Block, Paragraph, RawCell, RawGrid
from safeplan.documents.cell_words import is_header_row
from safeplan.documents.limits import MAX_LINES, CellBudget, check_nodes
from safeplan.documents.tab_text import read_tab_form
from safeplan.models import Source
from safeplan.text.folding import tidy

_OTHER_BARS = re.compile("[｜│┃¦║]")
_RULE = re.compile(r"^\s*[─━═┌├└┏┣┗╔╠╚][─━═┌┬┐├┼┤└┴┘┏┳┓┣╋┫┗┻┛╔╦╗╠╬╣╚╩╝\s]+$")
"""A line that only rules a table off, drawn with characters."""
_EMPHASIS = re.compile(r"^ {0,3}#{1,6}[ \t]+|(\*\*|__)(?=\S)(?P<words>[^*_\n]{1,400})\1")
"""What Markdown marks headings and bold words with."""
_APART = re.compile(r"[ \u3000\xa0]{2,}")
_LEAST = 3
"""So many cells at least make a row, and so many rows a sheet."""


def read_text(text: str) -> list[Block]:
    r"""Return the blocks of a text in reading order.

    >>> [type(block).__name__ for block in read_text("标题\n\t序号\n\t名称\n\n\t1\n\t甲\n")]
    ['Paragraph', 'RawGrid']
    """
    # Editors count lines at \n alone: form feeds and the like stay inside their line.
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if lines and not lines[-1]:
        lines.pop()
    if len(lines) == 1:
        lines = text.splitlines()
    # Before anything is made of them: each becomes a cell or a paragraph.
    CellBudget().foresee([text.count("|"), text.count("\t"), text.count(",")])
    check_nodes(len(lines), MAX_LINES)
    lines = _marked(lines)
    blocks = read_tab_form(lines)
    bars = any("|" in line for line in lines)
    if bars and any(map(_has_header, blocks)):
        blocks = _with_tables(blocks, lines, lambda rest: filter(_has_header, read_bar_form(rest)))
    elif bars:
        barred = read_bar_form(lines)
        if any(map(_is_table, barred)) or not any(map(_is_table, blocks)):
            blocks = barred
    if not any(map(_is_table, blocks)) and (sheet := _sheet(lines)):
        return sheet
    return _with_tables(blocks, lines, _comma_tables)


def _with_tables(
    blocks: list[Block], lines: list[str], read: Callable[[list[str]], Iterable[Block]]
) -> list[Block]:
    """Return the blocks with the tables of another form on lines that were read as paragraphs."""
    prose = {_span(block)[0] for block in blocks if isinstance(block, Paragraph)}
    tables = list(read([line if at in prose else "" for at, line in enumerate(lines, start=1)]))
    if not tables:
        return blocks
    taken = {at for first, last in map(_span, tables) for at in range(first, last + 1)}
    kept = [block for block in blocks if _is_table(block) or _span(block)[0] not in taken]
    return sorted([*kept, *tables], key=_span)


def _span(block: Block) -> tuple[int, int]:
    """Return the first and the last line of a block."""
    if isinstance(block, Paragraph):
        return block.source.lines or (0, 0)
    first, last = block.rows[0][0].source, block.rows[-1][-1].source
    return first.through(last).lines or (0, 0)


def _is_table(block: Block) -> bool:
    return isinstance(block, RawGrid)


def _marked(lines: list[str]) -> list[str]:
    """Return lines with plain marks for the others that people set cells apart with, and no Markdown.

    Bars of other kinds, twice in a line; blanks, where a header is set apart so.
    """
    marked = [
        _OTHER_BARS.sub("|", line) if len(_OTHER_BARS.findall(line)) > 1 else line
        for line in (_EMPHASIS.sub(r"\g<words>", _RULE.sub("", line)) for line in lines)
    ]
    apart = [_APART.split(line.strip()) for line in marked]
    if any("\t" in line or "|" in line for line in marked) or not any(
        len(cells) >= _LEAST and is_header_row(list(map(tidy, cells))) for cells in apart
    ):
        return marked
    return [
        "\t".join(cells) if len(cells) >= _LEAST else line
        for line, cells in zip(marked, apart, strict=True)
    ]


def _has_header(block: Block) -> bool:
    return isinstance(block, RawGrid) and any(
        is_header_row([tidy(cell.text) for cell in row]) for row in block.rows[:5]
    )


# --- comma form -----------------------------------------------------------------------------------
#
# A sheet is told by its records, most of which have the same number of cells: Chinese prose sets its
# commas in full width. Within prose a table is told by its header, or by rows that count from 1. A
# cell in quotes may hold commas and line breaks.


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


def _sheet(lines: list[str]) -> list[Block]:
    r"""Return the titles and the table of a sheet written as text; nothing where it is none.

    >>> _sheet(["三项任务，", "其一,其二", "其三"])
    []
    >>> sheet = _sheet(["台账,,", "序号,任务,责任单位", '1,"查甲,乙",某局', "2,查丙,某局"])
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
    top = range(min(10, count))
    header = next((at for at in top if is_header_row(records[at].texts)), 0)
    titles = [
        Paragraph(" ".join(filter(None, record.texts)), record.source)
        for record in records[:header]
    ]
    return [*titles, _grid(records[header:], width)]


def _comma_tables(lines: list[str]) -> list[RawGrid]:
    """Return the tables that stand within prose, their rows from line to line.

    >>> prose = ["一、任务", "序号,任务,单位", "1,查甲,某局", "2,查乙,某局", "二、要求"]
    >>> [[cell.text for cell in row] for row in _comma_tables(prose)[0].rows][1:]
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
