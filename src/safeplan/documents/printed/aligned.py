"""Lines → tables that no rules enclose: columns told by the gaps that all their lines leave.

A table with three rules, or with none, is set so that a reader sees its columns: between them runs
a gutter that no line of the table crosses. Which lines are one row is told by what a row is: its
cells begin at one height or share a middle, none is empty without need, and a line within a cell
ends where there was no room for more. The cheapest cut of the lines into rows is taken.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby, pairwise
from operator import attrgetter
from typing import NamedTuple

from safeplan.documents.cell_words import is_header_row
from safeplan.documents.printed.lines import Line, Page, RuledLine, chained, had_room, pieces_of
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

_Span = tuple[float, float]
"""From where to where: of a gutter, or of the text in a column."""
_Cells = list[tuple[int, Line]]
"""Lines, each with the column it stands in."""


class _Region(NamedTuple):
    """Lines that may be a table, and the rules across it."""

    start: int
    """How many lines stand above it."""
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
    for _, group in groupby(items, key=type):
        run = list(group)
        lines = [item for item in run if isinstance(item, Line)]
        at_top = above if not found else None
        found += _tables_in(lines, rules, page.number, at_top) if lines else run
    return found


def _tables_in(
    lines: list[Line], rules: list[RuledLine], page: int, above: Part | None
) -> list[Line | Part]:
    found: list[Line | Part] = []
    if above is not None and above.gutters:
        taken = _going_on(lines, rules, above)
        if taken and (part := _part(taken, above.gutters, page, like=above)):
            found.append(part)
            lines = lines[len(taken.lines) :]
    tries = 0
    while lines and (region := _first_region(lines, rules)):
        end = region.start + len(region.lines)
        if part := _table(region, page):
            found += [*lines[: region.start], part]
        elif columns := [] if region.rules else _columns_of_prose(region.lines):
            found += [*lines[: region.start], *columns]
        else:
            # What stands above a table may seem to be its first line: try from the next ones on.
            tries = (tries + 1) % _TRIES
            end = region.start + 1 if tries else end
            found += lines[:end]
        lines = lines[end:]
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
    below = [rule for rule in rules if rule.at > line.baseline]
    alike = _of_extent(below, top.start, top.end, _SAME_EXTENT)
    within = [one for one in lines[start:] if alike and one.baseline < alike[-1]]
    if not alike or len(within) > _MOST_LINES:
        return None
    if len(alike) == 1 and (gutters := _gutters(within)):
        # A rule over the header and one below it; the table runs on to where its gaps end.
        rest = _fitting(lines[start + len(within) :], gutters)
        if any(one.gaps for one in rest):
            return _Region(start, [*within, *rest], [top.at, *alike], closed=False)
    return _Region(start, within, [top.at, *alike], closed=True)


def _of_extent(rules: list[RuledLine], start: float, end: float, slack: float) -> list[float]:
    """Return where the rules stand that run from `start` to `end`."""
    return [r.at for r in rules if abs(r.start - start) < slack and abs(r.end - end) < slack]


def _with_gaps(lines: list[Line], start: int) -> _Region | None:
    """Return the lines from `start` on that leave gaps in one place, with no rule to help."""
    gutters: list[_Span] = []
    ink: list[_Ink] = []
    gapped: list[Line] = []
    kept: list[Line] = []  # those that are no headings
    end = start
    for line in lines[start : start + _MOST_LINES]:
        if end > start and line.baseline - lines[end - 1].baseline > _FAR * line.em:
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
        is_kept = bool(line.gaps) or _fits(line, gutters)
        if not is_kept and not (
            # A line over several columns may be a heading of the rows below it.
            line.x0 < gutters[0][0]
            and line.x1 < gutters[-1][1]
            and line.text[-1] not in _ENDS
            and any(one.gaps for one in lines[end + 1 : end + 2])
        ):
            break
        kept += [line] if is_kept else []
        end += 1
    taken = lines[start:end]
    enough = sum(bool(line.gaps) for line in taken) >= _ENOUGH_LINES
    return _Region(start, taken, [], closed=False) if enough else None


def _going_on(lines: list[Line], rules: list[RuledLine], above: Part) -> _Region | None:
    """Return the first lines of a page as far as they go on with the table of the page before."""
    ends = _of_extent(rules, above.xs[0], above.xs[-1], 2 * _SAME_EXTENT)
    within = lines
    if ends and ends[-1] > lines[0].baseline:
        within = [line for line in lines if line.baseline < ends[-1]]
    taken = _fitting(within, above.gutters)
    if not any(line.gaps for line in taken):
        return None
    return _Region(0, taken, ends, closed=bool(ends) and len(taken) == len(within))


def _fitting(lines: Sequence[Line], gutters: list[_Span]) -> list[Line]:
    """Return the first lines that leave all the gutters free."""
    taken: list[Line] = []
    for line in lines:
        far = taken and line.baseline - taken[-1].baseline > _FAR * line.em
        if far or not _fits(line, gutters):
            break
        taken.append(line)
    return taken


# --- columns --------------------------------------------------------------------------------


class _Ink(NamedTuple):
    """A stretch of ink over all lines with no gap in it."""

    x0: float
    em: float
    """The size of the glyph it begins with."""
    x1: float


def _with_ink_of(ink: list[_Ink], line: Line) -> list[_Ink]:
    """Return the stretches of ink, from left to right, when a line is laid over them."""
    glyphs = [_Ink(glyph.x0, glyph.em, glyph.x1) for glyph in line.glyphs]
    spaces = [_Ink(start, line.em, end) for start, end in line.spaces]
    laid: list[_Ink] = []
    for one in sorted([*ink, *glyphs, *spaces]):
        if not laid or one.x0 > laid[-1].x1:
            laid.append(one)
        elif one.x1 > laid[-1].x1:
            laid[-1] = laid[-1]._replace(x1=one.x1)
    return laid


def _gutters(lines: Sequence[Line]) -> list[_Span]:
    """Return the gaps that all these lines with gaps leave free."""
    gapped = [line for line in lines if line.gaps]
    ink: list[_Ink] = []
    for line in gapped:
        ink = _with_ink_of(ink, line)
    return _between(ink, gapped)


def _between(ink: list[_Ink], lines: Sequence[Line]) -> list[_Span]:
    """Return the gaps between stretches of ink that are gutters of the lines."""
    return [
        (left.x1, right.x0)
        for left, right in pairwise(ink)
        if right.x0 - left.x1 >= _WIDE_GUTTER * right.em
        or (right.x0 - left.x1 >= _GUTTER * right.em and _is_edge(lines, right.x0))
    ]


def _is_edge(lines: Sequence[Line], right: float) -> bool:
    """Tell whether most of what stands right of a gap begins at one place, or has one middle."""
    starts: list[float] = []
    middles: list[float] = []
    for line in lines:
        at = bisect_left(line.glyphs, right, key=attrgetter("x0"))
        if 0 < at < len(line.glyphs):
            beyond = line.glyphs[at:]
            gap = _BETWEEN * line.em
            ends = (one.x1 for one, other in pairwise(beyond) if other.x0 - one.x1 > gap)
            starts.append(beyond[0].x0)
            middles.append((beyond[0].x0 + next(ends, beyond[-1].x1)) / 2)

    def at_one(places: list[float], slack: float) -> bool:
        usual = sorted(places)[len(places) // 2] if places else 0.0
        alike = sum(abs(place - usual) <= slack * lines[0].em for place in places)
        return alike >= min(_ENOUGH_LINES, len(lines)) and 2 * alike > len(places)

    return at_one(starts, 0.15) or at_one(middles, 0.3)


def _runs(line: Line, gutters: list[_Span]) -> list[tuple[int, int]]:
    """Return the runs of glyphs, from one to before another, that gutters part a line into."""
    cuts = [
        at
        for at, (left, right) in enumerate(pairwise(line.glyphs), start=1)
        if right.x0 - left.x1 >= _BETWEEN * right.em
        and any(left.x1 <= end and start <= right.x0 for start, end in gutters)
    ]
    return list(pairwise([0, *cuts, len(line.glyphs)]))


def _cells_of(line: Line, gutters: list[_Span]) -> list[tuple[int | None, Line]]:
    """Return the pieces of a line that gutters part, each with its column; None: over several."""
    return [
        (
            None
            if _crosses(piece.x0, piece.x1, piece.em, gutters)
            else sum((piece.x0 + piece.x1) / 2 > (left + right) / 2 for left, right in gutters),
            piece,
        )
        for piece in pieces_of(line, [start for start, _ in _runs(line, gutters)[1:]])
    ]


def _fits(line: Line, gutters: list[_Span]) -> bool:
    """Tell whether a line leaves all the gutters free."""
    return not any(
        _crosses(line.glyphs[start].x0, line.glyphs[end - 1].x1, line.em, gutters)
        for start, end in _runs(line, gutters)
    )


def _crosses(x0: float, x1: float, em: float, gutters: list[_Span]) -> bool:
    slack = 0.2 * em
    return any(x0 < left - slack and x1 > right + slack for left, right in gutters)


# --- tables ---------------------------------------------------------------------------------


def _table(region: _Region, page: int) -> Part | None:
    """Return the table that the lines of a region make, None where they make none."""
    lines = region.lines
    gutters = _gutters(lines)
    gapped = sum(bool(line.gaps) for line in lines)
    if not gutters or gapped < (2 if region.rules else _ENOUGH_LINES):
        return None
    if not _has_header(lines, gutters):
        lengths = [end - start for line in lines for start, end in _runs(line, gutters)]
        full = sum(length > _PROSE_GLYPHS for length in lengths)
        if len(gutters) < 2 or (not region.rules and full > 0.6 * len(lengths)):
            return None  # nothing but columns of running text
    return _part(region, gutters, page)


def _has_header(lines: list[Line], gutters: list[_Span]) -> bool:
    """Tell whether the first lines, or those below the very first, are the cells of a header."""
    pieces = [_cells_of(line, gutters) for line in lines[: _HEADER_LINES + 1]]
    for start in (0, 1):
        cells: _Cells = []
        for line in pieces[start : start + _HEADER_LINES]:
            cells += [(column or 0, piece) for column, piece in line]
            if is_header_row(_texts(cells, len(gutters) + 1)):
                return True
    return False


def _texts(cells: _Cells, width: int) -> list[str]:
    """Return the text in each column."""
    texts = [""] * width
    for column, piece in sorted(cells, key=_baseline):
        texts[column] += piece.text
    return [tidy(text) for text in texts]


def _baseline(cell: tuple[int, Line]) -> float:
    return cell[1].baseline


def _columns_of_prose(lines: list[Line]) -> list[Line]:
    """Return lines set in two columns in reading order, at the place of the left; else none."""
    gutters = _gutters(lines)
    if len(gutters) != 1 or sum(bool(line.gaps) for line in lines) < _COLUMN_LINES:
        return []
    columns: tuple[list[Line], list[Line]] = ([], [])
    for line in lines:
        for column, piece in _cells_of(line, gutters):
            columns[column or 0].append(piece)
    for pieces in columns:
        end = max(line.x1 for line in pieces)
        if sum(end - line.x1 < 1.5 * line.em for line in pieces) < 0.5 * len(pieces):
            return []
    left, right = (min(line.x0 for line in pieces) for pieces in columns)
    return [
        replace(line, x0=line.x0 - shift, x1=line.x1 - shift, narrow=True)
        for pieces, shift in zip(columns, (0.0, right - left), strict=True)
        for line in pieces
    ]


def _part(
    region: _Region, gutters: list[_Span], page: int, like: Part | None = None
) -> Part | None:
    """Return the rows and cells of a region, None where they are too few."""
    cells: _Cells = []
    wide: list[Line] = []
    for line in region.lines:
        pieces = _cells_of(line, gutters)
        for column, piece in pieces:
            if column is None and len(pieces) > 1:
                column = sum(piece.x0 > right - 1 for _, right in gutters)
            if column is None:
                wide.append(piece)
            else:
                cells.append((column, piece))
    if not cells:
        return None
    spans = []
    for column in range(len(gutters) + 1):
        known = [like.spans[column]] if like else []
        own = [*known, *((piece.x0, piece.x1) for at, piece in cells if at == column)] or [(0, 0)]
        spans.append((min(x0 for x0, _ in own), max(x1 for _, x1 in own)))
    groups = _rows(cells, wide, spans, region.rules)
    if len(groups) + (like is not None) < 2:
        return None
    xs = [
        min([spans[0][0], *(piece.x0 for piece in wide)]),
        *((left + right) / 2 for left, right in gutters),
        max([spans[-1][1], *(piece.x1 for piece in wide)]),
    ]
    if like is not None:
        xs = list(like.xs)
    ys = [_top(group) for group in groups] + [_bottom(groups[-1])]
    rows: list[list[Area]] = []
    for index, (group, (y0, y1)) in enumerate(zip(groups, pairwise(ys), strict=True)):
        if group[0][0] is _OVER_ALL:
            rows.append([Area(xs[0], xs[-1], y0, y1, index, index, [group[0][1]])] * len(spans))
        else:
            rows.append(_areas(group, spans, y0, y1, index))
    return Part(page, xs, ys, rows, gutters=gutters, spans=spans, closed=region.closed)


def _top(cells: _Cells) -> float:
    return min(line.baseline - line.em for _, line in cells)


def _bottom(cells: _Cells) -> float:
    return max(line.baseline for _, line in cells)


def _areas(cells: _Cells, spans: list[_Span], y0: float, y1: float, index: int) -> list[Area]:
    """Return the cells of a row, each with its lines from top to bottom."""
    areas = [Area(*span, y0, y1, index, index) for span in spans]
    for column, line in sorted(cells, key=_baseline):
        areas[column].lines.append(line)
    return areas


# --- rows -----------------------------------------------------------------------------------

_OVER_ALL = -1
"""The column of a line over several columns, which is a row of its own."""


def _rows(cells: _Cells, wide: list[Line], spans: list[_Span], rules: list[float]) -> list[_Cells]:
    """Return the cells of each row."""
    marks = sorted([*rules, *(line.baseline - 0.4 * line.em for line in wide)])
    bands: dict[int, _Cells] = defaultdict(list)
    for cell in cells:
        bands[bisect_right(marks, cell[1].baseline - 0.3 * cell[1].em)].append(cell)
    rows: list[_Cells] = [[(_OVER_ALL, line)] for line in wide]
    if len(rules) > _ENOUGH_LINES and len(rules) >= 0.8 * len(bands):
        rows += bands.values()  # a rule stands under every row
    else:
        for number, groups in zip(bands, _cut(list(bands.values()), spans), strict=True):
            band = bands[number]
            first = rules and number == min(bands)
            rows += [band] if first and is_header_row(_texts(band, len(spans))) else groups
    return sorted(rows, key=lambda row: min(map(_baseline, row)))


def _cut(bands: list[_Cells], spans: list[_Span]) -> list[list[_Cells]]:
    """Return the rows of each band of lines: the cheapest cut, cells at one height or centred."""
    columns: dict[int, list[Line]] = defaultdict(list)
    for band in bands:
        for column, line in band:
            columns[column].append(line)
    steps = [
        below.baseline - above.baseline
        for lines in columns.values()
        for above, below in pairwise(sorted(lines, key=attrgetter("baseline")))
        if below.baseline - above.baseline > 0.8 * below.em
    ]
    pitch = min(steps, default=bands[0][0][1].em * 1.5)  # from line to line within a cell
    tries = [
        [_cheapest(band, spans, pitch, centred=centred) for band in bands]
        for centred in (False, True)
    ]
    best = min(tries, key=lambda found: sum(cost for cost, _ in found))
    return [rows for _, rows in best]


def _cheapest(
    cells: _Cells, spans: list[_Span], pitch: float, *, centred: bool
) -> tuple[float, list[_Cells]]:
    """Return the cheapest cut of cells into rows, and what it costs."""
    levels = chained(
        sorted(cells, key=_baseline),
        lambda level, cell: _baseline(cell) - _baseline(level[0]) <= _LEVEL * cell[1].em,
    )
    serials = [_is_number(piece) for column, piece in cells if column == 0]
    numbered = sum(serials) >= max(2, 0.6 * len(serials))
    # The cheapest cut of the first lines, for each number of them: its cost, and its last row.
    best: list[tuple[float, int]] = [(0.0, 0)]
    for end in range(1, len(levels) + 1):
        upwards = levels[max(0, end - _LONGEST_ROW) : end][::-1]
        costs = _costs(upwards, spans, pitch, numbered=numbered, centred=centred)
        best.append(
            min(
                (best[end - high][0] + cost, end - high) for high, cost in enumerate(costs, start=1)
            )
        )
    rows: list[_Cells] = []
    end = len(levels)
    while end:
        start = best[end][1]
        rows.append([cell for level in levels[start:end] for cell in level])
        end = start
    return best[-1][0], rows[::-1]


def _costs(
    levels: list[_Cells], spans: list[_Span], pitch: float, *, numbered: bool, centred: bool
) -> Iterator[float]:
    """Yield what speaks against the last level being a row, the last two, and so on upwards."""
    first: dict[int, Line] = {}
    last: dict[int, Line] = {}
    counts: Counter[int] = Counter()
    within, numbers = 0.0, 0
    bottom = levels[0][-1][1].baseline
    for level in levels:
        top = level[0][1].baseline
        for column, line in reversed(level):
            below = first.get(column)
            if numbered and column == 0:
                numbers += _is_number(line)
            elif below is not None:
                within += _BROKEN * had_room(line, below, spans[column][1])
                within += _HOLE * (below.baseline - line.baseline > 1.35 * pitch)
            first[column] = line
            last.setdefault(column, line)
            counts[column] += 1
        middle = (top + bottom) / 2
        askew = sum(
            abs((line.baseline + last[column].baseline) / 2 - middle) > 0.3 * pitch
            if centred
            else line.baseline - top > _LEVEL * line.em
            for column, line in first.items()
        )
        cost = _ROW + within + _NUMBERS * max(numbers - 1, 0)
        cost += _EMPTY * (len(spans) - len(counts)) + _ASKEW * askew
        # Some cell of a row takes one line: where none does, they are rows one below the other.
        least = min(counts.values()) if len(counts) == len(spans) else 0
        yield cost + _BROKEN * max(least - 1, 0)


def _is_number(line: Line) -> bool:
    return bool(_SERIAL.fullmatch(line.text.strip()))


def with_rows_split(part: Part) -> Part:
    """Return a ruled table with the rows parted that hold several numbered ones.

    Where rules part only the columns, all rows stand in one cell each; their numbers tell them.
    """
    rows: list[list[Area]] = []
    for row in part.rows:
        spans = [(area.x0, area.x1) for area in row]
        groups = _numbered_rows(row)
        rows += [_areas(group, spans, _top(group), _bottom(group), 0) for group in groups] or [row]
    if len(rows) == len(part.rows):
        return part
    firsts: dict[int, int] = {}
    for index, row in enumerate(rows):
        for area in row:
            area.first, area.last = firsts.setdefault(id(area), index), index
    ys = [*(min(area.y0 for area in row) for row in rows), part.ys[-1]]
    return replace(part, rows=rows, ys=ys, split=True)


def _numbered_rows(row: list[Area]) -> list[_Cells]:
    """Return the rows that the cells of one ruled row hold, by their numbers; none but one: []."""
    numbers = sum(_is_number(line) for line in row[0].lines)
    alone = len({*map(id, row)}) == len(row) and all(area.first == area.last for area in row)
    if numbers < 2 or numbers < len(row[0].lines) or not alone:
        return []
    cells = [(column, line) for column, area in enumerate(row) for line in area.lines]
    spans = [(area.x0, max((line.x1 for line in area.lines), default=area.x1)) for area in row]
    (groups,) = _cut([cells], spans)
    return groups if len(groups) == numbers else []


def joined_columns(above: Part, below: Part) -> Part:
    """Return a part with the columns of the one above, where it goes on with that table."""
    alike = len(above.gutters) == len(below.gutters) > 0 and all(
        min(a[1], b[1]) > max(a[0], b[0]) for a, b in zip(above.gutters, below.gutters, strict=True)
    )
    same_header = any(above.row_texts(0)) and above.row_texts(0) == below.row_texts(0)
    if alike and (same_header or not above.closed):
        return replace(below, xs=list(above.xs))
    return below
