"""The words around numbers: the patterns of `grammar.toml`, [targets], over `targets.toml`."""

from __future__ import annotations

import re

from safeplan import vocabulary
from safeplan.models import Direction
from safeplan.targets.units import units
from safeplan.text.numerals import COMPOUND, DIGITS, WORDS
from safeplan.vocabulary.grammar import Grammar

NOTE = "＿"
"""In place of a note mark beside a figure: 30[1]处, 30①处."""
ZEROES = ("word", "thing", "never", "none", "prevented", "absent")
"""The ways to say that there is none of something, each a pattern `zero_…`."""


def direction_of(bound: re.Match[str]) -> Direction:
    """Return which way a bound points: 不低于 up, 不超过 down, 提高到 at the amount itself."""
    if bound["raised"]:
        return "eq"
    up = bound["least"] or (bound["less"] if bound["not"] else bound["more"])
    return "ge" if up else "le"


@vocabulary.cached()
def lexicon() -> Grammar:
    """Return the patterns of the vocabulary in force; all of them run on folded text."""
    words = vocabulary.load("targets")
    return Grammar(
        "targets",
        words,
        digits=DIGITS,
        numeral=WORDS,
        compound=COMPOUND,
        unit=units().pattern,
        counters=units().counters,
        behind_harm="|".join(f"(?<={harm})" for harm in words["zero"]["harms"]),
    )
