"""A labelled corpus, read as far as a question needs: labels, heads of plans, rows of tasks.

Tasks are told by their *place*: where they stand among the labels, which come in the order of the
plans and the tasks. Of what is returned the order says nothing: whoever shows it puts it in order.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from functools import cache, cached_property
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from safeplan.corpus import CorpusError
from safeplan.corpus.catalogue.fields import Stated
from safeplan.corpus.schema import YEARS, value_of
from safeplan.corpus.sketching import distinct
from safeplan.corpus.store import fingerprint, readable_files, row_of_each_plan, scan, year_of
from safeplan.models import Target

Codes = npt.NDArray[np.int64]

HEAD = ("plan_id", "region_full_name", "region_level", "kind", "start_year", "end_year",
        "source_path", "region_name")  # fmt: skip
"""The fields of a `Head`, and what stands in for a region without a full name."""
PLACE = ("lines_first", "lines_last", "page", "source_table", "source_row")
TEXT = ("name", "content", "plan_id", "task_id")
_AMOUNT = ("subject", "direction", "low", "high", "unit", "baseline")


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

    @property
    def district(self) -> str:
        """What a plan's id says before its years: the same for all plans of one government."""
        return re.sub(YEARS, "", self.plan_id)


class Corpus:
    """The folder of a labelled corpus, and which of its plans are asked about."""

    def __init__(self, folder: Path, year: int | None = None, level: str | None = None) -> None:
        """Ask about the plans that begin in a year, of governments of a level; None for all."""
        self.folder = folder
        self.year = year
        self.level = level

    def asking(self, year: int | None = None, level: str | None = None) -> Corpus:
        """Return the corpus with other plans asked about."""
        other = Corpus(self.folder, year, level)
        other.labels = self.labels
        return other

    @cached_property
    def files(self) -> list[Path]:
        """The Parquet files of the years asked about.

        Raises:
            CorpusError: `empty_corpus`, where there is none at all; or as `readable_files`.
        """
        found = readable_files(self.folder)
        if not found:
            raise CorpusError(self.folder, "empty_corpus")
        return [file for file in found if self.year in (None, year_of(file))]

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
        try:
            return Labels(pq.read_table(path, columns=["plan_id", "task_id", "label", "likeness"]))
        except (pa.ArrowException, OSError):
            raise CorpusError(path, "labels_broken") from None

    def unlabelled(self) -> int:
        """Return how many tasks of the plans asked about have no label."""
        return int((self.rows([]).places < 0).sum())

    @cached_property
    def heads(self) -> dict[str, Head]:
        """The plans asked about, by id, in the order of the ids."""
        found = {}
        for table in scan(self.files, HEAD):
            for row in row_of_each_plan(table):
                *fields, name = row.values()
                head = Head(*fields)
                head = head._replace(region=head.region or name, start_year=head.start_year or 0)
                if self.level in (None, head.level):
                    found[head.plan_id] = head
        return dict(sorted(found.items()))

    def rows(
        self,
        columns: Sequence[str],
        *,
        plans: Collection[str] | None = None,
        places: Codes | None = None,
        keep: Callable[[pa.Table], npt.NDArray[np.bool_]] | None = None,
    ) -> Rows:
        """Return tasks of the plans asked about.

        Args:
            columns: what to read of each, beside its plan and id.
            plans: only tasks of these plans.
            places: only tasks that stand at these places among the labels.
            keep: tells of a table of these columns which rows are wanted.

        Raises:
            CorpusError: `broken_parquet`, `not_a_corpus_file`: a file cannot be read.
        """
        wanted = None if places is None else self.labels.keys.take(pa.array(places))
        if places is not None:
            plans = {self.labels.plans[plan] for plan in self.labels.of_plans[places].tolist()}
        if self.level is not None:
            plans = self.heads.keys() & (self.heads if plans is None else plans)
        tables = []
        for table in scan(self.files, ["plan_id", "task_id", *columns], plans):
            if wanted is not None:
                table = table.filter(pc.is_in(_keys(table), value_set=wanted))
            tables.append(table if keep is None else table.filter(pa.array(keep(table))))
        return Rows(pa.concat_tables(tables), self)

    def texts(self, places: Codes) -> dict[int, dict[str, str]]:
        """Return what tasks say and where, one a label, by label: the fields of `TEXT`."""
        rows = self.rows(["name", "content"], places=places)
        return dict(zip(rows.codes.tolist(), rows.table.select(TEXT).to_pylist(), strict=True))

    def stating(self, columns: Sequence[str], asked: Callable[[str], bool]) -> Rows:
        """Return the tasks that have a target of a subject asked about."""
        asked = cache(asked)

        def keep(table: pa.Table) -> npt.NDArray[np.bool_]:
            rows, targets = flat(table, "targets")
            subjects = targets.field("subject").dictionary_encode()
            meant = np.array([asked(one) for one in subjects.dictionary.to_pylist()], bool)
            kept = np.zeros(len(table), bool)
            kept[rows[meant[subjects.indices.to_numpy()]]] = True
            return kept

        return self.rows(columns, keep=keep)


class Labels:
    """Which measure each task is; in the order of the plans and the tasks."""

    def __init__(self, table: pa.Table) -> None:
        metadata = table.schema.metadata or {}
        self.fingerprint: str = metadata.get(b"safeplan.corpus", b"").decode()
        """Of the plans that the labels were made from; empty where the file does not say."""
        table = table.sort_by([("plan_id", "ascending"), ("task_id", "ascending")])
        self.keys: pa.Array = _keys(table).combine_chunks()
        self.task_ids: pa.ChunkedArray = table["task_id"]
        self.plans, self.of_plans = _coded(table["plan_id"])
        """Every plan once; and of each task, which of them is its plan."""
        self.names, self.codes = _coded(table["label"])
        """Every label once; and of each task, which of them it has."""
        self.likeness: npt.NDArray[np.float32] = table["likeness"].to_numpy()

    def of_task(self, plan_id: str, task_id: str) -> int | None:
        """Return the label of a task, if it has one."""
        at = pc.index(self.keys, f"{plan_id}\t{task_id}").as_py()
        return None if at < 0 else int(self.codes[at])

    def of_label(self, code: int) -> Codes:
        """Return the places of the tasks that have a label."""
        return np.flatnonzero(self.codes == code)

    def usual(self, places: Codes) -> Codes:
        """Return of some places those of the most usual texts, one a label, by label."""
        order = places[np.lexsort((places, -self.likeness[places], self.codes[places]))]
        _, firsts = np.unique(self.codes[order], return_index=True)
        return order[firsts]

    def plan_counts(self, places: Codes | slice = slice(None)) -> Codes:
        """Return how many plans have each label, of the tasks at some places or of all."""
        pairs = distinct(self.codes[places] << 32 | self.of_plans[places])
        return np.bincount(pairs >> 32, minlength=len(self.names))


class Rows:
    """Tasks read, with their labels."""

    def __init__(self, table: pa.Table, corpus: Corpus) -> None:
        self.table = table
        self.corpus = corpus
        self.labels = labels = corpus.labels
        found = pc.fill_null(pc.index_in(_keys(table), value_set=labels.keys), -1)
        self.places: Codes = found.to_numpy().astype(np.int64)
        """Where each stands among the labels; -1 where it has none."""
        self.codes: Codes = np.append(labels.codes, -1)[self.places]
        """Of each, which of `labels.names` is its label; -1 where it has none."""
        ids, self.plans = _coded(table["plan_id"])
        self.heads = [corpus.heads[plan_id] for plan_id in ids]
        """The plans they belong to; and of each task, which of them is its plan."""

    def __len__(self) -> int:
        return len(self.table)

    def followed_by(self, others: Rows) -> Rows:
        """Return these rows, where they are, and others of the same columns behind them."""
        return Rows(pa.concat_tables([self.table, others.table]), self.corpus)

    def usual(self) -> Codes:
        """Return the places of the most usual texts, one a label, by label."""
        return self.labels.usual(self.places[self.places >= 0])

    @cached_property
    def values(self) -> dict[str, list[Any]]:
        """What the rows hold, by column."""
        return {name: self.table[name].to_pylist() for name in self.table.column_names}

    def bodies(self) -> pd.DataFrame:
        """Return who is named in the rows that have a label: `code`, `plan`, `name`, `lead`."""
        rows, owners = flat(self.table, "owners")
        names = owners.field("name").dictionary_encode()
        frame = pd.DataFrame(
            {
                "code": self.codes[rows],
                "plan": self.plans[rows],
                "name": pd.Categorical.from_codes(names.indices, names.dictionary.to_pylist()),
                "lead": pc.equal(owners.field("role"), "lead").to_numpy(zero_copy_only=False),
            }
        )
        return frame[frame["code"] >= 0]

    def stated(self, asked: Callable[[int], bool] = lambda _code: True) -> dict[int, list[Stated]]:
        """Return the targets of the rows by label, those of some labels only if asked."""
        rows, targets = flat(self.table, "targets")
        parts = [targets.field(part).dictionary_encode("encode") for part in _AMOUNT]
        codes = np.zeros(len(rows), np.int64)
        for part in parts:
            codes, _ = pd.factorize(codes * (len(part.dictionary) + 1) + part.indices.to_numpy())
        _, firsts = np.unique(codes, return_index=True)
        amounts = [
            Target(subject=subject, direction=direction, value=value_of(low, high), unit=unit,
                   baseline=baseline, text="")
            for subject, direction, low, high, unit, baseline in zip(
                *(part.take(pa.array(firsts)).to_pylist() for part in parts), strict=True
            )
        ]  # fmt: skip
        kept = {code for code in np.unique(self.codes[rows]).tolist() if code >= 0 and asked(code)}
        found: dict[int, list[Stated]] = {}
        of_target = (self.codes[rows], self.plans[rows], self.places[rows], rows,
                     np.arange(len(rows)) - np.searchsorted(rows, rows), codes)  # fmt: skip
        for code, plan, place, row, at, amount in zip(
            *(column.tolist() for column in of_target), strict=True
        ):
            if code in kept:
                head = self.heads[plan]
                one = Stated(head.plan_id, head.kind, amounts[amount], row, place, at)
                found.setdefault(code, []).append(one)
        return found


def _keys(table: pa.Table) -> pa.ChunkedArray:
    """Return what tells a task in the corpus: the plan's id and its own."""
    return pc.binary_join_element_wise(table["plan_id"], table["task_id"], "\t")


def _coded(column: pa.ChunkedArray) -> tuple[list[str], Codes]:
    """Return the distinct values of a column, and for each row which it has."""
    encoded = column.combine_chunks().dictionary_encode()
    return encoded.dictionary.to_pylist(), encoded.indices.to_numpy().astype(np.int64)


def flat(table: pa.Table, column: str) -> tuple[Codes, pa.StructArray]:
    """Return the records in a column of lists, and of each the row that it stands in."""
    lists = table[column].combine_chunks()
    return pc.list_parent_indices(lists).to_numpy().astype(np.int64), lists.flatten()


def numbers(task_id: str) -> list[int]:
    """Return a task's id as what sorts as the document does: `t10.1` after `t9.2`."""
    return [int(number) for number in re.findall("[0-9]+", task_id)]
