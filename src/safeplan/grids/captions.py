"""What stands above a table: its title, and the unit that its bare figures have."""

from __future__ import annotations

import re

from safeplan import vocabulary
from safeplan.documents import Paragraph, is_note
from safeplan.documents.cell_words import form, is_page_number
from safeplan.text.folding import tidy
from safeplan.vocabulary.grammar import one_of

_JOINS = tuple("和及与暨的")
_ENDS = re.compile(r"[。；;]$|20\d\d年\d{1,2}月\d{1,2}日$")
"""So a sentence ends, or a line that signs the paper."""


def title_of(above: list[Paragraph]) -> Paragraph | None:
    """Return the title of the table that these paragraphs stand above, None without one.

    The last one is the title unless it is a page number, the unit of the figures, a note, a sentence
    or a signature. An addition in brackets, and the first half of a title broken over two lines,
    belong to it.
    """
    said = [
        paragraph
        for paragraph in above[-8:]
        if not (is_page_number(paragraph.text) or is_note(paragraph.text))
        and not (_ENDS.search(paragraph.text) or form("above_tables").fullmatch(paragraph.text))
    ]
    if not said:
        return None
    *before, title = said
    if before and re.fullmatch(r"[（(][^（()）]{1,20}[)）]", title.text):
        title = _joined(before.pop(), title)
    if before and _goes_on(before[-1].text, said[len(before)].text):
        title = _joined(before[-1], title)
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


def _goes_on(first: str, second: str) -> bool:
    """Tell whether a line above a title is its first half."""
    if len(first) > 40 or first[-1] in "。；;：:！" or form("table_numbers").fullmatch(first):
        return False
    return not form("table_numbers").match(second) and (
        second.startswith(_JOINS) or first.endswith((*_JOINS, "、"))
    )


def _joined(first: Paragraph, second: Paragraph) -> Paragraph:
    return Paragraph(first.text + second.text, second.source.through(first.source))


# --- units ----------------------------------------------------------------------------------------

_IN_HEADER = re.compile(r"[（(〔\[［](?:单位[:：])?([^（()）]{1,8})[)）〕\]］]$")
_LINE = re.compile(r"[（(\[［]?(?:计量|金额|数量)?单位[:：](.{1,12}?)[)）\]］]?")
_WORD = re.compile(r"[^\W\d_]|[%‰℃]")


@vocabulary.cached()
def _unit() -> re.Pattern[str]:
    """Return the pattern of a unit of measure, with the scale before it."""
    words = vocabulary.load("units")
    known = [unit for listed in words["dimensions"].values() for unit in listed]
    return re.compile(f"{one_of(words['scales'])}?{one_of([*known, *words['counters']['words']])}")


def is_unit(text: str) -> bool:
    """Tell whether a text is a unit of measure.

    >>> is_unit("万元"), is_unit("%"), is_unit("内容")
    (True, True, False)
    """
    return _unit().fullmatch(text) is not None


def unit_of_cell(text: str) -> str:
    """Return the unit that a cell of a column of units prints; empty for 无, — and the like."""
    return text if len(text) <= 12 and _WORD.search(text) and text != "无" else ""


def unit_of_header(header: str) -> str:
    """Return the unit in the brackets of a header.

    >>> unit_of_header("目标值（%）"), unit_of_header("目标（内容）")
    ('%', '')
    """
    match = _IN_HEADER.search(header)
    return match[1] if match and is_unit(match[1]) else ""


def unit_above(above: list[Paragraph]) -> str:
    """Return the unit that a line above a table gives to its figures; empty without one.

    >>> from safeplan.models import Source
    >>> unit_above([Paragraph("（单位：万元）", Source())])
    '万元'
    """
    for paragraph in reversed(above[-4:]):
        match = _LINE.fullmatch(tidy(paragraph.text))
        if match and is_unit(match[1]):
            return match[1]
    return ""
