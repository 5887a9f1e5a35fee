"""Many inputs: read by several processes, each trouble named once, the others read."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.conftest import ROOT
from tests.corpus.circulars import write_circulars

from safeplan import plans
from safeplan.cli import run, worker
from safeplan.cli.reading import MANY
from safeplan.models import Plan


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """More texts than are read in this process."""
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
    ("module", "said"), [("tests.cli.stuck", "已放弃"), ("tests.cli.dying", "读取程序中途退出")]
)
def test_each_text_that_hangs_or_kills_its_reader_is_named_in_one_line(
    module: str,
    said: str,
    folder: Path,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(worker, "MODULE", module)
    monkeypatch.setattr("safeplan.cli.reading.MANY", 1)
    names = [path.name for path in sorted(folder.iterdir())][:3]
    assert run(["parse", *(f"来件/{name}" for name in names), "--time-limit", "1"]) == 2
    lines = capfd.readouterr().err.splitlines()
    assert [name for name, line in zip(names, lines, strict=True) if name in line] == names
    assert all(said in line for line in lines)


@pytest.mark.parametrize("many", [1, 99], ids=["in processes", "here"])
def test_a_broken_vocabulary_is_said_once(
    many: int, folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("safeplan.cli.reading.MANY", many)
    Path("词库").mkdir()
    Path("词库/units.toml").write_text("a = [", encoding="utf-8")
    monkeypatch.setenv("SAFEPLAN_VOCABULARY", "词库")
    assert run(["parse", "来件"]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert "units.toml" in line


def test_a_fault_of_ours_at_one_document_does_not_end_the_run(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    good = plans.parse

    def parse(path: Path) -> Plan:
        if path.name.startswith("003"):
            raise ZeroDivisionError("ours")
        return good(path)

    monkeypatch.setattr("safeplan.cli.reading.MANY", 99)
    monkeypatch.setattr(plans, "parse", parse)
    monkeypatch.delenv("SAFEPLAN_DEBUG", raising=False)
    assert run(["parse", "来件", "-o", "出"]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert "003" in line
    assert "ZeroDivisionError: ours" in line
    assert len(list(Path("出").iterdir())) == MANY - 1
