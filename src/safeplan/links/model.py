"""What two records share → how likely they state the same measure, and whether wholly.

Two logistic models; their weights were learned from pairs read by people (`bench/alignment.py
--learn`) and stand in `weights.toml`. Each feature times its weight is the reason to show.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from math import exp
from pathlib import Path

from safeplan.links.features import Likeness
from safeplan.models import Relation

WEIGHTS = Path(__file__).with_name("weights.toml")


@dataclass(frozen=True, slots=True)
class Logistic:
    """Sum of features times weights → probability."""

    bias: float
    weights: Mapping[str, float]

    def contributions(self, likeness: Likeness) -> dict[str, float]:
        """Return each feature times its weight; what counts nothing is left out."""
        return {
            name: value
            for name, weight in self.weights.items()
            if (value := weight * getattr(likeness, name))
        }

    def score(self, likeness: Likeness) -> float:
        """Return the probability that the features add up to."""
        values = [weight * getattr(likeness, name) for name, weight in self.weights.items()]
        return self.probability(values)

    def probability(self, contributions: Iterable[float]) -> float:
        """Return the probability that the contributions and the bias add up to."""
        total = self.bias + sum(contributions)
        return 1 / (1 + exp(-total)) if total > -700 else 0.0


@dataclass(frozen=True, slots=True)
class Model:
    """What decides on a pair of records."""

    threshold: float
    """From this probability on, the two are linked."""
    link: Logistic
    same: Logistic
    """Whether the whole of each states the same, given a link."""

    def relation(self, likeness: Likeness) -> Relation:
        """Return how two linked records relate."""
        total = self.same.contributions(likeness).values()
        return "equivalent" if self.same.probability(total) >= 0.5 else "partial"


@cache
def load() -> Model:
    """Return the model as shipped."""
    with WEIGHTS.open("rb") as file:
        table = tomllib.load(file)
    link, same = (
        Logistic(table[kind]["bias"], table[kind]["weights"]) for kind in ("link", "same")
    )
    return Model(table["link"]["threshold"], link, same)
