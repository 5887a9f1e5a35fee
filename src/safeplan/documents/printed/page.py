"""What is printed on one page: glyphs and straight rules, in points from its upper left."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Glyph:
    """One printed character; lengths in points, y downwards from the top of the page."""

    text: str
    x0: float
    x1: float
    baseline: float
    em: float
    confidence: float | None = None
    """How sure its reading is, 0..1, where it was recognised in a picture."""


@dataclass(frozen=True, slots=True)
class RuledLine:
    """A straight rule: across at y = `at` from x `start` to `end`, or down at x = `at`."""

    at: float
    start: float
    end: float


@dataclass
class Page:
    """What is printed on one page."""

    number: int
    width: float
    height: float
    glyphs: list[Glyph] = field(default_factory=list)
    across: list[RuledLine] = field(default_factory=list)
    down: list[RuledLine] = field(default_factory=list)
