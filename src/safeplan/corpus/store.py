"""The folder of a corpus: which plan lies where, written whole or not at all, read back whole.

    <corpus>/plans/year=2025/<plan_id>.parquet

`corpus add` writes one file a plan; a reader takes any number of plans a file. Beside its plan a
file keeps its origin, which document gave it and by which reader, in the footer: what lies in a
corpus is told without reading a row.

Whatever reads files raises `CorpusError` with the file that cannot be read: `unreadable`,
`broken_parquet`, `not_a_corpus_file`. Whatever writes raises `OSError` where it cannot.
"""

from __future__ import annotations

import hashlib
import json
import os
import struct
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds
import pyarrow.parquet as pq
from pydantic import ValidationError

from safeplan import plans
from safeplan.corpus import CorpusError
from safeplan.corpus.schema import (
    REST_KEY,
    SINCE_1_1,
    TASKS,
    parse_rest,
    plans_of,
    rest_of,
    table_of,
)
from safeplan.messages import system_reason
from safeplan.models import Plan
from safeplan.plans import can_name_a_file, write_bytes

ORIGIN_KEY = b"safeplan.origin"
"""The metadata key of a file's `Origin`; files that `corpus add` did not write have none."""

IDS = ("plan_id", "task_id")
TEXTS = ("name", "content", "region_name", "region_full_name")
"""What is needed of every task; the engine ends the process where it is not text."""

_CANDIDATES = 10
"""So many plans are named where one must be chosen."""


@dataclass(frozen=True)
class Origin:
    """Which document a plan was read from."""

    path: str
    """Where it lay, seen from the corpus; through an archive, where it was in one."""
    sha256: str
    """Of the bytes that were read: those of a parsed JSON are not those of its document."""
    reader: str
    """What read it: the version of safeplan, and of a vocabulary laid over its own."""
    named: bool = False
    """Whether the plan's id was given by hand."""


@dataclass(frozen=True)
class Entry:
    """One plan of a corpus, as far as can be told without reading it."""

    plan_id: str
    year: int
    file: Path
    source_path: str
    source_sha256: str
    origin: Origin | None = None
    """None in files that `corpus add` did not write."""

    @property
    def document(self) -> tuple[str, ...]:
        """What tells the document it was read from, where that is known: its place, its bytes."""
        return (self.origin.path, self.origin.sha256) if self.origin else ()


# --- what lies there --------------------------------------------------------------------------


def plan_files(corpus: Path) -> list[Path]:
    """Return the plan files of a corpus, by year and name; none of a corpus that is not there."""
    files = (corpus / "plans").glob("year=*/*.parquet")
    return sorted(path for path in files if not path.name.startswith("."))


def readable_files(corpus: Path) -> list[Path]:
    """Return the plan files of a corpus, each of which has the columns that it needs."""
    files = plan_files(corpus)
    for file in files:
        with _reading(file), pq.ParquetFile(file) as opened:
            _check(file, opened.schema_arrow)
    return files


def _check(file: Path, schema: pa.Schema) -> None:
    missing = [name for name in TASKS.names if name not in {*schema.names, *SINCE_1_1}]
    for name in (*IDS, *TEXTS):
        kind = pa.null() if name in missing else schema.field(name).type
        kind = kind.value_type if pa.types.is_dictionary(kind) else kind
        if not (pa.types.is_string(kind) or pa.types.is_large_string(kind)):
            missing.append(f"{name}: {kind}")
    if missing:
        raise CorpusError(file, "not_a_corpus_file", reason=missing[0])


def year_of(file: Path) -> int:
    """Return the year that a plan file lies under; ValueError where its folder names none."""
    return int(file.parent.name.removeprefix("year="))


def survey(corpus: Path) -> tuple[list[Entry], list[CorpusError]]:
    """Return what a corpus holds, by year, file and plan, and what is wrong with other files."""
    found: list[Entry] = []
    broken: list[CorpusError] = []
    columns = ["plan_id", "source_path", "source_sha256"]
    for file in plan_files(corpus):
        try:
            with _reading(file), pq.ParquetFile(file, read_dictionary=columns) as opened:
                _check(file, opened.schema_arrow)
                year = year_of(file)
                if kept := (opened.metadata.metadata or {}).get(ORIGIN_KEY):
                    origin = json.loads(kept)
                    source = origin.pop("source")
                    found.append(Entry(file.stem, year, file, **source, origin=Origin(**origin)))
                    continue
                heads = row_of_each_plan(opened.read(columns=columns))
                heads.sort(key=lambda head: str(head["plan_id"]))
                found += [Entry(year=year, file=file, **head) for head in heads]
        except CorpusError as error:
            broken.append(error)
    return found, broken


def chosen(known: Iterable[str], name: str, corpus: Path) -> str:
    """Return the plan's id that is `name`, or alone begins with it.

    Raises:
        CorpusError: `unknown_plan`, `ambiguous_plan`: none or several begin with it.
    """
    plan_ids = sorted(known)
    matches = [plan_id for plan_id in plan_ids if plan_id.startswith(name)]
    if name in matches or len(matches) == 1:
        return name if name in matches else matches[0]
    shown = matches or plan_ids
    candidates = "、".join(shown[:_CANDIDATES]) + ("…" if len(shown) > _CANDIDATES else "")
    if matches:
        raise CorpusError(name, "ambiguous_plan", candidates=candidates)
    raise CorpusError(name, "unknown_plan", folder=str(corpus), candidates=candidates or "—")


def fingerprint(corpus: Path) -> str:
    """Return a hash of what the plan files hold, the same wherever the corpus lies.

    It is taken over each file's name, size and footer (where Parquet keeps the size and the extremes
    of every column, and we the hash of the document), so that no row is read.
    """
    whole = hashlib.sha256()
    for file in plan_files(corpus):
        with _reading(file), file.open("rb") as opened:
            size = opened.seek(-8, os.SEEK_END) + 8
            length, mark = struct.unpack("<I4s", opened.read(8))
            if mark != b"PAR1":
                raise OSError("no footer")
            opened.seek(-8 - length, os.SEEK_END)
            whole.update(f"{file.relative_to(corpus).as_posix()}\0{size}\0".encode())
            whole.update(hashlib.sha256(opened.read(length)).digest())
    return whole.hexdigest()


def row_of_each_plan(rows: pa.Table) -> list[dict[str, Any]]:
    """Return the first row of each plan, of rows with its id: its head is the same on all."""
    plans = rows["plan_id"].combine_chunks().dictionary_encode().indices.to_numpy(False)
    _, firsts = np.unique(plans, return_index=True)
    found: list[dict[str, Any]] = rows.take(pa.array(firsts)).to_pylist()
    return found


# --- rows and plans ---------------------------------------------------------------------------


def scan(
    files: Sequence[Path], columns: Sequence[str], plan_ids: Collection[str] | None = None
) -> Iterator[pa.Table]:
    """Yield the rows of plan files, some at a time, as columns of our types; at least an empty one.

    Args:
        files: whoever wrote them, and however they store the columns.
        columns: which of `TASKS`.
        plan_ids: only the rows of these plans.
    """
    yield TASKS.empty_table().select(columns)
    wanted = None
    try:
        rows = ds.dataset([str(file) for file in files], schema=TASKS)
        if plan_ids is not None:
            # Few files hold them: it is looked up before all columns are read.
            wanted = pc.field("plan_id").isin(pa.array(sorted(plan_ids), pa.string()))
            holding = [one for one in rows.get_fragments(wanted) if one.count_rows(filter=wanted)]
            rows = ds.FileSystemDataset(holding, TASKS, rows.format, rows.filesystem)
        for batch in rows.to_batches(columns=list(columns), filter=wanted):
            yield pa.table(batch)
    except (pa.ArrowException, OSError):
        for file in files:
            read_through(file)
            try:
                for _ in ds.dataset(file, schema=TASKS).to_batches(columns=list(columns)):
                    pass
            except pa.ArrowException as error:
                reason = str(error).splitlines()[0]
                raise CorpusError(file, "not_a_corpus_file", reason=reason) from None
        raise


def read_through(file: Path) -> None:
    """Read a plan file to its end; CorpusError `broken_parquet` where it cannot be read."""
    with _reading(file), pq.ParquetFile(file) as opened:
        for _ in opened.iter_batches():
            pass


def read_plans(files: Sequence[Path], plan_ids: Collection[str]) -> list[Plan]:
    """Return plans in the order of their ids, their tasks in document order, without their rest.

    Raises:
        CorpusError: `plan_not_whole`: a plan lacks something; or as the module says.
    """
    # Tables first: an annex comes before a body.
    keys = ("plan_id", "part", "table", "row", "sub_item", "task_id")
    order = [(name, "ascending") for name in keys]
    rows = pa.concat_tables(scan(files, TASKS.names, plan_ids)).sort_by(order).to_pylist()
    found: list[Plan] = []
    try:
        for plan in plans_of(rows, {}):
            found.append(plan)
    except ValidationError as error:
        first = error.errors()[0]
        reason = f"{'.'.join(map(str, first['loc']))}: {first['msg']}"
        raise CorpusError(sorted(plan_ids)[len(found)], "plan_not_whole", reason=reason) from None
    return found


def read_plan(entry: Entry) -> Plan:
    """Return a plan whole, with the rest that has no column."""
    with _reading(entry.file):
        only = [("plan_id", "=", entry.plan_id)]
        rows = pq.read_table(entry.file, filters=only, partitioning=None)
        rest = parse_rest(pq.read_metadata(entry.file).metadata)
        return next(plans_of(rows.to_pylist(), rest))


@contextmanager
def _reading(file: Path) -> Iterator[None]:
    """Say whatever is wrong with a plan file as one trouble that names it."""
    try:
        yield
    except CorpusError:
        raise
    except (PermissionError, FileNotFoundError) as error:
        raise CorpusError(file, "unreadable", reason=system_reason(error)) from None
    except (pa.ArrowException, OSError):
        raise CorpusError(file, "broken_parquet") from None
    except (ValueError, KeyError, TypeError, IndexError, StopIteration) as error:
        reason = str(error) or type(error).__name__
        if isinstance(error, ValidationError):
            reason = ".".join(map(str, error.errors()[0]["loc"]))
        raise CorpusError(file, "not_a_corpus_file", reason=reason) from None


# --- writing ----------------------------------------------------------------------------------


def first_year(plan: Plan) -> int:
    """Return the year under which a plan is kept: 0 where it tells none."""
    return plan.period.start_year or 0


def plan_file(corpus: Path, plan: Plan) -> Path:
    """Return where a plan lies."""
    return corpus / "plans" / f"year={first_year(plan)}" / f"{plan.plan_id}.parquet"


def write_plan(corpus: Path, plan: Plan, origin: Origin) -> Entry:
    """Write a plan into its place: beside it first, then renamed.

    Raises:
        CorpusError: `bad_plan_id`: its id cannot name a file; `no_annex_table`: it has no tasks;
            `not_storable`: a number lies beyond what its column holds.
    """
    if not can_name_a_file(plan.plan_id):
        raise CorpusError(plan.source.path, "bad_plan_id", plan=plan.plan_id)
    if not plan.tasks:
        raise CorpusError(plan.source.path, "no_annex_table")
    file = plan_file(corpus, plan)
    source = {"source_path": plan.source.path, "source_sha256": plan.source.sha256}
    metadata = {
        REST_KEY: _json({plan.plan_id: rest_of(plan)}),
        ORIGIN_KEY: _json({**asdict(origin), "source": source}),
    }
    sink = pa.BufferOutputStream()
    try:
        with pq.ParquetWriter(sink, TASKS, compression="zstd") as writer:
            writer.write_table(table_of(plan))
            # Not the schema's metadata: that is written twice.
            writer.add_key_value_metadata(metadata)
    except (pa.ArrowException, OverflowError) as error:
        raise CorpusError(plan.source.path, "not_storable", reason=str(error)) from None
    write_bytes(file, sink.getvalue().to_pybytes())
    return Entry(plan.plan_id, first_year(plan), file, **source, origin=origin)


def remove(entry: Entry) -> None:
    """Remove the file of a plan that `write_plan` wrote, and its year's folder with the last."""
    if entry.origin is None:
        raise ValueError(f"not a file of one plan: {entry.file}")
    entry.file.unlink(missing_ok=True)
    if not any(entry.file.parent.iterdir()):
        entry.file.parent.rmdir()


def tidy(corpus: Path) -> tuple[list[Entry], list[CorpusError]]:
    """Clear away what a run that was killed has left, inside `locked`; then return the `survey`.

    That is half-written files, and a plan whose document had already been written under another id
    or year: of two plans from one document the newer file stays.
    """
    for part in (corpus / "plans").glob("year=*/.*.part"):
        part.unlink(missing_ok=True)
    found, broken = survey(corpus)
    newest: dict[str, Entry] = {}
    for entry in sorted(found, key=lambda entry: entry.file.stat().st_mtime_ns):
        for of_document in entry.document:
            if (older := newest.get(of_document)) and older.file != entry.file:
                remove(older)
                found.remove(older)
                newest = {key: kept for key, kept in newest.items() if kept != older}
            newest[of_document] = entry
    return found, broken


@contextmanager
def locked(corpus: Path) -> Iterator[None]:
    """Keep a corpus to this process while it is written; the lock dies with the process.

    Raises:
        CorpusError: `corpus_busy`: another process is writing it; `corpus_unwritable`: something
            cannot be written, or the disk is full.
    """
    try:
        with plans.locked(corpus / ".lock", wait=False):
            yield
    except BlockingIOError:
        raise CorpusError(corpus, "corpus_busy") from None
    except ConnectionError:
        raise  # whoever reads what is printed has gone
    except OSError as error:
        reason = system_reason(error)
        raise CorpusError(error.filename or corpus, "corpus_unwritable", reason=reason) from None


def _json(data: object) -> bytes:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode()
