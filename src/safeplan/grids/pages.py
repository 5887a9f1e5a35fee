"""The pieces of one table on several pages → one grid; what stands between two pieces.

A piece below goes on with the one above where it repeats its header, or has none and its first row
takes up the count. Between them stands what a page prints of its own (its number, 续表, a running
head, the table's title again), or the rest of a cell that an empty line has cut.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field, replace
from functools import cache

from safeplan import vocabulary
from safeplan.documents import Block, Paragraph, RawCell, RawGrid, fold
from safeplan.documents.header_words import role_of
from safeplan.grids.headers import header_index
from safeplan.grids.placing import is_body_list, is_deadline, serial_number
from safeplan.grids.rows import Note
from safeplan.models import Source

_MOST_BETWEEN = 3
_LONGEST_BETWEEN = 60


@dataclass(frozen=True)
class Table:
    """One table, its pages joined."""

    raw: RawGrid
    above: list[Paragraph]
    """The paragraphs between the table before and this one."""
    notes: list[Note] = field(default_factory=list)


@cache
def _furniture() -> re.Pattern[str]:
    return re.compile("|".join(vocabulary.load("cells")["furniture"]))


@cache
def _number() -> re.Pattern[str]:
    return re.compile("|".join(vocabulary.load("cells")["table_numbers"]))


def is_furniture(text: str) -> bool:
    """Tell whether a paragraph is a page number or the like."""
    return bool(_furniture().fullmatch(text))


def joined_tables(blocks: list[Block]) -> list[Table]:
    """Return the tables that have a header, in order, each with its pages joined.

    A table without one that goes on with none is left out and noted at the table before it.
    """
    tables: list[Table] = []
    between: list[Paragraph] = []
    for block in blocks:
        if isinstance(block, Paragraph):
            between.append(block)
            continue
        if not block.rows:
            continue
        if tables and _continues(tables[-1], block, between):
            tables[-1] = _join(tables[-1], block, between)
            between = []
        elif header_index(block) is not None:
            tables.append(Table(block, between))
            between = []
        elif tables:
            words = {"lines": _place(block), "text": " ".join(_texts(block.rows[0]))}
            tables[-1].notes.append(Note("table_unread", "doubt", None, words))
    return tables


def _texts(row: list[RawCell]) -> list[str]:
    return [fold(cell.text) for cell in row]


def _place(grid: RawGrid) -> str:
    return span(row_source(grid.rows[0]))


def _continues(table: Table, below: RawGrid, between: list[Paragraph]) -> bool:
    at = header_index(table.raw)
    if at is None:
        return False
    above = table.raw
    header = _texts(above.rows[at])
    texts = [paragraph.text for paragraph in between]
    titles = {paragraph.text for paragraph in table.above}
    only_page = all(is_furniture(text) or text in titles for text in texts)
    short = len(texts) <= _MOST_BETWEEN and all(len(text) <= _LONGEST_BETWEEN for text in texts)
    counts = role_of(header[0]) == "serial"
    own = header_index(below)
    if own is not None:
        same = own == 0 and _texts(below.rows[0]) == header
        new_title = any(_number().match(text) for text in texts)
        counts = counts and not new_title and _takes_up_the_count(above, below.rows[1:])
        return same and (only_page or (short and counts))
    # An editor that cuts a table through a merged cell may leave it out of the second piece.
    usual = Counter(map(len, above.rows)).most_common(1)[0][0]
    first = len(below.rows[0])
    if first not in (usual, len(above.rows[-1])) and not (
        usual - first == 1 and below.merges_known
    ):
        return False
    return only_page or (short and counts and _takes_up_the_count(above, below.rows))


def _takes_up_the_count(above: RawGrid, below: list[list[RawCell]]) -> bool:
    """Tell whether the first serial below is empty, or the last one above or the next."""
    if not below:
        return False
    number = fold(below[0][0].text)
    last = next((n for row in reversed(above.rows) if (n := serial_number(fold(row[0].text)))), 0)
    return not number or serial_number(number) in (last, last + 1)


def _join(table: Table, below: RawGrid, between: list[Paragraph]) -> Table:
    """Return the table with a further piece."""
    above = table.raw
    header = _texts(above.rows[header_index(above) or 0])
    titles = {paragraph.text for paragraph in table.above}
    said = [p for p in between if not is_furniture(p.text) and p.text not in titles]
    rows = list(above.rows)
    notes = list(table.notes)
    if said and len(rows[-1]) >= len(header) and all(_of_cell(header[-1], p.text) for p in said):
        rows[-1] = [*rows[-1][:-1], _extended(rows[-1][-1], said)]
    else:
        notes += [
            Note("between_pages", "repair", None, {"lines": span(p.source), "text": p.text})
            for p in said
        ]
    rows += _goes_on(below)
    return Table(replace(above, rows=rows, ends_file=below.ends_file), table.above, notes)


def _of_cell(header: str, text: str) -> bool:
    """Tell whether a paragraph below a row is the rest of its last cell."""
    role = role_of(header)
    if role in ("lead", "responsible"):
        return is_body_list(text)
    return (role == "deadline" and is_deadline(text)) or (role == "content" and text[-1] in "。；;")


def _extended(cell: RawCell, rest: list[Paragraph]) -> RawCell:
    text = "\n".join([cell.text, *(paragraph.text for paragraph in rest)])
    lines = [*(cell.source.lines or ()), *(n for p in rest for n in p.source.lines or ())]
    source = Source(lines=(min(lines), max(lines))) if lines else cell.source
    return replace(cell, text=text, source=source)


def _goes_on(piece: RawGrid) -> list[list[RawCell]]:
    """Return the rows of a table's second piece.

    Where its first row begins empty, the cut went through merged cells: what is empty in that row
    is still covered from above.
    """
    first, *others = piece.rows
    if piece.merges_known and first[0].text == "" and header_index(piece) is None:
        first = [cell if cell.text else replace(cell, covered=True) for cell in first]
    return [first, *others]


def row_source(cells: list[RawCell]) -> Source:
    """Return where a row stands."""
    spans = [cell.source.lines for cell in cells if cell.source.lines]
    if not spans:
        return cells[0].source if cells else Source()
    return Source(lines=(min(first for first, _ in spans), max(last for _, last in spans)))


def span(source: Source) -> str:
    """Return where something stands, for a message: its lines, or its row in the file's table."""
    if source.lines:
        return f"{source.lines[0]}–{source.lines[1]}"
    return str(source.row) if source.row is not None else ""
