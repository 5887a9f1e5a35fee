"""The title of a table, among the paragraphs that stand above it."""

from __future__ import annotations

import re

from safeplan.documents import Paragraph, is_note
from safeplan.documents.table_lines import form, is_page_number
from safeplan.models import Source

_ADDITION = re.compile(r"[（(][^（()）]{1,20}[)）]")
_JOINS = tuple("和及与暨的")
_LONGEST = 40
_SENTENCE = re.compile(r"[。；;]$")
_SIGNED = re.compile(r"20\d\d年\d{1,2}月\d{1,2}日$")
"""A line that ends with a date signs the paper."""


def title_of(above: list[Paragraph]) -> Paragraph | None:
    """Return the title of the table that these paragraphs stand above, None without one.

    The last one is the title unless it is a page number, the unit of the figures, a note, a sentence
    or a signature. An
    addition in brackets, and the first half of a title broken over two lines, belong to it.
    """
    said = [p for p in above[-8:] if not _aside(p.text)]
    if not said:
        return None
    title = said[-1]
    if _ADDITION.fullmatch(title.text) and len(said) > 1:
        title = _joined(said[-2], title)
        said = said[:-1]
    if len(said) > 1 and _goes_on(said[-2].text, said[-1].text):
        title = _joined(said[-2], title)
    return title


def without_number(title: str) -> str:
    """Return a printed title without its number.

    >>> without_number("附件2-1核心绩效指标："), without_number("附件2025年核心绩效指标")
    ('核心绩效指标', '2025年核心绩效指标')
    """
    pattern = form("table_numbers")
    for _ in range(2):  # 附件1 一、核心绩效指标
        match = pattern.match(title)
        title = title[match.end() :].lstrip() if match else title
    return title.rstrip(":： ")


def _aside(text: str) -> bool:
    return bool(
        is_page_number(text)
        or _SENTENCE.search(text)
        or _SIGNED.search(text)
        or form("above_tables").fullmatch(text)
        or is_note(text)
    )


def _goes_on(first: str, second: str) -> bool:
    """Tell whether a line above a title is its first half."""
    if len(first) > _LONGEST or first[-1] in "。；;：:！" or form("table_numbers").fullmatch(first):
        return False
    if form("table_numbers").match(second):
        return False
    return second.startswith(_JOINS) or first.endswith((*_JOINS, "、"))


def _joined(first: Paragraph, second: Paragraph) -> Paragraph:
    lines = [*(first.source.lines or ()), *(second.source.lines or ())]
    source = Source(lines=(min(lines), max(lines))) if lines else second.source
    return Paragraph(first.text + second.text, source)
