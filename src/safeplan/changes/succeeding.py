"""Two years of one plan → which rows of the new one carry which rows of the old one.

A row that stands as it stood, its years moved on, carries itself. Of the others the links' model
says which may be one, and a row takes the surest that is free. What is left over may bear a name
that no other bears, or be a part of a row that was split, or of rows that were merged.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from functools import cached_property
from typing import NamedTuple

from rapidfuzz import fuzz

from safeplan import vocabulary
from safeplan.changes.rolling import roll
from safeplan.changes.wording import key
from safeplan.links import Match
from safeplan.models import Plan, Task
from safeplan.text.clauses import split_at_marks
from safeplan.text.numbering import unnumbered

SHORT = 8
"""A content of up to so many characters (印发, 0, 100%) is found in many rows, and is part of none."""
SHORTEST_CLAUSE = 3
CONTAINED = 0.75
"""From this share of its words on a row stands within another one."""
SAID = 0.5
"""From this share of its words on a row is said by another one of its plan."""
CLAUSE_FOUND = 85.0
"""From this likeness (rapidfuzz partial ratio) a clause stands in another text."""

Pair = tuple[str, str]
"""The ids of an old task and of a new one."""


class RowGroup(NamedTuple):
    """Rows of the old plan and what became of them: one and one, one and several, or several and one."""

    old: list[Task]
    new: list[Task]


class Pairing(NamedTuple):
    """Which rows carry which."""

    groups: list[RowGroup]
    """In the order of the new plan."""
    dropped: list[Task]
    added: list[Task]
    tables: dict[int, int]
    """Old table to the new one that carries it on; prose, which has none, is 0."""


def untitled(task: Task) -> str:
    """Return a content without the title that it opens with, as prose has it (燃气安全。更新9公里。)."""
    opening = f"{task.name}。"
    bare = task.content.removeprefix(opening) if task.name else task.content
    return bare or task.content


def pair(
    old: Plan,
    new: Plan,
    by: int,
    matches: Iterable[Match],
    *,
    forced: Iterable[Pair] = (),
    forbidden: Iterable[Pair] = (),
) -> Pairing:
    """Return which rows carry which.

    Args:
        old: last year's plan.
        new: this year's.
        by: the years between the two.
        matches: the links between the two.
        forced: pairs that an analyst ruled to be the same.
        forbidden: pairs that an analyst ruled to be different.
    """
    ours = {task.task_id: _Row(task, at, by) for at, task in enumerate(old.tasks)}
    theirs = {task.task_id: _Row(task, at, 0) for at, task in enumerate(new.tasks)}
    sides = [*ours.values()], [*theirs.values()]
    tables = _tables(*sides)
    links = [
        (match.score, ours[match.left.task_id], theirs[match.right.task_id]) for match in matches
    ]
    ranked = _ranked(*sides, tables, links)
    kept_apart = {frozenset((ours[one], theirs[other])) for one, other in forbidden}
    for one, other in forced:
        ours[one].join(theirs[other])
    for across in (False, True):
        # Annex with annex, body with body; then what moved from the one to the other.

        def may(one: _Row, other: _Row, across: bool = across) -> bool:
            together = across or one.task.part == other.task.part
            return together and frozenset((one, other)) not in kept_apart

        for row, its in ranked:
            if not row.partners and not its.partners and may(row, its):
                row.join(its)
        for wholes, parts in (sides, sides[::-1]):
            _take_parts(wholes, parts, may)
    dropped, added = ([row.task for row in side if not row.partners] for side in sides)
    return Pairing(_groups(sides[1]), dropped, added, tables)


class _Row:
    """One task made ready: its words with the years moved on, in part without its figures."""

    def __init__(self, task: Task, at: int, by: int) -> None:
        self.task = task
        self.at = at
        self.partners: list[_Row] = []
        self.title = key(roll(task.table_title, by))
        self.name = key(roll(unnumbered(task.name), by))
        self.printed = roll(untitled(task), by)
        self.content = key(self.printed)
        self.bare = key(self.printed, figures=False)
        """The words of the content, but for figures."""

    def join(self, other: _Row) -> None:
        """Make the two partners; a row is free until it has one."""
        self.partners.append(other)
        other.partners.append(self)

    @cached_property
    def clauses(self) -> list[str]:
        """The clauses of the content, without figures."""
        clauses = (key(part, figures=False) for part in split_at_marks(self.printed))
        return [clause for clause in clauses if len(clause) >= SHORTEST_CLAUSE]

    def within(self, text: str) -> float:
        """Return the share of its words, clause by clause, that stand in a text, 0..1."""
        # partial_ratio looks for the shorter in the longer: a clause longer than the text is not
        # in it.
        found = [one for one in self.clauses if len(one) <= len(text) and _found(one, text)]
        return sum(map(len, found)) / max(1, sum(map(len, self.clauses)))


@vocabulary.cached(16384)
def _found(clause: str, text: str) -> bool:
    if clause in text:
        return True
    return len(clause) >= 5 and fuzz.partial_ratio(clause, text) >= CLAUSE_FOUND


def _ranked(
    old: Sequence[_Row],
    new: Sequence[_Row],
    tables: dict[int, int],
    links: Iterable[tuple[float, _Row, _Row]],
) -> list[tuple[_Row, _Row]]:
    """Return the pairs that may carry each other, the likeliest first.

    Those that say the same; then those that are linked, the surest first; then those that alone
    bear their name, whatever it is that they say now. A row rather stays in its table.
    """

    def leaves(one: _Row, other: _Row) -> bool:
        return tables.get(one.task.table) != other.task.table

    saying: defaultdict[tuple[str, str], list[_Row]] = defaultdict(list)
    named: defaultdict[str, list[_Row]] = defaultdict(list)
    for row in new:
        saying[row.name, row.content].append(row)
        named[row.name].append(row)
    bearers = Counter(row.name for row in old)
    ranked: list[tuple[tuple[float, ...], _Row, _Row]] = []
    for one in old:
        for other in saying[one.name, one.content]:
            ranked.append(((0, leaves(one, other)), one, other))
        its = named[one.name]
        if one.name and bearers[one.name] == len(its) == 1:
            ranked.append(((2, leaves(one, its[0])), one, its[0]))
    for score, one, other in links:
        rank = (1, -round(score, 2), leaves(one, other), abs(one.at - other.at), one.at)
        ranked.append((rank, one, other))
    return [(one, other) for _, one, other in sorted(ranked, key=lambda pair: pair[0])]


def _take_parts(
    wholes: Sequence[_Row], parts: Sequence[_Row], may: Callable[[_Row, _Row], bool]
) -> None:
    """Give free rows to the row that holds their words: a row split, or rows merged."""
    held: defaultdict[_Row, list[_Row]] = defaultdict(list)
    for part in parts:
        if not part.partners and len(part.bare) > SHORT:
            fit = [whole for whole in wholes if may(whole, part) and _holds(whole, part)]
            if fit:
                held[max(fit, key=lambda whole: part.within(whole.bare))].append(part)
    for whole, its in held.items():
        if whole.partners or len(its) > 1 or whole.name == its[0].name:
            for part in its:
                whole.join(part)


def _holds(whole: _Row, part: _Row) -> bool:
    """Whether a row of the other plan holds the words of a part, and no partner of it says them."""
    return (
        len(whole.bare) > len(part.bare)
        and all(len(other.partners) == 1 for other in whole.partners)
        and part.within(whole.bare) >= CONTAINED
        and part.within("\n".join(other.bare for other in whole.partners)) < SAID
    )


def _groups(new: Sequence[_Row]) -> list[RowGroup]:
    """Return the partners in the order of the new plan, those of one row together."""
    found: dict[tuple[_Row, ...], RowGroup] = {}
    for row in new:
        if row.partners:
            first = row.partners[0]
            split = len(first.partners) > 1
            sides = ([first], first.partners) if split else (row.partners, [row])
            before, after = (sorted(side, key=lambda one: one.at) for side in sides)
            found[*before, *after] = RowGroup(
                [one.task for one in before], [one.task for one in after]
            )
    return list(found.values())


def _tables(old: Iterable[_Row], new: Iterable[_Row]) -> dict[int, int]:
    """Return which new table carries on which old one: by the title, else by the rows in common."""
    same: dict[Hashable, set[int]] = defaultdict(set)
    for row in new:
        same[row.name, row.bare].add(row.task.table)
        same[row.title].add(row.task.table)
    votes: Counter[tuple[bool, int, int]] = Counter()
    for row in old:
        for by_title, what in ((True, row.title), (False, (row.name, row.bare))):
            for table in same[what] if what else ():
                votes[by_title, row.task.table, table] += 1
    mapped = {0: 0}
    for _, one, other in sorted(votes, key=lambda vote: (not vote[0], -votes[vote], vote)):
        if one and other and one not in mapped and other not in mapped.values():
            mapped[one] = other
    return mapped
