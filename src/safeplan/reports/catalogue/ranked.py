"""One measure of a corpus: who asks most of it, and what has no rank."""

from __future__ import annotations

from collections.abc import Iterable

from safeplan.corpus.catalogue.records import MeasureRank, Said
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
from safeplan.reports.result_sheets import Cell, Run, Sheet, columns


def rank_sheets(found: MeasureRank) -> list[Sheet]:
    """Return a measure's ranking for the screen: a sheet a ranking, then what has no rank."""
    sheets = [_measure_sheet(found)]
    for subject in found.subjects:
        for ranking in subject.rankings:
            marked = _marked(found, ranking.rows)
            rows: list[list[Cell]] = [
                [str(row.rank), *_said_cells(row, found, marked)] for row in ranking.rows
            ]
            title = say(
                "catalogue.ranking_of",
                subject=subject.subject,
                scale=scale(ranking),
                plans=ranking.plans,
                median=bare(ranking.median),
            )
            sheets.append(Sheet(title, columns(f"rank# {_said(marked)}"), rows))
    unranked = _unranked_sheet(found)
    return [*sheets, unranked] if unranked.rows else sheets


def rank_book(found: MeasureRank) -> list[Sheet]:
    """Return a measure's ranking for a workbook: all rankings in one sheet, to filter and sort."""
    rows: list[list[Cell]] = [
        [
            subject.subject,
            scale(ranking),
            str(row.rank),
            *_said_cells(row, found, marked=True),
            row.region,
        ]
        for subject in found.subjects
        for ranking in subject.rankings
        for row in ranking.rows
    ]
    listed = columns(f"subject:2 scale:2 rank# {_said(marked=True)} region:1")
    ranked = Sheet(say("catalogue.ranking"), listed, rows)
    return [ranked, _unranked_sheet(found), _measure_sheet(found)]


def _marked(found: MeasureRank, rows: Iterable[Said]) -> bool:
    """Whether some rows are of another label than the measure asked about."""
    return any(row.label != found.label for row in rows)


def _said(marked: bool) -> str:
    """Return the columns of what a plan says; `marked`: with its label, where that is another."""
    return f"plan asked:3 text:4 task {'other_label ' if marked else ''}place:3"


def _measure_sheet(found: MeasureRank) -> Sheet:
    """Return what the measure is, and how much was read."""
    years = year_words(found.years)
    counted = say("catalogue.counted", plans=found.plans, districts=found.districts, years=years)
    elsewhere = "\n".join(
        say("catalogue.candidate", label=one.label, name=one.name, plans=one.plans)
        for one in found.elsewhere
    )
    facts: dict[str, Cell] = {
        "label": found.label,
        "content": found.content,
        "wording_of": f"{found.plan_id}:{found.task_id}",
        "plans": counted,
        **({"other_subjects": str(found.hidden)} if found.hidden else {}),
        **({"elsewhere": elsewhere} if found.elsewhere else {}),
    }
    return facts_sheet(say("catalogue.rank", name=found.name), facts.items(), _joined(found))


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
    rows: list[list[Cell]] = [
        [subject, say(f"unranked.{one.reason}"), *_said_cells(one, found, marked)]
        for subject, one in unranked
    ]
    listed = columns(f"subject:2 why:2 {_said(marked)}")
    return Sheet(say("catalogue.unranked"), listed, rows)


def rank_rows(found: MeasureRank) -> Sheet:
    """Return a measure's ranking as CSV has it: a row a target, ranked or not."""
    rows: list[list[Cell]] = []
    for subject in found.subjects:
        for ranking in subject.rankings:
            scaled = [subject.subject, *scale_cells(ranking)]
            rows += [[*scaled, str(row.rank), "", *_flat(row)] for row in ranking.rows]
        rows += [[subject.subject, *[""] * 5, one.reason, *_flat(one)] for one in subject.unranked]
    rows += [["", *[""] * 5, one.reason, *_flat(one)] for one in found.without]
    listed = (
        "subject form unit baseline kind rank reason plan region start_year end_year task label "
        "direction value target_unit target_baseline text source_path source"
    )
    return Sheet("", columns(listed), rows)


def _flat(said: Said) -> list[Cell]:
    target = said.target
    asked = [""] * 5
    if target:
        asked = [target.direction, value_words(target.value), target.unit, target.baseline or ""]
        asked.append(target.text)
    years = str(said.start_year), str(said.end_year)
    place = said.source.path, source_words(said.source)
    return [said.plan_id, said.region, *years, said.task_id, said.label, *asked, *place]
