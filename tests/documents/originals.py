"""The original files, and the text of each: one document in many forms."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from safeplan.models import Plan
from safeplan.plans import parse

ORIGINALS = Path(__file__).parent.parent / "originals"

NAMES = ("忠县2025年工作要点", "沙坪坝区2025年工作要点", "沙坪坝区应急管理十四五规划")
FORMS = ("docx", "odt", "html", "doc", "pdf", "ofd")


def original(name: str, form: str) -> Path:
    return ORIGINALS / form / f"{name}.{form}"


@cache
def parsed(name: str, form: str) -> Plan:
    """The plan that an original holds, read once for all tests."""
    return parse(original(name, form))
