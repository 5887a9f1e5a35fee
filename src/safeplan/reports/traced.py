"""What a trace shows: how much of what was asked is carried, then each promise, the gaps first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from safeplan.changes.tracing import gaps
from safeplan.messages import say
from safeplan.models import Plan, Promise, PromiseState, Trace
from safeplan.reports.phrasing import source_words
from safeplan.reports.result_sheets import Cell, Mark, Run, Sheet, SheetColumn

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


FIRST = 4
"""So many gaps of a section are named in the summary."""


def trace_sheets(traced: Trace, plans: Sequence[Plan]) -> list[Sheet]:
    """Return the summary of a trace, where its gaps are, and its promises.

    Args:
        traced: what was found.
        plans: the multi-year plans; the names of their records are shown.
    """
    return [_summary(traced), _gaps(traced, plans), _promises(traced, plans)]


def _summary(traced: Trace) -> Sheet:
    sheet = Sheet(
        title=say("traced.title", plan="、".join(traced.plans), annuals="、".join(traced.annuals)),
        columns=[
            SheetColumn("plan", 0),
            SheetColumn("annual", 0),
            *(SheetColumn(state, 0, title=say(f"promise.{state}"), number=True) for state in ORDER),
            SheetColumn("total", 0, number=True),
        ],
    )
    for plan_id in traced.plans:
        promises = [one for one in traced.promises if one.plan_id == plan_id]
        for annual in traced.annuals:
            counts = Counter(one.states[annual] for one in promises)
            states = (str(counts[state]) for state in ORDER)
            sheet.rows.append([plan_id, annual, *states, str(counts.total())])
    return sheet


def _gaps(traced: Trace, plans: Sequence[Plan]) -> Sheet:
    """Return where the gaps are: of each section of a plan how many, and the first by name."""
    sections, names = _sections(plans), _names(plans)
    asked = Counter(sections[one.plan_id, one.record_id] for one in traced.promises)
    lacking: dict[tuple[str, str], dict[str, None]] = {}
    counts: Counter[tuple[str, str]] = Counter()
    for promise in gaps(traced):
        section = sections[promise.plan_id, promise.record_id]
        counts[section] += 1
        lacking.setdefault(section, {})[names[promise.plan_id, promise.record_id]] = None
    several = len(traced.plans) > 1
    rows: list[list[Cell]] = []
    for section, count in counts.most_common():
        called = [*lacking[section]]
        first = "；".join(called[:FIRST])
        if len(called) > FIRST:
            first += say("checked.rest", count=len(called) - FIRST)
        title = " ".join(section) if several else section[1]
        rows.append([title, str(count), str(asked[section]), first])
    columns = [SheetColumn("section", 2), SheetColumn("gaps", 0, number=True)]
    columns += [SheetColumn("total", 0, number=True), SheetColumn("first", 3)]
    return Sheet(say("traced.gaps"), columns, rows)


def _sections(plans: Sequence[Plan]) -> dict[tuple[str, str], tuple[str, str]]:
    """Return the section each record stands in, by plan and id: a table, or the top heading."""
    found = {}
    for plan in plans:
        for task in plan.tasks_of("all"):
            found[plan.plan_id, task.task_id] = (plan.plan_id, task.table_title or "—")
        for measure in plan.measures:
            heading = (measure.path or [measure.title])[0]
            found[plan.plan_id, measure.measure_id] = (plan.plan_id, heading or "—")
    return found


def _promises(traced: Trace, plans: Sequence[Plan]) -> Sheet:
    sheet = Sheet(
        title=say("traced.details"),
        columns=[
            SheetColumn("state", 0),
            SheetColumn("place", 0),
            SheetColumn("name", 3),
            SheetColumn("promise", 6),
            SheetColumn("due", 2),
            SheetColumn("answer", 7),
            SheetColumn("note", 2),
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
    sheet = Sheet(title="", columns=[SheetColumn(key) for key in keys])
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
