"""Rules on owner cells: who answers, named once, in one spelling, with level word and separator."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

from safeplan.bodies.names import Body, lexicon
from safeplan.models import ROLES, Owner, Role, Task
from safeplan.slips.rules import Examined, Hit, rule
from safeplan.spans import spans_of_owners
from safeplan.text.folding import narrow

_PLATE = re.compile(r"\([^()]*\)$")
_LEVEL = re.compile(r"^[区县市省](?=..)")
_JOINED = re.compile(r"(?:等(?:有关|相关)?(?:部门|单位))?")
"""What may stand between two bodies that no separator parts."""
_MOST = 0.5
"""From this share of its rows on, a table is one that names owners."""


def _body(owner: Owner) -> Body:
    """Return what an owner's printed name is read as, its second plate left out."""
    return lexicon().identify(_PLATE.sub("", narrow(owner.text)) or narrow(owner.text))


def _cells(task: Task) -> list[tuple[Role, str]]:
    texts = (task.lead_text, task.responsible_text, task.assisting_text)
    return list(zip(ROLES, texts, strict=True))


@rule("error")
def owner_empty(examined: Examined) -> Iterator[Hit]:
    """Report rows for which nobody answers, where the others of the table have somebody."""
    rows = Counter(task.table for task in examined.tasks)
    owned = Counter(task.table for task in examined.tasks if task.owners)
    for task in examined.tasks:
        if (
            not task.owners
            and owned[task.table] >= _MOST * rows[task.table]
            and task.task_id not in examined.cut_off
        ):
            printed = "".join(text for _, text in _cells(task))
            yield Hit(task, {"text": printed, "name": task.name})


@rule("warning")
def owner_repeated(examined: Examined) -> Iterator[Hit]:
    """Report bodies that one cell names twice."""
    for task in examined.tasks:
        first: dict[tuple[Role, str, str], Owner] = {}
        told: set[str] = set()
        for owner in task.owners:
            body = _body(owner)
            if body.kind not in ("body", "committee") or owner.scope:
                continue
            key = (owner.role, owner.name, body.government)
            if key in first and owner.name not in told:
                told.add(owner.name)
                yield Hit(task, {"text": first[key].text, "again": owner.text})
            first.setdefault(key, owner)


@rule("info")
def owner_in_both_roles(examined: Examined) -> Iterator[Hit]:
    """Report bodies that lead a row and are responsible for it beside."""
    for task in examined.tasks:
        leads = {
            (owner.name, _body(owner).government): owner
            for owner in task.owners
            if owner.role == "lead" and not owner.scope and _body(owner).kind == "body"
        }
        for owner in task.owners:
            key = (owner.name, _body(owner).government)
            if owner.role == "responsible" and not owner.scope and key in leads:
                yield Hit(task, {"text": owner.text})


def _spellings(examined: Examined) -> dict[str, dict[str, list[tuple[Task, Owner]]]]:
    """Return canonical name → spelling without level word → where it is printed."""
    found: dict[str, dict[str, list[tuple[Task, Owner]]]] = {}
    region = examined.plan.region
    for task in examined.tasks:
        for owner in task.owners:
            body = _body(owner)
            if not body.known or body.kind not in ("body", "committee", "members"):
                continue
            spelling = _PLATE.sub("", narrow(owner.text))
            if body.kind == "members":
                spelling = spelling.partition("委各")[0].partition("成员单位")[0]
                spelling = re.sub(r"(?:各|有关|相关|各有关|各相关)+$", "", spelling)
                spelling = (
                    spelling
                    if spelling.endswith("委")
                    else spelling + "委" * (not spelling.endswith("会"))
                )
            for place in (region.full_name, region.name):
                spelling = spelling.removeprefix(place) if place else spelling
            found.setdefault(owner.name, {}).setdefault(_LEVEL.sub("", spelling), []).append(
                (task, owner)
            )
    return found


@rule("info")
def owner_spelling(examined: Examined) -> Iterator[Hit]:
    """Report bodies that the plan prints in two ways: the rarer one, once."""
    for spellings in _spellings(examined).values():
        if len(spellings) < 2:
            continue
        usual = max(spellings, key=lambda spelling: len(spellings[spelling]))
        other, example = spellings[usual][0]
        for spelling, places in spellings.items():
            if spelling != usual:
                task, owner = places[0]
                args = {"text": owner.text, "usual": example.text, "count": str(len(places))}
                yield Hit(task, {**args, "usual_count": str(len(spellings[usual]))}, other)


@rule("info")
def owner_without_level(examined: Examined) -> Iterator[Hit]:
    """Report bodies that lack the level word (区, 县) they have elsewhere in the plan."""
    governed: dict[str, tuple[Task, Owner]] = {}
    for task in examined.tasks:
        for owner in task.owners:
            if len(_body(owner).government) == 1:
                governed.setdefault(owner.name, (task, owner))
    for task in examined.tasks:
        for owner in task.owners:
            body = _body(owner)
            if (
                body.known
                and body.kind in ("body", "committee", "members")
                and not body.government
                and owner.name in governed
            ):
                other, printed = governed[owner.name]
                yield Hit(task, {"text": owner.text, "usual": printed.text}, other)


@rule("warning")
def owner_separator(examined: Examined) -> Iterator[Hit]:
    """Report bodies that nothing parts: 区消防救援局各镇街."""
    for task in examined.tasks:
        named = list(zip(task.owners, spans_of_owners(task), strict=True))
        for (before, span), (owner, next_span) in pairwise(named):
            if not span or not next_span or span.field != next_span.field:
                continue
            between = getattr(task, span.field)[span.end : next_span.start]
            # 区应急局等成员单位 is one phrase, 区应急局等各镇街 is not.
            is_territory = between == "等" and _body(owner).kind == "territory"
            if next_span.start >= span.end and (_JOINED.fullmatch(between) or is_territory):
                yield Hit(task, {"text": f"{before.text}{between}{owner.text}"})
