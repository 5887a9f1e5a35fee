"""The body and the annex of one plan → which sentence and which row are the same measure.

The body says a measure in prose, the annex gives it to somebody. Below the sentence, clauses are
set beside each other: what a clause of the annex says otherwise than the clause of the body that
is most like it.
"""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from functools import cached_property
from typing import NamedTuple

from rapidfuzz.fuzz import ratio

from safeplan.links import Statement, Statements, align, sentences, stated
from safeplan.models import Measure, Plan, Task
from safeplan.text.clauses import phrases

ALIKE = 60
"""From this likeness (0..100) on, two clauses are one clause said twice."""
_YEAR = re.compile(r"^20\d\d年(?:底前|\d+月底前)?(?:起)?")


class Sentence(NamedTuple):
    """One sentence of a body measure."""

    measure: Measure
    said: Statement


class Edit(NamedTuple):
    """What one clause has in the place of what the other has; either may be empty."""

    body: str
    annex: str
    body_at: int
    annex_at: int


class ClausePair(NamedTuple):
    """A clause of the body and the clause of the annex that says it otherwise."""

    measure: Measure
    task: Task
    body: str
    annex: str
    likeness: float
    edits: list[Edit]


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


class BodyAndAnnex:
    """One plan's body set beside its annex."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.rows = plan.tasks_of("annex")
        """What the annex asks for, in tables or in prose."""
        self.sentences = [
            Sentence(measure, said)
            for measure in plan.measures
            if not any(task.part == "annex" for task in measure.tasks)
            for said in sentences(measure)
        ]

    @cached_property
    def pairs(self) -> list[tuple[Sentence, Task]]:
        """Each sentence of the body with each row that carries it."""
        if not self.sentences or not self.rows:
            return []
        body = Statements(self.plan.plan_id, self.plan.region, [one.said for one in self.sentences])
        by_id = {one.said.statement_id: one for one in self.sentences}
        tasks = {task.task_id: task for task in self.rows}
        return [
            (by_id[match.left.task_id], tasks[match.right.task_id])
            for match in align([body, stated(self.plan, self.rows)], reasons=False)
        ]

    @cached_property
    def carried(self) -> set[str]:
        """Sentences (by their id) that some row of the annex carries."""
        return {sentence.said.statement_id for sentence, _ in self.pairs}

    @cached_property
    def clause_pairs(self) -> list[ClausePair]:
        """Clauses that body and annex say otherwise, in the order of the annex.

        A clause that stands word for word on the other side, wherever, contradicts nothing.
        """
        of_body = {clause for measure in self.plan.measures for clause in phrases(measure.text)}
        of_annex = {clause for task in self.rows for clause in phrases(task.content)}
        announcing: dict[str, list[tuple[Measure, str]]] = {}
        for sentence, task in self.pairs:
            announcing.setdefault(task.task_id, []).extend(
                (sentence.measure, clause)
                for printed in phrases(sentence.said.text)
                if (clause := _YEAR.sub("", printed)) and clause not in of_annex
            )
        found = []
        for task in self.rows:
            free = announcing.get(task.task_id, [])
            for clause in phrases(task.content) if free else ():
                if clause in of_body:
                    continue
                measure, text = max(free, key=lambda one: ratio(one[1], clause))
                likeness = ratio(text, clause)
                if likeness >= ALIKE:
                    pair = ClausePair(measure, task, text, clause, likeness, edits(text, clause))
                    found.append(pair)
        return found
