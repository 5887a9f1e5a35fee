"""Trouble: one clear line on standard error that names the file, and exit status 2."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from safeplan.messages import HELD_OPEN, catalogue, printable, say, system_reason

if TYPE_CHECKING:
    from safeplan.corpus import CorpusError
    from safeplan.documents import DocumentError


class Trouble(Exception):  # noqa: N818 - it is what the user has, not an error class
    """Something the user must mend: where it is, and what is wrong with it."""

    def __init__(self, where: str, what: str) -> None:
        self.where = where
        self.what = what
        super().__init__(f"{where}: {what}" if where else what)


def document_trouble(where: str, error: DocumentError) -> Trouble:
    """Return the trouble with a document in the language in force."""
    key = f"trouble.{error.code}"
    install = install_command("ocr") if error.code == "ocr_missing" else ""
    values = {**error.values, "install": install}
    what = say(key, **values) if key in catalogue("zh") else str(error)
    return Trouble(say("trouble.standard_input") if where == "-" else where, what)


def unwritable(where: str, error: OSError) -> Trouble:
    """Return the trouble with a file that cannot be written; one held open says what to do."""
    # To replace a file that Excel holds open is denied (5), as if it were not ours.
    if getattr(error, "winerror", None) in (5, *HELD_OPEN) and Path(where).is_file():
        return Trouble(where, say("trouble.held_open"))
    return Trouble(where, system_reason(error))


def corpus_trouble(error: CorpusError) -> Trouble:
    """Return the trouble with a corpus in the language in force."""
    values = dict(error.values)
    if "extra" in values:
        values["install"] = install_command(values["extra"])
    return Trouble(error.where, say(f"trouble.{error.code}", **values))


def install_command(extra: str) -> str:
    """Return the command that adds an extra to the environment we run in.

    It names the packages: safeplan itself may have come from a folder or a wheel that is gone.
    """
    from importlib.metadata import PackageNotFoundError, requires
    from importlib.util import find_spec

    try:
        needed = requires("safeplan") or []
    except PackageNotFoundError:
        needed = []
    ours = re.compile(rf"extra\s*==\s*['\"]{extra}['\"]")
    packages = [name.partition(";")[0].strip() for name in needed if ours.search(name)]
    words = " ".join(f'"{name}"' for name in packages or [f"safeplan[{extra}]"])
    python = f'"{sys.executable}"' if " " in sys.executable else sys.executable
    if find_spec("pip") is None:
        return f"uv pip install --python {python} {words}"
    return f"{python} -m pip install {words}"


def is_quiet() -> bool:
    """Tell whether only results and trouble are wanted (`--quiet`)."""
    return bool(os.environ.get("SAFEPLAN_QUIET"))


def note(text: str) -> None:
    """Write what is no trouble but worth knowing to standard error, unless asked to be quiet."""
    if not is_quiet():
        print(text, file=sys.stderr)


def say_trouble(trouble: Trouble) -> None:
    """Write one line to standard error."""
    line = printable(" ".join(str(trouble).split()))
    print(f"safeplan: {line}", file=sys.stderr)
