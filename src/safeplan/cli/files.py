"""What users call their files on the command line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from glob import glob
from pathlib import Path


def expanded(names: Iterable[str]) -> Iterator[str]:
    """Yield names, those with `*` and `?` replaced by the files they match.

    The shells of Windows leave that to the program; elsewhere such a name comes from a script.
    What matches nothing stays as it is, for the trouble to name it.
    """
    for name in names:
        matches = []
        if any(sign in name for sign in "*?") and not Path(name).exists():
            matches = sorted(glob(name.replace("[", "[[]")))  # noqa: PTH207 - the pattern may be a whole path
        yield from matches or [name]
