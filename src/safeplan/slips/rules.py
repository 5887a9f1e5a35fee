"""What a rule is, what it is given, what it gives back."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property

from safeplan.models import LintSeverity, Measure, Plan, Source, Target, Task
from safeplan.slips.body_and_annex import BodyAndAnnex


class Examined:
    """A plan under examination, and what several rules ask of it, found out once."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.tasks = plan.tasks_of("all")
        """All tasks, those of prose too: table 0 is the prose."""
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
    def body_and_annex(self) -> BodyAndAnnex:
        """Which sentences of the body and which rows of the annex are the same measure."""
        return BodyAndAnnex(self.plan)


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing that a rule found."""

    place: Task | Measure | Source
    args: dict[str, str] = field(default_factory=dict)
    """What fills the rule's message; the words in question are quoted as printed."""
    other: Task | Measure | None = None
    """The second record, where two are concerned."""


Check = Callable[[Examined], Iterable[Hit]]


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: its title is `lint_rule.<code>`, its message `lint_finding.<code>`."""

    code: str
    severity: LintSeverity
    check: Check
    default: bool = True
    """Whether it is checked unless it is asked for by name."""


def rule(severity: LintSeverity, *, default: bool = True) -> Callable[[Check], Rule]:
    """Make a rule of the function below, whose name is its code."""
    return lambda check: Rule(check.__name__, severity, check, default)
