"""On a terminal: no column is narrower than its words, nothing is cut, a summary stands first."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable
from pathlib import Path

import pytest
from rich.cells import cell_len
from tests.conftest import ROOT

from safeplan import plans
from safeplan.cli import run
from safeplan.messages import headings
from safeplan.reports.result_sheets import Run, Sheet, SheetColumn
from safeplan.reports.terminal import console, print_sheet

Capture = pytest.CaptureFixture[str]


def printed(sheet: Sheet, width: int, capsys: Capture) -> list[str]:
    print_sheet(sheet, console(width))
    return capsys.readouterr().out.splitlines()


COLUMNS = [
    SheetColumn("task", 0),
    SheetColumn("old", 0),
    SheetColumn("name", 3),
    SheetColumn("content", 9),
]
SHEET = Sheet(
    "", COLUMNS, [["t1.1", "第105–109行", "森林火灾受害率", "0.3‰以内，并逐月通报。" * 3]]
)


def test_what_fits_is_a_table(capsys: Capture) -> None:
    lines = printed(SHEET, 100, capsys)
    assert re.search(r"编号 +去年 +名称 +目标（内容）", lines[1])
    assert any("森林火灾受害率" in line and "0.3‰以内" in line for line in lines)


def test_what_would_be_narrower_than_its_words_is_a_record(capsys: Capture) -> None:
    """Its ids on one line, each but the plain ones with its heading; then a line a text."""
    lines = [line.strip() for line in printed(SHEET, 50, capsys)]
    assert lines[1] == "t1.1  去年 第105–109行"
    assert lines[2].split() == ["名称", "森林火灾受害率"]
    assert lines[3].startswith("目标（内容）  0.3‰以内，")


def test_numbers_of_a_record_stand_side_by_side_and_empty_cells_nowhere(capsys: Capture) -> None:
    counts = [SheetColumn("total", 0, number=True), SheetColumn("count", 0, number=True)]
    sheet = Sheet(
        "", [SheetColumn("plan", 0), *counts, SheetColumn("note", 5)], [["沙坪坝" * 6, "7", "", ""]]
    )
    assert [line.strip() for line in printed(sheet, 40, capsys)][1:3] == ["沙坪坝" * 6, "合计 7"]


@pytest.mark.parametrize("width", [40, 60])
def test_nothing_is_cut_and_no_line_is_too_wide(width: int, capsys: Capture) -> None:
    lines = printed(SHEET, width, capsys)
    assert all(cell_len(line) <= width for line in lines)
    words = re.sub(r"[─\s]", "", "".join(lines))
    assert words.count("并逐月通报") == 3


def test_a_mark_has_a_sign_and_stays_beside_its_word(capsys: Capture) -> None:
    cell = [Run("受害率："), Run("≤0.3‰", "old"), Run("≤0.2‰", "new")]
    lines = printed(Sheet("", [SheetColumn("name", 3)], [[cell]]), 40, capsys)
    assert "受害率：［－≤0.3‰］［＋≤0.2‰］" in "".join(line.strip() for line in lines)


COMMANDS = {
    "check": ["check", "examples/忠县2026年工作要点.txt", "--against", "忠县-2025"],
    "trace": ["trace", "沙坪坝-2021-2025", "--in", "沙坪坝-2025"],
    "lint": ["lint", "忠县"],
    "owners": ["owners", "忠县", "南岸"],
    "show": ["show", "忠县"],
    "compare": ["compare", "忠县", "南岸", "--full"],
}


@pytest.mark.parametrize("width", ["80", "120"])
@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", COMMANDS)
def test_no_word_of_ours_is_broken(
    name: str, lang: str, width: str, capsys: Capture, at_root: Path
) -> None:
    """A heading stands whole on its line, and no line is wider than the terminal."""
    assert run([*COMMANDS[name], "--width", width, "--lang", lang]) in (0, 1)
    said = capsys.readouterr().out
    assert max(map(cell_len, said.splitlines())) <= int(width)
    words = {"zh": ("名称", "数量"), "en": ("name", "count")}[lang]
    for word in words:
        halves = rf"^\W*{word[0]}\s*$\n^\W*{word[1]}\s*$"
        assert not re.search(halves, said, re.MULTILINE)


def first_lines(name: str, capsys: Capture) -> str:
    assert run([*COMMANDS[name], "--width", "100"]) in (0, 1)
    return "\n".join(capsys.readouterr().out.splitlines()[:16])


def test_a_check_opens_with_what_changed_by_name_and_figure(capsys: Capture, at_root: Path) -> None:
    said = first_lines("check", capsys)
    assert "《关于加强高标准农田项目建设安全管理的通知》 t2.3" in said
    assert "森林火灾受害率 ≤0.3‰ → ≤0.2‰ t1.5" in said


def test_a_trace_opens_with_where_the_gaps_are(capsys: Capture, at_root: Path) -> None:
    said = first_lines("trace", capsys)
    assert "缺口在哪里" in said
    assert "第四篇重点工程" in said


def test_a_lint_opens_with_the_gravest_rule(capsys: Capture, at_root: Path) -> None:
    said = first_lines("lint", capsys)
    assert said.index("超过百分之百") < said.index("同一单位写了两遍")


def test_a_heading_that_was_renamed_is_named(capsys: Capture, at_root: Path) -> None:
    """It is no row: there is no id to show, and no bare dash in its place."""
    assert run(["check", "忠县", "--against", "沙坪坝-2025", "--width", "100"]) == 1
    said = capsys.readouterr().out
    assert "表题“重点整治”" in said
    assert "— —" not in said


def test_bodies_that_assist_are_shown_of_what_stands_alone(tmp_path: Path, capsys: Capture) -> None:
    made = []
    for region, content in (("忠县", "森林防火巡查"), ("南岸区", "高层建筑消防检查")):
        plan = plans.load(ROOT / "data/parsed/忠县-2025.json")
        body = plan.tasks[0].owners[0].model_copy(update={"name": "气象局", "role": "assisting"})
        task = plan.tasks[0].model_copy(
            update={"content": content, "owners": [body], "targets": []}
        )
        place = plan.region.model_copy(update={"name": region})
        update = {"plan_id": f"{region}-2025", "region": place, "tasks": [task], "measures": []}
        path = tmp_path / f"{region}.json"
        path.write_text(plan.model_copy(update=update).model_dump_json(), encoding="utf-8")
        made.append(str(path))
    assert run(["compare", *made, "--full", "--width", "100"]) == 0
    assert capsys.readouterr().out.count("气象局") == 2


def test_that_many_plans_are_not_aligned_is_said(tmp_path: Path, capsys: Capture) -> None:
    paths = list(copies(9, tmp_path))
    assert run(["owners", *paths, "--owner", "林业局"]) == 0
    assert "方案多于 8 个" in capsys.readouterr().out


def copies(count: int, folder: Path) -> Iterable[str]:
    """Yield the same plan under so many ids."""
    plan = plans.load(ROOT / "data/parsed/忠县-2025.json")
    for at in range(count):
        path = folder / f"{at}.json"
        one = plan.model_copy(update={"plan_id": f"忠县{at}-2025"})
        path.write_text(one.model_dump_json(), encoding="utf-8")
        yield str(path)


@pytest.mark.parametrize("name", [name for name in COMMANDS if name != "show"])
def test_csv_speaks_chinese_where_asked_and_has_the_same_rows(
    name: str, capsys: Capture, at_root: Path
) -> None:
    arguments = [word for word in COMMANDS[name] if word != "--full"]
    tables = []
    for fmt in ("csv", "csv-zh"):
        run([*arguments, "--format", fmt, "--lang", "en"])
        said = capsys.readouterr().out.removeprefix("\ufeff")
        tables.append(list(csv.reader(io.StringIO(said))))
    coded, spoken = tables
    assert [len(row) for row in coded] == [len(row) for row in spoken]
    assert not [word for word in spoken[0] if re.search("[A-Za-z]", word)]
    known = {*headings()["codes"], "finding", "detail"}
    at = [index for index, key in enumerate(coded[0]) if key in known]
    assert not [
        row[index] for row in spoken[1:] for index in at if row[index].isascii() and row[index]
    ]


def test_the_ending_csv_does_not_clash_with_chinese_headings(tmp_path: Path, at_root: Path) -> None:
    path = tmp_path / "对照.csv"
    assert run(["lint", "忠县", "-f", "csv-zh", "-o", str(path)]) == 1
    assert path.read_text(encoding="utf-8-sig").startswith("方案,问题,轻重,编号")


def test_an_added_target_is_marked_once(capsys: Capture, tmp_path: Path) -> None:
    for year, more in ((2025, ""), (2026, "，检查企业9家")):
        text = f"忠县{year}年安全生产工作要点\n一、重点\n1.整治临水临崖隐患路段30公里{more}。（县公安局牵头）\n"
        (tmp_path / f"{year}.txt").write_text(text, encoding="utf-8")
    new, old = (str(tmp_path / f"{year}.txt") for year in (2026, 2025))
    assert run(["check", new, "--against", old, "--width", "120"]) == 1
    assert re.search("(?<!＋)＋增设·检查企业：［－无］［＋9家］", capsys.readouterr().out)
