"""What the catalogue of a corpus shows: measures, one measure's ranking, one plan's standing.

Sheets for people come with a first one that says what was counted; the flat ones for CSV have a
row a record, and codes instead of words.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import PurePath

from safeplan.corpus.catalogue.records import (
    Catalogue,
    Comparable,
    Elsewhere,
    Level,
    Measure,
    MeasureRank,
    Near,
    Place,
    Range,
    Said,
    Spread,
    Standing,
    Subject,
    UnusualOwner,
    Usual,
)
from safeplan.messages import say
from safeplan.models import Number, Target
from safeplan.reports.sheets import Cell, Column, Run, Sheet
from safeplan.reports.words import amount_words, source_words

USUAL = 0.5
"""Bodies are shown that this share of the plans name; where none is, the three most usual."""
HOLDERS = 6
"""Plans named in a cell; of more only how many there are."""


# ---- every measure ----


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
            Column("plans", 0, number=True),
            Column("districts", 0, number=True),
            Column("years", 0),
            Column("measure", 4),
            Column("usual_owners", 3),
            Column("range", 3),
            Column("label", 0),
        ],
        note=_note(found),
    )
    for measure in found.measures:
        sheet.rows.append(
            [
                str(measure.plans),
                str(measure.districts),
                _years(measure.years),
                _wording(measure.name, measure.content),
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
    sheet = Sheet("", [Column(key) for key in keys.split()])
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


def _of_role(measure: Measure, role: str) -> list[Usual]:
    return [one for one in measure.owners if one.role == role]


def _spread_cells(one: Range) -> list[Cell]:
    return [
        one.subject,
        *_scale_cells(one),
        str(one.plans),
        *(_bare(level) for level in (one.strictest, one.median, one.loosest)),
    ]


def _scale_cells(one: Spread) -> list[Cell]:
    return [one.form, one.unit, one.baseline or "", one.kind]


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


def range_words(one: Range) -> str:
    """Return how far targets lie apart: `火灾起数：↓11%至↓10%，中位 ↓10%（2023年；2个方案）`."""
    levels = [_bare(level) for level in (one.strictest, one.median, one.loosest)]
    counted = "；".join(filter(None, [*_scale_words(one), say("catalogue.plans", count=one.plans)]))
    key = "catalogue.same" if len(set(levels)) == 1 else "catalogue.range"
    return say(
        key,
        subject=one.subject,
        strictest=levels[0],
        median=levels[1],
        loosest=levels[2],
        counted=counted,
    )


def _scale_words(one: Spread) -> list[str]:
    """Return what else the targets have in common: the baseline, the kind of plan if not annual."""
    kind = "" if one.kind == "annual" else say(f"catalogue.kind_{one.kind}")
    return [word for word in (one.baseline, kind) if word]


def _bare(level: Level) -> str:
    """Return an amount without its baseline."""
    return amount_words(
        Target(subject="", direction=level.direction, value=level.value, unit=level.unit, text="")
    ) or say(f"direction.{level.direction}")


# ---- one measure ----


def rank_sheets(found: MeasureRank) -> list[Sheet]:
    """Return a measure's ranking for the screen: a sheet a ranking, then what has no rank."""
    sheets = [_measure_sheet(found)]
    for subject in found.subjects:
        for ranking in subject.rankings:
            marked = _marked(found, ranking.rows)
            title = _ranking_title(subject, ranking)
            sheet = Sheet(title, [Column("rank", 0, number=True), *_said_columns(marked)])
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
            Column("subject", 2),
            Column("scale", 2),
            Column("rank", 0, number=True),
            *_said_columns(marked=True),
            Column("region", 1),
        ],
    )
    for subject in found.subjects:
        for ranking in subject.rankings:
            for row in ranking.rows:
                said = _said_cells(row, found, marked=True)
                sheet.rows.append(
                    [subject.subject, _scale(ranking), str(row.rank), *said, row.region]
                )
    return [sheet, _unranked_sheet(found), _measure_sheet(found)]


def _marked(found: MeasureRank, rows: Iterable[Said]) -> bool:
    """Whether some rows are of another label than the measure asked about."""
    return any(row.label != found.label for row in rows)


def _said_columns(marked: bool) -> list[Column]:
    return [
        Column("plan", 0),
        Column("asked", 3),
        Column("text", 4),
        Column("task", 0),
        *([Column("other_label", 0)] if marked else []),
        Column("place", 3),
    ]


def _measure_sheet(found: MeasureRank) -> Sheet:
    """Return what the measure is, and how much was read."""
    return _facts(
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
    return say("catalogue.counted", plans=plans, districts=districts, years=_years(years))


def _facts(title: str, facts: Iterable[tuple[str, Cell]], note: str = "") -> Sheet:
    return Sheet(
        title,
        [Column("entry", 0), Column("meaning", 3)],
        [[say(f"catalogue.fact_{key}"), cell] for key, cell in facts],
        note=note,
    )


def _ranking_title(subject: Subject, ranking: Comparable) -> str:
    return say(
        "catalogue.ranking_of",
        subject=subject.subject,
        scale=_scale(ranking),
        plans=ranking.plans,
        median=_bare(ranking.median),
    )


def _scale(one: Spread) -> str:
    """Return in what targets are comparable: `下降 %（2023年）`."""
    words = f"{say(f'form.{one.form}')} {one.unit}".strip()
    more = "；".join(_scale_words(one))
    return f"{words}（{more}）" if more else words


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


def place_words(place: Place) -> str:
    """Return where something was read: the file's name and the place in it."""
    return f"{PurePath(place.path).name} {source_words(place)}".strip()


def _unranked_sheet(found: MeasureRank) -> Sheet:
    unranked = [(field.subject, one) for field in found.subjects for one in field.unranked]
    unranked += [("—", one) for one in found.without]
    marked = _marked(found, (one for _, one in unranked))
    sheet = Sheet(
        say("catalogue.unranked"),
        [Column("subject", 2), Column("why", 2), *_said_columns(marked)],
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
    sheet = Sheet("", [Column(key) for key in keys.split()])
    for subject in found.subjects:
        for ranking in subject.rankings:
            for row in ranking.rows:
                scale = [subject.subject, *_scale_cells(ranking)]
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
        _value(target.value) if target else "",
        target.unit if target else "",
        (target.baseline or "") if target else "",
        target.text if target else "",
        said.source.path,
        source_words(said.source),
    ]


def _value(value: Number | tuple[Number, Number] | None) -> str:
    if value is None:
        return ""
    return "–".join(f"{part:.10g}" for part in (value if isinstance(value, tuple) else (value,)))


# ---- one plan ----


def place_sheets(found: Standing) -> list[Sheet]:
    """Return where a plan stands, for people; a question of no answer has an empty sheet."""
    return [
        _standing_sheet(found),
        _extremes_sheet(found),
        _lacking_sheet(found),
        _partly_sheet(found),
        _owners_sheet(found),
        _local_sheet(found),
    ]


def _standing_sheet(found: Standing) -> Sheet:
    who = say(f"catalogue.kind_{found.kind}")
    year = str(found.year) if found.year else say("catalogue.all_years")
    facts: list[tuple[str, Cell]] = [
        ("comparable", say("catalogue.comparable", count=found.comparable, year=year, kind=who)),
        ("measures", str(found.measures)),
        (
            "common",
            say(
                "catalogue.common",
                count=found.common_measures,
                share=f"{found.common:.0%}",
                lacking=len(found.lacking),
                partly=len(found.partly),
            ),
        ),
        (
            "targets",
            say("catalogue.judged", judged=found.targets_judged, unjudged=found.targets_unjudged),
        ),
        (
            "owners",
            say("catalogue.judged", judged=found.owners_judged, unjudged=found.owners_unjudged),
        ),
    ]
    if found.unlabelled:
        facts.append(("unlabelled", str(found.unlabelled)))
    return _facts(say("catalogue.place", plan=found.plan_id, region=found.region), facts)


def _extremes_sheet(found: Standing) -> Sheet:
    sheet = Sheet(
        say("catalogue.extremes", count=len(found.extremes)),
        [
            Column("stands", 0),
            Column("subject", 3),
            Column("asked", 2),
            Column("rank_of", 0),
            Column("range", 3),
            Column("text", 3),
            Column("task", 0),
            Column("place", 2),
        ],
    )
    for one in found.extremes:
        strict = one.stands == "strictest"
        sheet.rows.append(
            [
                [
                    Run(
                        ("▲" if strict else "▼") + say(f"catalogue.{one.stands}"),
                        "tighter" if strict else "looser",
                    )
                ],
                [Run(f"{one.name}\n", "head"), Run(one.subject)]
                if one.name != one.subject
                else one.subject,
                amount_words(one.target) if one.target else "",
                f"{one.rank}/{one.spread.plans}",
                say(
                    "catalogue.spread",
                    strictest=_bare(one.spread.strictest),
                    median=_bare(one.spread.median),
                    loosest=_bare(one.spread.loosest),
                ),
                one.target.text if one.target else "",
                one.task_id,
                place_words(one.source),
            ]
        )
    return sheet


def _lacking_sheet(found: Standing) -> Sheet:
    sheet = Sheet(
        say("catalogue.lacking", count=len(found.lacking), share=f"{found.common:.0%}"),
        [
            Column("plans", 0, number=True),
            Column("share", 0),
            Column("measure", 5),
            Column("held_by", 3),
            Column("wording_of", 0),
            Column("label", 0),
        ],
        note=say("catalogue.unread", count=found.unread) if found.unread else "",
    )
    for one in found.lacking:
        sheet.rows.append(
            [
                str(one.plans),
                f"{one.share:.0%}",
                _wording(one.name, one.content),
                _holders(one.held_by),
                f"{one.plan_id}:{one.task_id}",
                one.label,
            ]
        )
    return sheet


def _partly_sheet(found: Standing) -> Sheet:
    sheet = Sheet(
        say("catalogue.partly", count=len(found.partly)),
        [
            Column("plans", 0, number=True),
            Column("measure", 5),
            Column("near", 5),
            Column("wording_of", 0),
            Column("label", 0),
        ],
        note=say("catalogue.partly_note") if found.partly else "",
    )
    for one in found.partly:
        if near := one.near:
            sheet.rows.append(
                [
                    str(one.plans),
                    _wording(one.name, one.content),
                    _near(near),
                    f"{one.plan_id}:{one.task_id}",
                    one.label,
                ]
            )
    return sheet


def _near(near: Near) -> Cell:
    how = say(
        "catalogue.near",
        relation=say(f"relation.{near.relation}"),
        score=f"{near.score:.2f}",
        place=source_words(near.source),
    )
    return [
        Run(f"{near.task_id} {near.name}", "head"),
        Run(f"\n{near.content}\n"),
        Run(how, "dim"),
    ]


def _holders(plan_ids: Sequence[str]) -> str:
    named = "、".join(plan_ids[:HOLDERS])
    if len(plan_ids) <= HOLDERS:
        return named
    return say("catalogue.holders", plans=named, count=len(plan_ids))


def _owners_sheet(found: Standing) -> Sheet:
    sheet = Sheet(
        say("catalogue.owners", count=len(found.owners)),
        [
            Column("task", 0),
            Column("measure", 3),
            Column("body", 2),
            Column("why_unusual", 4),
            Column("place", 2),
        ],
    )
    for one in found.owners:
        sheet.rows.append(
            [one.task_id, one.name, one.body, unusual_words(one), place_words(one.source)]
        )
    return sheet


def unusual_words(one: UnusualOwner) -> str:
    """Return why an owner is unusual, with the counts."""
    return say(
        f"catalogue.{one.unusual}",
        body=one.body,
        plans=one.plans,
        of=one.of,
        instead="、".join(one.instead) or say("change.none"),
    )


def _local_sheet(found: Standing) -> Sheet:
    sheet = Sheet(
        say("catalogue.local", count=len(found.local)),
        [Column("task", 0), Column("measure", 5), Column("place", 2), Column("label", 0)],
        note=say("catalogue.local_note") if found.local else "",
    )
    for one in found.local:
        sheet.rows.append(
            [one.task_id, _wording(one.name, one.content), place_words(one.source), one.label]
        )
    return sheet


def place_rows(found: Standing) -> Sheet:
    """Return where a plan stands as CSV has it: a row a finding, told apart by `finding`."""
    keys = (
        "finding label task name content subject value unit baseline rank plans of share "
        "strictest median loosest body instead held_by wording_of source_path source "
        "near near_content relation score"
    )
    order = keys.split()
    sheet = Sheet("", [Column(key) for key in order])

    def add(**cells: object) -> None:
        sheet.rows.append([str(cells.get(key, "")) for key in order])

    for extreme in found.extremes:
        target, spread = extreme.target, extreme.spread
        add(
            finding=extreme.stands,
            label=extreme.label,
            task=extreme.task_id,
            name=extreme.name,
            content=target.text if target else "",
            subject=extreme.subject,
            value=_value(target.value) if target else "",
            unit=target.unit if target else "",
            baseline=(target.baseline or "") if target else "",
            rank=extreme.rank,
            plans=spread.plans,
            strictest=_bare(spread.strictest),
            median=_bare(spread.median),
            loosest=_bare(spread.loosest),
            **_source(extreme.source),
        )
    for finding, lacking in [
        *(("lacking", one) for one in found.lacking),
        *(("partly", one) for one in found.partly),
    ]:
        add(
            finding=finding,
            label=lacking.label,
            name=lacking.name,
            content=lacking.content,
            plans=lacking.plans,
            of=found.comparable,
            share=lacking.share,
            held_by=" ".join(lacking.held_by),
            wording_of=f"{lacking.plan_id}:{lacking.task_id}",
            **(_near_cells(lacking.near) if lacking.near else {}),
        )
    for owner in found.owners:
        add(
            finding=owner.unusual,
            label=owner.label,
            task=owner.task_id,
            name=owner.name,
            body=owner.body,
            plans=owner.plans,
            of=owner.of,
            instead=" ".join(owner.instead),
            **_source(owner.source),
        )
    for local in found.local:
        add(
            finding="local",
            label=local.label,
            task=local.task_id,
            name=local.name,
            content=local.content,
            **_source(local.source),
        )
    return sheet


def _near_cells(near: Near) -> dict[str, object]:
    return {
        "task": near.task_id,
        "near": near.name,
        "near_content": near.content,
        "relation": near.relation,
        "score": near.score,
        **_source(near.source),
    }


def _source(place: Place) -> dict[str, str]:
    return {"source_path": place.path, "source": source_words(place)}


# ---- cells ----


def _wording(name: str, content: str) -> Cell:
    return [Run(name, "head"), Run(f"\n{content}")] if content else [Run(name, "head")]


def _years(years: Sequence[int]) -> str:
    """Return years as runs: `2021–2023、2025`."""
    runs: list[list[int]] = []
    for year in years:
        if runs and year == runs[-1][-1] + 1:
            runs[-1].append(year)
        else:
            runs.append([year])
    return "、".join(str(run[0]) if len(run) == 1 else f"{run[0]}–{run[-1]}" for run in runs)
