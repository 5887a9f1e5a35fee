"""The law that nothing slips away: words of a document that its plan says nowhere.

Whatever words stood in the tables and numbered paragraphs of a document stand in its plan or in a
finding. The readers keep to it by themselves; this looks once more, at the end and without
knowing how any of them works, and says what is missing as a doubt of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from safeplan.bodies import looks_like_bodies
from safeplan.documents import Document, Paragraph, RawGrid
from safeplan.documents.header_words import is_header_row, is_kept, role_of
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
_SHOWN = 120
"""How much of a passage is quoted."""
_TOLD = 100
"""Passages; what is beyond is counted."""
_HEADER = 3
"""So many words of a header, one below the other, are one."""
_SHORT = 60
"""Characters: a longer line is no cell."""
_LONGEST_CELL = 400
"""Characters: a longer one has swallowed more than a cell."""
_STEPS = 200_000_000
"""Characters looked through for words that stand inside others."""


class _Said:
    """The words of records written as JSON, whose quotes part one text from the next."""

    def __init__(self, written: str) -> None:
        self._text = _squeezed(_ESCAPED.sub("", written))
        self._words = set(_WORD.findall(self._text))
        self._steps = _STEPS

    def __contains__(self, word: str) -> bool:
        if word in self._words:
            return True
        # Beyond all measure a word is called missing: a doubt too many, never one too few.
        self._steps -= len(self._text)
        return self._steps > 0 and word in self._text


def unsaid(document: Document, plan: Plan) -> list[Finding]:
    """Return a doubt for each row and numbered paragraph of whose words some stand nowhere."""
    quoted = _Said("".join(finding.model_dump_json() for finding in plan.findings))
    said = _Said(plan.model_dump_json(exclude={"findings"}))
    findings: list[Finding] = []
    beyond = 0
    for texts, source in _passages(document, quoted):
        words = (word for text in texts for word in _WORD.findall(_squeezed(text)))
        missing = [word for word in words if word not in said and word[:_QUOTED] not in quoted]
        for shown in _quotations("、".join(map(tidy, texts)), missing):
            if len(findings) == _TOLD:
                beyond += 1
                continue
            args = {"text": shown}
            findings.append(Finding(code="words_unread", message="", args=args, source=source))
    if beyond:
        counted = {"code": "words_unread", "count": str(beyond)}
        findings.append(Finding(code="unseen_beyond", message="", args=counted))
    return findings


def _quotations(passage: str, words: Iterable[str]) -> Iterator[str]:
    """Yield pieces of a passage, not too long, until each of the words stands in one."""
    end = -1
    for word in words:
        at = max(passage.find(word), 0)
        if at + len(word) > end:
            end = at + _SHOWN
            yield ("…" if at else "") + passage[at:end] + ("…" if len(passage) > end else "")


def _passages(document: Document, quoted: _Said) -> Iterator[tuple[list[str], Source]]:
    """Yield the rows of tables and the numbered paragraphs of which no finding speaks as a whole.

    A table that was not read is quoted by its first words, a paragraph by how it begins. Lines
    that follow each other as the header of a table, a cell a line, were one as well.
    """
    # What another program made of a damaged file may be a table that lost all of its tags.
    scattered = any(note.code == "doc_by_office" for note in document.notes)
    lines: list[Paragraph] = []
    headed = scattered
    for block in [*document.blocks, RawGrid([])]:
        if isinstance(block, Paragraph) and _binds(block):
            if not _begins(_squeezed(block.text), quoted):
                yield [block.text], block.source
            if headed and not HEADING.match(block.text):
                continue
        elif isinstance(block, Paragraph) and (headed or len(block.text) <= _SHORT):
            lines.append(block)
            if not headed and _are_header(lines[-_HEADER:]):
                headed, lines = True, lines[-_HEADER:]
            continue
        if headed and lines:
            yield [line.text for line in lines], lines[0].source
        lines, headed = [], scattered
        if isinstance(block, RawGrid):
            rows = [[cell for cell in row if cell.text.strip()] for row in block.rows]
            rows = [row for row in rows if row]
            first = _squeezed("".join(cell.text for cell in rows[0])) if rows else ""
            # A first row that has swallowed a chapter is not by what a table is known.
            if len(first) <= _LONGEST_CELL and _begins(first, quoted):
                # Its cells are known by their header, not what else was swallowed by one of them.
                long = (cell for row in rows for cell in row if len(cell.text) > _LONGEST_CELL)
                for cell in long:
                    yield from (([line], cell.source) for line in cell.text.split("\n"))
                continue
            for row in rows:
                texts = [cell.text for cell in row]
                if is_header_row(list(map(tidy, texts))):
                    # A column may be a body, which no row names where its mark is lost.
                    bodies = (cell for cell in row if looks_like_bodies(cell.text))
                    yield from (([cell.text], cell.source) for cell in bodies)
                else:
                    yield texts, row[0].source


def _are_header(lines: list[Paragraph]) -> bool:
    return len(lines) == _HEADER and all(role_of(line.text) or is_kept(line.text) for line in lines)


def _binds(paragraph: Paragraph) -> bool:
    if _LEADER.search(paragraph.text):
        return False
    numbered = number_of(paragraph.text)[0] is not None or _NUMBER_LOST.match(paragraph.text)
    return paragraph.cells or bool(numbered)


def _begins(text: str, quoted: _Said) -> bool:
    return len(text) >= _QUOTED and text[: 2 * _QUOTED] in quoted


def _squeezed(text: str) -> str:
    return unspaced(visible(text))
