"""One document read in a process of its own: `python -m safeplan.cli.worker FILE`.

Readers of binary formats rest on C libraries, which a bad file can hang or kill. Here it takes
this process with it and nothing else. The result goes to standard output as one JSON object:
`{"plan": …}`, or `{"error": code, "values": {…}}` for a document that cannot be read.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

from safeplan.documents import DocumentError
from safeplan.models import Plan
from safeplan.plans import parse

MODULE = "safeplan.cli.worker"


def read_apart(path: Path, seconds: float) -> Plan:
    """Read a document in a process of its own.

    Raises:
        DocumentError: it cannot be read, takes longer than `seconds`, or kills its reader.
    """
    process = subprocess.Popen(
        [sys.executable, "-m", MODULE, str(path)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        out, _ = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        raise DocumentError("timed_out", seconds=f"{seconds:g}") from None
    finally:
        _end(process)
    try:
        result = json.loads(out)
    except ValueError:
        raise DocumentError("reader_died", status=str(process.returncode)) from None
    if "error" in result:
        raise DocumentError(result["error"], **result["values"])
    return Plan.model_validate(result["plan"])


def _end(process: subprocess.Popen[bytes]) -> None:
    """End the process and what it has started, if any of it still runs."""
    if process.poll() is None:
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
        process.wait()


def main(path: str) -> None:
    """Read one document and write the result to standard output."""
    try:
        result: dict[str, object] = {"plan": parse(Path(path)).model_dump(mode="json")}
    except DocumentError as error:
        result = {"error": error.code, "values": error.values}
    sys.stdout.buffer.write(json.dumps(result, ensure_ascii=False).encode("utf-8"))


if __name__ == "__main__":
    main(sys.argv[1])
