"""The five documents → the true measures of the made corpus, each with the wordings it really has.

Rows of two plans that the reference links call equivalent are one measure with several wordings.
Whatever is not certain is left out, so that no false truth comes into the corpus: of two rows that
are linked in part, or that look alike (by the aligner's score, or by the characters they share) where
nobody has read whether they are the same, only one stays.

A wording is kept with *slots*, private-use characters that each copy fills anew: the level word,
the district's own names, years, numbers, and the words of the genre that stand for one another.
"""

from __future__ import annotations

import csv
import re
import tomllib
from dataclasses import dataclass, field
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import Any

from safeplan.links import align
from safeplan.models import Direction, Owner, Plan, Target, Task

ROOT = Path(__file__).resolve().parent.parent
ALIKE = 0.3
"""Score of the link model from which two rows that nobody compared may be the same."""
OVERLAP = 0.5
"""Share of a content's character pairs in another from which they may be the same."""
STAGES = 0.6
"""The same of name and content in a plan of several years, whose rows may be stages of one."""

LEVEL, REGION, CITY, CITY_NAME, TOWNS, OBJECT = map(chr, range(0xE000, 0xE006))
YEAR = 0xE020
"""The slot of the plan's own year; last year's is the one before it."""
PLACE = 0xE040
WORD = 0xE100
NUMBER = 0xE400
AT_HOME = 2025
"""The year that the years in the documents are counted from."""

Row = tuple[str, str]
"""plan_id, task_id."""


@cache
def words() -> dict[str, Any]:
    """Return what the made corpus is written with (made.toml)."""
    with (Path(__file__).parent / "made.toml").open("rb") as file:
        return tomllib.load(file)


@dataclass(frozen=True, slots=True)
class Amount:
    """A number of a wording that each district fills for itself."""

    slot: int
    value: float
    decimals: int
    unit: str
    direction: Direction


@dataclass(frozen=True, slots=True)
class Aim:
    """A target of a wording: its spans with their slots."""

    subject: str
    direction: Direction
    slots: tuple[int, ...]
    """The slots of its numbers; none where the print has words for them (清零)."""
    low: float | None
    high: float | None
    unit: str
    baseline: str | None
    text: str


@dataclass(frozen=True, slots=True)
class Wording:
    """One way a measure is printed, with slots for what every copy has for itself."""

    name: str
    clauses: tuple[str, ...]
    """The content, cut after 。；，and ："""
    table: int
    """0 indicators, 1 documents, 2 rectification, 3 measures, 4 platforms, 5 fire."""
    group: str | None = None
    deadline: str = ""
    outcome: str | None = None
    amounts: tuple[Amount, ...] = ()
    aims: tuple[Aim, ...] = ()
    owners: tuple[Owner, ...] = ()
    options: dict[int, tuple[str, ...]] = field(default_factory=dict)
    """By slot, the words it may be filled with; the printed one first."""

    @property
    def is_statement(self) -> bool:
        """Whether the content says something of its own, and not only how much or which state."""
        return len(self.clauses) > 1 or len(self.clauses[0]) >= 12


# --- The true measures ------------------------------------------------------------------------


def read_plans() -> dict[str, Plan]:
    """Return the parsed documents by id."""
    files = sorted((ROOT / "data" / "parsed").glob("*.json"))
    plans = [Plan.model_validate_json(file.read_bytes()) for file in files]
    return {plan.plan_id: plan for plan in plans}


def _linked() -> tuple[list[tuple[Row, Row]], set[tuple[Row, Row]], set[frozenset[str]]]:
    """Return the rows proven the same, the rows that may be, and which plans people compared."""
    same, unsure, compared = [], set(), set()
    for path in sorted((ROOT / "tests" / "gold" / "links").glob("*.tsv")):
        left, right = path.stem.split("~")
        compared.add(frozenset((left, right)))
        with path.open(encoding="utf-8") as lines:
            for row in csv.DictReader(lines, delimiter="\t"):
                pair = (left, row["left"]), (right, row["right"])
                if (row["relation"], row["status"]) == ("equivalent", "agreed"):
                    same.append(pair)
                else:
                    unsure.add(pair)
    return same, unsure, compared


def _alike(plans: dict[str, Plan]) -> set[tuple[Row, Row]]:
    """Return the rows, of two plans or of one, that the aligner finds alike."""
    found = set()
    copies = [(plan, plan.model_copy(update={"plan_id": ""})) for plan in plans.values()]
    for left, right in [*combinations(plans.values(), 2), *copies]:
        for match in align([left, right], threshold=ALIKE):
            one = left.plan_id, match.left.task_id
            other = right.plan_id or left.plan_id, match.right.task_id
            if one != other:
                found.add((one, other))
    rows = [(plan, task) for plan in plans.values() for task in plan.tasks]
    contents = [pairs_of(task.content) for _, task in rows]
    wholes = [pairs_of(task.name + task.content) for _, task in rows]
    for i, j in combinations(range(len(rows)), 2):
        (plan, task), (other_plan, other_task) = rows[i], rows[j]
        staged = plan is other_plan and plan.kind != "annual"
        if _overlap(contents[i], contents[j]) >= OVERLAP or (
            staged and _overlap(wholes[i], wholes[j]) >= STAGES
        ):
            found.add(((plan.plan_id, task.task_id), (other_plan.plan_id, other_task.task_id)))
    return found


def pairs_of(text: str) -> frozenset[str]:
    """Return the character pairs of a text."""
    return frozenset(text[at : at + 2] for at in range(len(text) - 1))


def _overlap(one: frozenset[str], other: frozenset[str]) -> float:
    """Return how much of the smaller set is in the larger; 0 where it says too little to tell."""
    least = min(len(one), len(other))
    return len(one & other) / least if least >= 6 else 0.0


def true_measures(plans: dict[str, Plan]) -> list[list[Row]]:
    """Return the rows of each true measure, those of the most wordings first."""
    rows = [(plan.plan_id, task.task_id) for plan in plans.values() for task in plan.tasks]
    of: dict[Row, list[Row]] = {row: [row] for row in rows}
    same, unsure, compared = _linked()
    for one, other in same:
        if of[one] is not of[other]:
            of[one] += of[other]
            for row in of[other]:
                of[row] = of[one]

    def told_apart(left: list[Row], right: list[Row]) -> bool:
        return any(frozenset((a, b)) in compared for a, _ in left for b, _ in right)

    apart: dict[Row, set[Row]] = {row: set() for row in rows}
    for one, other in sorted(unsure) + sorted(_alike(plans) - unsure):
        left, right = of[one], of[other]
        if left is right or ((one, other) not in unsure and told_apart(left, right)):
            continue
        apart[left[0]].add(right[0])
        apart[right[0]].add(left[0])
    heads = {members[0]: members for members in of.values()}
    chosen, out = [], set()
    for head in sorted(heads, key=lambda row: (-len(heads[row]), len(apart[row]), row)):
        if head not in out:
            chosen.append(heads[head])
            out |= apart[head]
    return chosen


# --- One row → a wording ----------------------------------------------------------------------

_QUOTED = r"《[^》]*》|“[^”]*”"
_GOVERNMENT = re.compile(r"(?:重庆市)?(?:沙坪坝|南岸|璧山)区|沙坪坝|南岸|璧山|忠县|重庆市|重庆")
_LEVEL = re.compile(
    r"(?<=全)[区县](?!域|链)|[区县](?=级)|(?<!区)[区县](?=、[镇乡]|→)|(?<=、)[区县](?=、)"
    r"|[区县](?=安委|防减|消安|建安|道安|治理中心|政府|委[组宣编办]|应急管理局|属)"
)
_TOWNS = re.compile(r"镇街（园区管委会）|镇街（管委会）|乡镇（街道）|镇（街道）|镇街")
_YEAR = re.compile(r"20[12]\d(?=年)")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_ENDS = "。；，："
_FULL_WIDTH = str.maketrans(",;:()", "，；：（）")
_TABLES = {"核心": 0, "“十": 0, "重要": 1, "整治": 2, "应用": 4, "消防": 5}


@cache
def _words_pattern() -> tuple[re.Pattern[str], dict[str, tuple[str, ...]]]:
    groups = {word: tuple(group) for group in words()["same"] for word in group}
    longest = sorted([*groups, *words()["kept"]], key=lambda word: (-len(word), word))
    return re.compile(f"{_QUOTED}|{'|'.join(map(re.escape, longest))}"), groups


class _Slotted:
    """A text under way to its slots: which spans of the print become which slot."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.spans: list[tuple[int, int, str]] = []

    def put(self, start: int, stop: int, slot: int) -> bool:
        """Make a span a slot, unless a part of it is one."""
        if any(start < high and low < stop for low, high, _ in self.spans):
            return False
        self.spans.append((start, stop, chr(slot)))
        return True

    def cut(self, start: int = 0, stop: int | None = None) -> str:
        """Return a span of the text with its slots; a slot that it touches is in it as a whole."""
        stop = len(self.text) if stop is None else stop
        out, done = [], start
        for low, high, slot in sorted(self.spans):
            if high > start and low < stop:
                out += [self.text[done : max(done, low)], slot]
                done = high
        return "".join([*out, self.text[done:stop]])


def _common_slots(slotted: _Slotted, options: dict[int, tuple[str, ...]]) -> None:
    """Find what is a slot in any text: names, level words, towns, years, words of the genre."""
    text = slotted.text
    for match in _GOVERNMENT.finditer(text):
        printed = match[0]
        if printed in ("重庆市", "重庆"):
            slotted.put(*match.span(), ord(CITY if printed == "重庆市" else CITY_NAME))
        else:
            slotted.put(*match.span(), ord(REGION))
    for at, place in enumerate(words()["places"]):
        for match in re.finditer(re.escape(place), text):
            slotted.put(*match.span(), PLACE + at)
    for match in _YEAR.finditer(text):
        slotted.put(*match.span(), YEAR + int(match[0]) - AT_HOME)
    for match in _TOWNS.finditer(text):
        slotted.put(*match.span(), ord(TOWNS))
    for match in _LEVEL.finditer(text):
        slotted.put(*match.span(), ord(LEVEL))
    pattern, groups = _words_pattern()
    for match in pattern.finditer(text):
        slot = WORD + len(options)
        if match[0] in groups and slotted.put(*match.span(), slot):
            others = (word for word in groups[match[0]] if word != match[0])
            options[slot] = (match[0], *others)


def _numbers(slotted: _Slotted, targets: list[Target]) -> tuple[list[Amount], list[list[int]]]:
    """Make the printed numbers of targets slots; return them, and those of each target."""
    amounts: list[Amount] = []
    of_targets: list[list[int]] = []
    taken: set[int] = set()
    for target in targets:
        values = target.value if isinstance(target.value, tuple) else (target.value,)
        start = max(0, slotted.text.find(target.text))
        slots = []
        for value in values:
            for match in _NUMBER.finditer(slotted.text, start):
                if match.start() in taken or value is None or float(match[0]) != float(value):
                    continue
                slot = NUMBER + len(amounts)
                if slotted.put(*match.span(), slot):
                    decimals = len(match[0].partition(".")[2])
                    amounts.append(
                        Amount(slot, float(value), decimals, target.unit, target.direction)
                    )
                    taken.add(match.start())
                    slots.append(slot)
                break
        of_targets.append(slots if len(slots) == len(values) else [])
    return amounts, of_targets


def _aim(target: Target, slots: list[int], name: _Slotted, content: _Slotted) -> Aim:
    def span(printed: str) -> str:
        for slotted in (content, name):
            if (start := slotted.text.find(printed)) >= 0:
                return slotted.cut(start, start + len(printed))
        return printed

    low, high = target.value if isinstance(target.value, tuple) else (target.value, target.value)
    return Aim(
        subject=span(target.subject.translate(_FULL_WIDTH)),
        direction=target.direction,
        slots=tuple(slots),
        low=None if low is None else float(low),
        high=None if high is None else float(high),
        unit=target.unit,
        baseline=span(target.baseline) if target.baseline else None,
        text=span(target.text.translate(_FULL_WIDTH)),
    )


def _clauses(content: str) -> tuple[str, ...]:
    """Cut a content after its 。；，： that stand in no brackets."""
    clauses, depth, start = [], 0, 0
    for at, mark in enumerate(content):
        depth += (mark in "（《“") - (mark in "）》”")
        if mark in _ENDS and depth <= 0:
            clauses.append(content[start : at + 1])
            start = at + 1
    return (*clauses, content[start:]) if content[start:] else tuple(clauses)


def _owner(owner: Owner) -> Owner | None:
    """Return an owner with its slots; None where it is a body of that one district."""
    if any(name in owner.text for name in (*words()["governments"], "经开区")):
        return None
    text = re.sub(r"^(各|全)?[区县](?![县])", rf"\1{LEVEL}", owner.text)
    text = _TOWNS.sub(TOWNS, text.translate(_FULL_WIDTH))
    # 区安委会、区防减救灾委各成员单位: a tail that stands once, and may be left behind.
    if owner.name.endswith("成员单位") and "成员单位" not in text:
        text += "各成员单位"
    return owner.model_copy(update={"text": text})


def wording(task: Task) -> Wording:
    """Return one row as a wording."""
    name, content = (_Slotted(text.translate(_FULL_WIDTH)) for text in (task.name, task.content))
    targets = [
        target.model_copy(update={"text": target.text.translate(_FULL_WIDTH)})
        for target in task.targets
    ]
    amounts, of_targets = _numbers(content, targets)
    options: dict[int, tuple[str, ...]] = {}
    for slotted in (name, content):
        _common_slots(slotted, options)
    deadline = _Slotted(task.deadline_text)
    _common_slots(deadline, {})
    # What was due before is due now: the plans that are made are of one year each.
    due = deadline.cut().translate({YEAR - back: chr(YEAR) for back in range(1, 5)})
    kinds = [kind for start, kind in _TABLES.items() if start in task.table_title]
    return Wording(
        name=name.cut(),
        clauses=_clauses(content.cut()),
        table=kinds[0] if kinds else 3,
        group=task.group,
        deadline=due if len(due) < 12 else "",
        outcome=task.outcome,
        amounts=tuple(amounts),
        aims=tuple(
            _aim(target, slots, name, content)
            for target, slots in zip(targets, of_targets, strict=True)
        ),
        owners=tuple(found for owner in task.owners if (found := _owner(owner))),
        options=options,
    )


def wordings() -> list[list[Wording]]:
    """Return the true measures, each with the wordings that the documents have for it."""
    plans = read_plans()
    return [
        [wording(plans[plan_id].task(task_id)) for plan_id, task_id in rows]
        for rows in true_measures(plans)
    ]
