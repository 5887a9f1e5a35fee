"""Printed words as they are looked up: unwrapped, parted into words of a set."""

from __future__ import annotations

from collections.abc import Collection

_OPENINGS, _CLOSINGS = frozenset("（(〔[［【"), frozenset("）)〕]］】")


def unwrapped(text: str) -> str:
    """Return a text without the brackets around the whole of it, be they of one kind or not.

    >>> unwrapped("〔县应急局牵头）"), unwrapped("（牵头）县应急局、各镇（街道）")
    ('县应急局牵头', '（牵头）县应急局、各镇（街道）')
    """
    return text[slice(*inside(text))]


def inside(text: str) -> tuple[int, int]:
    """Return where a text stands within white space and the brackets around the whole of it."""
    start, end = len(text) - len(text.lstrip()), len(text.rstrip())
    if text[start : start + 1] not in _OPENINGS or text[end - 1 : end] not in _CLOSINGS:
        return start, max(start, end)
    depth = 0
    for character in text[start + 1 : end - 1]:
        depth += (character in _OPENINGS) - (character in _CLOSINGS)
        if depth < 0:
            return start, end
    inner = text[start + 1 : end - 1]
    start += 1 + len(inner) - len(inner.lstrip())
    return start, max(start, start + len(inner.strip()))


class WordSet:
    """A set of words, to part a text into: 文化广电局 is 文化 · 广电 · 局."""

    def __init__(self, words: Collection[str]) -> None:
        self._words = frozenset(words)
        lengths: dict[str, set[int]] = {}
        for word in words:
            lengths.setdefault(word[0], set()).add(len(word))
        self._lengths = {first: sorted(found) for first, found in lengths.items()}

    def parted(self, text: str) -> list[str] | None:
        """Return `text` as words of the set, the longest from its end on, or None."""
        before: list[int] = [0] * (len(text) + 1)  # the length of the longest word that ends here
        for start, first in enumerate(text):
            if start and not before[start]:
                continue
            for length in self._lengths.get(first, ()):
                end = start + length
                if end <= len(text) and text[start:end] in self._words:
                    before[end] = max(before[end], length)
        if not before[-1]:
            return None
        words: list[str] = []
        end = len(text)
        while end:
            words.append(text[end - before[end] : end])
            end -= before[end]
        return words[::-1]
