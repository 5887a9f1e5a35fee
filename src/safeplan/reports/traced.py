"""What a trace shows: how much of what was asked is carried, then each promise, the gaps first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from safeplan.changes.tracing import gaps
from safeplan.messages import say
from safeplan.models import Plan, Promise, PromiseState, Trace
from safeplan.reports.phrasing import Place, first_of, source_words
from safeplan.reports.result_sheets import (
    Cell,
    Mark,
    Rows,
    Run,
    Sheet,
    columns,
    grouped,
    in_turn,
)

_MARKS: dict[PromiseState, Mark] = {
    "not_carried": "doubt",
    "partly": "doubt",
    "loosened": "looser",
    "tightened": "tighter",
    "in_other_words": "",
    "carried": "",
    "not_due": "dim",
}
"""The states, the gaps first."""


def trace_sheets(traced: Trace, plans: Sequence[Plan]) -> list[Sheet]:
    """Return the summary of a trace of multi-year plans, where its gaps are, and its promises."""
    return [_summary(traced), _gaps(traced, plans), _promises(traced, plans)]


def _summary(traced: Trace) -> Sheet:
    rows: list[list[Cell]] = []
    for plan_id in traced.plans:
        own = [one for one in traced.promises if one.plan_id == plan_id]
        for annual in traced.annuals:
            counts = Counter(one.states[annual] for one in own)
            numbers = (str(counts[state]) for state in _MARKS)
            rows.append([plan_id, annual, *numbers, str(counts.total())])
    states: dict[str, str] = {state: say(f"promise.{state}") for state in _MARKS}
    title = say("traced.title", plan="、".join(traced.plans), annuals="、".join(traced.annuals))
    return Sheet(title, columns("plan annual *# total#", states), rows)


def _gaps(traced: Trace, plans: Sequence[Plan]) -> Sheet:
    """Return where the gaps are: of each section of a plan how many, and the first by name."""
    records = _records(plans)
    asked = Counter(records[_place(one)][0] for one in traced.promises)
    lacking = grouped(records[_place(one)] for one in gaps(traced))
    rows: list[list[Cell]] = []
    for section, called in sorted(lacking.items(), key=lambda one: -len(one[1])):
        title = " ".join(section) if len(traced.plans) > 1 else section[1]
        first = first_of(list(dict.fromkeys(called)), "；")
        rows.append([title, str(len(called)), str(asked[section]), first])
    return Sheet(say("traced.gaps"), columns("section:2 gaps# total# first:3"), rows)


def _records(plans: Sequence[Plan]) -> dict[Place, tuple[Place, str]]:
    """Return of each record the section it stands in, a table or the top heading, and its name."""
    found = {}
    for plan in plans:
        for task in plan.tasks_of("all"):
            section = plan.plan_id, task.table_title or "—"
            found[plan.plan_id, task.task_id] = section, task.name
        for measure in plan.measures:
            section = plan.plan_id, (measure.path or [measure.title])[0] or "—"
            found[plan.plan_id, measure.measure_id] = section, measure.title
    return found


def _place(promise: Promise) -> Place:
    return promise.plan_id, promise.record_id


def _promises(traced: Trace, plans: Sequence[Plan]) -> Sheet:
    records = _records(plans)
    order = [*_MARKS]
    several = len(traced.annuals) > 1
    rows: list[list[Cell]] = []
    for one in sorted(traced.promises, key=lambda one: order.index(one.state)):
        plan = f"{one.plan_id} " if len(traced.plans) > 1 else ""
        # What became of it in each plan, a line each, where there are several.
        states = [[Run(f"{id_} ", "dim"), _state(state)] for id_, state in one.states.items()]
        answers = [(answer, "") for answer in one.answers]
        if one.due == "due":
            answers += [(nearest, say("traced.nearest")) for nearest in one.nearest]
        said: list[list[Run]] = []
        for answer, lead in answers:
            where = f"{answer.plan_id} " if several else ""
            where = f"{lead}{where}{answer.record_id} {source_words(answer.source)} "
            said.append([Run(where, "dim"), Run(answer.text, "dim" if lead else "")])
        rows.append(
            [
                in_turn(states, Run("\n")) if several else [_state(one.state)],
                f"{plan}{one.record_id} {source_words(one.source)}",
                records[_place(one)][1],
                one.text,
                f"{one.deadline} {say(f'due.{one.due}')}".strip(),
                in_turn(said, Run("\n")),
                one.note,
            ]
        )
    listed = columns("state place name:3 promise:6 due:2 answer:7 note:2")
    return Sheet(say("traced.details"), listed, rows, note=say("traced.note"))


def _state(state: PromiseState) -> Run:
    return Run(say(f"promise.{state}"), _MARKS[state])


def trace_rows(traced: Trace, plans: Sequence[Plan]) -> Rows:
    """Return the promises as CSV has them: codes and ids in columns of their own."""
    records = _records(plans)
    rows = [
        [
            one.state,
            one.due,
            one.plan_id,
            one.record_id,
            source_words(one.source, "zh"),
            records[_place(one)][1],
            one.text,
            one.deadline,
            [f"{answer.plan_id}:{answer.record_id}" for answer in one.answers],
            [source_words(answer.source, "zh") for answer in one.answers],
            " / ".join(answer.text for answer in one.answers),
            one.note,
            [f"{plan_id}:{state}" for plan_id, state in one.states.items()],
            [f"{near.plan_id}:{near.record_id}" for near in one.nearest],
            " / ".join(near.text for near in one.nearest),
        ]
        for one in traced.promises
    ]
    listed = (
        "state due plan record source name promise deadline answers answer_sources answer_text "
        "note states nearest nearest_text"
    )
    return Rows(listed, rows)
