"""Bodies that the reforms renamed or merged."""

from __future__ import annotations

from pathlib import Path

import pytest

from safeplan import vocabulary
from safeplan.bodies import canonical, is_known, same_body, successor


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("区安监局", "区应急局"),
        ("区国土资源局", "区规划自然资源局"),
        ("县国土局", "县自然资源和规划局"),
        ("区公安消防支队", "区消防救援支队"),
        ("区消防救援大队", "区消防救援局"),
        ("区卫生计生委", "区卫健委"),
        ("县扶贫办", "县乡村振兴局"),
        ("县扶贫办", "县农业农村局"),
        ("县工商局", "县市监局"),
        ("县环保局", "县生态环境局"),
        ("县旅游局", "县文旅局"),
    ],
)
def test_a_renamed_body_is_the_same(before: str, after: str) -> None:
    old, new = canonical(before), canonical(after)
    assert old != new
    assert same_body(old, new)
    assert same_body(new, old)


@pytest.mark.parametrize(
    ("one", "other"),
    [("应急管理局", "公安局"), ("工商局", "质监局"), ("教育局", "教委"), ("规划局", "国土资源局")],
)
def test_other_bodies_are_not(one: str, other: str) -> None:
    assert not same_body(one, other)


def test_what_is_no_longer_called_so_has_a_successor() -> None:
    assert successor("安监局") == "应急管理局"
    assert successor("扶贫办") == "农业农村局"
    assert successor("应急管理局") is None


def test_every_name_of_the_table_is_canonical() -> None:
    table = vocabulary.load("bodies")["renamed"]
    names = {name for old, new in table.items() for name in (old, *new)}
    assert {name for name in names if canonical(name) != name or not is_known(name)} == set()


def test_an_analyst_adds_a_renaming(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = '[renamed]\n"教委" = ["教育局"]\n"教育局" = ["教委"]\n'
    (tmp_path / "bodies.toml").write_text(own, encoding="utf-8")
    monkeypatch.setenv(vocabulary.VARIABLE, str(tmp_path))
    vocabulary.refresh()
    assert same_body("教委", "教育局")
    assert successor("教委") == "教育局"
