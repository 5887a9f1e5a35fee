"""Who answers, and until when: the notes beside a sentence, and what the sentence says itself.

Prose says who answers in brackets behind a sentence (（牵头单位：…；责任单位：…；完成时限：…）,
〔甲局牵头，乙局配合〕, （甲局、乙局按职责分工负责）), or on lines of their own (责任单位：…). The labels are
data (`vocabulary/notes.toml`). A note without labels is told by what it names: bodies with 牵头, 配合
or 负责 behind them, a date, and nothing else. A sentence may say it too (由甲局牵头…, 各镇街负责…,
甲局会同乙局…): there the bodies open a clause, and what they do follows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from safeplan import vocabulary
from safeplan.bodies import names_bodies
from safeplan.bodies.items import Item, read_items
from safeplan.bodies.listing import is_certain, is_sure, leading_bodies
from safeplan.bodies.names import lexicon
from safeplan.bodies.roles import closing_mark
from safeplan.models import ROLES, Role
from safeplan.tasks.dates import Moment, date_phrases
from safeplan.text.clauses import first_clause
from safeplan.text.folding import narrow
from safeplan.text.numbering import unnumbered
from safeplan.vocabulary.grammar import Grammar, one_of

LONGEST = 400
"""Characters of a note; what is longer is prose."""
SEPARATORS = "，,；;、。.：: \u3000|*"
_OTHERS = "其他"
"""Under this a note keeps what it says besides bodies and dates."""
_PIECE = re.compile(r"(?:[^，,；;。：:（(〔)）〕]|[（(〔][^（()）〔〕]*[)）〕])+")
"""A clause of a note; the commas in brackets are no ends of it."""
_OPENED = re.compile(r"^(?:(?:以上|上述|此项|该项|本项)[^，、由]{0,6})?(?:主要)?(?:由|请)")
_LEVEL = re.compile(r"[省市区县旗州盟镇乡村街各国驻属本有相沿其]")
_ADDRESSED = re.compile(r"([^，。；：:“”《》\d]{2,60})[:：]")
_WAY = re.compile("的(?:工作)?(?:机制|体系|格局|模式|制度|方式)")
"""由区领导牵头包联的机制 is a way of working, and gives nobody a task."""
_CLAUSE_STARTS = re.compile("^|(?<=[，。；：:、,;])|由")
_OPENING, _CLOSING = "（(〔［[【{〈", "）)〕］]】}〉"
_OF_THE_ABOVE = re.compile(
    "(?:以上|上述)(?:各项|所有|全部|重点|主要)*(?:工作|任务|措施|事项)+[，,：:]?"
)
_STOPS = "。！？!?；;”’"
_PAIRS = {"）": "（(", ")": "（(", "］": "［[", "]": "［[", "〕": "〔", "】": "【"}
BULLETS = "—–―－-·•●■◆*+ "
"""What a line or an item of a list may open with."""
_OFFICE = re.compile("[局委办科股室处部厅]$|[大支总中]队$")
_OF_ALL_BELOW = re.compile(
    "的?(?:重点|主要|具体)?(?:工作)?(?:任务|事项|工作)?(?:清单|安排)?"
    "(?:[（(]?共?[0-9一二三四五六七八九十]{1,3}[项条件个][）)]?)?$"
)
"""What a heading has behind the bodies or the days that are of all below it."""


@dataclass(frozen=True)
class Answering:
    """What a note says; the words are printed ones, without label and tail."""

    lead: str = ""
    responsible: str = ""
    assisting: str = ""
    deadline: str = ""
    kept: dict[str, str] = field(default_factory=dict)
    """What names no body, by its label: 责任领导."""

    def __bool__(self) -> bool:
        return bool(self.names_bodies or self.deadline or self.kept)

    @property
    def names_bodies(self) -> bool:
        """True where it says who."""
        return bool(self.lead or self.responsible or self.assisting)

    def joined(self, other: Answering) -> Answering:
        """Return both notes as one: 责任单位 on one line, 完成时限 on the next."""
        return Answering(
            _both(self.lead, other.lead),
            _both(self.responsible, other.responsible),
            _both(self.assisting, other.assisting),
            _both(self.deadline, other.deadline),
            {**self.kept, **other.kept},
        )

    def over(self, above: Answering) -> Answering:
        """Return this note with what the heading's says where this one is silent."""
        who = self if self.names_bodies else above
        return Answering(
            who.lead,
            who.responsible,
            who.assisting,
            self.deadline or above.deadline,
            {**above.kept, **self.kept},
        )


NOTHING = Answering()


def _both(first: str, second: str) -> str:
    """Return both texts, one of them where it says the same as the other."""
    return "；".join(dict.fromkeys(filter(None, (first, second))))


def with_role(role: Role, who: str) -> Answering:
    """Return the note that bodies have one role."""
    return Answering(
        lead=who if role == "lead" else "",
        responsible=who if role == "responsible" else "",
        assisting=who if role == "assisting" else "",
    )


@vocabulary.cached()
def says() -> Grammar:
    """Return the patterns of notes, over the words in force."""
    words = vocabulary.load("notes")
    marks = vocabulary.load("bodies")["roles"]["marks"]
    labels: dict[str, list[str]] = words["labels"]
    return Grammar(
        "notes",
        words | {"marks": marks},
        label_words=vocabulary.any_of(word for role in labels for word in labels[role]),
        bodies_words=vocabulary.any_of(word for role in ROLES for word in labels[role]),
        # 统筹发展和安全 leads nothing.
        leading=one_of(word for word in marks["lead"] if word not in marks["before"]),
    )


# --- where notes stand ------------------------------------------------------------------------


@vocabulary.cached(256)
def split_notes(text: str) -> tuple[str | Answering, ...]:
    """Split a paragraph into its texts and the notes behind them.

    >>> split_notes("排查隐患。（区应急局牵头）整改隐患。")
    ('排查隐患。', Answering(lead='区应急局', ...), '整改隐患。')
    """
    pieces: list[str | Answering] = []
    done = 0
    for start, end, note in _notes_in(text):
        if text[done:start].strip():
            pieces.append(text[done:start].strip())
        if pieces and isinstance(pieces[-1], Answering):
            pieces[-1] = pieces[-1].joined(note)
        else:
            pieces.append(note)
        done = end
        stop = re.match(r"\s*[。；;，,、.]", text[done:])
        if stop:
            done += stop.end()
            if len(pieces) > 1 and isinstance(pieces[-2], str) and pieces[-2][-1] not in _STOPS:
                pieces[-2] += stop.group().strip()  # …整改（责任单位：甲局）。
    if text[done:].strip():
        pieces.append(text[done:].strip())
    return tuple(pieces)


def uneven_notes(text: str) -> list[str]:
    """Return the notes whose brackets are no pair: 〔甲局牵头）."""
    spans = [text[start:end] for start, end, _ in _notes_in(text)]
    return [
        span
        for span in spans
        if span[0] in _OPENING
        and span[_closing(span, 0) :][:1] != _CLOSING[_OPENING.index(span[0])]
    ]


def note_line(text: str) -> Answering | None:
    """Return the note that a paragraph is as a whole, None where it says anything else."""
    text = text.strip(" \u3000*").lstrip(BULLETS)  # ——牵头单位：甲局
    bare = text.rstrip("。")
    if len(text) > 2 and text[0] in _OPENING and _closing(text, 0) == len(bare) - 1:
        inner = bare[1:-1].strip()
        return _labelled(inner) or told(inner)
    if opens_labelled(text) or len(text) <= LONGEST // 2:
        return _labelled(text) or told(bare, marked=True)
    return None


def who_says(sentence: str) -> Answering:
    """Return who answers by the sentence itself, also as 责任单位为甲局、乙局."""
    note = bodies_in(sentence)
    for match in says().label_inside.finditer(sentence):
        role = _role_of_label(match["label"])
        if role in ROLES and names_bodies(match["who"], every=False):
            note = note.joined(labelled_value(role, match["who"]))
    return note


def _notes_in(text: str) -> Iterator[tuple[int, int, Answering]]:
    """Yield the notes of a paragraph with the span each takes, brackets included."""
    at = 0
    while match := says().candidate.search(text, at):
        at = match.start()
        label = says().label.match(text, at)
        end = _closing(text, at) if text[at] in _OPENING else at
        # 【牵头单位：甲局；责任单位：乙局】 has its labels inside, 【牵头单位】甲局 is one.
        if text[at] in _OPENING and (label is None or label.end() <= end):
            inside = text[at + 1 : end].strip()
            note = _bracketed(text, at, end, inside) if 1 < len(inside) <= LONGEST else None
            end = min(end + 1, len(text))
        else:
            end, note = at, None
            while label:  # With its sentence a note ends, and with labelled ones behind it.
                stop = re.compile("[。！？]").search(text, label.end())
                end = stop.end() if stop else len(text)
                label = says().label.match(text, end)
            if end > at:
                note = _labelled(text[at:end])
        if note:
            yield at, end, note
        at = end if note else at + 1


def _closing(text: str, at: int) -> int:
    """Return where the bracket at `at` closes, of whatever pair; the end where it never does."""
    depth = 0
    for index in range(at, min(len(text), at + LONGEST + 2)):
        if text[index] in _OPENING:
            depth += 1
        elif text[index] in _CLOSING:
            depth -= 1
            if depth == 0:
                return index
    return len(text)


def _bracketed(text: str, at: int, close: int, inside: str) -> Answering | None:
    if note := _labelled(inside):
        return note
    if close >= len(text):
        return None
    before, after = text[at - 1 : at], text[close + 1 :].lstrip()[:1]
    if before not in _STOPS + "，," and after not in ("", *SEPARATORS):
        return None
    if note := told(inside, marked=True, deeds=True):
        return note
    # Bare bodies say something at the end of a sentence only; a last day anywhere.
    note = told(inside)
    ends = before in "。！？；;" or not after or (after in "。；;" and opens_certain(inside))
    return note if note and (ends or not note.names_bodies) else None


# --- what notes say ---------------------------------------------------------------------------


def _labelled(text: str) -> Answering | None:
    """Read 牵头单位：甲局；责任单位：乙局；完成时限：6月底前."""
    if not re.search("[：:】]", text):
        text = says().bare_label.sub(r"\g<label>：", text)
    labels = [
        match
        for match in says().label.finditer(text)
        if match.start() == 0
        or len(match["label"]) > 3  # So long it needs nothing before it,
        or _role_of_label(match["label"]) == "deadline"  # as one of days: 区甲局时限：6月.
        or text[match.start() - 1] in SEPARATORS + BULLETS + "】])）"
    ]
    if not labels:
        return None
    before = text[: labels[0].start()].strip(SEPARATORS + _OPENING)
    note = told(before) if before else NOTHING
    if note is None:
        return None
    ends = [*(match.start() for match in labels[1:]), len(text)]
    for match, end in zip(labels, ends, strict=True):
        value = text[match.end() : end].strip(SEPARATORS).rstrip("（(〔[［【").rstrip(SEPARATORS)
        closes = value[-1:]
        if closes in _PAIRS and value.count(closes) > sum(map(value.count, _PAIRS[closes])):
            value = value[:-1]  # half a pair of brackets
        role = _role_of_label(match["label"])
        if value and role in ROLES:
            note = note.joined(labelled_value(role, value))
        elif value and role:
            days, kept = (value, {}) if role == "deadline" else ("", {match["label"]: value})
            note = note.joined(Answering(deadline=days, kept=kept))
    return note or None


def _role_of_label(label: str) -> str:
    """Return the role of a label; empty for a text that is none."""
    roles = vocabulary.load("notes")["labels"]
    return next((r for r in roles if vocabulary.pattern("notes", "labels", r).fullmatch(label)), "")


def is_text_label(title: str) -> bool:
    """Tell whether a title only says that it is the text: 工作内容."""
    return vocabulary.pattern("notes", "of_the_text").fullmatch(title) is not None


def opens_labelled(text: str) -> bool:
    """Tell whether a text opens with a label of a note: 牵头单位：."""
    return says().label.match(text) is not None


def without_label(text: str) -> str:
    """Return a paragraph without a label that only says that it is the text: 【工作任务】."""
    return says().text_label.sub("", text, count=1)


def headed_note(title: str, text: str, *, beside: bool) -> Answering | None:
    """Return the note that a heading and its text make together: 责任单位, 完成时限.

    Args:
        title: the heading without its number.
        text: what stands under it.
        beside: whether a heading above binds it to the measures beside it. Without one the text
            must say that it speaks of them: 以上工作由….

    >>> headed_note("完成时限", "2025年10月底前", beside=True).deadline
    '2025年10月底前'
    >>> headed_note("责任单位和时限", "以上工作由县乙局牵头，6月底前完成。", beside=False).lead
    '县乙局'
    """
    labels = re.split("[和及与、]", title)
    if not all(map(_role_of_label, labels)):
        return None
    said = _OF_THE_ABOVE.sub("", text)
    if not beside and said == text:
        return None
    note = _labelled(said) or told(said.rstrip("。"), marked=True)
    return note or (_labelled(f"{title}：{said}") if len(labels) == 1 else None)


@vocabulary.cached(256)
def said_by_heading(title: str) -> Answering:
    """Return who answers for all below a heading, or until when.

    >>> said_by_heading("县甲局牵头的任务（3项）").lead, said_by_heading("第一季度").deadline
    ('县甲局', '第一季度')
    """
    bare = _OF_ALL_BELOW.sub("", unnumbered(title).strip(SEPARATORS), count=1)
    if is_date(bare):
        return Answering(deadline=bare)
    listed = _listed(bare)
    if not all(map(is_sure, listed)):
        return NOTHING
    # An area of work is called like a body as well: 加油站, 学校.
    offices = all(
        is_certain(name) and (_LEVEL.match(name) or _OFFICE.search(name)) for name in listed
    )
    note = told(bare, marked=not offices)
    return note if note and not note.kept else NOTHING


# --- a note ------------------------------------------------------------------------------------


def told(text: str, *, marked: bool = False, deeds: bool = False) -> Answering | None:
    """Read a note without labels; None where it says anything else first, or names nobody.

    Args:
        text: what stands in the brackets, or on the line.
        marked: whether it must say what the bodies do (牵头, 配合, 负责).
        deeds: whether it may say for what they answer (甲局负责监督), as a sentence does too.

    >>> told("县甲局牵头，县乙局配合，6月底前完成").deadline
    '6月底前完成'
    """
    text = _OPENED.sub("", text.strip(SEPARATORS))
    dates, others, runs = _parted(text, deeds=deeds)
    if not runs:
        return Answering(deadline="，".join(dates)) if dates and not others and not marked else None
    does = any(item.role for run in runs for item in _items(run))
    # Bodies need no word of what they do where one is sure to be one: not （乡镇、街道）.
    sure = all(
        len(run) > 2 and names_bodies(run) and any(map(is_sure, _listed(run))) for run in runs
    )
    if not does and (marked or others or not sure):
        return None
    if others and not text.startswith(runs[0]):
        return None
    note = Answering(deadline="，".join(dates), kept={_OTHERS: "，".join(others)} if others else {})
    for run in runs:
        note = note.joined(_said("responsible", run))
    return note if note.names_bodies else None


def labelled_value(role: Role, value: str) -> Answering:
    """Read what stands behind a label of a role: 甲局，6月底前 or 甲局牵头，乙局配合."""
    dates, others, runs = _parted(value)
    if dates and runs and not others:
        note = Answering(deadline="，".join(dates))
        for run in runs:
            note = note.joined(_said(role, run))
        return note
    return _said(role, value)


def _parted(text: str, *, deeds: bool = False) -> tuple[list[str], list[str], list[str]]:
    """Part a text into its dates, what else it says, and its runs of clauses that name bodies."""
    dates: list[str] = []
    others: list[str] = []
    runs: list[str] = []
    open_from = -1  # where a run begins that the clause before belongs to
    for piece in _PIECE.finditer(text):
        clause = piece.group().strip(SEPARATORS)
        if not clause:
            continue
        deed = says().deed.match(clause) if deeds else None
        if is_date(clause):
            dates.append(clause)
        elif _names_some(clause) or (deed and names_bodies(deed["who"])):
            if open_from < 0:
                open_from = piece.start()
                runs.append("")
            runs[-1] = text[open_from : piece.end()].strip(SEPARATORS)
            continue
        else:
            others.append(clause)
        open_from = -1
    return dates, others, runs


def _names_some(clause: str) -> bool:
    """Tell whether a clause is a list of bodies, at least half known as such, the last one too."""
    last = _listed(clause)[-1]
    mark = closing_mark(clause, 0, len(clause), lexicon().says)
    return (
        len(clause) <= LONGEST
        and not _is_deed(clause)
        and not (mark and clause[mark.start] in "要应须需")  # 各部门要按职责负责 is a sentence
        and names_bodies(clause, every=False)
        and names_bodies(last)
    )


def _is_deed(text: str) -> bool:
    """Tell whether a text opens with a verb, which no body's name does."""
    return vocabulary.pattern("notes", "verbs").match(text) is not None


def opens_certain(text: str) -> bool:
    """Tell whether a text opens with what is a body's name wherever it stands."""
    return is_certain(_listed(text)[0])


def _listed(text: str) -> list[str]:
    return re.split("[、，,；;]", re.sub(r"[（(〔][^（()）〔〕]*[)）〕]", "", text))


def _items(text: str) -> list[Item]:
    return read_items(narrow(text), lexicon())


def _said(role: Role, text: str) -> Answering:
    """Return who has which role; `role` is that of bodies of which nothing is said."""
    persons = dict.fromkeys(match[1] for match in says().person.finditer(text))
    bodies = says().person.sub("", text).strip(SEPARATORS)  # 区财政局主要领导 speaks for it
    note = Answering(kept={"责任人": "、".join(persons)} if persons else {})
    items = _items(bodies)
    if not any(item.role for item in items):
        return with_role(role, bodies).joined(note)
    places = [place for place, character in enumerate(bodies) if not character.isspace()]
    runs: list[tuple[Role, int, int]] = []
    for item in items:
        said, start, end = item.role or role, places[item.start], places[item.end - 1] + 1
        between = bodies[runs[-1][2] : start] if runs else ""
        if runs and runs[-1][0] == said and not between.strip(SEPARATORS):
            runs[-1] = (said, runs[-1][1], end)
        else:
            runs.append((said, start, end))
    for said, start, end in runs:
        note = note.joined(with_role(said, bodies[start:end]))
    return note


def is_date(text: str) -> bool:
    """Tell whether a text is a date and little else: 6月底前完成, 长期坚持."""
    phrases = date_phrases(text) if len(text) <= 40 else []
    if not phrases:
        return False
    first = phrases[0]
    bare_year = (Moment("year", first.moments[0].year),) if first.moments else None
    if first.kind == "date" and not first.tail and first.moments == bare_year:
        return False  # （2024年） is no deadline.
    starts = [*(phrase.start for phrase in phrases), len(text)]
    ends = [0, *(phrase.end for phrase in phrases)]
    rest = "".join(text[end:start] for end, start in zip(ends, starts, strict=True))
    return says().beside_date.fullmatch(rest) is not None


# --- a sentence --------------------------------------------------------------------------------


def bodies_in(sentence: str) -> Answering:
    """Return who answers by the sentence itself: 由甲局牵头，乙局配合…; 各镇街负责…; 甲局：…."""
    note = NOTHING
    named = _ADDRESSED.match(sentence)
    if named and _opens_a_clause(named[1], by=False):
        note = with_role("responsible", named[1])
    done = 0
    for start in _CLAUSE_STARTS.finditer(sentence):
        match = says().deed.match(sentence, start.end()) if start.end() >= done else None
        if match is None or not _opens_a_clause(match["who"], by=start.group() == "由"):
            # All of a list, or none of it.
            free = start.end() >= done and not sentence[: start.end()].endswith("、")
            must = says().must.match(sentence, start.end()) if free else None
            if must and all(map(is_certain, _listed(must["who"]))):
                note, done = note.joined(with_role("responsible", must["who"])), must.end()
            continue
        clause = first_clause(sentence[match.end() :])
        if _WAY.search(clause):
            continue
        done = match.end()
        role: Role = "lead" if match["lead"] else "responsible"
        if match["together"]:
            if others := leading_bodies(clause):
                note = note.joined(Answering(lead=match["who"], assisting=others))
            continue
        note = note.joined(_said(role, match["who"]))
        helps = says().help.match(sentence, done) if role == "lead" else None
        if helps and names_bodies(helps["who"]) and not _is_deed(helps["who"]):
            role = "assisting" if helps["helps"] else "responsible"
            note = note.joined(with_role(role, helps["who"]))
            done = helps.end()
    return note


def _opens_a_clause(who: str, *, by: bool) -> bool:
    """Tell whether bodies are named in a sentence: not 健全指挥机构, nor a long clause."""
    if _is_deed(who) or not names_bodies(who, every=not by):
        return False
    return by or _LEVEL.match(who) is not None or opens_certain(who)
