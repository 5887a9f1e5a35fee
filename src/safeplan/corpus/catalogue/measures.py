"""Every measure of a corpus: who holds it, who carries it, how far its targets lie apart."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np

from safeplan.corpus.catalogue.fields import Field, Ranking, Stated, fields, target_of
from safeplan.corpus.catalogue.labelled import AMOUNTS, BODIES, Codes, Corpus, Head, Rows
from safeplan.corpus.catalogue.records import Catalogue, CorpusMeasure, Level, Range, Spread, Usual
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
    rows = corpus.rows(["name", "content", *AMOUNTS, *BODIES])
    spread = _Plans(rows)
    named = NamedMeasure(rows)
    carried = named.labels_of(owner) if owner else None
    usual = {code: row for code, row in rows.usual().items() if carried is None or code in carried}
    usual = _that_hold(rows, usual, find.split())
    kept = {code: row for code, row in usual.items() if spread.plans[code] >= at_least}
    stated = rows.stated(kept.__contains__)
    texts = _texts(rows, list(kept.values()))
    found = [
        CorpusMeasure(
            label=rows.labels.names[code],
            **texts[row],
            plans=int(spread.plans[code]),
            districts=spread.districts(code),
            years=spread.years(code),
            tasks=int(spread.tasks[code]),
            owners=named.usual(code, owner),
            targets=ranges(fields(stated.get(code, []))),
            stated=len({one.plan_id for one in stated.get(code, [])}),
        )
        for code, row in kept.items()
    ]
    return Catalogue(
        plans=len(rows.heads),
        districts=len({head.district for head in rows.heads.values()}),
        tasks=len(rows),
        unlabelled=int((rows.codes < 0).sum()),
        hidden=len(usual) - len(kept),
        measures=sorted(found, key=lambda measure: (-measure.plans, measure.label)),
    )


def _that_hold(rows: Rows, usual: dict[int, int], words: Sequence[str]) -> dict[int, int]:
    if not words:
        return usual
    places = list(usual.values())
    texts = zip(rows.values("name", places), rows.values("content", places), strict=True)
    return {
        code: row
        for (code, row), (name, content) in zip(usual.items(), texts, strict=True)
        if all(word in f"{name}\n{content}" for word in words)
    }


def _texts(rows: Rows, places: Sequence[int]) -> dict[int, dict[str, str]]:
    columns = ("name", "content", "plan_id", "task_id")
    values = zip(*(rows.values(column, places) for column in columns), strict=True)
    return {
        row: dict(zip(columns, cells, strict=True))
        for row, cells in zip(places, values, strict=True)
    }


class _Plans:
    """How many tasks and plans each label has, and in which years and districts."""

    def __init__(self, rows: Rows) -> None:
        labelled = rows.codes >= 0
        count = len(rows.labels.names)
        self.tasks = np.bincount(rows.codes[labelled], minlength=count)
        pairs = np.unique(rows.codes[labelled] << 32 | rows.plans[labelled])
        self.plans = np.bincount(pairs >> 32, minlength=count)
        self._of_label = np.split(pairs & 0xFFFFFFFF, np.cumsum(self.plans)[:-1])
        self._heads = list(rows.heads.values())

    def heads(self, code: int) -> list[Head]:
        return [self._heads[plan] for plan in self._of_label[code].tolist()]

    def districts(self, code: int) -> int:
        return len({head.district for head in self.heads(code)})

    def years(self, code: int) -> list[int]:
        return sorted({head.start_year for head in self.heads(code)})


class NamedMeasure:
    """Which bodies the plans name on each label, a body once a plan."""

    def __init__(self, rows: Rows) -> None:
        bodies = rows.bodies()
        codes, plans = rows.codes[bodies.rows], rows.plans[bodies.rows]
        self.names = bodies.names
        self._all = _count(codes, plans, bodies.codes, len(rows.heads))
        leads = bodies.leads
        self._leads = _count(codes[leads], plans[leads], bodies.codes[leads], len(rows.heads))

    def of_label(self, code: int, *, lead: bool = False) -> tuple[int, Counter[str]]:
        """Return how many plans name any body on a label, and how many name each; as lead if so."""
        naming, bodies = (self._leads if lead else self._all).get(code, (0, []))
        return naming, Counter({self.names[body]: plans for body, plans in bodies})

    def labels_of(self, owner: str) -> set[int]:
        """Return the labels on which some plan names a body whose name holds this."""
        return {
            code
            for code, counted in self._all.items()
            if any(owner in self.names[body] for body, _ in counted[1])
        }

    def usual(self, code: int, owner: str) -> list[Usual]:
        """Return who is named by a tenth of the plans, or is asked about."""
        roles: tuple[tuple[Role, dict[int, _Counted]], ...] = (
            ("lead", self._leads),
            ("responsible", self._all),
        )
        return [
            usual
            for role, counted in roles
            if code in counted
            for usual in self._of_role(role, counted[code], owner)
        ]

    def _of_role(self, role: Role, counted: _Counted, owner: str) -> list[Usual]:
        naming, bodies = counted
        found = [
            Usual(name=self.names[body], role=role, plans=plans, share=round(plans / naming, 3))
            for body, plans in bodies
            if plans >= NAMED * naming or (owner and owner in self.names[body])
        ]
        return sorted(found, key=lambda usual: (-usual.plans, usual.name))


_Counted = tuple[int, list[tuple[int, int]]]
"""How many plans name any body, and how many name each."""


def _count(codes: Codes, plans: Codes, bodies: Codes, all_plans: int) -> dict[int, _Counted]:
    """Return for each label how many plans name a body, and how many each body."""
    labelled = codes >= 0
    every, most = max(all_plans, 1), int(bodies.max(initial=0)) + 1
    of_plan = codes[labelled] * every + plans[labelled]
    naming = np.bincount(np.unique(of_plan) // every)
    # One entry a label, plan and body; then one a label and body, with how many there are.
    once = np.unique(of_plan * most + bodies[labelled])
    pairs, counts = np.unique(once // most // every * most + once % most, return_counts=True)
    found: dict[int, _Counted] = {}
    for pair, count in zip(pairs.tolist(), counts.tolist(), strict=True):
        code, body = divmod(pair, most)
        found.setdefault(code, (int(naming[code]), []))[1].append((body, count))
    return found


def ranges(found: Sequence[Field]) -> list[Range]:
    """Return the spread of each subject's comparable targets, the fullest first."""
    return [
        Range(subject=field.subject, **spread_of(ranking).model_dump())
        for field in found
        for ranking in field.rankings
    ]


def spread_of(ranking: Ranking) -> Spread:
    """Return how far the targets of a ranking lie apart."""
    standings = ranking.standings
    # Of those who ask the least, the first in the order of the plans.
    loosest = next(one for one in standings if one.rank == standings[-1].rank)
    return Spread.model_validate(
        {
            "form": ranking.form,
            "unit": ranking.unit,
            "baseline": ranking.baseline,
            "kind": ranking.kind,
            "plans": len(standings),
            "strictest": _level(standings[0].stated),
            "median": _level(ranking.median),
            "loosest": _level(loosest.stated),
        }
    )


def _level(stated: Stated) -> Level:
    target = target_of(stated.amount)
    return Level(
        plan_id=stated.plan_id,
        direction=target.direction,
        value=target.value,
        unit=target.unit,
        baseline=target.baseline,
    )
