"""What only looks like an amount: thresholds, names with numbers, sayings, bases of a distribution.

Each rule tells from an amount and its surroundings whether it asks for nothing; the first that says
yes drops the amount. Names in quotation marks, titles, dates and codes are already masked.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from safeplan.targets.amounts import TIMES, Amount
from safeplan.targets.passages import NOTE, Passage

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
    """One amount, its neighbours, and what stands around it in its clause."""

    passage: Passage
    amount: Amount
    following: Amount | None
    previous: Amount | None = None

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
    def after(self) -> str:
        """The clause from behind the amount (and the bound after it)."""
        stop = min(self.clause[1], self.amount.stop + _REACH)
        return self.passage.between(self.amount.stop, stop)

    @cached_property
    def sentence(self) -> str:
        """The sentence up to the number."""
        masked, start = self.passage.masked, self.amount.start
        begin = max(start - _REACH, 0, *(masked.rfind(mark, 0, start) + 1 for mark in "。；\n"))
        return masked[begin:start]

    def led(self, pattern: str) -> bool:
        """Whether a pattern of the grammar is found in the clause before the number.

        `verb_at_end`: a verb of work adjoins it; `verb`: one stands anywhere; `acted_on`: the
        things counted are what the work is done to (对120家企业开展会诊).
        """
        return getattr(self.passage.words, pattern).search(self.before) is not None

    def followed(self, pattern: str) -> bool:
        """Whether the clause goes on with a pattern of the grammar."""
        return getattr(self.passage.words, pattern).match(self.after) is not None

    def counts_in(self, *listed: str) -> bool:
        """Whether the unit stands in a list of the vocabulary: scope, people."""
        words = self.passage.words.words
        for name in listed:
            words = words[name]
        return self.amount.unit in words

    @cached_property
    def stands_before_noun(self) -> bool:
        """Whether the thing counted follows: 5处整治, not 整治5处."""
        return bool(self.after) and self.after[0] not in _CLOSING

    @cached_property
    def is_all(self) -> bool:
        """Whether the record is nothing but this amount of something: the cell 50个小区."""
        return self.clause == (0, len(self.passage.masked)) and (
            not self.before and len(self.after) <= _SHORT and not set("已均") & set(self.after)
        )

    @property
    def goes_on(self) -> bool:
        """Whether the amount opens its clause and the clause before asks for work: 建设…，约300个…."""
        about = self.before.strip("约近共计■ ")
        start = self.clause[0]
        if about or not start or self.passage.masked[start - 1] != "，":
            return False
        before = self.passage.between(self.passage.clause(start - 1)[0], start - 1)
        return self.passage.words.verb.search(before) is not None

    @cached_property
    def has_base(self) -> bool:
        """Whether the clause gives a frequency: 每年."""
        return "/" in self.amount.unit or self.led("base") or self.led("of_each")

    @cached_property
    def is_bounded(self) -> bool:
        """Whether words ask for at least or at most this amount."""
        bounds = self.passage.words.bound
        return self.amount.direction is not None or bounds.search(self.before[-8:]) is not None

    @property
    def in_clause(self) -> Amount | None:
        """The next amount of the clause."""
        following = self.following
        return following if following and following.start < self.clause[1] else None


def _is_said_twice(it: Setting) -> bool:
    """不低于5次（含5次）, 100%（全覆盖）: the brackets say the amount before them again."""
    amount, previous, start = it.amount, it.previous, it.clause[0]
    if previous is None or not it.passage.in_parenthesis(start):
        return False
    if it.before.strip("不含即■") or it.after:
        return False
    opens = it.passage.masked[previous.stop : start] in ("（", "及以上（")
    return opens and (amount.value, amount.unit) == (previous.value, previous.unit)


def _is_scope(it: Setting) -> bool:
    """200张床位以上的医院, （年均收储量5万吨以上）地方企业, 一公里范围内."""
    amount, words = it.amount, it.passage.words
    if amount.is_share:
        return False
    if amount.dimension == "return_period" and it.stands_before_noun:
        return words.bound.search(it.before[-4:]) is None
    is_size = amount.unit.partition("/")[0].lstrip("百千万亿") in words.words["scope"]["sizes"]
    if it.followed("scope_after"):
        return True
    beside = it.previous is not None and it.previous.stop == amount.start
    if beside and it.stands_before_noun and (is_size or amount.direction):
        return True  # 2处1000立方米蓄水池, 1支20人以上的队伍
    if amount.dimension in {"length", "area"} and it.followed("reach_after"):
        return True
    if amount.direction is None or amount.dimension in (TIMES | {"occasions"}):
        return False
    people = it.counts_in("scope", "people")
    if people and it.followed("scope_kind"):
        return True
    if it.passage.in_parenthesis(it.clause[0]) and not it.after:
        closes = it.clause[1]
        beyond = it.passage.masked[closes + 1 : closes + 2]
        return is_size or bool(beyond and beyond not in _CLOSING)
    which = it.after.startswith("的")
    if which and people and it.in_clause:
        return True
    if it.led("acted_on") and not is_size and not which:
        return False
    return it.stands_before_noun and (is_size or not it.led("verb"))


def _is_threshold(it: Setting) -> bool:
    """对大于3000平方米的厂房逐一建档: more than so much says which ones, unless it is to be built."""
    near = it.before[-_NEAR:]
    told = list(it.passage.words.bound.finditer(near))
    if not told or not it.after.startswith("的") or it.amount.is_share:
        return False
    last = told[-1]
    strict = (last["more"] or last["less"]) and not last["not"] and last.end() == len(near)
    return bool(strict and "建" not in it.before and not it.followed("not_object"))


def _is_only_how(it: Setting) -> bool:
    """应转尽转率100%, 12月底前全部完成: the full measure of another amount, or of a day."""
    if it.after.startswith("率"):
        return it.in_clause is not None and it.in_clause.is_share
    phrase, when = it.passage.between(it.amount.start, it.amount.stop), it.passage.words.when
    return phrase.startswith("全部") and not (it.after or when.sub("", it.before))


def _is_of_a_kind(it: Setting) -> bool:
    """二期工程, 排名后两位: a number in the order of things."""
    if it.amount.unit == "期" and it.after.startswith(("工程", "项目", "建设")):
        return True
    return it.amount.unit in ("位", "名") and it.before.endswith(_ENDS_OF_A_LIST)


def _is_part_of_a_rate(it: Setting) -> bool:
    """17处存量危岩除险清患率100%, 24小时火灾扑灭率达到95%: the first number says of what."""
    if it.amount.is_share or it.in_clause is None or not it.in_clause.is_share:
        return False
    if it.led("verb_at_end") and not it.led("achieve_at_end"):
        return False
    words = it.passage.words
    between = it.passage.between(it.amount.stop, it.in_clause.start)
    while bound := words.trail.search(between):
        between = between[: bound.start()]
    rates = tuple(words.words["subjects"]["measures"])
    return between.endswith(rates) and not set("，；。、）") & set(between)


def _is_base_of_distribution(it: Setting) -> bool:
    """1个隐患点设置2处: for every one of these, so many of those."""
    following = it.in_clause
    if it.amount.value != 1 or it.before or following is None or following.kind != "number":
        return False
    return "、" not in it.passage.between(it.amount.stop, following.start)


def _names_things(it: Setting) -> bool:
    """8个方面, 9条硬措施, 安全生产9个专项办公室: the number belongs to a name."""
    amount, of_kinds = it.amount, it.counts_in("names", "units")
    if amount.is_share or not amount.unit:
        return False
    if amount.dimension in TIMES and it.is_bounded:
        return False  # 12小时内到位, but 9个到位
    worked_on = it.led("verb_at_end")
    if worked_on and it.led("of_every"):
        return False  # 每个乡镇组建1支
    is_counter = amount.dimension == "things" or of_kinds
    if is_counter and it.followed("rules_after") and not it.led("make"):
        return True
    if it.followed("named_at_end"):
        return True
    if it.led("acted_on") or it.is_all:
        return False
    if it.followed("named_after") and not worked_on:
        return True
    if amount.unit == "类":
        return not (it.led("achieve_at_end") or it.is_bounded)
    if of_kinds and not it.stands_before_noun:
        # 客运14条、租赁大客车7条措施: what a list counts turns out to be rules at its end.
        rest = it.passage.between(amount.stop, it.clause[1])
        return rest.startswith("、") and it.passage.words.rules_at_end.search(rest) is not None
    if of_kinds:
        return not (it.led("verb") or it.led("make"))
    if not it.stands_before_noun or it.is_bounded or it.has_base:
        return False
    if amount.dimension in {"length", "area", "money"} and not it.counts_in("scope", "sizes"):
        return False
    if worked_on and it.before.startswith(("每", "各")):
        return False  # 每个村配备1名安全员
    return not (it.led("verb") or it.passage.words.action.search(it.after) or it.goes_on)


def _is_a_word(it: Setting) -> bool:
    """三支队伍, 一批, 两个: a Chinese numeral counts only where something asks for a count."""
    amount, of_kinds = it.amount, it.counts_in("names", "units")
    if not amount.in_words or (it.is_all and amount.value != 1):
        return False
    asked = it.has_base or it.is_bounded
    if asked or (amount.value == 1 and not amount.unit.startswith(("万", "千", "百"))):
        return not asked
    many = not isinstance(amount.value, tuple) and (amount.value or 0) >= _MANY
    measured = it.led("verb") or amount.dimension in {"money", "length", "area", "mass"}
    measured = measured or (many and not of_kinds)
    if not it.stands_before_noun and measured and not it.before.endswith("等"):
        return False
    if it.led("acted_on") or (many and it.passage.words.action.search(it.after)):
        return False
    return not it.led("verb_at_end") or of_kinds


_RULES: dict[str, Callable[[Setting], bool]] = {
    "最后一公里, 每10万人, 第3次": lambda it: it.led("saying_before"),
    "不低于5次（含5次）": _is_said_twice,
    "2024年以来查处12起: what has been": lambda it: bool(it.passage.words.past.search(it.sentence)),
    "存在3处占压, 已建成30处: what is so": lambda it: it.led(
        "state_right_before" if it.amount.is_share else "state_before"
    ),
    "覆盖率80%→95%: what a change begins from": lambda it: it.after.startswith("→"),
    "每月15日前: no term without a bound": lambda it: it.amount.unit == "日" and not it.is_bounded,
    "三支队伍": _is_a_word,
    "200张床位以上的医院": _is_scope,
    "对大于3000平方米的厂房逐一建档": _is_threshold,
    "二期工程": _is_of_a_kind,
    "17处存量危岩除险清患率100%": _is_part_of_a_rate,
    "10万人死亡率: by how many a rate is reckoned, whatever is asked of it": lambda it: (
        not (it.amount.is_share or it.amount.direction or it.led("verb_at_end"))
        and it.followed("rate_after")
    ),
    "1个隐患点设置2处": _is_base_of_distribution,
    "15分钟生活服务圈, 24小时值守: no bound and no end of clause makes a promise": lambda it: (
        it.amount.dimension in TIMES and it.stands_before_noun and not it.is_bounded
    ),
    "8个方面": _names_things,
}
"""What drops a number, by a sample of it; asked in this order."""


def is_lookalike(it: Setting) -> bool:
    """Whether an amount asks for nothing."""
    if it.amount.kind == "full":
        return _is_said_twice(it) or _is_only_how(it)
    return it.amount.kind == "number" and any(rule(it) for rule in _RULES.values())
