"""What a trace shows: how much of what was asked is carried, then each promise, the gaps first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from safeplan.messages import say
from safeplan.models import Plan, Promise, PromiseState, Trace
from safeplan.reports.sheets import Cell, Column, Mark, Run, Sheet
from safeplan.reports.words import source_words

ORDER: tuple[PromiseState, ...] = (
    "not_carried",
    "partly",
    "loosened",
    "tightened",
    "in_other_words",
    "carried",
    "not_due",
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


def trace_sheets(traced: Trace, plans: Sequence[Plan]) -> tuple[Sheet, Sheet]:
    """Return the summary and the promises of a trace.

    Args:
        traced: what was found.
        plans: the multi-year plans; the names of their records are shown.
    """
    return _summary(traced), _promises(traced, plans)


def _summary(traced: Trace) -> Sheet:
    sheet = Sheet(
        title=say("traced.title", plan="、".join(traced.plans), annuals="、".join(traced.annuals)),
        columns=[
            Column("plan", 0),
            Column("annual", 0),
            *(Column(state, 0, title=say(f"promise.{state}"), number=True) for state in ORDER),
            Column("total", 0, number=True),
        ],
    )
    for plan_id in traced.plans:
        promises = [one for one in traced.promises if one.plan_id == plan_id]
        for annual in traced.annuals:
            counts = Counter(one.states[annual] for one in promises)
            states = (str(counts[state]) for state in ORDER)
            sheet.rows.append([plan_id, annual, *states, str(counts.total())])
    return sheet


def _promises(traced: Trace, plans: Sequence[Plan]) -> Sheet:
    sheet = Sheet(
        title=say("traced.details"),
        columns=[
            Column("state", 0),
            Column("place", 0),
            Column("name", 3),
            Column("promise", 6),
            Column("due", 2),
            Column("answer", 7),
            Column("note", 2),
        ],
        note=say("traced.note"),
    )
    names = _names(plans)
    for promise in sorted(traced.promises, key=lambda one: ORDER.index(one.state)):
        plan = f"{promise.plan_id} " if len(traced.plans) > 1 else ""
        sheet.rows.append(
            [
                _states(promise, several=len(traced.annuals) > 1),
                f"{plan}{promise.record_id} {source_words(promise.source)}",
                names[promise.plan_id, promise.record_id],
                promise.text,
                _due(promise),
                _answers(promise, several=len(traced.annuals) > 1),
                promise.note,
            ]
        )
    return sheet


def trace_rows(traced: Trace, plans: Sequence[Plan]) -> Sheet:
    """Return the promises as CSV has them: codes and ids in columns of their own."""
    keys = (
        "state",
        "due",
        "plan",
        "record",
        "source",
        "name",
        "promise",
        "deadline",
        "answers",
        "answer_sources",
        "answer_text",
        "note",
        "states",
        "nearest",
        "nearest_text",
    )
    sheet = Sheet(title="", columns=[Column(key) for key in keys])
    names = _names(plans)
    for promise in traced.promises:
        answers = promise.answers
        sheet.rows.append(
            [
                promise.state,
                promise.due,
                promise.plan_id,
                promise.record_id,
                source_words(promise.source, "zh"),
                names[promise.plan_id, promise.record_id],
                promise.text,
                promise.deadline,
                " ".join(f"{answer.plan_id}:{answer.record_id}" for answer in answers),
                " ".join(source_words(answer.source, "zh") for answer in answers),
                " / ".join(answer.text for answer in answers),
                promise.note,
                " ".join(f"{plan_id}:{state}" for plan_id, state in promise.states.items()),
                " ".join(f"{one.plan_id}:{one.record_id}" for one in promise.nearest),
                " / ".join(one.text for one in promise.nearest),
            ]
        )
    return sheet


def _names(plans: Sequence[Plan]) -> dict[tuple[str, str], str]:
    """Return the names of all records, by plan and id."""
    return {
        (plan.plan_id, record_id): name
        for plan in plans
        for record_id, name in (
            *((task.task_id, task.name) for task in plan.tasks),
            *((task.task_id, task.name) for task in plan.tasks_of("body")),
            *((measure.measure_id, measure.title) for measure in plan.measures),
        )
    }


def _due(promise: Promise) -> str:
    said = say(f"due.{promise.due}")
    return f"{promise.deadline} {said}" if promise.deadline else said


def _states(promise: Promise, *, several: bool) -> Cell:
    """Return what became of a promise: in each plan, a line each, where there are several."""
    if not several:
        return [Run(say(f"promise.{promise.state}"), _MARKS[promise.state])]
    runs: list[Run] = []
    for plan_id, state in promise.states.items():
        runs += [Run("\n")] if runs else []
        runs += [Run(f"{plan_id} ", "dim"), Run(say(f"promise.{state}"), _MARKS[state])]
    return runs


def _answers(promise: Promise, *, several: bool) -> Cell:
    """Return the answers, and the nearest where there is none, a line each, with their places."""
    runs: list[Run] = []
    said = [(one, "") for one in promise.answers]
    said += [(one, say("traced.nearest")) for one in promise.nearest if promise.due == "due"]
    for answer, lead in said:
        plan = f"{answer.plan_id} " if several else ""
        place = f"{lead}{plan}{answer.record_id} {source_words(answer.source)} "
        runs += [Run("\n")] if runs else []
        runs += [Run(place, "dim"), Run(answer.text, "dim" if lead else "")]
    return runs
