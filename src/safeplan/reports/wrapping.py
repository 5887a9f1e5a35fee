"""Chinese text in columns: lines break between characters, but never inside a number.

Rich breaks at spaces, which Chinese has none of, and then anywhere: `40.` on one line and
`79万平方米` on the next is a wrong number at a glance. Here a run of Latin characters stays whole with
the first character of its unit, a plan's id stays whole (沙坪坝-2021-2025), and no line begins
with a closing mark or ends with an opening one (GB/T 15834).
"""

from __future__ import annotations

import re

from rich.cells import cell_len
from rich.console import Console, JustifyMethod, OverflowMethod
from rich.containers import Lines
from rich.text import Text

_OPENING = "≥≤↓↑［（《〈“‘【〔([*"
_CLOSING = "］，。、；：！？）》〉”’】〕%％‰℃)],.;:!?…"
_WHOLE = (
    r"[\u4e00-\u9fff]{1,8}(?:-\d{4})+",  # the id of a plan
    r"[0-9A-Za-z_.+/–-]+[%％‰]?[\u4e00-\u9fff]?",  # a number with its unit, a word, a path
    r".",
)
_UNIT = re.compile(f"[{re.escape(_OPENING)}]*(?:{'|'.join(_WHOLE)})[{re.escape(_CLOSING)}]*")


class Prose(Text):
    """A text that wraps as Chinese does."""

    def wrap(
        self,
        console: Console,  # noqa: ARG002 - the signature is Rich's
        width: int,
        *,
        justify: JustifyMethod | None = None,  # noqa: ARG002
        overflow: OverflowMethod | None = None,  # noqa: ARG002
        tab_size: int = 8,  # noqa: ARG002
        no_wrap: bool | None = None,
    ) -> Lines:
        """Return the lines of the text, none wider than `width` cells."""
        lines = Lines()
        for line in self.split(allow_blank=True):
            if no_wrap:
                lines.append(line)
            else:
                lines.extend(line.divide(breaks(line.plain, width)))
        return lines


def breaks(text: str, width: int) -> list[int]:
    """Return the offsets at which a line of text is to be broken.

    >>> from itertools import pairwise
    >>> text = "新开工改造10个、40.79万平方米"
    >>> [text[a:b] for a, b in pairwise([0, *breaks(text, 20), len(text)])]
    ['新开工改造10个、', '40.79万平方米']
    """
    units = [unit for match in _UNIT.finditer(text) for unit in _fit(match.group(), width)]
    offsets: list[int] = []
    at = used = 0
    for unit in units:
        size = cell_len(unit)
        if used and used + size > width:
            offsets.append(at)
            used = 0
        used += size
        at += len(unit)
    return offsets


def _fit(unit: str, width: int) -> list[str]:
    """Return a unit whole where it fits a line, else in characters."""
    return [unit] if cell_len(unit) <= width else list(unit)
