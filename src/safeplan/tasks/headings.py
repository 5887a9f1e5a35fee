"""What a heading is: a title before its text, of aims, of the past, of how the work is run.

Official documents print 健全责任。落实述职。 or 强化监管：开展检查。: a first sentence that is the title,
and what it asks for. A note behind the title is of all below it. What a part is for is told by its
heading; the words are data (`vocabulary/prose.toml`, `vocabulary/plans.toml`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial

from safeplan import vocabulary
from safeplan.tasks.layout import Layout
from safeplan.tasks.notes import BULLETS, NOTHING, Answering, split_notes
from safeplan.vocabulary.grammar import Grammar

_LONGEST_TITLE = 45
LONGEST_UNBROKEN_TITLE = 60
_LONGEST_OWN_TITLE = 25
prose_words = partial(vocabulary.pattern, "prose")
"""Match any of a list of `prose.toml`."""
ends = partial(vocabulary.pattern, "plans", "ends")
"""Match a line after which the body is over (`matter`), or that has no text (`no_text`)."""
"""Marks of the items of a list, with those of Markdown."""


@dataclass(frozen=True)
class Opening:
    """A numbered paragraph, taken apart."""

    title: str
    printed_title: str = ""
    """The title with its stop."""
    text: str = ""
    """What follows it; empty for a heading."""
    note: Answering = NOTHING
    """What stands behind a title and is of all below it."""


def opening_of(rest: str) -> Opening:
    """Part a numbered paragraph into its title, its text, and the note behind its title.

    >>> opening_of("健全责任（甲局牵头）。落实述职。").title
    '健全责任'
    """
    first, *others = split_notes(rest) or [rest]
    if isinstance(first, Answering):
        return Opening("", text=rest)
    title, body = _title_and_body(first)
    if body:
        text = rest.removeprefix(title).lstrip("。：: ") if title else rest
        return Opening(title, rest[: len(rest) - len(text)].strip() if title else "", text)
    if not others:
        unfinished = rest.endswith(("，", "、", ","))
        return Opening("", text=rest) if unfinished else Opening(title)
    match others:
        case [Answering() as note] if not first.endswith("。"):
            return Opening(first if note.names_bodies else rest, note=note)
        case [Answering() as note, str(text)] if title:
            # A stage keeps its days: 排查阶段（3月1日至3月31日）.
            printed = rest[: rest.index(text)]
            if note.names_bodies:
                return Opening(title, f"{title}。", text, note)
            return Opening(printed.rstrip("。：: "), printed, text, note)
    return Opening("", text=rest)


def _title_and_body(rest: str) -> tuple[str, str]:
    """Split a numbered paragraph into its title sentence and its text; either may be empty.

    >>> _title_and_body("强化监管：开展检查。严肃问责。")
    ('强化监管', '开展检查。严肃问责。')
    """
    if match := says().title_before_colon.match(rest):
        return match[1], rest[match.end() :]
    whole = says().first_sentence.match(rest)
    at = whole.end() - 1 if whole else rest.find("。")
    title, body = (rest[:at], rest[at + 1 :]) if at >= 0 else (rest, "")
    longest = _LONGEST_TITLE if re.search("[，；,;]", title) else LONGEST_UNBROKEN_TITLE
    if body and len(title) <= longest:
        return title, body
    # A short line of one sentence, or without any stop, is a heading.
    if len(rest) <= _LONGEST_TITLE and (at < 0 or "，" not in rest):
        return title, ""
    return "", rest


def own_title(text: str) -> str:
    """Return the title sentence that opens an unnumbered paragraph, empty for none.

    >>> own_title("燃气电力。开展燃气油气安全专项整治，全面排查。")
    '燃气电力'
    """
    title, _, body = text.lstrip(BULLETS).partition("。")
    plain = len(title) <= _LONGEST_OWN_TITLE and not re.search("[，；：,;:]", title)
    return title if body and plain else ""


# --- what a part is for ------------------------------------------------------------------------


def is_status(titles: Iterable[str]) -> bool:
    """Tell whether a heading, or one above it, reports the past or the situation.

    Such a part is silent to its last paragraph; a preamble only in its own paragraphs, since a
    part may be headed 指导思想、基本原则和主要目标 and the goals among them do commit.
    """
    return any(says().status.fullmatch(title) for title in titles if title)


def closing_lines(layout: Layout) -> set[int]:
    """Return the paragraphs that end a part and ask for its reports: 各镇街要于每月25日前…."""
    found: set[int] = set()
    at_end = True  # nothing numbered stands below, up to the part's end
    apart = {*layout.annexes, *layout.schemes, *layout.signed, *layout.listed}
    for at in range(len(layout.lines) - 1, layout.body - 1, -1):
        if at in apart or ends("matter").fullmatch(layout.lines[at]):
            at_end = True
        elif layout.numbers[at][1]:
            at_end = False
        elif at_end and says().closing.match(layout.lines[at]):
            found.add(at)
    return found


def organises(titles: list[str]) -> bool:
    """Tell whether one of the headings is of how, where or when the work is run."""
    kinds = prose_words("organisation"), prose_words("scope")
    return any(kind.fullmatch(title) for kind in kinds for title in titles if title)


def describes(title: str, text: str) -> bool:
    """Tell whether a paragraph under 防治重点 only says where or when danger is greatest."""
    sentences = filter(None, re.split("[。；]", text))
    return prose_words("weighty").search(title) is not None and all(
        prose_words("describes").search(sentence) for sentence in sentences
    )


def is_aims(titles: list[str]) -> bool:
    """Tell whether paragraphs stand under aims and principles; the nearest heading decides."""
    preamble = vocabulary.pattern("plans", "parts", "preamble")
    for title in reversed(titles):
        if preamble.search(title) or prose_words("aims").search(title):
            return True
        if vocabulary.load("prose")["goals"] in title:
            return False
    return False


@vocabulary.cached()
def says() -> Grammar:
    """Return the patterns of prose, over the words in force."""
    words = vocabulary.load("prose")
    calls = "|".join(words["calls"])
    closing = "|".join(words["closing"]).replace("{calls}", calls)
    return Grammar("prose", words | vocabulary.load("plans")["status"], closing=closing)
