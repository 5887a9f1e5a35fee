"""Lines → paragraphs, told by how the body is set: its margins, indents and pitch."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise

from safeplan.documents.printed.lines import CLOSING, STOP, Line, had_room
from safeplan.text.numbering import CHINESE, HEADING

_NUMBERED = re.compile(
    rf"第{CHINESE}[篇章编部节]|{HEADING.pattern}"
    r"|[（(]\d{1,3}[)）]|\d{1,2}[.．、](?!\d)|——|[①-⑳]|附件|附表"
)
_COMPLETE = STOP + "：:.!?;"
_INDENTS = 3  # lines that show that paragraphs are indented
_LONG = 0.75  # share of the width that a line broken early takes at the least


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
    """Tell whether a line goes on with a sentence that was broken early.

    Where paragraphs begin with an indent, a line that stands at the margin begins none, unless
    what is above it was complete.
    """
    return (
        setting.indented
        and line.x0 < setting.left + 0.5 * line.em
        and above.text[-1] not in _COMPLETE
        and above.em <= 1.15 * setting.em
        and above.x0 < setting.left + 2.5 * above.em
        and above.x1 - setting.left > _LONG * (setting.right - setting.left)
        and not is_numbered(line.text)
    )
