"""Who signs an official document (GB/T 9704): the bodies on its masthead, heading and signature."""

from __future__ import annotations

import re

from safeplan import vocabulary
from safeplan.tasks.dates import DATE
from safeplan.tasks.regions import region_in
from safeplan.vocabulary.grammar import Grammar, one_of


@vocabulary.cached()
def says() -> Grammar:
    """Return the patterns of the heading of a document, over the words in force."""
    words = vocabulary.load("plans")
    labels = one_of(word for listed in words["labels"].values() for word in listed)
    return Grammar("plans", words, date=DATE, any_label=labels)


def is_issuer(text: str) -> bool:
    """Tell whether what stands before a circular's 关于印发 is a body's name, or nothing."""
    return not text or says().issuer.fullmatch(without_about(text)) is not None


def without_about(text: str) -> str:
    """Return a heading's first words without the 关于 that follows the body."""
    return text.removesuffix("关于").rstrip("，,、")


def issuer_of(line: str) -> str | None:
    """Return the body whose name a line is, without its seal."""
    match = says().issuer.fullmatch(without_about(line))
    return match["bodies"] if match and not says().no_issuer.search(match["bodies"]) else None


def issuers_above(lines: list[str], at: int) -> list[str]:
    """Return the bodies named on the lines right above; several sign together (联合行文)."""
    issuers: list[str] = []
    while at > 0 and (issuer := issuer_of(lines[at - 1])):
        issuers.insert(0, issuer)
        at -= 1
    return issuers


def masthead(lines: list[str]) -> str | None:
    """Return the body of a red head: 清河区安全生产委员会文件."""
    return next((m["bodies"] for line in lines if (m := says().masthead.fullmatch(line))), None)


def opening_body(title: str) -> str | None:
    """Return the body that a title begins with: 无为市应急管理局2025年工作计划."""
    match = says().opening_issuer.match(title)
    return match["bodies"] if match and region_in(match["bodies"]) else None


def listed(issuer: str) -> str:
    """Return several bodies that stand side by side on one line with 、 between.

    >>> listed("隆安县应急管理局隆安县消防救援大队")
    '隆安县应急管理局、隆安县消防救援大队'
    """
    region = region_in(issuer)
    if region is None:
        return issuer
    place = re.escape(region.full_name)
    return re.sub(rf"(?<=[局厅委办室府会部队心])(?={place})", "、", issuer)
