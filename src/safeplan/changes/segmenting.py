"""A run of Chinese → its words, as a reader would part them: 督促, 应急管理局, not 督, 促.

jieba's first cut costs most of a second, so it is loaded only where a changed text is shown. Its
dictionary knows the bodies and the words of the vocabulary; what is in no dictionary stays in
characters, since nothing is guessed (no HMM).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from safeplan import vocabulary

if TYPE_CHECKING:
    import jieba

_LISTS = ("bodies", "synonyms", "targets", "outcomes")
"""The files of the vocabulary whose words are words of the circulars."""
_LONGEST = 12


@vocabulary.cached(16384)
def cut(run: str) -> tuple[str, ...]:
    """Return the words of a run of Chinese characters.

    >>> cut("督促消防救援局落实")
    ('督促', '消防救援局', '落实')
    """
    if len(run) < 2:
        return (run,) if run else ()
    return tuple(_tokenizer().cut(run, HMM=False))


@vocabulary.cached()
def _tokenizer() -> jieba.Tokenizer:
    import jieba

    tokenizer = jieba.Tokenizer()
    # Made here, not read from the cache that jieba would leave in a folder everyone can write to.
    tokenizer.FREQ, tokenizer.total = tokenizer.gen_pfdict(tokenizer.get_dict_file())
    tokenizer.initialized = True
    for name in _LISTS:
        for word in _strings(vocabulary.load(name)):
            if 2 <= len(word) <= _LONGEST and all("㐀" <= c <= "鿿" for c in word):
                tokenizer.add_word(word)
    return tokenizer


def _strings(value: Any) -> Iterator[str]:
    """Yield every word of a vocabulary file, keys too."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield key
            yield from _strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _strings(inner)
