"""Sheets on a terminal: folded, never cut; no text of a document is markup or commands the terminal.

Where a column would be narrower than its words, each row is printed as a record: its ids on one
line, then what it says, heading by heading.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Sequence
from typing import Any

from rich import box
from rich.cells import cell_len
from rich.columns import Columns
from rich.console import Console, ConsoleOptions, ConsoleRenderable, Group, RenderHook, RenderResult
from rich.containers import Lines
from rich.segment import Segment
from rich.table import Table
from rich.text import Text

from safeplan.messages import printable
from safeplan.messages.breaking import breaks
from safeplan.reports.result_sheets import Cell, Mark, Sheet, SheetColumn

_WIDE = 150
"""Columns where output goes to a file or a pipe."""
_BETWEEN = 3
"""Columns between the cells of a row."""
_TELLING = ("task", "source", "place", "code")
"""Columns whose cells say themselves what they are."""
_STYLES: dict[Mark, str] = {
    "old": "strike red",
    "new": "bold green",
    "own": "yellow",
    "tighter": "bold red",
    "looser": "bold green",
    "doubt": "yellow",
    "dim": "dim",
    "head": "bold",
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


# --- lines of Chinese text --------------------------------------------------------------------


class Prose(Text):
    """A text that wraps as Chinese does."""

    def wrap(
        self,
        console: Console,  # noqa: ARG002 - the signature is Rich's
        width: int,
        *,
        no_wrap: bool | None = None,
        **_more: Any,
    ) -> Lines:
        """Return the lines of the text, none wider than `width` cells."""
        lines = Lines()
        for line in self.split(allow_blank=True):
            lines.extend([line] if no_wrap else line.divide(breaks(line.plain, width)))
        return lines


# --- sheets -----------------------------------------------------------------------------------


def print_sheet(sheet: Sheet, out: Console) -> None:
    """Print a sheet and how to read it; of one without rows the title alone."""
    if sheet.title:
        out.print(Prose(sheet.title, style="bold"))
    if sheet.rows:
        out.print(_table(sheet, out.width))
    if sheet.note:
        out.print(Prose(sheet.note, style="dim"))


def _table(sheet: Sheet, width: int) -> Table:
    """Return the rows as a table, or where that is too wide as records one below the other."""
    rows = [[prose(cell) for cell in row] for row in sheet.rows]
    # Ids and numbers need to be whole, texts have room for a few words a line.
    share = 1 if sheet.close else 2
    needs: list[int] = []
    for at, column in enumerate(sheet.columns):
        heading = cell_len(column.heading)
        widest = max([heading, *map(cell_len, sheet.lines(at))])
        few = max(heading, 8 + share * column.ratio)
        needs.append(min(widest, few) if column.ratio else widest)
    fits = sum(needs) + _BETWEEN * len(needs) <= width
    long = not fits or any(column.ratio > 3 for column in sheet.columns)
    table = Table(
        box=box.HORIZONTALS,
        show_header=fits,
        show_lines=long and not sheet.close,
        show_edge=not sheet.close,
        pad_edge=False,
        expand=not fits or any(column.ratio for column in sheet.columns),
    )
    if not fits:
        table.add_column(overflow="fold")
        for row in rows:
            table.add_row(_record(sheet.columns, row))
        return table
    for column, need in zip(sheet.columns, needs, strict=True):
        table.add_column(
            column.heading,
            justify="right" if column.number else "left",
            overflow="fold",
            ratio=column.ratio or None,
            min_width=need,
            no_wrap=not column.ratio,
        )
    for row in rows:
        table.add_row(*row)
    return table


def _record(columns: Sequence[SheetColumn], row: Sequence[Prose]) -> Group:
    """Return a row as its ids on a line, its numbers side by side, then a line a text."""
    head = Prose()
    numbers: list[Text] = []
    texts = Table.grid(padding=(0, 2, 0, 0), expand=True)
    texts.add_column(no_wrap=True)
    texts.add_column(overflow="fold", ratio=1)
    for at, (column, cell) in enumerate(zip(columns, row, strict=True)):
        if not cell.plain:
            continue
        if column.number:
            numbers.append(Prose(f"{column.heading} ", style="dim").append_text(cell))
        elif at == 0 or not column.ratio:
            label = "" if column.key in _TELLING else f"{column.heading} "
            head.append(f"  {label}" if head else "", style="dim")
            head.append(cell.plain.replace("\n", " "), style="bold" if at == 0 else "")
        else:
            texts.add_row(Prose(column.heading, style="dim"), cell)
    numbered = [Columns(numbers, padding=(0, 2))] if numbers else []
    return Group(head, *numbered, *([texts] if texts.row_count else []))


def prose(cell: Cell) -> Prose:
    """Return a cell as the terminal shows it."""
    if isinstance(cell, str):
        return Prose(cell)
    said = Prose()
    for run in cell:
        said.append(run.signed, style=_STYLES.get(run.mark, ""))
    return said
