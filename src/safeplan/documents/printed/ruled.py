"""Ruled lines → tables: rules make cells, and two cells with no rule between them are one."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from math import inf

from safeplan.documents.limits import MAX_CELLS, CellBudget
from safeplan.documents.printed.lines import Line
from safeplan.documents.printed.page import Page, RuledLine
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

    def lines(self) -> list[Line]:
        """Return the lines in all its cells."""
        areas = {id(area): area for row in self.rows for area in row}
        return [line for area in areas.values() for line in area.lines]

    def row_texts(self, row: int) -> list[str]:
        """Return the folded texts of a row."""
        return [tidy("".join(line.text for line in area.lines)) for area in self.rows[row]]


def _merged(rules: list[RuledLine]) -> list[RuledLine]:
    """Return the rules with those in one line, and those drawn in pieces, made one."""
    merged: list[RuledLine] = []
    rules = sorted(rules, key=lambda rule: rule.at)
    while rules:
        end = next((i for i, rule in enumerate(rules) if rule.at - rules[0].at > SNAP), len(rules))
        level, rules = rules[:end], rules[end:]
        at = sum(rule.at for rule in level) / len(level)
        pieces: list[list[float]] = []
        for rule in sorted(level, key=lambda rule: rule.start):
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
        first = bisect_left(down, flat.start - SNAP, key=_place)
        last = bisect_right(down, flat.end + SNAP, key=_place)
        for j in range(first, last):
            if down[j].start - SNAP <= flat.at <= down[j].end + SNAP:
                group[find(len(across) + j)] = find(i)
    groups: dict[int, tuple[list[RuledLine], list[RuledLine]]] = {}
    for i, rule in enumerate([*across, *down]):
        groups.setdefault(find(i), ([], []))[i >= len(across)].append(rule)
    return [both for both in groups.values() if both[0] and both[1]]


def _place(rule: RuledLine) -> float:
    return rule.at


def levels_of(values: Iterable[float], reach: float = SNAP) -> list[float]:
    """Return the distinct positions among values, those within reach of one another made one."""
    levels: list[float] = []
    for value in sorted(values):
        if not levels or value - levels[-1] > reach:
            levels.append(value)
    return levels


def _ends(rules: list[RuledLine]) -> list[float]:
    """Return where rules end together, at the edge of a table that no rule closes.

    Where one alone ends, it reaches too far: in a picture it runs into a stroke of a character.
    """
    ends = sorted(end for rule in rules for end in (rule.start, rule.end))
    if len(rules) == 1:
        return ends
    beside = pairwise([-inf, *ends, inf])
    steps = [after - before for before, after in beside]
    return [end for end, step in zip(ends, pairwise(steps), strict=True) if min(step) <= SNAP]


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
        if (len(xs) - 1) * (len(ys) - 1) > MAX_CELLS:
            if not _holds_text(page, xs, ys):
                continue  # a drawing
            CellBudget().foresee([(len(xs) - 1) * (len(ys) - 1)])
        parts.append(Part(page.number, xs, ys, _areas(xs, ys, flat, upright)))
    parts.sort(key=lambda part: (part.xs[0] - part.xs[-1]) * (part.ys[-1] - part.ys[0]))
    outer: list[Part] = []
    for part in parts:
        if not any(_inside(part, other) for other in outer):
            outer.append(part)
    return outer


def _holds_text(page: Page, xs: list[float], ys: list[float]) -> bool:
    return any(
        xs[0] <= glyph.x0 <= xs[-1] and ys[0] <= glyph.baseline <= ys[-1] for glyph in page.glyphs
    )


def loose_rules(page: Page, parts: Sequence[Part]) -> list[RuledLine]:
    """Return the rules across a page that are no part of a ruled table, from top to bottom."""
    if len(page.across) > _MAX_RULES:
        return []
    return [
        rule
        for rule in _merged(page.across)
        if not any(
            part.ys[0] - SNAP <= rule.at <= part.ys[-1] + SNAP
            and part.xs[0] - SNAP <= rule.start
            and rule.end <= part.xs[-1] + SNAP
            for part in parts
        )
    ]


def cell_boxes(page: Page) -> list[tuple[float, float, float, float]]:
    """Return the boxes (x0, y0, x1, y1) of all cells that the rules of a page make."""
    areas = {id(area): area for part in ruled_parts(page) for row in part.rows for area in row}
    return [(area.x0, area.y0, area.x1, area.y1) for area in areas.values()]


def _inside(part: Part, other: Part) -> bool:
    return (
        other.xs[0] - SNAP <= part.xs[0]
        and part.xs[-1] <= other.xs[-1] + SNAP
        and other.ys[0] - SNAP <= part.ys[0]
        and part.ys[-1] <= other.ys[-1] + SNAP
    )


def _areas(
    xs: list[float], ys: list[float], across: list[RuledLine], down: list[RuledLine]
) -> list[list[Area]]:
    """Return for each row and column the area over it: places with no rule between are one."""
    width, height = len(xs) - 1, len(ys) - 1
    walls = _walls(xs, ys, down)
    floors = _walls(ys, xs, across)
    rows: list[list[Area | None]] = [[None] * width for _ in range(height)]
    for r in range(height):
        for c in range(width):
            if rows[r][c] is not None:
                continue
            right = c
            while right + 1 < width and rows[r][right + 1] is None and not walls[right + 1][r]:
                right += 1
            bottom = r
            while bottom + 1 < height and all(
                not floors[bottom + 1][k] and rows[bottom + 1][k] is None
                for k in range(c, right + 1)
            ):
                bottom += 1
            area = Area(xs[c], xs[right + 1], ys[r], ys[bottom + 1], r, bottom)
            for i in range(r, bottom + 1):
                rows[i][c : right + 1] = [area] * (right + 1 - c)
    return [[area for area in row if area is not None] for row in rows]


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
            if shared > 0.5 * (end - start):
                walls[nearest][k] = True
    return walls
