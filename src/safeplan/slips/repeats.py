"""Rules on commitments that stand twice: in one row, in two rows."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import combinations

from rapidfuzz.distance import Prefix

from safeplan import vocabulary
from safeplan.models import Task
from safeplan.slips.rules import Examined, Hit, rule
from safeplan.text.clauses import phrases
from safeplan.text.folding import wide


def _bare(clause: str, tails: list[str]) -> str:
    """Return a clause without an ending that adds nothing."""
    ending = (tail for tail in sorted(tails, key=len, reverse=True) if clause.endswith(tail))
    return clause.removesuffix(next((tail for tail in ending if len(clause) > len(tail) + 4), ""))


def _within(shorter: str, longer: str) -> bool:
    """Whether a clause is another one less some items of its list.

    >>> _within("加快石花水库建设", "加快黄钦水库、石花水库建设")
    True
    >>> _within("加快石花水库建设", "加快黄钦水库建设")
    False
    """
    before = Prefix.similarity(shorter, longer)
    after = len(shorter) - before
    left_out = longer[before : len(longer) - after]
    listed = left_out.endswith("、") or left_out.startswith("、")
    return shorter == longer or (longer.endswith(shorter[before:]) and listed)


@rule("warning")
def repeated_in_row(examined: Examined) -> Iterator[Hit]:
    """Report rows that commit to one thing twice."""
    words = vocabulary.load("lint")["repeats"]
    least = words["shortest_clause"]
    for record, text in examined.records:
        said = [
            (clause, _bare(clause, words["empty_tails"]))
            for clause in phrases(text)
            if len(clause) >= least
        ]
        for (first, one), (second, other) in combinations(said, 2):
            shorter, longer = sorted((one, other), key=len)
            if len(shorter) >= least and _within(shorter, longer):
                yield Hit(record, {"text": first, "again": second})


@rule("info")
def repeated_in_rows(examined: Examined) -> Iterator[Hit]:
    """Report a clause that two rows have and no other: one commitment in two places."""
    words = vocabulary.load("lint")["repeats"]
    trimmings = tuple(vocabulary.load("synonyms")["trimmings"])
    tasks = {task.task_id: task for task in examined.plan.tasks}
    having: defaultdict[str, list[str]] = defaultdict(list)
    for task in tasks.values():
        for clause in dict.fromkeys(phrases(task.content)):
            if len(clause) >= words["shortest_shared"] and not clause.startswith(trimmings):
                having[clause].append(task.task_id)
    shared: defaultdict[tuple[str, ...], list[str]] = defaultdict(list)
    for clause, ids in having.items():
        if 2 <= len(ids) <= words["most_rows"]:
            shared[tuple(ids)].append(clause)
    for (first, second), said in shared.items():
        yield Hit(tasks[second], {"text": "，".join(said)}, tasks[first])


@rule("warning")
def row_repeated(examined: Examined) -> Iterator[Hit]:
    """Report rows of one table with the same name and content."""
    first: dict[tuple[str, ...], Task] = {}
    for task in examined.plan.tasks:
        key = (wide(task.table_title), wide(task.name), wide(task.content), task.deadline_text)
        if key in first:
            yield Hit(task, {"text": task.content, "name": task.name}, first[key])
        first.setdefault(key, task)


@rule("error")
def indicator_repeated(examined: Examined) -> Iterator[Hit]:
    """Report indicators to which two rows give two values."""
    names = Counter(wide(task.name) for task in examined.plan.tasks)
    first: dict[str, Task] = {}
    for task in examined.plan.tasks:
        name = wide(task.name)
        is_indicator = len(task.targets) == 1 and task.targets[0].subject == task.name
        if not is_indicator or names[name] < 2:
            continue
        if name in first and wide(first[name].content) != wide(task.content):
            args = {"name": task.name, "text": task.content, "again": first[name].content}
            yield Hit(task, args, first[name])
        first.setdefault(name, task)
