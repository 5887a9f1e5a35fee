"""`--format xlsx` and `--format html` as a user runs them."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest
from openpyxl import load_workbook
from tests.conftest import ROOT

from safeplan.cli import run

PAIR = ["沙坪坝-2025", "忠县"]


@pytest.mark.parametrize(
    ("verb", "first"), [("compare", "对照"), ("owners", "责任单位")], ids=["compare", "owners"]
)
def test_a_workbook_is_written_to_a_file(
    verb: str, first: str, at_root: Path, tmp_path: Path
) -> None:
    path = tmp_path / "结果.xlsx"
    assert run([verb, *PAIR, "--format", "xlsx", "-o", str(path)]) == 0
    assert load_workbook(path).sheetnames[0] == first


@pytest.mark.parametrize("verb", ["compare", "owners"])
def test_a_page_is_written_to_a_file(verb: str, at_root: Path, tmp_path: Path) -> None:
    path = tmp_path / "结果.html"
    assert run([verb, *PAIR, "--format", "html", "-o", str(path)]) == 0
    page = path.read_text(encoding="utf-8")
    assert page.lstrip().startswith("<!DOCTYPE html>")
    assert "消防救援局" in page


def test_filters_are_for_what_people_read(at_root: Path, tmp_path: Path) -> None:
    whole, part = tmp_path / "whole.xlsx", tmp_path / "part.xlsx"
    assert run(["compare", *PAIR, "-f", "xlsx", "-o", str(whole)]) == 0
    assert run(["compare", *PAIR, "-f", "xlsx", "-o", str(part), "--table", "t1"]) == 0
    rows = [load_workbook(path)["对照"].max_row for path in (whole, part)]
    assert rows[0] > rows[1] > 1


def test_a_workbook_is_not_thrown_at_a_terminal() -> None:
    if sys.platform == "win32":
        pytest.skip("Windows has no terminals of this kind")
    ours, theirs = pty.openpty()
    result = subprocess.run(
        [sys.executable, "-m", "safeplan", "compare", *PAIR, "-f", "xlsx"],
        cwd=ROOT,
        stdout=theirs,
        stderr=subprocess.PIPE,
        check=False,
        timeout=120,
    )
    os.close(theirs)
    os.close(ours)
    assert result.returncode == 2
    assert "-o" in result.stderr.decode()


def test_the_same_plans_give_the_same_page(at_root: Path, tmp_path: Path) -> None:
    paths = [tmp_path / "1.html", tmp_path / "2.html"]
    for path in paths:
        assert run(["compare", *PAIR, "-f", "html", "-o", str(path)]) == 0
    assert paths[0].read_bytes() == paths[1].read_bytes()


@pytest.mark.parametrize("name", ["x.html", "x.HTM", "x.csv", "x.json", "x.xlsx"])
def test_the_ending_of_the_file_tells_the_format(name: str, at_root: Path, tmp_path: Path) -> None:
    told, asked = tmp_path / name, tmp_path / "asked"
    kind = {"htm": "html"}.get(name.lower()[2:], name.lower()[2:])
    assert run(["compare", *PAIR, "-o", str(told)]) == 0
    assert run(["compare", *PAIR, "-f", kind, "-o", str(asked)]) == 0
    if kind != "xlsx":  # a workbook holds when it was made
        assert told.read_bytes() == asked.read_bytes()
    assert told.read_bytes()[:2] == asked.read_bytes()[:2]


def test_an_ending_that_clashes_with_the_format_is_refused(
    at_root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "x.html"
    assert run(["compare", *PAIR, "-f", "csv", "-o", str(path)]) == 2
    assert "x.html" in capsys.readouterr().err
    assert not path.exists()
