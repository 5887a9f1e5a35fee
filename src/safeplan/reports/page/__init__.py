"""Sheets and figures as one HTML file: opens offline, asks nothing of any server, prints on A4.

The tables are plain HTML, so a page can be read, printed and searched without its script; the
script filters rows and draws the figures with Observable Plot (ISC), which is embedded whole.
All text is escaped by the template, and data for the script stands in a JSON element.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import Any, get_args

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup

from safeplan.messages import catalogue, language, say
from safeplan.models import BodyLoad, Plan, Verdict
from safeplan.reports.bodies import bodies, bodies_sheet
from safeplan.reports.compared import notes_sheet, unmatched_sheet
from safeplan.reports.indicators import indicator_sheet, kept_indicators
from safeplan.reports.page.told import (
    Figure,
    comparison_figures,
    load_figure,
    naming,
    packed,
    pairs_data,
)
from safeplan.reports.phrasing import short_names, some_of
from safeplan.reports.result_sheets import Facet, Sheet, distinct, plain
from safeplan.reports.shown import findings_sheet
from safeplan.reports.side_by_side import matrix_sheet
from safeplan.reports.view import ComparisonView

_HERE = Path(__file__).parent
_SEEN = 8
"""Rows that are seen at once: nobody searches them."""
_CHOICES = 40
"""A column with more different values than this is searched, not chosen from."""
_SAID = (
    *("shown", "more", "judged", "file", "score", "partial", "doubtful", "met", "saved", "alike"),
    *("of_group", "forget_sure"),
)
"""Messages that the script says, with places for what it knows."""


def comparison_page(view: ComparisonView) -> str:
    """Return a comparison as a page: who asks most, the measures, who carries what, the doubts."""
    found = kept_indicators(view)
    carrying = bodies(view.plans, view.filters.owner, comparison=view.comparison)
    lead = say(
        "page.lead",
        measures=len(view.lines),
        differing=sum(line.differs for line in view.lines),
        indicators=len(found),
        stricter=sum(one.differs for one in found),
    )
    return page_of_sheets(
        say("page.title", plans=some_of(list(view.names.values()))),
        [
            indicator_sheet(found, view.plans),
            matrix_sheet(view, found),
            unmatched_sheet(view),
            bodies_sheet(view.plans, carrying),
            findings_sheet(view.plans),
            notes_sheet(view),
        ],
        figures=comparison_figures(view, found, carrying),
        lead=lead,
        forms=naming(view.plans),
        pairs=pairs_data(view),
    )


def owners_page(plans: Sequence[Plan], found: Sequence[BodyLoad]) -> str:
    """Return who carries what as a page."""
    return page_of_sheets(
        say("page.owners_title", plans=some_of(list(short_names(plans).values()))),
        [bodies_sheet(plans, found)],
        figures=[load_figure(plans, found)] if found else [],
        forms=naming(plans),
    )


def page_of_sheets(
    title: str,
    sheets: Sequence[Sheet],
    *,
    figures: Sequence[Figure] = (),
    lead: str = "",
    forms: dict[str, Any] | None = None,
    pairs: dict[str, Any] | None = None,
) -> str:
    """Return sheets as one HTML file.

    Args:
        title: what the page is about.
        sheets: its tables. Rows can be chosen by a sheet's facets, or where it has none by its
            columns of few values.
        figures: pictures, drawn between the first two tables and the rest.
        lead: what to know first, in a sentence.
        forms: how bodies may be printed, for the search.
        pairs: the links of a comparison, to be judged by the reader.
    """
    facets = [sheet.facets or _facets(sheet) for sheet in sheets]
    data = {
        "lang": language(),
        "words": {key: catalogue(language())[f"page.{key}"] for key in _SAID},
        "facets": [[_indexed(facet) for facet in of_sheet] for of_sheet in facets],
        "figures": [asdict(figure) for figure in figures],
        "naming": forms,
    }
    scripts = ["pairs.js", "page.js"] if pairs is not None else ["page.js"]
    if figures:
        scripts = ["vendor/d3.min.js", "vendor/plot.min.js", "figures.js", *scripts]
    return _template().render(
        title=title,
        lead=lead,
        lang={"zh": "zh-CN", "en": "en"}[language()],
        sheets=[
            {
                "sheet": sheet,
                "facets": [(facet, _choices(facet)) for facet in of_sheet],
                "shares": sum(column.ratio for column in sheet.columns),
                "alike": _alike(sheet),
                "chosen": bool(sheet.facets) or len(sheet.rows) > _SEEN,
            }
            for sheet, of_sheet in zip(sheets, facets, strict=True)
        ],
        figures=figures,
        figures_after=min(2, len(sheets)) - 1,
        pairs=None if pairs is None else packed(pairs),
        verdicts=get_args(Verdict),
        say=say,
        style=_file("page.css"),
        scripts=[_file(name) for name in scripts],
        data=_json(data),
    )


def _alike(sheet: Sheet) -> list[bool]:
    """Tell of each row whether nothing in it differs: paper does without it."""
    differs = next((facet.values for facet in sheet.facets if facet.key == "differs"), None)
    return [differs is not None and not differs[at] for at in range(len(sheet.rows))]


@cache
def _template() -> Template:
    environment = Environment(
        loader=FileSystemLoader(_HERE),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("page.html.jinja")


@cache
def _file(name: str) -> Markup:
    """Return one of our own files, to stand in the page as it is."""
    return Markup((_HERE / name).read_text(encoding="utf-8"))


def _json(data: object) -> Markup:
    """Return data as JSON that cannot end its script element, whatever texts it holds."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return Markup(text)


# --- what rows can be chosen by ---------------------------------------------------------------


def _choices(facet: Facet) -> list[str]:
    """Return the values to choose from, in the order met."""
    return distinct(value for values in facet.values for value in values)


def _indexed(facet: Facet) -> list[list[int]]:
    """Return for each row the places of its values among the choices."""
    at = {value: index for index, value in enumerate(_choices(facet))}
    return [[at[value] for value in values if value] for values in facet.values]


def _facets(sheet: Sheet) -> list[Facet]:
    """Return a facet for each column that has few values, and fewer than rows."""
    found = []
    for at, column in enumerate(sheet.columns):
        values = [plain(row[at], signed=False).strip() for row in sheet.rows]
        known = distinct(values)
        short = all(len(value) <= _CHOICES for value in known)
        few = 1 < len(known) <= min(_CHOICES, len(values) // 2)
        if few and short and not column.number:
            found.append(Facet(column.key, [[value] if value else [] for value in values]))
    return found
