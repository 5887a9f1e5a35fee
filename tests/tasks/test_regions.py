"""Which region a name, a title or a heading tells, with its code of GB/T 2260."""

from __future__ import annotations

import pytest

from safeplan import vocabulary
from safeplan.tasks.regions import located, named_anywhere, region_in


@pytest.mark.parametrize(
    ("text", "name", "level", "code"),
    [
        # Whatever words follow the name, and with the year before it.
        ("武隆区道路交通安全整治方案", "武隆", "district", "500156"),
        ("2025年隆安县应急管理重点工作安排", "隆安", "county", "450123"),
        ("2024—2026年奉节县消防救援能力提升计划", "奉节", "county", "500236"),
        ("关于云阳县农村房屋整治的意见", "云阳", "county", "500235"),
        # Ethnic autonomous units, banners, forest districts, the corps.
        ("彭水苗族土家族自治县人民政府", "彭水", "county", "500243"),
        ("石柱县消防安全工作要点", "石柱", "county", "500240"),
        ("镇宁自治县应急管理局", "镇宁", "county", "520423"),
        ("恩施土家族苗族自治州应急管理局", "恩施", "city", "422800"),
        ("达拉特旗安全生产委员会", "达拉特", "county", "150621"),
        ("土默特右旗人民政府", "土默特右旗", "county", "150221"),
        ("神农架林区人民政府", "神农架", "county", "429021"),
        ("新疆生产建设兵团第八师石河子市安委会", "石河子", "county", "659001"),
        ("新疆生产建设兵团第六师应急管理局", "第六师", "city", None),
        ("大兴安岭地区行政公署", "大兴安岭", "city", "232700"),
        # New areas and zones.
        ("河北雄安新区管理委员会", "雄安新区", "district", "133100"),
        ("兰州新区2025年安全生产工作要点", "兰州新区", "district", None),
        ("郑州市高新技术产业开发区管委会", "郑州高新区", "district", None),
        ("忠县工业园区管委会", "忠县工业园区", "district", None),
        # A zone that does not speak itself is a part of the county.
        ("忠县工业园区安全整治方案", "忠县", "county", "500233"),
        # A town belongs to its county.
        ("2026年忠县石宝镇消防安全工作计划", "忠县", "county", "500233"),
        # A unit that is younger than the table, or made up, is told by its form.
        ("望山县森林防火方案", "望山", "county", None),
        ("云川市人民政府", "云川", "city", None),
    ],
)
def test_a_unit_is_known_by_its_name_or_its_form(
    text: str, name: str, level: str, code: str | None
) -> None:
    region = region_in(text)
    assert region is not None
    assert (region.name, region.level, region.code) == (name, level, code)


@pytest.mark.parametrize(
    "text",
    [
        "为加强全县安全生产工作",
        "根据市委市政府的部署",
        "落实市安委会要求的工作方案",
        "老旧小区消防安全整治方案",
        "重点区域隐患清单",
        "农贸市场安全整治方案",
        "城市运行安全工作要点",
        "驻县各单位",
        "城区燃气管网改造方案",
        "柳林镇消防安全工作计划",
        "各县（区）人民政府",
        "全市旅游景区整治",
        "县人民政府办公室",
    ],
)
def test_ordinary_words_name_no_region(text: str) -> None:
    assert region_in(text) is None


@pytest.mark.parametrize(
    ("texts", "code"),
    [
        (["鼓楼区人民政府"], None),  # of 南京, 徐州, 开封, 福州
        (["福建省福州市鼓楼区人民政府"], "350102"),
        (["鼓楼区2025年工作要点", "徐州市鼓楼区安委会"], "320302"),
        (["鼓楼区2025年工作要点", "版权所有：江苏省徐州市鼓楼区人民政府"], "320302"),
        (["朝阳区安全生产委员会"], None),
        (["北京市朝阳区安全生产委员会"], "110105"),
        # Merged since: 江北区 of 重庆 keeps the code it had, and is never taken for 宁波's.
        (["江北区人民政府"], None),
        (["重庆市江北区人民政府"], "500105"),
        (["宁波市江北区人民政府"], "330205"),
        # Renumbered within its city: today's code.
        (["福建省三明市三元区人民政府"], "350404"),
        # A city that the table does not know tells nothing of its districts.
        (["云川市鼓楼区人民政府"], None),
    ],
)
def test_the_code_is_null_where_several_units_bear_the_name(
    texts: list[str], code: str | None
) -> None:
    region = located(texts)
    assert region is not None
    assert region.code == code


def test_the_first_part_of_the_heading_that_tells_a_region_does() -> None:
    region = located(["2025年全区工作要点", "南岸区安委会", "渝中区应急局"])
    assert region is not None
    assert region.name == "南岸"


def test_a_later_part_may_name_it_more_fully_or_a_unit_within() -> None:
    fuller = located(["忠县2025年工作要点", "重庆市忠县人民政府"])
    within = located(["重庆市安全生产治本攻坚行动方案", "忠县安全生产委员会"])
    assert fuller is not None
    assert (fuller.full_name, fuller.code) == ("重庆市忠县", "500233")
    assert within is not None
    assert within.name == "忠县"


def test_within_a_title_only_units_of_the_standard_are_found() -> None:
    found = named_anywhere("关于切实做好武隆区2025年森林防火工作的通知")
    assert found is not None
    assert found.name == "武隆"
    assert named_anywhere("关于贯彻《重庆市消防条例》做好全区工作的通知") is None
    assert named_anywhere("关于加强老城区燃气整治和县级应急能力的通知") is None


def test_the_table_holds_each_code_once_and_no_heading_of_the_statistics() -> None:
    rows = vocabulary.rows("regions-gb2260")
    today = [row[0] for row in rows if len(row) == 2]
    assert len(today) == len(set(today)) > 3000
    assert not any("市辖区" in row[1] or len(row[0]) != 6 for row in rows)
