"""The text of a measure → its commitments, one task each.

A commitment is a sentence, or a run of sentences that belong together: what stands before a note of
owners, back to the note before it, and never more than one deadline. A measure that says neither
who nor until when is one commitment.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from safeplan.models import Part, Period, Source, Task
from safeplan.tasks.dates import DatePhrase, date_phrases
from safeplan.tasks.headings import prose_words, says
from safeplan.tasks.notes import (
    NOTHING,
    Answering,
    is_date,
    is_text_label,
    split_notes,
    who_says,
    without_label,
)
from safeplan.text.clauses import PAIRS, first_clause, split_at_marks, split_clauses
from safeplan.text.numbering import PART_OF_MEASURE, number_of

RUNS_ON = ("：", ":", "，", "、", ",")


@dataclass
class ProsePassage:
    """One paragraph of a measure, as printed without its number."""

    text: str
    source: Source
    title: str = ""
    """The measure's title with its stop, where the paragraph opens with it."""
    note: Answering | None = None
    """Where the paragraph is a note as a whole."""


@dataclass
class ProseStatement:
    """A measure before it is one: what it says and what stands above it."""

    path: list[str]
    number: str | None
    title: str
    passages: list[ProsePassage]
    begin: Source
    """Where it begins."""
    part: Part = "body"
    note: Answering = NOTHING
    """What the headings above say of all below them."""
    asks: bool = True
    """False where it is no commitment unless it says who or names an amount."""
    aims: bool = False
    """True where only an amount makes it a commitment: aims, principles, introductions."""

    @property
    def text(self) -> str:
        """All that it says, without its title."""
        return "".join(passage.text.removeprefix(passage.title) for passage in self.passages)

    @property
    def source(self) -> Source:
        """From where it begins to its last line."""
        return self.begin.through(self.passages[-1].source)


@dataclass
class _Piece:
    """A commitment in the making."""

    text: str
    source: Source
    note: Answering = NOTHING
    deadline: str = ""
    numbered: bool = False
    title: str = ""
    """The measure's title with its stop, where the piece opens with it."""


def tasks_of(statement: ProseStatement, measure_id: str, period: Period) -> list[Task]:
    """Return the commitments of a measure."""
    pieces = [
        part
        for piece in _pieces(statement)
        for part in _cut_at_deadlines(piece, statement, period)
        if _is_commitment(part, statement, period)
    ]
    path = []
    for heading in statement.path:
        bare = number_of(heading)[2]
        path += [one for one in (*split_notes(bare), bare) if isinstance(one, str)][:1]
    path = [heading.rstrip("。") for heading in path]
    name = path[-1] if path and is_text_label(statement.title) else statement.title
    tasks = []
    for row, piece in enumerate(pieces, start=1):
        content = piece.text
        if statement.aims:
            content = _without_past(content, period.start_year)
        if len(pieces) > 1 and len(content) > len(piece.title) > 0:
            # The title is of all of them: it is their name.
            content = _unmarked(content[len(piece.title) :].strip())
        # （一）1—3月：检查门店45家. Days in the sentence are nearer than those of a heading.
        dated = statement.title if is_date(statement.title) else piece.deadline
        who = piece.note.over(Answering(deadline=dated)).over(statement.note)
        answers = who if who.names_bodies else who_says(content)
        tasks.append(
            Task(
                task_id=f"{measure_id}.{row}",
                table=0,
                table_title=path[0] if path else "",
                row=row,
                serial=statement.number,
                group=path[-1] if path else None,
                name=name,
                sub_item=None,
                content=content,
                part=statement.part,
                lead_text=answers.lead,
                responsible_text=answers.responsible,
                assisting_text=answers.assisting,
                deadline_text=who.deadline,
                source=piece.source,
                extra=who.kept,
            )
        )
    return tasks


def _unmarked(text: str) -> str:
    """Return a point of a paragraph without its mark: （1）, ①."""
    level, _, rest = number_of(text)
    return rest if level is not None and level >= PART_OF_MEASURE else text


# --- commitments ------------------------------------------------------------------------------


def _pieces(statement: ProseStatement) -> list[_Piece]:
    """Return the pieces of a measure's paragraphs, each with its note."""
    pieces: list[_Piece] = []
    open_from = 0  # the first piece that a note still to come belongs to
    noted = False  # lines of notes have been given to these pieces: text that follows is new
    for passage in statement.passages:
        level, _, rest = number_of(passage.text)
        numbered = level is not None and not passage.title
        begins = len(pieces)
        if noted and not passage.note:
            open_from = begins
        noted = bool(passage.note)
        parts = split_notes(without_label(rest if numbered else passage.text))
        for part in [passage.note] if passage.note else parts:
            last = pieces[-1] if pieces else None
            heads_alone = len(pieces) == begins + 1 and _is_title(pieces[-1], passage)
            if isinstance(part, str):
                if last and (heads_alone or (not last.note and last.text.endswith(RUNS_ON))):
                    last.text += part
                    last.source = last.source.through(passage.source)
                    last.numbered = numbered
                else:
                    inner = len(pieces) > begins
                    title = "" if inner else passage.title
                    text = _unmarked(part) if inner else part
                    pieces.append(_Piece(text, passage.source, numbered=numbered, title=title))
            elif last and heads_alone:
                if not part.names_bodies:
                    last.text = passage.title  # 排查阶段（3月1日至31日）。…
                statement.note = part.over(statement.note)  # （一）健全责任（甲局牵头）。…
            elif last:
                _noted(pieces, open_from, part, passage.source)
                if not passage.note:
                    open_from = len(pieces)
    return pieces


def _noted(pieces: list[_Piece], open_from: int, note: Answering, source: Source) -> None:
    """Give a note to what stands before it, back to the note before."""
    for index in range(len(pieces) - 1, open_from, -1):
        above = pieces[index - 1]
        if not (pieces[index].numbered or above.numbered):
            last = pieces.pop(index)
            above.text += last.text
            above.source = above.source.through(last.source)
    for piece in pieces[open_from:] or pieces[-1:]:
        piece.note = piece.note.joined(note)
    pieces[-1].source = pieces[-1].source.through(source)


def _is_title(piece: _Piece, passage: ProsePassage) -> bool:
    """Tell whether a piece is the measure's title, without the days behind it."""
    text, title = piece.text.rstrip("。：:"), passage.title.rstrip("。：:")
    dated = title.startswith(text) and is_date(title[len(text) :].strip("（()）"))
    return bool(title) and (text == title or dated)


def _cut_at_deadlines(piece: _Piece, statement: ProseStatement, period: Period) -> Iterator[_Piece]:
    """Yield a piece, parted where a sentence brings a deadline or bodies of its own."""
    if piece.note.deadline:
        yield piece
        return
    who_is_said = piece.note.names_bodies or statement.note.names_bodies
    held, who, opens = replace(piece, text=""), NOTHING, True
    begun, told = 0, False  # where the last 一是 begins, and whether a day or a body follows it
    for clause in split_clauses(piece.text):
        body = clause.removeprefix(piece.title) if opens else clause
        if not body:
            held.text += clause
            continue
        # The days of a stage are its work's: a day for reporting on it does not shorten them.
        deadline = deadline_in(body, period, opens=opens, of_work=bool(statement.note.deadline))
        said = NOTHING if who_is_said else who_says(body)
        opens = False
        other_days = deadline and held.deadline and deadline != held.deadline
        if other_days or (said.names_bodies and who.names_bodies and said != who):
            # 三是落实主体责任。 stays with what it opens.
            point = held.text[begun:] if begun and not told else ""
            yield replace(held, text=held.text[: len(held.text) - len(point)])
            held, who, begun = replace(piece, text=point, title=""), NOTHING, 0
        if says().point.match(clause):
            begun, told = len(held.text), False
        told = told or bool(deadline or said.names_bodies)
        held.text += clause
        held.deadline = deadline or held.deadline
        who = said if said.names_bodies else who
    if held.text:
        yield held


# --- deadlines in the sentence ----------------------------------------------------------------


def deadline_in(sentence: str, period: Period, *, opens: bool = True, of_work: bool = False) -> str:
    """Return the deadline that a sentence itself names: 6月底前完成…, …，年底前建成.

    Of several the last one ends the work. What only describes (2010年以前建成的, 5月12日前后, 30日内)
    is none, nor is the plan's own year.

    Args:
        sentence: the sentence, or a clause of it.
        period: the plan's years.
        opens: whether it opens its paragraph.
        of_work: whether days by which the work is to be reported count for nothing.
    """
    if not re.search(r"[年月季前内底末]", sentence):
        return ""
    named = [
        phrase for phrase in _in_the_open(sentence) if _is_deadline(phrase, sentence, period, opens)
    ]
    found = [
        phrase
        for before, phrase in zip([None, *named], named, strict=False)
        # The 汛前 of 4月1日前完成汛前检查 only says which work has a day.
        if phrase.kind != "event"
        or before is None
        or re.search("^$|[，。；：:,;]|[于在]$", sentence[before.end : phrase.start])
    ]
    reports = prose_words("reports")
    work = (one for one in reversed(found) if not reports.search(first_clause(sentence[one.end :])))
    # Days by which the work is to be reported count where there are no other.
    last = next(work, found[-1] if found and not of_work else None)
    return sentence[last.start : last.end] if last else ""


def _in_the_open(sentence: str) -> Iterator[DatePhrase]:
    """Yield the date phrases of a sentence that stand in no brackets, title or quotation."""
    at, depths = 0, [0] * len(PAIRS)
    for phrase in date_phrases(sentence):
        passed = sentence[at : phrase.start]
        pairs = zip(depths, PAIRS, strict=True)
        depths = [depth + passed.count(a) - passed.count(b) for depth, (a, b) in pairs]
        at = phrase.start
        if max(depths) <= 0:
            yield phrase


def _is_deadline(phrase: DatePhrase, sentence: str, period: Period, opens: bool) -> bool:
    before, after = sentence[: phrase.start], sentence[phrase.end :]
    if says().attribute.match(after) or phrase.tail in ("期间", "后", "之后", "以后", "起", "开始"):
        return False
    if before.endswith(("较", "比", "自", "从", "每", "与", "将", "在“", "由")):
        return False
    opens_clause = not before.strip() or before.rstrip()[-1] in "，；。：:,;、"
    if phrase.kind == "event":
        return phrase.is_before
    if phrase.kind == "standing":
        # 全年火灾起数下降5% measures a year and sets no time.
        alone = phrase.words == "全年" and opens and not before
        return alone and says().measured.search(first_clause(after)) is None
    if phrase.kind != "date":
        return False
    moment = phrase.moments[-1]
    if moment.year and moment.year < (period.start_year or 0):
        return False
    if phrase.is_before or phrase.is_within:
        return True
    if moment.unit == "year":
        own = period.start_year if period.start_year == period.end_year else None
        # 2026年加固农房; a year that only says of which year something is (2024年度) is none.
        begins = opens_clause and re.match(r"[，,\u4e00-\u9fff]", after) is not None
        return moment.year not in (None, own) and bool(says().finished.match(after) or begins)
    return moment.unit != "day" and opens_clause


# --- what is a commitment ---------------------------------------------------------------------


def _is_commitment(piece: _Piece, statement: ProseStatement, period: Period) -> bool:
    text = piece.text
    if piece.note.names_bodies or piece.note.deadline or piece.note.kept:
        return True
    if not re.search(r"[\u4e00-\u9fff]{2}", text) or _points_elsewhere(text):
        return False
    if statement.aims:
        return can_be_checked(text, period.start_year) or _is_stage(text, period)
    if not statement.asks:
        return can_be_checked(text, period.start_year, firmly=True) or _is_due(piece, period)
    return True


def _is_stage(text: str, period: Period) -> bool:
    """Tell whether an aim names an amount and its day: 到2026年底，“瓶改管”2万户."""
    dated = re.match("[^，]{2,14}", text)
    if dated is None or not is_date(dated.group()):
        return False
    return (
        bool(deadline_in(text, period))
        and prose_words("stages").search(text, dated.end()) is not None
    )


def _is_due(piece: _Piece, period: Period) -> bool:
    """Tell whether an organisational text sets a last day for work, not for a plan or a report."""
    body = piece.text.removeprefix(piece.title)
    if prose_words("reports").search(body) or prose_words("papers").search(body):
        return False
    return any(
        phrase.is_before and not phrase.is_range and phrase.kind == "date"
        for phrase in date_phrases(deadline_in(body, period))
    )


def can_be_checked(text: str, since: int | None = None, *, firmly: bool = False) -> bool:
    """Tell whether a text asks for an amount or a zero, and does not tell the past.

    Args:
        text: a paragraph.
        since: the plan's first year: what opens with an earlier one is over.
        firmly: of an organisational text: only a bound that is meant to be kept counts.

    >>> can_be_checked("全年事故起数下降5%。"), can_be_checked("坚决遏制重特大事故。")
    (True, False)
    """
    bounds = prose_words("firm" if firmly else "bounds")
    for sentence in re.split("[。；！？]", text):
        if _is_past(sentence, since) or (firmly and prose_words("reports").search(sentence)):
            continue
        soft = prose_words("soft_zeros").search(sentence) and not prose_words("thoughts").search(
            sentence
        )
        if not firmly and (soft or prose_words("zeros").search(sentence)):
            return True
        for clause in re.split("[，,]", says().no_amount.sub("", sentence)):
            if bounds.search(clause) and re.search(r"\d|全覆盖", clause):
                return True
    return False


def _is_past(sentence: str, since: int | None) -> bool:
    opened = says().opening_year.match(sentence)
    earlier = opened is not None and since is not None and int(opened[1]) < since
    return earlier or prose_words("past_marks").search(sentence) is not None


def _without_past(text: str, since: int | None) -> str:
    """Return a paragraph from behind the last sentence of the past that something follows."""
    clauses = split_clauses(text)
    past = [at for at, clause in enumerate(clauses[:-1], start=1) if _is_past(clause, since)]
    return "".join(clauses[past[-1] :] if past else clauses)


def _points_elsewhere(text: str) -> bool:
    """Tell whether a paragraph only says where the tasks stand: 任务、目标、责任见附表."""
    pointer, reports = prose_words("pointers"), prose_words("reports")
    if not pointer.search(text):
        return False
    said = [one for one in split_at_marks(text) if not (pointer.search(one) or reports.search(one))]
    return sum(map(len, said)) <= 12  # What is left must be longer to be a commitment.
