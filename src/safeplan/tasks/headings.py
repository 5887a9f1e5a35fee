"""What a heading is: a title before its text, of aims, of the past, of how the work is run.

Official documents print 健全责任。落实述职。 or 强化监管：开展检查。: a first sentence that is the title,
and what it asks for. A note behind the title is of all below it. What a part is for is told by its
heading; the words are data (`vocabulary/prose.toml`, `vocabulary/plans.toml`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from safeplan import vocabulary
from safeplan.tasks.answering import NOTHING, Answering
from safeplan.tasks.notes import split_notes
from safeplan.tasks.parts import Parts
from safeplan.text.numbering import number_of

_LONGEST_TITLE = 45
LONGEST_UNBROKEN_TITLE = 60
_LONGEST_OWN_TITLE = 25
_FIRST_SENTENCE = re.compile(r"((?:[^。“《（(]|“[^”]*”|《[^》]*》|（[^（）]*）|\([^()]*\))*)。")
_TITLE_BEFORE_COLON = re.compile(r"([^。，；：:、“《（(]{2,20})[：:](?=.)")
BULLETS = "—-·•●■◆ "


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
    note, *following = others
    if isinstance(note, Answering) and not following and not first.endswith("。"):
        return Opening(first if note.names_bodies else rest, note=note)
    if (
        isinstance(note, Answering)
        and len(following) == 1
        and isinstance(following[0], str)
        and title
    ):
        # A stage keeps its days: 排查阶段（3月1日至3月31日）.
        printed = rest[: rest.index(following[0])]
        if note.names_bodies:
            return Opening(title, f"{title}。", following[0], note)
        return Opening(printed.rstrip("。：: "), printed, following[0], note)
    return Opening("", text=rest)


def _title_and_body(rest: str) -> tuple[str, str]:
    """Split a numbered paragraph into its title sentence and its text; either may be empty.

    >>> _title_and_body("强化监管：开展检查。严肃问责。")
    ('强化监管', '开展检查。严肃问责。')
    """
    if match := _TITLE_BEFORE_COLON.match(rest):
        return match[1], rest[match.end() :]
    if match := _FIRST_SENTENCE.match(rest):
        title, stop, body = match[1], "。", rest[match.end() :]
    else:
        title, stop, body = rest.partition("。")
    longest = _LONGEST_TITLE if re.search("[，；,;]", title) else LONGEST_UNBROKEN_TITLE
    if body and len(title) <= longest:
        return title, body
    if len(rest) <= _LONGEST_TITLE and not stop:
        return rest, ""
    if len(rest) <= _LONGEST_TITLE and "，" not in rest:
        return title, ""
    return "", rest


def own_title(text: str) -> tuple[str, str]:
    """Return the title sentence that opens an unnumbered paragraph, and the rest.

    >>> own_title("燃气电力。开展燃气油气安全专项整治，全面排查。")
    ('燃气电力', '开展燃气油气安全专项整治，全面排查。')
    """
    text = text.lstrip(BULLETS)
    title, stop, body = text.partition("。")
    if stop and body and len(title) <= _LONGEST_OWN_TITLE and not re.search("[，；：,;:]", title):
        return title, body
    return "", text


def is_bare_heading(text: str) -> bool:
    """Tell whether a line is short and has no marks of a sentence."""
    return 2 <= len(text) <= 24 and not re.search(r"[。；，：！？|,:;》]", text)


# --- what a part is for ------------------------------------------------------------------------


def is_status(titles: Iterable[str]) -> bool:
    """Tell whether a heading, or one above it, reports the past or the situation.

    Such a part is silent to its last paragraph; a preamble only in its own paragraphs, since a
    part may be headed 指导思想、基本原则和主要目标 and the goals among them do commit.
    """
    return any(_status().fullmatch(title) for title in titles if title)


def closing_lines(lines: list[str], parts: Parts, signed: range) -> set[int]:
    """Return the paragraphs that end a part and ask for its reports: 各镇街要于每月25日前…."""
    found: set[int] = set()
    at_end = True  # nothing numbered stands below, up to the part's end
    for at in range(len(lines) - 1, parts.body - 1, -1):
        apart = at in parts.annexes or at in parts.schemes or at in signed or at in parts.listed
        if apart or ends("matter").fullmatch(lines[at]):
            at_end = True
        elif number_of(lines[at])[1]:
            at_end = False
        elif at_end and _closes().match(lines[at]):
            found.add(at)
    return found


def organises(titles: list[str]) -> bool:
    """Tell whether one of the headings is of how, where or when the work is run."""
    kinds = _headed("organisation"), _headed("scope")
    return any(kind.fullmatch(title) for kind in kinds for title in titles if title)


def describes(title: str, text: str) -> bool:
    """Tell whether a paragraph under 防治重点 only says where or when danger is greatest."""
    if not _headed("weighty").search(title):
        return False
    sentences = [part for part in re.split("[。；]", text) if part]
    return all(_headed("describes").search(sentence) for sentence in sentences)


def is_aims(titles: list[str]) -> bool:
    """Tell whether paragraphs stand under aims and principles; the nearest heading decides."""
    for title in reversed(titles):
        preamble = vocabulary.pattern("plans", "parts", "preamble")
        if preamble.search(title) or _headed("aims").search(title):
            return True
        if vocabulary.load("prose")["goals"] in title:
            return False
    return False


def _headed(kind: str) -> re.Pattern[str]:
    return vocabulary.pattern("prose", kind)


@vocabulary.cached()
def _closes() -> re.Pattern[str]:
    words = vocabulary.load("prose")
    calls = "|".join(words["calls"])
    return re.compile("|".join(pattern.replace("{calls}", calls) for pattern in words["closing"]))


@vocabulary.cached()
def _status() -> re.Pattern[str]:
    words = vocabulary.load("plans")["status"]
    named, others = "|".join(words["words"]), "|".join(words["others"])
    past = "|".join(vocabulary.load("prose")["past"])
    return re.compile(f"({others})*({named})({named}|{others})*|{past}")


def ends(kind: str) -> re.Pattern[str]:
    """Match a line after which the body is over (`matter`), or that has no text (`no_text`)."""
    return vocabulary.pattern("plans", "ends", kind)
