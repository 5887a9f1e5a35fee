"""A corpus → a label for every task: the same measure has one label in all plans and years.

Every task gets its neutral text (`normalising`), on the engine; what that yields is kept as Parquet
until the labels are written, so that a run that was stopped goes on from there. The rest grows with
the distinct texts and is done in memory: texts follow the most usual text that says the same
(`sketching`, `clustering`), and the plans that hold most of the corpus are compared as `compare`
does it. No stage makes a table of pairs of records.
"""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from safeplan import __version__, vocabulary
from safeplan.corpus import CorpusError, engine, store
from safeplan.corpus.clustering import HUBS, apart, follow, hubs, part, rejoin, too_long, unite
from safeplan.corpus.normalising import Places, Texts
from safeplan.corpus.schema import YEARS
from safeplan.corpus.sketching import Words, likeness, sketch
from safeplan.corpus.store import IDS, TEXTS, plan_files
from safeplan.links import align as compare
from safeplan.plans import write_bytes

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
    report = report or (lambda _name, _rows: None)
    with store.locked(corpus):
        for half in corpus.glob(f".{LABELS}.*.part"):
            half.unlink(missing_ok=True)
        _, broken = store.tidy(corpus)
        if broken:
            raise broken[0]
        files, whole = plan_files(corpus), store.fingerprint(corpus)
        parts = _neutral_records(corpus, files, whole, ray, partitions)
        report("records", sum(pq.read_metadata(part).num_rows for part in parts))
        records = _read_records(parts, corpus)
        texts = _read_texts(parts, records.hashes)
        report("texts", len(texts.sizes))
        before = None
        with suppress(pa.ArrowException, OSError):
            before = pq.read_table(corpus / LABELS, columns=["plan_id", "task_id", "label"])
        labels, aligned = _label(records, texts, files, before)
        report("labels", aligned.labels)
        sink = pa.BufferOutputStream()
        labels = labels.replace_schema_metadata({CORPUS_KEY: whole})
        pq.write_table(labels, sink, compression="zstd")
        write_bytes(corpus / LABELS, sink.getvalue().to_pybytes())
        shutil.rmtree(corpus / STAGES, ignore_errors=True)
    return aligned


# --- the stage that is kept -------------------------------------------------------------------


def _neutral_records(
    corpus: Path, files: Sequence[Path], whole: str, ray: str | None, partitions: int | None
) -> list[Path]:
    """Return the files of the neutral records, those of a run that was stopped or new ones.

    Each corpus, version and vocabulary has a folder of its own; all others are cleared away.
    """
    synonyms = repr(vocabulary.load("synonyms"))
    maker = hashlib.sha256(f"{whole}\0{__version__}\0{synonyms}".encode()).hexdigest()[:16]
    folder = corpus / STAGES
    for other in folder.iterdir() if folder.is_dir() else ():
        if other.name != maker:
            shutil.rmtree(other, ignore_errors=True)
    stage = folder / maker / "records"
    with _engine_trouble(corpus, files):
        engine.use(ray)
        if not _is_whole(stage):
            beside = stage.with_suffix(".part")
            for left in (stage, beside):
                shutil.rmtree(left, ignore_errors=True)
            beside.mkdir(parents=True)
            engine.normalise(files, partitions).write_parquet(str(beside.absolute()))
            beside.rename(stage)
    return _parts(stage)


def _parts(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.parquet"))


def _is_whole(stage: Path) -> bool:
    """Tell whether a stage is there; one whose bytes a power cut took is not."""
    try:
        return bool([pq.read_metadata(part) for part in _parts(stage)])
    except (pa.ArrowException, OSError):
        return False


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
            store.read_through(file)
        with tempfile.TemporaryFile(dir=corpus) as probe:
            probe.write(bytes(1 << 20))
        reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise CorpusError(corpus, "engine_failed", reason=reason) from error


# --- labels -----------------------------------------------------------------------------------


class _Records(NamedTuple):
    """All tasks of a corpus, by plan and id, and their distinct texts, the most usual first."""

    plan_ids: pa.Array
    """Of all plans, in order."""
    plans: Places
    """For each task, its plan."""
    task_ids: pa.Array
    texts: Places
    """For each task, its text."""
    hashes: Words
    """Of the distinct texts; of equally usual ones the least hash comes first."""

    def districts(self) -> Places:
        """Return for each plan its district: what its id says before the years."""
        names = pc.replace_substring_regex(self.plan_ids, YEARS, "")
        return _coded(pa.chunked_array([names]))[1]


def _read_records(parts: Sequence[Path], corpus: Path) -> _Records:
    """Return the tasks of a stage, in order.

    Raises:
        CorpusError: `empty_corpus`: there are none; `not_a_corpus_file`: one lacks its id or its
            text; `plan_twice`: one stands in the corpus twice.
    """

    def files_of(rows: Sequence[int]) -> list[str]:
        names = pa.concat_tables(pq.read_table(part, columns=["file"]) for part in parts)
        # The corpus may have been moved since the stage was written.
        tails = (Path(name).parts[-2:] for name in names["file"].take(rows).to_pylist())
        return sorted({str(corpus.joinpath("plans", *tail)) for tail in tails})

    tables = [pq.read_table(part, columns=[*IDS, "hash"]) for part in parts]
    table = pa.concat_tables(tables).combine_chunks()
    if not len(table):
        raise CorpusError(corpus, "empty_corpus")
    for name in (*IDS, "hash"):
        if table[name].null_count:
            at = pc.index(table[name].is_null(), True).as_py()
            lacking = "/".join(TEXTS) if name == "hash" else name
            raise CorpusError(files_of([at])[0], "not_a_corpus_file", reason=f"{lacking}: null")
    plan_ids, plans = _coded(table["plan_id"])
    task_ids, tasks = _coded(table["task_id"])
    order = np.lexsort((tasks, plans))
    plans, tasks = plans[order], tasks[order]
    twice = np.flatnonzero((np.diff(plans) == 0) & (np.diff(tasks) == 0))
    if len(twice):
        files = files_of(order[twice[0] : twice[0] + 2].tolist())
        plan_id = plan_ids[int(plans[twice[0]])].as_py()
        raise CorpusError(plan_id, "plan_twice", files="、".join(files))
    hashes, texts, counts = np.unique(
        table["hash"].to_numpy(), return_inverse=True, return_counts=True
    )
    usual = np.argsort(-counts, kind="stable")
    place = np.empty_like(usual)
    place[usual] = np.arange(len(usual))
    in_order = task_ids.take(pa.array(tasks)), place[texts[order]]
    return _Records(plan_ids, plans, *in_order, hashes[usual])


def _read_texts(parts: Sequence[Path], hashes: Words) -> Texts:
    """Return the texts of some hashes, from a stage where each stands at least once."""
    tables = (pq.read_table(one, columns=["hash", "text"]) for one in parts)
    table = pa.concat_tables(one.filter(pc.is_valid(one["text"])) for one in tables)
    known, firsts = np.unique(table["hash"].to_numpy(), return_index=True)
    rows = firsts[np.searchsorted(known, hashes)]
    return Texts.of_arrow(table["text"].take(pa.array(rows)).combine_chunks())


def _coded(column: pa.ChunkedArray) -> tuple[pa.Array, Places]:
    """Return the distinct values of a column in order, and for each row which it has."""
    values = pc.unique(column).cast(pa.string()).sort()
    return values, pc.index_in(column.cast(pa.string()), values).to_numpy().astype(np.int64)


def _label(
    records: _Records, distinct: Texts, files: Sequence[Path], before: pa.Table | None
) -> tuple[pa.Table, Aligned]:
    """Return the label of every task, how like it is to its measure, and how that was found."""
    plan_ids, plans, task_ids, texts, hashes = records
    sketches = sketch(distinct)
    leader = every = np.arange(len(hashes))
    if len(plan_ids) > HUBS or too_long(plans).any():
        printed = distinct.to_arrow()
        leader = part(follow(sketches), sketches, texts, plans)
        leader = apart(leader, sketches, lambda at: printed.take(pa.array(at)).to_pylist())
        leader = rejoin(leader, sketches, texts, plans, records.districts())
    keys = pa.table({"plan_id": plan_ids.take(pa.array(plans)), "task_id": task_ids})
    chosen = hubs(plans, leader[texts])
    compared = store.read_plans(files, plan_ids.take(pa.array(chosen, pa.int64())).to_pylist())
    rows = np.flatnonzero(np.isin(plans, chosen))
    refs = (column.to_pylist() for column in keys.take(pa.array(rows)).columns)
    text_of = dict(zip(zip(*refs, strict=True), texts[rows].tolist(), strict=True))
    # The surest first.
    found = sorted(
        (
            -match.score,
            (match.left.plan_id, match.left.task_id),
            (match.right.plan_id, match.right.task_id),
        )
        for match in compare(compared)
        if match.relation == "equivalent"
    )
    pairs = [(text_of[left], text_of[right]) for _, left, right in found]
    root = unite(leader, pairs, texts, plans)

    alike = np.where(root == every, 1, likeness(sketches, every, root))
    how = np.where(root == every, 0, np.where(root == leader, 1, 2))
    used, number = np.unique(root, return_inverse=True)
    names = _names(hashes[used], number[texts], keys, before)
    columns = {
        "label": names.take(pa.array(number[texts])),
        "likeness": pa.array(alike[texts], pa.float32()),
        "how": pa.array(["same", "like", "compare"]).take(pa.array(how[texts])),
    }
    table = pa.table({**dict(zip(IDS, keys.columns, strict=True)), **columns})
    return table, Aligned(len(plan_ids), len(table), len(every), len(used), len(compared))


def _names(hashes: Words, measures: Places, keys: pa.Table, before: pa.Table | None) -> pa.Array:
    """Return the label of each measure: what most of its tasks were called before, else a new one.

    The hashes are those of its most usual text; for each task there are its measure, plan and id.
    """
    names: dict[int, str] = {}
    if before is not None:
        now, then = (pc.binary_join_element_wise(*one.select(IDS), "\t") for one in (keys, before))
        found = pc.index_in(now, value_set=then.combine_chunks())
        known = pc.is_valid(found).to_numpy()
        labels, codes = _coded(before["label"])
        pairs = codes[found.drop_null().to_numpy()] * len(hashes) + measures[known]
        pairs, counts = np.unique(pairs, return_counts=True)
        taken = set()
        for pair in pairs[np.argsort(-counts, kind="stable")].tolist():
            label, measure = divmod(pair, len(hashes))
            if label not in taken and measure not in names:
                names[measure] = labels[label].as_py()
                taken.add(label)
    used = set(names.values())
    for measure, value in enumerate(hashes.tolist()):
        if measure not in names:
            while (name := _name(value)) in used:
                value += 1 << 4  # another measure has kept the name
            names[measure] = name
            used.add(name)
    return pa.array([names[measure] for measure in range(len(hashes))])


def _name(value: int) -> str:
    """Return a label of a text: a letter and 55 bits of its hash."""
    return "k" + "".join(_LETTERS[value >> shift & 31] for shift in range(59, 4, -5))
