"""Every measure of a corpus: who usually carries it, and how far its targets lie apart."""

from __future__ import annotations

from collections.abc import Sequence

from safeplan.corpus.catalogue.records import Catalogue, CorpusMeasure, Range, Usual
from safeplan.messages import say
from safeplan.reports.catalogue.ranges import (
    bare,
    range_words,
    scale_cells,
    wording_cell,
    year_words,
)
from safeplan.reports.result_sheets import Cell, Run, Sheet, SheetColumn

USUAL = 0.5
"""Bodies are shown that this share of the plans name; where none is, the three most usual."""


def measures_sheets(found: Catalogue, owner: str = "") -> list[Sheet]:
    """Return the measures of a corpus for people.

    Args:
        found: the measures.
        owner: a body that was asked about, shown wherever it is named.
    """
    sheet = Sheet(
        title=say(
            "catalogue.measures",
            count=len(found.measures),
            plans=found.plans,
            districts=found.districts,
            tasks=found.tasks,
        ),
        columns=[
            SheetColumn("plans", 0, number=True),
            SheetColumn("districts", 0, number=True),
            SheetColumn("years", 0),
            SheetColumn("measure", 4),
            SheetColumn("usual_owners", 3),
            SheetColumn("range", 3),
            SheetColumn("label", 0),
        ],
        note=_note(found),
    )
    for measure in found.measures:
        sheet.rows.append(
            [
                str(measure.plans),
                str(measure.districts),
                year_words(measure.years),
                wording_cell(measure.name, measure.content),
                _owners(measure.owners, owner),
                "\n".join(range_words(one) for one in measure.targets) or "—",
                measure.label,
            ]
        )
    return [sheet]


def _note(found: Catalogue) -> str:
    notes = [say("catalogue.hidden", count=found.hidden)] if found.hidden else []
    if found.unlabelled:
        notes.append(say("catalogue.unlabelled", count=found.unlabelled))
    return " ".join([*notes, say("catalogue.measures_note")])


def measures_rows(found: Catalogue) -> Sheet:
    """Return the measures as CSV has them: a row for each range of targets, or one without any."""
    keys = (
        "label name content plan task plans districts years tasks leads owners stated "
        "subject form unit baseline kind range_plans strictest median loosest"
    )
    sheet = Sheet("", [SheetColumn(key) for key in keys.split()])
    for measure in found.measures:
        head: list[Cell] = [
            measure.label,
            measure.name,
            measure.content,
            measure.plan_id,
            measure.task_id,
            str(measure.plans),
            str(measure.districts),
            " ".join(map(str, measure.years)),
            str(measure.tasks),
            *(
                "、".join(f"{one.name} {one.share:.0%}" for one in _of_role(measure, role))
                for role in ("lead", "responsible")
            ),
            str(measure.stated),
        ]
        spreads = [_spread_cells(one) for one in measure.targets] or [[""] * 9]
        sheet.rows.extend([*head, *spread] for spread in spreads)
    return sheet


def _of_role(measure: CorpusMeasure, role: str) -> list[Usual]:
    return [one for one in measure.owners if one.role == role]


def _spread_cells(one: Range) -> list[Cell]:
    return [
        one.subject,
        *scale_cells(one),
        str(one.plans),
        *(bare(level) for level in (one.strictest, one.median, one.loosest)),
    ]


def _owners(owners: Sequence[Usual], asked: str) -> Cell:
    """Return who is usual in each role, with the share of the plans."""
    said: list[Run] = []
    for role in ("lead", "responsible"):
        named = [one for one in owners if one.role == role]
        shown = [one for one in named if one.share >= USUAL] or named[:3]
        shown += [one for one in named if asked and asked in one.name and one not in shown]
        if not shown:
            continue
        said.append(Run(("\n" if said else "") + say(f"catalogue.{role}"), "dim"))
        said.append(Run("、".join(f"{one.name} {one.share:.0%}" for one in shown)))
    return said or "—"
