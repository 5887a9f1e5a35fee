"""The reference pages are what the commands say of themselves; ids complete in the shell."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.conftest import ROOT

from safeplan.cli import run
from safeplan.cli.options import plan_ids
from safeplan.cli.reference import reference


@pytest.mark.parametrize(("lang", "page"), [("en", "reference.md"), ("zh", "reference.zh-CN.md")])
def test_no_option_is_undocumented(lang: str, page: str) -> None:
    """`make docs` writes the pages anew."""
    assert (ROOT / "docs" / page).read_text(encoding="utf-8") == reference(lang)


def test_plan_ids_complete(at_root: Path) -> None:
    assert plan_ids("沙坪坝") == ["沙坪坝-2021-2025", "沙坪坝-2025"]
    assert plan_ids("没有") == []


def test_only_one_kind_of_change(capsys: pytest.CaptureFixture[str], at_root: Path) -> None:
    assert run(["compare", "沙坪坝-2025", "忠县", "--only", "tighter"]) == 0
    printed = capsys.readouterr().out
    assert "危险化学品领域" in printed
    assert "▲加码" in printed
    assert "森林火灾受害率" not in printed
    assert run(["compare", "沙坪坝-2025", "忠县", "--only", "nonsense"]) == 2
