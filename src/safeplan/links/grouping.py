"""Links → the lines of the analyst's table.

A line holds records that are linked with one another, one of each plan. A broad record, which
shares one commitment with this record and another with that, stands in several lines: it never
joins its partners, which may have nothing to do with each other. Only records that one plan puts
under one name and that have the very same partners share a line: one measure, printed as rows.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from itertools import permutations

from safeplan.links.alignment import Match
from safeplan.models import Group, Plan, Task
from safeplan.text.clauses import first_clause

Key = tuple[str, str]
"""Plan and task."""
Row = tuple[Key, ...]
"""The records that stand for one measure of one plan."""


def group(plans: Sequence[Plan], matches: Iterable[Match]) -> list[Group]:
    """Return the lines of the analyst's table, in document order of the plans as given.

    Every link stands in some line. Two records of one line are linked or share a partner.

    Args:
        plans: the plans that were aligned.
        matches: the links between them.

    Raises:
        KeyError: a link names a record that none of the plans has.
    """
    tasks = {(plan.plan_id, task.task_id): task for plan in plans for task in plan.tasks}
    place = {key: at for at, key in enumerate(tasks)}
    bearers = Counter((key[0], task.name) for key, task in tasks.items())
    lines = [
        sorted((key for row in line for key in row), key=place.__getitem__)
        for line in _lines(_graph(matches, tasks))
    ]
    lines.sort(key=lambda line: [place[key] for key in line])
    # How many lines a record stands in: the broad one tells least what a line is about.
    breadth = Counter(key for line in lines for key in line)
    groups = []
    for number, line in enumerate(lines, start=1):
        members: defaultdict[str, list[str]] = defaultdict(list)
        for plan_id, task_id in line:
            members[plan_id].append(task_id)
        named = min(line, key=lambda key: (breadth[key], place[key]))
        label = tasks[named].name
        # What tells a record from others of its name, where not all of them stand in the line.
        if bearers[named[0], label] > 1 and len(members[named[0]]) == 1:
            label = f"{label}：{first_clause(tasks[named].content)}"
        groups.append(Group(group_id=f"g{number}", label=label, members=dict(members)))
    return groups


def _graph(matches: Iterable[Match], tasks: dict[Key, Task]) -> dict[Row, dict[Row, float]]:
    """Return which rows are linked with which, and how surely at best.

    A row is the records of one plan that have one name and the very same partners.
    """
    scores: defaultdict[Key, dict[Key, float]] = defaultdict(dict)
    for match in matches:
        left = match.left.plan_id, match.left.task_id
        right = match.right.plan_id, match.right.task_id
        scores[left][right] = scores[right][left] = match.score
    alike: defaultdict[tuple[str, str, frozenset[Key]], list[Key]] = defaultdict(list)
    for key in sorted(scores):
        alike[key[0], tasks[key].name, frozenset(scores[key])].append(key)
    rows = {key: tuple(keys) for keys in alike.values() for key in keys}
    graph: defaultdict[Row, dict[Row, float]] = defaultdict(dict)
    for one, partners in scores.items():
        for other, score in partners.items():
            known = graph[rows[one]].get(rows[other], 0.0)
            graph[rows[one]][rows[other]] = max(known, score)
    return graph


def _lines(graph: dict[Row, dict[Row, float]]) -> list[list[Row]]:
    """Cover every link by lines, the surest link first; equal scores are decided by the ids."""
    edges = [
        (-score, one, other)
        for one, partners in graph.items()
        for other, score in partners.items()
        if one < other
    ]
    covered: set[tuple[Row, Row]] = set()
    lines = []
    for _, left, right in sorted(edges):
        if (left, right) not in covered:
            lines.append(_grown([left, right], graph))
            covered.update(permutations(lines[-1], 2))
    whole = [set(line) for line in lines]
    return [line for at, line in enumerate(lines) if not any(whole[at] < other for other in whole)]


def _grown(line: list[Row], graph: dict[Row, dict[Row, float]]) -> list[Row]:
    """Return a line with the best row of each plan that it has none of.

    That is the row which is linked with most of those in the line, and surest: with all of them
    or, from three on, with more than half, if it shares a partner with each of the others.
    """
    plans = {row[0][0] for row in line}
    reach = Counter(near for member in line for near in graph[member])
    while True:
        able = [
            (-links, -sum(sorted(graph[row].get(member, 0.0) for member in line)), row)
            for row, links in reach.items()
            if row[0][0] not in plans
            and (
                links == len(line)
                or (
                    len(line) >= 3
                    and 2 * links > len(line)
                    and all(
                        member in graph[row] or not graph[row].keys().isdisjoint(graph[member])
                        for member in line
                    )
                )
            )
        ]
        if not able:
            return line
        best = min(able)[2]
        line = [*line, best]
        plans.add(best[0][0])
        reach.update(graph[best].keys())
