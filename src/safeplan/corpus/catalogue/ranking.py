"""One measure: the districts by strictness of its targets, each with the place it was read from.

A plan that states an indicator only in a row of another label is ranked with it, and marked so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from typing import Any

import numpy as np

from safeplan.changes.likeness import essence
from safeplan.corpus import CorpusError
from safeplan.corpus.catalogue.fields import Field, Stated, fields, joined
from safeplan.corpus.catalogue.finding import Found
from safeplan.corpus.catalogue.labelled import PLACE, Corpus, Rows, numbers
from safeplan.corpus.catalogue.measures import spread_of
from safeplan.corpus.catalogue.records import (
    Comparable,
    MeasureRank,
    Place,
    Ranked,
    Subject,
    Unrankable,
)

_COLUMNS = ("name", "content", "targets", *PLACE)


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
    own = corpus.rows(_COLUMNS, places=corpus.labels.of_label(measure.code))
    if not len(own):
        raise CorpusError(corpus.labels.names[measure.code], "measure_not_there")
    stated = own.stated().get(measure.code, [])
    found = fields(stated)
    words = (subject or measure.words).split()
    kept = [field for field in found if all(word in field.subject for word in words)]
    if not kept and not subject:
        kept = found
    rows, elsewhere = own, {}
    essences = {one for field in kept for one in field.essences}
    if essences and not only_label:
        others = corpus.stating(_COLUMNS, lambda subject: essence(subject) in essences)
        rows = own.followed_by(others)
        elsewhere = {code: all_of for code, all_of in rows.stated().items() if code != measure.code}
    teller = Teller(rows)
    saying = teller.in_order({one.row for one in stated})
    holding = {head.plan_id for head in own.heads}
    subjects = [_subject(field, teller, saying, holding, elsewhere) for field in kept]
    told = {one.plan_id for one in stated}
    told |= {row.plan_id for one in subjects for all_of in one.rankings for row in all_of.rows}
    told |= {row.plan_id for one in subjects for row in one.unranked}
    (usual,) = np.flatnonzero(own.places == own.usual()[0]).tolist()
    return MeasureRank(
        label=corpus.labels.names[measure.code],
        **{key: own.values[key][usual] for key in ("name", "content", "plan_id", "task_id")},
        plans=len(own.heads),
        districts=len({head.district for head in own.heads}),
        years=sorted({head.start_year for head in own.heads}),
        tasks=len(own),
        subjects=subjects,
        hidden=len(found) - len(kept),
        elsewhere=list(measure.elsewhere),
        without=[
            Unrankable(**teller.said(row), reason="no_figure")
            for row in teller.in_order(range(len(own)))
            if teller.plan_ids[row] not in told
        ],
    )


def _subject(
    field: Field,
    teller: Teller,
    saying: Sequence[int],
    holding: Set[str],
    elsewhere: Mapping[int, Sequence[Stated]],
) -> Subject:
    """Return what is asked of a subject.

    Args:
        field: what the plans state of it in the measure.
        teller: of the rows of the measure, and of others.
        saying: the rows of the measure that have any target, in order.
        holding: the plans that have the measure.
        elsewhere: the targets of the other rows, by label.
    """
    own = field.plans
    field, left = joined(field, elsewhere)
    unranked = [
        Unrankable(**teller.said(one.row, one), reason=reason) for one, reason in field.unranked
    ]
    told = [one for one in left if one.plan_id in holding]
    unranked += [Unrankable(**teller.said(one.row, one), reason="elsewhere") for one in told]
    if len(field.plans) > 1:
        here = field.plans | {one.plan_id for one in told}
        first = {teller.plan_ids[row]: row for row in reversed(saying)}
        unranked += [
            Unrankable(**teller.said(row), reason="not_stated")
            for plan_id, row in sorted(first.items())
            if plan_id not in here
        ]
    return Subject(
        subject=field.subject,
        plans=len(field.plans),
        joined=len(field.plans - own),
        rankings=[
            Comparable(
                **spread_of(ranking).model_dump(),
                rows=[
                    Ranked(rank=rank, **teller.said(stated.row, stated))
                    for rank, stated in ranking.standings
                ],
            )
            for ranking in field.rankings
        ],
        unranked=unranked,
    )


class Teller:
    """What rows say, and where. The rows hold targets and `PLACE`."""

    def __init__(self, rows: Rows) -> None:
        self.rows = rows
        self.plan_ids: list[str] = rows.values["plan_id"]
        self.task_ids: list[str] = rows.values["task_id"]

    def in_order(self, rows: Iterable[int]) -> list[int]:
        """Return rows by plan, and in it as the document has them."""
        return sorted(rows, key=lambda row: (self.plan_ids[row], numbers(self.task_ids[row])))

    def said(self, row: int, stated: Stated | None = None) -> dict[str, Any]:
        """Return the fields of a `Said`: a row, and a target of it with the span it was read from."""
        head = self.rows.heads[self.rows.plans[row]]
        code = self.rows.codes[row]
        target = None
        if stated:
            text = self.rows.values["targets"][row][stated.at]["text"]
            target = stated.amount.model_copy(update={"text": text})
        return {
            "plan_id": head.plan_id,
            "region": head.region,
            "start_year": head.start_year,
            "end_year": head.end_year,
            "task_id": self.task_ids[row],
            "label": self.rows.labels.names[code] if code >= 0 else "",
            "target": target,
            "source": self._place(row),
        }

    def placed(self, row: int) -> dict[str, Any]:
        """Return id, name and place of a row."""
        name = self.rows.values["name"][row]
        return {"task_id": self.task_ids[row], "name": name, "source": self._place(row)}

    def _place(self, row: int) -> Place:
        first, last, page, table, at = (self.rows.values[column][row] for column in PLACE)
        lines = None if first is None else (first, last)
        path = self.rows.heads[self.rows.plans[row]].source_path
        return Place(path=path, lines=lines, page=page, table=table, row=at)
