"""The role of each column: by the words of its header, its place, and what stands in it.

Header words are vocabulary (`headers.toml`) and weigh most. Where they say little (重点任务) or nothing,
the place of the column among the others (group, name, content, owners stand from left to right) and
its cells tell. Columns that say what is to be reached by when (2024年目标 · 2025年目标, 上半年 · 全年) are
told first. A bare year that was over when the document was issued (2025年 in a plan of 2026) is where
things stand, not a goal; where the whole year has a column of its own, that is the goal and its parts
are kept beside it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise, product, takewhile, zip_longest

from safeplan import vocabulary
from safeplan.bodies import looks_like_bodies
from safeplan.documents.cell_words import is_kept, role_of, without_year
from safeplan.grids.telling import LEVEL, OWNERS, PHONE, SENTENCE, Holding, is_figure

_BRACKETS = re.compile(r"[（(〔\[［][^（(]{1,12}[)）〕\]］]$")
_GOAL = re.compile(
    r"(?:到|至)?(?P<period>20\d\d年?(?:度|底|末|前)?|上半年|下半年|全年|(?:本|当)?年度|第?[一二三四1-4]季度|\d{1,2}月份?)"
    r"(?P<word>(?:工作|年度|预期|主要|阶段|建设|整治|整改|重点|具体|中期|规划|总体|远期|近期)?"
    r"(?:目标任务|任务目标|目标要求|目标|任务|计划|指标|内容|进度安排|进度|安排|措施|要求)?(?:值|数|清单)?)"
)
_GOAL_YEAR = re.compile(r"20\d\d")
_WHOLE = ("全年", "年度", "本年度", "当年度")


def is_period(header: str) -> bool:
    """Tell whether a header says by when what stands below it is due: `2025年`, `上半年目标`."""
    return bool(_GOAL.fullmatch(_BRACKETS.sub("", header)))


def goal_columns(
    headers: tuple[str, ...], above: tuple[str, ...], issued: int | None
) -> dict[int, str]:
    """Return the columns that hold a goal each, and the period of each: `{3: "2024年"}`.

    A column of the kind that holds none (where things stand; a part of the year) has the period "".

    Args:
        headers: the header cells, folded.
        above: what stands above each of them in a header of two levels.
        issued: the year the document was issued, None where it does not say.

    >>> goal_columns(("名称", "2024年目标", "2025年目标"), ("", "", ""), 2024)
    {1: '2024年', 2: '2025年'}
    >>> goal_columns(("指标名称", "2025年", "2030年"), ("", "", ""), None)
    {1: '', 2: '2030年'}
    >>> goal_columns(("指标名称", "2024年", "2025年", "2026年"), ("",) * 4, None)
    {1: '2024年', 2: '2025年', 3: '2026年'}
    """
    found: dict[int, str] = {}
    bare: list[int] = []
    for index, header in enumerate(headers):
        match = _GOAL.fullmatch(_BRACKETS.sub("", header))
        if not match or vocabulary.pattern("headers", "past").search(above[index]):
            continue
        label = match["period"]
        found[index] = label + "年" if label.isdigit() else label
        if not match["word"] and role_of(above[index]) is None:
            bare.append(index)
    if len({*found.values()}) < 2:
        return {}
    years = [int(match[0]) for i in bare if (match := _GOAL_YEAR.search(found[i]))]
    # Year after year is a goal each: where things stand is further back (2025年, 2030年).
    yearly = len(years) > 2 and years == list(range(years[0], years[0] + len(years)))
    indicators = any("指标" in header for header in headers) and not yearly
    for index in bare:
        year = _GOAL_YEAR.search(found[index])
        over = year and issued and int(year[0]) < issued
        first = year and not issued and indicators and index == min(found)
        if (over or first) and sum(map(bool, found.values())) > 1:
            found[index] = ""
    whole = any(label in _WHOLE for label in found.values())
    return {
        index: "" if whole and label not in _WHOLE and not _GOAL_YEAR.match(label) else label
        for index, label in found.items()
    }


TEXT = ("group", "name", "content")
MEASURE = re.compile(r"(计量|指标)?单位|部门")
"""A header that names the unit of the figures, or, if nothing else does, who answers for them."""
_ANSWERABLE = re.compile(r"^(责任人|负责人|.{0,2}(科室|股室|处室))$")
"""Who answers for a task where no column names bodies: 责任人, where its cells do."""
_SECTION = re.compile(r"(责任|主责|牵头|承办|主办|落实|经办)?(科室|股室|处室)")
_AIM = re.compile(r"目标|成效|效果|指标|标准|要求")
"""What is to be reached, in a column beside the one that says what is to be done."""
_PHRASE = 12
"""A text of that length says what is to be done; a shorter one may be only a name."""


@dataclass
class _Seen:
    """A column while its role is being settled."""

    header: str
    word: str | None
    """The role that its header says."""
    role: str | None
    given: bool
    """Whether the role is known already."""
    kept: bool
    """Whether the header is a known word without a field of its own."""
    measures: bool
    """Whether the header names the unit of the figures, or who answers for them."""
    held: Holding | None
    """What stands in it, where that is known."""

    @property
    def open(self) -> bool:
        """Whether nothing has told a role yet."""
        return self.role is None and not self.given


def settled(
    headers: tuple[str, ...],
    given: tuple[tuple[int, str | None], ...] = (),
    held: tuple[Holding, ...] = (),
) -> tuple[list[str | None], list[str]]:
    """Return the roles of the columns under a header, each role once, and the words assumed.

    Args:
        headers: the header cells, folded.
        given: columns whose role is known, by their index.
        held: what stands in each column, where that is known.

    >>> settled(("序号", "重点任务", "具体措施", "责任单位"))[0]
    ['serial', 'name', 'content', 'responsible']
    >>> settled(("序号", "重点任务", "责任单位"))[0]
    ['serial', 'content', 'responsible']
    """
    known = dict(given)
    columns = [
        _Seen(
            header=text,
            word=role_of(text),
            role=known.get(at, role_of(text)),
            given=at in known,
            kept=is_kept(text),
            measures=MEASURE.fullmatch(text) is not None,
            held=cells,
        )
        for at, (text, cells) in enumerate(zip_longest(headers, held))
    ]
    told = _told(columns) if held else {}
    for at, role in told.items():
        columns[at].role = role
    for role in {one.role for one in columns} - {None, "body", "goal", *TEXT}:
        # Each role but those of text is one column's: the plainest word keeps it.
        same = [one for one in columns if one.role == role]
        keeps = min(same, key=lambda one: (not one.given, one.kept and not one.given))
        for one in same:
            one.role = role if one is keeps else None
    figures = held and any(one.role == "goal" for one in columns)
    texts = [
        one
        for at, one in enumerate(columns)
        if not one.given
        and (
            one.role in TEXT
            or (
                one.held
                and one.held.filled
                and at not in told
                and (one.role or one.word) is None
                and not one.kept
                and not (figures and one.held.share(is_figure) >= 0.5)
            )
        )
    ][:7]
    for one, role in zip(texts, _of_text(texts, columns), strict=True):
        one.role = role
    if not held:
        assumed = _assume(columns)
        return [one.role for one in columns], assumed
    for one in columns:
        roles = {other.role for other in columns}
        beside = one.open and "content" in roles and one.word == "content"
        if (
            one.held
            and beside
            and _AIM.search(one.header)
            and one.held.share(re.compile(r"\d").search) >= 0.3
        ):
            one.role = "aim" if "aim" not in roles else None
    assumed = [
        one.header
        for one in columns
        if one.header and one.role not in (None, "body") and one.word is None
        and not (one.given or one.measures)
    ]  # fmt: skip
    return [one.role for one in columns], assumed


def _told(columns: list[_Seen]) -> dict[int, str | None]:
    """Return what the cells alone tell of columns whose header does not, or is at odds with them."""
    roles = [one.role for one in columns]
    headers = [one.header for one in columns]
    told: dict[int, str | None] = {}

    def if_free(role: str) -> str | None:
        return role if role not in roles and role not in told.values() else None

    answers = _answers(columns)
    bodies = [
        at
        for at, one in enumerate(columns)
        if one.open and not one.measures and one.held
        and (looks_like_bodies(one.header) or (one.held.is_marks and one.header and not one.kept))
    ]  # fmt: skip
    for at, one in enumerate(columns):
        cells = one.held
        if one.given or cells is None:
            continue
        unknown = one.role is None and not one.kept
        if one.role == "serial" and cells.filled > 1 and not cells.is_serial and cells.length > 6:
            told[at] = None  # 号 over something else
        elif one.role == "content" and cells.is_dates and if_free("deadline"):
            told[at] = "deadline"  # 年度计划: 2026年开工，2027年建成
        elif one.role in TEXT and cells.is_serial and headers.count(one.header) > 1:
            told[at] = None  # 工作任务 over a column that counts within a group
        elif unknown and cells.is_serial and (cells.filled > 1 or at == 0):
            told[at] = if_free("serial")
        elif one.measures and one.role is None:
            owners = cells.is_bodies and not {*OWNERS} & {*roles}
            told[at] = "responsible" if owners else ("unit" if "单位" in one.header else None)
        elif len(bodies) > 1 and at in bodies and (cells.is_marks or cells.share(is_figure) >= 0.6):
            told[at] = "body" if cells.is_marks else None  # what falls to each of them
        elif at in answers:
            beside = len(answers) > 1 - (if_free("responsible") is None)
            helps = re.search("[配协帮参助]", one.header) and beside
            leads = re.search("牵头|主[办责抓]", one.header) and if_free("lead")
            told[at] = if_free("assisting" if helps else ("lead" if leads else "responsible"))
        elif unknown and cells.is_dates:
            told[at] = if_free("deadline")
        elif unknown and (cells.share(PHONE.match) >= 0.5 or cells.is_marks):
            told[at] = None
    return told


def _answers(columns: list[_Seen]) -> list[int]:
    """Return the columns that name bodies though no word says so.

    A facility is named like a body (消防站): where a column shows by its header or by its cells (县…,
    各…) that it names bodies, it is one; else the last one that may, if nobody else answers.
    """
    roles = {one.role for one in columns}
    maybe = {
        at: one.held
        for at, one in enumerate(columns)
        if one.held and one.held.is_bodies and one.open and not one.measures
        and (not one.kept or _ANSWERABLE.search(one.header))
    }  # fmt: skip
    if not {"lead", "responsible"} & roles:
        # Within a bureau its sections answer: 承办股室, whatever they are called.
        sections = {
            at: one.held
            for at, one in enumerate(columns)
            if one.open and one.held and one.held.filled and _SECTION.fullmatch(one.header)
            and at not in maybe
        }  # fmt: skip
        maybe |= dict([*sections.items()][:1])
    sure = [
        at
        for at, cells in maybe.items()
        if cells.share(LEVEL.match) >= 0.5
        or re.search("(单位|部门|主体|机构|[科股处]室|方|者)$", columns[at].header)
    ]
    return sure if sure or {*OWNERS} & roles else [*maybe][-1:]


def _of_text(texts: list[_Seen], columns: list[_Seen]) -> tuple[str | None, ...]:
    """Return which of these columns is the group, the name, the content, None for none of them.

    The words weigh most, then the order from left to right, then what the cells look like: what is
    to be done is longest, a group repeats.
    """
    headers = [one.header for one in columns]
    taken = {one.role for one in columns if not any(one is text for text in texts)} - {None}
    has_goals = any(one.role == "goal" for one in columns)
    looked = any(one.held for one in texts)
    longest = max((one.held.length for one in texts if one.held), default=0.0)
    choices: list[dict[str | None, float]] = []
    for one in texts:
        weights: dict[str | None, float] = {None: 0.0}
        own: dict[str, float] = dict.fromkeys(TEXT, 0.0)
        if cells := one.held:
            own = _by_cells(cells, longest)
            weights |= {role: (0.2 if one.word else 0.9) + own[role] for role in TEXT}
            weights["group"] -= 0.3  # a lone column is a name, unless it repeats
            if one.word == "name":
                del weights["content"]  # a name stays one, however long
            asks = one.word == "content" and re.search("目标|措施|举措|要求|成效", one.header)
            if asks and headers.count(one.header) < 2:
                del weights["name"], weights["group"]  # what is asked is no name
            text = cells.length == longest and longest > _PHRASE
            weights[None] = -1.5 if text else -0.5 * bool(one.word)
        if vocabulary.pattern("headers", "by_place").fullmatch(without_year(one.header)):
            weights |= {role: 2.0 + own[role] for role in TEXT}
        if one.word:
            # What is done before what it is for.
            weights[one.word] = 3.0 + own.get(one.word, 0.0) - 0.6 * bool(_AIM.search(one.header))
        choices.append({role: w for role, w in weights.items() if role not in taken})
    best: tuple[float, tuple[str | None, ...]] = (float("-inf"), (None,) * len(texts))
    for way in product(*choices):
        said = [role for role in way if role]
        if len({*said}) < len(said):
            continue
        order = [TEXT.index(role) for role in said]
        score = sum(weights[role] for weights, role in zip(choices, way, strict=True))
        score += 0.5 * sum(left < right for left, right in pairwise(order))
        score -= 1.0 * sum(left > right for left, right in pairwise(order)) if looked else 0.0
        score += 2.5 * ("content" in said and not has_goals)
        if looked and "group" in said and "name" not in said:
            # What stands above nothing is a name, unless its word says otherwise.
            score -= 1.0 * (texts[way.index("group")].word != "group")
        if score > best[0]:
            best = (score, way)
    return best[1]


def _by_cells(cells: Holding, longest: float) -> dict[str, float]:
    """Return how well a column's cells look like a group, a name, a content."""
    length = cells.length
    short_figures = cells.share(is_figure) >= 0.6 and length <= _PHRASE
    is_text = length == longest and length > _PHRASE
    repeats = cells.rows > 2 and cells.repeats >= 0.3
    beside_text = length < 0.5 * longest and longest > _PHRASE and cells.share(is_figure) < 0.5
    return {
        "content": -1.5 * beside_text + 1.5 * is_text + 0.5 * short_figures - 0.3 * repeats,
        "name": -1.0 * (length > 40 or cells.share(SENTENCE.match) > 0.5) - 1.5 * short_figures,
        "group": -1.0 * is_text - 1.5 * short_figures + 0.4 * repeats,
    }


def _assume(columns: list[_Seen]) -> list[str]:
    """Give unknown columns the role of their place where it is wanting; return their headers."""
    roles = {one.role for one in columns}
    unknown = [
        one
        for one in takewhile(lambda one: one.role not in ("content", *OWNERS), columns)
        if one.role is None and one.word is None and one.header
        and not (one.kept or one.measures) and not one.header.startswith("20")
    ]  # fmt: skip
    wanted = [role for role in ("name", "content") if role not in roles and "name" not in roles]
    pairs = [*zip(unknown, wanted[-len(unknown) :], strict=False)]
    for one, role in pairs:
        one.role = role
    return [one.header for one, _ in pairs]
