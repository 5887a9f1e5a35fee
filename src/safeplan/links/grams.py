"""Text → its characters and n-grams as numbers, and where those of two texts meet.

A plan's whole text is one array, so that its n-grams are cut, sorted and looked up all at once.
What n-grams weigh is a whole number, so that sums are exact, in whatever order and on any machine.
"""

from __future__ import annotations

from typing import TypeVar

import numpy as np
import numpy.typing as npt

from safeplan.text.neutral import CLAUSE_BREAK, ITEM_BREAK

N = TypeVar("N", bound=np.generic)
Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

SCALE = 10_000
"""Weights that are summed over sets are whole numbers in this scale,"""
FINE = 2**32
"""and in this one those along a text: any stretch is then the difference of two running sums."""
BREAKS = CLAUSE_BREAK + ITEM_BREAK
BREAK = -1
"""What a break is among characters: no n-gram and no run goes beyond."""
BITS = 21
"""So many hold any character, and three times as many a triple."""


def characters(text: str) -> Ints:
    """Return the code point of each character, `BREAK` for a break.

    >>> characters("ab c").tolist()
    [97, 98, -1, 99]
    """
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32).astype(np.int64)
    for mark in BREAKS:
        codes[codes == ord(mark)] = BREAK
    return codes


def grams(text: str, size: int) -> tuple[Ints, Ints]:
    """Return where each n-gram of up to three characters begins, and a number that stands for it.

    >>> places, codes = grams("整治 整治", 2)
    >>> places.tolist(), int(codes[0]) == int(codes[1])
    ([0, 3], True)
    """
    found = characters(text)
    count = max(0, len(found) - size + 1)
    codes = np.zeros(count, np.int64)
    whole = np.ones(count, np.bool_)
    for at in range(size):
        one = found[at : at + count]
        codes = (codes << BITS) | one
        whole &= one != BREAK
    places = np.flatnonzero(whole)
    return places, codes[places]


def distinct(numbers: npt.NDArray[N]) -> npt.NDArray[N]:
    """Return each number once, ascending: sorting is many times faster than `np.unique`'s hashing.

    >>> distinct(np.array([5, 2, 5])).tolist()
    [2, 5]
    """
    ordered = np.sort(numbers)
    first = np.ones(len(ordered), np.bool_)
    first[1:] = ordered[1:] != ordered[:-1]
    return ordered[first]


def lookup(known: Ints, wanted: Ints) -> Ints:
    """Return where each number stands among the ascending `known` ones, or -1.

    >>> lookup(np.array([2, 3, 5]), np.array([5, 4, 2])).tolist()
    [2, -1, 0]
    """
    if not len(known):
        return np.full(len(wanted), -1)
    at = np.minimum(np.searchsorted(known, wanted), len(known) - 1)
    return np.where(known[at] == wanted, at, -1)


def spread(low: Ints, high: Ints) -> tuple[Ints, Ints]:
    """Return all numbers of the ranges from `low` to `high`, and before them whose they are.

    >>> [part.tolist() for part in spread(np.array([3, 7, 0]), np.array([5, 7, 1]))]
    [[0, 0, 2], [3, 4, 0]]
    """
    sizes = high - low
    whose = np.repeat(np.arange(len(low)), sizes)
    return whose, np.arange(len(whose)) + (low - np.cumsum(sizes) + sizes)[whose]


def meetings(here: Ints, there: Ints) -> tuple[Ints, Ints]:
    """Return every i and j for which here[i] is there[j], in some order; -1 meets nothing.

    >>> i, j = meetings(np.array([8, -1, 4]), np.array([4, 6, 8, 4, -1]))
    >>> sorted(zip(i.tolist(), j.tolist()))
    [(0, 2), (2, 0), (2, 3)]
    """
    # Both in order: looking up is fast where each number is near the one before.
    ours, theirs = np.argsort(here), np.argsort(there)
    here, there = here[ours], there[theirs]
    known = np.searchsorted(here, 0)
    here, ours = here[known:], ours[known:]
    i, j = spread(np.searchsorted(there, here), np.searchsorted(there, here, "right"))
    return ours[i], theirs[j]


def reach(here: Ints, there: Ints, at: Ints, other: Ints, step: int) -> Ints:
    """Return how many characters in a row are the same from here[at] and there[other] on.

    Args:
        here: the characters of a text that ends, and begins, with a break.
        there: those of another.
        at: where to begin in the one,
        other: and where in the other.
        step: 1 to go on to the right, -1 to the left.

    >>> one, two = characters(" 开展整治 "), characters(" 推进整治 闭环 ")
    >>> reach(one, two, np.array([3, 4]), np.array([3, 4]), 1).tolist()
    [2, 1]
    >>> reach(one, two, np.array([4]), np.array([4]), -1).tolist()
    [2]
    """
    far = np.zeros(len(at), np.int64)
    going = np.arange(len(at))
    while len(going):
        ahead = step * far[going]
        one = here[at[going] + ahead]
        going = going[(one == there[other[going] + ahead]) & (one != BREAK)]
        far[going] += 1
    return far


def sums(values: Floats, whose: Ints, size: int) -> Floats:
    """Return, for each of so many, the sum of its values.

    >>> sums(np.array([1.0, 2.0, 4.0]), np.array([0, 2, 0]), 3).tolist()
    [5.0, 0.0, 2.0]
    """
    return np.asarray(np.bincount(whose, values, size), np.float64)


def tally(values: Floats, rows: Ints, columns: Ints, shape: tuple[int, int]) -> Floats:
    """Return, for each row and column of a table, the sum of its values.

    >>> tally(np.array([2.0, 3.0]), np.array([0, 0]), np.array([1, 1]), (1, 2)).tolist()
    [[0.0, 5.0]]
    """
    return sums(values, rows * shape[1] + columns, shape[0] * shape[1]).reshape(shape)
