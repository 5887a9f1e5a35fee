"""`check` compares prose as it compares tables, and what moved from the one to the other."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from safeplan.bearers import read_owners
from safeplan.changes.checking import check
from safeplan.models import Change, Due, Measure, Owner, Plan, Target, Task
from safeplan.targets import read_targets

TITLES = ("道路交通安全", "燃气安全", "森林防火", "水库除险")
TEXTS = (
    "整治农村公路急弯陡坡路段40处，布设减速带260米，创建平安示范路口12个。",
    "更新老旧燃气管道9公里，推进瓶装气用户入户安检。",
    "森林火灾受害率控制在0.5‰以内，修建防火蓄水池30个。",
    "完成北山水库除险加固，同步建设大坝监测设施1套。",
)


def due(year: int, month: int) -> Due:
    return Due(text=f"{year}年{month}月底前", end=dt.date(year, month, 28), kind="by")


def task(number: int, title: str, text: str, section: str, **other: Any) -> Task:
    owners: list[Owner] = read_owners("县应急管理局", "各乡镇")
    targets: list[Target] = read_targets(text)
    prose = {
        "task_id": f"m{number}.1",
        "table": 0,
        "table_title": section,
        "row": 1,
        "serial": str(number),
        "group": section,
        "name": title,
        "sub_item": None,
        "content": f"{title}。{text}",
        "part": "body",
        "targets": targets,
        "owners": owners,
    }
    return Task.model_validate({**prose, **other})


def plan(year: int, tasks: list[Task], rows: list[Task] | None = None) -> Plan:
    measures = [
        Measure(
            measure_id=one.task_id.split(".")[0],
            path=[one.table_title],
            number=one.serial,
            title=one.name,
            text=one.content,
            sentences=[one.content],
            tasks=[one],
        )
        for one in tasks
    ]
    return Plan.model_validate(
        {
            "plan_id": f"安平-{year}",
            "title": f"安平县{year}年工作要点",
            "issuer": None,
            "document_number": None,
            "issued_on": None,
            "region": {"name": "安平", "level": "county"},
            "kind": "annual",
            "period": {"start_year": year, "end_year": year},
            "source": {"path": "x", "sha256": "", "media_type": ""},
            "tasks": rows or [],
            "measures": measures,
            "findings": [],
        }
    )


def body(year: int, **changed: Any) -> list[Task]:
    """Four measures of prose; `changed` edits the one of that number."""
    return [
        task(
            number,
            title,
            changed.get(f"text{number}", text),
            changed.get(f"section{number}", "整治突出隐患"),
            deadline_text=changed.get(f"due{number}", due(year, 10)).text,
            due=changed.get(f"due{number}", due(year, 10)),
        )
        for number, (title, text) in enumerate(zip(TITLES, TEXTS, strict=True), start=1)
    ]


def changes(new: Plan, old: Plan) -> list[Change]:
    return [change for change in check(new, old).changes if change.kind != "rolled_forward"]


def test_a_body_of_which_only_the_years_moved_has_only_rolled_forward() -> None:
    checked = check(plan(2026, body(2026)), plan(2025, body(2025)))
    assert {change.kind for change in checked.changes} == {"rolled_forward"}
    assert {link.due.change for link in checked.links if link.due} == {"same"}


@pytest.mark.parametrize(
    ("changed", "kinds"),
    [
        ({"text1": TEXTS[0].replace("40处", "55处")}, ["target"]),
        ({"due3": due(2026, 8)}, ["deadline"]),
        ({"text2": TEXTS[1].replace("推进", "加快")}, ["wording"]),
        ({"section4": "提升救援能力"}, ["moved"]),
        ({f"section{n}": "根治突出隐患" for n in range(1, 5)}, ["wording"]),  # renamed
    ],
)
def test_what_changes_in_prose_is_said(changed: dict[str, Any], kinds: list[str]) -> None:
    found = changes(plan(2026, body(2026, **changed)), plan(2025, body(2025)))
    assert [change.kind for change in found] == kinds


def test_more_work_in_one_place_is_stricter() -> None:
    new = plan(2026, body(2026, text1=TEXTS[0].replace("40处", "55处")))
    (change,) = changes(new, plan(2025, body(2025)))
    assert [target.change for target in change.targets] == ["tighter"]


def test_a_measure_under_another_heading_has_moved() -> None:
    def split(year: int, second: int) -> Plan:
        sections = {f"section{number}": "防范自然灾害" for number in range(second, 5)}
        return plan(year, body(year, **sections))

    found = changes(split(2026, 3), split(2025, 4))
    assert [change.kind for change in found] == ["moved"]
    assert "防范自然灾害" in found[0].detail


def test_a_commitment_that_went_from_the_body_to_the_annex_has_moved() -> None:
    row = body(2026)[2].model_copy(
        update={
            "task_id": "t1.1",
            "table": 1,
            "table_title": "重点任务清单",
            "part": "annex",
            "content": TEXTS[2],
        }
    )
    rest = [one for one in body(2026) if one.name != TITLES[2]]
    found = changes(plan(2026, rest, [row]), plan(2025, body(2025)))
    assert [(change.kind, change.old, change.new) for change in found] == [
        ("moved", ["m3.1"], ["t1.1"])
    ]


def test_a_split_shows_its_words() -> None:
    first, second = TEXTS[0].split("，创建")
    parts = [
        task(1, "道路隐患治理", first + "。", "整治突出隐患", due=due(2026, 10)),
        task(9, "平安路口创建", "创建" + second, "整治突出隐患", due=due(2026, 10)),
    ]
    found = changes(plan(2026, [*parts, *body(2026)[1:]]), plan(2025, body(2025)))
    assert [change.kind for change in found][:1] == ["split"]
    assert found[0].new == ["m1.1", "m9.1"]


def test_measures_merged_under_a_new_name_are_no_dropped_and_added_ones() -> None:
    whole = task(
        1, "道路和燃气", TEXTS[0][:-1] + "；" + TEXTS[1], "整治突出隐患", due=due(2026, 10)
    )
    new, old = plan(2026, [whole, *body(2026)[2:]]), plan(2025, body(2025))
    merged = [change for change in changes(new, old) if change.kind == "merged"]
    assert [(change.old, change.new) for change in merged] == [(["m1.1", "m2.1"], ["m1.1"])]
    later = [one.model_copy(update={"due": due(2027, 10)}) for one in body(2026)]
    parted = changes(plan(2027, later), plan(2026, [whole, *body(2026)[2:]]))
    assert [change.kind for change in parted][:1] == ["split"]


def test_a_note_and_a_column_say_one_deadline() -> None:
    said = [one.model_copy(update={"deadline_text": "10月底前完成"}) for one in body(2025)]
    column = [one.model_copy(update={"deadline_text": "10月底前"}) for one in body(2026)]
    found = changes(plan(2026, column), plan(2025, said))
    assert not [change for change in found if change.kind == "wording"]
