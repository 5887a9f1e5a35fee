"""The body → measures: numbered, titled paragraphs with the headings above them.

Official documents number 一、（一）1.（1） (GB/T 9704). The paragraphs of each part are laid into a tree
by these numbers. A numbered line with a title and text is a measure; one without text is a heading.
Plans in prose put paragraphs under a heading that each open with a title sentence of their own
(健全行政管理体系。强化…): each is a measure too; where they do not, the heading and its paragraphs are
one measure.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import groupby, takewhile

from safeplan.bodies import names_bodies
from safeplan.bodies.listing import leading_bodies
from safeplan.documents import Block, Document, Paragraph, RawGrid, is_note, is_page_number
from safeplan.models import Finding, Measure, Part
from safeplan.tasks.headings import (
    LONGEST_UNBROKEN_TITLE,
    Opening,
    closing_lines,
    describes,
    ends,
    is_aims,
    is_status,
    opening_of,
    organises,
    own_title,
)
from safeplan.tasks.layout import Layout
from safeplan.tasks.naming import kind_of
from safeplan.tasks.notes import (
    BULLETS,
    NOTHING,
    Answering,
    headed_note,
    note_line,
    opens_labelled,
    said_by_heading,
    split_notes,
    uneven_notes,
    who_says,
)
from safeplan.tasks.prose import (
    RUNS_ON,
    ProsePassage,
    ProseStatement,
    can_be_checked,
    deadline_in,
    tasks_of,
)
from safeplan.text.clauses import split_sentences
from safeplan.text.numbering import PART_OF_MEASURE, serial_number

_CAPTION_NOTE = re.compile(r"[（(].*[)）]|(计量)?单位[:：].*|[—–－-]?\d{1,3}[—–－-]?")
_QUOTED = 16
"""How much of a paragraph a finding quotes, in characters."""
_BULLETS = re.compile(rf"^[{re.escape(BULLETS)}]+(?=[\w“《（])")
_BULLETED = re.compile(rf"[{re.escape(BULLETS)}]+[^\W_].{{8}}")
_CONTENTS = re.compile(r"[.…·\s]{3}\d{1,3}$")
_SCHEME = -1
"""The level of the title of a scheme or an annex."""
_SECTION = 3
"""The level of 一、, and of headings without numbers."""
_LEAF = 5
"""The level of 1.: from here on a line with nothing below it is no heading."""
_ITEM = 8
"""The level of a paragraph behind a bullet that stands under no measure."""
_INTRODUCTION = 9
"""The level of a paragraph above all headings; nothing stands under it."""


@dataclass
class _Node:
    """A heading or a measure, and what stands under it."""

    level: int
    number: str | None
    title: str
    line: ProsePassage
    """The line itself, without its number."""
    printed: str = ""
    """What the path of all below it shows."""
    said: Answering = NOTHING
    """What stands behind the title and is of all below it."""
    speaks: bool = False
    """True for a measure: the line says something, and what follows it is more of that."""
    broken: bool = False
    """True for a measure that a table has ended."""
    notes: list[ProsePassage] = field(default_factory=list)
    """Notes right below a heading, on lines of their own: they are of all below it."""
    runs: list[list[ProsePassage]] = field(default_factory=lambda: [[]])
    """The paragraphs under it; a table parts them."""
    children: list[_Node] = field(default_factory=list)

    @property
    def note(self) -> Answering:
        """Who answers for all that stands below."""
        note = self.said
        for passage in self.notes:
            note = note.joined(passage.note or NOTHING)
        return note

    @property
    def goes_on(self) -> bool:
        """True for a measure that the next paragraph may be more of."""
        return self.speaks and not self.broken

    @property
    def stands_alone(self) -> bool:
        """True for a measure of a numbered line with nothing below it: it asks, or has a note."""
        asks = self.level >= _LEAF or re.search(r"[，,\d]", self.title)
        says = self.printed.endswith(("。", "；")) or asks or self.note
        return bool(self.number and says) and not (self.children or any(self.runs))


def read_measures(
    document: Document, layout: Layout | None = None
) -> tuple[list[Measure], list[Finding]]:
    """Return the measures of the body, and of annexes in prose, in document order.

    Each has its commitments as tasks, with the words of their owners and deadlines. The findings
    quote the numbered paragraphs that are no measures; they carry no message yet.
    """
    walk = _Walk(document, layout or Layout(document))
    walk.run()
    _share_notes(walk.statements)
    measures = [
        Measure(
            measure_id=f"m{index}",
            path=statement.path,
            number=statement.number,
            title=statement.title,
            text=statement.text,
            sentences=split_sentences(statement.text),
            tasks=tasks_of(statement, f"m{index}", walk.period),
            source=statement.source,
        )
        for index, statement in enumerate(walk.statements, start=1)
    ]
    findings = [
        Finding(
            code=f"prose_{reason}",
            severity="repair" if reason == "table" else "doubt",
            args={"count": str(len(begun)), "begin": "、".join(f"“{text}”" for text in begun)},
        )
        for reason, begun in walk.passed.items()
    ]
    findings += [
        Finding(code="note_brackets", severity="repair", args={"text": note}, source=passage.source)
        for statement in walk.statements
        for passage in statement.passages
        for note in uneven_notes(passage.text)
    ]
    return measures, findings


class _Walk:
    """One walk through the paragraphs of a document, from the plan's first to the last annex."""

    def __init__(self, document: Document, layout: Layout) -> None:
        self.blocks = document.blocks
        self.layout = layout
        self.period = layout.period
        self.statements: list[ProseStatement] = []
        self.passed: dict[str, list[str]] = {}
        """How the numbered paragraphs begin that are no measures, by the reason."""
        self._part: Part = layout.part_of(layout.body)
        self._in_annex = False
        """True below a line 附件: the plan that a letter hands on is of the annex without one."""
        self._roots: list[_Node] = []
        """What the part that is being read holds."""
        self._stack: list[_Node] = []
        """The headings above the line that is read."""
        self._over = False
        """True below the end matter, up to the next annex."""
        self._last: dict[int, int] = {}
        """The last number of each level that was read."""
        self._unfinished: ProsePassage | None = None
        """A note on a line of its own that breaks off within a list of bodies."""
        self._has_numbers = layout.first_number < len(layout.lines)
        """Where no heading has a number, short lines are headings."""
        self._left_out = _beside_tables(self.blocks) | layout.contents
        self._closing = closing_lines(layout)

    def run(self) -> None:
        """Read every block."""
        parts = self.layout
        for index, block in enumerate(self.blocks):
            if index < parts.body and index not in parts.schemes:
                if (
                    isinstance(block, Paragraph)
                    and "。" in block.text
                    and self.layout.numbers[index][1]
                ):
                    self._pass_over("letter", block.text)
            elif not isinstance(block, Paragraph) or index in parts.signed:
                # A table or the signature ends what stands above it: the text after begins anew.
                for node in self._stack[-1:]:
                    node.runs.append([])
                    node.broken = True
            elif index in parts.annexes or index in parts.schemes:
                title = block.text
                if index in parts.annexes:
                    self._end_part()
                    title = parts.annexes[index]
                    self._part, self._in_annex, self._over = "annex", True, False
                self._stack = []
                self._add(_Node(_SCHEME, None, title, ProsePassage(title, block.source), title))
            elif index not in parts.listed and not self._over:
                self._read(index, block)
        self._end_part()

    def _pass_over(self, reason: str, text: str) -> None:
        self.passed.setdefault(reason, []).append(text[:_QUOTED])

    # --- paragraphs → tree ------------------------------------------------------------------------

    def _counts_on(self, index: int) -> bool:
        """Tell whether the numbers go on below a line (分享到) that the web page put in between."""
        parts = sorted({*self.layout.annexes, *self.layout.schemes, len(self.blocks)})
        end = next(at for at in parts if at > index)
        level, value = next(filter(None, map(self._value, range(index + 1, end))), (0, 0))
        return self._last.get(level, 0) == value - 1 > 0

    def _value(self, index: int) -> tuple[int, int] | None:
        """Return the level and the value of a paragraph's number, None for one that counts none."""
        level, number, _ = self.layout.numbers[index]
        value = serial_number(number)
        return None if level is None or value is None else (level, value)

    def _add(self, node: _Node) -> None:
        """Put a heading or a measure below what stands above it."""
        while self._stack and self._stack[-1].level >= node.level:
            self._stack.pop()
        (self._stack[-1].children if self._stack else self._roots).append(node)
        if node.level < _INTRODUCTION:
            self._stack.append(node)

    def _read(self, index: int, block: Paragraph) -> None:
        text = block.text
        level, number, rest = self.layout.numbers[index]
        if self._roots and ends("matter").fullmatch(rest):
            self._over = not self._counts_on(index)
            return
        if self._roots and ends("no_text").fullmatch(text):
            return
        if value := self._value(index):
            self._last[value[0]] = value[1]
        if (
            index in self._left_out
            or _CONTENTS.search(text)
            or is_page_number(text)
            or (level is None and self._is_more_of_note(text))
        ):
            return
        if level is None or opens_labelled(rest):  # 2.牵头单位：… is a note as well.
            note = note_line(rest)
            if note and self._take_note(ProsePassage(text, block.source, note=note)):
                return
        top = self._stack[-1] if self._stack else None
        # （1） under a measure is part of its text.
        point = level is not None and level >= PART_OF_MEASURE
        if level is not None and not (point and top and top.goes_on and top.level < level):
            self._numbered(index, level, number, rest, block)
        elif index in self._closing and top and (top.goes_on or top.runs[-1]):
            self._pass_over("closing", text)
        else:
            self._plain(index, block, top)

    def _take_note(self, passage: ProsePassage) -> bool:
        """Give a note on a line of its own to what stands before it."""
        self._unfinished = passage if passage.text.endswith(RUNS_ON) else None
        top = self._stack[-1] if self._stack else None
        if top is None or (top.level == _SCHEME and not top.runs[-1]):
            return False
        (top.runs[-1] if top.goes_on or top.runs[-1] else top.notes).append(passage)
        return True

    def _is_more_of_note(self, text: str) -> bool:
        """Tell whether a line goes on with the list that the note above it breaks off; join it."""
        above, self._unfinished = self._unfinished, None
        if above is None or not names_bodies(text.rstrip("。；")):
            return False
        above.text += text
        above.note = note_line(above.text)
        self._unfinished = above if text.endswith(RUNS_ON) else None
        return True

    def _below(self, index: int) -> Paragraph | None:
        block = self.blocks[index + 1] if index + 1 < len(self.blocks) else None
        return block if isinstance(block, Paragraph) else None

    def _numbered(self, index: int, level: int, number: str, rest: str, block: Paragraph) -> None:
        opening = opening_of(rest)
        below = self._below(index)
        if (
            not opening.title
            and below is not None
            and len(opening.text) <= 30
            and re.fullmatch(r"[^。\d]*。", opening.text)
            and "。" in below.text
            and self.layout.numbers[index + 1][0] is None
            and note_line(below.text) is None
            and index + 1 not in self._closing
        ):  # A short sentence with plain paragraphs below it is a heading.
            opening = Opening(opening.text.rstrip("。"))
        said = opening.printed_title + opening.text if opening.text else rest
        line = ProsePassage(said, block.source, opening.printed_title)
        node = _Node(level, number, opening.title, line, block.text, opening.note)
        if opening.text:
            node.printed, node.speaks = f"{number}{opening.title}", True
        self._add(node)

    def _plain(self, index: int, block: Paragraph, top: _Node | None) -> None:
        text = block.text
        passage = ProsePassage(text, block.source)
        bare = 2 <= len(text) <= 24 and not re.search(r"[。；，：！？|,:;》]", text)
        below = self._below(index)
        heads = (
            bare
            and not _CAPTION_NOTE.fullmatch(text)
            and below
            and ("。" in below.text or self.layout.numbers[index + 1][0] is not None)
        )
        if not self._has_numbers and self._part == "body" and heads:
            self._stack = []
            self._add(_Node(_SECTION, None, text, passage, text))
        elif _BULLETED.match(text) and (top is None or top.broken or top.level == _ITEM):
            self._bulleted(passage)
        elif top and top.speaks:
            if not top.broken:
                top.runs[-1].append(passage)
        elif top and top.level > _SCHEME and not (top.broken and top.stands_alone):
            if top.runs[-1] and bare:
                # A heading that has lost its number stands beside the one before it.
                self._add(_Node(top.level, None, text, passage, text))
            else:
                top.runs[-1].append(passage)
        elif (
            top
            and self._part == "annex"
            and not any(child.number for child in top.children)
            and "。" not in text
            and len(text) <= LONGEST_UNBROKEN_TITLE
        ):  # more of the annex's title
            top.printed = top.title = top.title + text
        elif index >= self.layout.body and self._introduces(text):
            self._add(_Node(_INTRODUCTION, None, "", passage, speaks=True))

    def _bulleted(self, passage: ProsePassage) -> None:
        """Take an item of a list below a table, or under no heading, that says who, when or what."""
        printed, passage.text = passage.text, passage.text.lstrip(BULLETS)
        text = passage.text
        who = leading_bodies(text) not in ("", text) or who_says(text).names_bodies
        if not (who or deadline_in(text, self.period) or self._introduces(text)):
            self._pass_over("bullets", printed)
            return
        while self._stack and self._stack[-1].speaks:
            self._stack.pop()
        self._add(_Node(_ITEM, None, "", passage, speaks=True))

    def _introduces(self, text: str) -> bool:
        """Tell whether an introduction says what is measured, or who answers."""
        pieces = split_notes(text)
        notes = [piece for piece in pieces if isinstance(piece, Answering)]
        checked = "。" in text and can_be_checked(text, self.period.start_year)
        answers = any(note.names_bodies or note.deadline for note in notes)
        return len(notes) < len(pieces) and (checked or answers)

    # --- tree → statements ------------------------------------------------------------------------

    def _end_part(self) -> None:
        """Turn the part into statements; the paragraphs of an annex that is no list give none.

        They are tasks where its title is a plan's, where one has a note, or where most say in their
        sentences who is to do what amount or until when.
        """
        before = len(self.statements)
        for node in self._roots:
            self._say(node, [])
        items = self.statements[before:]
        title = self._roots[0].title if self._roots else ""
        if self._in_annex and not (kind_of(title) or any(map(_says_who, items))):
            since = self.period.start_year
            said = [
                who_says(text).names_bodies
                and bool(can_be_checked(text, since) or deadline_in(text, self.period))
                for text in (item.text for item in items)
            ]
            if 2 * sum(said) <= len(items):
                del self.statements[before:]
                for item in items:
                    self._pass_over("annex", f"{item.number or ''}{item.passages[0].text}")
        self._roots, self._stack = [], []

    def _say(self, node: _Node, above: list[_Node]) -> None:
        """Make statements of a heading or a measure, then of all below it."""
        if node.speaks:
            aims = node.level == _INTRODUCTION
            passages = [node.line, *(passage for run in node.runs for passage in run)]
            said = self._state(node, above, passages, note=node.said, aims=aims)
            if not (said or aims):
                self._pass_over("status", f"{node.number}{node.line.text}")
        elif node.level > _SCHEME:
            for run in [run for run in node.runs if run] or [[]]:
                self._say_under(node, above, run)
        for child in node.children:
            self._say(child, [*above, node])

    def _say_under(self, node: _Node, above: list[_Node], run: list[ProsePassage]) -> None:
        """Make statements of the paragraphs right under a heading."""
        titles = [heading.title for heading in (*above, node)]
        text = "".join(passage.text for passage in [*node.notes, *run])
        since = self.period.start_year
        passed = ""
        if is_status(titles) and not any(map(_answers, run)):
            passed = "status"
        elif (text and self._note_of_section(node.title, text, above)) or (
            not run and (node.children or not node.number)
        ):
            return
        elif not run and not node.stands_alone:
            passed = "table" if node.broken else "empty"
        elif not run:  # a numbered sentence, or a numbered line with a note of its own
            self._state(node, above, [node.line, *node.notes], title="", note=node.note)
        elif is_aims([node.title]):
            # Of aims and principles only what can be checked is a measure, each by itself.
            can = [one for one in run if one.note is None and can_be_checked(one.text, since)]
            found = [self._state(node, above, [passage], aims=True) for passage in can]
            passed = "" if any(found) else "aims"
        else:
            self._say_paragraphs(node, above, run)
        if passed and node.number:
            self._pass_over(passed, node.printed)

    def _note_of_section(self, title: str, text: str, above: list[_Node]) -> bool:
        """Give what a heading 责任分工 or 完成时限 says to all measures beside it, if there are any."""
        note = headed_note(title, text, beside=bool(above))
        path = [heading.printed for heading in above if heading.printed]
        beside = [
            item
            for item in self.statements
            if note and item.path[: len(path)] == path and item.part == self._part and not item.aims
        ]
        for item in beside:
            item.note = item.note.over(note or NOTHING)
        return bool(beside)

    def _say_paragraphs(self, node: _Node, above: list[_Node], run: list[ProsePassage]) -> None:
        """Make one measure of the paragraphs under a heading, or one of each that has a title."""
        for passage in run:
            passage.text = _BULLETS.sub("", passage.text, count=1)
        titled = ["" if passage.note else own_title(passage.text) for passage in run]
        if sum(map(bool, titled)) < 2:
            if statement := self._state(node, above, run, note=node.note):
                statement.begin = node.line.source
            return
        last: ProseStatement | None = None
        for title, passage in zip(titled, run, strict=True):
            if title or last is None:
                passage.title = f"{title}。" if title else ""
                last = self._state(None, [*above, node], [passage], title=title)
            else:
                last.passages.append(passage)

    def _state(
        self,
        node: _Node | None,
        above: list[_Node],
        passages: list[ProsePassage],
        *,
        title: str | None = None,
        note: Answering = NOTHING,
        aims: bool = False,
    ) -> ProseStatement | None:
        """Add a measure below headings; None where these report the past."""
        if title is None:
            title = node.title if node else ""
        titles = [heading.title for heading in above]
        if is_status([*titles, title]) and not any(map(_answers, passages)):
            return None
        note = note.over(said_by_heading(title))
        for heading in reversed(above):
            note = note.over(heading.note).over(said_by_heading(heading.title))
        statement = ProseStatement(
            path=[heading.printed for heading in above if heading.printed],
            number=node.number if node else None,
            title=title,
            passages=passages,
            begin=passages[0].source,
            part=self._part,
            note=note,
            aims=aims or is_aims([*titles, title]),
        )
        heads = titles[-1] if titles else title
        statement.asks = not (organises(titles or [title]) or describes(heads, statement.text))
        self.statements.append(statement)
        return statement


def _share_notes(statements: list[ProseStatement]) -> None:
    """Give a note on a line of its own, below several numbered paragraphs, to all that it is of.

    It is of those that run on to it (…；), and of all of them where they are sentences without titles
    and none says anything before it.
    """
    for _, run in groupby(statements, key=lambda item: (item.part, item.path)):
        *others, last = run
        note = _own_lines(last)
        plain = not any(statement.title or _says_who(statement) for statement in others)
        if note.names_bodies and plain:
            for statement in others:
                statement.note = note.over(statement.note)
            continue
        shared = note
        for statement in reversed(others):
            runs_on = statement.passages[-1].text.endswith(("；", ";"))
            if shared and runs_on and not _says_who(statement):
                statement.note = shared.over(statement.note)
            else:
                shared = _own_lines(statement)


def _own_lines(statement: ProseStatement) -> Answering:
    """Return what the lines below a measure say."""
    note = NOTHING
    for passage in takewhile(lambda line: line.note is not None, reversed(statement.passages)):
        note = (passage.note or NOTHING).joined(note)
    return note


def _answers(passage: ProsePassage) -> bool:
    """Tell whether a paragraph is a note, or has one."""
    pieces = split_notes(passage.text)
    return bool(passage.note) or any(isinstance(piece, Answering) for piece in pieces)


def _says_who(statement: ProseStatement) -> bool:
    return any(map(_answers, statement.passages)) or bool(statement.note)


def _beside_tables(blocks: Iterable[Block]) -> set[int]:
    """Return the lines that belong to a table: above it a title, （单位：起）; below it 注：…."""
    found: set[int] = set()
    above: list[int] = []
    below = False
    for index, block in enumerate(blocks):
        if isinstance(block, RawGrid):
            found.update(above)
            above, below = [], True
            continue
        below = below and is_note(block.text)
        if below:
            found.add(index)
        if "。" in block.text:
            above = []
        else:
            # The title, and the notes to it that stand between it and the table.
            above = [*above, index] if _CAPTION_NOTE.fullmatch(block.text) else [index]
        below = below or block.cells
    return found
