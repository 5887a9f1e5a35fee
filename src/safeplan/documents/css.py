"""What the style sheets within a web page say about an element: enough of CSS to tell what is shown.

Selectors of tags, classes and ids, alone, combined (`td.hide`) or below one another (`table .hide`);
the cascade by `!important`, specificity and order; rules for the screen only. States, attributes
and siblings are not looked at, and no style sheet is ever fetched.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from safeplan.documents.errors import DocumentError

if TYPE_CHECKING:
    from lxml.etree import _Element

PROPERTIES = frozenset({
    "display", "visibility", "opacity", "font-size", "font", "font-family", "color", "background",
    "background-color", "background-image", "vertical-align", "text-decoration",
    "text-decoration-line", "text-indent", "clip", "mso-hide", "mso-text-raise", "mso-list",
    "list-style", "list-style-type", "position", "left", "top",
})  # fmt: skip
"""The properties that are kept; others tell nothing about what is read."""

MAX_RULES = 2_000
MAX_BELOW = 200
"""Rules, and rules for elements below others; a page has some dozens that matter here."""

MAX_STEPS = 2_000_000
"""Elements above others that are looked at for such rules, over a whole page."""

_SELECTOR = re.compile(r"(?:[.#]?[\w\u0080-\uffff-]+|\*)(?:[.#][\w\u0080-\uffff-]+){0,8}")
_NAME = re.compile(r"[.#]?[\w\u0080-\uffff-]+")
_SCREEN = re.compile(r"@media\s+(?:only\s+)?(?:screen|all)\s*", re.IGNORECASE)

_STEP = re.compile(r"(>)?\s*([^\s>]+)")

_Kind = tuple[str, str, str]
"""Tag, classes and id of an element."""

Declarations = Mapping[str, tuple[str, bool]]
"""Values by property, each with whether it is important."""


class _Step(NamedTuple):
    """One step of a selector: what an element itself must be."""

    tag: str
    names: frozenset[str]
    """Classes (`.x`) and ids (`#x`)."""
    direct: bool
    """True where it must be the parent of the step after it, not just any element above."""

    def fits(self, kind: _Kind) -> bool:
        return self.tag in ("", kind[0]) and self.names <= _names(kind[1], kind[2])


class _Rule(NamedTuple):
    rank: tuple[int, int, int, int]
    """Ids, classes, tags, place in the page: of two rules the higher one holds."""
    steps: list[_Step]
    """From the element itself up."""
    said: Declarations


class StyleSheets:
    """The style sheets of one page.

    Raises:
        DocumentError: `too_many_elements`: so many rules for elements below others that telling
            which of them hold has no end.
    """

    def __init__(self, sheets: Iterable[str]) -> None:
        self._by_key: dict[str, list[_Rule]] = {}
        self._candidates: dict[_Kind, list[_Rule]] = {}
        self._places: dict[_Element, int] = {}
        """The place of each element looked at: elements of one place have the same kinds above."""
        self._numbers: dict[tuple[int, _Kind], int] = {}
        self._held: dict[int, Declarations] = {}
        """What the style sheets say at a place."""
        self._steps = MAX_STEPS
        count = below = 0
        for sheet in sheets:
            for selectors, body in rules(sheet):
                said = declarations(body)
                for selector in selectors.split(",") if said else ():
                    rule = _rule(selector, count, said)
                    if rule is None:
                        continue
                    below += len(rule.steps) > 1
                    if count < MAX_RULES and (len(rule.steps) == 1 or below <= MAX_BELOW):
                        count += 1
                        key = next(iter(rule.steps[0].names), rule.steps[0].tag)
                        self._by_key.setdefault(key, []).append(rule)

    def __bool__(self) -> bool:
        return bool(self._by_key)

    def of(self, element: _Element) -> dict[str, str]:
        """Return what is said about an element, by the style sheets and by itself."""
        own = element.get("style")
        if not self._by_key:
            return _values(declarations(own)) if own else {}
        place = self._place(element)
        if place not in self._held:
            self._held[place] = _cascaded([rule.said for rule in self._rules(element)])
        held = self._held[place]
        return _values(_cascaded([held, declarations(own)]) if own else held)

    def _place(self, element: _Element) -> int:
        """Return the number of an element's place."""
        waiting: list[_Element] = []
        at: _Element | None = element
        while at is not None and at not in self._places:
            waiting.append(at)
            at = at.getparent()
        place = self._places[at] if at is not None else -1
        for at in reversed(waiting):
            key = (place, _kind(at))
            place = self._places[at] = self._numbers.setdefault(key, len(self._numbers))
        return place

    def _rules(self, element: _Element) -> list[_Rule]:
        """Return the rules that hold for an element, the stronger last."""
        kind = _kind(element)
        if kind not in self._candidates:
            keys = (*_names(kind[1], kind[2]), kind[0], "")
            found = (rule for key in keys for rule in self._by_key.get(key, ()))
            fitting = (rule for rule in found if rule.steps[0].fits(kind))
            self._candidates[kind] = sorted(fitting, key=lambda rule: rule.rank)
        return [rule for rule in self._candidates[kind] if self._stands_below(element, rule)]

    def _stands_below(self, element: _Element, rule: _Rule) -> bool:
        at = element.getparent()
        for step in rule.steps[1:]:
            while at is not None:
                self._steps -= 1
                if self._steps < 0:
                    raise DocumentError("too_many_elements", limit=f"{MAX_STEPS:,}")
                kind = _kind(at)
                at = at.getparent()
                if step.fits(kind):
                    break
                if step.direct:
                    return False
            else:
                return False
        return True


def _kind(element: _Element) -> _Kind:
    return (str(element.tag), element.get("class") or "", element.get("id") or "")


@lru_cache(4096)
def _names(classes: str, name: str) -> frozenset[str]:
    return frozenset({f".{one}" for one in classes.split()} | ({f"#{name}"} if name else set()))


def _rule(selector: str, at: int, said: Declarations) -> _Rule | None:
    """Read a selector; None for one that this reader does not understand."""
    steps: list[_Step] = []
    direct = ""
    for above, text in reversed(_STEP.findall(selector)):
        if len(text) > 200 or not _SELECTOR.fullmatch(text) or len(steps) > 8:
            return None
        names = _NAME.findall(text)
        tag = names[0].lower() if names and names[0][0] not in ".#" else ""
        own = frozenset(name for name in names if name[0] in ".#")
        steps.append(_Step(tag, own, direct == ">"))
        direct = above
    if not steps:
        return None
    signs = [name[0] for step in steps for name in step.names]
    tags = sum(bool(step.tag) for step in steps)
    return _Rule((signs.count("#"), signs.count("."), tags, at), steps, said)


def _values(said: Declarations) -> dict[str, str]:
    return {name: value for name, (value, _) in said.items()}


def _cascaded(said: Sequence[Declarations]) -> Declarations:
    """Return the declarations that hold: later ones overrule earlier ones, important ones all."""
    held: dict[str, tuple[str, bool]] = {}
    for declared in said:
        if held:
            declared = {k: v for k, v in declared.items() if v[1] or not held.get(k, v)[1]}
        held.update(declared)
    return held


@lru_cache(4096)
def declarations(body: str) -> Declarations:
    """Return the declarations of a rule or a `style` attribute that matter here.

    >>> declarations("COLOR: Red; margin:0; display : none !important")
    {'color': ('red', False), 'display': ('none', True)}
    """
    said: dict[str, tuple[str, bool]] = {}
    for part in body.split(";"):
        name, colon, value = part.partition(":")
        name = name.strip().lower()
        if colon and name in PROPERTIES:
            value, _, priority = value.strip().lower().partition("!")
            said[name] = (value.strip(), priority.strip() == "important")
    return said


def rules(sheet: str) -> Iterator[tuple[str, str]]:
    """Yield selectors and body of each rule of a style sheet that holds for a screen.

    By splitting, in one pass: a page that has lost the end of its style is one long style sheet.

    >>> list(rules(".a{x}/* .b{y} */ @media print{.c{z}} @media screen{.e{w}} .d{v}"))
    [('.a', 'x'), ('.e', 'w'), (' .d', 'v')]
    """
    sheet = sheet.replace("<!--", " ").replace("-->", " ")
    first, *others = sheet.split("/*")
    sheet = first + "".join(other.partition("*/")[2] for other in others)
    held: list[str] = []  # what has been opened, the outermost first
    closed = 0  # how many of them are no rules for the screen
    last = ""
    for part in re.split("([{}])", sheet):
        if part == "{":
            opened = last.rpartition(";")[2]
            held.append("" if _SCREEN.fullmatch(opened.strip()) else opened)
            closed += bool(held[-1])
        elif part == "}":
            selectors = held.pop() if held else ""
            closed -= bool(selectors)
            if selectors and "@" not in selectors and not closed:
                yield selectors, last
            last = ""
            continue
        last = part
