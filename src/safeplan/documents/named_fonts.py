"""Glyphs in fonts that a PDF names (宋体, STSong) but does not hold.

pdfium reads such text only where the machine has a font of that kind; on a server without Chinese
fonts it says nothing of it at all. pdfminer knows the character collections themselves.
"""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from math import isfinite


@dataclass(frozen=True, slots=True)
class Stroke:
    """A glyph as it stands in the page's own coordinates (points, y upwards)."""

    text: str
    start: tuple[float, float]
    end: tuple[float, float]
    """The ends of its piece of the baseline."""
    em: float
    way: int
    """Where it runs: 0 to the right, 1 up, 2 to the left, 3 down."""


def way_of(a: float, b: float) -> int | None:
    """Return where text of a matrix (a, b, …) runs; None where it runs aslant, as watermarks do."""
    if abs(b) <= 0.1 * abs(a):
        return 0 if a > 0 else 2
    if abs(a) <= 0.1 * abs(b):
        return 1 if b > 0 else 3
    return None


class NamedFonts:
    """A PDF, opened a second time when the first page needs it."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        # It complains of each damaged operator; what we make of a page is said as a finding.
        logging.getLogger("pdfminer").setLevel(logging.CRITICAL)
        self._pages: list[object] | None = None

    def strokes(self, index: int) -> list[Stroke] | None:
        """Return the glyphs of a page; None where pdfminer cannot read it."""
        try:
            return list(self._strokes(index))
        except Exception:
            # A parser in Python over damaged bytes: what it raises has no end.
            return None

    def _strokes(self, index: int) -> Iterator[Stroke]:
        from pdfminer.converter import PDFPageAggregator
        from pdfminer.layout import LTChar, LTComponent, LTContainer
        from pdfminer.pdfdocument import PDFDocument
        from pdfminer.pdfinterp import PDFPageInterpreter, PDFResourceManager
        from pdfminer.pdfpage import PDFPage
        from pdfminer.pdfparser import PDFParser

        if self._pages is None:
            self._pages = []
            document = PDFDocument(PDFParser(io.BytesIO(self._data)))
            self._pages += PDFPage.create_pages(document)
            self._manager = PDFResourceManager()
        page = self._pages[index]
        assert isinstance(page, PDFPage)
        page.rotate = 0
        left, bottom = page.mediabox[:2]
        device = PDFPageAggregator(self._manager, laparams=None)
        PDFPageInterpreter(self._manager, device).process_page(page)
        waiting: list[LTComponent] = [device.get_result()]
        while waiting:
            item = waiting.pop()
            if isinstance(item, LTContainer):
                waiting += reversed(list(item))
            if not isinstance(item, LTChar):
                continue
            a, b, _, _, x, y = item.matrix
            way = way_of(a, b)
            em = item.width if way in (1, 3) else item.height
            advance = item.adv
            start = (x + left, y + bottom)
            end = (start[0] + advance * a, start[1] + advance * b)
            if way is not None and 0 < em < 1000 and all(map(isfinite, (*start, *end))):
                yield Stroke(item.get_text(), start, end, em, way)
