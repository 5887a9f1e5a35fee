"""Corpora to align: the real documents, and a made one with its truth."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.conftest import ROOT

from safeplan.corpus.aligning import align
from safeplan.corpus.store import Origin, write_plan
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


def labels(corpus: Path) -> pa.Table:
    """What `align` wrote."""
    return pq.read_table(corpus / "labels.parquet")


ALIGN = """
import json, os, resource, signal, sys, time
from pathlib import Path
from safeplan.corpus import CorpusError, engine
from safeplan.corpus.aligning import align

corpus, ray, partitions, at, act = json.loads(sys.argv[1])

def report(stage, rows):
    print(stage, rows, flush=True)
    if stage == at:
        if act == "die":
            os.kill(os.getpid(), signal.SIGKILL)
        if act == "full":
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))
        if act and act.isdigit():
            os.kill(int(act), signal.SIGKILL)

if act == "interrupt":
    kernel = engine.neutral

    def neutral(*columns):
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(0.5)
        return kernel(*columns)

    engine.neutral = neutral

try:
    align(Path(corpus), ray=ray, partitions=partitions, report=report)
except KeyboardInterrupt:
    sys.exit(130)
except CorpusError as error:
    sys.exit(f"trouble: {error}")
"""


def align_apart(
    corpus: Path,
    *,
    ray: str | None = None,
    partitions: int | None = None,
    at: str = "",
    act: str = "",
) -> subprocess.CompletedProcess[str]:
    """Align in a process of its own, which may come to grief.

    Args:
        corpus: the folder.
        ray: as `align` takes it.
        partitions: as `align` takes it.
        at: the stage at whose end something happens.
        act: `die`: the process kills itself; `full`: it can write no more; a process id: it kills
            that one; `interrupt`: it is interrupted in the middle of the first stage.
    """
    return subprocess.run(
        [sys.executable, "-c", ALIGN, json.dumps([str(corpus), ray, partitions, at, act])],
        capture_output=True,
        text=True,
        timeout=300,
        env=dict(os.environ),
    )
