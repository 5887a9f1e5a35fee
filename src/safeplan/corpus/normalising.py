"""Printed records → neutral texts, a batch at a time: what two governments print differently goes.

The corpus needs what `text.neutral` does, for millions of records and without a way back to the
print. So the same vocabulary works here on arrays of characters: a record costs about two
microseconds. Figures, marks, level words (市区县镇乡街) and the record's own places are left out,
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
from safeplan.text.neutral import places

Codes = npt.NDArray[np.uint16]
"""UTF-16 code units; characters beyond the basic plane are left out."""
Places = npt.NDArray[np.int64]

CLAUSE = " "
"""Ends a clause in a neutral text. No n-gram goes beyond."""
_END = "\x1e"
"""Stands behind each record while many are worked on as one text."""
_DROPPED, _CLAUSE, _RECORD = 0, ord(CLAUSE), ord(_END)
_NUMBERING = re.compile(f"{_END}(?:[一二三四五六七八九十]+、|（[一二三四五六七八九十]+）)")
"""Begins with a mark, which a search finds fast; numbers in figures go in any case."""


class Texts(NamedTuple):
    """A batch of neutral texts, a `CLAUSE` behind each."""

    codes: Codes
    sizes: Places
    """How many characters each has, the mark behind it counted."""

    @staticmethod
    def of_marked(codes: Codes) -> Texts:
        """Return texts that have the mark of a record behind each."""
        is_end = codes == _RECORD
        ends = np.flatnonzero(is_end)
        return Texts(np.where(is_end, np.uint16(_CLAUSE), codes), np.diff(ends, prepend=-1))

    @staticmethod
    def of_arrow(array: pa.Array) -> Texts:
        """Return the texts of an Arrow array of strings that `to_arrow` made."""
        text = "".join(f"{one}{_END}" for one in array.to_numpy(zero_copy_only=False))
        return Texts.of_marked(np.frombuffer(text.encode("utf-16-le"), "<u2"))

    def chosen(self, which: npt.NDArray[np.bool_]) -> Texts:
        """Return some of the texts."""
        return Texts(np.compress(np.repeat(which, self.sizes), self.codes), self.sizes[which])

    def to_arrow(self) -> pa.Array:
        """Return the texts as an Arrow array of strings."""
        codes = self.codes.copy()
        codes[np.cumsum(self.sizes) - 1] = _RECORD
        data = np.frombuffer(codes.tobytes().decode("utf-16-le").encode(), np.uint8)
        is_end = data == _RECORD
        offsets = np.zeros(len(self.sizes) + 1, np.int64)
        offsets[1:] = np.flatnonzero(is_end) - np.arange(len(self.sizes))
        buffers = [None, pa.py_buffer(offsets), pa.py_buffer(data[~is_end])]
        return pa.Array.from_buffers(pa.large_string(), len(self.sizes), buffers)


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
    columns = [
        pc.fill_null(one.cast(pa.large_string()), "")
        for one in (names, contents, regions, full_names)
    ]
    joined = pc.binary_join_element_wise(*columns[:2], pa.scalar("\n", pa.large_string()))
    # Documents have no such mark; a file that somebody else made may.
    records = pc.replace_substring(joined, _END, "").to_numpy(zero_copy_only=False)
    text = "".join(_placeless(records, *columns[2:]))
    return Texts.of_marked(_one_word_each(_codes(text)))


def _placeless(
    records: npt.NDArray[np.object_], regions: pa.Array, full_names: pa.Array
) -> Iterator[str]:
    """Yield the records, run by run of one region, without its names and printed numbers."""
    whose = [regions.dictionary_encode(), full_names.dictionary_encode()]
    codes = [one.indices.to_numpy(zero_copy_only=False) for one in whose]
    changes = (np.diff(codes[0]) != 0) | (np.diff(codes[1]) != 0)
    bounds = [0, *(np.flatnonzero(changes) + 1).tolist(), len(regions)]
    for low, high in pairwise(bounds):
        name, full_name = (
            one.dictionary[int(code[low])].as_py() for one, code in zip(whose, codes, strict=True)
        )
        # A mark before the first as well, to find its number; then it stands behind the last.
        text = _END + _END.join(records[low:high])
        for place in sorted(places(name, full_name), key=len, reverse=True):
            if _END not in place:
                text = text.replace(place, "")
        yield _NUMBERING.sub(_END, text)[1:] + _END


def _codes(text: str) -> Codes:
    """Return the neutral characters of a text."""
    found = _neutral_characters()[np.frombuffer(text.encode("utf-16-le", "surrogatepass"), "<u2")]
    return np.compress(found != _DROPPED, found)


@cache
def _neutral_characters() -> Codes:
    """Return what becomes of each character: itself, its plain form, `CLAUSE`, or nothing."""
    table = np.zeros(1 << 16, np.uint16)
    for code in range(1 << 16):
        char = chr(code)
        plain = unicodedata.normalize("NFKC", char) if 0xFF00 <= code < 0xFFF0 else char
        if plain[0].isalpha():
            table[code] = ord(plain[0].lower()) if len(plain[0].lower()) == 1 else code
    table[[ord(char) for char in "市区县镇乡街"]] = _DROPPED
    table[[ord(char) for char in "。；，：！？∶;,:!?\n"]] = _CLAUSE
    table[_RECORD] = _RECORD
    return table


# --- one word for each synonym ----------------------------------------------------------------


class _Word(NamedTuple):
    """One spelling of a synonym, and what stands for it."""

    codes: Codes
    put: Codes


class _Synonyms(NamedTuple):
    """The vocabulary's synonyms, in neutral characters."""

    words: dict[int, list[_Word]]
    """By the first two characters, longest first."""
    begins: npt.NDArray[np.bool_]
    """For each character, whether a word begins with it: few places in a text pass."""
    goes_on: npt.NDArray[np.bool_]
    """For each character, whether it is the second of a word."""


@vocabulary.cached()
def _synonyms() -> _Synonyms:
    """Return the synonyms; a word that stands for others keeps shorter ones inside it whole."""
    words: dict[int, list[_Word]] = {}
    for entry in vocabulary.load("synonyms")["same"]:
        put = _codes(entry["as"])
        spelled = {tuple(_codes(word).tolist()) for word in (*entry["words"], entry["as"])}
        for codes in sorted(spelled):
            if len(codes) >= 2:
                word = _Word(np.array(codes, np.uint16), put)
                words.setdefault(codes[0] << 16 | codes[1], []).append(word)
    for spellings in words.values():
        spellings.sort(key=lambda word: -len(word.codes))
    begins, goes_on = np.zeros((2, 1 << 16), bool)
    heads = np.array(list(words))
    begins[heads >> 16] = goes_on[heads & 0xFFFF] = True
    return _Synonyms(words, begins, goes_on)


def _one_word_each(codes: Codes) -> Codes:
    """Return the characters with one word for each synonym.

    At each place the longest word is taken, and of overlapping words the longer, of equally long
    ones the earlier.
    """
    found = _find(codes)
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
                result[mine + at] = word.put[at] if at < len(word.put) else _DROPPED
            if longer := word.put[size:].tolist():
                more_at.append(np.repeat(mine + size, len(longer)))
                more.append(np.tile(np.array(longer, np.uint16), len(mine)))
    if more:
        result = np.insert(result, np.concatenate(more_at), np.concatenate(more))
    return np.compress(result != _DROPPED, result)


def _find(codes: Codes) -> list[tuple[Places, _Word]]:
    """Return where each word stands, at each place the longest only."""
    words, begins, goes_on = _synonyms()
    places = np.flatnonzero(begins[codes[:-1]] & goes_on[codes[1:]])
    heads = codes[places].astype(np.int64) << 16 | codes[places + 1]
    order = np.argsort(heads, kind="stable")
    places, heads = places[order], heads[order]
    starts = np.flatnonzero(np.diff(heads, prepend=-1))
    found = []
    for start, left in zip(starts.tolist(), np.split(places, starts[1:]), strict=False):
        for word in words.get(int(heads[start]), ()):
            fits = left + len(word.codes) <= len(codes)
            for at in range(2, len(word.codes)):
                fits[fits] = codes[left[fits] + at] == word.codes[at]
            found.append((left[fits], word))
            left = left[~fits]
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
