"""Whether a text is a list of bodies."""

from __future__ import annotations

import json

import pytest
from tests.conftest import ROOT

from safeplan.bodies import looks_like_bodies


@pytest.mark.parametrize(
    "text",
    [
        "区应急管理局、各镇街（管委会）",
        "安全监管股",
        "镇应急办、各村（居）",
        "区低空经济办",
        "牵头单位：县应急局；配合单位：县公安局、各乡镇",
        "（县应急局牵头，各乡镇配合）",
        "教育、民政、卫健等部门",
        "县应急局\n县公安局",
        "区市场监管局、区消防救援局各镇街（管委会）",
        "建设单位、施工单位、监理单位",
    ],
)
def test_lists_of_bodies(text: str) -> None:
    assert looks_like_bodies(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "新建消防站3个",
        "人员密集场所",
        "医院、学校、养老机构、轨道交通消防安全管理规范",
        "整治小场所",
        "完成时限：6月底前",
        "分管林业的副县长",
        "责任单位",
        "道路交通",
        "2025年6月底前",
    ],
)
def test_what_is_none(text: str) -> None:
    assert not looks_like_bodies(text)


def test_the_cells_of_the_five_plans_are_told_apart() -> None:
    owners: set[str] = set()
    others: set[str] = set()
    for path in (ROOT / "data/parsed").glob("*.json"):
        for task in json.loads(path.read_text(encoding="utf-8"))["tasks"]:
            owners |= {task["lead_text"], task["responsible_text"]}
            others |= {task["name"], task["content"], task["deadline_text"]}
    owners -= {""}
    assert [text for text in owners if not looks_like_bodies(text)] == []
    assert [text for text in others - owners if looks_like_bodies(text)] == []
