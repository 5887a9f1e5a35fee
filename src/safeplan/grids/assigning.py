"""The role of each column: by the words of its header, its place, and what stands in it.

Header words are vocabulary (`headers.toml`) and weigh most. Where they say little (重点任务) or nothing,
the place of the column among the others (group, name, content, owners stand from left to right) and
its cells tell.
"""

from __future__ import annotations

import re
from itertools import pairwise, product

from safeplan import vocabulary
from safeplan.bodies import looks_like_bodies
from safeplan.documents.header_words import is_kept, role_of, without_year
from safeplan.grids.placing import OWNERS
from safeplan.grids.telling import Holding

TEXT = ("group", "name", "content")
MEASURE = re.compile(r"(计量|指标)?单位|部门")
"""A header that names the unit of the figures, or, if nothing else does, who answers for them."""
_ANSWERABLE = re.compile(r"^(责任人|负责人|.{0,2}(科室|股室|处室))$")
"""Who answers for a task where no column names bodies: 责任人, where its cells do."""
_SECTION = re.compile(r"(责任|主责|牵头|承办|主办|落实|经办)?(科室|股室|处室)")
_ASKS = re.compile(r"目标|措施|举措|要求|成效")
"""Words for what is asked, which is no name."""
_AIM = re.compile(r"目标|成效|效果|指标|标准|要求")
"""What is to be reached, in a column beside the one that says what is to be done."""
_BODY_HEADER = re.compile(r"(单位|部门|主体|机构|[科股处]室|方|者)$")
_HELPS = re.compile(r"[配协帮参助]")
_LEADS = re.compile("牵头|主[办责抓]")
_PHRASE = 12
"""A text of that length says what is to be done; a shorter one may be only a name."""


@vocabulary.cached()
def _by_place() -> re.Pattern[str]:
    return re.compile("|".join(vocabulary.load("headers")["by_place"]))


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
    roles: list[str | None] = [role_of(text) for text in headers]
    for index, role in known.items():
        roles[index] = role
    told = _told(headers, roles, held, known) if held else {}
    for index, role in told.items():
        roles[index] = role
    roles = _each_once(headers, roles, known)
    texts = [i for i, role in enumerate(roles) if i not in known and _may_be_text(i, headers, roles, told, held)]  # fmt: skip
    for index, role in zip(texts[:7], _of_text(texts[:7], headers, roles, held), strict=True):
        roles[index] = role
    for index, cells in enumerate(held):
        left = roles[index] is None and index not in known and "content" in roles
        if left and role_of(headers[index]) == "content" and _AIM.search(headers[index]):
            roles[index] = "aim" if cells.digits >= 0.3 and "aim" not in roles else None
    if not held:
        return roles, _assume(headers, roles)
    return roles, [
        header
        for index, (header, role) in enumerate(zip(headers, roles, strict=True))
        if header and role and index not in known and role_of(header) is None
        and not MEASURE.fullmatch(header) and role != "body"
    ]  # fmt: skip


def _told(
    headers: tuple[str, ...],
    roles: list[str | None],
    held: tuple[Holding, ...],
    known: dict[int, str | None],
) -> dict[int, str | None]:
    """Return what the cells alone tell of columns whose header does not, or is at odds with them."""
    told: dict[int, str | None] = {}

    def free(role: str) -> bool:
        return role not in roles and role not in told.values()

    answers = _answers(headers, roles, held, known)
    bodies = [
        index
        for index, header in enumerate(headers)
        if roles[index] is None and index not in known and not MEASURE.fullmatch(header)
        and (looks_like_bodies(header) or (held[index].is_marks and header and not is_kept(header)))
    ]  # fmt: skip
    bodies = bodies if len(bodies) > 1 else []
    for index, (header, cells) in enumerate(zip(headers, held, strict=True)):
        role = roles[index]
        if index in known:
            continue
        unknown = role is None and not is_kept(header)
        if role == "serial" and cells.filled > 1 and not cells.is_serial and cells.length > 6:
            told[index] = None  # 号 over something else
        elif role == "content" and cells.is_dates and free("deadline"):
            told[index] = "deadline"  # 年度计划: 2026年开工，2027年建成
        elif role in TEXT and cells.is_serial and headers.count(header) > 1:
            told[index] = None  # 工作任务 over a column that counts within a group
        elif unknown and cells.is_serial and (cells.filled > 1 or index == 0):
            told[index] = "serial" if free("serial") else None
        elif MEASURE.fullmatch(header) and role is None:
            owners = cells.is_bodies and not {*OWNERS} & {*roles}
            told[index] = "responsible" if owners else ("unit" if "单位" in header else None)
        elif index in bodies and (cells.is_marks or cells.figures >= 0.6):
            told[index] = "body" if cells.is_marks else None  # what falls to each of them
        elif index in answers:
            helps = bool(_HELPS.search(header)) and len(answers) > 1 - (not free("responsible"))
            leads = bool(_LEADS.search(header)) and free("lead")
            role = "assisting" if helps else ("lead" if leads else "responsible")
            told[index] = role if free(role) else None
        elif unknown and cells.is_dates:
            told[index] = "deadline" if free("deadline") else None
        elif unknown and (cells.phones >= 0.5 or cells.is_marks):
            told[index] = None
    return told


def _answers(
    headers: tuple[str, ...],
    roles: list[str | None],
    held: tuple[Holding, ...],
    known: dict[int, str | None],
) -> list[int]:
    """Return the columns that name bodies though no word says so.

    A facility is named like a body (消防站): where a column shows by its header or by its cells (县…,
    各…) that it names bodies, it is one; else the last one that may, if nobody else answers.
    """
    maybe = [
        index
        for index, cells in enumerate(held)
        if cells.is_bodies and roles[index] is None and index not in known
        and (not is_kept(headers[index]) or _ANSWERABLE.search(headers[index]))
        and not MEASURE.fullmatch(headers[index])
    ]  # fmt: skip
    if not {"lead", "responsible"} & {*roles}:
        # Within a bureau its sections answer: 承办股室, whatever they are called.
        maybe += [
            index
            for index, header in enumerate(headers)
            if index not in maybe and _SECTION.fullmatch(header) and held[index].filled
            and roles[index] is None and index not in known
        ][:1]  # fmt: skip
    sure = [i for i in maybe if held[i].levels >= 0.5 or _BODY_HEADER.search(headers[i])]
    if sure or {*OWNERS} & {*roles}:
        return sure
    return maybe[-1:]


def _each_once(
    headers: tuple[str, ...], roles: list[str | None], known: dict[int, str | None]
) -> list[str | None]:
    """Return the roles with each but those of text columns once: the plainest word keeps it."""
    roles = list(roles)
    for role in {*roles} - {None, "body", "goal", *TEXT}:
        same = [index for index, found in enumerate(roles) if found == role]
        given = [index for index in same if index in known]
        plain = [index for index in same if not is_kept(headers[index])]
        for index in same:
            if index != (given or plain or same)[0]:
                roles[index] = None
    return roles


def _may_be_text(
    index: int,
    headers: tuple[str, ...],
    roles: list[str | None],
    told: dict[int, str | None],
    held: tuple[Holding, ...],
) -> bool:
    """Tell whether a column may hold a group, a name or what is to be done."""
    if roles[index] in TEXT:
        return True
    header = headers[index]
    if "goal" in roles and held and held[index].figures >= 0.5:
        return False
    return (
        bool(held)
        and roles[index] is None
        and index not in told
        and role_of(header) is None
        and not is_kept(header)
        and held[index].filled > 0
    )


def _of_text(
    at: list[int],
    headers: tuple[str, ...],
    roles: list[str | None],
    held: tuple[Holding, ...],
) -> tuple[str | None, ...]:
    """Return which of these columns is the group, the name, the content, None for none of them.

    The words weigh most, then the order from left to right, then what the cells look like: what is
    to be done is longest, a group repeats.
    """
    taken = {role for index, role in enumerate(roles) if index not in at} - {None}
    lengths = {index: held[index].length for index in at} if held else {}
    choices: list[dict[str | None, float]] = []
    for index in at:
        header = headers[index]
        weights: dict[str | None, float] = {None: 0.0}
        if held:
            own = _by_cells(held[index], lengths[index], max(lengths.values()))
            word = role_of(header)
            said = 0.2 if word else 0.9
            weights |= {role: said + own[role] for role in TEXT}
            weights["group"] -= 0.3  # a lone column is a name, unless it repeats
            if word == "name":
                del weights["content"]  # a name stays one, however long
            if word == "content" and _ASKS.search(header) and headers.count(header) == 1:
                weights.pop("name")
                weights.pop("group")
            longest = lengths[index] == max(lengths.values())
            weights[None] = -1.5 if longest and lengths[index] > _PHRASE else -0.5 * bool(word)
        if _by_place().fullmatch(without_year(header)):
            weights |= {role: 2.0 + (own[role] if held else 0.0) for role in TEXT}
        if role := role_of(header):
            weights[role] = 3.0 + (own[role] if held and role in own else 0.0)
            weights[role] -= 0.6 * bool(_AIM.search(header))  # what is done before what it is for
        choices.append({role: w for role, w in weights.items() if role not in taken})
    best: tuple[float, tuple[str | None, ...]] = (float("-inf"), (None,) * len(at))
    for way in product(*choices):
        said_roles = [role for role in way if role]
        if len({*said_roles}) < len(said_roles):
            continue
        order = [TEXT.index(role) for role in said_roles]
        score = sum(weights[role] for weights, role in zip(choices, way, strict=True))
        score += 0.5 * sum(left < right for left, right in pairwise(order))
        score -= 1.0 * sum(left > right for left, right in pairwise(order)) if held else 0.0
        score += 2.5 * ("content" in said_roles and "goal" not in roles)
        if held and "group" in said_roles and "name" not in said_roles:
            # What stands above nothing is a name, unless its word says otherwise.
            score -= 1.0 * (role_of(headers[at[way.index("group")]]) != "group")
        if score > best[0]:
            best = (score, way)
    return best[1]


def _by_cells(cells: Holding, length: float, longest: float) -> dict[str, float]:
    """Return how well a column's cells look like a group, a name, a content."""
    content = name = group = 0.0
    if length < 0.5 * longest and longest > _PHRASE and cells.figures < 0.5:
        content -= 1.5
    if length == longest and length > _PHRASE:
        content += 1.5
        group -= 1.0
    if length > 40 or cells.sentences > 0.5:
        name -= 1.0
    if cells.figures >= 0.6 and length <= _PHRASE:
        name -= 1.5
        group -= 1.5
        content += 0.5
    if cells.rows > 2 and cells.repeats >= 0.3:
        group += 0.4
        content -= 0.3
    return {"content": content, "name": name, "group": group}


def _assume(headers: tuple[str, ...], roles: list[str | None]) -> list[str]:
    """Give unknown columns the role of their place where it is wanting; return their headers."""
    end = next((i for i, role in enumerate(roles) if role in OWNERS), len(roles))
    unknown = [
        index
        for index in range(end)
        if roles[index] is None and role_of(headers[index]) is None and headers[index]
        and not is_kept(headers[index])
        and not MEASURE.fullmatch(headers[index]) and headers[index][:2] != "20"
    ]  # fmt: skip
    assumed = []
    if "content" in roles:
        before = [index for index in unknown if index < roles.index("content")]
        wanted = {before[0]: "name"} if before and "name" not in roles else {}
    elif "name" not in roles:
        wanted = dict(zip(unknown, ["name", "content"] if len(unknown) > 1 else ["content"], strict=False))  # fmt: skip
    else:
        wanted = {}
    for index, role in wanted.items():
        roles[index] = role
        assumed.append(headers[index])
    return assumed
