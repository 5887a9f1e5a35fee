"""Plans from above in the plans that carry them: what was asked, who carries it, and how far.

From above is a multi-year plan or campaign, carried by the annual circulars of its years, or a
circular of the city or province, carried by those of its districts. What is asked is one target
of a record, or a record without any figure: a row, a dated task, a clause of the body. Precision
first: a record that speaks of the matter but sets no target for it carries it in part, and counts
as a gap; where nobody carries it, the nearest record is shown.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import pairwise, product
from typing import NamedTuple

from safeplan import vocabulary
from safeplan.changes.grounds import GroundedTarget
from safeplan.changes.likeness import similarity
from safeplan.changes.rolling import FIVE
from safeplan.changes.target_changes import change_of
from safeplan.links import Statement, Statements, align, sentences, stated, threshold
from safeplan.messages import say
from safeplan.models import (
    Answer,
    Period,
    Plan,
    Promise,
    PromiseDue,
    PromiseState,
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
"""From this probability on a sentence beside rows answers; the links' model knows rows better."""
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


def trace(plans: Sequence[Plan], annuals: Sequence[Plan]) -> Trace:
    """Return what plans make of what was asked of them from above.

    Args:
        plans: multi-year plans and campaigns, or circulars of the city or province.
        annuals: annual plans; what is asked is due if it is due in the year of any of them.
    """
    promises = []
    for above in plans:
        asked = _asked(above)
        answering = [_Annual(annual, above, asked) for annual in annuals] if asked else []
        for at, statement in enumerate(asked):
            targets: list[Target | None] = [*_once(statement.targets)] or [None]
            for target in targets:
                outcomes = [annual.outcome(at, statement, target) for annual in answering]
                promises.append(_promise(above, annuals, statement, target, outcomes))
    return Trace(
        plans=[plan.plan_id for plan in plans],
        annuals=[annual.plan_id for annual in annuals],
        promises=promises,
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
        found |= {later for later in period.years if later > int(year)}
    return found


# ---- what is asked, and by which words ----


def _records(plan: Plan) -> list[Statement]:
    """Return the tasks of a plan's tables, or of its prose where it has no table."""
    return list(stated(plan, plan.tasks or plan.tasks_of("body")).statements)


def _sentences(plan: Plan) -> list[Statement]:
    """Return the sentences of a plan's measures, each named by its measure.

    Each is due by the year last named before it ends, as in `2025年，…90%。2026年，…100%`. A plan of
    five years states what is reached at its end; what is done 每年 is every year's.
    """
    found = []
    for measure in plan.measures:
        for said in sentences(measure):
            named = [
                year[0].rstrip("，,、")
                for year in _INLINE.finditer(measure.text, 0, said.start + len(said.text))
                if int(year[1]) in plan.period.years
            ]
            tells = named and len(plan.period.years) < FIVE and "每年" not in said.text
            deadline = named[-1] if tells else ""
            found.append(replace(said, statement_id=measure.measure_id, deadline=deadline))
    return found


def _is_sentence(statement: Statement) -> bool:
    """Whether it is a sentence of the body, which only stands beside the rows and is asked last."""
    return statement.is_prose and "." not in statement.statement_id


def _asked(plan: Plan) -> list[Statement]:
    """Return what a plan asks: its records, and clauses of its body with a target of their own.

    A circular of one year asks all that its records state; a plan of several years states much
    that is no promise, and asks what has a figure or a date.
    """
    if plan.kind == "annual":
        return _records(plan)
    rows = _records(plan) if plan.tasks else []
    set_by_rows = [target for row in rows for target in row.targets]
    promised = [row for row in rows if row.targets or row.deadline]
    for sentence in _sentences(plan):
        spans = dict(zip(map(_read_as, sentence.targets), sentence.spans, strict=True))
        for target in _once(sentence.targets):
            if not any(_says_again(target, other) for other in set_by_rows):
                low, high = clause_around(sentence.text, *spans[_read_as(target)])
                clause = replace(sentence, text=sentence.text[low:high], targets=[target], spans=())
                promised.append(clause)
    return promised


def _read_as(target: Target) -> tuple[str, str | None]:
    return target.text, target.period


def _once(targets: Iterable[Target]) -> list[Target]:
    """Return the targets without those that were read from one span: 开展1次全覆盖培训."""
    return list({_read_as(target): target for target in reversed([*targets])}.values())[::-1]


def _says_again(target: Target, other: Target) -> bool:
    """Whether a target of the body says once more what a row sets."""
    return (
        target.value == other.value
        and target.unit.partition("/")[0] == other.unit.partition("/")[0]
        and (
            similarity(target.subject, other.subject) >= SAME
            or other.subject in target.subject
            or target.subject[-COMMON_END:] == other.subject[-COMMON_END:]
        )
    )


# ---- who speaks of it, and what became of it ----


class _Met(NamedTuple):
    """A statement of an annual plan that may answer."""

    statement: Statement
    score: float = 0.0
    """How surely both state the same, by the links' model; 0 where only the subjects are alike."""
    is_whole: bool = False  # whether both state the same, and not only in part


class _Outcome(NamedTuple):
    """What one annual plan makes of what was asked."""

    state: PromiseState
    answers: list[Answer]
    note: str = ""
    nearest: Answer | None = None


class _Annual:
    """An annual plan, and what it has for each statement of a plan from above."""

    def __init__(self, plan: Plan, above: Plan, asked: Sequence[Statement]) -> None:
        self.plan = plan
        self.above = above
        self.is_below = above.kind == "annual" and above.region.name != plan.region.name
        """Whether it is one of the districts whose city asks, and not a year of a plan's own."""
        answering = [_records(plan), _sentences(plan) if plan.tasks else []]
        self.speaking = [one for some in answering for one in some]
        self.met: list[list[_Met]] = [[] for _ in asked]
        """What states the same as each that is asked, the surest first, rows before sentences."""
        self.nearest: list[_Met | None] = [None for _ in asked]
        """What comes nearest where nothing does."""
        linked = threshold()
        for answers in filter(None, answering):
            sides = _numbered(above, asked), _numbered(plan, answers)
            matches = align(sides, threshold=0.0, reasons=False)
            for match in sorted(matches, key=lambda match: -match.score):
                at, statement = int(match.left.task_id), answers[int(match.right.task_id)]
                found = _Met(statement, match.score, match.relation == "equivalent")
                best = self.nearest[at]
                if match.score >= (SURE_OF_PROSE if _is_sentence(statement) else linked):
                    self.met[at].append(found)
                elif best is None or found.score > best.score:
                    self.nearest[at] = found

    def outcome(self, at: int, statement: Statement, target: Target | None) -> _Outcome:
        """Return what it makes of one target of a statement, or of a statement without any.

        Args:
            at: the place of the statement among those that are asked.
            statement: the statement.
            target: one of its targets, if it has any.
        """
        met = self.met[at]
        if target and (found := self._same_target(target, met)):
            answers = [self._answer(one, change.right) for one, change in found]
            kind = found[0][1].change
            if kind == "different":
                return _Outcome("carried", answers, say("traced.different", "zh"))
            if kind in ("looser", "less"):
                # Of what several years or districts add up to, each carries a share.
                years = len(_years(target.period or statement.deadline, self.above.period))
                several = self.is_below or (years or len(self.above.period.years)) > 1
                if several and _adds_up(target):
                    return _Outcome("carried", answers, say("traced.share", "zh"))
                return _Outcome("loosened", answers)
            return _Outcome("tightened" if kind == "tighter" else "carried", answers)
        answers = [self._answer(one.statement) for one in met]
        if not met:
            nearest = self.nearest[at]
            nearest_said = nearest.statement if nearest else self._likest(statement.text)
            shown = self._answer(nearest_said) if nearest_said else None
            return _Outcome("not_carried", [], nearest=shown)
        if target:
            return _Outcome("partly", answers, say("traced.no_figure", "zh"))
        if self.is_below and not any(one.is_whole for one in met):
            return _Outcome("partly", answers)
        words = _share(statement.text, [one.statement.text for one in met])
        return _Outcome("carried" if words >= SAME_WORDS else "in_other_words", answers)

    def _answer(self, statement: Statement, target: Target | None = None) -> Answer:
        return Answer(
            plan_id=self.plan.plan_id,
            record_id=statement.statement_id,
            text=_said(statement, target),
            target=target,
            source=statement.source,
        )

    def _likest(self, text: str) -> Statement | None:
        """Return the statement that has most of a text's words, where none was weighed against it."""
        shares = [_share(text, [one.text]) for one in self.speaking]
        most = max(shares, default=0.0)
        return self.speaking[shares.index(most)] if most else None

    def _same_target(
        self, target: Target, met: Sequence[_Met]
    ) -> list[tuple[Statement, TargetChange]]:
        """Return its targets that are this one, the best first: comparable, of a task, likest."""
        scores = {one.statement.statement_id: one.score for one in met}
        sectors = tuple(vocabulary.load("synonyms")["sector_endings"])
        found = []
        for one in self.speaking:
            score = scores.get(one.statement_id, 0.0)
            for other in one.targets:
                alike = _likeness(target.subject, other.subject)
                if alike >= (SAME if score else SAME_ALONE):
                    # A subject that names whom a demand is made of does not say what it is.
                    if not score and other.subject.endswith(sectors):
                        continue
                    change = change_of(
                        GroundedTarget(target),
                        GroundedTarget(other.model_copy(update={"subject": target.subject})),
                        same_place=not self.is_below,
                    ).model_copy(update={"right": other})
                    if change.reason in ("unit", "kind"):
                        continue
                elif target.value == other.value == 0 and _is_within(target.subject, other.subject):
                    alike = 0.0
                    change = TargetChange(
                        subject=target.subject, left=target, right=other, change="tighter"
                    )
                else:
                    continue
                rank = (change.change == "different", _is_sentence(one), -round(alike, 3), -score)
                found.append((rank, one, change))
        return [(one, change) for _, one, change in sorted(found, key=lambda ranked: ranked[0])]


def _numbered(plan: Plan, statements: Sequence[Statement]) -> Statements:
    """Return statements as `align` takes them, named by their places."""
    numbered = [replace(one, statement_id=str(at)) for at, one in enumerate(statements)]
    return Statements(plan.plan_id, plan.region, numbered)


def _promise(
    plan: Plan,
    annuals: Sequence[Plan],
    statement: Statement,
    target: Target | None,
    outcomes: Sequence[_Outcome],
) -> Promise:
    deadline = (target.period if target else "") or statement.deadline
    when = due(deadline, plan.period, {year for annual in annuals for year in annual.period.years})

    def rank(outcome: _Outcome) -> int:
        return BEST_FIRST.index(outcome.state)

    best_first = sorted(zip(annuals, outcomes, strict=True), key=lambda pair: rank(pair[1]))
    # One year of a region is enough; of several regions each is asked.
    best: dict[str, _Outcome] = {}
    for annual, outcome in best_first:
        best.setdefault(annual.region.name, outcome)
    worst = max((best[region] for region in sorted(best)), key=rank)
    return Promise(
        plan_id=plan.plan_id,
        record_id=statement.statement_id,
        text=_said(statement, target),
        target=target,
        deadline=deadline,
        due=when,
        state=worst.state if when == "due" else "not_due",
        states={
            annual.plan_id: outcome.state if when == "due" else "not_due"
            for annual, outcome in zip(annuals, outcomes, strict=True)
        },
        answers=[answer for _, outcome in best_first for answer in outcome.answers[:MOST_ANSWERS]],
        nearest=[outcome.nearest for outcome in outcomes if outcome.nearest],
        note=worst.note if when == "due" else "",
        source=statement.source,
    )


def _share(text: str, others: Iterable[str]) -> float:
    """Return which share of a text's character pairs stands in others, 0..1."""
    pairs = {*pairwise(text)}
    met = {pair for other in others for pair in pairwise(other)}
    return len(pairs & met) / len(pairs) if pairs else 1.0


def _said(statement: Statement, target: Target | None) -> str:
    """Return the words of what is asked: an indicator's with its name, a clause's as a whole."""
    if target is None:
        is_figure = len(statement.text) <= FIGURE and statement.heading
        return f"{statement.heading}：{statement.text}" if is_figure else statement.text
    said = statement.text if _is_sentence(statement) else target.text
    return said if target.subject in said else f"{target.subject}：{said}"


def _likeness(subject: str, other: str) -> float:
    """Return how far an annual target measures what a promise measures, or one of its rates."""
    rates = [rate for rate in re.split("[、和及与]", subject) if rate.endswith("率")]
    return max(similarity(one, other) for one in (subject, *(rates if len(rates) > 1 else ())))


def _is_within(subject: str, wider: str) -> bool:
    """Whether all that a subject counts is counted by a wider one: 重特大事故 by 较大及以上事故."""
    words = vocabulary.load("tracing")["severity"]
    for one, other in product(words["within"], words["wider"]):
        if one in subject and other in wider:
            return similarity(subject.replace(one, "", 1), wider.replace(other, "", 1)) >= SAME
    return False


def _adds_up(target: Target) -> bool:
    """Whether a target is an amount of work, which years and districts add up to."""
    dimension = dimension_of(target.unit)[0]
    summed = dimension not in NEVER_SUMMED and "/" not in dimension
    return target.direction in ("eq", "ge") and bool(target.value) and summed
