"""Tasks of several plans → the links between them and the analyst's lines they form."""

from safeplan.links.alignment import SURE, Match, align, threshold
from safeplan.links.grouping import group

__all__ = ["SURE", "Match", "align", "group", "threshold"]
