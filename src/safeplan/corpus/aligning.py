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
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from safeplan import __version__, vocabulary
from safeplan.corpus import CorpusError, engine
from safeplan.corpus.clustering import follow, part, rejoin
from safeplan.corpus.fullest import HUBS, equivalents, hubs, read_hubs, too_long, unite
from safeplan.corpus.normalising import Texts
from safeplan.corpus.schema import YEARS
from safeplan.corpus.sketching import likeness, sketch
from safeplan.corpus.store import fingerprint, locked, plan_files, tidy
from safeplan.messages import system_reason
from safeplan.plans import write_bytes

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
        CorpusError: there are no plans; a file is broken or no plan file; a plan stands in two
            files; the engine or the disk failed; another process writes the corpus.
    """
    if not plan_files(corpus):
        raise CorpusError(corpus, "empty_corpus")
    with _disk_trouble(corpus), locked(corpus):
        files = _fit_files(corpus)
        whole = fingerprint(corpus)
        stages = _Stages(corpus / STAGES, whole, report or (lambda _name, _rows: None))
        with _engine_trouble(corpus, files):
            engine.use(ray)
            records = stages.run("records", lambda: engine.normalise(files, partitions))
            texts = stages.run("texts", lambda: engine.distinct(_parts(records), partitions))
        labels, aligned = _label(_Records.load(records, corpus), _Distinct.load(texts))
        stages.report("labels", aligned.labels)
        _write(labels.replace_schema_metadata({CORPUS_KEY: whole}), corpus / LABELS)
        shutil.rmtree(corpus / STAGES, ignore_errors=True)
    return aligned


def _fit_files(corpus: Path) -> list[Path]:
    """Clear away what killed runs have left, and return the plan files.

    Raises:
        CorpusError: one is broken, or no plan file.
    """
    for half in corpus.glob(f".{LABELS}.*.part"):
        half.unlink(missing_ok=True)
    _, broken = tidy(corpus)
    if broken:
        raise broken[0]
    files = plan_files(corpus)
    for file in files:
        # What is not text the engine makes null, or it ends the process.
        schema = pq.read_schema(file)
        for name in (*engine.IDS, *engine.TEXTS):
            kind = schema.field(name).type
            kind = kind.value_type if pa.types.is_dictionary(kind) else kind
            if not (pa.types.is_string(kind) or pa.types.is_large_string(kind)):
                raise CorpusError(file, "not_a_corpus_file", reason=f"{name}: {kind}")
    return files


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
        if not _is_whole(place):
            beside = self._folder / f"{name}.part"
            for left in (place, beside):
                shutil.rmtree(left, ignore_errors=True)
            beside.mkdir(parents=True)
            rows().write_parquet(str(beside.absolute()))
            beside.rename(place)
        self.report(name, sum(pq.read_metadata(part).num_rows for part in _parts(place)))
        return place


def _parts(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.parquet"))


def _is_whole(stage: Path) -> bool:
    """Tell whether a stage is there; one whose bytes a power cut took is not."""
    try:
        return bool([pq.read_metadata(part) for part in _parts(stage)])
    except (pa.ArrowException, OSError):
        return False


@contextmanager
def _disk_trouble(corpus: Path) -> Iterator[None]:
    """Say that something cannot be written, and where."""
    try:
        yield
    except OSError as error:
        where = error.filename or corpus
        reason = system_reason(error)
        raise CorpusError(where, "corpus_unwritable", reason=reason) from None


@contextmanager
def _engine_trouble(corpus: Path, files: Sequence[Path]) -> Iterator[None]:
    """Say whatever the engine stumbles over as one trouble that names the file.

    Raises:
        OSError: nothing can be written; the engine does not always say so.
    """
    try:
        yield
    except CorpusError:
        raise
    except KeyboardInterrupt:
        engine.settle()
        raise
    except Exception as error:
        engine.settle()
        for file in files:
            _read_through(file)
        with tempfile.TemporaryFile(dir=corpus) as probe:
            probe.write(bytes(1 << 20))
        reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise CorpusError(corpus, "engine_failed", reason=reason) from error


def _read_through(file: Path) -> None:
    """Read a plan file to its end.

    Raises:
        CorpusError: `broken_parquet`: it cannot be read.
    """
    try:
        with pq.ParquetFile(file) as opened:
            for _ in opened.iter_batches():
                pass
    except (pa.ArrowException, OSError):
        raise CorpusError(file, "broken_parquet") from None


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
    files: list[Path]
    file_of: Places
    """For each task, where it lies."""
    task_ids: pa.Array
    hashes: Words
    """For each task, its neutral text."""

    @staticmethod
    def load(folder: Path, corpus: Path) -> _Records:
        """Return the tasks that a stage wrote, in order.

        Raises:
            CorpusError: `empty_corpus`: there are none; `not_a_corpus_file`: one lacks its id or
                its text; `plan_twice`: one stands in the corpus twice.
        """
        table = pq.read_table(
            folder, columns=["file", "plan_id", "task_id", "hash"]
        ).combine_chunks()
        if not len(table):
            raise CorpusError(corpus, "empty_corpus")
        names, file_of = _coded(table["file"])
        # The corpus may have been moved since the stage was written.
        files = [corpus.joinpath("plans", *Path(name).parts[-2:]) for name in names.to_pylist()]
        for name in (*engine.IDS, "hash"):
            if table[name].null_count:
                at = pc.index(table[name].is_null(), True).as_py()
                lacking = "/".join(engine.TEXTS) if name == "hash" else name
                raise CorpusError(
                    files[file_of[at]], "not_a_corpus_file", reason=f"{lacking}: null"
                )
        plan_ids, plans = _coded(table["plan_id"])
        task_ids, tasks = _coded(table["task_id"])
        order = np.lexsort((tasks, plans))
        plans, tasks, file_of = plans[order], tasks[order], file_of[order]
        twice = np.flatnonzero((np.diff(plans) == 0) & (np.diff(tasks) == 0))
        if len(twice):
            plan_id = plan_ids[int(plans[twice[0]])].as_py()
            where = sorted({str(files[file_of[at]]) for at in (twice[0], twice[0] + 1)})
            raise CorpusError(plan_id, "plan_twice", files="、".join(where))
        task_ids = task_ids.take(pa.array(tasks))
        hashes = table["hash"].to_numpy()[order]
        return _Records(plan_ids, plans, files, file_of, task_ids, hashes)

    def districts(self) -> Places:
        """Return for each plan its district: what its id says before the years."""
        names = pc.replace_substring_regex(self.plan_ids, YEARS, "")
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
    if len(records.plan_ids) > HUBS or too_long(records.plans).any():
        leader = part(follow(sketches), sketches, text_of, records.plans)
        leader = rejoin(leader, sketches, text_of, records.plans, records.districts())

    chosen = hubs(records.plans, leader[text_of])
    of_hubs = np.flatnonzero(np.isin(records.plans, chosen))
    files = [records.files[at] for at in np.unique(records.file_of[of_hubs]).tolist()]
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
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, compression="zstd")
    write_bytes(path, sink.getvalue().to_pybytes())
