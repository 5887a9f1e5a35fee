"""Corpora to align: the real documents, and a made one with its truth."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from importlib import import_module
from pathlib import Path

import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq
import pytest
from tests.conftest import ROOT

from safeplan.corpus.aligning import align
from safeplan.corpus.clustering import HUBS
from safeplan.corpus.schema import TASKS
from safeplan.corpus.store import Origin, plan_files, write_plan
from safeplan.models import Plan


@pytest.fixture(scope="session")
def real_corpus(real_plans: Mapping[str, Plan], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The three districts' annual plans."""
    folder = tmp_path_factory.mktemp("real")
    for plan_id in ("沙坪坝-2025", "忠县-2025", "南岸-2025"):
        plan = real_plans[plan_id]
        write_plan(folder, plan, Origin(plan.source.path, plan.source.sha256, "test"))
    return folder


@pytest.fixture(scope="session")
def made_corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six thousand made records; `truth.parquet` has the true measure of each."""
    folder = tmp_path_factory.mktemp("many")
    sys.path.insert(0, str(ROOT / "bench"))
    try:
        import_module("made").write(6000, 3, folder, processes=1)
    finally:
        sys.path.remove(str(ROOT / "bench"))
    return folder


def copy_of(corpus: Path, place: Path) -> Path:
    """The plans of a corpus, without what was made of them."""
    shutil.copytree(corpus / "plans", place / "plans")
    return place


@pytest.fixture(scope="session")
def made(made_corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The made corpus with its labels."""
    corpus = copy_of(made_corpus, tmp_path_factory.mktemp("aligned"))
    align(corpus)
    return corpus


@pytest.fixture(scope="session")
def few(made_corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Some rows of more plans than are compared as hubs, with their labels: for what goes wrong."""
    corpus = tmp_path_factory.mktemp("few")
    rows = ds.dataset(plan_files(made_corpus)).to_table().to_pandas()
    rows = rows[rows["plan_id"].isin(rows["plan_id"].unique()[: HUBS + 4])]
    assert rows["plan_id"].nunique() > HUBS
    rows = rows.groupby("plan_id").head(30)
    for at, (_, some) in enumerate(rows.groupby("start_year")):
        file = corpus / "plans" / f"year={some['start_year'].iloc[0]}" / f"part-{at}.parquet"
        file.parent.mkdir(parents=True)
        pq.write_table(pa.Table.from_pandas(some, TASKS, preserve_index=False), file)
    align(corpus)
    return corpus


def labels(corpus: Path) -> pa.Table:
    """What `align` wrote."""
    return pq.read_table(corpus / "labels.parquet")


ALIGN = """
import json, os, resource, signal, sys, time
from pathlib import Path
from safeplan.corpus import CorpusError, engine
from safeplan.corpus.aligning import align

most = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
corpora, ray, partitions, stages, act = json.loads(sys.argv[1])

def report(stage, rows):
    print(stage, rows, flush=True)
    if stage == at:
        if act == "die":
            os.kill(os.getpid(), signal.SIGKILL)
        if act == "full":
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (100, most))
        if act and act.isdigit():
            os.kill(int(act), signal.SIGKILL)

if act == "interrupt":
    kernel = engine.neutral

    def neutral(*columns):
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(0.5)
        return kernel(*columns)

    engine.neutral = neutral

troubles = []
for corpus, at in zip(corpora, stages):
    try:
        align(Path(corpus), ray=ray, partitions=partitions, report=report)
    except KeyboardInterrupt:
        sys.exit(130)
    except CorpusError as error:
        troubles.append(f"trouble: {error}")
    if act == "full":
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
sys.exit("\\n".join(troubles) or None)
"""


def align_apart(
    *corpora: Path,
    ray: str | None = None,
    partitions: int | None = None,
    at: Sequence[str] = ("",),
    act: str = "",
) -> subprocess.CompletedProcess[str]:
    """Align one corpus or several in a process of its own, which may come to grief.

    Args:
        corpora: the folders.
        ray: as `align` takes it.
        partitions: as `align` takes it.
        at: of each corpus, the stage at whose end something happens.
        act: `die`: the process kills itself; `full`: it can write no more; a process id: it kills
            that one; `interrupt`: it is interrupted in the middle of the first stage.
    """
    asked = [[str(corpus) for corpus in corpora], ray, partitions, at, act]
    return subprocess.run(
        [sys.executable, "-c", ALIGN, json.dumps(asked)],
        capture_output=True,
        text=True,
        timeout=300,
        env=dict(os.environ),
    )


@pytest.fixture(scope="session")
def killed(few: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """The few as a run leaves them that is killed at the end of a stage; to be copied."""

    @cache
    def killed_at(stage: str) -> Path:
        corpus = copy_of(few, tmp_path_factory.mktemp(stage))
        assert align_apart(corpus, at=[stage], act="die").returncode == -9
        return corpus

    return killed_at
