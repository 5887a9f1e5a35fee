"""Any number of inputs read, in their order: files, folders, archives, plans parsed before."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from safeplan.documents import DocumentError, documents_in, is_member
from safeplan.models import Plan
from safeplan.plans.given import NOTHING_GIVEN, Given
from safeplan.plans.isolated import SECONDS, Job, Readers, Watch, processors
from safeplan.plans.kept import load

MANY = 3
"""From so many inputs on, several processes for texts save more time than their start takes."""

AHEAD = 16
"""How many documents a processor may be ahead of the one that is waited for."""


@dataclass(frozen=True)
class Input:
    """One document to read."""

    path: Path
    of_folder: bool = False
    error: DocumentError | None = None
    """Set where the input itself is at fault."""


@dataclass(frozen=True)
class Unchanged:
    """A document that was left alone: what it gave before still holds."""

    plan_id: str


Result = Plan | DocumentError | Unchanged
Unread = Callable[[Input], Unchanged | None]
"""Tells which documents need not be read."""


def items_of(inputs: Iterable[str]) -> Iterator[Input]:
    """Yield the documents of all inputs; a folder gives those below it, hidden ones left out."""
    for name in inputs:
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
            yield Input(path, True, DocumentError("empty_folder"))
        for found in below:
            yield from _members(found, of_folder=True)


def _members(path: Path, *, of_folder: bool) -> Iterator[Input]:
    """Yield the documents a file stands for: itself, or the members of an archive."""
    try:
        for member in documents_in(path):
            yield Input(member, of_folder)
    except DocumentError as error:
        yield Input(path, of_folder, error)


def is_parsed(path: Path) -> bool:
    """Tell whether a file is a parsed plan by its name."""
    return path.suffix.lower() == ".json" and not is_member(path)


def read_items(
    items: Sequence[Input],
    unread: Unread = lambda _: None,
    seconds: float = SECONDS,
    *,
    parsed: bool = False,
    given: Given = NOTHING_GIVEN,
    watch: Watch | None = None,
) -> Generator[tuple[Input, Result], None, None]:
    """Yield each document with what it gave, in the order of the items; close it to stop early.

    Args:
        items: what `items_of` found.
        unread: tells which documents need not be read.
        seconds: after how long a document is given up on.
        parsed: whether a JSON file is a plan parsed before, rather than a document.
        given: what the user says of all of them, for where they say nothing themselves.
        watch: told of pages as they are read.

    Raises:
        VocabularyError: the user's own vocabulary cannot be read.
    """
    count = processors()
    waiting: deque[tuple[Input, Job | Result]] = deque()
    with closing(Readers(count if len(items) >= MANY else 1, watch)) as readers:

        def begun(item: Input) -> Job | Result:
            """Return what is known of a document at once, or the job that reads it."""
            if known := item.error or unread(item):
                return known
            if not (parsed and is_parsed(item.path)):
                return readers.ask(item.path, given, seconds)
            try:
                return load(item.path)
            except DocumentError as error:
                return error

        def first_done() -> tuple[Input, Result]:
            """Wait for the first that is waited for."""
            item, result = waiting.popleft()
            try:
                return item, readers.result(result) if isinstance(result, Job) else result
            except DocumentError as error:
                return item, error

        for item in items:
            waiting.append((item, begun(item)))
            if len(waiting) > AHEAD * count:
                yield first_done()
        while waiting:
            yield first_done()
