"""One plan's statements → what each of them states, cut into the commitments that can be tracked alone.

A commitment is a clause of the content. The name is one too where the content says next to
nothing of its own (an indicator and its figure, a document and 印发); elsewhere it is a heading,
which tells the topic and no more.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable
from itertools import accumulate
from typing import NamedTuple

import numpy as np

from safeplan import vocabulary
from safeplan.bodies.renaming import successor
from safeplan.links.grams import BREAK, Flags, Floats, Ints, characters, distinct, grams, spread
from safeplan.links.statements import Statements, stated
from safeplan.models import Plan
from safeplan.text.folding import unspaced
from safeplan.text.neutral import CLAUSE_BREAK, ITEM_BREAK, Neutral, neutral, places
from safeplan.text.numbering import unnumbered

NAME_STATES = 0.42
"""From this share of a record's characters on, the name is what the record states."""
FIGURE = 10
"""Up to so many characters, the content beside such a name is its figure or its state."""
TRIMMING = 0.3
"""What a clause weighs that says how or what for, when one asks what the other side lacks."""

ADDS = 0.7
"""A content whose other words weigh less than this share of the heading,"""
SAYS_AGAIN = 1 / 3
"""and that says the heading again in so much of its own text, is one of the stages in which the
heading is carried out: 持续开展培训工作。"""

STATED, NAMED, HEADED = range(3)
"""A record states a line, bears it as its own name, or stands under it as one of several."""

Units = Callable[[str], tuple[Ints, Ints]]
"""A text → where in it each unit of likeness begins, and a number that stands for it."""


def pairs_of(text: str) -> tuple[Ints, Ints]:
    """Return the character pairs of a text: the units in which likeness is weighed."""
    return grams(text, 2)


class ReadStatement(NamedTuple):
    """One statement as printed, beside its neutral copies."""

    printed: str
    """Name and content, a line break between."""
    title: Neutral
    """The name, from its numbering on."""
    text: Neutral
    """The content."""
    quoted: frozenset[str]
    """Names in quotation or title marks, without breaks."""
    bodies: frozenset[str]
    """Who carries it, by the names that they bear today."""


class RecordLine(NamedTuple):
    """A clause of a content, or a name; a name over several records stands once, before the first."""

    key: str
    record: int
    is_name: bool
    standing: int
    """`STATED`, `NAMED` or `HEADED`."""
    weight: float
    """1, or `TRIMMING` for a clause that commits to nothing alone."""


class Lines(NamedTuple):
    """All lines of a plan."""

    start: Ints
    """Where each begins in the text; and at last, where the text ends."""
    record: Ints
    is_name: Flags
    standing: Ints
    weight: Floats


class Held(NamedTuple):
    """The n-grams of a plan, and which of its records have them."""

    codes: Ints
    """Every n-gram, ascending; below, each is meant by its place here."""
    counts: Ints
    """In how many records each stands; a heading over many records counts once."""
    at: Ints
    """For each character of the text, the n-gram that begins there, or -1."""
    gram: Ints
    """Each n-gram of each record, in ascending order,"""
    record: Ints
    """whose it is,"""
    standing: Ints
    """and how it has it: the first of `STATED`, `NAMED`, `HEADED` that is true."""


class Listing(NamedTuple):
    """The units of some lines, ascending by line: each once a line."""

    unit: Ints
    line: Ints
    low: Ints
    """For each record, where those begin that are its own,"""
    high: Ints
    """and where they end."""


class Bare:
    """All records in one text without breaks, to look for names in."""

    def __init__(self, keys: Iterable[str]) -> None:
        texts = [unspaced(key) for key in keys]
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


class ReadPlan(NamedTuple):
    """One plan made ready for comparison: its records, and all that they say in one text."""

    plan_id: str
    is_prose: bool
    """Whether most of its records are no rows of a table."""
    statements: list[ReadStatement]
    text: str
    """All lines, a line break before and after each."""
    characters: Ints
    line_at: Ints
    """For each character of the text, its line."""
    lines: Lines
    name: Ints
    """For each record, the line of its name,"""
    content: Ints
    """and the first line of its content."""
    units: Held
    """What likeness is weighed in."""
    triples: Held
    """What phrases are found by."""
    commitments: Listing
    names: Listing
    states: Flags
    """Whether a record (row) has a unit (column) otherwise than from a shared heading. The last
    column is that of a unit the plan has not."""
    is_called: Flags
    """Whether the name of a record has a unit."""
    bare: Bare
    """Where quoted names may be met."""
    measure: Ints
    """For each record, the first of those that are stages of one measure; itself if it is none."""


def _quoted(folded: Neutral) -> frozenset[str]:
    """Return the names that are printed in quotation or title marks, without breaks."""
    words = ["".join(folded.key[low:high].split()) for low, high in folded.quoted]
    return frozenset([word for word in words if len(word) >= 3])


class _Heading(NamedTuple):
    """A name made ready, once for all records that bear it."""

    line: int
    title: Neutral
    quoted: frozenset[str]


def _write(plan: Statements) -> tuple[list[ReadStatement], list[RecordLine], Ints, Ints]:
    """Return the records, their lines, and for each record the line of its name and of its content."""
    words = vocabulary.load("synonyms")
    trimmings, sectors = tuple(words["trimmings"]), tuple(words["sector_endings"])
    abstract = tuple(words["abstract_endings"])
    own_places = places(plan.region.name, plan.region.full_name)
    bearers = Counter(one.heading for one in plan.statements)
    headings: dict[str, _Heading] = {}
    written: list[ReadStatement] = []
    lines: list[RecordLine] = []
    first: list[tuple[int, int]] = []
    for record, one in enumerate(plan.statements):
        text = neutral(one.text, own_places)
        heading = headings.get(one.heading)
        is_figure = False
        if heading is None:
            title = neutral(unnumbered(one.heading), own_places)
            name = title.key.replace(CLAUSE_BREAK, ITEM_BREAK).rstrip()
            size = len(unspaced(text.key))
            own_name = bearers[one.heading] == 1 and not one.heading.endswith(sectors)
            stated = own_name and len(name) > NAME_STATES * (len(name) + size)
            is_figure = stated and size <= FIGURE
            heading = headings[one.heading] = _Heading(len(lines), title, _quoted(title))
            standing = STATED if stated else NAMED if own_name else HEADED
            lines.append(RecordLine(name, record, True, standing, 1.0))
        first.append((heading.line, len(lines)))
        lines += [
            RecordLine(
                clause,
                record,
                False,
                STATED,
                TRIMMING
                if is_figure or clause.startswith(trimmings) or clause.endswith(abstract)
                else 1.0,
            )
            for clause in text.key.split(CLAUSE_BREAK)
        ]
        written.append(
            ReadStatement(
                printed=f"{one.heading}\n{one.text}",
                title=heading.title,
                text=text,
                quoted=heading.quoted | _quoted(text),
                bodies=frozenset(successor(owner.name) or owner.name for owner in one.owners),
            )
        )
    of_name, of_content = np.array(first, np.int64).reshape(-1, 2).T
    return written, lines, of_name, of_content


def _columns(lines: list[RecordLine]) -> Lines:
    sizes = np.array([0, *(len(line.key) + 1 for line in lines)])
    return Lines(
        start=1 + np.cumsum(sizes),
        record=np.array([line.record for line in lines], np.int64),
        is_name=np.array([line.is_name for line in lines], np.bool_),
        standing=np.array([line.standing for line in lines], np.int64),
        weight=np.array([line.weight for line in lines], np.float64),
    )


def _gather(found: tuple[Ints, Ints], line_at: Ints, lines: Lines) -> Held:
    """Return which records have the n-grams that were found in the text."""
    where, numbers = found
    codes, gram = np.unique(numbers, return_inverse=True)
    at = np.full(len(line_at), -1)
    at[where] = gram
    line = line_at[where]
    records, ranks = len(lines.record), HEADED + 1  # There are no more records than lines.
    ranked = distinct((gram * records + lines.record[line]) * ranks + lines.standing[line])
    best = ranked[np.diff(ranked // ranks, prepend=-1) != 0]
    gram, record = np.divmod(best // ranks, records)
    return Held(codes, np.bincount(gram, minlength=len(codes)), at, gram, record, best % ranks)


def _list(units: Held, line_at: Ints, wanted: Flags) -> tuple[Ints, Ints]:
    """Return the units of the wanted lines, each once a line, and their lines, which ascend."""
    where = np.flatnonzero(units.at >= 0)
    where = where[wanted[line_at[where]]]
    line, unit = np.divmod(
        distinct(line_at[where] * len(units.codes) + units.at[where]), len(units.codes)
    )
    return unit, line


def _of_heading(characters: Ints, weighed: Held, owner: Ints, is_called: Flags) -> Floats:
    """Return which share of a record's content its heading says as well.

    Args:
        characters: those of the whole text.
        weighed: the character pairs in it.
        owner: for each character, the record whose content it is in, or -1.
        is_called: whether the name of a record (row) has a pair (column).
    """
    if not len(is_called):
        return np.zeros(0)
    begins = is_called[owner, weighed.at] & (weighed.at >= 0)
    said = begins | np.append(False, begins[:-1])
    counts = (characters != BREAK) & (owner >= 0)
    size = len(is_called)
    of_heading = np.bincount(owner[counts & said], minlength=size)
    return np.asarray(of_heading / np.maximum(1, np.bincount(owner[counts], minlength=size)))


def _measures(
    weighed: Held, heading: Ints, states: Flags, is_called: Flags, of_heading: Floats
) -> Ints:
    """Return, for each record, the first under its heading that adds as little to it; or itself."""
    rarity = np.log((len(heading) + 1) / (weighed.counts + 1))
    name, own = is_called[:, :-1], states[:, :-1]
    stage = (own & ~name) @ rarity < ADDS * (name @ rarity)
    stage &= of_heading >= SAYS_AGAIN
    _, first, whose = np.unique(
        np.where(stage, heading, -1 - np.arange(len(heading))),
        return_index=True,
        return_inverse=True,
    )
    return np.asarray(first[whose])


def read(given: Plan | Statements, units: Units = pairs_of) -> ReadPlan:
    """Make what a plan states ready for comparison.

    Args:
        given: the plan, or the statements themselves.
        units: cuts a neutral copy into what likeness is weighed in; the bench tries words.
    """
    plan = stated(given) if isinstance(given, Plan) else given
    statements, script, name, content = _write(plan)
    lines = _columns(script)
    text = "".join([CLAUSE_BREAK, *(line.key + CLAUSE_BREAK for line in script)])
    line_at = np.append(0, np.repeat(np.arange(len(script)), np.diff(lines.start)))
    weighed = _gather(units(text), line_at, lines)
    records = np.arange(len(statements))

    unit, line = _list(weighed, line_at, lines.standing == STATED)
    owner = lines.record[line]
    commitments = Listing(
        unit, line, np.searchsorted(owner, records), np.searchsorted(owner, records, "right")
    )
    unit, line = _list(weighed, line_at, lines.is_name)
    names = Listing(unit, line, np.searchsorted(line, name), np.searchsorted(line, name, "right"))

    states = np.zeros((len(statements), len(weighed.codes) + 1), np.bool_)
    own = weighed.standing <= NAMED
    states[weighed.record[own], weighed.gram[own]] = True
    is_called = np.zeros_like(states)
    record, at = spread(names.low, names.high)
    is_called[record, names.unit[at]] = True
    all_characters = characters(text)
    # The breaks before and after all lines are nobody's.
    owner = np.append(np.where(lines.is_name, -1, lines.record), -1)[line_at]
    return ReadPlan(
        plan_id=plan.plan_id,
        is_prose=2 * sum(one.is_prose for one in plan.statements) > len(statements),
        statements=statements,
        text=text,
        characters=all_characters,
        line_at=line_at,
        lines=lines,
        name=name,
        content=content,
        units=weighed,
        triples=_gather(grams(text, 3), line_at, lines),
        commitments=commitments,
        names=names,
        states=states,
        is_called=is_called,
        measure=_measures(
            weighed,
            name,
            states,
            is_called,
            _of_heading(all_characters, weighed, owner, is_called),
        ),
        bare=Bare(one.title.key + one.text.key for one in statements),
    )
