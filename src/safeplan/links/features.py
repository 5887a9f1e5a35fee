"""Two plans made ready → for each pair of records that share something, what they share.

Every feature is symmetric: exchanging the plans gives the same numbers. Only the two plans at
hand are looked at, so a pair's figures do not depend on what else is compared in the same run.

Characters are weighed in pairs, by how rare they are in the two plans. Words were tried and not
kept: `bench/alignment.py` shows what they give and cost.
"""

from __future__ import annotations

from collections import defaultdict
from math import log
from typing import NamedTuple

import numpy as np

from safeplan.links.commitments import NAMED, STATED, ReadPlan
from safeplan.links.grams import SCALE, Flags, Floats, Ints, lookup, meetings, spread, sums, tally
from safeplan.links.phrases import share_credits, share_phrases, share_quoted
from safeplan.links.senses import Nearness, nearness

HALF = 12.0
"""A clause counts half when what it shares weighs so much: about three rare pairs."""
RIVALRY = 4
"""How sharply the better partner of a clause takes it from the others."""
REPEATED = 1.0
"""From this hold on, a commitment is repeated and not said anew."""
APART, AKIN = 0.2, 0.5
"""The share of records that hold a repeated commitment, up to which two plans count as written
apart, and from which as written on one template."""
LEAST_COSINE = 0.1
LEAST_CREDIT = 0.5
LEAST_SENSE = 0.35


class Likeness(NamedTuple):
    """What pairs of records share: one column a feature, the same from both sides."""

    cosine: Floats  # cosine of all that the two state
    clause: Floats  # the commitment of either that the other covers best (0 to 2)
    clause_both: Floats  # the same of the side that is covered less well
    rival: Floats
    """The same as `clause`, divided among the records that cover that commitment as well."""
    rival_both: Floats  # the same as `clause_both`, divided likewise
    several: Floats  # how many commitments are shared in all, divided likewise (log)
    shared: Floats  # credits of all shared character triples (log)
    phrase: Floats  # credits of the best shared run of characters (log)
    quoted: Floats  # how exclusively they share a name in quotation or title marks (0 to 1)
    thing: Floats  # the same, a whole list item that both have being a name too (0 to 1)
    heading: Floats  # cosine of the two names
    named: Floats  # how much of one's own name a commitment of the other covers (0 to 2)
    gap: Floats  # nearness to the best partner of the one, where that is higher (0 to 1)
    gap_both: Floats  # nearness to the best partner of the other (0 to 1)
    sense: Floats  # how near they stand in sense, in all that they say (0 to 1)
    sense_headed: Floats  # and in the two clauses that stand nearest under their headings
    body: Floats  # how rare the rarest body is that carries both (0 to 1)
    covered: Floats
    """The share of its commitments that the other side has, of the side that has less."""
    missing: Floats  # weight of the commitment that the other side lacks most (log)
    missing_all: Floats  # weight of all that either side lacks (log)


class Pairs(NamedTuple):
    """The pairs of records that share something, in document order."""

    left: Ints  # where the one stands in its plan, from 0
    right: Ints  # and the other in its
    likeness: Likeness
    kinship: float
    """How far the two plans are worded alike: 1 if from one template, 0 if written apart."""
    prose: bool  # whether one of them at least is prose

    def where(self, wanted: Flags) -> Pairs:
        """Return those that are wanted."""
        likeness = Likeness(*(column[wanted] for column in self.likeness))
        return self._replace(left=self.left[wanted], right=self.right[wanted], likeness=likeness)


class _Side(NamedTuple):
    """One plan as it is weighed against the other."""

    reading: ReadPlan
    there: Ints  # for each unit, its place among those of the other plan, or -1
    weight: Floats  # how rare each unit is in both plans, in whole numbers of `SCALE`
    unit: Ints  # each unit that a record states
    record: Ints  # and the record
    square: Floats  # for each record, the sum of squared weights of what it states, in `SCALE`²
    name_square: Floats  # the same of its name
    name_mass: Floats  # and the sum of the weights of that


class _Coverage(NamedTuple):
    """What the commitments of records have, and lack, in records of the other plan."""

    best: Floats  # the best hold
    divided: Floats  # the best hold, divided among rivals
    several: Floats  # the sum of holds, divided among rivals
    have: Floats  # the share of all commitments that is there
    lack: Floats  # the weight of the commitment that is lacking most
    lack_all: Floats  # the weight that is lacking altogether
    named: Floats  # how well one of them covers the own name of the other record


def _shares(parts: Floats, wholes: Floats) -> Floats:
    """Return each part divided by its whole, 0 where the whole is 0."""
    return parts / np.where(wholes > 0, wholes, 1.0)


def _greatest(values: Floats, whose: Ints, size: int) -> Floats:
    """Return, for each of so many, the greatest of its values, none of which is below 0."""
    found = np.zeros(size)
    np.maximum.at(found, whose, values)
    return found


def _hold(common: Floats, whole: Floats) -> Floats:
    """Return how well `common` covers `whole`: its share, damped where it weighs little."""
    return _shares(2 * common * common, whole * (common + HALF))


def _weigh(one: ReadPlan, other: ReadPlan) -> _Side:
    records = len(one.statements) + len(other.statements)
    by_count = [
        max(SCALE // 20, round(SCALE * log((records + 1) / (count + 1))))
        for count in range(records + 1)
    ]
    there = lookup(other.units.codes, one.units.codes)
    count = one.units.counts + np.append(other.units.counts, 0)[there]
    weight = np.array(by_count, np.float64)[count]
    stated = one.units.standing == STATED
    unit, record = one.units.gram[stated], one.units.record[stated]
    bearer, at = spread(one.names.low, one.names.high)
    of_name = one.names.unit[at]
    size = len(one.statements)
    return _Side(
        reading=one,
        there=there,
        weight=weight,
        unit=unit,
        record=record,
        square=sums(weight[unit] ** 2, record, size),
        name_square=sums(weight[of_name] ** 2, bearer, size),
        name_mass=sums(weight[of_name], bearer, size) / SCALE,
    )


def _cosines(left: _Side, right: _Side) -> Floats:
    """Return the cosine of each record of the one plan (row) with each of the other (column)."""
    i, j = meetings(left.there[left.unit], right.unit)
    dots = tally(
        left.weight[left.unit[i]] ** 2,
        left.record[i],
        right.record[j],
        (len(left.square), len(right.square)),
    )
    return _shares(dots, np.sqrt(left.square)[:, None] * np.sqrt(right.square))


def _headings(left: _Side, right: _Side, i: Ints, j: Ints) -> Floats:
    """Return the cosines of the names of records i and j."""
    names = left.reading.names
    pair, at = spread(names.low[i], names.high[i])
    unit = names.unit[at]
    shared = right.reading.is_called[j[pair], left.there[unit]]
    dots = sums(left.weight[unit] ** 2 * shared, pair, len(i))
    return _shares(dots, np.sqrt(left.name_square[i] * right.name_square[j]))


def _cover(one: _Side, other: _Side, records: Ints, partners: Ints) -> _Coverage:
    """Return what the commitments of records have, and lack, in their partners in the other plan.

    A commitment that several partners cover is divided among them, so all that may be partners
    are to be given at once.
    """
    listing = one.reading.commitments
    pair, at = spread(listing.low[records], listing.high[records])
    unit, line, partner = listing.unit[at], listing.line[at], partners[pair]
    # One term for each commitment of each pair; its units stand side by side.
    begins = (np.diff(pair, prepend=-1) != 0) | (np.diff(line, prepend=-1) != 0)
    term = np.cumsum(begins) - 1
    pair, line = pair[begins], line[begins]
    weight, there = one.weight[unit], one.there[unit]
    whole, common, of_name = (
        sums(weights, term, len(pair)) / SCALE
        for weights in (
            weight,
            weight * other.reading.states[partner, there],
            weight * other.reading.is_called[partner, there],
        )
    )

    hold = _hold(common, whole)
    claim = hold**RIVALRY
    share = _shares(hold * claim, sums(claim, line, len(one.reading.lines.record))[line])
    lack = one.reading.lines.weight[line] * whole * (1 - common / whole) ** 2

    size = len(records)
    best, divided, most_lack, best_of_name = (
        _greatest(values, pair, size) for values in (hold, share, lack, of_name)
    )
    all_wholes, several, all_lack = (sums(values, pair, size) for values in (whole, share, lack))
    own_name = other.reading.lines.standing[other.reading.name[partners]] <= NAMED
    return _Coverage(
        best=best,
        divided=divided,
        several=several,
        have=_shares(all_wholes - all_lack, all_wholes),
        lack=most_lack,
        lack_all=all_lack,
        named=np.where(own_name, _hold(best_of_name, other.name_mass[partners]), 0.0),
    )


def _kinship(left: ReadPlan, right: ReadPlan, i: Ints, j: Ints, clause: Floats) -> float:
    """Return how far two plans are worded alike, from what each pair of records holds at best.

    It is asked of the plan that is repeated more: a short one may stand wholly in a long one.
    """
    if not len(clause):
        return 0.0
    share = max(
        float((_greatest(clause, records, len(side.statements)) >= REPEATED).mean())
        for side, records in ((left, i), (right, j))
    )
    return min(1.0, max(0.0, (share - APART) / (AKIN - APART)))


def compare(left: ReadPlan, right: ReadPlan) -> Pairs:
    """Return what each pair of records shares; pairs that share next to nothing are left out.

    Plans on one template say the same in the same words. Only where two were written apart it is
    asked how near their records stand in sense and who carries them, and who stands near is weighed
    as well; and a measure that one of them splits into stages is weighed as one.
    """
    ours, theirs = _weigh(left, right), _weigh(right, left)
    cosines = _cosines(ours, theirs)
    credits = share_credits(left, right)
    phrases, items = share_phrases(left, right, credits)
    quoted = share_quoted(left, right)

    wanted = (cosines > LEAST_COSINE) | (credits.held >= LEAST_CREDIT) | (items > 0) | (quoted > 0)
    i, j = np.nonzero(wanted)
    mine, its = _cover(ours, theirs, i, j), _cover(theirs, ours, j, i)
    kinship = _kinship(left, right, i, j, np.maximum(mine.best, its.best))
    bodies = np.zeros_like(cosines)
    senses = Nearness(bodies, bodies)
    if kinship < 1:
        bodies, senses = _share_bodies(left, right), nearness(left, right)
        i, j = np.nonzero(wanted | (senses.headed > LEAST_SENSE))
        measures = np.zeros_like(wanted)
        measures[left.measure[i], right.measure[j]] = True
        i, j = np.nonzero(measures[left.measure][:, right.measure])
        mine, its = _cover(ours, theirs, i, j), _cover(theirs, ours, j, i)

    most, least = (_Coverage(*map(which, mine, its)) for which in (np.maximum, np.minimum))
    near = 0.5 * cosines[i, j] + 0.5 * most.best
    gaps = [
        _shares(near, _greatest(near, records, len(side.square))[records])
        for side, records in ((ours, i), (theirs, j))
    ]
    likeness = Likeness(
        cosine=cosines[i, j],
        clause=most.best,
        clause_both=least.best,
        rival=most.divided,
        rival_both=least.divided,
        several=np.log1p(mine.several + its.several),
        shared=np.log1p(credits.held[i, j]),
        phrase=np.log1p(phrases[i, j]),
        quoted=quoted[i, j],
        thing=np.maximum(quoted[i, j], 1 - np.exp(-items[i, j] / 2)),
        heading=_headings(ours, theirs, i, j),
        named=most.named,
        gap=np.maximum(*gaps),
        gap_both=np.minimum(*gaps),
        sense=senses.whole[i, j],
        sense_headed=senses.headed[i, j],
        body=bodies[i, j],
        covered=least.have,
        missing=np.log1p(most.lack),
        missing_all=np.log1p(mine.lack_all + its.lack_all),
    )
    pairs = Pairs(i, j, likeness, kinship, left.is_prose or right.is_prose)
    return _as_measures(left, right, pairs) if kinship < 1 else pairs


def _share_bodies(left: ReadPlan, right: ReadPlan) -> Floats:
    """Return how rare the rarest body is that carries a record of either plan: 1 if it has no other.

    The committee's members carry half of all measures; the transport commission carries its own.
    """
    carried: list[defaultdict[str, list[int]]] = []
    for side in (left, right):
        carried.append(defaultdict(list))
        for record, statement in enumerate(side.statements):
            for body in statement.bodies:
                carried[-1][body].append(record)
    most = log(len(left.statements) + len(right.statements) + 1)
    rarity = {
        body: 1 - log((len(carried[0][body]) + len(carried[1][body])) / 2) / most
        for body in carried[0].keys() & carried[1].keys()
    }
    shared = np.zeros((len(left.statements), len(right.statements)))
    for body in sorted(rarity, key=rarity.__getitem__):
        shared[np.ix_(carried[0][body], carried[1][body])] = rarity[body]
    return shared


def _as_measures(left: ReadPlan, right: ReadPlan, pairs: Pairs) -> Pairs:
    """Return the pairs, each as that pair of stages of the same measures which shares most."""
    likeness = pairs.likeness
    near = likeness.cosine + likeness.clause + likeness.clause_both
    measure = left.measure[pairs.left] * len(right.statements) + right.measure[pairs.right]
    best_first = np.lexsort((-near, measure))
    _, first, whose = np.unique(measure[best_first], return_index=True, return_inverse=True)
    chosen = np.empty_like(best_first)
    chosen[best_first] = best_first[first][whose]
    return pairs._replace(likeness=Likeness(*(column[chosen] for column in likeness)))
