"""What the catalogue answers: the records of `corpus measures`, `rank` and `place`.

Their fields are the keys of `--format json`, in this order; docs/corpus.md says what each means.
Null stands for what is not known.
"""

from __future__ import annotations

from typing import Literal

from safeplan.changes.strictness import Form
from safeplan.corpus.catalogue.fields import Unranked
from safeplan.models import Direction, Kind, Number, Record, Relation, Role, Source, Target

Reason = Unranked | Literal["no_figure", "not_stated", "elsewhere"]
"""Why something has no rank, beside what `Unranked` says: a plan that holds the measure states no
target at all; none of this subject; one of this subject in another measure, on another scale or
perhaps of another thing."""


class Place(Source):
    """Where a task stands: the document, and the place in it."""

    path: str


class Level(Record):
    """An amount that some plan asks for; of those that do, the first."""

    plan_id: str
    direction: Direction
    value: Number | tuple[Number, Number] | None
    unit: str
    baseline: str | None


class Spread(Record):
    """How the plans differ that state comparable targets."""

    form: Form
    unit: str
    baseline: str | None
    kind: Kind
    plans: int
    strictest: Level
    median: Level
    loosest: Level


class Usual(Record):
    """A body that plans name on a measure, and by which share of those that name any in the role.

    The role is `lead`, or `responsible` for whoever is named in whatever role.
    """

    name: str
    role: Role
    plans: int
    share: float


class Range(Spread):
    """The spread of one subject's targets."""

    subject: str


class Worded(Record):
    """A measure in the words of one task."""

    label: str
    name: str
    content: str
    plan_id: str
    task_id: str
    plans: int


class Labelled(Worded):
    """What has one label: its most usual text, and how many have it."""

    districts: int
    years: list[int]
    tasks: int


class CorpusMeasure(Labelled):
    """One measure of the corpus: leads first, then all, who is named by a tenth of the plans."""

    owners: list[Usual]
    targets: list[Range]
    stated: int
    """How many plans state any target."""


class Catalogue(Record):
    """The measures of a corpus."""

    plans: int
    districts: int
    tasks: int
    unlabelled: int
    """Tasks that have no label, and are not counted."""
    hidden: int
    """Measures that fewer plans hold than were asked for."""
    measures: list[CorpusMeasure]


class Said(Record):
    """A task of a plan, its own label, and one target of it."""

    plan_id: str
    region: str
    start_year: int
    end_year: int
    task_id: str
    label: str
    target: Target | None
    source: Place


class Ranked(Said):
    """A target among those it can be compared with."""

    rank: int


class Unrankable(Said):
    """A target, or a task without one, that cannot be compared."""

    reason: Reason


class Comparable(Spread):
    """Targets that can be compared, the strictest first."""

    rows: list[Ranked]


class Subject(Record):
    """What is asked of one subject; `joined` of the plans state it under another label only."""

    subject: str
    plans: int
    joined: int
    rankings: list[Comparable]
    unranked: list[Unrankable]


class Elsewhere(Record):
    """Another measure, of one plan alone, that has the indicator asked for."""

    label: str
    name: str
    plans: int


class MeasureRank(Labelled):
    """The districts by strictness of a measure's targets."""

    subjects: list[Subject]
    hidden: int
    """Subjects left out because they do not hold the words asked for."""
    elsewhere: list[Elsewhere]
    without: list[Unrankable]
    """The tasks of plans that state no target at all."""


class Near(Record):
    """The task of the plan that comes nearest to a measure, as `compare` links the two."""

    task_id: str
    name: str
    content: str
    relation: Relation
    score: float
    source: Place


class Lacking(Worded):
    """A common measure that a plan has no task of under its label, and what says it after all."""

    share: float
    held_by: list[str]
    near: Near | None


class Extreme(Said):
    """A target that hardly any other is as strict as, or as loose as; the spread has it too."""

    name: str
    subject: str
    stands: Literal["strictest", "loosest"]
    rank: int
    spread: Spread


class UnusualOwner(Record):
    """A body that hardly any other names on a measure, or a usual lead that is missing.

    That is: named by less than a tenth of the others; not named at all; named, but another leads.
    """

    label: str
    name: str
    task_id: str
    source: Place
    unusual: Literal["rare", "lead_missing", "lead_other"]
    body: str
    plans: int
    """How many others name it, in whatever role or as lead; of how many that name any."""
    of: int
    instead: list[str]
    """Who leads in the plan, of a usual lead that does not."""


class Local(Record):
    """A task of the plan whose label no other plan has."""

    label: str
    name: str
    content: str
    task_id: str
    source: Place


class Standing(Record):
    """Where a plan stands among comparable others: of the same kind, of other districts."""

    plan_id: str
    region: str
    kind: Kind
    year: int | None
    comparable: int
    common: float
    common_measures: int
    measures: int
    unlabelled: int
    lacking: list[Lacking]
    partly: list[Lacking]
    unread: int
    """Of how many that are lacking the plan was not searched for such a task."""
    extremes: list[Extreme]
    targets_judged: int
    targets_unjudged: int
    owners: list[UnusualOwner]
    owners_judged: int
    owners_unjudged: int
    local: list[Local]
