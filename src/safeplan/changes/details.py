"""A change of a check in words: the contract's `detail`, in Chinese, and for people in their own.

What programs read is codes and the documents' own words; this is the sentence beside them.
"""

from __future__ import annotations

from collections.abc import Sequence

from safeplan.changes import rolling
from safeplan.changes.owner_changes import leads_of, scopes_of
from safeplan.changes.succeeding import untitled
from safeplan.messages import say
from safeplan.models import Change, Due, Owner, OwnerChange, Target, TargetChange, Task, WordPiece
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
            return _years(before[0], by, lang)
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
            assert change.due is not None
            return due_words(change.due.left, change.due.right, lang)
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
    if task.table:
        return say("checked.table", lang, number=task.table, title=task.table_title).rstrip()
    return say(f"checked.{task.part}", lang, title=task.table_title).rstrip()


def _years(task: Task, by: int, lang: str | None) -> str:
    texts = (task.name, task.content, task.deadline_text, task.remark)
    named = dict.fromkeys(year for text in texts for year in rolling.years(text))
    if not named:
        return say("checked.rolled", lang)
    return "、".join(f"{year}年 → {year + by}年" for year in named)


def due_words(left: Due | None, right: Due | None, lang: str | None = None) -> str:
    """Return two deadlines as printed: 2025年10月底前 → 2026年8月底前."""
    none = say("change.none", lang)
    return f"{left.text if left else none} → {right.text if right else none}"


# ---- targets ----


def _target(change: TargetChange, lang: str | None) -> str:
    """Return one target's change; the contract's word for it stands in any language."""
    none = say("change.none", lang)
    sides = [
        _printed(side, change.subject) if side else none for side in (change.left, change.right)
    ]
    word = say(f"change.{change.change}", lang)
    code = "" if word == change.change else f"（{change.change}）"
    if change.reason == "baseline" and _stands(change):
        code += say("checked.baseline", lang)
    return f"{word}{code}·{change.subject}：{sides[0]} → {sides[1]}"


def _stands(change: TargetChange) -> bool:
    """Whether both years are measured against one and the same year."""
    return bool(
        change.left and change.right and change.left.baseline == change.right.baseline is not None
    )


def _printed(target: Target, subject: str) -> str:
    """Return a target's span without the subject said before it."""
    return target.text.removeprefix(subject) or target.text


# ---- owners ----


def owners_words(
    change: OwnerChange, old: Sequence[Owner], new: Sequence[Owner], lang: str | None
) -> str:
    """Return how the bodies that answer differ; empty where they do not, whatever their order."""
    words = []
    if change.only_left:
        words.append(f"－{'、'.join(change.only_left)}")
    if change.only_right:
        words.append(f"＋{'、'.join(change.only_right)}")
    words += [
        say("checked.renamed", lang, old=before, new=after) for before, after in change.renamed
    ]
    if change.lead_changed:
        none = say("change.none", lang)
        sides = ["、".join(leads_of(side)) or none for side in (old, new)]
        words.append(say("checked.lead", lang, old=sides[0], new=sides[1]))
    scopes = scopes_of(old), scopes_of(new)
    for name in change.shared:
        if name in scopes[0] and name in scopes[1] and scopes[0][name] != scopes[1][name]:
            words.append(
                say(
                    "checked.scope",
                    lang,
                    body=name,
                    old=say(f"check_scope.{scopes[0][name] or 'none'}", lang),
                    new=say(f"check_scope.{scopes[1][name] or 'none'}", lang),
                )
            )
    ends = [any(one.open_ended for one in side) for side in (old, new)]
    if ends[0] != ends[1] and old and new:
        words.append(say("checked.open" if ends[1] else "checked.closed", lang))
    return "；".join(words)


# ---- words ----


def _words(change: Change, lang: str | None) -> str:
    return "；".join(
        f"{say(f'check_cell.{one.field}', lang)}：{_excerpt(one.pieces)}" for one in change.words
    )


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
