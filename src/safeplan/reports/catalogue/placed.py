"""Where one plan stands in a corpus: its extremes, what it lacks, what only it has."""

from __future__ import annotations

from collections.abc import Iterable

from safeplan.corpus.catalogue.records import (
    Extreme,
    Lacking,
    Local,
    Near,
    Place,
    Standing,
    UnusualOwner,
)
from safeplan.messages import say
from safeplan.reports.catalogue.ranges import (
    facts_sheet,
    level_words,
    place_words,
    value_words,
    wording_cell,
)
from safeplan.reports.phrasing import amount_words, some_of, source_words
from safeplan.reports.result_sheets import Cell, Run, Sheet, columns

HOLDERS = 6
"""Plans named in a cell; of more only how many there are."""


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
    common = {"count": found.common_measures, "share": f"{found.common:.0%}"}
    common |= {"lacking": len(found.lacking), "partly": len(found.partly)}
    targets = {"judged": found.targets_judged, "unjudged": found.targets_unjudged}
    owners = {"judged": found.owners_judged, "unjudged": found.owners_unjudged}
    facts: dict[str, Cell] = {
        "comparable": say("catalogue.comparable", count=found.comparable, year=year, kind=who),
        "measures": str(found.measures),
        "common": say("catalogue.common", **common),
        "targets": say("catalogue.judged", **targets),
        "owners": say("catalogue.judged", **owners),
    }
    if found.unlabelled:
        facts["unlabelled"] = str(found.unlabelled)
    title = say("catalogue.place", plan=found.plan_id, region=found.region)
    return facts_sheet(title, facts.items())


def _extremes_sheet(found: Standing) -> Sheet:
    rows: list[list[Cell]] = []
    for one in found.extremes:
        strict = one.stands == "strictest"
        stands = ("▲" if strict else "▼") + say(f"catalogue.{one.stands}")
        subject = [Run(f"{one.name}\n", "head"), Run(one.subject)]
        rows.append(
            [
                [Run(stands, "tighter" if strict else "looser")],
                subject if one.name != one.subject else one.subject,
                amount_words(one.target) if one.target else "",
                f"{one.rank}/{one.spread.plans}",
                say("catalogue.spread", **level_words(one.spread)),
                one.target.text if one.target else "",
                one.task_id,
                place_words(one.source),
            ]
        )
    listed = columns("stands subject:3 asked:2 rank_of range:3 text:3 task place:2")
    return Sheet(say("catalogue.extremes", count=len(rows)), listed, rows)


def _lacking_sheet(found: Standing) -> Sheet:
    rows: list[list[Cell]] = [
        [
            str(one.plans),
            f"{one.share:.0%}",
            wording_cell(one.name, one.content),
            some_of(one.held_by, HOLDERS),
            f"{one.plan_id}:{one.task_id}",
            one.label,
        ]
        for one in found.lacking
    ]
    return Sheet(
        say("catalogue.lacking", count=len(rows), share=f"{found.common:.0%}"),
        columns("plans# share measure:5 held_by:3 wording_of label"),
        rows,
        note=say("catalogue.unread", count=found.unread) if found.unread else "",
    )


def _partly_sheet(found: Standing) -> Sheet:
    rows: list[list[Cell]] = [
        [
            str(one.plans),
            wording_cell(one.name, one.content),
            _near(one.near),
            f"{one.plan_id}:{one.task_id}",
            one.label,
        ]
        for one in found.partly
        if one.near
    ]
    return Sheet(
        say("catalogue.partly", count=len(found.partly)),
        columns("plans# measure:5 near:5 wording_of label"),
        rows,
        note=say("catalogue.partly_note") if found.partly else "",
    )


def _near(near: Near) -> Cell:
    relation, place = say(f"relation.{near.relation}"), source_words(near.source)
    how = say("catalogue.near", relation=relation, score=f"{near.score:.2f}", place=place)
    name = Run(f"{near.task_id} {near.name}", "head")
    return [name, Run(f"\n{near.content}\n"), Run(how, "dim")]


def _owners_sheet(found: Standing) -> Sheet:
    rows: list[list[Cell]] = [
        [one.task_id, one.name, one.body, _unusual_words(one), place_words(one.source)]
        for one in found.owners
    ]
    listed = columns("task measure:3 body:2 why_unusual:4 place:2")
    return Sheet(say("catalogue.owners", count=len(rows)), listed, rows)


def _unusual_words(one: UnusualOwner) -> str:
    """Return why an owner is unusual, with the counts."""
    instead = "、".join(one.instead) or say("change.none")
    counts = {"plans": one.plans, "of": one.of}
    return say(f"catalogue.{one.unusual}", body=one.body, instead=instead, **counts)


def _local_sheet(found: Standing) -> Sheet:
    rows: list[list[Cell]] = [
        [one.task_id, wording_cell(one.name, one.content), place_words(one.source), one.label]
        for one in found.local
    ]
    note = say("catalogue.local_note") if rows else ""
    listed = columns("task measure:5 place:2 label")
    return Sheet(say("catalogue.local", count=len(rows)), listed, rows, note=note)


def place_rows(found: Standing) -> Sheet:
    """Return where a plan stands as CSV has it: a row a finding, told apart by `finding`."""
    listed = columns(
        "finding label task name content subject value unit baseline rank plans of share "
        "strictest median loosest body instead held_by wording_of source_path source "
        "near near_content relation score"
    )
    rows: list[list[Cell]] = [
        [str(cells.get(column.key, "")) for column in listed] for cells in _findings(found)
    ]
    return Sheet("", listed, rows)


def _findings(found: Standing) -> Iterable[dict[str, object]]:
    """Yield what there is to say of a plan, in cells by column."""
    for extreme in found.extremes:
        target = extreme.target
        asked: dict[str, object] = {}
        if target:
            value = value_words(target.value)
            asked = {"content": target.text, "value": value, "unit": target.unit}
            asked["baseline"] = target.baseline or ""
        yield {
            "finding": extreme.stands,
            **_record(extreme),
            "subject": extreme.subject,
            **asked,
            "rank": extreme.rank,
            "plans": extreme.spread.plans,
            **level_words(extreme.spread),
        }
    for finding, measures in (("lacking", found.lacking), ("partly", found.partly)):
        for lacking in measures:
            yield {
                "finding": finding,
                **_held(lacking),
                "of": found.comparable,
                **(_near_cells(lacking.near) if lacking.near else {}),
            }
    for owner in found.owners:
        unusual = {"finding": owner.unusual, "instead": " ".join(owner.instead)}
        yield _record(owner) | {"body": owner.body, "plans": owner.plans, "of": owner.of} | unusual
    for local in found.local:
        yield {"finding": "local", **_record(local), "content": local.content}


def _record(one: Extreme | UnusualOwner | Local) -> dict[str, object]:
    named = {"label": one.label, "task": one.task_id, "name": one.name}
    return named | _source(one.source)


def _held(one: Lacking) -> dict[str, object]:
    """Return a measure that others have: in whose words, and who has it."""
    return {
        "label": one.label,
        "name": one.name,
        "content": one.content,
        "plans": one.plans,
        "share": one.share,
        "held_by": " ".join(one.held_by),
        "wording_of": f"{one.plan_id}:{one.task_id}",
    }


def _near_cells(near: Near) -> dict[str, object]:
    cells = {"task": near.task_id, "near": near.name, "near_content": near.content}
    return cells | {"relation": near.relation, "score": near.score} | _source(near.source)


def _source(place: Place) -> dict[str, object]:
    return {"source_path": place.path, "source": source_words(place)}
