"""How good the alignment is, beside the ready-made matchers, on links that people have read.

    python bench/alignment.py               the table, and gains and losses against the frozen run
    python bench/alignment.py --learn       learn the shipped weights anew from the reference links
    python bench/alignment.py --freeze      keep this run as the one to be measured against

What is learned or tuned on one pair of plans is measured on the other, both ways round; within a
pair, on groups of rows left out. A link that only one reading has counts neither way. Between texts
that are worded apart it is learned from made circulars in prose and from a three-year campaign beside
three annual plans, and measured on an annual plan, or on two circulars, that nothing was learned from.
What characters mean and which phrases are common is then learned without the measured texts as well.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import re
import subprocess
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from itertools import combinations
from pathlib import Path
from typing import NamedTuple
from unittest.mock import patch

import numpy as np
import numpy.typing as npt

from peers import PEERS, Array, Peer, tfidf, words
from safeplan.links import align
from safeplan.links.commitments import Units, pairs_of, read
from safeplan.links.features import Likeness, compare
from safeplan.links.grams import Ints, grams, lookup
from safeplan.links.model import WEIGHTS, Logistic, Model, load
from safeplan.links.phrases import OFTEN, worth
from safeplan.links.senses import VECTORS
from safeplan.models import Plan
from safeplan.plans import parse
from safeplan.text.neutral import neutral, places

ROOT = Path(__file__).resolve().parent.parent
BOILERPLATE = ROOT / "src" / "safeplan" / "vocabulary" / "boilerplate.toml"
FROZEN = ROOT / "bench" / "frozen"
CIRCULARS = ROOT / "tests" / "cases" / "links" / "prose" / "learned"

LINK = (
    "clause", "clause_both", "rival", "rival_both", "several", "shared", "phrase", "quoted",
    "thing", "heading", "named", "gap", "gap_both",
)  # fmt: skip
APART = ("cosine", "several", "quoted", "named", "gap_both", "sense_headed")
"""What tells where no phrase is repeated."""
ROWS = (
    "cosine", "rival_both", "phrase", "quoted", "named", "gap_both", "sense", "body",
)  # fmt: skip
"""The same between two tables, which tell who carries a row as well. The others of LINK and APART
got no weight there."""
PROSE_FOR_ROWS = 0.1
"""What a pair of records in prose counts where rows are learned from, which have bodies and lists."""
LEAN = 0.5
"""Added there to the log-odds: what is missing is links, not precision."""
MEANINGS = 64
"""How many numbers say what a character pair means,"""
MET = 2
"""and in how many texts it is to be met at least."""
SENTENCE = 8
"""A text of fewer 汉字 tells nothing about the company that words keep."""
SAME = ("covered", "missing", "missing_all")
WITHOUT_HEADINGS = 0.3
"""Weight of a second copy of each example whose heading tells nothing: the next district may word
its headings otherwise than these three, which share a template."""
LEAST_SPREAD = 0.02
"""Prose has no bodies to share: what hardly varies is not made much of."""
PRIOR = 0.4
"""What a standardised weight is drawn to, rather than to 0: each feature was made to speak for a
link, and one pair of plans is too little to say that one does not."""
LOSS = 1.0
SAME_LOSS = 0.5
FOLDS = 5
STEPS = np.concatenate(
    [
        10.0 ** np.arange(-4, -1.3, 0.25),
        np.arange(0.05, 1, 0.01),
        1 - 10.0 ** np.arange(-2.25, -5, -0.25),
    ]
)
"""Thresholds that a peer is tried with, as fine about 0 and 1, where probabilities crowd."""

FEW = 10
"""Two circulars with fewer links were not written after each other."""
RUNS = 25
Link = tuple[str, str]


@dataclass(frozen=True)
class Case:
    """A pair of plans with its reference links."""

    name: str
    plans: tuple[Plan, Plan]
    gold: dict[Link, str]
    """Links that both readings have, with their relation."""
    doubtful: set[Link]


@dataclass(frozen=True)
class Weighed:
    """A case with the features of its pairs of records."""

    case: Case
    keys: list[Link]
    likeness: Likeness
    folds: npt.NDArray[np.int64]
    """In which fold each pair is left out: rows under one heading go together."""

    def matrix(self, names: Sequence[str]) -> Array:
        """Return the features by those names, a pair a row."""
        return np.column_stack([getattr(self.likeness, name) for name in names])

    def known(self) -> npt.NDArray[np.bool_]:
        """Return which pairs count."""
        return np.array([key not in self.case.doubtful for key in self.keys])

    def linked(self) -> Array:
        """Return 1 for each pair that is a link."""
        return np.array([float(key in self.case.gold) for key in self.keys])


def read_cases(parsed: Path, gold: Path) -> list[Case]:
    """Read every reference set whose two plans are there."""
    cases = []
    for path in sorted(gold.glob("*~*.tsv")):
        files = [parsed / f"{plan_id}.json" for plan_id in path.stem.split("~")]
        if not all(file.is_file() for file in files):
            print(f"{path.name}: no plan {files}", file=sys.stderr)
            continue
        left, right = (Plan.model_validate_json(file.read_bytes()) for file in files)
        with path.open(encoding="utf-8") as lines:
            rows = list(csv.DictReader(lines, delimiter="\t"))
        cases.append(
            Case(
                name=path.stem.replace("-2025", ""),
                plans=(left, right),
                gold={
                    (row["left"], row["right"]): row["relation"]
                    for row in rows
                    if row["status"] == "agreed"
                },
                doubtful={(row["left"], row["right"]) for row in rows if row["status"] != "agreed"},
            )
        )
    return cases


def read_circulars(gold: Path) -> list[Case]:
    """Read the made circulars, each two of them a case; most of those share little."""
    circulars = [parse(path).narrowed("body") for path in sorted(CIRCULARS.glob("*.txt"))]
    with (gold / "prose" / "learned.tsv").open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines, delimiter="\t"))
    cases = []
    for plans in combinations(circulars, 2):
        links: dict[bool, set[Link]] = {True: set(), False: set()}
        for row in rows:
            ends = dict(row[side].split(":") for side in ("left", "right"))
            if ends.keys() == {plan.plan_id for plan in plans}:
                left, right = (ends[plan.plan_id] for plan in plans)
                links[row["status"] == "agreed"].add((left, right))
        name = "~".join(plan.region.name for plan in plans)
        cases.append(Case(name, plans, dict.fromkeys(links[True], "either"), links[False]))
    return cases


def weigh(case: Case, units: Units = pairs_of) -> Weighed:
    """Return the features of a case's pairs of records."""
    left, right = case.plans
    pairs = compare(read(left, units), read(right, units))
    headings = {task.task_id: task.name for task in left.tasks}
    order = {name: at for at, name in enumerate(dict.fromkeys(headings.values()))}
    keys = [
        (left.tasks[i].task_id, right.tasks[j].task_id)
        for i, j in zip(pairs.left.tolist(), pairs.right.tolist(), strict=True)
    ]
    folds = np.array([order[headings[key[0]]] % FOLDS for key in keys])
    return Weighed(case, keys, pairs.likeness, folds)


# --- learning -------------------------------------------------------------------------------


def fit(
    features: Array, wanted: Array, names: Sequence[str], weights: Array, prior: float, loss: float
) -> Logistic:
    """Learn a logistic model whose standardised weights are drawn to `prior`.

    Features that can only speak for a link get no weight below 0 (where `prior` is above it).
    Accelerated projected gradient: the sum is convex, the same data give the same weights.
    """
    mean, spread = features.mean(0), np.maximum(features.std(0), LEAST_SPREAD)
    table = np.hstack([np.ones((len(features), 1)), (features - mean) / spread])
    centre = np.array([0.0] + [prior] * len(names))
    pull = np.array([0.0] + [1.0] * len(names))
    least = np.array([-np.inf] + [0.0 if prior else -np.inf] * len(names))
    step = 1 / (0.25 * loss * np.linalg.norm(table * np.sqrt(weights)[:, None], 2) ** 2 + 1)
    now = ahead = np.zeros(len(names) + 1)
    momentum = 1.0
    for _ in range(4000):
        chance = 1 / (1 + np.exp(-(table @ ahead)))
        slope = loss * (table.T @ (weights * (chance - wanted))) + pull * (ahead - centre)
        after = np.maximum(ahead - step * slope, least)
        following = (1 + np.sqrt(1 + 4 * momentum**2)) / 2
        ahead = after + (momentum - 1) / following * (after - now)
        now, momentum = after, following
    raw = now[1:] / spread
    return Logistic(float(now[0] - raw @ mean), dict(zip(names, raw.tolist(), strict=True)))


Part = tuple[Weighed, npt.NDArray[np.bool_], float]
"""A case, which of its pairs are learned from, and what each of them counts."""


def stacked(parts: Sequence[Part], names: Sequence[str]) -> tuple[Array, Array, Array]:
    """Return the features of all pairs that are learned from, which are links, what they count."""
    return (
        np.vstack([one.matrix(names)[marks] for one, marks, _ in parts]),
        np.concatenate([one.linked()[marks] for one, marks, _ in parts]),
        np.concatenate([np.full(int(marks.sum()), count) for _, marks, count in parts]),
    )


def fit_link(sets: Sequence[Weighed], use: Sequence[npt.NDArray[np.bool_]]) -> Logistic:
    """Learn which pairs are links, from the pairs of `sets` that `use` marks."""
    parts = [(one, marks, 1.0) for one, marks in zip(sets, use, strict=True)]
    features, wanted, ones = stacked(parts, LINK)
    blind = features.copy()
    blind[:, LINK.index("heading")] = 0.0
    weights = np.concatenate([ones * (1 - WITHOUT_HEADINGS), ones * WITHOUT_HEADINGS])
    both = np.vstack([features, blind]), np.concatenate([wanted, wanted])
    return fit(*both, LINK, weights, PRIOR, LOSS)


def fit_apart(sets: Sequence[Weighed]) -> Logistic:
    """Learn which pairs are links between plans that are worded apart, one at least in prose."""
    features, wanted, weights = stacked([(one, one.known(), 1.0) for one in sets], APART)
    return fit(features, wanted, APART, weights, PRIOR, LOSS)


def fit_rows(prose: Sequence[Weighed], tables: Sequence[Weighed]) -> Logistic:
    """Learn the same between two tables."""
    counts = [*((one, PROSE_FOR_ROWS) for one in prose), *((one, 1.0) for one in tables)]
    parts = [(one, one.known(), count) for one, count in counts]
    features, wanted, weights = stacked(parts, ROWS)
    learned = fit(features, wanted, ROWS, weights, PRIOR, LOSS)
    return Logistic(learned.bias + LEAN, learned.weights)


def fit_same(sets: Sequence[Weighed], use: Sequence[npt.NDArray[np.bool_]]) -> Logistic:
    """Learn which links are equivalent."""
    features, wanted = [], []
    for one, marks in zip(sets, use, strict=True):
        for key, row, mark in zip(one.keys, one.matrix(SAME), marks, strict=True):
            if mark and one.case.gold.get(key, "either") != "either":
                features.append(row)
                wanted.append(float(one.case.gold[key] == "equivalent"))
    return fit(np.array(features), np.array(wanted), SAME, np.ones(len(wanted)), 0.0, SAME_LOSS)


def left_out(sets: Sequence[Weighed]) -> list[Array]:
    """Return the probability of each pair by a model that has not seen its group of rows."""
    found = [np.zeros(len(one.keys)) for one in sets]
    for number in range(FOLDS):
        model = fit_link(sets, [one.known() & (one.folds != number) for one in sets])
        for one, values in zip(sets, found, strict=True):
            values[one.folds == number] = model.probabilities(one.likeness)[one.folds == number]
    return found


def learn(sets: Sequence[Weighed], apart: Logistic, rows: Logistic) -> Model:
    """Learn the models of two tables, and the threshold on groups of rows left out."""
    unseen = [*zip(sets, left_out(sets), strict=True)]
    steps = np.arange(0.2, 0.7, 0.01)
    scores = np.array(
        [
            np.mean([f1(one.case, chosen(one, values, float(step))) for one, values in unseen])
            for step in steps
        ]
    )
    # The curve is flat about its top: the middle of what is nearly as good, not a lucky edge.
    threshold = float(np.median(steps[scores >= scores.max() - 0.02]))
    known = [one.known() for one in sets]
    return Model(round(threshold, 2), fit_link(sets, known), apart, rows, fit_same(sets, known))


def boilerplate(plans: Sequence[Plan]) -> dict[int, str]:
    """Return which character triples plans of this genre repeat, by how often.

    What counts is how often one plan has it, in its rows or in its body, whichever is more: plans
    that share a template share its phrases, and those are what is to be found. What is only said in
    one place is its own: a river, a road.
    """
    most: Counter[str] = Counter()
    regions: defaultdict[str, set[str]] = defaultdict(set)
    for plan in plans:
        own = places(plan.region.name, plan.region.full_name)
        rows = [task.content for task in plan.tasks]
        body = [sentence for measure in plan.measures for sentence in measure.sentences]
        for printed in (rows, body):
            counts: Counter[str] = Counter()
            for text in printed:
                counts.update(
                    {
                        run[at : at + 3]
                        for run in neutral(text, own).key.split()
                        for at in range(len(run) - 2)
                    }
                )
            most |= counts
            for triple in counts:
                regions[triple].add(plan.region.name)
    found: defaultdict[int, list[str]] = defaultdict(list)
    for triple in sorted(most):
        if most[triple] > OFTEN and len(regions[triple]) > 1:
            found[most[triple]].append(triple)
    return {count: " ".join(found[count]) for count in sorted(found)}


def write_boilerplate(triples: dict[int, str]) -> None:
    """Write the triples that are shipped."""
    lines = [
        "# Character triples (of the neutral copy that is compared) which some plan has in so many of its",
        "# records, and a plan of another place as well: the more, the less it tells that two records",
        "# share one. Written by `python bench/alignment.py --learn` from the parsed plans.",
        "",
        "[triples]",
        *(f'{count} = "{listed}"' for count, listed in triples.items()),
    ]
    BOILERPLATE.write_text("\n".join(lines) + "\n", encoding="utf-8")


def texts_of(parsed: Sequence[Plan], tests: Path) -> dict[str, set[str]]:
    """Return every text at hand that senses are learned from, by the name of its file.

    Those are records, sentences, and paragraphs.
    """
    found: dict[str, set[str]] = {}
    for plan in parsed:
        found[_file(plan)] = {f"{task.name}：{task.content}" for task in plan.tasks} | {
            sentence for measure in plan.measures for sentence in measure.sentences
        }
    for file in tests.rglob("*.txt"):
        found[file.name] = {*map(str.strip, file.read_text("utf-8", "ignore").split("\n"))}
    for file in tests.rglob("*.truth.json"):
        found[file.name] = {*_strings(json.loads(file.read_bytes()))}
    return found


def _file(plan: Plan) -> str:
    return Path(plan.source.path).name


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _strings(part)


def senses(texts: Iterable[str]) -> tuple[Ints, npt.NDArray[np.int8]]:
    """Return what each character pair means: latent semantic analysis of texts, no label needed."""
    sparse, linalg = import_module("scipy.sparse"), import_module("scipy.sparse.linalg")
    long = {text for text in texts if len(re.findall("[一-鿿]", text)) >= SENTENCE}
    held = [np.unique(grams(key, 2)[1]) for key in sorted({neutral(text).key for text in long})]
    codes, counts = np.unique(np.concatenate(held), return_counts=True)
    codes, counts = codes[counts >= MET], counts[counts >= MET]
    rarity = np.log((len(held) + 1) / (counts + 1))
    column = lookup(codes, np.concatenate(held))
    row = np.repeat(np.arange(len(held)), [len(one) for one in held])[column >= 0]
    column = column[column >= 0]
    table = sparse.csr_matrix((rarity[column], (row, column)), shape=(len(held), len(codes)))
    length = np.sqrt(np.asarray(table.multiply(table).sum(1)).ravel())
    table = sparse.diags(1 / np.maximum(length, 1e-9)) @ table
    vectors = linalg.svds(table, MEANINGS, random_state=0)[2].T * rarity[:, None]
    # A few outliers may be cut for the rest to keep its places.
    whole = np.rint(vectors * (127 / np.quantile(np.abs(vectors), 0.9995)))
    return codes, np.clip(whole, -127, 127).astype(np.int8)


class Learning(NamedTuple):
    """What senses and boilerplate are learned from."""

    plans: list[Plan]
    texts: dict[str, set[str]]

    @contextmanager
    def without(self, unseen: Sequence[Plan]) -> Iterator[None]:
        """Weigh as one who has never read these plans."""
        files = {_file(plan) for plan in unseen}
        others = [plan for plan in self.plans if _file(plan) not in files]
        texts = [text for file, part in self.texts.items() if file not in files for text in part]
        codes, vectors = senses(texts)
        meanings = codes, np.vstack([vectors.astype(np.float64), np.zeros(MEANINGS)])
        common = worth(boilerplate(others))
        with (
            patch("safeplan.links.senses._vectors", lambda: meanings),
            patch("safeplan.links.phrases._boilerplate", lambda: common),
        ):
            yield


def write(model: Model) -> None:
    """Write the weights that are shipped."""
    lines = [
        "# Learned by `python bench/alignment.py --learn` from the reference links in tests/gold/links;",
        "# what the features are: src/safeplan/links/features.py. Log-odds = bias + Σ feature × weight.",
        "# [link] is for plans on one template, [apart] and, between tables, [rows] for plans written apart.",
    ]
    for name in ("link", "apart", "rows", "same"):
        part: Logistic = getattr(model, name)
        lines += ["", f"[{name}]"]
        if name == "link":
            lines.append(f"threshold = {model.threshold}")
        lines += [f"bias = {part.bias:.4f}", "", f"[{name}.weights]"]
        lines += [f"{feature} = {weight:.4f}" for feature, weight in part.weights.items()]
    WEIGHTS.write_text("\n".join(lines) + "\n", encoding="utf-8")


# --- measuring ------------------------------------------------------------------------------


def chosen(one: Weighed, values: Array, threshold: float) -> set[Link]:
    """Return the pairs from the threshold on."""
    return {key for key, value in zip(one.keys, values, strict=True) if value >= threshold}


def f1(case: Case, links: set[Link]) -> float:
    """Return F1 of the links: both records right."""
    counted = links - case.doubtful
    total = len(counted) + len(case.gold)
    return 2 * len(counted & case.gold.keys()) / total if total else 1.0


def lax(case: Case, links: set[Link]) -> float:
    """Return F1 where a link is also right if it joins two records of one line of the reference.

    As vecalign counts lax: what touches the right line on both sides.
    """
    line: dict[tuple[int, str], int] = {}
    for number, (left, right) in enumerate(sorted(case.gold)):
        ends = (0, left), (1, right)
        old = {line[end] for end in ends if end in line}
        line.update(dict.fromkeys(ends, number))
        line.update({end: number for end, at in line.items() if at in old})
    counted = links - case.doubtful
    good = sum(
        (0, left) in line and line[0, left] == line.get((1, right)) for left, right in counted
    )
    lines_found = {line[0, left] for left, right in counted if (0, left) in line}
    kept = sum(
        link in counted or (line[0, link[0]] in lines_found and _touched(link, counted))
        for link in case.gold
    )
    precision, recall = good / max(1, len(counted)), kept / max(1, len(case.gold))
    return 2 * precision * recall / max(1e-9, precision + recall)


def _touched(link: Link, links: set[Link]) -> bool:
    return any(link[0] == left for left, _ in links) and any(link[1] == right for _, right in links)


def precision(case: Case, links: set[Link]) -> float:
    """Return the share of links that are right."""
    counted = links - case.doubtful
    return len(counted & case.gold.keys()) / max(1, len(counted))


def line(method: str, tuned: str, on: Case, links: set[Link], more: str = "") -> None:
    """Print the figures of one method on one case."""
    figures = f"{f1(on, links):7.3f} {lax(on, links):7.3f} {more}"
    print(f"{method:34} {tuned:12} {on.name:16} {figures}")


def own_line(
    method: str, tuned: str, model: Model, one: Weighed, values: Array | None = None
) -> None:
    """Print the figures of a learned model; its relations are judged on the links it has right."""
    found = model.link.probabilities(one.likeness) if values is None else values
    links = chosen(one, found, model.threshold)
    right = [
        one.case.gold[key] in ("either", relation)
        for key, relation in zip(one.keys, model.relations(one.likeness), strict=True)
        if key in links and key in one.case.gold
    ]
    line(method, tuned, one.case, links, f"{float(np.mean(right)):8.3f}")


def best_of_each_side(case: Case, scores: Array, threshold: float) -> set[Link]:
    """Return the pairs from the threshold on that are the best of their row or of their column."""
    best = (scores == scores.max(1, keepdims=True)) | (scores == scores.max(0, keepdims=True))
    left, right = ([task.task_id for task in plan.tasks] for plan in case.plans)
    return {(left[i], right[j]) for i, j in np.argwhere(best & (scores >= threshold))}


def links_of_peer(peer: Peer, tuned: Sequence[Case], on: Case) -> set[Link]:
    """Return the links of a peer that is learned, and whose threshold is tuned, on other cases."""
    score = peer([(*case.plans, case.gold.keys()) for case in tuned])
    tables = [(case, score(*case.plans)) for case in tuned]
    means = [
        np.mean([f1(case, best_of_each_side(case, table, step)) for case, table in tables])
        for step in STEPS
    ]
    return best_of_each_side(on, score(*on.plans), float(STEPS[int(np.argmax(means))]))


# --- the table ------------------------------------------------------------------------------


def table(
    cases: list[Case], apart: list[Case], learning: Learning
) -> dict[str, tuple[Weighed, Model]]:
    """Print the figures; return, by case, what was measured across pairs."""
    print(
        f"{'method':34} {'tuned on':12} {'measured on':16} {'F1':>7} {'lax F1':>7} {'relation':>8}"
    )
    across: dict[str, tuple[Weighed, Model]] = {}
    for method, units in (("safeplan", pairs_of), ("safeplan, words for characters", word_units)):
        for case in cases:
            with learning.without(case.plans):
                one = weigh(case, units)
                others = [weigh(other, units) for other in cases if other is not case]
                model = learn(others, load().apart, load().rows)
                own_line(method, "the other", model, one)
                if units is pairs_of:
                    across[case.name] = one, model
        sets = [weigh(case, units) for case in cases]
        both = learn(sets, load().apart, load().rows)
        for one, values in zip(sets, left_out(sets), strict=True):
            own_line(method, "rows left out", both, one, values)
        for one in [*sets, *(weigh(case, units) for case in apart)]:
            own_line(method, "all", both, one)
    for case in apart:
        own_line("safeplan as shipped", "", load(), weigh(case))
    for name, peer in PEERS.items():
        for case in cases:
            tuned = [other for other in cases if other is not case]
            line(name, "the other", case, links_of_peer(peer, tuned, case))
        for case in apart:
            line(name, "all", case, links_of_peer(peer, cases, case))
    return across


def table_of_apart(circulars: list[Case], campaign: list[Case], learning: Learning) -> None:
    """Print how well two plans written apart are linked that nothing was learned from.

    The campaign stands in all its pairs: once its other pairs are learned from, once none of them.
    """

    def told(how: str, one: Weighed, model: Logistic) -> None:
        links = chosen(one, model.probabilities(one.likeness), load().threshold)
        right = f"precision {precision(one.case, links):.3f}"
        line("safeplan, written apart", how, one.case, links, right)

    def apart_from(case: Case) -> list[Weighed]:
        ids = {plan.plan_id for plan in case.plans}
        return [
            weigh(other)
            for other in circulars
            if ids.isdisjoint(plan.plan_id for plan in other.plans)
        ]

    for case in circulars:
        if len(case.gold) >= FEW:
            with learning.without(case.plans):
                model = fit_apart([*apart_from(case), *map(weigh, campaign)])
                told("others", weigh(case), model)
    for case in campaign:
        with learning.without(case.plans):
            one, prose = weigh(case), [*map(weigh, circulars)]
            others = [weigh(other) for other in campaign if other is not case]
            told("other annuals", one, fit_rows(prose, others))
            told("circulars", one, fit_rows(prose, []))


NUMBERS: dict[str, int] = {}
"""A number for each jieba word, as they come."""


def word_units(text: str) -> tuple[Ints, Ints]:
    """Cut a neutral copy into jieba words."""
    found = []
    for run in re.finditer(r"\S+", text):
        at = run.start()
        for word in words(run[0]):
            if len(word) > 1:
                found.append((at, NUMBERS.setdefault(word, len(NUMBERS))))
            at += len(word)
    where, codes = np.array(found, np.int64).reshape(-1, 2).T
    return where, codes


def against_frozen(across: dict[str, tuple[Weighed, Model]], freeze: bool) -> None:
    """Print which links were gained and lost since the frozen run, or keep this run as such."""
    for name, (one, model) in across.items():
        values = model.link.probabilities(one.likeness)
        links = {
            key: (relation, f"{value:.4f}")
            for key, relation, value in zip(
                one.keys, model.relations(one.likeness), values, strict=True
            )
            if value >= model.threshold
        }
        path = FROZEN / f"{name}.tsv"
        if freeze:
            path.parent.mkdir(parents=True, exist_ok=True)
            rows = [[*key, *links[key]] for key in sorted(links)]
            with path.open("w", encoding="utf-8", newline="") as file:
                out = csv.writer(file, delimiter="\t", lineterminator="\n")
                out.writerows([["left", "right", "relation", "score"], *rows])
            continue
        if not path.is_file():
            continue
        with path.open(encoding="utf-8") as file:
            old = {(row["left"], row["right"]) for row in csv.DictReader(file, delimiter="\t")}
        gold = one.case.gold.keys()
        for what, which in (
            ("gained", (links.keys() - old) & gold),
            ("lost", (old - links.keys()) & gold),
            ("newly wrong", links.keys() - old - gold - one.case.doubtful),
            ("no longer wrong", old - links.keys() - gold - one.case.doubtful),
        ):
            for left, right in sorted(which):
                print(f"{what}: {name} {left} {right}")


def errors(one: Weighed, model: Model) -> None:
    """Print what a model gets wrong on a case."""
    printed = [
        {task.task_id: f"{task.name}|{task.content}" for task in p.tasks} for p in one.case.plans
    ]
    found = dict(zip(one.keys, model.link.probabilities(one.likeness), strict=True))
    links = {key for key, value in found.items() if value >= model.threshold} - one.case.doubtful
    for sign, keys in (("+", links - one.case.gold.keys()), ("-", one.case.gold.keys() - links)):
        for left, right in sorted(keys):
            score = found.get((left, right), 0.0)
            print(f"{sign} {one.case.name} {left} {right} {score:.2f}")
            print(f"    {printed[0][left][:110]}\n    {printed[1][right][:110]}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--parsed", type=Path, default=ROOT / "data" / "parsed")
    parser.add_argument("--gold", type=Path, default=ROOT / "tests" / "gold" / "links")
    parser.add_argument(
        "--apart", type=Path, help="further reference links: measured, never learned"
    )
    parser.add_argument("--learn", action="store_true", help="write the shipped weights anew")
    parser.add_argument("--freeze", action="store_true", help="keep this run to measure against")
    parser.add_argument("--errors", action="store_true", help="print what is wrong across pairs")
    options = parser.parse_args()
    cases = read_cases(options.parsed, options.gold)
    if len(cases) < 2:
        sys.exit(f"{options.parsed}: two pairs of plans with reference links are needed")
    apart = read_cases(options.parsed, options.apart) if options.apart else []
    circulars = read_circulars(options.gold)
    campaign = read_cases(options.parsed, options.gold / "campaign")
    plans = [
        Plan.model_validate_json(file.read_bytes())
        for file in sorted(options.parsed.glob("*.json"))
    ]
    learning = Learning(plans, texts_of(plans, ROOT / "tests"))
    if options.learn:
        codes, vectors = senses(text for part in learning.texts.values() for text in part)
        np.savez_compressed(VECTORS, codes=codes, vectors=vectors)
        write_boilerplate(boilerplate(learning.plans))
        made, further = [*map(weigh, circulars)], [*map(weigh, campaign)]
        apart_and_rows = fit_apart([*made, *further]), fit_rows(made, further)
        write(learn([weigh(case) for case in cases], *apart_and_rows))
        load.cache_clear()
    across = table(cases, apart, learning)
    table_of_apart(circulars, campaign, learning)
    against_frozen(across, options.freeze)
    if options.errors:
        for one, model in across.values():
            errors(one, model)
        for case in apart:
            errors(weigh(case), load())
    three = {plan.plan_id: plan for case in cases for plan in case.plans}
    speed(list(three.values()), [options.parsed / f"{plan_id}.json" for plan_id in three])


ALIGN = "from safeplan.links import align; align(plans)"
TFIDF = (
    "from itertools import combinations; from peers import tfidf; "
    "[tfidf(left, right) for left, right in combinations(plans, 2)]"
)
ALONE = """
import re, sys, time
from pathlib import Path
from safeplan.models import Plan
plans = [Plan.model_validate_json(Path(path).read_bytes()) for path in sys.argv[1:]]
start = time.perf_counter()
{}
seconds = time.perf_counter() - start
# Not `resource`: there a process begins with the peak of the one that started it.
status = Path("/proc/self/status")
peak = re.search(r"VmHWM:\\s+(\\d+)", status.read_text()) if status.exists() else None
print(seconds, int(peak[1]) / 1024 if peak else "nan")
"""


def alone(code: str, files: Sequence[Path]) -> tuple[float, float]:
    """Run on plans in a process of its own; return the seconds, imports included, and peak MB."""
    command = [sys.executable, "-c", ALONE.format(code), *map(str, files)]
    path = os.pathsep.join([str(Path(__file__).parent), os.environ.get("PYTHONPATH", "")])
    done = subprocess.run(
        command, capture_output=True, check=True, env={**os.environ, "PYTHONPATH": path}
    )
    seconds, peak = done.stdout.split()
    return float(seconds), float(peak)


def speed(plans: list[Plan], files: Sequence[Path]) -> None:
    """Print how long aligning takes beside character TF-IDF, in turn, and what memory it takes.

    Least of many runs: another program can only make a run longer.
    """

    def seconds(run: Callable[[], object]) -> float:
        start = time.perf_counter()
        run()
        return time.perf_counter() - start

    def peer() -> None:
        for left, right in combinations(plans, 2):
            tfidf(left, right)

    runs = [(seconds(lambda: align(plans)), seconds(peer)) for _ in range(RUNS)]
    ours, theirs = map(min, zip(*runs, strict=True))
    print(
        f"aligning {len(plans)} plans: {1000 * ours:.0f} ms, TF-IDF once loaded {1000 * theirs:.0f} ms: {ours / theirs:.2f} ×"
    )
    whole = [(*alone(ALIGN, files), *alone(TFIDF, files)) for _ in range(3)]
    ours, our_peak, theirs, their_peak = map(min, zip(*whole, strict=True))
    print(
        f"with the import of each: {1000 * ours:.0f} ms, TF-IDF {1000 * theirs:.0f} ms: {ours / theirs:.2f} ×"
    )
    print(f"peak memory of the process: {our_peak:.0f} MB, TF-IDF {their_peak:.0f} MB")


if __name__ == "__main__":
    main()
