"""The ready-made matchers that the alignment is held against, each on the very same records.

A peer is made from pairs of plans with their links, of which most use nothing, and scores every
record of one plan against every record of the other.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import numpy as np
import numpy.typing as npt

from safeplan.models import Plan

Array = npt.NDArray[np.float64]
Scores = Callable[[Plan, Plan], Array]
"""Two plans → a score for each record of the one (row) and each of the other (column)."""
Example = tuple[Plan, Plan, Collection[tuple[str, str]]]
"""Two plans and which of their records are linked."""
Peer = Callable[[Sequence[Example]], Scores]


@cache
def words(text: str) -> tuple[str, ...]:
    """Return the jieba words of a text."""
    import jieba

    jieba.setLogLevel(60)
    return tuple(word for word in jieba.lcut(text) if word.strip())


def texts(plan: Plan) -> list[str]:
    """Return what a matcher is given of each record."""
    return [f"{task.name} {task.content}" for task in plan.tasks]


def token_set(left: Plan, right: Plan) -> Array:
    """Score by rapidfuzz token_set_ratio over jieba words."""
    from rapidfuzz import fuzz, process

    sides = [[" ".join(words(text)) for text in texts(side)] for side in (left, right)]
    return np.asarray(process.cdist(*sides, scorer=fuzz.token_set_ratio), dtype=float) / 100


def wratio(left: Plan, right: Plan) -> Array:
    """Score by rapidfuzz WRatio."""
    from rapidfuzz import fuzz, process

    found = process.cdist(texts(left), texts(right), scorer=fuzz.WRatio)
    return np.asarray(found, dtype=float) / 100


def _cosines(vectorizer: Any, left: Plan, right: Plan) -> Array:
    table = vectorizer.fit_transform(texts(left) + texts(right))
    ours = len(left.tasks)
    return np.asarray((table[:ours] @ table[ours:].T).todense(), dtype=float)


def tfidf(left: Plan, right: Plan) -> Array:
    """Score by the cosine of TF-IDF over character 2–3-grams."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    return _cosines(TfidfVectorizer(analyzer="char", ngram_range=(2, 3)), left, right)


def word_tfidf(left: Plan, right: Plan) -> Array:
    """Score by the cosine of TF-IDF over jieba words."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    return _cosines(TfidfVectorizer(analyzer=words), left, right)


# --- Splink -----------------------------------------------------------------------------------

RARE = 8
"""A word that more records of two plans have blocks nothing."""
SHARED = "len(list_intersect({0}_l, {0}_r))"
JACCARD = SHARED.format("words") + " / len(list_distinct(list_concat(words_l, words_r)))"
OF_FEWER = SHARED.format("rare") + " / (1 + least(len(rare_l), len(rare_r)))"
LEVELS = {
    ("words", JACCARD): (0.6, 0.5, 0.4, 0.3, 0.25, 0.2, 0.15, 0.12, 0.09, 0.07),
    ("rare", OF_FEWER): (0.8, 0.65, 0.5, 0.35, 0.25, 0.15, 0.05),
}
"""What two records are compared on. Headings and edit distance were tried as comparisons of their
own (F1 0.67 to 0.90): Splink takes comparisons for independent, and these are far from it."""


def _tables(left: Sequence[Plan], right: Sequence[Plan]) -> list[Any]:
    """Return the records of either side as Splink takes them."""
    pyarrow = import_module("pyarrow")
    sides = [
        {
            f"{plan.plan_id}:{task.task_id}": {word for word in words(text) if len(word) > 1}
            for plan in plans
            for task, text in zip(plan.tasks, texts(plan), strict=True)
        }
        for plans in (left, right)
    ]
    counts = Counter(word for side in sides for found in side.values() for word in found)
    return [
        pyarrow.table(
            {
                "unique_id": list(side),
                "words": [sorted(found) for found in side.values()],
                "rare": [
                    sorted(word for word in found if counts[word] <= RARE)
                    for found in side.values()
                ],
            }
        )
        for side in sides
    ]


def _linker(tables: Sequence[Any], settings: Any) -> tuple[Any, Any]:
    splink = import_module("splink")
    database = splink.DuckDBAPI()
    frames = [
        database.register(table, dataset_display_name=name)
        for table, name in zip(tables, ("one", "other"), strict=True)
    ]
    return database, splink.Linker(frames, settings, log_level="ERROR")


def splink_settings() -> Any:
    """Return the rules: blocked on a shared rare word, compared on shared words and rare words."""
    splink = import_module("splink")
    comparisons = import_module("splink.comparison_library")
    levels = import_module("splink.comparison_level_library")
    return splink.SettingsCreator(
        link_type="link_only",
        probability_two_random_records_match=1 / 130,
        blocking_rules_to_generate_predictions=[
            splink.block_on("rare", arrays_to_explode=["rare"])
        ],
        comparisons=[
            comparisons.CustomComparison(
                output_column_name=column,
                comparison_levels=[
                    levels.NullLevel(column),
                    *(levels.CustomLevel(f"{sql} >= {least}") for least in steps),
                    levels.ElseLevel(),
                ],
            )
            for (column, sql), steps in LEVELS.items()
        ],
    )


def splink(examples: Sequence[Example]) -> Scores:
    """Learn Splink's weights from linked plans: u from random pairs, m from the links."""
    tables = _tables([left for left, _, _ in examples], [right for _, right, _ in examples])
    database, linker = _linker(tables, splink_settings())
    linker.training.estimate_u_using_random_sampling(max_pairs=1e5, seed=1, num_chunks=1)
    links = [
        (f"{left.plan_id}:{one}", f"{right.plan_id}:{other}")
        for left, right, gold in examples
        for one, other in sorted(gold)
    ]
    labels = {
        "source_dataset_l": ["one"] * len(links),
        "unique_id_l": [one for one, _ in links],
        "source_dataset_r": ["other"] * len(links),
        "unique_id_r": [other for _, other in links],
    }
    labelled = database.register(import_module("pyarrow").table(labels))
    linker.training.estimate_m_from_pairwise_labels(labelled)
    model = linker.misc.save_model_to_json()

    def scores(left: Plan, right: Plan) -> Array:
        _, linker = _linker(_tables([left], [right]), model)
        places = [
            {f"{plan.plan_id}:{task.task_id}": at for at, task in enumerate(plan.tasks)}
            for plan in (left, right)
        ]
        table = np.zeros((len(left.tasks), len(right.tasks)))
        for row in linker.inference.predict().as_record_list():
            at = places[0][row["unique_id_l"]], places[1][row["unique_id_r"]]
            table[at] = row["match_probability"]
        return table

    return scores


PEERS: dict[str, Peer] = {
    "token_set_ratio, jieba words": lambda _: token_set,
    "WRatio": lambda _: wratio,
    "TF-IDF, characters 2–3": lambda _: tfidf,
    "TF-IDF, jieba words": lambda _: word_tfidf,
}
if find_spec("splink"):
    PEERS["Splink"] = splink
