"""The body → measures: numbered, titled paragraphs with the headings above them.

Official documents number 一、（一）1.（1） (GB/T 9704). A numbered line with a title and text is a
measure; a numbered line without text is a heading. Plans in prose put paragraphs under a heading
that each open with a title sentence of their own (健全行政管理体系。强化…): each is a measure too;
where they do not, the heading and its paragraphs are one measure.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise

from safeplan import vocabulary
from safeplan.documents import Document, Paragraph, RawGrid
from safeplan.models import Measure, Source

_CHINESE = "[一二三四五六七八九十]{1,4}"
_NUMBERS = [
    re.compile(rf"第{_CHINESE}[篇章编部]分?\s*"),
    re.compile(rf"{_CHINESE}、"),
    re.compile(rf"[（(]{_CHINESE}[)）]"),
    re.compile(r"\d{1,2}[.．、](?!\d)"),
]
_LONGEST_TITLE = 45
_LONGEST_OWN_TITLE = 25
_SENTENCE = re.compile(r"[^。！？]*[。！？]+[”’）)》]*|[^。！？]+$")
_CONTENTS = re.compile(r"[.…·\s]{3,}\d{1,3}$")


@dataclass
class _Heading:
    level: int
    number: str | None
    title: str
    printed: str
    line: Source
    paragraphs: list[Paragraph] = field(default_factory=list)
    body_of_measure: bool = False
    """True for a measure that deeper numbers may stand under: it takes no leaf paragraphs."""


@dataclass
class _Draft:
    path: list[str]
    number: str | None
    title: str
    texts: list[str]
    source: Source


def read_measures(document: Document) -> list[Measure]:
    """Return the measures of the body in document order."""
    drafts: list[_Draft] = []
    stack: list[_Heading] = []
    open_draft: _Draft | None = None
    annex = _annex_line()
    captions = {
        id(above)
        for above, below in pairwise(document.blocks)
        if isinstance(above, Paragraph) and isinstance(below, RawGrid) and "。" not in above.text
    }
    for block in document.blocks:
        if not isinstance(block, Paragraph):
            # A table ends what stands above it: the text after it begins anew.
            _close(stack, drafts)
            open_draft = None
            continue
        text = block.text
        if annex.fullmatch(text) and (drafts or stack):
            _close(stack, drafts)
            if not text.startswith(("（此", "此页")):
                break
            continue
        if id(block) in captions or _CONTENTS.search(text):
            continue
        level, number, rest = _number(text)
        if level is not None:
            _close(stack, drafts)
            open_draft = None
            while stack and stack[-1].level >= level:
                stack.pop()
            title, body = _title_and_body(rest)
            path = [heading.printed for heading in stack]
            if body:
                if not _silent(stack, title, "status"):
                    open_draft = _Draft(path, number, title, [body], block.source)
                    drafts.append(open_draft)
                stack.append(
                    _Heading(level, number, title, f"{number}{title}", block.source, [], True)
                )
            else:
                stack.append(_Heading(level, number, title, text, block.source))
        elif open_draft is not None:
            open_draft.texts.append(text)
            open_draft.source = _join(open_draft.source, block.source)
        elif stack and not stack[-1].body_of_measure:
            if stack[-1].paragraphs and _is_bare_heading(text):
                # A heading that has lost its number stands beside the one before it.
                _close(stack, drafts)
                level = stack.pop().level
                stack.append(_Heading(level, None, text, text, block.source))
            else:
                stack[-1].paragraphs.append(block)
    _close(stack, drafts)
    return [
        Measure(
            measure_id=f"m{index}",
            path=draft.path,
            number=draft.number,
            title=draft.title,
            text="".join(draft.texts),
            sentences=split_sentences("".join(draft.texts)),
            source=draft.source,
        )
        for index, draft in enumerate(drafts, start=1)
    ]


def split_sentences(text: str) -> list[str]:
    """Split at 。！？, but not inside 《…》, “…” or （…）.

    >>> split_sentences("甲（乙。丙）丁。戊")
    ['甲（乙。丙）丁。', '戊']
    """
    sentences: list[str] = []
    held = ""
    for match in _SENTENCE.finditer(text):
        held += match.group()
        if all(
            held.count(left) <= held.count(right) for left, right in ("《》", "“”", "（）", "()")
        ):
            sentences.append(held)
            held = ""
    return [*sentences, held] if held else sentences


def _close(stack: list[_Heading], drafts: list[_Draft]) -> None:
    """Turn the paragraphs under the last heading into measures."""
    if not stack or not stack[-1].paragraphs:
        return
    heading = stack[-1]
    paragraphs, heading.paragraphs = heading.paragraphs, []
    if _silent(stack, "", "status") or _silent(stack, "", "preamble"):
        return
    titled = [_own_title(paragraph.text) for paragraph in paragraphs]
    above = [other.printed for other in stack]
    if sum(bool(title) for title, _ in titled) < 2:
        drafts.append(
            _Draft(
                above[:-1],
                heading.number,
                heading.title,
                [paragraph.text for paragraph in paragraphs],
                _join(heading.line, paragraphs[-1].source),
            )
        )
        return
    for (title, body), paragraph in zip(titled, paragraphs, strict=True):
        if title or not drafts or drafts[-1].path != above:
            drafts.append(_Draft(above, None, title, [body], paragraph.source))
        else:
            drafts[-1].texts.append(body)
            drafts[-1].source = _join(drafts[-1].source, paragraph.source)


def _number(text: str) -> tuple[int | None, str, str]:
    """Return the level of a paragraph's number, the number as printed, and the rest."""
    for level, pattern in enumerate(_NUMBERS):
        if match := pattern.match(text):
            return level, match.group().strip(), text[match.end() :].strip()
    return None, "", text


def _title_and_body(rest: str) -> tuple[str, str]:
    """Split a numbered paragraph into its title sentence and its text; either may be empty."""
    title, stop, body = rest.partition("。")
    if body and len(title) <= _LONGEST_TITLE:
        return title, body
    if len(rest) <= _LONGEST_TITLE and not stop:
        return rest, ""
    if len(rest) <= _LONGEST_TITLE and "，" not in rest:
        return title, ""
    return "", rest


def _own_title(text: str) -> tuple[str, str]:
    """Return the title sentence that opens an unnumbered paragraph, and the rest.

    >>> _own_title("燃气电力。开展燃气油气安全专项整治，全面排查。")
    ('燃气电力', '开展燃气油气安全专项整治，全面排查。')
    """
    text = text.lstrip("—-·•●■◆ ")
    title, stop, body = text.partition("。")
    if stop and body and len(title) <= _LONGEST_OWN_TITLE and not re.search("[，；：,;:]", title):
        return title, body
    return "", text


def _is_bare_heading(text: str) -> bool:
    return 2 <= len(text) <= 24 and not re.search(r"[。；，：！？|,:;》]", text)


def _silent(stack: list[_Heading], title: str, part: str) -> bool:
    """Tell whether the text below these headings belongs to a part that commits to nothing.

    A status part is silent to its last paragraph; a preamble only in its own paragraphs, since a
    part may be headed 指导思想、基本原则和主要目标 and the goals among them do commit.
    """
    pattern = _parts(part)
    titles = [heading.title for heading in (stack if part == "status" else stack[-1:])]
    return any(pattern.search(text) for text in [*titles, title] if text)


@cache
def _parts(part: str) -> re.Pattern[str]:
    return re.compile("|".join(vocabulary.load("plans")["parts"][part]))


@cache
def _annex_line() -> re.Pattern[str]:
    return re.compile("|".join(vocabulary.load("plans")["ends"]["annex"]))


def _join(first: Source, last: Source) -> Source:
    if first.lines and last.lines:
        return Source(lines=(first.lines[0], last.lines[1]))
    return first
