"""Rules on the body against the annex: what one promises, the other gives to somebody.

Both are one government's words in one document. Where they name one measure with another figure,
frequency, state or word, one of them is wrong; where only one of them names it, nobody answers.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator

from rapidfuzz.fuzz import partial_ratio, ratio

from safeplan import vocabulary
from safeplan.changes.likeness import similarity
from safeplan.models import Task
from safeplan.slips.rules import ClausePair, Edit, Examined, Hit, edits, rule
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
    for pair in examined.clause_pairs:
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
    for pair in examined.clause_pairs:
        ours = _frequencies("·".join(edit.body for edit in pair.edits))
        theirs = _frequencies("·".join(edit.annex for edit in pair.edits))
        if ours and not theirs and not _frequencies(pair.annex):
            # The table may say how often in a column of its own.
            theirs = _frequencies(pair.task.deadline_text)
            pair = pair._replace(annex=f"{pair.annex}（{pair.task.deadline_text}）")
        if ours and theirs and ours != theirs:
            yield _said(pair)


@rule("warning")
def body_state(examined: Examined) -> Iterator[Hit]:
    """Report documents to be issued in the body and revised in the annex, or the like."""
    kinds = vocabulary.load("lint")["body"]["states"]

    def states(text: str) -> set[int]:
        return {at for at, words in enumerate(kinds) if any(word in text for word in words)}

    told: set[str] = set()
    for sentence, task in examined.carried:
        name = wide(task.name)
        theirs = states(task.outcome or "")
        for clause in phrases(sentence.said.text) if theirs else ():
            for printed in _TITLE.finditer(clause):
                ours = states(re.split("[，、》]", clause[: printed.start()])[-1])
                same = any(
                    printed[1].endswith(title) or title.endswith(printed[1])
                    for title in _TITLE.findall(name) or [name]
                )
                if same and ours and not ours & theirs and task.task_id not in told:
                    told.add(task.task_id)
                    args = {"body": clause, "annex": f"{task.name}：{task.outcome}"}
                    yield Hit(sentence.measure, args, task)


@rule("warning")
def body_part(examined: Examined) -> Iterator[Hit]:
    """Report where only one says that the district merely takes part: 出台, 配合市级出台."""
    words = sorted(vocabulary.load("lint")["body"]["taking_part"], key=len, reverse=True)
    start = re.compile("|".join(map(re.escape, words)))
    for pair in examined.clause_pairs:
        ours, theirs = start.match(pair.body), start.match(pair.annex)
        match = ours or theirs
        if match and not (ours and theirs):
            rest, other = match.string[match.end() :], pair.annex if ours else pair.body
            if ratio(rest, other) >= _SAME_BUT_FOR_VERB:
                yield _said(pair, word=match[0])


@rule("info")
def body_figure(examined: Examined) -> Iterator[Hit]:
    """Report measures for which one gives a figure, the other only words."""
    for pair in examined.clause_pairs:
        if _has_figure_alone(pair) and pair.likeness >= _SAME_BUT_FOR_FIGURE:
            yield _said(pair)


def _has_figure_alone(pair: ClausePair) -> bool:
    return bool(_numbers(pair.body)[0]) != bool(_numbers(pair.annex)[0])


@rule("info")
def body_word(examined: Examined) -> Iterator[Hit]:
    """Report another word in a clause that is otherwise the same: 在建高铁, 在建高路."""
    for pair in examined.clause_pairs:
        # A figure against words is `body_figure`.
        if pair.likeness < _SAME_BUT_FOR_WORD or _has_figure_alone(pair):
            continue
        one, other = neutral(pair.body), neutral(pair.annex)
        differing = edits(one.key, other.key)
        for at, edit in enumerate(differing):
            # Two edits side by side are a phrase put otherwise.
            ends = edit.body_at + len(edit.body)
            if any(after.body_at - ends < 2 for after in differing[at + 1 : at + 2]):
                continue
            moved = any(
                edit.annex in far.body or edit.body in far.annex
                for far in differing
                if far is not edit
            )
            if not moved and _replaces(edit.body, edit.annex):
                word, facing = _shown(one, other, edit)
                yield _said(pair, word=word, other=facing)


def _replaces(body: str, annex: str) -> bool:
    """Whether one short run of characters stands for another, and the two do not say the same."""
    words = vocabulary.load("lint")["body"]
    for run in (body, annex):
        of_all = set(words["of_all"]).issuperset(run)
        if not _HAN.fullmatch(run) or len(run) > 4 or of_all or _frequencies(run):
            return False
    return abs(len(body) - len(annex)) <= 2 and not any(
        all(any(word in run for word in same) for run in (body, annex))
        for same in words["same_words"]
    )


def _shown(one: Neutral, other: Neutral, edit: Edit) -> tuple[str, str]:
    """Return the words of an edit of two neutral copies as printed.

    A single character is shown with the one before it, where both sides have that, else with
    the one after it.
    """
    low, high = one.span(edit.body_at, edit.body_at + len(edit.body))
    start, stop = other.span(edit.annex_at, edit.annex_at + len(edit.annex))
    if high - low == 1 or stop - start == 1:
        before = one.text[max(0, low - 1) : low]
        if before == other.text[max(0, start - 1) : start] and _HAN.fullmatch(before):
            low, start = low - 1, start - 1
        else:
            high, stop = high + 1, stop + 1
    return one.text[low:high], other.text[start:stop]


@rule("info")
def body_character(examined: Examined) -> Iterator[Hit]:
    """Report a character that one side lacks in a clause otherwise the same: 预警系 for 预警系统."""
    optional = vocabulary.load("lint")["body"]["optional"]
    for pair in examined.clause_pairs:
        for edit in pair.edits if pair.likeness >= _SAME_BUT_FOR_CHARACTER else ():
            extra = edit.body + edit.annex
            inside = 0 < edit.body_at < len(pair.body) - len(edit.body)
            is_word = (
                len(extra) == 1 and extra not in optional and (_HAN.match(extra) or extra == "、")
            )
            if inside and is_word:
                yield _said(pair, character=extra)


# ---- said on one side only -----------------------------------------------------------------


def _gives_out(examined: Examined) -> bool:
    """Whether the annex gives measures to bodies, and most of the body's sentences at that."""
    if not examined.sentences or not examined.annex:
        return False
    least: float = vocabulary.load("lint")["body"]["shared_out"]
    owned = sum(bool(task.owners) for task in examined.annex)
    carried = len(examined.carried_ids) >= least * len(examined.sentences)
    return 2 * owned >= len(examined.annex) and carried


@rule("warning")
def body_without_row(examined: Examined) -> Iterator[Hit]:
    """Report sentences of the body that no row of the annex carries: nobody answers for them."""
    # Rows of this name may be lost with the end of the file.
    lost = {task.name for task in examined.annex if task.task_id in examined.cut_off}
    for measure, said in examined.sentences if _gives_out(examined) else ():
        if said.statement_id not in examined.carried_ids and measure.title not in lost:
            yield Hit(measure, {"text": said.text, "title": measure.title})


@rule("info")
def body_target_without_row(examined: Examined) -> Iterator[Hit]:
    """Report figures that no row states, though one carries the sentence that promises them."""
    subjects = [target.subject for task in examined.annex for target in task.targets]
    paired = {pair.measure.measure_id: pair.body for pair in examined.clause_pairs}
    for measure, said in examined.sentences if _gives_out(examined) else ():
        clause = paired.get(measure.measure_id, "")
        for target in said.targets if said.statement_id in examined.carried_ids else ():
            if target.text not in clause and all(
                similarity(target.subject, one) < _SAME_SUBJECT for one in subjects
            ):
                yield Hit(measure, {"text": target.text})


@rule("info", default=False)
def body_clause_without_row(examined: Examined) -> Iterator[Hit]:
    """Report clauses that are in none of the rows that carry their sentence."""
    trimmings = tuple(vocabulary.load("synonyms")["trimmings"])
    rows: defaultdict[str, list[Task]] = defaultdict(list)
    for sentence, task in examined.carried:
        rows[sentence.said.statement_id].append(task)
    for measure, said in examined.sentences:
        carrying = rows[said.statement_id]
        texts = [wide(f"{task.name}，{task.content}") for task in carrying]
        for clause in phrases(said.text) if carrying else ():
            if clause.startswith(trimmings) or len(clause) < _SHORTEST:
                continue
            if max(partial_ratio(clause, text) for text in texts) < _SAID:
                yield Hit(measure, {"text": clause, "title": measure.title}, carrying[0])


@rule("info")
def row_without_body(examined: Examined) -> Iterator[Hit]:
    """Report rows that no sentence of the body announces, where it announces the others."""
    least = vocabulary.load("lint")["body"]["rows_announced"]
    announced = {task.task_id for _, task in examined.carried}
    every = Counter(task.table for task in examined.annex)
    known = Counter(task.table for task in examined.annex if task.task_id in announced)
    for task in examined.annex:
        if task.task_id not in announced and known[task.table] >= least * every[task.table]:
            cut = "……" if len(task.content) > _QUOTED else ""
            yield Hit(task, {"text": task.content[:_QUOTED] + cut, "name": task.name})
