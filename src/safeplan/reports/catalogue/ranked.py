"""One measure of a corpus: who asks most of it, and what has no rank."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from safeplan.corpus.catalogue.records import Comparable, Elsewhere, MeasureRank, Said, Subject
from safeplan.messages import say
from safeplan.reports.catalogue.ranges import (
    bare,
    facts_sheet,
    place_words,
    scale,
    scale_cells,
    value_words,
    year_words,
)
from safeplan.reports.phrasing import amount_words, source_words
from safeplan.reports.result_sheets import Cell, Run, Sheet, SheetColumn


def rank_sheets(found: MeasureRank) -> list[Sheet]:
    """Return a measure's ranking for the screen: a sheet a ranking, then what has no rank."""
    sheets = [_measure_sheet(found)]
    for subject in found.subjects:
        for ranking in subject.rankings:
            marked = _marked(found, ranking.rows)
            title = _ranking_title(subject, ranking)
            sheet = Sheet(title, [SheetColumn("rank", 0, number=True), *_said_columns(marked)])
            for row in ranking.rows:
                sheet.rows.append([str(row.rank), *_said_cells(row, found, marked)])
            sheets.append(sheet)
    unranked = _unranked_sheet(found)
    return [*sheets, unranked] if unranked.rows else sheets


def rank_book(found: MeasureRank) -> list[Sheet]:
    """Return a measure's ranking for a workbook: all rankings in one sheet, to filter and sort."""
    sheet = Sheet(
        say("catalogue.ranking"),
        [
            SheetColumn("subject", 2),
            SheetColumn("scale", 2),
            SheetColumn("rank", 0, number=True),
            *_said_columns(marked=True),
            SheetColumn("region", 1),
        ],
    )
    for subject in found.subjects:
        for ranking in subject.rankings:
            for row in ranking.rows:
                said = _said_cells(row, found, marked=True)
                sheet.rows.append(
                    [subject.subject, scale(ranking), str(row.rank), *said, row.region]
                )
    return [sheet, _unranked_sheet(found), _measure_sheet(found)]


def _marked(found: MeasureRank, rows: Iterable[Said]) -> bool:
    """Whether some rows are of another label than the measure asked about."""
    return any(row.label != found.label for row in rows)


def _said_columns(marked: bool) -> list[SheetColumn]:
    return [
        SheetColumn("plan", 0),
        SheetColumn("asked", 3),
        SheetColumn("text", 4),
        SheetColumn("task", 0),
        *([SheetColumn("other_label", 0)] if marked else []),
        SheetColumn("place", 3),
    ]


def _measure_sheet(found: MeasureRank) -> Sheet:
    """Return what the measure is, and how much was read."""
    return facts_sheet(
        say("catalogue.rank", name=found.name),
        [
            ("label", found.label),
            ("content", found.content),
            ("wording_of", f"{found.plan_id}:{found.task_id}"),
            ("plans", _counted(found.plans, found.districts, found.years)),
            *([("other_subjects", str(found.hidden))] if found.hidden else []),
            *([("elsewhere", _elsewhere(found.elsewhere))] if found.elsewhere else []),
        ],
        note=_joined(found),
    )


def _joined(found: MeasureRank) -> str:
    """Return how targets of other labels came in, where any did."""
    joined = {
        row.plan_id
        for subject in found.subjects
        for ranking in subject.rankings
        for row in ranking.rows
        if row.label != found.label
    }
    return say("catalogue.joined", count=len(joined)) if joined else ""


def _elsewhere(others: Sequence[Elsewhere]) -> str:
    return "\n".join(
        say("catalogue.candidate", label=one.label, name=one.name, plans=one.plans)
        for one in others
    )


def _counted(plans: int, districts: int, years: Sequence[int]) -> str:
    return say("catalogue.counted", plans=plans, districts=districts, years=year_words(years))


def _ranking_title(subject: Subject, ranking: Comparable) -> str:
    return say(
        "catalogue.ranking_of",
        subject=subject.subject,
        scale=scale(ranking),
        plans=ranking.plans,
        median=bare(ranking.median),
    )


def _said_cells(said: Said, found: MeasureRank, marked: bool) -> list[Cell]:
    other: Cell = [Run(said.label, "own")] if said.label != found.label else ""
    return [
        said.plan_id,
        amount_words(said.target) if said.target else "—",
        said.target.text if said.target else "",
        said.task_id,
        *([other] if marked else []),
        place_words(said.source),
    ]


def _unranked_sheet(found: MeasureRank) -> Sheet:
    unranked = [(field.subject, one) for field in found.subjects for one in field.unranked]
    unranked += [("—", one) for one in found.without]
    marked = _marked(found, (one for _, one in unranked))
    sheet = Sheet(
        say("catalogue.unranked"),
        [SheetColumn("subject", 2), SheetColumn("why", 2), *_said_columns(marked)],
    )
    for subject, one in unranked:
        reason = say(f"unranked.{one.reason}")
        sheet.rows.append([subject, reason, *_said_cells(one, found, marked)])
    return sheet


def rank_rows(found: MeasureRank) -> Sheet:
    """Return a measure's ranking as CSV has it: a row a target, ranked or not."""
    keys = (
        "subject form unit baseline kind rank reason plan region start_year end_year task label "
        "direction value target_unit target_baseline text source_path source"
    )
    sheet = Sheet("", [SheetColumn(key) for key in keys.split()])
    for subject in found.subjects:
        for ranking in subject.rankings:
            for row in ranking.rows:
                scale = [subject.subject, *scale_cells(ranking)]
                sheet.rows.append([*scale, str(row.rank), "", *_flat(row)])
        for one in subject.unranked:
            sheet.rows.append([subject.subject, *[""] * 5, one.reason, *_flat(one)])
    for one in found.without:
        sheet.rows.append(["", *[""] * 5, one.reason, *_flat(one)])
    return sheet


def _flat(said: Said) -> list[Cell]:
    target = said.target
    return [
        said.plan_id,
        said.region,
        str(said.start_year),
        str(said.end_year),
        said.task_id,
        said.label,
        target.direction if target else "",
        value_words(target.value) if target else "",
        target.unit if target else "",
        (target.baseline or "") if target else "",
        target.text if target else "",
        said.source.path,
        source_words(said.source),
    ]
