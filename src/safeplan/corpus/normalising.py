"""Printed records → neutral texts, a batch at a time: what two governments print differently goes.

The corpus needs what `links.folding` does, for millions of records and without a way back to the
print. So the same vocabulary works here on arrays of characters: a record costs about a
microsecond. Figures, marks, level words (市区县镇乡街) and the record's own places are left out,
synonyms are one word. Nothing but the record itself is looked at, so a text does not depend on
the batch it comes in.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from safeplan import vocabulary

Codes = npt.NDArray[np.uint16]
"""UTF-16 code units; characters beyond the basic plane are left out."""

CLAUSE = " "
"""Ends a clause in a neutral text. No n-gram goes beyond."""
_END = "\x1e"
"""Stands behind each record while many are worked on as one text."""
_DROPPED, _CLAUSE = 0, ord(CLAUSE)
_LEVELS = "市区县镇乡街"
_NUMBERING = re.compile(f"{_END}(?:[一二三四五六七八九十]+、|（[一二三四五六七八九十]+）)")
"""Begins with a mark, which a search finds fast; numbers in figures go in any case."""


@cache
def _table() -> Codes:
    """Return what becomes of each character: itself, its plain form, `CLAUSE`, or 0 for nothing."""
    table = np.zeros(1 << 16, np.uint16)
    for code in range(1 << 16):
        char = chr(code)
        plain = unicodedata.normalize("NFKC", char) if 0xFF00 <= code < 0xFFF0 else char
        if char in "。；，：！？∶;,:!?\n":
            table[code] = _CLAUSE
        elif plain[0].isalpha():
            table[code] = ord(plain[0].lower()) if len(plain[0].lower()) == 1 else code
    table[[ord(char) for char in _LEVELS]] = _DROPPED
    table[ord(_END)] = ord(_END)
    return table


def _codes(text: str) -> Codes:
    found = _table()[np.frombuffer(text.encode("utf-16-le", "surrogatepass"), "<u2")]
    return _kept(found)


def _kept(codes: Codes) -> Codes:
    return np.compress(codes != _DROPPED, codes)


class _Word(NamedTuple):
    """One spelling of a synonym."""

    codes: Codes
    put: Codes
    """What stands for it, never longer."""


_BUCKETS = 1 << 12


class _Synonyms(NamedTuple):
    words: dict[int, list[_Word]]
    """By the first two characters, longest first."""
    heads: npt.NDArray[np.uint32]
    """A hash table of those."""


def _bucket(heads: npt.NDArray[np.uint32]) -> npt.NDArray[np.uint32]:
    return (heads * np.uint32(2654435761)) >> np.uint32(20)


@cache
def _synonyms() -> _Synonyms:
    """Return the vocabulary's synonyms in neutral characters; the shortest stands for all."""
    words: dict[int, list[_Word]] = {}
    for entry in vocabulary.load("synonyms")["same"]:
        spelled = sorted({tuple(_codes(word).tolist()) for word in (*entry["words"], entry["as"])})
        put = np.array(min(spelled, key=lambda codes: (len(codes), codes)), np.uint16)
        for codes in spelled:
            if len(codes) >= 2 and codes != tuple(put):
                head = codes[0] << 16 | codes[1]
                words.setdefault(head, []).append(_Word(np.array(codes, np.uint16), put))
    for spellings in words.values():
        spellings.sort(key=lambda word: -len(word.codes))
    heads = np.zeros(_BUCKETS, np.uint32)
    known = np.array(sorted(words), np.uint32)
    heads[_bucket(known)] = known  # Two heads in one bucket: the later one alone is found.
    return _Synonyms(words, heads)


def _replace_synonyms(codes: Codes) -> Codes:
    """Put one word for each synonym, the longest first wherever several begin at one place."""
    synonyms = _synonyms()
    heads = codes[:-1].astype(np.uint32) << np.uint32(16) | codes[1:]
    places = np.flatnonzero(synonyms.heads[_bucket(heads)] == heads)
    if not len(places):
        return codes
    found = []  # (places, word): where each word stands
    at_heads = heads[places]
    for head in np.unique(at_heads).tolist():
        left = places[at_heads == head]
        for word in synonyms.words.get(head, ()):
            size = len(word.codes)
            able = left[left + size <= len(codes)]
            fits = np.ones(len(able), bool)
            for at in range(2, size):
                fits &= codes[able + at] == word.codes[at]
            found.append((able[fits], word))
            left = np.concatenate([able[~fits], left[left + size > len(codes)]])
    if not found:
        return codes
    # Of overlapping words the longer is taken, of equally long ones the earlier.
    result, taken = codes.copy(), np.zeros(len(codes), bool)
    for size in sorted({len(word.codes) for _, word in found}, reverse=True):
        same_size = [(at, word) for at, word in found if len(word.codes) == size]
        spans = np.concatenate([at for at, _ in same_size])
        which = np.repeat(np.arange(len(same_size)), [len(at) for at, _ in same_size])
        order = np.argsort(spans, kind="stable")
        spans, which = spans[order], which[order]
        free = ~np.any(taken[spans[:, None] + np.arange(size)], axis=1)
        spans, which = spans[free], which[free]
        spans, which = _without_overlaps(spans, which, size)
        taken[(spans[:, None] + np.arange(size)).ravel()] = True
        for number, (_, word) in enumerate(same_size):
            mine = spans[which == number]
            for at in range(size):
                result[mine + at] = word.put[at] if at < len(word.put) else _DROPPED
    return _kept(result)


def _without_overlaps(
    spans: npt.NDArray[np.int64], which: npt.NDArray[np.int64], size: int
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Drop each span that begins inside the one kept before it."""
    while len(spans) > 1:
        inside = np.zeros(len(spans), bool)
        inside[1:] = np.diff(spans) < size
        # The first of a chain of overlaps stays, its neighbour goes; then look again.
        inside[2:] &= ~inside[1:-1]
        if not inside.any():
            break
        spans, which = spans[~inside], which[~inside]
    return spans, which


@cache
def _places(name: str, full_name: str) -> tuple[str, ...]:
    """Return the names under which a plan speaks of its place and of those above it."""
    units = re.findall(r".+?[省市区县州旗]", full_name)
    bare = [unit[:-1] for unit in units if len(unit) > 2]
    return tuple(
        sorted({name, full_name, *units, *bare} - {""}, key=lambda word: (-len(word), word))
    )


class Texts(NamedTuple):
    """A batch of neutral texts, a `CLAUSE` behind each."""

    codes: Codes
    sizes: npt.NDArray[np.int64]
    """How many characters each has, the mark behind it counted."""

    @staticmethod
    def of_arrow(array: pa.Array) -> Texts:
        """Return the texts of an Arrow array of strings that `to_arrow` made."""
        text = _marked(array, _END).text(0, len(array))
        codes = np.frombuffer(text.encode("utf-16-le"), "<u2")
        ends = np.flatnonzero(codes == ord(_END))
        return Texts(np.where(codes == ord(_END), _CLAUSE, codes), _sizes(ends))

    def to_arrow(self) -> pa.Array:
        """Return the texts as an Arrow array of strings."""
        codes = self.codes.copy()
        codes[np.cumsum(self.sizes) - 1] = ord(_END)
        data = np.frombuffer(codes.tobytes().decode("utf-16-le").encode(), np.uint8)
        is_end = data == ord(_END)
        offsets = np.zeros(len(self.sizes) + 1, np.int64)
        offsets[1:] = np.flatnonzero(is_end) - np.arange(len(self.sizes))
        buffers = [None, pa.py_buffer(offsets), pa.py_buffer(data[~is_end])]
        return pa.Array.from_buffers(pa.large_string(), len(self.sizes), buffers)


def _sizes(ends: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    return np.diff(ends, prepend=-1)


class _Marked(NamedTuple):
    """Strings in one buffer, a mark behind each."""

    data: memoryview
    offsets: npt.NDArray[np.int64]
    """Where each begins in `data`, and where the last ends."""

    def text(self, low: int, high: int) -> str:
        """Return the strings from `low` to before `high`, with their marks."""
        return str(self.data[self.offsets[low] : self.offsets[high]], "utf-8")


def _marked(array: pa.Array, mark: str) -> _Marked:
    strings = array.cast(pa.large_string())
    whole = pc.binary_join_element_wise(strings, *(_scalar(text) for text in ("", mark)))
    _, offsets, data = whole.buffers()
    return _Marked(memoryview(data or b""), np.frombuffer(offsets, np.int64, len(whole) + 1))


def _scalar(text: str) -> pa.Scalar:
    return pa.scalar(text, pa.large_string())


def neutral(names: pa.Array, contents: pa.Array, regions: pa.Array, full_names: pa.Array) -> Texts:
    """Return the neutral text of each record: its name, a break, its content.

    Args:
        names: the records' names, as printed.
        contents: their contents, as printed.
        regions: the name of each record's region.
        full_names: the same with its level word and the units above it; may be empty.
    """
    if not len(names):
        return Texts(np.zeros(0, np.uint16), np.zeros(0, np.int64))
    sides = [one.cast(pa.large_string()) for one in (names, contents)]
    records = _marked(pc.binary_join_element_wise(*sides, _scalar("\n")), _END)
    codes = _replace_synonyms(_codes("".join(_placeless(records, regions, full_names))))
    ends = np.flatnonzero(codes == ord(_END))
    codes[ends] = _CLAUSE
    return Texts(codes, _sizes(ends))


def _placeless(records: _Marked, regions: pa.Array, full_names: pa.Array) -> Iterator[str]:
    """Yield the records, run by run of one region, without its names and printed numbers."""
    whose = [regions.dictionary_encode(), full_names.dictionary_encode()]
    codes = [one.indices.to_numpy(zero_copy_only=False) for one in whose]
    changes = (np.diff(codes[0]) != 0) | (np.diff(codes[1]) != 0)
    bounds = [0, *(np.flatnonzero(changes) + 1).tolist(), len(regions)]
    for low, high in pairwise(bounds):
        name, full_name = (
            one.dictionary[int(code[low])].as_py() for one, code in zip(whose, codes, strict=True)
        )
        text = records.text(low, high)
        for place in _places(name, full_name):
            text = text.replace(place, "")
        # The mark behind the last record is put before the first, to find its number as well.
        yield _NUMBERING.sub(_END, _END + text[:-1])[1:] + _END
