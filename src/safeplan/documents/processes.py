"""Programs that are started for one document, and ended with all that they have started."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path


def end(process: subprocess.Popen[bytes]) -> None:
    """End a program that was started in a session of its own, and what it has started.

    Two threads may end the same one: what is gone already is no trouble.
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
                process.kill()
    else:
        with suppress(OSError):
            os.killpg(process.pid, signal.SIGKILL)
    process.wait()
