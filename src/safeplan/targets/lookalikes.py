"""What only looks like an amount: thresholds, names with numbers, sayings, bases of a distribution.

Each rule is a function from an amount and its surroundings to a verdict; the first that says yes
drops the amount. Names in quotation marks, titles, dates and codes are already masked.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from safeplan.targets.amounts import Amount
from safeplan.targets.lexicon import lexicon
from safeplan.targets.passages import Passage

_CLOSING = "，；。！？、）)\n:■”"


@dataclass(frozen=True)
class Setting:
    """One amount and what stands around it in its clause."""

    passage: Passage
    amount: Amount
    following: Amount | None
    """The next amount of the passage."""

    @cached_property
    def clause(self) -> tuple[int, int]:
        """Bounds of the clause."""
        return self.passage.clause(self.amount.start)

    @cached_property
    def before(self) -> str:
        """The clause up to the number."""
        return self.passage.between(self.clause[0], self.amount.start)

    @cached_property
    def after(self) -> str:
        """The clause from behind the amount (and the bound after it)."""
        return self.passage.between(self.amount.stop, self.clause[1])

    @cached_property
    def stands_before_noun(self) -> bool:
        """Whether the thing counted follows: 5处整治, not 整治5处."""
        return bool(self.after) and self.after[0] not in _CLOSING

    @cached_property
    def verb_adjoins(self) -> bool:
        """Whether a verb of work stands right before the number."""
        return lexicon().verb_at_end.search(self.before) is not None

    @cached_property
    def has_verb(self) -> bool:
        """Whether a verb of work stands anywhere before the number in its clause."""
        return lexicon().verb.search(self.before) is not None

    @cached_property
    def goes_on(self) -> bool:
        """Whether the amount opens its clause and the clause before asks for work: 建设…，约300个…."""
        about = self.before.strip("约近共计■ ")
        start = self.clause[0]
        if about or not start or self.passage.masked[start - 1] != "，":
            return False
        before = self.passage.between(self.passage.clause(start - 1)[0], start - 1)
        return lexicon().verb.search(before) is not None

    @cached_property
    def has_base(self) -> bool:
        """Whether the clause gives a frequency: 每年."""
        return lexicon().base.search(self.before) is not None

    @cached_property
    def is_bounded(self) -> bool:
        """Whether words ask for at least or at most this amount."""
        return (
            self.amount.direction is not None
            or lexicon().bound.search(self.before[-8:]) is not None
        )


def in_a_saying(setting: Setting) -> bool:
    """最后一公里, 每10万人, 第3次."""
    return lexicon().saying_before.search(setting.before) is not None


def is_scope(setting: Setting) -> bool:
    """200张床位以上的医院, （年均收储量5万吨以上）地方企业, 一公里范围内."""
    amount, words = setting.amount, lexicon()
    if amount.is_share:
        return False
    if amount.dimension == "return_period" and setting.stands_before_noun:
        return lexicon().bound.search(setting.before[-4:]) is None
    is_size = amount.unit.lstrip("百千万亿") in words.words["scope"]["sizes"]
    if words.scope_after.match(setting.after):
        return True
    if amount.direction is None or amount.dimension in {"time", "workdays", "months", "occasions"}:
        return False
    if amount.unit in words.words["scope"]["people"] and words.scope_kind.match(setting.after):
        return True
    closes = setting.clause[1]
    parenthesis = setting.passage.in_parenthesis(setting.clause[0])
    if parenthesis and not setting.after:
        beyond = setting.passage.masked[closes + 1 : closes + 2]
        return is_size or bool(beyond and beyond not in _CLOSING)
    return setting.stands_before_noun and (is_size or not setting.has_verb)


def is_part_of_a_rate(setting: Setting) -> bool:
    """17处存量危岩除险清患率100%, 24小时火灾扑灭率达到95%: the first number says of what."""
    amount, following = setting.amount, setting.following
    if amount.is_share or amount.kind != "number" or following is None or not following.is_share:
        return False
    if following.start >= setting.clause[1] or (setting.verb_adjoins and not _achieves(setting)):
        return False
    words = lexicon()
    between = setting.passage.between(amount.stop, following.start)
    while bound := words.trail.search(between):
        between = between[: bound.start()]
    rates = tuple(words.words["subjects"]["rates"])
    return between.endswith(rates) and not set("，；。、）") & set(between)


def is_base_of_distribution(setting: Setting) -> bool:
    """1个隐患点设置2处: for every one of these, so many of those."""
    amount, following = setting.amount, setting.following
    return (
        amount.value == 1
        and amount.kind == "number"
        and not setting.before
        and following is not None
        and following.kind == "number"
        and following.start < setting.clause[1]
        and "、" not in setting.passage.between(amount.stop, following.start)
    )


def is_passing_time(setting: Setting) -> bool:
    """15分钟生活服务圈, 24小时值守: a time that no bound and no end of clause makes a promise."""
    return (
        setting.amount.dimension in {"time", "workdays", "months"}
        and setting.stands_before_noun
        and not setting.is_bounded
    )


def names_things(setting: Setting) -> bool:
    """8个方面, 9条硬措施, 安全生产9个专项办公室: the number belongs to a name."""
    amount, words = setting.amount, lexicon()
    if amount.is_share or amount.kind != "number" or not amount.unit:
        return False
    is_counter = amount.dimension == "things" or amount.unit in words.words["names"]["units"]
    if (
        is_counter
        and words.rules_after.match(setting.after)
        and not words.make.search(setting.before)
    ):
        return True
    if words.named_at_end.match(setting.after):
        return True
    if words.named_after.match(setting.after) and not setting.verb_adjoins:
        return True
    if amount.unit in words.words["names"]["units"]:
        return not (_achieves(setting) if amount.unit == "类" else setting.has_verb)
    if not setting.stands_before_noun or setting.is_bounded or setting.has_base:
        return False
    if (
        amount.dimension in {"length", "area", "money"}
        and amount.unit not in words.words["scope"]["sizes"]
    ):
        return False
    return not (setting.has_verb or words.action.search(setting.after) or setting.goes_on)


def is_a_word(setting: Setting) -> bool:
    """三支队伍, 一批, 两个: a Chinese numeral counts only where something asks for a count."""
    amount = setting.amount
    if not amount.in_words:
        return False
    if amount.value == 1 and not amount.unit.startswith(("万", "千", "百")):
        return not (setting.has_base or setting.is_bounded)
    if setting.has_base or setting.is_bounded:
        return False
    if not setting.stands_before_noun and setting.has_verb and not setting.before.endswith("等"):
        return False
    return not setting.verb_adjoins or amount.unit in lexicon().words["names"]["units"]


def _achieves(setting: Setting) -> bool:
    return lexicon().achieve_at_end.search(setting.before) is not None


RULES: tuple[Callable[[Setting], bool], ...] = (
    in_a_saying,
    is_a_word,
    is_scope,
    is_part_of_a_rate,
    is_base_of_distribution,
    is_passing_time,
    names_things,
)


def is_lookalike(setting: Setting) -> bool:
    """Whether an amount asks for nothing."""
    return setting.amount.kind == "number" and any(rule(setting) for rule in RULES)
