"""The notes beside a sentence: where they stand, and what their labels say.

Prose says who answers in brackets behind a sentence (（牵头单位：…；责任单位：…；完成时限：…）,
〔甲局牵头，乙局配合〕, （甲局、乙局按职责分工负责）), or on lines of their own (责任单位：…). The labels are
data (`vocabulary/notes.toml`); what says it without a label is read by `safeplan.tasks.answering`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from safeplan import vocabulary
from safeplan.bodies import names_bodies
from safeplan.models import ROLES
from safeplan.tasks.answering import (
    LONGEST,
    NOTHING,
    SEPARATORS,
    Answering,
    bodies_in,
    labelled_value,
    opens_certain,
    says,
    told,
)

_CERTAIN_LABEL = 4
"""A label so long needs nothing before it, nor does one of days: 区甲局时限：6月."""
_OPENING, _CLOSING = "（(〔［[【{〈", "）)〕］]】}〉"
_COLON = re.compile("[：:】]")
_OF_THE_ABOVE = re.compile(
    "(?:以上|上述)(?:各项|所有|全部|重点|主要)*(?:工作|任务|措施|事项)+[，,：:]?"
)
_STOPS = "。！？!?；;”’"
_STOP = re.compile("[。！？]")


@vocabulary.cached(256)
def split_notes(text: str) -> tuple[str | Answering, ...]:
    """Split a paragraph into its texts and the notes behind them.

    >>> split_notes("排查隐患。（区应急局牵头）整改隐患。")
    ('排查隐患。', Answering(lead='区应急局', ...), '整改隐患。')
    """
    pieces: list[str | Answering] = []
    done = 0
    for start, end, note in _notes_in(text):
        if text[done:start].strip():
            pieces.append(text[done:start].strip())
        if pieces and isinstance(pieces[-1], Answering):
            pieces[-1] = pieces[-1].joined(note)
        else:
            pieces.append(note)
        done = end
        stop = re.match(r"\s*[。；;，,、.]", text[done:])
        if stop:
            done += stop.end()
            if len(pieces) > 1 and isinstance(pieces[-2], str) and pieces[-2][-1] not in _STOPS:
                pieces[-2] += stop.group().strip()  # …整改（责任单位：甲局）。
    if text[done:].strip():
        pieces.append(text[done:].strip())
    return tuple(pieces)


def uneven_notes(text: str) -> list[str]:
    """Return the notes whose brackets are no pair: 〔甲局牵头）."""
    spans = [text[start:end] for start, end, _ in _notes_in(text)]
    return [
        span
        for span in spans
        if span[0] in _OPENING
        and (span[-1] not in _CLOSING or _OPENING.index(span[0]) != _CLOSING.index(span[-1]))
    ]


def note_line(text: str) -> Answering | None:
    """Return the note that a paragraph is as a whole, None where it says anything else."""
    text = text.strip(" \u3000*")
    bare = text.rstrip("。")
    if len(text) > 2 and text[0] in _OPENING and _closing(text, 0) == len(bare) - 1:
        inner = bare[1:-1].strip()
        return _labelled(inner) or told(inner)
    if opens_labelled(text) or len(text) <= LONGEST // 2:
        return _labelled(text) or told(bare, marked=True)
    return None


def who_says(sentence: str) -> Answering:
    """Return who answers by the sentence itself, also as 责任单位为甲局、乙局."""
    note = bodies_in(sentence)
    for match in says().label_inside.finditer(sentence):
        role = _role_of_label(match["label"])
        if role in ROLES and names_bodies(match["who"], every=False):
            note = note.joined(labelled_value(role, match["who"]))
    return note


# --- where notes stand ------------------------------------------------------------------------


def _notes_in(text: str) -> Iterator[tuple[int, int, Answering]]:
    """Yield the notes of a paragraph with the span each takes, brackets included."""
    at = 0
    while match := says().candidate.search(text, at):
        at = match.start()
        label = says().label.match(text, at)
        end = _closing(text, at) if text[at] in _OPENING else at
        # 【牵头单位：甲局；责任单位：乙局】 has its labels inside, 【牵头单位】甲局 is one.
        if text[at] in _OPENING and (label is None or label.end() <= end):
            inside = text[at + 1 : end].strip()
            note = _bracketed(text, at, end, inside) if 1 < len(inside) <= LONGEST else None
            end = min(end + 1, len(text))
        else:
            end = _end_of_labelled(text, label.end()) if label else at
            note = _labelled(text[at:end]) if label else None
        if note:
            yield at, end, note
        at = end if note else at + 1


def _closing(text: str, at: int) -> int:
    """Return where the bracket at `at` closes, of whatever pair; the end where it never does."""
    depth = 0
    for index in range(at, min(len(text), at + LONGEST + 2)):
        if text[index] in _OPENING:
            depth += 1
        elif text[index] in _CLOSING:
            depth -= 1
            if depth == 0:
                return index
    return len(text)


def _bracketed(text: str, at: int, close: int, inside: str) -> Answering | None:
    if note := _labelled(inside):
        return note
    if close >= len(text):
        return None
    before, after = text[at - 1 : at], text[close + 1 :].lstrip()[:1]
    if before not in _STOPS + "，," and after not in ("", *SEPARATORS):
        return None
    if note := told(inside, marked=True, deeds=True):
        return note
    # Bare bodies say something at the end of a sentence only; a last day anywhere.
    note = told(inside)
    ends = before in "。！？；;" or not after or (after in "。；;" and opens_certain(inside))
    return note if note and (ends or not note.names_bodies) else None


def _end_of_labelled(text: str, at: int) -> int:
    """Return where a note without brackets ends: with its sentence, and labelled ones behind it."""
    while stop := _STOP.search(text, at):
        following = says().label.match(text, stop.end())
        if following is None:
            return stop.end()
        at = following.end()
    return len(text)


# --- what notes say ---------------------------------------------------------------------------


def _labelled(text: str) -> Answering | None:
    """Read 牵头单位：甲局；责任单位：乙局；完成时限：6月底前."""
    if not _COLON.search(text):
        text = says().bare_label.sub(r"\g<label>：", text)
        if not _COLON.search(text):
            return None
    labels = [
        match
        for match in says().label.finditer(text)
        if match.start() == 0
        or len(match["label"]) >= _CERTAIN_LABEL
        or _role_of_label(match["label"]) == "deadline"
        or text[match.start() - 1] in SEPARATORS + "】])）"
    ]
    if not labels:
        return None
    before = text[: labels[0].start()].strip(SEPARATORS + _OPENING)
    note = told(before) if before else NOTHING
    if note is None:
        return None
    ends = [*(match.start() for match in labels[1:]), len(text)]
    for match, end in zip(labels, ends, strict=True):
        if value := _trimmed(text[match.end() : end]):
            note = note.joined(_of_label(match["label"], value))
    return note or None


def _trimmed(value: str) -> str:
    """Return a label's value without separators and without half a pair of brackets."""
    value = value.strip(SEPARATORS).rstrip("（(〔[【").rstrip(SEPARATORS)
    if value.endswith(("）", ")")) and value.count("（") + value.count("(") == 0:
        value = value[:-1]
    return value


def _role_of_label(label: str) -> str:
    """Return the role of a label; empty for a text that is none."""
    roles = vocabulary.load("notes")["labels"]
    return next((r for r in roles if vocabulary.pattern("notes", "labels", r).fullmatch(label)), "")


def is_text_label(title: str) -> bool:
    """Tell whether a title only says that it is the text: 工作内容."""
    return vocabulary.pattern("notes", "of_the_text").fullmatch(title) is not None


def opens_labelled(text: str) -> bool:
    """Tell whether a text opens with a label of a note: 牵头单位：."""
    return says().label.match(text) is not None


def without_label(text: str) -> str:
    """Return a paragraph without a label that only says that it is the text: 【工作任务】."""
    return says().text_label.sub("", text, count=1)


def headed_note(title: str, text: str, *, beside: bool) -> Answering | None:
    """Return the note that a heading and its text make together: 责任单位, 完成时限.

    Args:
        title: the heading without its number.
        text: what stands under it.
        beside: whether a heading above binds it to the measures beside it. Without one the text
            must say that it speaks of them: 以上工作由….

    >>> headed_note("完成时限", "2025年10月底前", beside=True).deadline
    '2025年10月底前'
    >>> headed_note("责任单位和时限", "以上工作由县乙局牵头，6月底前完成。", beside=False).lead
    '县乙局'
    """
    labels = re.split("[和及与、]", title)
    if not all(map(_role_of_label, labels)):
        return None
    said = _OF_THE_ABOVE.sub("", text)
    if not beside and said == text:
        return None
    note = _labelled(said) or told(said.rstrip("。"), marked=True)
    return note or (_labelled(f"{title}：{said}") if len(labels) == 1 else None)


def _of_label(label: str, value: str) -> Answering:
    role = _role_of_label(label)
    if role == "kept":
        return Answering(kept={label: value})
    if role == "deadline":
        return Answering(deadline=value)
    return labelled_value(role, value) if role in ROLES else NOTHING
