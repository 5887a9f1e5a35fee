"""A comparison as sheets, one a question: who asks what, what differs, what stands alone.

Workbooks, pages and documents are made of these; they lay out and compute nothing. Of few plans
each has a column with its records. Of many a line tells who asks most of what is measured, who
least, who lacks the measure and how many of its pairs differ in what; the records stand on demand.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import groupby

from safeplan.messages import say
from safeplan.models import ROLES, ChangeKind, Link, Span, Target, Task, TaskRef
from safeplan.reports.bodies import bodies, bodies_sheet
from safeplan.reports.filters import members
from safeplan.reports.indicators import (
    MARKS,
    Indicator,
    indicator_sheet,
    kept_indicators,
    loosest_runs,
    strictest_runs,
)
from safeplan.reports.marking import runs, word_marks
from safeplan.reports.phrasing import (
    CHANGES,
    SIGNS,
    Place,
    change_kind,
    doubt_words,
    due_words,
    kind_words,
    outcome_words,
    owner_names,
    owner_words,
    place,
    reason_words,
    some_of,
    source_words,
    target_words,
)
from safeplan.reports.remarks import notes_sheet, unmatched_sheet
from safeplan.reports.result_sheets import (
    MOST_COLUMNS,
    Cell,
    Facet,
    Mark,
    Run,
    Sheet,
    columns,
    differing,
    distinct,
    in_turn,
    plain,
    plan_columns,
    starred,
)
from safeplan.reports.view import ComparisonView, RecordCell, ViewLine, all_same
from safeplan.spans import span_of_target


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


_Stands = dict[Place, list[tuple[Span, ChangeKind]]]
"""How the targets of each record stand against those of others: where each was read, stand."""


def matrix_sheet(view: ComparisonView, found: Sequence[Indicator]) -> Sheet:
    """Return the measures by plan, with the words, figures and bodies that differ marked.

    Of many plans, one line a measure.
    """
    if len(view.plans) > MOST_COLUMNS:
        return _lines_sheet(view, found)
    stands = _stands(found)
    rows: list[list[Cell]] = []
    for line in view.lines:
        marks = _word_marks(line)
        cells = [_records(line, plan_id, marks[plan_id], stands) for plan_id in line.cells]
        rows.append([line.group.group_id, _label(line), *cells, _changes(line)])
    of_plans = plan_columns(view.plans, 5)
    listed = [*columns("group measure:2"), *of_plans, *columns("change:4")]
    return Sheet(say("sheet.matrix"), listed, rows, _facets(view), say("sheet.matrix_note"))


def difference_sheet(view: ComparisonView, found: Sequence[Indicator]) -> Sheet:
    """Return the measures that differ, of each record only the words around what differs."""
    names, stands = view.names, _stands(found)
    rows: list[list[Cell]] = []
    for line in filter(lambda line: line.differs, view.lines):
        marks = _word_marks(line)
        own = [_own_words(line, plan_id, marks[plan_id], stands) for plan_id in line.cells]
        changes = _changes_alone(line)
        rows.append([line.group.group_id, _short_label(line), *own, changes, _sources(line, names)])
    of_plans = plan_columns(view.plans, 11)
    return Sheet(
        say("sheet.differences", count=len(rows), all=len(view.lines)),
        [*columns("group measure:5"), *of_plans, *columns("change:10 place")],
        rows,
        note=say("sheet.differences_note"),
    )


def _facets(view: ComparisonView) -> list[Facet]:
    """Return what the lines of a comparison can be chosen by."""
    names = view.names
    tasks = [[c.task for cells in line.cells.values() for c in cells] for line in view.lines]
    values = {
        "table": [distinct(task.table_title for task in of_line) for of_line in tasks],
        "body": [distinct(o.name for task in of_line for o in task.owners) for of_line in tasks],
        "kind": [[kind_words(kind) for kind in _kinds(line)] for line in view.lines],
        "missing": [[names[plan_id] for plan_id in line.lacking] for line in view.lines],
    }
    differs = differing(line.differs for line in view.lines)
    return [differs, *(Facet(key, of_lines) for key, of_lines in values.items())]


def _kinds(line: ViewLine) -> list[str]:
    kinds = {kind for change in line.changes for kind, _ in change.said}
    return [kind for kind in CHANGES if kind in kinds]


# --- of few plans: a column each --------------------------------------------------------------


def _word_marks(line: ViewLine) -> dict[str, list[list[Mark]]]:
    return word_marks(
        {plan_id: [cell.task.content for cell in cells] for plan_id, cells in line.cells.items()}
    )


_LABEL = 20
"""Characters of a measure's name where its records stand beside it."""
_AROUND = 6
"""Characters shown on either side of words that differ."""


def _short_label(line: ViewLine) -> Cell:
    label = line.group.label
    said = label if len(label) <= _LABEL else label[:_LABEL] + "…"
    return [Run(said), Run(" ◐", "dim")] if line.partial else said


def _own_words(
    line: ViewLine, plan_id: str, marks: Sequence[Sequence[Mark]], stands: _Stands
) -> Cell:
    """Return of a plan's records what only they say, and who only they name."""
    said: list[Run] = []
    for cell, of_cell in zip(line.cells[plan_id], marks, strict=True):
        said += [Run("\n")] if said else []
        content = _content(cell, of_cell, stands.get((plan_id, cell.task.task_id), []))
        # A text that is alike everywhere is not quoted.
        if any(run.mark not in ("", "rest") for run in content):
            said += [Run("…") if run.mark == "rest" else run for run in content]
        own = distinct(name for names in cell.owners.values() for name in names if name in cell.own)
        said += [Run(" "), *starred(own, own)] if own else []
    if not line.cells[plan_id]:
        return "—"
    return said if any(run.text.strip() for run in said) else [Run(SIGNS["same"], "dim")]


def _sources(line: ViewLine, names: dict[str, str]) -> Cell:
    """Return where the records of a line stand, a line each."""
    return "\n".join(
        f"{names[plan_id]}{cell.task.task_id} {source_words(cell.task.source)}"
        for plan_id, cells in line.cells.items()
        for cell in cells
    )


def _stands(found: Sequence[Indicator]) -> _Stands:
    stands: _Stands = {}
    for one in found:
        for plan_id, asked in one.asked.items():
            record = plan_id, asked.task.task_id
            if where := span_of_target(asked.task, asked.target):
                stands.setdefault(record, []).append((where.text, asked.stands))
    return stands


def _label(line: ViewLine) -> Cell:
    label = line.group.label
    said = [Run(label[:_LABEL])]
    said += [Run(label[_LABEL:], "rest")] if len(label) > _LABEL else []
    return [*said, Run(f"\n◐{say('compare.partial')}", "dim")] if line.partial else said


def _records(
    line: ViewLine, plan_id: str, marks: Sequence[Sequence[Mark]], stands: _Stands
) -> Cell:
    said: list[list[Run]] = []
    for cell, of_cell in zip(line.cells[plan_id], marks, strict=True):
        task = cell.task
        name = [Run(f"\n{task.name}", "head")] if task.name not in line.group.label else []
        head = [Run(task.task_id, "head"), Run(f"  {source_words(task.source)}", "dim"), *name]
        content = _content(cell, of_cell, stands.get((plan_id, task.task_id), []))
        said.append([*head, Run("\n"), *content, *_owners(cell)])
    return in_turn(said, Run("\n\n")) or "—"


def _content(
    cell: RecordCell, marks: Sequence[Mark], stands: Sequence[tuple[Span, ChangeKind]]
) -> list[Run]:
    """Return a record's text with its own words marked, and a sign before figures that differ."""
    text = cell.task.content
    spans = sorted(
        (span.start, span.end, stand)
        for span, stand in set(stands)
        if stand in MARKS and span.field == "content"
    )
    said: list[Run] = []
    done = 0
    for start, end, stand in spans:
        if start >= done:
            said += runs(text[done:start], marks[done:start])
            said.append(Run(SIGNS[stand] + text[start:end], MARKS[stand]))
            done = end
    return _with_rest(said + runs(text[done:], marks[done:]))


def _with_rest(content: Sequence[Run]) -> list[Run]:
    """Return runs with what is unmarked marked as the rest, but for what stands beside a mark.

    >>> [run.text for run in _with_rest([Run("督促生产经营单位每季度开展应急演练"), Run("两次", "own")])]
    ['督促生产经营单位每季度', '开展应急演练', '两次']
    """
    said: list[Run] = []
    for at, run in enumerate(content):
        start = _AROUND if at else 0
        end = max(len(run.text) - _AROUND, start) if at + 1 < len(content) else len(run.text)
        if run.mark or end - start < 3:
            said.append(run)
            continue
        said += [Run(run.text[:start])] if start else []
        said.append(Run(run.text[start:end], "rest"))
        said += [Run(run.text[end:])] if end < len(run.text) else []
    return said


def _owners(cell: RecordCell) -> list[Run]:
    """Return a record's bodies by role; those that a linked record names too can be spared."""
    said: list[Run] = []
    for role, named in cell.owners.items():
        label = f"\n{say(f'role.{role}')}："
        if named and cell.own.isdisjoint(named):
            said.append(Run(label + "、".join(named), "spare"))
            continue
        said += [Run(label, "dim")] if named else []
        for at, (own, names) in enumerate(groupby(named, key=cell.own.__contains__)):
            words = "、".join(f"*{name}" if own else name for name in names)
            said += [Run("、", "" if own and at > 1 else "spare")] if at else []
            said.append(Run(words, "own" if own else "spare"))
    return said


_CHANGE_MARKS: dict[str, Mark] = {**MARKS, "owners": "spare"}
"""The bodies that only one side names are marked in its record too."""


def _changes_alone(line: ViewLine) -> Cell:
    """Return what differs, each difference once with all pairs of plans that it is between.

    Bodies are not said: each record marks those that only it names.
    """
    between: dict[tuple[str, str], dict[str, list[str]]] = {}
    for change in line.changes:
        left, right = change.plans
        for kind, words in change.said:
            if kind not in ("same", "owners"):
                between.setdefault((kind, words), {}).setdefault(left, []).append(right)
    said: list[list[Run]] = []
    for (kind, words), sides in between.items():
        pairs = [f"{left}→{'、'.join(distinct(rights))}" for left, rights in sides.items()]
        said.append([Run(words, MARKS.get(kind, "")), Run(f"（{'；'.join(pairs)}）", "dim")])
    doubts = "、".join(change.between for change in line.changes if change.doubtful)
    return in_turn([*said, [Run(doubts, "dim")] if doubts else []])


def _changes(line: ViewLine) -> Cell:
    """Return what differs between the records of a line, and how sure each link is.

    Records that differ alike are named once.
    """
    between: dict[tuple[tuple[str, str], ...], list[str]] = {}
    for change in line.changes:
        said = tuple(pair for pair in change.said if pair[0] != "same")
        if said or change.doubtful:
            score = "" if change.doubtful else f" {change.score:.2f}"
            between.setdefault(said, []).append(change.between + score)
    parts: list[list[Run]] = []
    for said, places in between.items():
        spare = bool(said) and all(kind == "owners" for kind, _ in said)
        where = Run("、".join(places), "spare" if spare else "dim")
        parts.append(
            [where, *(Run(f"\n{words}", _CHANGE_MARKS.get(kind, "")) for kind, words in said)]
        )
    return in_turn(parts) or [Run(all_same(line), "dim")]


# --- of many plans: a line a measure ----------------------------------------------------------


def _lines_sheet(view: ComparisonView, found: Sequence[Indicator]) -> Sheet:
    """Return the measures of many plans, one a line."""
    names = view.names
    measured: dict[Place, list[int]] = {}
    for at, one in enumerate(found):
        for plan_id, asked in one.asked.items():
            measured.setdefault((plan_id, asked.task.task_id), []).append(at)
    rows: list[list[Cell]] = []
    for line in view.lines:
        ranges = sorted({at for one in members(line.group) for at in measured.get(one, ())})
        rows.append(
            [
                line.group.group_id,
                line.group.label,
                str(sum(map(bool, line.cells.values()))),
                some_of([names[plan_id] for plan_id in line.lacking]) or "—",
                _range([found[at] for at in ranges], names),
                _differences(line),
                _every_record(line, names),
            ]
        )
    listed = columns("group measure:3 plans# lacking_plan:3 range:7 change:3 by_plan:5~")
    return Sheet(say("sheet.matrix"), listed, rows, _facets(view), say("sheet.lines_note"))


def _range(found: Sequence[Indicator], names: dict[str, str]) -> Cell:
    """Return who asks most and who least of what differs, and how much is asked alike."""
    said: list[Run] = []
    differing = [one for one in found if one.differs]
    for one in differing:
        said += [Run("\n" if said else ""), Run(f"{one.subject}：", "head")]
        said += in_turn([strictest_runs(one, names), loosest_runs(one, names)], Run("\n"))
    alike = len(found) - len(differing)
    words = say("words.alike", count=alike)
    return in_turn([said, [Run(words, "dim")] if alike else []]) or "—"


def _differences(line: ViewLine) -> Cell:
    """Return in how many pairs what differs."""
    counts = Counter(kind for change in line.changes for kind in {kind for kind, _ in change.said})
    said = (
        [
            Run(kind_words(kind), MARKS.get(kind, "")),
            Run(f" {say('words.pairs', count=counts[kind])}", "dim"),
        ]
        for kind in _kinds(line)
        if kind != "same"
    )
    return in_turn(said) or [Run(kind_words("same"), "dim")]


def _every_record(line: ViewLine, names: dict[str, str]) -> Cell:
    """Return every record of a line; what plans say in the same words stands once."""
    said_by: dict[tuple[str, str], list[str]] = {}
    for plan_id, cells in line.cells.items():
        for cell in cells:
            owners = "".join(
                f"\n{say(f'role.{role}')}：{'、'.join(named)}"
                for role, named in cell.owners.items()
                if named
            )
            words = cell.task.content, owners
            said_by.setdefault(words, []).append(f"{names[plan_id]} {cell.task.task_id}")
    return in_turn(
        [Run("、".join(who), "head"), Run(f"\n{content}"), Run(owners, "dim")]
        for (content, owners), who in said_by.items()
    )


# --- each difference a row --------------------------------------------------------------------

_Difference = tuple[str, str, Cell, Cell, str]
"""Its kind, what it is about, what left and right ask, why it cannot be compared or is doubtful."""


def changes_sheet(view: ComparisonView) -> Sheet:
    """Return every difference between two linked records, one a row.

    Of many plans, what differs alike between several pairs is one row.
    """
    names, tasks = view.names, view.tasks
    labels = {one: line.group.label for line in view.lines for one in members(line.group)}
    many = len(view.plans) > MOST_COLUMNS
    said: dict[tuple[object, ...], _Difference] = {}
    between: dict[tuple[object, ...], list[tuple[str, str]]] = {}
    for at, link in enumerate(view.kept.links):
        left, right = place(link.left), place(link.right)
        if left not in labels or right not in labels:
            continue
        sides = _side(names, link.left), _side(names, link.right)
        for one in _differences_of(link, tasks[left], tasks[right]):
            key = (labels[left], 0 if many else at, *map(plain, one))
            said.setdefault(key, one)
            between.setdefault(key, []).append(sides)
    rows: list[list[Cell]] = []
    for key, (kind, subject, left_asks, right_asks, reason) in said.items():
        lefts, rights = (some_of(distinct(side)) for side in zip(*between[key], strict=True))
        word: Cell = [Run(kind_words(kind), MARKS.get(kind, ""))]
        rows.append([str(key[0]), word, subject, lefts, left_asks, rights, right_asks, reason])
    listed = columns("measure:3 kind subject:3 left left_asks:4 right right_asks:4 reason:2")
    return Sheet(say("sheet.changes"), listed, rows, note=say("sheet.changes_note"))


def _side(names: dict[str, str], ref: TaskRef) -> str:
    return f"{names[ref.plan_id]} {ref.task_id}"


def _differences_of(link: Link, left: Task, right: Task) -> list[_Difference]:
    """Return what differs on a link."""
    doubt = doubt_words(link)
    found: list[_Difference] = [
        (
            change_kind(change, link),
            change.subject,
            _amount(change.left),
            _amount(change.right),
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
        lead = bool(owners.lead_changed)
        here = _bodies(left, set(owners.only_left), lead=lead)
        there = _bodies(right, set(owners.only_right), lead=lead)
        found.append(("owners", say("column.owners"), here, there, doubt))
    return found


def _amount(target: Target | None) -> str:
    return target_words(target) if target else "—"


def _bodies(task: Task, only: set[str], *, lead: bool) -> Cell:
    """Return a record's bodies, those that only it names marked; its leads where they differ."""
    said = []
    for role in ROLES:
        named = owner_names(task.owners, role)
        shown = [name for name in named if name in only or (lead and role == "lead")]
        label = Run(f"{say(f'role.{role}')}：", "dim")
        said.append([label, *starred(shown, only)] if shown else [])
    return in_turn(said) or "—"
