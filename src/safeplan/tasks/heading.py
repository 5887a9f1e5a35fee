"""The heading of an official document (GB/T 9704-2012): 发文字号, 标题, 发文机关, 成文日期.

From these come the plan's region, kind and period, and with them its id. What the heading does
not say is left open; what had to be taken from elsewhere is said as a finding.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field
from pathlib import PurePath

from safeplan.documents import Document
from safeplan.models import Finding, Kind, Period, Region
from safeplan.tasks.dates import DATE, NO_YEARS, date_of, period_in, period_stated, years_of
from safeplan.tasks.layout import Layout
from safeplan.tasks.naming import issuer_of, kind_of, listed, masthead, opening_body, tells_a_plan
from safeplan.tasks.regions import located, named_anywhere, region_in


@dataclass(frozen=True)
class Heading:
    """What the heading says; `region` has no name and `period` no years where nothing tells them."""

    title: str | None
    issuer: str | None
    document_number: str | None
    issued_on: dt.date | None
    region: Region
    kind: Kind
    period: Period
    tells_a_plan: bool
    """Whether the title is a plan's: without, only tables and notes of owners make one."""
    findings: list[Finding] = field(default_factory=list)


def read_heading(
    document: Document, layout: Layout | None = None, *, region: str = "", years: str = ""
) -> Heading:
    """Read the heading of a document.

    Args:
        document: as its reader gives it.
        layout: its parts, where they are known already.
        region: the user's word for the region, where the document names none.
        years: the user's word for the year or years, where the document names none.
    """
    layout = layout or Layout(document)
    stem = PurePath(document.path).stem
    findings: list[Finding] = []
    issuer, issued_on, number = _issue(layout, findings)
    place = _region(layout, issuer, region, stem, findings)
    kind = kind_of(layout.title.text if layout.title else stem)
    period = _period(layout, issued_on, number, (years, stem), findings)
    if kind is None:
        kind = "multi_year" if period.start_year != period.end_year else "annual"
        findings.append(Finding(code="kind_unknown"))
    return Heading(
        title=layout.title.text if layout.title else None,
        issuer=issuer and listed(issuer),
        document_number=number,
        issued_on=issued_on,
        region=place,
        kind=kind,
        period=period,
        tells_a_plan=tells_a_plan(layout.title, layout.first_number),
        findings=findings,
    )


def _issue(
    layout: Layout, findings: list[Finding]
) -> tuple[str | None, dt.date | None, str | None]:
    """Return issuer, date and number: as signed and printed, else as the page's metadata say."""
    signature, title, labelled = layout.signature, layout.title, layout.labelled
    issuer = (
        (signature.issuer if signature else None)
        or (title.issuer if title else None)
        or masthead(layout.front)
        or (opening_body(title.text) if title else None)
    )
    said_issuer = labelled.get("issuer")
    if issuer and said_issuer and said_issuer.endswith(issuer):
        issuer = said_issuer  # 县人民政府办公室, in full: 思南县人民政府办公室
    issued_on = signature.issued_on if signature else None
    number = layout.document_number
    said: list[str] = []
    if issuer is None and (issuer := said_issuer):
        said.append(issuer)
    for name in ("issued_on", "made_on"):
        if issued_on is None and (match := re.match(DATE, labelled.get(name, ""))):
            issued_on = date_of(match)
            said.append(match.group())
    if number is None and (number := labelled.get("number")):
        said.append(number)
    if said:
        findings.append(Finding(code="from_metadata", args={"text": "、".join(said)}))
    return issuer, issued_on, number


# --- region -----------------------------------------------------------------------------------


def _region(
    layout: Layout, issuer: str | None, given: str, stem: str, findings: list[Finding]
) -> Region:
    """Return the region of title, issuer, signature or salutation, else the one that is given."""
    title, signature = layout.title, layout.signature
    top = title.at[0] if title else 0
    letter = layout.lines[top : layout.first_number]
    # Other lines that name a government tell in which province a 鼓楼区 lies.
    around = [
        line
        for line in (*letter, *layout.lines[-12:])  # At its foot a web page names its government.
        if re.match("版权所有|主办|承办", line) or issuer_of(line)
    ]
    bodies = [issuer, layout.labelled.get("issuer")]
    named = [title.text, title.issuer] if title else []
    # What is passed on (转发) may be another government's: there the body that does it goes first.
    places = [*bodies, *named] if title and "forwarded" in title.places else [*named, *bodies]
    places += [signature.issuer if signature else None, masthead(layout.front)]
    # 清江区各镇街：, but not 隆安县、马山县人民政府：, whose city writes to them.
    salutations = [
        line
        for line in letter
        if re.fullmatch("[^。；：:]{2,200}[:：]", line)
        and (region := region_in(line))
        and re.match("各|直|属|辖|有关", line[len(region.full_name) :])
    ]
    above = [line for line in layout.lines[:top] if issuer_of(line)]
    region = (
        located([place for place in places if place], around)
        or (named_anywhere(title.text) if title else None)
        or located(salutations)
        or located(around)
        or located(above)
    )
    if region:
        return region
    if given:
        return region_in(given) or Region(name=given, level=None, full_name=given)
    if region := region_in(stem):
        findings.append(Finding(code="region_from_file_name", args={"region": region.name}))
        return region
    findings.append(Finding(code="region_unknown"))
    return Region(name="", level=None)


# --- years ------------------------------------------------------------------------------------


def _period(
    layout: Layout,
    issued_on: dt.date | None,
    number: str | None,
    given: tuple[str, str],
    findings: list[Finding],
) -> Period:
    """Return the years of the title, else those of the date, the number, the file's name.

    A plan of three years that prints none begins in the year of its issue.
    """
    years, stem = given
    stated = (period_stated(line) for line in layout.front)
    told = layout.title.period if layout.title else None
    if period := told or next(filter(None, stated), None) or period_in(years):
        return period
    sources = {
        "year_from_date": str(issued_on.year) if issued_on else "",
        "year_from_number": number or "",
        "year_from_file_name": stem,
    }
    found = [(code, period) for code, text in sources.items() if (period := period_in(text))]
    if not found:
        findings.append(Finding(code="year_unknown"))
        return NO_YEARS
    code, period = found[0]
    start, count = period.start_year, years_of(layout.title.text if layout.title else stem)
    findings.append(Finding(code=code, args={"year": str(start)}))
    if start is None or start != period.end_year or count == 1:
        return period
    end = start + count - 1
    args = {"start": str(start), "end": str(end)}
    findings.append(Finding(code="years_counted", args=args))
    return Period(start_year=start, end_year=end)
