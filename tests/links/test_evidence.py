"""The words that met, and where they stand in their records."""

from __future__ import annotations

from safeplan.links import align
from safeplan.models import Plan


def test_what_met_stands_where_its_span_says(annual: list[Plan]) -> None:
    plans = {plan.plan_id: plan for plan in annual}
    met = [
        (plans[ref.plan_id].task(ref.task_id), span, printed)
        for match in align(annual)
        for one in match.evidence
        for ref, span, printed in (
            (match.left, one.left_span, one.left),
            (match.right, one.right_span, one.right),
        )
    ]
    assert {span and span.field for _, span, _ in met} == {"name", "content"}
    for task, span, printed in met:
        assert span is not None
        assert str(getattr(task, span.field))[span.start : span.end] == printed
