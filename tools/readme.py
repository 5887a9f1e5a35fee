"""What the examples of the READMEs print, run and written anew: `python tools/readme.py`.

A fence `text` shows commands behind `$` with what they print at 100 columns; a line `⋮` stands for
lines left out, so many of them stay before and behind it as before. The commands run in a copy of
the repository's data, so that none of them changes it. `tests/test_readme.py` holds both READMEs to
this.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
READMES = {"README.md": "en", "README.zh-CN.md": "zh"}
WIDTH = "100"
LEFT_OUT = "⋮"
_FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_HAVE_A_WIDTH = {"compare", "check", "trace", "show", "owners", "lint", "explain"}


class Example(NamedTuple):
    """A command, as written, and the lines shown below it."""

    command: str
    shown: list[str]


def fences(readme: str, kind: str) -> list[str]:
    """Return what stands in the fences of a kind."""
    return [body for found, body in _FENCE.findall(readme) if found == kind]


def examples(fence: str) -> Iterator[Example]:
    """Yield the commands of a fence, each with the lines below it."""
    for part in re.split(r"^\$ ", fence, flags=re.MULTILINE)[1:]:
        command, _, shown = part.partition("\n")
        yield Example(command, shown.rstrip("\n").split("\n"))


def printed(example: Example, folder: Path) -> list[str]:
    """Run a command and return what is shown of it now, with the same lines left out."""
    lines = run(example.command, folder).stdout.decode().rstrip().split("\n")
    lines = [line.rstrip() for line in lines]
    if LEFT_OUT not in example.shown:
        return lines
    before = example.shown.index(LEFT_OUT)
    behind = len(example.shown) - before - 1
    if len(lines) <= before + behind:
        return lines
    return [*lines[:before], LEFT_OUT, *lines[len(lines) - behind :]]


def run(command: str, folder: Path) -> subprocess.CompletedProcess[bytes]:
    """Run a line that begins with `safeplan` in a folder."""
    words = shlex.split(command, comments=True)[1:]
    wide = ["--width", WIDTH] if words[0] in _HAVE_A_WIDTH and "--width" not in words else []
    return subprocess.run(
        [sys.executable, "-m", "safeplan", *words, *wide],
        cwd=folder,
        env={
            **{name: value for name, value in os.environ.items() if name != "SAFEPLAN_LANG"},
            "PYTHONPATH": str(ROOT / "src"),
            "XDG_CACHE_HOME": str(folder / "cache"),
        },
        capture_output=True,
        check=False,
    )


@contextmanager
def staged() -> Iterator[Path]:
    """Yield a folder with what the examples read."""
    with tempfile.TemporaryDirectory(prefix="safeplan-") as name:
        for part in ("data", "examples"):
            shutil.copytree(ROOT / part, Path(name) / part)
        yield Path(name)


def renewed(readme: str, folder: Path) -> str:
    """Return a README with what its examples print now."""

    def fence(found: re.Match[str]) -> str:
        if found[1] != "text":
            return found[0]
        parts = [
            "\n".join([f"$ {example.command}", *printed(example, folder)])
            for example in examples(found[2])
        ]
        return "```text\n" + "\n\n".join(parts) + "\n```"

    return _FENCE.sub(fence, readme)


def main() -> None:
    """Write both READMEs anew."""
    with staged() as folder:
        for name in READMES:
            path = ROOT / name
            path.write_text(renewed(path.read_text(encoding="utf-8"), folder), encoding="utf-8")


if __name__ == "__main__":
    main()
