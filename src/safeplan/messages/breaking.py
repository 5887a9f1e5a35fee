"""Where lines of Chinese text break: between characters, but never inside a number.

Rich breaks at spaces, which Chinese has none of, and then anywhere: `40.` on one line and
`79万平方米` on the next is a wrong number at a glance. Help pages break so too, and load nothing else.
"""

from __future__ import annotations

import re

from rich.cells import cell_len

# A run of Latin characters stays whole with the first character of its unit, a plan's id stays
# whole, and no line begins with a closing mark or ends with an opening one (GB/T 15834).
_OPENING = "≥≤↓↑［（《〈“‘【〔([*"
_CLOSING = "］，。、；：！？）》〉”’】〕%％‰℃)],.;:!?…"
_WHOLE = (
    r"[\u4e00-\u9fff]{1,8}(?:-\d{4})+",  # the id of a plan
    r"[0-9A-Za-z_.+/–-]+[%％‰]?[\u4e00-\u9fff]?",  # a number with its unit, a word, a path
    r".",
)
_UNIT = re.compile(f"[{re.escape(_OPENING)}]*(?:{'|'.join(_WHOLE)})[{re.escape(_CLOSING)}]*")


def breaks(text: str, width: int) -> list[int]:
    """Return the offsets at which a line of text is to be broken.

    >>> from itertools import pairwise
    >>> text = "新开工改造10个、40.79万平方米"
    >>> [text[a:b] for a, b in pairwise([0, *breaks(text, 20), len(text)])]
    ['新开工改造10个、', '40.79万平方米']
    """
    offsets: list[int] = []
    at = used = 0
    for match in _UNIT.finditer(text):
        # A unit that fits no line is broken anywhere.
        for unit in [match[0]] if cell_len(match[0]) <= width else match[0]:
            size = cell_len(unit)
            if used and used + size > width:
                offsets.append(at)
                used = 0
            used += size
            at += len(unit)
    return offsets
