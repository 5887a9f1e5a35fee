"""What a check shows: first how many of what, then each change with its place in both plans."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from safeplan.changes import rolling
from safeplan.changes.details import detail
from safeplan.messages import say
from safeplan.models import Change, ChangeKind, Check, CheckKind, Plan, Target, Task, WordChange
from safeplan.reports.phrasing import SIGNS, amount_words, first_of, reason_words, source_words
from safeplan.reports.result_sheets import Cell, Mark, Run, Sheet, columns, in_turn

ORDER: tuple[CheckKind, ...] = (
    *("added", "dropped", "target", "deadline", "owners", "wording", "moved", "split", "merged"),
    "rolled_forward",
)
ALWAYS = 6
"""So many counts are said even where they are 0: added, dropped, tighter, looser, due, reassigned."""
_MARKS: dict[ChangeKind, Mark] = {
    "tighter": "tighter",
    "looser": "looser",
    "added": "new",
    "dropped": "dim",
}


def has_changes(checked: Check) -> bool:
    """Tell whether anything but the years differs."""
    return any(change.kind != "rolled_forward" for change in checked.changes)


def check_sheets(checked: Check, new: Plan, old: Plan) -> list[Sheet]:
    """Return the summary and the details of a check.

    Args:
        checked: what was found.
        new: this year's plan.
        old: last year's.
    """
    return [_summary(checked, new, old), _details(checked, new, old)]


def _summary(checked: Check, new: Plan, old: Plan) -> Sheet:
    """Return how many of what, and the first of them by name and figure."""
    names = {task.task_id: task.name for plan in (old, new) for task in plan.tasks_of("all")}
    rows: list[list[Cell]] = []
    for at, (label, changes, strictness) in enumerate(_counted(checked)):
        if changes or at < ALWAYS:
            gists = [_gist(change, names, strictness) for change in changes]
            rows.append([label, str(len(changes)), first_of(gists, "；")])
    touched = {
        task_id
        for change in checked.changes
        if change.kind != "rolled_forward"
        for task_id in change.new
    }
    unchanged = sum(task.task_id not in touched for task in new.tasks_of("all"))
    said = say("checked.rows", old=len(old.tasks_of("all")), new=len(new.tasks_of("all")))
    rows.append([say("checked.unchanged"), str(unchanged), said])
    title = say("checked.title", new=checked.plans[1], old=checked.plans[0])
    return Sheet(title, columns("change count# first:3"), rows)


def _counted(checked: Check) -> Iterable[tuple[str, list[Change], str]]:
    """Yield each kind of change by its word, with its changes; those of targets by strictness."""
    by_kind: dict[str, list[Change]] = {kind: [] for kind in ORDER}
    for change in checked.changes:
        by_kind[change.kind].append(change)
    others = by_kind["target"]
    for kind, changes in by_kind.items():
        if kind != "target":
            yield say(f"check_kind.{kind}"), changes, ""
            continue
        for strictness in ("tighter", "looser"):
            some = [one for one in changes if _has(one, strictness)]
            others = [one for one in others if not _has(one, strictness)]
            yield f"{SIGNS[strictness]}{say(f'change.{strictness}')}", some, strictness
    yield say("checked.other_target"), others, ""


def _has(change: Change, strictness: str) -> bool:
    return any(target.change == strictness for target in change.targets)


def _gist(change: Change, names: dict[str, str], strictness: str) -> str:
    """Return a change in a few words: what was renamed, the figures, or the record's name."""
    records = change.new or change.old
    if not records:  # a heading of several records
        return "；".join(
            f"{say(f'check_cell.{words.field}')}“{''.join(piece.text for piece in words.pieces if piece.only != 'old')}”"
            for words in change.words
        )
    figures = [
        f"{target.subject} {_asked(target.left)} → {_asked(target.right)}"
        for target in change.targets
        if strictness in ("", target.change)
    ]
    said = figures or dict.fromkeys(names[task_id] for task_id in records)
    return f"{'，'.join(said)} {'+'.join(records)}"


def _asked(target: Target | None) -> str:
    return amount_words(target) if target else say("change.none")


_Sides = tuple[Change, list[Task], list[Task]]
"""A change, its records in the old plan and in the new one."""


def _sides(checked: Check, new: Plan, old: Plan) -> Iterable[_Sides]:
    before, after = ({task.task_id: task for task in plan.tasks_of("all")} for plan in (old, new))
    for change in checked.changes:
        yield change, [before[one] for one in change.old], [after[one] for one in change.new]


def _names(before: Sequence[Task], after: Sequence[Task]) -> Iterable[str]:
    return dict.fromkeys(task.name for task in after or before)


def _details(checked: Check, new: Plan, old: Plan) -> Sheet:
    by = rolling.distance(old, new)
    rows: list[list[Cell]] = [
        [
            say(f"check_kind.{change.kind}"),
            _places(before),
            _places(after),
            "\n".join(_names(before, after)),
            _detail(change, before, after, by),
        ]
        for change, before, after in sorted(
            _sides(checked, new, old), key=lambda sides: ORDER.index(sides[0].kind)
        )
    ]
    listed = columns("kind old new name:3 detail:9")
    return Sheet(say("checked.details"), listed, rows, note=say("checked.note"))


def check_rows(checked: Check, new: Plan, old: Plan) -> Sheet:
    """Return the changes as CSV has them: codes and ids in columns of their own."""
    rows: list[list[Cell]] = [
        [
            change.kind,
            " ".join(change.old),
            " ".join(source_words(task.source, "zh") for task in before),
            " ".join(change.new),
            " ".join(source_words(task.source, "zh") for task in after),
            " / ".join(_names(before, after)),
            change.detail,
        ]
        for change, before, after in _sides(checked, new, old)
    ]
    return Sheet("", columns("kind old_tasks old_source new_tasks new_source name detail"), rows)


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
        word = say(f"change.{target.change}")
        if target.change == "different" and target.reason:
            word = say("change.different_because", reason=reason_words(target))
        head = f"{SIGNS[target.change]}{word}·{target.subject}："
        sides = Run(_asked(target.left), "old"), Run(_asked(target.right), "new")
        parts.append([Run(head, _MARKS.get(target.change, "doubt")), *sides])
    return in_turn(parts, Run("；"))


def _word_runs(words: Sequence[WordChange]) -> list[Run]:
    parts: list[list[Run]] = []
    for change in words:
        cell = [] if change.field == "content" else [say(f"check_cell.{change.field}")]
        parts.append([Run(f"{name}：", "dim") for name in cell])
        parts[-1] += [Run(piece.text, piece.only or "") for piece in change.pieces]
    return in_turn(parts, Run("\n"))
