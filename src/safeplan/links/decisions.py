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
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations, product
from pathlib import Path

from pydantic import ValidationError
from pydantic_core import ErrorDetails
from rapidfuzz import fuzz, process

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
_QUOTED = 40
"""Characters of a line that are quoted where it is wrong."""


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

    @property
    def sides(self) -> tuple[DecidedRecord, DecidedRecord]:
        """Both records."""
        return self.left, self.right


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
    return read(file_bytes(path), path) if path.exists() else []


def read(data: bytes, path: Path = Path()) -> list[Decision]:
    """Return the decisions of a file's bytes in their order.

    Args:
        data: the bytes.
        path: how the file is named in an error.

    Raises:
        DecisionsError: lines that are no decisions, all of them.
    """
    try:
        lines = data.decode("utf-8-sig").split("\n")
    except UnicodeDecodeError as error:
        raise DecisionsError(path, [(0, str(error))]) from None
    decisions: list[Decision] = []
    wrong: list[tuple[int, str]] = []
    for number, line in enumerate(lines, start=1):
        if line.strip() and not line.lstrip().startswith("#"):
            try:
                decisions.append(Decision.model_validate_json(line))
            except ValidationError as error:
                wrong.append((number, "; ".join(map(_reason, error.errors()))))
    if wrong:
        raise DecisionsError(path, wrong)
    return decisions


def _reason(error: ErrorDetails) -> str:
    """Return what is wrong, in the file's own words: `verdict “perhaps”`."""
    place = ".".join(map(str, error["loc"]))
    missing = error["type"] == "missing"
    return f"{place} ?" if missing else f"{place} “{str(error['input'])[:_QUOTED]}”".lstrip()


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
    return list(
        {frozenset(map(_identity, decision.sides)): decision for decision in (*old, *new)}.values()
    )


def _identity(record: DecidedRecord) -> tuple[str, str, str]:
    return record.region, neutral(record.name).key, neutral(record.content).key


# --- obeying it -----------------------------------------------------------------------------


def obey(matches: Sequence[Match], plans: Sequence[Plan], decisions: Sequence[Decision]) -> Ruling:
    """Return the matches as the decisions want them, and what became of each decision.

    `same` and `partial` link the pair whatever its score, `different` never does. A decision
    holds for every plan of its regions: for this year's and for next year's.
    """
    ruling = Ruling(list(matches))
    find = _finder(plans) if decisions else None
    for decision in sorted(decisions, key=lambda one: one.when or dt.date.min):
        asked = [
            (left, one, right, other)
            for left, right in combinations(plans, 2)
            for one, other in (decision.sides, decision.sides[::-1])
            if (left.region.name, right.region.name) == (one.region, other.region)
        ]
        if not asked or find is None:
            continue  # it is about regions that are not compared here
        pairs = {
            pair: None
            for left, one, right, other in asked
            for pair in product(find(left, one), find(right, other))
        }
        (ruling.obeyed if pairs else ruling.dead).append(decision)
        for pair in pairs:
            before = ruling.verdicts.get(pair)
            if before is not None and before.verdict != decision.verdict:
                ruling.conflicts.append((before, decision))
            ruling.verdicts[pair] = decision
    return replace(ruling, matches=_apply(matches, plans, ruling.verdicts))


def _finder(plans: Sequence[Plan]) -> Callable[[Plan, DecidedRecord], list[TaskRef]]:
    """Return what finds the records of a plan that a decision names."""
    identities = {
        plan.plan_id: {
            TaskRef(plan_id=plan.plan_id, task_id=task.task_id): _identity(decided(plan, task))
            for task in plan.tasks
        }
        for plan in plans
    }

    def find(plan: Plan, record: DecidedRecord) -> list[TaskRef]:
        wanted, known = _identity(record), identities[plan.plan_id]
        if same := [ref for ref, its in known.items() if its == wanted]:
            return same
        texts = {ref: "".join(its[1:]) for ref, its in known.items()}
        nearest = process.extract("".join(wanted[1:]), texts, scorer=fuzz.ratio, limit=2)
        scores = [score for _, score, _ in nearest] + [0.0, 0.0]
        is_clear = scores[0] >= CLOSE and (len(nearest) == 1 or scores[0] - scores[1] >= CLEARLY)
        return [nearest[0][2]] if is_clear else []

    return find


def _apply(
    matches: Sequence[Match], plans: Sequence[Plan], wanted: dict[TaskPair, Decision]
) -> list[Match]:
    """Return the matches that are wanted, and of the others those that nobody ruled on."""
    ruled = {(match.left, match.right): match for match in matches}
    linked = {pair for pair, decision in wanted.items() if decision.verdict != "different"}
    weighed = align(plans, threshold=0.0) if linked - ruled.keys() else []
    known = {(match.left, match.right): match for match in weighed} | ruled
    for pair, decision in wanted.items():
        ruled.pop(pair, None)
        if pair in linked:
            match = known.get(pair) or Match(*pair, "partial", 0.0, [], {})
            relation: Relation = "equivalent" if decision.verdict == "same" else "partial"
            ruled[pair] = replace(match, relation=relation, score=1.0, decided=decision.verdict)
    place = {
        TaskRef(plan_id=plan.plan_id, task_id=task.task_id): (at, row)
        for at, plan in enumerate(plans)
        for row, task in enumerate(plan.tasks)
    }

    def in_order(pair: TaskPair) -> tuple[int, ...]:
        (plan, row), (other, its) = place[pair[0]], place[pair[1]]
        return plan, other, row, its

    return [ruled[pair] for pair in sorted(ruled, key=in_order)]
