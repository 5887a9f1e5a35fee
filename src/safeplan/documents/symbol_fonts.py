"""Symbol fonts: what a character is that a font draws as another sign (U+F0B3 in Symbol is ≥).

Word stores such a sign by its place in the font, as a character of the private use area or as a
plain letter; only with the name of the font does it say what the page shows.
"""

from __future__ import annotations

import re

from safeplan import vocabulary

_PRIVATE = 0xF000
_PRIVATE_USE = re.compile("[\ue000-\uf8ff]")
_ALIASES = {"symbolmt": "symbol", "symbol mt": "symbol", "standard symbols l": "symbol"}


def font_key(name: str | None) -> str:
    """Return the key of a symbol font, empty for a font of letters.

    >>> font_key("'Wingdings 2', serif"), font_key("SimSun")
    ('wingdings 2', '')
    """
    if not name:
        return ""
    first = name.partition(",")[0].strip(" '\"").lower()
    first = _ALIASES.get(first, first)
    return first if first in _fonts() else ""


def drawn(text: str, font: str) -> str:
    r"""Return what a symbol font draws for a text; a sign without a name stays as it is.

    >>> drawn("\uf0b395%", "symbol"), drawn("ü", "wingdings"), drawn("整改", "symbol")
    ('≥95%', '√', '整改')
    """
    signs = _fonts().get(font)
    if signs is None:
        return text
    return "".join(
        signs.get(code - _PRIVATE if code >= _PRIVATE else code, char)
        for char in text
        for code in (ord(char),)
    )


def has_unnamed(text: str) -> bool:
    """Tell whether a text holds a private-use character: nobody can say what it shows."""
    return _PRIVATE_USE.search(text) is not None


@vocabulary.cached()
def _fonts() -> dict[str, dict[int, str]]:
    return {
        font: {
            int(first, 16) + index: sign
            for first, signs in runs.items()
            for index, sign in enumerate(signs)
            if sign != " "
        }
        for font, runs in vocabulary.load("symbol_fonts").items()
    }
