"""Pages of glyphs and rules → paragraphs and grids, the same for PDF, OFD and scanned pages."""

from safeplan.documents.printed.drawn import read_sheets, with_text
from safeplan.documents.printed.flow import read_pages
from safeplan.documents.printed.lines import chained
from safeplan.documents.printed.page import Glyph, Page, RuledLine
from safeplan.documents.printed.ruled import cell_boxes

__all__ = [
    "Glyph",
    "Page",
    "RuledLine",
    "cell_boxes",
    "chained",
    "read_pages",
    "read_sheets",
    "with_text",
]
