"""What a check shows: first how many of what, then each change with its place in both plans."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from safeplan.changes import rolling
from safeplan.changes.details import detail
from safeplan.messages import say
from safeplan.models import Change, ChangeKind, Check, CheckKind, Plan, Target, Task, WordChange
from safeplan.reports.phrasing import SIGNS, amount_words, reason_words, source_words
from safeplan.reports.result_sheets import Cell, Mark, Run, Sheet, SheetColumn

ORDER: tuple[CheckKind, ...] = (
    "added",
    "dropped",
    "target",
    "deadline",
    "owners",
    "wording",
    "moved",
    "split",
    "merged",
    "rolled_forward",
)
ALWAYS = 6
"""So many counts are said even where they are 0: added, dropped, tighter, looser, due, reassigned."""
FIRST = 4
"""So many changes of a kind are named in the summary."""
_MARKS: dict[ChangeKind, Mark] = {
    "tighter": "tighter",
    "looser": "looser",
    "added": "new",
    "dropped": "dim",
}


def has_changes(checked: Check) -> bool:
    """Tell whether anything but the years differs."""
    return any(change.kind != "rolled_forward" for change in checked.changes)


def check_sheets(checked: Check, new: Plan, old: Plan) -> tuple[Sheet, Sheet]:
    """Return the summary and the details of a check.

    Args:
        checked: what was found.
        new: this year's plan.
        old: last year's.
    """
    return _summary(checked, new, old), _details(checked, new, old)


def _summary(checked: Check, new: Plan, old: Plan) -> Sheet:
    """Return how many of what, and the first of them by name and figure."""
    sheet = Sheet(
        title=say("checked.title", new=checked.plans[1], old=checked.plans[0]),
        columns=[
            SheetColumn("change", 0),
            SheetColumn("count", 0, number=True),
            SheetColumn("first", 3),
        ],
    )
    names = {task.task_id: task.name for plan in (old, new) for task in plan.tasks_of("all")}
    for at, (label, changes, strictness) in enumerate(_counted(checked)):
        if changes or at < ALWAYS:
            first = "；".join(_gist(change, names, strictness) for change in changes[:FIRST])
            if len(changes) > FIRST:
                first += say("checked.rest", count=len(changes) - FIRST)
            sheet.rows.append([label, str(len(changes)), first])
    touched = {
        task_id
        for change in checked.changes
        if change.kind != "rolled_forward"
        for task_id in change.new
    }
    unchanged = sum(task.task_id not in touched for task in new.tasks_of("all"))
    said = say("checked.rows", old=len(old.tasks_of("all")), new=len(new.tasks_of("all")))
    sheet.rows.append([say("checked.unchanged"), str(unchanged), said])
    return sheet


def _counted(checked: Check) -> Iterable[tuple[str, list[Change], str]]:
    """Yield each kind of change by its word, with its changes; those of targets by strictness."""
    by_kind: dict[CheckKind, list[Change]] = {kind: [] for kind in ORDER}
    for change in checked.changes:
        by_kind[change.kind].append(change)
    others: list[Change] = []
    for kind, changes in by_kind.items():
        if kind == "target":
            for strictness in ("tighter", "looser"):
                some = [one for one in changes if _has(one, strictness)]
                yield f"{SIGNS[strictness]}{say(f'change.{strictness}')}", some, strictness
            others = [one for one in changes if not _has(one, "tighter") | _has(one, "looser")]
        else:
            yield say(f"check_kind.{kind}"), changes, ""
    yield say("checked.other_target"), others, ""


def _has(change: Change, strictness: str) -> bool:
    return any(target.change == strictness for target in change.targets)


def _gist(change: Change, names: dict[str, str], strictness: str) -> str:
    """Return a change in a few words: what was renamed, the figures, or the record's name."""
    ids = "+".join(change.new or change.old)
    if not ids:  # a heading of several records
        return "；".join(
            f"{say(f'check_cell.{words.field}')}“{''.join(piece.text for piece in words.pieces if piece.only != 'old')}”"
            for words in change.words
        )
    figures = [
        f"{target.subject} {_asked(target.left)} → {_asked(target.right)}"
        for target in change.targets
        if strictness in ("", target.change)
    ]
    said = figures or dict.fromkeys(names[task_id] for task_id in change.new or change.old)
    return f"{'，'.join(said)} {ids}"


def _asked(target: Target | None) -> str:
    return amount_words(target) if target else say("change.none")


def _details(checked: Check, new: Plan, old: Plan) -> Sheet:
    sheet = Sheet(
        title=say("checked.details"),
        columns=[
            SheetColumn("kind", 0),
            SheetColumn("old", 0),
            SheetColumn("new", 0),
            SheetColumn("name", 3),
            SheetColumn("detail", 9),
        ],
        note=say("checked.note"),
    )
    sides = [{task.task_id: task for task in plan.tasks_of("all")} for plan in (old, new)]
    order = {kind: at for at, kind in enumerate(ORDER)}
    for change in sorted(checked.changes, key=lambda change: order[change.kind]):
        before = [sides[0][task_id] for task_id in change.old]
        after = [sides[1][task_id] for task_id in change.new]
        sheet.rows.append(
            [
                say(f"check_kind.{change.kind}"),
                _places(before),
                _places(after),
                "\n".join(dict.fromkeys(task.name for task in after or before)),
                _detail(change, before, after, rolling.distance(old, new)),
            ]
        )
    return sheet


def check_rows(checked: Check, new: Plan, old: Plan) -> Sheet:
    """Return the changes as CSV has them: codes and ids in columns of their own."""
    keys = ("kind", "old_tasks", "old_source", "new_tasks", "new_source", "name", "detail")
    sheet = Sheet(title="", columns=[SheetColumn(key) for key in keys])
    sides = [{task.task_id: task for task in plan.tasks_of("all")} for plan in (old, new)]
    for change in checked.changes:
        before = [sides[0][task_id] for task_id in change.old]
        after = [sides[1][task_id] for task_id in change.new]
        sheet.rows.append(
            [
                change.kind,
                " ".join(change.old),
                " ".join(source_words(task.source, "zh") for task in before),
                " ".join(change.new),
                " ".join(source_words(task.source, "zh") for task in after),
                " / ".join(dict.fromkeys(task.name for task in after or before)),
                change.detail,
            ]
        )
    return sheet


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
    runs: list[Run] = []
    for target in change.targets:
        runs += [Run("；")] if runs else []
        sides = [_asked(side) for side in (target.left, target.right)]
        word = say(f"change.{target.change}")
        if target.change == "different" and target.reason:
            word = say("change.different_because", reason=reason_words(target))
        head = f"{SIGNS[target.change]}{word}·{target.subject}："
        runs += [
            Run(head, _MARKS.get(target.change, "doubt")),
            Run(sides[0], "old"),
            Run(sides[1], "new"),
        ]
    return runs


def _word_runs(words: Sequence[WordChange]) -> list[Run]:
    runs: list[Run] = []
    for change in words:
        runs += [Run("\n")] if runs else []
        if change.field != "content":
            runs.append(Run(f"{say(f'check_cell.{change.field}')}：", "dim"))
        runs += [Run(piece.text, piece.only or "") for piece in change.pieces]
    return runs
