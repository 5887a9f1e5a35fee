"""Glyphs and rules on pages → paragraphs and grids, the same for printed and for scanned pages.

A page is read the way it was set: rules make cells, and two cells without a rule between them are
one; glyphs on one baseline make a line; a line that had room for what follows ends its paragraph.
A table that stands at the foot of a page and at the head of the next is one table. What a page
break did to it is undone where the setting makes that certain and said (`ReaderNote`) either way:
header rows printed again are dropped, a row cut in two is joined.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise

from safeplan import vocabulary
from safeplan.documents.blocks import Block, Paragraph, RawCell, RawGrid, Reading, ReaderNote
from safeplan.documents.spacing import fold
from safeplan.models import Source

_OPENING = "（(“‘《〈「『【〔[{"
_CLOSING = "）)”’》〉」』】〕]}，。、；：！？,.;:!?%‰℃°…·"
_STOP = "。！？；"
_NUMBERED = re.compile(
    r"第[一二三四五六七八九十]{1,3}[篇章编部节]|[一二三四五六七八九十]{1,3}、"
    r"|[（(][一二三四五六七八九十\d]{1,3}[)）]|\d{1,2}[.．、](?!\d)|——|[①-⑳]"
)
_SNAP = 3.0  # points between rules that are one
_SHORT = 6.0  # points: no shorter rule is the side of a cell
_SAME_COLUMN = 5.0  # points between the columns of one table on two pages
_MAX_RULES = 4000  # on one page; a drawing of more is no table
_MAX_GLYPH_GAP = 0.3  # em between two Latin glyphs of one word


@dataclass(frozen=True, slots=True)
class Glyph:
    """One printed character; lengths in points, y downwards from the top of the page."""

    text: str
    x0: float
    x1: float
    baseline: float
    em: float
    confidence: float = 1.0
    """How sure its reading is, 0..1; below 1 only where it was recognised in a picture."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A straight rule: across at y = `at` from x `start` to `end`, or down at x = `at`."""

    at: float
    start: float
    end: float


@dataclass
class Page:
    """What is printed on one page."""

    number: int
    width: float
    height: float
    glyphs: list[Glyph] = field(default_factory=list)
    across: list[Rule] = field(default_factory=list)
    down: list[Rule] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Line:
    glyphs: list[Glyph]
    text: str
    x0: float
    x1: float
    baseline: float
    em: float
    page: int
    need: float
    """The width of what could not be parted from its beginning: a word, 《 and the next glyph."""


@dataclass
class _Area:
    """A cell on one page: the columns and rows it spans (both ends included)."""

    x0: float
    x1: float
    y0: float
    y1: float
    first: int
    last: int
    lines: list[_Line] = field(default_factory=list)


@dataclass
class _Part:
    """A table as far as it stands on one page: `rows[r][c]` is the cell over that place."""

    page: int
    xs: list[float]
    ys: list[float]
    rows: list[list[_Area]]

    def row_texts(self, row: int) -> list[str]:
        return [fold("".join(line.text for line in area.lines)) for area in self.rows[row]]


@dataclass
class _Cell:
    """A cell of a whole table: its areas, one on each page it stands on."""

    areas: list[_Area]

    @property
    def bare(self) -> bool:
        return not any(area.lines for area in self.areas)


@dataclass
class _Row:
    """A row of a whole table: for each column its cell, and whether the cell begins here."""

    cells: list[_Cell]
    begins: list[bool]
    page: int
    area_row: int
    """The row's index on its page."""


def read_pages(pages: Sequence[Page]) -> Reading:
    """Return the blocks of a document in reading order, and what was repaired or doubted."""
    contents = _without_furniture([_content(page) for page in pages], pages)
    items = [item for content in contents for item in content]
    setting = _setting([item for item in items if isinstance(item, _Line)])
    blocks: list[Block] = []
    notes: list[ReaderNote] = []
    held: list[_Line] = []
    parts: list[_Part] = []
    tables = 0

    def close() -> None:
        nonlocal tables
        if held:
            text = fold(_text([(line, setting.right) for line in held]))
            blocks.append(Paragraph(text, Source(page=held[0].page)))
            held.clear()
        if parts:
            tables += 1
            grid, grid_notes = _whole(parts, tables)
            blocks.append(grid)
            notes.extend(grid_notes)
            parts.clear()

    for item in items:
        if isinstance(item, _Part):
            if not (parts and _goes_on(parts[-1], item)):
                close()
            parts.append(item)
        else:
            if parts or (held and _begins_paragraph(held[-1], item, setting)):
                close()
            held.append(item)
    close()
    return Reading(blocks, notes)


# --- lines ----------------------------------------------------------------------------------


def _lines(glyphs: Iterable[Glyph], page: int) -> list[_Line]:
    """Return the lines that the glyphs of a page make, from top to bottom."""
    rows: list[list[Glyph]] = []
    for glyph in sorted(glyphs, key=lambda glyph: glyph.baseline):
        if rows and glyph.baseline - rows[-1][-1].baseline <= 0.35 * glyph.em:
            rows[-1].append(glyph)
        else:
            rows.append([glyph])
    return [line for row in rows if (line := _line(row, page))]


def _line(row: list[Glyph], page: int) -> _Line | None:
    row.sort(key=lambda glyph: glyph.x0)
    printed: list[Glyph] = []
    text = ""
    for glyph in row:
        if printed:
            last = printed[-1]
            # Bold that a font lacks is made by printing a glyph twice.
            if glyph.text == last.text and glyph.x0 - last.x0 < 0.2 * glyph.em:
                continue
            latin = last.text.isascii() and glyph.text.isascii()
            if latin and glyph.x0 - last.x1 > _MAX_GLYPH_GAP * 0.5 * (glyph.em + last.em):
                text += " "
        text += glyph.text
        printed.append(glyph)
    inked = [glyph for glyph in printed if not glyph.text.isspace()]
    if not inked:
        return None
    em = max(glyph.em for glyph in inked)
    last = inked[-1]
    return _Line(
        inked, text.strip(), inked[0].x0, last.x1, last.baseline, em, page, _need(inked)
    )


def _need(glyphs: list[Glyph]) -> float:
    """Return the width of the glyphs at the beginning of a line that stay together."""
    at = 0
    while at < len(glyphs) - 1 and glyphs[at].text in _OPENING:
        at += 1
    while (
        at < len(glyphs) - 1
        and _is_latin(glyphs[at].text)
        and _is_latin(glyphs[at + 1].text)
        and glyphs[at + 1].x0 - glyphs[at].x1 < _MAX_GLYPH_GAP * glyphs[at].em
    ):
        at += 1
    while at < len(glyphs) - 1 and glyphs[at + 1].text in _CLOSING:
        at += 1
    return glyphs[at].x1 - glyphs[0].x0


def _is_latin(text: str) -> bool:
    return text.isascii() and text.isalnum()


def _had_room(line: _Line, following: _Line, limit: float) -> bool:
    """Tell whether what begins `following` had fitted into `line`: it was broken on purpose."""
    return limit - line.x1 > following.need + 0.3 * following.em


def _joint(line: _Line, following: _Line) -> str:
    """Return what stood between two lines where the text was wrapped: a space or nothing."""
    before, after = line.text[-1:], following.text[:1]
    both = _is_latin(before) and _is_latin(after)
    return " " if both and not (before.isdigit() and after.isdigit()) else ""


def _text(lines: Sequence[tuple[_Line, float]]) -> str:
    """Return the text of lines, each with the x it could have run to."""
    text = lines[0][0].text if lines else ""
    for (line, limit), (following, _) in pairwise(lines):
        broken = _had_room(line, following, limit)
        text += ("\n" if broken else _joint(line, following)) + following.text
    return text


# --- cells ----------------------------------------------------------------------------------


def _merged(rules: list[Rule]) -> list[Rule]:
    """Return the rules with those in one line, and those drawn in pieces, made one."""
    merged: list[Rule] = []
    rules = sorted(rules, key=lambda rule: rule.at)
    while rules:
        end = next(
            (i for i, rule in enumerate(rules) if rule.at - rules[0].at > _SNAP), len(rules)
        )
        level, rules = rules[:end], rules[end:]
        at = sum(rule.at for rule in level) / len(level)
        pieces: list[list[float]] = []
        for rule in sorted(level, key=lambda rule: rule.start):
            if pieces and rule.start <= pieces[-1][1] + _SNAP:
                pieces[-1][1] = max(pieces[-1][1], rule.end)
            else:
                pieces.append([rule.start, rule.end])
        merged += [Rule(at, start, stop) for start, stop in pieces if stop - start >= _SHORT]
    return merged


def _touching(across: list[Rule], down: list[Rule]) -> list[tuple[list[Rule], list[Rule]]]:
    """Return the groups of rules that touch one another, those across and those down."""
    group = list(range(len(across) + len(down)))

    def find(member: int) -> int:
        while group[member] != member:
            group[member] = group[group[member]]
            member = group[member]
        return member

    for i, flat in enumerate(across):
        for j, upright in enumerate(down):
            if (
                flat.start - _SNAP <= upright.at <= flat.end + _SNAP
                and upright.start - _SNAP <= flat.at <= upright.end + _SNAP
            ):
                group[find(len(across) + j)] = find(i)
    groups: dict[int, tuple[list[Rule], list[Rule]]] = {}
    for i, rule in enumerate([*across, *down]):
        groups.setdefault(find(i), ([], []))[i >= len(across)].append(rule)
    return [both for both in groups.values() if both[0] and both[1]]


def _levels(values: Iterable[float]) -> list[float]:
    """Return the distinct positions among values, those within reach of one another made one."""
    levels: list[float] = []
    for value in sorted(values):
        if not levels or value - levels[-1] > _SNAP:
            levels.append(value)
    return levels


def _parts(page: Page) -> list[_Part]:
    """Return the tables on a page, empty of text yet; a table inside a cell is part of the cell."""
    across, down = _merged(page.across), _merged(page.down)
    if len(across) + len(down) > _MAX_RULES:
        return []
    parts: list[_Part] = []
    for flat, upright in _touching(across, down):
        xs = _levels([r.at for r in upright] + [x for r in flat for x in (r.start, r.end)])
        ys = _levels([r.at for r in flat] + [y for r in upright for y in (r.start, r.end)])
        if len(xs) < 2 or len(ys) < 2 or (len(xs), len(ys)) == (2, 2):
            continue
        parts.append(_Part(page.number, xs, ys, _areas(xs, ys, flat, upright)))
    parts.sort(key=lambda part: (part.xs[0] - part.xs[-1]) * (part.ys[-1] - part.ys[0]))
    outer: list[_Part] = []
    for part in parts:
        if not any(_inside(part, other) for other in outer):
            outer.append(part)
    return outer


def _inside(part: _Part, other: _Part) -> bool:
    return (
        other.xs[0] - _SNAP <= part.xs[0]
        and part.xs[-1] <= other.xs[-1] + _SNAP
        and other.ys[0] - _SNAP <= part.ys[0]
        and part.ys[-1] <= other.ys[-1] + _SNAP
    )


def _areas(
    xs: list[float], ys: list[float], across: list[Rule], down: list[Rule]
) -> list[list[_Area]]:
    """Return for each row and column the area over it: places with no rule between are one."""
    width, height = len(xs) - 1, len(ys) - 1
    walls = _walls(xs, ys, down)
    floors = _walls(ys, xs, across)
    rows: list[list[_Area | None]] = [[None] * width for _ in range(height)]
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
            area = _Area(xs[c], xs[right + 1], ys[r], ys[bottom + 1], r, bottom)
            for i in range(r, bottom + 1):
                rows[i][c : right + 1] = [area] * (right + 1 - c)
    return [[area for area in row if area is not None] for row in rows]


def _walls(levels: list[float], steps: list[float], rules: list[Rule]) -> list[list[bool]]:
    """Return for each level and each step along it whether a rule stands there."""
    walls = [[False] * (len(steps) - 1) for _ in levels]
    for rule in rules:
        nearest = min(range(len(levels)), key=lambda i: abs(levels[i] - rule.at))
        for k, (start, end) in enumerate(pairwise(steps)):
            shared = min(end, rule.end) - max(start, rule.start)
            if shared > 0.5 * (end - start):
                walls[nearest][k] = True
    return walls


def _content(page: Page) -> list[_Line | _Part]:
    """Return the lines and tables of a page from top to bottom."""
    parts = _parts(page)
    inside: dict[int, list[Glyph]] = {}
    areas: dict[int, _Area] = {}
    free: list[Glyph] = []
    for glyph in page.glyphs:
        x, y = (glyph.x0 + glyph.x1) / 2, glyph.baseline - 0.35 * glyph.em
        for part in parts:
            if part.xs[0] <= x <= part.xs[-1] and part.ys[0] <= y <= part.ys[-1]:
                row = min(bisect_right(part.ys, y), len(part.ys) - 1) - 1
                column = min(bisect_right(part.xs, x), len(part.xs) - 1) - 1
                area = part.rows[row][column]
                areas[id(area)] = area
                inside.setdefault(id(area), []).append(glyph)
                break
        else:
            free.append(glyph)
    for key, glyphs in inside.items():
        areas[key].lines = _lines(glyphs, page.number)
    filled = [part for part in parts if any(area.lines for row in part.rows for area in row)]
    items: list[_Line | _Part] = [*_lines(free, page.number), *filled]
    items.sort(key=lambda item: item.baseline if isinstance(item, _Line) else item.ys[0])
    return items


# --- furniture ------------------------------------------------------------------------------


@cache
def _furniture() -> re.Pattern[str]:
    return re.compile("|".join(vocabulary.load("cells")["furniture"]))


def _without_furniture(
    contents: list[list[_Line | _Part]], pages: Sequence[Page]
) -> list[list[_Line | _Part]]:
    """Return the pages without page numbers and running headers and footers.

    A page number is the first or last line of its page; a running line stands at one height near
    the edge of half of all pages with the same words.
    """
    running: Counter[tuple[str, int]] = Counter()
    for content, page in zip(contents, pages, strict=True):
        running.update({key for item in content if (key := _edge_line(item, page))})
    often = max(3, 0.5 * len(pages))
    kept = []
    for content, page in zip(contents, pages, strict=True):
        rest = [
            item
            for item in content
            if not ((key := _edge_line(item, page)) and running[key] >= often)
        ]
        for end in (0, -1):
            if rest and isinstance(item := rest[end], _Line):
                margin = min(item.baseline, page.height - item.baseline)
                if margin < 0.12 * page.height and _furniture().fullmatch(fold(item.text)):
                    rest.pop(end)
        kept.append(rest)
    return kept


def _edge_line(item: _Line | _Part, page: Page) -> tuple[str, int] | None:
    if isinstance(item, _Part) or 0.1 * page.height < item.baseline < 0.9 * page.height:
        return None
    return re.sub(r"\d+", "#", fold(item.text)), round(item.baseline / 4)


# --- paragraphs -----------------------------------------------------------------------------


@dataclass(frozen=True)
class _Setting:
    """How the body is set: where lines begin and end, and how far apart they are (in em)."""

    left: float
    right: float
    pitch: float


def _setting(lines: list[_Line]) -> _Setting:
    """Return the setting of the body, taken from all its lines."""
    if not lines:
        return _Setting(0.0, 0.0, 2.0)
    left = Counter(round(line.x0) for line in lines).most_common(1)[0][0]
    # Punctuation may hang over the margin: it does not show where the margin is.
    ends = sorted((line.x1 for line in lines if line.text[-1] not in _CLOSING), reverse=True)
    em = sorted(line.em for line in lines)[len(lines) // 2]
    right = next((a for a, b in pairwise(ends) if a - b < em), ends[0] if ends else lines[0].x1)
    pitches = Counter(
        round((below.baseline - above.baseline) / above.em, 1)
        for above, below in pairwise(lines)
        if below.page == above.page and not _had_room(above, below, right)
    )
    usual = [pitch for pitch, count in pitches.items() if count >= 0.2 * pitches.total()]
    return _Setting(left, right, min(usual, default=2.0))


def _begins_paragraph(above: _Line, line: _Line, setting: _Setting) -> bool:
    """Tell whether a line begins a paragraph of its own."""
    if line.x0 > setting.left + 1.2 * line.em or _had_room(above, line, setting.right):
        return True
    apart = line.baseline - above.baseline
    if line.page == above.page and apart > 1.3 * setting.pitch * above.em:
        return True
    return above.text[-1] in _STOP and bool(_NUMBERED.match(line.text))


# --- tables over pages ----------------------------------------------------------------------


def _goes_on(above: _Part, below: _Part) -> bool:
    """Tell whether a table goes on in the first one of the next page: the same columns."""
    if below.page != above.page + 1:
        return False
    widths = (above.xs[-1] - above.xs[0], below.xs[-1] - below.xs[0])
    if abs(widths[0] - widths[1]) > 2 * _SAME_COLUMN:
        return False
    fewer, more = sorted(
        ([x - part.xs[0] for x in part.xs] for part in (above, below)), key=len
    )
    if not all(any(abs(x - y) <= _SAME_COLUMN for y in more) for x in fewer):
        return False
    return not _is_header(below.row_texts(0)) or below.row_texts(0) == above.row_texts(0)
