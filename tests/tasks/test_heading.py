"""The heading (GB/T 9704) and what follows from it: region, kind, period, id."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from tests.conftest import HEADER, tab_table

from safeplan.documents import DocumentError
from safeplan.models import Plan
from safeplan.tasks.heading import region_in

TABLE = (
    "附件\n一、核心绩效指标\n"
    + tab_table(HEADER, ["1", "火灾起数", "0", "县消安委", ""])
    + "\n（完）\n"
)


@pytest.mark.parametrize(
    ("text", "name", "level", "full"),
    [
        ("重庆市沙坪坝区人民政府", "沙坪坝", "district", "重庆市沙坪坝区"),
        ("忠县人民政府", "忠县", "county", "忠县"),
        ("重庆市璧山区安全生产委员会", "璧山", "district", "重庆市璧山区"),
        ("重庆市人民政府办公厅", "重庆", "province", "重庆市"),
        ("云阳县人民政府", "云阳", "county", "云阳县"),
        ("石柱土家族自治县人民政府", "石柱", "county", "石柱土家族自治县"),
        ("四川省成都市武侯区人民政府", "武侯", "district", "四川省成都市武侯区"),
        ("浙江省杭州市建德市人民政府", "建德", "county", "浙江省杭州市建德市"),
        ("杭州市人民政府", "杭州", "city", "杭州市"),
        ("重庆两江新区应急管理局", "两江新区", "district", "两江新区"),
        ("重庆市渝中区应急管理“十四五”规划", "渝中", "district", "重庆市渝中区"),
    ],
)
def test_a_region_is_read_from_an_issuer_or_a_title(
    text: str, name: str, level: str, full: str
) -> None:
    region = region_in(text)
    assert region is not None
    assert (region.name, region.level, region.full_name) == (name, level, full)


@pytest.mark.parametrize(
    "text",
    ["2025年全区安全生产工作要点", "各镇人民政府、街道办事处", "加强城区管理", "全区工作部署"],
)
def test_words_that_only_end_like_a_region_are_none(text: str) -> None:
    assert region_in(text) is None


@pytest.mark.parametrize(
    ("front", "plan_id", "kind"),
    [
        ("江北区人民政府\n关于印发《2026年全区安全生产\n工作要点》的通知\n", "江北-2026", "annual"),
        ("重庆市巴南区应急管理“十五五”规划\n", "巴南-2026-2030", "multi_year"),
        ("涪陵区安全生产治本攻坚三年行动方案（2024—2026年）\n重庆市涪陵区安全生产委员会\n2024年4月1日\n", "涪陵-2024-2026", "campaign"),
        ("云阳县人民政府\n二〇二五年三月五日\n2025年安全生产工作要点\n", "云阳-2025", "annual"),
    ],
)  # fmt: skip
def test_kind_and_period_come_from_the_title(
    front: str, plan_id: str, kind: str, parse_text: Callable[..., Plan]
) -> None:
    plan = parse_text(front + TABLE, name="上传.txt")
    assert (plan.plan_id, plan.kind) == (plan_id, kind)


def test_what_only_the_file_name_tells_is_said(parse_text: Callable[..., Plan]) -> None:
    plan = parse_text(TABLE, name="忠县2025年工作要点.txt")
    assert plan.plan_id == "忠县-2025"
    assert {"region_from_file_name", "year_from_file_name"} <= {f.code for f in plan.findings}


def test_a_plan_of_nowhere_is_refused(parse_text: Callable[..., Plan]) -> None:
    with pytest.raises(DocumentError, match="no_region"):
        parse_text(TABLE, name="upload.txt")
