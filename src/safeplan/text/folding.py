"""Copies of a printed text in which its white space and the width of its marks count no more.

`tidy` is what a reader of a document keeps of a cell. `unspaced`, `wide` and `narrow` are for
looking words up. `fold` is as long as the text, so a place in it is the same place in print; `②`
stays `②`, which NFKC would turn into a digit.
"""

from __future__ import annotations

import re

# Zero-width spaces and joiners, byte order marks, soft hyphens: web pages and Word sow them.
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
_MARKS = dict.fromkeys(map(ord, '《》〈〉“”"'))
_WIDE = str.maketrans(",;:!?()<>[]", "，；：！？（）〈〉【】")
_NARROW = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | str.maketrans(
    "【】〈〉∶", "[]<>:"
)
_FOLDED = str.maketrans(
    "０１２３４５６７８９％﹪．，：∶＜＞﹤﹥≦≧;()!?~～－–—〜＋／⁄⇒➔⟶",
    "0123456789%%.,::<><>≤≥；（）！？------+//→→→",
)
_COMMA = re.compile(r"(?<![0-9]),|,(?![0-9]{3}(?![0-9]))")

# 12 000, 1’500: a blank or an apostrophe that sets thousands apart.
_APART = re.compile(
    r"(?<![0-9.,])(?P<first>[0-9]{1,3})(?:(?P<mark>[ \u00a0\u2009\u202f\u3000’'])[0-9]{3}(?:(?P=mark)[0-9]{3}){0,3})(?![0-9])"
)
_MARKS_APART = re.compile(r"[^0-9]")

# 伍佰 as sums of money are written; one such character alone may be part of a word (队伍, 大陆).
_FORMAL = str.maketrans("壹贰叁肆伍陆柒捌玖拾佰仟萬億", "一二三四五六七八九十百千万亿")
_FORMAL_NUMBER = re.compile(
    "(?<![队退入登着大])[壹贰叁肆伍陆柒捌玖][拾佰仟萬億万亿][零壹贰叁肆伍陆柒捌玖拾佰仟萬億万亿]*"
)
_RARE = re.compile("[ \u00a0\u2009\u202f\u3000’'壹贰叁肆伍陆柒捌玖]")
"""What a number set apart or a formal one holds; cheaper to look for."""


def tidy(text: str) -> str:
    r"""Remove white space, but keep one space between two Latin characters.

    >>> tidy("忠 县 人 民\u3000政 府")
    '忠县人民政府'
    >>> tidy("AR  3D 建模\n系统")
    'AR 3D建模系统'
    """
    first, *others = visible(text).split() or [""]
    for other in others:
        first += f" {other}" if first[-1].isascii() and other[0].isascii() else other
    return first


def visible(text: str) -> str:
    """Return a text without the characters that nobody sees: joiners, marks of direction."""
    return text if text.isprintable() else _INVISIBLE.sub("", text)


def unspaced(text: str) -> str:
    """Return a text without its white space, which formats and cells set as they like."""
    return "".join(text.split())


def unmarked(text: str) -> str:
    """Return a title without white space, title marks and quotation marks, which its places differ in.

    >>> unmarked("“十四五” 规划《实施方案》")
    '十四五规划实施方案'
    """
    return unspaced(text).translate(_MARKS)


def widened(text: str) -> str:
    """Return a text, as long as it was, with full-width punctuation."""
    return text.translate(_WIDE)


def narrowed(text: str) -> str:
    """Return a text, as long as it was, with half-width letters, digits and punctuation."""
    return text.translate(_NARROW)


def wide(text: str) -> str:
    """Return a text without white space and with full-width punctuation.

    >>> wide("规范充停场景, 实现(三级)贯通")
    '规范充停场景，实现（三级）贯通'
    """
    return widened(unspaced(text))


def narrow(text: str) -> str:
    """Return a text without white space and with half-width letters, digits and punctuation.

    >>> narrow("区经济信息委 （经开区经济运行局）")
    '区经济信息委(经开区经济运行局)'
    """
    return narrowed(unspaced(text))


def fold(text: str) -> str:
    """Return a copy in which digits are ASCII, dashes `-` and punctuation Chinese.

    The copy is as long as the text. A comma stays a comma only where it groups digits, and a
    blank or an apostrophe that groups them becomes one.

    >>> fold("０．３％,约２,０００处(1∶5)")
    '0.3%，约2,000处（1:5）'
    >>> fold("②30公里"), fold("12 000人，1’500万元，伍佰万元")
    ('②30公里', '12,000人，1,500万元，五百万元')
    """
    folded = text.translate(_FOLDED)
    if "," in folded:
        folded = _COMMA.sub("，", folded)
    if _RARE.search(folded):
        folded = _APART.sub(lambda match: _MARKS_APART.sub(",", match.group()), folded)
        folded = _FORMAL_NUMBER.sub(lambda match: match.group().translate(_FORMAL), folded)
    return folded
