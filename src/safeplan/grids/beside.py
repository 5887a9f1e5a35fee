"""Two tables side by side on one grid: 序号 名称 责任单位 | 序号 名称 责任单位."""

from __future__ import annotations

from dataclasses import replace

from safeplan.documents import RawCell, RawGrid
from safeplan.grids.grid import texts_of
from safeplan.text.folding import tidy
from safeplan.text.numbering import serial_number


def below_each_other(raw: RawGrid, header: int) -> RawGrid | None:
    """Return the grid with its right half below the left one, None where it is one table.

    The header says it: it prints the same words twice. Where the serials go from left to right the
    rows are laid in turn.
    """
    raw = _without_gaps(raw, header)
    words = texts_of(raw.rows[header])
    half = len(words) // 2
    if len(words) % 2 or half < 2 or words[:half] != words[half:] or not all(words):
        return None
    body = [row for row in raw.rows[header + 1 :] if len(row) == len(words)]
    if len(body) < len(raw.rows) - header - 1:
        return None
    left = [row[:half] for row in body]
    right = [row[half:] for row in body]
    first = [serial_number(tidy(rows[0][0].text)) if rows else None for rows in (left, right)]
    if first[0] is not None and first[1] == first[0] + 1 and len(body) > 1:
        pairs = zip(left, right, strict=True)
        rows = [row for pair in pairs for row in pair if row in left or _says(row)]
    else:
        rows = [*left, *(row for row in right if _says(row))]
    return replace(raw, rows=[*(row[:half] for row in raw.rows[: header + 1]), *rows])


def _without_gaps(raw: RawGrid, header: int) -> RawGrid:
    """Return the grid without columns that hold nothing, which may part the halves."""
    width = len(raw.rows[header])
    held = [row for row in raw.rows[header:] if len(row) == width]
    gaps = {
        at
        for at in range(width)
        if not any(row[at].text.strip() or row[at].spanned for row in held)
    }
    if not gaps or len(held) < len(raw.rows) - header:
        return raw
    return replace(
        raw,
        rows=[[cell for at, cell in enumerate(row) if at not in gaps] for row in raw.rows],
    )


def _says(row: list[RawCell]) -> bool:
    return any(cell.text.strip() or cell.covered for cell in row)
