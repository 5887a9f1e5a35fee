"""A new plan against last year's → what was added, dropped, changed, moved, split, merged.

Rows are paired first (`pairing`), then each pair is asked what differs: its targets, its owners,
its words, its place. Years that have moved on with the plan are no difference (`rolling`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Literal, NamedTuple

from rapidfuzz.distance import Indel

from safeplan.changes import rolling, wording
from safeplan.changes.comparing import compare
from safeplan.changes.owners import compare_owners
from safeplan.changes.pairing import Group, Pairing, pair, unnumbered
from safeplan.changes.targets import compare_targets
from safeplan.links import Match
from safeplan.messages import say
from safeplan.models import (
    Change,
    Check,
    Evidence,
    Link,
    Owner,
    OwnerChange,
    Plan,
    Target,
    TargetChange,
    Task,
    TaskRef,
    WordChange,
    WordPiece,
)

OLD = "@old"
"""Marks the old plan where two plans have one id: the same year, issued anew."""
MOST_EVIDENCE = 6
CONTEXT = 6
"""Characters beside a difference that tell where it stands."""

Rule = Callable[[list[Match], list[Plan]], list[Match]]
"""What an analyst's decisions make of the links."""
Cell = Literal["name", "content", "deadline", "remark"]


def check(new: Plan, old: Plan, rule: Rule | None = None) -> Check:
    """Return what changed from the old plan to the new one.

    Where both have one id, the old one is named `<plan_id>@old`.

    Args:
        new: this year's plan.
        old: last year's, or another version of the same.
        rule: turns the links found into the links that hold, where an analyst has ruled on them.
    """
    if old.plan_id == new.plan_id:
        old = old.model_copy(update={"plan_id": old.plan_id + OLD})
    by = rolling.distance(old, new)
    pairing = pair(old.tasks, new.tasks, by)
    matches = _matches(pairing, old, new, by)
    if rule is not None:
        ruled = rule(matches, [old, new])
        forced, forbidden = _verdicts(matches, ruled, old, new)
        if forced or forbidden:
            pairing = pair(old.tasks, new.tasks, by, forced=forced, forbidden=forbidden)
            decided = {(match.left, match.right): match for match in ruled}
            matches = [
                decided.get((match.left, match.right), match)
                for match in _matches(pairing, old, new, by)
            ]
    comparison = compare([old, new], matches)
    keys = {name: getattr(comparison, name) for name in type(comparison).model_fields}
    keys["links"] = [_rolled(link, old, new, by) for link in comparison.links]
    changes = [
        *(
            Change(
                kind="dropped",
                old=[old.tasks[at].task_id],
                new=[],
                detail=_row_words(old.tasks[at]),
            )
            for at in pairing.dropped
        ),
        *(
            Change(
                kind="added",
                old=[],
                new=[new.tasks[at].task_id],
                detail=_row_words(new.tasks[at]),
            )
            for at in pairing.added
        ),
        *_headings(pairing, old, new, by),
        *(
            change
            for group in pairing.groups
            for change in _row_changes(
                [old.tasks[at] for at in group.old],
                [new.tasks[at] for at in group.new],
                pairing,
                by,
            )
        ),
    ]
    return Check(**keys, changes=changes)


# ---- links ----


def _matches(pairing: Pairing, old: Plan, new: Plan, by: int) -> list[Match]:
    """Return the pairs as links, in document order of the old plan."""
    return [
        _match(old, old.tasks[i], new, new.tasks[j], by, whole=len(group.old) == len(group.new))
        for i, j, group in sorted(_pairs(pairing), key=lambda pair: pair[:2])
    ]


def _pairs(pairing: Pairing) -> Iterator[tuple[int, int, Group]]:
    for group in pairing.groups:
        for i in group.old:
            for j in group.new:
                yield i, j, group


def _match(old: Plan, left: Task, new: Plan, right: Task, by: int, *, whole: bool) -> Match:
    texts = [rolling.roll(f"{left.name}\n{left.content}", by), f"{right.name}\n{right.content}"]
    score = Indel.normalized_similarity(*(wording.key(text) for text in texts))
    return Match(
        left=TaskRef(plan_id=old.plan_id, task_id=left.task_id),
        right=TaskRef(plan_id=new.plan_id, task_id=right.task_id),
        relation="equivalent" if whole else "partial",
        score=round(score, 4),
        evidence=_evidence(left.content, right.content),
        features={},
    )


def _evidence(left: str, right: str) -> list[Evidence]:
    """Return the longest runs that two contents share, as printed in the new one."""
    common = [piece.text for piece in wording.pieces(left, right) if piece.only is None]
    whole = sum(map(len, common))
    longest = sorted(common, key=lambda text: -len(text))[:MOST_EVIDENCE]
    return [
        Evidence(left=text, right=text, weight=round(len(text) / whole, 4))
        for text in longest
        if text in left
    ]


def _rolled(link: Link, old: Plan, new: Plan, by: int) -> Link:
    """Return the link with its targets compared as they stand after the years have moved on."""
    left, right = old.task(link.left.task_id), new.task(link.right.task_id)
    targets = _targets([left], [right], _shift(left, right, by))
    return link.model_copy(update={"targets": targets})


def _verdicts(
    found: list[Match], ruled: list[Match], old: Plan, new: Plan
) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    """Return the pairs that decisions made, and those that they undid."""
    left = {task.task_id: at for at, task in enumerate(old.tasks)}
    right = {task.task_id: at for at, task in enumerate(new.tasks)}

    def place(match: Match) -> tuple[int, int]:
        return left[match.left.task_id], right[match.right.task_id]

    kept = {place(match) for match in ruled}
    return (
        [place(match) for match in ruled if match.decided],
        [place(match) for match in found if place(match) not in kept],
    )


# ---- what differs ----


def _headings(pairing: Pairing, old: Plan, new: Plan, by: int) -> Iterator[Change]:
    """Yield what became of the titles of tables and the names of groups, said once for all rows."""
    titles = [{task.table: task.table_title for task in plan.tasks} for plan in (old, new)]
    for one, other in sorted(pairing.tables.items()):
        change = _words("table_title", rolling.roll(titles[0][one], by), titles[1][other])
        if change and titles[0][one] and titles[1][other]:
            yield _wording([], [], [change])
    renamed: Counter[tuple[str, str]] = Counter()
    names = [
        {wording.key(unnumbered(rolling.roll(task.group or "", years))) for task in plan.tasks}
        for plan, years in ((old, by), (new, 0))
    ]
    for i, j, _ in _pairs(pairing):
        group = rolling.roll(old.tasks[i].group or "", by), new.tasks[j].group or ""
        left, right = (wording.key(unnumbered(name)) for name in group)
        if left and right and left not in names[1] and right not in names[0]:
            renamed[group] += 1
    for (before, after), _ in renamed.items():
        change = _words("group", unnumbered(before), unnumbered(after))
        if change:
            yield _wording([], [], [change])


def _row_changes(old: list[Task], new: list[Task], pairing: Pairing, by: int) -> Iterator[Change]:
    """Yield what differs between rows that carry each other."""
    ids = [task.task_id for task in old], [task.task_id for task in new]
    before, after = _joined(old), _joined(new)
    shift = _shift(before, after, by)
    if shift.by:
        yield Change(kind="rolled_forward", old=ids[0], new=ids[1], detail=_years_words(before, by))
    if len(old) < len(new):
        yield Change(kind="split", old=ids[0], new=ids[1], detail=_ids_words(*ids))
    elif len(old) > len(new):
        yield Change(kind="merged", old=ids[0], new=ids[1], detail=_ids_words(*ids))
    places = {pairing.tables.get(task.table) for task in old}, {task.table for task in new}
    if places[0].isdisjoint(places[1]):
        yield Change(
            kind="moved",
            old=ids[0],
            new=ids[1],
            detail=say("checked.moved", old=_table_words(old[0]), new=_table_words(new[0])),
        )
    targets = [change for change in _targets(old, new, shift) if change.change != "same"]
    if targets:
        detail = "；".join(map(_target_words, targets))
        yield Change(kind="target", old=ids[0], new=ids[1], detail=detail, targets=targets)
    owners = _owner_words(before.owners, after.owners)
    if owners:
        yield Change(
            kind="owners",
            old=ids[0],
            new=ids[1],
            detail=owners,
            owners=compare_owners(before.owners, after.owners),
        )
    several = len(old) != len(new)
    words = list(_row_words_changed(before, after, targets, shift, several=several))
    if words:
        yield _wording(*ids, words)


def _joined(tasks: list[Task]) -> Task:
    """Return several rows as one, their texts in order."""
    if len(tasks) == 1:
        return tasks[0]
    return tasks[0].model_copy(
        update={
            "content": "".join(task.content for task in tasks),
            "targets": [target for task in tasks for target in task.targets],
            "owners": [owner for task in tasks for owner in task.owners],
        }
    )


def _cells(task: Task) -> dict[Cell, str]:
    return {
        "name": unnumbered(task.name),
        "content": task.content,
        "deadline": task.deadline_text,
        "remark": task.remark,
    }


def _shift(before: Task, after: Task, by: int) -> rolling.Shift:
    """Return how the row's years have moved: as the plan's, but for those in names, or not at all."""
    left, right = "\n".join(_cells(before).values()), "\n".join(_cells(after).values())
    shifts = rolling.Shift(), rolling.Shift(by), rolling.Shift(by, named=False)
    texts = {shift.text(left): shift for shift in reversed(shifts)}
    if len(texts) == 1:
        return shifts[0]
    new = [token.text for token in wording.tokens(right)]

    def apart(text: str) -> int:
        return Indel.distance([token.text for token in wording.tokens(text)], new)

    return texts[min(reversed(texts), key=apart)]


def _row_words_changed(
    before: Task, after: Task, targets: list[TargetChange], shift: rolling.Shift, *, several: bool
) -> Iterator[WordChange]:
    """Yield the cells whose words differ by more than the figures of the targets said already."""
    cells, now = _cells(before), _cells(after)
    for cell, text in cells.items():
        if several and cell != "content":
            continue
        text = shift.text(text)
        if cell == "content" and _is_said(text, now[cell], targets, shift):
            continue
        if change := _words(cell, text, now[cell]):
            yield change


def _words(
    cell: Literal["name", "content", "deadline", "remark", "table_title", "group"],
    old: str,
    new: str,
) -> WordChange | None:
    if wording.key(old) == wording.key(new):
        return None
    return WordChange(
        field=cell,
        pieces=[WordPiece(text=piece.text, only=piece.only) for piece in wording.pieces(old, new)],
    )


# ---- targets ----


def _targets(old: list[Task], new: list[Task], shift: rolling.Shift) -> list[TargetChange]:
    """Return how the targets differ, the years of the old ones moved on.

    Most targets of a row stand as they stood; these are paired first, so that the others are
    compared among themselves.
    """
    printed = [target for task in old for target in task.targets]
    rolled = [shift.target(target) for target in printed]
    origin = {id(one): other for one, other in zip(rolled, printed, strict=True)}
    fresh = [target for task in new for target in task.targets]
    said: list[TargetChange] = []
    for name in (True, False):
        # Second, whatever the subject is called now: its words are the wording's matter.
        for target in list(rolled):
            same = next((one for one in fresh if _is_same(target, one, name=name)), None)
            if same is not None:
                rolled.remove(target)
                fresh.remove(same)
                said.append(
                    TargetChange(
                        subject=same.subject, left=origin[id(target)], right=same, change="same"
                    )
                )
        if name:
            met = compare_targets(rolled, fresh)
            for change in met:
                if change.left is not None and change.right is not None:
                    rolled = [one for one in rolled if one is not change.left]
                    fresh = [one for one in fresh if one is not change.right]
                    said.append(change.model_copy(update={"left": origin[id(change.left)]}))
    while rolled and fresh and len(rolled) == len(fresh):
        # As many left on both sides: the same places of the text.
        left, right = rolled.pop(0), fresh.pop(0)
        (change,) = compare_targets([left], [right.model_copy(update={"subject": left.subject})])[
            :1
        ]
        said.append(change.model_copy(update={"left": origin[id(left)], "right": right}))
    said += compare_targets([origin[id(one)] for one in rolled], [])
    said += compare_targets([], fresh)
    return said


def _is_same(one: Target, other: Target, *, name: bool) -> bool:
    return (one.direction, one.value, one.unit, one.baseline) == (
        other.direction,
        other.value,
        other.unit,
        other.baseline,
    ) and (not name or wording.key(one.subject) == wording.key(other.subject))


class _Span(NamedTuple):
    low: int
    high: int


_AMOUNT = frozenset(
    "每年半季度月周日次以上下内不低于少超过至达到控制在之降升减增长较同比约近各均全覆盖清零"
)
"""Characters in which an amount is said, beside its figure."""


def _is_said(old: str, new: str, targets: list[TargetChange], shift: rolling.Shift) -> bool:
    """Whether two contents differ by nothing but the amounts of the targets given."""
    spans = (
        [
            span
            for change in targets
            if change.left is not None
            for span in _amounts(old, shift.target(change.left))
        ],
        [
            span
            for change in targets
            if change.right is not None
            for span in _amounts(new, change.right)
        ],
    )
    return all(
        any(low <= token.start and token.end <= high for low, high in spans[side])
        and (token.is_number or all(character in allowed for character in token.text))
        for difference in wording.differences(old, new)
        for side, found in enumerate((difference.old, difference.new))
        for token in found
        for allowed in (_allowed(targets),)
    )


def _allowed(targets: list[TargetChange]) -> frozenset[str]:
    sides = [side for change in targets for side in (change.left, change.right) if side]
    return _AMOUNT.union(*(f"{side.unit}{side.baseline or ''}‰%≤≥<>" for side in sides))


def _amounts(text: str, target: Target) -> list[_Span]:
    """Return where a target stands in a text, without its subject."""
    low = text.find(target.text)
    if low < 0:
        return []
    high = low + len(target.text)
    at = text.find(target.subject, low, high)
    if at < 0:
        return [_Span(low, high)]
    return [_Span(low, at), _Span(at + len(target.subject), high)]


# ---- owners ----


def _owner_words(old: list[Owner], new: list[Owner]) -> str:
    """Return how the bodies that answer differ; empty where they do not, whatever their order."""
    change = compare_owners(old, new)
    words = []
    if change.only_left:
        words.append(f"－{'、'.join(change.only_left)}")
    if change.only_right:
        words.append(f"＋{'、'.join(change.only_right)}")
    leads = [[one.name for one in side if one.role == "lead"] for side in (old, new)]
    if set(leads[0]) != set(leads[1]) and _role_changed(change, leads):
        none = say("change.none")
        sides = ["、".join(dict.fromkeys(side)) or none for side in leads]
        words.append(say("checked.lead", old=sides[0], new=sides[1]))
    scopes = [{one.name: one.scope for one in side} for side in (old, new)]
    for name in change.shared:
        before, after = scopes[0][name], scopes[1][name]
        if before != after:
            words.append(
                say(
                    "checked.scope",
                    body=name,
                    old=say(f"check_scope.{before or 'none'}"),
                    new=say(f"check_scope.{after or 'none'}"),
                )
            )
    ends = [any(one.open_ended for one in side) for side in (old, new)]
    if ends[0] != ends[1] and old and new:
        words.append(say("checked.open" if ends[1] else "checked.closed"))
    return "；".join(words)


def _role_changed(change: OwnerChange, leads: list[list[str]]) -> bool:
    """Whether a body leads now, or leads no longer, other than by a column that came or went."""
    return change.lead_changed or all(leads)


# ---- in words ----


def _wording(old: list[str], new: list[str], words: list[WordChange]) -> Change:
    detail = "；".join(
        f"{say(f'check_cell.{change.field}')}：{_excerpt(change.pieces)}" for change in words
    )
    return Change(kind="wording", old=old, new=new, detail=detail, words=words)


def _excerpt(pieces: list[WordPiece]) -> str:
    """Return the differences with a few words around each."""
    said = []
    for at, piece in enumerate(pieces):
        if piece.only is not None:
            said.append(f"［{'－' if piece.only == 'old' else '＋'}{piece.text}］")
            continue
        first, last = at == 0, at == len(pieces) - 1
        keep = CONTEXT * (2 - first - last)
        if len(piece.text) <= keep + 1:
            said.append(piece.text)
        else:
            head = "" if first else piece.text[:CONTEXT]
            tail = "" if last else piece.text[-CONTEXT:]
            said.append(f"{head}…{tail}")
    return "".join(said)


def _target_words(change: TargetChange) -> str:
    """Return one target's change; the contract's word for it stands in any language."""
    none = say("change.none")
    sides = [
        _printed(side, change.subject) if side else none for side in (change.left, change.right)
    ]
    word = say(f"change.{change.change}")
    code = "" if word == change.change else f"（{change.change}）"
    return f"{word}{code}·{change.subject}：{sides[0]} → {sides[1]}"


def _printed(target: Target, subject: str) -> str:
    """Return a target's span without the subject said before it."""
    return target.text.removeprefix(subject) or target.text


def _row_words(task: Task) -> str:
    return say("checked.row", name=unnumbered(task.name), content=task.content)


def _table_words(task: Task) -> str:
    return say("checked.table", number=task.table, title=task.table_title).rstrip()


def _ids_words(old: list[str], new: list[str]) -> str:
    return f"{'、'.join(old)} → {'、'.join(new)}"


def _years_words(task: Task, by: int) -> str:
    named = dict.fromkeys(year for text in _cells(task).values() for year in rolling.years(text))
    if not named:
        return say("checked.rolled")
    return "、".join(f"{year}年 → {year + by}年" for year in named)
