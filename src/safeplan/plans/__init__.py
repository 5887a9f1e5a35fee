"""Documents into plans, and plans from wherever they are kept.

`read` is for everybody: it reads in another process, under the limits of `docs/limits.md`. `parse`
reads right here, where a hostile file may take all the time and memory there is.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from safeplan.plans.as_json import can_name_a_file, to_json
from safeplan.plans.given import NOTHING_GIVEN, Given, finding_text
from safeplan.plans.kept import PARSED, load, locked, save, write_bytes, write_text

if TYPE_CHECKING:
    from safeplan.models import Plan

__all__ = [
    "NOTHING_GIVEN",
    "PARSED",
    "Given",
    "can_name_a_file",
    "finding_text",
    "load",
    "locked",
    "parse",
    "save",
    "to_json",
    "write_bytes",
    "write_text",
]


def parse(path: str | os.PathLike[str], given: Given = NOTHING_GIVEN) -> Plan:
    """Read one document as a plan, in this process.

    Raises:
        DocumentError: as `pipeline.parse`.
    """
    # The readers are half of the program: who only loads parsed plans does without them.
    from safeplan.plans import pipeline

    return pipeline.parse(path, given)
