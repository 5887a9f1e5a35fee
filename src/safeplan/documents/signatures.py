"""The first bytes by which binary formats are known."""

from __future__ import annotations

from typing import NamedTuple


class FileSignature(NamedTuple):
    """A format by its first bytes; those of a picture that is read have a media type."""

    magic: bytes
    name: str
    picture: str = ""


_SIGNATURES = (
    FileSignature(b"\x89PNG\r\n\x1a\n", "PNG", "image/png"),
    FileSignature(b"\xff\xd8\xff", "JPEG", "image/jpeg"),
    FileSignature(b"GIF8", "GIF", "image/gif"),
    FileSignature(b"BM", "BMP", "image/bmp"),
    FileSignature(b"II*\x00", "TIFF", "image/tiff"),
    FileSignature(b"MM\x00*", "TIFF", "image/tiff"),
    FileSignature(b"%PDF-", "PDF"),
    FileSignature(b"PK\x03\x04", "ZIP/Office"),
    FileSignature(b"PK\x05\x06", "ZIP"),
    FileSignature(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "DOC/XLS/WPS"),
    FileSignature(b"{\\rtf", "RTF"),
    FileSignature(b"Rar!", "RAR"),
    FileSignature(b"7z\xbc\xaf\x27\x1c", "7z"),
    FileSignature(b"\x1f\x8b", "gzip"),
    FileSignature(b"BZh", "bzip2"),
    FileSignature(b"\xfd7zXZ\x00", "xz"),
    FileSignature(b"AT&TFORM", "DjVu"),
    FileSignature(b"CAJ", "CAJ"),
    FileSignature(b"HN\x00\x00", "CAJ"),
    FileSignature(b"%!PS", "PostScript"),
    FileSignature(b"MZ", "EXE"),
    FileSignature(b"\x7fELF", "ELF"),
)
_HEIF = (b"heic", b"heix", b"mif1", b"msf1", b"avif")
_SHORT = 3
"""Letters up to so many open many a text; only binary content confirms them."""


def signature_of(data: bytes) -> FileSignature | None:
    """Return the binary format that `data` begins like, or None.

    >>> signature_of(b"%PDF-1.7 ...").name
    'PDF'
    """
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return FileSignature(b"RIFF", "WebP", "image/webp")
    if data[4:8] == b"ftyp" and data[8:12] in _HEIF:
        return FileSignature(b"", "HEIC/AVIF")
    if data[257:262] == b"ustar":
        return FileSignature(b"", "TAR")
    for known in _SIGNATURES:
        if data.startswith(known.magic):
            sure = len(known.magic) > _SHORT or not known.magic.isascii()
            return known if sure or b"\0" in data[:64] else None
    return None
