"""What an amount measures: the span of the record before it, or after it, or its name."""

from __future__ import annotations

from safeplan.targets.amounts import Amount
from safeplan.targets.passages import NOTE, Passage, lexicon
from safeplan.text.folding import fold

_SPAN = tuple[int, int]
_EMPTY: _SPAN = (0, 0)
_ACT = 4
"""A verb that stands for a whole duty has no more characters: 督查, 暗查暗访."""
_LONGEST = 24
"""No words around an amount are longer: further back, none of them is looked for."""


def find_subject(passage: Passage, amount: Amount, since: int, said_from: int) -> _SPAN:
    """Return the span an amount is said of; an empty one where the clause holds none.

    Args:
        passage: The text.
        amount: The amount.
        since: Where the target before it in the clause ended, or where the clause begins.
        said_from: Where the words about the amount begin: 较2024年下降, 达到施工现场总人数.
    """
    stop = passage.clause(amount.start)[1]
    front = strip(passage, (since, max(since, min(said_from, amount.start))))
    if amount.subject:
        # 道路交通零死亡 is said of what goes before, 不发生较大事故 of what it holds.
        goes_before = passage.folded[amount.start] in "零“" and is_filled(front)
        return front if goes_before else amount.subject
    if amount.kind == "change":
        return front
    words = passage.words
    if amount.kind == "full" and passage.folded.startswith("覆盖", amount.start):
        front = _EMPTY  # 覆盖所有企业: its subject follows it.
    back = _object(passage, amount.stop, stop)
    if amount.kind == "full":
        back = strip(passage, back)
    if not is_filled(back) and (bound := words.bound.match(passage.folded, said_from)):
        # 镇街每年至少演练1次: what is done stands between the bound and the number.
        back = strip(passage, (min(bound.end(), amount.start), amount.start))
    # A count is said of what follows it (5处整治); a share of what goes before (整治率100%).
    by_front = amount.is_share or amount.kind != "number" or amount.dimension == "time"
    order = (front, back) if by_front else (back, front)
    for span in order:
        if not is_bare(passage, span):
            return span
    return order[0] if is_filled(order[0]) else order[1]


def subject_of_clause_before(passage: Passage, place: int) -> _SPAN:
    """Return the subject of the clause before this one: 开展应急演练，覆盖率100%."""
    start, _ = passage.clause(place)
    if start == 0 or passage.masked[start - 1] not in "，（\n":
        return _EMPTY
    before, _ = passage.clause(start - 1)
    return strip(passage, (before, start - 1), front_until=True)


def is_filled(span: _SPAN) -> bool:
    """Whether a span holds any text."""
    return span[0] < span[1]


def is_bare(passage: Passage, span: _SPAN) -> bool:
    """Whether a subject is missing or says nothing by itself: 覆盖率, 修复."""
    return not is_filled(span) or (
        passage.folded[slice(*span)] in passage.words.words["subjects"]["bare"]
    )


def is_actor(subject: str) -> bool:
    """Whether a subject only says who: 高危行业领域."""
    return lexicon().actor.search(fold(subject)) is not None


def is_part(subject: str) -> bool:
    """Whether a subject only says of which part: 我区, 每座."""
    return lexicon().part.fullmatch(subject) is not None


def shared_head(parts: list[str]) -> str:
    """Return the measure that the last of some parts bears for them all, empty if there is none.

    >>> shared_head(["工业用户", "商业用户入户安检率"]), shared_head(["区级", "镇街级预案编制率"])
    ('入户安检率', '预案编制率')
    >>> shared_head(["帐篷", "折叠床库存量"])
    ''
    """
    *others, last = parts
    for length in (2, 1):
        ends = {part[-length:] for part in others}
        _, found, head = last.partition(ends.pop()) if len(ends) == 1 else ("", "", "")
        if found and head and is_measure(head):
            return head
    return ""


def is_measure(subject: str) -> bool:
    """Whether a subject can be counted by itself: 火灾起数, 整改率."""
    return lexicon().measure.search(subject) is not None


def parts_of(passage: Passage, span: _SPAN) -> list[_SPAN]:
    """Return the spans that 、, 和 and the like part a subject into, outside brackets and quotes."""
    start, stop = span
    hidden = passage.between(start, stop)
    parts, begin = [], 0
    for match in passage.words.listing.finditer(hidden):
        if match.start() > begin:
            parts.append((start + begin, start + match.start()))
        begin = match.end()
    if begin < len(hidden):
        parts.append((start + begin, stop))
    return parts


def strip(passage: Passage, span: _SPAN, *, front_until: bool = False) -> _SPAN:
    """Cut the verbs, dates and bounds from both ends of a span."""
    words, (start, stop) = passage.words, span
    folded = passage.folded
    # Who does it leads up to a frequency, what is done follows it: 企业每年开展演练.
    bases = [match.span() for match in words.base.finditer(passage.masked, start, stop)]
    if bases:
        done = strip(passage, (bases[-1][1], stop))
        who = strip(passage, (start, bases[0][0]))
        # 卡口每旬检查, 镇长每月带队督查, 对工地每月巡查: what is done says nothing by itself.
        led = "带队" in folded[bases[-1][1] : done[0]] or folded.startswith("对", start)
        led = led and done[1] - done[0] <= _ACT
        if is_filled(done) and not ((led or is_bare(passage, done)) and is_filled(who)):
            return done
        return (who[0], done[1]) if is_filled(done) else who
    if (until := words.until.match(folded[start:stop])) and (
        front_until or "的" in until.group()[-1:]
    ):
        start += until.end()
    while start < stop and (match := words.lead.match(folded, start, stop)):
        start = match.end()
    while start < stop and (match := words.trail.search(folded, max(start, stop - _LONGEST), stop)):
        stop = match.start()
    while start < stop and folded[start] in "，、）”":
        start += 1
    return (start, stop) if start < stop else _EMPTY


def _object(passage: Passage, start: int, stop: int) -> _SPAN:
    """Return the noun after a count, up to the end of its clause or of its place in a list."""
    words, folded = passage.words, passage.folded
    while start < stop and folded[start] == NOTE:
        start += 1
    # 培训35期每期不少于50人: what is asked of each is no name of what is counted.
    while start < stop and folded[start] not in "、，（）〕]每":
        if words.not_object.match(folded, start):
            return _EMPTY
        if made := words.made.match(folded, start, stop):
            start = made.end()
        halt = words.stop.search(folded, start, stop)
        end = halt.start() if halt else stop
        following = words.number.search(passage.masked, start, end)
        if following and following.start() == start:
            # 1支20人以上的应急队伍: a size stands between the count and the noun.
            tail = words.tail.match(passage.masked, following.end())
            start = (tail or following).end()
            continue
        if following:
            end = _end_before(passage, start, following.start())
            if start < end < following.start() and is_bare(passage, (start, end)):
                # 1处新建、2处改建的安置点: both are of what the list ends with.
                start = following.end()
                continue
        if period := words.base.search(folded, start, end):
            end = period.start()  # 对26家矿山每季度开展检查
        while start < end and folded.endswith(("和", "及", "与", "、", "工作"), start, end):
            end -= 2 if folded.endswith("工作", start, end) else 1
        about = words.words["bounds"]["about_before"]
        return (start, end) if folded[start:end] not in ["", *about] else _EMPTY
    return _EMPTY


def _end_before(passage: Passage, start: int, following: int) -> int:
    """Return where an object ends that another number follows: at its comma or parenthesis."""
    folded = passage.folded
    parenthesis = folded.rfind("（", start, following)
    if parenthesis >= 0 and "）" not in folded[parenthesis:following]:
        return parenthesis
    comma = folded.rfind("、", start, following)
    # 为3个乡镇配备电台不少于6部: the bound is the next number's.
    bound = passage.words.bound_at_end.search(folded, start, following)
    return comma if comma >= 0 else bound.start() if bound else following
