"""Rules on numbers: the 序号 of rows, which the reader has followed, and those of body measures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from safeplan.models import Measure, Source
from safeplan.slips.rules import Examined, Hit, rule
from safeplan.text.numbering import opening_number


def _found_by_the_reader(examined: Examined, code: str) -> Iterator[Hit]:
    """Take over what the reader has found."""
    tasks = {task.task_id: task for task in examined.plan.tasks}
    for finding in examined.plan.findings:
        if finding.code == code:
            place = tasks.get(finding.task_id or "", finding.source or Source())
            yield Hit(place, {"text": "", "after": "", **finding.args})


@rule("warning")
def serial_lost(examined: Examined) -> Iterator[Hit]:
    """Report rows without their 序号."""
    return _found_by_the_reader(examined, "serial_lost")


@rule("warning")
def serial_repeated(examined: Examined) -> Iterator[Hit]:
    """Report a 序号 that stands again."""
    return _found_by_the_reader(examined, "serial_repeated")


@rule("warning")
def serial_skipped(examined: Examined) -> Iterator[Hit]:
    """Report a 序号 left out."""
    return _found_by_the_reader(examined, "serial_skipped")


@dataclass(frozen=True, slots=True)
class _Numbered:
    """A numbered measure, or a numbered heading above measures."""

    form: str
    """`1`, `一`, `（1` or `（一`: only numbers of one form follow each other."""
    value: int
    under: tuple[str, ...]
    """The headings above it."""
    measure: Measure
    """The measure itself, or the first one below the heading."""
    is_measure: bool

    @property
    def title(self) -> str:
        """As printed, with its number."""
        if self.is_measure:
            return f"{self.measure.number}{self.measure.title}"
        return self.measure.path[len(self.under)]


def _numbered(measures: Sequence[Measure]) -> Iterator[_Numbered]:
    """Yield what bears a number in the body, headings before what stands under them."""
    seen: set[tuple[str, ...]] = set()
    for measure in measures:
        path = tuple(measure.path)
        printed = [(heading, path[:depth], False) for depth, heading in enumerate(path)]
        for text, under, is_measure in [*printed, (measure.number or "", path, True)]:
            if not is_measure and (*under, text) in seen:
                continue
            seen.add((*under, text))
            if number := opening_number(text):
                yield _Numbered(*number, under, measure, is_measure)


def _followed(examined: Examined) -> Iterator[tuple[_Numbered, _Numbered]]:
    """Yield each numbered measure after the last number of its form."""
    last: dict[str, _Numbered] = {}
    for one in _numbered(examined.plan.measures):
        if one.is_measure and one.form in last:
            yield last[one.form], one
        last[one.form] = one


@rule("warning")
def measure_repeated(examined: Examined) -> Iterator[Hit]:
    """Report measures under one heading that bear one number."""
    for before, one in _followed(examined):
        if one.value == before.value and one.under == before.under:
            yield Hit(one.measure, {"text": one.title, "other": before.title}, before.measure)


@rule("warning")
def measure_skipped(examined: Examined) -> Iterator[Hit]:
    """Report numbers that leave a gap; a heading may begin anew, or count on."""
    for before, one in _followed(examined):
        if one.value > before.value + 1 and one.value != 1:
            yield Hit(one.measure, {"text": one.title, "after": before.title}, before.measure)
