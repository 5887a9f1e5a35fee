"""Three plans and their comparison, which the reports are of; each pair of plans aligned once."""

from __future__ import annotations

import pytest
from tests.running import ask_once

import safeplan
from safeplan.models import Comparison, Plan


@pytest.fixture(autouse=True)
def asked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let commands have what another test found between the same plans."""
    ask_once(monkeypatch)


@pytest.fixture(scope="session")
def three(real_plans: dict[str, Plan]) -> list[Plan]:
    """Three districts of one year."""
    return [real_plans[f"{place}-2025"] for place in ("沙坪坝", "忠县", "南岸")]


@pytest.fixture(scope="session")
def compared(three: list[Plan]) -> Comparison:
    """What the three have in common."""
    return safeplan.compare(three)
