"""What is aligned: the statements of rows, of sentences, of promises."""

from __future__ import annotations

from dataclasses import replace

from safeplan.links import Statement, Statements, align, sentences, stated
from safeplan.models import Measure, Plan
from safeplan.targets import read_targets


def measure(text: str, *said: str) -> Measure:
    return Measure(
        measure_id="m3",
        path=[],
        number=None,
        title="燃气安全",
        text=text,
        sentences=list(said),
        targets=read_targets(text),
    )


def test_a_sentence_has_the_targets_that_stand_in_it_and_where() -> None:
    first, second = "更新管道9公里。", "培训2次，更新管道9公里。"
    one, other = sentences(measure(first + second, first, second))
    assert (one.statement_id, other.statement_id) == ("m3.1", "m3.2")
    assert [target.unit for target in one.targets] == ["公里"]
    assert [target.unit for target in other.targets] == ["次", "公里"]
    texts = [second[low:high] for low, high in other.spans]
    assert texts == [target.text for target in other.targets]
    assert (one.start, other.start) == (0, len(first))
    assert one.is_prose


def test_a_sentence_without_figures_is_a_statement_too() -> None:
    (said,) = sentences(measure("健全机制。", "健全机制。"))
    assert (said.heading, said.text, list(said.targets)) == ("燃气安全", "健全机制。", [])


def test_a_plan_states_its_tasks(real_plans: dict[str, Plan]) -> None:
    plan = real_plans["忠县-2025"]
    statements = stated(plan).statements
    assert [one.statement_id for one in statements] == [task.task_id for task in plan.tasks]
    assert not any(one.is_prose for one in statements)
    prose = stated(plan, plan.tasks_of("body")).statements
    assert prose
    assert all(one.is_prose for one in prose)


def test_statements_align_as_their_plan_does_under_whatever_ids(
    real_plans: dict[str, Plan],
) -> None:
    plans = [real_plans["忠县-2025"], real_plans["南岸-2025"]]
    renamed = [
        Statements(
            plan.plan_id,
            plan.region,
            [replace(one, statement_id=f"s-{one.statement_id}") for one in stated(plan).statements],
        )
        for plan in plans
    ]
    links = [(one.left.task_id, one.right.task_id, one.score) for one in align(plans)]
    assert [(f"s-{left}", f"s-{right}", score) for left, right, score in links] == [
        (one.left.task_id, one.right.task_id, one.score) for one in align(renamed)
    ]


def test_a_statement_needs_no_more_than_a_text() -> None:
    bare = Statement("1", "", "开展违规用火专项行动。")
    assert (list(bare.targets), list(bare.owners), bare.deadline) == ([], [], "")
