"""The folder of a corpus: what lies in it, told cheaply, and what is wrong, told in one line."""

from __future__ import annotations

import os
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.corpus.circulars import entries, find

from safeplan.corpus import CorpusError
from safeplan.corpus.schema import table_of
from safeplan.corpus.store import (
    Origin,
    fingerprint,
    locked,
    plan_file,
    read_plan,
    survey,
    tidy,
    write_plan,
)
from safeplan.models import Plan


def origin_of(plan: Plan, sha256: str = "") -> Origin:
    return Origin(f"../来件/{plan.plan_id}.txt", sha256 or plan.source.sha256, "1")


@pytest.fixture
def corpus(tmp_path: Path, real_plans: dict[str, Plan]) -> Path:
    """The five documents, a file each."""
    for plan in real_plans.values():
        write_plan(tmp_path / "库", plan, origin_of(plan))
    return tmp_path / "库"


def test_a_plan_lies_in_the_folder_of_its_first_year(corpus: Path) -> None:
    files = sorted(path.relative_to(corpus).as_posix() for path in corpus.rglob("*.parquet"))
    assert files == [
        "plans/year=2021/沙坪坝-2021-2025.parquet",
        "plans/year=2024/璧山-2024-2026.parquet",
        "plans/year=2025/南岸-2025.parquet",
        "plans/year=2025/忠县-2025.parquet",
        "plans/year=2025/沙坪坝-2025.parquet",
    ]


def test_what_lies_there_is_told_without_reading_a_row(
    corpus: Path, real_plans: dict[str, Plan]
) -> None:
    """Even where the rows are damaged: only the footer is looked at."""
    file = plan_file(corpus, real_plans["忠县-2025"])
    data = bytearray(file.read_bytes())
    data[4:2000] = bytes(1996)
    file.write_bytes(data)
    told = {entry.plan_id: entry for entry in entries(corpus)}
    assert set(told) == set(real_plans)
    entry = told["忠县-2025"]
    assert entry.year == 2025
    assert entry.source_sha256 == real_plans["忠县-2025"].source.sha256
    assert entry.origin == origin_of(real_plans["忠县-2025"])
    with pytest.raises(CorpusError, match="broken_parquet"):
        read_plan(entry)


def test_a_file_of_many_plans_gives_each_of_them(
    tmp_path: Path, real_plans: dict[str, Plan]
) -> None:
    """As made corpora have them: no metadata, so no measures and no findings."""
    districts = [real_plans[f"{name}-2025"] for name in ("沙坪坝", "忠县", "南岸")]
    folder = tmp_path / "plans" / "year=2025"
    folder.mkdir(parents=True)
    rows = pa.concat_tables(table_of(plan) for plan in districts)
    pq.write_table(rows, folder / "part-000.parquet")
    assert [entry.plan_id for entry in entries(tmp_path)] == sorted(p.plan_id for p in districts)
    for plan in districts:
        back = read_plan(find(tmp_path, plan.plan_id))
        assert back.tasks == plan.tasks
        assert back == plan.model_copy(update={"measures": [], "findings": []})


def test_a_shortened_id_names_its_plan_while_it_is_unique(corpus: Path) -> None:
    assert find(corpus, "忠县").plan_id == "忠县-2025"
    with pytest.raises(CorpusError, match="ambiguous_plan"):
        find(corpus, "沙坪坝")
    with pytest.raises(CorpusError, match="unknown_plan"):
        find(corpus, "渝北")


def test_no_corpus_holds_nothing(tmp_path: Path) -> None:
    assert entries(tmp_path / "没有") == []
    assert fingerprint(tmp_path / "没有") == fingerprint(tmp_path / "也没有")


# --- the fingerprint ----------------------------------------------------------------------------


def test_the_fingerprint_is_of_what_is_in_it_not_of_where_or_when(
    corpus: Path, tmp_path: Path
) -> None:
    before = fingerprint(corpus)
    for file in corpus.rglob("*.parquet"):
        os.utime(file, (1, 1))
    (corpus / "labels.parquet").write_bytes(b"")
    assert fingerprint(corpus.rename(tmp_path / "别处")) == before


@pytest.mark.parametrize("change", ["content", "gone", "renamed"])
def test_the_fingerprint_changes_with_the_plans(
    change: str, corpus: Path, real_plans: dict[str, Plan]
) -> None:
    before = fingerprint(corpus)
    plan = real_plans["忠县-2025"]
    file = plan_file(corpus, plan)
    if change == "content":
        last = plan.tasks[-1].model_copy(update={"content": plan.tasks[-1].content + "。"})
        changed = plan.model_copy(update={"tasks": [*plan.tasks[:-1], last]})
        write_plan(corpus, changed, origin_of(plan, "f" * 64))
    elif change == "gone":
        file.unlink()
    else:
        file.rename(file.with_name("忠州-2025.parquet"))
    assert fingerprint(corpus) != before


# --- what goes wrong ----------------------------------------------------------------------------


@pytest.mark.parametrize("damage", ["empty", "cut short", "overwritten"])
def test_a_broken_file_is_named_and_the_others_are_told(
    damage: str, corpus: Path, real_plans: dict[str, Plan]
) -> None:
    file = plan_file(corpus, real_plans["忠县-2025"])
    data = file.read_bytes()
    file.write_bytes({"empty": b"", "cut short": data[:-500], "overwritten": b"x" * 900}[damage])
    for trial in (entries, fingerprint):
        with pytest.raises(CorpusError, match="broken_parquet") as caught:
            trial(corpus)
        assert caught.value.where == str(file)
    found, broken = survey(corpus)
    assert len(found) == 4
    assert [error.where for error in broken] == [str(file)]


def test_parquet_of_something_else_is_no_plan(tmp_path: Path) -> None:
    folder = tmp_path / "plans" / "year=2025"
    folder.mkdir(parents=True)
    pq.write_table(pa.table({"a": [1]}), folder / "别的.parquet")
    with pytest.raises(CorpusError, match="not_a_corpus_file"):
        entries(tmp_path)


@pytest.mark.parametrize("plan_id", ["../忠县-2025", "a/b", "", ".忠县", "忠县:2025", "忠\0县"])
def test_an_id_that_cannot_name_a_file_is_refused(
    plan_id: str, tmp_path: Path, real_plans: dict[str, Plan]
) -> None:
    plan = real_plans["忠县-2025"].model_copy(update={"plan_id": plan_id})
    with pytest.raises(CorpusError, match="bad_plan_id"):
        write_plan(tmp_path, plan, origin_of(plan))
    assert list(tmp_path.rglob("*")) == []


def test_a_number_out_of_range_is_said(tmp_path: Path, real_plans: dict[str, Plan]) -> None:
    plan = real_plans["忠县-2025"]
    task = plan.tasks[0].model_copy(update={"row": 2**40})
    with pytest.raises(CorpusError, match="not_storable"):
        write_plan(tmp_path, plan.model_copy(update={"tasks": [task]}), origin_of(plan))
    assert list(tmp_path.rglob("*.p*t")) == []


def test_one_process_writes_at_a_time(tmp_path: Path) -> None:
    with (
        locked(tmp_path / "库"),
        pytest.raises(CorpusError, match="corpus_busy"),
        locked(tmp_path / "库"),
    ):
        pass
    with locked(tmp_path / "库"):
        pass


# --- what a killed run leaves -------------------------------------------------------------------


def test_half_written_files_are_no_plans_and_are_cleared_away(corpus: Path) -> None:
    whole = fingerprint(corpus)
    part = corpus / "plans" / "year=2025" / ".巴南-2025.parquet.4711.part"
    part.write_bytes(b"PAR1")
    assert fingerprint(corpus) == whole
    tidy(corpus)
    assert not part.exists()
    assert fingerprint(corpus) == whole


def test_of_two_plans_from_one_document_the_newer_stays(
    corpus: Path, real_plans: dict[str, Plan]
) -> None:
    """A run was killed when it had written the new plan and not yet removed the old one."""
    old = real_plans["忠县-2025"]
    new = old.model_copy(
        update={
            "plan_id": "忠县-2026",
            "period": old.period.model_copy(update={"start_year": 2026, "end_year": 2026}),
        }
    )
    origin = Origin(origin_of(old).path, "f" * 64, "1")
    newer = write_plan(corpus, new, origin)
    os.utime(plan_file(corpus, old), (1, 1))
    tidy(corpus)
    assert newer.file.exists()
    assert not plan_file(corpus, old).exists()
    assert len(entries(corpus)) == 5
