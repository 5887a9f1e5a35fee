"""The words around numbers, compiled once from the vocabulary into patterns."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

from safeplan import vocabulary
from safeplan.targets.numerals import DIGITS, WORDS
from safeplan.targets.units import units


def one_of(words: Iterable[str]) -> str:
    """Return a pattern for any of the words, the longest first.

    >>> one_of(["达", "达到"])
    '(?:达到|达)'
    """
    return f"(?:{'|'.join(map(re.escape, sorted(words, key=lambda word: (-len(word), word))))})"


@dataclass(frozen=True)
class Lexicon:
    """Patterns by what they find; all of them run on folded text."""

    words: dict[str, Any]
    number: re.Pattern[str]
    fraction: re.Pattern[str]
    ratio: re.Pattern[str]
    bare: re.Pattern[str]
    tail: re.Pattern[str]
    within: re.Pattern[str]
    at_least: frozenset[str]
    bound: re.Pattern[str]
    not_bound: re.Pattern[str]
    change: re.Pattern[str]
    silent_change: re.Pattern[str]
    decrease: frozenset[str]
    baseline: re.Pattern[str]
    base: re.Pattern[str]
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
    scope_after: re.Pattern[str]
    scope_kind: re.Pattern[str]
    saying_before: re.Pattern[str]
    lead: re.Pattern[str]
    trail: re.Pattern[str]
    until: re.Pattern[str]
    stop: re.Pattern[str]
    made: re.Pattern[str]
    not_object: re.Pattern[str]
    unitless: re.Pattern[str]


def lexicon() -> Lexicon:
    """Return the patterns of the vocabulary in force."""
    return _compile(os.environ.get(vocabulary.VARIABLE) or None)


@cache
def _compile(_folder: str | None) -> Lexicon:
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
            rf"(?:前|近|过去)(?:[0-9]+|{WORDS})个?年度?(?:的?{averages}|同期)?",
            rf"{plan}(?:{one_of(baselines['spans'])})?(?:的?{averages})?",
            one_of(baselines["past"]),
        )
    )
    alone = one_of(baselines["alone"])
    harms = one_of(zero["harms"])
    clause = r"[^，；。！？（）\n:]"
    return Lexicon(
        words=words,
        number=re.compile(
            rf"(?<![0-9A-Za-z.+/·第,])(?:(?P<low>{DIGITS})(?:[%‰]?(?:-+|至|到)(?P<high>{DIGITS}))?[余多来]?"
            rf"|(?P<words>{WORDS}|半)[余多来]?){unit}"
        ),
        fraction=re.compile(rf"(?P<below>{WORDS})分之(?P<above>{WORDS}|{DIGITS})"),
        ratio=re.compile(
            r"(?<![0-9.:])(?P<above>[0-9]+(?:\.[0-9]+)?)(?::|比)(?P<below>[0-9]+(?:\.[0-9]+)?)(?![0-9.:])"
        ),
        bare=re.compile(
            rf"(?P<bound>{one_of([*bounds['at_least'], *bounds['at_most']])})?"
            rf"(?:(?P<low>{DIGITS})|(?P<words>{WORDS}))"
            rf"(?P<tail>{one_of([*bounds['or_more'], *bounds['or_less']])})?"
        ),
        tail=re.compile(
            rf"(?P<more>{one_of(bounds['or_more'])})|(?P<less>{one_of(bounds['or_less'])})|{one_of(bounds['about_after'])}"
        ),
        within=re.compile(one_of(bounds["within"])),
        at_least=frozenset(bounds["at_least"]),
        bound=re.compile(one_of([*bounds["at_least"], *bounds["at_most"]])),
        not_bound=re.compile(one_of(bounds["not_bounds"])),
        change=re.compile(rf"(?P<move>{moves}){one_of(changes['filler'])}*$"),
        silent_change=re.compile(
            rf"(?:(?P<alone>{alone})|{one_of(baselines['marks'])}(?P<base>{baseline})(?:相比)?)"
            rf"(?:{steady}|[“”])*(?P<move>{moves})(?!{one_of(changes['filler'])}*[0-9]|到|至)”?"
        ),
        decrease=frozenset(changes["decrease"]),
        baseline=re.compile(
            rf"{one_of(baselines['marks'])}+(?P<base>{baseline})|(?P<average>(?:前|近|过去)(?:[0-9]+|{WORDS})个?年的?{averages})"
            rf"|(?P<alone>{alone})"
        ),
        base=re.compile(
            rf"每个?(?:(?P<count>[0-9]+|{WORDS})个?)?(?P<period>半年|季度?|年|月|周|星期|日|天)(?![内])"
        ),
        full=re.compile(one_of(full["words"])),
        zero=(
            re.compile(rf"[“]?{one_of(zero['words'])}[”]?(?!{one_of(zero['names'])})"),
            re.compile(rf"“?零”?(?P<subject>{one_of(zero['things'])})”?"),
            re.compile(
                rf"{one_of(zero['never'])}(?P<subject>(?:(?!的){clause})*?{harms}(?:起数)?)(?={clause}{{0,2}}(?:$|[，；。、）]))"
            ),
            re.compile(
                rf"{one_of(zero['prevent'])}(?P<subject>[^，；。、（）:“”]*?{harms})(?=发生|$|[，；。、）])(?:发生)?"
            ),
            re.compile(
                rf"(?<![^，；。）])(?:确保)?无(?P<subject>[^，；。、（）的]{{2,14}}{one_of(zero['absent'])})(?=$|[，；。、）])"
            ),
        ),
        verb=re.compile(one_of(verbs["verbs"])),
        verb_at_end=re.compile(
            rf"{one_of(verbs['verbs'])}(?:全[区县市域]|{one_of(bounds['about_before'])})*$"
        ),
        make=re.compile(one_of(names["make"])),
        achieve_at_end=re.compile(rf"{one_of(verbs['achieve'])}$"),
        action=re.compile(one_of(verbs["actions"])),
        named_after=re.compile(rf"(?:大|类|项)?{one_of(names['after'])}"),
        named_at_end=re.compile(rf"{one_of(names['at_end'])}(?=$|[，；。、）])"),
        rules_after=re.compile(rf"[^，；。、（）]{{0,6}}?{one_of(names['rules'])}"),
        scope_after=re.compile(one_of(words["scope"]["after"])),
        scope_kind=re.compile(rf"[^，；。、（）]{{0,6}}?{one_of(words['scope']['kinds'])}"),
        saying_before=re.compile(rf"{one_of(names['before'])}$"),
        lead=re.compile(
            rf"(?!{one_of(subjects['not_lead'])})(?:20[0-9]{{2}}年(?:[0-9]{{1,2}}月)?(?:底|末|度|起)?前?|{one_of(subjects['lead'])}|每(?:半|[0-9一二两三四五])?个?(?:年|季度?|月|周|日|天)|[、，；。:\s■])"
        ),
        trail=re.compile(rf"(?:{one_of(subjects['trail'])}|[、\s]|[由从][0-9.]+[%‰]?)$"),
        until=re.compile(rf"^.*{one_of(subjects['until'])}"),
        stop=re.compile(one_of(subjects["stop"])),
        not_object=re.compile(one_of(subjects["not_object"])),
        unitless=re.compile(
            rf"(?:(?P<bound>{one_of([*bounds['at_least'], *bounds['at_most']])})|率|指数)"
            rf"(?P<low>{DIGITS})(?:(?P<tail>{one_of([*bounds['or_more'], *bounds['or_less']])})|(?=$|[，；。、）]))"
        ),
        made=re.compile(rf"{one_of(subjects['made'])}*"),
    )
