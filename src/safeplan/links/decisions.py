"""The analyst's last word: verdicts on pairs of records, kept as data and obeyed by every run.

A decision names its records by what they say (region, name, content as printed), not by their
numbers, so it survives a re-parse, another format and next year's numbering. Figures, years and
place names do not count. A record whose wording has changed a little is still found, as long as
it is the only one so close.

The file is JSON Lines, one decision a line, so that a bureau can keep it in git and read its diff.
"""

from __future__ import annotations

import datetime as dt
import json
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations
from pathlib import Path

from pydantic import ValidationError
from pydantic_core import ErrorDetails
from rapidfuzz import fuzz

from safeplan.documents import file_bytes
from safeplan.links.alignment import Match, align
from safeplan.models import Plan, Record, Relation, Task, TaskRef, Verdict
from safeplan.text.neutral import neutral

DEFAULT = Path("data/decisions.jsonl")
"""The decisions file that is obeyed where none is named."""
VARIABLE = "SAFEPLAN_DECISIONS"
"""Names another one."""
CLOSE = 90.0
"""From this likeness (rapidfuzz ratio of the neutral copies) a reworded record is still itself."""
CLEARLY = 4.0
"""By so much it must be closer than any other record of its plan."""


class DecidedRecord(Record):
    """A record as it stood when the analyst decided."""

    region: str
    name: str
    content: str


class Decision(Record):
    """One verdict."""

    verdict: Verdict
    left: DecidedRecord
    right: DecidedRecord
    who: str = ""
    when: dt.date | None = None
    note: str = ""


class DecisionsError(ValueError):
    """A decisions file that cannot be read: every line that is wrong, from 1 (0: the whole file)."""

    def __init__(self, path: Path, wrong: Sequence[tuple[int, str]]) -> None:
        self.path = path
        self.wrong = list(wrong)
        """Line and reason."""
        super().__init__("; ".join(f"{path}:{line}: {reason}" for line, reason in wrong))


TaskPair = tuple[TaskRef, TaskRef]


@dataclass(frozen=True)
class Ruling:
    """What became of the decisions in one run."""

    matches: list[Match]
    obeyed: list[Decision] = field(default_factory=list)
    conflicts: list[tuple[Decision, Decision]] = field(default_factory=list)
    """Pairs decided twice and differently: (overruled, in force); the later date wins."""
    dead: list[Decision] = field(default_factory=list)
    """Decisions of the regions at hand whose records are found in none of their plans."""
    verdicts: dict[TaskPair, Decision] = field(default_factory=dict)
    """The decision in force on each pair that one rules on."""


def decided(plan: Plan, task: str | Task) -> DecidedRecord:
    """Return how a decision names a record, which is given or named by its id."""
    task = plan.task(task) if isinstance(task, str) else task
    return DecidedRecord(region=plan.region.name, name=task.name, content=task.content)


def in_force() -> list[Decision]:
    """Return the decisions that hold where nobody names a file: the environment's, or `DEFAULT`.

    Raises:
        DecisionsError: a line of the file is no decision.
    """
    return load(Path(os.environ.get(VARIABLE) or DEFAULT))


# --- the file -------------------------------------------------------------------------------


def load(path: Path) -> list[Decision]:
    """Return the decisions of a file in its order; none where there is no file.

    Raises:
        DecisionsError: lines that are no decisions.
        DocumentError: the file cannot be read, or is none.
    """
    if not path.exists():
        return []
    try:
        return read(file_bytes(path))
    except DecisionsError as error:
        raise DecisionsError(path, error.wrong) from None


def read(data: bytes) -> list[Decision]:
    """Return the decisions of a file's bytes in their order.

    Raises:
        DecisionsError: lines that are no decisions, all of them.
    """
    try:
        lines = data.decode("utf-8-sig").split("\n")
    except UnicodeDecodeError as error:
        raise DecisionsError(Path(), [(0, str(error))]) from None
    decisions: list[Decision] = []
    wrong: list[tuple[int, str]] = []
    for number, line in enumerate(lines, start=1):
        if line.strip() and not line.lstrip().startswith("#"):
            try:
                decisions.append(Decision.model_validate_json(line))
            except ValidationError as error:
                wrong.append((number, "; ".join(map(_reason, error.errors()))))
    if wrong:
        raise DecisionsError(Path(), wrong)
    return decisions


_QUOTED = 40
"""Characters of a line that are quoted where it is wrong."""


def _reason(error: ErrorDetails) -> str:
    """Return what is wrong, in the file's own words: `verdict “perhaps”`."""
    place = ".".join(map(str, error["loc"]))
    if error["type"] == "missing":
        return f"{place} ?"
    return f"{place} “{str(error['input'])[:_QUOTED]}”".lstrip()


def dump(decisions: Iterable[Decision]) -> str:
    """Return the text of a decisions file: a line a decision, in the order given."""
    return "".join(
        json.dumps(decision.model_dump(mode="json"), ensure_ascii=False) + "\n"
        for decision in decisions
    )


def merge(old: Sequence[Decision], new: Iterable[Decision]) -> list[Decision]:
    """Return the old decisions with the new ones in place of those on the same pairs.

    >>> a = DecidedRecord(region="忠县", name="甲", content="做甲。")
    >>> b = DecidedRecord(region="南岸", name="乙", content="做乙。")
    >>> one = Decision(verdict="same", left=a, right=b)
    >>> two = Decision(verdict="different", left=b, right=a)
    >>> [decision.verdict for decision in merge([one], [two])]
    ['different']
    """
    return list({_pair(decision): decision for decision in (*old, *new)}.values())


Identity = tuple[str, str, str]


def _identity(record: DecidedRecord) -> Identity:
    return record.region, neutral(record.name).key, neutral(record.content).key


def _pair(decision: Decision) -> frozenset[Identity]:
    return frozenset((_identity(decision.left), _identity(decision.right)))


# --- obeying it -----------------------------------------------------------------------------


def obey(matches: Sequence[Match], plans: Sequence[Plan], decisions: Sequence[Decision]) -> Ruling:
    """Return the matches as the decisions want them, and what became of each decision.

    `same` and `partial` link the pair whatever its score, `different` never does. A decision
    holds for every plan of its regions: for this year's and for next year's.
    """
    if not decisions:
        return Ruling(list(matches))
    finder = _Finder(plans)
    wanted: dict[TaskPair, Decision] = {}
    conflicts: list[tuple[Decision, Decision]] = []
    obeyed: list[Decision] = []
    dead: list[Decision] = []
    for decision in sorted(decisions, key=lambda one: one.when or dt.date.min):
        pairs = finder.pairs(decision)
        if pairs is None:
            continue  # it is about regions that are not compared here
        (obeyed if pairs else dead).append(decision)
        for pair in pairs:
            before = wanted.get(pair)
            if before is not None and before.verdict != decision.verdict:
                conflicts.append((before, decision))
            wanted[pair] = decision
    return Ruling(_apply(matches, plans, wanted), obeyed, conflicts, dead, wanted)


def _apply(
    matches: Sequence[Match], plans: Sequence[Plan], wanted: dict[TaskPair, Decision]
) -> list[Match]:
    ruled = {(match.left, match.right): match for match in matches}
    for pair, decision in wanted.items():
        if decision.verdict == "different":
            ruled.pop(pair, None)
    forced = [
        pair
        for pair, decision in wanted.items()
        if decision.verdict != "different" and pair not in ruled
    ]
    if forced:
        weighed = {(match.left, match.right): match for match in align(plans, threshold=0.0)}
        for pair in forced:
            ruled[pair] = weighed.get(pair) or Match(*pair, "partial", 0.0, [], {})
    place = {
        TaskRef(plan_id=plan.plan_id, task_id=task.task_id): (at, row)
        for at, plan in enumerate(plans)
        for row, task in enumerate(plan.tasks)
    }

    def in_order(pair: TaskPair) -> tuple[int, ...]:
        (plan, row), (other, its) = place[pair[0]], place[pair[1]]
        return plan, other, row, its

    return [_ruled(ruled[pair], wanted.get(pair)) for pair in sorted(ruled, key=in_order)]


def _ruled(match: Match, decision: Decision | None) -> Match:
    if decision is None:
        return match
    relation: Relation = "equivalent" if decision.verdict == "same" else "partial"
    return replace(match, relation=relation, score=1.0, decided=decision.verdict)


class _Finder:
    """Finds the records that a decision names in the plans at hand."""

    def __init__(self, plans: Sequence[Plan]) -> None:
        self._plans = plans
        self._records = {
            plan.plan_id: [
                (
                    TaskRef(plan_id=plan.plan_id, task_id=task.task_id),
                    _identity(decided(plan, task)),
                )
                for task in plan.tasks
            ]
            for plan in plans
        }

    def pairs(self, decision: Decision) -> list[TaskPair] | None:
        """Return the pairs a decision is about, left before right in the order of the plans.

        None where no two of the plans are of its regions; empty where they are, but its records
        are gone.
        """
        sides = [decision.left, decision.right]
        asked = [
            (left, one, right, other)
            for left, right in combinations(self._plans, 2)
            for one, other in (sides, sides[::-1])
            if (left.region.name, right.region.name) == (one.region, other.region)
        ]
        found = [
            (first, second)
            for left, one, right, other in asked
            for first in self._refs(left, one)
            for second in self._refs(right, other)
        ]
        return list(dict.fromkeys(found)) if asked else None

    def _refs(self, plan: Plan, record: DecidedRecord) -> list[TaskRef]:
        wanted, records = _identity(record), self._records[plan.plan_id]
        if exact := [ref for ref, identity in records if identity == wanted]:
            return exact
        near = sorted(
            (
                (fuzz.ratio("".join(wanted[1:]), "".join(its[1:])), ref.task_id, ref)
                for ref, its in records
            ),
            key=lambda scored: (-scored[0], scored[1]),
        )
        if not near or near[0][0] < CLOSE:
            return []
        clear = len(near) == 1 or near[0][0] - near[1][0] >= CLEARLY
        return [near[0][2]] if clear else []
