"""Two plans made ready → for each pair of records that share something, what they share.

Every feature is symmetric: exchanging the plans gives the same numbers. Only the two plans at
hand are looked at, so a pair's figures do not depend on what else is compared in the same run.

Characters are weighed in pairs, by how rare they are in the two plans. Words were tried and not
kept: `bench/alignment.py` shows what they give and cost.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, fields
from math import exp, log, log1p, sqrt

from safeplan.links.commitments import Grams, Reading, Statement
from safeplan.links.phrases import Pair, Shared, share_phrases, share_quoted

HALF = 12.0
"""A clause counts half when what it shares weighs so much: about three rare pairs."""
RIVALRY = 4
"""How sharply the better partner of a clause takes it from the others."""
LEAST_COSINE = 0.06
LEAST_CREDIT = 0.3
SCALE = 10_000
"""Weights are whole numbers in this scale: sums do not depend on the order of a set."""


@dataclass(frozen=True, slots=True)
class Likeness:
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


FEATURES = tuple(field.name for field in fields(Likeness))


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
        self.weight = self._weights.__getitem__

    def mass(self, pairs: Iterable[str]) -> float:
        """Return the weight of a set of character pairs."""
        return sum(map(self.weight, pairs)) / SCALE

    def squares(self, pairs: Iterable[str]) -> int:
        """Return the sum of squared weights, in `SCALE`²."""
        return sum(weight * weight for weight in map(self.weight, pairs))


def _hold(common: float, whole: float) -> float:
    """Return how well `common` covers `whole`: its share, damped where it weighs little."""
    return common / whole * 2 * common / (common + HALF)


def _cosines(left: Reading, right: Reading, scales: _Scales) -> dict[Pair, float]:
    """Return the cosine of all pairs of records that share a character pair."""
    having: dict[str, list[int]] = defaultdict(list)
    both = left.pair_counts.keys() & right.pair_counts.keys()
    for j, one in enumerate(right.statements):
        for pair in one.pairs & both:
            having[pair].append(j)
    norms = [sqrt(scales.squares(one.pairs)) or 1.0 for one in right.statements]
    cosines: dict[Pair, float] = {}
    for i, one in enumerate(left.statements):
        dots: dict[int, int] = defaultdict(int)
        for pair in one.pairs & both:
            square = scales.weight(pair) ** 2
            for j in having[pair] if pair in having else ():
                dots[j] += square
        norm = sqrt(scales.squares(one.pairs)) or 1.0
        for j, dot in dots.items():
            cosines[i, j] = dot / (norm * norms[j])
    return cosines


def _credits(left: Reading, right: Reading) -> tuple[dict[str, float], dict[Pair, float]]:
    """Return the credit of each shared triple, and what each pair of records holds of them.

    A name may meet a content, and a content a content; two names meet only as headings.
    """
    part = {
        triple: 1 / (count * right.triple_counts[triple])
        for triple, count in left.triple_counts.items()
        if triple in right.triple_counts
    }
    stating: dict[str, list[int]] = defaultdict(list)
    naming: dict[str, list[int]] = defaultdict(list)
    for j, one in enumerate(right.statements):
        for triple in one.triples & part.keys():
            stating[triple].append(j)
        for triple in (one.named_triples - one.triples) & part.keys():
            naming[triple].append(j)
    held: dict[Pair, int] = defaultdict(int)
    for i, one in enumerate(left.statements):
        for triple in one.named_triples & part.keys():
            credit = round(SCALE * part[triple])
            for j in stating.get(triple, ()):
                held[i, j] += credit
            if triple in one.triples:
                for j in naming.get(triple, ()):
                    held[i, j] += credit
    return part, {pair: credit / SCALE for pair, credit in held.items()}


def _name_in(one: Statement, other: Statement, scales: _Scales) -> float:
    """Return how well a commitment of `other` covers the own name of `one`."""
    if not one.own_name or not one.name_pairs:
        return 0.0
    common = max((scales.mass(one.name_pairs & c.pairs) for c in other.commitments), default=0.0)
    return _hold(common, scales.mass(one.name_pairs))


class _Headings:
    """Cosines of names, each pair of names weighed once."""

    def __init__(self, scales: _Scales) -> None:
        self._scales = scales
        self._known: dict[tuple[Grams, Grams], float] = {}

    def cosine(self, one: Grams, other: Grams) -> float:
        """Return the cosine of two names."""
        if (one, other) not in self._known:
            dot = self._scales.squares(one & other)
            norm = sqrt(self._scales.squares(one) * self._scales.squares(other)) if dot else 1.0
            self._known[one, other] = dot / norm
        return self._known[one, other]


def compare(left: Reading, right: Reading) -> dict[Pair, Likeness]:
    """Return what each pair of records shares; pairs that share next to nothing are left out."""
    scales = _Scales(left, right)
    ours, theirs = left.statements, right.statements
    cosines = _cosines(left, right, scales)
    part, credits = _credits(left, right)
    phrases = share_phrases(ours, theirs, part)
    quoted = share_quoted(ours, theirs)
    candidates = sorted(
        {pair for pair, cosine in cosines.items() if cosine > LEAST_COSINE}
        | {pair for pair, credit in credits.items() if credit >= LEAST_CREDIT}
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
    claims: list[dict[tuple[int, int], float]] = [defaultdict(float), defaultdict(float)]
    for pair in candidates:
        for side in (0, 1):
            one, other = (ours, theirs)[side][pair[side]], (theirs, ours)[side][pair[1 - side]]
            common = [scales.mass(c.pairs & other.named_pairs) for c in one.commitments]
            hold = [_hold(*each) for each in zip(common, weights[side][pair[side]], strict=True)]
            commons[side][pair], holds[side][pair] = common, hold
            for at, value in enumerate(hold):
                claims[side][pair[side], at] += value**RIVALRY

    masses = [[scales.mass(one.pairs) for one in side] for side in (ours, theirs)]
    headings = _Headings(scales)
    nearness = {
        pair: 0.5 * cosines.get(pair, 0.0)
        + 0.5 * max((*holds[0][pair], *holds[1][pair]), default=0.0)
        for pair in candidates
    }
    nearest: list[dict[int, float]] = [defaultdict(float), defaultdict(float)]
    for pair, near in nearness.items():
        for side in (0, 1):
            nearest[side][pair[side]] = max(nearest[side][pair[side]], near)

    likeness = {}
    for pair in candidates:
        one, other = ours[pair[0]], theirs[pair[1]]
        best, divided, count, have, lack, lack_all = [], [], [], [], [], []
        for side in (0, 1):
            hold = holds[side][pair]
            shares = [
                value * value**RIVALRY / claims[side][pair[side], at] if value else 0.0
                for at, value in enumerate(hold)
            ]
            weight = weights[side][pair[side]]
            lacks = [
                commitment.weight * whole * (1 - common / whole) ** 2
                for commitment, whole, common in zip(
                    (one, other)[side].commitments, weight, commons[side][pair], strict=True
                )
            ]
            best.append(max(hold, default=0.0))
            divided.append(max(shares, default=0.0))
            count.append(sum(shares))
            have.append(1 - sum(lacks) / sum(weight) if weight else 0.0)
            lack.append(max(lacks, default=0.0))
            lack_all.append(sum(lacks))
        shared = phrases.get(pair) or Shared()
        heading = headings.cosine(one.name_pairs, other.name_pairs)
        near = sorted(nearness[pair] / (nearest[side][pair[side]] or 1.0) for side in (0, 1))
        likeness[pair] = Likeness(
            clause=max(best),
            clause_both=min(best),
            rival=max(divided),
            rival_both=min(divided),
            several=log1p(sum(count)),
            shared=log1p(credits.get(pair, 0.0)),
            phrase=log1p(shared.phrase),
            quoted=quoted.get(pair, 0.0),
            thing=max(quoted.get(pair, 0.0), 1 - exp(-shared.item / 2)),
            heading=heading,
            in_heading=heading * max(best),
            named=max(_name_in(one, other, scales), _name_in(other, one, scales)),
            length=log1p(min(masses[0][pair[0]], masses[1][pair[1]])),
            gap=near[1],
            gap_both=near[0],
            covered=min(have),
            missing=log1p(max(lack)),
            missing_all=log1p(sum(lack_all)),
        )
    return likeness
