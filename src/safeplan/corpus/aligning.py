"""A corpus → a label for every task: the same measure has one label in all plans and years.

Three stages; what the first two yield is kept as Parquet until the labels are written, so that a
run that was stopped goes on from the last one finished:

1. records: every task with its neutral text (`normalising`), on the engine;
2. texts: every distinct text and how often it stands, on the engine;
3. labels: texts follow the most usual text that says the same (`sketching`, `clustering`), and the
   plans that hold most of the corpus are compared as `compare` does it (`comparing`), in memory.

The first two grow with the records, the third with the distinct texts; no stage makes a table of
pairs of records.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from safeplan import __version__, vocabulary
from safeplan.corpus import CorpusError
from safeplan.corpus.clustering import follow, part, rejoin
from safeplan.corpus.comparing import HUBS, equivalents, hubs, read_hubs, unite
from safeplan.corpus.normalising import Texts
from safeplan.corpus.sketching import likeness, sketch
from safeplan.corpus.store import fingerprint, locked, plan_files, tidy

if TYPE_CHECKING:
    from daft import DataFrame

Words = npt.NDArray[np.uint64]
Places = npt.NDArray[np.int64]
Report = Callable[[str, int], None]
"""Told of each stage when it is done: its name, and how many rows it has."""

LABELS = "labels.parquet"
CORPUS_KEY = b"safeplan.corpus"
"""The metadata key of the fingerprint of the corpus that labels were made of."""
STAGES = ".stages"
_LETTERS = "abcdefghijklmnopqrstuvwxyz234567"


@dataclass(frozen=True)
class Aligned:
    """What became of a corpus."""

    plans: int
    tasks: int
    texts: int
    """Distinct neutral texts."""
    labels: int
    compared: int
    """Plans that were compared as `compare` does it."""
    merged: int
    """Labels that comparing them did away with."""


def align(
    corpus: Path,
    *,
    ray: str | None = None,
    partitions: int | None = None,
    report: Report | None = None,
) -> Aligned:
    """Label every task of a corpus; write `labels.parquet`, whole or not at all.

    Args:
        corpus: the folder.
        ray: the address of a Ray cluster that sees the folder under the same path; none runs here.
        partitions: into how many parts the records are cut; the labels do not depend on it.
        report: told of each stage.

    Raises:
        CorpusError: there are no plans; a file is broken; a plan stands in two files; the engine
            or the disk failed; another process writes the corpus.
    """
    if not plan_files(corpus):
        raise CorpusError(corpus, "empty_corpus")
    with locked(corpus):
        tidy(corpus)
        files = plan_files(corpus)
        whole = fingerprint(corpus)
        stages = _Stages(corpus / STAGES, whole, report or (lambda _name, _rows: None))
        with _engine_trouble(corpus, files):
            from safeplan.corpus import engine

            engine.use(ray)
            records = stages.run("records", lambda: engine.normalise(files, partitions))
            texts = stages.run("texts", lambda: engine.distinct(_parts(records), partitions))
        labels, aligned = _label(_Records.load(records), _Distinct.load(texts))
        stages.report("labels", aligned.labels)
        _write(labels.replace_schema_metadata({CORPUS_KEY: whole}), corpus / LABELS)
        shutil.rmtree(corpus / STAGES, ignore_errors=True)
    return aligned


# --- stages -----------------------------------------------------------------------------------


class _Stages:
    """What finished stages have left: a folder each, renamed into place when it is whole."""

    def __init__(self, folder: Path, whole: str, report: Report) -> None:
        """Keep the stages of this corpus and this program; clear away all others."""
        synonyms = repr(vocabulary.load("synonyms"))
        maker = hashlib.sha256(f"{whole}\0{__version__}\0{synonyms}".encode()).hexdigest()[:16]
        self._folder = folder / maker
        self.report = report
        if folder.is_dir():
            for other in folder.iterdir():
                if other != self._folder:
                    shutil.rmtree(other, ignore_errors=True)

    def run(self, name: str, rows: Callable[[], DataFrame]) -> Path:
        """Return the folder of a stage; write it first, unless an earlier run did."""
        place = self._folder / name
        if not place.is_dir():
            beside = self._folder / f"{name}.part"
            shutil.rmtree(beside, ignore_errors=True)
            beside.mkdir(parents=True)
            rows().write_parquet(str(beside))
            beside.rename(place)
        self.report(name, sum(pq.read_metadata(part).num_rows for part in _parts(place)))
        return place


def _parts(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.parquet"))


class _engine_trouble:  # noqa: N801 - reads as a statement
    """Say whatever the engine stumbles over as one trouble that names the file."""

    def __init__(self, corpus: Path, files: Sequence[Path]) -> None:
        self._corpus = corpus
        self._files = files

    def __enter__(self) -> None:
        """Do nothing: trouble comes later."""

    def __exit__(self, kind: type | None, error: BaseException | None, _trace: object) -> None:
        """Find the file that is at fault, or say that the engine failed."""
        if not isinstance(error, Exception) or isinstance(error, CorpusError):
            return
        for file in self._files:
            try:
                pq.read_table(file, partitioning=None)
            except (pa.ArrowException, OSError):
                raise CorpusError(file, "broken_parquet") from None
        reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise CorpusError(self._corpus, "engine_failed", reason=reason) from error


# --- labels -----------------------------------------------------------------------------------


class _Distinct(NamedTuple):
    """The distinct texts of a corpus, the most usual first, then by hash."""

    hashes: Words
    texts: Texts

    @staticmethod
    def load(folder: Path) -> _Distinct:
        """Return the texts that a stage wrote, in whatever order."""
        table = pq.read_table(folder).combine_chunks()
        hashes, counts = (table[name].to_numpy() for name in ("hash", "count"))
        order = np.lexsort((hashes, -counts.astype(np.int64)))
        texts = table["text"].combine_chunks().take(pa.array(order))
        return _Distinct(hashes[order], Texts.of_arrow(texts))


class _Records(NamedTuple):
    """All tasks of a corpus, by plan and id."""

    plan_ids: pa.Array
    """Of all plans, in order."""
    plans: Places
    """For each task, its plan."""
    files: pa.Array
    file_of: Places
    """For each task, where it lies."""
    task_ids: pa.Array
    hashes: Words
    """For each task, its neutral text."""

    @staticmethod
    def load(folder: Path) -> _Records:
        """Return the tasks that a stage wrote, in order.

        Raises:
            CorpusError: `plan_twice`: a task stands in the corpus twice.
        """
        table = pq.read_table(
            folder, columns=["file", "plan_id", "task_id", "hash"]
        ).combine_chunks()
        plan_ids, plans = _coded(table["plan_id"])
        task_ids, tasks = _coded(table["task_id"])
        files, file_of = _coded(table["file"])
        order = np.lexsort((tasks, plans))
        plans, tasks = plans[order], tasks[order]
        twice = (np.diff(plans) == 0) & (np.diff(tasks) == 0)
        if twice.any():
            plan_id = plan_ids[int(plans[np.flatnonzero(twice)[0]])].as_py()
            raise CorpusError(plan_id, "plan_twice")
        task_ids = task_ids.take(pa.array(tasks))
        hashes = table["hash"].to_numpy()[order]
        return _Records(plan_ids, plans, files, file_of[order], task_ids, hashes)

    def districts(self) -> Places:
        """Return for each plan its district: what its id says before the years."""
        names = pc.replace_substring_regex(self.plan_ids, r"(-[0-9]{4}){1,2}$", "")
        return _coded(pa.chunked_array([names]))[1]


def _coded(column: pa.ChunkedArray) -> tuple[pa.Array, Places]:
    """Return the distinct values of a column in order, and for each row which it has."""
    values = pc.unique(column).cast(pa.string()).sort()
    return values, pc.index_in(column.cast(pa.string()), values).to_numpy().astype(np.int64)


def _label(records: _Records, distinct: _Distinct) -> tuple[pa.Table, Aligned]:
    by_hash = np.argsort(distinct.hashes)
    text_of = by_hash[np.searchsorted(distinct.hashes, records.hashes, sorter=by_hash)]
    sketches = sketch(distinct.texts)
    leader = np.arange(len(distinct.hashes))
    if len(records.plan_ids) > HUBS:
        leader = part(follow(sketches), sketches, text_of, records.plans)
        leader = rejoin(leader, sketches, text_of, records.plans, records.districts())

    chosen = hubs(records.plans, leader[text_of])
    of_hubs = np.flatnonzero(np.isin(records.plans, chosen))
    files = [Path(records.files[at].as_py()) for at in np.unique(records.file_of[of_hubs]).tolist()]
    plans = read_hubs(files, [records.plan_ids[at].as_py() for at in chosen])
    place = {
        (records.plan_ids[int(records.plans[at])].as_py(), records.task_ids[int(at)].as_py()): at
        for at in of_hubs.tolist()
    }
    pairs = [
        (text_of[place[left.plan_id, left.task_id]], text_of[place[right.plan_id, right.task_id]])
        for left, right in equivalents(plans)
    ]
    root = unite(leader, pairs, text_of, records.plans)

    itself = root == np.arange(len(root))
    alike = np.where(itself, 1, likeness(sketches, np.arange(len(root)), root))
    how = np.where(itself, 0, np.where(root == leader, 1, 2))
    used, number = np.unique(root, return_inverse=True)
    names = pa.array([_name(int(distinct.hashes[at])) for at in used])
    table = pa.table(
        {
            "plan_id": records.plan_ids.take(pa.array(records.plans)),
            "task_id": records.task_ids,
            "label": names.take(pa.array(number[text_of])),
            "likeness": pa.array(alike[text_of], pa.float32()),
            "how": pa.array(["same", "like", "compare"]).take(pa.array(how[text_of])),
        }
    )
    before = len(np.unique(leader))
    return table, Aligned(
        len(records.plan_ids), len(table), len(root), len(used), len(plans), before - len(used)
    )


def _name(value: int) -> str:
    """Return a label of a text: a letter and 55 bits of its hash."""
    return "k" + "".join(_LETTERS[value >> shift & 31] for shift in range(59, 4, -5))


def _write(table: pa.Table, path: Path) -> None:
    """Write a table whole or not at all."""
    beside = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        pq.write_table(table, beside, compression="zstd")
        beside.replace(path)
    except OSError as error:
        raise CorpusError(path, "corpus_unwritable", reason=error.strerror or str(error)) from None
    finally:
        beside.unlink(missing_ok=True)
