"""Programs that are started for one document, and ended with all that they have started."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

_GRACE = 2.0
"""Seconds that a program has for removing what it made, before it is ended by force."""


class Forked:
    """A process forked from this one, as `subprocess.Popen` would tell of it."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.returncode: int | None = None

    def poll(self) -> int | None:
        """Return the exit status, negative where a signal ended it; None while it runs."""
        if self.returncode is None and sys.platform != "win32":
            try:
                pid, status = os.waitpid(self.pid, os.WNOHANG)
            except ChildProcessError:
                self.returncode = 0  # somebody else has waited for it
            else:
                self.returncode = os.waitstatus_to_exitcode(status) if pid else None
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Wait until it has ended.

        Raises:
            subprocess.TimeoutExpired: it has not, after so many seconds.
        """
        until = None if timeout is None else time.monotonic() + timeout
        while (status := self.poll()) is None:
            if until is not None and time.monotonic() > until:
                raise subprocess.TimeoutExpired(str(self.pid), timeout or 0.0)
            time.sleep(0.002)
        return status


Process = Forked | subprocess.Popen[bytes]


def end(process: Process, *, in_order: bool = False) -> None:
    """End a program that was started in a session of its own, and what it has started.

    Args:
        process: the program; one that has ended already is no trouble.
        in_order: whether it is asked to end by itself first.
    """
    if sys.platform == "win32":
        # Windows has no sessions: the tree is known only while its root still runs.
        if process.poll() is None:
            taskkill = Path(os.environ.get("SYSTEMROOT", r"C:\Windows"), "System32", "taskkill.exe")
            with suppress(OSError):
                subprocess.run(
                    [str(taskkill), "/T", "/F", "/PID", str(process.pid)],
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                    check=False,
                )
            with suppress(OSError):
                os.kill(process.pid, signal.SIGTERM)
    else:
        if in_order and process.poll() is None:
            os.kill(process.pid, signal.SIGTERM)
            with suppress(subprocess.TimeoutExpired):
                process.wait(_GRACE)
        for kill in (os.killpg, os.kill):  # a fork may not have its session yet
            with suppress(OSError):
                kill(process.pid, signal.SIGKILL)
    process.wait()
