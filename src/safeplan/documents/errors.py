"""What is wrong with a file, as a code that both languages have words for."""

from __future__ import annotations

from safeplan import messages


class DocumentError(ValueError):
    """A file that cannot be read as a plan.

    `code` names the message in the catalogue, `values` fills it; `str()` is the message, as the
    command line says it.
    """

    def __init__(self, code: str, **values: str) -> None:
        self.code = code
        self.values = values
        super().__init__(code + (f": {values}" if values else ""))

    def __str__(self) -> str:
        """Return what is wrong and what to do, in the language in force."""
        key = f"trouble.{self.code}"
        if key not in messages.catalogue("zh"):
            return super().__str__()
        return messages.say(key, **{"install": 'pip install "safeplan[ocr]"', **self.values})
