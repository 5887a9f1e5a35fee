"""`safeplan decide`: the verdicts of a review sheet or of a page, taken over or refused whole."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest
from openpyxl import load_workbook
from tests.conftest import ROOT

from safeplan.cli import run
from safeplan.links.decisions import load

GOOD = {
    "verdict": "same",
    "left": {"region": "忠县", "name": "甲", "content": "做甲。"},
    "right": {"region": "南岸", "name": "乙", "content": "做乙。"},
    "who": "王",
    "when": "2026-11-22",
    "note": "",
}


def lines(*decisions: object) -> str:
    return "".join(f"{json.dumps(one, ensure_ascii=False)}\n" for one in decisions)


def test_what_a_page_saved_is_taken_over(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    saved, kept = tmp_path / "判定.jsonl", tmp_path / "decisions.jsonl"
    saved.write_text(lines(GOOD), encoding="utf-8")
    assert run(["decide", str(saved), "--decisions", str(kept)]) == 0
    assert "收下 1 条判定" in capsys.readouterr().out
    assert [(one.verdict, one.who) for one in load(kept)] == [("same", "王")]
    saved.write_text(lines({**GOOD, "verdict": "different"}), encoding="utf-8")
    assert run(["decide", str(saved), "--decisions", str(kept)]) == 0
    assert [one.verdict for one in load(kept)] == ["different"]


def test_every_bad_line_of_a_page_is_named_and_nothing_taken(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    saved, kept = tmp_path / "判定.jsonl", tmp_path / "decisions.jsonl"
    bad = {**GOOD, "verdict": "大概"}
    saved.write_text(lines(bad, GOOD, {**GOOD, "when": "昨天"}), encoding="utf-8")
    assert run(["decide", str(saved), "--decisions", str(kept)]) == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    for part in (str(saved), "第 1 行", "大概", "第 3 行", "昨天"):
        assert part in said
    assert not kept.exists()


def test_every_bad_row_of_a_sheet_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], at_root: Path
) -> None:
    sheet, kept = tmp_path / "审核.xlsx", tmp_path / "decisions.jsonl"
    plans = [str(ROOT / f"data/parsed/{place}-2025.json") for place in ("忠县", "南岸")]
    assert run(["compare", *plans, "--review", str(sheet), "--decisions", str(kept)]) == 0
    book = load_workbook(io.BytesIO(sheet.read_bytes()))
    for row, verdict in ((2, "大概"), (3, "相同"), (5, "也许")):
        book.worksheets[0].cell(row, 1).value = verdict
    book.save(sheet)
    capsys.readouterr()
    assert run(["decide", str(sheet), "--decisions", str(kept)]) == 2
    said = capsys.readouterr().err
    for part in (str(sheet), "第 2 行", "大概", "第 5 行", "也许"):
        assert part in said
    assert not kept.exists()


def test_two_who_decide_at_once_lose_no_verdict(tmp_path: Path) -> None:
    kept = tmp_path / "decisions.jsonl"
    each = 40
    processes = []
    for who in ("王", "李"):
        saved = tmp_path / f"{who}.jsonl"
        left = [
            {"region": "忠县", "name": who + chr(ord("一") + at), "content": "做甲。"}
            for at in range(each)
        ]
        saved.write_text(lines(*({**GOOD, "who": who, "left": one} for one in left)), "utf-8")
        command = [sys.executable, "-m", "safeplan", "decide", str(saved), "--decisions", str(kept)]
        processes.append(subprocess.Popen(command, stdout=subprocess.DEVNULL, cwd=tmp_path))
    assert [process.wait(60) for process in processes] == [0, 0]
    assert len(load(kept)) == 2 * each
