"""The made corpus that the scale path is measured on: its truth can be believed."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from importlib import import_module
from itertools import combinations
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pyarrow.dataset as ds
import pyarrow.parquet as pq
import pytest
from tests.conftest import ROOT

from safeplan import vocabulary
from safeplan.corpus.schema import TASKS

RECORDS = 1500
Rows = list[dict[str, Any]]


@pytest.fixture(scope="module")
def made() -> Iterator[ModuleType]:
    """The generator, which is a script beside the package."""
    sys.path.insert(0, str(ROOT / "bench"))
    try:
        yield import_module("made")
    finally:
        sys.path.remove(str(ROOT / "bench"))


@pytest.fixture(scope="module")
def corpus(made: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made")
    made.write(RECORDS, 7, folder, processes=1)
    return folder


@pytest.fixture(scope="module")
def rows(corpus: Path) -> Rows:
    return list(ds.dataset(corpus / "plans", partitioning="hive").to_table().to_pylist())


@pytest.fixture(scope="module")
def truth(corpus: Path) -> dict[tuple[str, str], int]:
    return {
        (row["plan_id"], row["task_id"]): row["measure"]
        for row in pq.read_table(corpus / "truth.parquet").to_pylist()
    }


def key(row: dict[str, Any]) -> tuple[str, str]:
    return row["plan_id"], row["task_id"]


def test_the_same_seed_gives_the_same_files(made: ModuleType, corpus: Path, tmp_path: Path) -> None:
    made.write(RECORDS, 7, tmp_path / "again", processes=2)
    files = [path.relative_to(corpus) for path in sorted(corpus.rglob("*.parquet"))]
    assert files == [
        path.relative_to(tmp_path / "again")
        for path in sorted((tmp_path / "again").rglob("*.parquet"))
    ]
    assert all(
        pq.read_table(corpus / file).equals(pq.read_table(tmp_path / "again" / file))
        for file in files
    )


def test_another_seed_gives_another_corpus(made: ModuleType, rows: Rows, tmp_path: Path) -> None:
    made.write(RECORDS, 8, tmp_path / "other", processes=1)
    other = ds.dataset(tmp_path / "other" / "plans", partitioning="hive").to_table()
    assert {row["content"] for row in rows} != set(other["content"].to_pylist())


def test_plans_are_never_written_over(made: ModuleType, corpus: Path) -> None:
    with pytest.raises(FileExistsError, match="holds plans already"):
        made.write(RECORDS, 7, corpus)


def test_a_file_has_the_columns_of_the_corpus(corpus: Path) -> None:
    for file in (corpus / "plans").rglob("*.parquet"):
        assert pq.read_schema(file).equals(TASKS)


def test_every_record_has_one_true_measure(rows: Rows, truth: dict[tuple[str, str], int]) -> None:
    assert len(rows) == len(truth) == RECORDS
    assert {key(row) for row in rows} == truth.keys()


def test_a_plan_has_a_measure_once(rows: Rows, truth: dict[tuple[str, str], int]) -> None:
    said = [(row["plan_id"], truth[key(row)]) for row in rows]
    assert len(said) == len(set(said))


def test_a_plan_is_one_district_s_of_one_year(rows: Rows) -> None:
    heads = {
        (row["plan_id"], row["region_name"], row["region_full_name"], row["year"]) for row in rows
    }
    assert len({head[0] for head in heads}) == len(heads)
    assert all(f"{region}-{year}" == plan_id for plan_id, region, _, year in heads)
    names: dict[str, str] = {region: full_name for _, region, full_name, _ in heads}
    assert len(set(names.values())) == len(names)


def test_one_text_is_never_two_measures(rows: Rows, truth: dict[tuple[str, str], int]) -> None:
    measures: dict[tuple[str, str], set[int]] = {}
    for row in rows:
        text = row["name"], row["content"]
        measures.setdefault(text, set()).add(truth[key(row)])
    assert all(len(same) == 1 for same in measures.values())


def test_a_measure_is_worded_in_many_ways(rows: Rows, truth: dict[tuple[str, str], int]) -> None:
    contents: dict[int, list[str]] = {}
    for row in rows:
        contents.setdefault(truth[key(row)], []).append(row["content"])
    several = [texts for texts in contents.values() if len(texts) >= 5]
    assert sum(len(set(texts)) > 1 for texts in several) > 0.8 * len(several)


def test_a_tenth_or_so_is_local(
    made: ModuleType, rows: Rows, truth: dict[tuple[str, str], int]
) -> None:
    known = len(made.documents_wordings())
    share = sum(truth[key(row)] >= known for row in rows) / len(rows)
    assert 0.09 <= share <= 0.16


def test_no_slot_is_left_open(rows: Rows) -> None:
    texts = [
        text
        for row in rows
        for text in (
            *(row[name] for name in ("name", "content", "lead_text", "responsible_text")),
            row["deadline_text"],
            row["outcome"] or "",
            *(
                target[name] or ""
                for target in row["targets"]
                for name in ("subject", "text", "baseline")
            ),
            *(owner["text"] for owner in row["owners"]),
        )
    ]
    assert not any("\ue000" <= char <= "\uf8ff" for char in "".join(texts))
    assert all(row["name"] and row["content"] for row in rows)


def test_targets_say_what_the_content_says(rows: Rows) -> None:
    targets = [(row, target) for row in rows for target in row["targets"]]
    assert all(target["text"] in row["content"] for row, target in targets)
    single = [
        (row, target)
        for row, target in targets
        if target["low"] == target["high"]
        and any(char.isdigit() for char in target["text"])
        and "全覆盖" not in target["text"]  # said in words, beside the figure of another target
    ]
    said = sum(f"{target['low']:g}" in target["text"] for _, target in single)
    assert said >= 0.98 * len(single)


def test_districts_ask_for_different_amounts(rows: Rows, truth: dict[tuple[str, str], int]) -> None:
    asked: dict[tuple[int, str, str], set[float]] = {}
    for row in rows:
        for target in row["targets"]:
            if target["unit"] == "公里":
                what = truth[key(row)], target["subject"], target["unit"]
                asked.setdefault(what, set()).add(target["low"])
    assert max(map(len, asked.values())) >= 3


def test_owners_stand_in_the_cells(rows: Rows) -> None:
    for row in rows:
        for owner in row["owners"]:
            cell = "lead_text" if owner["role"] == "lead" else "responsible_text"
            assert owner["text"] in row[cell]


def test_most_synonyms_are_unknown_to_the_aligner(made: ModuleType) -> None:
    known = {
        word: entry["as"]
        for entry in vocabulary.load("synonyms")["same"]
        for word in entry["words"]
    }
    groups = made.words()["same"]
    unknown = [
        group
        for group in groups
        if not any(
            one in known and known[one] == known.get(other) for one, other in combinations(group, 2)
        )
    ]
    assert len(unknown) >= len(groups) / 2


def test_rows_that_may_be_one_measure_are_not_two(made: ModuleType) -> None:
    measures = import_module("measures")
    chosen = measures.true_measures(measures.read_plans())
    of = {row: at for at, rows in enumerate(chosen) for row in rows}
    # 启动应急管理“十五五”规划编制 in three plans; 火灾起数 and 火灾亡人数.
    assert of["沙坪坝-2025", "t2.19"] == of["南岸-2025", "t4.15"] == of["忠县-2025", "t4.20"]
    assert of["沙坪坝-2025", "t4.2"] != of["沙坪坝-2025", "t4.3"]
    # 总体预案, issued alone or revised as one of several commitments: the same in part.
    assert not {("沙坪坝-2025", "t2.26"), ("忠县-2025", "t2.1")} <= of.keys()


def test_recall_and_precision_are_those_of_all_pairs(made: ModuleType) -> None:
    """The bench counts them without listing the pairs; here they are listed."""
    chance = np.random.default_rng(1)
    label, truth = (chance.integers(0, 6, 80) for _ in range(2))
    found = import_module("corpus").quality(label, truth)
    pairs = list(combinations(range(80), 2))
    met = sum(label[i] == label[j] and truth[i] == truth[j] for i, j in pairs)
    assert found.recall == pytest.approx(met / sum(truth[i] == truth[j] for i, j in pairs))
    assert found.precision == pytest.approx(met / sum(label[i] == label[j] for i, j in pairs))
