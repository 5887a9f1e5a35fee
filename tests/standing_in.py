"""A reading process with a fault at some documents, for tests of those who wait for it."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from safeplan.plans import isolated, pipeline, worker
from tests.conftest import ROOT


def _stick() -> None:
    parent = os.getppid()
    while os.getppid() == parent:
        time.sleep(0.02)


def _fail() -> None:
    raise ZeroDivisionError("ours")


def _fill() -> None:
    bytearray(2**32)


FAULTS: dict[str, Callable[[], None]] = {
    "stuck": _stick,
    "dying": os.abort,
    "faulty": _fail,
    "filled": _fill,
}


def stand_in(monkeypatch: pytest.MonkeyPatch, fault: str, at: str) -> None:
    """Let documents whose path holds some words be read by a process that has a fault."""
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setenv("STANDING_IN", f"{fault} {at}")
    monkeypatch.setattr(isolated, "PROGRAM", [sys.executable, "-P", "-m", "tests.standing_in"])
    monkeypatch.setattr(isolated, "_may_fork", lambda: False)
    monkeypatch.setattr(isolated, "_of_thread", type("Anew", (), {})())


if __name__ == "__main__":
    fault, at = os.environ["STANDING_IN"].split(" ", 1)
    good = pipeline.parse

    def parse(path: Path, *given: object) -> object:
        """Read a document, unless it is one of those."""
        if at in str(path):
            FAULTS[fault]()
        return good(path, *given)  # type: ignore[arg-type]

    pipeline.parse = parse  # type: ignore[assignment]
    worker.live(worker.End(int(sys.argv[1])))
