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
from safeplan.models import Task
from safeplan.slips.body_and_annex import ClausePair, Edit, edits
from safeplan.slips.rules import Examined, Hit, rule
from safeplan.text.clauses import phrases
from safeplan.text.folding import wide
from safeplan.text.neutral import Neutral, neutral

_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)?")
_YEAR = re.compile(r"20[0-9]{2}年")
_HAN = re.compile(r"[\u4e00-\u9fff]+")
_TITLE = re.compile(r"《([^《》]+)》")
_SAME_BUT_FOR_FIGURE = 75
_SAME_BUT_FOR_WORD = 80
_SAME_BUT_FOR_VERB = _SAME_BUT_FOR_CHARACTER = 85
"""From these likenesses (0..100) on, two clauses ask for the same thing."""
_SAID = 60
"""Below this likeness (0..100) to its best part, a row does not say a clause."""
_SHORTEST = 6
"""A clause of fewer characters says too little to be missed."""
_SAME_SUBJECT = 0.5
"""From this likeness of their subjects on, a row states a figure of the body."""
_QUOTED = 60
"""Characters of a row that are quoted."""


def _said(pair: ClausePair, **more: str) -> Hit:
    return Hit(pair.measure, {"body": pair.body, "annex": pair.annex, **more}, pair.task)


# ---- said otherwise ------------------------------------------------------------------------


def _numbers(clause: str) -> tuple[list[float], str]:
    """Return the numbers of a clause but for years, and the clause with each made one sign."""
    bare = _YEAR.sub("", clause)
    return [*map(float, _NUMBER.findall(bare))], _NUMBER.sub("#", bare)


@rule("error")
def body_number(examined: Examined) -> Iterator[Hit]:
    """Report measures to which body and annex give another number."""
    for pair in examined.body_and_annex.clause_pairs:
        (ours, frame), (theirs, other) = _numbers(pair.body), _numbers(pair.annex)
        same_frame = all("#" not in edit.body + edit.annex for edit in edits(frame, other))
        if same_frame and len(ours) == len(theirs) and ours != theirs:
            yield _said(pair)


def _frequencies(text: str) -> set[int]:
    """Return the frequencies that a text names, by their place in the vocabulary."""
    listed = vocabulary.load("lint")["body"]["frequencies"]
    ranked = [(word, at) for at, words in enumerate(listed) for word in words]
    found = set()
    for word, at in sorted(ranked, key=lambda entry: -len(entry[0])):
        if word in text:
            found.add(at)
            text = text.replace(word, "·")
    return found


@rule("warning")
def body_frequency(examined: Examined) -> Iterator[Hit]:
    """Report what is done at another frequency: 定期述职, 半年述职."""
    for pair in examined.body_and_annex.clause_pairs:
        ours = _frequencies("·".join(edit.body for edit in pair.edits))
        theirs = _frequencies("·".join(edit.annex for edit in pair.edits))
        annex = pair.annex
        if ours and not theirs and not _frequencies(annex):
            # The table may say how often in a column of its own.
            theirs = _frequencies(pair.task.deadline_text)
            annex = f"{annex}（{pair.task.deadline_text}）"
        if ours and theirs and ours != theirs:
            yield Hit(pair.measure, {"body": pair.body, "annex": annex}, pair.task)


def _states(text: str) -> set[int]:
    """Return which kinds of state a text names for a document, by their place in the vocabulary."""
    kinds = vocabulary.load("lint")["body"]["states"]
    return {at for at, words in enumerate(kinds) if any(word in text for word in words)}


@rule("warning")
def body_state(examined: Examined) -> Iterator[Hit]:
    """Report documents to be issued in the body and revised in the annex, or the like."""
    told: set[str] = set()
    for sentence, task in examined.body_and_annex.pairs:
        name = wide(task.name)
        for clause in phrases(sentence.said.text) if task.outcome else ():
            for printed in _TITLE.finditer(clause):
                before = re.split("[，、》]", clause[: printed.start()])[-1]
                ours, theirs = _states(before), _states(task.outcome or "")
                same = any(
                    printed[1].endswith(title) or title.endswith(printed[1])
                    for title in _TITLE.findall(name) or [name]
                )
                if same and ours and theirs and not ours & theirs and task.task_id not in told:
                    told.add(task.task_id)
                    args = {"body": clause, "annex": f"{task.name}：{task.outcome}"}
                    yield Hit(sentence.measure, args, task)


@rule("warning")
def body_part(examined: Examined) -> Iterator[Hit]:
    """Report where only one says that the district merely takes part: 出台, 配合市级出台."""
    words = sorted(vocabulary.load("lint")["body"]["taking_part"], key=len, reverse=True)
    start = re.compile("|".join(map(re.escape, words)))
    for pair in examined.body_and_annex.clause_pairs:
        ours, theirs = start.match(pair.body), start.match(pair.annex)
        match = ours or theirs
        if match and not (ours and theirs):
            rest, other = match.string[match.end() :], pair.annex if ours else pair.body
            if ratio(rest, other) >= _SAME_BUT_FOR_VERB:
                yield _said(pair, word=match[0])


@rule("info")
def body_figure(examined: Examined) -> Iterator[Hit]:
    """Report measures for which one gives a figure, the other only words."""
    for pair in examined.body_and_annex.clause_pairs:
        if _has_figure_alone(pair) and pair.likeness >= _SAME_BUT_FOR_FIGURE:
            yield _said(pair)


def _has_figure_alone(pair: ClausePair) -> bool:
    return bool(_numbers(pair.body)[0]) != bool(_numbers(pair.annex)[0])


def _replaces(body: str, annex: str) -> bool:
    """Whether one short run of characters stands for another, and the two do not say the same."""
    words = vocabulary.load("lint")["body"]
    runs = body, annex
    return (
        all(
            _HAN.fullmatch(run) and len(run) <= 4 and set(run) - set(words["of_all"])
            for run in runs
        )
        and abs(len(body) - len(annex)) <= 2
        and not any(map(_frequencies, runs))
        and not any(
            all(any(word in run for word in same) for run in runs) for same in words["same_words"]
        )
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


@rule("info")
def body_word(examined: Examined) -> Iterator[Hit]:
    """Report another word in a clause that is otherwise the same: 在建高铁, 在建高路."""
    for pair in examined.body_and_annex.clause_pairs:
        # A figure against words is `body_figure`.
        if pair.likeness < _SAME_BUT_FOR_WORD or _has_figure_alone(pair):
            continue
        one, other = neutral(pair.body), neutral(pair.annex)
        differing = edits(one.key, other.key)
        for at, edit in enumerate(differing):
            after = differing[at + 1 : at + 2]
            # Two edits side by side are a phrase put otherwise.
            if after and after[0].body_at - edit.body_at - len(edit.body) < 2:
                continue
            moved = any(
                edit.annex in far.body or edit.body in far.annex
                for far in differing
                if far is not edit
            )
            if not moved and _replaces(edit.body, edit.annex):
                word, facing = _shown(one, pair.body, other, pair.annex, edit)
                yield _said(pair, word=word, other=facing)


@rule("info")
def body_character(examined: Examined) -> Iterator[Hit]:
    """Report a character that one side lacks in a clause otherwise the same: 预警系 for 预警系统."""
    optional = vocabulary.load("lint")["body"]["optional"]
    for pair in examined.body_and_annex.clause_pairs:
        for edit in pair.edits if pair.likeness >= _SAME_BUT_FOR_CHARACTER else ():
            extra = edit.body or edit.annex
            if (edit.body and edit.annex) or len(extra) != 1 or extra in optional:
                continue
            inside = 0 < edit.body_at < len(pair.body) - len(edit.body)
            if inside and (_HAN.fullmatch(extra) or extra == "、"):
                yield _said(pair, character=extra)


# ---- said on one side only -----------------------------------------------------------------


def _gives_out(examined: Examined) -> bool:
    """Whether the annex gives measures to bodies, and most of the body's sentences at that."""
    both = examined.body_and_annex
    if not both.sentences or not both.rows:
        return False
    least: float = vocabulary.load("lint")["body"]["shared_out"]
    owned = sum(bool(task.owners) for task in both.rows)
    return 2 * owned >= len(both.rows) and len(both.carried) >= least * len(both.sentences)


@rule("warning")
def body_without_row(examined: Examined) -> Iterator[Hit]:
    """Report sentences of the body that no row of the annex carries: nobody answers for them."""
    if not _gives_out(examined):
        return
    both = examined.body_and_annex
    # Rows of this name may be lost with the end of the file.
    lost = {task.name for task in both.rows if task.task_id in examined.cut_off}
    for sentence in both.sentences:
        if sentence.said.statement_id not in both.carried and sentence.measure.title not in lost:
            yield Hit(
                sentence.measure, {"text": sentence.said.text, "title": sentence.measure.title}
            )


@rule("info")
def body_target_without_row(examined: Examined) -> Iterator[Hit]:
    """Report figures that no row states, though one carries the sentence that promises them."""
    if not _gives_out(examined):
        return
    both = examined.body_and_annex
    subjects = [target.subject for task in both.rows for target in task.targets]
    paired = {pair.measure.measure_id: pair.body for pair in both.clause_pairs}
    for sentence in both.sentences:
        clause = paired.get(sentence.measure.measure_id, "")
        carried = sentence.said.statement_id in both.carried
        for target in sentence.said.targets if carried else ():
            if target.text not in clause and all(
                similarity(target.subject, one) < _SAME_SUBJECT for one in subjects
            ):
                yield Hit(sentence.measure, {"text": target.text})


@rule("info", default=False)
def body_clause_without_row(examined: Examined) -> Iterator[Hit]:
    """Report clauses that are in none of the rows that carry their sentence."""
    trimmings = tuple(vocabulary.load("synonyms")["trimmings"])
    rows: dict[str, list[Task]] = {}
    for sentence, task in examined.body_and_annex.pairs:
        rows.setdefault(sentence.said.statement_id, []).append(task)
    for sentence in examined.body_and_annex.sentences:
        carrying = rows.get(sentence.said.statement_id, [])
        said = [wide(f"{task.name}，{task.content}") for task in carrying]
        for clause in phrases(sentence.said.text) if carrying else ():
            if clause.startswith(trimmings) or len(clause) < _SHORTEST:
                continue
            if max(partial_ratio(clause, text) for text in said) < _SAID:
                args = {"text": clause, "title": sentence.measure.title}
                yield Hit(sentence.measure, args, carrying[0])


@rule("info")
def row_without_body(examined: Examined) -> Iterator[Hit]:
    """Report rows that no sentence of the body announces, where it announces the others."""
    least = vocabulary.load("lint")["body"]["rows_announced"]
    both = examined.body_and_annex
    announced = {task.task_id for _, task in both.pairs}
    every = Counter(task.table for task in both.rows)
    known = Counter(task.table for task in both.rows if task.task_id in announced)
    for task in both.rows:
        if task.task_id not in announced and known[task.table] >= least * every[task.table]:
            cut = "……" if len(task.content) > _QUOTED else ""
            yield Hit(task, {"text": task.content[:_QUOTED] + cut, "name": task.name})
