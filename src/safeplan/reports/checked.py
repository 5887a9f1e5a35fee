"""What a check shows: first how many of what, then each change with its place in both plans."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from safeplan.changes import rolling
from safeplan.changes.details import detail
from safeplan.messages import say
from safeplan.models import Change, ChangeKind, Check, CheckKind, Plan, Target, Task, WordChange
from safeplan.reports.phrasing import SIGNS, amount_words, change_words, first_of, source_words
from safeplan.reports.result_sheets import Cell, Mark, Rows, Run, Sheet, columns, in_turn

ORDER: tuple[CheckKind, ...] = (
    *("added", "dropped", "target", "deadline", "owners", "wording", "moved", "split", "merged"),
    "rolled_forward",
)
_ALWAYS = 6
"""So many counts are said even where they are 0: added, dropped, tighter, looser, due, reassigned."""
_MARKS: dict[ChangeKind, Mark] = {
    "tighter": "tighter",
    "looser": "looser",
    "added": "",  # a new text is printed in signs of its own
    "dropped": "dim",
}


def has_changes(checked: Check) -> bool:
    """Tell whether anything but the years differs."""
    return any(change.kind != "rolled_forward" for change in checked.changes)


def check_sheets(checked: Check, new: Plan, old: Plan) -> list[Sheet]:
    """Return the summary and the details of a check of this year's plan against last year's."""
    return [_summary(checked, new, old), _details(checked, new, old)]


# --- how many of what -------------------------------------------------------------------------


def _summary(checked: Check, new: Plan, old: Plan) -> Sheet:
    """Return how many of what, and the first of them by name and figure."""
    after, before = new.tasks_of("all"), old.tasks_of("all")
    names = {task.task_id: task.name for task in (*before, *after)}
    rows: list[list[Cell]] = []
    for at, (label, changes, strictness) in enumerate(_counted(checked)):
        if changes or at < _ALWAYS:
            gists = [_gist(change, names, strictness) for change in changes]
            rows.append([label, str(len(changes)), first_of(gists, "；")])
    touched = {
        task_id
        for change in checked.changes
        if change.kind != "rolled_forward"
        for task_id in change.new
    }
    unchanged = sum(task.task_id not in touched for task in after)
    said = say("checked.rows", old=len(before), new=len(after))
    rows.append([say("checked.unchanged"), str(unchanged), said])
    title = say("checked.title", new=checked.plans[1], old=checked.plans[0])
    return Sheet(title, columns("change count# first:3"), rows)


def _counted(checked: Check) -> Iterable[tuple[str, list[Change], str]]:
    """Yield each kind of change by its word, with its changes; those of targets by strictness."""
    others: list[Change] = []
    for kind in ORDER:
        changes = [change for change in checked.changes if change.kind == kind]
        if kind != "target":
            yield say(f"check_kind.{kind}"), changes, ""
            continue
        for strictness in ("tighter", "looser"):
            some = [one for one in changes if _has(one, strictness)]
            yield f"{SIGNS[strictness]}{say(f'change.{strictness}')}", some, strictness
        others = [one for one in changes if not (_has(one, "tighter") or _has(one, "looser"))]
    yield say("checked.other_target"), others, ""


def _has(change: Change, strictness: str) -> bool:
    return any(target.change == strictness for target in change.targets)


def _gist(change: Change, names: dict[str, str], strictness: str) -> str:
    """Return a change in a few words: what was renamed, the figures, or the record's name."""
    records = change.new or change.old
    if not records:  # a heading of several records
        now = ((one.field, [p.text for p in one.pieces if p.only != "old"]) for one in change.words)
        return "；".join(f"{say(f'check_cell.{field}')}“{''.join(text)}”" for field, text in now)
    figures = [
        f"{target.subject} {_asked(target.left)} → {_asked(target.right)}"
        for target in change.targets
        if strictness in ("", target.change)
    ]
    said = figures or dict.fromkeys(names[task_id] for task_id in records)
    return f"{'，'.join(said)} {'+'.join(records)}"


def _asked(target: Target | None) -> str:
    return amount_words(target) if target else say("change.none")


# --- each change ------------------------------------------------------------------------------

_Sides = tuple[Change, list[Task], list[Task]]
"""A change, its records in the old plan and in the new one."""


def _sides(checked: Check, new: Plan, old: Plan) -> Iterable[_Sides]:
    before, after = ({task.task_id: task for task in plan.tasks_of("all")} for plan in (old, new))
    for change in checked.changes:
        yield change, [before[one] for one in change.old], [after[one] for one in change.new]


def _names(before: Sequence[Task], after: Sequence[Task], between: str) -> str:
    return between.join(dict.fromkeys(task.name for task in after or before))


def _details(checked: Check, new: Plan, old: Plan) -> Sheet:
    by = rolling.distance(old, new)
    rows: list[list[Cell]] = [
        [
            say(f"check_kind.{change.kind}"),
            _places(before),
            _places(after),
            _names(before, after, "\n"),
            _detail(change, before, after, by),
        ]
        for change, before, after in sorted(
            _sides(checked, new, old), key=lambda sides: ORDER.index(sides[0].kind)
        )
    ]
    listed = columns("kind old new name:3 detail:9")
    return Sheet(say("checked.details"), listed, rows, note=say("checked.note"))


def _places(tasks: Sequence[Task]) -> str:
    """Return where rows stand: id and lines, a row a line."""
    return "\n".join(f"{task.task_id} {source_words(task.source)}" for task in tasks)


def _detail(change: Change, before: Sequence[Task], after: Sequence[Task], by: int) -> Cell:
    """Return what a change says, in the language in force; `by`: the years between the plans."""
    match change.kind:
        case "added":
            return [Run(task.content, "new") for task in after]
        case "dropped":
            return [Run(task.content, "old") for task in before]
        case "target":
            return _target_runs(change)
        case "wording":
            return _word_runs(change.words)
        case "rolled_forward":
            return [Run(detail(change, before, after, by, None), "dim")]
        case "split" | "merged" if change.words:
            ids = f"{'、'.join(change.old)} → {'、'.join(change.new)}"
            return [Run(ids, "dim"), Run("\n"), *_word_runs(change.words)]
        case _:
            return detail(change, before, after, by, None)


def _target_runs(change: Change) -> list[Run]:
    parts: list[list[Run]] = []
    for target in change.targets:
        head = change_words(target, amounts=False)
        sides = Run(_asked(target.left), "old"), Run(_asked(target.right), "new")
        parts.append([Run(head, _MARKS.get(target.change, "doubt")), *sides])
    return in_turn(parts, Run("；"))


def _word_runs(words: Sequence[WordChange]) -> list[Run]:
    parts: list[list[Run]] = []
    for change in words:
        cell = say(f"check_cell.{change.field}") if change.field != "content" else ""
        parts.append([Run(f"{cell}：", "dim")] if cell else [])
        parts[-1] += [Run(piece.text, piece.only or "") for piece in change.pieces]
    return in_turn(parts, Run("\n"))


def check_rows(checked: Check, new: Plan, old: Plan) -> Rows:
    """Return the changes as CSV has them: codes and ids in columns of their own."""
    rows = [
        [
            change.kind,
            change.old,
            [source_words(task.source, "zh") for task in before],
            change.new,
            [source_words(task.source, "zh") for task in after],
            _names(before, after, " / "),
            change.detail,
        ]
        for change, before, after in _sides(checked, new, old)
    ]
    listed = "kind old_tasks old_source new_tasks new_source name detail"
    return Rows(listed, rows)
