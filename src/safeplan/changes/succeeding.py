"""Two years of one plan → which rows of the new one carry which rows of the old one.

Years of one district say nearly the same, so the likeness that is looked for is that of the very
text: first rows that are identical once the years are moved on, then rows that differ in figures,
in the name, in some words; at last rows that are a part of another one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from rapidfuzz import fuzz
from rapidfuzz.distance import Indel

from safeplan import vocabulary
from safeplan.changes.likeness import essence
from safeplan.changes.rolling import roll
from safeplan.changes.wording import key
from safeplan.models import Part, Target, Task
from safeplan.targets.units import dimension_of
from safeplan.text.clauses import split_at_marks
from safeplan.text.numbering import unnumbered

SHORT = 8
"""Up to so many characters a content (印发, 0, 100%) tells no row: its name does."""
ALIKE = 0.55
"""From this likeness of their contents two rows of one name are one."""
ALIKE_BY_NAME = 0.4
"""The same of two rows that alone bear their name, or that have their owners and a clause in common."""
ALIKE_ELSEWHERE = 0.75
"""The same of two rows of different names."""
ALIKE_TO_OTHERS = 0.9
"""The same of two rows of different names and with no owner in common: one is made after the other."""
NAMED_ALIKE = 0.7
"""From this likeness on two names are one; two rows with short contents are told by it."""
CLAUSE_SHARE = 0.3
"""So much of the shorter of two rows a clause in common is at least."""
CONTAINED = 0.75
"""From this part on a row stands within another one."""
CLAUSE_FOUND = 85.0
"""From this likeness (rapidfuzz partial ratio) a clause stands in another text."""


Pair = tuple[int, int]
Promised = tuple[str, str, str, tuple[Fraction | None, ...]]
"""What a target measures, its direction, what its unit measures, its worth in the first unit."""


@dataclass(frozen=True, slots=True)
class PairedRow:
    """One task made ready: its words with the years moved on, and without its figures."""

    at: int
    part: Part
    table: int
    name: str
    content: str
    bare_name: str
    bare_content: str
    clauses: tuple[str, ...]
    owners: frozenset[str]
    promises: frozenset[Promised]
    """Its targets, whatever the notation."""

    @property
    def is_short(self) -> bool:
        """Whether the name tells this row, not its content."""
        return len(self.bare_content) <= SHORT


@dataclass(frozen=True, slots=True)
class RowGroup:
    """Rows of the old plan and what became of them: one and one, one and several, or several and one."""

    old: tuple[int, ...]
    new: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Pairing:
    """Which rows carry which, by their places in the two plans, from 0."""

    groups: list[RowGroup]
    dropped: list[int]
    added: list[int]
    tables: dict[int, int]
    """Old table to the new one that carries it on."""


def untitled(task: Task) -> str:
    """Return a content without the title that it opens with, as prose has it (燃气安全。更新9公里。)."""
    opening = f"{task.name}。"
    bare = task.content.removeprefix(opening) if task.name else task.content
    return bare or task.content


def _promised(target: Target) -> Promised:
    """Return what a target promises, by its worth."""
    dimension, factor = dimension_of(target.unit)
    values = target.value if isinstance(target.value, tuple) else (target.value,)
    worth = tuple(None if one is None else Fraction(str(one)) * factor for one in values)
    return essence(target.subject), target.direction, dimension, worth


def _rows(tasks: Sequence[Task], by: int) -> list[PairedRow]:
    rows = []
    for at, task in enumerate(tasks):
        name, content = roll(unnumbered(task.name), by), roll(untitled(task), by)
        clauses = (key(part, figures=False) for part in split_at_marks(content))
        rows.append(
            PairedRow(
                at=at,
                part=task.part,
                table=task.table,
                name=key(name),
                content=key(content),
                bare_name=key(name, figures=False),
                bare_content=key(content, figures=False),
                clauses=tuple(clause for clause in clauses if len(clause) >= 3),
                owners=frozenset(owner.name for owner in task.owners),
                promises=frozenset(map(_promised, task.targets)),
            )
        )
    return rows


def pair(
    old: Sequence[Task],
    new: Sequence[Task],
    by: int,
    *,
    forced: Iterable[Pair] = (),
    forbidden: Iterable[Pair] = (),
) -> Pairing:
    """Return which rows carry which.

    Args:
        old: last year's tasks.
        new: this year's.
        by: the years between the two.
        forced: pairs (places in `old` and `new`) that an analyst ruled to be the same.
        forbidden: pairs that an analyst ruled to be different.
    """
    pairs = _Pairs(_rows(old, by), _rows(new, 0), set(forbidden))
    pairs.tables = _tables(old, new, by, pairs)
    for i, j in forced:
        pairs.take(i, j)
    for across in (False, True):
        # Annex with annex, body with body; then what moved from the one to the other.
        pairs.across = across
        pairs.take_equal(lambda row: (row.name, row.content))
        pairs.take_equal(lambda row: (row.bare_name, row.bare_content))
        pairs.take_equal(lambda row: None if row.is_short else row.content)
        pairs.take_equal(lambda row: None if row.is_short else row.bare_content)
        pairs.take_alike()
        pairs.take_parts()
        pairs.take_wholes()
    return Pairing(
        groups=pairs.groups(),
        dropped=[row.at for row in pairs.old if row.at not in pairs.of_old],
        added=[row.at for row in pairs.new if row.at not in pairs.of_new],
        tables=pairs.tables,
    )


def _tables(old: Sequence[Task], new: Sequence[Task], by: int, pairs: _Pairs) -> dict[int, int]:
    """Return which new table carries on which old one: by the title, else by the rows in common."""
    titles: dict[str, list[int]] = defaultdict(list)
    for number, title in dict.fromkeys(
        (task.table, task.table_title) for task in new if task.table
    ):
        titles[key(title)].append(number)
    # Prose has no table: 0 carries on 0.
    mapped: dict[int, int] = {0: 0}
    for number, title in dict.fromkeys(
        (task.table, task.table_title) for task in old if task.table
    ):
        same = titles.get(key(roll(title, by)))
        if same and title:
            mapped[number] = same.pop(0)
    votes: dict[Pair, int] = defaultdict(int)
    contents: dict[tuple[str, str], set[int]] = defaultdict(set)
    for row in pairs.new:
        contents[row.bare_name, row.bare_content].add(row.table)
    for row in pairs.old:
        for table in contents.get((row.bare_name, row.bare_content), ()):
            votes[row.table, table] += 1
    for one, other in sorted(votes, key=lambda vote: (-votes[vote], vote)):
        if one not in mapped and other not in mapped.values():
            mapped[one] = other
    return mapped


class _Pairs:
    """The pairs found so far; a row is free until it has a partner."""

    def __init__(self, old: list[PairedRow], new: list[PairedRow], forbidden: set[Pair]) -> None:
        self.old = old
        self.new = new
        self.forbidden = forbidden
        self.across = False
        """Whether rows of the annex may meet rows of the body."""
        self.tables: dict[int, int] = {}
        self.of_old: dict[int, list[int]] = {}
        self.of_new: dict[int, list[int]] = {}

    def take(self, i: int, j: int) -> None:
        """Make two rows partners."""
        self.of_old.setdefault(i, []).append(j)
        self.of_new.setdefault(j, []).append(i)

    def groups(self) -> list[RowGroup]:
        """Return the partners in the order of the new plan, those of one row together."""
        found: dict[tuple[tuple[int, ...], tuple[int, ...]], None] = {}
        for j, partners in sorted(self.of_new.items()):
            first = partners[0]
            if len(self.of_old[first]) > 1:
                found[(first,), tuple(sorted(self.of_old[first]))] = None
            else:
                found[tuple(sorted(partners)), (j,)] = None
        return [RowGroup(old, new) for old, new in found]

    def _may(self, one: PairedRow, other: PairedRow) -> bool:
        return (one.at, other.at) not in self.forbidden and (self.across or one.part == other.part)

    def _free(self) -> tuple[list[PairedRow], list[PairedRow]]:
        return (
            [row for row in self.old if row.at not in self.of_old],
            [row for row in self.new if row.at not in self.of_new],
        )

    def _stays(self, one: PairedRow, other: PairedRow) -> bool:
        return self.tables.get(one.table) == other.table

    def take_equal(self, what: Callable[[PairedRow], Hashable]) -> None:
        """Pair free rows of which `what` is the same: within a table first, then across."""
        left, right = self._free()
        waiting: dict[Hashable, list[PairedRow]] = defaultdict(list)
        for row in right:
            waiting[what(row)].append(row)
        for within in (True, False):
            for row in left:
                word = what(row)
                if word is None or row.at in self.of_old:
                    continue
                for other in waiting.get(word, ()):
                    if (
                        other.at not in self.of_new
                        and self._may(row, other)
                        and (self._stays(row, other) or not within)
                    ):
                        self.take(row.at, other.at)
                        break

    def take_alike(self) -> None:
        """Pair free rows that are alike, the likest first."""
        left, right = self._free()
        bearers = [_bearers(self.old), _bearers(self.new)]
        scored = []
        for row in left:
            for other in right:
                if not self._may(row, other):
                    continue
                alone = row.bare_name == other.bare_name and all(
                    named[row.bare_name] == 1 for named in bearers
                )
                score = _likeness(row, other, alone=alone)
                if score:
                    # A row rather stays in its table than moves.
                    score += 0.05 * self._stays(row, other)
                    scored.append((-round(score, 6), abs(row.at - other.at), row.at, other.at))
        for *_, i, j in sorted(scored):
            if i not in self.of_old and j not in self.of_new:
                self.take(i, j)

    def take_parts(self) -> None:
        """Give free rows to the pair that holds their words: a row split, or rows merged."""
        left, right = self._free()
        for row in right:
            whole = self._whole(row, self.old, self.new, self.of_old, self.of_new, forward=False)
            if whole is not None:
                self.take(whole, row.at)
        for row in left:
            whole = self._whole(row, self.new, self.old, self.of_new, self.of_old, forward=True)
            if whole is not None:
                self.take(row.at, whole)

    def take_wholes(self) -> None:
        """Pair a free row with the free rows that it holds, two at least: merged under a new name."""
        for forward in (True, False):
            left, right = self._free()
            for whole in right if forward else left:
                parts = [
                    part
                    for part in (left if forward else right)
                    if not part.is_short
                    and part.at not in (self.of_old if forward else self.of_new)
                    and len(part.bare_content) < len(whole.bare_content)
                    and self._may(*((part, whole) if forward else (whole, part)))
                    and _within(part, whole.bare_content) >= CONTAINED
                ]
                if len(parts) > 1:
                    for part in parts:
                        self.take(*((part.at, whole.at) if forward else (whole.at, part.at)))

    def _whole(
        self,
        part: PairedRow,
        wholes: list[PairedRow],
        beside: list[PairedRow],
        of_wholes: dict[int, list[int]],
        of_parts: dict[int, list[int]],
        *,
        forward: bool,
    ) -> int | None:
        """Return the row of the other plan that holds the words of `part`, which no partner has."""
        if part.is_short:
            return None
        best: tuple[float, int] | None = None
        for whole in wholes:
            partners = of_wholes.get(whole.at, [])
            one, other = (part, whole) if forward else (whole, part)
            if (
                not partners
                or not self._may(one, other)
                or any(len(of_parts[at]) > 1 for at in partners)
                or len(whole.bare_content) <= len(part.bare_content)
            ):
                continue
            share = _within(part, whole.bare_content)
            if share < CONTAINED:
                continue
            taken = _within(part, "\n".join(beside[at].bare_content for at in partners))
            if taken < 0.5 and (best is None or share > best[0]):
                best = share, whole.at
        return best and best[1]


def _bearers(rows: Iterable[PairedRow]) -> dict[str, int]:
    counts: dict[str, int] = defaultdict(int)
    for row in rows:
        counts[row.bare_name] += 1
    return counts


def _likeness(one: PairedRow, other: PairedRow, *, alone: bool) -> float:
    """Return how surely two rows are one, 0 where they are not; `alone` if no others bear the name."""
    named = _ratio(one.bare_name, other.bare_name)
    if one.is_short and other.is_short:
        return named if named >= NAMED_ALIKE else 0.0
    if (one.is_short or other.is_short) and named < NAMED_ALIKE:
        return 0.0
    if named >= NAMED_ALIKE and one.promises and one.promises == other.promises:
        # The same promise in another notation: 95%以上 and ≥95%, 一百二十处 and 120处.
        return 0.85 + 0.15 * named
    stated = _ratio(one.bare_content, other.bare_content)
    shorter, longer = sorted((one, other), key=lambda row: len(row.bare_content))
    share = _within(shorter, longer.bare_content)
    if named < NAMED_ALIKE:
        known = not one.owners or not other.owners or one.owners & other.owners
        least = ALIKE_ELSEWHERE if known else ALIKE_TO_OTHERS
    elif alone or (one.owners == other.owners and share >= CLAUSE_SHARE):
        least = ALIKE_BY_NAME
    else:
        least = ALIKE
    if stated >= least or (stated >= 0.2 and share >= CONTAINED and named >= NAMED_ALIKE):
        return 0.85 * stated + 0.15 * named
    return 0.0


def _ratio(one: str, other: str) -> float:
    return Indel.normalized_similarity(one, other)


@vocabulary.cached(16384)
def _found(clause: str, text: str) -> bool:
    if clause in text:
        return True
    return len(clause) >= 5 and fuzz.partial_ratio(clause, text) >= CLAUSE_FOUND


def _within(part: PairedRow, text: str) -> float:
    """Return the share of a row's words, clause by clause, that stand in a text."""
    total = sum(map(len, part.clauses))
    if not total:
        return 0.0
    # partial_ratio looks for the shorter in the longer: a clause longer than the text is not in it.
    found = sum(
        len(clause) for clause in part.clauses if len(clause) <= len(text) and _found(clause, text)
    )
    return found / total
