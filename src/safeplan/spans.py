"""A record → where in its fields each of its targets, its owners and its deadline stands.

Documents are read in processes of their own and plans are kept as files, and neither hands on more
than the contract says. So a record's readers tell its spans again, from its own text: what they do
not read in it (a figure that somebody has set by hand) has none. Who asks for targets alone does
not load what reads bodies and dates.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple, TypeVar

from safeplan import vocabulary
from safeplan.models import Measure, Span, Target, Task
from safeplan.targets import ReadTarget, asks_for_work, find_targets


class TargetSpan(NamedTuple):
    """Where a target stands in its record."""

    text: Span
    amount: Span
    """The number with its unit and the bound after it."""
    subject: Span | None
    """What of it stands in the text: of 演练·企业 the 企业; None where it is the record's name."""


def spans_of_targets(record: Task | Measure) -> list[TargetSpan | None]:
    """Return where each target of a record stands, None for one that is not read in its text."""
    spans: list[TargetSpan | None] = [None] * len(record.targets)
    # A table may give bare figures a unit, which no field of the record says.
    for unit in dict.fromkeys(["", *(target.unit for target in record.targets)]):
        if None in spans:
            again = _matched(record.targets, _read_again(record, unit), _figure)
            spans = [first or other for first, other in zip(spans, again, strict=True)]
    return spans


def span_of_target(record: Task | Measure, target: Target) -> TargetSpan | None:
    """Return where one target of a record stands, the first where it is said twice."""
    spans = zip(record.targets, spans_of_targets(record), strict=True)
    return next((span for one, span in spans if one == target), None)


def field_text(task: Task, field: str) -> str:
    """Return the text in which the spans of a field stand."""
    header = field.removeprefix("extra.")
    return task.extra[header] if header != field else str(getattr(task, field))


def spans_of_owners(task: Task) -> list[Span | None]:
    """Return where each owner of a task is named, None for one that is not read in its text."""
    from safeplan.bearers import find_owners

    texts = task.lead_text, task.responsible_text, task.assisting_text
    return _matched(task.owners, find_owners(*texts)) if task.owners else []


def spans_of_due(task: Task) -> list[Span]:
    """Return where a task's due is read: in its `deadline_text`, and where the content says it too."""
    from safeplan.dues import due_span
    from safeplan.tasks.dates import date_phrases

    if not task.due:
        return []
    said, text, span = task.due.text, task.deadline_text, due_span(task.deadline_text)
    found = [Span("deadline_text", *span)] if span and text[slice(*span)] == said else []
    begins = (phrase.start for phrase in date_phrases(task.content))
    again = [at for at in begins if task.content.startswith(said, at)]
    return [*found, *(Span("content", at, at + len(said)) for at in again[:1])]


_Read = TypeVar("_Read")
_Where = TypeVar("_Where")


def _figure(target: Target) -> tuple[object, ...]:
    """Return what tells a target in its text; an earlier safeplan may have told its subject else."""
    return target.text, target.value, target.unit, target.period


def _matched(
    said: list[_Read],
    read: Iterable[tuple[_Read, _Where]],
    key: Callable[[_Read], object] = lambda one: one,
) -> list[_Where | None]:
    """Return where what a record says was read: the same thing said twice, in its order."""
    found: list[_Where | None] = [None] * len(said)
    for one, where in read:
        for at, other in enumerate(said):
            if found[at] is None and key(one) == key(other):
                found[at] = where
                break
    return found


def _read_again(record: Task | Measure, unit: str) -> Iterator[tuple[Target, TargetSpan]]:
    if isinstance(record, Measure):
        yield from _in_field("text", _targets(record.text, None, ""))
        return
    if goals := list(dict.fromkeys(target.period for target in record.targets if target.period)):
        for header, cell in record.extra.items():
            for target, span in _in_field(
                f"extra.{header}", _targets(cell, record.content or record.name, unit)
            ):
                yield from ((target.model_copy(update={"period": goal}), span) for goal in goals)
        return
    yield from _in_field("content", _targets(record.content, record.name, unit))
    due = _targets(record.deadline_text, None, "")
    yield from _in_field("deadline_text", (one for one in due if asks_for_work(one.target)))


def _in_field(field: str, found: Iterable[ReadTarget]) -> Iterator[tuple[Target, TargetSpan]]:
    for one in found:
        subject = Span(field, *one.subject) if one.subject else None
        yield one.target, TargetSpan(Span(field, *one.span), Span(field, *one.amount), subject)


@vocabulary.cached(4096)
def _targets(text: str, name: str | None, unit: str) -> tuple[ReadTarget, ...]:
    return tuple(find_targets(text, name=name, unit=unit))
