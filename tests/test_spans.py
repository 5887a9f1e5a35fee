"""Where in a record its targets, owners and deadline stand, told of a plan that comes from a file."""

from __future__ import annotations

import pytest

from safeplan.bearers import read_owners
from safeplan.models import Due, Measure, Plan, Span, Target, Task
from safeplan.spans import field_text, spans_of_due, spans_of_owners, spans_of_targets
from safeplan.targets import read_targets
from tests.conftest import ROOT

PLANS = sorted((ROOT / "data" / "parsed").glob("*.json"))


def made(content: str, **fields: object) -> Task:
    values: dict[str, object] = {
        "task_id": "t1.1",
        "table": 1,
        "table_title": "",
        "row": 1,
        "serial": None,
        "group": None,
        "name": "隐患整改",
        "sub_item": None,
        "content": content,
        "targets": read_targets(content, name="隐患整改"),
    }
    return Task.model_validate(values | fields)


def printed(record: Task | Measure, span: Span | None) -> str | None:
    """Return what stands in a span of a record."""
    if span is None:
        return None
    text = field_text(record, span.field) if isinstance(record, Task) else record.text
    return text[span.start : span.end]


def texts(record: Task | Measure) -> list[str | None]:
    return [printed(record, one and one.text) for one in spans_of_targets(record)]


@pytest.mark.parametrize("path", PLANS, ids=lambda path: path.stem)
def test_all_that_was_read_of_a_plan_is_told_where_it_stands(path: object) -> None:
    plan = Plan.model_validate_json((ROOT / str(path)).read_text(encoding="utf-8"))
    for task in plan.tasks_of("all"):
        assert texts(task) == [target.text for target in task.targets]
        spans = [where for where in spans_of_targets(task) if where]
        assert spans == sorted(spans, key=lambda where: (where.text.field, where.text.start))
        for target, where in zip(task.targets, spans, strict=True):
            # 疏散逃生演练·高危行业领域: what is counted, and for whom behind it.
            said = printed(task, where.subject)
            assert target.subject.endswith(said) if said else target.subject in task.name
        assert [printed(task, span) for span in spans_of_owners(task)] == [
            owner.text for owner in task.owners
        ]
        due = [task.due.text] if task.due else []
        assert [*dict.fromkeys(printed(task, span) for span in spans_of_due(task))] == due
    for measure in plan.measures:
        assert texts(measure) == [target.text for target in measure.targets]


def test_one_figure_said_twice_stands_in_two_places() -> None:
    task = made("演练2次，培训1次，演练2次。")
    assert [one and one.text.start for one in spans_of_targets(task)] == [0, 5, 10]


def test_a_target_tells_its_figure_and_its_subject() -> None:
    (where,) = spans_of_targets(made("重大隐患整改率达到95%以上。"))
    assert where is not None and where.subject is not None
    assert (printed(made("重大隐患整改率达到95%以上。"), where.amount)) == "95%以上"
    assert (where.subject.start, where.subject.end) == (0, 7)


def test_a_subject_that_is_the_name_stands_nowhere_in_the_content() -> None:
    (where,) = spans_of_targets(made("≥95"))
    assert where is not None
    assert where.subject is None


def test_a_figure_set_by_hand_has_no_span_and_hides_no_other() -> None:
    by_hand = Target(subject="甲", direction="eq", value=7, unit="处", text="7处")
    task = made("演练2次。", targets=[by_hand, *read_targets("演练2次。")])
    assert [one is not None for one in spans_of_targets(task)] == [False, True]


def test_a_unit_that_the_table_gave_is_taken_from_the_target() -> None:
    told = read_targets("≤5", name="死亡人数", unit="人")
    task = made("≤5", name="死亡人数", targets=told)
    assert texts(task) == ["≤5"]


def test_a_goal_of_a_year_stands_in_its_column() -> None:
    goals = [
        target.model_copy(update={"period": year})
        for year, goal in (("2024年", "≥90%"), ("2025年", "≥95%"))
        for target in read_targets(goal, name="整改率")
    ]
    task = made("整改率", extra={"2024年目标": "≥90%", "2025年目标": "≥95%"}, targets=goals)
    assert [one and one.text.field for one in spans_of_targets(task)] == [
        "extra.2024年目标",
        "extra.2025年目标",
    ]


def test_owners_stand_in_their_cells_as_printed() -> None:
    cells = ("（县应急局 牵头）", "县教委、各镇街")
    task = made("整改。", lead_text=cells[0], responsible_text=cells[1], owners=read_owners(*cells))
    assert spans_of_owners(task) == [
        Span("lead_text", 1, 5),
        Span("responsible_text", 0, 3),
        Span("responsible_text", 4, 7),
    ]


@pytest.mark.parametrize(
    ("text", "said", "span"),
    [
        ("力争6月底前完成", "6月底前", (2, 6)),
        ("（防火期内）", "防火期内", (1, 5)),
        ("6月底前", "9月底前", None),
    ],
)
def test_a_deadline_stands_where_it_is_read(
    text: str, said: str, span: tuple[int, int] | None
) -> None:
    task = made("整改。", deadline_text=text, due=Due(text=said, kind="event"))
    assert spans_of_due(task) == ([Span("deadline_text", *span)] if span else [])


def test_a_deadline_that_the_content_says_too_stands_in_both() -> None:
    due = Due(text="6月底前", kind="by")
    task = made("修订6月规程，6月底前完成演练。", deadline_text="6月底前", due=due)
    assert spans_of_due(task) == [Span("deadline_text", 0, 4), Span("content", 7, 11)]
