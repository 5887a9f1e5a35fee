"""One measure: the districts by strictness of its targets, each with the place it was read from.

A plan that states an indicator only in a row of another label is ranked with it, and marked so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from safeplan.changes.likeness import essence
from safeplan.corpus import CorpusError
from safeplan.corpus.catalogue.fields import Field, Stated, fields, joined, target_of
from safeplan.corpus.catalogue.finding import Found
from safeplan.corpus.catalogue.labelled import AMOUNTS, PLACE, Corpus, Rows, numbers
from safeplan.corpus.catalogue.measures import spread_of
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

_COLUMNS = ("name", "content", *AMOUNTS, "targets.text", *PLACE)


def rank(
    corpus: Corpus, measure: Found, *, subject: str = "", only_label: bool = False
) -> MeasureRank:
    """Return a measure's targets in order, subject by subject.

    Args:
        corpus: the plans asked about.
        measure: the measure.
        subject: only subjects that hold all these words; if not given, those that the measure was
            found by, where any holds them.
        only_label: whether to leave out what plans state in tasks of other labels.

    Raises:
        CorpusError: `measure_not_there`, where none of the plans asked about has it; or as
            `Corpus.rows`.
    """
    own = corpus.rows(_COLUMNS, corpus.labels.tasks(measure.code))
    if not len(own):
        raise CorpusError(corpus.labels.names[measure.code], "measure_not_there")
    stated = own.stated().get(measure.code, [])
    found = fields(stated)
    words = (subject or measure.words).split()
    kept = [field for field in found if all(word in field.subject for word in words)]
    if not kept and not subject:
        kept = found
    rows = own if only_label else own.followed_by(_elsewhere(corpus, own, kept))
    elsewhere = rows.stated(lambda code: code != measure.code)
    teller = Teller(rows)
    usual = own.usual()[measure.code]
    saying = {one.row for one in stated}
    subjects = [_subject(field, teller, saying, own.heads.keys(), elsewhere) for field in kept]
    told = {one.plan_id for one in stated}
    for one in subjects:
        told |= {row.plan_id for ranking in one.rankings for row in ranking.rows}
        told |= {row.plan_id for row in one.unranked}
    heads = own.heads.values()
    return MeasureRank(
        label=teller.labels[usual],
        name=own.values("name", [usual])[0],
        content=own.values("content", [usual])[0],
        plan_id=teller.plan_ids[usual],
        task_id=teller.task_ids[usual],
        plans=len(heads),
        districts=len({head.district for head in heads}),
        years=sorted({head.start_year for head in heads}),
        tasks=len(own),
        subjects=subjects,
        hidden=len(found) - len(kept),
        elsewhere=list(measure.elsewhere),
        without=[
            teller.unrankable(row, None, "no_figure")
            for row in teller.in_order(range(len(own)))
            if teller.plan_ids[row] not in told
        ],
    )


def _elsewhere(corpus: Corpus, own: Rows, kept: Iterable[Field]) -> Rows:
    """Return the tasks of other measures that have a target of the same subjects."""
    essences = {one for field in kept for one in field.essences}
    wanted = corpus.stating(lambda subject: essence(subject) in essences) if essences else {}
    here = zip(own.plan_ids.to_pylist(), own.task_ids.to_pylist(), strict=True)
    for plan_id, task_id in here:
        wanted.get(plan_id, set()).discard(task_id)
    return corpus.rows(_COLUMNS, {plan_id: ids for plan_id, ids in wanted.items() if ids})


def _subject(
    field: Field,
    teller: Teller,
    saying: Iterable[int],
    holders: Iterable[str],
    elsewhere: Mapping[int, Sequence[Stated]],
) -> Subject:
    """Return what is asked of a subject.

    Args:
        field: what the plans state of it in the measure.
        teller: of the rows of the measure, and of others.
        saying: the rows of the measure that have any target.
        holders: the plans that have the measure.
        elsewhere: the targets of the other rows, by label.
    """
    own = {one.plan_id for one in field.stated}
    field, left = joined(field, elsewhere)
    there = {one.plan_id for one in field.stated}
    unranked = [
        teller.unrankable(one.row, teller.target(one), reason) for one, reason in field.unranked
    ]
    holding = set(holders)
    told = [one for one in left if one.plan_id in holding]
    unranked += [teller.unrankable(one.row, teller.target(one), "elsewhere") for one in told]
    if field.plans > 1:
        here = there | {one.plan_id for one in told}
        others: dict[str, int] = {}
        for row in teller.in_order(saying):
            if teller.plan_ids[row] not in here:
                others.setdefault(teller.plan_ids[row], row)
        unranked += [teller.unrankable(row, None, "not_stated") for row in others.values()]
    return Subject(
        subject=field.subject,
        plans=field.plans,
        joined=len(there - own),
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
        names = rows.labels.names
        self.labels = [names[code] if code >= 0 else "" for code in rows.codes.tolist()]
        """Of each row; empty where it has none."""
        self._heads = rows.heads
        self._targets = rows.values("targets", every)
        self._places = {column: rows.values(column, every) for column in PLACE}

    def in_order(self, rows: Iterable[int]) -> list[int]:
        """Return rows by plan, and in it as the document has them."""
        return sorted(rows, key=lambda row: (self.plan_ids[row], numbers(self.task_ids[row])))

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
            "label": self.labels[row],
            "target": target,
            "source": self.place(row),
        }

    def unrankable(self, row: int, target: Target | None, reason: Reason) -> Unrankable:
        """Return a row, and its target if it has one, with the reason why it has no rank."""
        return Unrankable(**self.said(row, target), reason=reason)
