"""Ruled lines → tables: rules make cells, and two cells with no rule between them are one."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from math import inf
from operator import attrgetter

from safeplan.documents.limits import MAX_CELLS, CellBudget
from safeplan.documents.printed.lines import Line, Page, RuledLine, chained
from safeplan.text.folding import tidy

SNAP = 3.0  # points between rules that are one
_SHORT = 6.0  # points: no shorter rule is the side of a cell
_MAX_RULES = 4000  # on one page; a drawing of more is no table


@dataclass
class Area:
    """A cell on one page: the columns and rows it spans (both ends included)."""

    x0: float
    x1: float
    y0: float
    y1: float
    first: int
    last: int
    lines: list[Line] = field(default_factory=list)


@dataclass
class Part:
    """A table as far as it stands on one page: `rows[r][c]` is the cell over that place."""

    page: int
    xs: list[float]
    ys: list[float]
    rows: list[list[Area]]
    gutters: list[tuple[float, float]] = field(default_factory=list)
    """The gaps between its columns, where no rules but those tell them."""
    spans: list[tuple[float, float]] = field(default_factory=list)
    """From where to where the text of each such column stands."""
    split: bool = False
    """True where rows that no rule parts were told by alignment."""
    closed: bool = True
    """False where nothing shows that it ends with its last row."""

    def areas(self) -> list[Area]:
        """Return its cells, each once."""
        return list({id(area): area for row in self.rows for area in row}.values())

    def row_texts(self, row: int) -> list[str]:
        """Return the folded texts of a row."""
        return [tidy("".join(line.text for line in area.lines)) for area in self.rows[row]]

    def holds(self, x0: float, y0: float, x1: float, y1: float, slack: float = 0.0) -> bool:
        """Tell whether a box, or a place, lies within it."""
        return (
            self.xs[0] - slack <= x0
            and x1 <= self.xs[-1] + slack
            and self.ys[0] - slack <= y0
            and y1 <= self.ys[-1] + slack
        )


def _merged(rules: list[RuledLine]) -> list[RuledLine]:
    """Return the rules with those in one line, and those drawn in pieces, made one."""
    merged: list[RuledLine] = []
    for level in chained(
        sorted(rules, key=attrgetter("at")), lambda level, rule: rule.at - level[0].at <= SNAP
    ):
        at = sum(rule.at for rule in level) / len(level)
        pieces: list[list[float]] = []
        for rule in sorted(level, key=attrgetter("start")):
            if pieces and rule.start <= pieces[-1][1] + SNAP:
                pieces[-1][1] = max(pieces[-1][1], rule.end)
            else:
                pieces.append([rule.start, rule.end])
        merged += [RuledLine(at, start, stop) for start, stop in pieces if stop - start >= _SHORT]
    return merged


def _touching(
    across: list[RuledLine], down: list[RuledLine]
) -> list[tuple[list[RuledLine], list[RuledLine]]]:
    """Return the groups of rules that touch one another, those across and those down."""
    group = list(range(len(across) + len(down)))

    def find(member: int) -> int:
        while group[member] != member:
            group[member] = group[group[member]]
            member = group[member]
        return member

    for i, flat in enumerate(across):
        # Those down are in order from left to right.
        first = bisect_left(down, flat.start - SNAP, key=attrgetter("at"))
        last = bisect_right(down, flat.end + SNAP, key=attrgetter("at"))
        for j in range(first, last):
            if down[j].start - SNAP <= flat.at <= down[j].end + SNAP:
                group[find(len(across) + j)] = find(i)
    groups: dict[int, tuple[list[RuledLine], list[RuledLine]]] = {}
    for i, rule in enumerate([*across, *down]):
        groups.setdefault(find(i), ([], []))[i >= len(across)].append(rule)
    return [both for both in groups.values() if both[0] and both[1]]


def levels_of(values: Iterable[float], reach: float = SNAP) -> list[float]:
    """Return the distinct positions among values, those within reach of one another made one."""
    return [one[0] for one in chained(sorted(values), lambda one, value: value - one[0] <= reach)]


def _ends(rules: list[RuledLine]) -> list[float]:
    """Return where rules end together: one alone reaches too far, into a stroke of a character."""
    ends = sorted(end for rule in rules for end in (rule.start, rule.end))
    steps = [after - before for before, after in pairwise([-inf, *ends, inf])]
    return [
        end
        for end, beside in zip(ends, pairwise(steps), strict=True)
        if len(rules) == 1 or min(beside) <= SNAP
    ]


def ruled_parts(page: Page) -> list[Part]:
    """Return the tables on a page, empty of text yet; a table inside a cell is part of the cell.

    Raises:
        DocumentError: `too_many_cells`.
    """
    across, down = _merged(page.across), _merged(page.down)
    if len(across) + len(down) > _MAX_RULES:
        return []
    parts: list[Part] = []
    for flat, upright in _touching(across, down):
        xs = levels_of([r.at for r in upright] + _ends(flat))
        ys = levels_of([r.at for r in flat] + _ends(upright))
        if len(xs) < 3 or len(ys) < 2:
            continue  # a frame, or rules across within one: its columns are told by alignment
        part = Part(page.number, xs, ys, [])
        if (len(xs) - 1) * (len(ys) - 1) > MAX_CELLS:
            if not any(part.holds(g.x0, g.baseline, g.x0, g.baseline) for g in page.glyphs):
                continue  # a drawing
            CellBudget().foresee([(len(xs) - 1) * (len(ys) - 1)])
        part.rows = _areas(xs, ys, flat, upright)
        parts.append(part)
    parts.sort(key=lambda part: (part.xs[0] - part.xs[-1]) * (part.ys[-1] - part.ys[0]))
    outer: list[Part] = []
    for part in parts:
        box = part.xs[0], part.ys[0], part.xs[-1], part.ys[-1]
        if not any(other.holds(*box, SNAP) for other in outer):
            outer.append(part)
    return outer


def loose_rules(page: Page, parts: Sequence[Part]) -> list[RuledLine]:
    """Return the rules across a page that are no part of a ruled table, from top to bottom."""
    if len(page.across) > _MAX_RULES:
        return []
    return [
        rule
        for rule in _merged(page.across)
        if not any(part.holds(rule.start, rule.at, rule.end, rule.at, SNAP) for part in parts)
    ]


def cell_boxes(page: Page) -> list[tuple[float, float, float, float]]:
    """Return the boxes (x0, y0, x1, y1) of all cells that the rules of a page make."""
    areas = [area for part in ruled_parts(page) for area in part.areas()]
    return [(area.x0, area.y0, area.x1, area.y1) for area in areas]


def _areas(
    xs: list[float], ys: list[float], across: list[RuledLine], down: list[RuledLine]
) -> list[list[Area]]:
    """Return for each row and column the area over it: places with no rule between are one."""
    width, height = len(xs) - 1, len(ys) - 1
    walls = _walls(xs, ys, down)
    floors = _walls(ys, xs, across)
    over: dict[tuple[int, int], Area] = {}
    for r in range(height):
        for c in range(width):
            if (r, c) in over:
                continue
            right, bottom = c + 1, r + 1
            while right < width and (r, right) not in over and not walls[right][r]:
                right += 1
            while bottom < height and not any(
                floors[bottom][k] or (bottom, k) in over for k in range(c, right)
            ):
                bottom += 1
            area = Area(xs[c], xs[right], ys[r], ys[bottom], r, bottom - 1)
            over |= {(i, k): area for i in range(r, bottom) for k in range(c, right)}
    return [[over[r, c] for c in range(width)] for r in range(height)]


def _walls(levels: list[float], steps: list[float], rules: list[RuledLine]) -> list[list[bool]]:
    """Return for each level and each step along it whether a rule stands there."""
    walls = [[False] * (len(steps) - 1) for _ in levels]
    for rule in rules:
        after = bisect_left(levels, rule.at)
        nearest = min(
            range(max(after - 1, 0), min(after + 1, len(levels))),
            key=lambda i: abs(levels[i] - rule.at),
        )
        for k, (start, end) in enumerate(pairwise(steps)):
            shared = min(end, rule.end) - max(start, rule.start)
            walls[nearest][k] |= shared > 0.5 * (end - start)
    return walls
