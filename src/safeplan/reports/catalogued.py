"""What the catalogue of a corpus shows: measures, one measure's ranking, one plan's standing.

Sheets for people come with a first one that says what was counted; the flat ones for CSV have a
row a record, and codes instead of words.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby
from pathlib import PurePath
from typing import Any

from safeplan.corpus.catalogue.records import (
    Catalogue,
    Comparable,
    Level,
    MeasureRank,
    Near,
    Range,
    Said,
    Spread,
    Standing,
    Usual,
)
from safeplan.messages import say
from safeplan.models import Record, Target
from safeplan.reports.phrasing import amount_words, some_of, source_words, value_words
from safeplan.reports.result_sheets import Cell, Rows, Run, Sheet, columns, in_turn

USUAL = 0.5
"""Bodies are shown that this share of the plans name; where none is, the three most usual."""
HOLDERS = 6
"""Plans named in a cell; of more only how many there are."""

_Makers = dict[str, Callable[[Any], Cell]]
_CELLS: _Makers = {
    "plan": lambda one: one.plan_id,
    "task": lambda one: one.task_id,
    "measure": lambda one: in_turn(
        [[Run(one.name, "head")], [Run(one.content)] if one.content else []]
    ),
    "years": lambda one: _years(one.years),
    "share": lambda one: f"{one.share:.0%}",
    "asked": lambda one: amount_words(one.target) if one.target else "—",
    "text": lambda one: one.target.text if one.target else "",
    "place": lambda one: f"{PurePath(one.source.path).name} {source_words(one.source)}".strip(),
    "why": lambda one: say(f"unranked.{one.reason}"),
    "held_by": lambda one: some_of(one.held_by, HOLDERS),
    "wording_of": lambda one: f"{one.plan_id}:{one.task_id}",
}
"""What people see of a record in a column; in any other the field of that name."""


def _row(one: Record, listed: str, own: _Makers) -> list[Cell]:
    makers = {**_CELLS, **own}
    keys = [column.key for column in columns(listed)]
    return [makers[key](one) if key in makers else str(getattr(one, key)) for key in keys]


def _sheet(
    title: str, listed: str, found: Iterable[Record], note: str = "", **own: Callable[[Any], Cell]
) -> Sheet:
    """Return records for people, a row each; `own`: what is seen in a column of this sheet."""
    return Sheet(title, columns(listed), [_row(one, listed, own) for one in found], note=note)


def _facts(title: str, facts: dict[str, Cell | None], note: str = "") -> Sheet:
    """Return what is known of a thing, an entry a row; of None there is nothing to say."""
    known = ((key, cell) for key, cell in facts.items() if cell is not None)
    rows: list[list[Cell]] = [[say(f"catalogue.fact_{key}"), cell] for key, cell in known]
    return Sheet(title, columns("entry meaning:3"), rows, note=note)


# --- amounts, their ranges, years and places --------------------------------------------------


def _bare(level: Level) -> str:
    """Return an amount without its baseline."""
    return amount_words(
        Target(subject="", direction=level.direction, value=level.value, unit=level.unit, text="")
    ) or say(f"direction.{level.direction}")


def _levels(one: Spread) -> dict[str, str]:
    """Return the strictest, the median and the loosest amount, without baselines."""
    levels = {"strictest": one.strictest, "median": one.median, "loosest": one.loosest}
    return {key: _bare(level) for key, level in levels.items()}


def _range(one: Range) -> str:
    """Return how far targets lie apart: `火灾起数：↓11%至↓10%，中位 ↓10%（2023年；2个方案）`."""
    levels = _levels(one)
    counted = "；".join([*_besides(one), say("catalogue.plans", count=one.plans)])
    key = "catalogue.same" if len(set(levels.values())) == 1 else "catalogue.range"
    return say(key, subject=one.subject, **levels, counted=counted)


def _besides(one: Spread) -> list[str]:
    """Return what else targets have in common: the baseline, the kind of plan if not annual."""
    kind = "" if one.kind == "annual" else say(f"catalogue.kind_{one.kind}")
    return [word for word in (one.baseline, kind) if word]


def _scale(one: Spread) -> str:
    """Return in what targets are comparable: `下降 %（2023年）`."""
    words = f"{say(f'form.{one.form}')} {one.unit}".strip()
    more = "；".join(_besides(one))
    return f"{words}（{more}）" if more else words


def _years(years: Sequence[int]) -> str:
    """Return years as runs: `2021–2023、2025`."""
    # Years in a row lie equally far from their places in the list.
    runs = groupby(enumerate(years), key=lambda one: one[1] - one[0])
    ends = ([year for _, year in run] for _, run in runs)
    return "、".join("–".join(map(str, dict.fromkeys((run[0], run[-1])))) for run in ends)


def _codes(one: Record) -> dict[str, object]:
    """Return a record as CSV has it: what its target asks and its source in columns of their own."""
    cells: dict[str, Any] = dict(one)
    cells |= {"plan": cells.get("plan_id"), "task": cells.get("task_id")}
    if source := cells.get("source"):
        cells |= {"source_path": source.path, "source": source_words(source)}
    if target := cells.get("target"):
        cells |= {"direction": target.direction, "value": value_words(target.value)}
        cells |= {"target_unit": target.unit, "target_baseline": target.baseline}
        cells |= {"text": target.text}
    return cells


# --- every measure: who usually carries it, how far its targets lie apart ---------------------


def measures_sheets(found: Catalogue, owner: str = "") -> list[Sheet]:
    """Return the measures of a corpus for people; a body asked about is shown wherever named."""
    counts = {"plans": found.plans, "districts": found.districts, "tasks": found.tasks}
    notes = [say("catalogue.hidden", count=found.hidden)] if found.hidden else []
    notes += [say("catalogue.unlabelled", count=found.unlabelled)] if found.unlabelled else []
    sheet = _sheet(
        say("catalogue.measures", count=len(found.measures), **counts),
        "plans# districts# years measure:4 usual_owners:3 range:3 label",
        found.measures,
        " ".join([*notes, say("catalogue.measures_note")]),
        usual_owners=lambda one: _owners(one.owners, owner),
        range=lambda one: "\n".join(map(_range, one.targets)) or "—",
    )
    return [sheet]


def measures_rows(found: Catalogue) -> Rows:
    """Return the measures as CSV has them: a row for each range of targets, or one without any."""
    every: list[dict[str, object]] = []
    for measure in found.measures:
        usual = (_shares(one) for one in _by_role(measure.owners).values())
        cells = {**_codes(measure), **dict(zip(("leads", "owners"), usual, strict=True))}
        spreads = (
            {**dict(one), **_levels(one), "range_plans": one.plans} for one in measure.targets
        )
        every += [{**one, **cells} for one in spreads] or [cells]
    return Rows(
        "label name content plan task plans districts years tasks leads owners stated "
        "subject form unit baseline kind range_plans strictest median loosest",
        every,
    )


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


# --- one measure: who asks most of it, and what has no rank -----------------------------------


def rank_sheets(found: MeasureRank) -> list[Sheet]:
    """Return a measure's ranking for the screen: a sheet a ranking, then what has no rank."""
    sheets = [_measure_sheet(found)]
    for subject in found.subjects:
        for ranking in subject.rankings:
            of = {"subject": subject.subject, "scale": _scale(ranking), "plans": ranking.plans}
            title = say("catalogue.ranking_of", **of, median=_bare(ranking.median))
            listed = f"rank# {_said(found, ranking.rows)}"
            sheets.append(_sheet(title, listed, ranking.rows, other_label=_other(found)))
    unranked = _unranked_sheet(found)
    return [*sheets, unranked] if unranked.rows else sheets


def rank_book(found: MeasureRank) -> list[Sheet]:
    """Return a measure's ranking for a workbook: all rankings in one sheet, to filter and sort."""
    listed = "rank# plan asked:3 text:4 task other_label place:3 region:1"
    own = {"other_label": _other(found)}
    rows = [
        [subject or "", _scale(ranking), *_row(row, listed, own)]
        for subject, ranking, row in _every(found)
        if ranking
    ]
    ranked = Sheet(say("catalogue.ranking"), columns(f"subject:2 scale:2 {listed}"), rows)
    return [ranked, _unranked_sheet(found), _measure_sheet(found)]


def _every(found: MeasureRank) -> Iterator[tuple[str | None, Comparable | None, Said]]:
    """Yield all that plans say of a measure, with its subject and the ranking it has a rank in."""
    for subject in found.subjects:
        for ranking in subject.rankings:
            yield from ((subject.subject, ranking, row) for row in ranking.rows)
        yield from ((subject.subject, None, one) for one in subject.unranked)
    yield from ((None, None, one) for one in found.without)


def _said(found: MeasureRank, rows: Iterable[Said]) -> str:
    """Return the columns of what plans say; with their labels where some are another."""
    other = any(row.label != found.label for row in rows)
    return f"plan asked:3 text:4 task {'other_label ' if other else ''}place:3"


def _other(found: MeasureRank) -> Callable[[Said], Cell]:
    return lambda said: [Run(said.label, "own")] if said.label != found.label else ""


def _measure_sheet(found: MeasureRank) -> Sheet:
    """Return what the measure is, how much was read, and how targets of other labels came in."""
    counts = {"plans": found.plans, "districts": found.districts}
    elsewhere = [
        say("catalogue.candidate", label=one.label, name=one.name, plans=one.plans)
        for one in found.elsewhere
    ]
    facts: dict[str, Cell | None] = {
        "label": found.label,
        "content": found.content,
        "wording_of": f"{found.plan_id}:{found.task_id}",
        "plans": say("catalogue.counted", **counts, years=_years(found.years)),
        "other_subjects": str(found.hidden) if found.hidden else None,
        "elsewhere": "\n".join(elsewhere) or None,
    }
    joined = {row.plan_id for _, rank, row in _every(found) if rank and row.label != found.label}
    note = say("catalogue.joined", count=len(joined)) if joined else ""
    return _facts(say("catalogue.rank", name=found.name), facts, note)


def _unranked_sheet(found: MeasureRank) -> Sheet:
    unranked = [
        ("—" if subject is None else subject, one)
        for subject, ranking, one in _every(found)
        if not ranking
    ]
    listed = f"why:2 {_said(found, (one for _, one in unranked))}"
    own: _Makers = {"other_label": _other(found)}
    rows = [[subject, *_row(one, listed, own)] for subject, one in unranked]
    return Sheet(say("catalogue.unranked"), columns(f"subject:2 {listed}"), rows)


def rank_rows(found: MeasureRank) -> Rows:
    """Return a measure's ranking as CSV has it: a row a target, ranked or not."""
    every = (
        {**dict(ranking or ()), "subject": subject, **_codes(said)}
        for subject, ranking, said in _every(found)
    )
    return Rows(
        "subject form unit baseline kind rank reason plan region start_year end_year task label "
        "direction value target_unit target_baseline text source_path source",
        every,
    )


# --- one plan: its extremes, what it lacks, what only it has ----------------------------------


def place_sheets(found: Standing) -> list[Sheet]:
    """Return where a plan stands, for people; a question of no answer has an empty sheet."""
    return [
        _standing_sheet(found),
        _sheet(
            say("catalogue.extremes", count=len(found.extremes)),
            "stands subject:3 asked:2 rank_of range:3 text:3 task place:2",
            found.extremes,
            stands=_stands,
            subject=lambda one: (
                one.subject
                if one.name == one.subject
                else [Run(f"{one.name}\n", "head"), Run(one.subject)]
            ),
            asked=lambda one: amount_words(one.target) if one.target else "",
            rank_of=lambda one: f"{one.rank}/{one.spread.plans}",
            range=lambda one: say("catalogue.spread", **_levels(one.spread)),
        ),
        _sheet(
            say("catalogue.lacking", count=len(found.lacking), share=f"{found.common:.0%}"),
            "plans# share measure:5 held_by:3 wording_of label",
            found.lacking,
            say("catalogue.unread", count=found.unread) if found.unread else "",
        ),
        _sheet(
            say("catalogue.partly", count=len(found.partly)),
            "plans# measure:5 near:5 wording_of label",
            [one for one in found.partly if one.near],
            say("catalogue.partly_note") if found.partly else "",
            near=lambda one: _near(one.near),
        ),
        _sheet(
            say("catalogue.owners", count=len(found.owners)),
            "task measure:3 body:2 why_unusual:4 place:2",
            found.owners,
            measure=lambda one: one.name,
            why_unusual=lambda one: say(
                f"catalogue.{one.unusual}",
                body=one.body,
                plans=one.plans,
                of=one.of,
                instead="、".join(one.instead) or say("change.none"),
            ),
        ),
        _sheet(
            say("catalogue.local", count=len(found.local)),
            "task measure:5 place:2 label",
            found.local,
            say("catalogue.local_note") if found.local else "",
        ),
    ]


def _standing_sheet(found: Standing) -> Sheet:
    who = say(f"catalogue.kind_{found.kind}")
    year = str(found.year) if found.year else say("catalogue.all_years")
    common = {"count": found.common_measures, "share": f"{found.common:.0%}"}
    common |= {"lacking": len(found.lacking), "partly": len(found.partly)}
    targets = {"judged": found.targets_judged, "unjudged": found.targets_unjudged}
    owners = {"judged": found.owners_judged, "unjudged": found.owners_unjudged}
    facts: dict[str, Cell | None] = {
        "comparable": say("catalogue.comparable", count=found.comparable, year=year, kind=who),
        "measures": str(found.measures),
        "common": say("catalogue.common", **common),
        "targets": say("catalogue.judged", **targets),
        "owners": say("catalogue.judged", **owners),
        "unlabelled": str(found.unlabelled) if found.unlabelled else None,
    }
    return _facts(say("catalogue.place", plan=found.plan_id, region=found.region), facts)


def _stands(one: Any) -> Cell:
    strict = one.stands == "strictest"
    said = ("▲" if strict else "▼") + say(f"catalogue.{one.stands}")
    return [Run(said, "tighter" if strict else "looser")]


def _near(near: Near) -> Cell:
    relation, place = say(f"relation.{near.relation}"), source_words(near.source)
    how = say("catalogue.near", relation=relation, score=f"{near.score:.2f}", place=place)
    name = Run(f"{near.task_id} {near.name}", "head")
    return [name, Run(f"\n{near.content}\n"), Run(how, "dim")]


def place_rows(found: Standing) -> Rows:
    """Return where a plan stands as CSV has it: a row a finding, told apart by `finding`."""
    every: list[dict[str, object]] = []
    for extreme in found.extremes:
        cells = _codes(extreme)
        cells |= {"content": cells.get("text"), "unit": cells.get("target_unit")}
        cells |= {"baseline": cells.get("target_baseline"), "finding": extreme.stands}
        every.append({**cells, "plans": extreme.spread.plans, **_levels(extreme.spread)})
    for finding, measures in (("lacking", found.lacking), ("partly", found.partly)):
        for one in measures:
            cells = dict(one) | {"finding": finding, "of": found.comparable}
            cells |= {"share": str(one.share), "wording_of": f"{one.plan_id}:{one.task_id}"}
            if near := one.near:  # what of the plan comes nearest to what others have
                cells = _codes(near) | {"score": str(near.score)} | cells
                cells |= {"near": near.name, "near_content": near.content}
            every.append(cells)
    every += [{**_codes(one), "finding": one.unusual} for one in found.owners]
    every += [{**_codes(one), "finding": "local"} for one in found.local]
    return Rows(
        "finding label task name content subject value unit baseline rank plans of share "
        "strictest median loosest body instead held_by wording_of source_path source "
        "near near_content relation score",
        every,
    )
