"""A labelled corpus, read only as far as a question needs: labels, heads of plans, rows of tasks.

Files are read one row group at a time, and of it only the columns asked for; where single rows are
wanted, their ids are looked at first. What is returned does not say in which file or order it
stood: whoever shows it puts it in order.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache, cached_property
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from safeplan.corpus import CorpusError
from safeplan.corpus.catalogue.fields import Stated, StoredAmount
from safeplan.corpus.schema import YEARS
from safeplan.corpus.store import Entry, fingerprint, plan_files, read_plan, row_of_each_plan
from safeplan.models import Plan

Codes = npt.NDArray[np.int64]

HEAD = (
    "region_name",
    "region_full_name",
    "region_level",
    "kind",
    "start_year",
    "end_year",
    "source_path",
)
PLACE = ("lines_first", "lines_last", "page", "source_table", "source_row")
AMOUNTS = tuple(f"targets.{part}" for part in StoredAmount._fields)
BODIES = ("owners.name", "owners.role")


class Head(NamedTuple):
    """What is known of a plan without its tasks."""

    plan_id: str
    region: str
    """With its level word and the units above it where the plan names them."""
    level: str | None
    kind: str
    start_year: int
    end_year: int
    source_path: str
    file: Path
    """Which file of the corpus it lies in."""

    @property
    def district(self) -> str:
        """What a plan's id says before its years: the same for all plans of one government."""
        return re.sub(YEARS, "", self.plan_id)


class Corpus:
    """The folder of a labelled corpus, and which of its plans are asked about."""

    def __init__(
        self,
        folder: Path,
        year: int | None = None,
        level: str | None = None,
    ) -> None:
        """Ask about some plans of a corpus.

        Args:
            folder: where the corpus lies.
            year: only plans that begin in this year; None for all.
            level: only plans of governments of this level; None for all.
        """
        self.folder = folder
        self.year = year
        self.level = level
        self._plans: dict[Path, list[_Extremes]] = {}
        """Of each file that was opened, between which plans its row groups lie."""

    def asking(self, year: int | None = None, level: str | None = None) -> Corpus:
        """Return the corpus with other plans asked about, knowing what has been read of it."""
        other = Corpus(self.folder, year, level)
        other.labels = self.labels
        other._plans = self._plans
        return other

    @cached_property
    def files(self) -> list[Path]:
        """The Parquet files of the years asked about.

        Raises:
            CorpusError: `empty_corpus`, where there is none at all.
        """
        found = plan_files(self.folder)
        if not found:
            raise CorpusError(self.folder, "empty_corpus")
        return [file for file in found if self.year in (None, _year(file))]

    @cached_property
    def stale(self) -> bool:
        """Whether the plans have changed since they were labelled."""
        return self.labels.fingerprint != fingerprint(self.folder)

    @cached_property
    def labels(self) -> Labels:
        """The labels of the corpus.

        Raises:
            CorpusError: `labels_missing`; `labels_broken`.
        """
        path = self.folder / "labels.parquet"
        if not path.is_file():
            raise CorpusError(path, "labels_missing")
        with _opened(path, "labels_broken") as file:
            return Labels(
                file.read(columns=["plan_id", "task_id", "label", "likeness"]),
                (file.metadata.metadata or {}).get(b"safeplan.corpus", b"").decode(),
            )

    def unlabelled(self) -> int:
        """Return how many tasks of the plans asked about have no label."""
        return int((self.rows([]).places < 0).sum())

    def heads(self) -> dict[str, Head]:
        """Return the plans asked about, by id, in the order of the ids."""
        found: dict[str, Head] = {}
        for file, table in self._tables(["plan_id", *HEAD]):
            found |= _heads(table, file)
        return dict(sorted(found.items()))

    def rows(
        self,
        columns: Sequence[str],
        wanted: Mapping[str, Collection[str] | None] | None = None,
    ) -> Rows:
        """Return the tasks of the plans asked about.

        Args:
            columns: what to read of each; `targets.unit` reads one field of a list of records.
            wanted: plan ids → task ids, None for all of a plan's; None for the tasks of all plans.

        Raises:
            CorpusError: `broken_parquet`, `not_a_corpus_file`: a file cannot be read.
        """
        heads: dict[str, Head] = {}
        tables: list[pa.Table] = []
        for file, table in self._tables(["plan_id", "task_id", *HEAD, *columns], wanted):
            heads |= _heads(table, file)
            tables.append(table.drop_columns(list(HEAD)))
        table = pa.concat_tables(tables) if tables else None
        return Rows(table, dict(sorted(heads.items())), self.labels)

    def stating(self, keep: Callable[[str], bool]) -> dict[str, set[str]]:
        """Return the tasks that have a target of some subjects: plan ids → task ids.

        Args:
            keep: tells whether a subject is asked about; it is called once for each.

        Raises:
            CorpusError: as `rows`.
        """
        found: dict[str, set[str]] = {}
        keep = cache(keep)
        columns = ["plan_id", "task_id", "region_level", "targets.subject"]
        for _, table in self._tables(columns):
            parents, parts = _flat(table, "targets", ("subject",))
            subjects = parts["subject"].dictionary_encode()
            asked = np.array([keep(subject) for subject in subjects.dictionary.to_pylist()], bool)
            meant = table.take(pa.array(np.unique(parents[asked[subjects.indices.to_numpy()]])))
            ids = (meant[key].to_pylist() for key in ("plan_id", "task_id"))
            for plan_id, task_id in zip(*ids, strict=True):
                found.setdefault(plan_id, set()).add(task_id)
        return found

    def _tables(
        self,
        columns: Sequence[str],
        wanted: Mapping[str, Collection[str] | None] | None = None,
    ) -> Iterator[tuple[Path, pa.Table]]:
        plan_ids = None if wanted is None else sorted(wanted)
        for path in self.files:
            known = self._plans.get(path)
            if known is not None and not any(_may_hold(group, plan_ids) for group in known):
                continue
            with _opened(path) as file:
                known = self._plans[path] = known or _extremes(file)
                groups = [at for at, group in enumerate(known) if _may_hold(group, plan_ids)]
                leaves = _leaves(file, columns) if groups else []
                for group in groups:
                    table = _read(file, group, leaves, wanted)
                    if self.level is not None:
                        table = table.filter(pc.equal(table["region_level"], self.level))
                    if len(table):
                        yield path, table


def _year(path: Path) -> int | None:
    year = path.parent.name.removeprefix("year=")
    return int(year) if year.isdecimal() else None


@contextmanager
def _opened(path: Path, broken: str = "broken_parquet") -> Iterator[Any]:
    """Open a Parquet file, and say which it is where it cannot be read."""
    try:
        with pq.ParquetFile(path) as file:
            yield file
    except (pa.ArrowException, OSError):
        raise CorpusError(path, broken) from None
    except KeyError as error:
        raise CorpusError(path, "not_a_corpus_file", reason=str(error.args[0])) from None


def _leaves(file: Any, columns: Sequence[str]) -> list[str]:
    """Return the paths of the columns in a file: lists call their elements by different names.

    Raises:
        KeyError: the file lacks one.
    """
    schema = file.metadata.schema
    known: dict[str, list[str]] = {}
    for at in range(len(schema)):
        path = schema.column(at).path
        parts = path.split(".")
        for asked in {parts[0], f"{parts[0]}.{parts[-1]}"}:
            known.setdefault(asked, []).append(path)
    return [path for column in columns for path in known[column]]


_Extremes = tuple[str, str] | None
"""The first and the last plan of a row group; None where the file does not say."""


def _extremes(file: Any) -> list[_Extremes]:
    """Return between which plans each row group of a file lies, from its statistics."""
    found: list[_Extremes] = []
    for group in range(file.num_row_groups):
        about = file.metadata.row_group(group)
        columns = (about.column(at) for at in range(about.num_columns))
        told = next(one for one in columns if one.path_in_schema == "plan_id").statistics
        found.append((told.min, told.max) if told is not None and told.has_min_max else None)
    return found


def _may_hold(group: _Extremes, plan_ids: Sequence[str] | None) -> bool:
    """Tell whether one of some plans, in order, can stand in a row group; None for any plan."""
    if plan_ids is None or group is None:
        return True
    first = bisect_left(plan_ids, group[0])
    return first < len(plan_ids) and plan_ids[first] <= group[1]


def _read(
    file: Any,
    group: int,
    leaves: Sequence[str],
    wanted: Mapping[str, Collection[str] | None] | None,
) -> pa.Table:
    """Return the wanted rows of a row group; of a large one their ids are looked at first."""
    if wanted is None:
        return file.read_row_group(group, columns=leaves, use_threads=False)
    if file.metadata.row_group(group).num_rows > _SMALL:
        keys = file.read_row_group(group, columns=["plan_id", "task_id"], use_threads=False)
        mask = _mask(keys, wanted)
        if not mask.any():
            return file.schema_arrow.empty_table()
        table = file.read_row_group(group, columns=leaves, use_threads=False)
    else:
        table = file.read_row_group(group, columns=leaves, use_threads=False)
        mask = _mask(table, wanted)
    return table.filter(pa.array(mask))


_SMALL = 10_000
"""Rows that are read whole sooner than looked through."""


def _mask(keys: pa.Table, wanted: Mapping[str, Collection[str] | None]) -> npt.NDArray[np.bool_]:
    """Return which rows are wanted."""
    plans = pc.is_in(keys["plan_id"], value_set=pa.array(wanted.keys(), pa.string()))
    mask: npt.NDArray[np.bool_] = plans.to_numpy(zero_copy_only=False).copy()
    places = np.flatnonzero(mask)
    near = keys.select(["plan_id", "task_id"]).take(pa.array(places))
    pairs = zip(near["plan_id"].to_pylist(), near["task_id"].to_pylist(), strict=True)
    mask[places] = [(ids := wanted[plan]) is None or task in ids for plan, task in pairs]
    return mask


def _heads(table: pa.Table, file: Path) -> dict[str, Head]:
    """Return the plans that some rows of a file belong to."""
    return {
        row["plan_id"]: Head(
            row["plan_id"],
            row["region_full_name"] or row["region_name"],
            row["region_level"],
            row["kind"],
            row["start_year"] or 0,
            row["end_year"],
            row["source_path"],
            file,
        )
        for row in row_of_each_plan(table.select(["plan_id", *HEAD]))
    }


def read_whole(head: Head) -> Plan:
    """Return a plan with all its tasks, in the order of its document.

    Raises:
        CorpusError: `broken_parquet`, `not_a_corpus_file`: its file cannot be read.
    """
    plan = read_plan(Entry(head.plan_id, head.start_year, head.file, head.source_path, ""))
    tasks = sorted(plan.tasks, key=lambda task: numbers(task.task_id))
    return plan.model_copy(update={"tasks": tasks})


def numbers(task_id: str) -> list[int]:
    """Return a task's id as what sorts as the document does: `t10.1` after `t9.2`."""
    return [int(number) for number in re.findall("[0-9]+", task_id)]


class Labels:
    """Which measure each task is; in the order of the plans and the tasks."""

    def __init__(self, table: pa.Table, fingerprint: str) -> None:
        self.fingerprint = fingerprint
        """Of the plans that the labels were made from; empty where the file does not say."""
        order = pc.sort_indices(
            table, sort_keys=[("plan_id", "ascending"), ("task_id", "ascending")]
        )
        table = table.take(order)
        self.plan_ids = table["plan_id"]
        self.task_ids = table["task_id"]
        encoded = self.plan_ids.combine_chunks().dictionary_encode()
        self.plans: list[str] = encoded.dictionary.to_pylist()
        """Every plan once."""
        self.of_plans: Codes = encoded.indices.to_numpy().astype(np.int64)
        """Of each task, which of the `plans` is its plan."""
        self.likeness: npt.NDArray[np.float32] = table["likeness"].to_numpy()
        encoded = table["label"].combine_chunks().dictionary_encode()
        self.names: list[str] = encoded.dictionary.to_pylist()
        """Every label once."""
        self.codes: Codes = encoded.indices.to_numpy().astype(np.int64)
        """Of each task, which of the `names` is its label."""

    def places(self, plan_ids: pa.ChunkedArray, task_ids: pa.ChunkedArray) -> Codes:
        """Return where each of some tasks stands here; -1 for one that has no label."""
        known = pc.binary_join_element_wise(self.plan_ids, self.task_ids, "\t")
        asked = pc.binary_join_element_wise(plan_ids, task_ids, "\t")
        found = pc.fill_null(pc.index_in(asked, value_set=known.combine_chunks()), -1)
        places: Codes = found.to_numpy().astype(np.int64)
        return places

    def of_plan(self, plan_id: str) -> tuple[int, int]:
        """Return where the tasks of a plan begin and end here."""
        here = np.flatnonzero(pc.equal(self.plan_ids, plan_id).to_numpy())
        return (int(here[0]), int(here[-1]) + 1) if len(here) else (0, 0)

    def tasks(self, code: int) -> dict[str, set[str]]:
        """Return the tasks that have a label: plan ids → task ids."""
        return self.wanted(np.flatnonzero(self.codes == code))

    def wanted(self, places: Codes) -> dict[str, set[str]]:
        """Return the tasks at some places here: plan ids → task ids."""
        found: dict[str, set[str]] = {}
        taken = pa.array(places)
        for plan_id, task_id in zip(
            self.plan_ids.take(taken).to_pylist(),
            self.task_ids.take(taken).to_pylist(),
            strict=True,
        ):
            found.setdefault(plan_id, set()).add(task_id)
        return found

    def usual(self, among: npt.NDArray[np.bool_] | None = None) -> Codes:
        """Return for each label the place of its most usual text, in the order of the `names`.

        Args:
            among: which places to choose from, if not all; a label of none of them is left out.
        """
        places = np.arange(len(self.codes)) if among is None else np.flatnonzero(among)
        order = places[np.lexsort((places, -self.likeness[places], self.codes[places]))]
        codes = self.codes[order]
        first = np.ones(len(order), bool)
        first[1:] = codes[1:] != codes[:-1]
        return order[first]

    def plan_counts(self) -> Codes:
        """Return how many plans have each label."""
        pairs = np.unique(self.codes << 32 | self.of_plans)
        return np.bincount(pairs >> 32, minlength=len(self.names))


class Rows:
    """Tasks read, with their labels."""

    def __init__(self, table: pa.Table | None, heads: dict[str, Head], labels: Labels) -> None:
        self.heads = heads
        """The plans they belong to, by id, in the order of the ids."""
        self.labels = labels
        empty = pa.chunked_array([pa.array([], pa.string())])
        self.table = table
        self.plan_ids = empty if table is None else table["plan_id"]
        self.task_ids = empty if table is None else table["task_id"]
        self.places: Codes = labels.places(self.plan_ids, self.task_ids)
        """Where each stands among the labels; -1 where it has none."""

    def __len__(self) -> int:
        return len(self.places)

    def followed_by(self, others: Rows) -> Rows:
        """Return these rows, where they are, and others of the same columns behind them."""
        tables = [rows.table for rows in (self, others) if rows.table is not None]
        table = pa.concat_tables(tables) if tables else None
        return Rows(table, dict(sorted((self.heads | others.heads).items())), self.labels)

    @cached_property
    def codes(self) -> Codes:
        """Of each task, which of `labels.names` is its label; -1 where it has none."""
        if not len(self.labels.codes):
            return self.places
        return np.where(self.places < 0, -1, self.labels.codes[self.places])

    @cached_property
    def plans(self) -> Codes:
        """Of each task, which of the `heads` is its plan."""
        ids = pa.array(list(self.heads), pa.string())
        plans: Codes = pc.index_in(self.plan_ids, value_set=ids).to_numpy().astype(np.int64)
        return plans

    def usual(self) -> dict[int, int]:
        """Return for each label the row with its most usual text."""
        labelled = np.flatnonzero(self.codes >= 0)
        places = self.places[labelled]
        order = labelled[np.lexsort((places, -self.labels.likeness[places], self.codes[labelled]))]
        codes, firsts = np.unique(self.codes[order], return_index=True)
        return dict(zip(codes.tolist(), order[firsts].tolist(), strict=True))

    def values(self, column: str, rows: Sequence[int] | Codes) -> list[Any]:
        """Return what some rows hold in a column."""
        if self.table is None:
            return []
        values: list[Any] = self.table[column].take(pa.array(rows, pa.int64())).to_pylist()
        return values

    def bodies(self) -> Bodies:
        """Return who is named in the rows."""
        parents, parts = _flat(self.table, "owners", ("name", "role"))
        encoded = parts["name"].dictionary_encode()
        return Bodies(
            rows=parents,
            names=encoded.dictionary.to_pylist(),
            codes=encoded.indices.to_numpy().astype(np.int64),
            leads=pc.equal(parts["role"], "lead").to_numpy(zero_copy_only=False),
        )

    def stated(self, keep: Callable[[int], bool] = lambda _code: True) -> dict[int, list[Stated]]:
        """Return the targets of the rows by label, those of some labels only if asked.

        Args:
            keep: tells whether a label (its place in `labels.names`) is asked about.
        """
        parents, parts = _flat(self.table, "targets", StoredAmount._fields)
        amounts, of_target = _distinct(parts)
        firsts = np.searchsorted(parents, parents)
        heads, places = list(self.heads.values()), self.places.tolist()
        kept = {code for code in np.unique(self.codes).tolist() if code >= 0 and keep(code)}
        found: dict[int, list[Stated]] = {}
        for code, plan, row, at, amount in zip(
            self.codes[parents].tolist(),
            self.plans[parents].tolist(),
            parents.tolist(),
            (np.arange(len(parents)) - firsts).tolist(),
            of_target,
            strict=True,
        ):
            if code in kept:
                head = heads[plan]
                one = Stated(head.plan_id, head.kind, amounts[amount], row, places[row], at)
                found.setdefault(code, []).append(one)
        return found


def _flat(
    table: pa.Table | None, column: str, parts: Sequence[str]
) -> tuple[Codes, dict[str, pa.Array]]:
    """Return the records in a column of lists: the row of each, and their fields."""
    if table is None:
        return np.zeros(0, np.int64), {part: pa.array([], pa.string()) for part in parts}
    lists = table[column].combine_chunks()
    chunks = lists.chunks if isinstance(lists, pa.ChunkedArray) else [lists]
    parents, records, start = [], [], 0
    for chunk in chunks:
        parents.append(pc.list_parent_indices(chunk).to_numpy().astype(np.int64) + start)
        records.append(chunk.flatten())
        start += len(chunk)
    flat = pa.concat_arrays(records)
    return np.concatenate(parents), {part: pc.struct_field(flat, part) for part in parts}


class Bodies(NamedTuple):
    """Who is named: one entry an owner of a row."""

    rows: Codes
    names: list[str]
    codes: Codes
    """Which of the `names`."""
    leads: npt.NDArray[np.bool_]


def _distinct(parts: Mapping[str, pa.Array]) -> tuple[list[StoredAmount], list[int]]:
    """Return the distinct amounts, and which of them each target is."""
    import pandas as pd

    codes: Codes = np.zeros(len(parts["subject"]), np.int64)
    for part in StoredAmount._fields:
        values = parts[part].dictionary_encode(null_encoding="encode")
        here = values.indices.to_numpy().astype(np.int64)
        codes, _ = pd.factorize(codes * (len(values.dictionary) + 1) + here)
        codes = codes.astype(np.int64)
    _, firsts = np.unique(codes, return_index=True)
    taken = pa.array(firsts)
    columns = [parts[part].take(taken).to_pylist() for part in StoredAmount._fields]
    return [StoredAmount(*values) for values in zip(*columns, strict=True)], codes.tolist()
