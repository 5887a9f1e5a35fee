"""Record text → targets: what can be measured, how much, which way, against what.

The way of a text: fold and mask (`passages`), find everything that has the form of an amount
(`amounts`, over `numerals` and `units`), drop what only looks like one (`lookalikes`), read which
way the rest points (`directions`) and what it is said of (`subjects`). `outcomes` reads the other
kind of commitment, a document's state.
"""

from __future__ import annotations

import re
from itertools import zip_longest

from safeplan.models import Target
from safeplan.targets.amounts import Amount, bare_amount, find_amounts, whole_change
from safeplan.targets.directions import (
    Bearing,
    baseline_in,
    baseline_start,
    read_base,
    read_bearing,
)
from safeplan.targets.lookalikes import Setting, is_lookalike
from safeplan.targets.numerals import fold
from safeplan.targets.outcomes import read_outcome
from safeplan.targets.passages import Passage
from safeplan.targets.subjects import find_subject, is_bare, is_filled, subject_of_clause_before

__all__ = ["read_outcome", "read_targets"]

_AMOUNT_LIKE = re.compile(
    r"[0-9０-９%％零半一二三四五六七八九十百千万两清无杜不全覆]|下降|降低|减少|同比"
)
_NEAR = 12
"""Characters of a clause that are taken into a target's text before what it needs."""
_UNIT_IN_NAME = re.compile(r"（(?P<unit>[^（）]{1,5})）$")


def read_targets(text: str, *, name: str | None = None, unit: str = "") -> list[Target]:
    """Return what can be measured in a record, in the order of the text.

    Args:
        text: Content of one record (or of a body measure), as printed.
        name: The record's name: the subject where the text is only an amount, and the place of
            the baseline in an indicator row.
        unit: The unit that the table's header, a column of units or a line above it gives to
            figures without one of their own.

    >>> [(t.subject, t.direction, t.value, t.unit) for t in read_targets("隐患整改率达95%以上。")]
    [('隐患整改率', 'ge', 95, '%')]
    >>> read_targets("保持同比下降", name="事故死亡人数")[0].baseline
    '同比'
    """
    if not _AMOUNT_LIKE.search(text):
        return []
    passage = Passage.of(text)
    if (indicator := _indicator(passage, name)) is not None:
        return [indicator]
    found = find_amounts(passage)
    kept = [
        amount
        for amount, following in zip_longest(found, found[1:])
        if not is_lookalike(Setting(passage, amount, following))
    ]
    return _targets(passage, kept, name)


def _indicator(passage: Passage, name: str | None) -> Target | None:
    """Read a content that is a bare number or a bare change, said of the record's name."""
    if not name:
        return None
    if amount := bare_amount(passage.folded):
        unit = _UNIT_IN_NAME.search(name)
        return Target(
            subject=name,
            direction=amount.direction or "eq",
            value=amount.value,
            unit=unit["unit"] if unit else "",
            text=passage.text,
        )
    if whole_change(passage.folded):
        return Target(
            subject=name, direction="decrease", baseline=_baseline_of(name), text=passage.text
        )
    return None


def _baseline_of(name: str | None) -> str | None:
    span = baseline_in(fold(name), 0, len(name)) if name else None
    return name[slice(*span)] if name and span else None


def _targets(passage: Passage, amounts: list[Amount], name: str | None) -> list[Target]:
    """Give each amount its bearing, its frequency and its subject."""
    targets: list[Target] = []
    previous: Amount | None = None
    bearing: Bearing | None = None
    base, since, subject = "", 0, ""
    for amount in amounts:
        clause_start, _ = passage.clause(amount.start)
        listed = previous is not None and clause_start <= previous.start
        since = max(since, clause_start) if listed else clause_start
        if previous and "。" in passage.masked[previous.stop : amount.start]:
            base, subject = "", ""
        bearing = read_bearing(passage, amount, since, bearing if listed else None)
        own_base, base_start = read_base(passage, amount)
        # 每年开展综合演练1次，各镇街开展1次: the second is yearly too.
        if not own_base and amount.dimension == "occasions":
            own_base = base
        base = own_base or base
        if amount.start < since and targets:
            # 1次全覆盖培训: an amount inside what the one before it is said of shares its span.
            text, since = targets[-1].text, max(since, amount.stop)
        else:
            said_from = _said_from(passage, amount, bearing, since)
            span = find_subject(passage, amount, since, said_from)
            if amount.is_share and not listed and is_bare(passage, span):
                # 整改隐患2000条，整改率98%: of what the target in the clause before is said of.
                told = (
                    subject and previous and passage.clause(previous.start)[1] == clause_start - 1
                )
                if not told and is_filled(
                    before := subject_of_clause_before(passage, amount.start)
                ):
                    span = before
            if is_bare(passage, span):
                subject = subject or passage.text[slice(*span)] or name or ""
            else:
                subject = passage.text[slice(*span)]
            # What asks for the amount belongs to its text: 完成, 每年, 较2024年.
            places = [amount.start, said_from]
            if is_filled(span):
                places += [place for place in (span[0], base_start) if place >= since]
            start, stop = _opening(passage, since, min(places)), max(amount.stop, span[1])
            text, since = passage.text[start:stop], stop
        targets.append(
            Target(
                subject=subject,
                direction=bearing.direction,
                value=amount.value,
                unit=amount.unit + own_base,
                baseline=_baseline(passage, bearing, name),
                text=text,
            )
        )
        previous = amount
    return targets


def _said_from(passage: Passage, amount: Amount, bearing: Bearing, since: int) -> int:
    """Return where the words about an amount begin, its subject standing before them."""
    start = amount.start if bearing.start is None else max(since, bearing.start)
    if bearing.baseline and since <= bearing.baseline[0]:
        start = min(start, baseline_start(passage, bearing.baseline))
    return start


def _opening(passage: Passage, since: int, start: int) -> int:
    """Return where the span of a target begins: with its clause, if that is near."""
    opening = since
    while opening < start and passage.folded[opening] in "、，和及与） ":
        opening += 1
    return opening if start - opening <= _NEAR else start


def _baseline(passage: Passage, bearing: Bearing, name: str | None) -> str | None:
    """Return what a change is measured against, as printed in the text or else in the name."""
    if bearing.baseline:
        return passage.text[slice(*bearing.baseline)]
    if bearing.direction in {"decrease", "increase"}:
        return _baseline_of(name)
    return None
