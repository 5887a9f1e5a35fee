"""One plan among comparable others: what it lacks, where it is strict or loose, who is unusual.

Comparable are the plans of other districts of the same kind; of the same year unless all are asked
for. Nothing is said of a target or an owner where fewer than `FEWEST` others can be compared.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

import numpy as np
import numpy.typing as npt

from safeplan.corpus import CorpusError
from safeplan.corpus.catalogue.fields import Ranking, Stated, StoredStanding, fields
from safeplan.corpus.catalogue.labelled import (
    AMOUNTS,
    BODIES,
    PLACE,
    Corpus,
    Head,
    Labels,
    Rows,
    read_whole,
)
from safeplan.corpus.catalogue.measures import NamedMeasure, spread_of
from safeplan.corpus.catalogue.nearest import Exemplar, cover, nearest
from safeplan.corpus.catalogue.ranking import Teller
from safeplan.corpus.catalogue.records import (
    Extreme,
    Lacking,
    Local,
    Near,
    Standing,
    UnusualOwner,
)
from safeplan.corpus.store import find

FEWEST = 5
"""So many others must be comparable before a target or an owner is judged."""
FEW = 0.1
"""What less than this share of the others do is unusual; so many are the strictest or loosest."""
USUAL = 0.5
"""A lead is usual that at least this share of the others name."""


def place(asked: Corpus, name: str, *, common: float = 0.5, all_years: bool = False) -> Standing:
    """Return where a plan stands among the others.

    Args:
        asked: the corpus; its year is that of the others, or the plan's own where it has none.
        name: the plan's id, which may be shortened while it stays unique.
        common: a measure that at least this share of the others hold, and two of them, is common.
        all_years: whether to compare with the plans of all years.

    Raises:
        CorpusError: `plan_unlabelled`, where no task of the plan has a label; or as `store.find`
            and `Corpus.rows`.
    """
    entry = find(asked.folder, name)
    year = None if all_years else asked.year or entry.year
    corpus = asked.asking(year, asked.level)
    own = asked.asking(entry.year).rows(
        ["name", "content", *AMOUNTS, "targets.text", *BODIES, *PLACE], {entry.plan_id: None}
    )
    plan = own.heads[entry.plan_id]
    codes = set(own.codes[own.codes >= 0].tolist())
    if not codes:
        raise CorpusError(entry.plan_id, "plan_unlabelled")
    others = _others(corpus, plan)
    held = _held(corpus.labels, others)
    least = max(common * len(others), 2)
    usual = {code for code, count in held.items() if count >= least}
    teller = Teller(own)
    shared = _shared(corpus, others, codes)
    extremes, judged, unjudged = _extremes(own, shared, teller)
    owners, owners_judged, owners_unjudged = _owners(own, shared, teller)
    lacking, unread = _lacking(corpus, own, teller, others, usual - codes)
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
        targets_judged=judged,
        targets_unjudged=unjudged,
        owners=owners,
        owners_judged=owners_judged,
        owners_unjudged=owners_unjudged,
        local=_local(own, teller, codes - held.keys()) if others else [],
    )


def _others(corpus: Corpus, plan: Head) -> dict[str, Head]:
    """Return the comparable plans, by id."""
    return {
        head.plan_id: head
        for head in corpus.heads().values()
        if head.kind == plan.kind and head.district != plan.district
    }


def _among(labels: Labels, others: dict[str, Head]) -> npt.NDArray[np.bool_]:
    """Return which of the labelled tasks belong to the others."""
    ids = np.array([plan_id in others for plan_id in labels.plans], bool)
    return ids[labels.of_plans]


def _held(labels: Labels, others: dict[str, Head]) -> dict[int, int]:
    """Return how many of the others hold each measure that any of them holds."""
    among = _among(labels, others)
    pairs = np.unique(labels.codes[among] << 32 | labels.of_plans[among])
    codes, counts = np.unique(pairs >> 32, return_counts=True)
    return dict(zip(codes.tolist(), counts.tolist(), strict=True))


def _shared(corpus: Corpus, others: dict[str, Head], codes: set[int]) -> Rows:
    """Return the tasks of the others that are measures of the plan, too."""
    labels = corpus.labels
    here = _among(labels, others) & np.isin(labels.codes, list(codes))
    return corpus.rows([*AMOUNTS, *BODIES], labels.wanted(np.flatnonzero(here)))


# ---- what it lacks, and what it has alone ----


def _lacking(
    corpus: Corpus, own: Rows, teller: Teller, others: dict[str, Head], codes: set[int]
) -> tuple[list[Lacking], int]:
    """Return the common measures whose labels a plan lacks, those that most others hold first.

    Returns:
        The measures, with what comes near in the plan; and for how many that was not looked for.
    """
    labels = corpus.labels
    here = _among(labels, others) & np.isin(labels.codes, list(codes))
    places = {int(labels.codes[at]): at for at in labels.usual(here).tolist()}
    holders: dict[int, set[str]] = {}
    # The most usual words of a measure stand in many plans: those of any of them will do.
    sayers: dict[int, dict[str, int]] = {}
    for at in np.flatnonzero(here).tolist():
        code, plan_id = int(labels.codes[at]), labels.plans[labels.of_plans[at]]
        holders.setdefault(code, set()).add(plan_id)
        if labels.likeness[at] == labels.likeness[places[code]]:
            sayers.setdefault(code, {}).setdefault(plan_id, at)
    exemplars = cover(sayers)
    places |= {code: exemplar.place for code, exemplar in exemplars.items()}
    near = _near(own, teller, others, labels, exemplars)
    said = labels.wanted(np.array(list(places.values()), np.int64))
    rows = corpus.rows(["name", "content"], said)
    every = range(len(rows))
    texts = zip(*(rows.values(key, every) for key in _TEXT), strict=True)
    found = [
        Lacking(
            label=labels.names[code],
            **dict(zip(_TEXT, cells, strict=True)),
            plans=len(holders[code]),
            share=round(len(holders[code]) / len(others), 3),
            held_by=sorted(holders[code]),
            near=near.get(code),
        )
        for code, cells in zip(rows.codes.tolist(), texts, strict=True)
    ]
    found.sort(key=lambda lacking: (-lacking.plans, lacking.label))
    return found, len(places) - len(exemplars)


_TEXT = ("name", "content", "plan_id", "task_id")


def _near(
    own: Rows,
    teller: Teller,
    others: dict[str, Head],
    labels: Labels,
    exemplars: dict[int, Exemplar],
) -> dict[int, Near]:
    """Return what comes near to measures in a plan."""
    asked: dict[str, dict[str, int]] = {}
    for code, (plan_id, place) in exemplars.items():
        asked.setdefault(plan_id, {})[labels.task_ids[place].as_py()] = code
    if not asked:
        return {}
    (head,) = own.heads.values()
    found = nearest(read_whole(head), asked, lambda plan_id: read_whole(others[plan_id]))
    row_of = {task_id: row for row, task_id in enumerate(teller.task_ids)}
    names, contents = (own.values(key, range(len(own))) for key in ("name", "content"))
    return {
        code: Near(
            task_id=match.left.task_id,
            name=names[row],
            content=contents[row],
            relation=match.relation,
            score=match.score,
            source=teller.place(row),
        )
        for code, match in found.items()
        for row in [row_of[match.left.task_id]]
    }


def _local(own: Rows, teller: Teller, codes: set[int]) -> list[Local]:
    rows = [row for row in teller.in_order(range(len(own))) if int(own.codes[row]) in codes]
    texts = zip(own.values("name", rows), own.values("content", rows), strict=True)
    return [
        Local(
            label=own.labels.names[int(own.codes[row])],
            name=name,
            content=content,
            task_id=teller.task_ids[row],
            source=teller.place(row),
        )
        for row, (name, content) in zip(rows, texts, strict=True)
    ]


# ---- its targets ----


def _extremes(own: Rows, shared: Rows, teller: Teller) -> tuple[list[Extreme], int, int]:
    """Return the strictest and loosest targets, and how many were judged and not."""
    found: list[tuple[int, Extreme]] = []
    judged = unjudged = 0
    others = shared.stated()
    names = own.values("name", range(len(own)))
    order = {row: at for at, row in enumerate(teller.in_order(range(len(own))))}
    for code, mine in own.stated().items():
        places = {stand.stated: (ranking, stand) for ranking, stand in _stands(mine, others, code)}
        for stated in mine:
            ranking, stand = places.get(stated, (None, None))
            if ranking is None or stand is None:
                unjudged += 1
                continue
            judged += 1
            stands = _stands_out(ranking, stand)
            if stands is None:
                continue
            extreme = Extreme(
                **teller.said(stated.row, teller.target(stated)),
                name=names[stated.row],
                subject=stated.amount.subject,
                stands=stands,
                rank=stand.rank,
                spread=spread_of(ranking),
            )
            found.append((order[stated.row], extreme))
    found.sort(key=lambda pair: (pair[1].stands == "loosest", pair[0], pair[1].subject))
    return [extreme for _, extreme in found], judged, unjudged


def _stands(
    mine: Sequence[Stated], others: dict[int, list[Stated]], code: int
) -> Iterator[tuple[Ranking, StoredStanding]]:
    """Yield the plan's targets of one measure that enough others can be compared with."""
    plan_id = mine[0].plan_id
    for field in fields([*mine, *others.get(code, [])]):
        for ranking in field.rankings:
            if len(ranking.standings) <= FEWEST:
                continue
            for stand in ranking.standings:
                if stand.stated.plan_id == plan_id:
                    yield ranking, stand


def _stands_out(ranking: Ranking, own: StoredStanding) -> Literal["strictest", "loosest"] | None:
    """Return whether hardly any other asks as much, or as little."""
    ranks = [one.rank for one in ranking.standings]
    few = FEW * (len(ranks) - 1)
    if sum(rank <= own.rank for rank in ranks) - 1 <= few:
        return "strictest"
    if sum(rank >= own.rank for rank in ranks) - 1 <= few:
        return "loosest"
    return None


# ---- its owners ----


def _owners(own: Rows, shared: Rows, teller: Teller) -> tuple[list[UnusualOwner], int, int]:
    """Return the unusual owners, and of how many measures the owners were judged and not."""
    theirs, ours = NamedMeasure(shared), NamedMeasure(own)
    names = own.values("name", range(len(own)))
    found: list[UnusualOwner] = []
    judged = unjudged = 0
    first: dict[int, int] = {}
    for row in teller.in_order(range(len(own))):
        if (code := int(own.codes[row])) >= 0:
            first.setdefault(code, row)
    for code, row in first.items():
        of, bodies = theirs.of_label(code)
        _, named = ours.of_label(code)
        if of < FEWEST or not named:
            unjudged += 1
            continue
        judged += 1
        told = {
            "label": own.labels.names[code],
            "name": names[row],
            "task_id": teller.task_ids[row],
            "source": teller.place(row),
        }
        found += [
            UnusualOwner(**told, unusual="rare", body=body, plans=bodies[body], of=of, instead=[])
            for body in sorted(named)
            if bodies[body] < FEW * of
        ]
        leading, leads = theirs.of_label(code, lead=True)
        _, own_leads = ours.of_label(code, lead=True)
        if leading < FEWEST:
            continue
        for body, plans in sorted(leads.items(), key=lambda pair: (-pair[1], pair[0])):
            if plans < USUAL * leading or body in own_leads:
                continue
            # A plan that names no leads has changed none; it lacks a body that most name at all.
            if own_leads or (body not in named and bodies[body] >= USUAL * of):
                found.append(
                    UnusualOwner(
                        **told,
                        unusual="lead_other" if body in named else "lead_missing",
                        body=body,
                        plans=plans,
                        of=leading,
                        instead=sorted(own_leads),
                    )
                )
    return found, judged, unjudged
