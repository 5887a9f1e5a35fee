"""What the verbs of `safeplan` return to Python: records that still know their plans.

Each is a record of `models` that can also print the texts of its plans: `to_frame()` is the table
that the command of the same name writes as CSV.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Self

from pydantic import PrivateAttr

from safeplan.models import Check, Comparison, Lint, Loads, Plan, Record, Trace
from safeplan.reports import bodies, checked, compared, linted, traced

if TYPE_CHECKING:
    import pandas as pd


class _Result(Record):
    """A record together with the plans it was made from."""

    _plans: tuple[Plan, ...] = PrivateAttr(())

    @classmethod
    def of(cls, record: Record, plans: Sequence[Plan]) -> Self:
        """Return the record with its plans."""
        result = cls(**{key: getattr(record, key) for key in type(record).model_fields})
        result._plans = tuple(plans)
        return result

    def __repr__(self) -> str:
        """Return what one wants to see of it: the plans, and how many it has of what."""
        lists = {key: value for key, value in self if isinstance(value, list)}
        held = ", ".join(f"{len(value)} {key}" for key, value in lists.items() if key != "plans")
        return f"<{type(self).__name__} {'、'.join(lists['plans'])}: {held}>"


class ComparedPlans(_Result, Comparison):
    """A comparison: one row per link in document order, then one per record without a link.

    Records without a link stand in the left columns for the first plan, in the right ones for the
    others. All columns are text but `score`, a float that is NaN where there is no link.
    """

    def to_frame(self) -> pd.DataFrame:
        """Return the table that `compare --format csv` writes."""
        return compared.links_rows(self, self._plans).to_frame()


class CheckedPlan(_Result, Check):
    """A check: one row per change."""

    def to_frame(self) -> pd.DataFrame:
        """Return the table that `check --format csv` writes."""
        return checked.check_rows(self, *self._plans).to_frame()


class TracedPlans(_Result, Trace):
    """A trace: one row per promise."""

    def to_frame(self) -> pd.DataFrame:
        """Return the table that `trace --format csv` writes."""
        return traced.trace_rows(self, self._plans).to_frame()


class LintedPlans(_Result, Lint):
    """What `lint` finds: one row per finding."""

    def to_frame(self) -> pd.DataFrame:
        """Return the table that `lint --format csv` writes."""
        return linted.lint_rows(self.findings).to_frame()


class LoadsOfBodies(_Result, Loads):
    """Who carries what: one row per body."""

    def to_frame(self) -> pd.DataFrame:
        """Return the table that `owners --format csv` writes."""
        return bodies.bodies_rows(self._plans, self.bodies).to_frame()
