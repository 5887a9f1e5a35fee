"""What of a comparison is asked for: one filter, which holds for every form it is written in."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from safeplan import vocabulary
from safeplan.bodies import canonical
from safeplan.messages import LANGUAGES, catalogue
from safeplan.models import Owner, Task
from safeplan.reports.phrasing import CHANGES, SIGNS

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
        by_number = re.fullmatch(r"t?(\d+)", self.table)
        in_table = task.table == int(by_number[1]) if by_number else self.table in task.table_title
        return in_table and has_owner(task.owners, self.owner)

    @property
    def of_links(self) -> bool:
        """Whether something is asked that only links can answer."""
        return bool(self.differs or self.only)


EVERYTHING = Filters()


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
