"""Where the parts of an official document stand: heading, letter, signature, the plan's own title.

A circular (GB/T 9704) prints the plan's title up to three times: in its heading (关于印发《…》的通知),
in its letter (现将《…》印发给你们) and above the plan itself. A web page puts a box of metadata and
navigation before it, a plan published alone has only the last. Every title the document names is a
candidate; where it stands, and whether it tells a kind and a period, decide.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache

from safeplan import vocabulary
from safeplan.documents import Document, Paragraph
from safeplan.models import Kind, Period
from safeplan.tasks.dates import DATE, date_of, period_in
from safeplan.tasks.numbers import number_of
from safeplan.tasks.regions import region_in

NUMBER = r"[\u4e00-\u9fff]{1,14}[〔\[［【(（]\d{4}[〕\]］】)）]\s*第?\d{1,4}号"
_BODY = (
    r"[\u4e00-\u9fff、（）()]{2,40}(?:政府|委员会|办公室|指挥部|局|厅|委|党组|管委会)(?:办公室)?"
)
_SEAL = r"(?:[（(](?:盖章|公章|印章|章)[)）])?"
_ISSUER = re.compile(rf"({_BODY}){_SEAL}")
_SIGNED = re.compile(rf"(?:(?P<issuer>{_BODY}){_SEAL})?[（(]?{DATE}[)）]?")
_DOCUMENT_NUMBER = re.compile(rf"[（(]?({NUMBER})[)）]?(签发人.*)?")
# A quoted title may quote another inside: 《贯彻落实〈…条例〉2025年工作要点》.
_QUOTED = r"[《〈](?:[^《》〈〉。]|[《〈][^《》〈〉]*[》〉]){4,100}[》〉]"
_PLAIN = r"(?:[^《》〈〉。；：:！？]|《[^《》]*》){4,80}?"
_HEADING = re.compile(
    rf"(?P<issuer>[\u4e00-\u9fff、（）()]{{0,60}}?)(?:关于)?(?P<verb>印发|下发|发布|公布|转发)"
    rf"(?P<title>{_QUOTED}|{_PLAIN})的?(?:通知|函|决定|公告)"
)
_LETTER = re.compile(
    rf"现[将把](?P<title>{_QUOTED}|{_PLAIN}(?=印发|下发))"
    rf"|^(?P<approved>{_QUOTED}|{_PLAIN})(?=[已业]经)"
)
_NOTICE = re.compile(
    r"(?P<issuer>[\u4e00-\u9fff、（）()]{0,60}?)(?P<title>关于[^。；：:>|]{4,80}的(通知|意见|决定))"
)
_NAMES_ONE = re.compile("印发|下发|发布|公布|转发|现[将把]|[已业]经")
_SUBTITLE = re.compile(r"[（(][^（）()]*20\d\d年?\s*[—–\-~～至到－]+\s*20\d\d年?[^（）()]*[)）]")
_RUNS_ON = re.compile(r"[^。；：！？，:;,!?>|《》（）()…]{2,40}[、]?")
_WEIGHTS = {"heading": 2, "letter": 2, "label": 2, "line": 1, "forwarded": 0}


@dataclass
class Title:
    """A title that the document names: where, and the lines on which it stands by itself."""

    text: str
    places: set[str] = field(default_factory=set)
    at: list[int] = field(default_factory=list)
    """Every line that names it."""
    own: list[tuple[int, int]] = field(default_factory=list)
    """First line of the title and first line after it, where it stands by itself."""
    subtitle: str = ""
    issuer: str | None = None
    """The body that the circular's heading names before it."""

    @property
    def period(self) -> Period | None:
        """The years the title or the line below it names."""
        return period_in(self.text) or period_in(self.subtitle)


@dataclass(frozen=True)
class Signature:
    """发文机关署名 and 成文日期, on the lines from `first` to `last`."""

    issuer: str | None
    issued_on: dt.date | None
    first: int
    last: int


@dataclass(frozen=True)
class Layout:
    """The parts of a document; lines are counted as its blocks are, a table is an empty line."""

    lines: list[str]
    title: Title | None
    signature: Signature | None
    document_number: str | None
    labelled: dict[str, str]
    """What a web page's box of metadata says: `number`, `issuer`, `issued_on`, `title`."""
    body: int
    """The first line of the plan itself, below its own title."""
    first_number: int
    """The first line with a number 一、 or above it."""


def read_layout(document: Document) -> Layout:
    """Find the parts of a document."""
    lines = [block.text if isinstance(block, Paragraph) else "" for block in document.blocks]
    first_number = next((i for i, line in enumerate(lines) if _opens_a_part(line)), len(lines))
    labelled = _labelled(lines[:first_number])
    title = _title(lines, labelled, first_number)
    signature = _signature(lines, title, labelled, first_number)
    return Layout(
        lines=lines,
        title=title,
        signature=signature,
        document_number=_document_number(lines[:first_number], title.at[0] if title else 0),
        labelled=labelled,
        body=_body(lines, title, signature, first_number),
        first_number=first_number,
    )


def kind_of(title: str) -> Kind | None:
    """Return the kind of plan that a title tells, or None."""
    kinds: dict[Kind, list[str]] = vocabulary.load("plans")["kinds"]
    for kind, words in kinds.items():
        if any(re.search(word, title) for word in words):
            return kind
    return None


def _opens_a_part(line: str) -> bool:
    level = number_of(line)[0]
    return level is not None and level <= 3


# --- titles ---------------------------------------------------------------------------------


def _title(lines: list[str], labelled: dict[str, str], first_number: int) -> Title | None:
    """Return the plan's own title: the candidate that most of the document's layout speaks for."""
    titles: dict[str, Title] = {}
    for place, text, at, issuer in _named(lines, labelled):
        title = titles.setdefault(_bare(text), Title(text))
        title.places.add(place)
        title.at.append(at)
        title.issuer = title.issuer or issuer
    for text, first, end in _title_lines(lines):
        titles.setdefault(_bare(text), Title(text)).at += range(first, end)
    for title in titles.values():
        _stand_alone(title, lines)
    if not titles:
        return _notice(lines[:first_number])

    def rank(title: Title) -> tuple[int, bool, int]:
        weight = sum(_WEIGHTS[place] for place in title.places)
        tells = (kind_of(title.text) is not None) + (title.period is not None)
        above = [at for at in title.at if at < first_number]
        return weight + tells, bool(above), max(above, default=-title.at[0])

    best = max(titles.values(), key=rank)
    best.at.sort()
    for first, end in best.own:
        above = "、".join(_issuers_above(lines, first))
        best.issuer = best.issuer or above or _issuer_at(lines, end)
    return best


def _notice(front: list[str]) -> Title | None:
    """Return the title of a notice that is the plan itself: 关于做好2025年安全生产工作的通知."""
    for at, line in enumerate(front):
        if (match := _NOTICE.fullmatch(line)) and _is_issuer(match["issuer"]):
            return Title(match["title"], at=[at], issuer=_named_or_above(match, front, at))
    return None


def _named(
    lines: list[str], labelled: dict[str, str]
) -> Iterator[tuple[str, str, int, str | None]]:
    """Yield what heading, letter and metadata name: place, title, line, the heading's issuer."""
    for at, line in enumerate(lines):
        if not _NAMES_ONE.search("".join(lines[at : at + 2])):
            continue
        # Headings and letters may be broken anywhere.
        text = re.sub("^标题[:：]", "", line) + "".join(_following(lines, at, 4))
        heading = _HEADING.match(text)
        if heading and _is_issuer(heading["issuer"]):
            title, quoted = _unquoted(heading["title"])
            if quoted or _tells(title):
                place = "forwarded" if heading["verb"] == "转发" else "heading"
                yield place, title, at, _named_or_above(heading, lines, at)
        letter = _LETTER.search(text)
        if letter and letter.start() <= len(line):
            title, quoted = _unquoted(letter["title"] or letter["approved"])
            if quoted or (_tells(title) and _ends_like_a_title().fullmatch(title)):
                yield "letter", title, at, None
    if (title := labelled.get("title", "")) and not _HEADING.search(title) and kind_of(title):
        yield "label", title, next(i for i, line in enumerate(lines) if title in line), None


def _title_lines(lines: list[str]) -> Iterator[tuple[str, int, int]]:
    """Yield lines of a title's form, as (title, first line, line after).

    A title broken over lines is taken with the lines above it, up to the one that opens it: with a
    region, a year or 关于.
    """
    for at, line in enumerate(lines):
        if not _ends_like_a_title().fullmatch(line) or kind_of(line) is None:
            continue
        if number_of(line)[0] is not None or line.startswith("附") or _HEADING.search(line):
            continue
        text, first = line, at
        for above in range(at - 1, max(at - 4, -1), -1):
            opened = _opens_a_title(text)
            region = region_in(lines[above])
            if opened and not (region and lines[above] == region.full_name):
                break
            if not _runs_on(lines[above]):
                break
            text, first = lines[above] + text, above
        if not _opens_a_title(text):
            text, first = line, at
        below = lines[at + 1] if at + 1 < len(lines) else ""
        if _SUBTITLE.fullmatch(below):
            yield text + below, first, at + 2
        elif len(text) >= 6:
            yield text, first, at + 1


def _stand_alone(title: Title, lines: list[str]) -> None:
    """Note the lines on which a title stands by itself, and the subtitle below it."""
    wanted = _bare(title.text)
    for first in range(len(lines)):
        end, held = first, ""
        while end < len(lines) and lines[end] and held != wanted:
            held += _bare(lines[end])
            if not wanted.startswith(held):
                break
            end += 1
        if end == first or held != wanted:
            continue
        title.places.add("line")
        title.at.append(first)
        if end < len(lines) and _SUBTITLE.fullmatch(lines[end]):
            title.subtitle = lines[end]
            end += 1
        title.own.append((first, end))


def _opens_a_title(text: str) -> bool:
    opens = re.match(r"20\d\d年|二[〇零○ＯO]..年|关于|[“\"]?十.五|全[国市区县]", text)
    return opens is not None or region_in(text) is not None


def _runs_on(line: str) -> bool:
    return (
        _RUNS_ON.fullmatch(line) is not None
        and number_of(line)[0] is None
        and not _ISSUER.fullmatch(line)
        and not _SIGNED.fullmatch(line)
    )


def _following(lines: list[str], at: int, count: int) -> list[str]:
    """Return the lines after `at` up to the next table, `count` at most."""
    following = lines[at + 1 : at + 1 + count]
    return following[: following.index("")] if "" in following else following


def _unquoted(text: str) -> tuple[str, bool]:
    quoted = re.fullmatch(_QUOTED, text) is not None
    return (text[1:-1] if quoted else text), quoted


def _tells(title: str) -> bool:
    return kind_of(title) is not None or period_in(title) is not None


def _bare(text: str) -> str:
    """Return a title as it is compared: quotation marks and spaces differ between its places."""
    return re.sub(r"[\s《》〈〉]", "", text)


@cache
def _ends_like_a_title() -> re.Pattern[str]:
    endings = "|".join(vocabulary.load("plans")["title"]["endings"])
    return re.compile(rf"[^。；：:！？>|]{{2,80}}({endings})([（(][^（()）]*[)）])?")


# --- issuer, date, number -------------------------------------------------------------------


def _of(text: str) -> str:
    return text.removesuffix("关于")


def _is_issuer(text: str) -> bool:
    """Tell whether what stands before a circular's 关于印发 is a body's name, or nothing."""
    return not text or _ISSUER.fullmatch(_of(text)) is not None


def _named_or_above(heading: re.Match[str], lines: list[str], at: int) -> str | None:
    return _of(heading["issuer"]) or "、".join(_issuers_above(lines, at)) or None


def _issuers_above(lines: list[str], at: int) -> list[str]:
    """Return the bodies named on the lines right above; several sign together (联合行文)."""
    issuers: list[str] = []
    while at > 0 and (match := _ISSUER.fullmatch(_of(lines[at - 1]))):
        issuers.insert(0, match[1])
        at -= 1
    return issuers


def _issuer_at(lines: list[str], at: int) -> str | None:
    match = _ISSUER.fullmatch(lines[at]) if at < len(lines) else None
    return match[1] if match else None


def _signature(
    lines: list[str], title: Title | None, labelled: dict[str, str], first_number: int
) -> Signature | None:
    """Return the signature below the circular's heading; else the nearest one above it.

    Below the tables a web page lists other documents; above its heading it shows its own name and
    today's date: what stands there is only taken where the metadata tell no date.
    """
    named = [at for at in title.at if at < first_number] if title else []
    top = min(named, default=0)
    table = next((i for i in range(max(named, default=0), len(lines)) if not lines[i]), len(lines))
    elsewhere = (
        () if "issued_on" in labelled else (*range(top - 1, -1, -1), *range(table, len(lines)))
    )
    bare: Signature | None = None
    for at in (*range(top, table), *elsewhere):
        match = _SIGNED.fullmatch(lines[at])
        if match is None:
            continue
        above = [] if match["issuer"] else _issuers_above(lines, at)
        below = None if match["issuer"] or above else _issuer_at(lines, at + 1)
        if issuer := match["issuer"] or "、".join(above) or below:
            if bare and not top <= at < table:
                break
            last = at + 1 if below else at
            return Signature(issuer, date_of(match), at - len(above), last)
        if bare is None and top <= at < first_number:
            bare = Signature(None, date_of(match), at, at)
    return bare


def _document_number(front: list[str], top: int) -> str | None:
    """Return the document number on a line of its own, the one nearest to the heading."""
    found = [
        (abs(at - top), match[1])
        for at, line in enumerate(front)
        if (match := _DOCUMENT_NUMBER.fullmatch(line))
    ]
    return min(found)[1] if found else None


def _labelled(front: list[str]) -> dict[str, str]:
    """Read the box of metadata above a web page's text: 发文字号：…, [ 成文日期 ] …, or below it."""
    said: dict[str, str] = {}
    pattern, fields = _labels()
    for at, line in enumerate(front):
        matches = list(pattern.finditer(line))
        for index, match in enumerate(matches):
            following = matches[index + 1].start() if index + 1 < len(matches) else None
            value = line[match.end() : following].strip(" |")
            if not value and following is None and at + 1 < len(front):
                value = front[at + 1]
            name = fields.get(next(filter(None, match.groups())))
            if name and value and not pattern.match(value):
                said.setdefault(name, value)
    return said


@cache
def _labels() -> tuple[re.Pattern[str], dict[str, str]]:
    labels: dict[str, list[str]] = vocabulary.load("plans")["labels"]
    fields = {word: name for name, words in labels.items() for word in words if name != "other"}
    words = "|".join(
        sorted((word for words in labels.values() for word in words), key=len, reverse=True)
    )
    return re.compile(rf"[\[【]({words})[\]】][:：]?|({words})[:：]|^({words})$"), fields


# --- body -----------------------------------------------------------------------------------


def _body(
    lines: list[str], title: Title | None, signature: Signature | None, first_number: int
) -> int:
    """Return the first line of the plan itself: below its own title, after the letter's signature.

    Where the plan has no title of its own it begins after the signature; where the signature
    closes the plan, or there is none, with the first title or the first line.
    """
    own = title.own if title else []
    listed = _annex_list(lines)
    numbered = [
        at for at, line in enumerate(lines) if at not in listed and number_of(line)[0] is not None
    ]

    def has_parts(begin: int, end: int) -> bool:
        return any(begin <= at < end for at in numbered)

    if signature:
        last = signature.last
        closes = any(end <= signature.first and has_parts(end, signature.first) for _, end in own)
        after = [end for first, end in own if first > last and has_parts(end, len(lines))]
        if after and not closes:
            return after[0]
        if not own and has_parts(last, len(lines)) and not has_parts(0, signature.first):
            return last + 1
    above = [end for first, end in own if first < first_number]
    return above[-1] if above else own[0][1] if own else 0


def _annex_list(lines: list[str]) -> set[int]:
    """Return the lines of a list of annexes (附件说明): 附件：1.…, 2.…, 3.…."""
    listed: set[int] = set()
    inside = False
    for at, line in enumerate(lines):
        level = number_of(line)[0]
        inside = line.startswith("附件") or (inside and level is not None and "。" not in line)
        if inside:
            listed.add(at)
    return listed
