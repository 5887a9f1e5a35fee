"""How a target, an owner and a change are said to an analyst, in the language in force."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from safeplan.messages import say
from safeplan.models import Link, Owner, OwnerChange, Plan, Source, Target, TargetChange

SIGNS: dict[str, str] = {
    "same": "＝",
    "tighter": "▲",
    "looser": "▼",
    "different": "≠",
    "added": "＋",
    "dropped": "－",
}


def target_words(target: Target) -> str:
    """Return a target as printed, led by its subject where the span read does not name it.

    >>> target_words(Target(subject="火灾起数", direction="decrease", value=10, unit="%",
    ...     baseline="2024年", text="较2024年下降10%"))
    '火灾起数：较2024年下降10%'
    """
    return target.text if target.subject in target.text else f"{target.subject}：{target.text}"


def amount_words(target: Target) -> str:
    """Return the amount alone: `≥97%`, `↓10%（2024年）`, `1–2公里`.

    >>> amount_words(Target(subject="隐患发现率", direction="ge", value=30, unit="%", text="30%以上"))
    '≥30%'
    """
    sign = {"eq": "", "ge": "≥", "le": "≤", "decrease": "↓", "increase": "↑"}[target.direction]
    unit = "" if target.unit == "ratio" else target.unit
    if isinstance(target.value, tuple):
        value = "–".join(_number(part) for part in target.value)
    elif target.value is None:
        value = ""
    elif target.unit == "ratio" and 0 < target.value < 1:
        value = f"1:{_number(1 / target.value)}"
    else:
        value = _number(target.value)
    baseline = f"（{target.baseline}）" if target.baseline else ""
    return f"{sign}{value}{unit}{baseline}"


def _number(value: float) -> str:
    return f"{value:.10g}"


def change_words(change: TargetChange) -> str:
    """Return one change with its sign: `▲加码·火灾起数：↓5%（2024年） → ↓10%（2024年）`."""
    word = say(f"change.{change.change}")
    if change.change == "different":
        word = say("change.different_because", reason=reason_words(change))
    left = amount_words(change.left) if change.left else ""
    right = amount_words(change.right) if change.right else ""
    if change.change == "same":
        amounts = left
    elif change.left and change.right:
        amounts = f"{left} → {right}"
    else:
        amounts = left or right
    return f"{SIGNS[change.change]}{word}·{change.subject}：{amounts}"


def reason_words(change: TargetChange) -> str:
    """Return why two targets cannot be compared: `基准：2024年 与 2023年`."""
    left, right = change.left, change.right
    assert left is not None
    assert right is not None
    sides = {
        "baseline": (left.baseline, right.baseline),
        "unit": (left.unit, right.unit),
        "subject": (left.subject, right.subject),
        "direction": (say(f"direction.{left.direction}"), say(f"direction.{right.direction}")),
    }.get(change.reason or "", ("", ""))
    none = say("change.none")
    return say(f"reason.{change.reason or 'unit'}", left=sides[0] or none, right=sides[1] or none)


def changes_words(changes: Iterable[TargetChange]) -> str:
    """Return all changes of a link in one text cell."""
    return "；".join(change_words(change) for change in changes)


def outcome_words(link: Link) -> str:
    """Return how the states asked for differ, empty where they do not.

    A state that only one side asks for may be about a document that the other does not name.
    """
    pair = link.outcome
    if pair is None or not pair.left or not pair.right or pair.left == pair.right:
        return ""
    return say("change.outcome", left=pair.left, right=pair.right)


def short_names(plans: Sequence[Plan]) -> dict[str, str]:
    """Return what each plan is called in a heading: its place where that is enough, else its id."""
    places = Counter(plan.region.name for plan in plans)
    return {
        plan.plan_id: plan.region.name if places[plan.region.name] == 1 else plan.plan_id
        for plan in plans
    }


def source_words(source: Source) -> str:
    """Return where a record stands in its document: `第123–126行`, `第4页`, `表2第5行`."""
    if source.lines:
        first, last = source.lines
        return say("source.lines", lines=str(first) if first == last else f"{first}–{last}")
    parts = [say("source.page", page=source.page)] if source.page else []
    if source.table and source.row:
        parts.append(say("source.row", table=source.table, row=source.row))
    return " ".join(parts)


def owner_names(owners: Iterable[Owner], role: str) -> list[str]:
    """Return the canonical names of one role, each once, in the order printed."""
    return list(dict.fromkeys(owner.name for owner in owners if owner.role == role))


def owner_words(change: OwnerChange, left: bool = True, right: bool = True) -> list[str]:
    """Return how the bodies differ: `≠责任单位：－城市管理局 ＋水利局、林业局`.

    Args:
        change: the change.
        left: whether the left record names any body; where it names none its cell was lost or
            empty, and every body of the other side would look like news.
        right: the same of the right record.
    """
    if not (left and right):
        return [say("change.owners_missing")] if left or right else []
    words = [say("change.lead")] if change.lead_changed else []
    if change.only_left or change.only_right:
        sides = [
            f"{SIGNS[sign]}{'、'.join(names)}"
            for sign, names in (("dropped", change.only_left), ("added", change.only_right))
            if names
        ]
        words.append(say("change.owners", sides=" ".join(sides)))
    return words


def owners_differ(owners: OwnerChange) -> bool:
    """Tell whether two sides name different bodies, or other leads."""
    return bool(owners.only_left or owners.only_right or owners.lead_changed)


def differs(link: Link) -> bool:
    """Tell whether anything of a link differs that an analyst answers for."""
    return (
        any(change.change != "same" for change in link.targets)
        or owners_differ(link.owners)
        or bool(outcome_words(link))
    )
