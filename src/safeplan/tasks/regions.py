"""A body's or a plan's name → the region it belongs to: 重庆市沙坪坝区人民政府 → 沙坪坝, district.

A unit of the standard (GB/T 2260) is known by its name, whatever words follow it; any other, such
as a zone (开发区) or a unit that is younger than our table, is told by its form. Only beginnings of
names are read: a sentence that happens to hold 全县 or 市区 names no region.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from safeplan import vocabulary
from safeplan.models import Level, Region
from safeplan.vocabulary.grammar import Grammar

_LEVELS: dict[str, Level] = {"自治县": "county", "自治旗": "county", "县": "county", "旗": "county"}
_LEVELS |= {"市": "city", "自治州": "city", "师": "city"}
_PROVINCE_WORD = r"(壮族自治区|回族自治区|维吾尔自治区|自治区|特别行政区|省|市)$"
_FRAME = re.compile(
    r"^(版权所有|主办(单位)?|承办(单位)?)?[:：]?(中国共产党|中共)?(关于)?[“\"《〈（(]{0,2}"
    r"([0-9〇零○一二三四五六七八九—–\-~至－]{2,12}年度?)?"
)
_AUTONOMOUS = ("自治县", "自治州", "自治旗")
_CORPS = "新疆生产建设兵团"


class RegionPlace(NamedTuple):
    """One unit as a text names it."""

    text: str
    name: str
    level: Level
    codes: tuple[str, ...]
    """The units of the standard that have this name; empty where it is told by its form only."""
    hint: bool = False
    """A place without its level word (重庆江北区): it tells which one is meant, and is no unit."""


@dataclass(frozen=True)
class NamedUnits:
    """The units that a text begins with, the largest first."""

    places: tuple[RegionPlace, ...]

    @property
    def full_name(self) -> str:
        """All that is named, from the largest unit to the smallest."""
        return "".join(place.text for place in self.places if not place.hint)

    @property
    def region(self) -> Region:
        """The smallest of them, with the code that those above it leave."""
        last = self.places[-1]
        code, full = self.code(()), self.full_name
        return Region(name=last.name, level=last.level, code=code, full_name=full)

    def code(self, around: Iterable[RegionPlace]) -> str | None:
        """Return the code of the smallest unit if all that is said leaves one.

        Args:
            around: provinces and cities that the document's heading names elsewhere.
        """
        if self.places[-1].text not in _units():
            return None
        codes = self.places[-1].codes
        for above in self.places[:-1]:
            codes = _below(codes, above.codes)
        if beyond := [code for place in around for code in place.codes]:
            codes = _below(codes, beyond)
        if len({code[:4] for code in codes}) > 1:
            return None
        # Renumbered within its city: today's code stands first.
        return codes[0] if codes else None


def region_in(text: str) -> Region | None:
    """Return the region whose government or plan a text names at its beginning, or None.

    >>> region_in("重庆市沙坪坝区人民政府").name, region_in("忠县人民政府").level
    ('沙坪坝', 'county')
    >>> region_in("重庆市人民政府").level, region_in("2025年重庆市江北区森林防火方案").code
    ('province', '500105')
    """
    named = named_in(text)
    return named.region if named else None


def located(texts: Sequence[str], around: Iterable[str] = ()) -> Region | None:
    """Return the region of a document from the parts of its heading, the most telling first.

    A later part may name the same unit with those above it, or a unit below it that issues the
    plan; what the parts say of provinces and cities tells which of several 鼓楼区 is meant.
    """
    found = [named for text in texts if (named := named_in(text))]
    if not found:
        return None
    best = found[0]
    for other in found[1:]:
        same = other.places[-1].text == best.places[-1].text
        fuller = len(other.full_name) > len(best.full_name)
        if fuller if same else _within(other, best):
            best = other
    beside = [named for text in around if (named := named_in(text))]
    wider = [
        place
        for named in (*found, *beside)
        for place in named.places
        if place.codes
        and place.codes != best.places[-1].codes
        and all(code.endswith("00") for code in place.codes)
    ]
    return best.region.model_copy(update={"code": best.code(wider)})


def named_anywhere(title: str) -> Region | None:
    """Return the first unit of the standard within a title, outside of what it quotes.

    >>> named_anywhere("关于切实做好武隆区2025年森林防火工作的通知").name
    '武隆'
    """
    plain = re.sub(r"《[^《》]*》", "《》", title)
    bare = _says().words["bare"]
    for at in range(1, len(plain)):
        known = _known_at(plain[at:])
        if known and len(known) > 2 and known not in bare and (named := named_in(plain[at:])):
            return named.region
    return None


def named_in(text: str) -> NamedUnits | None:
    """Return the units that a text begins with, or None."""
    match = _FRAME.match(text)
    rest = text[match.end() :] if match else text
    places: list[RegionPlace] = []
    while place := _place_at(rest, places):
        places.append(place)
        rest = rest[len(place.text) :]
    return NamedUnits(tuple(places)) if places and not places[-1].hint else None


# --- one unit ---------------------------------------------------------------------------------


def _place_at(rest: str, above: Sequence[RegionPlace]) -> RegionPlace | None:
    """Return the unit that a text begins with, where `above` stand before it."""
    if rest.startswith(_CORPS):
        return RegionPlace(_CORPS, "新疆兵团", "province", ("650000",))
    if known := _known_at(rest):
        free = not above and known in _says().words["bare"]
        if not free or _says().government.match(rest[len(known) :]):
            codes = _units()[known]
            if codes[0].endswith("0000"):
                return RegionPlace(known, re.sub(_PROVINCE_WORD, "", known), "province", codes)
            level: Level = "city" if codes[0].endswith("00") else "county"
            if known.endswith("区") and not known.endswith(("林区", "特区", "地区")):
                level = "district"
            return RegionPlace(known, _without_level(known), level, codes)
    short = next((rest[:n] for n in range(4, 1, -1) if rest[:n] in _short_names()), "")
    if short and not any(place.hint for place in above):
        after = rest[len(short) :]
        formed = _formed_at(after, above)
        if _known_at(after) or (formed and formed.name not in _says().words["zones"].values()):
            return RegionPlace(short, short, "city", _short_names()[short], hint=True)
    return _formed_at(rest, above)


def _formed_at(rest: str, above: Sequence[RegionPlace]) -> RegionPlace | None:
    """Return a unit told by its form alone."""
    match = _says().form.match(rest)
    if match is None:
        return None
    name, word = str(match["name"]), str(match["level"])
    after = rest[match.end() :]
    zones = _says().words["zones"]
    if word in _says().words["governed"]["zones"] or (word in zones and not name):
        # A zone without a name of its own is called after the place above it: 郑州高新区.
        if not _says().government.match(after) or not (name or above):
            return None
        owner = "" if name else above[-1].name
        return RegionPlace(match.group(), owner + name + zones.get(word, word), "district", ())
    if not name or not _may_name(name, word, after, below=bool(above)):
        return None
    if word in zones:
        return RegionPlace(match.group(), name + zones[word], "district", ())
    if word == "师":
        return RegionPlace(match.group(), match.group(), "city", ("650000",))
    # A 市 below another city is one of the county's rank: 杭州市建德市.
    below_city = word == "市" and any(place.level == "city" for place in above)
    level: Level = "county" if below_city else _LEVELS.get(word, "district")
    return RegionPlace(match.group(), _without_level(match.group()), level, ())


def _may_name(name: str, word: str, after: str, *, below: bool) -> bool:
    """Tell whether what stands before a level word can be a name: neither 全, nor 景, nor 加强."""
    words = _says().words
    if word in ("师", *_AUTONOMOUS):
        return word != "师" or (name.startswith("第") and below)
    if len(name) > (8 if word in words["zones"] else 3) or (len(name) == 1 and word != "县"):
        return False
    if set(name) & set(words["no_signs"]) or name.endswith(tuple(words["no_ends"].get(word, ()))):
        return False
    return not (name.startswith(tuple(words["no_beginnings"])) or _says().sequel.match(after))


def _without_level(full: str) -> str:
    """Return the name as used in ids: without its level word, unless that leaves one character.

    A zone keeps its level word in its usual short form: 万盛经济技术开发区 is 万盛经开区.
    """
    if match := re.fullmatch(r"(..+)(?:地区|林区|特区)", full):
        return str(match[1])
    match = _says().form.fullmatch(full)
    name, word = (match["name"], match["level"]) if match else (full[:-1], full[-1])
    if word in _says().words["zones"] or (word == "旗" and name[-1:] in "左右前中后"):
        return full  # 土默特右旗 is no 旗 named 土默特右
    if word in _AUTONOMOUS:
        return _says().of_peoples.sub("", name)
    return name if len(name) > 1 else full


# --- which of them ----------------------------------------------------------------------------


def _below(codes: Iterable[str], above: Iterable[str]) -> tuple[str, ...]:
    """Return the codes that lie below one of others, or are one of them."""
    heads = tuple(re.sub("(00){1,2}$", "", code) for code in above)
    return tuple(code for code in codes if code.startswith(heads)) if heads else ()


def _within(one: NamedUnits, other: NamedUnits) -> bool:
    """Tell whether the unit `one` lies within `other`, as it is printed or by its code."""
    small, large = one.places[-1], other.places[-1]
    codes = small.codes if small.text in _units() else ()
    inside = bool(codes) and _below(codes, large.codes) == codes
    return inside or any(place.text == large.text for place in one.places[:-1])


# --- what is known ----------------------------------------------------------------------------


def _known_at(rest: str) -> str:
    """Return the longest unit of the standard that a text begins with, or nothing."""
    units = _units()
    longest = min(15, len(rest))  # 积石山保安族东乡族撒拉族自治县
    return next((rest[:n] for n in range(longest, 1, -1) if rest[:n] in units), "")


@vocabulary.cached()
def _units() -> dict[str, tuple[str, ...]]:
    """Return the codes of each unit of the standard by its full name, today's first.

    An autonomous unit is known by its shorter names too: 石柱县, 镇宁自治县.
    """
    units: dict[str, tuple[str, ...]] = {}
    for code, full, *_ in vocabulary.rows("regions-gb2260"):
        names = {full}
        if full.endswith(_AUTONOMOUS):
            name = _without_level(full)
            names |= {name + full[-3:], name + full[-1]} if len(name) > 1 else set()
        for name in names:
            units[name] = (*units.get(name, ()), code)
    return units


@vocabulary.cached()
def _short_names() -> dict[str, tuple[str, ...]]:
    """Return provinces and cities by their names without a level word."""
    short: dict[str, tuple[str, ...]] = {}
    for full, codes in _units().items():
        if upper := tuple(code for code in codes if code.endswith("00")):
            name = re.sub(_PROVINCE_WORD, "", full)
            if len(name) > 1 and name != full:
                short[name] = (*short.get(name, ()), *upper)
    return short


@vocabulary.cached()
def _says() -> Grammar:
    """Return the patterns of names told by their form, over the words in force."""
    return Grammar("regions", vocabulary.load("regions"))
