"""How the owners of two linked measures differ."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from safeplan.bearers import read_owners
from safeplan.changes.comparing import compare_owners
from safeplan.models import Owner, OwnerChange, Role


def owner(name: str, role: Role) -> Owner:
    return Owner(text=name, name=name, role=role)


def test_the_drive_against_electric_bicycle_fires_in_two_districts() -> None:
    shapingba = read_owners("区安委办", "区市场监管局、区公安分局等部门，各镇街（管委会）")
    zhongxian = read_owners("", "县消防救援局、县市场监管局、县公安局等，各乡镇（街道）")
    assert compare_owners(shapingba, zhongxian) == OwnerChange(
        shared=["乡镇街道", "公安局", "市场监管局"],
        only_left=["安委办"],
        only_right=["消防救援局"],
        lead_changed=False,  # 忠县 prints no leads
    )


def test_another_lead_is_a_change() -> None:
    old, new = read_owners("区安委办", "区教委"), read_owners("区应急局", "区教委")
    assert compare_owners(old, new).lead_changed


def test_a_lead_more_is_a_change() -> None:
    old, new = read_owners("区安委办", ""), read_owners("区安委办、区消安办", "")
    change = compare_owners(old, new)
    assert change.lead_changed
    assert change.only_right == ["消安办"]


def test_the_same_body_in_another_role_is_shared_and_no_other_lead() -> None:
    change = compare_owners(read_owners("区教委", ""), read_owners("", "区教委"))
    assert (change.shared, change.only_left, change.only_right) == (["教委"], [], [])
    assert not change.lead_changed


def test_a_zone_is_another_government() -> None:
    change = compare_owners(read_owners("", "区市场监管局"), read_owners("", "经开区市场监管局"))
    assert change.shared == []


def test_names_are_listed_once_in_the_order_printed() -> None:
    left = read_owners("", "县水利局、县气象局、县水利局")
    assert compare_owners(left, []).only_left == ["水利局", "气象局"]


ROLES: st.SearchStrategy[Role] = st.sampled_from(["lead", "responsible"])
OWNERS = st.lists(
    st.builds(Owner, text=st.just("x"), name=st.sampled_from("甲乙丙丁戊"), role=ROLES), max_size=6
)


@given(OWNERS, OWNERS)
def test_from_the_other_side_a_change_is_its_mirror(left: list[Owner], right: list[Owner]) -> None:
    change, mirror = compare_owners(left, right), compare_owners(right, left)
    assert change == OwnerChange(
        shared=mirror.shared,
        only_left=mirror.only_right,
        only_right=mirror.only_left,
        lead_changed=mirror.lead_changed,
    )


@given(OWNERS)
def test_a_list_against_itself_is_only_shared(owners: list[Owner]) -> None:
    change = compare_owners(owners, owners)
    assert set(change.shared) == {owner.name for owner in owners}
    assert not (change.only_left or change.only_right or change.lead_changed)


def test_a_body_that_a_reform_renamed_is_shared_and_leads_on() -> None:
    old = [owner("安监局", "lead"), owner("国土资源局", "responsible")]
    new = [owner("应急管理局", "lead"), owner("规划自然资源局", "responsible")]
    change = compare_owners(old, new)
    assert change.renamed == [("安监局", "应急管理局"), ("国土资源局", "规划自然资源局")]
    assert (change.only_left, change.only_right, change.lead_changed) == ([], [], False)
    assert change.shared == sorted(["应急管理局", "规划自然资源局"])
    assert compare_owners(new, old).shared == change.shared


def test_leads_are_not_compared_where_one_plan_tells_none() -> None:
    old, new = [owner("公安局", "lead")], [owner("应急管理局", "lead")]
    assert compare_owners(old, new, leads_told=False).lead_changed is None
