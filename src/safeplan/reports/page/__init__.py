"""Sheets and figures as one HTML file: opens offline, asks nothing of any server, prints on A4.

The tables are plain HTML, so a page can be read, printed and searched without its script; the
script filters rows and draws the figures with Observable Plot (ISC), which is embedded whole.
All text is escaped by the template, and data for the script stands in a JSON element.
"""

from __future__ import annotations

import gzip
import hashlib
import json
from base64 import b64encode
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal, get_args

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup

from safeplan import vocabulary
from safeplan.bodies.names import lexicon
from safeplan.links import threshold
from safeplan.messages import catalogue, language, say
from safeplan.models import BodyLoad, Plan, Verdict
from safeplan.reports.bodies import bodies, bodies_sheet
from safeplan.reports.compared import notes_sheet, unmatched_sheet
from safeplan.reports.indicators import Indicator, indicator_sheet, kept_indicators
from safeplan.reports.phrasing import (
    SIGNS,
    amount_words,
    differs,
    is_doubtful,
    short_names,
    sides,
    some_of,
    source_words,
    told,
)
from safeplan.reports.result_sheets import MOST_COLUMNS, Facet, Sheet, distinct, plain
from safeplan.reports.shown import findings_sheet
from safeplan.reports.side_by_side import matrix_sheet
from safeplan.reports.view import ComparisonView, members
from safeplan.text.folding import narrow

_HERE = Path(__file__).parent
_SEEN = 8
"""Rows that are seen at once: nobody searches them."""
_CHOICES = 40
"""A column with more different values than this is searched, not chosen from."""
MOST_BODIES = 20
EVIDENCE = 3
"""Spans that met which are shown of a link, the weightiest first."""

_SAID = (
    *("shown", "more", "judged", "file", "score", "partial", "doubtful", "met", "saved", "alike"),
    *("of_group", "forget_sure"),
)
"""Messages that the script says, with places for what it knows."""


@dataclass(frozen=True)
class Figure:
    """One picture; the page draws it."""

    kind: Literal["targets", "load", "coverage"]
    title: str
    note: str
    data: list[dict[str, Any]]
    """JSON-able; `targets`: a small picture each, `subject` and `bars` of plan, value (None where
    no amount is given) and label. `load`: body, plan, lead, responsible, label. `coverage`: plan,
    table, linked, alone, label."""
    legend: tuple[str, str] | None = None
    """What the full and the hatched part of a bar say."""


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
        sheets=[*zip(sheets, facets, map(_alike, sheets), strict=True)],
        seen=_SEEN,
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


def _indexed(facet: Facet) -> list[list[int]]:
    """Return for each row the places of its values among the choices."""
    at = {value: index for index, value in enumerate(facet.choices)}
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


# --- pictures ---------------------------------------------------------------------------------


def comparison_figures(
    view: ComparisonView, found: Sequence[Indicator], carrying: Sequence[BodyLoad]
) -> list[Figure]:
    """Return the pictures of a comparison that have anything to show."""
    figures = [_coverage_figure(view), load_figure(view.plans, carrying)]
    # Of many plans the table tells the strictest and the loosest: so many bars tell less.
    if len(view.plans) <= MOST_COLUMNS:
        figures.insert(0, _targets_figure(found, view.names))
    return [figure for figure in figures if figure.data]


def _targets_figure(found: Sequence[Indicator], names: dict[str, str]) -> Figure:
    """Return the indicators that plans set differently, each with its targets side by side."""
    data = []
    for one in found:
        amounts = [a.target for a in one.asked.values() if a.target.value is not None]
        # Targets share an axis that have one unit.
        if one.differs and len(amounts) > 1 and len({target.unit for target in amounts}) == 1:
            bars = []
            for plan_id, asked in one.asked.items():
                value = asked.target.value
                height = max(value) if isinstance(value, tuple) else value
                label = SIGNS[asked.stands] + amount_words(asked.target)
                bars.append({"plan": names[plan_id], "value": height, "label": label})
            data.append({"subject": one.subject, "bars": bars})
    return Figure("targets", say("figure.targets"), say("figure.targets_note"), data)


def _coverage_figure(view: ComparisonView) -> Figure:
    """Return for each table of each plan how many of its tasks others have too."""
    data = []
    for plan in view.plans:
        kept = [task for task in plan.tasks if view.filters.keeps(task)]
        titles = {task.table: task.table_title for task in reversed(kept)}
        alone = Counter(task.table for task in view.unmatched[plan.plan_id])
        for table, count in Counter(task.table for task in kept).items():
            linked = count - alone[table]
            data.append(
                {
                    "plan": view.names[plan.plan_id],
                    "table": f"{table} {titles[table]}",
                    "linked": linked,
                    "alone": alone[table],
                    "label": say("figure.of", linked=linked, all=count),
                }
            )
    legend = say("figure.linked"), say("figure.alone")
    return Figure("coverage", say("figure.coverage"), say("figure.coverage_note"), data, legend)


def load_figure(plans: Sequence[Plan], found: Sequence[BodyLoad]) -> Figure:
    """Return how many tasks the busiest bodies carry in each plan."""
    shown = found[:MOST_BODIES]
    data = [
        {
            "body": body.name,
            "plan": name,
            "lead": body.count(plan_id, "lead"),
            "others": body.count(plan_id, "responsible", "assisting"),
        }
        for body in shown
        for plan_id, name in short_names(plans).items()
    ]
    note = say("figure.most", count=len(shown))
    return Figure("load", say("figure.load"), note, data, (say("role.lead"), say("role.others")))


# --- links to judge ---------------------------------------------------------------------------


def pairs_data(view: ComparisonView) -> dict[str, Any]:
    """Return the links that a view keeps, the most doubtful first.

    Of 38 plans there are tens of thousands: the page draws those that are asked for. Texts stand
    once, links name them by number.

    Returns:
        `key`: what the reader's verdicts on these documents are kept under; `plans`: place and
        region as a decision names it; `records`: plan, id, name, content, source; `words`: texts
        that links name by number; `groups`; `links`: left, right, group, score in hundredths,
        whether partial, whether doubtful, whether it differs, verdict, words that say what
        differs, words that met.
    """
    names, tasks = view.names, view.tasks
    at = {record: number for number, record in enumerate(tasks)}
    groups = {one: number for number, line in enumerate(view.lines) for one in members(line.group)}
    words: dict[str, int] = {}
    links: list[list[Any]] = []
    for link in sorted(view.kept.links, key=lambda link: abs(link.score - threshold())):
        left, right = sides(link)
        said = [said for kind, said in told(link, language(), tasks) if kind != "same"]
        met = [text for one in link.evidence[:EVIDENCE] for text in (one.left, one.right)]
        links.append(
            [
                at[left],
                at[right],
                groups.get(left, -1),
                round(link.score * 100),
                int(link.relation == "partial"),
                int(is_doubtful(link)),
                int(differs(link)),
                link.decided or "",
                *([words.setdefault(text, len(words)) for text in texts] for texts in (said, met)),
            ]
        )
    numbers = {plan_id: number for number, plan_id in enumerate(names)}
    read = "".join(plan.plan_id + plan.source.sha256 for plan in view.plans)
    return {
        "key": hashlib.sha256(read.encode()).hexdigest()[:16],
        "plans": [[names[plan.plan_id], plan.region.name] for plan in view.plans],
        "records": [
            [numbers[plan_id], task_id, task.name, task.content, source_words(task.source)]
            for (plan_id, task_id), task in tasks.items()
        ],
        "words": list(words),
        "groups": [line.group.group_id for line in view.lines],
        "links": links,
    }


def packed(data: object) -> str:
    """Return data as JSON, packed by gzip and written in base64: it cannot end its element."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return b64encode(gzip.compress(text.encode("utf-8"), mtime=0)).decode("ascii")


# --- names of bodies --------------------------------------------------------------------------


def naming(plans: Sequence[Plan]) -> dict[str, Any]:
    """Return how the bodies of plans may be printed: 县应急局 finds what is under 应急管理局.

    Returns:
        `fold`: spellings that mean the same, replaced in this order; `levels`: level words, a
        character each; `tails`: what may follow one, nothing among it; `names`: each folded name
        without its level word, and the canonical name it stands for.
    """
    words = vocabulary.load("bodies")
    key = lexicon().key
    aliases: dict[str, list[str]] = {**words["committees"], **words["bodies"]}
    printed = {
        (owner.text, owner.name) for plan in plans for task in plan.tasks for owner in task.owners
    }
    names = {key(narrow(text)): name for text, name in sorted(printed)}
    for name in sorted({name for _, name in printed}):
        forms = [form for form in aliases.get(name, ()) if "*" not in form]
        names.update({key(form): name for form in (*forms, name)})
    return {
        "fold": words["fold"],
        "levels": "".join(words["levels"]),
        "tails": ["", *words["level_tails"]],
        "names": names,
    }
