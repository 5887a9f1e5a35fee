"""A printed text, understood once: its folded and neutral copies, numerals, clauses, numbering."""
