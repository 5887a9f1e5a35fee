"""The steps in order: cut rows → join pages → header → place cells → names → carry."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache

from safeplan import vocabulary
from safeplan.documents import Block, Document, Paragraph, RawCell, RawGrid, fold
from safeplan.grids.carrying import carry, check_serials, join_split_names
from safeplan.grids.cutting import cut_rows
from safeplan.grids.headers import (
    columns_of,
    header_height,
    header_index,
    is_header,
    merged_columns,
    one_header_row,
)
from safeplan.grids.pages import joined_tables, row_source, span
from safeplan.grids.placing import is_figure, is_serial, place
from safeplan.grids.rows import Column, Grid, Note, Row
from safeplan.grids.titles import title_of
from safeplan.models import Source

_HEADING = re.compile(r"[一二三四五六七八九十]{1,3}、|[（(][一二三四五六七八九十]{1,3}[)）]")


def whole_grids(document: Document) -> list[Grid]:
    """Return the annex tables of a document in order; tables without a known header are left."""
    headings = "\n".join(
        block.text.split("。", 1)[0] for block in document.blocks if isinstance(block, Paragraph)
    )
    blocks: list[Block] = []
    cut_notes: dict[int, list[Note]] = {}
    for block in document.blocks:
        if isinstance(block, RawGrid) and block.lost_cells_close_up:
            block, notes = cut_rows(block)
            cut_notes[id(block)] = notes
        blocks.append(block)
    grids = []
    for table in joined_tables(blocks):
        title = title_of(table.above)
        notes = [*table.notes, *cut_notes.get(id(table.raw), [])]
        for above, raw, index in _stacked(table.raw):
            grids.append(_whole_grid(raw, index, above or title, headings, notes))
            title, notes = None, []
    return grids


@cache
def _table_note() -> re.Pattern[str]:
    return re.compile("|".join(vocabulary.load("cells")["table_notes"]))


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
        titles = [(_lone_text(row), row_source(row)) for row in raw.rows[top:header]]
        said = [(text, source) for text, source in titles if text and not re.search("[:：]", text)]
        title = Paragraph(*said[-1]) if said else None
        tables.append((title, part, header - top))
    return tables


def _lone_text(row: list[RawCell]) -> str:
    """Return the text of a row that has no other; empty where there is none or more."""
    texts = [text for text in (fold(cell.text) for cell in row) if text]
    return texts[0] if len(texts) == 1 and not any(cell.covered for cell in row) else ""


def _section(cells: list[RawCell], columns: list[Column], raw: RawGrid) -> str:
    """Return the heading that a row over the whole width prints; empty for a row of cells.

    Where merges are not known it is one that stands alone in the serial column and is no serial;
    a web page may have lost the cells beside it, so there it must be numbered as a heading is.
    """
    text = _lone_text(cells)
    if not text or not cells[0].text.strip() or len(columns) < 3 or is_serial(text):
        return ""
    if raw.merges_known and (len(cells) < 3 or all(cell.spanned for cell in cells[1:])):
        return text if len(cells) >= 3 else ""
    if raw.lost_cells_close_up and not _HEADING.match(text):
        return ""
    return text if columns[0].role == "serial" else ""


def _whole_grid(
    raw: RawGrid, header: int, title: Paragraph | None, headings: str, notes: list[Note]
) -> Grid:
    raw, header_notes = _without_repeated_headers(raw, header)
    notes = notes + header_notes
    if raw.merges_known:
        raw, columns, header_notes = merged_columns(raw, header)
        notes += header_notes
    else:
        raw, header_notes = one_header_row(raw, header)
        layout = columns_of(raw.rows[header], raw.rows[header + 1 :])
        columns = layout.columns
        notes += header_notes
        if layout.spanning:
            owners = any(c.role == "lead" for c in columns if c.header == layout.spanning)
            code = "header_spans_owners" if owners else "header_spans_two"
            notes.append(Note(code, "repair", None, {"header": layout.spanning}))
        notes += [
            Note(
                "header_assumed",
                "doubt",
                None,
                {"header": h, "role": next(c.role or "" for c in columns if c.header == h)},
            )
            for h in layout.assumed
        ]
    below = raw.rows[header + 1 :]
    roles = _forms(columns, below)
    rows: list[Row] = []
    section = ""
    for index, cells in enumerate(below):
        texts = [fold(cell.text) for cell in cells]
        lines = row_source(cells)
        if not any(texts) and (raw.merges_known or not any(cell.covered for cell in cells)):
            notes.append(Note("blank_row", "repair", None, {"lines": span(lines)}))
            continue
        if text := _section(cells, columns, raw):
            of_the_table = _table_note().match(text)
            code = "note_row" if of_the_table else "section_row"
            notes.append(Note(code, "repair", None, {"lines": span(lines), "text": text}))
            section = section if of_the_table else text
            continue
        number = len(rows) + 1
        cut_off = raw.ends_file and index == len(below) - 1 and len(texts) < len(columns)
        row, row_notes = _row(
            cells, columns, roles, lines, number, raw.lost_cells_close_up, cut_off
        )
        if section and not any(column.role == "group" for column in columns):
            row = row.with_cells(group=section)
        if rows:
            row = _with_merged_extra(row, rows[-1], cells, columns)
        rows.append(replace(row, merges_known=raw.merges_known))
        notes += row_notes
    rows, name_notes = join_split_names(rows, headings)
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


def _forms(columns: list[Column], rows: list[list[RawCell]]) -> list[str | None]:
    """Return what form the cells of each column have: its role, or figures throughout."""
    roles = [column.role for column in columns]
    if "content" in roles:
        at = roles.index("content")
        said = [text for row in rows if len(row) == len(columns) and (text := fold(row[at].text))]
        if said and 3 * sum(map(is_figure, said)) >= 2 * len(said):
            roles[at] = "figure"
    return roles


def _row(
    cells: list[RawCell],
    columns: list[Column],
    roles: list[str | None],
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
        placed = place(texts, roles, closed_up=closed_up)
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
    if closed_up and (by_role.get("serial") or by_role.get("name")):
        # A web page drops merged cells; an owner cell that is empty in it is one that got lost.
        # Where serial and name are empty too, they are merged, and so are the owners.
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
            notes.append(Note("header_repeated", "repair", None, {"lines": span(row_source(row))}))
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
