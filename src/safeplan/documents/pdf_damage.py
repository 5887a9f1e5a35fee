"""What of a PDF is damaged: told from its bytes, apart from the parsers that read it.

Parsers mend what they can and are silent about the rest: of a broken stream they take what comes
before the break, and what a lost object held is not there. Here each compressed stream is held
against its check sum, each reference against the objects there are, and whatever fails is followed
up to the pages that draw with it.
"""

from __future__ import annotations

import re
import zlib
from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from safeplan.documents.limits import MAX_UNPACKED_BYTES, check_nodes

_OBJECT = re.compile(rb"(?<!\d)(\d{1,10})\s{1,4}\d{1,5}\s{1,4}obj\b")
_REFERENCE = re.compile(rb"(?<!\d)(\d{1,10})\s{1,4}\d{1,5}\s{1,4}R\b")
_ELSEWHERE = re.compile(
    rb"/(?:Parent|Kids|Annots|B|Dest|P|StructParent)\s{0,4}"
    rb"(?:\[[^\]]*\]|\d{1,10}\s{1,4}\d{1,5}\s{1,4}R\b)"
)
"""References that lead to other pages, not to what an object draws with."""
_STREAM = re.compile(rb">>\s{0,4}stream\r?\n")
_FLATE = re.compile(rb"/Filter\s{0,4}\[?\s{0,4}/(?:FlateDecode|Fl)\b")
_PAGE = re.compile(rb"/Type\s{0,4}/Page\b")
_NODE = re.compile(rb"/Type\s{0,4}/Pages\b")
_TREE = re.compile(rb"/Pages\s{1,4}(\d{1,10})\s")
_KIDS = re.compile(rb"/Kids\s{0,4}\[([^\]]*)\]")
_PACKED = re.compile(rb"(?:\s{0,4}\d{1,10}\s{1,4}\d{1,10})*")
_CHUNK = 2**16


class Damage(NamedTuple):
    """What is damaged in a file."""

    pages: list[int]
    """Pages that draw with something that is broken or not there, from 1."""
    unlisted: int = 0
    """Pages that stand in the file and not in its list of pages."""


def damage_of(data: bytes, count: int) -> Damage:
    """Return what is damaged in a PDF.

    Args:
        data: the file.
        count: how many pages its parser found: where these are others than here, nobody can tell
            which page is which, and damage to any is damage to all.

    Raises:
        DocumentError: `too_many_elements`.
    """
    if b"/Encrypt" in data:  # no check sum holds before the file is deciphered
        return Damage([])
    objects = _Objects(data)
    pages = list(objects.pages())
    there = sum(bool(_PAGE.search(text)) for text in objects.texts.values())
    hit = objects.hit()
    if len(pages) != count or any(_NODE.search(objects.texts.get(one, b"")) for one in hit):
        damaged = list(range(1, count + 1)) if hit else []
    else:
        damaged = [number for number, page in enumerate(pages, start=1) if page in hit]
    return Damage(damaged, max(there - count, 0))


class _Objects:
    """The objects of a file by their numbers, each without its stream."""

    def __init__(self, data: bytes) -> None:
        check_nodes(data.count(b"obj"))
        self.texts: dict[int, bytes] = {}
        self._broken: set[int] = set()
        self._left = MAX_UNPACKED_BYTES
        for match, following in pairwise([*_OBJECT.finditer(data), None]):
            assert match
            end = following.start() if following else len(data)
            self._take(int(match[1]), data, match.end(), end)

    def _take(self, number: int, data: bytes, start: int, end: int) -> None:
        stream = _STREAM.search(data, start, end)
        self.texts[number] = text = data[start : stream.end() if stream else end]
        self._broken.discard(number)
        if stream is None:
            if b"endobj" not in text:
                self._broken.add(number)
        elif _FLATE.search(text):
            stop = data.find(b"endstream", stream.end())
            try:
                unpacked = self._unpacked(data, stream.end(), stop if stop > 0 else end)
            except zlib.error:
                self._broken.add(number)
            else:
                self.texts.update(_packed_objects(unpacked) if b"/ObjStm" in text else ())

    def _unpacked(self, data: bytes, start: int, stop: int) -> bytes:
        """Return what a stream holds; `zlib.error` is raised where it is damaged."""
        inflate = zlib.decompressobj()
        unpacked = bytearray()
        for at in range(start, stop, _CHUNK):
            if self._left < 0:
                return b""
            piece = inflate.decompress(data[at : min(at + _CHUNK, stop)])
            self._left -= len(piece)
            unpacked += piece
        if not inflate.eof:
            raise zlib.error("cut short")
        return bytes(unpacked)

    def pages(self) -> Iterator[int]:
        """Yield the pages in their order, as the file lists them."""
        roots = [tree for text in self.texts.values() if (tree := _TREE.search(text))]
        seen: set[int] = set()
        waiting = [int(roots[-1][1])] if roots else []
        while waiting:
            number = waiting.pop()
            if number in seen:
                continue
            seen.add(number)
            text = self.texts.get(number, b"")
            if kids := _KIDS.search(text):
                waiting += reversed(list(map(int, _REFERENCE.findall(kids[1]))))
            elif not _NODE.search(text):
                yield number

    def hit(self) -> set[int]:
        """Return the objects that are broken or not there, and all that draw with one of them."""
        users: dict[int, list[int]] = defaultdict(list)
        for number, text in self.texts.items():
            for used in _REFERENCE.findall(_ELSEWHERE.sub(b"", text)):
                users[int(used)].append(number)
        hit = self._broken | (users.keys() - self.texts.keys())
        waiting = list(hit)
        while waiting:
            fresh = set(users.get(waiting.pop(), ())) - hit
            hit |= fresh
            waiting += fresh
        return hit


def _packed_objects(unpacked: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield the objects that stand in a stream: a list of numbers and places, then their texts."""
    head = _PACKED.match(unpacked)
    assert head
    numbers = list(map(int, head[0].split()))
    places = [head.end() + place for place in numbers[1::2]]
    for number, (place, end) in zip(numbers[::2], pairwise([*places, len(unpacked)]), strict=True):
        yield number, unpacked[place:end]
