"""Glyphs and rules on a page; glyphs → lines, lines → paragraphs and the text wrapped over them.

Lengths are points from the upper left of the page.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from operator import attrgetter
from typing import TypeVar

from safeplan.text.numbering import CHINESE, HEADING

_OPENING = "（(“‘《〈「『【〔[{"
CLOSING = "）)”’》〉」』】〕]}，。、；：！？,.;:!?%‰℃°…·—/-~～"
_QUOTES = "“”‘’"
_INFIX = ".,:/+-—"  # signs within a number or a Latin word
STOP = "。！？；"
_GAP, _SPACED = 0.6, 1.6  # em: wider is a gap between texts; with a printed space in it
_SMALL, _RAISED_ABOVE, _RAISED_BELOW = 0.75, 0.22, 0.7  # em of the line it is raised above
_RAISED_GLYPHS = 3  # no more of them are a mark or a power
_RAISED = str.maketrans("0123456789+-()", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾")
_OVERLAID = 0.4  # em that a glyph covers of the one before it where they are of two texts
_TANGLED = 3  # such glyphs on a line
_MAX_GLYPH_GAP = 0.3  # em between two Latin glyphs of one word
_NUMBERED = re.compile(
    rf"第{CHINESE}[篇章编部节]|{HEADING.pattern}"
    r"|[（(]\d{1,3}[)）]|\d{1,2}[.．、](?!\d)|——|[①-⑳]|附件|附表"
)
_COMPLETE = STOP + "：:.!?;"
_INDENTS = 3  # lines that show that paragraphs are indented
_LONG = 0.75  # share of the width that a line broken early takes at the least

_T = TypeVar("_T")


def chained(items: Iterable[_T], belongs: Callable[[list[_T], _T], bool]) -> list[list[_T]]:
    """Return items in groups: each belongs to the group before it, or begins one.

    >>> chained([1, 2, 5, 6, 9], lambda group, item: item - group[-1] == 1)
    [[1, 2], [5, 6], [9]]
    """
    groups: list[list[_T]] = []
    for item in items:
        if groups and belongs(groups[-1], item):
            groups[-1].append(item)
        else:
            groups.append([item])
    return groups


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
class RuledLine:
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
    across: list[RuledLine] = field(default_factory=list)
    down: list[RuledLine] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Line:
    """The glyphs on one baseline, as far as they belong together."""

    glyphs: list[Glyph]
    text: str
    x0: float
    x1: float
    baseline: float
    em: float
    page: int
    need: float
    """The width of what could not be parted from its beginning: a word, 《 and the next glyph."""
    gaps: tuple[int, ...] = ()
    """Where a gap stands before a glyph that is wider than any space within a text."""
    spaces: tuple[tuple[float, float], ...] = ()
    """From where to where each space within the text stands, where the file prints spaces."""
    tangled: bool = False
    """True where two texts stand over each other."""
    narrow: bool = False
    """True where it is of running text set in columns."""


def lines_of(glyphs: Iterable[Glyph], page: int) -> list[Line]:
    """Return the lines that the glyphs of a page make, from top to bottom."""
    rows = chained(
        sorted(glyphs, key=attrgetter("baseline")),
        lambda row, glyph: glyph.baseline - row[-1].baseline <= 0.35 * glyph.em,
    )
    return [line for row in _with_raised(rows) if (line := _line(row, page))]


def _with_raised(rows: list[list[Glyph]]) -> list[list[Glyph]]:
    """Return the rows with small raised signs in the row they are raised above: 30¹处, m²."""
    whole: list[list[Glyph]] = []
    above: list[Glyph] = []
    for row in rows:
        em = max(glyph.em for glyph in row)
        level = next(glyph.baseline for glyph in row if glyph.em == em)
        start, end = min(glyph.x0 for glyph in row), max(glyph.x1 for glyph in row)
        if above and all(
            glyph.em <= _SMALL * em
            and level - glyph.baseline < _RAISED_BELOW * em
            and start < glyph.x0 <= end + 0.5 * em
            for glyph in above
        ):
            whole.pop()
            row = [*above, *row]
        above = row
        small = [g for g in row if g.em <= _SMALL * em and level - g.baseline > _RAISED_ABOVE * em]
        runs = chained(
            sorted(small, key=attrgetter("x0")),
            lambda run, glyph: glyph.x0 - run[-1].x1 < _MAX_GLYPH_GAP * em,  # noqa: B023
        )
        # More of them in a run are small type.
        marks = {id(glyph) for run in runs if len(run) <= _RAISED_GLYPHS for glyph in run}
        whole.append(
            [
                replace(glyph, text=glyph.text.translate(_RAISED), baseline=level)
                if id(glyph) in marks
                else glyph
                for glyph in row
            ]
        )
    return whole


def _line(row: list[Glyph], page: int) -> Line | None:
    row.sort(key=attrgetter("x0"))
    inked: list[Glyph] = []
    gaps: list[int] = []
    spaces: list[tuple[float, float]] = []
    text = ""
    blanks = overlaid = 0
    last: Glyph | None = None
    for glyph in row:
        if last:
            # Bold that a font lacks is made by printing a glyph twice.
            if glyph.text == last.text and glyph.x0 - last.x0 < 0.2 * glyph.em:
                continue
            # Signs are set closer than they are wide.
            words = last.text.isalnum() and glyph.text.isalnum()
            overlaid += words and last.x1 - glyph.x0 > _OVERLAID * min(last.em, glyph.em)
            latin = last.text.isascii() and glyph.text.isascii()
            if latin and glyph.x0 - last.x1 > _MAX_GLYPH_GAP * 0.5 * (glyph.em + last.em):
                text += " "
        text += glyph.text
        if glyph.text.isspace():
            blanks += 1
        else:
            if inked:
                width = (glyph.x0 - inked[-1].x1) / max(glyph.em, inked[-1].em)
                if width > (_SPACED if blanks == 1 else _GAP):
                    gaps.append(len(inked))
                elif blanks and last:
                    spaces.append((last.x0, glyph.x0))
            inked.append(glyph)
            blanks = 0
        last = glyph
    if not inked:
        return None
    return Line(
        inked,
        text.strip(),
        inked[0].x0,
        inked[-1].x1,
        inked[-1].baseline,
        max(glyph.em for glyph in inked),
        page,
        _need(inked),
        tuple(gaps),
        tuple(spaces),
        tangled=overlaid >= _TANGLED,
    )


def _need(glyphs: list[Glyph]) -> float:
    """Return the width of the glyphs at the beginning of a line that stay together."""
    end = glyphs[0]
    for left, end in pairwise(glyphs):
        if not _glued(left, end):
            return left.x1 - glyphs[0].x0
    return end.x1 - glyphs[0].x0


def pieces_of(line: Line, cuts: Sequence[int]) -> list[Line]:
    """Return the pieces of a line, each a line; `cuts` says before which glyphs it is cut."""
    if not cuts:
        return [line]
    ends = [0, *cuts, len(line.glyphs)]
    pieces = (_line(line.glyphs[start:end], line.page) for start, end in pairwise(ends))
    return [piece for piece in pieces if piece]


def _glued(left: Glyph, right: Glyph) -> bool:
    """Tell whether typesetters keep two glyphs on one line."""
    if left.text in _OPENING or right.text in CLOSING:
        return True
    # Unicode's line breaking (UAX 14) lets no line end on either side of “ and ”.
    if left.text in _QUOTES or right.text in _QUOTES:
        return True
    latin = all(glyph.text in _INFIX or is_latin(glyph.text) for glyph in (left, right))
    return latin and right.x0 - left.x1 < _MAX_GLYPH_GAP * left.em


def is_latin(text: str) -> bool:
    """Tell whether a text is of Latin letters and digits."""
    return text.isascii() and text.isalnum()


def had_room(line: Line, following: Line, limit: float) -> bool:
    """Tell whether what begins `following` had fitted into `line`: it was broken on purpose."""
    return limit - line.x1 > following.need + 0.3 * following.em


def text_of(lines: Sequence[tuple[Line, float]]) -> str:
    """Return the text of lines, each with the x it could have run to."""
    text = lines[0][0].text if lines else ""
    for (line, limit), (following, _) in pairwise(lines):
        before, after = line.text[-1:], following.text[:1]
        if had_room(line, following, limit) and not (before.isascii() and after.isascii()):
            text += "\n"
        elif is_latin(before) and is_latin(after) and not (before.isdigit() and after.isdigit()):
            text += " "
        text += following.text
    return text


# --- paragraphs, told by how the body is set: its margins, indents and pitch -------------------


@dataclass(frozen=True)
class BodySetting:
    """How the body is set: where lines begin and end, and how far apart they are (in em)."""

    left: float
    right: float
    pitch: float
    em: float
    indented: bool
    """True where paragraphs begin two characters in."""


def setting_of(lines: list[Line], width: float | None) -> BodySetting:
    """Return the setting of the body.

    Args:
        lines: all its lines.
        width: that of the page, None where columns stand on it.
    """
    lefts = Counter(round(line.x0) for line in lines)
    often = 0.1 * max(lefts.values())
    left = min(x for x, count in lefts.items() if count >= often)
    # Punctuation may hang over the margin: it does not show where the margin is.
    ends = sorted((line.x1 for line in lines if line.text[-1] not in CLOSING), reverse=True)
    em = sorted(line.em for line in lines)[len(lines) // 2]
    right = next((a for a, b in pairwise(ends) if a - b < em), ends[0] if ends else lines[0].x1)
    if width is not None and right - left < 0.7 * (width - 2 * left):
        right = width - left  # no line was full: the margins are alike
    pitches = Counter(
        round((below.baseline - above.baseline) / above.em, 1)
        for above, below in pairwise(lines)
        if below.page == above.page and not had_room(above, below, right)
    )
    usual = [pitch for pitch, count in pitches.items() if count >= 0.2 * pitches.total()]
    indents = sum(1.5 * line.em < line.x0 - left < 2.5 * line.em for line in lines)
    indented = indents >= max(_INDENTS, 0.2 * len(lines))
    return BodySetting(left, right, min(usual, default=2.0), em, indented)


def is_numbered(text: str) -> bool:
    """Tell whether a text begins with a number, as a heading or an item does."""
    return bool(_NUMBERED.match(text))


def begins_paragraph(above: Line, line: Line, setting: BodySetting) -> bool:
    """Tell whether a line begins a paragraph of its own."""
    apart = line.baseline - above.baseline
    if line.page == above.page and apart > 1.3 * setting.pitch * above.em:
        return True
    if max(above.em, line.em) > 1.15 * min(above.em, line.em):
        return True
    room = had_room(above, line, setting.right)
    if not room and _is_title(above, setting) and _is_title(line, setting):
        return False
    if line.x0 > setting.left + 1.2 * line.em:
        return True
    if room:
        return not _goes_on(above, line, setting)
    return above.text[-1] in STOP + "）)" and is_numbered(line.text)


def _is_title(line: Line, setting: BodySetting) -> bool:
    """Tell whether a line is larger than the body and stands in the middle of the page."""
    middle = (setting.left + setting.right) / 2
    return line.em > 1.15 * setting.em and abs((line.x0 + line.x1) / 2 - middle) < line.em


def _goes_on(above: Line, line: Line, setting: BodySetting) -> bool:
    """Tell whether a line at the margin, where paragraphs are indented, goes on with a sentence."""
    return (
        setting.indented
        and line.x0 < setting.left + 0.5 * line.em
        and above.text[-1] not in _COMPLETE
        and above.em <= 1.15 * setting.em
        and above.x0 < setting.left + 2.5 * above.em
        and above.x1 - setting.left > _LONG * (setting.right - setting.left)
        and not is_numbered(line.text)
    )
