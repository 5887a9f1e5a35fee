"""The words that differ: each plan's wording of one measure against that of the others.

Texts are cut into figures, Latin words and single characters; a piece is shared where it stands
beside the same neighbour in another plan's text. Order does not matter: a sentence that has only
moved is not a difference. Marks of punctuation and level words (全区 for 全县) tell nothing.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby, pairwise

from safeplan.reports.result_sheets import Mark, Run
from safeplan.text.folding import narrowed

_PIECE = re.compile(r"[0-9０-９]+(?:[.．][0-9０-９]+)*|[A-Za-z]+|.", re.DOTALL)
_LEVEL = dict.fromkeys("区县市", "区")
_SAME = ""
"""Stands for what tells nothing."""


def word_marks(texts: Mapping[str, Sequence[str]]) -> dict[str, list[list[Mark]]]:
    """Return a mark for every character of every text.

    Args:
        texts: the texts of one measure, by plan.

    Returns:
        By plan, for each text one mark a character: `own` where no other plan has the word,
        `some` where not all of them have it, else no mark. Nothing is marked in a plan that
        stands alone.
    """
    cut = {plan: [_pieces(text) for text in own] for plan, own in texts.items() if own}
    if len(cut) < 2:
        return {plan: [list[Mark]([""]) * len(text) for text in own] for plan, own in texts.items()}
    holders = Counter(
        pair
        for pieces in cut.values()
        for pair in {pair for one in pieces for pair in pairwise(_keys(one))}
    )
    return {
        plan: [list(_marks(pieces, holders, len(cut))) for pieces in cut.get(plan, [])]
        for plan in texts
    }


def _pieces(text: str) -> list[str]:
    return _PIECE.findall(text)


def _keys(pieces: Iterable[str]) -> list[str]:
    """Return what tells pieces apart; those that tell nothing are left out."""
    return [key for piece in pieces if (key := _key(piece)) != _SAME]


def _key(piece: str) -> str:
    folded = narrowed(piece)
    if not any(character.isalnum() or character in "%‰" for character in folded):
        return _SAME
    return _LEVEL.get(folded, folded)


def _marks(pieces: Sequence[str], holders: Counter[tuple[str, str]], plans: int) -> Iterator[Mark]:
    keys = _keys(pieces)
    pairs = list(pairwise(keys))
    # A text of one piece has no neighbour to be met by: nothing can be said of it.
    before = [0, *(holders[pair] for pair in pairs)]
    after = [*(holders[pair] for pair in pairs), 0]
    counts = iter([max(sides) if pairs else plans for sides in zip(before, after, strict=True)])
    found = [None if _key(piece) == _SAME else _mark(next(counts), plans) for piece in pieces]
    for at, (piece, mark) in enumerate(zip(pieces, found, strict=True)):
        yield from [_between(found, at) if mark is None else mark] * len(piece)


def _mark(count: int, plans: int) -> Mark:
    """Return the mark of a piece that `count` of the plans have."""
    return "" if count >= plans else "some" if count > 1 else "own"


def _between(found: Sequence[Mark | None], at: int) -> Mark:
    """Return the mark of a punctuation mark: that of both its neighbours, if they have one mark."""
    nothing: Mark = ""
    before = next((mark for mark in reversed(found[:at]) if mark is not None), nothing)
    after = next((mark for mark in found[at + 1 :] if mark is not None), nothing)
    return before if before == after else nothing


def runs(text: str, marks: Sequence[Mark]) -> list[Run]:
    """Return a text as runs of one mark each.

    >>> runs("落实定期", ["", "", "own", "own"])
    [Run(text='落实', mark=''), Run(text='定期', mark='own')]
    """
    pieces = groupby(zip(text, marks, strict=True), key=lambda pair: pair[1])
    return [Run("".join(character for character, _ in part), mark) for mark, part in pieces]
