"""What people read, in Chinese and English, from one catalogue a language.

`say("finding.cell_empty", header="责任单位")` fills the text named by the key. The language is
Chinese unless `SAFEPLAN_LANG=en` (or `--lang en`, which sets it) says otherwise. What other
programs read (codes, field names, exit status) is never translated.
"""

from __future__ import annotations

import errno
import os
import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

LANGUAGES = ("zh", "en")
VARIABLE = "SAFEPLAN_LANG"
HELD_OPEN = (32, 33)
"""What Windows answers where another program holds a file open."""


@cache
def catalogue(lang: str) -> dict[str, str]:
    """Return all texts of a language by their dotted key."""
    raw = tomllib.loads((Path(__file__).parent / f"{lang}.toml").read_text(encoding="utf-8"))
    return {
        f"{section}.{key}": text for section, texts in raw.items() for key, text in texts.items()
    }


@cache
def headings() -> dict[str, dict[str, Any]]:
    """Return the Chinese headings of CSV columns, and where the words for their codes are."""
    return tomllib.loads((Path(__file__).parent / "headings.toml").read_text(encoding="utf-8"))


def language() -> str:
    """Return the language in force: `zh`, or `en` where the environment asks for it."""
    asked = os.environ.get(VARIABLE, "").lower()
    return "en" if asked.startswith("en") else "zh"


def system_reason(error: OSError) -> str:
    """Return why the system refused a file, in the language in force where we have words for it."""
    held = getattr(error, "winerror", None) in HELD_OPEN
    name = "EBUSY" if held else errno.errorcode.get(error.errno or 0, "")
    return catalogue(language()).get(f"system.{name}") or error.strerror or str(error)


def say(key: str, lang: str | None = None, /, **values: object) -> str:
    """Return the text of a key with its places filled, printable whatever fills them.

    Raises:
        KeyError: the catalogue has no such key, or `values` lacks a place the text names.
    """
    return catalogue(lang or language())[key].format_map(
        {
            name: printable(value) if isinstance(value, str) else value
            for name, value in values.items()
        }
    )


# --- text that a terminal shows and does not obey ---------------------------------------------

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
