"""The header: which rows it is, and the columns under it.

A header row is told by its words, or by standing above columns of another kind than itself. Where
one of its cells stands over several columns, each of them is a column of its own, told by what it
holds; where nothing tells them apart they are joined. Text does not say how far a header cell
reaches: there the reading is kept whose columns fit what the rows hold.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from safeplan import vocabulary
from safeplan.bodies import looks_like_bodies
from safeplan.documents import RawCell, RawGrid
from safeplan.documents.header_words import is_header_row, is_kept, role_of
from safeplan.documents.table_lines import is_due, is_total
from safeplan.grids.assigning import MEASURE, settled
from safeplan.grids.goals import goal_columns, is_period
from safeplan.grids.grid import Column, Note, texts_of
from safeplan.grids.placing import OWNERS, fit
from safeplan.grids.telling import Holding, holding, is_mark
from safeplan.text.folding import tidy
from safeplan.text.numbering import is_serial

_DOUBTFUL = 1.0
"""By how much, a row, another way to read a header must fit better than the plain one."""
_TOP = 6
"""Among so many rows at the top the header is looked for."""
_LONGEST = 14


@dataclass(frozen=True)
class HeaderLayout:
    """One way to read a header."""

    columns: list[Column]
    spanning: str | None = None
    """The header cell that stands over two columns, if one does."""
    assumed: list[str] = field(default_factory=list)
    """Header cells that say nothing known: their role is that of their place or their cells."""
    doubt: float = 0.0


# --- which rows -----------------------------------------------------------------------------------


def is_header(row: list[RawCell]) -> bool:
    """Tell whether a row is a header by its words."""
    return is_header_row(texts_of(row))


def header_index(grid: RawGrid) -> int | None:
    """Return the index of the header row, None where the table has none.

    Words tell it; without them it stands above rows that hold what it does not (serials, bodies,
    dates, long text).
    """
    for index, row in enumerate(grid.rows[:_TOP]):
        if is_header(row):
            return index
    for index, row in enumerate(grid.rows[:_TOP]):
        if _stands_above(row, grid.rows[index + 1 :]):
            return index
    return None


def _stands_above(row: list[RawCell], below: list[list[RawCell]]) -> bool:
    """Tell whether a row of short words stands above columns of another kind than itself."""
    texts = texts_of(row)
    said = [text for text in texts if text]
    if len(said) < 3 or len({*said}) < len(said) or any(cell.covered for cell in row):
        return False
    if len(said) < len(texts) or not all(map(may_be_header, said)):
        return False
    held = holdings([other for other in below if len(other) == len(row)], len(row))
    return any(_is_above(text, cells) for text, cells in zip(texts, held, strict=True))


def _is_above(text: str, below: Holding) -> bool:
    """Tell whether a cell is of another kind than the cells below it, which are all of one."""
    if not below.filled:
        return False
    return (
        below.is_serial
        or (below.is_bodies and not looks_like_bodies(text))
        or below.is_dates
        or below.is_marks
        or below.phones >= 0.5
        or below.length > 2 * _LONGEST
    )


def may_be_header(text: str) -> bool:
    """Tell whether a cell may be a word of a header: it is one, or is short and no more."""
    if role_of(text) or is_kept(text) or MEASURE.fullmatch(text) or is_period(text):
        return True
    return (
        0 < len(text) <= _LONGEST
        and not any(sign in text for sign in "。；，")
        and not is_serial(text)
        and not is_due(text)
        and not is_mark(text)
        and not text[0].isdigit()
    )


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
    """Tell whether a row goes on with the header above it: words only below cells that span them."""
    spans = [
        cell.spanned or (following is not None and following.spanned)
        for cell, following in zip(upper, [*upper[1:], None], strict=True)
    ]
    words = [index for index, cell in enumerate(lower) if cell.text.strip()]
    beside = [cell for cell, under in zip(lower, spans, strict=False) if not under]
    return (
        len(upper) == len(lower)
        and any(spans[index] for index in words)
        and all(may_be_header(tidy(lower[index].text)) for index in words)
        and bool(beside)
        and all(cell.covered for cell in beside)
    )


def one_header_row(grid: RawGrid, index: int) -> tuple[RawGrid, list[Note]]:
    """Return a text's grid with a header of two rows made one: 牵头单位, 配合单位 below 责任单位."""
    below = grid.rows[index + 2 :]
    if not below:
        return grid, []
    upper, lower = grid.rows[index], grid.rows[index + 1]
    said = [text for text in texts_of(lower) if text]
    width = _usual_width(below)
    if len(said) < 2 or not all(role_of(t) or is_kept(t) or is_period(t) for t in said):
        return grid, []
    above = len(upper) + len(lower) - width
    if len(upper) == len(lower) == width:
        one = [low if low.text.strip() else up for up, low in zip(upper, lower, strict=True)]
    elif len(said) == len(lower) and 0 < above < len(upper):
        at = spans_over(texts_of(upper), said, above)
        one = [*upper[:at], *lower, *upper[at + above :]]
    else:
        return grid, []
    rows = [*grid.rows[:index], one, *below]
    return replace(grid, rows=rows), [Note("header_two_rows", "repair")]


def spans_over(upper: list[str], lower: list[str], count: int) -> int:
    """Return where the header cells begin that stand over a second row: the words below are theirs.

    Periods stand below a goal, else below a word for when (进度安排).
    """
    families = {*map(family, lower)} - {""}
    periods = all(map(is_period, lower))

    def weight(text: str) -> float:
        if periods and role_of(text) in ("name", "deadline"):
            return 0.5 + 0.1 * (role_of(text) == "deadline")
        return float(family(text) in families)

    plain = [index for index in range(len(upper) - count + 1) if role_of(upper[index]) != "serial"]
    return max(plain or [0], key=lambda at: (sum(map(weight, upper[at : at + count])), at))


def family(header: str) -> str:
    """Return what a header is about: `owners`, `when`, `what`; empty where its word does not say."""
    role = role_of(header)
    return "what" if role is None and is_period(header) else _FAMILY.get(role or "", "")


_FAMILY = {**dict.fromkeys(OWNERS, "owners"), "deadline": "when", "content": "what", "name": "what"}


# --- the columns, where merges are known ----------------------------------------------------------


def merged_columns(
    grid: RawGrid, index: int | None, issued: int | None = None
) -> tuple[RawGrid, HeaderLayout, list[Note]]:
    """Return the columns of a grid that knows its merges, and the grid with a row for its header.

    A header of two rows is read as one: 责任单位 over 牵头单位 and 配合单位 gives way to these.

    Args:
        grid: the table.
        index: the row of its header, None where it has none.
        issued: the year the document was issued, where it says so.
    """
    if index is None:
        width = max(map(len, grid.rows))
        return grid, _layout(("",) * width, ("",) * width, grid.rows, issued), []
    notes: list[Note] = []
    rows = grid.rows
    above = [""] * len(rows[index])
    for _ in range(header_height(grid, index) - 1):
        heads = _spread(rows[index])
        above = [
            up if low.text.strip() else known
            for known, up, low in zip(above, heads, rows[index + 1], strict=True)
        ]
        one = [
            low if low.text.strip() else replace(up, spanned=up.spanned and not low.covered)
            for up, low in zip(rows[index], rows[index + 1], strict=True)
        ]
        rows = [*rows[:index], one, *rows[index + 2 :]]
        notes.append(Note("header_two_rows", "repair"))
    headers = tuple(_spread(rows[index]))
    layout = _layout(headers, tuple(above), rows[index + 1 :], issued)
    return replace(grid, rows=rows), layout, notes + _spanning(rows[index], layout.columns)


def _spread(row: list[RawCell]) -> list[str]:
    """Return the header of each column: a cell over several columns is the header of them all."""
    texts: list[str] = []
    for cell in row:
        text = tidy(cell.text)
        texts.append(texts[-1] if cell.spanned and not text and texts else text)
    return texts


def _spanning(header: list[RawCell], columns: list[Column]) -> list[Note]:
    """Report the header cells that stand over several columns, each told by what it holds."""
    notes: list[Note] = []
    for at, cell in enumerate(header):
        end = at + 1
        while end < len(header) and header[end].spanned and not header[end].text.strip():
            end += 1
        if end > at + 1 and not (cell.spanned and not cell.text.strip()):
            owners = all(column.role in OWNERS for column in columns[at:end])
            code = "header_spans_owners" if owners else "header_spans_two"
            notes.append(Note(code, "repair", None, {"header": columns[at].header}))
    return notes


def _layout(
    headers: tuple[str, ...],
    above: tuple[str, ...],
    body: list[list[RawCell]],
    issued: int | None,
    given: tuple[tuple[int, str | None], ...] = (),
) -> HeaderLayout:
    """Return the columns under these headers, told by the headers and by what stands below."""
    held = tuple(holdings(body, len(headers)))
    goals = goal_columns(headers, above, issued)
    # A mark below 3月 says when, not what: it is kept by its header.
    goals = {index: "" if held[index].is_marks else period for index, period in goals.items()}
    said = [role_of(text) for index, text in enumerate(headers) if index not in goals]
    only = [index for index, period in goals.items() if period]
    lone = len(only) == 1 and "content" not in said
    given = (
        *given,
        *((i, ("content" if lone else "goal") if goals[i] else None) for i in goals),
        *_spanned_pairs(headers, held),
    )
    roles, assumed = settled(headers, given, held)
    columns = [
        Column(role, text, goals.get(index, "") if role == "goal" else "")
        for index, (role, text) in enumerate(zip(roles, headers, strict=True))
    ]
    return HeaderLayout(columns, None, assumed)


def _spanned_pairs(
    headers: tuple[str, ...], held: tuple[Holding, ...]
) -> tuple[tuple[int, str | None], ...]:
    """Return the roles of two columns of bodies below one header cell (责任单位): the first leads."""
    given: tuple[tuple[int, str | None], ...] = ()
    for index in range(len(headers) - 1):
        same = headers[index] and headers[index] == headers[index + 1]
        pair = held[index : index + 2]
        if same and role_of(headers[index]) == "responsible" and all(c.is_bodies for c in pair):
            given = ((index, "lead"), (index + 1, "responsible"))
    return given


def holdings(rows: Sequence[list[RawCell]], width: int) -> list[Holding]:
    """Return what each of the columns of these rows holds."""
    whole = [texts_of(row) for row in rows if len(row) == width][:60]
    whole = [texts for texts in whole if not is_total(next(filter(None, texts), ""))]
    return [holding(tuple(texts[at] for texts in whole)) for at in range(width)]


# --- the columns, where merges are not known ------------------------------------------------------


def _usual_width(rows: list[list[RawCell]]) -> int:
    sizes = Counter(len(row) for row in rows)
    return max(sizes, key=lambda size: (sizes[size], size))


def columns_of(
    header: list[RawCell], body: list[list[RawCell]], issued: int | None = None
) -> HeaderLayout:
    """Return how a header without known merges is to be read.

    Args:
        header: the header row.
        body: the rows below it; their usual length says how many columns there are.
        issued: the year the document was issued, where it says so.
    """
    words = texts_of(header)
    width = _usual_width(body) if body else len(words)
    rows = [texts_of(row) for row in body if len(row) == width][:30]
    if not rows or width < len(words) or (width > len(words) and len(words) < 2):
        return layouts(tuple(words))[0]
    if width == len(words):
        return _layout(tuple(words), ("",) * width, body, issued)
    ways: list[tuple[float, HeaderLayout]] = []
    for index, text in enumerate(words):
        wide = (*words[:index], *[text] * (width - len(words) + 1), *words[index + 1 :])
        way = replace(_layout(wide, ("",) * width, body, issued), spanning=text)
        odd = sum(c.role is None or role_of(c.header) not in (None, c.role) for c in way.columns)
        roles = [column.role for column in way.columns]
        fits = sum(sum(map(fit, row, roles)) for row in rows) / len(rows)
        ways.append((fits - odd, way))
    return max(ways, key=lambda way: way[0])[1] if ways else layouts(tuple(words))[0]


@vocabulary.cached(1024)
def layouts(headers: tuple[str, ...]) -> list[HeaderLayout]:
    """Return the ways to read a header, the plain one first, then with a cell over several columns.

    Args:
        headers: the header cells, folded.
    """
    goals = goal_columns(headers, ("",) * len(headers), None)
    said = tuple((index, "goal" if period else None) for index, period in goals.items())
    roles = settled(headers, said)[0]
    columns = [
        Column(role, text, goals.get(index, ""))
        for index, (role, text) in enumerate(zip(roles, headers, strict=True))
    ]
    ways = [HeaderLayout(columns)]
    for index, text in enumerate(headers):
        role = role_of(text)
        if role not in ("serial", "deadline", "remark", "unit") and not goals:
            ways.append(_over(headers, index))
    return ways


def _over(headers: tuple[str, ...], index: int) -> HeaderLayout:
    """Return the way to read a header one of whose cells stands over two columns."""
    text = headers[index]
    pair = ("lead", "responsible") if role_of(text) in OWNERS else ("name", "content")
    wide = (*headers[:index], text, text, *headers[index + 1 :])
    roles = settled(wide, ((index, pair[0]), (index + 1, pair[1])))[0]
    unread = sum(role_of(h) is not None and r is None for h, r in zip(wide, roles, strict=True))
    columns = [Column(role, header) for role, header in zip(roles, wide, strict=True)]
    return HeaderLayout(columns, text, doubt=_DOUBTFUL + unread)
