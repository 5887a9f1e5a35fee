"""Many inputs: read by several processes, each trouble named once, the others read."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.conftest import ROOT
from tests.corpus.circulars import write_circulars
from tests.standing_in import stand_in

from safeplan import plans
from safeplan.cli import run
from safeplan.plans.isolated import MANY


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Enough texts for several processes."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    write_circulars(tmp_path / "来件", MANY)
    return tmp_path / "来件"


def test_many_texts_give_what_each_alone_gives(folder: Path) -> None:
    assert run(["parse", "来件", "-o", "一起"]) == 0
    assert len(list(Path("一起").iterdir())) == MANY
    for path in Path("来件").iterdir():
        plan = plans.parse(path)
        together = (Path("一起") / f"{plan.plan_id}.json").read_text(encoding="utf-8")
        assert together == plans.to_json(plan)


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ("stuck", "已放弃"),
        ("dying", "读取程序中途退出"),
        ("filled", "内存超过 2048 MB"),
        ("faulty", "ZeroDivisionError: ours"),
    ],
)
def test_a_text_that_its_reader_cannot_bear_is_named_in_one_line_and_the_others_are_read(
    fault: str,
    said: str,
    folder: Path,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stand_in(monkeypatch, fault, at="001")
    assert (
        run(["parse", "来件", "-o", "出", "--time-limit", "3" if fault == "stuck" else "60"]) == 2
    )
    (line,) = capfd.readouterr().err.splitlines()
    assert "001" in line
    assert said in line
    assert len(list(Path("出").iterdir())) == MANY - 1


def test_a_broken_vocabulary_is_said_once(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("词库").mkdir()
    Path("词库/units.toml").write_text("a = [", encoding="utf-8")
    monkeypatch.setenv("SAFEPLAN_VOCABULARY", "词库")
    assert run(["parse", "来件"]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert "units.toml" in line
