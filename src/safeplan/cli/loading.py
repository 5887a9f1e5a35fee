"""What the verbs work on: the plans they are given, and the links as the analysts' decisions want."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from glob import glob
from pathlib import Path
from typing import TYPE_CHECKING

from safeplan.cli.trouble import Trouble, document_trouble, note
from safeplan.messages import say

if TYPE_CHECKING:
    from safeplan.links import Match
    from safeplan.links.decisions import Decision, DecisionsError, Ruling
    from safeplan.models import Plan, Task, WhichPart


def expanded(names: Iterable[str]) -> Iterator[str]:
    """Yield names, those with `*` and `?` replaced by the files they match.

    The shells of Windows leave that to the program; elsewhere such a name comes from a script.
    What matches nothing stays as it is, for the trouble to name it.
    """
    for name in names:
        matches = []
        if any(sign in name for sign in "*?") and not Path(name).exists():
            matches = sorted(glob(name.replace("[", "[[]")))  # noqa: PTH207 - the pattern may be a whole path
        yield from matches or [name]


def load_plan(name: str, parsed: Path) -> Plan:
    """Return the plan a name stands for.

    Raises:
        Trouble: it cannot be found or read.
    """
    from safeplan import plans
    from safeplan.documents import DocumentError

    try:
        return plans.load(name, parsed)
    except DocumentError as error:
        raise document_trouble(name, error) from None


def load_plans(names: Sequence[str], parsed: Path) -> list[Plan]:
    """Return the plans the names stand for.

    Raises:
        Trouble: one of them cannot be found or read; or two are the same plan.
    """
    names = list(expanded(names))
    loaded = [load_plan(name, parsed) for name in names]
    seen: dict[str, str] = {}
    for name, plan in zip(names, loaded, strict=True):
        if other := seen.get(plan.plan_id):
            raise Trouble(name, say("trouble.same_plan", plan=plan.plan_id, other=other))
        seen[plan.plan_id] = name
    return loaded


def of_part(read: Sequence[Plan], part: WhichPart | None) -> list[Plan]:
    """Return the plans with the tasks that take part as their tasks.

    Raises:
        Trouble: a plan has no task in the part asked for.
    """
    narrowed = [plan.narrowed(part) for plan in read]
    for plan in narrowed:
        if not plan.tasks and part is not None:
            raise Trouble(plan.plan_id, say("trouble.empty_part", part=say(f"part.{part}")))
    return narrowed


def load_task(name: str, parsed: Path) -> tuple[Plan, Task]:
    """Return the task that `PLAN:TASK` stands for, and its plan.

    Raises:
        Trouble: there is none.
    """
    plan_name, _, task_id = name.rpartition(":")
    if not plan_name:
        raise Trouble(name, say("trouble.task_form"))
    plan = load_plan(plan_name, parsed)
    try:
        return plan, plan.task(task_id)
    except KeyError:
        what = say("trouble.unknown_task", plan=plan.plan_id, task=task_id)
        raise Trouble(name, what) from None


def one_of(read: Sequence[Plan], name: str, parsed: Path) -> str:
    """Return the id of the plan that a name stands for, among those compared.

    Raises:
        Trouble: it stands for none of them.
    """
    ids = [plan.plan_id for plan in read]
    found = (
        [plan_id for plan_id in ids if plan_id == name]
        or [plan.plan_id for plan in read if name in (plan.region.name, plan.source.path)]
        or [plan_id for plan_id in ids if name in plan_id]
    )
    if len(found) != 1:
        found = [load_plan(name, parsed).plan_id] if Path(name).exists() else []
    if found and found[0] in ids:
        return found[0]
    raise Trouble("--missing", say("trouble.not_compared", asked=name, known="、".join(ids)))


def rule(read: Sequence[Plan], decisions: Path, matches: Sequence[Match] | None = None) -> Ruling:
    """Align plans as the decisions want it; say on standard error what became of them.

    Args:
        read: the plans.
        decisions: the file of the analysts' decisions.
        matches: the links to rule on; the alignment's own if not given.
    """
    from safeplan.links import align
    from safeplan.links.decisions import obey

    found = align(read) if matches is None else matches
    ruling = obey(found, read, load_decisions(decisions))
    if ruling.obeyed:
        note(say("decide.obeyed", count=len(ruling.obeyed)))
    for before, after in ruling.conflicts:
        words = {"before": before.verdict, "after": after.verdict}
        said = {key: say(f"verdict.{verdict}") for key, verdict in words.items()}
        print(say("decide.conflict", **_sides(after), **said), file=sys.stderr)
    for decision in ruling.dead:
        verdict = say(f"verdict.{decision.verdict}")
        print(say("decide.dead", **_sides(decision), verdict=verdict), file=sys.stderr)
    return ruling


def _sides(decision: Decision) -> dict[str, str]:
    return {
        side: f"{record.region}《{record.name}》{record.content}"
        for side, record in (("left", decision.left), ("right", decision.right))
    }


def load_decisions(path: Path) -> list[Decision]:
    """Return the decisions of a file.

    Raises:
        Trouble: it cannot be read.
    """
    from safeplan.documents import DocumentError
    from safeplan.links.decisions import DecisionsError, load

    try:
        return load(path)
    except DecisionsError as error:
        raise decisions_trouble(path, error) from None
    except DocumentError as error:
        raise document_trouble(str(path), error) from None


def decisions_trouble(path: Path, error: DecisionsError) -> Trouble:
    """Return the trouble with every line of a file that is no decision."""
    said = [say("trouble.decisions", line=line, reason=reason) for line, reason in error.wrong]
    return Trouble(str(path), "；".join(said))
