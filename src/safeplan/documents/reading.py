"""The door of the house: a path or bytes in, a Document out, the format told from the bytes."""

from __future__ import annotations

import hashlib
from pathlib import Path

from safeplan.documents.blocks import Document
from safeplan.documents.encoding import DocumentError, decode
from safeplan.documents.text import read_text

MAX_BYTES = 64 * 1024 * 1024
"""Larger files are refused: no circular comes near, and text is held in memory."""


def read_document(path: Path) -> Document:
    """Read one file.

    Raises:
        DocumentError: missing, a folder, unreadable, too large, empty, not text, or in an
            unknown encoding.
    """
    try:
        if path.is_dir():
            raise DocumentError("is_folder")
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise DocumentError("too_large", size=str(size // 2**20), limit=str(MAX_BYTES // 2**20))
        data = path.read_bytes()
    except FileNotFoundError:
        raise DocumentError("missing_file") from None
    except OSError as error:
        raise DocumentError("unreadable", reason=error.strerror or str(error)) from None
    text, encoding = decode(data)
    return Document(
        path=path.as_posix(),
        sha256=hashlib.sha256(data).hexdigest(),
        media_type="text/plain",
        encoding=encoding,
        blocks=read_text(text),
    )
