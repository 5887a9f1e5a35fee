"""Bytes → text: a BOM, else strict UTF-8, else GB18030, else an error that says so.

Statistical detectors took a short GBK line for Korean; Chinese office files are one of these
three, and a strict decoder does not guess.
"""

from __future__ import annotations

import codecs

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)

# What a file really is when it is not text, told from its first bytes.
_SIGNATURES = (
    (b"\x89PNG\r\n\x1a\n", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"GIF8", "GIF"),
    (b"BM", "BMP"),
    (b"II*\x00", "TIFF"),
    (b"MM\x00*", "TIFF"),
    (b"%PDF-", "PDF"),
    (b"PK\x03\x04", "ZIP/Office"),
    (b"PK\x05\x06", "ZIP"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "DOC/XLS/WPS"),
    (b"{\\rtf", "RTF"),
    (b"Rar!", "RAR"),
    (b"7z\xbc\xaf", "7z"),
    (b"\x1f\x8b", "gzip"),
)


class DocumentError(ValueError):
    """A file that cannot be read as a plan.

    `code` names the message in the catalogue, `values` fills it; `str()` is the plain reason.
    """

    def __init__(self, code: str, **values: str) -> None:
        self.code = code
        self.values = values
        super().__init__(code + (f": {values}" if values else ""))


def signature(data: bytes) -> str | None:
    """Return the name of the binary format `data` begins like, or None.

    >>> signature(b"%PDF-1.7 ...")
    'PDF'
    """
    for magic, name in _SIGNATURES:
        # Two letters alone ("BM") open many a text; only binary content confirms them.
        if data.startswith(magic) and (len(magic) > 2 or b"\0" in data[:64]):
            return name
    return None


def decode(data: bytes) -> tuple[str, str]:
    """Return the text and the name of its encoding.

    Raises:
        DocumentError: empty, a known binary format, or no known encoding.
    """
    if not data.strip():
        raise DocumentError("empty_file")
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            try:
                text = data.decode(encoding)
            except UnicodeDecodeError:
                raise DocumentError("unknown_encoding") from None
            if not text.strip():
                raise DocumentError("empty_file")
            return text, encoding
    if name := signature(data):
        raise DocumentError("not_text", format=name)
    if b"\0" in data:
        raise DocumentError("unknown_encoding")
    for encoding in ("utf-8", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        # GB18030 decodes almost any bytes; text in it is made of Chinese, not of rare planes.
        if encoding == "utf-8" or _looks_chinese(text):
            if not text.strip():
                break  # control characters and the like
            return text, encoding
    raise DocumentError("unknown_encoding")


def _looks_chinese(text: str) -> bool:
    """Tell real GB18030 text from bytes that merely decode as such.

    Real text uses the common ideographs (GB 2312, which decodes to U+4E00..U+9FFF and is what
    99 % of official prose is made of) and Chinese punctuation.
    """
    wide = [char for char in text if not char.isascii()]
    if not wide:
        return False
    common = sum(_in_gb2312(char) for char in wide)
    return common >= 0.9 * len(wide)


def _in_gb2312(char: str) -> bool:
    try:
        char.encode("gb2312")
    except UnicodeEncodeError:
        return char in "—·…〔〕“”‘’℃㎡"
    return True
