"""Lists of bodies in running text: what is one, what a sentence opens with."""

from __future__ import annotations

import pytest

from safeplan.bodies.listing import is_certain, leading_bodies, names_bodies


@pytest.mark.parametrize(
    "text",
    [
        "区应急局、各镇街",
        "各县（市、区）人民政府",
        "政策法规科、执法大队",
        "区应急局和各街道",
        "县住建局等部门",
        "县应急局牵头，县公安局配合",
        "各有关企业、驻区单位",
    ],
)
def test_a_list_of_bodies(text: str) -> None:
    assert names_bodies(text)


@pytest.mark.parametrize(
    "text",
    [
        "含园区、在建工地",
        "不发通知、不打招呼",
        "各单位要明确专人",
        "室内冰雪场馆等新业态消防监管职责清单",
        "",
    ],
)
def test_other_words(text: str) -> None:
    assert not names_bodies(text)


def test_of_a_list_half_may_be_enough() -> None:
    assert names_bodies("县应急局、老旧小区改造", every=False)
    assert not names_bodies("县应急局、老旧小区改造")


def test_a_name_is_certain_where_no_other_word_is_like_it() -> None:
    names = ("应急管理局", "各市", "县安委会", "街道", "企业", "学校", "某某局")
    assert [is_certain(name) for name in names] == [True, True, True, False, False, False, False]


@pytest.mark.parametrize(
    ("text", "bodies"),
    [
        ("区气象局、区水文中心每日会商", "区气象局、区水文中心"),
        ("师市发展改革委负责", "师市发展改革委"),
        ("各街道在9月底前完成", "各街道"),
        ("国网甲县供电公司逐线验收", "国网甲县供电公司"),
        ("有关规定开展检查", ""),
        ("开展检查", ""),
    ],
)
def test_the_bodies_that_a_text_opens_with(text: str, bodies: str) -> None:
    assert leading_bodies(text) == bodies
