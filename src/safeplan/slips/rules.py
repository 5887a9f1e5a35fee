"""What a rule is, what it is given, what it gives back.

A rule is given one plan under examination: its records, and its body beside its annex. The body
says a measure in prose, the annex gives it to somebody; below the sentence, clauses are set beside
each other: what a clause of the annex says otherwise than the clause of the body most like it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from difflib import SequenceMatcher
from functools import cached_property
from typing import NamedTuple

from rapidfuzz.fuzz import ratio

from safeplan.links import Statement, Statements, align, sentences, stated
from safeplan.models import LintSeverity, Measure, Plan, Source, Target, Task
from safeplan.text.clauses import phrases

ALIKE = 60
"""From this likeness (0..100) on, two clauses are one clause said twice."""
_YEAR = re.compile(r"^20\d\d年(?:底前|\d+月底前)?(?:起)?")


class Hit(NamedTuple):
    """One thing that a rule found."""

    place: Task | Measure | Source
    args: dict[str, str]
    """What fills the rule's message; the words in question are quoted as printed."""
    other: Task | Measure | None = None  # the second record, where two are concerned


class Rule(NamedTuple):
    """One rule: its title is `lint_rule.<code>`, its message `lint_finding.<code>`."""

    code: str
    severity: LintSeverity
    check: Callable[[Examined], Iterable[Hit]]
    default: bool = True  # whether it is checked unless it is asked for by name


def rule(
    severity: LintSeverity, *, default: bool = True
) -> Callable[[Callable[[Examined], Iterable[Hit]]], Rule]:
    """Make a rule of the function below, whose name is its code."""
    return lambda check: Rule(check.__name__, severity, check, default)


class Edit(NamedTuple):
    """What one clause has in the place of what the other has; either may be empty."""

    body: str
    annex: str
    body_at: int
    annex_at: int


def edits(body: str, annex: str) -> list[Edit]:
    """Return where two clauses differ, in their order.

    >>> [(e.body, e.annex) for e in edits("落实定期述职报告制度", "落实半年述职报告制度")]
    [('定期', '半年')]
    """
    matcher = SequenceMatcher(None, body, annex, autojunk=False)
    return [
        Edit(body[a:b], annex[c:d], a, c)
        for kind, a, b, c, d in matcher.get_opcodes()
        if kind != "equal"
    ]


class Sentence(NamedTuple):
    """One sentence of a body measure."""

    measure: Measure
    said: Statement


class ClausePair(NamedTuple):
    """A clause of the body and the clause of the annex that says it otherwise."""

    measure: Measure
    task: Task
    body: str
    annex: str
    likeness: float
    edits: list[Edit]


class Examined:
    """A plan under examination, and what several rules ask of it, found out once."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.tasks = plan.tasks_of("all")
        """All tasks, those of prose too: table 0 is the prose."""
        self.annex = plan.tasks_of("annex")
        """What the annex asks for, in tables or in prose."""
        self.records: list[tuple[Task | Measure, str]] = [
            *((task, task.content) for task in plan.tasks),
            *((measure, measure.text) for measure in plan.measures),
        ]
        """All that the plan commits to, each with its text: rows of tables, then measures."""
        self.targets: list[tuple[Task | Measure, Target]] = [
            (record, target) for record, _ in self.records for target in record.targets
        ]
        self.cut_off = {
            finding.task_id for finding in plan.findings if finding.code == "row_cut_off"
        }
        """Rows inside which the file ends, so that cells are lost: only the reader is to blame."""

    @cached_property
    def sentences(self) -> list[Sentence]:
        """What the body says, but for measures that are an annex in prose."""
        return [
            Sentence(measure, said)
            for measure in self.plan.measures
            if not any(task.part == "annex" for task in measure.tasks)
            for said in sentences(measure)
        ]

    @cached_property
    def carried(self) -> list[tuple[Sentence, Task]]:
        """Each sentence of the body with each row of the annex that states the same measure."""
        if not self.sentences or not self.annex:
            return []
        said = [one.said for one in self.sentences]
        body = Statements(self.plan.plan_id, self.plan.region, said)
        by_id = {one.said.statement_id: one for one in self.sentences}
        tasks = {task.task_id: task for task in self.annex}
        return [
            (by_id[match.left.task_id], tasks[match.right.task_id])
            for match in align([body, stated(self.plan, self.annex)], reasons=False)
        ]

    @cached_property
    def carried_ids(self) -> set[str]:
        """The sentences, by their id, that some row of the annex carries."""
        return {sentence.said.statement_id for sentence, _ in self.carried}

    @cached_property
    def clause_pairs(self) -> list[ClausePair]:
        """Clauses that body and annex say otherwise, in the order of the annex.

        A clause that stands word for word on the other side, wherever, contradicts nothing.
        """
        of_body = {clause for measure in self.plan.measures for clause in phrases(measure.text)}
        of_annex = {clause for task in self.annex for clause in phrases(task.content)}
        announcing: defaultdict[str, list[tuple[Measure, str]]] = defaultdict(list)
        for sentence, task in self.carried:
            announcing[task.task_id] += [
                (sentence.measure, clause)
                for printed in phrases(sentence.said.text)
                if (clause := _YEAR.sub("", printed)) and clause not in of_annex
            ]
        found = []
        for task in self.annex:
            free = announcing.get(task.task_id)
            for clause in phrases(task.content) if free else ():
                if free and clause not in of_body:
                    measure, text = max(free, key=lambda one: ratio(one[1], clause))
                    if (likeness := ratio(text, clause)) >= ALIKE:
                        differing = edits(text, clause)
                        found.append(ClausePair(measure, task, text, clause, likeness, differing))
        return found
