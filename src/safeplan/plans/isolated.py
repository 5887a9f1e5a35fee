"""Documents read in processes of their own: no file can hang, fill or kill who wants its plan.

Binary formats rest on C libraries: each such document has a process to itself, which it may take
with it and nothing else. Texts and web pages are read one after another by a process that stands.
Each document is given up on after a time, each process has so much memory and no more.

A process of one thread forks, which costs next to nothing; any other (a notebook, a program with
threads, a system that does not show them) starts Python anew.
"""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
import threading
import time
import weakref
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from importlib import import_module
from multiprocessing.connection import Pipe, wait
from pathlib import Path

from safeplan import vocabulary
from safeplan.documents import (
    STANDARD_INPUT,
    DocumentError,
    document_start,
    documents_in,
    is_member,
    standard_input,
)
from safeplan.documents.detection import signature_of
from safeplan.documents.processes import Forked, Process, end
from safeplan.models import Plan
from safeplan.plans import worker
from safeplan.plans.given import NOTHING_GIVEN, Given
from safeplan.plans.kept import load
from safeplan.plans.worker import End, Request

SECONDS = 600.0
"""How long a document is read, unless more or less is asked for."""

PROGRAM = [sys.executable, "-P", "-m", worker.__name__]
"""What is started where this process must not fork."""

_LIFE = 500
"""How many documents a standing process reads before another takes its place."""
_START = 120.0
"""Seconds that a process may take to be there."""
_TICK = 0.1
"""Seconds between two looks of somebody who watches."""
_UNWELL = ("too_much_memory", "unexpected", "timed_out", "reader_died")
"""After these a process is not trusted with another document."""

Watch = Callable[[Path | None, int, int], None]
"""Called with a document, the page read of it and how many it has; or with None, to look alive."""


def read(
    path: str | os.PathLike[str], given: Given = NOTHING_GIVEN, seconds: float = SECONDS
) -> Plan:
    """Read one document as a plan, in another process and under the limits.

    Raises:
        DocumentError: as `plans.parse`; or the time (`timed_out`) or the memory
            (`too_much_memory`) is not enough, or its reader dies (`reader_died`).
        VocabularyError: the user's own vocabulary cannot be read.
    """
    readers: Readers | None = getattr(_of_thread, "readers", None)
    if readers is None or readers.owner != os.getpid():
        readers = _of_thread.readers = Readers()
    return readers.result(readers.ask(Path(path), given, seconds))


_of_thread = threading.local()


def processors() -> int:
    """Return how many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@dataclass(eq=False)
class Job:
    """A document that was asked for; `answer` is None while it is being read."""

    path: Path
    given: Given
    seconds: float
    stands: bool = False
    """True where a standing process may read it: a text or a web page, of a known length."""
    answer: Plan | DocumentError | None = None

    @property
    def from_input(self) -> bool:
        """True where it stands on standard input."""
        return self.path.parts[:1] == STANDARD_INPUT.parts


@dataclass(eq=False)
class _Reader:
    """A process that reads, and what it reads now."""

    process: Process
    connection: End
    job: Job
    read: int = 0
    until: float = math.inf
    ready: bool = False

    def end(self, *, in_order: bool = False) -> None:
        """End the process; asked to end in order, it removes what it has made before."""
        end(self.process, in_order=in_order)
        self.connection.close()


def _dismiss(busy: dict[End, _Reader], idle: list[_Reader], owner: int) -> None:
    """End the processes there are, whatever they are doing."""
    if os.getpid() == owner:  # a fork of ours must leave them alone
        for reader in (*busy.values(), *idle):
            reader.end(in_order=reader.connection in busy)
        busy.clear()
        idle.clear()


class Readers:
    """The processes that read for this thread: as many at a time as there are processors."""

    def __init__(self, standing: int = 1, watch: Watch | None = None) -> None:
        """Start none yet.

        Args:
            standing: how many processes at most read texts; each costs a start.
            watch: told of pages as they are read.
        """
        self.owner = os.getpid()
        self._most, self._standing, self._watch = processors(), standing, watch
        self._queue: deque[Job] = deque()
        self._busy: dict[End, _Reader] = {}
        self._idle: list[_Reader] = []
        self._started = 0
        # They end when this is forgotten.
        self.close = weakref.finalize(self, _dismiss, self._busy, self._idle, self.owner)

    def ask(self, path: Path, given: Given = NOTHING_GIVEN, seconds: float = SECONDS) -> Job:
        """Ask for a document; it is begun at once where a processor is free.

        Raises:
            VocabularyError: the user's own vocabulary cannot be read.
        """
        vocabulary.check()
        job = Job(path, given, seconds)
        try:
            job.stands = not job.from_input and signature_of(document_start(path)) is None
        except DocumentError as error:
            job.answer = error
        if self._busy:
            self._attend(0)
        if job.answer is None:
            self._queue.append(job)
            self._begin()
        return job

    def result(self, job: Job) -> Plan:
        """Wait for a document and return its plan.

        Raises:
            DocumentError: it cannot be read as one.
        """
        while job.answer is None:
            self._attend()
        if isinstance(job.answer, DocumentError):
            raise job.answer
        return job.answer

    def _attend(self, most: float = math.inf) -> None:
        """Wait until a process has something to say, or has had its time."""
        left = min(reader.until for reader in self._busy.values()) - time.monotonic()
        patience = min(left, most, _TICK if self._watch else math.inf)
        for connection in wait(list(self._busy), max(patience, 0)):
            assert isinstance(connection, End)
            self._hear(self._busy[connection])
        for reader in list(self._busy.values()):
            if reader.until <= time.monotonic():
                self._release(reader, DocumentError("timed_out", seconds=f"{reader.job.seconds:g}"))
        if self._watch:
            self._watch(None, 0, 0)
        self._begin()

    def _begin(self) -> None:
        """Start what waits, as far as there are processors for it."""
        while len(self._busy) < self._most:
            texts = sum(reader.job.stands for reader in self._busy.values())
            free = (job for job in self._queue if not job.stands or texts < self._standing)
            if (job := next(free, None)) is None:
                return
            self._queue.remove(job)
            reader = self._idle.pop() if job.stands and self._idle else self._start(job)
            # A document's time begins when somebody is there to read it.
            reader.job = job
            reader.until = time.monotonic() + (job.seconds if reader.ready else _START)
            self._busy[reader.connection] = reader
            try:
                sent = standard_input() if job.from_input else None
                words = os.environ.get(vocabulary.VARIABLE, "")
                request = Request(job.path, job.given, job.seconds, Path.cwd(), words, sent)
                reader.connection.send(request)
            except DocumentError as error:  # standard input is too long
                self._release(reader, error)
            except OSError:
                self._died(reader)

    def _hear(self, reader: _Reader) -> None:
        """Take what a process says: a page it has read, or its answer."""
        try:
            said = reader.connection.recv_bytes()
        except (EOFError, OSError):
            self._died(reader)
            return
        kind, text = said[:1], said[1:]
        if kind == worker.READY:
            reader.ready, reader.until = True, time.monotonic() + reader.job.seconds
        elif kind == worker.PLAN:
            self._release(reader, Plan.model_validate_json(text))
        elif kind == worker.REFUSED:
            code, values = json.loads(text)
            self._release(reader, DocumentError(code, **values))
        elif self._watch:
            self._watch(reader.job.path, *json.loads(text))

    def _died(self, reader: _Reader) -> None:
        reader.end()
        status = str(reader.process.returncode)
        self._release(reader, DocumentError("reader_died", status=status))

    def _release(self, reader: _Reader, answer: Plan | DocumentError) -> None:
        """Give a job its answer, and keep the process where it stands and is well."""
        del self._busy[reader.connection]
        reader.job.answer = answer
        reader.read += 1
        well = not (isinstance(answer, DocumentError) and answer.code in _UNWELL)
        if well and reader.job.stands and reader.read < _LIFE:
            self._idle.append(reader)
        else:
            reader.end(in_order=not well)

    def _start(self, job: Job) -> _Reader:
        """Fork a process, or start one."""
        ours, theirs = Pipe()
        self._started += 1
        if sys.platform == "win32" or not _may_fork():
            process: Process = _program(theirs)
        else:
            if self._started > 1 or self._standing > 1:
                # What several processes would load, each for itself, is loaded here, once.
                import_module("safeplan.plans.pipeline")
            others = [reader.connection for reader in (*self._busy.values(), *self._idle)]
            pid = os.fork()
            if pid == 0:
                # Else a process would never learn that nobody holds the other end of its pipe.
                for connection in (ours, *others):
                    connection.close()
                worker.live(theirs)
            process = Forked(pid)
        theirs.close()
        return _Reader(process, ours, job)


def _may_fork() -> bool:
    """Tell whether this process has but one thread; a fork takes the locks of all others along."""
    try:
        return len(os.listdir("/proc/self/task")) == 1  # noqa: PTH208 - names are enough
    except OSError:
        return False


def _program(theirs: End) -> subprocess.Popen[bytes]:
    """Start a process that reads, with its end of the pipe; it finds safeplan where we have."""
    handle = theirs.fileno()
    ours = str(Path(__file__).parents[2])
    paths = os.pathsep.join(filter(None, (ours, os.environ.get("PYTHONPATH"))))
    command, environment = [*PROGRAM, str(handle)], {**os.environ, "PYTHONPATH": paths}
    if sys.platform == "win32":
        os.set_handle_inheritable(handle, True)
        start = subprocess.STARTUPINFO(lpAttributeList={"handle_list": [handle]})
        return subprocess.Popen(command, env=environment, startupinfo=start)
    return subprocess.Popen(
        command, env=environment, pass_fds=(handle,), start_new_session=True, close_fds=True
    )


# --- any number of inputs: files, folders, archives, plans parsed before ------------------------

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
