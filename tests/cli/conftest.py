"""Of the commands' tests each plan is aligned with another once: what the links are is not asked."""

from __future__ import annotations

import pytest
from tests.conftest import DOCUMENTS, RAW, ROOT
from tests.running import ask_once

from safeplan.plans import parse


@pytest.fixture(autouse=True)
def asked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let commands have what another test found between the same plans."""
    ask_once(monkeypatch)


@pytest.fixture(scope="session", autouse=True)
def readers_know_their_words() -> None:
    """Load here, once, what each process that reads a document for a test would load for itself."""
    parse(RAW / DOCUMENTS["忠县-2025"])
    parse(ROOT / "tests" / "shapes" / "05-桐庐县-2025-工作任务跨列.docx")
