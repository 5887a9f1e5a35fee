"""The scale path measured: recall and precision, time, memory and growth, Splink beside it.

    python bench/corpus.py                                   20k, 100k and 1M made records, Splink beside
    python bench/corpus.py --sizes 20000 100000 --no-splink  smaller and sooner
    python bench/corpus.py --made DIR                        corpora kept in DIR, made there if missing

Each figure is of a whole process, from its start to its last file, of which nothing is left from a
run before: `safeplan corpus align`; a process that only reads and normalises the same Parquet; and
Splink, killed at `--limit`. Time is the least of `--runs` turns, so that other programs weigh little;
memory is the most that the process and those it started ever held together. Recall and precision
are over all pairs of records, counted from how many records each label and each measure share.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from math import log
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from made import write
from safeplan.documents.processes import end

BENCH = Path(__file__).resolve().parent
ROUND = 0.05
"""Seconds between two looks at a process's memory."""
ALIGN, NORMALISE = "safeplan corpus align", "read and normalise only"
PEER = "Splink, lent texts and keys"
"""What the bars set us beside: Splink with our normaliser and our blocks. The other row is lent our
own weighing as well, and shows how much of the result is in that."""
SPLINK = {PEER: [], "Splink, lent sketches too": ["--sketches"]}
READ = """
import sys
from pathlib import Path
from safeplan.corpus import engine
from safeplan.corpus.store import plan_files
engine.use(None)
rows = engine.normalise(plan_files(Path(sys.argv[1])))
print(rows.select("hash").distinct().count_rows())
"""
BARS = {"recall": 0.95, "precision": 0.95, "ratio": 5.0, "growth": 1.1, "memory": 3000.0}
"""Issue 8: at least, at least, at most (at 100k), at most (100k to 1M), at most MB (at 1M)."""


@dataclass(frozen=True)
class Took:
    """What a process took."""

    seconds: float
    peak: float
    """MB that it and the processes it started held at once."""
    status: int | None
    """Exit status; None where it was killed at the limit."""
    said: str = ""
    """The end of its standard error."""


@dataclass(frozen=True)
class Quality:
    """How labels stand to the truth."""

    recall: float
    """Share of the pairs of one measure that have one label."""
    precision: float
    """Share of the pairs of one label that are of one measure."""
    record_recall: float
    """For a record, the share of its measure under its label; the mean of all records (B³)."""
    record_precision: float
    labels: int


@dataclass(frozen=True)
class Result:
    """One program at one size."""

    program: str
    records: int
    took: Took
    quality: Quality | None


# --- Processes --------------------------------------------------------------------------------


def _tree(pid: int) -> Iterator[int]:
    """Yield a process and those it started, and theirs."""
    yield pid
    with contextlib.suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in (task / "children").read_text().split():
                yield from _tree(int(child))


def _held(pid: int, field: str) -> float:
    """Return a field of a process's status in MB; 0 where it has ended."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0.0
    found = re.search(rf"{field}:\s+(\d+)", status)
    return int(found[1]) / 1024 if found else 0.0


def run(command: Sequence[str], limit: float | None = None) -> Took:
    """Run a command to its end, or kill it and all it started at the limit in seconds."""
    path = os.pathsep.join([str(BENCH), os.environ.get("PYTHONPATH", "")])
    quiet = {
        "DO_NOT_TRACK": "true",
        "SCARF_NO_ANALYTICS": "true",
        "DAFT_ANALYTICS_ENABLED": "0",
        "RAY_USAGE_STATS_ENABLED": "0",
    }
    peak, killed = 0.0, False
    with tempfile.TemporaryFile() as said:
        start = time.perf_counter()
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=said,
            env={**os.environ, **quiet, "PYTHONPATH": path},
            start_new_session=True,
        )
        while True:
            # What one process held at its highest is kept for it; of several, what we happen to see.
            together = sum(_held(pid, "VmRSS") for pid in _tree(process.pid))
            peak = max(peak, together, _held(process.pid, "VmHWM"))
            try:
                process.wait(ROUND)
                break
            except subprocess.TimeoutExpired:
                if limit and not killed and time.perf_counter() - start > limit:
                    killed = True
                    end(process)
        seconds = time.perf_counter() - start
        said.seek(max(0, said.seek(0, os.SEEK_END) - 2000))
        last = said.read().decode(errors="replace").strip()
    return Took(seconds, peak, None if killed else process.returncode, last)


def fresh(corpus: Path) -> Path:
    """Take away what a run before left in a corpus."""
    for left in corpus.iterdir():
        if left.name not in {"plans", "truth.parquet"}:
            shutil.rmtree(left) if left.is_dir() else left.unlink()
    return corpus


def align(corpus: Path) -> Took:
    """Label a corpus anew."""
    command = [sys.executable, "-m", "safeplan", "corpus", "align", "--corpus", str(fresh(corpus))]
    return run(command)


def normalise_only(corpus: Path) -> Took:
    """Read and normalise a corpus, and nothing else."""
    return run([sys.executable, "-c", READ, str(corpus)])


def splink(corpus: Path, labels: Path, options: Sequence[str], limit: float) -> Took:
    """Label a corpus by Splink."""
    script = str(BENCH / "dedupe.py")
    return run([sys.executable, script, str(corpus), str(labels), *options], limit)


# --- Quality ----------------------------------------------------------------------------------

Codes = npt.NDArray[np.int64]


def quality(label: Codes, truth: Codes) -> Quality:
    """Return how labels stand to the truth, without a table of pairs.

    Args:
        label: of each record, any number.
        truth: the measure of each record, in the same order.

    >>> found = quality(np.array([0, 0, 1, 1]), np.array([5, 5, 5, 6]))
    >>> round(found.recall, 3), found.precision
    (0.333, 0.5)
    """

    def pairs(counts: Codes) -> float:
        return float((counts.astype(float) * (counts - 1) / 2).sum())

    _, label, labels = np.unique(label, return_inverse=True, return_counts=True)
    _, truth, measures = np.unique(truth, return_inverse=True, return_counts=True)
    both, shared = np.unique(label * len(measures) + truth, return_counts=True)
    of_label, of_measure = labels[both // len(measures)], measures[both % len(measures)]
    met, records = pairs(shared), len(label)
    return Quality(
        recall=met / pairs(measures) if pairs(measures) else 1.0,
        precision=met / pairs(labels) if pairs(labels) else 1.0,
        record_recall=float((shared * (shared / of_measure)).sum() / records),
        record_precision=float((shared * (shared / of_label)).sum() / records),
        labels=len(labels),
    )


def read_quality(labels: Path, truth: Path) -> Quality:
    """Hold a file of labels against the truth.

    Raises:
        ValueError: the labels are not those of the records, one each.
    """
    import pyarrow.parquet as pq

    keys = ["plan_id", "task_id"]
    known = pq.read_table(truth)
    found = pq.read_table(labels, columns=[*keys, "label"])
    found = found.set_column(
        2, "label", found["label"].combine_chunks().dictionary_encode().indices
    )
    both = known.join(found, keys=keys, join_type="inner")
    if not len(known) == len(found) == len(both):
        raise ValueError(
            f"{labels}: {len(found)} labels for {len(known)} records, {len(both)} of them known"
        )
    return quality(both["label"].to_numpy().astype(np.int64), both["measure"].to_numpy())


# --- The bench --------------------------------------------------------------------------------


def name_of(records: int) -> str:
    """Return the folder of a made corpus.

    >>> name_of(20_000), name_of(1_000_000)
    ('20k', '1m')
    """
    for size, mark in ((1_000_000, "m"), (1000, "k")):
        if records % size == 0:
            return f"{records // size}{mark}"
    return str(records)


def made(folder: Path, records: int, seed: int) -> Path:
    """Return the made corpus of a size, made if it is missing."""
    corpus = folder / name_of(records)
    if not (corpus / "truth.parquet").exists():
        write(records, seed, corpus)
    return corpus


def least(turns: Sequence[Took]) -> Took:
    """Return the turn that took least; its memory is the most of all."""
    best = min(turns, key=lambda took: took.seconds)
    return Took(best.seconds, max(took.peak for took in turns), best.status, best.said)


def measure(
    corpus: Path, records: int, runs: int, splinks: Sequence[str], limit: float
) -> list[Result]:
    """Return what each program does with a corpus; ours and the mere reading in turn."""
    truth = corpus / "truth.parquet"
    turns = [(align(corpus), normalise_only(corpus)) for _ in range(runs)]
    ours, reading = (least(took) for took in zip(*turns, strict=True))
    results = [
        Result(
            ALIGN,
            records,
            ours,
            read_quality(corpus / "labels.parquet", truth) if ours.status == 0 else None,
        ),
        Result(NORMALISE, records, reading, None),
    ]
    for program in splinks:
        with tempfile.TemporaryDirectory() as folder:
            labels = Path(folder) / "labels.parquet"
            took = splink(corpus, labels, SPLINK[program], limit)
            found = read_quality(labels, truth) if took.status == 0 else None
        results.append(Result(program, records, took, found))
    return results


def show(results: Sequence[Result]) -> None:
    """Print a table, a line a program and size."""
    print(
        f"{'program':28} {'records':>9} {'seconds':>8} {'MB':>6} {'recall':>7} {'precision':>9}"
        f" {'by record':>13} {'labels':>7}"
    )
    for one in results:
        line = f"{one.program:28} {one.records:9,} {one.took.seconds:8.2f} {one.took.peak:6.0f}"
        if found := one.quality:
            line += f" {found.recall:7.4f} {found.precision:9.4f}"
            line += f" {found.record_recall:6.3f} {found.record_precision:6.3f} {found.labels:7,}"
        elif one.took.status is None:
            line += "  no end within the limit"
        elif one.took.status:
            line += (
                f"  failed: {one.took.said.splitlines()[-1] if one.took.said else one.took.status}"
            )
        print(line)


def judge(results: Sequence[Result]) -> dict[str, Any]:
    """Return, and print, the ratios that the bars of issue 8 are set on."""
    of = {(one.program, one.records): one for one in results if one.took.status == 0}
    sizes = sorted({one.records for one in results})
    found: dict[str, Any] = {}
    for size in sizes:
        if not (ours := of.get((ALIGN, size))):
            continue
        if reading := of.get((NORMALISE, size)):
            ratio = ours.took.seconds / reading.took.seconds
            found[f"ratio at {name_of(size)}"] = ratio
            bar = f" (bar {BARS['ratio']:.0f})" if size == 100_000 else ""
            print(f"{name_of(size)}: aligning takes {ratio:.2f} × reading and normalising{bar}")
        for program in SPLINK:
            other = of.get((program, size))
            if other and other.quality and ours.quality:
                found[f"{program} at {name_of(size)}"] = other.took.seconds / ours.took.seconds
                print(
                    f"{name_of(size)}: {program} takes {other.took.seconds / ours.took.seconds:.1f} × ours, "
                    f"recall {other.quality.recall - ours.quality.recall:+.4f}, "
                    f"precision {other.quality.precision - ours.quality.precision:+.4f}"
                )
    for small, large in pairwise(sizes):
        if (ALIGN, small) in of and (ALIGN, large) in of:
            times = (of[ALIGN, size].took.seconds for size in (large, small))
            growth = log(next(times) / next(times)) / log(large / small)
            found[f"growth {name_of(small)} to {name_of(large)}"] = growth
            bar = f" (bar {BARS['growth']})" if large == 1_000_000 else ""
            print(f"{name_of(small)} to {name_of(large)}: time grows as n^{growth:.2f}{bar}")
    return found


def missed(results: Sequence[Result], ratios: dict[str, Any]) -> list[str]:
    """Return the bars of issue 8 that this run does not reach, of those it measured."""
    out = []
    of = {(one.program, one.records): one for one in results}
    if (ours := of.get((ALIGN, 100_000))) and ours.quality:
        for bar in ("recall", "precision"):
            if getattr(ours.quality, bar) < BARS[bar]:
                out.append(f"{bar} at 100k")
    if ratios.get("ratio at 100k", 0) > BARS["ratio"]:
        out.append("ratio at 100k")
    if ratios.get("growth 100k to 1m", 0) > BARS["growth"]:
        out.append("growth 100k to 1m")
    if (ours := of.get((ALIGN, 1_000_000))) and ours.took.peak > BARS["memory"]:
        out.append("memory at 1m")
    for (program, size), other in of.items():
        ours = of[ALIGN, size]
        if ours.quality is None:
            if program == ALIGN:
                out.append(f"{ALIGN} at {name_of(size)}: {ours.took.said}")
        elif program == PEER and other.quality:
            if other.took.seconds <= ours.took.seconds:
                out.append(f"faster than {program} at {name_of(size)}")
            for share in ("recall", "precision"):
                if getattr(other.quality, share) >= getattr(ours.quality, share):
                    out.append(f"higher {share} than {program} at {name_of(size)}")
    return out


def main() -> int:
    """Measure and print; return 1 where a bar is missed."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sizes", type=int, nargs="+", default=[20_000, 100_000, 1_000_000])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--made", type=Path, help="where made corpora are kept")
    parser.add_argument("--no-splink", action="store_true")
    parser.add_argument("--limit", type=float, default=330.0, help="seconds that Splink may take")
    parser.add_argument("--json", type=Path, help="write all figures there")
    arguments = parser.parse_args()
    results: list[Result] = []
    with tempfile.TemporaryDirectory(prefix="made-") as temporary:
        folder = arguments.made or Path(temporary)
        unfinished: set[str] = set()
        for records in sorted(arguments.sizes):
            corpus = made(folder, records, arguments.seed)
            splinks = (
                [] if arguments.no_splink else [name for name in SPLINK if name not in unfinished]
            )
            found = measure(corpus, records, arguments.runs, splinks, arguments.limit)
            # What does not finish at one size is not tried at a larger one.
            unfinished |= {one.program for one in found if one.took.status is None}
            results += found
            show(found)
    print()
    ratios = judge(results)
    out = missed(results, ratios)
    print("missed: " + "; ".join(out) if out else "all bars reached that were measured")
    if arguments.json:
        figures = {"results": [asdict(one) for one in results], "ratios": ratios, "missed": out}
        arguments.json.write_text(json.dumps(figures, indent=2, ensure_ascii=False), "utf-8")
    return 1 if out else 0


if __name__ == "__main__":
    sys.exit(main())
