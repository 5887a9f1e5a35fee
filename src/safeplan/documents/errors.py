"""What is wrong with a file, as a code that both languages have words for."""

from __future__ import annotations


class DocumentError(ValueError):
    """A file that cannot be read as a plan.

    `code` names the message in the catalogue, `values` fills it; `str()` is the plain reason.
    """

    def __init__(self, code: str, **values: str) -> None:
        self.code = code
        self.values = values
        super().__init__(code + (f": {values}" if values else ""))
