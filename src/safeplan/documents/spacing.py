"""White space in Chinese text: it carries no meaning between Chinese characters."""

from __future__ import annotations

import re

# Zero-width spaces and joiners, byte order marks, soft hyphens: web pages and Word sow them.
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
_SPACE = re.compile(r"(?<=[!-~])\s+(?=[!-~])|\s+")


def fold(text: str) -> str:
    r"""Remove white space, but keep one space between two Latin characters.

    >>> fold("忠 县 人 民\u3000政 府")
    '忠县人民政府'
    >>> fold("AR  3D 建模\n系统")
    'AR 3D建模系统'
    """
    text = _INVISIBLE.sub("", text).strip()

    def keep(match: re.Match[str]) -> str:
        start, end = match.span()
        return " " if text[start - 1].isascii() and text[end].isascii() else ""

    return _SPACE.sub(keep, text)
