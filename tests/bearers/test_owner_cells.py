"""What an owner text names: the published reference, cells read by eye, a case a rule, hostile ones."""

from __future__ import annotations

import json
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from safeplan.bearers import read_owners
from safeplan.bodies import is_known
from safeplan.models import Owner

TESTS = Path(__file__).parent.parent
RULES = tomllib.loads((TESTS / "cases/owners/rules.toml").read_text(encoding="utf-8"))


def lines(path: str) -> list[dict[str, Any]]:
    text = (TESTS / path).read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def fields(owner: Owner) -> dict[str, Any]:
    return owner.model_dump(include={"text", "name", "scope", "open_ended"})


def test_the_published_reference_is_read_to_its_bars() -> None:
    cells = lines("gold/owners/沙坪坝-2025.jsonl")
    found, wanted, met, flags = 0, 0, 0, 0
    for cell in cells:
        names = Counter(owner["name"] for owner in cell["owners"])
        owners = read_owners("", cell["text"])
        common = names & Counter(owner.name for owner in owners)
        found, wanted, met = found + len(owners), wanted + names.total(), met + common.total()
        flags += sum(fields(owner) in cell["owners"] for owner in owners)
    assert wanted == 280
    assert 2 * met / (found + wanted) >= 0.99
    assert flags / met >= 0.98


@pytest.mark.parametrize("cell", lines("cases/owners/read_by_eye.jsonl"), ids=lambda c: c["text"])
def test_every_cell_of_three_documents_reads_as_it_was_read_by_eye(cell: dict[str, Any]) -> None:
    owners = read_owners("", cell["text"])
    assert [fields(owner) for owner in owners] == cell["owners"]
    assert all(is_known(owner.name) for owner in owners)


def as_written(owner: Owner) -> list[str]:
    said = [owner.text, owner.name]
    if owner.scope:
        said.append(owner.scope)
    if owner.open_ended:
        said.append("等")
    if owner.role != "responsible":
        said.append(owner.role)
    return said


@pytest.mark.parametrize("case", RULES["case"], ids=lambda case: case["rule"])
def test_rule(case: dict[str, Any]) -> None:
    assert [as_written(owner) for owner in read_owners("", case["text"])] == case["owners"]


@pytest.mark.xfail(strict=True, reason="known failure: move it to the cases once it passes")
@pytest.mark.parametrize("case", RULES["known_failure"], ids=lambda case: case["rule"])
def test_known_failure(case: dict[str, Any]) -> None:
    assert [as_written(owner) for owner in read_owners("", case["text"])] == case["owners"]


def cases_of_other_places() -> list[tuple[str, str]]:
    text = (TESTS / "cases/owners/other_places.txt").read_text(encoding="utf-8")
    rows = [line.partition(" => ") for line in text.splitlines() if line and line[0] != "#"]
    return [(text.replace("⏎", "\n"), owners) for text, _, owners in rows]


@pytest.mark.parametrize(("text", "wanted"), cases_of_other_places())
def test_texts_of_other_places(text: str, wanted: str) -> None:
    owners = read_owners("", text)
    marks = {"lead": "牵头:", "responsible": "", "assisting": "配合:"}
    said = [f"{marks[owner.role]}{owner.text}{'等' * owner.open_ended}" for owner in owners]
    assert sorted(said) == sorted(wanted.split(" | "))
    assert [owner.name for owner in owners if not is_known(owner.name)] == []


def test_roles_of_the_columns_hold_where_the_text_says_nothing() -> None:
    owners = read_owners("区应急局\n区教委", "各镇街", "区公安分局")
    assert [(owner.name, owner.role) for owner in owners] == [
        ("应急管理局", "lead"),
        ("教委", "lead"),
        ("乡镇街道", "responsible"),
        ("公安局", "assisting"),
    ]


@pytest.mark.parametrize(
    "text", ["责任领导：张三", "分管林业的副县长", "完成时限：6月底前", "长期坚持", "2025年12月"]
)
def test_persons_and_days_are_no_bodies(text: str) -> None:
    assert read_owners("", text) == []


@pytest.mark.parametrize("text", ["区应急管里局", "区高楼整治办", "区某某中心"])
def test_what_is_odd_stays_unknown(text: str) -> None:
    assert [is_known(owner.name) for owner in read_owners("", text)] == [False]


HOSTILE = [
    "等",
    "局等",
    "（",
    "局（",
    "区局",
    "镇乡",
    "公安局",
    "甲、",
    "教育、",
    "局牵头、",
    "区局和",
    "会同",
    "责任单位：",
    "：",
    "区局 ",
    "局\n",
    "【责任单位",
    "按职责",
    "副",
    "区有限公司",
]


@pytest.mark.parametrize("piece", HOSTILE)
def test_a_long_cell_of_anything_is_read(piece: str) -> None:
    text = piece * (3000 // len(piece))
    assert all(owner.text in text for owner in read_owners(text, text + "主任"))


def test_leads_come_first() -> None:
    owners = read_owners("区安委办、区消安办", "区教委等部门，各镇街")
    assert [(owner.name, owner.role) for owner in owners] == [
        ("安委办", "lead"),
        ("消安办", "lead"),
        ("教委", "responsible"),
        ("乡镇街道", "responsible"),
    ]


def test_a_plan_without_a_lead_column_has_no_leads() -> None:
    assert {owner.role for owner in read_owners("", "区教委、各镇街")} == {"responsible"}
