"""Amounts → targets: each with its bearing, its frequency and its whole subject.

A list shares what stands once: the bound, the baseline, the period, the subject. 分别 deals
subjects out; a part bears the head it stands under (疏散逃生演练·高危行业领域).
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from safeplan.models import Direction, Target
from safeplan.targets.amounts import Amount
from safeplan.targets.directions import (
    Bearing,
    baseline_start,
    measured,
    read_base,
    read_bearing,
    says_total,
)
from safeplan.targets.passages import Passage
from safeplan.targets.subjects import (
    find_subject,
    is_actor,
    is_bare,
    is_filled,
    is_measure,
    is_part,
    parts_of,
    shared_head,
    subject_of_clause_before,
)

_NEAR = 12
"""Characters of a clause that are taken into a target's text before what it needs."""
_SPAN = tuple[int, int]
CHANGES: frozenset[Direction] = frozenset(("decrease", "increase"))


@dataclass(frozen=True, slots=True)
class ReadTarget:
    """A target and where in the text it was read."""

    target: Target
    span: _SPAN
    amount: _SPAN
    """The number, its unit and the bound after it."""
    subject: _SPAN | None = None
    """What of it stands in the text: of 演练·企业 the 企业; None where it is the record's name."""


def with_shared_tails(passage: Passage, amounts: list[Amount]) -> list[Amount]:
    """Give the bound at the end of a list to all of it: 分别保持200顶、500张以上."""
    shared = list(amounts)
    for first in range(len(amounts)):
        *listed, last = _dealt_out(passage, amounts, first)
        if last.direction and all(amount.direction is None for amount in listed):
            bound = [replace(amount, direction=last.direction) for amount in listed]
            shared[first : first + len(bound)] = bound
    return shared


def _dealt_out(passage: Passage, amounts: list[Amount], first: int) -> list[Amount]:
    """Return the amounts that 分别 deals out to as many subjects, from this one on; or it alone."""
    clause_start, clause_stop = passage.clause(amounts[first].start)
    since = clause_start
    if first and amounts[first - 1].start >= clause_start:
        since = amounts[first - 1].stop
    if "分别" not in passage.masked[since : amounts[first].start]:
        return amounts[first : first + 1]
    group = amounts[first : first + 1]
    for amount in amounts[first + 1 :]:
        between = passage.masked[group[-1].stop : amount.start].strip("约 ")
        if amount.start >= clause_stop or not passage.words.listing.fullmatch(between):
            break
        group.append(amount)
    return group


@dataclass(slots=True)
class _Told:
    """What the targets read so far leave to those that follow in their sentence."""

    previous: Amount | None = None
    bearing: Bearing | None = None
    base: str = ""
    """The period of the last frequency: 每年."""
    subject: str = ""
    where: _SPAN | None = None
    """Where that subject stands."""
    since: int = 0
    """Where the last target's span ends."""
    dealt: list[tuple[str, _SPAN]] = field(default_factory=list)
    """Subjects that 分别 deals out to the amounts that follow."""


def assemble(passage: Passage, amounts: list[Amount], name: str | None) -> list[ReadTarget]:
    """Give each amount its bearing, its frequency and its subject."""
    targets: list[ReadTarget] = []
    told = _Told()
    measure, name_baseline = measured(name) if name else ("", None)
    for at, amount in enumerate(amounts):
        clause_start, _ = passage.clause(amount.start)
        previous = told.previous
        listed = previous is not None and clause_start <= previous.start
        since = max(told.since, clause_start) if listed else clause_start
        if previous and set("。\n") & set(passage.masked[previous.stop : amount.start]):
            told.base, told.subject, told.where = "", "", None
        bearing = read_bearing(passage, amount, since, told.bearing if listed else None)
        own_base, base_start = read_base(passage, amount)
        once = amount.in_words and amount.value == 1 and amount.unit == "次"
        if own_base and once and bearing.direction == "eq":
            # 每半年报送一次 is a floor, as 每半年至少1次 is.
            bearing = replace(bearing, direction="ge")
        # 每年开展综合演练1次，各镇街开展1次: the second is yearly too.
        if not own_base and amount.dimension == "occasions" and "/" not in amount.unit:
            own_base = "" if says_total(passage, amount) else told.base
        told.base = own_base or told.base
        said: list[tuple[str, _SPAN | None]] = []
        all_of_them = amount.start == since and passage.folded.startswith("全部", since)
        if targets and (amount.start < since or all_of_them):
            # 1次全覆盖培训, 18家企业全部改造: what the one before is said of, the other is too.
            since = max(since, amount.stop)
            start, stop = targets[-1].span[0], since if all_of_them else targets[-1].span[1]
        else:
            said_from = amount.start if bearing.start is None else max(since, bearing.start)
            if bearing.baseline and since <= bearing.baseline[0]:
                said_from = min(said_from, baseline_start(passage.folded, bearing.baseline))
            span = find_subject(passage, amount, since, said_from)
            if listed and told.dealt:
                told.subject, told.where = told.dealt.pop(0)
            elif parts := _subjects_dealt_out(passage, amounts, at, span):
                (told.subject, told.where), *told.dealt = parts
                said = [*parts] if amount.count > 1 else []
            else:
                called = measure if bearing.direction in CHANGES else name
                told.dealt = []
                told.subject, told.where = _subject(
                    passage, amount, span, told, called, listed=listed
                )
            # What asks for the amount belongs to its text: 完成, 每年, 较2024年.
            places = [amount.start, said_from]
            if is_filled(span):
                places += [place for place in (span[0], base_start) if place >= since]
            start, stop = _opening(passage, since, min(places)), max(amount.stop, span[1])
            since = stop
        # What a change is measured against stands in the text, or else in the name.
        baseline = name_baseline if bearing.direction in CHANGES else None
        if bearing.baseline:
            baseline = passage.printed(*bearing.baseline)
        for subject, where in said or [(told.subject, told.where)]:
            target = Target(
                subject=subject,
                direction=bearing.direction,
                value=amount.value,
                unit=amount.unit + own_base,
                baseline=baseline,
                text=passage.printed(start, stop),
            )
            targets.append(ReadTarget(target, (start, stop), (amount.start, amount.stop), where))
        told.previous, told.bearing, told.since = amount, bearing, since
    return targets


def _subjects_dealt_out(
    passage: Passage, amounts: list[Amount], at: int, span: _SPAN
) -> list[tuple[str, _SPAN]]:
    """Return the subject of each amount that 分别, or “五个下降”, deals out to as many; else none.

    甲、乙分别 stands for one each only where each part can be counted by itself, or under the head
    that the last of them bears: 预案编制率·区级 of 区级、镇街级预案编制率.
    """
    amount = amounts[at]
    if amount.count == 1 and "分别" not in passage.masked:
        return []
    group = _dealt_out(passage, amounts, at)
    count = amount.count if amount.count > 1 else len(group)
    parts = parts_of(passage, span) if count > 1 and is_filled(span) else []
    if not parts or len(parts) != count:
        return []
    alike = len({member.unit for member in group}) < len(group)
    named = [passage.printed(*part) for part in parts]
    if amount.count == 1 and alike and not all(map(is_measure, named)):
        head = shared_head(named)
        if not head:
            return []
        named[:-1] = [f"{head}·{part}" for part in named[:-1]]
    return list(zip(named, parts, strict=True))


def _subject(
    passage: Passage,
    amount: Amount,
    span: _SPAN,
    told: _Told,
    name: str | None,
    *,
    listed: bool,
) -> tuple[str, _SPAN | None]:
    """Return the whole subject of an amount: its own span, with what that leaves unsaid.

    A part of what was told before bears its head: 疏散逃生演练·高危行业领域.
    """
    clause_start, _ = passage.clause(amount.start)
    previous = told.previous
    follows = (
        previous is not None
        and not listed
        and passage.clause(previous.start)[1] == clause_start - 1
    )
    before = subject_of_clause_before(passage, amount.start)
    if amount.is_share and not (listed or follows) and is_bare(passage, span) and is_filled(before):
        # 整改隐患2000条，整改率98%: of what the target in the clause before is said of.
        span = before
    breaks = passage.folded[clause_start - 1 : clause_start] == "\n"
    if breaks and is_bare(passage, span) and passage.folded[before[1] - 1 : before[1]].isdigit():
        # 整治隐患12⏎50处: half a figure stands at the end of the line before, a doubt.
        span = before
    if is_bare(passage, span):
        if told.subject:
            return told.subject, told.where
        filled = next(filter(is_filled, (span, before)), None)
        return (passage.printed(*filled), filled) if filled else (name or "", None)
    own, after = passage.printed(*span), told.subject if previous else ""
    if amount.kind != "number" or (listed and not is_part(own)):
        return own, span
    head = ""
    of_it = passage.in_parenthesis(clause_start) or passage.folded.startswith("其中", clause_start)
    if previous and after and is_part(own) and (of_it or follows or listed):
        return f"{after}·{own}", span
    alike = previous and previous.kind == "number" and previous.dimension == amount.dimension
    if previous and after and alike:
        inside = of_it and passage.clause(previous.start)[0] < clause_start
        if inside or (follows and amount.dimension == "occasions" and is_actor(own)):
            head = after if "“" in after else after.partition("·")[0]
    elif amount.dimension == "occasions" and is_actor(own) and not follows:
        head = passage.printed(*before)
        head = "" if is_actor(head) else head
    if not head or head == own or is_measure(own) or (amount.is_share and not is_measure(head)):
        return own, span
    return f"{head}·{own}", span


def _opening(passage: Passage, since: int, start: int) -> int:
    """Return where the span of a target begins: with its clause, if that is near."""
    opening = since
    while opening < start and passage.folded[opening] in "、，和及与） ":
        opening += 1
    return opening if start - opening <= _NEAR else start
