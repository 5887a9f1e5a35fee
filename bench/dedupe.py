"""Splink set to the corpus's job, one label for the same measure: what `bench/corpus.py` holds ours against.

    python bench/dedupe.py CORPUS LABELS.parquet [--sketches]

It is lent what our aligner begins with, so that only the linking is compared: the neutral text of
every record, distinct texts in place of records, and MinHash keys to block on; with `--sketches`
also the bits by which ours weighs two texts, in place of lists of rare character triples, for
which DuckDB takes a hundred times as long. From there on it is Splink as its guides have it: u
from random pairs, m by expectation maximisation on two blockings, connected components of what
lies above a threshold. One comparison did as well as two, and levels, keys and threshold are those
that did best on a made corpus of 20,000 and of 100,000 records: where the last digit of the
threshold is another, one component swallows most measures, or every text stays alone.
"""

from __future__ import annotations

import argparse
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

from safeplan.corpus.normalising import Texts, neutral
from safeplan.corpus.sketching import Sketches, sketch

KEYS = 8
"""MinHash keys to block on; with more, recall stays and the time grows."""
THRESHOLD = 0.6
"""Match probability from which two texts are linked."""
LEVELS = (0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2)
RARE = 0.01
"""A triple that a greater share of the texts has is not rare, as in our sketches."""
RANDOM_PAIRS = {"sketches": 1e6, "lists": 2e5}


def _listed(texts: list[str]) -> dict[str, Any]:
    """Return the rare triples of each text, as numbers."""
    pa = import_module("pyarrow")
    numbers: dict[str, int] = {}
    triples = [
        np.array(
            sorted(
                {numbers.setdefault(text[at : at + 3], len(numbers)) for at in range(len(text) - 2)}
            ),
            np.int32,
        )
        for text in texts
    ]
    common = np.bincount(np.concatenate(triples)) > RARE * len(texts)
    rare = [found[~common[found]].tolist() for found in triples]
    return {"rare": pa.array(rare, pa.list_(pa.int32())), "size": list(map(len, rare))}


def _in_bits(sketches: Sketches) -> dict[str, Any]:
    """Return the rare triples of each text as a column for every 64 bits."""
    bits = sketches.rare
    sizes = np.bitwise_count(bits).sum(axis=1, dtype=np.int32)
    return {**{f"rare{at}": bits[:, at] for at in range(bits.shape[1])}, "size": sizes}


def _shared(columns: dict[str, Any]) -> str:
    """Return the SQL for how many rare triples two texts share."""
    if "rare" in columns:
        return "len(list_intersect(rare_l, rare_r))"
    names = [name for name in columns if name != "size"]
    # DuckDB counts bits in bytes, and adds them in bytes.
    return " + ".join(f"bit_count({name}_l & {name}_r)::INTEGER" for name in names)


def clusters(columns: dict[str, Any], keys: Any, random_pairs: float) -> Any:
    """Return the cluster of each text, in their order."""
    pa, splink = import_module("pyarrow"), import_module("splink")
    comparisons = import_module("splink.comparison_library")
    levels = import_module("splink.comparison_level_library")
    named = {f"key{at}": keys[:, at] for at in range(KEYS)}
    blocks = [splink.block_on(name) for name in named]
    dice = f"2.0 * ({_shared(columns)}) / (1 + size_l + size_r)"
    settings = splink.SettingsCreator(
        link_type="dedupe_only",
        blocking_rules_to_generate_predictions=blocks,
        comparisons=[
            comparisons.CustomComparison(
                output_column_name="rare",
                comparison_levels=[
                    levels.NullLevel("unique_id"),
                    *(levels.CustomLevel(f"{dice} >= {least}") for least in LEVELS),
                    levels.ElseLevel(),
                ],
            )
        ],
    )
    table = pa.table({"unique_id": np.arange(len(keys)), **columns, **named})
    frame = splink.DuckDBAPI().register(table, dataset_display_name="texts")
    linker = splink.Linker(frame, settings, log_level="ERROR")
    training = linker.training
    training.estimate_probability_two_random_records_match(
        [f"l.{name} = r.{name}" for name in list(named)[:2]], recall=0.4
    )
    training.estimate_u_using_random_sampling(max_pairs=random_pairs, seed=1)
    for block in blocks[:2]:
        training.estimate_parameters_using_expectation_maximisation(block, max_pairs=random_pairs)
    links = linker.inference.predict(threshold_match_probability=THRESHOLD)
    clustered = linker.clustering.cluster_pairwise_predictions_at_threshold(
        links, threshold_match_probability=THRESHOLD
    )
    found = clustered.as_duckdbpyrelation().select("unique_id, cluster_id").fetchnumpy()
    label = np.empty(len(keys), np.int64)
    label[found["unique_id"]] = found["cluster_id"]
    return label


def main() -> None:
    """Label a corpus and write the labels."""
    import pyarrow.dataset as ds
    import pyarrow.parquet as pq

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("labels", type=Path)
    parser.add_argument("--sketches", action="store_true")
    arguments = parser.parse_args()
    said = ["name", "content", "region_name", "region_full_name"]
    tasks = ds.dataset(arguments.corpus / "plans", partitioning="hive").to_table(
        columns=["plan_id", "task_id", *said]
    )
    neutral_texts = neutral(*(tasks[name].combine_chunks() for name in said)).to_arrow()
    distinct = neutral_texts.dictionary_encode()
    sketches = sketch(Texts.of_arrow(distinct.dictionary))
    columns = _in_bits(sketches) if arguments.sketches else _listed(distinct.dictionary.to_pylist())
    kind = "sketches" if arguments.sketches else "lists"
    label = clusters(columns, sketches.keys, RANDOM_PAIRS[kind])
    of_task = label[distinct.indices.to_numpy()]
    pq.write_table(
        tasks.select(["plan_id", "task_id"]).append_column("label", [of_task]), arguments.labels
    )


if __name__ == "__main__":
    main()
