"""The steps in order: join pages → header → place cells → drop blank rows → names → carry."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache

from safeplan import vocabulary
from safeplan.documents import Block, Document, Paragraph, RawCell, RawGrid, fold
from safeplan.grids.carrying import carry, check_serials, join_split_names
from safeplan.grids.headers import columns_of, header_index, is_header
from safeplan.grids.placing import place
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
        elif (index := header_index(block)) is not None:
            grids.append(_whole_grid(block, index, title, body))
            title = None
    return grids


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
            joined.append(replace(last, rows=last.rows + block.rows, ends_file=block.ends_file))
        else:
            joined += [*between, block]
        between = []
    return joined + between


def _continues(above: RawGrid, below: RawGrid) -> bool:
    if header_index(above) is None or not below.rows:
        return False
    own = header_index(below)
    if own is None:
        return len(below.rows[0]) == len(above.rows[-1])
    first = [fold(cell.text) for cell in below.rows[own]]
    header = above.rows[header_index(above) or 0]
    return own == 0 and first == [fold(cell.text) for cell in header]


def _whole_grid(raw: RawGrid, header: int, title: Paragraph | None, body: str) -> Grid:
    below = raw.rows[header + 1 :]
    columns, spanning = columns_of(raw.rows[header], below)
    notes: list[Note] = []
    if spanning:
        notes.append(Note("header_spans_two", "repair", None, {"header": spanning}))
    rows: list[Row] = []
    for index, cells in enumerate(below):
        texts = [fold(cell.text) for cell in cells]
        lines = _lines(cells)
        if not any(texts) and not any(cell.covered for cell in cells):
            notes.append(Note("blank_row", "repair", None, {"lines": _span(lines)}))
            continue
        if is_header(cells) and texts == [fold(cell.text) for cell in raw.rows[header]]:
            notes.append(Note("header_repeated", "repair", None, {"lines": _span(lines)}))
            continue
        number = len(rows) + 1
        cut_off = raw.ends_file and index == len(below) - 1 and len(texts) < len(columns)
        row, row_notes = _row(cells, columns, lines, number, raw.lost_cells_close_up, cut_off)
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


def _lines(cells: list[RawCell]) -> Source:
    spans = [cell.source.lines for cell in cells if cell.source.lines]
    if not spans:
        return cells[0].source if cells else Source()
    return Source(lines=(min(first for first, _ in spans), max(last for _, last in spans)))


def _span(source: Source) -> str:
    return f"{source.lines[0]}–{source.lines[1]}" if source.lines else ""
