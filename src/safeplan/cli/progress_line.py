"""How far the reading is, on standard error, where that is a terminal and nobody asked for quiet."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from safeplan.cli.trouble import is_quiet
from safeplan.messages import printable, say

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID


class Watched:
    """The documents that are being read, as whoever waits for them sees it."""

    def __init__(self, bar: Progress | None = None) -> None:
        self._bar = bar
        self._pages: dict[Path, TaskID] = {}

    def look(self, path: Path | None, page: int, pages: int) -> None:
        """Show a page that was read; without a document, only that time goes by."""
        if self._bar is None:
            return
        if path is not None:
            if path not in self._pages:
                name = printable(path.name)
                said = say("parse.pages", name=name)
                self._pages[path] = self._bar.add_task(said, total=None, count="")
            count = f"{page}/{pages}" if pages else str(page)
            self._bar.update(self._pages[path], completed=page, total=pages or None, count=count)
        self._bar.refresh()

    def done(self, path: Path) -> None:
        """Show that a document is read."""
        if self._bar is None:
            return
        if path in self._pages:
            self._bar.remove_task(self._pages.pop(path))
        inputs = self._bar.tasks[0]
        self._bar.advance(inputs.id)
        if inputs.total:
            self._bar.update(inputs.id, count=f"{inputs.completed:.0f}/{inputs.total:.0f}")
        self._bar.refresh()


@contextmanager
def watched(inputs: int) -> Iterator[Watched]:
    """Show how many of the documents are read, and of a long one which pages."""
    if is_quiet() or not sys.stderr.isatty():
        yield Watched()
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TextColumn("{task.fields[count]}", markup=False),
        TimeElapsedColumn(),
    )
    # Drawn when there is news: a thread that draws would keep this process from forking.
    with Progress(
        *columns, console=Console(stderr=True), transient=True, auto_refresh=False
    ) as bar:
        # How long one document takes nobody knows; that it is being read is seen by the seconds.
        total = inputs if inputs > 1 else None
        bar.add_task(say("parse.progress"), total=total, count="")
        yield Watched(bar)
