"""The law that nothing slips away: words of a document that its plan says nowhere.

Whatever words stood in the tables and numbered paragraphs of a document stand in its plan or in a
finding. The readers keep to it by themselves; this looks once more, at the end and without
knowing how any of them works, and says what is missing as a doubt of its own.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from safeplan.bodies import looks_like_bodies
from safeplan.documents import Document, Paragraph, RawCell, RawGrid
from safeplan.documents.cell_words import is_header_row, is_kept, role_of
from safeplan.documents.written import MOST_QUOTED, Words, joined, quotations_of
from safeplan.grids import upright
from safeplan.models import Finding, Plan, Source
from safeplan.text.folding import tidy, unspaced, visible
from safeplan.text.numbering import HEADING, number_of

_WORD = re.compile(r"[\u3400-\u9fff]{4,}")
"""Shorter ones stand in many places and prove nothing."""
_ESCAPED = re.compile(r"\\[nrtfv]")
"""White space in JSON."""
_LEADER = re.compile(r"(?:…|\.\.|··|__)\d{1,3}$")
"""A line of a table of contents: what it names stands in the document again."""
_NUMBER_LOST = re.compile(r"[（(]\s*[）)]")
_QUOTED = 6
"""So many characters of a passage in a finding speak for it."""
_HEADER = 3
"""So many words of a header, one below the other, are one."""
_HEADER_CELL = 14
_NO_HEADER = re.compile(r"[。，；≤≥＜＞<>%％]|[:：].|(?<!\d)(?!20\d\d)\d")
"""Marks of a sentence, what stands behind a colon, or a figure that is no year."""
_REMARK = re.compile("[（(〔\\[［][\u4e00-\u9fff]{5,}[)）〕\\]］]$")
"""Longer than what goes with a header in brackets: （内容）."""
_LEAST_BODY = 2
"""So few characters name no body: 单位."""
_FEW = 6
"""So many lines may stand between the parts of a table."""
_TORN = frozenset({"misplaced_text", "table_tag_lost", "characters_lost", "doc_by_office"})
"""Notes that a table of the file may have lost a tag."""
_SHORT = 60
"""Characters: a longer line is no cell."""
_LONGEST_CELL = 400
"""Characters: a longer one has swallowed more than a cell."""


def unsaid(document: Document, plan: Plan) -> list[Finding]:
    """Return a doubt for each row and numbered paragraph of whose words some stand nowhere."""
    findings = _unescaped("".join(finding.model_dump_json() for finding in plan.findings))
    quoted, begun = _words(findings), _squeezed(findings)
    said = _words(_unescaped(plan.model_dump_json(exclude={"findings"})))
    quotations: list[tuple[str, Source | None]] = []
    read = {task.source.table for task in plan.tasks}
    for texts, source in _passages(document, begun, read):
        words = (word for text in texts for word in _WORD.findall(_squeezed(text)))
        missing = [word for word in words if word not in said and word[: 2 * _QUOTED] not in quoted]
        quotations += [(text, source) for text in quotations_of(texts, missing)]
    apart, beyond = quotations[:MOST_QUOTED], quotations[MOST_QUOTED:]
    if beyond:
        apart.append((joined(text for text, _ in beyond), None))
    return [
        Finding(code="words_unread", args={"text": text}, source=source) for text, source in apart
    ]


def _words(written: str) -> Words:
    """Return the words of records written as JSON, whose quotes part one text from the next."""
    return Words(written.split('"'))


def _unescaped(written: str) -> str:
    return _ESCAPED.sub("", written)


def _passages(
    document: Document, quoted: str, read: set[int | None]
) -> Iterator[tuple[list[str], Source]]:
    """Yield the rows of tables and the numbered paragraphs of which no finding speaks as a whole.

    A paragraph is quoted by how it begins, a table by its header. Other lines are asked for where
    they may have been cells: below the header of a table, a cell a line; between the parts of a
    table; and anywhere in a damaged file. So is each paragraph of a damaged page, which may go on
    with one of a later page, and of the page after it, whose heading may be lost.
    """
    broken = {
        int(page) + later
        for note in document.notes
        if note.code == "pages_damaged"
        for page in note.args["pages"].split("、")
        for later in (0, 1)
    }
    torn = not _TORN.isdisjoint(note.code for note in document.notes)
    tabled = False
    printed = {block.text for block in document.blocks if isinstance(block, Paragraph)}
    run: list[Paragraph] = []
    for block in [*document.blocks, RawGrid([])]:
        if isinstance(block, Paragraph):
            run.append(block)
            # One of a damaged file may have swallowed cells: how it begins does not tell those.
            asked = _binds(block) and (torn or not _begins(block.text, quoted))
            if (asked and not _again(block.text, printed)) or block.source.page in broken:
                yield [block.text], block.source
            continue
        between = tabled and block.rows and len(run) <= _FEW and not _has_head(block)
        for lines in _cells_on_lines(run, bool(torn or between)):
            yield [line.text for line in lines], lines[0].source
        run, tabled = [], True
        yield from _rows((block.rows and upright(block)) or block, quoted, read, torn)


def _again(text: str, printed: set[str]) -> bool:
    """Tell whether what a numbered line names stands again: in a list of annexes, as a title."""
    named = number_of(text)[2]
    return named != text and named in printed


def _cells_on_lines(run: list[Paragraph], all_of_them: bool) -> Iterator[list[Paragraph]]:
    """Yield the paragraphs of a run that may have been cells, those that follow each other together."""
    lines: list[Paragraph] = []
    headed = all_of_them
    for block in run:
        short = len(block.text) <= _SHORT
        if _binds(block):
            if headed and not HEADING.match(block.text):
                continue
        elif headed or short:
            lines.append(block)
            if not headed and _are_header(lines[-_HEADER:]):
                headed, lines = True, lines[-_HEADER:]
            continue
        if headed and lines:
            yield lines
        lines, headed = [], all_of_them
    if headed and lines:
        yield lines


def _rows(
    grid: RawGrid, quoted: str, read: set[int | None], torn: bool
) -> Iterator[tuple[list[str], Source]]:
    """Yield the rows of a table; only its long cells where a finding quotes it by its header.

    The header of a table that was read is no row, whatever its words: its columns were told by
    what stands in them.
    """
    rows = [row for row in grid.rows if any(cell.text.strip() for cell in row)]
    if not rows:
        return
    usual = _usual_width(rows)
    headed = _has_head(grid)
    # Where most rows have one cell, the cells of rows stand a line each: a header tells of its line.
    known = headed and usual > 1 and _begins("".join(cell.text for cell in rows[0]), quoted)
    told = headed and rows[0][0].source.table in read and len(rows[0]) > 2
    for at, row in enumerate(rows):
        cells = [cell for cell in row if cell.text.strip()]
        texts = [cell.text for cell in cells]
        if known:
            # Its cells are known by their header, not what else was swallowed by one of them.
            for cell in cells:
                if len(cell.text) > _LONGEST_CELL:
                    yield from (([line], cell.source) for line in cell.text.split("\n"))
        elif (at == 0 and told) or _is_header(list(map(tidy, texts))):
            # A column may be a body, which no row names where its mark is lost; a line of the page
            # or a row may have got into the header.
            strict = torn or len(row) > usual
            may_head = _is_known if strict else _may_head
            asked = (c for c in cells if not may_head(tidy(c.text)) or _is_swollen(c.text, strict))
            yield from (([cell.text], cell.source) for cell in asked)
        else:
            yield texts, cells[0].source


def _is_header(texts: list[str]) -> bool:
    """Tell whether a row is a header, or one cell of one that stands a cell a line."""
    return is_header_row(texts) or (len(texts) == 1 and _is_known(texts[0]))


def _is_swollen(header: str, strict: bool) -> bool:
    """Tell whether a header has a remark, or a line that is no header.

    In a damaged file the known word may be the one that has got into another's cell.
    """
    lines = [tidy(line) for line in header.split("\n")]
    known = [*map(_is_known, lines)]
    opened = any(known) if strict else known[0]
    swollen = (opened and not all(known)) or (len(lines) > 1 and not all(map(_may_head, lines)))
    return swollen or bool(_REMARK.search(tidy(header)))


def _is_known(header: str) -> bool:
    return bool(role_of(header)) or is_kept(header)


def _has_head(grid: RawGrid) -> bool:
    """Tell whether a table opens with what may be its title or header, not with one of its rows.

    A header is as wide as the rows, and its cells are short words without a figure.
    """
    rows = [row for row in grid.rows if any(cell.text.strip() for cell in row)]
    if not rows:
        return True  # an empty table is nobody's rest
    first = [tidy(cell.text) for cell in rows[0] if cell.text.strip()]
    titled = len(first) == 1 or first[0].endswith(("：", ":"))
    # A first row that has swallowed a chapter is not by what a table is known.
    short = sum(map(len, first)) <= _LONGEST_CELL
    # A column may be a body, beside known words.
    bodies = [text for text in first if looks_like_bodies(text)]
    known = [text for text in first if _is_known(text)]
    heads = all(_may_head(text) or (len(known) > 1 and text in bodies) for text in first)
    return short and len(rows[0]) >= _usual_width(rows) and (titled or heads)


def _usual_width(rows: list[list[RawCell]]) -> int:
    return Counter(map(len, rows)).most_common(1)[0][0]


def _may_head(text: str) -> bool:
    if _is_known(text) or len(text) <= _LEAST_BODY:
        return True
    return len(text) <= _HEADER_CELL and not _NO_HEADER.search(text) and not looks_like_bodies(text)


def _are_header(lines: list[Paragraph]) -> bool:
    known = [_is_known(line.text) for line in lines]
    return len(lines) == _HEADER and known[0] and known[1] and _may_head(lines[-1].text)


def _binds(paragraph: Paragraph) -> bool:
    if _LEADER.search(paragraph.text):
        return False
    numbered = number_of(paragraph.text)[0] is not None or _NUMBER_LOST.match(paragraph.text)
    return paragraph.cells or bool(numbered) or "\ufffd" in paragraph.text


def _begins(text: str, quoted: str) -> bool:
    begins = _squeezed(text)[: 2 * _QUOTED]
    return len(begins) >= _QUOTED and begins in quoted


def _squeezed(text: str) -> str:
    return unspaced(visible(text))
