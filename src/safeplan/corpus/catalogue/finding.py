"""What a reader names a measure by → its label: the label or its beginning, a task, words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from functools import cache, partial
from typing import NamedTuple

import numpy as np

from safeplan.changes.likeness import essence
from safeplan.corpus import CorpusError
from safeplan.corpus.catalogue.labelled import Codes, Corpus
from safeplan.corpus.catalogue.records import Elsewhere
from safeplan.corpus.store import find as find_plan
from safeplan.messages import say

_LABEL = re.compile(r"[a-z][a-z2-7]{0,11}")
_CANDIDATES = 8
"""So many measures are named where one must be chosen."""


class Found(NamedTuple):
    """The measure that was meant."""

    code: int
    """Which of the labels' `names` it is."""
    words: str = ""
    """The words, where they name the subject of one of its targets."""
    elsewhere: tuple[Elsewhere, ...] = ()
    """Then, measures of one plan alone that have a target of such a subject, too."""


def find_measure(corpus: Corpus, asked: str) -> Found:
    """Return the measure that is asked about.

    Args:
        corpus: the corpus.
        asked: a label or its unique beginning; `PLAN:TASK`; or words. A name that is just these
            words goes before names that hold them all, those before subjects of targets, and those
            before texts; each way, a measure of several plans goes before those of a single one.

    Raises:
        CorpusError: `unknown_measure`, `ambiguous_measure`, `task_unlabelled`; or as `store.find`.
    """
    labels = corpus.labels
    plan, colon, task = asked.replace("：", ":").rpartition(":")
    if colon and plan:
        return Found(_of_task(corpus, plan.strip(), task.strip()))
    if _LABEL.fullmatch(asked):
        codes = [code for code, name in enumerate(labels.names) if name.startswith(asked)]
        if codes:
            return Found(_only(corpus, asked, codes))
    return _by_words(corpus, asked)


def _of_task(corpus: Corpus, plan: str, task_id: str) -> int:
    plan_id = find_plan(corpus.folder, plan).plan_id
    labels = corpus.labels
    first, end = labels.of_plan(plan_id)
    if task_id in (tasks := labels.task_ids[first:end].to_pylist()):
        return int(labels.codes[first + tasks.index(task_id)])
    raise CorpusError(f"{plan_id}:{task_id}", "task_unlabelled")


def _by_words(corpus: Corpus, asked: str) -> Found:
    words = asked.split()
    counts = corpus.labels.plan_counts()
    # Read when they are looked at, and once.
    several, alone = (
        cache(partial(_texts, corpus, np.flatnonzero(chosen)))
        for chosen in (counts > 1, counts == 1)
    )
    for way, holds in _WAYS.items() if words else ():
        for group in (several, alone):
            texts = group()
            meant = [code for code, text in texts.items() if holds(asked, words, text)]
            if meant and way == "subject":
                return _by_subject(corpus, asked, meant, texts, alone())
            if meant:
                return Found(_only(corpus, asked, meant))
    raise CorpusError(asked, "unknown_measure")


def _by_subject(
    corpus: Corpus,
    asked: str,
    meant: Sequence[int],
    texts: dict[int, _Text],
    alone: dict[int, _Text],
) -> Found:
    """Return a measure found by a subject: among those of one plan each, one that most state."""
    words = asked.split()
    if meant[0] in alone:
        # Plans of one kind that state the same are ranked together, whichever of them is named.
        heads, names = corpus.heads(), corpus.labels.names
        kinds = {code: heads[next(iter(corpus.labels.tasks(code)))].kind for code in meant}
        stated = {
            code: {
                (kinds[code], essence(one)) for one in texts[code].subjects if _all_in(words, one)
            }
            for code in meant
        }
        often = Counter(indicator for found in stated.values() for indicator in found)
        (usual, most), *others = often.most_common(2)
        if most > 1 and all(count < most for _, count in others):
            meant = [min((at for at in meant if usual in stated[at]), key=lambda at: names[at])]
    code = _only(corpus, asked, meant)
    holds = _WAYS["subject"]
    elsewhere = [at for at, text in alone.items() if at != code and holds(asked, words, text)]
    return Found(code, asked, _elsewhere(corpus, elsewhere, alone))


def _elsewhere(
    corpus: Corpus, codes: Sequence[int], texts: dict[int, _Text]
) -> tuple[Elsewhere, ...]:
    labels = corpus.labels
    counts = labels.plan_counts()
    return tuple(
        Elsewhere(label=labels.names[code], name=texts[code].name, plans=int(counts[code]))
        for code in sorted(codes, key=lambda code: labels.names[code])
    )


class _Text(NamedTuple):
    """What a measure can be found by."""

    name: str
    content: str
    subjects: list[str]


def _all_in(words: Sequence[str], text: str) -> bool:
    return all(word in text for word in words)


_WAYS: dict[str, Callable[[str, list[str], _Text], bool]] = {
    "called": lambda asked, _, text: text.name == asked,
    "name": lambda _, words, text: _all_in(words, text.name),
    "subject": lambda _, words, text: any(_all_in(words, one) for one in text.subjects),
    "text": lambda _, words, text: _all_in(words, f"{text.name}\n{text.content}"),
}
"""How a measure can be meant, the surest first."""


def _texts(corpus: Corpus, codes: Sequence[int] | Codes) -> dict[int, _Text]:
    """Return the most usual text of some labels."""
    labels = corpus.labels
    usual = labels.usual(np.isin(labels.codes, codes))
    columns = ["name", "content", "targets.subject"]
    rows = corpus.asking().rows(columns, labels.wanted(usual))
    every = range(len(rows))
    texts = (
        _Text(name, content, [target["subject"] for target in targets or ()])
        for name, content, targets in zip(
            *(rows.values(column, every) for column in ("name", "content", "targets")), strict=True
        )
    )
    return dict(zip(rows.codes.tolist(), texts, strict=True))


def _only(corpus: Corpus, asked: str, codes: Sequence[int]) -> int:
    """Return the one measure, or say which there are to choose from."""
    if len(codes) == 1:
        return codes[0]
    labels = corpus.labels
    counts = labels.plan_counts()
    ordered = sorted(codes, key=lambda code: (-counts[code], labels.names[code]))[:_CANDIDATES]
    texts = _texts(corpus, ordered)
    candidates = [
        say(
            "catalogue.candidate",
            label=labels.names[code],
            name=texts[code].name if code in texts else "",
            plans=counts[code],
        )
        for code in ordered
    ]
    more = "…" if len(codes) > len(ordered) else ""
    raise CorpusError(
        asked, "ambiguous_measure", count=str(len(codes)), candidates="、".join(candidates) + more
    )
