"""Plans where they are kept: written whole or not at all, and found again by what a user calls them.

`load` finds a document, a parsed JSON file, or the id of a plan in the parsed folder, shortened as
long as it stays unique.
"""

from __future__ import annotations

import codecs
import errno
import os
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from safeplan.documents import (
    STANDARD_INPUT,
    DocumentError,
    file_bytes,
    is_member,
    standard_input,
)
from safeplan.models import Plan
from safeplan.plans.as_json import of_json, to_json

PARSED = Path("data/parsed")
"""Where parsed plans are kept unless a command says otherwise."""


def write_bytes(path: Path, data: bytes) -> None:
    """Write a file whole or not at all: beside its place first, then renamed.

    What is no file (a device, a pipe, the `/dev/fd/63` of a shell's `>(…)`) is written to and
    never replaced; a link goes on leading to its file.

    Raises:
        OSError: the folder cannot be made or written.
    """
    if _is_stream(path):
        with path.open("wb") as stream:
            stream.write(data)
        return
    if path.is_symlink():
        path = path.resolve()
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        beside.write_bytes(data)
        beside.replace(path)
    except OSError as error:
        # The file beside it is nothing that the user knows of.
        error.filename, error.filename2 = str(path), None
        raise
    finally:
        beside.unlink(missing_ok=True)


@contextmanager
def locked(lock: Path, *, wait: bool) -> Iterator[None]:
    """Keep what a lock stands for to this process; the lock dies with the process.

    Args:
        lock: a file beside what is written, which itself is replaced and so holds no lock.
        wait: whether to wait for another process that has it.

    Raises:
        BlockingIOError: another process has it.
        OSError: the folder cannot be made or written.
    """
    lock.parent.mkdir(parents=True, exist_ok=True)
    with lock.open("a") as file:
        try:
            if sys.platform == "win32":
                import msvcrt

                msvcrt.locking(file.fileno(), msvcrt.LK_LOCK if wait else msvcrt.LK_NBLCK, 1)
            else:
                import fcntl

                fcntl.flock(file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except OSError as error:
            # A file system that knows no locks (ENOLCK, ENOTSUP) is trusted to one user.
            if error.errno in (errno.EWOULDBLOCK, errno.EACCES, errno.EDEADLK):
                raise BlockingIOError(error.errno, error.strerror, str(lock)) from None
        yield


def _is_stream(path: Path) -> bool:
    """Tell whether a path stands for something that takes bytes and is no file in a folder."""
    if path.absolute().parts[1:2] in (("dev",), ("proc",)) and sys.platform != "win32":
        return True  # also where it leads to a file that somebody holds open
    try:
        mode = path.stat().st_mode
    except OSError:
        return False
    return not (stat.S_ISREG(mode) or stat.S_ISDIR(mode))


def write_text(path: Path, text: str) -> None:
    """Write a text in UTF-8, whole or not at all.

    Raises:
        OSError: the folder cannot be made or written.
    """
    write_bytes(path, text.encode("utf-8"))


def save(plan: Plan, folder: Path = PARSED) -> Path:
    """Write a plan to `folder/<plan_id>.json` and return the path.

    Raises:
        OSError: the folder cannot be made or written.
    """
    path = folder / f"{plan.plan_id}.json"
    write_text(path, to_json(plan))
    return path


def load(name: str | os.PathLike[str], folder: Path = PARSED) -> Plan:
    """Return the plan that `name` stands for.

    Args:
        name: a document, a parsed JSON file, the (shortened) id of a plan in `folder`, or `-`,
            which is standard input with either of the former.
        folder: where parsed plans are kept.

    Raises:
        DocumentError: nothing of that name, several plans begin with it, or it cannot be read.
        VocabularyError: the user's own vocabulary cannot be read.
    """
    path = Path(name)
    if path == STANDARD_INPUT:
        data = standard_input()
        is_json = data.removeprefix(codecs.BOM_UTF8).lstrip().startswith(b"{")
        return of_json(data) if is_json else _read(path)
    if path.is_file() and path.suffix.lower() == ".json":
        return of_json(file_bytes(path))
    if (path.exists() and not path.is_dir()) or is_member(path):
        return _read(path)
    text = str(name)
    if path.suffix or "/" in text or os.sep in text:
        raise DocumentError("missing_file")
    ids = sorted(found.stem for found in folder.glob("*.json"))
    matches = [text] if text in ids else [plan_id for plan_id in ids if plan_id.startswith(text)]
    if len(matches) == 1:
        return of_json(file_bytes(folder / f"{matches[0]}.json"))
    if matches:
        raise DocumentError("ambiguous_plan", candidates="、".join(matches))
    if not ids:
        raise DocumentError("no_plans", folder=str(folder))
    raise DocumentError("unknown_plan", folder=str(folder), candidates="、".join(ids))


def _read(path: Path) -> Plan:
    # Who only loads parsed plans does without the processes.
    from safeplan.plans.isolated import read

    return read(path)
