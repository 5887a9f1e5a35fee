"""The plans of three districts for one year."""

from __future__ import annotations

import pytest

from safeplan.models import Plan


@pytest.fixture(scope="session")
def annual(real_plans: dict[str, Plan]) -> list[Plan]:
    return [real_plans[plan_id] for plan_id in ("沙坪坝-2025", "忠县-2025", "南岸-2025")]
