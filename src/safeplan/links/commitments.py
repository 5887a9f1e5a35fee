"""One plan's tasks → what each of them states, cut into the commitments that can be tracked alone.

A commitment is a clause of the content. The name is one too where the content says next to
nothing of its own (an indicator and its figure, a document and 印发); elsewhere it is a heading,
which tells the topic and no more.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Set
from itertools import accumulate
from typing import NamedTuple

from safeplan import vocabulary
from safeplan.links.folding import CLAUSE_BREAK, ITEM_BREAK, Folded, fold
from safeplan.models import Plan

NAME_STATES = 0.42
"""From this share of a record's characters on, the name is what the record states."""
FIGURE = 10
"""Up to so many characters, the content beside such a name is its figure or its state."""
TRIMMING = 0.3
"""What a clause weighs that says how or what for, when one asks what the other side lacks."""

Grams = frozenset[str]
Holders = dict[str, list[int]]
"""For each n-gram, the records that have it, by their place in the plan, from 0."""

_NUMBERING = re.compile(r"(?:[一二三四五六七八九十]+、|[0-9]+[.．、]|（[一二三四五六七八九十]+）)?")


def grams(key: str, size: int) -> Grams:
    """Return the character n-grams of `key` that cross no break.

    >>> sorted(grams("隐患整治 闭环", 3))
    ['患整治', '隐患整']
    """
    return frozenset(
        [run[at : at + size] for run in key.split() for at in range(len(run) - size + 1)]
    )


def pairs_of(key: str) -> Grams:
    """Return the character pairs of `key`: the units in which likeness is weighed."""
    return grams(key, 2)


class Commitment(NamedTuple):
    """One clause that could be tracked alone."""

    pairs: Grams
    weight: float
    """1, or `TRIMMING` for a clause that commits to nothing alone."""


class Statement(NamedTuple):
    """One record made ready for comparison."""

    task_id: str
    printed: str
    """Name and content as printed, a line break between."""
    key: str
    """Their neutral copy; the name is its first line."""
    name: str
    """The name's part of `key`."""
    content: str
    """The content's part of `key`."""
    title: Folded
    """What `name` stands for in print, from its numbering on."""
    text: Folded
    """What `content` stands for in print."""
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
    named_pairs: Grams
    """`pairs`, and those of its own name."""

    def print_of(self, low: int, high: int) -> str:
        """Return the print that `key[low:high]` stands for; the span crosses no line."""
        body = len(self.name) + 1
        if low < body:
            return self.title.printed(low, high)
        return self.text.printed(low - body, high - body)


class Bare:
    """All records in one text without breaks, to look for names in."""

    def __init__(self, keys: Iterable[str]) -> None:
        texts = ["".join(key.split()) for key in keys]
        self._text = "\n".join(texts)
        self._starts = [0, *accumulate(len(text) + 1 for text in texts)]

    def holding(self, word: str) -> list[int]:
        """Return the records that hold `word`, by their place."""
        records = []
        at = self._text.find(word)
        while at >= 0:
            record = bisect_right(self._starts, at) - 1
            records.append(record)
            at = self._text.find(word, self._starts[record + 1])
        return records


class Script:
    """All contents and own names of a plan in one text, where phrases may be met.

    Line breaks stand between them and at both ends, so that no run goes from one to the next.
    """

    def __init__(self, statements: list[Statement]) -> None:
        self.record_at = [-1]
        """For each character of `text`, the record whose it is."""
        self.name_at = [False]
        """For each character of `text`, whether it belongs to a name."""
        parts = [""]
        spans = []
        for record, one in enumerate(statements):
            for is_name, key in ((False, one.content), (True, one.name if one.own_name else "")):
                low, size = len(self.record_at), len(key) + 1
                spans.append((record, is_name and not one.stated, low, max(low, low + size - 3)))
                parts.append(key)
                self.record_at += [record] * size
                self.name_at += [is_name] * size
        self.text = whole = CLAUSE_BREAK.join([*parts, ""])
        self.triples = [whole[at : at + 3] for at in range(len(whole) - 2)]
        """For each character of `text`, the triple that begins there; some cross breaks."""
        self.stating: list[set[str]] = [set() for _ in statements]
        """For each record, the triples of what it states."""
        self.naming: list[set[str]] = [set() for _ in statements]
        """For each record, the triples that only its own name has."""
        for record, only_names, low, high in spans:
            side = self.naming if only_names else self.stating
            side[record].update(self.triples[low:high])
            self.naming[record] -= self.stating[record]


class Reading(NamedTuple):
    """One plan made ready for comparison."""

    plan_id: str
    statements: list[Statement]
    pair_counts: dict[str, int]
    """In how many records a character pair stands; a heading over many records counts once."""
    triple_counts: dict[str, int]
    """The same of character triples."""
    script: Script
    """Where phrases may be met."""
    bare: Bare
    """Where quoted names may be met."""
    stating_pair: Holders
    """Which records have a character pair among their `pairs`."""
    stating_triple: Holders
    """Which have a character triple among their `triples`."""
    naming_triple: Holders
    """Which have it in their own name only."""


def places(plan: Plan) -> tuple[str, ...]:
    """Return the names under which a plan speaks of its own place and of those above it."""
    name, full = plan.region.name, plan.region.full_name
    units = re.findall(r".+?[省市区县州旗]", full)
    bare = [unit[:-1] for unit in units if len(unit) > 2]
    return tuple(sorted({full, name, *units, *bare} - {""}))


class _Heading(NamedTuple):
    """A name made ready, once for all records that bear it."""

    record: int
    """The first of them."""
    title: Folded
    key: str
    pairs: Grams
    triples: Grams


def _read_heading(
    record: int, name: str, own_places: tuple[str, ...], units: Callable[[str], Grams]
) -> _Heading:
    number = _NUMBERING.match(name)
    title = fold(name[number.end() :] if number else name, own_places)
    key = title.key.replace(CLAUSE_BREAK, ITEM_BREAK).rstrip()
    return _Heading(record, title, key, units(key), grams(key, 3))


def _holders(sets: Iterable[Set[str]]) -> Holders:
    """Return which sets have each n-gram, but for those that cross a break."""
    holders: Holders = {}
    for at, found in enumerate(sets):
        for gram in found:
            if gram in holders:
                holders[gram].append(at)
            else:
                holders[gram] = [at]
    for gram in [gram for gram in holders if CLAUSE_BREAK in gram or ITEM_BREAK in gram]:
        del holders[gram]
    return holders


def _counts(holders: Holders, further: Iterable[Set[str]]) -> dict[str, int]:
    """Return in how many sets each n-gram stands, the further ones counted as well."""
    counts = dict(zip(holders, map(len, holders.values()), strict=True))
    for grams in further:
        for gram in grams:
            counts[gram] = counts.get(gram, 0) + 1
    return counts


def _quoted(folded: Folded) -> frozenset[str]:
    """Return the names that are printed in quotation or title marks, without breaks."""
    words = ["".join(folded.key[low:high].split()) for low, high in folded.quoted]
    return frozenset([word for word in words if len(word) >= 3])


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
    headings: dict[str, _Heading] = {}
    for task in plan.tasks:
        heading = headings.get(task.name)
        if heading is None:
            heading = _read_heading(len(statements), task.name, own_places, units)
            headings[task.name] = heading
        name = heading.key
        text = fold(task.content, own_places)
        content = text.key
        size = len("".join(content.split()))
        own_name = bearers[task.name] == 1 and not task.name.endswith(sectors)
        stated = own_name and len(name) > NAME_STATES * (len(name) + size)
        is_figure = stated and size <= FIGURE
        commitments = [
            Commitment(found, TRIMMING if is_figure or line.startswith(trimmings) else 1.0)
            for line in content.split(CLAUSE_BREAK)
            if (found := units(line))
        ]
        pairs: Grams = frozenset().union(*(commitment.pairs for commitment in commitments))
        if stated:
            if heading.pairs:
                commitments.append(Commitment(heading.pairs, 1.0))
            pairs |= heading.pairs
        statements.append(
            Statement(
                task_id=task.task_id,
                printed=f"{task.name}\n{task.content}",
                key=f"{name}{CLAUSE_BREAK}{content}",
                name=name,
                content=content,
                title=heading.title,
                text=text,
                stated=stated,
                own_name=own_name,
                quoted=_quoted(heading.title) | _quoted(text),
                commitments=commitments,
                name_pairs=heading.pairs,
                pairs=pairs,
                named_pairs=pairs | heading.pairs if own_name else pairs,
            )
        )
    script = Script(statements)
    stating_pair = _holders(one.pairs for one in statements)
    stating_triple = _holders(script.stating)
    first = headings.values()
    return Reading(
        plan_id=plan.plan_id,
        statements=statements,
        pair_counts=_counts(stating_pair, [h.pairs - statements[h.record].pairs for h in first]),
        triple_counts=_counts(
            stating_triple, [h.triples - script.stating[h.record] for h in first]
        ),
        script=script,
        bare=Bare(one.key for one in statements),
        stating_pair=stating_pair,
        stating_triple=stating_triple,
        naming_triple=_holders(script.naming),
    )
