"""Persons where bodies are asked for: 县应急局主要负责人, 县应急局 王某某, 分管副县长."""

from __future__ import annotations

import re

from safeplan import vocabulary
from safeplan.bodies.names import lexicon
from safeplan.bodies.words import one_of

_REACH = 16
"""Characters before an end in which a title is looked for."""


@vocabulary.cached()
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    words = vocabulary.load("bodies")["persons"]
    before, titles = one_of(words["before"]), one_of(words["titles"])
    return (
        re.compile(f"(?:{before}){{0,4}}(?:{titles})$"),
        re.compile(f"[{words['surnames']}][\u4e00-\u9fff]{{1,2}}"),
    )


def without_title(text: str) -> str:
    """Return a narrowed name without the title of a person after it.

    >>> without_title("县应急局主要负责人"), without_title("分管副县长"), without_title("县应急局")
    ('县应急局', '', '县应急局')
    """
    start = max(0, len(text) - _REACH)
    match = _patterns()[0].search(text, start)
    return text[: match.start()] if match else text


def is_person(text: str) -> bool:
    """Say whether a text may be a person's name: a surname, and no body is called so.

    >>> is_person("王某某"), is_person("高校"), is_person("县应急局")
    (True, False, False)
    """
    if not 2 <= len(text) <= 3 or _patterns()[1].fullmatch(text) is None:
        return False
    words = lexicon()
    return not words.has_form(text) and not words.identify(text).known
