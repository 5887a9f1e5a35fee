"""Raw grid → whole grid: columns given roles, pages joined, shifts undone, merged text carried.

Each step is a plain function over rows and leaves a `Note` wherever it repaired or doubted:
`cutting` makes rows of a web page's cells, `pages` joins the pieces of a table, `captions` finds
what it is called, `headers` finds the header row and the roles, `telling` puts the cells of a damaged
row under their columns, `carrying` fills merged cells down, `whole` strings them together.
"""

from __future__ import annotations

from safeplan.grids.captions import without_number
from safeplan.grids.grid import Grid, Note, Row, Tables, Unread
from safeplan.grids.pages import upright
from safeplan.grids.whole import titles_apart, whole_grids

__all__ = [
    "Grid",
    "Note",
    "Row",
    "Tables",
    "Unread",
    "titles_apart",
    "upright",
    "whole_grids",
    "without_number",
]
