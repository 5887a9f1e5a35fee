"""What of a comparison is asked for: one filter, which holds for every form it is written in."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from safeplan import vocabulary
from safeplan.bodies import canonical
from safeplan.messages import LANGUAGES, catalogue
from safeplan.models import Comparison, Group, Link, Owner, Plan, Task, TaskRef
from safeplan.reports.phrasing import (
    CHANGES,
    SIGNS,
    Place,
    change_kind,
    differs,
    due_words,
    outcome_words,
    owners_differ,
    place,
    tasks_of,
)

KINDS = tuple(kind for kind in CHANGES if kind not in ("same", "doubtful"))
"""What a link can be asked for with `--only`."""

ASPECTS = ("any", "targets", "owners", "due")
"""What links can be asked to differ in with `--differs`."""


@dataclass(frozen=True)
class Filters:
    """What of a comparison is asked for; an empty filter keeps everything."""

    differs: str = ""
    """One of `ASPECTS`: in what the two records of a link have to differ."""
    table: str = ""
    """A table's title, or part of it; or `t3` for the third table of any plan."""
    owner: str = ""
    """A body, by its canonical name, any form it is printed in, or part of either."""
    only: str = ""
    """One of `KINDS`."""
    missing: str = ""
    """The id of a plan: only what it has not, and another has."""

    def keeps(self, task: Task) -> bool:
        """Tell whether a record is in the table and has the owner asked for."""
        return _in_table(task, self.table) and has_owner(task.owners, self.owner)

    @property
    def of_links(self) -> bool:
        """Whether something is asked that only links can answer."""
        return bool(self.differs or self.only)


EVERYTHING = Filters()


def narrowed(comparison: Comparison, plans: Sequence[Plan], filters: Filters) -> Comparison:
    """Return what the filters keep: links, the groups they are in, and records without a link."""
    if filters == EVERYTHING:
        return comparison
    tasks = tasks_of(plans)
    had = known_to(comparison, filters.missing) if filters.missing else set()

    def kept(ref: TaskRef) -> bool:
        return filters.keeps(tasks[place(ref)])

    links = [
        link
        for link in comparison.links
        if had.isdisjoint((place(link.left), place(link.right)))
        and (kept(link.left) or kept(link.right))
        and _asked(link, filters, tasks)
    ]
    linked = {place(ref) for link in links for ref in (link.left, link.right)}
    groups = [one for one in comparison.groups if not linked.isdisjoint(members(one))]
    unmatched = {
        plan_id: [
            task_id
            for task_id in task_ids
            if not filters.of_links
            and plan_id != filters.missing
            and filters.keeps(tasks[plan_id, task_id])
        ]
        for plan_id, task_ids in comparison.unmatched.items()
    }
    kept_of_it = {"links": links, "groups": groups, "unmatched": unmatched}
    return comparison.model_copy(update=kept_of_it)


def members(group: Group) -> list[Place]:
    """Return the records of a group."""
    return [(plan_id, task_id) for plan_id, ids in group.members.items() for task_id in ids]


def known_to(comparison: Comparison, plan_id: str) -> set[Place]:
    """Return a plan's own records and those of others that a link joins to one of them."""
    sides = [(place(link.left), place(link.right)) for link in comparison.links]
    return {one for both in sides if plan_id in (both[0][0], both[1][0]) for one in both}


def _asked(link: Link, filters: Filters, tasks: dict[Place, Task]) -> bool:
    """Tell whether a link differs as it is asked to."""
    kinds = link_kinds(link, tasks[place(link.left)], tasks[place(link.right)])
    if filters.only and filters.only not in kinds:
        return False
    if filters.differs == "any":
        return differs(link)
    if filters.differs == "targets":
        return bool(kinds - {"same", "due", "owners"})
    return not filters.differs or filters.differs in kinds


def link_kinds(link: Link, left: Task, right: Task) -> set[str]:
    """Return what of `KINDS` a link is, `same` for a target alike, `doubtful` for one unsaid."""
    others = {
        "outcome": outcome_words(link),
        "due": due_words(link.due),
        # Where a side names nobody, its cell was lost or empty: nothing can be said.
        "owners": left.owners and right.owners and owners_differ(link.owners),
    }
    kinds = {change_kind(change, link) for change in link.targets}
    return kinds | {kind for kind, differs_so in others.items() if differs_so}


def has_owner(owners: Sequence[Owner], wanted: str) -> bool:
    """Tell whether a body is among owners, by whatever form of its name it is asked for.

    >>> office = Owner(text="区应急管理局", name="应急管理局", role="lead")
    >>> [has_owner([office], asked) for asked in ("县应急局", "应急", "公安局")]
    [True, True, False]
    """
    if not wanted:
        return True
    name = _canonical(wanted)
    return any(
        name == owner.name or wanted in owner.name or wanted in owner.text for owner in owners
    )


@vocabulary.cached()
def _canonical(name: str) -> str:
    return canonical(name)


def _in_table(task: Task, wanted: str) -> bool:
    if match := re.fullmatch(r"t?(\d+)", wanted):
        return task.table == int(match[1])
    return wanted in task.table_title


def kind_asked(word: str) -> str | None:
    """Return which of `KINDS` a word stands for, in either language; None for none.

    >>> [kind_asked(word) for word in ("tighter", "加码", "▼放宽", "时限", "x")]
    ['tighter', 'tighter', 'looser', 'due', None]
    """
    return _meant(word.strip("".join(SIGNS.values())), KINDS, "only")


def aspect_asked(word: str) -> str | None:
    """Return which of `ASPECTS` a word stands for, in either language; None for none.

    >>> [aspect_asked(word) for word in ("owners", "目标", "单位", "忠县")]
    ['owners', 'targets', 'owners', None]
    """
    return _meant(word, ASPECTS, "differs")


def _meant(word: str, codes: Sequence[str], section: str) -> str | None:
    folded = word.strip().casefold()
    for code in codes:
        words = (catalogue(lang)[f"{section}.{code}"] for lang in LANGUAGES)
        if folded in (code, *" ".join(words).split()):
            return code
    return None
