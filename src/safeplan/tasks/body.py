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

from safeplan import vocabulary
from safeplan.documents import Block, Document, Paragraph, RawGrid
from safeplan.models import Measure, Source
from safeplan.tasks.layout import read_layout
from safeplan.tasks.numbers import LAST_LEVEL, number_of

_LONGEST_TITLE = 45
_LONGEST_UNBROKEN_TITLE = 60
_LONGEST_OWN_TITLE = 25
_SENTENCE = re.compile(r"[^。！？]*[。！？]+[”’）)》]*|[^。！？]+$")
_FIRST_SENTENCE = re.compile(r"((?:[^。“《（(]|“[^”]*”|《[^》]*》|（[^（）]*）|\([^()]*\))*)。")
_TITLE_BEFORE_COLON = re.compile(r"([^。，；：:、“《（(]{2,20})[：:](?=.)")
_CAPTION_NOTE = re.compile(r"[（(].*[)）]|(计量)?单位[:：].*|[—–－-]?\d{1,3}[—–－-]?")
_ENTRY_PAGE = re.compile(r"[.…·．\s]*\d{0,3}$")
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
    layout = read_layout(document)
    drafts: list[_Draft] = []
    stack: list[_Heading] = []
    open_draft: _Draft | None = None
    left_out = _captions(document.blocks) | _contents(layout.lines)
    signed = range(layout.signature.first, layout.signature.last + 1) if layout.signature else ()
    for index, block in enumerate(document.blocks[layout.body :], start=layout.body):
        if not isinstance(block, Paragraph) or index in signed:
            # A table or the signature ends what stands above it: the text after it begins anew.
            _close(stack, drafts)
            open_draft = None
            continue
        text = block.text
        level, number, rest = number_of(text)
        if drafts or stack:
            if _ends("annex").fullmatch(text) or _ends("matter").fullmatch(rest):
                break
            if _ends("no_text").fullmatch(text):
                _close(stack, drafts)
                continue
        if index in left_out or _CONTENTS.search(text) or _furniture().fullmatch(text):
            continue
        if level == LAST_LEVEL and open_draft is not None and stack[-1].level < level:
            level = None  # （1） under a measure is part of its text
        if level is not None:
            _close(stack, drafts, level)
            open_draft = None
            while stack and stack[-1].level >= level:
                stack.pop()
            title, body = _title_and_body(rest)
            path = [heading.printed for heading in stack]
            if body:
                if not _is_status(stack, title):
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


def _close(stack: list[_Heading], drafts: list[_Draft], level: int = 0) -> None:
    """Turn the paragraphs under the last heading into measures.

    A numbered sentence that nothing stands under, before a number of `level`, is one by itself.
    """
    if not stack or _is_status(stack):
        return
    heading = stack[-1]
    paragraphs, heading.paragraphs = heading.paragraphs, []
    if not paragraphs:
        is_sentence = heading.number and heading.printed.endswith("。")
        if is_sentence and not heading.body_of_measure and heading.level >= level:
            heading.body_of_measure = True
            path = [other.printed for other in stack[:-1]]
            text = f"{heading.title}。"
            drafts.append(_Draft(path, heading.number, "", [text], heading.line))
        return
    if _preamble().search(heading.title):
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


def _title_and_body(rest: str) -> tuple[str, str]:
    """Split a numbered paragraph into its title sentence and its text; either may be empty.

    >>> _title_and_body("强化监管：开展检查。严肃问责。")
    ('强化监管', '开展检查。严肃问责。')
    """
    if match := _TITLE_BEFORE_COLON.match(rest):
        return match[1], rest[match.end() :]
    if match := _FIRST_SENTENCE.match(rest):
        title, stop, body = match[1], "。", rest[match.end() :]
    else:
        title, stop, body = rest.partition("。")
    longest = _LONGEST_TITLE if re.search("[，；,;]", title) else _LONGEST_UNBROKEN_TITLE
    if body and len(title) <= longest:
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


def _is_status(stack: list[_Heading], title: str = "") -> bool:
    """Tell whether a heading, or one above it, reports the past or the situation.

    Such a part is silent to its last paragraph; a preamble only in its own paragraphs, since a
    part may be headed 指导思想、基本原则和主要目标 and the goals among them do commit.
    """
    return any(_status().fullmatch(text) for text in [*(h.title for h in stack), title] if text)


def _captions(blocks: list[Block]) -> set[int]:
    """Return the lines above the tables that belong to them: a title, below it （单位：起）."""
    found: set[int] = set()
    for index, block in enumerate(blocks):
        if not isinstance(block, RawGrid):
            continue
        for above in range(index - 1, -1, -1):
            line = blocks[above]
            if not isinstance(line, Paragraph) or "。" in line.text:
                break
            found.add(above)
            if not _CAPTION_NOTE.fullmatch(line.text):
                break
    return found


def _contents(lines: list[str]) -> set[int]:
    """Return the lines of the contents (目录): they end where the first entry stands again."""
    for index, line in enumerate(lines[:-1]):
        if line in ("目录", "目次"):
            entries = [_ENTRY_PAGE.sub("", entry) for entry in lines[index + 1 :]]
            again = entries.index(entries[0], 1) if entries[0] in entries[1:] else 0
            return set(range(index, index + 1 + again))
    return set()


@cache
def _status() -> re.Pattern[str]:
    words = vocabulary.load("plans")["status"]
    named, others = "|".join(words["words"]), "|".join(words["others"])
    return re.compile(f"({others})*({named})({named}|{others})*")


@cache
def _preamble() -> re.Pattern[str]:
    return re.compile("|".join(vocabulary.load("plans")["parts"]["preamble"]))


@cache
def _ends(kind: str) -> re.Pattern[str]:
    return re.compile("|".join(vocabulary.load("plans")["ends"][kind]))


@cache
def _furniture() -> re.Pattern[str]:
    """Page numbers, which may stand between two lines of a paragraph."""
    return re.compile("|".join(vocabulary.load("cells")["furniture"]))


def _join(first: Source, last: Source) -> Source:
    if first.lines and last.lines:
        return Source(lines=(first.lines[0], last.lines[1]))
    return first
