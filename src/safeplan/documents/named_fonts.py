"""Glyphs in fonts that a PDF names (宋体, STSong) but does not hold.

pdfium reads such text only where the machine has a font of that kind; on a server without Chinese
fonts it says nothing of it at all. pdfminer knows the character collections themselves.
"""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator
from math import hypot
from typing import Any

from safeplan.documents.printed.strokes import BLACK, Ink, Stroke, ink_of, way_of

_HIDDEN_MODES = (3, 7)  # text that is not drawn, or only clips


class NamedFonts:
    """A PDF, opened a second time when the first page needs it."""

    def __init__(self, data: bytes, count: int) -> None:
        self._data = data
        self._count = count
        # It complains of each damaged operator; what we make of a page is said as a finding.
        logging.getLogger("pdfminer").setLevel(logging.CRITICAL)
        self._pages: list[object] | None = None

    def strokes(self, index: int) -> list[Stroke] | None:
        """Return the glyphs of a page; None where pdfminer cannot read it, or counts other pages."""
        try:
            return list(self._strokes(index))
        except Exception:
            # A parser in Python over damaged bytes: what it raises has no end.
            return None

    def _strokes(self, index: int) -> Iterator[Stroke]:
        from pdfminer.converter import PDFPageAggregator
        from pdfminer.layout import LTChar, LTComponent, LTContainer
        from pdfminer.pdfdocument import PDFDocument
        from pdfminer.pdfinterp import PDFResourceManager
        from pdfminer.pdfpage import PDFPage
        from pdfminer.pdfparser import PDFParser

        if self._pages is None:
            self._pages = []
            document = PDFDocument(PDFParser(io.BytesIO(self._data)))
            self._pages += PDFPage.create_pages(document)
            self._manager = PDFResourceManager()
        if len(self._pages) != self._count:
            raise ValueError("which page is which cannot be told")
        page = self._pages[index]
        assert isinstance(page, PDFPage)
        page.rotate = 0
        left, bottom = page.mediabox[:2]
        device = PDFPageAggregator(self._manager, laparams=None)
        interpreter, inks = _watched(self._manager, device)
        interpreter.process_page(page)
        waiting: list[LTComponent] = [device.get_result()]
        while waiting:
            item = waiting.pop()
            if isinstance(item, LTContainer):
                waiting += reversed(list(item))
            if not isinstance(item, LTChar):
                continue
            a, b, _, _, x, y = item.matrix
            way = way_of(a, b)
            advance = item.adv
            em = item.width if way in (1, 3) else item.height
            if way is None:
                em = advance * hypot(a, b)  # the box about a glyph aslant is larger than it
            start = (x + left, y + bottom)
            end = (start[0] + advance * a, start[1] + advance * b)
            yield Stroke(item.get_text(), start, end, em, way, inks.get(id(item), BLACK))


def _watched(manager: Any, device: Any) -> tuple[Any, dict[int, Ink]]:
    """Return an interpreter that notes with what ink it prints each glyph, by the glyph's id."""
    from pdfminer.pdfinterp import PDFPageInterpreter
    from pdfminer.pdftypes import resolve1
    from pdfminer.psparser import literal_name

    inks: dict[int, Ink] = {}
    opacities: list[float] = [1.0]
    render, draw = device.render_char, device.render_string
    current = BLACK

    def render_string(textstate: Any, seq: Any, ncs: Any, graphicstate: Any) -> None:
        nonlocal current
        outlined = textstate.render == 1
        color = graphicstate.scolor if outlined else graphicstate.ncolor
        space = graphicstate.scs if outlined else ncs
        current = _mixed(color, space.name, opacities[-1])
        if textstate.render in _HIDDEN_MODES:
            current = current._replace(shown=False)
        draw(textstate, seq, ncs, graphicstate)

    def render_char(*args: Any, **named: Any) -> Any:
        advance = render(*args, **named)
        if device.cur_item._objs:
            inks[id(device.cur_item._objs[-1])] = current
        return advance

    class Interpreter(PDFPageInterpreter):
        """An interpreter that knows opacity, which pdfminer passes over."""

        def do_q(self) -> None:
            super().do_q()
            opacities.append(opacities[-1])

        def do_Q(self) -> None:  # noqa: N802 — the operator's name
            super().do_Q()
            if len(opacities) > 1:
                opacities.pop()

        def do_gs(self, name: Any) -> None:
            super().do_gs(name)
            states = resolve1(self.resources.get("ExtGState")) or {}
            state = resolve1(states.get(literal_name(name))) or {}
            opacity = resolve1(state.get("ca"))
            if isinstance(opacity, (int, float)):
                opacities[-1] = float(opacity)

    device.render_string, device.render_char = render_string, render_char
    return Interpreter(manager, device), inks


def _mixed(color: Any, space: str, opacity: float) -> Ink:
    """Return the ink of a colour as pdfminer tells it: one number, three or four."""
    parts = list(color) if isinstance(color, (tuple, list)) else [color]
    if not all(isinstance(part, (int, float)) for part in parts):
        return BLACK  # a pattern
    if len(parts) == 1 and space in ("Separation", "DeviceN"):
        parts = [1 - parts[0]]
    return ink_of(*parts, opacity=opacity)
