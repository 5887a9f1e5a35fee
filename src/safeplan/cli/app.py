"""The verbs and their options. Nothing heavy is imported before a verb runs."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from safeplan.cli.corpus import corpus_app
from safeplan.cli.options import Force, Output, OutputFormat, Part, TimeLimit, Width
from safeplan.cli.usage import spoken
from safeplan.messages import say
from safeplan.vocabulary import refresh

app = typer.Typer(
    help=say("help.app"),
    no_args_is_help=True,
    add_completion=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _plan_ids(incomplete: str) -> list[str]:
    """Return the ids of the parsed plans that begin so, for the shell to complete."""
    folder = Path(os.environ.get("SAFEPLAN_PARSED", DEFAULT_PARSED))
    return sorted(path.stem for path in folder.glob("*.json") if path.stem.startswith(incomplete))


DEFAULT_PARSED = Path("data/parsed")
PlanName = Annotated[
    str,
    typer.Argument(
        metavar="PLAN", help=say("help.plan"), show_default=False, autocompletion=_plan_ids
    ),
]


def _plans(key: str) -> Any:
    """Return the argument that takes plans, with its help."""
    return typer.Argument(
        metavar="PLAN...", help=say(key), show_default=False, autocompletion=_plan_ids
    )


PlanNames = Annotated[list[str], _plans("help.plans")]
AnyPlans = Annotated[list[str], _plans("help.any_plans")]
TracedPlans = Annotated[list[str], _plans("help.trace_plans")]
ParsedFolder = Annotated[
    Path, typer.Option("--parsed", metavar="DIR", help=say("help.parsed"), envvar="SAFEPLAN_PARSED")
]
TableFilter = Annotated[str, typer.Option("--table", "-t", help=say("help.table"))]
OwnerFilter = Annotated[str, typer.Option("--owner", help=say("help.owner"))]
DecisionsFile = Annotated[
    Path,
    typer.Option(
        "--decisions", help=say("help.decisions"), envvar="SAFEPLAN_DECISIONS", readable=False
    ),
]
DEFAULT_DECISIONS = Path("data/decisions.jsonl")


def _version(asked: bool) -> None:
    if asked:
        from safeplan import __version__

        typer.echo(f"safeplan {__version__}")
        raise typer.Exit


@app.callback()
def _main(
    _lang: Annotated[
        str, typer.Option("--lang", help=say("help.lang"), envvar="SAFEPLAN_LANG")
    ] = "zh",
    _quiet: Annotated[
        bool, typer.Option("--quiet", help=say("help.quiet"), envvar="SAFEPLAN_QUIET")
    ] = False,
    vocabulary: Annotated[
        Path | None,
        typer.Option(
            "--vocabulary", metavar="DIR", help=say("help.vocabulary"), envvar="SAFEPLAN_VOCABULARY"
        ),
    ] = None,
    _version_asked: Annotated[
        bool, typer.Option("--version", help=say("help.version"), callback=_version, is_eager=True)
    ] = False,
) -> None:
    # The language and `--quiet` were in force before the first word was said.
    if vocabulary is not None:
        os.environ["SAFEPLAN_VOCABULARY"] = str(vocabulary)
    refresh()


@app.command(help=say("help.parse"))
def parse(
    inputs: Annotated[
        list[str], typer.Argument(metavar="INPUT...", help=say("help.inputs"), show_default=False)
    ],
    folder: Annotated[
        str, typer.Option("--output", "-o", metavar="DIR", help=say("help.parse_output"))
    ] = str(DEFAULT_PARSED),
    force: Force = False,
    seconds: TimeLimit = 600,
    region: Annotated[str, typer.Option("--region", help=say("help.region"))] = "",
    year: Annotated[str, typer.Option("--year", help=say("help.year"))] = "",
) -> int:
    """Read documents, write parsed plans."""
    from safeplan.cli.parsing import parse_inputs
    from safeplan.cli.trouble import Trouble
    from safeplan.plans import Given

    if year:
        from safeplan.tasks import period_in

        if period_in(year) is None:
            raise Trouble("--year", say("trouble.no_such_year", asked=year))
    return parse_inputs(
        inputs, folder, force=force, seconds=seconds, given=Given(region.strip(), year.strip())
    )


@app.command(help=say("help.compare"))
def compare(
    names: PlanNames,
    fmt: OutputFormat = None,
    output: Output = "-",
    only: Annotated[str, typer.Option("--only", help=say("help.only"))] = "",
    differs: Annotated[str, typer.Option("--differs", "-d", help=say("help.differs"))] = "",
    missing: Annotated[
        str,
        typer.Option(
            "--missing", metavar="PLAN", help=say("help.missing"), autocompletion=_plan_ids
        ),
    ] = "",
    full: Annotated[bool, typer.Option("--full", help=say("help.full"))] = False,
    part: Part = None,
    table: TableFilter = "",
    owner: OwnerFilter = "",
    text: Annotated[bool, typer.Option("--text", help=say("help.text"))] = False,
    width: Width = None,
    review: Annotated[
        Path | None, typer.Option("--review", help=say("help.review"), show_default=False)
    ] = None,
    decisions: DecisionsFile = DEFAULT_DECISIONS,
    parsed: ParsedFolder = DEFAULT_PARSED,
) -> int:
    """Align plans and show what differs."""
    from safeplan.cli.trouble import Trouble
    from safeplan.cli.verbs import compare_plans, write_review
    from safeplan.reports.filters import ASPECTS, KINDS, Filters, aspect_asked, kind_asked

    if review is not None:
        return write_review(names, review, part, decisions, parsed)
    kind, aspect = kind_asked(only), aspect_asked(differs)
    for option, asked, found, known in (
        ("--only", only, kind, KINDS),
        ("--differs", differs, aspect, ASPECTS),
    ):
        if asked and not found:
            told = "、".join(_both(option, code) for code in known)
            raise Trouble(option, say("trouble.only", asked=asked, known=told))
    filters = Filters(
        differs=aspect or "", table=table, owner=owner, only=kind or "", missing=missing
    )
    return compare_plans(
        names,
        fmt,
        output,
        filters,
        part=part,
        text=text,
        full=full,
        width=width,
        decisions=decisions,
        parsed=parsed,
    )


def _both(option: str, code: str) -> str:
    """Return a code and the word for it."""
    words = say(f"{option.removeprefix('--')}.{code}").split()
    return f"{words[0]} {code}"


@app.command(help=say("help.check"))
def check(
    name: PlanName,
    against: Annotated[
        str,
        typer.Option(
            "--against",
            metavar="PLAN",
            help=say("help.against"),
            show_default=False,
            autocompletion=_plan_ids,
        ),
    ],
    fmt: OutputFormat = None,
    output: Output = "-",
    width: Width = None,
    decisions: DecisionsFile = DEFAULT_DECISIONS,
    parsed: ParsedFolder = DEFAULT_PARSED,
) -> int:
    """Check a new plan against last year's."""
    from safeplan.cli.verbs import check_plan

    return check_plan(name, against, fmt, output, width, decisions, parsed)


@app.command(help=say("help.trace"))
def trace(
    names: TracedPlans,
    annuals: Annotated[
        list[str],
        typer.Option(
            "--in",
            metavar="ANNUAL",
            help=say("help.trace_in"),
            show_default=False,
            autocompletion=_plan_ids,
        ),
    ],
    fmt: OutputFormat = None,
    output: Output = "-",
    width: Width = None,
    parsed: ParsedFolder = DEFAULT_PARSED,
) -> int:
    """Trace what multi-year plans promised in annual plans."""
    from safeplan.cli.verbs import trace_plans

    return trace_plans(names, annuals, fmt, output, width, parsed)


@app.command(help=say("help.show"))
def show(
    name: PlanName,
    part: Part = None,
    table: TableFilter = "",
    owner: OwnerFilter = "",
    find: Annotated[str, typer.Option("--find", help=say("help.find"))] = "",
    findings: Annotated[bool, typer.Option("--findings", help=say("help.findings"))] = False,
    width: Width = None,
    parsed: ParsedFolder = DEFAULT_PARSED,
) -> int:
    """Print the tasks or the findings of one plan."""
    from safeplan.cli.verbs import show_findings, show_tasks
    from safeplan.reports.filters import Filters

    if findings:
        return show_findings(name, parsed, width)
    return show_tasks(name, parsed, part, Filters(table=table, owner=owner), find, width)


@app.command(help=say("help.owners"))
def owners(
    names: AnyPlans,
    fmt: OutputFormat = None,
    output: Output = "-",
    part: Part = None,
    owner: OwnerFilter = "",
    role: Annotated[
        Literal["lead", "responsible", "assisting"] | None,
        typer.Option("--role", help=say("help.role"), show_default=False),
    ] = None,
    order: Annotated[
        Literal["load", "differs", "name"], typer.Option("--sort", help=say("help.sort"))
    ] = "load",
    only_unlike: Annotated[
        bool, typer.Option("--differs", "-d", help=say("help.owners_differs"))
    ] = False,
    width: Width = None,
    decisions: DecisionsFile = DEFAULT_DECISIONS,
    parsed: ParsedFolder = DEFAULT_PARSED,
) -> int:
    """Print who carries what."""
    from safeplan.cli.verbs import show_owners

    return show_owners(
        names,
        fmt,
        output,
        part,
        owner,
        role=role,
        order=order,
        only_unlike=only_unlike,
        width=width,
        decisions=decisions,
        parsed=parsed,
    )


@app.command(help=say("help.lint"))
def lint(
    names: AnyPlans,
    fmt: OutputFormat = None,
    output: Output = "-",
    only: Annotated[str, typer.Option("--only", help=say("help.lint_only"))] = "",
    skip: Annotated[str, typer.Option("--skip", help=say("help.lint_skip"))] = "",
    every: Annotated[bool, typer.Option("--all", help=say("help.lint_all"))] = False,
    width: Width = None,
    parsed: ParsedFolder = DEFAULT_PARSED,
) -> int:
    """Check plans against themselves."""
    from safeplan.cli.verbs import lint_plans

    return lint_plans(
        names, fmt, output, only=only, skip=skip, every=every, width=width, parsed=parsed
    )


Pair = Annotated[
    str, typer.Argument(metavar="PLAN:TASK", help=say("help.pair"), show_default=False)
]


@app.command(help=say("help.explain"))
def explain(
    left: Pair,
    right: Pair,
    width: Width = None,
    decisions: DecisionsFile = DEFAULT_DECISIONS,
    parsed: ParsedFolder = DEFAULT_PARSED,
) -> int:
    """Print why two tasks were linked, or were not."""
    from safeplan.cli.verbs import explain_pair

    return explain_pair(left, right, width, decisions, parsed)


@app.command(help=say("help.decide"))
def decide(
    file: Annotated[
        Path,
        typer.Argument(metavar="FILE", help=say("help.sheet"), show_default=False, readable=False),
    ],
    decisions: DecisionsFile = DEFAULT_DECISIONS,
) -> int:
    """Take over the verdicts of a review sheet or of a page."""
    from safeplan.cli.verbs import take_decisions

    return take_decisions(file, decisions)


app.add_typer(spoken(corpus_app), name="corpus")
spoken(app)
