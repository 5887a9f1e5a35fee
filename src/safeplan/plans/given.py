"""What the user says of a document, and what is said of it in words."""

from __future__ import annotations

from typing import NamedTuple

from safeplan import messages
from safeplan.models import Finding


class Given(NamedTuple):
    """What the user says of a document, for where it says nothing itself."""

    region: str = ""
    """`忠县`"""
    years: str = ""
    """`2025`, `2024-2026`"""


NOTHING_GIVEN = Given()


def finding_text(finding: Finding, lang: str | None = None) -> str:
    """Return a finding's message in a language; the stored one where the code is not ours."""
    key = f"finding.{finding.code}"
    if key not in messages.catalogue("zh"):
        return finding.message
    return messages.say(key, lang, **finding.args)
