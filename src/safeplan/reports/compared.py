"""What a comparison shows: a workbook's sheets, a screen's, its rows for programs.

Three questions everybody has, each in one screen: who is stricter, what does a plan lack that the
others have, who carries more. Then every line, what has no partner, and how to read it all.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from safeplan.links import SURE
from safeplan.messages import say
from safeplan.models import Comparison, Plan, Task
from safeplan.reports.bodies import bodies, bodies_sheet, load_sheet
from safeplan.reports.indicators import indicator_sheet, kept_indicators, stricter_sheet
from safeplan.reports.phrasing import (
    SIGNS,
    doubt_words,
    owner_names,
    sides,
    some_of,
    source_words,
    target_words,
    tasks_of,
    told,
)
from safeplan.reports.result_sheets import (
    MOST_COLUMNS,
    Cell,
    Facet,
    Mark,
    Rows,
    Run,
    Sheet,
    columns,
    grouped,
    in_turn,
    role_run,
    starred,
)
from safeplan.reports.side_by_side import changes_sheet, difference_sheet, matrix_sheet
from safeplan.reports.view import (
    ComparisonView,
    RecordCell,
    all_same,
    leads_untold,
    members,
)

COLUMNS = [
    *("group_id", "relation", "score"),
    *(f"{side}_{key}" for side in ("left", "right") for key in ("plan", "task", "name", "content")),
    *("target_change", "left_targets", "right_targets"),
    *(f"owners_{key}" for key in ("shared", "only_left", "only_right")),
]
"""Of the contract's CSV."""
MOST_LACKING = 9
"""Rows of what is lacking, of all plans together."""
_MARKS: dict[str, Mark] = {
    "tighter": "tighter",
    "looser": "looser",
    "same": "dim",
    **dict.fromkeys(("different", "outcome", "due", "doubtful"), "doubt"),
    **dict.fromkeys(("added", "dropped"), "own"),
}
"""How what a link is about is marked."""


def comparison_sheets(view: ComparisonView) -> list[Sheet]:
    """Return the sheets 对照, 指标, 变化, 未匹配, 责任单位 and 说明, in this order."""
    found = kept_indicators(view)
    carrying = bodies(view.plans, view.filters.owner, comparison=view.comparison)
    return [
        matrix_sheet(view, found),
        indicator_sheet(found, view.plans),
        changes_sheet(view),
        unmatched_sheet(view),
        bodies_sheet(view.plans, carrying),
        notes_sheet(view),
    ]


def comparison_document(view: ComparisonView, *, full: bool) -> tuple[str, list[Sheet]]:
    """Return the title and the sheets of a document: the summary, then what differs, line by line.

    If `full`, or of many plans, every record is whole, also what is alike everywhere.
    """
    found = kept_indicators(view)
    whole = full or len(view.plans) > MOST_COLUMNS
    lines = matrix_sheet(view, found) if whole else difference_sheet(view, found)
    sheets = [*overview_sheets(view), lines, unmatched_sheet(view)]
    sheets += [notes_sheet(view)] if full else []
    return say("page.title", plans=some_of(list(view.names.values()))), sheets


def comparison_screen(view: ComparisonView, *, whole: bool, text: bool) -> list[Sheet]:
    """Return how to read a comparison, the plans, then the weightiest in a screen a question.

    If `whole`, instead every line and what stands alone; if `text`, with each content in full.
    """
    said = [*(f"{sign}{say(f'change.{kind}')}" for kind, sign in SIGNS.items())]
    lines = ["  ".join([*said, say("compare.legend")])]
    if untold := leads_untold(view.plans):
        lines.append(say("compare.leads_untold", plans="、".join(untold)))
    legend = Sheet(note="\n".join(lines))
    if not whole:
        return [legend, *overview_sheets(view), Sheet(note=say("overview.more"))]
    sheets = [legend, _plans_sheet(view)]
    if view.lines:
        sheets.append(_lines_sheet(view, text=text))
    elif not any(view.unmatched.values()):
        sheets.append(Sheet(note=say("compare.nothing")))
    for plan_id, tasks in view.unmatched.items():
        title = say("compare.unmatched", plan=plan_id, count=len(tasks))
        rows: list[list[Cell]] = [
            [task.task_id, task.name, task.content, "、".join(owner_names(task.owners))]
            for task in tasks
        ]
        if tasks:
            sheets.append(Sheet(title, columns("task name:3 content:9 owners:4"), rows))
    if view.hidden:
        sheets.append(Sheet(note=say("compare.hidden", count=view.hidden)))
    return sheets


def _lines_sheet(view: ComparisonView, *, text: bool) -> Sheet:
    """Return every line as the terminal shows it, the changes beside the records."""
    rows: list[list[Cell]] = []
    for line in view.lines:
        partial = f"\n◐{say('compare.partial')}" if line.partial else ""
        records = [_records(cells, text=text) for cells in line.cells.values()]
        changes = [
            run
            for change in line.changes
            for run in (
                Run(change.between, "dim"),
                *(Run(words, _MARKS.get(kind, "")) for kind, words in change.said),
            )
        ]
        said = in_turn([run] for run in changes) or [Run(all_same(line), "dim")]
        rows.append([line.group.group_id, line.group.label + partial, *records, said])
    ids = {plan.plan_id: plan.plan_id for plan in view.plans}
    return Sheet("", columns("group measure:3 *:5 change:5", ids), rows)


def _records(cells: Sequence[RecordCell], *, text: bool) -> Cell:
    said: list[list[Run]] = []
    for cell in cells:
        task = cell.task
        said.append([Run(task.task_id, "head")])
        said.append([Run(task.content)] if text else [])
        said.append([Run(f"{say('compare.outcome')}：{task.outcome}")] if task.outcome else [])
        said += [[Run(f"·{target_words(target)}")] for target in task.targets]
        said += [
            [role_run(role), *starred(names, cell.own)]
            for role, names in cell.owners.items()
            if names
        ]
    return in_turn(said) or [Run("—", "dim")]


# --- the questions everybody has --------------------------------------------------------------


def overview_sheets(view: ComparisonView) -> list[Sheet]:
    """Return the plans, who is stricter, what each plan lacks, whose load differs most.

    Each sheet holds the weightiest rows and says in its title how to see the rest.
    """
    return [
        _plans_sheet(view, close=True),
        stricter_sheet(kept_indicators(view), view.plans),
        _lacking_sheet(view),
        load_sheet(bodies(view.plans, view.filters.owner), view.plans),
    ]


def _plans_sheet(view: ComparisonView, *, close: bool = False) -> Sheet:
    """Return what was compared: each plan, its title, and how much of it others have too."""
    rows: list[list[Cell]] = []
    for plan in view.plans:
        doubts = Counter(finding.severity for finding in plan.findings)
        linked = view.linked[plan.plan_id]
        counts = map(str, (len(plan.tasks), linked, len(plan.tasks) - linked))
        found = f"{doubts['repair']}/{doubts['doubt']}"
        rows.append([plan.plan_id, plan.title or "—", *counts, found])
    listed = columns("plan title:1 tasks# linked# unlinked# doubts#")
    return Sheet("", listed, rows, close=close)


def _lacking_sheet(view: ComparisonView) -> Sheet:
    """Return what each plan lacks: first what all the others have, then what some have."""
    plans, names = view.plans, view.names
    each = max(MOST_LACKING // max(len(plans), 1), 1)
    rows: list[list[Cell]] = []
    for plan in plans:
        others = [other.plan_id for other in plans if other is not plan]
        lines = [line for line in view.lines if plan.plan_id in line.lacking]
        lines.sort(key=lambda line: -sum(map(bool, line.cells.values())))
        alone = [(other, task) for other in others for task in view.unmatched[other]]
        every = sum(all(line.cells[other] for other in others) for line in lines)
        every += len(alone) if len(plans) == 2 else 0
        said = say("overview.lacks", every=every, some=len(lines) + len(alone) - every)
        rows.append([[Run(names[plan.plan_id], "head")], [Run(said, "head")], ""])
        for line in lines[:each]:
            where = [
                names[plan_id] + "+".join(cell.task.task_id for cell in cells)
                for plan_id, cells in line.cells.items()
                if cells
            ]
            rows.append(["", line.group.label, some_of(where)])
        for other, task in alone[: max(each - len(lines), 0)]:
            rows.append(["", task.name, f"{names[other]} {task.task_id}"])
    title = say("overview.lacking", plan=names[plans[0].plan_id])
    return Sheet(title, columns("lacking_plan measure:5 others:3"), rows, close=True)


# --- what stands beside -----------------------------------------------------------------------


def unmatched_sheet(view: ComparisonView) -> Sheet:
    """Return what each plan has that no other has."""
    names = view.names
    tasks = [(name, task) for plan_id, name in names.items() for task in view.unmatched[plan_id]]
    rows: list[list[Cell]] = [
        [
            name,
            task.task_id,
            task.table_title,
            f"{task.group}\n{task.name}" if task.group else task.name,
            task.content,
            "\n".join(map(target_words, task.targets)),
            "、".join(owner_names(task.owners)),
            source_words(task.source),
        ]
        for name, task in tasks
    ]
    facets = [
        Facet("plan", [[name] for name, _ in tasks]),
        Facet("table", [[task.table_title] for _, task in tasks]),
        Facet("body", [owner_names(task.owners) for _, task in tasks]),
    ]
    note = "；".join(
        say("compare.unmatched", plan=name, count=len(view.unmatched[plan_id]))
        for plan_id, name in names.items()
    )
    listed = columns("plan task table:3 name:4 content:11 targets:3 owners:8 source")
    return Sheet(say("sheet.unmatched"), listed, rows, facets, note)


def notes_sheet(view: ComparisonView) -> Sheet:
    """Return what was compared and how to read it."""
    from safeplan import __version__

    rows: list[list[Cell]] = []
    for plan in view.plans:
        linked = view.linked[plan.plan_id]
        doubts = Counter(finding.severity for finding in plan.findings)
        about = say(
            "notes.plan",
            title=plan.title or "—",
            number=plan.document_number or "—",
            tasks=len(plan.tasks),
            linked=linked,
            alone=len(plan.tasks) - linked,
            repairs=doubts["repair"],
            doubts=doubts["doubt"],
        )
        rows.append([plan.plan_id, about])
        rows.append([say("notes.file"), f"{plan.source.path}\nSHA-256 {plan.source.sha256}"])
    rows += [[SIGNS[kind] + say(f"change.{kind}"), say(f"notes.{kind}")] for kind in SIGNS]
    rows += [[sign, say(f"notes.{key}")] for sign, key in (("*", "own"), ("◐", "partial"))]
    marks = [Run(say("notes.marked"), "own"), Run("　"), Run(say("notes.marked_some"), "some")]
    rows.append([marks, say("notes.words")])
    rows.append(["？", say("notes.doubtful", score=f"{SURE:.2f}")])
    if untold := leads_untold(view.plans):
        rows.append([say("role.lead"), say("compare.leads_untold", plans="、".join(untold))])
    if view.hidden:
        rows.append([say("notes.filters"), say("compare.hidden", count=view.hidden)])
    rows.append([say("notes.made"), f"safeplan {__version__}"])
    return Sheet(say("sheet.notes"), columns("entry:2 meaning:9"), rows)


# --- for programs -----------------------------------------------------------------------------


def links_rows(comparison: Comparison, plans: Sequence[Plan]) -> Rows:
    """Return the contract's CSV: a row per link, then one per unmatched record.

    All is text but the score.
    """
    tasks = tasks_of(plans)
    groups = grouped((one, group.group_id) for group in comparison.groups for one in members(group))
    rows: list[dict[str, object]] = []
    for link in comparison.links:
        left, right = sides(link)
        row: dict[str, object] = {"relation": link.relation, "score": link.score}
        row["group_id"] = [one for one in groups.get(left, []) if one in groups.get(right, [])]
        row |= {**_cells("left", left[0], tasks[left]), **_cells("right", right[0], tasks[right])}
        # What programs read is the same in every language.
        changes = [doubt_words(link, "zh"), *(words for _, words in told(link, "zh"))]
        row["target_change"] = "；".join(filter(None, changes))
        for whose in ("shared", "only_left", "only_right"):
            row[f"owners_{whose}"] = "、".join(getattr(link.owners, whose))
        rows.append(row)
    for plan_id, task_ids in comparison.unmatched.items():
        side = "left" if plan_id == comparison.plans[0] else "right"
        for task_id in task_ids:
            task = tasks[plan_id, task_id]
            only = {f"owners_only_{side}": "、".join(owner_names(task.owners))}
            rows.append({"score": float("nan"), **_cells(side, plan_id, task), **only})
    return Rows(COLUMNS, rows)


def _cells(side: str, plan_id: str, task: Task) -> dict[str, object]:
    return {
        f"{side}_plan": plan_id,
        f"{side}_task": task.task_id,
        f"{side}_name": task.name,
        f"{side}_content": task.content,
        f"{side}_targets": "；".join(map(target_words, task.targets)),
    }
