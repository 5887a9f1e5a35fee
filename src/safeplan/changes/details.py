"""A change of a check in words: the contract's `detail`, in Chinese, and for people in their own.

What programs read is codes and the documents' own words; this is the sentence beside them.
"""

from __future__ import annotations

from collections.abc import Sequence

from safeplan.changes import rolling
from safeplan.changes.comparing import leads_of
from safeplan.changes.succeeding import untitled
from safeplan.messages import say
from safeplan.models import Change, Owner, OwnerChange, TargetChange, Task, WordPiece
from safeplan.text.numbering import unnumbered

CONTEXT = 6
"""Characters beside a difference that tell where it stands."""


def detail(
    change: Change, before: Sequence[Task], after: Sequence[Task], by: int, lang: str | None = "zh"
) -> str:
    """Return what a change says.

    Args:
        change: the change; its own `detail` is not read.
        before: its old tasks.
        after: its new tasks.
        by: the years between the two plans.
        lang: the language; the one in force where None.
    """
    match change.kind:
        case "added" | "dropped":
            return "；".join(_row(task, lang) for task in (*before, *after))
        case "rolled_forward":
            task = before[0]
            said = f"{task.name}\n{task.content}\n{task.deadline_text}\n{task.remark}"
            named = [f"{year}年 → {year + by}年" for year in dict.fromkeys(rolling.years(said))]
            return "、".join(named) or say("checked.rolled", lang)
        case "split" | "merged":
            several = before if len(before) > 1 else after
            words = _words(change, lang) or "；".join(_row(task, lang) for task in several)
            ids = f"{'、'.join(change.old)} → {'、'.join(change.new)}"
            return "；".join(filter(None, (ids, words)))
        case "moved":
            places = [_place(tasks[0], lang) for tasks in (before, after)]
            return say("checked.moved", lang, old=places[0], new=places[1])
        case "target":
            return "；".join(_target(one, lang) for one in change.targets)
        case "deadline":
            dues = (change.due.left, change.due.right) if change.due else ()
            return " → ".join(due.text if due else say("change.none", lang) for due in dues)
        case "owners":
            assert change.owners is not None
            owners = [[one for task in tasks for one in task.owners] for tasks in (before, after)]
            return owners_words(change.owners, owners[0], owners[1], lang)
        case "wording":
            return _words(change, lang)


def _row(task: Task, lang: str | None) -> str:
    return say("checked.row", lang, name=unnumbered(task.name), content=untitled(task))


def _place(task: Task, lang: str | None) -> str:
    """Return where a row stands: its table, or the heading of prose."""
    place = "table" if task.table else task.part
    return say(f"checked.{place}", lang, number=task.table, title=task.table_title).rstrip()


def _target(change: TargetChange, lang: str | None) -> str:
    """Return one target's change; the contract's word for it stands in any language."""
    sides = change.left, change.right
    # The span without the subject said before it.
    old, new = (
        (side.text.removeprefix(change.subject) or side.text) if side else say("change.none", lang)
        for side in sides
    )
    word = say(f"change.{change.change}", lang)
    code = "" if word == change.change else f"（{change.change}）"
    # Both years are measured against one and the same year.
    baselines = {side.baseline if side else None for side in sides}
    if change.reason == "baseline" and len(baselines) == 1 and None not in baselines:
        code += say("checked.baseline", lang)
    return f"{word}{code}·{change.subject}：{old} → {new}"


def owners_words(
    change: OwnerChange, old: Sequence[Owner], new: Sequence[Owner], lang: str | None
) -> str:
    """Return how the bodies that answer differ; empty where they do not, whatever their order."""
    words = [
        f"{sign}{'、'.join(names)}"
        for sign, names in (("－", change.only_left), ("＋", change.only_right))
        if names
    ]
    words += [
        say("checked.renamed", lang, old=before, new=after) for before, after in change.renamed
    ]
    if change.lead_changed:
        sides = ["、".join(leads_of(side)) or say("change.none", lang) for side in (old, new)]
        words.append(say("checked.lead", lang, old=sides[0], new=sides[1]))
    # Whether all (各) or some (有关) of each body answer.
    before, after = ({one.name: one.scope or "none" for one in side} for side in (old, new))
    for name in change.shared:
        if name in before and name in after and before[name] != after[name]:
            scopes = [say(f"check_scope.{side[name]}", lang) for side in (before, after)]
            words.append(say("checked.scope", lang, body=name, old=scopes[0], new=scopes[1]))
    ends = [any(one.open_ended for one in side) for side in (old, new)]
    if ends[0] != ends[1] and old and new:
        words.append(say("checked.open" if ends[1] else "checked.closed", lang))
    return "；".join(words)


def _words(change: Change, lang: str | None) -> str:
    return "；".join(
        f"{say(f'check_cell.{one.field}', lang)}：{_excerpt(one.pieces)}" for one in change.words
    )


def _excerpt(pieces: list[WordPiece]) -> str:
    """Return the differences with a few words around each."""
    said = []
    for at, piece in enumerate(pieces):
        before, after = CONTEXT * (at > 0), CONTEXT * (at < len(pieces) - 1)
        if piece.only is not None:
            said.append(f"［{'－' if piece.only == 'old' else '＋'}{piece.text}］")
        elif len(piece.text) <= before + after + 1:
            said.append(piece.text)
        else:
            said.append(f"{piece.text[:before]}…{piece.text[len(piece.text) - after :]}")
    return "".join(said)
