"""Persons where bodies are asked for: 县应急局主要负责人, 县应急局 王某某, 分管副县长."""

from __future__ import annotations

from safeplan.bodies.names import lexicon

_REACH = 16
"""Characters before an end in which a title is looked for."""


def without_title(text: str) -> str:
    """Return a narrowed name without the title of a person after it.

    >>> without_title("县应急局主要负责人"), without_title("分管副县长"), without_title("县应急局")
    ('县应急局', '', '县应急局')
    """
    match = lexicon().says.title.search(text, max(0, len(text) - _REACH))
    return text[: match.start()] if match else text


def is_person(text: str) -> bool:
    """Say whether a text may be a person's name: a surname, and no body is called so.

    >>> is_person("王某某"), is_person("高校"), is_person("县应急局")
    (True, False, False)
    """
    words = lexicon()
    named = 2 <= len(text) <= 3 and words.says.person.fullmatch(text) is not None
    return named and not words.complete(text)
