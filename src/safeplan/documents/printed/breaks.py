"""A table over its pages: what the page breaks did to it is undone, and said.

Header rows printed again are dropped, a row cut in two is joined where the setting makes that
certain.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field, replace
from itertools import pairwise, takewhile
from typing import Literal

from safeplan.documents.blocks import RawCell, RawGrid, ReaderNote
from safeplan.documents.cell_words import is_header_row
from safeplan.documents.limits import CellBudget
from safeplan.documents.printed.lines import STOP, had_room, text_of
from safeplan.documents.printed.recognised import Recognised
from safeplan.documents.printed.ruled import Area, Part, levels_of
from safeplan.models import Source
from safeplan.text.folding import tidy

SAME_COLUMN = 5.0  # points between the columns of one table on two pages
# Below the last line of a cell that is cut: the space of a line that did not fit, and of one kept
# back lest the last line of a paragraph stand alone on a page.
_FREE_LINES = 2.8
_ENOUGH = 3  # cells that show the habit of a column

_Flow = Literal["bare", "fresh", "closed", "either", "flows"]
"""How the text of a cell below a page break follows: there is none (`bare`); it is new, since
above it there was place for it (`fresh`); the text above ended, and early in its line (`closed`:
one cell may hold two paragraphs, two cells do not both end one there); it goes on (`flows`); or it
could be either."""
_Cut = Literal["row_cut", "row_cut_unsure"]


@dataclass(eq=False)
class _Cell:
    """A cell of a whole table: its areas, one on each page it stands on."""

    areas: list[Area]


_Row = list[_Cell]
"""The cell over each column."""


def header_height(first: Part, part: Part) -> int:
    """Return how many rows at the head of a part print the header of the table again."""
    rows = range(min(3, len(part.rows), len(first.rows)))
    again = (any(texts := part.row_texts(row)) and texts == first.row_texts(row) for row in rows)
    return sum(takewhile(bool, again))


def goes_on(parts: list[Part], below: Part) -> bool:
    """Tell whether a table goes on in the first one of the next page: the same columns."""
    above = parts[-1]
    if below.page != above.page + 1:
        return False
    fewer, more = sorted(([x - part.xs[0] for x in part.xs] for part in (above, below)), key=len)
    if abs(fewer[-1] - more[-1]) > 2 * SAME_COLUMN:
        return False
    if not all(any(abs(x - y) <= SAME_COLUMN for y in more) for x in fewer):
        return False
    return not is_header_row(below.row_texts(0)) or header_height(parts[0], below) > 0


def whole_table(
    parts: list[Part], number: int, budget: CellBudget, seen_in_pictures: Recognised
) -> tuple[RawGrid, list[ReaderNote]]:
    """Join the parts of a table, and the rows and cells that the page breaks have cut.

    Raises:
        DocumentError: `too_many_cells`.
    """
    budget.spend(sum(len(row) for part in parts for row in part.rows))
    table = _Table(parts)
    pages: list[int] = []
    cut: dict[int, ReaderNote] = {}
    for part in parts:
        rows = table.rows_of(part)
        if table.rows:
            rows = rows[header_height(parts[0], part) :]
            if rows and (code := table.join(rows)):
                whole = code == "row_cut"
                severity: Literal["repair", "doubt"] = "repair" if whole else "doubt"
                args = {"page": str(part.page)}
                cut[len(table.rows) + (not whole)] = ReaderNote(code, severity, args)
                rows = rows[1:] if whole else rows
        table.rows += rows
        pages += [part.page] * len(rows)
    notes: list[ReaderNote] = []
    above, args = Source(page=parts[0].page), {"table": str(number)}
    if len(parts) > 1:
        both = {"first": str(parts[0].page), "last": str(parts[-1].page)}
        notes.append(ReaderNote("pages_joined", "repair", args | both, above))
    aligned = any(part.gutters or part.split for part in parts)
    if aligned:
        notes.append(ReaderNote("table_aligned", "doubt", args, above))
    grid: list[list[RawCell]] = []
    seen: dict[int, int] = {}  # the row in which a cell begins
    for index, (row, page) in enumerate(zip(table.rows, pages, strict=True), start=1):
        source = Source(page=page, table=number, row=index)
        grid.append([])
        for cell in row:
            begun = seen.get(id(cell))
            seen.setdefault(id(cell), index)
            text = table.text(cell) if begun is None else ""
            if text:
                lines = [line for area in cell.areas for line in area.lines]
                notes.extend(seen_in_pictures.notes_on(lines, source))
            covered, spanned = begun not in (None, index), begun == index
            grid[-1].append(RawCell(text, source, covered=covered, spanned=spanned))
        if index in cut:
            notes.append(replace(cut[index], source=source))
    return RawGrid(grid, merges_known=not aligned), notes


class _Table:
    """A table over all its pages, while it is being put together."""

    def __init__(self, parts: list[Part]) -> None:
        self.rows: list[_Row] = []
        self._columns = levels_of((x - part.xs[0] for part in parts for x in part.xs), SAME_COLUMN)
        areas = [area for part in parts for area in part.areas()]
        gaps = [area.lines[0].x0 - area.x0 for area in areas if area.lines]
        self._padding = max(min(gaps, default=0.0), 0.0)
        self._habits = [_Habit() for _ in self._columns[1:]]
        for part in parts:
            # What stands beside a page break, or is a header, shows no habit.
            if part is parts[0]:
                head = 0 if is_header_row(part.row_texts(0)) else -1
            else:
                head = header_height(parts[0], part)
            for index, row in enumerate(self.rows_of(part)):
                for habit, cell in zip(self._habits, row, strict=True):
                    area = cell.areas[0]
                    if index != head and area.first == index:
                        habit.note(area, at_foot=area.last == len(part.rows) - 1)

    def rows_of(self, part: Part) -> list[_Row]:
        """Return the rows of a part, each with a cell for every column of the whole table."""
        cells: dict[int, _Cell] = {}
        places = []
        for start, end in pairwise(self._columns):
            at = bisect_right(part.xs, part.xs[0] + (start + end) / 2) - 1
            places.append(min(max(at, 0), len(part.xs) - 2))
        return [
            [cells.setdefault(id(areas[at]), _Cell([areas[at]])) for at in places]
            for areas in part.rows
        ]

    def text(self, cell: _Cell) -> str:
        """Return the text of a cell over all its pages."""
        return text_of([(line, self._limit(area)) for area in cell.areas for line in area.lines])

    def _limit(self, area: Area) -> float:
        return area.x1 - self._padding

    def join(self, rows: list[_Row]) -> _Cut | None:
        """Join what the page break before `rows` has cut; say what it did to the first of them.

        Returns:
            `row_cut` where that row is the rest of the last one above and has been added to it,
            `row_cut_unsure` where it may be, None where it is a row of its own.
        """
        last, first = self.rows[-1], list(rows[0])
        if is_header_row([tidy(self.text(cell)) for cell in last]):
            return None  # the break stands between the header and the rows
        if (len({*map(id, first)}) == 1) != (len({*map(id, last)}) == 1):
            return None  # a heading over the whole width, above or below the break
        over = list(zip(self._habits, last, first, strict=True))
        of_cell = {
            id(below): self._flow(habit, above, below) for habit, above, below in reversed(over)
        }
        flows = [of_cell[id(cell)] for cell in first]
        kind = self._kind(flows)
        unnamed = flows[0] == "bare"
        for column, (habit, above, below) in enumerate(over):
            if below is not rows[0][column]:
                continue  # joined in a column further left
            flow = flows[column]
            alone = habit.numbered and flows[column + 1 : column + 2] not in ([], ["bare"])
            # A name over several rows may be cut where the rows beside it are whole.
            tall = (len(self.rows) > 1 and self.rows[-2][column] is above) or (
                len(rows) > 1 and rows[1][column] is below
            )
            over_rows = tall and {*flows[:column]} <= {"flows", "bare"}
            if kind == "row_cut" or (flow == "flows" and (unnamed or over_rows)):
                above.areas += below.areas
            elif flow != "bare" or not (
                (unnamed and habit.filled and not alone)
                or (tall and any(area.lines for area in above.areas))
            ):
                continue
            for row in rows:
                row[:] = [above if cell is below else cell for cell in row]
        return kind

    def _flow(self, habit: _Habit, above: _Cell, below: _Cell) -> _Flow:
        """Tell how the text of a cell below a page break follows on the text above it."""
        if not any(area.lines for area in below.areas):
            return "bare"
        area = above.areas[-1]
        if not area.lines:
            return "fresh"
        line, following = area.lines[-1], below.areas[0].lines[0]
        pitch = line.baseline - area.lines[-2].baseline if len(area.lines) > 1 else 1.3 * line.em
        if area.y1 - line.baseline > _FREE_LINES * pitch:
            return "fresh"
        ended = habit.parts(line.text[-1], following.text[0])
        if had_room(line, following, self._limit(area)):
            return "closed" if ended else "either"
        return "either" if ended else "flows"

    def _kind(self, flows: list[_Flow]) -> _Cut | None:
        """Tell from how its cells follow what the first row below a page break is."""
        if "fresh" in flows or flows[0] in ("either", "closed") or flows.count("closed") > 1:
            return None
        # Columns that never fail to have a cell for each row say it for all; elsewhere a cell over
        # several rows may be cut where a row ends.
        due = [flow for flow, habit in zip(flows, self._habits, strict=True) if habit.single]
        if "flows" in (due or flows) or "bare" in due or set(flows) == {"bare"}:
            return "row_cut"
        return None if due else "row_cut_unsure"


@dataclass
class _Habit:
    """What the cells of a column are like, as far as no page break touches them."""

    cells: int = 0
    bare: int = 0
    tall: int = 0
    starts: set[str] = field(default_factory=set)
    """The first characters of its texts: what begins otherwise is no beginning."""
    ends: set[str] = field(default_factory=set)

    @property
    def filled(self) -> bool:
        """True where every cell has text: an empty one at a page's head belongs to that above."""
        return self.cells >= _ENOUGH and not self.bare

    @property
    def single(self) -> bool:
        """True where, besides, every row has a cell of its own."""
        return self.filled and not self.tall

    @property
    def numbered(self) -> bool:
        """True where the column holds numbers: each belongs to the name beside it."""
        return bool(self.starts) and all(char.isdigit() for char in self.starts)

    def parts(self, last: str, first: str) -> bool:
        """Tell whether one text may have ended with `last` and another begun with `first`."""
        if first in self.starts:
            return last in self.ends
        # Texts that begin in many ways may begin in one more.
        return last in STOP and 3 * len(self.starts) > self.cells

    def note(self, area: Area, *, at_foot: bool) -> None:
        self.cells += 1
        self.tall += area.last > area.first
        self.bare += not area.lines
        if area.lines:
            self.starts.add(area.lines[0].text[0])
            if not at_foot:
                self.ends.add(area.lines[-1].text[-1])
