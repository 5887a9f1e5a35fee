"""Sketches → who follows whom: each text joins the most usual text that says the same.

Nothing is compared with everything. Of the texts that share a key only the most usual one, their
leader, is weighed against each of the others, so the work grows with the number of texts; a text
keeps the leader that is likest. Texts that lead others but follow none go round again among
themselves, where other leaders come up. Texts come in one order (the most usual first, then by
hash), so what comes out depends neither on who read them nor in how many parts.

Sketches see what reads alike; the link model (`links`) also sees that two records state the same
in other words, but it takes two plans at a time. Districts copy from their city, so a few plans
together hold most of the measures that many have. Those plans, the hubs, are compared as `compare`
does it, and what it calls equivalent is one measure: with its texts come all that follow them.

Arguments have one meaning everywhere: `sketches` are of all texts, the most usual first; `leader` has
for each text the place of the one it follows, as the step before returns it; `texts` and `plans` have
for each record its text, and its plan, as a number from 0 in the order of the ids.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np
import numpy.typing as npt
from rapidfuzz.distance import Levenshtein

from safeplan.corpus.normalising import CLAUSE, Places
from safeplan.corpus.sketching import Sketches, Words, likeness
from safeplan.links.grams import distinct

LEAST = 0.6
"""Two texts that are less alike do not state the same measure."""
ROUNDS = 3
_NEAREST = 3
SIDE_BY_SIDE = 0.2
"""From this share of the plans on, what stands side by side in one plan is no chance."""
WIDEST = 4000
"""So many wordings, the most widespread ones, are held against each other at most."""
NEAR = 0.45
"""Two wordings of one measure, each of many districts, are at least so much alike."""
HARDLY = 0.05
"""Of the plans with one wording of a measure no more have another beside it."""
PARTINGS = 16
"""So often a text that is parted from its leader goes round again."""
SURE = 0.85
"""Texts that are more alike say the same."""
THING = range(3, 6)
"""So many characters name a thing."""
FEW_MEASURES = 5
"""Words that are exchanged in more measures than these are words for one thing."""
HUBS = 8
"""So many plans are compared at most."""
MOST_ROWS = 1000
"""A plan of more rows is not compared: no circular has thousands, and time and memory go by the
product of the rows. What has is a register, or many plans under one id."""
DISTRICTS, DISTRICT_SHARE = 3, 0.01
"""What so many districts, and such a share of all, say is a wording and not a local row."""


def follow(sketches: Sketches, least: float = LEAST) -> Places:
    """Return for each text the place of the one it follows: its own where none is like it enough."""
    leader, going = np.arange(len(sketches.bits)), np.arange(len(sketches.bits))
    for _ in range(ROUNDS):
        leader[going] = joined = _round(sketches, going, least)
        still = going[joined == going]
        if len(still) == len(going):
            break
        going = still
    return last_leaders(leader)


def part(leader: Places, sketches: Sketches, texts: Places, plans: Places) -> Places:
    """Return whom each text follows when what stands side by side is told apart.

    A plan states a measure in one row. Where many of the plans that have a text have, under the
    same leader, another one that is more like it, the two are two measures in like words
    (对企业…依法落实“一案双罚”, 对酒吧…依法落实“一案双罚”): the text goes round again without it.
    """
    itself = leader == np.arange(len(leader))
    alike = np.where(itself, 1, likeness(sketches, np.arange(len(leader)), leader))
    # The texts of each plan and leader, the likest first, of equally like ones the most usual.
    plan, text = np.divmod(distinct(plans * len(leader) + texts), len(leader))
    order = np.lexsort((text, -alike[text], leader[text], plan))
    plan, text = plan[order], text[order]
    beside = text[1:][(np.diff(plan) == 0) & (np.diff(leader[text]) == 0)]
    count = np.bincount(text, minlength=len(leader))
    crowded = np.bincount(beside, minlength=len(leader)) > SIDE_BY_SIDE * count
    going = np.flatnonzero(crowded & ~itself)
    parted = leader.copy()
    parted[going] = _round(sketches, going, LEAST)
    return last_leaders(parted)


def apart(leader: Places, sketches: Sketches, read: Callable[[Places], list[str]]) -> Places:
    """Return whom each text follows when a local row in the frame of another measure is told apart.

    完成印染企业专业队伍认定 and 完成渡口专业队伍认定 read alike, and where one names a thing the other
    names another. What takes the place of the same in several measures is another word for it
    (从业人员, 企业职工), and leaves two texts together. A text that is parted goes round again among
    those that are. `read` gives neutral texts by their places.
    """
    parted = leader.copy()
    going = np.arange(len(leader))
    met: dict[frozenset[str], set[int]] = {}
    for _ in range(PARTINGS):
        going = going[parted[going] != going]
        going = going[likeness(sketches, going, parted[going]) < SURE]
        pairs = zip(read(going), read(parted[going]), parted[going].tolist(), strict=True)
        found = [(exchanged(one, other), at) for one, other, at in pairs]
        for things, at in found:
            met.setdefault(things, set()).add(at)
        others = [bool(things) and len(met[things]) <= FEW_MEASURES for things, _ in found]
        going = going[np.array(others, bool)]
        parted[going] = _round(sketches, going, LEAST)
        parted = last_leaders(parted)
    return parted


def exchanged(one: str, other: str) -> frozenset[str]:
    """Return the two things of which one text names one where the other names the other; or none.

    Longer than a thing is a clause or a list, and shorter a word that may say the same.

    >>> sorted(exchanged("编制殡仪馆的转移预案", "编制看守所的转移预案"))
    ['殡仪馆', '看守所']
    >>> exchanged("组织演练 按照统一部署", "组织演练 压实工作责任")
    frozenset()
    """
    found = ("", "")
    one, other = (f"{CLAUSE}{text}{CLAUSE}" for text in (one, other))
    begins, of_other_begins = 1, 1
    for at, of_other, size in Levenshtein.opcodes(one, other).as_matching_blocks():
        if size == 1:
            continue
        # The last block is empty and stands behind the mark at the end.
        at, of_other = at - (not size), of_other - (not size)
        things = one[begins:at], other[of_other_begins:of_other]
        is_clause = one[begins - 1] == one[at] == CLAUSE
        longer = min(map(len, things)) > min(map(len, found))
        if longer and not is_clause and CLAUSE not in "".join(things):
            found = things
        begins, of_other_begins = at + size, of_other + size
    return frozenset(found) if min(map(len, found)) in THING else frozenset()


def rejoin(
    leader: Places, sketches: Sketches, texts: Places, plans: Places, districts: Places
) -> Places:
    """Return whom each text follows when a wording follows a more usual one of the same measure.

    Districts that copy from one city share its wording, which may read rather unlike that of the
    others (多部门联合值守; 应急管理、消防救援、公安等部门联合值守). What several districts say, and never
    beside the usual wording, is the usual measure in their words: a local row stands in one
    district, and beside it. `districts` has for each plan its district.
    """
    held = LabelHolders(leader[texts], plans)
    in_districts = LabelHolders(held.labels, districts[held.plans])
    width = np.bincount(in_districts.labels, minlength=len(leader))
    least = max(DISTRICTS, DISTRICT_SHARE * len(np.unique(districts)))
    wide = np.flatnonzero(width >= least)
    wide = np.sort(wide[np.lexsort((wide, -width[wide]))][:WIDEST])
    joined = leader.copy()
    for at in wide.tolist():
        wider = wide[width[wide] > 2 * width[at]]
        alike = likeness(sketches, np.full(len(wider), at), wider)
        near = np.argsort(-alike, kind="stable")[:_NEAREST]
        own = held.of(at)
        for usual in wider[near[alike[near] >= NEAR]].tolist():
            both = np.intersect1d(own, held.of(usual), assume_unique=True)
            if len(both) <= HARDLY * len(own):
                joined[at] = usual
                break
    return last_leaders(joined)


class LabelHolders:
    """Which plans hold which label."""

    def __init__(self, labels: Places, plans: Places) -> None:
        """Take the label and the plan of each record."""
        count = int(plans.max(initial=0)) + 1
        self.labels, self.plans = np.divmod(distinct(labels * count + plans), count)
        """Each label with each plan that holds it, in order."""

    def of(self, label: int) -> Places:
        """Return the plans that hold a label, in order."""
        low, high = np.searchsorted(self.labels, [label, label + 1])
        return self.plans[low:high]


def _round(sketches: Sketches, going: Places, least: float) -> Places:
    """Return whom each of some texts follows among them: itself where none is like it."""
    pairs = _pairs(sketches.keys[going])
    one, other = going[pairs >> 32], going[pairs & 0xFFFFFFFF]
    alike = likeness(sketches, one, other)
    near = alike >= least
    one, other, alike = one[near], other[near], alike[near]
    # The likest leader of each, of equally like ones the most usual: the last write stays.
    order = np.lexsort((-other, alike))
    joined = np.arange(len(sketches.bits))
    joined[one[order]] = other[order]
    return joined[going]


def _pairs(keys: Words) -> Places:
    """Return each text with each leader it shares a key with, as one number: text · 2³² + leader."""
    if not len(keys):
        return np.zeros(0, np.int64)
    found = []
    for column in keys.T:
        order = np.argsort(column, kind="stable")
        ordered = column[order]
        first = np.flatnonzero(np.concatenate([[True], ordered[1:] != ordered[:-1]]))
        sizes = np.diff(np.append(first, len(order)))
        leaders = np.repeat(order[first], sizes)
        follows = order != leaders
        found.append(order[follows] << 32 | leaders[follows])
    return distinct(np.concatenate(found))


def last_leaders(leader: Places) -> Places:
    """Return the last leader of each chain of leaders."""
    while True:
        further = leader[leader]
        if (further == leader).all():
            return leader
        leader = further


# --- the plans that hold most -----------------------------------------------------------------


def too_long(plans: Places) -> npt.NDArray[np.bool_]:
    """Return for each plan whether it has more rows than are compared."""
    return np.bincount(plans) > MOST_ROWS


def hubs(plans: Places, labels: Places, most: int = HUBS) -> list[int]:
    """Return the plans that together hold most: each the one that adds most to those before it.

    `labels` has for each record its label so far, as a number from 0.
    """
    if not len(plans):
        return []
    weight = np.bincount(labels).astype(np.int64)
    never = too_long(plans)
    plan, label = np.divmod(distinct(plans * len(weight) + labels), len(weight))
    chosen: list[int] = []
    for _ in range(min(most, int((~never).sum()))):
        adds = np.bincount(plan, weight[label], len(never))
        # A plan that adds nothing is still taken: the model may know better.
        adds[never] = adds[chosen] = -1
        best = int(np.argmax(adds))
        chosen.append(best)
        weight[label[plan == best]] = 0
    return chosen


def unite(leader: Places, pairs: Iterable[tuple[int, int]], texts: Places, plans: Places) -> Places:
    """Return whom each text follows when texts of one measure follow the most usual of them.

    Two labels that many plans have side by side are two measures, however alike (火灾起数, 重特大火灾起数):
    such a pair is left apart. The pairs of texts come with the surest first.
    """
    root = leader.copy()
    first = LabelHolders(leader[texts], plans)
    held: dict[int, Places] = {}

    def last(at: int) -> int:
        while root[at] != at:
            at = int(root[at])
        return at

    for pair in pairs:
        usual, other = sorted(last(int(leader[at])) for at in pair)
        if usual == other:
            continue
        one, two = (held[at] if at in held else first.of(at) for at in (usual, other))
        both = len(np.intersect1d(one, two, assume_unique=True))
        if both <= SIDE_BY_SIDE * min(len(one), len(two)):
            root[other] = usual
            held[usual] = np.union1d(one, two)
    return last_leaders(root)
