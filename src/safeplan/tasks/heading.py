"""The heading of an official document (GB/T 9704-2012): 发文字号, 标题, 发文机关, 成文日期.

From these come the plan's region, kind and period, and with them its id. What the heading does
not say is left null; what had to be taken from elsewhere is said as a finding.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field
from functools import cache
from pathlib import PurePath

from safeplan import vocabulary
from safeplan.documents import Document, DocumentError, Paragraph
from safeplan.models import Finding, Kind, Level, Period, Region

_DOCUMENT_NUMBER = re.compile(r"[\u4e00-\u9fff]{1,14}[〔\[［【(（]\d{4}[〕\]］】)）]\s*\d{1,4}号")
_DIGITS = "〇零○ＯO一二三四五六七八九"
_DATE = re.compile(
    r"(\d{4})年(\d{1,2})月(\d{1,2})日|([二〇零○ＯO一三四五六七八九]{4})年([一二三四五六七八九十]{1,2})月([一二三四五六七八九十]{1,3})日"
)
_ISSUED = re.compile(r"(关于印发|关于下发|现将|转发)[《〈<]?(?P<title>[^》〉>]{4,80})[》〉>]")
_ISSUER = re.compile(
    r"[\u4e00-\u9fff、（）()]{2,40}(政府|委员会|办公室|指挥部|局|厅|委|党组|管委会)(办公室)?"
)
_RANGE = re.compile(r"(20\d\d)年?\s*[—–\-~～至到－]+\s*(20\d\d)年?")
_YEAR = re.compile(r"(20\d\d)年?")
_FIVE_YEARS = re.compile(r"[“\"]?(十[一二三四五六七八九]?)五[”\"]?(?=.{0,20}规划|.{0,20}纲要|时期)")
_UNIT = re.compile(
    r"(?P<name>[\u4e00-\u9fff]{1,12}?)(?P<level>自治县|自治旗|自治州|新区|林区|特区|区|县|旗|市|州(?!市)|盟)"
)
_LEVELS: dict[str, Level] = {
    "自治县": "county",
    "自治旗": "county",
    "县": "county",
    "旗": "county",
    "林区": "county",
    "特区": "county",
    "区": "district",
    "新区": "district",
    "市": "city",
    "州": "city",
    "盟": "city",
    "自治州": "city",
}
_FRONT = 80  # paragraphs in which a heading is looked for: navigation of a web page included


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
    lines = [block.text for block in document.blocks if isinstance(block, Paragraph)]
    front = lines[:_FRONT]
    stem = PurePath(document.path).stem
    findings: list[Finding] = []
    title = _title(front)
    issuer, issued_on = _signature(lines)
    region = _region([issuer or "", title or "", *front, *lines[-12:]])
    if region is None:
        region = _region([stem])
        if region is None:
            raise DocumentError("no_region")
        findings.append(_doubt("region_from_file_name", region=region.name))
    period = _period(title or "") or (
        Period(start_year=issued_on.year, end_year=issued_on.year) if issued_on else None
    )
    if period is None:
        period = _period(stem)
        if period is None:
            raise DocumentError("no_year")
        findings.append(_doubt("year_from_file_name", year=str(period.start_year)))
    elif title is None or not _period(title):
        findings.append(_doubt("year_from_date", year=str(period.start_year)))
    kind = _kind(title or stem)
    if kind is None:
        kind = "annual"
        findings.append(_doubt("kind_unknown"))
    return Heading(
        title=title,
        issuer=issuer,
        document_number=next((line for line in front if _DOCUMENT_NUMBER.fullmatch(line)), None),
        issued_on=issued_on,
        region=region,
        kind=kind,
        period=period,
        findings=findings,
    )


def _doubt(code: str, **args: str) -> Finding:
    return Finding(code=code, message="", severity="doubt", args=args)


# --- title ----------------------------------------------------------------------------------


@cache
def _title_line() -> re.Pattern[str]:
    endings = "|".join(vocabulary.load("plans")["title"]["endings"])
    return re.compile(rf"[^。；！？]{{4,80}}({endings})([（(][^（()）]*[)）])?")


def _title(front: list[str]) -> str | None:
    """Return the plan's own title: what the circular says it issues, or a line of that form."""
    # A title runs over several lines; official layout breaks it anywhere.
    if match := _ISSUED.search("".join(front)):
        return match["title"]
    for index, line in enumerate(front):
        for joined in (line, line + "".join(front[index + 1 : index + 2])):
            if _title_line().fullmatch(joined) and _kind(joined) and not joined.startswith("附件"):
                return joined
    return None


def _kind(title: str) -> Kind | None:
    kinds: dict[Kind, list[str]] = vocabulary.load("plans")["kinds"]
    for kind, words in kinds.items():
        if any(re.search(word, title) for word in words):
            return kind
    return None


# --- issuer and date ------------------------------------------------------------------------


def _signature(lines: list[str]) -> tuple[str | None, dt.date | None]:
    """Return issuer and date of the signature: a body's name, and below it a date of its own."""
    for index, line in enumerate(lines):
        match = _DATE.search(line)
        if match is None or match.end() < len(line):
            continue
        above = line[: match.start()] or (lines[index - 1] if index else "")
        if _ISSUER.fullmatch(above):
            return above, _date(match)
    for line in lines[:_FRONT]:
        if line.endswith(("人民政府", "委员会", "人民政府办公室")) and _ISSUER.fullmatch(line):
            return line, None
    return None, None


def _date(match: re.Match[str]) -> dt.date | None:
    if match[1]:
        year, month, day = int(match[1]), int(match[2]), int(match[3])
    else:
        year = int(
            "".join(
                str(_DIGITS.index(char) - 4) if char in _DIGITS[5:] else "0" for char in match[4]
            )
        )
        month, day = _tens(match[5]), _tens(match[6])
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


def _tens(text: str) -> int:
    """Read a Chinese numeral below 40.

    >>> [_tens(text) for text in ("三", "十", "十二", "三十一")]
    [3, 10, 12, 31]
    """
    head, ten, tail = text.partition("十")
    digit = {char: value for value, char in enumerate("一二三四五六七八九", start=1)}
    if not ten:
        return digit.get(head, 0)
    return (digit.get(head, 1) if head else 1) * 10 + (digit.get(tail, 0) if tail else 0)


# --- region and period ----------------------------------------------------------------------


def _region(texts: list[str]) -> Region | None:
    """Return the region that the first telling text names."""
    for text in texts:
        if region := region_in(text):
            return region
    return None


def region_in(text: str) -> Region | None:
    """Return the region whose government or plan a text names at its beginning, or None.

    >>> region_in("重庆市沙坪坝区人民政府").name, region_in("忠县人民政府").level
    ('沙坪坝', 'county')
    >>> region_in("重庆市人民政府").level
    'province'
    """
    words = vocabulary.load("regions")
    rest = re.sub(r"^(版权所有|主办(单位)?|承办(单位)?)[:：]?", "", text)
    top = next(
        (name for name in (*words["municipalities"], *words["provinces"]) if rest.startswith(name)),
        "",
    )
    rest = rest[len(top) :]
    if not top:  # 重庆两江新区: a municipality without its level word
        rest = re.sub(
            "^(" + "|".join(name[:-1] for name in words["municipalities"]) + ")(?!市)", "", rest
        )
    units: list[re.Match[str]] = []
    while match := _UNIT.match(rest):
        if not _region_follows(rest, match, bool(units or top)):
            break
        units.append(match)
        rest = rest[match.end() :]
    if units:
        unit = units[-1]
        level = _LEVELS[unit["level"]]
        if unit["level"] == "市" and len(units) > 1:
            level = "county"
        full = top + "".join(match.group() for match in units)
        return Region(name=_short(unit["name"], unit["level"]), level=level, full_name=full)
    if top:
        name = re.sub(r"(省|市|壮族自治区|回族自治区|维吾尔自治区|自治区|特别行政区)$", "", top)
        return Region(name=name, level="province", full_name=top)
    return None


def _region_follows(rest: str, match: re.Match[str], known_above: bool) -> bool:
    """Tell whether what follows a unit's name is what follows a region's name.

    Without a province above it, a bare "…区" may be any word (全区, 景区); there a government must
    follow.
    """
    if match["name"] in ("全", "各", "我", "本", "地", "社", "园", "辖", "灾", "城"):
        return False
    after = rest[match.end() :]
    if re.match(
        r"(人民政府|政府|安全生产|应急|防灾|减灾|消防|突发|安委|党委|委|“|\d{4}年|工作)", after
    ):
        return True
    return known_above or bool(
        _UNIT.match(after) and len(match["name"]) <= 4 and match["level"] == "市"
    )


def _short(name: str, level: str) -> str:
    """Return the name as used in ids: without its level word, unless that leaves one character.

    >>> _short("沙坪坝", "区"), _short("忠", "县"), _short("石柱土家族", "自治县"), _short("两江", "新区")
    ('沙坪坝', '忠县', '石柱', '两江新区')
    """
    if level in ("自治县", "自治州", "自治旗"):
        peoples = "|".join(vocabulary.load("regions")["peoples"])
        return re.sub(rf"(?<=..)({peoples})+$", "", name)
    if level == "新区" or len(name) == 1:
        return name + level
    return name


def _period(text: str) -> Period | None:
    """Return the years a title names: a range, a five-year plan, or one year.

    >>> _period("实施方案（2024—2026年）").end_year, _period("应急管理“十四五”规划").start_year
    (2026, 2021)
    """
    if match := _RANGE.search(text):
        return Period(start_year=int(match[1]), end_year=int(match[2]))
    if match := re.search(r"十([一二三四五六七八九])五", text):
        start = 2021 + 5 * (_tens("十" + match[1]) - 14)
        return Period(start_year=start, end_year=start + 4)
    if match := _YEAR.search(text):
        return Period(start_year=int(match[1]), end_year=int(match[1]))
    if match := re.search(r"([二][〇零○ＯO]([〇零○ＯO一二三四五六七八九]){2})年", text):
        digits = match[1]
        year = int("".join("0" if char in "〇零○ＯO" else str(_tens(char)) for char in digits))
        return Period(start_year=year, end_year=year)
    return None
