"""How a paragraph opens: with a title, with the title and its text, or with neither.

Official documents print 健全责任。落实述职。 or 强化监管：开展检查。: a first sentence that is the title,
and what it asks for. A note behind the title is of all below it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from safeplan.tasks.answering import NOTHING, Answering
from safeplan.tasks.notes import split_notes

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
