"""A labelled corpus, read as far as a question needs: labels, heads of plans, rows of tasks.

Files that cannot be read are raised as `store` has it.
Tasks are told by their *place*: where they stand among the labels, which come in the order of the
plans and the tasks. Of what is returned the order says nothing: whoever shows it puts it in order.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Sequence
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
from safeplan.corpus.catalogue.records import Place
from safeplan.corpus.schema import YEARS, value_of
from safeplan.corpus.store import fingerprint, readable_files, row_of_each_plan, scan, year_of
from safeplan.links.grams import distinct
from safeplan.models import Target

Codes = npt.NDArray[np.int64]

_HEAD = ("plan_id", "region_full_name", "region_level", "kind", "start_year", "end_year",
         "source_path", "region_name")  # fmt: skip
"""The fields of a `Head`, and what stands in for a region without a full name."""
PLACE = ("lines_first", "lines_last", "page", "source_table", "source_row")
TEXT = ("name", "content", "plan_id", "task_id")
_AMOUNT = ["subject", "direction", "low", "high", "unit", "baseline"]


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
        self.folder, self.year, self.level = folder, year, level

    def asking(self, year: int | None = None, level: str | None = None) -> Corpus:
        """Return the corpus with other plans asked about."""
        other = Corpus(self.folder, year, level)
        other.labels = self.labels
        return other

    @cached_property
    def files(self) -> list[Path]:
        """The Parquet files of the years asked about; CorpusError `empty_corpus` without any."""
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
        """The labels of the corpus; CorpusError `labels_missing`, `labels_broken`."""
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
        for table in scan(self.files, _HEAD):
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
        stating: Callable[[str], bool] | None = None,
    ) -> LabelledRows:
        """Return tasks of the plans asked about.

        Args:
            columns: what to read of each, beside its plan and id.
            plans: only tasks of these plans.
            places: only tasks that stand at these places among the labels.
            stating: only tasks that have a target of a subject for which this is true.
        """
        wanted = None if places is None else self.labels.keys.take(pa.array(places))
        if places is not None:
            plans = {self.labels.plans[plan] for plan in self.labels.of_plans[places].tolist()}
        if self.level is not None:
            plans = self.heads.keys() & (self.heads if plans is None else plans)
        stating = stating and cache(stating)
        tables = []
        for table in scan(self.files, ["plan_id", "task_id", *columns], plans):
            if wanted is not None:
                table = table.filter(pc.is_in(_keys(table), value_set=wanted))
            if stating:
                rows, targets = _flat(table, "targets")
                subjects = targets.field("subject").dictionary_encode()
                meant = np.array([stating(one) for one in subjects.dictionary.to_pylist()], bool)
                table = table.take(pa.array(distinct(rows[meant[subjects.indices.to_numpy()]])))
            tables.append(table)
        return LabelledRows(pa.concat_tables(tables), self)

    def texts(self, places: Codes) -> dict[int, dict[str, str]]:
        """Return what tasks say and where, one a label, by label: the fields of `TEXT`."""
        rows = self.rows(["name", "content"], places=places)
        return dict(zip(rows.codes.tolist(), rows.table.select(TEXT).to_pylist(), strict=True))


class Labels:
    """Which measure each task is; in the order of the plans and the tasks."""

    def __init__(self, table: pa.Table) -> None:
        self.fingerprint: str = (table.schema.metadata or {}).get(b"safeplan.corpus", b"").decode()
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


class LabelledRows:
    """Tasks read, with their labels: what they say, and where they stand."""

    def __init__(self, table: pa.Table, corpus: Corpus) -> None:
        self.table, self.labels = table, corpus.labels
        found = pc.fill_null(pc.index_in(_keys(table), value_set=self.labels.keys), -1)
        self.places: Codes = found.to_numpy().astype(np.int64)
        """Where each stands among the labels; -1 where it has none."""
        self.codes: Codes = np.append(self.labels.codes, -1)[self.places]
        """Of each, which of `labels.names` is its label; -1 where it has none."""
        ids, self.plans = _coded(table["plan_id"])
        self.heads = [corpus.heads[plan_id] for plan_id in ids]
        """The plans they belong to; and of each task, which of them is its plan."""

    def __len__(self) -> int:
        return len(self.table)

    @cached_property
    def values(self) -> dict[str, list[Any]]:
        """What the rows hold, by column."""
        return {name: self.table[name].to_pylist() for name in self.table.column_names}

    def in_order(self, rows: Iterable[int]) -> list[int]:
        """Return some rows by plan, and in it as the document has them: `t10.1` after `t9.2`."""
        plans, tasks = self.values["plan_id"], self.values["task_id"]
        return sorted(
            rows, key=lambda row: (plans[row], [*map(int, re.findall("[0-9]+", tasks[row]))])
        )

    def said(self, row: int, stated: Stated | None = None) -> dict[str, Any]:
        """Return the fields of a `Said`: a row, and a target of it with the span it was read from.

        The rows were read with `PLACE`, and with their targets where one is asked for.
        """
        code, target = self.codes[row], None
        if stated:
            text = self.values["targets"][row][stated.at]["text"]
            target = stated.amount.model_copy(update={"text": text})
        return {
            **self.heads[self.plans[row]]._asdict(),
            "task_id": self.values["task_id"][row],
            "label": self.labels.names[code] if code >= 0 else "",
            "target": target,
            "source": self._place(row),
        }

    def placed(self, row: int) -> dict[str, Any]:
        """Return name, id and place of a row that was read with `PLACE`."""
        said = {name: self.values[name][row] for name in ("name", "task_id")}
        return {**said, "source": self._place(row)}

    def _place(self, row: int) -> Place:
        first, last, page, table, at = (self.values[column][row] for column in PLACE)
        lines = None if first is None else (first, last)
        path = self.heads[self.plans[row]].source_path
        return Place(path=path, lines=lines, page=page, table=table, row=at)

    def bodies(self) -> pd.DataFrame:
        """Return who is named in the rows that have a label: `code`, `plan`, `name`, `lead`."""
        rows, owners = _flat(self.table, "owners")
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

    def stated(self, asked: Collection[int] | None = None) -> dict[int, list[Stated]]:
        """Return the targets of the rows by label, those of some labels only if asked."""
        rows, targets = _flat(self.table, "targets")
        encoded = {part: targets.field(part).dictionary_encode("encode") for part in _AMOUNT}
        parts = pd.DataFrame({part: one.indices.to_numpy() for part, one in encoded.items()})
        # Many plans state an amount alike: a record for each that differs.
        which = parts.groupby(_AMOUNT, sort=False).ngroup().to_numpy()
        amounts = [
            Target.model_validate({**one, "value": value_of(one["low"], one["high"]), "text": ""})
            for one in targets.filter(pa.array(~parts.duplicated())).to_pylist()
        ]
        codes, at = self.codes[rows], np.arange(len(rows)) - np.searchsorted(rows, rows)
        kept = codes >= 0 if asked is None else np.isin(codes, [*asked])
        columns = (codes, self.plans[rows], which, rows, self.places[rows], at)
        found: dict[int, list[Stated]] = {}
        for code, plan, amount, *where in zip(
            *(one[kept].tolist() for one in columns), strict=True
        ):
            head = self.heads[plan]
            one = Stated(head.plan_id, head.kind, amounts[amount], *where)
            found.setdefault(code, []).append(one)
        return found


def _keys(table: pa.Table) -> pa.ChunkedArray:
    """Return what tells a task in the corpus: the plan's id and its own."""
    return pc.binary_join_element_wise(table["plan_id"], table["task_id"], "\t")


def _coded(column: pa.ChunkedArray) -> tuple[list[str], Codes]:
    """Return the distinct values of a column, and for each row which it has."""
    encoded = column.combine_chunks().dictionary_encode()
    return encoded.dictionary.to_pylist(), encoded.indices.to_numpy().astype(np.int64)


def _flat(table: pa.Table, column: str) -> tuple[Codes, pa.StructArray]:
    """Return the records in a column of lists, and of each the row that it stands in."""
    lists = table[column].combine_chunks()
    return pc.list_parent_indices(lists).to_numpy().astype(np.int64), lists.flatten()
