"""Text that a terminal shows and does not obey."""

from __future__ import annotations

import re

# Control characters but tab and line feed, line separators, and marks that turn the direction
# of a text, so that what is read is not what stands there.
_COMMANDS = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff"
    "\ufff9-\ufffb\U000e0000-\U000e007f]"
)


def printable(text: str) -> str:
    r"""Return a text whose control characters are shown: as `\u001b`, which JSON reads alike.

    >>> printable("忠县\x1b[31m"), printable("甲\u202e乙")
    ('忠县\\u001b[31m', '甲\\u202e乙')
    """
    return _COMMANDS.sub(_shown, text)


def _shown(match: re.Match[str]) -> str:
    code = ord(match.group())
    if code < 0x10000:
        return f"\\u{code:04x}"
    high, low = divmod(code - 0x10000, 0x400)
    return f"\\u{0xD800 + high:04x}\\u{0xDC00 + low:04x}"
