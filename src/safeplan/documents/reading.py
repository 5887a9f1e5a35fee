"""The door of the house: a path or bytes in, a Document out, the format told from the bytes.

A reader is imported when a file of its format comes: reading text loads none of them. Members of
archives are documents of their own, named by a path through it (`资料.zip/区县/忠县.docx`); they are
read in memory, one at a time, and nothing is ever unpacked to disk.
"""

from __future__ import annotations

import hashlib
import stat
import sys
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

from safeplan.documents.blocks import Block, Document, ReaderNote, Reading
from safeplan.documents.detection import Format, detect, signature_of
from safeplan.documents.encoding import decode
from safeplan.documents.errors import DocumentError
from safeplan.documents.limits import MAX_ARCHIVE_DEPTH, MAX_BYTES, check_size
from safeplan.documents.packages import Package
from safeplan.documents.text import read_text
from safeplan.documents.written import dropped, of_text
from safeplan.messages import system_reason


class _Reader(NamedTuple):
    module: str
    function: str
    media_type: str


_OOXML = "application/vnd.openxmlformats-officedocument"
_ODF = "application/vnd.oasis.opendocument"
_READERS: dict[Format, _Reader] = {
    "docx": _Reader("docx", "read_docx", f"{_OOXML}.wordprocessingml.document"),
    "odt": _Reader("odt", "read_odt", f"{_ODF}.text"),
    "ods": _Reader("odt", "read_odt", f"{_ODF}.spreadsheet"),
    "html": _Reader("html", "read_html", "text/html"),
    "mht": _Reader("html", "read_mht", "multipart/related"),
    "xlsx": _Reader("sheets", "read_xlsx", f"{_OOXML}.spreadsheetml.sheet"),
    "xls": _Reader("sheets", "read_xls", "application/vnd.ms-excel"),
    "doc": _Reader("doc", "read_doc", "application/msword"),
    "pdf": _Reader("pdf", "read_pdf", "application/pdf"),
    "ofd": _Reader("ofd", "read_ofd", "application/ofd"),
    "picture": _Reader("ocr", "read_picture", "image/*"),
}
STANDARD_INPUT = Path("-")
"""The path that stands for standard input, wherever a document is expected."""

_START = 512
"""Bytes of a file by which its signature is known."""


def read_document(path: Path) -> Document:
    """Read one file, one member of an archive (`资料.zip/忠县.docx`), or standard input (`-`).

    Raises:
        DocumentError: missing, a folder, unreadable, empty, damaged, encrypted, of no format or
            encoding that is read, or beyond the limits of `limits`.
    """
    archive, within = _split(path)
    return read_bytes(file_bytes(archive), archive.as_posix(), within)


def documents_in(path: Path) -> list[Path]:
    """Return the documents that a file stands for: itself, or the members of an archive.

    Raises:
        DocumentError: as `read_document`.
    """
    data = file_bytes(path)
    if not data.startswith(b"PK") or detect(data) != "zip":
        return [path]
    names = _members(Package(data))
    if not names:
        raise DocumentError("empty_archive")
    return [path / name for name in names]


def document_bytes(path: Path) -> bytes:
    """Return the bytes that `read_document` would read: its file, or the member of an archive.

    Raises:
        DocumentError: as `read_document`, where the file or the archive is at fault.
    """
    archive, within = _split(path)
    return _opened(file_bytes(archive), archive.as_posix(), within)[1]


def document_start(path: Path) -> bytes:
    """Return the first bytes of what `read_document` would read, enough for `signature_of`.

    Raises:
        DocumentError: as `document_bytes`.
    """
    if is_member(path):
        return document_bytes(path)[:_START]
    return file_bytes(path, _START)


def is_member(path: Path) -> bool:
    """Tell whether a path leads into a file, as that of an archive's member does."""
    return _split(path)[1] != ""


def read_bytes(data: bytes, name: str, within: str = "") -> Document:
    """Read a document from its bytes.

    Args:
        data: the file.
        name: its path, kept as it is; nothing is told from it.
        within: the path of a member, where the file is an archive; empty for its only document.

    Raises:
        DocumentError: as `read_document`.
    """
    form, data, name = _opened(data, name, within)
    if form == "text":
        text, encoding = decode(data)
        reading = Reading(read_text(text), encoding=encoding, written=of_text(text))
        media_type = "text/plain"
    else:
        reader = _READERS[form]
        known = signature_of(data)
        media_type = (known and known.picture) or reader.media_type
        reading = _read(reader, data, known.name if known and known.picture else form.upper())
        note = ReaderNote("reader", args={"format": form, "reader": reader.module})
        reading = replace(reading, notes=[note, *reading.notes])
    return Document(
        path=name,
        sha256=hashlib.sha256(data).hexdigest(),
        media_type=media_type,
        encoding=reading.encoding,
        blocks=reading.blocks,
        notes=[*reading.notes, *dropped(reading)],
    )


def _members(package: Package) -> list[str]:
    """Return the names of an archive's documents: what systems add on their own is left out."""
    return [
        name
        for name in package.names
        if not any(part.startswith((".", "~$", "__MACOSX")) for part in name.split("/"))
        and name.rpartition("/")[2].lower() not in ("thumbs.db", "desktop.ini")
    ]


def open_member(data: bytes, within: str) -> tuple[bytes, str, str]:
    """Return the bytes of a document within an archive, its name, and the rest of the path.

    Args:
        data: the archive.
        within: the member's path; empty for the only document there is. Where the member is an
            archive itself, the path goes on within it.

    Returns:
        The member's bytes, its name in the archive, and what of `within` lies inside the member:
        empty for a document.

    Raises:
        DocumentError: no such member, several where one must be meant, or beyond the limits.
    """
    package = Package(data)
    names = _members(package)
    if not within:
        if not names:
            raise DocumentError("empty_archive")
        if len(names) > 1:
            shown = "、".join(names[:5]) + ("…" if len(names) > 5 else "")
            raise DocumentError("several_documents", members=shown)
        within = names[0]
    for name in names:
        if within == name or within.startswith(name + "/"):
            return package.read(name, MAX_BYTES), name, within[len(name) + 1 :]
    raise DocumentError("missing_file")


def _opened(data: bytes, name: str, within: str) -> tuple[Format, bytes, str]:
    """Open archives down to the document; return its format, its bytes and its whole path."""
    depth = 0
    while (form := detect(data) if data.strip() else "text") == "zip":
        depth += 1
        if depth > MAX_ARCHIVE_DEPTH:
            raise DocumentError("nested_archives", limit=str(MAX_ARCHIVE_DEPTH))
        data, member, within = open_member(data, within)
        name = f"{name}/{member}"
    if within:
        raise DocumentError("missing_file")
    return form, data, name


def _read(reader: _Reader, data: bytes, name: str) -> Reading:
    """Call a reader; whatever a broken file makes it raise is said as one trouble."""
    try:
        module = import_module(f"safeplan.documents.{reader.module}")
    except ModuleNotFoundError:
        raise DocumentError("not_text", format=name) from None
    read: Callable[[bytes], Reading | list[Block]] = getattr(module, reader.function)
    try:
        read_blocks = read(data)
    except DocumentError:
        raise
    except RecursionError:
        raise DocumentError("too_deep", limit="256") from None
    except MemoryError:
        raise  # of the limit, not of the file
    except Exception as error:
        # A fault of ours must not look like the user's broken file when it is being looked for.
        raise DocumentError("broken_file", format=name) from error
    return read_blocks if isinstance(read_blocks, Reading) else Reading(read_blocks)


def _split(path: Path) -> tuple[Path, str]:
    """Split a path at the file it leads into; the second part is empty for a plain file."""
    if path.parts[:1] == STANDARD_INPUT.parts:
        return STANDARD_INPUT, "/".join(path.parts[1:])
    try:
        if not path.exists():
            for parent in path.parents:
                if parent.is_file():
                    return parent, path.relative_to(parent).as_posix()
    except OSError:
        pass  # no name that this system knows: reading it will say why
    return path, ""


@cache
def standard_input() -> bytes:
    """Return what stands on standard input, read once and never further than the limit.

    Raises:
        DocumentError: `too_large`.
    """
    data = sys.stdin.buffer.read(MAX_BYTES + 1)
    check_size(len(data), MAX_BYTES)
    return data


def file_bytes(path: Path, wanted: int | None = None) -> bytes:
    """Return the bytes of a file, within the limit, or as many of them as are wanted.

    Raises:
        DocumentError: as `read_document`, where the file is at fault.
    """
    if path == STANDARD_INPUT:
        return standard_input()
    try:
        if path.is_dir():
            raise DocumentError("is_folder")
        found = path.stat()
        # A pipe may never open, a device never end.
        if not stat.S_ISREG(found.st_mode):
            raise DocumentError("no_file")
        check_size(found.st_size, MAX_BYTES)
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1 if wanted is None else wanted)
        check_size(len(data), MAX_BYTES)  # it may have grown, or be of /proc
        return data
    except FileNotFoundError:
        raise DocumentError("missing_file") from None
    except DocumentError:
        raise
    except (OSError, ValueError) as error:
        reason = system_reason(error) if isinstance(error, OSError) else str(error)
        raise DocumentError("unreadable", reason=reason) from None
