"""The header row: which one it is, and what each column under it holds.

Header words are vocabulary (`headers.toml`), and where they say little (重点任务) or nothing, the place
of the column among the others says what it holds: group, name, content, owners stand from left to
right. Where a header can be read in several ways, as when one of its cells stands over two columns,
the way is kept whose columns fit what the rows hold.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache
from itertools import pairwise, product

from safeplan import vocabulary
from safeplan.documents import RawCell, RawGrid, fold
from safeplan.documents.header_words import is_header_row, role_of, without_year
from safeplan.grids.placing import fit
from safeplan.grids.rows import Column, Note
from safeplan.models import Source

__all__ = [
    "Layout",
    "columns_of",
    "header_height",
    "header_index",
    "is_header",
    "layouts",
    "merged_columns",
    "one_header_row",
    "role_of",
]  # fmt: skip

_TEXT = ("group", "name", "content")
_OWNERS = ("lead", "responsible")
MEASURE = re.compile(r"(计量|指标)?单位|部门")
"""A header that names the unit of the figures, or, if nothing else does, who answers for them."""
_ASSISTING = re.compile(r"配合|参与|协办|协同|协助|参加")
_DOUBTFUL = 1.0
"""By how much, a row, another way to read a header must fit better than the plain one."""


@dataclass(frozen=True)
class Layout:
    """One way to read a header."""

    columns: list[Column]
    spanning: str | None = None
    """The header cell that stands over two columns, if one does."""
    assumed: list[str] = field(default_factory=list)
    """Header cells that say nothing known: their role is that of their place."""
    doubt: float = 0.0


def is_header(row: list[RawCell]) -> bool:
    """Tell whether a row is a header."""
    return is_header_row([fold(cell.text) for cell in row])


def header_index(grid: RawGrid) -> int | None:
    """Return the index of the header row, None where the table has none."""
    for index, row in enumerate(grid.rows[:5]):
        if is_header(row):
            return index
    return None


def merged_columns(grid: RawGrid, index: int) -> tuple[RawGrid, list[Column], list[Note]]:
    """Return the columns of a grid that knows its merges, and the grid with a row for its header.

    A header of two rows is read as one: 责任单位 over 牵头单位 and 配合单位 gives way to these. A header
    cell over several columns is taken apart where it is known what stands below it (重点任务: name
    and content); else the columns below it are joined into one.
    """
    notes: list[Note] = []
    rows = grid.rows
    for _ in range(header_height(grid, index) - 1):
        one = [
            low if low.text.strip() else replace(up, spanned=up.spanned and not low.covered)
            for up, low in zip(rows[index], rows[index + 1], strict=True)
        ]
        rows = [*rows[:index], one, *rows[index + 2 :]]
        notes.append(Note("header_two_rows", "repair"))
    columns: list[Column] = []
    start = 0
    while start < len(rows[index]):
        header = rows[index]
        text = fold(header[start].text)
        end = start + 1
        while end < len(header) and header[end].spanned:
            end += 1
        roles = _roles_below(text, [row[start : end + 1] for row in rows[index + 1 :]], end - start)
        if roles:
            columns += [Column(role, text) for role in roles]
            notes.append(Note("header_spans_two", "repair", None, {"header": text}))
        else:
            if end - start > 1:
                rows = [[*row[:start], _joined(row[start:end]), *row[end:]] for row in rows]
                count = str(end - start)
                notes.append(Note("header_joins", "repair", None, {"header": text, "count": count}))
            columns.append(Column(role_of(text), text))
        start = len(columns)
    return replace(grid, rows=rows), _settled_columns(columns), notes


def header_height(grid: RawGrid, index: int) -> int:
    """Return the number of rows of the header that begins at a row."""
    height = 1
    while (
        grid.merges_known
        and index + height < len(grid.rows)
        and _is_second_level(grid.rows[index + height - 1], grid.rows[index + height])
    ):
        height += 1
    return height


def _is_second_level(upper: list[RawCell], lower: list[RawCell]) -> bool:
    """Tell whether a row goes on with the header above it: words below a cell that spans them."""
    if len(upper) != len(lower):
        return False
    words = [index for index, cell in enumerate(lower) if cell.text.strip()]
    under_span = any(
        upper[index].spanned or (index + 1 < len(upper) and upper[index + 1].spanned)
        for index in words
    )
    named = all(role_of(fold(lower[index].text)) or upper[index].text.strip() for index in words)
    return under_span and named and any(cell.covered for cell in lower)


def _roles_below(text: str, below: list[list[RawCell]], width: int) -> list[str]:
    """Return the roles of the columns under one header cell; empty where they are not known."""
    spanning: dict[str, list[str]] = vocabulary.load("headers")["spanning"]
    roles = spanning.get(without_year(text), [])
    if width > 1 and len(roles) == width:
        return roles
    # 指标名称 over two columns, the first of them merged down: groups of names.
    merged_down = any(cells and cells[0].covered for cells in below)
    return ["group", "name"] if width == 2 and merged_down and role_of(text) == "name" else []


def _joined(cells: list[RawCell]) -> RawCell:
    if not cells:
        return RawCell("", Source(), covered=True)
    text = "".join(cell.text for cell in cells)
    return RawCell(text, cells[0].source, covered=all(cell.covered for cell in cells))


def one_header_row(grid: RawGrid, index: int) -> tuple[RawGrid, list[Note]]:
    """Return a text's grid with a header of two rows made one: 牵头单位, 配合单位 below 责任单位."""
    below = grid.rows[index + 2 :]
    if not below:
        return grid, []
    upper, lower = grid.rows[index], grid.rows[index + 1]
    words = [cell for cell in lower if cell.text.strip()]
    if len(words) < 2 or not all(role_of(fold(cell.text)) for cell in words):
        return grid, []
    width = _usual_width(below)
    if len(upper) == len(lower) == width:
        one = [low if low.text.strip() else up for up, low in zip(upper, lower, strict=True)]
    elif len(upper) + len(lower) - 1 == width:
        kinds = [role in _OWNERS for role in map(role_of, _texts(lower))]
        at = next((i for i, text in enumerate(_texts(upper))
                   if (role_of(text) in _OWNERS) == all(kinds) and role_of(text) != "serial"), 0)  # fmt: skip
        one = [*upper[:at], *lower, *upper[at + 1 :]]
    else:
        return grid, []
    rows = [*grid.rows[:index], one, *below]
    return replace(grid, rows=rows), [Note("header_two_rows", "repair")]


def _texts(row: list[RawCell]) -> list[str]:
    return [fold(cell.text) for cell in row]


def _usual_width(rows: list[list[RawCell]]) -> int:
    sizes = Counter(len(row) for row in rows)
    return max(sizes, key=lambda size: (sizes[size], size))


def columns_of(header: list[RawCell], body: list[list[RawCell]]) -> Layout:
    """Return how a header without known merges is to be read.

    Args:
        header: the header row.
        body: the rows below it; their usual length says how many columns there are.
    """
    ways = layouts(tuple(_texts(header)))
    width = _usual_width(body) if body else len(header)
    whole = [_texts(row) for row in body if len(row) == width][:30]
    best, best_fit = ways[0], 0.0 if width != len(header) else float("-inf")
    for way in ways:
        roles = [column.role for column in way.columns]
        if len(roles) == width:
            total = sum(sum(map(fit, texts, roles)) for texts in whole)
            each = total / max(len(whole), 1) - way.doubt
            if each > best_fit:
                best, best_fit = way, each
    return best


@lru_cache(maxsize=1024)
def layouts(headers: tuple[str, ...]) -> list[Layout]:
    """Return the ways to read a header, the plain one first, then with a cell over two columns."""
    roles, assumed = settled(headers)
    columns = [Column(role, text) for role, text in zip(roles, headers, strict=True)]
    ways = [Layout(columns, None, assumed, 0.5 * len(assumed))]
    if not {*_OWNERS} & {*roles}:
        # 单位 is the unit of measure, unless its cells name bodies.
        for index, text in enumerate(headers):
            if MEASURE.fullmatch(text):
                own = [*columns[:index], Column("responsible", text), *columns[index + 1 :]]
                ways.append(Layout(own, None, assumed, _DOUBTFUL))
    known: dict[str, list[str]] = vocabulary.load("headers")["spanning"]
    for index, text in enumerate(headers):
        role = role_of(text)
        if role in ("serial", "deadline", "remark"):
            continue
        named = known.get(without_year(text))
        pair = named or (["lead", "responsible"] if role in _OWNERS else ["name", "content"])
        wide = (*headers[: index + 1], *headers[index:])
        roles, assumed = settled(wide, ((index, pair[0]), (index + 1, pair[1])))
        unread = sum(role_of(h) is not None and r is None for h, r in zip(wide, roles, strict=True))
        doubt = (0.0 if named else _DOUBTFUL) + unread + 0.5 * len(assumed)
        columns = [Column(role, header) for role, header in zip(roles, wide, strict=True)]
        ways.append(Layout(columns, text, assumed, doubt))
    return ways


@cache
def _by_place() -> re.Pattern[str]:
    return re.compile("|".join(vocabulary.load("headers")["by_place"]))


def settled(
    headers: tuple[str, ...], given: tuple[tuple[int, str], ...] = ()
) -> tuple[list[str | None], list[str]]:
    """Return the roles of the columns under a header, each role once, and the words assumed.

    Args:
        headers: the header cells, folded.
        given: columns whose role is known, by their index.

    >>> settled(("序号", "重点任务", "具体措施", "责任单位"))[0]
    ['serial', 'name', 'content', 'responsible']
    >>> settled(("序号", "重点任务", "责任单位"))[0]
    ['serial', 'content', 'responsible']
    """
    roles: list[str | None] = [role_of(text) for text in headers]
    known = dict(given)
    taken = set(known.values())
    # Group, name, content: by their words, and by their place where these leave it open.
    at = [i for i, role in enumerate(roles) if role in _TEXT and i not in known][:6]
    choices: list[dict[str | None, float]] = []
    for index in at:
        weights: dict[str | None, float] = {None: 0.0}
        if _by_place().fullmatch(without_year(headers[index])):
            weights |= dict.fromkeys(_TEXT, 2.0)
        weights[roles[index]] = 3.0
        choices.append({role: w for role, w in weights.items() if role not in taken})
    best: tuple[float, tuple[str | None, ...]] = (-1.0, ())
    for way in product(*choices):
        said = [role for role in way if role]
        if len({*said}) < len(said):
            continue
        order = [_TEXT.index(role) for role in said]
        score = sum(weights[role] for weights, role in zip(choices, way, strict=True))
        score += 0.5 * sum(left < right for left, right in pairwise(order))
        score += 2.5 * ("content" in said)
        if score > best[0]:
            best = (score, way)
    for index, role in zip(at, best[1], strict=True):
        roles[index] = role
    for index, role in known.items():
        roles[index] = role
    # 责任单位 beside 配合单位 is the one that leads.
    owners = [index for index, role in enumerate(roles) if role in _OWNERS]
    if "lead" not in roles and len(owners) > 1 and not taken & {*_OWNERS}:
        first, second = owners[:2]
        if _ASSISTING.search(headers[second]) and not _ASSISTING.search(headers[first]):
            roles[first] = "lead"
    for index, role in enumerate(roles):
        if role in roles[:index]:
            roles[index] = None
    return roles, _assume(headers, roles)


def _assume(headers: tuple[str, ...], roles: list[str | None]) -> list[str]:
    """Give unknown columns the role of their place where it is wanting; return their headers."""
    end = next((i for i, role in enumerate(roles) if role in _OWNERS), len(roles))
    unknown = [
        index
        for index in range(end)
        if roles[index] is None and role_of(headers[index]) is None and headers[index]
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


def _settled_columns(columns: list[Column]) -> list[Column]:
    """Return columns that know their merges, each role once and each by its place."""
    headers = tuple(column.header for column in columns)
    given = tuple(
        (index, column.role)
        for index, column in enumerate(columns)
        if column.role and column.role != role_of(column.header)
    )
    roles, _ = settled(headers, given)
    return [Column(role, column.header) for role, column in zip(roles, columns, strict=True)]
