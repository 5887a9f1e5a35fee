"""Many plans side by side: one line a measure, the records of all plans on demand.

A line tells who asks most of what is measured, who least, who lacks the measure, and how many of
its pairs differ in what.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from safeplan.messages import say
from safeplan.models import ROLES, Plan
from safeplan.reports.indicators import Indicator
from safeplan.reports.phrasing import CHANGES, kind_words, owner_names, short_names, some_of
from safeplan.reports.result_sheets import Cell, Facet, Run, Sheet, SheetColumn, differing, distinct
from safeplan.reports.standings import MARKS, loosest_runs, strictest_runs
from safeplan.reports.view import ComparisonView, RecordCell, ViewLine


def lines_sheet(view: ComparisonView, found: Sequence[Indicator], plans: Sequence[Plan]) -> Sheet:
    """Return the measures of many plans, one a line."""
    names = short_names(plans)
    measured = _measured(found)
    rows: list[list[Cell]] = [
        [
            line.group.group_id,
            line.group.label,
            str(sum(map(bool, line.cells.values()))),
            some_of([names[plan_id] for plan_id in line.lacking]) or "—",
            _range([found[at] for at in _measured_in(line, measured)], names),
            _differences(line),
            _records(line, names),
        ]
        for line in view.lines
    ]
    return Sheet(
        title=say("sheet.matrix"),
        columns=[
            SheetColumn("group", 0),
            SheetColumn("measure", 3),
            SheetColumn("plans", 0, number=True),
            SheetColumn("lacking_plan", 3),
            SheetColumn("range", 7),
            SheetColumn("change", 3),
            SheetColumn("by_plan", 5, folded=True),
        ],
        rows=rows,
        facets=line_facets(view, names),
        note=say("sheet.lines_note"),
    )


def line_facets(view: ComparisonView, names: dict[str, str]) -> list[Facet]:
    """Return what the lines of a comparison can be chosen by."""
    members = [[c.task for cells in line.cells.values() for c in cells] for line in view.lines]
    return [
        differing(line.differs for line in view.lines),
        Facet("table", [distinct(task.table_title for task in tasks) for tasks in members]),
        Facet("body", [distinct(o.name for t in tasks for o in t.owners) for tasks in members]),
        Facet("kind", [[kind_words(kind) for kind in _kinds(line)] for line in view.lines]),
        Facet("missing", [[names[plan_id] for plan_id in line.lacking] for line in view.lines]),
    ]


def _kinds(line: ViewLine) -> list[str]:
    kinds = {kind for change in line.changes for kind in change.kinds}
    return [kind for kind in CHANGES if kind in kinds]


def _measured(found: Sequence[Indicator]) -> dict[tuple[str, str], list[int]]:
    """Return which of the indicators each record has a part in."""
    measured: dict[tuple[str, str], list[int]] = {}
    for at, one in enumerate(found):
        for plan_id, asked in one.asked.items():
            measured.setdefault((plan_id, asked.task.task_id), []).append(at)
    return measured


def _measured_in(line: ViewLine, measured: dict[tuple[str, str], list[int]]) -> list[int]:
    """Return which indicators a line is measured by, each once."""
    members = [(plan_id, c.task.task_id) for plan_id, cells in line.cells.items() for c in cells]
    return sorted({at for member in members for at in measured.get(member, ())})


def _range(found: Sequence[Indicator], names: dict[str, str]) -> Cell:
    """Return who asks most and who least of what differs, and how much is asked alike."""
    said: list[Run] = []
    differing = [one for one in found if one.differs]
    for one in differing:
        said += [Run("\n" if said else ""), Run(f"{one.subject}：", "head")]
        most, least = strictest_runs(one, names), loosest_runs(one, names)
        said += [*most, Run("\n" if most and least else ""), *least]
    if alike := len(found) - len(differing):
        words = say("words.alike", count=alike)
        said.append(Run(("\n" if said else "") + words, "dim"))
    return said or "—"


def _differences(line: ViewLine) -> Cell:
    """Return in how many pairs what differs."""
    counts = Counter(kind for change in line.changes for kind in set(change.kinds))
    said: list[Run] = []
    for kind in _kinds(line):
        if kind != "same":
            said.append(Run(("\n" if said else "") + kind_words(kind), MARKS.get(kind, "")))
            said.append(Run(f" {say('words.pairs', count=counts[kind])}", "dim"))
    return said or [Run(kind_words("same"), "dim")]


def _records(line: ViewLine, names: dict[str, str]) -> Cell:
    """Return every record of a line; what plans say in the same words stands once."""
    said_by: dict[tuple[str, str], list[str]] = {}
    for plan_id, cells in line.cells.items():
        for cell in cells:
            words = cell.task.content, _owners(cell)
            said_by.setdefault(words, []).append(f"{names[plan_id]} {cell.task.task_id}")
    said: list[Run] = []
    for (content, owners), who in said_by.items():
        said.append(Run(("\n" if said else "") + "、".join(who), "head"))
        said.append(Run(f"\n{content}"))
        said.append(Run(owners, "dim"))
    return said


def _owners(cell: RecordCell) -> str:
    named = [(role, owner_names(cell.task.owners, role)) for role in ROLES]
    return "".join(f"\n{say(f'role.{role}')}：{'、'.join(of)}" for role, of in named if of)
