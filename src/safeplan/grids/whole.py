"""The steps in order: cut rows → join pages → header → place cells → names → carry → is it tasks."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from safeplan.bodies import looks_like_bodies
from safeplan.documents import Block, Document, Paragraph, RawCell, RawGrid, is_note
from safeplan.documents.table_lines import is_due, is_total
from safeplan.grids.beside import below_each_other
from safeplan.grids.carrying import carry, check_serials, join_split_names
from safeplan.grids.cutting import cut_rows
from safeplan.grids.grid import Column, Grid, Note, Row, Tables, Unread, texts_of
from safeplan.grids.headers import (
    HeaderLayout,
    columns_of,
    header_height,
    header_index,
    holdings,
    is_header,
    merged_columns,
    one_header_row,
)
from safeplan.grids.kinds import why_no_tasks
from safeplan.grids.marks import with_marked_owners
from safeplan.grids.measuring import unit_above, unit_of_cell, unit_of_header
from safeplan.grids.pages import Table, joined_tables, row_source, span
from safeplan.grids.placing import (
    OWNERS,
    best_place,
    fit,
    is_figure,
    usual_lengths,
)
from safeplan.grids.telling import Holding, holding, is_nothing
from safeplan.grids.titles import title_of
from safeplan.models import Source
from safeplan.text.folding import tidy
from safeplan.text.numbering import HEADING, is_serial

_ISSUED = re.compile(r"(20\d\d)年\d{1,2}月\d{1,2}日")
_NUMBER = re.compile(r"[〔\[［](20\d\d)[〕\]］]")
_WHOLE_WIDTH = ("group", "name", "content")


def whole_grids(document: Document) -> Tables:
    """Return the tables of a document in order: those of tasks, and what the others are."""
    headings = "\n".join(
        block.text.split("。", 1)[0] for block in document.blocks if isinstance(block, Paragraph)
    )
    blocks: list[Block] = []
    cut_notes: dict[int, list[Note]] = {}
    for at, block in enumerate(document.blocks):
        if isinstance(block, RawGrid) and block.lost_cells_close_up:
            block, cut_notes[at] = cut_rows(block)
        blocks.append(block)
    issued = _year_of_issue(blocks)
    grids: list[Grid] = []
    unread: list[Unread] = []
    for table in joined_tables(blocks, cut_notes):
        title = title_of(table.above)
        notes = table.notes
        for above, raw, index in _stacked(table.raw):
            unit = unit_above([*table.above, *_lines_above(raw, index)])
            reading = _Reading(raw, index, above or title, headings, issued, unit, table.at)
            grid, why = reading.read(notes)
            if why is None:
                grids.append(grid)
            else:
                unread.append(_unread(why, table, raw, index, len(grids)))
            title, notes = None, []
    return Tables(grids, unread)


def _year_of_issue(blocks: list[Block]) -> int | None:
    """Return the year in which the document was issued: by its date, else by its number."""
    texts = [block.text for block in blocks if isinstance(block, Paragraph)]
    dates = [match for text in texts if (match := _ISSUED.fullmatch(text))]
    numbers = [match for text in texts[:30] if len(text) <= 40 and (match := _NUMBER.search(text))]
    found = [*dates, *numbers]
    return int(found[0][1]) if found else None


def _unread(why: str, table: Table, raw: RawGrid, index: int | None, after: int) -> Unread:
    row = raw.rows[index or 0]
    words = " ".join(text for text in (tidy(cell.text) for cell in row) if text)
    return Unread(table.at, why, words, row_source(row), index is not None, after)


def _lines_above(raw: RawGrid, index: int | None) -> list[Paragraph]:
    """Return the rows above a header that have one text, as lines."""
    return [Paragraph(_lone_text(row), row_source(row)) for row in raw.rows[: index or 0]]


def _stacked(raw: RawGrid) -> list[tuple[Paragraph | None, RawGrid, int | None]]:
    """Return the tables that a grid holds: its title row, the grid, the index of its header.

    A sheet, or a table drawn in one piece, may hold several, each under a title row and a header
    of its own. Rows above the first header that have one text are its title.
    """
    first = header_index(raw)
    if first is None:
        return [(None, raw, None)]
    headers = [first]
    for index in range(first + 2, len(raw.rows)):
        if _lone_text(raw.rows[index - 1]) and is_header(raw.rows[index]):
            headers.append(index)
    tables: list[tuple[Paragraph | None, RawGrid, int | None]] = []
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
    texts = [text for text in (tidy(cell.text) for cell in row) if text]
    return texts[0] if len(texts) == 1 and not any(cell.covered for cell in row) else ""


def _section(cells: list[RawCell], columns: list[Column], raw: RawGrid) -> str:
    """Return the heading that a row over the whole width prints; empty for a row of cells.

    Where merges are not known it is one that stands alone in the serial column and is no serial;
    a web page may have lost the cells beside it, so there it must be numbered as a heading is.
    """
    text = _lone_text(cells)
    if len(cells) == 1 < len(columns) and HEADING.match(text) and not raw.lost_cells_close_up:
        return text
    if not text or not cells[0].text.strip() or len(columns) < 3:
        return ""
    if is_serial(text) or is_due(text) or looks_like_bodies(text):
        return ""  # the rest of the row is merged, or lost
    if raw.merges_known and (len(cells) < 3 or all(cell.spanned for cell in cells[1:])):
        return text if len(cells) >= 3 else ""
    if raw.lost_cells_close_up and not HEADING.match(text):
        return ""
    return text if columns[0].role == "serial" else ""


_CHINESE = re.compile(r"([一二三四五六七八九十]{1,3})、?|[（(][一二三四五六七八九十]{1,3}[)）]")


def _counted_section(texts: list[str], columns: list[Column], below: list[list[RawCell]]) -> str:
    """Return the heading that a row prints in its first two cells: 一 | 责任体系, among rows 1, 2, 3."""
    said = [text for text in texts if text]
    match = _CHINESE.fullmatch(texts[0]) if texts and columns[0].role == "serial" else None
    if not match or len(said) != 2 or len(columns) < 3 or said[1] != texts[1]:
        return ""
    if sum(tidy(row[0].text).isdecimal() for row in below if row) < 2:
        return ""
    return f"{match[1]}、{said[1]}" if match[1] else said[0] + said[1]


@dataclass
class _Reading:
    """One table while it is being read."""

    raw: RawGrid
    header: int | None
    title: Paragraph | None
    headings: str
    issued: int | None
    unit: str
    at: int
    notes: list[Note] = field(default_factory=list)
    columns: list[Column] = field(default_factory=list)

    def read(self, notes: list[Note]) -> tuple[Grid, str | None]:
        """Return the table, and why it lists no tasks; None where it does."""
        self.notes = list(notes)
        self._read_header()
        below = self.raw.rows[0 if self.header is None else self.header + 1 :]
        title = self.title.text if self.title else ""
        rows = self._rows(below)
        why = why_no_tasks(self.columns, self._held(rows, below), title, self.issued)
        rows, name_notes = join_split_names(rows, self.headings)
        rows = with_marked_owners(rows, self.columns)
        source = self.title.source if self.title else None
        grid = Grid(self.columns, rows, self.notes + name_notes, title, source, self.at)
        grid = carry(grid)
        more = check_serials(grid.rows) + _without_content(grid)
        return replace(grid, notes=grid.notes + more), why or (None if rows else "form")

    def _read_header(self) -> None:
        """Find the columns, and leave one row of the grid for the header."""
        raw, header = self.raw, self.header
        if header is None:
            layout = self._headless()
        else:
            raw = below_each_other(raw, header) or raw
            if raw is not self.raw:
                self.notes.append(Note("tables_beside", "repair"))
            raw, notes = _without_repeated_headers(raw, header)
            self.notes += notes
            if raw.merges_known:
                raw, layout, notes = merged_columns(raw, header, self.issued)
            else:
                raw, notes = one_header_row(raw, header)
                layout = columns_of(raw.rows[header], raw.rows[header + 1 :], self.issued)
            self.notes += notes
            self.raw = raw
        self.columns = layout.columns
        if layout.spanning:
            owners = any(c.role == "lead" for c in self.columns if c.header == layout.spanning)
            code = "header_spans_owners" if owners else "header_spans_two"
            self.notes.append(Note(code, "repair", None, {"header": layout.spanning}))
        for text in layout.assumed:
            role = next(c.role or "" for c in self.columns if c.header == text)
            self.notes.append(Note("header_assumed", "doubt", None, {"header": text, "role": role}))

    def _headless(self) -> HeaderLayout:
        """Return the columns of a table that prints no header."""
        self.notes.append(
            Note("header_missing", "doubt", None, {"lines": span(row_source(self.raw.rows[0]))})
        )
        if self.raw.merges_known:
            return merged_columns(self.raw, None, self.issued)[1]
        width = max(map(len, self.raw.rows))
        return columns_of([RawCell("", Source())] * width, self.raw.rows, self.issued)

    def _held(self, rows: list[Row], below: list[list[RawCell]]) -> list[Holding]:
        """Return what stands in each column: by the rows as they were placed, where they were."""
        raw = holdings(below, len(self.columns))
        return [
            holding(tuple(row.cells.get(column.role, "") for row in rows))
            if column.role and any(column.role in row.cells for row in rows)
            else cells
            for column, cells in zip(self.columns, raw, strict=True)
        ]

    def _rows(self, below: list[list[RawCell]]) -> list[Row]:
        """Return the rows below the header; what is none of them is noted."""
        raw, columns = self.raw, self.columns
        roles = _forms(columns, below)
        lengths = usual_lengths([texts_of(row) for row in below], len(columns))
        heads = unit_of_header(next((c.header for c in columns if c.role == "content"), ""))
        rows: list[Row] = []
        section = ""
        for index, cells in enumerate(below):
            texts = texts_of(cells)
            lines = row_source(cells)
            where = {"lines": span(lines)}
            if not any(texts) and (raw.merges_known or not any(cell.covered for cell in cells)):
                self.notes.append(Note("blank_row", "repair", None, where))
                continue
            if _is_total(texts):
                said = " ".join(filter(None, texts))
                self.notes.append(Note("total_row", "repair", None, {**where, "text": said}))
                continue
            if text := _section(cells, columns, raw) or _counted_section(texts, columns, below):
                of_the_table = is_note(text)
                code = "note_row" if of_the_table else "section_row"
                self.notes.append(Note(code, "repair", None, {**where, "text": text}))
                section = section if of_the_table else text
                continue
            number = len(rows) + 1
            cut_off = raw.ends_file and index == len(below) - 1 and len(texts) < len(columns)
            row, row_notes = _row(
                cells, columns, roles, lengths, lines, number, raw.lost_cells_close_up, cut_off
            )
            if section and not any(column.role == "group" for column in columns):
                row = row.with_cells(group=section)
            own = row.unit or unit_of_header(row.cells.get("name", ""))
            row = replace(row, unit=own or heads or self.unit, merges_known=raw.merges_known)
            if rows:
                row = _with_merged_extra(row, rows[-1], cells, columns)
            rows.append(replace(row, lines=_lines(cells, columns, raw.lines_true)))
            self.notes += row_notes
        return rows


def _is_total(texts: list[str]) -> bool:
    """Tell whether a row adds up the others: its first word says so."""
    said = next((text for text in texts if text and not is_serial(text)), "")
    return is_total(said)


def _without_content(grid: Grid) -> list[Note]:
    """Report what has no content: the whole table, or a row of it."""
    if not (grid.has("content") or grid.has("goal")):
        return [Note("no_content_column", "doubt", None, {})]
    said = {note.row for note in grid.notes if note.args.get("role") == "content"}
    cut = {note.row for note in grid.notes if note.code == "row_cut_off"}
    return [
        Note("cell_empty", "doubt", number, {"role": "content"})
        for number, row in enumerate(grid.rows, start=1)
        if not row.cells.get("content") and not row.goals and number not in said | cut
    ]


def _lines(cells: list[RawCell], columns: list[Column], lines_true: bool) -> dict[str, str]:
    """Return the text of each cell that has several lines, with a line feed between them.

    Bodies that only white space parts stand on lines of their own too.
    """
    several: dict[str, str] = {}
    for column, cell in zip(columns, cells, strict=False):
        if column.role is None or not lines_true:
            continue
        lines = [text for text in map(tidy, cell.text.split("\n")) if text]
        if column.role in OWNERS:
            words = [word for word in cell.text.split() if tidy(word)]
            if len(words) > len(lines) and all(map(looks_like_bodies, map(tidy, words))):
                lines = [tidy(word) for word in words]
        if len(lines) > 1:
            several[column.role] = "\n".join(lines)
    return several


def _forms(columns: list[Column], rows: list[list[RawCell]]) -> list[str | None]:
    """Return what form the cells of each column have: its role, or figures throughout."""
    roles = [column.role for column in columns]
    if "content" in roles:
        at = roles.index("content")
        said = [text for row in rows if len(row) == len(columns) and (text := tidy(row[at].text))]
        if said and 3 * sum(map(is_figure, said)) >= 2 * len(said):
            roles[at] = "figure"
    return roles


def _row(
    cells: list[RawCell],
    columns: list[Column],
    roles: list[str | None],
    lengths: list[float],
    source: Source,
    number: int,
    closed_up: bool,
    cut_off: bool,
) -> tuple[Row, list[Note]]:
    """Put one row's cells under its columns and say what was lost or odd."""
    notes: list[Note] = []
    texts = texts_of(cells)
    cut_off = cut_off and all(
        fit(text, role) >= 0 for text, role in zip(texts, roles, strict=False)
    )
    if cut_off:
        placed: list[int | None] = [i if i < len(texts) else None for i in range(len(columns))]
    else:
        _, placed = best_place(texts, roles, closed_up=closed_up, lengths=lengths)
    by_role: dict[str, str] = {}
    extra: dict[str, str] = {}
    goals: list[tuple[str, str]] = []
    marks: dict[str, str] = {}
    missing: set[str] = set()
    covered: set[str] = set()
    for at, (column, index) in enumerate(zip(columns, placed, strict=True)):
        text = texts[index] if index is not None else ""
        if column.role == "goal" and text and not is_nothing(text):
            goals.append((column.period, text))
            continue
        if column.role == "body" and text:
            marks[column.header] = text
            continue
        if column.role in (None, "unit", "goal", "body"):
            if text:
                extra[_key(column.header, at, extra)] = text
            continue
        if not text and index is not None and column.role in _WHOLE_WIDTH:
            text = _over_text(cells, columns, index)
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
    unit = next((extra[c.header] for c in columns if c.role == "unit" and c.header in extra), "")
    row = Row(
        by_role,
        source,
        extra,
        goals=goals,
        marks=marks,
        unit=unit_of_cell(unit),
        missing=frozenset(missing),
        covered=frozenset(covered),
        cut_off=cut_off,
    )
    return row, notes


def _key(header: str, at: int, extra: dict[str, str]) -> str:
    """Return the name under which a cell is kept: its header, told from others of that name."""
    key = name = header or f"第{at + 1}列"
    number = 1
    while key in extra:
        number += 1
        key = f"{name}（{number}）"
    return key


def _over_text(cells: list[RawCell], columns: list[Column], index: int) -> str:
    """Return the text of a cell merged over several text columns, which stands in each of them."""
    at = index
    while at > 0 and cells[at].spanned:
        at -= 1
    if at == index or columns[at].role not in _WHOLE_WIDTH or cells[at].covered:
        return ""
    return tidy(cells[at].text)


def _without_repeated_headers(raw: RawGrid, header: int) -> tuple[RawGrid, list[Note]]:
    """Return the grid without the headers that a page break has repeated."""
    height = header_height(raw, header)
    head, body = raw.rows[: header + height], raw.rows[header + height :]
    printed = [texts_of(row) for row in head[header:]]
    kept: list[list[RawCell]] = []
    notes: list[Note] = []
    for row in body:
        texts = texts_of(row)
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
        if column.role in (None, "unit") and cell.covered and column.header in above.extra
    }
    unit = row.unit
    if any(column.role == "unit" and column.header in carried for column in columns):
        unit = above.unit
    goals = above.goals if not row.goals and _covers_goals(cells, columns) else row.goals
    return replace(row, extra={**carried, **row.extra}, unit=unit, goals=goals)


def _covers_goals(cells: list[RawCell], columns: list[Column]) -> bool:
    over = [
        cell.covered for column, cell in zip(columns, cells, strict=False) if column.role == "goal"
    ]
    return bool(over) and all(over)
