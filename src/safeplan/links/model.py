"""What two records share → how likely they state the same measure, and whether wholly.

Logistic models; their weights were learned from pairs read by people (`bench/alignment.py
--learn`) and stand in `weights.toml`. Each feature times its weight is the reason to show.

Two plans of one template say the same measure in the same words, and what is only alike is
another one. Two plans written apart share the matter's own words at best, and there the best
partner of either side is the same measure. So what a feature weighs goes by how far two plans are
worded alike, and between two written apart by whether they are tables.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from safeplan.links.features import Likeness
from safeplan.links.grams import Floats
from safeplan.models import Relation

WEIGHTS = Path(__file__).with_name("weights.toml")


@dataclass(frozen=True, slots=True)
class Logistic:
    """Sum of features times weights → probability."""

    bias: float
    weights: Mapping[str, float]

    def contributions(self, likeness: Likeness) -> dict[str, Floats]:
        """Return, for each pair of records, each feature times its weight."""
        return {name: weight * getattr(likeness, name) for name, weight in self.weights.items()}

    def probabilities(self, likeness: Likeness) -> Floats:
        """Return, for each pair of records, the probability that the features add up to."""
        total = self.bias + sum(self.contributions(likeness).values(), np.zeros(1))
        return np.asarray(1 / (1 + np.exp(-np.maximum(total, -700.0))))

    def towards(self, other: Logistic, share: float) -> Logistic:
        """Return what lies between the two: this one at a share of 0, the other at 1.

        >>> Logistic(-2.0, {"clause": 1.0}).towards(Logistic(0.0, {"clause": 3.0}), 0.5)
        Logistic(bias=-1.0, weights={'clause': 2.0})
        """
        if share in (0, 1):
            return other if share else self
        names = dict.fromkeys([*self.weights, *other.weights])
        return Logistic(
            (1 - share) * self.bias + share * other.bias,
            {
                name: (1 - share) * self.weights.get(name, 0) + share * other.weights.get(name, 0)
                for name in names
            },
        )


@dataclass(frozen=True, slots=True)
class Model:
    """What decides on a pair of records."""

    threshold: float  # from this probability on, the two are linked
    link: Logistic  # between plans on one template
    apart: Logistic  # the same between plans written apart, one of them in prose at least
    rows: Logistic
    """and between two tables written apart, where a row may be a stage or a list of measures."""
    same: Logistic  # whether the whole of each states the same, given a link

    def linking(self, kinship: float, *, prose: bool) -> Logistic:
        """Return what links two plans that are worded alike so far, with prose among them or not."""
        return (self.apart if prose else self.rows).towards(self.link, kinship)

    def relations(self, likeness: Likeness) -> list[Relation]:
        """Return, for each pair of records, how the two relate if they are linked."""
        return [
            "equivalent" if same else "partial"
            for same in (self.same.probabilities(likeness) >= 0.5).tolist()
        ]


@cache
def load() -> Model:
    """Return the model as shipped."""
    with WEIGHTS.open("rb") as file:
        table = tomllib.load(file)
    link, apart, rows, same = (
        Logistic(table[kind]["bias"], table[kind]["weights"])
        for kind in ("link", "apart", "rows", "same")
    )
    return Model(table["link"]["threshold"], link, apart, rows, same)
