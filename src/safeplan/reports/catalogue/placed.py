"""Where one plan stands in a corpus: its extremes, what it lacks, what only it has."""

from __future__ import annotations

from safeplan.corpus.catalogue.records import Near, Place, Standing, UnusualOwner
from safeplan.messages import say
from safeplan.reports.catalogue.ranges import (
    bare,
    facts_sheet,
    place_words,
    value_words,
    wording_cell,
)
from safeplan.reports.phrasing import amount_words, some_of, source_words
from safeplan.reports.result_sheets import Cell, Run, Sheet, SheetColumn

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
    return facts_sheet(say("catalogue.place", plan=found.plan_id, region=found.region), facts)


def _extremes_sheet(found: Standing) -> Sheet:
    sheet = Sheet(
        say("catalogue.extremes", count=len(found.extremes)),
        [
            SheetColumn("stands", 0),
            SheetColumn("subject", 3),
            SheetColumn("asked", 2),
            SheetColumn("rank_of", 0),
            SheetColumn("range", 3),
            SheetColumn("text", 3),
            SheetColumn("task", 0),
            SheetColumn("place", 2),
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
                    strictest=bare(one.spread.strictest),
                    median=bare(one.spread.median),
                    loosest=bare(one.spread.loosest),
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
            SheetColumn("plans", 0, number=True),
            SheetColumn("share", 0),
            SheetColumn("measure", 5),
            SheetColumn("held_by", 3),
            SheetColumn("wording_of", 0),
            SheetColumn("label", 0),
        ],
        note=say("catalogue.unread", count=found.unread) if found.unread else "",
    )
    for one in found.lacking:
        sheet.rows.append(
            [
                str(one.plans),
                f"{one.share:.0%}",
                wording_cell(one.name, one.content),
                some_of(one.held_by, HOLDERS),
                f"{one.plan_id}:{one.task_id}",
                one.label,
            ]
        )
    return sheet


def _partly_sheet(found: Standing) -> Sheet:
    sheet = Sheet(
        say("catalogue.partly", count=len(found.partly)),
        [
            SheetColumn("plans", 0, number=True),
            SheetColumn("measure", 5),
            SheetColumn("near", 5),
            SheetColumn("wording_of", 0),
            SheetColumn("label", 0),
        ],
        note=say("catalogue.partly_note") if found.partly else "",
    )
    for one in found.partly:
        if near := one.near:
            sheet.rows.append(
                [
                    str(one.plans),
                    wording_cell(one.name, one.content),
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


def _owners_sheet(found: Standing) -> Sheet:
    sheet = Sheet(
        say("catalogue.owners", count=len(found.owners)),
        [
            SheetColumn("task", 0),
            SheetColumn("measure", 3),
            SheetColumn("body", 2),
            SheetColumn("why_unusual", 4),
            SheetColumn("place", 2),
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
        [
            SheetColumn("task", 0),
            SheetColumn("measure", 5),
            SheetColumn("place", 2),
            SheetColumn("label", 0),
        ],
        note=say("catalogue.local_note") if found.local else "",
    )
    for one in found.local:
        sheet.rows.append(
            [one.task_id, wording_cell(one.name, one.content), place_words(one.source), one.label]
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
    sheet = Sheet("", [SheetColumn(key) for key in order])

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
            value=value_words(target.value) if target else "",
            unit=target.unit if target else "",
            baseline=(target.baseline or "") if target else "",
            rank=extreme.rank,
            plans=spread.plans,
            strictest=bare(spread.strictest),
            median=bare(spread.median),
            loosest=bare(spread.loosest),
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
