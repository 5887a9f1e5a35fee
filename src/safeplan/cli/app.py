"""The verbs and what each does. Nothing heavy is imported before a verb runs.

Each returns the exit status.
"""

from __future__ import annotations

import gc
import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

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
from safeplan.cli.options import (
    DEFAULT_DECISIONS,
    DEFAULT_PARSED,
    Decisions,
    Force,
    Output,
    OutputFormat,
    Owner,
    Parsed,
    Part,
    Table,
    TimeLimit,
    Width,
    argument,
    option,
    plan_ids,
    plans,
)
from safeplan.cli.output import form_of, late, print_to, write, write_result
from safeplan.cli.trouble import Trouble, document_trouble, unwritable
from safeplan.cli.usage import spoken
from safeplan.messages import say
from safeplan.vocabulary import refresh

if TYPE_CHECKING:
    from safeplan.models import Plan

app = typer.Typer(
    help=say("help.app"),
    no_args_is_help=True,
    add_completion=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


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


@app.command(help=say("help.parse"))
def parse(
    inputs: Annotated[list[str], argument("INPUT...", "inputs")],
    folder: Annotated[str, option("--output", "-o", text="parse_output", metavar="DIR")] = str(
        DEFAULT_PARSED
    ),
    force: Force = False,
    seconds: TimeLimit = 600,
    region: Annotated[str, option("--region")] = "",
    year: Annotated[str, option("--year")] = "",
) -> int:
    """Read documents, write parsed plans."""
    from safeplan.cli.parsing import parse_inputs
    from safeplan.plans import Given

    if year:
        from safeplan.tasks import period_in

        if period_in(year) is None:
            raise Trouble("--year", say("trouble.no_such_year", asked=year))
    given = Given(region.strip(), year.strip())
    return parse_inputs(inputs, folder, force=force, seconds=seconds, given=given)


@app.command(help=say("help.compare"))
def compare(
    names: Annotated[list[str], plans("plans")],
    fmt: OutputFormat = None,
    output: Output = "-",
    only: Annotated[str, option("--only")] = "",
    differs: Annotated[str, option("--differs", "-d")] = "",
    missing: Annotated[str, option("--missing", metavar="PLAN", autocompletion=plan_ids)] = "",
    full: Annotated[bool, option("--full")] = False,
    part: Part = None,
    table: Table = "",
    owner: Owner = "",
    text: Annotated[bool, option("--text")] = False,
    width: Width = None,
    review: Annotated[Path | None, option("--review")] = None,
    decisions: Decisions = DEFAULT_DECISIONS,
    parsed: Parsed = DEFAULT_PARSED,
) -> int:
    """Align plans and show what differs."""
    from safeplan.changes import compare as compare_plans
    from safeplan.links import align
    from safeplan.reports.filters import EVERYTHING, Filters
    from safeplan.reports.view import ComparisonView

    if len(names) < 2:
        raise Trouble("compare", say("trouble.two_plans"))
    if review is not None:
        return _write_review(of_part(load_plans(names, parsed), part), review, decisions)
    codes = {"differs": _code("differs", differs), "only": _code("only", only)}
    filters = Filters(table=table, owner=owner, **codes)
    form = form_of(fmt, output, width)
    read = of_part(load_plans(names, parsed), part)
    if missing:
        filters = replace(filters, missing=one_of(read, missing, parsed))
    gc.disable()  # of many plans it walks a million records and frees none
    try:
        ruling = rule(read, decisions, align(read, reasons=form.fmt == "json"))
        view = ComparisonView(compare_plans(read, ruling.matches), read, filters)
        every = full or text or filters != EVERYTHING
        write_result(
            form,
            view.kept,
            lambda: late("compared").links_rows(view.kept, read),
            lambda: late("compared").comparison_sheets(view),
            html=lambda: late("page").comparison_page(view),
            docx=lambda: late("word").comparison_document(view, full=full),
            screen=lambda: (
                late("compared").comparison_screen(view, text=text)
                if every
                else late("compared").overview_screen(view)
            ),
        )
    finally:
        gc.enable()
    return 0


def _code(option: str, asked: str) -> str:
    """Return the code that a word given for `--only` or `--differs` stands for.

    Raises:
        Trouble: it stands for none.
    """
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


@app.command(help=say("help.check"))
def check(
    name: Annotated[str, plans("plan", "PLAN")],
    against: Annotated[str, option("--against", metavar="PLAN", autocompletion=plan_ids)],
    fmt: OutputFormat = None,
    output: Output = "-",
    width: Width = None,
    decisions: Decisions = DEFAULT_DECISIONS,
    parsed: Parsed = DEFAULT_PARSED,
) -> int:
    """Check a new plan against last year's; 1 where more changed than the years."""
    from safeplan.changes.checking import check as check_plan
    from safeplan.reports.checked import check_rows, check_sheets, has_changes

    form = form_of(fmt, output, width)
    new, old = load_plan(name, parsed), load_plan(against, parsed)
    checked = check_plan(new, old, lambda found, read: rule(read, decisions, found).matches)
    write_result(
        form,
        checked,
        lambda: check_rows(checked, new, old),
        lambda: check_sheets(checked, new, old),
    )
    return int(has_changes(checked))


@app.command(help=say("help.trace"))
def trace(
    names: Annotated[list[str], plans("trace_plans")],
    annuals: Annotated[
        list[str],
        option("--in", text="trace_in", metavar="ANNUAL", autocompletion=plan_ids),
    ],
    fmt: OutputFormat = None,
    output: Output = "-",
    width: Width = None,
    parsed: Parsed = DEFAULT_PARSED,
) -> int:
    """Trace what multi-year plans promised in annual plans; 1 where there are gaps."""
    from safeplan.changes.tracing import gaps
    from safeplan.changes.tracing import trace as trace_plans
    from safeplan.reports.traced import trace_rows, trace_sheets

    form = form_of(fmt, output, width)
    above, below = load_plans(names, parsed), load_plans(annuals, parsed)
    traced = trace_plans(above, below)
    write_result(
        form, traced, lambda: trace_rows(traced, above), lambda: trace_sheets(traced, above)
    )
    return int(bool(gaps(traced)))


@app.command(help=say("help.show"))
def show(
    name: Annotated[str, plans("plan", "PLAN")],
    part: Part = None,
    table: Table = "",
    owner: Owner = "",
    find: Annotated[str, option("--find")] = "",
    findings: Annotated[bool, option("--findings")] = False,
    width: Width = None,
    parsed: Parsed = DEFAULT_PARSED,
) -> int:
    """Print the tasks or the findings of one plan."""
    from safeplan.reports.filters import Filters
    from safeplan.reports.shown import own_findings, task_sheets
    from safeplan.reports.terminal import console, print_sheet

    plan = load_plan(name, parsed)
    if findings:
        print_sheet(own_findings(plan), console(width))
        return 0
    (plan,) = of_part([plan], part)
    asked = Filters(table=table, owner=owner)
    kept = [
        task
        for task in plan.tasks
        if asked.keeps(task)
        and all(
            word in "\n".join([task.group or "", task.name, task.content, task.remark])
            for word in find.split()
        )
    ]
    for sheet in task_sheets(plan, kept):
        print_sheet(sheet, console(width))
    return 0


@app.command(help=say("help.owners"))
def owners(
    names: Annotated[list[str], plans("any_plans")],
    fmt: OutputFormat = None,
    output: Output = "-",
    part: Part = None,
    owner: Owner = "",
    role: Annotated[Literal["lead", "responsible", "assisting"] | None, option("--role")] = None,
    order: Annotated[Literal["load", "differs", "name"], option("--sort")] = "load",
    only_unlike: Annotated[bool, option("--differs", "-d", text="owners_differs")] = False,
    width: Width = None,
    decisions: Decisions = DEFAULT_DECISIONS,
    parsed: Parsed = DEFAULT_PARSED,
) -> int:
    """Print who carries what."""
    from safeplan.models import Loads
    from safeplan.reports.bodies import (
        MOST_ALIGNED,
        bodies,
        bodies_rows,
        bodies_sheet,
        owners_screen,
    )

    form = form_of(fmt, output, width)
    read = of_part(load_plans(names, parsed), part)
    comparison = None
    if 1 < len(read) <= MOST_ALIGNED:
        from safeplan.changes import compare as compare_plans

        comparison = compare_plans(read, rule(read, decisions).matches)
    found = bodies(read, owner, comparison=comparison, role=role, order=order)
    if only_unlike:
        found = [body for body in found if body.unlike or body.spread]
    aligned = comparison is not None or len(read) == 1
    ids = [plan.plan_id for plan in read]
    write_result(
        form,
        Loads(plans=ids, bodies=found),
        lambda: bodies_rows(read, found),
        lambda: [bodies_sheet(read, found)],
        title="、".join(ids),
        html=lambda: late("page").owners_page(read, found),
        screen=lambda: owners_screen(read, found, aligned=aligned),
    )
    return 0


@app.command(help=say("help.lint"))
def lint(
    names: Annotated[list[str], plans("any_plans")],
    fmt: OutputFormat = None,
    output: Output = "-",
    only: Annotated[str, option("--only", text="lint_only")] = "",
    skip: Annotated[str, option("--skip", text="lint_skip")] = "",
    every: Annotated[bool, option("--all", text="lint_all")] = False,
    width: Width = None,
    parsed: Parsed = DEFAULT_PARSED,
) -> int:
    """Check plans against themselves; 1 where something is found."""
    from safeplan.models import Lint
    from safeplan.reports.linted import lint_rows, lint_sheets
    from safeplan.slips import lint as lint_plan

    form = form_of(fmt, output, width)
    codes = _lint_codes(only, skip, every)
    read = load_plans(names, parsed)
    findings = [finding for plan in read for finding in lint_plan(plan, codes)]
    ids = [plan.plan_id for plan in read]
    write_result(
        form,
        Lint(plans=ids, findings=findings),
        lambda: lint_rows(findings),
        lambda: lint_sheets(read, findings),
        title="、".join(ids),
    )
    return int(bool(findings))


def _lint_codes(only: str, skip: str, every: bool) -> list[str]:
    """Return the rules asked for, in their own order.

    Raises:
        Trouble: a code is no rule's.
    """
    from safeplan.slips import RULES

    asked, left_out = (
        listed.replace("，", " ").replace(",", " ").split() for listed in (only, skip)
    )
    for name, codes in (("--only", asked), ("--skip", left_out)):
        for code in codes:
            if code not in RULES:
                raise Trouble(name, say("trouble.lint_code", code=code, known=" ".join(RULES)))
    return [
        code
        for code, rule in RULES.items()
        if code not in left_out and (code in asked if asked else every or rule.default)
    ]


Pair = Annotated[str, argument("PLAN:TASK", "pair")]


@app.command(help=say("help.explain"))
def explain(
    left: Pair,
    right: Pair,
    width: Width = None,
    decisions: Decisions = DEFAULT_DECISIONS,
    parsed: Parsed = DEFAULT_PARSED,
) -> int:
    """Print why two tasks were linked or not; 0 where they are, 1 where they are not."""
    from safeplan.links import Match, align
    from safeplan.models import TaskRef
    from safeplan.reports.shown import print_explanation

    found = [load_task(name, parsed) for name in (left, right)]
    one, other = (TaskRef(plan_id=plan.plan_id, task_id=task.task_id) for plan, task in found)
    if one.plan_id == other.plan_id:
        raise Trouble(f"{left} {right}", say("trouble.same_task_plan"))
    # As `compare` weighs them: further rows are further rivals.
    ordinary = all(task in plan.tasks_of(None) for plan, task in found)
    read = of_part([plan for plan, _ in found], None if ordinary else "all")
    ruling = rule(read, decisions)

    def match_in(matches: Sequence[Match]) -> Match | None:
        return next((match for match in matches if (match.left, match.right) == (one, other)), None)

    ruled = match_in(ruling.matches)
    match = ruled or match_in(align(read, threshold=0.0))
    if decision := ruling.verdicts.get((one, other)):
        # The rule is said also where it keeps two records apart.
        none = Match(one, other, relation="partial", score=0.0, evidence=[], features={})
        match = replace(match or none, decided=decision.verdict)
    sides = [(one, found[0][1]), (other, found[1][1])]
    print_to("-", width, lambda out: print_explanation(match, sides, ruled is not None, out))
    return int(ruled is None)


@app.command(help=say("help.decide"))
def decide(
    file: Annotated[Path, argument("FILE", "sheet", readable=False)],
    decisions: Decisions = DEFAULT_DECISIONS,
) -> int:
    """Take over the verdicts of a review sheet or of a page."""
    from safeplan.documents import DocumentError, file_bytes
    from safeplan.links.decisions import DecisionsError, dump, merge
    from safeplan.plans import locked
    from safeplan.reports.review import ReviewError, read_verdicts

    try:
        taken = read_verdicts(file_bytes(file))
    except DocumentError as error:
        raise document_trouble(str(file), error) from None
    except DecisionsError as error:
        raise decisions_trouble(file, error) from None
    except ReviewError as error:
        what = [say(f"trouble.{one.code}", **one.values) for one in error.all]
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


app.add_typer(spoken(corpus_app), name="corpus")
spoken(app)
