"""Lines → paragraphs, told by how the body is set: its margins, indents and pitch."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise

from safeplan.documents.printed.lines import CLOSING, STOP, Line, had_room

_NUMBERED = re.compile(
    r"第[一二三四五六七八九十]{1,3}[篇章编部节]|[一二三四五六七八九十]{1,3}、"
    r"|[（(][一二三四五六七八九十\d]{1,3}[)）]|\d{1,2}[.．、](?!\d)|——|[①-⑳]|附件|附表"
)


@dataclass(frozen=True)
class Setting:
    """How the body is set: where lines begin and end, and how far apart they are (in em)."""

    left: float
    right: float
    pitch: float


def setting_of(lines: list[Line], width: float) -> Setting:
    """Return the setting of the body, taken from all its lines and the width of the page."""
    if not lines:
        return Setting(0.0, width, 2.0)
    lefts = Counter(round(line.x0) for line in lines)
    often = 0.1 * max(lefts.values())
    left = min(x for x, count in lefts.items() if count >= often)
    # Punctuation may hang over the margin: it does not show where the margin is.
    ends = sorted((line.x1 for line in lines if line.text[-1] not in CLOSING), reverse=True)
    em = sorted(line.em for line in lines)[len(lines) // 2]
    right = next((a for a, b in pairwise(ends) if a - b < em), ends[0] if ends else lines[0].x1)
    if right - left < 0.7 * (width - 2 * left):
        right = width - left  # no line was full: the margins are alike
    pitches = Counter(
        round((below.baseline - above.baseline) / above.em, 1)
        for above, below in pairwise(lines)
        if below.page == above.page and not had_room(above, below, right)
    )
    usual = [pitch for pitch, count in pitches.items() if count >= 0.2 * pitches.total()]
    return Setting(left, right, min(usual, default=2.0))


def begins_paragraph(above: Line, line: Line, setting: Setting) -> bool:
    """Tell whether a line begins a paragraph of its own."""
    if line.x0 > setting.left + 1.2 * line.em or had_room(above, line, setting.right):
        return True
    apart = line.baseline - above.baseline
    if line.page == above.page and apart > 1.3 * setting.pitch * above.em:
        return True
    return above.text[-1] in STOP and bool(_NUMBERED.match(line.text))
