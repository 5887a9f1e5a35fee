"""Where options may stand, what a group without a verb says, and where the output goes."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.conftest import ROOT
from tests.running import safeplan

from safeplan.cli import run


def test_a_group_without_a_verb_shows_its_help_and_complains_of_nothing() -> None:
    result = safeplan("corpus")
    assert "用法：safeplan corpus" in result.stdout.decode()
    assert result.stderr == b""


def test_a_help_page_loads_nothing_of_what_the_verbs_need() -> None:
    script = (
        "import sys; from safeplan.cli import run; run(['--help']); run(['corpus', '--help']);"
        "sys.exit(' '.join({'safeplan.models', 'rich.table'} & {*sys.modules}) or 0)"
    )
    result = subprocess.run([sys.executable, "-c", script], capture_output=True, check=False)
    assert "用法" in result.stdout.decode()
    assert result.stderr == b""


# --- --lang and --quiet anywhere ------------------------------------------------------------


@pytest.mark.parametrize(
    "arguments",
    [
        ["--lang", "en", "show", "忠县", "--table", "t1"],
        ["show", "--lang=en", "忠县", "--table", "t1"],
        ["show", "忠县", "--table", "t1", "--lang", "en"],
    ],
    ids=" ".join,
)
def test_the_language_may_stand_anywhere(
    arguments: list[str], capsys: pytest.CaptureFixture[str], at_root: Path
) -> None:
    assert run(arguments) == 0
    assert "核心绩效指标 (5 tasks)" in capsys.readouterr().out
    assert "SAFEPLAN_LANG" not in os.environ


def test_an_unknown_language_is_refused_wherever_it_stands(
    capsys: pytest.CaptureFixture[str], at_root: Path
) -> None:
    assert run(["show", "忠县", "--lang", "fr"]) == 2
    assert "fr" in capsys.readouterr().err


def test_quiet_leaves_results_and_trouble(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], at_root: Path
) -> None:
    out = ["-o", str(tmp_path)]
    assert run(["parse", "data/raw/忠县2025年工作要点.txt", *out, "--quiet"]) == 0
    assert capsys.readouterr() == ("", "")
    assert run(["--quiet", "parse", "没有.txt", *out]) == 2
    assert "没有.txt" in capsys.readouterr().err


# --- where the output goes ------------------------------------------------------------------


def shell(script: str) -> subprocess.CompletedProcess[bytes]:
    """Run a line of a shell in which `$S` is the program."""
    return subprocess.run(
        ["bash", "-c", script],
        cwd=ROOT,
        env={**os.environ, "S": f"{sys.executable} -m safeplan"},
        capture_output=True,
        check=False,
        timeout=120,
    )


posix = pytest.mark.skipif(sys.platform == "win32", reason="asks a shell of Unix")


@posix
def test_a_pipe_of_the_shell_is_written_to() -> None:
    result = shell("$S owners 忠县 -f csv -o >(cat); wait $!")
    assert result.stdout.startswith(b"\xef\xbb\xbfowner,")


def test_a_device_is_written_to_and_stays_what_it_is(tmp_path: Path) -> None:
    if sys.platform == "win32":
        pytest.skip("asks a shell of Unix")
    assert shell("$S owners 忠县 -f csv -o /dev/null").returncode == 0
    assert Path("/dev/null").is_char_device()
    named = tmp_path / "named"
    os.mkfifo(named)
    result = shell(f"cat {named} & $S owners 忠县 -f csv -o {named}; wait")
    assert result.stdout.startswith(b"\xef\xbb\xbfowner,")
    assert named.is_fifo()


@posix
def test_a_link_goes_on_leading_to_its_file(tmp_path: Path) -> None:
    file, link = tmp_path / "file.csv", tmp_path / "link.csv"
    file.write_text("old")
    link.symlink_to(file)
    assert run(["owners", str(ROOT / "data/parsed/忠县-2025.json"), "-o", str(link)]) == 0
    assert link.is_symlink()
    assert file.read_bytes().startswith(b"\xef\xbb\xbfowner,")


@posix
@pytest.mark.parametrize(
    "script", ["$S show 忠县 >&-", "$S owners 忠县 | true", "$S show 忠县 >&- 2>&- <&-"]
)
def test_a_closed_output_ends_quietly(script: str) -> None:
    result = shell(script)
    assert result.stderr == b""


def test_a_file_held_open_elsewhere_says_close_it(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    at_root: Path,
) -> None:
    """Excel on Windows: the file can be read, and not replaced."""

    def held(self: Path, target: Path) -> Path:
        error = PermissionError(13, "denied", str(self))
        error.winerror = 5  # type: ignore[attr-defined,unused-ignore]
        raise error

    target = tmp_path / "对照.xlsx"
    target.write_bytes(b"old")
    monkeypatch.setattr(Path, "replace", held)
    assert run(["owners", "忠县", "-o", str(target)]) == 2
    said = capsys.readouterr().err
    assert "对照.xlsx" in said
    assert "关闭" in said
    assert [path.name for path in tmp_path.iterdir()] == ["对照.xlsx"]
