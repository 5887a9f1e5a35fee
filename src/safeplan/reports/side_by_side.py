"""The measures of a comparison side by side, and each difference between two of its records.

Of few plans each has a column with its records. Of many a line tells who asks most of what is
measured, who least, who lacks the measure and how many of its pairs differ in what; the records
stand on demand.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby

from safeplan.messages import say
from safeplan.models import ROLES, Link, Task
from safeplan.reports.indicators import MARKS, Asked, Indicator, loosest_runs, strictest_runs
from safeplan.reports.marking import runs, word_marks
from safeplan.reports.phrasing import (
    CHANGES,
    SIGNS,
    Place,
    change_kind,
    doubt_words,
    due_words,
    is_doubtful,
    kind_words,
    outcome_words,
    owner_names,
    owner_words,
    reason_words,
    sides,
    some_of,
    source_words,
    target_words,
)
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
    grouped,
    in_turn,
    role_run,
    starred,
)
from safeplan.reports.view import ComparisonView, RecordCell, ViewLine, all_same, members
from safeplan.spans import spans_of_targets

_LABEL = 20
"""Characters of a measure's name where its records stand beside it."""
_AROUND = 6
"""Characters shown on either side of words that differ."""
_CHANGE_MARKS: dict[str, Mark] = {**MARKS, "owners": "spare"}
"""The bodies that only one side names are marked in its record too."""


def matrix_sheet(view: ComparisonView, found: Sequence[Indicator]) -> Sheet:
    """Return the measures by plan, with the words, figures and bodies that differ marked.

    Of many plans, one line a measure.
    """
    if len(view.plans) > MOST_COLUMNS:
        return _lines_sheet(view, found)
    figures = _figures(found)
    rows: list[list[Cell]] = []
    for line in view.lines:
        cells = [_records(line, own) for own in _marked(line, figures)]
        label = line.group.label
        named = [Run(label[:_LABEL]), *([Run(label[_LABEL:], "rest")] if label[_LABEL:] else [])]
        named += [Run(f"\n◐{say('compare.partial')}", "dim")] if line.partial else []
        rows.append([line.group.group_id, named, *cells, _changes(line)])
    listed = columns("group measure:2 *:5 change:4", view.names)
    return Sheet(say("sheet.matrix"), listed, rows, _facets(view), say("sheet.matrix_note"))


def difference_sheet(view: ComparisonView, found: Sequence[Indicator]) -> Sheet:
    """Return the measures that differ, of each record only the words around what differs."""
    figures = _figures(found)
    rows: list[list[Cell]] = []
    for line in filter(lambda line: line.differs, view.lines):
        label = line.group.label
        said = label if len(label) <= _LABEL else label[:_LABEL] + "…"
        named: Cell = [Run(said), Run(" ◐", "dim")] if line.partial else said
        cells = [_own_words(own) for own in _marked(line, figures)]
        sources = "\n".join(
            f"{view.names[plan_id]}{cell.task.task_id} {source_words(cell.task.source)}"
            for plan_id, of_plan in line.cells.items()
            for cell in of_plan
        )
        rows.append([line.group.group_id, named, *cells, _changes_alone(line), sources])
    title = say("sheet.differences", count=len(rows), all=len(view.lines))
    listed = columns("group measure:5 *:11 change:10 place", view.names)
    return Sheet(title, listed, rows, note=say("sheet.differences_note"))


def _facets(view: ComparisonView) -> list[Facet]:
    """Return what the lines of a comparison can be chosen by."""
    tasks = [[c.task for cells in line.cells.values() for c in cells] for line in view.lines]
    values = {
        "table": [distinct(task.table_title for task in of_line) for of_line in tasks],
        "body": [distinct(o.name for task in of_line for o in task.owners) for of_line in tasks],
        "kind": [[kind_words(kind) for kind in _kinds(line)] for line in view.lines],
        "missing": [[view.names[plan_id] for plan_id in line.lacking] for line in view.lines],
    }
    differs = differing(line.differs for line in view.lines)
    return [differs, *(Facet(key, of_lines) for key, of_lines in values.items())]


def _kinds(line: ViewLine) -> list[str]:
    kinds = {kind for change in line.changes for kind, _ in change.said}
    return [kind for kind in CHANGES if kind in kinds]


# --- of few plans: a column each --------------------------------------------------------------

_Marked = list[tuple[RecordCell, list[Run]]]
"""The records of a plan in a line, each with its text, the words that differ marked."""


def _figures(found: Sequence[Indicator]) -> dict[Place, list[Asked]]:
    """Return of each record what it asks that differs from what others ask."""
    return grouped(
        ((plan_id, asked.task.task_id), asked)
        for one in found
        for plan_id, asked in one.asked.items()
        if asked.stands in MARKS
    )


def _marked(line: ViewLine, figures: dict[Place, list[Asked]]) -> list[_Marked]:
    texts = {id_: [cell.task.content for cell in cells] for id_, cells in line.cells.items()}
    marks = word_marks(texts)
    return [
        [
            (cell, _content(cell.task, of_cell, figures.get((plan_id, cell.task.task_id), [])))
            for cell, of_cell in zip(cells, marks[plan_id], strict=True)
        ]
        for plan_id, cells in line.cells.items()
    ]


def _content(task: Task, marks: Sequence[Mark], figures: Sequence[Asked]) -> list[Run]:
    """Return a record's text with its own words marked, and a sign before figures that differ."""
    text, spans = task.content, spans_of_targets(task) if figures else []
    stands = {
        (span.text.start, span.text.end, one.stands)
        for one in figures
        if (span := spans[one.at]) and span.text.field == "content"
    }
    said: list[Run] = []
    done = 0
    for start, end, stand in sorted(stands):
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
        else:
            parts = Run(run.text[:start]), Run(run.text[start:end], "rest"), Run(run.text[end:])
            said += [part for part in parts if part.text]
    return said


def _own_words(records: _Marked) -> Cell:
    """Return of a plan's records what only they say, and who only they name."""
    said: list[Run] = []
    for cell, content in records:
        said += [Run("\n")] if said else []
        # A text that is alike everywhere is not quoted.
        if any(run.mark not in ("", "rest") for run in content):
            said += [Run("…") if run.mark == "rest" else run for run in content]
        own = distinct(name for names in cell.owners.values() for name in names if name in cell.own)
        said += [Run(" "), *starred(own, own)] if own else []
    if not records:
        return "—"
    return said if any(run.text.strip() for run in said) else [Run(SIGNS["same"], "dim")]


def _records(line: ViewLine, records: _Marked) -> Cell:
    said: list[list[Run]] = []
    for cell, content in records:
        task = cell.task
        name = [Run(f"\n{task.name}", "head")] if task.name not in line.group.label else []
        head = [Run(task.task_id, "head"), Run(f"  {source_words(task.source)}", "dim"), *name]
        said.append([*head, Run("\n"), *content, *_owners(cell)])
    return in_turn(said, Run("\n\n")) or "—"


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


def _changes_alone(line: ViewLine) -> Cell:
    """Return what differs, each difference once with all pairs of plans that it is between.

    Bodies are not said: each record marks those that only it names.
    """
    between = grouped(
        (said, change.places)
        for change in line.changes
        for said in change.said
        if said[0] not in ("same", "owners")
    )
    said: list[list[Run]] = []
    for (kind, words), both in between.items():
        pairs = [f"{one}→{'、'.join(distinct(others))}" for one, others in grouped(both).items()]
        said.append([Run(words, MARKS.get(kind, "")), Run(f"（{'；'.join(pairs)}）", "dim")])
    doubts = "、".join(change.between for change in line.changes if is_doubtful(change.link))
    return in_turn([*said, [Run(doubts, "dim")] if doubts else []])


def _changes(line: ViewLine) -> Cell:
    """Return what differs between the records of a line, and how sure each link is.

    Records that differ alike are named once.
    """
    between = grouped(
        (
            tuple(pair for pair in change.said if pair[0] != "same"),
            change.between + ("" if is_doubtful(change.link) else f" {change.link.score:.2f}"),
        )
        for change in line.changes
        if is_doubtful(change.link) or any(kind != "same" for kind, _ in change.said)
    )
    parts: list[list[Run]] = []
    for said, places in between.items():
        spare = bool(said) and all(kind == "owners" for kind, _ in said)
        parts.append([Run("、".join(places), "spare" if spare else "dim")])
        parts[-1] += [Run(f"\n{words}", _CHANGE_MARKS.get(kind, "")) for kind, words in said]
    return in_turn(parts) or [Run(all_same(line), "dim")]


# --- of many plans: a line a measure ----------------------------------------------------------


def _lines_sheet(view: ComparisonView, found: Sequence[Indicator]) -> Sheet:
    """Return the measures of many plans, one a line."""
    names = view.names
    measured = grouped(
        ((plan_id, asked.task.task_id), at)
        for at, one in enumerate(found)
        for plan_id, asked in one.asked.items()
    )
    rows: list[list[Cell]] = []
    for line in view.lines:
        ranges = sorted({at for one in members(line.group) for at in measured.get(one, ())})
        rows.append(
            [
                line.group.group_id,
                line.group.label,
                str(sum(map(bool, line.cells.values()))),
                some_of([names[plan_id] for plan_id in line.lacking]) or "—",
                _range([found[at] for at in ranges]),
                _differences(line),
                _every_record(line, names),
            ]
        )
    listed = columns("group measure:3 plans# lacking_plan:3 range:7 change:3 by_plan:5~")
    return Sheet(say("sheet.matrix"), listed, rows, _facets(view), say("sheet.lines_note"))


def _range(found: Sequence[Indicator]) -> Cell:
    """Return who asks most and who least of what differs, and how much is asked alike."""
    said: list[Run] = []
    differing = [one for one in found if one.differs]
    for one in differing:
        said += [Run("\n" if said else ""), Run(f"{one.subject}：", "head")]
        said += in_turn([strictest_runs(one), loosest_runs(one)], Run("\n"))
    alike = len(found) - len(differing)
    words = say("words.alike", count=alike)
    return in_turn([said, [Run(words, "dim")] if alike else []]) or "—"


def _differences(line: ViewLine) -> Cell:
    """Return in how many pairs what differs."""
    counts = Counter(kind for change in line.changes for kind in {kind for kind, _ in change.said})
    said: list[list[Run]] = []
    for kind in _kinds(line):
        pairs = Run(f" {say('words.pairs', count=counts[kind])}", "dim")
        said.append([Run(kind_words(kind), MARKS.get(kind, "")), pairs] if kind != "same" else [])
    return in_turn(said) or [Run(kind_words("same"), "dim")]


def _every_record(line: ViewLine, names: dict[str, str]) -> Cell:
    """Return every record of a line; what plans say in the same words stands once."""
    said_by: dict[tuple[str, str], list[str]] = {}
    for plan_id, cells in line.cells.items():
        for cell in cells:
            by_role = ((say(f"role.{role}"), "、".join(of)) for role, of in cell.owners.items())
            owners = "".join(f"\n{role}：{named}" for role, named in by_role if named)
            where = f"{names[plan_id]} {cell.task.task_id}"
            said_by.setdefault((cell.task.content, owners), []).append(where)
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
    between = grouped(
        ((labels[left], 0 if many else at, one), (left, right))
        for at, link in enumerate(view.kept.links)
        for left, right in [sides(link)]
        if left in labels and right in labels
        for one in _differences_of(link, tasks[left], tasks[right])
    )
    rows: list[list[Cell]] = []
    for (label, _, (kind, subject, left_asks, right_asks, reason)), pairs in between.items():
        lefts, rights = (
            some_of(distinct(f"{names[plan_id]} {task_id}" for plan_id, task_id in side))
            for side in zip(*pairs, strict=True)
        )
        word: Cell = [Run(kind_words(kind), MARKS.get(kind, ""))]
        rows.append([label, word, subject, lefts, left_asks, rights, right_asks, reason])
    listed = columns("measure:3 kind subject:3 left left_asks:4 right right_asks:4 reason:2")
    return Sheet(say("sheet.changes"), listed, rows, note=say("sheet.changes_note"))


def _differences_of(link: Link, left: Task, right: Task) -> Iterator[_Difference]:
    """Yield what differs on a link."""
    doubt = doubt_words(link)
    for change in link.targets:
        if change.change != "same":
            left_asks, right_asks = (
                target_words(one) if one else "—" for one in (change.left, change.right)
            )
            why = "；".join(filter(None, (reason_words(change), doubt)))
            yield change_kind(change, link), change.subject, left_asks, right_asks, why
    if due_words(link.due) and link.due and link.due.left and link.due.right:
        dates = link.due.left.text, link.due.right.text
        yield "due", say("column.deadline"), *dates, doubt
    if link.outcome and outcome_words(link):
        states = link.outcome.left or "—", link.outcome.right or "—"
        yield "outcome", say("compare.outcome"), *states, doubt
    owners = link.owners
    if left.owners and right.owners and owner_words(owners):
        lead = bool(owners.lead_changed)
        here = _bodies(left, set(owners.only_left), lead=lead)
        there = _bodies(right, set(owners.only_right), lead=lead)
        yield "owners", say("column.owners"), here, there, doubt


def _bodies(task: Task, only: set[str], *, lead: bool) -> Cell:
    """Return a record's bodies, those that only it names marked; its leads where they differ."""
    said: list[list[Run]] = []
    for role in ROLES:
        named = owner_names(task.owners, role)
        shown = [name for name in named if name in only or (lead and role == "lead")]
        said.append([role_run(role), *starred(shown, only)] if shown else [])
    return tuple(in_turn(said)) or "—"
