"""One measure: which is meant, and the districts by strictness of its targets, each with its place.

A plan that states an indicator only in a row of another label is ranked with it, and marked so.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from safeplan.changes.likeness import essence
from safeplan.corpus import CorpusError
from safeplan.corpus.catalogue.fields import Field, Stated, fields, joined
from safeplan.corpus.catalogue.labelled import PLACE, TEXT, Codes, Corpus, LabelledRows
from safeplan.corpus.catalogue.measures import spread_of
from safeplan.corpus.catalogue.records import (
    Comparable,
    Elsewhere,
    MeasureRank,
    Ranked,
    Subject,
    Unrankable,
)
from safeplan.corpus.store import chosen
from safeplan.messages import say

_LABEL = re.compile(r"[a-z][a-z2-7]{0,11}")
_CANDIDATES = 8
"""So many measures are named where one must be chosen."""
_COLUMNS = ("name", "content", "targets", *PLACE)


# ---- which is meant ----


class Found(NamedTuple):
    """The measure that was meant."""

    code: int
    """Which of the labels' `names` it is."""
    words: str = ""
    """The words, where they name the subject of one of its targets."""
    elsewhere: tuple[Elsewhere, ...] = ()
    """Then, measures of one plan alone that have a target of such a subject, too."""


class _Text(NamedTuple):
    """What a measure can be found by: its most usual text."""

    name: str
    content: str
    subjects: list[str]
    kind: str
    """Of the plan whose text it is."""


_WAYS: dict[str, Callable[[list[str], _Text], bool]] = {
    "called": lambda words, text: text.name == " ".join(words),
    "name": lambda words, text: _all_in(words, text.name),
    "subject": lambda words, text: any(_all_in(words, one) for one in text.subjects),
    "text": lambda words, text: _all_in(words, f"{text.name}\n{text.content}"),
}
"""How a measure can be meant, the surest first."""


def _all_in(words: Sequence[str], text: str) -> bool:
    return all(word in text for word in words)


def find_measure(corpus: Corpus, asked: str) -> Found:
    """Return the measure that is asked about.

    Args:
        corpus: the corpus.
        asked: a label or its unique beginning; `PLAN:TASK`; or words. A name that is just these
            words goes before names that hold them all, those before subjects of targets, and those
            before texts; each way, a measure of several plans goes before those of a single one.

    Raises:
        CorpusError: `unknown_measure`, `ambiguous_measure`, `task_unlabelled`, `unknown_plan`,
            `ambiguous_plan`.
    """
    labels, whole = corpus.labels, corpus.asking()
    plan, _, task_id = asked.replace("：", ":").rpartition(":")
    if plan:
        plan_id, task_id = chosen(whole.heads, plan.strip(), corpus.folder), task_id.strip()
        code = labels.of_task(plan_id, task_id)
        if code is None:
            raise CorpusError(f"{plan_id}:{task_id}", "task_unlabelled")
        return Found(code)
    codes = [code for code, name in enumerate(labels.names) if name.startswith(asked)]
    if codes and _LABEL.fullmatch(asked):
        return Found(_only(whole, asked, codes))
    counts, words = labels.plan_counts(), asked.split()
    # Read when they are looked at, and once.
    several = cache(lambda: _texts(whole, np.flatnonzero(counts > 1)))
    alone = cache(lambda: _texts(whole, np.flatnonzero(counts == 1)))
    for way, are_said in _WAYS.items() if words else ():
        for group in (several, alone):
            meant = [code for code, text in group().items() if are_said(words, text)]
            if not meant:
                continue
            if way != "subject":
                return Found(_only(whole, asked, meant))
            if group is alone:
                meant = _most_stated(labels.names, words, meant, alone())
            code = _only(whole, asked, meant)
            others = [
                Elsewhere(label=labels.names[at], name=text.name, plans=int(counts[at]))
                for at, text in alone().items()
                if at != code and are_said(words, text)
            ]
            return Found(code, asked, tuple(sorted(others, key=lambda one: one.label)))
    raise CorpusError(asked, "unknown_measure")


def _texts(corpus: Corpus, codes: Sequence[int] | Codes) -> dict[int, _Text]:
    """Return the most usual text of some labels."""
    labels = corpus.labels
    usual = labels.usual(np.flatnonzero(np.isin(labels.codes, codes)))
    rows = corpus.rows(["name", "content", "targets"], places=usual)
    columns = (rows.values[column] for column in ("name", "content", "targets"))
    return {
        code: _Text(
            name, content, [target["subject"] for target in targets or ()], rows.heads[plan].kind
        )
        for code, plan, name, content, targets in zip(
            rows.codes.tolist(), rows.plans.tolist(), *columns, strict=True
        )
    }


def _most_stated(
    names: Sequence[str], words: list[str], codes: list[int], texts: Mapping[int, _Text]
) -> list[int]:
    """Return one of several measures of a single plan each, where most state the same.

    Plans of one kind that state the same are ranked together, whichever of them is named.
    """
    stated = {
        code: {
            (texts[code].kind, essence(one)) for one in texts[code].subjects if _all_in(words, one)
        }
        for code in codes
    }
    often = Counter(indicator for found in stated.values() for indicator in found)
    (usual, most), *others = often.most_common(2)
    if most == 1 or any(count == most for _, count in others):
        return codes
    return [min((code for code in codes if usual in stated[code]), key=names.__getitem__)]


def _only(corpus: Corpus, asked: str, codes: Sequence[int]) -> int:
    """Return the one measure, or say which there are to choose from."""
    if len(codes) == 1:
        return codes[0]
    names, counts = corpus.labels.names, corpus.labels.plan_counts()
    ordered = sorted(codes, key=lambda code: (-counts[code], names[code]))[:_CANDIDATES]
    texts = _texts(corpus, ordered)
    candidates = "、".join(
        say("catalogue.candidate", label=names[code], plans=counts[code],
            name=texts[code].name if code in texts else "")
        for code in ordered
    )  # fmt: skip
    more = "…" if len(codes) > len(ordered) else ""
    raise CorpusError(
        asked, "ambiguous_measure", count=str(len(codes)), candidates=candidates + more
    )


# ---- its targets in order ----


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
        CorpusError: `measure_not_there`, where none of the plans asked about has it.
    """
    rows = own = corpus.rows(_COLUMNS, places=corpus.labels.of_label(measure.code))
    if not len(own):
        raise CorpusError(corpus.labels.names[measure.code], "measure_not_there")
    stated = own.stated().get(measure.code, [])
    found = fields(stated)
    words = (subject or measure.words).split()
    kept = [field for field in found if _all_in(words, field.subject)]
    if not kept and not subject:
        kept = found
    elsewhere: dict[int, list[Stated]] = {}
    essences = {one for field in kept for one in field.essences}
    if essences and not only_label:
        others = corpus.rows(_COLUMNS, stating=lambda subject: essence(subject) in essences)
        rows = LabelledRows(pa.concat_tables([own.table, others.table]), corpus)
        elsewhere = {code: all_of for code, all_of in rows.stated().items() if code != measure.code}
    # The rows of the measure that have any target, and the plans that have the measure.
    saying = rows.in_order({one.row for one in stated})
    holding = {head.plan_id for head in own.heads}

    def asked_of(field: Field) -> Subject:
        """Return what is asked of a subject, in the measure and elsewhere."""
        stating = field.plans
        field, left = joined(field, elsewhere)
        told = [one for one in left if one.plan_id in holding]
        unranked = [
            Unrankable(**rows.said(one.row, one), reason=reason)
            for one, reason in [*field.unranked, *((one, "elsewhere") for one in told)]
        ]
        if len(field.plans) > 1:
            here = field.plans | {one.plan_id for one in told}
            first = {rows.values["plan_id"][row]: row for row in reversed(saying)}
            unranked += [
                Unrankable(**rows.said(row), reason="not_stated")
                for plan_id, row in sorted(first.items())
                if plan_id not in here
            ]
        rankings = [
            Comparable(
                **dict(spread_of(ranking)),
                rows=[Ranked(rank=at, **rows.said(one.row, one)) for at, one in ranking.standings],
            )
            for ranking in field.rankings
        ]
        return Subject(
            subject=field.subject,
            plans=len(field.plans),
            joined=len(field.plans - stating),
            rankings=rankings,
            unranked=unranked,
        )

    subjects = [asked_of(field) for field in kept]
    told = {one.plan_id for one in stated}
    told |= {row.plan_id for one in subjects for all_of in one.rankings for row in all_of.rows}
    told |= {row.plan_id for one in subjects for row in one.unranked}
    (usual,) = np.flatnonzero(own.places == corpus.labels.usual(own.places)[0]).tolist()
    return MeasureRank(
        label=corpus.labels.names[measure.code],
        **{key: own.values[key][usual] for key in TEXT},
        plans=len(own.heads),
        districts=len({head.district for head in own.heads}),
        years=sorted({head.start_year for head in own.heads}),
        tasks=len(own),
        subjects=subjects,
        hidden=len(found) - len(kept),
        elsewhere=list(measure.elsewhere),
        without=[
            Unrankable(**rows.said(row), reason="no_figure")
            for row in rows.in_order(range(len(own)))
            if rows.values["plan_id"][row] not in told
        ],
    )
