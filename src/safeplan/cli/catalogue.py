"""What `corpus measures`, `rank` and `place` do, once their arguments are known."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from safeplan.cli.output import CSV, print_to, write_rows, write_sheets, write_text
from safeplan.messages import say

if TYPE_CHECKING:
    from rich.console import Console

    from safeplan.corpus.catalogue import Corpus
    from safeplan.models import Record
    from safeplan.reports.result_sheets import Sheet

Found = TypeVar("Found", bound="Record")


class Form(NamedTuple):
    """How and where a result is written."""

    fmt: str
    output: str
    width: int | None
    most: int
    """Rows of a table on the terminal; 0 for all."""


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
    from safeplan.corpus.catalogue import measures
    from safeplan.reports.catalogue import measures_rows, measures_sheets

    corpus = _corpus(folder, year, level)
    found = measures(corpus, find=find, owner=owner, at_least=at_least)
    _say_unlabelled(corpus, found.unlabelled)
    _write(form, found, measures_rows, lambda said: measures_sheets(said, owner), "catalogue")
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
    from safeplan.corpus.catalogue import find_measure, rank
    from safeplan.reports.catalogue import rank_book, rank_rows, rank_sheets

    corpus = _corpus(folder, year, level)
    _say_unlabelled(corpus)
    asked = find_measure(corpus, measure)
    found = rank(corpus, asked, subject=subject, only_label=only_label)
    if form.fmt == "xlsx":
        _write(form, found, rank_rows, rank_book, "ranking")
    else:
        _write(form, found, rank_rows, rank_sheets, "overview")
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
    from safeplan.corpus.catalogue import place
    from safeplan.reports.catalogue import place_rows, place_sheets

    corpus = _corpus(folder, year, level)
    _say_unlabelled(corpus)
    found = place(corpus, plan, common=common, all_years=all_years)
    if not found.comparable:
        print(say("catalogue.nobody", plan=found.plan_id), file=sys.stderr)
    _write(form, found, place_rows, place_sheets, "overview")
    return 0


def _corpus(folder: Path, year: int | None, level: str | None) -> Corpus:
    from safeplan.corpus.catalogue import Corpus

    return Corpus(folder, year, level)


def _say_unlabelled(corpus: Corpus, unlabelled: int | None = None) -> None:
    """Say where the labels are older than the plans, and how many tasks have none."""
    if corpus.stale:
        count = corpus.unlabelled() if unlabelled is None else unlabelled
        print(say("catalogue.stale", count=count), file=sys.stderr)


def _write(
    form: Form,
    found: Found,
    rows: Callable[[Found], Sheet],
    sheets: Callable[[Found], Sequence[Sheet]],
    title: str,
) -> None:
    """Write a result in the form asked for.

    Args:
        form: how and where.
        found: the result.
        rows: gives it as CSV.
        sheets: give it for people; what the first is titled on the screen heads a page.
        title: the key of the first sheet's title on a page and in a workbook.
    """
    if form.fmt == "json":
        write_text(form.output, found.model_dump_json(indent=2) + "\n")
    elif form.fmt in CSV:
        write_rows(form.output, rows(found), form.fmt)
    elif form.fmt in ("xlsx", "html", "docx"):
        first, *others = sheets(found)
        titled = replace(first, title=say(f"catalogue.{title}"))
        write_sheets(first.title, [titled, *others], form.fmt, form.output)
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
