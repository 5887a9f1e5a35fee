"""Of the commands' tests each plan is aligned with another once: what the links are is not asked."""

from __future__ import annotations

import pytest
from tests.conftest import DOCUMENTS, RAW, ROOT
from tests.running import align_once

from safeplan import links
from safeplan.plans import parse


@pytest.fixture(autouse=True)
def aligned_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let commands have the links that another test found between the same plans."""
    monkeypatch.setattr(links, "align", align_once)


@pytest.fixture(scope="session", autouse=True)
def readers_know_their_words() -> None:
    """Load here, once, what each process that reads a document for a test would load for itself."""
    parse(RAW / DOCUMENTS["忠县-2025"])
    parse(ROOT / "tests" / "shapes" / "05-桐庐县-2025-工作任务跨列.docx")
