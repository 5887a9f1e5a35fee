"""The heading of an official document (GB/T 9704-2012): 发文字号, 标题, 发文机关, 成文日期.

From these come the plan's region, kind and period, and with them its id. What the heading does
not say is left null; what had to be taken from elsewhere is said as a finding.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import PurePath

from safeplan.documents import Document, DocumentError
from safeplan.models import Finding, Kind, Period, Region
from safeplan.tasks.dates import DATE, date_of, period_in
from safeplan.tasks.layout import NUMBER, Layout, kind_of, read_layout
from safeplan.tasks.regions import first_region

_FOOT = 12  # lines at the end in which a web page names its government


@dataclass(frozen=True)
class Heading:
    """What the heading says; `region`, `kind` and `period` are always told."""

    title: str | None
    issuer: str | None
    document_number: str | None
    issued_on: dt.date | None
    region: Region
    kind: Kind
    period: Period
    findings: list[Finding] = field(default_factory=list)


def read_heading(document: Document) -> Heading:
    """Read the heading of a document.

    Raises:
        DocumentError: neither the heading nor the file's name tells the region or the year.
    """
    layout = read_layout(document)
    stem = PurePath(document.path).stem
    findings: list[Finding] = []
    title = layout.title.text if layout.title else None
    issuer, issued_on, number = _issue(layout, findings)
    region = first_region(_places_of_a_region(layout, issuer))
    if region is None:
        region = first_region([stem])
        if region is None:
            raise DocumentError("no_region")
        findings.append(_doubt("region_from_file_name", region=region.name))
    kind = kind_of(title or stem)
    if kind is None:
        kind = "annual"
        findings.append(_doubt("kind_unknown"))
    return Heading(
        title=title,
        issuer=issuer,
        document_number=number,
        issued_on=issued_on,
        region=region,
        kind=kind,
        period=_period(layout, issued_on, number, stem, findings),
        findings=findings,
    )


def _doubt(code: str, **args: str) -> Finding:
    return Finding(code=code, message="", severity="doubt", args=args)


def _issue(
    layout: Layout, findings: list[Finding]
) -> tuple[str | None, dt.date | None, str | None]:
    """Return issuer, date and number: as signed and printed, else as the page's metadata say."""
    signature, title, labelled = layout.signature, layout.title, layout.labelled
    issuer = (signature.issuer if signature else None) or (title.issuer if title else None)
    issued_on = signature.issued_on if signature else None
    number = layout.document_number
    said: list[str] = []
    if issuer is None and (issuer := labelled.get("issuer")):
        said.append(issuer)
    if issued_on is None and (match := re.match(DATE, labelled.get("issued_on", ""))):
        issued_on = date_of(match)
        said.append(match.group())
    if number is None and (match := re.match(NUMBER, labelled.get("number", ""))):
        number = match.group()
        said.append(number)
    if said:
        findings.append(_doubt("from_metadata", text="、".join(said)))
    return issuer, issued_on, number


def _places_of_a_region(layout: Layout, issuer: str | None) -> Iterator[str]:
    """Yield the lines that may name the region, the most telling first.

    Above the heading a web page links to other governments: those lines come last.
    """
    title, lines = layout.title, layout.lines
    top = title.at[0] if title else 0
    yield from (issuer or "", layout.labelled.get("issuer", ""), title.text if title else "")
    yield from lines[top : layout.first_number]
    yield from lines[-_FOOT:]
    yield from lines[:top]


def _period(
    layout: Layout,
    issued_on: dt.date | None,
    number: str | None,
    stem: str,
    findings: list[Finding],
) -> Period:
    """Return the years of the title, else of the date, the number, the file's name.

    Raises:
        DocumentError: none of them tells a year.
    """
    if layout.title and (period := layout.title.period):
        return period
    if issued_on:
        findings.append(_doubt("year_from_date", year=str(issued_on.year)))
        return Period(start_year=issued_on.year, end_year=issued_on.year)
    for code, text in (("year_from_number", number or ""), ("year_from_file_name", stem)):
        if period := period_in(text):
            findings.append(_doubt(code, year=str(period.start_year)))
            return period
    raise DocumentError("no_year")
