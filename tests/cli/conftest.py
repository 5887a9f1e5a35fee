"""Of the commands' tests each plan is aligned with another once: what the links are is not asked."""

from __future__ import annotations

import pytest
from tests.running import align_once

from safeplan import links


@pytest.fixture(autouse=True)
def aligned_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let commands have the links that another test found between the same plans."""
    monkeypatch.setattr(links, "align", align_once)
