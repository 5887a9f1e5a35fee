"""Lines → tables that no rules enclose: columns told by the gaps that all their lines leave.

A table with three rules, or with none, is set so that a reader sees its columns: between them runs
a gutter that no line of the table crosses. Which lines are one row is told by what a row is: its
cells begin at one height or share a middle, none is empty without need, and a line within a cell
ends where there was no room for more. The cheapest cut of the lines into rows is taken.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import NamedTuple

from safeplan.documents.header_words import is_header_row
from safeplan.documents.printed.lines import Line, had_room, pieces_of
from safeplan.documents.printed.page import Glyph, Page, RuledLine
from safeplan.documents.printed.ruled import Area, Part, loose_rules
from safeplan.text.folding import tidy
from safeplan.text.numbering import CHINESE

_SAME_EXTENT = 8.0  # points between the ends of rules that belong to one table
_WIDE_GUTTER = 0.6  # em: a gap in all lines that is a gutter whatever stands beside it
_GUTTER = 0.3  # em: the same of one that texts to its right begin at
_BETWEEN = 0.25  # em: glyphs on either side of a gutter are no nearer
_FAR = 4.0  # em from line to line within a table without rules
_ENOUGH_LINES = 3  # lines with gaps that make a table without rules
_MOST_LINES = 300  # lines of a table on one page: more are a drawing
_TRIES = 4  # lines that a table may begin with, among lines that seem to be one
_HEADER_LINES = 4  # lines of a header
_PROSE_GLYPHS = 14  # glyphs: pieces that are longer are lines of running text
_COLUMN_LINES = 6  # lines on both sides of a gutter that make two columns of prose
_LEVEL = 0.35  # em between baselines at one height
_LONGEST_ROW = 40  # lines of one row
_ENDS = "。，；、：,;:."
_SERIAL = re.compile(rf"[（(]?(\d{{1,3}}([-.．]\d{{1,3}}){{0,2}}|{CHINESE}|[①-⑩])[)）]?[.．、]?")
"""A number on a line; of one that wraps (（ over 7）) only one line is."""

# What speaks against taking lines for one row, weighed against one empty cell.
_EMPTY, _BROKEN, _HOLE, _ASKEW, _NUMBERS, _ROW = 1.0, 1.5, 1.5, 1.0, 4.0, 0.1

_Gutters = list[tuple[float, float]]


@dataclass
class _Region:
    """Lines that may be a table, and the rules across it."""

    lines: list[Line]
    rules: list[float]
    closed: bool
    """True where a rule ends it."""


def with_aligned(items: Sequence[Line | Part], page: Page, above: Part | None) -> list[Line | Part]:
    """Return what stands on a page with the tables in it that are told by alignment alone.

    Args:
        items: lines and ruled tables from top to bottom.
        page: the page they stand on.
        above: the table that the page before ends with, where it may go on here.
    """
    rules = loose_rules(page, [item for item in items if isinstance(item, Part)])
    found: list[Line | Part] = []
    run: list[Line] = []
    for item in [*items, None]:
        if isinstance(item, Line):
            run.append(item)
            continue
        at_top = above if not found else None
        if run:
            found += _tables_in(run, rules, page, at_top)
            run = []
        if item is not None:
            found.append(item)
    return found


def _tables_in(
    lines: list[Line], rules: list[RuledLine], page: Page, above: Part | None
) -> list[Line | Part]:
    found: list[Line | Part] = []
    if above is not None and above.gutters:
        taken = _going_on(lines, rules, above)
        if taken and (part := _part(taken, above.gutters, page, like=above)):
            found.append(part)
            lines = lines[len(taken.lines) :]
    tries = 0
    while lines:
        region = _first_region(lines, rules)
        if region is None:
            break
        start = next(i for i, line in enumerate(lines) if line is region.lines[0])
        part = _table(region, page)
        columns = [] if part or region.rules else _columns_of_prose(region.lines)
        if part is None and not columns:
            # What stands above a table may seem to be its first line: try from the next ones on.
            tries = (tries + 1) % _TRIES
            end = start + (1 if tries else len(region.lines))
            found += lines[:end]
            lines = lines[end:]
            continue
        held = {id(line) for line in region.lines}
        found += lines[:start]
        found += [part] if part else columns
        lines = [line for line in lines[start:] if id(line) not in held]
    return [*found, *lines]


# --- where a table may stand ----------------------------------------------------------------


def _first_region(lines: list[Line], rules: list[RuledLine]) -> _Region | None:
    """Return the lines that may be the first table: between rules, or with gaps in one place."""
    for start, line in enumerate(lines):
        if ruled := _between_rules(lines, start, rules):
            return ruled
        if line.gaps and (region := _with_gaps(lines, start)):
            return region
    return None


def _between_rules(lines: list[Line], start: int, rules: list[RuledLine]) -> _Region | None:
    """Return the lines from `start` on that stand under a rule and above others like it."""
    line = lines[start]
    over = [r for r in rules if r.at < line.baseline and r.start - line.em < line.x0 < r.end]
    if not over or (start and lines[start - 1].baseline >= over[-1].at):
        return None
    top = over[-1]
    alike = [
        rule.at
        for rule in rules
        if rule.at > line.baseline
        and abs(rule.start - top.start) < _SAME_EXTENT
        and abs(rule.end - top.end) < _SAME_EXTENT
    ]
    if not alike:
        return None
    within = [one for one in lines[start:] if one.baseline < alike[-1]]
    if len(within) > _MOST_LINES:
        return None
    if len(alike) == 1:
        # A rule over the header and one below it; the table runs on to where its gaps end.
        gutters = _gutters(within)
        rest = _fitting(lines[start + len(within) :], gutters) if gutters else []
        if rest and any(one.gaps for one in rest):
            return _Region([*within, *rest], [top.at, *alike], closed=False)
    return _Region(within, [top.at, *alike], closed=True)


def _with_gaps(lines: list[Line], start: int) -> _Region | None:
    """Return the lines from `start` on that leave gaps in one place, with no rule to help."""
    gutters: _Gutters = []
    ink: list[_Ink] = []
    gapped: list[Line] = []
    taken: list[Line] = []
    kept: list[Line] = []  # those of them that are no headings
    for at, line in enumerate(lines[start : start + _MOST_LINES], start=start):
        if taken and line.baseline - taken[-1].baseline > _FAR * line.em:
            break
        if line.gaps:
            gapped.append(line)
            ink = _with_ink_of(ink, line)
            left = _between(ink, gapped)
            if not left or (len(left) == 1 < len(gutters)):
                break
            if left != gutters and not all(_fits(one, left) for one in kept):
                break
            gutters = left
            kept.append(line)
        elif not taken:
            return None
        elif not _fits(line, gutters):
            following = lines[at + 1 : at + 2]
            if not (_is_heading(line, gutters) and any(one.gaps for one in following)):
                break
        else:
            kept.append(line)
        taken.append(line)
    if sum(bool(line.gaps) for line in taken) < _ENOUGH_LINES:
        return None
    return _Region(taken, [], closed=False)


def _is_heading(line: Line, gutters: _Gutters) -> bool:
    """Tell whether a line over several columns may be a heading of the rows below it."""
    return line.x0 < gutters[0][0] and line.x1 < gutters[-1][1] and line.text[-1] not in _ENDS


def _going_on(lines: list[Line], rules: list[RuledLine], above: Part) -> _Region | None:
    """Return the first lines of a page as far as they go on with the table of the page before."""
    left, right = above.xs[0], above.xs[-1]
    ends = [
        rule.at
        for rule in rules
        if abs(rule.start - left) < 2 * _SAME_EXTENT and abs(rule.end - right) < 2 * _SAME_EXTENT
    ]
    within = lines
    if ends and ends[-1] > lines[0].baseline:
        within = [line for line in lines if line.baseline < ends[-1]]
    taken = _fitting(within, above.gutters)
    if not any(line.gaps for line in taken):
        return None
    return _Region(taken, ends, closed=bool(ends) and len(taken) == len(within))


def _fitting(lines: Sequence[Line], gutters: _Gutters) -> list[Line]:
    """Return the first lines that leave all the gutters free."""
    taken: list[Line] = []
    for line in lines:
        if taken and line.baseline - taken[-1].baseline > _FAR * line.em:
            break
        if not _fits(line, gutters):
            break
        taken.append(line)
    return taken


# --- columns --------------------------------------------------------------------------------


class _Ink(NamedTuple):
    """A stretch of ink over all lines with no gap in it."""

    x0: float
    first: float
    """Where the glyph ends that it begins with."""
    em: float
    """The size of that glyph."""
    x1: float


def _with_ink_of(ink: list[_Ink], line: Line) -> list[_Ink]:
    """Return the stretches of ink, from left to right, when a line is laid over them."""
    glyphs = [_Ink(glyph.x0, glyph.x1, glyph.em, glyph.x1) for glyph in line.glyphs]
    spaces = [_Ink(start, end, line.em, end) for start, end in line.spaces]
    laid: list[_Ink] = []
    for one in sorted([*ink, *glyphs, *spaces]):
        if laid and one.x0 <= laid[-1].x1:
            if one.x1 > laid[-1].x1:
                laid[-1] = laid[-1]._replace(x1=one.x1)
        else:
            laid.append(one)
    return laid


def _gutters(lines: Sequence[Line]) -> _Gutters:
    """Return the gaps that all these lines with gaps leave free."""
    gapped = [line for line in lines if line.gaps]
    ink: list[_Ink] = []
    for line in gapped:
        ink = _with_ink_of(ink, line)
    return _between(ink, gapped)


def _between(ink: list[_Ink], lines: Sequence[Line]) -> _Gutters:
    """Return the gaps between stretches of ink that are gutters of the lines."""
    return [
        (left.x1, right.x0)
        for left, right in pairwise(ink)
        if right.x0 - left.x1 >= _WIDE_GUTTER * right.em
        or (right.x0 - left.x1 >= _GUTTER * right.em and _is_edge(lines, left.x1, right.x0))
    ]


def _is_edge(lines: Sequence[Line], left: float, right: float) -> bool:
    """Tell whether most of what stands right of a gap begins at one place, or has one middle."""
    starts: list[float] = []
    middles: list[float] = []
    for line in lines:
        slack = 0.15 * line.em
        beyond = max(1, bisect_left(line.glyphs, right - slack, key=_left_end))
        for at in range(beyond, len(line.glyphs)):
            before, after = line.glyphs[at - 1], line.glyphs[at]
            if before.x0 > left + slack:
                break
            if before.x1 <= left + slack:
                rest = line.glyphs[at:]
                end = next(
                    (
                        one.x1
                        for one, other in pairwise(rest)
                        if other.x0 - one.x1 > _BETWEEN * line.em
                    ),
                    rest[-1].x1,
                )
                starts.append(after.x0)
                middles.append((after.x0 + end) / 2)
    enough = min(_ENOUGH_LINES, len(lines))
    em = lines[0].em
    return _at_one(starts, 0.15 * em, enough) or _at_one(middles, 0.3 * em, enough)


def _left_end(glyph: Glyph) -> float:
    return glyph.x0


def _at_one(places: list[float], slack: float, enough: int) -> bool:
    """Tell whether most of the places are one, and enough of them to show it."""
    if not places:
        return False
    usual = sorted(places)[len(places) // 2]
    alike = sum(abs(place - usual) <= slack for place in places)
    return alike >= enough and 2 * alike > len(places)


def _runs(line: Line, gutters: _Gutters) -> list[tuple[int, int]]:
    """Return the runs of glyphs, from one to before another, that gutters part a line into."""
    cuts = [
        at
        for at, (left, right) in enumerate(pairwise(line.glyphs), start=1)
        if right.x0 - left.x1 >= _BETWEEN * right.em
        and any(left.x1 <= end and start <= right.x0 for start, end in gutters)
    ]
    return list(pairwise([0, *cuts, len(line.glyphs)]))


def _pieces(line: Line, gutters: _Gutters) -> list[Line]:
    """Return the pieces of a line that stand on either side of gutters."""
    return pieces_of(line, [start for start, _ in _runs(line, gutters)[1:]])


def _fits(line: Line, gutters: _Gutters) -> bool:
    """Tell whether a line leaves all the gutters free."""
    return not any(
        _crosses(line.glyphs[start].x0, line.glyphs[end - 1].x1, line.em, gutters)
        for start, end in _runs(line, gutters)
    )


def _crosses(x0: float, x1: float, em: float, gutters: _Gutters) -> bool:
    slack = 0.2 * em
    return any(x0 < left - slack and x1 > right + slack for left, right in gutters)


def _column_of(piece: Line, gutters: _Gutters) -> int | None:
    """Return the column a piece of a line stands in, None where it stands over a gutter."""
    if _crosses(piece.x0, piece.x1, piece.em, gutters):
        return None
    return sum(1 for left, right in gutters if (piece.x0 + piece.x1) / 2 > (left + right) / 2)


# --- tables ---------------------------------------------------------------------------------


def _table(region: _Region, page: Page) -> Part | None:
    """Return the table that the lines of a region make, None where they make none."""
    gutters = _gutters(region.lines)
    gapped = sum(bool(line.gaps) for line in region.lines)
    if not gutters or gapped < (2 if region.rules else _ENOUGH_LINES):
        return None
    if not _has_header(region.lines, gutters) and (
        len(gutters) < 2 or (not region.rules and _is_prose(region.lines, gutters))
    ):
        return None
    return _part(region, gutters, page)


def _has_header(lines: list[Line], gutters: _Gutters) -> bool:
    """Tell whether the first lines, or those below the very first, are the cells of a header."""
    for start in (0, 1):
        texts = [""] * (len(gutters) + 1)
        for line in lines[start : start + _HEADER_LINES]:
            for piece in _pieces(line, gutters):
                texts[_column_of(piece, gutters) or 0] += piece.text
            if is_header_row([tidy(text) for text in texts]):
                return True
    return False


def _is_prose(lines: list[Line], gutters: _Gutters) -> bool:
    """Tell whether columns are columns of running text: their lines are full throughout."""
    lengths = [end - start for line in lines for start, end in _runs(line, gutters)]
    return sum(length > _PROSE_GLYPHS for length in lengths) > 0.6 * len(lengths)


def _columns_of_prose(lines: list[Line]) -> list[Line]:
    """Return the lines of text set in two columns in reading order, both at the place of the left.

    Empty where they are no such columns: the lines of those are full on both sides of the gutter.
    """
    gutters = _gutters(lines)
    if len(gutters) != 1 or sum(bool(line.gaps) for line in lines) < _COLUMN_LINES:
        return []
    columns: tuple[list[Line], list[Line]] = ([], [])
    for line in lines:
        for piece in _pieces(line, gutters):
            columns[_column_of(piece, gutters) or 0].append(piece)
    for column in columns:
        end = max(line.x1 for line in column)
        if sum(end - line.x1 < 1.5 * line.em for line in column) < 0.5 * len(column):
            return []
    left, right = (min(line.x0 for line in column) for column in columns)
    return [
        replace(line, x0=line.x0 - shift, x1=line.x1 - shift, narrow=True)
        for column, shift in zip(columns, (0.0, right - left), strict=True)
        for line in column
    ]


def _part(region: _Region, gutters: _Gutters, page: Page, like: Part | None = None) -> Part | None:
    """Return the rows and cells of a region, None where they are too few."""
    cells: list[tuple[int, Line]] = []
    wide: list[Line] = []
    for line in region.lines:
        pieces = _pieces(line, gutters)
        for piece in pieces:
            column = _column_of(piece, gutters)
            if column is None and len(pieces) > 1:
                column = sum(1 for _, right in gutters if piece.x0 > right - 1)
            if column is None:
                wide.append(piece)
            else:
                cells.append((column, piece))
    if not cells:
        return None
    width = len(gutters) + 1
    spans = [
        (
            min((piece.x0 for at, piece in cells if at == column), default=0.0),
            max((piece.x1 for at, piece in cells if at == column), default=0.0),
        )
        for column in range(width)
    ]
    if like is not None:
        spans = [
            (min(a, c), max(b, d)) if b else (c, d)
            for (a, b), (c, d) in zip(spans, like.spans, strict=True)
        ]
    groups = _rows(cells, wide, spans, region.rules)
    if len(groups) + (like is not None) < 2:
        return None
    xs = [
        min(spans[0][0], *(piece.x0 for piece in wide)) if wide else spans[0][0],
        *((left + right) / 2 for left, right in gutters),
        max(spans[-1][1], *(piece.x1 for piece in wide)) if wide else spans[-1][1],
    ]
    if like is not None:
        xs = list(like.xs)
    tops = [min(piece.baseline - piece.em for _, piece in group) for group in groups]
    bottom = max(piece.baseline for _, piece in groups[-1])
    ys = [*tops, bottom]
    rows: list[list[Area]] = []
    for index, group in enumerate(groups):
        if [column for column, _ in group] == [-1]:
            area = Area(xs[0], xs[-1], ys[index], ys[index + 1], index, index, [group[0][1]])
            rows.append([area] * width)
            continue
        areas = [
            Area(*spans[column], ys[index], ys[index + 1], index, index) for column in range(width)
        ]
        for column, piece in sorted(group, key=lambda cell: cell[1].baseline):
            areas[max(column, 0)].lines.append(piece)
        rows.append(areas)
    return Part(page.number, xs, ys, rows, gutters=gutters, spans=spans, closed=region.closed)


# --- rows -----------------------------------------------------------------------------------

_Cells = list[tuple[int, Line]]


def _rows(
    cells: _Cells, wide: list[Line], spans: list[tuple[float, float]], rules: list[float]
) -> list[_Cells]:
    """Return the cells of each row; a line over several columns is a row of its own (column -1)."""
    marks = sorted([*rules, *(line.baseline - 0.4 * line.em for line in wide)])
    bands: dict[int, _Cells] = {}
    for cell in cells:
        bands.setdefault(bisect_right(marks, cell[1].baseline - 0.3 * cell[1].em), []).append(cell)
    every_row_ruled = len(rules) > _ENOUGH_LINES and len(rules) >= 0.8 * len(bands)
    pitch = _pitch(cells)
    cut = {
        centred: [
            (number, _cut(band, spans, pitch, centred=centred))
            for number, band in bands.items()
            if not every_row_ruled
        ]
        for centred in (False, True)
    }
    costs = {centred: sum(found[0] for _, found in cut[centred]) for centred in cut}
    centred = costs[True] < costs[False]
    rows: list[_Cells] = [[(-1, line)] for line in wide]
    if every_row_ruled:
        rows += bands.values()
    first = min(bands)
    for number, (_, groups) in cut[centred]:
        header = number == first and rules and is_header_row(_texts(bands[number], len(spans)))
        rows += [bands[number]] if header else groups
    return sorted(rows, key=lambda row: min(piece.baseline for _, piece in row))


def _texts(cells: _Cells, width: int) -> list[str]:
    texts = [""] * width
    for column, piece in sorted(cells, key=lambda cell: cell[1].baseline):
        texts[column] += piece.text
    return [tidy(text) for text in texts]


def _pitch(cells: _Cells) -> float:
    """Return how far apart the lines within a cell are, at the least."""
    columns: dict[int, list[Line]] = {}
    for column, piece in cells:
        columns.setdefault(column, []).append(piece)
    steps = [
        below.baseline - above.baseline
        for lines in columns.values()
        for above, below in pairwise(sorted(lines, key=lambda line: line.baseline))
        if below.baseline - above.baseline > 0.8 * below.em
    ]
    return min(steps, default=cells[0][1].em * 1.5)


def _cut(
    cells: _Cells, spans: list[tuple[float, float]], pitch: float, *, centred: bool
) -> tuple[float, list[_Cells]]:
    """Return the cheapest cut of cells into rows, and what it costs."""
    levels: list[_Cells] = []
    for cell in sorted(cells, key=lambda cell: cell[1].baseline):
        if levels and cell[1].baseline - levels[-1][0][1].baseline <= _LEVEL * cell[1].em:
            levels[-1].append(cell)
        else:
            levels.append([cell])
    numbered = _is_numbered([piece.text for column, piece in cells if column == 0])
    best: list[tuple[float, int]] = [(0.0, 0)]
    for end in range(1, len(levels) + 1):
        row = _Row(spans, pitch, numbered=numbered, centred=centred)
        choices = []
        for start in range(end - 1, max(0, end - _LONGEST_ROW) - 1, -1):
            row.take(levels[start])
            choices.append((best[start][0] + row.cost(), start))
        best.append(min(choices))
    rows: list[_Cells] = []
    end = len(levels)
    while end:
        start = best[end][1]
        rows.append([cell for level in levels[start:end] for cell in level])
        end = start
    return best[-1][0], rows[::-1]


class _Row:
    """Lines that may be one row, taken from the last one up, and what speaks against it."""

    def __init__(
        self, spans: list[tuple[float, float]], pitch: float, *, numbered: bool, centred: bool
    ) -> None:
        self._limits = [limit for _, limit in spans]
        self._pitch, self._numbered, self._centred = pitch, numbered, centred
        self._first: list[Line | None] = [None] * len(spans)
        self._last: list[Line | None] = [None] * len(spans)
        self._counts = [0] * len(spans)
        self._within = 0.0
        self._numbers = 0
        self._top = self._bottom = 0.0

    def take(self, level: _Cells) -> None:
        """Take the lines of the next level above."""
        if not any(self._counts):
            self._bottom = level[-1][1].baseline
        self._top = level[0][1].baseline
        for column, line in reversed(level):
            below = self._first[column]
            self._first[column] = line
            self._counts[column] += 1
            if self._numbered and column == 0:
                self._numbers += _is_number(line.text)
            elif below is not None:
                self._within += _BROKEN * had_room(line, below, self._limits[column])
                self._within += _HOLE * (below.baseline - line.baseline > 1.35 * self._pitch)
            if below is None:
                self._last[column] = line

    def cost(self) -> float:
        """Return what speaks against these lines being one row."""
        cost = _ROW + self._within + _NUMBERS * max(self._numbers - 1, 0)
        cost += _EMPTY * self._counts.count(0)
        middle = (self._top + self._bottom) / 2
        for first, last in zip(self._first, self._last, strict=True):
            if first is None or last is None:
                continue
            if self._centred:
                askew = abs((first.baseline + last.baseline) / 2 - middle) > 0.3 * self._pitch
            else:
                askew = first.baseline - self._top > _LEVEL * first.em
            cost += _ASKEW * askew
        # Some cell of a row takes one line: where none does, they are rows one below the other.
        return cost + _BROKEN * max(min(self._counts) - 1, 0)


def with_rows_split(part: Part) -> Part:
    """Return a ruled table with the rows parted that hold several numbered ones.

    Where rules part only the columns, all rows stand in one cell each; their numbers tell them.
    """
    rows: list[list[Area]] = []
    split = False
    for row in part.rows:
        groups = _numbered_rows(row)
        if len(groups) < 2:
            rows.append(row)
            continue
        split = True
        for group in groups:
            top = min(line.baseline - line.em for _, line in group)
            bottom = max(line.baseline for _, line in group)
            areas = [Area(area.x0, area.x1, top, bottom, 0, 0) for area in row]
            for column, line in sorted(group, key=lambda cell: cell[1].baseline):
                areas[column].lines.append(line)
            rows.append(areas)
    if not split:
        return part
    begun: set[int] = set()
    for index, row in enumerate(rows):
        for area in row:
            if id(area) not in begun:
                area.first = index
                begun.add(id(area))
            area.last = index
    ys = [*(min(area.y0 for area in row) for row in rows), part.ys[-1]]
    return replace(part, rows=rows, ys=ys, split=True)


def _numbered_rows(row: list[Area]) -> list[_Cells]:
    """Return the rows that the cells of one ruled row hold, by their numbers; none but one: []."""
    numbers = [line for line in row[0].lines if _is_number(line.text)]
    alone = len({*map(id, row)}) == len(row) and all(area.first == area.last for area in row)
    if len(numbers) < 2 or len(numbers) < len(row[0].lines) or not alone:
        return []
    cells = [(column, line) for column, area in enumerate(row) for line in area.lines]
    spans = [(area.x0, max((line.x1 for line in area.lines), default=area.x1)) for area in row]
    pitch = _pitch(cells)
    _, groups = min(
        (_cut(cells, spans, pitch, centred=centred) for centred in (False, True)),
        key=lambda found: found[0],
    )
    return groups if len(groups) == len(numbers) else []


def _is_number(text: str) -> bool:
    return bool(_SERIAL.fullmatch(text.strip()))


def _is_numbered(texts: list[str]) -> bool:
    """Tell whether the first column is one of serial numbers."""
    numbers = sum(map(_is_number, texts))
    return numbers >= 2 and numbers >= 0.6 * len(texts)


def joined_columns(above: Part, below: Part) -> Part:
    """Return a part with the columns of the one above, where it goes on with that table."""
    alike = len(above.gutters) == len(below.gutters) > 0 and all(
        min(a[1], b[1]) > max(a[0], b[0]) for a, b in zip(above.gutters, below.gutters, strict=True)
    )
    same_header = any(above.row_texts(0)) and above.row_texts(0) == below.row_texts(0)
    if alike and (same_header or not above.closed):
        return replace(below, xs=list(above.xs))
    return below
