"""Every measure of a corpus: who holds it, who carries it, how far its targets lie apart."""

from __future__ import annotations

from collections import Counter
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
    """
    rows = corpus.rows(["targets", "owners"])
    bodies = rows.bodies()
    every, leads = named(bodies), named(bodies[bodies["lead"]])
    heads = pd.DataFrame(
        [(head.district, head.start_year) for head in rows.heads], columns=["districts", "year"]
    )
    tasks = pd.DataFrame({"code": rows.codes, "plans": rows.plans}).join(heads, on="plans")
    by_label = tasks[tasks["code"] >= 0].groupby("code")
    counted = by_label[["plans", "districts"]].nunique().assign(tasks=by_label.size())
    counts: dict[int, dict[str, int]] = counted.to_dict("index")  # type: ignore[assignment]
    years = by_label["year"].unique()
    meant = {
        code: text
        for code, text in corpus.texts(corpus.labels.usual(rows.places[rows.places >= 0])).items()
        if all(word in f"{text['name']}\n{text['content']}" for word in find.split())
        and (not owner or any(owner in name for name in every.get(code, NOBODY).bodies))
    }
    kept = {code: text for code, text in meant.items() if counts[code]["plans"] >= at_least}
    stated = rows.stated(kept)

    def usual(code: int, role: Role) -> list[Usual]:
        """Return who is named by a tenth of the plans, or is asked about."""
        naming, bodies = (leads if role == "lead" else every).get(code, NOBODY)
        found = [
            Usual(name=name, role=role, plans=plans, share=round(plans / naming, 3))
            for name, plans in bodies.items()
            if plans >= NAMED * naming or (owner and owner in name)
        ]
        return sorted(found, key=lambda usual: (-usual.plans, usual.name))

    found = [
        CorpusMeasure(
            label=rows.labels.names[code],
            **text,
            **counts[code],
            years=sorted(years[code].tolist()),
            owners=usual(code, "lead") + usual(code, "responsible"),
            targets=[
                Range(subject=field.subject, **dict(spread_of(ranking)))
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
    """How many plans name anybody on a measure, and how many name each body."""

    plans: int
    bodies: Counter[str]


NOBODY = Holders(0, Counter())


def named(bodies: pd.DataFrame) -> dict[int, Holders]:
    """Return by label how many plans name whom, as `LabelledRows.bodies` has it."""
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


def spread_of(ranking: Ranking) -> Spread:
    """Return how far the targets of a ranking lie apart.

    In the middle of an even number stands the looser of the two; of those who ask the least, the
    first in the order of the plans is shown.
    """
    ranks = [rank for rank, _ in ranking.standings]
    kind, scale = ranking.grounds
    shown = {"strictest": 0, "median": len(ranks) // 2, "loosest": ranks.index(ranks[-1])}
    stated = {name: ranking.standings[at][1] for name, at in shown.items()}
    return Spread.model_validate(
        {
            "form": scale.form,
            "unit": ranking.unit,
            "baseline": scale.baseline,
            "kind": kind,
            "plans": len(ranks),
            **{name: {"plan_id": one.plan_id, **dict(one.amount)} for name, one in stated.items()},
        }
    )
