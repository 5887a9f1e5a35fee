"""A body as printed → which body it is: its canonical name, its scope, whose body it is.

区应急局, 县应急管理局 and 重庆市应急管理局 are one name, 应急管理局. The words are data
(`vocabulary/bodies.toml`); here is only how a printed name is taken apart:
scope (各, 相关) · government (区级, 县委, 忠县, 经开区) · name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Literal, get_args

from safeplan import vocabulary
from safeplan.bodies.words import WordSet
from safeplan.models import Scope
from safeplan.text.folding import narrow
from safeplan.vocabulary.grammar import Grammar, one_of

Kind = Literal["body", "committee", "members", "territory", "class"]

_PLATE = re.compile(r"\([^()]*\)")
MEMBERS = "成员单位"
"""What a committee's name is followed by where its member bodies are meant."""
_BOARD = "管委会"
_ZONE_OFFICES = ("管理局", "管理处", "管理办")
_ANYTHING = "[^等、,()]{0,14}?"
_PLACE = "[^等、,()局委办厅各镇街乡校院]{0,8}?"
"""What may stand for `*` in an alias, and at its start, where a body before it must not be eaten."""
_JOINTS = "和及与"
_BRANCH = "分局"
_LONGEST_PLACE = 18  # 双江拉祜族佤族布朗族傣族自治县
_LONGEST_BARE_PLACE = 8
_TITLE = 16  # characters before an end in which the title of a person is looked for
_LONGEST = 40  # characters: no body's name is longer, what is longer is prose
_REMEMBERED = 100_000  # names whose reading is kept: those of all plans of a province


@dataclass(frozen=True, slots=True)
class Body:
    """What a printed name was read as."""

    name: str
    known: bool = False
    kind: Kind = "body"
    scope: Scope | None = None
    government: str = ""
    """Whose body it is: a level word (`区`), a zone (`经开区`), empty where nothing says."""
    by_form: bool = False
    """Known by its form alone (…有限公司): it may as well be two bodies that nothing parts."""

    @property
    def sure(self) -> bool:
        """Whether its words are known, not only its form."""
        return self.known and not self.by_form


class Lexicon:
    """The vocabulary of bodies, made ready to look names up in.

    Args:
        words: the content of `bodies.toml`.
        places: places that stand before a name without a level word.
        counties: places that do so where no word of a body's work begins alike (公安, 资源).
    """

    def __init__(
        self, words: dict[str, Any], places: Iterable[str], counties: Iterable[str] = ()
    ) -> None:
        self._words = words
        # Of each list the longest first.
        self._scope_of: dict[str, Scope | None] = {
            word: scope if scope in get_args(Scope) else None
            for scope, listed in words["scopes"].items()
            for word in sorted(listed, key=len, reverse=True)
        }
        self.says = Grammar("bodies", words, scope=one_of(self._scope_of))
        self._levels = frozenset(words["levels"])
        self._level_tails = ["", *sorted(words["level_tails"], key=len, reverse=True)]
        made = words["composed"]
        self._fields_of_work = WordSet([*made["words"], *made["short"]])
        self._made_ends = sorted((*made["ends"], *made["class_ends"]), key=len, reverse=True)
        self._collectives = [
            (name, entry, WordSet(entry["words"])) for name, entry in words["collectives"].items()
        ]
        self._index: dict[str, Body] = {}
        self._town_index: dict[str, Body] = {}
        self._of_wildcard: list[Body] = []
        self._wildcard = self._list_names()
        # Pairs of characters that speak of work and open no name of a place: 森林公安局, 水上….
        named = [*made["words"], *words["bodies"], *self._index]
        self._pairs_of_work = {
            word[start : start + 2] for word in named for start in range(len(word) - 1)
        }
        bare = (name for name in counties if name[:2] not in self._pairs_of_work)
        self._places = {*places, *bare}
        self._seen: dict[str, Body] = {}

    def _list_names(self) -> re.Pattern[str]:
        """Fill the indexes; return what matches the aliases that `*` stands in."""
        sections: tuple[tuple[Kind, str], ...] = (("committee", "committees"), ("body", "bodies"))
        listed = [
            (Body(name, True, kind), aliases)
            for kind, section in sections
            for name, aliases in self._words[section].items()
        ]
        self._index = {self.key(body.name): body for body, _ in listed}
        for collective, entry, _ in self._collectives:
            for name in set(entry.get("levels", {}).values()) or {collective}:
                self._index.setdefault(self.key(name), Body(name, True, entry["kind"]))
        forms = []
        for body, aliases in listed:
            for alias in map(self.key, aliases):
                if "*" not in alias:
                    self._index[alias] = body
                    continue
                first, *parts = map(re.escape, alias.split("*"))
                opening = first + _ANYTHING if first else _PLACE
                forms.append(f"({opening}{_ANYTHING.join(parts)})")
                self._of_wildcard.append(body)
        for name, aliases in self._words["town_bodies"].items():
            body = Body(name, True)
            self._town_index |= {self.key(alias): body for alias in (name, *aliases)}
            self._index.setdefault(self.key(name), body)
        return re.compile("|".join(forms) or "(?!)")

    def key(self, text: str) -> str:
        """Return the form a name is looked up in, with its spellings folded into one."""
        for printed, folded in self._words["fold"]:
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
            if len(self._seen) >= _REMEMBERED:
                self._seen.clear()
            ways = (
                self._listed, self._scoped, self._collective, self._members, self._of_committee,
                self._whole_place, self._zoned, self._named_by_form, self._composed,
                self._governed, self._of_town, self._unit, self._plated, self._of_place,
                self._by_form,
            )  # fmt: skip
            found = next(filter(None, (way(text) for way in ways)), None)
            body = self._seen[text] = found or self._unknown(text)
        return body

    def _known(self, text: str) -> Body | None:
        body = self.identify(text)
        return body if body.known else None

    def _listed(self, text: str) -> Body | None:
        key = self.key(text)
        if found := self._index.get(key):
            return found
        match = self._wildcard.fullmatch(key)
        return self._of_wildcard[match.lastindex - 1] if match and match.lastindex else None

    # ---- sets ----

    def _collective(self, text: str, scoped: bool = False) -> Body | None:
        for name, entry, made_of in self._collectives:
            needs = entry.get("scoped_needs" if scoped else "needs", entry["needs"])
            said = all(any(word in text for word in words) for words in needs)
            if said and made_of.parted(text) is not None:
                return Body(entry.get("levels", {}).get("", name), True, entry["kind"])
        return None

    def _scoped(self, text: str) -> Body | None:
        match = self.says.scope.match(text)
        if match is None or match.end() == len(text):
            return None
        rest = text[match.end() :]
        body = self._collective(rest, scoped=True) or self.identify(rest)
        # 各有关镇街: all of those concerned, so those concerned.
        return replace(body, scope=body.scope or self._scope_of[match[0]])

    def _members(self, text: str) -> Body | None:
        """区安委会各成员单位: the members of a committee."""
        if not text.endswith(MEMBERS):
            return None
        head = text.removesuffix(MEMBERS)
        words = sorted(self._scope_of, key=len, reverse=True)
        said = next(filter(head.endswith, words), "")
        committee = self.identify(head.removesuffix(said))
        name, scope = committee.name + MEMBERS, self._scope_of.get(said)
        return Body(name, committee.known, "members", scope, committee.government)

    def _of_committee(self, text: str) -> Body | None:
        """区安委会各专项办公室: bodies of a committee, named by what they are."""
        match = self.says.scope.search(text)
        if match is None or self.identify(text[: match.start()]).kind != "committee":
            return None
        return self._known(text[match.start() :])

    # ---- governments and places before a name ----

    def _governments(self, text: str) -> Iterator[tuple[str, str]]:
        """Every way to read the start of `text` as a government: the prefix and its level word."""
        ends = [
            (end, level)
            for end, level in enumerate(text[:_LONGEST_PLACE], start=1)
            if level in self._levels
        ]
        if place := self._place_before(text):
            ends.append((len(place), ""))
        ends = [(end, level) for end, level in ends if self._is_place(text[:end])]
        if match := self.says.other_government.match(text):
            ends.append((match.end(), ""))
        for end, level in ends:
            for tail in self._level_tails:
                if text.startswith(tail, end) and len(text) > end + len(tail):
                    yield text[: end + len(tail)], level

    def _listed_place(self, text: str) -> str:
        """Return the longest listed place that a text opens with, without its level word."""
        heads = (text[:end] for end in range(_LONGEST_BARE_PLACE, 1, -1))
        return next((head for head in heads if head in self._places), "")

    def _place_before(self, text: str) -> str:
        """Return the place without its level word that a name opens with, empty if there is none.

        Towns and what stands in them are called like a county elsewhere (柳林镇应急办, 洪山消防站),
        and so are hospitals and firms (安宁医院).
        """
        place = self._listed_place(text)
        if not place or self.says.station.search(text) or self.says.formed.fullmatch(text):
            return ""
        rest, lower = text[len(place) :], tuple(self._words["lower_levels"])
        body = self.identify(rest)
        of_kind = body.kind in ("territory", "class") and body.scope is None
        of_town = body.government in lower or self.key(rest) in self._town_index
        return "" if of_kind or of_town else place

    def _whole_place(self, text: str) -> Body | None:
        """全区各部门, 驻区单位: the word before the level word says nothing of the body."""
        match = self.says.everywhere.match(text)
        if match is None or text[match.end() : match.end() + 1] not in self._levels:
            return None
        return self._known(text[match.end() :])

    def _is_place(self, text: str) -> bool:
        """重庆市涪陵区 is one; 区融媒体中心区 is a body and the next one's level word."""
        never, zones = self._words["not_zones"], self._words["zones"]
        if text.endswith((*self._words["not_places"], *zones)) and not text.endswith((*never,)):
            return False
        if self.says.never_placed.search(text):
            return False
        verb = self.says.verb.search(text)
        if verb and verb.group() != text[:-1]:  # 做好区应急局的…; 新建区 is a place.
            return False
        if text in self._places:
            return True
        parts = self.says.place_part.findall(text)
        return "".join(parts) == text and not any(self._listed(part[:-1]) for part in parts)

    def _governed(self, text: str) -> Body | None:
        """区级…, 县委…, 忠县…: only where what follows is known, for 市场 begins with 市 too."""
        for prefix, level in self._governments(text):
            if level and self.says.not_level.match(text, prefix.rindex(level)):
                continue
            body = self._known(text[len(prefix) :])
            if body and len(body.government) < 2:  # a zone's body is no district's
                return replace(self._at_level(body, level), government=level or body.government)
        return None

    def _at_level(self, body: Body, level: str) -> Body:
        for _, entry, _ in self._collectives:
            levels = entry.get("levels", {})
            if levels.get("") == body.name:
                return replace(body, name=levels.get(level, body.name))
        return body

    def _zoned(self, text: str) -> Body | None:
        """经开区市场监管局: a zone's body; the bare zone is its board, 管委会."""
        if (match := self.says.zone.fullmatch(text)) is None:
            return None
        place, rest = match.groups()
        if "局" in place or place.endswith((*self._words["not_zones"],)):
            return None
        if len(place) > 1 and self._opens_with_level(place):
            place = place[1:]
        zone = self.key(place)
        rest = self.key(rest).removeprefix(_BOARD)
        if rest in ("", *_ZONE_OFFICES):
            return Body(zone + (rest or _BOARD), True, "body", None, zone)
        body = self.identify(rest)
        if not body.known and not self.has_form(rest):
            return None
        return replace(body, name=zone + body.name, government=zone)

    def _of_place(self, text: str) -> Body | None:
        """洪雅供电公司, 内乡气象局: a place without its level word, told by what it is not."""
        for end in range(2, min(6, len(text) - 2)):
            if text[end - 2 : end] in self._pairs_of_work or self.says.verb.search(text[:end]):
                return None
            body = self._listed(text[end:])
            if body and body.name in self._words["placed"]["names"] and text[0] not in self._levels:
                return body
        return None

    # ---- names that no list holds ----

    def _named_by_form(self, text: str) -> Body | None:
        """白石镇, 江北嘴管委会: no vocabulary lists them, their form is enough to know them by."""
        match = None if text[0] in self._levels else self.says.town_or_zone.fullmatch(text)
        if match is None or match[1] in self._words["forms"]["not_towns"]:
            return None
        return Body(self._town(match[1]) if match[1] else match[2], known=True)

    def _town(self, name: str) -> str:
        """Return a town without the units above it: 柳林镇 of 望山县柳林镇."""
        return self.says.unit_above.sub("", name)

    def _composed(self, text: str) -> Body | None:
        """文化广电和体育局: no vocabulary lists it, but each word of it is one of its trade."""
        key, made = self.key(text), self._words["composed"]
        for end in self._made_ends:
            fields = key.endswith(end) and self._fields_of_work.parted(key[: -len(end)])
            of_class = end in made["class_ends"]
            if fields and (of_class or not set(fields).issubset(made["general"])):
                name = "".join(made["short"].get(field, field) for field in fields) + end
                found = self._index.get(self.key(name))
                return found or Body(name, True, "class" if of_class else "body")
        return None

    def _of_town(self, text: str) -> Body | None:
        """镇应急办, 塘头镇林业站: an office of a town, which keeps its town's name."""
        match = self.says.lower.fullmatch(text)
        if match is None:
            return None
        town, level, rest = match.groups()
        if rest[0] in _JOINTS:
            return None  # 乡镇和县级有关部门, not the departments of 和县
        if town and (town + level in self._words["forms"]["not_towns"] or self.has_form(town)):
            return None
        body = self._town_index.get(self.key(rest)) or self.identify(rest)
        if body.known and body.kind == "class" and not town:
            at_level = self._at_level(body, level)
            return at_level if at_level.name != body.name else None
        not_theirs = tuple(self._words["forms"]["not_of_towns"])
        if not body.known or body.kind != "body" or rest.endswith(not_theirs):
            return None
        if not town:
            return replace(body, government=level)
        town = self._town(town + level)
        return replace(body, name=town + body.name, government=town)

    def _by_form(self, text: str) -> Body | None:
        """城市建设发展公司, 第一中学: names of any sort, whose last word says what they are."""
        placed = len(text) > 2 and self._is_place(text)
        if self._opens_with_level(text) or not (placed or self.says.formed.fullmatch(text)):
            return None
        return Body(text, known=True, by_form=True)

    def _unit(self, text: str) -> Body | None:
        """公安局禁毒支队: a unit below a known body."""
        if not self.says.unit.search(text):
            return None
        for end in range(len(text) - 2, 1, -1):
            above = self._listed(text[:end]) or self._of_place(text[:end])
            if above and above.kind == "body":
                if any(self.stands(text[start:]) for start in range(end, len(text) - 1)):
                    return None
                unit = text[end:]
                if self.says.verb.match(unit):
                    return None  # 教育局对59所
                if unit.endswith(_BRANCH) and unit[:2] not in self._pairs_of_work:
                    return above  # 市自然资源局新城分局 is the bureau of 新城.
                return replace(above, name=above.name + unit)
        return None

    def _plated(self, text: str) -> Body | None:
        """住房城乡建委(城市管理局): the second plate of one body says nothing of its name."""
        bare = _PLATE.sub("", text)
        return self.identify(bare) if bare and bare != text else None

    def _unknown(self, text: str) -> Body:
        """Take the level word off a name of which nothing else is known."""
        if self.says.not_level.match(text):
            return Body(text)
        prefixes = [
            (prefix, level)
            for prefix, level in self._governments(text)
            if level
            and len(text) > len(prefix) + 1
            and not self.says.not_level.match(text, prefix.rindex(level))
            # An unlisted place before an unlisted name may as well be a part of that name.
            if prefix[0] in self._levels or self._listed_place(text)
        ]
        if not prefixes:
            return Body(text)
        # 区市政园林局: the level word ends where a word begins that only looks like one.
        prefix, level = next(
            (found for found in prefixes if self.says.not_level.match(text, len(found[0]))),
            max(prefixes, key=lambda found: len(found[0])),
        )
        return Body(text[len(prefix) :], government=level)

    # ---- what a stretch of text looks like ----

    def has_form(self, text: str) -> bool:
        """Say whether `text` ends as the name of a body does: …局, …办, …公司."""
        return self.says.form.search(_PLATE.sub("", text)) is not None

    def complete(self, text: str) -> bool:
        """Say whether `text` is a whole name: a known one, or one that ends as names do."""
        return bool(text) and (self.identify(text).known or self.has_form(text))

    def is_class(self, text: str) -> bool:
        """Say whether `text` ends in a word for a class of bodies: …部门, …单位."""
        return self.says.of_class.search(text) is not None

    def _opens_with_level(self, text: str) -> bool:
        return text[:1] in self._levels and not self.says.not_level.match(text)

    def begins_body(self, text: str) -> bool:
        """Say whether `text` starts as a body does, with a scope or a level word."""
        return self.says.scope.match(text) is not None or self._opens_with_level(text)

    def stands(self, text: str) -> bool:
        """Say whether `text` both starts as a body does and is a known one: 各镇街, 区教委."""
        return self.begins_body(text) and self.identify(text).known

    def is_field(self, text: str) -> bool:
        """Say whether `text` is made of words that bodies work on: 文化市场."""
        return self._fields_of_work.parted(text) is not None

    def without_title(self, text: str) -> str:
        """Return a narrowed name without the title of a person after it.

        >>> lexicon().without_title("县应急局主要负责人"), lexicon().without_title("分管副县长")
        ('县应急局', '')
        """
        match = self.says.title.search(text, max(0, len(text) - _TITLE))
        return text[: match.start()] if match else text

    def is_person(self, text: str) -> bool:
        """Say whether a text may be a person's name: a surname, and no body is called so.

        >>> [lexicon().is_person(name) for name in ("王某某", "高校", "县应急局")]
        [True, False, False]
        """
        named = 2 <= len(text) <= 3 and self.says.person.fullmatch(text) is not None
        return named and not self.complete(text)

    def of_field(self, field: str) -> Body | None:
        """Return the body that works in a field: 公安 → 公安局, 教育 → 教委 or 教育局."""
        for form in self._words["forms"]["fields"]:
            body = self.identify(field + form)
            if body.kind == "body" and self._listed(body.name):
                return body
        return None


@vocabulary.cached()
def lexicon() -> Lexicon:
    """Return the lexicon of the vocabulary now in force (`SAFEPLAN_VOCABULARY` may add to it)."""
    peoples = one_of(vocabulary.load("regions")["peoples"])
    # 石柱 of 石柱土家族自治县, 浦东 of 浦东新区, but 清新 of 清新区; 忠县 is never without
    level = re.compile(f"{peoples}*自治.$|(?<=..)新区$|.$")
    names = (name for _, name, *_ in vocabulary.rows("regions-gb2260"))
    counties = (level.sub("", name) if len(name) > 2 else name for name in names)
    return Lexicon(vocabulary.load("bodies"), vocabulary.load("places")["names"], counties)


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
