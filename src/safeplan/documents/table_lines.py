"""Lines of a text whose form tells what they are: a page's own, notes, totals, dues, headings."""

from __future__ import annotations

import re
from functools import cache

from safeplan import vocabulary
from safeplan.documents.spacing import fold

_NEW = re.compile(
    r"附件|附表|[一二三四五六七八九十]{1,3}、|[（(][一二三四五六七八九十]{1,3}[)）]|表\s*\d"
)
SHORT_DUE = 24
"""A deadline is no longer than that."""
_ANNEX = re.compile(r"附[件表]\s*[\d一二三四五六七八九十]{0,2}[:：]?")


@cache
def _cells(key: str) -> re.Pattern[str]:
    return re.compile("|".join(vocabulary.load("cells")[key]))


@cache
def _site() -> re.Pattern[str]:
    pages = vocabulary.load("pages")
    return re.compile("|".join([*pages["furniture"], *pages["site"]]))


def is_due(text: str) -> bool:
    """Tell whether a cell opens with a date or a standing duty, and is short.

    >>> is_due("4月底前完成普查"), is_due("汛前"), is_due("排查小场所9000家")
    (True, True, False)
    """
    return len(text) <= SHORT_DUE and "。" not in text and bool(_cells("due_starts").match(text))


def is_page_number(line: str) -> bool:
    """Tell whether a line is a page number, 续表 or the like."""
    return bool(_cells("furniture").fullmatch(fold(line)))


def is_of_the_page(line: str) -> bool:
    """Tell whether a line is the page's own or the site's, no text of the document."""
    return bool(_site().fullmatch(fold(line)))


def is_total(line: str) -> bool:
    """Tell whether a line or a cell says that its row adds up the others: 合计."""
    return bool(_cells("totals").fullmatch(fold(line).strip(":：")))


def is_note(text: str) -> bool:
    """Tell whether a text is a note to a table: 注：…, 说明：….

    >>> is_note("说明：按季度调度。"), is_note("说明情况")
    (True, False)
    """
    return bool(_cells("table_notes").match(fold(text)))


def parts_tables(line: str) -> bool:
    """Tell whether a line stands below a table or above one, whatever cell is open (附件2, 说明：…).

    >>> parts_tables("附件2"), parts_tables("说明：按季度调度。"), parts_tables("附件2所列企业")
    (True, True, False)
    """
    return bool(_ANNEX.fullmatch(fold(line))) or is_note(line)


def opens_new(line: str) -> bool:
    """Tell whether a line below a whole row is no more of its last cell: a heading, a note."""
    text = fold(line)
    return (
        bool(_NEW.match(text)) or parts_tables(line) or is_page_number(line) or is_of_the_page(line)
    )
