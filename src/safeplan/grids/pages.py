"""The pieces of one table on several pages → one grid; what stands between two pieces.

A piece below goes on with the one above where it repeats its header, or has none and its first row
takes up the count. Between them stands what a page prints of its own (its number, 续表, a running
head, the table's title again), or the rest of a cell that an empty line has cut.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from safeplan.bodies import looks_like_bodies
from safeplan.documents import Block, Paragraph, RawCell, RawGrid
from safeplan.documents.cell_words import (
    form,
    is_due,
    is_header_row,
    is_kept,
    is_page_number,
    role_of,
)
from safeplan.grids.grid import Note, texts_of
from safeplan.grids.headers import header_height, header_index, may_be_header
from safeplan.models import Source
from safeplan.text.folding import tidy
from safeplan.text.numbering import serial_number

_YEAR = re.compile(r"20\d\d年")


@dataclass(frozen=True)
class Table:
    """One table, its pages joined."""

    raw: RawGrid
    above: list[Paragraph]
    """The paragraphs between the table before and this one."""
    at: int = 0
    """The index of its first block in the document."""
    notes: list[Note] = field(default_factory=list)


def joined_tables(blocks: Iterable[tuple[Block, list[Note]]]) -> list[Table]:
    """Return all tables in order, each with its pages joined.

    Args:
        blocks: those of the document, each with what is noted already of it.
    """
    tables: list[Table] = []
    between: list[Paragraph] = []
    for at, (block, notes) in enumerate(blocks):
        if isinstance(block, Paragraph):
            between.append(block)
            continue
        if not block.rows:
            continue
        if tables and _continues(tables[-1], block, between):
            tables[-1] = _join(tables[-1], block, between)
        else:
            tables.append(Table(block, between, at))
        tables[-1].notes.extend(notes)
        between = []
    return tables


def _continues(table: Table, below: RawGrid, between: list[Paragraph]) -> bool:
    above = table.raw
    at = header_index(above)
    header = texts_of(above.rows[at or 0])
    texts = [paragraph.text for paragraph in between]
    titles = {paragraph.text for paragraph in table.above}
    only_page = all(is_page_number(text) or text in titles for text in texts)
    short = len(texts) <= 3 and all(len(text) <= 60 for text in texts)
    counts = bool(header) and role_of(header[0]) == "serial"
    own = next((i for i, row in enumerate(below.rows[:5]) if is_header_row(texts_of(row))), None)
    if own is None and at is None:
        return only_page and len(below.rows[0]) == len(above.rows[-1])
    if own is not None:
        same = own == 0 and texts_of(below.rows[0]) == header
        years = {*_YEAR.findall(" ".join(texts))} - {*_YEAR.findall(" ".join(titles))}
        new_title = bool(years) or any(form("table_numbers").match(text) for text in texts)
        more = below.rows[header_height(below, 0) :]
        goes_on = short and counts and not new_title and _takes_up_the_count(above, more)
        return same and (only_page or goes_on)
    if header_index(below) is not None or _is_titled(below):
        return False  # words that nobody knows, above columns of another kind or below a title
    # An editor that cuts a table through a merged cell may leave it out of the second piece.
    usual = Counter(map(len, above.rows)).most_common(1)[0][0]
    first = len(below.rows[0])
    left_out = usual - first == 1 and below.merges_known
    if first not in (usual, len(above.rows[-1])) and not left_out:
        return False
    return only_page or (short and counts and _takes_up_the_count(above, below.rows))


def _is_titled(below: RawGrid) -> bool:
    """Tell whether a grid opens with a title over its whole width, and words in each cell below."""
    rows = [texts_of(row) for row in below.rows[:2]]
    titled = len(rows) == 2 and len(rows[0]) > 2 and sum(map(bool, rows[0])) == 1
    numbered = titled and form("table_numbers").match("".join(rows[0]))
    return titled and not numbered and all(map(may_be_header, rows[1]))


def _takes_up_the_count(above: RawGrid, below: list[list[RawCell]]) -> bool:
    """Tell whether the first serial below is empty, or the last one above or the next."""
    if not below:
        return False
    number = tidy(below[0][0].text)
    last = next((n for row in reversed(above.rows) if (n := serial_number(tidy(row[0].text)))), 0)
    return not number or serial_number(number) in (last, last + 1)


def _join(table: Table, below: RawGrid, between: list[Paragraph]) -> Table:
    """Return the table with a further piece."""
    above = table.raw
    header = texts_of(above.rows[header_index(above) or 0])
    titles = {paragraph.text for paragraph in table.above}
    said = [p for p in between if not is_page_number(p.text) and p.text not in titles]
    rows, notes = list(above.rows), list(table.notes)
    if said and len(rows[-1]) >= len(header) and all(_of_cell(header[-1], p.text) for p in said):
        *cells, last = rows[-1]
        text = "\n".join([last.text, *(paragraph.text for paragraph in said)])
        source = last.source.through(*(paragraph.source for paragraph in said))
        rows[-1] = [*cells, replace(last, text=text, source=source)]
    else:
        notes += [
            Note("between_pages", "repair", None, {"lines": span(p.source), "text": p.text})
            for p in said
        ]
    # Where a piece begins empty, the cut went through merged cells: what is empty in its first row is
    # still covered from above.
    first, *others = below.rows
    if below.merges_known and first[0].text == "" and header_index(below) is None:
        first = [cell if cell.text else replace(cell, covered=True) for cell in first]
    more = [first, *others]
    if _is_cut(rows[-1], more[0]):
        rows[-1] = [
            replace(up, text=up.text + low.text) if low.text.strip() else up
            for up, low in zip(rows[-1], more[0], strict=True)
        ]
        more = more[1:]
    rows += more
    raw = replace(above, rows=rows, ends_file=below.ends_file)
    return replace(table, raw=raw, notes=notes)


def _of_cell(header: str, text: str) -> bool:
    """Tell whether a paragraph below a row is the rest of its last cell."""
    role = role_of(header)
    if role in ("lead", "responsible"):
        return looks_like_bodies(text)
    return (role == "deadline" and is_due(text)) or (role == "content" and text[-1] in "。；;")


def _is_cut(above: list[RawCell], below: list[RawCell]) -> bool:
    """Tell whether a page has cut a row in two: a cell above has not ended, and goes on below."""
    if len(above) != len(below) or below[0].text.strip():
        return False
    pairs = [(tidy(up.text), tidy(low.text)) for up, low in zip(above, below, strict=True)]
    going = [up for up, low in pairs if low]
    return (
        all(going)
        and any(up[-1] in "、，,（(《“和及与" for up in going)
        and len(going) < len(pairs)
    )


def row_source(cells: list[RawCell]) -> Source:
    """Return where a row stands."""
    return cells[0].source.through(*(cell.source for cell in cells)) if cells else Source()


def span(source: Source) -> str:
    """Return where something stands, for a message: its lines, or its row in the file's table."""
    if source.lines:
        return f"{source.lines[0]}–{source.lines[1]}"
    return str(source.row) if source.row is not None else ""


# --- two tables side by side ----------------------------------------------------------------------


def below_each_other(raw: RawGrid, header: int) -> RawGrid | None:
    """Return the grid with its right half below the left one, None where it is one table.

    The header says it: it prints the same words twice. Where the serials go from left to right the
    rows are laid in turn.
    """
    raw = _without_gaps(raw, header)
    words = texts_of(raw.rows[header])
    half = len(words) // 2
    if len(words) % 2 or half < 2 or words[:half] != words[half:] or not all(words):
        return None
    body = [row for row in raw.rows[header + 1 :] if len(row) == len(words)]
    if len(body) < len(raw.rows) - header - 1:
        return None
    left = [row[:half] for row in body]
    right = [row[half:] for row in body]
    first = [serial_number(tidy(rows[0][0].text)) if rows else None for rows in (left, right)]
    if first[0] is not None and first[1] == first[0] + 1 and len(body) > 1:
        pairs = zip(left, right, strict=True)
        rows = [row for pair in pairs for row in pair if row in left or _says(row)]
    else:
        rows = [*left, *(row for row in right if _says(row))]
    return replace(raw, rows=[*(row[:half] for row in raw.rows[: header + 1]), *rows])


def _without_gaps(raw: RawGrid, header: int) -> RawGrid:
    """Return the grid without columns that hold nothing, which may part the halves."""
    width = len(raw.rows[header])
    held = [row for row in raw.rows[header:] if len(row) == width]
    gaps = {
        at
        for at in range(width)
        if not any(row[at].text.strip() or row[at].spanned for row in held)
    }
    if not gaps or len(held) < len(raw.rows) - header:
        return raw
    rows = [[cell for at, cell in enumerate(row) if at not in gaps] for row in raw.rows]
    return replace(raw, rows=rows)


def _says(row: list[RawCell]) -> bool:
    return any(cell.text.strip() or cell.covered for cell in row)


# --- tables turned on their side ------------------------------------------------------------------


def upright(raw: RawGrid) -> RawGrid | None:
    """Return the grid of a table whose header stands at the left, None where it does not.

    Each task is a column, or a card of labels and what they say: 任务名称 | …, 责任单位 | … | 时限 | ….
    """
    rows = [[cell for cell in row if not cell.spanned] for row in raw.rows]
    top = raw.rows[:1] if len(rows[0]) == 1 < len(raw.rows[0]) else []
    rows = rows[len(top) :]
    width = max(map(len, rows), default=0)
    if width < 2 or min(map(len, rows)) < 2 or any(map(is_header_row, map(texts_of, rows))):
        return None
    if all(_labels(row[::2]) and len(row) in (2, 4) for row in rows):
        pairs = [(row[at], row[at + 1]) for row in rows for at in range(0, len(row), 2)]
    elif {*map(len, rows)} == {width} and all(_labels(row[:1]) for row in rows):
        pairs = [(row[0], row[at]) for at in range(1, width) for row in rows]
    else:
        return None
    words = list(dict.fromkeys(tidy(label.text) for label, _ in pairs))
    roles = {*map(role_of, words)}
    if not (roles & {"name", "content"} and roles & {"lead", "responsible", "deadline"}):
        return None
    records: list[dict[str, RawCell]] = []
    for label, said in pairs:
        if tidy(label.text) == words[0]:
            records.append({})
        if tidy(label.text) in records[-1]:
            return None
        records[-1][tidy(label.text)] = said
    empty = RawCell("", raw.rows[0][0].source)
    head = [label for label, _ in pairs[: len(words)]]
    if texts_of(head) != words:
        return None
    body = [[record.get(word, empty) for word in words] for record in records]
    return replace(raw, rows=[*top, head, *filter(_says, body)])


def _labels(cells: list[RawCell]) -> bool:
    return all(role_of(text) or is_kept(text) for text in texts_of(cells))
