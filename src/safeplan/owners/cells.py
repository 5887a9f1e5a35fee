"""An owner cell → the bodies it names, in the order printed.

Three passes over the cell: cut it at its separators into items, read each item as one body or
several (missing separators, 等 and its tail, brackets), then let what stands at the end of a list
reach back over it (各成员单位 over 区安委会、区防减救灾委).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache

from safeplan.models import ROLES, Owner, Role
from safeplan.owners.names import MEMBERS, Body, Lexicon, lexicon, narrow

_SEPARATORS = "、,;。/|"
_CLAUSE_ENDS = ",;。"
_BRACKETS = re.compile(r"\([^()]*\)")
_BLANK = "·"  # stands for bracketed text where only the text outside is searched
_OPEN = re.compile(r"(?<![高中初平同均优])等(?![级院学职教候])")
_COUNT = re.compile(r"(?:[0-9一二三四五六七八九十几多]+余?(?:个|家))?")
_JOINTS = re.compile(r"以及|会同|和|及|与")
_DEPARTMENT = "部门"


@dataclass(frozen=True, slots=True)
class _Item:
    """A stretch of the cell between two separators."""

    start: int
    end: int
    separator: str
    """What stands before it, empty for the first."""


@dataclass(frozen=True, slots=True)
class _Mention:
    """One body, and where in the narrowed cell it is named."""

    start: int
    end: int
    body: Body
    item: int
    """Which item it was read from."""
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
    words = lexicon()
    texts = (lead_text, responsible_text, assisting_text)
    owners = [
        owner
        for role, text in zip(ROLES, texts, strict=True)
        for owner in _owners(text, role, words)
    ]
    return sorted(owners, key=lambda owner: ROLES.index(owner.role))


@lru_cache(maxsize=8192)  # the cells of a plan repeat, and those of plans of one year even more
def _owners(text: str, role: Role, words: Lexicon) -> tuple[Owner, ...]:
    # The cell is read without white space; `places` leads back to the characters as printed.
    places = [place for place, character in enumerate(text) if not character.isspace()]
    breaks = frozenset(n for n in range(1, len(places)) if places[n] > places[n - 1] + 1)
    cell = _Cell(narrow(text), words, breaks)
    return tuple(
        Owner(
            text=text[places[mention.start] : places[mention.end - 1] + 1],
            name=mention.body.name,
            role=cell.roles.get(mention.item, role),
            scope=mention.body.scope,
            open_ended=mention.open_ended,
        )
        for mention in cell.mentions()
    )


class _Cell:
    """One narrowed cell and what has been read of it."""

    def __init__(self, text: str, words: Lexicon, breaks: frozenset[int] = frozenset()) -> None:
        self.text = text
        self.words = words
        self.breaks = breaks
        """Where white space stood: it parts two bodies, or a name at the end of a line."""
        self.roles: dict[int, Role] = {}
        """The role that a mark in the cell gives to an item, by the item's number."""

    def mentions(self) -> list[_Mention]:
        """Return the bodies named, in the order printed."""
        return _distribute(self._read(self._without_marks(self._items())))

    # 1. Items -----------------------------------------------------------------------------------

    def _items(self) -> list[_Item]:
        """Cut the cell at its separators, but not inside brackets: 各镇（街道、园区） is one."""
        balanced = self.text.count("(") == self.text.count(")")
        items: list[_Item] = []
        start, depth, before = 0, 0, ""
        for place, character in enumerate(self.text + _SEPARATORS[0]):
            if place in self.breaks and depth <= 0 and self._parts(start, place):
                items.append(_Item(start, place, before))
                start, before = place, "、"
            if balanced and character in "()":
                depth += 1 if character == "(" else -1
            elif (character in _SEPARATORS and depth <= 0) or place == len(self.text):
                if place > start:
                    items.append(_Item(start, place, before))
                start, before = place + 1, character
        return items

    def _parts(self, start: int, place: int) -> bool:
        """Say whether white space stands between bodies: 区教委 各镇街, but not 各成 员单位."""
        before = self.words.identify(self.text[start:place])
        return before.known and self.words.begins_body(self.text[place:])

    def _without_marks(self, items: list[_Item]) -> list[_Item]:
        """Take off what names no body: labels (责任单位：), 牵头, 按职责分工负责."""
        kept: list[_Item] = []
        labelled: Role | None = None
        for item in items:
            start, end, leads = item.start, item.end, False
            if label := self.words.label.match(self.text, start, end):
                start = label.end()
                labelled = (
                    "lead" if label["lead"] else "responsible" if label["other"] else labelled
                )
            if remark := self.words.remark.search(self.text, start, end):
                end = remark.start()
                leads = remark["lead"] is not None
            printed = self.text[start:end]
            if printed in self.words.none or not any(map(str.isalpha, printed)):
                continue
            kept.append(_Item(start, end, item.separator))
            if labelled:
                self.roles[len(kept) - 1] = labelled
            if leads:
                self._lead_from(kept)
        return kept

    def _lead_from(self, items: list[_Item]) -> None:
        """区教委、区民政局牵头: the mark holds for its whole clause, up to the comma before it."""
        for number in range(len(items) - 1, -1, -1):
            self.roles[number] = "lead"
            if items[number].separator in _CLAUSE_ENDS:
                break

    # 2. Bodies ----------------------------------------------------------------------------------

    def _read(self, items: list[_Item]) -> list[_Mention]:
        mentions: list[_Mention] = []
        number = 0
        while number < len(items):
            last = self._field_list(items, number)
            if last is None:
                item = items[number]
                mentions.extend(self._bodies(item.start, item.end, number))
                number += 1
            else:
                mentions.extend(self._fields(items[number : last + 1], number))
                number = last + 1
        return mentions

    def _bodies(self, start: int, end: int, item: int) -> list[_Mention]:
        """Read one stretch that holds no separator: usually one body, sometimes several."""
        text = self.text[start:end]
        words = self.words
        body = words.identify(text)
        outside = _BRACKETS.sub(lambda match: _BLANK * len(match[0]), text)
        opened = _OPEN.search(outside)
        if body.known and "(" not in text and not opened:
            return [_Mention(start, end, body, item)]
        if not opened and (body.kind == "territory" or self._is_class_alone(text, body)):
            return [_Mention(start, end, body, item)]
        for joint in _JOINTS.finditer(outside):
            left, right = text[: joint.start()], text[joint.end() :]
            if not body.known and self._complete(left) and self._stands(right):
                return [
                    *self._bodies(start, start + joint.start(), item),
                    *self._bodies(start + joint.end(), end, item),
                ]
        if opened:
            return self._opened(start, start + opened.start(), start + opened.end(), end, item)
        if "(" in text:
            return self._bracketed(start, end, item)
        cut = self._missing_separator(text)
        if cut is not None:
            return [
                *self._bodies(start, start + cut, item),
                *self._bodies(start + cut, end, item),
            ]
        return [_Mention(start, end, body, item)]

    @staticmethod
    def _is_class_alone(text: str, body: Body) -> bool:
        """区级有关部门(单位) is one class; with a list in its brackets it names bodies too."""
        return body.known and body.kind == "class" and "、" not in text

    def _complete(self, text: str) -> bool:
        return bool(text) and (self.words.identify(text).known or self.words.has_form(text))

    def _stands(self, text: str) -> bool:
        """Say whether `text` can stand as a body of its own after 和 or 及."""
        head = _OPEN.split(text)[0]
        body = self.words.identify(head)
        if self.words.begins_body(head):
            return body.known or self.words.has_form(head)
        return body.known and body.kind == "body"

    def _opened(self, start: int, stop: int, tail: int, end: int, item: int) -> list[_Mention]:
        """区教委等部门: the list before 等 goes on unsaid; what follows is mostly its class."""
        before = self._bodies(start, stop, item) if stop > start else []
        if before:
            before[-1] = replace(before[-1], open_ended=True)
        count = _COUNT.match(self.text, tail, end)
        tail = count.end() if count else tail
        if tail >= end:
            return before
        rest = self.text[tail:end]
        body = self.words.identify(rest)
        # 区应急局等区安委会相关成员单位 names a set too; 等社会应急力量管理部门 is a mere class.
        if body.kind in ("members", "territory") or self._names_body(rest):
            return [*before, *self._bodies(tail, end, item)]
        after = [cut for cut in range(1, len(rest)) if self._class_then_body(rest, cut)]
        if after:
            return [*before, *self._bodies(tail + after[-1], end, item)]
        if before and (body.kind == "class" or self.words.is_class(_BRACKETS.sub("", rest))):
            return before
        return [*before, *self._bodies(tail, end, item)]

    def _class_then_body(self, text: str, cut: int) -> bool:
        """等部门各镇街: a class, and a body that no separator parts from it."""
        return (
            self.words.is_class(text[:cut])
            and self.words.stands(text[cut:])
            and not self.words.identify(text).known
        )

    def _bracketed(self, start: int, end: int, item: int) -> list[_Mention]:
        """Tell a second plate (one body) from another government's body or a list (several)."""
        text = self.text[start:end]
        match = list(_BRACKETS.finditer(text))
        if not match or match[-1].end() != len(text) or match[-1].start() == 0:
            return [_Mention(start, end, self.words.identify(text), item)]
        opening, inner = match[-1].start(), match[-1][0][1:-1]
        inside = _Cell(inner, self.words)
        offset = start + opening + 1
        named = [
            replace(m, start=m.start + offset, end=m.end + offset, item=item)
            for m in inside._read(inside._items())
        ]
        outer = self._bodies(start, start + opening, item)
        if not named or not all(self._complete(self.text[m.start : m.end]) for m in named):
            return outer
        if len(named) > 1 or not self._same_government(outer[-1].body, named[0].body):
            return [*outer, *named]
        return [*outer[:-1], replace(outer[-1], end=end)]

    @staticmethod
    def _same_government(outer: Body, inner: Body) -> bool:
        return not inner.government or not outer.government or inner.government == outer.government

    def _missing_separator(self, text: str) -> int | None:
        """Return where a separator is missing: 区消防救援局各镇街 is two bodies."""
        words = self.words
        # The longest body first: 专委会办公室 is no 专委会 with an office after it.
        for cut in range(len(text) - 2, 1, -1):
            left, right = text[:cut], text[cut:]
            if words.stands(right):
                if self._complete(left):
                    return cut
            elif words.identify(left).known and (
                self._names_body(right) or self._missing_separator(right)
            ):
                return cut
        return None

    def _names_body(self, text: str) -> bool:
        body = self.words.identify(text)
        return body.known and body.kind == "body"

    # 3. Lists with a common tail ----------------------------------------------------------------

    def _field_list(self, items: list[_Item], first: int) -> int | None:
        """Return the last item of a list of fields: 区公安、交通运输、应急管理等部门.

        The items before the last are no bodies by themselves; the last carries the class.
        """
        for number in range(first, len(items)):
            item = items[number]
            if number > first and item.separator != "、":
                return None
            text = self.text[item.start : item.end]
            field, tail = self._field_and_class(text)
            if tail:
                return number if number > first or self.words.of_field(field) else None
            if self._complete(text) or _OPEN.search(text) or "(" in text:
                return None
        return None

    def _field_and_class(self, text: str) -> tuple[str, str]:
        """Part 市场监管等综合行政执法部门 into its field and the class after it."""
        words = self.words
        if opened := _OPEN.search(text):
            field, tail = text[: opened.start()], text[opened.end() :]
        else:
            if words.identify(text).known:
                return text, ""
            tail = _DEPARTMENT if text.endswith(_DEPARTMENT) else ""
            field = text.removesuffix(tail)
            if words.has_scope(field):
                return text, ""
        if not field or self._complete(field) or not words.is_class(tail):
            return text, ""
        return field, tail

    def _fields(self, items: list[_Item], number: int) -> list[_Mention]:
        start, end = items[0].start, items[-1].end
        last = self.text[items[-1].start : end]
        field, tail = self._field_and_class(last)
        opened = _OPEN.search(last) is not None
        body = self.words.identify(tail)
        if body.name not in self._plain_classes():
            # One kind of body, told by its fields: 城市管理、交通运输等综合行政执法部门.
            return [_Mention(start, end, body, number, opened)]
        mentions = []
        for item in items:
            is_last = item is items[-1]
            printed = field if is_last else self.text[item.start : item.end]
            stop = item.end if not (is_last and opened) else item.start + len(field)
            found = self.words.of_field(printed) or self.words.identify(printed + _DEPARTMENT)
            mentions.append(_Mention(item.start, stop, found, number, is_last and opened))
        return mentions

    def _plain_classes(self) -> set[str]:
        return {self.words.identify(name).name for name in ("部门", "单位", "行业主管部门")}


def _distribute(mentions: list[_Mention]) -> list[_Mention]:
    """Let the end of a list reach back (各成员单位), and 各 reach on (各镇街、管委会)."""
    read: list[_Mention] = []
    members: Body | None = None  # the member units that the bodies before may be a part of
    for mention in reversed(mentions):
        body = mention.body
        if members and body.kind == "committee":
            body = replace(body, name=body.name + MEMBERS, kind="members", scope=members.scope)
            mention = replace(mention, body=body)
        read.append(mention)
        members = body if body.kind == "members" and body.name != MEMBERS else None
    merged: list[_Mention] = []
    for mention in reversed(read):
        if merged and mention.body.kind == "territory" == merged[-1].body.kind:
            previous = merged[-1]
            scope = mention.body.scope or previous.body.scope
            body = replace(mention.body, scope=scope)
            if body == previous.body:
                # 各镇人民政府、各街道办事处: one set in two words.
                merged[-1] = replace(previous, end=mention.end)
                continue
            mention = replace(mention, body=body)
        merged.append(mention)
    return merged
