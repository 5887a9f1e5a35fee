"""Two plans → the runs of characters their records share, and how exclusively they share them.

A phrase that one record of each plan has and no other ties the two together; a phrase that many
have ties none. So each shared character triple holds one credit, which it divides among all the
pairs of records that share it.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product
from math import sqrt
from typing import NamedTuple

import numpy as np

from safeplan import vocabulary
from safeplan.links.commitments import NAMED, STATED, ReadPlan
from safeplan.links.grams import (
    BREAK,
    FINE,
    SCALE,
    Flags,
    Floats,
    Ints,
    grams,
    lookup,
    meetings,
    reach,
    tally,
)

OFTEN = 2
"""A triple that some plan has in more records than that is boilerplate."""
MOST_SHARERS = 12
"""A triple that more pairs of records share starts no phrase."""
SHORTEST_ITEM = 4

_ITEM_ENDS = (BREAK, ord("等"))


class Credits(NamedTuple):
    """What each triple of the left plan is worth, and what pairs of records hold of them."""

    there: Ints  # for each triple, its place among those of the right plan, or -1
    part: Floats
    """The part of its credit that falls to one pair of records; 0 if the right plan has it not."""
    held: Floats  # the credit of each record of the one plan (row) with each of the other (column)


@vocabulary.cached()
def _boilerplate() -> tuple[Ints, Floats]:
    """Return what is left of the credit of the triples that plans of this genre repeat."""
    return worth(vocabulary.load("boilerplate")["triples"])


def worth(repeated: Mapping[int, str] | Mapping[str, str]) -> tuple[Ints, Floats]:
    """Return triples, ascending, and what is left of the credit of each; at last, of all others.

    Args:
        repeated: triples by how many records of some plan have them.
    """
    left = {
        code: OFTEN / int(count)
        for count, triples in repeated.items()
        for code in grams(triples, 3)[1].tolist()
    }
    codes = sorted(left)
    return np.array(codes, np.int64), np.array([*map(left.__getitem__, codes), 1.0])


def share_credits(left: ReadPlan, right: ReadPlan) -> Credits:
    """Return the credit of each shared triple, and what each pair of records holds of them.

    A name may meet a content, and a content a content; two names meet only as headings.
    """
    ours, theirs = left.triples, right.triples
    there = lookup(theirs.codes, ours.codes)
    shared = np.flatnonzero(there >= 0)
    boilerplate, remains = _boilerplate()
    credit = remains[lookup(boilerplate, ours.codes[shared])]
    part = np.zeros(len(ours.codes))
    part[shared] = credit / (ours.counts[shared] * theirs.counts[there[shared]])
    i, j = meetings(there[ours.gram], theirs.gram)
    standing = ours.standing[i], theirs.standing[j]
    meet = (np.maximum(*standing) <= NAMED) & (np.minimum(*standing) == STATED)
    i, j = i[meet], j[meet]
    held = tally(
        np.rint(SCALE * part)[ours.gram[i]],
        ours.record[i],
        theirs.record[j],
        (len(left.statements), len(right.statements)),
    )
    return Credits(there, part, held / SCALE)


def headings_meet(left: ReadPlan, right: ReadPlan, at: Ints, other: Ints) -> Flags:
    """Return where two places are both in a name, and not in two that the records state."""
    here, there = left.line_at[at], right.line_at[other]
    states = (left.lines.standing[here] == STATED) & (right.lines.standing[there] == STATED)
    return np.asarray(left.lines.is_name[here] & right.lines.is_name[there] & ~states)


def share_phrases(left: ReadPlan, right: ReadPlan, credits: Credits) -> tuple[Floats, Floats]:
    """Return the best phrase that each pair of records shares, in credits.

    Returns:
        For each record of the one plan (row) and of the other (column): of any run of characters,
        and of a run that is a whole item of a list, or a whole clause, on one side. There, credits
        that are divided at all count for next to nothing.
    """
    part_at = np.append(credits.part, 0.0)[left.triples.at]
    rare = part_at * MOST_SHARERS >= 1
    at, other = (
        places[side.lines.standing[side.line_at[places]] <= NAMED]
        for side, places in (
            (left, np.flatnonzero(rare)),
            (right, np.flatnonzero(right.triples.at >= 0)),
        )
    )
    i, j = meetings(credits.there[left.triples.at[at]], right.triples.at[other])
    at, other = at[i], other[j]
    # A run begins where the rare triple before this one is not shared as well.
    here, there = left.characters, right.characters
    begins = ~(rare[at - 1] & (here[at - 1] == there[other - 1]))
    begins &= ~headings_meet(left, right, at, other)
    at, other = at[begins], other[begins]

    # Triples may be common in it.
    low = at - reach(here, there, at - 1, other - 1, -1)
    high = at + reach(here, there, at, other, 1)
    shift = other - at
    pairs = left.lines.record[left.line_at[at]], right.lines.record[right.line_at[other]]

    def best(parts: Floats, wanted: Flags) -> Floats:
        running = np.append(0, np.cumsum(np.rint(FINE * parts).astype(np.int64)))
        found = np.zeros((len(left.statements), len(right.statements)), np.int64)
        np.maximum.at(found, pairs, np.where(wanted, running[high - 2] - running[low], 0))
        return np.asarray(found / FINE)

    whole = np.zeros(len(at), np.bool_)
    for characters, first, last in ((here, low, high), (there, low + shift, high + shift)):
        whole |= (characters[first - 1] == BREAK) & np.isin(characters[last], _ITEM_ENDS)
    # How a clause opens that names nothing: 围绕生产.
    opening = tuple(vocabulary.load("synonyms")["trimmings"])
    names = [not left.text.startswith(opening, start) for start in low.tolist()]
    whole &= np.array(names, np.bool_) & (high - low >= SHORTEST_ITEM)
    return best(part_at, np.ones_like(whole)), best(part_at**4, whole)


def share_quoted(left: ReadPlan, right: ReadPlan) -> Floats:
    """Return how exclusively each pair shares a name that one of them quotes: 1 if alone."""
    shared = np.zeros((len(left.statements), len(right.statements)))
    quoting = [{word for one in side.statements for word in one.quoted} for side in (left, right)]
    for word in sorted(quoting[0] | quoting[1]):
        here = [at for at, text in enumerate(left.bare) if word in text]
        there = [at for at, text in enumerate(right.bare) if word in text] if here else []
        for i, j in product(here, there):
            if word in left.statements[i].quoted or word in right.statements[j].quoted:
                shared[i, j] = max(shared[i, j], 1 / sqrt(len(here) * len(there)))
    return shared
