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
from safeplan.models import Role
from safeplan.tasks.dates import Moment, date_phrases
from safeplan.text.clauses import first_clause
from safeplan.text.folding import narrow
from safeplan.vocabulary.grammar import one_of

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
_WHO = r"(?P<who>(?:[^，。；：“”《》\d由]|由(?=贸)){2,80}?)"
_NO_DEED = "(?!的|单位|部门|制(?!定|订|作)|人|同志|任|领导|科室|机构)"
"""牵头单位, 负责人, 责任制 are names."""


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
    says = any(item.role for run in runs for item in _items(run))
    if (marked or others) and not says:
        return None
    if others and not text.startswith(runs[0]):
        return None
    if not says and not all(_stands_alone(run) for run in runs):
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
    run: tuple[int, int] | None = None
    for piece in _PIECE.finditer(text):
        clause = piece.group().strip(SEPARATORS)
        if not clause:
            continue
        deed = _deed().match(clause) if deeds else None
        if not is_date(clause) and (_names_some(clause) or (deed and names_bodies(deed["who"]))):
            run = (run[0] if run else piece.start(), piece.end())
            continue
        if run:
            runs.append(text[run[0] : run[1]])
            run = None
        (dates if is_date(clause) else others).append(clause)
    if run:
        runs.append(text[run[0] : run[1]])
    return dates, others, [found.strip(SEPARATORS) for found in runs]


def _names_some(clause: str) -> bool:
    """Tell whether a clause is a list of bodies, at least half known as such, the last one too."""
    last = _listed(clause)[-1]
    mark = closing_mark(clause, 0, len(clause), lexicon().says)
    return (
        len(clause) <= LONGEST
        and not vocabulary.pattern("notes", "verbs").match(clause)
        and not (mark and clause[mark.start] in _MUST)
        and names_bodies(clause, every=False)
        and names_bodies(last)
    )


def _stands_alone(run: str) -> bool:
    """Tell whether bodies need no word of what they do: not （乡镇、街道）."""
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
    bodies, persons = _without_persons(text)
    note = Answering(kept={"责任人": persons} if persons else {})
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


def _without_persons(value: str) -> tuple[str, str]:
    """Return the bodies of a list, and the persons who speak for them: 区财政局主要领导."""
    persons: list[str] = []

    def left_out(match: re.Match[str]) -> str:
        persons.append(match[1])
        return ""

    bodies = _person().sub(left_out, value)
    return bodies.strip(SEPARATORS), "、".join(dict.fromkeys(persons))


def is_date(text: str) -> bool:
    """Tell whether a text is a date and little else: 6月底前完成, 长期坚持."""
    phrases = date_phrases(text)
    if not phrases or len(text) > _LONGEST_DATE:
        return False
    first = phrases[0]
    bare_year = (Moment("year", first.moments[0].year),) if first.moments else None
    if first.kind == "date" and not first.tail and first.moments == bare_year:
        return False  # （2024年） is no deadline.
    rest, at = "", 0
    for phrase in phrases:
        rest += text[at : phrase.start]
        at = phrase.end
    return _beside_dates().fullmatch(rest + text[at:]) is not None


# --- a sentence --------------------------------------------------------------------------------


def bodies_in(sentence: str) -> Answering:
    """Return who answers by the sentence itself: 由甲局牵头，乙局配合…; 各镇街负责…; 甲局：…."""
    note = NOTHING
    named = _ADDRESSED.match(sentence)
    if named and _opens_a_clause(named[1], by=False):
        note = with_role("responsible", named[1])
    done = 0
    for start in _CLAUSE_STARTS.finditer(sentence):
        match = _deed().match(sentence, start.end()) if start.end() >= done else None
        if match is None or not _opens_a_clause(match["who"], by=start.group() == "由"):
            continue
        clause = first_clause(sentence[match.end() :])
        if _WAY.search(clause):
            continue
        done = match.end()
        role: Role = "lead" if match["lead"] else "responsible"
        if match["together"]:
            others = leading_bodies(clause)
            if not others:
                continue
            note = note.joined(Answering(lead=match["who"], assisting=others))
            continue
        note = note.joined(_said(role, match["who"]))
        helps = _help().match(sentence, done) if role == "lead" else None
        if (
            helps
            and names_bodies(helps["who"])
            and not vocabulary.pattern("notes", "verbs").match(helps["who"])
        ):
            note = note.joined(
                with_role("assisting" if helps["helps"] else "responsible", helps["who"])
            )
            done = helps.end()
    return note


def _opens_a_clause(who: str, *, by: bool) -> bool:
    """Tell whether bodies are named in a sentence: not 健全指挥机构, nor a long clause."""
    if vocabulary.pattern("notes", "verbs").match(who) or not names_bodies(who, every=not by):
        return False
    return by or _LEVEL.match(who) is not None or opens_certain(who)


@vocabulary.cached()
def _deed() -> re.Pattern[str]:
    """Match bodies at the opening of a clause, and the word that says that they answer."""
    marks = vocabulary.load("bodies")["roles"]["marks"]
    around = f"(?:{one_of(marks['before'])}|{marks['by']})"
    together = one_of(marks["together"])
    # 统筹发展和安全 leads nothing.
    lead = one_of([word for word in marks["lead"] if word not in marks["before"]])
    return re.compile(
        rf"{_WHO}(?:(?:要|应|须|和)?(?P<together>{together})"
        rf"|{around}{{0,2}}(?:(?P<lead>{lead})|(?P<does>负责)|(?P<shared>{marks['shared']})))"
        rf"{_NO_DEED}"
    )


@vocabulary.cached()
def _help() -> re.Pattern[str]:
    """Match the bodies beside the one that leads, and what they do."""
    marks = vocabulary.load("bodies")["roles"]["marks"]
    around = f"(?:{one_of(marks['before'])}|{marks['by']})"
    return re.compile(
        rf"(?:[^，。；：“”《》、]{{0,12}}(?=，))?[，、,；]?{_WHO}{around}{{0,2}}(?:(?P<helps>{one_of(marks['assisting'])})"
        rf"|{one_of(marks['responsible'])}|{marks['duty']}){_NO_DEED}"
    )


@vocabulary.cached()
def _person() -> re.Pattern[str]:
    words = "|".join(vocabulary.load("notes")["persons"])
    return re.compile(rf"(?<=[\u4e00-\u9fff）)])((?:{words}))(?=[、，,；;。]|$)")


@vocabulary.cached()
def _beside_dates() -> re.Pattern[str]:
    return re.compile(f"(?:{'|'.join(vocabulary.load('notes')['beside_dates'])}){{0,8}}")
