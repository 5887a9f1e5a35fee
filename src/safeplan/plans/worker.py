"""What a reading process does: take a document, answer with its plan, until nobody asks.

A request is pickled, an answer never: who asks must not run what a hostile document may have made
of its reader. It is one message: `PLAN` and the plan's JSON, or `REFUSED` and why; before it may
come any number of `PAGE`, and before all, once, `READY`.
"""

from __future__ import annotations

import gc
import io
import json
import os
import signal
import sys
from contextlib import suppress
from importlib import import_module
from multiprocessing import connection
from pathlib import Path
from typing import NamedTuple, NoReturn

from safeplan.documents import DocumentError
from safeplan.documents.limits import MAX_MEMORY, megabytes
from safeplan.documents.progress import awaited
from safeplan.plans.given import Given
from safeplan.vocabulary import VARIABLE as VOCABULARY
from safeplan.vocabulary import refresh

if sys.platform == "win32":
    End = connection.PipeConnection
else:
    End = connection.Connection

READY, PLAN, REFUSED, PAGE = b"!", b"+", b"-", b"."
_FOR_PAGES = 0.8
"""Share of a document's time in which pages are recognised; the rest is for what they say."""
OVERTIME = 30
"""Seconds after which the system ends a process whose time is over and whose parent is gone."""


class Request(NamedTuple):
    """A request for a document, with all that its reading depends on."""

    path: Path
    given: Given
    seconds: float
    folder: Path
    """Where relative paths begin."""
    vocabulary: str
    """The folder of the user's own words."""
    standard_input: bytes | None
    """What stood on it, where the document is there."""


def live(asking: End) -> NoReturn:
    """Spend the life of a process that was forked or started to read documents."""
    try:
        _settle()
        import_module("safeplan.plans.pipeline")  # who forked this process may have no need of it
        asking.send_bytes(READY)
        while True:
            asking.send_bytes(_answer(asking.recv(), asking))
    except (EOFError, OSError):
        pass  # nobody asks any more
    finally:
        # Nothing of the process that this one was forked from may be written or tidied up twice.
        os._exit(0)


def _settle() -> None:
    """Leave the terminal to others, say nothing, end in order when asked to, take no more memory."""
    if sys.platform != "win32":
        with suppress(OSError):  # it has a session of its own already
            os.setsid()
    gc.enable()  # whatever the process that forked this one does without it
    silent = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1) if os.environ.get("SAFEPLAN_DEBUG") else (0, 1, 2):
        os.dup2(silent, stream)
    # Whatever is read just now is left by way of its `finally`: programs ended, folders removed.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    if sys.platform != "win32":
        import resource

        _, most = resource.getrlimit(resource.RLIMIT_AS)
        with suppress(ValueError, OSError):  # macOS has no such limit
            held = _pages_held() * resource.getpagesize()
            resource.setrlimit(resource.RLIMIT_AS, (held + MAX_MEMORY, most))


def _pages_held() -> int:
    """Return how many pages this process has already: a fork has all that its parent had."""
    try:
        return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    except (OSError, ValueError):
        return 0


def _answer(asked: Request, asking: End) -> bytes:
    """Read one document; return the message that answers it."""
    if sys.platform != "win32":
        signal.setitimer(signal.ITIMER_REAL, asked.seconds + OVERTIME)
    try:
        if asked.standard_input is not None:
            sys.stdin = io.TextIOWrapper(io.BytesIO(asked.standard_input))
        os.chdir(asked.folder)
        os.environ[VOCABULARY] = asked.vocabulary
        refresh()
        from safeplan.plans.pipeline import parse

        def tell(page: int, pages: int) -> None:
            asking.send_bytes(PAGE + json.dumps([page, pages]).encode())

        with awaited(tell, _FOR_PAGES * asked.seconds):
            plan = parse(asked.path, asked.given)
        return PLAN + plan.model_dump_json().encode("utf-8")
    except DocumentError as error:
        return _refused(error)
    except MemoryError:
        return _refused(DocumentError("too_much_memory", limit=megabytes(MAX_MEMORY)))
    except Exception as error:
        if os.environ.get("SAFEPLAN_DEBUG"):
            sys.excepthook(*sys.exc_info())
        return _refused(DocumentError("unexpected", error=f"{type(error).__name__}: {error}"))
    finally:
        if sys.platform != "win32":
            signal.setitimer(signal.ITIMER_REAL, 0)  # who waits for the next has no limit


def _refused(error: DocumentError) -> bytes:
    return REFUSED + json.dumps([error.code, error.values]).encode()


if __name__ == "__main__":
    live(End(int(sys.argv[1])))
