"""Two years of one plan → which rows of the new one carry which rows of the old one.

A row that stands as it stood, its years moved on, carries itself. Of the others the links' model
says which may be one, and a row takes the surest that is free. What is left over may bear a name
that no other bears, or be a part of a row that was split, or of rows that were merged.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable
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
    forbidden: Collection[Pair] = (),
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
    pairs = _Pairs(
        {task.task_id: _Row(task, at, by) for at, task in enumerate(old.tasks)},
        {task.task_id: _Row(task, at, 0) for at, task in enumerate(new.tasks)},
        forbidden,
    )
    for one, other in forced:
        pairs.take(pairs.old[one], pairs.new[other])
    for across in (False, True):
        # Annex with annex, body with body; then what moved from the one to the other.
        pairs.across = across
        pairs.take_equal(lambda row: (row.name, row.content))
        pairs.take_linked(matches)
        pairs.take_namesakes()
        pairs.take_parts()
    return Pairing(
        groups=pairs.groups(),
        dropped=[row.task for row in pairs.old.values() if not row.partners],
        added=[row.task for row in pairs.new.values() if not row.partners],
        tables=pairs.tables,
    )


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


class _Pairs:
    """The pairs found so far; a row is free until it has a partner."""

    def __init__(
        self, old: dict[str, _Row], new: dict[str, _Row], forbidden: Collection[Pair]
    ) -> None:
        self.old = old
        self.new = new
        self.forbidden = forbidden
        self.across = False
        """Whether rows of the annex may meet rows of the body."""
        self.tables = _tables(old.values(), new.values())

    def take(self, one: _Row, other: _Row) -> None:
        """Make two rows partners."""
        one.partners.append(other)
        other.partners.append(one)

    def groups(self) -> list[RowGroup]:
        """Return the partners in the order of the new plan, those of one row together."""
        found: dict[tuple[str, ...], RowGroup] = {}
        for row in self.new.values():
            if row.partners:
                first = row.partners[0]
                split = len(first.partners) > 1
                sides = ([first], first.partners) if split else (row.partners, [row])
                old, new = (
                    [one.task for one in sorted(side, key=lambda one: one.at)] for side in sides
                )
                found[tuple(task.task_id for task in (*old, *new))] = RowGroup(old, new)
        return list(found.values())

    def _may(self, one: _Row, other: _Row) -> bool:
        allowed = (one.task.task_id, other.task.task_id) not in self.forbidden
        return allowed and (self.across or one.task.part == other.task.part)

    def _leaves(self, one: _Row, other: _Row) -> bool:
        """Whether a row would leave its table."""
        return self.tables.get(one.task.table) != other.task.table

    def _take_free(self, ranked: Iterable[tuple[_Row, _Row]]) -> None:
        """Pair rows that may meet and are free when their turn comes."""
        for one, other in ranked:
            if not one.partners and not other.partners and self._may(one, other):
                self.take(one, other)

    def take_equal(self, what: Callable[[_Row], Hashable]) -> None:
        """Pair free rows of which `what` is the same: within a table first, then across."""
        waiting: dict[Hashable, list[_Row]] = defaultdict(list)
        for row in self.new.values():
            waiting[what(row)].append(row)
        waiting.pop(None, None)
        same = [(row, other) for row in self.old.values() for other in waiting.get(what(row), ())]
        self._take_free(sorted(same, key=lambda pair: self._leaves(*pair)))

    def take_linked(self, matches: Iterable[Match]) -> None:
        """Pair free rows that are linked, the surest first; a row rather stays in its table."""

        def rank(link: tuple[float, _Row, _Row]) -> tuple[float, bool, int, int]:
            score, one, other = link
            return -round(score, 2), self._leaves(one, other), abs(one.at - other.at), one.at

        links = [
            (match.score, self.old[match.left.task_id], self.new[match.right.task_id])
            for match in matches
        ]
        self._take_free((one, other) for _, one, other in sorted(links, key=rank))

    def take_namesakes(self) -> None:
        """Pair free rows that alone bear their name, whatever it is that they say now."""
        ours, theirs = (Counter(row.name for row in side.values()) for side in (self.old, self.new))
        alone = {name for name in ours if name and ours[name] == theirs[name] == 1}
        self.take_equal(lambda row: row.name if row.name in alone else None)

    def take_parts(self) -> None:
        """Give free rows to the row that holds their words: a row split, or rows merged."""
        for parts, wholes in ((self.new, self.old), (self.old, self.new)):

            def in_order(
                part: _Row, whole: _Row, old: bool = parts is self.old
            ) -> tuple[_Row, _Row]:
                return (part, whole) if old else (whole, part)

            held: dict[str, list[_Row]] = defaultdict(list)
            for part in parts.values():
                if not part.partners and len(part.bare) > SHORT:
                    may = (row for row in wholes.values() if self._may(*in_order(part, row)))
                    fit = [whole for whole in may if _holds(whole, part)]
                    if fit:
                        best = max(fit, key=lambda whole: part.within(whole.bare))
                        held[best.task.task_id].append(part)
            for name, its in held.items():
                whole = wholes[name]
                if whole.partners or len(its) > 1 or whole.name == its[0].name:
                    for part in its:
                        self.take(*in_order(part, whole))


def _holds(whole: _Row, part: _Row) -> bool:
    """Whether a row of the other plan holds the words of a part, and no partner of it says them."""
    return (
        len(whole.bare) > len(part.bare)
        and all(len(other.partners) == 1 for other in whole.partners)
        and part.within(whole.bare) >= CONTAINED
        and part.within("\n".join(other.bare for other in whole.partners)) < SAID
    )


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
