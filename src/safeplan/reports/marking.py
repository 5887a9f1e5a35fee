"""The words that differ: each plan's wording of one measure against that of the others.

Texts are cut into figures, Latin words and single characters; a piece is shared where it stands
beside the same neighbour in another plan's text. Order does not matter: a sentence that has only
moved is not a difference. Marks of punctuation and level words (全区 for 全县) tell nothing.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate, groupby, pairwise, repeat

from safeplan.reports.result_sheets import Mark, Run
from safeplan.text.folding import narrowed

_PIECE = re.compile(r"[0-9０-９]+(?:[.．][0-9０-９]+)*|[A-Za-z]+|.", re.DOTALL)
_LEVEL = dict.fromkeys("区县市", "区")


def word_marks(texts: Mapping[str, Sequence[str]]) -> dict[str, list[list[Mark]]]:
    """Return a mark for every character of every text.

    Args:
        texts: the texts of one measure, by plan.

    Returns:
        By plan, for each text one mark a character: `own` where no other plan has the word,
        `some` where not all of them have it, else no mark. Nothing is marked in a plan that
        stands alone.
    """
    cut = {plan: [_PIECE.findall(text) for text in own] for plan, own in texts.items() if own}
    holders = Counter(
        pair
        for pieces in cut.values()
        for pair in {pair for one in pieces for pair in pairwise(filter(None, map(_key, one)))}
    )
    return {
        plan: [list(_marks(pieces, holders, len(cut))) for pieces in cut.get(plan, [])]
        for plan in texts
    }


def _key(piece: str) -> str:
    """Return what tells a piece from others; empty where it tells nothing."""
    folded = narrowed(piece)
    if not any(character.isalnum() or character in "%‰" for character in folded):
        return ""
    return _LEVEL.get(folded, folded)


def _marks(pieces: Sequence[str], holders: Counter[tuple[str, str]], plans: int) -> Iterator[Mark]:
    keys = [_key(piece) for piece in pieces]
    shared = [holders[pair] for pair in pairwise(filter(None, keys))]
    # A text of one piece has no neighbour to be met by: nothing can be said of it.
    counts = map(max, [0, *shared], [*shared, 0]) if shared else repeat(plans)
    found: list[Mark | None] = []
    for key in keys:
        count = next(counts) if key else 0
        mark: Mark = "" if count >= plans else "some" if count > 1 else "own"
        found.append(mark if key else None)
    # A punctuation mark has the mark of both its neighbours, if they have one mark.
    after = [*accumulate(reversed(found), _nearer)][::-1]
    for piece, before, behind in zip(pieces, accumulate(found, _nearer), after, strict=True):
        yield from [(before or "") if before == behind else ""] * len(piece)


def _nearer(known: Mark | None, here: Mark | None) -> Mark | None:
    return known if here is None else here


def runs(text: str, marks: Sequence[Mark]) -> list[Run]:
    """Return a text as runs of one mark each.

    >>> runs("落实定期", ["", "", "own", "own"])
    [Run(text='落实', mark=''), Run(text='定期', mark='own')]
    """
    pieces = groupby(zip(text, marks, strict=True), key=lambda pair: pair[1])
    return [Run("".join(character for character, _ in part), mark) for mark, part in pieces]
