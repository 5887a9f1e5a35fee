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

from safeplan.corpus.synonyms import DROPPED, Codes, replace, synonyms
from safeplan.text.neutral import places

CLAUSE = " "
"""Ends a clause in a neutral text. No n-gram goes beyond."""
_END = "\x1e"
"""Stands behind each record while many are worked on as one text."""
_CLAUSE = ord(CLAUSE)
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
    table[[ord(char) for char in _LEVELS]] = DROPPED
    table[ord(_END)] = ord(_END)
    return table


def _codes(text: str) -> Codes:
    found = _table()[np.frombuffer(text.encode("utf-16-le", "surrogatepass"), "<u2")]
    return np.compress(found != DROPPED, found)


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

    def chosen(self, which: npt.NDArray[np.bool_]) -> Texts:
        """Return some of the texts."""
        return Texts(np.compress(np.repeat(which, self.sizes), self.codes), self.sizes[which])

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
    columns = [
        pc.fill_null(one.cast(pa.large_string()), "")
        for one in (names, contents, regions, full_names)
    ]
    joined = pc.binary_join_element_wise(*columns[:2], _scalar("\n"))
    # Documents have no such mark; a file that somebody else made may.
    records = _marked(pc.replace_substring(joined, _END, ""), _END)
    text = "".join(_placeless(records, *columns[2:]))
    codes = replace(_codes(text), synonyms(_codes))
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
        for place in sorted(places(name, full_name), key=len, reverse=True):
            if _END not in place:
                text = text.replace(place, "")
        # The mark behind the last record is put before the first, to find its number as well.
        yield _NUMBERING.sub(_END, _END + text[:-1])[1:] + _END
