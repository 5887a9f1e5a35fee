"""Two plans made ready → for each pair of records that share something, what they share.

Every feature is symmetric: exchanging the plans gives the same numbers. Only the two plans at
hand are looked at, so a pair's figures do not depend on what else is compared in the same run.

Characters are weighed in pairs, by how rare they are in the two plans. Words were tried and not
kept: `bench/alignment.py` shows what they give and cost.
"""

from __future__ import annotations

from collections import defaultdict
from functools import cache
from math import exp, log, log1p, sqrt
from typing import NamedTuple

from safeplan import vocabulary
from safeplan.links.commitments import Grams, Holders, Reading, Statement
from safeplan.links.phrases import Pair, Shared, share_phrases, share_quoted

HALF = 12.0
"""A clause counts half when what it shares weighs so much: about three rare pairs."""
RIVALRY = 4
"""How sharply the better partner of a clause takes it from the others."""
OFTEN = 2
"""A triple that some plan has in more records than that is boilerplate."""
LEAST_COSINE = 0.1
LEAST_CREDIT = 0.5
SCALE = 10_000
"""Weights are whole numbers in this scale: sums do not depend on the order of a set."""


class Likeness(NamedTuple):
    """What a pair of records shares: one number a feature, the same from both sides."""

    clause: float
    """The commitment of either that the other covers best (0 to 2)."""
    clause_both: float
    """The same of the side that is covered less well."""
    rival: float
    """The same as `clause`, divided among the records that cover that commitment as well."""
    rival_both: float
    """The same as `clause_both`, divided likewise."""
    several: float
    """How many commitments are shared in all, divided likewise (log)."""
    shared: float
    """Credits of all shared character triples (log)."""
    phrase: float
    """Credits of the best shared run of characters (log)."""
    quoted: float
    """How exclusively they share a name in quotation or title marks (0 to 1)."""
    thing: float
    """The same, a whole list item that both have being a name too (0 to 1)."""
    heading: float
    """Cosine of the two names."""
    in_heading: float
    """`clause` under the same heading."""
    named: float
    """How much of one's own name a commitment of the other covers (0 to 2)."""
    length: float
    """Weight of the shorter record (log)."""
    gap: float
    """Nearness to the best partner of the one, where that is higher (0 to 1)."""
    gap_both: float
    """Nearness to the best partner of the other (0 to 1)."""
    covered: float
    """The share of its commitments that the other side has, of the side that has less."""
    missing: float
    """Weight of the commitment that the other side lacks most (log)."""
    missing_all: float
    """Weight of all that either side lacks (log)."""


FEATURES = Likeness._fields


class _Scales:
    """The weights of character pairs in two plans, and sums of them."""

    def __init__(self, left: Reading, right: Reading) -> None:
        records = len(left.statements) + len(right.statements)
        table = [
            max(SCALE // 20, round(SCALE * log((records + 1) / (count + 1))))
            for count in range(records + 1)
        ]
        other = right.pair_counts.get
        self._weights = {pair: table[n + other(pair, 0)] for pair, n in left.pair_counts.items()}
        for pair, count in right.pair_counts.items():
            self._weights.setdefault(pair, table[count])
        self._squares = {pair: weight * weight for pair, weight in self._weights.items()}
        self.weight = self._weights.__getitem__
        self.square = self._squares.__getitem__

    def mass(self, pairs: Grams) -> float:
        """Return the weight of a set of character pairs."""
        return sum(map(self.weight, pairs)) / SCALE if pairs else 0.0

    def squares(self, pairs: Grams) -> int:
        """Return the sum of squared weights, in `SCALE`²."""
        return sum(map(self.square, pairs))


def _hold(common: float, whole: float) -> float:
    """Return how well `common` covers `whole`: its share, damped where it weighs little."""
    return 2 * common * common / (whole * (common + HALF))


Table = list[list[int]]
"""A whole number for each record of the one plan (row) and each of the other (column)."""


def _blank(left: Reading, right: Reading) -> Table:
    return [[0] * len(right.statements) for _ in left.statements]


class _Cosines:
    """The cosine of each pair of records."""

    def __init__(self, left: Reading, right: Reading, scales: _Scales) -> None:
        self._dots = _blank(left, right)
        for pair, holders in left.stating_pair.items():
            if others := right.stating_pair.get(pair):
                square = scales.square(pair)
                for i in holders:
                    dots = self._dots[i]
                    for j in others:
                        dots[j] += square
        self._norms = [
            [sqrt(scales.squares(one.pairs)) or 1.0 for one in side.statements]
            for side in (left, right)
        ]

    def of(self, pair: Pair) -> float:
        """Return the cosine of a pair."""
        i, j = pair
        return self._dots[i][j] / (self._norms[0][i] * self._norms[1][j])

    def above(self, least: float) -> set[Pair]:
        """Return the pairs whose cosine is greater."""
        shortest = min(self._norms[1], default=1.0)
        found = set()
        for i, dots in enumerate(self._dots):
            # With the shortest partner there is the cosine is highest: most need no division.
            floor = 0.999 * least * self._norms[0][i] * shortest
            found |= {
                (i, j) for j, dot in enumerate(dots) if dot > floor and self.of((i, j)) > least
            }
        return found


class _Credits:
    """The credit of each shared triple, and what each pair of records holds of them.

    A name may meet a content, and a content a content; two names meet only as headings.
    """

    def __init__(self, left: Reading, right: Reading) -> None:
        left_of = _boilerplate().get
        ours, theirs = left.triple_counts, right.triple_counts
        self.part = {
            triple: left_of(triple, 1.0) / (ours[triple] * theirs[triple])
            for triple in ours.keys() & theirs.keys()
        }
        self._held = _blank(left, right)
        whole = {triple: round(SCALE * credit) for triple, credit in self.part.items()}
        self._hand_out(whole, left.stating_triple, right.stating_triple)
        self._hand_out(whole, left.naming_triple, right.stating_triple)
        self._hand_out(whole, left.stating_triple, right.naming_triple)

    def _hand_out(self, credits: dict[str, int], here: Holders, there: Holders) -> None:
        for triple in here.keys() & there.keys():
            credit = credits[triple]
            for i in here[triple]:
                held = self._held[i]
                for j in there[triple]:
                    held[j] += credit

    def of(self, pair: Pair) -> float:
        """Return the credit that a pair holds."""
        return self._held[pair[0]][pair[1]] / SCALE

    def from_on(self, least: float) -> set[Pair]:
        """Return the pairs that hold so much or more."""
        floor = least * SCALE
        return {
            (i, j)
            for i, held in enumerate(self._held)
            for j, credit in enumerate(held)
            if credit >= floor
        }


def _name_in(one: Statement, other: Statement, scales: _Scales) -> float:
    """Return how well a commitment of `other` covers the own name of `one`."""
    if not one.own_name or one.name_pairs.isdisjoint(other.pairs):
        return 0.0
    common = max((scales.mass(one.name_pairs & c.pairs) for c in other.commitments), default=0.0)
    return _hold(common, scales.mass(one.name_pairs))


@cache
def _boilerplate() -> dict[str, float]:
    """Return what is left of the credit of triples that plans of this genre repeat."""
    repeated = vocabulary.load("boilerplate")["triples"]
    return {
        triple: OFTEN / int(count)
        for count, triples in repeated.items()
        for triple in triples.split()
    }


class _Headings:
    """Cosines of names, each pair of names weighed once."""

    def __init__(self, scales: _Scales) -> None:
        self._scales = scales
        self._known: dict[tuple[Grams, Grams], float] = {}

    def cosine(self, one: Grams, other: Grams) -> float:
        """Return the cosine of two names."""
        cosine = self._known.get((one, other))
        if cosine is None:
            dot = self._scales.squares(one & other)
            norm = sqrt(self._scales.squares(one) * self._scales.squares(other)) if dot else 1.0
            cosine = self._known[one, other] = dot / norm
        return cosine


class _Side(NamedTuple):
    """What a record's commitments have, and lack, on the other side."""

    best: float = 0.0
    """The best hold."""
    divided: float = 0.0
    """The best hold, divided among rivals."""
    several: float = 0.0
    """The sum of holds, divided among rivals."""
    have: float = 0.0
    """The share of all commitments that is there."""
    lack: float = 0.0
    """The weight of the commitment that is lacking most."""
    lack_all: float = 0.0
    """The weight that is lacking altogether."""


def _of_one_side(
    one: Statement,
    hold: list[float],
    claims: list[float],
    common: list[float],
    weights: list[float],
) -> _Side:
    """Return what a record's commitments have, and lack, on the other side.

    Args:
        one: the record.
        hold: how well the other covers each of its commitments.
        claims: the sum of those over all that cover it, to the power of `RIVALRY`.
        common: how much of each commitment stands on the other side.
        weights: how much each commitment weighs.
    """
    if not hold:
        return _Side()
    shares = [
        value * value**RIVALRY / claim if value else 0.0
        for value, claim in zip(hold, claims, strict=True)
    ]
    lacks = [
        commitment.weight * whole * (1 - part / whole) ** 2
        for commitment, whole, part in zip(one.commitments, weights, common, strict=True)
    ]
    lacking = sum(lacks)
    have = 1 - lacking / sum(weights)
    return _Side(max(hold), max(shares), sum(shares), have, max(lacks), lacking)


def compare(left: Reading, right: Reading) -> dict[Pair, Likeness]:
    """Return what each pair of records shares; pairs that share next to nothing are left out."""
    scales = _Scales(left, right)
    ours, theirs = left.statements, right.statements
    cosines = _Cosines(left, right, scales)
    credits = _Credits(left, right)
    phrases = share_phrases(left, right, credits.part)
    quoted = share_quoted(left, right)
    candidates = sorted(
        cosines.above(LEAST_COSINE)
        | credits.from_on(LEAST_CREDIT)
        | {pair for pair, shared in phrases.items() if shared.item}
        | quoted.keys()
    )

    # Each commitment against each record of the other plan that may be a partner: how much of it
    # stands there, how well that covers it, and among how many it must be divided.
    weights = [
        [[scales.mass(c.pairs) for c in one.commitments] for one in side] for side in (ours, theirs)
    ]
    commons: list[dict[Pair, list[float]]] = [{}, {}]
    holds: list[dict[Pair, list[float]]] = [{}, {}]
    claims: list[list[list[float]]] = [[[0.0] * len(one) for one in side] for side in weights]
    for side, (here, there) in enumerate(((ours, theirs), (theirs, ours))):
        for pair in candidates:
            at = pair[side]
            stands = here[at].pairs & there[pair[1 - side]].named_pairs
            common = [
                scales.mass(c.pairs & stands) if stands else 0.0 for c in here[at].commitments
            ]
            hold = list(map(_hold, common, weights[side][at]))
            commons[side][pair], holds[side][pair] = common, hold
            claim = claims[side][at]
            for k, value in enumerate(hold):
                claim[k] += value**RIVALRY

    masses = [[scales.mass(one.pairs) for one in side] for side in (ours, theirs)]
    headings = _Headings(scales)
    nearness = {
        pair: 0.5 * cosines.of(pair) + 0.5 * max((*holds[0][pair], *holds[1][pair]), default=0.0)
        for pair in candidates
    }
    nearest: list[dict[int, float]] = [defaultdict(float), defaultdict(float)]
    for pair, near in nearness.items():
        for side in (0, 1):
            nearest[side][pair[side]] = max(nearest[side][pair[side]], near)

    likeness = {}
    for pair in candidates:
        one, other = ours[pair[0]], theirs[pair[1]]
        mine, its = (
            _of_one_side(
                (one, other)[side],
                holds[side][pair],
                claims[side][pair[side]],
                commons[side][pair],
                weights[side][pair[side]],
            )
            for side in (0, 1)
        )
        shared = phrases.get(pair) or Shared()
        heading = headings.cosine(one.name_pairs, other.name_pairs)
        gaps = sorted(nearness[pair] / (nearest[side][pair[side]] or 1.0) for side in (0, 1))
        likeness[pair] = Likeness(
            clause=(clause := max(mine.best, its.best)),
            clause_both=min(mine.best, its.best),
            rival=max(mine.divided, its.divided),
            rival_both=min(mine.divided, its.divided),
            several=log1p(mine.several + its.several),
            shared=log1p(credits.of(pair)),
            phrase=log1p(shared.phrase),
            quoted=quoted.get(pair, 0.0),
            thing=max(quoted.get(pair, 0.0), 1 - exp(-shared.item / 2)),
            heading=heading,
            in_heading=heading * clause,
            named=max(_name_in(one, other, scales), _name_in(other, one, scales)),
            length=log1p(min(masses[0][pair[0]], masses[1][pair[1]])),
            gap=gaps[1],
            gap_both=gaps[0],
            covered=min(mine.have, its.have),
            missing=log1p(max(mine.lack, its.lack)),
            missing_all=log1p(mine.lack_all + its.lack_all),
        )
    return likeness
