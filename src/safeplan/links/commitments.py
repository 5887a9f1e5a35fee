"""One plan's tasks → what each of them states, cut into the commitments that can be tracked alone.

A commitment is a clause of the content. The name is one too where the content says next to
nothing of its own (an indicator and its figure, a document and 印发); elsewhere it is a heading,
which tells the topic and no more.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from safeplan.links.folding import CLAUSE_BREAK, fold
from safeplan.models import Plan

NAME_STATES = 0.42
"""From this share of a record's characters on, the name is what the record states."""

_RUN = re.compile(r"[^\s]+")
_NUMBERING = re.compile(r"^(?:[一二三四五六七八九十]+、|[0-9]+[.．、]|（[一二三四五六七八九十]+）)")


def grams(key: str, size: int) -> frozenset[str]:
    """Return the character n-grams of `key` that cross no break.

    >>> sorted(grams("隐患整治 闭环", 3))
    ['患整治', '隐患整']
    """
    return frozenset(
        run[at : at + size] for run in _RUN.findall(key) for at in range(len(run) - size + 1)
    )


@dataclass(frozen=True, slots=True)
class Statement:
    """One record made ready for comparison."""

    task_id: str
    printed: str
    """Name and content as printed, a line break between."""
    key: str
    """Their neutral copy; the name is its first line."""
    starts: list[int]
    ends: list[int]
    name_end: int
    """Where the content begins in `key`."""
    stated: bool
    """The name is itself what the record commits to."""
    own_name: bool
    """No other record of the plan bears this name."""
    quoted: frozenset[str]
    """Names in quotation or title marks."""
    name_pairs: frozenset[str]
    """Character pairs of the name."""
    commitments: list[frozenset[str]]
    """Character pairs of each commitment."""
    pairs: frozenset[str]
    """Character pairs of all that the record states."""
    triples: frozenset[str]
    """Character triples of all that the record states."""
    named_pairs: frozenset[str]
    """`pairs` and those of a name that no other record bears."""
    named_triples: frozenset[str]
    """`triples` and those of a name that no other record bears."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One plan made ready for comparison."""

    plan_id: str
    statements: list[Statement]
    pair_counts: Counter[str]
    """In how many records a character pair stands; a heading over many records counts once."""
    triple_counts: Counter[str]


def places(plan: Plan) -> tuple[str, ...]:
    """Return the names under which a plan speaks of its own place and of those above it."""
    name, full = plan.region.name, plan.region.full_name
    units = re.findall(r".+?[省市区县州旗]", full)
    bare = [unit[:-1] for unit in units if len(unit) > 2]
    return tuple(sorted({full, name, *units, *bare} - {""}))


def read(plan: Plan) -> Reading:
    """Make a plan ready for comparison."""
    own = places(plan)
    names = Counter(task.name for task in plan.tasks)
    statements = []
    pair_counts: Counter[str] = Counter()
    triple_counts: Counter[str] = Counter()
    headings: set[str] = set()
    for task in plan.tasks:
        number = _NUMBERING.match(task.name)
        cut = number.end() if number else 0
        printed = f"{task.name}\n{task.content}"
        folded = fold(printed[cut:], own)
        key = folded.key
        name_end = key.index(CLAUSE_BREAK) + 1
        name, content = key[: name_end - 1], key[name_end:]
        name_size, content_size = len(name), len("".join(content.split()))
        own_name = names[task.name] == 1
        stated = own_name and name_size > NAME_STATES * (name_size + content_size)
        name_pairs = grams(name, 2)
        commitments = [found for line in content.split(CLAUSE_BREAK) if (found := grams(line, 2))]
        pairs, triples = grams(content, 2), grams(content, 3)
        if stated:
            commitments.append(name_pairs)
            pairs, triples = pairs | name_pairs, triples | grams(name, 3)
        quoted = {"".join(key[low:high].split()) for low, high in folded.quoted}
        statements.append(
            Statement(
                task_id=task.task_id,
                printed=printed,
                key=key,
                starts=[at + cut for at in folded.starts],
                ends=[at + cut for at in folded.ends],
                name_end=name_end,
                stated=stated,
                own_name=own_name,
                quoted=frozenset(word for word in quoted if len(word) >= 3),
                name_pairs=name_pairs,
                commitments=commitments,
                pairs=pairs,
                triples=triples,
                named_pairs=pairs | name_pairs if own_name else pairs,
                named_triples=triples | grams(name, 3) if own_name else triples,
            )
        )
        heading = key[: name_end - 1] if task.name not in headings else ""
        headings.add(task.name)
        pair_counts.update(pairs | grams(heading, 2))
        triple_counts.update(triples | grams(heading, 3))
    return Reading(plan.plan_id, statements, pair_counts, triple_counts)
