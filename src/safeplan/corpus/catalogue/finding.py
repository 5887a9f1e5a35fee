"""What a reader names a measure by → its label: the label or its beginning, a task, words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from functools import cache
from typing import NamedTuple

import numpy as np

from safeplan.changes.likeness import essence
from safeplan.corpus import CorpusError
from safeplan.corpus.catalogue.labelled import Codes, Corpus
from safeplan.corpus.catalogue.records import Elsewhere
from safeplan.corpus.store import chosen
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
        CorpusError: `unknown_measure`, `ambiguous_measure`, `task_unlabelled`, `unknown_plan`,
            `ambiguous_plan`; or as `Corpus.rows`.
    """
    labels, whole = corpus.labels, corpus.asking()
    plan, colon, task_id = asked.replace("：", ":").rpartition(":")
    if colon and plan:
        plan_id = chosen(whole.heads, plan.strip(), corpus.folder)
        code = labels.of_task(plan_id, task_id.strip())
        if code is None:
            raise CorpusError(f"{plan_id}:{task_id.strip()}", "task_unlabelled")
        return Found(code)
    codes = [code for code, name in enumerate(labels.names) if name.startswith(asked)]
    if codes and _LABEL.fullmatch(asked):
        return Found(_only(whole, asked, codes))
    counts = labels.plan_counts()
    words = asked.split()
    # Read when they are looked at, and once.
    several = cache(lambda: _texts(whole, np.flatnonzero(counts > 1)))
    alone = cache(lambda: _texts(whole, np.flatnonzero(counts == 1)))
    for way, are_said in _WAYS.items() if words else ():
        for group in (several, alone):
            meant = [code for code, text in group().items() if are_said(words, text)]
            if meant and way == "subject":
                if group is alone:
                    meant = _most_stated(whole, words, meant, alone())
                code = _only(whole, asked, meant)
                others = [
                    Elsewhere(label=labels.names[at], name=text.name, plans=int(counts[at]))
                    for at, text in alone().items()
                    if at != code and are_said(words, text)
                ]
                return Found(code, asked, tuple(sorted(others, key=lambda one: one.label)))
            if meant:
                return Found(_only(whole, asked, meant))
    raise CorpusError(asked, "unknown_measure")


class _Text(NamedTuple):
    """What a measure can be found by."""

    name: str
    content: str
    subjects: list[str]
    kind: str
    """Of the plan whose text it is."""


def _texts(corpus: Corpus, codes: Sequence[int] | Codes) -> dict[int, _Text]:
    """Return the most usual text of some labels."""
    labels = corpus.labels
    usual = labels.usual(np.flatnonzero(np.isin(labels.codes, codes)))
    rows = corpus.rows(["name", "content", "targets"], places=usual)
    return {
        code: _Text(name, content, [target["subject"] for target in targets or ()], kind)
        for code, name, content, targets, kind in zip(
            rows.codes.tolist(),
            *(rows.values[column] for column in ("name", "content", "targets")),
            (rows.heads[plan].kind for plan in rows.plans),
            strict=True,
        )
    }


def _all_in(words: Sequence[str], text: str) -> bool:
    return all(word in text for word in words)


_WAYS: dict[str, Callable[[list[str], _Text], bool]] = {
    "called": lambda words, text: text.name == " ".join(words),
    "name": lambda words, text: _all_in(words, text.name),
    "subject": lambda words, text: any(_all_in(words, one) for one in text.subjects),
    "text": lambda words, text: _all_in(words, f"{text.name}\n{text.content}"),
}
"""How a measure can be meant, the surest first."""


def _most_stated(
    corpus: Corpus, words: list[str], codes: list[int], texts: dict[int, _Text]
) -> list[int]:
    """Return one of several measures of a single plan each, where most state the same.

    Plans of one kind that state the same are ranked together, whichever of them is named.
    """
    stated = {
        code: {(texts[code].kind, essence(one)) for one in texts[code].subjects
               if _all_in(words, one)}
        for code in codes
    }  # fmt: skip
    often = Counter(indicator for found in stated.values() for indicator in found)
    (usual, most), *others = often.most_common(2)
    if most == 1 or any(count == most for _, count in others):
        return codes
    saying = [code for code in codes if usual in stated[code]]
    return [min(saying, key=lambda code: corpus.labels.names[code])]


def _only(corpus: Corpus, asked: str, codes: Sequence[int]) -> int:
    """Return the one measure, or say which there are to choose from."""
    if len(codes) == 1:
        return codes[0]
    names, counts = corpus.labels.names, corpus.labels.plan_counts()
    ordered = sorted(codes, key=lambda code: (-counts[code], names[code]))[:_CANDIDATES]
    texts = _texts(corpus, ordered)
    candidates = "、".join(
        say(
            "catalogue.candidate",
            label=names[code],
            name=texts[code].name if code in texts else "",
            plans=counts[code],
        )
        for code in ordered
    )
    more = "…" if len(codes) > len(ordered) else ""
    count = str(len(codes))
    raise CorpusError(asked, "ambiguous_measure", count=count, candidates=candidates + more)
