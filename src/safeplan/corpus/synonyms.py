"""One word for each synonym, in arrays of characters: the vocabulary of `links`, without its regexes.

At each place the longest word is taken, and of overlapping words the longer, of equally long ones
the earlier. A word that stands for others is a word itself: it keeps shorter ones inside it whole.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from safeplan import vocabulary

Codes = npt.NDArray[np.uint16]
"""UTF-16 code units; characters beyond the basic plane are left out."""
Places = npt.NDArray[np.int64]

DROPPED = 0


class _Word(NamedTuple):
    """One spelling of a synonym."""

    codes: Codes
    put: Codes
    """What stands for it."""


class Synonyms(NamedTuple):
    """The vocabulary's synonyms, in neutral characters."""

    words: dict[int, list[_Word]]
    """By the first two characters, longest first."""
    begins: npt.NDArray[np.bool_]
    """For each character, whether a word begins with it: few places in a text pass."""
    goes_on: npt.NDArray[np.bool_]
    """For each character, whether it is the second of a word."""


@vocabulary.cached()
def synonyms(codes_of: Callable[[str], Codes]) -> Synonyms:
    """Return the vocabulary's synonyms.

    Args:
        codes_of: gives the neutral characters of a word.
    """
    words: dict[int, list[_Word]] = {}
    for entry in vocabulary.load("synonyms")["same"]:
        put = codes_of(entry["as"])
        spelled = {tuple(codes_of(word).tolist()) for word in (*entry["words"], entry["as"])}
        for codes in sorted(spelled):
            if len(codes) >= 2:
                word = _Word(np.array(codes, np.uint16), put)
                words.setdefault(codes[0] << 16 | codes[1], []).append(word)
    for spellings in words.values():
        spellings.sort(key=lambda word: -len(word.codes))
    begins, goes_on = np.zeros((2, 1 << 16), bool)
    heads = np.array(list(words))
    begins[heads >> 16] = goes_on[heads & 0xFFFF] = True
    return Synonyms(words, begins, goes_on)


def replace(codes: Codes, synonyms: Synonyms) -> Codes:
    """Return the characters with one word for each synonym."""
    found = _find(codes, synonyms)
    result, taken = codes.copy(), np.zeros(len(codes), bool)
    more_at: list[Places] = []
    more: list[Codes] = []
    for size in sorted({len(word.codes) for _, word in found}, reverse=True):
        same_size = [(places, word) for places, word in found if len(word.codes) == size]
        places = np.concatenate([places for places, _ in same_size])
        which = np.repeat(np.arange(len(same_size)), [len(places) for places, _ in same_size])
        order = np.argsort(places, kind="stable")
        places, which = places[order], which[order]
        free = ~np.any(taken[places[:, None] + np.arange(size)], axis=1)
        places, which = _without_overlaps(places[free], which[free], size)
        taken[(places[:, None] + np.arange(size)).ravel()] = True
        for number, (_, word) in enumerate(same_size):
            mine = places[which == number]
            for at in range(size):
                result[mine + at] = word.put[at] if at < len(word.put) else DROPPED
            if longer := word.put[size:].tolist():
                more_at.append(np.repeat(mine + size, len(longer)))
                more.append(np.tile(np.array(longer, np.uint16), len(mine)))
    if more:
        result = np.insert(result, np.concatenate(more_at), np.concatenate(more))
    return np.compress(result != DROPPED, result)


def _find(codes: Codes, synonyms: Synonyms) -> list[tuple[Places, _Word]]:
    """Return where each word stands, at each place the longest only."""
    places = np.flatnonzero(synonyms.begins[codes[:-1]] & synonyms.goes_on[codes[1:]])
    heads = codes[places].astype(np.int64) << 16 | codes[places + 1]
    order = np.argsort(heads, kind="stable")
    places, heads = places[order], heads[order]
    starts = np.flatnonzero(np.diff(heads, prepend=-1))
    found = []
    for start, left in zip(starts.tolist(), np.split(places, starts[1:]), strict=False):
        head = int(heads[start])
        if head not in synonyms.words:
            continue
        for word in synonyms.words[head]:
            size = len(word.codes)
            able = left[left + size <= len(codes)]
            fits = np.ones(len(able), bool)
            for at in range(2, size):
                fits &= codes[able + at] == word.codes[at]
            found.append((able[fits], word))
            left = np.concatenate([able[~fits], left[left + size > len(codes)]])
    return found


def _without_overlaps(places: Places, which: Places, size: int) -> tuple[Places, Places]:
    """Drop each word that begins inside the one kept before it."""
    while len(places) > 1:
        inside = np.zeros(len(places), bool)
        inside[1:] = np.diff(places) < size
        # The first of a chain of overlaps stays, its neighbour goes; then look again.
        inside[2:] &= ~inside[1:-1]
        if not inside.any():
            break
        places, which = places[~inside], which[~inside]
    return places, which
