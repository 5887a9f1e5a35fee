"""Equations → one line of text: what Word's OMML, MathML and EQ fields draw, read from left to right.

A fraction is `1/3`, a power `x²`, a root `√(a+b)`, a sum `∑(i=1..n)x`. Nothing is computed; what
an equation says stays a text, in which figures are read like any other.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.etree import _Element

_SUPERSCRIPTS = str.maketrans("0123456789+-−n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻ⁿ")
_SUPERSCRIPT = re.compile(r"[-+−]?[0-9n]{1,3}")
_SIMPLE = re.compile(r"[\w.%‰√¹²³⁰⁴-⁹]*|\(.*\)", re.DOTALL)
_DEEPEST = 40


def _name(element: _Element) -> str:
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


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
        return base + raised.translate(_SUPERSCRIPTS)
    if raised in ("°", "′", "″", "'"):
        return base + raised
    return f"{base}^{_whole(raised)}"


def root(inside: str, degree: str = "") -> str:
    """Return a root in one line.

    >>> root("2"), root("a+b", "3")
    ('√2', '³√(a+b)')
    """
    return degree.translate(_SUPERSCRIPTS) + "√" + _whole(inside)


def _whole(text: str) -> str:
    text = text.strip()
    return text if _SIMPLE.fullmatch(text) else f"({text})"


def _limits(sign: str, low: str, high: str) -> str:
    between = "..".join(part for part in (low, high) if part)
    return sign + (f"({between})" if between else "")


# --- Word -----------------------------------------------------------------------------------

_OMML_PROPERTIES = re.compile(r"\w+Pr")


def read_omml(element: _Element, depth: int = 0) -> str:
    """Return what an equation of Word (m:oMath, m:oMathPara or a part of one) says."""
    if depth > _DEEPEST:
        return "".join(map(str, element.itertext()))
    name = _name(element)
    if name == "t":
        return element.text or ""
    if not name or _OMML_PROPERTIES.fullmatch(name) or name in ("del", "moveFrom", "instrText"):
        return ""

    def part(which: str) -> str:
        return "".join(read_omml(child, depth + 1) for child in element if _name(child) == which)

    if name == "f":
        return fraction(part("num"), part("den"))
    if name == "sSup":
        return power(part("e"), part("sup"))
    if name == "sSub":
        return part("e") + part("sub")
    if name == "sSubSup":
        return power(part("e") + part("sub"), part("sup"))
    if name == "sPre":
        return power("", part("sup")) + part("sub") + part("e")
    if name == "rad":
        return root(part("e"), part("deg"))
    if name == "nary":
        sign = _omml_property(element, "naryPr", "chr", "∫")
        return _limits(sign, part("sub"), part("sup")) + part("e")
    if name == "d":
        inner = [read_omml(child, depth + 1) for child in element if _name(child) == "e"]
        return (
            _omml_property(element, "dPr", "begChr", "(")
            + _omml_property(element, "dPr", "sepChr", "|").join(inner)
            + _omml_property(element, "dPr", "endChr", ")")
        )
    if name in ("limLow", "limUpp"):
        return _limits(part("e"), part("lim"), "")
    if name in ("eqArr", "m"):
        inner = [read_omml(child, depth + 1) for child in element if _name(child) in ("e", "mr")]
        return "；".join(inner)
    if name == "mr":
        return " ".join(read_omml(child, depth + 1) for child in element)
    if name == "r" and _struck_or_hidden(element):
        return ""
    return "".join(read_omml(child, depth + 1) for child in element)


def _omml_property(element: _Element, group: str, name: str, default: str) -> str:
    for properties in element:
        if _name(properties) == group:
            for child in properties:
                if _name(child) == name:
                    return next((str(v) for k, v in child.items() if str(k).endswith("val")), "")
    return default


def _struck_or_hidden(run: _Element) -> bool:
    return any(
        _name(mark) in ("strike", "dstrike", "vanish")
        and next((str(v) for k, v in mark.items() if str(k).endswith("val")), "1")
        not in ("0", "false", "off")
        for properties in run
        if _name(properties) == "rPr"
        for mark in properties
    )


# --- MathML ---------------------------------------------------------------------------------

_NO_TEXT = ("annotation", "annotation-xml", "mphantom", "maligngroup", "malignmark")


def read_mathml(element: _Element, depth: int = 0) -> str:
    """Return what an equation in MathML says: of a web page, or of LibreOffice."""
    if depth > _DEEPEST:
        return "".join(map(str, element.itertext()))
    name = _name(element).lower().rpartition(":")[2]
    if not name or name in _NO_TEXT:
        return ""
    if name in ("mi", "mn", "mo", "mtext", "ms"):
        return "".join(map(str, element.itertext())).strip()
    if name == "mspace":
        return " "
    said = [
        read_mathml(child, depth + 1)
        for child in element
        if isinstance(child.tag, str) and _name(child).lower() not in _NO_TEXT
    ]
    first, second, third = (*said, "", "", "")[:3]
    if name == "mfrac":
        return fraction(first, second)
    if name == "msup":
        return power(first, second)
    if name == "msub":
        return first + second
    if name == "msubsup":
        return power(first + second, third)
    if name == "msqrt":
        return root("".join(said))
    if name == "mroot":
        return root(first, second)
    if name == "munder":
        return _limits(first, second, "")
    if name == "mover":
        return _limits(first, "", second) if len(second) > 1 else first
    if name == "munderover":
        return _limits(first, second, third)
    if name == "mfenced":
        separators = element.get("separators", ",")[:1]
        opened, closed = element.get("open", "("), element.get("close", ")")
        return opened + separators.join(said) + closed
    if name == "mtable":
        return "；".join(said)
    if name == "mtr":
        return " ".join(said)
    return (element.text or "").strip() + "".join(said)


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
    if kind == "o":
        return first  # one over the other, or spread over the width of the other
    return match[2]
