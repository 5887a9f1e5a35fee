"""Radicals that a font gives for the characters that look the same (⼈ for 人, ⻋ for 车)."""

from __future__ import annotations

import unicodedata

# NFKC knows the Kangxi radicals; these it does not know, or knows in their traditional form.
_RADICALS = dict(
    zip(
        "⺁⺝⺠⺩⻁⻄⻅⻆⻉⻋⻌⻓⻔⻘⻙⻚⻛⻜⻝⻢⻣⻤⻥⻦⻧⻨⻩⻬⻮⻰⼾",
        "厂月民王虎西见角贝车辶长门青韦页风飞食马骨鬼鱼鸟卤麦黄齐齿龙户",
        strict=True,
    )
)


def plain(char: str) -> str:
    """Return the character printed: not the radical that only looks like it.

    >>> plain("⼈"), plain("⻋"), plain("人")
    ('人', '车', '人')
    """
    if "\u2e80" <= char < "\u2fe0" or "\uf900" <= char < "\ufb00":
        return _RADICALS.get(char) or unicodedata.normalize("NFKC", char)
    return char
