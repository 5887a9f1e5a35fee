"""The glue: daft runs the kernels over Parquet files, on this machine or on a Ray cluster.

Both engines run the same two plans, and the kernels see nothing but the record or the text at
hand, so both give the same rows, in whatever order and in however many parts.
"""

from __future__ import annotations

import os
import re
import socket
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import daft
import pyarrow as pa
from daft import DataType, Series, col

from safeplan.corpus import QUIET, CorpusError
from safeplan.corpus.normalising import neutral
from safeplan.corpus.sketching import hashes

if TYPE_CHECKING:
    from daft import DataFrame

_NEUTRAL = DataType.struct({"hash": DataType.uint64(), "text": DataType.string()})


def use(ray: str | None) -> None:
    """Run here, or on a Ray cluster whose workers find the files under the same paths.

    Args:
        ray: the cluster's address; None is this process.

    Raises:
        CorpusError: `ray_unreachable`: no cluster answers there.
    """
    if ray is None:
        return
    import ray as cluster

    own = os.environ.get("SAFEPLAN_VOCABULARY")
    variables = QUIET | ({"SAFEPLAN_VOCABULARY": own} if own else {})
    try:
        _knock(ray)
        cluster.init(ray, runtime_env={"env_vars": variables}, log_to_driver=False)
    except (OSError, ValueError, RuntimeError) as error:
        reason = (str(error).strip() or type(error).__name__).splitlines()[0]
        raise CorpusError(ray, "ray_unreachable", reason=reason) from None
    daft.set_runner_ray(noop_if_initialized=True)


def _knock(address: str) -> None:
    """Try whether anybody answers at `host:port`: Ray itself would try for minutes.

    Raises:
        OSError: nobody does.
    """
    if named := re.fullmatch(r"(?:ray://)?\[?([^/\]]+)\]?:([0-9]+)", address):
        socket.create_connection((named[1], int(named[2])), timeout=10).close()


@daft.func.batch(return_dtype=_NEUTRAL)
def _neutral(names: Series, contents: Series, regions: Series, full_names: Series) -> Series:
    texts = neutral(*(one.to_arrow() for one in (names, contents, regions, full_names)))
    columns = [pa.array(hashes(texts)), texts.to_arrow()]
    return Series.from_arrow(pa.StructArray.from_arrays(columns, ["hash", "text"]))


def normalise(files: Sequence[Path], partitions: int | None = None) -> DataFrame:
    """Return file, plan and id of every task, its neutral text and the text's hash."""
    names = ["name", "content", "region_name", "region_full_name"]
    rows = daft.read_parquet([str(file) for file in files], file_path_column="file")
    rows = _parted(rows.select("file", "plan_id", "task_id", *names), partitions)
    rows = rows.with_column("neutral", _neutral(*(col(name) for name in names)))
    fields = [col("neutral")[name].alias(name) for name in ("hash", "text")]
    return rows.select("file", "plan_id", "task_id", *fields)


def distinct(files: Sequence[Path], partitions: int | None = None) -> DataFrame:
    """Return every distinct text of what `normalise` gave: its hash, and how often it stands."""
    texts = daft.read_parquet([str(file) for file in files]).select("hash", "text")
    same = _parted(texts, partitions).groupby("hash")
    return same.agg(col("text").min(), col("text").count().alias("count"))


def _parted(rows: DataFrame, partitions: int | None) -> DataFrame:
    """Return rows that are worked on in so many parts: on Ray by its workers, here in batches."""
    if not partitions:
        return rows
    if daft.get_or_infer_runner_type() == "ray":
        return rows.into_partitions(partitions)
    return rows.into_batches(max(1, -(-rows.count_rows() // partitions)))
