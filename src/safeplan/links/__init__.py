"""Tasks of several plans → the links between them and the analyst's lines they form."""

from safeplan.links.alignment import Match, align, threshold
from safeplan.links.grouping import group

__all__ = ["Match", "align", "group", "threshold"]
