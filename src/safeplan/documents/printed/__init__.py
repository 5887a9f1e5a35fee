"""Pages of glyphs and rules → paragraphs and grids, the same for PDF, OFD and scanned pages."""
