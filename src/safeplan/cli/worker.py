"""Documents read in processes of their own: `python -m safeplan.cli.worker [FILE]`.

Readers of binary formats rest on C libraries, which a bad file can hang or kill; each such document
has a process to itself, which it takes with it and nothing else. Text and web pages are read one
after another by standing processes, for which nothing is said but a path a line. What the user
gives for all documents (`--region=忠县 --year=2025`) stands before the file. Each result is one JSON object on a line of standard output: `{"plan": …}`, or `{"error": code, "values": {…}}` for
a document that cannot be read.
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path
from typing import IO

from safeplan.documents import STANDARD_INPUT, DocumentError, standard_input
from safeplan.documents.processes import end
from safeplan.models import Plan
from safeplan.plans import NOTHING_GIVEN, Given, parse

MODULE = "safeplan.cli.worker"


class Readers:
    """The processes that read for this one; each call waits for one of them, from any thread."""

    def __init__(self, seconds: float, given: Given = NOTHING_GIVEN) -> None:
        """Start none yet. After `seconds` a document is given up on; `given` holds for all."""
        self._seconds = seconds
        self._given = given
        self._lock = threading.Lock()
        self._running: set[subprocess.Popen[bytes]] = set()
        self._idle: list[subprocess.Popen[bytes]] = []
        self._closed = False

    def read_apart(self, path: Path) -> Plan:
        """Read a document in a process of its own.

        Raises:
            DocumentError: it cannot be read, takes too long, or kills its reader.
        """
        from_input = standard_input() if path.parts[:1] == STANDARD_INPUT.parts else None
        process = self._start(str(path), asking=from_input is not None)
        try:
            out, _ = process.communicate(from_input, timeout=self._seconds)
        except subprocess.TimeoutExpired:
            raise DocumentError("timed_out", seconds=f"{self._seconds:g}") from None
        finally:
            self._end(process)
        return _plan(out, process)

    def read_standing(self, path: Path) -> Plan:
        """Read a document in a process that reads others before and after it.

        Raises:
            DocumentError: as `read_apart`; what was read before is not touched.
        """
        with self._lock:
            process = self._idle.pop() if self._idle else None
        process = process or self._start()
        late = threading.Event()

        def give_up() -> None:
            late.set()
            self._end(process)

        limit = threading.Timer(self._seconds, give_up)
        limit.start()
        try:
            out = _ask(process, path)
        finally:
            limit.cancel()
        if out and not late.is_set():
            with self._lock:
                self._idle.append(process)
        else:
            self._end(process)
        if not out and late.is_set():
            raise DocumentError("timed_out", seconds=f"{self._seconds:g}")
        return _plan(out, process)

    def close(self) -> None:
        """End every process, whatever it is doing."""
        with self._lock:
            self._closed = True
            running = list(self._running)
        for process in running:
            self._end(process)

    def _start(self, *arguments: str, asking: bool = True) -> subprocess.Popen[bytes]:
        with self._lock:
            if self._closed:
                raise DocumentError("reader_died", status="—")
            process = subprocess.Popen(
                [sys.executable, "-m", MODULE, *_options(self._given), *arguments],
                stdin=subprocess.PIPE if asking else subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
            self._running.add(process)
        return process

    def _end(self, process: subprocess.Popen[bytes]) -> None:
        """End a process and what it has started, if any of it still runs."""
        end(process)
        if process.stdin:
            with suppress(OSError):
                process.stdin.close()  # or what it did not take would be complained of later
        with self._lock:
            self._running.discard(process)


def _ask(process: subprocess.Popen[bytes], path: Path) -> bytes:
    """Hand a path to a standing process; return its answer, empty if it has died over it."""
    to, back = _pipe(process.stdin), _pipe(process.stdout)
    try:
        to.write(json.dumps(str(path)).encode() + b"\n")
        to.flush()
        answer = back.readline()
    except OSError:
        return b""
    return answer if answer.endswith(b"\n") else b""


def _pipe(pipe: IO[bytes] | None) -> IO[bytes]:
    assert pipe is not None
    return pipe


def _plan(out: bytes, process: subprocess.Popen[bytes]) -> Plan:
    try:
        result = json.loads(out)
    except ValueError:
        raise DocumentError("reader_died", status=str(process.returncode)) from None
    if "error" in result:
        raise DocumentError(result["error"], **result["values"])
    return Plan.model_validate(result["plan"])


# --- in the process ---------------------------------------------------------------------------


_REGION, _YEARS = "--region=", "--year="


def _options(given: Given) -> list[str]:
    named = ((_REGION, given.region), (_YEARS, given.years))
    return [name + value for name, value in named if value]


def main(arguments: list[str]) -> None:
    """Read the one document named, or one for each path on standard input until it ends."""
    said = dict.fromkeys((_REGION, _YEARS), "")
    paths = []
    for argument in arguments:
        name, equals, value = argument.partition("=")
        if name + equals in said:
            said[name + equals] = value
        else:
            paths.append(argument)
    given = Given(said[_REGION], said[_YEARS])
    if paths:
        _answer(paths[0], given)
        return
    for line in sys.stdin.buffer:
        _answer(json.loads(line), given)


def _answer(path: str, given: Given = NOTHING_GIVEN) -> None:
    """Read one document and write the result to standard output."""
    try:
        result: dict[str, object] = {"plan": parse(Path(path), given).model_dump(mode="json")}
    except DocumentError as error:
        result = {"error": error.code, "values": error.values}
    except Exception as error:
        values = {"error": f"{type(error).__name__}: {error}"}
        result = {"error": "unexpected", "values": values}
    sys.stdout.buffer.write(json.dumps(result, ensure_ascii=False).encode("utf-8") + b"\n")
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main(sys.argv[1:])
