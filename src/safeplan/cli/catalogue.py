"""What `corpus measures`, `rank` and `place` answer, in the form that is asked for."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypeVar, get_args

from safeplan.cli.output import CSV, form_of, print_to, write_rows, write_sheets, write_text
from safeplan.cli.trouble import Trouble
from safeplan.messages import say
from safeplan.models import Level, Record

if TYPE_CHECKING:
    from rich.console import Console

    from safeplan.corpus.catalogue import Corpus
    from safeplan.reports.result_sheets import Sheet

__all__ = ["Form", "asked", "form_of", "show_measures", "show_place", "show_rank"]

Found = TypeVar("Found", bound=Record)


class Form(NamedTuple):
    """How and where an answer is written."""

    fmt: str
    output: str
    width: int | None
    most: int
    """Rows of a table on the terminal; 0 for all."""


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
    from safeplan.reports.catalogue import measures_rows, measures_sheets

    found = measures(corpus, find=find, owner=owner, at_least=at_least)
    _write(form, found, measures_rows, lambda said: measures_sheets(said, owner), "catalogue")
    return 0


def show_rank(corpus: Corpus, form: Form, measure: str, *, subject: str, only_label: bool) -> int:
    """Write the districts by strictness of a measure's targets."""
    from safeplan.corpus.catalogue import find_measure, rank
    from safeplan.reports.catalogue import rank_book, rank_rows, rank_sheets

    found = rank(corpus, find_measure(corpus, measure), subject=subject, only_label=only_label)
    if form.fmt == "xlsx":
        _write(form, found, rank_rows, rank_book, "ranking")
    else:
        _write(form, found, rank_rows, rank_sheets, "overview")
    return 0


def show_place(corpus: Corpus, form: Form, plan: str, *, common: float, all_years: bool) -> int:
    """Write where a plan stands among comparable others."""
    from safeplan.corpus.catalogue import place
    from safeplan.reports.catalogue import place_rows, place_sheets

    found = place(corpus, plan, common=common, all_years=all_years)
    if not found.comparable:
        print(say("catalogue.nobody", plan=found.plan_id), file=sys.stderr)
    _write(form, found, place_rows, place_sheets, "overview")
    return 0


def _write(
    form: Form,
    found: Found,
    rows: Callable[[Found], Sheet],
    sheets: Callable[[Found], Sequence[Sheet]],
    title: str,
) -> None:
    """Write an answer.

    Args:
        form: how and where.
        found: the answer.
        rows: gives it as CSV.
        sheets: give it for people; what the first is titled on the screen heads a page.
        title: the key of the first sheet's title on a page and in a workbook.
    """
    fmt = form.fmt
    if fmt == "json":
        write_text(form.output, found.model_dump_json(indent=2) + "\n")
    elif fmt in CSV:
        write_rows(form.output, rows(found), fmt)
    elif fmt in ("xlsx", "html", "docx"):
        first, *others = sheets(found)
        titled = replace(first, title=say(f"catalogue.{title}"))
        write_sheets(first.title, [titled, *others], fmt, form.output)
    else:
        print_to(form.output, form.width, lambda out: _print(sheets(found), form.most, out))


def _print(sheets: Sequence[Sheet], most: int, out: Console) -> None:
    """Print sheets; of a long one the first rows, and how many more there are."""
    from safeplan.reports.terminal import print_sheet

    for sheet in sheets:
        whole = not most or (sheet.columns and sheet.columns[0].key == "entry")
        rows = sheet.rows if whole else sheet.rows[:most]
        more = len(sheet.rows) - len(rows)
        notes = [say("catalogue.more", count=more) if more else "", sheet.note]
        print_sheet(replace(sheet, rows=rows, note="\n".join(filter(None, notes))), out)
