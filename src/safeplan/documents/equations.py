"""Equations → one line of text: what Word's OMML, MathML and EQ fields draw, read from left to right.

A fraction is `1/3`, a power `x²`, a root `√(a+b)`, a sum `∑(i=1..n)x`. Nothing is computed; what
an equation says stays a text, in which figures are read like any other.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from safeplan.documents.packages import all_text, local_name
from safeplan.documents.runs import SUPERSCRIPTS

if TYPE_CHECKING:
    from lxml.etree import _Element

_SUPERSCRIPT = re.compile(r"[-+−]?[0-9n]{1,3}")
_SIMPLE = re.compile(r"[\w.%‰√¹²³⁰⁴-⁹]*|\(.*\)", re.DOTALL)
_DEEPEST = 40


def fraction(above: str, below: str) -> str:
    """Return a fraction in one line.

    >>> fraction("1", "3"), fraction("a+b", "2")
    ('1/3', '(a+b)/2')
    """
    return f"{_whole(above)}/{_whole(below)}" if above or below else ""


def power(base: str, raised: str) -> str:
    """Return a power in one line.

    >>> power("10", "3"), power("x", "k+1")
    ('10³', 'x^(k+1)')
    """
    if not raised:
        return base
    if _SUPERSCRIPT.fullmatch(raised):
        return base + raised.translate(SUPERSCRIPTS)
    if raised in ("°", "′", "″", "'"):
        return base + raised
    return f"{base}^{_whole(raised)}"


def root(inside: str, degree: str = "") -> str:
    """Return a root in one line.

    >>> root("2"), root("a+b", "3")
    ('√2', '³√(a+b)')
    """
    return degree.translate(SUPERSCRIPTS) + "√" + _whole(inside)


def _whole(text: str) -> str:
    text = text.strip()
    return text if _SIMPLE.fullmatch(text) else f"({text})"


def _limits(sign: str, low: str, high: str = "") -> str:
    between = "..".join(part for part in (low, high) if part)
    return sign + (f"({between})" if between else "")


def _scripts(base: str, low: str, high: str = "") -> str:
    return power(base + low, high)


# --- Word and MathML ------------------------------------------------------------------------

_SILENT = re.compile(
    r"\w+Pr|del|moveFrom|instrText|annotation(?:-xml)?|mphantom|maligngroup|malignmark|"
)
"""Elements that say nothing."""
_LEAVES = ("mi", "mn", "mo", "mtext", "ms")
_JOINED = {"eqArr": "；", "m": "；", "mtable": "；", "mr": " ", "mtr": " "}
"""What stands between the rows of a kind, or the cells of a row."""
_OMML: dict[str, tuple[Callable[..., str], tuple[str, ...]]] = {
    "f": (fraction, ("num", "den")),
    "sSup": (power, ("e", "sup")),
    "sSub": (_scripts, ("e", "sub")),
    "sSubSup": (_scripts, ("e", "sub", "sup")),
    "sPre": (lambda high, low, base: power("", high) + low + base, ("sup", "sub", "e")),
    "rad": (root, ("e", "deg")),
    "limLow": (_limits, ("e", "lim")),
    "limUpp": (_limits, ("e", "lim")),
}
"""How each kind of part is written in Word, and the children that it takes in this order."""
_MATHML: dict[str, tuple[Callable[..., str], int]] = {
    "mfrac": (fraction, 2),
    "msup": (power, 2),
    "msub": (_scripts, 2),
    "msubsup": (_scripts, 3),
    "mroot": (root, 2),
    "munder": (_limits, 2),
    "mover": (lambda base, over: _limits(base, "", over) if len(over) > 1 else base, 2),
    "munderover": (_limits, 3),
}
"""How each kind of part is written in MathML, and how many children it takes."""


def read_equation(element: _Element, depth: int = 0) -> str:
    """Return what an equation of Word (m:oMath, m:oMathPara or a part of one) or in MathML says."""
    name = local_name(element.tag)
    if depth > _DEEPEST:
        return all_text(element)
    if name == "t":
        return element.text or ""
    if name in _LEAVES:
        return all_text(element).strip()
    if name == "mspace":
        return " "
    if _SILENT.fullmatch(name) or (name == "r" and _struck_or_hidden(element)):
        return ""
    said = [
        (local_name(child.tag), read_equation(child, depth + 1))
        for child in element
        if not _SILENT.fullmatch(local_name(child.tag))
    ]
    texts = [text for _, text in said]

    def of(*kinds: str) -> list[str]:
        return [text for kind, text in said if kind in kinds]

    if name in _OMML:
        write, parts = _OMML[name]
        return write(*("".join(of(part)) for part in parts))
    if name in _MATHML:
        write, count = _MATHML[name]
        return write(*(*texts, "", "", "")[:count])
    if name == "nary":
        sign = _property(element, "naryPr/{*}chr", "∫")
        return _limits(sign, "".join(of("sub")), "".join(of("sup"))) + "".join(of("e"))
    if name == "d":
        ends = (("beg", "("), ("sep", "|"), ("end", ")"))
        opened, between, closed = (_property(element, f"dPr/{{*}}{k}Chr", v) for k, v in ends)
        return opened + between.join(of("e")) + closed
    if name == "mfenced":
        between = element.get("separators", ",")[:1].join(texts)
        return element.get("open", "(") + between + element.get("close", ")")
    if name == "msqrt":
        return root("".join(texts))
    return (element.text or "").strip() + _JOINED.get(name, "").join(texts)


def _property(element: _Element, path: str, default: str) -> str:
    found = element.find("{*}" + path)
    return default if found is None else _value(found, "")


def _value(element: _Element, default: str) -> str:
    return next((str(v) for k, v in element.items() if str(k).endswith("val")), default)


def _struck_or_hidden(run: _Element) -> bool:
    return any(
        local_name(mark.tag) in ("strike", "dstrike", "vanish")
        and _value(mark, "1") not in ("0", "false", "off")
        for mark in run.iterfind("{*}rPr/*")
    )


# --- fields ---------------------------------------------------------------------------------

_EQ = re.compile(r"\s*eq\b", re.IGNORECASE)
_EQ_PART = re.compile(
    r"\\([a-zA-Z]{1,4})(?:[^()\\]{0,20}\\[a-zA-Z]{1,4}){0,3}[^()\\]{0,20}\(([^()\\]{0,80})\)"
)


def read_eq(instruction: str) -> str:
    r"""Return what a field `EQ` draws: fractions, roots, raised figures; nothing for other fields.

    >>> read_eq(r"eq \f(1,3)"), read_eq(r"EQ \r(3,2)"), read_eq(r"eq \o\ad(牵头,　　)"), read_eq("PAGE")
    ('1/3', '³√2', '牵头', '')
    """
    opened = _EQ.match(instruction)
    if opened is None or len(instruction) > 1000:
        return ""
    text = instruction[opened.end() :]
    for _ in range(8):  # from the inside out
        text, count = _EQ_PART.subn(_eq_part, text)
        if not count:
            break
    return "" if "\\" in text else text.strip()


def _eq_part(match: re.Match[str]) -> str:
    kind = match[1].lower()
    parts = [part.strip() for part in re.split("[,，;；]", match[2])]
    first, second = (*parts, "")[:2]
    if kind == "f":
        return fraction(first, second)
    if kind == "r":
        return root(second, first) if len(parts) > 1 else root(first)
    # \\o draws one over the other, or spreads it over the width of the other.
    return first if kind == "o" else match[2]
