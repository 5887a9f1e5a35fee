"""Any number of inputs read, in their order: what `parse` and `corpus add` have in common.

Binary formats and members of archives are read each in a process of its own, as many at a time as
there are processors, and given up on after a limit. A few texts and web pages are read right here;
of many inputs they too go to processes, which stand and read one after another.
"""

from __future__ import annotations

import os
import sys
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from safeplan import plans, vocabulary
from safeplan.cli.names import expanded
from safeplan.cli.trouble import Trouble, document_trouble, is_quiet
from safeplan.cli.worker import Readers
from safeplan.documents import (
    STANDARD_INPUT,
    DocumentError,
    document_bytes,
    documents_in,
    is_member,
)
from safeplan.documents.encoding import signature
from safeplan.messages import say
from safeplan.models import Plan

if TYPE_CHECKING:
    from rich.progress import Progress

MANY = 24
"""From so many inputs on, starting processes for texts takes less time than it saves."""

AHEAD = 16
"""How many documents a processor may be ahead of the one that is waited for."""


@dataclass(frozen=True)
class Item:
    """One document to read."""

    path: Path
    of_folder: bool
    trouble: Trouble | None = None
    """Set where the input itself is at fault."""


@dataclass(frozen=True)
class Unchanged:
    """A document that was left alone: what it gave before still holds."""

    plan_id: str


Result = Plan | Trouble | Unchanged
Unread = Callable[[Item], Unchanged | None]
"""Tells which documents need not be read; called from several threads."""


# --- which documents ------------------------------------------------------------------------


def items_of(inputs: Sequence[str]) -> Iterator[Item]:
    """Yield the documents of all inputs; a folder gives those below it, hidden ones left out."""
    for name in expanded(inputs):
        path = Path(name)
        if not path.is_dir():
            yield from _members(path, of_folder=False)
            continue
        below = sorted(
            found
            for found in path.rglob("*")
            if found.is_file()
            and not any(part.startswith((".", "~$")) for part in found.relative_to(path).parts)
        )
        if not below:
            yield Item(path, True, Trouble(name, say("trouble.empty_folder")))
        for found in below:
            yield from _members(found, of_folder=True)


def _members(path: Path, *, of_folder: bool) -> Iterator[Item]:
    """Yield the documents a file stands for: itself, or the members of an archive."""
    try:
        for member in documents_in(path):
            yield Item(member, of_folder)
    except DocumentError as error:
        yield Item(path, of_folder, document_trouble(str(path), error))


# --- reading them ---------------------------------------------------------------------------


def read_items(
    items: Sequence[Item],
    unread: Unread,
    seconds: float,
    *,
    parsed: bool = False,
    given: plans.Given = plans.NOTHING_GIVEN,
) -> Generator[tuple[Item, Result], None, None]:
    """Yield each document with what it gave, in the order of the items; close it to stop early.

    Args:
        items: what `items_of` found.
        unread: tells which documents need not be read.
        seconds: after how long a document read in another process is given up on.
        parsed: whether a JSON file is a plan parsed before, rather than a document.
        given: what the user says of all of them, for where they say nothing themselves.

    Raises:
        VocabularyError: the user's own vocabulary cannot be read.
    """
    vocabulary.check()
    count = _processors()
    readers = Readers(seconds, given)
    standing = len(items) >= MANY
    here = partial(plans.parse, given=given) if any(given) else plans.parse
    text = readers.read_standing if standing else here
    pool = ThreadPoolExecutor(max_workers=count)
    waiting: deque[tuple[Item, Callable[[], Result]]] = deque()
    try:
        for item in items:
            read = partial(_one, item, unread, readers.read_apart, text, parsed=parsed)
            # Without a process for it, a text is read when its turn comes, in this thread.
            at_once = not standing and not _needs_process(item)
            waiting.append((item, read if at_once else pool.submit(read).result))
            if len(waiting) > AHEAD * count:
                due, result = waiting.popleft()
                yield due, result()
        while waiting:
            due, result = waiting.popleft()
            yield due, result()
    finally:
        # Also where the caller stops early: nothing is waited for, nothing goes on running.
        pool.shutdown(wait=False, cancel_futures=True)
        readers.close()


def _processors() -> int:
    """Return how many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _one(
    item: Item,
    unread: Unread,
    apart: Callable[[Path], Plan],
    text: Callable[[Path], Plan],
    *,
    parsed: bool,
) -> Result:
    """Read one document: a plan parsed before, one in a process of its own, or a text."""
    if item.trouble is not None:
        return item.trouble
    if found := unread(item):
        return found
    try:
        if parsed and is_parsed(item.path):
            return plans.load(item.path)
        return (apart if _needs_process(item) else text)(item.path)
    except DocumentError as error:
        return document_trouble(str(item.path), error)
    except Exception as error:
        if os.environ.get("SAFEPLAN_DEBUG"):
            raise
        said = say("trouble.unexpected", error=f"{type(error).__name__}: {error}")
        return Trouble(str(item.path), said)


def is_parsed(path: Path) -> bool:
    """Tell whether a file is a parsed plan by its name."""
    return path.suffix.lower() == ".json" and not is_member(path)


def _needs_process(item: Item) -> bool:
    """Tell whether a document is of a format whose reader rests on C libraries.

    Standard input, whatever it holds, is read apart as well: nobody can say of it how long it is.
    """
    if item.trouble is not None:
        return False
    if item.path == STANDARD_INPUT:
        return True
    try:
        if is_member(item.path):
            return signature(document_bytes(item.path)[:64]) is not None
        with item.path.open("rb") as file:
            return signature(file.read(64)) is not None
    except (OSError, DocumentError):
        return False  # reading it says why


@contextmanager
def progress(inputs: int) -> Iterator[Callable[[], None]]:
    """Show a progress bar on standard error, where that is a terminal and there is work for one.

    Yields:
        What to call when a document is done.
    """
    if is_quiet() or not sys.stderr.isatty():
        yield lambda: None
        return
    from rich.console import Console
    from rich.progress import Progress as Bar
    from rich.progress import SpinnerColumn, TextColumn, TimeElapsedColumn

    if inputs < 2:
        # How long one document takes nobody knows; that it is being read is seen by the seconds.
        columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
        with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
            bar.add_task(say("parse.progress"), total=None)
            yield lambda: None
        return
    with Bar(console=Console(stderr=True), transient=True) as bar:
        yield partial(_advance, bar, bar.add_task(say("parse.progress"), total=inputs))


def _advance(bar: Progress, task: object) -> None:
    bar.advance(task)  # type: ignore[arg-type]
