"""Links → the lines of the analyst's table.

A line holds records that are linked with one another, one of each plan. A broad record, which
shares one commitment with this record and another with that, stands in several lines: it never
joins its partners, which may have nothing to do with each other. Only records that one plan puts
under one name and that have the very same partners share a line: one measure, printed as rows.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from safeplan.links.alignment import Match
from safeplan.models import Group, Plan, Task
from safeplan.text.clauses import first_clause

Key = tuple[str, str]
"""Plan and task."""
Row = tuple[Key, ...]
"""The records that stand for one measure of one plan."""


Graph = dict[Key, dict[Key, float]]
"""Who is linked with whom, and how surely."""


def _graph(matches: Iterable[Match]) -> Graph:
    """Return who is linked with whom, and how surely."""
    graph: Graph = defaultdict(dict)
    for match in matches:
        left = match.left.plan_id, match.left.task_id
        right = match.right.plan_id, match.right.task_id
        graph[left][right] = graph[right][left] = match.score
    return graph


def _rows(graph: Graph, tasks: dict[Key, Task]) -> dict[Key, Row]:
    """Return, for each record, the records of its plan with its name and its very partners."""
    alike: dict[tuple[str, str, frozenset[Key]], list[Key]] = defaultdict(list)
    for key in sorted(graph):
        alike[key[0], tasks[key].name, frozenset(graph[key])].append(key)
    return {key: tuple(keys) for keys in alike.values() for key in keys}


def _share(
    row: Row,
    line: list[Row],
    around: dict[Row, dict[Row, float]],
) -> bool:
    """Return whether `row` is linked, or shares a partner, with every member of the line."""
    near = around[row].keys()
    return all(member in near or not near.isdisjoint(around[member]) for member in line)


def _lines(graph: Graph, rows: dict[Key, Row]) -> list[list[Row]]:
    """Cover every link by lines, the surest link first.

    A line takes in, of each plan that it has none of, the record that is linked best with those
    it has, as long as it is linked with all of them or, from three on, with more than half. Equal
    scores are decided by the ids, so the order of plans decides nothing.
    """
    edges: dict[tuple[Row, Row], float] = {}
    for one, partners in graph.items():
        for other, score in partners.items():
            if rows[one] < rows[other]:
                edge = rows[one], rows[other]
                edges[edge] = max(edges.get(edge, 0.0), score)
    around: dict[Row, dict[Row, float]] = defaultdict(dict)
    for (left, right), score in edges.items():
        around[left][right] = around[right][left] = score
    covered: set[frozenset[Row]] = set()
    lines = []
    for left, right in sorted(edges, key=lambda edge: (-edges[edge], edge)):
        if frozenset((left, right)) in covered:
            continue
        line = _grown([left, right], around)
        covered |= {frozenset((one, other)) for one in line for other in line if one != other}
        lines.append(line)
    whole = [set(line) for line in lines]
    return [line for at, line in enumerate(lines) if not any(whole[at] < other for other in whole)]


def _grown(line: list[Row], around: dict[Row, dict[Row, float]]) -> list[Row]:
    """Return a line with the best record of each plan that it has none of, as `_lines` tells."""
    plans = {row[0][0] for row in line}
    reach: Counter[Row] = Counter()
    for member in line:
        reach.update(around[member].keys())
    while True:
        able = {
            row: links
            for row, links in reach.items()
            if row[0][0] not in plans
            and (
                links == len(line)
                or (len(line) >= 3 and 2 * links > len(line) and _share(row, line, around))
            )
        }
        if not able:
            return line
        most = max(able.values())
        _, best = min(
            (-sum(sorted(around[row].get(member, 0.0) for member in line)), row)
            for row, links in able.items()
            if links == most
        )
        line = [*line, best]
        plans.add(best[0][0])
        reach.update(around[best].keys())


def _label(line: Sequence[Key], tasks: dict[Key, Task], bearers: Counter[tuple[str, str]]) -> str:
    """Name a line by its first record: the name, and what tells it from others of that name."""
    key = line[0]
    task = tasks[key]
    if bearers[key[0], task.name] == 1 or sum(other[0] == key[0] for other in line) > 1:
        return task.name
    return f"{task.name}：{first_clause(task.content)}"


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
    place = {
        (plan.plan_id, task.task_id): (at, row)
        for at, plan in enumerate(plans)
        for row, task in enumerate(plan.tasks)
    }
    bearers = Counter((key[0], task.name) for key, task in tasks.items())
    graph = _graph(matches)
    lines = [
        sorted((key for row in line for key in row), key=place.__getitem__)
        for line in _lines(graph, _rows(graph, tasks))
    ]
    # How many lines a record stands in: the broad one tells least what a line is about.
    breadth = Counter(key for line in lines for key in line)
    groups = []
    lines.sort(key=lambda line: [place[key] for key in line])
    for number, line in enumerate(lines, start=1):
        members: dict[str, list[str]] = {}
        for plan_id, task_id in line:
            members.setdefault(plan_id, []).append(task_id)
        by_breadth = sorted(line, key=lambda key: (breadth[key], place[key]))
        label = _label(by_breadth, tasks, bearers)
        groups.append(Group(group_id=f"g{number}", label=label, members=members))
    return groups
