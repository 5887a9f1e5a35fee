"""Two versions of one text → the words that differ.

Compared are words, not print: white space, punctuation, quotation marks and the width of
characters count for nothing. The tokens are numbers (with % and ‰), Latin runs, quoted names and
single Chinese characters, so that a number or a name never differs by halves. What is shown is
shown in whole words (督促 → 督导), in characters only where there is no word.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz.distance import Indel

from safeplan.changes.segmenting import cut
from safeplan.models import WordPiece
from safeplan.text.folding import narrow, unspaced

_TOKEN = re.compile(
    r"(?P<number>[0-9]+(?:,[0-9]{3})*(?:\.[0-9]+)?[%‰]?)"
    r"|(?P<latin>[A-Za-z][A-Za-z0-9]*)"
    r"|(?P<sign>[+±≤≥=×℃㎡]|[<>](?=[0-9]))"
    r"|(?P<character>[㐀-鿿豈-﫿〇々\U00020000-\U0003ffff])"
)
_QUOTED = re.compile('“([^“”《》]{2,20})”|《([^《》]{2,40})》|"([^"]{2,20})"|「([^「」]{2,20})」')


@dataclass(frozen=True, slots=True)
class Token:
    """A word of a text."""

    text: str
    """Its neutral form."""
    start: int
    end: int
    """Where it stands in print."""
    is_number: bool = False


@dataclass(frozen=True, slots=True)
class Difference:
    """One place where two versions differ: tokens of the old one against tokens of the new one."""

    old: tuple[Token, ...]
    new: tuple[Token, ...]


@lru_cache(maxsize=8192)
def tokens(text: str) -> tuple[Token, ...]:
    """Return the words of a text.

    >>> [token.text for token in tokens("较2023年 下降１１％，“两单两卡”")]
    ['较', '2023', '年', '下', '降', '11%', '两', '单', '两', '卡']
    """
    # A line may break anywhere, in a number too, so white space goes before the words are cut.
    places = [at for at, character in enumerate(text) if not character.isspace()]
    bare = narrow(text)
    return tuple(
        Token(
            match[0].replace(",", ""),
            places[match.start()],
            places[match.end() - 1] + 1,
            match.lastgroup == "number",
        )
        for match in _TOKEN.finditer(bare)
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


def differences(old: str, new: str) -> list[Difference]:
    """Return where two texts differ, in order; none where only their print does."""
    return [
        Difference(tuple(left), tuple(right))
        for left, right, same in _aligned(old, new)
        if not same
    ]


def pieces(old: str, new: str) -> list[WordPiece]:
    """Return the new text as printed, with the words that it lost put where they stood.

    What is common, joined with what only the new text has, is the new text.

    >>> [(piece.text, piece.only) for piece in pieces("落实定期述职制度。", "落实半年述职制度")]
    [('落实', None), ('定期', 'old'), ('半年', 'new'), ('述职制度', None)]
    """
    made: list[WordPiece] = []
    at = 0
    for left, right, same in _aligned(old, new, _in_words):
        if same:
            made.append(WordPiece(text=new[at : right[-1].end]))
            at = right[-1].end
            continue
        if right and new[at : right[0].start]:
            made.append(WordPiece(text=new[at : right[0].start]))
            at = right[0].start
        if left:
            made.append(WordPiece(text=unspaced(old[left[0].start : left[-1].end]), only="old"))
        if right:
            made.append(WordPiece(text=new[at : right[-1].end], only="new"))
            at = right[-1].end
    if new[at:]:
        made.append(WordPiece(text=new[at:]))
    return _joined(made)


def _joined(made: Iterable[WordPiece]) -> list[WordPiece]:
    joined: list[WordPiece] = []
    for piece in made:
        if joined and joined[-1].only == piece.only:
            joined[-1] = WordPiece(text=joined[-1].text + piece.text, only=piece.only)
        else:
            joined.append(piece)
    return joined


_Aligned = list[tuple[Sequence[Token], Sequence[Token], bool]]


def _aligned(
    old: str, new: str, parted: Callable[[list[Token]], list[Token]] = lambda tokens: tokens
) -> _Aligned:
    """Return runs of tokens, the old text's and the new one's, that are the same or are not.

    Args:
        old: the old text.
        new: the new one.
        parted: joins tokens into what is compared as one; not asked where nothing differs.
    """
    left = _with_names(old, new)
    right = _with_names(new, old)
    if [token.text for token in left] != [token.text for token in right]:
        left, right = parted(left), parted(right)
    runs: _Aligned = []
    for operation in Indel.opcodes([token.text for token in left], [token.text for token in right]):
        one = left[operation.src_start : operation.src_end]
        other = right[operation.dest_start : operation.dest_end]
        same = operation.tag == "equal"
        if runs and not same and not runs[-1][2]:
            runs[-1] = ([*runs[-1][0], *one], [*runs[-1][1], *other], False)
        else:
            runs.append((one, other, same))
    return _without_islands([part for run in runs for part in _cut_alike(*run)])


def _cut_alike(left: Sequence[Token], right: Sequence[Token], same: bool) -> _Aligned:
    """Take from a difference what both sides begin or end with, in whole words on both.

    安全、生产 and 安全生产 are cut otherwise and say the same.
    """
    if same or not left or not right:
        return [(left, right, same)]
    low = _common(left, right)
    head = [(left[: low[0]], right[: low[1]], True)] if low[0] else []
    left, right = left[low[0] :], right[low[1] :]
    high = _common(left[::-1], right[::-1], backward=True)
    cut = len(left) - high[0], len(right) - high[1]
    tail = [(left[cut[0] :], right[cut[1] :], True)] if high[0] else []
    left, right = left[: cut[0]], right[: cut[1]]
    return [*head, *([(left, right, False)] if left or right else []), *tail]


def _common(
    left: Sequence[Token], right: Sequence[Token], *, backward: bool = False
) -> tuple[int, int]:
    """Return how many tokens of either side together say the same, from one end on."""
    counts = 0, 0
    said = ["", ""]
    at = [0, 0]
    while True:
        if said[0] == said[1]:
            counts = at[0], at[1]
        # The side that has said less says on.
        side = 0 if len(said[0]) <= len(said[1]) else 1
        tokens_of = (left, right)[side]
        if at[side] >= len(tokens_of):
            return counts
        text = tokens_of[at[side]].text
        said[side] = text + said[side] if backward else said[side] + text
        at[side] += 1
        shorter, longer = sorted(said, key=len)
        if not (longer.endswith(shorter) if backward else longer.startswith(shorter)):
            return counts


def _in_words(tokens: list[Token]) -> list[Token]:
    """Join characters that stand next to one another into the words that they make."""
    runs: list[list[Token]] = []
    for token in tokens:
        beside = runs and _is_character(runs[-1][-1]) and runs[-1][-1].end == token.start
        if beside and _is_character(token):
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


def _is_character(token: Token) -> bool:
    return len(token.text) == 1 and not token.is_number


def _without_islands(runs: _Aligned) -> _Aligned:
    """Take a single character between two differences into them: 构建 for 建立 is one difference."""
    cleaned: _Aligned = []
    for at, (left, right, same) in enumerate(runs):
        island = (
            same
            and 0 < at < len(runs) - 1
            and sum(len(token.text) for token in right) == 1
            and not right[0].is_number
            and all(runs[at - 1][side] or runs[at + 1][side] for side in (0, 1))
        )
        if cleaned and not cleaned[-1][2] and (island or not same):
            cleaned[-1] = ([*cleaned[-1][0], *left], [*cleaned[-1][1], *right], False)
        else:
            cleaned.append((left, right, same))
    return cleaned


def _with_names(text: str, other: str) -> list[Token]:
    """Return the tokens of a text, a quoted name as one.

    A name that the other text has without its marks stays in characters: marks alone are print.
    """
    spans = []
    words, quoted = key(other), {key(_name(match)) for match in _QUOTED.finditer(other)}
    for match in _QUOTED.finditer(text):
        name = key(_name(match))
        if name in quoted or name not in words:
            spans.append((match.start(), match.end(), name))
    merged: list[Token] = []
    spans.reverse()
    for token in tokens(text):
        while spans and spans[-1][1] <= token.start:
            spans.pop()
        if not spans or token.start < spans[-1][0]:
            merged.append(token)
            continue
        low, _, name = spans[-1]
        if merged and merged[-1].start >= low:
            merged[-1] = Token(name, merged[-1].start, token.end)
        else:
            merged.append(Token(name, token.start, token.end))
    return merged


def _name(match: re.Match[str]) -> str:
    return next(group for group in match.groups() if group is not None)
