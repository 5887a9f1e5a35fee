"""What is aligned: statements, whether they come from a row, a sentence of prose, or a promise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from safeplan.models import Measure, Owner, Plan, Region, Source, Target, Task


@dataclass(frozen=True, slots=True)
class Statement:
    """A text with its heading, its figures and owners, and where it stands."""

    statement_id: str
    """Unique in its plan: the id of a task, or one that whoever asks has chosen."""
    heading: str
    """What it stands under: the name of a row, the title of a measure; may be empty."""
    text: str
    targets: Sequence[Target] = ()
    spans: Sequence[tuple[int, int]] = ()
    """Of a sentence of prose: where in the text each target stands."""
    owners: Sequence[Owner] = ()
    deadline: str = ""
    """As printed; empty where none is."""
    start: int = 0
    """Of a sentence of prose: where in the text of its measure it begins."""
    source: Source = field(default_factory=Source)
    is_prose: bool = False
    """Whether it is no row of a table."""


@dataclass(frozen=True, slots=True)
class Statements:
    """What one plan states, or a part of it."""

    plan_id: str
    region: Region
    """Whose words name its own places."""
    statements: Sequence[Statement]


def stated(plan: Plan, tasks: Sequence[Task] | None = None) -> Statements:
    """Return the statements of a plan, one a task: of some of its tasks, or of those in `tasks`."""
    statements = [
        Statement(
            statement_id=task.task_id,
            heading=task.name,
            text=task.content,
            targets=task.targets,
            owners=task.owners,
            deadline=task.deadline_text,
            source=task.source,
            is_prose=not task.table,
        )
        for task in (plan.tasks if tasks is None else tasks)
    ]
    return Statements(plan.plan_id, plan.region, statements)


def sentences(measure: Measure) -> list[Statement]:
    """Return the sentences of a measure of prose, `m1.1` and so on, each with its own targets."""
    # Who aligns tasks need not load what reads targets.
    from safeplan.spans import spans_of_targets

    read = zip(measure.targets, spans_of_targets(measure), strict=True)
    stand = [(target, span.text.start, span.text.end) for target, span in read if span]
    said = []
    end = 0
    for number, text in enumerate(measure.sentences, start=1):
        start = max(end, measure.text.find(text, end))
        end = start + len(text)
        own = [one for one in stand if start <= one[1] < end]
        said.append(
            Statement(
                f"{measure.measure_id}.{number}",
                measure.title,
                text,
                targets=[target for target, *_ in own],
                spans=[(low - start, high - start) for _, low, high in own],
                start=start,
                source=measure.source,
                is_prose=True,
            )
        )
    return said
