"""Multi-year plans in annual ones: what was promised for this year, and who carries it.

A promise is one target of a task or of a body measure, or a dated task without any target. It is
carried where an annual plan states the same target, tightened or loosened where it asks more or
less, not carried where no record states it. Precision first: a record that speaks of the matter
but sets no target for it is shown, and counts as a gap.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from safeplan import vocabulary
from safeplan.changes.grounds import Ground
from safeplan.changes.rolling import FIVE
from safeplan.changes.subjects import similarity
from safeplan.changes.targets import Figure, change_of
from safeplan.links import align
from safeplan.messages import say
from safeplan.models import (
    Answer,
    Measure,
    Period,
    Plan,
    Promise,
    PromiseDue,
    PromiseState,
    Source,
    Target,
    TargetChange,
    Task,
    Trace,
)
from safeplan.targets.units import dimension_of

_YEAR = re.compile(r"20[0-9]{2}")
_RANGE = re.compile(r"(20[0-9]{2})年?[—–~～至到-]+(20[0-9]{2})")
_SINCE = re.compile(r"(20[0-9]{2})年起")
_INLINE = re.compile(r"(?<![0-9])(?:到)?(20[0-9]{2})年(?:底前|底|起|，|,|、)?")
_CLAUSE_ENDS = "，,。；;"
NEVER_SUMMED = frozenset({"share", "points", "time", "return_period", "ratio", ""})
"""Dimensions whose amounts are no total of several years: rates, times, bare numbers."""
SAME = 0.6
"""From this likeness of their subjects two targets of linked records are one."""
SAME_ALONE = 0.69
"""The same of targets whose records are not linked."""
SURE_OF_PROSE = 0.65
"""From this probability on a sentence of the body answers; the links' model knows rows better."""
COMMON_END = 6
"""From so many characters on, a common end makes two subjects of one amount the same."""
MOST_ANSWERS = 3


@dataclass(frozen=True, slots=True)
class _Statement:
    """A record, or one sentence of a measure, as it is weighed against others."""

    record_id: str
    name: str
    text: str
    targets: tuple[Target, ...]
    source: Source
    deadline: str = ""
    is_measure: bool = False


def trace(plans: Sequence[Plan], annuals: Sequence[Plan]) -> Trace:
    """Return what the annual plans make of each promise of the multi-year plans.

    Args:
        plans: multi-year plans and campaigns.
        annuals: annual plans; a promise is due if it is due in the year of any of them.
    """
    return Trace(
        plans=[plan.plan_id for plan in plans],
        annuals=[annual.plan_id for annual in annuals],
        promises=[promise for plan in plans for promise in _promises(plan, annuals)],
    )


def due(deadline: str, period: Period, years: Iterable[int]) -> PromiseDue:
    """Return whether a deadline falls into one of the years.

    `outside`: none of the years is in the period at all.

    >>> period = Period(start_year=2024, end_year=2026)
    >>> [due(text, period, [2025]) for text in ("2025年", "2024年6月底前", "2026年", "长期坚持")]
    ['due', 'past', 'later', 'due']
    >>> due("2025年2026年", period, [2025]), due("", period, [2025]), due("每年", period, [2027])
    ('due', 'due', 'outside')
    """
    asked = {year for year in years if not period.years or year in period.years}
    if not asked:
        return "outside"
    named = _years(deadline, period)
    if not named or asked & named:
        return "due"
    return "past" if max(named) < min(asked) else "later"


def _years(deadline: str, period: Period) -> set[int]:
    """Return the years a deadline names; none where it is every year's (每年, 长期坚持)."""
    found = {int(year) for year in _YEAR.findall(deadline)}
    for low, high in _RANGE.findall(deadline):
        found |= set(range(int(low), int(high) + 1))
    for year in _SINCE.findall(deadline):
        found |= {int(year)} | {later for later in period.years if later > int(year)}
    return found


# ---- what is promised, and by which words ----


def _statements(plan: Plan) -> list[_Statement]:
    """Return a plan's tasks."""
    return [
        _Statement(
            record_id=task.task_id,
            name=task.name,
            text=task.content,
            targets=tuple(task.targets),
            source=task.source,
            deadline=task.deadline_text,
        )
        for task in plan.tasks
    ]


def _sentences(plan: Plan) -> list[_Statement]:
    """Return the sentences of a plan's measures, each with its own targets."""
    return [
        _Statement(
            record_id=measure.measure_id,
            name=measure.title,
            text=text,
            targets=tuple(target for target in measure.targets if target.text in text),
            source=measure.source,
            deadline=_inline_deadline(measure, text, plan.period),
            is_measure=True,
        )
        for measure in plan.measures
        for text in measure.sentences
    ]


def _inline_deadline(measure: Measure, text: str, period: Period) -> str:
    """Return the year last named before a sentence ends, as in `2025年，…90%。2026年，…100%`.

    A plan of five years states what is reached at its end; what is done 每年 is every year's.
    """
    if len(period.years) >= FIVE or "每年" in text:
        return ""
    before = measure.text[: measure.text.find(text) + len(text)]
    named = [
        match[0].rstrip("，,、")
        for match in _INLINE.finditer(before)
        if int(match[1]) in period.years
    ]
    return named[-1] if named else ""


def _as_plan(plan: Plan, statements: Sequence[_Statement]) -> Plan:
    """Return statements as a plan of tasks, which is what `align` weighs."""
    tasks = [
        Task(
            task_id=str(at),
            table=1,
            table_title="",
            row=at + 1,
            serial=None,
            group=None,
            name=statement.name,
            sub_item=None,
            content=statement.text,
            targets=list(statement.targets),
        )
        for at, statement in enumerate(statements)
    ]
    return plan.model_copy(update={"tasks": tasks})


def _promises(plan: Plan, annuals: Sequence[Plan]) -> Iterator[Promise]:
    stated = _statements(plan)
    promised: list[tuple[_Statement, Target | None]] = []
    for statement in stated:
        if statement.targets:
            promised += [
                (replace(statement, deadline=target.period or statement.deadline), target)
                for target in _once(statement.targets)
            ]
        elif statement.deadline:
            promised.append((statement, None))
    promised += [
        (_clause(statement, target), target)
        for statement in _sentences(plan)
        for target in _once(statement.targets)
        if not _is_stated(target, stated)
    ]
    answering = [
        _Met(annual.plan_id, statement, 0.0)
        for annual in annuals
        for statement in (*_statements(annual), *_sentences(annual))
    ]
    statements = [statement for statement, _ in promised]
    years = {year for annual in annuals for year in annual.period.years}
    for (statement, target), met in zip(promised, _met(plan, statements, annuals), strict=True):
        yield _promise(plan, statement, target, years, met, answering)


def _once(targets: Iterable[Target]) -> list[Target]:
    """Return the targets without those that were read from one span: 开展1次全覆盖培训."""
    return list(
        {(target.text, target.period): target for target in reversed(list(targets))}.values()
    )[::-1]


def _clause(statement: _Statement, target: Target) -> _Statement:
    """Return the clauses of a sentence in which one of its targets stands."""
    at = statement.text.find(target.text)
    low = max(statement.text.rfind(mark, 0, at) for mark in _CLAUSE_ENDS) + 1
    ends = [statement.text.find(mark, at + len(target.text)) for mark in _CLAUSE_ENDS]
    high = min((end for end in ends if end >= 0), default=len(statement.text))
    return replace(statement, text=statement.text[low:high])


def _is_stated(target: Target, tasks: Sequence[_Statement]) -> bool:
    """Whether a task of the same plan sets the target: the body says it once more."""
    return any(
        target.value == other.value
        and target.unit.partition("/")[0] == other.unit.partition("/")[0]
        and (
            similarity(target.subject, other.subject) >= SAME
            or other.subject in target.subject
            or target.subject[-COMMON_END:] == other.subject[-COMMON_END:]
        )
        for task in tasks
        for other in task.targets
    )


@dataclass(frozen=True, slots=True)
class _Met:
    """A statement of an annual plan that may answer."""

    plan_id: str
    statement: _Statement
    score: float
    """How surely both state the same, by the links' model; 0 where only the subjects are alike."""


def _met(plan: Plan, promised: Sequence[_Statement], annuals: Sequence[Plan]) -> list[list[_Met]]:
    """Return, for each statement, what of the annual plans states the same, the surest first."""
    met: list[list[_Met]] = [[] for _ in promised]
    if not promised:
        return met
    left = _as_plan(plan, promised)
    for annual in annuals:
        for answers in (_statements(annual), _sentences(annual)):
            right = _as_plan(annual, answers)
            for match in align([left, right]):
                found = answers[int(match.right.task_id)]
                if not found.is_measure or match.score >= SURE_OF_PROSE:
                    met[int(match.left.task_id)].append(_Met(annual.plan_id, found, match.score))
    return [sorted(found, key=lambda one: (one.statement.is_measure, -one.score)) for found in met]


# ---- what became of it ----


def _promise(
    plan: Plan,
    statement: _Statement,
    target: Target | None,
    years: Iterable[int],
    met: Sequence[_Met],
    answering: Sequence[_Met],
) -> Promise:
    when = due(statement.deadline, plan.period, years)
    state: PromiseState = "not_carried"
    note = ""
    answers: list[Answer] = []
    if target is None:
        answers = [_answer(one) for one in met]
        state = "carried" if met else "not_carried"
    elif found := _same_target(target, met, answering):
        state, note = _verdict(found[0][1], several_years=_is_total(plan, statement, target))
        answers = [_answer(one, change.right) for one, change in found]
    elif met:
        answers = [_answer(one) for one in met]
        note = say("traced.no_figure", "zh")
    if when != "due":
        state, note = "not_due", ""
    return Promise(
        plan_id=plan.plan_id,
        record_id=statement.record_id,
        text=_said(statement, target),
        target=target,
        deadline=statement.deadline,
        due=when,
        state=state,
        answers=answers[:MOST_ANSWERS],
        note=note,
        source=statement.source,
    )


def _said(statement: _Statement, target: Target | None) -> str:
    """Return the words of a promise: an indicator's with its name."""
    if target is None:
        return statement.text
    return target.text if target.subject in target.text else f"{target.subject}：{target.text}"


def _answer(met: _Met, target: Target | None = None) -> Answer:
    return Answer(
        plan_id=met.plan_id,
        record_id=met.statement.record_id,
        text=_said(met.statement, target),
        target=target,
        source=met.statement.source,
    )


def _same_target(
    target: Target, met: Sequence[_Met], answering: Sequence[_Met]
) -> list[tuple[_Met, TargetChange]]:
    """Return the annual targets that are this one, the best first: comparable, of a task, likest."""
    linked = {(one.plan_id, one.statement.record_id): one.score for one in met}
    found = []
    for one in answering:
        score = linked.get((one.plan_id, one.statement.record_id), 0.0)
        for other in one.statement.targets:
            alike = _likeness(target.subject, other.subject)
            if alike < (SAME if score else SAME_ALONE):
                if target.value == other.value == 0 and _is_within(target.subject, other.subject):
                    change = TargetChange(
                        subject=target.subject, left=target, right=other, change="tighter"
                    )
                    found.append(((False, one.statement.is_measure, 0.0, -score), one, change))
                continue
            if not score and other.subject.endswith(_sectors()):
                continue
            change = change_of(
                Figure(target, Ground()),
                Figure(other.model_copy(update={"subject": target.subject}), Ground()),
                same_place=True,
            )
            if change.reason not in ("unit", "kind"):
                change = change.model_copy(update={"right": other})
                rank = (
                    change.change == "different",
                    one.statement.is_measure,
                    -round(alike, 3),
                    -score,
                )
                found.append((rank, one, change))
    return [(one, change) for _, one, change in sorted(found, key=lambda ranked: ranked[0])]


def _likeness(subject: str, other: str) -> float:
    """Return how far an annual target measures what a promise measures, or one of its rates."""
    rates = [rate for rate in re.split("[、和及与]", subject) if rate.endswith("率")]
    parts = rates if len(rates) > 1 else []
    return max(similarity(one, other) for one in (subject, *parts))


def _is_within(subject: str, wider: str) -> bool:
    """Whether all that a subject counts is counted by a wider one: 重特大事故 by 较大及以上事故."""
    words = vocabulary.load("tracing")["severity"]
    for one in words["within"]:
        for other in words["wider"]:
            if one in subject and other in wider:
                bare = subject.replace(one, "", 1), wider.replace(other, "", 1)
                return similarity(*bare) >= SAME
    return False


def _sectors() -> tuple[str, ...]:
    """Return how a subject ends that names whom a demand is made of, not what."""
    return tuple(vocabulary.load("synonyms")["sector_endings"])


def _verdict(change: TargetChange, *, several_years: bool) -> tuple[PromiseState, str]:
    """Return what a target that was met means for the promise, and what is to be said of it."""
    if change.change == "different":
        return "carried", say("traced.different", "zh")
    if change.change == "looser" and several_years:
        return "carried", say("traced.share", "zh")
    states: dict[str, PromiseState] = {"tighter": "tightened", "looser": "loosened"}
    return states.get(change.change, "carried"), ""


def _is_total(plan: Plan, statement: _Statement, target: Target) -> bool:
    """Whether an amount is to be reached over several years, so that one year carries a share."""
    named = _years(statement.deadline, plan.period)
    span = len(named) or len(plan.period.years) or 1
    dimension = dimension_of(target.unit)[0]
    return (
        span > 1
        and target.direction in ("eq", "ge")
        and bool(target.value)
        and dimension not in NEVER_SUMMED
        and "/" not in dimension
    )


def gaps(traced: Trace) -> list[Promise]:
    """Return the promises that are due and that no annual plan carries as they were made."""
    return [
        promise
        for promise in traced.promises
        if promise.due == "due" and promise.state in ("not_carried", "loosened")
    ]
