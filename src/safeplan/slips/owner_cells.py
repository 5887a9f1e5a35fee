"""Rules on owner cells: who answers, named once, in one spelling, with level word and separator."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from safeplan.bodies.names import Body, lexicon
from safeplan.models import Owner, Task
from safeplan.slips.rules import Examined, Hit, rule
from safeplan.spans import field_text, spans_of_owners
from safeplan.text.folding import narrow

_PLATE = re.compile(r"\([^()]*\)$")
_LEVEL = re.compile(r"^[区县市省](?=..)")
_WHICH = re.compile(r"(?:各|有关|相关)+$")
_JOINED = re.compile(r"(?:等(?:有关|相关)?(?:部门|单位))?")
"""What may stand between two bodies that no separator parts."""
_MOST = 0.5
"""From this share of its rows on, a table is one that names owners."""


class _Named(NamedTuple):
    """A body where a row names it."""

    task: Task
    owner: Owner
    body: Body  # what its printed name is read as, its second plate left out

    @property
    def is_office(self) -> bool:
        """Whether it is known to be one body, or the members of one."""
        return self.body.known and self.body.kind in ("body", "committee", "members")


def _read(owner: Owner) -> Body:
    return lexicon().identify(_PLATE.sub("", narrow(owner.text)) or narrow(owner.text))


def _named(examined: Examined) -> Iterator[_Named]:
    for task in examined.tasks:
        yield from (_Named(task, owner, _read(owner)) for owner in task.owners)


@rule("error")
def owner_empty(examined: Examined) -> Iterator[Hit]:
    """Report rows for which nobody answers, where the others of the table have somebody."""
    rows = Counter(task.table for task in examined.tasks)
    owned = Counter(task.table for task in examined.tasks if task.owners)
    for task in examined.tasks:
        others_have = owned[task.table] >= _MOST * rows[task.table]
        if not task.owners and others_have and task.task_id not in examined.cut_off:
            printed = f"{task.lead_text}{task.responsible_text}{task.assisting_text}"
            yield Hit(task, {"text": printed, "name": task.name})


@rule("warning")
def owner_repeated(examined: Examined) -> Iterator[Hit]:
    """Report bodies that one cell names twice."""
    first: dict[tuple[str, ...], Owner] = {}
    told: set[tuple[str, str]] = set()
    for task, owner, body in _named(examined):
        if body.kind not in ("body", "committee") or owner.scope:
            continue
        key = task.task_id, owner.role, owner.name, body.government
        if key in first and (task.task_id, owner.name) not in told:
            told.add((task.task_id, owner.name))
            yield Hit(task, {"text": first[key].text, "again": owner.text})
        first.setdefault(key, owner)


@rule("info")
def owner_in_both_roles(examined: Examined) -> Iterator[Hit]:
    """Report bodies that lead a row and are responsible for it beside."""
    leading = {
        (task.task_id, owner.name, body.government)
        for task, owner, body in _named(examined)
        if owner.role == "lead" and not owner.scope and body.kind == "body"
    }
    for task, owner, body in _named(examined):
        leads = (task.task_id, owner.name, body.government) in leading
        if owner.role == "responsible" and not owner.scope and leads:
            yield Hit(task, {"text": owner.text})


def _spelling(one: _Named, places: list[str]) -> str:
    """Return how a body is spelt, without its place and its level word."""
    spelling = _PLATE.sub("", narrow(one.owner.text))
    if one.body.kind == "members":
        spelling = _WHICH.sub("", spelling.partition("委各")[0].partition("成员单位")[0])
        spelling += "" if spelling.endswith(("委", "会")) else "委"
    for place in places:
        spelling = spelling.removeprefix(place)
    return _LEVEL.sub("", spelling)


@rule("info")
def owner_spelling(examined: Examined) -> Iterator[Hit]:
    """Report bodies that the plan prints in two ways: the rarer one, once."""
    region = examined.plan.region
    places = [place for place in (region.full_name, region.name) if place]
    found: defaultdict[str, defaultdict[str, list[_Named]]]
    found = defaultdict(lambda: defaultdict(list))
    for one in _named(examined):
        if one.is_office:
            found[one.owner.name][_spelling(one, places)].append(one)
    for spellings in found.values():
        usual = max(spellings.values(), key=len)
        for rare in spellings.values():
            if rare is not usual:
                args = {"text": rare[0].owner.text, "usual": usual[0].owner.text}
                args |= {"count": str(len(rare)), "usual_count": str(len(usual))}
                yield Hit(rare[0].task, args, usual[0].task)


@rule("info")
def owner_without_level(examined: Examined) -> Iterator[Hit]:
    """Report bodies that lack the level word (区, 县) they have elsewhere in the plan."""
    governed: dict[str, _Named] = {}
    for one in _named(examined):
        if len(one.body.government) == 1:
            governed.setdefault(one.owner.name, one)
    for one in _named(examined):
        usual = governed.get(one.owner.name)
        if usual and one.is_office and not one.body.government:
            yield Hit(one.task, {"text": one.owner.text, "usual": usual.owner.text}, usual.task)


@rule("warning")
def owner_separator(examined: Examined) -> Iterator[Hit]:
    """Report bodies that nothing parts: 区消防救援局各镇街."""
    for task in examined.tasks:
        named = zip(task.owners, spans_of_owners(task), strict=True)
        for (before, span), (owner, its) in pairwise(named):
            if span and its and span.field == its.field and its.start >= span.end:
                between = field_text(task, span.field)[span.end : its.start]
                # 区应急局等成员单位 is one phrase, 区应急局等各镇街 is not.
                is_territory = between == "等" and _read(owner).kind == "territory"
                if _JOINED.fullmatch(between) or is_territory:
                    yield Hit(task, {"text": f"{before.text}{between}{owner.text}"})
