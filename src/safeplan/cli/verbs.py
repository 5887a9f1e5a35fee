"""What each verb does, once its arguments are known. Each returns the exit status."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from safeplan import messages, plans
from safeplan.cli.files import expanded
from safeplan.cli.output import (
    CSV,
    form_of,
    print_to,
    write_data,
    write_frame,
    write_rows,
    write_sheets,
    write_text,
)
from safeplan.cli.trouble import Trouble, document_trouble, note, unwritable
from safeplan.documents import DocumentError, file_bytes
from safeplan.messages import say
from safeplan.models import Comparison, Lint, Loads, Plan, Task, TaskRef, WhichPart

if TYPE_CHECKING:
    from rich.console import Console

    from safeplan.links import Match
    from safeplan.links.decisions import Decision, DecisionsError, Ruling
    from safeplan.models import Role
    from safeplan.reports.bodies import Order
    from safeplan.reports.filters import Filters
    from safeplan.reports.result_sheets import Sheet
    from safeplan.reports.view import ComparisonView


def load_plans(names: Sequence[str], parsed: Path) -> list[Plan]:
    """Return the plans the names stand for.

    Raises:
        Trouble: one of them cannot be found or read; or two are the same plan.
    """
    names = list(expanded(names))
    loaded = [_load(name, parsed) for name in names]
    seen: dict[str, str] = {}
    for name, plan in zip(names, loaded, strict=True):
        if plan.plan_id in seen:
            raise Trouble(
                name, say("trouble.same_plan", plan=plan.plan_id, other=seen[plan.plan_id])
            )
        seen[plan.plan_id] = name
    return loaded


def _of_part(plans: Sequence[Plan], part: WhichPart | None) -> list[Plan]:
    """Return the plans with the tasks that take part as their tasks.

    Raises:
        Trouble: a plan has no task in the part asked for.
    """
    narrowed = [plan.narrowed(part) for plan in plans]
    for plan in narrowed:
        if not plan.tasks and part is not None:
            raise Trouble(plan.plan_id, say("trouble.empty_part", part=say(f"part.{part}")))
    return narrowed


def _load(name: str, parsed: Path) -> Plan:
    try:
        return plans.load(name, parsed)
    except DocumentError as error:
        raise document_trouble(name, error) from None


@contextmanager
def _uncollected() -> Iterator[None]:
    """Keep the collector of cycles out: of many plans it walks a million records and frees none."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


@_uncollected()
def compare_plans(
    names: Sequence[str],
    fmt: str | None,
    output: str,
    filters: Filters,
    *,
    part: WhichPart | None,
    text: bool,
    full: bool,
    width: int | None,
    decisions: Path,
    parsed: Path,
) -> int:
    """Align plans and write the comparison in the form asked for."""
    if len(names) < 2:
        raise Trouble("compare", say("trouble.two_plans"))
    fmt = form_of(fmt, output)
    from safeplan.changes import compare
    from safeplan.links import align
    from safeplan.reports.filters import narrowed

    read = _of_part(load_plans(names, parsed), part)
    if filters.missing:
        filters = replace(filters, missing=_one_of(read, filters.missing, parsed))
    found = align(read, reasons=fmt == "json")
    comparison = compare(read, _rule(read, decisions, found).matches)
    if fmt == "json":
        kept = narrowed(comparison, read, filters)
        write_text(output, kept.model_dump_json(indent=2) + "\n")
    elif fmt in CSV:
        from safeplan.reports.results import ComparedPlans

        kept = narrowed(comparison, read, filters)
        write_frame(output, ComparedPlans.of(kept, read).to_frame(), fmt)
    else:
        from safeplan.reports.view import comparison_view

        view = comparison_view(comparison, read, filters)
        _write_comparison(view, comparison, read, fmt, output, text=text, full=full, width=width)
    return 0


def _one_of(read: Sequence[Plan], name: str, parsed: Path) -> str:
    """Return the id of the plan that a name stands for, among those compared.

    Raises:
        Trouble: it stands for none of them.
    """
    ids = [plan.plan_id for plan in read]
    found = [plan_id for plan_id in ids if plan_id == name] or [
        plan.plan_id for plan in read if name in (plan.region.name, plan.source.path)
    ]
    found = found or [plan_id for plan_id in ids if name in plan_id]
    if len(found) != 1:
        loaded = Path(name).exists() and _load(name, parsed).plan_id
        if loaded in ids:
            return str(loaded)
        raise Trouble("--missing", say("trouble.not_compared", asked=name, known="、".join(ids)))
    return found[0]


def _write_comparison(
    view: ComparisonView,
    comparison: Comparison,
    read: Sequence[Plan],
    fmt: str,
    output: str,
    *,
    text: bool,
    full: bool,
    width: int | None,
) -> None:
    """Write what the filters keep of a comparison, for people."""
    if fmt == "xlsx":
        from safeplan.reports.workbook import comparison_workbook

        write_data(output, comparison_workbook(view, comparison, read))
    elif fmt == "html":
        from safeplan.reports.page import comparison_page

        write_text(output, comparison_page(view, comparison, read))
    elif fmt == "docx":
        from safeplan.reports.word import comparison_document

        write_data(output, comparison_document(view, comparison, read, full=full))
    else:
        from safeplan.reports.filters import Filters
        from safeplan.reports.overview import overview_sheets
        from safeplan.reports.table import print_comparison, print_overview

        if full or text or view.filters != Filters():
            print_to(output, width, lambda out: print_comparison(view, out, text=text))
        else:
            sheets = overview_sheets(view, comparison, read)
            print_to(output, width, lambda out: print_overview(sheets, read, out))


def check_plan(
    name: str,
    against: str,
    fmt: str | None,
    output: str,
    width: int | None,
    decisions: Path,
    parsed: Path,
) -> int:
    """Write what changed since last year's plan; 1 where more did than the years."""
    fmt = form_of(fmt, output)
    from safeplan.changes.checking import check
    from safeplan.reports.checked import check_rows, check_sheets, has_changes

    new, old = _load(name, parsed), _load(against, parsed)
    checked = check(new, old, lambda matches, read: _rule(read, decisions, matches).matches)
    if fmt == "json":
        write_text(output, checked.model_dump_json(indent=2) + "\n")
    elif fmt in CSV:
        write_rows(output, check_rows(checked, new, old), fmt)
    else:
        sheets = check_sheets(checked, new, old)
        _show_sheets(sheets[0].title, sheets, fmt, output, width)
    return 1 if has_changes(checked) else 0


def trace_plans(
    names: Sequence[str],
    annuals: Sequence[str],
    fmt: str | None,
    output: str,
    width: int | None,
    parsed: Path,
) -> int:
    """Write what annual plans make of the promises of multi-year plans; 1 where there are gaps."""
    fmt = form_of(fmt, output)
    from safeplan.changes.tracing import gaps, trace
    from safeplan.reports.traced import trace_rows, trace_sheets

    plans_read, annuals_read = load_plans(names, parsed), load_plans(annuals, parsed)
    traced = trace(plans_read, annuals_read)
    if fmt == "json":
        write_text(output, traced.model_dump_json(indent=2) + "\n")
    elif fmt in CSV:
        write_rows(output, trace_rows(traced, plans_read), fmt)
    else:
        sheets = trace_sheets(traced, plans_read)
        _show_sheets(sheets[0].title, sheets, fmt, output, width)
    return 1 if gaps(traced) else 0


def _show_sheets(
    title: str, sheets: Sequence[Sheet], fmt: str, output: str, width: int | None
) -> None:
    """Write a summary and its details for people."""
    if fmt in ("xlsx", "html", "docx"):
        write_sheets(title, sheets, fmt, output)
        return
    from safeplan.reports.terminal import print_sheet

    def render(out: Console) -> None:
        for sheet in sheets:
            print_sheet(sheet, out)

    print_to(output, width, render)


def show_tasks(
    name: str,
    parsed: Path,
    part: WhichPart | None,
    filters: Filters,
    find: str,
    width: int | None,
) -> int:
    """Print the tasks of a plan that the filters keep."""
    from safeplan.reports.table import print_tasks
    from safeplan.reports.terminal import console

    (plan,) = _of_part([_load(name, parsed)], part)
    kept = [task for task in plan.tasks if filters.keeps(task) and _holds(task, find)]
    print_tasks(plan, kept, console(width))
    return 0


def _holds(task: Task, words: str) -> bool:
    text = "\n".join([task.group or "", task.name, task.content, task.remark])
    return all(word in text for word in words.split())


def show_findings(name: str, parsed: Path, width: int | None) -> int:
    """Print what the reader repaired or doubts in a plan."""
    from safeplan.reports.table import print_findings
    from safeplan.reports.terminal import console

    plan = _load(name, parsed)
    lang = messages.language()
    said = [(finding, plans.finding_text(finding, lang)) for finding in plan.findings]
    print_findings(plan, said, console(width))
    return 0


def _rule(read: Sequence[Plan], decisions: Path, matches: Sequence[Match] | None = None) -> Ruling:
    """Align plans as the decisions want it; say on standard error what became of them.

    Args:
        read: the plans.
        decisions: the file of the analysts' decisions.
        matches: the links to rule on; the alignment's own if not given.
    """
    from safeplan.links import align
    from safeplan.links.decisions import obey

    found = align(read) if matches is None else matches
    ruling = obey(found, read, _load_decisions(decisions))
    if ruling.obeyed:
        note(say("decide.obeyed", count=len(ruling.obeyed)))
    for before, after in ruling.conflicts:
        print(
            say(
                "decide.conflict",
                **_said(after),
                before=say(f"verdict.{before.verdict}"),
                after=say(f"verdict.{after.verdict}"),
            ),
            file=sys.stderr,
        )
    for decision in ruling.dead:
        verdict = say(f"verdict.{decision.verdict}")
        print(say("decide.dead", **_said(decision), verdict=verdict), file=sys.stderr)
    return ruling


def _said(decision: Decision) -> dict[str, str]:
    return {
        side: f"{record.region}《{record.name}》{record.content}"
        for side, record in (("left", decision.left), ("right", decision.right))
    }


def _load_decisions(path: Path) -> list[Decision]:
    from safeplan.links.decisions import DecisionsError, load

    try:
        return load(path)
    except DecisionsError as error:
        raise _decisions_trouble(path, error) from None
    except DocumentError as error:
        raise document_trouble(str(path), error) from None


def _decisions_trouble(path: Path, error: DecisionsError) -> Trouble:
    """Return the trouble with every line of a file that is no decision."""
    said = [say("trouble.decisions", line=line, reason=reason) for line, reason in error.wrong]
    return Trouble(str(path), "；".join(said))


def write_review(
    names: Sequence[str], sheet: Path, part: WhichPart | None, decisions: Path, parsed: Path
) -> int:
    """Write the pairs to judge, the most doubtful first, as a sheet."""
    if len(names) < 2:
        raise Trouble("compare", say("trouble.two_plans"))
    from safeplan.links import align
    from safeplan.reports.review import review_rows
    from safeplan.reports.review import write_review as sheet_of

    read = _of_part(load_plans(names, parsed), part)
    rows = review_rows(align(read, threshold=0.0), _rule(read, decisions).matches)
    write_data(str(sheet), sheet_of(rows, read))
    doubtful = sum(0.2 <= row.match.score <= 0.8 for row in rows)
    print(say("review.written", path=sheet, count=len(rows), doubtful=doubtful))
    return 0


def take_decisions(file: Path, decisions: Path) -> int:
    """Take the verdicts of a review sheet, or of a page, into the decisions file."""
    from safeplan.links.decisions import DecisionsError, dump, merge
    from safeplan.reports.review import ReviewError, read_verdicts

    try:
        taken = read_verdicts(file_bytes(file))
    except DocumentError as error:
        raise document_trouble(str(file), error) from None
    except DecisionsError as error:
        raise _decisions_trouble(file, error) from None
    except ReviewError as error:
        what = [say(f"trouble.{one.code}", **one.values) for one in error.all]
        raise Trouble(str(file), "；".join(what)) from None
    if not taken:
        print(say("decide.nothing", path=file))
        return 0
    try:
        # Another analyst may be taking over a sheet just now: neither may lose what the other took.
        with plans.locked(decisions.with_name(f".{decisions.name}.lock"), wait=True):
            kept = merge(_load_decisions(decisions), taken)
            write_text(str(decisions), dump(kept))
    except OSError as error:
        raise unwritable(str(decisions), error) from None
    print(say("decide.taken", path=decisions, count=len(taken), total=len(kept)))
    return 0


def explain_pair(left: str, right: str, width: int | None, decisions: Path, parsed: Path) -> int:
    """Print why two tasks were linked or not; 0 where they are, 1 where they are not."""
    from safeplan.links import Match, align, threshold
    from safeplan.reports.explaining import print_explanation

    (one, first), (other, second) = (_task(name, parsed) for name in (left, right))
    if one.plan_id == other.plan_id:
        raise Trouble(f"{left} {right}", say("trouble.same_task_plan"))
    read = _of_part([one, other], "all")
    refs = (
        TaskRef(plan_id=one.plan_id, task_id=first.task_id),
        TaskRef(plan_id=other.plan_id, task_id=second.task_id),
    )
    ruling = _rule(read, decisions)
    ruled = _find(ruling.matches, refs)
    match = ruled or _find(align(read, threshold=0.0), refs)
    if decision := ruling.verdicts.get((refs[0], refs[1])):
        # The rule is said also where it keeps two records apart.
        match = replace(
            match
            or Match(refs[0], refs[1], relation="partial", score=0.0, evidence=[], features={}),
            decided=decision.verdict,
        )
    sides = ((refs[0], first), (refs[1], second))
    print_to(
        "-",
        width,
        lambda out: print_explanation(match, sides, threshold(), ruled is not None, out),
    )
    return 0 if ruled else 1


def _find(matches: Sequence[Match], refs: tuple[TaskRef, ...]) -> Match | None:
    return next((match for match in matches if (match.left, match.right) == refs), None)


def _task(name: str, parsed: Path) -> tuple[Plan, Task]:
    plan_name, colon, task_id = name.rpartition(":")
    if not colon or not plan_name:
        raise Trouble(name, say("trouble.task_form"))
    plan = _load(plan_name, parsed)
    try:
        return plan, plan.task(task_id)
    except KeyError:
        what = say("trouble.unknown_task", plan=plan.plan_id, task=task_id)
        raise Trouble(name, what) from None


def show_owners(
    names: Sequence[str],
    fmt: str | None,
    output: str,
    part: WhichPart | None,
    owner: str,
    *,
    role: Role | None,
    order: Order,
    only_unlike: bool,
    width: int | None,
    decisions: Path,
    parsed: Path,
) -> int:
    """Write who carries what in the form asked for."""
    from safeplan.reports.bodies import (
        MOST_ALIGNED,
        bodies,
        bodies_frame,
        bodies_sheet,
    )

    fmt = form_of(fmt, output)
    read = _of_part(load_plans(names, parsed), part)
    comparison = None
    if 1 < len(read) <= MOST_ALIGNED:
        from safeplan.changes import compare

        comparison = compare(read, _rule(read, decisions).matches)
    found = bodies(read, owner, comparison=comparison, role=role, order=order)
    if only_unlike:
        found = [body for body in found if body.unlike or body.spread]
    if fmt == "json":
        loads = Loads(plans=[plan.plan_id for plan in read], bodies=found)
        write_text(output, loads.model_dump_json(indent=2) + "\n")
    elif fmt in CSV:
        write_frame(output, bodies_frame(read, found), fmt)
    elif fmt in ("xlsx", "docx"):
        title = "、".join(plan.plan_id for plan in read)
        write_sheets(title, [bodies_sheet(read, found)], fmt, output)
    elif fmt == "html":
        from safeplan.reports.page import owners_page

        write_text(output, owners_page(read, found))
    else:
        from safeplan.reports.table import print_bodies

        aligned = comparison is not None or len(read) == 1
        print_to(output, width, lambda out: print_bodies(read, found, out, aligned=aligned))
    return 0


def lint_plans(
    names: Sequence[str],
    fmt: str | None,
    output: str,
    *,
    only: str,
    skip: str,
    every: bool,
    width: int | None,
    parsed: Path,
) -> int:
    """Check each plan against itself; 0 where nothing is found, 1 where something is."""
    from safeplan.lint import lint
    from safeplan.reports.linted import lint_sheet, lint_sheets

    fmt = form_of(fmt, output)
    codes = _lint_codes(only, skip, every)
    read = load_plans(names, parsed)
    findings = [finding for plan in read for finding in lint(plan, codes)]
    if fmt == "json":
        linted = Lint(plans=[plan.plan_id for plan in read], findings=findings)
        write_text(output, linted.model_dump_json(indent=2) + "\n")
    elif fmt in CSV:
        write_rows(output, lint_sheet(findings), fmt)
    else:
        title = "、".join(plan.plan_id for plan in read)
        _show_sheets(title, lint_sheets(read, findings), fmt, output, width)
    return 1 if findings else 0


def _lint_codes(only: str, skip: str, every: bool) -> list[str]:
    """Return the rules asked for, in their own order.

    Raises:
        Trouble: a code is no rule's.
    """
    from safeplan.lint import RULES

    asked, left_out = (
        [code for code in listed.replace("，", ",").replace(" ", ",").split(",") if code]
        for listed in (only, skip)
    )
    for option, codes in (("--only", asked), ("--skip", left_out)):
        for code in codes:
            if code not in RULES:
                raise Trouble(option, say("trouble.lint_code", code=code, known=" ".join(RULES)))
    return [
        code
        for code, rule in RULES.items()
        if code not in left_out and (code in asked if asked else every or rule.default)
    ]
