"""Pages of glyphs and rules → paragraphs and grids, the same for PDF, OFD and scanned pages."""

from safeplan.documents.printed.flow import read_pages
from safeplan.documents.printed.page import Glyph, Page, Rule
from safeplan.documents.printed.ruled import cell_boxes

__all__ = ["Glyph", "Page", "Rule", "cell_boxes", "read_pages"]
