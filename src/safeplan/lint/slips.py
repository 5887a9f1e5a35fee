"""Rules on slips of the pen, where they are certain: doubled words, lost marks.

White space inside a name is no rule: the reader folds it away, and a plan no longer has it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from safeplan import vocabulary
from safeplan.lint.rules import Examined, Hit, Rule
from safeplan.models import Measure, Task
from safeplan.text.clauses import phrases
from safeplan.text.folding import wide

_HAN = r"\u4e00-\u9fff"
_AGAIN = re.compile(rf"(?P<word>[{_HAN}]{{2,8}})(?P=word)")
_VERB_AGAIN = re.compile(
    rf"^(?P<word>[{_HAN}]{{2}})(?![率度])[^，。；、“”（）]{{4,30}}(?P=word)(?=[0-9])"
)
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
            yield task, task.name
        yield task, task.content
    for measure in examined.plan.measures:
        yield measure, measure.title
        yield measure, measure.text


def _around(text: str, start: int, end: int) -> str:
    return text[max(0, start - _CONTEXT) : end + _CONTEXT]


@vocabulary.cached()
def _slips() -> tuple[re.Pattern[str], list[re.Pattern[str]]]:
    words = vocabulary.load("lint")["wording"]
    single = "|".join(re.escape(one * 2) for one in words["never_doubled"])
    return re.compile(single), [re.compile(pattern) for pattern in words["twice_in_clause"]]


def doubled_word(examined: Examined) -> Iterator[Hit]:
    """Report words that stand twice: 监管行业行业, 安装检测系统安装200台."""
    single, twice = _slips()
    fine = vocabulary.load("lint")["wording"]["doubled_words"]
    for record, printed in _texts(examined):
        text = wide(printed)
        for match in _AGAIN.finditer(text):
            if match["word"] not in fine:
                quoted = _around(text, *match.span())
                yield Hit(record, {"word": match["word"], "text": quoted})
        for match in single.finditer(text):
            quoted = _around(text, *match.span())
            yield Hit(record, {"word": match[0][0], "text": quoted})
        for pattern in twice:
            for match in pattern.finditer(text):
                quoted = _around(text, match.start(), match.end())
                yield Hit(record, {"word": match[1], "text": quoted})
        for clause in phrases(text):
            if verb := _VERB_AGAIN.match(clause):
                yield Hit(record, {"word": verb["word"], "text": clause})


def unpaired(examined: Examined) -> Iterator[Hit]:
    """Report quotation marks and brackets without a partner."""
    for record, printed in _texts(examined):
        if isinstance(record, Task) and record.task_id in examined.cut_off:
            continue
        text = _ITEM_NUMBER.sub(lambda match: "·" * len(match[0]), wide(printed))
        for opening, closing in _PAIRS.items():
            open_at: list[int] = []
            for at, character in enumerate(text):
                if character == opening:
                    open_at.append(at)
                elif character == closing:
                    if not open_at:
                        yield Hit(record, {"mark": closing, "text": _around(text, at, at + 1)})
                    else:
                        open_at.pop()
            for at in open_at:
                yield Hit(record, {"mark": opening, "text": _around(text, at, at + 1)})


@vocabulary.cached()
def _new_sentence() -> re.Pattern[str]:
    before = vocabulary.load("lint")["wording"]["before_whole_place"]
    allowed = "".join(f"(?<!{re.escape(word)})" for word in before)
    # An amount, its noun, and then a sentence of its own with another amount.
    return re.compile(
        rf"[0-9][^，。；、：“”（）]{{3,40}}(?P<last>[{_HAN}]{{2}}){allowed}(?P<next>全[区县市州省][^，。；：]{{2,40}}?[0-9])"
    )


def run_on(examined: Examined) -> Iterator[Hit]:
    """Report sentences that run into the next: 生命防护工程安装全县“两客一危”检验率达97%."""
    pattern = _new_sentence()
    for record, printed in _texts(examined):
        text = wide(printed)
        for match in pattern.finditer(text):
            at = match.start("next")
            quoted = _around(text, at - len(match["last"]), at + 2)
            yield Hit(record, {"last": match["last"], "next": text[at : at + 2], "text": quoted})


def _is_figure(task: Task) -> bool:
    return len(task.targets) == 1 and task.targets[0].subject == task.name


def full_stop(examined: Examined) -> Iterator[Hit]:
    """Report contents that end without a full stop, where the others have one."""
    ends = {
        task.task_id: wide(task.content)[-1:] in ("。", "；", "！")
        for task in examined.plan.tasks
        if len(task.content) > _SENTENCE and not _is_figure(task)
    }
    if sum(ends.values()) * 2 < len(ends):
        return
    for task in examined.plan.tasks:
        if not ends.get(task.task_id, True) and task.task_id not in examined.cut_off:
            yield Hit(task, {"text": task.content[-2 * _CONTEXT :]})


RULES = [
    Rule("doubled_word", "warning", doubled_word),
    Rule("unpaired", "warning", unpaired),
    Rule("run_on", "warning", run_on),
    Rule("full_stop", "info", full_stop, default=False),
]
