"""Neutral texts → sketches: small, of one size, and enough to find and to weigh what is alike.

A text is the set of its character triples. Its keys (MinHash bands) find: two texts that share a
good part have a key in common almost surely, strangers hardly ever. Its bits weigh: they say which
triples it has, and which of these are rare. Two records in the words that every circular uses may
read alike and speak of two things (对企业…依法落实“一案双罚”, 对酒吧…依法落实“一案双罚”), so what
many texts have counts for little.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt

from safeplan.corpus.normalising import CLAUSE, Places, Texts
from safeplan.links.grams import distinct
from safeplan.plans.isolated import processors

Words = npt.NDArray[np.uint64]
Triples = npt.NDArray[np.uint32]
Likeness = npt.NDArray[np.float32]
T = TypeVar("T")
W = TypeVar("W", np.uint32, np.uint64)

BITS = 1024
"""A record has some forty triples: few of them fall on one bit."""
KEYS, LEAST_HASHES = 20, 2
"""So many keys, and so many hashes that make one. A pair with Jaccard coefficient 1/3 (Dice 1/2) has a key in common in
1 - (1 - 1/9)^20 = 90 of 100 cases, one with 1/20 in 5."""
COMMON = 0.01
"""A triple that a greater share of the distinct texts has is common."""
COMMON_WEIGHT = 0.25
"""What a common triple counts; a rare one counts 1."""
_CHUNK, _CHARACTERS, _PAIRS = 2000, 1 << 20, 1 << 15
"""So many texts or characters, and so many pairs, at a time: what is made of them stays small."""


class Sketches(NamedTuple):
    """What is kept of texts, a row a text."""

    bits: Words
    """`BITS` / 64 words: which triples the text has."""
    rare: Words
    """The same of its rare triples."""
    keys: Words
    """`KEYS` keys; a text without triples has those of the empty one."""


def hashes(texts: Texts) -> Words:
    """Return a 64-bit hash of each text, the same on every machine."""
    codes, sizes = texts
    if not len(sizes):
        return np.zeros(0, np.uint64)
    starts = np.cumsum(sizes) - sizes
    values = np.arange(len(codes), dtype=np.uint64)
    values -= np.repeat(starts.astype(np.uint64), sizes)
    values <<= np.uint64(16)
    values |= codes
    return _scatter(np.add.reduceat(_scatter(values), starts))


def sketch(texts: Texts) -> Sketches:
    """Return the sketches of all distinct texts of a corpus."""
    count = len(texts.sizes)
    bits, rare = np.zeros((2, count, BITS // 64), np.uint64)
    keys = np.zeros((count, KEYS), np.uint64)
    common = _common(texts)

    def fill(low: int, high: int, triples: Triples, owner: Places) -> None:
        is_rare = ~common[triples & _BUCKET]
        bits[low:high] = _bits(triples, owner, high - low)
        rare[low:high] = _bits(triples[is_rare], owner[is_rare], high - low)
        keys[low:high] = _keys(triples, owner, high - low)

    _in_threads(fill, texts)  # each chunk fills rows of its own
    return Sketches(bits, rare, keys)


def likeness(sketches: Sketches, one: Places, other: Places) -> Likeness:
    """Return how alike texts are, 0 to 1, pair by pair: the weighted Dice coefficient.

    Args:
        sketches: of all texts.
        one: the place of one text of each pair.
        other: the place of the other.
    """
    result = np.zeros(len(one), np.float32)
    for at in range(0, len(one), _PAIRS):
        here, there = one[at : at + _PAIRS], other[at : at + _PAIRS]
        common, whole = np.zeros((2, len(here)), np.float32)
        for bits, weight in (
            (sketches.bits, COMMON_WEIGHT),
            (sketches.rare, 1 - COMMON_WEIGHT),
        ):
            common += weight * _count(bits[here] & bits[there])
            whole += weight * (_count(bits[here]) + _count(bits[there]))
        result[at : at + _PAIRS] = 2 * common / np.maximum(whole, COMMON_WEIGHT)
    return result


def _count(bits: Words) -> Likeness:
    counts: Likeness = np.add.reduce(np.bitwise_count(bits), axis=1, dtype=np.float32)
    return counts


# --- triples ----------------------------------------------------------------------------------

_BUCKET = np.uint32((1 << 22) - 1)
"""A triple is counted with those of the same last bits."""


def _common(texts: Texts) -> npt.NDArray[np.bool_]:
    """Return which buckets of triples hold one that many texts have."""

    def once(_low: int, _high: int, triples: Triples, owner: Places) -> Triples:
        pairs = distinct(owner.astype(np.uint64) << np.uint64(32) | triples)
        return pairs.astype(np.uint32) & _BUCKET

    buckets = [np.zeros(0, np.uint32), *_in_threads(once, texts)]
    counts = np.bincount(np.concatenate(buckets), minlength=int(_BUCKET) + 1)
    return counts > COMMON * len(texts.sizes)


def _in_threads(work: Callable[[int, int, Triples, Places], T], texts: Texts) -> list[T]:
    """Return what a function makes of some texts at a time: numpy lets other threads run.

    Args:
        work: takes the places of the first text and behind the last, their triples and whose each
            is, from 0.
        texts: all of them.
    """
    ends = np.concatenate([[0], np.cumsum(texts.sizes)])

    def chunks() -> Iterator[tuple[int, int]]:
        low = 0
        while low < len(texts.sizes):
            full = int(np.searchsorted(ends, ends[low] + _CHARACTERS, "right")) - 1
            high = min(max(full, low + 1), low + _CHUNK, len(texts.sizes))
            yield low, high
            low = high

    def one(chunk: tuple[int, int]) -> T:
        low, high = chunk
        some = Texts(texts.codes[ends[low] : ends[high]], texts.sizes[low:high])
        return work(low, high, *_triples(some))

    with ThreadPoolExecutor(processors()) as pool:
        return list(pool.map(one, chunks()))


def _triples(texts: Texts) -> tuple[Triples, Places]:
    """Return the hashes of all character triples that cross no break, and whose each is."""
    codes, sizes = texts
    count = max(0, len(codes) - 2)
    wide = codes.astype(np.uint32)
    hashed = wide[:count] * np.uint32(0x9E3779B1)
    for at in (1, 2):
        hashed += wide[at : at + count]
        hashed *= np.uint32(0x85EBCA77)
    breaks = codes == ord(CLAUSE)
    whole = ~(breaks[:count] | breaks[1 : count + 1] | breaks[2 : count + 2])
    owner = np.repeat(np.arange(len(sizes)), sizes)[:count]
    return _scatter(hashed[whole]), owner[whole]


def _bits(triples: Triples, owner: Places, count: int) -> Words:
    has = np.zeros(count * BITS, np.uint8)
    has[owner * BITS + (triples >> np.uint32(22))] = 1
    return np.packbits(has).view("<u8").reshape(count, -1)


def _keys(triples: Triples, owner: Places, count: int) -> Words:
    least = np.full((KEYS * LEAST_HASHES, count), 0xFFFFFFFF, np.uint32)
    firsts = np.flatnonzero(np.diff(owner, prepend=-1))
    if len(firsts):
        for at, multiplier in enumerate(_MULTIPLIERS):
            least[at, owner[firsts]] = np.minimum.reduceat(triples * multiplier, firsts)
    keys = np.repeat(np.arange(KEYS, dtype=np.uint64), count).reshape(KEYS, count)
    for rows in least.reshape(KEYS, LEAST_HASHES, count).swapaxes(0, 1):
        keys = _scatter(keys << np.uint64(32) ^ keys >> np.uint64(32) ^ rows)
    return keys.T


_STEPS = {
    4: ((16, 0x85EBCA6B), (13, 0xC2B2AE35), (16, 0)),
    8: ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB), (31, 0)),
}
"""The finalisers of MurmurHash3, for 4 bytes, and SplitMix64: shifts, and factors behind them."""


def _scatter(values: npt.NDArray[W]) -> npt.NDArray[W]:
    """Scatter whole numbers over all their bits, in place."""
    number = values.dtype.type
    for shift, factor in _STEPS[values.itemsize]:
        values ^= values >> number(shift)
        if factor:
            values *= number(factor)
    return values


_NUMBERS = _scatter(np.arange(1, 1 + KEYS * LEAST_HASHES, dtype=np.uint64))
_MULTIPLIERS: Triples = (_NUMBERS >> np.uint64(32)).astype(np.uint32) | np.uint32(1)
"""An odd number for each least hash, the same ones on every machine."""
