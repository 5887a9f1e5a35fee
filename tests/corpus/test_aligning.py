"""`corpus align`: the same measure has one label, whoever computes it and however often it was stopped."""

from __future__ import annotations

import csv
import random
import re
import shutil
from collections import defaultdict
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq
import pytest
from tests.conftest import GOLD
from tests.corpus.conftest import align_apart, copy_of, labels

from safeplan.cli import run
from safeplan.corpus import CorpusError, clustering
from safeplan.corpus.aligning import align
from safeplan.corpus.schema import TASKS, table_of
from safeplan.corpus.store import Origin, fingerprint, plan_files, write_plan
from safeplan.links import align as link
from safeplan.models import Period, Plan

Key = tuple[str, str]
Killed = Callable[[str], Path]


def label_of(corpus: Path) -> dict[Key, str]:
    return {(row["plan_id"], row["task_id"]): row["label"] for row in labels(corpus).to_pylist()}


@pytest.fixture(scope="module")
def real(real_corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    corpus = copy_of(real_corpus, tmp_path_factory.mktemp("aligned"))
    align(corpus)
    return corpus


# --- the real districts -------------------------------------------------------------------------


def test_what_compare_calls_equivalent_has_one_label(
    real: Path, real_plans: Mapping[str, Plan]
) -> None:
    label = label_of(real)
    plans = [real_plans[plan_id] for plan_id in ("沙坪坝-2025", "忠县-2025", "南岸-2025")]
    equivalent = [match for match in link(plans) if match.relation == "equivalent"]
    assert len(equivalent) > 100
    for match in equivalent:
        left = label[match.left.plan_id, match.left.task_id]
        assert left == label[match.right.plan_id, match.right.task_id], match


@pytest.mark.parametrize("other", ["忠县-2025", "南岸-2025"])
def test_what_the_reference_holds_apart_has_two_labels(real: Path, other: str) -> None:
    path = GOLD / "links" / f"沙坪坝-2025~{other}.tsv"
    with path.open(encoding="utf-8") as file:
        linked = {
            (row["left"], row["right"]): row["relation"]
            for row in csv.DictReader(file, delimiter="\t")
        }
    label = label_of(real)
    of_other = defaultdict(list)
    for (plan_id, task_id), name in label.items():
        if plan_id == other:
            of_other[name].append(task_id)
    shared = {
        (task_id, partner)
        for (plan_id, task_id), name in label.items()
        if plan_id == "沙坪坝-2025"
        for partner in of_other[name]
    }
    assert len(shared) > 30
    assert shared - linked.keys() == set()
    # Only part is shared; a third plan's row, between the two, is equivalent to both.
    assert len([pair for pair in shared if linked[pair] == "partial"]) <= 2


def test_next_years_copy_of_a_plan_has_its_labels(
    real_plans: Mapping[str, Plan], tmp_path: Path
) -> None:
    plan = real_plans["忠县-2025"]
    later = plan.model_copy(
        update={"plan_id": "忠县-2026", "period": Period(start_year=2026, end_year=2026)}
    )
    for one in (plan, later):
        write_plan(tmp_path, one, Origin(one.plan_id, one.plan_id, "test"))
    align(tmp_path)
    label = label_of(tmp_path)
    for task in plan.tasks:
        assert label["忠县-2025", task.task_id] == label["忠县-2026", task.task_id]


def test_labels_stay_with_their_measures_when_a_corpus_grows(
    real_plans: Mapping[str, Plan], tmp_path: Path
) -> None:
    """By the most usual text alone, other copies of a text would give its measure another name."""
    plan = real_plans["忠县-2025"]

    def add(number: int, *contents: str) -> None:
        tasks = [
            task.model_copy(update={"name": "", "content": content})
            for task, content in zip(plan.tasks, contents, strict=False)
        ]
        one = plan.model_copy(update={"plan_id": f"忠县{number}-2025", "tasks": tasks})
        write_plan(tmp_path, one, Origin(one.plan_id, one.plan_id, "test"))
        align(tmp_path)

    pipes = ["开展燃气管道老化更新改造工程建设", "推进燃气管道老化更新改造工程建设"]
    add(0, pipes[0], "编制村级地质灾害避险转移撤离预案")
    kept = label_of(tmp_path)
    for number in range(1, 4):
        add(number, pipes[1])
    grown = label_of(tmp_path)
    assert len(grown) == 5
    assert {key: grown[key] for key in kept} == kept
    assert {grown[f"忠县{number}-2025", "t1.1"] for number in range(4)} == {
        kept["忠县0-2025", "t1.1"]
    }


# --- the made corpus ----------------------------------------------------------------------------


def test_most_pairs_of_a_measure_are_found_and_few_others(made_corpus: Path, made: Path) -> None:
    truth = {
        (row["plan_id"], row["task_id"]): row["measure"]
        for row in pq.read_table(made_corpus / "truth.parquet").to_pylist()
    }
    found = label_of(made)
    assert found.keys() == truth.keys()

    def pairs(values: list[object]) -> float:
        _, counts = np.unique([repr(value) for value in values], return_counts=True)
        return float((counts * (counts - 1) / 2).sum())

    both = pairs([(found[key], truth[key]) for key in found])
    assert both / pairs([truth[key] for key in found]) >= 0.95
    assert both / pairs([found[key] for key in found]) >= 0.95


def test_every_task_has_a_label_and_is_told_how_it_came_to_it(made: Path) -> None:
    table = labels(made)
    assert table.schema.names == ["plan_id", "task_id", "label", "likeness", "how"]
    rows = table.to_pylist()
    keys = [(row["plan_id"], row["task_id"]) for row in rows]
    assert keys == sorted(keys)
    assert {row["how"] for row in rows} <= {"same", "like", "compare"}
    assert all(row["likeness"] == 1 for row in rows if row["how"] == "same")
    # Each label is named after a text that stands in the corpus.
    assert {row["label"] for row in rows} == {row["label"] for row in rows if row["how"] == "same"}
    assert table.schema.metadata[b"safeplan.corpus"].decode() == fingerprint(made)


def test_rows_in_any_order_and_any_number_of_files_give_the_same_labels(
    made: Path, tmp_path: Path
) -> None:
    rows = ds.dataset(plan_files(made)).to_table().to_pylist()
    random.Random(5).shuffle(rows)
    folder = tmp_path / "plans" / "year=2025"
    folder.mkdir(parents=True)
    for at in range(3):
        table = pa.Table.from_pylist(rows[at::3], schema=TASKS)
        pq.write_table(table, folder / f"part-{at}.parquet", row_group_size=500)
    align(tmp_path)
    assert labels(tmp_path).equals(labels(made))


@pytest.mark.parametrize("partitions", [1, 8])
def test_any_number_of_partitions_gives_the_same_labels(
    made: Path, tmp_path: Path, partitions: int
) -> None:
    align(copy_of(made, tmp_path), partitions=partitions)
    assert labels(tmp_path).equals(labels(made))


# --- whoever wrote the files, and wherever they lie ---------------------------------------------


def small(plan: Plan, corpus: Path, stem: str = "part-000", **changed: object) -> Path:
    """Write the first two tasks of a plan; `changed` puts other columns in the place of its own."""
    rows = table_of(plan.model_copy(update={"tasks": plan.tasks[:2]}))
    for column, values in changed.items():
        at = rows.schema.get_field_index(column)
        rows = rows.remove_column(at)
        if values is not None:
            rows = rows.add_column(at, column, pa.array(values))
    return written(rows, corpus, stem)


def written(rows: pa.Table, corpus: Path, stem: str = "part-000") -> Path:
    file = corpus / "plans" / "year=2025" / f"{stem}.parquet"
    file.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(rows, file)
    return file


@pytest.mark.parametrize("name", ["[ab] 库", "{a,b}", "100%25", "a b"])
def test_a_corpus_may_lie_in_a_folder_of_any_name(
    real_plans: Mapping[str, Plan], tmp_path: Path, name: str
) -> None:
    small(real_plans["忠县-2025"], tmp_path / name, name)
    # What a pattern would match as well.
    for other in ("a 库", "a"):
        small(real_plans["南岸-2025"], tmp_path / other, name)
    align(tmp_path / name)
    assert set(labels(tmp_path / name)["plan_id"].to_pylist()) == {"忠县-2025"}


def test_files_of_other_writers_are_read_as_ours(
    real_plans: Mapping[str, Plan], tmp_path: Path
) -> None:
    plans = [real_plans["忠县-2025"], real_plans["南岸-2025"]]
    ours, theirs = tmp_path / "ours", tmp_path / "theirs"
    for plan in plans:
        small(plan, ours, plan.plan_id)
    for plan in plans[:1]:
        small(plan, theirs, plan.plan_id)
    rows = table_of(plans[1].model_copy(update={"tasks": plans[1].tasks[:2]}))
    for at, column in enumerate(rows.schema.names):
        if pa.types.is_string(rows.schema.types[at]):
            other = (
                rows[column].dictionary_encode() if at % 2 else rows[column].cast("large_string")
            )
            rows = rows.set_column(at, column, other)
    backwards = rows.select(rows.schema.names[::-1]).append_column("file", pa.array(["a", "b"]))
    written(backwards, theirs)
    for corpus in (ours, theirs):
        align(corpus)
    assert label_of(theirs) == label_of(ours)


@pytest.mark.parametrize(
    ("column", "values"),
    [
        ("content", None),
        ("content", [1, 2]),
        ("content", [["一"], ["二"]]),
        ("content", ["一", None]),
        ("region_name", ["忠县", None]),
        ("task_id", ["t1.1", None]),
        ("row", ["一", "二"]),
    ],
)
def test_a_file_of_other_columns_is_named(
    real_plans: Mapping[str, Plan], tmp_path: Path, column: str, values: list[object] | None
) -> None:
    small(real_plans["南岸-2025"], tmp_path)
    odd = small(real_plans["忠县-2025"], tmp_path, "part-001", **{column: values})
    with pytest.raises(CorpusError, match=f"not_a_corpus_file.*({column}|int32)") as caught:
        align(tmp_path)
    assert caught.value.where == str(odd)


def test_a_plan_that_lacks_something_is_named(
    real_plans: Mapping[str, Plan], tmp_path: Path
) -> None:
    small(real_plans["南岸-2025"], tmp_path)
    small(real_plans["忠县-2025"], tmp_path, "part-001", start_year=[2025, None], row=[1, None])
    with pytest.raises(CorpusError, match=r"plan_not_whole.*tasks\.1\.row") as caught:
        align(tmp_path)
    assert caught.value.where == "忠县-2025"


def test_files_without_rows_are_no_plans(real_plans: Mapping[str, Plan], tmp_path: Path) -> None:
    written(TASKS.empty_table(), tmp_path)
    with pytest.raises(CorpusError, match="empty_corpus"):
        align(tmp_path)
    small(real_plans["忠县-2025"], tmp_path, "part-001")
    assert align(tmp_path).tasks == 2


def test_a_register_that_is_too_long_to_compare_is_labelled_by_its_sketches(
    real_plans: Mapping[str, Plan], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    alike = ["开展燃气管道老化更新改造工程建设", "全面开展城镇燃气管道老化更新改造工程"]
    for at, plan_id in enumerate(("忠县-2025", "南岸-2025")):
        content = [alike[at], "编制村级地质灾害避险转移撤离预案"]
        small(real_plans[plan_id], tmp_path, f"part-{at}", name=["", ""], content=content)
    monkeypatch.setattr(clustering, "MOST_ROWS", 1)
    done = align(tmp_path)
    assert (done.texts, done.labels, done.compared) == (3, 2, 0)


# --- failure ------------------------------------------------------------------------------------


@pytest.mark.parametrize("stage", ["records", "texts", "labels"])
def test_a_run_that_was_killed_goes_on_from_the_last_finished_stage(
    killed: Killed, few: Path, tmp_path: Path, stage: str
) -> None:
    corpus = shutil.copytree(killed(stage), tmp_path / "here")
    assert not (corpus / "labels.parquet").exists()
    finished = {path: path.stat().st_mtime_ns for path in (corpus / ".stages").rglob("*.parquet")}
    assert finished
    again: list[str] = []
    kept: list[bool] = []

    def report(name: str, _rows: int) -> None:
        again.append(name)
        if name == stage:
            kept.append(all(path.stat().st_mtime_ns == at for path, at in finished.items()))

    align(corpus, report=report)
    assert kept == [True]
    assert again == ["records", "texts", "labels"]
    assert labels(corpus).equals(labels(few))
    assert not (corpus / ".stages").exists()


def test_half_a_stage_is_done_again(killed: Killed, few: Path, tmp_path: Path) -> None:
    corpus = shutil.copytree(killed("records"), tmp_path / "here")
    (records,) = (corpus / ".stages").glob("*/records")
    records.rename(records.with_name("records.part"))
    for part in records.with_name("records.part").glob("*.parquet"):
        part.write_bytes(part.read_bytes()[:100])
    align(corpus)
    assert labels(corpus).equals(labels(few))


def test_a_finished_stage_whose_bytes_are_gone_is_done_again(
    killed: Killed, few: Path, tmp_path: Path
) -> None:
    corpus = shutil.copytree(killed("texts"), tmp_path / "here")
    for part in (corpus / ".stages").rglob("*.parquet"):
        part.write_bytes(b"")
    align(corpus)
    assert labels(corpus).equals(labels(few))


def test_a_corpus_that_was_moved_goes_on_from_its_stages(
    killed: Killed, few: Path, tmp_path: Path
) -> None:
    moved = shutil.copytree(killed("texts"), tmp_path / "here")
    (records,) = (moved / ".stages").glob("*/records")
    stamp = records.stat().st_mtime_ns
    found: list[int] = []
    align(moved, report=lambda *_: found.append(records.stat().st_mtime_ns))
    assert set(found) == {stamp}
    assert labels(moved).equals(labels(few))


def test_an_interrupted_run_ends_in_order_and_the_next_gives_the_labels(
    few: Path, tmp_path: Path
) -> None:
    corpus = copy_of(few, tmp_path)
    assert align_apart(corpus, act="interrupt").returncode == 130
    assert not (corpus / "labels.parquet").exists()
    # What a run leaves that was killed while it wrote.
    (corpus / ".labels.parquet.1.part").write_bytes(b"half")
    align(corpus)
    assert labels(corpus).equals(labels(few))
    assert sorted(path.name for path in corpus.iterdir()) == [".lock", "labels.parquet", "plans"]


def test_a_full_disk_is_said_and_leaves_the_old_labels(few: Path, tmp_path: Path) -> None:
    stages = ["records", "texts", "labels"]
    before = (few / "labels.parquet").read_bytes()
    corpora = [copy_of(few, tmp_path / stage) for stage in stages]
    for corpus in corpora:
        (corpus / "labels.parquet").write_bytes(before)
    done = align_apart(*corpora, at=stages, act="full")
    assert done.returncode == 1
    said = done.stderr.splitlines()
    assert len(said) == len(stages)
    for corpus, line in zip(corpora, said, strict=True):
        assert re.fullmatch(f"trouble: {re.escape(str(corpus))}.*corpus_unwritable.*", line)
        assert (corpus / "labels.parquet").read_bytes() == before
        align(corpus)
        assert (corpus / "labels.parquet").read_bytes() == before
        assert not list(corpus.glob(".labels*"))


def test_stages_of_another_corpus_are_not_taken_for_this_ones(
    killed: Killed, tmp_path: Path
) -> None:
    corpus = shutil.copytree(killed("texts"), tmp_path / "here")
    plan_files(corpus)[-1].unlink()
    align(corpus)
    assert labels(corpus).num_rows == sum(
        pq.read_metadata(file).num_rows for file in plan_files(corpus)
    )


def test_a_broken_plan_file_is_named_and_nothing_is_lost_without_it(
    real_corpus: Path, tmp_path: Path
) -> None:
    corpus = copy_of(real_corpus, tmp_path)
    whole = plan_files(corpus)[0].read_bytes()
    for damaged in (whole[: len(whole) // 2], whole[:1000] + bytes(500) + whole[1500:]):
        plan_files(corpus)[0].write_bytes(damaged)
        with pytest.raises(CorpusError, match=r"broken_parquet") as caught:
            align(corpus)
        assert caught.value.where == str(plan_files(corpus)[0])
    plan_files(corpus)[0].write_bytes(whole)
    align(corpus)
    assert labels(corpus).num_rows == 367


def test_a_plan_that_stands_there_twice_is_named(real_corpus: Path, tmp_path: Path) -> None:
    corpus = copy_of(real_corpus, tmp_path)
    (corpus / "plans" / "year=2024").mkdir()
    pq.write_table(
        pq.read_table(plan_files(corpus)[0], partitioning=None).replace_schema_metadata(None),
        corpus / "plans" / "year=2024" / "part-000.parquet",
    )
    with pytest.raises(CorpusError, match=r"plan_twice.*year=2024.*、.*year=2025"):
        align(corpus)


def test_the_command_says_each_stage_and_what_is_wrong(
    real_corpus: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert run(["corpus", "align", "--corpus", str(tmp_path / "none")]) == 2
    assert "还没有方案" in capsys.readouterr().err
    corpus = copy_of(real_corpus, tmp_path)
    assert run(["corpus", "align", "--corpus", str(corpus)]) == 0
    out, err = capsys.readouterr()
    assert "3 个方案 367 条任务" in out
    assert err == ""  # stages are for who watches a terminal
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    assert run(["corpus", "align", "--corpus", str(corpus)]) == 0
    assert "367 条任务" in capsys.readouterr().err
    monkeypatch.undo()
    # Ray itself would start a cluster here for some of these, and look for one for minutes.
    for address in ("127.0.0.1:1", "local", "auto", ""):
        assert run(["corpus", "align", "--corpus", str(corpus), "--ray", address]) == 2
        said = capsys.readouterr().err
        assert address in said
        assert "--ray" in said
