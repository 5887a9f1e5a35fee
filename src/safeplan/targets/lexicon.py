"""The words around numbers, compiled once from the vocabulary into patterns."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from safeplan import vocabulary
from safeplan.models import Direction
from safeplan.targets.units import units
from safeplan.text.numerals import COMPOUND, DIGITS, WORDS

NOTE = "＿"
"""In place of a note mark beside a figure: 30[1]处, 30①处."""


def one_of(words: Iterable[str]) -> str:
    """Return a pattern for any of the words, the longest first.

    >>> one_of(["达", "达到"])
    '(?:达到|达)'
    """
    return f"(?:{'|'.join(map(re.escape, sorted(words, key=lambda word: (-len(word), word))))})"


@dataclass(frozen=True)
class TargetLexicon:
    """Patterns by what they find; all of them run on folded text."""

    words: dict[str, Any]
    number: re.Pattern[str]
    every: re.Pattern[str]
    term: re.Pattern[str]
    fraction: re.Pattern[str]
    slash: re.Pattern[str]
    asks_for_share: re.Pattern[str]
    tenths: re.Pattern[str]
    share: re.Pattern[str]
    ratio: re.Pattern[str]
    ratio_asked: re.Pattern[str]
    bare: re.Pattern[str]
    tail: re.Pattern[str]
    within: re.Pattern[str]
    bound: re.Pattern[str]
    bound_at_end: re.Pattern[str]
    not_bound: re.Pattern[str]
    change: re.Pattern[str]
    silent_change: re.Pattern[str]
    counted_change: re.Pattern[str]
    decrease: frozenset[str]
    baseline: re.Pattern[str]
    base: re.Pattern[str]
    of_each: re.Pattern[str]
    full: re.Pattern[str]
    zero: tuple[re.Pattern[str], ...]
    verb: re.Pattern[str]
    verb_at_end: re.Pattern[str]
    make: re.Pattern[str]
    achieve_at_end: re.Pattern[str]
    action: re.Pattern[str]
    named_after: re.Pattern[str]
    named_at_end: re.Pattern[str]
    rules_after: re.Pattern[str]
    rules_at_end: re.Pattern[str]
    scope_after: re.Pattern[str]
    reach_after: re.Pattern[str]
    state_before: re.Pattern[str]
    state_right_before: re.Pattern[str]
    past: re.Pattern[str]
    scope_kind: re.Pattern[str]
    saying_before: re.Pattern[str]
    lead: re.Pattern[str]
    trail: re.Pattern[str]
    until: re.Pattern[str]
    stop: re.Pattern[str]
    made: re.Pattern[str]
    acted_on: re.Pattern[str]
    rate_after: re.Pattern[str]
    bare_subjects: frozenset[str]
    listing: re.Pattern[str]
    actor: re.Pattern[str]
    part: re.Pattern[str]
    measure: re.Pattern[str]
    not_object: re.Pattern[str]
    unitless: re.Pattern[str]
    takes_figure: re.Pattern[str]


def bare_word(pattern: str) -> str:
    """Return a pattern without the names of its groups, to stand beside itself in another."""
    return re.sub(r"\?P<[a-z_]+>", "?:", pattern)


def direction_of(bound: re.Match[str]) -> Direction:
    """Return which way a bound points: 不低于 up, 不超过 down, 提高到 at the amount itself."""
    if bound["raised"]:
        return "eq"
    up = bound["least"] or (bound["less"] if bound["not"] else bound["more"])
    return "ge" if up else "le"


@vocabulary.cached()
def lexicon() -> TargetLexicon:
    """Return the patterns of the vocabulary in force."""
    words = vocabulary.load("targets")
    bounds, changes, baselines = words["bounds"], words["changes"], words["baselines"]
    full, zero, verbs = words["full"], words["zero"], words["commitments"]
    names, subjects = words["names"], words["subjects"]
    unit = units().pattern
    moves = one_of([*changes["decrease"], *changes["increase"]])
    steady = one_of(changes["steadily"])

    averages = one_of(baselines["averages"])
    plan = r"“?十[一二三四五六七八九]五”?"
    year = r"20[0-9]{2}年"
    baseline = "|".join(
        (
            rf"20[0-9]{{2}}年?-20[0-9]{{2}}年(?:的?{averages})?",
            rf"{year}(?:{one_of(baselines['years'])})?(?:的?{averages})?",
            rf"(?:前|近|过去)(?:[0-9]+|{WORDS})个?年度?(?:（[^（）]{{0,16}}）)?(?:的?{averages}|同期)?",
            rf"{plan}(?:{one_of(baselines['spans'])})?(?:的?{averages})?",
            rf"(?:上一?|去|往)(?:年度?|月|季度)(?:同期)?|{one_of(baselines['past'])}",
        )
    )
    alone = one_of(baselines["alone"])
    harms = one_of(zero["harms"])
    dates = (
        r"(?:20[0-9]{2}年)?[0-9]{1,2}月(?:[0-9]{1,2}日)?(?:底|末|初|[上中下]旬)?(?:之?前|起)?"
        r"|(?:第?[一二三四1-4]|前三)季度末?(?:前|内)?|[上下]半年"
    )
    bound = (
        rf"(?:(?P<not>{one_of(bounds['not'])})?(?:(?P<more>{one_of(bounds['more'])})"
        rf"|(?P<less>{one_of(bounds['less'])}))(?:或?等于)?|(?P<least>{one_of(bounds['at_least'])})"
        rf"|(?P<most>{one_of(bounds['at_most'])})|(?P<raised>{one_of(bounds['raised'])})[到至]"
        rf"|(?P<lowered>{one_of(bounds['lowered'])})[到至])"
    )
    bound_word = bare_word(bound)
    tail = (
        rf"(?:（不?含[^（）]{{0,8}}）)?(?:(?P<or_more>{one_of(bounds['or_more'])})"
        rf"|(?P<or_less>{one_of(bounds['or_less'])}))"
    )
    filler = f"{one_of(changes['filler'])}|{bound_word}"
    whole_place = r"(?<!安)全[区县市域省镇乡](?:范围)?的?"
    done = one_of(verbs["actions"])
    period = r"半年|学期|学年|季度?|年|月|旬|周|星期|日|天"
    cardinal = rf"(?:{WORDS}|[0-9]{{1,3}})"
    return TargetLexicon(
        words=words,
        number=re.compile(
            rf"(?<![0-9A-Za-z.+/·第,_])(?:(?P<compound>{COMPOUND})"
            rf"|(?P<low>{DIGITS})(?:[×xX*]10(?P<power>[⁰¹²³⁴-⁹]{{1,2}}|\^[0-9]{{1,2}}))?"
            rf"(?:[%‰个名人处家次]?(?:-+|至|到)(?P<high>{DIGITS}))?"
            rf"|(?P<words>{WORDS}|半)(?:[个名人处家次]?[至到-](?P<words_high>{WORDS}))?)"
            rf"[余多来]?{NOTE}* ?{unit}"
        ),
        every=re.compile(
            rf"(?<![每0-9零一二三四五六七八九十])(?P<count>{cardinal})?个?(?P<period>{period})"
            rf"(?P<times>{cardinal})(?P<unit>次|轮|场|期)(?![0-9性])"
        ),
        term=re.compile(
            rf"(?:不少于|不低于|不短于|不超过|至少)(?P<low>{cardinal})年(?![度级代一])"
            rf"(?:以上|以内)?"
        ),
        fraction=re.compile(rf"(?P<below>{WORDS})分之(?P<above>{WORDS}|{DIGITS})"),
        slash=re.compile(
            r"(?<![0-9A-Za-z./])(?:(?P<above>[0-9]{1,3})/(?P<below>[0-9]{1,4})|(?P<sign>[½⅓⅔¼¾⅕])(?P<unit>[%‰])?)"
            r"(?![0-9A-Za-z./月日号年])"
        ),
        asks_for_share=re.compile(
            rf"(?:{bound_word}|{moves}|{one_of(bounds['about_before'])}|{one_of(subjects['rates'])}|{one_of(verbs['verbs'])}|的)$"
        ),
        tenths=re.compile(
            r"(?<![0-9.零一二三四五六七八九十])(?P<low>[0-9](?:\.[0-9])?|[一二两三四五六七八九])成"
            r"(?P<more>[一二三四五六七八九半])?(?![不员立本分功果效交年新长品语人绩因为])"
        ),
        share=re.compile(rf"(?<![超不]){one_of(words['shares'])}(?![小天年月日个])"),
        ratio=re.compile(
            r"(?<![0-9.:])(?P<above>[0-9]+(?:\.[0-9]+)?)(?::|比)(?P<below>[0-9]+(?:\.[0-9]+)?)(?![0-9.:])"
        ),
        ratio_asked=re.compile(rf"(?:{bound_word}[^，；。、0-9]{{0,8}}|按照?|配[备置建])$"),
        bare=re.compile(
            rf"[〔（\[]?(?P<move>{moves})?(?:{DIGITS}[%‰]?(?:→|-+>))?(?P<bound>{bound})?"
            rf"(?:(?P<low>{DIGITS})(?:-+(?P<high>{DIGITS}))?|(?P<words>{WORDS})(?:[至到-](?P<words_high>{WORDS}))?)"
            rf"(?:{tail})?[〕）\]]?"
        ),
        tail=re.compile(rf"{tail}|{one_of(bounds['about_after'])}"),
        within=re.compile(one_of(bounds["within"])),
        bound=re.compile(bound),
        bound_at_end=re.compile(rf"{bound_word}$"),
        not_bound=re.compile(one_of(bounds["not_bounds"])),
        change=re.compile(rf"(?P<move>{moves})(?:{filler})*$"),
        silent_change=re.compile(
            rf"(?:(?P<alone>{alone})|{one_of(baselines['marks'])}(?P<base>{baseline})(?:相比|{alone})?)"
            rf"(?:{steady}|[“”])*(?P<move>{moves})(?!(?:{filler})*[0-9]|[到至]|{WORDS}(?:成|分之))”?"
            rf"|(?P<never_up>{one_of(changes['never_up'])})"
        ),
        counted_change=re.compile(
            rf"“(?:(?P<count>{WORDS})[个项]?|双)(?P<move>{moves})”|双(?P<both>{moves})"
        ),
        decrease=frozenset(changes["decrease"]),
        baseline=re.compile(
            rf"{one_of(baselines['marks'])}+(?P<base>{baseline})|(?P<average>(?:前|近|过去)(?:[0-9]+|{WORDS})个?年(?:（[^（）]{{0,16}}）)?的?{averages})"
            rf"|(?P<alone>{alone})"
        ),
        base=re.compile(
            rf"每个?隔?(?:(?P<count>[0-9]+|{WORDS})个?)?(?P<period>{period}|小时)(?![内])"
        ),
        of_each=re.compile(
            rf"每(?P<count>[0-9]{{2,6}}|[一二三四五六七八九]?[十百千]|[一二三四五六七八九][十百千万]+)(?P<of>{units().counters})"
        ),
        full=re.compile(
            rf"(?<![{full['not_after']}])(?:{one_of(full['words'])}|全部?{done}(?:到位|完毕)?)"
            rf"|全部实现(?=[^，；。、0-9%]{{2,16}}(?:[，；。、）]|$))|全部(?!设备|装备)[^，；。、][{verbs['verb_ends']}](?=[，；。、）]|$)|应(?P<should>[^，；。]{{1,2}})尽(?P=should)"
        ),
        zero=(
            re.compile(rf"[“]?{one_of(zero['words'])}[”]?(?!{one_of(zero['names'])})"),
            re.compile(rf"“?零”?(?P<subject>{one_of(zero['things'])})”?"),
            re.compile(
                rf"{one_of(zero['never'])}(?P<subject>[^，；。！？、（）\n:]{{0,40}}?{harms}+(?:起数)?)"
                rf"(?:发生|情况|现象|的?目标)?(?=$|[，；。！？、）\n])"
            ),
            re.compile(
                rf"(?:{'|'.join(f'(?<={harm})' for harm in [*zero['harms'], '起数', '人数'])})"
                rf"{one_of(zero['none'])}(?=$|[，；。、）\n])"
            ),
            re.compile(
                rf"{one_of(zero['prevent'])}(?P<subject>[^，；。、（）:“”\n]{{0,40}}?{harms}+)(?=发生|$|[，；。、）\n])(?:发生)?"
            ),
            re.compile(
                rf"(?<![^，；。）\n])(?:确保)?无(?P<subject>[^，；。、（）的\n]{{2,14}}?(?:{one_of(zero['absent'])}|(?=发生)))(?:发生)?(?=$|[，；。、）\n])"
            ),
        ),
        verb=re.compile(rf"{one_of(verbs['verbs'])}|^[^，；。、（）]{{0,1}}[{verbs['verb_ends']}]"),
        verb_at_end=re.compile(
            rf"(?:{one_of(verbs['verbs'])}|[{verbs['verb_ends']}]|{bound_word})"
            rf"(?:全[区县市域省镇乡]|{one_of(bounds['about_before'])})*$"
        ),
        acted_on=re.compile(
            rf"^■*(?!{one_of(verbs['not_objects'])})(?:[^，；。]{{0,8}}?(?<![针面应校核比相反绝])对|{one_of(verbs['objects'])})"
        ),
        make=re.compile(one_of(names["make"])),
        achieve_at_end=re.compile(rf"{one_of(verbs['achieve'])}$"),
        action=re.compile(one_of(verbs["actions"])),
        named_after=re.compile(
            rf"(?:大|类|项)?[^，；。、（）]{{0,2}}?{one_of(names['after'])}"
            rf"(?=$|[，；。、（）:”的等均都每要须需和与及将把按]|应当|应(?!急)|{one_of(verbs['verbs'])}|建立|健全|联合)"
        ),
        rate_after=re.compile(r"[^，；。、（）0-9]{0,14}?率(?![先领])"),
        past=re.compile(one_of(names["past"])),
        reach_after=re.compile(rf"[^，；。、（）]{{0,4}}?{one_of(words['scope']['reach'])}"),
        state_before=re.compile(rf"{one_of(names['states'])}[^，；。的]{{0,8}}$"),
        state_right_before=re.compile(rf"{one_of(names['states'])}(?:为|是|约)?$"),
        named_at_end=re.compile(rf"{one_of(names['at_end'])}(?=$|[，；。、）])"),
        rules_after=re.compile(rf"[^，；。、（）]{{0,6}}?{one_of(names['rules'])}"),
        rules_at_end=re.compile(rf"{one_of(names['rules'])}$"),
        scope_after=re.compile(one_of(words["scope"]["after"])),
        scope_kind=re.compile(rf"[^，；。、（）]{{0,6}}?{one_of(words['scope']['kinds'])}"),
        saying_before=re.compile(rf"{one_of(names['before'])}$"),
        lead=re.compile(
            rf"(?!{one_of(subjects['not_lead'])}|新增[^，；。、0-9]{{1,16}}率)(?:到?(?:{dates}|20[0-9]{{2}}年(?:底|末|度|起)?前?)|{one_of(subjects['lead'])}(?!率)|{whole_place}|[市省]级(?:部门)?(?=完成)|{cardinal}年(?=累计)|每(?:半|[0-9一二两三四五])?个?(?:{period})|[、，；。:\s■〔\[{NOTE}])"
        ),
        trail=re.compile(
            rf"(?:{bound_word}|{one_of(subjects['trail'])}|[、\s〔\[{NOTE}]|{dates}|[由从](?:{DIGITS}|{WORDS})[^，；。、0-9]{{0,8}}|[0-9.,]+[^，；。、0-9]{{0,2}}→)$"
        ),
        until=re.compile(rf"^.*{one_of(subjects['until'])}"),
        stop=re.compile(rf"(?:{one_of(subjects['stop'])}|{whole_place})(?!率)"),
        not_object=re.compile(one_of(subjects["not_object"])),
        unitless=re.compile(
            rf"(?<![0-9A-Za-z.,/·第_:-])(?P<low>{DIGITS})(?:{tail})?(?=[，；。、）〕\n ]|$)"
        ),
        takes_figure=re.compile(rf"(?:{bound_word}|率|指数)$"),
        made=re.compile(rf"(?:{one_of(subjects['made'])}|{whole_place})*"),
        bare_subjects=frozenset(subjects["bare"]),
        listing=re.compile(r"、|以及|[和及与]"),
        actor=re.compile(rf"{one_of(subjects['actors'])}(?:（[^（）]*）)?$"),
        part=re.compile(rf"[我本][省市区县镇乡街]|[^，；。、]{{1,3}}级|每(?:{units().counters})"),
        measure=re.compile(rf"{one_of(subjects['measures'])}[”）]?$"),
    )
