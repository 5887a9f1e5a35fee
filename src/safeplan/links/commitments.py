"""One plan's tasks → what each of them states, cut into the commitments that can be tracked alone.

A commitment is a clause of the content. The name is one too where the content says next to
nothing of its own (an indicator and its figure, a document and 印发); elsewhere it is a heading,
which tells the topic and no more.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from safeplan import vocabulary
from safeplan.links.folding import CLAUSE_BREAK, ITEM_BREAK, fold
from safeplan.models import Plan

NAME_STATES = 0.42
"""From this share of a record's characters on, the name is what the record states."""
FIGURE = 10
"""Up to so many characters, the content beside such a name is its figure or its state."""
TRIMMING = 0.3
"""What a clause weighs that says how or what for, when one asks what the other side lacks."""

Grams = frozenset[str]

_NUMBERING = re.compile(r"(?:[一二三四五六七八九十]+、|[0-9]+[.．、]|（[一二三四五六七八九十]+）)?")


def grams(key: str, size: int) -> Grams:
    """Return the character n-grams of `key` that cross no break.

    >>> sorted(grams("隐患整治 闭环", 3))
    ['患整治', '隐患整']
    """
    return frozenset(
        run[at : at + size] for run in key.split() for at in range(len(run) - size + 1)
    )


def pairs_of(key: str) -> Grams:
    """Return the character pairs of `key`: the units in which likeness is weighed."""
    return grams(key, 2)


@dataclass(frozen=True, slots=True)
class Commitment:
    """One clause that could be tracked alone."""

    pairs: Grams
    weight: float
    """1, or `TRIMMING` for a clause that commits to nothing alone."""


@dataclass(frozen=True, slots=True)
class Statement:
    """One record made ready for comparison."""

    task_id: str
    printed: str
    """Name and content as printed, a line break between."""
    key: str
    """Their neutral copy; the name is its first line."""
    starts: list[int]
    """For each character of `key`, where its print begins in `printed`."""
    ends: list[int]
    """For each character of `key`, where its print ends in `printed`."""
    name: str
    """The name's part of `key`."""
    content: str
    """The content's part of `key`."""
    stated: bool
    """The name is itself what the record commits to."""
    own_name: bool
    """No other record of the plan bears this name, and it is not merely a sector's."""
    quoted: frozenset[str]
    """Names in quotation or title marks, without breaks."""
    commitments: list[Commitment]
    name_pairs: Grams
    """Character pairs of the name."""
    pairs: Grams
    """Character pairs of all that the record states."""
    triples: Grams
    """Character triples of all that the record states."""
    named_pairs: Grams
    """`pairs`, and those of its own name."""
    named_triples: Grams
    """`triples`, and those of its own name."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One plan made ready for comparison."""

    plan_id: str
    statements: list[Statement]
    pair_counts: Counter[str]
    """In how many records a character pair stands; a heading over many records counts once."""
    triple_counts: Counter[str]
    """The same of character triples."""


def places(plan: Plan) -> tuple[str, ...]:
    """Return the names under which a plan speaks of its own place and of those above it."""
    name, full = plan.region.name, plan.region.full_name
    units = re.findall(r".+?[省市区县州旗]", full)
    bare = [unit[:-1] for unit in units if len(unit) > 2]
    return tuple(sorted({full, name, *units, *bare} - {""}))


def read(plan: Plan, units: Callable[[str], Grams] = pairs_of) -> Reading:
    """Make a plan ready for comparison.

    Args:
        plan: the plan.
        units: cuts a neutral copy into what likeness is weighed in; the bench tries words.
    """
    words = vocabulary.load("synonyms")
    trimmings, sectors = tuple(words["trimmings"]), tuple(words["sector_endings"])
    own_places = places(plan)
    bearers = Counter(task.name for task in plan.tasks)
    statements: list[Statement] = []
    pair_counts: Counter[str] = Counter()
    triple_counts: Counter[str] = Counter()
    seen: set[str] = set()
    for task in plan.tasks:
        number = _NUMBERING.match(task.name)
        cut = number.end() if number else 0
        body = len(task.name) + 1
        title, text = fold(task.name[cut:], own_places), fold(task.content, own_places)
        name = title.key.replace(CLAUSE_BREAK, ITEM_BREAK).rstrip()
        content = text.key
        size = len("".join(content.split()))
        own_name = bearers[task.name] == 1 and not task.name.endswith(sectors)
        stated = own_name and len(name) > NAME_STATES * (len(name) + size)
        name_pairs, name_triples = units(name), grams(name, 3)
        triples = grams(content, 3)
        commitments = [
            Commitment(found, TRIMMING if is_figure or line.startswith(trimmings) else 1.0)
            for is_figure in (stated and size <= FIGURE,)
            for line in content.split(CLAUSE_BREAK)
            if (found := units(line))
        ]
        pairs: Grams = frozenset().union(*(commitment.pairs for commitment in commitments))
        if stated:
            commitments.append(Commitment(name_pairs, 1.0))
            pairs, triples = pairs | name_pairs, triples | name_triples
        quoted = {
            "".join(folded.key[low:high].split())
            for folded in (title, text)
            for low, high in folded.quoted
        }
        statements.append(
            Statement(
                task_id=task.task_id,
                printed=f"{task.name}\n{task.content}",
                key=f"{name}{CLAUSE_BREAK}{content}",
                starts=[
                    *(at + cut for at in title.starts[: len(name)]),
                    body - 1,
                    *(at + body for at in text.starts),
                ],
                ends=[
                    *(at + cut for at in title.ends[: len(name)]),
                    body,
                    *(at + body for at in text.ends),
                ],
                name=name,
                content=content,
                stated=stated,
                own_name=own_name,
                quoted=frozenset(word for word in quoted if len(word) >= 3),
                commitments=[one for one in commitments if one.pairs],
                name_pairs=name_pairs,
                pairs=pairs,
                triples=triples,
                named_pairs=pairs | name_pairs if own_name else pairs,
                named_triples=triples | name_triples if own_name else triples,
            )
        )
        first = task.name not in seen
        seen.add(task.name)
        pair_counts.update(pairs | name_pairs if first else pairs)
        triple_counts.update(triples | name_triples if first else triples)
    return Reading(plan.plan_id, statements, pair_counts, triple_counts)
