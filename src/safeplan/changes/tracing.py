"""Plans from above in the plans that carry them: what was asked, who carries it, and how far.

From above is a multi-year plan or campaign, carried by the annual circulars of its years, or a
circular of the city or province, carried by those of its districts. What is asked is one target
of a record, or a record without any figure: a row, a dated task, a clause of the body. Precision
first: a record that speaks of the matter but sets no target for it carries it in part, and counts
as a gap; where nobody carries it, the nearest record is shown.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise

from safeplan import vocabulary
from safeplan.changes.grounds import Ground
from safeplan.changes.likeness import similarity
from safeplan.changes.rolling import FIVE
from safeplan.changes.target_changes import GroundedTarget, change_of
from safeplan.links import Match, align, threshold
from safeplan.links.statements import Statement, Statements
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
    Trace,
)
from safeplan.targets.units import dimension_of
from safeplan.text.clauses import clause_around

_YEAR = re.compile(r"20[0-9]{2}")
_RANGE = re.compile(r"(20[0-9]{2})年?[—–~～至到-]+(20[0-9]{2})")
_SINCE = re.compile(r"(20[0-9]{2})年起")
_INLINE = re.compile(r"(?<![0-9])(?:到)?(20[0-9]{2})年(?:底前|底|起|，|,|、)?")
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
SAME_WORDS = 0.5
"""From this share of its character pairs on, what is asked is carried in its own words."""
MOST_ANSWERS = 3
FIGURE = 10
"""Up to so many characters a record's content says nothing without its name: 0.3‰以内."""
BEST_FIRST: tuple[PromiseState, ...] = (
    "tightened",
    "carried",
    "in_other_words",
    "loosened",
    "partly",
    "not_carried",
    "not_due",
)
GAPS: frozenset[PromiseState] = frozenset({"loosened", "partly", "not_carried"})


@dataclass(frozen=True, slots=True)
class _Statement:
    """A record, or one sentence of a measure, as it is weighed against others."""

    record_id: str
    name: str
    text: str
    targets: tuple[Target, ...]
    source: Source
    deadline: str = ""
    is_sentence: bool = False
    """Whether it is a sentence of the body beside the rows of an annex."""


def trace(plans: Sequence[Plan], annuals: Sequence[Plan]) -> Trace:
    """Return what plans make of what was asked of them from above.

    Args:
        plans: multi-year plans and campaigns, or circulars of the city or province.
        annuals: annual plans; what is asked is due if it is due in the year of any of them.
    """
    return Trace(
        plans=[plan.plan_id for plan in plans],
        annuals=[annual.plan_id for annual in annuals],
        promises=[promise for plan in plans for promise in _promises(plan, annuals)],
    )


def gaps(traced: Trace) -> list[Promise]:
    """Return the promises that are due and that not every region carries as they were made."""
    return [one for one in traced.promises if one.due == "due" and one.state in GAPS]


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


# ---- what is asked, and by which words ----


def _records(plan: Plan) -> list[_Statement]:
    """Return the tasks of a plan's annex, or of its body where it has no annex."""
    return [
        _Statement(
            record_id=task.task_id,
            name=task.name,
            text=task.content,
            targets=tuple(task.targets),
            source=task.source,
            deadline=task.deadline_text,
        )
        for task in (plan.tasks or plan.tasks_of("body"))
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
            is_sentence=True,
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


def _asked(plan: Plan) -> list[_Statement]:
    """Return what a plan asks: its records, and clauses of its body with a target of their own.

    A circular of one year asks all that its records state; a plan of several years states much
    that is no promise, and asks what has a figure or a date.
    """
    if plan.kind == "annual":
        return _records(plan)
    rows = _records(plan) if plan.tasks else []
    stated = [row for row in rows if row.targets or row.deadline]
    return stated + [
        _clause(sentence, target)
        for sentence in _sentences(plan)
        for target in _once(sentence.targets)
        if not _is_stated(target, rows)
    ]


def _once(targets: Iterable[Target]) -> list[Target]:
    """Return the targets without those that were read from one span: 开展1次全覆盖培训."""
    return list(
        {(target.text, target.period): target for target in reversed(list(targets))}.values()
    )[::-1]


def _clause(statement: _Statement, target: Target) -> _Statement:
    """Return the clauses of a sentence in which one of its targets stands."""
    at = statement.text.find(target.text)
    low, high = clause_around(statement.text, at, at + len(target.text))
    return replace(statement, text=statement.text[low:high], targets=(target,))


def _is_stated(target: Target, rows: Sequence[_Statement]) -> bool:
    """Whether a row of the same plan sets the target: the body says it once more."""
    return any(
        target.value == other.value
        and target.unit.partition("/")[0] == other.unit.partition("/")[0]
        and (
            similarity(target.subject, other.subject) >= SAME
            or other.subject in target.subject
            or target.subject[-COMMON_END:] == other.subject[-COMMON_END:]
        )
        for row in rows
        for other in row.targets
    )


# ---- who speaks of it ----


@dataclass(frozen=True, slots=True)
class _Met:
    """A statement of an annual plan that may answer."""

    plan_id: str
    statement: _Statement
    score: float = 0.0
    """How surely both state the same, by the links' model; 0 where only the subjects are alike."""
    is_whole: bool = False
    """Whether both state the same, and not only in part."""


@dataclass(frozen=True, slots=True)
class _Heard:
    """What one annual plan has for one statement."""

    met: list[_Met]
    """What states the same, the surest first."""
    nearest: _Met | None
    """What comes nearest where nothing does."""


def _answering(annual: Plan) -> list[list[_Statement]]:
    """Return what of an annual plan may answer: its records, and the body beside an annex."""
    return [_records(annual), _sentences(annual) if annual.tasks else []]


def _heard(
    plan: Plan,
    asked: Sequence[_Statement],
    annual: Plan,
    answering: Sequence[Sequence[_Statement]],
) -> list[_Heard]:
    """Return, for each statement, what an annual plan has for it."""
    met: list[list[_Met]] = [[] for _ in asked]
    nearest: list[_Met | None] = [None for _ in asked]
    above, linked = _stated(plan, asked), threshold()
    for answers in filter(None, answering):
        pair = [above, _stated(annual, answers)]
        for match in align(pair, threshold=0.0, reasons=False):
            at, found = int(match.left.task_id), _found(annual, answers, match)
            if match.score >= (SURE_OF_PROSE if found.statement.is_sentence else linked):
                met[at].append(found)
            elif (best := nearest[at]) is None or found.score > best.score:
                nearest[at] = found
    return [
        _Heard(sorted(found, key=lambda one: (one.statement.is_sentence, -one.score)), best)
        for found, best in zip(met, nearest, strict=True)
    ]


def _found(annual: Plan, answers: Sequence[_Statement], match: Match) -> _Met:
    statement = answers[int(match.right.task_id)]
    return _Met(annual.plan_id, statement, match.score, match.relation == "equivalent")


def _stated(plan: Plan, statements: Sequence[_Statement]) -> Statements:
    """Return statements as `align` takes them, named by their places."""
    return Statements(
        plan.plan_id,
        plan.region,
        [Statement(str(at), one.name, one.text) for at, one in enumerate(statements)],
    )


# ---- what became of it ----


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What one annual plan makes of what was asked."""

    state: PromiseState
    answers: list[Answer]
    note: str = ""
    nearest: Answer | None = None


def _promises(plan: Plan, annuals: Sequence[Plan]) -> Iterator[Promise]:
    asked = _asked(plan)
    if not asked:
        return
    heard: list[list[_Heard]] = []
    speaking: list[list[_Met]] = []
    for annual in annuals:
        answering = _answering(annual)
        heard.append(_heard(plan, asked, annual, answering))
        speaking.append([_Met(annual.plan_id, one) for some in answering for one in some])
    for at, statement in enumerate(asked):
        targets: list[Target | None] = [*_once(statement.targets)] or [None]
        for target in targets:
            outcomes = [
                _outcome(plan, annual, statement, target, heard[of][at], speaking[of])
                for of, annual in enumerate(annuals)
            ]
            yield _promise(plan, annuals, statement, target, outcomes)


def _promise(
    plan: Plan,
    annuals: Sequence[Plan],
    statement: _Statement,
    target: Target | None,
    outcomes: Sequence[_Outcome],
) -> Promise:
    deadline = (target.period if target else "") or statement.deadline
    years = {year for annual in annuals for year in annual.period.years}
    when = due(deadline, plan.period, years)
    of_regions = zip(annuals, outcomes, strict=True)
    by_region = sorted(of_regions, key=lambda pair: pair[0].region.name)
    best = [
        min((outcome for _, outcome in pairs), key=_rank)
        for _, pairs in groupby(by_region, key=lambda pair: pair[0].region.name)
    ]
    # One year of a region is enough; of several regions each is asked.
    worst = max(best, key=_rank)
    said = sorted(outcomes, key=_rank)
    return Promise(
        plan_id=plan.plan_id,
        record_id=statement.record_id,
        text=_said(statement, target),
        target=target,
        deadline=deadline,
        due=when,
        state=worst.state if when == "due" else "not_due",
        states={
            annual.plan_id: outcome.state if when == "due" else "not_due"
            for annual, outcome in zip(annuals, outcomes, strict=True)
        },
        answers=[answer for outcome in said for answer in outcome.answers[:MOST_ANSWERS]],
        nearest=[outcome.nearest for outcome in outcomes if outcome.nearest],
        note=worst.note if when == "due" else "",
        source=statement.source,
    )


def _rank(outcome: _Outcome) -> int:
    return BEST_FIRST.index(outcome.state)


def _outcome(
    plan: Plan,
    annual: Plan,
    statement: _Statement,
    target: Target | None,
    heard: _Heard,
    speaking: Sequence[_Met],
) -> _Outcome:
    """Return what an annual plan makes of one target of a statement, or of one without any."""
    is_above = plan.region.name != annual.region.name and plan.kind == "annual"
    if target and (found := _same_target(target, heard.met, speaking, same_place=not is_above)):
        is_total = is_above or _spans_years(plan, target.period or statement.deadline)
        state, note = _verdict(found[0][1], is_total=is_total and _is_amount(target))
        return _Outcome(state, [_answer(one, change.right) for one, change in found], note)
    answers = [_answer(one) for one in heard.met]
    if not heard.met:
        nearest = heard.nearest or _likest(statement.text, speaking)
        return _Outcome("not_carried", answers, nearest=_answer(nearest) if nearest else None)
    if target:
        return _Outcome("partly", answers, say("traced.no_figure", "zh"))
    if is_above and not any(one.is_whole for one in heard.met):
        return _Outcome("partly", answers)
    words = _share(statement.text, [one.statement.text for one in heard.met])
    return _Outcome("carried" if words >= SAME_WORDS else "in_other_words", answers)


def _share(text: str, others: Iterable[str]) -> float:
    """Return which share of a text's character pairs stands in others, 0..1."""
    pairs = {*pairwise(text)}
    met = {pair for other in others for pair in pairwise(other)}
    return len(pairs & met) / len(pairs) if pairs else 1.0


def _likest(text: str, speaking: Sequence[_Met]) -> _Met | None:
    """Return the statement that has most of a text's words, where none was weighed against it."""
    shares = [(_share(text, [one.statement.text]), -at) for at, one in enumerate(speaking)]
    most, at = max(shares, default=(0.0, 0))
    return speaking[-at] if most else None


def _said(statement: _Statement, target: Target | None) -> str:
    """Return the words of what is asked: an indicator's with its name, a clause's as a whole."""
    if target is None:
        is_figure = len(statement.text) <= FIGURE and statement.name
        return f"{statement.name}：{statement.text}" if is_figure else statement.text
    said = statement.text if statement.is_sentence else target.text
    return said if target.subject in said else f"{target.subject}：{said}"


def _answer(met: _Met, target: Target | None = None) -> Answer:
    return Answer(
        plan_id=met.plan_id,
        record_id=met.statement.record_id,
        text=_said(met.statement, target),
        target=target,
        source=met.statement.source,
    )


def _same_target(
    target: Target, met: Sequence[_Met], speaking: Sequence[_Met], *, same_place: bool
) -> list[tuple[_Met, TargetChange]]:
    """Return the annual targets that are this one, the best first: comparable, of a task, likest."""
    linked = {one.statement.record_id: one.score for one in met}
    found = []
    for one in speaking:
        score = linked.get(one.statement.record_id, 0.0)
        for other in one.statement.targets:
            alike = _likeness(target.subject, other.subject)
            if alike < (SAME if score else SAME_ALONE):
                if target.value == other.value == 0 and _is_within(target.subject, other.subject):
                    change = TargetChange(
                        subject=target.subject, left=target, right=other, change="tighter"
                    )
                    found.append(((False, one.statement.is_sentence, 0.0, -score), one, change))
                continue
            if not score and other.subject.endswith(_sectors()):
                continue
            change = change_of(
                GroundedTarget(target, Ground()),
                GroundedTarget(other.model_copy(update={"subject": target.subject}), Ground()),
                same_place=same_place,
            )
            if change.reason not in ("unit", "kind"):
                change = change.model_copy(update={"right": other})
                rank = (
                    change.change == "different",
                    one.statement.is_sentence,
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


def _verdict(change: TargetChange, *, is_total: bool) -> tuple[PromiseState, str]:
    """Return what a target that was met means for what was asked, and what is to be said of it.

    Args:
        change: from what was asked to what the annual plan states.
        is_total: whether it is reached over several years, or by several districts, so that one
            year or district carries a share.
    """
    if change.change == "different":
        return "carried", say("traced.different", "zh")
    if change.change in ("looser", "less") and is_total:
        return "carried", say("traced.share", "zh")
    states: dict[str, PromiseState] = {
        "tighter": "tightened",
        "looser": "loosened",
        "less": "loosened",
    }
    return states.get(change.change, "carried"), ""


def _spans_years(plan: Plan, deadline: str) -> bool:
    return (len(_years(deadline, plan.period)) or len(plan.period.years)) > 1


def _is_amount(target: Target) -> bool:
    """Whether a target is an amount of work, which years and districts add up to."""
    dimension = dimension_of(target.unit)[0]
    return (
        target.direction in ("eq", "ge")
        and bool(target.value)
        and dimension not in NEVER_SUMMED
        and "/" not in dimension
    )
