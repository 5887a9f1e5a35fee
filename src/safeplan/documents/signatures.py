"""The first bytes by which binary formats are known."""

from __future__ import annotations

from typing import NamedTuple


class Signature(NamedTuple):
    """A format by its first bytes; those of a picture that is read have a media type."""

    magic: bytes
    name: str
    picture: str = ""


_SIGNATURES = (
    Signature(b"\x89PNG\r\n\x1a\n", "PNG", "image/png"),
    Signature(b"\xff\xd8\xff", "JPEG", "image/jpeg"),
    Signature(b"GIF8", "GIF", "image/gif"),
    Signature(b"BM", "BMP", "image/bmp"),
    Signature(b"II*\x00", "TIFF", "image/tiff"),
    Signature(b"MM\x00*", "TIFF", "image/tiff"),
    Signature(b"%PDF-", "PDF"),
    Signature(b"PK\x03\x04", "ZIP/Office"),
    Signature(b"PK\x05\x06", "ZIP"),
    Signature(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "DOC/XLS/WPS"),
    Signature(b"{\\rtf", "RTF"),
    Signature(b"Rar!", "RAR"),
    Signature(b"7z\xbc\xaf\x27\x1c", "7z"),
    Signature(b"\x1f\x8b", "gzip"),
    Signature(b"BZh", "bzip2"),
    Signature(b"\xfd7zXZ\x00", "xz"),
    Signature(b"AT&TFORM", "DjVu"),
    Signature(b"CAJ", "CAJ"),
    Signature(b"HN\x00\x00", "CAJ"),
    Signature(b"%!PS", "PostScript"),
    Signature(b"MZ", "EXE"),
    Signature(b"\x7fELF", "ELF"),
)
_HEIF = (b"heic", b"heix", b"mif1", b"msf1", b"avif")
_SHORT = 3
"""Letters up to so many open many a text; only binary content confirms them."""


def signature_of(data: bytes) -> Signature | None:
    """Return the binary format that `data` begins like, or None.

    >>> signature_of(b"%PDF-1.7 ...").name
    'PDF'
    """
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return Signature(b"RIFF", "WebP", "image/webp")
    if data[4:8] == b"ftyp" and data[8:12] in _HEIF:
        return Signature(b"", "HEIC/AVIF")
    if data[257:262] == b"ustar":
        return Signature(b"", "TAR")
    for known in _SIGNATURES:
        if data.startswith(known.magic):
            sure = len(known.magic) > _SHORT or not known.magic.isascii()
            return known if sure or b"\0" in data[:64] else None
    return None
