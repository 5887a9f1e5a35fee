"""Who issues an official document: the bodies it names (GB/T 9704), and the box of a web page.

The box of metadata above a document (索引号, 发文字号, 发布机构, 成文日期) comes in many forms: `发文字号：…`
alone or several on a line, `[ 发文字号 ] | … |`, cells of a table, a label with its value on the line
below. A label is no part of a value, and a value that cannot be what its label says is none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import zip_longest

from safeplan import vocabulary
from safeplan.documents import Block, Paragraph, RawGrid
from safeplan.tasks.dates import DATE
from safeplan.tasks.regions import region_in
from safeplan.text.folding import unspaced
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


_BARS = re.compile(r"[|｜]")


def labelled(front: Iterable[Block]) -> dict[str, str]:
    """Return what the box above a text says: `number`, `issuer`, `issued_on`, `made_on`, `title`."""
    day = says().date
    forms = {
        "number": says().number,
        "issuer": says().bodies_said,
        "issued_on": day,
        "made_on": day,
    }
    said: dict[str, str] = {}
    lines = list(_lines(front))
    for line, below in zip_longest(lines, lines[1:], fillvalue=""):
        for name, value in _pairs(line, below):
            match = forms[name].match(value) if name in forms else None
            if match or name not in forms:
                said.setdefault(name, match.group() if match else value)
    return said


def is_boxed(line: str) -> bool:
    """Tell whether a line belongs to such a box: it begins with one of its labels."""
    return says().box_label.match(line) is not None


def _lines(front: Iterable[Block]) -> Iterator[str]:
    """Yield the paragraphs, and the rows of a table that is such a box, with bars between."""
    for block in front:
        if isinstance(block, Paragraph):
            yield block.text
        elif isinstance(block, RawGrid) and _is_box(block):
            for row in block.rows:
                yield " | ".join(unspaced(cell.text) for cell in row if cell.text.strip())


def _is_box(grid: RawGrid) -> bool:
    """Tell a box from a table whose header has a 名称 or a 日期: its labels stand in several rows."""
    rows = [[unspaced(cell.text) for cell in row] for row in grid.rows[:12]]
    return sum(any(map(says().box_cell.fullmatch, row)) for row in rows) > 1


def _pairs(line: str, below: str) -> Iterator[tuple[str, str]]:
    """Yield what one line says: field, value."""
    cells = [cell for cell in (cell.strip() for cell in _BARS.split(line)) if cell]
    labels = list(map(says().box_cell.fullmatch, cells))
    if len(cells) > 1 and any(labels):
        for label, value in zip(labels, [*cells[1:], ""], strict=True):
            if label and value and not is_boxed(value):
                yield _field_of(label["label"]), value
        return
    matches = list(says().box_label.finditer(line))
    for match, following in zip_longest(matches, matches[1:]):
        value = line[match.end() : following and following.start()].strip(" |｜")
        if not value and following is None:
            value = below
        if value and not is_boxed(value):
            yield _field_of(match.group()), value


def _field_of(label: str) -> str:
    """Return what a label tells: a key of the labels of `plans.toml`."""
    words: dict[str, list[str]] = vocabulary.load("plans")["labels"]
    bare = label.strip("[]【】:：")
    return next(name for name, listed in words.items() if bare in listed)
