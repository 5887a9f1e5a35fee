"""Two versions of one text → the words that differ.

Compared are words, not print: white space, punctuation, quotation marks and the width of
characters count for nothing. The tokens are numbers (with % and ‰), Latin runs, quoted names and
single Chinese characters, so that a number or a name never differs by halves. What is shown is
shown in whole words (督促 → 督导), in characters only where there is no word.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import accumulate, groupby
from typing import TYPE_CHECKING, NamedTuple

from rapidfuzz.distance import Indel

from safeplan import vocabulary
from safeplan.models import WordPiece
from safeplan.text.folding import narrow, unspaced

if TYPE_CHECKING:
    import jieba

_TOKEN = re.compile(
    r"(?P<number>[0-9]+(?:,[0-9]{3})*(?:\.[0-9]+)?[%‰]?)"
    r"|(?P<latin>[A-Za-z][A-Za-z0-9]*)"
    r"|(?P<sign>[+±≤≥=×℃㎡]|[<>](?=[0-9]))"
    r"|(?P<character>[㐀-鿿豈-﫿〇々\U00020000-\U0003ffff])"
)
_QUOTED = re.compile('“([^“”《》]{2,20})”|《([^《》]{2,40})》|"([^"]{2,20})"|「([^「」]{2,20})」')


class Token(NamedTuple):
    """A word of a text."""

    text: str
    """Its neutral form."""
    start: int
    end: int
    """Where it stands in print."""
    is_number: bool = False


@lru_cache(maxsize=8192)
def tokens(text: str) -> tuple[Token, ...]:
    """Return the words of a text.

    >>> [token.text for token in tokens("较2023年 下降１１％，“两单两卡”")]
    ['较', '2023', '年', '下', '降', '11%', '两', '单', '两', '卡']
    """
    # A line may break anywhere, in a number too, so white space goes before the words are cut.
    places = [at for at, character in enumerate(text) if not character.isspace()]
    return tuple(
        Token(
            match[0].replace(",", ""),
            places[match.start()],
            places[match.end() - 1] + 1,
            match.lastgroup == "number",
        )
        for match in _TOKEN.finditer(narrow(text))
    )


@lru_cache(maxsize=8192)
def key(text: str, *, figures: bool = True) -> str:
    """Return a text's words as one string, by which two prints of it are the same.

    Args:
        text: the text.
        figures: whether the numbers count; if not, `#` stands for each.

    >>> key("覆盖率100%；") == key("覆盖率 １００％")
    True
    >>> key("1—2公里") == key("12公里")
    False
    """
    return "".join(
        (f"{token.text}·" if figures else "#") if token.is_number else token.text
        for token in tokens(text)
    )


def pieces(old: str, new: str) -> list[WordPiece]:
    """Return the new text as printed, with the words that it lost put where they stood.

    What is common, joined with what only the new text has, is the new text.

    >>> [(piece.text, piece.only) for piece in pieces("落实定期述职制度。", "落实半年述职制度")]
    [('落实', None), ('定期', 'old'), ('半年', 'new'), ('述职制度', None)]
    """
    made: list[WordPiece] = []
    at = 0
    for left, right, same in _aligned(old, new):
        # What stands between words, marks and blanks, is common.
        begins = right[0].start if right and not same else at
        made.append(WordPiece(text=new[at:begins]))
        if left and not same:
            made.append(WordPiece(text=unspaced(old[left[0].start : left[-1].end]), only="old"))
        at = right[-1].end if right else at
        made.append(WordPiece(text=new[begins:at], only=None if same else "new"))
    made.append(WordPiece(text=new[at:]))
    runs = groupby((piece for piece in made if piece.text), key=lambda piece: piece.only)
    return [WordPiece(text="".join(one.text for one in run), only=only) for only, run in runs]


def lost(old: str, new: str) -> list[Token]:
    """Return the tokens of an old text that the new one has not in their place."""
    left, right = tokens(old), tokens(new)
    kept = Indel.opcodes([token.text for token in left], [token.text for token in right])
    return [
        token for run in kept if run.tag == "delete" for token in left[run.src_start : run.src_end]
    ]


# ---- which words of the two are the same ----

_Run = tuple[Sequence[Token], Sequence[Token], bool]
"""Words of the old text, words of the new one, and whether they are the same."""


def _aligned(old: str, new: str) -> list[_Run]:
    """Return the two texts in runs that are the same or are not, in whole words."""
    left, right = _with_names(old, new), _with_names(new, old)
    if [token.text for token in left] != [token.text for token in right]:
        left, right = _in_words(left), _in_words(right)
    runs: list[_Run] = [
        (
            left[operation.src_start : operation.src_end],
            right[operation.dest_start : operation.dest_end],
            operation.tag == "equal",
        )
        for operation in Indel.opcodes(
            [token.text for token in left], [token.text for token in right]
        )
    ]
    runs = [part for run in _joined(runs) for part in _cut_alike(*run)]
    return _joined(
        (left, right, same and not _is_island(runs, at))
        for at, (left, right, same) in enumerate(runs)
    )


def _joined(runs: Iterable[_Run]) -> list[_Run]:
    """Return runs, those that differ and stand side by side as one."""
    joined: list[_Run] = []
    for left, right, same in runs:
        if joined and not same and not joined[-1][2]:
            joined[-1] = ([*joined[-1][0], *left], [*joined[-1][1], *right], False)
        else:
            joined.append((left, right, same))
    return joined


def _is_island(runs: Sequence[_Run], at: int) -> bool:
    """Whether a single character stands between two differences: 构建 for 建立 is one difference."""
    right = runs[at][1]
    return (
        0 < at < len(runs) - 1
        and sum(len(token.text) for token in right) == 1
        and not right[0].is_number
        and not runs[at - 1][2]
        and all(runs[at - 1][side] or runs[at + 1][side] for side in (0, 1))
    )


def _cut_alike(left: Sequence[Token], right: Sequence[Token], same: bool) -> list[_Run]:
    """Take from a difference what both sides begin or end with, in whole words on both.

    安全、生产 and 安全生产 are cut otherwise and say the same.
    """
    if same:
        return [(left, right, True)]
    one, other = _common(*([token.text for token in side] for side in (left, right)))
    head, left, right = (left[:one], right[:other], True), left[one:], right[other:]
    # From the end on, each text backwards.
    one, other = _common(*([token.text[::-1] for token in side[::-1]] for side in (left, right)))
    one, other = len(left) - one, len(right) - other
    runs: list[_Run] = [
        head,
        (left[:one], right[:other], False),
        (left[one:], right[other:], True),
    ]
    return [run for run in runs if run[0] or run[1]]


def _common(left: Sequence[str], right: Sequence[str]) -> tuple[int, int]:
    """Return how many words of either side together say the same."""
    ends = {said: count for count, said in enumerate(accumulate(left), 1)}
    met = [(ends[said], count) for count, said in enumerate(accumulate(right), 1) if said in ends]
    return met[-1] if met else (0, 0)


def _with_names(text: str, other: str) -> list[Token]:
    """Return the tokens of a text, a quoted name as one.

    A name that the other text has without its marks stays in characters: marks alone are print.
    """
    words, quoted = key(other), {key(_name(match)) for match in _QUOTED.finditer(other)}
    names = [(*match.span(), key(_name(match))) for match in _QUOTED.finditer(text)]
    names = [name for name in names if name[2] in quoted or name[2] not in words]
    merged: list[Token] = []
    for token in tokens(text):
        while names and names[0][1] <= token.start:
            del names[0]
        if not names or token.start < names[0][0]:
            merged.append(token)
        elif merged and merged[-1].start >= names[0][0]:
            merged[-1] = merged[-1]._replace(end=token.end)
        else:
            merged.append(Token(names[0][2], token.start, token.end))
    return merged


def _name(match: re.Match[str]) -> str:
    return next(group for group in match.groups() if group is not None)


# ---- as a reader would part them ----


def _in_words(tokens: list[Token]) -> list[Token]:
    """Join characters that stand next to one another into the words that they make."""
    runs: list[list[Token]] = []
    for token in tokens:
        if runs and _is_beside(runs[-1][-1], token):
            runs[-1].append(token)
        else:
            runs.append([token])
    joined: list[Token] = []
    for run in runs:
        at = 0
        for word in cut("".join(token.text for token in run)) if len(run) > 1 else ():
            joined.append(Token(word, run[at].start, run[at + len(word) - 1].end))
            at += len(word)
        joined += run[at:]
    return joined


def _is_beside(one: Token, other: Token) -> bool:
    """Whether two tokens are characters that stand next to one another."""
    return one.end == other.start and all(
        len(token.text) == 1 and not token.is_number for token in (one, other)
    )


@vocabulary.cached(16384)
def cut(run: str) -> tuple[str, ...]:
    """Return the words of a run of Chinese characters; what is in no dictionary is not guessed at.

    >>> cut("督促消防救援局落实")
    ('督促', '消防救援局', '落实')
    """
    return tuple(_tokenizer().cut(run, HMM=False))


@vocabulary.cached()
def _tokenizer() -> jieba.Tokenizer:
    """Return jieba's, which knows the bodies and the words of the vocabulary.

    Its first cut costs most of a second, so it is loaded only where a changed text is shown.
    """
    import jieba

    tokenizer = jieba.Tokenizer()
    # Made here, not read from the cache that jieba would leave in a folder everyone can write to.
    tokenizer.FREQ, tokenizer.total = tokenizer.gen_pfdict(tokenizer.get_dict_file())
    tokenizer.initialized = True
    for name in ("bodies", "synonyms", "targets", "outcomes"):
        listed = json.dumps(vocabulary.load(name), ensure_ascii=False)
        for word in re.findall('"([㐀-鿿]{2,12})"', listed):
            tokenizer.add_word(word)
    return tokenizer
