"""Folders: read in parallel, unchanged files left alone, a hanging reader given up on."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from tests.conftest import DOCUMENTS, RAW, ROOT
from tests.standing_in import stand_in

from safeplan.cli import run

ORIGINALS = ROOT / "tests" / "originals"
WORD = "05-桐庐县-2025-工作任务跨列.docx"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    found = tmp_path / "来件"
    found.mkdir()
    shutil.copy(RAW / DOCUMENTS["忠县-2025"], found)
    shutil.copy(ROOT / "tests" / "shapes" / WORD, found)
    return found


def test_of_a_folder_only_what_has_changed_is_read_again(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], at_root: Path
) -> None:
    out = tmp_path / "out"

    def said(*options: str) -> str:
        assert run(["parse", str(folder), "-o", str(out), *options]) == 0
        return capsys.readouterr().out

    assert "共 2 份：读取 2，未变 0，未读取 0" in said()
    before = {path.name: path.stat().st_mtime_ns for path in out.glob("*.json")}
    assert set(before) == {"忠县-2025.json", "桐庐-2025.json"}
    assert "共 2 份：读取 0，未变 2，未读取 0" in said()
    assert {path.name: path.stat().st_mtime_ns for path in out.glob("*.json")} == before
    (out / "忠县-2025.json").unlink()
    assert "读取 1，未变 1" in said()
    text = folder / DOCUMENTS["忠县-2025"]
    amended = text.read_text(encoding="utf-8").replace("462公里", "463公里")
    text.write_text(amended, encoding="utf-8")
    assert "读取 1，未变 1" in said()
    assert "463公里" in (out / "忠县-2025.json").read_text(encoding="utf-8")
    assert "读取 2，未变 0" in said("--force")


@pytest.mark.parametrize(("fault", "said"), [("stuck", "已放弃"), ("dying", "读取程序中途退出")])
def test_a_reader_that_hangs_or_dies_is_named_and_the_rest_goes_on(
    fault: str,
    said: str,
    folder: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    at_root: Path,
) -> None:
    stand_in(monkeypatch, fault, at=".docx")
    out = tmp_path / "out"
    assert (
        run(
            [
                "parse",
                str(folder),
                "-o",
                str(out),
                "--time-limit",
                "3" if fault == "stuck" else "60",
            ]
        )
        == 2
    )
    printed = capsys.readouterr()
    assert [line for line in printed.err.splitlines() if WORD in line and said in line]
    assert [path.name for path in out.glob("*.json")] == ["忠县-2025.json"]


def test_the_same_plan_in_two_formats_is_taken_once(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], at_root: Path
) -> None:
    shutil.copy(ORIGINALS / "html" / "忠县2025年工作要点.html", folder)
    out = tmp_path / "out"
    assert run(["parse", str(folder), "-o", str(out)]) == 0
    printed = capsys.readouterr()
    assert "同一方案（忠县-2025）的另一种格式" in printed.err
    assert "读取 2，未变 0，未读取 0，另 1 份与别的文件是同一方案" in printed.out


def test_the_same_plan_with_other_words_is_said_to_differ(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], at_root: Path
) -> None:
    draft = (RAW / DOCUMENTS["忠县-2025"]).read_text(encoding="utf-8")
    (folder / "送审稿.txt").write_text(draft.replace("下降11%", "下降12%"), encoding="utf-8")
    assert run(["parse", str(folder), "-o", str(tmp_path / "out")]) == 0
    assert "任务有 2 条不同" in capsys.readouterr().err


def test_two_plans_of_one_id_in_a_folder_clash(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], at_root: Path
) -> None:
    text = (RAW / DOCUMENTS["忠县-2025"]).read_text(encoding="utf-8")
    other = re.sub(r"安全生产、防灾减灾\s*救灾和消防\s*工作要点", "森林防灭火工作要点", text)
    (folder / "送审稿.txt").write_text(other, encoding="utf-8")
    assert run(["parse", str(folder), "-o", str(tmp_path / "out")]) == 2
    assert "两者互不覆盖" in capsys.readouterr().err


COUNTY = """望山县人民政府关于印发望山县2026年消防工作要点的通知
望政发〔2026〕5号
望山县2026年消防工作要点
一、隐患
1.排查隐患。完成排查30处。（责任单位：县应急局）
"""
TOWN = COUNTY.replace("望山县", "望山县柳林镇").replace("望政发", "柳政发")


def test_a_run_writes_no_plan_over_that_of_another_circular(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A county and its town have one id in a year."""
    out = tmp_path / "out"
    for name, text in (
        ("县.txt", COUNTY),
        ("镇.txt", TOWN),
        ("县新.txt", COUNTY + "2.整改。完成。\n"),
    ):
        (tmp_path / name).write_text(text, encoding="utf-8")
    assert run(["parse", str(tmp_path / "县.txt"), "-o", str(out)]) == 0
    assert run(["parse", str(tmp_path / "镇.txt"), "-o", str(out)]) == 2
    assert "两者互不覆盖" in capsys.readouterr().err
    written = (out / "望山-2026.json").read_text(encoding="utf-8")
    assert "柳林镇" not in written
    # The same circular, amended, takes the place of the first.
    assert run(["parse", str(tmp_path / "县新.txt"), "-o", str(out)]) == 0


def test_an_archive_is_its_documents(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], at_root: Path
) -> None:
    archive = shutil.make_archive(str(tmp_path / "资料"), "zip", folder)
    out = tmp_path / "out"
    assert run(["parse", archive, "-o", str(out)]) == 0
    assert len(list(out.glob("*.json"))) == 2
