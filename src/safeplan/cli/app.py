"""The verbs and what each does. Nothing heavy is imported before a verb runs.

Each returns the exit status.
"""

from __future__ import annotations

import gc
import os
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from safeplan.cli.corpus import corpus_app
from safeplan.cli.loading import (
    decisions_trouble,
    load_decisions,
    load_plan,
    load_plans,
    load_task,
    of_part,
    one_of,
    rule,
)
from safeplan.cli.options import CommandLine, option, verb
from safeplan.cli.output import form_of, late, print_to, write, write_result
from safeplan.cli.trouble import Trouble, document_trouble, unwritable
from safeplan.cli.usage import VerbGroup
from safeplan.messages import say
from safeplan.vocabulary import refresh

if TYPE_CHECKING:
    from safeplan.links import Match
    from safeplan.models import Plan

app = typer.Typer(
    cls=VerbGroup,
    help=say("help.app"),
    no_args_is_help=True,
    add_completion=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
_verb = partial(verb, app, CommandLine)


def _version(asked: bool) -> None:
    if asked:
        from safeplan import __version__

        typer.echo(f"safeplan {__version__}")
        raise typer.Exit


@app.callback()
def _main(
    _lang: Annotated[str, option("--lang", envvar="SAFEPLAN_LANG")] = "zh",
    _quiet: Annotated[bool, option("--quiet", envvar="SAFEPLAN_QUIET")] = False,
    vocabulary: Annotated[
        Path | None, option("--vocabulary", metavar="DIR", envvar="SAFEPLAN_VOCABULARY")
    ] = None,
    _version_asked: Annotated[bool, option("--version", callback=_version, is_eager=True)] = False,
) -> None:
    # The language and `--quiet` were in force before the first word was said.
    if vocabulary is not None:
        os.environ["SAFEPLAN_VOCABULARY"] = str(vocabulary)
    refresh()


@_verb("inputs folder force seconds region year")
def parse(asked: CommandLine) -> int:
    """Read documents, write parsed plans."""
    from safeplan.cli.parsing import parse_inputs

    if asked.year:
        from safeplan.tasks import period_in

        if period_in(asked.year) is None:
            raise Trouble("--year", say("trouble.no_such_year", asked=asked.year))
    return parse_inputs(asked)


@_verb(
    "plans form output only differs missing full part table owner text width review decisions "
    "parsed"
)
def compare(asked: CommandLine) -> int:
    """Align plans and show what differs."""
    from safeplan.changes import compare as compare_plans
    from safeplan.links import align
    from safeplan.reports.filters import EVERYTHING, Filters
    from safeplan.reports.view import ComparisonView

    if len(asked.plans) < 2:
        raise Trouble("compare", say("trouble.two_plans"))
    if asked.review is not None:
        return _write_review(_read(asked), asked.review, asked.decisions)
    codes = {"differs": _code("differs", asked.differs), "only": _code("only", asked.only)}
    filters = Filters(table=asked.table, owner=asked.owner, **codes)
    form = form_of(asked)
    read = _read(asked)
    if asked.missing:
        filters = replace(filters, missing=one_of(read, asked.missing, asked.parsed))
    gc.disable()  # of many plans it walks a million records and frees none
    try:
        ruling = rule(read, asked.decisions, align(read, reasons=form == "json"))
        view = ComparisonView(compare_plans(read, ruling.matches), read, filters)
        every = asked.full or asked.text or filters != EVERYTHING
        write_result(
            asked,
            view.kept,
            lambda: late("compared").links_rows(view.kept, read),
            lambda: late("compared").comparison_sheets(view),
            screen=lambda: late("compared").comparison_screen(view, whole=every, text=asked.text),
            html=lambda: late("page").comparison_page(view),
            docx=lambda: late("word").document(
                *late("compared").comparison_document(view, full=asked.full), full=asked.full
            ),
        )
    finally:
        gc.enable()
    return 0


def _read(asked: CommandLine) -> list[Plan]:
    """Return the plans that are asked about, with the tasks that take part."""
    return of_part(load_plans(asked.plans, asked.parsed), asked.part)


def _code(option: str, asked: str) -> str:
    """Return the code that a word given for `--only` or `--differs` stands for; refuse others."""
    from safeplan.reports.filters import ASPECTS, KINDS, aspect_asked, kind_asked

    known, meant = (KINDS, kind_asked) if option == "only" else (ASPECTS, aspect_asked)
    found = meant(asked)
    if asked and not found:
        told = "、".join(f"{say(f'{option}.{code}').split()[0]} {code}" for code in known)
        raise Trouble(f"--{option}", say("trouble.only", asked=asked, known=told))
    return found or ""


def _write_review(read: Sequence[Plan], sheet: Path, decisions: Path) -> int:
    """Write the pairs to judge, the most doubtful first, as a sheet."""
    from safeplan.links import align
    from safeplan.reports.review import review_rows, write_review

    rows = review_rows(align(read, threshold=0.0), rule(read, decisions).matches)
    write(str(sheet), write_review(rows, read))
    doubtful = sum(0.2 <= row.match.score <= 0.8 for row in rows)
    print(say("review.written", path=sheet, count=len(rows), doubtful=doubtful))
    return 0


@_verb("plan against form output width decisions parsed")
def check(asked: CommandLine) -> int:
    """Check a new plan against last year's; 1 where more changed than the years."""
    from safeplan.changes.checking import check as check_plan
    from safeplan.reports.checked import check_rows, check_sheets, has_changes

    form_of(asked)
    new, old = load_plan(asked.plan, asked.parsed), load_plan(asked.against, asked.parsed)
    checked = check_plan(new, old, lambda found, read: rule(read, asked.decisions, found).matches)
    rows, sheets = partial(check_rows, checked, new, old), partial(check_sheets, checked, new, old)
    write_result(asked, checked, rows, sheets)
    return int(has_changes(checked))


@_verb("promising annuals form output width parsed")
def trace(asked: CommandLine) -> int:
    """Trace what multi-year plans promised in annual plans; 1 where there are gaps."""
    from safeplan.changes.tracing import gaps
    from safeplan.changes.tracing import trace as trace_plans
    from safeplan.reports.traced import trace_rows, trace_sheets

    form_of(asked)
    above, below = (load_plans(names, asked.parsed) for names in (asked.promising, asked.annuals))
    traced = trace_plans(above, below)
    rows, sheets = partial(trace_rows, traced, above), partial(trace_sheets, traced, above)
    write_result(asked, traced, rows, sheets)
    return int(bool(gaps(traced)))


@_verb("plan part table owner find findings width parsed")
def show(asked: CommandLine) -> int:
    """Print the tasks or the findings of one plan."""
    from safeplan.reports.filters import Filters
    from safeplan.reports.shown import own_findings, task_sheets
    from safeplan.reports.terminal import console, print_sheet

    plan = load_plan(asked.plan, asked.parsed)
    if asked.findings:
        print_sheet(own_findings(plan), console(asked.width))
        return 0
    (plan,) = of_part([plan], asked.part)
    wanted = Filters(table=asked.table, owner=asked.owner)
    kept = [
        task
        for task in plan.tasks
        if wanted.keeps(task)
        and all(
            word in "\n".join([task.group or "", task.name, task.content, task.remark])
            for word in asked.find.split()
        )
    ]
    for sheet in task_sheets(plan, kept):
        print_sheet(sheet, console(asked.width))
    return 0


@_verb("any_plans form output part owner role order unlike width decisions parsed")
def owners(asked: CommandLine) -> int:
    """Print who carries what."""
    from safeplan.models import Loads
    from safeplan.reports.bodies import (
        MOST_ALIGNED,
        bodies,
        bodies_rows,
        bodies_sheet,
        owners_screen,
    )

    form_of(asked)
    read = of_part(load_plans(asked.any_plans, asked.parsed), asked.part)
    comparison = None
    if 1 < len(read) <= MOST_ALIGNED:
        from safeplan.changes import compare as compare_plans

        comparison = compare_plans(read, rule(read, asked.decisions).matches)
    found = bodies(read, asked.owner, comparison=comparison, role=asked.role, order=asked.order)
    if asked.unlike:
        found = [body for body in found if body.unlike or body.spread]
    aligned = comparison is not None or len(read) == 1
    ids = [plan.plan_id for plan in read]
    write_result(
        asked,
        Loads(plans=ids, bodies=found),
        lambda: bodies_rows(read, found),
        lambda: [bodies_sheet(read, found)],
        title="、".join(ids),
        html=lambda: late("page").owners_page(read, found),
        screen=lambda: owners_screen(read, found, aligned=aligned),
    )
    return 0


@_verb("any_plans form output rules skip every_rule width parsed")
def lint(asked: CommandLine) -> int:
    """Check plans against themselves; 1 where something is found."""
    from safeplan.models import Lint
    from safeplan.reports.linted import lint_rows, lint_sheets
    from safeplan.slips import lint as lint_plan

    form_of(asked)
    codes = _lint_codes(asked)
    read = load_plans(asked.any_plans, asked.parsed)
    findings = [finding for plan in read for finding in lint_plan(plan, codes)]
    ids = [plan.plan_id for plan in read]
    rows, sheets = partial(lint_rows, findings), partial(lint_sheets, read, findings)
    write_result(asked, Lint(plans=ids, findings=findings), rows, sheets, title="、".join(ids))
    return int(bool(findings))


def _lint_codes(asked: CommandLine) -> list[str]:
    """Return the rules asked for, in their own order; refuse a code that is no rule's."""
    from safeplan.slips import RULES

    wanted, left_out = (
        listed.replace("，", " ").replace(",", " ").split() for listed in (asked.rules, asked.skip)
    )
    for name, codes in (("--only", wanted), ("--skip", left_out)):
        for code in codes:
            if code not in RULES:
                raise Trouble(name, say("trouble.lint_code", code=code, known=" ".join(RULES)))
    return [
        code
        for code, rule in RULES.items()
        if code not in left_out and (code in wanted if wanted else asked.every_rule or rule.default)
    ]


@_verb("left right width decisions parsed")
def explain(asked: CommandLine) -> int:
    """Print why two tasks were linked or not; 0 where they are, 1 where they are not."""
    from safeplan.links import Match, align
    from safeplan.models import TaskRef
    from safeplan.reports.shown import print_explanation

    found = [load_task(name, asked.parsed) for name in (asked.left, asked.right)]
    one, other = (TaskRef(plan_id=plan.plan_id, task_id=task.task_id) for plan, task in found)
    if one.plan_id == other.plan_id:
        raise Trouble(f"{asked.left} {asked.right}", say("trouble.same_task_plan"))
    # As `compare` weighs them: further rows are further rivals.
    ordinary = all(task in plan.tasks_of(None) for plan, task in found)
    read = of_part([plan for plan, _ in found], None if ordinary else "all")
    ruling = rule(read, asked.decisions)

    def match_in(matches: Sequence[Match]) -> Match | None:
        return next((match for match in matches if (match.left, match.right) == (one, other)), None)

    ruled = match_in(ruling.matches)
    match = ruled or match_in(align(read, threshold=0.0))
    if decision := ruling.verdicts.get((one, other)):
        # The rule is said also where it keeps two records apart.
        none = Match(one, other, relation="partial", score=0.0, evidence=[], features={})
        match = replace(match or none, decided=decision.verdict)
    sides = [(one, found[0][1]), (other, found[1][1])]
    linked = ruled is not None
    print_to("-", asked.width, lambda out: print_explanation(match, sides, linked, out))
    return int(not linked)


@_verb("sheet decisions")
def decide(asked: CommandLine) -> int:
    """Take over the verdicts of a review sheet or of a page."""
    from safeplan.documents import DocumentError, file_bytes
    from safeplan.links.decisions import DecisionsError, dump, merge
    from safeplan.plans import locked
    from safeplan.reports.review import ReviewError, read_verdicts

    file, decisions = asked.sheet, asked.decisions
    try:
        taken = read_verdicts(file_bytes(file))
    except DocumentError as error:
        raise document_trouble(str(file), error) from None
    except DecisionsError as error:
        raise decisions_trouble(file, error) from None
    except ReviewError as error:
        what = [say(f"trouble.{code}", **values) for code, values in error.wrong]
        raise Trouble(str(file), "；".join(what)) from None
    if not taken:
        print(say("decide.nothing", path=file))
        return 0
    try:
        # Another analyst may be taking over a sheet just now: neither may lose what the other took.
        with locked(decisions.with_name(f".{decisions.name}.lock"), wait=True):
            kept = merge(load_decisions(decisions), taken)
            write(str(decisions), dump(kept))
    except OSError as error:
        raise unwritable(str(decisions), error) from None
    print(say("decide.taken", path=decisions, count=len(taken), total=len(kept)))
    return 0


app.add_typer(corpus_app)
