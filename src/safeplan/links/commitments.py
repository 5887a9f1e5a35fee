"""One plan's statements → what each of them states, cut into the commitments that can be tracked alone.

A commitment is a clause of the content. The name is one too where the content says next to
nothing of its own (an indicator and its figure, a document and 印发); elsewhere it is a heading,
which tells the topic and no more.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from safeplan import vocabulary
from safeplan.bodies.renaming import successor
from safeplan.links.grams import BREAK, Flags, Floats, Ints, characters, distinct, grams, spread
from safeplan.links.statements import Statements, stated
from safeplan.models import Plan, TaskRef
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

    printed: str  # name and content, a line break between
    title: Neutral  # the name, from its numbering on
    text: Neutral  # the content
    quoted: frozenset[str]  # names in quotation or title marks, without breaks
    bodies: frozenset[str]  # who carries it, by the names that they bear today


class Lines(NamedTuple):
    """All lines of a plan: clauses of a content, and names; a shared name stands once, first."""

    start: Ints  # where each begins in the text; and at last, where the text ends
    record: Ints
    is_name: Flags
    standing: Ints  # `STATED`, `NAMED` or `HEADED`
    weight: Floats  # 1, or `TRIMMING` for a clause that commits to nothing alone


class Held(NamedTuple):
    """The n-grams of a plan, and which of its records have them."""

    codes: Ints  # every n-gram, ascending; below, each is meant by its place here
    counts: Ints  # in how many records each stands; a heading over many records counts once
    at: Ints  # for each character of the text, the n-gram that begins there, or -1
    gram: Ints  # each n-gram of each record, in ascending order
    record: Ints  # whose it is
    standing: Ints  # and how it has it: the first of `STATED`, `NAMED`, `HEADED` that is true


class Listing(NamedTuple):
    """The units of some lines, ascending by line: each once a line."""

    unit: Ints
    line: Ints
    low: Ints  # for each record, where those begin that are its own
    high: Ints  # and where they end


class ReadPlan(NamedTuple):
    """One plan made ready for comparison: its records, and all that they say in one text."""

    refs: list[TaskRef]  # which record each of its statements is
    is_prose: bool  # whether most of its records are no rows of a table
    statements: list[ReadStatement]
    text: str  # all lines, a line break before and after each
    characters: Ints
    line_at: Ints  # for each character of the text, its line
    lines: Lines
    name: Ints  # for each record, the line of its name
    content: Ints  # and the first line of its content
    units: Held  # what likeness is weighed in
    triples: Held  # what phrases are found by
    commitments: Listing
    names: Listing
    states: Flags
    """Whether a record (row) has a unit (column) otherwise than from a shared heading. The last
    column is that of a unit the plan has not."""
    is_called: Flags  # whether the name of a record has a unit
    bare: list[str]  # each record without breaks, where quoted names may be met
    measure: Ints
    """For each record, the first of those that are stages of one measure; itself if it is none."""


def _quoted(folded: Neutral) -> frozenset[str]:
    """Return the names that are printed in quotation or title marks, without breaks."""
    words = ["".join(folded.key[low:high].split()) for low, high in folded.quoted]
    return frozenset([word for word in words if len(word) >= 3])


def _write(plan: Statements) -> tuple[list[ReadStatement], list[str], Lines, Ints, Ints]:
    """Return the records, their lines, and for each record the line of its name and of its content."""
    words = vocabulary.load("synonyms")
    trimmings, sectors = tuple(words["trimmings"]), tuple(words["sector_endings"])
    abstract = tuple(words["abstract_endings"])
    own_places = places(plan.region.name, plan.region.full_name)
    bearers = Counter(one.heading for one in plan.statements)
    headings: dict[str, tuple[int, Neutral, frozenset[str]]] = {}
    written: list[ReadStatement] = []
    keys: list[str] = []
    lines: list[tuple[int, bool, int, float]] = []
    first: list[tuple[int, int]] = []
    for record, one in enumerate(plan.statements):
        text = neutral(one.text, own_places)
        is_figure = False
        if one.heading not in headings:
            title = neutral(unnumbered(one.heading), own_places)
            name = title.key.replace(CLAUSE_BREAK, ITEM_BREAK).rstrip()
            size = len(unspaced(text.key))
            own_name = bearers[one.heading] == 1 and not one.heading.endswith(sectors)
            states = own_name and len(name) > NAME_STATES * (len(name) + size)
            is_figure = states and size <= FIGURE
            headings[one.heading] = len(keys), title, _quoted(title)
            keys.append(name)
            lines.append((record, True, STATED if states else NAMED if own_name else HEADED, 1.0))
        line, title, quoted = headings[one.heading]
        first.append((line, len(keys)))
        for clause in text.key.split(CLAUSE_BREAK):
            trims = is_figure or clause.startswith(trimmings) or clause.endswith(abstract)
            keys.append(clause)
            lines.append((record, False, STATED, TRIMMING if trims else 1.0))
        written.append(
            ReadStatement(
                printed=f"{one.heading}\n{one.text}",
                title=title,
                text=text,
                quoted=quoted | _quoted(text),
                bodies=frozenset(successor(owner.name) or owner.name for owner in one.owners),
            )
        )
    start = 1 + np.cumsum([0, *(len(key) + 1 for key in keys)])
    whose, is_name, standing, weight = np.array(lines, np.float64).reshape(-1, 4).T
    columns = Lines(
        start,
        whose.astype(np.int64),
        is_name.astype(np.bool_),
        standing.astype(np.int64),
        weight,
    )
    of_name, of_content = np.array(first, np.int64).reshape(-1, 2).T
    return written, keys, columns, of_name, of_content


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


def _listing(units: Held, line_at: Ints, wanted: Flags, whose: Ints, owners: Ints) -> Listing:
    """Return the units of the wanted lines, each once a line, and those of each of some owners.

    The lines stand in the order of their owners, `whose`.
    """
    where = np.flatnonzero(units.at >= 0)
    where = where[wanted[line_at[where]]]
    size = len(units.codes)
    line, unit = np.divmod(distinct(line_at[where] * size + units.at[where]), size)
    low, high = np.searchsorted(whose[line], owners), np.searchsorted(whose[line], owners, "right")
    return Listing(unit, line, low, high)


def _measures(
    characters: Ints, owner: Ints, weighed: Held, heading: Ints, states: Flags, is_called: Flags
) -> Ints:
    """Return, for each record, the first under its heading that adds as little to it; or itself.

    For each character `owner` has the record in whose content it is, or -1; for each record
    `heading` has the line of its name.
    """
    size = len(heading)
    if not size:
        return heading
    # Which share of a record's content its heading says as well.
    begins = is_called[owner, weighed.at] & (weighed.at >= 0)
    said = begins | np.append(False, begins[:-1])
    counts = (characters != BREAK) & (owner >= 0)
    whole = np.maximum(1, np.bincount(owner[counts], minlength=size))
    says_again = np.bincount(owner[counts & said], minlength=size) / whole >= SAYS_AGAIN

    rarity = np.log((size + 1) / (weighed.counts + 1))
    name, own = is_called[:, :-1], states[:, :-1]
    stage = (own & ~name) @ rarity < ADDS * (name @ rarity)
    stage &= says_again
    under = np.where(stage, heading, -1 - np.arange(size))
    _, first, whose = np.unique(under, return_index=True, return_inverse=True)
    return np.asarray(first[whose])


def read(given: Plan | Statements, units: Units = pairs_of) -> ReadPlan:
    """Make what a plan states ready for comparison.

    Args:
        given: the plan, or the statements themselves.
        units: cuts a neutral copy into what likeness is weighed in; the bench tries words.
    """
    plan = stated(given) if isinstance(given, Plan) else given
    statements, keys, lines, name, content = _write(plan)
    text = "".join([CLAUSE_BREAK, *(key + CLAUSE_BREAK for key in keys)])
    line_at = np.append(0, np.repeat(np.arange(len(keys)), np.diff(lines.start)))
    weighed = _gather(units(text), line_at, lines)
    records, each_line = np.arange(len(statements)), np.arange(len(keys))
    commitments = _listing(weighed, line_at, lines.standing == STATED, lines.record, records)
    names = _listing(weighed, line_at, lines.is_name, each_line, name)

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
        refs=[TaskRef(plan_id=plan.plan_id, task_id=one.statement_id) for one in plan.statements],
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
        measure=_measures(all_characters, owner, weighed, name, states, is_called),
        bare=[unspaced(one.title.key + one.text.key) for one in statements],
    )
