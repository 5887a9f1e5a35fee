"""Words the documents use, as data: one TOML file a subject, read once, overridable.

An analyst extends a file without touching code: a folder named by `SAFEPLAN_VOCABULARY` (or
`--vocabulary`) may hold files of the same names, and what stands in them is laid over ours:
lists grow, tables are merged key by key, single values replace.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Callable, Iterable
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, ParamSpec, TypeVar, cast

_P = ParamSpec("_P")
_T = TypeVar("_T")

_SHIPPED = Path(__file__).parent
VARIABLE = "SAFEPLAN_VOCABULARY"


class VocabularyError(ValueError):
    """A vocabulary file that cannot be read; `code` names the message, `values` fill it."""

    def __init__(self, where: str, code: str = "vocabulary_folder", **values: str) -> None:
        self.where = where
        self.code = code
        self.values = values
        super().__init__(f"{where}: {code}" + (f" {values}" if values else ""))


@cache
def _read(path: Path) -> dict[str, Any]:
    try:
        text = path.read_text(encoding="utf-8-sig")
        return tomllib.loads(text)
    except UnicodeDecodeError:
        raise VocabularyError(str(path), "vocabulary_encoding") from None
    except OSError as error:
        raise VocabularyError(str(path), "unreadable", reason=error.strerror or "") from error
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        lines = text.splitlines() or [""]
        told = re.search(r"line (\d+)", str(error))
        line = min(int(told[1]) if told else len(lines), len(lines))
        quoted = lines[line - 1].strip()[:_QUOTED]
        raise VocabularyError(str(path), "vocabulary_broken", line=str(line), text=quoted) from None


_QUOTED = 40
"""How much of a line that is wrong is quoted, in characters."""


def _overlay(base: Any, extra: Any, key: str = "") -> Any:
    """Lay `extra` over `base`: tables merged, lists grown, everything else replaced.

    Raises:
        TypeError: a value is of another kind than ours; it names the key.

    >>> _overlay({"a": [1], "b": {"x": 1}}, {"a": [2], "b": {"y": 2}})
    {'a': [1, 2], 'b': {'x': 1, 'y': 2}}
    """
    if type(base) is not type(extra):
        raise TypeError(key)
    if isinstance(base, dict):
        merged = dict(base)
        for name, value in extra.items():
            inner = f"{key}.{name}".strip(".")
            merged[name] = _overlay(base[name], value, inner) if name in base else value
        return merged
    if isinstance(base, list):
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
            try:
                return dict(_overlay(words, _read(own)))
            except TypeError as error:
                raise VocabularyError(str(own), "vocabulary_kind", key=str(error)) from None
    return words


_in_force: dict[str, str | None] = {"folder": os.environ.get(VARIABLE) or None}
_kept: list[Callable[[], None]] = []
"""What forgets all that was made of the words of the folder in force."""


def refresh() -> None:
    """Take the folder that the environment names now: every way into safeplan does so first.

    To ask the environment for each word looked up would cost a tenth of the time of a parse.
    """
    folder = os.environ.get(VARIABLE) or None
    if folder != _in_force["folder"]:
        _in_force["folder"] = folder
        for forget in _kept:
            forget()


def load(subject: str) -> dict[str, Any]:
    """Return the vocabulary file `subject`.toml with the analyst's own laid over it.

    Raises:
        VocabularyError: a file is missing, not UTF-8, not TOML, or has a value of another kind.
    """
    return _load(subject, _in_force["folder"])


def cached(size: int | None = None) -> Callable[[Callable[_P, _T]], Callable[_P, _T]]:
    """Return a decorator that keeps what a function makes of the vocabulary in force.

    All that is made of words is kept so: what was made under one folder is forgotten when another
    comes into force.

    Args:
        size: how many results are kept; None for all.
    """

    def decorate(make: Callable[_P, _T]) -> Callable[_P, _T]:
        kept = lru_cache(maxsize=size)(make)
        _kept.append(kept.cache_clear)
        return cast("Callable[_P, _T]", kept)

    return decorate


def any_of(patterns: Iterable[str]) -> str:
    """Return a pattern for any of the patterns; `{office}` stands for a word like 办, 站 or 股."""
    offices = "".join(load("bodies")["roles"]["offices"])
    return "|".join(patterns).replace("{office}", f"[{offices}]")


@cached()
def pattern(subject: str, *keys: str) -> re.Pattern[str]:
    """Return the compiled pattern for any of a list: `pattern("plans", "ends", "matter")`."""
    words: Any = load(subject)
    for key in keys:
        words = words[key]
    return re.compile(words if isinstance(words, str) else any_of(words))


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
    refresh()
    if _in_force["folder"]:
        for path in sorted(_SHIPPED.glob("*.toml")):
            load(path.stem)
