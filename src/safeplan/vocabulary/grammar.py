"""Patterns over words: regular expressions of `grammar.toml` in which lists of words stand by name."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from safeplan import vocabulary

_PLACE = re.compile(r"\{(?P<how>[+~]?)(?P<name>[a-z][a-z_.]*)\}")
_GROUP = re.compile(r"\?P<[a-z_]+>")


def one_of(words: Iterable[str]) -> str:
    """Return a pattern for any of the words, the longest first; for no words, one of nothing.

    >>> one_of(["达", "达到"]), one_of([])
    ('(?:达到|达)', '(?!)')
    """
    longest = sorted(words, key=lambda word: (-len(word), word))
    return f"(?:{'|'.join(map(re.escape, longest))})" if longest else "(?!)"


class Grammar:
    """The patterns of one part, each compiled when it is first asked for.

    >>> Grammar("targets", vocabulary.load("targets")).or_more_or_less.match("以上")["or_more"]
    '以上'
    """

    def __init__(self, part: str, words: dict[str, Any], **given: str) -> None:
        """Compile nothing yet.

        Args:
            part: the part of the grammar.
            words: the lists that its patterns name.
            given: patterns that its reader makes, by name.
        """
        self.words = words
        self._patterns: dict[str, str | list[str]] = vocabulary.load("grammar")[part] | given

    def __getattr__(self, name: str) -> re.Pattern[str]:
        """Return a pattern, compiled."""
        if name.startswith("_") or name not in self._patterns:
            raise AttributeError(name)
        pattern = self.__dict__[name] = re.compile(self._written(name))
        return pattern

    def _written(self, name: str) -> str:
        """Return a pattern in full."""
        pattern = self._patterns[name]
        if not isinstance(pattern, str):
            pattern = "|".join(pattern)
        return _PLACE.sub(self._filled, pattern.replace("\\\n", ""))

    def _filled(self, place: re.Match[str]) -> str:
        name = place["name"]
        if name in self._patterns:
            written = self._written(name)
            return f"(?:{written if place['how'] else _GROUP.sub('?:', written)})"
        words: Any = self.words
        for key in name.split("."):
            words = words[key]
        if isinstance(words, str):
            return words
        return f"(?:{'|'.join(words)})" if place["how"] else one_of(words)
