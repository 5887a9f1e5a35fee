"""What an official document calls itself, and who issues it: titles, bodies, the box of a web page.

A circular (GB/T 9704) prints the plan's title up to three times: in its heading (关于印发《…》的通知),
in its letter (现将《…》印发给你们) and above the plan itself. A web page puts navigation before it, a
plan published alone has only the last. Every title the document names is a candidate; where it
stands, and whether it tells a kind and a period, decide.

The box of metadata above a document (索引号, 发文字号, 发布机构, 成文日期) comes in many forms: `发文字号：…`
alone or several on a line, `[ 发文字号 ] | … |`, cells of a table, a label with its value on the line
below. A label is no part of a value, and a value that cannot be what its label says is none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import takewhile, zip_longest

from safeplan import vocabulary
from safeplan.documents import Block, Paragraph, RawGrid
from safeplan.models import Kind, Period
from safeplan.tasks.dates import DATE, period_in
from safeplan.tasks.regions import region_in
from safeplan.text.folding import unmarked, unspaced
from safeplan.text.numbering import number_of
from safeplan.vocabulary.grammar import Grammar, one_of

_WEIGHTS = {"heading": 2, "letter": 2, "label": 2, "line": 1, "introduction": 0, "forwarded": 0}


# --- bodies ---------------------------------------------------------------------------------------


@vocabulary.cached()
def says() -> Grammar:
    """Return the patterns of the heading of a document, over the words in force."""
    words = vocabulary.load("plans")
    labels = one_of(word for listed in words["labels"].values() for word in listed)
    return Grammar("plans", words, date=DATE, any_label=labels)


def is_issuer(text: str) -> bool:
    """Tell whether what stands before a circular's 关于印发 is a body's name, or nothing."""
    return not text or says().issuer.fullmatch(without_about(text)) is not None


def without_about(text: str) -> str:
    """Return a heading's first words without the 关于 that follows the body."""
    return text.removesuffix("关于").rstrip("，,、")


def issuer_of(line: str) -> str | None:
    """Return the body whose name a line is, without its seal."""
    match = says().issuer.fullmatch(without_about(line))
    return match["bodies"] if match and not says().no_issuer.search(match["bodies"]) else None


def issuers_above(lines: list[str], at: int) -> list[str]:
    """Return the bodies named on the lines right above; several sign together (联合行文)."""
    issuers: list[str] = []
    while at > 0 and (issuer := issuer_of(lines[at - 1])):
        issuers.insert(0, issuer)
        at -= 1
    return issuers


def masthead(lines: list[str]) -> str | None:
    """Return the body of a red head: 清河区安全生产委员会文件."""
    return next((m["bodies"] for line in lines if (m := says().masthead.fullmatch(line))), None)


def opening_body(title: str) -> str | None:
    """Return the body that a title begins with: 无为市应急管理局2025年工作计划."""
    match = says().opening_issuer.match(title)
    return match["bodies"] if match and region_in(match["bodies"]) else None


def listed(issuer: str) -> str:
    """Return several bodies that stand side by side on one line with 、 between.

    >>> listed("隆安县应急管理局隆安县消防救援大队")
    '隆安县应急管理局、隆安县消防救援大队'
    """
    region = region_in(issuer)
    if region is None:
        return issuer
    place = re.escape(region.full_name)
    return re.sub(rf"(?<=[局厅委办室府会部队心])(?={place})", "、", issuer)


# --- titles ---------------------------------------------------------------------------------------


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


def kind_of(title: str) -> Kind | None:
    """Return the kind of plan that a title tells, or None."""
    kinds: list[Kind] = [*vocabulary.load("plans")["kinds"]]
    found = (k for k in kinds if vocabulary.pattern("plans", "kinds", k).search(title))
    return next(found, None)


def title_of(lines: list[str], labelled: str, first_number: int) -> Title | None:
    """Return the plan's own title: the candidate that most of the document's layout speaks for.

    Args:
        lines: the document's.
        labelled: what the box of metadata above it says.
        first_number: the first line that a number opens.
    """
    titles: dict[str, Title] = {}
    for place, text, at, issuer in _named(lines, first_number):
        title = titles.setdefault(unmarked(text), Title(text))
        title.places.add(place)
        title.at.append(at)
        title.issuer = title.issuer or issuer
    if kind_of(labelled) and not says().heading.search(labelled):
        title = titles.setdefault(unmarked(labelled), Title(labelled))
        title.places.add("label")
        title.at.append(next((at for at, line in enumerate(lines) if labelled in line), 0))
    for text, first, end in _title_lines(lines):
        titles.setdefault(unmarked(text), Title(text)).at += range(first, end)
    for title in titles.values():
        _stand_alone(title, lines)
    if not titles:
        return _notice(lines[:first_number]) or _of_place_and_years(lines[:first_number])

    def rank(title: Title) -> tuple[int, bool, int]:
        weight = sum(_WEIGHTS[place] for place in title.places)
        tells = (kind_of(title.text) is not None) + (title.period is not None)
        above = [at for at in title.at if at < first_number]
        return weight + tells, bool(above), max(above, default=-title.at[0])

    best = max(titles.values(), key=rank)
    best.at.sort()
    if best.at[0] > first_number and not best.own:
        return _notice(lines[:first_number])  # named in passing, far below
    for first, end in best.own:
        above = "、".join(issuers_above(lines, first))
        best.issuer = best.issuer or above or issuer_of("".join(lines[end : end + 1]))
    return best


def tells_a_plan(title: Title | None, first_number: int) -> bool:
    """Tell whether a title is a plan's: by its kind, in the place where a document has its title.

    A letter, a paper or a report of the press may hold numbered paragraphs too.
    """
    if title is None:
        return False
    if kind_of(title.text):
        return title.at[0] <= first_number
    return vocabulary.pattern("plans", "title", "asks").match(title.text) is not None


def _notice(front: list[str]) -> Title | None:
    """Return the title of a notice that is the plan itself: 关于做好2025年安全生产工作的通知."""
    for at, line in enumerate(front):
        lines = list(takewhile(bool, front[at : at + 3]))
        for count in range(1, len(lines) + 1):
            match = says().notice.fullmatch(says().label.sub("", line) + "".join(lines[1:count]))
            if match and is_issuer(match["issuer"]):
                issuer = _named_or_above(match, front, at)
                return Title(match["title"], at=list(range(at, at + count)), issuer=issuer)
    return None


_LONGEST = 50


def _of_place_and_years(front: list[str]) -> Title | None:
    """Return the title that is of no known kind: 某县“十五五”时期应急管理重点工程（2026—2030年）."""
    for at, line in enumerate(front):
        title = Title(line, at=[at])
        plain = len(line) <= _LONGEST and not re.search(f"[。：:；，]|{DATE}", line)
        years = title.period
        if plain and years and years.start_year != years.end_year and region_in(line):
            return title
    return None


def _named(lines: list[str], first_number: int) -> Iterator[tuple[str, str, int, str | None]]:
    """Yield what heading and letter name: place, title, line, the heading's issuer."""
    for at, line in enumerate(lines[:first_number]):
        if made := says().made.search(line):
            yield "introduction", made["title"][1:-1], at, None
    for at, line in enumerate(lines):
        names = says().names_one.search
        if not names("".join(lines[at : at + 2])) or (
            is_boxed(line) and not says().label.match(line)
        ):
            continue  # 发布日期：…
        if not (names(line) or "关于" in line or issuer_of(line) or region_in(line)):
            continue
        # Headings and letters may be broken anywhere.
        following = takewhile(bool, lines[at + 1 : at + 5])  # up to a table
        text = says().label.sub("", line) + "".join(following)
        several = says().heading_of_several.match(text)
        heading = None if several else says().heading.match(text)
        if several and is_issuer(several["issuer"]):
            yield "heading", several["title"], at, _named_or_above(several, lines, at)
        elif heading and is_issuer(heading["issuer"]):
            title, quoted = _unquoted(heading["title"].removeprefix(heading["from"] or ""))
            if quoted or _tells(title):
                place = "forwarded" if heading["verb"] in ("转发", "批转") else "heading"
                yield place, title, at, _named_or_above(heading, lines, at)
        letter = says().letter_names.search(text)
        if (
            letter
            and letter.start() <= len(line)
            and not says().one_of_several.match(text, letter.end())
        ):
            title, quoted = _unquoted(letter["title"] or letter["approved"])
            if quoted or (_tells(title) and is_title(title)):
                yield "letter", title, at, None


def _title_lines(lines: list[str]) -> Iterator[tuple[str, int, int]]:
    """Yield lines of a title's form, as (title, first line, line after).

    A title broken over lines is taken with the lines above it, up to the one that opens it: with a
    region, a year or 关于.
    """
    for at, line in enumerate(lines):
        if not is_title(line) or kind_of(line) is None:
            continue
        if number_of(line)[0] is not None or line.startswith("附") or says().heading.search(line):
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
        reports = vocabulary.pattern("plans", "title", "reports")
        if reports.search(re.sub(r"《[^《》]*》", "", text)):
            continue
        below = lines[at + 1] if at + 1 < len(lines) else ""
        if says().subtitle.fullmatch(below):
            yield text + below, first, at + 2
        elif len(text) >= 6:
            yield text, first, at + 1


def _stand_alone(title: Title, lines: list[str]) -> None:
    """Note the lines on which a title stands by itself, and the subtitle below it."""
    wanted, bare = unmarked(title.text), list(map(unmarked, lines))
    for first in range(len(lines)):
        end, held = first, ""
        # Not from a line of marks alone: of many, each would be tried with all that follow.
        while end < len(lines) and bare[first] and lines[end] and held != wanted:
            held += bare[end]
            if not wanted.startswith(held):
                break
            end += 1
        if end == first or held != wanted:
            continue
        title.places.add("line")
        title.at.append(first)
        if end < len(lines) and says().subtitle.fullmatch(lines[end]):
            title.subtitle = lines[end]
            end += 1
        title.own.append((first, end))


def _opens_a_title(text: str) -> bool:
    opens = says().opens_title.match(text)
    return opens is not None or region_in(text) is not None


def _runs_on(line: str) -> bool:
    return (
        says().runs_on.fullmatch(line) is not None
        and number_of(line)[0] is None
        and issuer_of(line) is None
        and not says().signed.fullmatch(line)
    )


def _unquoted(text: str) -> tuple[str, bool]:
    """Return the title that is named, without its marks, and whether it stands in any.

    What is passed on may itself be a circular (转发《…关于印发〈…〉的通知》) or be named with its author
    (批转市水利局关于…): the plan is within.
    """
    quoted = says().quoted.fullmatch(text) is not None
    text = text[1:-1] if quoted else text
    if inner := says().forwarded.search(text):
        return _unquoted(inner["title"])[0], True
    author = None if quoted else says().author.match(text)
    return (text[author.end() :] if author else text), quoted


def _tells(title: str) -> bool:
    return kind_of(title) is not None or period_in(title) is not None


def is_title(line: str) -> bool:
    """Tell whether a line ends as titles of plans do, and is no sentence."""
    return says().title_line.fullmatch(line) is not None


def _named_or_above(heading: re.Match[str], lines: list[str], at: int) -> str | None:
    return without_about(heading["issuer"]) or "、".join(issuers_above(lines, at)) or None


# --- the box of metadata --------------------------------------------------------------------------


def labelled(front: Iterable[Block]) -> dict[str, str]:
    """Return what the box above a text says: `number`, `issuer`, `issued_on`, `made_on`, `title`."""
    day = says().date
    forms = {
        "number": says().number,
        "issuer": says().bodies_said,
        "issued_on": day,
        "made_on": day,
    }
    said: dict[str, str] = {}
    lines = list(_lines(front))
    for line, below in zip_longest(lines, lines[1:], fillvalue=""):
        for name, value in _pairs(line, below):
            match = forms[name].match(value) if name in forms else None
            if match or name not in forms:
                said.setdefault(name, match.group() if match else value)
    return said


def is_boxed(line: str) -> bool:
    """Tell whether a line belongs to such a box: it begins with one of its labels."""
    return says().box_label.match(line) is not None


def _lines(front: Iterable[Block]) -> Iterator[str]:
    """Yield the paragraphs, and the rows of a table that is such a box, with bars between.

    A box has its labels in several rows, a table with a 名称 or a 日期 in its header in one.
    """
    for block in front:
        if isinstance(block, Paragraph):
            yield block.text
        elif isinstance(block, RawGrid):
            rows = [[unspaced(cell.text) for cell in row] for row in block.rows]
            if sum(any(map(says().box_cell.fullmatch, row)) for row in rows[:12]) > 1:
                yield from (" | ".join(filter(None, row)) for row in rows)


def _pairs(line: str, below: str) -> Iterator[tuple[str, str]]:
    """Yield what one line says: field, value."""
    cells = [cell for cell in (cell.strip() for cell in re.split("[|｜]", line)) if cell]
    labels = list(map(says().box_cell.fullmatch, cells))
    if len(cells) > 1 and any(labels):
        for label, value in zip(labels, [*cells[1:], ""], strict=True):
            if label and value and not is_boxed(value):
                yield _field_of(label["label"]), value
        return
    matches = list(says().box_label.finditer(line))
    for match, following in zip_longest(matches, matches[1:]):
        value = line[match.end() : following and following.start()].strip(" |｜")
        if not value and following is None:
            value = below
        if value and not is_boxed(value):
            yield _field_of(match.group()), value


def _field_of(label: str) -> str:
    """Return what a label tells: a key of the labels of `plans.toml`."""
    words: dict[str, list[str]] = vocabulary.load("plans")["labels"]
    bare = label.strip("[]【】:：")
    return next(name for name, listed in words.items() if bare in listed)
