"""What the parts of a body are for, told by their headings: aims, status, how the work is run.

The words are data (`vocabulary/prose.toml`, `vocabulary/plans.toml`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from safeplan import vocabulary
from safeplan.tasks.parts import Parts
from safeplan.text.numbering import number_of


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
        if _preamble().search(title) or _headed("aims").search(title):
            return True
        if vocabulary.load("prose")["goals"] in title:
            return False
    return False


@vocabulary.cached()
def _headed(kind: str) -> re.Pattern[str]:
    patterns = vocabulary.load("prose")[kind]
    return re.compile(patterns if isinstance(patterns, str) else "|".join(patterns))


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


@vocabulary.cached()
def _preamble() -> re.Pattern[str]:
    return re.compile("|".join(vocabulary.load("plans")["parts"]["preamble"]))


@vocabulary.cached()
def ends(kind: str) -> re.Pattern[str]:
    """Match a line after which the body is over (`matter`), or that has no text (`no_text`)."""
    return re.compile("|".join(vocabulary.load("plans")["ends"][kind]))
