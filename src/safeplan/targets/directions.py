"""Which way an amount points, against what, and how often: read from the words before it."""

from __future__ import annotations

from dataclasses import dataclass

from safeplan.models import Direction
from safeplan.targets.amounts import PERIODS, TIMES, Amount, way_of
from safeplan.targets.passages import Passage, direction_of, lexicon
from safeplan.text.folding import fold
from safeplan.text.numerals import read_number

_REACH = 14
"""Characters between a bound and its number, where the vocabulary sets no other limit."""
_FURTHEST = 300
"""Characters of a sentence in which a baseline is looked for."""
_LISTED = 100
"""A bound that reaches further than this governs its whole clause, over every list in it."""


@dataclass(frozen=True, slots=True)
class Bearing:
    """What the words before an amount say of it; a list of amounts shares one."""

    direction: Direction
    baseline: tuple[int, int] | None = None
    start: int | None = None
    """Where the words begin that said so."""


def read_bearing(
    passage: Passage, amount: Amount, previous_stop: int, previous: Bearing | None
) -> Bearing:
    """Return the direction of an amount and its baseline.

    Args:
        passage: The text.
        amount: The amount.
        previous_stop: Where the amount before it in the clause ended, or where the clause begins.
        previous: What was said of that amount, where this one is listed with it (93个、229万平方米).
    """
    words = passage.words
    if amount.kind != "number" and amount.direction:
        return Bearing(amount.direction, amount.baseline)
    start = max(passage.clause(amount.start)[0], previous_stop, amount.start - _LISTED)
    before = passage.between(start, amount.start)
    if change := words.change.search(before):
        move = way_of(change["move"])
        baseline = find_baseline(passage, amount.start)
        relative = amount.is_share or amount.dimension in {"points", "倍"}
        if move == "decrease" or relative or baseline:
            return Bearing(move, baseline, start + change.start())
    listed = previous is not None and before.strip() in _JOINTS
    if previous and listed and previous.direction in {"decrease", "increase"}:
        return previous
    # The bound that governs the number, and where it stands.
    for match in reversed(list(words.bound.finditer(before))):
        gap = before[match.end() :]
        reach = words.words["bounds"]["reach"].get(match.group(), _REACH)
        if len(gap) <= reach and (reach > _LISTED or not set("、，") & set(gap)):
            said = amount.direction or direction_of(match)
            return Bearing(said, None, start + match.start())
    if amount.direction:
        return Bearing(amount.direction)
    return Bearing(previous.direction if previous and listed else "eq")


_JOINTS = {"、", "和", "及", "与", "，", "或", "、约", "和约"}
"""What stands between two amounts of one list."""


def find_baseline(passage: Passage, place: int) -> tuple[int, int] | None:
    """Return the span that a change before this place is measured against, from its sentence."""
    sentence = max(passage.masked.rfind(mark, 0, place) for mark in "。；\n") + 1
    start, _ = passage.clause(place)
    for begin in (start, sentence):
        found = baseline_in(passage.folded, max(begin, place - _FURTHEST), place)
        if found:
            return found
    return None


def baseline_in(folded: str, start: int = 0, stop: int | None = None) -> tuple[int, int] | None:
    """Return the last baseline named in a span of folded text."""
    last = None
    for match in lexicon().against.finditer(folded, start, len(folded) if stop is None else stop):
        # 同比 before an average only says that one compares.
        last = next(match.span(name) for name in ("base", "average", "alone") if match[name])
    return last


def baseline_start(folded: str, baseline: tuple[int, int]) -> int:
    """Return where the words that bring in a baseline begin: the 较 of 较2024年."""
    marks = tuple(lexicon().words["baselines"]["marks"])
    start = baseline[0]
    while folded.endswith(marks, 0, start):
        start -= max(len(mark) for mark in marks if folded.endswith(mark, 0, start))
    return start


def measured(name: str) -> tuple[str, str | None]:
    """Return what the name of an indicator says is measured, and against what.

    >>> measured("死亡人数较“十三五”时期"), measured("死亡人数较上年下降率"), measured("死亡人数")
    (('死亡人数', '“十三五”时期'), ('死亡人数较上年下降率', '上年'), ('死亡人数', None))
    """
    folded = fold(name)
    baseline = baseline_in(folded)
    if baseline is None:
        return name, None
    ends = baseline[1] == len(name)
    return name[: baseline_start(folded, baseline)] if ends else name, name[slice(*baseline)]


def says_total(passage: Passage, amount: Amount) -> bool:
    """Whether an amount is that of the whole year, whatever the period before it: 全年不少于4次.

    >>> from safeplan.targets.amounts import find_amounts
    >>> said = Passage.of("每季度检查1次，全年不少于4次")
    >>> [says_total(said, amount) for amount in find_amounts(said)]
    [False, True]
    """
    before = passage.between(passage.clause(amount.start)[0], amount.start)
    return passage.words.total.search(before) is not None


def read_base(passage: Passage, amount: Amount) -> tuple[str, int]:
    """Return the period an amount is asked for in, and where it is said.

    Returns:
        The end of a unit (`/年`, `/半年`, `/2年`) and the place of 每; `("", -1)` without one.
    """
    # 每年集训不少于15天 is so much a year; 每年…30日内 is not.
    lasting = amount.dimension in TIMES and amount.direction == "le"
    never = amount.is_share or lasting or amount.dimension in {"points", "return_period"}
    if never or "/" in amount.unit:
        return "", -1
    start = passage.clause(amount.start)[0]
    before = passage.between(start, amount.start)
    found = next(reversed(list(passage.words.base.finditer(before))), None)
    if not found and (each := passage.words.of_each.search(before)):
        # 每300户配备1名, a standard that lies in both figures.
        return f"/{read_number(each['count'])}{each['of']}", start + each.start()
    if not found:
        # 两年培训不少于3次: years without 每, where they are no total.
        found = passage.words.years.search(before) if amount.dimension == "occasions" else None
    if not found:
        return "", -1
    period = PERIODS.get(found["period"], found["period"])
    count = read_number(found["count"]) if found["count"] else 1
    return f"/{count if count != 1 else ''}{period}", start + found.start()
