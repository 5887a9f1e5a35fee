"""How a target, an owner and a change are said to an analyst, in the language in force."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from safeplan.links import SURE, Match
from safeplan.messages import say
from safeplan.models import (
    DueChange,
    Link,
    Number,
    Owner,
    OwnerChange,
    Plan,
    Source,
    Target,
    TargetChange,
    Task,
    TaskRef,
)

SIGNS: dict[str, str] = {
    "same": "＝",
    "tighter": "▲",
    "looser": "▼",
    "more": "△",
    "less": "▽",
    "different": "≠",
    "added": "＋",
    "dropped": "－",
}


CHANGES = (*SIGNS, "doubtful", "outcome", "due", "owners")
"""What a link can differ in, in the order in which it is listed."""


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
    value = value_words(target.value)
    if target.unit == "ratio" and isinstance(target.value, float | int) and 0 < target.value < 1:
        value = f"1:{value_words(1 / target.value)}"
    baseline = f"（{target.baseline}）" if target.baseline else ""
    return f"{sign}{value}{unit}{baseline}"


def value_words(value: Number | tuple[Number, Number] | None) -> str:
    """Return a value: `10`, `1–2`, empty where there is none."""
    values = value if isinstance(value, tuple) else [] if value is None else [value]
    return "–".join(f"{part:.10g}" for part in values)


def is_doubtful(link: Link) -> bool:
    """Tell whether an analyst would not sign that the two records are one; a verdict of one does."""
    return link.decided is None and link.score < SURE


def doubt_words(link: Link, lang: str | None = None) -> str:
    """Return how a doubtful link is marked: `？存疑 0.62`; empty where it is none."""
    return say("change.doubtful", lang, score=f"{link.score:.2f}") if is_doubtful(link) else ""


ORDERED = ("tighter", "looser", "more", "less")
"""The changes that say that one side asks more."""


def change_kind(change: TargetChange, link: Link) -> str:
    """Return what a change is on its link: where that is doubtful, nobody is said to ask more."""
    return "doubtful" if change.change in ORDERED and is_doubtful(link) else change.change


def kind_words(kind: str, lang: str | None = None) -> str:
    """Return what a kind of change is called: `▲加码`, `≠责任单位不同`."""
    if kind in SIGNS:
        return SIGNS[kind] + say(f"change.{kind}", lang)
    if kind == "doubtful":
        return "？" + say("change.unsaid", lang)
    return SIGNS["different"] + say(f"kind.{kind}", lang)


def change_words(
    change: TargetChange, lang: str | None = None, kind: str = "", amounts: bool = True
) -> str:
    """Return one change with its sign: `▲加码·火灾起数：↓5%（2024年） → ↓10%（2024年）`.

    Args:
        change: the change.
        lang: the language; the one in force where None.
        kind: what it is on its link; the change's own where there is none.
        amounts: whether to say what the sides ask.
    """
    kind = kind or change.change
    said = kind_words(kind, lang)
    if kind == "different" and change.reason:
        why = say("change.different_because", lang, reason=reason_words(change, lang))
        said = SIGNS[kind] + why
    left, right = (amount_words(one) if one else "" for one in (change.left, change.right))
    both = change.left and change.right and kind != "same"
    asked = f"{left} → {right}" if both else left or right
    return f"{said}·{change.subject}：{asked if amounts else ''}"


def reason_words(change: TargetChange, lang: str | None = None) -> str:
    """Return why two targets cannot be compared: `基准：2024年 与 2023年`; empty where unsaid."""
    if change.left is None or change.right is None or change.reason is None:
        return ""
    key = change.reason if change.reason in ("baseline", "unit") else ""
    left, right = (
        getattr(one, key, "") or say("change.none", lang) for one in (change.left, change.right)
    )
    return say(f"reason.{change.reason}", lang, left=left, right=right)


def told(
    link: Link, lang: str | None = None, tasks: Mapping[Place, Task] | None = None
) -> list[tuple[str, str]]:
    """Return what there is to say of a link: its kind, its words.

    Targets come first, then states and deadlines; of tasks that are given also the bodies.
    """
    kinds = [change_kind(change, link) for change in link.targets]
    said = [
        (kind, change_words(change, lang, kind))
        for kind, change in zip(kinds, link.targets, strict=True)
    ]
    said += [("outcome", outcome_words(link, lang)), ("due", due_words(link.due, lang))]
    if tasks is not None:
        named = (bool(tasks[one].owners) for one in sides(link))
        said += [("owners", words) for words in owner_words(link.owners, *named)]
    return [(kind, words) for kind, words in said if words]


def outcome_words(link: Link, lang: str | None = None) -> str:
    """Return how the states asked for differ, empty where they do not.

    A state that only one side asks for may be about a document that the other does not name.
    """
    pair = link.outcome
    if pair is None or not pair.left or not pair.right or pair.left == pair.right:
        return ""
    return say("change.outcome", lang, left=pair.left, right=pair.right)


def due_words(due: DueChange | None, lang: str | None = None) -> str:
    """Return how the deadlines differ: `◷提前·2025年10月底前 → 8月底前`; empty where they do not.

    A deadline that only one side prints tells nothing of the other's.
    """
    if due is None or due.left is None or due.right is None or due.change == "same":
        return ""
    return say(f"due_change.{due.change}", lang, left=due.left.text, right=due.right.text)


Place = tuple[str, str]
"""A record: its plan and its id."""


def place(ref: TaskRef) -> Place:
    """Return which record a reference names."""
    return ref.plan_id, ref.task_id


def sides(link: Link | Match) -> tuple[Place, Place]:
    """Return which records a link joins."""
    return place(link.left), place(link.right)


def tasks_of(plans: Iterable[Plan]) -> dict[Place, Task]:
    """Return the tasks of plans by plan and id."""
    return {(plan.plan_id, task.task_id): task for plan in plans for task in plan.tasks}


def short_names(plans: Sequence[Plan]) -> dict[str, str]:
    """Return what each plan is called in a heading: its place where that is enough, else its id."""
    places = Counter(plan.region.name for plan in plans)
    return {
        plan.plan_id: plan.region.name if places[plan.region.name] == 1 else plan.plan_id
        for plan in plans
    }


def source_words(source: Source, lang: str | None = None) -> str:
    """Return where a record stands in its document: `第123–126行`, `第4页`, `表2第5行`."""
    if source.lines:
        first, last = source.lines
        lines = str(first) if first == last else f"{first}–{last}"
        return say("source.lines", lang, lines=lines)
    parts = [say("source.page", lang, page=source.page)] if source.page else []
    if source.table and source.row:
        parts.append(say("source.row", lang, table=source.table, row=source.row))
    return " ".join(parts)


def owner_names(owners: Iterable[Owner], role: str = "") -> list[str]:
    """Return the canonical names of one role or of all, each once, in the order printed."""
    return list(dict.fromkeys(owner.name for owner in owners if role in ("", owner.role)))


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
    only = (("dropped", change.only_left), ("added", change.only_right))
    if named := [SIGNS[sign] + "、".join(names) for sign, names in only if names]:
        words.append(say("change.owners", sides=" ".join(named)))
    return words + [say("change.renamed", left=one, right=other) for one, other in change.renamed]


def owners_differ(owners: OwnerChange) -> bool:
    """Tell whether two sides name different bodies, or other leads."""
    return bool(owners.only_left or owners.only_right or owners.lead_changed)


def differs(link: Link) -> bool:
    """Tell whether anything of a link differs that an analyst answers for."""
    return (
        any(change.change != "same" for change in link.targets)
        or owners_differ(link.owners)
        or bool(outcome_words(link) or due_words(link.due))
    )


NAMED = 5
"""Names listed where there are many; of more only how many there are."""


def some_of(names: Sequence[str], most: int = NAMED) -> str:
    """Return names, and of many the first and how many: `忠县、南岸等 12 个`."""
    said = "、".join(names[:most])
    return say("words.some_of", names=said, count=len(names)) if len(names) > most else said


def first_of(texts: Sequence[str], between: str, most: int = 4) -> str:
    """Return the first of some texts, and how many more there are."""
    said = between.join(texts[:most])
    return said + say("checked.rest", count=len(texts) - most) if len(texts) > most else said
