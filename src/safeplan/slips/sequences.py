"""Rules on numbers: the 序号 of rows, which the reader has followed, and those of body measures."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from safeplan.models import Measure, Source
from safeplan.slips.rules import Examined, Hit, Rule, rule
from safeplan.text.numbering import opening_number


def _as_read(code: str) -> Rule:
    """Return the rule that takes over what the reader has found under this code."""

    def check(examined: Examined) -> Iterator[Hit]:
        tasks = {task.task_id: task for task in examined.plan.tasks}
        for finding in examined.plan.findings:
            if finding.code == code:
                place = tasks.get(finding.task_id or "", finding.source or Source())
                yield Hit(place, {"text": "", "after": "", **finding.args})

    return Rule(code, "warning", check)


serial_lost = _as_read("serial_lost")
serial_repeated = _as_read("serial_repeated")
serial_skipped = _as_read("serial_skipped")


class _Numbered(NamedTuple):
    """A numbered measure, or a numbered heading above measures."""

    form: str  # `1`, `一`, `（1` or `（一`: only numbers of one form follow each other
    value: int
    under: tuple[str, ...]  # the headings above it
    measure: Measure  # the measure itself, or the first one below the heading
    title: str  # as printed, with its number


def _followed(examined: Examined) -> Iterator[tuple[_Numbered, _Numbered]]:
    """Yield each numbered measure after the last number of its form, headings counted too."""
    last: dict[str, _Numbered] = {}
    seen: set[tuple[str, ...]] = set()
    for measure in examined.plan.measures:
        path = tuple(measure.path)
        for depth, heading in enumerate(path):
            under = path[:depth]
            number = opening_number(heading)
            if number and (*under, heading) not in seen:
                last[number[0]] = _Numbered(*number, under, measure, heading)
            seen.add((*under, heading))
        if number := opening_number(measure.number or ""):
            one = _Numbered(*number, path, measure, f"{measure.number}{measure.title}")
            if one.form in last:
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
