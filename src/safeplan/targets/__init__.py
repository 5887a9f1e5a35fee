"""Record text → targets: what can be measured, how much, which way, against what.

The way of a text: fold and mask (`passages`), find everything that has the form of an amount
(`amounts`, over `numerals` and `units`), drop what only looks like one (`lookalikes`), read which
way the rest points (`directions`) and what it is said of (`subjects`), put it together
(`assembly`). `outcomes` reads the other kind of commitment, a document's state.
"""

from __future__ import annotations

import re
import unicodedata

from safeplan.models import Target
from safeplan.targets.amounts import bare_amount, find_amounts
from safeplan.targets.assembly import CHANGES, ReadTarget, assemble, with_shared_tails
from safeplan.targets.directions import measured
from safeplan.targets.lookalikes import Setting, is_lookalike
from safeplan.targets.outcomes import read_outcome
from safeplan.targets.passages import Passage
from safeplan.targets.units import dimension_of, is_unit

__all__ = [
    "ReadTarget",
    "asks_for_work",
    "doubtful_subject",
    "find_targets",
    "read_due_targets",
    "read_outcome",
    "read_targets",
]

_AMOUNT_LIKE = re.compile(
    r"[0-9０-９%％零半一二三四五六七八九十百千万两廿壹贰叁伍清无杜不全覆应½⅓⅔¼¾⅕]|下降|降低|减少|同比"
)
_UNIT_IN_NAME = re.compile(r"（(?P<unit>[^（）]{1,8})）$")
_ODD_END = {"Nd", "No", "Nl", "Sm", "So", "Sk", "Sc", "Co", "Cn"}
"""Unicode categories of digits, signs and private-use characters."""
_ODD_SIGNS = frozenset("/%‰+-—–~～·:：*#@&_，、；。")


def doubtful_subject(target: Target) -> bool:
    """Whether a subject ends as none can: in a digit, a sign or a private-use character.

    Then the rest of a number, or a sign that was not understood, has been taken for words.

    >>> doubtful_subject(Target(subject="检查企业1", direction="eq", value=200, text="1 200家"))
    True
    >>> doubtful_subject(Target(subject="“两客一危”检验率", direction="eq", value=1, text="1"))
    False
    """
    end = target.subject[-1:]
    return bool(end) and (unicodedata.category(end) in _ODD_END or end in _ODD_SIGNS)


def read_targets(text: str, *, name: str | None = None, unit: str = "") -> list[Target]:
    """Return what can be measured in a record, in the order of the text.

    Args:
        text: Content of one record (or of a body measure), as printed; a line feed in it ends a
            clause.
        name: The record's name: the subject where the text is only an amount, and the place of
            the baseline in an indicator row.
        unit: The unit that the table's header, a column of units or a line above it gives to
            figures without one of their own.

    >>> [(t.subject, t.direction, t.value, t.unit) for t in read_targets("隐患整改率达95%以上。")]
    [('隐患整改率', 'ge', 95, '%')]
    >>> read_targets("保持同比下降", name="事故死亡人数")[0].baseline
    '同比'
    >>> read_targets("≤5", name="亡人数", unit="人")[0].unit
    '人'
    """
    return [one.target for one in find_targets(text, name=name, unit=unit)]


def find_targets(text: str, *, name: str | None = None, unit: str = "") -> list[ReadTarget]:
    """Return what `read_targets` does, with where in the text each was read.

    >>> [one.span for one in find_targets("隐患整改率达95%以上，演练2次。")]
    [(0, 11), (12, 16)]
    """
    if not _AMOUNT_LIKE.search(text):
        return []
    passage = Passage.of(text)
    unit = _given_unit(unit, name)
    if (indicator := _indicator(passage, name, unit)) is not None:
        return [ReadTarget(indicator, (0, len(text)), (0, len(text)))]
    found = find_amounts(passage, unit)
    around = zip([None, *found], found, [*found[1:], None], strict=False)
    kept = [
        amount
        for previous, amount, following in around
        if not is_lookalike(Setting(passage, amount, following, previous))
    ]
    if "分别" in passage.masked:
        kept = with_shared_tails(passage, kept)
    return _each_once(assemble(passage, kept, name)) if kept else []


def _each_once(found: list[ReadTarget]) -> list[ReadTarget]:
    """Return the targets without those that only say again of a thing that none or all of it is.

    >>> [target.subject for target in read_targets("重大隐患清零，动态清零。")]
    ['重大隐患']
    """
    kept: list[ReadTarget] = []
    said = set()
    for one in found:
        target = one.target
        told = (target.value, target.unit) in ((0, ""), (100, "%")) and target.subject
        saying = (target.subject, target.direction, target.value)
        if not (told and saying in said):
            kept.append(one)
            said.add(saying)
    return kept


def read_due_targets(deadline: str) -> list[Target]:
    """Return how much a deadline asks for by its day: neither dates nor terms nor rounds of work.

    >>> [(t.value, t.unit) for t in read_due_targets("6月底前解危130栋")]
    [(130, '栋')]
    >>> read_due_targets("5月、9月各开展1轮"), read_due_targets("12月底前全部完成")
    ([], [])
    """
    return list(filter(asks_for_work, read_targets(deadline)))


def asks_for_work(target: Target) -> bool:
    """Whether a target read of a deadline says how much is to be done by its day."""
    return bool(target.unit) and dimension_of(target.unit)[0].partition("/")[0] not in _NO_WORK


_NO_WORK = {"share", "points", "time", "workdays", "months", "occasions"}
"""Dimensions in which a deadline states itself, or how often, not how much."""


def _given_unit(unit: str, name: str | None) -> str:
    """Return the unit that a table gives to bare figures: its own, or one in the name's brackets."""
    if unit:
        return unit if any(c.isalnum() or c in "%％‰" for c in unit) else ""
    printed = _UNIT_IN_NAME.search(name) if name else None
    return printed["unit"] if printed and is_unit(printed["unit"]) else ""


def _indicator(passage: Passage, name: str | None, unit: str) -> Target | None:
    """Read a content that is a bare number or a bare change, said of the record's name."""
    if not name:
        return None
    if amount := bare_amount(passage.folded):
        direction, value = amount
    elif passage.words.whole_change.fullmatch(passage.folded.strip("。； ")):
        direction, value, unit = "decrease", None, ""
    else:
        return None
    subject, baseline = measured(name) if direction in CHANGES else (name, None)
    return Target(
        subject=subject or name,
        direction=direction,
        value=value,
        unit=unit,
        baseline=baseline,
        text=passage.text,
    )
