"""One measure: the districts by strictness of its targets, each with the place it was read from."""

from __future__ import annotations

import re
from collections.abc import Iterable

from safeplan.corpus import CorpusError
from safeplan.corpus.catalogue.fields import Field, Stated, fields, target_of
from safeplan.corpus.catalogue.finding import Found
from safeplan.corpus.catalogue.measures import spread_of
from safeplan.corpus.catalogue.reading import AMOUNTS, PLACE, Corpus, Rows
from safeplan.corpus.catalogue.records import (
    Comparable,
    MeasureRank,
    Place,
    Ranked,
    Reason,
    Subject,
    Unrankable,
)
from safeplan.models import Target


def rank(corpus: Corpus, measure: Found, *, subject: str = "") -> MeasureRank:
    """Return a measure's targets in order, subject by subject.

    Args:
        corpus: the plans asked about.
        measure: the measure.
        subject: only subjects that hold all these words; if not given, those that the measure was
            found by, where any holds them.

    Raises:
        CorpusError: `measure_not_there`, where none of the plans asked about has it; or as
            `Corpus.rows`.
    """
    columns = ["name", "content", *AMOUNTS, "targets.text", *PLACE]
    rows = corpus.rows(columns, corpus.labels.tasks(measure.code))
    if not len(rows):
        raise CorpusError(corpus.labels.names[measure.code], "measure_not_there")
    teller = Teller(rows)
    stated = rows.stated().get(measure.code, [])
    found = fields(stated)
    words = (subject or measure.words).split()
    kept = [field for field in found if all(word in field.subject for word in words)]
    if not kept and not subject:
        kept = found
    usual = rows.usual()[measure.code]
    saying = {one.row for one in stated}
    saying_plans = {one.plan_id for one in stated}
    silent = [row for row in range(len(rows)) if row not in saying]
    heads = rows.heads.values()
    return MeasureRank(
        label=rows.labels.names[measure.code],
        name=rows.values("name", [usual])[0],
        content=rows.values("content", [usual])[0],
        plan_id=teller.plan_ids[usual],
        task_id=teller.task_ids[usual],
        plans=len(heads),
        districts=len({head.district for head in heads}),
        years=sorted({head.start_year for head in heads}),
        tasks=len(rows),
        subjects=[_subject(field, teller, stated) for field in kept],
        hidden=len(found) - len(kept),
        elsewhere=list(measure.elsewhere),
        without=[
            teller.unrankable(row, None, "no_figure")
            for row in teller.in_order(silent)
            if teller.plan_ids[row] not in saying_plans
        ],
    )


def _subject(field: Field, teller: Teller, stated: Iterable[Stated]) -> Subject:
    unranked = [
        teller.unrankable(one.row, teller.target(one), reason) for one, reason in field.unranked
    ]
    if field.plans > 1:
        here = {one.stated.plan_id for ranking in field.rankings for one in ranking.standings}
        here |= {one.plan_id for one, _ in field.unranked}
        others: dict[str, int] = {}
        for row in teller.in_order({one.row for one in stated}):
            if teller.plan_ids[row] not in here:
                others.setdefault(teller.plan_ids[row], row)
        unranked += [teller.unrankable(row, None, "not_stated") for row in others.values()]
    return Subject(
        subject=field.subject,
        plans=field.plans,
        rankings=[
            Comparable(
                **spread_of(ranking).model_dump(),
                rows=[
                    Ranked(
                        rank=standing.rank,
                        **teller.said(standing.stated.row, teller.target(standing.stated)),
                    )
                    for standing in ranking.standings
                ],
            )
            for ranking in field.rankings
        ],
        unranked=unranked,
    )


class Teller:
    """What rows say, and where: read once, asked often. The rows hold `targets.text` and `PLACE`."""

    def __init__(self, rows: Rows) -> None:
        every = range(len(rows))
        self.plan_ids: list[str] = rows.values("plan_id", every)
        self.task_ids: list[str] = rows.values("task_id", every)
        self._heads = rows.heads
        self._targets = rows.values("targets", every)
        self._places = {column: rows.values(column, every) for column in PLACE}

    def in_order(self, rows: Iterable[int]) -> list[int]:
        """Return rows by plan, and in it as the document has them."""
        return sorted(rows, key=lambda row: (self.plan_ids[row], _numbers(self.task_ids[row])))

    def target(self, stated: Stated) -> Target:
        """Return a target with the span it was read from."""
        text = self._targets[stated.row][stated.at]["text"]
        return target_of(stated.amount).model_copy(update={"text": text})

    def place(self, row: int) -> Place:
        """Return where a row stands."""
        first, last, page, table, at = (self._places[column][row] for column in PLACE)
        return Place(
            path=self._heads[self.plan_ids[row]].source_path,
            lines=None if first is None else (first, last),
            page=page,
            table=table,
            row=at,
        )

    def said(self, row: int, target: Target | None) -> dict[str, object]:
        """Return the fields of a `Said`."""
        head = self._heads[self.plan_ids[row]]
        return {
            "plan_id": head.plan_id,
            "region": head.region,
            "start_year": head.start_year,
            "end_year": head.end_year,
            "task_id": self.task_ids[row],
            "target": target,
            "source": self.place(row),
        }

    def unrankable(self, row: int, target: Target | None, reason: Reason) -> Unrankable:
        """Return a row, and its target if it has one, with the reason why it has no rank."""
        return Unrankable(**self.said(row, target), reason=reason)


def _numbers(task_id: str) -> list[int]:
    """Return a task's id as what sorts as the document does: `t10.1` after `t9.2`."""
    return [int(number) for number in re.findall("[0-9]+", task_id)]
