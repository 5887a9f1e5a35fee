"""Two plans made ready → how near their records stand in sense, though no wording is shared.

What is meant by a character pair is told by the company it keeps: 保险机构 and 安责险, 老旧工艺 and
落后设备 stand in one another's neighbourhood in circulars of this genre. `bench/alignment.py --learn`
reads that from texts, no label needed (latent semantic analysis), and writes a vector a pair.

Vectors are whole numbers, so that sums are exact and exchanging two plans changes nothing.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np

from safeplan.links.commitments import ReadPlan
from safeplan.links.grams import Floats, Ints, lookup

VECTORS = Path(__file__).with_name("senses.npz")


class Nearness(NamedTuple):
    """How near each record of the one plan (row) stands to each of the other (column), 0 to 1."""

    whole: Floats  # in all that the two say, headings too
    headed: Floats
    """In the two clauses that stand nearest, each with the heading over it, which counts half."""


@cache
def _vectors() -> tuple[Ints, Floats]:
    """Return the character pairs that were met often enough, ascending, and what each means.

    The last vector is that of all others: nothing.
    """
    with np.load(VECTORS) as table:
        vectors = table["vectors"].astype(np.float64)
        return table["codes"], np.vstack([vectors, np.zeros(vectors.shape[1])])


def _cosines(left: Floats, right: Floats) -> Floats:
    """Return the cosines of the rows of two tables, none below 0."""
    sizes = [np.sqrt((side * side).sum(axis=1)) for side in (left, right)]
    norms = np.outer(*sizes)
    return np.maximum(left @ right.T, 0.0) / np.where(norms > 0, norms, 1.0)


def nearness(left: ReadPlan, right: ReadPlan) -> Nearness:
    """Return how near the records of two plans stand in sense."""
    wholes, lines, firsts = [], [], []
    for side in (left, right):
        codes, vectors = _vectors()
        meaning = vectors[lookup(codes, side.units.codes)]
        wholes.append((side.states | side.is_called)[:, :-1] @ meaning)
        stated = np.zeros((len(side.lines.record), meaning.shape[1]))
        begins = np.flatnonzero(np.diff(side.commitments.line, prepend=-1))
        if len(begins):
            units = meaning[side.commitments.unit]
            stated[side.commitments.line[begins]] = np.add.reduceat(units, begins)
        heading = (side.is_called[:, :-1] @ meaning)[side.lines.record]
        lines.append(2 * stated + heading * stated.any(axis=1, keepdims=True))
        firsts.append(np.searchsorted(side.lines.record, np.arange(len(side.statements))))
    # Of each line with each line, the greatest of each record with each.
    headed = _cosines(*lines)
    for axis, first in enumerate(firsts):
        headed = np.maximum.reduceat(headed, first, axis=axis)
    return Nearness(_cosines(*wholes), headed)
