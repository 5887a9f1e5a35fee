"""The group `corpus`: many plans in one Parquet corpus. Nothing heavy is imported before a verb runs.

Every verb works inside `_corpus`, which asks for the extra that it needs and says in one line what
is wrong with the corpus.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, get_args

import typer

from safeplan.cli.options import CommandLine, argument, option, verb
from safeplan.cli.output import form_of, write_result
from safeplan.cli.trouble import Trouble, corpus_trouble
from safeplan.cli.usage import VerbGroup
from safeplan.corpus import DEFAULT_CORPUS, CorpusError, require
from safeplan.messages import say

if TYPE_CHECKING:
    from safeplan.corpus.catalogue import Corpus

corpus_app = typer.Typer(
    name="corpus", cls=VerbGroup, help=say("help.corpus"), no_args_is_help=True
)
_folder: dict[str, Any] = {"metavar": "DIR", "envvar": "SAFEPLAN_CORPUS"}


class CorpusCommandLine(CommandLine):
    """What a command line asks of a verb of the group."""

    inputs: Annotated[list[str], argument("PATH...", "corpus_inputs")]
    measure: Annotated[str, argument("MEASURE", "corpus_measure")]
    plan: Annotated[str, argument("PLAN", "corpus_plan")]
    corpus: Annotated[Path, option("--corpus", text="corpus_folder", **_folder)] = DEFAULT_CORPUS
    plan_id: Annotated[str, option("--as", text="corpus_as", metavar="PLAN_ID")] = ""
    ray: Annotated[str | None, option("--ray", text="corpus_ray", metavar="ADDRESS")] = None
    partitions: Annotated[int | None, option("--partitions", text="corpus_partitions", min=1)] = (
        None
    )

    find: Annotated[str, option("--find", text="corpus_find")] = ""
    owner: Annotated[str, option("--owner", text="corpus_owner")] = ""
    subject: Annotated[str, option("--subject", text="corpus_subject")] = ""
    only_label: Annotated[bool, option("--only-label", text="corpus_only_label")] = False
    at_least: Annotated[int, option("--at-least", text="corpus_at_least", min=1)] = 2
    common: Annotated[float, option("--common", text="corpus_common", min=0, max=1)] = 0.5
    of_year: Annotated[int | None, option("--year", text="corpus_year")] = None
    of_its_year: Annotated[int | None, option("--year", text="corpus_place_year")] = None
    all_years: Annotated[bool, option("--all-years", text="corpus_all_years")] = False
    level: Annotated[str, option("--level", text="corpus_level")] = ""
    most: Annotated[int, option("--most", text="corpus_most", min=0)] = 100


_verb = partial(verb, corpus_app, CorpusCommandLine)


@contextmanager
def _corpus(extra: str = "scale") -> Iterator[None]:
    """Ask for an extra, and say in one line that it is missing or what is wrong with the corpus."""
    try:
        require(extra)
        yield
    except CorpusError as error:
        raise corpus_trouble(error) from None


@_verb("inputs corpus plan_id part force seconds")
def add(asked: CorpusCommandLine) -> int:
    """Parse documents into the corpus."""
    with _corpus():
        from safeplan.cli.corpus_add import add_inputs

        return add_inputs(asked)


@_verb("corpus ray partitions")
def align(asked: CorpusCommandLine) -> None:
    """Give every task of the corpus its measure label."""
    with _corpus("cluster" if asked.ray else "scale"):
        from safeplan.corpus.aligning import align as align_corpus

        done = align_corpus(
            asked.corpus, ray=asked.ray, partitions=asked.partitions, report=_say_stage
        )
    counts = {"plans": done.plans, "tasks": done.tasks, "texts": done.texts, "labels": done.labels}
    typer.echo(say("corpus.aligned", **counts))


def _say_stage(stage: str, rows: int) -> None:
    if sys.stderr.isatty():
        typer.echo(say(f"corpus.stage_{stage}", rows=f"{rows:,}"), err=True)


@contextmanager
def _plans(asked: CorpusCommandLine, year: int | None) -> Iterator["Corpus"]:
    """Open the plans of a corpus that are asked about; say where their labels are old."""
    with _corpus():
        from safeplan.corpus.catalogue import Corpus
        from safeplan.models import Level

        form_of(asked)
        if asked.level and asked.level not in get_args(Level):
            known = "、".join(get_args(Level))
            raise Trouble("--level", say("trouble.level", asked=asked.level, known=known))
        corpus = Corpus(asked.corpus, year, asked.level or None)
        if corpus.stale:
            print(say("catalogue.stale", count=corpus.unlabelled()), file=sys.stderr)
        yield corpus


@_verb("corpus find owner of_year level at_least form output width most")
def measures(asked: CorpusCommandLine) -> None:
    """Print every measure of the corpus: plans, years, owners, range of targets."""
    with _plans(asked, asked.of_year) as corpus:
        from safeplan.corpus import catalogue
        from safeplan.reports.catalogued import measures_rows, measures_sheets

        found = catalogue.measures(
            corpus, find=asked.find, owner=asked.owner, at_least=asked.at_least
        )
        rows, sheets = partial(measures_rows, found), partial(measures_sheets, found, asked.owner)
        write_result(asked, found, rows, sheets, head=say("catalogue.catalogue"))


@_verb("measure corpus subject only_label of_year level form output width most")
def rank(asked: CorpusCommandLine) -> None:
    """Rank the districts by how strict their target for a measure is."""
    with _plans(asked, asked.of_year) as corpus:
        from safeplan.corpus import catalogue
        from safeplan.reports.catalogued import rank_book, rank_rows, rank_sheets

        meant = catalogue.find_measure(corpus, asked.measure)
        found = catalogue.rank(corpus, meant, subject=asked.subject, only_label=asked.only_label)
        book = form_of(asked) == "xlsx"
        rows, sheets = partial(rank_rows, found), partial(rank_book if book else rank_sheets, found)
        head = say(f"catalogue.{'ranking' if book else 'overview'}")
        write_result(asked, found, rows, sheets, head=head)


@_verb("plan corpus common of_its_year all_years level form output width most")
def place(asked: CorpusCommandLine) -> None:
    """Show where a plan stands among all others."""
    with _plans(asked, asked.of_its_year) as corpus:
        from safeplan.corpus import catalogue
        from safeplan.reports.catalogued import place_rows, place_sheets

        found = catalogue.place(corpus, asked.plan, common=asked.common, all_years=asked.all_years)
        if not found.comparable:
            print(say("catalogue.nobody", plan=found.plan_id), file=sys.stderr)
        rows, sheets = partial(place_rows, found), partial(place_sheets, found)
        write_result(asked, found, rows, sheets, head=say("catalogue.overview"))
