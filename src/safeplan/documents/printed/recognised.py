"""What is to be said of text that was recognised in a picture: its figures, and what is unsure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from safeplan.documents.blocks import ReaderNote
from safeplan.documents.printed.lines import Line
from safeplan.models import Source

_FIGURE = re.compile(r"\d+(?:[.,:∶/]\d+)*[%‰℃㎡㎥]?")
_CERTAIN = 0.9  # a figure recognised with less confidence is a finding of its own
_UNSURE = 0.7  # a character recognised with less confidence is named


class Recognised:
    """The text recognised in the pictures of a document."""

    def __init__(self) -> None:
        self._figures: dict[int, list[str]] = {}

    def notes_on(self, lines: Sequence[Line], source: Source) -> list[ReaderNote]:
        """Return what is unsure in a text; keep in mind the figures that are certain."""
        glyphs = [glyph for line in lines for glyph in line.glyphs]
        if all(glyph.confidence is None for glyph in glyphs):
            return []
        text = "".join(glyph.text for glyph in glyphs)
        # A glyph may hold more than one sign: only where each holds one do they stand side by side.
        sure = [1.0 if glyph.confidence is None else glyph.confidence for glyph in glyphs]
        said = []
        for match in _FIGURE.finditer(text):
            confidence = min(sure[match.start() : match.end()])
            if confidence >= _CERTAIN:
                self._figures.setdefault(lines[0].page, []).append(match.group())
                continue
            context = text[max(match.start() - 6, 0) : match.end() + 6]
            args = {"text": match.group(), "confidence": f"{confidence:.2f}", "context": context}
            said.append(("ocr_figure", args))
        unsure = [
            glyph.text
            for glyph, its in zip(glyphs, sure, strict=True)
            if its < _UNSURE and glyph.text.isalnum()
        ]
        if unsure:
            args = {"text": "、".join(dict.fromkeys(unsure)), "context": text[:20]}
            said.append(("ocr_unsure", args))
        return [ReaderNote(code, "doubt", args, source) for code, args in said]

    def figures(self) -> Iterator[ReaderNote]:
        """Yield the figures that are certain, those of a page together."""
        for page, figures in sorted(self._figures.items()):
            args = {"page": str(page), "count": str(len(figures)), "text": "、".join(figures)}
            yield ReaderNote("ocr_figures", "repair", args, Source(page=page))
