"""The smallest PDFs, written by hand: text at its place and rules, in a font the file only names.

The font is STSong-Light, which every PDF reader knows the characters of and none of these files
hold, as in many official PDFs. Every glyph is as wide as it is high, letters and digits half so.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

SIZE = 12.0
PITCH = 14.0
_HEIGHT = 842

Content = list[str]


def width(text: str, size: float = SIZE) -> float:
    return sum(size * (0.5 if char.isascii() else 1) for char in text)


def text(
    x: float,
    y: float,
    printed: str,
    size: float = SIZE,
    mode: int = 0,
    *,
    color: str = "0 g",
    turn: str = "1 0 0 1",
) -> str:
    """Text with its baseline at `y` points below the top; mode 3 is invisible."""
    codes = printed.encode("utf-16-be").hex()
    place = f"{turn} {x} {_HEIGHT - y} Tm"
    return f"q {color} BT {mode} Tr /F {size} Tf {place} <{codes}> Tj ET Q"


_LOOK_ALIKES = "⼈民⾄上"


def look_alike(x: float, y: float, printed: str) -> str:
    """Text of `_LOOK_ALIKES` in a font that says what its codes mean, as it pleases."""
    codes = "".join(f"{ord('A') + _LOOK_ALIKES.index(char):02x}" for char in printed)
    return f"BT /R {SIZE} Tf {x} {_HEIGHT - y} Td <{codes}> Tj ET"


def rule(x0: float, y0: float, x1: float, y1: float, *, filled: bool = False) -> str:
    """A rule, stroked, or drawn as Word does: as a thin filled box."""
    if filled:
        w, h = max(x1 - x0, 0.5), max(y1 - y0, 0.5)
        return f"{x0} {_HEIGHT - y0 - h} {w} {h} re f"
    return f"0.5 w {x0} {_HEIGHT - y0} m {x1} {_HEIGHT - y1} l S"


def wrapped(printed: str, room: float, size: float = SIZE) -> list[str]:
    """Lines of at most `room` points; `\\n` breaks one on purpose."""
    lines = []
    for piece in printed.split("\n"):
        line = ""
        for char in piece:
            if width(line + char, size) > room:
                lines.append(line)
                line = ""
            line += char
        lines.append(line)
    return lines


def paragraph(y: float, printed: str, room: float = 480) -> Content:
    return [text(56, y + PITCH * n, line) for n, line in enumerate(wrapped(printed, room), 1)]


def table(
    y: float,
    rows: Sequence[Sequence[str | None]],
    columns: Sequence[float] = (56, 116, 296, 416, 536),
    heights: Sequence[int] = (),
    *,
    filled: bool = False,
) -> tuple[Content, float]:
    """A ruled table from `y` down, and where it ends.

    A cell that is None is merged with the one above it: no rule stands between them. A row is as
    high as its longest cell, or as many lines as `heights` says.
    """
    content: Content = []
    top = y
    for index, row in enumerate(rows):
        lines = [
            wrapped(cell, right - left - 10) if cell else []
            for cell, left, right in zip(row, columns, columns[1:], strict=False)
        ]
        high = heights[index] if heights else max([*map(len, lines), 1])
        for cell, left, right in zip(row, columns, columns[1:], strict=False):
            if cell is not None:
                content.append(rule(left, y, right, y, filled=filled))
        for column, left in zip(lines, columns, strict=False):
            content += [text(left + 5, y + PITCH * n, line) for n, line in enumerate(column, 1)]
        y += PITCH * high + 4
    content.append(rule(columns[0], y, columns[-1], y, filled=filled))
    content += [rule(x, top, x, y, filled=filled) for x in columns]
    return content, y


def unruled(
    y: float,
    rows: Sequence[Sequence[str]],
    columns: Sequence[float] = (56, 100, 190, 390, 530),
    *,
    gap: float = 0,
    centred: bool = False,
    rules: Sequence[int] = (),
) -> tuple[Content, float]:
    """A table that alignment alone tells, from `y` down, and where it ends.

    Args:
        y: its upper edge.
        rows: the cells; a row of one cell runs over the whole width.
        columns: where each column begins, and where the last ends.
        gap: what stands between two rows besides the pitch.
        centred: whether cells share a middle, else their first line.
        rules: before which rows a rule over the whole width is drawn; the number of rows is the
            end.
    """
    content: Content = []
    for index, row in enumerate(rows):
        if index in rules:
            content.append(rule(columns[0], y, columns[-1], y))
        room = [right - left - 8 for left, right in pairwise(columns)]
        cells = [
            wrapped(cell, room[at] if len(row) > 1 else 480) if cell else []
            for at, cell in enumerate(row)
        ]
        high = max([*map(len, cells), 1])
        for lines, left in zip(cells, columns, strict=False):
            down = (high - len(lines)) / 2 if centred else 0
            content += [text(left, y + PITCH * (n + down), one) for n, one in enumerate(lines, 1)]
        y += PITCH * high + gap
        if rules:
            y += 4
    if len(rows) in rules:
        content.append(rule(columns[0], y, columns[-1], y))
    return content, y


def pdf(pages: Iterable[Iterable[str]], box: tuple[int, int] = (595, _HEIGHT)) -> bytes:
    """A PDF of pages, each a list of drawing commands."""
    contents = ["\n".join(page).encode("ascii") for page in pages]
    last = 5 + 2 * len(contents)
    kids = " ".join(f"{5 + 2 * n} 0 R" for n in range(len(contents)))
    objects: list[bytes] = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(contents)} >>".encode(),
        b"<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UCS2-H"
        b" /DescendantFonts [4 0 R] >>",
        b"<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /DW 1000 /W [1 95 500]"
        b" /CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 4 >> /FontDescriptor"
        b" << /Type /FontDescriptor /FontName /STSong-Light /Flags 6 /ItalicAngle 0 /Ascent 880"
        b" /Descent -120 /CapHeight 880 /StemV 93 /FontBBox [-25 -254 1000 880] >> >>",
    ]
    for number, content in enumerate(contents):
        objects += [
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {box[0]} {box[1]}] /Contents"
            f" {6 + 2 * number} 0 R /Resources << /Font << /F 3 0 R /R {last} 0 R >> >> >>".encode(),
            b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
        ]
    meanings = "".join(
        f"<{ord('A') + index:02x}> <{ord(char):04x}>\n" for index, char in enumerate(_LOOK_ALIKES)
    )
    cmap = (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /X def\n"
        "1 begincodespacerange <00> <ff> endcodespacerange\n"
        f"{len(_LOOK_ALIKES)} beginbfchar\n{meanings}endbfchar\nendcmap end end"
    ).encode()
    objects += [
        f"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /ToUnicode {last + 1} 0 R >>".encode(),
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(cmap), cmap),
    ]
    out = b"%PDF-1.7\n"
    places = []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    return out + b"trailer << /Root 1 0 R /Size %d >>\nstartxref\n%d\n%%%%EOF\n" % (
        len(objects) + 1,
        start,
    )
