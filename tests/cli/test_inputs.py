"""What a user may name: standard input, patterns, plans that are not parsed yet."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from tests.conftest import DOCUMENTS, RAW, ROOT
from tests.running import Done, safeplan

from safeplan.cli import run

DOCUMENT = RAW / DOCUMENTS["忠县-2025"]
PARSED = ROOT / "data" / "parsed" / "忠县-2025.json"
SCAN = ROOT / "tests" / "originals" / "docx" / "沙坪坝区应急管理十四五规划.docx"


def fed(source: Path | bytes, *arguments: str) -> Done:
    """Run the program with a file, or bytes, on its standard input."""
    return safeplan(*arguments, fed=source if isinstance(source, bytes) else source.read_bytes())


@pytest.mark.parametrize("source", [DOCUMENT, SCAN], ids=["text", "docx"])
def test_parse_reads_standard_input(source: Path) -> None:
    result = fed(source, "parse", "-", "-o", "-")
    assert result.stderr == b""
    from_file = fed(b"", "parse", str(source), "-o", "-")
    plan, same = (json.loads(done.stdout) for done in (result, from_file))
    assert plan["source"].pop("path") == "-"
    same["source"].pop("path")
    assert plan == same


@pytest.mark.parametrize("source", [DOCUMENT, PARSED], ids=["document", "json"])
@pytest.mark.parametrize(
    "arguments",
    [
        ["show", "-"],
        ["lint", "-"],
        ["owners", "-"],
        ["compare", "-", "南岸"],
        ["compare", "南岸", "-"],
        ["check", "-", "--against", "忠县"],
        ["check", "南岸", "--against", "-"],
        ["trace", "璧山", "--in", "-"],
    ],
    ids=" ".join,
)
def test_a_plan_may_stand_on_standard_input(source: Path, arguments: list[str]) -> None:
    result = fed(source, *arguments)
    assert result.returncode in (0, 1), result.stderr.decode()
    assert result.stdout


def test_a_plan_without_a_name_has_that_of_the_input() -> None:
    rows = "序号\t工作任务\t责任单位\t完成时限\n1\t开展隐患排查\t应急局\t6月底前\n"
    result = fed(rows.encode(), "parse", "-", "-o", "-")
    assert json.loads(result.stdout)["plan_id"] == "stdin"


@pytest.mark.parametrize("source", [b"", b"%PDF-1.4 broken", b"{"], ids=["empty", "pdf", "json"])
def test_trouble_with_standard_input_names_it(source: bytes) -> None:
    result = fed(source, "show", "-")
    assert result.returncode == 2
    assert result.stderr.decode().startswith("safeplan: 标准输入: ")
    assert len(result.stderr.decode().splitlines()) == 1


def test_what_never_ends_is_given_up_on() -> None:
    result = subprocess.run(
        ["bash", "-c", f"yes 甲 | {sys.executable} -m safeplan lint -"],
        cwd=ROOT,
        capture_output=True,
        check=False,
        timeout=120,
    )
    assert result.returncode == 2
    assert "64 MB" in result.stderr.decode()


def test_a_pattern_the_shell_left_alone_is_expanded(
    capsys: pytest.CaptureFixture[str], at_root: Path
) -> None:
    assert run(["owners", "data/parsed/*区-2025.json", "data/parsed/忠?-2025.json"]) == 2
    assert "*区-2025.json" in capsys.readouterr().err  # nothing is named so
    assert run(["owners", "data/parsed/??-2025.json"]) == 0
    printed = capsys.readouterr().out
    assert "忠县-2025" in printed
    assert "南岸-2025" in printed


def test_where_nothing_is_parsed_yet_parse_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(["compare", "忠县", "南岸"]) == 2
    assert "safeplan parse" in capsys.readouterr().err
