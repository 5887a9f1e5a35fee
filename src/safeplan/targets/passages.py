"""A record's text, made ready for reading amounts: folded, and blind to what is only a name.

Slogans, titles, document numbers and dates hold digits that are no amounts. They are masked, one
character for one, so nothing after this step needs to know them, and every place found is a place
in the text as printed.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass

from safeplan.targets.lexicon import NOTE, lexicon
from safeplan.text.folding import fold
from safeplan.vocabulary.grammar import Grammar

BLANK = "■"

_NAMES = re.compile(
    r"《[^》]*》|〔[0-9]{2,4}〕|〈[^〉]*〉|\[[^\]]*\]|“[^”\n]{0,60}”|‘[^’\n]{0,60}’|\"[^\"]{0,60}\""
)
_OPENING = re.compile('[《〔〈\\[“‘"]')
"""What every name begins with; cheaper to look for."""
_NOTE_MARKS = re.compile(
    r"(?<=[0-9])(?:[\[〔][0-9]{1,2}[\]〕]|[①-⑳]|(?<![×xX*]10)[⁰¹²³⁴-⁹]{1,2})(?=[^0-9²³⁰-⁹])"
    r"|(?<=[^0-9m×^⁰-⁹])[\[〔][0-9]{1,2}[\]〕]"
)
_MARK = re.compile("[\\[〔①-⑳⁰¹²³⁴-⁹]")
"""What every note mark holds; cheaper to look for."""
_BROKEN_FIGURE = re.compile(r"(?<=[^\n.,、）0-9][0-9]|[0-9][0-9])\n(?=0[0-9]*[^0-9.,、）])")
_DATES = re.compile(
    r"(?:19|20)[0-9]{2}年?-(?:19|20)[0-9]{2}年"
    r"|(?:19|20)[0-9]{2}年(?:[0-9]{1,2}月(?:[0-9]{1,2}日)?)?"
    r"|二[〇○ＯO零0][〇○ＯO零0一二三四五六七八九]{2}年"
    r"|[0-9]{1,2}(?:月)?-[0-9]{1,2}月|[0-9]{1,2}月(?:[0-9]{1,2}日)?(?=[底末前起至到，。、；（]|上旬|中旬|下旬|$)"
    r"|[0-9]{1,2}月[0-9]{1,2}日"
    r"|(?<![每0-9.])[0-9]+年(?!一遇|[0-9两一二三四五六七八九十]+次)"
)
_CODES = re.compile(
    r"[A-Za-z]+[-/]?[0-9][0-9A-Za-z/\-.]*|(?<![0-9])[0-9]+(?:(?:\.[0-9]+)?[A-Za-z]{1,4}(?![A-Za-z²³])|(?:[·+][0-9A-Za-z]+)+)"
)
_METRIC = re.compile(r"[0-9.,]+(?:km|kg|m|t|m²|m³)")
_ORDINALS = re.compile(r"(?:(?<=\n)|(?<=。)|^)[0-9]{1,2}[.、](?![0-9]{1,2}(?![0-9]))")
_NESTED = re.compile(r"（[^（）]*）")
_STOPS = re.compile("[，；。！？\\n:（）]")
_LINE = re.compile(r"(.)\n(.)")


def _run_on(match: re.Match[str]) -> str:
    before, after = match.groups()
    return f"{before} {after}" if before.isascii() and after.isascii() else before + after


def _blank(match: re.Match[str]) -> str:
    return BLANK * len(match.group())


def _blank_names(folded: str, speaking: list[str]) -> str:
    """Blank what stands in quotation marks and brackets of titles, unless it is meant: “清零”."""

    def blank(match: re.Match[str]) -> str:
        name = match.group()
        return name if name[1:-1] in speaking else name[0] + BLANK * (len(name) - 2) + name[-1]

    return _NAMES.sub(blank, folded)


def _blank_code(match: re.Match[str]) -> str:
    return match.group() if _METRIC.fullmatch(match.group()) else _blank(match)


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
        folded = fold(text)
        if "\n" in folded:
            folded = _BROKEN_FIGURE.sub("_", folded)
        if _MARK.search(folded):
            folded = _NOTE_MARKS.sub(lambda match: NOTE * len(match.group()), folded)
        words, masked = lexicon(), folded
        if _OPENING.search(folded):
            masked = _blank_names(folded, words.words["quotes"]["speaking"])
        masked = _DATES.sub(_blank, masked)
        masked = _CODES.sub(_blank_code, masked)
        masked = _ORDINALS.sub(_blank, masked)
        stops = [match.start() for match in _STOPS.finditer(masked)]
        return cls(text, folded, masked, stops, words)

    def clause(self, place: int) -> tuple[int, int]:
        """Return the bounds of the clause around a place; a parenthesis is a clause of its own."""
        return self._clause_start(place), self._clause_end(place)

    def _clause_start(self, place: int) -> int:
        depth = 0
        for index in range(bisect_left(self.stops, place) - 1, -1, -1):
            at = self.stops[index]
            character = self.masked[at]
            if character == "）":
                depth += 1
            elif character == "（":
                if depth == 0:
                    return at + 1
                depth -= 1
            elif depth == 0 and (character != ":" or not self._in_ratio(at)):
                return at + 1
        return 0

    def _clause_end(self, place: int) -> int:
        depth = 0
        for index in range(bisect_left(self.stops, place), len(self.stops)):
            at = self.stops[index]
            character = self.masked[at]
            if character == "（":
                depth += 1
            elif character == "）":
                if depth == 0:
                    return at
                depth -= 1
            elif depth == 0 and (character != ":" or not self._in_ratio(at)):
                return at
        return len(self.masked)

    def _in_ratio(self, at: int) -> bool:
        return self.masked[at - 1 : at].isdigit() and self.masked[at + 1 : at + 2].isdigit()

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
