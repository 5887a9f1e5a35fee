"""Every measure of a corpus: who holds it, who carries it, how far its targets lie apart."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import NamedTuple

import pandas as pd

from safeplan.corpus.catalogue.fields import Ranking, fields
from safeplan.corpus.catalogue.labelled import Corpus
from safeplan.corpus.catalogue.records import Catalogue, CorpusMeasure, Range, Spread, Usual
from safeplan.models import Role

NAMED = 0.1
"""Bodies are listed that at least this share of the plans name."""


def measures(corpus: Corpus, *, find: str = "", owner: str = "", at_least: int = 2) -> Catalogue:
    """Return the measures of a corpus, those that most plans hold first.

    Args:
        corpus: the plans asked about.
        find: only measures whose name and content hold all these words.
        owner: only measures on which some plan names a body whose canonical name holds this.
        at_least: only measures that so many plans hold; how many are left out is told.

    Raises:
        CorpusError: as `Corpus.rows`.
    """
    rows = corpus.rows(["targets", "owners"])
    bodies = rows.bodies()
    every, leads = named(bodies), named(bodies[bodies["lead"]])
    tasks = pd.DataFrame({"code": rows.codes, "plan": rows.plans})
    tasks["district"] = pd.Series([head.district for head in rows.heads])[rows.plans].to_numpy()
    tasks["year"] = pd.Series([head.start_year for head in rows.heads])[rows.plans].to_numpy()
    by_label = tasks[tasks["code"] >= 0].groupby("code")
    plans = by_label["plan"].nunique()
    meant = {
        code: text
        for code, text in corpus.texts(rows.usual()).items()
        if all(word in f"{text['name']}\n{text['content']}" for word in find.split())
        and (not owner or any(owner in name for name in every.get(code, NOBODY).bodies))
    }
    kept = {code: text for code, text in meant.items() if plans[code] >= at_least}
    counts = by_label.size(), by_label["district"].nunique(), by_label["year"].unique()
    stated = rows.stated(kept.__contains__)
    found = [
        CorpusMeasure(
            label=rows.labels.names[code],
            **text,
            plans=int(plans[code]),
            districts=int(counts[1][code]),
            years=sorted(counts[2][code].tolist()),
            tasks=int(counts[0][code]),
            owners=_usual(leads, code, owner, "lead") + _usual(every, code, owner, "responsible"),
            targets=[
                Range(subject=field.subject, **spread_of(ranking).model_dump())
                for field in fields(stated.get(code, []))
                for ranking in field.rankings
            ],
            stated=len({one.plan_id for one in stated.get(code, [])}),
        )
        for code, text in kept.items()
    ]
    return Catalogue(
        plans=len(rows.heads),
        districts=len({head.district for head in rows.heads}),
        tasks=len(rows),
        unlabelled=int((rows.codes < 0).sum()),
        hidden=len(meant) - len(kept),
        measures=sorted(found, key=lambda measure: (-measure.plans, measure.label)),
    )


class Holders(NamedTuple):
    """Who holds a measure."""

    plans: int
    """How many plans name anybody."""
    bodies: Counter[str]
    """How many name each body."""


NOBODY = Holders(0, Counter())


def named(bodies: pd.DataFrame) -> dict[int, Holders]:
    """Return by label how many plans name whom, as `Rows.bodies` has it."""
    once = bodies.drop_duplicates(["code", "plan", "name"])
    naming = once.groupby("code")["plan"].nunique()
    found = {
        int(code): Holders(int(plans), Counter())
        for code, plans in zip(naming.index, naming, strict=True)
    }
    counts = once.groupby(["code", "name"], observed=True).size().reset_index(name="plans")
    for code, name, plans in zip(counts["code"], counts["name"], counts["plans"], strict=True):
        found[code].bodies[name] = int(plans)
    return found


def _usual(counted: Mapping[int, Holders], code: int, owner: str, role: Role) -> list[Usual]:
    """Return who is named by a tenth of the plans, or is asked about."""
    naming, bodies = counted.get(code, NOBODY)
    found = [
        Usual(name=name, role=role, plans=plans, share=round(plans / naming, 3))
        for name, plans in bodies.items()
        if plans >= NAMED * naming or (owner and owner in name)
    ]
    return sorted(found, key=lambda usual: (-usual.plans, usual.name))


def spread_of(ranking: Ranking) -> Spread:
    """Return how far the targets of a ranking lie apart.

    In the middle of an even number stands the looser of the two; of those who ask the least, the
    first in the order of the plans is shown.
    """
    ranks = [rank for rank, _ in ranking.standings]
    places = {
        "strictest": 0,
        "median": len(ranks) // 2,
        "loosest": ranks.index(ranks[-1]),
    }
    kind, scale = ranking.grounds
    return Spread.model_validate(
        {
            "form": scale.form,
            "unit": ranking.unit,
            "baseline": scale.baseline,
            "kind": kind,
            "plans": len(ranks),
            **{
                name: {"plan_id": stated.plan_id, **dict(stated.amount)}
                for name, at in places.items()
                for _, stated in [ranking.standings[at]]
            },
        }
    )
