"""A body's or a plan's name → the region it belongs to: 重庆市沙坪坝区人民政府 → 沙坪坝, district.

Names of units are told by their form and by what follows them, not from a list: a plan of any
district is read. Only the provinces, the zones (开发区) and the words that follow a region's name
are vocabulary.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from safeplan import vocabulary
from safeplan.models import Level, Region

_LEVELS: dict[str, Level] = {
    "自治县": "county",
    "自治旗": "county",
    "县": "county",
    "旗": "county",
    "林区": "county",
    "特区": "county",
    "区": "district",
    "市": "city",
    "州": "city",
    "盟": "city",
    "自治州": "city",
}
_FRAME = r"^(版权所有|主办(单位)?|承办(单位)?)?[:：]?(中国共产党|中共)?"


def first_region(texts: Iterable[str]) -> Region | None:
    """Return the region that the first telling text names."""
    return next((region for text in texts if (region := region_in(text))), None)


def region_in(text: str) -> Region | None:
    """Return the region whose government or plan a text names at its beginning, or None.

    >>> region_in("重庆市沙坪坝区人民政府").name, region_in("忠县人民政府").level
    ('沙坪坝', 'county')
    >>> region_in("重庆市人民政府").level
    'province'
    """
    rest = re.sub(_FRAME, "", text)
    top = next((name for name in _provinces() if rest.startswith(name)), "")
    rest = _short_province().sub("", rest[len(top) :]) if not top else rest[len(top) :]
    full, last, count = top, None, 0
    while match := _unit_at(rest, known_above=bool(full)):
        full, last, count = full + match.group(), match, count + 1
        rest = rest[match.end() :]
    if last:
        # A 市 below another unit is one of the county's rank: 杭州市建德市.
        below = last["level"] == "市" and count > 1
        level = "county" if below else _LEVELS.get(last["level"], "district")
        return Region(name=_name(last), level=level, full_name=full)
    if top:
        name = re.sub(r"(省|市|壮族自治区|回族自治区|维吾尔自治区|自治区|特别行政区)$", "", top)
        return Region(name=name, level="province", full_name=top)
    return None


def _unit_at(rest: str, *, known_above: bool) -> re.Match[str] | None:
    """Match the unit that a text begins with, if what follows is what follows a region's name.

    Without a unit above it, a bare "…区" may be any word (全区, 景区); there a government must
    follow.
    """
    match = _unit().match(rest)
    if match is None or match["name"] in vocabulary.load("regions")["no_names"]:
        return None
    # 万州区, 沙市区, 津市市: the name itself ends like a unit's level.
    longer = _unit_named_like_one().match(rest)
    if longer and longer["name"] == match.group():
        after = rest[longer.end() :]
        if not after or (_follows().match(after) and not after.startswith("委")):
            return longer
    after = rest[match.end() :]
    city_above = match["level"] == "市" and len(match["name"]) <= 4 and _unit().match(after)
    return match if known_above or city_above or _follows().match(after) else None


def _name(unit: re.Match[str]) -> str:
    """Return the name as used in ids: without its level word, unless that leaves one character.

    A zone keeps its level word in its usual short form: 万盛经济技术开发区 is 万盛经开区.
    """
    name, level = str(unit["name"]), str(unit["level"])
    if level in ("自治县", "自治州", "自治旗"):
        peoples = "|".join(vocabulary.load("regions")["peoples"])
        return re.sub(rf"(?<=..)({peoples})+$", "", name)
    zones: dict[str, str] = vocabulary.load("regions")["zones"]
    return name + zones.get(level, level if len(name) == 1 else "")


@cache
def _provinces() -> tuple[str, ...]:
    words = vocabulary.load("regions")
    return (*words["municipalities"], *words["provinces"])


@cache
def _short_province() -> re.Pattern[str]:
    """Match a province without its level word before a unit: 重庆江北区, 重庆两江新区, 四川天府新区.

    重庆高新区 keeps it: nothing else names the zone.
    """
    words = vocabulary.load("regions")
    cities = "|".join(name[:-1] for name in words["municipalities"])
    provinces = "|".join(name[:-1] for name in words["provinces"] if name.endswith("省"))
    zones = "|".join(words["zones"])
    return re.compile(
        rf"^(({cities})(?!市|{zones})|({provinces})(?=[\u4e00-\u9fff]{{2,8}}({zones})))"
    )


@cache
def _unit() -> re.Pattern[str]:
    zones = "|".join(vocabulary.load("regions")["zones"])
    return re.compile(
        rf"(?P<name>[\u4e00-\u9fff]{{1,12}}?)"
        rf"(?P<level>自治县|自治旗|自治州|{zones}|林区|特区|区|县|旗|市|州(?!市)|盟)"
    )


@cache
def _unit_named_like_one() -> re.Pattern[str]:
    zones = "|".join(vocabulary.load("regions")["zones"])
    return re.compile(rf"(?P<name>[\u4e00-\u9fff]{{1,3}}?[州市旗])(?P<level>{zones}|区|县|市)")


@cache
def _follows() -> re.Pattern[str]:
    return re.compile("|".join(vocabulary.load("regions")["follows"]))
