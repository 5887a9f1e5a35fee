"""Rules on the body against the annex: what one promises, the other gives to somebody.

Both are one government's words in one document. Where they name one measure with another figure,
frequency, state or word, one of them is wrong; where only one of them names it, nobody answers.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from rapidfuzz.fuzz import partial_ratio, ratio

from safeplan import vocabulary
from safeplan.changes.likeness import similarity
from safeplan.lint.body_and_annex import ClausePair, Edit, edits
from safeplan.lint.rules import Examined, Hit, Rule
from safeplan.models import Task
from safeplan.text.clauses import phrases
from safeplan.text.folding import wide
from safeplan.text.neutral import Neutral, neutral

_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)?")
_YEAR = re.compile(r"20[0-9]{2}年")
_HAN = re.compile(r"[\u4e00-\u9fff]+")
_TITLE = re.compile(r"《([^《》]+)》")
_SAME_BUT_FOR_VERB = 85
"""From this likeness (0..100) on, two clauses ask for the same thing."""
_SAID = 60
"""Below this likeness (0..100) to its best part, a row does not say a clause."""
_SHORTEST = 6
"""A clause of fewer characters says too little to be missed."""


def _said(pair: ClausePair, **more: str) -> Hit:
    return Hit(pair.measure, {"body": pair.body, "annex": pair.annex, **more}, pair.task)


# ---- said otherwise ------------------------------------------------------------------------


def _numbers(clause: str) -> tuple[list[str], str]:
    """Return the numbers of a clause but for years, and the clause with each made one sign."""
    bare = _YEAR.sub("", clause)
    return _NUMBER.findall(bare), _NUMBER.sub("#", bare)


def body_number(examined: Examined) -> Iterator[Hit]:
    """Report measures to which body and annex give another number."""
    for pair in examined.body_and_annex.clause_pairs:
        (ours, frame), (theirs, other) = _numbers(pair.body), _numbers(pair.annex)
        same_frame = frame == other or all(
            "#" not in edit.body + edit.annex for edit in edits(frame, other)
        )
        values = [float(number) for number in ours], [float(number) for number in theirs]
        if same_frame and len(ours) == len(theirs) and values[0] != values[1]:
            yield _said(pair)


def body_figure(examined: Examined) -> Iterator[Hit]:
    """Report measures for which one gives a figure, the other only words."""
    for pair in examined.body_and_annex.clause_pairs:
        (ours, _), (theirs, _) = _numbers(pair.body), _numbers(pair.annex)
        if bool(ours) != bool(theirs) and pair.likeness >= 75:
            yield _said(pair)


def _frequencies(text: str) -> set[int]:
    """Return the frequencies that a text names, by their place in the vocabulary."""
    listed = vocabulary.load("lint")["body"]["frequencies"]
    ranked = sorted(
        ((word, at) for at, words in enumerate(listed) for word in words),
        key=lambda entry: -len(entry[0]),
    )
    found = set()
    for word, at in ranked:
        if word in text:
            found.add(at)
            text = text.replace(word, "·")
    return found


def body_frequency(examined: Examined) -> Iterator[Hit]:
    """Report what is done at another frequency: 定期述职, 半年述职."""
    for pair in examined.body_and_annex.clause_pairs:
        ours = _frequencies("·".join(edit.body for edit in pair.edits))
        theirs = _frequencies("·".join(edit.annex for edit in pair.edits))
        annex = pair.annex
        if ours and not theirs and not _frequencies(pair.annex):
            # The table may say how often in a column of its own.
            theirs, annex = _frequencies(pair.task.deadline_text), pair.task.deadline_text
            annex = f"{pair.annex}（{annex}）"
        if ours and theirs and ours != theirs:
            yield Hit(pair.measure, {"body": pair.body, "annex": annex}, pair.task)


def body_part(examined: Examined) -> Iterator[Hit]:
    """Report where only one says that the district merely takes part: 出台, 配合市级出台."""
    words = sorted(vocabulary.load("lint")["body"]["taking_part"], key=len, reverse=True)
    start = re.compile("|".join(map(re.escape, words)))
    for pair in examined.body_and_annex.clause_pairs:
        sides = [start.match(pair.body), start.match(pair.annex)]
        if (sides[0] is None) == (sides[1] is None):
            continue
        match = sides[0] or sides[1]
        longer, shorter = (pair.body, pair.annex) if sides[0] else (pair.annex, pair.body)
        if match and ratio(longer[match.end() :], shorter) >= _SAME_BUT_FOR_VERB:
            yield _said(pair, word=match[0])


def _states(text: str) -> set[int]:
    """Return which kinds of state a text names for a document, by their place in the vocabulary."""
    kinds = vocabulary.load("lint")["body"]["states"]
    return {at for at, words in enumerate(kinds) if any(word in text for word in words)}


def body_state(examined: Examined) -> Iterator[Hit]:
    """Report documents to be issued in the body and revised in the annex, or the like."""
    told: set[str] = set()
    for sentence, task in examined.body_and_annex.pairs():
        if not task.outcome:
            continue
        titles = _TITLE.findall(wide(task.name)) or [wide(task.name)]
        for clause in phrases(sentence.text):
            for printed in _TITLE.finditer(clause):
                before = re.split("[，、》]", clause[: printed.start()])[-1]
                ours, theirs = _states(before), _states(task.outcome)
                same = any(
                    printed[1].endswith(title) or title.endswith(printed[1]) for title in titles
                )
                if same and ours and theirs and not ours & theirs and task.task_id not in told:
                    told.add(task.task_id)
                    args = {"body": clause, "annex": f"{task.name}：{task.outcome}"}
                    yield Hit(sentence.measure, args, task)


def _replaces(body: str, annex: str) -> bool:
    """Whether one short run of characters stands for another, and the two do not say the same."""
    words = vocabulary.load("lint")["body"]
    if not (_HAN.fullmatch(body) and _HAN.fullmatch(annex)):
        return False
    if max(len(body), len(annex)) > 4 or abs(len(body) - len(annex)) > 2:
        return False
    if not (set(body) - set(words["of_all"]) and set(annex) - set(words["of_all"])):
        return False
    if _frequencies(body) or _frequencies(annex):
        return False
    return not any(
        any(word in body for word in same) and any(word in annex for word in same)
        for same in words["same_words"]
    )


def _shown(one: Neutral, clause: str, other: Neutral, facing: str, edit: Edit) -> tuple[str, str]:
    """Return the words of an edit of two neutral copies as printed.

    A single character is shown with the one before it, where both sides have that, else with
    the one after it.
    """
    low, high = one.starts[edit.body_at], one.ends[edit.body_at + len(edit.body) - 1]
    start, stop = other.starts[edit.annex_at], other.ends[edit.annex_at + len(edit.annex) - 1]
    if high - low == 1 or stop - start == 1:
        before = clause[max(0, low - 1) : low]
        if before and before == facing[max(0, start - 1) : start] and _HAN.fullmatch(before):
            low, start = low - 1, start - 1
        else:
            high, stop = high + 1, stop + 1
    return clause[low:high], facing[start:stop]


def body_word(examined: Examined) -> Iterator[Hit]:
    """Report another word in a clause that is otherwise the same: 在建高铁, 在建高路."""
    for pair in examined.body_and_annex.clause_pairs:
        # A figure against words is `body_figure`.
        if pair.likeness < 80 or bool(_numbers(pair.body)[0]) != bool(_numbers(pair.annex)[0]):
            continue
        one, other = neutral(pair.body), neutral(pair.annex)
        differing = edits(one.key, other.key)
        for at, edit in enumerate(differing):
            after = differing[at + 1] if at + 1 < len(differing) else None
            rest = [*differing[:at], *differing[at + 1 :]]
            # Two edits side by side are a phrase put otherwise.
            if after and after.body_at - edit.body_at - len(edit.body) < 2:
                continue
            moved = any(edit.annex in far.body or edit.body in far.annex for far in rest)
            if not moved and _replaces(edit.body, edit.annex):
                word, facing = _shown(one, pair.body, other, pair.annex, edit)
                yield _said(pair, word=word, other=facing)


def body_character(examined: Examined) -> Iterator[Hit]:
    """Report a character that one side lacks in a clause otherwise the same: 预警系 for 预警系统."""
    optional = vocabulary.load("lint")["body"]["optional"]
    for pair in examined.body_and_annex.clause_pairs:
        if pair.likeness < 85:
            continue
        for edit in pair.edits:
            extra = edit.body or edit.annex
            if (edit.body and edit.annex) or len(extra) != 1 or extra in optional:
                continue
            inside = 0 < edit.body_at < len(pair.body) - len(edit.body)
            if inside and (_HAN.fullmatch(extra) or extra == "、"):
                yield _said(pair, character=extra)


# ---- said on one side only -----------------------------------------------------------------


def _gives_out(examined: Examined) -> bool:
    """Whether the annex gives measures to bodies, and most of the body's sentences at that."""
    pairing = examined.body_and_annex
    rows = pairing.rows
    if not (pairing.sentences and rows) or sum(bool(t.owners) for t in rows) * 2 < len(rows):
        return False
    least = vocabulary.load("lint")["body"]["shared_out"]
    return bool(len(pairing.carried) >= least * len(pairing.sentences))


def body_without_row(examined: Examined) -> Iterator[Hit]:
    """Report sentences of the body that no row of the annex carries: nobody answers for them."""
    if not _gives_out(examined):
        return
    pairing = examined.body_and_annex
    # Rows of this name may be lost with the end of the file.
    lost = {task.name for task in pairing.rows if task.task_id in examined.cut_off}
    for sentence in pairing.sentences:
        if sentence.key not in pairing.carried and sentence.measure.title not in lost:
            yield Hit(sentence.measure, {"text": sentence.text, "title": sentence.measure.title})


def body_target_without_row(examined: Examined) -> Iterator[Hit]:
    """Report figures that no row states, though one carries the sentence that promises them."""
    if not _gives_out(examined):
        return
    pairing = examined.body_and_annex
    of_rows = [target for task in pairing.rows for target in task.targets]
    paired = {pair.measure.measure_id: pair.body for pair in pairing.clause_pairs}
    for sentence in pairing.sentences:
        if sentence.key not in pairing.carried:
            continue
        for target in sentence.measure.targets:
            carried = paired.get(sentence.measure.measure_id, "")
            if target.text not in sentence.text or target.text in carried:
                continue
            if not any(similarity(target.subject, other.subject) >= 0.5 for other in of_rows):
                yield Hit(sentence.measure, {"text": target.text})


def body_clause_without_row(examined: Examined) -> Iterator[Hit]:
    """Report clauses that are in none of the rows that carry their sentence."""
    rows: dict[str, list[Task]] = {}
    for sentence, task in examined.body_and_annex.pairs():
        rows.setdefault(sentence.key, []).append(task)
    trimmings = tuple(vocabulary.load("synonyms")["trimmings"])
    for sentence in examined.body_and_annex.sentences:
        carrying = [wide(f"{task.name}，{task.content}") for task in rows.get(sentence.key, ())]
        for clause in phrases(sentence.text) if carrying else ():
            if clause.startswith(trimmings) or len(clause) < _SHORTEST:
                continue
            if max(partial_ratio(clause, text) for text in carrying) < _SAID:
                args = {"text": clause, "title": sentence.measure.title}
                yield Hit(sentence.measure, args, rows[sentence.key][0])


def row_without_body(examined: Examined) -> Iterator[Hit]:
    """Report rows that no sentence of the body announces, where it announces the others."""
    least = vocabulary.load("lint")["body"]["rows_announced"]
    announced, rows = examined.body_and_annex.announced, examined.body_and_annex.rows
    every = Counter(task.table for task in rows)
    known = Counter(task.table for task in rows if task.task_id in announced)
    for task in rows:
        if task.task_id not in announced and known[task.table] >= least * every[task.table]:
            yield Hit(task, {"text": _first_words(task), "name": task.name})


def _first_words(task: Task) -> str:
    return task.content if len(task.content) <= 60 else f"{task.content[:60]}……"


RULES = [
    Rule("body_number", "error", body_number),
    Rule("body_frequency", "warning", body_frequency),
    Rule("body_state", "warning", body_state),
    Rule("body_part", "warning", body_part),
    Rule("body_figure", "info", body_figure),
    Rule("body_word", "info", body_word),
    Rule("body_character", "info", body_character),
    Rule("body_without_row", "warning", body_without_row),
    Rule("body_target_without_row", "info", body_target_without_row),
    Rule("body_clause_without_row", "info", body_clause_without_row, default=False),
    Rule("row_without_body", "info", row_without_body),
]
