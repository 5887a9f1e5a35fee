"""Owner text → Owner: the bodies that a cell of 牵头单位 or 责任单位, or a note, names, in their order.

Cut into items that know their roles (`items`), it is read item by item, each as one body or several
(missing separators, 等 and its tail, brackets); then what stands at the end of a list reaches back
over it (各成员单位 over 区安委会、区防减救灾委).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache

from safeplan.bodies.items import LINE, LONGEST_ITEM, Item, read_items
from safeplan.bodies.names import MEMBERS, Body, Lexicon, lexicon
from safeplan.bodies.words import inside
from safeplan.models import ROLES, Owner, Role, Span
from safeplan.text.folding import narrow

_BRACKETS = re.compile(r"\([^()]*\)")
_BLANK = "·"  # stands for bracketed text where only the text outside is searched
_OPEN = re.compile(r"(?<![高中初平同均优])等(?![级院学职教候])")
_COUNT = re.compile(r"(?:[0-9一二三四五六七八九十几多]+余?(?:个|家))?")
_JOINTS = re.compile(r"以及|和|及|与")
_DEPARTMENT = "部门"
_CLASSES = (_DEPARTMENT, "单位", "企业")
_PLAIN_CLASSES = (*_CLASSES, "行业主管部门")
_THE_GOVERNMENT = Body("政府", known=True)
_COMMITTEES = ("委", "委会", "委员会", "指挥部", "领导小组")
_MOST_FIELDS = 20
"""Fields of one list (公安、交通运输、应急管理等部门) are no more than these."""


@dataclass(frozen=True, slots=True)
class _Mention:
    """One body, and where in the narrowed cell it is named."""

    start: int
    end: int
    body: Body
    role: Role | None
    """What the text says it does, None where it says nothing."""
    open_ended: bool = False


def read_owners(lead_text: str, responsible_text: str, assisting_text: str = "") -> list[Owner]:
    """Return one Owner per body named, the leads first, each role in the order printed.

    Args:
        lead_text: the cell of 牵头单位, empty where the table has none.
        responsible_text: the cell of 责任单位; a body it marks as leading (区应急局牵头) leads.
        assisting_text: the cell of 配合单位.

    >>> [(o.role, o.name, o.open_ended) for o in read_owners("区安委办", "区教委等部门，各镇街")]
    [('lead', '安委办', False), ('responsible', '教委', True), ('responsible', '乡镇街道', False)]
    """
    return [owner for owner, _ in find_owners(lead_text, responsible_text, assisting_text)]


def find_owners(
    lead_text: str, responsible_text: str, assisting_text: str = ""
) -> list[tuple[Owner, Span]]:
    """Return what `read_owners` does, with where each is named.

    >>> find_owners("区安委办", "区教委、各镇街")[2][1]
    Span(field='responsible_text', start=4, end=7)
    """
    words = lexicon()
    texts = (lead_text, responsible_text, assisting_text)
    owners = [
        found
        for role, text in zip(ROLES, texts, strict=True)
        for found in _owners(text, role, words)
    ]
    return sorted(owners, key=lambda found: ROLES.index(found[0].role))


@lru_cache(maxsize=8192)  # the cells of a plan repeat, and those of plans of one year even more
def _owners(printed: str, role: Role, words: Lexicon) -> tuple[tuple[Owner, Span], ...]:
    # The cell is read without white space; `places` leads back to the characters as printed.
    start, end = inside(printed)
    places = [place for place in range(start, end) if not printed[place].isspace()]
    breaks = {
        n: LINE if LINE in printed[places[n - 1] : places[n]] else " "
        for n in range(1, len(places))
        if places[n] > places[n - 1] + 1
    }
    narrowed = narrow(printed[start:end])
    items = read_items(narrowed, words, breaks, role)
    found = []
    for mention in _distribute(_Cell(narrowed, words).read(items)):
        span = Span(f"{role}_text", places[mention.start], places[mention.end - 1] + 1)
        owner = Owner(
            text=printed[span.start : span.end],
            name=mention.body.name,
            role=mention.role or role,
            scope=mention.body.scope,
            open_ended=mention.open_ended,
        )
        found.append((owner, span))
    return tuple(found)


class _Cell:
    """One narrowed text and the bodies read of it."""

    def __init__(self, text: str, words: Lexicon) -> None:
        self.text = text
        self.words = words
        self._cuts: dict[str, int | None] = {}
        """Where a separator was found to be missing in a stretch, None where none is."""

    def read(self, items: list[Item]) -> list[_Mention]:
        """Return the bodies that the items name, in the order printed."""
        mentions: list[_Mention] = []
        number = 0
        while number < len(items):
            last = self._field_list(items, number)
            if last is None:
                item = items[number]
                mentions += self._bodies(item.start, item.end, item.role)
            else:
                mentions += self._fields(items[number : last + 1])
            number = (number if last is None else last) + 1
        return mentions

    # 1. Bodies ----------------------------------------------------------------------------------

    def _bodies(self, start: int, end: int, role: Role | None) -> list[_Mention]:
        """Read one stretch that holds no separator: usually one body, sometimes several."""
        text, words = self.text[start:end], self.words
        body = words.identify(text)
        alone = [_Mention(start, end, body, role)]
        if len(text) > LONGEST_ITEM:
            return alone
        outside = _BRACKETS.sub(lambda match: _BLANK * len(match[0]), text)
        opened = _OPEN.search(outside)
        if body.sure and "(" not in text and not opened:
            return alone
        # 区级有关部门(单位) is one class; with a list in its brackets it names bodies too.
        one_class = body.known and body.kind == "class" and "、" not in text
        if not opened and (body.kind == "territory" or one_class):
            return alone
        for joint in _JOINTS.finditer(outside):
            left, right = text[: joint.start()], text[joint.end() :]
            if not body.known and words.complete(left) and self._stands(right):
                return [
                    *self._bodies(start, start + joint.start(), role),
                    *self._bodies(start + joint.end(), end, role),
                ]
        if opened:
            return self._opened(start, start + opened.start(), start + opened.end(), end, role)
        if "(" in text:
            return self._bracketed(start, end, role)
        cut = self._missing_separator(text)
        if cut is not None and (not body.by_form or words.identify(text[:cut]).sure):
            return [
                *self._bodies(start, start + cut, role),
                *self._bodies(start + cut, end, role),
            ]
        for length in (3, 2):
            before = words.identify(text[:-length])
            if not body.known and words.is_person(text[-length:]) and before.known:
                return [_Mention(start, end - length, before, role)]
        return alone

    def _stands(self, text: str) -> bool:
        """Say whether `text` can stand as a body of its own after 和 or 及."""
        head = _OPEN.split(text)[0]
        body = self.words.identify(head)
        if self.words.begins_body(head):
            return body.known or self.words.has_form(head)
        return body.known and body.kind == "body"

    def _opened(
        self, start: int, stop: int, tail: int, end: int, role: Role | None
    ) -> list[_Mention]:
        """区教委等部门: the list before 等 goes on unsaid; what follows is mostly its class."""
        before = self._bodies(start, stop, role) if stop > start else []
        if before:
            before[-1] = replace(before[-1], open_ended=True)
        count = _COUNT.match(self.text, tail, end)
        tail = count.end() if count else tail
        if tail >= end:
            return before
        words, rest = self.words, self.text[tail:end]
        body = words.identify(rest)
        # 区应急局等区安委会相关成员单位 names a set too; 等社会应急力量管理部门 is a mere class.
        if body.kind not in ("members", "territory") and not self._names_body(rest):
            # 等部门各镇街: a class, and a body that no separator parts from it.
            cuts = range(1, len(rest)) if not body.known else ()
            after = [cut for cut in cuts if words.is_class(rest[:cut]) and words.stands(rest[cut:])]
            if after:
                tail += after[-1]
            elif before and (body.kind == "class" or words.is_class(_BRACKETS.sub("", rest))):
                return before
        return [*before, *self._bodies(tail, end, role)]

    def _bracketed(self, start: int, end: int, role: Role | None) -> list[_Mention]:
        """Tell a second plate (one body) from another government's body or a list (several)."""
        text = self.text[start:end]
        match = list(_BRACKETS.finditer(text))
        if not match or match[-1].end() != len(text) or match[-1].start() == 0:
            return [_Mention(start, end, self.words.identify(text), role)]
        opening, inner = match[-1].start(), match[-1][0][1:-1]
        offset = start + opening + 1
        named = _Cell(inner, self.words).read(read_items(inner, self.words))
        told = any(m.role for m in named)  # 县教育局（县应急局配合）
        named = [
            replace(m, start=m.start + offset, end=m.end + offset, role=m.role or role)
            for m in named
        ]
        if named and self.words.is_person(text[:opening]):
            return named
        outer = self._bodies(start, start + opening, role)
        if not named or not all(self.words.complete(self.text[m.start : m.end]) for m in named):
            return outer
        governments = {outer[-1].body.government, named[0].body.government} - {""}
        if len(named) > 1 or told or len(governments) > 1:
            return [*outer, *named]
        return [*outer[:-1], replace(outer[-1], end=end)]

    def _missing_separator(self, text: str) -> int | None:
        """Return where a separator is missing: 区消防救援局各镇街 is two bodies."""
        words, tried = self.words, self._cuts
        if text in tried:
            return tried[text]
        tried[text] = None
        # The longest body first: 专委会办公室 is no 专委会 with an office after it.
        for cut in range(len(text) - 2, 1, -1):
            left, right = text[:cut], text[cut:]
            if words.stands(right):
                ends_name = words.identify(left).known or (cut > 2 and words.has_form(left))
                parted = ends_name and words.identify(right).kind != "members"
            else:
                parted = self._names_body(left) and (
                    self._names_body(right) or self._missing_separator(right) is not None
                )
            if parted:
                tried[text] = cut
                break
        return tried[text]

    def _names_body(self, text: str) -> bool:
        body = self.words.identify(text)
        return body.sure and body.kind == "body"

    # 2. Lists with a common tail ----------------------------------------------------------------

    def _field_list(self, items: list[Item], first: int) -> int | None:
        """Return the last item of a list of fields: 区公安、交通运输、应急管理等部门.

        The items before the last are no bodies by themselves; the last carries the class.
        """
        for number in range(first, min(len(items), first + _MOST_FIELDS)):
            item = items[number]
            if number > first and item.separator not in ("、", " "):
                return None
            text = self.text[item.start : item.end]
            field, tail = self._field_and_class(text, follows=number > first)
            if tail:
                return number if number > first or self.words.of_field(field) else None
            if self.words.complete(text) or _OPEN.search(text) or "(" in text:
                return None
        return None

    def _field_and_class(self, text: str, *, follows: bool) -> tuple[str, str]:
        """Part 市场监管等综合行政执法部门 into its field and the class after it.

        Where no fields stand before it, 施工单位 is a name of its own.
        """
        words = self.words
        if opened := _OPEN.search(text):
            field, tail = text[: opened.start()], text[opened.end() :]
        else:
            tail = next((end for end in _CLASSES if text.endswith(end)), "")
            field = text.removesuffix(tail)
            if words.says.scope.search(field):
                return text, ""
            if not follows and (tail != _DEPARTMENT or words.identify(text).known):
                return text, ""
        if not field or words.complete(field) or not words.is_class(tail):
            return text, ""
        return field, tail

    def _fields(self, items: list[Item]) -> list[_Mention]:
        words, start, end = self.words, items[0].start, items[-1].end
        last = self.text[items[-1].start : end]
        field, tail = self._field_and_class(last, follows=len(items) > 1)
        opened = _OPEN.search(last) is not None
        body = words.identify(tail)
        if body.name not in {words.identify(name).name for name in _PLAIN_CLASSES}:
            # One kind of body, told by its fields: 城市管理、交通运输等综合行政执法部门.
            return [_Mention(start, end, body, items[0].role, opened)]
        mentions = []
        for item in items:
            goes_on = item is items[-1] and opened
            printed = field if item is items[-1] else self.text[item.start : item.end]
            stop = item.start + len(field) if goes_on else item.end
            of_class = words.identify(printed + tail[-2:])
            # 建设、施工、监理单位 are units of that sort, 教育、公安等单位 the bodies of the field.
            found = of_class if not opened and tail != _DEPARTMENT and of_class.known else None
            found = found or words.of_field(printed) or of_class
            mentions.append(_Mention(item.start, stop, found, item.role, goes_on))
        return mentions


def _distribute(mentions: list[_Mention]) -> list[_Mention]:
    """Let the end of a list reach back (各成员单位), and 各 reach on (各镇街、管委会)."""
    read: list[_Mention] = []
    members: Body | None = None  # the member units that the bodies before may be a part of
    for mention in reversed(mentions):
        body = mention.body
        # 区森防委、区安委会成员单位: what is not known otherwise is of the kind that follows.
        like_one = not body.sure and body.name.endswith(_COMMITTEES)
        if members and (body.kind == "committee" or like_one):
            body = replace(body, name=body.name + MEMBERS, kind="members", scope=members.scope)
            mention = replace(mention, body=body)
        read.append(mention)
        members = body if body.kind == "members" and body.name != MEMBERS else None
    merged: list[_Mention] = []
    for mention in reversed(read):
        body, before = mention.body, merged[-1].body if merged else None
        if before and before.kind == "territory":
            joined = body == _THE_GOVERNMENT  # 各乡镇党委、政府
            if body.kind == "territory" and before.scope and not body.scope:
                body = replace(body, scope=before.scope)
                # 各镇人民政府、街道办事处: one set in two words.
                joined = body == before
            if joined:
                merged[-1] = replace(merged[-1], end=mention.end)
                continue
        merged.append(replace(mention, body=body))
    return merged
