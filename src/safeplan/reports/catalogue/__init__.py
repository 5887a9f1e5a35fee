"""What the catalogue of a corpus shows: measures, one measure's ranking, one plan's standing.

Sheets for people come with a first one that says what was counted; the flat ones for CSV have a
row a record, and codes instead of words.
"""

from safeplan.reports.catalogue.listed import measures_rows, measures_sheets
from safeplan.reports.catalogue.placed import place_rows, place_sheets
from safeplan.reports.catalogue.ranked import rank_book, rank_rows, rank_sheets

__all__ = [
    "measures_rows",
    "measures_sheets",
    "place_rows",
    "place_sheets",
    "rank_book",
    "rank_rows",
    "rank_sheets",
]
