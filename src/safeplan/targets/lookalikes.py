"""What only looks like an amount: thresholds, names with numbers, sayings, bases of a distribution.

Each rule is a function from an amount and its surroundings to a verdict; the first that says yes
drops the amount. Names in quotation marks, titles, dates and codes are already masked.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from safeplan.targets.amounts import TIMES, Amount
from safeplan.targets.lexicon import NOTE
from safeplan.targets.passages import Passage
from safeplan.vocabulary.grammar import Grammar

_CLOSING = "，；。！？、）)\n:■”〕于每" + NOTE
_REACH = 160
"""Characters of a clause that are looked at on either side of an amount."""
_NEAR = 8
"""Characters between 为 and the number of those it is done for."""
_ENDS_OF_A_LIST = ("排名前", "排名后", "排名末", "排名靠后", "倒数")
_MANY = 10
"""No saying counts so many: 十五户居民完成搬迁, but 三支队伍."""
_SHORT = 8
"""Characters of a noun that fills a cell together with its number."""


@dataclass(frozen=True)
class Setting:
    """One amount and what stands around it in its clause."""

    passage: Passage
    amount: Amount
    following: Amount | None
    """The next amount of the passage."""
    previous: Amount | None = None
    """The amount before it."""

    @property
    def words(self) -> Grammar:
        """The words in force."""
        return self.passage.words

    @cached_property
    def clause(self) -> tuple[int, int]:
        """Bounds of the clause."""
        return self.passage.clause(self.amount.start)

    @cached_property
    def before(self) -> str:
        """The clause up to the number."""
        start = max(self.clause[0], self.amount.start - _REACH)
        return self.passage.between(start, self.amount.start)

    @cached_property
    def sentence(self) -> str:
        """The sentence up to the number."""
        masked, start = self.passage.masked, self.amount.start
        begin = max(start - _REACH, 0, *(masked.rfind(mark, 0, start) + 1 for mark in "。；\n"))
        return masked[begin:start]

    @cached_property
    def after(self) -> str:
        """The clause from behind the amount (and the bound after it)."""
        stop = min(self.clause[1], self.amount.stop + _REACH)
        return self.passage.between(self.amount.stop, stop)

    @cached_property
    def stands_before_noun(self) -> bool:
        """Whether the thing counted follows: 5处整治, not 整治5处."""
        return bool(self.after) and self.after[0] not in _CLOSING

    @cached_property
    def verb_adjoins(self) -> bool:
        """Whether a verb of work stands right before the number."""
        return self.words.verb_at_end.search(self.before) is not None

    @cached_property
    def has_verb(self) -> bool:
        """Whether a verb of work stands anywhere before the number in its clause."""
        return self.words.verb.search(self.before) is not None

    @cached_property
    def is_acted_on(self) -> bool:
        """Whether the things counted are what the work is done to: 对120家企业开展会诊."""
        return self.words.acted_on.search(self.before) is not None

    @cached_property
    def is_all(self) -> bool:
        """Whether the record is nothing but this amount of something: the cell 50个小区."""
        return self.clause == (0, len(self.passage.masked)) and (
            not self.before and len(self.after) <= _SHORT and not set("已均") & set(self.after)
        )

    @cached_property
    def goes_on(self) -> bool:
        """Whether the amount opens its clause and the clause before asks for work: 建设…，约300个…."""
        about = self.before.strip("约近共计■ ")
        start = self.clause[0]
        if about or not start or self.passage.masked[start - 1] != "，":
            return False
        before = self.passage.between(self.passage.clause(start - 1)[0], start - 1)
        return self.words.verb.search(before) is not None

    @cached_property
    def has_base(self) -> bool:
        """Whether the clause gives a frequency: 每年."""
        based = self.words.base.search(self.before) or self.words.of_each.search(self.before)
        return "/" in self.amount.unit or based is not None

    @cached_property
    def is_bounded(self) -> bool:
        """Whether words ask for at least or at most this amount."""
        return (
            self.amount.direction is not None
            or self.words.bound.search(self.before[-8:]) is not None
        )


def in_a_saying(setting: Setting) -> bool:
    """最后一公里, 每10万人, 第3次."""
    return setting.words.saying_before.search(setting.before) is not None


def is_said_twice(setting: Setting) -> bool:
    """不低于5次（含5次）, 100%（全覆盖）: the brackets say the amount before them again."""
    amount, previous = setting.amount, setting.previous
    if previous is None or not setting.passage.in_parenthesis(setting.clause[0]):
        return False
    if setting.before.strip("不含即■") or setting.after:
        return False
    opens = setting.passage.masked[previous.stop : setting.clause[0]] in ("（", "及以上（")
    return opens and (amount.value, amount.unit) == (previous.value, previous.unit)


def is_what_was(setting: Setting) -> bool:
    """存在3处占压, 已建成30处, 2024年以来查处12起: what is so, not what is asked for."""
    if setting.words.past.search(setting.sentence):
        return True
    words, is_share = setting.words, setting.amount.is_share
    said = words.state_right_before if is_share else words.state_before
    return said.search(setting.before) is not None


def is_start(setting: Setting) -> bool:
    """覆盖率80%→95%: what a change begins from."""
    return setting.after.startswith("→")


def is_date(setting: Setting) -> bool:
    """每月15日前: a day is a term only with a bound."""
    return setting.amount.unit == "日" and not setting.is_bounded


def is_scope(setting: Setting) -> bool:
    """200张床位以上的医院, （年均收储量5万吨以上）地方企业, 一公里范围内."""
    amount, words = setting.amount, setting.words
    if amount.is_share:
        return False
    if amount.dimension == "return_period" and setting.stands_before_noun:
        return setting.words.bound.search(setting.before[-4:]) is None
    is_size = amount.unit.partition("/")[0].lstrip("百千万亿") in words.words["scope"]["sizes"]
    if words.scope_after.match(setting.after):
        return True
    beside = setting.previous is not None and setting.previous.stop == amount.start
    if beside and setting.stands_before_noun and (is_size or amount.direction):
        return True  # 2处1000立方米蓄水池, 1支20人以上的队伍
    if amount.dimension in {"length", "area"} and words.reach_after.match(setting.after):
        return True
    if amount.direction is None or amount.dimension in (TIMES | {"occasions"}):
        return False
    if amount.unit in words.words["scope"]["people"] and words.scope_kind.match(setting.after):
        return True
    closes = setting.clause[1]
    parenthesis = setting.passage.in_parenthesis(setting.clause[0])
    if parenthesis and not setting.after:
        beyond = setting.passage.masked[closes + 1 : closes + 2]
        return is_size or bool(beyond and beyond not in _CLOSING)
    which = setting.after.startswith("的") and amount.unit in words.words["scope"]["people"]
    if which and setting.following and setting.following.start < setting.clause[1]:
        return True
    if setting.is_acted_on and not is_size and not setting.after.startswith("的"):
        return False
    return setting.stands_before_noun and (is_size or not setting.has_verb)


def is_threshold(setting: Setting) -> bool:
    """对大于3000平方米的厂房逐一建档: more than so much says which ones, unless it is to be built."""
    words, told = setting.words, list(setting.words.bound.finditer(setting.before[-_NEAR:]))
    if not told or not setting.after.startswith("的") or setting.amount.is_share:
        return False
    strict = (told[-1]["more"] or told[-1]["less"]) and not told[-1]["not"]
    adjoins = told[-1].end() == len(setting.before[-_NEAR:])
    made = "建" in setting.before
    kind = words.not_object.match(setting.after)
    return bool(strict and adjoins and not made and not kind)


def is_only_how(setting: Setting) -> bool:
    """应转尽转率100%, 12月底前全部完成: the full measure of another amount, or of a day."""
    amount, following = setting.amount, setting.following
    if setting.after.startswith("率"):
        return following is not None and following.is_share and following.start < setting.clause[1]
    phrase = setting.passage.between(amount.start, amount.stop)
    return phrase.startswith("全部") and not (setting.after or _WHEN.sub("", setting.before))


_WHEN = re.compile(r"^[■\d一二三四五六七八九十年月日季度上下半]*[底末]?之?[前内]?$")


def is_of_a_kind(setting: Setting) -> bool:
    """二期工程, 排名后两位: a number in the order of things."""
    amount = setting.amount
    if amount.unit == "期" and setting.after.startswith(("工程", "项目", "建设")):
        return True
    return amount.unit in ("位", "名") and setting.before.endswith(_ENDS_OF_A_LIST)


def is_part_of_a_rate(setting: Setting) -> bool:
    """17处存量危岩除险清患率100%, 24小时火灾扑灭率达到95%: the first number says of what."""
    amount, following = setting.amount, setting.following
    if amount.is_share or amount.kind != "number" or following is None or not following.is_share:
        return False
    if following.start >= setting.clause[1] or (setting.verb_adjoins and not _achieves(setting)):
        return False
    words = setting.words
    between = setting.passage.between(amount.stop, following.start)
    while bound := words.trail.search(between):
        between = between[: bound.start()]
    rates = tuple(words.words["subjects"]["measures"])
    return between.endswith(rates) and not set("，；。、）") & set(between)


def names_a_rate(setting: Setting) -> bool:
    """10万人死亡率: so many are what a rate is reckoned by, whatever is asked of it."""
    amount = setting.amount
    if amount.is_share or amount.kind != "number" or amount.direction or setting.verb_adjoins:
        return False
    return setting.words.rate_after.match(setting.after) is not None


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
        setting.amount.dimension in TIMES and setting.stands_before_noun and not setting.is_bounded
    )


def names_things(setting: Setting) -> bool:
    """8个方面, 9条硬措施, 安全生产9个专项办公室: the number belongs to a name."""
    amount, words = setting.amount, setting.words
    if amount.is_share or amount.kind != "number" or not amount.unit:
        return False
    if amount.dimension in TIMES and setting.is_bounded:
        return False  # 12小时内到位, but 9个到位
    if setting.verb_adjoins and _OF_EACH.search(setting.before):
        return False  # 每个乡镇组建1支
    is_counter = amount.dimension == "things" or amount.unit in words.words["names"]["units"]
    if (
        is_counter
        and words.rules_after.match(setting.after)
        and not words.make.search(setting.before)
    ):
        return True
    if words.named_at_end.match(setting.after):
        return True
    if setting.is_acted_on or setting.is_all:
        return False
    if words.named_after.match(setting.after) and not setting.verb_adjoins:
        return True
    if amount.unit in words.words["names"]["units"]:
        if amount.unit != "类" and not setting.stands_before_noun:
            return _are_rules(setting)
        if amount.unit == "类":
            return not (_achieves(setting) or setting.is_bounded)
        return not (setting.has_verb or words.make.search(setting.before))
    if not setting.stands_before_noun or setting.is_bounded or setting.has_base:
        return False
    if (
        amount.dimension in {"length", "area", "money"}
        and amount.unit not in words.words["scope"]["sizes"]
    ):
        return False
    if setting.verb_adjoins and setting.before.startswith(("每", "各")):
        return False  # 每个村配备1名安全员
    return not (setting.has_verb or words.action.search(setting.after) or setting.goes_on)


_OF_EACH = re.compile("每(?:个|支|座|处|家|所|名|村|镇|乡|县|栋|幢)")


def _are_rules(setting: Setting) -> bool:
    """客运14条、租赁大客车7条措施: whether what a list counts turns out to be rules at its end."""
    rest = setting.passage.between(setting.amount.stop, setting.clause[1])
    return rest.startswith("、") and setting.words.rules_at_end.search(rest) is not None


def is_a_word(setting: Setting) -> bool:
    """三支队伍, 一批, 两个: a Chinese numeral counts only where something asks for a count."""
    amount = setting.amount
    if not amount.in_words:
        return False
    if setting.is_all and amount.value != 1:
        return False
    if amount.value == 1 and not amount.unit.startswith(("万", "千", "百")):
        return not (setting.has_base or setting.is_bounded)
    if setting.has_base or setting.is_bounded:
        return False
    many = not isinstance(amount.value, tuple) and (amount.value or 0) >= _MANY
    measured = setting.has_verb or amount.dimension in {"money", "length", "area", "mass"}
    measured = measured or (many and amount.unit not in setting.words.words["names"]["units"])
    if not setting.stands_before_noun and measured and not setting.before.endswith("等"):
        return False
    if setting.is_acted_on or (many and setting.words.action.search(setting.after)):
        return False
    return not setting.verb_adjoins or amount.unit in setting.words.words["names"]["units"]


def _achieves(setting: Setting) -> bool:
    return setting.words.achieve_at_end.search(setting.before) is not None


RULES: tuple[Callable[[Setting], bool], ...] = (
    in_a_saying,
    is_said_twice,
    is_what_was,
    is_start,
    is_date,
    is_a_word,
    is_scope,
    is_threshold,
    is_of_a_kind,
    is_part_of_a_rate,
    names_a_rate,
    is_base_of_distribution,
    is_passing_time,
    names_things,
)


def is_lookalike(setting: Setting) -> bool:
    """Whether an amount asks for nothing."""
    if setting.amount.kind == "full":
        return is_said_twice(setting) or is_only_how(setting)
    return setting.amount.kind == "number" and any(rule(setting) for rule in RULES)
