"""The body and the annex of one plan → which sentence and which row are the same measure.

The body says a measure in prose, the annex gives it to somebody. Both are one plan's, so the
alignment of two plans (`safeplan.links`) is asked about the plan and a copy of it that has the
sentences of the body for rows. Below the sentence, clauses are set beside each other: what a
clause of the annex says otherwise than the clause of the body that is most like it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property

from rapidfuzz.fuzz import ratio

from safeplan.links import Statement, Statements, align
from safeplan.models import Measure, Plan, Task
from safeplan.text.clauses import phrases

ALIKE = 60
"""From this likeness (0..100) on, two clauses are one clause said twice."""
_YEAR = re.compile(r"^20\d\d年(?:底前|\d+月底前)?(?:起)?")


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of a body measure."""

    key: str
    measure: Measure
    text: str


@dataclass(frozen=True, slots=True)
class Edit:
    """What one clause has in the place of what the other has; either may be empty."""

    body: str
    annex: str
    body_at: int
    annex_at: int


@dataclass(frozen=True, slots=True)
class ClausePair:
    """A clause of the body and the clause of the annex that says it otherwise."""

    measure: Measure
    task: Task
    body: str
    annex: str
    likeness: float
    edits: tuple[Edit, ...]


def edits(body: str, annex: str) -> tuple[Edit, ...]:
    """Return where two clauses differ, in their order.

    >>> [(e.body, e.annex) for e in edits("落实定期述职报告制度", "落实半年述职报告制度")]
    [('定期', '半年')]
    """
    matcher = SequenceMatcher(None, body, annex, autojunk=False)
    return tuple(
        Edit(body[a:b], annex[c:d], a, c)
        for kind, a, b, c, d in matcher.get_opcodes()
        if kind != "equal"
    )


class BodyAndAnnex:
    """One plan's body set beside its annex."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.rows = plan.tasks_of("annex")
        """What the annex asks for, in tables or in prose."""
        self.sentences = [
            Sentence(f"{measure.measure_id}.{number}", measure, text)
            for measure in plan.measures
            if not any(task.part == "annex" for task in measure.tasks)
            for number, text in enumerate(measure.sentences, start=1)
        ]

    @cached_property
    def _linked(self) -> list[tuple[str, str]]:
        """Sentence and row, by their ids."""
        if not self.sentences or not self.rows:
            return []
        body, annex = (
            Statements(self.plan.plan_id, self.plan.region, said)
            for said in (
                [
                    Statement(one.key, one.measure.title, one.text, is_prose=True)
                    for one in self.sentences
                ],
                [Statement(task.task_id, task.name, task.content) for task in self.rows],
            )
        )
        return [(match.left.task_id, match.right.task_id) for match in align([body, annex])]

    @cached_property
    def carried(self) -> frozenset[str]:
        """Sentences (by key) that some row of the annex carries."""
        return frozenset(sentence for sentence, _ in self._linked)

    @cached_property
    def announced(self) -> frozenset[str]:
        """Rows (by task id) that some sentence of the body announces."""
        return frozenset(task for _, task in self._linked)

    def pairs(self) -> Iterator[tuple[Sentence, Task]]:
        """Yield each sentence of the body with each row that carries it."""
        sentences = {sentence.key: sentence for sentence in self.sentences}
        tasks = {task.task_id: task for task in self.rows}
        for key, task_id in self._linked:
            yield sentences[key], tasks[task_id]

    @cached_property
    def clause_pairs(self) -> list[ClausePair]:
        """Clauses that body and annex say otherwise, in the order of the annex.

        A clause that stands word for word on the other side, wherever, contradicts nothing.
        """
        of_body = {clause for measure in self.plan.measures for clause in phrases(measure.text)}
        of_annex = {clause for task in self.rows for clause in phrases(task.content)}
        sentences: dict[str, list[Sentence]] = {}
        for sentence, task in self.pairs():
            sentences.setdefault(task.task_id, []).append(sentence)
        found = []
        for task in self.rows:
            announcing = [
                (sentence, _YEAR.sub("", clause))
                for sentence in sentences.get(task.task_id, ())
                for clause in phrases(sentence.text)
            ]
            free = [one for one in announcing if one[1] and one[1] not in of_annex]
            for clause in phrases(task.content):
                if clause in of_body or not free:
                    continue
                likeness, at = max((ratio(text, clause), -at) for at, (_, text) in enumerate(free))
                if likeness >= ALIKE:
                    sentence, text = free[-at]
                    found.append(
                        ClausePair(
                            sentence.measure, task, text, clause, likeness, edits(text, clause)
                        )
                    )
        return found
