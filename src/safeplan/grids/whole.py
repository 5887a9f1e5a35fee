"""The steps in order: cut rows → join pages → header → place cells → names → carry → is it tasks."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from safeplan.bodies import looks_like_bodies
from safeplan.documents import Block, Document, Paragraph, RawCell, RawGrid, is_note
from safeplan.documents.cell_words import is_due, is_header_row, is_total
from safeplan.grids.assigning import TEXT
from safeplan.grids.captions import title_of, unit_above, unit_of_cell, unit_of_header
from safeplan.grids.carrying import carry, check_serials, join_split_names
from safeplan.grids.cutting import cut_rows
from safeplan.grids.grid import Column, Grid, Note, Row, Tables, Unread, texts_of
from safeplan.grids.headers import (
    columns_of,
    header_height,
    header_index,
    holdings,
    merged_columns,
    one_header_row,
)
from safeplan.grids.kinds import why_no_tasks
from safeplan.grids.pages import below_each_other, joined_tables, row_source, span, upright
from safeplan.grids.telling import (
    OWNERS,
    Holding,
    best_place,
    fit,
    holding,
    is_figure,
    is_nothing,
    usual_lengths,
    with_marked_owners,
)
from safeplan.models import Source
from safeplan.text.folding import fold, tidy
from safeplan.text.numbering import CHINESE, HEADING, is_serial, unnumbered

_ISSUED = re.compile(r"(20\d\d)年\d{1,2}月\d{1,2}日")
_NUMBER = re.compile(r"[〔\[［](20\d\d)[〕\]］]")
_DITTO = ("同上", "〃", "″", "同前", "（同上）")
_COUNTED = re.compile(rf"({CHINESE})、?|[（(]{CHINESE}[)）]")


def whole_grids(document: Document) -> Tables:
    """Return the tables of a document in order: those of tasks, and what the others are."""
    said = [block.text for block in document.blocks if isinstance(block, Paragraph)]
    headings = "\n".join(text.split("。", 1)[0] for text in said)
    dates = [match for text in said if (match := _ISSUED.fullmatch(text))]
    numbers = [match for text in said[:30] if len(text) <= 40 and (match := _NUMBER.search(text))]
    issued = next((int(match[1]) for match in (*dates, *numbers)), None)
    grids: list[Grid] = []
    unread: list[Unread] = []
    for table in joined_tables(map(_upright, document.blocks)):
        title, notes = title_of(table.above), table.notes
        for above, raw, index in _stacked(table.raw):
            lone = [Paragraph(_lone_text(row), row_source(row)) for row in raw.rows[: index or 0]]
            unit = unit_above([*table.above, *lone])
            reading = _Reading(raw, index, above or title, issued, unit, list(notes))
            grid, why = reading.read(headings, table.at)
            if why is None:
                grids.append(grid)
            else:
                row = raw.rows[index or 0]
                # A cell that stands again and again is said once: the quotation has an end.
                words = " ".join(dict.fromkeys(filter(None, texts_of(row))))
                told = (why, words, row_source(row), index is not None)
                unread.append(Unread(table.at, *told, after=len(grids)))
            title, notes = None, []
    return Tables(grids, unread)


def _upright(block: Block) -> tuple[Block, list[Note]]:
    """Return a table with its header on top and its rows cut, and what is noted of that."""
    if not isinstance(block, RawGrid) or not block.rows:
        return block, []
    if turned := upright(block):
        return turned, [Note("table_turned", "repair")]
    return cut_rows(block) if block.lost_cells_close_up else (block, [])


def _stacked(raw: RawGrid) -> list[tuple[Paragraph | None, RawGrid, int | None]]:
    """Return the tables that a grid holds: its title row, the grid, the index of its header.

    A sheet, or a table drawn in one piece, may hold several, each under a title row and a header
    of its own. Rows above the first header that have one text are its title.
    """
    first = header_index(raw)
    if first is None:
        return [(None, raw, None)]
    below = range(first + 2, len(raw.rows))
    more = [
        at for at in below if _lone_text(raw.rows[at - 1]) and is_header_row(texts_of(raw.rows[at]))
    ]
    tops = [0, *(at - 1 for at in more), len(raw.rows)]
    tables: list[tuple[Paragraph | None, RawGrid, int | None]] = []
    for top, end, header in zip(tops, tops[1:], [first, *more], strict=False):
        titles = [
            Paragraph(text, row_source(row))
            for row in raw.rows[top:header]
            if (text := _lone_text(row)) and not re.search("[:：]", text)
        ]
        part = replace(raw, rows=raw.rows[top:end]) if more else raw
        tables.append((titles[-1] if titles else None, part, header - top))
    return tables


def titles_apart(document: Document) -> Document:
    """Return a document with the rows above the headers of its tables as lines, as sheets have them.

    Each has one text, or texts that name themselves: 制表单位：…. Where no table has such rows, the
    document itself.
    """
    blocks: list[Block] = []
    for block in document.blocks:
        if isinstance(block, RawGrid) and block.rows:
            top = block.rows[: header_index(block) or 0]
            said = [list(filter(None, texts_of(row))) for row in top]
            if all(len(texts) == 1 or all(":" in fold(t) for t in texts) for texts in said):
                blocks += [
                    Paragraph(text, row_source(row))
                    for row, texts in zip(top, said, strict=True)
                    for text in texts
                ]
                block = replace(block, rows=block.rows[len(top) :])
        blocks.append(block)
    return replace(document, blocks=blocks) if len(blocks) > len(document.blocks) else document


def _lone_text(row: list[RawCell]) -> str:
    """Return the text of a row that has no other; empty where there is none or more."""
    texts = [text for text in texts_of(row) if text]
    return texts[0] if len(texts) == 1 and not any(cell.covered for cell in row) else ""


@dataclass
class _Reading:
    """One table while it is being read."""

    raw: RawGrid
    header: int | None
    title: Paragraph | None
    issued: int | None
    unit: str
    notes: list[Note] = field(default_factory=list)
    columns: list[Column] = field(default_factory=list)

    def read(self, headings: str, at: int) -> tuple[Grid, str | None]:
        """Return the table, and why it lists no tasks; None where it does."""
        below = self._read_header()
        title = self.title.text if self.title else ""
        rows = self._rows(below)
        groups = {row.cells.get("group", "") for row in rows}
        answered = any(map(looks_like_bodies, map(unnumbered, groups)))
        held = self._held(rows, below)
        why = why_no_tasks(self.columns, held, title, self.issued, answered=answered)
        rows, name_notes = join_split_names(rows, headings)
        rows = with_marked_owners(rows, self.columns)
        source = self.title.source if self.title else None
        grid = carry(Grid(self.columns, rows, self.notes + name_notes, title, source, at))
        more = check_serials(grid.rows) + _without_content(grid)
        grid = replace(grid, notes=grid.notes + more)
        return grid, why or (None if rows else self._why_empty())

    def _why_empty(self) -> str:
        """Return what a table without rows is: text over its whole width is nothing to fill in."""
        codes = {note.code for note in self.notes}
        return "no_duty" if "section_row" in codes and "blank_row" not in codes else "form"

    def _note(self, code: str, **args: str) -> None:
        self.notes.append(Note(code, "repair", None, args))

    def _read_header(self) -> list[list[RawCell]]:
        """Find the columns; return the rows below the header."""
        raw, header = self.raw, self.header
        if header is None:
            lines = span(row_source(raw.rows[0]))
            self.notes.append(Note("header_missing", "doubt", None, {"lines": lines}))
            empty = [RawCell("", Source())] * max(map(len, raw.rows))
            body, layout = raw.rows, columns_of(empty, raw.rows, self.issued)
        else:
            if beside := below_each_other(raw, header):
                raw = beside
                self._note("tables_beside")
            raw = self._without_repeated_headers(raw, header)
            if raw.merges_known:
                body, layout, notes = merged_columns(raw, header, self.issued)
                self.notes += notes
            else:
                words, body = raw.rows[header], raw.rows[header + 1 :]
                if one := one_header_row(words, body):
                    words, body = one, body[1:]
                    self._note("header_two_rows")
                layout = columns_of(words, body, self.issued)
        self.columns = layout.columns
        if layout.spanning:
            owners = any(c.role == "lead" for c in self.columns if c.header == layout.spanning)
            code = "header_spans_owners" if owners else "header_spans_two"
            self._note(code, header=layout.spanning)
        for text in layout.assumed:
            role = next(c.role or "" for c in self.columns if c.header == text)
            self.notes.append(Note("header_assumed", "doubt", None, {"header": text, "role": role}))
        return body

    def _without_repeated_headers(self, raw: RawGrid, header: int) -> RawGrid:
        """Return the grid without the headers that a page break has repeated."""
        first = header + header_height(raw, header)
        printed = [texts_of(row) for row in raw.rows[header:first]]
        kept = raw.rows[:first]
        for row in raw.rows[first:]:
            if any(texts := texts_of(row)) and texts in printed:
                self._note("header_repeated", lines=span(row_source(row)))
            else:
                kept.append(row)
        return replace(raw, rows=kept)

    def _held(self, rows: list[Row], below: list[list[RawCell]]) -> list[Holding]:
        """Return what stands in each column: by the rows as they were placed, where they were."""
        return [
            holding(tuple(row.cells.get(column.role, "") for row in rows))
            if column.role and any(column.role in row.cells for row in rows)
            else cells
            for column, cells in zip(self.columns, holdings(below, len(self.columns)), strict=True)
        ]

    def _rows(self, below: list[list[RawCell]]) -> list[Row]:
        """Return the rows below the header; what is none of them is noted."""
        raw, columns = self.raw, self.columns
        forms = _forms(columns, below)
        lengths = usual_lengths([texts_of(row) for row in below], len(columns))
        grouped = any(column.role == "group" for column in columns)
        counted = sum(tidy(row[0].text).isdecimal() for row in below if row) > 1
        heads = unit_of_header(next((c.header for c in columns if c.role == "content"), ""))
        rows: list[Row] = []
        section = ""
        for index, cells in enumerate(below):
            texts = texts_of(cells)
            where = span(row_source(cells))
            words = next((text for text in texts if text and not is_serial(text)), "")
            if not any(texts) and (raw.merges_known or not any(cell.covered for cell in cells)):
                self._note("blank_row", lines=where)
                continue
            if is_total(words):
                self._note("total_row", lines=where, text=" ".join(filter(None, texts)))
                continue
            last = next(filter(None, reversed(texts)), "")
            if _ISSUED.fullmatch(last) and len([*filter(None, texts)]) < 3 and _ends(below, index):
                self._note("note_row", lines=where, text=" ".join(filter(None, texts)))
                continue
            if text := _section(cells, columns, raw) or (
                counted and _counted_section(texts, columns)
            ):
                self._note("note_row" if is_note(text) else "section_row", lines=where, text=text)
                section = section if is_note(text) else text
                continue
            lost = len(columns) - len(texts)
            cut_off = raw.ends_file and index == len(below) - 1 and lost > 0
            cut_off = cut_off and all(fit(*pair) >= 0 for pair in zip(texts, forms, strict=False))
            close = raw.lost_cells_close_up
            placed = (
                [*range(len(texts)), *[None] * lost]
                if cut_off
                else best_place(texts, forms, closed_up=close, lengths=lengths)[1]
            )
            row = replace(self._row(cells, placed, rows[-1] if rows else None), cut_off=cut_off)
            if section and not grouped:
                row = row.with_cells(group=section)
            unit = row.unit or unit_of_header(row.cells.get("name", "")) or heads or self.unit
            rows.append(replace(row, unit=unit))
            self._note_losses(row, cells, placed, len(rows))
        return rows

    def _row(self, cells: list[RawCell], placed: list[int | None], above: Row | None) -> Row:
        """Return one row: its cells by role, those of columns without one by their header."""
        row = Row({}, row_source(cells), merges_known=self.raw.merges_known)
        missing: set[str] = set()
        covered: set[str] = set()
        for at, (column, index) in enumerate(zip(self.columns, placed, strict=True)):
            role = column.role
            text = tidy(cells[index].text) if index is not None else ""
            below = index is not None and (cells[index].covered or text in _DITTO)
            text = "" if text in _DITTO else text
            if role == "goal" and text and not is_nothing(text):
                row.goals.append((column.period, text))
            elif role == "body" and text:
                row.marks[column.header] = text
            elif role in (None, "unit", "goal", "body"):
                if not text and below and above and role in (None, "unit"):
                    text = above.extra.get(column.header, "")
                if text:
                    row.extra[_key(column.header, at, row.extra)] = text
            else:
                if not text and index is not None and role in TEXT:
                    text = _over_text(cells, self.columns, index)
                row.cells[role] = text
                if index is None:
                    missing.add(role)
                elif below:
                    covered.add(role)
        goals = [c for c, one in zip(cells, self.columns, strict=False) if one.role == "goal"]
        if above and goals and not row.goals and all(cell.covered for cell in goals):
            row.goals.extend(above.goals)
        if self.raw.lost_cells_close_up and (row.cells.get("serial") or row.cells.get("name")):
            # A web page drops merged cells; an owner cell that is empty in it is one that got lost.
            # Where serial and name are empty too, they are merged, and so are the owners.
            missing |= {role for role in ("lead", "responsible") if row.cells.get(role) == ""}
        unit = next((row.extra.get(c.header, "") for c in self.columns if c.role == "unit"), "")
        return replace(
            row,
            lines=_lines(cells, self.columns) if self.raw.lines_true else {},
            unit=unit_of_cell(unit),
            missing=frozenset(missing),
            covered=frozenset(covered),
        )

    def _note_losses(
        self, row: Row, cells: list[RawCell], placed: list[int | None], number: int
    ) -> None:
        """Note what a row has lost or has too much."""
        for column, index in zip(self.columns, placed, strict=True):
            args = {"role": column.role or ""}
            if index is None and column.role in ("content", "remark") and not row.cut_off:
                self.notes.append(Note("cell_lost", "doubt", number, args))
            lines = index is not None and "\n" in cells[index].text.strip("\r ")
            if lines and column.role in row.cells and column.role != "deadline":
                self.notes.append(Note("line_break", "repair", number, args))
        if row.cut_off:
            lost = [
                c.header for c, index in zip(self.columns, placed, strict=True) if index is None
            ]
            self.notes.append(Note("row_cut_off", "doubt", number, {"headers": "、".join(lost)}))
        for spare in filter(None, texts_of(cells)[len(self.columns) :]):
            self.notes.append(Note("cell_too_many", "doubt", number, {"text": spare}))


def _ends(rows: list[list[RawCell]], index: int) -> bool:
    """Tell whether nothing is said below a row."""
    return not any(any(texts_of(row)) for row in rows[index + 1 :])


def _over_text(cells: list[RawCell], columns: list[Column], index: int) -> str:
    """Return the text of a cell merged over several text columns, which stands in each of them."""
    at = index
    while at > 0 and cells[at].spanned:
        at -= 1
    if at == index or columns[at].role not in TEXT or cells[at].covered:
        return ""
    return tidy(cells[at].text)


def _section(cells: list[RawCell], columns: list[Column], raw: RawGrid) -> str:
    """Return the heading that a row over the whole width prints; empty for a row of cells.

    Where merges are not known it is one that stands alone in the serial column and is no serial;
    a web page may have lost the cells beside it, so there it must be numbered as a heading is.
    """
    text = _lone_text(cells)
    numbered = HEADING.match(text) is not None
    if len(cells) == 1 < len(columns) and not raw.lost_cells_close_up:
        return text if numbered else ""
    if not text or not cells[0].text.strip() or len(columns) < 3:
        return ""
    if is_serial(text):
        return ""
    if raw.merges_known and all(cell.spanned for cell in cells[1:]):
        return text
    if is_due(text) or looks_like_bodies(text):
        return ""  # the rest of the row is merged, or lost
    heads = columns[0].role == "serial" and (numbered or not raw.lost_cells_close_up)
    return text if heads else ""


def _counted_section(texts: list[str], columns: list[Column]) -> str:
    """Return the heading that a row prints in its first two cells: 一 | 责任体系, among rows 1, 2, 3."""
    said = [text for text in texts if text]
    match = _COUNTED.fullmatch(texts[0]) if texts and columns[0].role == "serial" else None
    if not match or said != texts[:2]:
        return ""
    return f"{match[1]}、{said[1]}" if match[1] else "".join(said)


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


def _lines(cells: list[RawCell], columns: list[Column]) -> dict[str, str]:
    """Return the text of each cell that has several lines, with a line feed between them.

    Bodies that only white space parts stand on lines of their own too.
    """
    several: dict[str, str] = {}
    for column, cell in zip(columns, cells, strict=False):
        lines = [text for text in map(tidy, cell.text.split("\n")) if text]
        words = cell.text.split() if column.role in OWNERS else []
        if len(words) > len(lines) and all(map(looks_like_bodies, words)):
            lines = words
        if column.role and len(lines) > 1:
            several[column.role] = "\n".join(lines)
    return several


def _forms(columns: list[Column], rows: list[list[RawCell]]) -> list[str | None]:
    """Return what form the cells of each column have: its role, or figures throughout."""
    roles = [column.role for column in columns]
    if "content" in roles:
        at = roles.index("content")
        cells = [tidy(row[at].text) for row in rows if len(row) == len(columns)]
        said = list(filter(None, cells))
        if said and 3 * sum(map(is_figure, said)) >= 2 * len(said):
            roles[at] = "figure"
    return roles


def _key(header: str, at: int, extra: dict[str, str]) -> str:
    """Return the name under which a cell is kept: its header, told from others of that name."""
    name = header or f"第{at + 1}列"
    names = [name, *(f"{name}（{number}）" for number in range(2, len(extra) + 2))]
    return next(key for key in names if key not in extra)
