"""The body → measures: numbered, titled paragraphs with the headings above them.

Official documents number 一、（一）1.（1） (GB/T 9704). A numbered line with a title and text is a
measure; a numbered line without text is a heading. Plans in prose put paragraphs under a heading
that each open with a title sentence of their own (健全行政管理体系。强化…): each is a measure too;
where they do not, the heading and its paragraphs are one measure.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import groupby

from safeplan.bodies import names_bodies
from safeplan.documents import Block, Document, Paragraph, RawGrid, is_note, is_page_number
from safeplan.models import Finding, Measure, Part, Period, Source
from safeplan.tasks.answering import NOTHING, Answering
from safeplan.tasks.layout import Layout, kind_of, read_layout
from safeplan.tasks.notes import (
    headed_note,
    note_line,
    opens_labelled,
    split_notes,
    uneven_notes,
    who_says,
)
from safeplan.tasks.openings import (
    BULLETS,
    LONGEST_UNBROKEN_TITLE,
    Opening,
    is_bare_heading,
    opening_of,
    own_title,
)
from safeplan.tasks.parts import Parts, find_parts
from safeplan.tasks.prose import (
    RUNS_ON,
    ProsePassage,
    ProseStatement,
    can_be_checked,
    deadline_in,
    tasks_of,
)
from safeplan.tasks.sections import (
    closing_lines,
    describes,
    ends,
    is_aims,
    is_status,
    organises,
)
from safeplan.text.clauses import split_sentences
from safeplan.text.numbering import PART_OF_MEASURE, number_of

_LONGEST_HEADING = 30
_CAPTION_NOTE = re.compile(r"[（(].*[)）]|(计量)?单位[:：].*|[—–－-]?\d{1,3}[—–－-]?")
_QUOTED = 16
"""How much of a paragraph a finding quotes, in characters."""
_CONTENTS = re.compile(r"[.…·\s]{3}\d{1,3}$")


@dataclass
class _Heading:
    level: int
    number: str | None
    title: str
    printed: str
    passage: ProsePassage
    """The line itself, for where nothing but a note stands below it."""
    paragraphs: list[ProsePassage] = field(default_factory=list)
    body_of_measure: bool = False
    """True for a measure that deeper numbers may stand under: it takes no leaf paragraphs."""
    note: Answering = NOTHING
    """Who answers for all that stands below it."""
    note_lines: list[ProsePassage] = field(default_factory=list)
    """The notes that stand right below it on lines of their own."""
    above: bool = False
    """True once a deeper number stands below it."""


_SECTION = 3
"""The level of 一、, and of headings without numbers."""
_LEAF = 5
"""The level of 1.: from here on a line with nothing below it is no heading."""
_SCHEME = -1
"""The level of the title of a scheme or an annex."""


def read_measures(
    document: Document, layout: Layout | None = None, parts: Parts | None = None
) -> tuple[list[Measure], list[Finding]]:
    """Return the measures of the body, and of annexes in prose, in document order.

    Each has its commitments as tasks, with the words of their owners and deadlines. The findings
    quote the numbered paragraphs that are no measures; they carry no message yet.
    """
    layout = layout or read_layout(document)
    walk = _Walk(document, layout, parts or find_parts(layout))
    walk.run()
    _share_notes(walk.statements)
    period = walk.period
    measures = []
    for index, statement in enumerate(walk.statements, start=1):
        text = "".join(statement.texts)
        measures.append(
            Measure(
                measure_id=f"m{index}",
                path=statement.path,
                number=statement.number,
                title=statement.title,
                text=text,
                sentences=split_sentences(text),
                tasks=tasks_of(statement, f"m{index}", period),
                source=statement.source,
            )
        )
    return measures, walk.findings()


class _Walk:
    """One walk through the paragraphs of a document, from the plan's first to the last annex."""

    def __init__(self, document: Document, layout: Layout, parts: Parts) -> None:
        self.blocks = document.blocks
        self.layout = layout
        self.parts = parts
        self.period = layout.title.period if layout.title else None
        self._since = self.period.start_year if self.period else None
        self.statements: list[ProseStatement] = []
        self._stack: list[_Heading] = []
        self._open: ProseStatement | None = None
        self._part: Part = parts.of(parts.body)
        self._over = False
        """True below the end matter, up to the next annex."""
        self._annex_from: int | None = None
        """The first statement of the annex that is being read."""
        self._annex_title: list[str] = []
        self._passed: dict[str, list[str]] = {}
        """How the numbered paragraphs begin that are no measures, by the reason."""
        self._unfinished: ProsePassage | None = None
        """A note on a line of its own that breaks off within a list of bodies."""
        signature = layout.signature
        self._unnumbered = layout.first_number >= len(layout.lines)
        """True where no heading has a number: then short lines are headings."""
        self._signed = range(signature.first, signature.last + 1) if signature else range(0)
        self._left_out = _captions(self.blocks) | parts.contents
        self._closing = closing_lines(layout.lines, parts, self._signed)

    def run(self) -> None:
        """Read every block."""
        for index, block in enumerate(self.blocks):
            if index < self.parts.body and index not in self.parts.schemes:
                self._pass_over("letter", block)
            elif not isinstance(block, Paragraph) or index in self._signed:
                # A table or the signature ends what stands above it: the text after it begins anew.
                self._close()
                self._open = None
            elif index in self.parts.annexes:
                self._begin_annex(self.parts.annexes[index], block)
            elif index in self.parts.schemes:
                self._begin_scheme(block.text, block)
            elif index not in self.parts.listed:
                self._read(index, block)
        self._end_annex()

    def findings(self) -> list[Finding]:
        """Return what was passed over, a finding for each reason, and what was repaired."""
        return [
            Finding(
                code=f"prose_{reason}",
                message="",
                severity="doubt",
                args={"count": str(len(begun)), "begin": "、".join(f"“{text}”" for text in begun)},
            )
            for reason, begun in self._passed.items()
        ] + [
            Finding(
                code="note_brackets",
                message="",
                severity="repair",
                args={"text": note},
                source=passage.source,
            )
            for statement in self.statements
            for passage in statement.passages
            for note in uneven_notes(passage.text)
        ]

    # --- parts ----------------------------------------------------------------------------------

    def _begin_scheme(self, title: str, block: Paragraph) -> None:
        self._close()
        self._open = None
        heading = _Heading(_SCHEME, None, title, title, ProsePassage(title, block.source))
        heading.body_of_measure = True
        self._stack = [heading]

    def _begin_annex(self, title: str, block: Paragraph) -> None:
        self._end_annex()
        self._part, self._over = "annex", False
        self._annex_from = len(self.statements)
        self._begin_scheme(title, block)
        self._annex_title = [title] if title else []

    def _end_annex(self) -> None:
        """Close the part; the paragraphs of an annex that is no list of tasks are no measures."""
        self._close()
        self._open = None
        if self._annex_from is not None:
            items = self.statements[self._annex_from :]
            title = "".join(self._annex_title)
            if items and not (kind_of(title) or _commits(items, self.period)):
                del self.statements[self._annex_from :]
                for item in items:
                    self._passed.setdefault("annex", []).append(_begin(item))

    def _pass_over(self, reason: str, block: Block) -> None:
        if isinstance(block, Paragraph) and "。" in block.text and number_of(block.text)[1]:
            self._passed.setdefault(reason, []).append(block.text[:_QUOTED])

    # --- paragraphs -----------------------------------------------------------------------------

    def _read(self, index: int, block: Paragraph) -> None:
        text = block.text
        level, number, rest = number_of(text)
        if (self.statements or self._stack) and ends("matter").fullmatch(rest):
            self._close()
            self._open = None
            self._over = True
        if self._over:
            return
        if (self.statements or self._stack) and ends("no_text").fullmatch(text):
            self._close()
            return
        if self._is_note_of_table(index):
            return
        if index in self._left_out or _CONTENTS.search(text) or is_page_number(text):
            return
        if level is None and self._goes_on(text):
            return
        if level is None or opens_labelled(rest):  # 2.牵头单位：… is a note as well.
            note = note_line(rest)
            if note and self._take_note(note, block):
                return
        if level is not None and level >= PART_OF_MEASURE and self._in_measure(level):
            level = None  # （1） under a measure is part of its text
        if level is not None:
            self._numbered(index, level, number, rest, block)
        elif index in self._closing and (
            self._open or (self._stack and self._stack[-1].paragraphs)
        ):
            self._passed.setdefault("closing", []).append(text[:_QUOTED])
        else:
            self._plain(index, block)

    def _is_note_of_table(self, index: int) -> bool:
        """Tell whether a line 注：… stands below a table, right there or below another note."""
        block = self.blocks[index]
        if not isinstance(block, Paragraph) or not is_note(block.text) or not index:
            return False
        above = self.blocks[index - 1]
        return isinstance(above, RawGrid) or above.cells or self._is_note_of_table(index - 1)

    def _in_measure(self, level: int) -> bool:
        return self._open is not None and self._stack[-1].level < level

    def _take_note(self, note: Answering, block: Paragraph) -> bool:
        """Give a note on a line of its own to what stands before it."""
        passage = ProsePassage(block.text, block.source, note=note)
        self._unfinished = passage if block.text.endswith(RUNS_ON) else None
        if self._open is not None:
            self._open.passages.append(passage)
            self._open.texts.append(block.text)
            self._open.source = _join(self._open.source, block.source)
        elif self._stack and self._stack[-1].paragraphs:
            self._stack[-1].paragraphs.append(passage)
        elif self._stack and self._stack[-1].level > _SCHEME:
            self._stack[-1].note = self._stack[-1].note.joined(note)
            self._stack[-1].note_lines.append(passage)
        else:
            return False
        return True

    def _goes_on(self, text: str) -> bool:
        """Tell whether a line goes on with the list that the note above it breaks off."""
        above, self._unfinished = self._unfinished, None
        if above is None or not names_bodies(text.rstrip("。；")):
            return False
        above.text += text
        above.note = note_line(above.text)
        if self._open is not None:
            self._open.texts[-1] += text
        for heading in self._stack[-1:]:
            if above in heading.note_lines and above.note:
                heading.note = above.note.over(heading.note)
        self._unfinished = above if text.endswith(RUNS_ON) else None
        return True

    def _only_heads(self, index: int, text: str) -> bool:
        """Tell whether a short numbered sentence is a heading: plain paragraphs stand below it."""
        below = self.blocks[index + 1] if index + 1 < len(self.blocks) else None
        short = len(text) <= _LONGEST_HEADING and text.count("。") == 1 and text.endswith("。")
        return (
            short
            and not re.search(r"\d", text)
            and isinstance(below, Paragraph)
            and "。" in below.text
            and number_of(below.text)[0] is None
            and note_line(below.text) is None
            and index + 1 not in self._closing
        )

    def _numbered(self, index: int, level: int, number: str, rest: str, block: Paragraph) -> None:
        self._close(level)
        self._open = None
        while self._stack and self._stack[-1].level >= level:
            self._stack.pop()
        for heading in self._stack[-1:]:
            heading.above = True
        opening = opening_of(rest)
        if not opening.title and self._only_heads(index, opening.text):
            opening = Opening(opening.text.rstrip("。"))
        passage = ProsePassage(rest, block.source, opening.printed_title)
        heading = _Heading(level, number, opening.title, block.text, passage, note=opening.note)
        if opening.text:
            texts = [opening.text]
            self._open = self._state(number, opening.title, texts, [passage], block)
            heading.printed = f"{number}{opening.title}"
            heading.body_of_measure = True
            if self._open is None:
                self._passed.setdefault("status", []).append(block.text[:_QUOTED])
            else:
                self._open.note = opening.note.over(self._open.note)
        self._stack.append(heading)

    def _plain(self, index: int, block: Paragraph) -> None:
        text = block.text
        passage = ProsePassage(text, block.source)
        top = self._stack[-1] if self._stack else None
        if self._unnumbered and self._part == "body" and self._heads_a_section(index):
            self._close(_SECTION)
            self._open = None
            self._stack = [_Heading(_SECTION, None, text, text, passage)]
        elif self._open is not None:
            self._open.passages.append(passage)
            self._open.texts.append(text)
            self._open.source = _join(self._open.source, block.source)
        elif top is not None and top.level > _SCHEME and not top.body_of_measure:
            if top.paragraphs and is_bare_heading(text):
                # A heading that has lost its number stands beside the one before it.
                self._close()
                level = self._stack.pop().level
                self._stack.append(_Heading(level, None, text, text, passage))
            else:
                top.paragraphs.append(passage)
        elif top is not None and self._is_annex_title(top, text):
            self._annex_title.append(text)
            top.printed = top.title = "".join(self._annex_title)
        elif index >= self.parts.body and (top is None or top.level == _SCHEME):
            self._introduced(text, passage, block)

    def _heads_a_section(self, index: int) -> bool:
        """Tell whether a line is a heading that a sentence or a number follows."""
        block = self.blocks[index]
        below = self.blocks[index + 1] if index + 1 < len(self.blocks) else None
        return (
            isinstance(block, Paragraph)
            and isinstance(below, Paragraph)
            and is_bare_heading(block.text)
            and ("。" in below.text or number_of(below.text)[0] is not None)
        )

    def _introduced(self, text: str, passage: ProsePassage, block: Paragraph) -> None:
        """Take an introduction for a measure where it says what is measured, or who answers."""
        notes = [piece for piece in split_notes(text) if isinstance(piece, Answering)]
        if not any(isinstance(piece, str) for piece in split_notes(text)):
            return
        checked = "。" in text and can_be_checked(text, self._since)
        if checked or any(note.names_bodies or note.deadline for note in notes):
            statement = self._state(None, "", [text], [passage], block)
            if statement:
                statement.aims = True

    def _is_annex_title(self, top: _Heading, text: str) -> bool:
        below_mark = self._part == "annex" and top.level == _SCHEME and not top.above
        return below_mark and "。" not in text and len(text) <= LONGEST_UNBROKEN_TITLE

    def _titles(self) -> list[str]:
        return [heading.title for heading in self._stack]

    def _state(
        self,
        number: str | None,
        title: str,
        texts: list[str],
        passages: list[ProsePassage],
        block: Paragraph,
    ) -> ProseStatement | None:
        """Add a measure below the headings; None where these report the past."""
        if is_status([*self._titles(), title]) and not any(map(_answers, passages)):
            return None
        statement = ProseStatement(
            path=[heading.printed for heading in self._stack if heading.printed],
            number=number,
            title=title,
            texts=texts,
            passages=passages,
            source=block.source,
            part=self._part,
            note=_note_above(self._stack),
            asks=not (
                organises(self._titles() or [title])
                or describes(self._stack[-1].title if self._stack else title, texts)
            ),
            aims=is_aims([*self._titles(), title]),
        )
        self.statements.append(statement)
        return statement

    def _close(self, level: int = 0) -> None:
        """Turn the paragraphs under the last heading into measures.

        A numbered line that nothing stands under, before a number of `level`, is one by itself.
        """
        if not self._stack or self._stack[-1].level == _SCHEME:
            return
        heading = self._stack[-1]
        paragraphs, heading.paragraphs = heading.paragraphs, []
        if is_status(self._titles()) and not any(map(_answers, paragraphs)):
            self._passed_heading("status", heading)
            return
        stack, self._stack = self._stack, self._stack[:-1]
        if self._note_of_section(heading, paragraphs):
            self._stack = stack
            return
        heading.above = heading.above or bool(paragraphs)
        try:
            if not paragraphs:
                self._close_alone(heading, level)
            elif is_aims([heading.title]):
                self._close_aims(heading, paragraphs)
            else:
                self._close_paragraphs(heading, paragraphs)
        finally:
            self._stack = stack

    def _passed_heading(self, reason: str, heading: _Heading) -> None:
        if heading.number and not heading.body_of_measure:
            heading.above = True
            self._passed.setdefault(reason, []).append(heading.printed[:_QUOTED])

    def _note_of_section(self, heading: _Heading, paragraphs: list[ProsePassage]) -> bool:
        """Give what a heading 责任分工 or 完成时限 says to all measures beside it."""
        text = "".join(passage.text for passage in [*heading.note_lines, *paragraphs])
        note = headed_note(heading.title, text, beside=bool(self._stack)) if text else None
        if note is None:
            return False
        above = [other.printed for other in self._stack if other.printed]
        beside = [
            item
            for item in self.statements
            if item.path[: len(above)] == above and item.part == self._part and not item.aims
        ]
        for statement in beside:
            statement.note = statement.note.over(note)
        heading.above = True
        return bool(beside)

    def _close_alone(self, heading: _Heading, level: int) -> None:
        """Make a measure of a numbered sentence, or of a numbered line with a note of its own."""
        if heading.body_of_measure or heading.above or heading.level < level or not heading.number:
            return
        asks = heading.level >= _LEAF or re.search(r"[，,\d]", heading.title)
        is_sentence = heading.printed.endswith(("。", "；")) or asks
        if not (is_sentence or heading.note):
            self._passed.setdefault("empty", []).append(heading.printed[:_QUOTED])
            return
        heading.body_of_measure = True
        text = heading.passage.text
        if not heading.note and text.rstrip("。；") == heading.title.rstrip("；"):
            text = f"{heading.title.rstrip('；')}。"
        passages = [heading.passage, *heading.note_lines]
        block = Paragraph(text, _join(heading.passage.source, passages[-1].source))
        texts = [text, *(passage.text for passage in heading.note_lines)]
        self._state(heading.number, "", texts, passages, block)

    def _close_aims(self, heading: _Heading, paragraphs: list[ProsePassage]) -> None:
        """Of aims and principles only what can be checked is a measure, each paragraph by itself."""
        found = False
        for passage in paragraphs:
            if passage.note is None and can_be_checked(passage.text, self._since):
                block = Paragraph(passage.text, passage.source)
                statement = self._state(
                    heading.number, heading.title, [passage.text], [passage], block
                )
                found = statement is not None
                if statement:
                    statement.aims = True
        if not found:
            self._passed_heading("aims", heading)

    def _close_paragraphs(self, heading: _Heading, paragraphs: list[ProsePassage]) -> None:
        titled = [("", "") if passage.note else own_title(passage.text) for passage in paragraphs]
        source = heading.passage.source
        if sum(bool(title) for title, _ in titled) < 2:
            block = Paragraph("", _join(source, paragraphs[-1].source))
            texts = [passage.text for passage in paragraphs]
            statement = self._state(heading.number, heading.title, texts, paragraphs, block)
            if statement:
                statement.note = heading.note.over(statement.note)
            return
        self._stack = [*self._stack, heading]
        last: ProseStatement | None = None
        for (title, body), passage in zip(titled, paragraphs, strict=True):
            text = body if title else passage.text.lstrip(BULLETS)
            if title or last is None:
                passage.text = passage.text.lstrip(BULLETS)
                passage.title = f"{title}。" if title else ""
                block = Paragraph(text, passage.source)
                last = self._state(None, title, [text], [passage], block)
            else:
                last.texts.append(text)
                last.passages.append(passage)
                last.source = _join(last.source, passage.source)


def _share_notes(statements: list[ProseStatement]) -> None:
    """Give a note below several numbered paragraphs to all that it is of.

    It stands on a line of its own after the last. It is of those that run on to it (…；), and of
    all of them where they are sentences without titles and none says anything before it.
    """
    for _, run in groupby(statements, key=lambda item: (item.part, item.path)):
        *others, last = run
        note = _own_lines(last)
        plain = not any(statement.title or _says_who(statement) for statement in others)
        if note.names_bodies and others and plain:
            for statement in others:
                statement.note = note.over(statement.note)
            continue
        following = last
        for statement in reversed(others):
            shared = following.note if following.shares else _own_lines(following)
            runs_on = statement.passages and statement.passages[-1].text.endswith(("；", ";"))
            if shared and runs_on and not _says_who(statement):
                statement.note = shared.over(statement.note)
                statement.shares = True
            following = statement


def _own_lines(statement: ProseStatement) -> Answering:
    """Return what the lines below a measure say."""
    note = NOTHING
    for passage in reversed(statement.passages):
        if passage.note is None:
            break
        note = passage.note.joined(note)
    return note


def _answers(passage: ProsePassage) -> bool:
    """Tell whether a paragraph is a note, or has one."""
    return bool(passage.note) or any(
        isinstance(piece, Answering) for piece in split_notes(passage.text)
    )


def _says_who(statement: ProseStatement) -> bool:
    return any(map(_answers, statement.passages)) or bool(statement.note)


def _commits(items: list[ProseStatement], period: Period | None) -> bool:
    """Tell whether the paragraphs of an annex are tasks.

    One has a note, or most say in their sentences who is to do what amount or until when.
    """
    if any(_says_who(item) for item in items):
        return True
    since = period.start_year if period else None
    texts = ["".join(item.texts) for item in items]
    said = [
        text
        for text in texts
        if who_says(text).names_bodies
        and (can_be_checked(text, since) or deadline_in(text, period))
    ]
    return 2 * len(said) > len(texts)


def _begin(statement: ProseStatement) -> str:
    first = statement.passages[0].text if statement.passages else statement.title
    return f"{statement.number or ''}{first}"[:_QUOTED]


def _note_above(stack: list[_Heading]) -> Answering:
    note = NOTHING
    for heading in stack:
        note = heading.note.over(note)
    return note


def _captions(blocks: list[Block]) -> set[int]:
    """Return the lines above the tables that belong to them: a title, below it （单位：起）."""
    found: set[int] = set()
    for index, block in enumerate(blocks):
        if not isinstance(block, RawGrid):
            continue
        for above in range(index - 1, -1, -1):
            line = blocks[above]
            if not isinstance(line, Paragraph) or "。" in line.text:
                break
            found.add(above)
            if not _CAPTION_NOTE.fullmatch(line.text):
                break
    return found


def _join(first: Source, last: Source) -> Source:
    if first.lines and last.lines:
        return Source(lines=(first.lines[0], last.lines[1]))
    return first
