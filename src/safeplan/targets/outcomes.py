"""The state a record asks for: 印发 against 修订, the document rows of every plan."""

from __future__ import annotations

from safeplan import vocabulary
from safeplan.text.folding import fold
from safeplan.vocabulary.grammar import Grammar


@vocabulary.cached()
def _says() -> Grammar:
    return Grammar("outcomes", vocabulary.load("outcomes"))


def read_outcome(content: str, name: str) -> str | None:
    """Return the state a record asks for, or None where it asks for something else.

    Args:
        content: 目标 or 内容 of the record.
        name: Its 名称.

    Returns:
        The whole content where that is a state; else the verb next to a 《title》 in the content;
        else, where the content is empty, the verb next to a 《title》 in the name.

    >>> read_outcome("印发", "《忠县突发事件总体预案》")
    '印发'
    >>> read_outcome("立法预备", "配合修订《重庆市高层建筑消防安全管理规定》")
    '立法预备'
    >>> read_outcome("修订《突发事件总体预案》，动态修编各类预案。", "抓好应急预案修编和演练")
    '修订'
    >>> read_outcome("按照《关于严格规范涉企行政检查的意见》，编制检查计划。", "规范执法")
    """
    says, stated = _says(), content.strip("。；;. ")
    if says.whole.fullmatch(stated):
        return stated
    for text in (content, name) if not stated else (content,):
        for pattern in (says.before_title, says.after_title):
            if found := pattern.search(fold(text)):
                return text[slice(*found.span("state"))]
    return None
