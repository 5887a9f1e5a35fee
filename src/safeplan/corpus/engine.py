"""The glue: daft runs the kernels over Parquet files, on this machine or on a Ray cluster.

Both engines run the same plan, and the kernels see nothing but the record at hand, so both give the
same rows, in whatever order and in however many parts.
"""

from __future__ import annotations

import logging
import os
import re
import socket
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import daft
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from daft import DataType, Series, col

from safeplan.corpus import QUIET, CorpusError
from safeplan.corpus.normalising import neutral
from safeplan.corpus.sketching import hashes
from safeplan.corpus.store import IDS, TEXTS

if TYPE_CHECKING:
    from daft import DataFrame

_NEUTRAL = DataType.struct({"hash": DataType.uint64(), "text": DataType.string()})
_ADDRESS = re.compile(r"(?:ray://)?\[?([^/\[\]]+)\]?:([0-9]{1,5})")
_FILE = ".file"
"""The column of the files' paths while they are read: they may have one called `file`."""

# What it logs it raises as well, and then it is said in one line.
logging.getLogger("daft_local_execution").setLevel(logging.CRITICAL)


def use(ray: str | None) -> None:
    """Run here, or on a Ray cluster whose workers find the files under the same paths.

    Args:
        ray: the cluster's address; None is this process.

    Raises:
        CorpusError: `ray_address`: it names no host and port; `ray_unreachable`: no cluster
            answers there.
    """
    if ray is None:
        return
    # Ray takes other words too: with some it starts a cluster here, for some it looks for minutes.
    named = _ADDRESS.fullmatch(ray)
    if not named:
        raise CorpusError("--ray", "ray_address", address=ray)
    import ray as cluster

    own = os.environ.get("SAFEPLAN_VOCABULARY")
    variables = QUIET | ({"SAFEPLAN_VOCABULARY": own} if own else {})
    try:
        # Try whether anybody answers: Ray itself would try for minutes.
        socket.create_connection((named[1], int(named[2])), timeout=10).close()
        cluster.init(ray, runtime_env={"env_vars": variables}, log_to_driver=False)
    except (OSError, ValueError, RuntimeError) as error:
        reason = (str(error).strip() or type(error).__name__).splitlines()[0]
        raise CorpusError(ray, "ray_unreachable", reason=reason) from None
    os.environ["DAFT_RUNNER"] = "ray"
    daft.set_runner_ray(noop_if_initialized=True)


_at_work: set[int] = set()
"""The threads of this process that are in a kernel."""


def settle() -> None:
    """Wait for kernels that an engine which was stopped has left at work.

    A process that ends while one runs is aborted by the engine, and has no exit status.
    """
    rests = 0
    while rests < 3:
        time.sleep(0.1)
        rests = 0 if _at_work else rests + 1


@daft.func.batch(return_dtype=_NEUTRAL)
def _neutral(names: Series, contents: Series, regions: Series, full_names: Series) -> Series:
    """Return a hash of the neutral text of each record, and of those of one hash the first's text.

    There is no hash where a column has nothing.
    """
    _at_work.add(threading.get_ident())
    try:
        columns = [one.to_arrow() for one in (names, contents, regions, full_names)]
        texts = neutral(*columns)
        lacking = np.any([pc.is_null(column) for column in columns], axis=0)
        values = hashes(texts)
        first = np.zeros(len(values), bool)
        first[np.unique(values, return_index=True)[1]] = True
        which = pa.array(np.cumsum(first) - 1, mask=~first)
        fields = [pa.array(values, mask=lacking), texts.chosen(first).to_arrow().take(which)]
        return Series.from_arrow(pa.StructArray.from_arrays(fields, ["hash", "text"]))
    finally:
        _at_work.discard(threading.get_ident())


def normalise(files: Sequence[Path], partitions: int | None = None) -> DataFrame:
    """Return file, plan and id of every task and the hash of its neutral text.

    A task has no hash where its name, content or region is null; of those that are worked on
    together and have one hash, only the first has the text as well. Partitions are the parts that
    the rows are worked on in: on Ray by its workers, here in batches.
    """
    # The engine takes no plain paths, but patterns.
    patterns = [re.sub(r"[\\*?{}\[\]]", r"\\\g<0>", file.absolute().as_posix()) for file in files]
    rows = daft.read_parquet(patterns, file_path_column=_FILE)
    rows = rows.select(col(_FILE).alias("file"), *IDS, *TEXTS)
    if partitions and daft.get_or_infer_runner_type() == "ray":
        rows = rows.into_partitions(partitions)
    elif partitions:
        rows = rows.into_batches(max(1, -(-rows.count_rows() // partitions)))
    rows = rows.with_column("neutral", _neutral(*(col(name) for name in TEXTS)))
    fields = [col("neutral")[name].alias(name) for name in ("hash", "text")]
    return rows.select("file", *IDS, *fields)
