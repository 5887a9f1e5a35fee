"""The steps in order: join pages → header → place cells → drop blank rows → names → carry."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache

from safeplan import vocabulary
from safeplan.documents import Block, Document, Paragraph, RawCell, RawGrid, fold
from safeplan.grids.carrying import carry, check_serials, join_split_names
from safeplan.grids.headers import (
    columns_of,
    header_height,
    header_index,
    is_header,
    merged_columns,
)
from safeplan.grids.placing import is_serial, place
from safeplan.grids.rows import Column, Grid, Note, Row
from safeplan.models import Source


def whole_grids(document: Document) -> list[Grid]:
    """Return the annex tables of a document in order; tables without a known header are left."""
    body = "\n".join(block.text for block in document.blocks if isinstance(block, Paragraph))
    grids = []
    title: Paragraph | None = None
    for block in _join_pages(document.blocks):
        if isinstance(block, Paragraph):
            title = block
        else:
            for above, raw, index in _stacked(block):
                grids.append(_whole_grid(raw, index, above or title, body))
                title = None
    return grids


@cache
def _table_note() -> re.Pattern[str]:
    return re.compile("|".join(vocabulary.load("cells")["table_notes"]))


@cache
def _furniture() -> re.Pattern[str]:
    return re.compile("|".join(vocabulary.load("cells")["furniture"]))


def _join_pages(blocks: list[Block]) -> list[Block]:
    """Join a table that goes on after a page break: no header of its own, only furniture between."""
    joined: list[Block] = []
    between: list[Block] = []
    for block in blocks:
        if isinstance(block, Paragraph):
            between.append(block)
            continue
        only_furniture = all(
            isinstance(other, Paragraph) and _furniture().fullmatch(other.text) for other in between
        )
        if (
            joined
            and isinstance(joined[-1], RawGrid)
            and only_furniture
            and _continues(joined[-1], block)
        ):
            last = joined.pop()
            assert isinstance(last, RawGrid)
            rows = last.rows + _goes_on(block)
            joined.append(replace(last, rows=rows, ends_file=block.ends_file))
        else:
            joined += [*between, block]
        between = []
    return joined + between


def _continues(above: RawGrid, below: RawGrid) -> bool:
    if header_index(above) is None or not below.rows:
        return False
    own = header_index(below)
    if own is None:
        # An editor that cuts a table through a merged cell may leave it out of the second piece.
        short = len(above.rows[-1]) - len(below.rows[0])
        return short == 0 or (short == 1 and below.merges_known)
    first = [fold(cell.text) for cell in below.rows[own]]
    header = above.rows[header_index(above) or 0]
    return own == 0 and first == [fold(cell.text) for cell in header]


def _goes_on(piece: RawGrid) -> list[list[RawCell]]:
    """Return the rows of a table's second piece.

    Where its first row begins empty, the cut went through merged cells: what is empty in that row
    is still covered from above.
    """
    first, *others = piece.rows
    if piece.merges_known and first[0].text == "" and header_index(piece) is None:
        first = [cell if cell.text else replace(cell, covered=True) for cell in first]
    return [first, *others]


def _stacked(raw: RawGrid) -> list[tuple[Paragraph | None, RawGrid, int]]:
    """Return the tables that a grid holds: its title row, the grid, the index of its header.

    A sheet, or a table drawn in one piece, may hold several, each under a title row and a header
    of its own. Rows above the first header that have one text are its title.
    """
    first = header_index(raw)
    if first is None:
        return []
    headers = [first]
    for index in range(first + 2, len(raw.rows)):
        if _lone_text(raw.rows[index - 1]) and is_header(raw.rows[index]):
            headers.append(index)
    tables = []
    for header, following in zip(headers, [*headers[1:], None], strict=True):
        top = 0 if header == first else header - 1
        rows = raw.rows[top : None if following is None else following - 1]
        part = raw if len(headers) == 1 else replace(raw, rows=rows)
        titles = [(_lone_text(row), _lines(row)) for row in raw.rows[top:header]]
        said = [(text, source) for text, source in titles if text and not re.search("[:：]", text)]
        title = Paragraph(*said[-1]) if said else None
        tables.append((title, part, header - top))
    return tables


def _lone_text(row: list[RawCell]) -> str:
    """Return the text of a row that has no other; empty where there is none or more."""
    texts = [text for text in (fold(cell.text) for cell in row) if text]
    return texts[0] if len(texts) == 1 and not any(cell.covered for cell in row) else ""


def _section(cells: list[RawCell], columns: list[Column]) -> str:
    """Return the heading that a row over the whole width prints; empty for a row of cells."""
    text = _lone_text(cells)
    if not text or not cells[0].text.strip() or len(cells) < 3 or is_serial(text):
        return ""
    merged = all(cell.spanned for cell in cells[1:])
    return text if merged or columns[0].role == "serial" else ""


def _whole_grid(raw: RawGrid, header: int, title: Paragraph | None, body: str) -> Grid:
    raw, notes = _without_repeated_headers(raw, header)
    if raw.merges_known:
        raw, columns, header_notes = merged_columns(raw, header)
        notes += header_notes
    else:
        columns, spanning = columns_of(raw.rows[header], raw.rows[header + 1 :])
        if spanning:
            notes.append(Note("header_spans_two", "repair", None, {"header": spanning}))
    below = raw.rows[header + 1 :]
    rows: list[Row] = []
    section = ""
    for index, cells in enumerate(below):
        texts = [fold(cell.text) for cell in cells]
        lines = _lines(cells)
        if not any(texts) and (raw.merges_known or not any(cell.covered for cell in cells)):
            notes.append(Note("blank_row", "repair", None, {"lines": _span(lines)}))
            continue
        if raw.merges_known and (text := _section(cells, columns)):
            of_the_table = _table_note().match(text)
            code = "note_row" if of_the_table else "section_row"
            notes.append(Note(code, "repair", None, {"lines": _span(lines), "text": text}))
            section = section if of_the_table else text
            continue
        number = len(rows) + 1
        cut_off = raw.ends_file and index == len(below) - 1 and len(texts) < len(columns)
        row, row_notes = _row(cells, columns, lines, number, raw.lost_cells_close_up, cut_off)
        if section and not any(column.role == "group" for column in columns):
            row = row.with_cells(group=section)
        if rows:
            row = _with_merged_extra(row, rows[-1], cells, columns)
        rows.append(replace(row, merges_known=raw.merges_known))
        notes += row_notes
    rows, name_notes = join_split_names(rows, body)
    grid = carry(
        Grid(
            columns,
            rows,
            notes + name_notes,
            title.text if title else "",
            title.source if title else None,
        )
    )
    return replace(grid, notes=grid.notes + check_serials(grid.rows))


def _row(
    cells: list[RawCell],
    columns: list[Column],
    source: Source,
    number: int,
    closed_up: bool,
    cut_off: bool,
) -> tuple[Row, list[Note]]:
    """Put one row's cells under its columns and say what was lost or odd."""
    notes: list[Note] = []
    texts = [fold(cell.text) for cell in cells]
    if cut_off:
        placed: list[int | None] = [i if i < len(texts) else None for i in range(len(columns))]
    else:
        placed = place(texts, [column.role for column in columns], closed_up=closed_up)
    by_role: dict[str, str] = {}
    extra: dict[str, str] = {}
    missing: set[str] = set()
    covered: set[str] = set()
    for column, index in zip(columns, placed, strict=True):
        text = texts[index] if index is not None else ""
        if column.role is None:
            if text:
                extra[column.header] = text
            continue
        by_role[column.role] = text
        if index is not None and cells[index].covered:
            covered.add(column.role)
        if index is None:
            missing.add(column.role)
            if column.role in ("content", "remark") and not cut_off:
                notes.append(Note("cell_lost", "doubt", number, {"role": column.role}))
        elif column.role != "deadline" and "\n" in cells[index].text.strip("\r "):
            notes.append(Note("line_break", "repair", number, {"role": column.role}))
    if cut_off:
        lost = "、".join(
            column.header for column, i in zip(columns, placed, strict=True) if i is None
        )
        notes.append(Note("row_cut_off", "doubt", number, {"headers": lost}))
    for spare in texts[len(columns) :]:
        if spare:
            notes.append(Note("cell_too_many", "doubt", number, {"text": spare}))
    if closed_up:
        # A web page drops merged cells; an owner cell that is empty in it is one that got lost.
        missing |= {role for role in ("lead", "responsible") if by_role.get(role) == ""}
    row = Row(by_role, source, extra, frozenset(missing), frozenset(covered), cut_off=cut_off)
    return row, notes


def _without_repeated_headers(raw: RawGrid, header: int) -> tuple[RawGrid, list[Note]]:
    """Return the grid without the headers that a page break has repeated."""
    height = header_height(raw, header)
    head, body = raw.rows[: header + height], raw.rows[header + height :]
    printed = [[fold(cell.text) for cell in row] for row in head[header:]]
    kept: list[list[RawCell]] = []
    notes: list[Note] = []
    for row in body:
        texts = [fold(cell.text) for cell in row]
        if texts in printed and any(texts):
            notes.append(Note("header_repeated", "repair", None, {"lines": _span(_lines(row))}))
        else:
            kept.append(row)
    return (replace(raw, rows=head + kept) if notes else raw), notes


def _with_merged_extra(row: Row, above: Row, cells: list[RawCell], columns: list[Column]) -> Row:
    """Carry merged cells of columns that have no role."""
    carried = {
        column.header: above.extra[column.header]
        for column, cell in zip(columns, cells, strict=False)
        if column.role is None and cell.covered and column.header in above.extra
    }
    return replace(row, extra={**carried, **row.extra}) if carried else row


def _lines(cells: list[RawCell]) -> Source:
    spans = [cell.source.lines for cell in cells if cell.source.lines]
    if not spans:
        return cells[0].source if cells else Source()
    return Source(lines=(min(first for first, _ in spans), max(last for _, last in spans)))


def _span(source: Source) -> str:
    """Return where a row stands, for a message: its lines, or its row in the file's table."""
    if source.lines:
        return f"{source.lines[0]}–{source.lines[1]}"
    return str(source.row) if source.row is not None else ""
