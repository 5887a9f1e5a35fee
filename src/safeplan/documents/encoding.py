"""Bytes → text: a BOM, else strict UTF-8, else GB18030, else an error that says so.

Statistical detectors took a short GBK line for Korean; Chinese office files are one of these
three, and a strict decoder does not guess.
"""

from __future__ import annotations

import codecs

from safeplan.documents.detection import signature_of
from safeplan.documents.errors import DocumentError

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def decode(data: bytes) -> tuple[str, str]:
    """Return the text and the name of its encoding.

    Raises:
        DocumentError: empty, a known binary format, or no known encoding.
    """
    if not data.strip():
        raise DocumentError("empty_file")
    encodings = [encoding for bom, encoding in _BOMS if data.startswith(bom)]
    marked = bool(encodings)
    if not marked:
        if known := signature_of(data):
            raise DocumentError("not_text", format=known.name)
        encodings = [] if b"\0" in data else ["utf-8", "gb18030"]
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        # GB18030 decodes almost any bytes; text in it is made of Chinese, not of rare planes.
        if encoding == "gb18030" and not _looks_chinese(text):
            continue
        if text.strip():
            return text, encoding
        if marked:
            raise DocumentError("empty_file")
        break  # control characters and the like
    raise DocumentError("unknown_encoding")


def _looks_chinese(text: str) -> bool:
    """Tell real text, which is of common ideographs and signs, from bytes that merely decode."""
    wide = [char for char in text if not char.isascii()]
    if not wide:
        return False
    common = sum(map(is_common, wide))
    return common >= 0.9 * len(wide)


def is_common(text: str) -> bool:
    """Tell whether a text is of the characters of GB 2312, and the signs that stand beside them."""
    try:
        text.encode("gb2312")
    except UnicodeEncodeError:
        return text in "—·…〔〕“”‘’℃㎡"
    return True
