"""Tasks of several plans → the links between them and the analyst's lines they form."""

from safeplan.links.alignment import SURE, Match, align, threshold
from safeplan.links.grouping import group
from safeplan.links.statements import Statement, Statements, sentences, stated

__all__ = [
    "SURE",
    "Match",
    "Statement",
    "Statements",
    "align",
    "group",
    "sentences",
    "stated",
    "threshold",
]
