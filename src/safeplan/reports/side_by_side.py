"""A comparison as sheets, one a question: who asks what, what differs, what stands alone.

Workbooks and pages are made of these; they lay out and compute nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from safeplan.messages import say
from safeplan.models import ChangeKind, Comparison, Plan, Span
from safeplan.reports.bodies import bodies, bodies_sheet
from safeplan.reports.by_measure import line_facets, lines_sheet
from safeplan.reports.differences import changes_sheet
from safeplan.reports.indicators import Indicator, indicators
from safeplan.reports.marking import runs, word_marks
from safeplan.reports.phrasing import SIGNS, short_names, source_words
from safeplan.reports.remarks import notes_sheet, unmatched_sheet
from safeplan.reports.result_sheets import MOST_COLUMNS, Cell, Mark, Run, Sheet, SheetColumn
from safeplan.reports.standings import MARKS, indicator_sheet, kept_indicators
from safeplan.reports.view import ComparisonView, RecordCell, ViewLine, all_same
from safeplan.spans import span_of_target


def comparison_sheets(
    view: ComparisonView, comparison: Comparison, plans: Sequence[Plan]
) -> list[Sheet]:
    """Return the sheets 对照, 指标, 变化, 未匹配, 责任单位 and 说明, in this order."""
    found = kept_indicators(view, indicators(comparison, plans))
    carrying = bodies(plans, view.filters.owner, comparison=comparison)
    return [
        matrix_sheet(view, found, plans),
        indicator_sheet(found, plans),
        changes_sheet(view, plans),
        unmatched_sheet(view, plans),
        bodies_sheet(plans, carrying),
        notes_sheet(view, plans),
    ]


_Stands = dict[tuple[str, str], list[tuple[Span, ChangeKind]]]
"""How the targets of each record stand against those of others: where each was read, stand."""


def matrix_sheet(view: ComparisonView, found: Sequence[Indicator], plans: Sequence[Plan]) -> Sheet:
    """Return the measures by plan, with the words, figures and bodies that differ marked.

    Of many plans, one line a measure.
    """
    if len(plans) > MOST_COLUMNS:
        return lines_sheet(view, found, plans)
    names = short_names(plans)
    stands = _stands(found)
    rows: list[list[Cell]] = []
    for line in view.lines:
        marks = _word_marks(line)
        cells = [_records(line, plan.plan_id, marks[plan.plan_id], stands) for plan in plans]
        rows.append([line.group.group_id, _label(line), *cells, _changes(line)])
    return Sheet(
        title=say("sheet.matrix"),
        columns=[
            SheetColumn("group", 0),
            SheetColumn("measure", 2),
            *[SheetColumn(plan.plan_id, 5, title=names[plan.plan_id]) for plan in plans],
            SheetColumn("change", 4),
        ],
        rows=rows,
        facets=line_facets(view, names),
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
        marks = _word_marks(line)
        own = [_own_words(line, plan.plan_id, marks[plan.plan_id], stands) for plan in plans]
        changes = _changes_alone(line)
        rows.append([line.group.group_id, _short_label(line), *own, changes, _sources(line, names)])
    return Sheet(
        title=say("sheet.differences", count=len(rows), all=len(view.lines)),
        columns=[
            SheetColumn("group", 0),
            SheetColumn("measure", 5),
            *[SheetColumn(plan.plan_id, 11, title=names[plan.plan_id]) for plan in plans],
            SheetColumn("change", 10),
            SheetColumn("place", 0),
        ],
        rows=rows,
        note=say("sheet.differences_note"),
    )


def _word_marks(line: ViewLine) -> dict[str, list[list[Mark]]]:
    return word_marks(
        {plan_id: [cell.task.content for cell in cells] for plan_id, cells in line.cells.items()}
    )


_LABEL = 20
"""Characters of a measure's name where its records stand beside it."""


def _short_label(line: ViewLine) -> Cell:
    label = line.group.label
    said = label if len(label) <= _LABEL else label[:_LABEL] + "…"
    return [Run(said), Run(" ◐", "dim")] if line.partial else said


_AROUND = 6
"""Characters shown on either side of words that differ."""


def _own_words(
    line: ViewLine, plan_id: str, marks: Sequence[Sequence[Mark]], stands: _Stands
) -> Cell:
    """Return of a plan's records what only they say, and who only they name."""
    cells = line.cells[plan_id]
    said: list[Run] = []
    for cell, of_cell in zip(cells, marks, strict=True):
        said += [Run("\n")] if said else []
        content = _content(cell, of_cell, stands.get((plan_id, cell.task.task_id), []))
        # A text that is alike everywhere is not quoted.
        if any(run.mark not in ("", "rest") for run in content):
            said += [Run("…") if run.mark == "rest" else run for run in content]
        own = [name for names in cell.owners.values() for name in names if name in cell.own]
        for at, name in enumerate(dict.fromkeys(own)):
            said += [Run("、" if at else " "), Run(f"*{name}", "own")]
    if not cells:
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
            place = plan_id, asked.task.task_id
            if where := span_of_target(asked.task, asked.target):
                stands.setdefault(place, []).append((where.text, asked.stands))
    return stands


def _label(line: ViewLine) -> Cell:
    label = line.group.label
    said = [Run(label[:_LABEL])]
    said += [Run(label[_LABEL:], "rest")] if len(label) > _LABEL else []
    return [*said, Run(f"\n◐{say('compare.partial')}", "dim")] if line.partial else said


def _records(
    line: ViewLine, plan_id: str, marks: Sequence[Sequence[Mark]], stands: _Stands
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
        said += _content(cell, of_cell, stands.get((plan_id, task.task_id), []))
        said += _owners(cell)
    return said or "—"


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
        if start < done:
            continue
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
    doubts: list[str] = []
    for change in line.changes:
        doubts += [change.between] if change.doubtful else []
        left, right = change.plans
        for kind, words in zip(change.kinds, change.words, strict=True):
            if kind not in ("same", "owners"):
                between.setdefault((kind, words), {}).setdefault(left, []).append(right)
    said: list[Run] = []
    for (kind, words), sides in between.items():
        pairs = [f"{left}→{'、'.join(dict.fromkeys(rights))}" for left, rights in sides.items()]
        said.append(Run(("\n" if said else "") + words, MARKS.get(kind, "")))
        said.append(Run(f"（{'；'.join(pairs)}）", "dim"))
    if doubts:
        said.append(Run(("\n" if said else "") + "、".join(doubts), "dim"))
    return said


def _changes(line: ViewLine) -> Cell:
    """Return what differs between the records of a line, and how sure each link is.

    Records that differ alike are named once.
    """
    between: dict[tuple[tuple[str, str], ...], list[str]] = {}
    for change in line.changes:
        said = tuple(
            pair for pair in zip(change.kinds, change.words, strict=True) if pair[0] != "same"
        )
        if said or change.doubtful:
            score = "" if change.doubtful else f" {change.score:.2f}"
            between.setdefault(said, []).append(change.between + score)
    runs_of: list[Run] = []
    for said, places in between.items():
        spare = bool(said) and all(kind == "owners" for kind, _ in said)
        where = ("\n" if runs_of else "") + "、".join(places)
        runs_of.append(Run(where, "spare" if spare else "dim"))
        runs_of += [Run(f"\n{words}", _CHANGE_MARKS.get(kind, "")) for kind, words in said]
    return runs_of or [Run(all_same(line), "dim")]
