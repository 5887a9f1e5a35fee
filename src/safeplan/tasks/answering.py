"""Who answers, and until when, by the words themselves: 甲局牵头，乙局配合，6月底前完成.

A note without labels is told by what it names: bodies with 牵头, 配合 or 负责 behind them, a date, and
nothing else. A sentence may say it too (由甲局牵头…, 各镇街负责…, 甲局会同乙局…): there the bodies open
a clause, and what they do follows.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from safeplan import vocabulary
from safeplan.bodies.items import Item, read_items
from safeplan.bodies.listing import is_certain, is_sure, leading_bodies, names_bodies
from safeplan.bodies.names import lexicon
from safeplan.bodies.roles import closing_mark
from safeplan.models import ROLES, Role
from safeplan.tasks.dates import Moment, date_phrases
from safeplan.text.clauses import first_clause
from safeplan.text.folding import narrow
from safeplan.vocabulary.grammar import Grammar, one_of

LONGEST = 400
"""Characters of a note; what is longer is prose."""
SEPARATORS = "，,；;、。.：: \u3000|*"
_LONGEST_DATE = 40
_OTHERS = "其他"
"""Under this a note keeps what it says besides bodies and dates."""
_PIECE = re.compile(r"(?:[^，,；;。：:（(〔)）〕]|[（(〔][^（()）〔〕]*[)）〕])+")
"""A clause of a note; the commas in brackets are no ends of it."""
_BRACKETED = re.compile(r"[（(〔][^（()）〔〕]*[)）〕]")
_MUST = "要应须需"
"""各部门要按职责负责 is a sentence and no note."""
_OPENED = re.compile(r"^(?:(?:以上|上述|此项|该项|本项)[^，、由]{0,6})?(?:主要)?(?:由|请)")
_LEVEL = re.compile(r"[省市区县旗州盟镇乡村街各国驻属本有相沿其]")
_ADDRESSED = re.compile(r"([^，。；：:“”《》\d]{2,60})[:：]")
_WAY = re.compile("的(?:工作)?(?:机制|体系|格局|模式|制度|方式)")
"""由区领导牵头包联的机制 is a way of working, and gives nobody a task."""
_CLAUSE_STARTS = re.compile("^|(?<=[，。；：:、,;])|由")


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
    if not does and (marked or others or not all(map(_is_sure_list, runs))):
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
        and not (mark and clause[mark.start] in _MUST)
        and names_bodies(clause, every=False)
        and names_bodies(last)
    )


def _is_deed(text: str) -> bool:
    """Tell whether a text opens with a verb, which no body's name does."""
    return vocabulary.pattern("notes", "verbs").match(text) is not None


def _is_sure_list(run: str) -> bool:
    return len(run) > 2 and names_bodies(run) and any(map(is_sure, _listed(run)))


def opens_certain(text: str) -> bool:
    """Tell whether a text opens with what is a body's name wherever it stands."""
    return is_certain(_listed(text)[0])


def _listed(text: str) -> list[str]:
    return re.split("[、，,；;]", _BRACKETED.sub("", text))


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
    phrases = date_phrases(text)
    if not phrases or len(text) > _LONGEST_DATE:
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
