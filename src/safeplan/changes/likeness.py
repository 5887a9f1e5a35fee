"""Whether two subjects measure the same thing: by what each says that the other does not.

A subject is a head (率, 起数, 人数) and what modifies it. Set side by side, whatever the order,
two subjects of one thing leave words over on one side at most: one says it more exactly
(水毁修复项目, 中小河流水毁修复项目). Words left over on both sides name different things
(完好率 and 抽检率, 溺水 and 火灾, 一级 and 二级). So no list of rates is needed; words that tell
nothing apart (places, levels, fillers, work on a thing) and synonyms come from the vocabulary.
"""

from __future__ import annotations

import re
from collections import Counter
from difflib import SequenceMatcher
from itertools import pairwise
from typing import NamedTuple

from safeplan import vocabulary
from safeplan.models import Target
from safeplan.targets.units import units
from safeplan.text.folding import fold

TELLING = 2
"""Characters that two subjects have in common at least, in a run, to be of one thing."""
SAID_WITHIN = 0.7
"""The likeness of two subjects of which one says more exactly what the other says."""
RELATED = 0.4
"""From this share of the shorter subject on, two subjects are in kin: a record reworded."""

_EACH_OF = re.compile("应(.{1,2})尽\\1")
_ALL_OF = re.compile("全部?([^部，；。、]{2,4}?)(?:到位|完毕)?$")
_WHEN = re.compile(
    "较?十[一二三四五六七八九]五(?:时期|期间|期末|末)?|(?:20[0-9]{2}|[一二两三四五六七八九十])年(?:累计|共|内|度)?|累计|年均|[每全今当本]年|每(?:半年|季度|季|月|周|日|天|旬)"
)
_RATE = re.compile("(?:覆盖率|比率|率|比例|占比|比重|覆盖面)$")
_OURS, _THEIRS = "\0", "\1"
"""What stands for a character of either subject that both share."""
_GAPS = re.compile(f"[ {_OURS}{_THEIRS}]")


@vocabulary.cached(65536)
def similarity(left: str, right: str) -> float:
    """Return how far two subjects mean the same, 0..1, whichever comes first.

    >>> similarity("较大及以上生产安全事故起数", "生产安全较大及以上事故起数")
    1.0
    >>> similarity("火灾起数", "火灾亡人数"), similarity("矿山三级标准化率", "矿山二级标准化率")
    (0.0, 0.0)
    >>> similarity("消防设施完好率", "消防设施抽检率"), similarity("工业用户", "商业用户")
    (0.0, 0.0)
    >>> similarity("水毁修复项目", "中小河流水毁修复项目建设")
    0.7
    """
    (left, for_left), (right, for_right) = _scoped(left), _scoped(right)
    if for_left and for_right:
        return min(similarity(left, right), similarity(for_left, for_right))
    if for_left or for_right:
        return 0.0
    one, other = _essence(left), _essence(right)
    if one == other:
        return 1.0 if one.whole or left == right else 0.0
    rest = _rest(one.whole, other.whole) if one.classes == other.classes else None
    if rest is None or (rest.left and rest.right):
        return 0.0
    if not rest.left and not rest.right:
        return 1.0
    if rest.goes_on and not one.is_rate and not other.is_rate:
        return 0.0
    if rest.tail in vocabulary.load("targets")["comparison"]["quality"]:
        return 0.0
    return max(SAID_WITHIN, round(_likeness(one.whole, other.whole), 6))


def _scoped(subject: str) -> tuple[str, str]:
    """Return a subject and whom alone it is asked of: 疏散逃生演练·高危行业领域."""
    said, _, scope = subject.partition("·")
    # 受害率·我县: the place of the record is no narrower than the record.
    own = vocabulary.load("verdicts")["governments"]["figures"]["own"]
    return said, "" if scope in own else scope


def same_thing(left: Target, right: Target) -> float:
    """Return how far two targets measure the same, 0..1.

    A target said as full coverage (全覆盖, 应签尽签) names no rate; it is the rate of doing what
    its subject names, and no rate of how well it is done (完好率, 合格率).
    """
    if _by_others(left, right):
        return 0.0
    score = similarity(left.subject, right.subject)
    if _is_full(left) == _is_full(right):
        return score
    said, rate = (left, right) if _is_full(left) else (right, left)
    done = "".join(_EACH_OF.findall(said.text) or _ALL_OF.findall(said.text))
    bare = _RATE.sub("", fold(rate.subject))
    quality = vocabulary.load("targets")["comparison"]["quality"]
    if any(word in bare and word not in said.subject + done for word in quality):
        return 0.0
    if done and done not in said.subject:
        score = max(score, similarity(said.subject + done, bare))
        if said.subject not in said.text:
            # 培训8学时，应持证尽持证: what it is of stands in another clause, of another thing.
            score = max(score, similarity(f"{done}率", f"{bare}率"))
    return score


def _by_others(left: Target, right: Target) -> bool:
    """Whether a frequency is asked of others: 幼儿园每月1次, 中小学每月1次."""
    if not all("/" in side.unit and "每" in side.text for side in (left, right)):
        return False
    one, other = (_essence(side.text.partition("每")[0]).whole for side in (left, right))
    rest = _rest(one, other)
    return bool(one and other) and (rest is None or bool(rest.left and rest.right))


def _is_full(target: Target) -> bool:
    """Whether a target says full coverage in words, without a rate."""
    return (
        target.value == 100
        and target.unit == "%"
        and "100" not in fold(target.text)
        and not _RATE.search(fold(target.subject))
    )


def related(left: str, right: str) -> bool:
    """Whether two subjects may be one, reworded: much in common, and no word that excludes it.

    >>> related("标准化示范社区", "示范社区创建"), related("设备完好率", "设备抽检率")
    (True, False)
    """
    one, other = _essence(left), _essence(right)
    if not one.whole or not other.whole:
        return True
    rest = _rest(one.whole, other.whole) if one.classes == other.classes else None
    if rest is None or (rest.left and rest.right and (one.is_rate or other.is_rate)):
        return False
    return rest.common >= RELATED * min(len(one.whole), len(other.whole))


def essence(subject: str) -> str:
    """Return a subject without the words that do not tell subjects apart; empty if none is left.

    >>> essence("全县城镇老旧小区") == essence("城镇老旧小区") != essence("老旧小区")
    True
    """
    return _essence(subject).whole


def is_part(left: str, right: str) -> bool:
    """Whether one subject lists only some of what the other lists: 检验率 of 检验率、报废率."""
    return _items(left) < _items(right)


@vocabulary.cached(8192)
def _items(subject: str) -> set[str]:
    return {_essence(item).whole for item in re.split("[、和及与]", subject) if item}


# ---- what a subject says ----


class _Essence(NamedTuple):
    """A subject without the words that do not tell subjects apart."""

    whole: str
    is_rate: bool
    classes: dict[str, frozenset[int]]  # family to the classes of it that the subject names


@vocabulary.cached()
def _strippers() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Return what finds the words that tell nothing, and those of work on a thing."""
    words = vocabulary.load("targets")["comparison"]
    ignored, weak = (
        "|".join(map(re.escape, sorted(words[kind], key=len, reverse=True)))
        for kind in ("ignored", "weak")
    )
    # A figure tells no subject from another, but a threshold does: 200张床位以上的医院.
    amounts = rf"[0-9.]+(?:{units().pattern})?(?![0-9.]*[^，；。]{{0,3}}以[上下])"
    return re.compile(f"{ignored}|{amounts}"), re.compile(weak)


@vocabulary.cached(8192)
def _essence(subject: str) -> _Essence:
    words = vocabulary.load("targets")["comparison"]
    folded = fold(subject)
    for synonym, word in words["synonyms"].items():
        folded = folded.replace(synonym, word)
    classes = {
        family: frozenset(
            at for at, terms in enumerate(listed) if any(term in folded for term in terms)
        )
        for family, listed in words["families"].items()
    }
    if not classes.get("harm") and folded.endswith(tuple(words["events"])):
        # 火灾下降5%: said of things that happen, a bare count is one of how often.
        classes["harm"] = frozenset([0])
    whole = _WHEN.sub("", _strippers()[0].sub("", folded))
    bare = _RATE.sub(lambda rate: "覆盖" if rate[0].startswith("覆盖") else "", whole)
    named = {family: named for family, named in classes.items() if named}
    return _Essence(bare, bare != whole, named)


# ---- two of them side by side ----


class _Rest(NamedTuple):
    """What of two subjects the other one does not say."""

    left: str
    right: str
    common: int  # how many characters they share
    goes_on: (
        bool  # whether the longer one ends in words that the other lacks: 应急广播, 应急广播管护员
    )
    tail: str  # those words: the 反馈 of 叫应率 and 叫应反馈率


@vocabulary.cached(16384)
def _rest(left: str, right: str) -> _Rest | None:
    """Return what is left of two subjects without their common runs; None where they share none."""
    if {*pairwise(left)}.isdisjoint(pairwise(right)):
        return None
    alone = _apart(left, right)
    printed = [_GAPS.split(text) for text in alone]
    making, keeping = vocabulary.load("targets")["commitments"], vocabulary.load("verdicts")
    work = (*making["verbs"], *keeping["amounts"]["upkeep"])
    rests = [[_strippers()[1].sub("", run) for run in runs] for runs in printed]
    for end in (0, -1):
        # 管道改造 and 管道巡检: beside other work, work on a thing tells what is measured. In front
        # of a thing, what is no work says which: 新改建管网 and 市政管网.
        others = [rest[end] for rest in rests if rest[end]]
        works = end == -1 or any(one.startswith(work) for one in others)
        if all(runs[end] for runs in printed) and others and works:
            rests[0][end], rests[1][end] = (runs[end] for runs in printed)
    tails = [rest[-1] for rest in rests]
    return _Rest(
        "".join(rests[0]),
        "".join(rests[1]),
        alone[0].count(_OURS),
        any(len(tail) > 1 for tail in tails),
        "".join(tails),
    )


def _apart(left: str, right: str) -> tuple[str, str]:
    """Return two texts with a sign for each character of the runs that they share, longest first."""
    while True:
        run = SequenceMatcher(None, left, right, autojunk=False).find_longest_match()
        if run.size < TELLING:
            return left, right
        left = left[: run.a] + _OURS * run.size + left[run.a + run.size :]
        right = right[: run.b] + _THEIRS * run.size + right[run.b + run.size :]


def _likeness(left: str, right: str) -> float:
    """Return the likeness of two strings by the characters and the pairs that they share."""
    shares = []
    for size in (1, 2):
        one, other = (
            Counter(text[at : at + size] for at in range(len(text) - size + 1))
            for text in (left, right)
        )
        total = one.total() + other.total()
        shares.append(2 * (one & other).total() / total if total else 0.0)
    return sum(shares) / 2
