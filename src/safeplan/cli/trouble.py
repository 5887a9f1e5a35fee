"""Trouble: one clear line on standard error that names the file, and exit status 2."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from safeplan.messages import catalogue, printable, say

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
    what = say(key, **error.values) if key in catalogue("zh") else str(error)
    return Trouble(where, what)


def corpus_trouble(error: CorpusError) -> Trouble:
    """Return the trouble with a corpus in the language in force."""
    return Trouble(error.where, say(f"trouble.{error.code}", **error.values))


def say_trouble(trouble: Trouble) -> None:
    """Write one line to standard error."""
    line = printable(" ".join(str(trouble).split()))
    print(f"safeplan: {line}", file=sys.stderr)
