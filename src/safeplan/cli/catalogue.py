"""What `corpus measures`, `rank` and `place` do, once their arguments are known."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from safeplan.cli.output import Form, write_result
from safeplan.messages import say

if TYPE_CHECKING:
    from safeplan.corpus.catalogue import Corpus


def show_measures(
    folder: Path,
    form: Form,
    *,
    find: str,
    owner: str,
    year: int | None,
    level: str | None,
    at_least: int,
) -> int:
    """Write the measures of a corpus."""
    from safeplan.corpus.catalogue import Corpus, measures
    from safeplan.reports.catalogued import measures_rows, measures_sheets

    corpus = Corpus(folder, year, level)
    found = measures(corpus, find=find, owner=owner, at_least=at_least)
    _say_unlabelled(corpus, found.unlabelled)
    write_result(
        form,
        found,
        lambda: measures_rows(found),
        lambda: measures_sheets(found, owner),
        head=say("catalogue.catalogue"),
    )
    return 0


def show_rank(
    folder: Path,
    measure: str,
    form: Form,
    *,
    subject: str,
    only_label: bool,
    year: int | None,
    level: str | None,
) -> int:
    """Write the districts by strictness of a measure's targets."""
    from safeplan.corpus.catalogue import Corpus, find_measure, rank
    from safeplan.reports.catalogued import rank_book, rank_rows, rank_sheets

    corpus = Corpus(folder, year, level)
    _say_unlabelled(corpus)
    found = rank(corpus, find_measure(corpus, measure), subject=subject, only_label=only_label)
    book = form.fmt == "xlsx"
    sheets = rank_book if book else rank_sheets
    head = say("catalogue.ranking" if book else "catalogue.overview")
    write_result(form, found, lambda: rank_rows(found), lambda: sheets(found), head=head)
    return 0


def show_place(
    folder: Path,
    plan: str,
    form: Form,
    *,
    common: float,
    year: int | None,
    all_years: bool,
    level: str | None,
) -> int:
    """Write where a plan stands among comparable others."""
    from safeplan.corpus.catalogue import Corpus, place
    from safeplan.reports.catalogued import place_rows, place_sheets

    corpus = Corpus(folder, year, level)
    _say_unlabelled(corpus)
    found = place(corpus, plan, common=common, all_years=all_years)
    if not found.comparable:
        print(say("catalogue.nobody", plan=found.plan_id), file=sys.stderr)
    head = say("catalogue.overview")
    write_result(form, found, lambda: place_rows(found), lambda: place_sheets(found), head=head)
    return 0


def _say_unlabelled(corpus: Corpus, unlabelled: int | None = None) -> None:
    """Say where the labels are older than the plans, and how many tasks have none."""
    if corpus.stale:
        count = corpus.unlabelled() if unlabelled is None else unlabelled
        print(say("catalogue.stale", count=count), file=sys.stderr)
