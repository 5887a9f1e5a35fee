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
from itertools import groupby, pairwise, takewhile

from safeplan import vocabulary
from safeplan.bodies import looks_like_bodies
from safeplan.documents import RawCell, RawGrid
from safeplan.documents.cell_words import (
    is_due,
    is_header_row,
    is_kept,
    is_total,
    role_of,
    without_year,
)
from safeplan.grids.assigning import MEASURE, TEXT, goal_columns, is_period, settled
from safeplan.grids.grid import Column, Note, texts_of
from safeplan.grids.telling import OWNERS, PHONE, Holding, fit, holding, is_mark
from safeplan.models import Source
from safeplan.text.folding import tidy
from safeplan.text.numbering import is_serial

_DOUBTFUL = 1.0
"""By how much, a row, another way to read a header must fit better than the plain one."""
_TOP = 6
"""Among so many rows at the top the header is looked for."""
_LONGEST = 14
_MOST_ROWS = 60


@dataclass(frozen=True)
class HeaderLayout:
    """One way to read a header."""

    columns: list[Column]
    spanning: str | None = None
    """The header cell that stands over two columns, if one does."""
    assumed: list[str] = field(default_factory=list)
    """Header cells that say nothing known: their role is that of their place or their cells."""
    doubt: float = 0.0

    @property
    def roles(self) -> list[str | None]:
        """The roles of the columns."""
        return [column.role for column in self.columns]


# --- which rows -----------------------------------------------------------------------------------


def header_index(grid: RawGrid) -> int | None:
    """Return the index of the header row, None where the table has none.

    Words tell it; without them it stands above rows that hold what it does not (serials, bodies,
    dates, long text).
    """
    top = list(enumerate(grid.rows[:_TOP]))
    by_words = (index for index, row in top if is_header_row(texts_of(row)))
    by_place = (index for index, row in top if _stands_above(row, grid.rows[index + 1 :]))
    return next((index for found in (by_words, by_place) for index in found), None)


def _stands_above(row: list[RawCell], below: list[list[RawCell]]) -> bool:
    """Tell whether a row of short words stands above columns of another kind than itself."""
    texts = texts_of(row)
    said = [text for text in texts if text]
    if len(said) < 3 or len({*said}) < len(said) or any(cell.covered for cell in row):
        return False
    gaps = any(not (text or cell.spanned) for text, cell in zip(texts, row, strict=True))
    if gaps or not all(map(may_be_header, said)):
        return False
    held = holdings([other for other in below if len(other) == len(row)], len(row))
    return any(
        cells.is_serial
        or (cells.is_bodies and not looks_like_bodies(text))
        or cells.is_dates
        or cells.is_marks
        or cells.share(PHONE.match) >= 0.5
        or cells.length > 2 * _LONGEST
        for text, cells in zip(texts, held, strict=True)
        if cells.filled
    )


def may_be_header(text: str) -> bool:
    """Tell whether a cell may be a word of a header: it is one, or is short and no more."""
    if not text:
        return False
    if role_of(text) or is_kept(text) or MEASURE.fullmatch(text) or is_period(text):
        return True
    return (
        len(text) <= _LONGEST
        and not any(sign in text for sign in "。；，")
        and not is_serial(text)
        and not is_due(text)
        and not is_mark(text)
        and not text[0].isdigit()
    )


def header_height(grid: RawGrid, index: int) -> int:
    """Return the number of rows of the header that begins at a row."""
    below = pairwise(grid.rows[index:]) if grid.merges_known else ()
    return 1 + sum(1 for _ in takewhile(lambda rows: _goes_on(*rows), below))


def _goes_on(upper: list[RawCell], lower: list[RawCell]) -> bool:
    """Tell whether a row goes on with the header above it: words below a cell that spans them."""
    if len(upper) != len(lower):
        return False
    right = [*upper[1:], RawCell("", Source())]
    under = [up.spanned or after.spanned for up, after in zip(upper, right, strict=True)]
    words = [
        (tidy(low.text), spans, bool(up.text.strip()))
        for up, low, spans in zip(upper, lower, under, strict=True)
        if low.text.strip()
    ]
    if not any(spans for _, spans, _ in words):
        return False
    if not all(may_be_header(text) for text, *_ in words):
        return False
    beside = [low for low, spans in zip(lower, under, strict=True) if not spans]
    if beside and all(cell.covered for cell in beside):
        return True
    told = [bool(role_of(text)) or is_period(text) for text, *_ in words]
    if any(cell.covered for cell in lower) and all(
        known or above for known, (*_, above) in zip(told, words, strict=True)
    ):
        return True
    return all(spans for _, spans, _ in words) and (
        any(told) or any(is_kept(text) for text, *_ in words)
    )


def one_header_row(header: list[RawCell], body: list[list[RawCell]]) -> list[RawCell] | None:
    """Return the header that two rows of a text make: 牵头单位, 配合单位 below 责任单位.

    None where the first row of the body is none of the header.
    """
    if len(body) < 2:
        return None
    upper, (lower, *below) = header, body
    words = [cell for cell in lower if cell.text.strip()]
    said = texts_of(words)
    width = _usual_width(below)
    # A row of numbers or of what is to be done begins with a serial or a name: words below do not.
    gaps = [low.text for up, low in zip(upper, lower, strict=False) if not up.text.strip()]
    spans = width > len(upper) or (gaps and all(map(str.strip, gaps)))
    under = len(lower) == width and spans and not lower[0].text.strip()
    if len(words) < 2 or not all(
        role_of(text) or is_kept(text) or is_period(text) or (under and may_be_header(text))
        for text in said
    ):
        return None
    above = len(upper) + len(lower) - width
    if len(upper) == len(lower) == width:
        return [low if low.text.strip() else up for up, low in zip(upper, lower, strict=True)]
    if len(lower) == width > len(upper):
        return _under_spans(upper, lower)
    if len(words) == len(lower) and 0 < above < len(upper):
        at = spans_over(texts_of(upper), texts_of(lower), above)
        return [*upper[:at], *lower, *upper[at + above :]]
    return None


def _under_spans(upper: list[RawCell], lower: list[RawCell]) -> list[RawCell]:
    """Return the header that a lower row of full width makes with the shorter one above it."""
    one: list[RawCell] = []
    at = 0  # the cell of the upper row that stands above what comes next
    for filled, run in groupby(lower, key=lambda cell: bool(cell.text.strip())):
        cells = list(run)
        if filled:
            rest = lower[len(one) + len(cells) :]
            more = any(cell.text.strip() for cell in rest)
            at = at + 1 if more else len(upper) - len(rest)
        else:
            cells = [*upper[at : at + len(cells)], *cells[max(len(upper) - at, 0) :]]
            at += len(cells)
        one += cells
    return one


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
    if is_kept(header):
        return "when" if header[-2:] in ("时间", "日期") else ""
    if role_of(header) is None and is_period(header):
        return "what"
    if role_of(header) is None and looks_like_bodies(header):
        return "owners"
    return _FAMILY.get(role_of(header) or "", "")


_FAMILY = {**dict.fromkeys(OWNERS, "owners"), "deadline": "when", "content": "what", "name": "what"}


# --- the columns, where merges are known ----------------------------------------------------------


def merged_columns(
    grid: RawGrid, index: int, issued: int | None = None
) -> tuple[list[list[RawCell]], HeaderLayout, list[Note]]:
    """Return the rows below the header of a grid that knows its merges, and its columns.

    A header of two rows is read as one: 责任单位 over 牵头单位 and 配合单位 gives way to these.

    Args:
        grid: the table.
        index: the row of its header.
        issued: the year the document was issued, where it says so.
    """
    height = header_height(grid, index)
    header, body = grid.rows[index], grid.rows[index + height :]
    notes = [Note("header_two_rows", "repair") for _ in range(height - 1)]
    above = [""] * len(header)
    for lower in grid.rows[index + 1 : index + height]:
        heads = zip(above, _spread(header), lower, strict=True)
        above = [head if low.text.strip() else known for known, head, low in heads]
        header = [
            low if low.text.strip() else replace(up, spanned=up.spanned and not low.covered)
            for up, low in zip(header, lower, strict=True)
        ]
    # A column that holds nothing below a header cell that spans it is none.
    said = [
        [at]
        for at in range(len(header))
        if any(row[at].text.strip() for row in (header, *body) if at < len(row))
    ]
    above = [above[at] for (at,) in said]
    header, *body = _regrouped([header, *body], said)
    layout = _layout(tuple(_spread(header)), tuple(above), body, issued)
    runs: list[list[int]] = []
    for at, cell in enumerate(header):
        if at and cell.spanned and not cell.text.strip():
            runs[-1].append(at)
        else:
            runs.append([at])
    held = holdings(body, len(header))
    told_apart: list[list[int]] = []
    for run in runs:
        roles = [layout.columns[at].role for at in run]
        apart = sum(map(bool, roles)) > 1 or any(held[at].is_serial for at in run)
        told_apart += [[at] for at in run] if apart else [run]
        if len(run) > 1:
            code = "header_spans_owners" if {*roles} <= {*OWNERS} else "header_spans_two"
            args = {"header": layout.columns[run[0]].header}
            more = {} if apart else {"count": str(len(run))}
            notes.append(Note(code if apart else "header_joins", "repair", None, args | more))
    if len(told_apart) < len(header):
        body = _regrouped(body, told_apart)
        headers = tuple(layout.columns[run[0]].header for run in told_apart)
        layout = _layout(headers, tuple(above[run[0]] for run in told_apart), body, issued)
    return body, layout, notes


def _spread(row: list[RawCell]) -> list[str]:
    """Return the header of each column: a cell over several columns is the header of them all."""
    texts: list[str] = []
    for cell in row:
        text = tidy(cell.text)
        texts.append(texts[-1] if cell.spanned and not text and texts else text)
    return texts


def _regrouped(rows: list[list[RawCell]], runs: list[list[int]]) -> list[list[RawCell]]:
    """Return the rows with the cells of each run of columns made one."""

    def joined(cells: list[RawCell]) -> RawCell:
        text, covered = "".join(cell.text for cell in cells), all(cell.covered for cell in cells)
        return cells[0] if len(cells) == 1 else RawCell(text, cells[0].source, covered=covered)

    return [
        [joined([row[at] for at in run if at < len(row)]) for run in runs if run[0] < len(row)]
        for row in rows
    ]


def _layout(
    headers: tuple[str, ...],
    above: tuple[str, ...],
    body: list[list[RawCell]],
    issued: int | None,
) -> HeaderLayout:
    """Return the columns under these headers, told by the headers and by what stands below."""
    held = tuple(holdings(body, len(headers)))
    # A word that stands over serials also stands over the text right of them.
    counted = [
        cells.is_serial and role_of(text) in TEXT for text, cells in zip(headers, held, strict=True)
    ]
    headers = tuple(
        headers[at - 1] if at and not text and counted[at - 1] else text
        for at, text in enumerate(headers)
    )
    goals = goal_columns(headers, above, issued)
    # A mark below 3月 says when, not what: it is kept by its header.
    goals = {index: "" if held[index].is_marks else period for index, period in goals.items()}
    said = [role_of(text) for index, text in enumerate(headers) if index not in goals]
    only = [index for index, period in goals.items() if period]
    lone = len(only) == 1 and "content" not in said
    given = {i: ("content" if lone else "goal") if goals[i] else None for i in goals}
    pair: dict[int, str | None] = {}
    for at, (left, right) in enumerate(pairwise(headers)):
        # Two columns of bodies below one header cell (责任单位): the first leads.
        bodies = all(cells.is_bodies for cells in held[at : at + 2])
        if left == right and role_of(left) == "responsible" and bodies:
            pair = {at: "lead", at + 1: "responsible"}
    roles, assumed = settled(headers, tuple({**given, **pair}.items()), held)
    columns = [
        Column(role, text, goals.get(index, "") if role == "goal" else "")
        for index, (role, text) in enumerate(zip(roles, headers, strict=True))
    ]
    return HeaderLayout(columns, None, assumed)


def holdings(rows: Sequence[list[RawCell]], width: int) -> list[Holding]:
    """Return what each of the columns of these rows holds, rows of totals and headings aside."""
    whole: list[list[str]] = []
    for row in rows:
        texts = texts_of(row)
        said = list(filter(None, texts))
        lone = len(said) <= 1 and width > 2 and not any(cell.covered for cell in row)
        if len(row) == width and not lone and not is_total("".join(said[:1])):
            whole.append(texts)
        if len(whole) == _MOST_ROWS:
            break
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
        if role_of(text) in ("serial", "deadline", "remark", "unit") or is_period(text):
            continue
        wide = (*words[:index], *[text] * (width - len(words) + 1), *words[index + 1 :])
        way = replace(_layout(wide, ("",) * width, body, issued), spanning=text)
        odd = sum(c.role is None or role_of(c.header) not in (None, c.role) for c in way.columns)
        fits = sum(sum(map(fit, row, way.roles)) for row in rows) / len(rows)
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
    roles, assumed = settled(headers, said)
    columns = [
        Column(role, text, goals.get(index, ""))
        for index, (role, text) in enumerate(zip(roles, headers, strict=True))
    ]
    ways = [HeaderLayout(columns, None, assumed, 0.5 * len(assumed))]
    if not {*OWNERS} & {*roles}:
        # 单位 is the unit of measure, unless its cells name bodies.
        for index, text in enumerate(headers):
            if MEASURE.fullmatch(text):
                own = [*columns[:index], Column("responsible", text), *columns[index + 1 :]]
                ways.append(HeaderLayout(own, None, assumed, _DOUBTFUL))
    by_place = vocabulary.pattern("headers", "by_place")
    for index, text in enumerate(headers):
        role = role_of(text)
        if role in ("serial", "deadline", "remark", "unit") or goals:
            continue
        plain = role == "name" and by_place.fullmatch(without_year(text)) is not None
        below = [("lead", "responsible") if role in OWNERS else ("name", "content")]
        for under in [*below, ("name", None, "content")] if role == "name" else below:
            # 工作任务 may stand over a name, a serial that counts within it, and the text.
            wide = (*headers[:index], *(text for _ in under), *headers[index + 1 :])
            roles, assumed = settled(wide, tuple(enumerate(under, start=index)))
            pairs = list(zip(roles, wide, strict=True))
            inner = sum(role is None for role in under)
            unread = sum(role is None and role_of(header) is not None for role, header in pairs)
            doubt = (0.0 if plain else _DOUBTFUL) + unread - inner + 0.5 * (len(assumed) + inner)
            columns = [Column(role, header) for role, header in pairs]
            ways.append(HeaderLayout(columns, text, assumed, doubt))
    return ways
