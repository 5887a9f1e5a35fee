"""A comparison as sheets, one a question: who asks what, what differs, what stands alone.

Workbooks and pages are made of these; they lay out and compute nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from safeplan.links import SURE
from safeplan.messages import say
from safeplan.models import ROLES, ChangeKind, Comparison, Link, Plan, TargetChange, Task, TaskRef
from safeplan.reports.bodies import bodies, bodies_sheet
from safeplan.reports.indicators import Indicator, indicators, verdict
from safeplan.reports.marking import runs, word_marks
from safeplan.reports.sheets import Cell, Column, Facet, Mark, Run, Sheet
from safeplan.reports.view import ComparisonView, Line, RecordCell, all_same, leads_untold
from safeplan.reports.words import (
    ORDERED,
    SIGNS,
    amount_words,
    doubt_words,
    due_words,
    is_doubtful,
    outcome_words,
    owner_names,
    owner_words,
    reason_words,
    short_names,
    source_words,
    target_words,
)

MARKS: dict[str, Mark] = {"tighter": "tighter", "looser": "looser", "different": "doubt"}
"""How a target is marked that stands so against others."""


def comparison_sheets(
    view: ComparisonView, comparison: Comparison, plans: Sequence[Plan]
) -> list[Sheet]:
    """Return the sheets 对照, 指标, 变化, 未匹配, 责任单位 and 说明, in this order."""
    found = kept_indicators(view, indicators(comparison, plans))
    return [
        matrix_sheet(view, found, plans),
        indicator_sheet(found, plans),
        changes_sheet(view, plans),
        unmatched_sheet(view, plans),
        bodies_sheet(plans, bodies(plans, view.filters.owner)),
        notes_sheet(view, plans),
    ]


def kept_indicators(view: ComparisonView, found: Sequence[Indicator]) -> list[Indicator]:
    """Return the indicators that the view's filters keep, those to be seen first in front.

    First come those that differ and those that a row is wholly about, in document order; the
    many that all plans took over word for word from above follow.
    """
    kept = [
        one
        for one in found
        if any(view.filters.keeps(asked.task) for asked in one.asked.values())
        and view.filters.missing not in one.asked
        and (one.differs or not view.filters.of_links)
    ]
    return sorted(kept, key=lambda one: not (one.differs or one.leads))


def indicator_sheet(found: Sequence[Indicator], plans: Sequence[Plan]) -> Sheet:
    """Return the targets side by side: a line an indicator, a column a plan, then who asks most."""
    names = short_names(plans)
    rows: list[list[Cell]] = []
    times = Counter((one.subject, one.unit) for one in found)
    for one in found:
        cells: list[Cell] = [_asked(one, plan.plan_id) for plan in plans]
        subject: Cell = one.subject
        if times[one.subject, one.unit] > 1:
            subject = [Run(one.subject), Run(f"（{one.of}）", "dim")]
        rows.append([subject, verdict_cell(one, names), *cells])
    return Sheet(
        title=say("sheet.indicators"),
        columns=[
            Column("subject", 3),
            Column("verdict", 4),
            *[Column(plan.plan_id, 3, title=names[plan.plan_id]) for plan in plans],
        ],
        rows=rows,
        facets=[
            _differing(one.differs for one in found),
            Facet(
                "table",
                [_distinct(a.task.table_title for a in one.asked.values()) for one in found],
            ),
        ],
        note=say("sheet.indicators_note"),
    )


def _asked(one: Indicator, plan_id: str) -> Cell:
    if plan_id not in one.asked:
        return "—"
    asked = one.asked[plan_id]
    mark = MARKS.get(asked.stands, "")
    amount = SIGNS[asked.stands] + amount_words(asked.target)
    return [Run(amount, mark), Run(f" {asked.task.task_id}", "dim")]


def verdict_cell(one: Indicator, names: dict[str, str]) -> Cell:
    """Return who asks most, that first and strongest."""
    said = verdict(one, names)
    if not one.differs:
        return [Run(said[0], "dim")]
    first: Mark = "head" if one.plans_that("tighter") or one.plans_that("more") else "doubt"
    return [Run(said[0], first), *[Run(f"；{words}", "doubt") for words in said[1:]]]


def matrix_sheet(view: ComparisonView, found: Sequence[Indicator], plans: Sequence[Plan]) -> Sheet:
    """Return the measures by plan, with the words, figures and bodies that differ marked."""
    names = short_names(plans)
    stands = _stands(found)
    rows: list[list[Cell]] = []
    for line in view.lines:
        texts = {
            plan_id: [cell.task.content for cell in cells] for plan_id, cells in line.cells.items()
        }
        marks = word_marks(texts)
        cells: list[Cell] = [
            _records(line, plan.plan_id, marks[plan.plan_id], stands) for plan in plans
        ]
        rows.append([line.group.group_id, _label(line), *cells, _changes(line)])
    members = [[c.task for cells in line.cells.values() for c in cells] for line in view.lines]
    return Sheet(
        title=say("sheet.matrix"),
        columns=[
            Column("group", 0),
            Column("measure", 2),
            *[Column(plan.plan_id, 5, title=names[plan.plan_id]) for plan in plans],
            Column("change", 4),
        ],
        rows=rows,
        facets=[
            _differing(line.differs for line in view.lines),
            Facet("table", [_distinct(task.table_title for task in tasks) for tasks in members]),
            Facet(
                "body", [_distinct(o.name for t in tasks for o in t.owners) for tasks in members]
            ),
            Facet("kind", [_kinds(line) for line in view.lines]),
            Facet(
                "missing",
                [[names[plan_id] for plan_id in line.lacking] for line in view.lines],
            ),
        ],
        note=say("sheet.matrix_note"),
    )


def difference_sheet(
    view: ComparisonView, found: Sequence[Indicator], plans: Sequence[Plan]
) -> Sheet:
    """Return the measures that differ, of each record only the words around what differs."""
    names = short_names(plans)
    stands = _stands(found)
    lines = [line for line in view.lines if line.differs]
    rows: list[list[Cell]] = []
    for line in lines:
        marks = word_marks(
            {plan_id: [one.task.content for one in cells] for plan_id, cells in line.cells.items()}
        )
        rows.append(
            [
                line.group.group_id,
                _short_label(line),
                *[
                    _own_words(line.cells[plan.plan_id], plan.plan_id, marks, stands)
                    for plan in plans
                ],
                _changes(line, but=("same", "owners")),
                _sources(line, names),
            ]
        )
    return Sheet(
        title=say("sheet.differences", count=len(rows), all=len(view.lines)),
        columns=[
            Column("group", 0),
            Column("measure", 4),
            *[Column(plan.plan_id, 11, title=names[plan.plan_id]) for plan in plans],
            Column("change", 8),
            Column("place", 0),
        ],
        rows=rows,
        note=say("sheet.differences_note"),
    )


_LABEL = 20
"""Characters of a measure's name where its records stand beside it."""


def _short_label(line: Line) -> Cell:
    label = line.group.label
    said = label if len(label) <= _LABEL else label[:_LABEL] + "…"
    return [Run(said), Run(" ◐", "dim")] if line.partial else said


_AROUND = 7
"""Characters shown on either side of words that differ."""


def _own_words(
    cells: Sequence[RecordCell],
    plan_id: str,
    marks: dict[str, list[list[Mark]]],
    stands: dict[tuple[str, str], list[tuple[str, ChangeKind]]],
) -> Cell:
    """Return of a plan's records what only they say, and who only they name."""
    said: list[Run] = []
    for cell, of_cell in zip(cells, marks[plan_id], strict=True):
        said += [Run("\n")] if said else []
        content = _content(cell.task.content, of_cell, stands.get((plan_id, cell.task.task_id), []))
        elided = _elided(content)
        # A text that is alike everywhere is not quoted.
        said += elided if any(run.mark for run in content) else []
        own = [name for names in cell.owners.values() for name in names if name in cell.own]
        for at, name in enumerate(dict.fromkeys(own)):
            said += [Run("、" if at else " "), Run(f"*{name}", "own")]
    if not cells:
        return "—"
    return said if any(run.text.strip() for run in said) else [Run(SIGNS["same"], "dim")]


def _elided(content: Sequence[Run]) -> list[Run]:
    """Return runs with what is unmarked cut down to what stands beside a mark.

    >>> [run.text for run in _elided([Run("督促生产经营单位每季度开展应急演练"), Run("两次", "own")])]
    ['…度开展应急演练', '两次']
    """
    said: list[Run] = []
    for at, run in enumerate(content):
        text = run.text
        if not run.mark:
            before = text[:_AROUND] if at else ""
            after = text[-_AROUND:] if at + 1 < len(content) else ""
            if len(before) + len(after) + 2 < len(text):
                text = f"{before}…{after}"
        said.append(Run(text, run.mark))
    return said


def _sources(line: Line, names: dict[str, str]) -> Cell:
    """Return where the records of a line stand, a line each."""
    return "\n".join(
        f"{names[plan_id]}{cell.task.task_id} {source_words(cell.task.source)}"
        for plan_id, cells in line.cells.items()
        for cell in cells
    )


def _stands(found: Sequence[Indicator]) -> dict[tuple[str, str], list[tuple[str, ChangeKind]]]:
    """Return how the targets of each record stand against those of others: text read, stand."""
    stands: dict[tuple[str, str], list[tuple[str, ChangeKind]]] = {}
    for one in found:
        for plan_id, asked in one.asked.items():
            place = plan_id, asked.task.task_id
            stands.setdefault(place, []).append((asked.target.text, asked.stands))
    return stands


def _label(line: Line) -> Cell:
    if not line.partial:
        return line.group.label
    return [Run(line.group.label), Run(f"\n◐{say('compare.partial')}", "dim")]


def _records(
    line: Line,
    plan_id: str,
    marks: list[list[Mark]],
    stands: dict[tuple[str, str], list[tuple[str, ChangeKind]]],
) -> Cell:
    said: list[Run] = []
    for cell, of_cell in zip(line.cells[plan_id], marks, strict=True):
        if said:
            said.append(Run("\n\n"))
        task = cell.task
        said.append(Run(task.task_id, "head"))
        said.append(Run(f"  {source_words(task.source)}", "dim"))
        if task.name not in line.group.label:
            said.append(Run(f"\n{task.name}", "head"))
        said.append(Run("\n"))
        said += _content(task.content, of_cell, stands.get((plan_id, task.task_id), []))
        said += _owners(cell)
    return said or "—"


def _content(
    text: str, marks: Sequence[Mark], stands: Sequence[tuple[str, ChangeKind]]
) -> list[Run]:
    """Return a record's text with its own words marked, and a sign before figures that differ."""
    spans = sorted(
        (at, at + len(span), stand)
        for span, stand in set(stands)
        if stand in MARKS and (at := text.find(span)) >= 0
    )
    said: list[Run] = []
    done = 0
    for start, end, stand in spans:
        if start < done:
            continue
        said += runs(text[done:start], marks[done:start])
        said.append(Run(SIGNS[stand] + text[start:end], MARKS[stand]))
        done = end
    return said + runs(text[done:], marks[done:])


def _owners(cell: RecordCell) -> list[Run]:
    said: list[Run] = []
    for role, named in cell.owners.items():
        if not named:
            continue
        said.append(Run(f"\n{say(f'role.{role}')}：", "dim"))
        for at, name in enumerate(named):
            own = name in cell.own
            comma = "、" if at else ""
            said += [Run(comma), Run(f"*{name}", "own")] if own else [Run(comma + name)]
    return said


def _changes(line: Line, but: Sequence[str] = ("same",)) -> Cell:
    """Return what differs between the records of a line; records that differ alike are named once.

    Args:
        line: the line.
        but: kinds of change that are not said.
    """
    between: dict[tuple[tuple[str, str], ...], list[str]] = {}
    for change in line.changes:
        said = tuple(
            pair for pair in zip(change.kinds, change.words, strict=True) if pair[0] not in but
        )
        if said or change.doubtful:
            between.setdefault(said, []).append(change.between)
    runs_of: list[Run] = []
    for said, places in between.items():
        runs_of.append(Run(("\n" if runs_of else "") + "、".join(places), "dim"))
        runs_of += [Run(f"\n{words}", MARKS.get(kind, "")) for kind, words in said]
    if not runs_of and line.differs:
        return ""
    return runs_of or [Run(all_same(line), "dim")]


def kind_words(kind: str) -> str:
    """Return what a kind of change is called: `▲加码`, `≠责任单位不同`."""
    if kind in SIGNS:
        return SIGNS[kind] + say(f"change.{kind}")
    if kind == "doubtful":
        return "？" + say("change.unsaid")
    return SIGNS["different"] + say(f"kind.{kind}")


def _kinds(line: Line) -> list[str]:
    kinds = {kind for change in line.changes for kind in change.kinds}
    return [kind_words(kind) for kind in (*SIGNS, "outcome", "due", "owners") if kind in kinds]


def _differing(flags: Iterable[bool]) -> Facet:
    """Return the facet that keeps only what differs."""
    said = say("facet.differs")
    return Facet("differs", [[said] if flag else [] for flag in flags])


def _distinct(texts: Iterable[str]) -> list[str]:
    return [text for text in dict.fromkeys(texts) if text]


def changes_sheet(view: ComparisonView, plans: Sequence[Plan]) -> Sheet:
    """Return every difference between two linked records, one a row."""
    names = short_names(plans)
    tasks = {(plan.plan_id, task.task_id): task for plan in plans for task in plan.tasks}
    groups = {
        (plan_id, task_id): line.group
        for line in view.lines
        for plan_id, task_ids in line.group.members.items()
        for task_id in task_ids
    }
    rows: list[list[Cell]] = []
    for link in view.links:
        left = (link.left.plan_id, link.left.task_id)
        right = (link.right.plan_id, link.right.task_id)
        if left not in groups or right not in groups:
            continue
        sides = [_side(names, ref) for ref in (link.left, link.right)]
        label = groups[left].label
        for kind, subject, one, other, reason in _differences(link, tasks[left], tasks[right]):
            word: Cell = [Run(kind_words(kind), MARKS.get(kind, ""))]
            rows.append([label, word, subject, sides[0], one, sides[1], other, reason])
    return Sheet(
        title=say("sheet.changes"),
        columns=[
            Column("measure", 3),
            Column("kind", 0),
            Column("subject", 3),
            Column("left", 0),
            Column("left_asks", 4),
            Column("right", 0),
            Column("right_asks", 4),
            Column("reason", 2),
        ],
        rows=rows,
        note=say("sheet.changes_note"),
    )


def _side(names: dict[str, str], ref: TaskRef) -> str:
    return f"{names[ref.plan_id]} {ref.task_id}"


def _differences(link: Link, left: Task, right: Task) -> list[tuple[str, str, Cell, Cell, str]]:
    """Return what differs on a link: kind, subject, what the left asks, the right, the reason."""
    doubtful, doubt = is_doubtful(link), doubt_words(link)
    found: list[tuple[str, str, Cell, Cell, str]] = [
        (
            "doubtful" if doubtful and change.change in ORDERED else change.change,
            change.subject,
            _amount(change, "left"),
            _amount(change, "right"),
            "；".join(filter(None, (reason_words(change), doubt))),
        )
        for change in link.targets
        if change.change != "same"
    ]
    if due_words(link.due) and link.due and link.due.left and link.due.right:
        dates = link.due.left.text, link.due.right.text
        found.append(("due", say("column.deadline"), *dates, doubt))
    if link.outcome and outcome_words(link):
        asked = (link.outcome.left or "—", link.outcome.right or "—")
        found.append(("outcome", say("compare.outcome"), *asked, doubt))
    owners = link.owners
    if left.owners and right.owners and owner_words(owners):
        said = [
            _bodies(task, set(only), lead=bool(owners.lead_changed))
            for task, only in ((left, owners.only_left), (right, owners.only_right))
        ]
        found.append(("owners", say("column.owners"), said[0], said[1], doubt))
    return found


def _amount(change: TargetChange, side: str) -> Cell:
    target = change.left if side == "left" else change.right
    if target is None:
        return "—"
    return target_words(target)


def _bodies(task: Task, only: set[str], *, lead: bool) -> Cell:
    """Return a record's bodies, those that only it names marked; its leads where they differ."""
    said: list[Run] = []
    for role in ROLES:
        named = owner_names(task.owners, role)
        shown = [name for name in named if name in only or (lead and role == "lead")]
        if not shown:
            continue
        said.append(Run(("\n" if said else "") + f"{say(f'role.{role}')}：", "dim"))
        for at, name in enumerate(shown):
            said.append(Run("、" if at else ""))
            said.append(Run(f"*{name}", "own") if name in only else Run(name))
    return said or "—"


def unmatched_sheet(view: ComparisonView, plans: Sequence[Plan]) -> Sheet:
    """Return what each plan has that no other has."""
    names = short_names(plans)
    tasks = [(plan, task) for plan in plans for task in view.unmatched[plan.plan_id]]
    counts = Counter(plan.plan_id for plan, _ in tasks)
    note = "；".join(
        say("compare.unmatched", plan=names[plan.plan_id], count=counts[plan.plan_id])
        for plan in plans
    )
    rows: list[list[Cell]] = [
        [
            names[plan.plan_id],
            task.task_id,
            task.table_title,
            f"{task.group}\n{task.name}" if task.group else task.name,
            task.content,
            "\n".join(target_words(target) for target in task.targets),
            "、".join(_distinct(owner.name for owner in task.owners)),
            source_words(task.source),
        ]
        for plan, task in tasks
    ]
    return Sheet(
        title=say("sheet.unmatched"),
        columns=[
            Column("plan", 0),
            Column("task", 0),
            Column("table", 2),
            Column("name", 3),
            Column("content", 8),
            Column("targets", 3),
            Column("owners", 4),
            Column("source", 0),
        ],
        rows=rows,
        facets=[
            Facet("plan", [[names[plan.plan_id]] for plan, _ in tasks]),
            Facet("table", [[task.table_title] for _, task in tasks]),
            Facet("body", [_distinct(owner.name for owner in task.owners) for _, task in tasks]),
        ],
        note=note,
    )


def notes_sheet(view: ComparisonView, plans: Sequence[Plan]) -> Sheet:
    """Return what was compared and how to read it."""
    from safeplan import __version__

    rows: list[list[Cell]] = []
    for plan in plans:
        count = view.linked[plan.plan_id]
        doubts = Counter(finding.severity for finding in plan.findings)
        about = say(
            "notes.plan",
            title=plan.title or "—",
            number=plan.document_number or "—",
            tasks=len(plan.tasks),
            linked=count,
            alone=len(plan.tasks) - count,
            repairs=doubts["repair"],
            doubts=doubts["doubt"],
        )
        rows.append([plan.plan_id, about])
        rows.append([say("notes.file"), f"{plan.source.path}\nSHA-256 {plan.source.sha256}"])
    rows += [[SIGNS[kind] + say(f"change.{kind}"), say(f"notes.{kind}")] for kind in SIGNS]
    rows += [[sign, say(f"notes.{key}")] for sign, key in (("*", "own"), ("◐", "partial"))]
    said: list[Cell] = [
        [Run(say("notes.marked"), "own"), Run("　"), Run(say("notes.marked_some"), "some")],
        say("notes.words"),
    ]
    rows.append(said)
    rows.append(["？", say("notes.doubtful", score=f"{SURE:.2f}")])
    if untold := leads_untold(plans):
        rows.append([say("role.lead"), say("compare.leads_untold", plans="、".join(untold))])
    if view.hidden:
        rows.append([say("notes.filters"), say("compare.hidden", count=view.hidden)])
    rows.append([say("notes.made"), f"safeplan {__version__}"])
    return Sheet(
        title=say("sheet.notes"), columns=[Column("entry", 2), Column("meaning", 9)], rows=rows
    )
