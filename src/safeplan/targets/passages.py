"""A record's text, made ready for reading amounts: folded, and blind to what is only a name.

Slogans, titles, document numbers and dates hold digits that are no amounts. They are masked, one
character for one, so nothing after this step needs to know them, and every place found is a place
in the text as printed.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass

from safeplan import vocabulary
from safeplan.models import Direction
from safeplan.targets.units import units
from safeplan.text.folding import fold
from safeplan.text.numerals import COMPOUND, DIGITS, WORDS
from safeplan.vocabulary.grammar import Grammar

BLANK = "■"
NOTE = "＿"
"""In place of a note mark beside a figure: 30[1]处, 30①处."""

_NESTED = re.compile(r"（[^（）]*）")
_STOPS = re.compile("[，；。！？\\n:（）]")
_RATIO = re.compile("[0-9]:[0-9]")
_LINE = re.compile(r"(.)\n(.)")


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


def _run_on(match: re.Match[str]) -> str:
    before, after = match.groups()
    return f"{before} {after}" if before.isascii() and after.isascii() else before + after


def _blank(match: re.Match[str]) -> str:
    return BLANK * len(match.group())


@dataclass(frozen=True, slots=True)
class Passage:
    """One text in three copies of the same length."""

    text: str
    """As printed."""
    folded: str
    """With digits and punctuation in one style."""
    masked: str
    """Folded, with names and dates blanked."""
    stops: list[int]
    """Where clauses may begin or end: punctuation and brackets."""
    words: Grammar
    """The words in force when it was read."""

    @classmethod
    def of(cls, text: str) -> Passage:
        """Fold and mask a text.

        >>> Passage.of("坚持“1+7+N”机制，2025年６月底前完成２处").masked
        '坚持“■■■■■”机制，■■■■■■■底前完成2处'
        """
        words, folded = lexicon(), fold(text)
        if "\n" in folded:
            folded = words.broken_figure.sub("_", folded)
        if words.mark.search(folded):
            folded = words.note_mark.sub(lambda match: NOTE * len(match.group()), folded)
        masked = folded

        def blank_name(match: re.Match[str]) -> str:
            """Blank what quotation marks and brackets of titles hold, unless it is meant: “清零”."""
            name = match.group()
            meant = words.speaking.fullmatch(name, 1, len(name) - 1)
            return name if meant else name[0] + BLANK * (len(name) - 2) + name[-1]

        def blank_code(match: re.Match[str]) -> str:
            return match.group() if words.metric.fullmatch(match.group()) else _blank(match)

        if words.opens_name.search(folded):
            masked = words.name.sub(blank_name, folded)
        masked = words.date.sub(_blank, masked)
        masked = words.code.sub(blank_code, masked)
        masked = words.ordinal.sub(_blank, masked)
        stops = [match.start() for match in _STOPS.finditer(masked)]
        return cls(text, folded, masked, stops, words)

    def clause(self, place: int) -> tuple[int, int]:
        """Return the bounds of the clause around a place; a parenthesis is a clause of its own."""
        at = bisect_left(self.stops, place)
        before = self._stop(range(at - 1, -1, -1), opens="）", closes="（", none=-1)
        after = self._stop(range(at, len(self.stops)), "（", "）", len(self.masked))
        return before + 1, after

    def _stop(self, numbers: range, opens: str, closes: str, none: int) -> int:
        """Return the place of the first of some stops that stands in no parenthesis, or ends ours."""
        depth = 0
        for at in map(self.stops.__getitem__, numbers):
            character = self.masked[at]
            if character == opens:
                depth += 1
            elif character == closes:
                if depth == 0:
                    return at
                depth -= 1
            elif depth == 0 and (character != ":" or not _RATIO.match(self.masked, at - 1)):
                return at
        return none

    def printed(self, start: int, stop: int) -> str:
        """Return a span as printed, its lines run together as a cell's are."""
        span = self.text[start:stop]
        return _LINE.sub(_run_on, span) if "\n" in span else span

    def between(self, start: int, stop: int) -> str:
        """Return the masked text of a span with the parentheses inside it blanked."""
        span = self.masked[start:stop]
        return _NESTED.sub(_blank, span) if "（" in span else span

    def in_parenthesis(self, start: int) -> bool:
        """Whether a clause that begins here was opened by a parenthesis."""
        return self.masked[start - 1 : start] == "（" if start else False
