"""Runs of text with their formatting → the text that a reader of the page takes from them.

Formatting means something: struck-out text is not there, hidden text is not there, a symbol font
says another sign, and a raised figure is a power (m², 10³) or the mark of a note, but never a digit
of the number before it. Every format gives its runs here, so that all are read by one rule.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any, TypeVar

from safeplan import vocabulary
from safeplan.documents.blocks import Unseen

# --- symbol fonts: what a character is that a font draws as another sign (U+F0B3 in Symbol is ≥)

# Word stores such a sign by its place in the font, as a character of the private use area or as a
# plain letter; only with the name of the font does it say what the page shows.
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


# --- formatting -----------------------------------------------------------------------------

_CHAIN = 50
"""Styles based on one another; Word itself allows eleven."""


@dataclass(frozen=True)
class Look:
    """What of a run's formatting changes what it says."""

    hidden: bool = False
    struck: bool = False
    raised: bool = False
    font: str = ""
    """The key of a symbol font (`font_key`), empty for letters."""
    pale: bool = False
    """White on what may be a colour: seen if all of the line is white, hidden if a part is."""


PLAIN = Look()


@dataclass(frozen=True, slots=True)
class Formatting:
    """The formatting of text that changes what it says; None where it is not said here."""

    hidden: bool | None = None
    struck: bool | None = None
    raised: bool | None = None
    font: str | None = None
    tiny: bool | None = None
    white: bool | None = None
    filled: bool | None = None

    def over(self, other: Formatting) -> Formatting:
        """Return this formatting laid over another."""
        if self is UNFORMATTED or other is UNFORMATTED or self is other:
            return other if self is UNFORMATTED else self
        pairs = ((name, getattr(self, name)) for name in self.__slots__)
        return replace(other, **{name: value for name, value in pairs if value is not None})

    def look(self, *, colored: bool = False) -> Look:
        """Return what it makes of a text, which may stand on a colour."""
        hidden = bool(self.hidden or self.tiny or (self.white and not (self.filled or colored)))
        if not (hidden or self.struck or self.raised or self.font):
            return PLAIN
        return Look(hidden, bool(self.struck), bool(self.raised), self.font or "")


UNFORMATTED = Formatting()


@dataclass(frozen=True)
class Style:
    """A style, and the key of the one it is based on."""

    parent: Any
    format: Formatting


_S = TypeVar("_S", bound=Style)


def chained(styles: Mapping[Any, _S], key: object) -> Iterator[tuple[Any, _S]]:
    """Yield a style and those it is based on, each with its key."""
    seen: set[object] = set()
    while key in styles and key not in seen and len(seen) < _CHAIN:
        seen.add(key)
        yield key, styles[key]
        key = styles[key].parent


def formatting(styles: Mapping[Any, _S], key: object) -> Formatting:
    """Return what a style and those it is based on say."""
    said = UNFORMATTED
    for _, style in chained(styles, key):
        said = said.over(style.format)
    return said


SUPERSCRIPTS = str.maketrans("0123456789+-−－n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁻ⁿ")
_EXPONENT = re.compile(r"[-−－+]?\d{1,2}")
_SMALL_EXPONENT = re.compile(r"[23]|[-−－]\d")
# What a power stands behind: a unit of length or another letter (m², s⁻¹, 3千米²; but not 5平方米,
# which has its power, nor 玉米), and a ten (3×10³).
_UNIT = re.compile(
    r"(?:(?<![A-Za-z])(?:[ckdhnμuCKD]?[mM]|ft|in|kg|mol|min|[A-Za-zμ])"
    r"|[\d十百千万亿两几：:（(/每][千厘分毫]?米|[\d十百千万亿两几：:（(/每]公里|[㎜㎝㎞])\s*$"
)
_TIMES_TEN = re.compile(r"[×xX*·✕⨯∙⋅]\s*10\s*$")
_TEN = re.compile(r"(?<![\d.,，])10\s*$")
_NOTE = re.compile(
    r"(?:[\[［〔【(（]\s*)?(?:注?\d{1,3}|注|[①-⑳㉑-㉟]|[a-zA-Zⅰ-ⅻ]|[*＊※†‡§#★☆]{1,3})"
    r"(?:\s*[\]］〕】)）])?(?:\s*[,，、\-–~]?\s*[\[［〔【]?(?:\d{1,3}|[①-⑳])[\]］〕】]?){0,5}"
)
_DEGREE = frozenset("0oO〇○οо°。")
_ITEM_BEGINS = re.compile(r"(?:^|[。；;：:\n])\s*$")


class Runs:
    """The runs of one paragraph, gathered as they come."""

    def __init__(self) -> None:
        self._runs: list[tuple[str, Look]] = []

    def __bool__(self) -> bool:
        return bool(self._runs)

    def add(self, text: str, look: Look = PLAIN) -> None:
        """Take the next run."""
        if text:
            self._runs.append((drawn(text, look.font) if look.font else text, look))

    def text(self, unseen: Unseen) -> str:
        """Return what the page says; what it does not show is noted."""
        if all(look is PLAIN for _, look in self._runs):
            text = "".join(text for text, _ in self._runs)
        else:
            text = self._settled(unseen)
        if has_unnamed(text):
            unseen.add("unknown_sign", text, "doubt")
        return text

    def _settled(self, unseen: Unseen) -> str:
        shown: list[tuple[str, bool]] = []
        mixed = any(
            not (look.pale or look.hidden or look.struck) and text.strip()
            for text, look in self._runs
        )
        for (hidden, struck), runs in groupby(
            self._runs, key=lambda run: (run[1].hidden or (run[1].pale and mixed), run[1].struck)
        ):
            held = list(runs)
            if hidden or struck:
                code = "hidden_text" if hidden else "struck_out"
                unseen.add(code, "".join(text for text, _ in held))
            else:
                shown += [(text, look.raised) for text, look in held]
        # A figure raised in several runs, or a line raised as a whole, is seen as one.
        pieces = [
            ("".join(text for text, _ in group), raised)
            for raised, group in groupby(shown, key=lambda piece: piece[1])
        ]
        said = ""
        for index, (text, raised) in enumerate(pieces):
            after = pieces[index + 1][0] if index + 1 < len(pieces) else ""
            said += _raised(text, said, after, unseen) if raised else text
        return said


def _raised(text: str, before: str, after: str, unseen: Unseen) -> str:
    """Return what a raised text says between what stands before and after it."""
    mark = text.strip()
    line = before[-24:].rpartition("\n")[2]
    if not mark or not (line.strip() or after.strip()):
        return text
    if (mark in _DEGREE and after[:1] in ("C", "Ｃ", "F")) or (mark == "0" and line[-1:].isdigit()):
        return "°"
    if after[:1] in ("/", "⁄", "∕") and mark.isdigit():
        return f" {mark}" if line[-1:].isdigit() else mark  # 3¹/₂: a fraction typed by hand
    if is_power(mark, line):
        return mark.translate(SUPERSCRIPTS)
    if not _NOTE.fullmatch(mark):
        return text
    if _ITEM_BEGINS.search(line) and after.strip():
        # Where a line or a clause begins, ① is its number, and ¹ names the note that follows.
        return mark.translate(SUPERSCRIPTS) if mark.isdigit() else text
    unseen.add("note_mark", mark, near=line[-10:] + mark)
    return ""


def is_power(mark: str, before: str) -> bool:
    """Tell whether a raised figure is the power of what stands before it, or else a note's mark.

    >>> is_power("2", "5000m"), is_power("3", "储水3×10"), is_power("1", "完成30"), is_power("1", "10")
    (True, True, False, False)
    """
    if not _EXPONENT.fullmatch(mark):
        return False
    if _TIMES_TEN.search(before):
        return True
    if _TEN.search(before):
        return mark not in ("0", "1")
    return bool(_SMALL_EXPONENT.fullmatch(mark) and _UNIT.search(before))
