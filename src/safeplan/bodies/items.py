"""An owner text cut into its items, each with the role that labels and marks give it.

Cut it at separators, lines, labels (责任单位：), 会同 and marks with more behind them (甲局牵头乙局配合);
then take off what names no body, and hear what is said of the others.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from safeplan import vocabulary
from safeplan.bodies.names import Lexicon
from safeplan.bodies.roles import Label, Mark, closing_mark, labels_in, marks_inside
from safeplan.models import Role

_SEPARATORS = "、,;。/|\\①②③④⑤⑥⑦⑧⑨⑩"
_CLAUSE_ENDS = ",;。\n"
_SENTENCE_ENDS = ";。\n"
LINE = "\n"
_PARTED = re.compile(r"[、,;。/|(]")
_AFTER_CLASS = re.compile(r"(?<=部门|单位|企业)(以及|和|及|与)")
_NUMBER = re.compile(r"\(?[0-9]{1,2}[.)]|\([一二三四五六七八九十]{1,3}\)")
_LEVELS = frozenset("省市县区乡镇")
LONGEST_ITEM = 120
"""Characters: what nothing parts for so long is prose and names no list of bodies."""


@dataclass(frozen=True, slots=True)
class Item:
    """A stretch of the cell between two separators."""

    start: int
    end: int
    separator: str
    """What stands before it, empty for the first."""
    label: Label | None = None
    """The label it stands under."""
    helps: bool = False
    """Joined by 会同 to a body before it; of items that have their roles, or joined so to others."""
    role: Role | None = None
    """What the text says it does, None where it says nothing."""


def read_items(
    text: str, words: Lexicon, breaks: dict[int, str] | None = None, role: Role = "responsible"
) -> list[Item]:
    """Return the stretches of a narrowed text that name bodies.

    Args:
        text: the text, narrowed (see `safeplan.bodies.names.narrow`).
        words: the vocabulary in force.
        breaks: where white space stood, and whether a line ended: it parts two bodies, or cuts one.
        role: the role of what nothing marks: that of the column.
    """
    reader = _Text(text, words, breaks or {}, role)
    return reader.with_roles(reader.cut())


class _Text:
    """A narrowed text being cut."""

    def __init__(self, text: str, words: Lexicon, breaks: dict[int, str], role: Role) -> None:
        self.text = text
        self.words = words
        self.breaks = breaks
        self.role = role
        self.says = words.says

    def cut(self) -> Iterator[Item]:
        """Cut the cell at separators, lines and labels, not inside brackets: 各镇（街道、园区）."""
        text = self.text
        balanced = text.count("(") == text.count(")")
        labels = {
            label.start: label for label in labels_in(text, frozenset(self.breaks), self.says)
        }
        label: Label | None = None
        start, depth, before = 0, 0, ""
        for place, character in enumerate(text + _SEPARATORS[0]):
            if place < start:
                continue
            if place in labels:
                yield from self._stretch(start, place, before, label)
                label = labels[place]
                start, before = label.end, ";"
                continue
            if place in self.breaks and depth <= 0 and self._parts(start, place):
                yield from self._stretch(start, place, before, label)
                start, before = place, self.breaks[place]
                if before == LINE and label and label.role is None:
                    label = None
            if character == ":" and depth <= 0 and self._ends_body(start, place):
                yield from self._stretch(start, place, before, label)
                start, before = place + 1, "、"
            if balanced and character in "()":
                depth += 1 if character == "(" else -1
            elif (character in _SEPARATORS and depth <= 0) or place == len(text):
                if character == "、" and text[start:place] in _LEVELS and place < len(text):
                    continue  # 市、县（区）人民政府
                yield from self._stretch(start, place, before, label)
                start, before = place + 1, character
                if character in _SENTENCE_ENDS and label and label.role is None:
                    label = None

    def _stretch(self, start: int, end: int, before: str, label: Label | None) -> Iterator[Item]:
        """Yield a stretch as items, cut after a mark (甲局牵头乙局配合) and at 会同."""
        if start >= end or (label and label.role is None):
            return
        helps = False
        for joint in self.says.together.finditer(self.text, start, end):
            opens = joint.start() == start and before in (",", ";")
            begins = self.words.begins_body(self.text[joint.end() : joint.end() + LONGEST_ITEM])
            if not begins and (opens or len(joint.group()) == 1):
                continue  # 联合执法队, 区商务局
            if opens or self._ends_body(start, joint.start()):
                if joint.start() > start:
                    yield from self._marked(Item(start, joint.start(), before, label, helps))
                    before = "、"
                start, helps = joint.end(), True
        for joint in _AFTER_CLASS.finditer(self.text, start, end):
            if self.words.stands(self.text[joint.end() : end]):
                yield from self._marked(Item(start, joint.start(1), before, label, helps))
                start, before = joint.end(), "、"
        if start < end:
            yield from self._marked(Item(start, end, before, label, helps))

    def _marked(self, item: Item) -> Iterator[Item]:
        for end in marks_inside(self.text, item.start, item.end, self.says):
            if end <= item.start or not self._ends_body(item.start, end):
                continue
            following = self.text[end : min(item.end, end + LONGEST_ITEM)]
            named = self.words.begins_body(following) or self._ends_body(end, item.end)
            if not named and self.text[end - 1] == ")":
                continue  # 县公安局（牵头）站前片区: a name that no one knows may be longer
            yield replace(item, end=end)
            if not named:
                return  # 县公安局负责道路交通: what it does, no body
            item = replace(item, start=end, separator="、")
        yield item

    def _ends_body(self, start: int, end: int) -> bool:
        """Say whether a stretch is the name of a body, or one with a mark after it."""
        if end - start > LONGEST_ITEM:
            return False
        mark = closing_mark(self.text, start, end, self.says)
        return self.words.complete(self.text[start : mark.start if mark else end])

    def _parts(self, start: int, place: int) -> bool:
        """Say whether white space stands between bodies: 区教委 各镇街, but not 各成 员单位."""
        if not 1 < place - start <= LONGEST_ITEM:
            return False
        text, words = self.text, self.words
        mark = closing_mark(text, start, place, self.says)
        left = text[start : mark.start if mark else place]
        following = text[place : place + LONGEST_ITEM]
        before = words.identify(left)
        if before.known and words.begins_body(following):
            return True
        if mark:
            # 专委会牵 头单位 is one name.
            return mark.alone or (
                self.words.complete(left) and not self.says.goes_on.match(following)
            )
        stop = next((n for n in range(1, len(following)) if place + n in self.breaks), LONGEST_ITEM)
        right = _PARTED.split(following[:stop])[0]
        if len(right) < 2 or not (before.known or words.has_form(left)):
            return False
        if words.is_person(right):
            return True
        after = words.identify(right)
        if not (after.known or words.has_form(right)):
            return False
        joined = words.identify(left + right)
        if not joined.known:
            # Neither is known: a name may be cut where its line ends.
            return before.known or after.known
        if joined.kind == "territory" == before.kind:
            return after.name != "政府"
        return joined.by_form and before.known and not after.by_form

    def with_roles(self, items: Iterator[Item]) -> list[Item]:
        """Take off what names no body, and note which role each item has from labels and marks."""
        kept: list[Item] = []
        marked = 0  # the items before this one have their role from a mark
        clause = sentence = 0
        heard = leads = False
        label: Label | None = None
        person = False  # the item before was one
        helping = False
        for item in items:
            if item.label is not label:
                label, marked, heard = item.label, len(kept), False
            if item.separator in _CLAUSE_ENDS:
                clause, helping = len(kept), False
            if item.helps and not helping:
                # 甲局会同乙局负责: who asks others to join in leads.
                first = max(marked, clause)
                kept[first:] = [replace(one, role="lead", helps=True) for one in kept[first:]]
                helping = True
            if item.separator in _SENTENCE_ENDS:
                sentence = len(kept)
            start, end, mark = self._name_and_mark(item)
            printed = self.text[start:end]
            follows = bool(kept) and (person or item.separator in (" ", LINE))
            person = follows and self.words.is_person(printed)
            if not person and self._may_name(printed, cut=mark is None and end < item.end):
                role = "assisting" if helping else label.role if label else None
                kept.append(replace(item, start=start, end=end, role=role, helps=helping))
            if mark is None or not kept:
                continue
            base = label.role if label and label.role else self.role
            leads = leads or mark.role == "lead"
            if mark.role == "responsible" and base != "responsible" and not leads:
                continue
            first = len(kept) - 1 if mark.alone else max(sentence, marked) if heard else clause
            for at in range(max(marked, min(first, len(kept) - 1)), len(kept)):
                if mark.role != "responsible" or not kept[at].helps:
                    kept[at] = replace(kept[at], role=mark.role)
            if not mark.alone:
                marked, heard = len(kept), True
        return kept

    def _name_and_mark(self, item: Item) -> tuple[int, int, Mark | None]:
        """Return where in an item a name stands, and the mark behind it."""
        start, end = item.start, item.end
        for opening in (_NUMBER, self.says.before):
            if match := opening.match(self.text, start, end):
                start = match.end()
        known = end - start <= LONGEST_ITEM and self.words.identify(self.text[start:end]).known
        mark = closing_mark(self.text, start, end, self.says)
        if mark and not (known and not self.words.identify(self.text[start : mark.start]).known):
            return start, mark.start, mark
        if not known:  # 专委会牵头单位 is a name that ends like a mark
            end = start + len(self.words.without_title(self.text[start:end]))
        return start, end, None

    def _may_name(self, printed: str, *, cut: bool) -> bool:
        """Say whether a stretch can name a body at all: no number, no date, no words of a title."""
        nobody = printed in vocabulary.load("bodies")["marks"]["none"]
        if nobody or not any(map(str.isalpha, printed)):
            return False
        if self.words.complete(printed):
            return True
        dates = vocabulary.load("cells")["deadline"]
        return not cut and not any(re.search(date, printed) for date in dates)
