"""What stands in a file and not on its page: gathered while it is read, told as notes.

Struck-out and hidden text, raised note marks, hidden rows: a reader leaves them out and says here
what it left out, in the document's own words, so that nothing is lost without a word.
"""

from __future__ import annotations

from typing import Literal

from safeplan.documents.blocks import ReaderNote
from safeplan.models import Source
from safeplan.text.folding import tidy

_QUOTED = 200
"""Characters of a quotation."""
_TOLD = 100
"""Notes of a kind; what is beyond is counted."""


class Unseen:
    """The notes of one file about what its page does not show, each once."""

    def __init__(self) -> None:
        self._notes: dict[tuple[str, str, Source | None], ReaderNote] = {}
        self._told: dict[str, int] = {}
        self.source: Source | None = None
        """Where the reader is: the row of a table, or None in running text."""

    def add(
        self,
        code: str,
        text: str,
        severity: Literal["repair", "doubt"] = "repair",
        **args: str,
    ) -> None:
        """Note what was left out at the place where the reader is; an empty text says nothing."""
        quoted = tidy(text)
        if not quoted:
            return
        self._told[code] = self._told.get(code, 0) + 1
        if self._told[code] > _TOLD:
            return
        if len(quoted) > _QUOTED:
            quoted = quoted[:_QUOTED] + "…"
        self._notes.setdefault(
            (code, quoted, self.source),
            ReaderNote(code, severity, {"text": quoted, **args}, self.source),
        )

    def notes(self) -> list[ReaderNote]:
        """Return what was noted, in the order of the document."""
        beyond = [
            ReaderNote("unseen_beyond", "doubt", {"code": code, "count": str(told - _TOLD)})
            for code, told in self._told.items()
            if told > _TOLD
        ]
        return [*self._notes.values(), *beyond]
