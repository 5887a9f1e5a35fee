"""What kind of file bytes are, told from the bytes alone: names and suffixes lie.

Sites serve HTML as `.doc`, WPS saves OLE as `.docx`, and colleagues rename. A ZIP is known by its
content types or its `mimetype`, an OLE file by the streams of its root, HTML and MHT by their first
lines; what is left is text, and `encoding` has the last word on that.
"""

from __future__ import annotations

import re
import struct
from typing import Literal, NamedTuple

from safeplan.documents.errors import DocumentError
from safeplan.documents.packages import Package

Format = Literal[
    "text",
    "html",
    "mht",
    "docx",
    "odt",
    "ods",
    "xlsx",
    "xls",
    "doc",
    "pdf",
    "ofd",
    "picture",
    "zip",
]


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


_ARCHIVES = ("RAR", "7z", "gzip", "bzip2", "xz", "TAR")
"""Archives that are not opened."""

# The main part's content type → format, first match wins; the macro-enabled kinds and the
# templates are read like the plain ones, and their macros are never looked at.
_CONTENT_TYPES: tuple[tuple[re.Pattern[bytes], Format | None, str], ...] = (
    (re.compile(rb"wordprocessingml\.(document|template)\.main"), "docx", "DOCX"),
    (re.compile(rb"ms-word\.(document|template)\.macroEnabled(Template)?\.main"), "docx", "DOCM"),
    (re.compile(rb"spreadsheetml\.(sheet|template)\.main"), "xlsx", "XLSX"),
    (re.compile(rb"ms-excel\.(sheet|template)\.macroEnabled\.main"), "xlsx", "XLSM"),
    (re.compile(rb"ms-excel\.sheet\.binary"), None, "XLSB"),
    (re.compile(rb"presentationml"), None, "PPTX"),
)
# Where the list of content types is damaged, the main part still tells.
_MAIN_PARTS: dict[str, Format] = {"word/document.xml": "docx", "xl/workbook.xml": "xlsx"}
_ODF_TYPES: dict[bytes, Format] = {
    b"application/vnd.oasis.opendocument.text": "odt",
    b"application/vnd.oasis.opendocument.text-template": "odt",
    b"application/vnd.oasis.opendocument.spreadsheet": "ods",
    b"application/vnd.oasis.opendocument.spreadsheet-template": "ods",
}

_HTML_START = re.compile(
    r"<(!doctype\s+html|html|head|body|meta|title|base|link"
    r"|style|script|table|tr|td|div|p|span|font|center|h[1-6]|article|section|ul|ol|br|img|a)\b",
    re.IGNORECASE,
)
_CLOSING_TAG = re.compile(r"</(p|td|tr|table|div|span|body|html)\s*>", re.IGNORECASE)
_MIME_HEADER = re.compile(r"[A-Za-z][\w-]*:[^\r\n]*\r?\n")
_MIME_VERSION = re.compile(r"^MIME-Version\s*:", re.IGNORECASE | re.MULTILINE)
_MIME_HTML = re.compile(
    r"^Content-Type\s*:\s*(multipart/(related|alternative)|text/html)", re.IGNORECASE | re.MULTILINE
)
_MAIL = re.compile(
    r"^(?:From|To|Subject|Received|Message-ID|MIME-Version|Content-Type)\s*:",
    re.IGNORECASE | re.MULTILINE,
)
_XML = re.compile(r"\s*<\?xml\b")


def detect(data: bytes) -> Format:
    r"""Return the format of a file.

    Raises:
        DocumentError: `parsed_already`: a plan that safeplan wrote;
            `not_text`: a known format that is not read; `archive_unread`, `mail`: one
            that may hold a document; `encrypted`; `broken_file`: a ZIP or OLE file that is damaged
            or cut short.

    >>> detect("附件\n一、核心绩效指标".encode()), detect(b"<html><body>")
    ('text', 'html')
    """
    known = signature_of(data)
    if known and known.picture:
        return "picture"
    name = known.name if known else None
    if name == "PDF" or (b"%PDF-" in data[:1024] and b"endobj" in data):
        return "pdf"
    if name in ("ZIP", "ZIP/Office"):
        return _zip_format(data)
    if name == "DOC/XLS/WPS":
        return _ole_format(data)
    if name in _ARCHIVES:
        raise DocumentError("archive_unread", format=name)
    if name:
        raise DocumentError("not_text", format=name)
    return _text_format(data)


def _zip_format(data: bytes) -> Format:
    package = Package(data)
    if "[Content_Types].xml" in package:
        types = package.read("[Content_Types].xml")
        for pattern, form, name in _CONTENT_TYPES:
            if pattern.search(types):
                if form is None:
                    raise DocumentError("not_text", format=name)
                return form
    for part, form in _MAIN_PARTS.items():
        if part in package:
            return form
    if "mimetype" in package:
        kind = package.read("mimetype").strip()
        if form := _ODF_TYPES.get(kind):
            return form
        if kind.startswith(b"application/"):
            raise DocumentError("not_text", format=kind.decode("ascii", "replace")[12:72])
    if any(name.lower() == "ofd.xml" for name in package.names):
        return "ofd"
    if "META-INF/manifest.xml" in package and "content.xml" in package:
        raise DocumentError("broken_file", format="ODF")  # it has lost its mimetype
    return "zip"


def _ole_format(data: bytes) -> Format:
    streams = {name.lower() for name in ole_streams(data)}
    if streams & {"encryptedpackage", "\tdrmcontent"}:
        raise DocumentError("encrypted", format="Office")
    if "worddocument" in streams:
        return "doc"
    if streams & {"workbook", "book"}:
        return "xls"
    slides = "powerpoint document" in streams
    raise DocumentError("not_text", format="PPT/DPS" if slides else "OLE")


_FREE = 0xFFFFFFFF


def ole_streams(data: bytes) -> set[str]:
    """Return the names in the root storage of an OLE compound file ([MS-CFB]).

    Embedded objects stand in storages of their own and are not among them.

    Raises:
        DocumentError: `broken_file`: the directory cannot be read.
    """
    try:
        (shift,) = struct.unpack_from("<H", data, 30)
        if shift not in (9, 12):
            raise struct.error
        size = 1 << shift
        fat_count, directory = struct.unpack_from("<2I", data, 44)
        fat_sectors = struct.unpack_from("<109I", data, 76)[:fat_count]
        entries = b""
        per_sector = size // 4
        seen: set[int] = set()
        while directory < 0xFFFFFFFA and directory not in seen and len(seen) < 1024:
            seen.add(directory)
            entries += data[(directory + 1) * size : (directory + 2) * size]
            at, inside = divmod(directory, per_sector)
            if at >= len(fat_sectors):
                break  # a directory that far into a file larger than we take
            (directory,) = struct.unpack_from("<I", data, (fat_sectors[at] + 1) * size + 4 * inside)
        return _children(entries)
    except (struct.error, IndexError):
        raise DocumentError("broken_file", format="OLE") from None


def _children(entries: bytes) -> set[str]:
    """Return the names of the root's children: a binary tree of 128-byte entries."""
    names: set[str] = set()
    seen: set[int] = set()
    (root_child,) = struct.unpack_from("<I", entries, 76)
    waiting = [root_child]
    while waiting:
        at = waiting.pop()
        if at == _FREE or at in seen or (at + 1) * 128 > len(entries):
            continue
        seen.add(at)
        (length,) = struct.unpack_from("<H", entries, at * 128 + 64)
        raw = entries[at * 128 : at * 128 + max(min(length, 64) - 2, 0)]
        names.add(raw.decode("utf-16-le", "replace"))
        waiting += struct.unpack_from("<2I", entries, at * 128 + 68)
    return names


def _text_format(data: bytes) -> Format:
    # Tags are ASCII in every encoding we read but UTF-16, which a BOM tells.
    head = data[:65536]
    utf16 = head.startswith((b"\xff\xfe", b"\xfe\xff"))
    text = head.decode("utf-16" if utf16 else "latin-1", "replace").removeprefix("ï»¿")
    start = text[:4096]
    header = start.replace("\r\n", "\n").partition("\n\n")[0] + "\n"
    if _MIME_HEADER.match(header) and _MIME_VERSION.search(header) and _MIME_HTML.search(header):
        return "mht"
    if _MIME_HEADER.match(header) and len(_MAIL.findall(header)) > 1:
        raise DocumentError("mail")
    if _HTML_START.match(_after_comments(start)) or len(_CLOSING_TAG.findall(text)) >= 3:
        return "html"
    if _XML.match(start):
        raise DocumentError("not_text", format="XML")
    if start.lstrip().startswith("{") and '"schema_version"' in start:
        raise DocumentError("parsed_already")
    return "text"


def _after_comments(text: str) -> str:
    """Return a text from where its first tag may stand: after an XML declaration and comments.

    >>> _after_comments(' <?xml version="1.0"?><!-- a --><!-- b --> <p>')
    '<p>'
    """
    text = text.lstrip()
    if text[:5].lower() == "<?xml":
        text = text.partition(">")[2].lstrip()
    while text.startswith("<!--"):
        text = text.partition("-->")[2].lstrip()
    return text
