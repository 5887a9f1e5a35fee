"""What the catalogue answers: the records of `corpus measures`, `rank` and `place`.

Their fields are the keys of `--format json` (docs/corpus.md); null stands for what is not known.
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
    """An amount that some plan asks for."""

    plan_id: str
    """Of those that ask for it, the first."""
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
    """A body that plans name on a measure."""

    name: str
    role: Role
    """`lead`, or `responsible` for whoever is named in whatever role."""
    plans: int
    share: float
    """Of the plans that name any body in that role, 0..1."""


class Range(Spread):
    """The spread of one subject's targets."""

    subject: str


class Labelled(Record):
    """What has one label: how it usually reads, and how many have it."""

    label: str
    name: str
    content: str
    """Name and content of its most usual text."""
    plan_id: str
    task_id: str
    """Where that stands."""
    plans: int
    districts: int
    years: list[int]
    tasks: int


class CorpusMeasure(Labelled):
    """One measure of the corpus."""

    owners: list[Usual]
    """Leads first, then all; each the most usual first. Who is named by a tenth of the plans."""
    targets: list[Range]
    """What most plans state first; only what two plans can be compared in."""
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
    """A task of a plan, and one target of it."""

    plan_id: str
    region: str
    start_year: int
    end_year: int
    task_id: str
    label: str
    """Of the task: not always that of the measure asked about."""
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
    """What is asked of one subject."""

    subject: str
    plans: int
    joined: int
    """How many of them state it under another label only."""
    rankings: list[Comparable]
    unranked: list[Unrankable]


class Elsewhere(Record):
    """Another measure that has the indicator asked for."""

    label: str
    name: str
    plans: int


class MeasureRank(Labelled):
    """The districts by strictness of a measure's targets."""

    subjects: list[Subject]
    hidden: int
    """Subjects left out because they do not hold the words asked for."""
    elsewhere: list[Elsewhere]
    """Measures of one plan alone that have such a subject, too, where it was found by a subject."""
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


class Lacking(Record):
    """A common measure that a plan has no task of under its label."""

    label: str
    name: str
    content: str
    plan_id: str
    task_id: str
    """Whose wording this is."""
    plans: int
    share: float
    held_by: list[str]
    near: Near | None
    """A task of the plan, under another label, that says this or part of it."""


class Extreme(Said):
    """A target of the plan that hardly any other is as strict as, or as loose as."""

    name: str
    subject: str
    stands: Literal["strictest", "loosest"]
    rank: int
    spread: Spread
    """Of all comparable targets, its own among them."""


class UnusualOwner(Record):
    """A body that hardly any other names on a measure, or a usual lead that is missing."""

    label: str
    name: str
    task_id: str
    source: Place
    unusual: Literal["rare", "lead_missing", "lead_other"]
    """Named by less than a tenth of the others; the usual lead not named at all; named, but
    another one leads."""
    body: str
    plans: int
    """How many others name it: in whatever role, or as lead."""
    of: int
    """Of how many that name any."""
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
    """Where a plan stands among comparable others."""

    plan_id: str
    region: str
    kind: Kind
    year: int | None
    """The year of the others; null for all years."""
    comparable: int
    """How many others: of the same kind, of other districts."""
    common: float
    """The share from which on a measure is common."""
    common_measures: int
    measures: int
    """How many the plan has."""
    unlabelled: int
    """Tasks of the plan that have no label, and are not judged."""
    lacking: list[Lacking]
    """The common measures of which the plan has nothing."""
    partly: list[Lacking]
    """Those of which a task under another label says all or part."""
    unread: int
    """Of how many that are lacking the plan was not searched for such a task."""
    extremes: list[Extreme]
    targets_judged: int
    targets_unjudged: int
    """Targets that fewer than five others can be compared with."""
    owners: list[UnusualOwner]
    owners_judged: int
    """Measures whose owners were judged."""
    owners_unjudged: int
    """Measures that fewer than five others name owners for, or that name none here."""
    local: list[Local]
