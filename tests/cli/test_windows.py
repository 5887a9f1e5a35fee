"""What is otherwise on Windows, tried with its answers put in the mouth of this system."""

from __future__ import annotations

import errno
import sys
from pathlib import Path

import pytest

from safeplan.cli import _unexpected, run
from safeplan.cli.loading import expanded
from safeplan.messages import system_reason

Capture = pytest.CaptureFixture[str]


def of_windows(code: int, number: int = errno.EACCES) -> OSError:
    """An error as Windows gives it."""
    error = PermissionError(number, "Access is denied")
    error.winerror = code  # type: ignore[attr-defined,unused-ignore]
    return error


@pytest.mark.parametrize("code", [32, 33])
def test_a_file_in_use_is_not_a_lack_of_rights(code: int) -> None:
    assert system_reason(of_windows(code)) == "正被占用"
    assert system_reason(of_windows(5)) == "没有权限"


def test_brackets_of_a_name_are_no_pattern(tmp_path: Path) -> None:
    for name in ("要点[1].txt", "要点1.txt"):
        (tmp_path / name).touch()
    assert list(expanded([str(tmp_path / "要点[1]*.txt")])) == [str(tmp_path / "要点[1].txt")]
    assert list(expanded([str(tmp_path / "要点[1].txt")])) == [str(tmp_path / "要点[1].txt")]


def test_who_stops_reading_ends_the_program_quietly(
    monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    """`safeplan show 忠县 | more`, ended by `q`: a pipe that is closed is no invalid argument."""
    closed = OSError(errno.EINVAL, "Invalid argument")
    assert _unexpected(closed) == 2
    capsys.readouterr()
    monkeypatch.setattr(sys, "platform", "win32")
    assert _unexpected(closed) == 141
    assert _unexpected(OSError(errno.EINVAL, "Invalid argument", "a:b")) == 2
    assert "a:b" in capsys.readouterr().err


def test_on_a_terminal_of_windows_nothing_is_paged(
    monkeypatch: pytest.MonkeyPatch, capsys: Capture, at_root: Path
) -> None:
    """Its own pager knows neither colours nor code pages other than its own."""
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    monkeypatch.delenv("PAGER", raising=False)
    monkeypatch.setattr("pydoc.pager", lambda text: pytest.fail("paged"))
    assert run(["lint", "忠县"]) == 1
    assert "忠县-2025" in capsys.readouterr().out
