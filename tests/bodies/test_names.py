"""Which body a printed name is, and how an analyst adds one."""

from __future__ import annotations

from pathlib import Path

import pytest

from safeplan import vocabulary
from safeplan.bearers import read_owners
from safeplan.bodies import canonical, is_known
from safeplan.bodies.names import Lexicon, lexicon


@pytest.mark.parametrize(
    "printed", ["区应急局", "县应急管理局", "市应急局", "应急局", "重庆市綦江区应急管理局"]
)
def test_one_body_has_one_name_at_every_level(printed: str) -> None:
    assert canonical(printed) == "应急管理局"


@pytest.mark.parametrize(
    ("printed", "name"),
    [
        ("区教委", "教委"),
        ("县教育局", "教育局"),
        ("区消防救援局", "消防救援局"),
        ("区消防救援支队", "消防救援支队"),
        ("区交通局", "交通局"),
        ("区交通运输委", "交通运输委"),
    ],
)
def test_an_institution_of_another_form_keeps_its_own_name(printed: str, name: str) -> None:
    assert canonical(printed) == name


@pytest.mark.parametrize(
    ("printed", "name"),
    [
        ("沙坪坝教委", "教委"),
        ("武侯住建局", "住房城乡建设局"),
        ("石柱应急局", "应急管理局"),
        ("南岸各镇街", "乡镇街道"),
        ("沙坪坝水文站", "水文站"),
        ("浦东卫健委", "卫生健康委"),
        ("清新应急局", "应急管理局"),
        ("两江教委", "教委"),
        ("万盛交通局", "交通局"),
        # 安宁, 柳林, 和平 and 洪山 are counties somewhere, 公安 and 资源 are words of a body's work.
        ("柳林镇应急办", "柳林镇应急管理办"),
        ("和平交警中队", "和平交警中队"),
        ("和平便民服务中心", "和平便民服务中心"),
        ("洪山市场监管所", "洪山市场监管所"),
        ("忠县某某中心", "某某中心"),
        ("安宁医院", "安宁医院"),
        ("和平街道办", "和平街道办"),
        ("洪山消防救援站", "洪山消防救援站"),
        ("公安局", "公安局"),
        ("资源局", "资源局"),
    ],
)
def test_a_county_of_the_country_needs_no_level_word(printed: str, name: str) -> None:
    assert canonical(printed) == name


@pytest.mark.parametrize("name", ["安委会成员单位", "经开区市场监管局", "公安局禁毒支队", "白石镇"])
def test_a_name_made_of_known_ones_is_known(name: str) -> None:
    assert is_known(name)


@pytest.mark.parametrize("name", ["高楼整治办", "经开区某某中心", "某某委成员单位", "区域协作中心"])
def test_a_name_that_the_vocabulary_lacks_is_unknown(name: str) -> None:
    assert not is_known(name)
    assert canonical(name) == name


def test_no_spelling_belongs_to_two_bodies() -> None:
    words = vocabulary.load("bodies")
    owner_of: dict[str, str] = {}
    for section in ("committees", "bodies"):
        for name, aliases in words[section].items():
            for alias in aliases:
                key = lexicon().key(alias)
                assert owner_of.setdefault(key, name) == name, alias


def test_every_alias_leads_to_its_name() -> None:
    words = vocabulary.load("bodies")
    for section in ("committees", "bodies"):
        for name, aliases in words[section].items():
            for alias in aliases:
                assert canonical("区" + alias.replace("*", "某地")) == name, alias


def test_an_analyst_adds_a_body_without_touching_code(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not is_known("低空经济局")
    own = '[bodies]\n"低空经济局" = ["低空局"]\n"消防救援局" = ["消防救援支队"]\n'
    (tmp_path / "bodies.toml").write_text(own, encoding="utf-8")
    monkeypatch.setenv(vocabulary.VARIABLE, str(tmp_path))
    vocabulary.refresh()
    assert [owner.name for owner in read_owners("", "区低空局、区消防救援支队")] == [
        "低空经济局",
        "消防救援局",
    ]
    assert is_known("低空经济局")
    assert canonical("区教委") == "教委"


def test_a_new_body_needs_only_its_line() -> None:
    words = {**vocabulary.load("bodies"), "bodies": {"某某办": ["某办"]}}
    made = Lexicon(words, [])
    assert made.identify("县某办").name == "某某办"
    assert not made.identify("县教委").known


@pytest.mark.parametrize(
    ("printed", "name"),
    [
        ("内乡县应急管理局", "应急管理局"),
        ("洪雅供电公司", "供电公司"),
        ("顺义公安分局", "公安局"),
        ("巴音郭楞蒙古自治州林业和草原局", "林业和草原局"),
        ("双江拉祜族佤族布朗族傣族自治县水务局", "水务局"),
        ("达尔罕茂明安联合旗公安局", "公安局"),
        ("师市住建局", "住房城乡建设局"),
        ("浦东新区应急管理局", "应急管理局"),
        ("市自然资源局新城分局", "自然资源局"),
        ("县文体广电旅游局", "文化体育广电旅游局"),
        ("县文广旅体局", "文化广电旅游体育局"),
        ("县住房城乡建设和交通局", "住房城乡建设交通局"),
        ("镇林业工作站", "林业站"),
        ("塘头镇应急办", "塘头镇应急管理办"),
        ("理塘县格聂镇人民政府", "格聂镇"),
    ],
)
def test_names_of_any_place_and_of_any_trade(printed: str, name: str) -> None:
    assert canonical(printed) == name
    assert canonical(name) == name
    assert is_known(name)


@pytest.mark.parametrize(
    ("printed", "name"),
    [
        ("森林公安局", "森林公安局"),
        ("海洋综合执法大队", "海洋综合执法大队"),
        ("大围山自然保护区管理局", "大围山自然保护区管理局"),
        ("区民政、财政", "民政、财政"),
    ],
)
def test_a_word_of_trade_is_no_place(printed: str, name: str) -> None:
    assert canonical(printed) == name
