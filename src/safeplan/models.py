"""The records that other programs read: what a plan, a task, a target, an owner, a link *is*.

Every module to the right in the pipeline (documents → grids → tasks → targets, owners → links →
changes → reports) hands these on and adds nothing of its own to them. Field names and types are
public interface, versioned by `SCHEMA_VERSION`; fields that the contract does not name are marked
"extension" and may be ignored by readers.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Literal, NamedTuple, get_args

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SerializerFunctionWrapHandler,
    model_serializer,
)

if TYPE_CHECKING:
    import pandas as pd

SCHEMA_VERSION = "1.1"

Number = int | float
Direction = Literal["eq", "ge", "le", "decrease", "increase"]
Role = Literal["lead", "responsible", "assisting"]
ROLES: tuple[Role, ...] = get_args(Role)
"""In the order in which a circular names them."""
Part = Literal["annex", "body"]
WhichPart = Literal["annex", "body", "all"]
DueKind = Literal["by", "within", "standing", "event"]
Scope = Literal["all", "relevant"]
Kind = Literal["annual", "multi_year", "campaign"]
Level = Literal["province", "city", "district", "county"]
Relation = Literal["equivalent", "partial"]
Verdict = Literal["same", "partial", "different"]
ChangeKind = Literal["same", "tighter", "looser", "more", "less", "different", "added", "dropped"]
DueChangeKind = Literal["same", "earlier", "later", "different", "added", "dropped"]
CheckKind = Literal[
    "added",
    "dropped",
    "target",
    "deadline",
    "owners",
    "wording",
    "moved",
    "split",
    "merged",
    "rolled_forward",
]
PromiseDue = Literal["due", "past", "later", "outside"]
PromiseState = Literal[
    "carried", "in_other_words", "tightened", "loosened", "partly", "not_carried", "not_due"
]


class Record(BaseModel):
    """Base of all records: values are not changed after the fact.

    Keys that a later 1.x adds are ignored, as the contract asks of a reader.
    """

    model_config = ConfigDict(extra="ignore", frozen=True)


class Span(NamedTuple):
    """A stretch of a record's text as printed; never written, told by who read it."""

    field: str
    """The record's field: `content`, `lead_text`; `extra.` and the header for a cell of `extra`."""
    start: int
    end: int


class Source(Record):
    """Where a record stands in its document; only what the format can give is set."""

    lines: tuple[int, int] | None = None
    """First and last line, from 1, in a text document."""
    page: int | None = None
    table: int | None = None
    row: int | None = None

    def through(self, *others: Source) -> Source:
        """Return the lines from the first of these places to the last; this place without any."""
        lines = [line for source in (self, *others) for line in source.lines or ()]
        return Source(lines=(min(lines), max(lines))) if lines else self


class Target(Record):
    """One amount that can be checked."""

    subject: str
    """What is measured: a span of the record (or of its name, in an indicator row)."""
    direction: Direction
    value: Number | tuple[Number, Number] | None = None
    """The printed number, `(low, high)` for an interval, None where no amount is given."""
    unit: str = ""
    """The printed unit with its scale: `万平方米`, `‰`, `次/半年`; empty for a bare count."""
    baseline: str | None = None
    """What a change is measured against: `2024年`, `前五年平均值`, `同比`."""
    text: str
    """The span the target was read from."""
    period: str | None = None
    """Extension: when it is due, where a row has a column of goals for each year: `2024年`."""


class Owner(Record):
    """One body named in an owner cell."""

    text: str
    name: str
    """Canonical name, free of its level word: `应急管理局` for 区应急管理局 and 县应急局."""
    role: Role
    scope: Scope | None = None
    open_ended: bool = False
    """True on the last body before 等 / 等部门: the list goes on unsaid."""


class Due(Record):
    """A deadline understood: the days it allows."""

    text: str
    """The span it was read from."""
    start: dt.date | None = None
    """The first day it allows; None where it is open."""
    end: dt.date | None = None
    """The last day it allows; None where it is open."""
    kind: DueKind


class Finding(Record):
    """Something the reader repaired or doubts."""

    code: str
    message: str = ""
    """In Chinese, the language of the documents; empty until the plan is whole."""
    task_id: str | None = None
    severity: Literal["repair", "doubt"] = "doubt"
    """Extension: `repair` where the document itself made the reading certain."""
    args: dict[str, str] = Field(default_factory=dict)
    """Extension: the values in the message, so that it can be said in another language."""
    source: Source | None = None
    """Extension: the place, for findings that belong to no task."""


class Task(Record):
    """One commitment: a row of a table, a marked item of its cell, or a sentence of prose.

    A task of prose has the id `m<measure>.<n>` and the `table` 0.
    """

    task_id: str
    table: int
    table_title: str
    row: int
    serial: str | None
    group: str | None
    name: str
    sub_item: int | None
    content: str
    part: Part = "annex"
    lead_text: str = ""
    responsible_text: str = ""
    assisting_text: str = ""
    deadline_text: str = ""
    due: Due | None = None
    remark: str = ""
    outcome: str | None = None
    targets: list[Target] = Field(default_factory=list)
    owners: list[Owner] = Field(default_factory=list)
    source: Source = Field(default_factory=Source)
    extra: dict[str, str] = Field(default_factory=dict)
    """Extension: cells of columns that have no field of their own, by header (`指标性质`)."""


class Measure(Record):
    """One numbered measure (or titled paragraph) of the body text."""

    measure_id: str
    path: list[str]
    """The headings above it, as printed, outermost first."""
    number: str | None
    title: str
    text: str
    sentences: list[str]
    targets: list[Target] = Field(default_factory=list)
    tasks: list[Task] = Field(default_factory=list)
    """What it commits to, a commitment each: `m<measure>.<n>`."""
    source: Source = Field(default_factory=Source)


class Region(Record):
    """The government that issued the plan."""

    name: str
    """As printed in the plan's id: `沙坪坝`, `忠县`; empty where the document names none."""
    level: Level | None
    code: str | None = None
    """Six digits of GB/T 2260; None where unknown or ambiguous."""
    full_name: str = ""
    """Extension: with its level word and the units above it: `重庆市沙坪坝区`."""


class Period(Record):
    """The years a plan is made for, both included; None where the document does not tell them."""

    start_year: int | None
    end_year: int | None

    @property
    def years(self) -> range:
        """The years from first to last; none where they are not told."""
        if self.start_year is None or self.end_year is None:
            return range(0)
        return range(self.start_year, self.end_year + 1)


class PlanSource(Record):
    """The file a plan was read from."""

    path: str
    sha256: str
    media_type: str


class Plan(Record):
    """One circular, plan or campaign: its heading, its annex tasks, its body measures."""

    schema_version: str = SCHEMA_VERSION
    plan_id: str
    title: str | None
    issuer: str | None
    document_number: str | None
    issued_on: dt.date | None
    region: Region
    kind: Kind
    period: Period
    source: PlanSource
    tasks: list[Task]
    measures: list[Measure]
    findings: list[Finding]

    def tasks_of(self, part: WhichPart | None = None) -> list[Task]:
        """Return the tasks of one part, or of both: tables first, then prose, in document order.

        Args:
            part: None stands for the annex where it has any task, else the body.
        """
        prose = [task for measure in self.measures for task in measure.tasks]
        every = [*self.tasks, *prose]
        if part == "all":
            return every
        if part is None:
            part = "annex" if any(task.part == "annex" for task in every) else "body"
        return [task for task in every if task.part == part]

    def narrowed(self, part: WhichPart | None = None) -> Plan:
        """Return the plan with the tasks of one part, or of both, as its `tasks`.

        It is what is compared, counted or stored; its measures keep their words alone.
        """
        measures = [m.model_copy(update={"tasks": []}) if m.tasks else m for m in self.measures]
        return self.model_copy(update={"tasks": self.tasks_of(part), "measures": measures})

    def to_frame(self) -> pd.DataFrame:
        """Return the tasks as a pandas table: tables first, then prose, a row a task, all text."""
        import pandas as pd

        texts = ("task_id", "part", "table_title", "serial", "group", "name", "content")
        cells = ("lead_text", "responsible_text", "assisting_text", "deadline_text", "outcome")
        rows = [
            {
                "plan_id": self.plan_id,
                **{key: getattr(task, key) or "" for key in (*texts, *cells)},
                "targets": "；".join(target.text for target in task.targets),
                "owners": "、".join(dict.fromkeys(owner.name for owner in task.owners)),
            }
            for task in self.tasks_of("all")
        ]
        return pd.DataFrame(rows, columns=["plan_id", *texts, *cells, "targets", "owners"])

    def __repr__(self) -> str:
        """Return what one wants to see of it: its id, and how much it holds."""
        held = f"{len(self.tasks_of('all'))} tasks, {len(self.measures)} measures"
        return f"<Plan {self.plan_id}: {held}, {len(self.findings)} findings>"

    def task(self, task_id: str) -> Task:
        """Return the task with this id, of a table or of prose.

        Raises:
            KeyError: the plan has no such task.
        """
        for task in self.tasks_of("all"):
            if task.task_id == task_id:
                return task
        raise KeyError(task_id)


class TaskRef(Record):
    """A task, named from outside its plan."""

    plan_id: str
    task_id: str


class Evidence(Record):
    """One span that met another, as printed on each side."""

    left: str
    right: str
    weight: float
    """Its share of what the two records have in common, 0..1."""
    left_span: Span | None = Field(default=None, exclude=True, repr=False)
    right_span: Span | None = Field(default=None, exclude=True, repr=False)
    """Where they stand in their records, name or content; not written, and not compared."""

    def __eq__(self, other: object) -> bool:
        """Whether the same words met with the same weight, as two files would tell."""
        if not isinstance(other, Evidence):
            return NotImplemented
        return (self.left, self.right, self.weight) == (other.left, other.right, other.weight)

    def __hash__(self) -> int:
        """Return one number for what is equal."""
        return hash((self.left, self.right, self.weight))


class TargetChange(Record):
    """How one target differs between the two sides of a link."""

    subject: str
    left: Target | None
    right: Target | None
    change: ChangeKind
    reason: str | None = None
    """Why two targets are `different`: `unit`, `baseline`, `period`, `level`, `kind`."""


class DueChange(Record):
    """The deadlines of the two sides; `earlier` where the right side's is."""

    left: Due | None
    right: Due | None
    change: DueChangeKind


class OutcomePair(Record):
    """The states asked for on the two sides."""

    left: str | None
    right: str | None


class OwnerChange(Record):
    """Who answers for the measure on both sides, and on one only (canonical names)."""

    shared: list[str]
    only_left: list[str]
    only_right: list[str]
    lead_changed: bool | None
    """None where only one of the plans tells leads from others."""
    renamed: list[tuple[str, str]] = Field(default_factory=list)
    """Extension: bodies that a reform has renamed, each as left and right name it; not written
    where there is none."""

    @model_serializer(mode="wrap")
    def _without_none(self, write: SerializerFunctionWrapHandler) -> dict[str, object]:
        written: dict[str, object] = write(self)
        if not self.renamed:
            written.pop("renamed", None)
        return written


class Link(Record):
    """Two records that commit their governments to the same thing."""

    left: TaskRef
    right: TaskRef
    relation: Relation
    score: float
    evidence: list[Evidence]
    targets: list[TargetChange]
    outcome: OutcomePair | None
    due: DueChange | None = None
    owners: OwnerChange
    decided: Verdict | None = None
    """Extension: the analyst's verdict, where one made or kept this link."""


class Group(Record):
    """One line of the analyst's table: the members are the same measure."""

    group_id: str
    label: str
    members: dict[str, list[str]]


class Comparison(Record):
    """Two or more plans side by side."""

    schema_version: str = SCHEMA_VERSION
    plans: list[str]
    links: list[Link]
    groups: list[Group]
    unmatched: dict[str, list[str]]


LintSeverity = Literal["error", "warning", "info"]


class LintPlace(Record):
    """Where in a plan a finding of `lint` stands: a task, a measure, or only lines."""

    task_id: str | None = None
    measure_id: str | None = None
    source: Source = Field(default_factory=Source)


class LintFinding(LintPlace):
    """What `lint` finds in one plan; `other` is the second place where two records disagree."""

    code: str
    severity: LintSeverity
    plan_id: str
    message: str
    """In Chinese, the language of the documents; `args` say it in another."""
    args: dict[str, str] = Field(default_factory=dict)
    other: LintPlace | None = None


class Lint(Record):
    """What the rules find in plans, plan by plan."""

    schema_version: str = SCHEMA_VERSION
    plans: list[str]
    findings: list[LintFinding]


class BodyLoad(Record):
    """What plans give one body: its task ids by plan and role, each once, in document order."""

    name: str
    tasks: dict[str, dict[Role, list[str]]]
    without: dict[str, dict[str, list[str]]] = Field(default_factory=dict)
    """By plan, and by another that has the same measures and does not name the body: its tasks."""

    def count(self, plan_id: str, *roles: Role) -> int:
        """Return how many tasks of a plan name the body in one of some roles."""
        return len({task for role in roles for task in self.tasks[plan_id][role]})

    @property
    def total(self) -> int:
        """How many tasks of all plans name the body, in whatever role."""
        return sum(self.count(plan_id, *ROLES) for plan_id in self.tasks)

    @property
    def spread(self) -> int:
        """By how many tasks the plans differ in what they give the body."""
        counts = [self.count(plan_id, *ROLES) for plan_id in self.tasks]
        return max(counts) - min(counts) if counts else 0

    @property
    def unlike(self) -> int:
        """How many tasks one plan gives the body and another, which has the same, does not."""
        return len(
            {
                (plan_id, task_id)
                for plan_id, others in self.without.items()
                for task_ids in others.values()
                for task_id in task_ids
            }
        )


class Loads(Record):
    """Who carries what in some plans."""

    plans: list[str]
    bodies: list[BodyLoad]


class WordPiece(Record):
    """A run of a changed text: what both years have, or one alone."""

    text: str
    only: Literal["old", "new"] | None = None


class WordChange(Record):
    """How one cell of a row reads now: the new text, with the words it lost where they stood."""

    field: Literal["name", "content", "deadline", "remark", "table_title", "group"]
    pieces: list[WordPiece]


class Change(Record):
    """What became of one row, or of several, from one year's plan to the next.

    A heading that was renamed (a table's title, a group's name) is a change of no row.
    """

    kind: CheckKind
    old: list[str]
    """Task ids in the old plan."""
    new: list[str]
    """Task ids in the new plan."""
    detail: str
    targets: list[TargetChange] = Field(default_factory=list)
    """Extension: of the kind `target`, each target that differs."""
    owners: OwnerChange | None = None
    """Extension: of the kind `owners`, who came and who went."""
    due: DueChange | None = None
    """Extension: of the kind `deadline`, both deadlines."""
    words: list[WordChange] = Field(default_factory=list)
    """Extension: of `wording`, `split` and `merged`, each cell that differs."""


class Check(Comparison):
    """A new plan against last year's: the comparison (left old, right new) and the changes."""

    changes: list[Change]


class Answer(Record):
    """A record of an annual plan that answers a promise."""

    plan_id: str
    record_id: str
    """A task or a measure."""
    text: str
    """The words that answer."""
    target: Target | None = None
    source: Source = Field(default_factory=Source)


class Promise(Record):
    """One target, or one record without any, of a plan, and what others make of it."""

    plan_id: str
    record_id: str
    """A task or a measure."""
    text: str
    target: Target | None
    deadline: str
    """As printed: 2024年6月底前, 长期坚持; empty where none stands."""
    due: PromiseDue
    state: PromiseState
    """The state in the region that carries it least; of one region's years the best counts."""
    states: dict[str, PromiseState] = Field(default_factory=dict)
    """The state in each annual plan, by its id."""
    answers: list[Answer]
    """Who carries it; where nobody does, who speaks of it at least."""
    nearest: list[Answer] = Field(default_factory=list)
    """Of each annual plan that does not speak of it, the record that comes nearest."""
    note: str = ""
    source: Source = Field(default_factory=Source)


class Trace(Record):
    """Plans from above in those that carry them."""

    schema_version: str = SCHEMA_VERSION
    plans: list[str]
    annuals: list[str]
    promises: list[Promise]
