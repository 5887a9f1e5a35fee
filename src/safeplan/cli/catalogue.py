"""What `corpus measures`, `rank` and `place` answer, in the form that is asked for."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, get_args

from safeplan.cli.output import Form, write_result
from safeplan.cli.trouble import Trouble
from safeplan.messages import say
from safeplan.models import Level

if TYPE_CHECKING:
    from safeplan.corpus.catalogue import Corpus


def asked(folder: Path, year: int | None, level: str) -> Corpus:
    """Return the plans of a corpus that are asked about; say where its labels are old.

    Raises:
        Trouble: there is no such level.
    """
    from safeplan.corpus.catalogue import Corpus

    if level and level not in get_args(Level):
        known = "、".join(get_args(Level))
        raise Trouble("--level", say("trouble.level", asked=level, known=known))
    corpus = Corpus(folder, year, level or None)
    if corpus.stale:
        print(say("catalogue.stale", count=corpus.unlabelled()), file=sys.stderr)
    return corpus


def show_measures(corpus: Corpus, form: Form, *, find: str, owner: str, at_least: int) -> int:
    """Write the measures of a corpus."""
    from safeplan.corpus.catalogue import measures
    from safeplan.reports.catalogued import measures_rows, measures_sheets

    found = measures(corpus, find=find, owner=owner, at_least=at_least)
    write_result(
        form,
        found,
        lambda: measures_rows(found),
        lambda: measures_sheets(found, owner),
        head=say("catalogue.catalogue"),
    )
    return 0


def show_rank(corpus: Corpus, form: Form, measure: str, *, subject: str, only_label: bool) -> int:
    """Write the districts by strictness of a measure's targets."""
    from safeplan.corpus.catalogue import find_measure, rank
    from safeplan.reports.catalogued import rank_book, rank_rows, rank_sheets

    found = rank(corpus, find_measure(corpus, measure), subject=subject, only_label=only_label)
    book = form.fmt == "xlsx"
    sheets = rank_book if book else rank_sheets
    head = say("catalogue.ranking" if book else "catalogue.overview")
    write_result(form, found, lambda: rank_rows(found), lambda: sheets(found), head=head)
    return 0


def show_place(corpus: Corpus, form: Form, plan: str, *, common: float, all_years: bool) -> int:
    """Write where a plan stands among comparable others."""
    from safeplan.corpus.catalogue import place
    from safeplan.reports.catalogued import place_rows, place_sheets

    found = place(corpus, plan, common=common, all_years=all_years)
    if not found.comparable:
        print(say("catalogue.nobody", plan=found.plan_id), file=sys.stderr)
    head = say("catalogue.overview")
    write_result(form, found, lambda: place_rows(found), lambda: place_sheets(found), head=head)
    return 0
