"""Documents into plans, and plans from wherever they are kept."""

from __future__ import annotations

from safeplan.plans.kept import (
    NOTHING_GIVEN,
    PARSED,
    Given,
    finding_text,
    load,
    parse,
    save,
    to_json,
    write_bytes,
    write_text,
)

__all__ = [
    "NOTHING_GIVEN",
    "PARSED",
    "Given",
    "finding_text",
    "load",
    "parse",
    "save",
    "to_json",
    "write_bytes",
    "write_text",
]
