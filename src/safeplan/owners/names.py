"""A body as printed → which body it is: its canonical name, its scope, whose body it is.

区应急局, 县应急管理局 and 重庆市应急管理局 are one name, 应急管理局. The words are data
(`vocabulary/bodies.toml`); here is only how a printed name is taken apart:
scope (各, 相关) · government (区级, 县委, 忠县, 经开区) · name.
"""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Literal

from safeplan import vocabulary
from safeplan.models import Scope

Kind = Literal["body", "committee", "members", "territory", "class"]

_WIDE = str.maketrans("（）［］【】，；：／｜", "()[][],;:/|")
_SPACE = re.compile(r"\s+")
_PLATE = re.compile(r"\([^()]*\)")
MEMBERS = "成员单位"
"""What a committee's name is followed by where its member bodies are meant."""
_BOARD = "管委会"
_LONGEST = 40  # characters: no body's name is longer, what is longer is prose
_NAMED = re.compile(r"(.{1,6}(?:镇|乡|街道))(?:人民政府|政府|办事处)?|(.{2,10}管委会)")


@dataclass(frozen=True, slots=True)
class Body:
    """What a printed name was read as."""

    name: str
    known: bool = False
    kind: Kind = "body"
    scope: Scope | None = None
    government: str = ""
    """Whose body it is: a level word (`区`), a zone (`经开区`), empty where nothing says."""


def narrow(text: str) -> str:
    """Return `text` without white space and with half-width punctuation.

    >>> narrow("区经济信息委 （经开区经济运行局）")
    '区经济信息委(经开区经济运行局)'
    """
    return _SPACE.sub("", text).translate(_WIDE)


def _one_of(words: Collection[str]) -> str:
    """Return a pattern for any of the words, the longest first; for no words, one of nothing."""
    if not words:
        return "(?!)"
    return "(?:" + "|".join(re.escape(w) for w in sorted(words, key=len, reverse=True)) + ")"


@dataclass(frozen=True, slots=True)
class _Collective:
    name: str
    kind: Kind
    made_of: re.Pattern[str]
    needs: list[list[str]]
    scoped_needs: list[list[str]]
    levels: dict[str, str]

    def matches(self, text: str, scoped: bool) -> bool:
        needs = self.scoped_needs if scoped else self.needs
        return self.made_of.fullmatch(text) is not None and all(
            any(word in text for word in words) for words in needs
        )


class Lexicon:
    """The vocabulary of bodies, made ready to look names up in.

    Args:
        words: the content of `bodies.toml`.
        places: places that stand before a name without a level word.
    """

    def __init__(self, words: dict[str, Any], places: list[str]) -> None:
        self._fold: list[list[str]] = words["fold"]
        self._levels = frozenset(words["levels"])
        self._level_tails: list[str] = ["", *sorted(words["level_tails"], key=len, reverse=True)]
        self._not_level = re.compile("|".join(words["not_levels"]))
        self._not_places = (*words["not_places"], *words["zones"])
        level = "[" + "".join(words["levels"]) + "]"
        self._place_part = re.compile(f".{{1,9}}?自治{level}|.{{0,4}}?{level}")
        self._never_placed = re.compile(_one_of(words["never_in_places"]))
        self._whole = re.compile(_one_of(words["whole"]))
        self._places = re.compile(_one_of(places))
        self._zone = re.compile(f"(.*{_one_of(words['zones'])})(.*)")
        self._forms = re.compile(f"{_one_of(words['forms']['ends'])}$")
        self._units = re.compile(f"{_one_of(words['forms']['units'])}$")
        self._fields: list[str] = words["forms"]["fields"]
        self._classes = re.compile(f"{_one_of(words['forms']['classes'])}$")
        scopes: dict[str, list[str]] = words["scopes"]
        self._scope_of = {word: scope for scope, listed in scopes.items() for word in listed}
        self._scope = re.compile(_one_of(self._scope_of))
        marks: dict[str, list[str]] = words["marks"]
        self.none = frozenset(marks["none"])
        """Cells that say there is no owner."""
        lead, other = _one_of(marks["lead"]), _one_of(marks["responsible"])
        self.label = re.compile(
            rf"(?:[0-9]+\.)?(?:\(?(?:(?P<lead>{lead})|(?P<other>{other}))\)?:)?由?"
        )
        """What may stand before a body: a number, a role, 由."""
        leading, trailing = _one_of(marks["leading"]), _one_of(marks["trailing"])
        self.remark = re.compile(rf"\(?(?:(?P<lead>{leading})|{trailing})\)?$")
        """What may stand after a body: that it leads, that it does its share."""
        self._collectives = [
            _Collective(
                name,
                entry["kind"],
                re.compile(_one_of(entry["words"]) + "+"),
                entry["needs"],
                entry.get("scoped_needs", entry["needs"]),
                entry.get("levels", {}),
            )
            for name, entry in words["collectives"].items()
        ]
        self._index: dict[str, Body] = {}
        self._wildcards: list[tuple[re.Pattern[str], Body]] = []
        sections: list[tuple[Kind, dict[str, list[str]]]] = [
            ("committee", words["committees"]),
            ("body", words["bodies"]),
        ]
        for kind, listed in sections:
            for name in listed:
                self._index[self.key(name)] = Body(name, True, kind)
        for collective in self._collectives:
            for name in set(collective.levels.values()) or {collective.name}:
                self._index.setdefault(self.key(name), Body(name, True, collective.kind))
        for kind, listed in sections:
            for name, aliases in listed.items():
                for alias in aliases:
                    self._add_alias(alias, Body(name, True, kind))
        self._seen: dict[str, Body] = {}

    def _add_alias(self, alias: str, body: Body) -> None:
        if "*" in alias:
            pattern = r"[^等、,()]{0,14}?".join(re.escape(p) for p in self.key(alias).split("*"))
            self._wildcards.append((re.compile(pattern), body))
        else:
            self._index[self.key(alias)] = body

    def key(self, text: str) -> str:
        """Return the form a name is looked up in, with its spellings folded into one."""
        for printed, folded in self._fold:
            text = text.replace(printed, folded)
        return text

    def identify(self, text: str) -> Body:
        """Say which body `text` names; an unknown one keeps its name without its level word.

        Args:
            text: one body as printed, narrowed (see `narrow`), without a tail such as 等部门.
        """
        if not 0 < len(text) <= _LONGEST:
            return Body(text)
        body = self._seen.get(text)
        if body is None:
            body = self._seen[text] = self._identify(text)
        return body

    def _identify(self, text: str) -> Body:
        return (
            self._listed(text)
            or self._scoped(text)
            or self._collective(text)
            or self._members(text)
            or self._of_committee(text)
            or self._whole_place(text)
            or self._zoned(text)
            or self._named_by_form(text)
            or self._governed(text)
            or self._unit(text)
            or self._plated(text)
            or self._unknown(text)
        )

    def _listed(self, text: str) -> Body | None:
        key = self.key(text)
        if found := self._index.get(key):
            return found
        return next((body for form, body in self._wildcards if form.fullmatch(key)), None)

    def _collective(self, text: str, scoped: bool = False) -> Body | None:
        for collective in self._collectives:
            if collective.matches(text, scoped):
                name = collective.levels.get("", collective.name)
                return Body(name, True, collective.kind)
        return None

    def _scoped(self, text: str) -> Body | None:
        if (match := self._scope.match(text)) is None or match.end() == len(text):
            return None
        said = self._scope_of[match[0]]
        scope: Scope | None = "all" if said == "all" else "relevant" if said == "relevant" else None
        rest = text[match.end() :]
        body = self._collective(rest, scoped=True) or self.identify(rest)
        # 各有关镇街: all of those concerned, so those concerned.
        return replace(body, scope=body.scope or scope)

    def _members(self, text: str) -> Body | None:
        """区安委会各成员单位: the members of a committee."""
        if not text.endswith(MEMBERS):
            return None
        head = text.removesuffix(MEMBERS)
        scope: Scope | None = None
        for word in sorted(self._scope_of, key=len, reverse=True):
            if head.endswith(word):
                head = head.removesuffix(word)
                scope = "all" if self._scope_of[word] == "all" else "relevant"
                break
        committee = self.identify(head)
        name = committee.name + MEMBERS
        return Body(name, committee.known, "members", scope, committee.government)

    def _of_committee(self, text: str) -> Body | None:
        """区安委会各专项办公室: bodies of a committee, named by what they are."""
        match = self._scope.search(text)
        if match is None or self.identify(text[: match.start()]).kind != "committee":
            return None
        body = self.identify(text[match.start() :])
        return body if body.known else None

    def _governments(self, text: str) -> Iterator[tuple[str, str]]:
        """Every way to read the start of `text` as a government: the prefix and its level word."""
        ends = [(end, text[end - 1]) for end in range(1, 11) if text[end - 1 : end] in self._levels]
        if match := self._places.match(text):
            ends.append((match.end(), ""))
        for end, level in ends:
            if not self._is_place(text[:end]):
                continue
            for tail in self._level_tails:
                if text.startswith(tail, end) and len(text) > end + len(tail):
                    yield text[: end + len(tail)], level

    def _whole_place(self, text: str) -> Body | None:
        """全区各部门, 驻区单位: the word before the level word says nothing of the body."""
        match = self._whole.match(text)
        if match is None or text[match.end() : match.end() + 1] not in self._levels:
            return None
        body = self.identify(text[match.end() :])
        return body if body.known else None

    def _is_place(self, text: str) -> bool:
        """重庆市涪陵区 is one; 区融媒体中心区 is a body and the next one's level word."""
        if text.endswith(self._not_places) or self._never_placed.search(text):
            return False
        if self._places.fullmatch(text):
            return True
        parts = self._place_part.findall(text)
        return "".join(parts) == text and not any(self._listed(part[:-1]) for part in parts)

    def _governed(self, text: str) -> Body | None:
        """区级…, 县委…, 忠县…: only where what follows is known, for 市场 begins with 市 too."""
        for prefix, level in self._governments(text):
            body = self.identify(text[len(prefix) :])
            if body.known and not self._is_zone(body.government):
                return replace(self._at_level(body, level), government=level or body.government)
        return None

    def _at_level(self, body: Body, level: str) -> Body:
        for collective in self._collectives:
            if collective.levels.get("") == body.name:
                return replace(body, name=collective.levels.get(level, body.name))
        return body

    def _is_zone(self, government: str) -> bool:
        return len(government) > 1

    def _zoned(self, text: str) -> Body | None:
        """经开区市场监管局: a zone's body; the bare zone is its board, 管委会."""
        if (match := self._zone.fullmatch(text)) is None:
            return None
        place, rest = match.groups()
        if place[0] in self._levels and len(place) > 1 and not self._not_level.match(place):
            place = place[1:]
        zone = self.key(place)
        if rest in ("", _BOARD) or self.key(rest) == _BOARD:
            return Body(zone + _BOARD, True, "body", None, zone)
        body = self.identify(rest)
        if not body.known and not self.has_form(rest):
            return None
        return replace(body, name=zone + body.name, government=zone)

    def _named_by_form(self, text: str) -> Body | None:
        """白石镇, 江北嘴管委会: no vocabulary lists them, their form is enough to know them by."""
        match = None if text[0] in self._levels else _NAMED.fullmatch(text)
        return Body(match[1] or match[2], known=True) if match else None

    def _unit(self, text: str) -> Body | None:
        """公安局禁毒支队: a unit below a known body."""
        if not self._units.search(text):
            return None
        for end in range(len(text) - 2, 1, -1):
            above = self._listed(text[:end])
            if above and above.kind == "body":
                runs_on = any(self.stands(text[start:]) for start in range(end, len(text) - 1))
                return None if runs_on else replace(above, name=above.name + text[end:])
        return None

    def _plated(self, text: str) -> Body | None:
        """住房城乡建委(城市管理局): the second plate of one body says nothing of its name."""
        bare = _PLATE.sub("", text)
        return self.identify(bare) if bare and bare != text else None

    def _unknown(self, text: str) -> Body:
        if self._not_level.match(text):
            return Body(text)
        prefixes = [
            (prefix, level)
            for prefix, level in self._governments(text)
            if level and len(text) > len(prefix) + 1
            # An unlisted place before an unlisted name may as well be a part of that name.
            if prefix[0] in self._levels or self._places.match(text)
        ]
        if not prefixes:
            return Body(text)
        # 区市政园林局: the level word ends where a word begins that only looks like one.
        prefix, level = next(
            (found for found in prefixes if self._not_level.match(text, len(found[0]))),
            max(prefixes, key=lambda found: len(found[0])),
        )
        return Body(text[len(prefix) :], government=level)

    def has_form(self, text: str) -> bool:
        """Say whether `text` ends as the name of a body does: …局, …办, …公司."""
        return self._forms.search(_PLATE.sub("", text)) is not None

    def is_class(self, text: str) -> bool:
        """Say whether `text` ends in a word for a class of bodies: …部门, …单位."""
        return self._classes.search(text) is not None

    def has_scope(self, text: str) -> bool:
        """Say whether 各, 相关 or the like stands anywhere in `text`."""
        return self._scope.search(text) is not None

    def begins_body(self, text: str) -> bool:
        """Say whether `text` starts as a body does, with a scope or a level word."""
        if self._scope.match(text):
            return True
        return text[:1] in self._levels and not self._not_level.match(text)

    def stands(self, text: str) -> bool:
        """Say whether `text` both starts as a body does and is a known one: 各镇街, 区教委."""
        return self.begins_body(text) and self.identify(text).known

    def of_field(self, field: str) -> Body | None:
        """Return the body that works in a field: 公安 → 公安局, 教育 → 教委 or 教育局."""
        for form in self._fields:
            body = self.identify(field + form)
            if body.known and body.kind == "body":
                return body
        return None


@cache
def _lexicon(_folder: str | None) -> Lexicon:
    return Lexicon(vocabulary.load("bodies"), vocabulary.load("places")["names"])


def lexicon() -> Lexicon:
    """Return the lexicon of the vocabulary now in force (`SAFEPLAN_VOCABULARY` may add to it)."""
    return _lexicon(os.environ.get(vocabulary.VARIABLE) or None)


def canonical(text: str) -> str:
    """Return the canonical name of one body, free of its level word.

    >>> canonical("区应急局"), canonical("县应急管理局"), canonical("各镇街（管委会）")
    ('应急管理局', '应急管理局', '乡镇街道')
    """
    return lexicon().identify(narrow(text)).name


def is_known(name: str) -> bool:
    """Say whether a canonical name is in the vocabulary, or made of names that are.

    >>> is_known("应急管理局"), is_known("经开区市场监管局"), is_known("某某办")
    (True, True, False)
    """
    return lexicon().identify(narrow(name)).known
