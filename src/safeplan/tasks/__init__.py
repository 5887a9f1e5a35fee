"""Whole grids → task records; the body → measures; the heading → title, issuer, number, dates.

`read_heading` follows GB/T 9704 (the layout of official documents), `read_measures` the numbering
of the body (一、（一）1.) and its notes of owners and deadlines, `read_tasks` the tables; a
`Layout` tells the plan's own text from its annexes.
"""

from __future__ import annotations

from safeplan.tasks.body import read_measures
from safeplan.tasks.dates import period_in
from safeplan.tasks.from_grids import Draft, read_tasks
from safeplan.tasks.heading import Heading, read_heading
from safeplan.tasks.layout import Layout

__all__ = [
    "Draft",
    "Heading",
    "Layout",
    "period_in",
    "read_heading",
    "read_measures",
    "read_tasks",
]
