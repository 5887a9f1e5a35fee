"""The catalogue as a user reads it: five forms, two languages, and what goes wrong."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from rich.cells import cell_len
from tests.conftest import DOCUMENTS
from tests.corpus.labelled import (
    group_labels,
    made_plan,
    made_target,
    made_task,
    one_measure,
    write_corpus,
)

from safeplan.cli import run
from safeplan.corpus.aligning import align
from safeplan.corpus.store import Origin, write_plan
from safeplan.models import Plan

Run = Callable[..., str]
VERBS = {
    "measures": ["measures"],
    "rank": ["rank", "火灾起数"],
    "place": ["place", "忠县"],
}


@pytest.fixture(scope="module")
def real(real_plans: dict[str, Plan], tmp_path_factory: pytest.TempPathFactory) -> Path:
    districts = [real_plans[plan_id] for plan_id in list(DOCUMENTS)[:3]]
    return write_corpus(tmp_path_factory.mktemp("real"), districts, group_labels(districts))


@pytest.fixture
def said(capsysbinary: pytest.CaptureFixture[bytes]) -> Run:
    """Run a command that must do its work, and return what it prints."""

    def said_by(*arguments: str, corpus: Path) -> str:
        assert run(["corpus", *arguments, "--corpus", str(corpus)]) == 0
        return capsysbinary.readouterr().out.decode()

    return said_by


@pytest.mark.parametrize("width", [100, 160])
@pytest.mark.parametrize("verb", VERBS)
def test_a_table_keeps_to_its_width_and_cuts_nothing(
    verb: str, width: int, real: Path, said: Run
) -> None:
    lines = said(*VERBS[verb], "--width", str(width), "--most", "0", corpus=real).splitlines()
    assert max(cell_len(line) for line in lines) <= width
    assert not any("…" in line for line in lines if "……" not in line)


def test_a_ranking_shows_value_words_task_and_place(real: Path, said: Run) -> None:
    text = said("rank", "火灾起数", "--width", "160", corpus=real)
    first = next(line for line in text.splitlines() if "↓11%（2023年）" in line)
    assert first.split() == [
        "1",
        "忠县-2025",
        "↓11%（2023年）",
        "较2023年下降11%",
        "t6.2",
        "忠县2025年工作要点.txt",
        "第723–727行",
    ]
    off = next(line for line in text.splitlines() if "基准不同" in line)
    assert "沙坪坝-2025" in off
    assert "较2024年下降10%" in off


def test_long_tables_say_how_many_rows_are_left(real: Path, said: Run) -> None:
    short = said("measures", "--most", "2", corpus=real)
    every = json.loads(said("measures", "--format", "json", corpus=real))["measures"]
    assert f"另有 {len(every) - 2} 行未显示" in short


def test_the_keys_of_the_json(real: Path, said: Run) -> None:
    found = {
        verb: json.loads(said(*asked, "--format", "json", corpus=real))
        for verb, asked in VERBS.items()
    }
    assert list(found["measures"]) == [
        "plans", "districts", "tasks", "unlabelled", "hidden", "measures",
    ]  # fmt: skip
    assert list(found["measures"]["measures"][0]) == [
        "label", "name", "content", "plan_id", "task_id", "plans", "districts", "years", "tasks",
        "owners", "targets", "stated",
    ]  # fmt: skip
    assert list(found["rank"]) == [
        "label", "name", "content", "plan_id", "task_id", "plans", "districts", "years", "tasks",
        "subjects", "hidden", "elsewhere", "without",
    ]  # fmt: skip
    ranking = found["rank"]["subjects"][0]["rankings"][0]
    assert set(ranking) == {
        "form", "unit", "baseline", "kind", "plans", "strictest", "median", "loosest", "rows",
    }  # fmt: skip
    source = ranking["rows"][0]["source"]
    assert source.pop("path").endswith("忠县2025年工作要点.txt")
    assert source == {"lines": [723, 727], "page": None, "table": None, "row": None}
    assert set(ranking["rows"][0]) == {
        "plan_id", "region", "start_year", "end_year", "task_id", "label", "target", "source",
        "rank",
    }  # fmt: skip
    near = found["place"]["partly"][0]["near"]
    assert set(near) == {"task_id", "name", "content", "relation", "score", "source"}
    assert {"lacking", "extremes", "owners", "local", "comparable"} <= set(found["place"])


@pytest.fixture(scope="module")
def aligned(real_plans: dict[str, Plan], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The three districts with the labels that `corpus align` gives them."""
    districts = [real_plans[plan_id] for plan_id in list(DOCUMENTS)[:3]]
    folder = write_corpus(tmp_path_factory.mktemp("aligned"), districts, {})
    align(folder)
    return folder


QUARTERS = ["rank", "忠县:t3.2", "--subject", "老旧小区"]


def test_a_row_of_another_label_is_marked_and_explained(aligned: Path, said: Run) -> None:
    text = said(*QUARTERS, "--width", "160", corpus=aligned)
    (label,) = {row["label"] for row in ranked(aligned, said) if row["plan"] == "沙坪坝-2025"}
    lines = [line.split() for line in text.splitlines() if "沙坪坝-2025" in line]
    assert [line[:2] + line[4:6] for line in lines] == [["1", "沙坪坝-2025", "t3.6", label]] * 2
    assert "另一标签" in text
    assert "有2个方案在这个标签下没有写这项指标" in "".join(text.split())
    alone = said(*QUARTERS, "--only-label", corpus=aligned)
    assert "另一标签" not in alone
    rows = rows_of(said(*QUARTERS, "--only-label", "--format", "csv", corpus=aligned))
    assert {row["reason"] for row in rows} == {"alone"}


def ranked(corpus: Path, said: Run) -> list[dict[str, str]]:
    return rows_of(said(*QUARTERS, "--format", "csv", corpus=corpus))


def test_a_workbook_marks_the_other_label(aligned: Path, tmp_path: Path, said: Run) -> None:
    path = tmp_path / "结果.xlsx"
    said(*QUARTERS, "--format", "xlsx", "-o", str(path), corpus=aligned)
    head, *rows = load_workbook(path)["排名"].iter_rows(values_only=True)
    marked = {row[head.index("方案")] for row in rows if row[head.index("另一标签")]}
    assert marked == {"沙坪坝-2025", "南岸-2025"}


@pytest.mark.parametrize(
    ("language", "says"),
    [
        (
            "zh",
            [
                "项部分具备（有相近条目）",
                "t4.40 深化行政执法改革",
                "部分相同，把握 1.00；第525–529行",
            ],
        ),
        (
            "en",
            ["in part (a task", "t4.40 深化行政执法改革", "partial, confidence 1.00; l. 525"],
        ),
    ],
)
@pytest.mark.parametrize("fmt", ["table", "html"])
def test_what_comes_near_is_shown_beside_the_measure(
    fmt: str,
    language: str,
    says: list[str],
    aligned: Path,
    said: Run,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SAFEPLAN_LANG", language)
    text = said("place", "忠县", "--width", "250", "--format", fmt, corpus=aligned)
    for words in says:
        assert words in text


def rows_of(text: str) -> list[dict[str, str]]:
    assert text.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(text[1:])))


def test_csv_has_a_row_a_record(real: Path, said: Run) -> None:
    ranked = rows_of(said("rank", "火灾起数", "--format", "csv", corpus=real))
    assert [(row["rank"], row["reason"], row["plan"], row["value"]) for row in ranked] == [
        ("1", "", "忠县-2025", "11"),
        ("2", "", "南岸-2025", "10"),
        ("", "baseline", "沙坪坝-2025", "10"),
    ]
    measures = rows_of(said("measures", "--find", "森林火灾受害率", "--format", "csv", corpus=real))
    assert [(row["plans"], row["strictest"], row["leads"]) for row in measures] == [
        ("3", "≤0.3‰", "林业局 100%")
    ]
    placed = rows_of(said("place", "忠县", "--format", "csv", corpus=real))
    assert {row["finding"] for row in placed} == {"lacking", "partly", "local"}
    for row in placed:
        assert bool(row["near"]) == (row["finding"] == "partly")


@pytest.mark.parametrize(
    ("verb", "tabs"),
    [
        ("measures", ["措施目录"]),
        ("rank", ["排名", "未排名", "火灾起数 目标由严到宽"]),
        ("place", ["概况"]),
    ],
)
def test_a_workbook_has_a_sheet_a_question(
    verb: str, tabs: list[str], real: Path, tmp_path: Path, said: Run
) -> None:
    path = tmp_path / "结果.xlsx"
    said(*VERBS[verb], "--format", "xlsx", "-o", str(path), corpus=real)
    assert load_workbook(path).sheetnames[: len(tabs)] == tabs


@pytest.mark.parametrize("verb", VERBS)
def test_a_page_is_in_the_language_asked_for(
    verb: str, real: Path, said: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    chinese = said(*VERBS[verb], "--format", "html", corpus=real)
    assert '<html lang="zh-CN">' in chinese
    monkeypatch.setenv("SAFEPLAN_LANG", "en")
    english = said(*VERBS[verb], "--format", "html", corpus=real)
    assert '<html lang="en">' in english
    assert "plans" in english


def hostile(folder: Path) -> Path:
    """A corpus whose texts are formulas, markup, and tags of Rich."""
    text = "=HYPERLINK(1)<script>alert(1)</script>[red]红"
    targets = [
        made_target(99 - at).model_copy(update={"subject": text, "text": text}) for at in range(7)
    ]
    plans = [
        made_plan(f"县{at}", made_task(1, text, target, content=text, others=[text]))
        for at, target in enumerate(targets)
    ]
    return write_corpus(folder, plans, one_measure(plans))


@pytest.mark.parametrize("asked", [["measures"], ["rank", "县0:t1.1"], ["place", "县0"]])
def test_hostile_text_stays_text(asked: list[str], tmp_path: Path, said: Run) -> None:
    folder = hostile(tmp_path / "corpus")
    table = said(*asked, "--width", "160", corpus=folder)
    assert "[red]" in table
    assert "<script>alert" not in said(*asked, "--format", "html", corpus=folder)
    for row in rows_of(said(*asked, "--format", "csv", corpus=folder)):
        assert not any(cell.startswith("=") for cell in row.values())
    path = tmp_path / "结果.xlsx"
    said(*asked, "--format", "xlsx", "-o", str(path), corpus=folder)
    cells = [cell for sheet in load_workbook(path) for row in sheet for cell in row]
    assert not any(cell.data_type == "f" for cell in cells)


def trouble(*arguments: str, corpus: Path, capsys: Any) -> str:
    assert run(["corpus", *arguments, "--corpus", str(corpus)]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    (line,) = str(err).splitlines()
    return line


def test_an_ambiguous_name_lists_what_it_may_be(
    real: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    line = trouble("rank", "领域", corpus=real, capsys=capsys)
    assert "个方案" in line
    assert "建筑施工领域" in line


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["rank", "没有的"], "corpus measures --find"),
        (["place", "没有"], "没有"),
        (["rank", "火灾起数", "--year", "2020"], "没有这项措施"),
        (["measures", "--level", "village"], "county"),
    ],
)
def test_what_is_not_there_is_one_line(
    arguments: list[str], says: str, real: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert says in trouble(*arguments, corpus=real, capsys=capsys)


@pytest.mark.parametrize("asked", [["measures"], ["rank", "整改"], ["place", "县甲"]])
def test_without_labels_the_command_to_run_is_named(
    asked: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plans = [made_plan("县甲", made_task(1, "整改"))]
    write_corpus(tmp_path, plans, one_measure(plans))
    (tmp_path / "labels.parquet").unlink()
    assert "safeplan corpus align" in trouble(*asked, corpus=tmp_path, capsys=capsys)


@pytest.mark.parametrize("asked", [["measures"], ["rank", "整改"], ["place", "县甲"]])
def test_old_labels_are_warned_of_and_used(
    asked: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plans = [made_plan("县甲", made_task(1, "整改")), made_plan("县乙", made_task(1, "整改"))]
    write_corpus(tmp_path, plans, one_measure(plans))
    write_plan(
        tmp_path, made_plan("县丙", made_task(1, "整改")), Origin("县丙.txt", "0" * 64, "test")
    )
    assert run(["corpus", *asked, "--corpus", str(tmp_path)]) == 0
    out, err = capsys.readouterr()
    assert "1 条任务没有标签" in err
    assert out


def test_nobody_to_compare_with_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    plans = [made_plan("县甲", made_task(1, "整改"))]
    write_corpus(tmp_path, plans, one_measure(plans))
    assert run(["corpus", "place", "县甲", "--corpus", str(tmp_path)]) == 0
    assert "没有可比的方案" in capsys.readouterr().err
