"""Words the documents use, as data: one TOML file a subject, read once, overridable.

An analyst extends a file without touching code: a folder named by `SAFEPLAN_VOCABULARY` (or
`--vocabulary`) may hold files of the same names, and what stands in them is laid over ours:
lists grow, tables are merged key by key, single values replace.
"""

from __future__ import annotations

import os
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

_SHIPPED = Path(__file__).parent
VARIABLE = "SAFEPLAN_VOCABULARY"


class VocabularyError(ValueError):
    """A vocabulary file that cannot be read, and why; without a reason, a folder that is none."""

    def __init__(self, where: str, reason: str = "") -> None:
        self.where = where
        self.reason = reason
        super().__init__(f"{where}: {reason or 'not a folder of vocabulary files'}")


@cache
def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise VocabularyError(str(path), str(error)) from error


def _overlay(base: Any, extra: Any) -> Any:
    """Lay `extra` over `base`: tables merged, lists grown, everything else replaced.

    >>> _overlay({"a": [1], "b": {"x": 1}}, {"a": [2], "b": {"y": 2}})
    {'a': [1, 2], 'b': {'x': 1, 'y': 2}}
    """
    if isinstance(base, dict) and isinstance(extra, dict):
        merged = dict(base)
        for key, value in extra.items():
            merged[key] = _overlay(base[key], value) if key in base else value
        return merged
    if isinstance(base, list) and isinstance(extra, list):
        return base + [item for item in extra if item not in base]
    return extra


@cache
def _load(subject: str, folder: str | None) -> dict[str, Any]:
    words = _read(_SHIPPED / f"{subject}.toml")
    if folder:
        if not Path(folder).is_dir():
            raise VocabularyError(str(folder))
        own = Path(folder) / f"{subject}.toml"
        if own.is_file():
            return dict(_overlay(words, _read(own)))
    return words


def load(subject: str) -> dict[str, Any]:
    """Return the vocabulary file `subject`.toml with the analyst's own laid over it.

    Raises:
        VocabularyError: a file is missing, not UTF-8 or not TOML.
    """
    return _load(subject, os.environ.get(VARIABLE) or None)


@cache
def rows(subject: str) -> tuple[tuple[str, ...], ...]:
    """Return the lines of the table `subject`.tsv, cell by cell; it is generated, never overlaid."""
    lines = (_SHIPPED / f"{subject}.tsv").read_text(encoding="utf-8").splitlines()
    return tuple(tuple(line.split("\t")) for line in lines if line and line[0] != "#")


def check() -> None:
    """Read all files of the analyst's own vocabulary, to say what is wrong before work begins.

    Raises:
        VocabularyError: it is no folder, or one of its files cannot be read.
    """
    if os.environ.get(VARIABLE):
        for path in sorted(_SHIPPED.glob("*.toml")):
            load(path.stem)
