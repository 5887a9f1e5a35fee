"""Plain text → paragraphs and raw grids, for the forms in which tables reach a text file.

*Tab form* (a Word file saved as text): cells behind tabs. *Bar form* (a web page copied as text):
cells ended by `|`. *Comma form*: a sheet saved as .csv. The form is the one in which a header is
found: a tab in an indented paragraph or a bar in a page's footer makes no table.
"""

from __future__ import annotations

import re

from safeplan.documents.bar_text import read_bar_form
from safeplan.documents.blocks import Block, RawGrid
from safeplan.documents.comma_text import read_comma_form
from safeplan.documents.header_words import is_header_row
from safeplan.documents.limits import MAX_LINES, CellBudget, check_nodes
from safeplan.documents.tab_text import read_tab_form
from safeplan.text.folding import tidy

_OTHER_BARS = re.compile("[｜│┃¦║]")
_RULE = re.compile(r"^\s*[─━═┌├└┏┣┗╔╠╚][─━═┌┬┐├┼┤└┴┘┏┳┓┣╋┫┗┻┛╔╦╗╠╬╣╚╩╝\s]+$")
"""A line that only rules a table off, drawn with characters."""
_EMPHASIS = re.compile(r"^ {0,3}#{1,6}[ \t]+|(\*\*|__)(?=\S)(?P<words>[^*_\n]{1,400})\1")
"""What Markdown marks headings and bold words with."""
_APART = re.compile(r"[ \u3000\xa0]{2,}")
_LEAST = 3
"""So many cells at least make a row."""


def read_text(text: str) -> list[Block]:
    r"""Return the blocks of a text in reading order.

    >>> [type(block).__name__ for block in read_text("标题\n\t序号\n\t名称\n\n\t1\n\t甲\n")]
    ['Paragraph', 'RawGrid']
    """
    # Editors count lines at \n alone: form feeds and the like stay inside their line.
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if lines and not lines[-1]:
        lines.pop()
    if len(lines) == 1:
        lines = text.splitlines()
    # Before anything is made of them: each becomes a cell or a paragraph.
    CellBudget().foresee([text.count("|"), text.count("\t"), text.count(",")])
    check_nodes(len(lines), MAX_LINES)
    lines = _marked(lines)
    blocks = read_tab_form(lines)
    tabbed = any(isinstance(block, RawGrid) for block in blocks)
    if any("|" in line for line in lines) and not any(map(_has_header, blocks)):
        barred = read_bar_form(lines)
        if not tabbed or any(isinstance(block, RawGrid) for block in barred):
            return barred
    return blocks if tabbed else read_comma_form(lines) or blocks


def _marked(lines: list[str]) -> list[str]:
    """Return lines with plain marks for the others that people set cells apart with, and no Markdown.

    Bars of other kinds, twice in a line; blanks, where a header is set apart so.
    """
    marked = [
        _OTHER_BARS.sub("|", line) if len(_OTHER_BARS.findall(line)) > 1 else line
        for line in (_EMPHASIS.sub(r"\g<words>", _RULE.sub("", line)) for line in lines)
    ]
    apart = [_APART.split(line.strip()) for line in marked]
    if any("\t" in line or "|" in line for line in marked) or not any(
        len(cells) >= _LEAST and is_header_row(list(map(tidy, cells))) for cells in apart
    ):
        return marked
    return [
        "\t".join(cells) if len(cells) >= _LEAST else line
        for line, cells in zip(marked, apart, strict=True)
    ]


def _has_header(block: Block) -> bool:
    return isinstance(block, RawGrid) and any(
        is_header_row([tidy(cell.text) for cell in row]) for row in block.rows[:5]
    )
