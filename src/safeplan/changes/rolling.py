"""Last year's text → the same text as it would stand in the new plan: every year moved on.

A circular is last year's with the years moved: 2025年目标 becomes 2026年目标, 较2023年 becomes
较2024年. What differs by that alone has not changed, it has rolled forward.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from safeplan.models import Plan, Target

_YEAR = re.compile(r"(?<![0-9.〔\[])20[0-9]{2}(?=\s*(?:年|[—–~～至到-]+\s*20[0-9]{2}\s*年?))")
_FIVE_YEARS = re.compile(r"十([一二三四五六七八九])五(?=[“”\"']|时期|期间|期末|规划|末)")
_NAMED = re.compile(r"(《[^》]*》|20[0-9]{2}年?[—–~～至到-]+20[0-9]{2}年?)")
"""Years that a document or a campaign bears in its name: these may stand while the others move."""
_DIGITS = "一二三四五六七八九"
FIVE = 5
"""Years a plan named 十四五 covers: it rolls only by whole plans."""


def distance(old: Plan, new: Plan) -> int:
    """Return how many years the period of the new plan begins after the old one's, 0 if untold."""
    then, now = old.period.start_year, new.period.start_year
    return 0 if then is None or now is None else now - then


def roll(text: str, by: int, *, named: bool = True) -> str:
    """Return the text with every year moved by so many years; document numbers stay.

    Args:
        text: the text.
        by: how many years on.
        named: whether the years in titles and in periods move too.

    >>> roll("较2023年下降11%（渝安办〔2024〕24号，2024—2026年）", 1)
    '较2024年下降11%（渝安办〔2024〕24号，2025—2027年）'
    >>> roll("2025年落实《三年行动方案（2024—2026年）》", 1, named=False)
    '2026年落实《三年行动方案（2024—2026年）》'
    >>> roll("“十四五”时期", 5), roll("“十四五”时期", 1)
    ('“十五五”时期', '“十四五”时期')
    """
    if not by:
        return text
    if not named:
        # What is between names, then a name, and so on.
        parts = _NAMED.split(text)
        return "".join(part if at % 2 else roll(part, by) for at, part in enumerate(parts))
    text = _YEAR.sub(lambda match: str(int(match[0]) + by), text)
    if by % FIVE == 0:
        text = _FIVE_YEARS.sub(lambda match: _five_years_on(match, by // FIVE), text)
    return text


def _five_years_on(match: re.Match[str], plans: int) -> str:
    at = _DIGITS.index(match[1]) + plans
    return f"十{_DIGITS[at]}五" if 0 <= at < len(_DIGITS) else match[0]


@dataclass(frozen=True, slots=True)
class Shift:
    """How the years of a row have moved."""

    by: int = 0
    named: bool = True  # whether those in titles and in periods have moved too

    def text(self, text: str) -> str:
        """Return an old text as it would stand now."""
        return roll(text, self.by, named=self.named)

    def target(self, target: Target) -> Target:
        """Return an old target with the years of its subject, baseline and span moved."""
        return target.model_copy(
            update={
                "subject": self.text(target.subject),
                "baseline": target.baseline and self.text(target.baseline),
                "period": target.period and self.text(target.period),
                "text": self.text(target.text),
            }
        )


def years(text: str) -> list[int]:
    """Return the years a text names, in its order.

    >>> years("2024年3处、2025年8处")
    [2024, 2025]
    """
    return [int(year) for year in _YEAR.findall(text)]
