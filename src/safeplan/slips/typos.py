"""Rules on slips of the pen, where they are certain: doubled words, lost marks.

White space inside a name is no rule: the reader folds it away, and a plan no longer has it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from safeplan import vocabulary
from safeplan.models import Measure, Task
from safeplan.slips.rules import Examined, Hit, rule
from safeplan.text.clauses import phrases
from safeplan.text.folding import wide

_HAN = r"\u4e00-\u9fff"
_AGAIN = re.compile(rf"([{_HAN}]{{2,8}})\1")
_VERB_AGAIN = re.compile(rf"^([{_HAN}]{{2}})(?![率度])[^，。；、“”（）]{{4,30}}\1(?=[0-9])")
_PAIRS = {"“": "”", "《": "》", "【": "】", "「": "」", "（": "）"}
_ITEM_NUMBER = re.compile(
    r"(?<![^。；：，、])(?:[0-9]{1,2}|[一二三四五六七八九十]{1,3}|[a-zA-Z])）"
)
_CONTEXT = 8
"""Characters quoted on either side of a slip."""
_SENTENCE = 12
"""A content of more characters is a sentence; a shorter one may be a figure or a state."""


def _texts(examined: Examined) -> Iterator[tuple[Task | Measure, str]]:
    """Yield every text in which words stand, each name once."""
    named: set[str] = set()
    for task in examined.plan.tasks:
        if task.name not in named:
            named.add(task.name)
            yield task, wide(task.name)
        yield task, wide(task.content)
    for measure in examined.plan.measures:
        yield measure, wide(measure.title)
        yield measure, wide(measure.text)


def _around(text: str, start: int, end: int) -> str:
    return text[max(0, start - _CONTEXT) : end + _CONTEXT]


@vocabulary.cached()
def _twice() -> list[re.Pattern[str]]:
    """Return what stands twice by a slip, one group: the word."""
    words = vocabulary.load("lint")["wording"]
    single = "|".join(f"{re.escape(one)}(?={re.escape(one)})" for one in words["never_doubled"])
    return [re.compile(f"({single})."), *map(re.compile, words["twice_in_clause"])]


@rule("warning")
def doubled_word(examined: Examined) -> Iterator[Hit]:
    """Report words that stand twice: 监管行业行业, 安装检测系统安装200台."""
    fine = vocabulary.load("lint")["wording"]["doubled_words"]
    for record, text in _texts(examined):
        for pattern in (_AGAIN, *_twice()):
            for match in pattern.finditer(text):
                if match[1] not in fine:
                    yield Hit(record, {"word": match[1], "text": _around(text, *match.span())})
        for clause in phrases(text):
            if verb := _VERB_AGAIN.match(clause):
                yield Hit(record, {"word": verb[1], "text": clause})


@rule("warning")
def unpaired(examined: Examined) -> Iterator[Hit]:
    """Report quotation marks and brackets without a partner."""
    for record, printed in _texts(examined):
        if isinstance(record, Task) and record.task_id in examined.cut_off:
            continue
        text = _ITEM_NUMBER.sub(lambda match: "·" * len(match[0]), printed)
        for opening, closing in _PAIRS.items():
            alone: list[int] = []
            for mark in re.finditer(f"[{opening}{closing}]", text):
                if mark[0] == opening:
                    alone.append(mark.start())
                elif alone:
                    alone.pop()
                else:
                    yield Hit(record, {"mark": closing, "text": _around(text, *mark.span())})
            for at in alone:
                yield Hit(record, {"mark": opening, "text": _around(text, at, at + 1)})


@vocabulary.cached()
def _new_sentence() -> re.Pattern[str]:
    before = vocabulary.load("lint")["wording"]["before_whole_place"]
    allowed = "".join(f"(?<!{re.escape(word)})" for word in before)
    # An amount, its noun, and then a sentence of its own with another amount.
    return re.compile(
        rf"[0-9][^，。；、：“”（）]{{3,40}}(?P<last>[{_HAN}]{{2}}){allowed}(?P<next>全[区县市州省])[^，。；：]{{2,40}}?[0-9]"
    )


@rule("warning")
def run_on(examined: Examined) -> Iterator[Hit]:
    """Report sentences that run into the next: 生命防护工程安装全县“两客一危”检验率达97%."""
    for record, text in _texts(examined):
        for match in _new_sentence().finditer(text):
            quoted = _around(text, match.start("last"), match.end("next"))
            yield Hit(record, {**match.groupdict(), "text": quoted})


@rule("info", default=False)
def full_stop(examined: Examined) -> Iterator[Hit]:
    """Report contents that end without a full stop, where the others have one."""
    sentences = [
        task
        for task in examined.plan.tasks
        if len(task.content) > _SENTENCE
        and not (len(task.targets) == 1 and task.targets[0].subject == task.name)
    ]
    open_ended = [task for task in sentences if wide(task.content)[-1:] not in ("。", "；", "！")]
    if len(open_ended) * 2 > len(sentences):
        return
    for task in open_ended:
        if task.task_id not in examined.cut_off:
            yield Hit(task, {"text": task.content[-2 * _CONTEXT :]})
