"""One plan among comparable others: what it lacks, where it is strict or loose, who is unusual.

Comparable are the plans of other districts of the same kind; of the same year unless all are asked
for. Nothing is said of a target or an owner where fewer than `FEWEST` others can be compared.

A label holds what is the same; a broad row that says a measure among others has a label of its own.
Whether a plan says a measure after all is asked of the link model behind `compare`, pair by pair of
plans, so few plans are read in which all the measures stand.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Literal

import numpy as np

from safeplan.corpus import CorpusError
from safeplan.corpus.catalogue.fields import Ranking, fields
from safeplan.corpus.catalogue.labelled import PLACE, Codes, Corpus, LabelledRows
from safeplan.corpus.catalogue.measures import NOBODY, named, spread_of
from safeplan.corpus.catalogue.records import Extreme, Lacking, Local, Near, Standing, UnusualOwner
from safeplan.corpus.store import chosen, read_plans
from safeplan.links import Match, align

FEWEST = 5
"""So many others must be comparable before a target or an owner is judged."""
FEW = 0.1
"""What less than this share of the others do is unusual; so many are the strictest or loosest."""
USUAL = 0.5
"""A lead is usual that at least this share of the others name."""
MOST_READ = 40
"""So many others are read and compared at most; a pair takes some 25 ms."""


def place(asked: Corpus, name: str, *, common: float = 0.5, all_years: bool = False) -> Standing:
    """Return where a plan stands among the others.

    Args:
        asked: the corpus; its year is that of the others, or the plan's own where it has none.
        name: the plan's id, which may be shortened while it stays unique.
        common: a measure that at least this share of the others hold, and two of them, is common.
        all_years: whether to compare with the plans of all years.

    Raises:
        CorpusError: `plan_unlabelled`, where no task of the plan has a label; `unknown_plan`,
            `ambiguous_plan`.
    """
    whole, labels = asked.asking(), asked.labels
    plan = whole.heads[chosen(whole.heads, name, asked.folder)]
    own = whole.rows(["name", "content", "targets", "owners", *PLACE], plans={plan.plan_id})
    codes = np.unique(own.codes[own.codes >= 0])
    if not len(codes):
        raise CorpusError(plan.plan_id, "plan_unlabelled")
    year = None if all_years else asked.year or plan.start_year
    corpus = asked.asking(year, asked.level)
    others = {
        head.plan_id
        for head in corpus.heads.values()
        if head.kind == plan.kind and head.district != plan.district
    }
    theirs = np.flatnonzero(np.array([one in others for one in labels.plans])[labels.of_plans])
    counts = labels.plan_counts(theirs)
    usual = np.flatnonzero(counts >= max(common * len(others), 2))

    def held(codes: Codes) -> Codes:
        """Return the places where others have some labels."""
        return theirs[np.isin(labels.codes[theirs], codes)]

    shared = corpus.rows(["targets", "owners"], places=held(codes))
    extremes, *targets = _extremes(own, shared)
    owners, *bodies = _owners(own, shared)
    lacking, unread = _lacking(corpus, own, held(np.setdiff1d(usual, codes)), len(others))
    return Standing(
        plan_id=plan.plan_id,
        region=plan.region,
        kind=plan.kind,
        year=year,
        comparable=len(others),
        common=common,
        common_measures=len(usual),
        measures=len(codes),
        unlabelled=int((own.codes < 0).sum()),
        lacking=[one for one in lacking if not one.near],
        partly=[one for one in lacking if one.near],
        unread=unread,
        extremes=extremes,
        targets_judged=targets[0],
        targets_unjudged=targets[1],
        owners=owners,
        owners_judged=bodies[0],
        owners_unjudged=bodies[1],
        local=[
            Local(label=labels.names[code], content=own.values["content"][row], **own.placed(row))
            for row, code in _labelled(own)
            if others and not counts[code]
        ],
    )


def _labelled(own: LabelledRows) -> list[tuple[int, int]]:
    """Return the rows that have a label, in order, each with it."""
    rows = own.in_order(np.flatnonzero(own.codes >= 0).tolist())
    return list(zip(rows, own.codes[rows].tolist(), strict=True))


# ---- what it lacks ----


def _lacking(
    corpus: Corpus, own: LabelledRows, places: Codes, others: int
) -> tuple[list[Lacking], int]:
    """Return the common measures whose labels a plan lacks, those that most others hold first.

    With each stands what comes near in the plan; beside them, for how many that was not looked for.
    """
    labels = corpus.labels
    usual = {int(labels.codes[at]): at for at in labels.usual(places).tolist()}
    held_by: dict[int, set[str]] = {}
    # The most usual words of a measure stand in many plans: those of any of them will do.
    sayers: dict[int, dict[str, int]] = {}
    for at in places.tolist():
        code, plan_id = int(labels.codes[at]), labels.plans[labels.of_plans[at]]
        held_by.setdefault(code, set()).add(plan_id)
        if labels.likeness[at] == labels.likeness[usual[code]]:
            sayers.setdefault(code, {}).setdefault(plan_id, at)
    exemplars = cover(sayers)
    near = _near(corpus, own, exemplars)
    usual |= {code: at for code, (_, at) in exemplars.items()}
    found = [
        Lacking(
            label=labels.names[code],
            **text,
            plans=len(held_by[code]),
            share=round(len(held_by[code]) / others, 3),
            held_by=sorted(held_by[code]),
            near=near.get(code),
        )
        for code, text in corpus.texts(np.array(list(usual.values()), np.int64)).items()
    ]
    found.sort(key=lambda lacking: (-lacking.plans, lacking.label))
    return found, len(usual) - len(exemplars)


def cover(holders: Mapping[int, Mapping[str, int]]) -> dict[int, tuple[str, int]]:
    """Return who says each measure, from few plans: each time the one that has the most left.

    Args:
        holders: measure → plan ids → the place of a task among the labels.

    Returns:
        Measure → plan and place; without those for which more than `MOST_READ` would be read.
    """
    left = dict(holders)
    found: dict[int, tuple[str, int]] = {}
    for _ in range(MOST_READ):
        counts = Counter(plan_id for plans in left.values() for plan_id in plans)
        if not counts:
            break
        best = min(counts, key=lambda plan_id: (-counts[plan_id], plan_id))
        found |= {measure: (best, plans[best]) for measure, plans in left.items() if best in plans}
        left = {measure: plans for measure, plans in left.items() if best not in plans}
    return found


def _near(
    corpus: Corpus, own: LabelledRows, exemplars: Mapping[int, tuple[str, int]]
) -> dict[int, Near]:
    """Return what comes near to measures in a plan, for each the likest of its tasks."""
    asked = {
        (plan_id, corpus.labels.task_ids[at].as_py()): code
        for code, (plan_id, at) in exemplars.items()
    }
    if not asked:
        return {}
    (plan,) = read_plans(corpus.asking().files, [head.plan_id for head in own.heads])
    best: dict[int, Match] = {}
    for other in read_plans(corpus.files, {plan_id for plan_id, _ in asked}):
        for match in align([plan, other]):
            code = asked.get((other.plan_id, match.right.task_id))
            if code is not None and (code not in best or match.score > best[code].score):
                best[code] = match
    found = {}
    for code, match in best.items():
        row = own.values["task_id"].index(match.left.task_id)
        said = {"content": own.values["content"][row], **own.placed(row)}
        found[code] = Near(relation=match.relation, score=match.score, **said)
    return found


# ---- its targets ----


def _extremes(own: LabelledRows, shared: LabelledRows) -> tuple[list[Extreme], int, int]:
    """Return the strictest and loosest targets, and how many were judged and not."""
    found: list[tuple[int, Extreme]] = []
    judged = every = 0
    others = shared.stated()
    order = own.in_order(range(len(own)))
    for code, mine in own.stated().items():
        stands = {
            stated: (ranking, rank)
            for field in fields([*mine, *others.get(code, [])])
            for ranking in field.rankings
            for rank, stated in ranking.standings
            if len(ranking.standings) > FEWEST and stated.plan_id == mine[0].plan_id
        }
        judged += len(stands)
        every += len(mine)
        for stated in mine:
            ranking, rank = stands.get(stated, (None, 0))
            if ranking and (side := _stands_out(ranking, rank)):
                extreme = Extreme(
                    **own.said(stated.row, stated),
                    name=own.values["name"][stated.row],
                    subject=stated.amount.subject,
                    stands=side,
                    rank=rank,
                    spread=spread_of(ranking),
                )
                found.append((order.index(stated.row), extreme))
    found.sort(key=lambda pair: (pair[1].stands == "loosest", pair[0], pair[1].subject))
    return [extreme for _, extreme in found], judged, every - judged


def _stands_out(ranking: Ranking, own: int) -> Literal["strictest", "loosest"] | None:
    """Return whether hardly any other asks as much, or as little."""
    ranks = [rank for rank, _ in ranking.standings]
    few = FEW * (len(ranks) - 1)
    if sum(rank <= own for rank in ranks) - 1 <= few:
        return "strictest"
    return "loosest" if sum(rank >= own for rank in ranks) - 1 <= few else None


# ---- its owners ----


def _owners(own: LabelledRows, shared: LabelledRows) -> tuple[list[UnusualOwner], int, int]:
    """Return the unusual owners, and of how many measures the owners were judged and not."""
    (ours, our_leads), (theirs, their_leads) = (
        (named(bodies), named(bodies[bodies["lead"]])) for bodies in (own.bodies(), shared.bodies())
    )
    found: list[UnusualOwner] = []
    judged = 0
    first: dict[int, int] = {}
    for row, code in _labelled(own):
        first.setdefault(code, row)
    for code, row in first.items():
        mine, own_leads = (one.get(code, NOBODY).bodies for one in (ours, our_leads))
        (of, others), (leading, leads) = (one.get(code, NOBODY) for one in (theirs, their_leads))
        if of < FEWEST or not mine:
            continue
        judged += 1
        unusual: list[tuple[object, ...]] = [
            ("rare", body, others[body], of, []) for body in sorted(mine) if others[body] < FEW * of
        ]
        for body, plans in sorted(leads.items(), key=lambda pair: (-pair[1], pair[0])):
            if leading < FEWEST or plans < USUAL * leading or body in own_leads:
                continue
            # A plan that names no leads has changed none; it lacks a body that most name at all.
            if own_leads or (body not in mine and others[body] >= USUAL * of):
                how = "lead_other" if body in mine else "lead_missing"
                unusual.append((how, body, plans, leading, sorted(own_leads)))
        told = {"label": own.labels.names[code], **own.placed(row)}
        keys = ("unusual", "body", "plans", "of", "instead")
        found += [UnusualOwner(**told, **dict(zip(keys, one, strict=True))) for one in unusual]
    return found, judged, len(first) - judged
