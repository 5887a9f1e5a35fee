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
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import pairwise
from typing import Literal

from safeplan import vocabulary
from safeplan.documents.blocks import (
    Block,
    Paragraph,
    RawCell,
    RawGrid,
    ReaderNote,
    Reading,
)
from safeplan.documents.header_words import is_header_row
from safeplan.documents.limits import CellBudget
from safeplan.documents.spacing import fold
from safeplan.models import Source

_OPENING = "（(“‘《〈「『【〔[{"
_CLOSING = "）)”’》〉」』】〕]}，。、；：！？,.;:!?%‰℃°…·—/-~～"
_QUOTES = "“”‘’"
_INFIX = ".,:/+-—"  # signs within a number or a Latin word
_STOP = "。！？；"
_NUMBERED = re.compile(
    r"第[一二三四五六七八九十]{1,3}[篇章编部节]|[一二三四五六七八九十]{1,3}、"
    r"|[（(][一二三四五六七八九十\d]{1,3}[)）]|\d{1,2}[.．、](?!\d)|——|[①-⑳]|附件|附表"
)
_SNAP = 3.0  # points between rules that are one
_SHORT = 6.0  # points: no shorter rule is the side of a cell
_SAME_COLUMN = 5.0  # points between the columns of one table on two pages
_MAX_RULES = 4000  # on one page; a drawing of more is no table
_FIGURE = re.compile(r"\d+(?:[.,:∶/]\d+)*[%‰℃㎡㎥]?")
_UNSURE = 0.7  # a character recognised with less confidence is named
# Below the last line of a cell that is cut: the space of a line that did not fit, and of one kept
# back lest the last line of a paragraph stand alone on a page.
_FREE_LINES = 2.8
_ENOUGH = 3  # cells that show the habit of a column
_MAX_GLYPH_GAP = 0.3  # em between two Latin glyphs of one word


@dataclass(frozen=True, slots=True)
class Glyph:
    """One printed character; lengths in points, y downwards from the top of the page."""

    text: str
    x0: float
    x1: float
    baseline: float
    em: float
    confidence: float | None = None
    """How sure its reading is, 0..1, where it was recognised in a picture."""


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
    """A row of a whole table: the cell over each column."""

    cells: list[_Cell]
    page: int


def read_pages(pages: Sequence[Page]) -> Reading:
    """Return the blocks of a document in reading order, and what was repaired or doubted."""
    contents = _without_furniture([_content(page) for page in pages], pages)
    items = [item for content in contents for item in content]
    widths = sorted(page.width for page in pages)
    setting = _setting(
        [item for item in items if isinstance(item, _Line)], widths[len(widths) // 2]
    )
    blocks: list[Block] = []
    notes: list[ReaderNote] = []
    held: list[_Line] = []
    parts: list[_Part] = []
    tables = 0
    budget = CellBudget()

    def close() -> None:
        nonlocal tables
        if held:
            text = fold(_text([(line, setting.right) for line in held]))
            source = Source(page=held[0].page)
            blocks.append(Paragraph(text, source))
            notes.extend(_recognised(held, source))
            held.clear()
        if parts:
            tables += 1
            grid, grid_notes = _whole(parts, tables, budget)
            blocks.append(grid)
            notes.extend(grid_notes)
            parts.clear()

    for item in items:
        if isinstance(item, _Part):
            if not (parts and _goes_on(parts, item)):
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
    return _Line(inked, text.strip(), inked[0].x0, last.x1, last.baseline, em, page, _need(inked))


def _need(glyphs: list[Glyph]) -> float:
    """Return the width of the glyphs at the beginning of a line that stay together."""
    end = next(
        (at for at, (left, right) in enumerate(pairwise(glyphs)) if not _glued(left, right)),
        len(glyphs) - 1,
    )
    return glyphs[end].x1 - glyphs[0].x0


def _glued(left: Glyph, right: Glyph) -> bool:
    """Tell whether typesetters keep two glyphs on one line."""
    if left.text in _OPENING or right.text in _CLOSING:
        return True
    # Unicode's line breaking (UAX 14) lets no line end on either side of “ and ”.
    if left.text in _QUOTES or right.text in _QUOTES:
        return True
    latin = all(glyph.text in _INFIX or _is_latin(glyph.text) for glyph in (left, right))
    return latin and right.x0 - left.x1 < _MAX_GLYPH_GAP * left.em


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
        latin = line.text[-1:].isascii() and following.text[:1].isascii()
        text += ("\n" if broken and not latin else _joint(line, following)) + following.text
    return text


def _recognised(lines: Sequence[_Line], source: Source) -> list[ReaderNote]:
    """Return what is to be said of text recognised in a picture: each figure, and what is unsure."""
    glyphs = [glyph for line in lines for glyph in line.glyphs]
    if all(glyph.confidence is None for glyph in glyphs):
        return []
    text = "".join(glyph.text for glyph in glyphs)
    # A glyph may hold more than one sign: only where each holds one do they stand side by side.
    sure = [1.0 if glyph.confidence is None else glyph.confidence for glyph in glyphs]
    notes = []
    for match in _FIGURE.finditer(text):
        args = {
            "text": match.group(),
            "confidence": f"{min(sure[match.start() : match.end()]):.2f}",
            "context": text[max(match.start() - 6, 0) : match.end() + 6],
        }
        notes.append(ReaderNote("ocr_figure", "doubt", args, source))
    unsure = [
        glyph.text
        for glyph, its in zip(glyphs, sure, strict=True)
        if its < _UNSURE and glyph.text.isalnum()
    ]
    if unsure:
        args = {"text": "、".join(dict.fromkeys(unsure)), "context": text[:20]}
        notes.append(ReaderNote("ocr_unsure", "doubt", args, source))
    return notes


# --- cells ----------------------------------------------------------------------------------


def _merged(rules: list[Rule]) -> list[Rule]:
    """Return the rules with those in one line, and those drawn in pieces, made one."""
    merged: list[Rule] = []
    rules = sorted(rules, key=lambda rule: rule.at)
    while rules:
        end = next((i for i, rule in enumerate(rules) if rule.at - rules[0].at > _SNAP), len(rules))
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


def _levels(values: Iterable[float], reach: float = _SNAP) -> list[float]:
    """Return the distinct positions among values, those within reach of one another made one."""
    levels: list[float] = []
    for value in sorted(values):
        if not levels or value - levels[-1] > reach:
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


def cell_boxes(page: Page) -> list[tuple[float, float, float, float]]:
    """Return the boxes (x0, y0, x1, y1) of all cells that the rules of a page make."""
    areas = {id(area): area for part in _parts(page) for row in part.rows for area in row}
    return [(area.x0, area.y0, area.x1, area.y1) for area in areas.values()]


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


def _setting(lines: list[_Line], width: float) -> _Setting:
    """Return the setting of the body, taken from all its lines and the width of the page."""
    if not lines:
        return _Setting(0.0, width, 2.0)
    lefts = Counter(round(line.x0) for line in lines)
    often = 0.1 * max(lefts.values())
    left = min(x for x, count in lefts.items() if count >= often)
    # Punctuation may hang over the margin: it does not show where the margin is.
    ends = sorted((line.x1 for line in lines if line.text[-1] not in _CLOSING), reverse=True)
    em = sorted(line.em for line in lines)[len(lines) // 2]
    right = next((a for a, b in pairwise(ends) if a - b < em), ends[0] if ends else lines[0].x1)
    if right - left < 0.7 * (width - 2 * left):
        right = width - left  # no line was full: the margins are alike
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


def _header_height(first: _Part, part: _Part) -> int:
    """Return how many rows at the head of a part print the header of the table again."""
    height = 0
    for row in range(min(3, len(part.rows), len(first.rows))):
        if part.row_texts(row) != first.row_texts(row) or not any(part.row_texts(row)):
            break
        height += 1
    return height


def _goes_on(parts: list[_Part], below: _Part) -> bool:
    """Tell whether a table goes on in the first one of the next page: the same columns."""
    above = parts[-1]
    if below.page != above.page + 1:
        return False
    widths = (above.xs[-1] - above.xs[0], below.xs[-1] - below.xs[0])
    if abs(widths[0] - widths[1]) > 2 * _SAME_COLUMN:
        return False
    fewer, more = sorted(([x - part.xs[0] for x in part.xs] for part in (above, below)), key=len)
    if not all(any(abs(x - y) <= _SAME_COLUMN for y in more) for x in fewer):
        return False
    return not is_header_row(below.row_texts(0)) or _header_height(parts[0], below) > 0


def _whole(parts: list[_Part], number: int, budget: CellBudget) -> tuple[RawGrid, list[ReaderNote]]:
    """Join the parts of a table, and the rows and cells that the page breaks have cut.

    Raises:
        DocumentError: `too_many_cells`.
    """
    budget.spend(sum(len(row) for part in parts for row in part.rows))
    table = _Table(parts)
    cut: dict[int, ReaderNote] = {}
    for part in parts:
        rows = table.rows_of(part)
        if table.rows:
            rows = rows[_header_height(parts[0], part) :]
            if rows:
                code = table.join(rows)
                if code:
                    cut[len(table.rows) + (code != "row_cut")] = ReaderNote(
                        code, "repair" if code == "row_cut" else "doubt", {"page": str(part.page)}
                    )
                if code == "row_cut":
                    rows = rows[1:]
        table.rows += rows
    grid: list[list[RawCell]] = []
    notes: list[ReaderNote] = []
    if len(parts) > 1:
        first, last = str(parts[0].page), str(parts[-1].page)
        args = {"table": str(number), "first": first, "last": last}
        notes.append(ReaderNote("pages_joined", "repair", args, Source(page=parts[0].page)))
    seen: set[int] = set()
    for index, row in enumerate(table.rows, start=1):
        source = Source(page=row.page, table=number, row=index)
        cells = []
        begun = set()
        for cell in row.cells:
            covered = id(cell) in seen
            spanned = not covered and id(cell) in begun
            begun.add(id(cell))
            text = "" if covered or spanned else table.text(cell)
            if text:
                lines = [line for area in cell.areas for line in area.lines]
                notes.extend(_recognised(lines, source))
            cells.append(RawCell(text, source, covered=covered, spanned=spanned))
        seen |= begun
        grid.append(cells)
        if index in cut:
            notes.append(replace(cut[index], source=source))
    return RawGrid(grid, merges_known=True), notes


class _Table:
    """A table over all its pages, while it is being put together."""

    def __init__(self, parts: list[_Part]) -> None:
        self.rows: list[_Row] = []
        self._parts = parts
        self._columns = _levels((x - part.xs[0] for part in parts for x in part.xs), _SAME_COLUMN)
        gaps = [
            area.lines[0].x0 - area.x0
            for part in parts
            for row in part.rows
            for area in row
            if area.lines
        ]
        self._padding = max(min(gaps, default=0.0), 0.0)
        self._habits = self._note_habits()

    def rows_of(self, part: _Part) -> list[_Row]:
        """Return the rows of a part, each with a cell for every column of the whole table."""
        cells: dict[int, _Cell] = {}
        rows = []
        for areas in part.rows:
            over = []
            for start, end in pairwise(self._columns):
                at = bisect_right(part.xs, part.xs[0] + (start + end) / 2) - 1
                area = areas[min(max(at, 0), len(areas) - 1)]
                over.append(cells.setdefault(id(area), _Cell([area])))
            rows.append(_Row(over, part.page))
        return rows

    def text(self, cell: _Cell) -> str:
        """Return the text of a cell over all its pages."""
        return _text([(line, self._limit(area)) for area in cell.areas for line in area.lines])

    def _limit(self, area: _Area) -> float:
        return area.x1 - self._padding

    def join(self, rows: list[_Row]) -> Literal["row_cut", "row_cut_unsure"] | None:
        """Join what the page break before `rows` has cut; say what it did to the first of them.

        Returns:
            `row_cut` where that row is the rest of the last one above and has been added to it,
            `row_cut_unsure` where it may be, None where it is a row of its own.
        """
        last, first = self.rows[-1].cells, list(rows[0].cells)
        if is_header_row([fold(self.text(cell)) for cell in last]):
            return None  # the break stands between the header and the rows
        flows = {
            id(below): self._flow(habit, above, below)
            for habit, above, below in reversed(list(zip(self._habits, last, first, strict=True)))
        }
        kind = self._kind(first, flows)
        unnamed = flows[id(first[0])] == "bare"
        for column, (above, below) in enumerate(zip(last, first, strict=True)):
            if below is not rows[0].cells[column]:
                continue  # joined in a column further left
            flow = flows[id(below)]
            beside = first[column + 1 : column + 2]
            alone = self._habits[column].numbered and any(flows[id(c)] != "bare" for c in beside)
            if kind == "row_cut" or (flow == "flows" and unnamed):
                above.areas += below.areas
            elif flow != "bare" or not (
                (unnamed and self._habits[column].filled and not alone)
                or self._merged(column, above, below, rows)
            ):
                continue
            for row in rows:
                row.cells = [above if cell is below else cell for cell in row.cells]
        return kind

    def _merged(self, column: int, above: _Cell, below: _Cell, rows: list[_Row]) -> bool:
        """Tell whether a cell on either side of a page break is one over several rows."""
        taller_above = len(self.rows) > 1 and self.rows[-2].cells[column] is above
        taller_below = len(rows) > 1 and rows[1].cells[column] is below
        return not above.bare and (taller_above or taller_below)

    def _flow(self, habit: _Habit, above: _Cell, below: _Cell) -> _Flow:
        """Tell how the text of a cell below a page break follows on the text above it."""
        if below.bare:
            return "bare"
        area = above.areas[-1]
        if not area.lines:
            return "fresh"
        line, following = area.lines[-1], below.areas[0].lines[0]
        pitch = line.baseline - area.lines[-2].baseline if len(area.lines) > 1 else 1.3 * line.em
        if area.y1 - line.baseline > _FREE_LINES * pitch:
            return "fresh"
        ended = habit.parts(line.text[-1], following.text[0])
        if _had_room(line, following, self._limit(area)):
            return "closed" if ended else "either"
        return "either" if ended else "flows"

    def _kind(
        self, first: list[_Cell], flows: dict[int, _Flow]
    ) -> Literal["row_cut", "row_cut_unsure"] | None:
        """Tell from how its cells follow what the first row below a page break is."""
        found = [flows[id(cell)] for cell in first]
        if "fresh" in found or found[0] in ("either", "closed") or found.count("closed") > 1:
            return None
        # Columns that never fail to have a cell for each row say it for all; elsewhere a cell over
        # several rows may be cut where a row ends.
        due = [flow for flow, habit in zip(found, self._habits, strict=True) if habit.single]
        if "flows" in (due or found) or "bare" in due or set(found) == {"bare"}:
            return "row_cut"
        return None if due else "row_cut_unsure"

    def _note_habits(self) -> list[_Habit]:
        """Note each column's habits, leaving out what stands beside a page break."""
        habits = [_Habit() for _ in self._columns[1:]]
        for part in self._parts:
            if part is self._parts[0]:
                head = 0 if is_header_row(part.row_texts(0)) else -1
            else:
                head = _header_height(self._parts[0], part)
            for index, row in enumerate(self.rows_of(part)):
                for habit, cell in zip(habits, row.cells, strict=True):
                    area = cell.areas[0]
                    if index != head and area.first == index:
                        habit.note(area, at_foot=area.last == len(part.rows) - 1)
        return habits


_Flow = Literal["bare", "fresh", "closed", "either", "flows"]
"""How the text of a cell below a page break follows: there is none (`bare`); it is new, since
above it there was place for it (`fresh`); the text above ended, and early in its line (`closed`:
one cell may hold two paragraphs, two cells do not both end one there); it goes on (`flows`); or it
could be either."""


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
        return last in _STOP and 3 * len(self.starts) > self.cells

    def note(self, area: _Area, *, at_foot: bool) -> None:
        self.cells += 1
        self.tall += area.last > area.first
        self.bare += not area.lines
        if area.lines:
            self.starts.add(area.lines[0].text[0])
            if not at_foot:
                self.ends.add(area.lines[-1].text[-1])
