"""Views as terminal tables: folded, never cut; document text is never markup; signs beside colour."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Sequence

from rich import box
from rich.console import (
    Console,
    ConsoleOptions,
    ConsoleRenderable,
    Group,
    RenderableType,
    RenderHook,
    RenderResult,
)
from rich.segment import Segment
from rich.table import Table

from safeplan.documents import fold
from safeplan.messages import printable, say
from safeplan.models import Finding, Plan, Task
from safeplan.reports.bodies import Body, body_tasks, roles_of, task_names
from safeplan.reports.overview import load_sheet, plans_sheet
from safeplan.reports.sheets import Sheet, print_sheet, prose
from safeplan.reports.view import ComparisonView, Line, RecordCell, all_same, leads_untold
from safeplan.reports.words import SIGNS, owner_names, short_names, target_words
from safeplan.reports.wrapping import Prose

_WIDE = 150  # columns where output goes to a file or a pipe
MOST_CARRYING = 12
"""Bodies in the summary of `owners`."""
_READABLE = 18  # columns that a plan's records need, so that no cell is narrower than its words
_STYLES = {
    "tighter": "bold red",
    "looser": "bold green",
    "different": "bold yellow",
    "added": "cyan",
    "dropped": "magenta",
    "outcome": "yellow",
    "due": "yellow",
    "doubtful": "yellow",
    "same": "dim",
}


def console(width: int | None = None) -> Console:
    """Return the console for results: as wide as asked, as the terminal, or `_WIDE` in a pipe."""
    if width is None:
        width = shutil.get_terminal_size().columns if sys.stdout.isatty() else _WIDE
    out = Console(width=max(width, 40), highlight=False, markup=False, emoji=False)
    out.push_render_hook(_Shown())
    return out


class _Shown(RenderHook):
    """Sees to it that nothing a document says commands the terminal."""

    def process_renderables(self, renderables: list[ConsoleRenderable]) -> list[ConsoleRenderable]:
        """Return what is printed, its control characters shown."""
        return [_Printable(renderable) for renderable in renderables]


class _Printable:
    """Something to print of which the terminal obeys nothing but the colours."""

    def __init__(self, renderable: ConsoleRenderable) -> None:
        self._renderable = renderable

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        for text, style, control in console.render(self._renderable, options):
            yield Segment(text if control else printable(text), style, control)


def print_overview(sheets: Sequence[Sheet], plans: Sequence[Plan], out: Console) -> None:
    """Print the summary of a comparison: how to read it, then a screen a question.

    Args:
        sheets: what `overview_sheets` returns.
        plans: the plans compared.
        out: where to.
    """
    _print_legend(plans, out)
    for sheet in sheets:
        print_sheet(sheet, out, close=True)
    out.print(Prose(say("overview.more"), style="dim"))


def print_comparison(view: ComparisonView, out: Console, *, text: bool = False) -> None:
    """Print every line of a comparison: how to read it, the plans, the lines, what stands alone.

    Args:
        view: what to show.
        out: where to.
        text: whether to print each record's content in full.
    """
    _print_legend(view.plans, out)
    print_sheet(plans_sheet(view), out)
    alone = any(view.unmatched.values())
    if view.lines:
        out.print(_lines(view, out.width, text=text))
    elif not alone:
        out.print(Prose(say("compare.nothing"), style="dim"))
    for plan in view.plans:
        _print_unmatched(plan, view.unmatched[plan.plan_id], out)
    if view.hidden:
        out.print(Prose(say("compare.hidden", count=view.hidden), style="dim"))


def _print_legend(plans: Sequence[Plan], out: Console) -> None:
    out.print(Prose(_legend(), style="dim"))
    if untold := leads_untold(plans):
        out.print(Prose(say("compare.leads_untold", plans="、".join(untold)), style="dim"))


def _add_column(table: Table, key: str, ratio: int) -> None:
    """Add a column: those of ids, lines and codes as wide as they need, texts by their ratio."""
    title = say(f"column.{key}")
    if key in ("task", "source", "severity", "code"):
        table.add_column(title, no_wrap=True, overflow="fold")
    else:
        table.add_column(title, overflow="fold", ratio=ratio, min_width=6)


def _lines(view: ComparisonView, width: int, *, text: bool) -> Table:
    table = Table(box=box.HORIZONTALS, show_lines=True, pad_edge=False, expand=True)
    table.add_column("#", overflow="fold", no_wrap=False, min_width=4)
    if width < _READABLE * (len(view.plans) + 2):
        _add_stacked(table, view, text=text)
        return table
    table.add_column(say("column.measure"), overflow="fold", ratio=3)
    for plan in view.plans:
        table.add_column(plan.plan_id, overflow="fold", ratio=5)
    table.add_column(say("column.change"), overflow="fold", ratio=5)
    for line in view.lines:
        table.add_row(
            line.group.group_id,
            _label(line),
            *[_records(line.cells[plan.plan_id], text=text) for plan in view.plans],
            _changes(line),
        )
    return table


def _add_stacked(table: Table, view: ComparisonView, *, text: bool) -> None:
    """Add the lines with their plans below one another: side by side each were too narrow."""
    table.add_column(say("column.measure"), overflow="fold", ratio=1)
    for line in view.lines:
        parts = Table.grid(padding=(0, 2, 0, 0), expand=True)
        parts.add_column(no_wrap=True)
        parts.add_column(overflow="fold", ratio=1)
        for plan in view.plans:
            if cells := line.cells[plan.plan_id]:
                parts.add_row(Prose(plan.plan_id, style="dim"), _records(cells, text=text))
        parts.add_row(Prose(say("column.change"), style="dim"), _changes(line))
        table.add_row(line.group.group_id, Group(_label(line, style="bold"), parts))


def _label(line: Line, style: str = "") -> Prose:
    partial = f"\n◐{say('compare.partial')}" if line.partial else ""
    return Prose(line.group.label + partial, style=style)


def _records(cells: list[RecordCell], *, text: bool) -> RenderableType:
    if not cells:
        return Prose("—", style="dim")
    return Group(*[_record(cell, text=text) for cell in cells])


def _record(cell: RecordCell, *, text: bool) -> Prose:
    said = Prose(cell.task.task_id, style="bold")
    if text:
        said.append(f"\n{cell.task.content}", style="not bold")
    if cell.task.outcome:
        said.append(f"\n{say('compare.outcome')}：{cell.task.outcome}", style="not bold")
    for target in cell.targets:
        said.append(f"\n·{_tight(target)}", style="not bold")
    for key, names in cell.owners.items():
        if names:
            said.append(f"\n{say(f'role.{key}')}：", style="not bold dim")
            for index, name in enumerate(names):
                said.append("、" if index else "", style="not bold")
                own = name in cell.own
                said.append(
                    f"*{name}" if own else name, style="not bold yellow" if own else "not bold"
                )
    return said


def _changes(line: Line) -> Prose:
    said = Prose()
    if not line.changes:
        return Prose(all_same(line), style="dim")
    for index, change in enumerate(line.changes):
        said.append("\n" if index else "")
        said.append(change.between, style="dim")
        for words, kind in zip(change.words, change.kinds, strict=True):
            said.append(f"\n{_tight(words)}", style=_STYLES.get(kind, ""))
    return said


def _tight(words: str) -> str:
    """Return words without the spaces at which Rich would rather break than inside Chinese."""
    return fold(words)


def _print_unmatched(plan: Plan, tasks: Sequence[Task], out: Console) -> None:
    if not tasks:
        return
    table = Table(
        box=box.SIMPLE_HEAD,
        title=say("compare.unmatched", plan=plan.plan_id, count=len(tasks)),
        title_justify="left",
        title_style="bold",
        expand=True,
    )
    for key, ratio in (("task", 1), ("name", 3), ("content", 9), ("owners", 4)):
        _add_column(table, key, ratio)
    for task in tasks:
        names = [*owner_names(task.owners, "lead"), *owner_names(task.owners, "responsible")]
        table.add_row(
            task.task_id,
            Prose(task.name),
            Prose(task.content),
            Prose("、".join(dict.fromkeys(names))),
        )
    out.print(table)


def _legend() -> str:
    signs = "  ".join(f"{sign}{say(f'change.{kind}')}" for kind, sign in SIGNS.items())
    return f"{signs}  {say('compare.legend')}"


def print_tasks(plan: Plan, tasks: Sequence[Task], out: Console) -> None:
    """Print the tasks of one plan, table by table."""
    if not tasks:
        out.print(Prose(say("show.nothing"), style="dim"))
        return
    for number in dict.fromkeys(task.table for task in tasks):
        members = [task for task in tasks if task.table == number]
        table = Table(
            box=box.HORIZONTALS,
            show_lines=True,
            title=say(
                "show.table",
                plan=plan.plan_id,
                number=number,
                title=members[0].table_title or "—",
                count=len(members),
            ),
            title_justify="left",
            title_style="bold",
            pad_edge=False,
            expand=True,
        )
        columns = [("task", 1), ("name", 4), ("content", 10), ("targets", 5), ("owners", 6)]
        if any(task.deadline_text for task in members):
            columns.append(("deadline", 2))
        columns.append(("source", 1))
        for key, ratio in columns:
            _add_column(table, key, ratio)
        for task in members:
            name = f"{task.group}\n{task.name}" if task.group else task.name
            cells = [
                Prose(task.task_id),
                Prose(name),
                Prose(task.content),
                Prose("\n".join(target_words(target) for target in task.targets)),
                _owners(task),
            ]
            if any(key == "deadline" for key, _ in columns):
                cells.append(Prose(task.deadline_text))
            cells.append(Prose(_source(task)))
            table.add_row(*cells)
        out.print(table)


def _owners(task: Task) -> Prose:
    said = Prose()
    for key, printed in (
        ("lead", task.lead_text),
        ("responsible", task.responsible_text),
        ("assisting", task.assisting_text),
    ):
        if printed:
            said.append("\n" if said else "")
            said.append(f"{say(f'role.{key}')}：", style="dim")
            said.append(_tight(printed))
    return said


def _source(task: Task) -> str:
    if task.source.lines:
        first, last = task.source.lines
        return str(first) if first == last else f"{first}–{last}"
    return ""


def print_bodies(plans: Sequence[Plan], found: Sequence[Body], out: Console) -> None:
    """Print who carries what: whose load differs most, then each body's tasks, plan by plan."""
    if not found:
        out.print(Prose(say("owners.nothing"), style="dim"))
        return
    if len(plans) > 1 and len(found) > 1:
        most = load_sheet(found, plans, MOST_CARRYING)
        title = say("owners.title", rest=max(len(found) - MOST_CARRYING, 0))
        print_sheet(Sheet(title, most.columns, most.rows), out, close=True)
    names, titles = short_names(plans), task_names(plans)
    table = Table(
        box=box.HORIZONTALS,
        show_lines=True,
        pad_edge=False,
        expand=True,
        title=say("owners.lines"),
        title_justify="left",
        title_style="bold",
    )
    table.add_column(say("column.body"), overflow="fold", ratio=1, min_width=10)
    table.add_column(say("column.tasks"), overflow="fold", ratio=5)
    for body in found:
        said = Prose()
        for plan in plans:
            if not any(body.tasks[plan.plan_id].values()):
                continue
            counts = "，".join(
                f"{say(f'role.{role}')} {body.count(plan.plan_id, role)}"
                for role in roles_of(found)
            )
            said.append("\n" if said else "")
            said.append(f"{plan.plan_id}（{counts}）\n", style="bold")
            said.append(prose(body_tasks(body, plan.plan_id, names, titles)))
        table.add_row(Prose(body.name, style="bold"), said)
    out.print(table)
    out.print(Prose(say("owners.note", count=len(found)), style="dim"))


def print_findings(plan: Plan, messages: Sequence[tuple[Finding, str]], out: Console) -> None:
    """Print what the reader repaired or doubts, with its row and its lines."""
    if not messages:
        out.print(Prose(say("show.no_findings", plan=plan.plan_id), style="dim"))
        return
    table = Table(box=box.SIMPLE_HEAD, expand=True)
    for key, ratio in (("severity", 1), ("task", 1), ("source", 1), ("finding", 10), ("code", 1)):
        _add_column(table, key, ratio)
    for finding, message in messages:
        lines = finding.source.lines if finding.source else None
        style = "yellow" if finding.severity == "doubt" else ""
        sign = "？" if finding.severity == "doubt" else "√"
        table.add_row(
            Prose(f"{sign} {say(f'severity.{finding.severity}')}", style=style),
            finding.task_id or "—",
            f"{lines[0]}–{lines[1]}" if lines else "",
            Prose(message),
            finding.code,
        )
    out.print(table)
