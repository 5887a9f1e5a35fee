"""The group `corpus`: many plans in one Parquet corpus. Nothing heavy is imported before a verb runs.

Every verb works inside `_corpus`, which asks for the extra that it needs and says in one line what
is wrong with the corpus.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, get_args

import typer

from safeplan.cli.options import Force, Output, OutputFormat, Part, TimeLimit, Width
from safeplan.corpus import DEFAULT_CORPUS, CorpusError, require
from safeplan.messages import say

if TYPE_CHECKING:
    from safeplan.cli.output import Form
    from safeplan.corpus.catalogue import Corpus

corpus_app = typer.Typer(help=say("help.corpus"), no_args_is_help=True)

CorpusFolder = Annotated[
    Path,
    typer.Option(
        "--corpus", metavar="DIR", help=say("help.corpus_folder"), envvar="SAFEPLAN_CORPUS"
    ),
]


@contextmanager
def _corpus(extra: str = "scale") -> Iterator[None]:
    """Ask for an extra, and say what is wrong with the corpus in one line.

    Raises:
        Trouble: the extra is missing; or the corpus has something the user must mend.
    """
    from safeplan.cli.trouble import corpus_trouble

    try:
        require(extra)
        yield
    except CorpusError as error:
        raise corpus_trouble(error) from None


@corpus_app.command(help=say("help.corpus_add"))
def add(
    inputs: Annotated[
        list[str],
        typer.Argument(metavar="PATH...", help=say("help.corpus_inputs"), show_default=False),
    ],
    folder: CorpusFolder = DEFAULT_CORPUS,
    plan_id: Annotated[
        str, typer.Option("--as", metavar="PLAN_ID", help=say("help.corpus_as"))
    ] = "",
    part: Part = None,
    force: Force = False,
    seconds: TimeLimit = 600,
) -> int:
    """Parse documents into the corpus."""
    with _corpus():
        from safeplan.cli.corpus_add import add_inputs

        return add_inputs(inputs, folder, plan_id=plan_id, part=part, force=force, seconds=seconds)


@corpus_app.command(help=say("help.corpus_align"))
def align(
    folder: CorpusFolder = DEFAULT_CORPUS,
    ray: Annotated[
        str | None,
        typer.Option("--ray", metavar="ADDRESS", help=say("help.corpus_ray"), show_default=False),
    ] = None,
    partitions: Annotated[
        int | None,
        typer.Option("--partitions", min=1, help=say("help.corpus_partitions"), show_default=False),
    ] = None,
) -> int:
    """Give every task of the corpus its measure label."""
    with _corpus("cluster" if ray else "scale"):
        from safeplan.corpus.aligning import align as align_corpus

        done = align_corpus(folder, ray=ray, partitions=partitions, report=_say_stage)
    counts = {"plans": done.plans, "tasks": done.tasks, "texts": done.texts, "labels": done.labels}
    typer.echo(say("corpus.aligned", **counts))
    return 0


def _say_stage(stage: str, rows: int) -> None:
    if not sys.stderr.isatty():
        return
    typer.echo(say(f"corpus.stage_{stage}", rows=f"{rows:,}"), err=True)


Year = Annotated[
    int | None, typer.Option("--year", help=say("help.corpus_year"), show_default=False)
]
LevelName = Annotated[
    str, typer.Option("--level", help=say("help.corpus_level"), show_default=False)
]
Most = Annotated[int, typer.Option("--most", min=0, help=say("help.corpus_most"))]


@contextmanager
def _asked(
    folder: Path,
    year: int | None,
    level: str,
    fmt: str | None,
    output: str,
    width: int | None,
    most: int,
) -> Iterator[tuple[Corpus, Form]]:
    """Open the plans of a corpus that are asked about; say where their labels are old.

    Raises:
        Trouble: there is no such level; or as `_corpus`.
    """
    with _corpus():
        from safeplan.cli.output import form_of
        from safeplan.cli.trouble import Trouble
        from safeplan.corpus.catalogue import Corpus
        from safeplan.models import Level

        form = form_of(fmt, output, width, most)
        if level and level not in get_args(Level):
            known = "、".join(get_args(Level))
            raise Trouble("--level", say("trouble.level", asked=level, known=known))
        corpus = Corpus(folder, year, level or None)
        if corpus.stale:
            print(say("catalogue.stale", count=corpus.unlabelled()), file=sys.stderr)
        yield corpus, form


@corpus_app.command(help=say("help.corpus_measures"))
def measures(
    folder: CorpusFolder = DEFAULT_CORPUS,
    find: Annotated[str, typer.Option("--find", help=say("help.corpus_find"))] = "",
    owner: Annotated[str, typer.Option("--owner", help=say("help.corpus_owner"))] = "",
    year: Year = None,
    level: LevelName = "",
    at_least: Annotated[
        int, typer.Option("--at-least", min=1, help=say("help.corpus_at_least"))
    ] = 2,
    fmt: OutputFormat = None,
    output: Output = "-",
    width: Width = None,
    most: Most = 100,
) -> None:
    """Print every measure of the corpus: plans, years, owners, range of targets."""
    with _asked(folder, year, level, fmt, output, width, most) as (corpus, form):
        from safeplan.cli.output import write_result
        from safeplan.corpus import catalogue
        from safeplan.reports.catalogued import measures_rows, measures_sheets

        found = catalogue.measures(corpus, find=find, owner=owner, at_least=at_least)
        rows, sheets = partial(measures_rows, found), partial(measures_sheets, found, owner)
        write_result(form, found, rows, sheets, head=say("catalogue.catalogue"))


@corpus_app.command(help=say("help.corpus_rank"))
def rank(
    measure: Annotated[
        str, typer.Argument(metavar="MEASURE", help=say("help.corpus_measure"), show_default=False)
    ],
    folder: CorpusFolder = DEFAULT_CORPUS,
    subject: Annotated[str, typer.Option("--subject", help=say("help.corpus_subject"))] = "",
    only_label: Annotated[
        bool, typer.Option("--only-label", help=say("help.corpus_only_label"))
    ] = False,
    year: Year = None,
    level: LevelName = "",
    fmt: OutputFormat = None,
    output: Output = "-",
    width: Width = None,
    most: Most = 100,
) -> None:
    """Rank the districts by how strict their target for a measure is."""
    with _asked(folder, year, level, fmt, output, width, most) as (corpus, form):
        from safeplan.cli.output import write_result
        from safeplan.corpus import catalogue
        from safeplan.reports.catalogued import rank_book, rank_rows, rank_sheets

        meant = catalogue.find_measure(corpus, measure)
        found = catalogue.rank(corpus, meant, subject=subject, only_label=only_label)
        made, head = (rank_book, "ranking") if form.fmt == "xlsx" else (rank_sheets, "overview")
        rows, sheets = partial(rank_rows, found), partial(made, found)
        write_result(form, found, rows, sheets, head=say(f"catalogue.{head}"))


@corpus_app.command(help=say("help.corpus_place"))
def place(
    plan: Annotated[
        str, typer.Argument(metavar="PLAN", help=say("help.corpus_plan"), show_default=False)
    ],
    folder: CorpusFolder = DEFAULT_CORPUS,
    common: Annotated[
        float, typer.Option("--common", min=0, max=1, help=say("help.corpus_common"))
    ] = 0.5,
    year: Annotated[
        int | None, typer.Option("--year", help=say("help.corpus_place_year"), show_default=False)
    ] = None,
    all_years: Annotated[
        bool, typer.Option("--all-years", help=say("help.corpus_all_years"))
    ] = False,
    level: LevelName = "",
    fmt: OutputFormat = None,
    output: Output = "-",
    width: Width = None,
    most: Most = 100,
) -> None:
    """Show where a plan stands among all others."""
    with _asked(folder, year, level, fmt, output, width, most) as (corpus, form):
        from safeplan.cli.output import write_result
        from safeplan.corpus import catalogue
        from safeplan.reports.catalogued import place_rows, place_sheets

        found = catalogue.place(corpus, plan, common=common, all_years=all_years)
        if not found.comparable:
            print(say("catalogue.nobody", plan=found.plan_id), file=sys.stderr)
        rows, sheets = partial(place_rows, found), partial(place_sheets, found)
        write_result(form, found, rows, sheets, head=say("catalogue.overview"))
