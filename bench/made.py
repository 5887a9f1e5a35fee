"""A made corpus of district plans, with the truth: which rows are the same measure.

    python bench/made.py --records 100000 --seed 1 -o DIR    DIR/plans/year=*/part-*.parquet, DIR/truth.parquet
    python bench/made.py --compare-real                      how alike copies are, real and made

A *measure* is a row of the five documents (measures.py) or a local one (made.toml). It is passed
on as in life: a city words it for its circular, each of its districts copies that with edits of
its own, and next year's plan copies this year's. Local measures are the hard negatives: frames of
real rows said of something else, documents and systems of one title, and works, each had by one
district or by a few of a city. Two rows are one measure where they differ in wording, numbers,
years and places only: truth.parquet says so (plan_id, task_id, measure).

The rates below were chosen by reading the five documents, and so that made copies of one city
differ as the rows do that people called equivalent between three real districts of one city
(`--compare-real`); not by what an aligner makes of them. The same seed gives the same files.
"""

from __future__ import annotations

import argparse
import datetime as dt
import hashlib
import os
import random
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import cache, partial
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np

from measures import (
    AT_HOME,
    CITY,
    CITY_NAME,
    LEVEL,
    OBJECT,
    PLACE,
    REGION,
    TOWNS,
    YEAR,
    Aim,
    Amount,
    Wording,
    read_plans,
    wording,
    wordings,
    words,
)
from safeplan.models import SCHEMA_VERSION, Owner, Task
from safeplan.targets import read_targets


@dataclass(frozen=True, slots=True)
class Edits:
    """How often a copy differs from what it is copied from."""

    verbatim: float
    """Copied word for word; the rates below are of the other copies."""
    word: float
    """For each word of the genre: another in its place."""
    drop: float
    """A clause left out (never so that less than `KEPT` of the measure stays)."""
    item: float
    """An item of a list of three or more left out."""
    add: float
    """A clause of the genre put before or after."""
    swap: float
    """Two sentences, or two clauses of one, exchanged."""
    typo: float
    """One character taken for another."""
    number: float
    """For each number: another."""
    owner: float
    """An owner left out, and as often one put in."""


BY_CITY = Edits(
    verbatim=0.5, word=0.2, drop=0.1, item=0.06, add=0.1, swap=0.06, typo=0.002, number=0, owner=0.3
)
BY_DISTRICT = Edits(
    verbatim=0.4,
    word=0.33,
    drop=0.4,
    item=0.2,
    add=0.3,
    swap=0.1,
    typo=0.02,
    number=0.8,
    owner=0.4,
)
BY_YEAR = Edits(
    verbatim=0.75,
    word=0.1,
    drop=0.06,
    item=0.04,
    add=0.1,
    swap=0.04,
    typo=0.01,
    number=0.5,
    owner=0.1,
)
KEPT = 0.6
"""The least share of its characters that a copy keeps of the measure."""

ROWS = (120, 18)
"""Mean and spread of the rows of a plan."""
LOCAL = (0.10, 0.15)
"""Share of a plan's rows that are local, from and to."""
SHARED_LOCAL = 0.3
"""Of those, how many its city has in stock for several districts."""
CITY_STOCK = 12
CHANGED = 0.1
"""Of a plan's rows, about how many give way to others the next year."""
DISTRICTS = (6, 14)
"""Districts of a city."""
SPANS = {1: 15, 2: 25, 3: 25, 4: 15, 5: 10, 6: 10}
"""How many years a district has plans of, by weight."""
YEARS = (2021, 2026)
LEVELS = {"district": ("区", 45), "county": ("县", 45), "city": ("市", 10)}
HALF_WIDTH = 0.2
"""Cities that print half-width commas, colons and brackets."""
WITH_LEADS = 0.4
"""Cities whose tables have a column for who leads."""
SHORT_BODIES = 0.25
"""Cities that print the short (or long) names of bodies."""
OTHER_SOURCE = 0.3
"""How often a district words a measure after another model than its city's circular."""
OWN_HEADINGS = 0.4
"""Districts whose headings are not their city's."""
HEADINGS = (0.4, 0.12)
"""How often one begins a heading with another verb, or puts a measure under another heading."""

TABLES = ["核心绩效指标", "重要文件", "重点整治", "重点措施", "重点应用", "城乡消防"]
LOCAL_KINDS = {"frame": 45, "document": 12, "system": 8, "work": 35}


# --- What is passed on ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Copy:
    """One government's copy of a measure, still with its slots."""

    measure: int
    wording: Wording
    name: str
    clauses: tuple[str, ...]
    filled: dict[int, str]
    """Slots of this copy alone: words, numbers, the object."""
    values: dict[int, float]
    owners: tuple[Owner, ...]


@dataclass(frozen=True, slots=True)
class City:
    """What the districts of a city share."""

    name: str
    province: str
    favourites: dict[str, str]
    """By a word's group, the word this city prefers."""
    marks: dict[int, str]
    leads: bool
    short_bodies: bool
    headings: dict[str, str]
    scores: np.ndarray[Any, np.dtype[np.float64]]
    """How likely its districts have each measure of the documents."""
    stock: tuple[int, ...]
    """Local measures that several of its districts have."""


@dataclass(frozen=True, slots=True)
class District:
    """One district: its names, and which plans it has."""

    name: str
    level: str
    places: tuple[str, ...]
    towns: str
    plans: tuple[tuple[int, int], ...]
    """Year and number of rows of each."""


@dataclass(frozen=True, slots=True)
class Job:
    """Some whole cities, made by one process into files of their own."""

    seed: int
    number: int
    first_city: int
    cities: tuple[tuple[District, ...], ...]


# --- The measures -----------------------------------------------------------------------------


@cache
def documents_wordings() -> list[list[Wording]]:
    """Return the true measures of the five documents, a list of wordings each."""
    return wordings()


@cache
def _kinds() -> list[tuple[str, int, int]]:
    """Return each local kind with its first measure and how many it has."""
    local = words()["local"]
    objects = len(local["objects"])
    sizes = {
        "frame": len(local["frames"]) * objects,
        "document": len(local["documents"]) * objects,
        "system": len(local["systems"]) * objects,
        "work": len(local["tasks"]) * len(local["works"]),
    }
    first, kinds = len(documents_wordings()), []
    for kind in LOCAL_KINDS:
        kinds.append((kind, first, sizes[kind]))
        first += sizes[kind]
    return kinds


@cache
def _local_frame(kind: str, at: int) -> Wording:
    """Return a frame of local measures, with a slot for what it is about."""
    local = words()["local"]
    if kind == "frame":
        (name, content), table = local["frames"][at], "重点整治"
        if not name.endswith("领域"):
            table = "重点措施"
    elif kind == "document":
        name, content, table = local["documents"][at], "印发", "重要文件"
    elif kind == "system":
        (name, content), table = local["systems"][at], "重点应用"
    else:
        name, table = "重点项目", "重点整治"
        content = local["tasks"][at].format(place=chr(PLACE), work="{}")
    name, content = (text.replace("{}", OBJECT) for text in (name, content))
    return wording(
        Task(
            task_id="t1.1",
            table=1,
            table_title=table,
            row=1,
            serial=None,
            group=None,
            name=name,
            sub_item=None,
            content=content,
            targets=read_targets(content, name=name),
        )
    )


def _local(measure: int, chance: random.Random) -> tuple[Wording, str]:
    """Return the wording of a local measure, and what it is about."""
    kind, first, _ = next(kind for kind in reversed(_kinds()) if kind[1] <= measure)
    local = words()["local"]
    objects = local["works"] if kind == "work" else local["objects"]
    at, which = divmod(measure - first, len(objects))
    found = _local_frame(kind, at)
    if kind == "document":
        state = chance.choice(local["states"])
        found = replace(found, clauses=(state,), outcome=state)
    bodies = chance.sample(local["bodies"], chance.choice((1, 1, 2, 3)))
    owners = [Owner(text=LEVEL + body, name=body, role="responsible") for body in bodies]
    if chance.random() < 0.5:
        text = chance.choice(("各", "有关")) + TOWNS
        scope = "all" if text[0] == "各" else "relevant"
        owners.append(Owner(text=text, name="乡镇街道", role="responsible", scope=scope))
    return replace(found, owners=tuple(owners)), objects[which]


def draw_local(chance: random.Random) -> int:
    """Return some local measure."""
    kind = chance.choices(list(LOCAL_KINDS), list(LOCAL_KINDS.values()))[0]
    first, size = next((first, size) for name, first, size in _kinds() if name == kind)
    return first + chance.randrange(size)


# --- Edits ------------------------------------------------------------------------------------


def _length(clauses: Iterable[str]) -> int:
    return sum(map(len, clauses))


def _edit_clauses(copy: Copy, edits: Edits, chance: random.Random) -> tuple[str, ...]:
    """Return the clauses of a copy with one's own left out, added and exchanged."""
    clauses = list(copy.clauses)
    own = set(copy.wording.clauses)
    whole = _length(copy.wording.clauses)
    if len(clauses) > 1 and chance.random() < edits.drop:
        at = chance.randrange(len(clauses))
        rest = clauses[:at] + clauses[at + 1 :]
        # What a local measure is about never goes.
        if (
            OBJECT not in clauses[at]
            and _length(clause for clause in rest if clause in own) >= KEPT * whole
        ):
            if at and at == len(clauses) - 1 and rest[-1][-1] in "，；：":
                rest[-1] = rest[-1][:-1] + "。"
            clauses = rest
    if chance.random() < edits.item:
        at = chance.randrange(len(clauses))
        items = clauses[at].split("、")
        # The first and the last carry what the list hangs on.
        inner = [
            i
            for i in range(1, len(items) - 1)
            if not any(mark in items[i] for mark in "（）“”《》") and _numberless(items[i])
        ]
        if inner:
            items.pop(chance.choice(inner))
            clauses[at] = "、".join(items)
    if len(clauses) > 2 and chance.random() < edits.swap:
        sentences: list[list[str]] = [[]]
        for clause in clauses:
            sentences[-1].append(clause)
            if clause.endswith("。"):
                sentences.append([])
        sentences = [sentence for sentence in sentences if sentence]
        at = chance.randrange(len(clauses) - 2)
        if len(sentences) > 1 and all(sentence[-1][-1] == "。" for sentence in sentences):
            at = chance.randrange(len(sentences) - 1)
            sentences[at : at + 2] = sentences[at + 1], sentences[at]
            clauses = [clause for sentence in sentences for clause in sentence]
        elif clauses[at][-1] == clauses[at + 1][-1]:
            clauses[at], clauses[at + 1] = clauses[at + 1], clauses[at]
    if copy.wording.is_statement and len(clauses) < 9 and chance.random() < edits.add:
        if chance.random() < 0.4:
            clauses.insert(0, chance.choice(words()["before"]))
        else:
            if clauses[-1][-1] not in "。；，":
                clauses[-1] += "。"
            if clauses[-1][-1] == "。" and chance.random() < 0.6:
                clauses[-1] = clauses[-1][:-1] + "，"
            clauses.append(chance.choice(words()["after"]))
    if chance.random() < edits.typo:
        at = chance.randrange(len(clauses))
        clauses[at] = _mistype(clauses[at], chance)
    return tuple(clauses)


def _numberless(text: str) -> bool:
    return not any(mark.isdigit() or ord(mark) >= 0xE400 for mark in text)


def _mistype(clause: str, chance: random.Random) -> str:
    """Take one character for the other that looks or sounds like it."""
    pairs = [pair for pair in words()["typos"] if pair[0] in clause or pair[1] in clause]
    # What a target is read from stays, so that targets and text agree.
    if not pairs or not _numberless(clause):
        return clause
    one, other = chance.choice(pairs)
    return clause.replace(one, other, 1) if one in clause else clause.replace(other, one, 1)


_STEPS = [30, 40, 50, 60, 70, 75, 80, 85, 90, 95, 97, 98, 99, 100]


def _other_value(amount: Amount, value: float, chance: random.Random, spread: float) -> float:
    """Return what another district, or another year, asks for in place of `value`."""
    if value == 0 and amount.direction == "eq":
        return value
    if amount.unit.startswith("%") and amount.direction in ("eq", "ge"):
        # What is to be complete is so nearly everywhere.
        if value == 100 and chance.random() < 0.8:
            return value
        near = min(range(len(_STEPS)), key=lambda at: abs(_STEPS[at] - value))
        return float(_STEPS[max(0, min(len(_STEPS) - 1, near + chance.randint(-3, 2)))])
    if "次" in amount.unit and value <= 4:
        return float(chance.choice((1, 1, 1, 1, 2, 2, 4)))
    drawn = round(value * chance.lognormvariate(0, spread), amount.decimals)
    return max(drawn, 0.1**amount.decimals)


def _printed(value: float, decimals: int) -> str:
    return f"{value:.{decimals}f}"


def _edit_owners(copy: Copy, edits: Edits, chance: random.Random) -> tuple[Owner, ...]:
    owners = list(copy.owners)
    if len(owners) > 2 and chance.random() < edits.owner / 2:
        owners.pop(chance.randrange(1, len(owners)))
    if owners and chance.random() < edits.owner / 2:
        body = chance.choice(words()["local"]["bodies"])
        if all(owner.name != body for owner in owners):
            role = "responsible" if len(owners) > 1 else owners[0].role
            at = next((at for at, owner in enumerate(owners) if owner.open_ended), 1)
            owners.insert(min(1, at), Owner(text=LEVEL + body, name=body, role=role))
    return tuple(owners)


def passed_on(
    copy: Copy,
    edits: Edits,
    chance: random.Random,
    favourites: dict[str, str] | None = None,
    spread: float = 0.6,
) -> Copy:
    """Return a copy of a copy.

    Args:
        copy: what is copied.
        edits: how often it is changed on the way.
        chance: where chance comes from.
        favourites: the words a city prefers; any of a group if not given.
        spread: of numbers, as the deviation of their logarithm.
    """
    options = copy.wording.options
    filled = copy.filled
    verbatim = chance.random() < edits.verbatim
    if options and not verbatim:
        changed = {}
        for slot, group in options.items():
            if chance.random() < edits.word:
                changed[slot] = favourites[group[0]] if favourites else chance.choice(group)
        if changed:
            filled = {**filled, **changed}
    values = copy.values
    if edits.number and copy.wording.amounts:
        values = dict(values)
        filled = dict(filled)
        for amount in copy.wording.amounts:
            if chance.random() < edits.number:
                value = _other_value(amount, values[amount.slot], chance, spread)
                values[amount.slot] = value
                filled[amount.slot] = _printed(value, amount.decimals)
        _keep_intervals(copy.wording, values, filled)
    return replace(
        copy,
        clauses=copy.clauses if verbatim else _edit_clauses(copy, edits, chance),
        filled=filled,
        values=values,
        owners=_edit_owners(copy, edits, chance),
    )


def _keep_intervals(text: Wording, values: dict[int, float], filled: dict[int, str]) -> None:
    """Let no interval end before it begins."""
    for aim in text.aims:
        if len(aim.slots) == 2:
            low, high = aim.slots
            if values[low] > values[high]:
                values[low], values[high] = values[high], values[low]
                filled[low], filled[high] = filled[high], filled[low]


def first_copy(measure: int, chance: random.Random) -> Copy:
    """Return a measure in one of its wordings, as printed there."""
    known = documents_wordings()
    if measure < len(known):
        text, about = chance.choice(known[measure]), None
    else:
        text, about = _local(measure, chance)
    filled = {slot: group[0] for slot, group in text.options.items()}
    filled |= {one.slot: _printed(one.value, one.decimals) for one in text.amounts}
    if about is not None:
        filled[ord(OBJECT)] = about
    values = {one.slot: one.value for one in text.amounts}
    return Copy(measure, text, text.name, text.clauses, filled, values, text.owners)


# --- Cities and districts ---------------------------------------------------------------------


def _names(chance: random.Random) -> Iterator[str]:
    """Yield place names, no two the same, none a word of the documents."""
    parts = words()["names"]
    said = "".join(
        [text.name + "".join(text.clauses) for group in documents_wordings() for text in group]
        + [
            text
            for texts in words().values()
            if isinstance(texts, list)
            for text in map(str, texts)
        ]
        + [str(texts) for texts in words()["local"].values()]
    )
    said += "".join(
        task.name + task.content for plan in read_plans().values() for task in plan.tasks
    )
    first, second = sorted(set(parts["first"])), sorted(set(parts["second"]))
    names = [a + b for a in first for b in second if a != b]
    chance.shuffle(names)
    yield from (name for name in names if name not in said)
    names = [a + b + c for a in first for b in first for c in second if len({a, b, c}) == 3]
    chance.shuffle(names)
    yield from (name for name in names if name[:2] not in said and name[1:] not in said)


def lay_out(records: int, seed: int) -> list[list[District]]:
    """Return the districts of each city and their plans, of so many rows in all."""
    chance = random.Random(f"{seed} layout")
    names = _names(chance)
    parts = words()["names"]
    towns, weights = zip(*words()["towns"], strict=True)
    cities: list[list[District]] = []
    left = records
    while left > 0:
        city: list[District] = []
        for _ in range(chance.randint(*DISTRICTS)):
            if left <= 0:
                break
            span = chance.choices(list(SPANS), list(SPANS.values()))[0]
            start = chance.randint(YEARS[0], YEARS[1] - span + 1)
            plans = []
            for year in range(start, start + span):
                rows = max(60, min(175, round(chance.gauss(*ROWS))))
                # The last plan takes what is left, and is no stump.
                rows = left if left < rows + 40 else rows
                if rows > 0:
                    plans.append((year, rows))
                left -= rows
            level = chance.choices(list(LEVELS), [weight for _, weight in LEVELS.values()])[0]
            places = tuple(
                chance.choice(parts["first"]) + chance.choice(parts["second"])
                for _ in words()["places"]
            )
            town = chance.choices(towns, weights)[0]
            city.append(District(next(names), level, places, town, tuple(plans)))
        cities.append(city)
    return cities


def _found_city(seed: int, number: int) -> tuple[City, random.Random]:
    """Return what the districts of a city share, and where its chances come from."""
    chance = random.Random(f"{seed} city {number}")
    parts = words()["names"]
    half = chance.random() < HALF_WIDTH
    marks = str.maketrans("，；：（）", ",;:()") if half else {}
    favourites: dict[str, str] = {}
    for group in words()["same"]:
        favourite = chance.choice(group)
        favourites |= dict.fromkeys(group, favourite)
    known = documents_wordings()
    usual = np.random.default_rng(seed).normal(0, 1, len(known))
    noise = np.random.default_rng([seed, number])
    return (
        City(
            name=chance.choice(parts["first"]) + chance.choice(parts["second"]),
            province=chance.choice(parts["provinces"]),
            favourites=favourites,
            marks={
                key: str(value) if isinstance(value, str) else chr(value)
                for key, value in marks.items()
            },
            leads=chance.random() < WITH_LEADS,
            short_bodies=chance.random() < SHORT_BODIES,
            headings=_headings(chance),
            scores=usual + noise.normal(0, 1, len(known)),
            stock=tuple(draw_local(chance) for _ in range(CITY_STOCK)),
        ),
        chance,
    )


def _headings(chance: random.Random) -> dict[str, str]:
    """Return what a government calls the headings of the documents otherwise."""
    verbs = words()["heading_verbs"]
    openings, tails = words()["heading_openings"], words()["heading_tails"]
    headings = {}
    for heading in _open_headings():
        if chance.random() < HEADINGS[1]:
            headings[heading] = chance.choice(_open_headings())
        elif chance.random() < HEADINGS[0]:
            verb = next((verb for verb in verbs if heading.startswith(verb)), "")
            tail = "" if heading.endswith(("工作", "建设", "。")) else chance.choice(tails)
            if verb:
                headings[heading] = chance.choice(openings) + heading[len(verb) :] + tail
    return headings


def _is_under_heading(text: Wording) -> bool:
    """Return whether the name only heads the measure, and so may be another.

    An indicator, a document, a platform is told by its name, and so is what says little itself.
    """
    return text.table in (3, 5) and sum(map(len, text.clauses)) >= 16 and "领域" not in text.name


@cache
def _open_headings() -> list[str]:
    """Return the headings, as printed, that measures stand under."""
    texts = [text for group in documents_wordings() for text in group if _is_under_heading(text)]
    verbs = tuple(words()["heading_verbs"])
    return sorted({name for text in texts if (name := _plain_name(text)).startswith(verbs)})


def _plain_name(text: Wording) -> str:
    return text.name.translate({slot: group[0] for slot, group in text.options.items()})


# --- Plans ------------------------------------------------------------------------------------


class Columns:
    """The rows of one year under way to a Parquet file, a list a column."""

    def __init__(self) -> None:
        self.plans: list[dict[str, Any]] = []
        self.plan_rows: list[int] = []
        self.tasks: dict[str, list[Any]] = {
            name: []
            for name in (
                "task_id", "table", "table_title", "row", "serial", "group", "name", "content",
                "lead_text", "responsible_text", "deadline_text", "outcome", "line", "measure",
            )
        }  # fmt: skip
        self.targets: dict[str, list[Any]] = {
            name: [] for name in ("subject", "direction", "low", "high", "unit", "baseline", "text")
        }
        self.owners: dict[str, list[Any]] = {
            name: [] for name in ("text", "name", "role", "scope", "open_ended")
        }
        self.target_ends = [0]
        self.owner_ends = [0]

    def truth(self) -> Any:
        """Return plan_id, task_id and measure of each row."""
        import pyarrow as pa

        ids = np.repeat([plan["plan_id"] for plan in self.plans], self.plan_rows)
        return pa.table(
            {
                "plan_id": pa.array(ids.tolist(), pa.string()),
                "task_id": pa.array(self.tasks["task_id"], pa.string()),
                "measure": pa.array(self.tasks["measure"], pa.int64()),
            }
        )

    def table(self) -> Any:
        """Return the rows as the Arrow table of the corpus."""
        import pyarrow as pa

        from safeplan.corpus.schema import TASKS

        schema = TASKS
        rows = len(self.tasks["task_id"])
        of_plan = pa.array(np.repeat(np.arange(len(self.plans)), self.plan_rows))

        def nested(name: str, values: dict[str, list[Any]], ends: list[int]) -> Any:
            kind = schema.field(name).type
            struct = pa.StructArray.from_arrays(
                [pa.array(values[field.name], field.type) for field in kind.value_type],
                fields=list(kind.value_type),
            )
            return pa.ListArray.from_arrays(pa.array(ends, pa.int32()), struct, type=kind)

        columns = []
        for field in schema:
            if field.name in self.plans[0]:
                values = pa.array([plan[field.name] for plan in self.plans], field.type)
                columns.append(values.take(of_plan))
            elif field.name == "targets":
                columns.append(nested("targets", self.targets, self.target_ends))
            elif field.name == "owners":
                columns.append(nested("owners", self.owners, self.owner_ends))
            elif field.name == "extra":
                columns.append(pa.array([[]] * rows, field.type))
            elif field.name == "remark":
                columns.append(pa.array([""] * rows, field.type))
            elif field.name in ("lines_first", "lines_last"):
                columns.append(pa.array(self.tasks["line"], field.type))
            elif field.name in self.tasks:
                columns.append(pa.array(self.tasks[field.name], field.type))
            else:
                columns.append(pa.nulls(rows, field.type))
        return pa.Table.from_arrays(columns, schema=schema)


def _heading_of(district: District, city: City, year: int, chance: random.Random) -> dict[str, Any]:
    """Return what all rows of a plan have in common."""
    level = LEVELS[district.level][0]
    full = f"{city.province}{city.name}市{district.name}{level}"
    plan_id = f"{district.name}-{year}"
    return {
        "schema_version": SCHEMA_VERSION,
        "plan_id": plan_id,
        "title": f"{year}年全{level}安全生产、防灾减灾救灾和消防工作要点",
        "issuer": f"{full}人民政府",
        "document_number": f"{district.name[0]}府发〔{year}〕{chance.randint(1, 40)}号",
        "issued_on": dt.date(year, chance.randint(1, 4), chance.randint(1, 28)),
        "region_name": district.name,
        "region_level": district.level,
        "region_full_name": full,
        "kind": "annual",
        "start_year": year,
        "end_year": year,
        "source_path": f"{full}{year}年工作要点.txt",
        "source_sha256": hashlib.sha256(plan_id.encode()).hexdigest(),
        "source_media_type": "text/plain",
    }


def _plan_slots(district: District, city: City, year: int) -> dict[int, str]:
    """Return how a plan fills the slots that are not one row's."""
    slots = {
        ord(LEVEL): LEVELS[district.level][0],
        ord(REGION): district.name,
        ord(CITY): f"{city.name}市",
        ord(CITY_NAME): city.name,
        ord(TOWNS): district.towns.translate(city.marks),
    }
    slots |= {YEAR + at: str(year + at) for at in range(2010 - AT_HOME, 10)}
    slots |= {PLACE + at: place for at, place in enumerate(district.places)}
    return {**slots, **city.marks}


def _owner_text(owner: Owner, city: City) -> str:
    bodies: dict[str, str] = words()["bodies"]
    if city.short_bodies and (short := bodies.get(owner.name)):
        for long in (owner.name, *bodies):
            if owner.text.endswith(long):
                return owner.text[: -len(long)] + short
    return owner.text


def _write_row(into: Columns, copy: Copy, slots: dict[int, str], city: City) -> None:
    """Append one row: its texts filled in, its targets and owners."""
    filled = {**slots, **copy.filled}
    content = "".join(copy.clauses)
    tasks = into.tasks
    tasks["name"].append(copy.name.translate(filled))
    tasks["content"].append(content.translate(filled))
    tasks["group"].append(copy.wording.group)
    tasks["deadline_text"].append(copy.wording.deadline.translate(filled))
    state = copy.wording.outcome
    tasks["outcome"].append(tasks["content"][-1] if state and len(content) < 8 else state)
    for aim in copy.wording.aims:
        _write_target(into, aim, copy, content, filled)
    into.target_ends.append(len(into.targets["text"]))
    texts: tuple[list[str], list[str]] = ([], [])
    for at, owner in enumerate(copy.owners):
        leads = city.leads and (owner.role == "lead" or at == 0)
        text = _owner_text(owner, city).translate(filled)
        texts[0 if leads else 1].append(text + ("等" if owner.open_ended else ""))
        owners = into.owners
        owners["text"].append(text)
        owners["name"].append(owner.name)
        owners["role"].append("lead" if leads else "responsible")
        owners["scope"].append(owner.scope)
        owners["open_ended"].append(owner.open_ended)
    into.owner_ends.append(len(into.owners["text"]))
    tasks["lead_text"].append("、".join(texts[0]))
    tasks["responsible_text"].append("、".join(texts[1]))
    tasks["measure"].append(copy.measure)


def _write_target(
    into: Columns, aim: Aim, copy: Copy, content: str, filled: dict[int, str]
) -> None:
    if aim.slots:
        if not all(chr(slot) in content for slot in aim.slots):
            return
        values = [copy.values[slot] for slot in aim.slots]
        low, high = values[0], values[-1]
        text = aim.text
        if text not in content:
            # The words before the number went another way: what is left of its clause.
            text = next(clause for clause in copy.clauses if chr(aim.slots[0]) in clause)
            text = text.rstrip("。；，：")
    elif aim.text in content:
        low, high, text = aim.low, aim.high, aim.text  # type: ignore[assignment]
    else:
        return
    targets = into.targets
    targets["subject"].append(aim.subject.translate(filled))
    targets["direction"].append(aim.direction)
    targets["low"].append(low)
    targets["high"].append(high)
    targets["unit"].append(aim.unit)
    targets["baseline"].append(aim.baseline.translate(filled) if aim.baseline else None)
    targets["text"].append(text.translate(filled))


def _write_plan(
    into: Columns,
    copies: Sequence[Copy],
    heading: dict[str, Any],
    slots: dict[int, str],
    city: City,
) -> None:
    """Append a plan: its copies by table and in the order of the measures."""
    into.plans.append(heading)
    into.plan_rows.append(len(copies))
    ordered = sorted(copies, key=lambda copy: (copy.wording.table, copy.measure))
    tables = sorted({copy.wording.table for copy in ordered})
    rows = dict.fromkeys(tables, 0)
    tasks = into.tasks
    for line, copy in enumerate(ordered, 1):
        table = copy.wording.table
        rows[table] += 1
        number = tables.index(table) + 1
        tasks["task_id"].append(f"t{number}.{rows[table]}")
        tasks["table"].append(number)
        tasks["table_title"].append(TABLES[table])
        tasks["row"].append(rows[table])
        tasks["serial"].append(str(rows[table]))
        tasks["line"].append(line)
        _write_row(into, copy, slots, city)


def make_city(
    seed: int, number: int, districts: Sequence[District], into: dict[int, Columns]
) -> None:
    """Append the plans of a city to the columns of their years."""
    city, chance = _found_city(seed, number)
    of_city: dict[int, Copy] = {}

    def source(measure: int) -> Copy:
        """Return what a district copies a measure from: its city's copy, or that of another."""
        if chance.random() < OTHER_SOURCE:
            return first_copy(measure, chance)
        if measure not in of_city:
            of_city[measure] = passed_on(
                first_copy(measure, chance), BY_CITY, chance, city.favourites
            )
        return of_city[measure]

    noise = np.random.default_rng([seed, number, 1])
    known = len(city.scores)
    for district in districts:
        scores = city.scores + noise.normal(0, 0.8, known)
        local = [
            chance.choice(city.stock) if chance.random() < SHARED_LOCAL else draw_local(chance)
            for _ in range(40)
        ]
        headings = _headings(chance) if chance.random() < OWN_HEADINGS else city.headings
        copies: dict[int, Copy] = {}
        for year, rows in district.plans:
            wanted = list(dict.fromkeys(local))[: round(rows * chance.uniform(*LOCAL))]
            wanted_known = min(rows - len(wanted), known)
            best = np.argsort(-scores - noise.normal(0, 0.15, known), kind="stable")
            wanted += [int(measure) for measure in best[:wanted_known]]
            last, copies = copies, {}
            for measure in wanted:
                if measure in last:
                    copies[measure] = passed_on(last[measure], BY_YEAR, chance, spread=0.15)
                else:
                    copy = passed_on(source(measure), BY_DISTRICT, chance)
                    if _is_under_heading(copy.wording):
                        heading = headings.get(_plain_name(copy.wording), copy.name)
                        copy = replace(copy, name=heading)
                    copies[measure] = copy
            _write_plan(
                into.setdefault(year, Columns()),
                list(copies.values()),
                _heading_of(district, city, year, chance),
                _plan_slots(district, city, year),
                city,
            )
            # What was done is done: some local rows give way to new ones.
            local = [
                draw_local(chance) if chance.random() < 2 * CHANGED else measure
                for measure in local
            ]


# --- Files ------------------------------------------------------------------------------------


def _jobs(records: int, seed: int) -> list[Job]:
    """Return the corpus cut into jobs of whole cities; the cut does not depend on the machine."""
    size = max(5000, min(60_000, records // 8))
    jobs: list[Job] = []
    under_way: list[tuple[District, ...]] = []
    rows = first = 0
    cities = lay_out(records, seed)
    for number, city in enumerate(cities, 1):
        under_way.append(tuple(city))
        rows += sum(size for district in city for _, size in district.plans)
        if rows >= size or number == len(cities):
            jobs.append(Job(seed, len(jobs), first, tuple(under_way)))
            under_way, rows, first = [], 0, number
    return jobs


def make(job: Job) -> dict[int, Columns]:
    """Return the plans of some cities, by year."""
    columns: dict[int, Columns] = {}
    for at, districts in enumerate(job.cities):
        make_city(job.seed, job.first_city + at, districts, columns)
    return columns


def _write(folder: Path, job: Job) -> Path:
    """Write the files of a job; return where its part of the truth is."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    truths = []
    for year, columns in sorted(make(job).items()):
        path = folder / "plans" / f"year={year}" / f"part-{job.number:03}.parquet"
        path.parent.mkdir(parents=True, exist_ok=True)
        pq.write_table(columns.table(), path, compression="zstd")
        truths.append(columns.truth())
    part = folder / f".truth-{job.number:03}.parquet"
    pq.write_table(pa.concat_tables(truths), part, compression="zstd")
    return part


def write(records: int, seed: int, folder: Path, processes: int | None = None) -> None:
    """Write a corpus of so many rows, and truth.parquet beside it.

    Raises:
        FileExistsError: the folder holds plans already.
    """
    import pyarrow.parquet as pq

    if (folder / "plans").exists():
        raise FileExistsError(f"{folder}: holds plans already; choose another folder")
    folder.mkdir(parents=True, exist_ok=True)
    jobs = _jobs(records, seed)
    processes = min(processes or os.cpu_count() or 1, len(jobs))
    if processes == 1:
        parts = [_write(folder, job) for job in jobs]
    else:
        with ProcessPoolExecutor(processes) as pool:
            parts = list(pool.map(partial(_write, folder), jobs))
    with pq.ParquetWriter(
        folder / "truth.parquet", pq.read_schema(parts[0]), compression="zstd"
    ) as truth:
        for part in parts:
            truth.write_table(pq.read_table(part))
            part.unlink()


# --- Real beside made -------------------------------------------------------------------------


def dice(left: str, right: str) -> float:
    """Return how alike two texts are: shared character pairs, of all.

    >>> dice("应急管理", "应急救援")
    0.3333333333333333
    """
    one, other = (
        Counter(text[at : at + 2] for at in range(len(text) - 1)) for text in (left, right)
    )
    whole = one.total() + other.total()
    return 2 * (one & other).total() / whole if whole else float(left == right)


Text = tuple[str, str]
"""Name and content of a row."""


def _real_pairs() -> tuple[list[tuple[Text, Text]], list[float]]:
    """Return the rows that people called equivalent, and how alike the nearest other row is."""
    import csv

    from measures import ROOT

    plans = read_plans()
    same, others = [], []
    for path in sorted((ROOT / "tests" / "gold" / "links").glob("*.tsv")):
        left, right = (
            {task.task_id: (task.name, task.content) for task in plans[plan_id].tasks}
            for plan_id in path.stem.split("~")
        )
        with path.open(encoding="utf-8") as lines:
            rows = list(csv.DictReader(lines, delimiter="\t"))
        same += [
            (left[row["left"]], right[row["right"]])
            for row in rows
            if (row["relation"], row["status"]) == ("equivalent", "agreed")
        ]
        linked = {(row["left"], row["right"]) for row in rows}
        others += [
            max(dice("".join(a), "".join(b)) for j, b in right.items() if (i, j) not in linked)
            for i, a in left.items()
        ]
    return same, others


def _made_plans(records: int, seed: int) -> list[tuple[int, str, int, dict[int, Text]]]:
    """Return city, district, year and the rows by measure of made plans."""
    plans = []
    for job in _jobs(records, seed):
        for at, districts in enumerate(job.cities):
            columns: dict[int, Columns] = {}
            make_city(seed, job.first_city + at, districts, columns)
            for year, of_year in columns.items():
                start = 0
                for plan, rows in zip(of_year.plans, of_year.plan_rows, strict=True):
                    span = slice(start, start := start + rows)
                    texts = zip(
                        of_year.tasks["name"][span], of_year.tasks["content"][span], strict=True
                    )
                    by_measure = dict(zip(of_year.tasks["measure"][span], texts, strict=True))
                    plans.append((job.first_city + at, plan["region_name"], year, by_measure))
    return plans


def compare_real(records: int, seed: int) -> None:
    """Print how alike copies of a measure are, real and made."""
    shares = (2, 5, 10, 25, 50, 75, 90)

    def line(title: str, values: Sequence[float]) -> None:
        cut = " ".join(f"{value:.2f}" for value in np.percentile(values, shares))
        print(f"{title:44} {len(values):7} {cut}")

    print(
        f"{'Dice of character pairs; percentiles':44} {'pairs':>7} "
        + " ".join(f"{s:4}" for s in shares)
    )
    same, others = _real_pairs()
    kinds: dict[str, list[tuple[Text, Text]]] = {"real, one city": same}
    plans = _made_plans(records, seed)
    chance = random.Random(seed)
    made_others: list[float] = []
    for one, other in combinations(plans, 2):
        if one[1] == other[1]:
            kind = "made, next year" if abs(one[2] - other[2]) == 1 else ""
        elif one[0] == other[0]:
            kind = "made, one city"
        else:
            kind = "made, two cities" if chance.random() < 0.01 else ""
        if not kind or (kind != "made, next year" and chance.random() > 0.1):
            continue
        shared = one[3].keys() & other[3].keys()
        kinds.setdefault(kind, []).extend((one[3][key], other[3][key]) for key in shared)
        if kind == "made, one city" and len(made_others) < 2000:
            made_others += [
                max(dice("".join(a), "".join(b)) for j, b in other[3].items() if i != j)
                for i, a in one[3].items()
            ]
    for title, pairs in kinds.items():
        line(f"{title}: content", [dice(a[1], b[1]) for a, b in pairs])
        line(f"{title}: name", [dice(a[0], b[0]) for a, b in pairs])
        line(f"{title}: both", [dice("".join(a), "".join(b)) for a, b in pairs])
    line("real: nearest row that is another measure", others)
    line("made: nearest row that is another measure", made_others)


def main() -> int:
    """Write a corpus, or compare it with the real documents; return the exit status."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--records", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("-o", "--output", type=Path)
    parser.add_argument("--compare-real", action="store_true")
    arguments = parser.parse_args()
    if arguments.compare_real:
        compare_real(min(arguments.records, 20_000), arguments.seed)
        return 0
    folder = arguments.output or Path(tempfile.mkdtemp(prefix="made-"))
    try:
        write(arguments.records, arguments.seed, folder)
    except FileExistsError as trouble:
        print(trouble, file=sys.stderr)
        return 2
    print(folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
