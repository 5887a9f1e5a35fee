"""Who answers for a sentence of prose, and until when: the notes beside it.

Prose says it in brackets behind a sentence (（牵头单位：…；责任单位：…；完成时限：…）, 〔甲局牵头，乙局配合〕,
（甲局、乙局按职责分工负责）), on lines of their own (责任单位：…), or in the sentence itself (由甲局牵头…).
The words are data (`vocabulary/notes.toml`); that a text is a note is told by its labels, or by
what it names: bodies with 牵头, 配合 or 负责 behind them, a date, and nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import Literal

from safeplan import vocabulary
from safeplan.bodies import looks_like_bodies
from safeplan.tasks.dates import DatePhrase, Moment, date_phrases

Role = Literal["lead", "responsible", "assisting"]

_LONGEST = 400
_LONGEST_NAME = 30
_CERTAIN_LABEL = 4
"""A label so long needs nothing before it: 区甲局完成时限：6月."""
_OPENING, _CLOSING = "（(〔［[【{〈", "）)〕］]】}〉"
_SEPARATORS = "，,；;、。.：: \u3000|*"
_ADDRESSED = re.compile(r"([^，。；：:“”《》\d]{2,60})[:：]")
_COLON = re.compile("[：:】]")
_STOPS = "。！？!?；;”’"
_SPLIT = re.compile(r"[、，,；;\s]+|[和及与](?=[各有相省市区县镇])")
_LEVEL = re.compile(r"[省市区县旗州盟镇乡村街各国驻属本有相沿其]")


@dataclass(frozen=True)
class Note:
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

    def joined(self, other: Note) -> Note:
        """Return both notes as one: 责任单位 on one line, 完成时限 on the next."""
        return Note(
            _both(self.lead, other.lead),
            _both(self.responsible, other.responsible),
            _both(self.assisting, other.assisting),
            _both(self.deadline, other.deadline),
            {**self.kept, **other.kept},
        )

    def over(self, above: Note) -> Note:
        """Return this note with what the heading's says where this one is silent."""
        who = self if self.names_bodies else above
        return Note(
            who.lead,
            who.responsible,
            who.assisting,
            self.deadline or above.deadline,
            {**above.kept, **self.kept},
        )


NOTHING = Note()


def _both(first: str, second: str) -> str:
    """Return both texts, one of them where it says the same as the other."""
    return "；".join(dict.fromkeys(filter(None, (first, second))))


@lru_cache(maxsize=256)
def split_notes(text: str) -> tuple[str | Note, ...]:
    """Split a paragraph into its texts and the notes behind them.

    >>> split_notes("排查隐患。（区应急局牵头）整改隐患。")
    ('排查隐患。', Note(lead='区应急局', ...), '整改隐患。')
    """
    pieces: list[str | Note] = []
    done = 0
    for start, end, note in _notes_in(text):
        if text[done:start].strip():
            pieces.append(text[done:start].strip())
        if pieces and isinstance(pieces[-1], Note):
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
        and (span[-1] not in _CLOSING or _OPENING.index(span[0]) != _CLOSING.index(span[-1]))
    ]


def note_line(text: str) -> Note | None:
    """Return the note that a paragraph is as a whole, None where it says anything else."""
    text = text.strip(" \u3000*")
    while len(text) > 2 and text[0] in _OPENING and text[-1] in _CLOSING + "。":
        inner = text[1:].rstrip("。")[:-1] if text[-1] == "。" else text[1:-1]
        if inner.rstrip() and _closing(text, 0) != len(text.rstrip("。")) - 1:
            break
        text = inner.strip()
        if note := _read(text):
            return note
        return None
    if opens_labelled(text) or len(text) <= _LONGEST // 2:
        return _labelled(text) or _tailed(text.rstrip("。"))
    return None


def bodies_in(sentence: str) -> Note:
    """Return who answers by the sentence itself: 由甲局牵头，乙局配合…; 各镇街负责…; 甲局：…."""
    note = NOTHING
    named = _ADDRESSED.match(sentence)
    if named and _plain_bodies(named[1], sure=False):
        note = Note(responsible=named[1])
    for match in _label_inside().finditer(sentence):
        if names_bodies(match["who"], every=False):
            note = note.joined(_with_role(_role_of_label(match["label"]), match["who"]))
    for match in _said_inside().finditer(sentence):
        who, tail = match["who"], match["tail"]
        clause = re.split("[，,。；;：:]", sentence[match.end() :], maxsplit=1)[0]
        if re.search("的(机制|体系|格局|模式|制度|工作|方式)", clause) or not _plain_bodies(
            who, sure=bool(match["by"])
        ):
            continue
        role = _role_of(tail)
        note = note.joined(_said(role, who))
        following = _assisting_inside().match(sentence, match.end())
        if role == "lead" and following and _plain_bodies(following["who"], sure=True):
            beside = _role_of(following["tail"])
            # 各镇街负责 is found by itself, 经开区管委会负责 only here.
            alone = following["tail"].startswith("负责")
            if not (alone and _plain_bodies(following["who"], sure=False)):
                note = note.joined(_with_role(beside, following["who"]))
    return note


def names_bodies(text: str, *, every: bool = True) -> bool:
    """Tell whether a text is a list of bodies.

    >>> names_bodies("区应急局、各镇街"), names_bodies("含园区、在建工地")
    (True, False)
    """
    text = re.sub(r"[（(〔［\[][^（()）]{0,60}[）)〕］\]]", "", text).strip(_SEPARATORS)
    parts = [part for part in _SPLIT.split(text) if part]
    if not parts or len(text) > _LONGEST:
        return False
    named = [
        part
        for part in parts
        if len(part) <= _LONGEST_NAME and (_body().search(part) or looks_like_bodies(part))
    ]
    return len(named) == len(parts) if every else 2 * len(named) >= len(parts)


# --- where notes stand ------------------------------------------------------------------------


def _notes_in(text: str) -> Iterator[tuple[int, int, Note]]:
    """Yield the notes of a paragraph with the span each takes, brackets included."""
    at = 0
    while match := _candidate().search(text, at):
        at = match.start()
        label = _label().match(text, at)
        end = _closing(text, at) if text[at] in _OPENING else at
        # 【牵头单位：甲局；责任单位：乙局】 has its labels inside, 【牵头单位】甲局 is one.
        if text[at] in _OPENING and (label is None or label.end() <= end):
            inside = text[at + 1 : end].strip()
            note = _bracketed(text, at, end, inside) if 1 < len(inside) <= _LONGEST else None
            end = min(end + 1, len(text))
        else:
            end = _end_of_labelled(text, label.end()) if label else at
            note = _labelled(text[at:end]) if label else None
        if note:
            yield at, end, note
        at = end if note else at + 1


def _closing(text: str, at: int) -> int:
    """Return where the bracket at `at` closes, of whatever pair; the end where it never does."""
    depth = 0
    for index in range(at, min(len(text), at + _LONGEST + 2)):
        if text[index] in _OPENING:
            depth += 1
        elif text[index] in _CLOSING:
            depth -= 1
            if depth == 0:
                return index
    return len(text)


def _bracketed(text: str, at: int, close: int, inside: str) -> Note | None:
    if note := _labelled(inside):
        return note
    if close >= len(text):
        return None
    before, after = text[at - 1 : at], text[close + 1 :].lstrip()[:1]
    if before not in _STOPS + "，," and after not in ("", *_SEPARATORS):
        return None
    if note := _tailed(inside):
        return note
    # Bare bodies or a bare date say something only behind a whole sentence; a last day anywhere.
    note = _bare(inside)
    if note and not (
        before in "。！？；;" or not after or (note.deadline and not note.names_bodies)
    ):
        return None
    return note


def _end_of_labelled(text: str, at: int) -> int:
    """Return where a note without brackets ends: with its sentence, and labelled ones behind it."""
    while True:
        stop = re.compile("[。！？]").search(text, at)
        if stop is None:
            return len(text)
        at = stop.end()
        following = _label().match(text, at)
        if following is None:
            return at
        at = following.end()


# --- what notes say ---------------------------------------------------------------------------


def _read(text: str) -> Note | None:
    return _labelled(text) or _tailed(text) or _bare(text)


def _labelled(text: str) -> Note | None:
    """Read 牵头单位：甲局；责任单位：乙局；完成时限：6月底前."""
    if not _COLON.search(text):
        return None
    labels = [
        match
        for match in _label().finditer(text)
        if match.start() == 0
        or len(match["label"]) >= _CERTAIN_LABEL
        or text[match.start() - 1] in _SEPARATORS + "】])）"
    ]
    if not labels:
        return None
    note = NOTHING
    before = text[: labels[0].start()].strip(_SEPARATORS)
    if before:
        read = _tailed(before) or _bare(before)
        if read is None:
            return None
        note = read
    for match, following in zip(labels, [*labels[1:], None], strict=True):
        value = _trimmed(text[match.end() : following.start() if following else None])
        if not value:
            continue
        note = note.joined(_of_label(match["label"], value))
    return note or None


def _trimmed(value: str) -> str:
    """Return a label's value without separators and without half a pair of brackets."""
    value = value.strip(_SEPARATORS).rstrip("（(〔[【").rstrip(_SEPARATORS)
    if value.endswith(("）", ")")) and value.count("（") + value.count("(") == 0:
        value = value[:-1]
    return value


def _role_of_label(label: str) -> str:
    return next(role for role, pattern in _roles() if pattern.fullmatch(label))


def is_text_label(title: str) -> bool:
    """Tell whether a title only says that it is the text: 工作内容."""
    return re.fullmatch(vocabulary.load("notes")["of_the_text"], title) is not None


def opens_labelled(text: str) -> bool:
    """Tell whether a text opens with a label of a note: 牵头单位：."""
    return _label().match(text) is not None


def without_label(text: str) -> str:
    """Return a paragraph without a label that only says that it is the text: 【工作任务】."""
    return _text_label().sub("", text, count=1)


def headed_note(title: str, text: str) -> Note | None:
    """Return the note that a heading and its text make together: 责任单位, 完成时限.

    >>> headed_note("完成时限", "2025年10月底前").deadline
    '2025年10月底前'
    """
    if not any(pattern.fullmatch(title) for _, pattern in _roles()):
        return None
    return _labelled(text) or _labelled(f"{title}：{text}")


def _of_label(label: str, value: str) -> Note:
    role = _role_of_label(label)
    if role == "kept":
        return Note(kept={label: value})
    if role == "deadline":
        return Note(deadline=value)
    if tailed := _tailed(value):
        return tailed  # 责任单位：甲局牵头，乙局配合.
    comma = max(value.rfind(mark) for mark in "，,；;")
    if comma > 0 and is_date(value[comma + 1 :]):
        dated = Note(deadline=value[comma + 1 :].strip())
        return _of_label(label, value[:comma].strip(_SEPARATORS)).joined(dated)
    bodies, persons = _without_persons(value)
    return _with_role(role, bodies).joined(Note(kept={"责任人": persons} if persons else {}))


def _without_persons(value: str) -> tuple[str, str]:
    """Return the bodies of a list, and the persons who speak for them: 区财政局主要领导."""
    persons: list[str] = []

    def left_out(match: re.Match[str]) -> str:
        persons.append(match[1])
        return ""

    bodies = _person().sub(left_out, value)
    return bodies.strip(_SEPARATORS), "、".join(dict.fromkeys(persons))


def _tailed(text: str) -> Note | None:
    """Read 甲局牵头，乙局、丙局配合; None where anything stands there that is no body and no date."""
    if not _any_tail().search(text):
        return None
    note, at = NOTHING, 0
    rest = re.sub(r"^(?:由|请|主要由|以上由)", "", text.strip())
    while at < len(rest):
        match = _tail().match(rest, at)
        if match is None:
            break
        who = match["who"].strip(_SEPARATORS).removeprefix("由")
        dated, who = _date_before(who)
        if not names_bodies(who, every=False) or not names_bodies(_SPLIT.split(who)[-1]):
            return None
        bodies, persons = _without_persons(who)
        note = note.joined(_said(_role_of(match["tail"]), bodies))
        note = note.joined(Note(deadline=dated, kept={"责任人": persons} if persons else {}))
        at = match.end()
    left = rest[at:].strip(_SEPARATORS)
    if not note.names_bodies:
        return None
    if left:
        more = _bare(left)
        return note.joined(more) if more else None
    return note


def _date_before(who: str) -> tuple[str, str]:
    """Part a date from the bodies behind it: 6月底前，区应急局."""
    first, comma, rest = who.partition("，")
    return (first, rest) if comma and is_date(first) else ("", who)


def _bare(text: str) -> Note | None:
    """Read a note without any word of its kind: bodies alone, a date alone, or both."""
    text = text.strip(_SEPARATORS)
    if is_date(text):
        return Note(deadline=text)
    for first, second in _halves(text):
        if is_date(second) and _bare_bodies(first):
            return Note(responsible=first, deadline=second)
        if is_date(first) and _bare_bodies(second):
            return Note(responsible=second, deadline=first)
    return Note(responsible=text) if _bare_bodies(text) else None


def _halves(text: str) -> Iterator[tuple[str, str]]:
    """Yield a text parted at its first and at its last comma."""
    for mark in "；;，,":
        for parted in (text.partition(mark), text.rpartition(mark)):
            if parted[1]:
                yield parted[0].strip(_SEPARATORS), parted[2].strip(_SEPARATORS)


def _bare_bodies(text: str) -> bool:
    """Tell whether a text is bodies and no other names: not （乡镇、街道）."""
    parts = [part for part in _SPLIT.split(text) if part]
    told = _LEVEL.match(text) is not None or all(len(part) > 2 for part in parts)
    return len(text) > 2 and told and names_bodies(text) and not _verb().match(text)


def is_date(text: str) -> bool:
    """Tell whether a text is a date and little else: 6月底前完成, 长期坚持."""
    phrases = date_phrases(text)
    if not phrases or len(text) > 40:
        return False
    first = phrases[0]
    if first.kind == "date" and not first.tail and first.moments == (_bare_year(first),):
        return False  # （2024年） is no deadline.
    rest, at = "", 0
    for phrase in phrases:
        rest += text[at : phrase.start]
        at = phrase.end
    return _beside_dates().fullmatch(rest + text[at:]) is not None


def _bare_year(phrase: DatePhrase) -> Moment:
    return Moment("year", phrase.moments[0].year)


def _plain_bodies(who: str, *, sure: bool) -> bool:
    """Tell whether bodies are named in a sentence: not 健全指挥机构, nor a long clause."""
    who = who.strip(_SEPARATORS)
    if _verb().match(who):
        return False
    return names_bodies(who, every=not sure) and (sure or _LEVEL.match(who) is not None)


def _said(role: Role, who: str) -> Note:
    """Return who has which role: of 县住建局会同各乡镇负责 the first leads."""
    first, others = next(
        (
            (first, others)
            for word in vocabulary.load("notes")["with"]
            for first, found, others in [who.partition(word)]
            if found and names_bodies(first) and names_bodies(others) and _joins(word, others)
        ),
        (who, ""),
    )
    return Note(lead=first, assisting=others) if others else _with_role(role, first)


def _joins(word: str, others: str) -> bool:
    """Tell whether a word stands between two bodies and is no part of one: 区商务局."""
    return len(word) > 1 or _LEVEL.match(others) is not None


def _with_role(role: str, who: str) -> Note:
    return Note(
        lead=who if role == "lead" else "",
        responsible=who if role == "responsible" else "",
        assisting=who if role == "assisting" else "",
    )


def _role_of(tail: str) -> Role:
    roles: tuple[Role, ...] = ("lead", "assisting", "responsible")
    return next(role for role in roles if _tail_of(role).fullmatch(tail))


@cache
def _roles() -> list[tuple[str, re.Pattern[str]]]:
    labels: dict[str, list[str]] = vocabulary.load("notes")["labels"]
    return [(role, re.compile("|".join(words))) for role, words in labels.items()]


@cache
def _label() -> re.Pattern[str]:
    """Match a label with its colon: 牵头单位：, 【责任单位】, **完成时限**：."""
    labels: dict[str, list[str]] = vocabulary.load("notes")["labels"]
    words = "|".join(word for words in labels.values() for word in words)
    return re.compile(rf"[【\[*]{{0,2}}(?P<label>{words})(?:[】\]*]{{0,2}}\s?[:：]|[】\]])")


@cache
def _candidate() -> re.Pattern[str]:
    """Match where a note can begin: a bracket, or a label at the opening of a sentence."""
    labels: dict[str, list[str]] = vocabulary.load("notes")["labels"]
    words = "|".join(word for words in labels.values() for word in words)
    brackets = re.escape(_OPENING)
    return re.compile(
        rf"[{brackets}]|(?:^|(?<=[{re.escape(_STOPS)} \u3000*]))\*{{0,2}}(?:{words})\*{{0,2}}\s?[:：]"
    )


@cache
def _label_inside() -> re.Pattern[str]:
    """Match 责任单位为甲局、乙局 in a sentence."""
    labels: dict[str, list[str]] = vocabulary.load("notes")["labels"]
    words = "|".join(word for role in ("lead", "assisting", "responsible") for word in labels[role])
    return re.compile(
        rf"(?<=[，。；,;])(?P<label>{words})(?:分别)?[为是](?P<who>[^，。；\d]{{2,100}})"
    )


@cache
def _text_label() -> re.Pattern[str]:
    words = vocabulary.load("notes")["of_the_text"]
    return re.compile(rf"^(?:[【\[](?:{words})[】\]]\s*[:：]?|(?:{words})[:：])\s*")


@cache
def _any_tail() -> re.Pattern[str]:
    tails: dict[str, list[str]] = vocabulary.load("notes")["tails"]
    return re.compile("|".join(word for words in tails.values() for word in words))


@cache
def _tail() -> re.Pattern[str]:
    tails: dict[str, list[str]] = vocabulary.load("notes")["tails"]
    words = "|".join(word for words in tails.values() for word in words)
    return re.compile(
        rf"[，,；;、。\s]*(?P<who>[^。]{{2,{_LONGEST}}}?)(?P<tail>{words})(?=[，,；;、。\s]|$)"
    )


@cache
def _tail_of(role: Role) -> re.Pattern[str]:
    return re.compile("|".join(vocabulary.load("notes")["tails"][role]))


@cache
def _said_inside() -> re.Pattern[str]:
    tails = vocabulary.load("notes")["tails"]
    lead = "|".join(tails["lead"])
    return re.compile(
        rf"(?:(?P<by>由)|(?:(?<=^)|(?<=[，。；：:;、])))(?P<who>[^，。；：“”《》\d]{{2,80}}?)"
        rf"(?P<tail>{lead}|负责)(?!的|单位|部门|制|人|同志|任|领导|科室|机构)"
    )


@cache
def _assisting_inside() -> re.Pattern[str]:
    tails = vocabulary.load("notes")["tails"]
    words = "|".join([*tails["assisting"], *tails["responsible"]])
    return re.compile(
        rf"[，、,；]?(?P<who>[^，。；：“”《》\d]{{2,80}}?)(?P<tail>{words})(?!的|单位|部门|机制|人)"
    )


@cache
def _body() -> re.Pattern[str]:
    endings: list[str] = vocabulary.load("cells")["body_endings"]
    words = "|".join(sorted(endings, key=len, reverse=True))
    return re.compile(
        rf"(?:{words}|各.{{0,7}}[^要应须需均都]|(?:有关|相关).{{1,8}})(?:等(?:部门|单位|地)?)?$"
    )


@cache
def _person() -> re.Pattern[str]:
    words = "|".join(vocabulary.load("notes")["persons"])
    return re.compile(rf"(?<=[\u4e00-\u9fff）)])((?:{words}))(?=[、，,；;。]|$)")


@cache
def _verb() -> re.Pattern[str]:
    return re.compile("|".join(vocabulary.load("notes")["verbs"]))


@cache
def _beside_dates() -> re.Pattern[str]:
    return re.compile(f"(?:{'|'.join(vocabulary.load('notes')['beside_dates'])}){{0,8}}")
