"""Every measure of a corpus: who usually carries it, and how far its targets lie apart."""

from __future__ import annotations

from collections.abc import Sequence

from safeplan.corpus.catalogue.records import Catalogue, Usual
from safeplan.messages import say
from safeplan.reports.catalogue.ranges import (
    level_words,
    range_words,
    scale_cells,
    wording_cell,
    year_words,
)
from safeplan.reports.result_sheets import Cell, Run, Sheet, columns, in_turn

USUAL = 0.5
"""Bodies are shown that this share of the plans name; where none is, the three most usual."""


def measures_sheets(found: Catalogue, owner: str = "") -> list[Sheet]:
    """Return the measures of a corpus for people.

    Args:
        found: the measures.
        owner: a body that was asked about, shown wherever it is named.
    """
    rows: list[list[Cell]] = [
        [
            str(one.plans),
            str(one.districts),
            year_words(one.years),
            wording_cell(one.name, one.content),
            _owners(one.owners, owner),
            "\n".join(map(range_words, one.targets)) or "—",
            one.label,
        ]
        for one in found.measures
    ]
    counts = {"plans": found.plans, "districts": found.districts, "tasks": found.tasks}
    return [
        Sheet(
            say("catalogue.measures", count=len(rows), **counts),
            columns("plans# districts# years measure:4 usual_owners:3 range:3 label"),
            rows,
            note=_note(found),
        )
    ]


def _note(found: Catalogue) -> str:
    notes = [say("catalogue.hidden", count=found.hidden)] if found.hidden else []
    if found.unlabelled:
        notes.append(say("catalogue.unlabelled", count=found.unlabelled))
    return " ".join([*notes, say("catalogue.measures_note")])


def measures_rows(found: Catalogue) -> Sheet:
    """Return the measures as CSV has them: a row for each range of targets, or one without any."""
    rows: list[list[Cell]] = []
    for measure in found.measures:
        spreads = [
            [one.subject, *scale_cells(one), str(one.plans), *level_words(one).values()]
            for one in measure.targets
        ]
        head = [
            *(measure.label, measure.name, measure.content, measure.plan_id, measure.task_id),
            *(str(measure.plans), str(measure.districts), " ".join(map(str, measure.years))),
            str(measure.tasks),
            *(_shares(usual) for usual in _by_role(measure.owners).values()),
            str(measure.stated),
        ]
        rows += [[*head, *spread] for spread in spreads or [[""] * 9]]
    listed = (
        "label name content plan task plans districts years tasks leads owners stated "
        "subject form unit baseline kind range_plans strictest median loosest"
    )
    return Sheet("", columns(listed), rows)


def _by_role(owners: Sequence[Usual]) -> dict[str, list[Usual]]:
    roles = ("lead", "responsible")
    return {role: [one for one in owners if one.role == role] for role in roles}


def _shares(usual: Sequence[Usual]) -> str:
    return "、".join(f"{one.name} {one.share:.0%}" for one in usual)


def _owners(owners: Sequence[Usual], asked: str) -> Cell:
    """Return who is usual in each role, with the share of the plans."""
    said: list[list[Run]] = []
    for role, named in _by_role(owners).items():
        shown = [one for one in named if one.share >= USUAL] or named[:3]
        shown += [one for one in named if asked and asked in one.name and one not in shown]
        if shown:
            said.append([Run(say(f"catalogue.{role}"), "dim"), Run(_shares(shown))])
    return in_turn(said) or "—"
